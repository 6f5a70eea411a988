// What of a DTF 7.3 record tells something of its street or property, column by column, for comparing records of two
// holders. Internal to this folder.
#ifndef WENSUM_SERVICES_HUB_RECORD_COLUMNS_H_
#define WENSUM_SERVICES_HUB_RECORD_COLUMNS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gazetteer/format/gazetteer_layout.h"
#include "model/gazetteer.h"

namespace wensum::hub {

// A record's columns behind PRO_ORDER as they are compared. Empty, so that they never differ, are entry and last update
// dates, which each holder may stamp for itself, and the columns reserved for the hub. A number 0 is the same as none,
// but in the start numbers of addressable objects. Texts are compared without white space around them. Not thread-safe;
// reuse it, for it keeps its memory.
class RecordColumns {
 public:
  // Requires llpg::HasDtfRecord.
  void Read(const model::GazetteerRow& row);

  // Of the row read last, as are all below. Records with the same columns, those at the end that are empty apart, have
  // the same hash.
  [[nodiscard]] uint64_t Hash() const;
  [[nodiscard]] std::span<const std::string> values() const { return {values_.data(), count_}; }
  // As DTF 7.3 names the column of values()[index]; "column 5", counted from 1 in the line, if it is not published.
  [[nodiscard]] std::string NameOf(size_t index) const;
  // Of the record's own columns as a file has them.
  [[nodiscard]] size_t bytes() const { return content_.size(); }

 private:
  void Split();

  std::string content_;
  std::vector<std::string> values_;  // the first `count_` of them
  size_t count_ = 0;
  const llpg::RecordLayout* layout_ = nullptr;  // null: of so many columns there is none
};

struct ColumnDifference {
  std::string column;
  std::string ours;
  std::string hubs;
  friend bool operator==(const ColumnDifference&, const ColumnDifference&) = default;
};
// In the order of columns; empty if the records are the same.
std::vector<ColumnDifference> DifferingColumns(const model::GazetteerRow& ours, const model::GazetteerRow& hubs);

}  // namespace wensum::hub

#endif  // WENSUM_SERVICES_HUB_RECORD_COLUMNS_H_
