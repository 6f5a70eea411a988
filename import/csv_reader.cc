#include "import/csv_reader.h"

#include <algorithm>
#include <cstring>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::ingest {
namespace {

// Offset of the first `c` in [begin, end) of `data`, or `end`.
size_t Find(const char* data, size_t begin, size_t end, char c) {
  const void* found = begin < end ? std::memchr(data + begin, c, end - begin) : nullptr;
  return found == nullptr ? end : static_cast<size_t>(static_cast<const char*>(found) - data);
}

}  // namespace

CsvReader::CsvReader(ByteSource* source, const CsvOptions& options) : source_(source), options_(options) {}

absl::StatusOr<bool> CsvReader::Next(CsvRow& row) {
  while (status_.ok()) {
    switch (ParseRow(row)) {
      case Parse::kRow:
        return true;
      case Parse::kBlank:
        break;
      case Parse::kEnd:
        return false;
      case Parse::kTooManyColumns:
        status_ = InvalidArgument(Cat("line ", line_, ": the row has more than ", options_.max_columns,
                                      " columns, the limit; is the delimiter ", Quote({&options_.delimiter, 1}),
                                      " the right one?"));
        break;
      case Parse::kNeedMore:
        if (at_end_) {
          status_ = end_ - begin_ > options_.max_row_bytes ? RowTooLong() : Unclosed();
        } else if (end_ - begin_ > options_.max_row_bytes + 1) {  // one more for a CR whose LF is still to come
          status_ = RowTooLong();
        } else {
          status_ = Fill();
        }
        break;
    }
  }
  return status_;
}

CsvReader::Parse CsvReader::ParseRow(CsvRow& row) {
  if (begin_ == end_) {
    return at_end_ ? Parse::kEnd : Parse::kNeedMore;
  }
  fields_.clear();
  scratch_used_ = 0;
  open_quote_ = std::string_view::npos;
  const char* const data = buffer_.data();
  const size_t row_begin = begin_;
  size_t at = row_begin;
  size_t line_end = LineEnd(at);
  bool multi_line = false;
  while (true) {
    if (options_.quote != '\0' && at < end_ && data[at] == options_.quote) {
      if (!ParseQuoted(at)) return Parse::kNeedMore;
      if (at > line_end) {
        multi_line = true;
        line_end = LineEnd(at);
      }
    } else {
      const size_t field_end = Find(data, at, line_end, options_.delimiter);
      fields_.emplace_back(data + at, field_end - at);
      at = field_end;
    }
    if (at >= line_end) break;
    ++at;  // the delimiter
    if (fields_.size() >= options_.max_columns) return Parse::kTooManyColumns;
  }
  if (line_end == end_ && !at_end_) return Parse::kNeedMore;
  const size_t next = BehindLineEnd(line_end);
  if (next > end_) return Parse::kNeedMore;
  if (line_end - row_begin > options_.max_row_bytes) {
    status_ = RowTooLong();
    return Parse::kBlank;
  }
  row.line = line_;
  line_ += 1 + (multi_line ? CountLines(row_begin, line_end) : 0);
  begin_ = next;
  if (line_end == row_begin) {
    ++blank_lines_;
    return Parse::kBlank;
  }
  row.fields = fields_;
  row.raw = {data + row_begin, line_end - row_begin};
  row.number = ++rows_;
  row.open_end = line_end == end_;
  return Parse::kRow;
}

