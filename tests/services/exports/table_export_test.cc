#include "services/exports/table_export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "base/random.h"
#include "base/strings.h"
#include "tests/services/exports/test_gazetteer.h"
#include "tests/services/gazetteer/row_fixture.h"
#include "tests/support/seed.h"

namespace wensum::exports {
namespace {

using gazetteer::TestBlpu;
using gazetteer::TestClass;
using gazetteer::TestDescriptor;
using gazetteer::TestLpi;
using gazetteer::TestOrganisation;
using gazetteer::TestPoint;
using gazetteer::TestStreet;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
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
    options_.table.selection.revision = gazetteer_.revision();
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

TEST_F(TableExportTest, OpenFormIsOfTheAuthoritysOwnAndWithoutWhatIsLocal) {
  options_.table.open = true;
  options_.table.selection.custodian_code = 2625;
  const std::string_view expected =
      "uprn,x_coordinate,y_coordinate\r\n1,623050.00,308050.00\r\n2,623050.00,308050.00\r\n";
  ExportFacts facts;
  EXPECT_EQ(Write(&facts), expected) << "without a planning stage, the unplaced, and AddressBase";
  EXPECT_EQ(facts.held_back, 2U) << "the planning stage, and an LPI without a BLPU";
  options_.table.selection.profile = Profile::kHub;
  EXPECT_EQ(Write(), expected);
  options_.table.selection.with_addressbase = true;
  EXPECT_EQ(OpenTableExport(gazetteer_.store(), kTestRegister, options_).status().code(),
            absl::StatusCode::kInvalidArgument);
  options_.table.selection.with_addressbase = false;
  options_.table.content = TableContent::kStreets;
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
  options_.table.content = TableContent::kStreets;
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
  options_.table.content = TableContent::kStreets;
  EXPECT_EQ(Lines(Write()).size(), 2U);
  EXPECT_THAT(Write(), HasSubstr("\r\n100,623000.00,308000.00,623100.50,308100.25,1,2,,,HIGH STREET,,NORWICH,NORFOLK,"
                                 "ENG,2001-05-07,\r\n"));
  options_.table.content = TableContent::kProperties;
  const std::string before = Write();
  model::Blpu changed = TestBlpu(1);
  changed.rpc = 2;
  ASSERT_EQ(gazetteer_.Apply({{changed}, {TestBlpu(2), model::ChangeType::kDelete}}), absl::OkStatus());
  options_.table.selection.past = true;
  EXPECT_EQ(Write(), before);
  options_.table.selection.past = false;
  EXPECT_EQ(Lines(Write()).size(), 4U);
}

TEST_F(TableExportTest, AddressBaseIfAskedFor) {
  options_.table.selection.with_addressbase = true;
  EXPECT_EQ(Lines(Write()).size(), 6U);
}

// --- What is held back ---

// The first column of each row behind the names.
std::vector<uint64_t> UprnsOf(const std::string& csv) {
  std::vector<uint64_t> uprns;
  const std::vector<std::string> lines = Lines(csv);
  for (size_t i = 1; i < lines.size(); ++i) {
    uprns.push_back(*ParseInteger<uint64_t>(std::string_view(lines[i]).substr(0, lines[i].find(','))));
  }
  return uprns;
}

// Those of the records 21.
std::vector<uint64_t> UprnsOfDtf(const std::string& dtf) {
  std::vector<uint64_t> uprns;
  for (const std::string& line : Lines(dtf)) {
    if (line.starts_with("21,")) {
      uprns.push_back(*ParseInteger<uint64_t>(Split(line, ',')[3]));
    }
  }
  return uprns;
}

// By UPRN, the parents that the records 21 name.
std::map<uint64_t, uint64_t> ParentsOfDtf(const std::string& dtf) {
  std::map<uint64_t, uint64_t> parents;
  for (const std::string& line : Lines(dtf)) {
    const std::vector<std::string_view> columns = Split(line, ',');
    if (columns[0] == "21" && !columns[8].empty()) {
      parents[*ParseInteger<uint64_t>(columns[3])] = *ParseInteger<uint64_t>(columns[8]);
    }
  }
  return parents;
}

std::map<uint64_t, uint64_t> ParentsOfGeoJson(const std::string& text) {
  std::map<uint64_t, uint64_t> parents;
  const nlohmann::json file = nlohmann::json::parse(text);
  for (const nlohmann::json& feature : file["features"]) {
    if (const nlohmann::json& parent = feature["properties"]["parent_uprn"]; !parent.is_null()) {
      parents[feature["id"]] = parent;
    }
  }
  return parents;
}

model::Blpu ChildOf(uint64_t parent, uint64_t uprn) {
  model::Blpu child = TestBlpu(uprn);
  child.parent_uprn = *model::Uprn::Create(parent);
  return child;
}

TEST(HubTableTest, WithoutWhatTheDtfFileForTheHubIsWithout) {
  model::Blpu planning = TestBlpu(2);
  planning.state = 5;
  model::Blpu refused = TestBlpu(3);
  refused.state = 7;
  model::Blpu centre = TestBlpu(4);
  centre.rpc = 9;
  model::Blpu neighbour = TestBlpu(6);
  neighbour.local_custodian_code = 2630;
  model::Blpu nobodys = TestBlpu(8);
  nobodys.local_custodian_code = 0;
  TestGazetteer gazetteer;
  ASSERT_EQ(gazetteer.Apply({{model::CustodianRecord{2625, 10, {"NORWICH", "1", "2625", "7.3.1"}}},
                             {TestBlpu(1)},
                             {planning},
                             {refused},
                             {centre},
                             {TestBlpu(5, /*status=*/5)},
                             {neighbour},
                             {TestLpi(7, 71, 100, 7)},
                             {nobodys},
                             {TestBlpu(9)},
                             {TestBlpu(10), model::ChangeType::kInsert, model::GazetteerFormat::kAddressBasePremium2}}),
            absl::OkStatus());
  DtfExportOptions dtf = gazetteer.Options(Profile::kHub);
  dtf.selection.excluded = [](uint64_t uprn, uint64_t) { return uprn == 9; };
  ExportFacts dtf_facts;
  const std::string dtf_file = gazetteer.ExportDtf(dtf, &dtf_facts).value();
  ASSERT_THAT(UprnsOfDtf(dtf_file), ElementsAre(1));
  for (const TableFormat format : {TableFormat::kCsv, TableFormat::kGeoJson}) {
    TableExportOptions options;
    options.table.selection = dtf.selection;
    options.format = format;
    options.to_wgs84 = [](double x, double y) { return std::optional<LongitudeLatitude>({x, y}); };
    const auto file = OpenTableExport(gazetteer.store(), kTestRegister, options);
    ASSERT_TRUE(file.ok()) << file.status();
    const std::string text = ReadExport(**file).value();
    EXPECT_EQ((*file)->facts().records, 1U) << text;
    EXPECT_EQ((*file)->facts().held_back, dtf_facts.held_back);
    EXPECT_THAT(text, HasSubstr(format == TableFormat::kCsv ? "\r\n1," : "\"id\":1,"));
  }
}

// A property in the file is no way to learn of one that is not.
TEST(HubTableTest, NamesNoParentThatIsHeldBack) {
  model::Blpu planning = TestBlpu(2);
  planning.state = 5;
  model::Blpu refused = ChildOf(1, 3);
  refused.state = 7;
  model::Blpu centre = TestBlpu(4);
  centre.rpc = 9;
  model::Blpu neighbour = TestBlpu(6);
  neighbour.local_custodian_code = 2630;
  std::vector<TestGazetteer::Write> writes = {
      {model::CustodianRecord{2625, 10, {"NORWICH", "1", "2625", "7.3.1"}}},
      {TestBlpu(1)},
      {planning},
      {refused},
      {centre},
      {TestBlpu(5, /*status=*/5)},
      {neighbour},
      {TestLpi(7, 71, 100, 7)},  // no BLPU; and there is no property 8 at all
      {TestBlpu(9)},
      {TestBlpu(10), model::ChangeType::kInsert, model::GazetteerFormat::kAddressBasePremium2}};
  for (uint64_t parent = 1; parent <= 10; ++parent) {
    writes.push_back({ChildOf(parent, 10 + parent)});
    writes.push_back({ChildOf(parent, 20 + parent)});
  }
  writes.push_back({ChildOf(32, 31)});  // each other's
  writes.push_back({ChildOf(31, 32)});
  TestGazetteer gazetteer;
  ASSERT_EQ(gazetteer.Apply(writes), absl::OkStatus());
  const std::map<uint64_t, uint64_t> expected = {{11, 1}, {21, 1}, {31, 32}, {32, 31}};
  for (const bool past : {false, true}) {
    DtfExportOptions dtf = gazetteer.Options(Profile::kHub);
    dtf.selection.past = past;
    dtf.selection.excluded = [](uint64_t uprn, uint64_t) { return uprn == 9; };
    EXPECT_EQ(ParentsOfDtf(gazetteer.ExportDtf(dtf).value()), expected);
    TableExportOptions options;
    options.table.selection = dtf.selection;
    options.to_wgs84 = [](double x, double y) { return std::optional<LongitudeLatitude>({x, y}); };
    const auto write = [&] { return ReadExport(**OpenTableExport(gazetteer.store(), kTestRegister, options)).value(); };
    std::map<uint64_t, uint64_t> in_csv;
    for (const std::string& line : Lines(write())) {
      const std::vector<std::string_view> columns = Split(line, ',');
      if (const auto parent = ParseInteger<uint64_t>(columns[6]); parent.has_value()) {
        in_csv[*ParseInteger<uint64_t>(columns[0])] = *parent;
      }
    }
    EXPECT_EQ(in_csv, expected);
    options.format = TableFormat::kGeoJson;
    EXPECT_EQ(ParentsOfGeoJson(write()), expected);
    options.table.selection.profile = Profile::kArchive;
    EXPECT_EQ(ParentsOfGeoJson(write()).size(), 23U) << "an archive has everything";
  }
}

TEST(HubTableTest, NobodyKnowsWhoseFileItIs) {
  TestGazetteer gazetteer;
  ASSERT_EQ(gazetteer.Apply({{TestBlpu(1)}, {TestStreet(100)}}), absl::OkStatus());
  TableExportOptions options;
  options.table.selection = gazetteer.Options(Profile::kHub).selection;
  EXPECT_EQ(OpenTableExport(gazetteer.store(), kTestRegister, options).status().code(),
            absl::StatusCode::kFailedPrecondition);
  options.table.content = TableContent::kStreets;
  EXPECT_TRUE(OpenTableExport(gazetteer.store(), kTestRegister, options).ok()) << "streets are of no custodian";
  options.table.content = TableContent::kProperties;
  options.table.selection.custodian_code = 2625;
  EXPECT_TRUE(OpenTableExport(gazetteer.store(), kTestRegister, options).ok());
}

TEST(HubTableTest, NoAddressOfACandidate) {
  TestGazetteer gazetteer;
  model::Lpi candidate = TestLpi(1, 11, 100, 12, /*status=*/5);
  candidate.postcode = "NR9 9ZZ";
  model::Lpi historical = TestLpi(2, 21, 100, 14, /*status=*/8);
  ASSERT_EQ(gazetteer.Apply({{TestStreet(100)},
                             {TestDescriptor(100, "HIGH STREET")},
                             {TestBlpu(1)},
                             {candidate},
                             {TestBlpu(2)},
                             {TestLpi(2, 22, 100, 13, /*status=*/5)},
                             {historical}}),
            absl::OkStatus());
  TableExportOptions options;
  options.table.selection = gazetteer.Options().selection;
  options.table.selection.custodian_code = 2625;
  const auto write = [&] { return ReadExport(**OpenTableExport(gazetteer.store(), kTestRegister, options)).value(); };
  const std::string archive = write();
  EXPECT_THAT(archive, HasSubstr("NR9 9ZZ")) << "an archive has everything";
  EXPECT_THAT(archive, HasSubstr("13 HIGH STREET"));
  options.table.selection.profile = Profile::kHub;
  const std::string hub = write();
  EXPECT_THAT(UprnsOf(hub), ElementsAre(1, 2));
  EXPECT_THAT(hub, Not(HasSubstr("NR9 9ZZ")));
  EXPECT_THAT(hub, Not(HasSubstr("12 HIGH STREET")));
  EXPECT_THAT(hub, HasSubstr("\"14 HIGH STREET, NORWICH, NR1 1AB\"")) << "of those that are left, the best";
}

TEST(HubTableTest, NoAddressThatIsMarkedToBeKeptOut) {
  TestGazetteer gazetteer;
  const model::Lpi marked = TestLpi(1, 11, 100, 12);
  ASSERT_EQ(gazetteer.Apply({{TestStreet(100)},
                             {TestDescriptor(100, "HIGH STREET")},
                             {TestBlpu(1)},
                             {marked},
                             {TestLpi(1, 12, 100, 16, /*status=*/8)},
                             {TestBlpu(2)},
                             {TestLpi(2, 21, 100, 18)}}),
            absl::OkStatus());
  TableExportOptions options;
  options.table.selection = gazetteer.Options().selection;
  options.table.selection.custodian_code = 2625;
  options.table.selection.profile = Profile::kHub;
  options.table.selection.excluded_lpis = [&marked](uint64_t uprn, uint64_t) {
    return uprn == 1 ? std::set<std::string>{marked.lpi_key} : std::set<std::string>();
  };
  const std::string hub = ReadExport(**OpenTableExport(gazetteer.store(), kTestRegister, options)).value();
  EXPECT_THAT(UprnsOf(hub), ElementsAre(1, 2));
  EXPECT_THAT(hub, Not(HasSubstr("12 HIGH STREET")));
  EXPECT_THAT(hub, HasSubstr("16 HIGH STREET"));
  EXPECT_THAT(hub, HasSubstr("18 HIGH STREET")) << "the marks of one property are not another's";
}

TEST(HubTableTest, NothingThatAddressBaseSays) {
  constexpr auto kLicensed = model::GazetteerFormat::kAddressBasePremium2;
  constexpr auto kInsert = model::ChangeType::kInsert;
  model::Blpu bare = TestBlpu(1);
  bare.blpu_class.clear();
  TestGazetteer gazetteer;
  ASSERT_EQ(gazetteer.Apply({{bare},
                             {TestClass(1, 1, "CR08"), kInsert, kLicensed},
                             {TestOrganisation(1, 1, "LICENSED LTD"), kInsert, kLicensed},
                             {TestPoint(1, 77), kInsert, kLicensed},
                             {TestBlpu(2)},
                             {TestLpi(2, 21, 100, 5), kInsert, kLicensed},
                             {TestBlpu(3)},
                             {TestLpi(3, 31, 100, 6)},
                             {TestStreet(100)},
                             {TestDescriptor(100, "LICENSED STREET"), kInsert, kLicensed},
                             {TestDescriptor(100, "STRYD FAWR", "CYM")}}),
            absl::OkStatus());
  TableExportOptions options;
  options.table.selection = gazetteer.Options().selection;
  options.table.selection.custodian_code = 2625;
  const auto write = [&] { return ReadExport(**OpenTableExport(gazetteer.store(), kTestRegister, options)).value(); };
  for (const Profile profile : {Profile::kArchive, Profile::kHub}) {
    options.table.selection.profile = profile;
    options.table.selection.past = !options.table.selection.past;  // both ways to read
    options.table.content = TableContent::kProperties;
    const std::string properties = write();
    EXPECT_THAT(UprnsOf(properties), ElementsAre(1, 2, 3));
    EXPECT_THAT(properties, Not(HasSubstr("LICENSED")));
    EXPECT_THAT(properties, Not(HasSubstr("CR08")));
    EXPECT_THAT(properties, Not(HasSubstr("NR1 1DX"))) << "the delivery point's";
    EXPECT_THAT(properties, HasSubstr("\"6 STRYD FAWR, NORWICH, NR1 1AB\""));
    options.table.content = TableContent::kStreets;
    EXPECT_THAT(write(), Not(HasSubstr("LICENSED")));
  }
  options.table.selection.with_addressbase = true;
  EXPECT_THAT(write(), HasSubstr("LICENSED STREET"));
  options.table.content = TableContent::kProperties;
  const std::string asked_for = write();
  for (const std::string_view text : {"LICENSED LTD", "CR08", "NR1 1DX", "5 LICENSED STREET"}) {
    EXPECT_THAT(asked_for, HasSubstr(text));
  }
}

// Whatever the register holds, tables and DTF files for the hub have the same properties.
TEST(HubTableTest, SamePropertiesAsDtfWhateverThereIs) {
  const uint64_t seed = TestSeed(2211);
  SCOPED_TRACE(Cat("WENSUM_SEED=", seed));
  Random random(seed);
  constexpr int kStates[] = {0, 1, 2, 5, 7};
  constexpr int kCodes[] = {2625, 2625, 2625, 0, 2630};
  uint64_t written = 0;
  uint64_t held_back = 0;
  for (int round = 0; round < 20; ++round) {
    TestGazetteer gazetteer;
    for (int i = 0; i < 40; ++i) {
      model::GazetteerRow row = gazetteer::RandomRow(random);
      if (auto* const blpu = std::get_if<model::Blpu>(&row)) {
        blpu->state = kStates[random.Below(5)];
        blpu->rpc = static_cast<int>(1 + random.Below(5));
        blpu->logical_status = random.Chance(0.2) ? 5 : 1;
        blpu->local_custodian_code = kCodes[random.Below(5)];
      } else if (auto* const lpi = std::get_if<model::Lpi>(&row)) {
        lpi->logical_status = random.Chance(0.3) ? 5 : 1;
      }
      const bool licensed = model::RecordType(row) > 24 || random.Chance(0.2);
      const auto format = licensed ? model::GazetteerFormat::kAddressBasePremium2 : model::GazetteerFormat::kDtf73;
      // AddressBase does not replace what the authority has.
      const absl::Status applied = gazetteer.Apply({{row, model::ChangeType::kInsert, format}});
      ASSERT_TRUE(applied.ok() || licensed) << applied;
    }
    DtfExportOptions dtf = gazetteer.Options(Profile::kHub);
    dtf.selection.custodian_code = 2625;
    dtf.selection.past = random.Chance(0.5);
    dtf.selection.revision -= dtf.selection.past ? random.Below(10) : 0;
    ExportFacts facts;
    const std::string file = gazetteer.ExportDtf(dtf, &facts).value();
    TableExportOptions options;
    options.table.selection = dtf.selection;
    const auto table = OpenTableExport(gazetteer.store(), kTestRegister, options);
    ASSERT_TRUE(table.ok()) << table.status();
    EXPECT_EQ(UprnsOf(ReadExport(**table).value()), UprnsOfDtf(file));
    EXPECT_EQ((*table)->facts().held_back, facts.held_back);
    written += (*table)->facts().records;
    held_back += facts.held_back;
  }
  EXPECT_GT(written, 0U);
  EXPECT_GT(held_back, 0U);
}

}  // namespace
}  // namespace wensum::exports
