#include "tests/reference/batch_partition.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "matching/resolve/candidate_pairs.h"
#include "matching/resolve/resolution.h"
#include "matching/retrieve/candidate_index.h"
#include "matching/schema/record_set.h"
#include "matching/score/pair_levels.h"
#include "matching/score/pair_scorer.h"

namespace wensum::reference {

std::vector<std::vector<size_t>> BatchPartition(const matching::LinkageModel& model,
                                                std::span<const matching::LinkageRecord> records) {
  matching::RecordSet set(model.schema);
  std::map<std::string_view, size_t> place_of;
  for (size_t i = 0; i < records.size(); ++i) {
    const std::vector<std::string_view> values(records[i].values.begin(), records[i].values.end());
    set.Add(records[i].key, values, records[i].once);
    place_of[records[i].key] = i;
  }
  set.Seal();
  const matching::ResolutionRules& rules = model.parameters.rules;
  const matching::CandidateIndex index(set, {.caps = {rules.hub_cap, rules.mixed_cap}, .richness = rules.key_richness});
  const matching::PairComparer comparer(&set.values());
  matching::CandidatePairs pairs(&set, &index, &comparer, 1, 0);
  const matching::FrequencyTables tables = matching::TablesFor(set.values(), model.frequencies);
  const matching::PairScorer scorer(&set.values(), &model.parameters, &tables);
  const matching::Resolution found = matching::ResolveRecords(
      set, comparer, scorer, pairs.ScoreAll(scorer, std::min(rules.edge_floor, rules.review_threshold)), {},
      {.merge_threshold = rules.merge_threshold,
       .edge_floor = rules.edge_floor,
       .component_limit = rules.component_limit,
       .rules = true});
  std::map<matching::RecordIndex, std::vector<size_t>> by_label;
  for (matching::RecordIndex i = 0; i < set.size(); ++i) by_label[found.labels[i]].push_back(place_of[set.key(i)]);
  std::vector<std::vector<size_t>> clusters;
  for (auto& [label, cluster] : by_label) {
    std::ranges::sort(cluster);
    clusters.push_back(std::move(cluster));
  }
  std::ranges::sort(clusters);
  return clusters;
}

}  // namespace wensum::reference
