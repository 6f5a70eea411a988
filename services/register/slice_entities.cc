// The second half of a slice: from the matcher's new clusters to entities, redirects and events.
#include <algorithm>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/register/entity_builder.h"
#include "services/register/entity_conflicts.h"
#include "services/register/review_tasks.h"
#include "services/register/slice.h"
#include "storage/change_log.h"
#include "storage/keys.h"
#include "wensum/v1/changes.pb.h"

namespace wensum::registry {

using storage::Family;

// Clusters whose records are read at once.
constexpr size_t kClustersPerPiece = 4'096;

absl::Status Slice::Resolve() {
  if (!matcher_changes_.empty() || !link_changes_.empty() || !content_changed_.empty() || given_clusters_.has_value()) {
    WENSUM_RETURN_IF_ERROR(TakeBackIds());
    WENSUM_RETURN_IF_ERROR(HandOverIds());
    WENSUM_ASSIGN_OR_RETURN(const auto clusters, NewClusters());
    for (size_t begin = 0; begin < clusters.size(); begin += kClustersPerPiece) {
      WENSUM_RETURN_IF_ERROR(
          WriteEntities(std::span(clusters).subspan(begin, std::min(kClustersPerPiece, clusters.size() - begin))));
    }
    for (const Ordinal holder : dead_holders_) {
      WENSUM_RETURN_IF_ERROR(WriteEnded(holder));
    }
    WENSUM_RETURN_IF_ERROR(LookForWeakness(clusters));
  }
  WENSUM_RETURN_IF_ERROR(WriteDecision());
  return WriteTasks();
}

storage::WriteBatch Slice::TakeBatch() {
  if (changed_) {
    commit_.set_time(now_);
    storage::AppendCommit(register_, revision_, std::move(commit_), batch_);
  }
  return std::move(batch_);
}

absl::Status Slice::TakeBackIds() {
  for (const Ordinal ordinal : revived_) {
    const uint64_t holder = core_.indexes.ids.HolderOf(ordinal);
    if (holder == ordinal) {
      continue;
    }
    RecordHandovers(core_.indexes.ids.TakeBack(ordinal));
    OnRevert([this, ordinal, holder] { core_.indexes.ids.SetHolder(ordinal, holder); });
    if (core_.indexes.live[holder]) {
      reanchored_.insert(holder);
    } else {
      dead_holders_.insert(holder);
    }
  }
  return absl::OkStatus();
}

absl::Status Slice::HandOverIds() {
  std::map<uint64_t, std::vector<Ordinal>> erased_by_anchor;
  for (const Ordinal ordinal : erased_) {
    erased_by_anchor[core_.indexes.ids.Resolve(ordinal)].push_back(ordinal);
  }
  for (auto& [anchor, erased] : erased_by_anchor) {
    WENSUM_ASSIGN_OR_RETURN(std::vector<Ordinal> members, StoredMembers(anchor));
    const auto remaining =
        std::find_if(members.begin(), members.end(), [this](Ordinal member) { return core_.indexes.live[member]; });
    // When all end together, the oldest of them keeps the ids.
    const Ordinal heir = remaining != members.end() ? *remaining : *std::min_element(erased.begin(), erased.end());
    if (remaining == members.end()) {
      dead_holders_.insert(heir);
    }
    std::sort(erased.begin(), erased.end());
    for (const Ordinal ordinal : erased) {
      const auto handovers = core_.indexes.ids.HandOver(ordinal, heir);
      RecordHandovers(handovers);
      for (const IdTable::Handover& handover : handovers) {
        OnRevert([this, id = handover.anchor, ordinal] { core_.indexes.ids.SetHolder(id, ordinal); });
        if (handover.anchor == anchor && remaining != members.end()) {
          Event(v1::CHANGE_KIND_ID_ANCHORED, anchor);
        }
      }
    }
  }
  return absl::OkStatus();
}

void Slice::RecordHandovers(const std::vector<IdTable::Handover>& handovers) {
  for (const IdTable::Handover& handover : handovers) {
    const std::string key = storage::AnchorHandoverKey(register_, handover.anchor);
    if (handover.anchor == handover.holder) {
      batch_.Delete(Family::kDecision, key);
      continue;
    }
    storage::v1::AnchorHandover stored;
    stored.set_format(kRecordFormat);
    stored.set_anchor(handover.anchor);
    stored.set_holder(handover.holder);
    stored.set_revision(revision_);
    batch_.Put(Family::kDecision, key, stored.SerializeAsString());
  }
}

absl::StatusOr<std::vector<Slice::Ordinal>> Slice::StoredMembers(uint64_t anchor) const {
  WENSUM_ASSIGN_OR_RETURN(const auto value, core_.store->Get(Family::kEntity, storage::EntityKey(register_, anchor)));
  if (!value.has_value()) {
    return DataLoss(Cat("entity ", anchor, " is missing; run `wensum verify`"));
  }
  WENSUM_ASSIGN_OR_RETURN(const storage::v1::Entity entity, DecodeEntity(*value, Cat("entity ", anchor)));
  std::vector<Ordinal> members;
  for (const storage::v1::Member& member : entity.members()) {
    members.push_back(member.ordinal());
  }
  std::sort(members.begin(), members.end());
  return members;
}

void Slice::SetPartition(std::vector<std::vector<uint64_t>> clusters, std::vector<matching::RecordReview> reviews,
                         std::string_view model_version, const matching::LiveMatcher* matcher) {
  given_clusters_ = std::move(clusters);
  given_reviews_ = std::move(reviews);
  given_model_ = model_version;
  given_matcher_ = matcher;
  compare_golden_ = true;
  records_staged_ = false;
}

void Slice::Resurvive(std::span<const uint64_t> ids) {
  compare_golden_ = true;
  records_staged_ = false;
  for (const uint64_t id : ids) {
    const Ordinal holder = core_.indexes.ids.Minted(id) ? core_.indexes.ids.HolderOf(id) : 0;
    if (holder != 0 && core_.indexes.live[holder]) {
      content_changed_.insert(holder);
    }
  }
}

// Neither conflicts nor what decisions know of people depend on the rules, so that no task changes.
absl::Status Slice::PutRebuilt(uint64_t anchor, std::string_view value) {
  if (core_.indexes.ids.Resolve(anchor) != anchor || core_.indexes.entity_size[anchor] == 0) {
    return absl::OkStatus();
  }
  WENSUM_ASSIGN_OR_RETURN(storage::v1::Entity entity, DecodeEntity(value, Cat("entity ", anchor)));
  entity.set_revision(revision_);
  if (entity.kind() != static_cast<uint32_t>(model::RecordKind::kProperty)) {
    Event(v1::CHANGE_KIND_PERSON_UPDATED, anchor);
  }
  PutEntity(anchor, entity);
  ++entities_written_;
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::vector<Slice::Ordinal>>> Slice::NewClusters() {
  if (given_clusters_.has_value()) {
    WENSUM_ASSIGN_OR_RETURN(ReviewChanges changes,
                            CompareReviews(*core_.store, register_, given_reviews_, given_model_));
    WENSUM_RETURN_IF_ERROR(WriteReviews(std::move(changes), given_model_));
    return *std::move(given_clusters_);
  }
  std::vector<matching::LiveMatcher::Change> changes;
  changes.reserve(matcher_changes_.size());
  for (auto& [ordinal, record] : matcher_changes_) {
    if (core_.indexes.rematched.has_value()) {
      core_.indexes.rematched->push_back(ordinal);
    }
    changes.push_back({.id = static_cast<matching::RecordId>(ordinal), .record = std::move(record)});
  }
  if (core_.indexes.rematched.has_value()) {
    for (const matching::RecordLink& link : link_changes_) {
      core_.indexes.relinked.emplace_back(link.a, link.b);
    }
  }
  matching::LiveMatcher::Outcome outcome;
  {
    MutexLock lock(core_.indexes.matcher_mutex);
    outcome = core_.indexes.matcher->Apply(std::move(changes), link_changes_);
  }
  WENSUM_RETURN_IF_ERROR(WriteReviews({.open = std::move(outcome.reviews), .gone = std::move(outcome.reviews_gone)},
                                      core_.model()->version));
  std::vector<std::vector<Ordinal>> clusters;
  absl::flat_hash_set<Ordinal> covered;
  for (const std::vector<matching::RecordId>& cluster : outcome.clusters) {
    clusters.emplace_back(cluster.begin(), cluster.end());
    covered.insert(cluster.begin(), cluster.end());
  }
  // Entities whose members stay but whose content or anchor may not.
  std::set<Ordinal> rest(reanchored_);
  rest.insert(content_changed_.begin(), content_changed_.end());
  for (const Ordinal ordinal : rest) {
    if (!core_.indexes.live[ordinal] || covered.contains(ordinal)) {
      continue;
    }
    WENSUM_ASSIGN_OR_RETURN(std::vector<Ordinal> members, StoredMembers(core_.indexes.ids.Resolve(ordinal)));
    covered.insert(members.begin(), members.end());
    clusters.push_back(std::move(members));
  }
  return clusters;
}

absl::Status Slice::WriteReviews(ReviewChanges changes, std::string_view model_version) {
  changed_ = changed_ || !changes.open.empty() || !changes.gone.empty();
  WENSUM_RETURN_IF_ERROR(StageReviews(*core_.store,
                                      {.reg = register_, .model_version = model_version, .revision = revision_},
                                      changes, batch_, deltas_.reviews));
  review_changes_ = std::move(changes);
  review_model_ = model_version;
  return absl::OkStatus();
}

void Slice::RaiseTasks(std::span<const ReviewPair> pairs) {
  for (const ReviewPair& pair : pairs) {
    review_changes_.open.push_back(pair.review);
    review_model_ = pair.model_version;  // the one in force: pairs of another are scored anew before
  }
}

absl::Status Slice::WriteTasks() {
  for (const matching::RecordReview& review : review_changes_.gone) {
    WENSUM_RETURN_IF_ERROR(tasks_.Withdraw(tasks::TaskKind::kPossibleMatch, ReviewCause(review)));
  }
  // Of dismissed tasks, and of people whom a decision parts, the evidence is looked at, as this commit leaves it.
  std::optional<storage::OverlayReader> overlay;
  const auto after = [this, &overlay]() -> const storage::Reader& {
    if (!overlay.has_value()) {
      overlay.emplace(core_.store);
      overlay->Add(batch_);
    }
    return *overlay;
  };
  // As they are stored: the matcher's score may be rounded otherwise since.
  for (const matching::RecordReview& review : DistinctReviews()) {
    WENSUM_ASSIGN_OR_RETURN(const std::optional<ReviewPair> stored, FindReview(after(), register_, review));
    review_changes_.open.push_back(stored.has_value() ? stored->review : review);
  }
  if (review_model_.empty()) {
    review_model_ = core_.model()->version;  // a decision that changes no link looks at its pairs all the same
  }
  for (const matching::RecordReview& review : review_changes_.open) {
    if (review.reason == matching::ReviewReason::kDistinct && core_.indexes.decisions.size() > 0) {
      WENSUM_ASSIGN_OR_RETURN(const bool answered, IsAnswered(after(), register_, core_.indexes.decisions, review));
      if (answered) {
        WENSUM_RETURN_IF_ERROR(tasks_.Withdraw(tasks::TaskKind::kPossibleMatch, ReviewCause(review)));
        continue;
      }
    }
    tasks::Condition condition = ReviewCondition(
        review, review_model_, {core_.indexes.ids.Resolve(review.a), core_.indexes.ids.Resolve(review.b)});
    condition.find_evidence = [this, &after, a = review.a, b = review.b] {
      return ReviewEvidence(after(), register_, a, b);
    };
    tasks_.Raise(std::move(condition));
  }
  WENSUM_RETURN_IF_ERROR(StageAddressTasks());
  WENSUM_RETURN_IF_ERROR(StageOverlayTasks());
  storage::WriteBatch writes;
  WENSUM_ASSIGN_OR_RETURN(const bool wrote, tasks_.Finish({.revision = revision_, .time = now_}, writes));
  changed_ = changed_ || wrote;
  batch_.Append(std::move(writes));
  return absl::OkStatus();
}

absl::Status Slice::LookForConflicts(uint64_t anchor,
                                     std::span<const std::pair<uint64_t, const DecodedSource*>> sources) {
  const std::vector<ConflictValue> conflicts = ConflictsOf(sources);
  if (conflicts.empty()) {
    return WithdrawConflict(anchor);
  }
  tasks_.Raise(ConflictCondition(anchor, conflicts));
  return absl::OkStatus();
}

// Of one record there never was any.
absl::Status Slice::WithdrawConflict(uint64_t anchor) {
  return FormerSize(anchor) > 1 ? tasks_.Withdraw(tasks::TaskKind::kConflict, ConflictCause(anchor)) : absl::OkStatus();
}

absl::Status Slice::AskConflicts(std::span<const uint64_t> anchors) {
  for (const uint64_t anchor : anchors) {
    WENSUM_ASSIGN_OR_RETURN(const std::vector<Ordinal> members, StoredMembers(anchor));
    WENSUM_RETURN_IF_ERROR(LoadAll(members));
    std::vector<std::pair<uint64_t, const DecodedSource*>> sources;
    sources.reserve(members.size());
    for (const Ordinal member : members) {
      sources.emplace_back(member, records_.at(member).get());
    }
    WENSUM_RETURN_IF_ERROR(LookForConflicts(anchor, sources));
  }
  return absl::OkStatus();
}

uint64_t Slice::FormerAnchor(uint64_t id) const {
  const auto found = former_anchor_.find(id);
  return found == former_anchor_.end() ? core_.indexes.ids.Resolve(id) : found->second;
}

uint32_t Slice::FormerSize(uint64_t anchor) const {
  const auto found = former_size_.find(anchor);
  return found == former_size_.end() ? core_.indexes.entity_size[anchor] : found->second;
}

void Slice::Assign(uint64_t id, uint64_t anchor) {
  former_anchor_.try_emplace(id, core_.indexes.ids.Resolve(id));
  core_.indexes.ids.Assign(id, anchor);
}

void Slice::SetSize(uint64_t anchor, uint32_t size) {
  uint32_t& stored = core_.indexes.entity_size[anchor];
  former_size_.try_emplace(anchor, stored);
  deltas_.entities += static_cast<int64_t>(size != 0) - static_cast<int64_t>(stored != 0);
  stored = size;
}

bool Slice::EntityUnchanged(uint64_t anchor, const std::vector<Ordinal>& members) const {
  return FormerAnchor(anchor) == anchor && FormerSize(anchor) == members.size() &&
         std::all_of(members.begin(), members.end(), [this, anchor](Ordinal member) {
           return FormerAnchor(member) == anchor && !content_changed_.contains(member);
         });
}

absl::Status Slice::WriteEntities(std::span<const std::vector<Ordinal>> clusters) {
  std::vector<Ordinal> needed;
  for (const std::vector<Ordinal>& members : clusters) {
    if (!EntityUnchanged(core_.indexes.ids.AnchorOf(members), members)) {
      needed.insert(needed.end(), members.begin(), members.end());
    }
  }
  WENSUM_RETURN_IF_ERROR(LoadAll(needed));
  for (const std::vector<Ordinal>& members : clusters) {
    WENSUM_RETURN_IF_ERROR(WriteEntity(members));
  }
  // What moves everybody does not fit memory. As long as nothing of the records is staged, they can be read again.
  if (!records_staged_) {
    records_.clear();
  }
  return absl::OkStatus();
}

absl::Status Slice::WriteEntity(const std::vector<Ordinal>& members) {
  const uint64_t anchor = core_.indexes.ids.AnchorOf(members);
  if (EntityUnchanged(anchor, members)) {
    return absl::OkStatus();
  }
  std::vector<std::pair<uint64_t, const DecodedSource*>> sources;
  for (const Ordinal ordinal : members) {
    WENSUM_ASSIGN_OR_RETURN(const DecodedSource* source, Load(ordinal));
    sources.emplace_back(ordinal, source);
  }
  WENSUM_RETURN_IF_ERROR(LookForConflicts(anchor, sources));
  storage::v1::Entity entity = BuildEntity(sources, core_.options.rules, survivorship_->rules, core_.indexes.values);
  if (compare_golden_) {
    WENSUM_ASSIGN_OR_RETURN(const bool same, StoredAlready(anchor, entity));
    if (same) {
      return absl::OkStatus();
    }
  }
  entity.set_revision(revision_);
  ++entities_written_;
  if (core_.indexes.decisions.size() > 0) {
    looked_at_.insert(looked_at_.end(), members.begin(), members.end());
  }
  const uint64_t former = FormerAnchor(anchor);
  if (entity.kind() == static_cast<uint32_t>(model::RecordKind::kProperty)) {
    // Its events were told with the record: see IndexProperty.
  } else if (former == anchor && FormerSize(anchor) > 0) {
    Event(v1::CHANGE_KIND_PERSON_UPDATED, anchor);
  } else if (former != 0 && former != anchor && FormerSize(former) > 0) {
    Event(v1::CHANGE_KIND_PERSON_SPLIT, anchor, former);
  } else {
    Event(v1::CHANGE_KIND_PERSON_CREATED, anchor);
  }
  PutEntity(anchor, entity);
  std::vector<uint64_t> ids;
  for (const Ordinal member : members) {
    const std::vector<uint64_t> held = core_.indexes.ids.HeldBy(member);
    ids.insert(ids.end(), held.begin(), held.end());
  }
  WENSUM_RETURN_IF_ERROR(PointIds(ids, anchor, /*active=*/true));
  SetSize(anchor, static_cast<uint32_t>(members.size()));
  return absl::OkStatus();
}

absl::Status Slice::WriteEnded(Ordinal holder) {
  const std::vector<uint64_t> ids = core_.indexes.ids.HeldBy(holder);
  if (core_.indexes.live[holder] || ids.empty()) {
    return absl::OkStatus();
  }
  const uint64_t anchor = ids.front();
  const uint64_t former = FormerAnchor(anchor);
  const bool property = IsPropertyRecord(holder);  // stands for itself alone
  if (!property && former != 0 && FormerSize(former) > 0) {
    if (former != anchor) {  // who was known by another id, which goes on without these records
      Event(v1::CHANGE_KIND_PERSON_SPLIT, anchor, former);
    }
    Event(v1::CHANGE_KIND_PERSON_ENDED, anchor);
  }
  storage::v1::Entity entity;
  entity.set_format(kRecordFormat);
  entity.set_revision(revision_);
  entity.set_ended(true);
  if (property) {
    entity.set_kind(static_cast<uint32_t>(model::RecordKind::kProperty));
  }
  PutEntity(anchor, entity);
  WENSUM_RETURN_IF_ERROR(PointIds(ids, anchor, /*active=*/false));
  WENSUM_RETURN_IF_ERROR(WithdrawConflict(anchor));
  WENSUM_RETURN_IF_ERROR(WithdrawWeakness(anchor));
  SetSize(anchor, 0);
  return absl::OkStatus();
}

absl::Status Slice::PointIds(const std::vector<uint64_t>& ids, uint64_t anchor, bool active) {
  std::vector<uint64_t> former_people;  // ids that were known before and no longer stood for themselves
  for (const uint64_t id : ids) {
    const uint64_t former = FormerAnchor(id);
    const bool moved = former != anchor || core_.indexes.ids.Resolve(id) != anchor;
    Assign(id, anchor);
    if (id == anchor) {
      continue;
    }
    if (!moved) {
      if (active && FormerSize(anchor) == 0) {
        former_people.push_back(id);  // it resolved to nobody, and does to somebody again
      }
      continue;
    }
    storage::v1::Entity redirect;
    redirect.set_format(kRecordFormat);
    redirect.set_revision(revision_);
    redirect.set_redirect(anchor);
    PutEntity(id, redirect);
    if (former == id && FormerSize(id) > 0) {
      Event(v1::CHANGE_KIND_PERSON_MERGED, id, anchor);
    } else if (former != 0) {
      former_people.push_back(id);
    }
    if (core_.indexes.entity_size[id] > 0) {
      WENSUM_RETURN_IF_ERROR(WithdrawConflict(id));
      WENSUM_RETURN_IF_ERROR(WithdrawWeakness(id));
      SetSize(id, 0);
    }
  }
  // But for those that went along with the person that they resolved to. An id of nobody takes none along.
  for (const uint64_t id : former_people) {
    const uint64_t former = FormerAnchor(id);
    const bool of_nobody = FormerSize(former) == 0;
    const bool went_along = former != id && !of_nobody && core_.indexes.ids.Resolve(former) == anchor;
    if (!went_along && (active || !of_nobody)) {
      Event(v1::CHANGE_KIND_ID_REDIRECTED, id, anchor);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> Slice::StoredAlready(uint64_t anchor, const storage::v1::Entity& entity) const {
  WENSUM_ASSIGN_OR_RETURN(const auto value, core_.store->Get(Family::kEntity, storage::EntityKey(register_, anchor)));
  if (!value.has_value()) {
    return false;
  }
  WENSUM_ASSIGN_OR_RETURN(storage::v1::Entity stored, DecodeEntity(*value, Cat("entity ", anchor)));
  stored.clear_revision();
  return stored.SerializeAsString() == entity.SerializeAsString();
}

void Slice::PutEntity(uint64_t id, const storage::v1::Entity& entity) {
  changed_ = true;
  if (core_.indexes.rewritten.has_value()) {
    core_.indexes.rewritten->push_back(id);
  }
  std::string value = entity.SerializeAsString();
  batch_.Put(Family::kEntityHistory, storage::EntityHistoryKey(register_, id, revision_), value);
  batch_.Put(Family::kEntity, storage::EntityKey(register_, id), std::move(value));
}

void Slice::Event(uint32_t kind, uint64_t id, uint64_t other) {
  storage::v1::ChangeEvent& event = *commit_.add_events();
  event.set_kind(kind);
  event.set_id(id);
  event.set_other(other);
}

}  // namespace wensum::registry
