// RulesetWork::Activate.
#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "base/sorted.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "services/register/core.h"
#include "services/register/decision_store.h"
#include "services/register/loader.h"
#include "services/register/ruleset_scan.h"
#include "services/register/ruleset_store.h"
#include "services/register/ruleset_work.h"
#include "services/register/writer.h"

namespace wensum::registry {
namespace {

// As for models: a rest that the writer takes in with the switch, and how often it is tried to get there.
constexpr size_t kSmallRewritten = 256;
constexpr int kMaxCatchUps = 16;

class RulesetActivator {
 public:
  RulesetActivator(Core& core, Writer& writer, const RulesetActivationRequest& request, const WorkHooks& hooks)
      : core_(core), writer_(writer), request_(request), hooks_(hooks) {}

  absl::StatusOr<RulesetActivation> Run() {
    WENSUM_RETURN_IF_ERROR(ReadRows(*core_.store));
    WENSUM_ASSIGN_OR_RETURN(survivorship_, SurvivorshipOf(ruleset_, core_.options.rules));
    WENSUM_RETURN_IF_ERROR(Begin());
    absl::Status status = Prepare();
    if (status.ok()) {
      status = Switch();
    }
    if (!status.ok()) {
      // If the register shuts down there is no writer left to note anything.
      writer_.RunBetweenCommits([this] { core_.indexes.rewritten.reset(); }).IgnoreError();
      return status;
    }
    return activation_;
  }

 private:
  absl::Status Enter(std::string_view phase, uint64_t done, uint64_t total) const {
    hooks_.on_progress(phase, done, total);
    return hooks_.cancelled() ? MakeStatus(absl::StatusCode::kCancelled, "the activation was cancelled")
                              : absl::OkStatus();
  }

  // The ruleset and the one in force, and whether one may take the other's place.
  absl::Status ReadRows(const storage::Reader& reader) {
    const uint32_t reg = core_.options.register_id;
    WENSUM_ASSIGN_OR_RETURN(ruleset_, ReadRuleset(reader, reg, request_.ruleset));
    WENSUM_ASSIGN_OR_RETURN(auto in_force, RulesetInForce(reader, reg));
    if (!in_force.has_value()) {
      return DataLoss("no ruleset is in force; run `wensum verify`");
    }
    former_ = *std::move(in_force);
    const std::string name = RulesetName(request_.ruleset);
    if (request_.etag != 0 && request_.etag != ruleset_.change_revision()) {
      return Aborted(Cat("etag ", request_.etag, " does not fit: ", name, " was last changed by revision ",
                         ruleset_.change_revision(), "; read it again and decide anew"));
    }
    switch (StateOf(ruleset_)) {
      case RulesetState::kInForce:
        return FailedPrecondition(Cat(name, " is in force already"));
      case RulesetState::kWithdrawn:
        return FailedPrecondition(Cat(name, " was withdrawn: create the rules anew if they are wanted after all"));
      case RulesetState::kDraft:
      case RulesetState::kScheduled:
      case RulesetState::kSuperseded:
        break;
    }
    return absl::OkStatus();
  }

  // From here on the writer notes which entities it writes.
  absl::Status Begin() {
    bool busy = false;
    WENSUM_RETURN_IF_ERROR(writer_.RunBetweenCommits([&] {
      busy = core_.indexes.rewritten.has_value();
      if (!busy) {
        core_.indexes.rewritten.emplace();
        snapshot_ = core_.store->NewSnapshot();
      }
    }));
    return busy ? FailedPrecondition("another ruleset is being put in force: wait for its end") : absl::OkStatus();
  }

  absl::Status Prepare() {
    WENSUM_ASSIGN_OR_RETURN(const uint64_t last, LastOrdinal(core_, *snapshot_));
    WENSUM_ASSIGN_OR_RETURN(const ValueDecisions values, LoadValues(*snapshot_));
    for (uint64_t first = 1; first <= last; first += request_.ids_per_piece) {
      WENSUM_RETURN_IF_ERROR(Enter("survive", first - 1, last));
      const uint64_t end = std::min(last + 1, first + request_.ids_per_piece);
      WENSUM_RETURN_IF_ERROR(ScanRebuilt(ScanOf(*snapshot_, values), first, end, Noting()));
    }
    return CatchUp();
  }

