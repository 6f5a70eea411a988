#include "import/odbc/extract.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "import/odbc/field_text.h"
#include "import/odbc/result_reader.h"
#include "import/odbc/session.h"
#include "import/odbc/staged_file.h"

namespace wensum::ingest {
namespace {

constexpr size_t kWriteBytes = size_t{1} << 18;

// What the query is given for the last watermark: nullopt if the configuration has none.
absl::StatusOr<std::optional<WatermarkValue>> LastWatermark(const ExtractConfig& config, const std::string& given) {
  if (!config.watermark.has_value()) {
    if (!given.empty()) return InvalidArgument("a watermark is given, but the configuration has no watermark");
    return std::optional<WatermarkValue>();
  }
  const std::string& text = given.empty() ? config.watermark->start : given;
  if (text.empty()) {
    return InvalidArgument(
        "the last watermark is not given, and the configuration has no watermark.start for a first run");
  }
  WENSUM_ASSIGN_OR_RETURN(const WatermarkValue value, ParseWatermark(text));
  const int64_t overlap = config.watermark->overlap_seconds;
  if (overlap == 0) return std::optional<WatermarkValue>(value);
  if (value.is_number) {
    return InvalidArgument("the watermark is a number, from which the configuration's overlap cannot be taken");
  }
  return std::optional<WatermarkValue>(Earlier(value, overlap));
}

// Writes rows, and watches key and watermark.
class RowWriter {
 public:
  RowWriter(const ExtractConfig& config, const ExtractArguments& arguments, ResultReader& reader, StagedFile& file)
      : config_(config), arguments_(arguments), reader_(reader), file_(file), last_key_(reader.key().size()) {}

  absl::Status Run(ExtractFacts& facts) {
    const std::string& given = arguments_.watermark;
    if (config_.watermark.has_value()) {
      WENSUM_ASSIGN_OR_RETURN(watermark_column_, reader_.Find(config_.watermark->column));
      facts.watermark = given.empty() ? config_.watermark->start : given;
      WENSUM_ASSIGN_OR_RETURN(highest_, ParseWatermark(facts.watermark));
      WENSUM_RETURN_IF_ERROR(CheckWatermarkColumn());
    }
    Header(facts);
    while (true) {
      if (arguments_.stopping && arguments_.stopping()) {
        return MakeStatus(absl::StatusCode::kCancelled, Cat("the extract was stopped after row ", rows_));
      }
      WENSUM_ASSIGN_OR_RETURN(const size_t rows, reader_.Next());
      if (rows == 0) break;
      WENSUM_RETURN_IF_ERROR(Block(rows, facts));
    }
    facts.rows = rows_;
    return Flush();
  }

 private:
  void Header(ExtractFacts& facts) {
    for (const ColumnPlan& column : reader_.columns()) {
      if (!facts.columns.empty()) text_.push_back(',');
      AppendCsvField(column.name, text_);
      facts.columns.push_back(column.name);
    }
    text_.push_back('\n');
  }

  absl::Status Block(size_t rows, ExtractFacts& facts) {
    if (rows_ + rows > config_.row_limit) {
      return ResourceExhausted(Cat("the query gives more than ", config_.row_limit,
                                   " rows, the configuration's row_limit; raise it if this is right"));
    }
    for (size_t row = 0; row < rows; ++row) {
      WENSUM_RETURN_IF_ERROR(Row(row, facts));
    }
    rows_ += rows;
    if (text_.size() >= kWriteBytes) WENSUM_RETURN_IF_ERROR(Flush());
    if (arguments_.progress) arguments_.progress(rows_, file_.bytes() + text_.size());
    return absl::OkStatus();
  }

  absl::Status Row(size_t row, ExtractFacts& facts) {
    const size_t columns = reader_.columns().size();
    fields_.resize(columns);
    const size_t begin = text_.size();
    for (size_t column = 0; column < columns; ++column) {
      WENSUM_RETURN_IF_ERROR(reader_.Get(row, column, fields_[column]));
      if (column > 0) text_.push_back(',');
      AppendCsvField(fields_[column].text, text_);
    }
    if (text_.size() == begin) text_.append("\"\"");  // an empty line would be no row
    text_.push_back('\n');
    WENSUM_RETURN_IF_ERROR(CheckKey(row));
    return watermark_column_.has_value() ? SeeWatermark(row, facts) : absl::OkStatus();
  }

