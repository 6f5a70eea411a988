// Where the records of one person place them: which property, in which role, from when to when.
#ifndef WENSUM_MATCHING_SURVIVE_OCCUPANCIES_H_
#define WENSUM_MATCHING_SURVIVE_OCCUPANCIES_H_

#include <cstdint>
#include <span>
#include <vector>

#include "matching/survive/survivorship.h"
#include "model/partial_date.h"
#include "model/person.h"

namespace wensum::matching {

// What the records say of one property in one role.
struct Occupancy {
  uint64_t uprn = 0;
  model::AddressRole role = model::AddressRole::kResidence;  // kPrevious: a residence that is over
  model::PartialDate from;                                   // the earliest that is given
  // The latest that is given. Empty if a record leaves the end open, but for kPrevious, which is over in any case.
  model::PartialDate to;
  bool closed = false;         // no record leaves the end open, or the role is kPrevious
  bool contradictory = false;  // an address, or what came of several, ends before it begins
  bool building = false;       // every address names a unit that the gazetteer lacks: the property is its building
  std::vector<uint32_t> contributors;  // that say so: indexes into the input, ascending
  friend bool operator==(const Occupancy&, const Occupancy&) = default;
};

// By UPRN, then by role. A contributor without a record says nothing; addresses without a UPRN are left out. Does not
// depend on the order of the contributors but for their numbers. Dates that are known in part are compared by their
// first days where something begins and by their last where it ends; of equal ones the more exact is kept. Pure.
std::vector<Occupancy> OccupanciesOf(std::span<const Contributor> contributors);

// A period of whole days, ends included; an empty date is no bound.
struct Period {
  model::PartialDate from;
  model::PartialDate to;
};

// Whether somebody is there on some day of the period, for all that is known: a beginning that is unknown, in part or
// whole, is taken to be early, an end to be late. Not so for a contradiction, nor for a former residence without an
// end.
[[nodiscard]] bool Covers(const Occupancy& occupancy, const Period& period);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_SURVIVE_OCCUPANCIES_H_
