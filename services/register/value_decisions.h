// What stewards have decided about the values of people, and what of it counts now.
#ifndef WENSUM_SERVICES_REGISTER_VALUE_DECISIONS_H_
#define WENSUM_SERVICES_REGISTER_VALUE_DECISIONS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/clock.h"
#include "matching/survive/steward_values.h"
#include "wensum/storage/v1/decisions.pb.h"

namespace wensum::registry {

// Values are stored and equal those of wensum.v1.Lifetime.
enum class ValueLifetime : uint8_t { kForEver = 1, kUntilTime = 2, kUntilValueChanges = 3, kUntilReasserted = 4 };

// All of them that are in force, by the record that they belong to. Pure; not thread-safe for writing. Memory: what is
// decided, some 300 bytes each.
class ValueDecisions {
 public:
  // Of a decision without `value`, or one that is retracted, nothing is taken.
  void Add(const storage::v1::LinkDecision& decision);
  // Nothing if it is not there.
  void Remove(uint64_t number);

  [[nodiscard]] bool empty() const { return by_record_.empty(); }
  // What counts among these records, the newest first; `contributor` is the index of the record in `records`. Points
  // into this object, until it changes.
  [[nodiscard]] std::vector<matching::StewardValue> Of(std::span<const uint64_t> records) const;
  // Numbers of those that end when the record is sent again, ascending.
  [[nodiscard]] std::vector<uint64_t> EndedBySending(uint64_t record) const;
  // Numbers of those whose time is over at `now`, ascending. Linear in all.
  [[nodiscard]] std::vector<uint64_t> DueAt(TimeMicros now) const;

 private:
  struct Entry {
    matching::StewardValue value;
    std::unique_ptr<const model::PersonDetails> details;  // that `value` points to
    ValueLifetime lifetime = ValueLifetime::kForEver;
    TimeMicros until = 0;
  };

  absl::flat_hash_map<uint64_t, std::vector<Entry>> by_record_;  // each ascending by number
  absl::flat_hash_map<uint64_t, uint64_t> record_of_;            // by number
};

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_VALUE_DECISIONS_H_
