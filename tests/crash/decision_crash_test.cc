// Kills the server in the middle of stewards' decisions: each is there with all that follows from it, or not at all.
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>

#include <chrono>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "base/random.h"
#include "base/strings.h"
#include "tests/crash/server_process.h"
#include "tests/crash/writers.h"
#include "tests/support/seed.h"
#include "tests/support/temp_dir.h"
#include "wensum/v1/admin.grpc.pb.h"
#include "wensum/v1/decisions.grpc.pb.h"
#include "wensum/v1/people.grpc.pb.h"
#include "wensum/v1/source_records.grpc.pb.h"

namespace wensum::crash {
namespace {

constexpr int kRecords = 12;  // of each steward

using Call =
    std::variant<v1::MergePeopleRequest, v1::UnmergePersonRequest, v1::AssertDistinctRequest, v1::UndoDecisionRequest>;

std::string NewRequestId(Random& random) {
  std::string id;
  for (const char c : std::string_view("xxxxxxxx-xxxx-4xxx-axxx-xxxxxxxxxxxx")) {
    id.push_back(c == 'x' ? "0123456789abcdef"[random.Below(16)] : c);
  }
  return id;
}

v1::SourceKey KeyOf(const std::string& key) {
  v1::SourceKey out;
  out.set_source("housing");
  out.set_key(key);
  return out;
}

grpc::Status Send(const std::shared_ptr<grpc::Channel>& channel, const Call& call, v1::DecisionResult& result) {
  const auto stub = v1::Decisions::NewStub(channel);
  grpc::ClientContext context;
  struct Sender {
    v1::Decisions::Stub& stub;
    grpc::ClientContext& context;
    v1::DecisionResult& result;
    grpc::Status operator()(const v1::MergePeopleRequest& r) const { return stub.MergePeople(&context, r, &result); }
    grpc::Status operator()(const v1::UnmergePersonRequest& r) const {
      return stub.UnmergePerson(&context, r, &result);
    }
    grpc::Status operator()(const v1::AssertDistinctRequest& r) const {
      return stub.AssertDistinct(&context, r, &result);
    }
    grpc::Status operator()(const v1::UndoDecisionRequest& r) const { return stub.UndoDecision(&context, r, &result); }
  };
  return std::visit(Sender{.stub = *stub, .context = context, .result = result}, call);
}

bool IsRefusal(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::FAILED_PRECONDITION ||
         status.error_code() == grpc::StatusCode::INVALID_ARGUMENT;
}

// One steward at work on records of their own, which have nothing in common: only decisions join them.
class Steward {
 public:
  Steward(std::string name, uint64_t seed) : name_(std::move(name)), random_(seed) {}

  void Begin(const std::shared_ptr<grpc::Channel>& channel) {
    const auto stub = v1::SourceRecords::NewStub(channel);
    for (int i = 0; i < kRecords; ++i) {
      v1::UpsertSourceRecordRequest request;
      v1::SourceRecord& record = *request.mutable_record();
      *record.mutable_source_key() = KeyOf(Cat(name_, i));
      record.set_kind(v1::RECORD_KIND_PERSON);
      // Names that share nothing with one another.
      record.mutable_details()->mutable_name()->set_forenames(std::string(6, static_cast<char>('a' + i)));
      record.mutable_details()->mutable_name()->set_surname(Cat(name_, std::string(7, static_cast<char>('m' + i))));
      v1::UpsertSourceRecordResponse response;
      grpc::ClientContext context;
      const grpc::Status status = stub->Upsert(&context, request, &response);
      ASSERT_TRUE(status.ok()) << status.error_message();
      person_of_[Cat(name_, i)] = response.person();
      etags_[response.person()] = response.revision();
    }
  }

  // Until a call fails.
  void Run(Life& life) {
    while (true) {
      const Call call = NextCall();
      under_way_ = call;
      v1::DecisionResult result;
      const grpc::Status status = Send(life.channel, call, result);
      if (!status.ok() && !IsRefusal(status)) {
        if (!life.killed) faults_.push_back(Cat("a decision failed while the server lived: ", status.error_message()));
        return;
      }
      under_way_.reset();
      if (status.ok()) {
        Learn(result);
        answered_ = {call, result.SerializeAsString()};
      } else {
        ++refused_;
      }
    }
  }

