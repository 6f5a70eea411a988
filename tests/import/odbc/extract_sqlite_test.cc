// What every database has in common, on SQLite files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "base/hash.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "tests/import/odbc/databases.h"

namespace wensum::ingest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ExtractSqliteTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { drivers_ = std::make_unique<Drivers>(); }
  static void TearDownTestSuite() { drivers_.reset(); }
  void SetUp() override {
    if (!drivers_->Has("SQLite3")) GTEST_SKIP() << "the ODBC driver of SQLite is not installed (libsqliteodbc)";
    ASSERT_EQ(sqlite3_open(data_.Join("test.db").c_str(), &database_), SQLITE_OK);
  }
  void TearDown() override { sqlite3_close(database_); }

  void Run(const std::string& sql) {
    ASSERT_EQ(sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(database_);
  }
  [[nodiscard]] ConnectionRule Connection() const {
    ConnectionRule rule;
    rule.driver = "SQLite3";
    rule.database = data_.Join("test.db");
    return rule;
  }
  ExtractConfig Config(const std::string& query) { return ConfigOf(Connection(), query); }
  Extracted Get(const std::string& query) { return ExtractTo(out_, Config(query)); }
  void ExpectError(const std::string& query, absl::StatusCode code, const std::string& text) {
    const Extracted extracted = Get(query);
    EXPECT_EQ(extracted.facts.status().code(), code) << extracted.error;
    EXPECT_THAT(extracted.error, HasSubstr(text));
    EXPECT_TRUE(NothingLeft(out_));
  }

  static std::unique_ptr<Drivers> drivers_;
  TempDir data_;
  TempDir out_;
  sqlite3* database_ = nullptr;
};
std::unique_ptr<Drivers> ExtractSqliteTest::drivers_;

TEST_F(ExtractSqliteTest, WritesEveryTypeAsText) {
  Run("CREATE TABLE t(id INTEGER PRIMARY KEY, name VARCHAR(30), born DATE, seen TIMESTAMP, share REAL, note TEXT, "
      "yes BOOLEAN)");
  Run("INSERT INTO t VALUES (1, 'Zo\u00EB, \U0001F600', '1950-02-28', '2026-11-24 01:02:03.250', 0.1, "
      "'say \"x\"' || char(13, 10) || 'again', 1), (2, NULL, NULL, NULL, NULL, '', 0), "
      "(9000000000000000000, ' padded ', '0001-01-01', '1999-12-31 23:59:59', -2, 'x', NULL)");
  const Extracted extracted = Get("SELECT *, id + 1 AS \"next,one\" FROM t ORDER BY id");
  ASSERT_TRUE(extracted.facts.ok()) << extracted.error;
  EXPECT_EQ(extracted.content,
            "id,name,born,seen,share,note,yes,\"next,one\"\n"
            "1,\"Zo\u00EB, \U0001F600\",1950-02-28,2026-11-24T01:02:03.25,0.1,\"say \"\"x\"\"\r\nagain\",1,2\n"
            "2,,,,,,0,3\n"
            "9000000000000000000, padded ,0001-01-01,1999-12-31T23:59:59,-2,x,,9000000000000000001\n");
  EXPECT_EQ(extracted.facts->rows, 3U);
  EXPECT_EQ(extracted.facts->bytes, extracted.content.size());
  EXPECT_EQ(extracted.facts->sha256, Sha256Hex(extracted.content));
  EXPECT_THAT(extracted.facts->columns, ElementsAre("id", "name", "born", "seen", "share", "note", "yes", "next,one"));
  EXPECT_EQ(extracted.facts->dbms_name, "SQLite");
  EXPECT_FALSE(extracted.facts->dbms_version.empty());
}

TEST_F(ExtractSqliteTest, WritesAHeaderForNoRows) {
  Run("CREATE TABLE t(id INTEGER, name TEXT)");
  const Extracted extracted = Get("SELECT * FROM t ORDER BY id");
  ASSERT_TRUE(extracted.facts.ok()) << extracted.error;
  EXPECT_EQ(extracted.content, "id,name\n");
  EXPECT_EQ(extracted.facts->rows, 0U);
}

TEST_F(ExtractSqliteTest, AnEmptyRowOfOneColumnIsARow) {
  Run("CREATE TABLE t(id TEXT)");
  Run("INSERT INTO t VALUES ('')");
  const Extracted extracted = Get("SELECT id FROM t ORDER BY id");
  ASSERT_TRUE(extracted.facts.ok()) << extracted.error;
  EXPECT_EQ(extracted.content, "id\n\"\"\n");
}

