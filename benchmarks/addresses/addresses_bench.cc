// How well and how fast address texts are matched: over errors generated in any list, over labelled files, and over
// hard cases; with and without postcodes.
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/parallel.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "benchmarks/addresses/measure.h"
#include "benchmarks/addresses/trial_sets.h"
#include "benchmarks/support/process.h"
#include "benchmarks/support/report.h"
#include "benchmarks/support/timing.h"
#include "matching/address/errors/error_generator.h"
#include "matching/address/fit/self_calibration.h"
#include "services/address_match/address_table.h"
#include "services/address_match/register_list.h"
#include "services/dedupe/files.h"

namespace wensum::benchmarks {
namespace {

using matching::address::AddressMatcher;
using matching::address::ErrorGenerator;
using matching::address::ErrorRow;
using matching::address::FlatGazetteer;
using matching::address::kNoProperty;
using matching::address::SelfCalibration;
using matching::address::TrialStreets;

struct Options {
  std::string set;
  std::string canonical;
  std::string data_dir;
  std::string id;
  std::string text = "address_concat";
  std::string postcode = "postcode";
  std::string input;
  std::string label = "ukam_label";
  std::string hard;
  std::string data;
  std::string streets = "unseen";
  uint64_t properties = 100'000;
  uint64_t rows = 100'000;
  uint64_t absent = 4'000;
  uint64_t seed = 1;
  uint64_t threads = DefaultThreads();
  uint64_t calibration_rows = 40'000;
  std::string failures;
  uint64_t failures_max = 200;
  std::string write_rows;
};

absl::StatusOr<TrialStreets> ParseStreets(std::string_view text) {
  if (text == "tune") return TrialStreets::kTune;
  if (text == "unseen") return TrialStreets::kUnseen;
  if (text == "all") return TrialStreets::kAll;
  return InvalidArgument(Cat("--streets is ", Quote(text), "; it must be tune, unseen or all"));
}

// Fills in what a set's name stands for.
absl::Status ResolveSet(Options* options) {
  if (options->data.empty()) {
    const char* const folder = std::getenv("WENSUM_TEST_DATA");
    options->data = folder == nullptr ? "" : folder;
  }
  const auto file = [&](std::string_view name) { return Cat(options->data, "/addresses/", name); };
  const bool named = options->set == "redbridge" || options->set == "fictional" || options->set == "hard";
  if (named && options->data.empty() && options->canonical.empty() && options->hard.empty()) {
    return NotFound(Cat("the set ", options->set, " lies in the folder that --data or WENSUM_TEST_DATA names"));
  }
  if (options->set == "redbridge" && options->canonical.empty()) {
    options->canonical = file("redbridge_dev.csv");
    options->text = "Full Property Address";
    options->postcode = "Post Code";
  } else if (options->set == "fictional") {
    options->canonical = options->canonical.empty() ? file("fictional_london_canonical.csv") : options->canonical;
    options->input = options->input.empty() ? file("fictional_london_messy.csv") : options->input;
  } else if (options->set == "hard" && options->hard.empty()) {
    options->hard = file("hard_cases.yaml");
  } else if (!options->set.empty() && !named) {
    return InvalidArgument(Cat("there is no set ", Quote(options->set), "; there are redbridge, fictional and hard"));
  }
  return absl::OkStatus();
}

absl::StatusOr<FlatGazetteer> ReadList(const Options& options) {
  if (options.canonical.empty()) {
    return SampleGazetteer(options.seed, options.properties);
  }
  return address_match::ReadGazetteer(options.canonical,
                                      {.id = options.id, .text = options.text, .postcode = options.postcode});
}

// `matcher` is set if the list comes with one of its own: a register's, whose fields are known. All of it is listed
// then.
absl::StatusOr<AddressSet> GenerateSet(Options options, Report& report, std::unique_ptr<AddressMatcher>* matcher) {
  WENSUM_ASSIGN_OR_RETURN(const TrialStreets streets, ParseStreets(options.streets));
  FlatGazetteer gazetteer;
  if (options.data_dir.empty()) {
    WENSUM_ASSIGN_OR_RETURN(gazetteer, ReadList(options));
  } else {
    const StopWatch watch;
    WENSUM_ASSIGN_OR_RETURN(*matcher, address_match::ReadRegister(options.data_dir, options.threads, &gazetteer));
    report.Add("read and build", watch.Seconds(), "s");
    options.absent = 0;
  }
  const StopWatch watch;
  const ErrorGenerator generator(
      gazetteer, {.seed = options.seed, .absent = options.absent, .threads = static_cast<int>(options.threads)});
  const double prepared = watch.Seconds();
  const std::vector<ErrorRow> rows = generator.Rows(0, options.rows, streets, static_cast<int>(options.threads));
  if (rows.size() * 10 < options.rows * 9) {
    return Internal(Cat("of ", options.rows, " rows only ", rows.size(), " could be made"));
  }
  report.Add("generator prepares", prepared, "s");
  report.Add("generator", static_cast<double>(rows.size()) / (watch.Seconds() - prepared), "rows/s");
  report.Setting("addresses", static_cast<uint64_t>(gazetteer.addresses.size()));
  report.Setting("addresses_not_taken_apart", static_cast<uint64_t>(generator.opaque()));
  AddressSet set{.name = "generated", .listed = generator.Listed()};
  for (const ErrorRow& row : rows) {
    set.questions.push_back({.group = std::string(ErrorClassName(row.error_class)),
                             .text = row.text,
                             .postcode = row.postcode,
                             .bare_text = row.bare_text,
                             .fits_without_postcode = row.fits_without_postcode,
                             .truth = row.truth});
  }
  return set;
}

// A calibration fitted on tune streets and asked on the rows measured: what it promises, and what it keeps.
void MeasureCalibration(const Options& options, const AddressMatcher& matcher, const AddressSet& set, Report& report) {
  const StopWatch watch;
  const SelfCalibration fitted = CalibrateOn(
      matcher, set.listed,
      {.seed = options.seed + 1, .rows = options.calibration_rows, .threads = static_cast<int>(options.threads)});
  report.Add("calibration", watch.Seconds(), "s");
  if (fitted.cautious) {
    return;
  }
  MeasureReliability(fitted.calibration, fitted.cut, matcher, set, static_cast<int>(options.threads), report);
}

// The set as files for other matchers: canonical.csv, input.csv and, without postcodes, bare.csv.
absl::Status WriteSet(const AddressSet& set, const std::string& directory) {
  std::string canonical = "unique_id,address_concat,postcode\n";
  for (const FlatGazetteer::Address& address : set.listed.addresses) {
    const std::string_view fields[] = {set.listed.ids[address.property], address.text, address.postcode};
    dedupe::AppendCsvRow(canonical, fields);
  }
  const std::string header = "unique_id,address_concat,postcode,truth,class\n";
  std::string input = header;
  std::string bare = header;
  for (size_t i = 0; i < set.questions.size(); ++i) {
    const AddressQuestion& question = set.questions[i];
    const std::string id = Cat("q", i + 1);
    const std::string_view truth = question.truth == kNoProperty ? std::string_view() : set.listed.ids[question.truth];
    const std::string_view whole[] = {id, question.text, question.postcode, truth, question.group};
    dedupe::AppendCsvRow(input, whole);
    if (question.fits_without_postcode) {
      const std::string_view without[] = {id, question.bare_text, "", truth, question.group};
      dedupe::AppendCsvRow(bare, without);
    }
  }
  WENSUM_RETURN_IF_ERROR(dedupe::WriteFile(Cat(directory, "/canonical.csv"), canonical));
  WENSUM_RETURN_IF_ERROR(dedupe::WriteFile(Cat(directory, "/input.csv"), input));
  return dedupe::WriteFile(Cat(directory, "/bare.csv"), bare);
}

absl::Status MeasureSet(const Options& options, const AddressSet& set, std::unique_ptr<AddressMatcher> matcher,
                        Report& report, std::vector<Failure>* failures) {
  if (matcher == nullptr) {
    const uint64_t before = ResidentBytes();
    const StopWatch watch;
    matcher = matching::address::MakeFlatMatcher(set.listed);
    report.Add("build", watch.Seconds(), "s");
    report.Add("resident growth", static_cast<double>(ResidentBytes() - std::min(before, ResidentBytes())) / (1 << 20),
               "MiB");
  }
  report.Add("index", static_cast<double>(matcher->memory_bytes()) / (1 << 20), "MiB");
  const MeasureOptions measure{.threads = static_cast<int>(options.threads),
                               .failures_max = options.failures.empty() ? 0 : options.failures_max};
  MeasureTrial("with postcode", *matcher, set, /*bare=*/false, measure, report, failures);
  MeasureTrial("without postcode", *matcher, set, /*bare=*/true, measure, report, failures);
  if (options.calibration_rows > 0) {
    MeasureCalibration(options, *matcher, set, report);
  }
  return absl::OkStatus();
}

absl::Status RunBench(Options options, Report& report) {
  WENSUM_RETURN_IF_ERROR(ResolveSet(&options));
  report.Setting("seed", options.seed);
  report.Setting("threads", options.threads);
  std::vector<Failure> failures;
  if (!options.hard.empty()) {
    WENSUM_ASSIGN_OR_RETURN(const std::vector<AddressSet> cases, ReadHardCases(options.hard));
    MeasureCases("with postcode", cases, /*bare=*/false, report, &failures);
    MeasureCases("without postcode", cases, /*bare=*/true, report, &failures);
  } else {
    report.Setting("streets", options.input.empty() ? options.streets : std::string("labelled file"));
    std::unique_ptr<AddressMatcher> matcher;
    WENSUM_ASSIGN_OR_RETURN(const AddressSet set,
                            options.input.empty() ? GenerateSet(options, report, &matcher)
                                                  : ReadLabelledSet(options.canonical, options.input, options.label));
    if (!options.write_rows.empty()) {
      WENSUM_RETURN_IF_ERROR(WriteSet(set, options.write_rows));
    }
    WENSUM_RETURN_IF_ERROR(MeasureSet(options, set, std::move(matcher), report, &failures));
  }
  return options.failures.empty() ? absl::OkStatus() : WriteFailures(options.failures, failures);
}

}  // namespace
}  // namespace wensum::benchmarks

