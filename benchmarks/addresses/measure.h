// A matcher measured over a set: counts by class, precision and recall, speed.
#ifndef WENSUM_BENCHMARKS_ADDRESSES_MEASURE_H_
#define WENSUM_BENCHMARKS_ADDRESSES_MEASURE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "benchmarks/addresses/trial_sets.h"
#include "benchmarks/support/report.h"
#include "matching/address/fit/address_matcher.h"
#include "matching/address/fit/calibration.h"
#include "matching/address/fit/trial.h"

namespace wensum::benchmarks {

struct Failure {
  std::string set;
  std::string group;
  std::string verdict;
  std::string text;
  std::string postcode;
  std::string truth;
  std::string answer;
  std::string outcome;
  double strength = 0;
  std::string reason;
};

struct MeasureOptions {
  int threads = 1;
  size_t single_calls = 20'000;  // timed one by one
  size_t failures_max = 0;       // of each run
};

// Adds figures whose names begin with `name`, and a section of counts by class. With `bare` the postcodes are taken
// away, and rows that then fit several properties are left out.
void MeasureTrial(const std::string& name, const matching::address::AddressMatcher& matcher, const AddressSet& set,
                  bool bare, const MeasureOptions& options, Report& report, std::vector<Failure>* failures);

// Each set with a matcher of its own; all together counted as one trial.
void MeasureCases(const std::string& name, const std::vector<AddressSet>& sets, bool bare, Report& report,
                  std::vector<Failure>* failures);

// The calibration's promises over the set's matches, with and without postcodes pooled, beside what was kept; and
// precision and recall of what it accepts at `cut`.
void MeasureReliability(const matching::address::Calibration& calibration, double cut,
                        const matching::address::AddressMatcher& matcher, const AddressSet& set, int threads,
                        Report& report);

// One CSV row a failure.
absl::Status WriteFailures(const std::string& path, const std::vector<Failure>& failures);

}  // namespace wensum::benchmarks

#endif  // WENSUM_BENCHMARKS_ADDRESSES_MEASURE_H_
