// One commit in the making: source writes and gazetteer rows become one batch under one revision.
#ifndef WENSUM_SERVICES_REGISTER_SLICE_H_
#define WENSUM_SERVICES_REGISTER_SLICE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "services/gazetteer/gazetteer_writer.h"
#include "services/register/core.h"
#include "services/register/held_updates.h"
#include "services/register/learnt_addresses.h"
#include "services/register/prepare.h"
#include "services/register/reviews.h"
#include "services/tasks/task_writer.h"
#include "storage/overlay_reader.h"
#include "wensum/storage/v1/decisions.pb.h"
#include "wensum/storage/v1/log.pb.h"

namespace wensum::registry {

// Built and used by the writer's thread alone. Stage everything, then Resolve, then take the batch. Changes the
// in-memory indexes as it goes: if the batch is not written in the end, the indexes must be loaded anew from the store.
class Slice {
 public:
  Slice(Core& core, uint64_t revision, TimeMicros now);

  // Stages rows of a gazetteer file, one result each; `results` has their number.
  absl::Status StageRows(std::vector<gazetteer::PreparedRow> rows, std::vector<GazetteerResult>& results);
  // Brings the address index up to date with the staged rows and matches anew the addresses of people that depend on
  // them. Call after the rows and before the sources.
  absl::Status ApplyRows();
  // The property changes by what the register does not know of: an event and a revision, no row.
  void TouchProperty(uint64_t uprn);
  // What others add to the batch goes by revisions: the commit has one even if nothing else changes.
  void TakeRevision() { changed_ = true; }
  // Stages one source write, or holds it. A refusal is in result.status; the returned status tells of the store. A
  // slice takes one write per key.
  absl::Status StageSource(PreparedSource& prepared, SourceResult& result);
  // What a steward decides; alone in its slice. `writes` must outlive the slice, and has its number from now on.
  absl::Status StageDecision(DecisionWrites& writes);
  // For a change of rules: gives a live record the purposes that the rules give its source, and has its golden record
  // computed anew; one that comes out the same is not written.
  absl::Status Restamp(uint64_t ordinal);
  // For a ruleset that comes into force: golden records are decided by it in this slice.
  void UseSurvivorship(std::shared_ptr<const Survivorship> survivorship) { survivorship_ = std::move(survivorship); }
  // Has the golden records of the entities computed anew that these ids lead to, if there are any; those that come out
  // the same are not written. Nothing else may be staged. Costs a read of each.
  void Resurvive(std::span<const uint64_t> ids);
  // Writes an entity whose golden records were made before by these rules, from what is stored of its records and of
  // decisions: `value`, without revision. Nothing is written if the id stands for no active entity any more.
  absl::Status PutRebuilt(uint64_t anchor, std::string_view value);
  // For a change of the rules that addresses are matched by: matches the addresses of live records anew. Records whose
  // matches stay are not written.
  absl::Status Rematch(std::span<const uint64_t> ordinals);
  // For a change of rules or model: the clusters are these, and all open review pairs, found by the model of that
  // version, instead of what the register's matcher finds. Entities and pairs that stay as they are are not written.
  // `matcher`, who found them, must outlive Resolve.
  void SetPartition(std::vector<std::vector<uint64_t>> clusters, std::vector<matching::RecordReview> reviews,
                    std::string_view model_version, const matching::LiveMatcher* matcher);
  // For data from before tasks: raises those of review pairs that are stored already.
  void RaiseTasks(std::span<const ReviewPair> pairs);
  // Keeps what was learnt or retracted, and matches anew the addresses of all records that hold one of these. They are
  // in memory until the batch is written: some 2 KB each.
  absl::Status StageLearnt(const std::vector<LearntWrite>& writes);
  // For data from before tasks of addresses: raises those of stored records.
  absl::Status AskStored(std::span<const uint64_t> ordinals);
  // The same of conflicts of stored entities, which are known by these ids.
  absl::Status AskConflicts(std::span<const uint64_t> anchors);
  // The same of stored entities that may be weak, for data from before such tasks, or from before these bounds.
  absl::Status AskWeakness(std::span<const uint64_t> anchors);
  // Finds the new partition, writes golden records, redirects and events. `results` gain their anchors.
  absl::Status Resolve();

