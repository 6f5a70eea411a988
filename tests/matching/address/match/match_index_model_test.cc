// Random gazetteers: an index that was changed step by step answers as one that is built from scratch in another order.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/strings.h"
#include "tests/matching/address/match/town.h"
#include "tests/support/seed.h"

namespace wensum::matching::address::match {
namespace {

constexpr std::array<std::string_view, 11> kStreets = {
    "MILL LANE",      "MILL CLOSE",  "HIGH STREET",  "OLD MILL LANE",  "ST ANDREWS HILL", "TOMBLAND",
    "SPROWSTON ROAD", "MILLER ROAD", "MILLERS LANE", "GREEN MAN LANE", "NORWICH ROAD"};
constexpr std::array<std::string_view, 6> kBuildings = {"ROSE COTTAGE", "EAGLE HOUSE",   "MILL HOUSE",
                                                        "EAGLE COURT",  "MILLERS COURT", "THE GREEN MAN"};
constexpr std::array<std::string_view, 8> kUnits = {"FLAT 1",  "FLAT 2",     "FLAT A", "GROUND FLOOR FLAT",
                                                    "FLAT 1A", "THE ANNEXE", "UNIT 3", "FIRST FLOOR LEFT FLAT"};
constexpr std::array<std::string_view, 5> kPostcodes = {"NR1 1AA", "NR1 1AB", "NR2 4EE", "NR7 0AA", ""};
constexpr std::array<std::string_view, 4> kPlaces = {"THORPE", "SPROWSTON", "EATON", ""};

template <size_t N>
std::string_view PickOf(Random& random, const std::array<std::string_view, N>& values) {
  return values[random.Below(N)];
}

TownLine RandomLine(Random& random, uint64_t property) {
  std::vector<std::string> parts;
  if (random.Chance(0.35)) parts.emplace_back(PickOf(random, kUnits));
  const bool building = random.Chance(0.25);
  if (building) parts.emplace_back(PickOf(random, kBuildings));
  std::string street(PickOf(random, kStreets));
  if (!building || random.Chance(0.5)) {
    std::string number = Cat(1 + random.Below(6));
    if (random.Chance(0.15)) number += "A";
    if (random.Chance(0.1)) number = Cat(2 + 2 * random.Below(3), "-", 8 + 2 * random.Below(3));
    street = Cat(number, " ", street);
  }
  parts.push_back(street);
  const std::string_view place = PickOf(random, kPlaces);
  if (!place.empty()) parts.emplace_back(place);
  parts.emplace_back("NORWICH");
  return {property, Join(parts, ", "), std::string(PickOf(random, kPostcodes)), random.Chance(0.15)};
}

// A question: an address as it stands, or with slips, or two of them crossed.
std::string RandomText(Random& random, uint64_t properties) {
  std::string text = RandomLine(random, properties).text;
  for (uint64_t slips = random.Below(3); slips > 0 && text.size() > 3; --slips) {
    const size_t at = random.Below(text.size() - 1);
    switch (random.Below(4)) {
      case 0:
        text.erase(at, 1);
        break;
      case 1:
        std::swap(text[at], text[at + 1]);
        break;
      case 2:
        text[at] = static_cast<char>('A' + random.Below(26));
        break;
      default:
        text.insert(at, 1, ' ');
    }
  }
  return text;
}

void AddFixedPlaces(MatchIndex* index) {
  for (const std::string_view place : kPlaces) {
    if (!place.empty()) index->AddPlaces({WordsOf(place, index->mutable_names())});
  }
}

using Gazetteer = std::map<uint64_t, std::vector<TownLine>>;

// An answer by properties and scores, for ids of records depend on the order of loading.
std::string PrintFound(const Found& found) {
  std::string out = Cat(static_cast<int>(found.verdict), found.historical ? " historical " : " ", double{found.margin});
  for (const Hit& hit : found.hits) AppendTo(out, "\n  ", hit.property, " ", double{hit.fit.score});
  return out;
}

// Replaces, adds or removes the addresses of one property.
void ChangeOne(Random& random, uint64_t properties, Gazetteer* gazetteer, MatchIndex* index) {
  const uint64_t property = 1 + random.Below(properties);
  index->Remove(property);
  gazetteer->erase(property);
  if (random.Chance(0.3)) return;
  std::vector<TownLine>& lines = (*gazetteer)[property];
  for (uint64_t count = 1 + random.Below(3); count > 0; --count) {
    lines.push_back(RandomLine(random, property));
    AddLine(lines.back(), nullptr, index);
  }
}

void LoadShuffled(Random& random, const Gazetteer& gazetteer, MatchIndex* index) {
  std::vector<TownLine> lines;
  for (const auto& [property, addresses] : gazetteer) lines.insert(lines.end(), addresses.begin(), addresses.end());
  for (size_t i = lines.size(); i > 1; --i) std::swap(lines[i - 1], lines[random.Below(i)]);
  AddFixedPlaces(index);
  for (const TownLine& line : lines) AddLine(line, nullptr, index);
  index->FinishBulk();
}

TEST(MatchIndexModelTest, ChangedStepByStepEqualsFresh) {
  constexpr uint64_t kProperties = 25;
  std::map<Verdict, int> verdicts;
  for (int round = 0; round < Rounds(24, 300); ++round) {
    const uint64_t seed = TestSeed(20261127 + static_cast<uint64_t>(round));
    SCOPED_TRACE(Cat("WENSUM_SEED=", seed));
    Random random(seed);
    Gazetteer gazetteer;
    MatchIndex changed;
    AddFixedPlaces(&changed);
    changed.FinishBulk();
    for (int step = 0; step < 50; ++step) {
      ChangeOne(random, kProperties, &gazetteer, &changed);
      MatchIndex fresh;
      LoadShuffled(random, gazetteer, &fresh);
      ASSERT_EQ(changed.size(), fresh.size());
      for (int ask = 0; ask < 12; ++ask) {
        const std::string text = RandomText(random, kProperties);
        const std::string_view postcode = PickOf(random, kPostcodes);
        const Found found = FindProperty(changed, text, postcode);
        ++verdicts[found.verdict];
        ASSERT_EQ(PrintFound(found), PrintFound(FindProperty(fresh, text, postcode)))
            << "step " << step << ": " << text << " | " << postcode;
      }
    }
  }
  for (const Verdict verdict : {Verdict::kMatched, Verdict::kAmbiguous, Verdict::kParent, Verdict::kChildMissing,
                                Verdict::kStreetOnly, Verdict::kContradicted}) {
    EXPECT_GT(verdicts[verdict], 20) << static_cast<int>(verdict);
  }
}

TEST(MatchIndexModelTest, ManyStreetsOfOnePostcodeInAnyOrder) {
  // A postcode of a village may hold dozens of streets.
  for (int round = 0; round < Rounds(20, 300); ++round) {
    const uint64_t seed = TestSeed(20261128 + static_cast<uint64_t>(round));
    SCOPED_TRACE(Cat("WENSUM_SEED=", seed));
    Random random(seed);
    Gazetteer gazetteer;
    std::vector<std::string> streets;
    for (const char* const first :
         {"ACRE", "BELL", "CORN", "DOVE", "ELMS", "FERN", "GATE", "HAWK", "IRIS", "JAYS", "KING", "LIME"}) {
      streets.push_back(Cat(first, " ROAD"));
    }
    for (size_t i = 0; i < streets.size(); ++i) {
      gazetteer[i + 1] = {{i + 1, Cat(random.Below(3) + 1, " ", streets[i], ", NORWICH"), "NR9 9ZZ", false}};
    }
    MatchIndex first;
    MatchIndex second;
    LoadShuffled(random, gazetteer, &first);
    LoadShuffled(random, gazetteer, &second);
    for (int ask = 0; ask < 40; ++ask) {
      std::string street = streets[random.Below(streets.size())];
      street[1 + random.Below(3)] = static_cast<char>('A' + random.Below(26));
      const std::string text = Cat(random.Below(3) + 1, " ", street, ", NORWICH");
      ASSERT_EQ(PrintFound(FindProperty(first, text, "NR9 9ZZ")), PrintFound(FindProperty(second, text, "NR9 9ZZ")))
          << text;
    }
  }
}

TEST(MatchIndexModelTest, RemovedWhileLoadingIsNotFound) {
  MatchIndex index;
  AddFixedPlaces(&index);
  for (const uint64_t number : {3U, 2U, 1U}) {  // so that nothing is in order yet
    AddLine({number, Cat(number, " MILL LANE, NORWICH"), "NR1 1AA"}, nullptr, &index);
  }
  index.Remove(3);
  index.Remove(9);  // unknown
  index.FinishBulk();
  EXPECT_EQ(index.size(), 2U);
  for (const std::string_view text : {"1 MILL LANE, NORWICH", "2 MILL LANE, NORWICH", "3 MILL LANE, NORWICH"}) {
    for (const std::string_view postcode : {"", "NR1 1AA"}) {
      for (const Hit& hit : FindProperty(index, text, postcode).hits) {
        EXPECT_TRUE(hit.property == 1 || hit.property == 2) << text << ": " << hit.property;
        EXPECT_TRUE(index.record(hit.fit.record).live) << text;
      }
    }
  }
  const Found found = FindProperty(index, "2 MILL LANE, NORWICH", "NR1 1AA");
  ASSERT_EQ(found.verdict, Verdict::kMatched);
  EXPECT_EQ(found.hits[0].property, 2U);
}

TEST(MatchIndexModelTest, WordsOfRemovedNamesAreTypingErrorsAgain) {
  // NORWCH LANE was a street once; now NORWCH is NORWICH misspelt, as if the street had never been.
  MatchIndex changed;
  MatchIndex fresh;
  for (MatchIndex* const index : {&changed, &fresh}) {
    AddFixedPlaces(index);
    index->FinishBulk();
    AddLine({1, "1 GREEN MAN LANE, THORPE, NORWICH", "NR7 0AA"}, nullptr, index);
    AddLine({2, "1 GREEN MAN LANE, EATON, NORWICH", "NR4 6AA"}, nullptr, index);
  }
  AddLine({3, "5 THORPEE ROAD", "NR1 1AA"}, nullptr, &changed);
  AddLine({4, "5 GREENMAM ROAD", "NR1 1AA"}, nullptr, &changed);
  changed.Remove(3);
  changed.Remove(4);
  for (const std::string_view text : {"1 GREEN MAN LANE, THORPEE", "1 GREENMAM LANE, THORPE", "1 GREENMAM LANE"}) {
    EXPECT_EQ(PrintFound(FindProperty(changed, text, "")), PrintFound(FindProperty(fresh, text, ""))) << text;
  }
}

}  // namespace
}  // namespace wensum::matching::address::match
