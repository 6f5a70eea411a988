// Folding of free text to one comparable form.
#ifndef WENSUM_MATCHING_TEXT_FOLD_H_
#define WENSUM_MATCHING_TEXT_FOLD_H_

#include <string>
#include <string_view>
#include <vector>

namespace wensum::matching {

// `text` in capitals, without accents (Unicode NFKD, then marks dropped) and with ligatures and barred letters spelt in
// ASCII ("Øyvind" -> "OYVIND"). Apostrophes vanish ("O'Brien" -> "OBRIEN"); every other run of characters that are
// neither letters nor digits becomes one space; no space at either end. Malformed UTF-8 counts as punctuation. Letters
// of other scripts stay as UTF-8. Idempotent. Pure ASCII takes a fast path; the rest goes through ICU.
[[nodiscard]] std::string FoldText(std::string_view text);

// The parts of a folded text between its spaces.
[[nodiscard]] std::vector<std::string_view> FoldedTokens(std::string_view folded);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_TEXT_FOLD_H_
