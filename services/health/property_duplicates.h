// Properties that may be one, and properties that may be two: what a steward is asked to look at.
#ifndef WENSUM_SERVICES_HEALTH_PROPERTY_DUPLICATES_H_
#define WENSUM_SERVICES_HEALTH_PROPERTY_DUPLICATES_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/gazetteer.h"
#include "services/health/waivers.h"

namespace wensum::health {

enum class DuplicateKind : uint8_t {
  kOneAddress,    // approved properties with one address
  kTwoAddresses,  // one approved property with several approved addresses of one language
};

struct PropertyDuplicate {
  DuplicateKind kind = DuplicateKind::kOneAddress;
  std::vector<uint64_t> uprns;  // ascending; one alone for kTwoAddresses
  friend bool operator==(const PropertyDuplicate&, const PropertyDuplicate&) = default;
};

struct PropertyDuplicates {
  uint64_t found = 0;                     // without waived ones
  uint64_t waived = 0;                    // those that a waiver leaves nothing of
  std::vector<PropertyDuplicate> listed;  // by kind (see Finish), then UPRN
};

// The words and numbers of an address as they are compared: "Flat 3, 12 High St." is "FLAT 3 12 HIGH STREET". Equal
// texts have equal hashes; different ones too with a chance below 1 in 100,000 for ten million of them. Stable.
[[nodiscard]] uint64_t NormalAddressHash(std::string_view address);

// Takes the rows of a register: first streets' descriptors, then properties, of each its BLPU before its LPIs.
// Addresses are compared by their words, without organisation and postcode, so that "12 HIGH ST" and "12 High Street"
// are one; two properties have one address if they also have the street (USRN) or the postcode in common. Street
// records and addresses with an end date are left aside. The rules AAU24.92 and AAU24.8 are about rows that are the
// same, or too many, to the letter; their waivers hold here too, for a property is not to be asked about twice.
//
// Not thread-safe. Some two microseconds and 32 bytes for each approved LPI; and the names of all streets in memory.
class DuplicateFinder {
 public:
  // `waivers` must outlive it.
  explicit DuplicateFinder(const WaiverSet* waivers) : waivers_(*waivers) {}

  void Add(const model::GazetteerRow& row);
  // Lists at most `limit` of each kind, properties with several addresses first. Call once.
  [[nodiscard]] PropertyDuplicates Finish(size_t limit);

 private:
  struct Address {
    uint64_t text = 0;  // NormalAddressHash
    uint64_t uprn = 0;
    uint64_t postcode = 0;  // packed, without its space; 0: none
    uint32_t usrn = 0;
  };

  void AddLpi(const model::Lpi& lpi);
  void JoinOneText(size_t begin, size_t end);
  [[nodiscard]] bool Waived(llpg::RuleId rule, uint64_t uprn) const;

  const WaiverSet& waivers_;
  std::map<std::pair<uint32_t, std::string>, std::string> streets_;  // USRN and language -> name, locality, town
  std::optional<model::Blpu> blpu_;                                  // approved, whose rows are coming
  std::vector<Address> addresses_;
  size_t first_of_blpu_ = 0;              // in addresses_
  std::vector<std::string> languages_;    // of the addresses from first_of_blpu_ on
  std::vector<uint64_t> many_addresses_;  // UPRNs
  std::vector<std::vector<uint64_t>> one_address_;
};

}  // namespace wensum::health

#endif  // WENSUM_SERVICES_HEALTH_PROPERTY_DUPLICATES_H_
