#include "services/register/verify.h"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "base/mutex.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "services/gazetteer/parent_keys.h"
#include "services/register/address_questions.h"
#include "services/register/bulk_store.h"
#include "services/register/decision_store.h"
#include "services/register/entity_builder.h"
#include "services/register/entity_conflicts.h"
#include "services/register/learnt_addresses.h"
#include "services/register/loader.h"
#include "services/register/occupants.h"
#include "services/register/proposal_store.h"
#include "services/register/review_tasks.h"
#include "services/register/reviews.h"
#include "services/register/ruleset_store.h"
#include "services/register/verify_operations.h"
#include "services/register/weak_entities.h"
#include "services/tasks/task_check.h"
#include "storage/change_log.h"
#include "storage/feed_horizon.h"
#include "storage/keys.h"
#include "wensum/storage/v1/log.pb.h"

namespace wensum::registry {
namespace {

using storage::Family;

constexpr size_t kMaxDetails = 100;
constexpr size_t kClusterChunk = 512;

class Verifier {
 public:
  Verifier(const Core& core, const storage::Reader& reader)
      : core_(core),
        reader_(reader),
        reg_(core.options.register_id),
        model_(core.model()),
        matcher_(model_.get(), ScanThreads(core)) {}

  absl::StatusOr<VerifyReport> Run() {
    WENSUM_ASSIGN_OR_RETURN(const auto revision, storage::NewestRevision(reader_, reg_));
    report_.revision = revision.value_or(0);
    WENSUM_ASSIGN_OR_RETURN(last_ordinal_, LastOrdinal(core_, reader_));
    for (uint64_t i = 0; i < last_ordinal_; ++i) {
      ids_.Mint();
    }
    WENSUM_RETURN_IF_ERROR(LoadHandovers(core_, reader_, ids_));
    live_.assign(last_ordinal_ + 1, false);
    expected_.resize(last_ordinal_ + 1);
    const auto differ = [this](std::string detail) { Differ(std::move(detail)); };
    WENSUM_ASSIGN_OR_RETURN(survivorship_, VerifyRulesets(core_, reader_, report_.revision, differ));
    WENSUM_RETURN_IF_ERROR(CheckSources());
    WENSUM_RETURN_IF_ERROR(ComparePropertyRecords());
    WENSUM_ASSIGN_OR_RETURN(const DecisionTable decisions,
                            VerifyDecisions(reader_, reg_, report_.revision, last_ordinal_, differ, values_));
    clusters_ = matcher_.Apply(std::move(changes_), decisions.Links()).clusters;
    WENSUM_RETURN_IF_ERROR(ExpectLive());
    ExpectEnded();
    WENSUM_RETURN_IF_ERROR(CompareEntities());
    WENSUM_RETURN_IF_ERROR(CompareWeakTasks(differ));
    WENSUM_RETURN_IF_ERROR(CompareStoredReviews());
    WENSUM_RETURN_IF_ERROR(CheckReviewTasks(reader_, reg_, decisions, differ));
    WENSUM_RETURN_IF_ERROR(questions_.Run(reader_, reg_, differ));
    WENSUM_RETURN_IF_ERROR(ties_.Run(reader_, reg_, differ));
    WENSUM_RETURN_IF_ERROR(conflicts_.Run(reader_, reg_, differ));
    WENSUM_RETURN_IF_ERROR(VerifyHeld(reader_, reg_, report_.revision, last_ordinal_, differ));
    WENSUM_RETURN_IF_ERROR(CheckLearnt(core_, reader_, differ));
    WENSUM_ASSIGN_OR_RETURN(const auto newest, storage::ReadCommits(reader_, reg_, report_.revision, 1));
    WENSUM_RETURN_IF_ERROR(tasks::CheckTasks(reader_, reg_, newest.empty() ? 0 : newest.front().commit.time(), differ));
    WENSUM_RETURN_IF_ERROR(gazetteer::CheckParentKeys(reader_, reg_, differ));
    WENSUM_RETURN_IF_ERROR(VerifyOperations(reader_, reg_, report_.revision, differ));
    WENSUM_RETURN_IF_ERROR(VerifyBulk(reader_, reg_, report_.revision, differ));
    WENSUM_RETURN_IF_ERROR(VerifyProposals(reader_, reg_, report_.revision, differ));
    WENSUM_RETURN_IF_ERROR(storage::CheckFeedHorizon(reader_, reg_, differ));
    return std::move(report_);
  }

