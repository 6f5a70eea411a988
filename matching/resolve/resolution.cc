#include "matching/resolve/resolution.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <span>
#include <tuple>
#include <utility>

#include "base/parallel.h"
#include "matching/resolve/disjoint_sets.h"

namespace wensum::matching {
namespace {

// All nodes of a batch, in the order of their first records.
struct Nodes {
  std::vector<uint32_t> of_record;
  std::vector<RecordIndex> first;  // by node
  std::vector<uint32_t> begin;     // by content, and the end: its nodes
  std::vector<bool> crowded;       // by content: it makes no pairs

  [[nodiscard]] uint32_t size() const { return static_cast<uint32_t>(first.size()); }
};

// `equal` are the contents whose records pair with each other.
Nodes MakeNodes(const RecordSet& records, const std::vector<bool>& equal, const PairDecisions& decisions,
                uint32_t hub_cap, ComponentResolver& resolver) {
  std::vector<uint8_t> decided(records.size());
  for (const auto* links : {&decisions.must_links, &decisions.cannot_links}) {
    for (const auto& [a, b] : *links) decided[a] = decided[b] = 1;
  }
  Nodes nodes;
  nodes.of_record.resize(records.size());
  nodes.crowded.resize(records.contents());
  std::vector<uint32_t> once;
  std::vector<uint32_t> node;
  for (ContentIndex content = 0; content < records.contents(); ++content) {
    nodes.begin.push_back(nodes.size());
    const RecordIndex begin = records.content_begin(content);
    const uint32_t size = records.content_size(content);
    if (size == 1) {
      nodes.of_record[begin] = nodes.size();
      nodes.first.push_back(begin);
      continue;
    }
    once.clear();
    for (RecordIndex i = begin; i < begin + size; ++i) once.push_back(records.once(i));
    const bool together = equal[content] && resolver.MergesWithItself(records.row(begin), size);
    const uint32_t count = SplitIntoNodes(once, {decided.data() + begin, size}, together, node);
    nodes.crowded[content] = count > hub_cap;
    for (uint32_t i = 0; i < size; ++i) {
      nodes.of_record[begin + i] = nodes.begin.back() + node[i];
      if (nodes.of_record[begin + i] == nodes.size()) nodes.first.push_back(begin + i);
    }
  }
  nodes.begin.push_back(nodes.size());
  return nodes;
}

// A component as it is collected: by node, and its edges by content.
struct Component {
  std::vector<uint32_t> nodes;  // ascending
  Subgraph graph;
};

// Finds components, sets up their graphs and resolves them.
class Batch {
 public:
  Batch(const RecordSet& records, const Nodes& nodes) : records_(records), nodes_(nodes) {}

  // `edges` are of contents, ascending.
  [[nodiscard]] std::vector<Component> FindComponents(const std::vector<ScoredPair>& edges,
                                                      const PairDecisions& decisions) const {
    DisjointSets sets(records_.contents());
    for (const ScoredPair& edge : edges) sets.Join(edge.a, edge.b);
    for (const auto& [x, y] : decisions.must_links) sets.Join(records_.content(x), records_.content(y));
    std::vector<uint32_t> size(records_.contents());  // in nodes, by root; 0: nothing connects them
    for (const ScoredPair& edge : edges) size[sets.Find(edge.a)] = 1;
    for (const auto& [x, y] : decisions.must_links) size[sets.Find(records_.content(x))] = 1;
    for (ContentIndex i = 0; i < records_.contents(); ++i) {
      uint32_t& nodes = size[sets.Find(i)];
      if (nodes > 0) nodes += nodes_.begin[i + 1] - nodes_.begin[i];
    }
    constexpr uint32_t kNone = ~0U;
    std::vector<uint32_t> component(records_.contents(), kNone);  // by root
    std::vector<Component> found;
    for (ContentIndex i = 0; i < records_.contents(); ++i) {
      const uint32_t root = sets.Find(i);
      if (size[root] == 0) continue;
      if (component[root] == kNone) {
        component[root] = static_cast<uint32_t>(found.size());
        found.emplace_back().nodes.reserve(size[root] - 1);
      }
      for (uint32_t k = nodes_.begin[i]; k < nodes_.begin[i + 1]; ++k) found[component[root]].nodes.push_back(k);
    }
    const auto graph_of = [&](ContentIndex content) -> Subgraph& { return found[component[sets.Find(content)]].graph; };
    for (const ScoredPair& edge : edges) graph_of(edge.a).edges.push_back(edge);
    const auto keep = [&](const std::pair<RecordIndex, RecordIndex>& link, auto list) {
      const uint32_t root = sets.Find(records_.content(link.first));
      if (size[root] == 0 || sets.Find(records_.content(link.second)) != root) return;
      const uint32_t x = nodes_.of_record[link.first];
      const uint32_t y = nodes_.of_record[link.second];
      if (x != y) (found[component[root]].graph.*list).emplace_back(x, y);
    };
    for (const auto& link : decisions.must_links) keep(link, &Subgraph::must_links);
    for (const auto& link : decisions.cannot_links) keep(link, &Subgraph::cannot_links);
    return found;
  }

