// The horizon of the feed through a real server: dropping events from the command line, what consumers are told, and a
// copy that begins anew by itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "services/cli/commands.h"
#include "tests/integration/shell.h"
#include "tests/integration/test_server.h"
#include "tests/support/temp_dir.h"
#include "wensum/v1/admin.grpc.pb.h"
#include "wensum/v1/changes.grpc.pb.h"

namespace wensum {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class FeedHorizonTest : public ::testing::Test {
 protected:
  void Upsert(const std::string& key, const std::string& surname) {
    v1::UpsertSourceRecordRequest request;
    *request.mutable_record() = TestRecord(key, surname, surname);
    // Nobody is taken for somebody else.
    v1::PartialDate& born = *request.mutable_record()->mutable_details()->mutable_date_of_birth();
    born.set_year(1940 + 7 * (key.back() - '0'));
    born.set_day(key.back() - '0');
    v1::UpsertSourceRecordResponse response;
    grpc::ClientContext context;
    const grpc::Status status = records_->Upsert(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
  }
  void Delete(const std::string& key) {
    v1::DeleteSourceRecordRequest request;
    request.mutable_source_key()->set_source("housing");
    request.mutable_source_key()->set_key(key);
    v1::DeleteSourceRecordResponse response;
    grpc::ClientContext context;
    const grpc::Status status = records_->Delete(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
  }
  std::string Shell(std::vector<std::string> arguments, int expected_code = 0) {
    return RunShell(server_, cli::AddClientCommands, std::move(arguments), expected_code);
  }
  std::string Compact(std::vector<std::string> more, int expected_code = 0) {
    std::vector<std::string> arguments = {"changes", "compact", "--actor", "ann", "--reason", "the disk fills up"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Shell(std::move(arguments), expected_code);
  }
  // Golden records by name: of the register, and of the copy.
  std::map<std::string, std::string> Exported() {
    std::map<std::string, std::string> people;
    grpc::ClientContext context;
    const auto stream = changes_->ExportGolden(&context, {});
    for (v1::ExportGoldenResponse message; stream->Read(&message);) {
      for (const v1::Person& person : message.people()) {
        people.emplace(person.name(), person.SerializeAsString());
      }
    }
    EXPECT_TRUE(stream->Finish().ok());
    return people;
  }
  static std::map<std::string, std::string> Copied(const std::string& file) {
    std::map<std::string, std::string> people;
    sqlite3* database = nullptr;
    EXPECT_EQ(sqlite3_open(file.c_str(), &database), SQLITE_OK);
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(database, "SELECT name, golden FROM people", -1, &statement, nullptr), SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW) {
      const auto text = [statement](int column) {
        return std::string(static_cast<const char*>(sqlite3_column_blob(statement, column)),
                           static_cast<size_t>(sqlite3_column_bytes(statement, column)));
      };
      people.emplace(text(0), text(1));
    }
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return people;
  }

  TestServer server_;
  TempDir folder_;
  std::unique_ptr<v1::SourceRecords::Stub> records_ = v1::SourceRecords::NewStub(server_.channel());
  std::unique_ptr<v1::Changes::Stub> changes_ = v1::Changes::NewStub(server_.channel());
  std::unique_ptr<v1::Admin::Stub> admin_ = v1::Admin::NewStub(server_.channel());
};

TEST_F(FeedHorizonTest, EventsAreDroppedAndACopyBeginsAnew) {
  const std::string file = folder_.Join("copy.sqlite");
  Upsert("H-1", "Okonkwo");
  Upsert("H-2", "Castellane");
  EXPECT_EQ(Shell({"copy", "--to", file}), "{\"revision\": 2}\n");
  Upsert("H-3", "Lee");
  Upsert("H-6", "Yilmaz");
  Delete("H-2");
  Upsert("H-4", "Brackenbury");
  EXPECT_THAT(Compact({"--before", "5", "--validate-only"}), HasSubstr("\"dropped_revisions\": \"4\""));
  EXPECT_THAT(Shell({"stats"}), ::testing::Not(HasSubstr("feed_horizon")));
  EXPECT_THAT(Compact({"--before", "5"}), AllOf(HasSubstr("\"revision\": \"4\""), HasSubstr("\"actor\": \"ann\"")));
  EXPECT_THAT(Shell({"stats"}), AllOf(HasSubstr("feed_horizon"), HasSubstr("the disk fills up")));
  EXPECT_THAT(Shell({"changes"}, 1), AllOf(HasSubstr("OUT_OF_RANGE (FEED_COMPACTED)"), HasSubstr("ExportGolden")));
  EXPECT_THAT(Shell({"changes", "--after", "4"}), AllOf(HasSubstr("PERSON_ENDED"), HasSubstr("PERSON_CREATED")));
  EXPECT_THAT(Shell({"copy", "--to", file}), AllOf(HasSubstr("begins anew"), HasSubstr("{\"revision\": 6}\n")));
  EXPECT_EQ(Copied(file), Exported());
  Upsert("H-5", "Smith");
  EXPECT_EQ(Shell({"copy", "--to", file}), "{\"revision\": 7}\n") << "from then on as ever";
  EXPECT_EQ(Copied(file), Exported());

  grpc::ClientContext context;
  v1::VerifyResponse verified;
  ASSERT_TRUE(admin_->Verify(&context, {}, &verified).ok());
  EXPECT_EQ(verified.differences(), 0U) << verified.ShortDebugString();
}

TEST_F(FeedHorizonTest, AConsumerThatIsBehindIsNamed) {
  Upsert("H-1", "Okonkwo");
  Upsert("H-2", "Castellane");
  Shell({"changes", "--consumer", "warehouse"});
  Upsert("H-3", "Lee");
  Upsert("H-4", "Brackenbury");
  Upsert("H-5", "Smith");
  Upsert("H-6", "Yilmaz");
  const std::string refused = Compact({"--before", "6"}, 1);
  EXPECT_THAT(refused, AllOf(HasSubstr("FAILED_PRECONDITION (CONSUMER_BEHIND)"), HasSubstr("\"warehouse\"")));
  EXPECT_THAT(Compact({"--before", "6", "--force"}), HasSubstr("\"name\": \"warehouse\""));
  EXPECT_THAT(Shell({"consumers"}), HasSubstr("\"horizon_revision\": \"5\""));
  EXPECT_THAT(Compact({"--before", "99"}, 1), HasSubstr("REVISION_IN_FUTURE"));
}

}  // namespace
}  // namespace wensum
