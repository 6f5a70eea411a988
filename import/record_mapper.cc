#include "import/record_mapper.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "import/joint_names.h"
#include "model/canonical.h"
#include "model/postcode.h"
#include "model/uprn.h"

namespace wensum::ingest {
namespace {

// Two-digit years without pivot_year, where today is not known either, are of 1930 to 2029.
constexpr int kFallbackPivot = 2029;

TimeMicros StartOfDay(model::PartialDate date) {
  const std::chrono::sys_days day =
      std::chrono::year(date.year) / std::max<int>(date.month, 1) / std::max<int>(date.day, 1);
  return std::chrono::duration_cast<std::chrono::microseconds>(day.time_since_epoch()).count();
}

std::string_view MessageOf(std::string_view issue) {
  if (issue == "code_unknown") return "The code is not in the mapping's list; the value was left out.";
  if (issue == "date_unreadable") return "The date is in none of the mapping's formats; it was left out.";
  if (issue == "date_impossible") return "There is no such date in the years 1000 to 9999; it was left out.";
  if (issue == "date_dummy") return "The date is one that is entered for want of one; it was left out.";
  if (issue == "name_joint_unclear") {
    return "The text may name several people, but it is not clear which; it was taken as one name.";
  }
  if (issue == "name_of_estate") return "The text names those who act for somebody; it was taken as one name.";
  if (issue == "name_care_of") return "The text has somebody else's name in it; it was taken as one name.";
  return "The value was left out.";
}

std::string_view IssueOf(JointNames::Reading reading) {
  switch (reading) {
    case JointNames::Reading::kUnclear:
      return "name_joint_unclear";
    case JointNames::Reading::kEstate:
      return "name_of_estate";
    case JointNames::Reading::kCareOf:
      return "name_care_of";
    case JointNames::Reading::kOne:
    case JointNames::Reading::kSplit:
      break;
  }
  return {};
}

}  // namespace

RecordMapper::RecordMapper(const Mapping* mapping, model::PartialDate today) : mapping_(*mapping), today_(today) {}

void RecordMapper::Begin(MappedRow& row) {
  values_ = row.values;
  line_ = row.line;
  for (size_t i = 0; i < mapping_.records.size(); ++i) {
    const RecordRule& rule = mapping_.records[i];
    if (rule.when && !rule.when->Holds(values_)) continue;
    if (rule.people) {
      BeginPeople(i, row);
    } else {
      BeginRecord(i, 0, row, row.records.emplace_back());
    }
  }
}

void RecordMapper::BeginPeople(size_t rule, MappedRow& row) {
  const std::optional<ValueRule>& people = mapping_.records[rule].people;
  MappedRecord first;
  const std::string text = Apply(people, first).text;
  JointNames names = ReadJointNames(text);
  if (const std::string_view issue = IssueOf(names.reading); !issue.empty()) {
    AddIssue(&*people, issue, Severity::kWarning, std::string(MessageOf(issue)), first);
  }
  if (names.people.empty()) names.people.emplace_back();  // the record is rejected for want of a name
  for (size_t i = 0; i < names.people.size(); ++i) {
    MappedRecord& out = row.records.emplace_back();
    if (i == 0) out.issues = std::move(first.issues);
    out.named = true;
    out.record.details.name = std::move(names.people[i]);
    BeginRecord(rule, i + 1, row, out);
  }
}

void RecordMapper::BeginRecord(size_t rule, size_t person, const MappedRow& row, MappedRecord& out) {
  out.rule = rule;
  out.record.key.source = mapping_.source;
  out.record.kind = mapping_.kind;
  out.record.key.key = MakeKey(mapping_.records[rule], person, row, out);
  if (out.rejected) {
    out.record.details = {};
    out.issues.back().raw = std::string(row.raw.substr(0, kMaxRawBytes));
  }
}

void RecordMapper::Fill(MappedRow& row) {
  values_ = row.values;
  line_ = row.line;
  for (MappedRecord& record : row.records) {
    if (record.rejected) continue;
    FillRecord(mapping_.records[record.rule], record);
    if (record.rejected) {
      record.record.details = {};
      record.issues.back().raw = std::string(row.raw.substr(0, kMaxRawBytes));
    }
  }
}

void RecordMapper::FillRecord(const RecordRule& rule, MappedRecord& out) {
  model::PersonDetails& details = out.record.details;
  if (const RuleResult time = Apply(rule.source_time, out); !time.date.empty()) {
    out.record.source_time = StartOfDay(time.date);
  }
  if (!out.named) MapName(rule.name, details.name, out);
  details.date_of_birth = Apply(rule.date_of_birth, out).date;
  details.date_of_death = Apply(rule.date_of_death, out).date;
  details.ni_number = Apply(rule.ni_number, out).text;
  details.organisation_name = Apply(rule.organisation_name, out).text;
  if (rule.sex) details.sex = MapSex(*rule.sex, out);
  MapLists(rule, out);
  field_issues_.clear();
  model::Canonicalise(details, today_, field_issues_);
  for (const model::FieldIssue& issue : field_issues_) {
    out.issues.push_back({line_, ColumnsOfField(rule, issue.field), issue.rule, Severity::kWarning, issue.message, {}});
  }
  CheckSubject(details, out);
}

// Without what it is of, a record says nothing.
void RecordMapper::CheckSubject(const model::PersonDetails& details, MappedRecord& out) {
  switch (mapping_.kind) {
    case model::RecordKind::kPerson:
      if (details.name.empty()) AddIssue(nullptr, "name_missing", Severity::kReject, "The record has no name.", out);
      break;
    case model::RecordKind::kOrganisation:
      if (details.organisation_name.empty()) {
        AddIssue(nullptr, "name_missing", Severity::kReject, "The record has no organisation's name.", out);
      }
      break;
    case model::RecordKind::kProperty:
      if (details.addresses.empty() ||
          (details.addresses[0].text.empty() && details.addresses[0].source_uprn.empty())) {
        AddIssue(nullptr, "address_missing", Severity::kReject, "The record has neither an address nor a UPRN.", out);
      }
      break;
  }
}

std::string RecordMapper::MakeKey(const RecordRule& rule, size_t person, const MappedRow& row, MappedRecord& out) {
  std::string key;
  for (const KeyPart& part : rule.key) {
    switch (part.kind) {
      case KeyPart::Kind::kLiteral:
        key.append(part.literal);
        break;
      case KeyPart::Kind::kRowNumber:
        AppendTo(key, row.number);
        break;
      case KeyPart::Kind::kPersonNumber:
        AppendTo(key, person);
        break;
      case KeyPart::Kind::kColumn:
        if (values_[part.column].empty()) {
          AddIssue(nullptr, "key_missing", Severity::kReject, "A column of the record's key is empty.", out);
          out.issues.back().column = mapping_.columns[part.column].name;
          return {};
        }
        key.append(values_[part.column]);
        break;
    }
  }
  if (key.size() > model::kMaxSourceKeyBytes) {
    AddIssue(nullptr, "key_too_long", Severity::kReject,
             Cat("The record's key has ", key.size(), " bytes; the limit is ", model::kMaxSourceKeyBytes, "."), out);
    return {};
  }
  return key;
}

void RecordMapper::MapName(const NameRule& rule, model::PersonName& name, MappedRecord& out) {
  name.title = Apply(rule.title, out).text;
  name.forenames = Apply(rule.forenames, out).text;
  name.surname = Apply(rule.surname, out).text;
  name.suffix = Apply(rule.suffix, out).text;
  name.full = Apply(rule.full, out).text;
}

model::Sex RecordMapper::MapSex(const ValueRule& rule, MappedRecord& out) {
  const std::string text = ToLowerAscii(Apply(&rule, out).text);
  if (text == "male") return model::Sex::kMale;
  if (text == "female") return model::Sex::kFemale;
  if (text == "other") return model::Sex::kOther;
  if (!text.empty() && text != "unknown") {
    AddIssue(&rule, "code_unknown", Severity::kWarning, std::string(MessageOf("code_unknown")), out);
  }
  return model::Sex::kUnknown;
}

void RecordMapper::MapLists(const RecordRule& rule, MappedRecord& out) {
  model::PersonDetails& details = out.record.details;
  origins_ = {};
  for (const NameRule& name_rule : rule.other_names) {
    MapName(name_rule, details.other_names.emplace_back(), out);
    origins_.other_names.push_back(&name_rule);
  }
  const auto texts = [&](const std::vector<ValueRule>& rules, std::vector<std::string>& values,
                         std::vector<const ValueRule*>& origins) {
    for (const ValueRule& value_rule : rules) {
      if (std::string text = Apply(&value_rule, out).text; !text.empty()) {
        values.push_back(std::move(text));
        origins.push_back(&value_rule);
      }
    }
  };
  texts(rule.phones, details.phones, origins_.phones);
  texts(rule.emails, details.emails, origins_.emails);
  for (const AddressRule& address : rule.addresses) {
    if (!address.when || address.when->Holds(values_)) MapAddress(address, out);
  }
  for (const NamedRule& identifier : rule.identifiers) {
    if (std::string text = Apply(&identifier.value, out).text; !text.empty()) {
      details.identifiers.push_back({identifier.name, std::move(text)});
      origins_.identifiers.push_back(&identifier.value);
    }
  }
  for (const NamedRule& attribute : rule.attributes) {
    if (std::string text = Apply(&attribute.value, out).text; !text.empty()) {
      details.attributes.push_back({attribute.name, std::move(text)});
    }
  }
}

void RecordMapper::MapAddress(const AddressRule& rule, MappedRecord& out) {
  model::PersonAddress address;
  address.role = rule.role;
  address.text = Apply(rule.text, out).text;
  if (const std::string postcode = Apply(rule.postcode, out).text; !postcode.empty()) {
    absl::StatusOr<model::Postcode> parsed = model::Postcode::Parse(postcode);
    if (parsed.ok()) {
      address.postcode = *std::move(parsed);
    } else {
      AppendTo(address.text, address.text.empty() ? "" : ", ", postcode);
      AddIssue(&*rule.postcode, "postcode_invalid", Severity::kWarning,
               Cat("It was kept as the last part of the address: ", Message(parsed.status()), "."), out);
    }
  }
  if (const std::string uprn = Apply(rule.uprn, out).text; !uprn.empty()) {
    const absl::StatusOr<model::Uprn> parsed = model::Uprn::Parse(uprn);
    if (parsed.ok()) {
      address.source_uprn = *parsed;
    } else {
      AddIssue(&*rule.uprn, "uprn_invalid", Severity::kWarning, Cat("It was left out: ", Message(parsed.status()), "."),
               out);
    }
  }
  address.from_date = Apply(rule.from, out).date;
  address.to_date = Apply(rule.to, out).date;
  if (address.text.empty() && address.postcode.empty() && address.source_uprn.empty()) return;
  out.record.details.addresses.push_back(std::move(address));
  origins_.addresses.push_back(&rule);
}

RuleResult RecordMapper::Apply(const ValueRule* rule, MappedRecord& out) {
  if (rule == nullptr) return {};
  const int pivot = today_.empty() ? kFallbackPivot : today_.year;
  RuleResult result = rule->Apply(values_, mapping_.null_values, pivot);
  if (!result.issue.empty()) {
    AddIssue(rule, result.issue, Severity::kWarning, std::string(MessageOf(result.issue)), out);
  }
  return result;
}

void RecordMapper::AddIssue(const ValueRule* rule, std::string_view issue, Severity severity, std::string message,
                            MappedRecord& out) {
  out.issues.push_back({line_,
                        rule != nullptr ? ColumnsOf(*rule) : std::string(),
                        std::string(issue),
                        severity,
                        std::move(message),
                        {}});
  out.rejected = out.rejected || severity == Severity::kReject;
}

std::string RecordMapper::ColumnsOf(const ValueRule& rule) const {
  std::string names;
  for (const size_t column : rule.columns) {
    AppendTo(names, names.empty() ? "" : ", ", mapping_.columns[column].name);
  }
  return names;
}

std::string RecordMapper::ColumnsOfField(const RecordRule& rule, std::string_view field) const {
  constexpr std::string_view kPrefix = "details.";
  if (field.substr(0, kPrefix.size()) == kPrefix) field.remove_prefix(kPrefix.size());
  const std::string_view list = field.substr(0, field.find_first_of(".["));
  std::string_view part;
  if (const size_t dot = field.find('.'); dot != std::string_view::npos) part = field.substr(dot + 1);
  size_t index = 0;
  if (const size_t open = field.find('['); open != std::string_view::npos) {
    const std::string_view digits = field.substr(open + 1, field.find(']') - open - 1);
    index = ParseInteger<size_t>(digits).value_or(0);
  }
  const auto of = [this](const std::optional<ValueRule>& value) { return value ? ColumnsOf(*value) : std::string(); };
  const auto of_name = [&](const NameRule& name) {
    if (part == "title") return of(name.title);
    if (part == "forenames") return of(name.forenames);
    if (part == "surname") return of(name.surname);
    return part == "suffix" ? of(name.suffix) : of(name.full);
  };
  const auto of_item = [&](const std::vector<const ValueRule*>& rules) {
    return index < rules.size() ? ColumnsOf(*rules[index]) : std::string();
  };
  if (list == "name") return rule.people ? of(rule.people) : of_name(rule.name);
  if (list == "other_names") return index < origins_.other_names.size() ? of_name(*origins_.other_names[index]) : "";
  if (list == "date_of_birth") return of(rule.date_of_birth);
  if (list == "date_of_death") return of(rule.date_of_death);
  if (list == "ni_number") return of(rule.ni_number);
  if (list == "organisation_name") return of(rule.organisation_name);
  if (list == "phones") return of_item(origins_.phones);
  if (list == "emails") return of_item(origins_.emails);
  if (list == "identifiers") return of_item(origins_.identifiers);
  if (list == "addresses" && index < origins_.addresses.size()) {
    const AddressRule& address = *origins_.addresses[index];
    if (part == "from_date") return of(address.from);
    return part == "to_date" ? of(address.to) : of(address.text);
  }
  if (list == "attributes") {
    const std::string_view name = part.substr(0, std::min(part.rfind(".value"), part.size()));
    const auto found = std::ranges::find(rule.attributes, name, &NamedRule::name);
    if (found != rule.attributes.end()) return ColumnsOf(found->value);
    if (index < rule.attributes.size() && field.find('[') != std::string_view::npos) {
      return ColumnsOf(rule.attributes[index].value);
    }
  }
  return {};
}

}  // namespace wensum::ingest
