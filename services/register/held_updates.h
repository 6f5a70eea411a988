// Updates of source records that look like another person than the record: they wait for a steward, and are kept for
// ever. That an update is held is a decision of the engine's own: what was accepted is what golden records follow from.
#ifndef WENSUM_SERVICES_REGISTER_HELD_UPDATES_H_
#define WENSUM_SERVICES_REGISTER_HELD_UPDATES_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "matching/another_person.h"
#include "model/source_record.h"
#include "services/tasks/task_writer.h"
#include "storage/store.h"
#include "wensum/storage/v1/decisions.pb.h"

namespace wensum::registry {

// Values are stored and equal those of wensum.v1.HeldUpdate.State.
enum class HeldState : uint8_t {
  kHeld = 1,
  kTaken = 2,      // it is a version of the record, or one behind it is
  kDropped = 3,    // by a steward; what says the same is dropped again
  kOvertaken = 4,  // the source sent the first person again, or deleted the record
  kPassedOn = 5,   // another record has it
};
inline constexpr uint32_t kHeldFormat = 1;

// What is known of all held updates without reading them, by the record. Pure; not thread-safe for writing. Memory:
// some 100 bytes an update that was ever held.
class HeldTable {
 public:
  struct Update {
    uint64_t number = 0;
    uint64_t says = 0;
    HeldState state = HeldState::kHeld;
    uint64_t decision = 0;
    friend bool operator==(const Update&, const Update&) = default;
  };
  using Updates = std::vector<Update>;  // ascending by number

  // Brings an update in: a new one, or one that is known and has changed.
  void Put(const storage::v1::HeldUpdate& update);
  // All of a record, to go back to it.
  [[nodiscard]] Updates Of(uint64_t ordinal) const;
  void Set(uint64_t ordinal, Updates updates);

  [[nodiscard]] bool IsHeld(uint64_t ordinal) const;
  // Numbers of those that wait, ascending.
  [[nodiscard]] std::vector<uint64_t> Waiting(uint64_t ordinal) const;
  // True if the newest one that waits says this.
  [[nodiscard]] bool WaitsLast(uint64_t ordinal, uint64_t says) const;
  // The decision that dropped what says this; 0: none did.
  [[nodiscard]] uint64_t DroppedBy(uint64_t ordinal, uint64_t says) const;
  // Of the next one of a record.
  [[nodiscard]] uint64_t NextNumber(uint64_t ordinal) const;

  friend bool operator==(const HeldTable&, const HeldTable&) = default;

 private:
  absl::flat_hash_map<uint64_t, Updates> by_record_;
};

// Hash of what a record says, whatever its date: extracts bear that of the night.
[[nodiscard]] uint64_t WhatItSays(model::SourceRecord& record);

// DATA_LOSS if it is missing or cannot be read.
absl::StatusOr<storage::v1::HeldUpdate> ReadHeld(const storage::Reader& reader, uint32_t reg, uint64_t ordinal,
                                                 uint64_t number);
// Those of a record with numbers above `after`, ascending, at most `limit`.
absl::StatusOr<std::vector<storage::v1::HeldUpdate>> ListHeld(const storage::Reader& reader, uint32_t reg,
                                                              uint64_t ordinal, uint64_t after, size_t limit);
void PutHeldUpdate(uint32_t reg, const storage::v1::HeldUpdate& update, storage::WriteBatch& batch);
absl::StatusOr<HeldTable> LoadHeld(const storage::Reader& reader, uint32_t reg);

// The record in causes of tasks.
std::string OverlayCause(uint64_t ordinal);
// Of updates of a record that wait: the first of them, and the numbers of all.
tasks::Condition OverlayCondition(const storage::v1::HeldUpdate& first, const std::vector<uint64_t>& numbers);

// For Verify: calls `differ` with a sentence for each update that cannot be read, is of a record above `last_ordinal`
// or of a later revision; for each record with updates that wait which holds no task, or one that says otherwise; and
// for each task without.
absl::Status VerifyHeld(const storage::Reader& reader, uint32_t reg, uint64_t revision, uint64_t last_ordinal,
                        const std::function<void(std::string)>& differ);

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_HELD_UPDATES_H_
