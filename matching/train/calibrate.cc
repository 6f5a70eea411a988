#include "matching/train/calibrate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "matching/resolve/disjoint_sets.h"
#include "matching/resolve/resolution.h"
#include "matching/score/pair_scorer.h"

namespace wensum::matching {
namespace {

constexpr double kFarthest = 10;
// Standard deviations of the prior.
constexpr double kSlopeSpread = 0.25;
constexpr double kOffsetSpread = 2;
constexpr double kLeastSlope = 0.25;
constexpr double kMostSlope = 4;
constexpr int kFolds = 5;
// Pairs of records of two people that are weighed for a label: beyond, the label is left out as refused.
constexpr uint64_t kMostPairs = 250'000;
constexpr std::array<double, 10> kBinEnds = {-4, -2, -1, 0, 1, 2, 3, 4, 6, 8};

double Bounded(double evidence) { return std::clamp(evidence, -kFarthest, kFarthest); }

double Probability(double score) { return 1 / (1 + std::exp2(-score)); }

// -log2 of the probability of the answer.
double Loss(double score, bool one_person) {
  const double against = one_person ? -score : score;
  return against > 60 ? against : std::log2(1 + std::exp2(against));
}

// What is minimised, in natural logarithms.
double Cost(std::span<const LabelledEvidence> labels, const ScoreCalibration& at) {
  double sum = 0;
  for (const LabelledEvidence& label : labels) sum += Loss(at.Apply(Bounded(label.evidence)), label.one_person);
  const double slope = (at.slope - 1) / kSlopeSpread;
  const double offset = at.offset / kOffsetSpread;
  return sum * std::log(2.0) + (slope * slope + offset * offset) / 2;
}

// Newton's step of the cost, which is convex; with `slope_fixed` of the offset alone.
std::pair<double, double> NewtonStep(std::span<const LabelledEvidence> labels, const ScoreCalibration& at,
                                     bool slope_fixed) {
  const double unit = std::log(2.0);
  std::array<double, 2> gradient = {(at.slope - 1) / (kSlopeSpread * kSlopeSpread),
                                    at.offset / (kOffsetSpread * kOffsetSpread)};
  double xx = 1 / (kSlopeSpread * kSlopeSpread);
  double xy = 0;
  double yy = 1 / (kOffsetSpread * kOffsetSpread);
  for (const LabelledEvidence& label : labels) {
    const double x = unit * Bounded(label.evidence);
    const double p = Probability(at.Apply(Bounded(label.evidence)));
    const double error = p - (label.one_person ? 1 : 0);
    gradient[0] += error * x;
    gradient[1] += error * unit;
    xx += p * (1 - p) * x * x;
    xy += p * (1 - p) * x * unit;
    yy += p * (1 - p) * unit * unit;
  }
  if (slope_fixed) return {0, -gradient[1] / yy};
  const double determinant = xx * yy - xy * xy;  // above 0: the prior makes the cost strictly convex
  return {-(yy * gradient[0] - xy * gradient[1]) / determinant, -(xx * gradient[1] - xy * gradient[0]) / determinant};
}

void Minimise(std::span<const LabelledEvidence> labels, bool slope_fixed, ScoreCalibration& at) {
  constexpr int kSteps = 100;
  constexpr double kNear = 1e-9;
  double cost = Cost(labels, at);
  for (int i = 0; i < kSteps; ++i) {
    auto [slope, offset] = NewtonStep(labels, at, slope_fixed);
    if (std::abs(slope) + std::abs(offset) < kNear) return;
    ScoreCalibration next = at;
    double next_cost = std::numeric_limits<double>::infinity();
    for (double share = 1; share > kNear && !(next_cost <= cost); share /= 2) {
      next.slope = at.slope + share * slope;
      next.offset = at.offset + share * offset;
      next_cost = Cost(labels, next);
    }
    if (!(next_cost <= cost)) return;  // as near as rounding allows
    at = next;
    cost = next_cost;
  }
}

// The labels on which the score decides.
std::vector<LabelledEvidence> ThoseUsed(std::span<const LabelledEvidence> labels) {
  std::vector<LabelledEvidence> used;
  std::ranges::copy_if(labels, std::back_inserter(used),
                       [](const LabelledEvidence& label) { return label.reason == ReviewReason::kScore; });
  return used;
}

// Finds what decided about each label's records.
class EvidenceFinder {
 public:
  EvidenceFinder(const RecordSet& records, const PairComparer& comparer, const PairScorer& scorer,
                 const ResolveOptions& options, const Resolution& resolution, const ResolutionTrace& trace)
      : records_(records),
        resolver_(&comparer, &scorer, options),
        merge_threshold_(options.merge_threshold),
        labels_(resolution.labels),
        trace_(trace) {}

