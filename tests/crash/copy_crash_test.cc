// Kills the server and `wensum copy` at random moments while people are written, merged, parted and deleted and old
// events are dropped: the copy is always exactly the state of the revision that it names, and in the end that of the
// register.
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/random.h"
#include "base/strings.h"
#include "tests/crash/server_process.h"
#include "tests/support/seed.h"
#include "tests/support/temp_dir.h"
#include "wensum/v1/admin.grpc.pb.h"
#include "wensum/v1/changes.grpc.pb.h"
#include "wensum/v1/people.grpc.pb.h"
#include "wensum/v1/source_records.grpc.pb.h"

namespace wensum::crash {
namespace {

// `wensum copy` as a child process.
class CopyProcess {
 public:
  CopyProcess(const std::string& folder, int port, bool follow) {
    std::vector<std::string> arguments = {WENSUM_PROGRAM,          "copy",     "--to",
                                          folder + "/copy.sqlite", "--server", Cat("127.0.0.1:", port)};
    if (follow) {
      arguments.emplace_back("--follow");
    }
    std::vector<char*> pointers;
    for (std::string& argument : arguments) {
      pointers.push_back(argument.data());
    }
    pointers.push_back(nullptr);
    child_ = ::fork();
    if (child_ == 0) {
      ::execv(pointers[0], pointers.data());
      ::_exit(127);
    }
  }
  ~CopyProcess() { Kill(); }
  CopyProcess(const CopyProcess&) = delete;
  CopyProcess& operator=(const CopyProcess&) = delete;

  void Kill() {
    if (child_ > 0) {
      ::kill(child_, SIGKILL);
      Wait();
    }
  }
  // Its exit code, or -1 if a signal ended it.
  int Wait() {
    int status = 0;
    ::waitpid(child_, &status, 0);
    child_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t child_ = 0;
};

// What the file holds.
struct Held {
  std::map<std::string, std::string> meta;
  std::map<std::string, std::string> people;     // golden records by name
  std::map<std::string, std::string> keys;       // people by source key
  std::map<std::string, std::string> redirects;  // people by former name
};

Held ReadCopy(const std::string& folder) {
  Held held;
  sqlite3* database = nullptr;
  EXPECT_EQ(sqlite3_open((folder + "/copy.sqlite").c_str(), &database), SQLITE_OK);
  const auto read = [database](const char* sql, std::map<std::string, std::string>& rows) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(database, sql, -1, &statement, nullptr) != SQLITE_OK) {
      return;  // killed before it made its tables
    }
    while (sqlite3_step(statement) == SQLITE_ROW) {
      const auto text = [statement](int column) {
        return std::string(static_cast<const char*>(sqlite3_column_blob(statement, column)),
                           static_cast<size_t>(sqlite3_column_bytes(statement, column)));
      };
      EXPECT_TRUE(rows.emplace(text(0), text(1)).second);
    }
    sqlite3_finalize(statement);
  };
  read("SELECT name, value FROM meta", held.meta);
  read("SELECT name, golden FROM people", held.people);
  read("SELECT source || ' ' || key || ' ' || incarnation, person FROM keys", held.keys);
  read("SELECT name, person FROM redirects", held.redirects);
  sqlite3_close(database);
  return held;
}

// Records written in a run.
constexpr uint64_t kEnough = 400;

// Few names, so that people meet and part.
v1::SourceRecord RandomRecord(Random& random) {
  static constexpr const char* kSources[] = {"housing", "council_tax", "contact_centre"};
  static constexpr const char* kForenames[] = {"Ann", "Robert", "Bob", "Zofia", "Priya"};
  static constexpr const char* kSurnames[] = {"Okafor", "Lee", "Brackenbury"};
  v1::SourceRecord record;
  record.mutable_source_key()->set_source(kSources[random.Below(3)]);
  record.mutable_source_key()->set_key(Cat("K", random.Below(60)));
  record.set_kind(v1::RECORD_KIND_PERSON);
  v1::PersonDetails& details = *record.mutable_details();
  details.mutable_name()->set_forenames(kForenames[random.Below(5)]);
  details.mutable_name()->set_surname(kSurnames[random.Below(3)]);
  details.mutable_date_of_birth()->set_year(1970 + static_cast<int>(random.Below(3)));
  details.mutable_date_of_birth()->set_month(5);
  details.mutable_date_of_birth()->set_day(1 + static_cast<int>(random.Below(2)));
  if (random.Chance(0.5)) {
    details.add_phones(Cat("07911 1234", 10 + random.Below(20)));
  }
  v1::PersonAddress& address = *details.add_addresses();
  address.set_text(Cat(1 + random.Below(4), " Mill Lane, Norwich"));
  address.set_postcode("NR3 1JU");
  return record;
}

class CopyCrashTest : public ::testing::Test {
 protected:
  void StartServer() {
    auto server = ServerProcess::Start(WENSUM_PROGRAM, folder_.path());
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    channel_ = grpc::CreateChannel(Cat("127.0.0.1:", server_->port()), grpc::InsecureChannelCredentials());
  }

