// Lists, neighbours and areas against looking at every property.
#include "matching/address/property_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "matching/address/polygon.h"
#include "tests/matching/address/random_gazetteer.h"

namespace wensum::matching::address {
namespace {

using llpg::GridPoint;

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Properties = std::map<uint64_t, PropertyFacts>;

bool HasPosition(const PropertyFacts& facts) { return facts.easting != 0 || facts.northing != 0; }

// The filter as its contract says, without packing.
bool Passes(const PropertyFilter& filter, const PropertyFacts& facts) {
  const auto any = [](const auto& list, const auto& fits) {
    return list.empty() || std::any_of(list.begin(), list.end(), fits);
  };
  const int status = facts.logical_status;
  const bool status_fits = filter.logical_statuses.empty()
                               ? status != 7 && status != 9 && (status != 8 || filter.historical)
                               : any(filter.logical_statuses, [&](int wanted) { return wanted == status; });
  return status_fits &&
         any(filter.class_prefixes, [&](const auto& prefix) { return facts.classification.starts_with(prefix); }) &&
         any(filter.custodians, [&](int custodian) { return custodian == facts.custodian; }) &&
         any(filter.wards, [&](const auto& ward) { return ward == facts.ward; });
}

// By the sum of the angles' quadrants: the winding number, independent of the crossing count.
bool InPolygon(const std::vector<GridPoint>& corners, const GridPoint& point) {
  int winding = 0;
  for (size_t i = 0; i < corners.size(); ++i) {
    const GridPoint& a = corners[i];
    const GridPoint& b = corners[(i + 1) % corners.size()];
    const double cross = (b.easting - a.easting) * (point.northing - a.northing) -
                         (b.northing - a.northing) * (point.easting - a.easting);
    const bool between =
        std::min(a.easting, b.easting) <= point.easting && point.easting <= std::max(a.easting, b.easting) &&
        std::min(a.northing, b.northing) <= point.northing && point.northing <= std::max(a.northing, b.northing);
    if (cross == 0 && between) {
      return true;
    }
    if (a.northing <= point.northing && b.northing > point.northing && cross > 0) {
      ++winding;
    } else if (a.northing > point.northing && b.northing <= point.northing && cross < 0) {
      --winding;
    }
  }
  return winding != 0;
}

GridPoint RandomPoint(Random& random) {
  return {622'800 + 12.5 * static_cast<double>(random.Below(130)),
          307'800 + 12.5 * static_cast<double>(random.Below(130))};
}

// A star around a centre: never crosses itself.
std::vector<GridPoint> RandomStar(Random& random) {
  const GridPoint centre = RandomPoint(random);
  const size_t corners = 3 + random.Below(12);
  std::vector<GridPoint> star;
  for (size_t i = 0; i < corners; ++i) {
    const double angle = 6.283185307 * static_cast<double>(i) / static_cast<double>(corners);
    const double reach = 20 + 700 * random.Unit();
    star.push_back(
        {std::round(centre.easting + reach * std::cos(angle)), std::round(centre.northing + reach * std::sin(angle))});
  }
  return star;
}

class PropertyTableModelTest : public testing::Test {
 protected:
  void Change(Random& random, int changes) {
    for (int i = 0; i < changes; ++i) {
      const uint64_t uprn = 1 + random.Below(400);
      if (random.Chance(0.2)) {
        properties_.erase(uprn);
        table_.Remove(uprn);
      } else {
        properties_[uprn] = RandomFacts(random);
        table_.Upsert(uprn, properties_[uprn]);
      }
    }
    ASSERT_EQ(table_.size(), properties_.size());
  }

  std::vector<Neighbour> NaiveNearby(const GridPoint& centre, double radius, size_t limit,
                                     const PropertyFilter& filter) {
    std::vector<Neighbour> found;
    for (const auto& [uprn, facts] : properties_) {
      const double east = facts.easting - centre.easting;
      const double north = facts.northing - centre.northing;
      const double metres = std::sqrt(east * east + north * north);
      if (HasPosition(facts) && metres <= radius && Passes(filter, facts)) {
        found.push_back({uprn, metres});
      }
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
      return a.metres != b.metres ? a.metres < b.metres : a.uprn < b.uprn;
    });
    found.resize(std::min(found.size(), limit));
    return found;
  }

  std::vector<uint64_t> AllPages(const Polygon& area, size_t limit, const PropertyFilter& filter) {
    std::vector<uint64_t> all;
    PropertyPage page;
    do {
      page = table_.Within(area, page.next, limit, FactsMatcher(filter));
      EXPECT_LE(page.uprns.size(), limit);
      EXPECT_TRUE(!page.more || page.uprns.size() == limit);
      all.insert(all.end(), page.uprns.begin(), page.uprns.end());
    } while (page.more);
    EXPECT_TRUE(std::adjacent_find(all.begin(), all.end()) == all.end());
    std::sort(all.begin(), all.end());
    return all;
  }

  PropertyTable table_;
  Properties properties_;
};

TEST_F(PropertyTableModelTest, NearbyEqualsBruteForce) {
  constexpr uint64_t kSeed = 20261101;
  SCOPED_TRACE(kSeed);
  Random random(kSeed);
  size_t found = 0;
  for (int round = 0; round < 30; ++round) {
    Change(random, 100);
    for (int i = 0; i < 40; ++i) {
      const GridPoint centre = RandomPoint(random);
      const double radius =
          random.Chance(0.5) ? 12.5 * static_cast<double>(1 + random.Below(80)) : 1 + 999 * random.Unit();
      const PropertyFilter filter = RandomFilter(random);
      const size_t limit = 1 + random.Below(60);
      const auto neighbours = table_.Nearby(centre, radius, limit, FactsMatcher(filter));
      ASSERT_EQ(neighbours, NaiveNearby(centre, radius, limit, filter));
      found += neighbours.size();
    }
  }
  EXPECT_GT(found, 5'000U);
}

TEST_F(PropertyTableModelTest, WithinEqualsBruteForce) {
  constexpr uint64_t kSeed = 20261102;
  SCOPED_TRACE(kSeed);
  Random random(kSeed);
  size_t found = 0;
  int polygons = 0;
  for (int round = 0; round < 30; ++round) {
    Change(random, 100);
    for (int i = 0; i < 20; ++i) {
      std::vector<GridPoint> corners = RandomStar(random);
      if (random.Chance(0.3)) {
        const GridPoint a = RandomPoint(random);
        corners = {
            a, {a.easting + 400, a.northing}, {a.easting + 400, a.northing + 262.5}, {a.easting, a.northing + 262.5}};
      }
      const auto area = Polygon::Create(corners);
      if (!area.ok()) {
        continue;  // rounding made two corners one
      }
      ++polygons;
      const PropertyFilter filter = RandomFilter(random);
      std::vector<uint64_t> expected;
      for (const auto& [uprn, facts] : properties_) {
        if (HasPosition(facts) && InPolygon(corners, {facts.easting, facts.northing}) && Passes(filter, facts)) {
          expected.push_back(uprn);
        }
      }
      ASSERT_EQ(AllPages(*area, 1 + random.Below(50), filter), expected);
      found += expected.size();
    }
  }
  EXPECT_GT(polygons, 400);
  EXPECT_GT(found, 2'000U);
}

TEST_F(PropertyTableModelTest, ListEqualsBruteForce) {
  constexpr uint64_t kSeed = 20261103;
  SCOPED_TRACE(kSeed);
  Random random(kSeed);
  for (int round = 0; round < 50; ++round) {
    Change(random, 60);
    const PropertyFilter filter = RandomFilter(random);
    std::vector<uint64_t> expected;
    for (const auto& [uprn, facts] : properties_) {
      if (Passes(filter, facts)) {
        expected.push_back(uprn);
      }
    }
    std::vector<uint64_t> all;
    PropertyPage page;
    do {
      page = table_.List(page.next, 7, FactsMatcher(filter));
      EXPECT_TRUE(!page.more || page.uprns.size() == 7);
      EXPECT_FALSE(page.spent);
      all.insert(all.end(), page.uprns.begin(), page.uprns.end());
    } while (page.more);
    ASSERT_EQ(all, expected);
  }
}

TEST(PropertyTableTest, ALongScanEndsItsPage) {
  PropertyTable table;
  const uint64_t count = PropertyTable::kListSteps + 10;
  for (uint64_t uprn = 1; uprn <= count; ++uprn) {
    table.Upsert(uprn, {.easting = 1'000, .northing = 1'000, .logical_status = uprn == count ? 6 : 1});
  }
  const FactsMatcher provisional({.logical_statuses = {6}});
  PropertyPage page = table.List(0, 10, provisional);
  EXPECT_THAT(page.uprns, IsEmpty());
  EXPECT_TRUE(page.more && page.spent);
  EXPECT_EQ(page.next, PropertyTable::kListSteps + 1);
  page = table.List(page.next, 10, provisional);
  EXPECT_THAT(page.uprns, ElementsAre(count));
  EXPECT_FALSE(page.more || page.spent);

  // A polygon of many corners whose edge crosses the cell makes each property cost as much.
  std::vector<GridPoint> ring;
  for (int i = 0; i < 500; ++i) {
    const double angle = 6.283185307 * i / 500;
    ring.push_back({1'050 + 80 * std::cos(angle), 1'050 + 80 * std::sin(angle)});
  }
  const auto area = Polygon::Create(ring);
  ASSERT_TRUE(area.ok()) << area.status();
  size_t pages = 0;
  std::vector<uint64_t> found;
  page = {};
  do {
    page = table.Within(*area, page.next, 10, provisional);
    EXPECT_EQ(page.more, page.spent);
    found.insert(found.end(), page.uprns.begin(), page.uprns.end());
    ++pages;
  } while (page.more);
  EXPECT_THAT(found, ElementsAre(count));
  EXPECT_GT(pages, 10U);
}

TEST(PropertyTableTest, PropertiesOffTheGridAreListedOnly) {
  PropertyTable table;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  table.Upsert(1, {.easting = 0, .northing = 0, .logical_status = 1});
  table.Upsert(2, {.easting = -5, .northing = 10, .logical_status = 1});
  table.Upsert(3, {.easting = 700'000, .northing = 10, .logical_status = 1});
  table.Upsert(4, {.easting = nan, .northing = nan, .logical_status = 1});
  table.Upsert(5, {.easting = 699'999.99, .northing = 1'299'999.99, .logical_status = 1});
  const FactsMatcher any({});
  EXPECT_EQ(table.List(0, 10, any).uprns.size(), 5U);
  EXPECT_THAT(table.Within(Polygon::FromBox({{0, 0}, {699'999.995, 1'299'999.995}}), 0, 10, any).uprns, ElementsAre(5));
  EXPECT_EQ(table.Nearby({699'999, 1'299'999}, 1'000, 10, any).size(), 1U);
  EXPECT_THAT(table.Nearby({1, 1}, 1'000, 10, any), IsEmpty());
  EXPECT_THAT(table.Nearby({1, 1}, 1'000, 0, any), IsEmpty());
  table.Upsert(5, {.logical_status = 1});
  EXPECT_THAT(table.Nearby({699'999, 1'299'999}, 1'000, 10, any), IsEmpty()) << "it lost its position";
}

TEST(PolygonTest, RefusesWhatIsNoSimplePolygon) {
  const auto message = [](std::vector<GridPoint> corners) {
    return std::string(Polygon::Create(std::move(corners)).status().message());
  };
  EXPECT_THAT(message({}), HasSubstr("0 different corners"));
  EXPECT_THAT(message({{0, 0}, {5, 5}, {0, 0}}), HasSubstr("2 different corners"));
  EXPECT_THAT(message({{0, 0}, {0, 0}, {5, 5}, {5, 0}}), HasSubstr("repeats corner 0"));
  EXPECT_THAT(message({{0, 0}, {10, 10}, {10, 0}, {0, 10}}), HasSubstr("crosses itself"));
  EXPECT_THAT(message({{0, 0}, {10, 0}, {5, 0}, {5, 5}}), HasSubstr("goes back"));
  EXPECT_THAT(message({{0, 0}, {10, 0}, {10, 10}, {5, 0}, {0, 10}}), HasSubstr("crosses itself")) << "it touches";
  EXPECT_THAT(message(std::vector<GridPoint>(1'002, {1, 1})), HasSubstr("give 3 to 1000"));
}

TEST(PolygonTest, HoldsItsEdgesAndCorners) {
  const auto square = Polygon::Create({{0, 0}, {10, 0}, {10, 10}, {0, 10}, {0, 0}});
  ASSERT_TRUE(square.ok()) << square.status();
  EXPECT_EQ(square->size(), 4U);
  for (const GridPoint& inside : {GridPoint{5, 5}, GridPoint{0, 0}, GridPoint{10, 10}, GridPoint{5, 10}}) {
    EXPECT_TRUE(square->Contains(inside)) << inside.easting << " " << inside.northing;
  }
  for (const GridPoint& outside : {GridPoint{-0.1, 5}, GridPoint{5, 10.1}, GridPoint{11, 10}}) {
    EXPECT_FALSE(square->Contains(outside)) << outside.easting << " " << outside.northing;
  }
  EXPECT_EQ(square->CoverOf({{1, 1}, {9, 9}}), Polygon::Cover::kInside);
  EXPECT_EQ(square->CoverOf({{1, 1}, {11, 9}}), Polygon::Cover::kCrosses);
  EXPECT_EQ(square->CoverOf({{-5, -5}, {15, 15}}), Polygon::Cover::kCrosses);
  EXPECT_EQ(square->CoverOf({{20, 20}, {25, 25}}), Polygon::Cover::kOutside);
}

TEST(PropertyFactsTest, CodesSortAsTheyAreSpelled) {
  EXPECT_LT(PackCode("RD"), PackCode("RD04"));
  EXPECT_LT(PackCode("RD04"), PackCode("RD06"));
  EXPECT_EQ(PackCode("rd04"), PackCode("RD04"));
  EXPECT_NE(PackCode("E05005886"), PackCode("E05005887"));
  EXPECT_EQ(PackCode(""), 0U);
}

}  // namespace
}  // namespace wensum::matching::address
