#include "import/mapped_reader.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <unordered_map>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "import/edit_distance.h"
#include "model/canonical.h"
#include "model/postcode.h"
#include "model/uprn.h"

namespace wensum::ingest {
namespace {

// Two-digit years without pivot_year, where today is not known either, are of 1930 to 2029.
constexpr int kFallbackPivot = 2029;

// Budgets of the header check, which compares each missing name with all names of the file.
constexpr size_t kMaxHeaderErrors = 50;
constexpr size_t kMaxHintColumns = 1000;

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
  return "The value was left out.";
}

}  // namespace

const RowIssue* MappedFacts::stop() const {
  const auto found = std::ranges::find(issues, Severity::kStop, &RowIssue::severity);
  return found == issues.end() ? nullptr : &*found;
}

MappedReader::MappedReader(const Mapping* mapping, ByteSource* source, const MappedOptions& options)
    : mapping_(*mapping), source_(source), options_(options), csv_(source, mapping->csv) {}

absl::StatusOr<std::unique_ptr<MappedReader>> MappedReader::Open(const Mapping* mapping, ByteSource* source,
                                                                 const MappedOptions& options) {
  std::unique_ptr<MappedReader> reader(new MappedReader(mapping, source, options));
  WENSUM_RETURN_IF_ERROR(reader->Bind());
  return reader;
}

absl::Status MappedReader::Bind() {
  CsvRow row;
  WENSUM_ASSIGN_OR_RETURN(const bool any, csv_.Next(row));
  if (!any) {
    return InvalidArgument(mapping_.header ? "the file is empty: not even a header line is there"
                                           : "the file is empty");
  }
  if (mapping_.header) {
    WENSUM_RETURN_IF_ERROR(BindNamed(row));
  } else {
    WENSUM_RETURN_IF_ERROR(BindNumbered(row));
    WENSUM_RETURN_IF_ERROR(csv_.Seek({}));
  }
  values_.resize(positions_.size());
  WarnUnused();
  return absl::OkStatus();
}

absl::Status MappedReader::BindNamed(const CsvRow& header) {
  std::unordered_map<std::string, size_t> by_name;
  std::string errors;
  size_t count = 0;
  const auto error = [&](std::string_view message) {
    if (++count <= kMaxHeaderErrors) AppendTo(errors, errors.empty() ? "" : "\n", message);
  };
  for (size_t i = 0; i < header.fields.size(); ++i) {
    std::string name(Trim(header.fields[i]));
    const auto [found, fresh] = by_name.emplace(name, i);
    if (!fresh && !name.empty()) {
      error(Cat("line ", header.line, ": the column name ", Quote(name), " occurs twice, as columns ",
                found->second + 1, " and ", i + 1, "; rename one of them"));
    }
    facts_.columns.push_back(std::move(name));
  }
  for (const MappingColumn& column : mapping_.columns) {
    const auto found = by_name.find(column.name);
    if (found == by_name.end()) {
      error(Cat("line ", header.line, ": the header has no column ", Quote(column.name),
                ", which the mapping uses at line ", column.line, ", column ", column.column,
                count < kMaxHeaderErrors && facts_.columns.size() <= kMaxHintColumns
                    ? DidYouMean(column.name, facts_.columns)
                    : std::string()));
    } else {
      positions_.push_back(found->second);
    }
  }
  return errors.empty() ? absl::OkStatus() : InvalidArgument(errors);
}

absl::Status MappedReader::BindNumbered(const CsvRow& first) {
  for (size_t i = 1; i <= first.fields.size(); ++i) facts_.columns.push_back(Cat(i));
  for (const MappingColumn& column : mapping_.columns) {
    const size_t number = ParseInteger<size_t>(column.name).value_or(0);
    if (number == 0 || number > first.fields.size()) {
      return InvalidArgument(Cat("the first row has ", first.fields.size(), " columns, but the mapping uses column ",
                                 column.name, " (line ", column.line, ", column ", column.column, ")"));
    }
    positions_.push_back(number - 1);
  }
  return absl::OkStatus();
}

void MappedReader::WarnUnused() {
  std::vector<bool> known(facts_.columns.size(), false);
  for (const size_t position : positions_) known[position] = true;
  const std::set<std::string_view> ignored(mapping_.ignored_columns.begin(), mapping_.ignored_columns.end());
  std::vector<std::string> unused;
  for (size_t i = 0; i < known.size(); ++i) {
    if (!known[i] && !ignored.contains(facts_.columns[i])) unused.push_back(facts_.columns[i]);
  }
  if (unused.empty()) return;
  facts_.issues.push_back({1,
                           Join(unused, ", "),
                           "column_unused",
                           Severity::kWarning,
                           "The mapping neither uses nor ignores these columns.",
                           {}});
}

