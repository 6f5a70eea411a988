// A phonetic code for names as they are written in the United Kingdom.
#ifndef WENSUM_MATCHING_TEXT_PHONETIC_H_
#define WENSUM_MATCHING_TEXT_PHONETIC_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace wensum::matching {

// The code of a folded name token: up to eight code letters packed into one word, first letter lowest; 0 for text
// without letters. Names that sound alike mostly share it: SMITH and SMYTH, CLARK and CLARKE, PHILIP and FILIP,
// REED and REID, KNIGHT and NITE.
//
// Rules, in this order: silent starts (KN, GN, PN, WR, PS; WH -> W); PH -> F; GH is silent but at the start; TCH and
// SCH -> S; CH -> K with C, Q, G, K, X -> K; soft C (before E, I, Y) -> S; initial G before E -> J; S, Z -> S;
// D, T -> T; V, F -> F; B, P -> P; M, N -> N; H, W, Y and vowels are dropped except that an initial vowel is kept as A
// and initial H, W and Y as themselves; equal neighbours are one. Bytes outside A to Z stand for themselves.
[[nodiscard]] uint64_t PhoneticCode(std::string_view folded_token);

// The packed letters as text, for explanations and tests.
[[nodiscard]] std::string PhoneticText(uint64_t code);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_TEXT_PHONETIC_H_