  // Until a call fails or `stop` is set.
  void Write(uint64_t seed, const std::atomic<bool>& stop) {
    Random random(seed);
    const auto stub = v1::SourceRecords::NewStub(channel_);
    while (!stop) {
      grpc::ClientContext context;
      grpc::Status status;
      const v1::SourceRecord record = RandomRecord(random);
      if (random.Chance(0.25)) {
        v1::DeleteSourceRecordRequest request;
        *request.mutable_source_key() = record.source_key();
        v1::DeleteSourceRecordResponse response;
        status = stub->Delete(&context, request, &response);
      } else {
        v1::UpsertSourceRecordRequest request;
        *request.mutable_record() = record;
        v1::UpsertSourceRecordResponse response;
        status = stub->Upsert(&context, request, &response);
      }
      if (!status.ok() && status.error_code() != grpc::StatusCode::NOT_FOUND) {
        return;
      }
      ++written_;
    }
  }

  // Drops events that are a little old, now and then those that the copy has yet to get. Until a call fails or `stop`
  // is set.
  void Compact(uint64_t seed, const std::atomic<bool>& stop) {
    Random random(seed);
    const auto stub = v1::Admin::NewStub(channel_);
    while (!stop) {
      std::this_thread::sleep_for(std::chrono::milliseconds(random.Between(1, 80)));
      grpc::ClientContext stats_context;
      v1::StatsResponse stats;
      if (!stub->Stats(&stats_context, v1::StatsRequest(), &stats).ok()) {
        return;
      }
      const auto newest = static_cast<int64_t>(stats.revision());
      const int64_t before = newest - random.Between(0, random.Chance(0.2) ? 3 : 200);
      if (before < 1) {
        continue;
      }
      grpc::ClientContext context;
      v1::CompactChangesRequest request;
      request.set_before_revision(static_cast<uint64_t>(before));
      request.set_force(random.Chance(0.5));
      request.set_actor("operator");
      request.set_reason("room");
      v1::CompactChangesResponse response;
      const grpc::Status status = stub->CompactChanges(&context, request, &response);
      if (status.ok()) {
        horizon_ = std::max(horizon_.load(), response.feed_horizon().revision());
        ++compactions_;
      } else if (status.error_code() != grpc::StatusCode::FAILED_PRECONDITION) {
        return;
      }
    }
  }

  // What was dropped stays dropped, and all that is behind is there, without a gap.
  void CheckFeed() {
    const uint64_t acknowledged = horizon_;
    const auto stub = v1::Changes::NewStub(channel_);
    uint64_t horizon = 0;
    {
      grpc::ClientContext context;
      v1::StatsResponse stats;
      const grpc::Status status = v1::Admin::NewStub(channel_)->Stats(&context, v1::StatsRequest(), &stats);
      ASSERT_TRUE(status.ok()) << status.error_message();
      horizon = stats.feed_horizon().revision();
      ASSERT_GE(horizon, acknowledged);
    }
    v1::WatchChangesRequest request;
    request.set_stop_at_head(true);
    v1::ChangeEvent event;
    if (horizon > 0) {
      grpc::ClientContext context;
      request.set_after_revision(horizon - 1);
      const auto stream = stub->Watch(&context, request);
      EXPECT_FALSE(stream->Read(&event)) << "events of revision " << horizon << " were dropped";
      EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::OUT_OF_RANGE);
    }
    grpc::ClientContext context;
    request.set_after_revision(horizon);
    request.set_bookmarks(true);
    const auto stream = stub->Watch(&context, request);
    while (stream->Read(&event)) {
      EXPECT_GT(event.revision(), horizon);
    }
    const grpc::Status status = stream->Finish();
    EXPECT_TRUE(status.ok()) << status.error_message();
  }

  // The people of the register at a revision (0: the newest), as the copy should hold them.
  Held Expected(uint64_t revision) {
    Held expected;
    grpc::ClientContext context;
    v1::ExportGoldenRequest request;
    request.set_as_of_revision(revision);
    const auto stream = v1::Changes::NewStub(channel_)->ExportGolden(&context, request);
    v1::ExportGoldenResponse message;
    while (stream->Read(&message)) {
      for (const v1::Person& person : message.people()) {
        expected.people[person.name()] = person.SerializeAsString();
        for (const v1::Contributor& contributor : person.contributors()) {
          const v1::SourceKey& key = contributor.source_key();
          expected.keys[Cat(key.source(), " ", key.key(), " ", key.incarnation())] = person.name();
        }
      }
    }
    const grpc::Status status = stream->Finish();
    EXPECT_TRUE(status.ok()) << status.error_message();
    return expected;
  }

