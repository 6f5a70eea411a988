#include "matching/resolve/component.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <numeric>
#include <utility>

#include "matching/resolve/disjoint_sets.h"

namespace wensum::matching {
namespace {

constexpr double kHighestFloor = 60;

bool HasDateOrCode(const Schema& schema, Row row) {
  for (size_t i = 0; i < row.size(); ++i) {
    const AttributeType type = schema[i].type;
    if (row[i] != kNoValue && (type == AttributeType::kDate || IsCodeType(type))) return true;
  }
  return false;
}

}  // namespace

ComponentResolver::ComponentResolver(const PairComparer* comparer, const PairScorer* scorer,
                                     const ResolveOptions& options)
    : comparer_(comparer),
      scorer_(scorer),
      options_(options),
      agglomerator_(comparer, scorer, options.merge_threshold, options.rules) {}

// The parts that edges of at least `floor` and must-links connect. Parts of one node are left out. All nodes of a group
// with such an edge are in one part.
std::vector<ComponentResolver::Part> ComponentResolver::Cut(const Part& whole, double floor) {
  const Subgraph& graph = whole.graph;
  DisjointSets sets(graph.size());
  const auto join_all = [&](uint32_t group, uint32_t node) {
    for (uint32_t x = graph.groups[group]; x < graph.GroupEnd(group); ++x) sets.Join(x, node);
  };
  for (const ScoredPair& edge : graph.edges) {
    if (static_cast<double>(edge.score) < floor) continue;
    join_all(edge.a, graph.groups[edge.b]);
    if (edge.a != edge.b) join_all(edge.b, graph.groups[edge.a]);
  }
  for (const auto& [x, y] : graph.must_links) sets.Join(x, y);
  std::vector<Part> parts;
  std::vector<uint32_t> part_of(graph.size(), ~0U);  // by smallest node
  std::vector<uint32_t> place(graph.size());         // in the part
  std::vector<uint32_t> group_place(graph.size());   // of the node's group in the part
  const auto part_at = [&](uint32_t node) -> Part& { return parts[part_of[sets.Find(node)]]; };
  for (uint32_t group = 0; group < graph.groups.size(); ++group) {
    for (uint32_t i = graph.groups[group]; i < graph.GroupEnd(group); ++i) {
      uint32_t& index = part_of[sets.Find(i)];
      if (index == ~0U) {
        index = static_cast<uint32_t>(parts.size());
        parts.emplace_back().floor = floor;
      }
      Part& part = parts[index];
      place[i] = part.graph.size();
      const bool first = part.places.empty() || part.places.back() < whole.places[graph.groups[group]];
      if (first) part.graph.groups.push_back(place[i]);
      group_place[i] = static_cast<uint32_t>(part.graph.groups.size() - 1);
      part.graph.nodes.push_back(graph.nodes[i]);
      part.places.push_back(whole.places[i]);
    }
  }
  for (const auto& [node, once] : graph.once) part_at(node).graph.once.emplace_back(place[node], once);
  for (const ScoredPair& edge : graph.edges) {
    if (static_cast<double>(edge.score) < floor) continue;
    const uint32_t a = graph.groups[edge.a];
    const uint32_t b = graph.groups[edge.b];
    part_at(a).graph.edges.push_back({group_place[a], group_place[b], edge.score, edge.levels});
  }
  for (const auto& [x, y] : graph.must_links) part_at(x).graph.must_links.emplace_back(place[x], place[y]);
  for (const auto& [x, y] : graph.cannot_links) {
    if (sets.Find(x) == sets.Find(y)) part_at(x).graph.cannot_links.emplace_back(place[x], place[y]);
  }
  std::erase_if(parts, [](const Part& part) { return part.graph.size() < 2; });
  return parts;
}

void ComponentResolver::Run(const Part& part, Result& result) {
  review_.clear();
  const size_t steps_before = steps_ == nullptr ? 0 : steps_->size();
  agglomerator_.Run(part.graph, labels_, review_);
  for (uint32_t i = 0; i < part.places.size(); ++i) result.labels[part.places[i]] = part.places[labels_[i]];
  for (const ReviewPair& pair : review_) {
    result.review.push_back({part.places[pair.a], part.places[pair.b], pair.score, pair.reason});
  }
  if (steps_ == nullptr) return;
  for (size_t i = steps_before; i < steps_->size(); ++i) {
    MergeStep& step = (*steps_)[i];
    step.a = part.places[step.a];
    step.b = part.places[step.b];
  }
}

void ComponentResolver::Resolve(const Subgraph& graph, Result& result) {
  result.review.clear();
  if (!NeedsScores(graph.size())) {
    agglomerator_.Run(graph, result.labels, result.review);
    return;
  }
  result.labels.resize(graph.size());
  std::iota(result.labels.begin(), result.labels.end(), 0U);
  Part whole;
  whole.graph = graph;
  whole.places = result.labels;
  std::vector<Part> open = Cut(whole, options_.edge_floor);  // there may be several components
  stats_.cut += static_cast<uint64_t>(
      std::ranges::count_if(open, [this](const Part& part) { return NeedsScores(part.graph.size()); }));
  while (!open.empty()) {
    Part part = std::move(open.back());
    open.pop_back();
    if (!NeedsScores(part.graph.size())) {
      Run(part, result);
    } else if (part.floor < kHighestFloor) {
      std::ranges::move(Cut(part, part.floor + 1), std::back_inserter(open));
    } else {
      ++stats_.unresolved;
      part.graph.edges.clear();
      part.graph.cannot_links.clear();
      Run(part, result);
    }
  }
}

std::optional<ReviewPair> ComponentResolver::ReviewBetween(const Subgraph& graph, std::span<const uint32_t> labels,
                                                           bool distinct) {
  ReviewPair pair = Judge(graph, labels, distinct);
  pair.reason = agglomerator_.FinalReason(pair.reason, pair.score);
  return pair.score < scorer_->parameters().rules.review_threshold ? std::nullopt : std::optional(pair);
}

double ComponentResolver::SelfScore(Row row) const { return scorer_->Score(comparer_->Compare(row, row), row, row); }

bool ComponentResolver::MergesWithItself(Row row, uint32_t records) {
  if (records > scorer_->parameters().rules.hub_cap && !HasDateOrCode(scorer_->values().schema(), row)) return false;
  if (static_cast<double>(static_cast<float>(SelfScore(row))) < options_.edge_floor) return false;
  Subgraph two;
  constexpr std::array<uint32_t, 2> kNoOnce = {0, 0};
  constexpr std::array<uint32_t, 2> kNodes = {0, 1};
  two.AddGroup(row, kNoOnce, kNodes, 2);
  const ReviewPair verdict = Judge(two, kNodes, false);
  return verdict.score >= options_.merge_threshold && verdict.reason == ReviewReason::kScore;
}

}  // namespace wensum::matching
