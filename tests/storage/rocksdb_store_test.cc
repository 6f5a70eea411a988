#include "storage/rocksdb_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "rocksdb/db.h"
#include "storage/rocksdb_status.h"
#include "tests/storage/conformance.h"
#include "tests/storage/conformance_model.h"

namespace wensum::storage {
namespace {

namespace fs = std::filesystem;

std::unique_ptr<Store> OpenOrNull(const RocksDbOptions& options) {
  absl::StatusOr<std::unique_ptr<Store>> store = OpenRocksDbStore(options);
  EXPECT_TRUE(store.ok()) << store.status();
  return store.ok() ? *std::move(store) : nullptr;
}

// The second has buffers so small that most reads are of table files.
INSTANTIATE_TEST_SUITE_P(RocksDb, StoreConformanceTest,
                         testing::Values(StoreBackend{"Default",
                                                      [](const std::string& directory) {
                                                        return OpenOrNull({.path = directory});
                                                      }},
                                         StoreBackend{"SmallBuffers",
                                                      [](const std::string& directory) {
                                                        return OpenOrNull({.path = directory,
                                                                           .block_cache_bytes = 256 << 10,
                                                                           .write_buffer_bytes = 64 << 10});
                                                      }}),
                         [](const auto& instance) { return instance.param.name; });

class RocksDbStoreTest : public testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<Store>> Open() { return OpenRocksDbStore({.path = path_}); }
  absl::StatusCode OpenCode() { return Open().status().code(); }

  static void Put(Store& store, const std::string& key, const std::string& value,
                  Durability durability = Durability::kNoSync) {
    WriteBatch batch;
    batch.Put(Family::kEntity, key, value);
    batch.Put(Family::kChangeLog, key, value);
    const absl::Status status = store.Write(batch, durability);
    ASSERT_TRUE(status.ok()) << status;
  }

  // A closed store whose keys, key 0 to key 999, are in table files.
  void MakeTables() {
    auto store = OpenOrNull({.path = path_});
    ASSERT_NE(store, nullptr);
    for (int i = 0; i < 1000; ++i) {
      Put(*store, Cat("key ", i), std::string(200, static_cast<char>('a' + i % 26)));
    }
    store.reset();
    ASSERT_NE(OpenOrNull({.path = path_}), nullptr);  // replaying the log makes tables
    ASSERT_FALSE(FilesLike(".sst").empty());
  }

  std::vector<fs::path> FilesLike(const std::string& part) const {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(path_)) {
      if (entry.path().filename().string().find(part) != std::string::npos) {
        files.push_back(entry.path());
      }
    }
    return files;
  }

  static void FlipByte(const fs::path& file, std::streamoff offset) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekg(offset);
    const int byte = stream.get();
    ASSERT_NE(byte, EOF);
    stream.seekp(offset);
    stream.put(static_cast<char>(byte ^ 0x40));
    ASSERT_TRUE(stream.good());
  }

  TempDir directory_;
  std::string path_ = directory_.Join("data/store");  // made by Open, with its parent
};

TEST_F(RocksDbStoreTest, KeepsDataOverReopening) {
  {
    const auto store = OpenOrNull({.path = path_});
    ASSERT_NE(store, nullptr);
    Put(*store, "synced", "1", Durability::kSync);
    Put(*store, "unsynced", "2");
  }
  for (int i = 0; i < 2; ++i) {
    const auto store = OpenOrNull({.path = path_});
    ASSERT_NE(store, nullptr);
    EXPECT_EQ(Scan(*store, Family::kEntity), (Pairs{{"synced", "1"}, {"unsynced", "2"}}));
    EXPECT_EQ(Scan(*store, Family::kChangeLog), (Pairs{{"synced", "1"}, {"unsynced", "2"}}));
    EXPECT_GT(store->Stats().disk_bytes, 0U);
  }
}

