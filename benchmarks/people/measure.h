// One run of the batch resolution on files of people, as `wensum people dedupe` makes it, and its figures.
#ifndef WENSUM_BENCHMARKS_PEOPLE_MEASURE_H_
#define WENSUM_BENCHMARKS_PEOPLE_MEASURE_H_

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "matching/score/linkage_model.h"

namespace wensum::benchmarks {

struct PeopleTask {
  std::string config;
  std::vector<std::string> inputs;
  std::string truth_id;
  std::string truth_entity;
  std::string entity_pattern;  // as `people evaluate` takes it
  matching::UndatedRule undated = matching::UndatedRule::kBelowScore;
  size_t threads = 1;
  bool keep_pairs = true;  // for the fit of single pairs: one line of text for each
};

// Learns and resolves, then resolves again with the model just learnt, each in a process of its own, so that the peak
// memory is that of the run alone. Files go to `directory`, and stay there. Call while this process has no other
// thread. INTERNAL if the two runs disagree. Keys of the result: records, accuracy, review, candidates, graph, model,
// learning, frozen_model.
absl::StatusOr<nlohmann::ordered_json> MeasurePeople(const PeopleTask& task, const std::string& directory);

}  // namespace wensum::benchmarks

#endif  // WENSUM_BENCHMARKS_PEOPLE_MEASURE_H_
