// The values of source records that golden records of one state have left behind, message by message, without a
// transport.
#ifndef WENSUM_SERVICES_CHANGES_STALE_EXPORT_H_
#define WENSUM_SERVICES_CHANGES_STALE_EXPORT_H_

#include <google/protobuf/arena.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/convert/links.h"
#include "services/register/register.h"
#include "services/rpc/call_context.h"
#include "storage/store.h"
#include "wensum/v1/links.pb.h"

namespace wensum::changes {

// Walks the newest entities, asks the history for those that changed since the revision, and reads the source records
// of people who have one of the sources asked for. It holds a snapshot: let it not live for hours. Not thread-safe.
class StaleExport {
 public:
  // `reg` must outlive the export. INVALID_ARGUMENT: unknown source, field or status, a token of something else;
  // OUT_OF_RANGE: the revision lies in the future.
  static absl::StatusOr<std::unique_ptr<StaleExport>> Start(const rpc::CallContext& call,
                                                            const v1::ExportStaleValuesRequest& request,
                                                            const registry::Register* reg);

  // Fills the next message on `arena`; the last one has `end`, and null is returned after it. One without values, and
  // without `end`, need not be sent.
  absl::StatusOr<const v1::ExportStaleValuesResponse*> Next(google::protobuf::Arena& arena);

  [[nodiscard]] uint64_t values() const { return values_; }
  [[nodiscard]] uint64_t revision() const { return revision_; }

 private:
  struct Terms {
    convert::LinkFilter links;
    std::vector<std::string> fields;
    int purpose_bit = 0;
    uint64_t hash = 0;  // of all that and the register: for tokens

    [[nodiscard]] bool WantsField(std::string_view field) const;
  };

  StaleExport(const registry::Register* reg, Terms terms, registry::ReadView view, uint64_t after_id);
  static absl::StatusOr<Terms> ParseTerms(const rpc::CallContext& call, const v1::ExportStaleValuesRequest& request,
                                          const registry::Register& reg);
  // Adds what there is of the entity that the iterator stands at.
  absl::Status AddCurrent(v1::ExportStaleValuesResponse& message);

  const registry::Register& register_;
  const Terms terms_;
  const registry::ReadView view_;
  const uint64_t revision_;
  const std::unique_ptr<storage::Iterator> entities_;
  const std::unique_ptr<storage::Iterator> history_;
  convert::LinkReader links_;
  uint64_t last_id_;
  uint64_t values_ = 0;
  bool ended_ = false;
};

}  // namespace wensum::changes

#endif  // WENSUM_SERVICES_CHANGES_STALE_EXPORT_H_
