// Identifiers and contact details of people.
#ifndef WENSUM_MODEL_CONTACT_H_
#define WENSUM_MODEL_CONTACT_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace wensum::model {

// National Insurance number in canonical form, e.g. "QQ123456C" (HMRC NIM39110: two prefix letters, six digits, suffix
// A to D; the prefixes BG, GB, NK, KN, TN, NT, ZZ, the first letters D, F, I, Q, U, V and the second letters D, F, I,
// O, Q, U, V are not issued). Spaces and case are free; a missing suffix is accepted and left out. INVALID_ARGUMENT
// says what is wrong.
absl::StatusOr<std::string> ParseNiNumber(std::string_view text);

// Phone number in E.164 form, e.g. "+441603212343", by libphonenumber, with GB as the default region. Extensions are
// dropped. INVALID_ARGUMENT if it is not a possible and valid number.
absl::StatusOr<std::string> ParsePhone(std::string_view text);

// True for numbers that stand for "no number": all digits equal, 0123456789-like runs, Ofcom's drama ranges are real
// and not meant.
bool IsDummyPhone(std::string_view e164);

// Email address in comparable form: white space trimmed, domain in lower case, local part in lower case (no UK provider
// tells them apart by case). Accepts the addresses that SMTP can carry (RFC 5321, 4.1.2) but quoted local parts and
// address literals.
absl::StatusOr<std::string> ParseEmail(std::string_view text);

}  // namespace wensum::model

#endif  // WENSUM_MODEL_CONTACT_H_
