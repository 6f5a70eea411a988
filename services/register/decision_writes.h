// What a plan asks the writer to decide about who is one person, and what it is told of the outcome.
#ifndef WENSUM_SERVICES_REGISTER_DECISION_WRITES_H_
#define WENSUM_SERVICES_REGISTER_DECISION_WRITES_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "storage/store.h"
#include "wensum/storage/v1/decisions.pb.h"
#include "wensum/storage/v1/log.pb.h"

namespace wensum::registry {

// The state before the commit and as it leaves it, and what consumers are told.
struct DecisionEffects {
  const storage::Reader& before;
  const storage::Reader& after;
  const storage::v1::Commit& commit;
  // Ids by which the people concerned are known: of all that the commit changes or the decision names. Ascending.
  std::vector<uint64_t> people_before;
  std::vector<uint64_t> people_after;
  // Ids that lead to another person than before, ascending.
  struct Moved {
    uint64_t id = 0;
    uint64_t from = 0;
    uint64_t to = 0;
  };
  std::vector<Moved> moved;
  // Numbers of the tasks that change, ascending.
  std::vector<uint64_t> tasks;
};

// Makes a commit of its own; the decision is made though it may change nobody today.
struct DecisionWrites {
  // A new decision, without format, number, time, revision and facts: the writer sets those. Its links contradict
  // nothing (DecisionTable::FindContradiction, together with what `retract` brings back). If it names a task, that task
  // is open and the actor may decide it: its history says so.
  std::optional<storage::v1::LinkDecision> add;
  // A decision in force to be retracted; 0: none. Without time, revision and decision: the writer sets those.
  uint64_t retract = 0;
  storage::v1::DecisionRetraction retraction;
  // Nothing is kept: only `tell` is called.
  bool preview = false;
  // Called once on the writer's thread, before anything is durable. After an error, which is the answer, nothing is
  // kept.
  std::function<absl::Status(const DecisionEffects& effects)> tell;

  // For `tell`: what is stored, if it is.
  uint64_t added = 0;  // number of the new decision
};

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_DECISION_WRITES_H_
