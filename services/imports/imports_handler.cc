#include "services/imports/imports_handler.h"

#include <cstdint>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/convert/times.h"
#include "services/imports/drop_file.h"
#include "services/rpc/limits.h"
#include "services/rpc/page_token.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/status_details.h"

namespace wensum::imports {
namespace {

constexpr size_t kRunsPage = 20;
constexpr size_t kMaxRunsPage = 100;
constexpr size_t kIssuesPage = 100;
constexpr size_t kMaxIssuesPage = 1'000;
// Raw rows are up to 64 KiB each: a page of them must fit a message that clients take by default.
constexpr size_t kMaxIssueBytes = 3 * 1024 * 1024;
constexpr size_t kMaxNameBytes = 256;
constexpr size_t kMaxMappingBytes = 1024 * 1024;
constexpr size_t kSha256Digits = 64;

absl::Status UploadError(std::string_view message) {
  return rpc::WithReason(InvalidArgument(message), rpc::reason::kUploadInvalid);
}

constexpr size_t kMaxComment = 1'000;

// Of ConfirmDeletesRequest and RollBackRunRequest, which have the same fields.
template <typename Request>
absl::Status FollowUp(ImportEngine& engine, RunKind kind, rpc::CallContext& call, const Request& request,
                      v1::ImportRun& response) {
  FollowUpSpec spec;
  spec.kind = kind;
  WENSUM_ASSIGN_OR_RETURN(spec.run, rpc::ParseImportRunName(request.name(), "name"));
  spec.actor = std::string(Trim(request.actor()));
  if (spec.actor.empty()) {
    return rpc::InvalidField("actor", "is required: the name of who acts");
  }
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(spec.actor, kMaxNameBytes, "actor"));
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(request.comment(), kMaxComment, "comment"));
  spec.comment = request.comment();
  spec.caller = call.grant().caller;
  call.AddResource(request.name());
  const absl::StatusOr<storage::v1::ImportRun> run = engine.StartFollowUp(spec);
  if (run.status().code() == absl::StatusCode::kNotFound) {
    return rpc::UnknownResource(request.name());
  }
  WENSUM_RETURN_IF_ERROR(run.status());
  ToImportRun(*run, response);
  call.AddResource(response.name());
  return absl::OkStatus();
}

absl::Status Unknown(const absl::Status& status, std::string_view name) {
  return status.code() == absl::StatusCode::kNotFound ? rpc::UnknownResource(name) : status;
}

}  // namespace

absl::Status Upload::OnMessage(const v1::StartImportRunRequest& message) {
  switch (message.part_case()) {
    case v1::StartImportRunRequest::kSpec:
      return OnSpec(message.spec());
    case v1::StartImportRunRequest::kChunk:
      break;
    case v1::StartImportRunRequest::PART_NOT_SET:
      return UploadError("a message has neither spec nor chunk");
  }
  if (!has_spec_) {
    return UploadError("the first message must hold the spec");
  }
  if (file_ == nullptr) {
    return UploadError("a file in the drop folder was named; no bytes may follow");
  }
  if (message.chunk().size() > rpc::kMaxUploadChunk) {
    return UploadError(
        Cat("chunk: holds ", message.chunk().size(), " bytes; at most ", rpc::kMaxUploadChunk, " fit one message"));
  }
  return file_->Append(message.chunk());
}

absl::Status Upload::OnSpec(const v1::ImportSpec& spec) {
  if (has_spec_) {
    return UploadError("only the first message may hold a spec");
  }
  if (spec.feed().empty() || spec.feed().size() > kMaxNameBytes) {
    return rpc::InvalidField("spec.feed", "is required: a mapping's name, or \"gazetteer\"");
  }
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(spec.mapping_yaml(), kMaxMappingBytes, "spec.mapping_yaml"));
  WENSUM_RETURN_IF_ERROR(rpc::CheckText(spec.file_name(), kMaxNameBytes, "spec.file_name"));
  const std::string& sha256 = spec.expected_sha256();
  if (!sha256.empty() &&
      (sha256.size() != kSha256Digits || sha256.find_first_not_of("0123456789abcdef") != std::string::npos)) {
    return rpc::InvalidField("spec.expected_sha256", "is not 64 lower-case hexadecimal digits");
  }
  spec_.feed = spec.feed();
  spec_.mapping_yaml = spec.mapping_yaml();
  spec_.format = spec.format();
  spec_.file_name = spec.file_name();
  spec_.expected_sha256 = sha256;
  spec_.expected_rows = spec.expected_rows();
  spec_.any_order = spec.any_order();
  if (!v1::ImportSpec::AbsentRows_IsValid(spec.absent_rows())) {
    return rpc::InvalidField("spec.absent_rows", "is none of KEEP, REPORT and DELETE");
  }
  spec_.absent_rows = static_cast<uint32_t>(spec.absent_rows());
  if (spec.has_extract_time()) {
    const absl::StatusOr<TimeMicros> time = convert::FromTimestamp(spec.extract_time());
    if (!time.ok()) {
      return rpc::InvalidField("spec.extract_time", Message(time.status()));
    }
    spec_.extract_time = *time;
  }
  has_spec_ = true;
  if (!spec.drop_file().empty()) {
    WENSUM_ASSIGN_OR_RETURN(spec_.path, ResolveDropFile(folders_.drop, spec.drop_file()));
    if (spec_.file_name.empty()) {
      spec_.file_name = spec.drop_file();
    }
    return engine_.Check(spec_);
  }
  spec_.spooled = true;
  WENSUM_RETURN_IF_ERROR(engine_.Check(spec_));
  WENSUM_ASSIGN_OR_RETURN(file_, rpc::SpoolFile::Create(folders_.spool));
  return absl::OkStatus();
}

