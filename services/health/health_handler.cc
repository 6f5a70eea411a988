#include "services/health/health_handler.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/convert/times.h"
#include "services/health/data_quality.h"
#include "services/health/health_messages.h"
#include "services/health/health_store.h"
#include "services/health/health_tasks.h"
#include "services/health/link_rates.h"
#include "services/health/stored_check.h"
#include "services/register/prepare.h"
#include "services/rpc/limits.h"
#include "services/rpc/page_token.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/status_details.h"
#include "services/tasks/task_writer.h"

namespace wensum::health {
namespace {

constexpr std::string_view kReports = "healthReports/";
constexpr std::string_view kWaivers = "healthWaivers/";
constexpr size_t kKeptReports = 200;
constexpr size_t kDefaultExamples = 20;
constexpr size_t kMaxExamples = 100;
constexpr size_t kReportsPage = 20;
constexpr size_t kMaxReportsPage = 100;
constexpr size_t kWaiversPage = 100;
constexpr size_t kMaxWaiversPage = 1'000;
constexpr size_t kMaxSources = 100;
constexpr size_t kMaxReasonBytes = 500;
constexpr int kLongestWaiverYears = 5;

absl::StatusOr<uint64_t> ParseName(std::string_view name, std::string_view collection) {
  const std::optional<uint64_t> number =
      name.starts_with(collection) ? ParseInteger<uint64_t>(name.substr(collection.size())) : std::nullopt;
  if (!number.has_value() || *number == 0) {
    return rpc::InvalidField("name", Cat("is ", Quote(name), "; expected ", collection, "{number}"));
  }
  return *number;
}

struct SubjectIds {
  model::Uprn uprn;
  model::Usrn usrn;
};

absl::StatusOr<SubjectIds> ParseSubject(std::string_view subject) {
  SubjectIds ids;
  if (subject.starts_with("streets/")) {
    WENSUM_ASSIGN_OR_RETURN(const uint64_t usrn, rpc::ParseStreetName(subject, "subject"));
    WENSUM_ASSIGN_OR_RETURN(ids.usrn, model::Usrn::Create(usrn));
    return ids;
  }
  if (!subject.starts_with("properties/")) {
    return rpc::InvalidField("subject", Cat("is ", Quote(subject), "; expected properties/{uprn} or streets/{usrn}"));
  }
  WENSUM_ASSIGN_OR_RETURN(const uint64_t uprn, rpc::ParsePropertyName(subject, "subject"));
  WENSUM_ASSIGN_OR_RETURN(ids.uprn, model::Uprn::Create(uprn));
  return ids;
}

bool InForce(const v1::HealthWaiver& waiver, model::PartialDate today) {
  const absl::StatusOr<model::PartialDate> expires = convert::FromDate(waiver.expire_date());
  return !waiver.has_revoke_time() && expires.ok() && *expires >= today;
}

// The waivers that were not revoked, as the check takes them. One of a rule that is no more is left out.
std::vector<Waiver> UnrevokedWaivers(const std::vector<StoredWaiver>& stored) {
  std::vector<Waiver> waivers;
  for (const StoredWaiver& one : stored) {
    const llpg::Rule* const rule = llpg::FindRule(one.waiver.rule());
    const absl::StatusOr<SubjectIds> subject = ParseSubject(one.waiver.subject());
    const absl::StatusOr<model::PartialDate> expires = convert::FromDate(one.waiver.expire_date());
    if (rule != nullptr && subject.ok() && expires.ok() && !one.waiver.has_revoke_time()) {
      waivers.push_back({.rule = rule->id, .uprn = subject->uprn, .usrn = subject->usrn, .expires = *expires});
    }
  }
  return waivers;
}

absl::Status CheckExpiry(model::PartialDate date, model::PartialDate today) {
  if (!date.complete()) {
    return rpc::InvalidField("expire_date", "is required, with its day: a waiver ends");
  }
  if (date < today) {
    return rpc::InvalidField("expire_date", Cat("is ", date.ToString(), ", which is over"));
  }
  model::PartialDate latest = today;
  latest.year = static_cast<int16_t>(latest.year + kLongestWaiverYears);
  if (date > latest) {
    return rpc::InvalidField("expire_date", Cat("is ", date.ToString(), ", more than five years away"));
  }
  return absl::OkStatus();
}

// Takes the oldest waivers that have ended out of the store where one more would be too many; false if there are not
// enough of them.
bool MakeRoom(const std::vector<StoredWaiver>& waivers, size_t most, model::PartialDate today, uint32_t reg,
              storage::WriteBatch& writes) {
  size_t kept = waivers.size();
  for (size_t i = 0; i < waivers.size() && kept >= most; ++i) {
    if (!InForce(waivers[i].waiver, today)) {
      DeleteWaiver(reg, waivers[i].number, writes);
      --kept;
    }
  }
  return kept < most;
}

}  // namespace

absl::Status HealthHandler::Commit(storage::WriteBatch writes) {
  registry::Mutation mutation;
  mutation.extra_writes = [&writes](const registry::MutationResult&, storage::WriteBatch& batch) {
    batch.Append(std::move(writes));
  };
  return register_.Commit(std::move(mutation)).status;
}

absl::Status HealthHandler::RunCheck(rpc::CallContext& call, const v1::RunHealthCheckRequest& request,
                                     v1::HealthReport& response) {
  if (running_.exchange(true)) {
    return rpc::WithReason(FailedPrecondition("a check is running already; wait for it to end"),
                           rpc::reason::kRunGoingOn);
  }
  const absl::Status status = Check(request, response);
  running_ = false;
  if (status.ok()) {
    call.set_revision(response.revision());
    call.AddResource(response.name());
  }
  return status;
}

absl::Status HealthHandler::Check(const v1::RunHealthCheckRequest& request, v1::HealthReport& response) {
  StoredCheckOptions options;
  options.config = config_;
  WENSUM_ASSIGN_OR_RETURN(options.max_examples,
                          rpc::PageSize(request.max_examples(), kDefaultExamples, kMaxExamples, "max_examples"));
  options.today = registry::Today(clock_);
  options.max_duplicates = std::numeric_limits<size_t>::max() / 2;  // all: tasks are raised of them
  if (request.has_as_of_date()) {
    const absl::StatusOr<model::PartialDate> date = convert::FromDate(request.as_of_date());
    if (!date.ok() || !date->complete()) {
      return rpc::InvalidField("as_of_date", date.ok() ? "needs year, month and day" : Message(date.status()));
    }
    options.today = *date;
  }
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView view, register_.OpenView({}));
  if (view.revision() == 0) {
    return FailedPrecondition("the register is empty: import a gazetteer first");
  }
  const uint32_t reg = register_.register_id();
  WENSUM_ASSIGN_OR_RETURN(const std::vector<StoredWaiver> waivers, ReadWaivers(view.reader(), reg));
  options.waivers = WaiverSet(UnrevokedWaivers(waivers), registry::Today(clock_));
  WENSUM_ASSIGN_OR_RETURN(const HealthReport report, CheckRegister(view.reader(), reg, options));
  response.set_name(Cat(kReports, view.revision()));
  response.set_revision(view.revision());
  convert::ToTimestamp(clock_.Now(), *response.mutable_create_time());
  convert::ToDate(options.today.ToNumber(), *response.mutable_as_of_date());
  ToMessage(report, response);
  WENSUM_RETURN_IF_ERROR(SetDuplicates(gazetteer::PropertyReader(view.reader(), reg), report.duplicates, response));
  WENSUM_ASSIGN_OR_RETURN(const std::vector<v1::HealthReport> earlier,
                          ReadReports(view.reader(), reg, view.revision(), 1));
  if (!earlier.empty()) {
    SetChanges(earlier.front(), response);
  }
  std::vector<tasks::Condition> duplicates = DuplicateConditions(report.duplicates);
  WENSUM_ASSIGN_OR_RETURN(std::vector<tasks::Condition> provisional, ProvisionalConditions(view.reader(), reg));
  WENSUM_ASSIGN_OR_RETURN(std::vector<tasks::Condition> data_quality,
                          DataQualityConditions(view.reader(), reg, task_rules_.data_quality));
  // The report, and the tasks that it raises and closes, stand in one batch.
  registry::Mutation mutation;
  mutation.plan = [&](const registry::PlanView& now) -> absl::StatusOr<registry::Planned> {
    registry::Planned planned;
    WENSUM_RETURN_IF_ERROR(PutReport(now.reader, reg, response, kKeptReports, planned.writes));
    tasks::TaskWriter writer(now.reader, reg, task_rules_);
    WENSUM_RETURN_IF_ERROR(RaiseHealthTasks(now.reader, reg, std::move(duplicates), std::move(provisional),
                                            std::move(data_quality), writer));
    WENSUM_ASSIGN_OR_RETURN(planned.has_revision,
                            writer.Finish({.revision = now.revision, .time = now.time}, planned.writes));
    return planned;
  };
  return register_.Commit(std::move(mutation)).status;
}

