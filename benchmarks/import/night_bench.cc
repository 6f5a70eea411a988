// How fast a night goes by in which nothing has changed: an extract of a city's contact centre twice over, into a
// register on RocksDB. The first run matches all people; the second one has to see that every row says what it said.
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "base/status_macros.h"
#include "base/strings.h"
#include "benchmarks/support/city.h"
#include "benchmarks/support/report.h"
#include "benchmarks/support/timing.h"

namespace wensum::benchmarks {
namespace {

constexpr Target kRowsPerSecond{.value = 200'000};
constexpr std::string_view kFeed = "contact_centre";

struct Options {
  uint64_t people = 300'000;
};

imports::StartSpec SpecOf(const std::string& city, TimeMicros extract_time) {
  imports::StartSpec spec;
  spec.feed = kFeed;
  spec.path = Cat(city, "/", kFeed, ".csv");
  spec.extract_time = extract_time;
  std::ostringstream mapping;
  mapping << std::ifstream(Cat(city, "/feeds/", kFeed, ".yaml"), std::ios::binary).rdbuf();
  spec.mapping_yaml = mapping.str();
  return spec;
}

absl::Status Measure(const CommandLine& command, const Options& options, Report& report) {
  WENSUM_ASSIGN_OR_RETURN(const auto work, WorkDirectory::Create(command.directory()));
  const std::string city = work->Join("city");
  WENSUM_ASSIGN_OR_RETURN(const sample::SampleSummary summary, WriteCity(city, {.people = options.people}));
  const SystemClock clock;
  const TimeMicros first_night = clock.Now() - 1'000'000;
  report.Setting("people", summary.people);
  report.Setting("file_bytes", std::filesystem::file_size(SpecOf(city, 0).path));

  WENSUM_ASSIGN_OR_RETURN(const auto open, OpenRegister::Open(work->Join("register")));
  const StopWatch first;
  WENSUM_ASSIGN_OR_RETURN(const storage::v1::ImportRun load, open->Import(SpecOf(city, first_night)));
  report.Setting("rows", load.read());
  report.Setting("rows_rejected", load.rejected());
  report.Add("first_load", static_cast<double>(load.read()) / first.Seconds(), "rows/s");

  const StopWatch second;
  const CpuWatch cpu;
  WENSUM_ASSIGN_OR_RETURN(const storage::v1::ImportRun night, open->Import(SpecOf(city, first_night + 1)));
  const double seconds = second.Seconds();
  if (night.last_revision() != 0 || night.unchanged() + night.rejected() != night.read()) {
    return Internal(
        Cat("an unchanged night changed ", night.read() - night.unchanged() - night.rejected(), " records"));
  }
  report.Add("unchanged_night", static_cast<double>(night.read()) / seconds, "rows/s", kRowsPerSecond);
  report.Add("unchanged_night, processor time per row", cpu.Seconds() * 1e6 / static_cast<double>(night.read()), "us");
  return absl::OkStatus();
}

}  // namespace
}  // namespace wensum::benchmarks

int main(int argc, char** argv) {
  using wensum::benchmarks::CommandLine;
  CommandLine command("night", "Rows per second of an extract in which nothing has changed");
  wensum::benchmarks::Options options;
  command.AddSize("--people", options.people, 300, "People of the city; each has some 1.3 rows");
  return command.Run(argc, argv, [&](wensum::benchmarks::Report& report) {
    return wensum::benchmarks::Measure(command, options, report);
  });
}