int main(int argc, char** argv) {
  namespace benchmarks = wensum::benchmarks;
  benchmarks::Options options;
  benchmarks::CommandLine line("addresses", "How well and how fast address texts are matched");
  line.AddOption("--set", options.set, "redbridge, fictional or hard, of the folder of public test data");
  line.AddOption("--data", options.data, "Folder of public test data; WENSUM_TEST_DATA names it too");
  line.AddOption("--canonical", options.canonical, "CSV file of the list; without it a synthetic city is made");
  line.AddOption("--data-dir", options.data_dir, "Instead: the gazetteer in a data directory of `wensum serve`");
  line.AddOption("--id", options.id, "Its column of ids; without it rows are numbered");
  line.AddOption("--text", options.text, "Its column of address texts");
  line.AddOption("--postcode", options.postcode, "Its column of postcodes");
  line.AddOption("--input", options.input, "CSV file of labelled addresses, instead of generated errors");
  line.AddOption("--label", options.label, "Its column of true ids");
  line.AddOption("--hard", options.hard, "YAML file of cases with lists of their own");
  line.AddSize("--properties", options.properties, uint64_t{3'000}, "Properties of the synthetic city");
  line.AddSize("--rows", options.rows, uint64_t{2'000}, "Rows to generate");
  line.AddSize("--absent", options.absent, uint64_t{150}, "Properties taken out of the list");
  line.AddOption("--seed", options.seed, "Seed of the errors, and of the synthetic city");
  line.AddOption("--streets", options.streets, "tune, unseen (a quarter of the streets) or all");
  line.AddOption("--threads", options.threads, "Threads");
  line.AddSize("--calibration-rows", options.calibration_rows, uint64_t{4'000}, "Rows to calibrate on; 0: none");
  line.AddOption("--failures", options.failures, "CSV file for rows that failed");
  line.AddOption("--failures-max", options.failures_max, "How many rows of each run it gets at most");
  line.AddOption("--write-rows", options.write_rows, "Folder for the list and the rows, as CSV, for other matchers");
  return line.Run(argc, argv, [&](benchmarks::Report& report) { return benchmarks::RunBench(options, report); });
}
