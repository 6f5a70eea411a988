#include "services/exports/exports_handler.h"

#include <array>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/convert/read_options.h"
#include "services/convert/times.h"
#include "services/exports/dtf_export.h"
#include "services/exports/geopackage_export.h"
#include "services/register/prepare.h"
#include "services/rpc/status_details.h"

namespace wensum::exports {
namespace {

constexpr int kMaxExports = 4;
constexpr int kMaxCustodianCode = 9999;
constexpr size_t kMaxNameBytes = 200;

void ToFacts(const ExportFacts& facts, v1::ExportFacts& out) {
  out.set_file_name(facts.file_name);
  out.set_format(facts.format);
  out.set_revision(facts.revision);
  if (facts.since.has_value()) {
    out.set_since_revision(*facts.since);
  }
}

std::string TimeOfDay(TimeMicros now) {
  constexpr int64_t kDay = 86'400;
  const int64_t second = (now / 1'000'000 % kDay + kDay) % kDay;
  const auto two = [](int64_t number) { return Cat(number < 10 ? "0" : "", number); };
  return Cat(two(second / 3600), ":", two(second / 60 % 60), ":", two(second % 60));
}

absl::StatusOr<Profile> FromProfile(v1::ExportProfile profile) {
  switch (profile) {
    case v1::EXPORT_PROFILE_UNSPECIFIED:
    case v1::EXPORT_PROFILE_ARCHIVE:
      return Profile::kArchive;
    case v1::EXPORT_PROFILE_HUB:
      return Profile::kHub;
    default:
      return rpc::InvalidField("profile",
                               Cat("has no value ", static_cast<int>(profile), "; give ARCHIVE (1) or HUB (2)"));
  }
}

absl::StatusOr<TableContent> FromContent(v1::ExportContent content) {
  switch (content) {
    case v1::EXPORT_CONTENT_UNSPECIFIED:
    case v1::EXPORT_CONTENT_PROPERTIES:
      return TableContent::kProperties;
    case v1::EXPORT_CONTENT_STREETS:
      return TableContent::kStreets;
    default:
      return rpc::InvalidField("content",
                               Cat("has no value ", static_cast<int>(content), "; give PROPERTIES (1) or STREETS (2)"));
  }
}

absl::Status CheckSince(const v1::ExportGazetteerRequest& request, uint64_t revision) {
  if (request.since_revision() <= revision) {
    return absl::OkStatus();
  }
  return rpc::WithReason(
      MakeStatus(absl::StatusCode::kOutOfRange, Cat("since_revision: ", request.since_revision(),
                                                    " lies behind the state that is exported, ", revision)),
      rpc::reason::kRevisionInFuture);
}

}  // namespace

ExportSession::ExportSession(std::unique_ptr<registry::ReadView> view, std::unique_ptr<Export> file,
                             std::shared_ptr<const absl::Status> failure, std::atomic<int>* under_way)
    : view_(std::move(view)), file_(std::move(file)), failure_(std::move(failure)), under_way_(*under_way) {}

ExportSession::~ExportSession() { --under_way_; }

absl::StatusOr<bool> ExportSession::Next(v1::ExportGazetteerResponse* message) {
  message->Clear();
  switch (stage_) {
    case Stage::kBegin:
      ToFacts(file_->facts(), *message->mutable_begin());
      stage_ = Stage::kChunks;
      return true;
    case Stage::kChunks: {
      std::string* const chunk = message->mutable_chunk();
      WENSUM_ASSIGN_OR_RETURN(const bool more, file_->Next(chunk));
      WENSUM_RETURN_IF_ERROR(*failure_);
      if (more) {
        bytes_ += chunk->size();
        hash_.Update(*chunk);
        return true;
      }
      break;
    }
    case Stage::kEnd:
      return false;
  }
  const ExportFacts& facts = file_->facts();
  v1::ExportFacts& end = *message->mutable_end();
  ToFacts(facts, end);
  for (const auto& [type, count] : facts.by_record_type) {
    (*end.mutable_record_counts())[type] = count;
  }
  end.set_records(facts.records);
  end.set_held_back(facts.held_back);
  end.set_bytes(bytes_);
  end.set_sha256(hash_.FinishHex());
  stage_ = Stage::kEnd;
  return true;
}

absl::StatusOr<std::unique_ptr<ExportSession>> ExportsHandler::Start(rpc::CallContext& call,
                                                                     const v1::ExportGazetteerRequest& request) const {
  if (++under_way_ > kMaxExports) {
    --under_way_;
    return rpc::WithReason(MakeStatus(absl::StatusCode::kResourceExhausted,
                                      Cat(kMaxExports, " exports are under way: try again when one has ended")),
                           rpc::reason::kOverloaded);
  }
  std::unique_ptr<registry::ReadView> view;
  std::unique_ptr<Export> file;
  const auto failure = std::make_shared<absl::Status>();
  const auto open = [&]() -> absl::Status {
    WENSUM_ASSIGN_OR_RETURN(registry::ReadView opened, convert::OpenView(register_, request.read()));
    view = std::make_unique<registry::ReadView>(std::move(opened));
    WENSUM_ASSIGN_OR_RETURN(file, Open(request, *view, failure));
    return *failure;
  };
  if (absl::Status status = open(); !status.ok()) {
    --under_way_;
    return status;
  }
  call.set_revision(view->revision());
  return std::make_unique<ExportSession>(std::move(view), std::move(file), failure, &under_way_);
}

absl::StatusOr<v1::ExportFacts> ExportsHandler::Measure(rpc::CallContext& call,
                                                        const v1::ExportGazetteerRequest& request,
                                                        const ByteSink& sink) const {
  WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<ExportSession> session, Start(call, request));
  v1::ExportGazetteerResponse message;
  while (true) {
    if (call.cancelled() || call.expired()) {
      return MakeStatus(absl::StatusCode::kCancelled, "the caller went away before the file was whole");
    }
    WENSUM_ASSIGN_OR_RETURN(const bool more, session->Next(&message));
    if (!more) {
      return Internal("an export ended without its facts");
    }
    if (message.has_chunk() && sink) {
      WENSUM_RETURN_IF_ERROR(sink(message.chunk()));
    }
    if (message.has_end()) {
      return std::move(*message.mutable_end());
    }
  }
}

