#include "matching/address/fit/calibration.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::matching::address {
namespace {

struct Pool {
  double strength = 0;  // the least
  size_t right = 0;
  size_t count = 0;

  [[nodiscard]] double Smoothed() const {
    return (static_cast<double>(right) + 0.5) / (static_cast<double>(count) + 1);
  }
  void Absorb(const Pool& above) {
    right += above.right;
    count += above.count;
  }
};

// Right shares of a and b compared without division.
bool NotAscending(const Pool& a, const Pool& b) { return a.right * b.count >= b.right * a.count; }

// Samples in the order of strength, pooled until shares ascend and no pool is smaller than `smallest`, unless there are
// fewer. Equal strengths share a pool.
std::vector<Pool> PoolViolators(std::span<const StrengthSample> sorted, size_t smallest) {
  std::vector<Pool> pools;
  const auto settle = [&pools] {
    while (pools.size() > 1 && NotAscending(pools[pools.size() - 2], pools.back())) {
      pools[pools.size() - 2].Absorb(pools.back());
      pools.pop_back();
    }
  };
  for (size_t i = 0; i < sorted.size();) {
    Pool group{.strength = sorted[i].strength};
    for (; i < sorted.size() && sorted[i].strength == group.strength; ++i) {
      group.Absorb({0, sorted[i].right ? size_t{1} : 0, 1});
    }
    if (!pools.empty() && pools.back().count < smallest) {
      pools.back().Absorb(group);
    } else {
      settle();
      pools.push_back(group);
    }
  }
  if (pools.size() > 1 && pools.back().count < smallest) {
    const Pool last = pools.back();
    pools.pop_back();
    pools.back().Absorb(last);
  }
  settle();
  return pools;
}

size_t PoolAt(std::span<const Pool> pools, double strength) {
  const auto above = std::upper_bound(pools.begin(), pools.end(), strength,
                                      [](double value, const Pool& pool) { return value < pool.strength; });
  return above == pools.begin() ? 0 : static_cast<size_t>(above - pools.begin()) - 1;
}

// Pools of one fold's making, counted anew on the other: the shares that were kept.
std::vector<Pool> Tried(std::span<const StrengthSample> sorted, uint8_t maker, size_t smallest) {
  std::vector<StrengthSample> own;
  for (const StrengthSample& sample : sorted) {
    if (sample.fold == maker) {
      own.push_back(sample);
    }
  }
  std::vector<Pool> pools = PoolViolators(own, smallest);
  for (Pool& pool : pools) {
    pool.right = 0;
    pool.count = 0;
  }
  for (const StrengthSample& sample : sorted) {
    if (sample.fold != maker && !pools.empty()) {
      pools[PoolAt(pools, sample.strength)].Absorb({0, sample.right ? size_t{1} : 0, 1});
    }
  }
  return pools;
}

}  // namespace

std::vector<StrengthSample> MatchesOf(std::span<const TrialRow> rows, std::span<const FlatAnswer> answers,
                                      std::span<const uint8_t> folds) {
  std::vector<StrengthSample> samples;
  for (size_t i = 0; i < rows.size(); ++i) {
    const Verdict verdict = Judge(rows[i].truth, answers[i]);
    if (verdict != Verdict::kRefusedPresent && verdict != Verdict::kRefusedRightly) {
      samples.push_back({.strength = answers[i].strength, .right = verdict == Verdict::kRight, .fold = folds[i]});
    }
  }
  return samples;
}

absl::StatusOr<Calibration> Calibration::Make(std::vector<CalibrationStep> steps) {
  for (size_t i = 0; i < steps.size(); ++i) {
    if (!(steps[i].probability >= 0 && steps[i].probability <= 1)) {
      return InvalidArgument(
          Cat("step ", i + 1, " of the calibration has the probability ", steps[i].probability, "; it must be 0 to 1"));
    }
    if (i > 0 && !(steps[i - 1].strength < steps[i].strength && steps[i - 1].probability <= steps[i].probability)) {
      return InvalidArgument(Cat("step ", i + 1, " of the calibration does not ascend from the one before"));
    }
  }
  return Calibration(std::move(steps));
}

double Calibration::ProbabilityOf(double strength) const {
  if (steps_.empty()) {
    return kUnknown;
  }
  const auto above = std::upper_bound(steps_.begin(), steps_.end(), strength,
                                      [](double value, const CalibrationStep& step) { return value < step.strength; });
  return above == steps_.begin() ? steps_.front().probability / 2 : std::prev(above)->probability;
}

