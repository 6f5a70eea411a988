// Extracts from a PostgreSQL 15 server of the test's own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "base/status_macros.h"
#include "base/strings.h"
#include "tests/import/odbc/databases.h"

namespace wensum::ingest {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class ExtractPostgreSqlTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    drivers_ = std::make_unique<Drivers>();
    if (WhyNoPostgreSql(*drivers_).empty()) server_ = std::make_unique<PostgreSql>();
  }
  static void TearDownTestSuite() {
    server_.reset();
    drivers_.reset();
  }
  void SetUp() override {
    if (const std::string why = WhyNoPostgreSql(*drivers_); !why.empty()) GTEST_SKIP() << why;
    server_->Run("DROP TABLE IF EXISTS t");
  }

  static ExtractConfig Config(const std::string& query) { return ConfigOf(server_->Connection(), query); }
  Extracted Get(const std::string& query) { return ExtractTo(out_, Config(query)); }
  void ExpectError(const ExtractConfig& config, absl::StatusCode code, const std::string& text) {
    const Extracted extracted = ExtractTo(out_, config);
    EXPECT_EQ(extracted.facts.status().code(), code) << extracted.error;
    EXPECT_THAT(extracted.error, HasSubstr(text));
    EXPECT_TRUE(NothingLeft(out_));
  }

  static std::unique_ptr<Drivers> drivers_;
  static std::unique_ptr<PostgreSql> server_;
  TempDir out_;
};
std::unique_ptr<Drivers> ExtractPostgreSqlTest::drivers_;
std::unique_ptr<PostgreSql> ExtractPostgreSqlTest::server_;

constexpr char kTypes[] =
    "SELECT 1::smallint AS id, -5::int AS i, 9223372036854775807 AS l, 12.50::numeric(8,2) AS n, "
    "123456789012345678901234567890.1::numeric AS big, 0.1::float4 AS f, 0.1::float8 AS d, 'NaN'::float8 AS nan, "
    "true AS yes, false AS no, date '1950-02-28' AS born, timestamp '2026-07-01 01:02:03.250' AS local, "
    "timestamptz '2026-07-01 01:02:03+01' AS instant, time '12:30:00.25' AS at, "
    "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'::uuid AS u, 'ab'::char(4) AS c, 'text'::text AS t, "
    "ARRAY['a','b c'] AS list, '{\"a\": 1}'::jsonb AS j, interval '1 day' AS span, NULL::int AS none, ''::text AS "
    "empty "
    "ORDER BY id";
constexpr char kTypesRow[] =
    "1,-5,9223372036854775807,12.50,123456789012345678901234567890.1,0.1,0.1,NaN,1,0,1950-02-28,"
    "2026-07-01T01:02:03.25,2026-07-01T00:02:03Z,12:30:00.25,a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11,ab  ,text,"
    "\"{a,\"\"b c\"\"}\",\"{\"\"a\"\": 1}\",1 day,,\n";

TEST_F(ExtractPostgreSqlTest, WritesEveryTypeAsText) {
  const Extracted extracted = Get(kTypes);
  ASSERT_TRUE(extracted.facts.ok()) << extracted.error;
  EXPECT_EQ(extracted.content.substr(extracted.content.find('\n') + 1), kTypesRow);
  EXPECT_EQ(extracted.facts->dbms_name, "PostgreSQL");
  EXPECT_THAT(extracted.facts->dbms_version, StartsWith("15"));
}

TEST_F(ExtractPostgreSqlTest, WritesTheSameWhateverTheClientsZoneAndLocaleAre) {
  const std::string query =
      "SELECT 1 AS id, timestamptz '2026-07-01 01:02:03+01' AS instant, chr(233) || chr(8364) || chr(128512) AS "
      "letters "
      "ORDER BY id";
  const std::string expected = "id,instant,letters\n1,2026-07-01T00:02:03Z,\u00E9\u20AC\U0001F600\n";
  EXPECT_EQ(Get(query).content, expected);
  ::setenv("TZ", "America/New_York", 1);
  ::setenv("PGCLIENTENCODING", "LATIN1", 1);  // what the driver takes for the locale's encoding
  const Extracted elsewhere = Get(query);
  EXPECT_EQ(Get(kTypes).content.substr(Get(kTypes).content.find('\n') + 1), kTypesRow);
  ::unsetenv("TZ");
  ::unsetenv("PGCLIENTENCODING");
  EXPECT_EQ(elsewhere.content, expected) << elsewhere.error;
}

