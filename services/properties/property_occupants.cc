// Who is at a property: the records that the indexes by UPRN list, put together per person.
#include <google/protobuf/arena.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "matching/survive/occupancies.h"
#include "services/convert/decided_places.h"
#include "services/convert/golden.h"
#include "services/convert/occupancies.h"
#include "services/convert/read_options.h"
#include "services/convert/times.h"
#include "services/properties/properties_handler.h"
#include "services/properties/property_answers.h"
#include "services/register/occupants.h"
#include "services/register/property_facts.h"
#include "services/rpc/limits.h"
#include "services/rpc/page_token.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/status_details.h"
#include "storage/keys.h"

namespace wensum::properties {
namespace {

using matching::Occupancy;
using matching::Period;
using model::AddressRole;

constexpr size_t kMaxOccupantRecords = 10'000;
constexpr size_t kReadAtOnce = 512;

// One person, or organisation, with what ties it to the property.
struct Occupant {
  model::RecordKind kind = model::RecordKind::kPerson;
  std::vector<std::unique_ptr<registry::DecodedSource>> records;  // that are listed at the property, in order
  // By member of the entity: the same, and none for other members.
  std::vector<matching::Contributor> contributors;
  matching::DecidedPlaces decided;
  std::vector<Occupancy> occupancies;
};

struct Occupants {
  std::map<uint64_t, Occupant> by_anchor;
  bool truncated = false;
};

// What is asked for. Empty: nothing is left out.
struct OccupancyFilter {
  std::vector<AddressRole> roles;
  std::optional<Period> period;

  [[nodiscard]] bool Wants(const Occupancy& occupancy) const {
    return (roles.empty() || std::ranges::find(roles, occupancy.role) != roles.end()) &&
           (!period.has_value() || matching::Covers(occupancy, *period));
  }
};

// Reads who is at one property in the newest state, as one purpose may know it.
class OccupantReader {
 public:
  OccupantReader(const registry::Register& reg, const registry::ReadView& state, uint64_t uprn, int purpose_bit)
      : register_(reg), state_(state), uprn_(uprn), purpose_bit_(purpose_bit) {}

  // Those of whom something is left. Costs two reads for each record.
  absl::StatusOr<Occupants> Read(const OccupancyFilter& filter) {
    WENSUM_ASSIGN_OR_RETURN(
        std::vector<uint64_t> ordinals,
        registry::ListOccupants(state_.reader(), register_.register_id(), uprn_, 0, kMaxOccupantRecords + 1));
    found_.truncated = ordinals.size() > kMaxOccupantRecords;
    ordinals.resize(std::min(ordinals.size(), kMaxOccupantRecords));
    for (std::span<const uint64_t> left = ordinals; !left.empty();) {
      const size_t count = std::min(left.size(), kReadAtOnce);
      WENSUM_RETURN_IF_ERROR(ReadRecords(left.first(count)));
      left = left.subspan(count);
    }
    for (auto& [anchor, occupant] : found_.by_anchor) {
      for (Occupancy& occupancy : matching::OccupanciesOf(occupant.contributors, occupant.decided)) {
        if (occupancy.uprn == uprn_ && filter.Wants(occupancy)) {
          occupant.occupancies.push_back(std::move(occupancy));
        }
      }
    }
    std::erase_if(found_.by_anchor, [](const auto& entry) { return entry.second.occupancies.empty(); });
    return std::move(found_);
  }

 private:
  absl::Status ReadRecords(std::span<const uint64_t> ordinals) {
    std::vector<std::string> keys;
    keys.reserve(ordinals.size());
    for (const uint64_t ordinal : ordinals) {
      keys.push_back(storage::SourceKey(register_.register_id(), ordinal));
    }
    WENSUM_ASSIGN_OR_RETURN(const auto values, state_.reader().MultiGet(storage::Family::kSource, keys));
    for (size_t i = 0; i < ordinals.size(); ++i) {
      const std::string what = Cat("source record ", ordinals[i]);
      if (!values[i].has_value()) {
        return DataLoss(Cat(what, " is listed at UPRN ", uprn_, " and missing; run `wensum verify`"));
      }
      WENSUM_ASSIGN_OR_RETURN(registry::DecodedSource record, decoder_.Decode(*values[i], what));
      WENSUM_RETURN_IF_ERROR(Add(ordinals[i], std::move(record)));
    }
    return absl::OkStatus();
  }

