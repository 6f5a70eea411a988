#include "model/contact.h"

#include <phonenumbers/phonenumberutil.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::model {
namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

constexpr std::string_view kNotFirstInNino = "DFIQUV";
constexpr std::string_view kNotSecondInNino = "DFIOQUV";
constexpr std::array<std::string_view, 7> kPrefixesNotIssued = {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"};

bool Contains(std::string_view set, char c) { return set.find(c) != std::string_view::npos; }

// libphonenumber gives up on longer texts too.
constexpr size_t kMaxPhoneText = 250;

std::optional<std::string> ParseE164(std::string_view text) {
  const PhoneNumberUtil& util = *PhoneNumberUtil::GetInstance();
  PhoneNumber number;
  if (util.Parse(std::string(text), "GB", &number) != PhoneNumberUtil::NO_PARSING_ERROR ||
      !util.IsValidNumber(number)) {
    return std::nullopt;
  }
  std::string e164;
  util.Format(number, PhoneNumberUtil::E164, &e164);
  return e164;
}

constexpr size_t kMaxLocalPart = 64;
constexpr size_t kMaxDomain = 255;
constexpr size_t kMaxLabel = 63;
constexpr size_t kMaxEmail = 254;  // a path of 256 less its angle brackets

// RFC 5321, 4.1.2: Dot-string of RFC 5322's atext.
bool IsDotString(std::string_view text) {
  const std::vector<std::string_view> atoms = Split(text, '.');
  return std::all_of(atoms.begin(), atoms.end(), [](std::string_view atom) {
    return !atom.empty() && std::all_of(atom.begin(), atom.end(), [](char c) {
      return IsLetter(c) || IsDigit(c) || Contains("!#$%&'*+-/=?^_`{|}~", c);
    });
  });
}

bool IsDomainLabel(std::string_view label) {
  return !label.empty() && label.size() <= kMaxLabel && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(), [](char c) { return IsLetter(c) || IsDigit(c) || c == '-'; });
}

}  // namespace

absl::StatusOr<std::string> ParseNiNumber(std::string_view text) {
  std::string number;
  for (const char c : text) {
    if (IsSpace(c)) {
      continue;
    }
    if (number.size() == 9) {
      return InvalidArgument("the National Insurance number has more than 9 characters");
    }
    number.push_back(IsLower(c) ? static_cast<char>(c - 'a' + 'A') : c);
  }
  if (number.size() < 8 || !IsUpper(number[0]) || !IsUpper(number[1]) ||
      !IsDigits(std::string_view(number).substr(2, 6))) {
    return InvalidArgument("the National Insurance number is not two letters, six digits and a letter from A to D");
  }
  const std::string_view prefix = std::string_view(number).substr(0, 2);
  if (Contains(kNotFirstInNino, prefix[0]) || Contains(kNotSecondInNino, prefix[1]) ||
      std::find(kPrefixesNotIssued.begin(), kPrefixesNotIssued.end(), prefix) != kPrefixesNotIssued.end()) {
    return InvalidArgument(Cat("no National Insurance number starts with ", prefix));
  }
  if (number.size() == 9 && (number[8] < 'A' || number[8] > 'D')) {
    return InvalidArgument("the National Insurance number does not end in a letter from A to D");
  }
  return number;
}

absl::StatusOr<std::string> ParsePhone(std::string_view text) {
  if (text.size() > kMaxPhoneText) {
    return InvalidArgument(Cat("the phone number has more than ", kMaxPhoneText, " characters"));
  }
  std::optional<std::string> e164;
  if (IsValidUtf8(text)) {
    e164 = ParseE164(text);
  }
  if (!e164.has_value()) {
    return InvalidArgument("the phone number is no valid UK number, nor a valid foreign one with + and country code");
  }
  return *std::move(e164);
}

bool IsDummyPhone(std::string_view e164) {
  constexpr size_t kLooked = 8;
  if (e164.size() <= kLooked || e164[0] != '+' || !IsDigits(e164.substr(1))) {
    return false;
  }
  const std::string_view last = e164.substr(e164.size() - kLooked);
  const int step = (last[1] - last[0] + 10) % 10;
  if (step != 0 && step != 1 && step != 9) {
    return false;
  }
  for (size_t i = 1; i < kLooked; ++i) {
    if ((last[i] - last[i - 1] + 10) % 10 != step) {
      return false;
    }
  }
  return true;
}

absl::StatusOr<std::string> ParseEmail(std::string_view text) {
  text = Trim(text);
  if (text.size() > kMaxEmail) {
    return InvalidArgument(Cat("the email address has more than ", kMaxEmail, " characters"));
  }
  const size_t at = text.find('@');
  if (at == std::string_view::npos) {
    return InvalidArgument("the email address has no @");
  }
  const std::string_view local = text.substr(0, at);
  const std::string_view domain = text.substr(at + 1);
  if (local.size() > kMaxLocalPart || !IsDotString(local)) {
    return InvalidArgument(Cat("the email address does not have, before its @, 1 to ", kMaxLocalPart,
                               " characters that may stand there, with single dots between them"));
  }
  const std::vector<std::string_view> labels = Split(domain, '.');
  if (domain.size() > kMaxDomain || labels.size() < 2 || !std::all_of(labels.begin(), labels.end(), IsDomainLabel) ||
      IsDigits(labels.back())) {
    return InvalidArgument("the email address does not have, after its @, a domain such as example.org");
  }
  return ToLowerAscii(text);
}

}  // namespace wensum::model
