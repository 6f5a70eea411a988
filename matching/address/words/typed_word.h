// A word of a search, typed so far, and what it fits.
#ifndef WENSUM_MATCHING_ADDRESS_WORDS_TYPED_WORD_H_
#define WENSUM_MATCHING_ADDRESS_WORDS_TYPED_WORD_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "matching/address/words/vocabulary.h"

namespace wensum::matching::address {

struct TypedWord {
  std::string word;        // canonical
  std::string unfinished;  // as typed; empty if the word is finished
};

// 0 if `word` is the typed one, or begins as an unfinished one does; with `fuzzy` else the number of typing errors, if
// EditsAllowed forgives them. -1: it does not fit.
[[nodiscard]] int WordEdits(const TypedWord& typed, std::string_view word, bool fuzzy);

// Whole words, beside the canonical one, of which an unfinished word may be the beginning as addresses spell them:
// "STRE" may stand for "ST". Empty unless there are any.
[[nodiscard]] std::vector<std::string> SpelledShorter(const TypedWord& typed);

// The uses of all words that fit, ascending, each once; nullopt if there are more than `cap`.
[[nodiscard]] std::optional<std::vector<Vocabulary::Use>> UsesOf(const Vocabulary& vocabulary, const TypedWord& typed,
                                                                 bool fuzzy, size_t cap);

}  // namespace wensum::matching::address

#endif  // WENSUM_MATCHING_ADDRESS_WORDS_TYPED_WORD_H_
