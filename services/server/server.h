// The whole server over one data directory: what `wensum serve` runs.
#ifndef WENSUM_SERVICES_SERVER_SERVER_H_
#define WENSUM_SERVICES_SERVER_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "services/decisions/bulk_steps.h"
#include "services/decisions/due_values.h"
#include "services/imports/import_engine.h"
#include "services/models/model_engine.h"
#include "services/register/register.h"
#include "services/rpc/access_policy.h"
#include "services/rpc/audit.h"
#include "services/rulesets/due_rulesets.h"
#include "services/server/options.h"
#include "services/server/rpc_server.h"
#include "storage/store.h"

namespace wensum::server {

// The folder for uploads inside the data directory.
std::string SpoolPath(const std::string& data_dir);

// Makes the data directory if it does not exist. FAILED_PRECONDITION, saying why and what to do, if it is no directory
// or cannot be written.
absl::Status PrepareDataDirectory(const std::string& data_dir);

class Server {
 public:
  // Serves when it returns. FAILED_PRECONDITION at once if the data directory is in use by another process, written by
  // a newer version, or cannot be written; INVALID_ARGUMENT for bad options; UNAVAILABLE if the address is taken.
  // `clock` must outlive the server.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const ServerOptions& options, const Clock* clock);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] int port() const { return rpc_->port(); }

  // Takes no new calls, lets those under way finish within the grace period, stops imports at a checkpoint, cuts
  // off the run of a model, closes the register and flushes the audit log. Idempotent; the destructor does the same.
  void Shutdown();

 private:
  Server() = default;

  absl::Status Open(const ServerOptions& options, const Clock* clock);
  // Logs which rules choose golden values.
  [[nodiscard]] absl::Status TellRuleset() const;

  std::chrono::seconds grace_{0};
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<rpc::AuditLog> audit_;
  std::unique_ptr<registry::Register> register_;
  std::unique_ptr<imports::ImportEngine> engine_;
  std::unique_ptr<models::ModelEngine> models_;
  std::unique_ptr<rulesets::DueRulesets> due_rulesets_;
  std::unique_ptr<decisions::DueValues> due_values_;
  std::unique_ptr<decisions::BulkWorker> bulk_worker_;
  std::unique_ptr<rpc::AccessPolicy> policy_;
  std::unique_ptr<RpcServer> rpc_;
};

}  // namespace wensum::server

#endif  // WENSUM_SERVICES_SERVER_SERVER_H_
