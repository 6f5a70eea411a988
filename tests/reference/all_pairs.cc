#include "tests/reference/all_pairs.h"

namespace wensum::reference {

using matching::CandidateIndex;
using matching::ContentIndex;
using matching::LevelVector;
using matching::RecordIndex;
using matching::ScoredPair;

std::vector<ScoredPair> ScoreAllPairs(const matching::RecordSet& records, const CandidateIndex& index,
                                      const matching::PairComparer& comparer, const matching::PairScorer& scorer,
                                      double floor) {
  std::vector<ScoredPair> found;
  const auto look = [&](RecordIndex a, RecordIndex b) {
    const LevelVector levels = comparer.Compare(records.row(a), records.row(b));
    const double score = scorer.Score(levels, records.row(a), records.row(b));
    if (score >= floor) found.push_back({a, b, static_cast<float>(score), levels});
  };
  std::vector<ContentIndex> seen(records.contents(), CandidateIndex::kNobody);
  for (ContentIndex content = 0; content < records.contents(); ++content) {
    const RecordIndex first = records.content_begin(content);
    index.ForEachEarlier(content, seen, [&](ContentIndex other) { look(first, records.content_begin(other)); });
    if (records.content_size(content) > 1) look(first + 1, first);
  }
  return found;
}

}  // namespace wensum::reference
