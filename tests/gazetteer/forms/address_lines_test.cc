#include "gazetteer/forms/address_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/strings.h"
#include "gazetteer/forms/proper_case.h"
#include "tests/gazetteer/forms/forms_fixture.h"
#include "tests/reference/one_line_reference.h"
#include "tests/support/random_text.h"
#include "tests/support/seed.h"

namespace wensum::llpg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

AddressParts FullParts() {
  return {.organisation = "ACME LTD",
          .sao = MakeObject("FLAT 2"),
          .pao = MakeObject("EAGLE HOUSE", {14, "A", 16, "B"}),
          .street = "CITY ROAD",
          .locality = "LAKENHAM",
          .town = "",
          .post_town = "NORWICH",
          .postcode = "NR1 1AB"};
}

TEST(AddressLinesTest, OneComponentALine) {
  const AddressLines lines = LinesOf(FullParts());
  EXPECT_EQ(lines, (AddressLines{{LineRole::kOrganisation, "ACME LTD"},
                                 {LineRole::kSao, "FLAT 2"},
                                 {LineRole::kPao, "EAGLE HOUSE"},
                                 {LineRole::kStreet, "14A-16B CITY ROAD"},
                                 {LineRole::kLocality, "LAKENHAM"},
                                 {LineRole::kPostTown, "NORWICH"},
                                 {LineRole::kPostcode, "NR1 1AB"}}));
  EXPECT_EQ(OneLine(lines), "ACME LTD, FLAT 2, EAGLE HOUSE, 14A-16B CITY ROAD, LAKENHAM, NORWICH, NR1 1AB");
}

TEST(AddressLinesTest, JoinsWhatBelongsTogether) {
  const AddressLines lines = LinesOf(FullParts());
  EXPECT_THAT(MultiLine(lines, 7), SizeIs(7));
  EXPECT_THAT(MultiLine(lines, 6),
              ElementsAre("ACME LTD, FLAT 2", "EAGLE HOUSE", "14A-16B CITY ROAD", "LAKENHAM", "NORWICH", "NR1 1AB"));
  EXPECT_THAT(MultiLine(lines, 5),
              ElementsAre("ACME LTD, FLAT 2, EAGLE HOUSE", "14A-16B CITY ROAD", "LAKENHAM", "NORWICH", "NR1 1AB"));
  EXPECT_THAT(MultiLine(lines, 4),
              ElementsAre("ACME LTD, FLAT 2, EAGLE HOUSE", "14A-16B CITY ROAD, LAKENHAM", "NORWICH", "NR1 1AB"));
  EXPECT_THAT(MultiLine(lines, 3),
              ElementsAre("ACME LTD, FLAT 2, EAGLE HOUSE", "14A-16B CITY ROAD, LAKENHAM", "NORWICH NR1 1AB"));
  EXPECT_THAT(MultiLine(lines, 1),
              ElementsAre("ACME LTD, FLAT 2, EAGLE HOUSE, 14A-16B CITY ROAD, LAKENHAM, NORWICH NR1 1AB"));
  EXPECT_EQ(MultiLine(lines, 0), MultiLine(lines, 1));
  EXPECT_THAT(MultiLine({}, 4), IsEmpty());
}

TEST(AddressLinesTest, GeographicTownJoinsItsLocality) {
  AddressParts parts = FullParts();
  parts.town = "NORWICH";
  parts.post_town = "";
  parts.postcode = "";
  EXPECT_THAT(MultiLine(LinesOf(parts), 4),
              ElementsAre("ACME LTD, FLAT 2", "EAGLE HOUSE", "14A-16B CITY ROAD", "LAKENHAM, NORWICH"));
}