absl::Status HealthHandler::GetReport(rpc::CallContext& call, const v1::GetHealthReportRequest& request,
                                      v1::HealthReport& response) const {
  uint64_t before = std::numeric_limits<uint64_t>::max();
  if (!request.name().empty()) {
    WENSUM_ASSIGN_OR_RETURN(const uint64_t revision, ParseName(request.name(), kReports));
    before = revision == before ? revision : revision + 1;
  }
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView view, register_.OpenView({}));
  WENSUM_ASSIGN_OR_RETURN(std::vector<v1::HealthReport> reports,
                          ReadReports(view.reader(), register_.register_id(), before, 1));
  if (reports.empty() || (!request.name().empty() && reports.front().name() != request.name())) {
    return rpc::UnknownResource(request.name().empty() ? Cat(kReports, "-") : request.name());
  }
  response = std::move(reports.front());
  call.set_revision(response.revision());
  call.AddResource(response.name());
  return absl::OkStatus();
}

absl::Status HealthHandler::ListReports(rpc::CallContext& call, const v1::ListHealthReportsRequest& request,
                                        v1::ListHealthReportsResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const size_t limit, rpc::PageSize(request.page_size(), kReportsPage, kMaxReportsPage));
  const uint64_t parameters = rpc::ParametersHash(request);
  uint64_t before = std::numeric_limits<uint64_t>::max();
  if (!request.page_token().empty()) {
    WENSUM_ASSIGN_OR_RETURN(const rpc::PageCursor cursor, rpc::DecodePageToken(request.page_token(), parameters));
    before = cursor.position;
  }
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView view, register_.OpenView({}));
  WENSUM_ASSIGN_OR_RETURN(std::vector<v1::HealthReport> reports,
                          ReadReports(view.reader(), register_.register_id(), before, limit + 1));
  if (reports.size() > limit) {
    reports.pop_back();
    response.set_next_page_token(rpc::EncodePageToken({.position = reports.back().revision()}, parameters));
  }
  for (v1::HealthReport& report : reports) {
    ClearDetails(report);
    *response.add_reports() = std::move(report);
  }
  call.set_revision(view.revision());
  return absl::OkStatus();
}