 private:
  void Differ(std::string detail) {
    ++report_.differences;
    if (report_.details.size() < kMaxDetails) {
      report_.details.push_back(std::move(detail));
    }
  }

  // Matches every address against a fresh index and gathers what the matcher sees.
  absl::Status CheckSources() {
    Indexes fresh;
    {
      MutexLock lock(fresh.address_mutex);
      fresh.addresses = std::make_unique<matching::address::AddressIndex>();
      WENSUM_RETURN_IF_ERROR(LoadAddresses(core_, reader_, *fresh.addresses).status());
      WENSUM_ASSIGN_OR_RETURN(fresh.learnt, LoadLearnt(reader_, reg_));
      WENSUM_ASSIGN_OR_RETURN(fresh.address_calibration, LoadAddressCalibration(reader_, reg_));
    }
    Mutex mutex;
    WENSUM_RETURN_IF_ERROR(
        ScanSources(core_, reader_, last_ordinal_, [&](uint64_t ordinal, DecodedSource source) -> absl::Status {
          WENSUM_ASSIGN_OR_RETURN(const std::optional<uint64_t> crosswalk,
                                  FindOrdinal(reader_, reg_, core_.HashSourceKey(source.record.key)));
          std::vector<matching::ResolvedAddress> resolved;
          std::optional<matching::LinkageRecord> record;
          if (!source.state.deleted) {
            resolved = ResolveAddresses(source.record.details, source.record.key.source, fresh);
            record = LinkageRecordOf(core_.options.rules, source.record, resolved);
          }
          std::optional<uint64_t> property;
          if (source.record.kind == model::RecordKind::kProperty && !source.state.deleted) {
            property = resolved.empty() ? 0 : resolved.front().uprn;
          }
          const std::vector<AddressQuestion> questions = QuestionsOf(core_, &source);
          MutexLock lock(mutex);
          questions_.Add(ordinal, source, questions);
          ties_.Add(core_, ordinal, source);
          if (property.has_value()) {
            property_records_.emplace(*property, ordinal);
          }
          if (crosswalk != ordinal) {
            Differ(Cat("source record ", ordinal, " is not found by its source key"));
          }
          if (record.has_value()) {
            ++report_.source_records;
            live_[ordinal] = true;
            if (resolved != source.state.resolved_addresses) {
              Differ(Cat("source record ", ordinal, ": addresses now match other properties than stored"));
            }
            changes_.push_back({.id = static_cast<matching::RecordId>(ordinal), .record = std::move(record)});
          }
          return absl::OkStatus();
        }));
    std::sort(changes_.begin(), changes_.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    return absl::OkStatus();
  }

  // The index of property records by UPRN.
  absl::Status ComparePropertyRecords() {
    const auto it =
        reader_.NewIterator(Family::kCrosswalk, storage::PrefixRange(storage::CrosswalkPropertiesPrefix(reg_)));
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      WENSUM_ASSIGN_OR_RETURN(const auto parts, storage::ParseCrosswalkPropertyKey(it->key()));
      if (property_records_.erase({parts.uprn, parts.ordinal}) == 0) {
        Differ(Cat("property record ", parts.ordinal, " is listed under UPRN ", parts.uprn, " and should not be"));
      }
    }
    WENSUM_RETURN_IF_ERROR(it->status());
    for (const auto& [uprn, ordinal] : property_records_) {
      Differ(Cat("property record ", ordinal, " is not listed under UPRN ", uprn));
    }
    return absl::OkStatus();
  }

