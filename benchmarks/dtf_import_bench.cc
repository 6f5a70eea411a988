// How fast a gazetteer comes in: a DTF 7.3 file through the import engine into an empty register on RocksDB, with row
// checks, indexes, history and synced commits; beside it what the store alone can do with the same rows.
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "base/status_macros.h"
#include "base/strings.h"
#include "benchmarks/support/city.h"
#include "benchmarks/support/report.h"
#include "benchmarks/support/timing.h"
#include "storage/rocksdb_store.h"

namespace wensum::benchmarks {
namespace {

constexpr Target kRecordsPerSecond{.value = 100'000};
constexpr size_t kBaselineBatch = 4000;

struct Options {
  uint64_t properties = 110'000;
};

// Every line of the file as the value of one key, in synced batches of the engine's size: rows per second.
absl::StatusOr<double> MeasureBaseline(const std::string& file, const std::string& directory) {
  WENSUM_ASSIGN_OR_RETURN(const auto store, storage::OpenRocksDbStore({.path = directory}));
  std::ifstream lines(file);
  std::string line;
  uint64_t rows = 0;
  storage::WriteBatch batch;
  const StopWatch watch;
  while (std::getline(lines, line)) {
    std::string key(8, '\0');
    for (size_t i = 0; i < key.size(); ++i) {
      key[i] = static_cast<char>(rows >> (56 - 8 * i));
    }
    batch.Put(storage::Family::kProperty, std::move(key), line);
    ++rows;
    if (batch.size() == kBaselineBatch) {
      WENSUM_RETURN_IF_ERROR(store->Write(batch, storage::Durability::kSync));
      batch.Clear();
    }
  }
  WENSUM_RETURN_IF_ERROR(store->Write(batch, storage::Durability::kSync));
  return static_cast<double>(rows) / watch.Seconds();
}

absl::Status Measure(const CommandLine& command, const Options& options, Report& report) {
  WENSUM_ASSIGN_OR_RETURN(const auto work, WorkDirectory::Create(command.directory()));
  const std::string city = work->Join("city");
  WENSUM_ASSIGN_OR_RETURN(const sample::SampleSummary summary,
                          WriteCity(city, {.people = 100, .properties = options.properties}));
  report.Setting("properties", summary.properties);
  report.Setting("gazetteer_records", summary.gazetteer_records);
  report.Setting("file_bytes", std::filesystem::file_size(city + "/gazetteer.csv"));

  WENSUM_ASSIGN_OR_RETURN(const double baseline, MeasureBaseline(city + "/gazetteer.csv", work->Join("baseline")));
  report.Add("store_alone", baseline, "rows/s");

  WENSUM_ASSIGN_OR_RETURN(const auto open, OpenRegister::Open(work->Join("register")));
  const StopWatch watch;
  const CpuWatch cpu;
  WENSUM_ASSIGN_OR_RETURN(const storage::v1::ImportRun run, open->ImportGazetteer(city));
  const double rate = static_cast<double>(run.read()) / watch.Seconds();
  const double cpu_per_record = cpu.Seconds() * 1e6 / static_cast<double>(run.read());
  const registry::RegisterStats stats = open->reg().Stats();
  if (run.read() < summary.gazetteer_records || stats.properties != summary.properties ||
      stats.streets != summary.streets) {
    return Internal(Cat("the register holds ", stats.properties, " properties and ", stats.streets, " streets of ",
                        summary.properties, " and ", summary.streets, " after ", run.read(), " records"));
  }
  report.Setting("records_rejected", run.rejected());
  report.Add("import", rate, "records/s", kRecordsPerSecond);
  report.Add("import, processor time per record", cpu_per_record, "us");
  report.Add("import_to_store_alone", rate / baseline, "ratio");

  // The nightly case: the same supply again, in which nothing has changed.
  const StopWatch again;
  WENSUM_ASSIGN_OR_RETURN(const storage::v1::ImportRun repeated, open->ImportGazetteer(city));
  if (repeated.unchanged() + repeated.rejected() != repeated.read()) {
    return Internal(
        Cat("an unchanged file changed ", repeated.read() - repeated.unchanged() - repeated.rejected(), " rows"));
  }
  report.Add("unchanged_import", static_cast<double>(repeated.read()) / again.Seconds(), "records/s");
  return absl::OkStatus();
}

}  // namespace
}  // namespace wensum::benchmarks

int main(int argc, char** argv) {
  using wensum::benchmarks::CommandLine;
  CommandLine command("dtf_import", "Gazetteer records per second into an empty register");
  wensum::benchmarks::Options options;
  command.AddSize("--properties", options.properties, 300, "Properties of the file; each has some 3 records");
  return command.Run(argc, argv, [&](wensum::benchmarks::Report& report) {
    return wensum::benchmarks::Measure(command, options, report);
  });
}
