// Merges that wait for a second steward: what is proposed, and what another may make of it.
#include <gmock/gmock.h>

#include <future>

#include "services/decisions/decisions_handler.h"
#include "services/decisions/proposals_handler.h"
#include "services/register/decision_store.h"
#include "services/register/proposal_store.h"
#include "services/rpc/resource_name.h"
#include "services/tasks/task_store.h"
#include "storage/fault_store.h"
#include "tests/services/register/register_test_util.h"

namespace wensum::decisions {
namespace {

using registry::CommitOne;
using registry::MakeErase;
using registry::MakeWrite;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using v1::Proposal;

constexpr int kServiceDelivery = 0;  // may not see the electoral register
constexpr int kElectoral = 1;

class ProposalsTest : public ::testing::Test {
 protected:
  ProposalsTest() {
    rules_.second_steward = {.merge_established = true, .merge_in_conflict = true, .merge_records_above = 4};
    Reopen();
  }
  void TearDown() override {
    const auto report = register_->Verify();
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_THAT(report->details, IsEmpty());
  }
  void Reopen() {
    proposals_.reset();
    decisions_.reset();
    register_.reset();
    register_ = registry::OpenOrDie(&store_, &clock_);
    decisions_ = std::make_unique<DecisionsHandler>(register_.get(), rules_);
    proposals_ = std::make_unique<ProposalsHandler>(register_.get(), &clock_, rules_);
  }
  rpc::CallContext Call(int purpose_bit = kElectoral) {
    rpc::CallContext call("/wensum.v1.Proposals/Test");
    call.set_grant({.caller = "loopback", .purpose = "some", .purpose_bit = purpose_bit});
    return call;
  }
  template <typename Handler, typename Request, typename Response>
  absl::StatusOr<Response> Write(Handler& handler,
                                 void (Handler::*method)(rpc::CallContext&, const Request&, Response&,
                                                         std::function<void(const absl::Status&)>),
                                 const Request& request, int purpose_bit = kElectoral) {
    rpc::CallContext call = Call(purpose_bit);
    Response response;
    std::promise<absl::Status> done;
    (handler.*method)(call, request, response, [&done](const absl::Status& status) { done.set_value(status); });
    const absl::Status status = done.get_future().get();
    return status.ok() ? absl::StatusOr<Response>(response) : status;
  }
  uint64_t Commit(const std::string& source, const std::string& surname, const std::string& born,
                  const std::string& ni_number = "", const std::string& key = "") {
    registry::SourceWrite write = MakeWrite(source, key.empty() ? surname : key, "Zofia", surname, born);
    write.record.details.ni_number = ni_number;
    return CommitOne(*register_, std::move(write)).ordinal;
  }
  v1::MergePeopleRequest MergeOf(uint64_t a, uint64_t b, const std::string& actor = "ann") {
    v1::MergePeopleRequest request;
    for (const uint64_t id : {a, b}) {
      v1::DecisionSubject& subject = *request.add_subjects();
      subject.set_name(rpc::PersonName(register_->ids(), id));
      subject.set_etag(register_->GetNewestEntity(id)->entity.revision());
    }
    request.set_actor(actor);
    request.set_reason("records_agree");
    return request;
  }
  absl::StatusOr<v1::DecisionResult> Merge(const v1::MergePeopleRequest& request) {
    return Write(*decisions_, &DecisionsHandler::Merge, request);
  }
  // Two people who give two NI numbers.
  void CommitTwo() {
    a_ = Commit("housing", "Lee", "1944-01-02", "AB123456C");
    b_ = Commit("contact", "Smyth", "1944-01-02", "CE654321D");
  }
  void ProposeOne() {
    CommitTwo();
    const auto proposed = Merge(MergeOf(a_, b_));
    ASSERT_TRUE(proposed.ok()) << proposed.status();
    ASSERT_EQ(proposed->proposal(), "proposals/1");
  }
  absl::StatusOr<Proposal> Get(int purpose_bit = kElectoral) {
    v1::GetProposalRequest request;
    request.set_name("proposals/1");
    rpc::CallContext call = Call(purpose_bit);
    Proposal response;
    const absl::Status status = proposals_->Get(call, request, response);
    return status.ok() ? absl::StatusOr<Proposal>(response) : status;
  }
  std::vector<Proposal> List(Proposal::State state, int purpose_bit = kElectoral) {
    v1::ListProposalsRequest request;
    request.set_state(state);
    rpc::CallContext call = Call(purpose_bit);
    v1::ListProposalsResponse response;
    EXPECT_TRUE(proposals_->List(call, request, response).ok());
    return {response.proposals().begin(), response.proposals().end()};
  }
  v1::ApproveProposalRequest Approval(const std::string& actor = "bob") {
    v1::ApproveProposalRequest request;
    request.set_name("proposals/1");
    request.set_etag(Get()->etag());
    request.set_actor(actor);
    return request;
  }
  absl::StatusOr<v1::DecisionResult> Approve(const v1::ApproveProposalRequest& request, int purpose_bit = kElectoral) {
    return Write(*proposals_, &ProposalsHandler::Approve, request, purpose_bit);
  }
  absl::StatusOr<Proposal> Reject(const std::string& actor) {
    v1::RejectProposalRequest request;
    request.set_name("proposals/1");
    request.set_etag(Get()->etag());
    request.set_actor(actor);
    request.set_reason("records_differ");
    return Write(*proposals_, &ProposalsHandler::Reject, request);
  }
  bool AreOne() { return register_->GetNewestEntity(a_)->anchor == register_->GetNewestEntity(b_)->anchor; }

