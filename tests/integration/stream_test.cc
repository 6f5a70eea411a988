// Bulk loading and the change feed.
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>

#include "base/hash.h"
#include "base/strings.h"
#include "tests/integration/test_server.h"
#include "wensum/v1/changes.grpc.pb.h"

namespace wensum {
namespace {

using grpc::StatusCode;

class StreamTest : public ::testing::Test {
 protected:
  static v1::StreamSourceRecordsRequest Message(uint64_t sequence) {
    v1::StreamSourceRecordsRequest message;
    message.set_sequence(sequence);
    *message.mutable_record() = TestRecord(Cat("S-", sequence), Name(sequence), Name(~sequence));
    return message;
  }

  // Letters that have nothing in common with those of another number.
  static std::string Name(uint64_t number) {
    std::string name;
    for (uint64_t bits = MixBits(number); name.size() < 9; bits /= 26) {
      name.push_back(static_cast<char>('a' + bits % 26));
    }
    return name;
  }

  TestServer server_;
  std::unique_ptr<v1::SourceRecords::Stub> records_ = v1::SourceRecords::NewStub(server_.channel());
  std::unique_ptr<v1::Changes::Stub> changes_ = v1::Changes::NewStub(server_.channel());
};

TEST_F(StreamTest, EveryRecordIsAcknowledgedOnceAndABadOneEndsNothing) {
  constexpr uint64_t kRecords = 5'000;  // more than may be in flight
  constexpr uint64_t kBad = 77;
  grpc::ClientContext context;
  const auto stream = records_->Stream(&context);
  std::thread writer([&stream] {
    for (uint64_t i = 1; i <= kRecords; ++i) {
      v1::StreamSourceRecordsRequest message = Message(i);
      if (i == kBad) {
        message.mutable_record()->mutable_details()->mutable_date_of_birth()->set_day(99);
      }
      ASSERT_TRUE(stream->Write(message));
    }
    stream->WritesDone();
  });
  std::map<uint64_t, int> acknowledged;
  v1::StreamSourceRecordsResponse response;
  while (stream->Read(&response)) {
    ++acknowledged[response.sequence()];
    if (response.sequence() == kBad) {
      EXPECT_EQ(response.error_code(), StatusCode::INVALID_ARGUMENT);
      EXPECT_FALSE(response.has_result());
    } else {
      EXPECT_EQ(response.error_code(), 0) << response.error_message();
      EXPECT_GT(response.result().revision(), 0U);
    }
  }
  writer.join();
  const grpc::Status status = stream->Finish();
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(acknowledged.size(), kRecords);
  for (const auto& [sequence, count] : acknowledged) {
    EXPECT_EQ(count, 1) << sequence;
  }
}

TEST_F(StreamTest, AClientThatDisappearsHarmsNothing) {
  {
    grpc::ClientContext context;
    const auto stream = records_->Stream(&context);
    for (uint64_t i = 1; i <= 500; ++i) {
      ASSERT_TRUE(stream->Write(Message(i)));
    }
    v1::StreamSourceRecordsResponse response;
    ASSERT_TRUE(stream->Read(&response));  // it is under way
    context.TryCancel();
    EXPECT_EQ(stream->Finish().error_code(), StatusCode::CANCELLED);
  }
  grpc::ClientContext context;
  const auto stream = records_->Stream(&context);
  ASSERT_TRUE(stream->Write(Message(1)));
  stream->WritesDone();
  v1::StreamSourceRecordsResponse response;
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(response.error_code(), 0);
  EXPECT_TRUE(stream->Finish().ok());
  ExpectSound(server_.channel());
}

TEST_F(StreamTest, AWatchGivesEveryEventInOrderThenWaits) {
  grpc::ClientContext watching;
  const auto watch = changes_->Watch(&watching, {});
  grpc::ClientContext context;
  const auto stream = records_->Stream(&context);
  for (uint64_t i = 1; i <= 300; ++i) {
    ASSERT_TRUE(stream->Write(Message(i)));
  }
  stream->WritesDone();
  v1::StreamSourceRecordsResponse response;
  while (stream->Read(&response)) {
  }
  ASSERT_TRUE(stream->Finish().ok());
  std::set<std::string> created;
  uint64_t revision = 0;
  v1::ChangeEvent event;
  while (created.size() < 300 && watch->Read(&event)) {
    EXPECT_GE(event.revision(), revision);
    revision = event.revision();
    if (event.kind() == v1::CHANGE_KIND_PERSON_CREATED) {
      created.insert(event.name());
    }
  }
  EXPECT_EQ(created.size(), 300U);
  watching.TryCancel();
  EXPECT_EQ(watch->Finish().error_code(), StatusCode::CANCELLED);

  v1::WatchChangesRequest request;
  request.set_stop_at_head(true);
  request.add_kinds(v1::CHANGE_KIND_PERSON_CREATED);
  grpc::ClientContext again;
  const auto replay = changes_->Watch(&again, request);
  size_t events = 0;
  bool last = false;
  while (replay->Read(&event)) {
    ++events;
    last = event.last_of_revision();
  }
  EXPECT_TRUE(replay->Finish().ok());
  EXPECT_EQ(events, 300U);
  EXPECT_TRUE(last);
}

TEST_F(StreamTest, AWatchFromTheFutureIsRefused) {
  v1::WatchChangesRequest request;
  request.set_after_revision(1'000'000);
  grpc::ClientContext context;
  const auto watch = changes_->Watch(&context, request);
  v1::ChangeEvent event;
  EXPECT_FALSE(watch->Read(&event));
  EXPECT_EQ(watch->Finish().error_code(), StatusCode::OUT_OF_RANGE);
}

TEST_F(StreamTest, AShutdownEndsWatchesAndStreamsAtOnce) {
  grpc::ClientContext watching;
  const auto watch = changes_->Watch(&watching, {});
  grpc::ClientContext context;
  const auto stream = records_->Stream(&context);
  ASSERT_TRUE(stream->Write(Message(1)));
  v1::StreamSourceRecordsResponse response;
  ASSERT_TRUE(stream->Read(&response));
  v1::ChangeEvent event;
  ASSERT_TRUE(watch->Read(&event));
  server_.server().Shutdown();
  while (watch->Read(&event)) {
  }
  EXPECT_EQ(watch->Finish().error_code(), StatusCode::UNAVAILABLE);
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(stream->Finish().error_code(), StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace wensum
