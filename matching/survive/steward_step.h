// What stewards decided about the values of one golden record, on top of what the rules chose.
#ifndef WENSUM_MATCHING_SURVIVE_STEWARD_STEP_H_
#define WENSUM_MATCHING_SURVIVE_STEWARD_STEP_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "matching/survive/fields.h"
#include "matching/survive/survivorship.h"

namespace wensum::matching {

// The purposes of one field of a record. `field` is a field of the API's Person; "attributes.x" falls back to
// "attributes".
model::PurposeMask PurposesOf(const model::SourceRecord& record, std::string_view field);

// For one purpose. All that is given must outlive it; `chain` lists the contributors in the order of the tie-break
// chain.
class StewardStep {
 public:
  StewardStep(std::span<const Contributor> contributors, std::span<const StewardValue> steward,
              model::PurposeMask purpose, std::span<const uint32_t> chain)
      : contributors_(contributors), steward_(steward), bit_(purpose), chain_(chain) {}

  // Whether a contributor's value, of a list one of them, is ignored.
  [[nodiscard]] bool Ignored(uint32_t contributor, FieldRef field, std::string_view text) const;
  // Changes the value of a field, of which the rules' outcome is the lineage from `first` on. Marks contributors whose
  // values it shows.
  void Apply(FieldRef field, size_t first, GoldenRecord& golden, std::vector<bool>& seen) const;

  // Of addresses, whose contest is their own (golden_addresses.h). Texts are those of AddressText.
  [[nodiscard]] bool IgnoredAddress(uint32_t contributor, std::string_view text) const;
  // The pins that count, the newest first.
  [[nodiscard]] std::vector<const StewardValue*> AddressPins() const;
  // Whose address is the current one, if that is `consolidated` without it; null if nobody gave one that counts.
  [[nodiscard]] const StewardValue* GivenAddress(std::string_view consolidated) const;
  // At the end of the losing values of the field that each decision names.
  void ShowIgnoredAddresses(GoldenRecord& golden) const;

 private:
  [[nodiscard]] bool Visible(uint32_t contributor, std::string_view field) const;
  [[nodiscard]] bool SeesAddresses(uint32_t contributor) const;
  [[nodiscard]] bool CountsForAddresses(const StewardValue& value) const;
  [[nodiscard]] const model::PersonDetails& Details(uint32_t contributor) const;
  [[nodiscard]] bool Counts(const StewardValue& value, FieldRef field) const;
  [[nodiscard]] bool Lasts(const StewardValue& value, std::string_view consolidated) const;
  [[nodiscard]] bool HoldsValue(uint32_t contributor, FieldRef field, const std::string& value) const;
  [[nodiscard]] bool IsPinOf(const StewardValue& value, FieldRef field) const;
  void PinAll(FieldRef field, size_t first, GoldenRecord& golden) const;
  bool Pin(FieldRef field, size_t first, const StewardValue& pin, GoldenRecord& golden) const;
  void ShowIgnored(FieldRef field, size_t first, GoldenRecord& golden, std::vector<bool>& seen) const;

  std::span<const Contributor> contributors_;
  std::span<const StewardValue> steward_;
  model::PurposeMask bit_;
  std::span<const uint32_t> chain_;
};

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_SURVIVE_STEWARD_STEP_H_
