#include "matching/resolve/candidate_pairs.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "base/parallel.h"

namespace wensum::matching {
namespace {

constexpr size_t kContentsPerChunk = 256;
constexpr size_t kAhead = 4;  // pairs

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
                               size_t threads, uint64_t kept_pairs)
    : records_(records),
      index_(index),
      comparer_(comparer),
      threads_(threads),
      chunks_((records->contents() + kContentsPerChunk - 1) / kContentsPerChunk),
      kept_pairs_(kept_pairs),
      blocks_(chunks_) {}

uint64_t CandidatePairs::size() {
  if (total_) return *total_;
  std::atomic<uint64_t> total{0};
  const size_t contents = records_->contents();
  const auto copies = [this](ContentIndex content) {
    return uint64_t{std::min(kMaxCopies, records_->content_size(content))};
  };
  ParallelFor(contents, threads_, contents / (4 * threads_) + 1, [&](size_t begin, size_t end) {
    std::vector<ContentIndex> seen(contents, CandidateIndex::kNobody);
    uint64_t found = 0;
    for (size_t i = begin; i < end; ++i) {
      const auto content = static_cast<ContentIndex>(i);
      const uint64_t mine = copies(content);
      found += mine * (mine - 1) / 2;
      index_->ForEachEarlier(content, seen, [&](ContentIndex other) { found += mine * copies(other); });
    }
    total += found;
  });
  total_ = total;
  return *total_;
}

void CandidatePairs::FetchAhead(const std::vector<RecordIndex>& others, size_t at) const {
  if (at + 2 * kAhead < others.size()) __builtin_prefetch(records_->row(others[at + 2 * kAhead]).data());
  if (at + kAhead < others.size()) comparer_->Prefetch(records_->row(others[at + kAhead]));
}

std::pair<ContentIndex, ContentIndex> CandidatePairs::ContentsOf(size_t chunk) const {
  const size_t first = chunk * kContentsPerChunk;
  return {static_cast<ContentIndex>(first),
          static_cast<ContentIndex>(std::min<size_t>(records_->contents(), first + kContentsPerChunk))};
}

void CandidatePairs::Fill(size_t chunk, std::vector<ContentIndex>& seen, Block& block) const {
  block.begin.clear();
  block.others.clear();
  block.levels.clear();
  std::vector<RecordIndex> earlier;
  const auto [first, last] = ContentsOf(chunk);
  for (ContentIndex content = first; content < last; ++content) {
    earlier.clear();
    index_->ForEachEarlier(content, seen, [&](ContentIndex other) {
      const RecordIndex begin = records_->content_begin(other);
      const RecordIndex end = begin + std::min(kMaxCopies, records_->content_size(other));
      for (RecordIndex i = begin; i < end; ++i) earlier.push_back(i);
    });
    const RecordIndex begin = records_->content_begin(content);
    const Row row = records_->row(begin);
    for (uint32_t copy = 0; copy < records_->content_size(content); ++copy) {
      block.begin.push_back(static_cast<uint32_t>(block.others.size()));
      if (copy >= kMaxCopies) continue;
      block.others.insert(block.others.end(), earlier.begin(), earlier.end());
      for (RecordIndex i = begin; i < begin + copy; ++i) block.others.push_back(i);
      for (size_t k = block.begin.back(); k < block.others.size(); ++k) {
        FetchAhead(block.others, k);
        block.levels.push_back(comparer_->Compare(row, records_->row(block.others[k])));
      }
    }
  }
  block.begin.push_back(static_cast<uint32_t>(block.others.size()));
  block.filled = true;
}

void CandidatePairs::ForEach(const Visitor& visit) {
  const bool keep = Keeps();
  const size_t grain = std::max<size_t>(1, chunks_ / (16 * threads_));
  std::atomic<uint64_t> total{0};
  ParallelFor(chunks_, threads_, grain, [&](size_t begin, size_t end) {
    std::vector<ContentIndex> seen;
    Block passing;
    for (size_t chunk = begin; chunk < end; ++chunk) {
      Block& block = keep ? blocks_[chunk] : passing;
      if (!keep || !block.filled) {
        if (seen.empty()) seen.assign(records_->contents(), CandidateIndex::kNobody);
        Fill(chunk, seen, block);
        if (keep) {
          block.others.shrink_to_fit();
          block.levels.shrink_to_fit();
        }
      }
      total += block.others.size();
      const RecordIndex first = records_->content_begin(ContentsOf(chunk).first);
      for (size_t i = 0; i + 1 < block.begin.size(); ++i) {
        const size_t from = block.begin[i];
        const size_t count = block.begin[i + 1] - from;
        if (count == 0) continue;
        visit(chunk, {static_cast<RecordIndex>(first + i),
                      {block.others.data() + from, count},
                      {block.levels.data() + from, count}});
      }
    }
  });
  total_ = total;
}

std::vector<ScoredPair> CandidatePairs::ScorePassing(const PairScorer& scorer, double floor) {
  std::vector<std::vector<ScoredPair>> found(chunks_);
  std::atomic<uint64_t> total{0};
  const size_t grain = std::max<size_t>(1, chunks_ / (16 * threads_));
  ParallelFor(chunks_, threads_, grain, [&](size_t begin, size_t end) {
    std::vector<ContentIndex> seen(records_->contents(), CandidateIndex::kNobody);
    std::vector<RecordIndex> others;  // one of each content
    uint64_t pairs = 0;
    for (size_t chunk = begin; chunk < end; ++chunk) {
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
          if (!comparer_->CompareAbove(static_cast<float>(floor), ceilings, row, other, levels)) continue;
          const double score = scorer.Score(levels, row, other);
          if (score < floor) continue;
          found[chunk].push_back({record, others[k], static_cast<float>(score), levels});
        }
        ScoreSelf(scorer, floor, content, found[chunk]);
      }
    }
    total += pairs;
  });
  total_ = total;
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

std::vector<ScoredPair> CandidatePairs::ScoreAll(const PairScorer& scorer, double floor) {
  if (!Keeps()) return ScorePassing(scorer, floor);
  std::vector<std::vector<ScoredPair>> found(chunks_);
  ForEach([&](size_t chunk, const PairRun& run) {
    const ContentIndex content = records_->content(run.record);
    const RecordIndex first = records_->content_begin(content);
    if (run.record == first + 1) ScoreSelf(scorer, floor, content, found[chunk]);
    if (run.record != first) return;
    const Row row = records_->row(run.record);
    for (size_t k = 0; k < run.others.size(); ++k) {
      const RecordIndex other = run.others[k];
      if (records_->content_begin(records_->content(other)) != other) continue;
      const double score = scorer.Score(run.levels[k], row, records_->row(other));
      if (score >= floor) found[chunk].push_back({run.record, other, static_cast<float>(score), run.levels[k]});
    }
  });
  return Joined(found);
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
