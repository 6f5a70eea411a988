// Rules of survivorship that change in a running server, over a real channel and from the shell.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <string>

#include "base/strings.h"
#include "services/cli/rulesets_command.h"
#include "tests/integration/shell.h"
#include "tests/integration/test_server.h"
#include "tests/support/temp_dir.h"
#include "wensum/v1/changes.grpc.pb.h"
#include "wensum/v1/people.grpc.pb.h"
#include "wensum/v1/rulesets.grpc.pb.h"

namespace wensum {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class RulesetsTest : public ::testing::Test {
 protected:
  RulesetsTest() : rulesets_(v1::Rulesets::NewStub(server_.channel())) {
    person_ = Upsert("housing", "Ann", 1'000'000'000);
    EXPECT_EQ(Upsert("contact_centre", "Anne", 1'500'000'000), person_);
  }

  std::string Upsert(const std::string& source, const std::string& forename, int64_t seconds) {
    grpc::ClientContext context;
    v1::UpsertSourceRecordRequest request;
    v1::SourceRecord& record = *request.mutable_record();
    record = TestRecord("1", forename, "Brackenbury");
    record.mutable_source_key()->set_source(source);
    record.mutable_source_time()->set_seconds(seconds);
    record.mutable_details()->set_ni_number("QQ123456C");
    v1::UpsertSourceRecordResponse response;
    const grpc::Status status = v1::SourceRecords::NewStub(server_.channel())->Upsert(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.person();
  }

  std::string Forename() {
    grpc::ClientContext context;
    v1::GetPersonRequest request;
    request.set_name(person_);
    v1::Person person;
    EXPECT_TRUE(v1::People::NewStub(server_.channel())->Get(&context, request, &person).ok());
    return person.person_name().forenames();
  }

  std::string Shell(std::vector<std::string> arguments, int expected_code) {
    arguments.insert(arguments.begin(), "rulesets");
    return RunShell(server_, cli::AddRulesetsCommands, std::move(arguments), expected_code);
  }

  std::string WriteRules(const std::string& text) {
    const std::string path = Cat(files_.path(), "/rules.yaml");
    std::ofstream(path) << text;
    return path;
  }

  TestServer server_;
  TempDir files_;
  std::unique_ptr<v1::Rulesets::Stub> rulesets_;
  std::string person_;
};

TEST_F(RulesetsTest, FromTheShell) {
  EXPECT_EQ(Forename(), "Anne");
  EXPECT_THAT(Shell({"create", WriteRules("name: newest"), "--actor", "ann"}, 1),
              AllOf(HasSubstr("INVALID_ARGUMENT"), HasSubstr("line 1, column 7")));
  const std::string rules = WriteRules("name: oldest\n");
  EXPECT_THAT(Shell({"create", rules, "--actor", "ann", "--dry-run"}, 0), Not(HasSubstr("rulesets/2")));
  EXPECT_THAT(Shell({"create", rules, "--actor", "ann", "--note", "as first told"}, 0),
              AllOf(HasSubstr("rulesets/2"), HasSubstr("STATE_DRAFT"), HasSubstr("as first told")));
  EXPECT_THAT(Shell({"activate", "2", "--actor", "ann"}, 1), HasSubstr("RULESET_NOT_TRIED"));
  EXPECT_THAT(Shell({"try", "2"}, 0),
              AllOf(HasSubstr("STATE_SUCCEEDED"), HasSubstr("person_name"), HasSubstr("Anne"), HasSubstr(person_)));
  EXPECT_EQ(Forename(), "Anne");
  EXPECT_THAT(Shell({"activate", "2", "--actor", "ann", "--at", "some day"}, 2), HasSubstr("--at is no time"));
  EXPECT_THAT(Shell({"activate", "2", "--actor", "ann", "--at", "2999-01-31T00:00:00Z"}, 0),
              HasSubstr("STATE_SCHEDULED"));
  EXPECT_THAT(Shell({"unschedule", "2"}, 0), HasSubstr("STATE_DRAFT"));
  EXPECT_THAT(Shell({"activate", "rulesets/2", "--actor", "ann", "--etag", "1"}, 1), HasSubstr("ETAG_MISMATCH"));
  EXPECT_THAT(Shell({"activate", "rulesets/2", "--actor", "ann"}, 0), HasSubstr("STATE_SUCCEEDED"));
  EXPECT_EQ(Forename(), "Ann");
  EXPECT_THAT(Shell({"show", "2"}, 0), AllOf(HasSubstr("STATE_IN_FORCE"), HasSubstr("name: oldest")));
  EXPECT_THAT(Shell({"withdraw", "2", "--actor", "ann"}, 1), HasSubstr("RULESET_STATE"));
  EXPECT_THAT(Shell({"withdraw", "1", "--actor", "ann", "--comment", "done with"}, 0), HasSubstr("STATE_WITHDRAWN"));
  EXPECT_THAT(Shell({"list"}, 0), AllOf(HasSubstr("STATE_IN_FORCE"), HasSubstr("STATE_WITHDRAWN")));
  EXPECT_THAT(Shell({"show", "7"}, 1), HasSubstr("NOT_FOUND"));
}

TEST_F(RulesetsTest, EveryCommandHasHelp) {
  for (const char* const command : {"list", "show", "create", "try", "activate", "unschedule", "withdraw"}) {
    CLI::App app;
    int code = 0;
    cli::AddRulesetsCommands(app, code);
    EXPECT_THROW(app.parse(Cat("rulesets ", command, " --help")), CLI::CallForHelp) << command;
    EXPECT_THAT(app.help("", CLI::AppFormatMode::All), HasSubstr(command));
  }
}

TEST_F(RulesetsTest, TheFeedTellsOfThePeopleWhoChange) {
  v1::CreateRulesetRequest create;
  create.set_yaml("name: oldest");
  create.set_actor("ann");
  v1::Ruleset ruleset;
  {
    grpc::ClientContext context;
    ASSERT_TRUE(rulesets_->Create(&context, create, &ruleset).ok());
  }
  v1::ActivateRulesetRequest request;
  request.set_name(ruleset.name());
  request.set_etag(ruleset.etag());
  request.set_actor("ann");
  request.set_without_trial(true);
  request.set_request_id("01234567-89ab-cdef-0123-456789abcdef");
  v1::ActivateRulesetResponse response;
  {
    grpc::ClientContext context;
    const grpc::Status status = rulesets_->Activate(&context, request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
  grpc::ClientContext watching;
  v1::WatchChangesRequest watch;
  watch.set_after_revision(ruleset.revision());
  const auto stream = v1::Changes::NewStub(server_.channel())->Watch(&watching, watch);
  v1::ChangeEvent event;
  bool told = false;
  while (!told && stream->Read(&event)) {
    told = event.kind() == v1::CHANGE_KIND_PERSON_UPDATED && event.name() == person_;
  }
  watching.TryCancel();
  stream->Finish();
  EXPECT_TRUE(told);
  EXPECT_EQ(Forename(), "Ann");
  // The same call again starts nothing.
  v1::ActivateRulesetResponse again;
  grpc::ClientContext context;
  const grpc::Status status = rulesets_->Activate(&context, request, &again);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(again.run().name(), response.run().name());
  EXPECT_EQ(again.ruleset().state(), v1::Ruleset::STATE_IN_FORCE);
}

}  // namespace
}  // namespace wensum
