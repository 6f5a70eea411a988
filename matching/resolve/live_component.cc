#include "matching/resolve/live_component.h"

#include <algorithm>
#include <utility>

namespace wensum::matching {
namespace {

// What SplitIntoNodes asks of the records of one content, which are in the order of their keys.
struct ContentRecords {
  std::vector<RecordId> ids;
  std::vector<uint32_t> once;
  std::vector<uint8_t> decided;
  std::vector<uint32_t> node;
  uint32_t nodes = 0;

  void Split(const LiveRecords& records, ContentId content, ComponentResolver& resolver) {
    records.RecordsOf(content, ids);
    once.clear();
    decided.clear();
    for (const RecordId id : ids) {
      once.push_back(records.once(id));
      decided.push_back(records.has_links() && records.Decided(id) ? 1 : 0);
    }
    const bool together =
        ids.size() > 1 && resolver.MergesWithItself(records.row(content), static_cast<uint32_t>(ids.size()));
    nodes = SplitIntoNodes(once, decided, together, node);
  }
};

}  // namespace

uint32_t CountNodes(const LiveView& view, ContentId content, ComponentResolver& resolver) {
  if (view.records->count(content) < 2) return view.records->count(content);
  ContentRecords split;
  split.Split(*view.records, content, resolver);
  return split.nodes;
}

RecordReview InOrder(RecordReview review) {
  if (review.a > review.b) std::swap(review.a, review.b);
  return review;
}

void LiveComponent::AddContents(const LiveView& view, ComponentResolver& resolver) {
  const LiveRecords& records = *view.records;
  std::ranges::sort(contents_, {}, [&records](ContentId content) { return records.hash(content); });
  ContentRecords split;
  for (const ContentId content : contents_) {
    split.Split(records, content, resolver);
    begin_.push_back(static_cast<uint32_t>(records_.size()));
    const uint32_t first = graph_.size();
    graph_.AddGroup(records.row(content), split.once, split.node, split.nodes);
    for (size_t i = 0; i < split.ids.size(); ++i) {
      const uint32_t node = first + split.node[i];
      if (node == names_.size()) names_.push_back(split.ids[i]);
      records_.push_back(split.ids[i]);
      node_.push_back(node);
    }
  }
}

void LiveComponent::AddEdges(const LiveView& view, ComponentResolver& resolver) {
  const LiveRecords& records = *view.records;
  const LiveGraph& graph = *view.graph;
  const double floor = resolver.FloorAt(step_);
  const auto hash = [&records](ContentId content) { return records.hash(content); };
  const auto add = [&](uint32_t i, uint32_t j, float score, LevelVector levels) {
    if (static_cast<double>(score) >= floor) graph_.edges.push_back({i, j, score, levels});
  };
  LiveGraph::Neighbours room;
  for (uint32_t i = 0; i < contents_.size(); ++i) {
    const ContentId content = contents_[i];
    if (view.Crowded(content)) continue;
    const Row row = records.row(content);
    if (graph_.GroupSize(i) > 1) {
      add(i, i, static_cast<float>(resolver.SelfScore(row)), graph.comparer().Compare(row, row));
    }
    for (const LiveGraph::Neighbour& neighbour : graph.Look(content, room)) {
      const ContentId other = neighbour.content;
      if (static_cast<double>(neighbour.score) < floor || view.Crowded(other) ||
          records.hash(other) > records.hash(content))
        continue;
      const auto at = std::ranges::lower_bound(contents_, records.hash(other), {}, hash);
      add(i, static_cast<uint32_t>(at - contents_.begin()), neighbour.score, neighbour.levels);
    }
  }
}

void LiveComponent::AddLinks(const LiveView& view) {
  const LiveRecords& records = *view.records;
  if (!records.has_links()) return;
  const auto hash = [&records](ContentId content) { return records.hash(content); };
  const auto node_of = [&](RecordId id) -> std::optional<uint32_t> {
    if (!records.Has(id)) return std::nullopt;
    const ContentId content = records.content_of(id);
    const auto at = std::ranges::lower_bound(contents_, records.hash(content), {}, hash);
    if (at == contents_.end() || *at != content) return std::nullopt;
    const auto first = records_.begin() + begin_[static_cast<size_t>(at - contents_.begin())];
    const auto found = std::find(first, first + records.count(content), id);
    return node_[static_cast<size_t>(found - records_.begin())];
  };
  for (size_t i = 0; i < records_.size(); ++i) {
    for (const auto& [other, kind] : records.links(records_[i])) {
      const std::optional<uint32_t> node = node_of(other);
      if (!node || *node >= node_[i]) continue;
      auto& list = kind == RecordLink::Kind::kMust ? graph_.must_links : graph_.cannot_links;
      list.emplace_back(*node, node_[i]);
    }
  }
  std::ranges::sort(graph_.must_links);
  std::ranges::sort(graph_.cannot_links);
}

void LiveComponent::Resolve(const LiveView& view, ComponentResolver& resolver) {
  AddContents(view, resolver);
  AddEdges(view, resolver);
  AddLinks(view);
  resolver.ResolvePart(graph_, result_);
}

std::vector<std::vector<RecordId>> LiveComponent::Clusters() const {
  std::vector<std::vector<RecordId>> by_label(graph_.size());
  for (size_t i = 0; i < records_.size(); ++i) by_label[result_.labels[node_[i]]].push_back(records_[i]);
  std::erase_if(by_label, [](const std::vector<RecordId>& cluster) { return cluster.empty(); });
  for (std::vector<RecordId>& cluster : by_label) std::ranges::sort(cluster);
  return by_label;
}

std::vector<RecordReview> LiveComponent::Reviews() const {
  std::vector<RecordReview> reviews;
  reviews.reserve(result_.review.size());
  for (const ReviewPair& pair : result_.review) {
    reviews.push_back(InOrder({names_[pair.a], names_[pair.b], pair.score, pair.reason}));
  }
  return reviews;
}

std::vector<std::pair<RecordId, RecordId>> LiveComponent::Equal() const {
  std::vector<std::pair<RecordId, RecordId>> equal;
  for (size_t i = 0; i < records_.size(); ++i) {
    if (names_[node_[i]] != records_[i]) equal.emplace_back(names_[node_[i]], records_[i]);
  }
  return equal;
}

namespace {

// Two clusters as a graph without edges.
struct ClusterPair {
  Subgraph graph;
  std::vector<RecordId> names;  // by node
  std::vector<uint32_t> side;   // by node: 1 if of the second
  bool cannot = false;          // a decision keeps them apart

