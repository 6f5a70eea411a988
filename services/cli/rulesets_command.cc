#include "services/cli/rulesets_command.h"

#include <google/protobuf/util/time_util.h>

#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "services/cli/models_command.h"
#include "services/dedupe/files.h"
#include "wensum/v1/rulesets.grpc.pb.h"

namespace wensum::cli {
namespace {

struct RulesetSettings {
  ClientOptions client;
  std::string name;
  std::string file;
  std::string note;
  std::string actor;
  std::string comment;
  std::string at;
  std::string request_id;
  uint64_t etag = 0;
  int examples = 0;
  bool dry_run = false;
  bool without_trial = false;
  bool no_wait = false;
};

int WrongUse(std::string_view message) {
  std::cerr << "error: " << message << "\n";
  return 2;
}

int PrintRuleset(const grpc::Status& status, const google::protobuf::Message& answer) {
  if (!status.ok()) {
    PrintError(status, std::cerr);
    return 1;
  }
  std::cout << ToJson(answer, /*pretty=*/true) << "\n";
  return 0;
}

// A connection and what the commands do with it.
class RulesetsClient {
 public:
  explicit RulesetsClient(const RulesetSettings& settings)
      : settings_(settings), client_(settings.client), stub_(v1::Rulesets::NewStub(client_.channel())) {}

  [[nodiscard]] std::string name() const {
    return settings_.name.find('/') == std::string::npos ? Cat("rulesets/", settings_.name) : settings_.name;
  }