bool CsvReader::ParseQuoted(size_t& at) {
  const char* const data = buffer_.data();
  const char quote = options_.quote;
  open_quote_ = at;
  const size_t content = at + 1;
  size_t piece = content;  // start of what is not yet in the scratch buffer
  size_t close = content;
  char* out = nullptr;
  char* out_begin = nullptr;
  while (true) {
    close = Find(data, close, end_, quote);
    if (close == end_ || (close + 1 == end_ && !at_end_)) return false;
    if (close + 1 == end_ || data[close + 1] != quote) break;
    if (out == nullptr) {
      // Room for all that is left of the buffer: no field of this row can outgrow it, so views into it stay valid.
      if (scratch_.size() < buffer_.size()) scratch_.resize(buffer_.size());
      out = out_begin = scratch_.data() + scratch_used_;
    }
    out = std::copy(data + piece, data + close + 1, out);
    close += 2;
    piece = close;
  }
  open_quote_ = std::string_view::npos;
  // What follows the closing quote belongs to the field, up to a delimiter or a line end.
  const size_t behind = close + 1;
  size_t field_end = behind;
  if (behind < end_ && data[behind] != options_.delimiter && data[behind] != '\n' && data[behind] != '\r') {
    field_end = Find(data, behind, LineEnd(behind), options_.delimiter);
    if (out == nullptr) {
      if (scratch_.size() < buffer_.size()) scratch_.resize(buffer_.size());
      out = out_begin = scratch_.data() + scratch_used_;
    }
  }
  if (out == nullptr) {
    fields_.emplace_back(data + content, close - content);
  } else {
    out = std::copy(data + piece, data + close, out);
    out = std::copy(data + behind, data + field_end, out);
    fields_.emplace_back(out_begin, static_cast<size_t>(out - out_begin));
    scratch_used_ += static_cast<size_t>(out - out_begin);
  }
  at = field_end;
  return true;
}

size_t CsvReader::LineEnd(size_t at) {
  if (next_lf_ < at) next_lf_ = Find(buffer_.data(), at, end_, '\n');
  if (next_cr_ < at) next_cr_ = Find(buffer_.data(), at, end_, '\r');
  return std::min(next_lf_, next_cr_);
}

size_t CsvReader::BehindLineEnd(size_t at) const {
  if (at == end_) return end_;
  if (buffer_[at] == '\n') return at + 1;
  if (at + 1 == end_) return at_end_ ? end_ : end_ + 1;
  return buffer_[at + 1] == '\n' ? at + 2 : at + 1;
}

uint64_t CsvReader::CountLines(size_t begin, size_t end) const {
  uint64_t lines = 0;
  for (size_t i = begin; i < end; ++i) {
    const char c = buffer_[i];
    lines += c == '\r' || (c == '\n' && (i == begin || buffer_[i - 1] != '\r')) ? 1 : 0;
  }
  return lines;
}

absl::Status CsvReader::Fill() {
  if (end_ > begin_) std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  text_offset_ += begin_;
  end_ -= begin_;
  begin_ = 0;
  if (buffer_.size() < end_ + options_.read_bytes) {
    buffer_.resize(std::max(end_ + options_.read_bytes,
                            std::min(buffer_.size() * 2, options_.max_row_bytes + options_.read_bytes)));
  }
  WENSUM_ASSIGN_OR_RETURN(const size_t got, source_->Read(buffer_.data() + end_, buffer_.size() - end_));
  end_ += got;
  at_end_ = got == 0;
  next_lf_ = Find(buffer_.data(), 0, end_, '\n');
  next_cr_ = Find(buffer_.data(), 0, end_, '\r');
  return absl::OkStatus();
}

absl::Status CsvReader::Seek(const CsvPosition& position) {
  WENSUM_RETURN_IF_ERROR(source_->SeekText(position.text_offset));
  text_offset_ = position.text_offset;
  line_ = position.line;
  rows_ = position.rows;
  begin_ = end_ = next_lf_ = next_cr_ = 0;
  at_end_ = false;
  status_ = absl::OkStatus();
  return absl::OkStatus();
}

absl::Status CsvReader::RowTooLong() const {
  std::string message = Cat("line ", line_, ": the row is longer than ", options_.max_row_bytes, " bytes, the limit; ");
  if (open_quote_ != std::string_view::npos) {
    AppendTo(message, "the likely cause is the quote opened at line ", line_ + CountLines(begin_, open_quote_),
             " in column ", fields_.size() + 1, ", which is never closed");
  } else {
    AppendTo(message, "is it a text file with line ends, and are its quotes closed?");
  }
  return InvalidArgument(message);
}

absl::Status CsvReader::Unclosed() const {
  return InvalidArgument(Cat("the quote opened at line ", line_ + CountLines(begin_, open_quote_), " in column ",
                             fields_.size() + 1,
                             " is not closed before the end of the text: the file was cut off, or "
                             "the quote is a stray one and must be doubled or removed"));
}

}  // namespace wensum::ingest
