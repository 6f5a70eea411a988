// Stored rows as lines of a DTF 7.3 file, in one state or as the difference of two. Internal to this folder.
#ifndef WENSUM_SERVICES_EXPORTS_DTF_ROWS_H_
#define WENSUM_SERVICES_EXPORTS_DTF_ROWS_H_

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "model/gazetteer.h"
#include "services/exports/row_selector.h"
#include "services/exports/row_walk.h"

namespace wensum::exports {

// Lines with their running number.
class DtfLines {
 public:
  void Add(const model::GazetteerRow& row, model::ChangeType change);
  // Notes a custodian's key that is in use, for record 98.
  void NoteKey(int record_type, std::string_view key);

  std::string& text() { return text_; }
  [[nodiscard]] const std::map<int, uint64_t>& by_record_type() const { return by_record_type_; }
  [[nodiscard]] uint64_t records() const { return order_; }
  // The last keys of LPIs, provenances and cross references, in the order of record 98.
  [[nodiscard]] const std::array<std::string, 3>& last_keys() const { return last_keys_; }
  // Raises last_keys() to those of an earlier record 98, where they are keys.
  void RaiseKeys(const model::CustodianRecord& sequence);
  // Only keys of this custodian are noted.
  void set_custodian_code(int code);

 private:
  std::string text_;
  uint64_t order_ = 0;
  std::map<int, uint64_t> by_record_type_;
  std::string key_prefix_;
  std::array<std::string, 3> last_keys_;
};

// Adds the rows of one state: a full supply's.
void AddRows(const SelectedRows& rows, DtfLines& lines);
// Adds what turns `before` into `after`: deletions, the head, other rows.
void AddDifference(const OwnerRows& owner, const SelectedRows& before, const SelectedRows& after, DtfLines& lines);

}  // namespace wensum::exports

#endif  // WENSUM_SERVICES_EXPORTS_DTF_ROWS_H_
