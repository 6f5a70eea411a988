// What tests of import runs share.
#ifndef WENSUM_TESTS_SERVICES_IMPORTS_RUN_ENGINE_FIXTURE_H_
#define WENSUM_TESTS_SERVICES_IMPORTS_RUN_ENGINE_FIXTURE_H_

#include <atomic>
#include <chrono>
#include <fstream>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "services/imports/run_engine.h"
#include "services/imports/run_ledger.h"
#include "storage/fault_store.h"
#include "tests/services/register/register_test_util.h"
#include "tests/support/temp_dir.h"
#include "wensum/v1/imports.pb.h"

namespace wensum::imports {

// Holds the writer back after its next commit until it is let go.
class Gate {
 public:
  explicit Gate(registry::Register& reg)
      : opened_(open_.get_future().share()), subscription_(reg.Subscribe([this](uint64_t) {
          if (!held_.exchange(true)) {
            reached_.set_value();
          }
          opened_.wait();
        })) {}
  void WaitUntilHeld() { reached_.get_future().wait(); }
  void Open() { open_.set_value(); }

 private:
  std::atomic<bool> held_{false};
  std::promise<void> reached_;
  std::promise<void> open_;
  std::shared_future<void> opened_;
  std::unique_ptr<registry::Register::Subscription> subscription_;
};

// A register in memory and an engine that runs files into it.
class RunEngineFixture : public ::testing::Test {
 protected:
  RunEngineFixture() : base_(storage::NewMemoryStore()), store_(base_.get()), clock_(registry::kStartTime) { Open(); }

  void Open() {
    register_ = registry::OpenOrDie(&store_, &clock_);
    NewEngine();
  }
  // Stops the engine, and what it runs at the next checkpoint, and starts another.
  void NewEngine() {
    engine_.reset();
    auto engine = RunEngine::Create(register_.get(), &clock_, {});
    ASSERT_TRUE(engine.ok()) << engine.status();
    engine_ = *std::move(engine);
  }

  std::string WriteFile(std::string_view name, std::string_view content) {
    const std::string path = folder_.Join(name);
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }
  StartSpec SupplySpec(std::string_view content) {
    StartSpec spec;
    spec.feed = "gazetteer";
    spec.path = WriteFile(Cat("supply", files_++, ".csv"), content);
    return spec;
  }

  uint64_t Start(const StartSpec& spec) {
    const auto run = engine_->Start(spec);
    EXPECT_TRUE(run.ok()) << run.status();
    return run.ok() ? run->id() : 0;
  }
  // Starts the run and ends the engine while its first batch is being written: the rows behind that are not in.
  uint64_t StartAndStop(const StartSpec& spec) {
    Gate gate(*register_);
    const uint64_t id = Start(spec);
    gate.WaitUntilHeld();
    std::thread stop([this] { engine_.reset(); });
    std::this_thread::sleep_for(std::chrono::milliseconds(50));  // the engine is told to stop before the writer goes on
    gate.Open();
    stop.join();
    return id;
  }
  storage::v1::ImportRun WaitFor(uint64_t id, const std::function<bool(const storage::v1::ImportRun&)>& wanted) {
    while (true) {
      const auto run = engine_->GetRun(id);
      EXPECT_TRUE(run.ok()) << run.status();
      if (!run.ok() || wanted(*run)) {
        return run.ok() ? *run : storage::v1::ImportRun();
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  // The run's end; every row read must be accounted for.
  storage::v1::ImportRun Finish(uint64_t id) {
    storage::v1::ImportRun run =
        WaitFor(id, [](const storage::v1::ImportRun& r) { return r.state() != v1::ImportRun::STATE_RUNNING; });
    EXPECT_TRUE(Reconciled(run)) << run.ShortDebugString();
    return run;
  }
  storage::v1::ImportRun RunToEnd(const StartSpec& spec) { return Finish(Start(spec)); }

  std::vector<storage::v1::ImportIssue> Issues(uint64_t run) {
    std::vector<storage::v1::ImportIssue> issues;
    const auto listed = engine_->ListIssues(run, 0, 1000);
    EXPECT_TRUE(listed.ok()) << listed.status();
    for (const auto& [number, issue] : *listed) {
      EXPECT_EQ(number, issues.size() + 1);
      issues.push_back(issue);
    }
    return issues;
  }
  // Nothing was written that anybody is told of: the task of a run that did not succeed is not.
  void ExpectNothingTold(uint64_t after_revision = 0) {
    const auto changes = register_->ReadChanges(after_revision, 1'000);
    for (const auto& [revision, commit] : changes->commits) {
      EXPECT_EQ(commit.events_size(), 0) << "revision " << revision;
    }
  }
  void ExpectVerified() {
    const auto report = register_->Verify();
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(report->differences, 0) << ::testing::PrintToString(report->details);
  }
  // What an import leaves that does not tell of its time, its name or how often it was stopped.
  static std::string Essence(storage::v1::ImportRun run) {
    for (const auto clear : {&storage::v1::ImportRun::clear_id, &storage::v1::ImportRun::clear_resumed,
                             &storage::v1::ImportRun::clear_start_time, &storage::v1::ImportRun::clear_end_time,
                             &storage::v1::ImportRun::clear_drop_path, &storage::v1::ImportRun::clear_spool_file,
                             &storage::v1::ImportRun::clear_extract_time}) {
      (run.*clear)();
    }
    return run.DebugString();
  }

  TempDir folder_;
  int files_ = 0;
  std::unique_ptr<storage::Store> base_;
  storage::FaultStore store_;
  ManualClock clock_;
  std::unique_ptr<registry::Register> register_;
  std::unique_ptr<RunEngine> engine_;
};

}  // namespace wensum::imports

#endif  // WENSUM_TESTS_SERVICES_IMPORTS_RUN_ENGINE_FIXTURE_H_
