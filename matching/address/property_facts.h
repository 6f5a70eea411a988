// What lists, maps and typeahead filter properties by, packed so that millions of them fit into memory.
#ifndef WENSUM_MATCHING_ADDRESS_PROPERTY_FACTS_H_
#define WENSUM_MATCHING_ADDRESS_PROPERTY_FACTS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wensum::matching::address {

// Of one property, as its BLPU has them.
struct PropertyFacts {
  // British National Grid (EPSG:27700), metres. Both 0: no position.
  double easting = 0;
  double northing = 0;
  int logical_status = 0;
  std::string classification;  // e.g. RD04
  int custodian = 0;           // local custodian code
  std::string ward;
};

// Which properties are asked for. Lists are alternatives; an empty one asks for nothing.
struct PropertyFilter {
  std::vector<int> logical_statuses;
  std::vector<std::string> class_prefixes;
  std::vector<int> custodians;
  std::vector<std::string> wards;
  // Without `logical_statuses`, historical properties (8) and rejected ones (7, 9) are left out; this lets the
  // historical ones in.
  bool historical = false;
};

// Letters and digits of a code as a number that sorts as the code does, left aligned; letters in any case. Longer codes
// are cut to kCodePlaces.
inline constexpr int kCodePlaces = 12;
uint64_t PackCode(std::string_view code);

struct PackedFacts {
  uint64_t classification = 0;
  uint64_t ward = 0;
  uint16_t custodian = 0;
  uint8_t status = 0;
};
PackedFacts Pack(const PropertyFacts& facts);

// A filter made ready to be asked millions of times.
class FactsMatcher {
 public:
  explicit FactsMatcher(const PropertyFilter& filter);

  // The part that a list may ask before it fetches the rest.
  [[nodiscard]] bool StatusAllowed(uint8_t status) const { return ((statuses_ >> (status & 31U)) & 1U) != 0; }
  // True if the status decides alone.
  [[nodiscard]] bool StatusOnly() const { return classes_.empty() && custodians_.empty() && wards_.empty(); }
  [[nodiscard]] bool Matches(const PackedFacts& facts) const;

 private:
  uint32_t statuses_ = 0;                               // bit per status
  std::vector<std::pair<uint64_t, uint64_t>> classes_;  // [first, last]
  std::vector<uint16_t> custodians_;
  std::vector<uint64_t> wards_;
};

}  // namespace wensum::matching::address

#endif  // WENSUM_MATCHING_ADDRESS_PROPERTY_FACTS_H_
