#include "matching/score/pair_levels.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/strings.h"
#include "matching/compare/compare_address.h"
#include "matching/compare/compare_contact.h"
#include "matching/compare/compare_postcode.h"
#include "matching/compare/date_slip.h"
#include "matching/compare/edit_distance.h"
#include "matching/compare/jaro_winkler.h"
#include "matching/compare/name_similarity.h"
#include "matching/text/nicknames.h"

namespace wensum::matching {
namespace {

constexpr double kSimilarName = 0.75;
constexpr double kSimilarWords = 0.8;
constexpr double kSimilarText = 0.88;
constexpr double kSimilarCode = 0.9;

bool WithinEdits(const Value& a, const Value& b, int limit) {
  return a.signature.DistanceBound(b.signature) <= limit && OsaDistance(a.text, b.text, limit) <= limit;
}

bool AtLeastSimilar(const Value& a, const Value& b, double threshold) {
  return a.signature.SimilarityBound(b.signature) >= threshold && JaroWinkler(a.text, b.text) >= threshold;
}

bool ShareToken(const ValueDictionary& dictionary, const Value& a, const Value& b) {
  if ((a.token_mask & b.token_mask) == 0) return false;
  const std::span<const TokenId> of_a = dictionary.TokensOf(a);
  const std::span<const TokenId> of_b = dictionary.TokensOf(b);
  return std::ranges::find_first_of(of_a, of_b) != of_a.end();
}

bool ShareNickname(const ValueDictionary& dictionary, const Value& a, const Value& b) {
  if ((a.nickname_mask & b.nickname_mask) == 0) return false;
  const WordDictionary& tokens = dictionary.tokens();
  for (const TokenId x : dictionary.TokensOf(a)) {
    const std::span<const uint16_t> groups = tokens[x].nickname_groups;
    for (const TokenId y : dictionary.TokensOf(b)) {
      if (x != y && std::ranges::find_first_of(groups, tokens[y].nickname_groups) != groups.end()) return true;
    }
  }
  return false;
}

bool EqualButForSpaces(std::string_view a, std::string_view b) {
  size_t i = 0;
  size_t j = 0;
  while (true) {
    while (i < a.size() && a[i] == ' ') ++i;
    while (j < b.size() && b[j] == ' ') ++j;
    if (i == a.size() || j == b.size()) return i == a.size() && j == b.size();
    if (a[i++] != b[j++]) return false;
  }
}

// Names of several words, of which one is missing on a side or they stand in another order: SMITH-JONES and JONES.
bool WordsFit(const ValueDictionary& dictionary, const Value& a, const Value& b) {
  const NameKind kind = dictionary.type() == AttributeType::kGivenName ? NameKind::kForename : NameKind::kSurname;
  return NameSimilarity(a.text, b.text, kind) >= kSimilarWords;
}

// The first word of one side is the first letter of the other.
bool IsInitialOf(std::string_view a, std::string_view b) {
  const auto single = [](std::string_view text) { return text.size() == 1 || (text.size() > 1 && text[1] == ' '); };
  return a.front() == b.front() && (single(a) || single(b));
}

// One side is the initial of a name that the other side's is a short form of: W and BILL.
bool IsInitialOfShortForm(std::string_view a, std::string_view b) {
  if (a.size() > 1) std::swap(a, b);
  return a.size() == 1 && b.size() > 1 && IsInitialOfFullForm(a.front(), b.substr(0, b.find(' ')));
}

}  // namespace

LevelIndex CompareDateDigits(uint32_t a, uint32_t b) {
  using namespace date_level;                            // NOLINT(google-build-using-namespace)
  constexpr std::array<LevelIndex, kDateSlips> kLevel = {// by DateSlip
                                                         kExact,     kDayMonthDigit, kYearDigit,  kSwapped,  kSwapped,
                                                         kYearDigit, kDefaultDay,    kDefaultDay, kTwoParts, kTwoParts,
                                                         kSameYear,  kNearYear,      kDifferent};
  return kLevel[static_cast<size_t>(SlipBetween(a, b))];
}

LevelIndex ComparePostcodeValues(const Value& a, const Value& b) {
  static_assert(static_cast<int>(PostcodeLevel::kExact) == postcode_level::kExact &&
                static_cast<int>(PostcodeLevel::kOneEdit) == postcode_level::kTypo &&
                static_cast<int>(PostcodeLevel::kSector) == postcode_level::kSector &&
                static_cast<int>(PostcodeLevel::kDistrict) == postcode_level::kDistrict &&
                static_cast<int>(PostcodeLevel::kArea) == postcode_level::kArea &&
                static_cast<int>(PostcodeLevel::kDifferent) == postcode_level::kDifferent);
  return static_cast<LevelIndex>(ComparePostcodes(a.text, b.text));
}

LevelIndex CompareTextValues(const ValueDictionary& dictionary, const Value& a, const Value& b) {
  if (a.SameText(b)) return text_level::kExact;
  if (WithinEdits(a, b, 1) || AtLeastSimilar(a, b, kSimilarText)) return text_level::kNear;
  return ShareToken(dictionary, a, b) ? text_level::kShared : text_level::kDifferent;
}

// Where the numbers differ it is another house, however near the texts are.
bool SameHouse(const ValueDictionary& dictionary, ValueId a_id, ValueId b_id) {
  const uint32_t common = dictionary.digest(a_id) & dictionary.digest(b_id);
  if (common != dictionary.digest(a_id) && common != dictionary.digest(b_id)) return false;  // nearly all
  const Value& a = dictionary[a_id];
  const Value& b = dictionary[b_id];
  const AddressWords& x = dictionary.AddressOf(a);
  const AddressWords& y = dictionary.AddressOf(b);
  const AddressTextLevel level = CompareAddressTexts(x, y);
  return level == AddressTextLevel::kExact || level == AddressTextLevel::kNear || level == AddressTextLevel::kPart ||
         (x.marks() == y.marks() && (WithinEdits(a, b, 1) || AtLeastSimilar(a, b, kSimilarText)));
}

LevelIndex CompareHouses(const ValueDictionary& dictionary, ValueId a, ValueId b) {
  if (SameHouse(dictionary, a, b)) return text_level::kNear;
  return ShareToken(dictionary, dictionary[a], dictionary[b]) ? text_level::kShared : text_level::kDifferent;
}

LevelIndex CompareCodeValues(const Value& a, const Value& b) {
  if (a.SameText(b)) return code_level::kExact;
  if (WithinEdits(a, b, 1)) return code_level::kTypo;
  return WithinEdits(a, b, 2) || AtLeastSimilar(a, b, kSimilarCode) ? code_level::kNear : code_level::kDifferent;
}

LevelIndex ComparePhoneValues(const Value& a, const Value& b) {
  constexpr std::array<LevelIndex, 5> kLevel = {kNullLevel, code_level::kExact, code_level::kTypo, code_level::kNear,
                                                code_level::kDifferent};  // by PhoneLevel
  return kLevel[static_cast<size_t>(ComparePhones(a.text, b.text))];
}

LevelIndex CompareEmailValues(const Value& a, const Value& b) {
  constexpr std::array<LevelIndex, 7> kLevel = {
      kNullLevel,        code_level::kExact, code_level::kTypo,     code_level::kTypo,
      code_level::kNear, code_level::kNear,  code_level::kDifferent};  // by EmailLevel
  const LevelIndex level = kLevel[static_cast<size_t>(CompareEmails(a.text, b.text))];
  return level == code_level::kDifferent ? CompareCodeValues(a, b) : level;
}

LevelIndex CompareCategoryValues(const Value& a, const Value& b) {
  if (a.SameText(b)) return category_level::kExact;
  return std::min(a.text.size(), b.text.size()) > 1 && WithinEdits(a, b, 1) ? category_level::kTypo
                                                                            : category_level::kDifferent;
}

LevelIndex CompareNameValues(const ValueDictionary& dictionary, const Value& a, const Value& b) {
  using namespace name_level;  // NOLINT(google-build-using-namespace)
  if (a.SameText(b)) return dictionary.type() == AttributeType::kGivenName && a.text.size() == 1 ? kInitial : kExact;
  if (dictionary.type() == AttributeType::kGivenName && ShareNickname(dictionary, a, b)) return kNickname;
  if (std::min(a.text.size(), b.text.size()) >= 3 && WithinEdits(a, b, 1)) return kTypo;
  if (IsInitialOf(a.text, b.text)) return kInitial;
  if (dictionary.type() == AttributeType::kGivenName && IsInitialOfShortForm(a.text, b.text)) return kInitial;
  if (AtLeastSimilar(a, b, kSimilarName) || EqualButForSpaces(a.text, b.text)) return kSimilar;
  return a.token_count + b.token_count > 2 && WordsFit(dictionary, a, b) ? kSimilar : kDifferent;
}

LevelIndex CompareOtherNames(const ValueDictionary& dictionary, const Value& a, const Value& b) {
  using namespace other_names_level;  // NOLINT(google-build-using-namespace)
  if (ShareToken(dictionary, a, b)) return kShared;
  if (ShareNickname(dictionary, a, b)) return kNear;
  const WordDictionary& tokens = dictionary.tokens();
  bool initial = false;
  for (const TokenId x : dictionary.TokensOf(a)) {
    for (const TokenId y : dictionary.TokensOf(b)) {
      const WordDictionary::Token& s = tokens[x];
      const WordDictionary::Token& t = tokens[y];
      if (std::min(s.text.size(), t.text.size()) >= 3) {
        if (s.signature.DistanceBound(t.signature) <= 1 && OsaDistance(s.text, t.text, 1) <= 1) return kNear;
      } else {
        initial |= std::min(s.text.size(), t.text.size()) == 1 && s.text.front() == t.text.front();
      }
    }
  }
  return initial ? kInitial : kDifferent;
}

LevelIndex CompareReferences(const Value& a, const Value& b) {
  return a.SameText(b) ? reference_level::kExact : reference_level::kDifferent;
}

LevelIndex CompareValues(const ValueDictionary& dictionary, ValueId a_id, ValueId b_id) {
  if (dictionary.type() == AttributeType::kDate) {
    return CompareDateDigits(dictionary.digest(a_id), dictionary.digest(b_id));
  }
  if (dictionary.reads_addresses()) return CompareHouses(dictionary, a_id, b_id);
  const Value& a = dictionary[a_id];
  const Value& b = dictionary[b_id];
  switch (dictionary.type()) {
    case AttributeType::kGivenName:
    case AttributeType::kSurname:
      return CompareNameValues(dictionary, a, b);
    case AttributeType::kOtherNames:
      return CompareOtherNames(dictionary, a, b);
    case AttributeType::kPostcode:
      return ComparePostcodeValues(a, b);
    case AttributeType::kCode:
      return CompareCodeValues(a, b);
    case AttributeType::kPhone:
      return ComparePhoneValues(a, b);
    case AttributeType::kEmail:
      return CompareEmailValues(a, b);
    case AttributeType::kCategory:
      return CompareCategoryValues(a, b);
    case AttributeType::kReference:
      return CompareReferences(a, b);
    case AttributeType::kText:
    case AttributeType::kDate:
      break;
  }
  return CompareTextValues(dictionary, a, b);
}

LevelIndex CompareSets(const ValueDictionary& dictionary, const Value& a, const Value& b) {
  LevelIndex best = DifferentLevel(dictionary.type());
  for (const ValueId x : dictionary.ElementsOf(a)) {
    for (const ValueId y : dictionary.ElementsOf(b)) {
      best = std::min(best, x == y ? LevelIndex{1} : CompareValues(dictionary, x, y));
    }
  }
  return best;
}

PairComparer::PairComparer(const ValueStore* values) : values_(values) {
  const Schema& schema = values->schema();
  for (size_t i = 0; i < schema.size(); ++i) (IsNameType(schema[i].type) ? names_ : others_).push_back(i);
  std::ranges::stable_sort(others_, {}, [&schema](size_t i) {
    const AttributeType type = schema[i].type;
    return type == AttributeType::kDate                                                                ? 0
           : type == AttributeType::kPostcode || IsCodeType(type) || type == AttributeType::kReference ? 1
                                                                                                       : 2;
  });
  constexpr size_t kFirstOthers = 2;
  first_ = names_;
  first_.insert(first_.end(), others_.begin(),
                others_.begin() + static_cast<std::ptrdiff_t>(std::min(kFirstOthers, others_.size())));
}

LevelVector PairComparer::CompareNames(Row a, Row b) const {
  LevelVector levels = 0;
  for (const size_t i : names_) levels |= LevelBits(CompareAttribute(i, a, b), i);
  return WithRoles(levels, a, b);
}

LevelIndex PairComparer::CompareAttribute(size_t attribute, ValueId a, ValueId b) const {
  if (a == kNoValue || b == kNoValue) return kNullLevel;
  const ValueDictionary& dictionary = values_->dictionary(attribute);
  if (a == b) {
    // The same initial twice is no name in common. Else: exact, or shared, in every type.
    const bool initial = dictionary.type() == AttributeType::kGivenName && dictionary[a].text.size() == 1;
    return initial ? name_level::kInitial : LevelIndex{1};
  }
  return dictionary.IsSet(a) || dictionary.IsSet(b) ? CompareSets(dictionary, dictionary[a], dictionary[b])
                                                    : CompareValues(dictionary, a, b);
}

bool IsFullSwap(const ValueStore& values, Row a, Row b) {
  const auto given = static_cast<size_t>(values.schema().given());
  const auto surname = static_cast<size_t>(values.schema().surname());
  if (a[given] == kNoValue || b[given] == kNoValue || a[surname] == kNoValue || b[surname] == kNoValue) return false;
  const ValueDictionary& givens = values.dictionary(given);
  const ValueDictionary& surnames = values.dictionary(surname);
  const Value& given_a = givens[a[given]];
  const Value& surname_b = surnames[b[surname]];
  if (given_a.token_mask != surname_b.token_mask || given_a.text != surname_b.text) return false;
  return givens[b[given]].text == surnames[a[surname]].text;
}

namespace {

// True if each name is near the other side's other one.
bool NearlySwapped(const ValueStore& values, Row a, Row b) {
  const auto given = static_cast<size_t>(values.schema().given());
  const auto surname = static_cast<size_t>(values.schema().surname());
  const ValueDictionary& givens = values.dictionary(given);
  const ValueDictionary& surnames = values.dictionary(surname);
  const auto near = [](const Value& x, const Value& y) {
    return x.text == y.text || (std::min(x.text.size(), y.text.size()) >= 3 && WithinEdits(x, y, 1)) ||
           AtLeastSimilar(x, y, kSimilarName);
  };
  return near(givens[a[given]], surnames[b[surname]]) && near(givens[b[given]], surnames[a[surname]]);
}

// True if a word of more than one character stands in both values.
bool ShareName(const ValueDictionary& xs, const Value& x, const ValueDictionary& ys, const Value& y) {
  if ((x.token_mask & y.token_mask) == 0) return false;
  const std::span<const TokenId> of_y = ys.TokensOf(y);
  return std::ranges::any_of(xs.TokensOf(x), [&](TokenId token) {
    return xs.tokens()[token].text.size() > 1 && std::ranges::find(of_y, token) != of_y.end();
  });
}

// True if just one side's given name has a word of the other side's surname: that is a surname they share, out of its
// place, and says nothing of given names.
bool SurnameOutOfPlace(const ValueStore& values, Row a, Row b) {
  const auto given = static_cast<size_t>(values.schema().given());
  const auto surname = static_cast<size_t>(values.schema().surname());
  const ValueDictionary& givens = values.dictionary(given);
  const ValueDictionary& surnames = values.dictionary(surname);
  return ShareName(givens, givens[a[given]], surnames, surnames[b[surname]]) !=
         ShareName(givens, givens[b[given]], surnames, surnames[a[surname]]);
}

}  // namespace

LevelVector PairComparer::Compare(Row a, Row b) const {
  LevelVector levels = CompareNames(a, b);
  for (const size_t i : others_) levels |= LevelBits(CompareAttribute(i, a, b), i);
  return levels;
}

LevelVector PairComparer::WithRoles(LevelVector levels, Row a, Row b) const {
  const Schema& schema = values_->schema();
  const bool has_given = schema.given() >= 0;
  const bool has_surname = schema.surname() >= 0;
  const auto given = static_cast<size_t>(schema.given());
  const auto surname = static_cast<size_t>(schema.surname());
  const auto role_crosses = [&](int role) {
    if (LevelAt(levels, static_cast<size_t>(role)) != name_level::kDifferent) return false;
    bool found = false;
    ForEachCrossToken(*values_, role, a, b, [&found](TokenId) { found = true; });
    return found;
  };
  const auto replace = [&levels](size_t attribute, LevelIndex level) {
    levels = (levels & ~LevelBits(15, attribute)) | LevelBits(level, attribute);
  };
  if (has_given && has_surname && LevelAt(levels, given) != name_level::kExact && IsFullSwap(*values_, a, b)) {
    replace(given, name_level::kCross);
    replace(surname, kNullLevel);
    return levels;
  }
  const bool given_crosses = has_given && role_crosses(schema.given());
  const bool surname_crosses = has_surname && role_crosses(schema.surname());
  const bool both_differ = has_given && has_surname && LevelAt(levels, given) == name_level::kDifferent &&
                           LevelAt(levels, surname) == name_level::kDifferent;
  if (both_differ && surname_crosses && SurnameOutOfPlace(*values_, a, b) && !NearlySwapped(*values_, a, b)) {
    replace(surname, name_level::kCross);
    return levels;
  }
  if (given_crosses) replace(given, name_level::kCross);
  if (surname_crosses) replace(surname, given_crosses ? kNullLevel : name_level::kCross);
  return levels;
}

}  // namespace wensum::matching
