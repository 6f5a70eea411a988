#include "services/changes/event_maker.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "base/status_macros.h"
#include "services/convert/golden.h"
#include "services/convert/message_fields.h"
#include "services/convert/person_fields.h"
#include "services/convert/times.h"
#include "services/gazetteer/property_reader.h"
#include "services/rpc/resource_name.h"

namespace wensum::changes {
namespace {

bool IsPersonKind(uint32_t kind) {
  return (kind >= v1::CHANGE_KIND_PERSON_CREATED && kind <= v1::CHANGE_KIND_PERSON_ENDED) ||
         kind == v1::CHANGE_KIND_ID_REDIRECTED;
}

bool IsRecordKind(uint32_t kind) {
  return kind >= v1::CHANGE_KIND_PROPERTY_RECORD_CREATED && kind <= v1::CHANGE_KIND_PROPERTY_RECORD_ENDED;
}

bool IsStreetKind(uint32_t kind) {
  return kind >= v1::CHANGE_KIND_STREET_CREATED && kind <= v1::CHANGE_KIND_STREET_DELETED;
}

bool HasContributor(const v1::Person& person, std::string_view minted_name) {
  return std::ranges::any_of(person.contributors(), [minted_name](const v1::Contributor& contributor) {
    return contributor.minted_name() == minted_name;
  });
}

// Whether a source record that the purpose sees gives to both.
bool ShareContributor(const v1::Person& a, const v1::Person& b) {
  return std::ranges::any_of(a.contributors(), [&b](const v1::Contributor& contributor) {
    return HasContributor(b, contributor.minted_name());
  });
}

// What a purpose sees of the record of a property. Where it is may be kept from it.
struct RecordSight {
  bool visible = false;
  uint64_t uprn = 0;  // as far as it may be seen
  std::string values;
};

RecordSight SightOf(const storage::v1::Entity& entity, int purpose_bit) {
  RecordSight sight;
  const storage::v1::Golden* const golden = convert::GoldenFor(entity, purpose_bit);
  if (golden == nullptr || entity.ended() || entity.redirect() != 0) {
    return sight;
  }
  sight.visible = true;
  if (golden->details().addresses_size() > 0 && golden->resolved_addresses_size() > 0) {
    sight.uprn = golden->resolved_addresses(0).uprn();
  }
  sight.values = golden->details().SerializeAsString();
  return sight;
}

// The payload of an object of the gazetteer, its states taken; nullopt: it was, or is, not there.
template <typename Object, typename Before, typename After>
void AddStates(v1::ChangePayload payload, std::optional<Object>& before, std::optional<Object>& after,
               v1::ChangeEvent& event, const Before& add_before, const After& add_after) {
  const bool both = before.has_value() && after.has_value();
  std::vector<std::string> changed;
  if (both) {
    changed = convert::DifferentFields(*before, *after);
    event.mutable_changed_fields()->Assign(changed.begin(), changed.end());
  }
  if (before.has_value() && payload == v1::CHANGE_PAYLOAD_BEFORE_AND_AFTER) {
    *add_before() = *std::move(before);
  }
  if (after.has_value()) {
    if (both && payload == v1::CHANGE_PAYLOAD_CHANGED_FIELDS) {
      convert::KeepNamed(changed, *after);
    }
    *add_after() = *std::move(after);
  }
}

}  // namespace

bool IsAboutPerson(uint32_t kind) { return IsPersonKind(kind) || kind == v1::CHANGE_KIND_ID_ANCHORED; }

LoggedCommit::LoggedCommit(uint64_t commit_revision, storage::v1::Commit commit_logged)
    : revision(commit_revision), commit(std::move(commit_logged)) {
  first_of_person.resize(static_cast<size_t>(commit.events_size()));
  absl::flat_hash_set<uint64_t> seen;
  for (size_t i = 0; i < first_of_person.size(); ++i) {
    const storage::v1::ChangeEvent& event = commit.events(static_cast<int>(i));
    first_of_person[i] = IsPersonKind(event.kind()) && seen.insert(event.id()).second;
  }
}

absl::StatusOr<std::optional<v1::ChangeEvent>> EventMaker::Make(const LoggedCommit& logged, size_t index,
                                                                PersonStates& states) const {
  const storage::v1::ChangeEvent& stored = logged.commit.events(static_cast<int>(index));
  v1::ChangeEvent event;
  event.set_revision(logged.revision);
  if (IsPersonKind(stored.kind())) {
    if (filter_.people() && logged.first_of_person[index]) {
      WENSUM_RETURN_IF_ERROR(MakePersonEvent(stored.id(), states, event));
    }
  } else if (stored.kind() == v1::CHANGE_KIND_ID_ANCHORED) {
    if (filter_.people() && filter_.WantsKind(v1::CHANGE_KIND_ID_ANCHORED)) {
      WENSUM_RETURN_IF_ERROR(MakeAnchoredEvent(stored.id(), states, event));
    }
  } else if (IsRecordKind(stored.kind())) {
    if (filter_.properties()) {
      WENSUM_RETURN_IF_ERROR(MakeRecordEvent(stored, states, event));
    }
  } else if (IsStreetKind(stored.kind()) ? filter_.streets() : filter_.properties()) {
    WENSUM_RETURN_IF_ERROR(MakeGazetteerEvent(stored, states, event));
  }
  if (event.kind() == v1::CHANGE_KIND_UNSPECIFIED || !filter_.WantsKind(event.kind())) {
    return std::optional<v1::ChangeEvent>();
  }
  convert::ToTimestamp(logged.commit.time(), *event.mutable_commit_time());
  return std::optional<v1::ChangeEvent>(std::move(event));
}

absl::Status EventMaker::MakePersonEvent(uint64_t id, PersonStates& states, v1::ChangeEvent& event) const {
  const uint64_t revision = event.revision();
  WENSUM_ASSIGN_OR_RETURN(PersonStates::Change change, states.ReadChange(id, revision));
  const PersonState& before = change.before;
  const PersonState& after = change.after;
  event.set_name(rpc::PersonName(register_.ids(), id));
  std::vector<std::string> changed;
  if (before.matches && after.matches) {
    changed = convert::ChangedFields(before.person, after.person);
    if (changed.empty() || !filter_.WantsFields(changed)) {
      return absl::OkStatus();
    }
    event.set_kind(v1::CHANGE_KIND_PERSON_UPDATED);
  } else if (after.matches) {
    event.set_kind(before.visible ? v1::CHANGE_KIND_PERSON_ENTERED : v1::CHANGE_KIND_PERSON_CREATED);
    if (before.redirect != 0) {
      WENSUM_ASSIGN_OR_RETURN(const PersonState other, states.Read(before.redirect, revision - 1));
      if (other.visible && ShareContributor(after.person, other.person)) {
        event.set_kind(v1::CHANGE_KIND_PERSON_SPLIT);
        event.set_split_from(other.person.name());
      }
    }
  } else if (before.matches) {
    event.set_kind(after.visible ? v1::CHANGE_KIND_PERSON_LEFT : v1::CHANGE_KIND_PERSON_ENDED);
    if (after.redirect != 0) {
      WENSUM_ASSIGN_OR_RETURN(const PersonState other, states.Read(after.redirect, revision));
      if (other.visible) {
        event.set_kind(v1::CHANGE_KIND_PERSON_MERGED);
        event.set_merged_into(other.person.name());
      }
    }
  } else {
    return MakeIdEvent(id, change, states, event);
  }
  AddPayload(change, changed, event);
  return absl::OkStatus();
}

absl::Status EventMaker::MakeIdEvent(uint64_t id, const PersonStates::Change& change, PersonStates& states,
                                     v1::ChangeEvent& event) const {
  const uint64_t revision = event.revision();
  WENSUM_ASSIGN_OR_RETURN(const bool known, states.WasMatching(id, revision));
  if (!known) {
    return absl::OkStatus();
  }
  const auto target = [&states](const PersonState& state, uint64_t at) -> absl::StatusOr<std::string> {
    if (state.redirect == 0) {
      return std::string();
    }
    WENSUM_ASSIGN_OR_RETURN(const PersonState other, states.Read(state.redirect, at));
    return other.visible ? other.person.name() : std::string();
  };
  WENSUM_ASSIGN_OR_RETURN(const std::string before, target(change.before, revision - 1));
  WENSUM_ASSIGN_OR_RETURN(const std::string after, target(change.after, revision));
  if (before != after) {
    event.set_kind(after.empty() ? v1::CHANGE_KIND_PERSON_ENDED : v1::CHANGE_KIND_ID_REDIRECTED);
    event.set_merged_into(after);
  }
  return absl::OkStatus();
}

absl::Status EventMaker::MakeAnchoredEvent(uint64_t id, PersonStates& states, v1::ChangeEvent& event) const {
  WENSUM_ASSIGN_OR_RETURN(const PersonStates::Change change, states.ReadChange(id, event.revision()));
  event.set_name(rpc::PersonName(register_.ids(), id));
  if (change.before.matches && change.after.matches && HasContributor(change.before.person, event.name()) &&
      !HasContributor(change.after.person, event.name())) {
    event.set_kind(v1::CHANGE_KIND_ID_ANCHORED);
  }
  return absl::OkStatus();
}

absl::Status EventMaker::MakeRecordEvent(const storage::v1::ChangeEvent& stored, PersonStates& states,
                                         v1::ChangeEvent& event) const {
  WENSUM_ASSIGN_OR_RETURN(const PersonStates::StoredChange change, states.ReadStored(stored.id(), event.revision()));
  const RecordSight before = SightOf(change.before, filter_.purpose_bit());
  const RecordSight after = SightOf(change.after, filter_.purpose_bit());
  event.set_name(rpc::PropertyRecordName(register_.ids(), stored.id()));
  uint64_t uprn = after.uprn;
  if (stored.kind() == v1::CHANGE_KIND_PROPERTY_RECORD_LEFT) {
    if (before.uprn == 0) {
      return absl::OkStatus();
    }
    event.set_kind(v1::CHANGE_KIND_PROPERTY_RECORD_LEFT);
    uprn = before.uprn;
  } else if (before.visible && !after.visible) {
    event.set_kind(v1::CHANGE_KIND_PROPERTY_RECORD_ENDED);
    uprn = before.uprn;
  } else if (!before.visible && after.visible) {
    event.set_kind(v1::CHANGE_KIND_PROPERTY_RECORD_CREATED);
  } else if (after.visible && (before.values != after.values || before.uprn != after.uprn)) {
    event.set_kind(v1::CHANGE_KIND_PROPERTY_RECORD_UPDATED);
  }
  if (uprn != 0) {
    event.set_property(rpc::PropertyName(uprn));
  }
  return absl::OkStatus();
}

absl::Status EventMaker::MakeGazetteerEvent(const storage::v1::ChangeEvent& stored, const PersonStates& states,
                                            v1::ChangeEvent& event) const {
  event.set_kind(static_cast<v1::ChangeKind>(stored.kind()));
  const bool street = IsStreetKind(stored.kind());
  event.set_name(street ? rpc::StreetName(stored.id()) : rpc::PropertyName(stored.id()));
  if (payload_ == v1::CHANGE_PAYLOAD_NONE || payload_ == v1::CHANGE_PAYLOAD_UNSPECIFIED ||
      !filter_.WantsKind(event.kind())) {
    return absl::OkStatus();
  }
  const gazetteer::PropertyReader reader(states.reader(), register_.register_id());
  if (street) {
    const auto usrn = static_cast<uint32_t>(stored.id());
    WENSUM_ASSIGN_OR_RETURN(auto before, reader.GetStreet(usrn, event.revision() - 1));
    WENSUM_ASSIGN_OR_RETURN(auto after, reader.GetStreet(usrn, event.revision()));
    AddStates(
        payload_, before, after, event, [&event] { return event.mutable_street_before(); },
        [&event] { return event.mutable_street_after(); });
    return absl::OkStatus();
  }
  WENSUM_ASSIGN_OR_RETURN(auto before, reader.GetProperty(stored.id(), gazetteer::View::kFull, event.revision() - 1));
  WENSUM_ASSIGN_OR_RETURN(auto after, reader.GetProperty(stored.id(), gazetteer::View::kFull, event.revision()));
  AddStates(
      payload_, before, after, event, [&event] { return event.mutable_property_before(); },
      [&event] { return event.mutable_property_after(); });
  return absl::OkStatus();
}

void EventMaker::AddPayload(PersonStates::Change& change, const std::vector<std::string>& changed,
                            v1::ChangeEvent& event) const {
  if (payload_ == v1::CHANGE_PAYLOAD_NONE || payload_ == v1::CHANGE_PAYLOAD_UNSPECIFIED) {
    return;
  }
  event.mutable_changed_fields()->Assign(changed.begin(), changed.end());
  if (payload_ == v1::CHANGE_PAYLOAD_BEFORE_AND_AFTER && change.before.matches) {
    *event.mutable_before() = std::move(change.before.person);
  }
  if (!change.after.matches) {
    return;
  }
  *event.mutable_after() = std::move(change.after.person);
  if (payload_ == v1::CHANGE_PAYLOAD_CHANGED_FIELDS && event.kind() == v1::CHANGE_KIND_PERSON_UPDATED) {
    convert::KeepFields(changed, *event.mutable_after());
  }
}

}  // namespace wensum::changes
