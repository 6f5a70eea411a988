#include "tests/scenarios/scenario.h"

#include <chrono>
#include <map>

#include "base/hash.h"
#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::scenarios {
namespace {

absl::Status Bad(int line, std::string_view what) { return InvalidArgument(Cat("line ", line, ": ", what)); }

std::vector<std::string> Split(std::string_view text, std::string_view separator) {
  std::vector<std::string> parts;
  while (true) {
    const size_t at = text.find(separator);
    parts.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) {
      return parts;
    }
    text.remove_prefix(at + separator.size());
  }
}

// Splits before the last word.
std::pair<std::string, std::string> SplitLastWord(std::string_view text) {
  const size_t at = text.rfind(' ');
  if (at == std::string_view::npos) {
    return {"", std::string(text)};
  }
  return {std::string(text.substr(0, at)), std::string(text.substr(at + 1))};
}

// One word, or one name=value with the value bare or in double quotes.
absl::Status AddToken(std::string_view line, size_t& at, Statement& statement) {
  const size_t begin = at;
  while (at < line.size() && line[at] != ' ' && line[at] != '=') {
    ++at;
  }
  std::string word(line.substr(begin, at - begin));
  if (at == line.size() || line[at] == ' ' || at == begin) {
    at = at == begin ? at + 1 : at;  // a lone "="
    if (word.ends_with(':')) {
      word.pop_back();
    }
    if (!word.empty()) {
      statement.words.push_back(std::move(word));
    }
    return absl::OkStatus();
  }
  ++at;
  const char end = at < line.size() && line[at] == '"' ? '"' : ' ';
  at += end == '"' ? 1 : 0;
  const size_t close = line.find(end, at);
  if (close == std::string_view::npos && end == '"') {
    return Bad(statement.line, "a quote is not closed");
  }
  statement.fields.emplace_back(std::move(word), std::string(line.substr(at, close - at)));
  at = close == std::string_view::npos ? line.size() : close + (end == '"' ? 1 : 0);
  return absl::OkStatus();
}

absl::StatusOr<TimeMicros> ParseDay(const Statement& statement, std::string_view text) {
  const auto date = model::PartialDate::Parse(text);
  if (!date.ok() || !date->complete()) {
    return Bad(statement.line, Cat(Quote(text), " is no date"));
  }
  const std::chrono::sys_days day{std::chrono::year{date->year} / static_cast<unsigned>(date->month) /
                                  static_cast<unsigned>(date->day)};
  return std::chrono::duration_cast<std::chrono::microseconds>(day.time_since_epoch()).count();
}

absl::StatusOr<model::AddressRole> ParseRole(const Statement& statement, std::string_view text) {
  static const auto& roles = *new std::map<std::string, model::AddressRole, std::less<>>{
      {"residence", model::AddressRole::kResidence},
      {"liable_for", model::AddressRole::kLiableFor},
      {"correspondence", model::AddressRole::kCorrespondence},
      {"care_of", model::AddressRole::kCareOf},
      {"previous", model::AddressRole::kPrevious},
      {"landlord_of", model::AddressRole::kLandlordOf},
      {"business", model::AddressRole::kBusiness}};
  const auto found = roles.find(text);
  if (found == roles.end()) {
    return Bad(statement.line, Cat("unknown role ", Quote(text)));
  }
  return found->second;
}

// Fields of the address that the last field `address` began.
absl::Status SetAddressField(const Statement& statement, const std::string& field, const std::string& value,
                             model::PersonDetails& details) {
  if (details.addresses.empty()) {
    return Bad(statement.line, Cat(field, " must follow an address"));
  }
  model::PersonAddress& address = details.addresses.back();
  if (field == "postcode") {
    WENSUM_ASSIGN_OR_RETURN(address.postcode, model::Postcode::Parse(value));
  } else if (field == "role") {
    WENSUM_ASSIGN_OR_RETURN(address.role, ParseRole(statement, value));
  } else if (field == "from") {
    WENSUM_ASSIGN_OR_RETURN(address.from_date, model::PartialDate::Parse(value));
  } else {
    WENSUM_ASSIGN_OR_RETURN(address.source_uprn, model::Uprn::Parse(value));
  }
  return absl::OkStatus();
}

absl::Status SetField(const Statement& statement, const std::string& field, const std::string& value,
                      registry::SourceWrite& write) {
  model::PersonDetails& details = write.record.details;
  if (field == "name") {
    std::tie(details.name.forenames, details.name.surname) = SplitLastWord(value);
  } else if (field == "forenames") {
    details.name.forenames = value;
  } else if (field == "surname") {
    details.name.surname = value;
  } else if (field == "full") {
    details.name.full = value;
  } else if (field == "title") {
    details.name.title = value;
  } else if (field == "suffix") {
    details.name.suffix = value;
  } else if (field == "formerly") {
    model::PersonName& former = details.other_names.emplace_back();
    std::tie(former.forenames, former.surname) = SplitLastWord(value);
  } else if (field == "born") {
    WENSUM_ASSIGN_OR_RETURN(details.date_of_birth, model::PartialDate::Parse(value));
  } else if (field == "sex") {
    details.sex = value == "F" ? model::Sex::kFemale : model::Sex::kMale;
  } else if (field == "ni") {
    details.ni_number = value;
  } else if (field == "phone") {
    details.phones.push_back(value);
  } else if (field == "email") {
    details.emails.push_back(value);
  } else if (field == "address") {
    details.addresses.emplace_back().text = value;
  } else if (field == "postcode" || field == "role" || field == "from" || field == "uprn") {
    return SetAddressField(statement, field, value, details);
  } else if (field == "organisation") {
    write.record.kind = model::RecordKind::kOrganisation;
    details.organisation_name = value;
  } else if (field.starts_with("id:")) {
    details.identifiers.push_back({.type = field.substr(3), .value = value});
  } else if (field == "updated") {
    WENSUM_ASSIGN_OR_RETURN(write.record.source_time, ParseDay(statement, value));
  } else {
    return Bad(statement.line, Cat("unknown field ", Quote(field)));
  }
  return absl::OkStatus();
}

