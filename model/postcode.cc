#include "model/postcode.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::model {
namespace {

// A set of capital letters, one bit each.
constexpr uint32_t SetOf(std::string_view letters) {
  uint32_t set = 0;
  for (const char c : letters) {
    set |= uint32_t{1} << (c - 'A');
  }
  return set;
}

constexpr bool In(uint32_t set, char c) { return IsUpper(c) && ((set >> (c - 'A')) & 1U) != 0; }

constexpr uint32_t kFirst = SetOf("ABCDEFGHIJKLMNOPRSTUWYZ");
constexpr uint32_t kSecond = SetOf("ABCDEFGHKLMNOPQRSTUVWXY");
constexpr uint32_t kThird = SetOf("ABCDEFGHJKPSTUW");
constexpr uint32_t kFourth = SetOf("ABEHMNPRVWXY");
constexpr uint32_t kInwardLetters = SetOf("ABDEFGHJLNPQRSTUWXYZ");

constexpr size_t kInwardLength = 3;
constexpr size_t kMinOutwardLength = 2;
constexpr size_t kMaxOutwardLength = 4;
constexpr size_t kMinLength = kMinOutwardLength + kInwardLength;
constexpr size_t kMaxLength = kMaxOutwardLength + kInwardLength;

enum class Fault {
  kNone,
  kCharacter,
  kLength,
  kFirstLetter,
  kSecondLetter,
  kDistrict,
  kLeadingZero,
  kDistrictLetter,
  kForces,
  kInward,
};

std::string_view Describe(Fault fault) {
  switch (fault) {
    case Fault::kNone:
      break;
    case Fault::kCharacter:
      return "has a character other than letters, digits and white space";
    case Fault::kLength:
      return "does not have 5 to 7 letters and digits";
    case Fault::kFirstLetter:
      return "does not start with a letter other than Q, V and X";
    case Fault::kSecondLetter:
      return "has I, J or Z as its second letter";
    case Fault::kDistrict:
      return "has no district number of one or two digits after the letters of the area";
    case Fault::kLeadingZero:
      return "has a district number of two digits that starts with 0";
    case Fault::kDistrictLetter:
      return "has a letter after the district number that does not occur there";
    case Fault::kForces:
      return "is a British Forces postcode, which names no place";
    case Fault::kInward:
      return "does not end in a digit and two letters other than C, I, K, M, O and V";
  }
  return "is well formed";
}

// Checks an outward code in capitals: A9, A99, A9A, AA9, AA99 or AA9A.
Fault CheckOutward(std::string_view code) {
  if (code.size() < kMinOutwardLength || code.size() > kMaxOutwardLength) {
    return Fault::kLength;
  }
  if (!In(kFirst, code[0])) {
    return Fault::kFirstLetter;
  }
  const size_t letters = IsUpper(code[1]) ? 2 : 1;
  if (letters == 2 && !In(kSecond, code[1])) {
    return Fault::kSecondLetter;
  }
  const std::string_view district = code.substr(letters);
  if (district.empty() || district.size() > 2 || !IsDigit(district[0])) {
    return Fault::kDistrict;
  }
  if (district.size() == 2) {
    if (IsDigit(district[1])) {
      if (district[0] == '0') {
        return Fault::kLeadingZero;
      }
    } else if (!In(letters == 1 ? kThird : kFourth, district[1])) {
      return Fault::kDistrictLetter;
    }
  }
  return code[0] == 'B' && code[1] == 'F' ? Fault::kForces : Fault::kNone;
}

// Checks an inward code in capitals: 9AA.
bool IsInward(std::string_view code) {
  return code.size() == kInwardLength && IsDigit(code[0]) && In(kInwardLetters, code[1]) && In(kInwardLetters, code[2]);
}

Fault CheckCompact(std::string_view code) {
  if (code.size() < kMinLength || code.size() > kMaxLength) {
    return Fault::kLength;
  }
  const size_t split = code.size() - kInwardLength;
  if (const Fault fault = CheckOutward(code.substr(0, split)); fault != Fault::kNone) {
    return fault;
  }
  return IsInward(code.substr(split)) ? Fault::kNone : Fault::kInward;
}

constexpr char Upper(char c) { return IsLower(c) ? static_cast<char>(c - 'a' + 'A') : c; }
constexpr bool IsAlphanumeric(char c) { return IsLetter(c) || IsDigit(c); }

// A postcode's letters and digits, in capitals, without spaces.
struct Compact {
  std::array<char, kMaxLength> characters;
  size_t size = 0;
  [[nodiscard]] std::string_view view() const { return {characters.data(), size}; }
};

Fault Compress(std::string_view text, Compact& code) {
  for (const char c : text) {
    if (IsSpace(c)) {
      continue;
    }
    if (!IsAlphanumeric(c)) {
      return Fault::kCharacter;
    }
    if (code.size == kMaxLength) {
      return Fault::kLength;
    }
    code.characters[code.size++] = Upper(c);
  }
  return CheckCompact(code.view());
}

// "NR21AB" -> "NR2 1AB"
std::string Spaced(std::string_view code) {
  std::string text(code);
  text.insert(code.size() - kInwardLength, 1, ' ');
  return text;
}

char ToDigit(char c) {
  switch (c) {
    case 'O':
      return '0';
    case 'I':
      return '1';
    case 'S':
      return '5';
    default:
      return c;
  }
}

char ToLetter(char c) {
  switch (c) {
    case '0':
      return 'O';
    case '1':
      return 'I';
    case '5':
      return 'S';
    default:
      return c;
  }
}

// Makes the characters of `code` fit `shape`, A for a letter and 9 for a digit, as far as confusable ones allow.
// Returns the number of characters changed.
int Fit(std::string_view shape, std::string& code) {
  int changes = 0;
  for (size_t i = 0; i < code.size(); ++i) {
    const char fitted = shape[i] == 'A' ? ToLetter(code[i]) : ToDigit(code[i]);
    changes += fitted != code[i] ? 1 : 0;
    code[i] = fitted;
  }
  return changes;
}

}  // namespace

