// Rows as lines of a DTF 7.3 file: the inverse of reading them.
//
// Dialect: comma separated; text in double quotes, quotes doubled inside, empty text ""; numbers, dates and times bare,
// nothing if there is none; lines end with CRLF. Coordinates have two decimals, more if the number needs them. What a
// reader of DTF 7.3 makes of a line is the row that was written, number zeros included (model::ZeroColumns).
#ifndef WENSUM_GAZETTEER_FORMAT_ROW_WRITER_H_
#define WENSUM_GAZETTEER_FORMAT_ROW_WRITER_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "model/gazetteer.h"
#include "model/partial_date.h"

namespace wensum::llpg {

// True if DTF 7.3 has a record of the row's kind. Classifications, organisations, delivery points and successors of
// AddressBase, and postcodes, have none.
bool HasDtfRecord(const model::GazetteerRow& row);

// Appends the row's line to `out`. `pro_order` is left out of a custodian's records 29 and 98, which have none and no
// change type. Requires HasDtfRecord, and of a custodian's records that it is not the header: see AppendDtfHeader.
// Columns that AddressBase alone has are not written.
void AppendDtfRow(const model::GazetteerRow& row, model::ChangeType change, uint64_t pro_order, std::string& out);

// As AppendDtfRow, but only what the row itself says: without record identifier, change type, order and line end. Rows
// that are the same to a reader of DTF 7.3 have the same content.
void AppendDtfContent(const model::GazetteerRow& row, std::string& out);

struct DtfHeader {
  // As model::CustodianRecord has them of a header: CUSTODIAN_NAME, CUSTODIAN_UPRN, LOCAL_CUSTODIAN_CODE, DTF_VERSION.
  model::CustodianRecord custodian;
  model::PartialDate date;  // PROCESS_DATE and ENTRY_DATE
  std::string_view time;    // HH:MM:SS
  int volume = 1;
  char file_type = 'F';  // or 'C': change only
};
// Record 10.
void AppendDtfHeader(const DtfHeader& header, std::string& out);

struct DtfTrailer {
  int next_volume = 0;  // 0: this is the last
  uint64_t records = 0;
  model::PartialDate date;
  std::string_view time;  // HH:MM:SS
};
// Record 99. `records` counts all lines but the records 10, 29 and 99.
void AppendDtfTrailer(const DtfTrailer& trailer, std::string& out);

}  // namespace wensum::llpg

#endif  // WENSUM_GAZETTEER_FORMAT_ROW_WRITER_H_
