// Every service of Wensum over one gRPC listener.
#ifndef WENSUM_SERVICES_SERVER_RPC_SERVER_H_
#define WENSUM_SERVICES_SERVER_RPC_SERVER_H_

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "gazetteer/geo/coordinates.h"
#include "services/admin/admin_handler.h"
#include "services/changes/feed_compactor.h"
#include "services/custodian/custodian_options.h"
#include "services/decisions/bulk_steps.h"
#include "services/exports/exports_handler.h"
#include "services/imports/imports_handler.h"
#include "services/models/model_engine.h"
#include "services/register/register.h"
#include "services/rpc/access_policy.h"
#include "services/rpc/audit.h"
#include "services/rulesets/ruleset_runs.h"
#include "services/tasks/task_rules.h"

namespace wensum::server {

// What the services work on. All must outlive the server.
struct RpcParts {
  registry::Register* reg = nullptr;
  imports::ImportEngine* engine = nullptr;
  models::ModelEngine* models = nullptr;
  const rpc::AccessPolicy* policy = nullptr;
  rpc::AuditLog* audit = nullptr;
  const Clock* clock = nullptr;
  decisions::BulkWorker* bulk_worker = nullptr;  // null: bulk decisions are applied at the next start
};

// What rulesets need of the engine, which must outlive it.
rulesets::RulesetRuns RunsOf(models::ModelEngine* engine);

struct RpcServerOptions {
  std::string listen = "127.0.0.1:0";
  imports::ImportFolders folders;
  exports::ExportHooks export_hooks;
  std::chrono::milliseconds export_idle{60'000};  // see ServerOptions
  std::chrono::milliseconds upload_idle{60'000};
  std::shared_ptr<const llpg::CoordinateConverter> coordinates = std::make_shared<llpg::CoordinateConverter>(nullptr);
  custodian::CustodianOptions custodian;
  tasks::TaskRules tasks;
  changes::FeedKeeping feed;
  // Told of looks for it, on a thread of the server's: see changes::FeedKeeper.
  std::function<void(const absl::StatusOr<changes::FeedCompactor::Kept>&)> feed_kept = [](const auto&) {};
  admin::ProcessInfo process;
};

// Serves from Start on: all services, health (each service by name, and "") and reflection.
class RpcServer {
 public:
  // UNAVAILABLE if the address cannot be listened on.
  static absl::StatusOr<std::unique_ptr<RpcServer>> Start(const RpcServerOptions& options, const RpcParts& parts);
  // As Shutdown without grace.
  ~RpcServer();
  RpcServer(const RpcServer&) = delete;
  RpcServer& operator=(const RpcServer&) = delete;

  // The port listened on; 0 for a Unix socket.
  [[nodiscard]] int port() const;

  // Reports NOT_SERVING, takes no new calls, asks streams to end, and returns when every call has: those that last
  // longer than `grace` are cancelled. Idempotent.
  void Shutdown(std::chrono::milliseconds grace);

 private:
  class Impl;
  explicit RpcServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace wensum::server

#endif  // WENSUM_SERVICES_SERVER_RPC_SERVER_H_
