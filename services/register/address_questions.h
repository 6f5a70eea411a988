// Addresses that are matched to no property, as tasks of stewards: one for all records that say the same.
#ifndef WENSUM_SERVICES_REGISTER_ADDRESS_QUESTIONS_H_
#define WENSUM_SERVICES_REGISTER_ADDRESS_QUESTIONS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/register/codec.h"
#include "services/register/core.h"
#include "services/tasks/task_writer.h"
#include "storage/store.h"

namespace wensum::registry {

// One that a record asks.
struct AddressQuestion {
  std::string hash;    // HashForm of what the address says
  size_t address = 0;  // the first of the record's addresses that says so
};

// True for outcomes that a steward can mend. Not for addresses outside the area.
[[nodiscard]] bool IsUnresolved(uint8_t outcome);

// Of a live record of a person or organisation: its unresolved addresses, by hash. Null or deleted: none. Two
// microseconds for each unresolved address, and nothing for others.
std::vector<AddressQuestion> QuestionsOf(const Core& core, const DecodedSource* source);

// The task of a question that the record asks, with the nearest candidates. Takes the address index's lock, shared.
tasks::Condition AddressCondition(const AddressQuestion& question, uint64_t ordinal, const DecodedSource& source,
                                  const Indexes& indexes);

// Ordinals of the records that ask, ascending, those above `after`, at most `limit`. `hash`: as HashForm.
absl::StatusOr<std::vector<uint64_t>> ListAskers(const storage::Reader& reader, uint32_t reg, std::string_view hash,
                                                 uint64_t after, size_t limit);
// The hash in a task's cause; empty if it holds none.
std::string HashOfCause(std::string_view cause);

// What Verify expects. Add takes questions of each live record; not thread-safe.
class AddressQuestionCheck {
 public:
  void Add(uint64_t ordinal, const DecodedSource& source, const std::vector<AddressQuestion>& questions);
  // Calls `differ` with a sentence for each question that is not listed or holds no task, or one that says otherwise,
  // and for each listing or task without a question.
  absl::Status Run(const storage::Reader& reader, uint32_t reg, const std::function<void(std::string)>& differ);

 private:
  struct First {
    uint64_t ordinal = 0;
    std::string text;
    std::string postcode;
    uint8_t outcome = 0;
  };
  absl::Status CheckTask(const storage::Reader& reader, uint32_t reg, const std::string& cause, const First& first,
                         const std::function<void(std::string)>& differ) const;

  std::map<std::string, First> questions_;             // by hash: who asks first
  std::set<std::pair<std::string, uint64_t>> askers_;  // hash and ordinal
};

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_ADDRESS_QUESTIONS_H_
