#include "matching/train/household.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace wensum::matching {
namespace {

constexpr int kSteps = 30;
constexpr uint64_t kLeastSeeds = 50;
constexpr double kGate = 0.9;
constexpr double kPriorPairs = 20;     // how many housemates the informed values count for
constexpr double kNearLimit = 3;       // near levels may be learnt up to this many times the informed value
constexpr double kSameAddress = 0.85;  // P(address part equal | household)

bool IsHousemateAttribute(const Attribute& attribute) {
  return attribute.type == AttributeType::kSurname || attribute.address != AddressPart::kNone;
}

bool HasInformedValues(AttributeType type) { return type == AttributeType::kGivenName || type == AttributeType::kDate; }

// The levels that say "not the same" outright.
bool IsDifferent(AttributeType type, size_t level) {
  return level == DifferentLevel(type) ||
         (type == AttributeType::kGivenName && level == name_level::kDifferentEstablished);
}

// What is known of housemates before any are seen.
LevelTable Informed(const Attribute& attribute, const AttributeModel& model) {
  const std::span<const Level> levels = LevelsOf(attribute.type);
  LevelTable table{};
  if (attribute.type == AttributeType::kSurname || HasInformedValues(attribute.type)) {
    for (size_t l = 1; l < levels.size(); ++l) table[l] = levels[l].informed_household;
  } else if (attribute.address != AddressPart::kNone) {
    for (size_t l = 1; l < levels.size(); ++l) {
      table[l] = l == 1 ? kSameAddress : (1 - kSameAddress) / static_cast<double>(levels.size() - 2);
    }
  } else {
    for (size_t l = 1; l < levels.size(); ++l) table[l] = model.u[l];
  }
  double total = 0;
  for (size_t l = 1; l < levels.size(); ++l) total += table[l];
  for (size_t l = 1; l < levels.size(); ++l) table[l] /= total;
  return table;
}

// Takes what levels lack to `chance` from "different".
void RaiseToChance(AttributeType type, const LevelTable& chance, LevelTable& table) {
  double lacking = 0;
  double different = 0;
  for (size_t l = 1; l < LevelsOf(type).size(); ++l) {
    if (IsDifferent(type, l)) {
      different += table[l];
    } else {
      lacking += std::max(0.0, chance[l] - table[l]);
      table[l] = std::max(table[l], chance[l]);
    }
  }
  for (size_t l = 1; l < LevelsOf(type).size(); ++l) {
    if (IsDifferent(type, l)) table[l] *= std::max(0.1, 1 - lacking / different);
  }
}

// The household's levels from counts among the seeds. The names of housemates are no less alike than those of
// strangers: chance agreement, `chance`, is the least they have. Of given names and dates the levels of agreement are
// held near the informed values, and "different" takes the rest: else the class would swallow records of one person.
LevelTable Learnt(const Attribute& attribute, const LevelTable& informed, const LevelTable& chance,
                  const LevelTable& counts) {
  const size_t levels = LevelsOf(attribute.type).size();
  LevelTable table{};
  double total = kPriorPairs;
  for (size_t l = 1; l < levels; ++l) total += counts[l];
  for (size_t l = 1; l < levels; ++l) table[l] = (counts[l] + kPriorPairs * informed[l]) / total;
  if (IsNameType(attribute.type)) RaiseToChance(attribute.type, chance, table);
  if (!HasInformedValues(attribute.type)) return table;
  double cut = 0;
  double different = 0;
  for (size_t l = 1; l < levels; ++l) {
    if (IsDifferent(attribute.type, l)) {
      different += table[l];
      continue;
    }
    const double limit = kNearLimit * informed[l];
    cut += std::max(0.0, table[l] - limit);
    table[l] = std::min(table[l], limit);
  }
  for (size_t l = 1; l < levels; ++l) {
    if (IsDifferent(attribute.type, l)) table[l] *= 1 + cut / different;
  }
  return table;
}

void HoldDownDifferent(const Schema& schema, LinkageParameters& parameters) {
  const LinkageParameters informed = InformedParameters(schema);
  for (size_t i = 0; i < schema.size(); ++i) {
    LevelTable& m = parameters.attributes[i].m;
    const LevelTable& limit = informed.attributes[i].m;
    if (schema[i].type == AttributeType::kGivenName) {
      for (const size_t l : {name_level::kDifferent, name_level::kDifferentEstablished})
        m[l] = std::min(m[l], limit[l]);
    } else if (schema[i].type == AttributeType::kDate) {
      for (size_t l = date_level::kDefaultDay; l <= date_level::kDifferent; ++l) m[l] = std::min(m[l], limit[l]);
    }
  }
}

}  // namespace

void LearnHousehold(const RecordSet& records, const PairScorer& scorer, const Observations& observations,
                    LinkageParameters& parameters) {
  const Schema& schema = records.schema();
  const size_t width = schema.size();
  HouseholdModel& household = parameters.household;
  household = {};
  household.seeds = observations.housemates.size();
  std::vector<LevelTable> informed(width);
  for (size_t i = 0; i < width; ++i) {
    informed[i] = Informed(schema[i], parameters.attributes[i]);
    parameters.attributes[i].household = informed[i];
  }
  if (household.seeds < kLeastSeeds) return;
  std::vector<LevelVector> seeds;
  seeds.reserve(observations.housemates.size());
  for (const ObservedPair& pair : observations.housemates) {
    seeds.push_back(scorer.FinalLevels(pair.levels, records.row(pair.a), records.row(pair.b)));
  }
  household.match_share = 0.5;
  for (int step = 0; step < kSteps; ++step) {
    std::vector<LevelTable> counts(width);
    double matches = 0;
    std::vector<LevelTable> weight(width);
    for (size_t i = 0; i < width; ++i) {
      if (IsHousemateAttribute(schema[i])) continue;
      const AttributeModel& attribute = parameters.attributes[i];
      for (size_t l = 1; l < LevelsOf(schema[i].type).size(); ++l) {
        weight[i][l] = std::log2(attribute.m[l] / attribute.household[l]);
      }
    }
    const double prior = std::log2(household.match_share / (1 - household.match_share));
    for (const LevelVector levels : seeds) {
      double odds = prior;
      for (size_t i = 0; i < width; ++i) odds += weight[i][LevelAt(levels, i)];
      const double match = 1 / (1 + std::exp2(-odds));
      matches += match;
      for (size_t i = 0; i < width; ++i) counts[i][LevelAt(levels, i)] += 1 - match;
    }
    household.match_share = std::clamp(matches / static_cast<double>(seeds.size()), 1e-4, 1 - 1e-4);
    for (size_t i = 0; i < width; ++i) {
      if (IsHousemateAttribute(schema[i])) continue;
      parameters.attributes[i].household = Learnt(schema[i], informed[i], parameters.attributes[i].u, counts[i]);
    }
  }
  if (household.match_share >= kGate) return;
  household.on = true;
  HoldDownDifferent(schema, parameters);
  // On a seed the odds against the household class are those of the share itself.
  household.prior = std::log2(household.match_share / (1 - household.match_share));
  for (size_t i = 0; i < width; ++i) {
    if (!IsHousemateAttribute(schema[i])) continue;
    household.prior -= std::log2(parameters.attributes[i].m[1] / parameters.attributes[i].household[1]);
  }
}

}  // namespace wensum::matching
