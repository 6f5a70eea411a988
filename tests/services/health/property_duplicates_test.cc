#include "services/health/property_duplicates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/strings.h"

namespace wensum::health {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

model::StreetDescriptor Street(uint32_t usrn, std::string name, std::string language = "ENG") {
  model::StreetDescriptor row;
  row.usrn = *model::Usrn::Create(usrn);
  row.description = std::move(name);
  row.town = "NORWICH";
  row.language = std::move(language);
  return row;
}

model::Blpu Blpu(uint64_t uprn, int status = 1) {
  model::Blpu row;
  row.uprn = *model::Uprn::Create(uprn);
  row.logical_status = status;
  row.blpu_class = "RD04";
  return row;
}

model::Lpi Lpi(uint64_t uprn, uint32_t usrn, int number, std::string sao = "", std::string postcode = "NR1 1AB") {
  model::Lpi row;
  row.uprn = *model::Uprn::Create(uprn);
  row.lpi_key = Cat("2625L", uprn);
  row.language = "ENG";
  row.logical_status = 1;
  row.pao.has_number = true;
  row.pao.start_number = number;
  row.sao.text = std::move(sao);
  row.usrn = *model::Usrn::Create(usrn);
  row.postcode = std::move(postcode);
  return row;
}

class PropertyDuplicatesTest : public testing::Test {
 protected:
  PropertyDuplicatesTest() {
    finder_.Add(Street(1, "HIGH STREET"));
    finder_.Add(Street(2, "High St."));
    finder_.Add(Street(3, "LOW ROAD"));
    finder_.Add(Street(1, "STRYD FAWR", "CYM"));
  }
  void Add(const model::Blpu& blpu, const std::vector<model::Lpi>& lpis) {
    finder_.Add(blpu);
    for (const model::Lpi& lpi : lpis) {
      finder_.Add(lpi);
    }
  }
  // "ONE 5 6" or "TWO 5" of each.
  std::vector<std::string> Found(size_t limit = 100) {
    result_ = finder_.Finish(limit);
    std::vector<std::string> out;
    for (const PropertyDuplicate& duplicate : result_.listed) {
      std::string text = duplicate.kind == DuplicateKind::kOneAddress ? "ONE" : "TWO";
      for (const uint64_t uprn : duplicate.uprns) {
        AppendTo(text, " ", uprn);
      }
      out.push_back(text);
    }
    return out;
  }

