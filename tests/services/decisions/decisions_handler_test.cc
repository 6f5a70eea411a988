// What a purpose may decide and see, and what the answer holds for it.
#include "services/decisions/decisions_handler.h"

#include <future>

#include "services/rpc/resource_name.h"
#include "tests/services/register/register_test_util.h"

namespace wensum::decisions {
namespace {

using registry::CommitOne;
using registry::MakeWrite;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr int kServiceDelivery = 0;  // may not see the electoral register
constexpr int kElectoral = 1;

class DecisionsHandlerTest : public ::testing::Test {
 protected:
  rpc::CallContext Call(int purpose_bit) {
    rpc::CallContext call("/wensum.v1.Decisions/Test");
    call.set_grant({.caller = "loopback", .purpose = "some", .purpose_bit = purpose_bit});
    return call;
  }
  template <typename Request>
  absl::StatusOr<v1::DecisionResult> Write(void (DecisionsHandler::*method)(rpc::CallContext&, const Request&,
                                                                            v1::DecisionResult&, Done),
                                           const Request& request, int purpose_bit) {
    rpc::CallContext call = Call(purpose_bit);
    v1::DecisionResult response;
    std::promise<absl::Status> done;
    (handler_.*method)(call, request, response, [&done](const absl::Status& status) { done.set_value(status); });
    const absl::Status status = done.get_future().get();
    resources_ = call.resources();
    return status.ok() ? absl::StatusOr<v1::DecisionResult>(response) : status;
  }
  uint64_t Commit(const std::string& source, const std::string& surname, const std::string& born) {
    return CommitOne(*register_, MakeWrite(source, surname, "Zofia", surname, born)).ordinal;
  }
  void AddSubject(uint64_t id, v1::DecisionSubject& subject) {
    subject.set_name(rpc::PersonName(register_->ids(), id));
    subject.set_etag(register_->GetNewestEntity(id)->entity.revision());
  }
  v1::MergePeopleRequest MergeOf(uint64_t a, uint64_t b) {
    v1::MergePeopleRequest request;
    AddSubject(a, *request.add_subjects());
    AddSubject(b, *request.add_subjects());
    request.set_actor("ann");
    request.set_reason("records_agree");
    return request;
  }
  absl::Status Get(const std::string& name, int purpose_bit, v1::Decision& decision) {
    v1::GetDecisionRequest request;
    request.set_name(name);
    rpc::CallContext call = Call(purpose_bit);
    return handler_.Get(call, request, decision);
  }
  v1::ListDecisionsResponse List(int purpose_bit) {
    v1::ListDecisionsResponse response;
    rpc::CallContext call = Call(purpose_bit);
    EXPECT_TRUE(handler_.List(call, {}, response).ok());
    return response;
  }

  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  ManualClock clock_{registry::kStartTime};
  std::unique_ptr<registry::Register> register_ = registry::OpenOrDie(store_.get(), &clock_);
  DecisionsHandler handler_{register_.get(), tasks::TaskRules()};
  std::string resources_;
};

TEST_F(DecisionsHandlerTest, WhoMayNotSeeAllRecordsMayNotDecideNorKnow) {
  const uint64_t a = Commit("housing", "Lee", "1944-01-02");
  const uint64_t b = Commit("electoral_register", "Smyth", "2001-07-30");
  const auto refused = Write(&DecisionsHandler::Merge, MergeOf(a, b), kServiceDelivery);
  EXPECT_TRUE(absl::IsNotFound(refused.status())) << refused.status();
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr(rpc::PersonName(register_->ids(), b)));
  EXPECT_THAT(resources_, IsEmpty());

  const auto merged = Write(&DecisionsHandler::Merge, MergeOf(a, b), kElectoral);
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(merged->after(0).records_size(), 2);
  EXPECT_THAT(resources_, HasSubstr("decisions/1"));
  v1::Decision decision;
  EXPECT_TRUE(absl::IsNotFound(Get("decisions/1", kServiceDelivery, decision)));
  EXPECT_THAT(List(kServiceDelivery).decisions(), IsEmpty());
  EXPECT_TRUE(Get("decisions/1", kElectoral, decision).ok());
  EXPECT_EQ(decision.sides(1).records_size(), 1);
  EXPECT_THAT(List(kElectoral).decisions(), SizeIs(1));
  v1::UndoDecisionRequest undo;
  undo.set_name("decisions/1");
  undo.set_etag(decision.etag());
  undo.set_actor("ann");
  undo.set_reason("decided_in_error");
  EXPECT_TRUE(absl::IsNotFound(Write(&DecisionsHandler::Undo, undo, kServiceDelivery).status()));
  EXPECT_TRUE(Write(&DecisionsHandler::Undo, undo, kElectoral).ok());
}

// A record that joins later hides what was decided before, but not from the purpose that decided, which can undo it.
TEST_F(DecisionsHandlerTest, ADecisionStaysWithThePurposeThatMadeItWhenAHiddenRecordJoins) {
  const uint64_t a = Commit("housing", "Lee", "1944-01-02");
  const uint64_t b = Commit("contact", "Smyth", "2001-07-30");
  const uint64_t others_a = Commit("housing", "Grant", "1951-06-12");
  const uint64_t others_b = Commit("contact", "Abara", "1979-10-03");
  ASSERT_TRUE(Write(&DecisionsHandler::Merge, MergeOf(a, b), kServiceDelivery).ok());
  ASSERT_TRUE(Write(&DecisionsHandler::Merge, MergeOf(others_a, others_b), kElectoral).ok());
  EXPECT_THAT(List(kServiceDelivery).decisions(), SizeIs(2));
  const uint64_t hidden = Commit("electoral_register", "Okafor", "1988-11-19");
  ASSERT_TRUE(Write(&DecisionsHandler::Merge, MergeOf(a, hidden), kElectoral).ok());
  const uint64_t others_hidden = Commit("electoral_register", "Quist", "1990-02-28");
  ASSERT_TRUE(Write(&DecisionsHandler::Merge, MergeOf(others_a, others_hidden), kElectoral).ok());
  EXPECT_THAT(List(kElectoral).decisions(), SizeIs(4));

  const v1::ListDecisionsResponse open = List(kServiceDelivery);
  ASSERT_THAT(open.decisions(), SizeIs(1));
  EXPECT_EQ(open.decisions(0).name(), "decisions/1");
  // Nobody decides anew about a person of whom they do not see all.
  const uint64_t c = Commit("housing", "Novak", "1966-05-09");
  EXPECT_TRUE(absl::IsNotFound(Write(&DecisionsHandler::Merge, MergeOf(a, c), kServiceDelivery).status()));
  v1::UndoDecisionRequest undo;
  undo.set_name("decisions/1");
  undo.set_etag(open.decisions(0).etag());
  undo.set_actor("ann");
  undo.set_reason("decided_in_error");
  const auto undone = Write(&DecisionsHandler::Undo, undo, kServiceDelivery);
  ASSERT_TRUE(undone.ok()) << undone.status();
  EXPECT_THAT(undone->ShortDebugString(), Not(HasSubstr("Okafor")));
  EXPECT_EQ(register_->GetNewestEntity(b)->entity.members_size(), 1);
  EXPECT_EQ(register_->GetNewestEntity(a)->entity.members_size(), 2);
}

}  // namespace
}  // namespace wensum::decisions
