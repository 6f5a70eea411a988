// One comparable spelling of a value, by the attribute's type.
#ifndef WENSUM_MATCHING_SCHEMA_VALUE_TEXT_H_
#define WENSUM_MATCHING_SCHEMA_VALUE_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "matching/schema/schema.h"

namespace wensum::matching {

// Budgets against hostile input: what is longer is cut, what is more is left out.
inline constexpr size_t kMaxTokenBytes = 64;
inline constexpr size_t kMaxTokens = 8;
inline constexpr size_t kMaxValueBytes = 120;

// The value in the form that is compared; empty if the text says nothing: blank, or a placeholder ("UNKNOWN", "N/A",
// "0000000", 1 January 1900). Names, texts and categories are folded (text/fold.h), postcodes and codes without spaces,
// phones digits with a leading 0 for +44, emails in capitals, dates eight digits YYYYMMDD: year first, or day first as
// in the United Kingdom; a year or year and month alone is padded with zeros; a text that is no possible date keeps its
// digits (a typing slip in a date is still most of a date).
[[nodiscard]] std::string ValueText(AttributeType type, std::string_view raw);

// Parts the alternatives of a value, before and after ValueSetText (ASCII's unit separator).
inline constexpr char kAlternativeSeparator = '\x1F';
inline constexpr size_t kMaxAlternatives = 8;

// The same where a record may have several values of an attribute: those of its alternatives that say something, each
// once, the first kMaxAlternatives in ascending order. Names have one value: in them the separator counts as a space.
// Idempotent.
[[nodiscard]] std::string ValueSetText(AttributeType type, std::string_view raw);

// The eight digits of a date value, one in each half byte, the year highest; other characters read as 15.
[[nodiscard]] uint32_t PackDigits(std::string_view date_value);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_SCHEMA_VALUE_TEXT_H_
