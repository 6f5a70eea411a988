// The partition of a set of records by its definition: all pairs, no index, no memory of the past.
#ifndef WENSUM_TESTS_REFERENCE_PARTITION_REFERENCE_H_
#define WENSUM_TESTS_REFERENCE_PARTITION_REFERENCE_H_

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "matching/score/model.h"
#include "matching/standardise.h"

namespace wensum::reference {

struct PartitionInput {
  std::map<uint32_t, matching::PersonFeatures> records;
  // true: must-link; false: cannot-link. Pairs in ascending order of records.
  std::map<std::pair<uint32_t, uint32_t>, bool> links;
};

// Clusters, each sorted, sorted by first member.
std::vector<std::vector<uint32_t>> Partition(const PartitionInput& input, const matching::PersonModel& model);

}  // namespace wensum::reference

#endif  // WENSUM_TESTS_REFERENCE_PARTITION_REFERENCE_H_
