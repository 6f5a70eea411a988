// What two records have in common, and what not, in plain words. No phrase holds a value of a record.
#ifndef WENSUM_MATCHING_EXPLAIN_PHRASE_H_
#define WENSUM_MATCHING_EXPLAIN_PHRASE_H_

#include <string>
#include <string_view>

#include "matching/resolve/agglomerate.h"
#include "matching/schema/schema.h"

namespace wensum::matching {

// What an attribute is called in a sentence, one of it and several: "date of birth", "dates of birth". An attribute
// that PersonSchema() lacks is called by its name.
struct Noun {
  std::string one;
  std::string many;
};
[[nodiscard]] Noun NounOf(std::string_view attribute);

// "same surname", "date of birth differs by one digit of the year", "different postcodes"; empty if not compared.
[[nodiscard]] std::string LevelPhrase(const Attribute& attribute, LevelIndex level);

// The same with a note where the values are much rarer or more common than usual (AttributeEvidence::rarity): "same
// surname (rare)".
[[nodiscard]] std::string EvidencePhrase(const Attribute& attribute, LevelIndex level, double rarity);

// Why two people are left apart: "no date of birth was compared, and no personal number, phone or email agrees". For
// kScore: that the score lies between the thresholds.
[[nodiscard]] std::string_view RefusalPhrase(ReviewReason reason);

// `text` with a capital at its start and a full stop at its end.
[[nodiscard]] std::string AsSentence(std::string text);

// "0.987", "over 0.999", "under 0.001".
[[nodiscard]] std::string ProbabilityText(double probability);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_EXPLAIN_PHRASE_H_
