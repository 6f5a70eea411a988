// The import engine of the server: runs files, one at a time, into the register.
#ifndef WENSUM_SERVICES_IMPORTS_RUN_ENGINE_H_
#define WENSUM_SERVICES_IMPORTS_RUN_ENGINE_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "gazetteer/rules/rule_config.h"
#include "import/mapping.h"
#include "services/imports/import_engine.h"
#include "services/imports/run_ledger.h"
#include "services/register/register.h"
#include "services/tasks/task_rules.h"

namespace wensum::imports {

struct RunEngineOptions {
  std::string mappings_dir;  // holds <feed>.yaml; may be empty
  llpg::RuleConfig gazetteer_rules;
  tasks::TaskRules tasks;  // a run that does not succeed is one
};

// Runs wait for each other in the order started. A run's file is looked at as a whole first: one with a faulty
// structure is refused before anything is written. Then its rows go to the register in batches, each with the run's
// checkpoint in the same commit, so that a run that was cut off goes on where it stopped.
class RunEngine final : public ImportEngine {
 public:
  // The name of the feed of gazetteer files.
  static constexpr std::string_view kGazetteerFeed = "gazetteer";
  // The name of the feed of Code-Point Open files.
  static constexpr std::string_view kCodePointFeed = "codepoint_open";

  // Takes up the runs that were cut off by the end of the server. `reg` and `clock` must outlive the engine.
  static absl::StatusOr<std::unique_ptr<RunEngine>> Create(registry::Register* reg, const Clock* clock,
                                                           RunEngineOptions options);
  // Stops the current run at its next checkpoint; it goes on at the next start.
  ~RunEngine() override;

  absl::Status Check(const StartSpec& spec) override;
  absl::StatusOr<storage::v1::ImportRun> Start(const StartSpec& spec) override;
  absl::StatusOr<storage::v1::ImportRun> StartFollowUp(const FollowUpSpec& spec) override;
  absl::StatusOr<storage::v1::ImportRun> GetRun(uint64_t id) const override;
  absl::StatusOr<std::vector<storage::v1::ImportRun>> ListRuns(std::string_view feed, uint64_t before_id,
                                                               size_t limit) const override;
  absl::StatusOr<std::vector<std::pair<uint64_t, storage::v1::ImportIssue>>> ListIssues(uint64_t run,
                                                                                        uint64_t after_number,
                                                                                        size_t limit) const override;

 private:
  RunEngine(registry::Register* reg, const Clock* clock, RunEngineOptions options);

  absl::StatusOr<std::string> MappingText(const StartSpec& spec) const;
  // Gives the run its number, records it durably and lets it wait for its turn.
  absl::StatusOr<storage::v1::ImportRun> Launch(storage::v1::ImportRun run);
  // Whether a run of this kind may be made about `about`. `self`: its number once it has one, else 0.
  absl::Status MayFollowUp(RunKind kind, const storage::v1::ImportRun& about, uint64_t self) const;
  absl::Status Resume();
  absl::StatusOr<storage::v1::ImportRun> ReadRun(uint64_t id) const;
  void Work();
  // Runs one file to its end, to a stop or to a failure; the ledger tells which.
  void Execute(uint64_t id, RunLedger& ledger);
  absl::Status ExecuteFile(RunLedger& ledger);
  void EndRun(RunLedger& ledger, const absl::Status& status);
  // Commits writes that belong to no batch of rows.
  // Ends the run, and raises or closes the task of its feed, in one commit.
  absl::Status CommitEnd(RunLedger& ledger, const absl::Status& status);
  absl::Status CommitWrites(const std::function<void(storage::WriteBatch&)>& add);

  // Constant after construction.
  registry::Register* const register_;
  const Clock* const clock_;
  const RunEngineOptions options_;

  mutable Mutex mutex_;
  CondVar work_;
  bool stopping_ WENSUM_GUARDED_BY(mutex_) = false;
  uint64_t next_id_ WENSUM_GUARDED_BY(mutex_) = 1;
  std::deque<uint64_t> waiting_ WENSUM_GUARDED_BY(mutex_);
  // Runs that have not ended.
  absl::flat_hash_map<uint64_t, std::shared_ptr<RunLedger>> active_ WENSUM_GUARDED_BY(mutex_);

  std::thread thread_;
};

}  // namespace wensum::imports

#endif  // WENSUM_SERVICES_IMPORTS_RUN_ENGINE_H_
