#include "matching/train/estimate.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/parallel.h"

namespace wensum::matching {
namespace {

constexpr int kSteps = 20;
constexpr size_t kSumGrain = 16384;  // pairs; sums are added up in the order of the grains, whatever the threads
constexpr double kPriorPairs = 5;    // how many pairs the informed m counts for
constexpr double kLeastShare = 0.2;
constexpr double kLeastChance = 1e-9;

// m from weighted counts of levels, with the informed values as a prior.
void SetMatch(const Schema& schema, const std::vector<LevelTable>& counts, LinkageParameters& parameters) {
  const LinkageParameters informed = InformedParameters(schema);
  for (size_t i = 0; i < schema.size(); ++i) {
    const size_t levels = LevelsOf(schema[i].type).size();
    double total = kPriorPairs;
    for (size_t l = 1; l < levels; ++l) total += counts[i][l];
    for (size_t l = 1; l < levels; ++l) {
      parameters.attributes[i].m[l] = (counts[i][l] + kPriorPairs * informed.attributes[i].m[l]) / total;
    }
  }
}

// What one grain of the sample adds.
struct Expected {
  double matches = 0;
  std::vector<LevelTable> levels;
};

}  // namespace

std::vector<LevelTable> RandomLevels(const RecordSet& records, const PairScorer& scorer,
                                     const Observations& observations, std::span<const RecordIndex> labels) {
  const size_t width = records.schema().size();
  std::vector<LevelTable> counts(width);
  for (const ObservedPair& pair : observations.random) {
    if (!labels.empty() && labels[pair.a] == labels[pair.b]) continue;
    const LevelVector levels = scorer.FinalLevels(pair.levels, records.row(pair.a), records.row(pair.b));
    for (size_t i = 0; i < width; ++i) counts[i][LevelAt(levels, i)] += 1;
  }
  for (size_t i = 0; i < width; ++i) {
    const size_t levels = LevelsOf(records.schema()[i].type).size();
    double total = 0;
    for (size_t l = 1; l < levels; ++l) total += counts[i][l] + 0.5;
    for (size_t l = 1; l < levels; ++l) counts[i][l] = (counts[i][l] + 0.5) / total;
  }
  return counts;
}

void SetChance(const std::vector<LevelTable>& random, LinkageParameters& parameters) {
  for (size_t i = 0; i < random.size(); ++i) {
    AttributeModel& attribute = parameters.attributes[i];
    for (size_t l = 1; l < kLevelSlots; ++l) {
      const double raw = random[i][l];
      attribute.u[l] = std::max({raw - parameters.match_rate * attribute.m[l], kLeastShare * raw, kLeastChance});
    }
  }
}

double LearnByExpectation(const RecordSet& records, const PairScorer& scorer, const Observations& observations,
                          const std::vector<LevelTable>& random, size_t threads, LinkageParameters& parameters) {
  const Schema& schema = records.schema();
  const size_t width = schema.size();
  const std::vector<ObservedPair>& sample = observations.candidates;
  std::vector<LevelVector> levels(sample.size());
  std::vector<float> fixed(sample.size());  // the frequencies' part of each pair's weight
  ParallelFor(sample.size(), threads, kSumGrain, [&](size_t begin, size_t end) {
    for (size_t k = begin; k < end; ++k) {
      const auto a = records.row(sample[k].a);
      const auto b = records.row(sample[k].b);
      levels[k] = scorer.FinalLevels(sample[k].levels, a, b);
      for (size_t i = 0; i < width; ++i) {
        const LevelIndex level = LevelAt(levels[k], i);
        if (level != kNullLevel) fixed[k] += static_cast<float>(scorer.FrequencyPart(i, level, levels[k], a, b));
      }
    }
  });
  std::vector<Expected> grains(sample.size() / kSumGrain + 1);
  double matches = 0;
  for (int step = 0; step < kSteps; ++step) {
    SetChance(random, parameters);
    std::vector<std::array<float, kLevelSlots>> table(width);
    for (size_t i = 0; i < width; ++i) {
      const std::span<const Level> of_type = LevelsOf(schema[i].type);
      for (size_t l = 1; l < of_type.size(); ++l) {
        const double chance =
            PairScorer::FrequencyIsChance(of_type[l].frequency) ? 0 : std::log2(parameters.attributes[i].u[l]);
        table[i][l] =
            static_cast<float>(std::clamp(std::log2(parameters.attributes[i].m[l]) - chance, kMinWeight, kMaxWeight));
      }
    }
    const auto prior = static_cast<float>(parameters.prior());
    ParallelFor(sample.size(), threads, kSumGrain, [&](size_t begin, size_t end) {
      Expected& mine = grains[begin / kSumGrain];
      mine.matches = 0;
      mine.levels.assign(width, LevelTable{});
      for (size_t k = begin; k < end; ++k) {
        float weight = prior + fixed[k];
        for (size_t i = 0; i < width; ++i) weight += table[i][LevelAt(levels[k], i)];
        if (weight < -14) continue;
        const double posterior = 1 / (1 + static_cast<double>(std::exp2(-weight)));
        mine.matches += posterior;
        for (size_t i = 0; i < width; ++i) mine.levels[i][LevelAt(levels[k], i)] += posterior;
      }
    });
    std::vector<LevelTable> counts(width);
    matches = 0;
    for (const Expected& grain : grains) {
      matches += grain.matches;
      for (size_t i = 0; i < grain.levels.size(); ++i) {
        for (size_t l = 0; l < kLevelSlots; ++l) counts[i][l] += grain.levels[i][l];
      }
    }
    SetMatch(schema, counts, parameters);
    parameters.match_rate = std::clamp(matches / observations.candidate_share / observations.all_pairs, 1e-12, 0.5);
  }
  SetChance(random, parameters);
  return matches;
}

void LearnFromClusters(const RecordSet& records, const PairScorer& scorer, std::span<const ObservedPair> within,
                       std::span<const RecordIndex> labels, LinkageParameters& parameters) {
  const size_t width = records.schema().size();
  std::vector<LevelTable> counts(width);
  for (const ObservedPair& pair : within) {
    const LevelVector levels = scorer.FinalLevels(pair.levels, records.row(pair.a), records.row(pair.b));
    for (size_t i = 0; i < width; ++i) counts[i][LevelAt(levels, i)] += static_cast<double>(pair.weight);
  }
  SetMatch(records.schema(), counts, parameters);
  std::vector<uint32_t> sizes(labels.size());
  for (const RecordIndex label : labels) ++sizes[label];
  double pairs = 0;
  for (const uint32_t size : sizes) pairs += static_cast<double>(size) * (static_cast<double>(size) - 1) / 2;
  const auto count = static_cast<double>(records.size());
  parameters.match_rate = std::clamp(pairs / (count * (count - 1) / 2), 1e-12, 0.5);
}

bool LearntNoIdentity(const Schema& schema, const LinkageParameters& parameters) {
  for (const int place : {schema.given(), schema.surname()}) {
    if (place < 0) continue;
    const LevelTable& m = parameters.attributes[static_cast<size_t>(place)].m;
    if (m[name_level::kDifferent] + m[name_level::kDifferentEstablished] > 0.5) return true;
  }
  return false;
}

}  // namespace wensum::matching