TEST_F(ExtractSqliteTest, ReadsLongTextsWholeUpToTheirLimit) {
  Run("CREATE TABLE t(id INTEGER, note LONGVARCHAR(1000000), behind INTEGER)");
  Run("INSERT INTO t VALUES (1, replace(hex(zeroblob(150000)), '0', '\u00E9') || 'end', 5), (2, NULL, 6), (3, 'x', 7)");
  const Extracted extracted = Get("SELECT * FROM t ORDER BY id");
  ASSERT_TRUE(extracted.facts.ok()) << extracted.error;
  std::string letters;
  for (int i = 0; i < 300'000; ++i) letters += "\u00E9";
  EXPECT_TRUE(extracted.content == Cat("id,note,behind\n1,", letters, "end,5\n2,,6\n3,x,7\n"));
  std::filesystem::remove(out_.Join("rows.csv"));
  Run("INSERT INTO t VALUES (4, hex(zeroblob(600000)), 8)");
  ExpectError("SELECT * FROM t WHERE id > 3 ORDER BY id", absl::StatusCode::kInvalidArgument,
              "the column \"note\" of row 1 is longer than");
}

TEST_F(ExtractSqliteTest, RefusesColumnsThatCannotBeWritten) {
  Run("CREATE TABLE t(id INTEGER, photo BLOB, scan VARBINARY(10))");
  const Extracted extracted = Get("SELECT id, id, photo, scan FROM t ORDER BY id");
  EXPECT_EQ(extracted.facts.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(extracted.error, HasSubstr("two columns are called \"id\""));
  EXPECT_THAT(extracted.error, HasSubstr("the column \"photo\" is binary"));
  EXPECT_THAT(extracted.error, HasSubstr("the column \"scan\" is binary"));
  EXPECT_TRUE(NothingLeft(out_));
}

TEST_F(ExtractSqliteTest, RefusesTextThatIsNotInItsEncoding) {
  Run("CREATE TABLE t(id INTEGER, name TEXT)");
  Run("INSERT INTO t VALUES (1, 'good'), (2, CAST(X'4AE9' AS TEXT))");
  const std::string query = "SELECT * FROM t ORDER BY id";
  ExpectError(query, absl::StatusCode::kInvalidArgument, "the column \"name\" of row 2 is not UTF-8");
  ExtractConfig config = Config(query);
  config.encoding = CharEncoding::kWindows1252;
  const Extracted extracted = ExtractTo(out_, config);
  ASSERT_TRUE(extracted.facts.ok()) << extracted.error;
  EXPECT_EQ(extracted.content, "id,name\n1,good\n2,J\u00E9\n");
  Run("UPDATE t SET name = CAST(X'4A81' AS TEXT) WHERE id = 2");
  EXPECT_THAT(ExtractTo(out_, config).error, HasSubstr("the column \"name\" of row 2 is not Windows-1252"));
}

TEST_F(ExtractSqliteTest, WatchesTheKey) {
  Run("CREATE TABLE t(id INTEGER, part INTEGER)");
  Run("INSERT INTO t VALUES (1, 1), (1, 2), (2, 1), (2, 1)");
  ExpectError("SELECT * FROM t ORDER BY id", absl::StatusCode::kInvalidArgument, "rows 1 and 2 have the same key");
  ExtractConfig config = ConfigOf(Connection(), "SELECT * FROM t WHERE id < 2 ORDER BY id, part", {"ID", "part"});
  EXPECT_TRUE(ExtractTo(out_, config).facts.ok()) << "names that differ in case alone are taken";
  config = ConfigOf(Connection(), "SELECT * FROM t ORDER BY id, part", {"id", "part"});
  EXPECT_THAT(ExtractTo(out_, config).error, HasSubstr("rows 3 and 4 have the same key"));
  config.key = {"account"};
  EXPECT_THAT(ExtractTo(out_, config).error, HasSubstr("no column \"account\"; it gives: id, part"));
  Run("INSERT INTO t VALUES (NULL, 7)");
  EXPECT_THAT(Get("SELECT * FROM t ORDER BY id").error, HasSubstr("the key column \"id\" of row 1 is null"));
}

TEST_F(ExtractSqliteTest, KeepsItsLimitAndStopsWhenTold) {
  Run("CREATE TABLE t AS WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n LIMIT 2000) SELECT id FROM "
      "n");
  ExtractConfig config = Config("SELECT id FROM t ORDER BY id");
  config.row_limit = 1999;
  Extracted extracted = ExtractTo(out_, config);
  EXPECT_EQ(extracted.facts.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(extracted.error, HasSubstr("more than 1999 rows"));
  config.row_limit = 2000;
  uint64_t seen = 0;
  ExtractArguments arguments;
  arguments.progress = [&seen](uint64_t rows, uint64_t bytes) {
    EXPECT_GT(rows, seen);
    EXPECT_GT(bytes, 0U);
    seen = rows;
  };
  EXPECT_TRUE(ExtractTo(out_, config, arguments).facts.ok());
  EXPECT_EQ(seen, 2000U);
  std::filesystem::remove(out_.Join("rows.csv"));
  seen = 0;
  arguments.stopping = [&seen] { return seen > 0; };
  extracted = ExtractTo(out_, config, arguments);
  EXPECT_EQ(extracted.facts.status().code(), absl::StatusCode::kCancelled);
  EXPECT_LT(seen, 2000U);
  EXPECT_TRUE(NothingLeft(out_));
}

TEST_F(ExtractSqliteTest, GivesTheWatermarkToTheQuery) {
  Run("CREATE TABLE t(id INTEGER PRIMARY KEY, version BIGINT)");
  Run("INSERT INTO t VALUES (1, 100), (2, 9), (3, 20), (4, NULL)");
  ExtractConfig config = Config("SELECT * FROM t WHERE version > ? OR version IS NULL ORDER BY id");
  config.watermark = WatermarkRule{.column = "VERSION"};
  EXPECT_THAT(ExtractTo(out_, config).error, HasSubstr("the last watermark is not given"));
  Extracted extracted = ExtractTo(out_, config, {.watermark = "9"});
  ASSERT_TRUE(extracted.facts.ok()) << extracted.error;
  EXPECT_EQ(extracted.content, "id,version\n1,100\n3,20\n4,\n");
  EXPECT_EQ(extracted.facts->watermark, "100");
  extracted = ExtractTo(out_, config, {.watermark = "500"});
  EXPECT_EQ(extracted.facts->watermark, "500") << "it never goes back";
  config.watermark->start = "-1";
  extracted = ExtractTo(out_, config);
  EXPECT_EQ(extracted.facts->rows, 4U);
  EXPECT_THAT(ExtractTo(out_, config, {.watermark = "soon"}).error, HasSubstr("a watermark is a whole number, or"));
  EXPECT_THAT(ExtractTo(out_, config, {.watermark = "2026-01-01"}).error, HasSubstr("holds no date and time"));
  EXPECT_THAT(ExtractTo(out_, Config("SELECT * FROM t ORDER BY id"), {.watermark = "1"}).error,
              HasSubstr("the configuration has no watermark"));
}

TEST_F(ExtractSqliteTest, SaysWhatIsWrongWithTheConnection) {
  ExtractConfig config = Config("SELECT 1 AS id ORDER BY id");
  config.connection.driver = "Ingres";
  Extracted extracted = ExtractTo(out_, config);
  EXPECT_EQ(extracted.facts.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(extracted.error, HasSubstr("DRIVER={Ingres};"));
  EXPECT_THAT(extracted.error, HasSubstr("the drivers installed here are: "));
  EXPECT_THAT(extracted.error, HasSubstr("SQLite3"));
  config.connection = {};
  config.connection.dsn = "payroll";
  extracted = ExtractTo(out_, config);
  EXPECT_EQ(extracted.facts.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(extracted.error, HasSubstr("[IM002]"));
  config.connection.password_env = "WENSUM_TEST_NO_SUCH_VARIABLE";
  EXPECT_EQ(ExtractTo(out_, config).facts.status().code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(NothingLeft(out_));
}

TEST_F(ExtractSqliteTest, SaysWhatIsWrongWithTheQuery) {
  Run("CREATE TABLE t(id INTEGER)");
  ExpectError("SELECT unheard FROM t ORDER BY id", absl::StatusCode::kFailedPrecondition, "no such column: unheard");
  ExpectError("SELECT id FROM nowhere ORDER BY id", absl::StatusCode::kFailedPrecondition, "no such table: nowhere");
}

TEST_F(ExtractSqliteTest, LeavesAnOlderFileAloneWhenItFails) {
  Run("CREATE TABLE t(id INTEGER)");
  Run("INSERT INTO t VALUES (1)");
  ASSERT_TRUE(Get("SELECT id FROM t ORDER BY id").facts.ok());
  EXPECT_FALSE(Get("SELECT id, unheard FROM t ORDER BY id").facts.ok());
  Run("INSERT INTO t VALUES (1)");
  EXPECT_FALSE(Get("SELECT id FROM t ORDER BY id").facts.ok());
  std::ifstream file(out_.Join("rows.csv"));
  const std::string content((std::istreambuf_iterator<char>(file)), {});
  EXPECT_EQ(content, "id\n1\n");
  EXPECT_FALSE(std::filesystem::exists(out_.Join("rows.csv.part")));
}

}  // namespace
}  // namespace wensum::ingest
