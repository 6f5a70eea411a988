#include "matching/explain/phrase.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/strings.h"

namespace wensum::matching {
namespace {

constexpr double kRare = 2;  // a quarter as common as usual
constexpr double kLeastShown = 0.0005;

struct Called {
  std::string_view attribute;
  std::string_view one;
  std::string_view many;
};
constexpr std::array kNouns = {
    Called{"other names", "further name", "further names"}, Called{"suffix", "suffix", "suffixes"},
    Called{"born", "date of birth", "dates of birth"},      Called{"sex", "sex", "sexes"},
    Called{"phone", "phone number", "phone numbers"},       Called{"email", "email address", "email addresses"},
    Called{"account", "account number", "account numbers"}, Called{"UPRN", "property (UPRN)", "properties (UPRN)"},
    Called{"address", "address text", "address texts"},
};

std::string NamePhrase(const Noun& noun, LevelIndex level) {
  switch (level) {
    case name_level::kExact:
      return Cat("same ", noun.one);
    case name_level::kNickname:
      return Cat(noun.many, " that are forms of one name");
    case name_level::kTypo:
      return Cat(noun.one, " differs by one letter");
    case name_level::kSimilar:
      return Cat("similar ", noun.many);
    case name_level::kInitial:
      return Cat(noun.one, " fits, as far as an initial tells");
    case name_level::kCross:
      return Cat(noun.one, " stands in another part of the other's name");
    case name_level::kNearEstablished:
      return Cat("similar ", noun.many, " that are both in common use");
    default:
      return Cat("different ", noun.many);
  }
}

std::string OtherNamesPhrase(const Noun& noun, LevelIndex level) {
  switch (level) {
    case other_names_level::kShared:
      return Cat("same ", noun.one);
    case other_names_level::kNear:
      return Cat("similar ", noun.many);
    case other_names_level::kInitial:
      return Cat(noun.one, " fits, as far as an initial tells");
    default:
      return Cat("different ", noun.many);
  }
}

std::string DatePhrase(const Noun& noun, LevelIndex level) {
  switch (level) {
    case date_level::kExact:
      return Cat("same ", noun.one);
    case date_level::kDayMonthDigit:
      return Cat(noun.one, " differs by one digit of day or month");
    case date_level::kYearDigit:
      return Cat(noun.one, " differs by one digit of the year");
    case date_level::kSwapped:
      return Cat(noun.one, " differs by swapped digits");
    case date_level::kTwoParts:
      return Cat(noun.one, " agrees in two of day, month and year");
    case date_level::kDefaultDay:
      return Cat(noun.one, " agrees in the year, and one side knows no more");
    case date_level::kSameYear:
      return Cat(noun.one, " agrees in the year alone");
    case date_level::kNearYear:
      return Cat(noun.many, " that are near, not equal");
    default:
      return Cat("different ", noun.many);
  }
}

std::string PostcodePhrase(const Noun& noun, LevelIndex level) {
  switch (level) {
    case postcode_level::kExact:
      return Cat("same ", noun.one);
    case postcode_level::kTypo:
      return Cat(noun.one, " differs by one character");
    case postcode_level::kSector:
      return Cat(noun.many, " of one sector");
    case postcode_level::kDistrict:
      return Cat(noun.many, " of one district");
    case postcode_level::kArea:
      return Cat(noun.many, " of one area only");
    default:
      return Cat("different ", noun.many);
  }
}

std::string TextPhrase(const Noun& noun, LevelIndex level) {
  switch (level) {
    case text_level::kExact:
      return Cat("same ", noun.one);
    case text_level::kNear:
      return Cat("similar ", noun.many);
    case text_level::kShared:
      return Cat(noun.many, " that share a word");
    default:
      return Cat("different ", noun.many);
  }
}

std::string CodePhrase(const Noun& noun, LevelIndex level) {
  switch (level) {
    case code_level::kExact:
      return Cat("same ", noun.one);
    case code_level::kTypo:
      return Cat(noun.one, " differs by one character");
    case code_level::kNear:
      return Cat("similar ", noun.many);
    default:
      return Cat("different ", noun.many);
  }
}

std::string CategoryPhrase(const Noun& noun, LevelIndex level) {
  if (level == category_level::kExact) return Cat("same ", noun.one);
  return level == category_level::kTypo ? Cat(noun.one, " differs by one letter") : Cat("different ", noun.many);
}

}  // namespace

Noun NounOf(std::string_view attribute) {
  for (const Called& called : kNouns) {
    if (called.attribute == attribute) return {std::string(called.one), std::string(called.many)};
  }
  return {std::string(attribute), Cat(attribute, "s")};
}

std::string LevelPhrase(const Attribute& attribute, LevelIndex level) {
  if (level == kNullLevel) return "";
  const Noun noun = NounOf(attribute.name);
  switch (attribute.type) {
    case AttributeType::kGivenName:
    case AttributeType::kSurname:
      return NamePhrase(noun, level);
    case AttributeType::kOtherNames:
      return OtherNamesPhrase(noun, level);
    case AttributeType::kDate:
      return DatePhrase(noun, level);
    case AttributeType::kPostcode:
      return PostcodePhrase(noun, level);
    case AttributeType::kCode:
    case AttributeType::kPhone:
    case AttributeType::kEmail:
      return CodePhrase(noun, level);
    case AttributeType::kCategory:
      return CategoryPhrase(noun, level);
    case AttributeType::kReference:
      return Cat(level == reference_level::kExact ? "same " : "different ",
                 level == reference_level::kExact ? noun.one : noun.many);
    case AttributeType::kText:
      break;
  }
  return TextPhrase(noun, level);
}

std::string EvidencePhrase(const Attribute& attribute, LevelIndex level, double rarity) {
  return Cat(LevelPhrase(attribute, level), rarity >= kRare ? " (rare)" : rarity <= -kRare ? " (common)" : "");
}

std::string_view RefusalPhrase(ReviewReason reason) {
  switch (reason) {
    case ReviewReason::kUndated:
      return "no date of birth was compared, and no personal number, phone or email agrees";
    case ReviewReason::kDateConflict:
      return "their dates of birth speak for two people of one household";
    case ReviewReason::kGivenName:
      return "no given name was compared, or none that tells people of one household apart";
    case ReviewReason::kDistinct:
      return "a steward has said, or a source declares, that they are two people";
    case ReviewReason::kUnique:
      return "they differ in what a person has but one of, such as a National Insurance number";
    case ReviewReason::kContested:
      return "one of them fits somebody else about as well, or too many records are alike to tell";
    case ReviewReason::kScore:
      break;
  }
  return "the evidence is too weak to join them and too strong to pass over";
}

std::string AsSentence(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return Cat(text, ".");
}

std::string ProbabilityText(double probability) {
  if (probability < kLeastShown) return "under 0.001";
  if (probability > 1 - kLeastShown) return "over 0.999";
  const auto thousandths = std::min<long>(std::lround(probability * 1000), 999);
  const std::string digits = std::to_string(1000 + thousandths);  // with leading zeros
  return Cat("0.", digits.substr(1));
}

}  // namespace wensum::matching
