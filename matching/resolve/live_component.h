// From the contents of a live register's component to the graph that is resolved, and back.
#ifndef WENSUM_MATCHING_RESOLVE_LIVE_COMPONENT_H_
#define WENSUM_MATCHING_RESOLVE_LIVE_COMPONENT_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "matching/resolve/component.h"
#include "matching/resolve/live_graph.h"
#include "matching/resolve/live_records.h"
#include "matching/resolve/live_reviews.h"

namespace wensum::matching {

// What a resolution of live records needs to read.
struct LiveView {
  const LiveRecords* records = nullptr;
  const LiveGraph* graph = nullptr;
  // By content: into how many nodes its records are split (see SplitIntoNodes).
  const std::vector<uint32_t>* node_counts = nullptr;

  [[nodiscard]] uint32_t nodes(ContentId content) const { return (*node_counts)[content]; }
  // So many that they make no pairs.
  [[nodiscard]] bool Crowded(ContentId content) const {
    return nodes(content) > graph->scorer().parameters().rules.hub_cap;
  }
};

// What LiveView::nodes should say of the content.
uint32_t CountNodes(const LiveView& view, ContentId content, ComponentResolver& resolver);

// Calls `visit(ContentId, double score)` for the contents that `content` is connected to by an edge or a must-link
// (which scores infinity), some perhaps twice.
template <typename Visit>
void ForEachConnected(const LiveView& view, ContentId content, const Visit& visit) {
  const LiveRecords& records = *view.records;
  if (!view.Crowded(content)) {
    LiveGraph::Neighbours room;
    for (const LiveGraph::Neighbour& neighbour : view.graph->Look(content, room)) {
      if (!view.graph->Beneath(neighbour) && !view.Crowded(neighbour.content))
        visit(neighbour.content, static_cast<double>(neighbour.score));
    }
  }
  if (!records.has_links()) return;
  records.ForEachRecord(content, [&](RecordId id) {
    for (const auto& [other, kind] : records.links(id)) {
      if (kind == RecordLink::Kind::kMust && records.Has(other))
        visit(records.content_of(other), std::numeric_limits<double>::infinity());
    }
  });
}
// The same for connections of at least the floor, with `visit(ContentId)`.
template <typename Visit>
void ForEachConnected(const LiveView& view, ContentId content, double floor, const Visit& visit) {
  ForEachConnected(view, content, [&](ContentId other, double score) {
    if (score >= floor) visit(other);
  });
}

// One part, complete.
class LiveComponent {
 public:
  LiveComponent(std::vector<ContentId> contents, uint32_t step) : contents_(std::move(contents)), step_(step) {}

  // Sets up the graph and resolves it.
  void Resolve(const LiveView& view, ComponentResolver& resolver);

  [[nodiscard]] const std::vector<ContentId>& contents() const { return contents_; }
  [[nodiscard]] uint32_t step() const { return step_; }  // see ComponentResolver::FloorAt
  // The final clusters, each ascending.
  [[nodiscard]] std::vector<std::vector<RecordId>> Clusters() const;
  // The review pairs that edges connect.
  [[nodiscard]] std::vector<RecordReview> Reviews() const;
  // Records that stand together from the start: the first of a node and another one.
  [[nodiscard]] std::vector<std::pair<RecordId, RecordId>> Equal() const;
  // The first record of a node.
  [[nodiscard]] RecordId NameOf(uint32_t node) const { return names_[node]; }

 private:
  void AddContents(const LiveView& view, ComponentResolver& resolver);
  void AddEdges(const LiveView& view, ComponentResolver& resolver);
  void AddLinks(const LiveView& view);

  std::vector<ContentId> contents_;  // once set up: in order of their hashes
  uint32_t step_;
  std::vector<RecordId> records_;  // in order of content and key
  std::vector<uint32_t> node_;     // by place in `records_`
  std::vector<uint32_t> begin_;    // by place in `contents_`: the first of its records
  std::vector<RecordId> names_;    // by node
  Subgraph graph_;
  ComponentResolver::Result result_;
};

// The review pair of two clusters, each given by one of its records, from all pairs of their records; none if they
// score too little.
std::optional<RecordReview> ReviewOf(const LiveView& view, ComponentResolver& resolver, RecordId a, RecordId b);

// The verdict on two clusters, each given by one of its records, from all pairs of their records, whatever they score.
// See Agglomerator::Judge.
RecordReview JudgeClusters(const LiveView& view, ComponentResolver& resolver, RecordId a, RecordId b);

// `review` of two records.
RecordReview InOrder(RecordReview review);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_RESOLVE_LIVE_COMPONENT_H_
