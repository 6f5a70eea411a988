#include "matching/address/words/address_text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/strings.h"
#include "matching/address/address_reading.h"

namespace wensum::matching::address {
namespace {

std::string Spell(std::string_view text) {
  const TokenList list(text);
  std::string out;
  for (const Token& token : list.tokens()) {
    if (!out.empty()) {
      out.append(token.comma_before ? "," : " ");
    }
    const auto number = [&out](int32_t value, char letter) {
      AppendTo(out, value);
      if (letter != 0) {
        out.push_back(letter);
      }
    };
    if (token.kind == TokenKind::kWord) {
      out.append(token.word);
      continue;
    }
    number(token.number, token.letter);
    if (token.kind != TokenKind::kNumber) {
      out.push_back(token.kind == TokenKind::kRange ? '-' : '/');
      number(token.end_number, token.end_letter);
    }
  }
  return out;
}

TEST(AddressTextTest, FoldsToCapitalAscii) {
  EXPECT_EQ(FoldAddress("King\u2019s Caf\u00e9"), "KINGS CAFE");
  EXPECT_EQ(FoldAddress("Stra\u00dfe"), "STRASSE");
  EXPECT_EQ(FoldAddress("12\u201314"), "12-14");
  EXPECT_EQ(FoldAddress("\xff\xc3"), "  ");                                        // broken UTF-8 separates
  EXPECT_EQ(FoldAddress("MILL\xc3 ROAD\xe2\x80, A\xf0 1"), "MILL  ROAD  , A  1");  // and swallows nothing
}

TEST(AddressTextTest, BringsAbbreviationsToOneForm) {
  EXPECT_EQ(Spell("14 Prince of Wales Rd."), "14 PRINCE OF WALES ROAD");
  EXPECT_EQ(Spell("1 St. Stephens Street"), "1 ST STEPHENS ST");
  EXPECT_EQ(Spell("Apt 3"), "FLAT 3");
}

TEST(AddressTextTest, ReadsNumbers) {
  EXPECT_EQ(Spell("12 A High St"), "12A HIGH ST");
  EXPECT_EQ(Spell("12-a High St"), "12A HIGH ST");
  EXPECT_EQ(Spell("12-14 High St"), "12-14 HIGH ST");
  EXPECT_EQ(Spell("12 - 14 High St"), "12-14 HIGH ST");
  EXPECT_EQ(Spell("12 to 14 High St"), "12-14 HIGH ST");
  EXPECT_EQ(Spell("484-94 High St"), "484-494 HIGH ST");
  EXPECT_EQ(Spell("92-92A High St"), "92-92A HIGH ST");
  EXPECT_EQ(Spell("12A-14B High St"), "12A-14B HIGH ST");
  EXPECT_EQ(Spell("2/14 High St"), "2/14 HIGH ST");
  EXPECT_EQ(Spell("Flat12A"), "FLAT 12A");
  EXPECT_EQ(Spell("47MANSFIELD RD"), "47 MANSFIELD ROAD");
  EXPECT_EQ(Spell("1st Floor"), "FIRST FLOOR");
  EXPECT_EQ(Spell("Flat B12"), "FLAT 12B");
  EXPECT_EQ(Spell("Flat 2, 14 High St"), "FLAT 2,14 HIGH ST");
}

TEST(AddressTextTest, LongTextsAreCutNotRefused) {
  const std::string text(100000, '1');
  EXPECT_LE(TokenList(text).tokens().size(), TokenList::kMaxTokens);
  std::string words;
  for (int i = 0; i < 5000; ++i) {
    words.append("A ");
  }
  EXPECT_EQ(TokenList(words).tokens().size(), TokenList::kMaxTokens);
}

TEST(AddressTextTest, AnyBytesAreRead) {
  Random random(20260111);
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    const size_t size = random.Below(40);
    for (size_t i = 0; i < size; ++i) {
      text.push_back(random.Chance(0.2) ? static_cast<char>(random.Below(256))
                                        : std::string_view("0123 AFLT-/&,ST")[random.Below(15)]);
    }
    const TokenList list(text);
    const Evidence evidence = ReadEvidence(list);
    EXPECT_LE(evidence.words.size(), list.tokens().size());
  }
}

// Optimal string alignment distance, as the textbooks give it.
size_t Distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<size_t>> d(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) {
    for (size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = i + j;
        continue;
      }
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

TEST(AddressTextTest, OneEditAgreesWithTheTextbook) {
  Random random(7);
  size_t close = 0;
  for (int round = 0; round < 100000; ++round) {
    std::string a;
    std::string b;
    for (std::string* text : {&a, &b}) {
      const size_t size = random.Below(6);
      for (size_t i = 0; i < size; ++i) {
        text->push_back(static_cast<char>('A' + random.Below(3)));
      }
    }
    const bool expected = Distance(a, b) <= 1;
    close += expected ? 1 : 0;
    ASSERT_EQ(WithinOneEdit(a, b), expected) << a << " " << b;
  }
  EXPECT_GT(close, 1000U);
}

TEST(AddressReadingTest, UnitsFloorsAndSides) {
  const Evidence ground = ReadEvidence(TokenList("Ground Floor Flat, 14 High St"));
  EXPECT_EQ(ground.unit.floors, 2);
  ASSERT_EQ(ground.numbers.size(), 1U);
  EXPECT_EQ(ground.numbers[0].span.low, 14);
  EXPECT_EQ(ground.words.size(), 2U);

  const Evidence left = ReadEvidence(TokenList("First Floor Flat Left 14 High St"));
  EXPECT_EQ(left.unit.floors, 4);
  EXPECT_EQ(left.unit.sides, 1);

  const Evidence avenue = ReadEvidence(TokenList("14 First Avenue"));
  EXPECT_TRUE(avenue.unit.empty());
  EXPECT_EQ(avenue.words.size(), 2U);

  const Evidence letter = ReadEvidence(TokenList("Flat A, 14 High St"));
  EXPECT_EQ(letter.unit.letter, 'A');
  EXPECT_EQ(letter.unit.number, -1);

  EXPECT_TRUE(ReadEvidence(TokenList("Rear of 14 High St")).relation);
  EXPECT_TRUE(ReadEvidence(TokenList("R/O 14 High St")).relation);
  EXPECT_FALSE(ReadEvidence(TokenList("14 High St")).relation);
}

TEST(AddressReadingTest, UnitRelations) {
  const auto unit = [](std::string_view text) { return ReadEvidence(TokenList(text)).unit; };
  EXPECT_EQ(CompareUnits(unit("Flat 2"), unit("APARTMENT 2")), UnitRelation::kEqual);
  EXPECT_EQ(CompareUnits(unit("Flat 2"), unit("Flat 3")), UnitRelation::kContradicts);
  EXPECT_EQ(CompareUnits(unit("Flat 2A"), unit("Flat 2")), UnitRelation::kContradicts);
  EXPECT_EQ(CompareUnits(unit("Flat 2"), unit("Room 2")), UnitRelation::kContradicts);
  EXPECT_EQ(CompareUnits(unit("Unit 2"), unit("Shop 2")), UnitRelation::kEqual);
  EXPECT_EQ(CompareUnits(unit("Flat 2"), unit("")), UnitRelation::kTextOnly);
  EXPECT_EQ(CompareUnits(unit(""), unit("Flat 2")), UnitRelation::kRecordOnly);
  EXPECT_EQ(CompareUnits(unit("Ground Floor Flat"), unit("First Floor Flat")), UnitRelation::kContradicts);
  EXPECT_EQ(CompareUnits(unit("Flat 2 First Floor"), unit("Flat 2")), UnitRelation::kEqualWeak);
}

}  // namespace
}  // namespace wensum::matching::address
