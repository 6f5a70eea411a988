#include "services/hub/report_upload.h"

#include <cstdint>
#include <optional>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/convert/times.h"
#include "services/hub/commit.h"
#include "services/hub/csv_report.h"
#include "services/hub/hub_store.h"
#include "services/hub/report_file.h"
#include "services/hub/resynchronisation.h"
#include "services/hub/submissions.h"
#include "services/rpc/limits.h"
#include "services/rpc/page_token.h"
#include "services/rpc/status_details.h"

namespace wensum::hub {
namespace {

using Report = v1::HubReport;

constexpr size_t kMaxFileName = 200;
constexpr size_t kMaxRemark = 1'000;

bool IsResynchronisation(const v1::HubReportSpec& spec) { return spec.kind() == Report::KIND_RESYNCHRONISATION; }

// NOT_FOUND, or FAILED_PRECONDITION for a submission that the hub cannot have seen.
absl::Status CheckSubmission(const storage::Reader& reader, storage::RegisterId reg, const std::string& name) {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t number, ParseSubmissionName(name, "spec.submission"));
  WENSUM_ASSIGN_OR_RETURN(const v1::HubSubmission submission, ReadSubmission(reader, reg, number));
  for (const v1::HubSubmission::Step& step : submission.steps()) {
    if (step.state() == v1::HubSubmission::STATE_SENT) {
      return absl::OkStatus();
    }
  }
  return StateForbids(Cat(name, " was never sent: record that it was, or name another"));
}

}  // namespace

ReportUpload::~ReportUpload() {
  if (begun_) {
    --*site_.under_way;
  }
}

absl::Status ReportUpload::OnMessage(const v1::ImportReportRequest& message) {
  if (message.has_spec()) {
    return OnSpec(message.spec());
  }
  if (!message.has_chunk()) {
    return UploadError("a message has neither spec nor chunk");
  }
  if (!begun_) {
    return UploadError("the first message must hold the spec");
  }
  if (message.chunk().size() > rpc::kMaxUploadChunk) {
    return UploadError(
        Cat("chunk: holds ", message.chunk().size(), " bytes; at most ", rpc::kMaxUploadChunk, " fit one message"));
  }
  const std::string& chunk = message.chunk();
  if (bytes_ + chunk.size() > (spool_ == nullptr ? kMaxBytes : kMaxSupplyBytes)) {
    return UploadError(spool_ == nullptr ? "the file is larger than 16 MiB: compress it with gzip, or send it in parts"
                                         : "the file is larger than 1 GiB: compress it with gzip");
  }
  bytes_ += chunk.size();
  hash_->Update(chunk);
  if (spool_ != nullptr) {
    return spool_->Append(chunk);
  }
  file_.append(chunk);
  return absl::OkStatus();
}

absl::Status ReportUpload::OnSpec(const v1::HubReportSpec& spec) {
  if (begun_) {
    return UploadError("the spec came twice");
  }
  if (spec.kind() == Report::KIND_UNSPECIFIED || !Report::Kind_IsValid(spec.kind())) {
    return rpc::InvalidField("spec.kind",
                             "is required: KIND_SUBMISSION (1), KIND_HEALTH_CHECK (2) or KIND_RESYNCHRONISATION (3)");
  }
  if (IsResynchronisation(spec) && site_.hooks->scratch_directory.empty()) {
    return FailedPrecondition("this server has no folder to compare resynchronisation reports in");
  }
  if (!spec.submission().empty()) {
    WENSUM_RETURN_IF_ERROR(ParseSubmissionName(spec.submission(), "spec.submission").status());
  } else if (spec.kind() == Report::KIND_SUBMISSION) {
    return rpc::InvalidField("spec.submission", "is required: which submission the report is about");
  }
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(spec.file_name(), kMaxFileName, "spec.file_name"));
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(spec.remark(), kMaxRemark, "spec.remark"));
  WENSUM_RETURN_IF_ERROR(rpc::CheckRequestId(spec.request_id(), "spec.request_id"));
  if (++*site_.under_way > kMaxUploads) {
    --*site_.under_way;
    return rpc::WithReason(ResourceExhausted("two reports are being taken in; wait for one to end"),
                           rpc::reason::kOverloaded);
  }
  begun_ = true;
  spec_ = spec;
  if (IsResynchronisation(spec)) {
    WENSUM_ASSIGN_OR_RETURN(spool_, rpc::SpoolFile::Create(site_.hooks->scratch_directory));
  }
  return absl::OkStatus();
}

