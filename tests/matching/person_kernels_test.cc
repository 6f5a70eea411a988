// Comparisons of dates, names, contacts and addresses.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/strings.h"
#include "matching/compare/compare_address.h"
#include "matching/compare/compare_contact.h"
#include "matching/compare/compare_postcode.h"
#include "matching/compare/date_slip.h"
#include "matching/compare/name_similarity.h"
#include "tests/reference/person_compare_reference.h"
#include "tests/reference/text_distance_reference.h"
#include "tests/support/random_text.h"
#include "tests/support/seed.h"

namespace wensum::matching {
namespace {

Random Seeded(uint64_t seed) {
  const uint64_t chosen = TestSeed(seed);
  std::cout << "seed " << chosen << "\n";
  return Random(chosen);
}

DateDigits Pack(const std::string& date) {
  DateDigits digits = 0;
  for (const char c : date) digits = digits << 4 | static_cast<DateDigits>(c - '0');
  return digits;
}

std::string TwoDigits(uint64_t number) { return Cat(number < 10 ? "0" : "", number); }

TEST(DateSlipTest, AgreesWithTheDefinition) {
  Random random = Seeded(5);
  std::vector<int> seen(kDateSlips);
  for (int run = 0; run < Rounds(200000, 4000000); ++run) {
    const std::string a = Cat(1890 + random.Below(130), TwoDigits(random.Below(13)), TwoDigits(random.Below(32)));
    std::string b = a;
    switch (random.Below(5)) {
      case 0:
        b = Cat(1890 + random.Below(130), TwoDigits(random.Below(13)), TwoDigits(random.Below(32)));
        break;
      case 1:
        b = Cat(a.substr(0, 4), random.Chance(0.5) ? "0101" : random.Chance(0.5) ? "0000" : a.substr(4, 2) + "00");
        break;
      case 2:
        b = Cat(a.substr(0, 4), a.substr(6), a.substr(4, 2));
        break;
      case 3:
        b = Cat(random.Chance(0.5) ? "19" : "20", a.substr(2));
        break;
      default:
        for (uint64_t edits = random.Below(4); edits > 0; --edits) {
          const size_t at = random.Below(8);
          if (random.Chance(0.5)) {
            b[at] = static_cast<char>('0' + random.Below(10));
          } else {
            std::swap(b[at], b[at > 0 ? at - 1 : 1]);
          }
        }
    }
    const DateSlip slip = SlipBetween(Pack(a), Pack(b));
    ASSERT_EQ(slip, reference::SlipBetween(a, b)) << a << " " << b;
    ASSERT_EQ(slip, SlipBetween(Pack(b), Pack(a))) << a << " " << b;
    ++seen[static_cast<size_t>(slip)];
  }
  EXPECT_GT(*std::min_element(seen.begin(), seen.end()), 20);  // every slip was tried
}

TEST(DateSlipTest, KnownSlips) {
  EXPECT_EQ(SlipBetween(0x19800517, 0x19800517), DateSlip::kNone);
  EXPECT_EQ(SlipBetween(0x19800517, 0x19800518), DateSlip::kDayMonthDigit);
  EXPECT_EQ(SlipBetween(0x19800517, 0x19850517), DateSlip::kYearDigit);
  EXPECT_EQ(SlipBetween(0x19800512, 0x19801205), DateSlip::kDayMonthSwapped);
  EXPECT_EQ(SlipBetween(0x19800517, 0x18900517), DateSlip::kNeighboursSwapped);
  EXPECT_EQ(SlipBetween(0x19230517, 0x20230517), DateSlip::kCentury);
  EXPECT_EQ(SlipBetween(0x19800517, 0x19800000), DateSlip::kYearAlone);
  EXPECT_EQ(SlipBetween(0x19800517, 0x19800500), DateSlip::kYearAlone);
  EXPECT_EQ(SlipBetween(0x19800517, 0x19800101), DateSlip::kDefaultDay);
  EXPECT_EQ(SlipBetween(0x19800517, 0x19560517), DateSlip::kTwoParts);
  EXPECT_EQ(SlipBetween(0x19800517, 0x19812517), DateSlip::kTwoDigits);
  EXPECT_EQ(SlipBetween(0x19800517, 0x19801223), DateSlip::kSameYear);
  EXPECT_EQ(SlipBetween(0x19800517, 0x19821223), DateSlip::kNearYear);
  EXPECT_EQ(SlipBetween(0x19800517, 0x19561223), DateSlip::kDifferent);
}

TEST(DateSlipTest, DigitsOfPackedDates) {
  EXPECT_EQ(DigitsOf(19800517), 0x19800517U);
  EXPECT_EQ(DigitsOf(19800000), 0x19800000U);
  EXPECT_EQ(DigitsOf(0), 0U);
}

TEST(DateSlipTest, Dummies) {
  for (const DateDigits dummy : {0U, 0x19000101U, 0x19700101U, 0x18991230U, 0x99991231U, 0x11111111U, 0x99999999U}) {
    EXPECT_TRUE(IsDummyDate(dummy)) << std::hex << dummy;
  }
  for (const DateDigits date : {0x19800101U, 0x19700102U, 0x19560618U, 0x19000000U}) {
    EXPECT_FALSE(IsDummyDate(date)) << std::hex << date;
  }
}

TEST(NameSimilarityTest, AgreesWithAllOrders) {
  constexpr const char* kWords[] = {"JOHN",    "JON",   "JOHNNY", "J",       "SMITH",  "SMYTH", "BILL",
                                    "WILLIAM", "W",     "ANN",    "ANNABEL", "LEE",    "LEIGH", "MARY",
                                    "MARIE",   "BROWN", "BROWNE", "B",       "OBRIEN", "X"};
  Random random = Seeded(6);
  for (int run = 0; run < Rounds(6000, 60000); ++run) {
    std::vector<std::string> names[2];
    for (std::vector<std::string>& words : names) {
      for (uint64_t i = random.Below(6); i > 0; --i) {
        words.emplace_back(random.Chance(0.1) ? std::string(1, static_cast<char>('A' + random.Below(26)))
                                              : kWords[random.Below(std::size(kWords))]);
      }
    }
    const NameKind kind = random.Chance(0.5) ? NameKind::kForename : NameKind::kSurname;
    const std::string a = Join(names[0], " ");
    const std::string b = Join(names[1], " ");
    const double similarity = NameSimilarity(a, b, kind);
    ASSERT_NEAR(similarity, reference::NameSimilarity(names[0], names[1], kind), 1e-12) << a << " | " << b;
    ASSERT_EQ(NameSimilarity(b, a, kind), similarity) << a << " | " << b;
  }
}

TEST(NameSimilarityTest, WordsAgreeAsInTheTwin) {
  Random random = Seeded(9);
  for (int run = 0; run < Rounds(20000, 400000); ++run) {
    auto [a, b] = RandomTexts(random, 70);
    std::erase(a, ' ');
    std::erase(b, ' ');
    for (const NameKind kind : {NameKind::kForename, NameKind::kSurname}) {
      ASSERT_EQ(FitWords(a, b, kind), reference::FitWords(a, b, kind)) << Quote(a) << " " << Quote(b);
      ASSERT_EQ(FitWords(b, a, kind), FitWords(a, b, kind));
    }
  }
}

TEST(NameSimilarityTest, NamesThatPeopleWrite) {
  const auto alike = [](auto a, auto b) { return NameSimilarity(a, b, NameKind::kForename); };
  EXPECT_EQ(alike("MARY ANN", "ANN MARY"), 1);
  EXPECT_EQ(alike("J R SMITH", "SMITH JOHN ROBERT"), 0.8);
  EXPECT_GT(alike("JOHN", "JOHN WILLIAM"), 0.85);
  EXPECT_GT(alike("BILL", "WILLIAM"), 0.85);
  EXPECT_EQ(alike("W", "BILL"), 0.7);
  EXPECT_EQ(alike("JOHN", "PETER"), 0);
  EXPECT_EQ(alike("", "PETER"), 0);
  EXPECT_EQ(NameSimilarity("BILL", "WILLIAM", NameKind::kSurname), 0);
  EXPECT_GT(NameSimilarity("JONES", "SMITH JONES", NameKind::kSurname), 0.85);
  EXPECT_EQ(alike("A B C D E F G H I", "A B C D E F G H J"), 1);  // words beyond the eighth are not looked at
}

TEST(ComparePostcodesTest, Levels) {
  const auto level = [](std::string_view a, std::string_view b) {
    EXPECT_EQ(ComparePostcodes(a, b), ComparePostcodes(b, a)) << a << " " << b;
    return ComparePostcodes(a, b);
  };
  EXPECT_EQ(level("", "NR21AB"), PostcodeLevel::kNull);
  EXPECT_EQ(level("NR21AB", "NR21AB"), PostcodeLevel::kExact);
  EXPECT_EQ(level("NR21AB", "NR21BA"), PostcodeLevel::kOneEdit);
  EXPECT_EQ(level("NR21AB", "NR21XY"), PostcodeLevel::kSector);
  EXPECT_EQ(level("NR21AB", "NR27XY"), PostcodeLevel::kDistrict);
  EXPECT_EQ(level("NR21AB", "NR31AC"), PostcodeLevel::kDistrict);  // two slips
  EXPECT_EQ(level("NR21AB", "NR97XY"), PostcodeLevel::kArea);
  EXPECT_EQ(level("NR21AB", "CB97XY"), PostcodeLevel::kDifferent);
  EXPECT_EQ(level("2600", "2611"), PostcodeLevel::kDistrict);
  EXPECT_EQ(level("26003", "21997"), PostcodeLevel::kArea);
  EXPECT_EQ(level("26003", "41997"), PostcodeLevel::kDifferent);
}

TEST(ComparePhonesTest, Levels) {
  EXPECT_EQ(ComparePhones("", "01603212121"), PhoneLevel::kNull);
  EXPECT_EQ(ComparePhones("01603212121", "01603212121"), PhoneLevel::kExact);
  EXPECT_EQ(ComparePhones("212121", "01603212121"), PhoneLevel::kSubscriber);
  EXPECT_EQ(ComparePhones("12121", "01603212121"), PhoneLevel::kDifferent);
  EXPECT_EQ(ComparePhones("01603212112", "01603212121"), PhoneLevel::kOneEdit);
  EXPECT_EQ(ComparePhones("01603212345", "01603212121"), PhoneLevel::kDifferent);
}

TEST(CompareEmailsTest, Levels) {
  EXPECT_EQ(CompareEmails("", "A@B.UK"), EmailLevel::kNull);
  EXPECT_EQ(CompareEmails("JO.BLOGGS@B.UK", "JO.BLOGGS@B.UK"), EmailLevel::kExact);
  EXPECT_EQ(CompareEmails("JO.BLOGGS@B.UK", "JOBLOGGS@B.UK"), EmailLevel::kMailbox);
  EXPECT_EQ(CompareEmails("JO.BLOGGS+TAX@B.UK", "JOBLOGGS@B.UK"), EmailLevel::kMailbox);
  EXPECT_EQ(CompareEmails("JO.BLOGGS", "JO.BLOGGS@B.UK"), EmailLevel::kMailbox);
  EXPECT_EQ(CompareEmails("JO.BLOGS@B.UK", "JO.BLOGGS@B.UK"), EmailLevel::kOneEdit);
  EXPECT_EQ(CompareEmails("JO.BLOGGS@B.UK", "JO.BLOGGS@EXAMPLE.COM"), EmailLevel::kUser);
  EXPECT_EQ(CompareEmails("ENQUIRIES@B.UK", "ENQUIRIES@EXAMPLE.COM"), EmailLevel::kDifferent);
  EXPECT_EQ(CompareEmails("JO.BLOGS@B.UK", "JO.BLOGGS@EXAMPLE.COM"), EmailLevel::kNear);
  EXPECT_EQ(CompareEmails("JO@B.UK", "JO@EXAMPLE.COM"), EmailLevel::kDifferent);
  EXPECT_EQ(CompareEmails("JO.BLOGGS@B.UK", "ANN.OTHER@B.UK"), EmailLevel::kDifferent);
  EXPECT_EQ(CompareEmails("..@B.UK", ".@B.UK"), EmailLevel::kDifferent);  // no user is nobody's mailbox
}

TEST(CompareContactsTest, AreSymmetricAndAgreeWithTextbookDistances) {
  Random random = Seeded(10);
  for (int run = 0; run < Rounds(20000, 400000); ++run) {
    std::string digits;
    for (uint64_t i = random.Below(13); i > 0; --i) digits.push_back(static_cast<char>('0' + random.Below(10)));
    std::string other = random.Chance(0.2) ? digits.substr(digits.size() / 3) : WithSlips(random, digits);
    const PhoneLevel level = ComparePhones(digits, other);
    ASSERT_EQ(level, ComparePhones(other, digits)) << digits << " " << Quote(other);
    const bool near = reference::OsaDistance(digits, other) == 1;
    const bool too_short = std::min(digits.size(), other.size()) <= 6;
    ASSERT_TRUE(near || level != PhoneLevel::kOneEdit) << digits << " " << Quote(other);
    ASSERT_TRUE(!near || too_short || level != PhoneLevel::kDifferent) << digits << " " << Quote(other);
    const auto [a, b] = RandomTexts(random, 60);
    ASSERT_EQ(CompareEmails(a, b), CompareEmails(b, a)) << Quote(a) << " " << Quote(b);
  }
}

AddressTextLevel Addresses(std::string_view a, std::string_view b) {
  const AddressWords x(a);
  const AddressWords y(b);
  EXPECT_EQ(CompareAddressTexts(x, y), CompareAddressTexts(y, x)) << a << " | " << b;
  return CompareAddressTexts(x, y);
}

TEST(CompareAddressTextsTest, Levels) {
  EXPECT_EQ(Addresses("", "12 High Street"), AddressTextLevel::kNull);
  EXPECT_EQ(Addresses("Flt 3, 12 High Rd", "FLAT 3 12 HIGH ROAD"), AddressTextLevel::kExact);
  EXPECT_EQ(Addresses("12a High Street", "12 A, High St."), AddressTextLevel::kExact);
  EXPECT_EQ(Addresses("12 Magdalen Street", "12 Magdalan Street"), AddressTextLevel::kNear);
  EXPECT_EQ(Addresses("12 Magdalen Street", "12 Magdalen Street, Norwich"), AddressTextLevel::kNear);
  EXPECT_EQ(Addresses("Flat 3, 12 Magdalen Street", "12 Magdalen Street"), AddressTextLevel::kPart);
  EXPECT_EQ(Addresses("12 Magdalen Street", "14 Magdalen Street"), AddressTextLevel::kSameStreet);
  EXPECT_EQ(Addresses("12 Magdalen Street", "12a Magdalen Street"), AddressTextLevel::kSameStreet);
  EXPECT_EQ(Addresses("Ground Floor, 12 Magdalen Street", "First Floor, 12 Magdalen Street"),
            AddressTextLevel::kSameStreet);
  EXPECT_EQ(Addresses("12 Magdalen Street", "Land adj 12 Magdalen Street"), AddressTextLevel::kPart);
  EXPECT_EQ(Addresses("12 Park Road", "12 Park Lane"), AddressTextLevel::kDifferent);
  EXPECT_EQ(Addresses("12 Magdalen Road", "12 Magdalen Street"), AddressTextLevel::kShared);
  EXPECT_EQ(Addresses("12 Magdalen Street", "7 Unthank Road"), AddressTextLevel::kDifferent);
}

}  // namespace
}  // namespace wensum::matching
