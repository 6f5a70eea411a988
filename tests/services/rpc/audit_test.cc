#include "services/rpc/audit.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "storage/fault_store.h"
#include "storage/memory_store.h"

namespace wensum::rpc {
namespace {

storage::v1::AuditEntry Entry(int number) {
  storage::v1::AuditEntry entry;
  entry.set_format(1);
  entry.set_method(Cat("/m/", number));
  return entry;
}

std::unique_ptr<AuditLog> OpenLog(storage::Store* store, size_t max_queued = 1000) {
  absl::StatusOr<std::unique_ptr<AuditLog>> log = AuditLog::Open(store, {.register_id = 1, .max_queued = max_queued});
  EXPECT_TRUE(log.ok()) << log.status();
  return *std::move(log);
}

TEST(AuditLogTest, WritesEntriesInOrderAndGoesOnAfterReopening) {
  const auto store = storage::NewMemoryStore();
  {
    const auto log = OpenLog(store.get());
    for (int i = 1; i <= 3; ++i) {
      log->Append(Entry(i));
    }
  }
  const auto log = OpenLog(store.get());
  log->Append(Entry(4));
  ASSERT_TRUE(log->Flush().ok());
  const auto entries = log->Read(0, 10);
  ASSERT_TRUE(entries.ok());
  ASSERT_EQ(entries->size(), 4U);
  for (int i = 1; i <= 4; ++i) {
    EXPECT_EQ((*entries)[static_cast<size_t>(i) - 1].method(), Cat("/m/", i));
  }
  EXPECT_EQ(log->Read(3, 10)->size(), 1U);
}

TEST(AuditLogTest, LosesNothingUnderManyCallersAndASmallQueue) {
  const auto store = storage::NewMemoryStore();
  const auto log = OpenLog(store.get(), /*max_queued=*/4);
  std::vector<std::thread> callers;
  for (int t = 0; t < 4; ++t) {
    callers.emplace_back([&log] {
      for (int i = 0; i < 500; ++i) {
        log->Append(Entry(i));
      }
    });
  }
  for (std::thread& caller : callers) {
    caller.join();
  }
  ASSERT_TRUE(log->Flush().ok());
  EXPECT_EQ(log->Read(0, 10'000)->size(), 2'000U);
  EXPECT_EQ(log->lost(), 0U);
}

TEST(AuditLogTest, RefusesNewCallsWhileTheDiskIsFullAndWritesEverythingAfterwards) {
  const auto base = storage::NewMemoryStore();
  storage::FaultStore store(base.get());
  const auto log = OpenLog(&store, /*max_queued=*/2);
  store.SetDiskFull(true);
  EXPECT_TRUE(log->accepting());
  log->Append(Entry(1));
  EXPECT_EQ(log->Flush().code(), absl::StatusCode::kResourceExhausted);
  log->Append(Entry(2));
  log->Append(Entry(3));
  // The writer has one batch in hand and the queue is full: its next attempt turns callers away.
  EXPECT_EQ(log->Flush().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_FALSE(log->accepting());
  store.SetDiskFull(false);
  ASSERT_TRUE(log->Flush().ok());
  EXPECT_TRUE(log->accepting());
  EXPECT_EQ(log->Read(0, 10)->size(), 3U);
}

}  // namespace
}  // namespace wensum::rpc
