#include "tests/services/health/supply_file.h"

#include "gazetteer/format/row_writer.h"

namespace wensum::health {

void SupplyFile::Add(const std::vector<model::GazetteerRow>& rows) {
  for (const model::GazetteerRow& row : rows) {
    lines.push_back({.row = row});
  }
}

std::string SupplyFile::Text() const {
  std::string text;
  if (header) {
    llpg::AppendDtfHeader({.custodian = {.custodian_code = 2625,
                                         .record_type = 10,
                                         .columns = {"NORWICH CITY COUNCIL", "100090000003", "2625", "7.3.1"}},
                           .date = date,
                           .time = "02:30:00",
                           .volume = volume,
                           .file_type = file_type},
                          text);
  }
  uint64_t order = 0;
  for (const Line& line : lines) {
    llpg::AppendDtfRow(line.row, line.change, ++order, text);
  }
  for (const std::string& line : raw_lines) {
    text.append(line).append("\r\n");
  }
  if (trailer) {
    llpg::AppendDtfTrailer({.next_volume = next_volume,
                            .records = record_count.value_or(lines.size() + raw_lines.size()),
                            .date = date,
                            .time = "02:30:00"},
                           text);
  }
  return text;
}

}  // namespace wensum::health
