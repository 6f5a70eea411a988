#include "matching/resolve/resolution.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

#include "base/parallel.h"
#include "matching/resolve/disjoint_sets.h"

namespace wensum::matching {
namespace {

// A component as it is collected: its pairs are of records.
struct Component {
  std::vector<RecordIndex> records;  // ascending
  Subgraph graph;
};

uint32_t PlaceOf(const std::vector<RecordIndex>& records, RecordIndex record) {
  return static_cast<uint32_t>(std::ranges::lower_bound(records, record) - records.begin());
}

// Fills in the nodes, and renames the ends of edges and decisions to places.
void Complete(const RecordSet& records, Component& component) {
  Subgraph& graph = component.graph;
  graph.nodes.reserve(component.records.size());
  graph.once.reserve(component.records.size());
  for (const RecordIndex record : component.records) {
    graph.nodes.push_back({records.row(record), record});
    graph.once.push_back(records.once(record));
  }
  for (ScoredPair& edge : graph.edges) {
    edge.a = PlaceOf(component.records, edge.a);
    edge.b = PlaceOf(component.records, edge.b);
  }
  for (auto* links : {&graph.must_links, &graph.cannot_links}) {
    for (auto& [x, y] : *links) {
      x = PlaceOf(component.records, x);
      y = PlaceOf(component.records, y);
    }
    std::ranges::sort(*links);
  }
}

std::vector<Component> FindComponents(size_t records, const std::vector<ScoredPair>& edges,
                                      const PairDecisions& decisions) {
  DisjointSets sets(records);
  for (const ScoredPair& edge : edges) sets.Join(edge.a, edge.b);
  for (const auto& [x, y] : decisions.must_links) sets.Join(x, y);
  std::vector<uint32_t> size(records);
  for (uint32_t i = 0; i < records; ++i) ++size[sets.Find(i)];
  constexpr uint32_t kNone = ~0U;
  std::vector<uint32_t> component(records, kNone);  // by root
  std::vector<Component> found;
  for (uint32_t i = 0; i < records; ++i) {
    const uint32_t root = sets.Find(i);
    if (size[root] < 2) continue;
    if (component[root] == kNone) {
      component[root] = static_cast<uint32_t>(found.size());
      found.emplace_back().records.reserve(size[root]);
    }
    found[component[root]].records.push_back(i);
  }
  const auto graph_of = [&](RecordIndex record) -> Subgraph& { return found[component[sets.Find(record)]].graph; };
  for (const ScoredPair& edge : edges) graph_of(edge.a).edges.push_back(edge);
  const auto keep = [&](const std::pair<RecordIndex, RecordIndex>& link, auto list) {
    if (sets.Find(link.first) == sets.Find(link.second) && size[sets.Find(link.first)] > 1) {
      (graph_of(link.first).*list).emplace_back(link.first, link.second);
    }
  };
  for (const auto& link : decisions.must_links) keep(link, &Subgraph::must_links);
  for (const auto& link : decisions.cannot_links) keep(link, &Subgraph::cannot_links);
  return found;
}

// What one thread finds.
struct Worker {
  ComponentResolver resolver;
  ComponentResolver::Result found;
  std::vector<ReviewPair> review;

