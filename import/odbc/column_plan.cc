#include <algorithm>
#include <array>
#include <set>

#include "base/status_macros.h"
#include "base/strings.h"
#include "import/odbc/block_fetch.h"

namespace wensum::ingest {
namespace {

// Characters of a text that are bound where the rest of a longer one can be read: most names and lines of addresses
// are shorter, and what is bound is written and read again.
constexpr size_t kShortText = 255;
// Where it cannot: 64 Ki characters, the TEXT of MariaDB, in UTF-8.
constexpr size_t kMaxBoundBytes = size_t{65'536} * 4;
constexpr size_t kOtherBytes = 160;  // of numbers, dates and identifiers as text

struct Described {
  std::string name;
  std::string type_name;
  SQLSMALLINT type = 0;
  SQLULEN size = 0;
  bool is_unsigned = false;
};

absl::StatusOr<Described> Describe(const Session& session, const StatementHandle& statement, SQLUSMALLINT column) {
  Described described;
  std::array<SQLWCHAR, 1024> text{};
  SQLSMALLINT size = 0;
  SQLSMALLINT digits = 0;
  SQLSMALLINT nullable = 0;
  if (!SQL_SUCCEEDED(SQLDescribeColW(statement.get(), column, text.data(), static_cast<SQLSMALLINT>(text.size()), &size,
                                     &described.type, &described.size, &digits, &nullable))) {
    return session.Failure("the driver does not describe the query's columns", statement);
  }
  const auto end = [&text] { return static_cast<size_t>(std::ranges::find(text, SQLWCHAR{0}) - text.begin()); };
  described.name = FromOdbc(text.data(), end());
  text.fill(0);
  SQLLEN number = 0;
  if (SQL_SUCCEEDED(SQLColAttributeW(statement.get(), column, SQL_DESC_TYPE_NAME, text.data(), sizeof(text) - 2, &size,
                                     &number))) {
    described.type_name = ToLowerAscii(FromOdbc(text.data(), end()));
  }
  number = SQL_FALSE;
  SQLColAttributeW(statement.get(), column, SQL_DESC_UNSIGNED, nullptr, 0, nullptr, &number);
  described.is_unsigned = number == SQL_TRUE;
  return described;
}

// False for types that have no text.
bool KindOf(const Described& column, FieldKind& kind) {
  switch (column.type) {
    case SQL_BINARY:
    case SQL_VARBINARY:
    case SQL_LONGVARBINARY:
    case -151:  // spatial and other types that SQL Server's own code writes
      return false;
    case SQL_TINYINT:
    case SQL_SMALLINT:
    case SQL_INTEGER:
      kind = FieldKind::kInteger;
      return true;
    case SQL_BIGINT:
      kind = column.is_unsigned ? FieldKind::kNumber : FieldKind::kInteger;
      return true;
    case SQL_DECIMAL:
    case SQL_NUMERIC:
      kind = FieldKind::kNumber;
      return true;
    case SQL_REAL:
      kind = FieldKind::kFloat;
      return true;
    case SQL_FLOAT:
    case SQL_DOUBLE:
      kind = FieldKind::kDouble;
      return true;
    case SQL_BIT:
      kind = FieldKind::kBit;
      return true;
    case SQL_TYPE_DATE:
    case SQL_DATE:
      kind = FieldKind::kDate;
      return true;
    case SQL_TYPE_TIME:
    case SQL_TIME:
    case -154:  // time with fraction, of SQL Server
      kind = FieldKind::kTime;
      return true;
    case SQL_TYPE_TIMESTAMP:
    case SQL_TIMESTAMP:
      kind = column.type_name == "timestamptz" || column.type_name == "timestamp with time zone"
                 ? FieldKind::kInstant
                 : FieldKind::kTimestamp;
      return true;
    case SQL_GUID:
      kind = FieldKind::kGuid;
      return true;
    default:
      kind = FieldKind::kText;
      return true;
  }
}

void PlanText(const Described& column, const DriverTraits& traits, CharEncoding encoding, ColumnPlan& plan) {
  const bool narrow = column.type == SQL_CHAR || column.type == SQL_VARCHAR || column.type == SQL_LONGVARCHAR;
  const bool bytes = traits.utf8_chars || (narrow && encoding != CharEncoding::kDriver);
  plan.c_type = bytes ? SQL_C_CHAR : SQL_C_WCHAR;
  plan.windows_1252 = narrow && encoding == CharEncoding::kWindows1252;
  const size_t each = bytes ? 4 : 2 * sizeof(SQLWCHAR);  // the most that a character takes
  const size_t end = bytes ? 1 : sizeof(SQLWCHAR);
  if (traits.rest_of_values) {
    const size_t size = column.size == 0 ? kShortText : std::min<size_t>(column.size, kShortText);
    plan.width = size * (bytes ? 1 : sizeof(SQLWCHAR)) + end;
  } else if (column.size != 0 && column.size <= kMaxBoundBytes / each) {
    plan.width = column.size * each + end;
  }
}

ColumnPlan PlanOf(const Described& column, FieldKind kind, const DriverTraits& traits, CharEncoding encoding) {
  ColumnPlan plan{.name = column.name, .kind = kind};
  switch (kind) {
    case FieldKind::kText:
      PlanText(column, traits, encoding, plan);
      break;
    case FieldKind::kInteger:
      plan.c_type = SQL_C_SBIGINT;
      plan.width = sizeof(SQLBIGINT);
      break;
    case FieldKind::kBit:
      plan.c_type = SQL_C_BIT;
      plan.width = 1;
      break;
    case FieldKind::kFloat:
      plan.c_type = SQL_C_FLOAT;
      plan.width = sizeof(SQLREAL);
      break;
    case FieldKind::kDouble:
      plan.c_type = SQL_C_DOUBLE;
      plan.width = sizeof(SQLDOUBLE);
      break;
    default:
      plan.width = kOtherBytes;
  }
  return plan;
}

}  // namespace

absl::StatusOr<std::vector<ColumnPlan>> PlanColumns(const Session& session, const StatementHandle& statement,
                                                    CharEncoding encoding) {
  SQLSMALLINT count = 0;
  if (!SQL_SUCCEEDED(SQLNumResultCols(statement.get(), &count))) {
    return session.Failure("the driver does not describe the query's columns", statement);
  }
  if (count <= 0) return InvalidArgument("the query gives no columns");
  std::vector<ColumnPlan> plans;
  std::set<std::string> names;
  std::vector<std::string> problems;
  for (SQLSMALLINT i = 1; i <= count; ++i) {
    WENSUM_ASSIGN_OR_RETURN(const Described column, Describe(session, statement, static_cast<SQLUSMALLINT>(i)));
    FieldKind kind = FieldKind::kText;
    if (column.name.empty() || column.name == "?column?") {
      problems.push_back(Cat("column ", i, " has no name: give it one with AS"));
    } else if (!names.insert(column.name).second) {
      problems.push_back(Cat("two columns are called ", Quote(column.name), ": give one another name with AS"));
    } else if (!KindOf(column, kind)) {
      problems.push_back(Cat("the column ", Quote(column.name), " is binary (", column.type_name,
                             "), which has no text: leave it out, or convert it in the query"));
    }
    plans.push_back(PlanOf(column, kind, session.traits(), encoding));
  }
  if (!problems.empty()) return InvalidArgument(Join(problems, "; "));
  return plans;
}

}  // namespace wensum::ingest