TEST_F(ExtractPostgreSqlTest, ReadsTextsThatAreLongerThanWhatIsBound) {
  server_->Run(
      "CREATE TABLE t AS SELECT i AS id, CASE WHEN i % 3 = 0 THEN repeat(chr(233), i) WHEN i % 3 = 1 THEN NULL ELSE "
      "'x' "
      "END AS note, repeat('y', i % 400)::varchar AS line FROM generate_series(1, 1500) i");
  server_->Run("INSERT INTO t VALUES (1501, repeat('z', 1000000), 'end')");
  const Extracted extracted = Get("SELECT * FROM t ORDER BY id");
  ASSERT_TRUE(extracted.facts.ok()) << extracted.error;
  std::string expected = "id,note,line\n";
  for (int i = 1; i <= 1500; ++i) {
    AppendTo(expected, i, ",");
    for (int k = 0; i % 3 == 0 && k < i; ++k) expected += "\u00E9";
    AppendTo(expected, i % 3 == 2 ? "x" : "", ",", std::string(static_cast<size_t>(i % 400), 'y'), "\n");
  }
  AppendTo(expected, "1501,", std::string(1'000'000, 'z'), ",end\n");
  EXPECT_TRUE(extracted.content == expected);
  server_->Run("UPDATE t SET note = repeat('z', 2000000) WHERE id = 1200");
  EXPECT_THAT(Get("SELECT * FROM t ORDER BY id").error, HasSubstr("the column \"note\" of row 1200 is longer than"));
}

TEST_F(ExtractPostgreSqlTest, RefusesWhatHasNoText) {
  ExpectError(Config("SELECT 1 AS id, decode('00', 'hex') AS photo ORDER BY id"), absl::StatusCode::kInvalidArgument,
              "the column \"photo\" is binary");
  ExpectError(Config("SELECT 1 AS id, 2 ORDER BY id"), absl::StatusCode::kInvalidArgument, "column 2 has no name");
  for (const std::string date : {"date 'infinity'", "date '12345-01-01'", "timestamp '12345-01-01'"}) {
    ExpectError(Config(Cat("SELECT 1 AS id, ", date, " AS d ORDER BY id")), absl::StatusCode::kInvalidArgument,
                "the column \"d\" of row 1 is a date that the driver cannot show");
  }
}

