// What a purpose sees of the people that ids stood for, at any revision.
#ifndef WENSUM_SERVICES_CHANGES_PERSON_STATES_H_
#define WENSUM_SERVICES_CHANGES_PERSON_STATES_H_

#include <cstdint>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/changes/feed_filter.h"
#include "services/convert/links.h"
#include "services/register/register.h"
#include "storage/store.h"
#include "wensum/storage/v1/records.pb.h"
#include "wensum/v1/people.pb.h"

namespace wensum::changes {

// What one id stood for.
struct PersonState {
  uint64_t redirect = 0;  // the id that it resolved to; 0 if it stood for itself, or was not issued yet
  bool visible = false;   // the purpose sees a golden record, which is `person`
  bool matches = false;   // and it fits the filter
  v1::Person person;
};

// Reads versions of ids from one snapshot. Nothing is ever taken out of the history, so that any revision up to that of
// the snapshot can be read. Not thread-safe; hold it for a piece of work, not for hours.
class PersonStates {
 public:
  // All must outlive it.
  PersonStates(const registry::Register* reg, const FeedFilter* filter, registry::ReadView view);

  // Just before and just after a revision. Costs a seek and two parses; where the filter asks for stale values, two
  // reads more of each source record of the person.
  struct Change {
    PersonState before;
    PersonState after;
  };
  absl::StatusOr<Change> ReadChange(uint64_t id, uint64_t revision);
  // After the revision.
  absl::StatusOr<PersonState> Read(uint64_t id, uint64_t revision);
  // Whether the id itself stood for a person that fitted the filter, before the revision.
  absl::StatusOr<bool> WasMatching(uint64_t id, uint64_t revision);
  // The state that all is read from.
  [[nodiscard]] const storage::Reader& reader() const { return view_.reader(); }

  // Whether a stored version of an id, which is still that of `revision`, has the stale values that the filter asks
  // for; true if it asks for none.
  absl::StatusOr<bool> FitsStale(const storage::v1::Entity& entity, uint64_t revision);
  // The stored versions instead, with the part that the purpose sees; empty where there is none.
  struct StoredChange {
    storage::v1::Entity before;
    storage::v1::Entity after;
  };
  absl::StatusOr<StoredChange> ReadStored(uint64_t id, uint64_t revision);

 private:
  // To the newest version of the id up to the revision; false if there is none.
  absl::StatusOr<bool> SeekTo(uint64_t id, uint64_t revision);
  // Whether the iterator stands at a version of the id.
  [[nodiscard]] bool IsAt(uint64_t id) const;
  absl::Status Parse(uint64_t id, storage::v1::Entity& entity) const;
  absl::Status Fill(uint64_t id, uint64_t revision, PersonState& state);

  const registry::Register& register_;
  const FeedFilter& filter_;
  const registry::ReadView view_;
  const std::unique_ptr<storage::Iterator> history_;
  std::unique_ptr<convert::LinkReader> links_;  // made when the filter first asks for stale values
};

}  // namespace wensum::changes

#endif  // WENSUM_SERVICES_CHANGES_PERSON_STATES_H_
