// The table behind nicknames.h.
#ifndef WENSUM_MATCHING_TEXT_NICKNAME_TABLE_H_
#define WENSUM_MATCHING_TEXT_NICKNAME_TABLE_H_

#include <span>
#include <string_view>

namespace wensum::matching {

// Groups of forenames that people in the United Kingdom use for one another, in folded form: the full form first, then
// short forms, forms of other languages and spellings in alphabetical order, parted by single spaces. Groups are in the
// order of their full forms, each of which heads one. Short forms may be in several groups. Names of one letter are
// left out: they are initials. Spellings that are one letter apart need no entry, but for names so common that the
// comparison would take them for two people.
[[nodiscard]] std::span<const std::string_view> NicknamesAToI();
[[nodiscard]] std::span<const std::string_view> NicknamesJToZ();

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_TEXT_NICKNAME_TABLE_H_
