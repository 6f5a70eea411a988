#include "services/server/server.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "gazetteer/geo/coordinates.h"
#include "services/changes/consumer_book.h"
#include "services/changes/feed_compactor.h"
#include "services/custodian/marks.h"
#include "services/gazetteer/grid_file.h"
#include "services/hub/held_by_hub.h"
#include "services/imports/run_engine.h"
#include "services/register/ruleset_store.h"
#include "services/rpc/spool_file.h"
#include "services/server/version.h"
#include "storage/rocksdb_store.h"

namespace wensum::server {

std::string SpoolPath(const std::string& data_dir) { return Cat(data_dir, "/spool"); }

absl::Status PrepareDataDirectory(const std::string& data_dir) {
  std::error_code error;
  std::filesystem::create_directories(data_dir, error);
  if (error) {
    return FailedPrecondition(Cat("the data directory ", Quote(data_dir), " cannot be made: ", error.message()));
  }
  // Permissions say little on read-only file systems and for root: try.
  const std::string probe = Cat(data_dir, "/.write-probe");
  const int descriptor = ::open(probe.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return FailedPrecondition(Cat("the data directory ", Quote(data_dir),
                                  " cannot be written: ", std::generic_category().message(errno),
                                  "; make it writable for the user that runs the server"));
  }
  ::close(descriptor);
  ::unlink(probe.c_str());
  return absl::OkStatus();
}

namespace {

void LogConsumers(const std::vector<changes::ConsumerBook::Place>& places, std::string_view what) {
  for (const changes::ConsumerBook::Place& place : places) {
    spdlog::info("the consumer {} of the change feed, at revision {}, {}", place.name, place.revision, what);
  }
}

void LogKept(const absl::StatusOr<changes::FeedCompactor::Kept>& kept) {
  if (!kept.ok()) {
    spdlog::error("old events of the change feed cannot be dropped, and are tried again within the hour: {}",
                  Message(kept.status()));
    return;
  }
  if (kept->dropped > 0) {
    spdlog::info("events of {} revisions of the change feed were dropped, as change_feed.keep_days says",
                 kept->dropped);
  }
  LogConsumers(kept->waiting, "is waited for: events that it needs are older than change_feed.keep_days");
  LogConsumers(kept->passed, "has not been heard of for change_feed.consumer_days: it has to start with an export");
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const ServerOptions& options, const Clock* clock) {
  WENSUM_RETURN_IF_ERROR(CheckServerOptions(options));
  std::unique_ptr<Server> server(new Server());
  WENSUM_RETURN_IF_ERROR(server->Open(options, clock));
  return server;
}

absl::Status Server::Open(const ServerOptions& options, const Clock* clock) {
  const auto begin = std::chrono::steady_clock::now();
  const TimeMicros start_time = clock->Now();
  grace_ = options.grace;
  WENSUM_RETURN_IF_ERROR(PrepareDataDirectory(options.data_dir));
  storage::RocksDbOptions store_options;
  store_options.path = storage::StorePath(options.data_dir);
  store_options.block_cache_bytes = static_cast<size_t>(options.block_cache_mb) << 20;
  WENSUM_ASSIGN_OR_RETURN(store_, storage::OpenRocksDbStore(store_options));
  registry::RegisterOptions register_options;
  register_options.rules = options.rules;
  register_options.threads = static_cast<size_t>(options.threads);
  register_options.last_record_key = options.custodian.record_keys.last;
  register_options.tasks = options.tasks;
  register_options.on_upgrade = [](std::string_view what) { spdlog::info("{}", what); };
  const uint32_t register_id = register_options.register_id;
  WENSUM_ASSIGN_OR_RETURN(register_, registry::Register::Open(store_.get(), clock, std::move(register_options)));
  WENSUM_ASSIGN_OR_RETURN(audit_, rpc::AuditLog::Open(store_.get(), {.register_id = register_id}));
  rpc::RemoveUnfinishedUploads(SpoolPath(options.data_dir));
  WENSUM_ASSIGN_OR_RETURN(engine_, imports::RunEngine::Create(register_.get(), clock,
                                                              {.mappings_dir = options.mappings_dir,
                                                               .gazetteer_rules = options.custodian.gazetteer_rules,
                                                               .tasks = options.tasks}));
  WENSUM_ASSIGN_OR_RETURN(models_, models::ModelEngine::Create(register_.get(), clock,
                                                               {.address_precision = options.address_precision,
                                                                .address_quiet = options.address_quiet}));
  due_values_ = std::make_unique<decisions::DueValues>(register_.get());
  WENSUM_RETURN_IF_ERROR(TellRuleset());
  due_rulesets_ = std::make_unique<rulesets::DueRulesets>(register_.get(), clock, RunsOf(models_.get()));
  bulk_worker_ = std::make_unique<decisions::BulkWorker>(register_.get(), [](const absl::Status& status) {
    spdlog::error("a bulk decision cannot go on, and is tried again within a minute: {}", Message(status));
  });
  WENSUM_ASSIGN_OR_RETURN(const gazetteer::GridFile grid, options.ostn15.empty()
                                                              ? gazetteer::FindGridFile(gazetteer::GridFolders())
                                                              : gazetteer::ReadGridFile(options.ostn15));
  const auto coordinates = std::make_shared<const llpg::CoordinateConverter>(grid.grid);
  policy_ = std::make_unique<rpc::LoopbackPolicy>(options.rules.purposes, options.allow_remote);
  RpcServerOptions rpc_options;
  rpc_options.listen = options.listen;
  rpc_options.folders = {.spool = SpoolPath(options.data_dir), .drop = options.drop_dir};
  rpc_options.custodian = options.custodian;
  rpc_options.tasks = options.tasks;
  rpc_options.feed = {.keep_days = static_cast<uint32_t>(options.feed_keep_days),
                      .consumer_days = static_cast<uint32_t>(options.feed_consumer_days)};
  rpc_options.feed_kept = LogKept;
  rpc_options.process = {
      .version = std::string(kVersion),
      .start_time = start_time,
      .start_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(),
      .coordinate_method = std::string(coordinates->method()),
      .coordinate_accuracy_metres = coordinates->accuracy_metres(),
      .coordinate_grid = grid.path};
  rpc_options.coordinates = coordinates;
  rpc_options.export_idle = options.export_idle;
  rpc_options.upload_idle = options.upload_idle;
  // What a crash leaves there is removed with unfinished uploads.
  rpc_options.export_hooks.scratch_directory = SpoolPath(options.data_dir);
  rpc_options.export_hooks.to_wgs84 = [coordinates](double easting,
                                                    double northing) -> std::optional<exports::LongitudeLatitude> {
    const auto point = coordinates->ToGeo(llpg::GridPoint{easting, northing});
    if (!point.ok()) {
      return std::nullopt;
    }
    return exports::LongitudeLatitude{point->longitude, point->latitude};
  };
  rpc_options.export_hooks.excluded = [register_id](const storage::Reader& reader, uint64_t uprn, uint64_t revision) {
    return custodian::IsExcluded(reader, register_id, uprn, revision);
  };
  rpc_options.export_hooks.excluded_lpis =
      [register_id](const storage::Reader& reader) -> absl::StatusOr<exports::ExcludedLpis> {
    WENSUM_ASSIGN_OR_RETURN(custodian::LpiExclusions marks, custodian::LpiExclusions::Read(reader, register_id));
    return [marks = std::move(marks)](uint64_t uprn, uint64_t revision) { return marks.KeysOf(uprn, revision); };
  };
  rpc_options.export_hooks.held_by_hub = [register_id](const storage::Reader& reader,
                                                       const v1::ExportGazetteerRequest& request) {
    return hub::OpenHeldRows(reader, register_id, request);
  };
  WENSUM_ASSIGN_OR_RETURN(rpc_, RpcServer::Start(rpc_options, {.reg = register_.get(),
                                                               .engine = engine_.get(),
                                                               .models = models_.get(),
                                                               .policy = policy_.get(),
                                                               .audit = audit_.get(),
                                                               .clock = clock,
                                                               .bulk_worker = bulk_worker_.get()}));
  if (options.allow_remote) {
    spdlog::warn("allow_remote is on: callers are not authenticated; the network must decide who reaches this server");
  }
  spdlog::info("latitude and longitude by {}, good to {} m{}{}", coordinates->method(), coordinates->accuracy_metres(),
               grid.path.empty() ? "" : ", grid from ", grid.path);
  spdlog::info("serving on port {} at revision {} after {:.2f} s", rpc_->port(), register_->revision(),
               rpc_options.process.start_seconds);
  return absl::OkStatus();
}

absl::Status Server::TellRuleset() const {
  WENSUM_ASSIGN_OR_RETURN(const auto ruleset, registry::RulesetInForce(*register_->store(), register_->register_id()));
  if (ruleset.has_value()) {
    const bool configured = ruleset->origin() == static_cast<uint32_t>(registry::RulesetOrigin::kConfiguration);
    spdlog::info("golden values are chosen by {}, {}", registry::RulesetName(ruleset->number()),
                 configured ? "the configuration's survivorship"
                            : "which was put in force in a running server: the configuration's survivorship counts "
                              "again once it is changed");
  }
  return absl::OkStatus();
}

Server::~Server() { Shutdown(); }

void Server::Shutdown() {
  if (rpc_ != nullptr) {
    spdlog::info("shutting down");
    rpc_->Shutdown(grace_);
  }
  engine_.reset();
  due_rulesets_.reset();
  models_.reset();
  rpc_.reset();
  bulk_worker_.reset();
  due_values_.reset();
  if (audit_ != nullptr) {
    if (const absl::Status status = audit_->Flush(); !status.ok()) {
      spdlog::error("audit entries could not be written: {}", Message(status));
    }
  }
  register_.reset();
  audit_.reset();
  store_.reset();
  policy_.reset();
}

}  // namespace wensum::server
