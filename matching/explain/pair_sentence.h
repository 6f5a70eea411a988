// One plain sentence on two records: whether they are one person, how sure that is, what speaks for it, what against
// it, and where they are apart, why.
#ifndef WENSUM_MATCHING_EXPLAIN_PAIR_SENTENCE_H_
#define WENSUM_MATCHING_EXPLAIN_PAIR_SENTENCE_H_

#include <optional>
#include <string>
#include <vector>

#include "matching/explain/verdict.h"
#include "matching/schema/schema.h"

namespace wensum::matching {

struct SentenceEvidence {
  Attribute attribute;
  LevelIndex level = kNullLevel;
  double weight = 0;  // log2; against two people at random
  double rarity = 0;  // AttributeEvidence::rarity
};

// Give only what the reader may know: the sentence holds no values, but it does tell which attributes agree.
struct SentenceInput {
  std::string a;  // what the records are called: "council tax 12345"
  std::string b;
  Judgement judgement;
  std::optional<double> probability;         // of the pair alone
  std::optional<double> people_probability;  // of all records of the two people, if they are two
  std::optional<double> needed;              // the probability from which on records are one person
  bool through_others = false;               // of one person: it has other records, and the reader may know of all
  std::optional<double> household;           // log2 odds against two people of one household, if they are why it is two
  bool withheld = false;                     // there is evidence that the reader may not see, or may not
  std::vector<SentenceEvidence> evidence;
};

// "Council tax 12345 and benefits B77 are one person with probability 0.998: same surname (rare), same date of birth;
// against it: different postcodes."
[[nodiscard]] std::string PairSentence(const SentenceInput& input);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_EXPLAIN_PAIR_SENTENCE_H_
