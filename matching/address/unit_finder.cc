#include "matching/address/unit_finder.h"

namespace wensum::matching::address {
namespace {

constexpr int kMaxLevels = 4;  // of parents: BS 7666 knows no more

bool IsUnit(const Entry& entry) { return entry.unit.has_id() || entry.unit_name != kNoId; }

}  // namespace

uint32_t UnitFinder::OutermostBuilding(uint32_t entry) const {
  for (int level = 0; level < kMaxLevels; ++level) {
    const uint32_t building = BuildingOf(entry);
    if (building == kNoId) {
      break;
    }
    entry = building;
  }
  return entry;
}

uint32_t UnitFinder::UnitOf(uint32_t property, uint32_t building) const {
  uint32_t best = kNoId;
  for (uint32_t id = catalogue_.property(property).first; id != kNoId; id = catalogue_.entry(id).next) {
    const Entry& entry = catalogue_.entry(id);
    if (Passes(entry) && IsUnit(entry) && (building == kNoId || Holds(catalogue_.entry(building), entry)) &&
        (best == kNoId || catalogue_.EntryBefore(id, best))) {
      best = id;
    }
  }
  return best;
}

bool UnitFinder::Holds(const Entry& building, const Entry& unit) const {
  if (catalogue_.street(building.street).name.words != catalogue_.street(unit.street).name.words) {
    return false;
  }
  if (building.house.empty() || unit.house.empty()) {
    return building.building != kNoId && building.building == unit.building;
  }
  return building.house.low <= unit.house.low && unit.house.low <= building.house.high &&
         (building.house.low_letter == 0 || building.house.low_letter == unit.house.low_letter);
}

// The parent's entry that holds the unit's, the first of several; kNoId if there is none.
uint32_t UnitFinder::BuildingOf(uint32_t unit) const {
  const Entry& entry = catalogue_.entry(unit);
  const uint64_t parent_uprn = catalogue_.property(entry.property).parent_uprn;
  const uint32_t parent = IsUnit(entry) && parent_uprn != 0 ? catalogue_.Find(parent_uprn) : kNoId;
  if (parent == kNoId || parent == entry.property) {
    return kNoId;
  }
  uint32_t best = kNoId;
  for (uint32_t id = catalogue_.property(parent).first; id != kNoId; id = catalogue_.entry(id).next) {
    const Entry& candidate = catalogue_.entry(id);
    if ((historical_ || !candidate.historical) && Holds(candidate, entry) &&
        (best == kNoId || catalogue_.EntryBefore(id, best))) {
      best = id;
    }
  }
  return best;
}

}  // namespace wensum::matching::address
