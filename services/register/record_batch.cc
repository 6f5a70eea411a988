#include "services/register/record_batch.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "base/mutex.h"
#include "base/status_macros.h"
#include "matching/person/person_schema.h"
#include "matching/score/pair_scorer.h"
#include "services/register/decision_store.h"
#include "services/register/loader.h"
#include "storage/change_log.h"

namespace wensum::registry {
namespace {

constexpr uint64_t kOrdinalsPerPiece = 32'768;

bool IsNameless(const matching::LinkageRecord& record) {
  return std::all_of(record.values.begin(), record.values.end(),
                     [](const std::string& value) { return value.empty(); });
}

}  // namespace

RecordBatch::RecordBatch(const Core& core, const Options& options)
    : core_(core), options_(options), records_(matching::PersonSchema()) {}

absl::StatusOr<std::unique_ptr<RecordBatch>> RecordBatch::Read(const Core& core, const Options& options,
                                                               const WorkHooks& hooks) {
  std::unique_ptr<RecordBatch> batch(new RecordBatch(core, options));
  WENSUM_RETURN_IF_ERROR(batch->Fill(hooks));
  return batch;
}

absl::Status RecordBatch::Fill(const WorkHooks& hooks) {
  snapshot_ = core_.store->NewSnapshot();
  WENSUM_ASSIGN_OR_RETURN(const std::optional<uint64_t> revision,
                          storage::NewestRevision(*snapshot_, core_.options.register_id));
  revision_ = revision.value_or(0);
  WENSUM_ASSIGN_OR_RETURN(last_ordinal_, LastOrdinal(core_, *snapshot_));
  absl::flat_hash_map<std::string, uint64_t> ordinal_of;  // by key
  for (uint64_t first = 1; first <= last_ordinal_; first += kOrdinalsPerPiece) {
    hooks.on_progress("read", first - 1, last_ordinal_);
    if (hooks.cancelled()) {
      return MakeStatus(absl::StatusCode::kCancelled, "the run was cancelled");
    }
    Mutex mutex;
    std::vector<std::pair<uint64_t, matching::LinkageRecord>> piece;
    WENSUM_RETURN_IF_ERROR(
        ScanSourceRange(core_, *snapshot_, first, std::min(last_ordinal_ + 1, first + kOrdinalsPerPiece),
                        [&](uint64_t ordinal, const DecodedSource& source) -> absl::Status {
                          if (source.state.deleted) {
                            return absl::OkStatus();
                          }
                          matching::LinkageRecord record =
                              LinkageRecordOf(core_.options.rules, source.record, source.state.resolved_addresses);
                          if (options_.with_nameless || !IsNameless(record)) {
                            MutexLock lock(mutex);
                            piece.emplace_back(ordinal, std::move(record));
                          }
                          return absl::OkStatus();
                        }));
    std::vector<std::string_view> values;
    for (auto& [ordinal, record] : piece) {
      values.assign(record.values.begin(), record.values.end());
      records_.Add(record.key, values, record.once);
      ordinal_of.emplace(std::move(record.key), ordinal);
    }
  }
  records_.Seal();
  ordinals_.reserve(records_.size());
  for (matching::RecordIndex i = 0; i < records_.size(); ++i) {
    ordinals_.push_back(ordinal_of.at(records_.key(i)));
  }
  return ReadDecisions();
}

absl::Status RecordBatch::ReadDecisions() {
  WENSUM_ASSIGN_OR_RETURN(const DecisionTable table, LoadDecisions(*snapshot_, core_.options.register_id));
  if (table.size() == 0) {
    return absl::OkStatus();
  }
  absl::flat_hash_map<uint64_t, matching::RecordIndex> record_of;  // by ordinal
  for (matching::RecordIndex i = 0; i < ordinals_.size(); ++i) {
    record_of.emplace(ordinals_[i], i);
  }
  for (const matching::RecordLink& link : table.Links()) {
    const auto a = record_of.find(link.a);
    const auto b = record_of.find(link.b);
    if (a != record_of.end() && b != record_of.end()) {
      auto& links = link.kind == matching::RecordLink::Kind::kMust ? decisions_.must_links : decisions_.cannot_links;
      links.emplace_back(a->second, b->second);
    }
  }
  return absl::OkStatus();
}

matching::CandidatePairs& RecordBatch::PairsFor(const matching::ResolutionRules& rules) {
  const matching::KeyCaps caps{rules.hub_cap, rules.mixed_cap};
  if (pairs_ == nullptr || caps_ != caps || richness_ != rules.key_richness) {
    pairs_.reset();
    comparer_.reset();
    index_.reset();
    const size_t threads = ScanThreads(core_);
    caps_ = caps;
    richness_ = rules.key_richness;
    index_ = std::make_unique<matching::CandidateIndex>(
        records_, matching::CandidateOptions{.caps = caps_, .richness = richness_, .threads = threads});
    comparer_ = std::make_unique<matching::PairComparer>(&records_.values());
    pairs_ = std::make_unique<matching::CandidatePairs>(&records_, index_.get(), comparer_.get(), threads);
  }
  return *pairs_;
}

RecordBatch::Resolved RecordBatch::Resolve(const matching::LinkageModel& model, bool with_edges) {
  const matching::ResolutionRules& rules = model.parameters.rules;
  matching::CandidatePairs& pairs = PairsFor(rules);
  const matching::FrequencyTables tables = matching::TablesFor(records_.values(), model.frequencies);
  const matching::PairScorer scorer(&records_.values(), &model.parameters, &tables);
  double floor = std::min(rules.edge_floor, rules.review_threshold);
  Resolved resolved;
  std::vector<matching::ScoredPair> scored = pairs.ScoreAll(scorer, with_edges ? std::min(floor, 0.0) : floor);
  if (with_edges) {
    std::vector<matching::ScoredPair> likely;
    std::copy_if(scored.begin(), scored.end(), std::back_inserter(likely),
                 [](const matching::ScoredPair& pair) { return pair.score >= 0; });
    resolved.edges = matching::RecordPairs(records_, likely);
    std::erase_if(scored,
                  [floor](const matching::ScoredPair& pair) { return static_cast<double>(pair.score) < floor; });
  }
  resolved.resolution = matching::ResolveRecords(records_, pairs.comparer(), scorer, std::move(scored), decisions_,
                                                 {.merge_threshold = rules.merge_threshold,
                                                  .edge_floor = rules.edge_floor,
                                                  .component_limit = rules.component_limit,
                                                  .rules = true,
                                                  .threads = pairs.threads()});
  return resolved;
}

}  // namespace wensum::registry
