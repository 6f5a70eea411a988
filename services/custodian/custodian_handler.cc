#include "services/custodian/custodian_handler.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/custodian/cases.h"
#include "services/custodian/marks.h"
#include "services/custodian/number_allocator.h"
#include "services/custodian/number_blocks.h"
#include "services/custodian/operation_log.h"
#include "services/custodian/operation_messages.h"
#include "services/custodian/planner.h"
#include "services/custodian/stored_town.h"
#include "services/custodian/transfers.h"
#include "services/rpc/limits.h"
#include "services/rpc/page_token.h"
#include "services/rpc/request_key.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/signed_write.h"
#include "services/rpc/status_details.h"

namespace wensum::custodian {
namespace {

using registry::Mutation;
using registry::MutationResult;
using Record = storage::v1::CustodianOperation;

constexpr size_t kMaxReasonBytes = 1'000;
constexpr size_t kListPage = 20;
constexpr size_t kMaxListPage = 100;
constexpr size_t kListBytes = size_t{8} << 20;  // of stored operations that one page reads
constexpr size_t kMarkPage = 50;
constexpr size_t kMaxMarkPage = 500;
constexpr size_t kEventPage = 100;
constexpr size_t kMaxEventPage = 1'000;
constexpr size_t kEventBytes = size_t{1} << 20;  // of events in a page
constexpr char kKeyLetters[] = {'L', 'X'};       // that operations make, transfers aside

using Plan = std::function<absl::StatusOr<registry::Planned>(const registry::PlanView&, Record&)>;

PlanCaller CallerOf(const rpc::CallContext& call, bool validate_only) {
  return {.caller = call.grant().caller, .purpose = call.grant().purpose, .validate_only = validate_only};
}

// Fills the response from the stored answer of an earlier call, or from the record.
absl::Status Answer(const MutationResult& result, const Record& record, v1::OperationRecord& response) {
  if (result.replayed_response.has_value()) {
    return response.ParseFromString(*result.replayed_response)
               ? absl::OkStatus()
               : DataLoss("the stored answer of a repeated request_id cannot be read");
  }
  WENSUM_RETURN_IF_ERROR(result.status);
  return ToRecord(record, response);
}

// Queues a mutation with that plan; its answer is the operation's record.
template <typename Request>
void Run(registry::Register& reg, rpc::CallContext& call, const Request& request, v1::OperationRecord& response,
         Plan plan, Done done) {
  const auto record = std::make_shared<Record>();
  Mutation mutation;
  mutation.plan = [record, plan = std::move(plan)](const registry::PlanView& view) { return plan(view, *record); };
  if (!request.validate_only() && rpc::SetRequestKey(call, request, mutation)) {
    mutation.make_response = [record](const MutationResult& /*result*/) {
      v1::OperationRecord answer;
      // What was just written can be read; if not, the caller is told by the answer to this call.
      ToRecord(*record, answer).IgnoreError();
      return answer.SerializeAsString();
    };
  }
  const absl::Status queued =
      reg.Submit(std::move(mutation), [record, &call, &response, done](const MutationResult& result) {
        const absl::Status status = Answer(result, *record, response);
        if (!response.name().empty()) {
          call.AddResource(response.name());
        }
        for (const uint64_t uprn : response.uprns()) {
          call.AddResource(rpc::PropertyName(uprn));
        }
        for (const uint64_t usrn : response.usrns()) {
          call.AddResource(rpc::StreetName(usrn));
        }
        call.set_revision(response.revision());
        done(status);
      });
  if (!queued.ok()) {
    done(rpc::NotQueued(queued));
  }
}

absl::Status CheckWrite(const CustodianOptions& options, const std::string& reason, const std::string& request_id) {
  if (options.codes.empty()) {
    return rpc::CustodianNotConfigured();
  }
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(reason, kMaxReasonBytes, "reason"));
  return rpc::CheckRequestId(request_id);
}

absl::Status CheckForm(const v1::CustodianOperation& operation) {
  if (operation.has_transfer_properties()) {
    return CheckTransferForm(operation);
  }
  if (operation.has_allocate_numbers() || IsMarkOperation(operation) || IsCaseOperation(operation)) {
    return absl::OkStatus();
  }
  return operation.has_allocate_case() ? FromAllocation(operation.allocate_case()).status()
                                       : FromOperation(operation).status();
}

// The operations of one transfer: looks at all operations, as many as a page may read.
absl::Status ListTransfers(const OperationLog& log, const v1::ListOperationsRequest& request, uint64_t before,
                           size_t limit, rpc::CallContext& call, v1::ListOperationsResponse& response) {
  constexpr size_t kLooked = 1'000;
  if (!request.parent().empty()) {
    return rpc::InvalidField("transfer_reference", "does not go together with parent");
  }
  WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> numbers, log.List(before, kLooked + 1));
  size_t bytes = 0;
  size_t looked = 0;
  while (looked < std::min(numbers.size(), kLooked) && bytes < kListBytes &&
         static_cast<size_t>(response.operations_size()) < limit) {
    WENSUM_ASSIGN_OR_RETURN(const Record record, log.Read(numbers[looked++], &bytes));
    WENSUM_ASSIGN_OR_RETURN(const std::string reference, TransferReferenceOf(record));
    if (reference == request.transfer_reference()) {
      WENSUM_RETURN_IF_ERROR(ToSummary(record, *response.add_operations()));
      call.AddResource(OperationName(record.number()));
    }
  }
  if (looked < numbers.size()) {
    response.set_next_page_token(
        rpc::EncodePageToken({.revision = 0, .position = numbers[looked - 1]}, rpc::ParametersHash(request)));
  }
  return absl::OkStatus();
}

