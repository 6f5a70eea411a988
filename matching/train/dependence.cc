#include "matching/train/dependence.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>
#include <vector>

#include "base/parallel.h"

namespace wensum::matching {
namespace {

constexpr size_t kCountGrain = 65536;
constexpr double kPriorCandidates = 5;  // pairs drawn towards independence
constexpr double kPriorMatches = 3;
constexpr double kLeastRandom = 3;  // fewer random pairs than this in a cell are noise
constexpr double kLeastBits = 0.1;  // a weaker dependence is left out
constexpr double kMinShift = -12;
constexpr double kMaxShift = 6;

using Joint = std::array<LevelTable, kLevelSlots>;

// Counts of level pairs for each pair of attributes f < g.
class JointCounts {
 public:
  explicit JointCounts(size_t width) : width_(width), tables_(width * width) {}
  void Add(LevelVector levels, double weight) {
    total_ += weight;
    for (size_t f = 0; f < width_; ++f) {
      const LevelIndex level = LevelAt(levels, f);
      if (level == kNullLevel) continue;
      for (size_t g = f + 1; g < width_; ++g) tables_[f * width_ + g][level][LevelAt(levels, g)] += weight;
    }
  }
  void Add(const JointCounts& other) {
    total_ += other.total_;
    for (size_t t = 0; t < tables_.size(); ++t) {
      for (size_t l = 0; l < kLevelSlots; ++l) {
        for (size_t k = 0; k < kLevelSlots; ++k) tables_[t][l][k] += other.tables_[t][l][k];
      }
    }
  }
  [[nodiscard]] const Joint& at(size_t f, size_t g) const { return tables_[f * width_ + g]; }
  [[nodiscard]] double total() const { return total_; }

