// The part of a slice that stewards decide: links for the matcher, what is kept of them, and taking them back.
#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/register/decision_store.h"
#include "services/register/decision_writes.h"
#include "services/register/review_tasks.h"
#include "services/register/slice.h"
#include "services/tasks/task_actions.h"

namespace wensum::registry {
namespace {

bool PartsPeople(const storage::v1::LinkDecision& decision) {
  return !decision.has_value() && !decision.has_held() &&
         decision.operation() != static_cast<uint32_t>(DecisionOperation::kMerge);
}

}  // namespace

absl::Status Slice::StageDecision(DecisionWrites& writes) {
  DecisionTable& table = core_.indexes.decisions;
  decision_ = &writes;
  for (auto* const noted : {&core_.indexes.rematched, &core_.indexes.readdressed, &core_.indexes.rewritten}) {
    if (noted->has_value()) {
      OnRevert([noted, size = (*noted)->size()] { (*noted)->resize(size); });
    }
  }
  std::vector<matching::RecordLink> links;
  if (writes.add.has_value()) {
    links = LinksOf(*writes.add);
    writes.added = table.size() + 1;
    writes.add->set_format(FormatOfDecision(*writes.add));
    writes.add->set_number(writes.added);
    writes.add->set_time(now_);
    writes.add->set_revision(revision_);
    tasks_.set_decision(writes.added);
  }
  link_changes_ = table.ChangesOf(writes.retract, links);
  for (const matching::RecordLink& link : link_changes_) {
    former_links_.push_back({.a = link.a, .b = link.b, .kind = table.Between(link.a, link.b).kind});
  }
  if (writes.retract != 0) {
    WENSUM_ASSIGN_OR_RETURN(storage::v1::LinkDecision retracted, ReadDecision(*core_.store, register_, writes.retract));
    if (retracted.has_value()) {
      former_value_ = retracted;
    }
    *retracted.mutable_retraction() = writes.retraction;
    retracted.mutable_retraction()->set_time(now_);
    retracted.mutable_retraction()->set_revision(revision_);
    retracted.mutable_retraction()->set_decision(writes.added);
    PutDecision(register_, retracted, /*listings=*/false, batch_);
    table.SetRetracted(writes.retract, true);
    StageValue(retracted);
    if (retracted.has_held()) {
      WENSUM_RETURN_IF_ERROR(UnstageHeld(retracted));
    }
  }
  if (writes.add.has_value()) {
    table.Add(links);
    StageValue(*writes.add);
    if (writes.add->has_held()) {
      WENSUM_RETURN_IF_ERROR(StageHeld(*writes.add));
    }
  }
  changed_ = true;
  return absl::OkStatus();
}

// Brings the table of values in step; who holds the record has a golden record to be computed anew.
void Slice::StageValue(const storage::v1::LinkDecision& decision) {
  if (!decision.has_value()) {
    return;
  }
  if (IsRetracted(decision)) {
    core_.indexes.values.Remove(decision.number());
  } else {
    core_.indexes.values.Add(decision);
  }
  if (core_.indexes.live[decision.value().record()]) {
    content_changed_.insert(decision.value().record());
  }
}

absl::Status Slice::EndValuesOf(Ordinal ordinal) {
  for (const uint64_t number : core_.indexes.values.EndedBySending(ordinal)) {
    WENSUM_ASSIGN_OR_RETURN(storage::v1::LinkDecision decision, ReadDecision(*core_.store, register_, number));
    storage::v1::DecisionRetraction& retraction = *decision.mutable_retraction();
    retraction.set_time(now_);
    retraction.set_revision(revision_);
    retraction.set_cause(static_cast<uint32_t>(RetractionCause::kReasserted));
    PutDecision(register_, decision, /*listings=*/false, batch_);
    core_.indexes.decisions.SetRetracted(number, true);
    StageValue(decision);
    OnRevert([this, decision]() mutable {
      decision.clear_retraction();
      core_.indexes.decisions.SetRetracted(decision.number(), false);
      core_.indexes.values.Add(decision);
    });
    changed_ = true;
  }
  return absl::OkStatus();
}

// Once the new entities are in the batch.
absl::Status Slice::WriteDecision() {
  if (decision_ == nullptr) {
    return absl::OkStatus();
  }
  storage::OverlayReader after(core_.store);
  after.Add(batch_);
  if (decision_->retract != 0) {
    WENSUM_ASSIGN_OR_RETURN(const storage::v1::LinkDecision retracted,
                            ReadDecision(*core_.store, register_, decision_->retract));
    WENSUM_RETURN_IF_ERROR(NotePeopleOf(after, retracted));
  }
  if (!decision_->add.has_value()) {
    return absl::OkStatus();
  }
  storage::v1::LinkDecision& decision = *decision_->add;
  if (PartsPeople(decision)) {
    for (storage::v1::DecisionSide& side : *decision.mutable_sides()) {
      WENSUM_RETURN_IF_ERROR(AddSideFacts(after, side));
    }
  }
  if (const uint64_t successor = decision.held().successor(); successor != 0) {
    decision.mutable_sides()->rbegin()->set_person(core_.indexes.ids.Resolve(successor));
  }
  WENSUM_RETURN_IF_ERROR(NotePeopleOf(after, decision));
  PutDecision(register_, decision, /*listings=*/true, batch_);
  if (decision.task() == 0) {
    return absl::OkStatus();
  }
  WENSUM_ASSIGN_OR_RETURN(tasks::Edit* const edit, tasks_.Touch(decision.task()));
  return tasks::Decide({.name = decision.actor(), .caller = decision.caller(), .now = now_}, decision.reason(),
                       decision.comment(), decision.number(), *edit);
}

// A pair of the people that a decision names may be answered now, or no longer, though no link changes.
absl::Status Slice::NotePeopleOf(const storage::Reader& after, const storage::v1::LinkDecision& decision) {
  std::set<uint64_t> people;
  for (const storage::v1::DecisionSide& side : decision.sides()) {
    for (const uint64_t record : side.records()) {
      if (core_.indexes.live[record]) {
        people.insert(core_.indexes.ids.Resolve(record));
      }
    }
  }
  for (const uint64_t person : people) {
    WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> members, PersonRecords(after, register_, person));
    looked_at_.insert(looked_at_.end(), members.begin(), members.end());
  }
  return absl::OkStatus();
}