TEST(AddressLinesTest, RealShapes) {
  struct Shape {
    AddressParts parts;
    const char* one_line;
  };
  const Shape kShapes[] = {
      {{.pao = MakeObject("", {12}), .street = "HIGH STREET", .town = "NORWICH"}, "12 HIGH STREET, NORWICH"},
      {{.pao = MakeObject("", {0}), .street = "HIGH STREET"}, "0 HIGH STREET"},
      {{.sao = MakeObject("FLAT", {3, "A"}), .pao = MakeObject("", {12}), .street = "HIGH STREET"},
       "FLAT 3A, 12 HIGH STREET"},
      {{.pao = MakeObject("LAND AT"), .street = "STATION ROAD", .locality = "THORPE", .town = "NORWICH"},
       "LAND AT, STATION ROAD, THORPE, NORWICH"},
      {{.organisation = "Acme", .pao = MakeObject("ACME"), .street = "CITY ROAD"}, "ACME, CITY ROAD"},
      {{.organisation = "ACME", .sao = MakeObject("Acme"), .pao = MakeObject("", {1}), .street = "CITY ROAD"},
       "Acme, 1 CITY ROAD"},
      {{.pao = MakeObject("ROSE COTTAGE"), .street = "THORPE", .locality = "Thorpe", .town = "NORWICH"},
       "ROSE COTTAGE, THORPE, NORWICH"},
      {{.pao = MakeObject("", {4}), .locality = "REEPHAM", .post_town = "NORWICH"}, "4, REEPHAM, NORWICH"},
      // A village that the street calls its town.
      {{.pao = MakeObject("", {4}), .street = "HIGH STREET", .town = "LUDHAM", .post_town = "GREAT YARMOUTH"},
       "4 HIGH STREET, LUDHAM, GREAT YARMOUTH"},
      {{.pao = MakeObject("", {4}), .street = "HIGH STREET", .town = "Norwich", .post_town = "NORWICH"},
       "4 HIGH STREET, NORWICH"},
      {{.pao = MakeObject("TŶ GWYN"), .street = "LÔN Y FFYNNON", .town = "CAERDYDD"},
       "TŶ GWYN, LÔN Y FFYNNON, CAERDYDD"},
      // What no rule allows, as files have it.
      {{.organisation = " ACME,, LTD ", .pao = MakeObject("ROSE   COTTAGE,"), .street = "HIGH\tSTREET"},
       "ACME, LTD, ROSE COTTAGE, HIGH STREET"},
      {{}, ""},
  };
  for (const Shape& shape : kShapes) {
    EXPECT_EQ(OneLine(LinesOf(shape.parts)), shape.one_line);
  }
}

TEST(AddressLinesTest, NumberFirstIsTheOrderOfTheOns) {
  const AddressParts parts = {.sao = MakeObject("FLAT", {3}), .pao = MakeObject("", {12}), .street = "HIGH STREET"};
  EXPECT_EQ(OneLine(LinesOf(parts, SaoOrder::kTextFirst)), "FLAT 3, 12 HIGH STREET");
  EXPECT_EQ(OneLine(LinesOf(parts, SaoOrder::kNumberFirst)), "3 FLAT, 12 HIGH STREET");
}

TEST(AddressLinesTest, LabelsHaveProperCaseAndCapitalsBelow) {
  AddressParts parts = FullParts();
  parts.post_town = "King's Lynn";
  parts.postcode = "pe30 1ab";
  EXPECT_THAT(MultiLine(LabelLines(LinesOf(parts)), 5),
              ElementsAre("Acme Ltd, Flat 2, Eagle House", "14A-16B City Road", "Lakenham", "KING'S LYNN", "PE30 1AB"));
}

TEST(CleanComponentTest, ByTheRules) {
  EXPECT_EQ(CleanComponent("  A  B\t C "), "A B C");
  EXPECT_EQ(CleanComponent("A,B , ,C,"), "A, B, C");
  EXPECT_EQ(CleanComponent(", ,"), "");
  EXPECT_EQ(CleanComponent("A\xC2\xA0"
                           "B\r\n"),
            "A B");
  EXPECT_EQ(CleanComponent(std::string("A\0B\x7F", 4)), "A B");
  EXPECT_EQ(CleanComponent("\xC3\x89\xC2"), "\xC3\x89\xC2");
}

// Words that occur nowhere else: each component is one of them, or none.
class RandomParts {
 public:
  explicit RandomParts(Random& random) : random_(random) {}

  AddressParts Next() {
    AddressParts parts;
    parts.organisation = Word();
    parts.sao = Object();
    parts.pao = Object();
    parts.street = Word();
    parts.locality = Word();
    parts.town = Word();
    parts.post_town = Word();
    parts.postcode = Word();
    return parts;
  }
  [[nodiscard]] const std::vector<std::string>& words() const { return words_; }

 private:
  std::string Word() {
    if (random_.Chance(0.4)) {
      return {};
    }
    words_.push_back(Cat("W", words_.size() + 100, random_.Chance(0.3) ? " ŵy" : "", "X"));
    std::string text = words_.back();
    if (random_.Chance(0.2)) {
      text = Cat(random_.Chance(0.5) ? "  " : ", ", text, random_.Chance(0.5) ? ",," : "\t ");
    }
    return text;
  }
  model::AddressableObject Object() {
    if (random_.Chance(0.5)) {
      return MakeObject(Word());
    }
    const bool range = random_.Chance(0.3);
    const int start = static_cast<int>(500 + words_.size());
    model::AddressableObject object =
        MakeObject(Word(), {start, random_.Chance(0.3) ? "A" : "", range ? start + 300 : 0, range ? "B" : ""});
    words_.push_back(FormatNumbers(object));
    return object;
  }

