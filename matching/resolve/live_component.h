// From the contents of a live register's component to the graph that is resolved, and back.
#ifndef WENSUM_MATCHING_RESOLVE_LIVE_COMPONENT_H_
#define WENSUM_MATCHING_RESOLVE_LIVE_COMPONENT_H_

#include <cstdint>
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
  // By content: 1 if so many nodes say it that they make no pairs (see SplitIntoNodes).
  const std::vector<uint8_t>* crowded = nullptr;

  [[nodiscard]] bool Crowded(ContentId content) const { return (*crowded)[content] != 0; }
};

// True if the content's records make more nodes than a key may have holders.
bool IsCrowded(const LiveView& view, ContentId content, ComponentResolver& resolver);

// Calls `visit(ContentId)` for the contents that a component which holds `content` holds too, some perhaps twice.
template <typename Visit>
void ForEachConnected(const LiveView& view, ContentId content, const Visit& visit) {
  const LiveRecords& records = *view.records;
  if (!view.Crowded(content)) {
    for (const LiveGraph::Neighbour& neighbour : view.graph->Look(content)) {
      if (!neighbour.beneath() && !view.Crowded(neighbour.content())) visit(neighbour.content());
    }
  }
  if (!records.has_links()) return;
  records.ForEachRecord(content, [&](RecordId id) {
    for (const auto& [other, kind] : records.links(id)) {
      if (kind == RecordLink::Kind::kMust && records.Has(other)) visit(records.content_of(other));
    }
  });
}

// One or several components, complete.
class LiveComponent {
 public:
  explicit LiveComponent(std::vector<ContentId> contents) : contents_(std::move(contents)) {}

  // Sets up the graph and resolves it.
  void Resolve(const LiveView& view, ComponentResolver& resolver);

  [[nodiscard]] const std::vector<ContentId>& contents() const { return contents_; }
  [[nodiscard]] uint32_t nodes() const { return graph_.size(); }
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
  std::vector<RecordId> records_;    // in order of content and key
  std::vector<uint32_t> node_;       // by place in `records_`
  std::vector<uint32_t> begin_;      // by place in `contents_`: the first of its records
  std::vector<RecordId> names_;      // by node
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
