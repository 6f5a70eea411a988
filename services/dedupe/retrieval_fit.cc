#include "services/dedupe/retrieval_fit.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/status_macros.h"

namespace wensum::dedupe {

using matching::RecordIndex;

absl::StatusOr<RetrievalFit> FitOf(const matching::RecordSet& records, const matching::CandidateIndex& index,
                                   uint64_t candidates, const Truth& truth) {
  std::vector<std::pair<uint32_t, RecordIndex>> by_person;
  for (RecordIndex record = 0; record < records.size(); ++record) {
    const auto known = truth.records.find(records.key(record));
    if (known == truth.records.end()) {
      return InvalidArgument(Cat("the truth has no record ", Quote(records.key(record))));
    }
    by_person.emplace_back(truth.people[known->second], record);
  }
  std::ranges::sort(by_person);
  RetrievalFit fit;
  for (size_t begin = 0; begin < by_person.size();) {
    size_t end = begin;
    for (; end < by_person.size() && by_person[end].first == by_person[begin].first; ++end) {
      const matching::ContentIndex content = records.content(by_person[end].second);
      for (size_t i = begin; i < end; ++i) {
        const matching::ContentIndex other = records.content(by_person[i].second);
        ++fit.true_pairs;
        fit.found += content == other || index.Pairs(content, other) ? 1 : 0;
      }
    }
    begin = end;
  }
  const auto count = static_cast<double>(records.size());
  const double all = count * (count - 1) / 2;
  const auto found = static_cast<double>(fit.found);
  if (fit.true_pairs > 0) fit.pairs_completeness = found / static_cast<double>(fit.true_pairs);
  if (candidates > 0) fit.pairs_quality = std::min(1.0, found / static_cast<double>(candidates));
  if (all > 0) fit.reduction_ratio = std::max(0.0, 1 - static_cast<double>(candidates) / all);
  return fit;
}

}  // namespace wensum::dedupe
