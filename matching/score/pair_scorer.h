// Scores of pairs under a linkage model: log2 odds of being one person.
//
// Against "two people at random": the prior plus one weight an attribute. Where the model's household class is on, also
// against "two people of one household"; the evidence is then -log2(2^-random + 2^-household): a match must beat both.
// The score is the evidence, calibrated where labels have said how far it can be trusted.
#ifndef WENSUM_MATCHING_SCORE_PAIR_SCORER_H_
#define WENSUM_MATCHING_SCORE_PAIR_SCORER_H_

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "matching/schema/value_store.h"
#include "matching/score/linkage_model.h"
#include "matching/score/pair_levels.h"

namespace wensum::matching {

inline constexpr double kMinWeight = -12;
inline constexpr double kMaxWeight = 24;

// The weights of one pair, log2. Attributes that were not compared have weight 0.
struct PairWeights {
  LevelVector levels = 0;  // with the levels for established names
  std::array<float, kMaxAttributes> random{};
  std::array<float, kMaxAttributes> household{};  // all 0 if the class is off
};

// The most that the attributes of one record can add to the score of any of its pairs.
struct LevelCeilings {
  std::array<float, kMaxAttributes> best{};  // by attribute: of any level
  // What is known from the values' numbers alone. Only of attributes that are no names, of two values.
  std::array<float, kMaxAttributes> equal{};
  std::array<float, kMaxAttributes> unequal{};
  float total = 0;  // prior and all best
};

// Thread-safe. Depends on the two rows and the model alone; symmetric.
class PairScorer {
 public:
  // All must outlive the scorer. `tables` are the model's frequencies for `values`, and must have grown
  // (ExtendTables) as far as those before a row with new ones is scored.
  PairScorer(const ValueStore* values, const LinkageParameters* parameters, const FrequencyTables* tables);

  // `levels` as PairComparer gives them.
  [[nodiscard]] LevelVector FinalLevels(LevelVector levels, Row a, Row b) const;
  [[nodiscard]] PairWeights Weigh(LevelVector levels, Row a, Row b) const;
  // The score, prior and calibration included.
  [[nodiscard]] double Score(LevelVector levels, Row a, Row b) const;
  [[nodiscard]] double Score(const PairWeights& weights) const;
  [[nodiscard]] double ScoreAgainstRandom(const PairWeights& weights) const;

  // What a pair of `a` with whatever other row can add at most; never less than it does.
  [[nodiscard]] LevelCeilings CeilingsFor(Row a) const;
  // Compares the rows and scores them, if the score is at least `floor`; else false, as soon as no such score can be
  // reached any more: most candidates are told from each other by two or three attributes. `ceilings` are those of `a`.
  [[nodiscard]] bool ScoreAbove(const PairComparer& comparer, double floor, const LevelCeilings& ceilings, Row a, Row b,
                                LevelVector& levels, double& score) const;

  // What the frequencies of the two values, or of the words they share, add to the weight of `level` (one of
  // FinalLevels) against "at random"; 0 where the level's rule is kNone. Does not depend on m or u.
  [[nodiscard]] double FrequencyPart(size_t attribute, LevelIndex level, LevelVector levels, Row a, Row b) const;
  // True if the given names of the rows may be one name, mistyped: near, and just one of them is an established name.
  // Near names of which both or neither are established (Kyra, Kyla) may as well be two people's.
  [[nodiscard]] bool IsSlipOfGivenName(LevelIndex level, Row a, Row b) const;
  // True if chance agreement on the level is the frequency itself, so that u has no say.
  [[nodiscard]] static bool FrequencyIsChance(FrequencyRule rule) {
    return rule == FrequencyRule::kValue || rule == FrequencyRule::kToken;
  }

  [[nodiscard]] static double Combine(double against_random, double against_household);
  // The score of evidence.
  [[nodiscard]] double Calibrated(double evidence) const { return parameters_->calibration.Apply(evidence); }
  [[nodiscard]] const LinkageParameters& parameters() const { return *parameters_; }
  [[nodiscard]] const ValueStore& values() const { return *values_; }

 private:
  [[nodiscard]] double RarestCrossWord(size_t attribute, LevelVector levels, Row a, Row b) const;
  [[nodiscard]] double RarestSharedWord(size_t attribute, ValueId a, ValueId b) const;
  // The frequencies of the rarest shared alternative, and of the rarest pair of alternatives on a level of nearness
  // (that of the commoner one of the pair).
  [[nodiscard]] double RarestShared(size_t attribute, ValueId a, ValueId b) const;
  [[nodiscard]] double RarestNear(size_t attribute, LevelIndex level, ValueId a, ValueId b) const;
  [[nodiscard]] double HouseholdWeight(size_t attribute, LevelIndex level, double frequency_part) const;
  [[nodiscard]] bool Established(size_t attribute, ValueId value) const;
  // The highest frequency part that a value of the attribute can have on the level, whatever it is compared with.
  [[nodiscard]] double HighestFrequencyPart(size_t attribute, LevelIndex level, ValueId value) const;
  // The weight against "at random" on a level; at most, unless the level of the attribute it hangs on is known too.
  // `levels` are FinalLevels, as far as `known` (a bit an attribute) says.
  [[nodiscard]] float WeightAtMost(size_t attribute, LevelVector levels, uint32_t known, Row a, Row b) const;

  struct LevelWeight {
    FrequencyRule rule = FrequencyRule::kNone;
    float random = 0;     // without the frequency's part
    float household = 0;  // without the frequency's part
  };

  const ValueStore* values_;
  const LinkageParameters* parameters_;
  const FrequencyTables* tables_;
  std::vector<std::array<LevelWeight, kLevelSlots>> weights_;
  std::vector<std::array<float, kLevelSlots>>
      highest_shift_;                      // of a level under any level of the attribute it hangs on
  std::vector<bool> shared_by_household_;  // surname and address: frequencies say nothing of housemates
};

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_SCORE_PAIR_SCORER_H_
