// Errors of councils' records, put into a census that has none. Seeded: the same rows, rates and seed give the same
// bytes everywhere.
#ifndef WENSUM_BENCHMARKS_PEOPLE_NOISE_H_
#define WENSUM_BENCHMARKS_PEOPLE_NOISE_H_

#include <cstdint>
#include <vector>

#include "benchmarks/people/census.h"

namespace wensum::benchmarks {

// Shares of all rows, unless said otherwise. Given names suffer at most one error, and so do dates of birth.
struct NoiseRates {
  double given_missing = 0.01;
  double given_initial_only = 0.03;
  double given_short_form = 0.04;  // of rows whose name has one
  double given_misspelt = 0.04;
  double surname_misspelt = 0.04;
  double surname_changed = 0.04;  // of women from 18 years; for this row and all later ones
  double names_exchanged = 0.01;
  double middle_initial_missing = 0.40;
  double born_missing = 0.25;
  double born_day_for_month = 0.02;  // of rows whose day could be a month
  double born_wrong_digit = 0.03;
  double born_first_of_january = 0.005;
  double born_of_another = 0.003;
  double sex_missing = 0.10;
  double sex_wrong = 0.005;
  double address_of_another = 0.05;
  double street_misspelt = 0.04;
  double house_number_missing = 0.04;
};

// Each row has a generator of its own: rows put in or taken out do not change the errors of the others, but for the
// values that come from "another", which is any row.
void AddNoise(uint64_t seed, const NoiseRates& rates, std::vector<CensusRow>& rows);

}  // namespace wensum::benchmarks

#endif  // WENSUM_BENCHMARKS_PEOPLE_NOISE_H_