  // After Resolve of a decision: calls its `tell`.
  absl::Status TellDecision();
  // Takes a decision back that will not be written: the indexes are as they were before it.
  void RevertDecision();

  // True if anything of the register's state changed: the commit needs its revision.
  [[nodiscard]] bool changed() const { return changed_; }
  // True if gazetteer rows are among what changed.
  [[nodiscard]] bool gazetteer_changed() const { return gazetteer_changed_; }
  // After Resolve: all writes, the change-log entry among them.
  storage::WriteBatch TakeBatch();
  // The anchor that a staged record belongs to. After Resolve.
  [[nodiscard]] uint64_t AnchorOf(uint64_t ordinal) const { return core_.indexes.ids.Resolve(ordinal); }
  // What Stats has to add once the batch is written.
  struct Deltas {
    int64_t entities = 0;
    int64_t deleted_sources = 0;
    int64_t properties = 0;
    int64_t streets = 0;
    std::map<std::string, int64_t> live_by_source;
    GivenFields given;
    ReviewCounts reviews{};
  };
  [[nodiscard]] const Deltas& deltas() const { return deltas_; }
  // Entities with new golden records. After Resolve.
  [[nodiscard]] uint64_t entities_written() const { return entities_written_; }

 private:
  using Ordinal = uint64_t;

  // The newest version of a record: staged, or read from the store.
  absl::StatusOr<const DecodedSource*> Load(Ordinal ordinal);
  // Loads many at once, which the store answers quicker.
  absl::Status LoadAll(const std::vector<Ordinal>& ordinals);

  // Writes a record's version and keeps crosswalk and dependants in step with it.
  void PutVersion(Ordinal ordinal, const DecodedSource* former, DecodedSource version, std::string_view key_hash);
  void IndexOrganisation(Ordinal ordinal, const DecodedSource* former, const DecodedSource& next);
  // Keeps the index of property records in step, and tells of what happened to one.
  void IndexProperty(Ordinal ordinal, const DecodedSource* former, const DecodedSource& next);
  [[nodiscard]] bool IsPropertyRecord(Ordinal ordinal) const;
  // Keeps the listing of unresolved addresses in step, and notes whose tasks may change (slice_addresses.cc).
  void IndexQuestions(Ordinal ordinal, const DecodedSource* former, const DecodedSource* next);
  void LookAtQuestions(Ordinal ordinal, const DecodedSource& source);
  absl::Status StageAddressTasks();
  absl::Status RaiseQuestion(const std::string& hash, Ordinal ordinal);
  // Keep in step what ties people to properties and to one another (slice_ties.cc).
  void IndexOccupancies(Ordinal ordinal, const DecodedSource* former, const DecodedSource& next);
  void IndexRelations(Ordinal ordinal, const DecodedSource* former, const DecodedSource& next);
  void IndexDependant(Ordinal ordinal, const DecodedSource* former, const DecodedSource& next);
  // Matches the addresses anew that a change to the gazetteer may have given another match.
  absl::Status RematchTouched(const matching::address::match::Touched& touched, std::span<const uint64_t> uprns);
  // `prepared` becomes the record's version; without `former` it is a new record. `result` tells which.
  void Accept(const DecodedSource* former, PreparedSource& prepared, SourceResult& result);
  // The source deleted the record: `version` is what is kept of it.
  void Erase(Ordinal ordinal, const DecodedSource& former, DecodedSource version, std::string_view key_hash);
  void SetLive(Ordinal ordinal, bool live);
  void ChangeMatcher(Ordinal ordinal, const DecodedSource* former, std::optional<matching::LinkageRecord> next);

