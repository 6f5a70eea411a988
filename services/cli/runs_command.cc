#include "services/cli/runs_command.h"

#include <google/protobuf/util/time_util.h>

#include <functional>
#include <iostream>
#include <memory>
#include <string>

#include "base/strings.h"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "services/cli/import_command.h"
#include "wensum/v1/imports.grpc.pb.h"

namespace wensum::cli {
namespace {

struct RunsSettings {
  ClientOptions client;
  std::string name;
  std::string feed;
  std::string actor;
  std::string comment;
  int limit = 20;
  bool json = false;
};

std::string RunName(const std::string& name) {
  return name.find('/') == std::string::npos ? Cat("importRuns/", name) : name;
}

// "importRuns/7  council_tax  2026-11-20T01:30:02Z  SUCCEEDED  read 120  changed 4  rejected 1".
std::string RunLine(const v1::ImportRun& run) {
  const v1::ImportCounts& counts = run.counts();
  std::string line =
      Cat(run.name(), "  ", run.feed(), "  ", google::protobuf::util::TimeUtil::ToString(run.start_time()), "  ",
          v1::ImportRun::State_Name(run.state()).substr(std::string_view("STATE_").size()), "  read ", counts.read(),
          "  changed ", counts.inserted() + counts.updated() + counts.deleted() + counts.absent_deleted(),
          "  rejected ", counts.rejected());
  if (run.kind() != v1::ImportRun::KIND_FILE) {
    AppendTo(line, "  ", v1::ImportRun::Kind_Name(run.kind()).substr(std::string_view("KIND_").size()), " of ",
             run.of_run(), " by ", run.actor());
  }
  if (!run.repeats().empty()) {
    AppendTo(line, "  the same as ", run.repeats());
  }
  if (run.deletes_withheld() != 0) {
    AppendTo(line, "  withheld ", run.deletes_withheld());
  }
  if (!run.rolled_back_by().empty()) {
    AppendTo(line, "  rolled back by ", run.rolled_back_by());
  }
  return Cat(line, "\n");
}

// A connection and what the commands do with it. Each returns the exit code.
class RunsClient {
 public:
  explicit RunsClient(const RunsSettings& settings)
      : settings_(settings), client_(settings.client), stub_(v1::Imports::NewStub(client_.channel())) {}

  int List() {
    v1::ListImportRunsRequest request;
    request.set_feed(settings_.feed);
    request.set_page_size(settings_.limit);
    v1::ListImportRunsResponse response;
    grpc::ClientContext context;
    client_.Prepare(context);
    const grpc::Status status = stub_->ListRuns(&context, request, &response);
    if (!status.ok()) {
      return Refused(status);
    }
    for (const v1::ImportRun& run : response.runs()) {
      std::cout << (settings_.json ? Cat(ToJson(run, /*pretty=*/false), "\n") : RunLine(run));
    }
    return 0;
  }

  int Show() {
    v1::GetImportRunRequest request;
    request.set_name(RunName(settings_.name));
    v1::ImportRun run;
    grpc::ClientContext context;
    client_.Prepare(context);
    const grpc::Status status = stub_->GetRun(&context, request, &run);
    return status.ok() ? Print(run) : Refused(status);
  }

  int Issues() {
    v1::ListImportIssuesRequest request;
    request.set_run(RunName(settings_.name));
    do {
      v1::ListImportIssuesResponse response;
      grpc::ClientContext context;
      client_.Prepare(context);
      const grpc::Status status = stub_->ListIssues(&context, request, &response);
      if (!status.ok()) {
        return Refused(status);
      }
      for (const v1::ImportIssue& issue : response.issues()) {
        PrintIssue(issue);
      }
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    return 0;
  }

  template <typename Request>
  int FollowUp(grpc::Status (v1::Imports::Stub::*method)(grpc::ClientContext*, const Request&, v1::ImportRun*)) {
    Request request;
    request.set_name(RunName(settings_.name));
    request.set_actor(settings_.actor);
    request.set_comment(settings_.comment);
    v1::ImportRun run;
    grpc::ClientContext context;
    client_.Prepare(context);
    grpc::Status status = (stub_.get()->*method)(&context, request, &run);
    if (status.ok()) {
      status = FollowImport(client_, run);
    }
    if (!status.ok()) {
      return Refused(status);
    }
    const int printed = Print(run);
    return run.state() == v1::ImportRun::STATE_SUCCEEDED ? printed : 1;
  }

 private:
  static int Refused(const grpc::Status& status) {
    PrintError(status, std::cerr);
    return 1;
  }
  [[nodiscard]] int Print(const v1::ImportRun& run) const {
    std::cout << (settings_.json ? Cat(ToJson(run, /*pretty=*/true), "\n") : ImportSummary(run));
    return 0;
  }
  void PrintIssue(const v1::ImportIssue& issue) const {
    if (settings_.json) {
      std::cout << ToJson(issue, /*pretty=*/false) << "\n";
      return;
    }
    std::cout << "line " << issue.line() << (issue.column().empty() ? "" : Cat(", ", issue.column())) << ": "
              << v1::ImportIssue::Severity_Name(issue.severity()).substr(std::string_view("SEVERITY_").size()) << " "
              << issue.rule() << ": " << issue.message() << "\n";
  }

  const RunsSettings& settings_;
  Client client_;
  std::unique_ptr<v1::Imports::Stub> stub_;
};

CLI::App* AddOne(CLI::App& runs, const std::shared_ptr<RunsSettings>& settings, const std::string& name,
                 const std::string& what, int& exit_code, const std::function<int(RunsClient&)>& run) {
  CLI::App* command = runs.add_subcommand(name, what);
  AddClientOptions(*command, settings->client);
  command->add_flag("--json", settings->json, "Print JSON");
  command->callback([settings, run, &exit_code] {
    RunsClient client(*settings);
    exit_code = run(client);
  });
  return command;
}

}  // namespace

void AddRunsCommands(CLI::App& app, int& exit_code) {
  CLI::App* runs = app.add_subcommand("runs", "What became of imports; roll one back");
  runs->require_subcommand(1);
  const auto settings = std::make_shared<RunsSettings>();
  const auto named = [&](CLI::App* command) {
    command->add_option("run", settings->name, "importRuns/{number}, or the number")->required();
    return command;
  };
  const auto decided = [&](CLI::App* command) {
    named(command)->add_option("--actor", settings->actor, "Who decides it")->required();
    command->add_option("--comment", settings->comment, "Why");
  };
  CLI::App* list =
      AddOne(*runs, settings, "list", "Runs, the newest first", exit_code, [](RunsClient& c) { return c.List(); });
  list->add_option("--feed", settings->feed, "Only those of this feed");
  list->add_option("--limit", settings->limit, "At most so many")->check(CLI::Range(1, 100));
  named(AddOne(*runs, settings, "show", "One run", exit_code, [](RunsClient& c) { return c.Show(); }));
  named(AddOne(*runs, settings, "issues", "The problems of a run, by row", exit_code,
               [](RunsClient& c) { return c.Issues(); }));
  decided(AddOne(*runs, settings, "confirm-deletes", "Delete the records that a run withheld", exit_code,
                 [](RunsClient& c) { return c.FollowUp(&v1::Imports::Stub::ConfirmDeletes); }));
  decided(AddOne(*runs, settings, "roll-back", "Take back what a run did to source records", exit_code,
                 [](RunsClient& c) { return c.FollowUp(&v1::Imports::Stub::RollBackRun); }));
}

}  // namespace wensum::cli
