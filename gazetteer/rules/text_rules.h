// Rules of spelling, as functions of the text alone. Texts are UTF-8; bytes that are not well-formed count as
// characters outside every set. Each is linear in the text and allocates nothing.
#ifndef WENSUM_GAZETTEER_RULES_TEXT_RULES_H_
#define WENSUM_GAZETTEER_RULES_TEXT_RULES_H_

#include <cstddef>
#include <string_view>

namespace wensum::llpg {

[[nodiscard]] size_t CharacterCount(std::string_view text);

// The first character that ISO 8859-14 (Latin-8, for Celtic languages) lacks, or that is a control character; empty if
// there is none.
[[nodiscard]] std::string_view OutsideLatin8(std::string_view text);

[[nodiscard]] bool HasDoubleSpace(std::string_view text);

// Round and square brackets closed in their order, and none closed that was not opened; at most eight levels.
[[nodiscard]] bool BracketsBalanced(std::string_view text);

// The punctuation mark that stands twice in a row (".." or "--"), or 0.
[[nodiscard]] char RepeatedPunctuation(std::string_view text);

// A letter that stands three times in a row, or 0. Roman numerals ("III") and "WWW" are let through.
[[nodiscard]] char TripledLetter(std::string_view text);

// The first word that is an abbreviation the conventions want written in full ("RD", "BLDG"), or empty. Of any case, a
// full stop after it or not.
[[nodiscard]] std::string_view AddressAbbreviation(std::string_view text);
// The same for street names, where "ST" stands for Saint unless it is the last word.
[[nodiscard]] std::string_view StreetAbbreviation(std::string_view text);

// What the data entry conventions forbid in PAO and SAO texts: a comma, a quotation mark, an ampersand, or a hyphen
// between two numbers; the offending piece, or empty.
[[nodiscard]] std::string_view AgainstConvention(std::string_view text);

// A street's name that reads like a description: its first word is "FROM", "BETWEEN", "OFF", "LEADING", "ADJACENT" or
// "REAR", or "FROM ... TO ..." stands in it.
[[nodiscard]] bool ReadsLikeDescription(std::string_view text);

// A road number as streets of type 3 have: a letter first, at least one digit, at most 8 characters, all of them
// letters, digits, brackets and hyphens.
[[nodiscard]] bool IsRoadNumber(std::string_view text);

}  // namespace wensum::llpg

#endif  // WENSUM_GAZETTEER_RULES_TEXT_RULES_H_
