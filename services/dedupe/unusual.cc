#include "services/dedupe/unusual.h"

#include <algorithm>
#include <numeric>

namespace wensum::dedupe {

using matching::RecordIndex;

std::vector<UnusualEntity> FindUnusual(const matching::RecordSet& records, const matching::PairComparer& comparer,
                                       const matching::PairScorer& scorer, const std::vector<RecordIndex>& labels,
                                       const matching::UnusualBounds& bounds) {
  std::vector<RecordIndex> order(labels.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(order, {}, [&labels](RecordIndex record) { return labels[record]; });
  std::vector<UnusualEntity> unusual;
  std::vector<matching::Row> contents;
  for (size_t begin = 0; begin < order.size();) {
    const RecordIndex label = labels[order[begin]];
    contents.clear();
    size_t end = begin;
    for (; end < order.size() && labels[order[end]] == label; ++end) {
      const bool first = end == begin || records.content(order[end]) != records.content(order[end - 1]);
      if (first) contents.push_back(records.row(order[end]));
    }
    if (contents.size() >= std::min(bounds.least, bounds.many)) {
      const matching::Cohesion cohesion = CohesionOf(comparer, scorer, contents);
      if (cohesion.many(bounds) || cohesion.loose(bounds)) {
        unusual.push_back({label, static_cast<uint32_t>(end - begin), cohesion});
      }
    }
    begin = end;
  }
  return unusual;
}

}  // namespace wensum::dedupe
