#include "matching/address/street_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/strings.h"

namespace wensum::matching::address {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class StreetIndexTest : public testing::Test {
 protected:
  void Add(uint32_t usrn, std::string description, std::string locality = "", bool closed = false) {
    index_.Upsert({.usrn = usrn,
                   .closed = closed,
                   .names = {{.language = "ENG",
                              .description = std::move(description),
                              .locality = std::move(locality),
                              .town = "NORWICH"}}});
  }

  std::vector<uint32_t> Ask(const StreetQuery& query) const {
    std::vector<uint32_t> found;
    for (const StreetHit& hit : index_.Search(query)) {
      found.push_back(hit.usrn);
    }
    return found;
  }

  StreetIndex index_;
};

TEST_F(StreetIndexTest, WholeUnfinishedAndMisspelt) {
  Add(1, "PRINCE OF WALES ROAD");
  Add(2, "PRINCES STREET");
  Add(3, "OLD PRINCES LANE", "THORPE");
  Add(4, "PRINCES STREET", "THORPE");
  Add(5, "PRINCESS CLOSE", "", /*closed=*/true);
  EXPECT_THAT(Ask({.text = "princes street"}), ElementsAre(2, 4));
  EXPECT_THAT(Ask({.text = "princ"}), ElementsAre(1, 2, 4, 3)) << "those that begin so come first";
  EXPECT_THAT(Ask({.text = "princes st thorpe"}), ElementsAre(4));
  EXPECT_THAT(Ask({.text = "thorpe princes"}), ElementsAre(3, 4));
  EXPECT_THAT(Ask({.text = "prinecs stret"}), ElementsAre(2, 4));
  EXPECT_THAT(Ask({.text = "princes", .locality = "thorp"}), ElementsAre(4, 3));
  EXPECT_THAT(Ask({.text = "", .locality = "thorpe"}), ElementsAre(3, 4));
  EXPECT_THAT(Ask({.text = "princes", .town = "ipswich"}), IsEmpty());
  EXPECT_THAT(Ask({.text = "princess"}), ElementsAre(2, 4, 3, 1)) << "errors in what is open, the fewest first";
  EXPECT_THAT(Ask({.text = "princes stre"}), ElementsAre(2, 4)) << "ST is how it is kept";
  EXPECT_THAT(Ask({.text = "princess", .closed = true}), ElementsAre(5));
  EXPECT_THAT(Ask({.text = "princ", .limit = 1}), ElementsAre(1));
  EXPECT_THAT(Ask({.text = ""}), IsEmpty());
  EXPECT_THAT(Ask({.text = "\xff\xfe ,;"}), IsEmpty());
  EXPECT_THAT(Ask({.text = std::string(5'000, 'x')}), IsEmpty());
  Add(2, "HIGH STREET");
  index_.Remove(4);
  index_.Remove(99);
  EXPECT_THAT(Ask({.text = "princes street"}), IsEmpty());
  EXPECT_THAT(Ask({.text = "high"}), ElementsAre(2));
  EXPECT_EQ(index_.size(), 4U);
}

TEST_F(StreetIndexTest, EachStreetOnceInWhateverLanguage) {
  index_.Upsert({.usrn = 7,
                 .names = {{.language = "ENG", .description = "CHURCH STREET", .locality = "", .town = "CARDIFF"},
                           {.language = "CYM", .description = "HEOL YR EGLWYS", .locality = "", .town = "CAERDYDD"}}});
  EXPECT_THAT(Ask({.text = "church"}), ElementsAre(7));
  EXPECT_THAT(Ask({.text = "heol eglwys"}), ElementsAre(7));
  EXPECT_EQ(index_.Search({.text = "eglw"})[0].name.language, "CYM");
  EXPECT_THAT(Ask({.text = "c"}), ElementsAre(7));
}

// Numbers are words of street names.
TEST_F(StreetIndexTest, Numbers) {
  Add(1, "1ST AVENUE");
  Add(2, "A47");
  EXPECT_THAT(Ask({.text = "1st av"}), ElementsAre(1));
  EXPECT_THAT(Ask({.text = "a4"}), ElementsAre(2));
}

TEST_F(StreetIndexTest, ManyStreetsOfOneWord) {
  for (uint32_t i = 0; i < 3'000; ++i) {
    std::string name = "B";
    for (uint32_t rest = i; rest > 0; rest /= 20) {
      name.push_back(static_cast<char>('B' + rest % 20));
    }
    Add(1'000 + i, Cat(name, " ROAD"));
  }
  Add(1, "ROAD END");
  EXPECT_THAT(Ask({.text = "road"}), ElementsAre(1));
  EXPECT_EQ(Ask({.text = "b", .limit = 50}).size(), 50U);
  EXPECT_EQ(Ask({.text = "bc road"}).size(), 1U);
  EXPECT_EQ(Ask({.text = "road bd"}).size(), 10U) << "the rarer word narrows";
}

// What is there in the end counts, not how it came about.
TEST(StreetIndexModelTest, IncrementalEqualsFresh) {
  constexpr uint64_t kSeed = 20261106;
  SCOPED_TRACE(kSeed);
  constexpr std::array<std::string_view, 7> kWords = {"MILL", "MILLER", "LANE", "ROAD", "HIGH", "OLD", "THORPE"};
  const auto words = [&](Random& random, size_t most) {
    std::string text;
    for (size_t i = random.Below(most + 1); i > 0; --i) {
      AppendTo(text, text.empty() ? "" : " ", kWords[random.Below(kWords.size())]);
    }
    return text;
  };
  size_t found = 0;
  for (uint64_t round = 0; round < 50; ++round) {
    Random random(kSeed + round);
    StreetIndex incremental;
    std::map<uint32_t, IndexedStreet> streets;
    for (int i = 0; i < 60; ++i) {
      const auto usrn = static_cast<uint32_t>(1 + random.Below(30));
      if (random.Chance(0.2)) {
        streets.erase(usrn);
        incremental.Remove(usrn);
        continue;
      }
      IndexedStreet street{.usrn = usrn, .closed = random.Chance(0.2), .names = {}};
      for (size_t n = 1 + random.Below(2); n > 0; --n) {
        street.names.push_back({.language = n == 1 ? "ENG" : "CYM",
                                .description = words(random, 3),
                                .locality = words(random, 1),
                                .town = words(random, 1)});
      }
      streets[usrn] = street;
      incremental.Upsert(street);
    }
    StreetIndex fresh;
    for (auto it = streets.rbegin(); it != streets.rend(); ++it) {
      fresh.Upsert(it->second);
    }
    for (int i = 0; i < 60; ++i) {
      std::string text = words(random, 3);
      if (!text.empty() && random.Chance(0.4)) {
        text[random.Below(text.size())] = 'X';
      }
      text.resize(random.Below(text.size() + 1));
      const StreetQuery query{.text = text, .closed = random.Chance(0.5), .limit = 1 + random.Below(10)};
      const auto print = [](const std::vector<StreetHit>& hits) {
        std::string out;
        for (const StreetHit& hit : hits) {
          AppendTo(out, hit.usrn, " ", hit.name.description, "\n");
        }
        return out;
      };
      const std::string answer = print(incremental.Search(query));
      ASSERT_EQ(answer, print(fresh.Search(query))) << text;
      found += answer.empty() ? 0 : 1;
    }
  }
  EXPECT_GT(found, 500U);
}

}  // namespace
}  // namespace wensum::matching::address
