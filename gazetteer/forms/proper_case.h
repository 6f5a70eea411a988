// Letter case of addresses for people to read.
#ifndef WENSUM_GAZETTEER_FORMS_PROPER_CASE_H_
#define WENSUM_GAZETTEER_FORMS_PROPER_CASE_H_

#include <string>
#include <string_view>

namespace wensum::llpg {

// One component of an address in proper case: "ST JOHN'S HOUSE" -> "St John's House".
//
// A text that already has words with capitals and small letters is its author's and stays. In all others words begin
// with a capital and go on in small letters, but
//  - those that begin with a digit, and codes such as "B1108", are in capitals: "12A", "3RD";
//  - acronyms and Roman numerals are in capitals: "NHS", "VII" (proper_case_tables.h);
//  - small words in the middle are in small letters: "Isle of Man", "Ashby de la Zouch"; not after a number, which the
//    name of a house or street follows: "12 The Green";
//  - in words with hyphens each part has its capital, small words in the middle have none: "Wells-next-the-Sea"; some
//    places, most of them Welsh, have a way of their own: "Banc-y-ffordd";
//  - "Mc", "O'" and "D'" are followed by a capital: "McDonald", "O'Brien"; other apostrophes are not: "King's".
// Letters of every script that has case are converted one by one; nothing but case changes, so that the result has as
// many code points as the text. Bytes that are not UTF-8 stay. Idempotent. Some microseconds.
[[nodiscard]] std::string ProperCase(std::string_view text);

// Every letter in capitals, one by one ("ŵ" -> "Ŵ"; "ß", which has no capital of one letter, stays).
[[nodiscard]] std::string UpperCase(std::string_view text);

}  // namespace wensum::llpg

#endif  // WENSUM_GAZETTEER_FORMS_PROPER_CASE_H_
