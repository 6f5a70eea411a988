// The earlier state of a change-only file, where the file's reader has another one than the register had. Internal to
// this folder.
#ifndef WENSUM_SERVICES_EXPORTS_HELD_OVERLAY_H_
#define WENSUM_SERVICES_EXPORTS_HELD_OVERLAY_H_

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "services/exports/row_selector.h"
#include "services/exports/row_walk.h"
#include "services/gazetteer/held_rows.h"
#include "services/gazetteer/row_codec.h"

namespace wensum::exports {

// Not thread-safe.
class HeldOverlay {
 public:
  // Null: nothing differs. `held` must outlive the overlay.
  explicit HeldOverlay(const gazetteer::HeldRows* held) : held_(held) {}

  // The streets or properties of which a row is held otherwise, ascending.
  [[nodiscard]] std::span<const uint64_t> Owners(gazetteer::RowOwner owner) const;

  // Makes places among the owner's rows, in their order, for those that are held otherwise and that neither state has.
  // Apply speaks of these rows then. Errors as HeldRows gives them.
  absl::Status Open(gazetteer::RowOwner owner, OwnerRows& rows);
  // Makes `before`, which was selected of the rows that Open saw last, what is held of them.
  void Apply(const OwnerRows& rows, SelectedRows& before) const;

 private:
  const gazetteer::HeldRows* held_;
  std::vector<gazetteer::HeldRow> rows_;  // of the owner that Open saw last, in the order of keys
};

}  // namespace wensum::exports

#endif  // WENSUM_SERVICES_EXPORTS_HELD_OVERLAY_H_
