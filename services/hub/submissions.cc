#include "services/hub/submissions.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/convert/times.h"
#include "services/hub/hub_store.h"
#include "services/register/prepare.h"
#include "services/rpc/limits.h"
#include "services/rpc/status_details.h"

namespace wensum::hub {
namespace {

using Submission = v1::HubSubmission;

constexpr size_t kMaxRemark = 1'000;
constexpr size_t kMaxReceipt = 100;

bool MayFollow(Submission::State before, Submission::State after) {
  switch (after) {
    case Submission::STATE_SENT:
      return before == Submission::STATE_PREPARED;
    case Submission::STATE_ACCEPTED:
    case Submission::STATE_REJECTED:
      return before == Submission::STATE_SENT;
    case Submission::STATE_WITHDRAWN:
      return IsUndecided(before);
    default:
      return false;
  }
}

absl::Status CheckWords(const v1::RecordProgressRequest& request) {
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(request.remark(), kMaxRemark, "remark"));
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(request.receipt(), kMaxReceipt, "receipt"));
  const bool by_hub = request.state() == Submission::STATE_ACCEPTED || request.state() == Submission::STATE_REJECTED;
  if (!by_hub && !request.receipt().empty()) {
    return rpc::InvalidField("receipt", "is given with ACCEPTED and REJECTED alone: it is the hub's reference");
  }
  if (request.state() == Submission::STATE_ACCEPTED && Trim(request.receipt()).empty()) {
    return rpc::InvalidField("receipt", "is required with ACCEPTED: the hub's reference");
  }
  const bool needs_reason =
      request.state() == Submission::STATE_REJECTED || request.state() == Submission::STATE_WITHDRAWN;
  if (needs_reason && Trim(request.remark()).empty()) {
    return rpc::InvalidField("remark", Cat("is required with ", StateName(request.state()), ": say why"));
  }
  return absl::OkStatus();
}

// The report must tell what the hub holds now: after the last submission that it accepted.
absl::StatusOr<Start> StartOfResynchronisation(const storage::Reader& reader, storage::RegisterId reg, int code,
                                               const v1::PrepareSubmissionRequest& request,
                                               const std::optional<Submission>& accepted) {
  constexpr std::string_view kField = "resynchronisation";
  WENSUM_ASSIGN_OR_RETURN(const uint64_t number, ParseReportName(request.resynchronisation(), kField));
  WENSUM_ASSIGN_OR_RETURN(const v1::HubReport report, ReadReport(reader, reg, number));
  if (report.kind() != v1::HubReport::KIND_RESYNCHRONISATION) {
    return rpc::InvalidField(kField, Cat(report.name(), " is no resynchronisation report"));
  }
  if (report.custodian_code() != code) {
    return rpc::InvalidField(kField, Cat(report.name(), " is of custodian ", report.custodian_code(), ", not ", code));
  }
  const std::string base = accepted.has_value() ? accepted->name() : std::string();
  if (report.submission() != base) {
    return StateForbids(Cat(report.name(), " was compared with what ",
                            report.submission().empty() ? "the register held" : report.submission() + " sent", ", but ",
                            base, " was accepted since, so the hub holds something else: ask it for a new report"));
  }
  return Start{.since = report.compared_revision(), .base = base};
}

}  // namespace

absl::Status StateForbids(std::string_view message) {
  return rpc::WithReason(FailedPrecondition(message), rpc::reason::kSubmissionState);
}

bool IsUndecided(Submission::State state) {
  return state == Submission::STATE_PREPARED || state == Submission::STATE_SENT;
}

std::string StateName(Submission::State state) {
  std::string name = Submission::State_Name(state);
  name.erase(0, std::min(name.size(), std::string_view("STATE_").size()));
  return name;
}

absl::StatusOr<LastSubmissions> FindLast(const storage::Reader& reader, storage::RegisterId reg, int code) {
  LastSubmissions last;
  WENSUM_RETURN_IF_ERROR(VisitSubmissions(reader, reg, std::numeric_limits<uint64_t>::max(),
                                          [&](uint64_t /*number*/, Submission& submission) {
                                            if (submission.custodian_code() != code) {
                                              return true;
                                            }
                                            if (IsUndecided(submission.state())) {
                                              last.undecided = std::move(submission);
                                            } else if (submission.state() == Submission::STATE_ACCEPTED) {
                                              last.accepted = std::move(submission);
                                            }
                                            return !last.accepted.has_value();
                                          }));
  return last;
}

