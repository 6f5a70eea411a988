// Elements of an XML file as rows: one element is a record, columns are paths below it.
#ifndef WENSUM_IMPORT_XML_READER_H_
#define WENSUM_IMPORT_XML_READER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "import/byte_source.h"
#include "import/row_reader.h"

namespace wensum::ingest {

// One step of a column's path. The last one may be an attribute.
struct XmlStep {
  std::string name;
  size_t number = 1;  // of the element among its siblings of the same name, from 1
  bool attribute = false;
  friend bool operator==(const XmlStep&, const XmlStep&) = default;
};

// Reads the path of a column below the record: Name/Surname, @id, Phone[2], Phone/@type; "." (no steps) is the record's
// own text. INVALID_ARGUMENT, saying what is wrong, for anything else.
absl::StatusOr<std::vector<XmlStep>> ParseXmlPath(std::string_view text);
// Reads the path of the records from the root: /Extract/Accounts/Account gives three names.
absl::StatusOr<std::vector<std::string>> ParseXmlRecordPath(std::string_view text);

struct XmlOptions {
  std::vector<std::string> record;  // as ParseXmlRecordPath gives it
  // Budgets; what is over them ends the reading.
  size_t max_row_bytes = size_t{1} << 20;  // of a record, and of a tag or comment outside
  size_t max_depth = 64;
  size_t read_bytes = 64 * 1024;  // asked of the source at a time; at least 4
};

// Fields are those of the paths, in their order: the text that stands directly in the element, or the attribute's
// value; empty where there is none. Names are compared without their namespace prefixes. A record has the problem
// row_unreadable if a path means a text where further elements stand.
//
// The text is UTF-8 whatever its declaration says (ByteSource has decoded it). INVALID_ARGUMENT from Next where the
// text is not well-formed, has a DOCTYPE (so there are no entities but the five of XML), is over a budget, or has
// another root or no element that holds the records. Memory: one record and read_bytes. Positions count records: Seek
// reads from the start. Speed: some 100 MB/s.
class XmlReader final : public RowReader {
 public:
  // `source` must outlive the reader and is read by nobody else meanwhile. INVALID_ARGUMENT for a path that is none.
  static absl::StatusOr<std::unique_ptr<XmlReader>> Create(ByteSource* source, const std::vector<std::string>& paths,
                                                           const XmlOptions& options);
  ~XmlReader() override;

  absl::StatusOr<bool> Next(Row& row) override;
  [[nodiscard]] RowPosition position() const override { return {.text_offset = 0, .line = 1, .rows = rows_}; }
  absl::Status Seek(const RowPosition& position) override;
  [[nodiscard]] std::set<std::string> unknown() const override;

 private:
  class Parser;

  XmlReader(ByteSource* source, const XmlOptions& options);
  absl::StatusOr<bool> Advance();

  ByteSource* const source_;
  const XmlOptions options_;
  std::unique_ptr<Parser> parser_;
  std::vector<char> buffer_;
  std::vector<std::string_view> fields_;
  uint64_t rows_ = 0;
  absl::Status status_;
};

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_XML_READER_H_
