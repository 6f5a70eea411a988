// Words that belong to the surname that follows.
#ifndef WENSUM_MATCHING_TEXT_SURNAME_FORM_H_
#define WENSUM_MATCHING_TEXT_SURNAME_FORM_H_

#include <string>
#include <string_view>

namespace wensum::matching {

// True for words before a surname that belong to it: VAN, DE, LA, ST, AL, BIN ...
[[nodiscard]] bool IsSurnameParticle(std::string_view folded_word);

// The folded name with MC, MAC, O, FITZ, ST and SAINT joined to the word that follows, if that has more than one
// letter: "MC DONALD" -> "MCDONALD", "SAINT JOHN" -> "STJOHN", "SMITH O BRIEN" -> "SMITH OBRIEN". Idempotent.
[[nodiscard]] std::string JoinSurnamePrefixes(std::string_view folded);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_TEXT_SURNAME_FORM_H_
