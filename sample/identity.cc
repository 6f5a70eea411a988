#include "sample/identity.h"

#include <array>

#include "base/strings.h"
#include "sample/text.h"

namespace wensum::sample {
namespace {

// A permutation of [0, modulus): `factor` is a prime that does not divide it.
constexpr uint64_t Scramble(uint64_t index, uint64_t factor, uint64_t modulus) {
  return (index * factor + 12345) % modulus;
}

constexpr std::array<std::string_view, 7> kDomains = {"post.example", "mail.example", "inbox.example", "example.com",
                                                      "web.example",  "example.org",  "example.net"};

std::string LettersOf(std::string_view name) {
  std::string letters;
  for (const char c : FoldToAscii(name)) {
    if (IsLetter(c)) letters.push_back(c);
  }
  return ToLowerAscii(letters);
}

}  // namespace

std::string Padded(uint64_t value, size_t width) {
  std::string text = Cat(value);
  return text.size() < width ? std::string(width - text.size(), '0') + text : text;
}

std::string PersonId(uint32_t person) { return Cat("P", Padded(person, 7)); }
std::string OrganisationId(uint32_t property) { return Cat("O", Padded(property, 7)); }

std::string MobileNumber(uint32_t person) { return Cat("0", 7'710'000'000 + Scramble(person, 48271, 70'000'000)); }

std::string LandlineNumber(uint32_t household) { return Cat("01603", 200'000 + Scramble(household, 7919, 600'000)); }

std::string EmailAddress(std::string_view forename, std::string_view surname, uint32_t person) {
  const std::string first = LettersOf(forename);
  const std::string last = LettersOf(surname);
  const std::string_view domain = kDomains[Scramble(person, 31, kDomains.size())];
  switch (person % 3) {
    case 0:
      return Cat(first, ".", last, person, "@", domain);
    case 1:
      return Cat(first.substr(0, 1), last, person, "@", domain);
    default:
      return Cat(last, "_", first, person, "@", domain);
  }
}

std::string HouseholdEmail(std::string_view surname, uint32_t household) {
  return Cat("the.", LettersOf(surname), ".family.", household, "@", kDomains[household % kDomains.size()]);
}

std::string NiNumber(uint32_t person) {
  // Letters that HMRC issues in first and second place, without the pairs that it does not.
  static constexpr std::string_view kFirst = "ACEHJLMPRS";
  static constexpr std::string_view kSecond = "ABCEHJLMPR";
  const uint64_t number = Scramble(person, 15'485'863, 100'000'000);
  const uint64_t pair = number / 1'000'000;
  return Cat(kFirst[pair / 10], kSecond[pair % 10], Padded(number % 1'000'000, 6), static_cast<char>('A' + person % 4));
}

std::string VehicleMark(Random& random) {
  static constexpr std::string_view kLetters = "ABCDEFGHJKLMNOPRSTUVWXY";
  const auto letter = [&] { return kLetters[random.Below(kLetters.size())]; };
  const uint64_t year = random.Chance(0.5) ? random.Below(24) + 3 : random.Below(24) + 53;
  std::string mark = Cat("A", letter(), Padded(year, 2), " ");
  for (int i = 0; i < 3; ++i) mark.push_back(letter());
  return mark;
}

std::string TypedPhone(Random& random, std::string_view digits) {
  switch (random.Below(5)) {
    case 0:
      return Cat("+44 ", digits.substr(1, 4), " ", digits.substr(5));
    case 1:
      return Cat(digits.substr(0, 5), " ", digits.substr(5));
    case 2:
      return Cat(digits.substr(0, 5), " ", digits.substr(5, 3), " ", digits.substr(8));
    case 3:
      return Cat("(", digits.substr(0, 5), ") ", digits.substr(5));
    default:
      return std::string(digits);
  }
}

}  // namespace wensum::sample
