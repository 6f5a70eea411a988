#include <gtest/gtest.h>

#include <iostream>
#include <string>

#include "base/random.h"
#include "base/strings.h"
#include "matching/text/fold.h"
#include "matching/text/name_tokens.h"
#include "matching/text/nicknames.h"
#include "matching/text/phonetic.h"

namespace wensum::matching {
namespace {

TEST(FoldTextTest, FoldsCaseMarksAndPunctuation) {
  EXPECT_EQ(FoldText(""), "");
  EXPECT_EQ(FoldText("  O'Brien-Smith,  jr. "), "OBRIEN SMITH JR");
  EXPECT_EQ(FoldText("O\u2019Brien"), "OBRIEN");
  EXPECT_EQ(FoldText("Jos\u00e9 M\u00fcller"), "JOSE MULLER");
  EXPECT_EQ(FoldText("Jose\u0301"), "JOSE");
  EXPECT_EQ(FoldText("\u00d8yvind \u0141ukasz Stra\u00dfe \u00c6lfred"), "OYVIND LUKASZ STRASSE AELFRED");
  EXPECT_EQ(FoldText("caf\u00e9\u2014bar"), "CAFE BAR");
  EXPECT_EQ(FoldText("a\xff\xfe z"), "A Z");
  EXPECT_EQ(FoldText("\u0391\u03b8\u03ae\u03bd\u03b1"), "ATHINA");
}

TEST(FoldTextTest, IsIdempotentAndBothPathsAgree) {
  constexpr uint64_t kSeed = 11;
  std::cout << "seed " << kSeed << "\n";
  Random random(kSeed);
  for (int run = 0; run < 20000; ++run) {
    std::string ascii;
    std::string bytes;
    for (uint64_t i = random.Below(24); i > 0; --i) {
      ascii.push_back(static_cast<char>(random.Below(128)));
      const uint64_t code = 0x80 + random.Below(0x780);
      bytes.push_back(static_cast<char>(0xC0 | (code >> 6)));
      bytes.push_back(static_cast<char>(0x80 | (code & 0x3F)));
      if (random.Chance(0.1)) {
        bytes.push_back(static_cast<char>(random.Below(256)));
      }
    }
    ASSERT_EQ(FoldText(FoldText(ascii)), FoldText(ascii)) << Quote(ascii);
    const std::string folded = FoldText(bytes);
    ASSERT_EQ(FoldText(folded), folded) << Quote(bytes);
    ASSERT_TRUE(IsValidUtf8(folded));
    // An ideograph sends the text through ICU and is a letter of its own.
    ASSERT_EQ(FoldText(Cat(ascii, " \u4e2d")), Trim(Cat(FoldText(ascii), " \u4e2d"))) << Quote(ascii);
  }
}

TEST(NameTokensTest, TakesPartsApart) {
  EXPECT_EQ(NameFromParts("Mr John Arthur", "Mc Donald", ""), (NameTokens{"JOHN ARTHUR", "MCDONALD", "", false}));
  EXPECT_EQ(NameFromParts("Mary", "O Brien", ""), (NameTokens{"MARY", "OBRIEN", "", false}));
  EXPECT_EQ(NameFromParts("John", "Smith Jnr", ""), (NameTokens{"JOHN", "SMITH", "JR", false}));
  EXPECT_EQ(NameFromParts("John", "Smith", "Snr."), (NameTokens{"JOHN", "SMITH", "SR", false}));
  EXPECT_EQ(NameFromParts("John & Mary", "Smith-Jones", ""), (NameTokens{"JOHN", "SMITH JONES", "", true}));
  EXPECT_EQ(NameFromParts("John and Mary", "Smith", ""), (NameTokens{"JOHN", "SMITH", "", true}));
  EXPECT_EQ(NameFromParts("Mrs", "Smith", ""), (NameTokens{"", "SMITH", "", false}));
  EXPECT_EQ(NameFromParts("Andrew", "Major", ""), (NameTokens{"ANDREW", "MAJOR", "", false}));
}

TEST(NameTokensTest, TakesFullNamesApart) {
  EXPECT_EQ(NameFromFull("Dr John Arthur van der Berg Jnr OBE"),
            (NameTokens{"JOHN ARTHUR", "VAN DER BERG", "JR", false}));
  EXPECT_EQ(NameFromFull("SMITH, John Paul"), (NameTokens{"JOHN PAUL", "SMITH", "", false}));
  EXPECT_EQ(NameFromFull("John Smith, Jr"), (NameTokens{"JOHN", "SMITH", "JR", false}));
  EXPECT_EQ(NameFromFull("Mr J & Mrs A Smith"), (NameTokens{"J", "SMITH", "", true}));
  EXPECT_EQ(NameFromFull("Mr & Mrs Smith"), (NameTokens{"", "SMITH", "", true}));
  EXPECT_EQ(NameFromFull("Madonna"), (NameTokens{"", "MADONNA", "", false}));
  EXPECT_EQ(NameFromFull(""), NameTokens{});
}

TEST(PhoneticCodeTest, NamesThatSoundAlikeShareACode) {
  for (const auto& [a, b] : std::initializer_list<std::pair<const char*, const char*>>{{"SMITH", "SMYTH"},
                                                                                       {"SMITH", "SMYTHE"},
                                                                                       {"CLARK", "CLARKE"},
                                                                                       {"PHILIP", "FILIP"},
                                                                                       {"REED", "REID"},
                                                                                       {"KNIGHT", "NITE"},
                                                                                       {"STEPHEN", "STEVEN"},
                                                                                       {"WRIGHT", "RITE"},
                                                                                       {"THOMPSON", "TOMPSON"},
                                                                                       {"GEOFF", "JEFF"}}) {
    EXPECT_EQ(PhoneticCode(a), PhoneticCode(b))
        << a << " " << PhoneticText(PhoneticCode(a)) << " " << b << " " << PhoneticText(PhoneticCode(b));
  }
  EXPECT_NE(PhoneticCode("SMITH"), PhoneticCode("JONES"));
  EXPECT_NE(PhoneticCode("BAKER"), PhoneticCode("BARKER"));
  EXPECT_EQ(PhoneticCode(""), 0U);
  EXPECT_EQ(PhoneticText(PhoneticCode("SMITH")), "SNT");
}

TEST(NicknamesTest, KnowsShortForms) {
  EXPECT_TRUE(AreNicknames("BOB", "ROBERT"));
  EXPECT_TRUE(AreNicknames("PEGGY", "MARGARET"));
  EXPECT_TRUE(AreNicknames("KATE", "CATHERINE"));
  EXPECT_FALSE(AreNicknames("ROBERT", "ROBERT"));
  EXPECT_FALSE(AreNicknames("JOHN", "PETER"));
  EXPECT_FALSE(AreNicknames("EMMA", "EMILY"));
  EXPECT_TRUE(NicknameGroups("XQZW").empty());
}

}  // namespace
}  // namespace wensum::matching
