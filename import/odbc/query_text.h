// What can be said of an SQL query without a database.
#ifndef WENSUM_IMPORT_ODBC_QUERY_TEXT_H_
#define WENSUM_IMPORT_ODBC_QUERY_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace wensum::ingest {

struct QueryText {
  std::string text;       // without a semicolon at its end
  size_t parameters = 0;  // question marks outside quotes and comments
};

// INVALID_ARGUMENT unless the text is one statement that begins with SELECT or WITH and has an ORDER BY outside
// brackets: a second statement after ';', quotes, comments or brackets that do not end, and control characters are
// refused. Quotes are '...', "...", `...` (doubled inside to stand for themselves) and PostgreSQL's $tag$...$tag$. A
// backslash inside the first two is refused, as databases differ in what it means and so in where the quote ends.
//
// This is a guard against slips. What keeps a query from changing anything is the database: the transaction is read
// only and the user should be (docs/odbc.md).
absl::StatusOr<QueryText> CheckQuery(std::string_view query);

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_ODBC_QUERY_TEXT_H_
