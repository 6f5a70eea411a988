// Kills the server again and again while it takes in a full supply of the gazetteer: the run goes on by itself each
// time, and what it leaves is what an import that nobody disturbed leaves. The long form takes 1,000,000 records.
#include <google/protobuf/util/message_differencer.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/strings.h"
#include "sample/sample.h"
#include "tests/crash/server_process.h"
#include "tests/support/seed.h"
#include "tests/support/temp_dir.h"
#include "wensum/v1/admin.grpc.pb.h"
#include "wensum/v1/exports.grpc.pb.h"
#include "wensum/v1/imports.grpc.pb.h"

namespace wensum::crash {
namespace {

constexpr std::chrono::milliseconds kPollPause(1);
constexpr int64_t kFileTime = 1'780'000'000;  // of every export, so that the same state gives the same bytes

// A DTF 7.3 file, and what it holds by the file itself.
struct Supply {
  std::string path;
  uint64_t records = 0;                     // without header, metadata and trailer
  std::map<std::string, uint64_t> by_type;  // without header and trailer
};

Supply WriteSupply(const std::string& folder, uint64_t properties) {
  const auto city = sample::WriteSample({.people = 1, .properties = properties, .out_dir = folder}, {});
  EXPECT_TRUE(city.ok()) << city.status();
  Supply supply = {.path = folder + "/gazetteer.csv", .records = 0, .by_type = {}};
  std::ifstream file(supply.path, std::ios::binary);
  for (std::string line; std::getline(file, line);) {
    const std::string type = line.substr(0, 2);
    if (type == "10" || type == "99") continue;
    ++supply.by_type[type];
    if (type != "29") ++supply.records;
  }
  return supply;
}

// A server over a data directory of its own, which can be killed and started again.
class Victim {
 public:
  explicit Victim(std::string folder) : folder_(std::move(folder)) {
    std::filesystem::create_directories(folder_);
    Start();
  }

  void Start() {
    auto server = ServerProcess::Start(WENSUM_PROGRAM, folder_);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    channel_ = grpc::CreateChannel(Cat("127.0.0.1:", server_->port()), grpc::InsecureChannelCredentials());
  }
  void Kill() { server_->Kill(); }
  // True if the run's file is not kept any more.
  bool Stop() {
    channel_ = nullptr;  // gRPC would wait some seconds for the other end of an open connection
    EXPECT_EQ(server_->Stop(), 0);
    return std::filesystem::is_empty(folder_ + "/data/spool");
  }

  // Sends the file; the name of the run that was acknowledged.
  std::string Upload(const std::string& path) {
    v1::ImportRun run;
    grpc::ClientContext context;
    const auto stream = v1::Imports::NewStub(channel_)->StartRun(&context, &run);
    v1::StartImportRunRequest message;
    message.mutable_spec()->set_feed("gazetteer");
    message.mutable_spec()->set_file_name("gazetteer.csv");
    bool open = stream->Write(message);
    std::ifstream file(path, std::ios::binary);
    std::string buffer(1 << 20, '\0');
    while (open && (file.read(buffer.data(), static_cast<std::streamsize>(buffer.size())), file.gcount() > 0)) {
      message.set_chunk(buffer.data(), static_cast<size_t>(file.gcount()));
      open = stream->Write(message);
    }
    stream->WritesDone();
    const grpc::Status status = stream->Finish();
    EXPECT_TRUE(status.ok()) << status.error_message();
    return run.name();
  }

  v1::ImportRun GetRun(const std::string& name) {
    v1::GetImportRunRequest request;
    request.set_name(name);
    v1::ImportRun run;
    grpc::ClientContext context;
    const grpc::Status status = v1::Imports::NewStub(channel_)->GetRun(&context, request, &run);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return run;
  }

  // The run once it has read so many records, or has ended before.
  v1::ImportRun Await(const std::string& name, uint64_t records) {
    while (true) {
      v1::ImportRun run = GetRun(name);
      if (run.state() != v1::ImportRun::STATE_RUNNING || run.counts().read() >= records) {
        return run;
      }
      std::this_thread::sleep_for(kPollPause);
    }
  }
  v1::ImportRun AwaitEnd(const std::string& name) { return Await(name, std::numeric_limits<uint64_t>::max()); }

