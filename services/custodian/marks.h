// What custodians keep of properties beside their rows: notes, what is kept out of exports, what is to be visited.
#ifndef WENSUM_SERVICES_CUSTODIAN_MARKS_H_
#define WENSUM_SERVICES_CUSTODIAN_MARKS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gazetteer/lifecycle/apply_operation.h"
#include "services/custodian/custodian_options.h"
#include "services/register/mutation.h"
#include "storage/keys.h"
#include "storage/store.h"
#include "wensum/storage/v1/operations.pb.h"
#include "wensum/v1/custodian.pb.h"
#include "wensum/v1/custodian_marks.pb.h"

namespace wensum::custodian {

// Values are stored in keys: never change them.
enum class MarkKind : uint8_t { kNote = 'N', kExclusion = 'X', kSiteVisit = 'V' };

struct MarkId {
  MarkKind kind = MarkKind::kNote;
  uint64_t uprn = 0;
  // Of an exclusion: the LPI key, empty for the whole property. Of a note: its operation's number in 20 digits.
  std::string subkey;
  friend bool operator==(const MarkId&, const MarkId&) = default;
};

// True if the operation sets or clears a mark, and changes no row.
bool IsMarkOperation(const v1::CustodianOperation& operation);

// Plans such an operation: `record` has its number and author. Statuses are those of the API.
absl::Status PlanMark(const registry::PlanView& view, storage::RegisterId reg, const CustodianOptions& options,
                      const v1::ApplyOperationRequest& request, registry::Planned& planned,
                      storage::v1::CustodianOperation& record);
// Gives back what the marks of `undone` were, author and time with them. Refused (see gazetteer/lifecycle/refusal.h) if
// one of them is not as that left it.
absl::Status PlanUnmark(const registry::PlanView& view, storage::RegisterId reg,
                        const storage::v1::CustodianOperation& undone, registry::Planned& planned,
                        storage::v1::CustodianOperation& record);

// Exclusions of LPIs whose keys a transfer issues anew go to the new keys, author and time with them.
absl::Status PlanMovedMarks(const registry::PlanView& view, storage::RegisterId reg, const llpg::Outcome& outcome,
                            registry::Planned& planned, storage::v1::CustodianOperation& record);

// Refuses ("export_exclusion") what would let into exports again what is kept out: an LPI or property that is excluded
// gives way to another that is not. `town` is the one before `outcome`.
absl::Status CheckExclusionsKept(const storage::Reader& reader, storage::RegisterId reg, const llpg::Town& town,
                                 const llpg::Outcome& outcome);

// As of the end of a revision, whether a property is kept out of exports as a whole. Costs one read.
absl::StatusOr<bool> IsExcluded(const storage::Reader& reader, storage::RegisterId reg, uint64_t uprn,
                                uint64_t revision);
// The LPIs that are kept out. Thread-safe.
class LpiExclusions {
 public:
  // Costs a walk over all exclusions there ever were, and keeps those of LPIs.
  static absl::StatusOr<LpiExclusions> Read(const storage::Reader& reader, storage::RegisterId reg);
  // Of one property, as of the end of a revision.
  [[nodiscard]] std::set<std::string> KeysOf(uint64_t uprn, uint64_t revision) const;

 private:
  std::map<uint64_t, std::map<std::string, storage::v1::PropertyMark>> marks_;  // by UPRN and LPI key
};

struct ListedMark {
  MarkId id;
  storage::v1::MarkState state;
};
// Where a list goes on: after this mark, whether it is still there or not.
struct MarkPosition {
  uint64_t uprn = 0;
  std::string subkey;
};
// Those that are set, by UPRN and subkey, at most `limit` after `after`; of one property only if `uprn` is given.
absl::StatusOr<std::vector<ListedMark>> ListMarks(const storage::Reader& reader, storage::RegisterId reg, MarkKind kind,
                                                  std::optional<uint64_t> uprn,
                                                  const std::optional<MarkPosition>& after, size_t limit);

// As the API has them, into an empty `out`.
void ToMark(const MarkId& id, const storage::v1::MarkState& state, v1::PropertyMark& out);
void ToMark(const storage::v1::MarkVersion& version, v1::PropertyMark& out);

}  // namespace wensum::custodian

#endif  // WENSUM_SERVICES_CUSTODIAN_MARKS_H_
