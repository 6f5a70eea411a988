// Folding of all scripts, forms of surnames, and the table of nicknames.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/strings.h"
#include "matching/text/fold.h"
#include "matching/text/name_tokens.h"
#include "matching/text/nickname_table.h"
#include "matching/text/nicknames.h"
#include "matching/text/surname_form.h"
#include "matching/text/transliterate.h"
#include "tests/support/random_text.h"
#include "tests/support/seed.h"

namespace wensum::matching {
namespace {

Random Seeded(uint64_t seed) {
  const uint64_t chosen = TestSeed(seed);
  std::cout << "seed " << chosen << "\n";
  return Random(chosen);
}

TEST(FoldScriptsTest, LatinOfEuropeAndBeyond) {
  EXPECT_EQ(FoldText("Łukasz Żółć Świętosława"), "LUKASZ ZOLC SWIETOSLAWA");
  EXPECT_EQ(FoldText("İbrahim ışık Çağlar Şükrü"), "IBRAHIM ISIK CAGLAR SUKRU");
  EXPECT_EQ(FoldText("Nguyễn Đức Trường"), "NGUYEN DUC TRUONG");
  EXPECT_EQ(FoldText("Þór Guðmundsson Ægir"), "THOR GUDMUNDSSON AEGIR");
  EXPECT_EQ(FoldText("Đorđević Šimić Ţepeş Ștefan"), "DORDEVIC SIMIC TEPES STEFAN");
  EXPECT_EQ(FoldText("Əliyev Ǧ Ŋ Ħ"), "ALIYEV G NG H");
  EXPECT_EQ(FoldText("ﬁona ＪＯＨＮ ①"), "FIONA JOHN 1");
  EXPECT_EQ(FoldText("Ka\u02BBahumanu M\u02BFhamed O\u02BCNeill"), "KAAHUMANU MHAMED ONEILL");
}

TEST(FoldScriptsTest, CyrillicAndGreek) {
  EXPECT_EQ(FoldText("Шевченко Юлия Щербаков"), "SHEVCHENKO YULIYA SHCHERBAKOV");
  EXPECT_EQ(FoldText("Сергей Пётр Ольга"), "SERGEI PETR OLGA");
  EXPECT_EQ(FoldText("Ђорђевић"), FoldText("Đorđević"));
  EXPECT_EQ(FoldText("ЉУБИША Љубиша"), "LJUBISHA LJUBISHA");
  EXPECT_EQ(FoldText("Їжакевич Ґалаґан Є"), "IZHAKEVICH GALAGAN YE");
  EXPECT_EQ(FoldText("Παπαδόπουλος Γιώργος"), "PAPADOPOULOS GIORGOS");
  EXPECT_EQ(FoldText("Ευάγγελος Αυγέρης Ευθύμιος"), "EVANGELOS AVGERIS EFTHYMIOS");
  EXPECT_EQ(FoldText("Μπάμπης Λάμπρος"), "BAMPIS LAMPROS");
  EXPECT_EQ(FoldText("Αθήνα ΧΨΞ"), "ATHINA CHPSX");
}

TEST(FoldScriptsTest, OtherScriptsStayAndHaveOneForm) {
  EXPECT_EQ(FoldText("أحمد"), FoldText("احمد"));
  EXPECT_EQ(FoldText("مُحَمَّد"), FoldText("محمد"));
  EXPECT_EQ(FoldText("فاطمة"), FoldText("فاطمه"));
  EXPECT_EQ(FoldText("علی"), FoldText("علي"));
  EXPECT_EQ(FoldText("שָׁלוֹם"), FoldText("שלום"));
  EXPECT_NE(FoldText("राम"), FoldText("रमा"));  // vowel signs are letters in all but name
  EXPECT_NE(FoldText("か"), FoldText("が"));
  EXPECT_EQ(FoldText("ｶﾞ"), FoldText("ガ"));
  EXPECT_EQ(FoldText("王小明"), "王小明");
  EXPECT_EQ(FoldText("김민준"), FoldText("\u1100\u1175\u11B7\u1106\u1175\u11AB\u110C\u116E\u11AB"));
  EXPECT_EQ(FoldText("٣١ ३"), "31 3");
}

TEST(FoldScriptsTest, InvisibleSignsDoNotPartWords) {
  EXPECT_EQ(FoldText("Jo\u00ADse\u200Dph\u200B"), "JOSEPH");
  EXPECT_EQ(FoldText("\uFEFFMa\u200Ery"), "MARY");
}

TEST(FoldScriptsTest, IsIdempotentForAllBytesAndScripts) {
  Random random = Seeded(13);
  for (int run = 0; run < Rounds(30000, 1000000); ++run) {
    const std::string text = RandomText(random, 200);
    const std::string folded = FoldText(text);
    ASSERT_EQ(FoldText(folded), folded) << Quote(text, 900);
    ASSERT_TRUE(IsValidUtf8(folded)) << Quote(text, 900);
    ASSERT_EQ(folded, Trim(folded));
    ASSERT_EQ(folded.find("  "), std::string::npos);
    for (const char c : folded) ASSERT_TRUE(IsUpper(c) || IsDigit(c) || c == ' ' || (c & 0x80) != 0) << Quote(folded);
  }
}

// Each letter of Latin, Greek and Cyrillic script is spelt in ASCII, but for a few signs that no name is written with.
TEST(FoldScriptsTest, EveryLetterInUseIsSpelt) {
  const auto fold_code = [](uint32_t code) {
    const char text[] = {static_cast<char>(0xC0U | code >> 6), static_cast<char>(0x80U | (code & 0x3FU))};
    return FoldText(std::string_view(text, 2));
  };
  int left = 0;
  for (uint32_t code = 0xC0; code < 0x250; ++code) left += (fold_code(code).c_str()[0] & 0x80) != 0 ? 1 : 0;
  EXPECT_LE(left, 30);  // clicks, tone letters and the like
  for (uint32_t code = 0x410; code < 0x460; ++code) {
    for (const char c : fold_code(code)) EXPECT_TRUE(IsUpper(c)) << std::hex << code;
  }
  for (uint32_t code = 0x391; code < 0x3CF; ++code) {
    for (const char c : fold_code(code)) EXPECT_TRUE(IsUpper(c)) << std::hex << code;
  }
}

TEST(JoinSurnamePrefixesTest, WaysToWriteOneName) {
  const std::vector<std::vector<const char*>> kNames = {{"McDonald", "Mc Donald", "Mc-Donald"},
                                                        {"O'Brien", "O Brien", "OBrien", "O\u2019Brien", "O-Brien"},
                                                        {"St. John", "St John", "Saint John", "Saint-John", "StJohn"},
                                                        {"Fitz Gerald", "Fitzgerald", "FitzGerald"},
                                                        {"Mac O Brien", "Mac OBrien", "MacO'Brien"}};
  for (const auto& spellings : kNames) {
    for (const char* const spelling : spellings) {
      EXPECT_EQ(JoinSurnamePrefixes(FoldText(spelling)), JoinSurnamePrefixes(FoldText(spellings[0]))) << spelling;
    }
  }
  EXPECT_EQ(JoinSurnamePrefixes(""), "");
  EXPECT_EQ(JoinSurnamePrefixes("SMITH O BRIEN"), "SMITH OBRIEN");
  EXPECT_EQ(JoinSurnamePrefixes("SAINT JOHN MC CARTHY"), "STJOHN MCCARTHY");
  EXPECT_EQ(JoinSurnamePrefixes("MC A"), "MC A");
  EXPECT_TRUE(IsSurnameParticle("VAN"));
  EXPECT_FALSE(IsSurnameParticle("SMITH"));
}

TEST(JoinSurnamePrefixesTest, IsIdempotent) {
  constexpr const char* kPieces[] = {"MAC", "MC",     "O", "ST",    "SAINT", "FITZ",
                                     "VAN", "DONALD", "A", "BRIEN", "MACE",  "CE"};
  Random random = Seeded(14);
  for (int run = 0; run < Rounds(30000, 300000); ++run) {
    std::string name;
    for (uint64_t i = random.Below(6); i > 0; --i) {
      AppendTo(name, name.empty() || random.Chance(0.3) ? "" : " ", kPieces[random.Below(std::size(kPieces))]);
    }
    ASSERT_EQ(JoinSurnamePrefixes(JoinSurnamePrefixes(name)), JoinSurnamePrefixes(name)) << name;
  }
}

std::vector<std::string_view> AllGroups() {
  std::vector<std::string_view> groups(CommonNicknames().begin(), CommonNicknames().end());
  groups.insert(groups.end(), FurtherNicknames().begin(), FurtherNicknames().end());
  return groups;
}

TEST(NicknameTableTest, HasTheFormThatItsHeaderStates) {
  const std::vector<std::string_view> groups = AllGroups();
  EXPECT_GE(groups.size(), 300U);
  std::set<std::string_view> heads;
  const auto head = [](std::string_view group) { return group.substr(0, group.find(' ')); };
  EXPECT_TRUE(std::ranges::is_sorted(CommonNicknames(), {}, head));
  EXPECT_TRUE(std::ranges::is_sorted(FurtherNicknames(), {}, head));
  std::map<std::string_view, int> memberships;
  std::vector<std::set<std::string_view>> sets;
  for (const std::string_view group : groups) {
    const std::vector<std::string_view> names = Split(group, ' ');
    ASSERT_GE(names.size(), 2U) << group;
    EXPECT_TRUE(heads.insert(names[0]).second) << "heads two groups: " << group;
    EXPECT_TRUE(std::is_sorted(names.begin() + 1, names.end())) << group;
    const std::set<std::string_view> distinct(names.begin(), names.end());
    EXPECT_EQ(distinct.size(), names.size()) << "a name twice: " << group;
    for (const std::string_view name : names) {
      EXPECT_GE(name.size(), 2U) << group;
      EXPECT_TRUE(std::all_of(name.begin(), name.end(), IsUpper)) << group;
      EXPECT_EQ(FoldText(name), name);
      EXPECT_FALSE(IsTitle(name)) << name << " in " << group;
      ++memberships[name];
    }
    sets.push_back(distinct);
  }
  for (const auto& [name, count] : memberships) EXPECT_LE(count, 10) << name;
  for (const std::set<std::string_view>& a : sets) {
    const auto within = std::count_if(sets.begin(), sets.end(), [&a](const std::set<std::string_view>& b) {
      return std::includes(b.begin(), b.end(), a.begin(), a.end());
    });
    EXPECT_EQ(within, 1) << "a group lies within another: " << *a.begin();
  }
}

TEST(NicknameTableTest, LookUpFindsExactlyWhatTheTableSays) {
  const std::vector<std::string_view> groups = AllGroups();
  std::map<std::string_view, std::vector<uint16_t>> expected;
  for (size_t i = 0; i < groups.size(); ++i) {
    for (const std::string_view name : Split(groups[i], ' ')) expected[name].push_back(static_cast<uint16_t>(i));
  }
  for (const auto& [name, numbers] : expected) {
    const auto found = NicknameGroups(name);
    ASSERT_EQ(std::vector<uint16_t>(found.begin(), found.end()), numbers) << name;
    for (char initial = 'A'; initial <= 'Z'; ++initial) {
      const bool expected_initial = std::ranges::any_of(
          numbers, [&](uint16_t number) { return number < CommonNicknames().size() && groups[number][0] == initial; });
      ASSERT_EQ(IsInitialOfFullForm(initial, name), expected_initial) << name << " " << initial;
    }
  }
  for (const auto& [a, b] : std::vector<std::pair<const char*, const char*>>{{"BOB", "ROBERT"},
                                                                             {"MUHAMMAD", "MOHAMMED"},
                                                                             {"KASIA", "KATARZYNA"},
                                                                             {"PADDY", "PADRAIG"},
                                                                             {"DAI", "DAFYDD"},
                                                                             {"PEGGY", "MARGARET"},
                                                                             {"SHIVON", "SIOBHAN"}}) {
    EXPECT_TRUE(AreNicknames(a, b)) << a << " " << b;
    EXPECT_TRUE(AreNicknames(b, a)) << a << " " << b;
  }
}

}  // namespace
}  // namespace wensum::matching
