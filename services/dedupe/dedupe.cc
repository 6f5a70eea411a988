#include "services/dedupe/dedupe.h"

#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "base/parallel.h"
#include "base/random.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "matching/person/default_model.h"
#include "matching/resolve/candidate_pairs.h"
#include "matching/resolve/resolution.h"
#include "matching/retrieve/candidate_index.h"
#include "matching/schema/record_set.h"
#include "matching/schema/value_text.h"
#include "matching/score/pair_scorer.h"
#include "matching/train/trainer.h"
#include "services/dedupe/files.h"
#include "services/dedupe/labels.h"
#include "services/dedupe/model_file.h"
#include "services/dedupe/people_config.h"
#include "services/dedupe/retrieval_fit.h"
#include "services/dedupe/unusual.h"

namespace wensum::dedupe {
namespace {

using matching::RecordIndex;
using nlohmann::ordered_json;

// From so many records on a model is learnt, and used, with the keys and caps of a register: the pairs that the others
// would add grow with the number of records, and hardly any of them is of one person (docs/benchmarks.md).
constexpr size_t kManyRecords = 200'000;

// A function of the number of records alone: the same input gives the same model on every machine.
matching::ResolutionRules RulesToLearnWith(size_t records) {
  return records < kManyRecords ? matching::ResolutionRules() : matching::PersonRules();
}

class PhaseClock {
 public:
  explicit PhaseClock(const std::function<double()>& seconds)
      : seconds_(seconds), begin_(Now()), phase_begin_(begin_) {}
  void Enter(std::string_view phase) {
    const double now = Now();
    if (!phase_.empty()) spent_[phase_] = spent_.value(phase_, 0.0) + (now - phase_begin_);
    phase_ = std::string(phase);
    phase_begin_ = now;
  }
  [[nodiscard]] double total() const { return Now() - begin_; }
  [[nodiscard]] const ordered_json& spent() const { return spent_; }

