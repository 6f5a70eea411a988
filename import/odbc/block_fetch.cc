#include "import/odbc/block_fetch.h"

#include <algorithm>
#include <cstring>

#include "base/status_macros.h"
#include "base/strings.h"
#include "import/text_decoder.h"

namespace wensum::ingest {
namespace {

// Bytes of a block's buffers, and rows of a block: enough to hide what a call costs, and few enough for the caches.
constexpr size_t kBlockBytes = size_t{8} << 20;
constexpr size_t kBlockRows = 500;
constexpr size_t kPieceBytes = size_t{1} << 16;  // of a value that SQLGetData gives in pieces

// True if all bytes are ASCII and none is NUL; false for some texts that are so too, never the other way round.
bool IsPlain(std::string_view text) {
  constexpr uint64_t kOnes = 0x0101010101010101ULL;
  constexpr uint64_t kHighBits = 0x8080808080808080ULL;
  uint64_t found = 0;
  size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    uint64_t word = 0;
    std::memcpy(&word, text.data() + i, 8);
    found |= word | (word - kOnes);  // the second has a high bit where a byte is 0
  }
  for (; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    found |= byte | (byte == 0 ? kHighBits : 0);
  }
  return (found & kHighBits) == 0;
}

bool IsCharacters(SQLSMALLINT c_type) { return c_type == SQL_C_CHAR || c_type == SQL_C_WCHAR; }
size_t UnitBytes(SQLSMALLINT c_type) { return c_type == SQL_C_WCHAR ? sizeof(SQLWCHAR) : 1; }

template <typename T>
T As(std::string_view bytes) {
  T value{};
  std::memcpy(&value, bytes.data(), sizeof(value));
  return value;
}

}  // namespace

BlockFetch::BlockFetch(const Session& session, const StatementHandle& statement, const std::vector<ColumnPlan>& columns,
                       uint64_t rows_before)
    : session_(session),
      statement_(statement),
      columns_(columns),
      buffers_(columns.size()),
      rows_before_block_(rows_before) {}

BlockFetch::~BlockFetch() {
  SQLFreeStmt(statement_.get(), SQL_UNBIND);
  SQLSetStmtAttrW(statement_.get(), SQL_ATTR_ROWS_FETCHED_PTR, nullptr, SQL_IS_POINTER);
  SQLSetStmtAttrW(statement_.get(), SQL_ATTR_ROW_STATUS_PTR, nullptr, SQL_IS_POINTER);
}

absl::StatusOr<std::unique_ptr<BlockFetch>> BlockFetch::Create(const Session& session, const StatementHandle& statement,
                                                               const std::vector<ColumnPlan>& columns,
                                                               uint64_t rows_before) {
  std::unique_ptr<BlockFetch> fetch(new BlockFetch(session, statement, columns, rows_before));
  WENSUM_RETURN_IF_ERROR(fetch->Bind());
  return fetch;
}

