#include "services/tasks/task_rules.h"

#include <algorithm>

namespace wensum::tasks {

std::string_view TaskKindName(TaskKind kind) {
  switch (kind) {
    case TaskKind::kPossibleMatch:
      return "POSSIBLE_MATCH";
    case TaskKind::kPropertyDuplicate:
      return "PROPERTY_DUPLICATE";
    case TaskKind::kProvisionalProperty:
      return "PROVISIONAL_PROPERTY";
    case TaskKind::kUnresolvedAddress:
      return "UNRESOLVED_ADDRESS";
    case TaskKind::kConflict:
      return "CONFLICT";
    case TaskKind::kOverlay:
      return "OVERLAY";
    case TaskKind::kWeakEntity:
      return "WEAK_ENTITY";
    case TaskKind::kDataQuality:
      return "DATA_QUALITY";
    case TaskKind::kImportStopped:
      return "IMPORT_STOPPED";
    case TaskKind::kSubjectRequest:
      return "SUBJECT_REQUEST";
  }
  return "";
}

std::optional<TaskKind> FindTaskKind(std::string_view name) {
  const auto found = std::ranges::find(kTaskKinds, name, TaskKindName);
  return found == kTaskKinds.end() ? std::nullopt : std::optional(*found);
}

std::optional<TaskKind> ToTaskKind(uint32_t value) {
  const auto found = std::ranges::find(kTaskKinds, value, [](TaskKind kind) { return static_cast<uint32_t>(kind); });
  return found == kTaskKinds.end() ? std::nullopt : std::optional(*found);
}

TaskRules::TaskRules()
    : reasons({"not_the_same", "accepted_as_it_is", "mended_elsewhere", "too_little_evidence"}),
      decision_reasons(
          {"records_agree", "records_differ", "confirmed_with_person", "confirmed_by_source", "decided_in_error"}) {
  Of(TaskKind::kPossibleMatch) = {.team = "people", .due_days = 14};
  Of(TaskKind::kPropertyDuplicate) = {.team = "gazetteer", .due_days = 28};
  Of(TaskKind::kProvisionalProperty) = {.team = "gazetteer", .due_days = 28};
  Of(TaskKind::kUnresolvedAddress) = {.team = "gazetteer", .due_days = 28};
  Of(TaskKind::kConflict) = {.team = "people", .due_days = 14};
  Of(TaskKind::kOverlay) = {.team = "people", .due_days = 7};
  Of(TaskKind::kWeakEntity) = {.team = "people", .due_days = 28};
  Of(TaskKind::kDataQuality) = {.team = "people", .due_days = 90};
  Of(TaskKind::kImportStopped) = {.team = "imports", .due_days = 1};
  Of(TaskKind::kSubjectRequest) = {.team = "data_protection", .due_days = 28};  // the law gives a calendar month
}

bool TaskRules::HasReason(std::string_view reason) const { return std::ranges::find(reasons, reason) != reasons.end(); }

bool TaskRules::HasDecisionReason(std::string_view reason) const {
  return std::ranges::find(decision_reasons, reason) != decision_reasons.end();
}

}  // namespace wensum::tasks
