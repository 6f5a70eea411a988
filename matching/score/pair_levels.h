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
LevelIndex CompareValues(const ValueDictionary& dictionary, ValueId a, ValueId b);
// The best level over all pairs of their alternatives.
LevelIndex CompareSets(const ValueDictionary& dictionary, const Value& a, const Value& b);

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

  // The same in parts: the levels of all names at once, which stand for one another, and those of any other attribute.
  [[nodiscard]] LevelVector CompareNames(Row a, Row b) const;
  [[nodiscard]] LevelIndex CompareAttribute(size_t attribute, Row a, Row b) const {
    return CompareAttribute(attribute, a[attribute], b[attribute]);
  }
  // The attributes of names, and the rest, those that cost least and tell most first.
  [[nodiscard]] std::span<const size_t> names() const { return names_; }
  [[nodiscard]] std::span<const size_t> others() const { return others_; }

  // Asks the processor to fetch those of a row's values that a comparison soon to come will read first: hardly any pair
  // of candidates is looked at to its end, and more would crowd them out.
  void Prefetch(Row row) const {
    for (const size_t i : first_) {
      if (row[i] != kNoValue) __builtin_prefetch(&values_->dictionary(i)[row[i]]);
    }
  }

 private:
  [[nodiscard]] LevelIndex CompareAttribute(size_t attribute, ValueId a, ValueId b) const;
  [[nodiscard]] LevelVector WithRoles(LevelVector levels, Row a, Row b) const;

  const ValueStore* values_;
  std::vector<size_t> names_;
  std::vector<size_t> others_;
  std::vector<size_t> first_;  // compared for nearly all pairs
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
