// What became of an id between two states.
#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/convert/person_fields.h"
#include "services/convert/read_options.h"
#include "services/convert/times.h"
#include "services/people/people_handler.h"
#include "services/register/decision_store.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/status_details.h"

namespace wensum::people {
namespace {

// "MERGE" and so on, as v1::Decision::Operation names them; by registry::DecisionOperation.
constexpr std::array<std::string_view, 9> kOperations = {
    "", "MERGE", "UNMERGE", "SPLIT", "DISTINCT", "PIN_VALUE", "IGNORE_VALUE", "OVERRIDE_VALUE", "RECORD_OF_TRUTH"};

bool Holds(const v1::Person& person, std::string_view minted_name) {
  return std::ranges::any_of(person.contributors(), [minted_name](const v1::Contributor& contributor) {
    return contributor.minted_name() == minted_name;
  });
}

void AddLineageOf(const v1::Person& person, std::string_view field,
                  google::protobuf::RepeatedPtrField<v1::ValueLineage>& out) {
  // The lineage of identifiers names none by its type: "type:value".
  constexpr std::string_view kIdentifiers = "identifiers.";
  const bool identifier = field.starts_with(kIdentifiers);
  const std::string type = identifier ? Cat(field.substr(kIdentifiers.size()), ":") : std::string();
  for (const v1::ValueLineage& lineage : person.lineage()) {
    // Where no value of the type is left, those that a steward ignores tell it.
    const std::string& told = lineage.value().empty() && !lineage.losing_values().empty()
                                  ? lineage.losing_values(0).value()
                                  : lineage.value();
    if (identifier ? lineage.field() == "identifiers" && std::string_view(told).starts_with(type)
                   : lineage.field() == field) {
      *out.Add() = lineage;
    }
  }
}

void AddDifferences(const v1::Person& from, const v1::Person& to,
                    google::protobuf::RepeatedPtrField<v1::FieldDifference>& out) {
  for (const std::string& field : convert::ChangedFields(from, to)) {
    if (field == "contributors" || field == "state") {
      continue;  // told otherwise
    }
    v1::FieldDifference& difference = *out.Add();
    difference.set_field(field);
    for (std::string& text : convert::FieldTexts(from, field)) {
      difference.add_from_values(std::move(text));
    }
    for (std::string& text : convert::FieldTexts(to, field)) {
      difference.add_to_values(std::move(text));
    }
    difference.set_kind(difference.from_values().empty() ? v1::FieldDifference::KIND_ADDED
                        : difference.to_values().empty() ? v1::FieldDifference::KIND_REMOVED
                                                         : v1::FieldDifference::KIND_CHANGED);
    AddLineageOf(from, field, *difference.mutable_from_lineage());
    AddLineageOf(to, field, *difference.mutable_to_lineage());
  }
}

}  // namespace

absl::StatusOr<v1::Person> PeopleHandler::ReadIfSeen(const rpc::CallContext& call, const registry::ReadView& state,
                                                     uint64_t id) const {
  v1::Person person;
  const absl::Status status = Read(call, &state, id, convert::View::kFull, person);
  if (absl::IsNotFound(status)) {
    return v1::Person();
  }
  WENSUM_RETURN_IF_ERROR(status);
  return person;
}

absl::Status PeopleHandler::AddMoves(const rpc::CallContext& call, const v1::Person& before, const v1::Person& after,
                                     const registry::ReadView& before_state,
                                     google::protobuf::RepeatedPtrField<v1::MemberMove>& joined) const {
  for (const v1::Contributor& contributor : after.contributors()) {
    if (Holds(before, contributor.minted_name())) {
      continue;
    }
    v1::MemberMove& move = *joined.Add();
    *move.mutable_contributor() = contributor;
    WENSUM_ASSIGN_OR_RETURN(const uint64_t id,
                            rpc::ParsePersonName(register_.ids(), contributor.minted_name(), "minted_name"));
    WENSUM_ASSIGN_OR_RETURN(const v1::Person other, ReadIfSeen(call, before_state, id));
    if (Holds(other, contributor.minted_name())) {  // the id of a deleted record stands for whoever took it over
      move.set_other_person(other.name());
    }
  }
  return absl::OkStatus();
}

absl::Status PeopleHandler::AddDecisions(const rpc::CallContext& call, const std::set<uint64_t>& records,
                                         uint64_t after_revision, uint64_t up_to_revision,
                                         v1::ComparePersonResponse& response) const {
  if (decision_seen_ == nullptr || after_revision >= up_to_revision) {
    return absl::OkStatus();
  }
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView newest, register_.OpenView({}));
  std::set<uint64_t> numbers;
  for (const uint64_t record : records) {
    WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> some,
                            registry::DecisionsOfRecord(newest.reader(), register_.register_id(), record));
    numbers.insert(some.begin(), some.end());
  }
  const auto between = [&](uint64_t revision) { return after_revision < revision && revision <= up_to_revision; };
  for (const uint64_t number : numbers) {
    WENSUM_ASSIGN_OR_RETURN(const storage::v1::LinkDecision decision,
                            registry::ReadDecision(newest.reader(), register_.register_id(), number));
    const uint64_t retracted = registry::IsRetracted(decision) ? decision.retraction().revision() : 0;
    if (!between(decision.revision()) && !between(retracted)) {
      continue;
    }
    WENSUM_ASSIGN_OR_RETURN(const bool seen, decision_seen_(newest.reader(), decision, call.purpose_bit()));
    if (!seen) {
      continue;
    }
    v1::PersonDecision& added = *response.add_decisions();
    added.set_name(registry::DecisionName(number));
    added.set_operation(
        std::string(decision.operation() < kOperations.size() ? kOperations[decision.operation()] : ""));
    added.set_revision(decision.revision());
    convert::ToTimestamp(decision.time(), *added.mutable_decide_time());
    if (retracted <= up_to_revision) {
      added.set_retract_revision(retracted);
    }
  }
  return absl::OkStatus();
}

