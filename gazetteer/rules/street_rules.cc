#include <algorithm>

#include "base/strings.h"
#include "gazetteer/rules/finding_collector.h"
#include "gazetteer/rules/object_rules.h"
#include "gazetteer/rules/text_rules.h"

namespace wensum::llpg {
namespace {

constexpr int kOfficialName = 1;
constexpr int kDescription = 2;
constexpr int kNumbered = 3;

void JudgeDescriptor(const StreetFacts& street, const DescriptorFacts& row, std::vector<Finding>* findings) {
  FindingCollector out({.usrn = row.usrn, .origin = row.origin}, findings);
  constexpr std::string_view kColumn = "STREET_DESCRIPTION";
  if (row.town.empty() && (street.record_type == kOfficialName || street.record_type == kDescription)) {
    out.Add(RuleId::kDescriptorTown, "TOWN_NAME", Cat("A street of type ", street.record_type, " has no town"));
  }
  if (row.description.empty()) {
    return;  // a fault of the row
  }
  if (street.record_type == kNumbered && !IsRoadNumber(row.description)) {
    out.Add(RuleId::kStreetNumberForm, kColumn, Cat(Quote(row.description), " is not a road's number"));
  }
  // Welsh names have words of their own.
  if (street.record_type != kOfficialName || row.language == Language::kWelsh) {
    return;
  }
  if (ReadsLikeDescription(row.description)) {
    out.Add(RuleId::kStreetNameIsDescription, kColumn,
            Cat("The name ", Quote(row.description), " reads like a description"));
  }
  if (const std::string_view word = StreetAbbreviation(row.description); !word.empty()) {
    out.Add(RuleId::kStreetNamePlain, kColumn, Cat("The name has the abbreviation ", Quote(word)));
  } else if (std::ranges::any_of(row.description, IsDigit)) {
    out.Add(RuleId::kStreetNamePlain, kColumn, Cat("The name ", Quote(row.description), " has a digit"));
  }
}

}  // namespace

void CheckStreet(const StreetFacts& street, std::span<const DescriptorFacts> descriptors, const RuleConfig& config,
                 std::vector<Finding>* findings) {
  FindingCollector out({.usrn = street.usrn, .origin = street.origin}, findings);
  if (descriptors.empty()) {
    out.Add(RuleId::kStreetDescribed, "USRN", "The street has no descriptor");
  }
  for (const DescriptorFacts& row : descriptors) {
    JudgeDescriptor(street, row, findings);
  }
  const auto has = [&](Language language) {
    return std::ranges::find(descriptors, language, &DescriptorFacts::language) != descriptors.end();
  };
  if (config.bilingual && !descriptors.empty() && has(Language::kEnglish) != has(Language::kWelsh)) {
    out.Add(RuleId::kStreetBilingual, "LANGUAGE",
            Cat("The street has no descriptor in ", has(Language::kEnglish) ? "CYM" : "ENG"));
  }
}

}  // namespace wensum::llpg