absl::StatusOr<Postcode> Postcode::Parse(std::string_view text) {
  Compact code;
  if (const Fault fault = Compress(text, code); fault != Fault::kNone) {
    return InvalidArgument(Cat("postcode ", Quote(text, 20), " ", Describe(fault)));
  }
  return Postcode(Spaced(code.view()));
}

std::optional<Postcode> Postcode::ParseRepaired(std::string_view text) {
  Compact code;
  const Fault fault = Compress(text, code);
  if (fault == Fault::kNone) {
    return Postcode(Spaced(code.view()));
  }
  // A code that was cut short by the fault is not one to repair.
  if (fault == Fault::kCharacter || fault == Fault::kLength || fault == Fault::kForces) {
    return std::nullopt;
  }
  constexpr std::array<std::string_view, 6> kShapes = {"A99AA", "AA99AA", "A999AA", "A9A9AA", "AA999AA", "AA9A9AA"};
  std::string best;
  int best_changes = 0;
  bool tie = false;
  for (const std::string_view shape : kShapes) {
    if (shape.size() != code.size) {
      continue;
    }
    std::string fitted(code.view());
    const int changes = Fit(shape, fitted);
    // A letter after the number of a one-letter area is used in London only; elsewhere it is a misread digit.
    const bool likely = !(IsDigit(fitted[1]) && IsUpper(fitted[2])) ||
                        std::string_view("ENW").find(fitted[0]) != std::string_view::npos;
    if (!likely || fitted == best || CheckCompact(fitted) != Fault::kNone) {
      continue;
    }
    if (best.empty() || changes < best_changes) {
      best = fitted;
      best_changes = changes;
      tie = false;
    } else if (changes == best_changes) {
      tie = true;
    }
  }
  if (best.empty() || tie) {
    return std::nullopt;
  }
  return Postcode(Spaced(best));
}

std::string_view Postcode::area() const {
  const size_t letters = text_.size() > 1 && IsUpper(text_[1]) ? 2 : 1;
  return std::string_view(text_).substr(0, letters);
}

std::string_view Postcode::district() const { return std::string_view(text_).substr(0, text_.find(' ')); }

std::string_view Postcode::sector() const {
  return std::string_view(text_).substr(0, text_.size() - std::min(text_.size(), kInwardLength - 1));
}

std::optional<FoundPostcode> FindPostcode(std::string_view text) {
  // From the end, run of letters and digits by run: a run is a whole postcode, or an inward code after an outward one.
  size_t end = text.size();
  while (end >= kMinLength) {
    if (!IsAlphanumeric(text[end - 1])) {
      --end;
      continue;
    }
    size_t begin = end - 1;
    while (begin > 0 && IsAlphanumeric(text[begin - 1])) {
      --begin;
    }
    size_t found = begin;
    const std::string_view run = text.substr(begin, end - begin);
    if (run.size() == kInwardLength && IsDigit(run[0])) {
      size_t outward_end = begin;
      while (outward_end > 0 && IsSpace(text[outward_end - 1])) {
        --outward_end;
      }
      found = outward_end;
      while (found > 0 && outward_end - found <= kMaxOutwardLength && IsAlphanumeric(text[found - 1])) {
        --found;
      }
    }
    if (found < begin || (run.size() >= kMinLength && run.size() <= kMaxLength)) {
      Compact code;
      if (Compress(text.substr(found, end - found), code) == Fault::kNone) {
        Postcode postcode = *Postcode::Parse(code.view());
        return FoundPostcode{.postcode = std::move(postcode), .begin = found, .end = end};
      }
    }
    end = begin;
  }
  return std::nullopt;
}

}  // namespace wensum::model