absl::Status Upload::Finish(rpc::CallContext& call, v1::ImportRun& response) {
  if (!has_spec_) {
    return UploadError("the stream ended before a spec came");
  }
  if (file_ != nullptr) {
    WENSUM_ASSIGN_OR_RETURN(spec_.path, file_->Finish());
  }
  // A caller that broke off must not start a run over half a file. The end of a broken stream may be told a moment
  // before that it is broken, so this is asked after the wait for the disk; who must be certain sends the file's
  // checksum.
  if (call.cancelled()) {
    return MakeStatus(absl::StatusCode::kCancelled, "the caller went away during the upload");
  }
  const absl::StatusOr<storage::v1::ImportRun> run = engine_.Start(spec_);
  started_ = run.ok();
  WENSUM_RETURN_IF_ERROR(run.status());
  ToImportRun(*run, response);
  call.AddResource(response.name());
  return absl::OkStatus();
}

Upload::Upload(Upload&& other) noexcept
    : engine_(other.engine_),
      folders_(other.folders_),
      has_spec_(other.has_spec_),
      started_(std::exchange(other.started_, true)),
      spec_(std::move(other.spec_)),
      file_(std::move(other.file_)) {}

Upload::~Upload() {
  if (file_ != nullptr && !spec_.path.empty() && !started_) {
    std::error_code ignored;  // a file left behind does no harm
    std::filesystem::remove(spec_.path, ignored);
  }
}

absl::Status ImportsHandler::GetRun(rpc::CallContext& call, const v1::GetImportRunRequest& request,
                                    v1::ImportRun& response) const {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t id, rpc::ParseImportRunName(request.name(), "name"));
  call.AddResource(request.name());
  const absl::StatusOr<storage::v1::ImportRun> run = engine_.GetRun(id);
  if (!run.ok()) {
    return Unknown(run.status(), request.name());
  }
  ToImportRun(*run, response);
  return absl::OkStatus();
}

absl::Status ImportsHandler::ListRuns(rpc::CallContext& call, const v1::ListImportRunsRequest& request,
                                      v1::ListImportRunsResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const size_t limit, rpc::PageSize(request.page_size(), kRunsPage, kMaxRunsPage));
  const uint64_t parameters = rpc::ParametersHash(request);
  uint64_t before = 0;
  if (!request.page_token().empty()) {
    WENSUM_ASSIGN_OR_RETURN(const rpc::PageCursor cursor, rpc::DecodePageToken(request.page_token(), parameters));
    before = cursor.position;
  }
  WENSUM_ASSIGN_OR_RETURN(std::vector<storage::v1::ImportRun> runs,
                          engine_.ListRuns(request.feed(), before, limit + 1));
  if (runs.size() > limit) {
    runs.resize(limit);
    response.set_next_page_token(rpc::EncodePageToken({.revision = 0, .position = runs.back().id()}, parameters));
  }
  for (const storage::v1::ImportRun& run : runs) {
    ToImportRun(run, *response.add_runs());
    call.AddResource(response.runs().rbegin()->name());
  }
  return absl::OkStatus();
}

