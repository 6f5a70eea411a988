// How well a partition of records fits the truth.
#ifndef WENSUM_MATCHING_EVALUATE_METRICS_H_
#define WENSUM_MATCHING_EVALUATE_METRICS_H_

#include <cstdint>
#include <span>

namespace wensum::matching {

// Precision, recall and their harmonic mean. Nothing found and nothing to find count as perfect.
struct Agreement {
  double precision = 1;
  double recall = 1;
  [[nodiscard]] double f1() const { return precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0; }
};

struct PartitionMetrics {
  uint64_t records = 0;
  uint64_t clusters = 0;
  uint64_t people = 0;  // in truth
  uint64_t largest_cluster = 0;
  uint64_t predicted_pairs = 0;  // that the clusters imply
  uint64_t true_pairs = 0;
  uint64_t correct_pairs = 0;  // of both
  Agreement pairs;
  Agreement b_cubed;  // Bagga and Baldwin 1998: the mean over the records

  [[nodiscard]] uint64_t false_pairs() const { return predicted_pairs - correct_pairs; }
  [[nodiscard]] uint64_t missed_pairs() const { return true_pairs - correct_pairs; }
};

// `predicted` and `truth` give each record's cluster and person, as any numbers. n log n.
PartitionMetrics ComparePartitions(std::span<const uint32_t> predicted, std::span<const uint32_t> truth);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_EVALUATE_METRICS_H_