 private:
  [[nodiscard]] double Now() const { return seconds_ ? seconds_() : 0; }
  const std::function<double()>& seconds_;
  double begin_;
  double phase_begin_;
  std::string phase_;
  ordered_json spent_ = ordered_json::object();
};

// One input row, kept until the order is known.
struct Row {
  std::string key;
  std::string once;
  std::vector<std::string> values;
};

absl::Status AddRecords(const std::vector<Row>& rows, matching::RecordSet& records) {
  std::vector<std::string_view> values;
  for (const Row& row : rows) {
    values.assign(row.values.begin(), row.values.end());
    records.Add(row.key, values, row.once);
  }
  return absl::OkStatus();
}

absl::Status ReadInputs(const DedupeOptions& options, const PeopleConfig& config, matching::RecordSet& records) {
  std::vector<std::string> columns = {config.id};
  columns.insert(columns.end(), config.once_per.begin(), config.once_per.end());
  const size_t first_value = columns.size();
  for (const auto& of_attribute : config.columns)
    columns.insert(columns.end(), of_attribute.begin(), of_attribute.end());
  std::vector<Row> shuffled;
  absl::flat_hash_set<std::string> known;
  for (const std::string& path : options.inputs) {
    const std::string prefix = options.inputs.size() > 1 ? Cat(LabelOf(path), ":") : std::string();
    std::vector<Row> one(1);
    Row& row = one.front();
    WENSUM_RETURN_IF_ERROR(ReadColumns(path, columns, [&](std::span<const std::string_view> fields, uint64_t line) {
      row.key = Cat(prefix, fields[0]);
      if (fields[0].empty()) return InvalidArgument(Cat("line ", line, ": the record id is blank"));
      if (!known.insert(row.key).second) {
        return InvalidArgument(Cat("line ", line, ": the record id ", Quote(row.key), " has been used before"));
      }
      row.once.clear();
      for (size_t i = 1; i < first_value; ++i) AppendTo(row.once, fields[i], "\x1F");
      row.values.clear();
      size_t at = first_value;
      for (size_t attribute = 0; attribute < config.columns.size(); ++attribute) {
        std::string& value = row.values.emplace_back();
        const char between = config.any_of[attribute] ? matching::kAlternativeSeparator : ' ';
        for (size_t i = 0; i < config.columns[attribute].size(); ++i, ++at) {
          if (fields[at].empty()) continue;
          if (!value.empty()) value.push_back(between);
          value.append(fields[at]);
        }
      }
      if (options.seed_order == 0) return AddRecords(one, records);
      shuffled.push_back(row);
      return absl::OkStatus();
    }));
  }
  Random random(options.seed_order);
  for (size_t i = shuffled.size(); i > 1; --i) std::swap(shuffled[i - 1], shuffled[random.Below(i)]);
  return AddRecords(shuffled, records);
}

std::vector<RecordIndex> ByKey(const matching::RecordSet& records) {
  std::vector<RecordIndex> order(records.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, {}, [&records](RecordIndex i) -> const std::string& { return records.key(i); });
  return order;
}

std::string ClustersCsv(const matching::RecordSet& records, const std::vector<RecordIndex>& labels) {
  const std::vector<RecordIndex> order = ByKey(records);
  std::vector<RecordIndex> first(records.size(), matching::CandidateIndex::kNobody);  // by label
  std::string out = "record_id,entity_id\n";
  for (const RecordIndex record : order) {
    RecordIndex& entity = first[labels[record]];
    if (entity == matching::CandidateIndex::kNobody) entity = record;
    const std::string_view fields[] = {records.key(record), records.key(entity)};
    AppendCsvRow(out, fields);
  }
  return out;
}

std::string Number(double value) { return Cat(std::round(value * 1e4) / 1e4); }

// Sorted by entity.
std::string UnusualCsv(const matching::RecordSet& records, const std::vector<RecordIndex>& labels,
                       const std::vector<UnusualEntity>& unusual) {
  std::vector<std::pair<std::string_view, const UnusualEntity*>> rows;
  std::vector<const UnusualEntity*> by_label(records.size());
  for (const UnusualEntity& entity : unusual) by_label[entity.label] = &entity;
  for (const RecordIndex record : ByKey(records)) {
    const UnusualEntity* const entity = std::exchange(by_label[labels[record]], nullptr);
    if (entity != nullptr) rows.emplace_back(records.key(record), entity);
  }
  std::string out = "entity_id,records,distinct_records,cohesion\n";
  for (const auto& [id, entity] : rows) {
    const std::string numbers[] = {Cat(entity->records), Cat(entity->cohesion.contents),
                                   Number(entity->cohesion.share)};
    const std::string_view fields[] = {id, numbers[0], numbers[1], numbers[2]};
    AppendCsvRow(out, fields);
  }
  return out;
}

ordered_json UnusualJson(const std::vector<UnusualEntity>& unusual, const matching::UnusualBounds& bounds) {
  return {{"many", std::ranges::count_if(unusual, [&](const auto& e) { return e.cohesion.many(bounds); })},
          {"loose", std::ranges::count_if(unusual, [&](const auto& e) { return e.cohesion.loose(bounds); })}};
}

double Probability(double weight) { return 1 / (1 + std::exp2(-weight)); }

// Rows of two record ids, smaller first, and more, sorted.
std::string PairsCsv(std::string_view header,
                     std::vector<std::pair<std::pair<std::string_view, std::string_view>, std::string>> rows) {
  std::ranges::sort(rows);
  std::string out(header);
  for (const auto& [keys, rest] : rows) {
    const std::string_view fields[] = {keys.first, keys.second};
    AppendCsvRow(out, fields);
    out.back() = ',';
    AppendTo(out, rest, "\n");
  }
  return out;
}

std::pair<std::string_view, std::string_view> Keys(const matching::RecordSet& records, RecordIndex a, RecordIndex b) {
  return std::minmax(std::string_view(records.key(a)), std::string_view(records.key(b)));
}

std::string ScoredCsv(const matching::RecordSet& records, const std::vector<matching::ScoredPair>& pairs) {
  std::vector<std::pair<std::pair<std::string_view, std::string_view>, std::string>> rows;
  rows.reserve(pairs.size());
  for (const auto& pair : pairs) {
    const auto weight = static_cast<double>(pair.score);
    rows.emplace_back(Keys(records, pair.a, pair.b), Cat(Number(weight), ",", Number(Probability(weight))));
  }
  return PairsCsv("record_id_a,record_id_b,weight,probability\n", std::move(rows));
}

std::string ReviewCsv(const matching::RecordSet& records, const std::vector<matching::ReviewPair>& pairs) {
  std::vector<std::pair<std::pair<std::string_view, std::string_view>, std::string>> rows;
  rows.reserve(pairs.size());
  for (const auto& pair : pairs) {
    rows.emplace_back(Keys(records, pair.a, pair.b),
                      Cat(Number(pair.score), ",", matching::ReviewReasonName(pair.reason)));
  }
  return PairsCsv("record_id_a,record_id_b,weight,reason\n", std::move(rows));
}

ordered_json ComponentsJson(const matching::Resolution::Stats& stats) {
  return {{"edges", stats.edges},
          {"components", stats.components},
          {"largest", stats.largest_component},
          {"mean_seen_by_a_record", stats.mean_component},
          {"cut", stats.cut_components},
          {"unresolved", stats.unresolved_parts}};
}

ordered_json ModelJson(const matching::LinkageModel& model) {
  const matching::LinkageParameters& parameters = model.parameters;
  ordered_json dependences = ordered_json::array();
  for (size_t i = 0; i < model.schema.size(); ++i) {
    const int parent = parameters.attributes[i].parent;
    if (parent >= 0) dependences.push_back({model.schema[static_cast<size_t>(parent)].name, model.schema[i].name});
  }
  return {{"version", model.version},
          {"match_rate", parameters.match_rate},
          {"household_class", parameters.household.on},
          {"household_match_share", parameters.household.match_share},
          {"household_pairs", parameters.household.seeds},
          {"dependences", dependences}};
}

ordered_json TrainingJson(const matching::TrainReport& report) {
  ordered_json rounds = ordered_json::array();
  for (const auto& round : report.rounds) {
    rounds.push_back({{"match_rate", round.match_rate},
                      {"household_class", round.household_on},
                      {"household_match_share", round.household_match_share},
                      {"clusters", round.clusters},
                      {"graph", ComponentsJson(round.components)}});
  }
  return {{"identity_guard_fired", report.identity_guard_fired}, {"rounds", rounds}};
}

uint64_t PeakMemoryBytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<uint64_t>(usage.ru_maxrss) * 1024;
}

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// What resolution has made of the records.
struct Resolved {
  std::vector<matching::ScoredPair> pairs;  // of records, if they are to be written
  matching::Resolution resolution;
  std::vector<UnusualEntity> unusual;
};

// One call of Dedupe: what is read and learnt on the way.
class Run {
 public:
  Run(const DedupeOptions& options, PhaseClock& clock)
      : options_(options), clock_(clock), threads_(options.threads == 0 ? DefaultThreads() : options.threads) {}

