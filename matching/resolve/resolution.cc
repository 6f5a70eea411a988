#include "matching/resolve/resolution.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>
#include <utility>

#include "base/parallel.h"
#include "matching/resolve/disjoint_sets.h"

namespace wensum::matching {
namespace {

constexpr double kHighestFloor = 60;

// Renames the ends of edges and decisions to places in `records`.
uint32_t PlaceOf(const std::vector<RecordIndex>& records, RecordIndex record) {
  return static_cast<uint32_t>(std::ranges::lower_bound(records, record) - records.begin());
}

// The parts of `graph` that edges of at least `floor` and must-links connect. Parts of one record are left out.
std::vector<Subgraph> Cut(const Subgraph& graph, double floor) {
  DisjointSets sets(graph.records.size());
  for (const ScoredPair& edge : graph.edges) {
    if (static_cast<double>(edge.score) >= floor) sets.Join(edge.a, edge.b);
  }
  for (const auto& [x, y] : graph.must_links) sets.Join(x, y);
  std::vector<Subgraph> parts;
  std::vector<uint32_t> part_of(graph.records.size(), ~0U);
  std::vector<uint32_t> place(graph.records.size());
  for (uint32_t i = 0; i < graph.records.size(); ++i) {
    uint32_t& part = part_of[sets.Find(i)];
    if (part == ~0U) {
      part = static_cast<uint32_t>(parts.size());
      parts.emplace_back();
    }
    place[i] = static_cast<uint32_t>(parts[part].records.size());
    parts[part].records.push_back(graph.records[i]);
  }
  const auto part_at = [&](uint32_t x) -> Subgraph& { return parts[part_of[sets.Find(x)]]; };
  for (const ScoredPair& edge : graph.edges) {
    if (static_cast<double>(edge.score) < floor) continue;
    part_at(edge.a).edges.push_back({place[edge.a], place[edge.b], edge.score, edge.levels});
  }
  for (const auto& [x, y] : graph.must_links) part_at(x).must_links.emplace_back(place[x], place[y]);
  for (const auto& [x, y] : graph.cannot_links) {
    if (sets.Find(x) == sets.Find(y)) part_at(x).cannot_links.emplace_back(place[x], place[y]);
  }
  std::erase_if(parts, [](const Subgraph& part) { return part.records.size() < 2; });
  return parts;
}

struct Worker {
  Agglomerator agglomerator;
  std::vector<ReviewPair> review;
  uint64_t cut = 0;
  uint64_t unresolved = 0;

