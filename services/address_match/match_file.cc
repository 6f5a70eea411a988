#include "services/address_match/match_file.h"

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>
#include <vector>

#include "base/parallel.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "matching/address/fit/address_matcher.h"
#include "matching/address/fit/self_calibration.h"
#include "services/address_match/address_table.h"
#include "services/address_match/output_file.h"
#include "services/address_match/register_list.h"

namespace wensum::address_match {
namespace {

using matching::address::AddressMatcher;
using matching::address::FlatAnswer;
using matching::address::FlatGazetteer;
using matching::address::FlatOutcome;
using matching::address::FlatOutcomeName;
using matching::address::kNoProperty;
using matching::address::SelfCalibration;
using nlohmann::ordered_json;

constexpr size_t kBatchRows = 8192;
constexpr size_t kGrain = 64;
constexpr size_t kLongestText = 4096;  // bytes of an address that are looked at
constexpr uint64_t kCalibrationSeed = 1;
constexpr std::string_view kHeader = "unique_id,outcome,matched_id,confidence,second_id,reason\n";

// Rows that own their texts, reused from batch to batch.
struct Row {
  std::string id;
  std::string text;
  std::string postcode;
  std::string line;  // of the output
  FlatOutcome outcome = FlatOutcome::kNone;
  bool below_cut = false;
};

struct Counts {
  uint64_t rows = 0;
  uint64_t below_cut = 0;
  std::array<uint64_t, 256> by_outcome{};
};

// 0.9987: promises are not exact to more.
std::string ConfidenceText(double probability) {
  constexpr double kSteps = 10'000;
  return Cat(std::floor(probability * kSteps) / kSteps);
}

// Turns a match that is not sure enough into a question.
void ApplyCut(double cut, double precision, double confidence, FlatAnswer* answer) {
  if (answer->outcome != FlatOutcome::kMatched || answer->strength >= cut) {
    return;
  }
  answer->outcome = answer->second == kNoProperty ? FlatOutcome::kNone : FlatOutcome::kAmbiguous;
  answer->second = std::exchange(answer->matched, kNoProperty);
  answer->reason = Cat("The best candidate is right with a probability of ", ConfidenceText(confidence),
                       ", which does not reach the wanted precision of ", precision, ".");
}

ordered_json CalibrationJson(const SelfCalibration& fitted) {
  ordered_json steps = ordered_json::array();
  for (const auto& step : fitted.calibration.steps()) {
    steps.push_back({step.strength, step.probability});
  }
  ordered_json bins = ordered_json::array();
  for (const auto& bin : fitted.reliability.bins) {
    bins.push_back({{"from", bin.from},
                    {"to", bin.to},
                    {"promised", bin.promised},
                    {"observed", bin.observed},
                    {"matches", bin.count}});
  }
  ordered_json json = {{"cautious_table", fitted.cautious},
                       {"rows", fitted.rows},
                       {"steps", std::move(steps)},
                       {"reliability", std::move(bins)},
                       {"expected_calibration_error", fitted.reliability.expected_error}};
  json["cut"] = std::isfinite(fitted.cut) ? ordered_json(fitted.cut) : ordered_json(nullptr);
  return json;
}

uint64_t PeakBytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<uint64_t>(usage.ru_maxrss) * 1024;
}

absl::Status CheckOptions(const MatchFileOptions& options) {
  if (!(options.precision > 0 && options.precision < 1)) {
    return InvalidArgument(Cat("--precision is ", options.precision, "; it must be above 0 and below 1, e.g. 0.999"));
  }
  if (options.canonical.empty() == options.data_dir.empty()) {
    return InvalidArgument("give one of --canonical and --data-dir: what to match against");
  }
  for (const auto& [name, path] :
       {std::pair("--canonical", &options.canonical), std::pair("--input", &options.input)}) {
    for (const std::string* written : {&options.out, &options.summary}) {
      std::error_code error;
      if (!written->empty() && (*written == *path || std::filesystem::equivalent(*written, *path, error))) {
        return InvalidArgument(
            Cat(Quote(*written), " is to be written, and is the file of ", name, " too; choose another name"));
      }
    }
  }
  return absl::OkStatus();
}

// One call of MatchFile.
class MatchRun {
 public:
  explicit MatchRun(const MatchFileOptions& options)
      : options_(options), threads_(options.threads == 0 ? DefaultThreads() : options.threads) {}

