#include "matching/survive/steward_step.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "matching/survive/golden_addresses.h"

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
  std::vector<std::string> values =
      IsList(field) ? ListValues(*given.details, field) : std::vector{ValueText(*given.details, field)};
  for (std::string& value : values) {
    value = LineageText(field, value);
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

// Brings a pinned value of a list, which is kept or among those that lose, to the front.
void PinInList(const std::string& text, size_t first, const StewardValue& pin, std::vector<ValueLineage>& lineage) {
  if (first == lineage.size()) {
    return;
  }
  const auto begin = lineage.begin() + static_cast<ptrdiff_t>(first);
  std::vector<LosingValue> losing = std::move(begin->losing);
  begin->losing.clear();
  ValueLineage pinned = *begin;
  const auto kept = std::ranges::find(begin, lineage.end(), text, &ValueLineage::value);
  const auto held = std::ranges::find(losing, text, &LosingValue::value);
  if (kept == lineage.end() && held == losing.end()) {
    begin->losing = std::move(losing);
    return;
  }
  begin->tied = false;
  if (kept != lineage.end()) {
    pinned = std::move(*kept);
    lineage.erase(kept);
  } else {
    pinned.value = text;
    pinned.contributor = held->contributor;
    losing.erase(held);
    if (begin->value.empty()) {  // nobody had won
      lineage.erase(begin);
    }
  }
  pinned.rule = Rule::kPin;
  pinned.tied = false;
  pinned.decision = pin.decision;
  pinned.losing = std::move(losing);
  lineage.insert(lineage.begin() + static_cast<ptrdiff_t>(first), std::move(pinned));
}

// Of a list, from its lineage.
void TakeFromLineage(FieldRef field, size_t first, GoldenRecord& golden) {
  std::vector<std::string> values;
  for (size_t i = first; i < golden.lineage.size(); ++i) {
    if (!golden.lineage[i].value.empty()) {
      values.emplace_back(ValueOfLineage(field, golden.lineage[i].value));
    }
  }
  SetListValues(field, std::move(values), golden.details);
}

bool HoldsAddress(const model::PersonDetails& details, std::string_view text) {
  return std::ranges::any_of(details.addresses,
                             [text](const model::PersonAddress& address) { return AddressText(address) == text; });
}

// The lineage of a field of addresses, whose first entry shows what lost.
ValueLineage& LineageOfAddresses(const std::string& field, uint32_t contributor, GoldenRecord& golden) {
  const auto found = std::ranges::find(golden.lineage, field, &ValueLineage::field);
  if (found != golden.lineage.end()) {
    return *found;
  }
  // The list stands before the current address.
  ValueLineage& lineage = *golden.lineage.insert(
      field == "addresses" ? std::ranges::find(golden.lineage, "current_address", &ValueLineage::field)
                           : golden.lineage.end(),
      ValueLineage());
  lineage.field = field;
  lineage.contributor = contributor;
  return lineage;
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
           StewardFieldOf(value.attribute) == field && Counts(value, field);
  });
}

bool StewardStep::IsPinOf(const StewardValue& value, FieldRef field) const {
  return value.act == StewardAct::kPin && StewardFieldOf(value.attribute) == field && Counts(value, field);
}

// The newest that holds; of a list all of them, the newest first.
void StewardStep::PinAll(FieldRef field, size_t first, GoldenRecord& golden) const {
  if (!IsList(field)) {
    for (const StewardValue& value : steward_) {
      if (IsPinOf(value, field) && Pin(field, first, value, golden)) {
        return;
      }
    }
    return;
  }
  bool any = false;
  for (size_t i = steward_.size(); i-- > 0;) {
    if (IsPinOf(steward_[i], field)) {
      PinInList(LineageText(field, steward_[i].value), first, steward_[i], golden.lineage);
      any = true;
    }
  }
  if (any) {
    TakeFromLineage(field, first, golden);
  }
}

// What stewards decided about a field, of which the rules' outcome is the lineage from `first` on.
void StewardStep::Apply(FieldRef field, size_t first, GoldenRecord& golden, std::vector<bool>& seen) const {
  PinAll(field, first, golden);
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
      if (value.act != StewardAct::kIgnore || value.contributor != c || StewardFieldOf(value.attribute) != field ||
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
      const LosingValue ignored{LineageText(field, value.value), c, true};
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
  const std::vector<std::string> list = ListValues(Details(contributor), field);
  return std::ranges::find(list, value) != list.end();
}

// Whoever may not see the current address may not see it in the list of all either.
bool StewardStep::SeesAddresses(uint32_t contributor) const {
  return Visible(contributor, "addresses") && Visible(contributor, "current_address");
}

bool StewardStep::CountsForAddresses(const StewardValue& value) const {
  return value.purposes != 0 ? (value.purposes & bit_) != 0 : SeesAddresses(value.contributor);
}

bool StewardStep::IgnoredAddress(uint32_t contributor, std::string_view text) const {
  return std::ranges::any_of(steward_, [&](const StewardValue& value) {
    return value.act == StewardAct::kIgnore && value.contributor == contributor && value.value == text &&
           IsAddressAttribute(value.attribute) && CountsForAddresses(value);
  });
}

std::vector<const StewardValue*> StewardStep::AddressPins() const {
  std::vector<const StewardValue*> pins;
  for (const StewardValue& value : steward_) {
    if (value.act == StewardAct::kPin && IsAddressAttribute(value.attribute) && CountsForAddresses(value)) {
      pins.push_back(&value);
    }
  }
  return pins;
}

const StewardValue* StewardStep::GivenAddress(std::string_view consolidated) const {
  for (const StewardAct act : {StewardAct::kRecordOfTruth, StewardAct::kOverride}) {
    for (const StewardValue& value : steward_) {
      if (value.act == act && !value.details->addresses.empty() && CountsForAddresses(value) &&
          Lasts(value, consolidated)) {
        return &value;
      }
    }
  }
  return nullptr;
}

void StewardStep::ShowIgnoredAddresses(GoldenRecord& golden) const {
  for (const uint32_t c : chain_) {
    for (const StewardValue& value : steward_) {
      if (value.act != StewardAct::kIgnore || value.contributor != c || !IsAddressAttribute(value.attribute) ||
          !CountsForAddresses(value) || !SeesAddresses(c) || !HoldsAddress(Details(c), value.value)) {
        continue;
      }
      std::vector<LosingValue>& losing = LineageOfAddresses(value.attribute, c, golden).losing;
      const LosingValue ignored{value.value, c, true};
      if (std::ranges::find(losing, ignored) == losing.end()) {
        losing.push_back(ignored);
      }
    }
  }
}

}  // namespace wensum::matching