  absl::StatusOr<std::string> Execute() {
    WENSUM_ASSIGN_OR_RETURN(const PeopleConfig config, LoadPeopleConfig(options_.config));
    if (!options_.model.empty()) {
      WENSUM_ASSIGN_OR_RETURN(model_, LoadModel(options_.model));
      if (!(model_.schema == config.schema)) {
        return InvalidArgument(Cat(options_.model, " was learnt for other attributes than ", options_.config,
                                   " declares; learn a new model with --model-out"));
      }
    }
    clock_.Enter("read");
    matching::RecordSet records(config.schema);
    WENSUM_RETURN_IF_ERROR(ReadInputs(options_, config, records));
    records.Seal();
    std::vector<matching::PairLabel> labels;
    if (!options_.labels.empty()) {
      WENSUM_ASSIGN_OR_RETURN(labels, ReadLabels(options_.labels, records));
    }
    clock_.Enter("index");
    matching::ResolutionRules rules =
        options_.model.empty() ? RulesToLearnWith(records.size()) : model_.parameters.rules;
    rules.undated = options_.undated;
    const matching::CandidateIndex index(
        records, {.caps = {rules.hub_cap, rules.mixed_cap}, .richness = rules.key_richness, .threads = threads_});
    const matching::PairComparer comparer(&records.values());
    clock_.Enter("candidates");
    matching::CandidatePairs pairs(&records, &index, &comparer, threads_);
    WENSUM_RETURN_IF_ERROR(Learn(rules, std::move(labels), pairs));
    const Resolved resolved = Resolve(pairs);
    clock_.Enter("write");
    WENSUM_RETURN_IF_ERROR(Write(records, resolved));
    clock_.Enter("");
    return Summarise(pairs, resolved);
  }

 private:
  absl::Status Learn(const matching::ResolutionRules& rules, std::vector<matching::PairLabel> labels,
                     matching::CandidatePairs& pairs) {
    if (options_.model.empty()) {
      matching::TrainOptions train;
      train.rules = rules;
      train.on_phase = [this](std::string_view phase) { clock_.Enter(Cat("train: ", phase)); };
      model_ = matching::Train(pairs, train, training_);
      model_.version = "trained";
    }
    model_.parameters.rules = rules;
    if (options_.labels.empty()) return absl::OkStatus();
    const matching::CalibrateOptions calibrate = {
        .on_phase = [this](std::string_view phase) { clock_.Enter(Cat("calibrate: ", phase)); }};
    WENSUM_ASSIGN_OR_RETURN(model_.parameters.calibration,
                            matching::Calibrate(pairs, model_, std::move(labels), calibrate, calibration_));
    return absl::OkStatus();
  }

