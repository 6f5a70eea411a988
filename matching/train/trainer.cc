#include "matching/train/trainer.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "matching/score/pair_scorer.h"
#include "matching/train/count_frequencies.h"
#include "matching/train/dependence.h"
#include "matching/train/estimate.h"
#include "matching/train/household.h"

namespace wensum::matching {
namespace {

constexpr double kLearningThreshold = 0.5;
constexpr double kCautiousThreshold = 4;  // of the first clustering after the identity guard has fired
// With the household class on, first and then.
constexpr double kFirstHouseholdThreshold = 2;
constexpr double kHouseholdThreshold = 1;

class Trainer {
 public:
  Trainer(CandidatePairs& pairs, const TrainOptions& options, TrainReport& report)
      : pairs_(pairs),
        records_(pairs.records()),
        options_(options),
        report_(report),
        parameters_(InformedParameters(records_.schema())),
        labels_(records_.size()) {
    parameters_.rules = options.rules;
    std::iota(labels_.begin(), labels_.end(), 0U);
  }

  LinkageModel Run() {
    parameters_.match_rate = std::min(0.5, 2.0 / static_cast<double>(std::max<size_t>(4, records_.size())));
    if (records_.size() >= 2) {
      options_.on_phase("observe");
      observations_ = Observe(pairs_, options_.observations);
      Start();
      for (int round = 1; round <= options_.rounds; ++round) {
        Cluster(ThresholdAfter(round - 1));
        Learn();
      }
    }
    return {.version = "",
            .schema = records_.schema(),
            .parameters = parameters_,
            .frequencies = FrequencyCount(records_, labels_).Snapshot()};
  }

 private:
  // EM, or the informed values if it finds no identity.
  void Start() {
    options_.on_phase("expectation maximisation");
    CountFrequencies();
    const LinkageParameters informed = parameters_;
    const std::vector<LevelTable> random = RandomLevels(records_, Scorer(), observations_, {});
    LinkageParameters learnt = parameters_;
    LearnByExpectation(records_, Scorer(), observations_, random, pairs_.threads(), learnt);
    report_.identity_guard_fired = LearntNoIdentity(records_.schema(), learnt);
    parameters_ = report_.identity_guard_fired ? informed : learnt;
    SetChance(random, parameters_);
    LearnHouseholdClass();
    if (report_.identity_guard_fired) Depend({}, {});
  }

  double ThresholdAfter(int round) const {
    if (parameters_.household.on) return round == 0 ? kFirstHouseholdThreshold : kHouseholdThreshold;
    return round == 0 && report_.identity_guard_fired ? kCautiousThreshold : kLearningThreshold;
  }

  void Cluster(double threshold) {
    options_.on_phase("score");
    const PairScorer scorer = Scorer();
    const double floor = parameters_.rules.edge_floor;
    std::vector<ScoredPair> scored = pairs_.ScoreAll(scorer, floor);
    options_.on_phase("cluster");
    ResolveOptions options = {.merge_threshold = threshold, .edge_floor = floor, .threads = pairs_.threads()};
    Resolution resolution = ResolveRecords(records_, pairs_.comparer(), scorer, std::move(scored), {}, options);
    labels_ = std::move(resolution.labels);
    TrainReport::Round& round = report_.rounds.emplace_back();
    round.match_rate = parameters_.match_rate;
    round.household_on = parameters_.household.on;
    round.household_match_share = parameters_.household.match_share;
    round.components = resolution.stats;
    for (RecordIndex i = 0; i < labels_.size(); ++i) round.clusters += labels_[i] == i ? 1 : 0;
  }

  void Learn() {
    options_.on_phase("estimate");
    CountFrequencies();
    const std::vector<ObservedPair> within = PairsWithin(records_, pairs_.comparer(), labels_, pairs_.threads());
    LearnFromClusters(records_, Scorer(), within, labels_, parameters_);
    SetChance(RandomLevels(records_, Scorer(), observations_, labels_), parameters_);
    LearnHouseholdClass();
    Depend(within, labels_);
  }

  void LearnHouseholdClass() { LearnHousehold(records_, Scorer(), observations_, parameters_); }

  void Depend(std::span<const ObservedPair> within, std::span<const RecordIndex> labels) {
    options_.on_phase("dependences");
    const LinkageParameters now = parameters_;
    const PairScorer scorer(&records_.values(), &now, &tables_);
    LearnDependences(records_, scorer, observations_, within, labels, pairs_.threads(), parameters_);
  }

  void CountFrequencies() {
    const FrequencyCount count(records_, labels_);
    tables_ = count.Tables();
    for (size_t i = 0; i < parameters_.attributes.size(); ++i) {
      parameters_.attributes[i].log2_chance_agreement = count.Log2ChanceAgreement(i);
    }
  }

  PairScorer Scorer() const { return {&records_.values(), &parameters_, &tables_}; }

  CandidatePairs& pairs_;
  const RecordSet& records_;
  const TrainOptions& options_;
  TrainReport& report_;
  LinkageParameters parameters_;
  FrequencyTables tables_;
  std::vector<RecordIndex> labels_;
  Observations observations_;
};

}  // namespace

LinkageModel Train(CandidatePairs& pairs, const TrainOptions& options, TrainReport& report) {
  return Trainer(pairs, options, report).Run();
}

}  // namespace wensum::matching
