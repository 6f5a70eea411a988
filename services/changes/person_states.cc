#include "services/changes/person_states.h"

#include <google/protobuf/arena.h>

#include "base/status_macros.h"
#include "services/convert/golden.h"
#include "services/register/entity_part.h"
#include "storage/keys.h"

namespace wensum::changes {

using storage::Family;

PersonStates::PersonStates(const registry::Register* reg, const FeedFilter* filter, registry::ReadView view)
    : register_(*reg),
      filter_(*filter),
      view_(std::move(view)),
      history_(view_.reader().NewIterator(Family::kEntityHistory,
                                          storage::PrefixRange(storage::RegisterPrefix(reg->register_id())))) {}

absl::StatusOr<bool> PersonStates::SeekTo(uint64_t id, uint64_t revision) {
  history_->SeekForPrev(storage::EntityHistoryKey(register_.register_id(), id, revision));
  if (!history_->Valid()) {
    WENSUM_RETURN_IF_ERROR(history_->status());
    return false;
  }
  return IsAt(id);
}

bool PersonStates::IsAt(uint64_t id) const {
  return history_->Valid() && history_->key().starts_with(storage::EntityHistoryPrefix(register_.register_id(), id));
}

absl::Status PersonStates::Parse(uint64_t id, storage::v1::Entity& entity) const {
  return registry::DecodeEntityPart(history_->value(), convert::PartFor(filter_.purpose_bit(), convert::View::kValues),
                                    id, entity);
}

absl::StatusOr<bool> PersonStates::FitsStale(const storage::v1::Entity& entity, uint64_t revision) {
  if (filter_.stale_for().empty()) {
    return true;
  }
  if (links_ == nullptr) {
    links_ = std::make_unique<convert::LinkReader>(view_.reader(), register_.register_id(), filter_.purpose_bit(),
                                                   filter_.or_missing() ? register_.given_fields() : nullptr);
  }
  return links_->HasStale(entity, revision, filter_.stale_for());
}

absl::Status PersonStates::Fill(uint64_t id, uint64_t revision, PersonState& state) {
  google::protobuf::Arena arena;
  auto& entity = *google::protobuf::Arena::CreateMessage<storage::v1::Entity>(&arena);
  WENSUM_RETURN_IF_ERROR(Parse(id, entity));
  state.redirect = entity.redirect();
  if (entity.redirect() != 0 || entity.ended() || convert::IsProperty(entity) ||
      convert::GoldenFor(std::as_const(entity), filter_.purpose_bit()) == nullptr) {
    return absl::OkStatus();
  }
  WENSUM_ASSIGN_OR_RETURN(const bool fits, FitsStale(entity, revision));
  WENSUM_RETURN_IF_ERROR(
      convert::ToPerson(id, entity, register_.ids(), filter_.purpose_bit(), convert::View::kValues, state.person));
  state.visible = true;
  state.matches = fits && filter_.Matches(state.person);
  return absl::OkStatus();
}

absl::StatusOr<PersonState> PersonStates::Read(uint64_t id, uint64_t revision) {
  PersonState state;
  WENSUM_ASSIGN_OR_RETURN(const bool found, SeekTo(id, revision));
  if (found) {
    WENSUM_RETURN_IF_ERROR(Fill(id, revision, state));
  }
  return state;
}

absl::StatusOr<PersonStates::Change> PersonStates::ReadChange(uint64_t id, uint64_t revision) {
  Change change;
  WENSUM_ASSIGN_OR_RETURN(const bool found, SeekTo(id, revision));
  if (!found) {
    return change;
  }
  WENSUM_ASSIGN_OR_RETURN(const storage::HistoryKeyParts parts, storage::ParseEntityHistoryKey(history_->key()));
  WENSUM_RETURN_IF_ERROR(Fill(id, revision, change.after));
  if (parts.revision < revision) {
    change.before = change.after;
    return change;
  }
  history_->Prev();
  WENSUM_RETURN_IF_ERROR(history_->status());
  if (IsAt(id)) {
    WENSUM_RETURN_IF_ERROR(Fill(id, revision - 1, change.before));
  }
  return change;
}

absl::StatusOr<PersonStates::StoredChange> PersonStates::ReadStored(uint64_t id, uint64_t revision) {
  StoredChange change;
  WENSUM_ASSIGN_OR_RETURN(const bool after, SeekTo(id, revision));
  if (after) {
    WENSUM_RETURN_IF_ERROR(Parse(id, change.after));
  }
  WENSUM_ASSIGN_OR_RETURN(const bool before, SeekTo(id, revision - 1));
  if (before) {
    WENSUM_RETURN_IF_ERROR(Parse(id, change.before));
  }
  return change;
}

absl::StatusOr<bool> PersonStates::WasMatching(uint64_t id, uint64_t revision) {
  WENSUM_ASSIGN_OR_RETURN(const bool found, SeekTo(id, revision - 1));
  for (bool valid = found; valid; valid = IsAt(id)) {
    WENSUM_ASSIGN_OR_RETURN(const storage::HistoryKeyParts parts, storage::ParseEntityHistoryKey(history_->key()));
    PersonState state;
    WENSUM_RETURN_IF_ERROR(Fill(id, parts.revision, state));
    if (state.matches) {
      return true;
    }
    history_->Prev();
  }
  WENSUM_RETURN_IF_ERROR(history_->status());
  return false;
}

}  // namespace wensum::changes
