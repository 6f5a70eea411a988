// Rows of a CSV extract as source records, by a feed's mapping.
#ifndef WENSUM_IMPORT_MAPPED_READER_H_
#define WENSUM_IMPORT_MAPPED_READER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "import/byte_source.h"
#include "import/csv_reader.h"
#include "import/issue.h"
#include "import/mapping.h"
#include "model/partial_date.h"
#include "model/source_record.h"

namespace wensum::ingest {

// One record of a row, or the row's rejection.
struct MappedRecord {
  // Canonical (model/canonical.h); key.source, key.key, kind, details and source_time are set. Empty but for the key,
  // if that was found, when `rejected`.
  model::SourceRecord record;
  bool rejected = false;
  std::vector<RowIssue> issues;  // columns are named as in the file
};

// What one row gives: a record for each of the mapping's record rules whose condition holds; each counts as read. A row
// that is rejected as a whole, or for which no condition holds, gives one rejected item: no row vanishes.
struct MappedRow {
  std::vector<MappedRecord> records;
  uint64_t line = 0;
  uint64_t number = 0;   // of the data row, from 1
  std::string_view raw;  // valid until the reader's next call
};

struct MappedFacts {
  std::vector<std::string> columns;  // of the file
  uint64_t data_rows = 0;            // header, trailer and blank lines apart
  uint64_t wrong_column_count = 0;   // of these
  bool trailer = false;
  std::optional<uint64_t> trailer_rows;
  // Problems of the file as a whole. Complete at the end of the file.
  std::vector<RowIssue> issues;

  // The first issue that says the file must not be applied, or nullptr.
  [[nodiscard]] const RowIssue* stop() const;
};

struct MappedOptions {
  model::PartialDate today;     // for dates in the future and two-digit years without pivot_year; empty: not checked
  bool structure_only = false;  // only checks the structure: rows come without records
};

// Not thread-safe; several readers may share one mapping.
//
// Row issues. Rejects: column_count, key_missing (a column of the key is empty), key_too_long, name_missing, no_record
// (no record rule's condition holds). Warnings: code_unknown, date_unreadable, date_impossible, date_dummy,
// postcode_invalid, uprn_invalid, and those of model::Canonicalise. Duplicate keys are for the caller to find: that
// needs memory that grows with the file, or the store. File issues. Stop: trailer_count, trailer_not_last,
// trailer_missing (the mapping names one). Warnings: column_unused, characters_replaced.
class MappedReader {
 public:
  // Reads the header and finds the mapping's columns in it. `mapping` and `source` must outlive the reader.
  // INVALID_ARGUMENT, one line per problem, if the file is empty, a column's name occurs twice, or columns that the
  // mapping uses are missing.
  static absl::StatusOr<std::unique_ptr<MappedReader>> Open(const Mapping* mapping, ByteSource* source,
                                                            const MappedOptions& options);

  // The next row, or false at the end; then facts() is complete. `row` is reused: its old content goes. Errors as
  // CsvReader::Next.
  absl::StatusOr<bool> Next(MappedRow& row);

  [[nodiscard]] const MappedFacts& facts() const { return facts_; }

  // Behind the last row given; counts go on from there.
  [[nodiscard]] CsvPosition position() const { return csv_.position(); }
  absl::Status Seek(const CsvPosition& position);

 private:
  // Where the items of a record's lists come from, to name columns in issues.
  struct Origins {
    std::vector<const ValueRule*> phones, emails, identifiers;
    std::vector<const AddressRule*> addresses;
    std::vector<const NameRule*> other_names;
  };

  MappedReader(const Mapping* mapping, ByteSource* source, const MappedOptions& options);

  absl::Status Bind();
  absl::Status BindNamed(const CsvRow& header);
  absl::Status BindNumbered(const CsvRow& first);
  void WarnUnused();
  absl::Status ReadTrailer(const CsvRow& row);
  void CheckAtEnd();
  void RejectRow(std::string_view rule, std::string message, MappedRow& row);
  void MapRow(const CsvRow& csv, MappedRow& row);
  void MapRecord(const RecordRule& rule, const MappedRow& row, MappedRecord& out);
  // The key, or empty with an issue.
  void CheckSubject(const model::PersonDetails& details, MappedRecord& out);
  std::string MakeKey(const RecordRule& rule, const MappedRow& row, MappedRecord& out);
  void MapName(const NameRule& rule, model::PersonName& name, MappedRecord& out);
  void MapAddress(const AddressRule& rule, MappedRecord& out);
  void MapLists(const RecordRule& rule, MappedRecord& out);
  [[nodiscard]] model::Sex MapSex(const ValueRule& rule, MappedRecord& out);

  // The rule's value; issues go to `out`. Empty without a rule.
  RuleResult Apply(const ValueRule* rule, MappedRecord& out);
  RuleResult Apply(const std::optional<ValueRule>& rule, MappedRecord& out) {
    return Apply(rule ? &*rule : nullptr, out);
  }
  // `rule` names the columns; nullptr: the whole row is meant.
  void AddIssue(const ValueRule* rule, std::string_view issue, Severity severity, std::string message,
                MappedRecord& out);
  [[nodiscard]] std::string ColumnsOf(const ValueRule& rule) const;
  // The columns behind a field that Canonicalise names.
  [[nodiscard]] std::string ColumnsOfField(const RecordRule& rule, std::string_view field) const;

  const Mapping& mapping_;
  ByteSource* const source_;
  const MappedOptions options_;
  CsvReader csv_;
  MappedFacts facts_;
  std::vector<size_t> positions_;         // of each mapping column in the file's rows
  std::vector<std::string_view> values_;  // of the current row, by mapping column
  Origins origins_;
  std::vector<model::FieldIssue> field_issues_;
  uint64_t line_ = 0;  // of the current row
  bool finished_ = false;
};

struct CsvFileFacts {
  TextFacts text;
  MappedFacts mapped;
};

// Reads the whole file without keeping or mapping any of it: what is wrong with its structure is known before anything
// is written. Problems of the file are in `mapped.issues`; the status is an error where MappedReader and ByteSource
// give one. Thread-safe.
absl::StatusOr<CsvFileFacts> InspectCsvFile(const std::string& path, const Mapping& mapping);

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_MAPPED_READER_H_