  // `labels` in order. Counts them.
  std::vector<LabelledEvidence> Find(std::span<const PairLabel> labels, CalibrationReport& report) {
    CollectMembersAndSteps(labels);
    std::vector<LabelledEvidence> found;
    // Two entities, or two clusters that were merged, and the answer.
    absl::flat_hash_set<std::tuple<RecordIndex, RecordIndex, bool>> known;
    for (const PairLabel& label : labels) {
      const Decisive about = labels_[label.a] == labels_[label.b] ? Within(label) : Between(label);
      if (!known.emplace(std::min(about.a, about.b), std::max(about.a, about.b), label.one_person).second) {
        ++report.repeated;
        continue;
      }
      ++(about.reason == ReviewReason::kScore ? report.used : report.refused);
      found.push_back({about.evidence, label.one_person, about.reason});
    }
    report.labels = labels.size();
    return found;
  }

 private:
  struct Decisive {
    RecordIndex a = 0;
    RecordIndex b = 0;
    double evidence = 0;
    ReviewReason reason = ReviewReason::kScore;
  };

  void CollectMembersAndSteps(std::span<const PairLabel> labels) {
    for (const PairLabel& label : labels) {
      members_[labels_[label.a]];
      members_[labels_[label.b]];
    }
    for (RecordIndex i = 0; i < records_.size(); ++i) {
      if (const auto of = members_.find(labels_[i]); of != members_.end()) of->second.push_back(i);
    }
    for (const MergeStep& step : trace_.steps) {
      if (members_.contains(labels_[step.a])) steps_[labels_[step.a]].push_back(&step);
    }
  }

  // The merge that brought the two together.
  Decisive Within(const PairLabel& label) {
    const RecordIndex a = trace_.node[label.a];
    const RecordIndex b = trace_.node[label.b];
    if (a == b) return {a, a, resolver_.SelfScore(records_.row(a))};
    absl::flat_hash_map<RecordIndex, uint32_t> place;
    const auto place_of = [&place](RecordIndex node) {
      return place.try_emplace(node, static_cast<uint32_t>(place.size())).first->second;
    };
    DisjointSets sets(members_[labels_[a]].size());
    const std::vector<const MergeStep*>& steps = steps_[labels_[a]];
    size_t last = 0;
    for (; last + 1 < steps.size(); ++last) {  // the last one at the latest
      sets.Join(place_of(steps[last]->a), place_of(steps[last]->b));
      if (sets.Find(place_of(a)) == sets.Find(place_of(b))) break;
    }
    return {steps[last]->a, steps[last]->b, steps[last]->score};
  }

  // The pooled evidence of two entities, and what keeps them apart. Two with too many pairs of records are taken for
  // apart by contest: nobody could weigh them.
  Decisive Between(const PairLabel& label) {
    const RecordIndex a = labels_[label.a];
    const RecordIndex b = labels_[label.b];
    const uint64_t pairs = uint64_t{members_[a].size()} * members_[b].size();
    if (pairs > kMostPairs) return {a, b, 0, ReviewReason::kContested};
    Subgraph both;
    std::vector<uint32_t> sides;
    for (const RecordIndex entity : {a, b}) {
      const std::vector<RecordIndex>& members = members_[entity];
      for (size_t i = 0; i < members.size();) {  // members of one content stand side by side
        const size_t begin = i;
        std::vector<uint32_t> once;
        for (; i < members.size() && records_.content(members[i]) == records_.content(members[begin]); ++i) {
          once.push_back(records_.once(members[i]));
        }
        const std::vector<uint32_t> one_node(i - begin);
        both.AddGroup(records_.row(members[begin]), once, one_node, 1);
        sides.push_back(entity);
      }
    }
    const ReviewPair verdict = resolver_.Judge(both, sides, false);
    const bool contested = verdict.reason == ReviewReason::kScore && verdict.score >= merge_threshold_;
    return {a, b, verdict.score, contested ? ReviewReason::kContested : verdict.reason};
  }

