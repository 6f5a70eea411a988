// Decisions about many tasks at once as they are stored, and the order in which their sample is drawn.
#ifndef WENSUM_SERVICES_REGISTER_BULK_STORE_H_
#define WENSUM_SERVICES_REGISTER_BULK_STORE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/store.h"
#include "wensum/storage/v1/bulk.pb.h"

namespace wensum::registry {

// Values are stored and equal those of wensum.v1.BulkDecision.State.
enum class BulkState : uint8_t {
  kOpen = 1,  // SAMPLING, ACCEPTED or REFUSED, as the answers to the sample have it
  kApplying = 4,
  kDone = 5,
  kWithdrawn = 6,
  kStopped = 7,
  kUndoing = 8,
  kUndone = 9,
};
// Values are stored and equal those of wensum.v1.BulkOutcome, where 0 is WAITING.
enum class BulkOutcome : uint8_t {
  kNone = 0,
  kSampleAgreed = 2,
  kSampleError = 3,
  kDecided = 4,
  kClosed = 5,
  kHeld = 6,
  kEvidenceChanged = 7,
  kContradicted = 8,
  kUnseen = 9,
  kUndone = 10,
  kUndoRefused = 11,
};
// Values are stored and equal those of wensum.v1.BulkStep.Type.
enum class BulkStepType : uint8_t {
  kCreated = 1,
  kApplied = 2,
  kStopped = 3,
  kDone = 4,
  kUndoBegun = 5,
  kUndone = 6,
  kWithdrawn = 7,
};

inline constexpr uint32_t kBulkFormat = 1;

// "bulkDecisions/7"
std::string BulkName(uint64_t number);
[[nodiscard]] inline BulkState StateOf(const storage::v1::BulkDecision& bulk) {
  return static_cast<BulkState>(bulk.state());
}

// The seed as it is told: 16 hexadecimal digits.
std::string SeedText(uint64_t seed);
// These tasks in the order of the draw: by HMAC-SHA-256 of "tasks/{number}", with the text of the seed as its key. A
// microsecond each.
std::vector<uint64_t> DrawOrder(uint64_t seed, std::vector<uint64_t> tasks);

// DATA_LOSS if a value cannot be read, here and below. NOT_FOUND if there is none.
absl::StatusOr<storage::v1::BulkDecision> ReadBulk(const storage::Reader& reader, uint32_t reg, uint64_t number);
// 0 if there is none.
absl::StatusOr<uint64_t> NewestBulk(const storage::Reader& reader, uint32_t reg);
// Numbers of those that are being applied or undone, ascending. Reads all.
absl::StatusOr<std::vector<uint64_t>> BulksAtWork(const storage::Reader& reader, uint32_t reg);

struct BulkTaskAt {
  uint64_t position = 0;
  storage::v1::BulkTask task;
};
// Those from a position on, at most `limit`.
absl::StatusOr<std::vector<BulkTaskAt>> ReadBulkTasks(const storage::Reader& reader, uint32_t reg, uint64_t number,
                                                      uint64_t from, size_t limit);

void PutBulk(uint32_t reg, const storage::v1::BulkDecision& bulk, storage::WriteBatch& batch);
void PutBulkTask(uint32_t reg, uint64_t number, const BulkTaskAt& task, storage::WriteBatch& batch);
// One more task that came to this.
void CountOutcome(BulkOutcome outcome, int64_t more, storage::v1::BulkDecision& bulk);

// Calls `differ` with a sentence for each difference: bulk decisions numbered without gaps, of known revisions; their
// tasks without gaps, in the order of the draw, and as many of each outcome as they count; what they decided among the
// decisions, and no other decision of theirs.
absl::Status VerifyBulk(const storage::Reader& reader, uint32_t reg, uint64_t revision,
                        const std::function<void(std::string)>& differ);

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_BULK_STORE_H_
