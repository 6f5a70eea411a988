// The candidate graph of a live register: which contents share a key that few hold, and score enough to matter.
#ifndef WENSUM_MATCHING_RESOLVE_LIVE_GRAPH_H_
#define WENSUM_MATCHING_RESOLVE_LIVE_GRAPH_H_

#include <cstdint>
#include <span>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "matching/resolve/live_records.h"
#include "matching/retrieve/candidate_features.h"
#include "matching/retrieve/live_index.h"
#include "matching/score/linkage_model.h"
#include "matching/score/pair_levels.h"
#include "matching/score/pair_scorer.h"

namespace wensum::matching {

// Nodes are contents. A content's neighbours are those that share a candidate key with it that at most hub_cap contents
// have, and score at least the edge floor with it (edges) or less, but at least the review threshold (beneath). They
// are found when asked for, and then kept until the index says that they may have changed.
// Not thread-safe for writing; const members may run concurrently. Runs its own threads.
class LiveGraph {
 public:
  // Both must outlive the graph.
  LiveGraph(const LinkageModel* model, const LiveRecords* records, size_t threads);
  LiveGraph(const LiveGraph&) = delete;
  LiveGraph& operator=(const LiveGraph&) = delete;

  // To be called after contents have come and before anything else is.
  void Grow();

  // A neighbour: the content, and whether the pair is beneath the edge floor.
  struct Neighbour {
    uint32_t bits = 0;
    [[nodiscard]] ContentId content() const { return bits & ~kBeneath; }
    [[nodiscard]] bool beneath() const { return (bits & kBeneath) != 0; }
  };
  using Neighbours = absl::InlinedVector<Neighbour, 4>;

  // Makes the neighbours of the contents known, of which each is in the index. `born`: those have just come.
  void Find(std::span<const ContentId> contents, bool born);
  [[nodiscard]] bool Knows(ContentId content) const { return known_[content] != 0; }
  // Must be known.
  [[nodiscard]] const Neighbours& neighbours(ContentId content) const { return neighbours_[content]; }
  // The neighbours, known or not.
  [[nodiscard]] Neighbours Look(ContentId content) const;

  // Takes contents that are gone, whose neighbours are known, out of the index, and puts those that are born into it.
  // Forgets the neighbours of every content for which they may have changed, which are appended to `unsettled`.
  void Replace(std::span<const ContentId> gone, std::span<const ContentId> born, std::vector<ContentId>& unsettled);

  // The candidate keys of a row, ascending, each once.
  void KeysOf(Row row, std::vector<uint64_t>& keys) const;
  // True if the two rows share a key that makes pairs.
  [[nodiscard]] bool ShareKey(Row a, Row b) const;

  [[nodiscard]] const PairComparer& comparer() const { return comparer_; }
  [[nodiscard]] const PairScorer& scorer() const { return scorer_; }
  [[nodiscard]] const LiveIndex& index() const { return index_; }
  // Contents that hold a key of the row which makes pairs, whether or not they score enough.
  [[nodiscard]] std::vector<ContentId> Peers(Row query, const CandidateFeatures& features) const;
  // Contents that hold any of the query's search keys; see LiveMatcher::SearchCandidates.
  [[nodiscard]] std::vector<ContentId> Search(Row query, const CandidateFeatures& features, size_t budget) const;

  [[nodiscard]] uint64_t pairs_scored() const { return pairs_scored_; }
  [[nodiscard]] uint64_t CountEdges() const;  // known ones; costs a pass over all contents
  [[nodiscard]] size_t memory_bytes() const;

 private:
  struct Scratch {
    std::vector<uint64_t> keys;
    std::vector<ContentId> peers;
    uint64_t pairs_scored = 0;
  };

  void CollectPeers(Row row, Scratch& scratch) const;
  // Appends `other` if it scores enough.
  void ScoreOne(Row row, const LevelCeilings& ceilings, ContentId other, Neighbours& out) const;
  void FindOne(ContentId content, bool born, Scratch& scratch, Neighbours& out) const;
  void Connect(ContentId content, bool born, Neighbours found);
  void Disconnect(ContentId content);
  void Update(std::span<const ContentId> contents, bool add, std::vector<uint64_t>& crossings);

  static constexpr uint32_t kBeneath = uint32_t{1} << 31;

  const LinkageModel* model_;
  const LiveRecords* records_;
  const size_t threads_;
  FrequencyTables tables_;
  CandidateFeatures features_;
  PairComparer comparer_;
  PairScorer scorer_;
  const double floor_;   // of edges
  const double lowest_;  // of pairs that matter
  LiveIndex index_;
  LiveIndex search_;
  std::vector<Neighbours> neighbours_;  // by content
  std::vector<uint8_t> known_;
  std::vector<uint8_t> waiting_;  // being found
  uint64_t pairs_scored_ = 0;
};

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_RESOLVE_LIVE_GRAPH_H_
