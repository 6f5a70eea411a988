#include "matching/resolve/component.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <numeric>
#include <utility>

#include "matching/resolve/disjoint_sets.h"

namespace wensum::matching {
namespace {

constexpr double kHighestFloor = 60;

}  // namespace

ComponentResolver::ComponentResolver(const PairComparer* comparer, const PairScorer* scorer,
                                     const ResolveOptions& options)
    : options_(options),
      agglomerator_(comparer, scorer, options.merge_threshold, options.rules),
      pool_(comparer, scorer, std::numeric_limits<double>::infinity(), options.rules) {}

// The parts that edges of at least `floor` and must-links connect. Parts of one node are left out.
std::vector<ComponentResolver::Part> ComponentResolver::Cut(const Part& whole, double floor) {
  const Subgraph& graph = whole.graph;
  DisjointSets sets(graph.size());
  for (const ScoredPair& edge : graph.edges) {
    if (static_cast<double>(edge.score) >= floor) sets.Join(edge.a, edge.b);
  }
  for (const auto& [x, y] : graph.must_links) sets.Join(x, y);
  std::vector<Part> parts;
  std::vector<uint32_t> part_of(graph.size(), ~0U);
  std::vector<uint32_t> place(graph.size());
  for (uint32_t i = 0; i < graph.size(); ++i) {
    uint32_t& index = part_of[sets.Find(i)];
    if (index == ~0U) {
      index = static_cast<uint32_t>(parts.size());
      parts.emplace_back().floor = floor;
    }
    Part& part = parts[index];
    place[i] = part.graph.size();
    part.graph.nodes.push_back(graph.nodes[i]);
    part.graph.once.push_back(graph.once[i]);
    part.places.push_back(whole.places[i]);
  }
  const auto part_at = [&](uint32_t x) -> Subgraph& { return parts[part_of[sets.Find(x)]].graph; };
  for (const ScoredPair& edge : graph.edges) {
    if (static_cast<double>(edge.score) < floor) continue;
    part_at(edge.a).edges.push_back({place[edge.a], place[edge.b], edge.score, edge.levels});
  }
  for (const auto& [x, y] : graph.must_links) part_at(x).must_links.emplace_back(place[x], place[y]);
  for (const auto& [x, y] : graph.cannot_links) {
    if (sets.Find(x) == sets.Find(y)) part_at(x).cannot_links.emplace_back(place[x], place[y]);
  }
  std::erase_if(parts, [](const Part& part) { return part.graph.size() < 2; });
  return parts;
}

void ComponentResolver::Run(const Part& part, Result& result) {
  review_.clear();
  agglomerator_.Run(part.graph, labels_, review_);
  for (uint32_t i = 0; i < part.places.size(); ++i) result.labels[part.places[i]] = part.places[labels_[i]];
  for (const ReviewPair& pair : review_) {
    result.review.push_back({part.places[pair.a], part.places[pair.b], pair.score, pair.reason});
  }
}

void ComponentResolver::Resolve(const Subgraph& graph, Result& result) {
  result.review.clear();
  const uint32_t limit = options_.component_limit;
  if (limit == 0 || graph.size() <= limit) {
    agglomerator_.Run(graph, result.labels, result.review);
    return;
  }
  ++stats_.cut;
  result.labels.resize(graph.size());
  std::iota(result.labels.begin(), result.labels.end(), 0U);
  std::vector<Part> open(1);
  open[0] = {graph, result.labels, options_.edge_floor};
  while (!open.empty()) {
    Part part = std::move(open.back());
    open.pop_back();
    if (part.graph.size() <= limit) {
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

std::optional<ReviewPair> ComponentResolver::ReviewBetween(Subgraph& graph, std::span<const uint32_t> labels) {
  const auto other = std::ranges::find_if(labels, [&labels](uint32_t label) { return label != labels[0]; });
  const auto second = static_cast<uint32_t>(other - labels.begin());
  for (uint32_t i = 1; i < graph.size(); ++i) {
    if (i != second) graph.must_links.emplace_back(labels[i] == labels[0] ? 0 : second, i);
  }
  review_.clear();
  pool_.Run(graph, labels_, review_);
  return review_.empty() ? std::nullopt : std::optional(review_.front());
}

}  // namespace wensum::matching
