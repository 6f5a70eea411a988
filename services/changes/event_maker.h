// From the log's commits to the events that a caller of the feed gets.
#ifndef WENSUM_SERVICES_CHANGES_EVENT_MAKER_H_
#define WENSUM_SERVICES_CHANGES_EVENT_MAKER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/changes/feed_filter.h"
#include "services/changes/person_states.h"
#include "services/register/register.h"
#include "wensum/storage/v1/log.pb.h"
#include "wensum/v1/changes.pb.h"

namespace wensum::changes {

// Whether a stored event of this kind is about the id of a person, not a property, its record or a street.
[[nodiscard]] bool IsAboutPerson(uint32_t kind);

// A commit of the log, with its revision.
struct LoggedCommit {
  LoggedCommit(uint64_t commit_revision, storage::v1::Commit commit_logged);

  uint64_t revision = 0;
  storage::v1::Commit commit;
  // By event: whether it is the one to look at the person for. Several may name one id; what became of it is told once.
  std::vector<bool> first_of_person;
};

// Tells what became of the people, properties and streets that a commit names, by what the purpose saw of them before
// and after it: the log only says where to look. So nothing is told of a change that the purpose does not see, and who
// appears or disappears to it does so whatever really happened. Immutable, thread-safe.
class EventMaker {
 public:
  // All must outlive it.
  EventMaker(const registry::Register* reg, const FeedFilter* filter, v1::ChangePayload payload)
      : register_(*reg), filter_(*filter), payload_(payload) {}

  // The event that the commit's event `index` gives, if any; last_of_revision and resume_token are left to the caller.
  // `states` must have reached the commit's revision.
  absl::StatusOr<std::optional<v1::ChangeEvent>> Make(const LoggedCommit& logged, size_t index,
                                                      PersonStates& states) const;

 private:
  // Of persons: `event` has the revision and name; its kind stays UNSPECIFIED if there is nothing to tell.
  absl::Status MakePersonEvent(uint64_t id, PersonStates& states, v1::ChangeEvent& event) const;
  // Of an id that stands for nobody who fits the filter, neither before nor after.
  absl::Status MakeIdEvent(uint64_t id, const PersonStates::Change& change, PersonStates& states,
                           v1::ChangeEvent& event) const;
  absl::Status MakeAnchoredEvent(uint64_t id, PersonStates& states, v1::ChangeEvent& event) const;
  absl::Status MakeRecordEvent(const storage::v1::ChangeEvent& stored, PersonStates& states,
                               v1::ChangeEvent& event) const;
  // Of a property or street, whose number and kind the stored event has.
  absl::Status MakeGazetteerEvent(const storage::v1::ChangeEvent& stored, const PersonStates& states,
                                  v1::ChangeEvent& event) const;
  void AddPayload(PersonStates::Change& change, const std::vector<std::string>& changed, v1::ChangeEvent& event) const;

  const registry::Register& register_;
  const FeedFilter& filter_;
  const v1::ChangePayload payload_;
};

}  // namespace wensum::changes

#endif  // WENSUM_SERVICES_CHANGES_EVENT_MAKER_H_