absl::StatusOr<MarkKind> FromKind(v1::PropertyMark::Kind kind) {
  switch (kind) {
    case v1::PropertyMark::KIND_NOTE:
      return MarkKind::kNote;
    case v1::PropertyMark::KIND_EXPORT_EXCLUSION:
      return MarkKind::kExclusion;
    case v1::PropertyMark::KIND_SITE_VISIT:
      return MarkKind::kSiteVisit;
    default:
      return rpc::InvalidField("kind", "is required: which marks to list");
  }
}

absl::Status AddRanges(const storage::Reader& reader, storage::RegisterId reg, NumberKind kind,
                       const std::vector<NumberRange>& ranges, uint64_t low_water, v1::ListRangesResponse& response) {
  WENSUM_ASSIGN_OR_RETURN(NumberBlocks blocks, NumberBlocks::Load(reader, reg, kind));
  NumbersInUse in_use(reader, reg, kind);
  const int begin = response.ranges_size();
  uint64_t total = 0;
  for (const NumberRange& range : ranges) {
    v1::NumberRange& out = *response.add_ranges();
    out.set_kind(kind == NumberKind::kUprn ? v1::NumberRange::KIND_UPRN : v1::NumberRange::KIND_USRN);
    out.set_first(range.first);
    out.set_last(range.last);
    uint64_t remaining = blocks.CountOutside(range.first, range.last);
    uint64_t next = blocks.NextOutside(range.first);
    for (uint64_t number = range.first; number <= range.last;) {
      WENSUM_ASSIGN_OR_RETURN(const std::optional<uint64_t> used, in_use.NextFrom(number));
      if (!used.has_value() || *used > range.last) {
        break;
      }
      remaining -= blocks.Contains(*used) ? 0 : 1;
      if (*used == next) {
        next = blocks.NextOutside(next + 1);
      }
      number = *used + 1;
    }
    out.set_remaining(remaining);
    out.set_next(next <= range.last ? next : 0);
    total += remaining;
  }
  for (int i = begin; i < response.ranges_size(); ++i) {
    response.mutable_ranges(i)->set_low(total < low_water);
  }
  return absl::OkStatus();
}

}  // namespace

void CustodianHandler::WarmUp() {
  if (options_.codes.empty()) {
    return;
  }
  Mutation mutation;
  mutation.plan = [](const registry::PlanView& /*view*/) {
    return absl::StatusOr<registry::Planned>(registry::Planned());
  };
  // If it cannot be queued, the first operation does it.
  register_.Submit(std::move(mutation), [](const MutationResult& /*result*/) {}).IgnoreError();
}

