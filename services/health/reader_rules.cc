#include "services/health/reader_rules.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/strings.h"

namespace wensum::health {
namespace {

using llpg::Finding;
using llpg::RuleId;
using llpg::Severity;

struct NamedRule {
  std::string_view name;
  RuleId rule;
};

// Issues of the whole file.
constexpr NamedRule kFileRules[] = {
    {"header_missing", RuleId::kFileFrame},       {"trailer_missing", RuleId::kFileFrame},
    {"header_repeated", RuleId::kFileFrame},      {"rows_after_trailer", RuleId::kFileFrame},
    {"header_invalid", RuleId::kFileHeader},      {"pro_order_disorder", RuleId::kFileOrder},
    {"trailer_count", RuleId::kFileTrailer},      {"trailer_invalid", RuleId::kFileTrailer},
    {"format_contradicted", RuleId::kFileRecord}, {"characters_replaced", RuleId::kFileCharacters},
};
// Issues of a row that have one rule whatever the column is.
constexpr NamedRule kRowRules[] = {
    {"record_type_unknown", RuleId::kFileRecord},
    {"column_count", RuleId::kFileRecord},
    {"header_repeated", RuleId::kFileFrame},
    {"rows_after_trailer", RuleId::kFileFrame},
    {"too_long", RuleId::kFileLength},
};
// Columns that AddressBase spells differently.
constexpr std::array<std::array<std::string_view, 2>, 3> kSpellings = {{
    {"STREET_DESCRIPTOR", "STREET_DESCRIPTION"},
    {"ADMINSTRATIVE_AREA", "ADMINISTRATIVE_AREA"},
    {"Y_COORDINATE", "X_COORDINATE"},  // rules name a point by its first coordinate
}};

const NamedRule* Find(std::span<const NamedRule> rules, std::string_view name) {
  const auto found = std::ranges::find(rules, name, &NamedRule::name);
  return found == rules.end() ? nullptr : &*found;
}

bool SameColumn(std::string_view of_reader, std::string_view of_rule) {
  return of_reader == of_rule ||
         std::ranges::any_of(kSpellings, [&](const auto& pair) { return pair[0] == of_reader && pair[1] == of_rule; });
}

RuleId UprnRule(int record) {
  switch (record) {
    case 21:
      return RuleId::kUprn;
    case 22:
      return RuleId::kProvenanceKey;
    case 23:
      return RuleId::kXrefUprn;
    case 24:
      return RuleId::kLpiUprn;
    default:
      return RuleId::kOtherKey;
  }
}

// The rule of a column that is part of the record's key.
RuleId KeyRule(int record, std::string_view column) {
  if (column == "UPRN") {
    return UprnRule(record);
  }
  if (column == "USRN") {
    return record == 24 ? RuleId::kLpiStreet : RuleId::kUsrn;
  }
  if (column == "LANGUAGE") {
    return RuleId::kDescriptorLanguage;
  }
  if (column == "LPI_KEY") {
    return RuleId::kLpiKey;
  }
  if (column == "XREF_KEY") {
    return RuleId::kXrefKey;
  }
  return column == "PROV_KEY" ? RuleId::kProvenanceKey : RuleId::kOtherKey;
}

RuleId RowRule(int record, const ingest::RowIssue& issue) {
  if (const NamedRule* const named = Find(kRowRules, issue.rule); named != nullptr) {
    return named->rule;
  }
  const bool identifier = issue.rule == "uprn_invalid" || issue.rule == "usrn_invalid";
  if (issue.rule == "key_missing" || (identifier && (issue.column == "UPRN" || issue.column == "USRN"))) {
    return KeyRule(record, issue.column);
  }
  if (issue.rule == "mandatory_missing") {
    // A number 0 and an empty column are one to the row's rules.
    if (record == 11 && issue.column.starts_with("VERSION")) {
      return RuleId::kStreetVersion;
    }
    return record == 11 && issue.column == "STREET_TOLERANCE" ? RuleId::kStreetTolerance : RuleId::kFileMandatory;
  }
  return RuleId::kFileValue;
}

// "It is wrong." with the rule's advice: "It is wrong; mend it so."
std::string Message(std::string_view what, RuleId rule) {
  if (what.ends_with('.')) {
    what.remove_suffix(1);
  }
  return Cat(what, "; ", llpg::GetRule(rule).mend, ".");
}

}  // namespace

void AddRowIssues(const ingest::GazetteerRecord& record, llpg::RowOrigin origin, std::vector<Finding>* findings) {
  const auto of_rules = static_cast<std::ptrdiff_t>(findings->size());
  for (const ingest::RowIssue& issue : record.issues) {
    const RuleId rule = RowRule(record.record_type, issue);
    const bool reject = issue.severity == ingest::Severity::kReject;
    if (!reject) {
      // The rows' rules say it, and better; of coordinates out of range they say it once for a point.
      const bool said = std::any_of(findings->begin(), findings->begin() + of_rules,
                                    [&](const Finding& finding) { return SameColumn(issue.column, finding.column); });
      if (said || issue.rule == "coordinate_range") {
        continue;
      }
    }
    const Severity severity = llpg::GetRule(rule).SeverityFor(origin.format);
    if (!reject && severity == Severity::kOff) {
      continue;
    }
    Finding finding;
    finding.rule = rule;
    finding.severity = reject ? Severity::kReject : (issue.rule == "parent_zero" ? Severity::kWarning : severity);
    finding.origin = origin;
    finding.message =
        issue.column.empty() ? Message(issue.message, rule) : Message(Cat(issue.column, ": ", issue.message), rule);
    findings->push_back(std::move(finding));
  }
}

Finding FileFinding(const ingest::RowIssue& issue, llpg::RowOrigin origin) {
  const NamedRule* const named = Find(kFileRules, issue.rule);
  Finding finding;
  finding.rule = named != nullptr ? named->rule : RuleId::kFileValue;
  finding.severity = issue.severity == ingest::Severity::kWarning ? Severity::kWarning : Severity::kError;
  finding.origin = origin;
  finding.origin.line = static_cast<uint32_t>(issue.line);
  finding.message = issue.message;  // says how to mend it
  return finding;
}

}  // namespace wensum::health