  // Fills in nodes and groups, and renames the ends of edges and decisions to places.
  void Complete(Component& component) const {
    Subgraph& graph = component.graph;
    std::vector<ContentIndex> contents;  // by group
    for (size_t i = 0; i < component.nodes.size();) {
      const ContentIndex content = ContentOf(component.nodes[i]);
      const size_t begin = i;
      while (i < component.nodes.size() && ContentOf(component.nodes[i]) == content) ++i;
      contents.push_back(content);
      AddGroup(content, {component.nodes.data() + begin, component.nodes.data() + i}, graph);
    }
    const auto place = [](const std::vector<uint32_t>& list, uint32_t item) {
      return static_cast<uint32_t>(std::ranges::lower_bound(list, item) - list.begin());
    };
    for (ScoredPair& edge : graph.edges) {
      edge.a = place(contents, edge.a);
      edge.b = place(contents, edge.b);
    }
    for (auto* links : {&graph.must_links, &graph.cannot_links}) {
      for (auto& [x, y] : *links) {
        x = place(component.nodes, x);
        y = place(component.nodes, y);
      }
      std::ranges::sort(*links);
    }
  }

  [[nodiscard]] ContentIndex ContentOf(uint32_t node) const { return records_.content(nodes_.first[node]); }
  [[nodiscard]] RecordIndex NameOf(uint32_t node) const { return nodes_.first[node]; }

 private:
  // `nodes` are those of the content that the component has.
  void AddGroup(ContentIndex content, std::span<const uint32_t> nodes, Subgraph& graph) const {
    std::vector<uint32_t> once;
    std::vector<uint32_t> node;
    const RecordIndex begin = records_.content_begin(content);
    for (RecordIndex i = begin; i < begin + records_.content_size(content); ++i) {
      const auto at = std::ranges::lower_bound(nodes, nodes_.of_record[i]);
      if (at == nodes.end() || *at != nodes_.of_record[i]) continue;
      once.push_back(records_.once(i));
      node.push_back(static_cast<uint32_t>(at - nodes.begin()));
    }
    graph.AddGroup(records_.row(begin), once, node, static_cast<uint32_t>(nodes.size()));
  }

  const RecordSet& records_;
  const Nodes& nodes_;
};

// What one thread finds.
struct Worker {
  ComponentResolver resolver;
  ComponentResolver::Result found;
  std::vector<ReviewPair> review;
  std::vector<MergeStep> steps;  // of nodes, if traced

