// The table of words and names: lookup, weights, repairs, and that a name which was removed leaves no trace.
#include "matching/address/match/names.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/strings.h"
#include "tests/matching/address/match/match_text.h"
#include "tests/reference/text_distance_reference.h"
#include "tests/support/seed.h"

namespace wensum::matching::address::match {
namespace {

// The words of a name, parted by spaces, as the table knows them.
NameWords Intern(NameTable& names, std::string_view text) {
  NameWords words;
  for (const std::string_view word : Split(text, ' ')) words.push_back(names.InternWord(word));
  return words;
}

NameId AddStreet(NameTable& names, std::string_view text) { return names.Add(Intern(names, text), NameRole::kStreet); }

TEST(NameTableTest, NamesAreFoundByRole) {
  NameTable names;
  const NameId road = AddStreet(names, "MILL ROAD");
  EXPECT_EQ(names.Find(Intern(names, "MILL ROAD"), NameRole::kStreet), road);
  EXPECT_EQ(names.Find(Intern(names, "MILL RD"), NameRole::kStreet), road);
  EXPECT_EQ(names.Find(Intern(names, "MILL ROAD"), NameRole::kBuilding), kNoName);
  EXPECT_EQ(names.Find(Intern(names, "ROAD MILL"), NameRole::kStreet), kNoName);
  EXPECT_EQ(names.Find({}, NameRole::kStreet), kNoName);
  EXPECT_EQ(names.TextOf(road), "MILL ROAD");
  EXPECT_EQ(names.Add(Intern(names, "MILL ROAD"), NameRole::kBuilding), road);
}

TEST(NameTableTest, ANameStaysUntilItsLastUseGoes) {
  NameTable names;
  const NameId road = AddStreet(names, "ACRE ROAD");
  AddStreet(names, "ACRE ROAD");
  names.Add(Intern(names, "ACRE ROAD"), NameRole::kPlace);
  names.Remove(road, NameRole::kStreet);
  EXPECT_EQ(names.Find(Intern(names, "ACRE ROAD"), NameRole::kStreet), road);
  names.Remove(road, NameRole::kStreet);
  EXPECT_EQ(names.Find(Intern(names, "ACRE ROAD"), NameRole::kStreet), kNoName);
  EXPECT_EQ(names.Find(Intern(names, "ACRE ROAD"), NameRole::kPlace), road);
  EXPECT_TRUE(names.Known(names.FindWord("ACRE")));  // the place has it
  names.Remove(road, NameRole::kPlace);
  EXPECT_FALSE(names.Known(names.FindWord("ACRE")));
  EXPECT_TRUE(names.Known(names.FindWord("ROAD")));  // the lexicon has it
}

TEST(NameTableTest, UsesCountNamesAndNotAddresses) {
  NameTable names;
  const WordId mill = names.InternWord("MILL");
  for (int i = 0; i < 5; ++i) AddStreet(names, "MILL ROAD");
  EXPECT_EQ(names.word(mill).uses, 1U);
  AddStreet(names, "OLD MILL LANE");
  names.Add(Intern(names, "MILL HOUSE"), NameRole::kBuilding);
  EXPECT_EQ(names.word(mill).uses, 3U);
  EXPECT_EQ(names.word(mill).place_uses, 0U);
  names.Add(Intern(names, "MILL HILL"), NameRole::kPlace);
  EXPECT_EQ(names.word(mill).uses, 3U);
  EXPECT_EQ(names.word(mill).place_uses, 1U);
  EXPECT_EQ(names.word(mill).names.size(), 3U);
}

TEST(NameTableTest, RareWordsWeighMore) {
  NameTable names;
  for (int i = 0; i < 300; ++i) {
    AddStreet(names, Cat("MILL", static_cast<char>('A' + i % 26), static_cast<char>('A' + i / 26), " ROAD"));
  }
  AddStreet(names, "PARK ROAD");
  AddStreet(names, "PARK LANE");
  AddStreet(names, "OAK LANE");
  EXPECT_GT(names.Weight(names.FindWord("OAK")), names.Weight(names.FindWord("PARK")));
  EXPECT_GT(names.Weight(names.FindWord("PARK")), names.Weight(names.FindWord("ROAD")));
  EXPECT_GT(names.Weight(names.FindWord("ROAD")), 0);
}

TEST(NameTableTest, PartsOfNames) {
  struct PartsCase {
    std::string_view name;
    std::string_view parts;  // c(ore), t(ype), d(irection), s(top)
    bool core_words;
  };
  const std::vector<PartsCase> cases = {{"MILL ROAD", "ct", true},
                                        {"THE DRIVE", "st", false},
                                        {"ALDBOROUGH ROAD SOUTH", "ctd", true},
                                        {"NORTH MILL ROAD", "dct", true},
                                        {"TOMBLAND", "c", true},
                                        {"AVENUE ROAD", "ct", false},
                                        {"CITY OF LONDON ROAD", "csct", true}};
  for (const PartsCase& example : cases) {
    NameTable names;
    const NameInfo& info = names.name(AddStreet(names, example.name));
    std::string parts;
    bool core = false;
    for (const WordPart part : info.parts) {
      parts.push_back("ctds"[static_cast<size_t>(part)]);
      core |= part == WordPart::kCore;
    }
    EXPECT_TRUE(core) << example.name;  // something to be known by
    EXPECT_EQ(info.core_words, example.core_words) << example.name;
    if (example.core_words) {
      EXPECT_EQ(parts, example.parts) << example.name;
    }
  }
}

TEST(NameTableTest, JoinedWordsAreParted) {
  NameTable names;
  const NameId road = AddStreet(names, "MANSFIELD ROAD");
  AddStreet(names, "GREEN MAN LANE");
  std::pair<WordId, WordId> pair;
  ASSERT_TRUE(names.SplitJoined("MANSFIELDROAD", &pair));
  EXPECT_EQ(names.word(pair.first).text, "MANSFIELD");
  EXPECT_EQ(names.word(pair.second).text, "ROAD");
  ASSERT_TRUE(names.SplitJoined("GREENMAN", &pair));
  ASSERT_TRUE(names.SplitJoined("MANLANE", &pair));
  EXPECT_FALSE(names.SplitJoined("GREENLANE", &pair));
  EXPECT_FALSE(names.SplitJoined("GREENMANLANE", &pair));
  EXPECT_FALSE(names.SplitJoined("", &pair));
  EXPECT_TRUE(names.Adjacent(names.FindWord("GREEN"), names.FindWord("MAN")));
  EXPECT_FALSE(names.Adjacent(names.FindWord("MAN"), names.FindWord("GREEN")));
  names.Remove(road, NameRole::kStreet);
  EXPECT_FALSE(names.SplitJoined("MANSFIELDROAD", &pair));
  EXPECT_FALSE(names.Adjacent(names.FindWord("MANSFIELD"), names.FindWord("ROAD")));
}

TEST(NameTableTest, OfTwoWaysToPartTheAlphabeticallyFirst) {
  for (const bool other_order : {false, true}) {
    NameTable names;
    AddStreet(names, other_order ? "BLACK BIRDS" : "BLA CKBIRDS");
    AddStreet(names, other_order ? "BLA CKBIRDS" : "BLACK BIRDS");
    std::pair<WordId, WordId> pair;
    ASSERT_TRUE(names.SplitJoined("BLACKBIRDS", &pair));
    EXPECT_EQ(names.word(pair.first).text, "BLA");
  }
}

// Words over few letters, so that many are near each other.
std::string RandomWord(Random& random) {
  const size_t length = 2 + random.Below(10);
  std::string word;
  while (word.size() < length) word.push_back(static_cast<char>('A' + random.Below(4)));
  return word;
}

// One or two slips.
std::string Slip(Random& random, std::string word) {
  for (uint64_t slips = 1 + random.Below(2); slips > 0 && word.size() > 1; --slips) {
    const size_t at = random.Below(word.size());
    switch (random.Below(4)) {
      case 0:
        word.erase(at, 1);
        break;
      case 1:
        word.insert(at, 1, static_cast<char>('A' + random.Below(4)));
        break;
      case 2:
        word[at] = static_cast<char>('A' + random.Below(4));
        break;
      default:
        if (at + 1 < word.size()) std::swap(word[at], word[at + 1]);
    }
  }
  return word;
}

using Near = std::vector<std::pair<int, std::string>>;

Near NearOf(const NameTable& names, std::string_view typed) {
  Near near;
  for (const NameTable::NearWord& word : names.FindNear(typed)) {
    near.emplace_back(word.edits, names.word(word.word).text);
  }
  return near;
}

// Every word in use that has four letters, compared with what was typed, which has three; no unit or floor words.
Near NearByComparing(const NameTable& names, const std::set<std::string>& used, const std::string& typed) {
  Near near;
  for (const std::string& word : used) {
    const size_t longer = std::max(word.size(), typed.size());
    const int limit = longer < 4 ? 0 : longer < 7 ? 1 : 2;
    const int distance = reference::OsaDistance(typed, word);
    const bool unit = (names.word(names.FindWord(word)).flags & (kUnitWord | kFloorWord)) != 0;
    if (word.size() >= 4 && typed.size() >= 3 && distance <= limit && !unit) near.emplace_back(distance, word);
  }
  std::sort(near.begin(), near.end());
  if (near.size() > NameTable::kMostNearWords) near.resize(NameTable::kMostNearWords);
  return near;
}

TEST(NameTableTest, NearWordsAreExactlyThoseByComparingAll) {
  for (int round = 0; round < Rounds(6, 100); ++round) {
    const uint64_t seed = TestSeed(20261123 + static_cast<uint64_t>(round));
    SCOPED_TRACE(Cat("WENSUM_SEED=", seed));
    Random random(seed);
    NameTable names;
    std::vector<std::pair<NameId, std::string>> live;
    size_t found = 0;
    for (int step = 0; step < 300; ++step) {
      if (live.empty() || random.Chance(0.7)) {
        const std::string word = random.Chance(0.05) ? "FLAT" : RandomWord(random);
        live.emplace_back(AddStreet(names, word), word);
      } else {
        const size_t at = random.Below(live.size());
        names.Remove(live[at].first, NameRole::kStreet);
        live.erase(live.begin() + static_cast<ptrdiff_t>(at));
      }
      std::set<std::string> used;
      for (const auto& [id, word] : live) used.insert(word);
      for (int ask = 0; ask < 5; ++ask) {
        const std::string typed = live.empty() || random.Chance(0.2)
                                      ? RandomWord(random)
                                      : Slip(random, live[random.Below(live.size())].second);
        const Near near = NearOf(names, typed);
        ASSERT_EQ(near, NearByComparing(names, used, typed)) << typed;
        found += near.size();
      }
    }
    EXPECT_GT(found, 500U);
  }
}

TEST(NameTableTest, LongWordsAreFoundToo) {
  NameTable names;
  const std::string longest = "LLANFAIRPWLLGWYNGYLLGOGERYCH";
  AddStreet(names, longest);
  for (size_t at = 0; at < longest.size(); at += 3) {
    std::string typed = longest;
    typed.erase(at, 1);
    ASSERT_EQ(NearOf(names, typed).size(), 1U) << typed;
    typed[typed.size() - 1 - at / 2] = 'X';
    ASSERT_EQ(NearOf(names, typed), (Near{{reference::OsaDistance(typed, longest), longest}})) << typed;
  }
}

TEST(NameTableTest, DistancesEqualTheFullMatrix) {
  const uint64_t seed = TestSeed(20261124);
  SCOPED_TRACE(Cat("WENSUM_SEED=", seed));
  Random random(seed);
  for (int i = 0; i < 5'000; ++i) {
    const std::string a = RandomWord(random);
    const std::string b = random.Chance(0.7) ? Slip(random, a) : RandomWord(random);
    for (const int limit : {1, 2}) {
      ASSERT_EQ(WordDistance(a, b, limit), std::min(reference::OsaDistance(a, b), limit + 1)) << a << " " << b;
    }
  }
}

// All that a table answers about a set of words and names, by their texts.
std::string Answers(const NameTable& names, const std::vector<std::string>& asked) {
  std::string out;
  for (const std::string& text : asked) {
    const std::string joined = [&] {
      std::string all;
      for (const std::string_view word : Split(text, ' ')) all += word;
      return all;
    }();
    NameWords words;
    for (const std::string_view word : Split(text, ' ')) {
      const WordId id = names.FindWord(word);
      words.push_back(id);
      AppendTo(out, word, names.Known(id) ? " known " : " unknown ");
      if (names.Known(id)) {
        std::set<std::string> held;
        for (const NameId name : names.word(id).names) held.insert(names.TextOf(name));
        AppendTo(out, names.word(id).uses, " ", names.word(id).place_uses, " ", double{names.Weight(id)});
        for (const std::string& name : held) AppendTo(out, " [", name, "]");
      }
      for (const auto& [edits, near] : NearOf(names, word)) AppendTo(out, " ", near, edits);
    }
    for (const NameRole role : {NameRole::kStreet, NameRole::kBuilding, NameRole::kPlace}) {
      AppendTo(out, names.Find(words, role) != kNoName ? " +" : " -");
    }
    std::pair<WordId, WordId> pair;
    if (names.SplitJoined(joined, &pair)) {
      AppendTo(out, " ", names.word(pair.first).text, "|", names.word(pair.second).text);
    }
    out.push_back('\n');
  }
  return out;
}

TEST(NameTableTest, RemovedNamesLeaveNoTrace) {
  std::vector<std::string> all;
  for (const char* const first : {"MILL", "MILLS", "MILLER", "OLD", "THE", "PARK", "PARKLAND"}) {
    for (const char* const second : {"ROAD", "MILL", "HOUSE", "ESTATE", "PARKLANDS"}) {
      all.push_back(Cat(first, " ", second));
    }
  }
  for (int round = 0; round < Rounds(20, 500); ++round) {
    const uint64_t seed = TestSeed(20261125 + static_cast<uint64_t>(round));
    SCOPED_TRACE(Cat("WENSUM_SEED=", seed));
    Random random(seed);
    NameTable changed;
    std::vector<std::pair<std::string, NameRole>> live;
    std::vector<NameId> ids;
    for (int step = 0; step < 60; ++step) {
      if (live.empty() || random.Chance(0.55)) {
        live.emplace_back(all[random.Below(all.size())], static_cast<NameRole>(random.Below(kNameRoles)));
        ids.push_back(changed.Add(Intern(changed, live.back().first), live.back().second));
      } else {
        const size_t at = random.Below(live.size());
        changed.Remove(ids[at], live[at].second);
        live.erase(live.begin() + static_cast<ptrdiff_t>(at));
        ids.erase(ids.begin() + static_cast<ptrdiff_t>(at));
      }
    }
    NameTable fresh;
    for (size_t i = live.size(); i-- > 0;) fresh.Add(Intern(fresh, live[i].first), live[i].second);
    for (const std::string& text : all) {  // the same words are interned, used or not
      Intern(fresh, text);
      Intern(changed, text);
    }
    ASSERT_EQ(Answers(changed, all), Answers(fresh, all));
  }
}

}  // namespace
}  // namespace wensum::matching::address::match
