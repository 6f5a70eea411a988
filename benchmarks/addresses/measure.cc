#include "benchmarks/addresses/measure.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>
#include <utility>

#include "base/strings.h"
#include "benchmarks/support/timing.h"
#include "services/dedupe/files.h"

namespace wensum::benchmarks {
namespace {

using matching::address::AddressMatcher;
using matching::address::Calibration;
using matching::address::CalibrationStep;
using matching::address::FlatAnswer;
using matching::address::FlatGazetteer;
using matching::address::FlatOutcome;
using matching::address::FlatOutcomeName;
using matching::address::kNoProperty;
using matching::address::Reliability;
using matching::address::ReliabilityBin;
using matching::address::StrengthSample;
using matching::address::TrialCounts;
using matching::address::TrialRow;
using matching::address::TrialSummary;
using matching::address::Verdict;

std::string_view VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kRight:
      return "right";
    case Verdict::kWrong:
      return "wrong";
    case Verdict::kRefusedPresent:
      return "refused";
    case Verdict::kRefusedRightly:
      return "refused rightly";
    default:
      return "false";
  }
}

std::string AddressOf(const FlatGazetteer& listed, uint32_t property) {
  if (property == kNoProperty) {
    return "";
  }
  const auto address = std::find_if(listed.addresses.begin(), listed.addresses.end(),
                                    [&](const FlatGazetteer::Address& a) { return a.property == property; });
  return address == listed.addresses.end() ? "" : Cat(address->text, " | ", address->postcode);
}

void AddFailure(const AddressSet& set, const AddressQuestion& question, const TrialRow& row, const FlatAnswer& answer,
                std::vector<Failure>* failures) {
  const uint32_t shown = answer.matched != kNoProperty ? answer.matched : answer.second;
  failures->push_back({.set = set.name,
                       .group = question.group,
                       .verdict = std::string(VerdictName(Judge(row.truth, answer))),
                       .text = std::string(row.text),
                       .postcode = std::string(row.postcode),
                       .truth = AddressOf(set.listed, row.truth),
                       .answer = AddressOf(set.listed, shown),
                       .outcome = std::string(FlatOutcomeName(answer.outcome)),
                       .strength = answer.strength,
                       .reason = answer.reason});
}

bool Failed(const TrialRow& row, const FlatAnswer& answer) {
  const Verdict verdict = Judge(row.truth, answer);
  return verdict != Verdict::kRight && verdict != Verdict::kRefusedRightly;
}

// The rows to ask, and the question each is made of.
struct Rows {
  std::vector<TrialRow> rows;
  std::vector<const AddressQuestion*> questions;
  std::vector<std::string> groups;  // by TrialRow::group
};

void AddRows(const AddressSet& set, bool bare, std::map<std::string, int>* groups, Rows* out) {
  for (const AddressQuestion& question : set.questions) {
    if (bare && !question.fits_without_postcode) {
      continue;
    }
    const auto [group, is_new] = groups->try_emplace(question.group, static_cast<int>(out->groups.size()));
    if (is_new) {
      out->groups.push_back(question.group);
    }
    out->rows.push_back({.text = bare ? question.bare_text : question.text,
                         .postcode = bare ? std::string_view() : std::string_view(question.postcode),
                         .truth = question.truth,
                         .group = group->second});
    out->questions.push_back(&question);
  }
}

nlohmann::ordered_json CountsJson(const TrialCounts& counts) {
  nlohmann::ordered_json json = {{"rows", counts.rows()}};
  if (counts.present() > 0) {
    json["right"] = counts.right;
    json["wrong"] = counts.wrong;
    json["refused"] = counts.refused_present;
    json["recall"] = counts.recall();
  }
  if (counts.absent() > 0) {
    json["refused_rightly"] = counts.refused_rightly;
    json["false"] = counts.false_matches;
    json["refusal"] = counts.refusal();
  }
  return json;
}

void ReportAccuracy(const std::string& name, const Rows& rows, std::span<const FlatAnswer> answers, Report& report) {
  const TrialSummary summary = Summarise(rows.rows, answers);
  constexpr double kPercent = 100;
  report.Add(Cat(name, " rows"), static_cast<double>(rows.rows.size()), "rows");
  report.Add(Cat(name, " precision"), kPercent * summary.all.precision(), "%");
  report.Add(Cat(name, " recall"), kPercent * summary.all.recall(), "%");
  for (const auto& [label, precision] : {std::pair("99.5", 0.995), std::pair("99.9", 0.999)}) {
    report.Add(Cat(name, " recall at ", label, " % precision"),
               kPercent * RecallAtPrecision(rows.rows, answers, precision), "%");
  }
  report.Add(Cat(name, " right refusals"), kPercent * summary.all.refusal(), "%");
  report.Add(Cat(name, " right"), static_cast<double>(summary.all.right), "rows");
  report.Add(Cat(name, " wrong"), static_cast<double>(summary.all.wrong), "rows");
  report.Add(Cat(name, " refused though listed"), static_cast<double>(summary.all.refused_present), "rows");
  report.Add(Cat(name, " matched though absent"), static_cast<double>(summary.all.false_matches), "rows");
  report.Add(Cat(name, " refused rightly"), static_cast<double>(summary.all.refused_rightly), "rows");
  nlohmann::ordered_json classes;
  std::map<std::string, TrialCounts> by_name;
  for (size_t i = 0; i < summary.by_group.size(); ++i) {
    by_name[rows.groups[i]] = summary.by_group[i];
  }
  for (const auto& [group, counts] : by_name) {
    classes[group] = CountsJson(counts);
  }
  std::string section = Cat(name, "_by_class");
  std::replace(section.begin(), section.end(), ' ', '_');
  report.Section(section, classes.dump());
}