absl::StatusOr<Start> StartOf(const storage::Reader& reader, storage::RegisterId reg, int code,
                              const v1::PrepareSubmissionRequest& request) {
  WENSUM_ASSIGN_OR_RETURN(const LastSubmissions last, FindLast(reader, reg, code));
  if (last.undecided.has_value()) {
    return StateForbids(Cat(last.undecided->name(), " is ", StateName(last.undecided->state()),
                            ": record what became of it, or withdraw it, before another is prepared"));
  }
  if (request.kind() == Submission::KIND_FULL) {
    return Start{};
  }
  if (!request.resynchronisation().empty()) {
    return StartOfResynchronisation(reader, reg, code, request, last.accepted);
  }
  const std::optional<Submission>& accepted = last.accepted;
  if (!accepted.has_value()) {
    if (!request.has_since_revision()) {
      return StateForbids(Cat("no submission of custodian ", code,
                              " was accepted yet, so it is not known what the hub has: prepare a full one, or give "
                              "since_revision if another system sent the hub the state of a revision"));
    }
    return Start{.since = request.since_revision(), .base = {}};
  }
  if (request.has_since_revision() && request.since_revision() != accepted->revision()) {
    return rpc::InvalidField("since_revision", Cat("is ", request.since_revision(), ", but the hub has revision ",
                                                   accepted->revision(), " (", accepted->name(), "): leave it out"));
  }
  return Start{.since = accepted->revision(), .base = accepted->name()};
}

void Begin(const std::string& author, TimeMicros time, const std::string& remark, Submission& submission) {
  submission.set_state(Submission::STATE_PREPARED);
  Submission::Step& step = *submission.add_steps();
  step.set_state(Submission::STATE_PREPARED);
  convert::ToTimestamp(time, *step.mutable_time());
  convert::ToDate(registry::Today(ManualClock(time)).ToNumber(), *step.mutable_date());
  step.set_author(author);
  step.set_remark(remark);
}

absl::Status Advance(const v1::RecordProgressRequest& request, const std::string& author, TimeMicros time,
                     Submission& submission) {
  if (request.state() == Submission::STATE_UNSPECIFIED || request.state() == Submission::STATE_PREPARED ||
      !Submission::State_IsValid(request.state())) {
    return rpc::InvalidField("state", "must be SENT (2), ACCEPTED (3), REJECTED (4) or WITHDRAWN (5)");
  }
  WENSUM_RETURN_IF_ERROR(CheckWords(request));
  const model::PartialDate today = registry::Today(ManualClock(time));
  const absl::StatusOr<model::PartialDate> given = convert::FromDate(request.date());
  if (!given.ok()) {
    return rpc::InvalidField("date", Message(given.status()));
  }
  if (!given->empty() && (!given->complete() || *given > today)) {
    return rpc::InvalidField("date", Cat("is ", given->ToString(), "; it must be a whole date and not in the future"));
  }
  if (!MayFollow(submission.state(), request.state())) {
    const bool final = !IsUndecided(submission.state());
    return StateForbids(Cat(submission.name(), " is ", StateName(submission.state()), ", which ",
                            StateName(request.state()), " cannot follow",
                            final ? ": it is decided; if that was a mistake, send a full file"
                                  : ": record first that it was sent, or withdraw it"));
  }
  const model::PartialDate date = given->empty() ? today : *given;
  if (const absl::StatusOr<model::PartialDate> before = convert::FromDate(submission.steps().rbegin()->date());
      before.ok() && date < *before) {
    return rpc::InvalidField("date", Cat("is ", date.ToString(), ", before the submission was ",
                                         StateName(submission.state()), " on ", before->ToString()));
  }
  submission.set_state(request.state());
  Submission::Step& step = *submission.add_steps();
  step.set_state(request.state());
  convert::ToTimestamp(time, *step.mutable_time());
  step.set_author(author);
  convert::ToDate(date.ToNumber(), *step.mutable_date());
  step.set_remark(request.remark());
  step.set_receipt(request.receipt());
  return absl::OkStatus();
}

}  // namespace wensum::hub