  // Follows the writer until it is close behind.
  absl::Status CatchUp() {
    for (int round = 0; round < kMaxCatchUps; ++round) {
      WENSUM_RETURN_IF_ERROR(Enter("catch up", activation_.caught_up, 0));
      std::vector<uint64_t> rewritten;
      WENSUM_RETURN_IF_ERROR(writer_.RunBetweenCommits([&] {
        if (core_.indexes.rewritten->size() > kSmallRewritten) {
          rewritten = std::exchange(*core_.indexes.rewritten, {});
          snapshot_ = core_.store->NewSnapshot();
        }
      }));
      if (rewritten.empty()) {
        break;
      }
      SortUnique(rewritten);
      activation_.caught_up += rewritten.size();
      Forget(rewritten);
      WENSUM_ASSIGN_OR_RETURN(const ValueDecisions values, LoadValues(*snapshot_));
      WENSUM_RETURN_IF_ERROR(ScanRebuilt(ScanOf(*snapshot_, values), rewritten, Noting()));
    }
    snapshot_.reset();
    return absl::OkStatus();
  }

  absl::StatusOr<ValueDecisions> LoadValues(const storage::Reader& reader) const {
    ValueDecisions values;
    WENSUM_RETURN_IF_ERROR(LoadDecisions(reader, core_.options.register_id, &values).status());
    return values;
  }

  [[nodiscard]] RulesetScan ScanOf(const storage::Reader& reader, const ValueDecisions& values) const {
    return {.core = core_, .reader = reader, .rules = survivorship_->rules, .values = values};
  }

  // Those that differ are kept for the switch.
  RebuiltVisitor Noting() {
    return [this](uint64_t anchor, const storage::v1::Entity& stored, const storage::v1::Entity& rebuilt) {
      std::string value = rebuilt.SerializeAsString();
      if (stored.SerializeAsString() != value) {
        MutexLock lock(moved_mutex_);
        moved_[anchor] = std::move(value);
      }
    };
  }

  // What was made of them is out of date.
  void Forget(const std::vector<uint64_t>& rewritten) {
    MutexLock lock(moved_mutex_);
    for (const uint64_t id : rewritten) {
      moved_.erase(id);
    }
  }

  absl::Status Switch() {
    WENSUM_RETURN_IF_ERROR(Enter("switch", 0, 0));
    return writer_.CommitAlone({
        .stage = [this](Slice& slice) { return Stage(slice); },
        .add = [this](uint64_t revision, TimeMicros time, storage::WriteBatch& batch) { Add(revision, time, batch); },
        .written =
            [this] {
              core_.set_survivorship(survivorship_);
              core_.indexes.rewritten.reset();
            },
    });
  }

  absl::Status Stage(Slice& slice) {
    stage_time_ = core_.clock->Now();
    slice_ = &slice;
    WENSUM_RETURN_IF_ERROR(ReadRows(*core_.store));  // it may have been withdrawn meanwhile
    std::vector<uint64_t> rest = std::exchange(*core_.indexes.rewritten, {});
    SortUnique(rest);
    activation_.caught_up += rest.size();
    Forget(rest);
    slice.UseSurvivorship(survivorship_);
    slice.Resurvive(rest);
    slice.TakeRevision();
    MutexLock lock(moved_mutex_);
    while (!moved_.empty()) {
      const auto first = moved_.begin();
      WENSUM_RETURN_IF_ERROR(slice.PutRebuilt(first->first, first->second));
      moved_.erase(first);  // the batch has it
    }
    return absl::OkStatus();
  }

  void Add(uint64_t revision, TimeMicros time, storage::WriteBatch& batch) {
    activation_.ruleset = ruleset_.number();
    activation_.former = former_.number();
    activation_.revision = revision;
    activation_.rewritten = slice_->entities_written();
    activation_.switch_micros = core_.clock->Now() - stage_time_;
    PutInForce({.actor = request_.actor, .caller = request_.caller, .revision = revision, .time = time}, ruleset_,
               &former_);
    PutRuleset(core_.options.register_id, ruleset_, batch);
    PutRuleset(core_.options.register_id, former_, batch);
    request_.add_writes(activation_, batch);
  }

  Core& core_;
  Writer& writer_;
  const RulesetActivationRequest& request_;
  const WorkHooks& hooks_;
  std::shared_ptr<const Survivorship> survivorship_;
  std::unique_ptr<storage::Snapshot> snapshot_;
  storage::v1::Ruleset ruleset_;
  storage::v1::Ruleset former_;
  Slice* slice_ = nullptr;
  TimeMicros stage_time_ = 0;
  RulesetActivation activation_;

  Mutex moved_mutex_;
  // What it makes of the entities that it changes, by id; in order, so that the events are.
  std::map<uint64_t, std::string> moved_ WENSUM_GUARDED_BY(moved_mutex_);
};

}  // namespace

absl::StatusOr<RulesetActivation> RulesetWork::Activate(const RulesetActivationRequest& request,
                                                        const WorkHooks& hooks) {
  return RulesetActivator(core_, writer_, request, hooks).Run();
}

}  // namespace wensum::registry
