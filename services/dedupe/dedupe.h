// `wensum people dedupe`: who is the same person in files of records, without a server.
#ifndef WENSUM_SERVICES_DEDUPE_DEDUPE_H_
#define WENSUM_SERVICES_DEDUPE_DEDUPE_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "matching/score/linkage_model.h"
#include "services/dedupe/truth.h"

namespace wensum::dedupe {

struct DedupeOptions {
  std::string config;
  std::vector<std::string> inputs;
  std::string out;          // clusters: record_id,entity_id
  std::string pairs;        // optional: record_id_a,record_id_b,weight,probability
  std::string review;       // optional: record_id_a,record_id_b,weight,reason
  std::string unusual;      // optional: entity_id,records,distinct_records,cohesion
  std::string model;        // optional: resolve with this model instead of learning one
  std::string model_out;    // optional: where to keep the model learnt, or calibrated
  std::string labels;       // optional: record_id_a,record_id_b,one_person; the model's scores are calibrated with them
  std::string summary;      // optional: JSON
  TruthOptions truth;       // optional: the summary then says what retrieval misses; nothing else depends on it
  size_t threads = 0;       // 0: the machine's
  uint64_t seed_order = 0;  // not 0: shuffle the records first; the result is the same
  matching::UndatedRule undated = matching::UndatedRule::kBelowScore;
  // Seconds since any fixed moment.
  std::function<double()> seconds;
};

// Reads, learns unless a model is given, resolves, and writes the files asked for. Returns the summary as JSON text.
// Records are known by the id column, with the file's label and ":" before it if there are several files. Rows of all
// files are sorted by record id, so that equal results are equal bytes. An entity's id is the first of its records'
// ids. INVALID_ARGUMENT for a bad configuration, a missing column, a blank or repeated record id, or a model for other
// attributes.
absl::StatusOr<std::string> Dedupe(const DedupeOptions& options);

}  // namespace wensum::dedupe

#endif  // WENSUM_SERVICES_DEDUPE_DEDUPE_H_
