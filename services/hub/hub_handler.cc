#include "services/hub/hub_handler.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/convert/times.h"
#include "services/hub/commit.h"
#include "services/hub/hub_store.h"
#include "services/hub/resynchronisation.h"
#include "services/hub/submissions.h"
#include "services/rpc/limits.h"
#include "services/rpc/page_token.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/status_details.h"

namespace wensum::hub {
namespace {

using Submission = v1::HubSubmission;

constexpr uint64_t kNewest = std::numeric_limits<uint64_t>::max();
constexpr size_t kMaxRemark = 1'000;
constexpr size_t kPage = 20;
constexpr size_t kMaxPage = 100;
constexpr size_t kFindingsPage = 100;
constexpr size_t kMaxFindingsPage = 1'000;
constexpr TimeMicros kSecond = 1'000'000;

template <typename Request>
RequestIdentity IdentityOf(const Request& request) {
  if (request.validate_only()) {
    return {};
  }
  Request content = request;
  content.clear_request_id();
  return {request.request_id(), rpc::HashMessage(content)};
}

// The findings of a check, or of all for "": those of numbers above the first, up to the second. They are stored in the
// order of the report's checks.
std::pair<uint64_t, uint64_t> NumbersOf(const v1::HubReport& report, std::string_view check_code) {
  if (check_code.empty()) {
    return {0, report.findings()};
  }
  uint64_t before = 0;
  for (const v1::HubReport::Check& check : report.checks()) {
    if (EqualsIgnoreCaseAscii(check.check_code(), check_code)) {
      return {before, before + check.findings()};
    }
    before += check.findings();
  }
  return {0, 0};
}

// Where a list goes on: what the token of `request` says, or `begin`.
template <typename Request>
absl::StatusOr<rpc::PageCursor> CursorOf(const Request& request, uint64_t parameters, const rpc::PageCursor& begin) {
  if (request.page_token().empty()) {
    return begin;
  }
  return rpc::DecodePageToken(request.page_token(), parameters);
}

// A page of what `visit` visits: `add` gets those that are `wanted`.
template <typename Item, typename Request, typename Visit, typename Wanted, typename Add, typename Response>
absl::Status ListNewest(const registry::Register& reg, rpc::CallContext& call, const Request& request, Visit visit,
                        Wanted wanted, Add add, Response& response) {
  WENSUM_ASSIGN_OR_RETURN(const size_t limit, rpc::PageSize(request.page_size(), kPage, kMaxPage));
  const uint64_t parameters = rpc::ParametersHash(request);
  WENSUM_ASSIGN_OR_RETURN(const rpc::PageCursor cursor, CursorOf(request, parameters, {.position = kNewest}));
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView view, reg.OpenView({}));
  call.set_revision(view.revision());
  size_t listed = 0;
  uint64_t last = 0;
  bool more = false;
  WENSUM_RETURN_IF_ERROR(visit(view.reader(), reg.register_id(), cursor.position, [&](uint64_t number, Item& item) {
    if (!wanted(item)) {
      return true;
    }
    more = listed == limit;
    if (more) {
      return false;
    }
    ++listed;
    last = number;
    call.AddResource(item.name());
    add(item);
    return true;
  }));
  if (more) {
    response.set_next_page_token(rpc::EncodePageToken({.position = last}, parameters));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<int> HubHandler::ChooseCustodian(int asked) const {
  if (own_custodians_.empty()) {
    return rpc::CustodianNotConfigured();
  }
  if (asked == 0 && own_custodians_.size() == 1) {
    return own_custodians_.front();
  }
  if (std::ranges::find(own_custodians_, asked) == own_custodians_.end()) {
    std::vector<std::string> codes;
    codes.reserve(own_custodians_.size());
    for (const int code : own_custodians_) {
      codes.push_back(Cat(code));
    }
    return rpc::InvalidField("custodian_code",
                             Cat("is ", asked, "; the server's configuration has ", Join(codes, ", ")));
  }
  return asked;
}

absl::Status HubHandler::MakeFile(rpc::CallContext& call, const v1::PrepareSubmissionRequest& request,
                                  uint64_t revision, Submission& submission) const {
  v1::ExportGazetteerRequest& file = *submission.mutable_export_request();
  file = SupplyRequest(submission.custodian_code(), revision);
  file.set_custodian_name(request.custodian_name());
  file.set_resynchronisation(request.resynchronisation());
  convert::ToTimestamp(clock_.Now() / kSecond * kSecond, *file.mutable_file_time());
  if (submission.has_since_revision()) {
    file.set_since_revision(submission.since_revision());
  }
  WENSUM_ASSIGN_OR_RETURN(const v1::ExportFacts facts, hooks_.measure(call, file, nullptr));
  submission.set_revision(facts.revision());
  submission.set_file_name(facts.file_name());
  submission.set_sha256(facts.sha256());
  submission.set_bytes(facts.bytes());
  submission.set_records(facts.records());
  *submission.mutable_record_counts() = facts.record_counts();
  submission.set_held_back(facts.held_back());
  return absl::OkStatus();
}

absl::Status HubHandler::Prepare(rpc::CallContext& call, const v1::PrepareSubmissionRequest& request,
                                 Submission& response) {
  if (request.kind() != Submission::KIND_FULL && request.kind() != Submission::KIND_CHANGE_ONLY) {
    return rpc::InvalidField("kind", "is required: KIND_FULL (1) or KIND_CHANGE_ONLY (2)");
  }
  if (request.kind() == Submission::KIND_FULL && request.has_since_revision()) {
    return rpc::InvalidField("since_revision",
                             "a full file has no beginning: leave it out, or ask for KIND_CHANGE_ONLY");
  }
  if (!request.resynchronisation().empty() &&
      (request.kind() != Submission::KIND_CHANGE_ONLY || request.has_since_revision())) {
    return rpc::InvalidField("resynchronisation",
                             "goes with KIND_CHANGE_ONLY and without since_revision: the report says what the hub has");
  }
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(request.remark(), kMaxRemark, "remark"));
  WENSUM_RETURN_IF_ERROR(rpc::CheckRequestId(request.request_id()));
  WENSUM_ASSIGN_OR_RETURN(const int code, ChooseCustodian(request.custodian_code()));
  const storage::RegisterId reg = register_.register_id();
  const RequestIdentity identity = IdentityOf(request);
  Start start;
  uint64_t revision = 0;
  {
    WENSUM_ASSIGN_OR_RETURN(const registry::ReadView view, register_.OpenView({}));
    WENSUM_ASSIGN_OR_RETURN(std::optional<Submission> answer,
                            FindAnswer<Submission>(view.reader(), reg, call, identity));
    if (answer.has_value()) {
      response = *std::move(answer);
      call.AddResource(response.name());
      return absl::OkStatus();
    }
    WENSUM_ASSIGN_OR_RETURN(start, StartOf(view.reader(), reg, code, request));
    revision = view.revision();
  }
  if (revision == 0) {
    return FailedPrecondition("the register is empty: import a gazetteer first");
  }
  response.set_kind(request.kind());
  response.set_custodian_code(code);
  if (start.since.has_value()) {
    response.set_since_revision(*start.since);
  }
  response.set_base(start.base);
  response.set_resynchronisation(request.resynchronisation());
  WENSUM_RETURN_IF_ERROR(MakeFile(call, request, revision, response));
  if (request.validate_only()) {
    Begin(call.grant().caller, clock_.Now(), request.remark(), response);
    return absl::OkStatus();
  }
  const auto plan = [&](const registry::PlanView& state) -> absl::StatusOr<registry::Planned> {
    WENSUM_ASSIGN_OR_RETURN(const Start now, StartOf(state.reader, reg, code, request));
    if (now != start) {
      return Aborted("another submission was decided while the file was made: prepare it again");
    }
    WENSUM_ASSIGN_OR_RETURN(const uint64_t last, LastSubmission(state.reader, reg));
    response.set_name(SubmissionName(last + 1));
    Begin(call.grant().caller, state.time, request.remark(), response);
    registry::Planned planned;
    PutSubmission(reg, last + 1, response, planned.writes);
    return planned;
  };
  if (!request.resynchronisation().empty()) {
    call.AddResource(request.resynchronisation());
  }
  return Commit(register_, call, identity, response, plan);
}

absl::Status HubHandler::RecordProgress(rpc::CallContext& call, const v1::RecordProgressRequest& request,
                                        Submission& response) {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t number, ParseSubmissionName(request.name(), "name"));
  WENSUM_RETURN_IF_ERROR(rpc::CheckRequestId(request.request_id()));
  call.AddResource(request.name());
  const storage::RegisterId reg = register_.register_id();
  const auto advance = [&](const storage::Reader& reader, TimeMicros time) -> absl::Status {
    WENSUM_ASSIGN_OR_RETURN(response, ReadSubmission(reader, reg, number));
    return Advance(request, call.grant().caller, time, response);
  };
  if (request.validate_only()) {
    WENSUM_ASSIGN_OR_RETURN(const registry::ReadView view, register_.OpenView({}));
    return advance(view.reader(), clock_.Now());
  }
  const auto plan = [&](const registry::PlanView& state) -> absl::StatusOr<registry::Planned> {
    WENSUM_RETURN_IF_ERROR(advance(state.reader, state.time));
    registry::Planned planned;
    PutSubmission(reg, number, response, planned.writes);
    return planned;
  };
  return Commit(register_, call, IdentityOf(request), response, plan);
}

absl::Status HubHandler::Get(rpc::CallContext& call, const v1::GetSubmissionRequest& request,
                             Submission& response) const {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t number, ParseSubmissionName(request.name(), "name"));
  call.AddResource(request.name());
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView view, register_.OpenView({}));
  call.set_revision(view.revision());
  WENSUM_ASSIGN_OR_RETURN(response, ReadSubmission(view.reader(), register_.register_id(), number));
  return absl::OkStatus();
}

