// All candidate pairs of a batch, and those that score enough.
#ifndef WENSUM_MATCHING_RESOLVE_CANDIDATE_PAIRS_H_
#define WENSUM_MATCHING_RESOLVE_CANDIDATE_PAIRS_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "matching/resolve/agglomerate.h"
#include "matching/retrieve/candidate_index.h"
#include "matching/score/pair_levels.h"
#include "matching/score/pair_scorer.h"

namespace wensum::matching {

// Of more records of equal content only so many are paired, the first by key: what more of them would say has been
// said.
inline constexpr uint32_t kMaxCopies = 16;

// The pairs of records whose contents are candidates of each other (CandidateIndex) or equal, up to kMaxCopies of each
// content. None are kept: there are hundreds for each record, and nearly all can be told to be two people at a glance,
// which is cheaper than to compare them to the end even once. Not thread-safe; runs its own threads.
class CandidatePairs {
 public:
  // All must outlive the object.
  CandidatePairs(const RecordSet* records, const CandidateIndex* index, const PairComparer* comparer, size_t threads);

  // Number of pairs. Counts them unless a pass has been made.
  [[nodiscard]] uint64_t size();

  // Calls `visit(chunk, record, others)` for every record that has candidates of smaller number, with these. Chunks are
  // numbered; the calls of one chunk come in order on one thread, chunks in any order on several.
  using Visitor = std::function<void(size_t chunk, RecordIndex record, std::span<const RecordIndex> others)>;
  void ForEach(const Visitor& visit);
  [[nodiscard]] size_t chunks() const { return chunks_; }

  // The pairs of contents that score at least `floor`, each named by the first records of the two, or by the first two
  // records of one content; in no special order. Deterministic as a set. A comparison ends as soon as the floor is out
  // of reach.
  std::vector<ScoredPair> ScoreAll(const PairScorer& scorer, double floor);

  [[nodiscard]] const CandidateIndex& index() const { return *index_; }
  [[nodiscard]] const PairComparer& comparer() const { return *comparer_; }
  [[nodiscard]] const RecordSet& records() const { return *records_; }
  [[nodiscard]] size_t threads() const { return threads_; }

 private:
  // Runs `body(chunk, seen, pairs)` for every chunk, `seen` for the index and `pairs` to add the number of pairs to.
  using ChunkBody = std::function<void(size_t chunk, std::span<ContentIndex> seen, uint64_t& pairs)>;
  void ForEachChunk(const ChunkBody& body);
  // The contents of a chunk: the first, and the one after the last.
  [[nodiscard]] std::pair<ContentIndex, ContentIndex> ContentsOf(size_t chunk) const;
  void ScoreSelf(const PairScorer& scorer, double floor, ContentIndex content, std::vector<ScoredPair>& found) const;
  // Fetches what the pairs after `at` need while that one is compared: candidates lie far apart.
  void FetchAhead(const std::vector<RecordIndex>& others, size_t at) const;

  const RecordSet* records_;
  const CandidateIndex* index_;
  const PairComparer* comparer_;
  const size_t threads_;
  const size_t chunks_;
  std::optional<uint64_t> total_;
};

// The pairs of records that pairs of contents stand for, up to kMaxCopies of each content.
std::vector<ScoredPair> RecordPairs(const RecordSet& records, const std::vector<ScoredPair>& of_contents);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_RESOLVE_CANDIDATE_PAIRS_H_
