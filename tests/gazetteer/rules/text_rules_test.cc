#include "gazetteer/rules/text_rules.h"

#include <gtest/gtest.h>

#include <string>

#include "gazetteer/rules/code_lists.h"
#include "gazetteer/rules/facts.h"
#include "gazetteer/rules/rule_config.h"

namespace wensum::llpg {
namespace {

TEST(TextRulesTest, CountsCharacters) {
  EXPECT_EQ(CharacterCount(""), 0U);
  EXPECT_EQ(CharacterCount("Tŷ Gwyn"), 7U);
}

TEST(TextRulesTest, Latin8) {
  for (const char* good :
       {"", "High Street 12", "Canolfan Tŷ Ŵyl", "ḂḃĊċḊẀẂḋỲŸḞḟĠġṀṁṖẁṗẃṠỳẄẅṡŶŵṫŷ", "£ § © ® ¶", "Café ß ÿ"}) {
    EXPECT_EQ(OutsideLatin8(good), "") << good;
  }
  EXPECT_EQ(OutsideLatin8("cost €5"), "€");
  EXPECT_EQ(OutsideLatin8("2×4"), "×");
  EXPECT_EQ(OutsideLatin8("Æðel"), "ð");
  EXPECT_EQ(OutsideLatin8("½ Mile"), "½");
  EXPECT_EQ(OutsideLatin8("a\tb"), "\t");
  EXPECT_EQ(OutsideLatin8("a\x7f"), "\x7f");
  EXPECT_EQ(OutsideLatin8("😀"), "😀");
  EXPECT_EQ(OutsideLatin8("a\xff"), "\xff");     // no UTF-8
  EXPECT_EQ(OutsideLatin8("a\xc3"), "\xc3");     // cut off
  EXPECT_EQ(OutsideLatin8("\xc1\x81"), "\xc1");  // overlong
}

TEST(TextRulesTest, Brackets) {
  EXPECT_TRUE(BracketsBalanced("a (b [c]) (d)"));
  EXPECT_TRUE(BracketsBalanced(""));
  EXPECT_FALSE(BracketsBalanced("a ("));
  EXPECT_FALSE(BracketsBalanced("a )("));
  EXPECT_FALSE(BracketsBalanced("(a]"));
  EXPECT_TRUE(BracketsBalanced("(((((((())))))))"));
  EXPECT_FALSE(BracketsBalanced("((((((((()))))))))"));  // deeper than any name
}

TEST(TextRulesTest, Repetitions) {
  EXPECT_EQ(RepeatedPunctuation("J. B. Howard"), '\0');
  EXPECT_EQ(RepeatedPunctuation("Howard -- Bakers"), '-');
  EXPECT_EQ(RepeatedPunctuation("aa  bb"), '\0');
  EXPECT_EQ(TripledLetter("Bellle Vue"), 'L');
  EXPECT_EQ(TripledLetter("bElLle vue"), 'L');
  EXPECT_EQ(TripledLetter("Henry VIII House"), '\0');
  EXPECT_EQ(TripledLetter("Unit 777"), '\0');
  EXPECT_TRUE(HasDoubleSpace("a  b"));
  EXPECT_FALSE(HasDoubleSpace("a b "));
}

TEST(TextRulesTest, Abbreviations) {
  EXPECT_EQ(AddressAbbreviation("Rose hse."), "hse");
  EXPECT_EQ(AddressAbbreviation("GRD FLR FLAT"), "GRD");
  EXPECT_EQ(AddressAbbreviation("Flat St Johns House"), "");
  EXPECT_EQ(AddressAbbreviation("Third Floor"), "");  // no word of its own
  EXPECT_EQ(StreetAbbreviation("St Benedicts Street"), "");
  EXPECT_EQ(StreetAbbreviation("Magdalen St."), "St");
  EXPECT_EQ(StreetAbbreviation("ST"), "ST");
  EXPECT_EQ(StreetAbbreviation("Unthank Rd"), "Rd");
  EXPECT_EQ(StreetAbbreviation("Dr Johnson Way"), "Dr");
}

TEST(TextRulesTest, Conventions) {
  EXPECT_EQ(AgainstConvention("Land at 2 to 5 High Street"), "");
  EXPECT_EQ(AgainstConvention("Land at 2-5 High Street"), "2-5");
  EXPECT_EQ(AgainstConvention("Units 2 - 5"), "2 - 5");
  EXPECT_EQ(AgainstConvention("Wells-next-the-Sea House"), "");
  EXPECT_EQ(AgainstConvention("-5"), "");
  EXPECT_EQ(AgainstConvention("5-"), "");
  EXPECT_EQ(AgainstConvention("Rose, Cottage"), ",");
  EXPECT_EQ(AgainstConvention("Bed & Breakfast"), "&");
  EXPECT_EQ(AgainstConvention("The \"Hut\""), "\"");
}

TEST(TextRulesTest, StreetNames) {
  EXPECT_TRUE(ReadsLikeDescription("From A to B"));
  EXPECT_TRUE(ReadsLikeDescription("FOOTPATH FROM MILL LANE TO THE GREEN"));
  EXPECT_TRUE(ReadsLikeDescription("Off Mill Lane"));
  EXPECT_FALSE(ReadsLikeDescription("Offley Road"));
  EXPECT_FALSE(ReadsLikeDescription("Road to From"));
  EXPECT_FALSE(ReadsLikeDescription(""));
  EXPECT_TRUE(IsRoadNumber("A47"));
  EXPECT_TRUE(IsRoadNumber("A1(M)"));
  EXPECT_FALSE(IsRoadNumber("47A"));
  EXPECT_FALSE(IsRoadNumber("M"));
  EXPECT_FALSE(IsRoadNumber("A47 BYPASS"));
  EXPECT_FALSE(IsRoadNumber("A12345678"));
  EXPECT_FALSE(IsRoadNumber(""));
}

TEST(CodeListsTest, KnowsWhatIsInThem) {
  EXPECT_TRUE(IsKnownCustodian(2625));
  EXPECT_TRUE(IsKnownCustodian(7655));
  EXPECT_FALSE(IsKnownCustodian(0));
  EXPECT_FALSE(IsKnownCustodian(-2625));
  EXPECT_FALSE(IsKnownCustodian(65536 + 2625));
  EXPECT_TRUE(IsKnownClass("RD06"));
  EXPECT_TRUE(IsKnownClass("PP"));
  EXPECT_TRUE(IsKnownClass("CA02FF"));
  EXPECT_FALSE(IsKnownClass(""));
  EXPECT_FALSE(IsKnownClass("rd06"));
  EXPECT_FALSE(IsKnownClass("RD05"));  // given up since 2008
}

TEST(FactsTest, KeysComeBackFromTheirNumbers) {
  for (const char* key : {"2625L000000001", "0114L999999999", "9999L123456789"}) {
    EXPECT_EQ(UnpackKey(PackKey(key, 'L'), 'L'), key);
  }
  for (const char* odd : {"", "2625X000000001", "2625L00000000A", "2625L0000000012", "26-5L000000001"}) {
    EXPECT_EQ(UnpackKey(PackKey(odd, 'L'), 'L'), "") << odd;
    EXPECT_NE(PackKey(odd, 'L'), PackKey("2625L000000001", 'L')) << odd;
  }
}

TEST(CodeSetTest, SpellsItsCodes) {
  EXPECT_EQ(CodeSet().ToString(), "no other");
  EXPECT_EQ(CodeSet::Of(5).ToString(), "5");
  EXPECT_EQ(CodeSet::Of(0, 4, 7).ToString(), "4, 7 or none");
  EXPECT_FALSE(CodeSet::Of(0, 4).contains(16));
  EXPECT_FALSE(CodeSet::Of(0, 4).contains(-1));
}

}  // namespace
}  // namespace wensum::llpg
