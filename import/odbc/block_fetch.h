// The rows of an executed statement, many at a time, as canonical text.
#ifndef WENSUM_IMPORT_ODBC_BLOCK_FETCH_H_
#define WENSUM_IMPORT_ODBC_BLOCK_FETCH_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "import/odbc/extract_config.h"
#include "import/odbc/field_text.h"
#include "import/odbc/odbc_handle.h"
#include "import/odbc/session.h"

namespace wensum::ingest {

// The longest value that is taken, in bytes of the form in which the driver gives it (twice as many of UTF-16).
inline constexpr size_t kMaxValueBytes = size_t{1} << 20;

// How one column of a result is read.
struct ColumnPlan {
  std::string name;
  FieldKind kind = FieldKind::kText;
  SQLSMALLINT c_type = SQL_C_CHAR;
  bool windows_1252 = false;  // of SQL_C_CHAR; else UTF-8
  size_t width = 0;           // bytes bound for each row; 0: read by SQLGetData, as its values may be long
};

// The columns of a statement that was prepared or executed. INVALID_ARGUMENT for columns without a name, with the same
// name or of a type that has no text (binary), all of them named.
absl::StatusOr<std::vector<ColumnPlan>> PlanColumns(const Session& session, const StatementHandle& statement,
                                                    CharEncoding encoding);

// Reads one result. Not thread-safe; session, statement and columns must outlive it.
class BlockFetch {
 public:
  // Binds the columns of the executed statement. `rows_before` have been read by others: messages count from them.
  static absl::StatusOr<std::unique_ptr<BlockFetch>> Create(const Session& session, const StatementHandle& statement,
                                                            const std::vector<ColumnPlan>& columns,
                                                            uint64_t rows_before);
  ~BlockFetch();
  BlockFetch(const BlockFetch&) = delete;
  BlockFetch& operator=(const BlockFetch&) = delete;

  // Reads the next rows and returns how many; 0 at the end.
  absl::StatusOr<size_t> Next();

  struct Field {
    std::string_view text;  // empty if null; valid until the same column's next Get or the next Next
    bool null = false;
  };
  // The value of a row of this block, from 0. INVALID_ARGUMENT, naming column and row, for a value that cannot be
  // written as it is.
  absl::Status Get(size_t row, size_t column, Field& field);

  // Of the result, from 1, those of `rows_before` among it.
  [[nodiscard]] uint64_t RowNumber(size_t row) const { return rows_before_block_ + row + 1; }

 private:
  struct Buffer {
    std::vector<char> bytes;
    std::vector<SQLLEN> sizes;
    std::string whole;    // a value that was read by SQLGetData
    std::string decoded;  // what Get gives unless it is in the other two
  };

  BlockFetch(const Session& session, const StatementHandle& statement, const std::vector<ColumnPlan>& columns,
             uint64_t rows_before);
  absl::Status Bind();
  absl::Status GetWhole(size_t row, size_t column, SQLLEN& size);
  absl::Status Decode(size_t row, size_t column, std::string_view bytes, std::string_view& text);
  absl::Status DecodeText(size_t row, size_t column, std::string_view bytes, std::string_view& text);
  [[nodiscard]] absl::Status Wrong(size_t row, size_t column, std::string_view what) const;

  const Session& session_;
  const StatementHandle& statement_;
  const std::vector<ColumnPlan>& columns_;
  size_t bound_ = 0;  // columns before the first that is read by SQLGetData; those behind it are read so too
  size_t block_rows_ = 1;
  std::vector<Buffer> buffers_;
  std::vector<SQLUSMALLINT> row_status_;
  SQLULEN fetched_ = 0;
  uint64_t rows_before_block_ = 0;
  size_t rows_in_block_ = 0;
};

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_ODBC_BLOCK_FETCH_H_
