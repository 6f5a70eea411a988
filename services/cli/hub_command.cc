#include "services/cli/hub_command.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "model/partial_date.h"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "services/cli/export_command.h"
#include "services/cli/file_chunks.h"
#include "wensum/v1/hub.grpc.pb.h"

namespace wensum::cli {
namespace {

using Submission = v1::HubSubmission;

struct PrepareSettings {
  ClientOptions client;
  bool full = false;
  uint64_t since = 0;
  uint64_t report = 0;
  int custodian_code = 0;
  std::string custodian_name;
  std::string remark;
  std::string out;
  bool validate_only = false;
  bool json = false;
};

struct ProgressSettings {
  ClientOptions client;
  Submission::State state = Submission::STATE_UNSPECIFIED;
  uint64_t number = 0;
  std::string date;
  std::string remark;
  std::string receipt;
};

struct FileSettings {
  ClientOptions client;
  uint64_t number = 0;
  std::string out;
};

struct ListSettings {
  ClientOptions client;
  int custodian_code = 0;
  int limit = 20;
  bool json = false;
};

struct ReportSettings {
  ClientOptions client;
  std::string file;
  bool resynchronisation = false;
  uint64_t submission = 0;
  std::string remark;
  bool json = false;
};

struct FindingsSettings {
  ClientOptions client;
  std::string parent;
  std::string check;
  int limit = 100;
};

int Fail(const grpc::Status& status) {
  PrintError(status, std::cerr);
  return 1;
}
int Fail(const std::string& message) {
  std::cerr << "error: " << message << "\n";
  return 1;
}

std::string NameOf(uint64_t number) { return Cat("submissions/", number); }

// "7  SENT  CHANGE_ONLY  r12..r80  431 records  2625_change_r12_r80.csv"
void PrintLine(const Submission& submission) {
  const Submission::Step& step = *submission.steps().rbegin();
  std::cout << (submission.name().empty() ? "(not stored)" : submission.name()) << "  "
            << Submission::State_Name(submission.state()).substr(6) << "  "
            << Submission::Kind_Name(submission.kind()).substr(5) << "  ";
  if (submission.has_since_revision()) {
    std::cout << "r" << submission.since_revision() << "..";
  }
  std::cout << "r" << submission.revision() << "  " << submission.records() << " records  " << submission.file_name();
  if (!step.receipt().empty()) {
    std::cout << "  receipt " << step.receipt();
  }
  if (!submission.resynchronisation().empty()) {
    std::cout << "  by " << submission.resynchronisation();
  }
  std::cout << "\n";
}

void Print(const Submission& submission) {
  PrintLine(submission);
  std::cout << "custodian " << submission.custodian_code() << ", " << submission.bytes() << " bytes, held back "
            << submission.held_back() << "\nsha256 " << submission.sha256() << "\n";
}

// Writes the submission's file and compares it with what the submission says of it. Prints errors.
bool Fetch(const Client& client, const Submission& submission, const std::string& out) {
  v1::ExportFacts facts;
  if (!FetchExport(client, submission.export_request(), out, &facts)) {
    return false;
  }
  if (facts.sha256() != submission.sha256()) {
    Fail(Cat("the file ", Quote(out), " is not the one that was prepared: it has SHA-256 ", facts.sha256(), ", not ",
             submission.sha256(), "; do not send it, withdraw the submission and prepare another"));
    return false;
  }
  return true;
}

int Prepare(const CLI::App& command, const PrepareSettings& settings) {
  const Client client(settings.client);
  const auto stub = v1::HubSubmissions::NewStub(client.channel());
  grpc::ClientContext context;
  client.Prepare(context, /*with_deadline=*/false);
  v1::PrepareSubmissionRequest request;
  request.set_kind(settings.full ? Submission::KIND_FULL : Submission::KIND_CHANGE_ONLY);
  request.set_custodian_code(settings.custodian_code);
  request.set_custodian_name(settings.custodian_name);
  request.set_remark(settings.remark);
  request.set_validate_only(settings.validate_only);
  if (command.get_option("--since")->count() > 0) {
    request.set_since_revision(settings.since);
  }
  if (command.get_option("--resync")->count() > 0) {
    request.set_resynchronisation(Cat("hubReports/", settings.report));
  }
  Submission submission;
  if (const grpc::Status status = stub->Prepare(&context, request, &submission); !status.ok()) {
    return Fail(status);
  }
  if (settings.json) {
    std::cout << ToJson(submission, /*pretty=*/true) << "\n";
  } else {
    Print(submission);
  }
  return settings.out.empty() || Fetch(client, submission, settings.out) ? 0 : 1;
}

int WriteFile(const FileSettings& settings) {
  const Client client(settings.client);
  const auto stub = v1::HubSubmissions::NewStub(client.channel());
  grpc::ClientContext context;
  client.Prepare(context);
  v1::GetSubmissionRequest request;
  request.set_name(NameOf(settings.number));
  Submission submission;
  if (const grpc::Status status = stub->Get(&context, request, &submission); !status.ok()) {
    return Fail(status);
  }
  if (!Fetch(client, submission, settings.out)) {
    return 1;
  }
  Print(submission);
  return 0;
}

int RecordProgress(const ProgressSettings& settings) {
  v1::RecordProgressRequest request;
  request.set_name(NameOf(settings.number));
  request.set_state(settings.state);
  request.set_remark(settings.remark);
  request.set_receipt(settings.receipt);
  if (!settings.date.empty()) {
    const absl::StatusOr<model::PartialDate> date = model::PartialDate::Parse(settings.date);
    if (!date.ok()) {
      return Fail(Cat("--date: ", Message(date.status())));
    }
    request.mutable_date()->set_year(date->year);
    request.mutable_date()->set_month(date->month);
    request.mutable_date()->set_day(date->day);
  }
  const Client client(settings.client);
  const auto stub = v1::HubSubmissions::NewStub(client.channel());
  grpc::ClientContext context;
  client.Prepare(context);
  Submission submission;
  if (const grpc::Status status = stub->RecordProgress(&context, request, &submission); !status.ok()) {
    return Fail(status);
  }
  PrintLine(submission);
  return 0;
}

int List(const ListSettings& settings) {
  const Client client(settings.client);
  const auto stub = v1::HubSubmissions::NewStub(client.channel());
  grpc::ClientContext context;
  client.Prepare(context);
  v1::ListSubmissionsRequest request;
  request.set_custodian_code(settings.custodian_code);
  request.set_page_size(settings.limit);
  v1::ListSubmissionsResponse response;
  if (const grpc::Status status = stub->List(&context, request, &response); !status.ok()) {
    return Fail(status);
  }
  for (const Submission& submission : response.submissions()) {
    if (settings.json) {
      std::cout << ToJson(submission, /*pretty=*/false) << "\n";
    } else {
      PrintLine(submission);
    }
  }
  return 0;
}

void PrintChecks(const v1::HubReport& report) {
  std::cout << report.name() << ": " << report.rows() << " rows, " << report.findings() << " findings, "
            << report.unreadable() << " unreadable; " << report.unknown_objects()
            << " about what is not in the gazetteer, " << report.unknown_checks()
            << " of checks that there is no rule for\n";
  for (const v1::HubReport::Check& check : report.checks()) {
    std::cout << "  " << check.check_code() << "  " << check.findings() << "  "
              << (check.rule().empty() ? "no rule here" : Cat("rule ", check.rule(), ": ", check.requirement()))
              << "\n";
  }
}

void PrintComparison(const v1::HubReport& report) {
  std::cout << report.name() << ": custodian " << report.custodian_code() << ", " << report.hub_records()
            << " records of the hub compared with " << report.register_records() << " of revision "
            << report.compared_revision()
            << (report.submission().empty() ? std::string() : Cat(" (", report.submission(), ")")) << "; "
            << report.findings() << " differ, " << report.unreadable() << " unreadable, " << report.other_custodians()
            << " of other custodians\n";
  for (const v1::HubReport::Check& check : report.checks()) {
    std::cout << "  " << check.check_code() << "  " << check.findings() << "\n";
  }
}

void Print(const v1::HubReport& report) {
  if (report.kind() == v1::HubReport::KIND_RESYNCHRONISATION) {
    PrintComparison(report);
  } else {
    PrintChecks(report);
  }
  for (const v1::HubReport::Issue& issue : report.issues()) {
    std::cout << "  " << issue.message() << "\n";
  }
  if (const auto listed = static_cast<uint64_t>(report.issues_size()); listed < report.issue_count()) {
    std::cout << "  ... and " << report.issue_count() - listed << " more\n";
  }
}

int ImportReport(const ReportSettings& settings) {
  std::ifstream file(settings.file, std::ios::binary);
  if (!file.is_open()) {
    return Fail(Cat("the file ", Quote(settings.file), " cannot be read"));
  }
  const Client client(settings.client);
  const auto stub = v1::HubSubmissions::NewStub(client.channel());
  grpc::ClientContext context;
  client.Prepare(context, /*with_deadline=*/false);
  v1::HubReport report;
  const auto stream = stub->ImportReport(&context, &report);
  v1::ImportReportRequest message;
  v1::HubReportSpec& spec = *message.mutable_spec();
  spec.set_kind(settings.resynchronisation ? v1::HubReport::KIND_RESYNCHRONISATION
                : settings.submission == 0 ? v1::HubReport::KIND_HEALTH_CHECK
                                           : v1::HubReport::KIND_SUBMISSION);
  if (settings.submission != 0) {
    spec.set_submission(NameOf(settings.submission));
  }
  spec.set_file_name(std::filesystem::path(settings.file).filename().string());
  spec.set_remark(settings.remark);
  const bool readable = !stream->Write(message) || ForEachChunk(file, [&](std::string_view chunk) {
    message.set_chunk(std::string(chunk));
    return stream->Write(message);
  });
  if (!readable) {
    context.TryCancel();
    stream->Finish();
    return Fail(Cat("the file ", Quote(settings.file), " cannot be read"));
  }
  stream->WritesDone();
  if (const grpc::Status status = stream->Finish(); !status.ok()) {
    return Fail(status);
  }
  if (settings.json) {
    std::cout << ToJson(report, /*pretty=*/true) << "\n";
  } else {
    Print(report);
  }
  return 0;
}

int ListFindings(const FindingsSettings& settings) {
  const Client client(settings.client);
  const auto stub = v1::HubSubmissions::NewStub(client.channel());
  grpc::ClientContext context;
  client.Prepare(context);
  v1::ListHubFindingsRequest request;
  request.set_parent(settings.parent);
  request.set_check_code(settings.check);
  request.set_page_size(settings.limit);
  v1::ListHubFindingsResponse response;
  if (const grpc::Status status = stub->ListFindings(&context, request, &response); !status.ok()) {
    return Fail(status);
  }
  for (const v1::HubFinding& finding : response.findings()) {
    std::cout << finding.check_code() << "  " << (finding.property().empty() ? finding.street() : finding.property())
              << (finding.lpi_key().empty() ? "" : Cat("  ", finding.lpi_key())) << "  " << finding.message() << "\n";
  }
  if (!response.next_page_token().empty()) {
    std::cout << "... and more\n";
  }
  return 0;
}

void AddPrepare(CLI::App& hub, int& exit_code) {
  auto settings = std::make_shared<PrepareSettings>();
  CLI::App* command =
      hub.add_subcommand("prepare", "Prepare a submission: what has changed since the last accepted one, or all");
  AddClientOptions(*command, settings->client);
  CLI::Option* const full = command->add_flag("--full", settings->full, "A full supply");
  CLI::Option* const since = command->add_option(
      "--since", settings->since, "The revision that the hub has, if nothing was ever accepted from this server");
  command
      ->add_option("--resync", settings->report,
                   "Number of the resynchronisation report by which the hub is brought in step")
      ->excludes(full)
      ->excludes(since);
  command->add_option("--custodian", settings->custodian_code, "Code of the custodian, if several are configured");
  command->add_option("--custodian-name", settings->custodian_name, "Its name, if no file of its was imported");
  command->add_option("--remark", settings->remark, "Kept with the submission");
  command->add_option("--out", settings->out, "Write the file, too");
  command->add_flag("--validate-only", settings->validate_only, "Tell what it would be, and store nothing");
  command->add_flag("--json", settings->json, "Print the submission as JSON");
  command->callback([command, settings, &exit_code] { exit_code = Prepare(*command, *settings); });
}

void AddFile(CLI::App& hub, int& exit_code) {
  auto settings = std::make_shared<FileSettings>();
  CLI::App* command = hub.add_subcommand("file", "Write the file of a submission");
  AddClientOptions(*command, settings->client);
  command->add_option("number", settings->number, "Of the submission")->required();
  command->add_option("--out", settings->out, "The file")->required();
  command->callback([settings, &exit_code] { exit_code = WriteFile(*settings); });
}

void AddProgress(CLI::App& hub, int& exit_code, const std::string& name, Submission::State state,
                 const std::string& description) {
  auto settings = std::make_shared<ProgressSettings>();
  settings->state = state;
  CLI::App* command = hub.add_subcommand(name, description);
  AddClientOptions(*command, settings->client);
  command->add_option("number", settings->number, "Of the submission")->required();
  command->add_option("--date", settings->date, "The day on which it happened, CCYY-MM-DD; default: today");
  CLI::Option* const remark = command->add_option("--remark", settings->remark, "Your words, or the hub's");
  if (state == Submission::STATE_REJECTED || state == Submission::STATE_WITHDRAWN) {
    remark->required();
  }
  if (state == Submission::STATE_ACCEPTED) {
    command->add_option("--receipt", settings->receipt, "The hub's reference")->required();
  } else if (state == Submission::STATE_REJECTED) {
    command->add_option("--receipt", settings->receipt, "The hub's reference");
  }
  command->callback([settings, &exit_code] { exit_code = RecordProgress(*settings); });
}

void AddList(CLI::App& hub, int& exit_code) {
  auto settings = std::make_shared<ListSettings>();
  CLI::App* command = hub.add_subcommand("list", "The submissions, newest first");
  AddClientOptions(*command, settings->client);
  command->add_option("--custodian", settings->custodian_code, "Only of this custodian");
  command->add_option("--limit", settings->limit, "How many, 1 to 100")->capture_default_str();
  command->add_flag("--json", settings->json, "Print one JSON object a line");
  command->callback([settings, &exit_code] { exit_code = List(*settings); });
}

void AddReport(CLI::App& hub, int& exit_code) {
  auto settings = std::make_shared<ReportSettings>();
  CLI::App* command = hub.add_subcommand("report", "Take in a report of the hub");
  AddClientOptions(*command, settings->client);
  command
      ->add_option("file", settings->file, "CSV with a line of column names, or with --resync DTF 7.3; also compressed")
      ->required();
  command->add_flag("--resync", settings->resynchronisation,
                    "It is all that the hub holds of the custodian: say what differs from what was sent");
  command->add_option("--submission", settings->submission,
                      "Number of the submission that it is about; without: the hub's health check, or with --resync "
                      "the last one that was accepted");
  command->add_option("--remark", settings->remark, "Kept with the report");
  command->add_flag("--json", settings->json, "Print the report as JSON");
  command->callback([settings, &exit_code] { exit_code = ImportReport(*settings); });
}

void AddFindings(CLI::App& hub, int& exit_code) {
  auto settings = std::make_shared<FindingsSettings>();
  CLI::App* command = hub.add_subcommand("findings", "What the hub found");
  AddClientOptions(*command, settings->client);
  command->add_option("parent", settings->parent, "hubReports/{number}, properties/{uprn} or streets/{usrn}")
      ->required();
  command->add_option("--check", settings->check, "Of a report: only those of this check");
  command->add_option("--limit", settings->limit, "How many, 1 to 1000")->capture_default_str();
  command->callback([settings, &exit_code] { exit_code = ListFindings(*settings); });
}

}  // namespace

void AddHubCommands(CLI::App& gazetteer, int& exit_code) {
  CLI::App* hub = gazetteer.add_subcommand("hub", "Submissions to the national hub, and its reports");
  hub->require_subcommand(1);
  AddPrepare(*hub, exit_code);
  AddFile(*hub, exit_code);
  AddProgress(*hub, exit_code, "sent", Submission::STATE_SENT, "Record that a submission was sent");
  AddProgress(*hub, exit_code, "accepted", Submission::STATE_ACCEPTED, "Record that the hub accepted it");
  AddProgress(*hub, exit_code, "rejected", Submission::STATE_REJECTED, "Record that the hub rejected it");
  AddProgress(*hub, exit_code, "withdrawn", Submission::STATE_WITHDRAWN, "Record that it is not to count");
  AddList(*hub, exit_code);
  AddReport(*hub, exit_code);
  AddFindings(*hub, exit_code);
}

}  // namespace wensum::cli
