// A small seeded population of households and the records that a council's systems would hold of it.
#ifndef WENSUM_TESTS_MATCHING_HOUSEHOLD_SAMPLE_H_
#define WENSUM_TESTS_MATCHING_HOUSEHOLD_SAMPLE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "matching/standardise.h"

namespace wensum::matching_test {

struct SampleRecord {
  matching::PersonFeatures features;
  uint32_t person = 0;  // the truth
};

// Families, couples, people alone and shared houses; with fathers and sons of one name (1.5 % of families), twins,
// namesakes next door; each person in one to six systems, most of which don't hold dates of birth; with slips of the
// pen, nicknames, initials, changed surnames, earlier addresses and unmatched properties.
std::vector<SampleRecord> MakeHouseholdSample(uint32_t households, uint64_t seed);

// Precision and recall of pairs.
struct PairCounts {
  uint64_t found = 0;    // pairs in one cluster
  uint64_t correct = 0;  // of which one person
  uint64_t truth = 0;
  [[nodiscard]] double precision() const {
    return found == 0 ? 1 : static_cast<double>(correct) / static_cast<double>(found);
  }
  [[nodiscard]] double recall() const {
    return truth == 0 ? 1 : static_cast<double>(correct) / static_cast<double>(truth);
  }
};
// `clusters` hold record numbers, the first of which is 1; `truth[i]` is the person of record i + 1.
PairCounts CountPairs(const std::vector<std::vector<uint32_t>>& clusters, const std::vector<uint32_t>& truth);

}  // namespace wensum::matching_test

#endif  // WENSUM_TESTS_MATCHING_HOUSEHOLD_SAMPLE_H_
