#include "services/server/rpc_server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <initializer_list>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/admin/admin_service.h"
#include "services/changes/changes_service.h"
#include "services/changes/consumer_book.h"
#include "services/changes/feed_keeper.h"
#include "services/convert/sight.h"
#include "services/custodian/custodian_service.h"
#include "services/custodian/operation_log.h"
#include "services/decisions/bulk_decisions_service.h"
#include "services/decisions/decisions_service.h"
#include "services/decisions/person_sight.h"
#include "services/decisions/proposals_service.h"
#include "services/exports/exports_service.h"
#include "services/health/health_service.h"
#include "services/hub/hub_service.h"
#include "services/imports/imports_service.h"
#include "services/matching/matching_service.h"
#include "services/models/models_service.h"
#include "services/people/people_service.h"
#include "services/properties/properties_service.h"
#include "services/rpc/limits.h"
#include "services/rpc/upload.h"
#include "services/rulesets/rulesets_service.h"
#include "services/source_records/source_records_service.h"
#include "services/stewardship/learnt_addresses_service.h"
#include "services/stewardship/stewardship_service.h"

namespace wensum::server {
namespace {

constexpr size_t kTimerThreads = 2;   // wake-ups of streams: short tasks
constexpr size_t kWorkerThreads = 2;  // verify, and what waits for the disk

// By the lineage of custodians' operations; of a history without end, the nearest part.
properties::PropertiesHandler::LaterProperties LaterProperties(storage::RegisterId reg) {
  return [reg](const storage::Reader& reader, uint64_t uprn) -> absl::StatusOr<std::vector<uint64_t>> {
    custodian::OperationLog log(reader, reg, custodian::OperationLog::Keep::kAllButRows);
    WENSUM_ASSIGN_OR_RETURN(custodian::OperationLog::Lineage lineage,
                            log.LineageOf(uprn, {.depth = 20, .properties = 100, .operations = 200}));
    return std::move(lineage.later);
  };
}

// As Decisions shows them.
people::PeopleHandler::DecisionSeen DecisionSeen(const registry::Register* reg) {
  const bool knows_all_sources = convert::KnowsAllSources(reg->rules(), reg->Stats().by_source);
  return [reg, knows_all_sources](const storage::Reader& reader, const storage::v1::LinkDecision& decision,
                                  int purpose_bit) {
    return decisions::PersonSight(*reg, reader, knows_all_sources, purpose_bit).Sees(decision);
  };
}

constexpr int kKeepaliveMillis = 60'000;
constexpr int kKeepaliveTimeoutMillis = 20'000;
constexpr int kMinPingIntervalMillis = 10'000;

// gRPC keeps these switches for the whole process and reads them when a server is built.
void EnablePlugins() {
  static const bool once = [] {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    return true;
  }();
  static_cast<void>(once);
}

}  // namespace

class RpcServer::Impl {
 public:
  Impl(const RpcServerOptions& options, const RpcParts& parts)
      : gate_(parts.policy, parts.audit, parts.clock),
        people_handler_(parts.reg, DecisionSeen(parts.reg)),
        people_(&people_handler_, &gate_),
        matching_handler_(parts.reg),
        matching_(&matching_handler_, &gate_),
        source_records_handler_(parts.reg),
        source_records_(&source_records_handler_, parts.reg, &gate_, &timers_),
        properties_handler_(parts.reg, options.coordinates, LaterProperties(parts.reg->register_id())),
        properties_(&properties_handler_, &gate_),
        custodian_handler_(parts.reg, options.custodian),
        custodian_(&custodian_handler_, &gate_, &workers_),
        consumers_(changes::ConsumerBook::Make(parts.reg, parts.clock, &timers_)),
        changes_(parts.reg, &gate_, &timers_, consumers_, options.export_idle),
        imports_handler_(parts.engine, options.folders),
        imports_(&imports_handler_, Uploads(options)),
        exports_handler_(parts.reg, parts.clock, options.export_hooks),
        exports_(&exports_handler_, &gate_, options.export_idle),
        models_handler_(parts.models, parts.reg),
        models_(&models_handler_, Uploads(options)),
        rulesets_handler_(parts.reg, RunsOf(parts.models)),
        rulesets_(&rulesets_handler_, &gate_, &workers_),
        health_handler_(parts.reg, parts.clock, options.custodian.codes, options.custodian.gazetteer_rules,
                        health::HealthHandler::kMaxWaivers, options.tasks),
        health_(&health_handler_, Uploads(options)),
        hub_handler_(parts.reg, parts.clock, options.custodian.codes,
                     {.measure = [this](auto&... export_call) { return exports_handler_.Measure(export_call...); },
                      .scratch_directory = options.folders.spool}),
        hub_(&hub_handler_, Uploads(options)),
        stewardship_handler_(parts.reg, parts.clock, options.tasks),
        stewardship_(&stewardship_handler_, &gate_, &workers_),
        learnt_addresses_handler_(parts.reg),
        learnt_addresses_(&learnt_addresses_handler_, &gate_, &workers_),
        decisions_handler_(parts.reg, options.tasks),
        decisions_(&decisions_handler_, &gate_),
        bulk_handler_(parts.reg, options.tasks,
                      {.wake =
                           [worker = parts.bulk_worker] {
                             if (worker != nullptr) worker->Wake();
                           },
                       .draw_seed = nullptr}),
        bulk_(&bulk_handler_, &gate_, &workers_),
        proposals_handler_(parts.reg, parts.clock, options.tasks),
        proposals_(&proposals_handler_, &gate_),
        compactor_(parts.reg, consumers_, parts.clock),
        admin_handler_(
            parts.reg, [this](auto&... compact_call) { return compactor_.Compact(compact_call...); }, &workers_,
            options.process),
        admin_(&admin_handler_, &gate_),
        keeper_(&compactor_, options.feed, options.feed_kept) {}