// "12", "12A", "12-14" or a name.
model::AddressableObject ParseObject(std::string_view text) {
  model::AddressableObject object;
  size_t digits = 0;
  while (digits < text.size() && IsDigit(text[digits])) {
    ++digits;
  }
  if (digits == 0) {
    object.text = text;
    return object;
  }
  object.has_number = true;
  object.start_number = *ParseInteger<int>(text.substr(0, digits));
  text.remove_prefix(digits);
  if (text.starts_with('-')) {
    object.end_number = ParseInteger<int>(text.substr(1)).value_or(0);
  } else {
    object.start_suffix = text;
  }
  return object;
}

}  // namespace

absl::StatusOr<std::vector<Statement>> ParseScenario(std::string_view text) {
  std::vector<Statement> statements;
  int number = 0;
  for (const std::string& raw : Split(text, "\n")) {
    ++number;
    const std::string_view line = Trim(raw);
    if (line.empty() || line.front() == '#') {
      continue;
    }
    Statement statement;
    statement.line = number;
    if (const size_t colon = line.find(": "); colon != std::string_view::npos) {
      statement.text = line.substr(colon + 2);
    }
    for (size_t at = 0; at < line.size();) {
      if (line[at] == ' ') {
        ++at;
        continue;
      }
      WENSUM_RETURN_IF_ERROR(AddToken(line, at, statement));
    }
    statements.push_back(std::move(statement));
  }
  return statements;
}

absl::StatusOr<model::SourceKey> ParseKey(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size()) {
    return InvalidArgument(Cat(Quote(text), " is not source:key"));
  }
  return model::SourceKey{.source = std::string(text.substr(0, colon)), .key = std::string(text.substr(colon + 1))};
}

absl::StatusOr<registry::SourceWrite> ParseRecord(const Statement& statement, TimeMicros default_time) {
  if (statement.words.size() != 3) {
    return Bad(statement.line, "expected: record SOURCE KEY: field=value ...");
  }
  registry::SourceWrite write;
  write.record.key = {.source = statement.words[1], .key = statement.words[2], .incarnation = 0};
  write.record.source_time = default_time;
  for (const auto& [field, value] : statement.fields) {
    if (const absl::Status status = SetField(statement, field, value, write); !status.ok()) {
      return Annotate(status, Cat("line ", statement.line, ", field ", field));
    }
  }
  return write;
}

absl::StatusOr<std::vector<registry::GazetteerWrite>> ParseProperty(const Statement& statement) {
  // [SUB, ]NUMBER STREET, TOWN POSTCODE
  const std::vector<std::string> parts = Split(statement.text, ", ");
  const auto uprn = statement.words.size() < 2 ? std::nullopt : ParseInteger<uint64_t>(statement.words[1]);
  if (parts.size() < 2 || parts.size() > 3 || !uprn.has_value()) {
    return Bad(statement.line, "expected: property UPRN: [SUB, ]NUMBER STREET, TOWN POSTCODE");
  }
  const auto [town_outward, inward] = SplitLastWord(parts.back());
  const auto [town, outward] = SplitLastWord(town_outward);
  const std::string& house = parts[parts.size() - 2];
  const size_t space = house.find(' ');
  if (space == std::string::npos || town.empty()) {
    return Bad(statement.line, "the address needs a number or name with its street, and a town with its postcode");
  }
  const std::string street_name = house.substr(space + 1);
  const auto usrn = *model::Usrn::Create(20'000'000 + Hash64(Cat(street_name, town)) % 10'000'000);
  std::vector<registry::GazetteerWrite> writes;
  const auto add = [&writes](model::GazetteerRow row) {
    writes.push_back(
        {.row = std::move(row), .change = model::ChangeType::kInsert, .format = model::GazetteerFormat::kDtf73});
  };
  model::Street street;
  street.usrn = usrn;
  street.record_type = 1;
  add(street);
  model::StreetDescriptor descriptor;
  descriptor.usrn = usrn;
  descriptor.description = street_name;
  descriptor.town = town;
  descriptor.language = "ENG";
  add(descriptor);
  model::Blpu blpu;
  WENSUM_ASSIGN_OR_RETURN(blpu.uprn, model::Uprn::Create(*uprn));
  blpu.logical_status = 1;
  add(blpu);
  model::Lpi lpi;
  lpi.uprn = blpu.uprn;
  lpi.lpi_key = Cat("2625L", 100'000'000 + *uprn % 100'000'000);
  lpi.language = "ENG";
  lpi.logical_status = 1;
  lpi.pao = ParseObject(house.substr(0, space));
  if (parts.size() == 3) {
    lpi.sao.text = parts.front();
  }
  lpi.usrn = usrn;
  lpi.postal_address = "Y";
  lpi.postcode = Cat(outward, " ", inward);
  lpi.post_town = town;
  add(lpi);
  return writes;
}

}  // namespace wensum::scenarios
