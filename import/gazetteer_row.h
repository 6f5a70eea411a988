// One line of a gazetteer file to one typed row.
#ifndef WENSUM_IMPORT_GAZETTEER_ROW_H_
#define WENSUM_IMPORT_GAZETTEER_ROW_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "gazetteer/format/gazetteer_layout.h"
#include "import/csv_reader.h"
#include "import/issue.h"
#include "model/gazetteer.h"

namespace wensum::ingest {

// A data record of a gazetteer file.
struct GazetteerRecord {
  enum class Outcome : uint8_t {
    kRow,       // `row` holds it; `issues` may hold warnings
    kRejected,  // `issues` says why
  };
  Outcome outcome = Outcome::kRejected;
  int record_type = 0;  // 0 if the first column is no number of one or two digits
  model::ChangeType change = model::ChangeType::kInsert;
  uint64_t pro_order = 0;  // 0 if the file gives none
  model::GazetteerRow row;
  std::vector<RowIssue> issues;
  uint64_t line = 0;
  std::string_view raw;  // valid until the reader's next call
};

// Reads the columns of `csv`, which must be as many as `layout` has, into `record` (all of it but record_type, line and
// raw is written). Texts are trimmed of ASCII white space and otherwise kept as they are.
//
// Rejects the row, one issue per column, for: number_invalid, date_invalid, uprn_invalid, usrn_invalid (the column is
// not of its type), change_type_invalid, key_missing (a column of the record's key is empty). Warns of:
// mandatory_missing, too_long (characters over the format's limit; sources disagree on these, so nothing is cut),
// parent_zero and, in DTF 7.3, coordinate_range.
void ParseGazetteerRow(const llpg::RecordLayout& layout, const CsvRow& csv, GazetteerRecord& record);

// Reads a row as it stands, for types whose columns are not known (llpg::IsKeptWhole) and rows that do not fit theirs:
// change type, order and owner from its first columns, the rest as text (model::KeptRow, occurrence 1), at any number
// of columns. Rejects: column_count (not one column behind PRO_ORDER), change_type_invalid, number_invalid (PRO_ORDER).
void KeepGazetteerRow(const CsvRow& csv, GazetteerRecord& record);

// Decimal number with an optional sign and fraction, never octal or hexadecimal, no exponent: "093301.00" is 93301.
std::optional<double> ParseDecimal(std::string_view text);

// CCYY-MM-DD of a date that exists, years 1753 to 9999.
std::optional<model::PartialDate> ParseIsoDate(std::string_view text);

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_GAZETTEER_ROW_H_