void CustodianHandler::Apply(rpc::CallContext& call, const v1::ApplyOperationRequest& request,
                             v1::OperationRecord& response, Done done) {
  absl::Status status = CheckWrite(options_, request.reason(), request.request_id());
  if (request.etags_size() > 0) {
    status.Update(rpc::CheckBatch(static_cast<size_t>(request.etags_size()), "etags"));
  }
  if (status.ok()) {
    status = CheckForm(request.operation());  // said at once, before it is queued
  }
  if (!status.ok()) {
    return done(status);
  }
  std::vector<model::Uprn> candidates;
  if (request.operation().has_transfer_properties()) {
    candidates = TransferCandidates(register_, request.operation().transfer_properties());
  }
  auto plan = [this, &request, candidates = std::move(candidates), caller = CallerOf(call, request.validate_only())](
                  const registry::PlanView& view, Record& record) {
    return request.operation().has_transfer_properties()
               ? PlanTransfer(view, register_.register_id(), options_, caller, request, candidates, record)
               : PlanApply(view, register_.register_id(), options_, caller, request, record);
  };
  Run(register_, call, request, response, std::move(plan), std::move(done));
}

void CustodianHandler::Undo(rpc::CallContext& call, const v1::UndoOperationRequest& request,
                            v1::OperationRecord& response, Done done) {
  absl::Status status = CheckWrite(options_, request.reason(), request.request_id());
  const absl::StatusOr<uint64_t> number = ParseOperationName(request.name(), "name");
  status.Update(number.status());
  if (!status.ok()) {
    return done(status);
  }
  auto plan = [this, &request, number = *number, caller = CallerOf(call, request.validate_only())](
                  const registry::PlanView& view, Record& record) {
    return PlanUndo(view, register_.register_id(), options_, caller, number, request.reason(), record);
  };
  Run(register_, call, request, response, std::move(plan), std::move(done));
}

absl::Status CustodianHandler::GetOperation(rpc::CallContext& call, const v1::GetOperationRequest& request,
                                            v1::OperationRecord& response) const {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t number, ParseOperationName(request.name(), "name"));
  call.AddResource(request.name());
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, register_.OpenView({}));
  OperationLog log(state.reader(), register_.register_id());
  WENSUM_ASSIGN_OR_RETURN(const Record* const record, log.Get(number));
  call.set_revision(record->revision());
  return ToRecord(*record, response);
}

absl::Status CustodianHandler::ListOperations(rpc::CallContext& call, const v1::ListOperationsRequest& request,
                                              v1::ListOperationsResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const size_t limit, rpc::PageSize(request.page_size(), kListPage, kMaxListPage));
  const uint64_t parameters = rpc::ParametersHash(request);
  uint64_t before = 0;
  if (!request.page_token().empty()) {
    WENSUM_ASSIGN_OR_RETURN(const rpc::PageCursor cursor, rpc::DecodePageToken(request.page_token(), parameters));
    before = cursor.position;
  }
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, register_.OpenView({}));
  const OperationLog log(state.reader(), register_.register_id());
  if (!request.transfer_reference().empty()) {
    WENSUM_RETURN_IF_ERROR(ListTransfers(log, request, before, limit, call, response));
    call.set_revision(state.revision());
    return absl::OkStatus();
  }
  std::vector<uint64_t> numbers;
  if (request.parent().empty()) {
    WENSUM_ASSIGN_OR_RETURN(numbers, log.List(before, limit + 1));
  } else if (request.parent().starts_with("streets/")) {
    WENSUM_ASSIGN_OR_RETURN(const uint64_t usrn, rpc::ParseStreetName(request.parent(), "parent"));
    WENSUM_ASSIGN_OR_RETURN(numbers, log.ListOfStreet(static_cast<uint32_t>(usrn), before, limit + 1));
  } else {
    WENSUM_ASSIGN_OR_RETURN(const uint64_t uprn, rpc::ParsePropertyName(request.parent(), "parent"));
    WENSUM_ASSIGN_OR_RETURN(numbers, log.ListOfProperty(uprn, before, limit + 1));
  }
  size_t bytes = 0;
  for (size_t i = 0; i < std::min(numbers.size(), limit) && bytes < kListBytes; ++i) {
    WENSUM_ASSIGN_OR_RETURN(const Record record, log.Read(numbers[i], &bytes));
    WENSUM_RETURN_IF_ERROR(ToSummary(record, *response.add_operations()));
    call.AddResource(OperationName(numbers[i]));
  }
  if (const auto listed = static_cast<size_t>(response.operations_size()); listed < numbers.size()) {
    response.set_next_page_token(rpc::EncodePageToken({.revision = 0, .position = numbers[listed - 1]}, parameters));
  }
  call.set_revision(state.revision());
  return absl::OkStatus();
}

