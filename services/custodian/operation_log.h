// The stored operations of custodians, and the lineage that they tell.
#ifndef WENSUM_SERVICES_CUSTODIAN_OPERATION_LOG_H_
#define WENSUM_SERVICES_CUSTODIAN_OPERATION_LOG_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/keys.h"
#include "storage/store.h"
#include "wensum/storage/v1/operations.pb.h"

namespace wensum::custodian {

inline constexpr uint32_t kOperationFormat = 1;

// "operations/7"; also what stands in place of an import run on the rows that it wrote.
std::string OperationName(uint64_t number);
// INVALID_ARGUMENT, naming `field`.
absl::StatusOr<uint64_t> ParseOperationName(std::string_view name, std::string_view field);

// How far a walk along the lineage goes.
struct LineageLimits {
  size_t depth = 100;         // steps from the property
  size_t properties = 2'000;  // that are looked at
  size_t operations = 4'000;  // that are read, each as often as it is met
};

// Reads one register. What was read is kept: for one request. Not thread-safe. Errors come from the store alone, unless
// said.
class OperationLog {
 public:
  // What is kept of an operation. Rows may be megabytes.
  enum class Keep : uint8_t { kAll, kAllButRows };

  // `reader` must outlive it.
  OperationLog(const storage::Reader& reader, storage::RegisterId reg, Keep keep = Keep::kAll)
      : reader_(reader), reg_(reg), keep_(keep) {}

  // NOT_FOUND if there is no such operation. Good as long as the log.
  absl::StatusOr<const storage::v1::CustodianOperation*> Get(uint64_t number);
  // The same, all of it and not kept. Adds its size to `*bytes`.
  absl::StatusOr<storage::v1::CustodianOperation> Read(uint64_t number, size_t* bytes) const;
  // The number that the next operation gets.
  [[nodiscard]] absl::StatusOr<uint64_t> NextNumber() const;
  // False if it was undone, and the undo was not undone itself.
  absl::StatusOr<bool> InForce(uint64_t number);

  // Numbers below `before` (0: from the newest), newest first, at most `limit`: all, or those of one property or
  // street.
  [[nodiscard]] absl::StatusOr<std::vector<uint64_t>> List(uint64_t before, size_t limit) const;
  [[nodiscard]] absl::StatusOr<std::vector<uint64_t>> ListOfProperty(uint64_t uprn, uint64_t before,
                                                                     size_t limit) const;
  [[nodiscard]] absl::StatusOr<std::vector<uint64_t>> ListOfStreet(uint32_t usrn, uint64_t before, size_t limit) const;

  struct Event {
    uint64_t operation = 0;
    int index = 0;  // of the operation's lineage
    bool in_force = false;
    friend auto operator<=>(const Event&, const Event&) = default;
  };
  struct Lineage {
    std::vector<Event> events;      // in the order in which they happened
    bool truncated = false;         // a limit was met
    std::vector<uint64_t> later;    // the property and all that came from it; ascending
    std::vector<uint64_t> origins;  // of it and all that it came from, those that came from none; ascending
  };
  // From the property on to its predecessors and theirs, and to its successors and theirs. Events of operations that
  // were undone are among `events`, but lead nowhere.
  absl::StatusOr<Lineage> LineageOf(uint64_t uprn, const LineageLimits& limits);

  // Adds the operation and whatever finds it.
  static void Put(storage::RegisterId reg, const storage::v1::CustodianOperation& operation,
                  storage::WriteBatch& batch);

 private:
  [[nodiscard]] absl::StatusOr<std::vector<uint64_t>> ListKeys(const std::string& prefix, const std::string& last,
                                                               size_t limit) const;
  // Of the newest `limit` operations that it is named in; `*read` says how many there were.
  absl::StatusOr<std::vector<Event>> EventsOf(uint64_t uprn, size_t limit, size_t* read);

  const storage::Reader& reader_;
  const storage::RegisterId reg_;
  const Keep keep_;
  std::map<uint64_t, storage::v1::CustodianOperation> operations_;
};

}  // namespace wensum::custodian

#endif  // WENSUM_SERVICES_CUSTODIAN_OPERATION_LOG_H_
