// The candidate graph of a live register: which contents share a key that few hold, and score enough to matter.
#ifndef WENSUM_MATCHING_RESOLVE_LIVE_GRAPH_H_
#define WENSUM_MATCHING_RESOLVE_LIVE_GRAPH_H_

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "matching/resolve/live_records.h"
#include "matching/retrieve/candidate_features.h"
#include "matching/retrieve/holder_set.h"
#include "matching/retrieve/live_index.h"
#include "matching/score/linkage_model.h"
#include "matching/score/pair_levels.h"
#include "matching/score/pair_scorer.h"

namespace wensum::matching {

// Nodes are contents. A content's neighbours are those that share a candidate key with it that is no hub, and score at
// least the edge floor with it (edges) or less, but at least the review threshold (beneath). They are found when asked
// for, and then kept up to date.
// Not thread-safe for writing; const members may run concurrently. Runs its own threads.
class LiveGraph {
 public:
  // Both must outlive the graph.
  LiveGraph(const LinkageModel* model, const LiveRecords* records, size_t threads);
  LiveGraph(const LiveGraph&) = delete;
  LiveGraph& operator=(const LiveGraph&) = delete;

  // To be called after contents have come and before anything else is.
  void Grow();

  // A content, and what the pair scores.
  struct Neighbour {
    ContentId content = 0;
    float score = 0;
    LevelVector levels = 0;

    [[nodiscard]] Neighbour To(ContentId other) const { return {other, score, levels}; }
  };
  using Neighbours = absl::InlinedVector<Neighbour, 1>;
  // Whether the pair is an edge, or beneath the edge floor.
  [[nodiscard]] bool Beneath(const Neighbour& neighbour) const { return static_cast<double>(neighbour.score) < floor_; }

  // Makes the neighbours of the contents known, of which each is in the index. `born`: those have just come.
  void Find(std::span<const ContentId> contents, bool born);
  [[nodiscard]] bool Knows(ContentId content) const { return known_[content] != 0; }
  // Must be known.
  [[nodiscard]] const Neighbours& neighbours(ContentId content) const { return neighbours_[content]; }
  // The neighbours, known or not; in `room` if they are not.
  [[nodiscard]] const Neighbours& Look(ContentId content, Neighbours& room) const;

  // The neighbours of some contents, not kept yet.
  struct Found {
    std::vector<std::pair<ContentId, Neighbours>> neighbours;
    ContentId next = 0;  // from here on contents have not been looked at
  };
  // Finds the neighbours of up to `limit` contents that Load left unknown. Nothing may change before Keep.
  [[nodiscard]] Found FindCold(size_t limit) const;
  void Keep(Found found);

  // Takes contents that are gone, whose neighbours are known, out of the index, and puts those that are born into it.
  // Appends to `unsettled` both ends of every other pair that a key which became a hub, or ceases to be one, parts or
  // joins (and perhaps some that it does not). The neighbours of those that are born are found next: see Find.
  void Replace(std::span<const ContentId> gone, std::span<const ContentId> born, std::vector<ContentId>& unsettled);
  // Puts contents into the index and forgets neighbours that may have changed. Scores nothing.
  void Load(std::span<const ContentId> contents);

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
    HolderSet peers;
    uint64_t pairs_scored = 0;
  };

  void CollectPeers(Row row, Scratch& scratch) const;
  // The other content as a neighbour of the row; nullopt if they score too little.
  [[nodiscard]] std::optional<Neighbour> ScoreOne(Row row, const LevelCeilings& ceilings, ContentId other) const;
  void FindOne(ContentId content, bool born, Scratch& scratch, Neighbours& out) const;
  void Connect(ContentId content, bool born, Neighbours found);
  void Disconnect(ContentId content);
  // What a key that crossed its cap means for the pairs of its holders, which ascend.
  void Part(std::span<const ContentId> holders, std::vector<ContentId>& unsettled);
  void Unite(std::span<const ContentId> holders, std::vector<ContentId>& unsettled);
  static bool Erase(Neighbours& neighbours, ContentId content);
  void Update(std::span<const ContentId> contents, bool add, std::vector<uint64_t>& crossings);

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
  ContentId first_cold_ = 1;      // contents before it are known
  uint64_t pairs_scored_ = 0;
};

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_RESOLVE_LIVE_GRAPH_H_
