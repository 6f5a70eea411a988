#include "services/exports/table_export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "base/strings.h"
#include "tests/services/exports/test_gazetteer.h"
#include "tests/services/gazetteer/row_fixture.h"

namespace wensum::exports {
namespace {

using gazetteer::TestBlpu;
using gazetteer::TestDescriptor;
using gazetteer::TestLpi;
using gazetteer::TestStreet;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class TableExportTest : public ::testing::Test {
 protected:
  void SetUp() override {
    model::Blpu shop = TestBlpu(2);
    shop.organisation = "SMITH, \"JONES\" & CO\\";
    model::Blpu planning = TestBlpu(3);
    planning.state = 5;
    model::Blpu nowhere = TestBlpu(4);
    nowhere.x = nowhere.y = 0;
    ASSERT_EQ(
        gazetteer_.Apply({{TestStreet(100)},
                          {TestDescriptor(100, "STRYD FAWR", "CYM")},
                          {TestDescriptor(100, "HIGH STREET")},
                          {TestBlpu(1)},
                          {TestLpi(1, 11, 100, 12)},
                          {shop},
                          {planning},
                          {nowhere},
                          {TestLpi(6, 61, 100, 13)},
                          {TestBlpu(5), model::ChangeType::kInsert, model::GazetteerFormat::kAddressBasePremium2}}),
        absl::OkStatus());
    options_.selection.revision = gazetteer_.revision();
    options_.to_wgs84 = [](double x, double y) -> std::optional<LongitudeLatitude> {
      return LongitudeLatitude{x / 1e6, y / 1e4};
    };
  }

  std::string Write(ExportFacts* facts = nullptr) {
    const auto file = OpenTableExport(gazetteer_.store(), kTestRegister, options_);
    EXPECT_TRUE(file.ok()) << file.status();
    std::string text = ReadExport(**file).value();
    if (facts != nullptr) {
      *facts = (*file)->facts();
    }
    return text;
  }

  TestGazetteer gazetteer_;
  TableExportOptions options_;
};

TEST_F(TableExportTest, PropertiesAsCsv) {
  ExportFacts facts;
  const std::vector<std::string> lines = Lines(Write(&facts));
  ASSERT_THAT(lines, SizeIs(5));
  EXPECT_THAT(lines[0], testing::StartsWith("uprn,x_coordinate,y_coordinate,logical_status,"));
  EXPECT_EQ(lines[1],
            "1,623050.00,308050.00,1,,RD04,,1,2625,,\"12 HIGH STREET, NORWICH, NR1 1AB\",NR1 1AB,100,,,2001-05-07,,"
            "2020-01-02,2001-05-08,DTF_7_3\r\n");
  EXPECT_THAT(lines[2], HasSubstr(",\"SMITH, \"\"JONES\"\" & CO\\\","));
  EXPECT_THAT(lines[4], testing::StartsWith("4,,,"));
  EXPECT_EQ(facts.records, 4U);
  EXPECT_EQ(facts.file_name, "properties_r1.csv");
  for (const std::string& line : lines) {
    size_t columns = 1;
    bool quoted = false;
    for (const char c : line) {
      quoted ^= c == '"';
      columns += c == ',' && !quoted ? 1 : 0;
    }
    EXPECT_EQ(columns, 20U) << line;
  }
}

TEST_F(TableExportTest, OpenFormHasNumbersAndCoordinatesAlone) {
  options_.open = true;
  EXPECT_EQ(Write(),
            "uprn,x_coordinate,y_coordinate\r\n1,623050.00,308050.00\r\n2,623050.00,308050.00\r\n"
            "3,623050.00,308050.00\r\n5,623050.00,308050.00\r\n");
  options_.selection.profile = Profile::kHub;
  ExportFacts facts;
  EXPECT_EQ(Write(&facts),
            "uprn,x_coordinate,y_coordinate\r\n1,623050.00,308050.00\r\n2,623050.00,308050.00\r\n"
            "5,623050.00,308050.00\r\n");
  EXPECT_EQ(facts.held_back, 1U);
  options_.content = TableContent::kStreets;
  EXPECT_EQ(OpenTableExport(gazetteer_.store(), kTestRegister, options_).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(TableExportTest, GeoJson) {
  options_.format = TableFormat::kGeoJson;
  const nlohmann::json properties = nlohmann::json::parse(Write());
  EXPECT_EQ(properties["type"], "FeatureCollection");
  ASSERT_EQ(properties["features"].size(), 4U);
  const nlohmann::json& first = properties["features"][0];
  EXPECT_EQ(first["id"], 1);
  EXPECT_EQ(first["geometry"]["type"], "Point");
  EXPECT_DOUBLE_EQ(first["geometry"]["coordinates"][0], 0.62305);
  EXPECT_DOUBLE_EQ(first["geometry"]["coordinates"][1], 30.805);
  EXPECT_EQ(first["properties"]["address"], "12 HIGH STREET, NORWICH, NR1 1AB");
  EXPECT_TRUE(first["properties"]["organisation"].is_null());
  EXPECT_EQ(properties["features"][1]["properties"]["organisation"], "SMITH, \"JONES\" & CO\\");
  EXPECT_TRUE(properties["features"][3]["geometry"].is_null()) << "it has no coordinate";
  options_.content = TableContent::kStreets;
  const nlohmann::json streets = nlohmann::json::parse(Write());
  ASSERT_EQ(streets["features"].size(), 1U);
  EXPECT_EQ(streets["features"][0]["geometry"]["type"], "LineString");
  EXPECT_EQ(streets["features"][0]["geometry"]["coordinates"].size(), 2U);
  EXPECT_EQ(streets["features"][0]["properties"]["description"], "HIGH STREET");
  options_.to_wgs84 = nullptr;
  EXPECT_EQ(OpenTableExport(gazetteer_.store(), kTestRegister, options_).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(TableExportTest, StreetsAsCsvAndAPastState) {
  options_.content = TableContent::kStreets;
  EXPECT_EQ(Lines(Write()).size(), 2U);
  EXPECT_THAT(Write(), HasSubstr("\r\n100,623000.00,308000.00,623100.50,308100.25,1,2,,,HIGH STREET,,NORWICH,NORFOLK,"
                                 "ENG,2001-05-07,\r\n"));
  options_.content = TableContent::kProperties;
  const std::string before = Write();
  model::Blpu changed = TestBlpu(1);
  changed.rpc = 2;
  ASSERT_EQ(gazetteer_.Apply({{changed}, {TestBlpu(2), model::ChangeType::kDelete}}), absl::OkStatus());
  options_.selection.past = true;
  EXPECT_EQ(Write(), before);
  options_.selection.past = false;
  EXPECT_EQ(Lines(Write()).size(), 4U);
}

TEST_F(TableExportTest, AddressBaseIfAskedFor) {
  options_.selection.with_addressbase = true;
  EXPECT_EQ(Lines(Write()).size(), 6U);
}

}  // namespace
}  // namespace wensum::exports
