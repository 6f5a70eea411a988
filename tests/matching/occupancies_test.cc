// Where a person lives, from the records and what stewards decided: cases by hand, and random records beside a naive
// twin that knows every day.
#include "matching/survive/occupancies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/strings.h"

namespace wensum::matching {
namespace {

using model::AddressRole;
using model::PartialDate;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr uint8_t kMatched = 1;
constexpr uint8_t kParent = 3;

PartialDate Date(std::string_view text) { return text.empty() ? PartialDate() : *PartialDate::Parse(text); }

// Records and what they were matched to.
class Records {
 public:
  size_t Add() {
    records_.emplace_back();
    resolved_.emplace_back();
    return records_.size() - 1;
  }
  void Place(size_t record, uint64_t uprn, AddressRole role, std::string_view from, std::string_view to,
             uint8_t outcome = kMatched, std::string text = "") {
    model::PersonAddress& address = records_[record].details.addresses.emplace_back();
    address.text = std::move(text);
    address.role = role;
    address.from_date = Date(from);
    address.to_date = Date(to);
    resolved_[record].push_back({.uprn = uprn, .outcome = outcome});
  }
  [[nodiscard]] std::vector<Contributor> All() const {
    std::vector<Contributor> all;
    for (size_t i = 0; i < records_.size(); ++i) {
      all.push_back({.record = &records_[i], .resolved_addresses = resolved_[i]});
    }
    return all;
  }

