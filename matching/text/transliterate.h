// Letters in Latin spelling, for names.
#ifndef WENSUM_MATCHING_TEXT_TRANSLITERATE_H_
#define WENSUM_MATCHING_TEXT_TRANSLITERATE_H_

#include <cstddef>
#include <string_view>

namespace wensum::matching {

struct LatinSpelling {
  std::string_view text;  // capital ASCII; empty for a silent sign
  size_t letters = 0;     // how many characters it stands for; 0: those have no Latin spelling here
};

// What stands at `at` (< text.size()) in capitals without accents, a space for all that is no letter or digit.
//
// Latin letters that Unicode does not take apart (AE, barred, hooked and tailed ones) as English readers spell them.
// Cyrillic as in passports and as the BGN/PCGN tables have it, without their signs: one spelling for all languages, so
// G stands for Ukrainian H too. Greek as ELOT 743 (ISO 843 type 2) has it, with its pairs: OU, AV or AF, NG, B for MP
// at the start of a word.
[[nodiscard]] LatinSpelling SpellInLatin(std::u32string_view text, size_t at);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_TEXT_TRANSLITERATE_H_
