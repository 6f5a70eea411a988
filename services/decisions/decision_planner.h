// What a steward asks for, turned into a decision that contradicts nothing, or into a refusal that says why.
#ifndef WENSUM_SERVICES_DECISIONS_DECISION_PLANNER_H_
#define WENSUM_SERVICES_DECISIONS_DECISION_PLANNER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "model/source_record.h"
#include "services/decisions/decision_links.h"
#include "services/decisions/person_sight.h"
#include "services/register/decision_store.h"
#include "services/register/decision_writes.h"
#include "services/register/mutation.h"
#include "services/register/register.h"
#include "services/tasks/task_store.h"

namespace wensum::decisions {

// A person or a source record, as a request names it.
struct Subject {
  std::string field;                       // path in the request
  std::string name;                        // people/{id}, for messages
  uint64_t id = 0;                         // of the person; 0: a record is named
  std::optional<model::SourceKey> record;  // its key
  std::optional<uint64_t> etag;            // of the person, or of who holds the record; nullopt: whatever it is
};

// A subject as the state has it.
struct DecidedSubject {
  uint64_t person = 0;  // anchor
  uint64_t record = 0;  // the record that is named, or whose id the person is known by
  Records records;      // of the person, ascending
};

struct ValueWish;  // value_planner.h

// Groups of one person's records, as a request names them.
struct Grouping {
  Subject person;
  std::vector<std::vector<model::SourceKey>> groups;
};

// For one plan, on the writer's thread: reads the state that the plan sees. Each makes the part of DecisionWrites that
// says what is decided; who decides, and why, is the caller's to add. Errors are those of the RPCs (decisions.proto).
class DecisionPlanner {
 public:
  DecisionPlanner(const registry::Register& reg, const registry::PlanView& view, const PersonSight& sight)
      : register_(reg), view_(view), sight_(sight) {}

  absl::StatusOr<registry::DecisionWrites> Merge(const std::vector<Subject>& subjects) const;
  // Two subjects.
  absl::StatusOr<registry::DecisionWrites> Distinct(const std::vector<Subject>& subjects) const;
  absl::StatusOr<registry::DecisionWrites> TakeOut(const Subject& record) const;
  absl::StatusOr<registry::DecisionWrites> Split(const Grouping& grouping) const;
  // `etag` of the decision; nullopt: whatever it is.
  absl::StatusOr<registry::DecisionWrites> PartMerged(uint64_t decision, std::optional<uint64_t> etag) const;
  absl::StatusOr<registry::DecisionWrites> Undo(uint64_t decision, std::optional<uint64_t> etag) const;
  absl::StatusOr<registry::DecisionWrites> Value(const ValueWish& wish) const;
  // One of kTakeUpdate, kDropUpdate, kNewPerson for the updates that the task, an OVERLAY, asks about.
  absl::StatusOr<registry::DecisionWrites> Held(const tasks::Task& task, registry::DecisionOperation operation) const;
  // A merge that was planned before and not made. Its people are as they were then.
  absl::StatusOr<registry::DecisionWrites> Again(const storage::v1::LinkDecision& merge) const;

 private:
  // A subject as the state has it.
  struct Side {
    StoredPerson person;
    uint64_t namer = 0;  // the record that stands for it
    Records records;     // that are decided about
  };

  absl::StatusOr<Side> Find(const Subject& subject) const;
  absl::StatusOr<DecidedSubject> FindSubject(const Subject& subject) const;
  absl::StatusOr<uint64_t> FindRecord(const Subject& subject) const;
  absl::StatusOr<std::vector<Side>> FindAll(const std::vector<Subject>& subjects) const;
  absl::StatusOr<uint64_t> HolderOf(const StoredPerson& person) const;
  absl::StatusOr<storage::v1::LinkDecision> FindDecision(uint64_t number, std::optional<uint64_t> etag) const;
  absl::StatusOr<std::vector<Records>> GroupsOf(const Grouping& grouping, const Side& side) const;
  absl::StatusOr<registry::DecisionWrites> Part(registry::DecisionOperation operation, uint64_t person,
                                                const std::vector<Records>& groups) const;
  // The writes of a new decision, unless it contradicts others.
  absl::StatusOr<registry::DecisionWrites> Make(registry::DecisionOperation operation, const std::vector<Side>& sides,
                                                const Links& links, uint64_t retract) const;
  absl::Status CheckConsistent(uint64_t retract, const Links& links) const;
  // Refuses what later decisions about held updates rest on.
  absl::Status CheckUndoOfHeld(const storage::v1::LinkDecision& decision) const;

  const registry::Register& register_;
  const registry::PlanView& view_;
  const PersonSight& sight_;
};

}  // namespace wensum::decisions

#endif  // WENSUM_SERVICES_DECISIONS_DECISION_PLANNER_H_
