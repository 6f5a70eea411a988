#include "gazetteer/geo/boundary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/strings.h"

namespace wensum::llpg {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Boundary::Ring Square(double west, double south, double size) {
  return {{west, south}, {west + size, south}, {west + size, south + size}, {west, south + size}, {west, south}};
}

Boundary Make(const std::string& code, const std::vector<Boundary::Ring>& rings) {
  absl::StatusOr<Boundary> boundary = Boundary::Create(code, "", rings);
  EXPECT_TRUE(boundary.ok()) << boundary.status();
  return *std::move(boundary);
}

// The crossing number over all edges of all rings, as textbooks have it; positions on an edge do not occur.
bool NaiveContains(const std::vector<Boundary::Ring>& rings, const GridPoint& point) {
  bool inside = false;
  for (const Boundary::Ring& ring : rings) {
    for (size_t i = 0; i < ring.size(); ++i) {
      const GridPoint& a = ring[i];
      const GridPoint& b = ring[(i + 1) % ring.size()];
      if ((a.northing > point.northing) != (b.northing > point.northing) &&
          point.easting <
              a.easting + (point.northing - a.northing) / (b.northing - a.northing) * (b.easting - a.easting)) {
        inside = !inside;
      }
    }
  }
  return inside;
}

// Corners around a centre at changing distances.
Boundary::Ring RandomStar(Random& random, GridPoint centre, double radius) {
  Boundary::Ring ring;
  const size_t corners = 3 + random.Below(200);
  for (size_t i = 0; i < corners; ++i) {
    const double angle = 2 * 3.141592653589793 * static_cast<double>(i) / static_cast<double>(corners);
    const double distance = radius * (0.3 + 0.7 * random.Unit());
    ring.push_back({centre.easting + distance * std::cos(angle), centre.northing + distance * std::sin(angle)});
  }
  return ring;
}

TEST(BoundaryTest, PartsHolesAndEdges) {
  // A square with a hole that has an island, and another part.
  const Boundary boundary =
      Make("E05", {Square(0, 0, 100), Square(20, 20, 60), Square(40, 40, 10), Square(200, 0, 10)});
  EXPECT_TRUE(boundary.Contains({10, 10}));
  EXPECT_FALSE(boundary.Contains({30, 30}));
  EXPECT_TRUE(boundary.Contains({45, 45}));
  EXPECT_TRUE(boundary.Contains({205, 5}));
  EXPECT_FALSE(boundary.Contains({150, 5}));
  for (const GridPoint& edge : {GridPoint{0, 50}, GridPoint{100, 100}, GridPoint{20, 50}, GridPoint{205, 0}}) {
    EXPECT_TRUE(boundary.Contains(edge)) << edge.easting << " " << edge.northing;
  }
  EXPECT_FALSE(boundary.Contains({std::nan(""), 5}));
  EXPECT_FALSE(boundary.Contains({std::numeric_limits<double>::infinity(), 5}));
  EXPECT_EQ(boundary.bounds(), (GridBox{{0, 0}, {210, 100}}));
}

TEST(BoundaryTest, RefusesWhatIsNoArea) {
  EXPECT_FALSE(Boundary::Create("E05", "", {}).ok());
  EXPECT_FALSE(Boundary::Create("E05", "", {{{0, 0}, {1, 1}, {0, 0}}}).ok());
  EXPECT_FALSE(Boundary::Create("E05", "", {Square(0, 0, 1), {{0, 0}, {0, 0}, {0, 0}, {1, 1}}}).ok());
  EXPECT_FALSE(Boundary::Create("E05", "", {{{0, 0}, {1, std::nan("")}, {1, 0}}}).ok());
}

TEST(BoundaryTest, EqualToAPassOverAllEdges) {
  constexpr uint64_t kSeed = 20261124;
  SCOPED_TRACE(kSeed);
  Random random(kSeed);
  size_t inside = 0;
  for (int round = 0; round < 60; ++round) {
    std::vector<Boundary::Ring> rings;
    for (size_t i = 1 + random.Below(4); i > 0; --i) {
      rings.push_back(RandomStar(random, {random.Unit() * 2000, random.Unit() * 2000}, 1000));
    }
    const Boundary boundary = Make("E05", rings);
    for (int i = 0; i < 500; ++i) {
      const GridPoint point = {random.Unit() * 4000 - 1000, random.Unit() * 4000 - 1000};
      ASSERT_EQ(boundary.Contains(point), NaiveContains(rings, point)) << point.easting << " " << point.northing;
      inside += boundary.Contains(point) ? 1 : 0;
    }
  }
  EXPECT_GT(inside, 3000U);
}

// Nearly every edge of a comb reaches from its south to its north, through all bands: the entries of the largest one
// would be more than 2^32.
TEST(BoundaryTest, AZigzagIsEqualToAPassOverAllEdges) {
  constexpr uint64_t kSeed = 20261126;
  SCOPED_TRACE(kSeed);
  Random random(kSeed);
  for (const size_t teeth : {10, 1'000, 530'000}) {
    Boundary::Ring comb;
    for (size_t i = 0; i < teeth; ++i) {
      comb.push_back({static_cast<double>(2 * i), random.Unit()});
      comb.push_back({static_cast<double>(2 * i + 1), 1000 - random.Unit()});
    }
    comb.push_back({static_cast<double>(2 * teeth), -50});
    comb.push_back({-1, -50});
    const Boundary boundary = Make("E05", {comb});
    size_t inside = 0;
    for (int i = 0; i < 100; ++i) {
      const GridPoint point = {random.Unit() * 2 * static_cast<double>(teeth), random.Unit() * 1100 - 75};
      ASSERT_EQ(boundary.Contains(point), NaiveContains({comb}, point)) << point.easting << " " << point.northing;
      inside += boundary.Contains(point) ? 1 : 0;
    }
    EXPECT_GT(inside, 20U);
    EXPECT_LT(inside, 80U);
  }
}

TEST(BoundaryTest, RefusesTooManyEdges) {
  Boundary::Ring ring;
  for (size_t i = 0; i <= Boundary::kMaxEdges; ++i) {
    ring.push_back({static_cast<double>(i), static_cast<double>(i % 7)});
  }
  const auto refused = Boundary::Create("E05", "", {ring});
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("more than 4000000 edges; simplify"));
  ring.pop_back();
  EXPECT_TRUE(Boundary::Create("E05", "", {ring}).ok());
}

