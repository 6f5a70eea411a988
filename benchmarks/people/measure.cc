#include "benchmarks/people/measure.h"

#include <chrono>
#include <functional>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "benchmarks/support/process.h"
#include "services/dedupe/dedupe.h"
#include "services/dedupe/evaluate.h"
#include "services/dedupe/files.h"

namespace wensum::benchmarks {
namespace {

using nlohmann::ordered_json;

double SteadySeconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// What `make` returns in a child process.
absl::StatusOr<ordered_json> JsonOfChild(const std::string& path,
                                         const std::function<absl::StatusOr<std::string>()>& make) {
  WENSUM_RETURN_IF_ERROR(InChildProcess([&]() -> absl::Status {
    WENSUM_ASSIGN_OR_RETURN(const std::string text, make());
    return dedupe::WriteFile(path, text);
  }));
  WENSUM_ASSIGN_OR_RETURN(const std::string text, dedupe::ReadFile(path));
  ordered_json json = ordered_json::parse(text, nullptr, /*allow_exceptions=*/false);
  return json.is_discarded() ? absl::StatusOr<ordered_json>(Internal(Cat(path, " is no JSON")))
                             : absl::StatusOr<ordered_json>(std::move(json));
}

// The object's members of these names, in this order.
ordered_json Part(const ordered_json& object, std::initializer_list<const char*> names) {
  ordered_json part = ordered_json::object();
  for (const char* const name : names) {
    if (object.contains(name)) part[name] = object[name];
  }
  return part;
}

double Rate(double count, double seconds) { return seconds > 0 ? count / seconds : 0; }

ordered_json Cost(const ordered_json& summary) {
  ordered_json cost =
      Part(summary, {"total_seconds", "cpu_seconds", "seconds", "peak_memory_bytes", "index_bytes", "record_bytes"});
  const double records = summary.value("records", 0.0);
  cost["records_per_second"] = Rate(records, summary.value("total_seconds", 0.0));
  cost["peak_bytes_per_record"] = Rate(summary.value("peak_memory_bytes", 0.0), records);
  return cost;
}

// Finding and scoring each candidate pair once: the inner loop, which a frozen model runs one time.
double PairsPerSecondAndThread(const ordered_json& frozen) {
  const ordered_json& seconds = frozen["seconds"];
  return Rate(frozen.value("pairs", 0.0),
              (seconds.value("candidates", 0.0) + seconds.value("score", 0.0)) * frozen.value("threads", 1.0));
}

}  // namespace

absl::StatusOr<ordered_json> MeasurePeople(const PeopleTask& task, const std::string& directory) {
  const auto path = [&directory](std::string_view name) { return Cat(directory, "/", name); };
  dedupe::DedupeOptions options = {.config = task.config,
                                   .inputs = task.inputs,
                                   .out = path("clusters.csv"),
                                   .review = path("review.csv"),
                                   .model_out = path("model.json"),
                                   .threads = task.threads,
                                   .undated = task.undated,
                                   .seconds = SteadySeconds};
  if (task.keep_pairs) options.pairs = path("pairs.csv");
  options.truth = {
      .files = task.inputs, .id = task.truth_id, .entity = task.truth_entity, .entity_pattern = task.entity_pattern};
  WENSUM_ASSIGN_OR_RETURN(const ordered_json learnt,
                          JsonOfChild(path("learnt.json"), [&] { return dedupe::Dedupe(options); }));
  const dedupe::EvaluateOptions evaluate = {
      .clusters = options.out, .truth = options.truth, .pairs = options.pairs, .review = options.review};
  WENSUM_ASSIGN_OR_RETURN(const ordered_json fit,
                          JsonOfChild(path("fit.json"), [&] { return dedupe::Evaluate(evaluate); }));

  options.out = path("frozen_clusters.csv");
  options.pairs.clear();
  options.review.clear();
  options.model = std::exchange(options.model_out, "");
  options.truth = {};
  WENSUM_ASSIGN_OR_RETURN(const ordered_json frozen,
                          JsonOfChild(path("frozen.json"), [&] { return dedupe::Dedupe(options); }));
  WENSUM_ASSIGN_OR_RETURN(const std::string clusters, dedupe::ReadFile(evaluate.clusters));
  WENSUM_ASSIGN_OR_RETURN(const std::string frozen_clusters, dedupe::ReadFile(options.out));
  if (clusters != frozen_clusters) return Internal("the model gave other clusters when it was read back from its file");

  ordered_json out = Part(learnt, {"records", "entities"});
  out["people"] = fit["people"];
  ordered_json& accuracy = out["accuracy"] =
      Part(fit, {"edges", "cluster_pairs", "b_cubed", "true_pairs", "false_pairs", "missed_pairs", "largest_entity"});
  accuracy["false_and_missed_pairs"] = fit.value("false_pairs", 0.0) + fit.value("missed_pairs", 0.0);
  out["review"] = fit["review"];
  out["candidates"] =
      Part(learnt, {"pairs", "pairs_per_record", "keys_per_record", "keys_kept_per_record", "hub_keys"});
  out["candidates"].update(learnt["retrieval"]);
  out["graph"] = learnt["graph"];
  out["model"] = learnt["model"];
  out["model"]["identity_guard_fired"] = learnt["training"]["identity_guard_fired"];
  out["learning"] = Cost(learnt);
  out["frozen_model"] = Cost(frozen);
  out["frozen_model"]["pairs_per_second_and_thread"] = PairsPerSecondAndThread(frozen);
  return out;
}

}  // namespace wensum::benchmarks
