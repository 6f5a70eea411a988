#include "matching/resolve/candidate_pairs.h"

#include <algorithm>
#include <atomic>

#include "base/parallel.h"

namespace wensum::matching {
namespace {

constexpr size_t kRecordsPerChunk = 256;
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
      chunks_((records->size() + kRecordsPerChunk - 1) / kRecordsPerChunk),
      kept_pairs_(kept_pairs),
      blocks_(chunks_) {}

uint64_t CandidatePairs::size() {
  if (total_) return *total_;
  std::atomic<uint64_t> total{0};
  ParallelFor(records_->size(), threads_, records_->size() / (4 * threads_) + 1, [&](size_t begin, size_t end) {
    std::vector<RecordIndex> seen(records_->size(), CandidateIndex::kNobody);
    uint64_t found = 0;
    for (size_t i = begin; i < end; ++i) {
      index_->ForEachEarlier(static_cast<RecordIndex>(i), seen, [&found](RecordIndex) { ++found; });
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

void CandidatePairs::Fill(size_t chunk, std::vector<RecordIndex>& seen, Block& block) const {
  const size_t first = chunk * kRecordsPerChunk;
  const size_t last = std::min(records_->size(), first + kRecordsPerChunk);
  block.begin.clear();
  block.others.clear();
  block.levels.clear();
  for (size_t i = first; i < last; ++i) {
    const auto record = static_cast<RecordIndex>(i);
    block.begin.push_back(static_cast<uint32_t>(block.others.size()));
    index_->ForEachEarlier(record, seen, [&block](RecordIndex other) { block.others.push_back(other); });
    const std::span<const ValueId> row = records_->row(record);
    for (size_t k = block.begin.back(); k < block.others.size(); ++k) {
      FetchAhead(block.others, k);
      block.levels.push_back(comparer_->Compare(row, records_->row(block.others[k])));
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
    std::vector<RecordIndex> seen;
    Block passing;
    for (size_t chunk = begin; chunk < end; ++chunk) {
      Block& block = keep ? blocks_[chunk] : passing;
      if (!keep || !block.filled) {
        if (seen.empty()) seen.assign(records_->size(), CandidateIndex::kNobody);
        Fill(chunk, seen, block);
        if (keep) {
          block.others.shrink_to_fit();
          block.levels.shrink_to_fit();
        }
      }
      total += block.others.size();
      for (size_t i = 0; i + 1 < block.begin.size(); ++i) {
        const size_t from = block.begin[i];
        const size_t count = block.begin[i + 1] - from;
        if (count == 0) continue;
        visit(chunk, {static_cast<RecordIndex>(chunk * kRecordsPerChunk + i),
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
    std::vector<RecordIndex> seen(records_->size(), CandidateIndex::kNobody);
    std::vector<RecordIndex> others;
    const size_t last = std::min(records_->size(), end * kRecordsPerChunk);
    for (size_t i = begin * kRecordsPerChunk; i < last; ++i) {
      const auto record = static_cast<RecordIndex>(i);
      others.clear();
      index_->ForEachEarlier(record, seen, [&others](RecordIndex other) { others.push_back(other); });
      total += others.size();
      const std::span<const ValueId> row = records_->row(record);
      const LevelCeilings ceilings = scorer.CeilingsFor(row);
      for (size_t k = 0; k < others.size(); ++k) {
        FetchAhead(others, k);
        const std::span<const ValueId> other = records_->row(others[k]);
        LevelVector levels = 0;
        if (!comparer_->CompareAbove(static_cast<float>(floor), ceilings, row, other, levels)) continue;
        const double score = scorer.Score(levels, row, other);
        if (score < floor) continue;
        found[i / kRecordsPerChunk].push_back({record, others[k], static_cast<float>(score), levels});
      }
    }
  });
  total_ = total;
  return Joined(found);
}

std::vector<ScoredPair> CandidatePairs::ScoreAll(const PairScorer& scorer, double floor) {
  if (!Keeps()) return ScorePassing(scorer, floor);
  std::vector<std::vector<ScoredPair>> found(chunks_);
  ForEach([&](size_t chunk, const PairRun& run) {
    const std::span<const ValueId> row = records_->row(run.record);
    for (size_t k = 0; k < run.others.size(); ++k) {
      const double score = scorer.Score(run.levels[k], row, records_->row(run.others[k]));
      if (score >= floor) {
        found[chunk].push_back({run.record, run.others[k], static_cast<float>(score), run.levels[k]});
      }
    }
  });
  return Joined(found);
}

}  // namespace wensum::matching