  std::unique_ptr<storage::Store> memory_ = storage::NewMemoryStore();
  storage::FaultStore store_{memory_.get()};
  ManualClock clock_{registry::kStartTime};
  tasks::TaskRules rules_;
  std::unique_ptr<registry::Register> register_;
  std::unique_ptr<DecisionsHandler> decisions_;
  std::unique_ptr<ProposalsHandler> proposals_;
  uint64_t a_ = 0;
  uint64_t b_ = 0;
};

TEST_F(ProposalsTest, NothingChangesBeforeAnotherStewardApproves) {
  CommitTwo();
  auto request = MergeOf(a_, b_);
  request.set_validate_only(true);
  const auto preview = Merge(request);
  ASSERT_TRUE(preview.ok()) << preview.status();
  EXPECT_THAT(preview->risks(), ElementsAre(v1::DECISION_RISK_CONFLICT));
  EXPECT_THAT(preview->after(), SizeIs(1));
  EXPECT_THAT(preview->proposal(), IsEmpty());

  request.set_validate_only(false);
  const auto proposed = Merge(request);
  ASSERT_TRUE(proposed.ok()) << proposed.status();
  EXPECT_EQ(proposed->proposal(), "proposals/1");
  EXPECT_THAT(proposed->risks(), ElementsAre(v1::DECISION_RISK_CONFLICT));
  EXPECT_FALSE(proposed->has_decision());
  EXPECT_FALSE(AreOne());
  const Proposal waiting = *Get();
  EXPECT_EQ(waiting.state(), Proposal::STATE_PROPOSED);
  EXPECT_EQ(waiting.decision().actor(), "ann");
  EXPECT_THAT(waiting.decision().sides(), SizeIs(2));
  EXPECT_THAT(waiting.decision().name(), IsEmpty());
  EXPECT_EQ(waiting.etag(), proposed->revision());

  const auto alone = Approve(Approval(" ANN"));
  EXPECT_TRUE(absl::IsFailedPrecondition(alone.status())) << alone.status();
  EXPECT_FALSE(AreOne());
  auto dry = Approval();
  dry.set_validate_only(true);
  EXPECT_THAT(Approve(dry)->after(), SizeIs(1));
  EXPECT_EQ(Get()->state(), Proposal::STATE_PROPOSED);
  Reopen();
  const auto approved = Approve(Approval());
  ASSERT_TRUE(approved.ok()) << approved.status();
  EXPECT_EQ(approved->decision().name(), "decisions/1");
  EXPECT_EQ(approved->decision().actor(), "ann");
  EXPECT_EQ(approved->decision().approver(), "bob");
  EXPECT_EQ(approved->proposal(), "proposals/1");
  EXPECT_TRUE(AreOne());
  EXPECT_EQ(Get()->state(), Proposal::STATE_APPROVED);
  EXPECT_EQ(Get()->made(), "decisions/1");
  EXPECT_THAT(std::string(Approve(Approval("eve")).status().message()), HasSubstr("was approved already, by \"bob\""));
}

TEST_F(ProposalsTest, IsRejectedByAnybody) {
  ProposeOne();
  EXPECT_EQ(Reject("ann")->state(), Proposal::STATE_REJECTED);
  EXPECT_THAT(List(Proposal::STATE_PROPOSED), IsEmpty());
  EXPECT_THAT(List(Proposal::STATE_REJECTED), SizeIs(1));
  EXPECT_FALSE(Approve(Approval()).ok());
  EXPECT_FALSE(Reject("bob").ok());
  EXPECT_FALSE(AreOne());
}

TEST_F(ProposalsTest, ExpiresByItsDueTime) {
  ProposeOne();
  EXPECT_GT(Get()->due_time().seconds(), Get()->create_time().seconds());
  clock_.Advance(14 * tasks::kDay);
  EXPECT_EQ(Get()->state(), Proposal::STATE_EXPIRED);
  EXPECT_THAT(List(Proposal::STATE_EXPIRED), SizeIs(1));
  EXPECT_THAT(std::string(Approve(Approval()).status().message()), HasSubstr("is expired"));
  EXPECT_FALSE(AreOne());
}

TEST_F(ProposalsTest, IsStaleOnceThePeopleChange) {
  ProposeOne();
  Commit("contact", "Smyth", "1944-01-02", "CE654321A", "Smyth");
  const auto stale = Approve(Approval());
  EXPECT_TRUE(absl::IsAborted(stale.status())) << stale.status();
  EXPECT_THAT(std::string(stale.status().message()), HasSubstr("propose anew"));
  EXPECT_FALSE(AreOne());
  EXPECT_EQ(Get()->state(), Proposal::STATE_PROPOSED);
}

TEST_F(ProposalsTest, IsRefusedIfThePersonIsNoMore) {
  ProposeOne();
  CommitOne(*register_, MakeErase("contact", "Smyth"));
  EXPECT_TRUE(absl::IsAborted(Approve(Approval()).status()));
}

TEST_F(ProposalsTest, AFailedWriteLeavesItWaiting) {
  ProposeOne();
  const auto approval = Approval();
  store_.FailNextWrites(1, absl::UnavailableError("no disk"));
  EXPECT_TRUE(absl::IsUnavailable(Approve(approval).status()));
  EXPECT_EQ(Get()->state(), Proposal::STATE_PROPOSED);
  EXPECT_FALSE(AreOne());
  ASSERT_TRUE(Approve(approval).ok());
  EXPECT_TRUE(AreOne());
}

TEST_F(ProposalsTest, OnlyWhatIsRiskyIsProposed) {
  rules_.second_steward.merge_in_conflict = false;
  Reopen();
  a_ = Commit("housing", "Lee", "1944-01-02");
  b_ = Commit("contact", "Smyth", "2001-07-30");
  const auto plain = Merge(MergeOf(a_, b_));
  ASSERT_TRUE(plain.ok()) << plain.status();
  EXPECT_THAT(plain->proposal(), IsEmpty());
  EXPECT_TRUE(AreOne());

  const uint64_t c = Commit("housing", "Okafor", "1961-03-14");
  ASSERT_TRUE(Merge(MergeOf(c, Commit("contact", "Brackenbury", "1988-11-02"))).ok());
  const auto established = Merge(MergeOf(a_, c));
  ASSERT_TRUE(established.ok()) << established.status();
  EXPECT_THAT(established->risks(), ElementsAre(v1::DECISION_RISK_ESTABLISHED));
  EXPECT_EQ(established->proposal(), "proposals/1");
  ASSERT_TRUE(Approve(Approval()).ok());

  const auto many = Merge(MergeOf(a_, Commit("housing", "Thackeray", "1975-05-05")));
  ASSERT_TRUE(many.ok()) << many.status();
  EXPECT_THAT(many->risks(), ElementsAre(v1::DECISION_RISK_MANY_RECORDS));

  v1::UndoDecisionRequest undo;  // never waits
  undo.set_name("decisions/1");
  undo.set_etag(registry::ReadDecision(store_, 1, 1)->revision());
  undo.set_actor("ann");
  undo.set_reason("decided_in_error");
  EXPECT_TRUE(Write(*decisions_, &DecisionsHandler::Undo, undo).ok());
}

TEST_F(ProposalsTest, IsSeenByThoseWhoSeeItsPeople) {
  a_ = Commit("housing", "Lee", "1944-01-02", "AB123456C");
  b_ = Commit("electoral_register", "Smyth", "1944-01-02", "CE654321D");
  ASSERT_TRUE(Merge(MergeOf(a_, b_)).ok());
  EXPECT_TRUE(Get(kElectoral).ok());
  EXPECT_TRUE(absl::IsNotFound(Get(kServiceDelivery).status()));
  EXPECT_THAT(List(Proposal::STATE_UNSPECIFIED, kServiceDelivery), IsEmpty());
  EXPECT_TRUE(absl::IsNotFound(Approve(Approval(), kServiceDelivery).status()));
}

TEST_F(ProposalsTest, AnAnswerToATaskWaitsToo) {
  rules_.second_steward = {.merge_records_above = 1};
  Reopen();
  a_ = CommitOne(*register_,
                 MakeWrite("housing", "H1", "Jonathan", "Brackenbury", "1982-07-30", "4 Oak Street", "NR3 1AA"))
           .ordinal;
  b_ = CommitOne(*register_, MakeWrite("contact", "K1", "J", "Brackenbury", "", "4 Oak Street", "NR3 1AA")).ordinal;
  v1::DecideTaskRequest request;
  request.set_name("tasks/1");
  request.set_etag(tasks::ReadTask(store_, 1, 1)->change_revision());
  request.set_answer(v1::DecideTaskRequest::ANSWER_SAME);
  request.set_actor("ann");
  request.set_reason("records_agree");
  const auto proposed = Write(*decisions_, &DecisionsHandler::DecideTask, request);
  ASSERT_TRUE(proposed.ok()) << proposed.status();
  EXPECT_EQ(proposed->proposal(), "proposals/1");
  EXPECT_TRUE(tasks::IsOpen(*tasks::ReadTask(store_, 1, 1)));
  ASSERT_TRUE(Approve(Approval()).ok());
  EXPECT_FALSE(tasks::IsOpen(*tasks::ReadTask(store_, 1, 1)));
  EXPECT_EQ(registry::ReadDecision(store_, 1, 1)->task(), 1U);
}

TEST_F(ProposalsTest, ARepeatedCallGivesTheFirstAnswer) {
  CommitTwo();
  auto request = MergeOf(a_, b_);
  request.set_request_id("6f1e7f5e-5f0c-4c0e-9d7e-2f3b8a1c9d00");
  const auto first = Merge(request);
  const auto second = Merge(request);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->SerializeAsString(), first->SerializeAsString());
  auto approval = Approval();
  approval.set_request_id("6f1e7f5e-5f0c-4c0e-9d7e-2f3b8a1c9d01");
  const auto approved = Approve(approval);
  const auto again = Approve(approval);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->SerializeAsString(), approved->SerializeAsString());
  EXPECT_EQ(*registry::NewestProposal(store_, 1), 1U);
}

}  // namespace
}  // namespace wensum::decisions