Calibration FitCalibration(std::vector<StrengthSample> samples, const CalibrationOptions& options) {
  // By all members, so that the order in which samples came does not matter.
  std::sort(samples.begin(), samples.end(), [](const StrengthSample& a, const StrengthSample& b) {
    return std::tie(a.strength, a.right, a.fold) < std::tie(b.strength, b.right, b.fold);
  });
  const size_t smallest = std::max<size_t>(options.smallest_step, 1);
  const std::vector<Pool> pools = PoolViolators(samples, smallest);
  const std::array<std::vector<Pool>, 2> tried = {Tried(samples, 0, smallest), Tried(samples, 1, smallest)};
  std::vector<CalibrationStep> steps;
  steps.reserve(pools.size());
  for (const Pool& pool : pools) {
    steps.push_back({.strength = pool.strength, .probability = pool.Smoothed()});
  }
  // What the trials bear out, on average over a step's samples.
  std::vector<std::array<double, 2>> kept(pools.size());
  for (const StrengthSample& sample : samples) {
    for (size_t maker = 0; maker < 2; ++maker) {
      const std::vector<Pool>& trial = tried[maker];
      const Pool* const pool = trial.empty() ? nullptr : &trial[PoolAt(trial, sample.strength)];
      kept[PoolAt(pools, sample.strength)][maker] += pool == nullptr || pool->count == 0 ? 1 : pool->Smoothed();
    }
  }
  for (size_t i = 0; i < pools.size(); ++i) {
    for (const double sum : kept[i]) {
      steps[i].probability = std::min(steps[i].probability, sum / static_cast<double>(pools[i].count));
    }
  }
  if (!steps.empty()) {
    steps.back().probability = std::min(steps.back().probability, LowerBound(pools.back().right, pools.back().count));
  }
  for (size_t i = steps.size(); i > 1; --i) {
    steps[i - 2].probability = std::min(steps[i - 2].probability, steps[i - 1].probability);
  }
  return Calibration::Make(std::move(steps)).value();
}

Reliability ReliabilityOf(const Calibration& calibration, std::span<const StrengthSample> samples) {
  // Narrower where more is promised: that is where what is promised matters.
  constexpr std::array<double, 9> kEdges = {0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 1.0000001};
  Reliability reliability;
  std::array<ReliabilityBin, kEdges.size() - 1> bins{};
  for (const StrengthSample& sample : samples) {
    const double promised = calibration.ProbabilityOf(sample.strength);
    const auto bin = static_cast<size_t>(std::upper_bound(kEdges.begin(), kEdges.end(), promised) - kEdges.begin()) - 1;
    bins[bin].promised += promised;
    bins[bin].observed += sample.right ? 1 : 0;
    ++bins[bin].count;
  }
  for (size_t i = 0; i < bins.size(); ++i) {
    if (bins[i].count == 0) {
      continue;
    }
    const auto count = static_cast<double>(bins[i].count);
    reliability.bins.push_back({.from = kEdges[i],
                                .to = std::min(kEdges[i + 1], 1.0),
                                .promised = bins[i].promised / count,
                                .observed = bins[i].observed / count,
                                .count = bins[i].count});
    reliability.expected_error += std::fabs(bins[i].promised - bins[i].observed) / static_cast<double>(samples.size());
  }
  return reliability;
}

double CutAtPrecision(std::vector<StrengthSample> samples, double wanted) {
  std::sort(samples.begin(), samples.end(),
            [](const StrengthSample& a, const StrengthSample& b) { return a.strength > b.strength; });
  double cut = std::numeric_limits<double>::infinity();
  size_t right = 0;
  for (size_t i = 0; i < samples.size(); ++i) {
    right += samples[i].right ? 1 : 0;
    if (i + 1 < samples.size() && samples[i + 1].strength == samples[i].strength) {
      continue;
    }
    if (static_cast<double>(right) + 0.5 >= wanted * static_cast<double>(i + 2)) {
      cut = samples[i].strength;
    }
  }
  return cut;
}

std::vector<PrecisionCut> CutsOf(std::span<const StrengthSample> samples) {
  std::vector<PrecisionCut> cuts;
  cuts.reserve(kCutPrecisions.size());
  for (const double precision : kCutPrecisions) {
    cuts.push_back({precision, CutAtPrecision({samples.begin(), samples.end()}, precision)});
  }
  return cuts;
}

double CutFor(std::span<const PrecisionCut> cuts, double wanted) {
  const auto at = std::ranges::lower_bound(cuts, wanted, {}, &PrecisionCut::precision);
  return at == cuts.end() ? std::numeric_limits<double>::infinity() : at->strength;
}

double LowerBound(size_t right, size_t count) {
  if (count == 0) {
    return 0;
  }
  constexpr double kZ = 1.6448536269514722;  // 95 % of a normal distribution lie below
  const auto n = static_cast<double>(count);
  const double p = static_cast<double>(right) / n;
  const double z2 = kZ * kZ;
  const double centre = p + z2 / (2 * n);
  const double spread = kZ * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n));
  return std::max(0.0, (centre - spread) / (1 + z2 / n));
}

}  // namespace wensum::matching::address