absl::StatusOr<bool> MappedReader::Next(MappedRow& row) {
  row.records.clear();
  CsvRow csv;
  WENSUM_ASSIGN_OR_RETURN(bool more, csv_.Next(csv));
  if (more && mapping_.trailer != nullptr && !facts_.trailer &&
      RE2::FullMatch(re2::StringPiece(csv.raw.data(), csv.raw.size()), *mapping_.trailer)) {
    WENSUM_RETURN_IF_ERROR(ReadTrailer(csv));
    WENSUM_ASSIGN_OR_RETURN(more, csv_.Next(csv));
  }
  if (!more) {
    if (!finished_) CheckAtEnd();
    finished_ = true;
    return false;
  }
  row.line = line_ = csv.line;
  row.raw = csv.raw;
  row.number = ++facts_.data_rows;
  if (facts_.trailer) {
    if (std::ranges::find(facts_.issues, "trailer_not_last", &RowIssue::rule) == facts_.issues.end()) {
      facts_.issues.push_back({csv.line,
                               "",
                               "trailer_not_last",
                               Severity::kStop,
                               "There are rows after the trailer line; are these two files in one?",
                               {}});
    }
    RejectRow("trailer_not_last", "The row stands after the trailer line.", row);
  } else if (csv.fields.size() != facts_.columns.size()) {
    ++facts_.wrong_column_count;
    RejectRow("column_count",
              Cat("The row has ", csv.fields.size(), " columns, ", mapping_.header ? "the header" : "the first row",
                  " has ", facts_.columns.size(), "."),
              row);
  } else if (!options_.structure_only) {
    MapRow(csv, row);
    if (csv.open_end) {
      for (MappedRecord& record : row.records) {
        AddIssue(nullptr, "last_line_open", Severity::kWarning,
                 "The file does not end with a line end: if it was cut off, so was its last row.", record);
      }
    }
  }
  return true;
}

absl::Status MappedReader::ReadTrailer(const CsvRow& row) {
  facts_.trailer = true;
  if (mapping_.trailer->NumberOfCapturingGroups() == 0) return absl::OkStatus();
  re2::StringPiece group;
  RE2::FullMatch(re2::StringPiece(row.raw.data(), row.raw.size()), *mapping_.trailer, &group);
  const std::string_view count(group.data(), group.size());
  facts_.trailer_rows = ParseInteger<uint64_t>(count);
  if (facts_.trailer_rows != facts_.data_rows) {
    facts_.issues.push_back({row.line,
                             "",
                             "trailer_count",
                             Severity::kStop,
                             Cat("The trailer says that the file has ", Quote(count), " rows, but it has ",
                                 facts_.data_rows, "; ask for the file again."),
                             {}});
  }
  return absl::OkStatus();
}

void MappedReader::CheckAtEnd() {
  if (mapping_.trailer != nullptr && !facts_.trailer) {
    facts_.issues.push_back({0,
                             "",
                             "trailer_missing",
                             Severity::kStop,
                             "The file does not end with the trailer line that the mapping describes: it was cut off.",
                             {}});
  }
  if (source_->replaced() > 0) {
    facts_.issues.push_back({0,
                             "",
                             "characters_replaced",
                             Severity::kWarning,
                             Cat(source_->replaced(), " bytes are not characters of ",
                                 EncodingName(source_->facts().encoding), " and read as U+FFFD."),
                             {}});
  }
}

absl::Status MappedReader::Seek(const CsvPosition& position) {
  WENSUM_RETURN_IF_ERROR(csv_.Seek(position));
  finished_ = facts_.trailer = false;
  facts_.trailer_rows.reset();
  std::erase_if(facts_.issues, [](const RowIssue& issue) { return issue.rule != "column_unused"; });
  const uint64_t header = mapping_.header ? 1 : 0;
  facts_.data_rows = position.rows < header ? 0 : position.rows - header;
  facts_.wrong_column_count = 0;
  if (position.rows < header) {
    CsvRow row;
    WENSUM_RETURN_IF_ERROR(csv_.Next(row).status());
  }
  return absl::OkStatus();
}

void MappedReader::RejectRow(std::string_view rule, std::string message, MappedRow& row) {
  MappedRecord& rejected = row.records.emplace_back();
  rejected.rejected = true;
  rejected.issues.push_back({row.line, "", std::string(rule), Severity::kReject, std::move(message),
                             std::string(row.raw.substr(0, kMaxRawBytes))});
}

void MappedReader::MapRow(const CsvRow& csv, MappedRow& row) {
  for (size_t i = 0; i < positions_.size(); ++i) {
    const std::string_view value = Trim(csv.fields[positions_[i]]);
    values_[i] = mapping_.null_values.contains(value) ? std::string_view() : value;
  }
  for (const RecordRule& rule : mapping_.records) {
    if (!rule.when || rule.when->Holds(values_)) {
      MapRecord(rule, row, row.records.emplace_back());
    }
  }
  if (row.records.empty()) {
    RejectRow("no_record", "The conditions of the mapping make no record of this row.", row);
  }
}

