#include "matching/resolve/component.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <numeric>
#include <utility>

#include "matching/resolve/disjoint_sets.h"

namespace wensum::matching {
namespace {

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

bool ComponentResolver::Fits(const Subgraph& graph) const {
  uint64_t size = 0;
  for (uint32_t group = 0; group < graph.groups.size(); ++group) size += SizeOf(graph.GroupSize(group));
  return WithinLimit(size);
}

// The parts that edges which reach the floor of the step, and must-links, connect. Those of one node are left out.
std::vector<ComponentResolver::Part> ComponentResolver::Cut(const Part& whole, uint32_t step) const {
  const Subgraph& graph = whole.graph;
  const double floor = FloorAt(step);
  std::vector<uint32_t> group_of(graph.size());  // by node
  for (uint32_t group = 0; group < graph.groups.size(); ++group) {
    for (uint32_t i = graph.groups[group]; i < graph.GroupEnd(group); ++i) group_of[i] = group;
  }
  DisjointSets sets(graph.groups.size());
  for (const ScoredPair& edge : graph.edges) {
    if (static_cast<double>(edge.score) >= floor) sets.Join(edge.a, edge.b);
  }
  for (const auto& [x, y] : graph.must_links) sets.Join(group_of[x], group_of[y]);
  std::vector<Part> parts;
  std::vector<uint32_t> part_of(graph.groups.size(), ~0U);  // by smallest group
  std::vector<uint32_t> group_place(graph.groups.size());   // in the part
  std::vector<uint32_t> place(graph.size());                // of the node in the part
  const auto part_at = [&](uint32_t group) -> Part& { return parts[part_of[sets.Find(group)]]; };
  for (uint32_t group = 0; group < graph.groups.size(); ++group) {
    uint32_t& index = part_of[sets.Find(group)];
    if (index == ~0U) {
      index = static_cast<uint32_t>(parts.size());
      parts.emplace_back().step = step;
    }
    Part& part = parts[index];
    group_place[group] = static_cast<uint32_t>(part.graph.groups.size());
    part.graph.groups.push_back(part.graph.size());
    for (uint32_t i = graph.groups[group]; i < graph.GroupEnd(group); ++i) {
      place[i] = part.graph.size();
      part.graph.nodes.push_back(graph.nodes[i]);
      part.places.push_back(whole.places[i]);
    }
  }
  for (const auto& [node, once] : graph.once) part_at(group_of[node]).graph.once.emplace_back(place[node], once);
  for (const ScoredPair& edge : graph.edges) {
    if (static_cast<double>(edge.score) < floor) continue;
    part_at(edge.a).graph.edges.push_back({group_place[edge.a], group_place[edge.b], edge.score, edge.levels});
  }
  for (const auto& [x, y] : graph.must_links) {
    part_at(group_of[x]).graph.must_links.emplace_back(place[x], place[y]);
  }
  for (const auto& [x, y] : graph.cannot_links) {
    if (sets.Find(group_of[x]) != sets.Find(group_of[y])) continue;
    part_at(group_of[x]).graph.cannot_links.emplace_back(place[x], place[y]);
  }
  std::erase_if(parts, [](const Part& part) { return part.graph.size() < 2; });
  return parts;
}

void ComponentResolver::Run(const Part& part, Result& result) {
  const size_t steps_before = steps_ == nullptr ? 0 : steps_->size();
  ResolvePart(part.graph, of_part_);
  for (uint32_t i = 0; i < part.places.size(); ++i) result.labels[part.places[i]] = part.places[of_part_.labels[i]];
  for (const ReviewPair& pair : of_part_.review) {
    result.review.push_back({part.places[pair.a], part.places[pair.b], pair.score, pair.reason});
  }
  if (steps_ == nullptr) return;
  for (size_t i = steps_before; i < steps_->size(); ++i) {
    MergeStep& step = (*steps_)[i];
    step.a = part.places[step.a];
    step.b = part.places[step.b];
  }
}

void ComponentResolver::ResolvePart(const Subgraph& part, Result& result) {
  result.review.clear();
  if (Fits(part)) {
    agglomerator_.Run(part, result.labels, result.review);
    return;
  }
  ++stats_.unresolved;
  Subgraph decided = part;
  decided.edges.clear();
  decided.cannot_links.clear();
  agglomerator_.Run(decided, result.labels, result.review);
}

void ComponentResolver::Resolve(const Subgraph& graph, Result& result) {
  if (Fits(graph)) {
    ResolvePart(graph, result);
    return;
  }
  result.review.clear();
  result.labels.resize(graph.size());
  std::iota(result.labels.begin(), result.labels.end(), 0U);
  Part whole;
  whole.graph = graph;
  whole.places = result.labels;
  std::vector<Part> open = Cut(whole, 0);  // there may be several components
  stats_.cut +=
      static_cast<uint64_t>(std::ranges::count_if(open, [this](const Part& part) { return !Fits(part.graph); }));
  while (!open.empty()) {
    const Part part = std::move(open.back());
    open.pop_back();
    if (Fits(part.graph) || IsLastStep(part.step)) {
      Run(part, result);
    } else {
      std::ranges::move(Cut(part, part.step + 1), std::back_inserter(open));
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
