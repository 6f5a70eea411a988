// People who are easily taken for one another, put into a census at rates far above life: twins, fathers and sons of
// one name, namesakes in a street, spouses with like names. Seeded: the same rows and seed give the same bytes.
#ifndef WENSUM_BENCHMARKS_PEOPLE_LOOKALIKES_H_
#define WENSUM_BENCHMARKS_PEOPLE_LOOKALIKES_H_

#include <cstdint>
#include <vector>

#include "benchmarks/people/census.h"

namespace wensum::benchmarks {

// Numbers of people; each has a row beside every row of the person whose lookalike it is, moves included, or those rows
// for which it was born in time. "Similar" names are one edit apart, or one begins with the other: Kyla and Kyra, Frank
// and Franklin.
struct LookalikeNumbers {
  uint32_t twins_other_name = 136;
  uint32_t twins_same_initial = 145;
  uint32_t twins_similar_name = 103;
  uint32_t sons_born_known = 155;  // of the father's name and address
  uint32_t sons_born_half_known = 160;
  uint32_t sons_born_unknown = 160;
  uint32_t namesakes = 290;  // some houses on
  uint32_t spouses_other_name = 100;
  uint32_t spouses_same_initial = 100;
  uint32_t spouses_similar_name = 100;
};

struct LookalikeRates {
  double middle_initial_shared = 0.5;  // of sons
  double suffix_families = 0.25;       // of fathers and sons: Sr and Jr behind the surname ...
  double suffix_rows = 0.5;            // ... in this share of their rows
};

// Appends the people's rows, with CensusRow::lookalike set, and marks fathers' rows with their suffix. Fewer than asked
// for if the census has too few people in households.
void AddLookalikes(uint64_t seed, const LookalikeNumbers& numbers, const LookalikeRates& rates,
                   std::vector<CensusRow>& rows);

}  // namespace wensum::benchmarks

#endif  // WENSUM_BENCHMARKS_PEOPLE_LOOKALIKES_H_
