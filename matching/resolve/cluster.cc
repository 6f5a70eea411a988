#include "matching/resolve/cluster.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>
#include <queue>
#include <span>

#include "matching/resolve/disjoint_sets.h"
#include "matching/score/score.h"

namespace wensum::matching {
namespace {

constexpr double kPoolingPower = 0.75;
constexpr int kMaxFloorSteps = 64;

// The evidence between two clusters, pooled over their cross pairs.
class PooledEvidence {
 public:
  void Add(const Evidence& evidence, const PersonModel& model) {
    for (size_t f = 0; f < kFieldCount; ++f) {
      if (evidence.levels[f] != kNotCompared) {
        AddOne(fields_[f], evidence.weights[f]);
      }
    }
    conflict_ = conflict_ || evidence.conflict || ScoreOf(evidence, model) < model.conflict_floor;
    same_home_ = same_home_ || evidence.Is(Field::kAddress, AddressLevel::kUprn) ||
                 evidence.Is(Field::kAddress, AddressLevel::kText);
    for (const Field contact : {Field::kPhone, Field::kEmail, Field::kIdentifier}) {
      shared_contact_ = shared_contact_ || evidence.Is(contact, ContactLevel::kShared);
    }
  }

  void Add(const PooledEvidence& other) {
    for (size_t f = 0; f < kFieldCount; ++f) {
      const Pool& from = other.fields_[f];
      Pool& to = fields_[f];
      if (from.count == 1) {
        AddOne(to, from.single);
      } else if (from.count > 1) {
        Spread(to);
        to.random += from.random;
        to.household += from.household;
        to.count += from.count;
      }
    }
    conflict_ = conflict_ || other.conflict_;
    same_home_ = same_home_ || other.same_home_;
    shared_contact_ = shared_contact_ || other.shared_contact_;
  }

  void Forbid() { conflict_ = true; }
  [[nodiscard]] bool conflict() const { return conflict_; }

  [[nodiscard]] double Score(size_t larger_cluster, const PersonModel& model) const {
    double random = model.prior_log2_odds;
    double household = model.household_prior_log2_odds;
    for (const Pool& pool : fields_) {
      if (pool.count != 0) {
        random += Weight(pool, pool.random, pool.single.random, larger_cluster);
        household += Weight(pool, pool.household, pool.single.household, larger_cluster);
      }
    }
    return CombineAlternatives(random, household);
  }

  // The rules for merges without a steward, given that the score reaches the threshold and nothing conflicts.
  [[nodiscard]] bool Suffices(double score, size_t larger_cluster, const PersonModel& model) const {
    double personal = 0;
    for (const Field field : {Field::kBirth, Field::kNiNumber, Field::kEmail, Field::kIdentifier}) {
      personal += HouseholdWeight(field, larger_cluster);
    }
    const double forename = HouseholdWeight(Field::kForename, larger_cluster);
    if (forename <= model.weak_forename && personal < model.personal_evidence) {
      return false;
    }
    const bool dated = Compared(Field::kBirth) || Compared(Field::kNiNumber) || shared_contact_;
    return dated || (same_home_ && score >= model.undated_threshold);
  }

 private:
  struct Pool {
    uint32_t count = 0;
    LevelWeight single;  // while count is 1
    double random = 0;   // sums of 2^(power * weight) from then on
    double household = 0;
  };

  static double Power(float weight) { return std::exp2(kPoolingPower * weight); }
  static void Spread(Pool& pool) {
    if (pool.count == 1) {
      pool.random = Power(pool.single.random);
      pool.household = Power(pool.single.household);
    }
  }
  static void AddOne(Pool& pool, const LevelWeight& weight) {
    if (pool.count == 0) {
      pool.single = weight;
    } else {
      Spread(pool);
      pool.random += Power(weight.random);
      pool.household += Power(weight.household);
    }
    ++pool.count;
  }
  static double Weight(const Pool& pool, double sum, float single, size_t larger_cluster) {
    if (pool.count <= 1) {
      return pool.count == 0 ? 0 : single;
    }
    const double weight = std::log2(sum / pool.count) / kPoolingPower;
    const double repeats = static_cast<double>(pool.count) / static_cast<double>(larger_cluster);
    return weight < 0 && repeats > 1 ? weight * (1 + std::log2(repeats)) : weight;
  }
  [[nodiscard]] double HouseholdWeight(Field field, size_t larger_cluster) const {
    const Pool& pool = fields_[static_cast<size_t>(field)];
    return Weight(pool, pool.household, pool.single.household, larger_cluster);
  }
  [[nodiscard]] bool Compared(Field field) const { return fields_[static_cast<size_t>(field)].count != 0; }

