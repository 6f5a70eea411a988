#include "gazetteer/forms/proper_case.h"

#include <gtest/gtest.h>

#include <string>

#include "base/random.h"
#include "base/strings.h"
#include "tests/support/random_text.h"
#include "tests/support/seed.h"

namespace wensum::llpg {
namespace {

struct Case {
  const char* capitals;
  const char* proper;
};

TEST(ProperCaseTest, ByTheRules) {
  constexpr Case kCases[] = {
      {"", ""},
      {"HIGH STREET", "High Street"},
      {"ROSE COTTAGE", "Rose Cottage"},
      // Digits first, and codes.
      {"12A-14B HIGH STREET", "12A-14B High Street"},
      {"FLAT 3C", "Flat 3C"},
      {"3RD FLOOR", "3RD Floor"},
      {"B1108 WATTON ROAD", "B1108 Watton Road"},
      {"UNIT3B", "Unit3B"},
      {"FLAT A", "Flat A"},
      // Small words.
      {"ISLE OF MAN", "Isle of Man"},
      {"LAND AT THE GREEN", "Land at the Green"},
      {"LAND AT 2 TO 5 HIGH STREET", "Land at 2 to 5 High Street"},
      {"THE OLD RECTORY", "The Old Rectory"},
      {"12 THE GREEN", "12 The Green"},
      {"FLAT A THE CEDARS", "Flat A The Cedars"},
      {"REAR OF 4 ST GILES STREET", "Rear of 4 St Giles Street"},
      {"ASHBY DE LA ZOUCH", "Ashby de la Zouch"},
      {"4 LE STRANGE CLOSE", "4 Le Strange Close"},
      {"WAY OVER", "Way Over"},
      {"HOUSE (THE ANNEXE)", "House (The Annexe)"},
      {"SMITH, AND SONS", "Smith, And Sons"},
      // Hyphens.
      {"WELLS-NEXT-THE-SEA", "Wells-next-the-Sea"},
      {"STOKE-ON-TRENT", "Stoke-on-Trent"},
      {"THORPE-NEXT-HADDISCOE", "Thorpe-next-Haddiscoe"},
      {"BETWS-Y-COED", "Betws-y-Coed"},
      {"BANC-Y-FFORDD", "Banc-y-ffordd"},
      {"MAES-Y-CWMMER", "Maes-y-cwmmer"},
      {"LLANFIHANGEL-YNG-NGWYNFA", "Llanfihangel-yng-Ngwynfa"},
      {"CO-OPERATIVE STORES", "Co-operative Stores"},
      {"OVER-THE-HILL", "Over-the-Hill"},
      // Acronyms and numerals.
      {"NHS CLINIC", "NHS Clinic"},
      {"UEA SPORTSPARK", "UEA Sportspark"},
      {"EDWARD VII AVENUE", "Edward VII Avenue"},
      {"PO BOX 22", "PO Box 22"},
      {"ACME TRADING LTD", "Acme Trading Ltd"},
      {"ACME PLC", "Acme PLC"},
      {"B&Q", "B&Q"},
      {"W.H.SMITH", "W.H.Smith"},
      {"C/O THE WARDEN", "c/o the Warden"},
      // Apostrophes and Mc.
      {"ST JOHN'S HOUSE", "St John's House"},
      {"O'BRIEN'S BAR", "O'Brien's Bar"},
      {"D'ARCY COURT", "D'Arcy Court"},
      {"DRIVERS' REST", "Drivers' Rest"},
      {"BO'NESS", "Bo'ness"},
      {"KING\u2019S LYNN", "King\u2019s Lynn"},
      {"MCDONALD'S", "McDonald's"},
      {"MACKAY ROAD", "Mackay Road"},
      // Beyond ASCII.
      {"TŶ GWYN", "Tŷ Gwyn"},
      {"Ŵ ŶNYS", "Ŵ Ŷnys"},
      {"LÔN Y FFYNNON", "Lôn y Ffynnon"},
      {"CAFÉ ÉTOILE", "Café Étoile"},
      // Small letters alone are converted, too.
      {"high street", "High Street"},
      {"12a high street", "12A High Street"},
      // An author's own case stays.
      {"iCafe at the Forum", "iCafe at the Forum"},
      {"The NNICE House", "The NNICE House"},
  };
  for (const Case& test : kCases) {
    EXPECT_EQ(ProperCase(test.capitals), test.proper);
    EXPECT_EQ(ProperCase(test.proper), test.proper) << "not idempotent";
  }
}

TEST(ProperCaseTest, UpperCase) {
  EXPECT_EQ(UpperCase("King's Lynn"), "KING'S LYNN");
  EXPECT_EQ(UpperCase("Tŷ Ŵyn"), "TŶ ŴYN");
  EXPECT_EQ(UpperCase("Straße"), "STRAßE");
  EXPECT_EQ(UpperCase("nr1 1ab"), "NR1 1AB");
}

TEST(ProperCaseTest, BytesThatAreNotUtf8Stay) {
  const std::string broken = "CAF\xC9 \xFF\xC3";
  EXPECT_EQ(ProperCase(broken), "Caf\xC9 \xFF\xC3");
  EXPECT_EQ(UpperCase("caf\xC9"), "CAF\xC9");
}

TEST(ProperCaseTest, NothingButCaseChanges) {
  const uint64_t seed = TestSeed(1);
  SCOPED_TRACE(Cat("seed ", seed));
  Random random(seed);
  for (int i = 0; i < 20000; ++i) {
    const std::string text = RandomText(random, 40);
    for (const std::string& in : {text, UpperCase(text)}) {
      const std::string out = ProperCase(in);
      ASSERT_EQ(UpperCase(out), UpperCase(in)) << Quote(in);
      ASSERT_EQ(ProperCase(out), out) << Quote(in);
      ASSERT_EQ(IsValidUtf8(out), IsValidUtf8(in)) << Quote(in);
    }
  }
}

}  // namespace
}  // namespace wensum::llpg
