// Extracts of a feed over a channel: what is gone is withheld and confirmed, and what went wrong is rolled back.
#include <gmock/gmock.h>
#include <google/protobuf/util/time_util.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include "base/strings.h"
#include "tests/integration/test_server.h"
#include "wensum/v1/imports.grpc.pb.h"

namespace wensum {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;
using v1::ImportRun;

constexpr std::string_view kMapping = R"(
version: 1
feed: cards
source: housing
kind: person
delivery: {extracts: complete, delete_after: 1, delete_at_most: 2, delete_at_most_percent: 100}
records:
  - key: "{ID}"
    fields:
      name.forenames: {column: FORENAMES}
      name.surname: {column: SURNAME}
)";
constexpr int64_t kFirstNight = 1'700'000'000;

std::string Cards(int count, const std::set<int>& without = {}, std::string_view surname = "Lee") {
  std::string text = "ID,FORENAMES,SURNAME\n";
  for (int i = 1; i <= count; ++i) {
    if (!without.contains(i)) {
      AppendTo(text, "T", i, ",Name", i, ",", surname, "\n");
    }
  }
  return text;
}

class ImportsTest : public ::testing::Test {
 protected:
  ImportsTest() : imports_(v1::Imports::NewStub(server_.channel())) {}

  // The run over the extract of a night, when it is over.
  ImportRun Import(int night, const std::string& text) {
    ImportRun run;
    {
      grpc::ClientContext context;
      const auto stream = imports_->StartRun(&context, &run);
      v1::StartImportRunRequest message;
      message.mutable_spec()->set_feed("cards");
      message.mutable_spec()->set_mapping_yaml(std::string(kMapping));
      message.mutable_spec()->mutable_extract_time()->set_seconds(kFirstNight + int64_t{night} * 86'400);
      stream->Write(message);
      message.set_chunk(text);
      stream->Write(message);
      stream->WritesDone();
      const grpc::Status status = stream->Finish();
      EXPECT_TRUE(status.ok()) << status.error_message();
    }
    return Wait(run);
  }
  ImportRun Wait(ImportRun run) {
    v1::GetImportRunRequest request;
    request.set_name(run.name());
    while (run.state() == ImportRun::STATE_RUNNING) {
      grpc::ClientContext context;
      const grpc::Status status = imports_->GetRun(&context, request, &run);
      if (!status.ok()) {
        ADD_FAILURE() << status.error_message();
        break;
      }
    }
    EXPECT_TRUE(run.reconciled()) << run.ShortDebugString();
    return run;
  }
  grpc::Status RollBack(const std::string& name, const std::string& actor, ImportRun& run) {
    v1::RollBackRunRequest request;
    request.set_name(name);
    request.set_actor(actor);
    request.set_comment("the mapping was wrong");
    grpc::ClientContext context;
    return imports_->RollBackRun(&context, request, &run);
  }
  grpc::Status Confirm(const std::string& name, ImportRun& run) {
    v1::ConfirmDeletesRequest request;
    request.set_name(name);
    request.set_actor("ann");
    grpc::ClientContext context;
    return imports_->ConfirmDeletes(&context, request, &run);
  }
  bool Live(int card) {
    const auto records = v1::SourceRecords::NewStub(server_.channel());
    v1::GetSourceRecordRequest request;
    request.mutable_source_key()->set_source("housing");
    request.mutable_source_key()->set_key(Cat("T", card));
    v1::SourceRecord record;
    grpc::ClientContext context;
    const grpc::Status status = records->Get(&context, request, &record);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return status.ok() && !record.deleted();
  }

  TestServer server_;
  std::unique_ptr<v1::Imports::Stub> imports_;
};

TEST_F(ImportsTest, DeletionsAreWithheldConfirmedAndRolledBack) {
  EXPECT_EQ(Import(1, Cards(6)).counts().inserted(), 6);
  const ImportRun run = Import(2, Cards(6, {1, 2, 3}));
  EXPECT_EQ(run.state(), ImportRun::STATE_SUCCEEDED) << run.error();
  EXPECT_EQ(run.kind(), ImportRun::KIND_FILE);
  EXPECT_EQ(run.counts().absent(), 3);
  EXPECT_EQ(run.deletes_withheld(), 3);
  EXPECT_EQ(run.extract_time().seconds(), kFirstNight + 2 * 86'400);
  EXPECT_TRUE(Live(1));
  ImportRun confirmed;
  ASSERT_TRUE(Confirm(run.name(), confirmed).ok());
  confirmed = Wait(confirmed);
  EXPECT_EQ(confirmed.kind(), ImportRun::KIND_CONFIRM_DELETES);
  EXPECT_EQ(confirmed.of_run(), run.name());
  EXPECT_EQ(confirmed.actor(), "ann");
  EXPECT_EQ(confirmed.counts().absent_deleted(), 3);
  EXPECT_FALSE(Live(1));
  ImportRun back;
  EXPECT_EQ(RollBack(run.name(), "ann", back).error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  ASSERT_TRUE(RollBack(confirmed.name(), "ann", back).ok());
  back = Wait(back);
  EXPECT_EQ(back.kind(), ImportRun::KIND_ROLL_BACK);
  EXPECT_EQ(back.comment(), "the mapping was wrong");
  EXPECT_TRUE(Live(1));
  ASSERT_TRUE(RollBack(run.name(), "ann", back).ok());
  back = Wait(back);
  v1::ListImportRunsRequest list;
  list.set_feed("cards");
  v1::ListImportRunsResponse listed;
  grpc::ClientContext context;
  ASSERT_TRUE(imports_->ListRuns(&context, list, &listed).ok());
  ASSERT_THAT(listed.runs(), SizeIs(5));
  EXPECT_EQ(listed.runs(3).name(), run.name());
  EXPECT_EQ(listed.runs(3).rolled_back_by(), back.name());
  // The night may come again, and so may the one after it.
  EXPECT_EQ(Import(2, Cards(6, {1})).counts().absent_deleted(), 1);
  ExpectSound(server_.channel());
}

TEST_F(ImportsTest, OldExtractsAreRefusedAndRepeatedOnesDoNothing) {
  const ImportRun first = Import(1, Cards(3));
  Import(2, Cards(3, {}, "Marsh"));
  const ImportRun old = Import(1, Cards(3));
  EXPECT_EQ(old.state(), ImportRun::STATE_FAILED);
  EXPECT_THAT(old.error(), HasSubstr("took in a newer one"));
  const ImportRun again = Import(2, Cards(3, {}, "Marsh"));
  EXPECT_EQ(again.state(), ImportRun::STATE_SUCCEEDED) << again.error();
  EXPECT_EQ(again.repeats(), "importRuns/2");
  EXPECT_EQ(again.counts().read(), 0);
}

TEST_F(ImportsTest, SaysWhatIsWrongWithARequest) {
  Import(1, Cards(1));
  ImportRun run;
  const grpc::Status nobody = RollBack("importRuns/1", " ", run);
  EXPECT_EQ(nobody.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(nobody.error_message(), HasSubstr("actor"));
  EXPECT_EQ(RollBack("importRuns/99", "ann", run).error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(RollBack("runs/1", "ann", run).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  const grpc::Status nothing = Confirm("importRuns/1", run);
  EXPECT_EQ(nothing.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(nothing.error_message(), HasSubstr("withheld no deletions"));
  EXPECT_NE(ReasonOf(nothing), "");
}

}  // namespace
}  // namespace wensum
