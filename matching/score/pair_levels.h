// Comparison levels of two records, attribute by attribute.
#ifndef WENSUM_MATCHING_SCORE_PAIR_LEVELS_H_
#define WENSUM_MATCHING_SCORE_PAIR_LEVELS_H_

#include <array>
#include <span>
#include <utility>
#include <vector>

#include "matching/schema/schema.h"
#include "matching/schema/value_dictionary.h"
#include "matching/schema/value_store.h"

namespace wensum::matching {

// Levels of two values of one attribute, kNullLevel if a side says nothing. Symmetric. Most pairs cost a few cycles:
// signatures (letter_signature.h) rule out what is not near before any text is read.
LevelIndex CompareDateDigits(uint32_t a, uint32_t b);
LevelIndex ComparePostcodeValues(const Value& a, const Value& b);
LevelIndex CompareTextValues(const ValueDictionary& dictionary, const Value& a, const Value& b);
LevelIndex CompareCodeValues(const Value& a, const Value& b);
LevelIndex CompareCategoryValues(const Value& a, const Value& b);
// Of given names or surnames alone, without a look at other roles.
LevelIndex CompareNameValues(const ValueDictionary& dictionary, const Value& a, const Value& b);
LevelIndex CompareOtherNames(const ValueDictionary& dictionary, const Value& a, const Value& b);
LevelIndex CompareReferences(const Value& a, const Value& b);
// By the dictionary's type; of two values that are no sets.
LevelIndex CompareValues(const ValueDictionary& dictionary, const Value& a, const Value& b);
// The best level over all pairs of their alternatives.
LevelIndex CompareSets(const ValueDictionary& dictionary, const Value& a, const Value& b);

// The most that each level of each attribute can add to the score of one record's pairs (PairScorer::CeilingsFor).
struct LevelCeilings {
  std::array<std::array<float, kMaxLevelIndex + 1>, kMaxAttributes> of{};  // by attribute and PairComparer's level
  std::array<float, kMaxAttributes> best{};                                // of any level
  // What is known from the values' numbers alone. Only of attributes that are no names, of two values.
  std::array<float, kMaxAttributes> equal{};
  std::array<float, kMaxAttributes> unequal{};
  float total = 0;  // prior and all best
};

// Compares rows of one ValueStore. The levels kNearEstablished and kDifferentEstablished depend on frequencies and are
// left to the model (pair_scorer.h). Names that stand in another role on the other side:
// - given name and surname changed places: given name kCross, surname kNullLevel, so that it is scored once;
// - one side's given name has the other's surname, and what is left is not near: surname kCross, given name
//   kDifferent. It may well be a housemate whose names were typed in the wrong order;
// - else given name or surname kCross; if both would be, the surname is kNullLevel.
// Symmetric; thread-safe; depends on the two rows' values alone.
class PairComparer {
 public:
  // `values` must outlive the comparer; it may grow.
  explicit PairComparer(const ValueStore* values);

  [[nodiscard]] LevelVector Compare(Row a, Row b) const;

  // The same, or false as soon as no score of `floor` can be reached any more. `ceilings` are those of row `a`.
  [[nodiscard]] bool CompareAbove(float floor, const LevelCeilings& ceilings, Row a, Row b, LevelVector& levels) const;

  // Asks the processor to fetch a row's values, which a comparison soon to come will read.
  void Prefetch(Row row) const {
    for (size_t i = 0; i < row.size(); ++i) {
      if (row[i] != kNoValue) __builtin_prefetch(&values_->dictionary(i)[row[i]]);
    }
  }

 private:
  [[nodiscard]] LevelIndex CompareAttribute(size_t attribute, ValueId a, ValueId b) const;
  [[nodiscard]] LevelVector WithRoles(LevelVector levels, Row a, Row b) const;

  const ValueStore* values_;
  std::vector<size_t> names_;   // attributes of names
  std::vector<size_t> others_;  // the rest, those that cost least and tell most first
};

// True if given name and surname changed places. Both must be declared.
[[nodiscard]] bool IsFullSwap(const ValueStore& values, Row a, Row b);

// Calls `visit(TokenId)` for each word, of more than one character, that stands in `role` (the place of the given name
// or the surname) on one side and in another role on the other.
template <typename Visit>
void ForEachCrossToken(const ValueStore& values, int role, Row a, Row b, const Visit& visit) {
  const Schema& schema = values.schema();
  const auto tokens_of = [&values](size_t place, ValueId id) {
    const ValueDictionary& names = values.dictionary(place);
    return names.TokensOf(names[id]);
  };
  const auto mask_of = [&values](size_t place, ValueId id) { return values.dictionary(place)[id].token_mask; };
  const auto place = static_cast<size_t>(role);
  for (const int other : {schema.given(), schema.surname(), schema.other_names()}) {
    if (other < 0 || other == role) continue;
    const auto elsewhere = static_cast<size_t>(other);
    for (const auto& [x, y] : {std::pair(a, b), std::pair(b, a)}) {
      if ((mask_of(place, x[place]) & mask_of(elsewhere, y[elsewhere])) == 0) continue;
      for (const TokenId token : tokens_of(place, x[place])) {
        for (const TokenId candidate : tokens_of(elsewhere, y[elsewhere])) {
          if (token == candidate && values.name_tokens()[token].text.size() > 1) visit(token);
        }
      }
    }
  }
}

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_SCORE_PAIR_LEVELS_H_
