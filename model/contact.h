// Identifiers and contact details of people.
#ifndef WENSUM_MODEL_CONTACT_H_
#define WENSUM_MODEL_CONTACT_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace wensum::model {

// The messages of these functions never repeat the text: it is personal, and messages end up in logs.

// National Insurance number in canonical form, e.g. "AB123456C" (HMRC NIM39110: two prefix letters, six digits, suffix
// A to D; the prefixes BG, GB, NK, KN, TN, NT, ZZ, the first letters D, F, I, Q, U, V and the second letters D, F, I,
// O, Q, U, V are not issued: "QQ123456C" of the forms is an example only). Spaces and case are free; a missing suffix
// is accepted and left out. INVALID_ARGUMENT says what is wrong.
absl::StatusOr<std::string> ParseNiNumber(std::string_view text);

// Phone number in E.164 form, e.g. "+441603212343", by libphonenumber, with GB as the default region. Extensions are
// dropped. A result parses to itself. INVALID_ARGUMENT if it is not a possible and valid number.
// Some 25 microseconds (regular expressions inside the library): by far the dearest function of this folder.
absl::StatusOr<std::string> ParsePhone(std::string_view text);

// True for valid numbers (in E.164 form) that people and systems enter for want of one: the last eight digits are all
// equal (07777 777777), or each is one more than the one before it, or each one less, 0 and 9 being neighbours (01234
// 567890, 07987 654321). False for anything else: the ranges that Ofcom keeps for drama (01632 960000) may be someone's
// honest test data, and a number of fewer than eight digits is a service.
bool IsDummyPhone(std::string_view e164);

// Email address in comparable form: white space trimmed, domain in lower case, local part in lower case (no UK provider
// tells them apart by case). Accepts the addresses that SMTP can carry (RFC 5321, 4.1.2 and 4.5.3.1) but quoted local
// parts, address literals and, as unqualified, domains of one label (2.3.5). INVALID_ARGUMENT says what is wrong.
absl::StatusOr<std::string> ParseEmail(std::string_view text);

}  // namespace wensum::model

#endif  // WENSUM_MODEL_CONTACT_H_
