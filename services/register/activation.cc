// ModelWork::Activate.
#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "services/register/core.h"
#include "services/register/decision_store.h"
#include "services/register/loader.h"
#include "services/register/model_store.h"
#include "services/register/model_work.h"
#include "services/register/writer.h"
#include "storage/keys.h"

namespace wensum::registry {
namespace {

using matching::LiveMatcher;
using storage::Family;

// A rest that the writer takes in with the switch, and how often it is tried to get there: while an import runs there
// is always more.
constexpr size_t kSmallRest = 256;
constexpr int kMaxRounds = 16;

absl::Status Cancelled() { return MakeStatus(absl::StatusCode::kCancelled, "the activation was cancelled"); }

class Activator {
 public:
  Activator(Core& core, Writer& writer, const ActivationRequest& request, const WorkHooks& hooks)
      : core_(core), writer_(writer), request_(request), hooks_(hooks) {}

  absl::StatusOr<Activation> Run() {
    WENSUM_ASSIGN_OR_RETURN(model_, ReadModel(*core_.store, request_.version));
    if (core_.model()->version == request_.version) {
      return FailedPrecondition(Cat("model ", Quote(request_.version), " is in force already"));
    }
    WENSUM_RETURN_IF_ERROR(Begin());
    absl::Status status = Prepare();
    if (status.ok()) {
      status = Switch();
    }
    if (!status.ok()) {
      // If the register shuts down there is no writer left to note anything.
      writer_.RunBetweenCommits([this] { core_.indexes.rematched.reset(); }).IgnoreError();
      return status;
    }
    return activation_;
  }

 private:
  using RecordPairs = std::vector<std::pair<matching::RecordId, matching::RecordId>>;

  // From here on the writer notes which records change, and what stewards decide about.
  absl::Status Begin() {
    bool busy = false;
    WENSUM_RETURN_IF_ERROR(writer_.RunBetweenCommits([&] {
      busy = core_.indexes.rematched.has_value();
      if (!busy) {
        core_.indexes.rematched.emplace();
        core_.indexes.relinked.clear();
        snapshot_ = core_.store->NewSnapshot();
      }
    }));
    return busy ? FailedPrecondition("another model is being activated: wait for its end") : absl::OkStatus();
  }

  absl::Status Prepare() {
    matcher_ = std::make_unique<LiveMatcher>(model_.get(), ScanThreads(core_));
    WENSUM_ASSIGN_OR_RETURN(const DecisionTable decisions, LoadDecisions(*snapshot_, core_.options.register_id));
    matcher_->Apply({}, decisions.Links());  // of records that come later
    WENSUM_ASSIGN_OR_RETURN(const uint64_t last_ordinal, LastOrdinal(core_, *snapshot_));
    for (uint64_t first = 1; first <= last_ordinal; first += request_.records_per_piece) {
      hooks_.on_progress("resolve", first - 1, last_ordinal);
      if (hooks_.cancelled()) {
        return Cancelled();
      }
      WENSUM_RETURN_IF_ERROR(TakeIn(first, std::min(last_ordinal + 1, first + request_.records_per_piece)));
    }
    return CatchUp();
  }

  // The records of a range of ordinals, as the snapshot has them.
  absl::Status TakeIn(uint64_t first, uint64_t end) {
    std::vector<LiveMatcher::Change> changes;
    Mutex mutex;
    WENSUM_RETURN_IF_ERROR(ScanSourceRange(
        core_, *snapshot_, first, end, [&](uint64_t ordinal, const DecodedSource& source) -> absl::Status {
          if (!source.state.deleted) {
            LiveMatcher::Change change{
                .id = static_cast<matching::RecordId>(ordinal),
                .record = LinkageRecordOf(core_.options.rules, source.record, source.state.resolved_addresses)};
            MutexLock lock(mutex);
            changes.push_back(std::move(change));
          }
          return absl::OkStatus();
        }));
    matcher_->Apply(std::move(changes));
    return absl::OkStatus();
  }

  // Follows the writer until it is close behind.
  absl::Status CatchUp() {
    for (int round = 0; round < kMaxRounds; ++round) {
      hooks_.on_progress("catch up", activation_.caught_up, 0);
      if (hooks_.cancelled()) {
        return Cancelled();
      }
      std::vector<uint64_t> changed;
      RecordPairs linked;
      WENSUM_RETURN_IF_ERROR(writer_.RunBetweenCommits([&] {
        changed = std::exchange(*core_.indexes.rematched, {});
        linked = std::exchange(core_.indexes.relinked, {});
        snapshot_ = core_.store->NewSnapshot();
      }));
      const size_t size = changed.size();
      WENSUM_RETURN_IF_ERROR(TakeInChanged(*snapshot_, std::move(changed), linked));
      if (size <= kSmallRest) {
        break;
      }
    }
    snapshot_.reset();
    return absl::OkStatus();
  }