absl::Status Slice::AddSideFacts(const storage::Reader& after, storage::v1::DecisionSide& side) const {
  std::set<uint64_t> facts;
  std::set<uint64_t> people;
  for (const uint64_t record : side.records()) {
    WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> said, RecordFacts(after, register_, record));
    facts.insert(said.begin(), said.end());
    if (core_.indexes.live[record]) {
      people.insert(core_.indexes.ids.Resolve(record));
    }
  }
  for (const uint64_t person : people) {
    WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> members, PersonRecords(after, register_, person));
    WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> said, PersonFacts(after, register_, members));
    facts.insert(said.begin(), said.end());
  }
  side.mutable_facts()->Assign(facts.begin(), facts.end());
  return absl::OkStatus();
}

// Besides the pairs that change: those that are answered, or not, by what is known of their people, which may have
// changed though the score did not.
std::vector<matching::RecordReview> Slice::DistinctReviews() const {
  std::vector<matching::RecordReview> reviews;
  if (given_model_.empty()) {
    ReaderLock lock(core_.indexes.matcher_mutex);
    for (const Ordinal ordinal : looked_at_) {
      std::ranges::copy(core_.indexes.matcher->ReviewsOf(static_cast<matching::RecordId>(ordinal)),
                        std::back_inserter(reviews));
    }
  } else if (core_.indexes.decisions.size() > 0) {
    reviews = given_reviews_;
  }
  std::erase_if(reviews, [](const auto& review) { return review.reason != matching::ReviewReason::kDistinct; });
  return reviews;
}

absl::Status Slice::TellDecision() {
  storage::OverlayReader after(core_.store);
  after.Add(batch_);
  DecisionEffects effects{.before = *core_.store,
                          .after = after,
                          .commit = commit_,
                          .people_before = {},
                          .people_after = {},
                          .moved = {},
                          .tasks = tasks_.changed()};
  std::set<uint64_t> ids;
  for (const auto& [id, former] : former_anchor_) {
    ids.insert(id);
    if (former != 0 && former != core_.indexes.ids.Resolve(id)) {
      effects.moved.push_back({.id = id, .from = former, .to = core_.indexes.ids.Resolve(id)});
    }
  }
  std::ranges::sort(effects.moved, {}, &DecisionEffects::Moved::id);
  std::vector<storage::v1::LinkDecision> named;
  if (decision_->add.has_value()) {
    named.push_back(*decision_->add);
  }
  if (decision_->retract != 0) {
    WENSUM_ASSIGN_OR_RETURN(storage::v1::LinkDecision retracted, ReadDecision(after, register_, decision_->retract));
    named.push_back(std::move(retracted));
  }
  for (const storage::v1::LinkDecision& decision : named) {
    for (const storage::v1::DecisionSide& side : decision.sides()) {
      ids.insert(side.records().begin(), side.records().end());
    }
  }
  std::set<uint64_t> people_before;
  std::set<uint64_t> people_after;
  for (const uint64_t id : ids) {
    if (const uint64_t former = FormerAnchor(id); FormerSize(former) > 0) {
      people_before.insert(former);
    }
    if (const uint64_t anchor = core_.indexes.ids.Resolve(id); core_.indexes.entity_size[anchor] > 0) {
      people_after.insert(anchor);
    }
  }
  effects.people_before.assign(people_before.begin(), people_before.end());
  effects.people_after.assign(people_after.begin(), people_after.end());
  return decision_->tell(effects);
}

void Slice::RevertDecision() {
  {
    MutexLock lock(core_.indexes.matcher_mutex);
    core_.indexes.matcher->Apply(std::move(former_matches_), former_links_);
  }
  for (const auto& [id, anchor] : former_anchor_) {
    core_.indexes.ids.Assign(id, anchor);
  }
  for (const auto& [anchor, size] : former_size_) {
    core_.indexes.entity_size[anchor] = size;
  }
  if (decision_->add.has_value()) {
    core_.indexes.decisions.RemoveNewest();
    core_.indexes.values.Remove(decision_->added);
  }
  if (decision_->retract != 0) {
    core_.indexes.decisions.SetRetracted(decision_->retract, false);
    if (former_value_.has_value()) {
      core_.indexes.values.Add(*former_value_);
    }
  }
  while (!reverts_.empty()) {
    reverts_.back()();
    reverts_.pop_back();
  }
}

}  // namespace wensum::registry
