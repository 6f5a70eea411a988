// What the handler of decisions answers from what is stored.
#include <algorithm>
#include <functional>
#include <limits>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/convert/held_updates.h"
#include "services/convert/person_details.h"
#include "services/convert/sight.h"
#include "services/decisions/decision_messages.h"
#include "services/decisions/decisions_handler.h"
#include "services/register/decision_store.h"
#include "services/register/held_updates.h"
#include "services/rpc/limits.h"
#include "services/rpc/page_token.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/status_details.h"

namespace wensum::decisions {
namespace {

constexpr size_t kListPage = 20;
constexpr size_t kMaxListPage = 100;
constexpr size_t kLookedAt = 1'000;  // decisions that one page looks at

}  // namespace

absl::Status DecisionsHandler::ListHeld(rpc::CallContext& call, const v1::ListHeldUpdatesRequest& request,
                                        v1::ListHeldUpdatesResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const size_t limit, rpc::PageSize(request.page_size(), kListPage, kMaxListPage));
  WENSUM_ASSIGN_OR_RETURN(const model::SourceKey key, convert::FromSourceKey(request.source_key(), "source_key"));
  const uint64_t parameters = rpc::ParametersHash(request);
  uint64_t after = 0;
  if (!request.page_token().empty()) {
    WENSUM_ASSIGN_OR_RETURN(const rpc::PageCursor cursor, rpc::DecodePageToken(request.page_token(), parameters));
    after = cursor.position;
  }
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, register_.OpenView({}));
  call.set_revision(state.revision());
  response.set_revision(state.revision());
  const std::string what = Cat("sources/", key.source, "/records/", key.key);
  const absl::StatusOr<registry::SourceVersion> record = register_.GetSource(state, key);
  if (!record.ok()) {
    return absl::IsNotFound(record.status()) ? rpc::UnknownResource(what) : record.status();
  }
  const convert::Sight sight(record->record, call.purpose_bit());
  if (!sight.record()) {
    return rpc::UnknownResource(what);
  }
  call.AddResource(rpc::PersonName(register_.ids(), record->anchor));
  WENSUM_ASSIGN_OR_RETURN(
      const std::vector<storage::v1::HeldUpdate> updates,
      registry::ListHeld(state.reader(), register_.register_id(), record->ordinal, after, limit + 1));
  for (size_t i = 0; i < std::min(limit, updates.size()); ++i) {
    v1::HeldUpdate update;
    WENSUM_ASSIGN_OR_RETURN(const bool seen,
                            convert::ToHeldUpdate(updates[i], register_.ids(), call.purpose_bit(), update));
    if (seen) {
      *response.add_updates() = std::move(update);
    }
  }
  if (updates.size() > limit) {
    response.set_next_page_token(
        rpc::EncodePageToken({.revision = 0, .position = updates[limit - 1].number(), .key = ""}, parameters));
  }
  return absl::OkStatus();
}

absl::Status DecisionsHandler::Get(rpc::CallContext& call, const v1::GetDecisionRequest& request,
                                   v1::Decision& response) const {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t number, ParseDecisionName(request.name(), "name"));
  call.AddResource(request.name());
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, register_.OpenView({}));
  call.set_revision(state.revision());
  const absl::StatusOr<storage::v1::LinkDecision> decision =
      registry::ReadDecision(state.reader(), register_.register_id(), number);
  if (!decision.ok()) {
    return absl::IsNotFound(decision.status()) ? rpc::UnknownResource(request.name()) : decision.status();
  }
  const PersonSight sight(register_, state.reader(), knows_all_sources_, call.purpose_bit());
  WENSUM_ASSIGN_OR_RETURN(const bool seen, sight.Sees(*decision));
  return seen ? ToDecision(register_, sight, *decision, response) : rpc::UnknownResource(request.name());
}

absl::StatusOr<std::vector<uint64_t>> DecisionsHandler::NumbersFor(const PersonSight& sight, const std::string& person,
                                                                   uint64_t before, size_t limit) const {
  std::set<uint64_t, std::greater<>> numbers;
  if (person.empty()) {
    WENSUM_ASSIGN_OR_RETURN(const uint64_t newest, registry::NewestDecision(sight.reader(), register_.register_id()));
    for (uint64_t number = std::min(newest, before - 1); number > 0 && numbers.size() < limit; --number) {
      numbers.insert(number);
    }
    return std::vector<uint64_t>(numbers.begin(), numbers.end());
  }
  WENSUM_ASSIGN_OR_RETURN(const uint64_t id, rpc::ParsePersonName(register_.ids(), person, "person"));
  const absl::StatusOr<StoredPerson> found = sight.Read(id);
  if (!found.ok()) {
    return absl::IsNotFound(found.status()) ? rpc::UnknownResource(person) : found.status();
  }
  std::vector<uint64_t> records = found->records;
  records.push_back(id);  // of a person who has ended, or of whom it was the only record
  WENSUM_ASSIGN_OR_RETURN(const bool seen, sight.Sees(records));
  if (!seen || found->entity.kind() == static_cast<uint32_t>(model::RecordKind::kProperty)) {
    return rpc::UnknownResource(person);
  }
  for (const uint64_t record : records) {
    WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> some,
                            registry::DecisionsOfRecord(sight.reader(), register_.register_id(), record));
    numbers.insert(some.begin(), std::ranges::lower_bound(some, before));
  }
  std::vector<uint64_t> first(numbers.begin(), numbers.end());
  first.resize(std::min(first.size(), limit));
  return first;
}

absl::Status DecisionsHandler::List(rpc::CallContext& call, const v1::ListDecisionsRequest& request,
                                    v1::ListDecisionsResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const size_t limit, rpc::PageSize(request.page_size(), kListPage, kMaxListPage));
  if (!v1::Decision::State_IsValid(request.state())) {
    return rpc::InvalidField("state", Cat("has no value ", static_cast<int>(request.state())));
  }
  const uint64_t parameters = rpc::ParametersHash(request);
  uint64_t before = std::numeric_limits<uint64_t>::max();
  if (!request.page_token().empty()) {
    WENSUM_ASSIGN_OR_RETURN(const rpc::PageCursor cursor, rpc::DecodePageToken(request.page_token(), parameters));
    before = std::max<uint64_t>(cursor.position, 1);
  }
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, register_.OpenView({}));
  call.set_revision(state.revision());
  response.set_revision(state.revision());
  const PersonSight sight(register_, state.reader(), knows_all_sources_, call.purpose_bit());
  WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> numbers,
                          NumbersFor(sight, request.person(), before, kLookedAt + 1));
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (i == kLookedAt || static_cast<size_t>(response.decisions_size()) == limit) {
      response.set_next_page_token(
          rpc::EncodePageToken({.revision = 0, .position = numbers[i] + 1, .key = ""}, parameters));
      break;
    }
    WENSUM_ASSIGN_OR_RETURN(const storage::v1::LinkDecision decision,
                            registry::ReadDecision(state.reader(), register_.register_id(), numbers[i]));
    const v1::Decision::State its =
        registry::IsRetracted(decision) ? v1::Decision::STATE_RETRACTED : v1::Decision::STATE_IN_FORCE;
    if (request.state() != v1::Decision::STATE_UNSPECIFIED && request.state() != its) {
      continue;
    }
    WENSUM_ASSIGN_OR_RETURN(const bool seen, sight.Sees(decision));
    if (seen) {
      WENSUM_RETURN_IF_ERROR(ToDecision(register_, sight, decision, *response.add_decisions()));
      call.AddResource(registry::DecisionName(decision.number()));
    }
  }
  return absl::OkStatus();
}

}  // namespace wensum::decisions