  // Updates that look like another person (slice_holds.cc). HoldBack: true if this one is held, or dropped; nothing
  // else happens to the record then. EndHolds: the source took back what waits.
  bool HoldBack(Ordinal ordinal, const DecodedSource& former, PreparedSource& prepared, SourceResult& result);
  absl::Status EndHolds(Ordinal ordinal);
  void PutHeld(const storage::v1::HeldUpdate& update);
  void AddHeld(Ordinal ordinal, storage::v1::SourceRecord version, uint64_t says, matching::AnotherSigns signs);
  absl::StatusOr<std::vector<storage::v1::HeldUpdate>> ReadWaiting(Ordinal ordinal) const;
  void EndHeld(storage::v1::HeldUpdate update, HeldState state, uint64_t decision);
  // What a steward decides about them, and taking that back.
  absl::Status StageHeld(storage::v1::LinkDecision& decision);
  absl::Status UnstageHeld(const storage::v1::LinkDecision& decision);
  absl::Status TakeHeld(Ordinal ordinal, uint64_t decision);
  absl::Status PassOn(storage::v1::LinkDecision& decision);
  absl::Status TakeBack(Ordinal ordinal, const storage::v1::LinkDecision& decision);
  absl::Status PassBack(Ordinal ordinal, const storage::v1::LinkDecision& decision);
  // They wait on as those of `to`, whose version is this.
  absl::Status MoveHeld(std::vector<storage::v1::HeldUpdate> updates, Ordinal to, const DecodedSource& version,
                        uint64_t decision);
  absl::Status HoldAgain(Ordinal ordinal, DecodedSource current, std::vector<storage::v1::HeldUpdate> waiting,
                         uint64_t decision);
  absl::StatusOr<uint32_t> FreeIncarnation(model::SourceKey key) const;
  void GiveKeyAway(Ordinal ordinal, const DecodedSource& former, uint32_t incarnation);
  absl::Status Restore(Ordinal ordinal, const DecodedSource& current, const storage::v1::HeldDecision& decision);
  absl::Status StageOverlayTasks();
  void RematchLoaded(Ordinal ordinal);
  // For a calibration that is being made: the record's addresses were matched by the one in force.
  void NoteMatched(Ordinal ordinal);

  // In a slice of a decision: how to take back what changed in memory, which is not in the store yet.
  void OnRevert(std::function<void()> revert) {
    if (decision_ != nullptr) reverts_.push_back(std::move(revert));
  }

  absl::Status TakeBackIds();
  absl::Status HandOverIds();
  void RecordHandovers(const std::vector<IdTable::Handover>& handovers);
  absl::StatusOr<std::vector<std::vector<Ordinal>>> NewClusters();
  absl::Status WriteReviews(ReviewChanges changes, std::string_view model_version);
  // Raises and withdraws the tasks of the review pairs that change. Once the new entities are in the batch.
  absl::Status WriteTasks();
  absl::Status WriteDecision();
  void StageValue(const storage::v1::LinkDecision& decision);
  // Ends what stewards decided until the source sends the record again (slice_decisions.cc).
  absl::Status EndValuesOf(Ordinal ordinal);
  absl::Status NotePeopleOf(const storage::Reader& after, const storage::v1::LinkDecision& decision);
  absl::Status AddSideFacts(const storage::Reader& after, storage::v1::DecisionSide& side) const;
  [[nodiscard]] std::vector<matching::RecordReview> DistinctReviews() const;
  absl::StatusOr<std::vector<Ordinal>> StoredMembers(uint64_t anchor) const;
  absl::Status WriteEntities(std::span<const std::vector<Ordinal>> clusters);
  absl::Status WriteEntity(const std::vector<Ordinal>& members);
  // Raises the task of an entity whose records conflict, or ends it.
  absl::Status LookForConflicts(uint64_t anchor, std::span<const std::pair<uint64_t, const DecodedSource*>> sources);
  absl::Status WithdrawConflict(uint64_t anchor);
  // Raises the tasks of clusters that are unusual for one person, or ends them (slice_weakness.cc).
  absl::Status LookForWeakness(std::span<const std::vector<Ordinal>> clusters);
  absl::Status WithdrawWeakness(uint64_t anchor);
  absl::Status WriteEnded(Ordinal holder);
  absl::StatusOr<bool> StoredAlready(uint64_t anchor, const storage::v1::Entity& entity) const;
  void PutEntity(uint64_t id, const storage::v1::Entity& entity);
  // Makes the ids resolve to `anchor`, with redirects and events for those that are new to it. `active`: the entity of
  // `anchor` has members, which hold the ids. Without it that entity has ended and the ids are left to it, held by a
  // record that is gone; of those that led to nobody before, nothing is told. With it even an id that led to `anchor`
  // all along is told of as redirected if that had ended, and so led to nobody, and is somebody again.
  absl::Status PointIds(const std::vector<uint64_t>& ids, uint64_t anchor, bool active);
  bool EntityUnchanged(uint64_t anchor, const std::vector<Ordinal>& members) const;
  void Event(uint32_t kind, uint64_t id, uint64_t other = 0);
  // The state before this slice: what an id resolved to (0: not minted yet), and how many members its entity had.
  [[nodiscard]] uint64_t FormerAnchor(uint64_t id) const;
  [[nodiscard]] uint32_t FormerSize(uint64_t anchor) const;
  void Assign(uint64_t id, uint64_t anchor);
  void SetSize(uint64_t anchor, uint32_t size);

