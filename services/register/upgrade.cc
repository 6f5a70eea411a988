#include "services/register/upgrade.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "services/register/meta_record.h"
#include "services/register/occupants.h"
#include "services/register/recompute.h"
#include "services/register/ruleset_store.h"
#include "storage/store.h"

namespace wensum::registry {
namespace {

void Tell(const Core& core, std::string_view what) {
  if (core.options.on_upgrade != nullptr) {
    core.options.on_upgrade(what);
  }
}

// Runs a part of the work and stores `meta` with the last of what it writes; returns what it did.
absl::StatusOr<uint64_t> Do(Core& core, const storage::v1::Meta& meta,
                            const std::function<absl::StatusOr<uint64_t>(Core&, storage::WriteBatch)>& part) {
  storage::WriteBatch with_last;
  PutMeta(meta, with_last);
  return part(core, std::move(with_last));
}

absl::Status RaiseTasks(Core& core, storage::v1::Meta& meta) {
  if (meta.tasks() < kReviewTasks) {
    meta.set_tasks(kReviewTasks);
    WENSUM_ASSIGN_OR_RETURN(const uint64_t raised, Do(core, meta, RaiseReviewTasks));
    Tell(core, Cat("review pairs were stored by a version without tasks: ", raised, " of them are tasks now"));
  }
  if (meta.tasks() < kAddressTasks) {
    meta.set_tasks(kAddressTasks);
    WENSUM_ASSIGN_OR_RETURN(const uint64_t asking, Do(core, meta, RaiseAddressTasks));
    if (asking > 0) {
      Tell(core, Cat("addresses were stored by a version without tasks of them: ", asking,
                     " source records have one that is matched to no property; each of these is a task now"));
    }
  }
  meta.set_tasks(kTasks);
  WENSUM_ASSIGN_OR_RETURN(const uint64_t looked_at, Do(core, meta, RaiseConflictTasks));
  if (looked_at > 0) {
    Tell(core, Cat("people were stored by a version that raised no tasks of conflicts: those among ", looked_at,
                   " with several records whose NI numbers or dates of birth differ are tasks now"));
  }
  return absl::OkStatus();
}

absl::Status ListPlaces(Core& core, storage::v1::Meta& meta) {
  if (meta.occupancies() < kPlacedRecords) {
    meta.set_occupancies(kPlacedRecords);
    WENSUM_ASSIGN_OR_RETURN(const uint64_t rows, Do(core, meta, AddOccupancies));
    if (rows > 0) {
      Tell(core, Cat("source records were stored by a version that did not list them by property: ", rows,
                     " of their addresses are listed now"));
    }
  }
  meta.set_occupancies(kOccupancies);
  WENSUM_ASSIGN_OR_RETURN(const uint64_t homes, Do(core, meta, AddGivenHomes));
  if (homes > 0) {
    Tell(core, Cat("homes that stewards gave were stored by a version that did not list them by property: ", homes,
                   " are listed now"));
  }
  return absl::OkStatus();
}

// Tasks of weak entities go by bounds that are configured.
absl::Status RaiseByBounds(Core& core, storage::v1::Meta& meta) {
  const tasks::WeakEntityBounds& bounds = core.options.tasks.weak_entity;
  storage::v1::WeakEntityBounds in_force;
  in_force.set_many(bounds.many);
  in_force.set_least(bounds.least);
  in_force.set_max_cohesion(bounds.max_cohesion);
  if (meta.has_weak_entity() && meta.weak_entity().SerializeAsString() == in_force.SerializeAsString()) {
    return absl::OkStatus();
  }
  *meta.mutable_weak_entity() = std::move(in_force);
  WENSUM_ASSIGN_OR_RETURN(const uint64_t looked_at, Do(core, meta, RaiseWeakTasks));
  if (looked_at > 0) {
    Tell(core, Cat("tasks of people whose records are many or hang together loosely were raised by other bounds, or by "
                   "none: those among ",
                   looked_at, " people are brought in line with tasks.weak_entity"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status GoByRules(Core& core, storage::v1::Meta& meta) {
  const RegisterRules& rules = core.options.rules;
  const std::shared_ptr<const matching::LinkageModel> model = core.model();
  WENSUM_ASSIGN_OR_RETURN(RulesetAtStart ruleset, ChooseRuleset(*core.store, core.options.register_id, rules));
  core.set_survivorship(ruleset.survivorship);
  const bool recompute = ruleset.changed || meta.rules_yaml() != rules.yaml || meta.model_version() != model->version ||
                         meta.derived_version() < kDerivedVersion;
  if (!recompute && !ruleset.added.has_value()) {
    return absl::OkStatus();
  }
  if (recompute) {
    storage::WriteBatch begin;
    storage::v1::Meta begun = meta;
    begun.clear_rules_yaml();
    PutMeta(begun, begin);
    WENSUM_RETURN_IF_ERROR(core.store->Write(begin, storage::Durability::kSync));
    WENSUM_RETURN_IF_ERROR(RecomputeForRules(core));
    meta.set_rules_yaml(rules.yaml);
    meta.clear_purposes();
    meta.mutable_purposes()->Add(rules.purposes.begin(), rules.purposes.end());
    meta.set_model_version(model->version);
    meta.set_derived_version(std::max(meta.derived_version(), kDerivedVersion));
  }
  WENSUM_ASSIGN_OR_RETURN(const TimeMicros now, NextCommitTime(core));
  return WriteMeta(
      *core.store, meta, *model,
      WritesOfStart(std::move(ruleset), core.options.register_id, core.revision.load(std::memory_order_relaxed), now));
}

absl::Status BringInLine(Core& core, storage::v1::Meta& meta) {
  if (meta.address_rules() < kAddressRules) {
    meta.set_address_rules(kAddressRules);
    WENSUM_ASSIGN_OR_RETURN(const uint64_t matched, Do(core, meta, RematchAddresses));
    Tell(core, Cat("addresses were stored as an earlier version matched them: ", matched,
                   " source records match otherwise now and are brought in line"));
  }
  if (meta.occupancies() < kOccupancies) {
    WENSUM_RETURN_IF_ERROR(ListPlaces(core, meta));
  }
  if (meta.tasks() < kTasks) {
    WENSUM_RETURN_IF_ERROR(RaiseTasks(core, meta));
  }
  return RaiseByBounds(core, meta);
}

}  // namespace wensum::registry
