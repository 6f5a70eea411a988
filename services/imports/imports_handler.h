// What wensum.v1.Imports answers, without a transport. proto/wensum/v1/imports.proto is the contract.
#ifndef WENSUM_SERVICES_IMPORTS_IMPORTS_HANDLER_H_
#define WENSUM_SERVICES_IMPORTS_IMPORTS_HANDLER_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/imports/import_engine.h"
#include "services/rpc/call_context.h"
#include "services/rpc/spool_file.h"
#include "wensum/v1/imports.pb.h"

namespace wensum::imports {

struct ImportFolders {
  std::string spool;  // below the data directory
  std::string drop;   // empty: none
};

// One StartRun call, fed message by message. Not thread-safe.
class Upload {
 public:
  // Both must outlive the upload.
  Upload(ImportEngine* engine, const ImportFolders* folders) : engine_(*engine), folders_(*folders) {}
  // Deletes what was uploaded unless a run was started over it.
  ~Upload();
  Upload(Upload&& other) noexcept;
  Upload(const Upload&) = delete;
  Upload& operator=(const Upload&) = delete;
  Upload& operator=(Upload&&) = delete;

  // An error ends the call. Writes to the spool: milliseconds at most.
  absl::Status OnMessage(const v1::StartImportRunRequest& message);
  // The client has sent all: makes the file durable and starts the run, unless the caller went away meanwhile. Waits
  // for the disk and a commit: not for gRPC threads.
  absl::Status Finish(rpc::CallContext& call, v1::ImportRun& response);

 private:
  absl::Status OnSpec(const v1::ImportSpec& spec);

  ImportEngine& engine_;
  const ImportFolders& folders_;
  bool has_spec_ = false;
  bool started_ = false;
  StartSpec spec_;
  std::unique_ptr<rpc::SpoolFile> file_;  // null: a drop file, or no spec yet
};

// Thread-safe.
class ImportsHandler {
 public:
  // `engine` must outlive the handler and its uploads.
  ImportsHandler(ImportEngine* engine, ImportFolders folders) : engine_(*engine), folders_(std::move(folders)) {}

  [[nodiscard]] Upload NewUpload() const { return {&engine_, &folders_}; }
  absl::Status GetRun(rpc::CallContext& call, const v1::GetImportRunRequest& request, v1::ImportRun& response) const;
  absl::Status ListRuns(rpc::CallContext& call, const v1::ListImportRunsRequest& request,
                        v1::ListImportRunsResponse& response) const;
  absl::Status ListIssues(rpc::CallContext& call, const v1::ListImportIssuesRequest& request,
                          v1::ListImportIssuesResponse& response) const;
  // Both record a run: they wait for a commit, and are not for gRPC threads.
  absl::Status ConfirmDeletes(rpc::CallContext& call, const v1::ConfirmDeletesRequest& request,
                              v1::ImportRun& response) const;
  absl::Status RollBackRun(rpc::CallContext& call, const v1::RollBackRunRequest& request,
                           v1::ImportRun& response) const;

 private:
  ImportEngine& engine_;
  const ImportFolders folders_;
};

// A run as stored to a run as served. `reconciled` is computed: every row read is accounted for.
void ToImportRun(const storage::v1::ImportRun& run, v1::ImportRun& out);

}  // namespace wensum::imports

#endif  // WENSUM_SERVICES_IMPORTS_IMPORTS_HANDLER_H_
