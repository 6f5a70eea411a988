// The RocksDB store on a failing device. This program's own write() and fdatasync() stand before the C library's, so
// that they also serve RocksDB: they pass on, count, and fail for log files when told to.
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <string_view>
#include <tuple>

#include "base/strings.h"
#include "storage/rocksdb_store.h"
#include "tests/storage/store_test_util.h"
#include "tests/support/temp_dir.h"

namespace {

std::atomic<int> write_error = 0;      // errno of writes to log files; 0: they work
std::atomic<bool> tear_first = false;  // half of the first failing write is done
std::atomic<int> sync_error = 0;
std::atomic<int> syncs = 0;

bool IsLogFile(int fd) {
  char link[64];
  char target[4096];
  snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
  const ssize_t size = readlink(link, target, sizeof(target));
  return size > 0 && std::string_view(target, static_cast<size_t>(size)).ends_with(".log");
}

}  // namespace

extern "C" ssize_t write(int fd, const void* data, size_t size) {
  const int error = write_error;
  if (error != 0 && IsLogFile(fd)) {
    if (size > 1 && tear_first.exchange(false)) {
      return syscall(SYS_write, fd, data, size / 2);
    }
    errno = error;
    return -1;
  }
  return syscall(SYS_write, fd, data, size);
}

extern "C" int fdatasync(int fd) {
  if (IsLogFile(fd)) {
    ++syncs;
    if (const int error = sync_error; error != 0) {
      errno = error;
      return -1;
    }
  }
  return static_cast<int>(syscall(SYS_fdatasync, fd));
}

namespace wensum::storage {
namespace {

class RocksDbFailureTest : public testing::Test {
 protected:
  void SetUp() override { Reopen(); }
  void TearDown() override { HealDevice(); }

  static void HealDevice() {
    write_error = 0;
    tear_first = false;
    sync_error = 0;
  }
  void Reopen() {
    store_.reset();
    auto store = OpenRocksDbStore({.path = directory_.path()});
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
  }
  absl::Status Put(const std::string& key, Durability durability = Durability::kSync) {
    WriteBatch batch;
    batch.Put(Family::kEntity, key, std::string(500, 'v'));
    batch.Put(Family::kChangeLog, key, std::string(500, 'w'));
    return store_->Write(batch, durability);
  }
  // The keys of both families; "(torn)" if they differ.
  std::string Keys() {
    std::string entities;
    for (const auto& [key, value] : Scan(*store_, Family::kEntity)) {
      AppendTo(entities, key, " ");
    }
    std::string changes;
    for (const auto& [key, value] : Scan(*store_, Family::kChangeLog)) {
      AppendTo(changes, key, " ");
    }
    return entities == changes ? entities : "(torn)";
  }

  TempDir directory_;
  std::unique_ptr<Store> store_;
};

TEST_F(RocksDbFailureTest, SyncedWritesWaitForTheDeviceAndOthersDoNot) {
  syncs = 0;
  EXPECT_TRUE(Put("a", Durability::kNoSync).ok());
  EXPECT_EQ(syncs, 0);
  EXPECT_TRUE(Put("b", Durability::kSync).ok());
  EXPECT_EQ(syncs, 1);
  EXPECT_TRUE(Put("c", Durability::kNoSync).ok());
  EXPECT_EQ(syncs, 1);
  EXPECT_TRUE(store_->Sync().ok());
  EXPECT_EQ(syncs, 2);
  EXPECT_TRUE(Put("d", Durability::kNoSync).ok());
  EXPECT_TRUE(store_->Write(WriteBatch(), Durability::kSync).ok());
  EXPECT_EQ(syncs, 3);
}

// Parameters: whether batches were written before, and whether the write that fails is torn.
class RocksDbDiskFullTest : public RocksDbFailureTest, public testing::WithParamInterface<std::tuple<bool, bool>> {};

TEST_P(RocksDbDiskFullTest, RefusesWritesUntilReopenedAndLosesNothing) {
  const auto [filled, torn] = GetParam();
  const std::string before = filled ? "a b " : "";
  if (filled) {
    ASSERT_TRUE(Put("a").ok());
    ASSERT_TRUE(Put("b", Durability::kNoSync).ok());
  }
  tear_first = torn;
  write_error = ENOSPC;
  for (const char* key : {"lost 1", "lost 2"}) {
    const absl::Status full = Put(key);
    EXPECT_EQ(full.code(), absl::StatusCode::kResourceExhausted) << full;
    EXPECT_THAT(std::string(full.message()), testing::HasSubstr(directory_.path()));
  }
  EXPECT_EQ(store_->Sync().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(Keys(), before);
  HealDevice();
  EXPECT_EQ(Put("lost 3").code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(Keys(), before);
  Reopen();
  EXPECT_EQ(Keys(), before);
  EXPECT_TRUE(Put("c").ok());
  Reopen();
  EXPECT_EQ(Keys(), before + "c ");
}

INSTANTIATE_TEST_SUITE_P(All, RocksDbDiskFullTest, testing::Combine(testing::Bool(), testing::Bool()));

TEST_F(RocksDbFailureTest, ClosesCleanlyWhileTheDiskIsFull) {
  ASSERT_TRUE(Put("a").ok());
  tear_first = true;
  write_error = ENOSPC;
  EXPECT_EQ(Put("lost").code(), absl::StatusCode::kResourceExhausted);
  store_.reset();
  HealDevice();
  Reopen();
  EXPECT_EQ(Keys(), "a ");
}

TEST_F(RocksDbFailureTest, FailedWriteStopsWritesUntilReopened) {
  ASSERT_TRUE(Put("a").ok());
  tear_first = true;
  write_error = EIO;
  const absl::Status failed = Put("lost");
  EXPECT_EQ(failed.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(failed.message()), testing::HasSubstr(directory_.path()));
  HealDevice();
  EXPECT_EQ(Put("lost too").code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(Put("lost too", Durability::kNoSync).code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(Keys(), "a ");
  Reopen();
  EXPECT_EQ(Keys(), "a ");
  EXPECT_TRUE(Put("b").ok());
  Reopen();
  EXPECT_EQ(Keys(), "a b ");
}

TEST_F(RocksDbFailureTest, FailedSyncLeavesAllOrNothing) {
  ASSERT_TRUE(Put("a").ok());
  sync_error = EIO;
  EXPECT_EQ(Put("b").code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(Keys(), "a ");
  HealDevice();
  EXPECT_EQ(Put("c").code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(store_->Sync().code(), absl::StatusCode::kUnavailable);
  Reopen();
  EXPECT_THAT(Keys(), testing::AnyOf("a ", "a b "));
}

}  // namespace
}  // namespace wensum::storage