  absl::Status Listen(const std::string& address) {
    EnablePlugins();
    grpc::ServerBuilder builder;
    builder.AddListeningPort(address, grpc::InsecureServerCredentials(), &port_);
    builder.SetMaxReceiveMessageSize(rpc::kMaxReceiveBytes);
    // Without this a second server would share the port and take half of the calls.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMillis);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMillis);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kMinPingIntervalMillis);
    const std::initializer_list<grpc::Service*> services = {
        &people_,           &matching_,    &source_records_, &properties_, &custodian_, &changes_,
        &imports_,          &exports_,     &models_,         &rulesets_,   &health_,    &hub_,
        &learnt_addresses_, &stewardship_, &decisions_,      &bulk_,       &proposals_, &admin_};
    for (grpc::Service* service : services) {
      builder.RegisterService(service);
    }
    server_ = builder.BuildAndStart();
    if (server_ == nullptr) {
      return Unavailable(Cat("cannot listen on ", address, ": the address is in use or not of this machine"));
    }
    custodian_handler_.WarmUp();
    for (const char* name :
         {v1::People::service_full_name(), v1::Matching::service_full_name(), v1::SourceRecords::service_full_name(),
          v1::Properties::service_full_name(), v1::Custodian::service_full_name(), v1::Changes::service_full_name(),
          v1::Imports::service_full_name(), v1::Exports::service_full_name(), v1::Models::service_full_name(),
          v1::Rulesets::service_full_name(), v1::GazetteerHealth::service_full_name(),
          v1::HubSubmissions::service_full_name(), v1::Stewardship::service_full_name(),
          v1::LearntAddresses::service_full_name(), v1::Decisions::service_full_name(),
          v1::BulkDecisions::service_full_name(), v1::Proposals::service_full_name(), v1::Admin::service_full_name()}) {
      server_->GetHealthCheckService()->SetServingStatus(name, true);
    }
    return absl::OkStatus();
  }

  void Shutdown(std::chrono::milliseconds grace) {
    if (server_ == nullptr) {
      return;
    }
    server_->GetHealthCheckService()->SetServingStatus(false);
    gate_.drain().Start();
    server_->Shutdown(std::chrono::system_clock::now() + grace);
    server_->Wait();
    server_ = nullptr;
  }

  [[nodiscard]] int port() const { return port_; }

 private:
  rpc::UploadSite Uploads(const RpcServerOptions& options) {
    return {.gate = &gate_, .workers = &workers_, .timers = &timers_, .idle_limit = options.upload_idle};
  }

  // No call is under way when these are destroyed; tasks of the executors use the register alone.
  rpc::CallGate gate_;
  rpc::Executor timers_{kTimerThreads};
  rpc::Executor workers_{kWorkerThreads};
  people::PeopleHandler people_handler_;
  people::PeopleService people_;
  match::MatchingHandler matching_handler_;
  match::MatchingService matching_;
  source_records::SourceRecordsHandler source_records_handler_;
  source_records::SourceRecordsService source_records_;
  properties::PropertiesHandler properties_handler_;
  properties::PropertiesService properties_;
  custodian::CustodianHandler custodian_handler_;
  custodian::CustodianService custodian_;
  const std::shared_ptr<changes::ConsumerBook> consumers_;
  changes::ChangesService changes_;
  imports::ImportsHandler imports_handler_;
  imports::ImportsService imports_;
  exports::ExportsHandler exports_handler_;
  exports::ExportsService exports_;
  models::ModelsHandler models_handler_;
  models::ModelsService models_;
  rulesets::RulesetsHandler rulesets_handler_;
  rulesets::RulesetsService rulesets_;
  health::HealthHandler health_handler_;
  health::HealthService health_;
  hub::HubHandler hub_handler_;
  hub::HubService hub_;
  stewardship::StewardshipHandler stewardship_handler_;
  stewardship::StewardshipService stewardship_;
  stewardship::LearntAddressesHandler learnt_addresses_handler_;
  stewardship::LearntAddressesService learnt_addresses_;
  decisions::DecisionsHandler decisions_handler_;
  decisions::DecisionsService decisions_;
  decisions::BulkHandler bulk_handler_;
  decisions::BulkDecisionsService bulk_;
  decisions::ProposalsHandler proposals_handler_;
  decisions::ProposalsService proposals_;
  changes::FeedCompactor compactor_;
  admin::AdminHandler admin_handler_;
  admin::AdminService admin_;
  changes::FeedKeeper keeper_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

absl::StatusOr<std::unique_ptr<RpcServer>> RpcServer::Start(const RpcServerOptions& options, const RpcParts& parts) {
  auto impl = std::make_unique<Impl>(options, parts);
  WENSUM_RETURN_IF_ERROR(impl->Listen(options.listen));
  return std::unique_ptr<RpcServer>(new RpcServer(std::move(impl)));
}

rulesets::RulesetRuns RunsOf(models::ModelEngine* engine) {
  return {
      .start = [engine](v1::ModelRunSpec spec,
                        const rpc::RepeatableRequest& request) { return engine->Start(std::move(spec), {}, request); },
      .activating = [engine](std::string_view ruleset) { return engine->IsActivating(ruleset); }};
}

RpcServer::RpcServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RpcServer::~RpcServer() { Shutdown(std::chrono::milliseconds(0)); }

int RpcServer::port() const { return impl_->port(); }
void RpcServer::Shutdown(std::chrono::milliseconds grace) { impl_->Shutdown(grace); }

}  // namespace wensum::server
