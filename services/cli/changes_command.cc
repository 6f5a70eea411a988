#include "services/cli/changes_command.h"

#include <cstdint>
#include <iostream>
#include <memory>
#include <string>

#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "wensum/v1/admin.grpc.pb.h"

namespace wensum::cli {
namespace {

struct CompactSettings {
  ClientOptions client;
  uint64_t before = 0;
  uint32_t days = 0;
  std::string actor;
  std::string reason;
  std::string request_id;
  bool force = false;
  bool validate_only = false;
};

int Compact(const CompactSettings& settings) {
  const Client client(settings.client);
  const auto stub = v1::Admin::NewStub(client.channel());
  grpc::ClientContext context;
  client.Prepare(context, /*with_deadline=*/false);  // takes as long as there is to drop
  v1::CompactChangesRequest request;
  request.set_before_revision(settings.before);
  request.set_older_than_days(settings.days);
  request.set_force(settings.force);
  request.set_validate_only(settings.validate_only);
  request.set_actor(settings.actor);
  request.set_reason(settings.reason);
  request.set_request_id(settings.request_id);
  v1::CompactChangesResponse response;
  if (const grpc::Status status = stub->CompactChanges(&context, request, &response); !status.ok()) {
    PrintError(status, std::cerr);
    return 1;
  }
  std::cout << ToJson(response, /*pretty=*/true) << "\n";
  return 0;
}

}  // namespace

void AddCompactCommand(CLI::App& changes, int& exit_code) {
  auto settings = std::make_shared<CompactSettings>();
  CLI::App* command =
      changes.add_subcommand("compact", "Drop the oldest events for good; states of the past stay as they are");
  AddClientOptions(*command, settings->client);
  CLI::Option_group* target = command->add_option_group("what", "Which events are dropped");
  target->add_option("--before", settings->before, "Those of revisions before this one");
  target->add_option("--older-than", settings->days, "Those committed more than so many days ago");
  target->require_option(1);
  command->add_option("--actor", settings->actor, "The name of who acts")->required();
  command->add_option("--reason", settings->reason, "Why")->required();
  command->add_flag("--force", settings->force, "Pass consumers that are behind: they have to start with an export");
  command->add_flag("--validate-only", settings->validate_only, "Print what would be done, and drop nothing");
  command->add_option("--request-id", settings->request_id, "A UUID: the same one does nothing twice");
  command->callback([settings, &exit_code] { exit_code = Compact(*settings); });
}

}  // namespace wensum::cli
