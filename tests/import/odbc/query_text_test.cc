#include "import/odbc/query_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/status_macros.h"

namespace wensum::ingest {
namespace {

using testing::HasSubstr;

struct Case {
  std::string query;
  size_t parameters = 0;
  std::string error;  // a part of it; empty: the query is good
};

TEST(QueryTextTest, TakesOneStatementThatReads) {
  const Case cases[] = {
      {.query = "SELECT a FROM t ORDER BY a"},
      {.query = "  select a from t order\n by a ; -- and nothing more\n /* nothing */ "},
      {.query = "WITH x AS (SELECT 1 AS a) SELECT a FROM x ORDER BY a"},
      {.query = "SELECT ';', \"a;b\", `c;d`, 'it''s ?' FROM t ORDER BY a"},
      {.query = "SELECT $$;?$$, $q$ $$ ; $q$ FROM t ORDER BY a"},
      {.query = "SELECT a FROM t WHERE b > ? AND c = 'x?' AND d < ? ORDER BY a", .parameters = 2},
      {.query = "SELECT a FROM t WHERE b > /* ? */ ? -- ?\n ORDER BY a", .parameters = 1},
      {.query = "SELECT a$b FROM t ORDER BY a"},
      {.query = "SELECT updated, \"ORDER\" FROM inserts ORDER BY a"},
      {.query = "", .error = "must begin with SELECT or WITH"},
      {.query = "DELETE FROM t ORDER BY a", .error = "must begin with SELECT or WITH"},
      {.query = "(SELECT a FROM t ORDER BY a) ORDER BY a", .error = "must begin with SELECT or WITH"},
      {.query = "'SELECT' ORDER BY a", .error = "must begin with SELECT or WITH"},
      {.query = "SELECTED a ORDER BY a", .error = "must begin with SELECT or WITH"},
      {.query = "SELECT a FROM t", .error = "no ORDER BY"},
      {.query = "SELECT a FROM (SELECT a FROM t ORDER BY a) x", .error = "no ORDER BY"},
      {.query = "SELECT a FROM t ORDER, BY a", .error = "no ORDER BY"},
      {.query = "SELECT 'ORDER BY a'", .error = "no ORDER BY"},
      {.query = "SELECT 1 ORDER BY 1; DROP TABLE t", .error = "goes on after the ; at byte 20"},
      {.query = "SELECT 1 ORDER BY 1;;", .error = "goes on after the ;"},
      {.query = "SELECT 'a ORDER BY a", .error = "a quote that does not end, at byte 8"},
      {.query = "SELECT $x$ ORDER BY a", .error = "a quote that does not end"},
      {.query = "SELECT '\\'; DROP TABLE t; --' ORDER BY a", .error = "a backslash inside quotes"},
      {.query = "SELECT \"\\\"; DROP TABLE t; --\" ORDER BY a", .error = "a backslash inside quotes"},
      {.query = "SELECT 1 /* ORDER BY a", .error = "a comment that does not end"},
      {.query = "SELECT 1 /*! ; DROP TABLE t */ ORDER BY a", .error = "a comment that MariaDB would run"},
      {.query = "SELECT 1 /*M! x */ ORDER BY a", .error = "a comment that MariaDB would run"},
      {.query = "SELECT (1 ORDER BY a", .error = "a ( without its )"},
      {.query = "SELECT 1) ORDER BY a", .error = "a ) without its ("},
      {.query = "SELECT a INTO b FROM t ORDER BY a", .error = "INTO, which writes"},
      {.query = std::string("SELECT \x01 ORDER BY a"), .error = "a control character"},
  };
  for (const Case& one : cases) {
    const absl::StatusOr<QueryText> query = CheckQuery(one.query);
    if (one.error.empty()) {
      ASSERT_TRUE(query.ok()) << one.query << ": " << Message(query.status());
      EXPECT_EQ(query->parameters, one.parameters) << one.query;
    } else {
      ASSERT_FALSE(query.ok()) << one.query;
      EXPECT_THAT(std::string(Message(query.status())), HasSubstr(one.error)) << one.query;
    }
  }
}

TEST(QueryTextTest, EndsBeforeItsSemicolon) {
  const absl::StatusOr<QueryText> query = CheckQuery("\n SELECT ';' AS a FROM t ORDER BY a ; -- end\n");
  ASSERT_TRUE(query.ok()) << Message(query.status());
  EXPECT_EQ(query->text, "SELECT ';' AS a FROM t ORDER BY a");
}

}  // namespace
}  // namespace wensum::ingest
