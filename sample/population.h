// The people of the synthetic city: households, names, ages, moves.
#ifndef WENSUM_SAMPLE_POPULATION_H_
#define WENSUM_SAMPLE_POPULATION_H_

#include <cstdint>
#include <vector>

#include "base/random.h"
#include "sample/city.h"
#include "sample/dates.h"
#include "sample/names.h"
#include "sample/rates.h"

namespace wensum::sample {

enum class HouseholdType : uint8_t {
  kSingle,
  kCouple,
  kCoupleWithChildren,
  kCoupleWithGrownChildren,
  kLoneParent,
  kHouseShare,
};

struct Person {
  uint32_t household = 0;
  SurnameId surname = 0;
  SurnameId former_surname = kNoSurname;
  Day surname_changed = kNoDay;
  Day born = 0;
  Day died = kNoDay;
  Day moved_in = 0;           // to the household's home
  uint32_t previous = kNone;  // property lived in before; kNone: another town
  ForenameId forename = 0;
  ForenameId second = kNoForename;
  ForenameId third = kNoForename;
  bool male = false;
  bool child = false;  // of the first adult of the household, of any age
  bool twin = false;
  bool same_name_as_parent = false;
  bool lodger = false;
  bool namesake = false;  // bears the name of someone else in the street
};

struct Household {
  uint32_t first = 0;  // index of its first person; members are consecutive
  uint32_t size = 0;
  uint32_t home = 0;  // property
  HouseholdType type = HouseholdType::kSingle;
  NameGroup group = NameGroup::kBritish;
  bool couple = false;  // the first two persons are partners
};

struct Population {
  std::vector<Person> people;
  std::vector<Household> households;
  // What the types alone do not tell.
  uint64_t births = 0, twin_births = 0, same_name_households = 0;
  double nickname_share = 0;  // of people whose first name has a pet form
};

// Builds exactly `people` persons, living or dead within the last five years, in households that live in the city's
// homes; double-barrelled surnames are added to `names`. The same arguments give the same people. About 60 bytes and
// two microseconds a person.
Population BuildPopulation(uint64_t seed, uint64_t people, const City& city, const Rates& rates, NameTables& names,
                           Day today);

}  // namespace wensum::sample

#endif  // WENSUM_SAMPLE_POPULATION_H_
