// Tokens of address texts, in the order that the engine documents: postcode out, numbers with their suffixes and
// ranges, words parted and joined.
#include "matching/address/match/address_line.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "tests/matching/address/match/match_text.h"

namespace wensum::matching::address::match {
namespace {

struct LineCase {
  std::string_view text;
  std::string_view tokens;
  std::string_view postcode = "";
  std::string_view field = "";
};

// A table that knows a few names of streets and buildings.
class AddressLineTest : public testing::Test {
 protected:
  AddressLineTest() {
    for (const std::string_view street :
         {"MILL ROAD", "MANSFIELD ROAD", "ST GEORGES AVENUE", "THE GROVE", "CHIGWELL ROAD", "BELGRAVE ROAD",
          "LONGBRIDGE ROAD", "SEVEN KINGS ROAD", "PARK LANE", "OAK HILL", "HALL ROAD"}) {
      names_.Add(WordsOf(street, &names_), NameRole::kStreet);
    }
    names_.Add(WordsOf("ARGYLE HOUSE", &names_), NameRole::kBuilding);
    names_.Add(WordsOf("GORDON COURT", &names_), NameRole::kBuilding);
    names_.Add(WordsOf("NORWICH", &names_), NameRole::kPlace);
    names_.Add(WordsOf("ILFORD", &names_), NameRole::kPlace);
  }

  void Check(const std::vector<LineCase>& cases) const {
    for (const LineCase& example : cases) {
      const AddressLine line(example.text, example.field, names_);
      EXPECT_EQ(Print(line.tokens()), example.tokens) << example.text;
      EXPECT_EQ(TextOfPostcode(line.postcode()), example.postcode) << example.text;
    }
  }

