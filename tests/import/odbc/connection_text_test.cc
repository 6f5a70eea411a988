#include "import/odbc/connection_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <string>

#include "base/status_macros.h"
#include "tests/support/temp_dir.h"

namespace wensum::ingest {
namespace {

using testing::HasSubstr;
using testing::Not;

ConnectionRule Rule() {
  ConnectionRule rule;
  rule.driver = "PostgreSQL Unicode";
  rule.server = "db.example.net";
  rule.port = 5432;
  rule.database = "a;b}";
  rule.user = "reader";
  rule.options = {{"sslmode", "require"}, {"fetch", "10"}};
  return rule;
}

TEST(ConnectionTextTest, BracesWhatMustBe) {
  const ConnectionText text(Rule(), "p;w}d=");
  EXPECT_EQ(text.Full({{"Fetch", "2000"}, {"UseDeclareFetch", "1"}}),
            "DRIVER={PostgreSQL Unicode};SERVER=db.example.net;PORT=5432;DATABASE={a;b}}};UID=reader;PWD={p;w}}d=};"
            "sslmode=require;fetch=10;UseDeclareFetch=1;");
  EXPECT_EQ(text.Redacted(),
            "DRIVER={PostgreSQL Unicode};SERVER=db.example.net;PORT=5432;DATABASE={a;b}}};UID=reader;PWD=***;");
  ConnectionRule dsn;
  dsn.dsn = "revenues";
  EXPECT_EQ(ConnectionText(dsn, "").Full({}), "DSN=revenues;");
}

TEST(ConnectionTextTest, ScrubsTheSecretInEveryForm) {
  const ConnectionText text(Rule(), "p;w}d=");
  EXPECT_EQ(text.Scrub("no p;w}d= PWD={p;w}}d=} p;w}}d= p%3Bw%7Dd%3D here"), "no *** PWD=*** *** *** here");
  EXPECT_EQ(ConnectionText(Rule(), "").Scrub("as it is"), "as it is");
  // A user whose name is the password: the message says less, and gives nothing away.
  EXPECT_THAT(ConnectionText(Rule(), "reader").Redacted(), Not(HasSubstr("reader")));
}

TEST(ConnectionTextTest, ReadsPasswords) {
  const TempDir dir;
  ConnectionRule rule;
  EXPECT_EQ(*ReadPassword(rule), "");
  rule.password_env = "WENSUM_TEST_PASSWORD";
  ::unsetenv("WENSUM_TEST_PASSWORD");
  EXPECT_THAT(std::string(Message(ReadPassword(rule).status())), HasSubstr("WENSUM_TEST_PASSWORD"));
  EXPECT_EQ(ReadPassword(rule).status().code(), absl::StatusCode::kNotFound);
  ::setenv("WENSUM_TEST_PASSWORD", "s3cret \u00E9", 1);
  EXPECT_EQ(*ReadPassword(rule), "s3cret \u00E9");
  ::setenv("WENSUM_TEST_PASSWORD", "", 1);
  EXPECT_EQ(ReadPassword(rule).status().code(), absl::StatusCode::kNotFound);
  rule.password_env.clear();
  rule.password_file = dir.Join("password");
  EXPECT_EQ(ReadPassword(rule).status().code(), absl::StatusCode::kNotFound);
  std::ofstream(rule.password_file) << " of a file \r\n";
  EXPECT_EQ(*ReadPassword(rule), " of a file ");
  std::ofstream(rule.password_file) << "one\ntwo\n";
  const absl::Status two_lines = ReadPassword(rule).status();
  EXPECT_EQ(two_lines.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(Message(two_lines)), Not(HasSubstr("two")));
}

TEST(ConnectionTextTest, KeepsSecretsOutOfOptions) {
  for (const char* const key : {"PWD", "Password", "sslpassword", "TLSKEYPWD", "Uid", "DSN", "ClientSecret"}) {
    EXPECT_TRUE(IsReservedOption(key)) << key;
  }
  for (const char* const key : {"sslmode", "Fetch", "ReadOnly", "Encrypt"}) EXPECT_FALSE(IsReservedOption(key)) << key;
}

}  // namespace
}  // namespace wensum::ingest
