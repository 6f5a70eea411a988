#include "matching/resolve/agglomerate.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include "absl/container/flat_hash_map.h"

namespace wensum::matching {
namespace {

constexpr double kPower = 0.75;
constexpr double kUnit = 65536;     // of the fixed-point sums
constexpr double kPersistence = 1;  // weight of steady disagreement: eta in the note
constexpr double kDateConflict = -1;
constexpr double kWeakGivenName = 2;
constexpr double kBindingMargin = 3;
constexpr double kContestMargin = 3;    // a rival that scores so much less is none
constexpr double kOtherGivenName = -1;  // against the household class: the given names are two people's

// Sums that do not run over: the result is the same in any order.
void AddTo(int64_t& sum, int64_t more) {
  if (__builtin_add_overflow(sum, more, &sum)) sum = std::numeric_limits<int64_t>::max();
}
int64_t Times(int64_t value, int64_t count) {
  int64_t product = 0;
  return __builtin_mul_overflow(value, count, &product) ? std::numeric_limits<int64_t>::max() : product;
}

int64_t Fixed(float weight) { return std::llround(std::exp2(kPower * static_cast<double>(weight)) * kUnit); }

double PooledWeight(int64_t sum, int64_t count, size_t larger) {
  const double mean = std::max(1.0, static_cast<double>(sum) / static_cast<double>(count)) / kUnit;
  double weight = std::log2(mean) / kPower;
  if (weight < 0 && static_cast<size_t>(count) > larger) {
    weight *= 1 + kPersistence * std::log2(static_cast<double>(count) / static_cast<double>(larger));
  }
  return weight;
}

// A code may be mistyped.
bool Agrees(bool is_code, LevelIndex level) { return level == 1 || (is_code && level == code_level::kTypo); }

bool Intersect(const std::vector<uint32_t>& a, const std::vector<uint32_t>& b) {
  auto i = a.begin();
  auto j = b.begin();
  while (i != a.end() && j != b.end()) {
    if (*i == *j) return true;
    *i < *j ? ++i : ++j;
  }
  return false;
}

std::vector<uint32_t> Union(const std::vector<uint32_t>& a, const std::vector<uint32_t>& b) {
  std::vector<uint32_t> out;
  out.reserve(a.size() + b.size());
  std::ranges::merge(a, b, std::back_inserter(out));
  return out;
}

}  // namespace

std::string_view ReviewReasonName(ReviewReason reason) {
  switch (reason) {
    case ReviewReason::kUndated:
      return "undated";
    case ReviewReason::kDateConflict:
      return "date_conflict";
    case ReviewReason::kGivenName:
      return "given_name";
    case ReviewReason::kDistinct:
      return "distinct";
    case ReviewReason::kUnique:
      return "unique";
    case ReviewReason::kContested:
      return "contested";
    case ReviewReason::kScore:
      break;
  }
  return "score";
}

uint32_t SplitIntoNodes(std::span<const uint32_t> once, std::span<const uint8_t> decided, bool together,
                        std::vector<uint32_t>& node) {
  node.resize(once.size());
  uint32_t nodes = 0;
  std::vector<uint32_t> shared;                   // nodes of records that may stand together
  absl::flat_hash_map<uint32_t, uint32_t> taken;  // `once` to how many of `shared` have it
  for (size_t i = 0; i < once.size(); ++i) {
    if (!together || decided[i] != 0) {
      node[i] = nodes++;
      continue;
    }
    // The first that has no such `once`: those with one fill the nodes in turn.
    const uint32_t at = once[i] == 0 ? 0 : taken[once[i]]++;
    if (at == shared.size()) shared.push_back(nodes++);
    node[i] = shared[at];
  }
  return nodes;
}

void Subgraph::AddGroup(Row row, std::span<const uint32_t> record_once, std::span<const uint32_t> record_node,
                        uint32_t node_count) {
  const uint32_t first = size();
  groups.push_back(first);
  nodes.resize(first + node_count, {row, 0});
  const size_t before = once.size();
  for (size_t i = 0; i < record_node.size(); ++i) {
    ++nodes[first + record_node[i]].records;
    if (record_once[i] != 0) once.emplace_back(first + record_node[i], record_once[i]);
  }
  std::sort(once.begin() + static_cast<std::ptrdiff_t>(before), once.end());
}

Agglomerator::Agglomerator(const PairComparer* comparer, const PairScorer* scorer, double merge_threshold, bool rules)
    : comparer_(comparer),
      scorer_(scorer),
      merge_threshold_(merge_threshold),
      rules_(rules),
      household_(scorer->parameters().household.on),
      width_(scorer->values().schema().size()),
      columns_(width_ + 1),
      stride_(columns_ * (household_ ? 3 : 2)),
      given_(scorer->values().schema().given()) {
  for (const Attribute& attribute : scorer_->values().schema().attributes()) {
    is_date_.push_back(attribute.type == AttributeType::kDate);
    is_code_.push_back(IsCodeType(attribute.type));
    is_unique_.push_back(attribute.unique);
    if (is_code_.back() || attribute.unique) counted_.push_back(is_code_.size() - 1);
  }
  stride_ += counted_.size() + 1;
}

void Agglomerator::Run(const Subgraph& graph, std::vector<uint32_t>& labels, std::vector<ReviewPair>& review) {
  Start(graph);
  for (const auto& [x, y] : graph.must_links) {
    const uint32_t a = std::min(cluster_of_[x], cluster_of_[y]);
    const uint32_t b = std::max(cluster_of_[x], cluster_of_[y]);
    if (a == b) continue;
    if (steps_ != nullptr) steps_->push_back({a, b, 0, true});
    Join(a, b);
  }
  while (!queue_.empty()) {
    const Merge best = queue_.top();
    queue_.pop();
    const Link link = links_[best.link];
    if (link.dead || link.version != best.version) continue;
    if (Distinct(clusters_[link.a], clusters_[link.b]) || InConflict(best.link)) continue;
    if (rules_ && household_) {
      const Pooled pooled = Pool(link, best.link);
      if (RuleAgainst(pooled) != ReviewReason::kScore || Contested(best.link, pooled.score)) continue;
    }
    if (steps_ != nullptr) steps_->push_back({link.a, link.b, best.score, false});
    Join(link.a, link.b);
  }
  Finish(labels, review);
}

// Each node by itself, without links.
void Agglomerator::Reset(const Subgraph& graph) {
  graph_ = &graph;
  const size_t nodes = graph.size();
  if (clusters_.size() < nodes) clusters_.resize(nodes);
  cluster_of_.resize(nodes);
  for (uint32_t i = 0; i < nodes; ++i) {
    Cluster& cluster = clusters_[i];
    cluster.members.assign(1, i);
    cluster.records = graph.nodes[i].records;
    cluster.neighbours.clear();
    cluster.cannot.clear();
    cluster.once.clear();
    cluster_of_[i] = i;
  }
  for (const auto& [node, once] : graph.once) clusters_[node].once.push_back(once);
  links_.clear();
  sums_.clear();
  queue_ = {};
}

void Agglomerator::Start(const Subgraph& graph) {
  Reset(graph);
  for (const auto& [x, y] : graph.cannot_links) {
    clusters_[x].cannot.push_back(y);
    clusters_[y].cannot.push_back(x);
  }
  for (const ScoredPair& edge : graph.edges) {
    const PairWeights weights =
        scorer_->Weigh(edge.levels, graph.nodes[graph.groups[edge.a]].row, graph.nodes[graph.groups[edge.b]].row);
    for (uint32_t x = graph.groups[edge.a]; x < graph.GroupEnd(edge.a); ++x) {
      const uint32_t end = edge.a == edge.b ? x : graph.GroupEnd(edge.b);
      for (uint32_t y = graph.groups[edge.b]; y < end; ++y) {
        const uint32_t link = NewLink(std::min(x, y), std::max(x, y));
        AddWeights(link, weights, x, y);
        clusters_[x].neighbours.push_back({y, link});
        clusters_[y].neighbours.push_back({x, link});
      }
    }
  }
  for (uint32_t i = 0; i < graph.size(); ++i) std::ranges::sort(clusters_[i].neighbours, {}, &Neighbour::cluster);
  for (uint32_t link = 0; link < links_.size(); ++link) Offer(link);
}

uint32_t Agglomerator::NewLink(uint32_t a, uint32_t b) {
  links_.push_back({.a = a, .b = b});
  sums_.resize(sums_.size() + stride_);
  return static_cast<uint32_t>(links_.size() - 1);
}

// Of all pairs of records of the nodes x and y.
void Agglomerator::AddWeights(uint32_t link, const PairWeights& weights, uint32_t x, uint32_t y) {
  int64_t* sums = sums_.data() + size_t{link} * stride_;
  const int64_t pairs = int64_t{graph_->nodes[x].records} * graph_->nodes[y].records;
  for (size_t i = 0; i < width_; ++i) {
    const LevelIndex level = LevelAt(weights.levels, i);
    if (level == kNullLevel) continue;
    const size_t column = static_cast<int>(i) == given_ && level == name_level::kInitial ? width_ : i;
    sums[column] += pairs;
    AddTo(sums[columns_ + column], Times(Fixed(weights.random[i]), pairs));
    if (household_) AddTo(sums[2 * columns_ + column], Times(Fixed(weights.household[i]), pairs));
  }
  int64_t* agreeing = sums + stride_ - 1 - counted_.size();
  for (size_t k = 0; k < counted_.size(); ++k) {
    agreeing[k] += Agrees(is_code_[counted_[k]], LevelAt(weights.levels, counted_[k])) ? pairs : 0;
  }
  if (given_ < 0) return;
  const LevelIndex given = LevelAt(weights.levels, static_cast<size_t>(given_));
  const bool near =
      given == name_level::kTypo || given == name_level::kSimilar || given == name_level::kNearEstablished;
  if (near && !scorer_->IsSlipOfGivenName(given, graph_->nodes[x].row, graph_->nodes[y].row))
    sums[stride_ - 1] += pairs;
}

void Agglomerator::AddPair(uint32_t link, uint32_t x, uint32_t y) {
  const Row a = graph_->nodes[x].row;
  const Row b = graph_->nodes[y].row;
  AddWeights(link, scorer_->Weigh(comparer_->Compare(a, b), a, b), x, y);
}

void Agglomerator::AddCrossPairs(uint32_t link, const std::vector<uint32_t>& xs, const std::vector<uint32_t>& ys) {
  for (const uint32_t x : xs) {
    for (const uint32_t y : ys) AddPair(link, x, y);
  }
}

Agglomerator::Pooled Agglomerator::Pool(const Link& link, uint32_t link_index) const {
  const size_t larger = std::max(clusters_[link.a].records, clusters_[link.b].records);
  const int64_t* sums = sums_.data() + size_t{link_index} * stride_;
  Pooled pooled;
  pooled.random = scorer_->parameters().prior();
  pooled.household = scorer_->parameters().household.prior;
  for (size_t i = 0; i < width_; ++i) {
    const bool is_given = static_cast<int>(i) == given_;
    const size_t column = is_given && sums[i] == 0 ? width_ : i;
    const int64_t count = sums[column];
    if (count == 0) continue;
    pooled.random += PooledWeight(sums[columns_ + column], count, larger);
    pooled.dated |= is_date_[i];
    if (!household_) continue;
    const double household = PooledWeight(sums[2 * columns_ + column], count, larger);
    pooled.household += household;
    if (is_date_[i]) pooled.date_household = std::min(pooled.date_household, household);
    if (is_given) {
      pooled.named = true;
      pooled.given_household = household;
    }
  }
  for (size_t k = 0; k < counted_.size(); ++k) {
    pooled.dated |= is_code_[counted_[k]] && sums[stride_ - 1 - counted_.size() + k] > 0;
  }
  // Near given names that are no slip, and nothing better.
  pooled.given_doubtful = given_ >= 0 && sums[stride_ - 1] > 0 && sums[stride_ - 1] == sums[given_];
  for (size_t k = 0; k < counted_.size(); ++k) {
    if (is_unique_[counted_[k]] && sums[stride_ - 1 - counted_.size() + k] > 0) pooled.given_doubtful = false;
  }
  pooled.score = scorer_->Calibrated(household_ ? PairScorer::Combine(pooled.random, pooled.household) : pooled.random);
  return pooled;
}

void Agglomerator::Offer(uint32_t link_index) {
  const Link& link = links_[link_index];
  const double score = Pool(link, link_index).score;
  if (score >= merge_threshold_) queue_.push({score, link.a, link.b, link_index, link.version});
}

bool Agglomerator::Distinct(const Cluster& a, const Cluster& b) const {
  if (Intersect(a.once, b.once)) return true;
  return std::ranges::any_of(a.cannot, [&](uint32_t place) { return std::ranges::binary_search(b.members, place); });
}

bool Agglomerator::InConflict(uint32_t link) const {
  const int64_t* sums = sums_.data() + size_t{link} * stride_;
  const int64_t* agreeing = sums + stride_ - 1 - counted_.size();
  for (size_t k = 0; k < counted_.size(); ++k) {
    if (is_unique_[counted_[k]] && sums[counted_[k]] > 0 && agreeing[k] == 0) return true;
  }
  return false;
}

bool Agglomerator::AreTwoPeople(uint32_t a, uint32_t b) {
  if (Distinct(clusters_[a], clusters_[b])) return true;
  const uint32_t link = NewLink(std::min(a, b), std::max(a, b));
  AddCrossPairs(link, clusters_[a].members, clusters_[b].members);
  const Pooled pooled = Pool(links_[link], link);
  const bool conflict = InConflict(link);
  links_.pop_back();
  sums_.resize(sums_.size() - stride_);
  const bool housemates =
      scorer_->Calibrated(pooled.random) >= merge_threshold_ && pooled.household < 0;  // more likely than one person
  return conflict || housemates || pooled.date_household <= kDateConflict || pooled.given_household <= kOtherGivenName;
}

bool Agglomerator::Contested(uint32_t link, double score) {
  for (const auto& [end, other] :
       {std::pair(links_[link].a, links_[link].b), std::pair(links_[link].b, links_[link].a)}) {
    for (const Neighbour& neighbour : clusters_[end].neighbours) {
      if (neighbour.cluster == other || links_[neighbour.link].dead) continue;
      const double rival = Pool(links_[neighbour.link], neighbour.link).score;
      if (rival < merge_threshold_ || rival < score - kContestMargin) continue;
      if (Distinct(clusters_[end], clusters_[neighbour.cluster]) || InConflict(neighbour.link)) continue;
      if (AreTwoPeople(other, neighbour.cluster)) return true;
    }
  }
  return false;
}

ReviewReason Agglomerator::RuleAgainst(const Pooled& pooled) const {
  const ResolutionRules& rules = scorer_->parameters().rules;
  const bool undated_matters = rules.undated == UndatedRule::kAlways ||
                               (rules.undated == UndatedRule::kBelowScore && pooled.score < rules.undated_below);
  if (!pooled.dated && undated_matters) return ReviewReason::kUndated;
  if (pooled.date_household <= kDateConflict) return ReviewReason::kDateConflict;
  const bool household_binds = pooled.household < pooled.random + kBindingMargin;
  if (!pooled.named || (household_binds && (pooled.given_doubtful || pooled.given_household <= kWeakGivenName)))
    return ReviewReason::kGivenName;
  return ReviewReason::kScore;
}

// `cluster` had links to a or b or both; now it has one, to a.
void Agglomerator::Reattach(uint32_t cluster, uint32_t a, uint32_t b, uint32_t link) {
  std::vector<Neighbour>& neighbours = clusters_[cluster].neighbours;
  std::erase_if(neighbours, [b](const Neighbour& n) { return n.cluster == b; });
  const auto at = std::ranges::lower_bound(neighbours, a, {}, &Neighbour::cluster);
  if (at != neighbours.end() && at->cluster == a) {
    at->link = link;
  } else {
    neighbours.insert(at, {a, link});
  }
}

void Agglomerator::Join(uint32_t a, uint32_t b) {
  const std::vector<Neighbour> of_a = std::move(clusters_[a].neighbours);
  const std::vector<Neighbour> of_b = std::move(clusters_[b].neighbours);
  const std::vector<uint32_t> members_a = std::move(clusters_[a].members);
  const std::vector<uint32_t> members_b = std::move(clusters_[b].members);
  std::vector<Neighbour> merged;
  merged.reserve(of_a.size() + of_b.size());
  auto i = of_a.begin();
  auto j = of_b.begin();
  while (i != of_a.end() || j != of_b.end()) {
    const bool from_a = i != of_a.end() && (j == of_b.end() || i->cluster <= j->cluster);
    const bool from_b = j != of_b.end() && (i == of_a.end() || j->cluster <= i->cluster);
    const Neighbour found = from_a ? *i : *j;
    if (found.cluster == a || found.cluster == b) {
      links_[found.link].dead = true;
    } else {
      const std::vector<uint32_t>& others = clusters_[found.cluster].members;
      if (from_a && from_b) {
        const int64_t* more = sums_.data() + size_t{j->link} * stride_;
        int64_t* sums = sums_.data() + size_t{i->link} * stride_;
        for (size_t k = 0; k < stride_; ++k) AddTo(sums[k], more[k]);
        links_[j->link].dead = true;
      } else {
        AddCrossPairs(found.link, from_a ? members_b : members_a, others);
      }
      Link& link = links_[found.link];
      link.a = std::min(a, found.cluster);
      link.b = std::max(a, found.cluster);
      ++link.version;
      Reattach(found.cluster, a, b, found.link);
      merged.push_back(found);
    }
    i += from_a ? 1 : 0;
    j += from_b ? 1 : 0;
  }
  clusters_[b].members.clear();
  clusters_[b].neighbours.clear();
  for (const uint32_t place : members_b) cluster_of_[place] = a;
  Cluster& joined = clusters_[a];
  joined.members = Union(members_a, members_b);
  joined.records += clusters_[b].records;
  joined.once = Union(joined.once, clusters_[b].once);
  joined.cannot.insert(joined.cannot.end(), clusters_[b].cannot.begin(), clusters_[b].cannot.end());
  joined.neighbours = std::move(merged);
  for (const Neighbour& neighbour : joined.neighbours) Offer(neighbour.link);
}

void Agglomerator::Finish(std::vector<uint32_t>& labels, std::vector<ReviewPair>& review) {
  labels.assign(cluster_of_.begin(), cluster_of_.begin() + graph_->size());
  const double lowest = scorer_->parameters().rules.review_threshold;
  for (uint32_t index = 0; index < links_.size(); ++index) {
    const Link link = links_[index];
    if (link.dead) continue;
    const Pooled pooled = Pool(link, index);
    if (pooled.score < lowest) continue;
    review.push_back({link.b, link.a, pooled.score, FinalReason(ReasonAgainst(index, pooled), pooled.score)});
  }
}

ReviewReason Agglomerator::FinalReason(ReviewReason reason, double score) const {
  return reason == ReviewReason::kScore && score >= merge_threshold_ ? ReviewReason::kContested : reason;
}

ReviewReason Agglomerator::ReasonAgainst(uint32_t index, const Pooled& pooled) const {
  const Link& link = links_[index];
  if (Distinct(clusters_[link.a], clusters_[link.b])) return ReviewReason::kDistinct;
  if (InConflict(index)) return ReviewReason::kUnique;
  return rules_ && household_ ? RuleAgainst(pooled) : ReviewReason::kScore;
}

ReviewPair Agglomerator::Judge(const Subgraph& graph, std::span<const uint32_t> labels, bool distinct) {
  Reset(graph);
  const auto other = std::ranges::find_if(labels, [&labels](uint32_t label) { return label != labels[0]; });
  const auto second = static_cast<uint32_t>(other - labels.begin());
  for (uint32_t i = 1; i < graph.size(); ++i) {
    if (i == second) continue;
    Cluster& cluster = clusters_[labels[i] == labels[0] ? 0 : second];
    cluster.members.push_back(i);
    cluster.records += graph.nodes[i].records;
    cluster.once = Union(cluster.once, clusters_[i].once);
  }
  const uint32_t index = NewLink(0, second);
  AddCrossPairs(index, clusters_[0].members, clusters_[second].members);
  const Link link = links_[index];
  const Pooled pooled = Pool(link, index);
  return {second, 0, pooled.score, distinct ? ReviewReason::kDistinct : ReasonAgainst(index, pooled)};
}

}  // namespace wensum::matching