  // After a restart: an acknowledged request, sent again, has the same answer; one that was under way is done once.
  void Settle(const std::shared_ptr<grpc::Channel>& channel) {
    if (answered_.has_value()) {
      v1::DecisionResult result;
      const grpc::Status status = Send(channel, answered_->first, result);
      if (!status.ok() || result.SerializeAsString() != answered_->second) {
        faults_.push_back(Cat("an acknowledged decision, sent again, got another answer: ", status.error_message()));
      }
    }
    if (under_way_.has_value()) {
      v1::DecisionResult first;
      v1::DecisionResult second;
      const grpc::Status status = Send(channel, *under_way_, first);
      const grpc::Status again = Send(channel, *under_way_, second);
      if (status.error_code() != again.error_code() || first.SerializeAsString() != second.SerializeAsString() ||
          (!status.ok() && !IsRefusal(status))) {
        faults_.push_back(Cat("a decision that was under way, sent again twice: ", status.error_message(), " / ",
                              again.error_message()));
      } else if (status.ok()) {
        Learn(first);
        answered_ = {*under_way_, first.SerializeAsString()};
      }
      under_way_.reset();
    }
    Compare(channel);
  }

  [[nodiscard]] const std::map<std::string, bool>& decisions() const { return decisions_; }
  [[nodiscard]] int refused() const { return refused_; }
  [[nodiscard]] const std::vector<std::string>& faults() const { return faults_; }

 private:
  std::string RandomRecord() { return Cat(name_, random_.Below(kRecords)); }

  void AddSubject(v1::DecisionSubject& subject, bool by_record) {
    const std::string record = RandomRecord();
    const std::string& person = person_of_.at(record);
    if (by_record) {
      *subject.mutable_source_key() = KeyOf(record);
    } else {
      subject.set_name(person);
    }
    subject.set_etag(etags_.at(person));
  }

  template <typename Request>
  Call Signed(Request request) {
    request.set_actor(name_);
    request.set_reason("records_agree");
    request.set_request_id(NewRequestId(random_));
    return request;
  }

  Call NextCall() {
    const uint64_t dice = random_.Below(8);
    if (dice < 4) {
      v1::MergePeopleRequest request;
      AddSubject(*request.add_subjects(), false);
      AddSubject(*request.add_subjects(), random_.Chance(0.3));
      return Signed(request);
    }
    if (dice < 5) {
      v1::AssertDistinctRequest request;
      AddSubject(*request.add_subjects(), true);
      AddSubject(*request.add_subjects(), true);
      return Signed(request);
    }
    if (dice < 7 || decisions_.empty()) {
      v1::UnmergePersonRequest request;
      AddSubject(*request.mutable_record(), true);
      return Signed(request);
    }
    const auto decision = std::next(decisions_.begin(), static_cast<std::ptrdiff_t>(random_.Below(decisions_.size())));
    v1::UndoDecisionRequest request;
    request.set_name(decision->first);
    request.set_etag(decision_etags_.at(decision->first));
    return Signed(request);
  }

  void Learn(const v1::DecisionResult& result) {
    const v1::Decision& decision = result.decision();
    decisions_[decision.name()] = decision.state() == v1::Decision::STATE_RETRACTED;
    decision_etags_[decision.name()] = decision.etag();
    for (const v1::DecidedPerson& person : result.after()) {
      etags_[person.person().name()] = person.person().etag();
      for (const v1::RecordRef& record : person.records()) {
        person_of_[record.source_key().key()] = person.person().name();
      }
    }
  }

  // Every record is where the last answer said, and every decision as it said.
  void Compare(const std::shared_ptr<grpc::Channel>& channel) {
    const auto people = v1::People::NewStub(channel);
    for (const auto& [record, person] : person_of_) {
      v1::LookupPeopleRequest request;
      *request.mutable_source_key() = KeyOf(record);
      v1::LookupPeopleResponse found;
      grpc::ClientContext context;
      const grpc::Status status = people->Lookup(&context, request, &found);
      if (!status.ok() || found.people_size() != 1 || found.people(0).name() != person ||
          found.people(0).etag() != etags_.at(person)) {
        faults_.push_back(Cat("record ", record, " should be of ", person, ": ", found.ShortDebugString()));
      }
    }
    const auto stub = v1::Decisions::NewStub(channel);
    for (const auto& [name, retracted] : decisions_) {
      v1::GetDecisionRequest request;
      request.set_name(name);
      v1::Decision decision;
      grpc::ClientContext context;
      const grpc::Status status = stub->GetDecision(&context, request, &decision);
      if (!status.ok() || decision.actor() != name_ ||
          (decision.state() == v1::Decision::STATE_RETRACTED) != retracted) {
        faults_.push_back(Cat(name, " is lost or changed: ", status.error_message()));
      }
    }
  }

