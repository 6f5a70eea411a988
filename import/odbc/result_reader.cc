#include "import/odbc/result_reader.h"

#include <algorithm>

#include "base/status_macros.h"
#include "base/strings.h"
#include "re2/re2.h"

namespace wensum::ingest {
namespace {

// Rows that a driver keeps in memory at once, against what each page costs the database.
constexpr uint64_t kPageRows = 25'000;

std::string Backticks(std::string_view name) {
  std::string out = "`";
  for (const char c : name) out.append(c == '`' ? 2 : 1, c);
  return out + "`";
}

// A key's value as MariaDB and MySQL read it, whatever characters it holds.
absl::StatusOr<std::string> Literal(const ColumnPlan& column, std::string_view text) {
  static const RE2 kNumber("-?[0-9]+([.][0-9]+)?");
  static const RE2 kTime("[-0-9:.TZ]+");
  switch (column.kind) {
    case FieldKind::kText:
    case FieldKind::kGuid:
      return Cat("_utf8mb4 X'", HexEncode(text), "'");
    case FieldKind::kBit:
    case FieldKind::kInteger:
    case FieldKind::kNumber:
      if (RE2::FullMatch(text, kNumber)) return std::string(text);
      break;
    case FieldKind::kDate:
    case FieldKind::kTime:
    case FieldKind::kTimestamp:
    case FieldKind::kInstant:
      if (RE2::FullMatch(text, kTime)) {
        std::string time(text.ends_with('Z') ? text.substr(0, text.size() - 1) : text);
        std::ranges::replace(time, 'T', ' ');
        return Cat("'", time, "'");
      }
      break;
    case FieldKind::kFloat:
    case FieldKind::kDouble:
      break;
  }
  return InvalidArgument(
      Cat("the key column ", Quote(column.name),
          " is of a type whose order cannot be relied on; CAST it in the query, to DECIMAL perhaps"));
}

}  // namespace

ResultReader::ResultReader(const ExtractConfig& config, const Session& session,
                           const std::optional<WatermarkValue>& watermark)
    : config_(config), session_(session), watermark_(watermark) {
  if (!watermark_.has_value()) return;
  number_parameter_ = watermark_->number;
  time_parameter_.year = static_cast<SQLSMALLINT>(watermark_->year);
  time_parameter_.month = static_cast<SQLUSMALLINT>(watermark_->month);
  time_parameter_.day = static_cast<SQLUSMALLINT>(watermark_->day);
  time_parameter_.hour = static_cast<SQLUSMALLINT>(watermark_->hour);
  time_parameter_.minute = static_cast<SQLUSMALLINT>(watermark_->minute);
  time_parameter_.second = static_cast<SQLUSMALLINT>(watermark_->second);
  // Microseconds, which every database takes: those below are read again rather than missed.
  time_parameter_.fraction = static_cast<SQLUINTEGER>(watermark_->nanosecond / 1000 * 1000);
}

absl::StatusOr<std::unique_ptr<ResultReader>> ResultReader::Open(const ExtractConfig& config, const Session& session,
                                                                 const std::optional<WatermarkValue>& watermark) {
  std::unique_ptr<ResultReader> reader(new ResultReader(config, session, watermark));
  WENSUM_RETURN_IF_ERROR(reader->Start());
  return reader;
}

absl::Status ResultReader::Start() {
  if (!session_.traits().pages) {
    WENSUM_RETURN_IF_ERROR(Execute(config_.query));
    return Plan();
  }
  // The query itself first, for what is wrong with it to be told as it is; no row of it is fetched.
  WENSUM_RETURN_IF_ERROR(Execute(Cat("SELECT * FROM (\n", config_.query, "\n) AS wensum_rows LIMIT 0")));
  WENSUM_RETURN_IF_ERROR(Plan());
  WENSUM_ASSIGN_OR_RETURN(counted_, Count());
  return NextPage();
}

absl::Status ResultReader::Plan() {
  WENSUM_ASSIGN_OR_RETURN(columns_, PlanColumns(session_, statement_, config_.encoding));
  for (const std::string& name : config_.key) {
    WENSUM_ASSIGN_OR_RETURN(const size_t column, Find(name));
    key_.push_back(column);
  }
  if (session_.traits().pages) return absl::OkStatus();
  WENSUM_ASSIGN_OR_RETURN(fetch_, BlockFetch::Create(session_, statement_, columns_, 0));
  return absl::OkStatus();
}

absl::StatusOr<size_t> ResultReader::Find(std::string_view name) const {
  std::vector<size_t> alike;
  std::vector<std::string> names;
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].name == name) return i;
    if (EqualsIgnoreCaseAscii(columns_[i].name, name)) alike.push_back(i);
    names.push_back(columns_[i].name);
  }
  if (alike.size() == 1) return alike[0];
  return InvalidArgument(Cat("the query gives no column ", Quote(name), "; it gives: ", Join(names, ", ")));
}

