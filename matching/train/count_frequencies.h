// Frequencies of values among people.
#ifndef WENSUM_MATCHING_TRAIN_COUNT_FREQUENCIES_H_
#define WENSUM_MATCHING_TRAIN_COUNT_FREQUENCIES_H_

#include <span>
#include <vector>

#include "matching/schema/record_set.h"
#include "matching/score/linkage_model.h"

namespace wensum::matching {

// How many clusters hold each value and each word: a person with ten records counts once. `labels` gives each record's
// cluster; clusters are people as far as is known.
class FrequencyCount {
 public:
  FrequencyCount(const RecordSet& records, std::span<const RecordIndex> labels);

  // For the records counted.
  [[nodiscard]] FrequencyTables Tables() const;
  // For a model: values held once are left out.
  [[nodiscard]] Frequencies Snapshot() const;
  // log2 of the chance that the values of two people agree, by attribute.
  [[nodiscard]] double Log2ChanceAgreement(size_t attribute) const;

 private:
  const RecordSet* records_;
  std::vector<std::vector<uint32_t>> values_;      // by attribute and ValueId
  std::vector<std::vector<uint32_t>> text_words_;  // by attribute and TokenId
  std::vector<uint32_t> name_words_;
  std::vector<uint32_t> holders_;  // clusters with any value, by attribute
  uint32_t name_holders_ = 0;
};

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_TRAIN_COUNT_FREQUENCIES_H_