  NameTable names_;
};

TEST_F(AddressLineTest, NumbersAndTheirSuffixes) {
  Check({{"12 Mill Road", "[12] MILL ROAD"},
         {"12A Mill Road", "[12A] MILL ROAD"},
         {"12a mill road", "[12A] MILL ROAD"},
         {"12 A Mill Road", "[12A] MILL ROAD"},
         {"12-A Mill Road", "[12A] MILL ROAD"},
         {"12/A Mill Road", "[12A] MILL ROAD"},
         {"6, A Heybridge Drive", "[6A] HEYBRIDGE DRIVE"},
         {"Flat 6, A, Mill Road", "FLAT [6], A, MILL ROAD"},
         {"Flat 6, A Mill Road", "FLAT [6], A MILL ROAD"},
         {"144 and a half Mill Road", "[144#] MILL ROAD"},
         {"144 & A HALF Mill Road", "[144#] MILL ROAD"},
         {"144 1/2 Mill Road", "[144#] MILL ROAD"},
         {"47MANSFIELD ROAD", "[47] MANSFIELD ROAD"},
         {"36CBELGRAVE ROAD", "[36C] BELGRAVE ROAD"},
         {"44-DARGYLE HOUSE", "[44D] ARGYLE HOUSE"},
         {"12,Mill Road", "[12], MILL ROAD"},
         {"0 Mill Road", "[0] MILL ROAD"}});
}

TEST_F(AddressLineTest, Ordinals) {
  Check({{"1st Floor, 12 Mill Road", "FIRST FLOOR, [12] MILL ROAD"},
         {"2ND & 3RD FLR", "SECOND AND THIRD FLR"},
         {"11th floor", "ELEVENTH FLOOR"},
         {"12TH FLOOR", "TWELFTH FLOOR"},
         {"22nd Street", "22ND STREET"},
         {"80ST GEORGES AVENUE", "[80] ST GEORGES AVENUE"},
         {"1ST GEORGES AVENUE", "[1] ST GEORGES AVENUE"},
         {"1ST MILL ROAD", "FIRST MILL ROAD"},
         {"3/F 12 Mill Road", "THIRD FLOOR [12] MILL ROAD"}});
}

TEST_F(AddressLineTest, Ranges) {
  Check({{"12-14 Mill Road", "[12-14] MILL ROAD"},
         {"12 - 14 Mill Road", "[12-14] MILL ROAD"},
         {"12 TO 14 Mill Road", "[12-14] MILL ROAD"},
         {"12 & 14 Mill Road", "[12-14] MILL ROAD"},
         {"12 AND 14 Mill Road", "[12-14] MILL ROAD"},
         {"12\xE2\x80\x93"
          "14 Mill Road",
          "[12-14] MILL ROAD"},
         {"484-94 Mill Road", "[484-494] MILL ROAD"},
         {"557 - 9 Mill Road", "[557-559] MILL ROAD"},
         {"12A-12C Mill Road", "[12A-12C] MILL ROAD"},
         {"92-92A Mill Road", "[92-92A] MILL ROAD"},
         {"12-14-16 Mill Road", "[12-16] MILL ROAD"},
         // Too wide for a range, or the wrong way round: a flat and its house.
         {"3-125 Mill Road", "[3/125] MILL ROAD"},
         {"14-12 Mill Road", "[14/12] MILL ROAD"},
         {"3 & 125 Mill Road", "[3] AND [125] MILL ROAD"}});
}

TEST_F(AddressLineTest, SlashesAndScottishFlats) {
  Check({{"3/12 Mill Road", "[3/12] MILL ROAD"},
         {"12/14 Mill Road", "[12/14] MILL ROAD"},
         {"0/2 41 Mill Road", "[0/2] [41] MILL ROAD"},
         {"FLAT 3/2 41 Mill Road", "FLAT [3/2] [41] MILL ROAD"},
         {"2F1 30 Mill Road", "SECOND FLOOR FLAT [1] [30] MILL ROAD"},
         {"2FR, 30 Mill Road", "SECOND FLOOR RIGHT, [30] MILL ROAD"},
         {"2FL 30 Mill Road", "SECOND FLOOR LEFT [30] MILL ROAD"},
         {"2FF 30 Mill Road", "SECOND FLOOR FRONT [30] MILL ROAD"},
         {"G/1 30 Mill Road", "GROUND FLOOR FLAT [1] [30] MILL ROAD"},
         {"G/F 30 Mill Road", "GROUND FLOOR [30] MILL ROAD"},
         {"TF/L 30 Mill Road", "TOP FLOOR LEFT [30] MILL ROAD"},
         {"GF/R 30 Mill Road", "GROUND FLOOR RIGHT [30] MILL ROAD"},
         {"R/O 30 Mill Road", "REAR OF [30] MILL ROAD"},
         {"C/O 30 Mill Road", "[30] MILL ROAD"}});
}

TEST_F(AddressLineTest, CodesAndGluedUnits) {
  Check({{"B12 Mill Road", "[B12] MILL ROAD"},
         {"B12A Mill Road", "[B12A] MILL ROAD"},
         {"FLAT12 Mill Road", "FLAT [12] MILL ROAD"},
         {"FLAT12A Mill Road", "FLAT [12A] MILL ROAD"},
         {"FLATA 12 Mill Road", "FLAT A [12] MILL ROAD"},
         {"APT4, 12 Mill Road", "APT [4], [12] MILL ROAD"},
         {"UNITB 12 Mill Road", "UNIT B [12] MILL ROAD"},
         {"NO.12 Mill Road", "NO [12] MILL ROAD"},
         {"No12 Mill Road", "NO [12] MILL ROAD"}});
}

TEST_F(AddressLineTest, WordsPartedAndJoinedAsTheGazetteerHasThem) {
  Check({{"12 MANSFIELDROAD", "[12] MANSFIELD ROAD"},
         {"12 MANSFIELDRD", "[12] MANSFIELD RD"},
         {"47MANSFIELDROAD", "[47] MANSFIELD ROAD"},
         {"12 THEGROVE", "[12] THE GROVE"},
         {"12 CHI GWELL ROAD", "[12] CHIGWELL ROAD"},
         {"12 CHI, GWELL ROAD", "[12] CHI, GWELL ROAD"},
         {"12 OAKHILL", "[12] OAK HILL"},
         // Neither is a name of the table.
         {"12 WINDMILLROAD", "[12] WINDMILLROAD"},
         {"12 WIND MILL ROAD", "[12] WIND MILL ROAD"}});
}

TEST_F(AddressLineTest, NothingIsPartedOrJoinedInTheGazetteersOwnTexts) {
  for (const std::string_view text : {"[12] MANSFIELDROAD", "[12] THEGROVE", "[12] CHI GWELL ROAD"}) {
    const AddressLine line(text, "", &names_);
    EXPECT_EQ(Print(line.tokens()), text);
  }
  EXPECT_NE(names_.FindWord("MANSFIELDROAD"), kNoWord);
}

TEST_F(AddressLineTest, DigitsReadAsLetters) {
  Check({{"12 MILL R0AD", "[12] MILL ROAD"},
         {"12 M1LL ROAD", "[12] MILL ROAD"},
         {"12 MI1L ROAD", "[12] MILL ROAD"},
         {"12 MI11 ROAD", "[12] MILL ROAD"},
         {"12 L0NGBR1DGE R0AD", "[12] LONGBRIDGE ROAD"},
         {"12 S3VEN K1NGS ROAD", "[12] SEVEN KINGS ROAD"},
         {"12 MANSFIELD 5TREET", "[12] MANSFIELD STREET"}});
}

TEST_F(AddressLineTest, TelephoneNumbersAndAccountsAreNoHouseNumbers) {
  Check({{"12 Mill Road 01603 212121", "[12] MILL ROAD"},
         {"12 Mill Road, 020 7946 0000", "[12] MILL ROAD"},
         {"12 Mill Road 07700900123", "[12] MILL ROAD"},
         {"12 Mill Road 123456789", "[12] MILL ROAD"},
         {"012 Mill Road", "[12] MILL ROAD"}});
}

TEST_F(AddressLineTest, MarkupMojibakeAndMail) {
  Check({{"<b>12</b> Mill Road<br/>Norwich", "[12], MILL ROAD, NORWICH"},
         {"12 Mill Road &amp; Co", "[12] MILL ROAD AND CO"},
         {"12 St George&#39;s Avenue", "[12] ST GEORGES AVENUE"},
         {"12 St George&apos;s Avenue", "[12] ST GEORGES AVENUE"},
         {"12 St George\xE2\x80\x99s Avenue", "[12] ST GEORGES AVENUE"},
         {"12 St George\xC3\xA2\xE2\x82\xAC\xE2\x84\xA2s Avenue", "[12] ST GEORGES AVENUE"},
         {"12\xC3\x82\xC2\xA0Mill Road", "[12] MILL ROAD"},
         {"12\xC2\xA0Mill Road", "[12] MILL ROAD"},
         {"12 Mill Road a.smith12@example.org Norwich", "[12] MILL ROAD NORWICH"},
         {"Flat 2 @ 12 Mill Road", "FLAT [2] AT [12] MILL ROAD"},
         {"5 < 6 Mill Road", "[5] [6] MILL ROAD"},
         {"12 Ch\xC3\xA2teau Road", "[12] CHATEAU ROAD"}});
}

TEST_F(AddressLineTest, BracketsWithTheirOwnNumberAreNotes) {
  Check({{"(RMS ABV 117-131 KINGSLAND HIGH ST) ROOMS AT 1-3 CROSSWAY", "ROOMS AT [1-3] CROSSWAY"},
         {"FLAT 2 (RIGHT) 12 Mill Road", "FLAT [2], RIGHT, [12] MILL ROAD"},
         {"12 Mill Road (formerly 14 Oak Hill)", "[12] MILL ROAD"},
         {"(Flat 2, 12 Mill Road)", "FLAT [2], [12] MILL ROAD"}});
}

TEST_F(AddressLineTest, PostcodesAnywhere) {
  Check({{"12 Mill Road, Norwich NR2 1AB", "[12] MILL ROAD, NORWICH", "NR2 1AB"},
         {"12 Mill Road, Norwich NR21AB", "[12] MILL ROAD, NORWICH", "NR2 1AB"},
         {"12 Mill Road, Norwich nr2 1ab", "[12] MILL ROAD, NORWICH", "NR2 1AB"},
         {"12 Mill Road, Norwich NR2 1AB, UK", "[12] MILL ROAD, NORWICH", "NR2 1AB"},
         {"12 Mill Road NR2 1AB attn Mr Smith", "[12] MILL ROAD", "NR2 1AB"},
         {"NR2 1AB, 12 Mill Road, Norwich", "[12] MILL ROAD, NORWICH", "NR2 1AB"},
         {"NR2 1AB", "", "NR2 1AB"},
         // O for 0, I for 1, S for 5, at the end of the text.
         {"12 Mill Road, Norwich NRZ IAB", "[12] MILL ROAD, NORWICH", "NR2 1AB"},
         {"12 Mill Road, London W1A OAX", "[12] MILL ROAD, LONDON", "W1A 0AX"},
         {"12 Mill Road, London EC1V 1NR", "[12] MILL ROAD, LONDON", "EC1V 1NR"}});
  // The last of two.
  EXPECT_EQ(TextOfPostcode(AddressLine("12 Mill Road NR1 1AA, Norwich NR2 1AB", "", names_).postcode()), "NR2 1AB");
}

TEST_F(AddressLineTest, PostcodesOfTheField) {
  Check({{"12 Mill Road, Norwich", "[12] MILL ROAD, NORWICH", "NR2 1AB", "NR2 1AB"},
         {"12 Mill Road, Norwich", "[12] MILL ROAD, NORWICH", "NR2 1AB", " nr21ab "},
         {"12 Mill Road, Norwich", "[12] MILL ROAD, NORWICH", "NR2 1AB", "NR2 IAB"},
         {"12 Mill Road, Norwich", "[12] MILL ROAD, NORWICH", "NR2 1AB", "NR2 A1B"},
         {"12 Mill Road, Norwich", "[12] MILL ROAD, NORWICH", "", "unknown"},
         {"12 Mill Road, Norwich", "[12] MILL ROAD, NORWICH", "", "N/A"},
         // The field wins; the text's own goes all the same.
         {"12 Mill Road, Norwich NR7 7ZZ", "[12] MILL ROAD, NORWICH", "NR2 1AB", "NR2 1AB"},
         // D1 2ND may be a flat and a floor.
         {"FLAT D1 2ND FLOOR, 12 Mill Road", "FLAT [D1] SECOND FLOOR, [12] MILL ROAD", "NR2 1AB", "NR2 1AB"},
         {"FLAT D1 2ND FLOOR, 12 Mill Road", "FLAT [D1] SECOND FLOOR, [12] MILL ROAD"}});
}

TEST_F(AddressLineTest, DistrictsAtTheEndSayNothing) {
  Check({{"12 Mill Road, London E18", "[12] MILL ROAD, LONDON"},
         {"12 Mill Road, London E 18", "[12] MILL ROAD, LONDON"},
         {"12 Mill Road, London NW10", "[12] MILL ROAD, LONDON"},
         // No number stands before it: a flat's code.
         {"Argyle House E18", "ARGYLE HOUSE [E18]"}});
}

TEST_F(AddressLineTest, RepeatedTailsAreDropped) {
  Check({{"12 Mill Road, ST ALBANS ST ALBANS", "[12] MILL ROAD, ST ALBANS"},
         {"12 Mill Road Norwich, Norwich", "[12] MILL ROAD NORWICH"},
         {"12 Mill Road, Norwich, Mill Road, Norwich", "[12] MILL ROAD, NORWICH"},
         {"3, 3 Mill Road", "[3], [3] MILL ROAD"}});
}

TEST_F(AddressLineTest, NothingAtAll) {
  Check({{"", ""},
         {" ", ""},
         {",,,;;;()", ""},
         {"\xF0\x9F\x8F\xA0", ""},
         {"\xF0\x9F\x8F\xA0 12 Mill Road \xF0\x9F\x98\x80", "[12] MILL ROAD"},
         {"\xFF\xFE\x80 12 Mill\xC3 Road\xE2\x80", "[12] MILL ROAD"},
         {"123", "[123]"},
         {"12345", ""},
         {"1 2 3", "[1] [2] [3]"}});
}

TEST_F(AddressLineTest, LongTextsAreCut) {
  std::string repeated;
  while (repeated.size() < 10'000) repeated += "12 MILL ROAD ";
  for (const std::string& text : {std::string(10'000, 'A'), std::string(10'000, '1'), repeated}) {
    const AddressLine line(text, "", names_);
    EXPECT_LE(line.tokens().size(), kMostTokens);
  }
  const AddressLine line(repeated, "", names_);
  EXPECT_GT(line.tokens().size(), kMostTokens - 8);
  // What stands beyond the limit is as if it were not there.
  const std::string head = repeated.substr(0, 2'000);
  EXPECT_EQ(Print(AddressLine(head + " NR2 1AB", "", names_).tokens()), Print(AddressLine(head, "", names_).tokens()));
}

TEST_F(AddressLineTest, LongRunsOfLettersAndDigitsAreNoWord) {
  std::string run;
  while (run.size() < 500) run += "R0AD";
  const AddressLine line(run, "", names_);
  for (const Token& token : line.tokens()) EXPECT_LE(token.text.size(), 40U);
  EXPECT_EQ(line.tokens().size(), kMostTokens);
}

TEST_F(AddressLineTest, SpellingsOfOneWordShareItsId) {
  const AddressLine line("ROAD RD rd. RD, ST STREET SAINT", "", names_);
  ASSERT_EQ(line.tokens().size(), 7U);
  for (size_t i = 1; i < 4; ++i) EXPECT_EQ(line.tokens()[i].word, line.tokens()[0].word);
  for (size_t i = 5; i < 7; ++i) EXPECT_EQ(line.tokens()[i].word, line.tokens()[4].word);
  EXPECT_TRUE(line.tokens()[0].Is(kStreetType));
  EXPECT_FALSE(line.tokens()[0].Is(kUnitWord));
}

}  // namespace
}  // namespace wensum::matching::address::match
