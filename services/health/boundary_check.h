// Which ward or parish each property lies in, against what its BLPU says.
#ifndef WENSUM_SERVICES_HEALTH_BOUNDARY_CHECK_H_
#define WENSUM_SERVICES_HEALTH_BOUNDARY_CHECK_H_

#include <atomic>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "base/clock.h"
#include "gazetteer/geo/boundary.h"
#include "services/register/register.h"
#include "services/rpc/call_context.h"
#include "wensum/v1/health.pb.h"

namespace wensum::health {

struct BoundaryCheckOptions {
  v1::BoundarySpec::Kind kind = v1::BoundarySpec::KIND_WARD;
  absl::flat_hash_set<int> custodians;  // empty: all
  bool set = false;                     // the caller sees to it that all `custodians` may be written
  size_t max_differences = 100;
};

// Judges every live BLPU of the newest state, and changes those that differ if it is asked to: the contract is that of
// GazetteerHealth.CheckBoundaries. Fills an empty `report`; after an error it tells what was changed before. CANCELLED
// before the next property once the call's caller has gone away; commits made until then stay. Waits for commits: not
// for gRPC threads. One walk over the rows of all properties; memory does not grow with them.
absl::Status CheckBoundaries(registry::Register& reg, const Clock& clock, const llpg::BoundaryIndex& boundaries,
                             const BoundaryCheckOptions& options, const rpc::CallContext& call,
                             v1::BoundaryReport& report);

// One CheckBoundaries call, fed message by message. Not thread-safe.
class BoundaryUpload {
 public:
  static constexpr size_t kMaxBytes = size_t{64} << 20;
  static constexpr int kMaxUploads = 2;

  // `own_custodians`: whose BLPUs may be changed. `under_way` counts the uploads that have begun. All must outlive the
  // upload.
  BoundaryUpload(registry::Register* reg, const Clock* clock, const std::vector<int>* own_custodians,
                 std::atomic<int>* under_way)
      : register_(*reg), clock_(*clock), own_custodians_(*own_custodians), under_way_(under_way) {}
  ~BoundaryUpload();
  BoundaryUpload(BoundaryUpload&& other) noexcept
      : register_(other.register_),
        clock_(other.clock_),
        own_custodians_(other.own_custodians_),
        under_way_(other.under_way_),
        begun_(std::exchange(other.begun_, false)),
        options_(std::move(other.options_)),
        code_property_(std::move(other.code_property_)),
        file_(std::move(other.file_)) {}
  BoundaryUpload(const BoundaryUpload&) = delete;
  BoundaryUpload& operator=(const BoundaryUpload&) = delete;
  BoundaryUpload& operator=(BoundaryUpload&&) = delete;

  // An error ends the call.
  absl::Status OnMessage(const v1::CheckBoundariesRequest& message);
  // The client has sent all. Waits for commits: not for gRPC threads.
  absl::Status Finish(rpc::CallContext& call, v1::BoundaryReport& response);

 private:
  absl::Status OnSpec(const v1::BoundarySpec& spec);
  // What may be changed: the custodian's own alone.
  absl::Status HoldToOwn(const v1::BoundarySpec& spec);

  registry::Register& register_;
  const Clock& clock_;
  const std::vector<int>& own_custodians_;
  std::atomic<int>* under_way_;
  bool begun_ = false;
  BoundaryCheckOptions options_;
  std::string code_property_;
  std::string file_;
};

}  // namespace wensum::health

#endif  // WENSUM_SERVICES_HEALTH_BOUNDARY_CHECK_H_