absl::Status PeopleHandler::Compare(rpc::CallContext& call, const v1::ComparePersonRequest& request,
                                    v1::ComparePersonResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t id, rpc::ParsePersonName(register_.ids(), request.name(), "name"));
  call.AddResource(request.name());
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView from_state, convert::OpenView(register_, request.from()));
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView to_state, convert::OpenView(register_, request.to()));
  WENSUM_ASSIGN_OR_RETURN(const v1::Person from, ReadIfSeen(call, from_state, id));
  WENSUM_ASSIGN_OR_RETURN(const v1::Person to, ReadIfSeen(call, to_state, id));
  if (from.name().empty() && to.name().empty()) {
    return rpc::UnknownResource(request.name());
  }
  response.set_from_revision(from_state.revision());
  response.set_to_revision(to_state.revision());
  call.set_revision(to_state.revision());
  response.set_from_name(from.name());
  response.set_to_name(to.name());
  response.set_from_state(from.state());
  response.set_to_state(to.state());
  AddDifferences(from, to, *response.mutable_differences());
  WENSUM_RETURN_IF_ERROR(AddMoves(call, from, to, from_state, *response.mutable_joined()));
  WENSUM_RETURN_IF_ERROR(AddMoves(call, to, from, to_state, *response.mutable_left()));
  std::set<uint64_t> records = {id};
  for (const v1::Person* const person : {&from, &to}) {
    for (const v1::Contributor& contributor : person->contributors()) {
      WENSUM_ASSIGN_OR_RETURN(const uint64_t record,
                              rpc::ParsePersonName(register_.ids(), contributor.minted_name(), "minted_name"));
      records.insert(record);
    }
  }
  for (const uint64_t record : records) {
    WENSUM_ASSIGN_OR_RETURN(const v1::Person before, ReadIfSeen(call, from_state, record));
    WENSUM_ASSIGN_OR_RETURN(const v1::Person after, ReadIfSeen(call, to_state, record));
    if (before.name() != after.name()) {
      v1::IdMove& move = *response.add_id_moves();
      move.set_name(rpc::PersonName(register_.ids(), record));
      move.set_from_name(before.name());
      move.set_to_name(after.name());
    }
  }
  const auto [first, last] = std::minmax({from_state.revision(), to_state.revision()});
  return AddDecisions(call, records, first, last, response);
}

}  // namespace wensum::people
