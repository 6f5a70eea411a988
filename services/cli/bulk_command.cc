#include "services/cli/bulk_command.h"

#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/strings.h"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "wensum/v1/bulk_decisions.grpc.pb.h"

namespace wensum::cli {
namespace {

constexpr int kBulkPage = 50;
constexpr int kBulkTaskPage = 1'000;

struct BulkSettings {
  ClientOptions client;
  std::string name;
  std::string answer;
  double min_score = 0;
  double max_score = 0;
  std::vector<v1::ReviewReason> reasons;
  std::string team;
  int sample = 0;
  int errors = 0;
  std::string actor;
  std::string reason;
  std::string comment;
  bool dry_run = false;
  bool sample_only = false;
  v1::BulkOutcome outcome = v1::BULK_OUTCOME_UNSPECIFIED;
  int limit = 20;
  bool json = false;
};

const std::map<std::string, v1::ReviewReason>& BulkReasons() {
  static const auto& reasons =
      *new std::map<std::string, v1::ReviewReason>{{"score", v1::REVIEW_REASON_SCORE},
                                                   {"undated", v1::REVIEW_REASON_UNDATED},
                                                   {"date_conflict", v1::REVIEW_REASON_DATE_CONFLICT},
                                                   {"given_name", v1::REVIEW_REASON_GIVEN_NAME},
                                                   {"distinct", v1::REVIEW_REASON_DISTINCT},
                                                   {"unique", v1::REVIEW_REASON_UNIQUE},
                                                   {"contested", v1::REVIEW_REASON_CONTESTED}};
  return reasons;
}

const std::map<std::string, v1::BulkOutcome>& BulkOutcomes() {
  static const auto& outcomes =
      *new std::map<std::string, v1::BulkOutcome>{{"waiting", v1::BULK_OUTCOME_WAITING},
                                                  {"sample_agreed", v1::BULK_OUTCOME_SAMPLE_AGREED},
                                                  {"sample_error", v1::BULK_OUTCOME_SAMPLE_ERROR},
                                                  {"decided", v1::BULK_OUTCOME_DECIDED},
                                                  {"closed", v1::BULK_OUTCOME_CLOSED},
                                                  {"held", v1::BULK_OUTCOME_HELD},
                                                  {"evidence_changed", v1::BULK_OUTCOME_EVIDENCE_CHANGED},
                                                  {"contradicted", v1::BULK_OUTCOME_CONTRADICTED},
                                                  {"unseen", v1::BULK_OUTCOME_UNSEEN},
                                                  {"undone", v1::BULK_OUTCOME_UNDONE},
                                                  {"undo_refused", v1::BULK_OUTCOME_UNDO_REFUSED}};
  return outcomes;
}

std::string OutcomeName(v1::BulkOutcome outcome) {
  const auto found =
      std::ranges::find_if(BulkOutcomes(), [outcome](const auto& entry) { return entry.second == outcome; });
  return found == BulkOutcomes().end() ? Cat(static_cast<int>(outcome)) : found->first;
}

std::string BulkFullName(const std::string& name) {
  return name.find('/') == std::string::npos ? Cat("bulkDecisions/", name) : name;
}

int PrintBulk(const grpc::Status& status, const google::protobuf::Message& message) {
  if (!status.ok()) {
    PrintError(status, std::cerr);
    return 1;
  }
  std::cout << ToJson(message, /*pretty=*/true) << "\n";
  return 0;
}

// "bulkDecisions/1  accepted  same  of 120 tasks, sample 20 of 20 answered, 0 errors"
void PrintBulkLine(const v1::BulkDecision& bulk) {
  std::cout << bulk.name() << "  " << ToLowerAscii(v1::BulkDecision::State_Name(bulk.state()).substr(6)) << "  "
            << (bulk.answer() == v1::DecideTaskRequest::ANSWER_SAME ? "same" : "distinct") << "  of "
            << bulk.task_count() << " tasks, sample " << bulk.sample().answered() << " of " << bulk.sample().size()
            << " answered, " << bulk.sample().errors() << " errors\n";
}

using BulkStub = v1::BulkDecisions::Stub;

grpc::Status ReadBulk(const Client& client, BulkStub& stub, const std::string& name, v1::BulkDecision& bulk) {
  grpc::ClientContext context;
  client.Prepare(context);
  v1::GetBulkDecisionRequest request;
  request.set_name(BulkFullName(name));
  return stub.GetBulkDecision(&context, request, &bulk);
}

int CreateBulk(const BulkSettings& settings) {
  const Client client(settings.client);
  const auto stub = v1::BulkDecisions::NewStub(client.channel());
  v1::CreateBulkDecisionRequest request;
  request.mutable_filter()->set_min_score(settings.min_score);
  request.mutable_filter()->set_max_score(settings.max_score);
  for (const v1::ReviewReason reason : settings.reasons) {
    request.mutable_filter()->add_reasons(reason);
  }
  request.mutable_filter()->set_team(settings.team);
  request.set_answer(settings.answer == "same" ? v1::DecideTaskRequest::ANSWER_SAME
                                               : v1::DecideTaskRequest::ANSWER_DISTINCT);
  request.set_sample_size(settings.sample);
  request.set_allowed_errors(settings.errors);
  request.set_actor(settings.actor);
  request.set_reason(settings.reason);
  request.set_comment(settings.comment);
  request.set_validate_only(settings.dry_run);
  grpc::ClientContext context;
  client.Prepare(context);
  v1::BulkDecision bulk;
  const grpc::Status status = stub->CreateBulkDecision(&context, request, &bulk);
  return PrintBulk(status, bulk);
}

int ShowBulk(const BulkSettings& settings) {
  const Client client(settings.client);
  const auto stub = v1::BulkDecisions::NewStub(client.channel());
  v1::BulkDecision bulk;
  const grpc::Status status = ReadBulk(client, *stub, settings.name, bulk);
  return PrintBulk(status, bulk);
}

int ListBulk(const BulkSettings& settings) {
  const Client client(settings.client);
  const auto stub = v1::BulkDecisions::NewStub(client.channel());
  v1::ListBulkDecisionsRequest request;
  for (int left = settings.limit; left > 0;) {
    request.set_page_size(std::min(left, kBulkPage));
    grpc::ClientContext context;
    client.Prepare(context);
    v1::ListBulkDecisionsResponse response;
    if (const grpc::Status status = stub->ListBulkDecisions(&context, request, &response); !status.ok()) {
      PrintError(status, std::cerr);
      return 1;
    }
    for (const v1::BulkDecision& bulk : response.bulk_decisions()) {
      if (settings.json) {
        std::cout << ToJson(bulk, /*pretty=*/false) << "\n";
      } else {
        PrintBulkLine(bulk);
      }
    }
    left -= response.bulk_decisions_size();
    if (response.next_page_token().empty()) {
      break;
    }
    request.set_page_token(response.next_page_token());
  }
  return 0;
}

int ListBulkTasks(const BulkSettings& settings) {
  const Client client(settings.client);
  const auto stub = v1::BulkDecisions::NewStub(client.channel());
  v1::ListBulkDecisionTasksRequest request;
  request.set_name(BulkFullName(settings.name));
  request.set_sample_only(settings.sample_only);
  request.set_outcome(settings.outcome);
  for (int left = settings.limit; left > 0;) {
    request.set_page_size(std::min(left, kBulkTaskPage));
    grpc::ClientContext context;
    client.Prepare(context);
    v1::ListBulkDecisionTasksResponse response;
    if (const grpc::Status status = stub->ListBulkDecisionTasks(&context, request, &response); !status.ok()) {
      PrintError(status, std::cerr);
      return 1;
    }
    for (const v1::BulkDecisionTask& task : response.tasks()) {
      if (settings.json) {
        std::cout << ToJson(task, /*pretty=*/false) << "\n";
      } else {
        std::cout << task.task() << "  " << OutcomeName(task.outcome()) << "  " << task.decision() << "\n";
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

// As it is now: who wants to be sure of its state shows it first.
template <typename Request>
int ChangeBulk(const BulkSettings& settings,
               grpc::Status (BulkStub::*method)(grpc::ClientContext*, const Request&, v1::BulkDecision*)) {
  const Client client(settings.client);
  const auto stub = v1::BulkDecisions::NewStub(client.channel());
  v1::BulkDecision bulk;
  if (const grpc::Status status = ReadBulk(client, *stub, settings.name, bulk); !status.ok()) {
    PrintError(status, std::cerr);
    return 1;
  }
  Request request;
  request.set_name(bulk.name());
  request.set_etag(bulk.etag());
  request.set_actor(settings.actor);
  request.set_comment(settings.comment);
  request.set_validate_only(settings.dry_run);
  if constexpr (requires { request.set_reason(settings.reason); }) {
    request.set_reason(settings.reason);
  }
  grpc::ClientContext context;
  client.Prepare(context);
  v1::BulkDecision changed;
  const grpc::Status status = ((*stub).*method)(&context, request, &changed);
  return PrintBulk(status, changed);
}

int ApplyBulk(const BulkSettings& settings) { return ChangeBulk(settings, &BulkStub::ApplyBulkDecision); }
int StopBulk(const BulkSettings& settings) { return ChangeBulk(settings, &BulkStub::StopBulkDecision); }
int UndoBulk(const BulkSettings& settings) { return ChangeBulk(settings, &BulkStub::UndoBulkDecision); }
int WithdrawBulk(const BulkSettings& settings) { return ChangeBulk(settings, &BulkStub::WithdrawBulkDecision); }

CLI::App* AddBulkReading(CLI::App& parent, const std::string& name, const std::string& description,
                         const std::shared_ptr<BulkSettings>& settings, int& exit_code,
                         int (*run)(const BulkSettings&)) {
  CLI::App* command = parent.add_subcommand(name, description);
  AddClientOptions(*command, settings->client);
  command->callback([settings, &exit_code, run] { exit_code = run(*settings); });
  return command;
}

CLI::App* AddBulkWriting(CLI::App& parent, const std::string& name, const std::string& description,
                         const std::shared_ptr<BulkSettings>& settings, int& exit_code,
                         int (*run)(const BulkSettings&)) {
  CLI::App* command = AddBulkReading(parent, name, description, settings, exit_code, run);
  command->add_option("--actor", settings->actor, "Who acts")->required();
  command->add_option("--comment", settings->comment, "Why");
  command->add_flag("--dry-run", settings->dry_run, "Print what it would do, and do nothing");
  return command;
}

void AddBulkName(CLI::App& command, BulkSettings& settings) {
  command.add_option("name", settings.name, "bulkDecisions/{number}, or the number alone")->required();
}

void AddBulkReason(CLI::App& command, BulkSettings& settings) {
  command.add_option("--reason", settings.reason, "One of the server's decision reasons: see `wensum tasks stats`")
      ->required();
}

void AddBulkCreate(CLI::App& bulk, int& exit_code) {
  auto create = std::make_shared<BulkSettings>();
  CLI::App* command = AddBulkWriting(bulk, "create", "Freeze the open tasks of a band of scores, and draw a sample",
                                     create, exit_code, CreateBulk);
  AddBulkReason(*command, *create);
  command->add_option("answer", create->answer, "same or distinct")
      ->required()
      ->check(CLI::IsMember({"same", "distinct"}));
  command->add_option("--min-score", create->min_score, "Log2 odds from which on")->required();
  command->add_option("--max-score", create->max_score, "And up to which")->required();
  command
      ->add_option("--review-reason", create->reasons,
                   "score, undated, date_conflict, given_name, distinct, unique, contested; repeatable")
      ->transform(CLI::CheckedTransformer(BulkReasons()));
  command->add_option("--team", create->team, "Only of this team");
  command->add_option("--sample", create->sample, "Tasks to draw, 1 to 2,000")->required();
  command->add_option("--errors", create->errors, "Of these, how many may say otherwise")->capture_default_str();
}

}  // namespace

void AddBulkCommand(CLI::App& tasks, int& exit_code) {
  CLI::App* bulk = tasks.add_subcommand("bulk", "One answer to many tasks, once a drawn sample bears it out");
  bulk->require_subcommand(1);
  AddBulkCreate(*bulk, exit_code);
  auto list = std::make_shared<BulkSettings>();
  CLI::App* command = AddBulkReading(*bulk, "list", "Bulk decisions, the newest first", list, exit_code, ListBulk);
  command->add_option("--limit", list->limit, "How many to print")->capture_default_str()->check(CLI::PositiveNumber);
  command->add_flag("--json", list->json, "Print JSON, one object a line");
  auto show = std::make_shared<BulkSettings>();
  command = AddBulkReading(*bulk, "show", "Print one as JSON", show, exit_code, ShowBulk);
  AddBulkName(*command, *show);
  auto of = std::make_shared<BulkSettings>();
  command = AddBulkReading(*bulk, "tasks", "Its tasks, in the order of the draw", of, exit_code, ListBulkTasks);
  AddBulkName(*command, *of);
  command->add_flag("--sample", of->sample_only, "Only those of the sample");
  command->add_option("--outcome", of->outcome, "Only those that came to this: waiting, decided, held, ...")
      ->transform(CLI::CheckedTransformer(BulkOutcomes()));
  command->add_option("--limit", of->limit, "Tasks to print")->capture_default_str()->check(CLI::PositiveNumber);
  command->add_flag("--json", of->json, "Print JSON, one object a line");
  auto apply = std::make_shared<BulkSettings>();
  command = AddBulkWriting(*bulk, "apply", "Answer its tasks, or go on with it", apply, exit_code, ApplyBulk);
  AddBulkName(*command, *apply);
  auto stop = std::make_shared<BulkSettings>();
  command = AddBulkWriting(*bulk, "stop", "Stop answering, or undoing, its tasks", stop, exit_code, StopBulk);
  AddBulkName(*command, *stop);
  auto undo = std::make_shared<BulkSettings>();
  command = AddBulkWriting(*bulk, "undo", "Undo all that it decided", undo, exit_code, UndoBulk);
  AddBulkName(*command, *undo);
  AddBulkReason(*command, *undo);
  auto withdraw = std::make_shared<BulkSettings>();
  command = AddBulkWriting(*bulk, "withdraw", "Give it up before it is applied", withdraw, exit_code, WithdrawBulk);
  AddBulkName(*command, *withdraw);
}

}  // namespace wensum::cli
