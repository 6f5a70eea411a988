// Submissions: what may follow what, and where each file begins.
#include "services/hub/hub_handler.h"

#include <optional>
#include <string>
#include <vector>

#include "services/convert/times.h"
#include "tests/services/hub/hub_fixture.h"

namespace wensum::hub {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr TimeMicros kDay = TimeMicros{86'400} * 1'000'000;
constexpr Submission::State kStates[] = {Submission::STATE_PREPARED, Submission::STATE_SENT, Submission::STATE_ACCEPTED,
                                         Submission::STATE_REJECTED, Submission::STATE_WITHDRAWN};
constexpr char kRequestId[] = "7a1d8c2e-0000-4000-8000-000000000001";

class HubHandlerTest : public HubFixture {
 protected:
  std::vector<std::string> Names(const v1::ListSubmissionsRequest& request, std::string* token = nullptr) {
    rpc::CallContext call("/test/List");
    v1::ListSubmissionsResponse response;
    const absl::Status status = handler_.List(call, request, response);
    EXPECT_TRUE(status.ok()) << status;
    std::vector<std::string> names;
    for (const Submission& submission : response.submissions()) {
      names.push_back(submission.name());
    }
    if (token != nullptr) {
      *token = response.next_page_token();
    }
    return names;
  }
};

TEST_F(HubHandlerTest, ASubmissionSaysWhatItsFileIs) {
  WriteTown(3);
  v1::PrepareSubmissionRequest request;
  request.set_kind(Submission::KIND_FULL);
  request.set_remark("first one");
  request.set_custodian_name("NORWICH CITY COUNCIL");
  const Submission submission = Prepare(request).value();
  EXPECT_EQ(submission.name(), "submissions/1");
  EXPECT_EQ(submission.state(), Submission::STATE_PREPARED);
  EXPECT_EQ(submission.custodian_code(), 2625);
  EXPECT_FALSE(submission.has_since_revision());
  EXPECT_EQ(submission.revision(), 1U);
  EXPECT_EQ(submission.file_name(), "2625_full_r1.csv");
  EXPECT_EQ(submission.record_counts().at(21), 3U);
  EXPECT_EQ(submission.record_counts().at(24), 3U);
  ASSERT_EQ(submission.steps_size(), 1);
  EXPECT_EQ(submission.steps(0).author(), "ann");
  EXPECT_EQ(submission.steps(0).remark(), "first one");
  EXPECT_EQ(convert::FromTimestamp(submission.steps(0).time()).value(), clock_.Now());
  EXPECT_EQ(Get(1)->DebugString(), submission.DebugString());
  // Later, when the gazetteer is another.
  clock_.Advance(40 * kDay);
  Write({gazetteer::TestBlpu(9), gazetteer::TestLpi(9, 999, 27700001, 9)});
  const std::string file = FileOf(*Get(1));
  EXPECT_EQ(Sha256Hex(file), submission.sha256()) << file;
  EXPECT_EQ(file.size(), submission.bytes());
  EXPECT_THAT(file, HasSubstr("NORWICH CITY COUNCIL"));
}

TEST_F(HubHandlerTest, ChangesBeginWhereTheLastAcceptedFileEnded) {
  WriteTown(1);
  ASSERT_TRUE(Prepare(Submission::KIND_FULL).ok());
  Decide(1, Submission::STATE_ACCEPTED);
  const uint64_t accepted = Get(1)->revision();

  Write({gazetteer::TestBlpu(50), gazetteer::TestLpi(50, 50, 27700001, 50)});
  const Submission second = Prepare(Submission::KIND_CHANGE_ONLY).value();
  EXPECT_EQ(second.since_revision(), accepted);
  EXPECT_EQ(second.base(), "submissions/1");
  EXPECT_EQ(second.record_counts().at(21), 1U);
  EXPECT_THAT(FileOf(second), HasSubstr("21,\"I\",1,50,"));
  Decide(2, Submission::STATE_REJECTED);

  Write({gazetteer::TestBlpu(60), gazetteer::TestLpi(60, 60, 27700001, 60)});
  const Submission third = Prepare(Submission::KIND_CHANGE_ONLY).value();
  EXPECT_EQ(third.since_revision(), accepted) << "the hub did not take the second";
  EXPECT_EQ(third.record_counts().at(21), 2U);
  ASSERT_TRUE(Record(Step(3, Submission::STATE_WITHDRAWN)).ok());

  const Submission fourth = Prepare(Submission::KIND_CHANGE_ONLY).value();
  EXPECT_EQ(fourth.since_revision(), accepted);
  Decide(4, Submission::STATE_ACCEPTED);
  const Submission fifth = Prepare(Submission::KIND_CHANGE_ONLY).value();
  EXPECT_EQ(fifth.since_revision(), fourth.revision());
  EXPECT_EQ(fifth.base(), "submissions/4");
  EXPECT_FALSE(fifth.record_counts().contains(21));
  Decide(5, Submission::STATE_REJECTED);

  // A full one that is refused changes nothing; one that is accepted is where changes begin.
  ASSERT_TRUE(Prepare(Submission::KIND_FULL).ok());
  Decide(6, Submission::STATE_REJECTED);
  EXPECT_EQ(Prepare(Submission::KIND_CHANGE_ONLY)->base(), "submissions/4");
  ASSERT_TRUE(Record(Step(7, Submission::STATE_WITHDRAWN)).ok());
  ASSERT_TRUE(Prepare(Submission::KIND_FULL).ok());
  Decide(8, Submission::STATE_ACCEPTED);
  EXPECT_EQ(Prepare(Submission::KIND_CHANGE_ONLY)->base(), "submissions/8");
}

TEST_F(HubHandlerTest, OneAtATimeIsUndecided) {
  WriteTown(1);
  ASSERT_TRUE(Prepare(Submission::KIND_FULL).ok());
  for (const bool sent : {false, true}) {
    if (sent) {
      ASSERT_TRUE(Record(Step(1, Submission::STATE_SENT)).ok());
    }
    for (const Submission::Kind kind : {Submission::KIND_FULL, Submission::KIND_CHANGE_ONLY}) {
      const absl::Status refused = Prepare(kind).status();
      EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition) << refused;
      EXPECT_EQ(ReasonOf(refused), "SUBMISSION_STATE");
      EXPECT_THAT(std::string(Message(refused)),
                  HasSubstr(sent ? "submissions/1 is SENT" : "submissions/1 is PREPARED"));
    }
  }
  ASSERT_TRUE(Record(Step(1, Submission::STATE_WITHDRAWN)).ok());
  EXPECT_EQ(Prepare(Submission::KIND_FULL)->name(), "submissions/2");
}

TEST_F(HubHandlerTest, TheFirstChangesNeedARevisionThatTheHubHas) {
  WriteTown(1);
  Write({gazetteer::TestBlpu(50), gazetteer::TestLpi(50, 50, 27700001, 50)});
  const absl::Status unknown = Prepare(Submission::KIND_CHANGE_ONLY).status();
  EXPECT_EQ(ReasonOf(unknown), "SUBMISSION_STATE");
  EXPECT_THAT(std::string(Message(unknown)), HasSubstr("since_revision"));
  v1::PrepareSubmissionRequest request;
  request.set_kind(Submission::KIND_CHANGE_ONLY);
  request.set_since_revision(99);
  EXPECT_EQ(ReasonOf(Prepare(request).status()), "REVISION_IN_FUTURE");
  request.set_since_revision(1);
  const Submission first = Prepare(request).value();
  EXPECT_EQ(first.since_revision(), 1U);
  EXPECT_EQ(first.base(), "");
  Decide(1, Submission::STATE_ACCEPTED);
  // From now on it is known.
  EXPECT_EQ(ReasonOf(Prepare(request).status()), "FIELD_INVALID");
  request.set_since_revision(first.revision());
  EXPECT_EQ(Prepare(request)->base(), "submissions/1");
}

TEST_F(HubHandlerTest, OnlySomeStatesFollowEachOther) {
  WriteTown(1);
  // How a submission comes into each state.
  const std::vector<std::vector<Submission::State>> ways = {{},
                                                            {Submission::STATE_SENT},
                                                            {Submission::STATE_SENT, Submission::STATE_ACCEPTED},
                                                            {Submission::STATE_SENT, Submission::STATE_REJECTED},
                                                            {Submission::STATE_WITHDRAWN}};
  const std::string allowed[] = {"SENT WITHDRAWN ", "ACCEPTED REJECTED WITHDRAWN ", "", "", ""};
  int number = 0;
  for (size_t way = 0; way < ways.size(); ++way) {
    ASSERT_TRUE(Prepare(Submission::KIND_FULL).ok());
    ++number;
    for (const Submission::State state : ways[way]) {
      ASSERT_TRUE(Record(Step(number, state)).ok());
    }
    const std::string before = Get(number)->DebugString();
    std::string found;
    for (const Submission::State state : kStates) {
      v1::RecordProgressRequest step = Step(number, state);
      step.set_validate_only(true);
      const absl::StatusOr<Submission> next = Record(step);
      if (next.ok()) {
        EXPECT_EQ(next->state(), state);
        found += Cat(Submission::State_Name(state).substr(6), " ");
      } else if (state != Submission::STATE_PREPARED) {
        EXPECT_EQ(ReasonOf(next.status()), "SUBMISSION_STATE") << next.status();
        step.set_validate_only(false);
        EXPECT_EQ(Record(step).status(), next.status());
      }
    }
    EXPECT_EQ(found, allowed[way]) << way;
    EXPECT_EQ(Get(number)->DebugString(), before) << "nothing was stored";
    if (way < 2) {
      ASSERT_TRUE(Record(Step(number, Submission::STATE_WITHDRAWN)).ok());
    }
  }
  EXPECT_EQ(Record(Step(99, Submission::STATE_SENT)).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Get(99).status().code(), absl::StatusCode::kNotFound);
  v1::RecordProgressRequest step = Step(1, Submission::STATE_SENT);
  step.set_name("submissions/x");
  EXPECT_EQ(ReasonOf(Record(step).status()), "FIELD_INVALID");
}

TEST_F(HubHandlerTest, AStepIsKeptWithItsWords) {
  WriteTown(1);
  ASSERT_TRUE(Prepare(Submission::KIND_FULL).ok());
  clock_.Advance(10 * kDay);  // from 2026-09-21 on
  v1::RecordProgressRequest sent = Step(1, Submission::STATE_SENT);
  convert::ToDate(20261002, *sent.mutable_date());
  EXPECT_EQ(ReasonOf(Record(sent).status()), "FIELD_INVALID") << "in the future";
  convert::ToDate(20260920, *sent.mutable_date());
  EXPECT_EQ(ReasonOf(Record(sent).status()), "FIELD_INVALID") << "before it was prepared";
  convert::ToDate(20260900, *sent.mutable_date());
  EXPECT_EQ(ReasonOf(Record(sent).status()), "FIELD_INVALID") << "no day";
  convert::ToDate(20260922, *sent.mutable_date());
  sent.set_remark("by upload");
  ASSERT_TRUE(Record(sent).ok());
  v1::RecordProgressRequest accepted = Step(1, Submission::STATE_ACCEPTED);
  accepted.set_receipt(" ");
  EXPECT_EQ(ReasonOf(Record(accepted).status()), "FIELD_INVALID");
  accepted.set_receipt(std::string(101, 'R'));
  EXPECT_EQ(ReasonOf(Record(accepted).status()), "FIELD_INVALID");
  accepted.set_receipt("GP-77");
  const Submission submission = Record(accepted).value();
  ASSERT_EQ(submission.steps_size(), 3);
  EXPECT_EQ(submission.steps(1).date().day(), 22);
  EXPECT_EQ(submission.steps(1).remark(), "by upload");
  EXPECT_EQ(submission.steps(1).author(), "bob");
  EXPECT_EQ(submission.steps(2).receipt(), "GP-77");
  EXPECT_EQ(submission.steps(2).date().month(), 10);
  EXPECT_EQ(submission.steps(2).date().day(), 1);
  // A reason where it counts, and a receipt only of the hub.
  ASSERT_TRUE(Prepare(Submission::KIND_FULL).ok());
  v1::RecordProgressRequest withdrawn = Step(2, Submission::STATE_WITHDRAWN);
  withdrawn.set_receipt("GP-78");
  EXPECT_EQ(ReasonOf(Record(withdrawn).status()), "FIELD_INVALID");
  withdrawn.clear_receipt();
  withdrawn.clear_remark();
  EXPECT_EQ(ReasonOf(Record(withdrawn).status()), "FIELD_INVALID");
  ASSERT_TRUE(Record(Step(2, Submission::STATE_SENT)).ok());
  v1::RecordProgressRequest rejected = Step(2, Submission::STATE_REJECTED);
  rejected.clear_remark();
  EXPECT_EQ(ReasonOf(Record(rejected).status()), "FIELD_INVALID");
}

TEST_F(HubHandlerTest, ARepeatedRequestIsAnsweredAgain) {
  WriteTown(1);
  v1::PrepareSubmissionRequest request;
  request.set_kind(Submission::KIND_FULL);
  request.set_request_id(kRequestId);
  const Submission first = Prepare(request).value();
  const uint64_t revision = register_->revision();
  EXPECT_EQ(Prepare(request)->DebugString(), first.DebugString()) << "though it is undecided";
  EXPECT_EQ(register_->revision(), revision);
  request.set_remark("another");
  EXPECT_EQ(Prepare(request).status().code(), absl::StatusCode::kInvalidArgument);
  v1::RecordProgressRequest sent = Step(1, Submission::STATE_SENT);
  sent.set_request_id(kRequestId);
  const Submission after = Record(sent).value();
  EXPECT_EQ(Record(sent)->DebugString(), after.DebugString()) << "though SENT cannot follow SENT";
  EXPECT_EQ(Get(1)->steps_size(), 2);
}

TEST_F(HubHandlerTest, AnotherOneMeanwhileIsNoticed) {
  WriteTown(1);
  bool interfere = true;
  HubHandler slow(
      register_.get(), &clock_, codes_,
      {.measure = [&](rpc::CallContext& call, const v1::ExportGazetteerRequest& request, const auto& /*sink*/) {
        const auto facts = exports_.Measure(call, request);
        if (interfere) {
          EXPECT_TRUE(Prepare(Submission::KIND_FULL).ok());
          Decide(1, Submission::STATE_ACCEPTED);
        }
        return facts;
      }});
  rpc::CallContext call("/test/Prepare");
  v1::PrepareSubmissionRequest request;
  request.set_kind(Submission::KIND_CHANGE_ONLY);
  request.set_since_revision(1);
  Submission submission;
  EXPECT_EQ(slow.Prepare(call, request, submission).code(), absl::StatusCode::kAborted) << "it is known by now";
  EXPECT_THAT(Names({}), ElementsAre("submissions/1"));
  // Changes since a submission, when another is accepted meanwhile.
  request.clear_since_revision();
  HubHandler slower(
      register_.get(), &clock_, codes_,
      {.measure = [&](rpc::CallContext& measured, const v1::ExportGazetteerRequest& file, const auto& /*sink*/) {
        const auto facts = exports_.Measure(measured, file);
        EXPECT_TRUE(Prepare(Submission::KIND_FULL).ok());
        Decide(2, Submission::STATE_ACCEPTED);
        return facts;
      }});
  submission.Clear();
  EXPECT_EQ(slower.Prepare(call, request, submission).code(), absl::StatusCode::kAborted);
  interfere = false;
  submission.Clear();
  ASSERT_TRUE(slow.Prepare(call, request, submission).ok());
  EXPECT_EQ(submission.base(), "submissions/2");
}

TEST_F(HubHandlerTest, CustodiansHaveSubmissionsOfTheirOwn) {
  WriteTown(1);
  HubHandler both(register_.get(), &clock_, {2625, 2605}, hooks_);
  const auto prepare = [&](int code, Submission::Kind kind) {
    rpc::CallContext call("/test/Prepare");
    v1::PrepareSubmissionRequest request;
    request.set_kind(kind);
    request.set_custodian_code(code);
    Submission submission;
    const absl::Status status = both.Prepare(call, request, submission);
    return status.ok() ? absl::StatusOr<Submission>(submission) : status;
  };
  EXPECT_EQ(ReasonOf(prepare(0, Submission::KIND_FULL).status()), "FIELD_INVALID") << "which?";
  EXPECT_EQ(ReasonOf(prepare(7655, Submission::KIND_FULL).status()), "FIELD_INVALID") << "not ours";
  ASSERT_TRUE(prepare(2625, Submission::KIND_FULL).ok());
  ASSERT_TRUE(prepare(2605, Submission::KIND_FULL).ok()) << "the other's is no matter";
  Decide(1, Submission::STATE_ACCEPTED);
  EXPECT_EQ(prepare(2625, Submission::KIND_CHANGE_ONLY)->base(), "submissions/1");
  ASSERT_TRUE(Record(Step(2, Submission::STATE_WITHDRAWN)).ok());
  EXPECT_EQ(ReasonOf(prepare(2605, Submission::KIND_CHANGE_ONLY).status()), "SUBMISSION_STATE");
  HubHandler none(register_.get(), &clock_, {}, hooks_);
  rpc::CallContext call("/test/Prepare");
  v1::PrepareSubmissionRequest request;
  request.set_kind(Submission::KIND_FULL);
  Submission submission;
  EXPECT_EQ(ReasonOf(none.Prepare(call, request, submission)), "CUSTODIAN_NOT_CONFIGURED");
}

TEST_F(HubHandlerTest, ValidationStoresNothing) {
  v1::PrepareSubmissionRequest request;
  request.set_validate_only(true);
  EXPECT_EQ(ReasonOf(Prepare(request).status()), "FIELD_INVALID") << "no kind";
  request.set_kind(Submission::KIND_FULL);
  EXPECT_EQ(Prepare(request).status().code(), absl::StatusCode::kFailedPrecondition) << "an empty register";
  WriteTown(2);
  const uint64_t revision = register_->revision();
  const Submission submission = Prepare(request).value();
  EXPECT_EQ(submission.name(), "");
  EXPECT_EQ(submission.record_counts().at(21), 2U);
  EXPECT_EQ(register_->revision(), revision);
  EXPECT_EQ(Get(1).status().code(), absl::StatusCode::kNotFound);
  request.set_since_revision(1);
  EXPECT_EQ(ReasonOf(Prepare(request).status()), "FIELD_INVALID") << "a full one begins nowhere";
  request.clear_since_revision();
  request.set_request_id("x");
  EXPECT_EQ(ReasonOf(Prepare(request).status()), "FIELD_INVALID");
}

TEST_F(HubHandlerTest, ListsArePagesOfTheNewestFirst) {
  WriteTown(1);
  for (int number = 1; number <= 5; ++number) {
    ASSERT_TRUE(Prepare(Submission::KIND_FULL).ok());
    Decide(number, number % 2 == 0 ? Submission::STATE_REJECTED : Submission::STATE_ACCEPTED);
  }
  v1::ListSubmissionsRequest request;
  request.set_page_size(2);
  std::string token;
  EXPECT_THAT(Names(request, &token), ElementsAre("submissions/5", "submissions/4"));
  request.set_page_token(token);
  ASSERT_TRUE(Prepare(Submission::KIND_FULL).ok());
  EXPECT_THAT(Names(request, &token), ElementsAre("submissions/3", "submissions/2"));
  request.set_page_token(token);
  EXPECT_THAT(Names(request, &token), ElementsAre("submissions/1"));
  EXPECT_EQ(token, "");
  request.Clear();
  request.set_state(Submission::STATE_ACCEPTED);
  request.set_page_size(3);
  EXPECT_THAT(Names(request, &token), ElementsAre("submissions/5", "submissions/3", "submissions/1"));
  EXPECT_EQ(token, "");
  request.Clear();
  request.set_custodian_code(2605);
  EXPECT_TRUE(Names(request).empty());
}

}  // namespace
}  // namespace wensum::hub
