#include "storage/request_log.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/fault_store.h"
#include "storage/memory_store.h"
#include "tests/storage/store_test_util.h"
#include "wensum/storage/v1/log.pb.h"

namespace wensum::storage {
namespace {

const std::string kFirst(kHashSize, 'a');
const std::string kSecond(kHashSize, 'b');
const std::string kThird(kHashSize, '\0');

class RequestLogTest : public testing::Test {
 protected:
  void Put(const std::string& id_hash, uint64_t content_hash, TimeMicros time, std::string_view response,
           RegisterId reg = 1) {
    WriteBatch batch;
    PutRequest(reg, id_hash, content_hash, time, response, batch);
    ASSERT_TRUE(store_->Write(batch, Durability::kSync).ok());
  }
  size_t Expire(TimeMicros before, size_t max) {
    WriteBatch batch;
    const absl::StatusOr<size_t> expired = ExpireRequests(*store_, 1, before, max, batch);
    EXPECT_TRUE(expired.ok()) << expired.status();
    EXPECT_TRUE(store_->Write(batch, Durability::kSync).ok());
    return *expired;
  }
  std::string Find(const std::string& id_hash, uint64_t content_hash) {
    return Show(FindRequest(*store_, 1, id_hash, content_hash));
  }

  std::unique_ptr<Store> store_ = NewMemoryStore();
};

TEST_F(RequestLogTest, FindsTheAnswerOfTheSameRequestOnly) {
  EXPECT_EQ(Find(kFirst, 7), "(none)");
  Put(kFirst, 7, 100, std::string("answer\0", 7));
  Put(kThird, 8, 100, "");
  EXPECT_EQ(Find(kFirst, 7), std::string("answer\0", 7));
  EXPECT_EQ(Find(kThird, 8), "");
  EXPECT_EQ(Find(kSecond, 7), "(none)");
  EXPECT_EQ(FindRequest(*store_, 1, kFirst, 6).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Show(FindRequest(*store_, 2, kFirst, 6)), "(none)");  // another register
}

TEST_F(RequestLogTest, ExpiresTheOldest) {
  Put(kSecond, 7, 100, "oldest");
  Put(kFirst, 7, 200, "older");
  Put(kThird, 7, 300, "newest");
  Put(kSecond, 7, 50, "of another register", 2);
  EXPECT_EQ(Expire(100, 10), 0U);
  EXPECT_EQ(Expire(300, 1), 1U);
  EXPECT_EQ(Find(kSecond, 7), "(none)");
  EXPECT_EQ(Find(kFirst, 7), "older");
  EXPECT_EQ(Expire(300, 10), 1U);
  EXPECT_EQ(Find(kFirst, 7), "(none)");
  EXPECT_EQ(Find(kThird, 7), "newest");
  EXPECT_EQ(Expire(300, 10), 0U);
  EXPECT_EQ(Expire(301, 10), 1U);
  EXPECT_EQ(Scan(*store_, Family::kRequest, PrefixRange(RegisterPrefix(1))), Pairs());  // nothing is left over
  EXPECT_EQ(Show(FindRequest(*store_, 2, kSecond, 7)), "of another register");
}

TEST_F(RequestLogTest, ExpiryKeepsALaterRequestOfTheSameId) {
  Put(kFirst, 7, 100, "old");
  Put(kFirst, 8, 200, "new");
  EXPECT_EQ(Expire(150, 10), 1U);
  EXPECT_EQ(Find(kFirst, 8), "new");
  EXPECT_EQ(Expire(250, 10), 1U);
  EXPECT_EQ(Scan(*store_, Family::kRequest), Pairs());
}

TEST_F(RequestLogTest, TellsOfDamageLaterFormatsAndReadErrors) {
  const auto put_raw = [&](std::string value) {
    WriteBatch batch;
    batch.Put(Family::kRequest, RequestKey(1, kFirst), std::move(value));
    ASSERT_TRUE(store_->Write(batch, Durability::kSync).ok());
  };
  Put(kFirst, 7, 100, "answer");
  WriteBatch batch;
  put_raw("\xFF\xFF");
  EXPECT_EQ(FindRequest(*store_, 1, kFirst, 7).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(ExpireRequests(*store_, 1, 200, 10, batch).status().code(), absl::StatusCode::kDataLoss);
  v1::Request later;
  later.set_format(kRequestFormat + 1);
  put_raw(later.SerializeAsString());
  EXPECT_EQ(FindRequest(*store_, 1, kFirst, 7).status().code(), absl::StatusCode::kFailedPrecondition);

  FaultStore fault(store_.get());
  fault.FailReads(Family::kRequest);
  EXPECT_EQ(FindRequest(fault, 1, kFirst, 7).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(ExpireRequests(fault, 1, 200, 10, batch).status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace wensum::storage
