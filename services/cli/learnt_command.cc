#include "services/cli/learnt_command.h"

#include <algorithm>
#include <iostream>
#include <memory>
#include <string>

#include "base/strings.h"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "wensum/v1/learnt_addresses.grpc.pb.h"
#include "wensum/v1/stewardship.grpc.pb.h"

namespace wensum::cli {
namespace {

constexpr int kLearntPage = 200;

struct LearntSettings {
  ClientOptions client;
  v1::LearnAddressRequest learn;
  v1::RetractLearntAddressRequest retract;
  v1::ListLearntAddressesRequest list;
  uint64_t uprn = 0;
  bool not_here = false;
  int limit = 50;
  bool json = false;
};

std::string FullNameOf(const std::string& collection, const std::string& name) {
  return name.find('/') == std::string::npos ? collection + name : name;
}

int PrintLearntAnswer(const grpc::Status& status, const v1::LearnAddressResponse& answer) {
  if (!status.ok()) {
    PrintError(status, std::cerr);
    return 1;
  }
  std::cout << ToJson(answer, /*pretty=*/true) << "\n";
  return 0;
}

// Of a task as it is now: who wants to be sure of it shows it first.
grpc::Status ReadEtag(const Client& client, v1::LearnAddressRequest& request) {
  const auto stub = v1::Stewardship::NewStub(client.channel());
  grpc::ClientContext context;
  client.Prepare(context);
  v1::GetTaskRequest asked;
  asked.set_name(request.task());
  v1::Task task;
  const grpc::Status status = stub->GetTask(&context, asked, &task);
  request.set_task_etag(task.etag());
  return status;
}

int Learn(const LearntSettings& settings) {
  const Client client(settings.client);
  v1::LearnAddressRequest request = settings.learn;
  if (settings.not_here) {
    request.set_not_here(true);
  } else {
    request.set_uprn(settings.uprn);
  }
  v1::LearnAddressResponse answer;
  if (!request.task().empty()) {
    request.set_task(FullNameOf("tasks/", request.task()));
    if (const grpc::Status status = ReadEtag(client, request); !status.ok()) {
      return PrintLearntAnswer(status, answer);
    }
  }
  grpc::ClientContext context;
  client.Prepare(context);
  const grpc::Status status = v1::LearntAddresses::NewStub(client.channel())->Learn(&context, request, &answer);
  return PrintLearntAnswer(status, answer);
}

int Forget(const LearntSettings& settings) {
  const Client client(settings.client);
  v1::RetractLearntAddressRequest request = settings.retract;
  request.set_name(FullNameOf("learntAddresses/", request.name()));
  grpc::ClientContext context;
  client.Prepare(context);
  v1::LearnAddressResponse answer;
  const grpc::Status status = v1::LearntAddresses::NewStub(client.channel())->Retract(&context, request, &answer);
  return PrintLearntAnswer(status, answer);
}

// "learntAddresses/7  "12 High St", NR1 1AA  properties/100  housing  ann"
void PrintLearnt(const v1::LearntAddress& learnt) {
  std::cout << learnt.name() << "  " << Quote(learnt.text());
  if (!learnt.postcode().empty()) {
    std::cout << ", " << learnt.postcode();
  }
  std::cout << "  " << (learnt.property().empty() ? "not here" : learnt.property()) << "  "
            << (learnt.source().empty() ? "all sources" : learnt.source()) << "  " << learnt.actor();
  if (learnt.has_retraction()) {
    std::cout << "  retracted by " << learnt.retraction().actor();
  }
  std::cout << "\n";
}

int ListLearnt(const LearntSettings& settings) {
  const Client client(settings.client);
  const auto stub = v1::LearntAddresses::NewStub(client.channel());
  v1::ListLearntAddressesRequest request = settings.list;
  if (settings.uprn != 0) {
    request.set_property(Cat("properties/", settings.uprn));
  }
  for (int left = settings.limit; left > 0;) {
    request.set_page_size(std::min(left, kLearntPage));
    grpc::ClientContext context;
    client.Prepare(context);
    v1::ListLearntAddressesResponse response;
    if (const grpc::Status status = stub->List(&context, request, &response); !status.ok()) {
      PrintError(status, std::cerr);
      return 1;
    }
    for (const v1::LearntAddress& learnt : response.learnt_addresses()) {
      if (settings.json) {
        std::cout << ToJson(learnt, /*pretty=*/false) << "\n";
      } else {
        PrintLearnt(learnt);
      }
    }
    left -= response.learnt_addresses_size();
    if (response.next_page_token().empty()) {
      break;
    }
    request.set_page_token(response.next_page_token());
  }
  return 0;
}

CLI::App* AddLearnt(CLI::App& address, const std::string& name, const std::string& description,
                    const std::shared_ptr<LearntSettings>& settings, int& exit_code,
                    int (*run)(const LearntSettings&)) {
  CLI::App* command = address.add_subcommand(name, description);
  AddClientOptions(*command, settings->client);
  command->callback([settings, &exit_code, run] { exit_code = run(*settings); });
  return command;
}

// CLI11 fills variables, and these are fields of a message.
void AddText(CLI::App& command, const std::string& option, const std::string& description, std::string* field,
             bool required = false) {
  command.add_option(option, *field, description)->required(required);
}

void AddLearnCommand(CLI::App& address, int& exit_code) {
  auto settings = std::make_shared<LearntSettings>();
  CLI::App* command = AddLearnt(address, "learn", "From now on this address means this property, or none of ours",
                                settings, exit_code, Learn);
  v1::LearnAddressRequest& request = settings->learn;
  AddText(*command, "text", "The address in one line", request.mutable_text());
  AddText(*command, "--postcode", "Its postcode, unless it stands in the text", request.mutable_postcode());
  AddText(*command, "--task", "Instead: tasks/{number} of an unresolved address, as it is now", request.mutable_task());
  CLI::Option* uprn = command->add_option("--uprn", settings->uprn, "The property that it means");
  command->add_flag("--not-here", settings->not_here, "It is no property of this gazetteer")->excludes(uprn);
  AddText(*command, "--source", "Only for records of this source", request.mutable_source());
  AddText(*command, "--actor", "Who acts", request.mutable_actor(), /*required=*/true);
  AddText(*command, "--reason", "Why, in a word", request.mutable_reason());
  AddText(*command, "--comment", "Why", request.mutable_comment());
  command->add_flag_function(
      "--allow-contradiction", [settings](int64_t) { settings->learn.set_allow_contradiction(true); },
      "Although the address speaks against that property");
  command->add_flag_function(
      "--dry-run", [settings](int64_t) { settings->learn.set_validate_only(true); }, "Say what would happen");
}

}  // namespace

void AddLearntCommands(CLI::App& address, int& exit_code) {
  AddLearnCommand(address, exit_code);
  auto forget = std::make_shared<LearntSettings>();
  CLI::App* command = AddLearnt(address, "forget", "Retract what was learnt", forget, exit_code, Forget);
  AddText(*command, "name", "learntAddresses/{number}, or the number alone", forget->retract.mutable_name(),
          /*required=*/true);
  AddText(*command, "--actor", "Who acts", forget->retract.mutable_actor(), /*required=*/true);
  AddText(*command, "--reason", "Why, in a word", forget->retract.mutable_reason());
  AddText(*command, "--comment", "Why", forget->retract.mutable_comment());
  command->add_flag_function(
      "--dry-run", [forget](int64_t) { forget->retract.set_validate_only(true); }, "Say what would happen");
  auto list = std::make_shared<LearntSettings>();
  command = AddLearnt(address, "learnt", "What was learnt, the newest first", list, exit_code, ListLearnt);
  command->add_option("--uprn", list->uprn, "Only what means this property");
  AddText(*command, "--source", "Only what holds for this source alone", list->list.mutable_source());
  command->add_flag_function(
      "--retracted", [list](int64_t) { list->list.set_show_retracted(true); }, "Also what was retracted");
  command->add_option("--limit", list->limit, "How many to print")->capture_default_str()->check(CLI::PositiveNumber);
  command->add_flag("--json", list->json, "Print JSON, one object a line");
}

}  // namespace wensum::cli