absl::Status HubHandler::List(rpc::CallContext& call, const v1::ListSubmissionsRequest& request,
                              v1::ListSubmissionsResponse& response) const {
  if (!Submission::State_IsValid(request.state())) {
    return rpc::InvalidField("state", "is none of those that there are");
  }
  const auto wanted = [&request](const Submission& submission) {
    return (request.custodian_code() == 0 || submission.custodian_code() == request.custodian_code()) &&
           (request.state() == Submission::STATE_UNSPECIFIED || submission.state() == request.state());
  };
  const auto add = [&response](Submission& submission) { *response.add_submissions() = std::move(submission); };
  return ListNewest<Submission>(register_, call, request, VisitSubmissions, wanted, add, response);
}

absl::Status HubHandler::GetReport(rpc::CallContext& call, const v1::GetHubReportRequest& request,
                                   v1::HubReport& response) const {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t number, ParseReportName(request.name(), "name"));
  call.AddResource(request.name());
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView view, register_.OpenView({}));
  call.set_revision(view.revision());
  WENSUM_ASSIGN_OR_RETURN(response, ReadReport(view.reader(), register_.register_id(), number));
  return absl::OkStatus();
}

absl::Status HubHandler::ListReports(rpc::CallContext& call, const v1::ListHubReportsRequest& request,
                                     v1::ListHubReportsResponse& response) const {
  if (!request.submission().empty()) {
    WENSUM_RETURN_IF_ERROR(ParseSubmissionName(request.submission(), "submission").status());
  }
  const auto wanted = [&request](const v1::HubReport& report) {
    return request.submission().empty() || report.submission() == request.submission();
  };
  const auto add = [&response](v1::HubReport& report) {
    report.clear_checks();
    report.clear_issues();
    *response.add_reports() = std::move(report);
  };
  return ListNewest<v1::HubReport>(register_, call, request, VisitReports, wanted, add, response);
}

