#include "gazetteer/geo/coordinates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <string>
#include <thread>
#include <vector>

#include "base/random.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "tests/gazetteer/geo/ostn15_fixture.h"
#include "tests/gazetteer/geo/ostn15_points.h"
#include "tests/reference/national_grid.h"
#include "tests/support/seed.h"

namespace wensum::llpg {
namespace {

using ::testing::HasSubstr;

// Metres between two positions that are near each other.
double Distance(GridPoint a, GridPoint b) { return std::hypot(a.easting - b.easting, a.northing - b.northing); }
double Distance(GeoPoint a, GeoPoint b) {
  constexpr double kMetresPerDegree = 111320;
  return std::hypot(a.latitude - b.latitude,
                    (a.longitude - b.longitude) * std::cos(a.latitude * std::numbers::pi / 180)) *
         kMetresPerDegree;
}

// Positions all over the area and some kilometres from its edges.
GridPoint RandomPoint(Random& random) { return {5000 + random.Unit() * 690000, 5000 + random.Unit() * 1240000}; }

const CoordinateConverter& Exact() {
  static const auto* const converter = new CoordinateConverter(InstalledGrid());
  return *converter;
}

const CoordinateConverter& WithoutGrid() {
  static const auto* const converter = new CoordinateConverter(nullptr);
  return *converter;
}

TEST(CoordinatesTest, OrdnanceSurveysTestPoints) {
  double worst = 0;
  for (const PublishedPoint& point : kPublishedPoints) {
    const auto grid = Exact().ToGrid(point.geo);
    ASSERT_TRUE(grid.ok()) << point.name << ": " << grid.status();
    const auto geo = Exact().ToGeo(point.grid);
    ASSERT_TRUE(geo.ok()) << point.name << ": " << geo.status();
    EXPECT_LT(Distance(*grid, point.grid), 0.002) << point.name;
    EXPECT_LT(Distance(*geo, point.geo), 0.002) << point.name;
    worst = std::max({worst, Distance(*grid, point.grid), Distance(*geo, point.geo)});
  }
  RecordProperty("worst_millimetres", std::to_string(worst * 1000));
}

TEST(CoordinatesTest, WithoutTheGridTheStatedAccuracyHolds) {
  double worst = 0;
  for (const PublishedPoint& point : kPublishedPoints) {
    const auto grid = WithoutGrid().ToGrid(point.geo);
    ASSERT_TRUE(grid.ok()) << point.name << ": " << grid.status();
    worst = std::max(worst, Distance(*grid, point.grid));
  }
  EXPECT_LT(worst, WithoutGrid().accuracy_metres());
  EXPECT_GT(worst, 1) << "the Helmert transformation is not as good as this: is the grid in use?";
  RecordProperty("worst_metres", std::to_string(worst));
}

TEST(CoordinatesTest, SaysWhichWayItTakes) {
  EXPECT_TRUE(Exact().has_grid());
  EXPECT_EQ(Exact().method(), "OSTN15");
  EXPECT_EQ(Exact().accuracy_metres(), 0.1);
  EXPECT_FALSE(WithoutGrid().has_grid());
  EXPECT_EQ(WithoutGrid().method(), "HELMERT");
  EXPECT_EQ(WithoutGrid().accuracy_metres(), 5);
}

TEST(CoordinatesTest, ThereAndBackAgain) {
  const uint64_t seed = TestSeed(42);
  SCOPED_TRACE(Cat("seed ", seed));
  Random random(seed);
  for (const CoordinateConverter* const converter : {&Exact(), &WithoutGrid()}) {
    SCOPED_TRACE(converter->method());
    const double tolerance = converter->has_grid() ? 1e-6 : 0.002;  // metres
    for (int i = 0; i < 20000; ++i) {
      const GridPoint point = RandomPoint(random);
      const auto geo = converter->ToGeo(point);
      ASSERT_TRUE(geo.ok()) << geo.status();
      const auto back = converter->ToGrid(*geo);
      ASSERT_TRUE(back.ok()) << back.status();
      ASSERT_LT(Distance(*back, point), tolerance) << point.easting << " " << point.northing;
      const auto mercator = converter->ToMercator(point);
      ASSERT_TRUE(mercator.ok()) << mercator.status();
      const auto again = converter->ToGrid(*mercator);
      ASSERT_TRUE(again.ok()) << again.status();
      ASSERT_LT(Distance(*again, point), tolerance) << point.easting << " " << point.northing;
    }
  }
}

// PROJ's projection and the grid against Ordnance Survey's series, written from its guide.
TEST(CoordinatesTest, AgreesWithTheTextbook) {
  const uint64_t seed = TestSeed(1936);
  SCOPED_TRACE(Cat("seed ", seed));
  Random random(seed);
  const auto grid = InstalledGrid();
  for (int i = 0; i < 20000; ++i) {
    // The series is good to a millimetre near Great Britain, not in the corners of the rectangle.
    const GeoPoint geo = {50 + random.Unit() * 9, -6 + random.Unit() * 7.5};
    const auto converted = Exact().ToGrid(geo);
    ASSERT_TRUE(converted.ok()) << converted.status();
    const reference::Projected etrs = reference::ProjectEtrs89(geo.latitude, geo.longitude);
    const auto shift = grid->At(etrs.easting, etrs.northing);
    ASSERT_TRUE(shift.has_value());
    ASSERT_LT(Distance(*converted, {etrs.easting + shift->east, etrs.northing + shift->north}), 0.002)
        << geo.latitude << " " << geo.longitude;
  }
}

TEST(CoordinatesTest, WebMercatorIsItsFormula) {
  const GridPoint norwich = {623114, 308531};
  const auto geo = Exact().ToGeo(norwich);
  const auto mercator = Exact().ToMercator(norwich);
  ASSERT_TRUE(geo.ok() && mercator.ok());
  constexpr double kRadius = 6378137;
  const double phi = geo->latitude * std::numbers::pi / 180;
  EXPECT_NEAR(mercator->x, kRadius * geo->longitude * std::numbers::pi / 180, 1e-6);
  EXPECT_NEAR(mercator->y, kRadius * std::log(std::tan(std::numbers::pi / 4 + phi / 2)), 1e-6);
}

TEST(CoordinatesTest, PositionsOutsideAreRefused) {
  for (const CoordinateConverter* const converter : {&Exact(), &WithoutGrid()}) {
    for (const GridPoint point :
         {GridPoint{-1, 300000}, GridPoint{700001, 300000}, GridPoint{300000, -1}, GridPoint{300000, 1250001},
          GridPoint{std::nan(""), 1}, GridPoint{1, std::numeric_limits<double>::infinity()}}) {
      EXPECT_EQ(converter->ToGeo(point).status().code(), absl::StatusCode::kInvalidArgument);
      EXPECT_EQ(converter->ToMercator(point).status().code(), absl::StatusCode::kInvalidArgument);
    }
    for (const GeoPoint point : {GeoPoint{40.7, -74}, GeoPoint{48.85, 2.35}, GeoPoint{0, 0}, GeoPoint{91, 0},
                                 GeoPoint{52, 400}, GeoPoint{std::nan(""), 1}}) {
      EXPECT_EQ(converter->ToGrid(point).status().code(), absl::StatusCode::kInvalidArgument)
          << point.latitude << " " << point.longitude;
    }
    for (const MercatorPoint point : {MercatorPoint{0, 0}, MercatorPoint{1e9, 1e9}, MercatorPoint{std::nan(""), 0}}) {
      EXPECT_EQ(converter->ToGrid(point).status().code(), absl::StatusCode::kInvalidArgument) << point.x;
    }
  }
  // Inside the grid, but the shift leads out of it.
  EXPECT_EQ(Exact().ToGeo({10, 300000}).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(CoordinatesTest, SwappedLatitudeIsNamed) {
  const auto grid = Exact().ToGrid(GeoPoint{1.29, 52.63});
  EXPECT_THAT(std::string(Message(grid.status())), HasSubstr("seem to be swapped"));
  EXPECT_THAT(std::string(Message(Exact().ToGrid(GeoPoint{10, 10}).status())), Not(HasSubstr("swapped")));
}

TEST(CoordinatesTest, ConvertGoesBetweenAllSystems) {
  EXPECT_EQ(CoordinateSystemOf(27700), CoordinateSystem::kNationalGrid);
  EXPECT_EQ(CoordinateSystemOf(4326), CoordinateSystem::kWgs84);
  EXPECT_EQ(CoordinateSystemOf(3857), CoordinateSystem::kWebMercator);
  EXPECT_EQ(CoordinateSystemOf(4258), std::nullopt);
  const PlanePoint start = {623114, 308531};
  const CoordinateSystem systems[] = {CoordinateSystem::kNationalGrid, CoordinateSystem::kWgs84,
                                      CoordinateSystem::kWebMercator};
  for (const CoordinateSystem from : systems) {
    const auto in = Exact().Convert(start, CoordinateSystem::kNationalGrid, from);
    ASSERT_TRUE(in.ok()) << in.status();
    for (const CoordinateSystem to : systems) {
      const auto out = Exact().Convert(*in, from, to);
      ASSERT_TRUE(out.ok()) << out.status();
      const auto back = Exact().Convert(*out, to, CoordinateSystem::kNationalGrid);
      ASSERT_TRUE(back.ok()) << back.status();
      EXPECT_NEAR(back->x, start.x, 0.001);
      EXPECT_NEAR(back->y, start.y, 0.001);
    }
    EXPECT_EQ(Exact().Convert({-1e7, -1e7}, from, from).status().code(), absl::StatusCode::kInvalidArgument);
  }
  const auto geo = Exact().Convert(start, CoordinateSystem::kNationalGrid, CoordinateSystem::kWgs84);
  ASSERT_TRUE(geo.ok());
  EXPECT_NEAR(geo->x, 1.29, 0.01);
  EXPECT_NEAR(geo->y, 52.63, 0.01);
}

TEST(CoordinatesTest, CoveringBoxHoldsThePositionsOfTheBox) {
  const uint64_t seed = TestSeed(4326);
  SCOPED_TRACE(Cat("seed ", seed));
  Random random(seed);
  for (int i = 0; i < 300; ++i) {
    const double size = std::pow(10, random.Unit() * 4 - 3);  // degrees: 0.001 to 10
    GeoBox box = {49 + random.Unit() * 11, -9 + random.Unit() * 11, 0, 0};
    box.north = box.south + random.Unit() * size;
    box.east = box.west + random.Unit() * size;
    const auto cover = CoveringBox(box);
    ASSERT_TRUE(cover.ok()) << cover.status();
    for (int k = 0; k < 100; ++k) {
      // On the sides as well as inside.
      const double t = random.Chance(0.3) ? std::round(random.Unit()) : random.Unit();
      const double u = random.Chance(0.3) ? std::round(random.Unit()) : random.Unit();
      for (const CoordinateConverter* const converter : {&Exact(), &WithoutGrid()}) {
        const auto point =
            converter->ToGrid(GeoPoint{std::lerp(box.south, box.north, t), std::lerp(box.west, box.east, u)});
        if (point.ok()) {
          ASSERT_TRUE(point->easting >= cover->low.easting && point->easting <= cover->high.easting &&
                      point->northing >= cover->low.northing && point->northing <= cover->high.northing)
              << point->easting << " " << point->northing;
        }
      }
    }
  }
}

TEST(CoordinatesTest, CoveringBoxIsNotMuchLarger) {
  // A kilometre or so around Norwich's castle.
  const auto cover = CoveringBox({.south = 52.624, .west = 1.289, .north = 52.633, .east = 1.304});
  ASSERT_TRUE(cover.ok()) << cover.status();
  EXPECT_FALSE(cover->empty());
  EXPECT_LT(cover->high.easting - cover->low.easting, 1500);
  EXPECT_LT(cover->high.northing - cover->low.northing, 1500);
}

TEST(CoordinatesTest, CoveringBoxesElsewhere) {
  const auto empty = [](const GeoBox& box) {
    const auto cover = CoveringBox(box);
    EXPECT_TRUE(cover.ok()) << cover.status();
    return cover.ok() && cover->empty();
  };
  EXPECT_TRUE(empty({40, -75, 41, -74}));  // New York
  EXPECT_TRUE(empty({61.9, -1, 80, 1}));   // north of the grid
  EXPECT_FALSE(empty({-90, -180, 90, 180}));
  const auto world = CoveringBox({-90, -180, 90, 180});
  ASSERT_TRUE(world.ok());
  EXPECT_EQ(world->low.easting, 0);
  EXPECT_EQ(world->high.northing, 1250000);
  for (const GeoBox& box : {GeoBox{53, 1, 52, 2}, GeoBox{52, 2, 53, 1}, GeoBox{-91, 0, 0, 0}, GeoBox{0, 0, 0, 181},
                            GeoBox{std::nan(""), 0, 1, 1}}) {
    EXPECT_EQ(CoveringBox(box).status().code(), absl::StatusCode::kInvalidArgument);
  }
}

TEST(CoordinatesTest, MercatorToGeoIsAnywhere) {
  const auto far = MercatorToGeo({20037508.342789244, 20037508.342789244});
  ASSERT_TRUE(far.ok()) << far.status();
  EXPECT_NEAR(far->latitude, 85.0511287798, 1e-9);
  EXPECT_NEAR(far->longitude, 180, 1e-9);
  EXPECT_EQ(MercatorToGeo({std::nan(""), 0}).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(MercatorToGeo({0, 2.1e7}).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(CoordinatesTest, ThreadsShareAConverter) {
  std::vector<std::thread> threads;
  std::vector<double> worst(8, 1e9);
  for (size_t i = 0; i < worst.size(); ++i) {
    threads.emplace_back([&worst, i] {
      double distance = 0;
      for (int round = 0; round < 50; ++round) {
        for (const PublishedPoint& point : kPublishedPoints) {
          const auto grid = Exact().ToGrid(point.geo);
          distance = std::max(distance, grid.ok() ? Distance(*grid, point.grid) : 1e9);
        }
      }
      worst[i] = distance;
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  for (const double distance : worst) {
    EXPECT_LT(distance, 0.002);
  }
}

}  // namespace
}  // namespace wensum::llpg
