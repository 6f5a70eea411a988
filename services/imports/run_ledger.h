// What an import run has done so far: counts, issues and checkpoint, kept in step with the commits they tell of.
#ifndef WENSUM_SERVICES_IMPORTS_RUN_LEDGER_H_
#define WENSUM_SERVICES_IMPORTS_RUN_LEDGER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "import/csv_reader.h"
#include "import/issue.h"
#include "services/register/mutation.h"
#include "storage/store.h"
#include "wensum/storage/v1/log.pb.h"

namespace wensum::imports {

// Warnings stored per run; those beyond are only counted. Rejects are all stored.
inline constexpr uint64_t kMaxStoredWarnings = 50'000;

// The part of a file that one mutation covers.
struct RunBatch {
  // One per source write or gazetteer row of the mutation.
  struct Item {
    uint64_t line = 0;
    bool flagged = false;  // has a warning
    bool counted = true;   // false for what a file says of itself: no row of its data
    std::string raw;       // kept for a row that the register may refuse; may be empty
  };
  std::vector<Item> items;
  // Rows that never reached the register.
  uint64_t rejected = 0;
  uint64_t overtaken = 0;          // by another row of the file
  uint64_t unchanged = 0;          // they say what they said last time
  uint64_t unchanged_flagged = 0;  // of these, had a warning then
  // True: the mutation's rows are no rows of the file, which lacks them.
  bool absent = false;
  // A row was rejected whose key is not known: it may be any record's.
  bool absences_unsure = false;
  std::vector<ingest::RowIssue> issues;
  std::map<std::string, uint64_t> by_record_type;
  // Behind the batch.
  ingest::CsvPosition position;
  uint64_t raw_offset = 0;
  bool last = false;  // of the file

  // Rows of the file that the batch accounts for.
  [[nodiscard]] uint64_t rows() const { return items.size() + rejected + overtaken + unchanged; }

  // More writes that stand or fall with the batch: called on the writer's thread. May be empty, both.
  std::function<void(const registry::MutationResult&, storage::WriteBatch&)> writes;
  // Called once the batch is durable.
  std::function<void(const registry::MutationResult&)> settled;
};

// Thread-safe.
class RunLedger {
 public:
  RunLedger(uint32_t register_id, storage::v1::ImportRun run);

  // Counts a batch and its results and adds checkpoint and issues to `batch`: for Mutation::extra_writes, in file
  // order. Does nothing once a batch was lost.
  void Commit(const RunBatch& done, const registry::MutationResult& result, storage::WriteBatch& batch)
      WENSUM_EXCLUDES(mutex_);
  // Adds issues of the file as a whole.
  void AddIssues(const std::vector<ingest::RowIssue>& issues, storage::WriteBatch& batch) WENSUM_EXCLUDES(mutex_);
  // Notes what the file is; stored with the next commit.
  void SetFile(std::string sha256, uint64_t bytes, std::string format) WENSUM_EXCLUDES(mutex_);
  void SetSupply(storage::v1::Supply supply) WENSUM_EXCLUDES(mutex_);
  // How many stored rows the full supply lacks; stored with the next commit.
  void SetAbsent(uint64_t absent) WENSUM_EXCLUDES(mutex_);
  // How many records are not deleted because they are too many; stored with the next commit.
  void SetWithheld(uint64_t withheld) WENSUM_EXCLUDES(mutex_);
  // The run that took in the same extract; stored with the next commit.
  void SetRepeats(uint64_t run) WENSUM_EXCLUDES(mutex_);
  // Ends the run and adds its record to `batch`.
  void Finish(uint32_t state, std::string error, int64_t time, storage::WriteBatch& batch) WENSUM_EXCLUDES(mutex_);
  // A batch was not written: what comes behind it in the file is not counted, and the checkpoint stays before it.
  void LoseBatch() WENSUM_EXCLUDES(mutex_);
  // Replaces what is known by what the store says: after a failed commit.
  void Reset(storage::v1::ImportRun run) WENSUM_EXCLUDES(mutex_);
  // Changes some fields through `change` and adds the record to `batch`.
  template <typename Change>
  void Update(const Change& change, storage::WriteBatch& batch) WENSUM_EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    change(run_);
    Put(batch);
  }

  [[nodiscard]] storage::v1::ImportRun run() const WENSUM_EXCLUDES(mutex_);

 private:
  void AddIssue(const ingest::RowIssue& issue, storage::WriteBatch& batch) WENSUM_REQUIRES(mutex_);
  void CountSources(const RunBatch& done, const registry::MutationResult& result, storage::WriteBatch& batch)
      WENSUM_REQUIRES(mutex_);
  void CountRows(const RunBatch& done, const registry::MutationResult& result, storage::WriteBatch& batch)
      WENSUM_REQUIRES(mutex_);
  void CountAbsent(const registry::MutationResult& result) WENSUM_REQUIRES(mutex_);
  void CountOutcome(registry::WriteOutcome outcome, bool flagged) WENSUM_REQUIRES(mutex_);
  void CountRefusal(const RunBatch::Item& item, const absl::Status& status, storage::WriteBatch& batch)
      WENSUM_REQUIRES(mutex_);
  void Put(storage::WriteBatch& batch) WENSUM_REQUIRES(mutex_);

  const uint32_t register_;
  mutable Mutex mutex_;
  storage::v1::ImportRun run_ WENSUM_GUARDED_BY(mutex_);
  bool batch_lost_ WENSUM_GUARDED_BY(mutex_) = false;
};

// read == inserted + updated + unchanged + deleted + rejected + held.
[[nodiscard]] bool Reconciled(const storage::v1::ImportRun& run);

}  // namespace wensum::imports

#endif  // WENSUM_SERVICES_IMPORTS_RUN_LEDGER_H_
