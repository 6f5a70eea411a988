#include "tests/reference/batch_partition.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "matching/resolve/resolution.h"
#include "matching/retrieve/candidate_index.h"
#include "matching/schema/record_set.h"
#include "matching/score/pair_levels.h"
#include "matching/score/pair_scorer.h"
#include "tests/reference/all_pairs.h"

namespace wensum::reference {

BatchOutcome ResolveBatch(const matching::LinkageModel& model, std::span<const matching::LinkageRecord> records,
                          size_t threads) {
  matching::RecordSet set(model.schema);
  std::map<std::string_view, size_t> place_of;
  for (size_t i = 0; i < records.size(); ++i) {
    const std::vector<std::string_view> values(records[i].values.begin(), records[i].values.end());
    set.Add(records[i].key, values, records[i].once);
    place_of[records[i].key] = i;
  }
  set.Seal();
  const matching::ResolutionRules& rules = model.parameters.rules;
  const matching::CandidateIndex index(
      set, {.caps = {rules.hub_cap, rules.mixed_cap}, .richness = rules.key_richness, .threads = threads});
  const matching::PairComparer comparer(&set.values());
  const matching::FrequencyTables tables = matching::TablesFor(set.values(), model.frequencies);
  const matching::PairScorer scorer(&set.values(), &model.parameters, &tables);
  const matching::Resolution found = matching::ResolveRecords(
      set, comparer, scorer,
      ScoreAllPairs(set, index, comparer, scorer, std::min(rules.edge_floor, rules.review_threshold)), {},
      {.merge_threshold = rules.merge_threshold,
       .edge_floor = rules.edge_floor,
       .component_limit = rules.component_limit,
       .rules = true,
       .threads = threads});
  std::map<matching::RecordIndex, std::vector<size_t>> by_label;
  for (matching::RecordIndex i = 0; i < set.size(); ++i) by_label[found.labels[i]].push_back(place_of[set.key(i)]);
  BatchOutcome outcome;
  for (auto& [label, cluster] : by_label) {
    std::ranges::sort(cluster);
    outcome.clusters.push_back(std::move(cluster));
  }
  std::ranges::sort(outcome.clusters);
  for (const matching::ReviewPair& pair : found.review) {
    outcome.reviews.push_back({.a = place_of.at(set.key(pair.a)),
                               .b = place_of.at(set.key(pair.b)),
                               .score = pair.score,
                               .reason = pair.reason});
  }
  return outcome;
}

}  // namespace wensum::reference
