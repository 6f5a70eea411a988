#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/strings.h"
#include "tests/matching/address/random_gazetteer.h"
#include "tests/reference/suggest_reference.h"

namespace wensum::matching::address {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class SuggestTest : public testing::Test {
 protected:
  void SetUp() override {
    for (int number = 1; number <= 20; ++number) {
      Add(100 + static_cast<uint64_t>(number), {.number = number, .street = "PRINCES STREET", .postcode = "NR3 1AE"},
          {.usrn = 11});
    }
    Add(200, {.number = 12, .street = "PRINCE OF WALES ROAD", .postcode = "NR1 1AB"}, {.usrn = 12});
    Add(201, {.sao = "FLAT 3", .number = 12, .street = "PRINCE OF WALES ROAD", .postcode = "NR1 1AB"}, {.usrn = 12});
    Add(202, {.number = 12, .street = "OLD PRINCE LANE", .postcode = "NR1 1AC", .historical = true}, {.usrn = 13});
    Add(203, {.number = 12, .suffix = "A", .street = "PRINCE OF WALES ROAD", .postcode = "NR1 1AB"}, {.usrn = 12});
    Add(300, {.pao = "ROSE COTTAGE", .street = "MILL LANE", .postcode = "NR7 0AA", .locality = "THORPE"}, {.usrn = 14});
    // A block with three flats, one of them in an annexe with two rooms.
    Add(400, {.number = 7, .street = "TOMBLAND", .postcode = "NR3 1HF"}, {.usrn = 15, .classification = "PP"});
    Add(401, {.sao = "FLAT 1", .number = 7, .street = "TOMBLAND", .postcode = "NR3 1HF"}, {.usrn = 15, .parent = 400});
    Add(402, {.sao = "FLAT 2", .number = 7, .street = "TOMBLAND", .postcode = "NR3 1HF"},
        {.usrn = 15, .parent = 400, .classification = "CO01"});
    Add(403, {.sao = "FLAT 9", .number = 7, .street = "TOMBLAND", .postcode = "NR3 1HF", .historical = true},
        {.usrn = 15, .parent = 400});
    // A child with a house number of its own is no unit of the site.
    Add(404, {.number = 8, .street = "TOMBLAND", .postcode = "NR3 1HF"}, {.usrn = 15, .parent = 400});
  }

  struct More {
    uint32_t usrn = 0;
    uint64_t parent = 0;
    std::string classification = "RD04";
  };
  void Add(uint64_t uprn, const AddressSpec& spec, const More& more) {
    IndexedProperty property = MakeProperty(uprn, spec, more.parent);
    property.addresses[0].usrn = more.usrn;
    property.facts = {.logical_status = spec.historical ? 8 : 1, .classification = more.classification};
    index_.Upsert(property, nullptr);
  }

  // "street 12 x3", "building 400 x2", "postcode NR1 1AB x3" or the UPRN alone.
  std::vector<std::string> Ask(const SuggestQuery& query) const {
    std::vector<std::string> out;
    for (const Suggestion& found : index_.Suggest(query)) {
      EXPECT_EQ(found.address.empty(), found.kind == SuggestionKind::kPostcode);
      switch (found.kind) {
        case SuggestionKind::kProperty:
          out.push_back(Cat(found.uprn));
          break;
        case SuggestionKind::kBuilding:
          out.push_back(Cat("building ", found.uprn, " x", found.count));
          break;
        case SuggestionKind::kStreet:
          out.push_back(Cat("street ", found.usrn, " x", found.count));
          break;
        case SuggestionKind::kPostcode:
          out.push_back(Cat("postcode ", found.postcode, " x", found.count));
          break;
      }
    }
    return out;
  }
  std::vector<std::string> Ask(std::string_view input, size_t limit = 5) const {
    return Ask({.input = input, .limit = limit});
  }