  std::array<Pool, kFieldCount> fields_;
  bool conflict_ = false;
  bool same_home_ = false;
  bool shared_contact_ = false;
};

class Agglomeration {
 public:
  // `nodes` ascending. Groups start as what must-links join.
  Agglomeration(const Component& component, const PersonModel& model, std::span<const uint32_t> nodes,
                DisjointSets& must)
      : model_(model) {
    std::vector<uint32_t> group_of_root(component.size);
    for (const uint32_t node : nodes) {
      const uint32_t root = must.Find(node);
      if (root == node) {
        group_of_root[root] = static_cast<uint32_t>(members_.size());
        members_.emplace_back();
      }
      members_[group_of_root[root]].push_back(node);
    }
    const size_t count = members_.size();
    versions_.resize(count);
    pooled_.resize(count * count);
    scores_.resize(count * count);
    for (uint32_t i = 0; i < count; ++i) {
      for (uint32_t j = i + 1; j < count; ++j) {
        for (const uint32_t a : members_[i]) {
          for (const uint32_t b : members_[j]) {
            Between(i, j).Add(component.compare(a, b), model);
          }
        }
      }
    }
    for (const auto& [a, b] : component.cannot_links) {
      const std::optional<uint32_t> i = GroupOf(a);
      const std::optional<uint32_t> j = GroupOf(b);
      if (i && j && *i != *j) {
        Between(*i, *j).Forbid();
      }
    }
    for (uint32_t i = 0; i < count; ++i) {
      for (uint32_t j = i + 1; j < count; ++j) {
        Rescore(i, j);
      }
    }
  }

  void Run(std::vector<uint32_t>& labels) {
    while (!queue_.empty()) {
      const Proposal best = queue_.top();
      queue_.pop();
      if (best.version_i == versions_[best.i] && best.version_j == versions_[best.j] && !members_[best.i].empty() &&
          !members_[best.j].empty() && MayMerge(best)) {
        Merge(best.i, best.j);
      }
    }
    for (const std::vector<uint32_t>& members : members_) {
      const uint32_t label = members.empty() ? 0 : *std::min_element(members.begin(), members.end());
      for (const uint32_t node : members) {
        labels[node] = label;
      }
    }
  }

 private:
  struct Proposal {
    double score;
    uint32_t i, j;  // i < j
    uint32_t version_i, version_j;
    bool operator<(const Proposal& other) const {  // the queue's top is the largest
      if (score != other.score) {
        return score < other.score;
      }
      return std::pair(i, j) > std::pair(other.i, other.j);
    }
  };

  [[nodiscard]] size_t Cell(uint32_t i, uint32_t j) const {
    return static_cast<size_t>(std::min(i, j)) * members_.size() + std::max(i, j);
  }
  PooledEvidence& Between(uint32_t i, uint32_t j) { return pooled_[Cell(i, j)]; }
  double ScoreBetween(uint32_t i, uint32_t j) const { return scores_[Cell(i, j)]; }
  bool Contradict(uint32_t i, uint32_t j) const { return pooled_[Cell(i, j)].conflict(); }

  [[nodiscard]] std::optional<uint32_t> GroupOf(uint32_t node) const {
    for (uint32_t i = 0; i < members_.size(); ++i) {
      if (std::find(members_[i].begin(), members_[i].end(), node) != members_[i].end()) {
        return i;
      }
    }
    return std::nullopt;
  }

  [[nodiscard]] size_t Larger(uint32_t i, uint32_t j) const { return std::max(members_[i].size(), members_[j].size()); }

  void Rescore(uint32_t i, uint32_t j) {
    const double score = Between(i, j).Score(Larger(i, j), model_);
    scores_[Cell(i, j)] = score;
    if (score >= model_.merge_threshold) {
      queue_.push({score, std::min(i, j), std::max(i, j), versions_[std::min(i, j)], versions_[std::max(i, j)]});
    }
  }

  bool MayMerge(const Proposal& p) {
    return !Contradict(p.i, p.j) && Between(p.i, p.j).Suffices(p.score, Larger(p.i, p.j), model_) &&
           !HasRival(p.i, p.j, p.score) && !HasRival(p.j, p.i, p.score);
  }

