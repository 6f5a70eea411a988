// Stored gazetteer rows in key order, as they stood at two revisions: now, or at one, and at an earlier one.
#ifndef WENSUM_SERVICES_EXPORTS_ROW_WALK_H_
#define WENSUM_SERVICES_EXPORTS_ROW_WALK_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/gazetteer/row_codec.h"
#include "storage/keys.h"
#include "storage/store.h"

namespace wensum::exports {

// Which states a walk shows.
struct StateSpan {
  std::optional<uint64_t> before;  // the earlier revision; nullopt: no earlier state
  std::optional<uint64_t> after;   // nullopt: the newest
};

// One row in both states, serialised as it is stored.
struct RowVersions {
  uint8_t record_type = 0;
  std::string subkey;
  std::optional<std::string> after;
  // True if both states hold the same version: `older` is empty then.
  bool same = false;
  std::optional<std::string> older;

  [[nodiscard]] const std::optional<std::string>& before() const { return same ? after : older; }
};

// The rows of one street, property or custodian, in key order: by record type, then by subkey.
struct OwnerRows {
  uint64_t id = 0;
  std::vector<RowVersions> rows;
  // True if the states differ in any version.
  bool changed = false;
};

// Not thread-safe. `reader` must outlive the walk and show one state (a snapshot). Memory: the rows of one owner.
class RowWalk {
 public:
  // All rows of the owners of one kind (property, street or custodian).
  RowWalk(const storage::Reader& reader, storage::RegisterId reg, gazetteer::RowOwner owner, const StateSpan& span);
  // Those of one property or street.
  RowWalk(const storage::Reader& reader, storage::RegisterId reg, gazetteer::RowOwner owner, uint64_t id,
          const StateSpan& span);

  // The next owner that has rows in one of the two states; false at the end. DATA_LOSS for keys and rows that cannot be
  // read.
  absl::StatusOr<bool> Next(OwnerRows* out);

 private:
  RowWalk(const storage::Reader& reader, gazetteer::RowOwner owner, const std::string& prefix, bool once,
          const StateSpan& span);

  // The key of the next row; empty at the end.
  absl::StatusOr<std::string> NextKey() const;
  absl::StatusOr<storage::RowKeyParts> Parse(std::string_view row_key) const;
  // Moves behind the row and says what it was.
  absl::StatusOr<RowVersions> Take(std::string_view row_key);

  const gazetteer::RowOwner owner_;
  const StateSpan span_;
  std::unique_ptr<storage::Iterator> newest_;
  std::unique_ptr<storage::Iterator> history_;  // null if nothing of the past is asked for
};

}  // namespace wensum::exports

#endif  // WENSUM_SERVICES_EXPORTS_ROW_WALK_H_
