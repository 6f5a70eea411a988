#include "services/source_records/stream_session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "tests/support/fake_register.h"

namespace wensum::source_records {
namespace {

v1::StreamSourceRecordsRequest Message(uint64_t sequence, std::string_view key = {}) {
  v1::StreamSourceRecordsRequest message;
  message.set_sequence(sequence);
  v1::SourceRecord& record = *message.mutable_record();
  record.mutable_source_key()->set_source("housing");
  record.mutable_source_key()->set_key(key.empty() ? Cat("k", sequence) : std::string(key));
  record.set_kind(v1::RECORD_KIND_PERSON);
  record.mutable_details()->mutable_name()->set_surname("Lee");
  return message;
}

class StreamSessionTest : public ::testing::Test {
 protected:
  std::shared_ptr<StreamSession> NewSession(StreamLimits limits = {}) {
    return StreamSession::Create(&register_, executor_.get(), limits, [this] { ++changes_; });
  }

  static std::vector<v1::StreamSourceRecordsResponse> Take(StreamSession& session) {
    std::vector<v1::StreamSourceRecordsResponse> responses;
    v1::StreamSourceRecordsResponse response;
    bool more = false;
    while (session.TakeResponse(response, more)) {
      responses.push_back(response);
    }
    return responses;
  }

  // Completes mutations until `records` have been submitted; the executor submits what was held back.
  void CompleteUntilSubmitted(size_t records) {
    while (register_.keys().size() < records) {
      register_.CompleteAll();
      std::this_thread::yield();
    }
    register_.CompleteAll();
  }

  FakeRegister register_;
  std::unique_ptr<rpc::Executor> executor_ = std::make_unique<rpc::Executor>(1);
  std::atomic<int> changes_{0};
};

TEST_F(StreamSessionTest, KeepsTheOrderAndGroupsWhatComesFast) {
  const auto session = NewSession({.in_flight = 1'000, .group = 50, .mutations = 2});
  for (uint64_t i = 1; i <= 300; ++i) {
    ASSERT_TRUE(session->WantsMessage());
    session->OnMessage(Message(i));
  }
  session->OnEnd();
  CompleteUntilSubmitted(300);
  const std::vector<std::string> keys = register_.keys();
  ASSERT_EQ(keys.size(), 300U);
  for (size_t i = 0; i < keys.size(); ++i) {
    EXPECT_EQ(keys[i], Cat("k", i + 1));
  }
  const std::vector<size_t> sizes = register_.mutation_sizes();
  EXPECT_EQ(sizes[0], 1U);  // nothing was under way: it need not wait for company
  EXPECT_EQ(*std::max_element(sizes.begin(), sizes.end()), 50U);
  EXPECT_EQ(Take(*session).size(), 300U);
  ASSERT_TRUE(session->outcome().has_value());
  EXPECT_TRUE(session->outcome()->ok());
}

TEST_F(StreamSessionTest, StopsReadingWhileTooManyAreInFlight) {
  const auto session = NewSession({.in_flight = 3, .group = 10, .mutations = 10});
  for (uint64_t i = 1; i <= 3; ++i) {
    ASSERT_TRUE(session->WantsMessage());
    session->OnMessage(Message(i));
  }
  EXPECT_FALSE(session->WantsMessage());
  register_.CompleteAll();
  EXPECT_FALSE(session->WantsMessage()) << "acknowledgements that are not sent count too";
  EXPECT_EQ(Take(*session).size(), 3U);
  EXPECT_TRUE(session->WantsMessage());
}

TEST_F(StreamSessionTest, WaitsForAFullRegisterAndThenGoesOnInOrder) {
  const auto session = NewSession({.in_flight = 10, .group = 4, .mutations = 2});
  register_.SetFull(true);
  session->OnMessage(Message(1));
  EXPECT_FALSE(session->WantsMessage());
  session->OnMessage(Message(2));  // was already on its way
  register_.SetFull(false);
  CompleteUntilSubmitted(2);
  EXPECT_EQ(register_.keys(), (std::vector<std::string>{"k1", "k2"}));
  EXPECT_TRUE(session->WantsMessage());
  EXPECT_EQ(Take(*session).size(), 2U);
}

TEST_F(StreamSessionTest, BadRecordsAreAnsweredAndTheOthersGoOn) {
  const auto session = NewSession();
  session->OnMessage(Message(1, "bad"));
  v1::StreamSourceRecordsRequest unkind = Message(2);
  unkind.mutable_record()->clear_kind();
  session->OnMessage(unkind);
  session->OnMessage(Message(3));
  session->OnEnd();
  CompleteUntilSubmitted(2);
  std::vector<v1::StreamSourceRecordsResponse> responses = Take(*session);
  std::sort(responses.begin(), responses.end(),
            [](const auto& a, const auto& b) { return a.sequence() < b.sequence(); });
  ASSERT_EQ(responses.size(), 3U);
  EXPECT_EQ(responses[0].error_message(), "the record is bad");
  EXPECT_EQ(responses[1].error_code(), 3);
  EXPECT_NE(responses[1].error_message().find("record.kind"), std::string::npos);
  EXPECT_EQ(responses[2].result().outcome(), v1::WRITE_OUTCOME_INSERTED);
  EXPECT_EQ(session->accepted(), 1U);
  EXPECT_EQ(session->refused(), 2U);
  EXPECT_TRUE(session->outcome()->ok());
}

TEST_F(StreamSessionTest, AFailedStoreEndsTheStreamAfterWhatWasAcknowledged) {
  const auto session = NewSession();
  session->OnMessage(Message(1));
  session->OnMessage(Message(2));
  register_.CompleteOne();
  register_.CompleteOne(Unavailable("the store has failed"));
  EXPECT_FALSE(session->outcome().has_value());
  EXPECT_EQ(Take(*session).size(), 1U);
  ASSERT_TRUE(session->outcome().has_value());
  EXPECT_EQ(session->outcome()->code(), absl::StatusCode::kUnavailable);
  EXPECT_FALSE(session->WantsMessage());
}

TEST_F(StreamSessionTest, ACancelledSessionForgetsWhatWaitsAndOutlivesItsExecutor) {
  const auto session = NewSession({.in_flight = 10, .group = 4, .mutations = 1});
  for (uint64_t i = 1; i <= 3; ++i) {
    session->OnMessage(Message(i));
  }
  session->Cancel();
  EXPECT_EQ(session->outcome()->code(), absl::StatusCode::kCancelled);
  executor_.reset();
  register_.CompleteAll();
  EXPECT_EQ(register_.keys(), std::vector<std::string>{"k1"});
  EXPECT_TRUE(Take(*session).empty());
}

TEST_F(StreamSessionTest, ADrainedSessionAcknowledgesWhatItReadAndEnds) {
  const auto session = NewSession();
  session->OnMessage(Message(1));
  session->Drain();
  EXPECT_FALSE(session->WantsMessage());
  EXPECT_FALSE(session->outcome().has_value());
  register_.CompleteAll();
  EXPECT_EQ(Take(*session).size(), 1U);
  EXPECT_EQ(session->outcome()->code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace wensum::source_records
