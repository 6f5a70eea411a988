#include "services/cli/extract_command.h"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/status_macros.h"
#include "base/strings.h"
#include "import/odbc/extract_config.h"

namespace wensum::cli {
namespace {

struct ExtractSettings {
  std::string config;
  std::string out;
  std::string watermark;
};

// Set by SIGINT and SIGTERM while an extract runs, so that it ends the transaction and leaves no part of a file.
volatile std::sig_atomic_t stop_extract = 0;
void StopExtract(int /*signal*/) { stop_extract = 1; }

// How far the extract is, once a second, on a terminal.
class ExtractProgress {
 public:
  void Show(uint64_t rows, uint64_t bytes) {
    const auto now = std::chrono::steady_clock::now();
    if (!terminal_ || now < next_) return;
    next_ = now + std::chrono::seconds(1);
    const double seconds = std::chrono::duration<double>(now - start_).count();
    std::cerr << "\r\033[K" << rows << " rows, " << bytes / 1'000'000 << " MB, "
              << static_cast<uint64_t>(static_cast<double>(rows) / seconds) << " rows/s" << std::flush;
    shown_ = true;
  }
  ~ExtractProgress() {
    if (shown_) std::cerr << "\r\033[K" << std::flush;
  }

 private:
  const bool terminal_ = ::isatty(STDERR_FILENO) == 1;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point next_ = start_ + std::chrono::seconds(1);
  bool shown_ = false;
};

absl::StatusOr<ingest::ExtractFacts> RunExtract(const ExtractSettings& settings) {
  WENSUM_ASSIGN_OR_RETURN(const ingest::ExtractConfig config, ingest::LoadExtractConfig(settings.config));
  ExtractProgress progress;
  ingest::ExtractArguments arguments;
  arguments.watermark = settings.watermark;
  arguments.progress = [&progress](uint64_t rows, uint64_t bytes) { progress.Show(rows, bytes); };
  arguments.stopping = [] { return stop_extract != 0; };
  stop_extract = 0;
  const auto interrupt = std::signal(SIGINT, StopExtract);
  const auto terminate = std::signal(SIGTERM, StopExtract);
  absl::StatusOr<ingest::ExtractFacts> facts = ingest::Extract(config, arguments, settings.out);
  std::signal(SIGINT, interrupt);
  std::signal(SIGTERM, terminate);
  return facts;
}

}  // namespace

std::string ExtractFactsJson(const ingest::ExtractFacts& facts, const std::string& path) {
  nlohmann::ordered_json json;
  json["file"] = path;
  json["rows"] = facts.rows;
  json["bytes"] = facts.bytes;
  json["sha256"] = facts.sha256;
  json["columns"] = facts.columns;
  if (!facts.watermark.empty()) json["watermark"] = facts.watermark;
  json["dbms"] = facts.dbms_name;
  json["dbms_version"] = facts.dbms_version;
  // A path may hold bytes that are not UTF-8.
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

void AddExtractCommand(CLI::App& parent, int& exit_code) {
  auto settings = std::make_shared<ExtractSettings>();
  CLI::App* command =
      parent.add_subcommand("extract", "Write the rows of a database query to a CSV file; prints JSON facts");
  command->add_option("config", settings->config, "The extract configuration (docs/odbc.md)")->required();
  command->add_option("--out", settings->out, "The file; replaced when the new one is whole")->required();
  command->add_option("--watermark", settings->watermark, "The last watermark, which the extract before printed");
  command->callback([settings, &exit_code] {
    const absl::StatusOr<ingest::ExtractFacts> facts = RunExtract(*settings);
    if (!facts.ok()) {
      std::cerr << "error: " << Message(facts.status()) << "\n";
      exit_code = 1;
      return;
    }
    std::cout << ExtractFactsJson(*facts, settings->out) << "\n";
    exit_code = 0;
  });
}

}  // namespace wensum::cli
