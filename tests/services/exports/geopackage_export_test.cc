#include "services/exports/geopackage_export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/exports/geopackage_writer.h"
#include "tests/services/exports/test_gazetteer.h"
#include "tests/services/gazetteer/row_fixture.h"
#include "tests/support/temp_dir.h"

namespace wensum::exports {
namespace {

using gazetteer::TestBlpu;
using gazetteer::TestDescriptor;
using gazetteer::TestLpi;
using gazetteer::TestStreet;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr TimeMicros kTime = 1'795'348'800'000'000;  // 2026-11-22T12:00:00Z

// A file read with SQLite: no GDAL of ours or theirs in between.
class Database {
 public:
  explicit Database(const std::string& path) {
    EXPECT_EQ(sqlite3_open_v2(path.c_str(), &database_, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
  }
  ~Database() { sqlite3_close(database_); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // The rows of a query, values joined by "|"; NULL as "-", blobs as hexadecimal digits.
  std::vector<std::string> Query(const std::string& sql) {
    std::vector<std::string> rows;
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(database_, sql.c_str(), -1, &statement, nullptr), SQLITE_OK)
        << sqlite3_errmsg(database_);
    while (sqlite3_step(statement) == SQLITE_ROW) {
      std::string row;
      for (int i = 0; i < sqlite3_column_count(statement); ++i) {
        AppendTo(row, i == 0 ? "" : "|", Value(statement, i));
      }
      rows.push_back(row);
    }
    sqlite3_finalize(statement);
    return rows;
  }

 private:
  static std::string Value(sqlite3_stmt* statement, int column) {
    const int type = sqlite3_column_type(statement, column);
    const auto* const bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
    const auto size = static_cast<size_t>(sqlite3_column_bytes(statement, column));
    if (type == SQLITE_NULL) {
      return "-";
    }
    return type == SQLITE_BLOB ? HexEncode({bytes, size})
                               : reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
  }

  sqlite3* database_ = nullptr;
};

std::string HexOf(double value) {
  std::string bytes(sizeof(value), '\0');
  std::memcpy(bytes.data(), &value, sizeof(value));
  return HexEncode(bytes);
}

class GeoPackageExportTest : public ::testing::Test {
 protected:
  void SetUp() override {
    model::Blpu nowhere = TestBlpu(4);
    nowhere.x = nowhere.y = 0;
    nowhere.organisation = "CAF\xC3\x89 \"O'NEILL\"";
    model::Blpu planning = TestBlpu(3);
    planning.state = 5;
    ASSERT_EQ(
        gazetteer_.Apply({{TestStreet(100)},
                          {TestDescriptor(100, "HIGH STREET")},
                          {TestBlpu(100'090'900'001)},
                          {TestLpi(100'090'900'001, 11, 100, 12)},
                          {planning},
                          {nowhere},
                          {TestBlpu(5), model::ChangeType::kInsert, model::GazetteerFormat::kAddressBasePremium2}}),
        absl::OkStatus());
    options_.selection.revision = gazetteer_.revision();
    options_.contents = {TableContent::kProperties, TableContent::kStreets};
    options_.time = kTime;
    options_.scratch_directory = folder_.Join("spool");
  }

  // The bytes of a file; it is also left at path_.
  std::string Write(ExportFacts* facts = nullptr) {
    const auto file = OpenGeoPackageExport(gazetteer_.store(), kTestRegister, options_);
    EXPECT_TRUE(file.ok()) << file.status();
    const absl::StatusOr<std::string> bytes = ReadExport(**file);
    EXPECT_TRUE(bytes.ok()) << bytes.status();
    if (facts != nullptr) {
      *facts = (*file)->facts();
    }
    std::ofstream(path_, std::ios::binary) << *bytes;
    return *bytes;
  }

  [[nodiscard]] std::vector<std::string> Scratch() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(options_.scratch_directory)) {
      names.push_back(entry.path().filename());
    }
    return names;
  }

  TempDir folder_;
  const std::string path_ = folder_.Join("out.gpkg");
  TestGazetteer gazetteer_;
  GeoPackageExportOptions options_;
};

TEST_F(GeoPackageExportTest, IsAGeoPackageOfPointsAndLines) {
  ExportFacts facts;
  Write(&facts);
  EXPECT_EQ(facts.format, "GEOPACKAGE");
  EXPECT_EQ(facts.file_name, "gazetteer_r1.gpkg");
  EXPECT_EQ(facts.records, 4U);
  Database file(path_);
  EXPECT_THAT(file.Query("PRAGMA integrity_check"), ElementsAre("ok"));
  EXPECT_THAT(file.Query("PRAGMA application_id"), ElementsAre(Cat(0x47504B47))) << "GPKG";
  EXPECT_THAT(file.Query("SELECT table_name, data_type, identifier, srs_id, last_change FROM gpkg_contents "
                         "ORDER BY table_name"),
              ElementsAre("properties|features|properties|27700|2026-11-22T12:00:00.000Z",
                          "streets|features|streets|27700|2026-11-22T12:00:00.000Z"));
  EXPECT_THAT(file.Query("SELECT table_name, geometry_type_name, srs_id, z, m FROM gpkg_geometry_columns "
                         "ORDER BY table_name"),
              ElementsAre("properties|POINT|27700|0|0", "streets|LINESTRING|27700|0|0"));
  EXPECT_THAT(
      file.Query("SELECT organization, organization_coordsys_id FROM gpkg_spatial_ref_sys WHERE srs_id = 27700"),
      ElementsAre("EPSG|27700"));
  EXPECT_THAT(file.Query("SELECT fid, uprn, x_coordinate, y_coordinate, address, organisation, start_date "
                         "FROM properties ORDER BY fid"),
              ElementsAre("3|3|623050.0|308050.0|-|-|2001-05-07", "4|4|-|-|-|CAF\xC3\x89 \"O'NEILL\"|2001-05-07",
                          "100090900001|100090900001|623050.0|308050.0|12 HIGH STREET, NORWICH, NR1 1AB|-|2001-05-07"));
  EXPECT_THAT(file.Query("SELECT fid, usrn, start_x, end_y, description, town FROM streets"),
              ElementsAre("100|100|623000.0|308100.25|HIGH STREET|NORWICH"));
}

TEST_F(GeoPackageExportTest, GeometriesAreWellKnownBinaryOnTheNationalGrid) {
  Write();
  Database file(path_);
  const std::vector<std::string> points = file.Query("SELECT geom FROM properties ORDER BY fid");
  ASSERT_EQ(points.size(), 3U);
  EXPECT_EQ(points[1], "-") << "it has no coordinate";
  // GP, version 0, little-endian without envelope, srs 27700; then a little-endian point.
  EXPECT_EQ(points[0], Cat("47500001", "346c0000", "01", "01000000", HexOf(623050), HexOf(308050)));
  const std::vector<std::string> lines = file.Query("SELECT geom FROM streets");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_TRUE(lines[0].starts_with("475000")) << lines[0];
  EXPECT_TRUE(lines[0].ends_with(
      Cat("01", "02000000", "02000000", HexOf(623000), HexOf(308000), HexOf(623100.5), HexOf(308100.25))))
      << lines[0];
  EXPECT_THAT(file.Query("SELECT id FROM rtree_properties_geom WHERE minx <= 623051 AND maxx >= 623049 ORDER BY id"),
              ElementsAre("3", "100090900001"))
      << "the spatial index";
  EXPECT_THAT(file.Query("SELECT count(*) FROM rtree_properties_geom"), ElementsAre("2"));
}

TEST_F(GeoPackageExportTest, TheSameStateAndTimeAreTheSameBytes) {
  const std::string first = Write();
  EXPECT_EQ(Write(), first);
  ++options_.time;
  EXPECT_EQ(Write(), first) << "of the same second";
  options_.time += 1'000'000;
  EXPECT_NE(Write(), first);
}

TEST_F(GeoPackageExportTest, HoldsBackWhatTheTablesHoldBack) {
  options_.selection.profile = Profile::kHub;
  EXPECT_EQ(OpenGeoPackageExport(gazetteer_.store(), kTestRegister, options_).status().code(),
            absl::StatusCode::kFailedPrecondition)
      << "whose?";
  options_.selection.custodian_code = 2625;
  ExportFacts facts;
  Write(&facts);
  EXPECT_EQ(facts.held_back, 1U);
  EXPECT_THAT(Database(path_).Query("SELECT uprn FROM properties"), ElementsAre("4", "100090900001"));
  options_.selection.profile = Profile::kArchive;
  options_.open = true;
  options_.contents = {TableContent::kProperties};
  Write(&facts);
  EXPECT_EQ(facts.file_name, "open_uprn_r1.gpkg");
  EXPECT_THAT(Database(path_).Query("SELECT * FROM open_uprn"),
              ElementsAre(Cat("100090900001|47500001346c00000101000000", HexOf(623050), HexOf(308050),
                              "|100090900001|623050.0|308050.0")));
  options_.contents.push_back(TableContent::kStreets);
  EXPECT_EQ(OpenGeoPackageExport(gazetteer_.store(), kTestRegister, options_).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(GeoPackageExportTest, TheHubIsToldOfNoParentThatIsHeldBack) {
  model::Blpu first = TestBlpu(11);
  first.parent_uprn = *model::Uprn::Create(3);
  model::Blpu second = TestBlpu(12);
  second.parent_uprn = *model::Uprn::Create(4);
  ASSERT_EQ(gazetteer_.Apply({{first}, {second}}), absl::OkStatus());
  options_.selection.revision = gazetteer_.revision();
  options_.selection.custodian_code = 2625;
  const std::string query = "SELECT parent_uprn FROM properties WHERE fid IN (11, 12) ORDER BY fid";
  Write();
  EXPECT_THAT(Database(path_).Query(query), ElementsAre("3", "4"));
  options_.selection.profile = Profile::kHub;
  Write();
  EXPECT_THAT(Database(path_).Query(query), ElementsAre("-", "4"));
}

TEST_F(GeoPackageExportTest, AnEmptyRegisterIsAGeoPackageToo) {
  gazetteer_ = TestGazetteer();
  Write();
  Database file(path_);
  EXPECT_THAT(file.Query("PRAGMA integrity_check"), ElementsAre("ok"));
  EXPECT_THAT(file.Query("SELECT * FROM properties"), IsEmpty());
  EXPECT_THAT(file.Query("SELECT * FROM streets"), IsEmpty());
}

TEST_F(GeoPackageExportTest, LeavesNothingBehind) {
  {
    const auto file = OpenGeoPackageExport(gazetteer_.store(), kTestRegister, options_);
    ASSERT_TRUE(file.ok());
    EXPECT_THAT(Scratch(), IsEmpty());
    std::string chunk;
    ASSERT_TRUE(*(*file)->Next(&chunk));
    EXPECT_THAT(chunk, IsEmpty()) << "nothing can be sent yet";
    const std::vector<std::string> names = Scratch();
    ASSERT_EQ(names.size(), 1U) << "and no journal";
    EXPECT_TRUE(names[0].ends_with(".part")) << names[0] << ": what a crash leaves is removed by its ending";
    while (chunk.empty()) {
      ASSERT_TRUE(*(*file)->Next(&chunk));
    }
    EXPECT_THAT(Scratch(), IsEmpty()) << "it has no name any more";
  }
  {
    const auto abandoned = OpenGeoPackageExport(gazetteer_.store(), kTestRegister, options_);
    std::string chunk;
    ASSERT_TRUE(*(*abandoned)->Next(&chunk));
    ASSERT_EQ(Scratch().size(), 1U);
  }
  EXPECT_THAT(Scratch(), IsEmpty());
}

// How many pieces of work there are before the first bytes.
TEST_F(GeoPackageExportTest, IsMadeInPieces) {
  const auto file = OpenGeoPackageExport(gazetteer_.store(), kTestRegister, options_);
  ASSERT_TRUE(file.ok());
  int pieces = 0;
  std::string chunk;
  while (chunk.empty()) {
    ASSERT_TRUE(*(*file)->Next(&chunk));
    ++pieces;
  }
  EXPECT_EQ(pieces, 2 * 3 + 1 + 1) << "of each layer its table, rows and index; the end; the bytes";
}

TEST_F(GeoPackageExportTest, AFolderThatCannotBeMadeIsSaid) {
  const std::string path = folder_.Join("file");
  std::ofstream(path) << "x";
  options_.scratch_directory = path;
  const absl::Status status = OpenGeoPackageExport(gazetteer_.store(), kTestRegister, options_).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
  EXPECT_THAT(std::string(wensum::Message(status)), HasSubstr(path));
}

TEST_F(GeoPackageExportTest, AFolderThatIsGoneIsSaid) {
  const auto file = OpenGeoPackageExport(gazetteer_.store(), kTestRegister, options_);
  ASSERT_TRUE(file.ok());
  std::filesystem::remove(options_.scratch_directory);
  std::string chunk;
  const absl::Status status = (*file)->Next(&chunk).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
  EXPECT_THAT(std::string(wensum::Message(status)), HasSubstr("unable to open database file")) << "GDAL's own words";
  EXPECT_THAT(std::string(wensum::Message(status)), Not(HasSubstr("make room")));
}

TEST_F(GeoPackageExportTest, AFileThatMayNotGrowIsSaid) {
  struct sigaction before = {};
  struct sigaction ignore = {};
  ignore.sa_handler = SIG_IGN;
  ASSERT_EQ(sigaction(SIGXFSZ, &ignore, &before), 0);
  rlimit limit = {};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &limit), 0);
  const rlimit small = {.rlim_cur = 64 * 1024, .rlim_max = limit.rlim_max};
  const auto file = OpenGeoPackageExport(gazetteer_.store(), kTestRegister, options_);
  ASSERT_TRUE(file.ok());
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const absl::Status status = ReadExport(**file).status();
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  ASSERT_EQ(sigaction(SIGXFSZ, &before, nullptr), 0);
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
  EXPECT_THAT(std::string(wensum::Message(status)), HasSubstr("disk I/O error"));
}

TEST(GeoPackageErrorTest, OnlyAFullDiskNeedsRoom) {
  const absl::Status full = GeoPackageError("commit", "sqlite3_exec(COMMIT) failed: database or disk is full");
  EXPECT_EQ(full.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(wensum::Message(full)), HasSubstr("make room"));
  const absl::Status read_only = GeoPackageError("add a feature", "attempt to write a readonly database");
  EXPECT_EQ(read_only.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(wensum::Message(read_only)), HasSubstr("(add a feature: attempt to write a readonly"));
}

}  // namespace
}  // namespace wensum::exports