std::vector<std::string> Codes(const std::vector<const Boundary*>& boundaries) {
  std::vector<std::string> codes;
  for (const Boundary* const boundary : boundaries) {
    codes.push_back(boundary->code());
  }
  return codes;
}

TEST(BoundaryIndexTest, NeighboursShareTheirEdge) {
  std::vector<Boundary> boundaries;
  boundaries.push_back(Make("B", {Square(10, 0, 10)}));
  boundaries.push_back(Make("A", {Square(0, 0, 10)}));
  const BoundaryIndex index(std::move(boundaries));
  EXPECT_THAT(Codes(index.Find({5, 5})), ElementsAre("A"));
  EXPECT_THAT(Codes(index.Find({10, 5})), ElementsAre("A", "B"));
  EXPECT_THAT(Codes(index.Find({25, 5})), IsEmpty());
  EXPECT_THAT(BoundaryIndex({}).Find({5, 5}), IsEmpty());
}

TEST(BoundaryIndexTest, EqualToAPassOverAllBoundaries) {
  constexpr uint64_t kSeed = 20261125;
  SCOPED_TRACE(kSeed);
  Random random(kSeed);
  for (const size_t count : {1, 7, 8, 9, 64, 65, 600}) {
    std::vector<Boundary> boundaries;
    for (size_t i = 0; i < count; ++i) {
      const GridPoint centre = {random.Unit() * 20'000, random.Unit() * 20'000};
      boundaries.push_back(Make(Cat("E", i), {RandomStar(random, centre, 200 + random.Unit() * 2000)}));
    }
    const std::vector<Boundary> all = boundaries;
    const BoundaryIndex index(std::move(boundaries));
    ASSERT_EQ(index.boundaries().size(), count);
    for (int i = 0; i < 300; ++i) {
      const GridPoint point = {random.Unit() * 20'000, random.Unit() * 20'000};
      std::vector<std::string> expected;
      for (const Boundary& boundary : all) {
        if (boundary.Contains(point)) {
          expected.push_back(boundary.code());
        }
      }
      std::ranges::sort(expected);
      ASSERT_EQ(Codes(index.Find(point)), expected);
    }
  }
}

}  // namespace
}  // namespace wensum::llpg
