// The change feed, exports of golden records, and what the command line makes of them, through a real server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/hash.h"
#include "base/random.h"
#include "base/strings.h"
#include "services/cli/copy_command.h"
#include "tests/integration/shell.h"
#include "tests/integration/test_server.h"
#include "tests/support/temp_dir.h"
#include "wensum/v1/changes.grpc.pb.h"
#include "wensum/v1/people.grpc.pb.h"

namespace wensum {
namespace {

using grpc::StatusCode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class FeedTest : public ::testing::Test {
 protected:
  explicit FeedTest(const std::function<void(server::ServerOptions&)>& change = [](server::ServerOptions&) {})
      : server_(change) {}

  std::string Upsert(const v1::SourceRecord& record) {
    v1::UpsertSourceRecordRequest request;
    *request.mutable_record() = record;
    v1::UpsertSourceRecordResponse response;
    grpc::ClientContext context;
    const grpc::Status status = records_->Upsert(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.person();
  }

  void Delete(const v1::SourceKey& key) {
    v1::DeleteSourceRecordRequest request;
    *request.mutable_source_key() = key;
    v1::DeleteSourceRecordResponse response;
    grpc::ClientContext context;
    const grpc::Status status = records_->Delete(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
  }

  struct Exported {
    std::map<std::string, std::string> people;
    v1::ExportGoldenEnd end;
  };
  Exported Export(const v1::ExportGoldenRequest& request = {}) {
    Exported exported;
    grpc::ClientContext context;
    const auto stream = changes_->ExportGolden(&context, request);
    v1::ExportGoldenResponse message;
    while (stream->Read(&message)) {
      EXPECT_FALSE(exported.end.revision() != 0) << "a message after the last";
      for (const v1::Person& person : message.people()) {
        EXPECT_TRUE(exported.people.emplace(person.name(), person.SerializeAsString()).second);
      }
      exported.end = message.end();
    }
    const grpc::Status status = stream->Finish();
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(exported.end.people(), exported.people.size());
    return exported;
  }

  std::string Shell(std::vector<std::string> arguments, int expected_code = 0) {
    return RunShell(
        server_,
        [](CLI::App& app, int& code) {
          cli::AddCopyCommands(app, code);
          cli::AddLookupCommand(*app.add_subcommand("people"), code);
        },
        std::move(arguments), expected_code);
  }

  // Letters that have nothing in common with those of another number.
  static std::string Word(uint64_t number) {
    std::string word;
    for (uint64_t bits = MixBits(number); word.size() < 9; bits /= 26) {
      word.push_back(static_cast<char>('a' + bits % 26));
    }
    return word;
  }

  static std::string ReadFile(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }

  TestServer server_;
  TempDir folder_;
  std::unique_ptr<v1::SourceRecords::Stub> records_ = v1::SourceRecords::NewStub(server_.channel());
  std::unique_ptr<v1::Changes::Stub> changes_ = v1::Changes::NewStub(server_.channel());
  std::unique_ptr<v1::People::Stub> people_ = v1::People::NewStub(server_.channel());
};

// While writers are at work, an export and the events behind its token make the state that a later export shows.
TEST_F(FeedTest, AnExportHandsOverToTheFeedWhileRecordsAreWritten) {
  std::atomic<bool> stop{false};
  std::vector<std::thread> writers;
  for (uint64_t seed = 1; seed <= 2; ++seed) {
    writers.emplace_back([this, seed, &stop] {
      Random random(seed);
      while (!stop) {
        v1::SourceRecord record =
            TestRecord(Cat("K", seed, "-", random.Below(80)), Cat("Ann", random.Below(3)), Cat("Lee", random.Below(9)));
        record.mutable_details()->add_phones(Cat("07911 1234", 10 + random.Below(20)));
        Upsert(record);
      }
    });
  }
  while (Export().people.empty()) {
  }
  const Exported exported = Export();
  std::map<std::string, std::string> copy = exported.people;
  v1::WatchChangesRequest request;
  request.set_resume_token(exported.end.watch_token());
  request.set_payload(v1::CHANGE_PAYLOAD_FULL);
  grpc::ClientContext context;
  const auto stream = changes_->Watch(&context, request);
  const auto apply = [&copy, &exported](const v1::ChangeEvent& event) {
    EXPECT_GT(event.revision(), exported.end.revision());
    if (event.has_after()) {
      copy[event.name()] = event.after().SerializeAsString();
    } else if (event.kind() != v1::CHANGE_KIND_ID_ANCHORED && event.kind() != v1::CHANGE_KIND_ID_REDIRECTED) {
      copy.erase(event.name());
    }
  };
  v1::ChangeEvent event;
  std::string token;
  for (int revisions = 0; revisions < 200; revisions += event.last_of_revision() ? 1 : 0) {
    ASSERT_TRUE(stream->Read(&event));
    apply(event);
    token = event.resume_token();
  }
  stop = true;
  for (std::thread& writer : writers) {
    writer.join();
  }
  context.TryCancel();
  stream->Finish();
  request.set_resume_token(token);
  request.set_stop_at_head(true);
  grpc::ClientContext rest_context;
  const auto rest = changes_->Watch(&rest_context, request);
  while (rest->Read(&event)) {
    apply(event);
  }
  EXPECT_TRUE(rest->Finish().ok());
  EXPECT_TRUE(copy == Export().people);
  v1::ExportGoldenRequest past;
  past.set_as_of_revision(exported.end.revision());
  EXPECT_TRUE(Export(past).people == exported.people) << "and the past stays what it was";
}

TEST_F(FeedTest, ErrorsSayWhatToDo) {
  const auto watch = [this](const v1::WatchChangesRequest& request) {
    grpc::ClientContext context;
    const auto stream = changes_->Watch(&context, request);
    v1::ChangeEvent event;
    EXPECT_FALSE(stream->Read(&event));
    return stream->Finish();
  };
  v1::WatchChangesRequest request;
  request.set_after_revision(1'000'000);
  grpc::Status status = watch(request);
  EXPECT_EQ(status.error_code(), StatusCode::OUT_OF_RANGE);
  EXPECT_EQ(ReasonOf(status), "REVISION_IN_FUTURE");
  EXPECT_THAT(status.error_message(), HasSubstr("ExportGolden"));
  request.Clear();
  request.set_resume_token("nonsense");
  status = watch(request);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonOf(status), "PAGE_TOKEN_INVALID");
  request.set_resume_token(Export().end.watch_token());
  request.mutable_filter()->add_sources("housing");
  status = watch(request);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonOf(status), "PAGE_TOKEN_MISMATCH");
}

TEST_F(FeedTest, EveryKeyIsAnsweredForItself) {
  const v1::SourceRecord lena = TestRecord("H-1", "Lena", "Castellane");
  const std::string person = Upsert(lena);
  const v1::SourceRecord bob = TestRecord("H-2", "Bob", "Okafor");
  Upsert(bob);
  Delete(bob.source_key());
  v1::SourceRecord voter = TestRecord("E-1", "Zofia", "Brackenbury");
  voter.mutable_source_key()->set_source("electoral_register");
  Upsert(voter);
  v1::BatchLookupPeopleRequest request;
  for (const char* const key : {"H-1", "H-2", "H-3", "H-1"}) {
    request.add_source_keys()->set_source("housing");
    request.mutable_source_keys()->rbegin()->set_key(key);
  }
  for (const char* const key : {"E-1", "E-2"}) {
    request.add_source_keys()->set_source("electoral_register");
    request.mutable_source_keys()->rbegin()->set_key(key);
  }
  const auto look = [&] {
    v1::BatchLookupPeopleResponse response;
    grpc::ClientContext context;
    const grpc::Status status = people_->BatchLookup(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  };
  using Response = v1::BatchLookupPeopleResponse;
  const Response response = look();
  std::vector<Response::Status> statuses;
  for (const auto& entry : response.entries()) {
    statuses.push_back(entry.status());
    EXPECT_EQ(entry.has_person(), entry.status() == Response::STATUS_FOUND);
  }
  EXPECT_THAT(statuses,
              ElementsAre(Response::STATUS_FOUND, Response::STATUS_DELETED, Response::STATUS_UNKNOWN,
                          Response::STATUS_FOUND, Response::STATUS_NOT_FOR_PURPOSE, Response::STATUS_NOT_FOR_PURPOSE));
  EXPECT_EQ(response.entries(0).person().name(), person);
  EXPECT_EQ(response.entries(3).person().name(), person) << "a repeated key is answered again";
  request.clear_source_keys();
  for (int i = 0; i <= 1'000; ++i) {
    *request.add_source_keys() = lena.source_key();
  }
  Response none;
  grpc::ClientContext context;
  const grpc::Status status = people_->BatchLookup(&context, request, &none);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonOf(status), "BATCH_TOO_LARGE");
  request.mutable_source_keys()->RemoveLast();
  EXPECT_EQ(look().entries_size(), 1'000);
}

TEST_F(FeedTest, TheCommandLineWritesFilesAndCopies) {
  v1::SourceRecord lena = TestRecord("H, \"1\"", "Lena", "Castellane");
  lena.mutable_details()->add_phones("01603 212121");
  lena.mutable_details()->add_phones("01603 212122");
  const std::string person = Upsert(lena);
  const std::string other = Upsert(TestRecord("H-2", "Bob", "Okafor"));
  const std::string golden = folder_.Join("golden.csv");
  const std::string summary = Shell({"export", "golden", "--out", golden});
  const std::string text = ReadFile(golden);
  EXPECT_THAT(text, HasSubstr(Cat("\n", person, ",PERSON,,Lena,Castellane,")));
  EXPECT_THAT(text, HasSubstr("+441603212121 | +441603212122"));
  EXPECT_EQ(std::ranges::count(text, '\n'), 3) << text;
  EXPECT_THAT(summary, HasSubstr("\"rows\": 2"));
  Sha256 hash;
  hash.Update(text);
  EXPECT_THAT(summary, HasSubstr(hash.FinishHex()));
  EXPECT_EQ(ReadFile(golden + ".json"), summary);
  const std::string crosswalk = folder_.Join("crosswalk.csv");
  Shell({"export", "crosswalk", "--out", crosswalk});
  EXPECT_EQ(ReadFile(crosswalk),
            Cat("source,key,incarnation,person\nhousing,\"H, \"\"1\"\"\",0,", person, "\nhousing,H-2,0,", other, "\n"));
  // The state of the past, and of one source alone.
  Shell({"export", "crosswalk", "--as-of", "1", "--out", crosswalk});
  EXPECT_EQ(std::ranges::count(ReadFile(crosswalk), '\n'), 2);
  Shell({"export", "crosswalk", "--source", "council_tax", "--out", crosswalk});
  EXPECT_EQ(ReadFile(crosswalk), "source,key,incarnation,person\n");
  EXPECT_THAT(Shell({"export", "golden", "--source", "nowhere", "--out", golden}, 1), HasSubstr("filter.sources[0]"));
  EXPECT_EQ(ReadFile(golden), text) << "a file that was not made whole replaces nothing";

  const std::string keys = folder_.Join("keys");
  std::ofstream(keys) << "H-2\n\nnobody\nH-2\n";
  EXPECT_EQ(Shell({"people", "lookup", "--source", "housing", "--keys", keys}),
            Cat("key,status,person\nH-2,FOUND,", other, "\nnobody,UNKNOWN,\nH-2,FOUND,", other, "\n"));

  const std::string file = folder_.Join("copy.sqlite");
  const std::string first = Shell({"copy", "--to", file});
  EXPECT_EQ(first, Cat("{\"revision\": ", Export().end.revision(), "}\n"));
  Upsert(TestRecord("H-3", "Zofia", "Lee"));
  EXPECT_EQ(Shell({"copy", "--to", file}), Cat("{\"revision\": ", Export().end.revision(), "}\n"));
  EXPECT_THAT(Shell({"copy", "--to", file, "--source", "housing"}, 1), HasSubstr("is a copy of"));
  EXPECT_THAT(Shell({"copy", "--to", golden}, 1), HasSubstr("is no copy of people"));
  EXPECT_EQ(Shell({"copy", "--to", file, "--restart"}), Cat("{\"revision\": ", Export().end.revision(), "}\n"));
}

class StalledFeedTest : public FeedTest {
 protected:
  static constexpr auto kIdle = std::chrono::milliseconds(100);

  StalledFeedTest() : FeedTest([](server::ServerOptions& options) { options.export_idle = kIdle; }) {
    // More than the transport holds for a caller that does not read.
    v1::SourceRecord large = TestRecord("", "", "");
    large.set_kind(v1::RECORD_KIND_ORGANISATION);  // which are never matched
    large.mutable_details()->clear_name();
    for (int a = 0; a < 60; ++a) {
      v1::Attribute& attribute = *large.mutable_details()->add_attributes();
      attribute.set_name(Cat("a", a));
      attribute.set_value(std::string(900, 'x'));
    }
    for (int i = 0; i < 500; ++i) {
      large.mutable_source_key()->set_key(Cat("K", i));
      large.mutable_details()->set_organisation_name(Cat("Wensum Boats ", i));
      Upsert(large);
    }
  }
};

TEST_F(StalledFeedTest, ACallerWhoTakesNothingIsLetGo) {
  grpc::Status status;
  while (status.ok()) {  // on a slow machine the caller may read again just in time
    v1::WatchChangesRequest request;
    request.set_payload(v1::CHANGE_PAYLOAD_FULL);
    request.set_stop_at_head(true);
    grpc::ClientContext context;
    const auto stream = changes_->Watch(&context, request);
    v1::ChangeEvent event;
    ASSERT_TRUE(stream->Read(&event));
    std::this_thread::sleep_for(4 * kIdle);
    while (stream->Read(&event)) {
    }
    status = stream->Finish();
  }
  EXPECT_EQ(status.error_code(), StatusCode::DEADLINE_EXCEEDED) << status.error_message();
  EXPECT_EQ(ReasonOf(status), "WATCH_STALLED");
  status = grpc::Status::OK;
  while (status.ok()) {
    grpc::ClientContext context;
    const auto stream = changes_->ExportGolden(&context, {});
    v1::ExportGoldenResponse message;
    ASSERT_TRUE(stream->Read(&message));
    std::this_thread::sleep_for(4 * kIdle);
    while (stream->Read(&message)) {
    }
    status = stream->Finish();
  }
  EXPECT_EQ(status.error_code(), StatusCode::DEADLINE_EXCEEDED) << status.error_message();
  EXPECT_EQ(ReasonOf(status), "EXPORT_STALLED");
}

}  // namespace
}  // namespace wensum
