// Which of the stored rows a file may have: one answer for all formats. Internal to this folder.
#ifndef WENSUM_SERVICES_EXPORTS_ROW_SELECTOR_H_
#define WENSUM_SERVICES_EXPORTS_ROW_SELECTOR_H_

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "model/gazetteer.h"
#include "services/exports/export.h"
#include "services/exports/row_walk.h"
#include "services/gazetteer/row_codec.h"
#include "storage/keys.h"
#include "storage/store.h"
#include "wensum/storage/v1/gazetteer.pb.h"

namespace wensum::exports {

// The head of a street or property: the record without which there is none.
constexpr int kStreetHead = 11;
constexpr int kPropertyHead = 21;

constexpr bool IsHead(int record_type) { return record_type == kStreetHead || record_type == kPropertyHead; }

// One owner's rows that belong into the file, in one state: those that the selection takes, null for the others.
struct SelectedRows {
  std::vector<std::optional<model::GazetteerRow>> rows;  // as many as OwnerRows has
  bool head = false;                                     // a street or property that the file has
  bool held_back = false;                                // a property that the profile keeps back
  uint64_t parent = 0;                                   // of the property, as the file names it
  std::set<std::string> excluded_lpis;                   // of the property: keys of LPIs marked to be kept out
};

// What of an owner's rows the file has. Not thread-safe.
class RowSelector {
 public:
  // `custodian_code` as in the file's header, `span` as of the rows that are selected. Under Profile::kHub parents are
  // looked up in `reader`; it and `selection` must outlive the selector.
  RowSelector(const storage::Reader& reader, storage::RegisterId reg, const Selection& selection, int custodian_code,
              const StateSpan& span);

  // `before`: of the earlier state, which was at `revision`. A property that the hub gets names no parent that it does
  // not: one that is held back, or not there. Reads the parent's rows, unless it was asked for lately.
  absl::StatusOr<SelectedRows> Select(gazetteer::RowOwner owner, const OwnerRows& rows, bool before, uint64_t revision);

  // True if a file may show what the row says, provided that it has the row's property: the row's source is taken, and
  // it is no LPI that the profile keeps back. `excluded_lpis` as Select gave them for the property.
  [[nodiscard]] bool TakesRow(const storage::v1::GazetteerRow& stored,
                              const std::set<std::string>& excluded_lpis) const;

  // The row if DTF 7.3 has such a record and the selection takes its source.
  [[nodiscard]] absl::StatusOr<std::optional<model::GazetteerRow>> Decode(const std::string& serialised) const;

 private:
  // What was found out about a property.
  struct Known {
    uint64_t uprn = 0;
    bool taken = false;
  };

  [[nodiscard]] bool TakesSource(const storage::v1::GazetteerRow& stored) const;
  // False if the property is held back.
  [[nodiscard]] bool TakesProperty(const model::Blpu* blpu, uint64_t uprn, uint64_t revision) const;
  // Select, whatever the parent.
  [[nodiscard]] absl::StatusOr<SelectedRows> SelectWithParent(gazetteer::RowOwner owner, const OwnerRows& rows,
                                                              bool before, uint64_t revision) const;
  // True if the file has the property in that state.
  absl::StatusOr<bool> HasProperty(uint64_t uprn, bool before, uint64_t revision);

  const storage::Reader& reader_;
  const storage::RegisterId reg_;
  const Selection& selection_;
  const int custodian_code_;
  const StateSpan span_;
  // Of the later state and of the earlier one: of UPRNs with one remainder, the last that was asked for.
  std::array<std::vector<Known>, 2> known_;
};

}  // namespace wensum::exports

#endif  // WENSUM_SERVICES_EXPORTS_ROW_SELECTOR_H_
