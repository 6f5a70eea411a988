// What ties a person to properties and to other people.
#include <google/protobuf/arena.h>

#include <cstddef>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "matching/survive/occupancies.h"
#include "services/convert/decided_places.h"
#include "services/convert/golden.h"
#include "services/convert/links.h"
#include "services/convert/occupancies.h"
#include "services/convert/person_details.h"
#include "services/convert/read_options.h"
#include "services/convert/sight.h"
#include "services/people/people_handler.h"
#include "services/register/property_facts.h"
#include "services/rpc/resource_name.h"

namespace wensum::people {
namespace {

using registry::SourceVersion;
using v1::PersonRelation;

constexpr size_t kMaxNamings = 1'000;  // of one person, by other records

// Gathers the relations of one person in one state, as one purpose may see them.
class RelationLister {
 public:
  RelationLister(const registry::Register& reg, const registry::ReadView& state, int purpose_bit,
                 v1::ListPersonRelationsResponse& out)
      : register_(reg), state_(state), purpose_bit_(purpose_bit), out_(out) {}

  // `entity` with its members.
  absl::Status Run(uint64_t anchor, const storage::v1::Entity& entity) {
    std::vector<SourceVersion> records;
    for (const storage::v1::Member& member : entity.members()) {
      WENSUM_ASSIGN_OR_RETURN(SourceVersion record, register_.GetSourceByOrdinal(state_, member.ordinal()));
      if (!record.stored.deleted() && convert::Sight(record.record, purpose_bit_).record()) {
        records.push_back(std::move(record));
      }
    }
    for (const SourceVersion& record : records) {
      WENSUM_RETURN_IF_ERROR(AddSaid(record.record));
    }
    for (const SourceVersion& record : records) {
      WENSUM_RETURN_IF_ERROR(AddIsSaid(anchor, record.record.key));
    }
    return absl::OkStatus();
  }

 private:
  [[nodiscard]] bool ShowsRelations(const model::SourceRecord& record) const {
    return registry::ShowsField(record, "relations", purpose_bit_);
  }

  // Whether the purpose knows of the person or organisation that a record belongs to, and of the record itself.
  absl::StatusOr<bool> Knows(const SourceVersion& record) const {
    if (record.record.kind == model::RecordKind::kProperty || !convert::Sight(record.record, purpose_bit_).record()) {
      return false;
    }
    google::protobuf::Arena arena;
    auto& entity = *google::protobuf::Arena::CreateMessage<storage::v1::Entity>(&arena);
    const registry::EntityPart part = convert::PartFor(purpose_bit_, convert::View::kBasic);
    WENSUM_ASSIGN_OR_RETURN(const uint64_t anchor, register_.ReadEntity(&state_, record.ordinal, part, entity));
    return convert::Visible(register_, anchor, entity, purpose_bit_);
  }

  void Add(PersonRelation::Direction direction, const model::SourceKey& said_by, const model::Relation& relation,
           const SourceVersion* other) {
    PersonRelation& added = *out_.add_relations();
    added.set_direction(direction);
    convert::ToSourceKey(said_by, *added.mutable_record());
    convert::ToRelation(relation, *added.mutable_relation());
    if (other == nullptr) {
      added.set_other_state(PersonRelation::OTHER_STATE_NEVER_RECEIVED);
    } else if (other->stored.deleted()) {
      added.set_other_state(PersonRelation::OTHER_STATE_ENDED);
    } else {
      added.set_other_state(PersonRelation::OTHER_STATE_ACTIVE);
      added.set_other_person(rpc::PersonName(register_.ids(), other->anchor));
    }
  }

  absl::Status AddSaid(const model::SourceRecord& record) {
    if (!ShowsRelations(record)) {
      return absl::OkStatus();
    }
    for (const model::Relation& relation : record.relations) {
      const absl::StatusOr<SourceVersion> other = register_.GetSource(state_, relation.other);
      if (absl::IsNotFound(other.status())) {
        Add(PersonRelation::DIRECTION_SAYS, record.key, relation, nullptr);
        continue;
      }
      WENSUM_RETURN_IF_ERROR(other.status());
      WENSUM_ASSIGN_OR_RETURN(const bool known, Knows(*other));
      if (known) {
        Add(PersonRelation::DIRECTION_SAYS, record.key, relation, &*other);
      }
    }
    return absl::OkStatus();
  }

