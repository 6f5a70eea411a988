#include "services/dedupe/evaluate.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "matching/evaluate/metrics.h"
#include "matching/resolve/disjoint_sets.h"
#include "services/dedupe/files.h"

namespace wensum::dedupe {
namespace {

using matching::Agreement;
using nlohmann::ordered_json;
absl::StatusOr<uint32_t> RecordOf(const Truth& truth, std::string_view id, uint64_t line) {
  const auto it = truth.records.find(id);
  if (it == truth.records.end()) return InvalidArgument(Cat("line ", line, ": the truth has no record ", Quote(id)));
  return it->second;
}

// 0 if there is no whole.
double Ratio(uint64_t part, uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

ordered_json ToJson(const Agreement& fit) {
  return {{"precision", fit.precision}, {"recall", fit.recall}, {"f1", fit.f1()}};
}

absl::StatusOr<ordered_json> EvaluatePairs(const EvaluateOptions& options, const Truth& truth, uint64_t true_pairs) {
  uint64_t predicted = 0;
  uint64_t correct = 0;
  const std::string columns[] = {"record_id_a", "record_id_b", "probability"};
  WENSUM_RETURN_IF_ERROR(
      ReadColumns(options.pairs, columns, [&](std::span<const std::string_view> values, uint64_t line) -> absl::Status {
        WENSUM_ASSIGN_OR_RETURN(const uint32_t a, RecordOf(truth, values[0], line));
        WENSUM_ASSIGN_OR_RETURN(const uint32_t b, RecordOf(truth, values[1], line));
        if (ParseDouble(values[2]).value_or(0) < 0.5) return absl::OkStatus();
        ++predicted;
        correct += truth.people[a] == truth.people[b] ? 1 : 0;
        return absl::OkStatus();
      }));
  // Nothing found and nothing to find count as perfect.
  return ToJson(
      Agreement{predicted == 0 ? 1 : Ratio(correct, predicted), true_pairs == 0 ? 1 : Ratio(correct, true_pairs)});
}

// The work that the review file asks for, and what comes of it if a perfect reviewer does it.
absl::StatusOr<ordered_json> EvaluateReview(const EvaluateOptions& options, const Truth& truth,
                                            std::span<const uint32_t> predicted) {
  absl::flat_hash_map<uint32_t, uint32_t> first_of;  // by cluster
  std::vector<uint32_t> first(predicted.size());     // by record: the first record of its cluster
  for (uint32_t i = 0; i < predicted.size(); ++i) first[i] = first_of.try_emplace(predicted[i], i).first->second;
  matching::DisjointSets joined(predicted.size());
  std::vector<bool> in_band(predicted.size());  // by first record
  uint64_t pairs = 0;
  uint64_t same = 0;
  const std::string columns[] = {"record_id_a", "record_id_b"};
  WENSUM_RETURN_IF_ERROR(ReadColumns(options.review, columns,
                                     [&](std::span<const std::string_view> values, uint64_t line) -> absl::Status {
                                       WENSUM_ASSIGN_OR_RETURN(const uint32_t a, RecordOf(truth, values[0], line));
                                       WENSUM_ASSIGN_OR_RETURN(const uint32_t b, RecordOf(truth, values[1], line));
                                       ++pairs;
                                       in_band[first[a]] = in_band[first[b]] = true;
                                       if (truth.people[a] != truth.people[b]) return absl::OkStatus();
                                       ++same;
                                       joined.Join(first[a], first[b]);
                                       return absl::OkStatus();
                                     }));
  uint64_t records = 0;
  std::vector<uint32_t> reviewed(predicted.size());
  for (uint32_t i = 0; i < predicted.size(); ++i) {
    records += in_band[first[i]] ? 1 : 0;
    reviewed[i] = joined.Find(first[i]);
  }
  const matching::PartitionMetrics after = matching::ComparePartitions(reviewed, truth.people);
  return ordered_json{{"pairs", pairs},
                      {"same_person", same},
                      {"records", records},
                      {"share_of_records", Ratio(records, predicted.size())},
                      {"after_cluster_pairs", ToJson(after.pairs)},
                      {"after_b_cubed", ToJson(after.b_cubed)}};
}

}  // namespace

absl::StatusOr<std::string> Evaluate(const EvaluateOptions& options) {
  WENSUM_ASSIGN_OR_RETURN(const Truth truth, ReadTruth(options.truth));
  NumberMap clusters;
  std::vector<uint32_t> predicted(truth.people.size());
  // Records in no cluster are alone: numbers that no cluster has.
  for (uint32_t i = 0; i < predicted.size(); ++i) predicted[i] = ~i;
  const std::string columns[] = {"record_id", "entity_id"};
  WENSUM_RETURN_IF_ERROR(ReadColumns(options.clusters, columns,
                                     [&](std::span<const std::string_view> values, uint64_t line) -> absl::Status {
                                       WENSUM_ASSIGN_OR_RETURN(const uint32_t record, RecordOf(truth, values[0], line));
                                       predicted[record] = NumberOf(clusters, values[1]);
                                       return absl::OkStatus();
                                     }));
  const matching::PartitionMetrics metrics = matching::ComparePartitions(predicted, truth.people);
  ordered_json out = {{"records", metrics.records},
                      {"entities", metrics.clusters},
                      {"people", metrics.people},
                      {"largest_entity", metrics.largest_cluster},
                      {"true_pairs", metrics.true_pairs},
                      {"false_pairs", metrics.false_pairs()},
                      {"missed_pairs", metrics.missed_pairs()},
                      {"cluster_pairs", ToJson(metrics.pairs)},
                      {"b_cubed", ToJson(metrics.b_cubed)}};
  if (!options.pairs.empty()) {
    WENSUM_ASSIGN_OR_RETURN(out["edges"], EvaluatePairs(options, truth, metrics.true_pairs));
  }
  if (!options.review.empty()) {
    WENSUM_ASSIGN_OR_RETURN(out["review"], EvaluateReview(options, truth, predicted));
  }
  return out.dump(2) + "\n";
}

}  // namespace wensum::dedupe
