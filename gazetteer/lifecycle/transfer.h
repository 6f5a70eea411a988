// Properties that go from one local custodian to another, with record keys issued anew.
//
// A record key starts with the code of the custodian that made it, and BS 7666 wants no key used again: when the code
// changes, each row whose key starts with the former one is deleted and the same row is inserted under a fresh key.
// Nothing else of the property changes, so faults that it had before stay and are no reason to refuse.
#ifndef WENSUM_GAZETTEER_LIFECYCLE_TRANSFER_H_
#define WENSUM_GAZETTEER_LIFECYCLE_TRANSFER_H_

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gazetteer/lifecycle/apply_operation.h"
#include "gazetteer/lifecycle/refusal.h"
#include "gazetteer/lifecycle/town.h"

namespace wensum::llpg {

// What one operation moves at most: the writer plans it while all other writes wait.
inline constexpr size_t kMaxTransferred = 1'000;

struct TransferProperties {
  int to = 0;
  int from = 0;  // who is expected to keep them; 0: any own custodian
  std::vector<model::Uprn> uprns;
};

// BLPUs under their new custodian (`changes`) and rows under new keys (`rekeyed`). Statuses as in refusal.h; of several
// properties that may not be moved each is told. Refused if it parts a family (see CheckFamilies).
absl::StatusOr<Outcome> ApplyTransfer(const TransferProperties& transfer, const Town& town, NumberSource& numbers,
                                      const LifecycleRules& rules);

// A whole ward, or all of a custodian.
struct TransferSelection {
  int to = 0;
  int from = 0;                         // 0: any own custodian
  std::string ward;                     // empty: all of `from`
  model::Uprn after;                    // families whose lowest UPRN is above it
  size_t limit = kMaxTransferred;       // properties; at least 1
  std::vector<model::Uprn> candidates;  // ascending: all that may be of it, and perhaps others
};

struct SelectedProperties {
  std::vector<model::Uprn> uprns;  // ascending: to be moved now, whole families
  model::Uprn last;                // the lowest of the last family among them
  size_t remaining = 0;            // properties behind those
  std::vector<Refusal> left_out;   // those met on the way that stay
};

// Chooses what to move next. A family is parents and children of one custodian; it belongs to the ward of its topmost
// property. The first family is taken even if it is above the limit, unless it is above kMaxTransferred. Reads each
// candidate up to the limit, and those of a ward to their end.
absl::StatusOr<SelectedProperties> SelectTransfer(const TransferSelection& selection, const Town& town,
                                                  const LifecycleRules& rules);

// Custodian codes of a property that changes them.
struct CustodianChange {
  int before = 0;
  int after = 0;
};

// Refuses ("family") if a parent and a child that had one custodian would have two. `town` may be the one before or
// after.
absl::Status CheckFamilies(const Town& town, const std::map<model::Uprn, CustodianChange>& moved);

// True if the text is a record key (four digits, a letter, nine digits) of that custodian.
bool IsRecordKeyOf(std::string_view key, int custodian_code);

}  // namespace wensum::llpg

#endif  // WENSUM_GAZETTEER_LIFECYCLE_TRANSFER_H_