absl::StatusOr<uint64_t> ResultReader::Count() {
  WENSUM_RETURN_IF_ERROR(Execute(Cat("SELECT COUNT(*) FROM (\n", config_.query, "\n) AS wensum_rows")));
  SQLBIGINT count = 0;
  SQLLEN size = 0;
  if (!SQL_SUCCEEDED(SQLFetch(statement_.get())) ||
      !SQL_SUCCEEDED(SQLGetData(statement_.get(), 1, SQL_C_SBIGINT, &count, sizeof(count), &size)) || count < 0) {
    return session_.Failure("the database does not count the query's rows", statement_);
  }
  return static_cast<uint64_t>(count);
}

absl::Status ResultReader::Execute(const std::string& sql) {
  fetch_.reset();
  statement_ = StatementHandle();
  WENSUM_ASSIGN_OR_RETURN(statement_, session_.NewStatement());
  OdbcText text = ToOdbc(sql);
  if (!SQL_SUCCEEDED(SQLPrepareW(statement_.get(), text.data(), static_cast<SQLINTEGER>(text.size())))) {
    return QueryFailure();
  }
  WENSUM_RETURN_IF_ERROR(BindParameters());
  const SQLRETURN result = SQLExecute(statement_.get());
  return SQL_SUCCEEDED(result) || result == SQL_NO_DATA ? absl::OkStatus() : QueryFailure();
}

absl::Status ResultReader::QueryFailure() const {
  return session_.Failure(
      rows_ == 0 ? std::string("the database refuses the query") : Cat("the database failed after row ", rows_),
      statement_);
}

absl::Status ResultReader::BindParameters() {
  if (!watermark_.has_value()) return absl::OkStatus();
  for (size_t i = 1; i <= config_.parameters; ++i) {
    const bool number = watermark_->is_number;
    const SQLRETURN result = SQLBindParameter(
        statement_.get(), static_cast<SQLUSMALLINT>(i), SQL_PARAM_INPUT, number ? SQL_C_SBIGINT : SQL_C_TYPE_TIMESTAMP,
        number ? SQL_BIGINT : SQL_TYPE_TIMESTAMP, number ? 19 : 26, number ? 0 : 6,
        number ? static_cast<SQLPOINTER>(&number_parameter_) : static_cast<SQLPOINTER>(&time_parameter_), 0,
        &parameter_size_);
    if (!SQL_SUCCEEDED(result)) return session_.Failure("the driver does not take the watermark", statement_);
  }
  return absl::OkStatus();
}

absl::Status ResultReader::NextPage() {
  std::string sql = Cat("SELECT * FROM (\n", config_.query, "\n) AS wensum_rows");
  if (rows_ > 0) {
    WENSUM_ASSIGN_OR_RETURN(const std::string after, AfterLastKey());
    AppendTo(sql, " WHERE ", after);
  }
  for (size_t i = 0; i < key_.size(); ++i) {
    AppendTo(sql, i == 0 ? " ORDER BY " : ", ", Backticks(columns_[key_[i]].name));
  }
  AppendTo(sql, " LIMIT ", kPageRows);
  WENSUM_RETURN_IF_ERROR(Execute(sql));
  rows_of_page_ = 0;
  WENSUM_ASSIGN_OR_RETURN(fetch_, BlockFetch::Create(session_, statement_, columns_, rows_));
  return absl::OkStatus();
}

// For the key (a, b): a >= 1 AND (a > 1 OR (a = 1 AND b > 2)). The first part is for indexes.
absl::StatusOr<std::string> ResultReader::AfterLastKey() const {
  std::string after;
  std::string equal;
  std::string first;
  for (size_t i = 0; i < key_.size(); ++i) {
    const std::string name = Backticks(columns_[key_[i]].name);
    WENSUM_ASSIGN_OR_RETURN(const std::string literal, Literal(columns_[key_[i]], last_key_[i]));
    if (i == 0) first = Cat(name, " >= ", literal);
    AppendTo(after, i == 0 ? "" : " OR ", "(", equal, name, " > ", literal, ")");
    AppendTo(equal, name, " = ", literal, " AND ");
  }
  return key_.size() == 1 ? after : Cat(first, " AND (", after, ")");
}

absl::Status ResultReader::RememberKey(size_t row) {
  last_key_.resize(key_.size());
  for (size_t i = 0; i < key_.size(); ++i) {
    BlockFetch::Field field;
    WENSUM_RETURN_IF_ERROR(fetch_->Get(row, key_[i], field));
    last_key_[i] = field.text;
  }
  return absl::OkStatus();
}

absl::StatusOr<size_t> ResultReader::Next() {
  WENSUM_RETURN_IF_ERROR(session_.CheckDeadline());
  WENSUM_ASSIGN_OR_RETURN(size_t rows, fetch_->Next());
  if (session_.traits().pages) {
    if (rows == 0 && rows_of_page_ == kPageRows) {
      WENSUM_RETURN_IF_ERROR(NextPage());
      WENSUM_ASSIGN_OR_RETURN(rows, fetch_->Next());
    }
    if (rows == 0 && rows_ != counted_) {
      return InvalidArgument(Cat("the database counts ", counted_, " rows of the query, and ", rows_,
                                 " were read in the order of its key: keys are equal for the database (a collation may "
                                 "take a for A), or the query gives other rows each time"));
    }
    if (rows > 0) WENSUM_RETURN_IF_ERROR(RememberKey(rows - 1));
    rows_of_page_ += rows;
  }
  rows_ += rows;
  return rows;
}

}  // namespace wensum::ingest