  ClusterPair(const LiveView& view, RecordId a, RecordId b);
};

ClusterPair::ClusterPair(const LiveView& view, RecordId a, RecordId b) {
  const LiveRecords& records = *view.records;
  struct Member {
    RecordId id;
    bool of_b;
  };
  std::vector<Member> members;
  records.ForEachInCluster(a, [&](RecordId id) { members.push_back({id, false}); });
  records.ForEachInCluster(b, [&](RecordId id) { members.push_back({id, true}); });
  std::ranges::sort(members, [&](const Member& x, const Member& y) { return records.RankBefore(x.id, y.id); });
  std::vector<uint32_t> once;
  std::vector<uint32_t> node;
  for (size_t i = 0; i < members.size();) {
    const ContentId content = records.content_of(members[i].id);
    once.clear();
    node.clear();
    const bool first = members[i].of_b;
    uint32_t nodes = 0;
    for (; i < members.size() && records.content_of(members[i].id) == content; ++i) {
      const uint32_t at = members[i].of_b == first ? 0 : 1;
      if (at == nodes) {
        names.push_back(members[i].id);
        side.push_back(members[i].of_b ? 1 : 0);
        ++nodes;
      }
      once.push_back(records.once(members[i].id));
      node.push_back(at);
      if (!records.has_links()) continue;
      for (const auto& [other, kind] : records.links(members[i].id)) {
        if (kind != RecordLink::Kind::kCannot || !records.Has(other)) continue;
        if (records.cluster(other) == records.cluster(members[i].of_b ? a : b)) cannot = true;
      }
    }
    graph.AddGroup(records.row(content), once, node, nodes);
  }
}

}  // namespace

std::optional<RecordReview> ReviewOf(const LiveView& view, ComponentResolver& resolver, RecordId a, RecordId b) {
  const ClusterPair pair(view, a, b);
  const std::optional<ReviewPair> found = resolver.ReviewBetween(pair.graph, pair.side, pair.cannot);
  if (!found) return std::nullopt;
  return InOrder({pair.names[found->a], pair.names[found->b], found->score, found->reason});
}

RecordReview JudgeClusters(const LiveView& view, ComponentResolver& resolver, RecordId a, RecordId b) {
  const ClusterPair pair(view, a, b);
  const ReviewPair found = resolver.Judge(pair.graph, pair.side, pair.cannot);
  return InOrder({pair.names[found.a], pair.names[found.b], found.score, found.reason});
}

}  // namespace wensum::matching
