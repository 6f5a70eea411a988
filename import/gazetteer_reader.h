// Gazetteer transfer files: DTF 7.3 and AddressBase Premium, recognised, checked as a whole and read row by row.
#ifndef WENSUM_IMPORT_GAZETTEER_READER_H_
#define WENSUM_IMPORT_GAZETTEER_READER_H_

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "import/byte_source.h"
#include "import/csv_reader.h"
#include "import/gazetteer_row.h"
#include "import/issue.h"
#include "model/gazetteer.h"
#include "model/partial_date.h"

namespace wensum::ingest {

struct GazetteerOptions {
  // kUnknown: recognise it. A named format also takes fragments: rows without header or trailer, or below a line of
  // column titles that starts with RECORD_IDENTIFIER.
  model::GazetteerFormat format = model::GazetteerFormat::kUnknown;
  // Only checks the structure: record types, column counts, header and trailer. Records come without `row`.
  bool structure_only = false;
};

// What one record type's rows are, so far.
struct RecordTypeCounts {
  uint64_t rows = 0;
  uint64_t wrong_column_count = 0;  // of these
  uint64_t first_wrong_line = 0;
  size_t first_wrong_columns = 0;
  friend bool operator==(const RecordTypeCounts&, const RecordTypeCounts&) = default;
};

// What the file says of itself, and what was counted.
struct GazetteerFacts {
  model::GazetteerFormat format = model::GazetteerFormat::kUnknown;
  // Header record 10; fields it lacks are empty.
  bool header = false;
  std::string custodian_name;
  int local_custodian_code = 0;
  model::PartialDate process_date;
  int volume_number = 0;  // of an archive of several volumes: of the first
  int volumes = 1;        // read so far
  std::string version;
  // The header's lasting columns; of DTF 7.3 alone, and only if it names a custodian code.
  std::optional<model::CustodianRecord> header_record;
  char file_type = ' ';  // 'F' full supply, 'C' change only; ' ' unknown
  // Trailer record 99, once it was read.
  bool trailer = false;
  int next_volume_number = 0;                    // 0: this is the last volume
  std::optional<uint64_t> trailer_record_count;  // of all volumes read so far
  // Counted while reading. Data rows are all but the records 10, 29 and 99 and title lines; unknown ones are among
  // them.
  uint64_t data_rows = 0;
  std::map<int, RecordTypeCounts> by_type;  // 0: the first column is no record type number
  // Problems of the file as a whole, in the order they were met: see GazetteerReader. Complete at the end of the file.
  std::vector<RowIssue> issues;

  // The first issue that says the file must not be applied, or nullptr.
  [[nodiscard]] const RowIssue* stop() const;
};

// Reads a file once, in file order. Not thread-safe.
//
// Rows that DTF 7.3 defines but whose columns are not published come as model::KeptRow, and so do rows of type 12 and
// 22 that do not fit their layout (which rests on one source); what is wrong with those is a warning then. The records
// 29 and 98 come as model::CustodianRecord, whatever their columns. Kept rows of one key are numbered in file order,
// wherever they stand; that is what memory grows with: some 30 bytes for each key of them.
//
// The volumes of a zip archive (TextFacts::zip_files) are one file: header and trailer of each are checked, the trailer
// must announce the volume that follows, and PRO_ORDER counts on from volume to volume.
//
// Row issues, besides those of ParseGazetteerRow and KeepGazetteerRow: record_type_unknown, column_count (rejects).
// File issues:
//   stop: trailer_missing (the file was cut off; a warning if the format is named), trailer_count, trailer_invalid,
//     rows_after_trailer, header_repeated, format_contradicted (no row of a type fits the format, and all that were
//     seen fit another);
//   warning: header_missing, header_invalid, pro_order_disorder (once; the rows come in file order all the same),
//     characters_replaced.
class GazetteerReader {
 public:
  // Recognises the format and reads the header. `source` must be at its start and outlive the reader.
  // INVALID_ARGUMENT with the reason if this is no gazetteer file, a fragment whose format is not named, or empty, or
  // if header and rows contradict each other.
  static absl::StatusOr<std::unique_ptr<GazetteerReader>> Open(ByteSource* source, const GazetteerOptions& options);

  // The next data record, or false at the end; then facts() is complete. `record` is reused: its old content goes.
  // Errors as CsvReader::Next.
  absl::StatusOr<bool> Next(GazetteerRecord& record);

  [[nodiscard]] const GazetteerFacts& facts() const { return facts_; }

  // Behind the last record given. After Seek the counts in facts() and the issues that rest on them are left out: a
  // file that is resumed was inspected before.
  [[nodiscard]] CsvPosition position() const { return csv_.position(); }
  absl::Status Seek(const CsvPosition& position);

 private:
  GazetteerReader(ByteSource* source, const GazetteerOptions& options);

  absl::Status Recognise(ByteSource* source);
  void ReadHeader(const CsvRow& row);
  void ReadTrailer(const CsvRow& row);
  void BeginVolume(const CsvRow& row);
  void ReadData(const CsvRow& row, GazetteerRecord& record);
  void ReadCustodianRecord(const CsvRow& row, GazetteerRecord& record) const;
  void Keep(const CsvRow& row, GazetteerRecord& record);
  void CheckOrder(const CsvRow& row, const GazetteerRecord& record);
  void Reject(const CsvRow& row, std::string_view rule, std::string message, GazetteerRecord& record);
  void AddFileIssue(uint64_t line, std::string_view column, std::string_view rule, Severity severity,
                    std::string message);
  void CheckAtEnd();

  const GazetteerOptions options_;
  ByteSource* const source_;
  CsvReader csv_;
  GazetteerFacts facts_;
  bool skip_first_row_ = false;  // the header, or a line of column titles
  bool resumed_ = false;
  bool finished_ = false;
  bool disorder_reported_ = false;
  uint64_t last_pro_order_ = 0;
  absl::flat_hash_map<uint64_t, int> kept_;  // rows so far, by hash of record type, change type, owner and subkey
  uint64_t highest_pro_order_ = 0;           // of the volume
  uint64_t pro_order_base_ = 0;              // added to those of the volume
  uint64_t rows_before_volume_ = 0;
  uint64_t key_sequences_before_volume_ = 0;
};

struct GazetteerFileFacts {
  TextFacts text;
  GazetteerFacts gazetteer;
};

// Reads the whole file without keeping any of it: what is wrong with its structure is known before anything is written.
// Problems of the file are in `gazetteer.issues`; the status is an error where GazetteerReader and ByteSource give one.
// Thread-safe. Cost: two passes over the file, some 2 to 3 seconds per million rows.
absl::StatusOr<GazetteerFileFacts> InspectGazetteerFile(const std::string& path, const GazetteerOptions& options);

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_GAZETTEER_READER_H_
