#include "import/odbc/extract_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "base/status_macros.h"
#include "base/strings.h"
#include "tests/support/temp_dir.h"

namespace wensum::ingest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;
using testing::StartsWith;

constexpr std::string_view kWhole = R"(connection:
  driver: PostgreSQL Unicode
  server: revenues.example.net
  port: 5432
  database: revenues
  user: wensum_reader
  password_env: REVENUES_PASSWORD
  options: {sslmode: verify-full, Fetch: 5000}
query: |
  SELECT account, surname, updated FROM accounts
  WHERE updated >= ? ORDER BY account, surname;
key: [account, surname]
watermark: {column: updated, overlap: 5m, start: "2000-01-01"}
timeout: 2h
encoding: windows-1252
row_limit: 500000
)";

TEST(ExtractConfigTest, ReadsAllKeys) {
  const absl::StatusOr<ExtractConfig> config = ParseExtractConfig(kWhole);
  ASSERT_TRUE(config.ok()) << Message(config.status());
  EXPECT_EQ(config->connection.driver, "PostgreSQL Unicode");
  EXPECT_EQ(config->connection.server, "revenues.example.net");
  EXPECT_EQ(config->connection.port, 5432);
  EXPECT_EQ(config->connection.database, "revenues");
  EXPECT_EQ(config->connection.user, "wensum_reader");
  EXPECT_EQ(config->connection.password_env, "REVENUES_PASSWORD");
  EXPECT_THAT(config->connection.options, ElementsAre(Pair("sslmode", "verify-full"), Pair("Fetch", "5000")));
  EXPECT_EQ(config->query,
            "SELECT account, surname, updated FROM accounts\nWHERE updated >= ? ORDER BY account, surname");
  EXPECT_EQ(config->parameters, 1U);
  EXPECT_THAT(config->key, ElementsAre("account", "surname"));
  ASSERT_TRUE(config->watermark.has_value());
  EXPECT_EQ(config->watermark->column, "updated");
  EXPECT_EQ(config->watermark->overlap_seconds, 300);
  EXPECT_EQ(config->watermark->start, "2000-01-01");
  EXPECT_EQ(config->timeout_seconds, 7200);
  EXPECT_EQ(config->encoding, CharEncoding::kWindows1252);
  EXPECT_EQ(config->row_limit, 500'000U);
}

TEST(ExtractConfigTest, HasDefaults) {
  const auto config = ParseExtractConfig("connection: {dsn: revenues}\nquery: SELECT a FROM t ORDER BY a\nkey: [a]\n");
  ASSERT_TRUE(config.ok()) << Message(config.status());
  EXPECT_EQ(config->connection.dsn, "revenues");
  EXPECT_EQ(config->timeout_seconds, 3600);
  EXPECT_EQ(config->encoding, CharEncoding::kDriver);
  EXPECT_EQ(config->row_limit, 100'000'000U);
  EXPECT_FALSE(config->watermark.has_value());
}

struct Wrong {
  std::string_view from;  // what is replaced in kWhole
  std::string_view to;
  std::string_view error;
};

TEST(ExtractConfigTest, SaysWhatIsWrongAndWhere) {
  const Wrong cases[] = {
      {"  driver: PostgreSQL Unicode\n", "", "line 2, column 3: connection needs a driver or a dsn"},
      {"  server:", "  dsn: x\n  server:", "line 2, column 3: connection needs a driver or a dsn, and only one"},
      {"driver: PostgreSQL Unicode", "driver: \"{PostgreSQL}\"", "line 2, column 11: a driver's name has no braces"},
      {"server: revenues", "sever: revenues",
       "line 3, column 3: connection has no key \"sever\" (did you mean \"server\"?)"},
      {"port: 5432", "port: 65536", "line 4, column 9: this must be a number from 1 to 65535"},
      {"port: 5432", "port: all", "this must be a number from 1 to 65535"},
      {"database: revenues", "database: \"a\\nb\"", "this must be one line"},
      {"user: wensum_reader", "user: ''", "this must be one line of 1 to"},
      {"password_env: REVENUES_PASSWORD", "password_env: hunter-2!",
       "password_env is the name of an environment variable"},
      {"password_env:", "password_file: f\n  password_env:", "give password_env or password_file, not both"},
      {"sslmode: verify-full", "Pwd: x", "options may not hold Pwd"},
      {"sslmode: verify-full", "fetch: x", "the key \"Fetch\" is given twice"},
      {"sslmode: verify-full", "\"a;b\": x", "a key of options has letters"},
      {"options: {sslmode: verify-full, Fetch: 5000}", "options: none", "options must be a map"},
      {"options: {sslmode: verify-full, Fetch: 5000}", "password: x", "connection has no key \"password\""},
      {"SELECT account", "UPDATE account", "line 9, column 8: the query must begin with SELECT or WITH"},
      {"WHERE updated >= ?", "", "the query has no ? for the last watermark"},
      {"watermark: {column: updated, overlap: 5m, start: \"2000-01-01\"}\n", "", "though no watermark is given"},
      {"key: [account, surname]\n", "", "key is missing"},
      {"key: [account, surname]", "key: account", "this must be a list"},
      {"key: [account, surname]", "key: [account, account]", "the column \"account\" is given twice"},
      {"column: updated, ", "", "watermark has no column"},
      {"overlap: 5m", "overlap: 5", "a unit is needed"},
      {"overlap: 5m", "overlap: 400d", "such as 90s, 30m, 2h or 7d"},
      {"start: \"2000-01-01\"", "start: \"yesterday\"", "a watermark is a whole number, or a date and time"},
      {"start: \"2000-01-01\"", "start: \"17\"", "a watermark with an overlap is a date and time"},
      {"timeout: 2h", "timeout: 0s", "line 14, column 10: this must be a length of time"},
      {"encoding: windows-1252", "encoding: latin1", "encoding is driver, utf-8 or windows-1252"},
      {"row_limit: 500000", "row_limit: -1", "this must be a number from 1"},
      {"row_limit: 500000", "rows: 500000", "an extract configuration has no key \"rows\""},
      {"row_limit: 500000", "row_limit: [", "line "},
  };
  for (const Wrong& wrong : cases) {
    std::string yaml(kWhole);
    const size_t at = yaml.find(wrong.from);
    ASSERT_NE(at, std::string::npos) << wrong.from;
    yaml.replace(at, wrong.from.size(), wrong.to);
    const absl::StatusOr<ExtractConfig> config = ParseExtractConfig(yaml);
    ASSERT_FALSE(config.ok()) << yaml;
    const std::string message(Message(config.status()));
    EXPECT_THAT(message, HasSubstr(std::string(wrong.error))) << yaml;
    EXPECT_THAT(message, StartsWith("line "));
    EXPECT_THAT(message, Not(HasSubstr("hunter")));
  }
}

TEST(ExtractConfigTest, RefusesWhatIsNoConfiguration) {
  for (const std::string& yaml : {std::string(), std::string("- a"), std::string("\xFF"), std::string("a\0b", 3),
                                  std::string(kMaxExtractConfigBytes + 1, ' ')}) {
    EXPECT_EQ(ParseExtractConfig(yaml).status().code(), absl::StatusCode::kInvalidArgument);
  }
}

TEST(ExtractConfigTest, NamesTheFile) {
  const TempDir dir;
  const std::string path = dir.Join("extract.yaml");
  std::ofstream(path) << kWhole;
  EXPECT_TRUE(LoadExtractConfig(path).ok());
  std::ofstream(path) << "key: [a]\n";
  EXPECT_THAT(std::string(Message(LoadExtractConfig(path).status())), StartsWith(Cat(path, ": line 1, column 1: ")));
  EXPECT_EQ(LoadExtractConfig(dir.Join("none")).status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace wensum::ingest