  template <typename Request, typename Response>
  grpc::Status Call(grpc::Status (v1::Rulesets::Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response& response) const {
    grpc::ClientContext context;
    client_.Prepare(context);
    return (stub_.get()->*method)(&context, request, &response);
  }

  // The etag given, or that of the ruleset as it is.
  grpc::Status Etag(uint64_t& etag) const {
    etag = settings_.etag;
    if (etag != 0) {
      return grpc::Status::OK;
    }
    v1::GetRulesetRequest request;
    request.set_name(name());
    v1::Ruleset ruleset;
    const grpc::Status status = Call(&v1::Rulesets::Stub::Get, request, ruleset);
    etag = ruleset.etag();
    return status;
  }

  // Follows a run to its end unless that is not wanted; the exit code.
  [[nodiscard]] int Finish(v1::ModelRun& run) const {
    const grpc::Status status = settings_.no_wait ? grpc::Status::OK : FollowRun(client_, run);
    const int code = PrintRuleset(status, run);
    const bool well = run.state() == v1::ModelRun::STATE_SUCCEEDED || settings_.no_wait;
    return code == 0 && !well ? 1 : code;
  }

 private:
  const RulesetSettings& settings_;
  const Client client_;
  const std::unique_ptr<v1::Rulesets::Stub> stub_;
};

int CreateRuleset(const RulesetSettings& settings) {
  const absl::StatusOr<std::string> yaml = dedupe::ReadFile(settings.file);
  if (!yaml.ok()) {
    return WrongUse(Message(yaml.status()));
  }
  v1::CreateRulesetRequest request;
  request.set_yaml(*yaml);
  request.set_note(settings.note);
  request.set_actor(settings.actor);
  request.set_validate_only(settings.dry_run);
  request.set_request_id(settings.request_id);
  v1::Ruleset ruleset;
  const grpc::Status status = RulesetsClient(settings).Call(&v1::Rulesets::Stub::Create, request, ruleset);
  return PrintRuleset(status, ruleset);
}

int ShowRuleset(const RulesetSettings& settings) {
  const RulesetsClient client(settings);
  v1::GetRulesetRequest request;
  request.set_name(client.name());
  v1::Ruleset ruleset;
  const grpc::Status status = client.Call(&v1::Rulesets::Stub::Get, request, ruleset);
  return PrintRuleset(status, ruleset);
}

int ListRulesets(const RulesetSettings& settings) {
  v1::ListRulesetsResponse response;
  const grpc::Status status =
      RulesetsClient(settings).Call(&v1::Rulesets::Stub::List, v1::ListRulesetsRequest(), response);
  return PrintRuleset(status, response);
}

int TryRuleset(const RulesetSettings& settings) {
  const RulesetsClient client(settings);
  v1::TryRulesetRequest request;
  request.set_name(client.name());
  request.set_max_examples(settings.examples);
  v1::ModelRun run;
  const grpc::Status status = client.Call(&v1::Rulesets::Stub::Try, request, run);
  return status.ok() ? client.Finish(run) : PrintRuleset(status, run);
}

int ActivateRuleset(const RulesetSettings& settings) {
  const RulesetsClient client(settings);
  v1::ActivateRulesetRequest request;
  request.set_name(client.name());
  request.set_actor(settings.actor);
  request.set_without_trial(settings.without_trial);
  request.set_request_id(settings.request_id);
  if (!settings.at.empty() &&
      !google::protobuf::util::TimeUtil::FromString(settings.at, request.mutable_effective_time())) {
    return WrongUse("--at is no time as 2030-01-31T00:00:00Z");
  }
  uint64_t etag = 0;
  grpc::Status status = client.Etag(etag);
  request.set_etag(etag);
  v1::ActivateRulesetResponse response;
  if (status.ok()) {
    status = client.Call(&v1::Rulesets::Stub::Activate, request, response);
  }
  return status.ok() && response.has_run() ? client.Finish(*response.mutable_run()) : PrintRuleset(status, response);
}

int UnscheduleRuleset(const RulesetSettings& settings) {
  const RulesetsClient client(settings);
  v1::UnscheduleRulesetRequest request;
  request.set_name(client.name());
  uint64_t etag = 0;
  grpc::Status status = client.Etag(etag);
  request.set_etag(etag);
  v1::Ruleset ruleset;
  if (status.ok()) {
    status = client.Call(&v1::Rulesets::Stub::Unschedule, request, ruleset);
  }
  return PrintRuleset(status, ruleset);
}

int WithdrawRuleset(const RulesetSettings& settings) {
  const RulesetsClient client(settings);
  v1::WithdrawRulesetRequest request;
  request.set_name(client.name());
  request.set_actor(settings.actor);
  request.set_comment(settings.comment);
  uint64_t etag = 0;
  grpc::Status status = client.Etag(etag);
  request.set_etag(etag);
  v1::Ruleset ruleset;
  if (status.ok()) {
    status = client.Call(&v1::Rulesets::Stub::Withdraw, request, ruleset);
  }
  return PrintRuleset(status, ruleset);
}

struct AddedRuleset {
  CLI::App* command;
  RulesetSettings& settings;
};

AddedRuleset AddRuleset(CLI::App& rulesets, const std::string& name, const std::string& what, int& exit_code,
                        int (*execute)(const RulesetSettings&)) {
  auto settings = std::make_shared<RulesetSettings>();
  CLI::App* command = rulesets.add_subcommand(name, what);
  AddClientOptions(*command, settings->client);
  command->callback([settings, &exit_code, execute] { exit_code = execute(*settings); });
  return {command, *settings};
}

void AddName(const AddedRuleset& added) {
  added.command->add_option("ruleset", added.settings.name, "rulesets/{number}, or the number")->required();
}

void AddEtag(const AddedRuleset& added) {
  added.command->add_option("--etag", added.settings.etag, "Only if it is as it was when it had this etag");
}

void AddActor(const AddedRuleset& added) {
  added.command->add_option("--actor", added.settings.actor, "The name of who acts")->required();
}

}  // namespace

void AddRulesetsCommands(CLI::App& app, int& exit_code) {
  CLI::App& rulesets = *app.add_subcommand(
      "rulesets", "The rules that choose golden values: store new ones, try them, put them in force");
  rulesets.require_subcommand(1);
  AddRuleset(rulesets, "list", "Print the rulesets as JSON, the newest first", exit_code, ListRulesets);
  AddName(AddRuleset(rulesets, "show", "Print a ruleset as JSON", exit_code, ShowRuleset));

  const AddedRuleset create = AddRuleset(rulesets, "create", "Store rules as a draft", exit_code, CreateRuleset);
  create.command->add_option("file", create.settings.file, "YAML: what stands under `survivorship` of a configuration")
      ->required();
  AddActor(create);
  create.command->add_option("--note", create.settings.note, "What they are for");
  create.command->add_flag("--dry-run", create.settings.dry_run, "Only check them");
  create.command->add_option("--request-id", create.settings.request_id, "A UUID: the same one stores nothing twice");

  const AddedRuleset trial = AddRuleset(rulesets, "try", "Tell what a ruleset would change", exit_code, TryRuleset);
  AddName(trial);
  trial.command->add_option("--examples", trial.settings.examples, "People to tell in full, up to 50");
  trial.command->add_flag("--no-wait", trial.settings.no_wait, "Do not wait for the end of the run");

  const AddedRuleset activate =
      AddRuleset(rulesets, "activate", "Put a ruleset in force, which was tried before", exit_code, ActivateRuleset);
  AddName(activate);
  AddActor(activate);
  AddEtag(activate);
  activate.command->add_option("--at", activate.settings.at, "Not now but at this time, as 2030-01-31T00:00:00Z");
  activate.command->add_flag("--without-trial", activate.settings.without_trial, "Though it was not tried");
  activate.command->add_flag("--no-wait", activate.settings.no_wait, "Do not wait for the end of the run");
  activate.command->add_option("--request-id", activate.settings.request_id, "A UUID: the same one does nothing twice");

  const AddedRuleset unschedule = AddRuleset(
      rulesets, "unschedule", "Take back that a ruleset comes into force at a time", exit_code, UnscheduleRuleset);
  AddName(unschedule);
  AddEtag(unschedule);

  const AddedRuleset withdraw =
      AddRuleset(rulesets, "withdraw", "Note that a ruleset may not come into force again", exit_code, WithdrawRuleset);
  AddName(withdraw);
  AddActor(withdraw);
  AddEtag(withdraw);
  withdraw.command->add_option("--comment", withdraw.settings.comment, "Why");
}

}  // namespace wensum::cli