void MappedReader::MapRecord(const RecordRule& rule, const MappedRow& row, MappedRecord& out) {
  model::SourceRecord& record = out.record;
  model::PersonDetails& details = record.details;
  record.key.source = mapping_.source;
  record.kind = mapping_.kind;
  record.key.key = MakeKey(rule, row, out);
  if (!out.rejected) {
    if (const RuleResult time = Apply(rule.source_time, out); !time.date.empty()) {
      record.source_time = StartOfDay(time.date);
    }
    MapName(rule.name, details.name, out);
    details.date_of_birth = Apply(rule.date_of_birth, out).date;
    details.date_of_death = Apply(rule.date_of_death, out).date;
    details.ni_number = Apply(rule.ni_number, out).text;
    details.organisation_name = Apply(rule.organisation_name, out).text;
    if (rule.sex) details.sex = MapSex(*rule.sex, out);
    MapLists(rule, out);
    field_issues_.clear();
    model::Canonicalise(details, options_.today, field_issues_);
    for (const model::FieldIssue& issue : field_issues_) {
      out.issues.push_back(
          {line_, ColumnsOfField(rule, issue.field), issue.rule, Severity::kWarning, issue.message, {}});
    }
    CheckSubject(details, out);
  }
  if (out.rejected) {
    out.record.details = {};
    out.issues.back().raw = std::string(row.raw.substr(0, kMaxRawBytes));
  }
}

// Without what it is of, a record says nothing.
void MappedReader::CheckSubject(const model::PersonDetails& details, MappedRecord& out) {
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

std::string MappedReader::MakeKey(const RecordRule& rule, const MappedRow& row, MappedRecord& out) {
  std::string key;
  for (const KeyPart& part : rule.key) {
    switch (part.kind) {
      case KeyPart::Kind::kLiteral:
        key.append(part.literal);
        break;
      case KeyPart::Kind::kRowNumber:
        AppendTo(key, row.number);
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

void MappedReader::MapName(const NameRule& rule, model::PersonName& name, MappedRecord& out) {
  name.title = Apply(rule.title, out).text;
  name.forenames = Apply(rule.forenames, out).text;
  name.surname = Apply(rule.surname, out).text;
  name.suffix = Apply(rule.suffix, out).text;
  name.full = Apply(rule.full, out).text;
}

model::Sex MappedReader::MapSex(const ValueRule& rule, MappedRecord& out) {
  const std::string text = ToLowerAscii(Apply(&rule, out).text);
  if (text == "male") return model::Sex::kMale;
  if (text == "female") return model::Sex::kFemale;
  if (text == "other") return model::Sex::kOther;
  if (!text.empty() && text != "unknown") {
    AddIssue(&rule, "code_unknown", Severity::kWarning, std::string(MessageOf("code_unknown")), out);
  }
  return model::Sex::kUnknown;
}

void MappedReader::MapLists(const RecordRule& rule, MappedRecord& out) {
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

void MappedReader::MapAddress(const AddressRule& rule, MappedRecord& out) {
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

RuleResult MappedReader::Apply(const ValueRule* rule, MappedRecord& out) {
  if (rule == nullptr) return {};
  const int pivot = options_.today.empty() ? kFallbackPivot : options_.today.year;
  RuleResult result = rule->Apply(values_, mapping_.null_values, pivot);
  if (!result.issue.empty()) {
    AddIssue(rule, result.issue, Severity::kWarning, std::string(MessageOf(result.issue)), out);
  }
  return result;
}

void MappedReader::AddIssue(const ValueRule* rule, std::string_view issue, Severity severity, std::string message,
                            MappedRecord& out) {
  out.issues.push_back({line_,
                        rule != nullptr ? ColumnsOf(*rule) : std::string(),
                        std::string(issue),
                        severity,
                        std::move(message),
                        {}});
  out.rejected = out.rejected || severity == Severity::kReject;
}

std::string MappedReader::ColumnsOf(const ValueRule& rule) const {
  std::string names;
  for (const size_t column : rule.columns) {
    AppendTo(names, names.empty() ? "" : ", ", mapping_.columns[column].name);
  }
  return names;
}

std::string MappedReader::ColumnsOfField(const RecordRule& rule, std::string_view field) const {
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
  if (list == "name") return of_name(rule.name);
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

absl::StatusOr<CsvFileFacts> InspectCsvFile(const std::string& path, const Mapping& mapping) {
  TextOptions text;
  text.encoding = mapping.encoding;
  WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<ByteSource> source, ByteSource::OpenFile(path, text));
  WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<MappedReader> reader,
                          MappedReader::Open(&mapping, source.get(), {.today = {}, .structure_only = true}));
  MappedRow row;
  while (true) {
    WENSUM_ASSIGN_OR_RETURN(const bool more, reader->Next(row));
    if (!more) break;
  }
  return CsvFileFacts{source->facts(), reader->facts()};
}

}  // namespace wensum::ingest