  absl::StatusOr<std::string> Run() {
    const double start = options_.seconds();
    // Bad input shows before the work on the list.
    WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<AddressTable> input, AddressTable::Open(options_.input, {}));
    WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<OutputFile> output, OutputFile::Create(options_.out));
    WENSUM_RETURN_IF_ERROR(ReadList(start));
    Calibrate();
    addresses_ = gazetteer_.addresses.size();
    gazetteer_.addresses = {};  // the ids are all that answers need
    const double match = options_.seconds();
    WENSUM_RETURN_IF_ERROR(MatchRows(*input, *output));
    WENSUM_RETURN_IF_ERROR(output->Finish());
    const double match_seconds = options_.seconds() - match;
    Phase("match", match);
    Phase("total", start);
    std::string summary = Summary(match_seconds);
    if (!options_.summary.empty()) {
      WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<OutputFile> file, OutputFile::Create(options_.summary));
      file->Write(summary);
      WENSUM_RETURN_IF_ERROR(file->Finish());
    }
    return summary;
  }

 private:
  absl::Status ReadList(double start) {
    if (!options_.data_dir.empty()) {
      WENSUM_ASSIGN_OR_RETURN(matcher_, ReadRegister(options_.data_dir, threads_, &gazetteer_));
      Phase("read_canonical", start);
      seconds_["build"] = 0;  // done while reading
      return absl::OkStatus();
    }
    WENSUM_ASSIGN_OR_RETURN(gazetteer_, ReadGazetteer(options_.canonical, {}));
    Phase("read_canonical", start);
    const double build = options_.seconds();
    matcher_ = matching::address::MakeFlatMatcher(gazetteer_);
    Phase("build", build);
    return absl::OkStatus();
  }

  void Phase(const char* name, double start) { seconds_[name] = options_.seconds() - start; }

  void Calibrate() {
    const double start = options_.seconds();
    fitted_ = options_.calibration_rows == 0 ? matching::address::CautiousCalibration(options_.precision)
                                             : matching::address::CalibrateOn(*matcher_, gazetteer_,
                                                                              {.seed = kCalibrationSeed,
                                                                               .rows = options_.calibration_rows,
                                                                               .precision = options_.precision,
                                                                               .threads = static_cast<int>(threads_)});
    Phase("calibrate", start);
  }

  absl::Status MatchRows(AddressTable& input, OutputFile& output) {
    output.Write(kHeader);
    std::vector<Row> rows(kBatchRows);
    std::string text;
    for (bool more = true; more;) {
      size_t count = 0;
      AddressLine line;
      for (; count < rows.size(); ++count) {
        WENSUM_ASSIGN_OR_RETURN(more, input.Next(line));
        if (!more) {
          break;
        }
        rows[count].id = line.id;
        rows[count].text = line.text.substr(0, kLongestText);
        rows[count].postcode = line.postcode.substr(0, kLongestText);
      }
      ParallelFor(count, threads_, kGrain, [&](size_t begin, size_t end) {
        for (size_t i = begin; i < end; ++i) {
          MatchRow(&rows[i]);
        }
      });
      text.clear();
      for (size_t i = 0; i < count; ++i) {
        text += rows[i].line;
        ++counts_.by_outcome[static_cast<size_t>(rows[i].outcome)];
        counts_.below_cut += rows[i].below_cut ? 1 : 0;
      }
      counts_.rows += count;
      output.Write(text);
      if (!output.good()) {
        break;  // Finish says why
      }
    }
    return absl::OkStatus();
  }

  void MatchRow(Row* row) const {
    FlatAnswer answer = matcher_->Match(row->text, row->postcode, /*want_reason=*/true);
    std::string confidence;
    const FlatOutcome before = answer.outcome;
    if (answer.outcome == FlatOutcome::kMatched) {
      const double probability = fitted_.calibration.ProbabilityOf(answer.strength);
      confidence = ConfidenceText(probability);
      ApplyCut(fitted_.cut, options_.precision, probability, &answer);
    }
    row->outcome = answer.outcome;
    row->below_cut = answer.outcome != before;
    const auto id = [&](uint32_t property) {
      return property == kNoProperty ? std::string_view() : std::string_view(gazetteer_.ids[property]);
    };
    const std::string_view fields[] = {
        row->id, FlatOutcomeName(answer.outcome), id(answer.matched), confidence, id(answer.second), answer.reason};
    row->line.clear();
    AppendCsv(fields, &row->line);
  }

  [[nodiscard]] std::string Summary(double match_seconds) const {
    ordered_json outcomes = ordered_json::object();
    for (size_t i = 0; i < counts_.by_outcome.size(); ++i) {
      if (counts_.by_outcome[i] > 0) {
        outcomes[std::string(FlatOutcomeName(static_cast<FlatOutcome>(i)))] = counts_.by_outcome[i];
      }
    }
    ordered_json seconds = ordered_json::object();
    for (const char* const phase : {"read_canonical", "build", "calibrate", "match", "total"}) {
      seconds[phase] = seconds_.at(phase);
    }
    ordered_json json = {{"rows", counts_.rows},
                         {"outcomes", std::move(outcomes)},
                         {"below_wanted_precision", counts_.below_cut},
                         {"wanted_precision", options_.precision},
                         {"properties", gazetteer_.ids.size()},
                         {"addresses", addresses_},
                         {"index_bytes", matcher_->memory_bytes()},
                         {"threads", threads_},
                         {"seconds", std::move(seconds)},
                         {"rows_per_second", static_cast<double>(counts_.rows) / std::max(match_seconds, 1e-9)},
                         {"peak_memory_bytes", PeakBytes()},
                         {"calibration", CalibrationJson(fitted_)}};
    if (!std::isfinite(fitted_.cut)) {
      json["warning"] = Warning();
    }
    return json.dump(2) + "\n";
  }

  [[nodiscard]] std::string Warning() const {
    const auto steps = fitted_.calibration.steps();
    return Cat("No match is sure enough for the wanted precision of ", options_.precision, ": on this list the surest ",
               "are right with a probability of ", ConfidenceText(steps.empty() ? 0 : steps.back().probability),
               ". So no row is MATCHED; ask for a lower --precision.");
  }

  const MatchFileOptions& options_;
  const size_t threads_;
  FlatGazetteer gazetteer_;
  size_t addresses_ = 0;
  std::unique_ptr<AddressMatcher> matcher_;
  SelfCalibration fitted_;
  Counts counts_;
  std::map<std::string, double> seconds_;
};

}  // namespace

absl::StatusOr<std::string> MatchFile(const MatchFileOptions& options) {
  WENSUM_RETURN_IF_ERROR(CheckOptions(options));
  return MatchRun(options).Run();
}

}  // namespace wensum::address_match