  void Resolve(const Subgraph& graph, double floor, uint32_t limit, std::vector<RecordIndex>& labels) {
    if (limit == 0 || graph.records.size() <= limit) {
      agglomerator.Run(graph, labels, review);
      return;
    }
    ++cut;
    std::vector<std::pair<Subgraph, double>> open;
    open.emplace_back(graph, floor);
    while (!open.empty()) {
      const auto [part, at] = std::move(open.back());
      open.pop_back();
      if (part.records.size() <= limit) {
        agglomerator.Run(part, labels, review);
      } else if (at < kHighestFloor) {
        for (Subgraph& smaller : Cut(part, at + 1)) open.emplace_back(std::move(smaller), at + 1);
      } else {
        ++unresolved;
        Subgraph bare{.records = part.records, .must_links = part.must_links};
        agglomerator.Run(bare, labels, review);
      }
    }
  }
};

struct Components {
  std::vector<Subgraph> graphs;
};

Components FindComponents(size_t records, const std::vector<ScoredPair>& edges, const PairDecisions& decisions) {
  DisjointSets sets(records);
  for (const ScoredPair& edge : edges) sets.Join(edge.a, edge.b);
  for (const auto& [x, y] : decisions.must_links) sets.Join(x, y);
  std::vector<uint32_t> size(records);
  for (uint32_t i = 0; i < records; ++i) ++size[sets.Find(i)];
  constexpr uint32_t kNone = ~0U;
  std::vector<uint32_t> component(records, kNone);  // by root
  Components found;
  for (uint32_t i = 0; i < records; ++i) {
    const uint32_t root = sets.Find(i);
    if (size[root] < 2) continue;
    if (component[root] == kNone) {
      component[root] = static_cast<uint32_t>(found.graphs.size());
      found.graphs.emplace_back();
      found.graphs.back().records.reserve(size[root]);
    }
    found.graphs[component[root]].records.push_back(i);
  }
  const auto graph_of = [&](RecordIndex record) -> Subgraph& { return found.graphs[component[sets.Find(record)]]; };
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

void Localise(Subgraph& graph) {
  for (ScoredPair& edge : graph.edges) {
    edge.a = PlaceOf(graph.records, edge.a);
    edge.b = PlaceOf(graph.records, edge.b);
  }
  for (auto* links : {&graph.must_links, &graph.cannot_links}) {
    for (auto& [x, y] : *links) {
      x = PlaceOf(graph.records, x);
      y = PlaceOf(graph.records, y);
    }
    std::ranges::sort(*links);
  }
}

// Adds the cluster pairs that only pairs beneath the edge floor connect.
void ReviewBeneath(const PairComparer& comparer, const PairScorer& scorer, const std::vector<ScoredPair>& beneath,
                   const PairDecisions& decisions, const ResolveOptions& options, Resolution& result) {
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
  std::vector<RecordIndex> order(labels.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(order, {}, [&labels](RecordIndex record) { return labels[record]; });
  const auto members = [&](RecordIndex label) {
    return std::ranges::equal_range(order, label, {}, [&labels](RecordIndex record) { return labels[record]; });
  };
  Agglomerator pool(&comparer, &scorer, std::numeric_limits<double>::infinity(), options.rules);
  std::vector<RecordIndex> unused = labels;
  for (size_t i = 0; i < open.size();) {
    const LabelPair ends = open[i].first;
    Subgraph graph;
    for (const RecordIndex end : {ends.first, ends.second}) {
      graph.records.insert(graph.records.end(), members(end).begin(), members(end).end());
    }
    std::ranges::sort(graph.records);
    for (uint32_t k = 0; k < graph.records.size(); ++k) {
      graph.must_links.emplace_back(PlaceOf(graph.records, labels[graph.records[k]]), k);
    }
    for (; i < open.size() && open[i].first == ends; ++i) graph.edges.push_back(open[i].second);
    for (const auto& [a, b] : decisions.cannot_links) {
      if (of_labels(a, b) == ends) graph.cannot_links.emplace_back(a, b);
    }
    for (ScoredPair& edge : graph.edges) {
      edge.a = PlaceOf(graph.records, edge.a);
      edge.b = PlaceOf(graph.records, edge.b);
    }
    for (auto& [a, b] : graph.cannot_links) {
      a = PlaceOf(graph.records, a);
      b = PlaceOf(graph.records, b);
    }
    pool.Run(graph, unused, result.review);
  }
}

}  // namespace

Resolution ResolveRecords(const PairComparer& comparer, const PairScorer& scorer, std::vector<ScoredPair> pairs,
                          const PairDecisions& decisions, const ResolveOptions& options) {
  const size_t count = scorer.records().size();
  Resolution result;
  result.labels.resize(count);
  std::iota(result.labels.begin(), result.labels.end(), 0U);
  std::ranges::sort(pairs, {}, [](const ScoredPair& pair) { return std::tie(pair.a, pair.b); });
  const auto below = std::ranges::stable_partition(
      pairs, [&](const ScoredPair& pair) { return static_cast<double>(pair.score) >= options.edge_floor; });
  const std::vector<ScoredPair> beneath(below.begin(), below.end());
  pairs.erase(below.begin(), below.end());
  Components components = FindComponents(count, pairs, decisions);
  std::vector<Subgraph>& graphs = components.graphs;
  result.stats.edges = pairs.size();
  result.stats.components = graphs.size();
  double squares = static_cast<double>(count);
  for (const Subgraph& graph : graphs) {
    const size_t size = graph.records.size();
    result.stats.largest_component = std::max<uint64_t>(result.stats.largest_component, size);
    squares += static_cast<double>(size) * static_cast<double>(size) - static_cast<double>(size);
  }
  result.stats.mean_component = count == 0 ? 0 : squares / static_cast<double>(count);
  pairs = {};
  // Large components first, so that no thread is left alone with one at the end.
  std::ranges::stable_sort(graphs, std::ranges::greater(), [](const Subgraph& graph) { return graph.edges.size(); });
  constexpr size_t kGrain = 64;
  const size_t big = std::min<size_t>(graphs.size(), 256);
  std::vector<Worker> workers;
  const auto run = [&](size_t first, size_t last, size_t grain) {
    const size_t offset = workers.size();
    const size_t chunks = (last - first) / grain + 1;
    for (size_t i = 0; i < chunks; ++i) {
      workers.push_back({Agglomerator(&comparer, &scorer, options.merge_threshold, options.rules), {}});
    }
    ParallelFor(last - first, options.threads, grain, [&](size_t begin, size_t end) {
      Worker& worker = workers[offset + begin / grain];
      for (size_t i = begin; i < end; ++i) {
        Localise(graphs[first + i]);
        worker.Resolve(graphs[first + i], options.edge_floor, options.component_limit, result.labels);
        graphs[first + i] = {};
      }
    });
  };
  run(0, big, 1);
  run(big, graphs.size(), kGrain);
  for (Worker& worker : workers) {
    result.review.insert(result.review.end(), worker.review.begin(), worker.review.end());
    result.stats.cut_components += worker.cut;
    result.stats.unresolved_parts += worker.unresolved;
  }
  ReviewBeneath(comparer, scorer, beneath, decisions, options, result);
  std::ranges::sort(result.review, {}, [](const ReviewPair& pair) { return std::tie(pair.a, pair.b); });
  return result;
}

}  // namespace wensum::matching