  // Statements among the person's own records are told once, as what they say.
  absl::Status AddIsSaid(uint64_t anchor, const model::SourceKey& key) {
    WENSUM_ASSIGN_OR_RETURN(std::vector<uint64_t> ordinals, register_.ListRelated(state_, key, left_ + 1));
    if (ordinals.size() > left_) {
      ordinals.resize(left_);
      out_.set_truncated(true);
    }
    left_ -= ordinals.size();
    for (const uint64_t ordinal : ordinals) {
      WENSUM_ASSIGN_OR_RETURN(const SourceVersion record, register_.GetSourceByOrdinal(state_, ordinal));
      if (record.stored.deleted() || record.anchor == anchor || !ShowsRelations(record.record)) {
        continue;
      }
      WENSUM_ASSIGN_OR_RETURN(const bool known, Knows(record));
      for (size_t i = 0; known && i < record.record.relations.size(); ++i) {
        if (const model::Relation& relation = record.record.relations[i]; relation.other == key) {
          Add(PersonRelation::DIRECTION_IS_SAID, record.record.key, relation, &record);
        }
      }
    }
    return absl::OkStatus();
  }

  const registry::Register& register_;
  const registry::ReadView& state_;
  const int purpose_bit_;
  v1::ListPersonRelationsResponse& out_;
  size_t left_ = kMaxNamings;
};

}  // namespace

absl::Status PeopleHandler::ListOccupancies(rpc::CallContext& call, const v1::ListPersonOccupanciesRequest& request,
                                            v1::ListPersonOccupanciesResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t id, rpc::ParsePersonName(register_.ids(), request.name(), "name"));
  call.AddResource(request.name());
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, convert::OpenView(register_, request.read()));
  google::protobuf::Arena arena;
  auto& entity = *google::protobuf::Arena::CreateMessage<storage::v1::Entity>(&arena);
  WENSUM_ASSIGN_OR_RETURN(const Subject subject, FindSubject(call, request.name(), state, id, entity));
  response.set_name(rpc::PersonName(register_.ids(), subject.anchor));
  response.set_revision(state.revision());
  if (!subject.active) {
    return absl::OkStatus();
  }
  convert::LinkReader reader(state.reader(), register_.register_id(), call.purpose_bit());
  WENSUM_ASSIGN_OR_RETURN(const convert::LinkReader::Records records, reader.ReadRecords(entity, state.revision()));
  std::vector<matching::Contributor> contributors(records.size());
  for (size_t i = 0; i < records.size(); ++i) {
    if (records[i] != nullptr && registry::ShowsPlace(records[i]->record, call.purpose_bit())) {
      contributors[i] = {.record = &records[i]->record, .resolved_addresses = records[i]->state.resolved_addresses};
    }
  }
  matching::DecidedPlaces decided;
  if (const storage::v1::Golden* const golden = convert::GoldenFor(std::as_const(entity), call.purpose_bit());
      golden != nullptr) {
    WENSUM_ASSIGN_OR_RETURN(decided, convert::ReadDecidedPlaces(state.reader(), register_.register_id(), *golden));
  }
  for (const matching::Occupancy& occupancy : matching::OccupanciesOf(contributors, decided)) {
    convert::ToOccupancy(occupancy, contributors, *response.add_occupancies());
  }
  return absl::OkStatus();
}

absl::Status PeopleHandler::ListRelations(rpc::CallContext& call, const v1::ListPersonRelationsRequest& request,
                                          v1::ListPersonRelationsResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t id, rpc::ParsePersonName(register_.ids(), request.name(), "name"));
  call.AddResource(request.name());
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state,
                          convert::OpenView(register_, registry::ReadSpec{.min_revision = request.min_revision(),
                                                                          .as_of_revision = std::nullopt,
                                                                          .as_of_time = std::nullopt}));
  google::protobuf::Arena arena;
  auto& entity = *google::protobuf::Arena::CreateMessage<storage::v1::Entity>(&arena);
  WENSUM_ASSIGN_OR_RETURN(const Subject subject, FindSubject(call, request.name(), state, id, entity));
  response.set_name(rpc::PersonName(register_.ids(), subject.anchor));
  response.set_revision(state.revision());
  if (!subject.active) {
    return absl::OkStatus();
  }
  return RelationLister(register_, state, call.purpose_bit(), response).Run(subject.anchor, entity);
}

}  // namespace wensum::people
