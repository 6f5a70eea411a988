// Where the records of one person, and stewards, place them: which property, in which role, from when to when.
#ifndef WENSUM_MATCHING_SURVIVE_OCCUPANCIES_H_
#define WENSUM_MATCHING_SURVIVE_OCCUPANCIES_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "matching/survive/survivorship.h"
#include "model/partial_date.h"
#include "model/person.h"

namespace wensum::matching {

// What is known of one property in one role.
struct Occupancy {
  uint64_t uprn = 0;
  model::AddressRole role = model::AddressRole::kResidence;  // kPrevious: a residence that is over
  model::PartialDate from;                                   // the earliest that is given
  // The latest that is given. Empty if a record leaves the end open, but for kPrevious, which is over in any case.
  model::PartialDate to;
  bool closed = false;         // no record leaves the end open, the role is kPrevious, or `decision` ended it
  bool contradictory = false;  // an address, or what came of several, ends before it begins
  bool building = false;       // every address names a unit that the gazetteer lacks: the property is its building
  std::vector<uint32_t> contributors;  // that say so: indexes into the input, ascending; none if a steward alone does
  // The decision that made it the home; or, if `closed`, that put the home elsewhere. 0: records alone decided.
  uint64_t decision = 0;
  friend bool operator==(const Occupancy&, const Occupancy&) = default;
};

// What stewards decided about where one person is, as it counts in a golden record.
struct DecidedPlaces {
  // The current address, if a decision made it that.
  struct Home {
    uint64_t decision = 0;  // its number; 0: there is none
    bool given = false;     // a value of the steward's own, not one that a record holds
    model::PersonAddress address;
    ResolvedAddress resolved;
    model::PartialDate since;  // when `address` begins; the day of the decision if it does not say
  };
  Home home;
  struct Ignored {
    uint32_t contributor = 0;
    std::string address;  // AddressText
  };
  std::vector<Ignored> ignored;
};

// By UPRN, then by role. A contributor without a record says nothing; addresses without a UPRN are left out, and those
// that are ignored. Does not depend on the order of the contributors but for their numbers. Dates that are known in
// part are compared by their first days where something begins and by their last where it ends; of equal ones the more
// exact is kept. Pure.
//
// A decided home is a residence without an end: from when it was given for, else from the earliest that a record of it
// gives. Residences elsewhere that records leave open end when it begins (`Home::since`); without an end, so that they
// cover no day, if they began later. They do so too if the home is matched to no property, but for one that an address
// of the same text is matched to.
std::vector<Occupancy> OccupanciesOf(std::span<const Contributor> contributors, const DecidedPlaces& decided = {});

// A period of whole days, ends included; an empty date is no bound.
struct Period {
  model::PartialDate from;
  model::PartialDate to;
};

// Whether somebody is there on some day of the period, for all that is known: a beginning that is unknown, in part or
// whole, is taken to be early, an end to be late. Not so for a contradiction, nor for what is over and has no end.
[[nodiscard]] bool Covers(const Occupancy& occupancy, const Period& period);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_SURVIVE_OCCUPANCIES_H_
