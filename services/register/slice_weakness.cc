// The part of a slice that looks for people who may be several: tasks of weak entities.
#include <algorithm>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "services/register/slice.h"
#include "services/register/weak_entities.h"

namespace wensum::registry {

absl::Status Slice::LookForWeakness(std::span<const std::vector<Ordinal>> clusters) {
  const tasks::WeakEntityBounds& bounds = core_.options.tasks.weak_entity;
  std::vector<tasks::Condition> conditions;
  std::vector<uint64_t> sound;
  const auto look = [&](const matching::LiveMatcher& matcher) {
    for (const std::vector<Ordinal>& members : clusters) {
      const uint64_t anchor = core_.indexes.ids.AnchorOf(members);
      std::optional<tasks::Condition> condition = WeakCondition(matcher, anchor, members, bounds);
      if (condition.has_value()) {
        conditions.push_back(*std::move(condition));
      } else {
        sound.push_back(anchor);
      }
    }
  };
  if (given_matcher_ != nullptr) {
    look(*given_matcher_);
  } else {
    ReaderLock lock(core_.indexes.matcher_mutex);
    look(*core_.indexes.matcher);
  }
  for (tasks::Condition& condition : conditions) {
    tasks_.Raise(std::move(condition));
  }
  for (const uint64_t anchor : sound) {
    WENSUM_RETURN_IF_ERROR(WithdrawWeakness(anchor));
  }
  return absl::OkStatus();
}

// Of so few records there never was any.
absl::Status Slice::WithdrawWeakness(uint64_t anchor) {
  return FormerSize(anchor) >= FewestWeak(core_.options.tasks.weak_entity)
             ? tasks_.Withdraw(tasks::TaskKind::kWeakEntity, WeakCause(anchor))
             : absl::OkStatus();
}

absl::Status Slice::AskWeakness(std::span<const uint64_t> anchors) {
  std::vector<std::vector<Ordinal>> clusters;
  for (const uint64_t anchor : anchors) {
    if (core_.indexes.entity_size[anchor] >= FewestWeak(core_.options.tasks.weak_entity)) {
      WENSUM_ASSIGN_OR_RETURN(std::vector<Ordinal> members, StoredMembers(anchor));
      clusters.push_back(std::move(members));
    } else {
      WENSUM_RETURN_IF_ERROR(tasks_.Withdraw(tasks::TaskKind::kWeakEntity, WeakCause(anchor)));
    }
  }
  return LookForWeakness(clusters);
}

}  // namespace wensum::registry