  const std::string name_;
  Random random_;
  std::map<std::string, std::string> person_of_;    // by record
  std::map<std::string, uint64_t> etags_;           // of people
  std::map<std::string, bool> decisions_;           // acknowledged: whether retracted
  std::map<std::string, uint64_t> decision_etags_;  // of these
  std::optional<Call> under_way_;
  std::optional<std::pair<Call, std::string>> answered_;
  int refused_ = 0;
  std::vector<std::string> faults_;
};

class DecisionCrashTest : public ::testing::Test {
 protected:
  void SetUp() override { StartServer(); }

  void StartServer() {
    auto server = ServerProcess::Start(WENSUM_PROGRAM, folder_.path());
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    channel_ = grpc::CreateChannel(Cat("127.0.0.1:", server_->port()), grpc::InsecureChannelCredentials());
  }

  void DecideAndKill(std::vector<Steward>& stewards, std::chrono::milliseconds time) {
    Life life;
    life.channel = channel_;
    std::vector<std::thread> threads;
    for (Steward& steward : stewards) {
      threads.emplace_back([&steward, &life] { steward.Run(life); });
    }
    std::this_thread::sleep_for(time);
    life.killed = true;
    server_->Kill();
    for (std::thread& thread : threads) {
      thread.join();
    }
  }

  void ExpectVerified() {
    v1::VerifyResponse response;
    grpc::ClientContext context;
    const grpc::Status status = v1::Admin::NewStub(channel_)->Verify(&context, {}, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_TRUE(response.ok()) << response.DebugString();
  }

  // Nobody else decided anything: what is there is what was acknowledged, numbered without gaps.
  void ExpectNothingElse(const std::vector<Steward>& stewards) {
    std::set<std::string> known;
    for (const Steward& steward : stewards) {
      for (const auto& [name, retracted] : steward.decisions()) {
        EXPECT_TRUE(known.insert(name).second) << name << " was acknowledged to two stewards";
      }
    }
    v1::GetDecisionRequest request;
    request.set_name(Cat("decisions/", known.size() + 1));
    v1::Decision decision;
    grpc::ClientContext context;
    EXPECT_EQ(v1::Decisions::NewStub(channel_)->GetDecision(&context, request, &decision).error_code(),
              grpc::StatusCode::NOT_FOUND)
        << decision.ShortDebugString();
  }

  TempDir folder_;
  std::unique_ptr<ServerProcess> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

TEST_F(DecisionCrashTest, EveryDecisionIsThereWholeOrNotAtAll) {
  const uint64_t seed = TestSeed(9);
  std::cout << "seed " << seed << std::endl;
  Random random(seed);
  std::vector<Steward> stewards;
  stewards.emplace_back("ann", seed);
  stewards.emplace_back("bob", seed + 1);
  for (Steward& steward : stewards) {
    steward.Begin(channel_);
  }
  const int kills = LongTests() ? 500 : 5;
  for (int kill = 0; kill < kills && !HasFailure(); ++kill) {
    SCOPED_TRACE(::testing::Message() << "WENSUM_SEED=" << seed << ", kill " << kill);
    DecideAndKill(stewards, std::chrono::milliseconds(random.Between(30, 600)));
    StartServer();
    ASSERT_NE(server_, nullptr);
    for (Steward& steward : stewards) {
      steward.Settle(channel_);
      for (const std::string& fault : steward.faults()) {
        ADD_FAILURE() << fault;
      }
    }
    ExpectNothingElse(stewards);
    ExpectVerified();
  }
  for (const Steward& steward : stewards) {
    std::cout << steward.decisions().size() << " decisions, " << steward.refused() << " refused" << std::endl;
    EXPECT_GT(steward.decisions().size(), 0U) << "a steward who decided nothing proves nothing";
  }
  EXPECT_EQ(server_->Stop(), 0);
}

}  // namespace
}  // namespace wensum::crash