absl::Status HealthHandler::Waive(rpc::CallContext& call, const v1::WaiveFindingRequest& request,
                                  v1::HealthWaiver& response) {
  const llpg::Rule* const rule = llpg::FindRule(request.rule());
  if (rule == nullptr) {
    return rpc::InvalidField("rule",
                             Cat(Quote(request.rule()), " is no rule's code; docs/gazetteer-checks.md has them"));
  }
  WENSUM_ASSIGN_OR_RETURN(const SubjectIds subject, ParseSubject(request.subject()));
  if (Trim(request.reason()).empty()) {
    return rpc::InvalidField("reason", "is required: say why the finding is accepted");
  }
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(request.reason(), kMaxReasonBytes, "reason"));
  const absl::StatusOr<model::PartialDate> expires = convert::FromDate(request.expire_date());
  if (!expires.ok()) {
    return rpc::InvalidField("expire_date", Message(expires.status()));
  }
  WENSUM_RETURN_IF_ERROR(CheckExpiry(*expires, registry::Today(clock_)));

  const MutexLock lock(waiving_);
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView view, register_.OpenView({}));
  const uint32_t reg = register_.register_id();
  WENSUM_ASSIGN_OR_RETURN(std::vector<StoredWaiver> waivers, ReadWaivers(view.reader(), reg));
  const model::PartialDate today = registry::Today(clock_);
  StoredWaiver made;
  made.number = waivers.empty() ? 1 : waivers.back().number + 1;
  made.waiver.set_name(Cat(kWaivers, made.number));
  made.waiver.set_rule(std::string(rule->code));
  made.waiver.set_subject(subject.uprn.empty() ? rpc::StreetName(subject.usrn.value())
                                               : rpc::PropertyName(subject.uprn.value()));
  made.waiver.set_reason(request.reason());
  *made.waiver.mutable_expire_date() = request.expire_date();
  convert::ToTimestamp(clock_.Now(), *made.waiver.mutable_create_time());
  made.waiver.set_creator(call.grant().caller);
  storage::WriteBatch writes;
  for (StoredWaiver& former : waivers) {
    if (former.waiver.rule() == made.waiver.rule() && former.waiver.subject() == made.waiver.subject() &&
        InForce(former.waiver, today)) {
      *former.waiver.mutable_revoke_time() = made.waiver.create_time();
      PutWaiver(reg, former, writes);
    }
  }
  if (!MakeRoom(waivers, max_waivers_, today, reg, writes)) {
    return rpc::WithReason(ResourceExhausted(Cat(max_waivers_, " waivers are in force: mend what they are about")),
                           rpc::reason::kOverloaded);
  }
  PutWaiver(reg, made, writes);
  WENSUM_RETURN_IF_ERROR(Commit(std::move(writes)));
  response = std::move(made.waiver);
  response.set_active(true);
  call.AddResource(response.name());
  call.AddResource(response.subject());
  return absl::OkStatus();
}