  AddressIndex index_;
};

TEST_F(SuggestTest, NumberAndUnfinishedStreet) {
  EXPECT_THAT(Ask("12 prin"), ElementsAre("200", "201", "203", "112"));
  EXPECT_THAT(Ask("12 princes"), ElementsAre("112"));
  EXPECT_THAT(Ask("12 prince of w"), ElementsAre("200", "201", "203"));
  EXPECT_THAT(Ask("12 prince wales"), ElementsAre("200", "201", "203"));
  EXPECT_THAT(Ask("12a prince of wales rd"), ElementsAre("203"));
  EXPECT_THAT(Ask("flat 3, 12 prince"), ElementsAre("201"));
  EXPECT_THAT(Ask("12 princes street norw"), ElementsAre("112"));
}

TEST_F(SuggestTest, StreetsComeFirstWithoutANumber) {
  EXPECT_THAT(Ask("prin", 2), ElementsAre("street 12 x3", "street 11 x20"));
  EXPECT_THAT(Ask("prin", 6), ElementsAre("street 12 x3", "street 11 x20", "200", "201", "203", "101"));
  EXPECT_THAT(Ask("princes st", 3), ElementsAre("street 11 x20", "101", "102"));
  EXPECT_THAT(Ask("princes stre", 2), ElementsAre("street 11 x20", "101"));
  EXPECT_THAT(Ask("princes street", 2), ElementsAre("street 11 x20", "101"));
  EXPECT_THAT(Ask("wales road", 1), ElementsAre("street 12 x3"));
  EXPECT_THAT(Ask("mill lane thorpe"), ElementsAre("street 14 x1", "300"));
  EXPECT_EQ(index_.Suggest({.input = "mill la"})[0].address, "MILL LANE, THORPE, NORWICH");
}

TEST_F(SuggestTest, AStreetStandsInForANumberItLacks) { EXPECT_THAT(Ask("99 princes"), ElementsAre("street 11 x20")); }

TEST_F(SuggestTest, InactiveOnDemand) {
  EXPECT_THAT(Ask("old prince lane"), IsEmpty());
  EXPECT_THAT(Ask({.input = "old prince lane", .filter = {.historical = true}}), ElementsAre("street 13 x1", "202"));
  EXPECT_THAT(Ask({.input = "old prince lane", .filter = {.logical_statuses = {8}}}),
              ElementsAre("street 13 x1", "202"));
}

TEST_F(SuggestTest, Buildings) {
  EXPECT_THAT(Ask("rose c"), ElementsAre("300"));
  EXPECT_THAT(Ask("rose cottage mill la"), ElementsAre("300"));
  EXPECT_THAT(Ask("lily cottage"), IsEmpty());
}

TEST_F(SuggestTest, UnitsStandUnderTheirBuilding) {
  EXPECT_THAT(Ask("tombland"), ElementsAre("street 15 x4", "building 400 x2", "404"));
  EXPECT_THAT(Ask("7 tombland"), ElementsAre("building 400 x2"));
  EXPECT_THAT(Ask({.input = "7 tombland", .filter = {.historical = true}}), ElementsAre("building 400 x3"));
  EXPECT_THAT(Ask("flat 2 7 tombland"), ElementsAre("402"));
  EXPECT_THAT(Ask({.input = "7 tombland", .filter = {.class_prefixes = {"C"}}}), ElementsAre("building 400 x1"));
  EXPECT_THAT(Ask({.input = "7 tombland", .filter = {.class_prefixes = {"L"}}}), IsEmpty());
}

TEST_F(SuggestTest, InsideABuildingStreetOrPostcode) {
  EXPECT_THAT(Ask({.within_uprn = 400}), ElementsAre("401", "402"));
  EXPECT_THAT(Ask({.input = "2", .within_uprn = 400}), ElementsAre("402"));
  EXPECT_THAT(Ask({.input = "flat 1", .within_uprn = 400}), ElementsAre("401"));
  EXPECT_THAT(Ask({.within_uprn = 401}), IsEmpty());
  EXPECT_THAT(Ask({.within_uprn = 999}), IsEmpty());
  EXPECT_THAT(Ask({.within_usrn = 15}), ElementsAre("building 400 x2", "404"));
  EXPECT_THAT(Ask({.input = "8", .within_usrn = 15}), ElementsAre("404"));
  EXPECT_THAT(Ask({.input = "rose cotage", .within_usrn = 14}), ElementsAre("300"));
  EXPECT_THAT(Ask({.within_usrn = 99}), IsEmpty());
  EXPECT_THAT(Ask({.limit = 2, .within_postcode = "NR3 1AE"}), ElementsAre("101", "102"));
}

TEST_F(SuggestTest, Postcodes) {
  EXPECT_THAT(Ask("nr7"), ElementsAre("postcode NR7 0AA x1", "300"));
  EXPECT_THAT(Ask("NR1 1A"), ElementsAre("postcode NR1 1AB x3", "200", "201", "203"));
  EXPECT_THAT(Ask("nr31ae", 3), ElementsAre("postcode NR3 1AE x20", "101", "102"));
  EXPECT_THAT(Ask("nr3"), ElementsAre("postcode NR3 1AE x20", "postcode NR3 1HF x4", "street 11 x20", "street 15 x4"));
  EXPECT_THAT(Ask("12 prince NR1 1AB"), ElementsAre("200", "201", "203"));
  EXPECT_THAT(Ask("12 NR3 1AE"), ElementsAre("112"));
}

TEST_F(SuggestTest, TyposInAnyWord) {
  EXPECT_THAT(Ask("12 prinecs street"), ElementsAre("112"));
  EXPECT_THAT(Ask("12 prinxe of wales"), ElementsAre("200", "201", "203"));
  EXPECT_THAT(Ask("12 prince of wlaes"), ElementsAre("200", "201", "203"));
  EXPECT_THAT(Ask("12 prince of wales raod"), ElementsAre("200", "201", "203"));
  EXPECT_THAT(Ask("12 princes stret"), ElementsAre("112"));
  EXPECT_THAT(Ask("tomblnad", 1), ElementsAre("street 15 x4"));
  EXPECT_THAT(Ask("tonblnad", 1), ElementsAre("street 15 x4")) << "two errors in eight letters";
  EXPECT_THAT(Ask("12 zzzzz"), IsEmpty());
  EXPECT_THAT(Ask("mlil lane"), ElementsAre("street 14 x1", "300"));
  EXPECT_THAT(Ask("mli lane"), IsEmpty()) << "none in three letters";
}

TEST_F(SuggestTest, EmptyAndHostileInput) {
  EXPECT_THAT(Ask(""), IsEmpty());
  EXPECT_THAT(Ask("   "), IsEmpty());
  EXPECT_THAT(Ask("12"), IsEmpty());
  EXPECT_THAT(Ask("flat"), IsEmpty());
  EXPECT_THAT(Ask(std::string(5000, 'a')), IsEmpty());
  EXPECT_THAT(Ask("\xff\xfe"), IsEmpty());
  EXPECT_THAT(Ask("prince", 0), IsEmpty());
  EXPECT_THAT(Ask({.within_postcode = "ZZ99 9ZZ"}), IsEmpty());
}

// Words that thousands of names hold still find names that begin with them, and others beside a rarer word.
TEST_F(SuggestTest, FrequentWordsKeepTheirBound) {
  AddressIndex index;
  for (uint64_t i = 0; i < 3'000; ++i) {
    std::string name = "A";
    for (uint64_t rest = i; rest > 0; rest /= 20) {
      name.push_back(static_cast<char>('B' + rest % 20));
    }
    IndexedProperty property =
        MakeProperty(1'000 + i, {.number = 1, .street = Cat(name, " ROAD"), .postcode = "NR3 1AE"});
    property.addresses[0].usrn = static_cast<uint32_t>(1'000 + i);
    index.Upsert(property, nullptr);
  }
  IndexedProperty other = MakeProperty(1, {.number = 1, .street = "ROAD END", .postcode = "NR3 1AE"});
  other.addresses[0].usrn = 1;
  index.Upsert(other, nullptr);
  const std::vector<Suggestion> found = index.Suggest({.input = "road"});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].usrn, 1U);
  EXPECT_EQ(found[1].uprn, 1U);
  EXPECT_EQ(index.Suggest({.input = "a", .limit = 50}).size(), 50U);
  EXPECT_EQ(index.Suggest({.input = "1 a", .limit = 50}).size(), 50U);
}

TEST(SuggestModelTest, EqualsTheNaiveTwin) {
  constexpr uint64_t kSeed = 20261122;
  SCOPED_TRACE(kSeed);
  std::map<SuggestionKind, int> kinds;
  int typos = 0;
  for (uint64_t round = 0; round < 60; ++round) {
    Random random(kSeed + round);
    AddressIndex index;
    std::vector<IndexedProperty> properties;
    for (uint64_t uprn = 1; uprn <= 40; ++uprn) {
      IndexedProperty property = RandomProperty(random, uprn);
      if (uprn > 1 && random.Chance(0.4)) {
        // A unit of one before it.
        const IndexedProperty& building = properties[random.Below(properties.size())];
        property.parent_uprn = building.uprn;
        property.addresses[0] = building.addresses[0];
        property.addresses[0].sao.text = Pick(random, kUnits);
      }
      properties.push_back(property);
      index.Upsert(property, nullptr);
    }
    for (int i = 0; i < 60; ++i) {
      const std::string text = RandomQuery(random).text;
      std::string typed = text.substr(0, random.Below(text.size() + 1));
      if (random.Chance(0.2)) {
        typed = Pick(random, kPostcodes).substr(0, random.Below(8));
      }
      const SuggestQuery query{.input = typed, .limit = 1 + random.Below(30), .filter = RandomFilter(random)};
      const std::vector<Suggestion> found = index.Suggest(query);
      ASSERT_EQ(Print(found), Print(reference::Suggest(properties, query))) << typed;
      for (const Suggestion& suggestion : found) {
        ++kinds[suggestion.kind];
      }
      typos += !found.empty() && text.find(found[0].address.substr(0, 3)) == std::string::npos ? 1 : 0;
    }
  }
  for (const SuggestionKind kind :
       {SuggestionKind::kProperty, SuggestionKind::kBuilding, SuggestionKind::kStreet, SuggestionKind::kPostcode}) {
    EXPECT_GT(kinds[kind], 50) << static_cast<int>(kind);
  }
  EXPECT_GT(typos, 50);
}

}  // namespace
}  // namespace wensum::matching::address