void ReportLatency(const std::string& name, const AddressMatcher& matcher, const Rows& rows, size_t calls,
                   Report& report) {
  Latencies latencies;
  for (size_t i = 0; i < std::min(calls, rows.rows.size()); ++i) {
    const StopWatch watch;
    const FlatAnswer answer = matcher.Match(rows.rows[i].text, rows.rows[i].postcode, false);
    latencies.Add(watch.Micros());
  }
  for (const auto& [label, share] :
       {std::pair("p50", 0.5), std::pair("p99", 0.99), std::pair("p99.9", 0.999), std::pair("slowest", 1.0)}) {
    report.Add(Cat(name, " single ", label), latencies.Percentile(share), "us");
  }
}

}  // namespace

void MeasureTrial(const std::string& name, const AddressMatcher& matcher, const AddressSet& set, bool bare,
                  const MeasureOptions& options, Report& report, std::vector<Failure>* failures) {
  Rows rows;
  std::map<std::string, int> groups;
  AddRows(set, bare, &groups, &rows);
  const StopWatch watch;
  const std::vector<FlatAnswer> answers = RunTrial(matcher, rows.rows, options.threads, false);
  const double seconds = watch.Seconds();
  ReportAccuracy(name, rows, answers, report);
  report.Add(Cat(name, " speed"), static_cast<double>(rows.rows.size()) / seconds, "rows/s");
  ReportLatency(name, matcher, rows, options.single_calls, report);
  size_t written = 0;
  for (size_t i = 0; i < answers.size() && written < options.failures_max; ++i) {
    if (Failed(rows.rows[i], answers[i])) {
      AddFailure(set, *rows.questions[i], rows.rows[i], matcher.Match(rows.rows[i].text, rows.rows[i].postcode, true),
                 failures);
      ++written;
    }
  }
}

void MeasureReliability(const Calibration& calibration, double cut, const AddressMatcher& matcher,
                        const AddressSet& set, int threads, Report& report) {
  Rows rows;
  std::map<std::string, int> groups;
  AddRows(set, /*bare=*/false, &groups, &rows);
  AddRows(set, /*bare=*/true, &groups, &rows);
  std::vector<FlatAnswer> answers = RunTrial(matcher, rows.rows, threads, false);
  const std::vector<StrengthSample> samples = MatchesOf(rows.rows, answers, std::vector<uint8_t>(rows.rows.size(), 0));
  const Reliability reliability = ReliabilityOf(calibration, samples);
  report.Add("calibration error", reliability.expected_error, "probability", Target{.value = 0.005, .at_least = false});
  nlohmann::ordered_json bins = nlohmann::ordered_json::array();
  for (const ReliabilityBin& bin : reliability.bins) {
    bins.push_back({{"from", bin.from},
                    {"to", bin.to},
                    {"promised", bin.promised},
                    {"observed", bin.observed},
                    {"matches", bin.count}});
  }
  report.Section("reliability", bins.dump());
  nlohmann::ordered_json steps = nlohmann::ordered_json::array();
  for (const CalibrationStep& step : calibration.steps()) {
    steps.push_back({step.strength, step.probability});
  }
  report.Section("calibration_steps", steps.dump());
  for (FlatAnswer& answer : answers) {
    if (answer.outcome == FlatOutcome::kMatched && answer.strength < cut) {
      answer.outcome = FlatOutcome::kAmbiguous;
    }
  }
  const TrialCounts accepted = Summarise(rows.rows, answers).all;
  constexpr double kPercent = 100;
  report.Add("precision at the cut for 99.9 %", kPercent * accepted.precision(), "%");
  report.Add("recall at the cut for 99.9 %", kPercent * accepted.recall(), "%");
}

void MeasureCases(const std::string& name, const std::vector<AddressSet>& sets, bool bare, Report& report,
                  std::vector<Failure>* failures) {
  Rows rows;
  std::map<std::string, int> groups;
  std::vector<FlatAnswer> answers;
  size_t good = 0;
  for (const AddressSet& set : sets) {
    const std::unique_ptr<AddressMatcher> matcher = matching::address::MakeFlatMatcher(set.listed);
    AddRows(set, bare, &groups, &rows);
    for (size_t i = answers.size(); i < rows.rows.size(); ++i) {
      answers.push_back(matcher->Match(rows.rows[i].text, rows.rows[i].postcode, true));
      if (Failed(rows.rows[i], answers[i])) {
        AddFailure(set, *rows.questions[i], rows.rows[i], answers[i], failures);
      } else {
        ++good;
      }
    }
  }
  report.Add(Cat(name, " right"), static_cast<double>(good), "cases");
  report.Add(Cat(name, " of"), static_cast<double>(answers.size()), "cases");
}

absl::Status WriteFailures(const std::string& path, const std::vector<Failure>& failures) {
  std::string csv = "set,class,verdict,text,postcode,truth,answer,outcome,strength,reason\n";
  for (const Failure& failure : failures) {
    const std::string strength = Cat(failure.strength);
    const std::string_view fields[] = {failure.set,   failure.group,  failure.verdict, failure.text, failure.postcode,
                                       failure.truth, failure.answer, failure.outcome, strength,     failure.reason};
    dedupe::AppendCsvRow(csv, fields);
  }
  return dedupe::WriteFile(path, csv);
}

}  // namespace wensum::benchmarks