  // Constant after construction.
  Core& core_;
  const uint32_t register_;
  const uint64_t revision_;
  const TimeMicros now_;

  std::shared_ptr<const Survivorship> survivorship_;
  storage::WriteBatch batch_;
  gazetteer::GazetteerWriter gazetteer_;
  tasks::TaskWriter tasks_;
  ReviewChanges review_changes_;  // that tasks are raised of
  std::string review_model_;      // that scored them
  // Unresolved addresses that were looked at, by the hash of what they say: the records that ask, or do no longer.
  struct Question {
    std::map<uint64_t, bool> holders;
  };
  std::map<std::string, Question> questions_;
  storage::v1::Commit commit_;
  bool changed_ = false;
  bool gazetteer_changed_ = false;
  std::optional<std::vector<std::vector<Ordinal>>> given_clusters_;
  std::vector<matching::RecordReview> given_reviews_;
  std::string given_model_;
  const matching::LiveMatcher* given_matcher_ = nullptr;
  DecisionWrites* decision_ = nullptr;
  std::optional<storage::v1::LinkDecision> former_value_;  // a decision about a value that decision_ takes back
  std::vector<matching::RecordLink> link_changes_;
  std::vector<matching::RecordLink> former_links_;             // what these were
  std::vector<matching::LiveMatcher::Change> former_matches_;  // of records that the decision changes
  std::vector<std::function<void()>> reverts_;
  std::set<Ordinal> overlays_;  // records whose held updates change
  // Once there are decisions: members of entities that are written, or that a decision names.
  std::vector<Ordinal> looked_at_;
  bool compare_golden_ = false;  // leave out entities whose stored value comes out the same
  bool records_staged_ = true;   // what records_ has may differ from the store
  uint64_t entities_written_ = 0;

  absl::flat_hash_map<Ordinal, std::unique_ptr<DecodedSource>> records_;
  // Net changes for the matcher, by ordinal.
  std::map<Ordinal, std::optional<matching::LinkageRecord>> matcher_changes_;
  absl::flat_hash_set<Ordinal> content_changed_;
  std::vector<Ordinal> minted_;
  std::vector<Ordinal> erased_;
  std::vector<Ordinal> revived_;
  // Records that are gone and still hold ids: their ended entities are to be written.
  std::set<Ordinal> dead_holders_;
  // Live records that lost an id to its returned minter: their entities may have another anchor now.
  std::set<Ordinal> reanchored_;
  // What was before this slice, for the ids that it moved; 0 for ids that it minted.
  absl::flat_hash_map<uint64_t, uint64_t> former_anchor_;
  absl::flat_hash_map<uint64_t, uint32_t> former_size_;

  Deltas deltas_;
};

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_SLICE_H_
