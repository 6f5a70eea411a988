#include "import/fixed_reader.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::ingest {
namespace {

bool StartsCharacter(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80; }

bool AllAscii(std::string_view text) {
  unsigned char all = 0;
  for (const char byte : text) all |= static_cast<unsigned char>(byte);
  return all < 0x80;
}

}  // namespace

FixedReader::FixedReader(ByteSource* source, FixedOptions options)
    : options_(std::move(options)), lines_(source, options_.lines), fields_(options_.columns.size()) {}

absl::StatusOr<bool> FixedReader::Next(Row& row) {
  WENSUM_ASSIGN_OR_RETURN(const bool more, lines_.Next(row));
  if (!more) return false;
  const std::string_view text = row.raw;
  const bool ascii = AllAscii(text);
  if (!ascii) {
    offsets_.clear();
    for (size_t i = 0; i < text.size(); ++i) {
      if (StartsCharacter(text[i])) offsets_.push_back(i);
    }
    offsets_.push_back(text.size());
  }
  const size_t length = ascii ? text.size() : offsets_.size() - 1;
  row.fields = {};
  row.problem_rule = row.problem = {};
  if (length > options_.length || (length < options_.length && !options_.trimmed)) {
    problem_ = Cat("The row has ", length, " characters, rows of the mapping have ", options_.length, ".");
    row.problem_rule = "column_count";
    row.problem = problem_;
    return true;
  }
  for (size_t i = 0; i < fields_.size(); ++i) {
    const FixedColumn& column = options_.columns[i];
    const size_t first = std::min(column.begin, length);
    const size_t last = std::min(column.begin + column.width, length);
    const size_t begin = ascii ? first : offsets_[first];
    fields_[i] = text.substr(begin, (ascii ? last : offsets_[last]) - begin);
  }
  row.fields = fields_;
  return true;
}

}  // namespace wensum::ingest
