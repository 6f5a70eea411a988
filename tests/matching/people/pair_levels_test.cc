#include "matching/score/pair_levels.h"

#include <gtest/gtest.h>

#include <iostream>
#include <string>

#include "base/random.h"
#include "base/strings.h"
#include "matching/compare/letter_signature.h"
#include "matching/schema/value_text.h"
#include "tests/matching/people/people_sample.h"
#include "tests/reference/text_distance_reference.h"

namespace wensum::matching {
namespace {

std::string RandomText(Random& random) {
  const std::string letters = random.Chance(0.5) ? "ABC" : "ABCDEFGHIJ KLMNOPQRSTUVWXYZ0123456789\xC3\x89";
  std::string text;
  for (uint64_t i = random.Below(random.Chance(0.2) ? 70 : 9) + 1; i > 0; --i) {
    text.push_back(letters[random.Below(letters.size())]);
  }
  return text;
}

std::string Edited(Random& random, std::string text) {
  for (uint64_t edits = random.Below(4); edits > 0 && !text.empty(); --edits) {
    const size_t at = random.Below(text.size());
    if (random.Chance(0.3)) {
      text.erase(at, 1);
    } else if (random.Chance(0.5)) {
      text[at] = static_cast<char>('A' + random.Below(26));
    } else {
      text.insert(at, 1, 'Z');
    }
  }
  return text;
}

TEST(LetterSignatureTest, BoundsHold) {
  constexpr uint64_t kSeed = 11;
  std::cout << "seed " << kSeed << "\n";
  Random random(kSeed);
  int tight = 0;
  for (int run = 0; run < 30000; ++run) {
    const std::string a = RandomText(random);
    const std::string b = random.Chance(0.7) ? Edited(random, a) : RandomText(random);
    if (b.empty()) continue;
    const LetterSignature x(a);
    const LetterSignature y(b);
    const int distance = reference::OsaDistance(a, b);
    ASSERT_LE(x.DistanceBound(y), distance) << Quote(a) << " " << Quote(b);
    ASSERT_GE(x.SimilarityBound(y), reference::JaroWinkler(a, b) - 1e-12) << Quote(a) << " " << Quote(b);
    ASSERT_EQ(x.DistanceBound(y), y.DistanceBound(x));
    tight += x.DistanceBound(y) == distance ? 1 : 0;
  }
  EXPECT_GT(tight, 5000);  // the bound is worth having
}

// Compares two values of one attribute.
LevelIndex LevelFor(AttributeType type, std::string_view a, std::string_view b) {
  RecordSet records(Schema({{"x", type}}));
  for (const auto& [key, value] : {std::pair("1", a), std::pair("2", b)}) {
    const std::string_view values[] = {value};
    records.Add(key, values);
  }
  records.Seal();
  const PairComparer comparer(&records.values());
  const LevelVector levels = comparer.Compare(records.row(0), records.row(1));
  EXPECT_EQ(comparer.Compare(records.row(1), records.row(0)), levels) << a << " " << b;
  return LevelAt(levels, 0);
}

TEST(PairLevelsTest, GivenNamesAndSurnames) {
  const auto given = [](auto a, auto b) { return LevelFor(AttributeType::kGivenName, a, b); };
  EXPECT_EQ(given("", "John"), kNullLevel);
  EXPECT_EQ(given("john", "John"), name_level::kExact);
  EXPECT_EQ(given("Bob", "Robert"), name_level::kNickname);
  EXPECT_EQ(given("Michael", "Mihcael"), name_level::kTypo);
  EXPECT_EQ(given("John", "John William"), name_level::kSimilar);
  EXPECT_EQ(given("J", "John"), name_level::kInitial);
  EXPECT_EQ(given("John", "Peter"), name_level::kDifferent);
  EXPECT_EQ(LevelFor(AttributeType::kSurname, "Bob", "Robert"), name_level::kDifferent);
  const auto surname = [](auto a, auto b) { return LevelFor(AttributeType::kSurname, a, b); };
  EXPECT_EQ(surname("Mc Donald", "McDonald"), name_level::kExact);
  EXPECT_EQ(surname("St. John", "Saint-John"), name_level::kExact);
  EXPECT_EQ(surname("MacDonald", "McDonald"), name_level::kTypo);
  EXPECT_EQ(surname("Smith-Jones", "Jones"), name_level::kSimilar);
  EXPECT_EQ(surname("Smith-Jones", "Jones Smith"), name_level::kSimilar);
  EXPECT_EQ(surname("Smith-Jones", "Brown"), name_level::kDifferent);
}

TEST(PairLevelsTest, Contacts) {
  const auto phone = [](auto a, auto b) { return LevelFor(AttributeType::kPhone, a, b); };
  EXPECT_EQ(phone("+44 1603 212121", "01603 212121"), code_level::kExact);
  EXPECT_EQ(phone("01603 212121", "212121"), code_level::kTypo);
  EXPECT_EQ(phone("01603 212121", "01603 212112"), code_level::kNear);
  EXPECT_EQ(phone("01603 212121", "01603 212345"), code_level::kDifferent);
  const auto email = [](auto a, auto b) { return LevelFor(AttributeType::kEmail, a, b); };
  EXPECT_EQ(email("jo.bloggs@b.uk", "JOBLOGGS+tax@b.uk"), code_level::kTypo);
  EXPECT_EQ(email("jo.bloggs@b.uk", "jo.blogs@b.uk"), code_level::kTypo);
  EXPECT_EQ(email("jo.bloggs@b.uk", "jo.bloggs@example.com"), code_level::kNear);
  EXPECT_EQ(email("jo.bloggs@b.uk", "ann.other@b.uk"), code_level::kDifferent);
}

TEST(PairLevelsTest, HousesAreToldApartByTheirNumbers) {
  const auto house = [](std::string_view a, std::string_view b) {
    RecordSet records(Schema({{.name = "x", .type = AttributeType::kText, .address = AddressPart::kHouse}}));
    for (const auto& [key, value] : {std::pair("1", a), std::pair("2", b)}) records.Add(key, {{value}});
    records.Seal();
    return LevelAt(PairComparer(&records.values()).Compare(records.row(0), records.row(1)), 0);
  };
  EXPECT_EQ(house("12 Magdalen Street", "12 magdalen street"), text_level::kExact);
  EXPECT_EQ(house("12 Magdalen Rd", "12 Magdalen Road"), text_level::kNear);
  EXPECT_EQ(house("12 Magdalen Street", "12 Magdalan Street"), text_level::kNear);
  EXPECT_EQ(house("Flat 3, 12 Magdalen Street", "12 Magdalen Street"), text_level::kNear);
  EXPECT_EQ(house("12 Magdalen Street", "14 Magdalen Street"), text_level::kShared);
  EXPECT_EQ(house("12", "14"), text_level::kDifferent);
  EXPECT_EQ(house("12 Magdalen Street", "7 Unthank Road"), text_level::kDifferent);
}

TEST(PairLevelsTest, Dates) {
  const auto date = [](auto a, auto b) { return LevelFor(AttributeType::kDate, a, b); };
  EXPECT_EQ(date("1980-05-17", "1980-05-17"), date_level::kExact);
  EXPECT_EQ(date("1980-05-17", "1980-05-18"), date_level::kDayMonthDigit);
  EXPECT_EQ(date("1980-05-17", "1890-05-17"), date_level::kSwapped);
  EXPECT_EQ(date("1980-05-17", "1985-05-17"), date_level::kYearDigit);
  EXPECT_EQ(date("1980-05-12", "1980-12-05"), date_level::kSwapped);
  EXPECT_EQ(date("1980-05-17", "1980-05-28"), date_level::kTwoParts);
  EXPECT_EQ(date("1980-05-17", "1980-01-01"), date_level::kDefaultDay);
  EXPECT_EQ(date("1980-05-17", "1980"), date_level::kDefaultDay);
  EXPECT_EQ(date("1980-05-17", "1980-12-23"), date_level::kSameYear);
  EXPECT_EQ(date("1980-05-17", "1982-12-23"), date_level::kNearYear);
  EXPECT_EQ(date("1980-05-17", "1956-12-23"), date_level::kDifferent);
}

TEST(PairLevelsTest, PostcodesTextsCodesCategories) {
  const auto postcode = [](auto a, auto b) { return LevelFor(AttributeType::kPostcode, a, b); };
  EXPECT_EQ(postcode("NR2 1AB", "nr21ab"), postcode_level::kExact);
  EXPECT_EQ(postcode("NR2 1AB", "NR2 1BA"), postcode_level::kTypo);
  EXPECT_EQ(postcode("NR2 1AB", "NR2 1XY"), postcode_level::kSector);
  EXPECT_EQ(postcode("NR2 1AB", "NR2 7XY"), postcode_level::kDistrict);
  EXPECT_EQ(postcode("NR2 1AB", "NR9 7XY"), postcode_level::kArea);
  EXPECT_EQ(postcode("NR2 1AB", "CB9 7XY"), postcode_level::kDifferent);
  EXPECT_EQ(postcode("2119", "2190"), postcode_level::kDistrict);
  EXPECT_EQ(postcode("2119", "2500"), postcode_level::kArea);
  EXPECT_EQ(LevelFor(AttributeType::kText, "Marsden", "Marsdin"), text_level::kNear);
  EXPECT_EQ(LevelFor(AttributeType::kText, "Kingston upon Hull", "Hull City Centre Kingston"), text_level::kShared);
  EXPECT_EQ(LevelFor(AttributeType::kText, "Marsden", "Ipswich"), text_level::kDifferent);
  EXPECT_EQ(LevelFor(AttributeType::kCode, "QQ123456C", "QQ123465C"), code_level::kTypo);
  EXPECT_EQ(LevelFor(AttributeType::kCode, "QQ123456C", "AB987654D"), code_level::kDifferent);
  EXPECT_EQ(LevelFor(AttributeType::kCategory, "m", "f"), category_level::kDifferent);
  EXPECT_EQ(LevelFor(AttributeType::kCategory, "male", "mail"), category_level::kDifferent);
  EXPECT_EQ(LevelFor(AttributeType::kCategory, "male", "mal"), category_level::kTypo);
}

// Names in changed places.
LevelVector NameLevels(std::vector<std::string_view> a, std::vector<std::string_view> b) {
  RecordSet records(Schema({{"given", AttributeType::kGivenName},
                            {"surname", AttributeType::kSurname},
                            {"other", AttributeType::kOtherNames}}));
  records.Add("1", a);
  records.Add("2", b);
  records.Seal();
  const PairComparer comparer(&records.values());
  const LevelVector levels = comparer.Compare(records.row(0), records.row(1));
  EXPECT_EQ(comparer.Compare(records.row(1), records.row(0)), levels);
  return levels;
}

TEST(PairLevelsTest, NamesInOtherRolesAreScoredOnce) {
  LevelVector levels = NameLevels({"Thomas", "Gabriel", ""}, {"Gabriel", "Thomas", ""});
  EXPECT_EQ(LevelAt(levels, 0), name_level::kCross);
  EXPECT_EQ(LevelAt(levels, 1), kNullLevel);
  levels = NameLevels({"Nooah", "Fox", ""}, {"Fox", "Noah", ""});  // swapped, with a slip
  EXPECT_EQ(LevelAt(levels, 0), name_level::kCross);
  EXPECT_EQ(LevelAt(levels, 1), kNullLevel);
  levels = NameLevels({"Edward", "Brightman", ""}, {"Frank", "Brightman", "Edward"});
  EXPECT_EQ(LevelAt(levels, 0), name_level::kCross);
  EXPECT_EQ(LevelAt(levels, 1), name_level::kExact);
  levels = NameLevels({"Marshall", "Catherine", ""}, {"Jonathan", "Marshall", ""});  // a housemate, swapped
  EXPECT_EQ(LevelAt(levels, 0), name_level::kDifferent);
  EXPECT_EQ(LevelAt(levels, 1), name_level::kCross);
  levels = NameLevels({"J", "Brightman", ""}, {"Frank", "Smith", "J"});  // an initial is no name
  EXPECT_EQ(LevelAt(levels, 0), name_level::kDifferent);
}

// The level of two names straight from its definition, with textbook distances.
LevelIndex NaiveSurnameLevel(const std::string& a, const std::string& b) {
  if (a == b) return name_level::kExact;
  if (std::min(a.size(), b.size()) >= 3 && reference::OsaDistance(a, b) <= 1) return name_level::kTypo;
  if (a[0] == b[0] && (a.size() == 1 || b.size() == 1)) return name_level::kInitial;
  return reference::JaroWinkler(a, b) >= 0.75 ? name_level::kSimilar : name_level::kDifferent;
}

TEST(PairLevelsTest, SignaturesRuleOutNothingThatIsNear) {
  constexpr uint64_t kSeed = 12;
  std::cout << "seed " << kSeed << "\n";
  Random random(kSeed);
  WordDictionary words;
  ValueDictionary names({.name = "surname", .type = AttributeType::kSurname}, &words);
  int near = 0;
  for (int run = 0; run < 20000; ++run) {
    std::string a = RandomText(random);
    std::erase(a, ' ');
    if (a.empty()) continue;
    std::string b = random.Chance(0.7) ? Edited(random, a) : RandomText(random);
    std::erase(b, ' ');
    if (b.empty()) continue;
    const ValueId x = names.Intern(a);
    const ValueId y = names.Intern(b);
    const LevelIndex level = CompareNameValues(names, names[x], names[y]);
    ASSERT_EQ(level, NaiveSurnameLevel(a, b)) << Quote(a) << " " << Quote(b);
    near += level == name_level::kTypo || level == name_level::kSimilar ? 1 : 0;
  }
  EXPECT_GT(near, 1000);
}

}  // namespace
}  // namespace wensum::matching