TEST_F(ExtractPostgreSqlTest, SeesOneStateWhateverOthersDo) {
  server_->Run("CREATE TABLE t AS SELECT i AS id, 'before' AS state FROM generate_series(1, 10000) i");
  ExtractArguments arguments;
  bool changed = false;
  arguments.progress = [&changed](uint64_t, uint64_t) {
    if (changed) return;
    changed = true;
    server_->Run(
        "UPDATE t SET state = 'after' WHERE id % 2 = 0; DELETE FROM t WHERE id % 5 = 0; "
        "INSERT INTO t SELECT i, 'new' FROM generate_series(10001, 11000) i");
  };
  const Extracted extracted = ExtractTo(out_, Config("SELECT * FROM t ORDER BY id"), arguments);
  ASSERT_TRUE(extracted.facts.ok()) << extracted.error;
  EXPECT_TRUE(changed);
  std::string expected = "id,state\n";
  for (int i = 1; i <= 10'000; ++i) AppendTo(expected, i, ",before\n");
  EXPECT_TRUE(extracted.content == expected);
}

TEST_F(ExtractPostgreSqlTest, NeverWrites) {
  server_->Run("DROP SEQUENCE IF EXISTS s");
  server_->Run("CREATE SEQUENCE s");
  const Extracted extracted = Get("SELECT nextval('s') AS id ORDER BY id");
  EXPECT_THAT(extracted.error, HasSubstr("read-only transaction"));
}

TEST_F(ExtractPostgreSqlTest, ReadsWhatChangedSinceTheWatermark) {
  server_->Run(
      "CREATE TABLE t AS SELECT i AS id, timestamptz '2026-01-01 00:00:00Z' + i * interval '1 minute' AS updated "
      "FROM generate_series(1, 60) i");
  ExtractConfig config = Config("SELECT * FROM t WHERE updated >= ? AND updated > ? ORDER BY id");
  config.watermark = WatermarkRule{.column = "updated", .overlap_seconds = 300};
  const Extracted extracted = ExtractTo(out_, config, {.watermark = "2026-01-01T01:00:00Z"});
  ASSERT_TRUE(extracted.facts.ok()) << extracted.error;
  EXPECT_EQ(extracted.content,
            "id,updated\n56,2026-01-01T00:56:00Z\n57,2026-01-01T00:57:00Z\n58,2026-01-01T00:58:00Z\n"
            "59,2026-01-01T00:59:00Z\n60,2026-01-01T01:00:00Z\n");
  EXPECT_EQ(extracted.facts->watermark, "2026-01-01T01:00:00Z");
  const Extracted none = ExtractTo(out_, config, {.watermark = "2027-01-01"});
  ASSERT_TRUE(none.facts.ok()) << none.error;
  EXPECT_EQ(none.facts->rows, 0U);
  EXPECT_EQ(none.facts->watermark, "2027-01-01");
}

TEST_F(ExtractPostgreSqlTest, SaysWhyItCannotConnect) {
  ExtractConfig config = Config("SELECT 1 AS id ORDER BY id");
  config.connection.password_env.clear();
  config.connection.password_file = out_.Join("password");
  std::ofstream(config.connection.password_file) << "wrong;}secret";
  Extracted extracted = ExtractTo(out_, config);
  EXPECT_EQ(extracted.facts.status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(extracted.error, HasSubstr("password authentication failed"));
  EXPECT_THAT(extracted.error, HasSubstr("PWD=***"));
  EXPECT_THAT(extracted.error, Not(HasSubstr("secret")));
  std::filesystem::remove(config.connection.password_file);
  config = Config("SELECT 1 AS id ORDER BY id");
  config.connection.port = 1;
  ExpectError(config, absl::StatusCode::kUnavailable, "Connection refused");
  config.connection.server = "no-such-host.invalid";
  ExpectError(config, absl::StatusCode::kUnavailable, "no-such-host.invalid");
}

TEST_F(ExtractPostgreSqlTest, TakesTheSecretOutOfTheDriversTexts) {
  ExtractConfig config = Config("SELECT 1 AS id ORDER BY id");
  config.connection.database = std::string(kAwkwardPassword);  // which the server's error repeats
  const Extracted extracted = ExtractTo(out_, config);
  EXPECT_THAT(extracted.error, HasSubstr("***"));
  config = Config(Cat("SELECT '", "s}e;c{r=t %41\"''+ \u00E9", "'::int AS id ORDER BY id"));
  EXPECT_THAT(ExtractTo(out_, config).error, HasSubstr("invalid input syntax for type integer: \"***\""));
}

TEST_F(ExtractPostgreSqlTest, SaysWhatIsWrongWithTheQuery) {
  server_->Run("CREATE TABLE t(id int)");
  ExpectError(Config("SELECT nothing FROM t ORDER BY id"), absl::StatusCode::kInvalidArgument, "[42703]");
  ExpectError(Config("SELECT id FROM nowhere ORDER BY id"), absl::StatusCode::kInvalidArgument, "[42P01]");
  server_->Run("DROP ROLE IF EXISTS reader");
  server_->Run(Cat("CREATE ROLE reader LOGIN PASSWORD 's}e;c{r=t %41\"''+ \u00E9'"));
  ExtractConfig config = Config("SELECT id FROM t ORDER BY id");
  config.connection.user = "reader";
  ExpectError(config, absl::StatusCode::kPermissionDenied, "permission denied for table t");
}

TEST_F(ExtractPostgreSqlTest, GivesUpAfterItsTimeout) {
  ExtractConfig config = Config("SELECT 1 AS id, pg_sleep(60)::text AS slept ORDER BY id");
  config.timeout_seconds = 1;
  ExpectError(config, absl::StatusCode::kDeadlineExceeded, "statement timeout");
}

TEST_F(ExtractPostgreSqlTest, LeavesNothingWhenTheServerDies) {
  PostgreSql mortal;
  mortal.Run("CREATE TABLE t AS SELECT i AS id, repeat('x', 100) AS x FROM generate_series(1, 20000) i");
  ExtractArguments arguments;
  arguments.progress = [&mortal](uint64_t rows, uint64_t) {
    if (rows == 5000) mortal.Kill();
  };
  const Extracted extracted = ExtractTo(out_, ConfigOf(mortal.Connection(), "SELECT * FROM t ORDER BY id"), arguments);
  EXPECT_EQ(extracted.facts.status().code(), absl::StatusCode::kUnavailable) << extracted.error;
  EXPECT_THAT(extracted.error, HasSubstr("the database failed after row 6000"));
  EXPECT_TRUE(NothingLeft(out_));
}

}  // namespace
}  // namespace wensum::ingest
