// People whose records are so many, or hang together so loosely, that they may be several people: as tasks of stewards.
#ifndef WENSUM_SERVICES_REGISTER_WEAK_ENTITIES_H_
#define WENSUM_SERVICES_REGISTER_WEAK_ENTITIES_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "matching/resolve/live_matcher.h"
#include "services/tasks/task_rules.h"
#include "services/tasks/task_writer.h"
#include "storage/store.h"

namespace wensum::registry {

// The name of the person in causes.
std::string WeakCause(uint64_t anchor);
// Of fewer records, nothing is asked.
[[nodiscard]] size_t FewestWeak(const tasks::WeakEntityBounds& bounds);

// The task of the person known by `anchor`: HIGH if there are many records, else NORMAL; nullopt if the person is not
// unusual. `members`, ascending, are a cluster of the matcher. A dismissal stands until other records are members, or
// another number of pairs speaks for one person. Costs up to 2,000 pairs, a microsecond each.
std::optional<tasks::Condition> WeakCondition(const matching::LiveMatcher& matcher, uint64_t anchor,
                                              std::span<const uint64_t> members, const tasks::WeakEntityBounds& bounds);

// What Verify expects. Add takes every live entity; not thread-safe.
class WeakCheck {
 public:
  explicit WeakCheck(const tasks::WeakEntityBounds& bounds) : bounds_(bounds) {}
  void Add(const matching::LiveMatcher& matcher, uint64_t anchor, std::span<const uint64_t> members);
  // Calls `differ` with a sentence for each weak person who holds no task, or one that says otherwise, and for each
  // task without one.
  absl::Status Run(const storage::Reader& reader, uint32_t reg, const std::function<void(std::string)>& differ) const;

 private:
  const tasks::WeakEntityBounds bounds_;
  std::map<std::string, std::pair<std::string, tasks::Priority>> expected_;  // by cause: the facts
};

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_WEAK_ENTITIES_H_
