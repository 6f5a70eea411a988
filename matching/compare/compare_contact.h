// Comparison of phone numbers and email addresses, whose likeness is not that of names.
#ifndef WENSUM_MATCHING_COMPARE_COMPARE_CONTACT_H_
#define WENSUM_MATCHING_COMPARE_COMPARE_CONTACT_H_

#include <cstdint>
#include <string_view>

namespace wensum::matching {

// All functions are symmetric. Levels, best first; kNull: a side is empty.

enum class PhoneLevel : uint8_t {
  kNull = 0,
  kExact,
  kSubscriber,  // one is the end of the other, six digits or more: the area code was left out
  kOneEdit,     // one digit added, lost or changed, or two neighbours swapped
  kDifferent,   // two edits lead to a neighbour as easily as back
};
// Of digits, as ValueText gives them: "01603212121". +44 as a 0 in front.
[[nodiscard]] PhoneLevel ComparePhones(std::string_view a, std::string_view b);

enum class EmailLevel : uint8_t {
  kNull = 0,
  kExact,
  kMailbox,  // one mailbox in all likelihood: the same but for dots and "+tag" before the @, or a user without domain
  kOneEdit,  // one slip in the whole address
  kUser,     // the same user name, six characters or more and nobody's office, at another provider
  kNear,     // user names one slip apart, eight characters or more, at one or two providers
  kDifferent,
};
// In one case. The user is what stands before the last '@'; an address without '@' is a user.
[[nodiscard]] EmailLevel CompareEmails(std::string_view a, std::string_view b);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_COMPARE_COMPARE_CONTACT_H_