absl::Status CustodianHandler::GetLineage(rpc::CallContext& call, const v1::GetLineageRequest& request,
                                          v1::GetLineageResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t uprn, rpc::ParsePropertyName(request.name(), "name"));
  WENSUM_ASSIGN_OR_RETURN(const size_t page, rpc::PageSize(request.page_size(), kEventPage, kMaxEventPage));
  LineageLimits limits;
  if (request.max_depth() < 0 || static_cast<size_t>(request.max_depth()) > limits.depth) {
    return rpc::InvalidField("max_depth", Cat("is ", request.max_depth(), "; 0 to ", limits.depth, " are allowed"));
  }
  limits.depth = request.max_depth() == 0 ? limits.depth : static_cast<size_t>(request.max_depth());
  const uint64_t parameters = rpc::ParametersHash(request);
  rpc::PageCursor after;  // the next event: number of its operation, and its place there
  if (!request.page_token().empty()) {
    WENSUM_ASSIGN_OR_RETURN(after, rpc::DecodePageToken(request.page_token(), parameters));
  }
  call.AddResource(request.name());
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, register_.OpenView({}));
  call.set_revision(state.revision());
  OperationLog log(state.reader(), register_.register_id(), OperationLog::Keep::kAllButRows);
  WENSUM_ASSIGN_OR_RETURN(const OperationLog::Lineage lineage, log.LineageOf(uprn, limits));
  response.set_truncated(lineage.truncated);
  const auto first = std::ranges::find_if(lineage.events, [&after](const OperationLog::Event& event) {
    return std::pair(event.operation, static_cast<uint64_t>(event.index)) >= std::pair(after.revision, after.position);
  });
  auto next = first;
  for (size_t bytes = 0, listed = 0; next != lineage.events.end() && listed < page && bytes < kEventBytes;
       ++next, ++listed) {
    const OperationLog::Event& event = *next;
    WENSUM_ASSIGN_OR_RETURN(const Record* const record, log.Get(event.operation));
    v1::LineageEvent& added = *response.add_events();
    ToEvent(record->lineage(event.index), added);
    added.set_operation(OperationName(event.operation));
    added.set_reason(record->reason());
    added.set_undone(!event.in_force);
    bytes += added.ByteSizeLong();
  }
  if (next != lineage.events.end()) {
    response.set_next_page_token(rpc::EncodePageToken(
        {.revision = next->operation, .position = static_cast<uint64_t>(next->index)}, parameters));
  }
  if (!request.page_token().empty()) {
    return absl::OkStatus();
  }
  const StoredTown town(state.reader(), register_.register_id());
  for (const uint64_t number : lineage.later) {
    WENSUM_ASSIGN_OR_RETURN(const model::Uprn later, model::Uprn::Create(number));
    WENSUM_ASSIGN_OR_RETURN(const llpg::PropertyState* const property, town.FindProperty(later));
    if (property != nullptr && llpg::IsLive(property->blpu.logical_status)) {
      response.add_live_uprns(number);
    }
  }
  for (const uint64_t number : lineage.origins) {
    if (number != uprn) {
      response.add_origin_uprns(number);
    }
  }
  return absl::OkStatus();
}

absl::Status CustodianHandler::ListMarks(rpc::CallContext& call, const v1::ListMarksRequest& request,
                                         v1::ListMarksResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const size_t limit, rpc::PageSize(request.page_size(), kMarkPage, kMaxMarkPage));
  WENSUM_ASSIGN_OR_RETURN(const MarkKind kind, FromKind(request.kind()));
  std::optional<uint64_t> uprn;
  if (!request.parent().empty()) {
    WENSUM_ASSIGN_OR_RETURN(uprn, rpc::ParsePropertyName(request.parent(), "parent"));
  }
  const uint64_t parameters = rpc::ParametersHash(request);
  std::optional<MarkPosition> after;
  if (!request.page_token().empty()) {
    WENSUM_ASSIGN_OR_RETURN(rpc::PageCursor cursor, rpc::DecodePageToken(request.page_token(), parameters));
    after = {.uprn = cursor.position, .subkey = std::move(cursor.key)};
  }
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, register_.OpenView({}));
  call.set_revision(state.revision());
  WENSUM_ASSIGN_OR_RETURN(std::vector<ListedMark> marks,
                          custodian::ListMarks(state.reader(), register_.register_id(), kind, uprn, after, limit + 1));
  const bool more = marks.size() > limit;
  marks.resize(std::min(marks.size(), limit));
  for (const ListedMark& mark : marks) {
    ToMark(mark.id, mark.state, *response.add_marks());
    call.AddResource(rpc::PropertyName(mark.id.uprn));
  }
  if (more) {
    response.set_next_page_token(rpc::EncodePageToken(
        {.revision = 0, .position = marks.back().id.uprn, .key = marks.back().id.subkey}, parameters));
  }
  return absl::OkStatus();
}

