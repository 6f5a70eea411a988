// Small invented populations with errors, for tests of the batch resolution.
#ifndef WENSUM_TESTS_MATCHING_PEOPLE_PEOPLE_SAMPLE_H_
#define WENSUM_TESTS_MATCHING_PEOPLE_PEOPLE_SAMPLE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "matching/schema/record_set.h"
#include "matching/schema/schema.h"

namespace wensum::matching {

// given name, surname, date of birth, postcode, house (address: house), street (address: house).
Schema PeopleSchema();

struct SampleRow {
  std::string key;
  uint32_t person = 0;
  std::vector<std::string> values;  // by attribute
  std::string once;
};

struct PeopleOptions {
  uint64_t seed = 1;
  uint32_t households = 100;
  uint32_t members = 2;      // of each household: one surname, one address
  uint32_t records = 3;      // of each person, each from another year
  double error_rate = 0.15;  // of each value: a letter changed, or the value missing
};

// In the order of people.
std::vector<SampleRow> MakePeople(const PeopleOptions& options);

// Adds the rows, shuffled unless `shuffle_seed` is 0, and seals.
void Fill(const std::vector<SampleRow>& rows, uint64_t shuffle_seed, RecordSet& records);

// The true person of each record of a sealed set.
std::vector<uint32_t> TruthOf(const std::vector<SampleRow>& rows, const RecordSet& records);

}  // namespace wensum::matching

#endif  // WENSUM_TESTS_MATCHING_PEOPLE_PEOPLE_SAMPLE_H_