absl::StatusOr<std::unique_ptr<Export>> ExportsHandler::Open(const v1::ExportGazetteerRequest& request,
                                                             const registry::ReadView& view,
                                                             std::shared_ptr<absl::Status> failure) const {
  Selection selection;
  WENSUM_ASSIGN_OR_RETURN(selection.profile, FromProfile(request.profile()));
  selection.revision = view.revision();
  selection.past = view.past();
  selection.with_addressbase = request.with_addressbase();
  if (request.custodian_code() < 0 || request.custodian_code() > kMaxCustodianCode) {
    return rpc::InvalidField("custodian_code", "must be a number of up to four digits");
  }
  selection.custodian_code = request.custodian_code();
  // Archives have what is excluded; the public gets no more than the hub.
  const bool for_hub = selection.profile == Profile::kHub || request.open();
  if (for_hub && hooks_.excluded) {
    selection.excluded = [this, &reader = view.reader(), failure = std::move(failure)](uint64_t uprn,
                                                                                       uint64_t revision) {
      const absl::StatusOr<bool> excluded = hooks_.excluded(reader, uprn, revision);
      failure->Update(excluded.status());
      return !excluded.ok() || *excluded;
    };
  }
  if (for_hub && hooks_.excluded_lpis) {
    WENSUM_ASSIGN_OR_RETURN(selection.excluded_lpis, hooks_.excluded_lpis(view.reader()));
  }
  switch (request.format()) {
    case v1::EXPORT_FORMAT_UNSPECIFIED:
    case v1::EXPORT_FORMAT_DTF_7_3:
      return OpenDtf(request, std::move(selection), view);
    case v1::EXPORT_FORMAT_CSV:
    case v1::EXPORT_FORMAT_GEOJSON:
    case v1::EXPORT_FORMAT_GEOPACKAGE:
      return OpenTable(request, std::move(selection), view);
    default:
      return rpc::InvalidField("format", Cat("has no value ", static_cast<int>(request.format()),
                                             "; give DTF_7_3 (1), CSV (2), GEOJSON (3) or GEOPACKAGE (4)"));
  }
}

