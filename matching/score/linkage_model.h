// The model of a resolution by declared attributes: all that a pair's score depends on besides the two records
// (Fellegi and Sunter 1969, with term frequencies, dependences and a household class).
#ifndef WENSUM_MATCHING_SCORE_LINKAGE_MODEL_H_
#define WENSUM_MATCHING_SCORE_LINKAGE_MODEL_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/strings.h"
#include "matching/schema/schema.h"
#include "matching/schema/value_store.h"

namespace wensum::matching {

inline constexpr size_t kLevelSlots = kMaxLevelIndex + 1;
using LevelTable = std::array<double, kLevelSlots>;

// What is known of one attribute. By level; index 0 is unused.
struct AttributeModel {
  LevelTable m{};          // P(level | one person)
  LevelTable u{};          // P(level | two people at random)
  LevelTable household{};  // P(level | two people of one household)
  // Sum of the squared frequencies of the values, log2: the chance that two random values agree.
  double log2_chance_agreement = 0;
  // Dependence: the attribute whose level shifts this one's weight; -1: none. A forest, so that each dependence is
  // counted once (Chow and Liu 1968).
  int parent = -1;
  std::array<LevelTable, kLevelSlots> shift{};  // [parent's level][own level], log2

  friend bool operator==(const AttributeModel&, const AttributeModel&) = default;
};

// When the refusal of merges without any date or code compared applies.
enum class UndatedRule : uint8_t {
  kOff,
  kBelowScore,  // below review_undated_below (default)
  kAlways,      // strict: for registers that write back
};

// "off", "below_score", "always".
std::string_view UndatedRuleName(UndatedRule rule);

// Thresholds are log2 odds.
struct ResolutionRules {
  double merge_threshold = 1.5;  // clusters merge at or above it
  double edge_floor = 0;         // pairs below it never join a component
  double review_threshold = -1;  // cluster pairs from here to the merge threshold are for a steward
  double undated_below = 5;      // see UndatedRule::kBelowScore
  UndatedRule undated = UndatedRule::kBelowScore;
  uint32_t hub_cap = 200;           // a candidate key of names held by more contents makes no pairs
  uint32_t mixed_cap = 200;         // the same for all other keys
  uint32_t component_limit = 1000;  // nodes (Subgraph); a larger component has its floor raised step by step
  uint32_t key_richness = 2;        // see candidate_features.h

  friend bool operator==(const ResolutionRules&, const ResolutionRules&) = default;
};

// The household class: "two people of one household" as a second alternative beside "two people at random".
struct HouseholdModel {
  bool on = false;
  double match_share = 0;  // of pairs with equal surname and address: how many are one person
  uint64_t seeds = 0;      // such pairs seen
  double prior = 0;        // log2 odds of one person against two of a household

  friend bool operator==(const HouseholdModel&, const HouseholdModel&) = default;
};

// What labelled pairs have taught of the scores (Platt 1999): the calibrated log2 odds are slope * score + offset.
struct ScoreCalibration {
  double slope = 1;  // above 0: the order of scores stays
  double offset = 0;
  uint64_t labels = 0;  // pairs that it was fitted to; 0: none, and scores are left as they are

  [[nodiscard]] double Apply(double score) const { return slope * score + offset; }
  [[nodiscard]] double Invert(double calibrated) const { return (calibrated - offset) / slope; }

  friend bool operator==(const ScoreCalibration&, const ScoreCalibration&) = default;
};

// Everything but frequencies.
struct LinkageParameters {
  double match_rate = 0;  // share of all pairs that are one person
  std::vector<AttributeModel> attributes;
  HouseholdModel household;
  ScoreCalibration calibration;
  ResolutionRules rules;  // thresholds are of calibrated scores

  [[nodiscard]] double prior() const;  // log2 odds of match_rate

  friend bool operator==(const LinkageParameters&, const LinkageParameters&) = default;
};

// The parameters to start from where nothing has been learnt: informed m, u of the given level frequencies.
LinkageParameters InformedParameters(const Schema& schema);

using FrequencyMap = absl::flat_hash_map<std::string, float, TransparentStringHash, TransparentStringEqual>;

// log2 of the share of people (clusters) that hold a value, among those with any value of the attribute.
struct Frequencies {
  // By attribute. Values and words held once are left out: they have the frequency `once`.
  std::vector<FrequencyMap> values;
  std::vector<FrequencyMap> text_words;
  std::vector<float> once;
  std::vector<float> word_once;
  std::vector<float> one_holder;  // the share of one person
  FrequencyMap name_words;
  float name_word_once = 0;
};

struct LinkageModel {
  std::string version;
  Schema schema;
  LinkageParameters parameters;
  Frequencies frequencies;
};

// The frequencies of a ValueStore's values by number, for fast look-up.
struct FrequencyTables {
  std::vector<std::vector<float>> values;      // by attribute and ValueId; of a set its rarest element's
  std::vector<std::vector<float>> text_words;  // by attribute and TokenId; empty for all but texts
  std::vector<float> name_words;               // by TokenId
  std::vector<float> one_holder;               // by attribute: the share of one person
  float lowest = 0;                            // of all that are in the tables
};

// Looks the values up in the model.
FrequencyTables TablesFor(const ValueStore& values, const Frequencies& frequencies);
// The same for the values that `values` has got since `tables` were made or extended.
void ExtendTables(const ValueStore& values, const Frequencies& frequencies, FrequencyTables& tables);

// Gives the sets among an attribute's values, from number `first` on, the frequency of their rarest element.
void SetRarestOfSets(const ValueDictionary& dictionary, std::vector<float>& frequencies, ValueId first = 1);

// The least frequency of an established name, from the share of one person: three people and one in ten thousand.
float EstablishedFrom(float one_holder);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_SCORE_LINKAGE_MODEL_H_