  // A record that is deleted, or whose addresses the purpose may not see, says nothing; its person may have a home here
  // by decision all the same.
  absl::Status Add(uint64_t ordinal, registry::DecodedSource record) {
    google::protobuf::Arena arena;
    auto& entity = *google::protobuf::Arena::CreateMessage<storage::v1::Entity>(&arena);
    const registry::EntityPart part = convert::PartFor(purpose_bit_, convert::View::kFull);
    WENSUM_ASSIGN_OR_RETURN(const uint64_t anchor, register_.ReadEntity(&state_, ordinal, part, entity));
    const storage::v1::Golden* const golden = convert::GoldenFor(std::as_const(entity), purpose_bit_);
    if (golden == nullptr) {
      return absl::OkStatus();
    }
    const auto [place, added] = found_.by_anchor.try_emplace(anchor);
    Occupant& occupant = place->second;
    if (added) {
      occupant.kind = static_cast<model::RecordKind>(entity.kind());
      occupant.contributors.resize(static_cast<size_t>(entity.members_size()));
      WENSUM_ASSIGN_OR_RETURN(occupant.decided,
                              convert::ReadDecidedPlaces(state_.reader(), register_.register_id(), *golden));
    }
    if (record.state.deleted || !registry::ShowsPlace(record.record, purpose_bit_)) {
      return absl::OkStatus();
    }
    const auto member = std::ranges::find(entity.members(), ordinal, &storage::v1::Member::ordinal);
    if (member == entity.members().end()) {
      return DataLoss(Cat("source record ", ordinal, " is no member of its person; run `wensum verify`"));
    }
    auto& kept = *occupant.records.emplace_back(std::make_unique<registry::DecodedSource>(std::move(record)));
    occupant.contributors[static_cast<size_t>(member - entity.members().begin())] = {
        .record = &kept.record, .resolved_addresses = kept.state.resolved_addresses};
    return absl::OkStatus();
  }

  const registry::Register& register_;
  const registry::ReadView& state_;
  const uint64_t uprn_;
  const int purpose_bit_;
  registry::SourceDecoder decoder_;
  Occupants found_;
};

// A day of the request: absent, or complete.
model::PartialDate ReadDay(bool given, const v1::PartialDate& date, std::string_view field,
                           std::vector<rpc::FieldViolation>& violations) {
  if (!given) {
    return {};
  }
  const absl::StatusOr<model::PartialDate> day = convert::FromDate(date);
  if (!day.ok()) {
    violations.push_back({std::string(field), std::string(Message(day.status()))});
    return {};
  }
  if (!day->complete()) {
    violations.push_back({std::string(field), "must be a whole date: year, month and day"});
  }
  return *day;
}

// The index by property knows no past.
void CheckNewest(const v1::ReadOptions& read, std::vector<rpc::FieldViolation>& violations) {
  if (!convert::IsNewest(read)) {
    violations.push_back({"read",
                          "asks for a past state: who is at a property is known of the newest one alone; ask "
                          "for the dates that you mean, or for the past of each person (People.ListOccupancies)"});
  }
}

absl::StatusOr<OccupancyFilter> ReadFilter(const v1::ListPropertyOccupantsRequest& request) {
  std::vector<rpc::FieldViolation> violations;
  CheckNewest(request.read(), violations);
  OccupancyFilter filter;
  for (int i = 0; i < request.roles_size(); ++i) {
    const auto role = request.roles(i);
    if (!v1::AddressRole_IsValid(role) || role == v1::ADDRESS_ROLE_UNSPECIFIED) {
      violations.push_back({Cat("roles[", i, "]"), Cat("has no value ", static_cast<int>(role))});
    }
    filter.roles.push_back(static_cast<AddressRole>(role));
  }
  const model::PartialDate day = ReadDay(request.has_on_date(), request.on_date(), "on_date", violations);
  const Period period{.from = ReadDay(request.has_from_date(), request.from_date(), "from_date", violations),
                      .to = ReadDay(request.has_to_date(), request.to_date(), "to_date", violations)};
  if (request.has_on_date() && (request.has_from_date() || request.has_to_date())) {
    violations.push_back({"on_date", "stands beside a period: give one of the two"});
  }
  if (!period.from.empty() && !period.to.empty() && period.to < period.from) {
    violations.push_back({"to_date", "lies before from_date"});
  }
  if (!violations.empty()) {
    return rpc::InvalidFields(violations);
  }
  if (request.has_on_date()) {
    filter.period = Period{.from = day, .to = day};
  } else if (request.has_from_date() || request.has_to_date()) {
    filter.period = period;
  }
  return filter;
}

void ToOccupant(const registry::Register& reg, uint64_t anchor, const Occupant& occupant, v1::PropertyOccupant& out) {
  out.set_person(rpc::PersonName(reg.ids(), anchor));
  out.set_kind(static_cast<v1::RecordKind>(occupant.kind));
  for (const Occupancy& occupancy : occupant.occupancies) {
    convert::ToOccupancy(occupancy, occupant.contributors, *out.add_occupancies());
  }
}

}  // namespace

absl::Status PropertiesHandler::ListOccupants(rpc::CallContext& call, const v1::ListPropertyOccupantsRequest& request,
                                              v1::ListPropertyOccupantsResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t uprn, rpc::ParsePropertyName(request.name(), "name"));
  WENSUM_ASSIGN_OR_RETURN(const OccupancyFilter filter, ReadFilter(request));
  WENSUM_ASSIGN_OR_RETURN(const size_t limit, rpc::PageSize(request.page_size(), kListPage, kMaxListPage));
  const uint64_t parameters = rpc::ParametersHash(request);
  rpc::PageCursor cursor;
  if (!request.page_token().empty()) {
    WENSUM_ASSIGN_OR_RETURN(cursor, rpc::DecodePageToken(request.page_token(), parameters));
  }
  call.AddResource(request.name());
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, convert::OpenView(register_, request.read()));
  WENSUM_ASSIGN_OR_RETURN(const Occupants occupants,
                          OccupantReader(register_, state, uprn, call.purpose_bit()).Read(filter));
  response.set_name(rpc::PropertyName(uprn));
  response.set_revision(state.revision());
  response.set_truncated(occupants.truncated);
  call.set_revision(state.revision());
  uint64_t last = 0;
  for (auto next = occupants.by_anchor.upper_bound(cursor.position); next != occupants.by_anchor.end(); ++next) {
    if (static_cast<size_t>(response.occupants_size()) == limit) {
      response.set_next_page_token(rpc::EncodePageToken({.revision = 0, .position = last, .key = ""}, parameters));
      break;
    }
    ToOccupant(register_, next->first, next->second, *response.add_occupants());
    call.AddResource(response.occupants().rbegin()->person());
    last = next->first;
  }
  return absl::OkStatus();
}

