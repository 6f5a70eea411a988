// What the records of one person say that cannot all be true of one person, as tasks of stewards.
#ifndef WENSUM_SERVICES_REGISTER_ENTITY_CONFLICTS_H_
#define WENSUM_SERVICES_REGISTER_ENTITY_CONFLICTS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "services/register/codec.h"
#include "services/tasks/task_writer.h"
#include "storage/store.h"

namespace wensum::registry {

// Stored, and equal to wensum.v1.ConflictEvidence.Attribute.
enum class ConflictAttribute : uint8_t { kNiNumber = 1, kDateOfBirth = 2 };

// A value in conflict, and the records that give it, ascending.
struct ConflictValue {
  ConflictAttribute attribute = ConflictAttribute::kNiNumber;
  std::string value;
  std::vector<uint64_t> ordinals;
};

// Two NI numbers, or two dates of birth of which neither is the other with parts left out; dates that systems store for
// want of one say nothing. Values in the order of their first records, NI numbers before dates; empty if all agree or
// these are no records of a person. `sources` in any order.
std::vector<ConflictValue> ConflictsOf(std::span<const std::pair<uint64_t, const DecodedSource*>> sources);

// The name of the person in causes.
std::string ConflictCause(uint64_t anchor);
// The task of the person known by `anchor`: HIGH with two NI numbers or with dates that no slip of the pen lies
// between, else LOW. `conflicts` not empty.
tasks::Condition ConflictCondition(uint64_t anchor, const std::vector<ConflictValue>& conflicts);

// What Verify expects. Add takes the records of every live entity; not thread-safe.
class ConflictCheck {
 public:
  void Add(uint64_t anchor, std::span<const std::pair<uint64_t, const DecodedSource*>> sources);
  // Calls `differ` with a sentence for each conflict that holds no task, or one that says otherwise, and for each task
  // without a conflict.
  absl::Status Run(const storage::Reader& reader, uint32_t reg, const std::function<void(std::string)>& differ) const;

 private:
  std::map<std::string, std::pair<std::string, tasks::Priority>> expected_;  // by cause: the facts
};

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_ENTITY_CONFLICTS_H_