absl::Status HealthHandler::ListWaivers(rpc::CallContext& call, const v1::ListHealthWaiversRequest& request,
                                        v1::ListHealthWaiversResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const size_t limit, rpc::PageSize(request.page_size(), kWaiversPage, kMaxWaiversPage));
  const uint64_t parameters = rpc::ParametersHash(request);
  uint64_t after = 0;
  if (!request.page_token().empty()) {
    WENSUM_ASSIGN_OR_RETURN(const rpc::PageCursor cursor, rpc::DecodePageToken(request.page_token(), parameters));
    after = cursor.position;
  }
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView view, register_.OpenView({}));
  WENSUM_ASSIGN_OR_RETURN(std::vector<StoredWaiver> waivers,
                          ReadWaivers(view.reader(), register_.register_id(), after));
  const model::PartialDate today = registry::Today(clock_);
  uint64_t last = after;
  for (StoredWaiver& one : waivers) {
    one.waiver.set_active(InForce(one.waiver, today));
    if (!one.waiver.active() && !request.show_ended()) {
      continue;
    }
    if (static_cast<size_t>(response.waivers_size()) == limit) {
      response.set_next_page_token(rpc::EncodePageToken({.position = last}, parameters));
      break;
    }
    last = one.number;
    *response.add_waivers() = std::move(one.waiver);
  }
  response.set_revision(view.revision());
  call.set_revision(view.revision());
  return absl::OkStatus();
}

absl::Status HealthHandler::RevokeWaiver(rpc::CallContext& call, const v1::RevokeHealthWaiverRequest& request,
                                         v1::HealthWaiver& response) {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t number, ParseName(request.name(), kWaivers));
  const MutexLock lock(waiving_);
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView view, register_.OpenView({}));
  const uint32_t reg = register_.register_id();
  WENSUM_ASSIGN_OR_RETURN(std::vector<StoredWaiver> waivers, ReadWaivers(view.reader(), reg));
  const auto found = std::ranges::find(waivers, number, &StoredWaiver::number);
  if (found == waivers.end()) {
    return rpc::UnknownResource(request.name());
  }
  if (InForce(found->waiver, registry::Today(clock_))) {
    convert::ToTimestamp(clock_.Now(), *found->waiver.mutable_revoke_time());
    storage::WriteBatch writes;
    PutWaiver(reg, *found, writes);
    WENSUM_RETURN_IF_ERROR(Commit(std::move(writes)));
  }
  response = std::move(found->waiver);
  call.AddResource(response.name());
  return absl::OkStatus();
}

absl::Status HealthHandler::GetLinkRates(rpc::CallContext& call, const v1::GetLinkRatesRequest& request,
                                         v1::LinkRates& response) const {
  if (static_cast<size_t>(request.sources_size()) > kMaxSources) {
    return rpc::InvalidField("sources", Cat("holds ", request.sources_size(), " names; at most ", kMaxSources));
  }
  WENSUM_ASSIGN_OR_RETURN(const registry::ReadView view, register_.OpenView({}));
  response.set_revision(view.revision());
  convert::ToTimestamp(clock_.Now(), *response.mutable_create_time());
  call.set_revision(view.revision());
  return CountLinks(view.reader(), register_.register_id(), call.purpose_bit(),
                    {request.sources().begin(), request.sources().end()}, response);
}

}  // namespace wensum::health
