// All rows of an extract's query in order, by one statement or by one for each page of its key.
#ifndef WENSUM_IMPORT_ODBC_RESULT_READER_H_
#define WENSUM_IMPORT_ODBC_RESULT_READER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "import/odbc/block_fetch.h"
#include "import/odbc/extract_config.h"
#include "import/odbc/field_text.h"
#include "import/odbc/session.h"

namespace wensum::ingest {

// A driver that keeps a whole result in memory is given the query in pages, `SELECT * FROM (query) WHERE key > last
// ORDER BY key LIMIT n`, inside the transaction, so that all pages see one state. Rows could be lost between pages only
// if two keys are equal for the database, which is found: the rows must be as many as the database counts beforehand.
// Not thread-safe; `config` and `session` must outlive it.
class ResultReader {
 public:
  // Executes the query with `watermark` in place of its question marks.
  static absl::StatusOr<std::unique_ptr<ResultReader>> Open(const ExtractConfig& config, const Session& session,
                                                            const std::optional<WatermarkValue>& watermark);

  [[nodiscard]] const std::vector<ColumnPlan>& columns() const { return columns_; }
  // Places of the configuration's key in columns(); names that differ in case alone are taken.
  [[nodiscard]] const std::vector<size_t>& key() const { return key_; }
  // The place of a column. INVALID_ARGUMENT with the columns that there are if there is no such, or not just one.
  absl::StatusOr<size_t> Find(std::string_view name) const;

  // Reads the next rows and returns how many; 0 at the end. Errors as BlockFetch gives them.
  absl::StatusOr<size_t> Next();
  // Of the rows that Next read.
  absl::Status Get(size_t row, size_t column, BlockFetch::Field& field) { return fetch_->Get(row, column, field); }
  [[nodiscard]] uint64_t RowNumber(size_t row) const { return fetch_->RowNumber(row); }

 private:
  ResultReader(const ExtractConfig& config, const Session& session, const std::optional<WatermarkValue>& watermark);

  absl::Status Start();
  absl::Status Plan();
  absl::StatusOr<uint64_t> Count();
  absl::Status Execute(const std::string& sql);
  absl::Status BindParameters();
  [[nodiscard]] absl::Status QueryFailure() const;
  absl::Status NextPage();
  absl::StatusOr<std::string> AfterLastKey() const;
  absl::Status RememberKey(size_t row);

  const ExtractConfig& config_;
  const Session& session_;
  const std::optional<WatermarkValue> watermark_;
  SQL_TIMESTAMP_STRUCT time_parameter_{};
  SQLBIGINT number_parameter_ = 0;
  SQLLEN parameter_size_ = 0;

  std::vector<ColumnPlan> columns_;
  std::vector<size_t> key_;
  StatementHandle statement_;
  std::unique_ptr<BlockFetch> fetch_;  // declared after what it refers to
  uint64_t rows_ = 0;
  // Of reading in pages.
  uint64_t counted_ = 0;
  uint64_t rows_of_page_ = 0;
  std::vector<std::string> last_key_;
};

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_ODBC_RESULT_READER_H_
