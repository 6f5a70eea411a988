// Capitals and small letters of values.
#ifndef WENSUM_IMPORT_LETTER_CASE_H_
#define WENSUM_IMPORT_LETTER_CASE_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace wensum::ingest {

enum class LetterCase : uint8_t {
  kUpper,
  kLower,
  kTitle,  // a capital at the start of each word and behind hyphens and apostrophes, but for a last letter ("John's")
};

// `text` (UTF-8) in that case, letter by letter as Unicode maps them: no letter becomes two. Bytes that are not UTF-8
// become U+FFFD. Pure; thread-safe.
[[nodiscard]] std::string WithCase(std::string_view text, LetterCase letter_case);

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_LETTER_CASE_H_