absl::Status CustodianHandler::GetCase(rpc::CallContext& call, const v1::GetCaseRequest& request,
                                       v1::NamingCase& response) const {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t number, ParseCaseName(request.name(), "name"));
  call.AddResource(request.name());
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, register_.OpenView({}));
  call.set_revision(state.revision());
  WENSUM_ASSIGN_OR_RETURN(const storage::v1::NamingCase one, ReadCase(state.reader(), register_.register_id(), number));
  ToCase(one, response);
  return absl::OkStatus();
}

absl::Status CustodianHandler::ListCases(rpc::CallContext& call, const v1::ListCasesRequest& request,
                                         v1::ListCasesResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const size_t limit, rpc::PageSize(request.page_size(), kListPage, kMaxListPage));
  if (!v1::NamingCase::Stage_IsValid(request.stage())) {
    return rpc::InvalidField("stage", "is none of those that there are");
  }
  const uint64_t parameters = rpc::ParametersHash(request);
  uint64_t after = 0;
  if (!request.page_token().empty()) {
    WENSUM_ASSIGN_OR_RETURN(const rpc::PageCursor cursor, rpc::DecodePageToken(request.page_token(), parameters));
    after = cursor.position;
  }
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, register_.OpenView({}));
  call.set_revision(state.revision());
  const storage::RegisterId reg = register_.register_id();
  WENSUM_ASSIGN_OR_RETURN(std::vector<uint64_t> numbers,
                          custodian::ListCases(state.reader(), reg, request.stage(), after, limit + 1));
  if (numbers.size() > limit) {
    numbers.resize(limit);
    response.set_next_page_token(rpc::EncodePageToken({.revision = 0, .position = numbers.back()}, parameters));
  }
  for (const uint64_t number : numbers) {
    WENSUM_ASSIGN_OR_RETURN(const storage::v1::NamingCase one, ReadCase(state.reader(), reg, number));
    ToCase(one, *response.add_cases());
    call.AddResource(CaseName(number));
  }
  return absl::OkStatus();
}

absl::Status CustodianHandler::ListRanges(rpc::CallContext& call, const v1::ListRangesRequest& /*request*/,
                                          v1::ListRangesResponse& response) const {
  const NumberRange& keys = options_.record_keys;
  std::vector<v1::NumberRange> of_keys;
  Mutation mutation;  // only the writer knows the keys in use
  mutation.plan = [&](const registry::PlanView& view) -> absl::StatusOr<registry::Planned> {
    for (const int code : options_.codes) {
      for (const char letter : kKeyLetters) {
        v1::NumberRange& range = of_keys.emplace_back();
        const uint64_t next = std::max(view.record_keys.Highest(code, letter) + 1, keys.first);
        range.set_next(next <= keys.last ? next : 0);
        range.set_remaining(next <= keys.last ? keys.last - next + 1 : 0);
        range.set_prefix(RecordKey(code, letter, 0).substr(0, 5));
      }
    }
    return registry::Planned();
  };
  WENSUM_RETURN_IF_ERROR(register_.Commit(std::move(mutation)).status);
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView state, register_.OpenView({}));
  call.set_revision(state.revision());
  const storage::RegisterId reg = register_.register_id();
  WENSUM_RETURN_IF_ERROR(
      AddRanges(state.reader(), reg, NumberKind::kUprn, options_.uprns, options_.low_water, response));
  WENSUM_RETURN_IF_ERROR(
      AddRanges(state.reader(), reg, NumberKind::kUsrn, options_.usrns, options_.low_water, response));
  for (v1::NumberRange& range : of_keys) {
    range.set_kind(v1::NumberRange::KIND_RECORD_KEY);
    range.set_first(keys.first);
    range.set_last(keys.last);
    range.set_low(range.remaining() < options_.low_water);
    *response.add_ranges() = std::move(range);
  }
  return absl::OkStatus();
}

}  // namespace wensum::custodian
