// The table behind nicknames.h.
#ifndef WENSUM_MATCHING_TEXT_NICKNAME_TABLE_H_
#define WENSUM_MATCHING_TEXT_NICKNAME_TABLE_H_

#include <span>
#include <string_view>

namespace wensum::matching {

// Groups of forenames that people in the United Kingdom use for one another, in folded form: the full form first, then
// short forms, forms of other languages and spellings in alphabetical order, parted by single spaces. Each table is in
// the order of full forms, each of which heads one group of all. Short forms may be in several groups. Names of one
// letter are left out: they are initials. Spellings that are one letter apart need no entry, but for names so common
// that the comparison would take them for two people.
//
// The groups of most people's names. They are numbered first: who looks at a few groups of a name finds these.
[[nodiscard]] std::span<const std::string_view> CommonNicknames();
// Rarer names, and names of Wales, Scotland, Ireland and of languages from elsewhere.
[[nodiscard]] std::span<const std::string_view> FurtherNicknames();

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_TEXT_NICKNAME_TABLE_H_