absl::Status HubHandler::ListFindings(rpc::CallContext& call, const v1::ListHubFindingsRequest& request,
                                      v1::ListHubFindingsResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const size_t limit, rpc::PageSize(request.page_size(), kFindingsPage, kMaxFindingsPage));
  const bool of_report = !request.parent().starts_with("properties/") && !request.parent().starts_with("streets/");
  if (!of_report && !request.check_code().empty()) {
    return rpc::InvalidField("check_code", "chooses among the findings of a report: leave it out");
  }
  const uint64_t parameters = rpc::ParametersHash(request);
  WENSUM_ASSIGN_OR_RETURN(const rpc::PageCursor cursor, CursorOf(request, parameters, {}));
  const FindingId after = {.report = cursor.revision, .number = cursor.position};
  const storage::RegisterId reg = register_.register_id();
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView view, register_.OpenView({}));
  call.set_revision(view.revision());
  std::vector<ListedFinding> findings;
  if (request.parent().starts_with("properties/")) {
    WENSUM_ASSIGN_OR_RETURN(const uint64_t uprn, rpc::ParsePropertyName(request.parent(), "parent"));
    WENSUM_ASSIGN_OR_RETURN(findings, ListFindingsOfProperty(view.reader(), reg, uprn, after, limit + 1));
  } else if (request.parent().starts_with("streets/")) {
    WENSUM_ASSIGN_OR_RETURN(const uint64_t usrn, rpc::ParseStreetName(request.parent(), "parent"));
    WENSUM_ASSIGN_OR_RETURN(findings,
                            ListFindingsOfStreet(view.reader(), reg, static_cast<uint32_t>(usrn), after, limit + 1));
  } else {
    WENSUM_ASSIGN_OR_RETURN(const uint64_t number, ParseReportName(request.parent(), "parent"));
    WENSUM_ASSIGN_OR_RETURN(const v1::HubReport report, ReadReport(view.reader(), reg, number));
    const auto [begin, end] = NumbersOf(report, request.check_code());
    WENSUM_ASSIGN_OR_RETURN(
        findings, ListFindingsOfReport(view.reader(), reg, number, std::max(begin, after.number), end, limit + 1));
  }
  call.AddResource(request.parent());
  const bool more = findings.size() > limit;
  findings.resize(std::min(findings.size(), limit));
  for (ListedFinding& listed : findings) {
    *response.add_findings() = std::move(listed.finding);
  }
  if (more) {
    const FindingId& last = findings.back().id;
    response.set_next_page_token(rpc::EncodePageToken({.revision = last.report, .position = last.number}, parameters));
  }
  return absl::OkStatus();
}

}  // namespace wensum::hub
