#include "matching/survive/steward_step.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace wensum::matching {
namespace {

// Before another value of the field is copied.
void Clear(FieldRef field, GoldenRecord& golden) {
  if (field.field == Field::kAttribute) {
    std::erase_if(golden.details.attributes,
                  [field](const model::Attribute& attribute) { return attribute.name == field.name; });
  }
}

// The steward's own value takes the place of what there is, which loses.
void Give(FieldRef field, size_t first, const StewardValue& given, GoldenRecord& golden) {
  std::vector<LosingValue> losing;
  for (size_t i = first; i < golden.lineage.size(); ++i) {
    if (!golden.lineage[i].value.empty()) {
      losing.push_back({golden.lineage[i].value, golden.lineage[i].contributor});
    }
  }
  for (size_t i = first; i < golden.lineage.size(); ++i) {
    std::ranges::copy(golden.lineage[i].losing, std::back_inserter(losing));
  }
  golden.lineage.resize(first);
  Clear(field, golden);
  CopyValue(*given.details, field, golden.details);
  const std::vector<std::string> values =
      IsList(field) ? ListOf(*given.details, field) : std::vector{ValueText(*given.details, field)};
  for (const std::string& value : values) {
    ValueLineage& lineage = golden.lineage.emplace_back();
    lineage.field = ApiName(field);
    lineage.value = value;
    lineage.contributor = given.contributor;
    lineage.rule = given.act == StewardAct::kOverride ? Rule::kOverride : Rule::kRecordOfTruth;
    lineage.decision = given.decision;
  }
  std::erase_if(losing,
                [&values](const LosingValue& value) { return std::ranges::find(values, value.value) != values.end(); });
  golden.lineage[first].losing = std::move(losing);
}

}  // namespace

model::PurposeMask PurposesOf(const model::SourceRecord& record, std::string_view field) {
  if (record.field_purposes.empty()) {
    return record.purposes;
  }
  for (const auto& [name, mask] : record.field_purposes) {
    if (name == field) {
      return mask;
    }
  }
  if (const size_t dot = field.find('.'); dot != std::string_view::npos) {
    return PurposesOf(record, field.substr(0, dot));
  }
  return record.purposes;
}

bool StewardStep::Visible(uint32_t contributor, std::string_view field) const {
  return (PurposesOf(*contributors_[contributor].record, field) & bit_) != 0;
}

const model::PersonDetails& StewardStep::Details(uint32_t contributor) const {
  return contributors_[contributor].record->details;
}

// Whether a decision about a field counts for the purpose.
bool StewardStep::Counts(const StewardValue& value, FieldRef field) const {
  return value.purposes != 0 ? (value.purposes & bit_) != 0 : Visible(value.contributor, ApiName(field));
}

bool StewardStep::Ignored(uint32_t contributor, FieldRef field, std::string_view text) const {
  return std::ranges::any_of(steward_, [&](const StewardValue& value) {
    return value.act == StewardAct::kIgnore && value.contributor == contributor && value.value == text &&
           FieldOf(value.attribute) == field && Counts(value, field);
  });
}

// What stewards decided about a field, of which the rules' outcome is the lineage from `first` on.
void StewardStep::Apply(FieldRef field, size_t first, GoldenRecord& golden, std::vector<bool>& seen) const {
  for (const StewardValue& value : steward_) {
    if (value.act == StewardAct::kPin && FieldOf(value.attribute) == field && Counts(value, field) &&
        Pin(field, first, value, golden)) {
      break;
    }
  }
  const std::string consolidated = ValueText(golden.details, field);
  for (const StewardAct act : {StewardAct::kRecordOfTruth, StewardAct::kOverride}) {
    const auto given = std::ranges::find_if(steward_, [&](const StewardValue& value) {
      return value.act == act && !ValueText(*value.details, field).empty() && Counts(value, field) &&
             Lasts(value, consolidated);
    });
    if (given != steward_.end()) {
      Give(field, first, *given, golden);
      break;
    }
  }
  ShowIgnored(field, first, golden, seen);
}

// A value that lasts until the consolidated one changes.
bool StewardStep::Lasts(const StewardValue& value, std::string_view consolidated) const {
  if (!value.while_consolidated) {
    return true;
  }
  for (const auto& [purposes, text] : value.consolidated) {
    if ((purposes & bit_) != 0) {
      return text == consolidated;
    }
  }
  return consolidated.empty();
}

// False if nobody who may be seen holds the value.
bool StewardStep::Pin(FieldRef field, size_t first, const StewardValue& pin, GoldenRecord& golden) const {
  if (first == golden.lineage.size()) {
    return false;
  }
  ValueLineage& lineage = golden.lineage[first];
  if (lineage.value != pin.value) {
    const auto held = std::ranges::find(lineage.losing, pin.value, &LosingValue::value);
    if (held == lineage.losing.end()) {
      return false;
    }
    const uint32_t holder = held->contributor;
    lineage.losing.erase(held);
    if (!lineage.value.empty()) {
      lineage.losing.insert(lineage.losing.begin(), {std::move(lineage.value), lineage.contributor});
    }
    lineage.value = pin.value;
    lineage.contributor = holder;
    Clear(field, golden);
    CopyValue(Details(holder), field, golden.details);
  }
  lineage.rule = Rule::kPin;
  lineage.tied = false;
  lineage.decision = pin.decision;
  return true;
}

// Ignored values stand at the end of the losing ones.
void StewardStep::ShowIgnored(FieldRef field, size_t first, GoldenRecord& golden, std::vector<bool>& seen) const {
  for (const uint32_t c : chain_) {
    for (const StewardValue& value : steward_) {
      if (value.act != StewardAct::kIgnore || value.contributor != c || FieldOf(value.attribute) != field ||
          !Counts(value, field) || !Visible(c, ApiName(field)) || !HoldsValue(c, field, value.value)) {
        continue;
      }
      seen[c] = true;
      if (first == golden.lineage.size()) {
        ValueLineage& lineage = golden.lineage.emplace_back();
        lineage.field = ApiName(field);
        lineage.contributor = c;
      }
      std::vector<LosingValue>& losing = golden.lineage[first].losing;
      const LosingValue ignored{value.value, c, true};
      if (std::ranges::find(losing, ignored) == losing.end()) {
        losing.push_back(ignored);
      }
    }
  }
}

bool StewardStep::HoldsValue(uint32_t contributor, FieldRef field, const std::string& value) const {
  if (!IsList(field)) {
    return ValueText(Details(contributor), field) == value;
  }
  const std::vector<std::string>& list = ListOf(Details(contributor), field);
  return std::ranges::find(list, value) != list.end();
}

}  // namespace wensum::matching
