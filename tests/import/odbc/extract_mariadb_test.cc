// Extracts from a MariaDB 10.11 server of the test's own: read in pages, as the driver keeps results in memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/status_macros.h"
#include "base/strings.h"
#include "tests/import/odbc/databases.h"

namespace wensum::ingest {
namespace {

using testing::HasSubstr;

class ExtractMariaDbTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    drivers_ = std::make_unique<Drivers>();
    if (WhyNoMariaDb(*drivers_).empty()) server_ = std::make_unique<MariaDb>();
  }
  static void TearDownTestSuite() {
    server_.reset();
    drivers_.reset();
  }
  void SetUp() override {
    if (const std::string why = WhyNoMariaDb(*drivers_); !why.empty()) GTEST_SKIP() << why;
    server_->Run("DROP TABLE IF EXISTS d.t");
  }

  static ExtractConfig Config(const std::string& query) { return ConfigOf(server_->Connection(), query); }
  Extracted Get(const std::string& query) { return ExtractTo(out_, Config(query)); }

  static std::unique_ptr<Drivers> drivers_;
  static std::unique_ptr<MariaDb> server_;
  TempDir out_;
};
std::unique_ptr<Drivers> ExtractMariaDbTest::drivers_;
std::unique_ptr<MariaDb> ExtractMariaDbTest::server_;