  std::vector<std::string> Issues(const std::string& run) {
    v1::ListImportIssuesRequest request;
    request.set_run(run);
    request.set_page_size(1'000);
    std::vector<std::string> issues;
    do {
      v1::ListImportIssuesResponse page;
      grpc::ClientContext context;
      const grpc::Status status = v1::Imports::NewStub(channel_)->ListIssues(&context, request, &page);
      EXPECT_TRUE(status.ok()) << status.error_message();
      for (const v1::ImportIssue& issue : page.issues()) {
        issues.push_back(issue.ShortDebugString());
      }
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return issues;
  }

  void ExpectVerified() {
    v1::VerifyResponse response;
    grpc::ClientContext context;
    const grpc::Status status = v1::Admin::NewStub(channel_)->Verify(&context, {}, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_TRUE(response.ok()) << response.DebugString();
  }

  // Everything that is stored of the gazetteer, as a DTF 7.3 archive, which must have so many records. Its path.
  std::string Export(uint64_t records) {
    v1::ExportGazetteerRequest request;
    request.mutable_file_time()->set_seconds(kFileTime);
    grpc::ClientContext context;
    const auto stream = v1::Exports::NewStub(channel_)->ExportGazetteer(&context, request);
    const std::string path = folder_ + "/archive.csv";
    std::ofstream file(path, std::ios::binary);
    v1::ExportGazetteerResponse message;
    v1::ExportFacts facts;
    while (stream->Read(&message)) {
      file << message.chunk();
      if (message.has_end()) facts = message.end();
    }
    const grpc::Status status = stream->Finish();
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(facts.records(), records);
    return path;
  }

 private:
  const std::string folder_;
  std::unique_ptr<ServerProcess> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

// The first line in which two files differ; empty if they are the same.
std::string FirstDifference(const std::string& a_path, const std::string& b_path) {
  std::ifstream a_file(a_path, std::ios::binary);
  std::ifstream b_file(b_path, std::ios::binary);
  std::string a;
  std::string b;
  for (uint64_t line = 1;; ++line) {
    const bool a_more = static_cast<bool>(std::getline(a_file, a));
    const bool b_more = static_cast<bool>(std::getline(b_file, b));
    if (!a_more && !b_more) return {};
    if (!a_more || !b_more || a != b) {
      return Cat("line ", line, ": ", a_more ? Quote(a) : "none", " and ", b_more ? Quote(b) : "none");
    }
  }
}

// Kills the server at each of `points`, in records read, at most a moment later. How many kills hit the running run.
int ImportUnderKills(Victim& victim, const std::string& run, const std::vector<uint64_t>& points, Random& random) {
  int hits = 0;
  for (const uint64_t point : points) {
    const v1::ImportRun before = victim.Await(run, point);
    std::this_thread::sleep_for(std::chrono::microseconds(random.Below(20'000)));
    victim.Kill();
    victim.Start();
    if (testing::Test::HasFatalFailure()) return hits;
    const v1::ImportRun after = victim.GetRun(run);
    EXPECT_GE(after.counts().read(), before.counts().read()) << "what was told to be taken in is gone";
    // A run that had ended in the store does not go on.
    const bool hit = after.state() == v1::ImportRun::STATE_RUNNING || after.resumed() > before.resumed();
    hits += hit ? 1 : 0;
    std::cout << "killed at record " << point << " (" << before.counts().read() << " read), "
              << (hit ? "goes on" : "had ended") << " at " << after.counts().read() << std::endl;
  }
  return hits;
}

void ExpectAccounted(const v1::ImportRun& run, const Supply& supply) {
  EXPECT_EQ(run.state(), v1::ImportRun::STATE_SUCCEEDED) << run.error();
  EXPECT_TRUE(run.reconciled()) << run.ShortDebugString();
  EXPECT_EQ(run.counts().read(), supply.records);
  EXPECT_EQ(run.counts().inserted(), supply.records) << "each once, none a second time";
  const auto& by_type = run.counts().by_record_type();
  EXPECT_EQ((std::map<std::string, uint64_t>(by_type.begin(), by_type.end())), supply.by_type);
  EXPECT_EQ(run.bytes_done(), std::filesystem::file_size(supply.path));
}

TEST(ImportCrashTest, AKilledImportEndsAsOneThatNobodyDisturbed) {
  const uint64_t seed = TestSeed(7);
  std::cout << "seed " << seed << std::endl;
  SCOPED_TRACE(testing::Message() << "WENSUM_SEED=" << seed);
  Random random(seed);
  const TempDir folder;
  const Supply supply = WriteSupply(folder.Join("city"), LongTests() ? 340'000 : 4'000);
  ASSERT_GE(supply.records, LongTests() ? 1'000'000U : 8'000U);
  std::cout << supply.records << " records" << std::endl;
  // The first kill comes before a row is in; the others anywhere but in the last twentieth.
  std::vector<uint64_t> points = {0};
  for (int kill = LongTests() ? 9 : 3; kill > 0; --kill) {
    points.push_back(1 + random.Below(supply.records - supply.records / 20));
  }
  std::sort(points.begin(), points.end());

  Victim undisturbed(folder.Join("undisturbed"));
  ASSERT_FALSE(HasFatalFailure());
  const std::string first = undisturbed.Upload(supply.path);
  const v1::ImportRun expected = undisturbed.AwaitEnd(first);
  ExpectAccounted(expected, supply);
  EXPECT_EQ(expected.resumed(), 0U);
  const std::string expected_file = undisturbed.Export(supply.records);
  const std::vector<std::string> expected_issues = undisturbed.Issues(first);
  EXPECT_TRUE(undisturbed.Stop());

  Victim victim(folder.Join("killed"));
  ASSERT_FALSE(HasFatalFailure());
  const std::string name = victim.Upload(supply.path);
  const int hits = ImportUnderKills(victim, name, points, random);
  ASSERT_FALSE(HasFatalFailure());
  const v1::ImportRun run = victim.AwaitEnd(name);
  ExpectAccounted(run, supply);
  EXPECT_GT(run.resumed(), 0U) << "no kill hit the run: this proves nothing";
  EXPECT_LE(run.resumed(), static_cast<uint32_t>(hits));
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(run.counts(), expected.counts()))
      << run.counts().ShortDebugString() << "\n"
      << expected.counts().ShortDebugString();
  EXPECT_EQ(run.sha256(), expected.sha256());
  EXPECT_EQ(victim.Issues(name), expected_issues);
  EXPECT_EQ(FirstDifference(victim.Export(supply.records), expected_file), "");
  victim.ExpectVerified();
  EXPECT_TRUE(victim.Stop()) << "the file of a run that has ended takes up no room";
}

}  // namespace
}  // namespace wensum::crash