absl::Status ReportUpload::Finish(rpc::CallContext& call, Report& response) {
  if (!begun_ || bytes_ == 0) {
    return UploadError("nothing was sent: first the spec, then the file");
  }
  response.set_kind(spec_.kind());
  response.set_submission(spec_.submission());
  response.set_file_name(spec_.file_name());
  response.set_remark(spec_.remark());
  response.set_sha256(hash_->FinishHex());
  response.set_bytes(bytes_);
  response.set_author(call.grant().caller);
  convert::ToTimestamp(site_.clock->Now(), *response.mutable_create_time());
  v1::HubReportSpec content = spec_;
  content.clear_request_id();
  const RequestIdentity request = {spec_.request_id(),
                                   HashCombine(rpc::HashMessage(content), Hash64(response.sha256()))};
  const storage::RegisterId reg = site_.reg->register_id();
  std::vector<NewFinding> findings;
  {
    WENSUM_ASSIGN_OR_RETURN(const registry::ReadView view, site_.reg->OpenView({}));
    WENSUM_ASSIGN_OR_RETURN(std::optional<Report> answer, FindAnswer<Report>(view.reader(), reg, call, request));
    if (answer.has_value()) {
      response = *std::move(answer);
    } else {
      response.set_revision(view.revision());
      WENSUM_ASSIGN_OR_RETURN(findings, Read(call, view.reader(), response));
    }
  }
  if (!response.submission().empty()) {
    call.AddResource(response.submission());
  }
  if (!response.name().empty()) {  // it was taken in before
    call.AddResource(response.name());
    return absl::OkStatus();
  }
  return Commit(*site_.reg, call, request, response,
                [&](const registry::PlanView& state) -> absl::StatusOr<registry::Planned> {
                  return Store(state, findings, response);
                });
}

absl::StatusOr<std::vector<NewFinding>> ReportUpload::Read(rpc::CallContext& call, const storage::Reader& reader,
                                                           Report& report) {
  if (spool_ != nullptr) {
    return CompareWithHub(site_, call, spool_->path(), report);
  }
  absl::StatusOr<ReportFile> parsed = ParseReportFile(file_);
  if (!parsed.ok()) {
    return UploadError(Message(parsed.status()));
  }
  std::string().swap(file_);
  const storage::RegisterId reg = site_.reg->register_id();
  if (!report.submission().empty()) {
    WENSUM_RETURN_IF_ERROR(CheckSubmission(reader, reg, report.submission()));
  }
  return FindingsOf(reader, reg, *std::move(parsed), report);
}

absl::StatusOr<registry::Planned> ReportUpload::Store(const registry::PlanView& state,
                                                      const std::vector<NewFinding>& findings, Report& report) const {
  const storage::RegisterId reg = site_.reg->register_id();
  registry::Planned planned;
  if (IsResynchronisation(spec_)) {
    // The same file may have been taken in while this one was compared.
    WENSUM_ASSIGN_OR_RETURN(std::optional<Report> same, FindSameReport(state.reader, reg, report));
    if (same.has_value()) {
      report = *std::move(same);
      return planned;
    }
  }
  WENSUM_ASSIGN_OR_RETURN(const uint64_t last, LastReport(state.reader, reg));
  const uint64_t number = last + 1;
  report.set_name(ReportName(number));
  PutReport(reg, number, report, planned.writes);
  for (size_t i = 0; i < findings.size(); ++i) {
    const std::optional<gazetteer::HeldRow>& held = findings[i].held;
    PutFinding(reg, {number, i + 1}, findings[i].finding, held.has_value() ? &*held : nullptr, planned.writes);
  }
  return planned;
}

}  // namespace wensum::hub