  Random& random_;
  std::vector<std::string> words_;
};

size_t Count(const std::string& text, const std::string& word) {
  size_t count = 0;
  for (size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    ++count;
  }
  return count;
}

TEST(AddressLinesTest, EveryComponentOnceAndNothingBlank) {
  const uint64_t seed = TestSeed(99);
  SCOPED_TRACE(Cat("seed ", seed));
  Random random(seed);
  for (int i = 0; i < Rounds(5000, 100000); ++i) {
    RandomParts source(random);
    const AddressParts parts = source.Next();
    const SaoOrder order = random.Chance(0.5) ? SaoOrder::kTextFirst : SaoOrder::kNumberFirst;
    const AddressLines lines = LinesOf(parts, order);
    ASSERT_TRUE(std::ranges::is_sorted(lines, {}, &AddressLine::role));
    for (size_t max_lines = 1; max_lines <= 8; ++max_lines) {
      const std::vector<std::string> printed = MultiLine(lines, max_lines);
      ASSERT_LE(printed.size(), max_lines);
      ASSERT_EQ(printed.size(), std::min(max_lines, lines.size())) << "no more lines are joined than must be";
      std::string all;
      for (const std::string& line : printed) {
        ASSERT_FALSE(line.empty());
        ASSERT_EQ(Count(line, "  ") + Count(line, ",,") + Count(line, " ,"), 0U) << line;
        ASSERT_EQ(CleanComponent(line), line);
        AppendTo(all, line, "\n");
      }
      for (const std::string& word : source.words()) {
        ASSERT_EQ(Count(all, word), 1U) << word << " in\n" << all;
      }
    }
  }
}

TEST(AddressLinesTest, AnyBytesGiveCleanLines) {
  const uint64_t seed = TestSeed(100);
  SCOPED_TRACE(Cat("seed ", seed));
  Random random(seed);
  for (int i = 0; i < Rounds(5000, 100000); ++i) {
    AddressParts parts;
    for (std::string* const field : {&parts.organisation, &parts.sao.text, &parts.pao.text, &parts.pao.start_suffix,
                                     &parts.street, &parts.locality, &parts.town, &parts.post_town, &parts.postcode}) {
      *field = RandomText(random, 12);
    }
    parts.pao.has_number = random.Chance(0.5);
    for (const AddressLine& line : LabelLines(LinesOf(parts))) {
      ASSERT_FALSE(line.text.empty());
      ASSERT_EQ(CleanComponent(line.text), line.text) << Quote(line.text);
    }
  }
}

// The one-line form of clean rows: the lines, the line of the address index and the textbook agree.
TEST(OneLineTest, AgreesWithTheTextbook) {
  const uint64_t seed = TestSeed(2020);
  SCOPED_TRACE(Cat("seed ", seed));
  Random random(seed);
  const auto text = [&random] {
    constexpr const char* kTexts[] = {"", "", "ACME", "Acme", "THE OLD HALL", "HIGH STREET", "Norwich", "NORWICH"};
    return std::string(kTexts[random.Below(std::size(kTexts))]);
  };
  const auto object = [&random, &text] {
    const auto number = [&random](int64_t low) { return static_cast<int>(random.Between(low, 3)); };
    const auto suffix = [&random] { return std::string(random.Chance(0.3) ? "A" : ""); };
    return MakeObject(text(), {number(-2), suffix(), number(0), suffix()});
  };
  for (int i = 0; i < Rounds(20000, 500000); ++i) {
    const AddressParts parts = {.organisation = text(),
                                .sao = object(),
                                .pao = object(),
                                .street = text(),
                                .locality = text(),
                                .town = text(),
                                .post_town = "",
                                .postcode = random.Chance(0.5) ? "NR1 1AB" : ""};
    const std::string expected = reference::OneLineReference(parts.organisation, parts.sao, parts.pao, parts.street,
                                                             parts.locality, parts.town, parts.postcode);
    const std::string prefix = OneLinePrefix(PremisesOf(parts.organisation, parts.sao, parts.pao));
    ASSERT_EQ(JoinOneLine(prefix, parts.street, parts.locality, parts.town, parts.postcode), expected);
    ASSERT_EQ(OneLine(LinesOf(parts)), expected);
  }
}

}  // namespace
}  // namespace wensum::llpg
