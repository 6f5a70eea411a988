#include "matching/evaluate/metrics.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace wensum::matching {
namespace {

uint64_t PairsOf(uint64_t size) { return size * (size - 1) / 2; }

// The sizes of the groups of equal values, by group in ascending order of value.
template <typename T>
std::vector<std::pair<T, uint64_t>> GroupSizes(std::vector<T> values) {
  std::ranges::sort(values);
  std::vector<std::pair<T, uint64_t>> groups;
  for (const T& value : values) {
    if (groups.empty() || groups.back().first != value) groups.emplace_back(value, 0);
    ++groups.back().second;
  }
  return groups;
}

uint64_t SizeOf(const std::vector<std::pair<uint32_t, uint64_t>>& groups, uint32_t value) {
  return std::ranges::lower_bound(groups, value, {}, &std::pair<uint32_t, uint64_t>::first)->second;
}

double Ratio(double part, double whole) { return whole > 0 ? part / whole : 1; }

}  // namespace

PartitionMetrics ComparePartitions(std::span<const uint32_t> predicted, std::span<const uint32_t> truth) {
  PartitionMetrics out;
  out.records = predicted.size();
  const auto clusters = GroupSizes(std::vector<uint32_t>(predicted.begin(), predicted.end()));
  const auto people = GroupSizes(std::vector<uint32_t>(truth.begin(), truth.end()));
  std::vector<std::pair<uint32_t, uint32_t>> both;
  both.reserve(predicted.size());
  for (size_t i = 0; i < predicted.size(); ++i) both.emplace_back(predicted[i], truth[i]);
  out.clusters = clusters.size();
  out.people = people.size();
  for (const auto& [cluster, size] : clusters) {
    out.predicted_pairs += PairsOf(size);
    out.largest_cluster = std::max(out.largest_cluster, size);
  }
  for (const auto& [person, size] : people) out.true_pairs += PairsOf(size);
  double precision = 0;
  double recall = 0;
  for (const auto& [group, size] : GroupSizes(std::move(both))) {
    out.correct_pairs += PairsOf(size);
    const auto squared = static_cast<double>(size * size);
    precision += squared / static_cast<double>(SizeOf(clusters, group.first));
    recall += squared / static_cast<double>(SizeOf(people, group.second));
  }
  const auto correct = static_cast<double>(out.correct_pairs);
  out.pairs = {Ratio(correct, static_cast<double>(out.predicted_pairs)),
               Ratio(correct, static_cast<double>(out.true_pairs))};
  const auto records = static_cast<double>(out.records);
  out.b_cubed = {Ratio(precision, records), Ratio(recall, records)};
  return out;
}

}  // namespace wensum::matching
