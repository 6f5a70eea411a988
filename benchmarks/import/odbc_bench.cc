// How fast a query's rows come out of a database and onto the disk: rows a second and memory, and beside it what
// another program makes of the same query in the same minutes (benchmarks/import/odbc_peers.sh).
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "benchmarks/support/process.h"
#include "benchmarks/support/report.h"
#include "benchmarks/support/timing.h"
#include "import/odbc/extract.h"

namespace wensum::benchmarks {
namespace {

constexpr Target kShareOfPeer{.value = 0.3};

struct Options {
  std::string config;
  std::string peer;
  uint64_t rounds = 5;
};

// Numbers made by SQLite, where no configuration is given: the benchmark tests itself.
ingest::ExtractConfig OwnConfig() {
  ingest::ExtractConfig config;
  config.connection.driver = "SQLite3";
  config.connection.database = ":memory:";
  config.query =
      "WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n LIMIT 10000) SELECT id, 'Surname ' || id AS "
      "surname FROM n ORDER BY id";
  config.key = {"id"};
  return config;
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

absl::Status Measure(const CommandLine& command, const Options& options, Report& report) {
  ingest::ExtractConfig config = OwnConfig();
  if (!options.config.empty()) {
    WENSUM_ASSIGN_OR_RETURN(config, ingest::LoadExtractConfig(options.config));
  }
  const std::string folder =
      command.directory().empty() ? std::filesystem::temp_directory_path().string() : command.directory();
  const std::string path = Cat(folder, "/wensum_odbc_bench.csv");
  std::vector<double> rates;
  std::vector<double> shares;
  std::string sha256;
  for (uint64_t round = 0; round < options.rounds; ++round) {
    const StopWatch watch;
    const absl::StatusOr<ingest::ExtractFacts> facts = ingest::Extract(config, {}, path);
    if (!facts.ok() && options.config.empty() &&
        Message(facts.status()).find("drivers installed") != std::string::npos) {
      Note("the ODBC driver of SQLite is not installed: nothing to measure");
      return absl::OkStatus();
    }
    WENSUM_RETURN_IF_ERROR(facts.status());
    const double seconds = watch.Seconds();
    std::filesystem::remove(path);
    if (facts->rows == 0 || (!sha256.empty() && facts->sha256 != sha256)) {
      return Internal("the extract gave no rows, or not the same ones as before");
    }
    sha256 = facts->sha256;
    rates.push_back(static_cast<double>(facts->rows) / seconds);
    if (round == 0) {
      report.Setting("database", Cat(facts->dbms_name, " ", facts->dbms_version));
      report.Setting("rows", facts->rows);
      report.Setting("bytes", facts->bytes);
      report.Setting("columns", uint64_t{facts->columns.size()});
    }
    if (options.peer.empty()) continue;
    const StopWatch peer;
    if (std::system(options.peer.c_str()) != 0) return FailedPrecondition(Cat("the peer failed: ", options.peer));
    shares.push_back(peer.Seconds() / seconds);
  }
  report.Add("extract", Median(rates), "rows/s");
  report.Add("resident after all", static_cast<double>(ResidentBytes()) / 1e6, "MB");
  if (!shares.empty()) report.Add("extract_to_peer", Median(shares), "ratio", kShareOfPeer);
  return absl::OkStatus();
}

}  // namespace
}  // namespace wensum::benchmarks

int main(int argc, char** argv) {
  using wensum::benchmarks::CommandLine;
  CommandLine command("odbc", "Rows per second out of a database");
  wensum::benchmarks::Options options;
  command.AddOption("--config", options.config, "An extract configuration (docs/odbc.md)");
  command.AddOption("--peer", options.peer, "A shell command that does the same, run after each extract");
  command.AddSize("--rounds", options.rounds, 1, "How often; the medians are reported");
  return command.Run(argc, argv, [&](wensum::benchmarks::Report& report) {
    return wensum::benchmarks::Measure(command, options, report);
  });
}