  absl::Status CheckKey(size_t row) {
    const std::vector<size_t>& key = reader_.key();
    bool same = reader_.RowNumber(row) > 1;
    for (size_t i = 0; i < key.size(); ++i) {
      const BlockFetch::Field& field = fields_[key[i]];
      if (field.null) {
        return InvalidArgument(Cat("the key column ", Quote(reader_.columns()[key[i]].name), " of row ",
                                   reader_.RowNumber(row), " is null; a key identifies every row"));
      }
      same = same && last_key_[i] == field.text;
      last_key_[i] = field.text;
    }
    if (!same) return absl::OkStatus();
    return InvalidArgument(Cat("the rows ", reader_.RowNumber(row) - 1, " and ", reader_.RowNumber(row),
                               " have the same key; add columns to key, or take one of them out in the query"));
  }

  // What the column's type says, so that no rows hide a mistake.
  absl::Status CheckWatermarkColumn() const {
    switch (reader_.columns()[*watermark_column_].kind) {
      case FieldKind::kText:
        return absl::OkStatus();
      case FieldKind::kInteger:
      case FieldKind::kNumber:
        return highest_.is_number ? absl::OkStatus() : WrongWatermark("");
      case FieldKind::kDate:
      case FieldKind::kTimestamp:
      case FieldKind::kInstant:
        return highest_.is_number ? WrongWatermark("") : absl::OkStatus();
      default:
        return WrongWatermark("");
    }
  }

  absl::Status WrongWatermark(std::string_view where) const {
    return InvalidArgument(Cat("the watermark column ", Quote(reader_.columns()[*watermark_column_].name), where,
                               " holds no ", highest_.is_number ? "whole number" : "date and time",
                               ", as the last watermark does"));
  }

  absl::Status SeeWatermark(size_t row, ExtractFacts& facts) {
    const BlockFetch::Field& field = fields_[*watermark_column_];
    if (field.null) return absl::OkStatus();
    const absl::StatusOr<WatermarkValue> value = ParseWatermark(field.text);
    if (!value.ok() || value->is_number != highest_.is_number)
      return WrongWatermark(Cat(" of row ", reader_.RowNumber(row)));
    if (*value > highest_) {
      highest_ = *value;
      facts.watermark = field.text;
    }
    return absl::OkStatus();
  }

  absl::Status Flush() {
    WENSUM_RETURN_IF_ERROR(file_.Write(text_));
    text_.clear();
    return absl::OkStatus();
  }

  const ExtractConfig& config_;
  const ExtractArguments& arguments_;
  ResultReader& reader_;
  StagedFile& file_;
  std::string text_;
  std::vector<BlockFetch::Field> fields_;
  std::vector<std::string> last_key_;
  std::optional<size_t> watermark_column_;
  WatermarkValue highest_;
  uint64_t rows_ = 0;
};

}  // namespace

absl::StatusOr<ExtractFacts> Extract(const ExtractConfig& config, const ExtractArguments& arguments,
                                     const std::string& path) {
  const Session::Time deadline = std::chrono::steady_clock::now() + std::chrono::seconds(config.timeout_seconds);
  WENSUM_ASSIGN_OR_RETURN(const std::optional<WatermarkValue> last, LastWatermark(config, arguments.watermark));
  WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<StagedFile> file, StagedFile::Create(path));
  WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<Session> session, Session::Open(config, deadline));
  ExtractFacts facts;
  facts.dbms_name = session->dbms_name();
  facts.dbms_version = session->dbms_version();
  WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<ResultReader> reader, ResultReader::Open(config, *session, last));
  WENSUM_RETURN_IF_ERROR(RowWriter(config, arguments, *reader, *file).Run(facts));
  facts.bytes = file->bytes();
  WENSUM_ASSIGN_OR_RETURN(facts.sha256, file->Finish());
  return facts;
}

}  // namespace wensum::ingest
