#include "services/stewardship/task_sight.h"

#include <utility>

#include "base/status_macros.h"
#include "services/convert/sight.h"
#include "services/register/address_questions.h"
#include "services/register/property_facts.h"

namespace wensum::stewardship {
namespace {

constexpr int kMostRecords = 1'000;  // of one person: of more it is not said

}  // namespace

TaskSight::TaskSight(const registry::Register& reg, bool knows_all_sources, int purpose_bit)
    : register_(reg),
      purpose_bit_(purpose_bit),
      sees_everything_(knows_all_sources && convert::SeesEverything(reg.rules(), purpose_bit)) {}

absl::StatusOr<const registry::ReadView*> TaskSight::State() {
  if (!state_.has_value()) {
    WENSUM_ASSIGN_OR_RETURN(registry::ReadView state, register_.OpenView({}));
    state_ = std::move(state);
  }
  return &*state_;
}

absl::StatusOr<bool> TaskSight::SeesRecord(uint64_t ordinal) {
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView* const state, State());
  const absl::StatusOr<registry::SourceVersion> version = register_.GetSourceByOrdinal(*state, ordinal);
  if (!version.ok()) {
    return absl::IsNotFound(version.status()) ? absl::StatusOr<bool>(false) : version.status();
  }
  return convert::Sight(version->record, purpose_bit_).everything();
}

absl::StatusOr<bool> TaskSight::SeesPerson(uint64_t ordinal) {
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView* const state, State());
  WENSUM_ASSIGN_OR_RETURN(const registry::EntityRecord person, register_.GetEntity(*state, ordinal));
  if (person.entity.members_size() > kMostRecords) {
    return false;
  }
  for (const storage::v1::Member& member : person.entity.members()) {
    WENSUM_ASSIGN_OR_RETURN(const bool seen, SeesRecord(member.ordinal()));
    if (!seen) {
      return false;
    }
  }
  return SeesRecord(ordinal);  // which may have been deleted since
}

absl::StatusOr<bool> TaskSight::SeesPlace(uint64_t ordinal) {
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView* const state, State());
  const absl::StatusOr<registry::SourceVersion> version = register_.GetSourceByOrdinal(*state, ordinal);
  if (!version.ok()) {
    return absl::IsNotFound(version.status()) ? absl::StatusOr<bool>(false) : version.status();
  }
  return convert::Sight(version->record, purpose_bit_).record() && registry::ShowsPlace(version->record, purpose_bit_);
}

// Whoever may see where one of those is who ask may see what is asked; of a question that nobody asks any more, where
// the last of them was.
absl::StatusOr<bool> TaskSight::SeesQuestion(const tasks::Task& task) {
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView* const state, State());
  WENSUM_ASSIGN_OR_RETURN(std::vector<uint64_t> ordinals,
                          registry::ListAskers(state->reader(), register_.register_id(),
                                               registry::HashOfCause(task.cause()), 0, kMostRecords));
  if (ordinals.empty()) {
    ordinals.push_back(task.facts().unresolved_address().ordinal());
  }
  for (const uint64_t ordinal : ordinals) {
    WENSUM_ASSIGN_OR_RETURN(const bool sees, SeesPlace(ordinal));
    if (sees) {
      return true;
    }
  }
  return false;
}

absl::StatusOr<bool> TaskSight::SeesNames(const tasks::Task& task) {
  const bool others = task.kind() == static_cast<uint32_t>(tasks::TaskKind::kUnresolvedAddress);
  return sees_everything_ || !others ? absl::StatusOr<bool>(true)
                                     : SeesPlace(task.facts().unresolved_address().ordinal());
}

absl::StatusOr<bool> TaskSight::Sees(const tasks::Task& task) {
  if (sees_everything_) {
    return true;
  }
  switch (static_cast<tasks::TaskKind>(task.kind())) {
    case tasks::TaskKind::kPropertyDuplicate:
    case tasks::TaskKind::kDataQuality:  // counts alone
    case tasks::TaskKind::kImportStopped:
      return true;
    case tasks::TaskKind::kProvisionalProperty:
      return SeesPlace(task.facts().provisional_property().ordinal());
    case tasks::TaskKind::kUnresolvedAddress:
      return SeesQuestion(task);
    case tasks::TaskKind::kSubjectRequest:
    case tasks::TaskKind::kOverlay:
    case tasks::TaskKind::kConflict:
    case tasks::TaskKind::kWeakEntity:
      for (const storage::v1::TaskName& name : task.names()) {
        WENSUM_ASSIGN_OR_RETURN(const bool sees, SeesPerson(name.id()));
        if (!sees) {
          return false;
        }
      }
      return true;
    case tasks::TaskKind::kPossibleMatch: {
      const storage::v1::PossibleMatchFacts& facts = task.facts().possible_match();
      WENSUM_ASSIGN_OR_RETURN(const bool first, SeesPerson(facts.a()));
      return first ? SeesPerson(facts.b()) : absl::StatusOr<bool>(false);
    }
  }
  return false;
}

}  // namespace wensum::stewardship
