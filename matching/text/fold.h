// Folding of free text to one comparable form.
#ifndef WENSUM_MATCHING_TEXT_FOLD_H_
#define WENSUM_MATCHING_TEXT_FOLD_H_

#include <string>
#include <string_view>
#include <vector>

namespace wensum::matching {

// `text` in capitals, without accents (Unicode NFKD, then marks dropped), ligatures and letters with bars, hooks and
// tails spelt in plain Latin ("Øyvind" -> "OYVIND", "Þór" -> "THOR"), Cyrillic and Greek in Latin letters
// (transliterate.h: "Шевченко" -> "SHEVCHENKO"), digits of all scripts as 0 to 9. Apostrophes and invisible signs
// vanish
// ("O'Brien" -> "OBRIEN"); every other run of characters that are neither letters nor digits becomes one space; no
// space at either end. Malformed UTF-8 counts as punctuation. Letters of other scripts stay as UTF-8, each in one of
// its forms (width, vowel points, variants of the Arabic script), with the vowel signs that belong to them. Idempotent.
// Pure ASCII takes a fast path; the rest goes through ICU.
[[nodiscard]] std::string FoldText(std::string_view text);

// The parts of a folded text between its spaces.
[[nodiscard]] std::vector<std::string_view> FoldedTokens(std::string_view folded);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_TEXT_FOLD_H_