absl::StatusOr<std::unique_ptr<Export>> ExportsHandler::OpenDtf(const v1::ExportGazetteerRequest& request,
                                                                Selection selection,
                                                                const registry::ReadView& view) const {
  if (request.open()) {
    return rpc::InvalidField("open", "a DTF file has all columns: choose CSV, GeoJSON or GeoPackage");
  }
  if (request.content() != v1::EXPORT_CONTENT_UNSPECIFIED) {
    return rpc::InvalidField("content", "a DTF file has streets and properties: leave it out");
  }
  if (request.custodian_name().size() > kMaxNameBytes) {
    return rpc::InvalidField("custodian_name", Cat("is longer than ", kMaxNameBytes, " bytes"));
  }
  DtfExportOptions options;
  options.selection = std::move(selection);
  if (request.has_since_revision()) {
    WENSUM_RETURN_IF_ERROR(CheckSince(request, view.revision()));
    options.since = request.since_revision();
  }
  if (!request.resynchronisation().empty()) {
    if (request.profile() != v1::EXPORT_PROFILE_HUB || !options.since.has_value()) {
      return rpc::InvalidField("resynchronisation", "goes with the profile HUB and since_revision");
    }
    if (!hooks_.held_by_hub) {
      return FailedPrecondition("this server keeps no reports of the hub");
    }
    WENSUM_ASSIGN_OR_RETURN(options.held, hooks_.held_by_hub(view.reader(), request));
  }
  options.custodian_name = request.custodian_name();
  TimeMicros time = clock_.Now();
  if (request.has_file_time()) {
    const absl::StatusOr<TimeMicros> given = convert::FromTimestamp(request.file_time());
    if (!given.ok()) {
      return rpc::InvalidField("file_time", Message(given.status()));
    }
    time = *given;
  }
  options.date = registry::Today(ManualClock(time));
  options.time = TimeOfDay(time);
  return OpenDtfExport(view.reader(), register_.register_id(), std::move(options));
}

absl::StatusOr<std::unique_ptr<Export>> ExportsHandler::OpenTable(const v1::ExportGazetteerRequest& request,
                                                                  Selection selection,
                                                                  const registry::ReadView& view) const {
  if (request.has_since_revision()) {
    return rpc::InvalidField("since_revision", "changes can be exported as DTF alone");
  }
  if (!request.resynchronisation().empty()) {
    return rpc::InvalidField("resynchronisation", "only a DTF file brings the hub in step: leave it out");
  }
  if (request.has_file_time()) {
    return rpc::InvalidField("file_time", "only a DTF file names a moment: leave it out");
  }
  if (request.format() == v1::EXPORT_FORMAT_GEOJSON && !hooks_.to_wgs84) {
    return rpc::WithReason(
        FailedPrecondition("GeoJSON needs WGS 84, and this server has no transformation from the National Grid"),
        rpc::reason::kTransformationMissing);
  }
  WENSUM_ASSIGN_OR_RETURN(const TableContent content, FromContent(request.content()));
  absl::StatusOr<std::unique_ptr<Export>> file;
  if (request.format() == v1::EXPORT_FORMAT_GEOPACKAGE) {
    if (hooks_.scratch_directory.empty()) {
      return FailedPrecondition("this server has no folder to write GeoPackages to: ask for CSV or GeoJSON");
    }
    file = OpenGeoPackage(request, std::move(selection), content, view);
  } else {
    TableExportOptions options;
    options.table = {.selection = std::move(selection), .content = content, .open = request.open()};
    options.format = request.format() == v1::EXPORT_FORMAT_CSV ? TableFormat::kCsv : TableFormat::kGeoJson;
    options.to_wgs84 = hooks_.to_wgs84;
    file = OpenTableExport(view.reader(), register_.register_id(), options);
  }
  if (file.status().code() == absl::StatusCode::kInvalidArgument) {
    return rpc::InvalidField("open", Message(file.status()));
  }
  return file;
}

absl::StatusOr<std::unique_ptr<Export>> ExportsHandler::OpenGeoPackage(const v1::ExportGazetteerRequest& request,
                                                                       Selection selection, TableContent content,
                                                                       const registry::ReadView& view) const {
  GeoPackageExportOptions options;
  options.selection = std::move(selection);
  options.contents = {content};
  if (request.content() == v1::EXPORT_CONTENT_UNSPECIFIED && !request.open()) {
    options.contents.push_back(TableContent::kStreets);
  }
  options.open = request.open();
  options.time = clock_.Now();
  options.scratch_directory = hooks_.scratch_directory;
  return OpenGeoPackageExport(view.reader(), register_.register_id(), options);
}

}  // namespace wensum::exports
