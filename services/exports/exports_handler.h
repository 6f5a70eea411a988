// What wensum.v1.Exports answers, without a transport. proto/wensum/v1/exports.proto is the contract.
#ifndef WENSUM_SERVICES_EXPORTS_EXPORTS_HANDLER_H_
#define WENSUM_SERVICES_EXPORTS_EXPORTS_HANDLER_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/hash.h"
#include "services/exports/export.h"
#include "services/exports/table_export.h"
#include "services/gazetteer/held_rows.h"
#include "services/register/register.h"
#include "services/rpc/call_context.h"
#include "wensum/v1/exports.pb.h"

namespace wensum::exports {

// What other parts of the service know. All may be empty.
struct ExportHooks {
  // GeoJSON needs it.
  ToWgs84 to_wgs84;
  // True if the property was marked to be kept out of files for the hub, as of a revision; reads `reader`. An error
  // ends the export.
  std::function<absl::StatusOr<bool>(const storage::Reader& reader, uint64_t uprn, uint64_t revision)> excluded;
  // The same of LPIs, for one export, which `reader` outlives.
  std::function<absl::StatusOr<ExcludedLpis>(const storage::Reader& reader)> excluded_lpis;
  // What the hub holds according to `request.resynchronisation`, which is named and fits the request or is refused; the
  // reader outlives the answer.
  std::function<absl::StatusOr<std::shared_ptr<const gazetteer::HeldRows>>(const storage::Reader& reader,
                                                                           const v1::ExportGazetteerRequest& request)>
      held_by_hub;
  // Where GeoPackages are written before they are sent, which need it.
  std::string scratch_directory;
};

// Takes bytes of a file in their order.
using ByteSink = std::function<absl::Status(std::string_view bytes)>;

// One export under way: its messages in order. Not thread-safe.
class ExportSession {
 public:
  // `failure` is set by hooks while `file` is read. `under_way` counts the sessions and must outlive this one, which it
  // counts already.
  ExportSession(std::unique_ptr<registry::ReadView> view, std::unique_ptr<Export> file,
                std::shared_ptr<const absl::Status> failure, std::atomic<int>* under_way);
  ~ExportSession();
  ExportSession(const ExportSession&) = delete;
  ExportSession& operator=(const ExportSession&) = delete;

  // Replaces `*message` by the next one; false at the end. A chunk may be empty: it need not be sent. Reads the store:
  // not for gRPC threads.
  absl::StatusOr<bool> Next(v1::ExportGazetteerResponse* message);

  [[nodiscard]] uint64_t revision() const { return file_->facts().revision; }
  [[nodiscard]] uint64_t records() const { return file_->facts().records; }

 private:
  enum class Stage : uint8_t { kBegin, kChunks, kEnd };

  const std::unique_ptr<registry::ReadView> view_;  // that `file_` reads
  const std::unique_ptr<Export> file_;
  const std::shared_ptr<const absl::Status> failure_;
  std::atomic<int>& under_way_;
  Stage stage_ = Stage::kBegin;
  uint64_t bytes_ = 0;
  Sha256 hash_;
};

// Thread-safe.
class ExportsHandler {
 public:
  // Register and clock must outlive the handler, and the handler its sessions.
  ExportsHandler(const registry::Register* reg, const Clock* clock, ExportHooks hooks = {})
      : register_(*reg), clock_(*clock), hooks_(std::move(hooks)) {}

  // Reads a few rows of the store.
  absl::StatusOr<std::unique_ptr<ExportSession>> Start(rpc::CallContext& call,
                                                       const v1::ExportGazetteerRequest& request) const;

  // What the last message of an export would tell. The file goes to `sink`, if there is one, piece by piece; its error
  // ends the export. Takes as long as the export, and one of its places; CANCELLED once the caller has gone away. Not
  // for gRPC threads.
  absl::StatusOr<v1::ExportFacts> Measure(rpc::CallContext& call, const v1::ExportGazetteerRequest& request,
                                          const ByteSink& sink = nullptr) const;

 private:
  // The first error of a hook is put into `failure`, now or while the file is read.
  absl::StatusOr<std::unique_ptr<Export>> Open(const v1::ExportGazetteerRequest& request,
                                               const registry::ReadView& view,
                                               std::shared_ptr<absl::Status> failure) const;
  absl::StatusOr<std::unique_ptr<Export>> OpenDtf(const v1::ExportGazetteerRequest& request, Selection selection,
                                                  const registry::ReadView& view) const;
  absl::StatusOr<std::unique_ptr<Export>> OpenTable(const v1::ExportGazetteerRequest& request, Selection selection,
                                                    const registry::ReadView& view) const;
  absl::StatusOr<std::unique_ptr<Export>> OpenGeoPackage(const v1::ExportGazetteerRequest& request, Selection selection,
                                                         TableContent content, const registry::ReadView& view) const;

  const registry::Register& register_;
  const Clock& clock_;
  const ExportHooks hooks_;
  mutable std::atomic<int> under_way_{0};
};

}  // namespace wensum::exports

#endif  // WENSUM_SERVICES_EXPORTS_EXPORTS_HANDLER_H_
