// Of which people a purpose may see all that decisions about them rest on.
#ifndef WENSUM_SERVICES_DECISIONS_PERSON_SIGHT_H_
#define WENSUM_SERVICES_DECISIONS_PERSON_SIGHT_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/register/codec.h"
#include "services/register/register.h"
#include "storage/store.h"
#include "wensum/storage/v1/decisions.pb.h"

namespace wensum::decisions {

// A person as stored.
struct StoredPerson {
  uint64_t anchor = 0;
  storage::v1::Entity entity;
  std::vector<uint64_t> records;  // live ones, ascending
};

// One state of a register, seen with the eyes of a purpose. Keeps nothing. `reg` and `reader` must outlive it.
class PersonSight {
 public:
  // `knows_all_sources`: see convert::KnowsAllSources.
  PersonSight(const registry::Register& reg, const storage::Reader& reader, bool knows_all_sources, int purpose_bit);

  [[nodiscard]] const storage::Reader& reader() const { return reader_; }
  [[nodiscard]] int purpose_bit() const { return purpose_bit_; }

  // NOT_FOUND if the id was never issued.
  absl::StatusOr<StoredPerson> Read(uint64_t id) const;
  // The record, whether deleted or not. NOT_FOUND if there is none.
  absl::StatusOr<registry::DecodedSource> ReadRecord(uint64_t ordinal) const;

  // The purpose may see everything of all these records. Errors are the store's.
  absl::StatusOr<bool> Sees(std::span<const uint64_t> records) const;
  // Of all records that the decision names, and of all of the people who hold them; if it was made by this purpose, of
  // the named ones alone: a hidden record that joins these people later does not keep who decided from undoing it.
  absl::StatusOr<bool> Sees(const storage::v1::LinkDecision& decision) const;

 private:
  const registry::Register& register_;
  const storage::Reader& reader_;
  const int purpose_bit_;
  const bool sees_everything_;
};

}  // namespace wensum::decisions

#endif  // WENSUM_SERVICES_DECISIONS_PERSON_SIGHT_H_
