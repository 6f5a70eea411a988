// Kills the server while clients write, starts it again, and looks for anything lost, torn or told twice. The idea of
// an expected state that survives the crash is that of facebook/rocksdb's db_crashtest.
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <thread>

#include "base/strings.h"
#include "tests/crash/server_process.h"
#include "tests/crash/writers.h"
#include "tests/support/seed.h"
#include "tests/support/temp_dir.h"
#include "wensum/v1/admin.grpc.pb.h"
#include "wensum/v1/changes.grpc.pb.h"

namespace wensum::crash {
namespace {

using Feed = std::vector<std::string>;  // events in order, serialised

// Follows the feed until it ends or breaks; with `stop_at_head`, to its newest event. `head`: the newest revision,
// which need not change what anybody sees.
Feed ReadFeed(const std::shared_ptr<grpc::Channel>& channel, bool stop_at_head, uint64_t* head = nullptr) {
  const auto stub = v1::Changes::NewStub(channel);
  grpc::ClientContext context;
  v1::WatchChangesRequest request;
  request.set_stop_at_head(stop_at_head);
  request.set_bookmarks(head != nullptr);
  const auto stream = stub->Watch(&context, request);
  Feed feed;
  v1::ChangeEvent event;
  while (stream->Read(&event)) {
    if (head != nullptr) {
      *head = event.revision();
    }
    if (event.kind() != v1::CHANGE_KIND_BOOKMARK) {
      feed.push_back(event.SerializeAsString());
    }
  }
  const grpc::Status status = stream->Finish();
  EXPECT_EQ(status.ok(), stop_at_head) << status.error_message();
  return feed;
}

// Every event that was ever sent must still be what stands at its place.
void ExpectPrefix(const Feed& former, const Feed& now, std::string_view whose) {
  ASSERT_LE(former.size(), now.size()) << whose << ": events are gone";
  for (size_t i = 0; i < former.size(); ++i) {
    if (former[i] != now[i]) {
      v1::ChangeEvent a;
      v1::ChangeEvent b;
      a.ParseFromString(former[i]);
      b.ParseFromString(now[i]);
      FAIL() << whose << ": event " << i << " was " << a.ShortDebugString() << " and is " << b.ShortDebugString();
    }
  }
}

uint64_t RevisionOf(const std::string& event) {
  v1::ChangeEvent parsed;
  EXPECT_TRUE(parsed.ParseFromString(event));
  return parsed.revision();
}

std::string ReadText(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

class CrashTest : public ::testing::Test {
 protected:
  // The records of the clients become other people's again and again, and are to be taken all the same.
  void SetUp() override {
    std::ofstream config(config_);
    config << "rules:\n  purposes: [service_delivery]\n  sources:\n";
    for (const char* const source : {"citizen_account", "council_tax", "housing", "contact_centre"}) {
      config << "    - {name: " << source << ", guards_overlays: false}\n";
    }
  }

  void StartServer() {
    auto server = ServerProcess::Start(WENSUM_PROGRAM, folder_.path(), config_);
    ASSERT_TRUE(server.ok()) << server.status() << "\n" << ReadText(folder_.Join("log"));
    server_ = *std::move(server);
    channel_ = grpc::CreateChannel(Cat("127.0.0.1:", server_->port()), grpc::InsecureChannelCredentials());
  }

  // Lets all clients write for a while and kills the server under them.
  Feed WriteAndKill(const std::vector<Writer*>& writers, std::chrono::milliseconds time) {
    Life life;
    life.channel = channel_;
    Feed seen;
    std::vector<std::thread> threads;
    for (Writer* const writer : writers) {
      threads.emplace_back([writer, &life] { writer->Run(life); });
    }
    threads.emplace_back([this, &seen] { seen = ReadFeed(channel_, /*stop_at_head=*/false); });
    std::this_thread::sleep_for(time);
    life.killed = true;
    server_->Kill();
    for (std::thread& thread : threads) {
      thread.join();
    }
    return seen;
  }

  void ExpectVerified() {
    v1::VerifyResponse response;
    grpc::ClientContext context;
    const grpc::Status status = v1::Admin::NewStub(channel_)->Verify(&context, {}, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_TRUE(response.ok());
    EXPECT_EQ(response.differences(), 0) << response.DebugString();
  }

  void ExpectNoFaults(const std::vector<Writer*>& writers) {
    for (Writer* const writer : writers) {
      for (const std::string& fault : writer->faults()) {
        ADD_FAILURE() << fault;
      }
    }
  }

  TempDir folder_;
  const std::string config_ = folder_.Join("wensum.yaml");
  std::unique_ptr<ServerProcess> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

TEST_F(CrashTest, NothingAcknowledgedIsLostAndNothingIsHalfApplied) {
  const uint64_t seed = TestSeed(1);
  std::cout << "seed " << seed << std::endl;
  Random random(seed);
  const int kills = LongTests() ? 50 : 5;
  RequestWriter first("citizen_account", "A", seed + 1);
  RequestWriter second("citizen_account", "C", seed + 2);
  StreamWriter stream("council_tax", seed + 3);
  BatchWriter batch("housing");
  ImportWriter import("contact_centre", 3'000);
  const std::vector<Writer*> writers = {&first, &second, &stream, &batch, &import};

  Feed feed;
  StartServer();
  for (int kill = 0; kill < kills && !HasFailure(); ++kill) {
    SCOPED_TRACE(::testing::Message() << "WENSUM_SEED=" << seed << ", kill " << kill);
    const std::chrono::milliseconds time(random.Between(30, 900));
    const Feed seen = WriteAndKill(writers, time);
    StartServer();
    ASSERT_NE(server_, nullptr);
    uint64_t head = 0;
    const Feed now = ReadFeed(channel_, /*stop_at_head=*/true, &head);
    ExpectPrefix(feed, now, "the feed before the restart");
    ExpectPrefix(seen, now, "what a watcher was sent");
    for (Writer* const writer : writers) {
      EXPECT_GE(head, writer->highest_revision())
          << "revision " << writer->highest_revision() << " was acknowledged and is gone";
      writer->Settle(channel_);
    }
    ExpectVerified();
    ExpectNoFaults(writers);
    feed = ReadFeed(channel_, /*stop_at_head=*/true);
    ExpectPrefix(now, feed, "the feed after the restart");
  }
  import.Finish(channel_);
  ExpectNoFaults(writers);
  ExpectVerified();
  for (Writer* const writer : writers) {
    EXPECT_GT(writer->acknowledged(), 0) << "a writer that never wrote proves nothing";
  }
  std::cout << "revisions " << (feed.empty() ? 0 : RevisionOf(feed.back())) << ", import runs " << import.runs_ended()
            << ", resumed " << import.resumed() << std::endl;
  EXPECT_EQ(server_->Stop(), 0);
}

}  // namespace
}  // namespace wensum::crash