absl::Status BlockFetch::Bind() {
  size_t row_bytes = 0;
  for (; bound_ < columns_.size() && columns_[bound_].width != 0; ++bound_) row_bytes += columns_[bound_].width;
  if (bound_ == columns_.size()) {
    block_rows_ = std::clamp<size_t>(kBlockBytes / std::max<size_t>(row_bytes, 1), 1, kBlockRows);
  }
  row_status_.resize(block_rows_);
  const SQLHANDLE handle = statement_.get();
  if (!SQL_SUCCEEDED(SQLSetStmtAttrW(handle, SQL_ATTR_ROW_ARRAY_SIZE, AsPointer(block_rows_), SQL_IS_UINTEGER)) ||
      !SQL_SUCCEEDED(SQLSetStmtAttrW(handle, SQL_ATTR_ROWS_FETCHED_PTR, &fetched_, SQL_IS_POINTER)) ||
      !SQL_SUCCEEDED(SQLSetStmtAttrW(handle, SQL_ATTR_ROW_STATUS_PTR, row_status_.data(), SQL_IS_POINTER))) {
    return session_.Failure("the driver reads no rows in blocks", statement_);
  }
  for (size_t i = 0; i < bound_; ++i) {
    const ColumnPlan& column = columns_[i];
    Buffer& buffer = buffers_[i];
    buffer.bytes.resize(block_rows_ * column.width);
    buffer.sizes.resize(block_rows_);
    if (!SQL_SUCCEEDED(SQLBindCol(handle, static_cast<SQLUSMALLINT>(i + 1), column.c_type, buffer.bytes.data(),
                                  static_cast<SQLLEN>(column.width), buffer.sizes.data()))) {
      return session_.Failure(Cat("the driver cannot give the column ", Quote(column.name)), statement_);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<size_t> BlockFetch::Next() {
  rows_before_block_ += rows_in_block_;
  rows_in_block_ = 0;
  fetched_ = 0;
  const SQLRETURN result = SQLFetch(statement_.get());
  if (result == SQL_NO_DATA) return size_t{0};
  if (!SQL_SUCCEEDED(result)) {
    return session_.Failure(Cat("the database failed after row ", rows_before_block_), statement_);
  }
  rows_in_block_ = static_cast<size_t>(fetched_);
  for (size_t row = 0; row < rows_in_block_; ++row) {
    if (row_status_[row] == SQL_ROW_ERROR) {
      return session_.Failure(Cat("the driver cannot give row ", RowNumber(row)), statement_);
    }
  }
  for (size_t i = bound_; i < columns_.size(); ++i) {  // one row, as there are such columns
    buffers_[i].sizes.resize(1);
    WENSUM_RETURN_IF_ERROR(GetWhole(0, i, buffers_[i].sizes[0]));
  }
  return rows_in_block_;
}

// All of a column of the row where the cursor is, in the column's `whole`; `size` in bytes, or SQL_NULL_DATA.
absl::Status BlockFetch::GetWhole(size_t row, size_t column, SQLLEN& size) {
  const ColumnPlan& plan = columns_[column];
  const size_t unit = UnitBytes(plan.c_type);
  const size_t room = kPieceBytes - unit;  // without the NUL at the end
  std::string& whole = buffers_[column].whole;
  whole.clear();
  for (bool more = true; more;) {
    const size_t at = whole.size();
    whole.resize(at + kPieceBytes);
    SQLLEN left = 0;
    const SQLRETURN result = SQLGetData(statement_.get(), static_cast<SQLUSMALLINT>(column + 1), plan.c_type,
                                        whole.data() + at, static_cast<SQLLEN>(kPieceBytes), &left);
    if (result != SQL_NO_DATA && !SQL_SUCCEEDED(result)) {
      return session_.Failure(Cat("the driver cannot give the column ", Quote(plan.name), " of row ", RowNumber(row)),
                              statement_);
    }
    if (result != SQL_NO_DATA && left == SQL_NULL_DATA) {
      size = SQL_NULL_DATA;
      return absl::OkStatus();
    }
    more = result != SQL_NO_DATA && IsCharacters(plan.c_type) &&
           (left == SQL_NO_TOTAL || static_cast<size_t>(left) > room);
    whole.resize(at + (result == SQL_NO_DATA ? 0 : more ? room : static_cast<size_t>(left)));
    if (whole.size() > kMaxValueBytes * unit) {
      return Wrong(row, column, Cat("is longer than ", kMaxValueBytes, " bytes; shorten it in the query"));
    }
  }
  size = static_cast<SQLLEN>(whole.size());
  return absl::OkStatus();
}

absl::Status BlockFetch::Get(size_t row, size_t column, Field& field) {
  const ColumnPlan& plan = columns_[column];
  Buffer& buffer = buffers_[column];
  SQLLEN size = buffer.sizes[row];
  field.text = {};
  field.null = size == SQL_NULL_DATA;
  if (field.null) return absl::OkStatus();
  std::string_view bytes;
  if (column >= bound_) {
    bytes = buffer.whole;
  } else {
    const char* const begin = buffer.bytes.data() + row * plan.width;
    const size_t room = plan.width - (IsCharacters(plan.c_type) ? UnitBytes(plan.c_type) : 0);
    if (!IsCharacters(plan.c_type)) {
      bytes = {begin, plan.width};
    } else if (size != SQL_NO_TOTAL && static_cast<size_t>(size) <= room) {
      bytes = {begin, static_cast<size_t>(size)};
    } else if (!session_.traits().rest_of_values) {
      return Wrong(row, column,
                   Cat("is longer than the ", room, " bytes that the driver declares; CAST it in the query"));
    } else {
      if (!SQL_SUCCEEDED(
              SQLSetPos(statement_.get(), static_cast<SQLSETPOSIROW>(row + 1), SQL_POSITION, SQL_LOCK_NO_CHANGE))) {
        return session_.Failure(Cat("the driver cannot go back to row ", RowNumber(row)), statement_);
      }
      WENSUM_RETURN_IF_ERROR(GetWhole(row, column, size));
      bytes = buffer.whole;
    }
  }
  return Decode(row, column, bytes, field.text);
}

absl::Status BlockFetch::Decode(size_t row, size_t column, std::string_view bytes, std::string_view& text) {
  const FieldKind kind = columns_[column].kind;
  std::string& decoded = buffers_[column].decoded;
  decoded.clear();
  switch (kind) {
    case FieldKind::kText:
      return DecodeText(row, column, bytes, text);
    case FieldKind::kNumber:
    case FieldKind::kTime:
      text = Trim(bytes);
      return absl::OkStatus();
    case FieldKind::kBit:
      text = bytes[0] == 0 ? "0" : "1";
      return absl::OkStatus();
    case FieldKind::kInteger:
      AppendTo(decoded, As<SQLBIGINT>(bytes));
      break;
    case FieldKind::kFloat:
      AppendFloat(static_cast<double>(As<SQLREAL>(bytes)), /*single=*/true, decoded);
      break;
    case FieldKind::kDouble:
      AppendFloat(As<SQLDOUBLE>(bytes), /*single=*/false, decoded);
      break;
    case FieldKind::kGuid:
      decoded = ToLowerAscii(bytes);
      break;
    case FieldKind::kDate:
    case FieldKind::kTimestamp:
    case FieldKind::kInstant:
      if (!AppendCanonicalTime(kind, bytes, session_.traits().zero_dates, decoded)) {
        return Wrong(row, column, "is a date that the driver cannot show; CAST it to text in the query");
      }
      break;
  }
  text = decoded;
  return absl::OkStatus();
}

absl::Status BlockFetch::DecodeText(size_t row, size_t column, std::string_view bytes, std::string_view& text) {
  const ColumnPlan& plan = columns_[column];
  std::string& decoded = buffers_[column].decoded;
  if (plan.c_type == SQL_C_WCHAR) {
    std::u16string units(bytes.size() / sizeof(char16_t), u'\0');
    std::memcpy(units.data(), bytes.data(), units.size() * sizeof(char16_t));
    if (!AppendUtf8(units, decoded)) return Wrong(row, column, "is not UTF-16: it has half a surrogate pair");
    text = decoded;
  } else if (IsPlain(bytes)) {
    text = bytes;
    return absl::OkStatus();
  } else if (plan.windows_1252) {
    decoded.resize(bytes.size() * 3 + 4);
    const DecodeStep step = DecodeWindows1252(bytes, decoded.data(), decoded.size());
    if (step.replaced != 0) {
      return Wrong(row, column, "is not Windows-1252: it has a byte that stands for no character there");
    }
    decoded.resize(step.produced);
    text = decoded;
  } else {
    if (!IsValidUtf8(bytes)) {
      return Wrong(row, column, "is not UTF-8; set encoding if the database holds another one");
    }
    text = bytes;
  }
  if (text.find('\0') != std::string_view::npos) {
    return Wrong(row, column, "has a NUL character, which no file of text may hold; take it out in the query");
  }
  return absl::OkStatus();
}

absl::Status BlockFetch::Wrong(size_t row, size_t column, std::string_view what) const {
  return InvalidArgument(Cat("the column ", Quote(columns_[column].name), " of row ", RowNumber(row), " ", what));
}

}  // namespace wensum::ingest