  // Sets `labels` (by node).
  void Resolve(const Batch& batch, Component component, bool traced, std::vector<uint32_t>& labels) {
    batch.Complete(component);
    const size_t steps_before = steps.size();
    if (traced) resolver.Trace(&steps);
    resolver.Resolve(component.graph, found);
    const std::vector<uint32_t>& nodes = component.nodes;
    for (size_t i = steps_before; i < steps.size(); ++i) {
      steps[i].a = nodes[steps[i].a];
      steps[i].b = nodes[steps[i].b];
    }
    for (size_t i = 0; i < nodes.size(); ++i) labels[nodes[i]] = nodes[found.labels[i]];
    for (const ReviewPair& pair : found.review) {
      review.push_back({nodes[pair.a], nodes[pair.b], pair.score, pair.reason});
    }
  }
};

using NodePair = std::pair<uint32_t, uint32_t>;

// Adds the cluster pairs (of labels, that is of nodes) that only pairs beneath the edge floor connect.
void ReviewBeneath(const Batch& batch, const Nodes& nodes, const std::vector<uint32_t>& labels,
                   const std::vector<ScoredPair>& beneath, const PairDecisions& decisions, ComponentResolver& resolver,
                   std::vector<ReviewPair>& review) {
  const auto of_labels = [&labels](uint32_t a, uint32_t b) {
    return NodePair(std::max(labels[a], labels[b]), std::min(labels[a], labels[b]));
  };
  std::vector<NodePair> open;
  for (const ScoredPair& pair : beneath) {
    for (uint32_t x = nodes.begin[pair.a]; x < nodes.begin[pair.a + 1]; ++x) {
      for (uint32_t y = nodes.begin[pair.b]; y < nodes.begin[pair.b + 1]; ++y) {
        if (labels[x] != labels[y]) open.push_back(of_labels(x, y));
      }
    }
  }
  std::vector<NodePair> known;
  known.reserve(review.size());
  for (const ReviewPair& pair : review) known.emplace_back(pair.a, pair.b);
  const auto sort_unique = [](std::vector<NodePair>& list) {
    std::ranges::sort(list);
    const auto rest = std::ranges::unique(list);
    list.erase(rest.begin(), rest.end());
  };
  sort_unique(open);
  sort_unique(known);
  std::vector<NodePair> distinct;
  distinct.reserve(decisions.cannot_links.size());
  for (const auto& [a, b] : decisions.cannot_links) {
    distinct.push_back(of_labels(nodes.of_record[a], nodes.of_record[b]));
  }
  sort_unique(distinct);
  std::vector<uint32_t> order(labels.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(order, {}, [&labels](uint32_t node) { return labels[node]; });
  const auto members = [&](uint32_t label) {
    return std::ranges::equal_range(order, label, {}, [&labels](uint32_t node) { return labels[node]; });
  };
  for (const NodePair& ends : open) {
    if (std::ranges::binary_search(known, ends)) continue;
    Component both;
    for (const uint32_t end : {ends.first, ends.second}) {
      both.nodes.insert(both.nodes.end(), members(end).begin(), members(end).end());
    }
    std::ranges::sort(both.nodes);
    batch.Complete(both);
    std::vector<uint32_t> side;
    side.reserve(both.nodes.size());
    for (const uint32_t node : both.nodes) side.push_back(labels[node]);
    const auto found = resolver.ReviewBetween(both.graph, side, std::ranges::binary_search(distinct, ends));
    if (found) review.push_back({both.nodes[found->a], both.nodes[found->b], found->score, found->reason});
  }
}

void CountComponents(const std::vector<Component>& components, const Nodes& nodes, Resolution::Stats& stats) {
  stats.components = components.size();
  auto squares = static_cast<double>(nodes.size());
  for (const Component& component : components) {
    const size_t size = component.nodes.size();
    stats.largest_component = std::max<uint64_t>(stats.largest_component, size);
    squares += static_cast<double>(size) * static_cast<double>(size) - static_cast<double>(size);
  }
  stats.mean_component = nodes.size() == 0 ? 0 : squares / static_cast<double>(nodes.size());
}

ResolutionTrace TraceOf(const Batch& batch, const Nodes& nodes, std::span<const Worker> workers) {
  ResolutionTrace trace;
  trace.node.reserve(nodes.of_record.size());
  for (const uint32_t node : nodes.of_record) trace.node.push_back(batch.NameOf(node));
  for (const Worker& worker : workers) {
    for (const MergeStep& step : worker.steps) {
      trace.steps.push_back({batch.NameOf(step.a), batch.NameOf(step.b), step.score, step.decided});
    }
  }
  return trace;
}

// Renames pairs of records to pairs of contents, each once, in order.
void NameByContents(const RecordSet& records, std::vector<ScoredPair>& pairs) {
  for (ScoredPair& pair : pairs) {
    const ContentIndex a = records.content(pair.a);
    const ContentIndex b = records.content(pair.b);
    pair.a = std::max(a, b);
    pair.b = std::min(a, b);
  }
  const auto ends = [](const ScoredPair& pair) { return std::tie(pair.a, pair.b); };
  std::ranges::sort(pairs, {}, ends);
  const auto rest = std::ranges::unique(pairs, {}, ends);
  pairs.erase(rest.begin(), rest.end());
}

}  // namespace

Resolution ResolveRecords(const RecordSet& records, const PairComparer& comparer, const PairScorer& scorer,
                          std::vector<ScoredPair> pairs, const PairDecisions& decisions, const ResolveOptions& options,
                          ResolutionTrace* trace) {
  ComponentResolver resolver(&comparer, &scorer, options);
  NameByContents(records, pairs);
  std::vector<bool> equal(records.contents());
  for (const ScoredPair& pair : pairs) {
    if (pair.a == pair.b) equal[pair.a] = true;
  }
  const Nodes nodes = MakeNodes(records, equal, decisions, scorer.parameters().rules.hub_cap, resolver);
  std::erase_if(pairs, [&](const ScoredPair& pair) {
    return nodes.crowded[pair.a] || nodes.crowded[pair.b] ||
           (pair.a == pair.b && nodes.begin[pair.a + 1] - nodes.begin[pair.a] < 2);
  });
  const auto below = std::ranges::stable_partition(
      pairs, [&](const ScoredPair& pair) { return static_cast<double>(pair.score) >= options.edge_floor; });
  const std::vector<ScoredPair> beneath(below.begin(), below.end());
  pairs.erase(below.begin(), below.end());
  const Batch batch(records, nodes);
  std::vector<Component> components = batch.FindComponents(pairs, decisions);
  Resolution result;
  result.stats.edges = pairs.size();
  CountComponents(components, nodes, result.stats);
  pairs = {};
  // Large components first, so that no thread is left alone with one at the end.
  std::ranges::stable_sort(components, std::ranges::greater(),
                           [](const Component& component) { return component.graph.edges.size(); });
  std::vector<uint32_t> labels(nodes.size());
  std::iota(labels.begin(), labels.end(), 0U);
  constexpr size_t kGrain = 64;
  const size_t big = std::min<size_t>(components.size(), 256);
  std::vector<Worker> workers;
  const auto run = [&](size_t first, size_t last, size_t grain) {
    const size_t offset = workers.size();
    const size_t chunks = (last - first) / grain + 1;
    for (size_t i = 0; i < chunks; ++i) workers.push_back({ComponentResolver(&comparer, &scorer, options), {}, {}, {}});
    ParallelFor(last - first, options.threads, grain, [&](size_t begin, size_t end) {
      Worker& worker = workers[offset + begin / grain];
      for (size_t i = begin; i < end; ++i)
        worker.Resolve(batch, std::move(components[first + i]), trace != nullptr, labels);
    });
  };
  run(0, big, 1);
  run(big, components.size(), kGrain);
  for (const Worker& worker : workers) {
    result.review.insert(result.review.end(), worker.review.begin(), worker.review.end());
    result.stats.cut_components += worker.resolver.stats().cut;
    result.stats.unresolved_parts += worker.resolver.stats().unresolved;
  }
  ReviewBeneath(batch, nodes, labels, beneath, decisions, resolver, result.review);
  std::ranges::sort(result.review, {}, [](const ReviewPair& pair) { return std::tie(pair.a, pair.b); });
  for (ReviewPair& pair : result.review) {
    pair.a = batch.NameOf(pair.a);
    pair.b = batch.NameOf(pair.b);
  }
  result.labels.reserve(records.size());
  for (const uint32_t node : nodes.of_record) result.labels.push_back(batch.NameOf(labels[node]));
  if (trace != nullptr) *trace = TraceOf(batch, nodes, workers);
  return result;
}

}  // namespace wensum::matching