  void Resolve(const RecordSet& records, Component component, std::vector<RecordIndex>& labels) {
    Complete(records, component);
    resolver.Resolve(component.graph, found);
    const std::vector<RecordIndex>& names = component.records;
    for (size_t i = 0; i < names.size(); ++i) labels[names[i]] = names[found.labels[i]];
    for (const ReviewPair& pair : found.review) {
      review.push_back({names[pair.a], names[pair.b], pair.score, pair.reason});
    }
  }
};

// Adds the cluster pairs that only pairs beneath the edge floor connect.
void ReviewBeneath(const RecordSet& records, ComponentResolver& resolver, const std::vector<ScoredPair>& beneath,
                   const PairDecisions& decisions, Resolution& result) {
  const std::vector<RecordIndex>& labels = result.labels;
  using LabelPair = std::pair<RecordIndex, RecordIndex>;
  const auto of_labels = [&labels](RecordIndex a, RecordIndex b) {
    return LabelPair(std::max(labels[a], labels[b]), std::min(labels[a], labels[b]));
  };
  std::vector<LabelPair> known;
  known.reserve(result.review.size());
  for (const ReviewPair& pair : result.review) known.emplace_back(pair.a, pair.b);
  std::ranges::sort(known);
  std::vector<std::pair<LabelPair, ScoredPair>> open;
  for (const ScoredPair& pair : beneath) {
    const LabelPair ends = of_labels(pair.a, pair.b);
    if (ends.first != ends.second && !std::ranges::binary_search(known, ends)) open.emplace_back(ends, pair);
  }
  std::ranges::stable_sort(open, {}, [](const auto& item) { return item.first; });
  std::vector<std::pair<LabelPair, std::pair<RecordIndex, RecordIndex>>> cannot;
  for (const auto& [a, b] : decisions.cannot_links) cannot.push_back({of_labels(a, b), {a, b}});
  std::ranges::sort(cannot);
  std::vector<RecordIndex> order(labels.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(order, {}, [&labels](RecordIndex record) { return labels[record]; });
  const auto members = [&](RecordIndex label) {
    return std::ranges::equal_range(order, label, {}, [&labels](RecordIndex record) { return labels[record]; });
  };
  for (size_t i = 0; i < open.size();) {
    const LabelPair ends = open[i].first;
    Component both;
    for (const RecordIndex end : {ends.first, ends.second}) {
      both.records.insert(both.records.end(), members(end).begin(), members(end).end());
    }
    std::ranges::sort(both.records);
    for (; i < open.size() && open[i].first == ends; ++i) both.graph.edges.push_back(open[i].second);
    for (const auto& [of, link] : std::ranges::equal_range(cannot, ends, {}, [](const auto& c) { return c.first; })) {
      both.graph.cannot_links.push_back(link);
    }
    Complete(records, both);
    std::vector<uint32_t> side;
    for (const RecordIndex record : both.records) side.push_back(labels[record]);
    if (const auto found = resolver.ReviewBetween(both.graph, side)) {
      result.review.push_back({both.records[found->a], both.records[found->b], found->score, found->reason});
    }
  }
}

}  // namespace

Resolution ResolveRecords(const RecordSet& records, const PairComparer& comparer, const PairScorer& scorer,
                          std::vector<ScoredPair> pairs, const PairDecisions& decisions,
                          const ResolveOptions& options) {
  const size_t count = records.size();
  Resolution result;
  result.labels.resize(count);
  std::iota(result.labels.begin(), result.labels.end(), 0U);
  std::ranges::sort(pairs, {}, [](const ScoredPair& pair) { return std::tie(pair.a, pair.b); });
  const auto below = std::ranges::stable_partition(
      pairs, [&](const ScoredPair& pair) { return static_cast<double>(pair.score) >= options.edge_floor; });
  const std::vector<ScoredPair> beneath(below.begin(), below.end());
  pairs.erase(below.begin(), below.end());
  std::vector<Component> components = FindComponents(count, pairs, decisions);
  result.stats.edges = pairs.size();
  result.stats.components = components.size();
  double squares = static_cast<double>(count);
  for (const Component& component : components) {
    const size_t size = component.records.size();
    result.stats.largest_component = std::max<uint64_t>(result.stats.largest_component, size);
    squares += static_cast<double>(size) * static_cast<double>(size) - static_cast<double>(size);
  }
  result.stats.mean_component = count == 0 ? 0 : squares / static_cast<double>(count);
  pairs = {};
  // Large components first, so that no thread is left alone with one at the end.
  std::ranges::stable_sort(components, std::ranges::greater(),
                           [](const Component& component) { return component.graph.edges.size(); });
  constexpr size_t kGrain = 64;
  const size_t big = std::min<size_t>(components.size(), 256);
  std::vector<Worker> workers;
  const auto run = [&](size_t first, size_t last, size_t grain) {
    const size_t offset = workers.size();
    const size_t chunks = (last - first) / grain + 1;
    for (size_t i = 0; i < chunks; ++i) workers.push_back({ComponentResolver(&comparer, &scorer, options), {}, {}});
    ParallelFor(last - first, options.threads, grain, [&](size_t begin, size_t end) {
      Worker& worker = workers[offset + begin / grain];
      for (size_t i = begin; i < end; ++i) {
        worker.Resolve(records, std::move(components[first + i]), result.labels);
      }
    });
  };
  run(0, big, 1);
  run(big, components.size(), kGrain);
  for (const Worker& worker : workers) {
    result.review.insert(result.review.end(), worker.review.begin(), worker.review.end());
    result.stats.cut_components += worker.resolver.stats().cut;
    result.stats.unresolved_parts += worker.resolver.stats().unresolved;
  }
  ComponentResolver resolver(&comparer, &scorer, options);
  ReviewBeneath(records, resolver, beneath, decisions, result);
  std::ranges::sort(result.review, {}, [](const ReviewPair& pair) { return std::tie(pair.a, pair.b); });
  return result;
}

}  // namespace wensum::matching
