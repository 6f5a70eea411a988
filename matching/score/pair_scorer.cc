#include "matching/score/pair_scorer.h"

#include <algorithm>
#include <cmath>

namespace wensum::matching {
namespace {

double Clamp(double weight) { return std::clamp(weight, kMinWeight, kMaxWeight); }

}  // namespace

PairScorer::PairScorer(const ValueStore* values, const LinkageParameters* parameters, const FrequencyTables* tables)
    : values_(values),
      parameters_(parameters),
      tables_(tables),
      weights_(values->schema().size()),
      highest_shift_(values->schema().size()),
      shared_by_household_(values->schema().size()) {
  for (size_t i = 0; i < weights_.size(); ++i) {
    const Attribute& attribute = values_->schema()[i];
    const AttributeModel& model = parameters_->attributes[i];
    const std::span<const Level> levels = LevelsOf(attribute.type);
    shared_by_household_[i] = attribute.type == AttributeType::kSurname || attribute.address != AddressPart::kNone;
    for (size_t l = 1; l < levels.size(); ++l) {
      LevelWeight& weight = weights_[i][l];
      weight.rule = levels[l].frequency;
      weight.random =
          static_cast<float>(std::log2(model.m[l]) - (FrequencyIsChance(weight.rule) ? 0 : std::log2(model.u[l])));
      weight.household = static_cast<float>(std::log2(model.m[l] / model.household[l]));
      if (model.parent >= 0) {
        for (const LevelTable& under : model.shift) {
          highest_shift_[i][l] = std::max(highest_shift_[i][l], static_cast<float>(under[l]));
        }
      }
    }
  }
}

double PairScorer::HighestFrequencyPart(size_t attribute, LevelIndex level, ValueId value) const {
  const auto frequency = static_cast<double>(tables_->values[attribute][value]);
  switch (weights_[attribute][level].rule) {
    case FrequencyRule::kNone:
      return 0;
    case FrequencyRule::kValue:
      return -frequency;
    case FrequencyRule::kNear:
      return 0.5 * (parameters_->attributes[attribute].log2_chance_agreement -
                    std::max(frequency, static_cast<double>(tables_->one_holder[attribute])));
    case FrequencyRule::kToken:
      break;
  }
  const ValueDictionary& dictionary = values_->dictionary(attribute);
  if (dictionary.type() != AttributeType::kText) {
    return 1 - 2 * static_cast<double>(tables_->lowest);  // of names that changed places, at the very most
  }
  double rarest = 0;
  for (const TokenId token : dictionary.TokensOf(dictionary[value])) {
    rarest = std::min(rarest, static_cast<double>(tables_->text_words[attribute][token]));
  }
  return -rarest;
}

LevelCeilings PairScorer::CeilingsFor(Row a) const {
  // Weights are rounded to single precision and added up in another order than here.
  constexpr float kRounding = 0.01F;
  LevelCeilings out;
  out.total = static_cast<float>(parameters_->prior()) + kRounding;
  for (size_t i = 0; i < weights_.size(); ++i) {
    if (a[i] == kNoValue) continue;  // not compared, whatever the other side says
    const auto ceiling = [&](LevelIndex l) {
      const double weight = static_cast<double>(weights_[i][l].random) + HighestFrequencyPart(i, l, a[i]);
      return static_cast<float>(Clamp(weight)) + highest_shift_[i][l];
    };
    const auto levels = static_cast<LevelIndex>(LevelsOf(values_->schema()[i].type).size());
    out.equal[i] = ceiling(1);
    // Different numbers are different texts; but two sets may share an element.
    out.unequal[i] = values_->dictionary(i).has_sets() ? out.equal[i] : ceiling(2);
    for (LevelIndex l = 2; l < levels; ++l) out.unequal[i] = std::max(out.unequal[i], ceiling(l));
    out.best[i] = std::max({0.0F, out.equal[i], out.unequal[i]});
    out.total += out.best[i];
  }
  return out;
}

float PairScorer::WeightAtMost(size_t attribute, LevelVector levels, uint32_t known, Row a, Row b) const {
  const LevelIndex level = LevelAt(levels, attribute);
  if (level == kNullLevel) return 0;
  const double weight =
      Clamp(static_cast<double>(weights_[attribute][level].random) + FrequencyPart(attribute, level, levels, a, b));
  const AttributeModel& model = parameters_->attributes[attribute];
  if (model.parent < 0 || (known >> static_cast<uint32_t>(model.parent) & 1U) == 0) {
    return static_cast<float>(weight) + highest_shift_[attribute][level];
  }
  return static_cast<float>(weight + model.shift[LevelAt(levels, static_cast<size_t>(model.parent))][level]);
}

bool PairScorer::ScoreAbove(const PairComparer& comparer, double floor, const LevelCeilings& ceilings, Row a, Row b,
                            LevelVector& levels, double& score) const {
  // Rounding is covered by the ceilings' allowance.
  const auto least = static_cast<float>(parameters_->calibration.Invert(floor));
  float reachable = ceilings.total;
  std::array<float, kMaxAttributes> open = ceilings.best;
  for (const size_t i : comparer.others()) {
    open[i] = b[i] == kNoValue ? 0 : a[i] == b[i] ? ceilings.equal[i] : ceilings.unequal[i];
    reachable += open[i] - ceilings.best[i];
  }
  if (reachable < least) return false;
  levels = comparer.CompareNames(a, b);
  LevelVector final_levels = FinalLevels(levels, a, b);
  uint32_t known = 0;
  for (const size_t i : comparer.names()) known |= uint32_t{1} << i;
  for (const size_t i : comparer.names()) reachable += WeightAtMost(i, final_levels, known, a, b) - open[i];
  for (const size_t i : comparer.others()) {
    if (reachable < least) return false;
    const LevelVector bits = LevelBits(comparer.CompareAttribute(i, a, b), i);
    levels |= bits;
    final_levels |= bits;
    known |= uint32_t{1} << i;
    reachable += WeightAtMost(i, final_levels, known, a, b) - open[i];
  }
  if (reachable < least) return false;
  score = Score(levels, a, b);
  return score >= floor;
}

bool PairScorer::Established(size_t attribute, ValueId value) const {
  return tables_->values[attribute][value] >= EstablishedFrom(tables_->one_holder[attribute]);
}

bool PairScorer::IsSlipOfGivenName(LevelIndex level, Row a, Row b) const {
  const auto given = static_cast<size_t>(values_->schema().given());
  return (level == name_level::kTypo || level == name_level::kSimilar) &&
         Established(given, a[given]) != Established(given, b[given]);
}

LevelVector PairScorer::FinalLevels(LevelVector levels, Row a, Row b) const {
  const int place = values_->schema().given();
  if (place < 0) return levels;
  const auto given = static_cast<size_t>(place);
  const LevelIndex level = LevelAt(levels, given);
  LevelIndex known = level;
  if (level == name_level::kTypo || level == name_level::kSimilar) known = name_level::kNearEstablished;
  if (level == name_level::kDifferent) known = name_level::kDifferentEstablished;
  if (known == level || !(Established(given, a[given]) && Established(given, b[given]))) return levels;
  return (levels & ~LevelBits(15, given)) | LevelBits(known, given);
}

double PairScorer::RarestCrossWord(size_t attribute, LevelVector levels, Row a, Row b) const {
  const Schema& schema = values_->schema();
  const bool may_be_swap = static_cast<int>(attribute) == schema.given() && schema.surname() >= 0 &&
                           LevelAt(levels, static_cast<size_t>(schema.surname())) == kNullLevel;
  if (may_be_swap && IsFullSwap(*values_, a, b)) {
    // Either of two ways to hold both names.
    return 1 + (tables_->values[attribute][a[attribute]] + tables_->values[attribute][b[attribute]]);
  }
  double rarest = 0;
  ForEachCrossToken(*values_, static_cast<int>(attribute), a, b,
                    [&](TokenId token) { rarest = std::min(rarest, static_cast<double>(tables_->name_words[token])); });
  return rarest;
}

double PairScorer::RarestSharedWord(size_t attribute, ValueId a, ValueId b) const {
  const ValueDictionary& dictionary = values_->dictionary(attribute);
  const std::vector<float>& frequency =
      dictionary.type() == AttributeType::kText ? tables_->text_words[attribute] : tables_->name_words;
  double rarest = 0;
  const std::span<const TokenId> of_b = dictionary.TokensOf(dictionary[b]);
  for (const TokenId token : dictionary.TokensOf(dictionary[a])) {
    if (std::ranges::find(of_b, token) != of_b.end()) {
      rarest = std::min(rarest, static_cast<double>(frequency[token]));
    }
  }
  return rarest;
}

double PairScorer::RarestShared(size_t attribute, ValueId a, ValueId b) const {
  const std::vector<float>& frequency = tables_->values[attribute];
  if (a == b) return static_cast<double>(frequency[a]);
  const ValueDictionary& dictionary = values_->dictionary(attribute);
  const std::span<const ValueId> of_b = dictionary.ElementsOf(dictionary[b]);
  float rarest = 0;
  for (const ValueId element : dictionary.ElementsOf(dictionary[a])) {
    if (std::ranges::find(of_b, element) != of_b.end()) rarest = std::min(rarest, frequency[element]);
  }
  return static_cast<double>(rarest);
}

double PairScorer::RarestNear(size_t attribute, LevelIndex level, ValueId a, ValueId b) const {
  const std::vector<float>& frequency = tables_->values[attribute];
  const auto commoner = [&](ValueId x, ValueId y) {
    return static_cast<double>(std::max({frequency[x], frequency[y], tables_->one_holder[attribute]}));
  };
  const ValueDictionary& dictionary = values_->dictionary(attribute);
  if (!dictionary[a].is_set() && !dictionary[b].is_set()) return commoner(a, b);
  double rarest = 0;
  for (const ValueId x : dictionary.ElementsOf(dictionary[a])) {
    for (const ValueId y : dictionary.ElementsOf(dictionary[b])) {
      if (CompareValues(dictionary, x, y) == level) rarest = std::min(rarest, commoner(x, y));
    }
  }
  return rarest;
}

double PairScorer::FrequencyPart(size_t attribute, LevelIndex level, LevelVector levels, Row a, Row b) const {
  switch (weights_[attribute][level].rule) {
    case FrequencyRule::kNone:
      return 0;
    case FrequencyRule::kValue:
      return -RarestShared(attribute, a[attribute], b[attribute]);
    case FrequencyRule::kNear:
      return 0.5 * (parameters_->attributes[attribute].log2_chance_agreement -
                    RarestNear(attribute, level, a[attribute], b[attribute]));
    case FrequencyRule::kToken:
      break;
  }
  return level == name_level::kCross && values_->schema()[attribute].type <= AttributeType::kSurname
             ? -RarestCrossWord(attribute, levels, a, b)
             : -RarestSharedWord(attribute, a[attribute], b[attribute]);
}

double PairScorer::HouseholdWeight(size_t attribute, LevelIndex level, double frequency_part) const {
  const LevelWeight& weight = weights_[attribute][level];
  if (weight.rule != FrequencyRule::kValue || shared_by_household_[attribute]) return weight.household;
  const AttributeModel& model = parameters_->attributes[attribute];
  return std::log2(model.m[level] / (model.household[level] + std::exp2(-frequency_part)));
}

PairWeights PairScorer::Weigh(LevelVector levels, Row a, Row b) const {
  PairWeights out;
  out.levels = FinalLevels(levels, a, b);
  const bool household = parameters_->household.on;
  for (size_t i = 0; i < weights_.size(); ++i) {
    const LevelIndex level = LevelAt(out.levels, i);
    if (level == kNullLevel) continue;
    const AttributeModel& model = parameters_->attributes[i];
    const LevelWeight& known = weights_[i][level];
    const double frequency_part = FrequencyPart(i, level, out.levels, a, b);
    double weight = Clamp(known.random + frequency_part);
    if (model.parent >= 0) weight += model.shift[LevelAt(out.levels, static_cast<size_t>(model.parent))][level];
    out.random[i] = static_cast<float>(weight);
    if (household) out.household[i] = static_cast<float>(Clamp(HouseholdWeight(i, level, frequency_part)));
  }
  return out;
}

double PairScorer::Combine(double against_random, double against_household) {
  const double low = std::min(against_random, against_household);
  const double high = std::max(against_random, against_household);
  return low - std::log2(1 + std::exp2(low - high));
}

double PairScorer::ScoreAgainstRandom(const PairWeights& weights) const {
  double random = parameters_->prior();
  for (size_t i = 0; i < weights_.size(); ++i) random += static_cast<double>(weights.random[i]);
  return random;
}

double PairScorer::Score(const PairWeights& weights) const {
  const double random = ScoreAgainstRandom(weights);
  if (!parameters_->household.on) return Calibrated(random);
  double household = parameters_->household.prior;
  for (size_t i = 0; i < weights_.size(); ++i) household += static_cast<double>(weights.household[i]);
  return Calibrated(Combine(random, household));
}

double PairScorer::Score(LevelVector levels, Row a, Row b) const { return Score(Weigh(levels, a, b)); }

}  // namespace wensum::matching
