// Short and pet forms of forenames.
#ifndef WENSUM_MATCHING_TEXT_NICKNAMES_H_
#define WENSUM_MATCHING_TEXT_NICKNAMES_H_

#include <cstdint>
#include <span>
#include <string_view>

namespace wensum::matching {

// The groups that a folded forename belongs to, ascending, the common ones first (nickname_table.h); empty for names
// without known short forms. Names of one group are used for one another ("BOB" for "ROBERT"); a name may be in several
// groups ("BERT"). Group numbers are part of candidate keys, which live in memory only. Thread-safe.
[[nodiscard]] std::span<const uint16_t> NicknameGroups(std::string_view folded_forename);

// True if two different forenames have a group in common.
[[nodiscard]] bool AreNicknames(std::string_view a, std::string_view b);

// True if a full form of the forename, the first of one of its common groups, begins with the letter: W for "BILL". Not
// those of other languages: J, not G, is for "JOHN", although GIOVANNI is one.
[[nodiscard]] bool IsInitialOfFullForm(char initial, std::string_view folded_forename);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_TEXT_NICKNAMES_H_
