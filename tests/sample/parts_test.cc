// The sample's parts on their own: rates, names, text, noise, addresses.
#include <map>
#include <set>
#include <string>

#include "base/random.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "gtest/gtest.h"
#include "sample/address_text.h"
#include "sample/dates.h"
#include "sample/embedded.h"
#include "sample/identity.h"
#include "sample/names.h"
#include "sample/noise.h"
#include "sample/rates.h"
#include "sample/text.h"

namespace wensum::sample {
namespace {

std::string RatesError(std::string_view yaml) {
  const auto rates = ReadRates(yaml);
  EXPECT_EQ(rates.status().code(), absl::StatusCode::kInvalidArgument) << yaml;
  return std::string(Message(rates.status()));
}

TEST(ReadRatesTest, GivesTheDocumentedRatesWhereNothingIsOverridden) {
  const auto rates = ReadRates("");
  ASSERT_TRUE(rates.ok()) << rates.status();
  EXPECT_EQ(rates->missing_birth_date.council_tax, 0.70);
  EXPECT_EQ(rates->noise.name_typo, 0.04);
  EXPECT_EQ(rates->household.twins, 0.03);
}

TEST(ReadRatesTest, OverlaysAndChecks) {
  const auto rates = ReadRates("noise:\n  name_typo: 0.5\n");
  ASSERT_TRUE(rates.ok()) << rates.status();
  EXPECT_EQ(rates->noise.name_typo, 0.5);
  EXPECT_EQ(rates->noise.nickname, 0.06);
  EXPECT_EQ(RatesError("noise:\n  name_typos: 0.5\n"), "rates file line 2: unknown rate \"noise.name_typos\"");
  EXPECT_NE(RatesError("noises:\n  name_typo: 0.5\n").find("unknown rate"), std::string::npos);
  EXPECT_NE(RatesError("\nnoise:\n  name_typo: 4\n").find("line 3: noise.name_typo must be a number from 0 to 1"),
            std::string::npos);
  EXPECT_NE(RatesError("noise:\n  name_typo: nan\n").find("must be a number"), std::string::npos);
  EXPECT_NE(RatesError("noise:\n  name_typo: [1]\n").find("must be a number"), std::string::npos);
  EXPECT_NE(RatesError("noise: 3\n").find("must be a map"), std::string::npos);
  EXPECT_NE(RatesError("- 1\n").find("must be a map"), std::string::npos);
  EXPECT_NE(RatesError("noise: {").find("rates file"), std::string::npos);
  EXPECT_NE(RatesError("household:\n  single: 0.9\n").find("household types must add up to 1"), std::string::npos);
  EXPECT_NE(RatesError("names:\n  british: 0\n").find("name groups must add up to 1"), std::string::npos);
  EXPECT_NE(RatesError("property:\n  house: 0.1\n").find("plots must add up to 1"), std::string::npos);
}

TEST(NameTablesTest, HasVarietyWithASkew) {
  const NameTables names;
  EXPECT_GT(names.forename_count(), 800u);
  EXPECT_GT(names.surname_count(), 6000u);
  Random random(11);
  std::map<std::string, int> surnames, born_1935, born_2015;
  for (int i = 0; i < 20'000; ++i) {
    ++surnames[names.Surname(names.DrawSurname(random, NameGroup::kBritish, 0.3))];
    ++born_1935[names.Forename(names.DrawForename(random, NameGroup::kBritish, true, 1935))];
    ++born_2015[names.Forename(names.DrawForename(random, NameGroup::kBritish, true, 2015))];
  }
  EXPECT_GT(surnames["Smith"], 120);
  EXPECT_LT(surnames["Smith"], 500);
  EXPECT_GT(surnames.size(), 3000u);
  EXPECT_GT(born_1935["John"], 50 * (born_2015["John"] + 1) / 10);
  EXPECT_GT(born_2015["Noah"], 100);
  EXPECT_EQ(born_1935["Noah"], 0);
  for (int group = 0; group < kNameGroups; ++group) {
    std::set<ForenameId> distinct;
    for (int i = 0; i < 500; ++i) {
      distinct.insert(names.DrawForename(random, static_cast<NameGroup>(group), i % 2 == 0, 1980));
    }
    EXPECT_GT(distinct.size(), 40u) << group;
  }
}

TEST(NameTablesTest, NamesAreWellFormedText) {
  const NameTables names;
  for (SurnameId id = 0; id < names.surname_count(); ++id) {
    const std::string& name = names.Surname(id);
    EXPECT_TRUE(IsValidUtf8(name) && name.size() > 1) << name;
    EXPECT_EQ(FoldToAscii(name).find('?'), std::string::npos) << name;
    EXPECT_TRUE(IsUpper(FoldToAscii(name)[0])) << name;
  }
  size_t with_nicknames = 0;
  for (size_t i = 0; i < names.forename_count(); ++i) {
    const auto id = static_cast<ForenameId>(i);
    EXPECT_EQ(FoldToAscii(names.Forename(id)).find('?'), std::string::npos) << names.Forename(id);
    with_nicknames += names.Nicknames(id).empty() ? 0 : 1;
    for (const std::string& nickname : names.Nicknames(id)) EXPECT_NE(nickname, names.Forename(id));
  }
  EXPECT_GT(with_nicknames, 120u);
}

TEST(TextTest, FoldsAndEncodes) {
  EXPECT_EQ(FoldToAscii("Zo\u00eb \u0141ukasz Gro\u00df \u00d8"), "Zoe Lukasz Gross O");
  EXPECT_EQ(Capitals("Nu\u00f1ez"), "NUNEZ");
  EXPECT_EQ(ToWindows1252("Zo\u00eb \u0141uk \u0160"), "Zo\xEB Luk \x8A");
  EXPECT_EQ(FirstCharacter("\u0141ukasz"), "\u0141");
  EXPECT_EQ(FirstCharacter(""), "");
}

TEST(TextTest, QuotesCellsThatNeedIt) {
  std::string out;
  AppendCsvRow(out, {"a", "b,c", "d\"e", "f\ng", ""}, {});
  EXPECT_EQ(out, "a,\"b,c\",\"d\"\"e\",\"f\ng\",\r\n");
  out.clear();
  AppendCsvRow(out, {"a", ""}, {.delimiter = ';', .quote_all = true, .line_end = "\n"});
  EXPECT_EQ(out, "\"a\";\"\"\n");
}

TEST(DatesTest, ConvertsBothWaysOverFourCenturies) {
  int expected_day = 1, expected_month = 1, expected_year = 1800;
  const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  for (Day day = DayOf(1800, 1, 1); day < DayOf(2200, 1, 1); ++day) {
    const Civil date = CivilOf(day);
    ASSERT_EQ(date.year * 10000 + date.month * 100 + date.day,
              expected_year * 10000 + expected_month * 100 + expected_day);
    ASSERT_EQ(DayOf(date.year, date.month, date.day), day);
    const bool leap = expected_year % 4 == 0 && (expected_year % 100 != 0 || expected_year % 400 == 0);
    if (++expected_day > lengths[expected_month - 1] + (expected_month == 2 && leap ? 1 : 0)) {
      expected_day = 1;
      if (++expected_month > 12) {
        expected_month = 1;
        ++expected_year;
      }
    }
  }
  EXPECT_EQ(DayOf(1970, 1, 1), 0);
  EXPECT_EQ(YearsBetween(DayOf(2000, 11, 2), DayOf(2026, 11, 1)), 25);
  EXPECT_EQ(YearsBetween(DayOf(2000, 11, 1), DayOf(2026, 11, 1)), 26);
  EXPECT_EQ(FormatDate({1980, 5, 7}, DateStyle::kMonthName), "07-MAY-1980");
  EXPECT_EQ(FormatDate({1980, 5, 7}, DateStyle::kSlashesTwoDigit), "07/05/80");
  EXPECT_EQ(FormatDate({1980, 5, 7}, DateStyle::kCompact), "19800507");
}

TEST(NoiseTest, MistakesAlwaysDifferFromTheTruth) {
  Random random(5);
  for (const std::string word :
       {"Smith", "O'Brien", "Ng", "Li", "Zo\u00eb", "A", "W\u00f3jcik", "Smith-Jones", "\u0141"}) {
    for (int i = 0; i < 2000; ++i) {
      const std::string wrong = Misspelt(random, word);
      ASSERT_NE(wrong, word);
      ASSERT_FALSE(wrong.empty());
      ASSERT_TRUE(IsValidUtf8(wrong)) << word;
      ASSERT_LE(wrong.size(), word.size() + 2);
    }
  }
  int impossible = 0;
  for (int i = 0; i < 20'000; ++i) {
    const Civil date = CivilOf(DayOf(1930, 1, 1) + static_cast<Day>(random.Below(34'000)));
    const Civil wrong = MistakenDate(random, date);
    ASSERT_FALSE(wrong.year == date.year && wrong.month == date.month && wrong.day == date.day)
        << IsoDate(DayOf(date.year, date.month, date.day));
    const Civil real = CivilOf(DayOf(wrong.year, wrong.month, wrong.day));
    impossible += real.month != wrong.month ? 1 : 0;
  }
  EXPECT_GT(impossible, 500);
  EXPECT_LT(impossible, 1500);
}

TEST(IdentityTest, NumbersAreUniqueAndWellFormed) {
  std::set<std::string> mobiles, numbers, emails, landlines;
  for (uint32_t i = 0; i < 50'000; ++i) {
    const std::string mobile = MobileNumber(i);
    EXPECT_TRUE(mobile.size() == 11 && mobile.starts_with("077"));
    mobiles.insert(mobile);
    numbers.insert(NiNumber(i));
    emails.insert(EmailAddress("Zo\u00eb", "O'Brien-\u0141uk", i));
    landlines.insert(LandlineNumber(i));
  }
  EXPECT_EQ(mobiles.size(), 50'000u);
  EXPECT_EQ(numbers.size(), 50'000u);
  EXPECT_EQ(emails.size(), 50'000u);
  EXPECT_EQ(landlines.size(), 50'000u);
  EXPECT_EQ(EmailAddress("Zo\u00eb", "O'Brien-\u0141uk", 3).substr(0, 14), "zoe.obrienluk3");
}

class AddressTextTest : public testing::Test {
 protected:
  AddressTextTest() {
    Street street;
    street.name = "Magnolia Road";
    street.locality = 7;
    city_.streets.push_back(street);
    city_.postcodes.push_back("NR2 1AB");
    flat_.number = 14;
    flat_.unit = "Flat 2";
    flat_.postcode = 0;
  }
  City city_;
  Property flat_;
};

TEST_F(AddressTextTest, CleanAddressHasOnePartPerLine) {
  const AddressText text = CleanAddress(city_, flat_);
  EXPECT_EQ(text.Line(), "Flat 2, 14 Magnolia Road, Millbrook, Wensford");
  EXPECT_EQ(text.postcode, "NR2 1AB");
  EXPECT_EQ(text.Lines(5), (std::vector<std::string>{"Flat 2", "14 Magnolia Road", "Millbrook", "Wensford", ""}));
  EXPECT_EQ(text.Lines(2), (std::vector<std::string>{"Flat 2, 14 Magnolia Road, Millbrook", "Wensford"}));
}

TEST_F(AddressTextTest, MessyAddressesVaryButKeepUnitAndNumber) {
  Random random(9);
  std::set<std::string> forms;
  const std::string clean = CleanAddress(city_, flat_).Line() + " NR2 1AB";
  int unchanged = 0;
  for (int i = 0; i < 5000; ++i) {
    const AddressText text = MessyAddress(random, city_, flat_);
    const std::string line = text.Line() + " " + text.postcode;
    unchanged += line == clean ? 1 : 0;
    const size_t street = text.Line().find(" M");
    EXPECT_NE(line.find("14"), std::string::npos) << line;
    EXPECT_NE(line.substr(0, street == std::string::npos ? 14 : street + 1).find('2'), std::string::npos) << line;
    forms.insert(line);
  }
  EXPECT_GT(forms.size(), 500u);
  EXPECT_LT(unchanged, 20);  // two typing errors can cancel each other
  for (const char* wanted :
       {"14/2 Magnolia Road, Millbrook, Wensford NR2 1AB", "14 Flat 2 Magnolia Road, Millbrook, Wensford NR2 1AB",
        "Flat 2, 14 Magnolia Rd, Millbrook, Wensford NR2 1AB", "Flat 2, 14 Magnolia Road, Millbrook, Wensford "}) {
    EXPECT_TRUE(forms.contains(wanted)) << wanted;
  }
}

}  // namespace
}  // namespace wensum::sample