  // The records as `reader` has them, or does not: a commit that failed may have noted what was never stored.
  absl::Status TakeInChanged(const storage::Reader& reader, std::vector<uint64_t> changed, const RecordPairs& linked) {
    std::sort(changed.begin(), changed.end());
    changed.erase(std::unique(changed.begin(), changed.end()), changed.end());
    std::vector<std::string> keys;
    keys.reserve(changed.size());
    for (const uint64_t ordinal : changed) {
      keys.push_back(storage::SourceKey(core_.options.register_id, ordinal));
    }
    WENSUM_ASSIGN_OR_RETURN(const auto values, reader.MultiGet(Family::kSource, keys));
    std::vector<LiveMatcher::Change> changes;
    changes.reserve(changed.size());
    for (size_t i = 0; i < changed.size(); ++i) {
      LiveMatcher::Change& change = changes.emplace_back();
      change.id = static_cast<matching::RecordId>(changed[i]);
      if (!values[i].has_value()) {
        continue;
      }
      WENSUM_ASSIGN_OR_RETURN(const DecodedSource source, DecodeSource(*values[i], Cat("source record ", changed[i])));
      if (!source.state.deleted) {
        change.record = LinkageRecordOf(core_.options.rules, source.record, source.state.resolved_addresses);
      }
    }
    activation_.caught_up += changed.size();
    WENSUM_ASSIGN_OR_RETURN(const std::vector<matching::RecordLink> links, LinksNow(reader, linked));
    matcher_->Apply(std::move(changes), links);
    return absl::OkStatus();
  }

  // What counts of these pairs, as `reader` has it.
  absl::StatusOr<std::vector<matching::RecordLink>> LinksNow(const storage::Reader& reader, const RecordPairs& pairs) {
    std::vector<matching::RecordLink> links;
    if (pairs.empty()) {
      return links;
    }
    WENSUM_ASSIGN_OR_RETURN(const DecisionTable decisions, LoadDecisions(reader, core_.options.register_id));
    links.reserve(pairs.size());
    for (const auto& [a, b] : pairs) {
      links.push_back({.a = a, .b = b, .kind = decisions.Between(a, b).kind});
    }
    return links;
  }

  absl::Status Switch() {
    hooks_.on_progress("switch", 0, 0);
    if (hooks_.cancelled()) {
      return Cancelled();
    }
    return writer_.CommitAlone({
        .stage = [this](Slice& slice) { return Stage(slice); },
        .add = [this](uint64_t revision, TimeMicros time, storage::WriteBatch& batch) { Add(revision, time, batch); },
        .written = [this] { Install(); },
    });
  }

  absl::Status Stage(Slice& slice) {
    stage_time_ = core_.clock->Now();
    slice_ = &slice;
    WENSUM_RETURN_IF_ERROR(TakeInChanged(*core_.store, std::exchange(*core_.indexes.rematched, {}),
                                         std::exchange(core_.indexes.relinked, {})));
    std::vector<std::vector<uint64_t>> clusters;
    for (const std::vector<matching::RecordId>& cluster : matcher_->Clusters()) {
      activation_.records += cluster.size();
      clusters.emplace_back(cluster.begin(), cluster.end());
    }
    slice.SetPartition(std::move(clusters), matcher_->Reviews(), request_.version, matcher_.get());
    WENSUM_ASSIGN_OR_RETURN(const auto meta, core_.store->Get(Family::kMeta, storage::MetaKey()));
    if (!meta.has_value() || !meta_.ParseFromString(*meta)) {
      return DataLoss("the meta record of the data directory cannot be read");
    }
    WENSUM_ASSIGN_OR_RETURN(const auto activations, ListActivations(*core_.store));
    number_ = activations.empty() ? 1 : activations.back().number() + 1;
    return absl::OkStatus();
  }

  void Add(uint64_t revision, TimeMicros time, storage::WriteBatch& batch) {
    activation_.version = request_.version;
    activation_.former_version = meta_.model_version();
    activation_.revision = revision;
    {
      ReaderLock lock(core_.indexes.counts_mutex);
      activation_.people_before = core_.indexes.counts.entities;
    }
    activation_.people_after =
        static_cast<uint64_t>(static_cast<int64_t>(activation_.people_before) + slice_->deltas().entities);
    activation_.switch_micros = core_.clock->Now() - stage_time_;
    meta_.set_model_version(request_.version);
    batch.Put(Family::kMeta, storage::MetaKey(), meta_.SerializeAsString());
    storage::v1::ModelActivation row;
    row.set_number(number_);
    row.set_version(activation_.version);
    row.set_former_version(activation_.former_version);
    row.set_time(time);
    row.set_revision(revision);
    PutActivation(row, batch);
    request_.add_writes(activation_, batch);
  }

  // Readers meet the new matcher and the new clusters together: the store has them already. The former ones go when
  // this object does, on the thread that asked for the activation.
  void Install() {
    core_.set_model(model_);
    core_.indexes.rematched.reset();
    MutexLock lock(core_.indexes.matcher_mutex);
    std::swap(core_.indexes.matcher_model, model_);
    std::swap(core_.indexes.matcher, matcher_);
  }

  Core& core_;
  Writer& writer_;
  const ActivationRequest& request_;
  const WorkHooks& hooks_;
  std::shared_ptr<const matching::LinkageModel> model_;  // outlives the matcher
  std::unique_ptr<LiveMatcher> matcher_;
  std::unique_ptr<storage::Snapshot> snapshot_;
  Slice* slice_ = nullptr;
  storage::v1::Meta meta_;
  uint64_t number_ = 0;
  TimeMicros stage_time_ = 0;
  Activation activation_;
};

}  // namespace

absl::StatusOr<Activation> ModelWork::Activate(const ActivationRequest& request, const WorkHooks& hooks) {
  return Activator(core_, writer_, request, hooks).Run();
}

}  // namespace wensum::registry
