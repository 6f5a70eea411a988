// Which addresses are units of which building, among those that a filter lets through.
#ifndef WENSUM_MATCHING_ADDRESS_UNIT_FINDER_H_
#define WENSUM_MATCHING_ADDRESS_UNIT_FINDER_H_

#include <cstdint>

#include "matching/address/address_catalogue.h"
#include "matching/address/property_facts.h"

namespace wensum::matching::address {

// A unit is an address with a unit's number, letter, floor or name whose property names the building's as its parent,
// and whose street and house, or building name, are the building's: a house of its own on an estate is none.
class UnitFinder {
 public:
  // Both must outlive the finder; the catalogue must not change meanwhile.
  UnitFinder(const Catalogue& catalogue, const FactsMatcher& filter)
      : catalogue_(catalogue), filter_(filter), historical_(filter.StatusAllowed(8)) {}

  [[nodiscard]] bool Passes(const Entry& entry) const {
    return (historical_ || !entry.historical) && filter_.Matches(catalogue_.property(entry.property).facts);
  }

  // The entry of the building that holds the entry, of that which holds this one, and so on; `entry` itself if it is no
  // unit. Buildings need not pass the filter, but for historical addresses.
  [[nodiscard]] uint32_t OutermostBuilding(uint32_t entry) const;

  // The first entry of the property that passes and is a unit, of the building's entry unless that is kNoId; kNoId if
  // there is none.
  [[nodiscard]] uint32_t UnitOf(uint32_t property, uint32_t building) const;

 private:
  [[nodiscard]] bool Holds(const Entry& building, const Entry& unit) const;
  [[nodiscard]] uint32_t BuildingOf(uint32_t unit) const;

  const Catalogue& catalogue_;
  const FactsMatcher& filter_;
  const bool historical_;
};

}  // namespace wensum::matching::address

#endif  // WENSUM_MATCHING_ADDRESS_UNIT_FINDER_H_
