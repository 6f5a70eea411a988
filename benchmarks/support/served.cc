#include "benchmarks/support/served.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/register/rules.h"
#include "services/server/logging.h"
#include "storage/rocksdb_store.h"

namespace wensum::benchmarks {

absl::StatusOr<std::unique_ptr<Served>> Served::Start(const std::string& data_dir, uint64_t block_cache_mb) {
  std::unique_ptr<Served> served(new Served());
  server::SetUpLogging("warn", server::LogFormat::kText);  // to standard error: the report is alone on standard output
  server::ServerOptions options;
  options.data_dir = data_dir;
  options.listen = "127.0.0.1:0";
  options.block_cache_mb = block_cache_mb;
  WENSUM_ASSIGN_OR_RETURN(options.rules, registry::ParseRegisterRules(registry::DefaultRulesYaml()));
  WENSUM_ASSIGN_OR_RETURN(served->server_, server::Server::Start(options, &served->clock_));
  served->channel_ =
      grpc::CreateChannel(Cat("127.0.0.1:", served->server_->port()), grpc::InsecureChannelCredentials());
  return served;
}

absl::StatusOr<ServedCity> ServeCity(const WorkDirectory& work, uint64_t people, Report& report) {
  const std::string data = work.Join("data");
  WENSUM_RETURN_IF_ERROR(server::PrepareDataDirectory(data));
  WENSUM_RETURN_IF_ERROR(WriteCity(work.Join("city"), {.people = people}).status());
  ServedCity city;
  {
    WENSUM_ASSIGN_OR_RETURN(const auto open, OpenRegister::Open(storage::StorePath(data)));
    WENSUM_RETURN_IF_ERROR(open->ImportCity(work.Join("city")));
    const registry::RegisterStats stats = open->reg().Stats();
    city.people = stats.entities;
    report.Setting("source_records", stats.source_records);
    report.Setting("entities", stats.entities);
    report.Setting("properties", stats.properties);
  }
  WENSUM_ASSIGN_OR_RETURN(city.served, Served::Start(data));
  return city;
}

absl::Status CallStatus(const char* call, const grpc::Status& status) {
  return status.ok() ? absl::OkStatus()
                     : Internal(Cat(call, " failed with code ", static_cast<int>(status.error_code()), ": ",
                                    status.error_message()));
}

}  // namespace wensum::benchmarks