 private:
  size_t width_;
  double total_ = 0;
  std::vector<Joint> tables_;
};

struct Marginals {
  LevelTable rows{};
  LevelTable columns{};
  double total = 0;
};

Marginals MarginalsOf(const Joint& joint) {
  Marginals out;
  for (size_t l = 1; l < kLevelSlots; ++l) {
    for (size_t k = 1; k < kLevelSlots; ++k) {
      out.rows[l] += joint[l][k];
      out.columns[k] += joint[l][k];
      out.total += joint[l][k];
    }
  }
  return out;
}

// log2 of observed over expected under independence, both with `prior` pairs added.
double LogRatio(const Joint& joint, const Marginals& marginals, size_t l, size_t k, double prior) {
  if (marginals.total <= 0) return 0;
  const double expected = marginals.rows[l] * marginals.columns[k] / marginals.total;
  return std::log2((joint[l][k] + prior) / (expected + prior));
}

struct Edge {
  size_t f = 0;
  size_t g = 0;
  double bits = 0;  // what independent weights count twice in a match, on average
  Joint shift{};    // [level of f][level of g]
};

// `matches` is the weight of all matches, also of those in which the two were not compared.
Edge MakeEdge(size_t f, size_t g, const Joint& match, double matches, const Joint& other, double other_prior) {
  Edge edge{.f = f, .g = g};
  const Marginals of_match = MarginalsOf(match);
  const Marginals of_other = MarginalsOf(other);
  for (size_t l = 1; l < kLevelSlots; ++l) {
    for (size_t k = 1; k < kLevelSlots; ++k) {
      if (of_match.rows[l] + of_other.rows[l] <= 0 || of_match.columns[k] + of_other.columns[k] <= 0) continue;
      edge.shift[l][k] =
          std::clamp(LogRatio(match, of_match, l, k, kPriorMatches) - LogRatio(other, of_other, l, k, other_prior),
                     kMinShift, kMaxShift);
      if (matches > 0) edge.bits -= match[l][k] / matches * edge.shift[l][k];
    }
  }
  return edge;
}

// A sum over the sample in grains, each on one thread, added up in order.
template <typename Body>
JointCounts SumInGrains(size_t count, size_t width, size_t threads, const Body& body) {
  std::vector<JointCounts> grains(count / kCountGrain + 1, JointCounts(width));
  ParallelFor(count, threads, kCountGrain, [&](size_t begin, size_t end) {
    for (size_t k = begin; k < end; ++k) body(k, grains[begin / kCountGrain]);
  });
  for (size_t i = 1; i < grains.size(); ++i) grains[0].Add(grains[i]);
  return std::move(grains[0]);
}

// The probability of "two people at random". Where the household class is on the score is that against both
// alternatives, and housemates are its business: counted here, what they share would be held against a match twice.
double ChanceShare(double score, double against_random) { return std::exp2(-against_random) / (1 + std::exp2(-score)); }

// With the household class on, missed matches would leak into dependences of dates on names.
bool MayDepend(const Schema& schema, const LinkageParameters& parameters, size_t f, size_t g) {
  if (!parameters.household.on) return true;
  const auto is_date = [&schema](size_t i) { return schema[i].type == AttributeType::kDate; };
  const auto is_name_or_category = [&schema](size_t i) {
    return IsNameType(schema[i].type) || schema[i].type == AttributeType::kCategory;
  };
  return !(is_date(f) && is_name_or_category(g)) && !(is_date(g) && is_name_or_category(f));
}

void HangTree(const std::vector<Edge>& tree, LinkageParameters& parameters) {
  const size_t width = parameters.attributes.size();
  std::vector<bool> placed(width);
  for (size_t root = 0; root < width; ++root) {
    if (placed[root]) continue;
    placed[root] = true;
    std::vector<size_t> open = {root};
    while (!open.empty()) {
      const size_t parent = open.back();
      open.pop_back();
      for (const Edge& edge : tree) {
        if (edge.f != parent && edge.g != parent) continue;
        const size_t child = edge.f == parent ? edge.g : edge.f;
        if (placed[child]) continue;
        placed[child] = true;
        AttributeModel& attribute = parameters.attributes[child];
        attribute.parent = static_cast<int>(parent);
        for (size_t l = 1; l < kLevelSlots; ++l) {
          for (size_t k = 1; k < kLevelSlots; ++k) {
            attribute.shift[l][k] = edge.f == parent ? edge.shift[l][k] : edge.shift[k][l];
          }
        }
        open.push_back(child);
      }
    }
  }
}

}  // namespace

void LearnDependences(const RecordSet& records, const PairScorer& scorer, const Observations& observations,
                      std::span<const ObservedPair> within, std::span<const RecordIndex> labels, size_t threads,
                      LinkageParameters& parameters) {
  const Schema& schema = records.schema();
  const size_t width = schema.size();
  const std::vector<ObservedPair>& sample = observations.candidates;
  std::vector<float> posterior(sample.size());
  const double scale = 1 / observations.candidate_share;
  JointCounts other = SumInGrains(sample.size(), width, threads, [&](size_t k, JointCounts& counts) {
    const ObservedPair& pair = sample[k];
    const auto a = records.row(pair.a);
    const auto b = records.row(pair.b);
    const PairWeights weights = scorer.Weigh(pair.levels, a, b);
    const double score = scorer.Score(weights);
    posterior[k] = static_cast<float>(1 / (1 + std::exp2(-score)));
    if (!labels.empty() && labels[pair.a] == labels[pair.b]) return;
    counts.Add(weights.levels, scale * ChanceShare(score, scorer.ScoreAgainstRandom(weights)));
  });
  JointCounts random(width);
  for (size_t k = 0; k < observations.random.size(); ++k) {
    const ObservedPair& pair = observations.random[k];
    if (observations.random_is_candidate[k]) continue;
    random.Add(scorer.FinalLevels(pair.levels, records.row(pair.a), records.row(pair.b)), 1);
  }
  const JointCounts match =
      !within.empty()
          ? SumInGrains(within.size(), width, threads,
                        [&](size_t k, JointCounts& counts) {
                          const ObservedPair& pair = within[k];
                          counts.Add(scorer.FinalLevels(pair.levels, records.row(pair.a), records.row(pair.b)),
                                     static_cast<double>(pair.weight));
                        })
          : SumInGrains(sample.size(), width, threads, [&](size_t k, JointCounts& counts) {
              const ObservedPair& pair = sample[k];
              counts.Add(scorer.FinalLevels(pair.levels, records.row(pair.a), records.row(pair.b)),
                         static_cast<double>(posterior[k]) * scale);
            });
  std::vector<Edge> edges;
  for (size_t f = 0; f < width; ++f) {
    for (size_t g = f + 1; g < width; ++g) {
      if (!MayDepend(schema, parameters, f, g)) continue;
      Joint joint = other.at(f, g);
      for (size_t l = 1; l < kLevelSlots; ++l) {
        for (size_t k = 1; k < kLevelSlots; ++k) {
          const double seen = random.at(f, g)[l][k];
          if (seen >= kLeastRandom) joint[l][k] += seen / observations.random_share;
        }
      }
      edges.push_back(MakeEdge(f, g, match.at(f, g), match.total(), joint, kPriorCandidates * scale));
    }
  }
  std::ranges::stable_sort(edges, std::ranges::greater(), &Edge::bits);
  for (AttributeModel& attribute : parameters.attributes) {
    attribute.parent = -1;
    attribute.shift = {};
  }
  std::vector<size_t> tree_of(width);
  for (size_t i = 0; i < width; ++i) tree_of[i] = i;
  std::vector<Edge> tree;
  for (const Edge& edge : edges) {
    if (edge.bits < kLeastBits || tree_of[edge.f] == tree_of[edge.g]) continue;
    std::ranges::replace(tree_of, tree_of[edge.g], tree_of[edge.f]);
    tree.push_back(edge);
  }
  HangTree(tree, parameters);
}

}  // namespace wensum::matching
