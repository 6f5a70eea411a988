#include "services/register/weak_entities.h"

#include <algorithm>
#include <cmath>

#include "base/hash.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "services/tasks/task_store.h"

namespace wensum::registry {

using tasks::TaskKind;

std::string WeakCause(uint64_t anchor) { return Cat(anchor); }

size_t FewestWeak(const tasks::WeakEntityBounds& bounds) { return std::min(bounds.least, bounds.many); }

std::optional<tasks::Condition> WeakCondition(const matching::LiveMatcher& matcher, uint64_t anchor,
                                              std::span<const uint64_t> members,
                                              const tasks::WeakEntityBounds& bounds) {
  const auto first = static_cast<matching::RecordId>(members.front());
  if (members.size() < FewestWeak(bounds) || !matcher.Has(first)) {
    return std::nullopt;
  }
  const matching::UnusualBounds unusual{
      .many = bounds.many, .least = bounds.least, .max_cohesion = bounds.max_cohesion};
  const matching::Cohesion cohesion = matcher.LookAt(first, static_cast<uint32_t>(FewestWeak(bounds))).cohesion;
  const bool many = cohesion.many(unusual);
  const bool loose = cohesion.loose(unusual);
  if (!many && !loose) {
    return std::nullopt;
  }
  tasks::Condition condition;
  condition.kind = TaskKind::kWeakEntity;
  condition.cause = WeakCause(anchor);
  condition.subject = Cat(members.front());
  condition.priority = many ? tasks::Priority::kHigh : tasks::Priority::kNormal;
  condition.names = {{tasks::NameType::kRecord, members.front()}};
  storage::v1::WeakEntityFacts& facts = *condition.facts.mutable_weak_entity();
  facts.set_first(members.front());
  facts.set_records(static_cast<uint32_t>(members.size()));
  facts.set_contents(cohesion.contents);
  facts.set_pairs(cohesion.pairs);
  facts.set_cohesion(cohesion.share);
  facts.set_many(many);
  facts.set_loose(loose);
  uint64_t evidence = HashCombine(cohesion.pairs, static_cast<uint64_t>(std::llround(cohesion.share * cohesion.pairs)));
  for (const uint64_t member : members) {
    evidence = HashCombine(evidence, member);
  }
  condition.evidence = evidence;
  return condition;
}

void WeakCheck::Add(const matching::LiveMatcher& matcher, uint64_t anchor, std::span<const uint64_t> members) {
  if (const auto condition = WeakCondition(matcher, anchor, members, bounds_)) {
    expected_[condition->cause] = {condition->facts.weak_entity().SerializeAsString(), condition->priority};
  }
}

absl::Status WeakCheck::Run(const storage::Reader& reader, uint32_t reg,
                            const std::function<void(std::string)>& differ) const {
  for (const auto& [cause, said] : expected_) {
    WENSUM_ASSIGN_OR_RETURN(const auto number, tasks::FindByCause(reader, reg, TaskKind::kWeakEntity, cause));
    if (!number.has_value()) {
      differ(Cat("person ", cause, " is many or loose and holds no task"));
      continue;
    }
    const absl::StatusOr<tasks::Task> task = tasks::ReadTask(reader, reg, *number);
    if (!task.ok()) {
      differ(std::string(Message(task.status())));
    } else if (task->facts().weak_entity().SerializeAsString() != said.first ||
               task->priority() != static_cast<uint32_t>(said.second)) {
      differ(Cat(tasks::TaskName(*number), " says something else than the records of person ", cause));
    }
  }
  WENSUM_ASSIGN_OR_RETURN(const auto held, tasks::ListCauses(reader, reg, TaskKind::kWeakEntity));
  for (const auto& [cause, number] : held) {
    if (!expected_.contains(cause)) {
      differ(Cat(tasks::TaskName(number), " is held by person ", cause, ", who is neither many nor loose"));
    }
  }
  return absl::OkStatus();
}

}  // namespace wensum::registry