  const RecordSet& records_;
  ComponentResolver resolver_;
  const double merge_threshold_;
  const std::vector<RecordIndex>& labels_;
  const ResolutionTrace& trace_;
  // By entity; of those that labels are about.
  absl::flat_hash_map<RecordIndex, std::vector<RecordIndex>> members_;
  absl::flat_hash_map<RecordIndex, std::vector<const MergeStep*>> steps_;
};

}  // namespace

ScoreCalibration FitCalibration(std::span<const LabelledEvidence> labels) {
  ScoreCalibration fit;
  Minimise(labels, /*slope_fixed=*/false, fit);
  if (const double bounded = std::clamp(fit.slope, kLeastSlope, kMostSlope); bounded != fit.slope) {
    fit.slope = bounded;
    Minimise(labels, /*slope_fixed=*/true, fit);
  }
  fit.labels = labels.size();
  return fit;
}

void AssessCalibration(std::span<const LabelledEvidence> labels, const ScoreCalibration& calibration,
                       CalibrationReport& report) {
  const std::vector<LabelledEvidence> used = ThoseUsed(labels);
  std::vector<LabelledEvidence> others;
  double before = 0;
  double after = 0;
  for (size_t fold = 0; fold < kFolds; ++fold) {
    others.clear();
    for (size_t i = 0; i < used.size(); ++i) {
      if (i % kFolds != fold) others.push_back(used[i]);
    }
    const ScoreCalibration fitted = FitCalibration(others);
    for (size_t i = fold; i < used.size(); i += kFolds) {
      before += Loss(used[i].evidence, used[i].one_person);
      after += Loss(fitted.Apply(used[i].evidence), used[i].one_person);
    }
  }
  const auto count = static_cast<double>(std::max<size_t>(1, used.size()));
  report.log_loss_before = before / count;
  report.log_loss_after = after / count;
  std::map<std::pair<ReviewReason, size_t>, CalibrationBin> bins;
  for (const LabelledEvidence& label : labels) {
    const auto place = static_cast<size_t>(std::ranges::upper_bound(kBinEnds, label.evidence) - kBinEnds.begin());
    CalibrationBin& bin = bins[{label.reason, place}];
    bin.reason = label.reason;
    bin.from = place == 0 ? -std::numeric_limits<double>::infinity() : kBinEnds[place - 1];
    bin.to = place == kBinEnds.size() ? std::numeric_limits<double>::infinity() : kBinEnds[place];
    ++bin.labels;
    bin.one_person += label.one_person ? 1 : 0;
    bin.before += Probability(label.evidence);
    bin.after += Probability(calibration.Apply(label.evidence));
  }
  report.bins.clear();
  for (auto& [place, bin] : bins) {
    bin.before /= static_cast<double>(bin.labels);
    bin.after /= static_cast<double>(bin.labels);
    report.bins.push_back(bin);
  }
}

absl::StatusOr<ScoreCalibration> Calibrate(CandidatePairs& pairs, const LinkageModel& model,
                                           std::vector<PairLabel> labels, const CalibrateOptions& options,
                                           CalibrationReport& report) {
  const RecordSet& records = pairs.records();
  LinkageParameters parameters = model.parameters;
  parameters.calibration = {};
  const ResolutionRules& rules = parameters.rules;
  for (PairLabel& label : labels) {
    if (label.a > label.b) std::swap(label.a, label.b);
  }
  std::ranges::sort(labels, {}, [](const PairLabel& l) { return std::tuple(l.a, l.b, l.one_person); });
  options.on_phase("score");
  const FrequencyTables tables = TablesFor(records.values(), model.frequencies);
  const PairScorer scorer(&records.values(), &parameters, &tables);
  std::vector<ScoredPair> scored = pairs.ScoreAll(scorer, rules.edge_floor);
  options.on_phase("resolve");
  const ResolveOptions resolve = {.merge_threshold = rules.merge_threshold,
                                  .edge_floor = rules.edge_floor,
                                  .component_limit = rules.component_limit,
                                  .rules = true,
                                  .threads = pairs.threads()};
  ResolutionTrace trace;
  const Resolution resolution =
      ResolveRecords(records, pairs.comparer(), scorer, std::move(scored), {}, resolve, &trace);
  options.on_phase("calibrate");
  EvidenceFinder finder(records, pairs.comparer(), scorer, resolve, resolution, trace);
  const std::vector<LabelledEvidence> found = finder.Find(labels, report);
  if (report.used < kLeastLabels) {
    return FailedPrecondition(Cat("only ", report.used, " of ", labels.size(), " labels can be used (", report.refused,
                                  " are of people that a rule keeps apart, ", report.repeated,
                                  " repeat another); at least ", kLeastLabels, " are needed"));
  }
  const ScoreCalibration calibration = FitCalibration(ThoseUsed(found));
  AssessCalibration(found, calibration, report);
  return calibration;
}

}  // namespace wensum::matching
