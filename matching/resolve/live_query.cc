#include "matching/resolve/live_query.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "matching/resolve/live_parts.h"

namespace wensum::matching {
namespace {

double Probability(double score) { return 1 / (1 + std::exp2(-score)); }

std::vector<ValueId> InternTexts(ValueStore& store, std::span<const std::string> values) {
  std::vector<std::string_view> texts(values.begin(), values.end());
  std::vector<ValueId> row(store.schema().size());
  store.Intern(texts, row);
  return row;
}

// A content's row in another store.
void CopyRow(const ValueStore& from, Row row, ValueStore& to, std::vector<ValueId>& out) {
  std::array<std::string_view, kMaxAttributes> texts;
  for (size_t i = 0; i < row.size(); ++i) texts[i] = from.dictionary(i)[row[i]].text;
  out.resize(row.size());
  to.Intern({texts.data(), row.size()}, out);
}

}  // namespace

// See AttributeEvidence::rarity.
double RarityOf(FrequencyRule rule, double frequency_part, double log2_chance_agreement) {
  switch (rule) {
    case FrequencyRule::kNone:
      return 0;
    case FrequencyRule::kNear:
      return 2 * frequency_part;  // which is half of it
    case FrequencyRule::kValue:
    case FrequencyRule::kToken:
      break;
  }
  return frequency_part + log2_chance_agreement;
}

// True if a record of the one cluster and one of the other make a pair: they are equal, or share a key that few hold.
bool Compared(const LiveView& view, RecordId a, RecordId b) {
  absl::flat_hash_set<ContentId> contents;
  absl::flat_hash_set<uint64_t> keys;
  std::vector<uint64_t> of_row;
  const LiveIndex& index = view.graph->index();
  view.records->ForEachInCluster(a, [&](RecordId member) {
    const ContentId content = view.records->content_of(member);
    if (view.Crowded(content) || !contents.insert(content).second) return;
    view.graph->KeysOf(view.records->row(content), of_row);
    for (const uint64_t key : of_row) {
      if (!index.IsHub(key)) keys.insert(key);
    }
  });
  bool shared = false;
  view.records->ForEachInCluster(b, [&](RecordId member) {
    const ContentId content = view.records->content_of(member);
    if (shared || view.Crowded(content)) return;
    view.graph->KeysOf(view.records->row(content), of_row);
    shared =
        contents.contains(content) || std::ranges::any_of(of_row, [&](uint64_t key) { return keys.contains(key); });
  });
  return shared;
}

void ExplainClusters(const LiveView& view, ComponentResolver& resolver, std::pair<RecordId, RecordId> pair,
                     bool with_clusters, LiveMatcher::Explanation& out) {
  const auto [a, b] = pair;
  out.cluster_refusal = out.refusal;
  out.clusters_compared = out.is_candidate;
  const auto count = [&view](RecordId id) {
    uint32_t records = 0;
    view.records->ForEachInCluster(id, [&records](RecordId) { ++records; });
    return records;
  };
  const uint32_t of_a = count(a);
  const uint32_t of_b = out.same_cluster ? 0 : count(b);
  out.cluster_records = of_a + of_b;
  out.clusters_judged = with_clusters && uint64_t{of_a} * of_b <= LiveMatcher::kMostJudgedPairs;
  if (out.same_cluster || out.cluster_records == 2 || !out.clusters_judged) return;
  const RecordReview verdict = JudgeClusters(view, resolver, a, b);
  out.cluster_score = verdict.score;
  out.cluster_refusal = verdict.reason;
  out.clusters_compared = out.is_candidate || Compared(view, a, b);
}

// The query's values may be new, and the register's store cannot grow here: query and candidates are compared in a
// small store of their own.
std::vector<LiveMatcher::Candidate> FindLiveCandidates(const LiveView& view, const LinkageModel& model,
                                                       std::span<const std::string> values, size_t limit) {
  const LiveRecords& records = *view.records;
  ValueStore store(model.schema);
  const std::vector<ValueId> query = InternTexts(store, values);
  const CandidateFeatures features(&store);
  std::vector<ContentId> peers = view.graph->Peers(query, features);
  const ContentId equal = records.Find(store.ContentHash(query, ""));
  if (equal != 0 && std::ranges::find(peers, equal) == peers.end()) peers.push_back(equal);
  std::vector<std::vector<ValueId>> rows(peers.size());
  for (size_t i = 0; i < peers.size(); ++i) CopyRow(records.values(), records.row(peers[i]), store, rows[i]);
  const FrequencyTables tables = TablesFor(store, model.frequencies);
  const PairComparer comparer(&store);
  const PairScorer scorer(&store, &model.parameters, &tables);
  struct Scored {
    double score;
    ContentId content;
    LevelVector levels;
  };
  std::vector<Scored> scored;
  for (size_t i = 0; i < peers.size(); ++i) {
    const PairWeights weights = scorer.Weigh(comparer.Compare(query, rows[i]), query, rows[i]);
    scored.push_back({scorer.Score(weights), peers[i], weights.levels});
  }
  std::ranges::sort(scored, [&records](const Scored& a, const Scored& b) {
    return a.score != b.score ? a.score > b.score : records.hash(a.content) < records.hash(b.content);
  });
  std::vector<LiveMatcher::Candidate> found;
  std::vector<RecordId> ids;
  for (const Scored& item : scored) {
    if (found.size() == limit) break;
    records.RecordsOf(item.content, ids);
    for (const RecordId id : ids) {
      if (found.size() < limit) found.push_back({id, item.score, Probability(item.score), item.levels});
    }
  }
  return found;
}

std::vector<RecordId> SearchLiveCandidates(const LiveView& view, std::span<const std::string> values, size_t budget) {
  ValueStore store(view.records->values().schema());
  const std::vector<ValueId> query = InternTexts(store, values);
  const CandidateFeatures features(&store);
  std::vector<RecordId> found;
  for (const ContentId content : view.graph->Search(query, features, budget)) {
    view.records->ForEachRecord(content, [&](RecordId id) {
      if (found.size() < budget) found.push_back(id);
    });
  }
  return found;
}

LiveMatcher::Explanation ExplainLivePair(const LiveView& view, const LinkageModel& model, ComponentResolver& resolver,
                                         std::pair<RecordId, RecordId> pair, bool with_clusters) {
  const auto [a, b] = pair;
  const LiveRecords& records = *view.records;
  const LiveGraph& graph = *view.graph;
  const PairScorer& scorer = graph.scorer();
  const Row x = records.row(records.content_of(a));
  const Row y = records.row(records.content_of(b));
  const PairWeights weights = scorer.Weigh(graph.comparer().Compare(x, y), x, y);
  const LinkageParameters& parameters = model.parameters;
  LiveMatcher::Explanation out;
  out.model_version = model.version;
  out.prior = out.random = parameters.prior();
  for (size_t i = 0; i < model.schema.size(); ++i) {
    const LevelIndex level = LevelAt(weights.levels, i);
    LiveMatcher::AttributeEvidence& evidence = out.attributes.emplace_back();
    evidence.attribute = model.schema[i].name;
    evidence.level = level;
    evidence.level_name = LevelsOf(model.schema[i].type)[level].name;
    if (level == kNullLevel) continue;
    evidence.random = static_cast<double>(weights.random[i]);
    evidence.household = static_cast<double>(weights.household[i]);
    evidence.frequency = scorer.FrequencyPart(i, level, weights.levels, x, y);
    evidence.rarity = RarityOf(LevelsOf(model.schema[i].type)[level].frequency, evidence.frequency,
                               parameters.attributes[i].log2_chance_agreement);
    const int parent = parameters.attributes[i].parent;
    if (parent >= 0) {
      const LevelIndex of_parent = LevelAt(weights.levels, static_cast<size_t>(parent));
      evidence.dependence = parameters.attributes[i].shift[of_parent][level];
    }
    out.random += evidence.random;
    out.household += evidence.household;
  }
  if (parameters.household.on) {
    out.household_prior = parameters.household.prior;
    out.household += out.household_prior;
  }
  out.calibration = parameters.calibration;
  out.score = scorer.Score(weights);
  out.probability = Probability(out.score);
  const bool equal = records.content_of(a) == records.content_of(b);
  const bool crowded = view.Crowded(records.content_of(a)) || view.Crowded(records.content_of(b));
  out.is_candidate = !crowded && (equal || graph.ShareKey(x, y));
  out.is_edge = out.is_candidate && static_cast<double>(static_cast<float>(out.score)) >= parameters.rules.edge_floor;
  out.same_cluster = records.cluster(a) == records.cluster(b);
  const bool cannot =
      std::ranges::find(records.links(a), std::pair(b, RecordLink::Kind::kCannot)) != records.links(a).end();
  Subgraph two;
  constexpr std::array<uint32_t, 1> kOnly = {0};
  constexpr std::array<uint32_t, 2> kSides = {0, 1};
  for (const RecordId id : {a, b}) {
    const std::array<uint32_t, 1> once = {records.once(id)};
    two.AddGroup(records.row(records.content_of(id)), once, kOnly, 1);
  }
  const ReviewPair alone = resolver.Judge(two, kSides, cannot);
  out.refusal = alone.reason;
  out.cluster_score = alone.score;
  out.crowded = crowded;
  const auto silent = [](Row row) { return std::ranges::all_of(row, [](ValueId value) { return value == 0; }); };
  out.says_nothing = silent(x) || silent(y);
  ExplainClusters(view, resolver, pair, with_clusters, out);
  return out;
}

std::vector<LiveMatcher::Step> ExplainLiveCluster(const LiveView& view, ComponentResolver& resolver, RecordId id) {
  std::vector<ContentId> contents;
  uint32_t floor_step = 0;
  for (bool complete = false; !complete; ++floor_step) {
    contents = {view.records->content_of(id)};
    absl::flat_hash_set<ContentId> reached(contents.begin(), contents.end());
    complete = GrowPart(
        view, resolver, floor_step, contents, [&](ContentId other) { return reached.insert(other).second; },
        [](std::span<const ContentId>) {});
  }
  std::vector<MergeStep> steps;
  resolver.Trace(&steps);
  LiveComponent component(std::move(contents), floor_step - 1);
  component.Resolve(view, resolver);
  const RecordId cluster = view.records->cluster(id);
  std::vector<LiveMatcher::Step> out;
  for (const auto& [first, other] : component.Equal()) {
    if (view.records->cluster(first) != cluster) continue;
    const double score = resolver.SelfScore(view.records->row(view.records->content_of(first)));
    out.push_back({.a = first, .b = other, .score = score, .equal = true});
  }
  for (const MergeStep& step : steps) {
    const RecordId a = component.NameOf(step.a);
    if (view.records->cluster(a) != cluster) continue;
    out.push_back({.a = a, .b = component.NameOf(step.b), .score = step.score, .decided = step.decided});
  }
  return out;
}

LiveMatcher::Unusual LookAtCluster(const LiveView& view, RecordId id, uint32_t least) {
  const LiveRecords& records = *view.records;
  LiveMatcher::Unusual out{.first = records.cluster(id), .records = 0, .cohesion = {}};
  std::vector<ContentId> contents;
  records.ForEachInCluster(out.first, [&](RecordId member) {
    ++out.records;
    contents.push_back(records.content_of(member));
  });
  if (out.records >= least) {
    std::ranges::sort(contents, {}, [&records](ContentId content) { return records.hash(content); });
    const auto rest = std::ranges::unique(contents);
    contents.erase(rest.begin(), rest.end());
  }
  out.cohesion.contents = static_cast<uint32_t>(contents.size());
  if (contents.size() < least) return out;
  std::vector<Row> rows;
  rows.reserve(contents.size());
  for (const ContentId content : contents) rows.push_back(records.row(content));
  out.cohesion = CohesionOf(view.graph->comparer(), view.graph->scorer(), rows);
  return out;
}

LiveMatcher::UnusualPage FindUnusualClusters(const LiveView& view, RecordId after, const UnusualBounds& bounds,
                                             size_t limit, uint64_t budget) {
  const LiveRecords& records = *view.records;
  const uint32_t least = std::min(bounds.least, bounds.many);
  LiveMatcher::UnusualPage page;
  uint64_t spent = 0;
  for (RecordId id = after + 1; id < records.end(); ++id) {
    if (!records.Has(id) || records.cluster(id) != id) continue;
    if (page.clusters.size() == limit || spent >= budget) {
      page.last = id - 1;
      return page;
    }
    const LiveMatcher::Unusual found = LookAtCluster(view, id, least);
    spent += 1 + found.cohesion.pairs;
    if (found.cohesion.contents < least) continue;
    if (found.cohesion.many(bounds) || found.cohesion.loose(bounds)) page.clusters.push_back(found);
  }
  return page;
}

}  // namespace wensum::matching