// Keys as long as those of the register, in tables and in the memtable.
TEST_F(RocksDbStoreTest, DeletedRangesStayDeletedOverReopening) {
  MakeTables();
  Pairs expected;
  {
    const auto store = OpenOrNull({.path = path_});
    ASSERT_NE(store, nullptr);
    for (int i = 0; i < 1000; i += 7) {
      Put(*store, Cat("key ", i), "new");
    }
    for (const Family family : {Family::kEntity, Family::kChangeLog}) {
      WriteBatch batch;
      batch.Put(family, "key 55555", "put before");
      batch.DeleteRange(family, "key 1", "key 5");
      batch.DeleteRange(family, "key 5", "key 9");
      batch.Put(family, "key 5", "put again");
      const absl::Status status = store->Write(batch, Durability::kSync);
      ASSERT_TRUE(status.ok()) << status;
    }
    Put(*store, "key 777", "put later");
    expected = Scan(*store, Family::kEntity);
    ASSERT_EQ(expected.size(), 114U);  // key 0, key 5, key 777, key 9 and 90 to 99, 900 to 999
  }
  for (int i = 0; i < 2; ++i) {
    const auto store = OpenOrNull({.path = path_});
    ASSERT_NE(store, nullptr);
    EXPECT_EQ(Scan(*store, Family::kEntity), expected);
    EXPECT_EQ(Scan(*store, Family::kChangeLog), expected);
  }
}

// The files of a running store are what a killed process leaves.
TEST_F(RocksDbStoreTest, WritesSurviveTheEndOfTheProcess) {
  const auto store = OpenOrNull({.path = path_});
  ASSERT_NE(store, nullptr);
  Put(*store, "synced", "1", Durability::kSync);
  Put(*store, "unsynced", "2");
  const std::string copy = directory_.Join("copy");
  fs::copy(path_, copy);
  const auto reopened = OpenOrNull({.path = copy});
  ASSERT_NE(reopened, nullptr);
  EXPECT_EQ(Scan(*reopened, Family::kEntity), (Pairs{{"synced", "1"}, {"unsynced", "2"}}));
}

// After the loss of power the log may end anywhere behind what was synced: the batches before that point are there,
// whole, and nothing of those behind it.
TEST_F(RocksDbStoreTest, LogCutAnywhereGivesWholeBatches) {
  constexpr int kBatches = 20;
  std::vector<uintmax_t> log_sizes;  // after each batch
  const auto store = OpenOrNull({.path = path_});
  ASSERT_NE(store, nullptr);
  fs::path log;
  for (int i = 0; i < kBatches; ++i) {
    Put(*store, Cat("key ", i + 10), std::string(static_cast<size_t>(i) * 400, 'v'), Durability::kSync);
    ASSERT_EQ(FilesLike(".log").size(), 1U);
    log = FilesLike(".log").front();
    log_sizes.push_back(fs::file_size(log));
  }
  Random random(11);
  for (int round = 0; round < 25; ++round) {
    const uintmax_t cut = random.Below(log_sizes.back() + 1);
    SCOPED_TRACE(Cat("log cut at ", cut, " of ", log_sizes.back()));
    const std::string copy = directory_.Join(Cat("copy ", round));
    fs::copy(path_, copy);
    fs::resize_file(fs::path(copy) / log.filename(), cut);
    const auto reopened = OpenOrNull({.path = copy});
    ASSERT_NE(reopened, nullptr);
    const auto whole = static_cast<size_t>(
        std::count_if(log_sizes.begin(), log_sizes.end(), [&](uintmax_t size) { return size <= cut; }));
    const Pairs entities = Scan(*reopened, Family::kEntity);
    EXPECT_EQ(entities.size(), whole);
    EXPECT_EQ(entities, Scan(*reopened, Family::kChangeLog));
  }
}

TEST_F(RocksDbStoreTest, SecondOpenInThisProcessFails) {
  const auto store = OpenOrNull({.path = path_});
  ASSERT_NE(store, nullptr);
  const absl::Status status = Open().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr(Cat("data directory ", path_, " is in use")));
}

