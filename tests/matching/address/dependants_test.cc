// What a change to the gazetteer is said to touch, against what it changes: texts with forty kinds of error over a
// small city whose streets, buildings and places are much alike.
#include "matching/address/match/dependants.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/strings.h"
#include "matching/address/errors/error_generator.h"
#include "tests/matching/address/random_gazetteer.h"
#include "tests/support/seed.h"

namespace wensum::matching::address {
namespace {

using match::Dependants;
using match::Touched;

std::vector<std::string> WordsIn(const std::string& text, const std::string& postcode = "") {
  std::vector<std::string> words;
  match::PostcodeCode own = 0;
  match::ReadTextWords(text, postcode, &own, [&](std::string_view word) { words.emplace_back(word); });
  return words;
}

TEST(DependantsTest, WordsAreReadInEveryWayTheyMayBeMeant) {
  EXPECT_THAT(WordsIn("12 Mill Rd, NR1 1AA"), testing::IsSupersetOf({"MILL", "RD", "ROAD"}));
  EXPECT_THAT(WordsIn("12 Mill Rd, NR1 1AA"), testing::Not(testing::Contains("NR")));
  EXPECT_THAT(WordsIn("12 MANSFIELDROAD"), testing::IsSupersetOf({"MANSFIELDROAD", "MANSFIELD", "ROAD"}));
  EXPECT_THAT(WordsIn("36CBELGRAVE RD"), testing::IsSupersetOf({"CBELGRAVE", "BELGRAVE"}));
  EXPECT_THAT(WordsIn("L0NGBR1DGE ROAD"), testing::IsSupersetOf({"LONGBRIDGE", "LONGBRLDGE"}));
  EXPECT_THAT(WordsIn("1st Avenue"), testing::Contains("FIRST"));
  EXPECT_THAT(WordsIn("THEGROVE"), testing::Contains("GROVE"));
}

TEST(DependantsTest, NumbersAreASetUnlessTheyMayBeARange) {
  const auto numbers = [](const std::string& text) {
    match::PostcodeCode own = 0;
    return match::ReadTextWords(text, "", &own, [](std::string_view) {});
  };
  EXPECT_EQ(numbers("12 Mill Lane"), match::NumberBit(12));
  EXPECT_EQ(numbers("Flat 3, 12A Mill Lane"), match::NumberBit(3) | match::NumberBit(12));
  EXPECT_EQ(numbers("Rose Cottage, Mill Lane"), match::kWithoutNumber);
  EXPECT_EQ(numbers("12-16 Mill Lane"), match::kAllNumbers);
  EXPECT_EQ(numbers("12 to 16 Mill Lane"), match::kAllNumbers);
}

TEST(DependantsTest, FindsTextsByWordsPostcodesAndAreas) {
  Dependants dependants;
  dependants.Add(1, "12 Mill Lane", "NR1 1AA");
  dependants.Add(2, "14 Mil Lane", "NR1 1AB");
  dependants.Add(3, "Rose Cottage, High Street", "");
  dependants.Add(7, "5 Chi Gwell Road", "IP1 1AA");
  const auto find = [&](const std::string& word, match::NumberSet numbers) {
    return dependants.Find({.words = {{word, numbers}}});
  };
  EXPECT_EQ(find("MILL", match::kAllNumbers), (std::vector<uint32_t>{1, 2}));
  EXPECT_EQ(find("MILL", match::NumberBit(12)), (std::vector<uint32_t>{1}));
  EXPECT_EQ(find("MILL", match::NumberBit(13)), std::vector<uint32_t>());
  EXPECT_EQ(find("CHIGWELL", match::kAllNumbers), (std::vector<uint32_t>{7}));
  EXPECT_EQ(find("COTAGE", match::kAllNumbers), (std::vector<uint32_t>{3}));
  EXPECT_EQ(find("TOMBLAND", match::kAllNumbers), std::vector<uint32_t>());
  EXPECT_EQ(dependants.Find({.postcodes = {match::PostcodeOfField("NR1 1AB")}}), (std::vector<uint32_t>{2}));
  EXPECT_EQ(dependants.Find({.areas = {match::AreaOf(match::PostcodeOfField("NR1 1ZZ"))}}),
            (std::vector<uint32_t>{1, 2}));
  EXPECT_TRUE(dependants.Find({}).empty());
}

constexpr std::array<std::string_view, 24> kCityStreets = {"MILL ROAD",
                                                           "MILL LANE",
                                                           "OLD MILL LANE",
                                                           "HIGH STREET",
                                                           "HIGH ROAD",
                                                           "PARK ROAD",
                                                           "PARK AVENUE",
                                                           "THE DRIVE",
                                                           "THE AVENUE",
                                                           "ST ANDREWS STREET",
                                                           "EASTWOOD ROAD",
                                                           "WESTWOOD ROAD",
                                                           "CHIGWELL ROAD",
                                                           "MANSFIELD ROAD",
                                                           "LONGBRIDGE ROAD",
                                                           "FIRST AVENUE",
                                                           "CHURCH HILL",
                                                           "CHURCH HILL ROAD",
                                                           "GREEN LANE",
                                                           "GREEN LANES",
                                                           "KING STREET",
                                                           "KINGS ROAD",
                                                           "ALDBOROUGH ROAD NORTH",
                                                           "ALDBOROUGH ROAD SOUTH"};
constexpr std::array<std::string_view, 9> kCityBuildings = {"ROSE COTTAGE", "MERROW COURT", "HAVEN HOUSE",
                                                            "EAGLE HOUSE",  "PARK HOUSE",   "MILL HOUSE",
                                                            "CHURCH COURT", "THE LODGE",    "KINGS COURT"};
constexpr std::array<std::string_view, 4> kCityPlaces = {"THORPE", "GREEN END", "CHIGWELL", ""};

IndexedProperty CityProperty(Random& random, uint64_t uprn) {
  const size_t street = random.Below(kCityStreets.size());
  AddressSpec spec;
  spec.street = std::string(kCityStreets[street]);
  spec.postcode = Cat(street % 5 == 4 ? "IP1 " : "NR1 ", street % 10, "A", std::string(1, "BDEF"[random.Below(4)]));
  spec.locality = std::string(kCityPlaces[(street + random.Below(5) / 4) % kCityPlaces.size()]);
  spec.number = random.Chance(0.9) ? static_cast<int>(random.Between(1, 40)) : 0;
  spec.suffix = spec.number > 0 && random.Chance(0.1) ? std::string(1, "ABC"[random.Below(3)]) : "";
  spec.end_number = spec.number > 0 && random.Chance(0.05) ? spec.number + 4 : 0;
  if (spec.number == 0 || random.Chance(0.1)) {
    spec.pao = Pick(random, kCityBuildings);
  }
  if (random.Chance(0.25)) {
    spec.sao = random.Chance(0.7) ? Cat("FLAT ", random.Between(1, 9)) : Pick(random, kUnits);
  }
  return MakeProperty(uprn, spec, random.Chance(0.2) ? 1 + random.Below(200) : 0);
}

std::string Print(const Match& match) {
  std::string out =
      Cat(OutcomeName(match.outcome), " ", match.uprn, " ", match.parent_uprn, " ", match.strength, " ", match.reason);
  for (const Candidate& candidate : match.candidates) {
    AppendTo(out, "\n  ", candidate.uprn, " ", candidate.score, " ", candidate.address);
  }
  return out;
}

// One city, its texts, and a long walk of changes over it.
void WalkThrough(uint64_t seed, size_t properties, size_t texts, int changes, int* untouched, int* changed) {
  SCOPED_TRACE(seed);
  Random random(seed);
  std::vector<IndexedProperty> city;
  FlatGazetteer flat;
  for (size_t i = 0; i < properties; ++i) {
    city.push_back(CityProperty(random, i + 1));
    flat.ids.push_back(Cat(i + 1));
    const PropertyAddress& address = city.back().addresses[0];
    flat.addresses.push_back({static_cast<uint32_t>(i), FormatAddress(address), address.postcode});
  }
  const ErrorGenerator errors(flat, {.seed = seed, .absent = properties / 10});
  const std::vector<ErrorRow> rows = errors.Rows(0, texts, TrialStreets::kAll, 1);
  AddressIndex index;
  std::vector<bool> listed(properties);
  for (size_t i = 0; i < properties; ++i) {
    listed[i] = random.Chance(0.6);
    if (listed[i]) {
      index.Upsert(city[i], nullptr);
    }
  }
  Dependants dependants;
  std::vector<Query> queries;
  std::vector<std::string> answers;
  for (uint32_t i = 0; i < rows.size(); ++i) {
    const bool with_postcode = i % 2 == 0;
    queries.push_back({.text = with_postcode ? rows[i].text : rows[i].bare_text,
                       .postcode = with_postcode ? rows[i].postcode : std::string()});
    dependants.Add(i, queries[i].text, queries[i].postcode);
    answers.push_back(Print(index.FindMatch(queries[i], {})));
  }
  for (int change = 0; change < changes; ++change) {
    Touched touched;
    for (int several = random.Chance(0.1) ? 5 : 1; several > 0; --several) {
      const size_t i = random.Below(properties);
      if (random.Chance(0.1)) {
        city[i] = CityProperty(random, i + 1);
        listed[i] = false;
      }
      listed[i] = !listed[i];
      if (listed[i]) {
        index.Upsert(city[i], &touched);
      } else {
        index.Remove(i + 1, &touched);
      }
    }
    const std::vector<uint32_t> found = dependants.Find(touched);
    for (uint32_t i = 0; i < queries.size(); ++i) {
      const std::string now = Print(index.FindMatch(queries[i], {}));
      const bool told = std::binary_search(found.begin(), found.end(), i);
      *untouched += told ? 0 : 1;
      *changed += now != answers[i] ? 1 : 0;
      ASSERT_TRUE(told || now == answers[i]) << queries[i].text << " | " << queries[i].postcode << "\nnow " << now
                                             << "\nbefore " << answers[i] << "\nchange " << change;
      answers[i] = now;
    }
  }
}

TEST(DependantsTest, WhatIsNotToldKeepsItsAnswer) {
  const uint64_t seed = TestSeed(20261123);
  int untouched = 0;
  int changed = 0;
  const int rounds = Rounds(4, 60);
  for (int round = 0; round < rounds && !testing::Test::HasFatalFailure(); ++round) {
    WalkThrough(seed + static_cast<uint64_t>(round), 400, 400, 60, &untouched, &changed);
  }
  EXPECT_GT(untouched, 10'000);
  EXPECT_GT(changed, 200);
}

}  // namespace
}  // namespace wensum::matching::address
