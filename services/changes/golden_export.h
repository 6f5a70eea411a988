// All people, or properties, of one state of the register, message by message, without a transport.
#ifndef WENSUM_SERVICES_CHANGES_GOLDEN_EXPORT_H_
#define WENSUM_SERVICES_CHANGES_GOLDEN_EXPORT_H_

#include <google/protobuf/arena.h>

#include <cstdint>
#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "services/changes/feed_filter.h"
#include "services/changes/person_states.h"
#include "services/register/register.h"
#include "services/rpc/call_context.h"
#include "storage/store.h"
#include "wensum/v1/changes.pb.h"

namespace wensum::changes {

// Walks the newest entities and asks the history for those that changed since the revision. It holds a snapshot: let it
// not live for hours. A message costs some 1 MB while it is put together. Not thread-safe.
class GoldenExport {
 public:
  // `reg` must outlive the export. INVALID_ARGUMENT: unknown source or field, a token of something else; OUT_OF_RANGE:
  // the revision lies in the future.
  static absl::StatusOr<std::unique_ptr<GoldenExport>> Start(const rpc::CallContext& call,
                                                             const v1::ExportGoldenRequest& request,
                                                             const registry::Register* reg);

  // Fills the next message on `arena`; the last one has `end`, and null is returned after it. One without people or
  // properties, and without `end`, need not be sent: so much was looked at and did not fit the filter.
  absl::StatusOr<const v1::ExportGoldenResponse*> Next(google::protobuf::Arena& arena);

  [[nodiscard]] uint64_t people() const { return people_; }
  [[nodiscard]] uint64_t properties() const { return properties_; }
  [[nodiscard]] uint64_t revision() const { return revision_; }

 private:
  GoldenExport(const registry::Register* reg, FeedFilter filter, FeedFilter::ExportPlace place, registry::ReadView view,
               registry::ReadView history_view);
  // Adds the person that the iterator stands at, if it fits.
  absl::Status AddCurrent(v1::ExportGoldenResponse& message);
  absl::Status AddPeople(v1::ExportGoldenResponse& message);
  // Adds properties of the revision; true if there are no more.
  absl::StatusOr<bool> AddProperties(v1::ExportGoldenResponse& message);
  // The first UPRN behind the last one that the register has, or had, rows of.
  absl::StatusOr<std::optional<uint64_t>> NextUprn();

  const registry::Register& register_;
  const FeedFilter filter_;
  const uint64_t revision_;
  const registry::ReadView view_;
  const std::unique_ptr<storage::Iterator> entities_;
  PersonStates states_;
  uint64_t last_id_;
  std::optional<uint64_t> last_uprn_;  // set once all people were exported
  // Rows of properties and their former versions; made when they are first needed, the latter for a past state.
  std::unique_ptr<storage::Iterator> rows_;
  std::unique_ptr<storage::Iterator> former_rows_;
  uint64_t people_ = 0;
  uint64_t properties_ = 0;
  bool ended_ = false;
};

}  // namespace wensum::changes

#endif  // WENSUM_SERVICES_CHANGES_GOLDEN_EXPORT_H_
