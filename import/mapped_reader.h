// Rows of an extract as source records, by a feed's mapping.
#ifndef WENSUM_IMPORT_MAPPED_READER_H_
#define WENSUM_IMPORT_MAPPED_READER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "import/byte_source.h"
#include "import/contract_check.h"
#include "import/issue.h"
#include "import/mapping.h"
#include "import/record_mapper.h"
#include "import/row_reader.h"
#include "model/partial_date.h"

namespace wensum::ingest {

struct MappedFacts {
  std::vector<std::string> columns;  // of the file; of JSON and XML those that the mapping uses
  uint64_t data_rows = 0;            // header, trailer and blank lines apart
  uint64_t unreadable_rows = 0;      // of these: column_count and row_unreadable
  uint64_t rejected_rows = 0;        // of these: unreadable, behind the trailer, or refused by the contract
  bool trailer = false;
  std::optional<uint64_t> trailer_rows;
  std::vector<RuleFailures> contract;  // of each rule of the mapping's contract; complete at the end of the file
  // Problems of the file as a whole. Complete at the end of the file.
  std::vector<RowIssue> issues;

  // The first issue that says the file must not be applied, or nullptr.
  [[nodiscard]] const RowIssue* stop() const;
};

struct MappedOptions {
  model::PartialDate today;  // for dates in the future and two-digit years without pivot_year; empty: not checked
  // Only checks the structure and the contract: rows come without records. The file's own rules of the contract are
  // checked in this mode alone, as they need all of its rows.
  bool structure_only = false;
  uint64_t hash_seed = 0;
};

// Not thread-safe; several readers may share one mapping.
//
// Row issues. Rejects: column_count, row_unreadable, key_missing (a column of the key is empty), key_too_long,
// name_missing, no_record (no record rule's condition holds), rules of the contract. Warnings: code_unknown,
// date_unreadable, date_impossible, date_dummy, postcode_invalid, uprn_invalid, name_joint_unclear, name_of_estate,
// name_care_of, rules of the contract, and those of model::Canonicalise. Duplicate keys are for the caller to find:
// that needs memory that grows with the file, or the store. File issues. Stop: trailer_count, trailer_not_last,
// trailer_missing (the mapping names one), structure_unfit, contract_rows, contract_rejected, rules of the contract.
// Warnings: column_unused, characters_replaced.
class MappedReader {
 public:
  // Reads the header and finds the mapping's columns in it. `mapping` and `source` must outlive the reader.
  // INVALID_ARGUMENT, one line per problem, if the file is empty, a column's name occurs twice, or columns that the
  // mapping uses are missing. Columns are found by name: their order in the file does not matter.
  static absl::StatusOr<std::unique_ptr<MappedReader>> Open(const Mapping* mapping, ByteSource* source,
                                                            const MappedOptions& options);

  // The next row, or false at the end; then facts() is complete. `row` is reused: its old content goes. Its records
  // have their keys, or are rejected already; Map gives the rest. A few hundred nanoseconds. Errors as RowReader::Next.
  absl::StatusOr<bool> Read(MappedRow& row);
  // Fills the records of a row that Read gave. Once for a row. Some ten microseconds.
  void Map(MappedRow& row);
  // Both.
  absl::StatusOr<bool> Next(MappedRow& row);

  [[nodiscard]] const MappedFacts& facts() const { return facts_; }

  // Behind the last row given; counts go on from there.
  [[nodiscard]] RowPosition position() const { return rows_->position(); }
  absl::Status Seek(const RowPosition& position);

 private:
  MappedReader(const Mapping* mapping, ByteSource* source, const MappedOptions& options,
               std::unique_ptr<RowReader> rows);

  absl::Status Bind();
  absl::Status BindHeader(const Row& header);
  absl::Status BindNumbered(const Row& first);
  void BindFixed();
  void BindPaths();
  void WarnUnused(const std::vector<std::string>& columns);
  absl::Status ReadTrailer(const Row& row);
  void TakeRow(const Row& read, MappedRow& row);
  void CountUnreadable(uint64_t line);
  // Of the current row, as the mapping's rules see it.
  [[nodiscard]] std::string_view ValueOf(const Row& read, size_t column) const;
  // Copies the row's text and its values.
  void TakeText(const Row& read, MappedRow& row) const;
  void TakeValues(const Row& read, MappedRow& row) const;
  // True if the contract takes the row; its flags are among the row's warnings then.
  bool KeepsContract(const Row& read, MappedRow& row);
  void MakeRecords(const Row& read, MappedRow& row);
  void RejectRow(std::string_view rule, std::string message, MappedRow& row);
  void AddFileIssue(uint64_t line, std::string column, std::string_view rule, Severity severity, std::string message);
  void CheckAtEnd();

  const Mapping& mapping_;
  ByteSource* const source_;
  const MappedOptions options_;
  const std::unique_ptr<RowReader> rows_;
  RecordMapper mapper_;
  ContractCheck contract_;
  MappedFacts facts_;
  size_t fields_ = 0;                     // of each row
  std::vector<size_t> positions_;         // of each mapping column in the reader's rows
  std::vector<std::string_view> values_;  // of the current row, by mapping column: those that the contract is about
  std::optional<std::string> trailer_sum_;
  uint64_t first_unreadable_ = 0;  // line of the first unreadable row
  bool finished_ = false;
};

struct FileFacts {
  TextFacts text;
  MappedFacts mapped;
};

// The gate: reads the whole file without keeping or mapping any of it, so that what is wrong with its structure or
// against its contract is known before anything is written. Problems of the file are in `mapped.issues`; the status is
// an error where MappedReader and ByteSource give one. `today` is for the contract's dates. Thread-safe.
absl::StatusOr<FileFacts> InspectFile(const std::string& path, const Mapping& mapping, model::PartialDate today = {});

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_MAPPED_READER_H_