 private:
  std::deque<model::SourceRecord> records_;
  std::deque<std::vector<ResolvedAddress>> resolved_;
};

std::string Text(const Occupancy& o) {
  std::string text = Cat(o.uprn, " role ", static_cast<int>(o.role), " ", o.from.ToString(), "..", o.to.ToString());
  AppendTo(text, o.closed ? " closed" : "", o.contradictory ? " contradictory" : "", o.building ? " building" : "",
           " of");
  for (const uint32_t contributor : o.contributors) {
    AppendTo(text, " ", contributor);
  }
  AppendTo(text, o.decision == 0 ? "" : Cat(" by ", o.decision));
  return text;
}

std::vector<std::string> Texts(const Records& records, const DecidedPlaces& decided = {}) {
  std::vector<std::string> texts;
  for (const Occupancy& occupancy : OccupanciesOf(records.All(), decided)) {
    texts.push_back(Text(occupancy));
  }
  return texts;
}

// A home that decision 7, of March 2026, gives.
DecidedPlaces Given(uint64_t uprn, std::string_view from = "") {
  DecidedPlaces decided;
  decided.home.decision = 7;
  decided.home.given = true;
  decided.home.address.from_date = Date(from);
  decided.home.resolved = {.uprn = uprn, .outcome = kMatched};
  decided.home.since = Date(from.empty() ? "2026-03-01" : from);
  return decided;
}

TEST(OccupanciesTest, EarliestBeginningAndLatestEnd) {
  Records records;
  for (const auto& [from, to] : {std::pair("2019-05-01", "2021-03-31"), std::pair("2019", "2021-06"),
                                 std::pair("", "2020-12-31"), std::pair("2019-01-01", "2021-06-30")}) {
    records.Place(records.Add(), 100, AddressRole::kResidence, from, to);
  }
  // 2019 begins on the day that 2019-01-01 is, and 2021-06 ends on the 30th: the exact dates are kept.
  EXPECT_THAT(Texts(records), ElementsAre("100 role 1 2019-01-01..2021-06-30 closed of 0 1 2 3"));
}

TEST(OccupanciesTest, OneRecordWithoutAnEndLeavesItOpen) {
  Records records;
  const size_t first = records.Add();
  records.Place(first, 100, AddressRole::kResidence, "2019", "2020");
  records.Place(records.Add(), 100, AddressRole::kResidence, "", "");
  records.Place(first, 100, AddressRole::kLiableFor, "2018", "2020");
  EXPECT_THAT(Texts(records), ElementsAre("100 role 1 2019.. of 0 1", "100 role 2 2018..2020 closed of 0"));
}

TEST(OccupanciesTest, FormerResidencesAreOverThoughNobodyKnowsWhen) {
  Records records;
  records.Place(records.Add(), 100, AddressRole::kPrevious, "2010", "");
  records.Place(records.Add(), 100, AddressRole::kPrevious, "", "2015-02");
  records.Place(records.Add(), 200, AddressRole::kPrevious, "", "");
  EXPECT_THAT(Texts(records), ElementsAre("100 role 5 2010..2015-02 closed of 0 1", "200 role 5 .. closed of 2"));
  EXPECT_FALSE(Covers(OccupanciesOf(records.All())[1], {.from = Date("2010-01-01"), .to = Date("2010-01-01")}));
}

TEST(OccupanciesTest, ContradictionsAreKeptAndMarkedAndCoverNothing) {
  Records records;
  records.Place(records.Add(), 100, AddressRole::kResidence, "2020-02-01", "2019-12-31");
  records.Place(records.Add(), 200, AddressRole::kResidence, "2020", "2020-06");  // 2020 may have begun before June
  const std::vector<Occupancy> found = OccupanciesOf(records.All());
  EXPECT_THAT(Texts(records), ElementsAre("100 role 1 2020-02-01..2019-12-31 closed contradictory of 0",
                                          "200 role 1 2020..2020-06 closed of 1"));
  EXPECT_FALSE(Covers(found[0], {}));
  EXPECT_TRUE(Covers(found[1], {.from = Date("2020-03-03"), .to = Date("2020-03-03")}));
}

TEST(OccupanciesTest, WhatIsMatchedToNothingIsLeftOutAndBuildingsAreTold) {
  Records records;
  const size_t record = records.Add();
  records.Place(record, 0, AddressRole::kResidence, "2019", "");
  records.Place(record, 100, AddressRole::kResidence, "2019", "", kParent);
  records.Place(record, 200, AddressRole::kResidence, "2019", "", kParent);
  records.Place(record, 200, AddressRole::kResidence, "2019", "");
  EXPECT_THAT(Texts(records), ElementsAre("100 role 1 2019.. building of 0", "200 role 1 2019.. of 0"));
  std::vector<Contributor> hidden = records.All();
  hidden[0].record = nullptr;
  EXPECT_THAT(OccupanciesOf(hidden), IsEmpty());
}

TEST(OccupanciesTest, PeriodsMeetAtTheirEnds) {
  Records records;
  records.Place(records.Add(), 100, AddressRole::kResidence, "2019-05", "2020-02-10");
  const Occupancy occupancy = OccupanciesOf(records.All()).front();
  const auto covers = [&](std::string_view from, std::string_view to) {
    return Covers(occupancy, {.from = Date(from), .to = Date(to)});
  };
  EXPECT_TRUE(covers("2019-05-01", "2019-05-01")) << "some day of May: it may have been the first";
  EXPECT_FALSE(covers("2019-04-30", "2019-04-30"));
  EXPECT_TRUE(covers("2020-02-10", "2020-02-10"));
  EXPECT_FALSE(covers("2020-02-11", "2020-02-11"));
  EXPECT_TRUE(covers("", "2019-05-01"));
  EXPECT_FALSE(covers("", "2019-04-30"));
  EXPECT_TRUE(covers("2020-02-10", ""));
  EXPECT_FALSE(covers("2020-02-11", ""));
  EXPECT_TRUE(covers("2000-01-01", "2030-01-01"));
  EXPECT_TRUE(covers("", ""));
}

TEST(OccupanciesTest, AHomeThatIsGivenIsTheResidence) {
  Records records;
  records.Place(records.Add(), 100, AddressRole::kResidence, "2015", "");
  EXPECT_THAT(Texts(records, Given(200)),
              ElementsAre("100 role 1 2015..2026-03-01 closed of 0 by 7", "200 role 1 .. of by 7"))
      << "who does not say since when says it on that day";
  EXPECT_THAT(Texts(records, Given(200, "2024-05")),
              ElementsAre("100 role 1 2015..2024-05 closed of 0 by 7", "200 role 1 2024-05.. of by 7"));
  EXPECT_THAT(Texts(Records(), Given(200)), ElementsAre("200 role 1 .. of by 7")) << "without any record";
}

TEST(OccupanciesTest, WhatBeganAfterTheHomeCoversNoDay) {
  Records records;
  records.Place(records.Add(), 100, AddressRole::kResidence, "2025-01-01", "");
  EXPECT_THAT(Texts(records, Given(200, "2024-12-31")),
              ElementsAre("100 role 1 2025-01-01.. closed of 0 by 7", "200 role 1 2024-12-31.. of by 7"));
  EXPECT_FALSE(Covers(OccupanciesOf(records.All(), Given(200, "2024-12-31"))[0], {}));
  // It may have been on the first day of that year.
  EXPECT_THAT(Texts(records, Given(200, "2025")),
              ElementsAre("100 role 1 2025-01-01..2025 closed of 0 by 7", "200 role 1 2025.. of by 7"));
}

TEST(OccupanciesTest, OnlyOpenResidencesElsewhereAreEnded) {
  Records records;
  const size_t record = records.Add();
  records.Place(record, 100, AddressRole::kResidence, "2015", "2030-06");
  records.Place(record, 200, AddressRole::kLandlordOf, "2016", "");
  records.Place(record, 300, AddressRole::kPrevious, "2010", "");
  records.Place(record, 400, AddressRole::kCorrespondence, "", "");
  std::vector<std::string> expected = Texts(records);
  expected.emplace_back("900 role 1 .. of by 7");
  EXPECT_EQ(Texts(records, Given(900)), expected);
}

TEST(OccupanciesTest, TheHomesOwnDatesCountBeforeThoseOfItsRecords) {
  Records records;
  records.Place(records.Add(), 100, AddressRole::kResidence, "2019", "2018");
  records.Place(records.Add(), 100, AddressRole::kPrevious, "2012", "2014");
  EXPECT_THAT(Texts(records, Given(100)),
              ElementsAre("100 role 1 2019.. of 0 by 7", "100 role 5 2012..2014 closed of 1"))
      << "no end, and no contradiction; what was before stays";
  EXPECT_THAT(Texts(records, Given(100, "2021-02")),
              ElementsAre("100 role 1 2021-02.. of 0 by 7", "100 role 5 2012..2014 closed of 1"));
  DecidedPlaces pinned = Given(100, "2021-02");
  pinned.home.given = false;
  EXPECT_THAT(Texts(records, pinned), ElementsAre("100 role 1 2019.. of 0 by 7", "100 role 5 2012..2014 closed of 1"))
      << "a record's own address is one among its records";
}

TEST(OccupanciesTest, AFormerResidenceThatIsPinnedIsTheHome) {
  Records records;
  records.Place(records.Add(), 100, AddressRole::kPrevious, "2010", "2014");
  records.Place(records.Add(), 200, AddressRole::kResidence, "2005", "");
  DecidedPlaces pinned = Given(100, "2010");
  pinned.home.given = false;
  EXPECT_THAT(Texts(records, pinned), ElementsAre("100 role 1 2010.. of by 7", "100 role 5 2010..2014 closed of 0",
                                                  "200 role 1 2005..2010 closed of 1 by 7"));
}

TEST(OccupanciesTest, AHomeThatIsInSomeUnitOfABuilding) {
  Records records;
  records.Place(records.Add(), 100, AddressRole::kResidence, "2019", "", kParent);
  EXPECT_THAT(Texts(records, Given(100)), ElementsAre("100 role 1 2019.. of 0 by 7")) << "the property itself";
  DecidedPlaces decided = Given(100);
  decided.home.resolved.outcome = kParent;
  EXPECT_THAT(Texts(records, decided), ElementsAre("100 role 1 2019.. building of 0 by 7"));
}

TEST(OccupanciesTest, AHomeOutsideTheGazetteerEndsTheOthersToo) {
  Records records;
  records.Place(records.Add(), 100, AddressRole::kResidence, "2015", "", kMatched, "The Old Forge, Mill Lane");
  records.Place(records.Add(), 200, AddressRole::kResidence, "2016", "", kMatched, "1 High Street");
  DecidedPlaces decided = Given(0, "2020");
  decided.home.address.text = "Rue de la Paix, Rouen";
  EXPECT_THAT(Texts(records, decided),
              ElementsAre("100 role 1 2015..2020 closed of 0 by 7", "200 role 1 2016..2020 closed of 1 by 7"));
  // The gazetteer came to know it after the decision.
  decided.home.address.text = "the old forge, MILL LANE";
  EXPECT_THAT(Texts(records, decided), ElementsAre("100 role 1 2015.. of 0", "200 role 1 2016..2020 closed of 1 by 7"));
}

TEST(OccupanciesTest, WhatIsIgnoredIsNotSaid) {
  Records records;
  const size_t first = records.Add();
  records.Place(first, 100, AddressRole::kResidence, "2010", "", kMatched, "1 High Street");
  records.Place(first, 100, AddressRole::kLiableFor, "2010", "", kMatched, "1 High Street");
  records.Place(first, 200, AddressRole::kPrevious, "", "", kMatched, "2 High Street");
  records.Place(records.Add(), 100, AddressRole::kResidence, "2015", "", kMatched, "1 High Street");
  DecidedPlaces decided;
  decided.ignored.push_back({.contributor = 0, .address = "1 High Street"});
  EXPECT_THAT(Texts(records, decided), ElementsAre("100 role 1 2015.. of 1", "200 role 5 .. closed of 0"))
      << "of this record alone, in every role";
  decided.ignored.push_back({.contributor = 1, .address = "1 High Street"});
  decided.ignored.push_back({.contributor = 1, .address = "2 High Street"});
  EXPECT_THAT(Texts(records, decided), ElementsAre("200 role 5 .. closed of 0"));
}

// The twin sees days: months of 31 days from 2000 to 2004, and a date as the set of days that it may be.
constexpr int kYears = 5;
constexpr int kDays = kYears * 12 * 31;
std::set<int> DaysOf(PartialDate date) {
  std::set<int> days;
  for (int day = 0; day < kDays; ++day) {
    const int year = 2000 + day / (12 * 31);
    const int month = day / 31 % 12 + 1;
    if (date.year == year && (date.month == 0 || date.month == month) && (date.day == 0 || date.day == day % 31 + 1)) {
      days.insert(day);
    }
  }
  return days;
}

struct Naive {
  int first = 0;         // the first day that anybody may mean; 0 if none says
  int last = kDays - 1;  // the last one; if it is over and nobody says when: none
  bool contradictory = false;
  bool closed = true;
};

TEST(OccupanciesTest, AsANaiveTwinSeesEveryDay) {
  Random random(7);
  const auto draw = [&random] {
    const int dice = static_cast<int>(random.Below(4));
    if (dice == 0) {
      return PartialDate();
    }
    const int month = dice == 1 ? 0 : static_cast<int>(random.Below(12)) + 1;
    const int day = dice < 3 ? 0 : static_cast<int>(random.Below(28)) + 1;
    return *PartialDate::Create(2000 + static_cast<int>(random.Below(kYears)), month, day);
  };
  size_t contradictory = 0;
  size_t covered = 0;
  for (int round = 0; round < 300; ++round) {
    Records records;
    std::map<std::pair<uint64_t, AddressRole>, std::vector<std::pair<PartialDate, PartialDate>>> said;
    const size_t count = 1 + random.Below(4);
    for (size_t i = 0; i < count; ++i) {
      const size_t record = records.Add();
      for (size_t at = random.Below(3); at > 0; --at) {
        const uint64_t uprn = random.Below(3);
        const AddressRole role = random.Chance(0.3) ? AddressRole::kPrevious : AddressRole::kResidence;
        const PartialDate from = draw();
        const PartialDate to = draw();
        records.Place(record, uprn, role, from.ToString(), to.ToString());
        if (uprn != 0) {
          said[{uprn, role}].emplace_back(from, to);
        }
      }
    }
    const std::vector<Occupancy> found = OccupanciesOf(records.All());
    std::vector<Contributor> backwards = records.All();
    std::ranges::reverse(backwards);
    const std::vector<Occupancy> again = OccupanciesOf(backwards);
    ASSERT_EQ(found.size(), said.size());
    ASSERT_EQ(again.size(), said.size());
    size_t at = 0;
    for (const auto& [place, dates] : said) {
      const Occupancy& occupancy = found[at];
      EXPECT_EQ(std::pair(occupancy.uprn, occupancy.role), place);
      EXPECT_EQ(std::pair(occupancy.from, occupancy.to), std::pair(again[at].from, again[at].to));
      ++at;
      Naive naive;
      int first = kDays;
      int last = -1;
      for (const auto& [from, to] : dates) {
        if (!from.empty()) first = std::min(first, *DaysOf(from).begin());
        if (!to.empty()) last = std::max(last, *DaysOf(to).rbegin());
        naive.closed = naive.closed && !to.empty();
        naive.contradictory =
            naive.contradictory || (!from.empty() && !to.empty() && *DaysOf(to).rbegin() < *DaysOf(from).begin());
      }
      naive.closed = naive.closed || place.second == AddressRole::kPrevious;
      naive.first = first == kDays ? 0 : first;
      naive.last = naive.closed ? last : kDays - 1;
      naive.contradictory = naive.contradictory || (naive.closed && last >= 0 && first < kDays && last < first);
      EXPECT_EQ(occupancy.closed, naive.closed);
      EXPECT_EQ(occupancy.contradictory, naive.contradictory);
      contradictory += naive.contradictory ? 1 : 0;
      for (int probe = 0; probe < 40; ++probe) {
        const int day = static_cast<int>(random.Below(kDays));
        if (day % 31 >= 28) {
          continue;  // no day of February
        }
        const PartialDate date = *PartialDate::Create(2000 + day / (12 * 31), day / 31 % 12 + 1, day % 31 + 1);
        const bool there = !naive.contradictory && naive.first <= day && day <= naive.last;
        EXPECT_EQ(Covers(occupancy, {.from = date, .to = date}), there) << Text(occupancy) << " " << date.ToString();
        covered += there ? 1 : 0;
      }
    }
  }
  EXPECT_GT(contradictory, 20U);
  EXPECT_GT(covered, 1'000U);
}

// Of random records: a decided home is the one residence that is open, and nothing else changes; a record of which all
// is ignored is a record that is not there.
TEST(OccupanciesTest, DecisionsChangeWhatTheyAreAboutAlone) {
  Random random(11);
  size_t ended = 0;
  for (int round = 0; round < 500; ++round) {
    Records records;
    DecidedPlaces ignored;
    const size_t count = 1 + random.Below(4);
    for (size_t i = 0; i < count; ++i) {
      const size_t record = records.Add();
      for (size_t at = random.Below(4); at > 0; --at) {
        const std::string from = random.Chance(0.5) ? Cat(2000 + random.Below(20)) : "";
        const std::string to = random.Chance(0.3) ? Cat(2010 + random.Below(10)) : "";
        const uint64_t uprn = random.Below(4);
        records.Place(record, uprn, random.Chance(0.3) ? AddressRole::kPrevious : AddressRole::kResidence, from, to,
                      kMatched, Cat(uprn, " High Street"));
        if (record == 0) {
          ignored.ignored.push_back({.contributor = 0, .address = Cat(uprn, " High Street")});
        }
      }
    }
    std::vector<Contributor> others = records.All();
    others[0].record = nullptr;
    EXPECT_EQ(OccupanciesOf(records.All(), ignored), OccupanciesOf(others));

    const DecidedPlaces decided = Given(1 + random.Below(4), random.Chance(0.5) ? Cat(2000 + random.Below(20)) : "");
    const std::vector<Occupancy> before = OccupanciesOf(records.All());
    std::map<std::pair<uint64_t, AddressRole>, Occupancy> after;
    for (const Occupancy& occupancy : OccupanciesOf(records.All(), decided)) {
      const bool home = occupancy.uprn == decided.home.resolved.uprn && occupancy.role == AddressRole::kResidence;
      EXPECT_EQ(!occupancy.closed, home) << Text(occupancy);
      EXPECT_EQ(!occupancy.closed && occupancy.decision == 7, home) << Text(occupancy);
      EXPECT_TRUE(after.emplace(std::pair(occupancy.uprn, occupancy.role), occupancy).second);
    }
    ASSERT_TRUE(after.contains({decided.home.resolved.uprn, AddressRole::kResidence}));
    for (const Occupancy& occupancy : before) {
      const auto found = after.find({occupancy.uprn, occupancy.role});
      ASSERT_NE(found, after.end()) << Text(occupancy);
      EXPECT_EQ(found->second.contributors, occupancy.contributors);
      if (found->second.decision == 0) {
        EXPECT_EQ(found->second, occupancy);
      } else if (found->second.closed) {
        EXPECT_FALSE(occupancy.closed);
        EXPECT_EQ(found->second.from, occupancy.from);
        EXPECT_TRUE(found->second.to.empty() || found->second.to == decided.home.since);
        ++ended;
      }
    }
  }
  EXPECT_GT(ended, 100U);
}

}  // namespace
}  // namespace wensum::matching
