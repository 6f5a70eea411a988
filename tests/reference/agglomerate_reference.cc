#include "tests/reference/agglomerate_reference.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <set>

namespace wensum::reference {
namespace {

using matching::PairWeights;
using matching::RecordIndex;

using Cluster = std::set<RecordIndex>;

class Agglomeration {
 public:
  Agglomeration(const matching::RecordSet& records, const matching::PairComparer& comparer,
                const matching::PairScorer& scorer, const matching::PairDecisions& decisions)
      : records_(records), comparer_(comparer), scorer_(scorer), decisions_(decisions) {}

  double Score(const Cluster& x, const Cluster& y) const {
    const size_t width = records_.schema().size();
    // Apart from the rest, and last: the given names of which a side has but an initial.
    std::vector<int64_t> count(width + 1);
    std::vector<int64_t> random(width + 1);
    std::vector<int64_t> household(width + 1);
    const int given = records_.schema().given();
    for (const RecordIndex a : x) {
      for (const RecordIndex b : y) {
        const PairWeights weights =
            scorer_.Weigh(comparer_.Compare(records_.row(a), records_.row(b)), records_.row(a), records_.row(b));
        for (size_t i = 0; i < width; ++i) {
          const matching::LevelIndex level = matching::LevelAt(weights.levels, i);
          if (level == matching::kNullLevel) continue;
          const bool initial = static_cast<int>(i) == given && level == matching::name_level::kInitial;
          const size_t column = initial ? width : i;
          ++count[column];
          random[column] += std::llround(std::exp2(0.75 * static_cast<double>(weights.random[i])) * 65536);
          household[column] += std::llround(std::exp2(0.75 * static_cast<double>(weights.household[i])) * 65536);
        }
      }
    }
    double against_random = scorer_.parameters().prior();
    double against_household = scorer_.parameters().household.prior;
    const auto larger = static_cast<double>(std::max(x.size(), y.size()));
    for (size_t i = 0; i <= width; ++i) {
      if (count[i] == 0) continue;
      if (i == width && count[static_cast<size_t>(given)] != 0) continue;
      against_random += Pooled(random[i], count[i], larger);
      against_household += Pooled(household[i], count[i], larger);
    }
    const double evidence = scorer_.parameters().household.on
                                ? matching::PairScorer::Combine(against_random, against_household)
                                : against_random;
    const matching::ScoreCalibration& calibration = scorer_.parameters().calibration;
    return calibration.slope * evidence + calibration.offset;
  }

  bool Distinct(const Cluster& x, const Cluster& y) const {
    for (const RecordIndex a : x) {
      for (const RecordIndex b : y) {
        const uint32_t once = records_.once(a);
        if (once != 0 && once == records_.once(b)) return true;
      }
    }
    return std::ranges::any_of(decisions_.cannot_links, [&](const auto& link) {
      return (x.contains(link.first) && y.contains(link.second)) || (x.contains(link.second) && y.contains(link.first));
    });
  }

 private:
  static double Pooled(int64_t sum, int64_t count, double larger) {
    const double mean = std::max(1.0, static_cast<double>(sum) / static_cast<double>(count)) / 65536;
    const double weight = std::log2(mean) / 0.75;
    const double ratio = static_cast<double>(count) / larger;
    return weight < 0 && ratio > 1 ? weight * (1 + std::log2(ratio)) : weight;
  }

  const matching::RecordSet& records_;
  const matching::PairComparer& comparer_;
  const matching::PairScorer& scorer_;
  const matching::PairDecisions& decisions_;
};

}  // namespace

std::vector<RecordIndex> Agglomerate(const matching::RecordSet& records, const matching::PairComparer& comparer,
                                     const matching::PairScorer& scorer,
                                     const std::vector<std::pair<RecordIndex, RecordIndex>>& edges,
                                     const matching::PairDecisions& decisions, double merge_threshold) {
  const Agglomeration step(records, comparer, scorer, decisions);
  std::map<RecordIndex, Cluster> clusters;  // by smallest record
  std::vector<RecordIndex> labels(records.size());
  for (RecordIndex i = 0; i < labels.size(); ++i) {
    clusters[i] = {i};
    labels[i] = i;
  }
  const auto join = [&](RecordIndex a, RecordIndex b) {
    if (a == b) return;
    for (const RecordIndex record : clusters[std::max(a, b)]) labels[record] = std::min(a, b);
    clusters[std::min(a, b)].merge(clusters[std::max(a, b)]);
    clusters.erase(std::max(a, b));
  };
  // Records of equal content stand together if two would merge, each with the first that it may stand with.
  std::set<RecordIndex> decided;
  for (const auto* links : {&decisions.must_links, &decisions.cannot_links}) {
    for (const auto& [a, b] : *links) decided.insert({a, b});
  }
  const std::set<std::pair<RecordIndex, RecordIndex>> known(edges.begin(), edges.end());
  for (RecordIndex a = 0; a < records.size(); ++a) {
    for (RecordIndex b = 0; b < a; ++b) {
      if (records.content(a) != records.content(b) || decided.contains(a) || decided.contains(b)) continue;
      if (!known.contains({a, b}) || labels[b] != b || labels[a] != a) continue;
      if (step.Score({a}, {b}) >= merge_threshold && !step.Distinct(clusters[a], clusters[b])) join(a, b);
    }
  }
  for (const auto& [a, b] : decisions.must_links) join(labels[a], labels[b]);
  while (true) {
    std::set<std::pair<RecordIndex, RecordIndex>> linked;
    for (const auto& [a, b] : edges) {
      if (labels[a] != labels[b]) linked.emplace(std::min(labels[a], labels[b]), std::max(labels[a], labels[b]));
    }
    double best = merge_threshold;
    std::pair<RecordIndex, RecordIndex> chosen;
    bool found = false;
    for (const auto& [a, b] : linked) {  // ascending: of equal scores the smaller records win
      const double score = step.Score(clusters[a], clusters[b]);
      if ((found ? score > best : score >= best) && !step.Distinct(clusters[a], clusters[b])) {
        best = score;
        chosen = {a, b};
        found = true;
      }
    }
    if (!found) return labels;
    join(chosen.first, chosen.second);
  }
}

}  // namespace wensum::reference