absl::Status ImportsHandler::ListIssues(rpc::CallContext& call, const v1::ListImportIssuesRequest& request,
                                        v1::ListImportIssuesResponse& response) const {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t id, rpc::ParseImportRunName(request.run(), "run"));
  WENSUM_ASSIGN_OR_RETURN(const size_t limit, rpc::PageSize(request.page_size(), kIssuesPage, kMaxIssuesPage));
  const uint64_t parameters = rpc::ParametersHash(request);
  uint64_t after = 0;
  if (!request.page_token().empty()) {
    WENSUM_ASSIGN_OR_RETURN(const rpc::PageCursor cursor, rpc::DecodePageToken(request.page_token(), parameters));
    after = cursor.position;
  }
  call.AddResource(request.run());
  auto issues = engine_.ListIssues(id, after, limit + 1);
  if (!issues.ok()) {
    return Unknown(issues.status(), request.run());
  }
  size_t bytes = 0;
  size_t taken = 0;
  while (taken < issues->size() && taken < limit && (taken == 0 || bytes < kMaxIssueBytes)) {
    storage::v1::ImportIssue& stored = (*issues)[taken].second;
    bytes += stored.ByteSizeLong();
    v1::ImportIssue& issue = *response.add_issues();
    issue.set_line(stored.line());
    issue.set_column(std::move(*stored.mutable_column()));
    issue.set_rule(std::move(*stored.mutable_rule()));
    issue.set_severity(static_cast<v1::ImportIssue::Severity>(stored.severity()));
    issue.set_message(std::move(*stored.mutable_message()));
    issue.set_raw(std::move(*stored.mutable_raw()));
    ++taken;
  }
  if (taken < issues->size()) {
    response.set_next_page_token(
        rpc::EncodePageToken({.revision = 0, .position = (*issues)[taken - 1].first}, parameters));
  }
  return absl::OkStatus();
}

absl::Status ImportsHandler::ConfirmDeletes(rpc::CallContext& call, const v1::ConfirmDeletesRequest& request,
                                            v1::ImportRun& response) const {
  return FollowUp(engine_, RunKind::kConfirmDeletes, call, request, response);
}

absl::Status ImportsHandler::RollBackRun(rpc::CallContext& call, const v1::RollBackRunRequest& request,
                                         v1::ImportRun& response) const {
  return FollowUp(engine_, RunKind::kRollBack, call, request, response);
}

void ToImportRun(const storage::v1::ImportRun& run, v1::ImportRun& out) {
  out.set_name(rpc::ImportRunName(run.id()));
  out.set_feed(run.feed());
  out.set_format(run.file_format());
  out.set_file_name(run.file_name());
  out.set_sha256(run.sha256());
  out.set_file_bytes(run.file_bytes());
  out.set_state(static_cast<v1::ImportRun::State>(run.state()));
  out.set_error(run.error());
  convert::ToTimestamp(run.start_time(), *out.mutable_start_time());
  if (run.end_time() != 0) {
    convert::ToTimestamp(run.end_time(), *out.mutable_end_time());
  }
  v1::ImportCounts& counts = *out.mutable_counts();
  counts.set_read(run.read());
  counts.set_inserted(run.inserted());
  counts.set_updated(run.updated());
  counts.set_unchanged(run.unchanged());
  counts.set_deleted(run.deleted());
  counts.set_rejected(run.rejected());
  counts.set_held(run.held());
  counts.set_flagged(run.flagged());
  *counts.mutable_by_record_type() = run.by_record_type();
  *counts.mutable_by_rule() = run.by_rule();
  *counts.mutable_addresses() = run.addresses();
  counts.set_absent(run.absent());
  counts.set_absent_deleted(run.absent_deleted());
  if (run.has_supply()) {
    v1::GazetteerSupply& supply = *out.mutable_supply();
    supply.set_local_custodian_code(run.supply().custodian_code());
    supply.set_file_type(run.supply().file_type());
    if (const int32_t date = run.supply().process_date(); date != 0) {
      supply.mutable_process_date()->set_year(date / 10000);
      supply.mutable_process_date()->set_month(date / 100 % 100);
      supply.mutable_process_date()->set_day(date % 100);
    }
    supply.set_volume_number(run.supply().volume());
    supply.set_next_volume_number(run.supply().next_volume());
  }
  if (run.extract_time() != 0) {
    convert::ToTimestamp(run.extract_time(), *out.mutable_extract_time());
  }
  if (run.repeats() != 0) {
    out.set_repeats(rpc::ImportRunName(run.repeats()));
  }
  out.set_deletes_withheld(run.deletes_withheld());
  out.set_kind(run.kind() == 0 ? v1::ImportRun::KIND_FILE : static_cast<v1::ImportRun::Kind>(run.kind()));
  if (run.of_run() != 0) {
    out.set_of_run(rpc::ImportRunName(run.of_run()));
  }
  out.set_actor(run.actor());
  out.set_comment(run.comment());
  if (run.rolled_back_by() != 0) {
    out.set_rolled_back_by(rpc::ImportRunName(run.rolled_back_by()));
  }
  out.set_first_revision(run.first_revision());
  out.set_last_revision(run.last_revision());
  out.set_bytes_done(run.bytes_done());
  out.set_resumed(run.resumed());
  out.set_reconciled(run.read() ==
                     run.inserted() + run.updated() + run.unchanged() + run.deleted() + run.rejected() + run.held());
}

}  // namespace wensum::imports
