#include "services/cli/import_command.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>
#include <system_error>
#include <thread>
#include <vector>

#include "base/hash.h"
#include "base/strings.h"
#include "google/protobuf/util/time_util.h"
#include "services/cli/check_command.h"
#include "services/cli/client.h"
#include "services/cli/commands.h"
#include "services/cli/extract_command.h"
#include "services/cli/file_chunks.h"
#include "wensum/v1/imports.grpc.pb.h"

namespace wensum::cli {
namespace {

struct ImportSettings {
  ClientOptions client;
  std::string file;
  std::string feed;
  std::string mapping;
  std::string format;
  std::string sha256;
  uint64_t rows = 0;
  bool any_order = false;
  std::string absent;
  std::string extract_time;
  bool drop_file = false;
  bool json = false;
};

using SteadyTime = std::chrono::steady_clock::time_point;

double SecondsSince(SteadyTime start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// A line on the terminal that is written over; nothing if standard error is no terminal.
class ProgressLine {
 public:
  void Show(const std::string& text) {
    if (terminal_) {
      std::cerr << "\r\033[K" << text << std::flush;
      shown_ = true;
    }
  }
  ~ProgressLine() {
    if (shown_) {
      std::cerr << "\r\033[K" << std::flush;
    }
  }

 private:
  const bool terminal_ = ::isatty(STDERR_FILENO) == 1;
  bool shown_ = false;
};

std::string OneDecimal(double value) {
  char text[32];
  const int size = std::snprintf(text, sizeof(text), "%.1f", value);
  return {text, static_cast<size_t>(size)};
}

std::string Megabytes(double bytes) { return Cat(OneDecimal(bytes / 1e6), " MB"); }

bool ReadText(const std::string& path, std::string& out) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  out = text.str();
  return static_cast<bool>(file);
}

// The checksum of the file; nullopt if it cannot be read. Sent along, so that the server takes all of it or nothing.
std::optional<std::string> Checksum(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  Sha256 hash;
  const bool read = ForEachChunk(file, [&hash](std::string_view chunk) {
    hash.Update(chunk);
    return true;
  });
  return read ? std::optional<std::string>(hash.FinishHex()) : std::nullopt;
}

// Sends spec and bytes. The server may refuse in the middle: then the status says why.
grpc::Status Upload(const Client& client, const ImportSettings& settings, const v1::ImportSpec& spec,
                    ProgressLine& progress, v1::ImportRun& run) {
  const auto stub = v1::Imports::NewStub(client.channel());
  grpc::ClientContext context;
  client.Prepare(context, /*with_deadline=*/false);
  const auto stream = stub->StartRun(&context, &run);
  v1::StartImportRunRequest message;
  *message.mutable_spec() = spec;
  bool readable = true;
  if (stream->Write(message) && !settings.drop_file) {
    std::error_code error;
    const uint64_t total = std::filesystem::file_size(settings.file, error);
    std::ifstream file(settings.file, std::ios::binary);
    const SteadyTime start = std::chrono::steady_clock::now();
    uint64_t sent = 0;
    readable = ForEachChunk(file, [&](std::string_view chunk) {
      message.set_chunk(std::string(chunk));
      const bool going = stream->Write(message);
      sent += chunk.size();
      progress.Show(Cat("sending ", ProgressText(sent, error ? 0 : total, SecondsSince(start))));
      return going;
    });
  }
  if (!readable) {
    context.TryCancel();
    stream->Finish();
    return {grpc::StatusCode::FAILED_PRECONDITION, Cat("the file ", Quote(settings.file), " cannot be read")};
  }
  stream->WritesDone();
  return stream->Finish();
}

// Follows the run until it has ended.
grpc::Status Follow(const Client& client, ProgressLine& progress, v1::ImportRun& run) {
  const auto stub = v1::Imports::NewStub(client.channel());
  const SteadyTime start = std::chrono::steady_clock::now();
  SteadyTime heard = start;
  while (run.state() == v1::ImportRun::STATE_RUNNING || run.state() == v1::ImportRun::STATE_UNSPECIFIED) {
    progress.Show(Cat("importing ", ProgressText(run.bytes_done(), run.file_bytes(), SecondsSince(start)), ", ",
                      run.counts().read(), " rows"));
    std::this_thread::sleep_for(kPollPause);
    grpc::ClientContext context;
    client.Prepare(context);
    v1::GetImportRunRequest request;
    request.set_name(run.name());
    v1::ImportRun newer;
    const grpc::Status status = stub->GetRun(&context, request, &newer);
    if (status.ok()) {
      run = newer;
      heard = std::chrono::steady_clock::now();
    } else if (status.error_code() != grpc::StatusCode::UNAVAILABLE ||
               std::chrono::steady_clock::now() - heard > kPatience) {
      return status;
    }
  }
  return grpc::Status::OK;
}

int RunImport(const ImportSettings& settings) {
  v1::ImportSpec spec;
  spec.set_feed(settings.feed);
  spec.set_format(settings.format);
  spec.set_expected_sha256(settings.sha256);
  spec.set_expected_rows(settings.rows);
  spec.set_any_order(settings.any_order);
  spec.set_absent_rows(settings.absent == "delete"   ? v1::ImportSpec::ABSENT_ROWS_DELETE
                       : settings.absent == "report" ? v1::ImportSpec::ABSENT_ROWS_REPORT
                                                     : v1::ImportSpec::ABSENT_ROWS_KEEP);
  if (!settings.extract_time.empty() &&
      !google::protobuf::util::TimeUtil::FromString(settings.extract_time, spec.mutable_extract_time())) {
    std::cerr << "error: --extract-time " << Quote(settings.extract_time)
              << " is no time with a zone, such as 2026-11-20T01:30:00Z\n";
    return 2;
  }
  if (!settings.mapping.empty() && !ReadText(settings.mapping, *spec.mutable_mapping_yaml())) {
    std::cerr << "error: the mapping " << Quote(settings.mapping) << " cannot be read\n";
    return 2;
  }
  if (settings.drop_file) {
    spec.set_drop_file(settings.file);
  } else if (std::error_code error; !std::filesystem::is_regular_file(settings.file, error)) {
    std::cerr << "error: " << Quote(settings.file) << " is not a file that can be read\n";
    return 2;
  }
  if (!settings.drop_file && settings.sha256.empty()) {
    const std::optional<std::string> checksum = Checksum(settings.file);
    if (!checksum.has_value()) {
      std::cerr << "error: " << Quote(settings.file) << " cannot be read\n";
      return 2;
    }
    spec.set_expected_sha256(*checksum);
  }
  spec.set_file_name(std::filesystem::path(settings.file).filename().string());
  const Client client(settings.client);
  v1::ImportRun run;
  grpc::Status status;
  {
    ProgressLine progress;
    status = Upload(client, settings, spec, progress, run);
    if (status.ok()) {
      status = Follow(client, progress, run);
    }
  }
  if (!status.ok()) {
    PrintError(status, std::cerr);
    return 1;
  }
  std::cout << (settings.json ? Cat(ToJson(run, /*pretty=*/false), "\n") : ImportSummary(run));
  return run.state() == v1::ImportRun::STATE_SUCCEEDED && run.reconciled() ? 0 : 1;
}

void AppendCounts(std::string& out, std::string_view title,
                  const google::protobuf::Map<std::string, uint64_t>& counts) {
  if (counts.empty()) {
    return;
  }
  std::vector<std::pair<std::string, uint64_t>> sorted(counts.begin(), counts.end());
  std::sort(sorted.begin(), sorted.end());
  AppendTo(out, "  ", title, ":");
  for (const auto& [name, count] : sorted) {
    AppendTo(out, " ", name, " ", count);
  }
  out.push_back('\n');
}

}  // namespace

grpc::Status FollowImport(const Client& client, v1::ImportRun& run) {
  ProgressLine progress;
  return Follow(client, progress, run);
}

std::string ProgressText(uint64_t done, uint64_t total, double seconds) {
  const double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
  std::string text = Megabytes(static_cast<double>(done));
  if (total > 0) {
    AppendTo(text, " of ", Megabytes(static_cast<double>(total)));
  }
  AppendTo(text, ", ", Megabytes(rate), "/s");
  if (total > done && rate > 0) {
    AppendTo(text, ", ", static_cast<uint64_t>(std::ceil(static_cast<double>(total - done) / rate)), " s left");
  }
  return text;
}

std::string ImportSummary(const v1::ImportRun& run) {
  const v1::ImportCounts& counts = run.counts();
  std::string out = Cat(run.name(), "  feed ", run.feed(), run.format().empty() ? "" : "  format ", run.format(), "  ",
                        v1::ImportRun::State_Name(run.state()).substr(std::string_view("STATE_").size()), "\n");
  if (!run.error().empty()) {
    AppendTo(out, "  ", run.error(), "\n");
  }
  AppendTo(out, "  read ", counts.read(), run.reconciled() ? " = " : " != ", "inserted ", counts.inserted(),
           " + updated ", counts.updated(), " + unchanged ", counts.unchanged(), " + deleted ", counts.deleted(),
           " + rejected ", counts.rejected(), " + held ", counts.held(),
           run.reconciled() ? "\n" : "  NOT RECONCILED\n");
  if (counts.absent() > 0) {
    AppendTo(out, "  absent ", counts.absent(), " stored rows, of these deleted ", counts.absent_deleted(), "\n");
  }
  if (run.deletes_withheld() > 0) {
    AppendTo(out, "  WITHHELD ", run.deletes_withheld(), " deletions: more than the mapping allows at once\n");
  }
  if (!run.repeats().empty()) {
    AppendTo(out, "  the same extract as ", run.repeats(), ": nothing to do\n");
  }
  if (counts.flagged() > 0) {
    AppendTo(out, "  flagged ", counts.flagged(), " accepted rows\n");
  }
  AppendCounts(out, "rows by record type", counts.by_record_type());
  AppendCounts(out, "issues by rule", counts.by_rule());
  AppendCounts(out, "addresses", counts.addresses());
  if (run.last_revision() != 0) {
    AppendTo(out, "  revisions ", run.first_revision(), " to ", run.last_revision(), "\n");
  }
  const double seconds = static_cast<double>(run.end_time().seconds() - run.start_time().seconds()) +
                         static_cast<double>(run.end_time().nanos() - run.start_time().nanos()) * 1e-9;
  if (run.has_end_time() && seconds > 0) {
    AppendTo(out, "  ", OneDecimal(seconds), " s, ",
             static_cast<uint64_t>(static_cast<double>(counts.read()) / seconds), " rows/s\n");
  }
  return out;
}

void AddImportCommand(CLI::App& app, int& exit_code) {
  auto settings = std::make_shared<ImportSettings>();
  CLI::App* command = app.add_subcommand(
      "import", "Send a file to a server and follow the import to its end; check and preview files first");
  AddClientOptions(*command, settings->client);
  // Needed, but not by the subcommands, whom ->required() would ask too.
  CLI::Option* file =
      command->add_option("file", settings->file, "The file; with --drop-file its path below the server's drop folder");
  CLI::Option* feed =
      command->add_option("--feed", settings->feed, "A mapping's name, or gazetteer, or codepoint_open");
  command->add_option("--mapping", settings->mapping, "A mapping file to send along");
  command->add_option("--format", settings->format, "Of gazetteer files: auto, dtf_7_3, abp_2 or abp_1");
  command->add_option("--sha256", settings->sha256, "The checksum that the file must have");
  command->add_option("--rows", settings->rows, "The number of data rows that the file must have");
  command->add_flag("--any-order", settings->any_order, "Take a file in even if it does not follow the one before it");
  command->add_option("--extract-time", settings->extract_time,
                      "When the source made the extract, e.g. 2026-11-20T01:30:00Z");
  command
      ->add_option("--absent", settings->absent,
                   "Stored rows that a full supply of the gazetteer lacks: keep (the default), report or delete")
      ->check(CLI::IsMember({"keep", "report", "delete"}));
  command->add_flag("--drop-file", settings->drop_file, "The file is in the server's drop folder");
  command->add_flag("--json", settings->json, "Print the summary as JSON");
  AddCheckCommands(*command, exit_code);
  AddExtractCommand(*command, exit_code);
  command->callback([command, settings, file, feed, &exit_code] {
    if (!command->get_subcommands().empty()) return;  // which have callbacks of their own
    for (const CLI::Option* needed : {file, feed}) {
      if (needed->empty()) throw CLI::RequiredError(needed->get_name());
    }
    exit_code = RunImport(*settings);
  });
}

}  // namespace wensum::cli