  WaiverSet waivers_;
  DuplicateFinder finder_{&waivers_};
  PropertyDuplicates result_;
};

TEST_F(PropertyDuplicatesTest, OneAddressHoweverItIsWritten) {
  Add(Blpu(5), {Lpi(5, 1, 12, "FLAT 3")});
  Add(Blpu(6), {Lpi(6, 2, 12, "Flat 3.")});            // another USRN of the name, the same postcode
  Add(Blpu(7), {Lpi(7, 1, 12, "Flat 3", "NR2 2AB")});  // another postcode, the same street
  Add(Blpu(8), {Lpi(8, 1, 12, "FLAT 4")});
  Add(Blpu(9), {Lpi(9, 1, 13, "FLAT 3")});
  Add(Blpu(10), {Lpi(10, 3, 12, "FLAT 3")});
  EXPECT_THAT(Found(), ElementsAre("ONE 5 6 7"));
  EXPECT_EQ(result_.found, 1U);
}

TEST_F(PropertyDuplicatesTest, EachKindHasItsOwnLimit) {
  for (uint64_t uprn = 1; uprn <= 5; ++uprn) {
    const auto number = static_cast<int>(uprn);
    Add(Blpu(uprn), {Lpi(uprn, 1, number), Lpi(uprn, 1, 100 + number)});
    Add(Blpu(10 + uprn), {Lpi(10 + uprn, 3, number)});
    Add(Blpu(20 + uprn), {Lpi(20 + uprn, 3, number)});
  }
  EXPECT_THAT(Found(2), ElementsAre("TWO 1", "TWO 2", "ONE 11 21", "ONE 12 22"));
  EXPECT_EQ(result_.found, 10U);
}

TEST_F(PropertyDuplicatesTest, StreetsOfOneNameFarApartAreNotOne) {
  Add(Blpu(5), {Lpi(5, 1, 12)});
  Add(Blpu(6), {Lpi(6, 2, 12, "", "NR9 9ZZ")});
  Add(Blpu(7), {Lpi(7, 2, 12, "", "")});
  EXPECT_THAT(Found(), ElementsAre("ONE 6 7"));
}

TEST_F(PropertyDuplicatesTest, OnlyWhatIsApprovedAndHasNotEnded) {
  Add(Blpu(5), {Lpi(5, 1, 12)});
  Add(Blpu(6, 8), {Lpi(6, 1, 12)});
  Add(Blpu(7, 6), {Lpi(7, 1, 12)});
  model::Lpi alternative = Lpi(8, 1, 12);
  alternative.logical_status = 3;
  Add(Blpu(8), {Lpi(8, 1, 14), alternative});
  model::Lpi ended = Lpi(9, 1, 12);
  ended.dates.end = {2020, 1, 1};
  Add(Blpu(9), {ended});
  model::Blpu street = Blpu(10);
  street.blpu_class = "PS";
  Add(street, {Lpi(10, 1, 12)});
  finder_.Add(Lpi(11, 1, 12));  // of no BLPU
  EXPECT_THAT(Found(), IsEmpty());
}

TEST_F(PropertyDuplicatesTest, TwoAddressesOfOneProperty) {
  Add(Blpu(5), {Lpi(5, 1, 12), Lpi(5, 1, 14), Lpi(5, 1, 16)});
  Add(Blpu(6), {Lpi(6, 1, 20), Lpi(6, 2, 20)});  // the same words
  model::Lpi welsh = Lpi(7, 1, 22);
  welsh.language = "CYM";
  Add(Blpu(7), {Lpi(7, 1, 22), welsh});
  EXPECT_THAT(Found(), ElementsAre("TWO 5"));
}

TEST_F(PropertyDuplicatesTest, BothLanguagesTellOfAPairOnce) {
  for (const uint64_t uprn : {5, 6}) {
    model::Lpi welsh = Lpi(uprn, 1, 12);
    welsh.language = "CYM";
    Add(Blpu(uprn), {Lpi(uprn, 1, 12), welsh});
  }
  EXPECT_THAT(Found(), ElementsAre("ONE 5 6"));
}

TEST_F(PropertyDuplicatesTest, TheLimitBoundsTheListAlone) {
  for (uint64_t uprn = 10; uprn < 30; ++uprn) {
    Add(Blpu(uprn), {Lpi(uprn, 1, static_cast<int>(uprn / 2))});
  }
  Add(Blpu(30), {Lpi(30, 1, 90), Lpi(30, 1, 91)});
  EXPECT_THAT(Found(2), ElementsAre("TWO 30", "ONE 10 11", "ONE 12 13"));
  EXPECT_EQ(result_.found, 11U);
}

TEST(PropertyDuplicates, WaiversLeaveOutWhatIsAccepted) {
  const auto uprn = [](uint64_t value) { return *model::Uprn::Create(value); };
  const model::PartialDate day = {2026, 1, 1};
  const std::vector<Waiver> accepted = {
      {.rule = llpg::RuleId::kDuplicateAddress, .uprn = uprn(6), .usrn = {}, .expires = day},
      {.rule = llpg::RuleId::kDuplicateAddress, .uprn = uprn(8), .usrn = {}, .expires = day},
      {.rule = llpg::RuleId::kOneApprovedLpi, .uprn = uprn(11), .usrn = {}, .expires = day}};
  const WaiverSet waivers(accepted, day);
  DuplicateFinder finder(&waivers);
  finder.Add(Street(1, "HIGH STREET"));
  for (const auto& [number, house] : std::vector<std::pair<uint64_t, int>>{{5, 1}, {6, 1}, {7, 2}, {8, 2}, {9, 2}}) {
    finder.Add(Blpu(number));
    finder.Add(Lpi(number, 1, house));
  }
  finder.Add(Blpu(11));
  finder.Add(Lpi(11, 1, 30));
  finder.Add(Lpi(11, 1, 31));
  const PropertyDuplicates found = finder.Finish(100);
  EXPECT_EQ(found.found, 1U);
  EXPECT_EQ(found.waived, 2U);
  EXPECT_THAT(found.listed, ElementsAre(PropertyDuplicate{DuplicateKind::kOneAddress, {7, 8, 9}}));
}

// Random houses against a comparison of every pair.
TEST(PropertyDuplicates, EqualToAComparisonOfAllPairs) {
  constexpr uint64_t kSeed = 20261123;
  SCOPED_TRACE(kSeed);
  Random random(kSeed);
  constexpr const char* kPostcodes[] = {"", "NR1 1AA", "NR1 1AB"};
  size_t pairs = 0;
  for (int round = 0; round < 300; ++round) {
    const WaiverSet none;
    DuplicateFinder finder(&none);
    for (uint32_t usrn = 1; usrn <= 3; ++usrn) {
      finder.Add(Street(usrn, usrn == 3 ? "LOW ROAD" : "HIGH STREET"));
    }
    std::vector<model::Lpi> lpis;
    for (uint64_t uprn = 1; uprn <= 8; ++uprn) {
      lpis.push_back(Lpi(uprn, 1 + static_cast<uint32_t>(random.Below(3)), static_cast<int>(random.Below(2)), "",
                         kPostcodes[random.Below(3)]));
      finder.Add(Blpu(uprn));
      finder.Add(lpis.back());
    }
    // Reachability by pairs of one text that share street or postcode.
    const auto linked = [](const model::Lpi& a, const model::Lpi& b) {
      const bool text = a.pao == b.pao && (a.usrn.value() == 3) == (b.usrn.value() == 3);
      return text && (a.usrn == b.usrn || (!a.postcode.empty() && a.postcode == b.postcode));
    };
    std::vector<size_t> group(lpis.size());
    for (size_t i = 0; i < lpis.size(); ++i) {
      group[i] = i;
    }
    for (size_t pass = 0; pass < lpis.size(); ++pass) {
      for (size_t i = 0; i < lpis.size(); ++i) {
        for (size_t j = 0; j < lpis.size(); ++j) {
          if (linked(lpis[i], lpis[j])) {
            group[i] = group[j] = std::min(group[i], group[j]);
          }
        }
      }
    }
    std::set<std::vector<uint64_t>> expected;
    for (size_t i = 0; i < lpis.size(); ++i) {
      std::vector<uint64_t> members;
      for (size_t j = 0; j < lpis.size(); ++j) {
        if (group[j] == group[i]) {
          members.push_back(lpis[j].uprn.value());
        }
      }
      if (members.size() > 1) {
        expected.insert(members);
      }
    }
    std::set<std::vector<uint64_t>> found;
    for (const PropertyDuplicate& duplicate : finder.Finish(100).listed) {
      found.insert(duplicate.uprns);
    }
    ASSERT_EQ(found, expected) << "round " << round;
    pairs += found.size();
  }
  EXPECT_GT(pairs, 100U);
}

TEST(NormalAddressHash, SeesWordsAndNumbers) {
  EXPECT_EQ(NormalAddressHash("Flat 3, 12 High St., Norwich"), NormalAddressHash("FLAT 3 12 HIGH STREET NORWICH"));
  EXPECT_EQ(NormalAddressHash("No. 12 High Street"), NormalAddressHash("12 HIGH STREET"));
  EXPECT_NE(NormalAddressHash("12 HIGH STREET"), NormalAddressHash("12A HIGH STREET"));
  EXPECT_NE(NormalAddressHash("12-14 HIGH STREET"), NormalAddressHash("12-16 HIGH STREET"));
  EXPECT_NE(NormalAddressHash("FLAT 1, 2 HIGH STREET"), NormalAddressHash("FLAT 2, 1 HIGH STREET"));
}

}  // namespace
}  // namespace wensum::health
