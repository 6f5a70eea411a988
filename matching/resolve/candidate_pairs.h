// All candidate pairs of a batch with their comparison levels.
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

// The pairs of one record with candidates of smaller number.
struct PairRun {
  RecordIndex record = 0;
  std::span<const RecordIndex> others;
  std::span<const LevelVector> levels;
};

// Of more records of equal content only so many are paired, the first by key: what more of them would say has been
// said.
inline constexpr uint32_t kMaxCopies = 16;

// The pairs of records whose contents are candidates of each other (CandidateIndex) or equal, up to kMaxCopies of each
// content. Compares on demand and keeps what it has compared, up to a budget: levels do not depend on the model, so
// learning looks at each pair's text once if memory allows. Not thread-safe; runs its own threads.
class CandidatePairs {
 public:
  // All must outlive the object. `kept_pairs` is the budget, at 12 bytes each; nothing is kept if there are more.
  CandidatePairs(const RecordSet* records, const CandidateIndex* index, const PairComparer* comparer, size_t threads,
                 uint64_t kept_pairs);

  // Number of pairs. Counts them unless a pass has been made.
  [[nodiscard]] uint64_t size();

  // Calls `visit(chunk, run)` for every record that has candidates. Chunks are numbered; the runs of one chunk come in
  // order on one thread, chunks in any order on several.
  using Visitor = std::function<void(size_t chunk, const PairRun& run)>;
  void ForEach(const Visitor& visit);
  [[nodiscard]] size_t chunks() const { return chunks_; }

  // The pairs of contents that score at least `floor`, each named by the first records of the two, or by the first two
  // records of one content; in no special order. Deterministic as a set. Where no pairs are kept, a comparison ends as
  // soon as the floor is out of reach.
  std::vector<ScoredPair> ScoreAll(const PairScorer& scorer, double floor);

  [[nodiscard]] const CandidateIndex& index() const { return *index_; }
  [[nodiscard]] const PairComparer& comparer() const { return *comparer_; }
  [[nodiscard]] const RecordSet& records() const { return *records_; }
  [[nodiscard]] size_t threads() const { return threads_; }

 private:
  struct Block {
    std::vector<uint32_t> begin;  // by record of the chunk, and the end
    std::vector<RecordIndex> others;
    std::vector<LevelVector> levels;
    bool filled = false;
  };
  std::vector<ScoredPair> ScorePassing(const PairScorer& scorer, double floor);
  [[nodiscard]] bool Keeps() { return kept_pairs_ > 0 && size() <= kept_pairs_; }
  // The contents of a chunk: the first, and the one after the last.
  [[nodiscard]] std::pair<ContentIndex, ContentIndex> ContentsOf(size_t chunk) const;
  void ScoreSelf(const PairScorer& scorer, double floor, ContentIndex content, std::vector<ScoredPair>& found) const;
  // Fetches what the pairs after `at` need while that one is compared: candidates lie far apart.
  void FetchAhead(const std::vector<RecordIndex>& others, size_t at) const;
  void Fill(size_t chunk, std::vector<ContentIndex>& seen, Block& block) const;

  const RecordSet* records_;
  const CandidateIndex* index_;
  const PairComparer* comparer_;
  const size_t threads_;
  const size_t chunks_;
  const uint64_t kept_pairs_;
  std::optional<uint64_t> total_;
  std::vector<Block> blocks_;
};

// The pairs of records that pairs of contents stand for, up to kMaxCopies of each content.
std::vector<ScoredPair> RecordPairs(const RecordSet& records, const std::vector<ScoredPair>& of_contents);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_RESOLVE_CANDIDATE_PAIRS_H_
