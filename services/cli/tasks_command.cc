#include "services/cli/tasks_command.h"

#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/strings.h"
#include "google/protobuf/util/time_util.h"
#include "services/cli/bulk_command.h"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "services/cli/decisions_command.h"
#include "wensum/v1/stewardship.grpc.pb.h"

namespace wensum::cli {
namespace {

constexpr int kPageSize = 200;

struct TaskSettings {
  ClientOptions client;
  std::vector<v1::Task::Kind> kinds;
  v1::Task::State state = v1::Task::STATE_OPEN;
  std::string team;
  std::string assignee;
  std::string subject;
  std::string name;
  std::string actor;
  std::string reason;
  std::string comment;
  std::string received;
  v1::SubjectRequestEvidence::Type request = v1::SubjectRequestEvidence::TYPE_UNSPECIFIED;
  int limit = 50;
  bool json = false;
};

const std::map<std::string, v1::Task::Kind> kKindNames = {{"possible_match", v1::Task::KIND_POSSIBLE_MATCH},
                                                          {"property_duplicate", v1::Task::KIND_PROPERTY_DUPLICATE},
                                                          {"provisional_property", v1::Task::KIND_PROVISIONAL_PROPERTY},
                                                          {"unresolved_address", v1::Task::KIND_UNRESOLVED_ADDRESS},
                                                          {"conflict", v1::Task::KIND_CONFLICT},
                                                          {"overlay", v1::Task::KIND_OVERLAY},
                                                          {"weak_entity", v1::Task::KIND_WEAK_ENTITY},
                                                          {"data_quality", v1::Task::KIND_DATA_QUALITY},
                                                          {"import_stopped", v1::Task::KIND_IMPORT_STOPPED},
                                                          {"subject_request", v1::Task::KIND_SUBJECT_REQUEST}};
const std::map<std::string, v1::SubjectRequestEvidence::Type> kRequestNames = {
    {"erasure", v1::SubjectRequestEvidence::TYPE_ERASURE},
    {"rectification", v1::SubjectRequestEvidence::TYPE_RECTIFICATION},
    {"restriction", v1::SubjectRequestEvidence::TYPE_RESTRICTION},
    {"objection", v1::SubjectRequestEvidence::TYPE_OBJECTION}};
const std::map<std::string, v1::Task::State> kStateNames = {
    {"open", v1::Task::STATE_OPEN}, {"closed", v1::Task::STATE_CLOSED}, {"dismissed", v1::Task::STATE_DISMISSED}};

template <typename Value>
std::string NameOf(const std::map<std::string, Value>& names, Value value) {
  for (const auto& [name, one] : names) {
    if (one == value) {
      return name;
    }
  }
  return Cat(static_cast<int>(value));
}

std::string FullName(const std::string& name) {
  return name.find('/') == std::string::npos ? Cat("tasks/", name) : name;
}

// "tasks/7  possible_match  people  open  people/ab people/cd  claimed by ann"
void PrintLine(const v1::Task& task) {
  std::cout << task.name() << "  " << NameOf(kKindNames, task.kind()) << "  " << task.team() << "  "
            << NameOf(kStateNames, task.state()) << " ";
  for (const std::string& subject : task.subjects()) {
    std::cout << " " << subject;
  }
  if (task.evidence().has_unresolved_address()) {
    const v1::UnresolvedAddressEvidence& address = task.evidence().unresolved_address();
    std::cout << " " << Quote(address.text()) << (address.postcode().empty() ? "" : ", ") << address.postcode();
  }
  if (task.evidence().has_data_quality()) {
    const v1::DataQualityEvidence& quality = task.evidence().data_quality();
    std::cout << " " << quality.source() << " " << quality.field() << " " << quality.rule() << ": "
              << quality.record_count() << " of " << quality.live_record_count() << " records";
  }
  if (!task.claimant().empty()) {
    std::cout << "  claimed by " << task.claimant();
  } else if (task.has_deferred_until()) {
    std::cout << "  deferred";
  } else if (!task.assignee().empty()) {
    std::cout << "  assigned to " << task.assignee();
  }
  std::cout << "\n";
}

int PrintTask(const grpc::Status& status, const v1::Task& task) {
  if (!status.ok()) {
    PrintError(status, std::cerr);
    return 1;
  }
  std::cout << ToJson(task, /*pretty=*/true) << "\n";
  return 0;
}

int ListTasks(const TaskSettings& settings) {
  const Client client(settings.client);
  const auto stub = v1::Stewardship::NewStub(client.channel());
  v1::ListTasksRequest request;
  for (const v1::Task::Kind kind : settings.kinds) {
    request.add_kinds(kind);
  }
  request.set_state(settings.subject.empty() ? settings.state : v1::Task::STATE_UNSPECIFIED);
  request.set_team(settings.team);
  request.set_assignee(settings.assignee);
  request.set_subject(settings.subject);
  for (int left = settings.limit; left > 0;) {
    request.set_page_size(std::min(left, kPageSize));
    grpc::ClientContext context;
    client.Prepare(context);
    v1::ListTasksResponse response;
    if (const grpc::Status status = stub->ListTasks(&context, request, &response); !status.ok()) {
      PrintError(status, std::cerr);
      return 1;
    }
    for (const v1::Task& task : response.tasks()) {
      if (settings.json) {
        std::cout << ToJson(task, /*pretty=*/false) << "\n";
      } else {
        PrintLine(task);
      }
    }
    left -= response.tasks_size();
    if (response.next_page_token().empty()) {
      break;
    }
    request.set_page_token(response.next_page_token());
  }
  return 0;
}

int ShowTask(const TaskSettings& settings) {
  const Client client(settings.client);
  const auto stub = v1::Stewardship::NewStub(client.channel());
  grpc::ClientContext context;
  client.Prepare(context);
  v1::GetTaskRequest request;
  request.set_name(FullName(settings.name));
  v1::Task task;
  const grpc::Status status = stub->GetTask(&context, request, &task);
  return PrintTask(status, task);
}

int NextTask(const TaskSettings& settings) {
  const Client client(settings.client);
  const auto stub = v1::Stewardship::NewStub(client.channel());
  grpc::ClientContext context;
  client.Prepare(context);
  v1::ClaimNextTaskRequest request;
  request.set_actor(settings.actor);
  request.set_team(settings.team);
  for (const v1::Task::Kind kind : settings.kinds) {
    request.add_kinds(kind);
  }
  v1::Task task;
  const grpc::Status status = stub->ClaimNextTask(&context, request, &task);
  return PrintTask(status, task);
}

// As the task is now: who wants to be sure of the evidence shows it first.
grpc::Status ReadTask(const Client& client, v1::Stewardship::Stub& stub, const std::string& name, v1::Task& task) {
  grpc::ClientContext context;
  client.Prepare(context);
  v1::GetTaskRequest request;
  request.set_name(FullName(name));
  return stub.GetTask(&context, request, &task);
}

int DismissTask(const TaskSettings& settings) {
  const Client client(settings.client);
  const auto stub = v1::Stewardship::NewStub(client.channel());
  v1::Task task;
  if (const grpc::Status status = ReadTask(client, *stub, settings.name, task); !status.ok()) {
    return PrintTask(status, task);
  }
  grpc::ClientContext context;
  client.Prepare(context);
  v1::DismissTaskRequest request;
  request.set_name(task.name());
  request.set_actor(settings.actor);
  request.set_reason(settings.reason);
  request.set_comment(settings.comment);
  request.set_etag(task.etag());
  v1::Task dismissed;
  const grpc::Status status = stub->DismissTask(&context, request, &dismissed);
  return PrintTask(status, dismissed);
}

int CreateRequest(const TaskSettings& settings) {
  const Client client(settings.client);
  v1::CreateSubjectRequestRequest request;
  request.set_person(settings.name.find('/') == std::string::npos ? Cat("people/", settings.name) : settings.name);
  request.set_type(settings.request);
  request.set_actor(settings.actor);
  request.set_comment(settings.comment);
  if (!settings.received.empty() &&
      !google::protobuf::util::TimeUtil::FromString(settings.received, request.mutable_receive_time())) {
    std::cerr << "--received is no time as 2030-01-31T00:00:00Z\n";
    return 1;
  }
  grpc::ClientContext context;
  client.Prepare(context);
  v1::Task task;
  const grpc::Status status =
      v1::Stewardship::NewStub(client.channel())->CreateSubjectRequest(&context, request, &task);
  return PrintTask(status, task);
}

int CompleteRequest(const TaskSettings& settings) {
  const Client client(settings.client);
  const auto stub = v1::Stewardship::NewStub(client.channel());
  v1::Task task;
  if (const grpc::Status status = ReadTask(client, *stub, settings.name, task); !status.ok()) {
    return PrintTask(status, task);
  }
  v1::CompleteSubjectRequestRequest request;
  request.set_name(task.name());
  request.set_etag(task.etag());
  request.set_actor(settings.actor);
  request.set_comment(settings.comment);
  grpc::ClientContext context;
  client.Prepare(context);
  v1::Task completed;
  const grpc::Status status = stub->CompleteSubjectRequest(&context, request, &completed);
  return PrintTask(status, completed);
}

int CountTasks(const TaskSettings& settings) {
  const Client client(settings.client);
  const auto stub = v1::Stewardship::NewStub(client.channel());
  grpc::ClientContext context;
  client.Prepare(context);
  v1::TaskStatistics statistics;
  const grpc::Status status = stub->GetTaskStatistics(&context, v1::GetTaskStatisticsRequest(), &statistics);
  if (!status.ok()) {
    PrintError(status, std::cerr);
    return 1;
  }
  std::cout << ToJson(statistics, /*pretty=*/true) << "\n";
  return 0;
}

CLI::App* AddOne(CLI::App& tasks, const std::string& name, const std::string& description,
                 const std::shared_ptr<TaskSettings>& settings, int& exit_code, int (*run)(const TaskSettings&)) {
  CLI::App* command = tasks.add_subcommand(name, description);
  AddClientOptions(*command, settings->client);
  command->callback([settings, &exit_code, run] { exit_code = run(*settings); });
  return command;
}

void AddFilters(CLI::App& command, TaskSettings& settings) {
  command
      .add_option("--kind", settings.kinds,
                  "possible_match, property_duplicate, provisional_property, unresolved_address, conflict, "
                  "overlay, weak_entity, data_quality, import_stopped, subject_request; repeatable")
      ->transform(CLI::CheckedTransformer(kKindNames));
  command.add_option("--team", settings.team, "Only of this team");
}

}  // namespace

void AddTasksCommand(CLI::App& app, int& exit_code) {
  CLI::App* tasks = app.add_subcommand("tasks", "What stewards are asked to look at");
  tasks->require_subcommand(1);
  auto list = std::make_shared<TaskSettings>();
  CLI::App* command = AddOne(*tasks, "list", "Tasks, open ones in the order of work", list, exit_code, ListTasks);
  AddFilters(*command, *list);
  command->add_option("--state", list->state, "open, closed or dismissed")
      ->transform(CLI::CheckedTransformer(kStateNames));
  command->add_option("--assignee", list->assignee, "Only of this steward");
  command->add_option("--subject", list->subject, "people/{id} or properties/{uprn}: about it, of any state");
  command->add_option("--limit", list->limit, "Tasks to print")->capture_default_str()->check(CLI::PositiveNumber);
  command->add_flag("--json", list->json, "Print JSON, one object a line");
  auto show = std::make_shared<TaskSettings>();
  command = AddOne(*tasks, "show", "Print one task as JSON, with its history", show, exit_code, ShowTask);
  command->add_option("name", show->name, "tasks/{number}, or the number alone")->required();
  auto next = std::make_shared<TaskSettings>();
  command = AddOne(*tasks, "next", "Claim the next task, and print it as JSON", next, exit_code, NextTask);
  command->add_option("--actor", next->actor, "Who acts")->required();
  AddFilters(*command, *next);
  auto dismiss = std::make_shared<TaskSettings>();
  command = AddOne(*tasks, "dismiss", "Dismiss a task as it is now", dismiss, exit_code, DismissTask);
  command->add_option("name", dismiss->name, "tasks/{number}, or the number alone")->required();
  command->add_option("--actor", dismiss->actor, "Who acts")->required();
  command->add_option("--reason", dismiss->reason, "One of the server's reasons: see `wensum tasks stats`")->required();
  command->add_option("--comment", dismiss->comment, "Why");
  auto request = std::make_shared<TaskSettings>();
  command = AddOne(*tasks, "request", "Note what a person asks for", request, exit_code, CreateRequest);
  command->add_option("person", request->name, "people/{id}, or the id alone")->required();
  command->add_option("type", request->request, "erasure, rectification, restriction or objection")
      ->required()
      ->transform(CLI::CheckedTransformer(kRequestNames));
  command->add_option("--actor", request->actor, "Who acts")->required();
  command->add_option("--comment", request->comment, "How it came, and what it says");
  command->add_option("--received", request->received, "A time, as 2030-01-31T00:00:00Z; else now");
  auto complete = std::make_shared<TaskSettings>();
  command =
      AddOne(*tasks, "complete", "Say that what a person asked for was done", complete, exit_code, CompleteRequest);
  command->add_option("name", complete->name, "tasks/{number}, or the number alone")->required();
  command->add_option("--actor", complete->actor, "Who acts")->required();
  command->add_option("--comment", complete->comment, "What was done")->required();
  AddDecideCommand(*tasks, exit_code);
  AddBulkCommand(*tasks, exit_code);
  AddOne(*tasks, "stats", "What is open, by team and kind", std::make_shared<TaskSettings>(), exit_code, CountTasks);
}

}  // namespace wensum::cli