TEST_F(ExtractMariaDbTest, WritesEveryTypeAsText) {
  server_->Run(
      "SET time_zone = '+01:00'; CREATE TABLE d.t(id TINYINT UNSIGNED, i INT, l BIGINT, u BIGINT UNSIGNED, n "
      "DECIMAL(8,2), "
      "f FLOAT, g DOUBLE, yes BOOLEAN, born DATE, zero DATE, seen DATETIME(6), stamp TIMESTAMP NULL, at TIME(2), "
      "c CHAR(4), v VARCHAR(60), t TEXT, m LONGTEXT, e ENUM('x','y'), j JSON, none INT, latin VARCHAR(9) CHARACTER SET "
      "latin1); SET sql_mode = ''; INSERT INTO d.t VALUES (255, -5, -9223372036854775808, 18446744073709551615, 12.50, "
      "0.1, "
      "0.1, true, '1950-02-28', '0000-00-00', '2026-07-01 01:02:03.25', '2026-07-01 01:02:03', '-100:30:00.25', 'ab', "
      "'Zo\u00EB \u20AC \U0001F600', 'a,b\\r\\n\"c\"', repeat('\u00E9', 300000), 'y', '{\"a\": 1}', NULL, "
      "'caf\u00E9')");
  const Extracted extracted = Get("SELECT * FROM t ORDER BY id");
  ASSERT_TRUE(extracted.facts.ok()) << extracted.error;
  std::string letters;
  for (int i = 0; i < 300'000; ++i) letters += "\u00E9";
  const std::string row = extracted.content.substr(extracted.content.find('\n') + 1);
  EXPECT_TRUE(row == Cat("255,-5,-9223372036854775808,18446744073709551615,12.50,0.1,0.1,1,1950-02-28,0000-00-00,"
                         "2026-07-01T01:02:03.25,2026-07-01T00:02:03,-100:30:00.25,ab,Zo\u00EB \u20AC \U0001F600,"
                         "\"a,b\r\n\"\"c\"\"\",",
                         letters, ",y,\"{\"\"a\"\": 1}\",,caf\u00E9\n"))
      << row.substr(0, 250);
  EXPECT_EQ(extracted.facts->dbms_name, "MariaDB");
}

TEST_F(ExtractMariaDbTest, ReadsPagesOfAKeyOfSeveralColumns) {
  server_->Run(
      "CREATE TABLE d.t(word VARCHAR(20), day DATE, n DECIMAL(10,1), PRIMARY KEY(word, day, n)); INSERT INTO d.t "
      "SELECT "
      "CONCAT('\u00E9''\\\\', LPAD(seq DIV 1000, 3, '0')), DATE '2026-01-01' + INTERVAL (seq DIV 100) % 10 DAY, seq / "
      "10 "
      "FROM d.seq_1_to_60000");
  ExtractConfig config =
      ConfigOf(server_->Connection(), "SELECT * FROM t ORDER BY word, day, n -- in this order", {"word", "day", "n"});
  const Extracted extracted = ExtractTo(out_, config);
  ASSERT_TRUE(extracted.facts.ok()) << extracted.error;
  std::string expected = "word,day,n\n";
  for (int i = 1; i <= 60'000; ++i) {
    const std::string thousands = std::to_string(1000 + i / 1000).substr(1);
    const std::string day = std::to_string(101 + i / 100 % 10).substr(1);
    AppendTo(expected, "\u00E9'\\", thousands, ",2026-01-", day, ",", i / 10, ".", i % 10, "\n");
  }
  EXPECT_TRUE(extracted.content == expected);
  config.key = {"n"};  // not its order, and not needed: pages bring their own
  EXPECT_TRUE(ExtractTo(out_, config).facts.ok());
}

TEST_F(ExtractMariaDbTest, FindsKeysThatAreEqualForTheDatabase) {
  server_->Run(
      "CREATE TABLE d.t(word VARCHAR(20) COLLATE utf8mb4_general_ci); INSERT INTO d.t SELECT LPAD(seq, 6, '0') FROM "
      "d.seq_1_to_24999; INSERT INTO d.t VALUES ('x'), ('X'), ('y')");  // one of them at the page's end
  const Extracted extracted =
      ExtractTo(out_, ConfigOf(server_->Connection(), "SELECT * FROM t ORDER BY word", {"word"}));
  EXPECT_EQ(extracted.facts.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(extracted.error, HasSubstr("the database counts 25002 rows of the query, and 25001 were read"));
  EXPECT_TRUE(NothingLeft(out_));
}

TEST_F(ExtractMariaDbTest, SeesOneStateWhateverOthersDo) {
  server_->Run(
      "CREATE TABLE d.t(id INT PRIMARY KEY, state TEXT); INSERT INTO d.t SELECT seq, 'before' FROM "
      "d.seq_1_to_60000");
  ExtractArguments arguments;
  bool changed = false;
  arguments.progress = [&changed](uint64_t, uint64_t) {
    if (changed) return;
    changed = true;
    server_->Run(
        "UPDATE d.t SET state = 'after' WHERE id % 2 = 0; DELETE FROM d.t WHERE id % 5 = 0; INSERT INTO d.t "
        "SELECT seq, 'new' FROM d.seq_60001_to_61000");
  };
  const Extracted extracted = ExtractTo(out_, Config("SELECT * FROM t ORDER BY id"), arguments);
  ASSERT_TRUE(extracted.facts.ok()) << extracted.error;
  EXPECT_TRUE(changed);
  std::string expected = "id,state\n";
  for (int i = 1; i <= 60'000; ++i) AppendTo(expected, i, ",before\n");
  EXPECT_TRUE(extracted.content == expected);
}

TEST_F(ExtractMariaDbTest, ReadsWhatChangedSinceTheWatermark) {
  server_->Run(
      "CREATE TABLE d.t(id INT, updated DATETIME(3)); INSERT INTO d.t VALUES (1, '2026-01-01 00:00:00.250'), "
      "(2, '2026-01-01 00:00:00.251'), (3, '2026-01-01')");
  ExtractConfig config = Config("SELECT * FROM t WHERE updated > ? ORDER BY id");
  config.watermark = WatermarkRule{.column = "updated"};
  const Extracted extracted = ExtractTo(out_, config, {.watermark = "2026-01-01T00:00:00.25"});
  ASSERT_TRUE(extracted.facts.ok()) << extracted.error;
  EXPECT_EQ(extracted.content, "id,updated\n2,2026-01-01T00:00:00.251\n");
  EXPECT_EQ(extracted.facts->watermark, "2026-01-01T00:00:00.251");
}

TEST_F(ExtractMariaDbTest, SaysWhatIsWrong) {
  server_->Run(
      "CREATE TABLE d.t(id INT, photo BLOB, share DOUBLE); INSERT INTO d.t SELECT seq, NULL, seq FROM "
      "d.seq_1_to_25001");
  EXPECT_THAT(Get("SELECT * FROM t ORDER BY id").error, HasSubstr("the column \"photo\" is binary"));
  EXPECT_THAT(Get("SELECT nothing FROM t ORDER BY id").error, HasSubstr("Unknown column 'nothing'"));
  EXPECT_THAT(Get("SELECT id FROM nowhere ORDER BY id").error, HasSubstr("'d.nowhere' doesn't exist"));
  EXPECT_THAT(ExtractTo(out_, ConfigOf(server_->Connection(), "SELECT share FROM t ORDER BY share", {"share"})).error,
              HasSubstr("the key column \"share\" is of a type whose order cannot be relied on"));
  ExtractConfig config = Config("SELECT id FROM t ORDER BY id");
  config.connection.user = "nobody";
  const Extracted extracted = ExtractTo(out_, config);
  EXPECT_EQ(extracted.facts.status().code(), absl::StatusCode::kPermissionDenied) << extracted.error;
  EXPECT_THAT(extracted.error, HasSubstr("[28000]"));
  config = Config("SELECT id, SLEEP(1) AS slept FROM t ORDER BY id");
  config.timeout_seconds = 1;
  EXPECT_EQ(ExtractTo(out_, config).facts.status().code(), absl::StatusCode::kDeadlineExceeded);
  config = Config("SELECT id FROM t ORDER BY id");
  config.connection.port = 1;
  EXPECT_EQ(ExtractTo(out_, config).facts.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(NothingLeft(out_));
}

TEST_F(ExtractMariaDbTest, WritesAHeaderForNoRows) {
  server_->Run("CREATE TABLE d.t(id INT, name TEXT)");
  EXPECT_EQ(Get("SELECT * FROM t ORDER BY id").content, "id,name\n");
}

TEST_F(ExtractMariaDbTest, LeavesNothingWhenTheServerDies) {
  MariaDb mortal;
  mortal.Run("CREATE TABLE d.t(id INT PRIMARY KEY); INSERT INTO d.t SELECT seq FROM d.seq_1_to_60000");
  ExtractArguments arguments;
  arguments.progress = [&mortal](uint64_t, uint64_t) { mortal.Kill(); };
  const Extracted extracted = ExtractTo(out_, ConfigOf(mortal.Connection(), "SELECT * FROM t ORDER BY id"), arguments);
  EXPECT_EQ(extracted.facts.status().code(), absl::StatusCode::kUnavailable) << extracted.error;
  EXPECT_THAT(extracted.error, HasSubstr("the database failed after row 25000"));
  EXPECT_TRUE(NothingLeft(out_));
}

}  // namespace
}  // namespace wensum::ingest
