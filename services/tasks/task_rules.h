// The kinds of work that stewards are asked for, and what is configured of each.
#ifndef WENSUM_SERVICES_TASKS_TASK_RULES_H_
#define WENSUM_SERVICES_TASKS_TASK_RULES_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace wensum::tasks {

inline constexpr TimeMicros kMinute = TimeMicros{60} * 1'000'000;
inline constexpr TimeMicros kDay = 24 * 60 * kMinute;

// Values are stored and equal those of wensum.v1.Task.Kind.
enum class TaskKind : uint8_t {
  kPossibleMatch = 1,
  kPropertyDuplicate = 2,
  kProvisionalProperty = 3,
  kUnresolvedAddress = 4,
  kConflict = 5,
  kOverlay = 6,
  kWeakEntity = 7,
  kDataQuality = 8,
  kImportStopped = 9,
  kSubjectRequest = 10
};
inline constexpr std::array kTaskKinds = {
    TaskKind::kPossibleMatch,     TaskKind::kPropertyDuplicate, TaskKind::kProvisionalProperty,
    TaskKind::kUnresolvedAddress, TaskKind::kConflict,          TaskKind::kOverlay,
    TaskKind::kWeakEntity,        TaskKind::kDataQuality,       TaskKind::kImportStopped,
    TaskKind::kSubjectRequest};
inline constexpr size_t kKindSlots = 11;  // by value

// "POSSIBLE_MATCH"
std::string_view TaskKindName(TaskKind kind);
// The kind of that name or stored value.
std::optional<TaskKind> FindTaskKind(std::string_view name);
std::optional<TaskKind> ToTaskKind(uint32_t value);

// Stored, as those below: equal to wensum.v1.Task.Priority.
enum class Priority : uint8_t { kLow = 1, kNormal = 2, kHigh = 3, kUrgent = 4 };
// Equal to wensum.v1.Task.State.
enum class TaskState : uint8_t { kOpen = 1, kClosed = 2, kDismissed = 3 };
// Equal to wensum.v1.TaskEvent.Type.
enum class EventType : uint8_t {
  kRaised = 1,
  kEvidenceChanged = 2,
  kClosed = 3,
  kReopened = 4,
  kDismissed = 5,
  kClaimed = 6,
  kReleased = 7,
  kDeferred = 8,
  kAssigned = 9,
  kCommented = 10,
  kDecided = 11,
  kLearnt = 12,
  kCompleted = 13,
};
// What a task may be about.
enum class NameType : uint8_t { kRecord = 1, kProperty = 2 };

struct KindRules {
  std::string team;
  int due_days = 14;
};

// Which people a task is raised of because their records are many, or hang together loosely: matching::UnusualBounds.
struct WeakEntityBounds {
  uint32_t many = 30;
  uint32_t least = 5;
  double max_cohesion = 0.5;  // below 0: none is loose
};

// What of a source a task of data quality is raised of by a health check: a rule that this many live records break, or
// this share of them if they are at least so many.
struct DataQualityBounds {
  uint64_t records = 1'000;
  double share = 0.05;
  uint64_t least = 20;
};

// What one steward proposes and another has to put in force.
struct SecondStewardRules {
  bool bulk = true;                  // decisions about many tasks at once
  bool merge_established = false;    // merges of two people who have several records each
  bool merge_in_conflict = false;    // merges whose records give two NI numbers or dates of birth
  uint64_t merge_records_above = 0;  // merges of more records together; 0: no limit
};

struct TaskRules {
  TaskRules();

  std::array<KindRules, kKindSlots> kinds;
  // Why a steward may dismiss a task. Not empty.
  std::vector<std::string> reasons;
  // Why a steward may merge or part people, or undo that. Not empty.
  std::vector<std::string> decision_reasons;
  // That tasks may be given to besides those of the kinds.
  std::vector<std::string> teams;
  TimeMicros lease = 30 * kMinute;  // of a claim that names no other
  SecondStewardRules second_steward;
  WeakEntityBounds weak_entity;
  DataQualityBounds data_quality;

  [[nodiscard]] const KindRules& Of(TaskKind kind) const { return kinds[static_cast<size_t>(kind)]; }
  [[nodiscard]] KindRules& Of(TaskKind kind) { return kinds[static_cast<size_t>(kind)]; }
  [[nodiscard]] bool HasReason(std::string_view reason) const;
  [[nodiscard]] bool HasDecisionReason(std::string_view reason) const;
};

}  // namespace wensum::tasks

#endif  // WENSUM_SERVICES_TASKS_TASK_RULES_H_