  // True if the copy is whole; it is what it says then.
  bool CheckCopy() {
    const Held held = ReadCopy(folder_.path());
    if (!held.meta.contains("watch_token")) {
      return false;
    }
    const uint64_t revision = std::stoull(held.meta.at("revision"));
    const Held expected = Expected(revision);
    EXPECT_TRUE(held.people == expected.people)
        << "people of revision " << revision << ": " << held.people.size() << ", not " << expected.people.size();
    EXPECT_EQ(held.keys, expected.keys) << "keys of revision " << revision;
    redirects_ += held.redirects.size();
    return true;
  }

  void CheckRedirects() {
    const auto stub = v1::People::NewStub(channel_);
    for (const auto& [name, person] : ReadCopy(folder_.path()).redirects) {
      grpc::ClientContext context;
      v1::GetPersonRequest request;
      request.set_name(name);
      v1::Person found;
      const grpc::Status status = stub->Get(&context, request, &found);
      ASSERT_TRUE(status.ok()) << status.error_message();
      EXPECT_EQ(found.name(), person) << "what " << name << " leads to";
    }
  }

  TempDir folder_;
  std::unique_ptr<ServerProcess> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::atomic<uint64_t> written_{0};
  std::atomic<uint64_t> horizon_{0};  // the newest that was acknowledged
  std::atomic<uint64_t> compactions_{0};
  uint64_t redirects_ = 0;
};

TEST_F(CopyCrashTest, TheCopyIsAlwaysTheStateThatItNames) {
  const uint64_t seed = TestSeed(1);
  std::cout << "seed " << seed << std::endl;
  Random random(seed);
  const int rounds = LongTests() ? 100 : 12;
  int whole = 0;
  int servers = 0;
  StartServer();
  // Where writers are slow, more rounds are needed for people to merge.
  const auto enough = [&](int round) { return round >= rounds && (written_ > kEnough || round >= 5 * rounds); };
  for (int round = 0; !enough(round) && !HasFailure(); ++round) {
    SCOPED_TRACE(::testing::Message() << "WENSUM_SEED=" << seed << ", round " << round);
    std::atomic<bool> stop{false};
    std::vector<std::thread> writers;
    for (int i = 0; i < 3; ++i) {
      writers.emplace_back([this, &stop, writer_seed = random()] { Write(writer_seed, stop); });
    }
    if (random.Chance(0.5)) {
      writers.emplace_back([this, &stop, compactor_seed = random()] { Compact(compactor_seed, stop); });
    }
    CopyProcess copy(folder_.path(), server_->port(), /*follow=*/true);
    std::this_thread::sleep_for(std::chrono::milliseconds(random.Between(5, 600)));
    const bool server_dies = random.Chance(0.5);
    if (server_dies) {
      server_->Kill();
      ++servers;
      // The consumer sees the break, and is killed some time later, in whatever it does about it.
      std::this_thread::sleep_for(std::chrono::milliseconds(random.Between(0, 50)));
    }
    copy.Kill();
    if (!server_dies) {
      std::this_thread::sleep_for(std::chrono::milliseconds(random.Between(0, 50)));  // what it misses
    }
    stop = true;
    for (std::thread& writer : writers) {
      writer.join();
    }
    if (server_dies) {
      StartServer();
      ASSERT_NE(server_, nullptr);
    }
    whole += CheckCopy() ? 1 : 0;
    CheckFeed();
  }
  EXPECT_EQ(CopyProcess(folder_.path(), server_->port(), /*follow=*/false).Wait(), 0);
  ASSERT_TRUE(CheckCopy());
  EXPECT_TRUE(ReadCopy(folder_.path()).people == Expected(0).people) << "and now it is the newest";
  CheckRedirects();
  EXPECT_GT(written_, 100U) << "writers that never wrote prove nothing";
  EXPECT_GT(whole, 0);
  EXPECT_GT(servers, 0);
  EXPECT_GT(redirects_, 0U);
  EXPECT_GT(compactions_, 0U);
  std::cout << "records written " << written_ << ", servers killed " << servers << ", copies checked " << whole + 1
            << ", compactions " << compactions_ << ", the last to revision " << horizon_ << std::endl;
  EXPECT_EQ(server_->Stop(), 0);
}

}  // namespace
}  // namespace wensum::crash