absl::Status PropertiesHandler::GetHousehold(rpc::CallContext& call, const v1::GetHouseholdRequest& request,
                                             v1::Household& response) const {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t uprn, rpc::ParsePropertyName(request.name(), "name"));
  std::vector<rpc::FieldViolation> violations;
  CheckNewest(request.read(), violations);
  const model::PartialDate day = ReadDay(request.has_on_date(), request.on_date(), "on_date", violations);
  if (!request.has_on_date()) {
    violations.push_back({"on_date", "is required: the day on which the household is asked for"});
  }
  if (!violations.empty()) {
    return rpc::InvalidFields(violations);
  }
  call.AddResource(request.name());
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, convert::OpenView(register_, request.read()));
  const OccupancyFilter residents{.roles = {AddressRole::kResidence, AddressRole::kPrevious},
                                  .period = Period{.from = day, .to = day}};
  WENSUM_ASSIGN_OR_RETURN(const Occupants occupants,
                          OccupantReader(register_, state, uprn, call.purpose_bit()).Read(residents));
  response.set_property(rpc::PropertyName(uprn));
  *response.mutable_on_date() = request.on_date();
  response.set_revision(state.revision());
  response.set_truncated(occupants.truncated);
  call.set_revision(state.revision());
  for (const auto& [anchor, occupant] : occupants.by_anchor) {
    if (occupant.kind != model::RecordKind::kPerson) {
      continue;
    }
    if (std::ranges::all_of(occupant.occupancies, &Occupancy::building)) {
      response.set_in_building(response.in_building() + 1);
      continue;
    }
    ToOccupant(register_, anchor, occupant, *response.add_members());
    call.AddResource(response.members().rbegin()->person());
    response.set_people(response.people() + 1);
    if (std::ranges::all_of(occupant.occupancies, [](const Occupancy& o) { return o.from.empty(); })) {
      response.set_since_unknown(response.since_unknown() + 1);
    }
  }
  return absl::OkStatus();
}

}  // namespace wensum::properties