  // What each id of a live entity should resolve to, and the entities themselves, chunk by chunk.
  absl::Status ExpectLive() {
    report_.entities = clusters_.size();
    for (size_t begin = 0; begin < clusters_.size(); begin += kClusterChunk) {
      const size_t end = std::min(clusters_.size(), begin + kClusterChunk);
      std::vector<std::string> keys;
      for (size_t i = begin; i < end; ++i) {
        for (const matching::RecordId member : clusters_[i]) {
          keys.push_back(storage::SourceKey(reg_, member));
        }
      }
      WENSUM_ASSIGN_OR_RETURN(const auto values, reader_.MultiGet(Family::kSource, keys));
      size_t next = 0;
      for (size_t i = begin; i < end; ++i) {
        WENSUM_RETURN_IF_ERROR(ExpectCluster(clusters_[i], values, next));
      }
    }
    return absl::OkStatus();
  }

  absl::Status ExpectCluster(const std::vector<matching::RecordId>& cluster,
                             const std::vector<std::optional<std::string>>& values, size_t& next) {
    std::vector<DecodedSource> sources;
    for (const matching::RecordId member : cluster) {
      const std::optional<std::string>& value = values[next++];
      if (!value.has_value()) {
        return DataLoss(Cat("source record ", member, " vanished while it was verified"));
      }
      WENSUM_ASSIGN_OR_RETURN(DecodedSource source, DecodeSource(*value, Cat("source record ", member)));
      sources.push_back(std::move(source));
    }
    std::vector<std::pair<uint64_t, const DecodedSource*>> members;
    std::vector<uint64_t> ordinals(cluster.begin(), cluster.end());
    members.reserve(cluster.size());
    for (size_t i = 0; i < cluster.size(); ++i) {
      members.emplace_back(cluster[i], &sources[i]);
    }
    const uint64_t anchor = ids_.AnchorOf(ordinals);
    Point(ordinals, anchor);
    conflicts_.Add(anchor, members);
    CompareEntity(anchor, BuildEntity(members, core_.options.rules, survivorship_->rules, values_));
    return absl::OkStatus();
  }

  void Point(const std::vector<uint64_t>& holders, uint64_t anchor) {
    for (const uint64_t holder : holders) {
      for (const uint64_t id : ids_.HeldBy(holder)) {
        expected_[id] = anchor;
      }
    }
  }

  // Ids held by records that are gone stand for ended entities.
  void ExpectEnded() {
    for (uint64_t ordinal = 1; ordinal <= last_ordinal_; ++ordinal) {
      const std::vector<uint64_t> held = live_[ordinal] ? std::vector<uint64_t>() : ids_.HeldBy(ordinal);
      if (!held.empty()) {
        Point({ordinal}, held.front());
        ended_.insert(held.front());
      }
    }
  }

  void CompareEntity(uint64_t anchor, const storage::v1::Entity& expected) {
    const auto stored = ReadEntity(anchor);
    if (!stored.has_value() || stored->redirect() != 0) {
      Differ(Cat("entity ", anchor, " (", core_.ids.Encode(anchor), ") should exist with ", expected.members_size(),
                 " members"));
      return;
    }
    storage::v1::Entity without_revision = *stored;
    without_revision.clear_revision();
    if (without_revision.SerializeAsString() != expected.SerializeAsString()) {
      Differ(Cat("entity ", anchor, " (", core_.ids.Encode(anchor), ") differs from its recomputation"));
    }
  }

  std::optional<storage::v1::Entity> ReadEntity(uint64_t id) {
    const auto value = reader_.Get(Family::kEntity, storage::EntityKey(reg_, id));
    if (!value.ok() || !value->has_value()) {
      return std::nullopt;
    }
    auto entity = DecodeEntity(**value, Cat("entity ", id));
    if (!entity.ok()) {
      Differ(std::string(Message(entity.status())));
      return std::nullopt;
    }
    return *std::move(entity);
  }

