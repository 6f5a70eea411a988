// Who is the same person in files of records: accuracy on labelled sets, speed, memory, and how the work grows.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/parallel.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "benchmarks/people/census.h"
#include "benchmarks/people/lookalikes.h"
#include "benchmarks/people/measure.h"
#include "benchmarks/people/noise.h"
#include "benchmarks/people/sample_people.h"
#include "benchmarks/people/sets.h"
#include "benchmarks/support/city.h"
#include "benchmarks/support/process.h"
#include "benchmarks/support/report.h"
#include "services/dedupe/files.h"

namespace wensum::benchmarks {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view kConfigs = WENSUM_SOURCE_DIR "/benchmarks/people";

// The folder of public test data that tests read too; by default the one beside the project.
std::string DataFolder() {
  const char* folder = std::getenv("WENSUM_TEST_DATA");
  return folder != nullptr ? folder : WENSUM_SOURCE_DIR "/../shared/data";
}

struct Options {
  std::string data = DataFolder();
  std::string sets = "all";                  // names with commas, all or none
  std::string scale = "10000,30000,100000";  // people of the synthetic city; or none
  std::string keep;                          // directory for the sets that are made
  uint64_t seed = 1;
  uint64_t threads = DefaultThreads();
};

// Those that --sets names.
absl::StatusOr<std::vector<const PeopleSet*>> WantedSets(const Options& options) {
  std::vector<const PeopleSet*> wanted;
  if (options.sets == "none") return wanted;
  std::vector<std::string> known;
  for (const PeopleSet& set : PeopleSets()) {
    known.emplace_back(set.name);
    if (options.sets == "all") wanted.push_back(&set);
  }
  if (options.sets == "all") return wanted;
  for (const std::string_view name : Split(options.sets, ',')) {
    const auto set = std::ranges::find(PeopleSets(), name, &PeopleSet::name);
    if (set == PeopleSets().end()) {
      return InvalidArgument(
          Cat("there is no set ", Quote(name), "; there are ", Join(known, ", "), "; or all or none"));
    }
    wanted.push_back(&*set);
  }
  return wanted;
}

absl::StatusOr<std::vector<uint64_t>> ScaleOf(const Options& options) {
  std::vector<uint64_t> scale;
  if (options.scale == "none") return scale;
  for (const std::string_view text : Split(options.scale, ',')) {
    const std::optional<uint64_t> people = ParseInteger<uint64_t>(text);
    if (!people.has_value() || *people == 0) {
      return InvalidArgument(
          Cat("--scale takes numbers of people with commas between them, or none; not ", Quote(text)));
    }
    scale.push_back(*people);
  }
  return scale;
}

// The path of a set's file in the data folder.
std::string DataFile(const Options& options, std::string_view file) { return Cat(options.data, "/persons/", file); }

bool IsPresent(const Options& options, const PeopleSet& set) {
  return std::ranges::all_of(set.files,
                             [&](std::string_view file) { return std::filesystem::exists(DataFile(options, file)); });
}

// The census with errors, and perhaps with lookalikes.
absl::Status WriteHarderCensus(const Options& options, SetChange change, const std::string& clean,
                               const std::string& path) {
  WENSUM_ASSIGN_OR_RETURN(std::vector<CensusRow> rows, ReadCensus(clean));
  if (change == SetChange::kNoiseAndLookalikes) AddLookalikes(options.seed, {}, {}, rows);
  AddNoise(options.seed, {}, rows);
  return WriteCensus(rows, path);
}

absl::StatusOr<PeopleTask> Prepare(const Options& options, const PeopleSet& set, const std::string& directory) {
  PeopleTask task = {.config = Cat(kConfigs, "/", set.config),
                     .truth_id = std::string(set.truth_id),
                     .truth_entity = std::string(set.truth_entity),
                     .entity_pattern = std::string(set.entity_pattern),
                     .undated = set.undated,
                     .threads = options.threads};
  for (const std::string_view file : set.files) task.inputs.push_back(DataFile(options, file));
  if (!set.once_per.empty()) {
    WENSUM_ASSIGN_OR_RETURN(std::string config, dedupe::ReadFile(task.config));
    AppendTo(config, "once_per: [", set.once_per, "]\n");
    task.config = directory + "/config.yaml";
    WENSUM_RETURN_IF_ERROR(dedupe::WriteFile(task.config, config));
  }
  if (set.change != SetChange::kNone) {
    const std::string harder = Cat(options.keep.empty() ? directory : options.keep, "/",
                                   set.change == SetChange::kNoise ? "census_noise.csv" : "census_lookalikes.csv");
    WENSUM_RETURN_IF_ERROR(
        InChildProcess([&] { return WriteHarderCensus(options, set.change, task.inputs.front(), harder); }));
    task.inputs = {harder};
  }
  return task;
}

double FigureOf(const ordered_json& figures, std::string_view path) {
  const ordered_json* at = &figures;
  for (const std::string_view key : Split(path, '/')) at = &at->at(std::string(key));
  return at->get<double>();
}

// The set's own figures, and what names it.
absl::StatusOr<ordered_json> MeasureSet(const CommandLine& command, const Options& options, const PeopleSet& set) {
  Note(Cat("Measuring ", set.name));
  WENSUM_ASSIGN_OR_RETURN(const auto work, WorkDirectory::Create(command.directory()));
  WENSUM_ASSIGN_OR_RETURN(const PeopleTask task, Prepare(options, set, work->Join("")));
  ordered_json row = {{"set", set.name}};
  WENSUM_ASSIGN_OR_RETURN(const ordered_json figures, MeasurePeople(task, work->Join("")));
  row.update(figures);
  return row;
}

absl::StatusOr<ordered_json> MeasureScale(const CommandLine& command, const Options& options, uint64_t people) {
  Note(Cat("Measuring a city of ", people, " people"));
  WENSUM_ASSIGN_OR_RETURN(const auto work, WorkDirectory::Create(command.directory()));
  const std::string path = Cat(options.keep.empty() ? work->Join("") : options.keep, "/sample_people_", people, ".csv");
  WENSUM_RETURN_IF_ERROR(InChildProcess([&] { return WriteSamplePeople(people, work->Join(""), path); }));
  const PeopleTask task = {.config = Cat(kConfigs, "/sample.yaml"),
                           .inputs = {path},
                           .truth_id = "id",
                           .truth_entity = "person",
                           .threads = options.threads,
                           .keep_pairs = false};
  WENSUM_ASSIGN_OR_RETURN(const ordered_json figures, MeasurePeople(task, work->Join("")));
  // Far below what the engine reaches: a sign that something else is measured.
  if (FigureOf(figures, "accuracy/cluster_pairs/f1") < 0.6) return Internal("the city's people were hardly found");
  const double thousands = figures.value("records", 0.0) / 1000;
  ordered_json row = {{"city_people", people}};
  row["seconds_per_1000_records"] = {{"learning", FigureOf(figures, "learning/total_seconds") / thousands},
                                     {"frozen_model", FigureOf(figures, "frozen_model/total_seconds") / thousands}};
  row.update(figures);
  return row;
}

absl::StatusOr<ordered_json> MeasureSets(const CommandLine& command, const Options& options, Report& report) {
  WENSUM_ASSIGN_OR_RETURN(const std::vector<const PeopleSet*> wanted, WantedSets(options));
  ordered_json rows = ordered_json::array();
  std::vector<std::string> absent;
  for (const PeopleSet* const wanted_set : wanted) {
    const PeopleSet& set = *wanted_set;
    if (!IsPresent(options, set)) {
      Note(Cat("Skipping ", set.name, ": there is no ", DataFile(options, set.files.front()),
               "; --data or WENSUM_TEST_DATA names the folder"));
      absent.emplace_back(set.name);
      continue;
    }
    WENSUM_ASSIGN_OR_RETURN(ordered_json row, MeasureSet(command, options, set));
    for (const Aim& aim : set.aims) {
      report.Add(Cat(set.name, ": ", aim.figure), FigureOf(row, aim.figure), "", aim.target);
    }
    rows.push_back(std::move(row));
  }
  report.Setting("absent_sets", Join(absent, ","));
  return rows;
}

absl::Status Measure(const CommandLine& command, Options options, Report& report) {
  if (command.quick()) {
    options.sets = "none";
    options.scale = "300";
  }
  WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> scale, ScaleOf(options));
  report.Setting("data", options.data);
  report.Setting("seed", options.seed);
  report.Setting("threads", options.threads);
  WENSUM_ASSIGN_OR_RETURN(const ordered_json sets, MeasureSets(command, options, report));
  ordered_json curve = ordered_json::array();
  for (const uint64_t people : scale) {
    WENSUM_ASSIGN_OR_RETURN(ordered_json row, MeasureScale(command, options, people));
    curve.push_back(std::move(row));
  }
  report.Section("sets", sets.dump());
  report.Section("scale", curve.dump());
  return absl::OkStatus();
}

}  // namespace
}  // namespace wensum::benchmarks

int main(int argc, char** argv) {
  using wensum::benchmarks::CommandLine;
  CommandLine command("people", "Who is the same person in files: accuracy on labelled sets, speed, memory, growth");
  wensum::benchmarks::Options options;
  command.AddOption("--data", options.data, "Folder of public test data; WENSUM_TEST_DATA names it too");
  command.AddOption("--sets", options.sets, "Names of sets with commas between them, all or none");
  command.AddOption("--scale", options.scale,
                    "Numbers of people of the synthetic city with commas between them, or none");
  command.AddOption("--keep", options.keep, "Folder to keep the sets in that are made here");
  command.AddOption("--seed", options.seed, "For the sets that are made from the census");
  command.AddOption("--threads", options.threads, "Threads of the resolution");
  return command.Run(argc, argv, [&](wensum::benchmarks::Report& report) {
    return wensum::benchmarks::Measure(command, options, report);
  });
}
