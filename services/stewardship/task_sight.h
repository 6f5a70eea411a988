// Which tasks a purpose may know of: those of which it may see all that they rest on.
#ifndef WENSUM_SERVICES_STEWARDSHIP_TASK_SIGHT_H_
#define WENSUM_SERVICES_STEWARDSHIP_TASK_SIGHT_H_

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "services/register/register.h"
#include "services/tasks/task_store.h"

namespace wensum::stewardship {

// Of one call. Reads the register's newest state, once it must.
class TaskSight {
 public:
  // `knows_all_sources`: see convert::KnowsAllSources. `reg` must outlive it.
  TaskSight(const registry::Register& reg, bool knows_all_sources, int purpose_bit);

  // True if no task has to be read to tell.
  [[nodiscard]] bool sees_everything() const { return sees_everything_; }
  // A possible match: everything of all records of both people; a conflict or a weak entity: of the person. A property
  // record: where it is. An unresolved address: where one of the first 1,000 records is that have it. A gazetteer's
  // property: always. Errors are the store's.
  absl::StatusOr<bool> Sees(const tasks::Task& task);
  // Everything of all records of the person who holds this one.
  absl::StatusOr<bool> SeesPerson(uint64_t ordinal);
  // Of a task that it sees: it may know that the task is about those that it names.
  absl::StatusOr<bool> SeesNames(const tasks::Task& task);

 private:
  absl::StatusOr<const registry::ReadView*> State();
  absl::StatusOr<bool> SeesRecord(uint64_t ordinal);
  absl::StatusOr<bool> SeesPlace(uint64_t ordinal);
  absl::StatusOr<bool> SeesQuestion(const tasks::Task& task);

  const registry::Register& register_;
  const int purpose_bit_;
  const bool sees_everything_;
  std::optional<registry::ReadView> state_;
};

}  // namespace wensum::stewardship

#endif  // WENSUM_SERVICES_STEWARDSHIP_TASK_SIGHT_H_
