// A gazetteer row as named columns of text, for people to read what an operation changes.
#ifndef WENSUM_GAZETTEER_LIFECYCLE_ROW_COLUMNS_H_
#define WENSUM_GAZETTEER_LIFECYCLE_ROW_COLUMNS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/gazetteer.h"

namespace wensum::llpg {

struct Column {
  std::string_view name;  // as DTF 7.3 spells it; points to a constant
  std::string value;      // empty: not given
  friend bool operator==(const Column&, const Column&) = default;
};

// The columns of a row of record 11, 15, 21, 23 or 24 but for its keys and its owner's number; none of another record.
std::vector<Column> ColumnsOf(const model::GazetteerRow& row);

struct ColumnChange {
  std::string_view column;
  std::string before;
  std::string after;
  friend bool operator==(const ColumnChange&, const ColumnChange&) = default;
};

// The columns whose values differ. A row that is not there has no values.
std::vector<ColumnChange> CompareRows(const std::optional<model::GazetteerRow>& before,
                                      const std::optional<model::GazetteerRow>& after);

}  // namespace wensum::llpg

#endif  // WENSUM_GAZETTEER_LIFECYCLE_ROW_COLUMNS_H_