  // Every id has a row, and it says what it should.
  absl::Status CompareEntities() {
    for (uint64_t id = 1; id <= last_ordinal_; ++id) {
      const auto stored = ReadEntity(id);
      if (!stored.has_value()) {
        Differ(Cat("id ", id, " (", core_.ids.Encode(id), ") resolves to nothing"));
        continue;
      }
      const uint64_t anchor = stored->redirect() == 0 ? id : stored->redirect();
      if (anchor != expected_[id]) {
        Differ(Cat("id ", id, " (", core_.ids.Encode(id), ") resolves to ", anchor, " instead of ", expected_[id]));
      } else if (anchor == id && stored->ended() != ended_.contains(id)) {
        Differ(
            Cat("entity ", id, " (", core_.ids.Encode(id), ") should ", stored->ended() ? "not " : "", "have ended"));
      }
    }
    return absl::OkStatus();
  }

  // By the bounds that the tasks were raised by, which another configuration does not change before the next start.
  absl::Status CompareWeakTasks(const std::function<void(std::string)>& differ) {
    WENSUM_ASSIGN_OR_RETURN(const auto value, reader_.Get(Family::kMeta, storage::MetaKey()));
    storage::v1::Meta meta;
    if (!value.has_value() || !meta.ParseFromString(*value)) {
      return DataLoss("the meta record of the data directory cannot be read");
    }
    if (!meta.has_weak_entity()) {
      return absl::OkStatus();  // of an earlier version
    }
    WeakCheck check({.many = meta.weak_entity().many(),
                     .least = meta.weak_entity().least(),
                     .max_cohesion = meta.weak_entity().max_cohesion()});
    for (const std::vector<matching::RecordId>& cluster : clusters_) {
      const std::vector<uint64_t> members(cluster.begin(), cluster.end());
      check.Add(matcher_, ids_.AnchorOf(members), members);
    }
    return check.Run(reader_, reg_, differ);
  }

  absl::Status CompareStoredReviews() {
    const std::vector<matching::RecordReview> expected = matcher_.Reviews();
    report_.reviews = expected.size();
    WENSUM_ASSIGN_OR_RETURN(const ReviewChanges changes, CompareReviews(reader_, reg_, expected, model_->version));
    const auto differ = [this](const matching::RecordReview& review, std::string_view what) {
      Differ(Cat("review pair of source records ", review.a, " and ", review.b, " ", what));
    };
    for (const matching::RecordReview& review : changes.open) {
      differ(review, Cat("should be open with score ", review.score, " and reason ",
                         matching::ReviewReasonName(review.reason)));
    }
    for (const matching::RecordReview& review : changes.gone) {
      differ(review, "should not be open");
    }
    return absl::OkStatus();
  }

  const Core& core_;
  const storage::Reader& reader_;
  const uint32_t reg_;
  uint64_t last_ordinal_ = 0;
  IdTable ids_;
  std::vector<bool> live_;
  std::set<std::pair<uint64_t, uint64_t>> property_records_;  // UPRN and ordinal
  AddressQuestionCheck questions_;
  TiesCheck ties_;
  ConflictCheck conflicts_;
  ValueDecisions values_;
  std::vector<uint64_t> expected_;  // by id: the anchor it should resolve to
  absl::flat_hash_set<uint64_t> ended_;
  const std::shared_ptr<const matching::LinkageModel> model_;
  std::shared_ptr<const Survivorship> survivorship_;
  matching::LiveMatcher matcher_;
  std::vector<matching::LiveMatcher::Change> changes_;
  std::vector<std::vector<matching::RecordId>> clusters_;
  VerifyReport report_;
};

}  // namespace

absl::StatusOr<VerifyReport> VerifyRegister(const Core& core, const storage::Reader& reader) {
  return Verifier(core, reader).Run();
}

}  // namespace wensum::registry