TEST_F(RocksDbStoreTest, OpenFailsWhileAnotherProcessHoldsTheLock) {
  ASSERT_NE(OpenOrNull({.path = path_}), nullptr);
  const std::string lock = path_ + "/LOCK";
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {  // only calls that are safe after a fork of a process with threads
    const int fd = open(lock.c_str(), O_RDWR);
    struct flock whole{};
    whole.l_type = F_WRLCK;
    whole.l_whence = SEEK_SET;
    const char answer = fd >= 0 && fcntl(fd, F_SETLK, &whole) == 0 ? 'y' : 'n';
    if (write(ready[1], &answer, 1) == 1) {
      pause();
    }
    _exit(1);
  }
  ASSERT_GT(child, 0);
  char answer = 0;
  ASSERT_EQ(read(ready[0], &answer, 1), 1);
  EXPECT_EQ(answer, 'y');
  const absl::Status status = Open().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
  EXPECT_THAT(std::string(status.message()),
              testing::HasSubstr(Cat("data directory ", path_, " is in use by another process")));
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  close(ready[0]);
  close(ready[1]);
  EXPECT_TRUE(Open().ok());
}

TEST_F(RocksDbStoreTest, NamesADirectoryItMayNotWriteIn) {
  ASSERT_NE(OpenOrNull({.path = path_}), nullptr);
  for (const std::string& path : {directory_.path(), directory_.Join("data")}) {
    fs::permissions(path, fs::perms(0755));
  }
  fs::permissions(path_, fs::perms(0555));
  // Permissions do not bind root: become nobody for the moment.
  const bool root = geteuid() == 0;
  if (root) {
    ASSERT_EQ(seteuid(65534), 0);
  }
  const absl::Status existing = Open().status();
  const absl::Status below = OpenRocksDbStore({.path = path_ + "/below"}).status();
  if (root) {
    ASSERT_EQ(seteuid(0), 0);
  }
  fs::permissions(path_, fs::perms(0755));
  EXPECT_EQ(existing.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(existing.message()),
              testing::HasSubstr(Cat("no permission to write in data directory ", path_)));
  EXPECT_EQ(below.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(below.message()), testing::HasSubstr(path_ + "/below"));
}