  Resolved Resolve(matching::CandidatePairs& pairs) {
    clock_.Enter("score");
    const matching::RecordSet& records = pairs.records();
    const matching::ResolutionRules& rules = model_.parameters.rules;
    const matching::FrequencyTables tables = matching::TablesFor(records.values(), model_.frequencies);
    const matching::PairScorer scorer(&records.values(), &model_.parameters, &tables);
    std::vector<matching::ScoredPair> scored =
        pairs.ScoreAll(scorer, std::min(rules.edge_floor, rules.review_threshold));
    clock_.Enter("resolve");
    Resolved resolved;
    if (!options_.pairs.empty()) resolved.pairs = RecordPairs(records, scored);
    resolved.resolution = matching::ResolveRecords(records, pairs.comparer(), scorer, std::move(scored), {},
                                                   {.merge_threshold = rules.merge_threshold,
                                                    .edge_floor = rules.edge_floor,
                                                    .component_limit = rules.component_limit,
                                                    .rules = true,
                                                    .threads = threads_});
    clock_.Enter("unusual");
    resolved.unusual = FindUnusual(records, pairs.comparer(), scorer, resolved.resolution.labels, bounds_);
    return resolved;
  }

  [[nodiscard]] absl::Status Write(const matching::RecordSet& records, const Resolved& resolved) const {
    const std::vector<RecordIndex>& labels = resolved.resolution.labels;
    WENSUM_RETURN_IF_ERROR(WriteFile(options_.out, ClustersCsv(records, labels)));
    if (!options_.pairs.empty()) {
      WENSUM_RETURN_IF_ERROR(WriteFile(options_.pairs, ScoredCsv(records, resolved.pairs)));
    }
    if (!options_.review.empty()) {
      WENSUM_RETURN_IF_ERROR(WriteFile(options_.review, ReviewCsv(records, resolved.resolution.review)));
    }
    if (!options_.unusual.empty()) {
      WENSUM_RETURN_IF_ERROR(WriteFile(options_.unusual, UnusualCsv(records, labels, resolved.unusual)));
    }
    return options_.model_out.empty() ? absl::OkStatus() : SaveModel(model_, options_.model_out);
  }

  absl::StatusOr<std::string> Summarise(matching::CandidatePairs& pairs, const Resolved& resolved) {
    const matching::RecordSet& records = pairs.records();
    const matching::CandidateIndex& index = pairs.index();
    const matching::Resolution& resolution = resolved.resolution;
    uint64_t entities = 0;
    for (RecordIndex i = 0; i < records.size(); ++i) entities += resolution.labels[i] == i ? 1 : 0;
    const auto count = static_cast<double>(std::max<size_t>(1, records.size()));
    ordered_json summary = {{"records", records.size()},
                            {"entities", entities},
                            {"pairs", pairs.size()},
                            {"pairs_per_record", static_cast<double>(pairs.size()) / count},
                            {"keys_per_record", static_cast<double>(index.stats().keys) / count},
                            {"keys_kept_per_record", static_cast<double>(index.stats().entries_kept) / count},
                            {"hub_keys", index.stats().hub_keys},
                            {"review_pairs", resolution.review.size()},
                            {"unusual_entities", UnusualJson(resolved.unusual, bounds_)},
                            {"graph", ComponentsJson(resolution.stats)},
                            {"model", ModelJson(model_)},
                            {"threads", threads_},
                            {"seconds", clock_.spent()},
                            {"total_seconds", clock_.total()},
                            {"cpu_seconds", CpuSeconds()},
                            {"index_bytes", index.memory_bytes()},
                            {"record_bytes", records.memory_bytes()},
                            {"peak_memory_bytes", PeakMemoryBytes()}};
    if (options_.model.empty()) summary["training"] = TrainingJson(training_);
    if (!options_.labels.empty()) {
      summary["calibration"] = CalibrationJson(model_.parameters.calibration, calibration_);
    }
    if (!options_.truth.files.empty()) {
      WENSUM_ASSIGN_OR_RETURN(const Truth truth, ReadTruth(options_.truth));
      WENSUM_ASSIGN_OR_RETURN(const RetrievalFit fit, FitOf(records, index, pairs.size(), truth));
      summary["retrieval"] = {{"true_pairs", fit.true_pairs},
                              {"found", fit.found},
                              {"pairs_completeness", fit.pairs_completeness},
                              {"pairs_quality", fit.pairs_quality},
                              {"reduction_ratio", fit.reduction_ratio}};
    }
    std::string text = summary.dump(2) + "\n";
    if (!options_.summary.empty()) WENSUM_RETURN_IF_ERROR(WriteFile(options_.summary, text));
    return text;
  }

  const DedupeOptions& options_;
  PhaseClock& clock_;
  const size_t threads_;
  const matching::UnusualBounds bounds_;
  matching::LinkageModel model_;
  matching::TrainReport training_;
  matching::CalibrationReport calibration_;
};

}  // namespace

absl::StatusOr<std::string> Dedupe(const DedupeOptions& options) {
  PhaseClock clock(options.seconds);
  return Run(options, clock).Execute();
}

}  // namespace wensum::dedupe
