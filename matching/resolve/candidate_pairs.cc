#include "matching/resolve/candidate_pairs.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "base/huge_pages.h"
#include "base/parallel.h"

namespace wensum::matching {
namespace {

constexpr size_t kContentsPerChunk = 256;
constexpr size_t kAhead = 6;  // pairs

std::vector<ScoredPair> Joined(const std::vector<std::vector<ScoredPair>>& found) {
  std::vector<ScoredPair> all;
  size_t total = 0;
  for (const auto& part : found) total += part.size();
  all.reserve(total);
  for (const auto& part : found) all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace

CandidatePairs::CandidatePairs(const RecordSet* records, const CandidateIndex* index, const PairComparer* comparer,
                               size_t threads)
    : records_(records),
      index_(index),
      comparer_(comparer),
      threads_(threads),
      chunks_((records->contents() + kContentsPerChunk - 1) / kContentsPerChunk) {}

void CandidatePairs::ForEachChunk(const ChunkBody& body) {
  std::atomic<uint64_t> total{0};
  const size_t grain = std::max<size_t>(1, chunks_ / (16 * threads_));
  ParallelFor(chunks_, threads_, grain, [&](size_t begin, size_t end) {
    HugeVector<ContentIndex> seen(records_->contents(), CandidateIndex::kNobody);
    uint64_t pairs = 0;
    for (size_t chunk = begin; chunk < end; ++chunk) body(chunk, seen, pairs);
    total += pairs;
  });
  total_ = total;
}

uint64_t CandidatePairs::size() {
  if (total_) return *total_;
  const auto copies = [this](ContentIndex content) {
    return uint64_t{std::min(kMaxCopies, records_->content_size(content))};
  };
  ForEachChunk([&](size_t chunk, std::span<ContentIndex> seen, uint64_t& pairs) {
    const auto [first, last] = ContentsOf(chunk);
    for (ContentIndex content = first; content < last; ++content) {
      const uint64_t mine = copies(content);
      pairs += mine * (mine - 1) / 2;
      index_->ForEachEarlier(content, seen, [&](ContentIndex other) { pairs += mine * copies(other); });
    }
  });
  return *total_;
}

void CandidatePairs::FetchAhead(const std::vector<RecordIndex>& others, size_t at) const {
  if (at + 2 * kAhead < others.size()) {
    __builtin_prefetch(records_->row(others[at + 2 * kAhead]).data());
  }
  if (at + kAhead < others.size()) comparer_->Prefetch(records_->row(others[at + kAhead]));
}

std::pair<ContentIndex, ContentIndex> CandidatePairs::ContentsOf(size_t chunk) const {
  const size_t first = chunk * kContentsPerChunk;
  return {static_cast<ContentIndex>(first),
          static_cast<ContentIndex>(std::min<size_t>(records_->contents(), first + kContentsPerChunk))};
}

void CandidatePairs::ForEach(const Visitor& visit) {
  ForEachChunk([&](size_t chunk, std::span<ContentIndex> seen, uint64_t& pairs) {
    std::vector<RecordIndex> others;
    const auto [first, last] = ContentsOf(chunk);
    for (ContentIndex content = first; content < last; ++content) {
      others.clear();
      index_->ForEachEarlier(content, seen, [&](ContentIndex other) {
        const RecordIndex begin = records_->content_begin(other);
        const RecordIndex end = begin + std::min(kMaxCopies, records_->content_size(other));
        for (RecordIndex i = begin; i < end; ++i) others.push_back(i);
      });
      const RecordIndex begin = records_->content_begin(content);
      const RecordIndex end = begin + std::min(kMaxCopies, records_->content_size(content));
      for (RecordIndex record = begin; record < end; ++record) {
        if (!others.empty()) visit(chunk, record, others);
        pairs += others.size();
        others.push_back(record);  // for its later copies
      }
    }
  });
}

std::vector<ScoredPair> CandidatePairs::ScoreAll(const PairScorer& scorer, double floor) {
  std::vector<std::vector<ScoredPair>> found(chunks_);
  ForEachChunk([&](size_t chunk, std::span<ContentIndex> seen, uint64_t& pairs) {
    std::vector<RecordIndex> others;  // one of each content
    const auto [first, last] = ContentsOf(chunk);
    for (ContentIndex content = first; content < last; ++content) {
      others.clear();
      const uint64_t copies = std::min(kMaxCopies, records_->content_size(content));
      pairs += copies * (copies - 1) / 2;
      index_->ForEachEarlier(content, seen, [&](ContentIndex other) {
        others.push_back(records_->content_begin(other));
        pairs += copies * std::min(kMaxCopies, records_->content_size(other));
      });
      const RecordIndex record = records_->content_begin(content);
      const Row row = records_->row(record);
      const LevelCeilings ceilings = scorer.CeilingsFor(row);
      for (size_t k = 0; k < others.size(); ++k) {
        FetchAhead(others, k);
        const Row other = records_->row(others[k]);
        LevelVector levels = 0;
        double score = 0;
        if (!scorer.ScoreAbove(*comparer_, floor, ceilings, row, other, levels, score)) continue;
        found[chunk].push_back({record, others[k], static_cast<float>(score), levels});
      }
      ScoreSelf(scorer, floor, content, found[chunk]);
    }
  });
  return Joined(found);
}

void CandidatePairs::ScoreSelf(const PairScorer& scorer, double floor, ContentIndex content,
                               std::vector<ScoredPair>& found) const {
  if (records_->content_size(content) < 2) return;
  const RecordIndex first = records_->content_begin(content);
  const Row row = records_->row(first);
  const LevelVector levels = comparer_->Compare(row, row);
  const double score = scorer.Score(levels, row, row);
  if (score >= floor) found.push_back({first + 1, first, static_cast<float>(score), levels});
}

std::vector<ScoredPair> RecordPairs(const RecordSet& records, const std::vector<ScoredPair>& of_contents) {
  std::vector<ScoredPair> pairs;
  const auto end = [&records](ContentIndex content) {
    return records.content_begin(content) + std::min(kMaxCopies, records.content_size(content));
  };
  for (const ScoredPair& pair : of_contents) {
    const ContentIndex a = records.content(pair.a);
    const ContentIndex b = records.content(pair.b);
    for (RecordIndex i = records.content_begin(a); i < end(a); ++i) {
      for (RecordIndex j = records.content_begin(b); j < (a == b ? i : end(b)); ++j) {
        pairs.push_back({i, j, pair.score, pair.levels});
      }
    }
  }
  return pairs;
}

}  // namespace wensum::matching
