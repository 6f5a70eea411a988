// What becomes of records that a complete extract does not have any more.
#ifndef WENSUM_SERVICES_IMPORTS_ABSENT_RECORDS_H_
#define WENSUM_SERVICES_IMPORTS_ABSENT_RECORDS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "import/csv_reader.h"
#include "import/delivery.h"
#include "services/imports/delivered.h"
#include "services/imports/file_run.h"

namespace wensum::imports {

// For the end of a run over a complete extract, all batches of which are durable: notes which keys are missing, and
// deletes the records of those that have been missing for long enough, unless they are too many. Not thread-safe; for
// one use.
class AbsentRecords {
 public:
  // `extract`: the number of this one. All must outlive the object.
  AbsentRecords(FileRun* run, std::shared_ptr<DeliveredTable> table, const ingest::DeliveryRule* rule, uint64_t extract)
      : run_(*run), table_(std::move(table)), rule_(*rule), extract_(extract) {}

  // `position`: of the file's end. May be called again after a stop in the middle: what was done is not done twice.
  // Memory: the keys to be deleted. CANCELLED if told to stop; else errors of the store.
  absl::Status Run(const ingest::CsvPosition& position);
  // Deletes the records of all keys that have been missing for long enough, however many. Needs no extract: the table
  // has seen no key. Errors as Run.
  absl::Status DeleteDue();

 private:
  using Key = std::pair<std::string, storage::v1::Delivered>;  // its hash, and what is stored

  [[nodiscard]] bool Due(const storage::v1::Delivered& delivered) const;
  absl::Status Take(Key key, const ingest::CsvPosition& position);
  absl::Status Delete(const std::vector<Key>& keys, const ingest::CsvPosition& position);
  absl::Status Send(const ingest::CsvPosition& position);
  [[nodiscard]] bool TooMany(uint64_t keys) const;

  FileRun& run_;
  const std::shared_ptr<DeliveredTable> table_;
  const ingest::DeliveryRule& rule_;
  const uint64_t extract_;
  uint64_t absent_ = 0;
  uint64_t due_count_ = 0;
  std::vector<Key> due_;
  DeliveredBatch batch_;
};

}  // namespace wensum::imports

#endif  // WENSUM_SERVICES_IMPORTS_ABSENT_RECORDS_H_
