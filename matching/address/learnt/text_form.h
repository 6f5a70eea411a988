// What an address text says, however it is written: the key under which stewards' answers are kept.
#ifndef WENSUM_MATCHING_ADDRESS_LEARNT_TEXT_FORM_H_
#define WENSUM_MATCHING_ADDRESS_LEARNT_TEXT_FORM_H_

#include <string>
#include <string_view>

namespace wensum::matching::address {

// One form for texts that say the same. Case, accents, spacing, punctuation and usual abbreviations (RD, ROAD) make no
// difference, nor does whether the postcode stands in its field, in the text or in both. Everything else stays: two
// texts with other words, letters or numbers never share a form, however near they are. Between numbers "-" and "/" are
// no punctuation: 3-4 is a range, 3/4 a flat and its house. ST is STREET after a word and SAINT elsewhere.
//
// `postcode` in any spelling; what is no postcode counts as it is written. Of a text without one the postcode is what
// stands at its end.
//
// Empty if the text says nothing but a postcode. Linear, no limit; a microsecond for an address.
//
// A stored format, by its hash: docs/storage-format.md, Meta.tasks. Any change must raise that number.
std::string TextForm(std::string_view text, std::string_view postcode);

}  // namespace wensum::matching::address

#endif  // WENSUM_MATCHING_ADDRESS_LEARNT_TEXT_FORM_H_