TEST_F(RocksDbStoreTest, RefusesAPathThatIsNoDirectory) {
  path_ = directory_.Join("file");
  std::ofstream(path_) << "text";
  EXPECT_EQ(OpenCode(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(OpenRocksDbStore({}).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(RocksDbStoreTest, ReadsBesideARunningStore) {
  EXPECT_EQ(OpenRocksDbStore({.path = path_, .read_only = true}).status().code(), absl::StatusCode::kNotFound);
  EXPECT_FALSE(fs::exists(path_));
  fs::create_directories(path_);
  EXPECT_EQ(OpenRocksDbStore({.path = path_, .read_only = true}).status().code(), absl::StatusCode::kNotFound);

  const auto writer = OpenOrNull({.path = path_});
  ASSERT_NE(writer, nullptr);
  Put(*writer, "a", "1");
  const auto reader = OpenOrNull({.path = path_, .read_only = true});
  ASSERT_NE(reader, nullptr);
  Put(*writer, "b", "2");
  EXPECT_EQ(Scan(*reader, Family::kEntity), (Pairs{{"a", "1"}}));
  EXPECT_EQ(Show(reader->NewSnapshot()->Get(Family::kEntity, "a")), "1");
  WriteBatch batch;
  batch.Put(Family::kEntity, "c", "3");
  EXPECT_EQ(reader->Write(batch, Durability::kSync).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(reader->Sync().ok());
}

TEST_F(RocksDbStoreTest, DamagedTableGivesDataLoss) {
  MakeTables();
  for (const fs::path& file : FilesLike(".sst")) {
    FlipByte(file, 50);
  }
  const auto store = OpenOrNull({.path = path_});
  ASSERT_NE(store, nullptr);  // the damage is in data blocks, which are read only when needed
  const auto first = store->Get(Family::kEntity, "key 0");
  EXPECT_EQ(first.status().code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(first.status().message()), testing::HasSubstr(path_));
  EXPECT_EQ(store->MultiGet(Family::kEntity, {"key 0"}).status().code(), absl::StatusCode::kDataLoss);
  const std::unique_ptr<Iterator> it = store->NewIterator(Family::kChangeLog, {});
  it->SeekToFirst();
  while (it->Valid()) {
    it->Next();
  }
  EXPECT_EQ(it->status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(Show(store->Get(Family::kEntity, "key 999")), std::string(200, 'a' + 999 % 26));  // in another block
}

TEST_F(RocksDbStoreTest, MissingOrDamagedFilesGiveDataLossAtOpen) {
  MakeTables();
  const auto open_without = [&](const fs::path& file) {
    const std::string away = directory_.Join("away");
    fs::rename(file, away);
    const absl::StatusCode code = OpenCode();
    fs::rename(away, file);
    return code;
  };
  EXPECT_EQ(open_without(FilesLike(".sst").front()), absl::StatusCode::kDataLoss);
  EXPECT_EQ(open_without(fs::path(path_) / "CURRENT"), absl::StatusCode::kDataLoss);
  EXPECT_EQ(open_without(FilesLike("MANIFEST").front()), absl::StatusCode::kDataLoss);
  ASSERT_NE(OpenOrNull({.path = path_}), nullptr);  // nothing was made worse
  FlipByte(FilesLike("MANIFEST").front(), 30);
  EXPECT_EQ(OpenCode(), absl::StatusCode::kDataLoss);
}

TEST_F(RocksDbStoreTest, RefusesAStoreOfANewerVersion) {
  ASSERT_NE(OpenOrNull({.path = path_}), nullptr);
  std::vector<std::string> names;
  ASSERT_TRUE(rocksdb::DB::ListColumnFamilies({}, path_, &names).ok());
  EXPECT_EQ(names.size(), kFamilyCount + 1);
  {
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    for (const std::string& name : names) {
      families.emplace_back(name, rocksdb::ColumnFamilyOptions());
    }
    rocksdb::DB* db = nullptr;
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    ASSERT_TRUE(rocksdb::DB::Open({}, path_, families, &handles, &db).ok());
    rocksdb::ColumnFamilyHandle* added = nullptr;
    ASSERT_TRUE(db->CreateColumnFamily({}, "of the future", &added).ok());
    handles.push_back(added);
    for (rocksdb::ColumnFamilyHandle* handle : handles) {
      ASSERT_TRUE(db->DestroyColumnFamilyHandle(handle).ok());
    }
    delete db;
  }
  const absl::Status status = Open().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("another version"));
}

TEST(RocksDbStatusTest, MapsByCause) {
  using rocksdb::Status;
  EXPECT_TRUE(FromOpenStatus(Status::OK(), "/d").ok());
  EXPECT_TRUE(FromReadStatus(Status::OK(), "/d").ok());
  EXPECT_TRUE(FromWriteStatus(Status::OK(), "/d").ok());

  EXPECT_EQ(FromOpenStatus(Status::Corruption("x"), "/d").code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(FromOpenStatus(Status::NoSpace("x"), "/d").code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(
      FromOpenStatus(Status::IOError("While lock file: /d/LOCK", "Resource temporarily unavailable"), "/d").code(),
      absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(
      FromOpenStatus(Status::IOError("While open a file for appending: /d/1.dbtmp", "Read-only file system"), "/d")
          .code(),
      absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(FromOpenStatus(Status::IOError("While reading", "Input/output error"), "/d").code(),
            absl::StatusCode::kUnavailable);

  EXPECT_EQ(FromReadStatus(Status::Corruption("x"), "/d").code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(FromReadStatus(Status::IOError("x"), "/d").code(), absl::StatusCode::kDataLoss);

  const absl::Status full = FromWriteStatus(Status::NoSpace("x"), "/d");
  EXPECT_EQ(full.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(full.message()), testing::HasSubstr("the disk of data directory /d is full: free space"));
  EXPECT_EQ(FromWriteStatus(Status::IOError("While appending", "Disk quota exceeded"), "/d").code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(FromWriteStatus(Status::IOError("x"), "/d").code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(FromWriteStatus(Status::Corruption("x"), "/d").code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(FromWriteStatus(Status::InvalidArgument("key is too large"), "/d").code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace wensum::storage
