// Tables of addresses in CSV files: the list to match against, and the addresses to match.
#ifndef WENSUM_SERVICES_ADDRESS_MATCH_ADDRESS_TABLE_H_
#define WENSUM_SERVICES_ADDRESS_MATCH_ADDRESS_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "import/byte_source.h"
#include "import/csv_reader.h"
#include "matching/address/fit/flat_gazetteer.h"

namespace wensum::address_match {

// Names of columns in the header, compared without white space at either end and without regard to case.
struct AddressColumns {
  std::string id = "unique_id";  // empty: rows are numbered from 1
  std::string text = "address_concat";
  std::string postcode = "postcode";
  bool postcode_optional = true;  // the file may lack the column; every postcode is empty then
  std::string label;              // another column; empty: none
};

// Values without white space at either end; views that are valid until the next row.
struct AddressLine {
  std::string_view id;  // empty if rows are numbered
  std::string_view text;
  std::string_view postcode;
  std::string_view label;
  uint64_t line = 0;  // of the file, from 1
};

// A file read row by row, in any encoding that the importer knows. Memory: some hundred kilobytes. Not thread-safe.
class AddressTable {
 public:
  // NOT_FOUND or FAILED_PRECONDITION for a file that cannot be read, INVALID_ARGUMENT for one that is empty, that lacks
  // a column or names it twice, or that is in no known encoding; each with the path and how to mend it.
  static absl::StatusOr<std::unique_ptr<AddressTable>> Open(const std::string& path, const AddressColumns& columns);

  // The next row, or false at the end. A short row has blanks. INVALID_ARGUMENT, with path and line, for a row without
  // an id, and for text that is no CSV.
  absl::StatusOr<bool> Next(AddressLine& line);

  [[nodiscard]] uint64_t rows() const { return reader_.position().rows - 1; }  // read so far

 private:
  static constexpr size_t kNoColumn = static_cast<size_t>(-1);

  AddressTable(std::string path, std::unique_ptr<ingest::ByteSource> source);
  absl::Status ReadHeader(const AddressColumns& columns);
  absl::StatusOr<size_t> FindColumn(std::string_view name, bool optional) const;

  const std::string path_;
  const std::unique_ptr<ingest::ByteSource> source_;
  ingest::CsvReader reader_;
  ingest::CsvRow row_;
  size_t id_ = kNoColumn;
  size_t text_ = kNoColumn;
  size_t postcode_ = kNoColumn;
  size_t label_ = kNoColumn;
};

// The whole of a file as a gazetteer; rows of one id are its variants. Rows without an address text are left out.
// Errors as AddressTable's; INVALID_ARGUMENT too if no row is left.
absl::StatusOr<matching::address::FlatGazetteer> ReadGazetteer(const std::string& path, const AddressColumns& columns);

}  // namespace wensum::address_match

#endif  // WENSUM_SERVICES_ADDRESS_MATCH_ADDRESS_TABLE_H_