  // True if `undecided` could as well join a cluster that contradicts `chosen`, or two that contradict each other.
  [[nodiscard]] bool HasRival(uint32_t undecided, uint32_t chosen, double score) const {
    const double least = std::max(model_.merge_threshold, score - model_.rival_margin);
    std::vector<uint32_t> rivals = {chosen};
    for (uint32_t k = 0; k < members_.size(); ++k) {
      if (k == undecided || k == chosen || members_[k].empty() || Contradict(undecided, k) ||
          ScoreBetween(undecided, k) < least) {
        continue;
      }
      if (std::any_of(rivals.begin(), rivals.end(), [&](uint32_t rival) { return Contradict(k, rival); })) {
        return true;
      }
      rivals.push_back(k);
    }
    return false;
  }

  void Merge(uint32_t i, uint32_t j) {
    for (uint32_t k = 0; k < members_.size(); ++k) {
      if (k != i && k != j && !members_[k].empty()) {
        Between(i, k).Add(Between(j, k));
      }
    }
    members_[i].insert(members_[i].end(), members_[j].begin(), members_[j].end());
    members_[j].clear();
    ++versions_[i];
    for (uint32_t k = 0; k < members_.size(); ++k) {
      if (k != i && !members_[k].empty()) {
        Rescore(i, k);
      }
    }
  }

  const PersonModel& model_;
  std::vector<std::vector<uint32_t>> members_;  // of each group; empty once merged into another
  std::vector<uint32_t> versions_;              // of each group, raised when it grows
  std::vector<PooledEvidence> pooled_;          // square; the upper triangle is used
  std::vector<double> scores_;                  // likewise
  std::priority_queue<Proposal> queue_;
};

struct ScoredEdge {
  uint32_t a, b;
  double score;
};

// Cuts the nodes of an oversized part at rising floors. Parts within the limit go to `parts`; what cannot be cut goes
// to `uncut`.
void Split(const Component& component, const PersonModel& model, std::vector<std::vector<uint32_t>>& parts,
           std::vector<std::vector<uint32_t>>& uncut) {
  std::vector<ScoredEdge> edges;
  edges.reserve(component.edges.size());
  for (const auto& [a, b] : component.edges) {
    edges.push_back({a, b, ScoreOf(component.compare(a, b), model)});
  }
  std::vector<bool> settled(component.size);
  for (int step = 1;; ++step) {
    DisjointSets sets(component.size);
    for (const auto& [a, b] : component.must_links) {
      sets.Join(a, b);
    }
    for (const ScoredEdge& edge : edges) {
      if (!settled[edge.a] && !settled[edge.b] && edge.score >= model.edge_floor + step) {
        sets.Join(edge.a, edge.b);
      }
    }
    std::vector<std::vector<uint32_t>> by_root(component.size);
    for (uint32_t node = 0; node < component.size; ++node) {
      if (!settled[node]) {
        by_root[sets.Find(node)].push_back(node);
      }
    }
    bool left = false;
    for (std::vector<uint32_t>& part : by_root) {
      const bool fits = part.size() <= model.component_limit;
      if (part.empty() || (!fits && step < kMaxFloorSteps)) {
        left = left || !part.empty();
        continue;
      }
      for (const uint32_t node : part) {
        settled[node] = true;
      }
      (fits ? parts : uncut).push_back(std::move(part));
    }
    if (!left) {
      return;
    }
  }
}

}  // namespace

std::vector<uint32_t> ResolveComponent(const Component& component, const PersonModel& model) {
  std::vector<uint32_t> labels(component.size);
  if (component.size <= 1) {
    return labels;
  }
  DisjointSets must(component.size);
  for (const auto& [a, b] : component.must_links) {
    must.Join(a, b);
  }
  std::vector<std::vector<uint32_t>> parts;
  std::vector<std::vector<uint32_t>> uncut;
  if (component.size <= model.component_limit) {
    std::vector<uint32_t>& all = parts.emplace_back(component.size);
    std::iota(all.begin(), all.end(), 0);
  } else {
    Split(component, model, parts, uncut);
  }
  for (const std::vector<uint32_t>& part : uncut) {
    for (const uint32_t node : part) {
      labels[node] = must.Find(node);
    }
  }
  for (const std::vector<uint32_t>& part : parts) {
    if (part.size() == 1) {
      labels[part[0]] = part[0];
    } else {
      Agglomeration(component, model, part, must).Run(labels);
    }
  }
  return labels;
}

}  // namespace wensum::matching
