// The horizon of the change log: what goes, what is kept of it, and that both are looked at. Samples of stored values
// are as they were written: never change one.
#include "storage/feed_horizon.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/change_log.h"
#include "storage/fault_store.h"
#include "storage/memory_store.h"
#include "tests/storage/format_samples.h"

namespace wensum::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(FeedHorizonKeysTest, BytesAreStable) {
  EXPECT_EQ(FeedHorizonKey(1), std::string("feed_horizon/\0\0\0\1", 17));
  EXPECT_EQ(CommitTimesKey(1, 258), std::string("commit_times/\0\0\0\1\0\0\0\0\0\0\1\2", 25));
  EXPECT_TRUE(CommitTimesKey(1, 258).starts_with(CommitTimesPrefix(1)));
}

TEST(FeedHorizonSamplesTest, FeedHorizon1) {
  ExpectReadsAs<v1::FeedHorizon>("080110ac02181020122a0161320172",
                                 R"pb(format: 1 revision: 300 commit_time: 8 set_time: 9 actor: "a" reason: "r")pb");
}

TEST(FeedHorizonSamplesTest, CommitTimes1) {
  ExpectReadsAs<v1::CommitTimes>(
      "080110071809220201012a0300ac02",
      R"pb(
        format: 1 first_revision: 7 first_time: -5 revision_steps: 1 revision_steps: 1 time_steps: 0 time_steps: 300
      )pb");
}

class FeedHorizonTest : public testing::Test {
 protected:
  void Append(uint64_t revision, TimeMicros time, RegisterId reg = 1) {
    v1::Commit commit;
    commit.set_time(time);
    commit.add_events()->set_id(revision * 10);
    WriteBatch batch;
    AppendCommit(reg, revision, std::move(commit), batch);
    ASSERT_TRUE(store_->Write(batch, Durability::kSync).ok());
    if (reg == 1) {
      times_[revision] = time;
    }
  }
  void AppendMany(uint64_t count) {
    for (uint64_t i = 0; i < count; ++i) {
      const TimeMicros last = times_.empty() ? 1'000 : times_.rbegin()->second;
      Append(times_.size() + 1, last + static_cast<TimeMicros>(random_.Below(3) * random_.Below(1'000)));
    }
  }
  // One batch; how many commits it deleted.
  size_t Compact(uint64_t to, Store* store = nullptr) {
    Store& target = store == nullptr ? *store_ : *store;
    WriteBatch batch;
    const auto count =
        AddCompaction(*target.NewSnapshot(), 1, to, {.time = 77, .actor = "ann", .reason = "full"}, batch);
    EXPECT_TRUE(count.ok()) << count.status();
    EXPECT_EQ(batch.empty(), count.value_or(0) == 0);
    status_ = target.Write(batch, Durability::kSync);
    return count.value_or(0);
  }
  [[nodiscard]] uint64_t Horizon() const {
    const auto horizon = ReadFeedHorizon(*store_, 1);
    EXPECT_TRUE(horizon.ok()) << horizon.status();
    return horizon.ok() ? horizon->revision() : 0;
  }
  [[nodiscard]] std::vector<std::string> Differences() const {
    std::vector<std::string> found;
    const absl::Status status =
        CheckFeedHorizon(*store_, 1, [&found](std::string text) { found.push_back(std::move(text)); });
    EXPECT_TRUE(status.ok()) << status;
    return found;
  }
  void ExpectMomentsAreAsEver() {
    const std::unique_ptr<Snapshot> snapshot = store_->NewSnapshot();
    for (int i = 0; i < 300; ++i) {
      const uint64_t revision = random_.Below(times_.size() + 2);
      const auto known = times_.find(revision);
      const auto time = CommitTime(*snapshot, 1, revision);
      ASSERT_TRUE(time.ok()) << time.status();
      ASSERT_EQ(*time, known == times_.end() ? std::nullopt : std::optional<TimeMicros>(known->second)) << revision;
    }
    for (int i = 0; i < 300; ++i) {
      const TimeMicros at =
          900 + static_cast<TimeMicros>(random_.Below(static_cast<uint64_t>(times_.rbegin()->second) + 200 - 900));
      std::optional<uint64_t> expected;
      for (const auto& [revision, time] : times_) {
        if (time <= at) {
          expected = revision;
        }
      }
      const auto found = RevisionAt(*snapshot, 1, at);
      ASSERT_TRUE(found.ok()) << found.status();
      ASSERT_EQ(*found, expected) << at << " with horizon " << Horizon();
    }
  }
  void PutRaw(Family family, std::string key, std::string value) {
    WriteBatch batch;
    batch.Put(family, std::move(key), std::move(value));
    ASSERT_TRUE(store_->Write(batch, Durability::kSync).ok());
  }
  void DeleteRaw(Family family, std::string key) {
    WriteBatch batch;
    batch.Delete(family, std::move(key));
    ASSERT_TRUE(store_->Write(batch, Durability::kSync).ok());
  }

  Random random_{20261123};
  std::unique_ptr<Store> store_ = NewMemoryStore();
  std::map<uint64_t, TimeMicros> times_;
  absl::Status status_;
};

TEST_F(FeedHorizonTest, AtFirstAllIsKept) {
  EXPECT_EQ(Horizon(), 0U);
  EXPECT_EQ(Compact(5), 0U) << "of an empty log";
  AppendMany(1);
  EXPECT_EQ(Compact(5), 0U) << "the newest commit stays";
  EXPECT_EQ(Horizon(), 0U);
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(FeedHorizonTest, DropsUpToARevisionAndKeepsTheNewest) {
  AppendMany(9);
  Append(1, 5, /*reg=*/2);
  EXPECT_EQ(Compact(3), 3U);
  EXPECT_EQ(Horizon(), 3U);
  const auto horizon = ReadFeedHorizon(*store_, 1);
  EXPECT_EQ(horizon->commit_time(), times_[3]);
  EXPECT_EQ(horizon->set_time(), 77);
  EXPECT_EQ(horizon->actor(), "ann");
  EXPECT_EQ(horizon->reason(), "full");
  EXPECT_EQ(OldestRevision(*store_, 1).value(), 4U);
  EXPECT_EQ(Compact(2), 0U) << "it never goes back";
  EXPECT_EQ(Compact(3), 0U);
  EXPECT_EQ(Compact(UINT64_MAX), 5U);
  EXPECT_EQ(OldestRevision(*store_, 1).value(), 9U);
  EXPECT_EQ(NewestRevision(*store_, 1).value(), 9U);
  EXPECT_EQ(OldestRevision(*store_, 2).value(), 1U) << "of another register";
  EXPECT_EQ(ReadFeedHorizon(*store_, 2)->revision(), 0U);
  EXPECT_THAT(Differences(), IsEmpty());
  ExpectMomentsAreAsEver();
}

TEST_F(FeedHorizonTest, MomentsAreTheSameWhereverTheHorizonIs) {
  AppendMany(3 * kCommitTimesPerValue);
  ExpectMomentsAreAsEver();
  while (Horizon() + 1 < times_.size()) {
    const uint64_t from = Horizon();
    const uint64_t to = from + 1 + random_.Below(2'000);
    const uint64_t kept = std::min<uint64_t>({to, times_.size() - 1, from + kCommitTimesPerValue});
    EXPECT_EQ(Compact(to), kept - from);
    EXPECT_EQ(Horizon(), kept);
    EXPECT_EQ(OldestRevision(*store_, 1).value(), kept + 1);
    EXPECT_THAT(Differences(), IsEmpty());
    ExpectMomentsAreAsEver();
    AppendMany(random_.Below(20));
    if (HasFatalFailure()) {
      return;
    }
  }
}

TEST_F(FeedHorizonTest, ABatchThatFailsChangesNothing) {
  AppendMany(20);
  EXPECT_EQ(Compact(4), 4U);
  FaultStore fault(store_.get());
  fault.FailNextWrites(1, ResourceExhausted("full"));
  Compact(9, &fault);
  EXPECT_TRUE(absl::IsResourceExhausted(status_)) << status_;
  EXPECT_EQ(Horizon(), 4U);
  EXPECT_EQ(OldestRevision(*store_, 1).value(), 5U);
  EXPECT_THAT(Differences(), IsEmpty());
  EXPECT_EQ(Compact(9, &fault), 5U);
  EXPECT_TRUE(status_.ok()) << status_;
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(FeedHorizonTest, ReadErrorsAndDamageAreTold) {
  AppendMany(20);
  EXPECT_EQ(Compact(4), 4U);
  FaultStore fault(store_.get());
  fault.FailReads(Family::kMeta);
  EXPECT_TRUE(absl::IsDataLoss(ReadFeedHorizon(fault, 1).status()));
  EXPECT_TRUE(absl::IsDataLoss(CommitTime(fault, 1, 2).status()));
  EXPECT_TRUE(absl::IsDataLoss(RevisionAt(fault, 1, times_[2]).status()));
  PutRaw(Family::kMeta, CommitTimesKey(1, 4), "\xFF\xFF");
  EXPECT_TRUE(absl::IsDataLoss(CommitTime(*store_, 1, 2).status()));
  v1::CommitTimes later;
  later.set_format(kFeedHorizonFormat + 1);
  PutRaw(Family::kMeta, CommitTimesKey(1, 4), later.SerializeAsString());
  EXPECT_TRUE(absl::IsFailedPrecondition(CommitTime(*store_, 1, 2).status()));
  PutRaw(Family::kMeta, FeedHorizonKey(1), "\xFF\xFF");
  EXPECT_TRUE(absl::IsDataLoss(ReadFeedHorizon(*store_, 1).status()));
  v1::FeedHorizon unknown;
  unknown.set_format(kFeedHorizonFormat + 1);
  PutRaw(Family::kMeta, FeedHorizonKey(1), unknown.SerializeAsString());
  EXPECT_TRUE(absl::IsFailedPrecondition(ReadFeedHorizon(*store_, 1).status()));
}

TEST_F(FeedHorizonTest, TheCheckFindsWhatIsMissingAndWhatIsTooMuch) {
  AppendMany(20);
  EXPECT_EQ(Compact(8), 8U);
  EXPECT_EQ(Compact(12), 4U);
  const std::string entry = **store_->Get(Family::kChangeLog, ChangeLogKey(1, 15));
  DeleteRaw(Family::kChangeLog, ChangeLogKey(1, 15));
  EXPECT_THAT(Differences(), ElementsAre("the change log has revision 16 behind 14, and none between"));
  PutRaw(Family::kChangeLog, ChangeLogKey(1, 15), entry);
  EXPECT_THAT(Differences(), IsEmpty());
  PutRaw(Family::kChangeLog, ChangeLogKey(1, 3), entry);
  EXPECT_THAT(Differences(), ElementsAre(HasSubstr("an entry of revision 3")));
  DeleteRaw(Family::kChangeLog, ChangeLogKey(1, 3));
  const std::string times = **store_->Get(Family::kMeta, CommitTimesKey(1, 8));
  DeleteRaw(Family::kMeta, CommitTimesKey(1, 8));
  EXPECT_THAT(Differences(), ElementsAre(HasSubstr("has revision 9 behind 0")));
  PutRaw(Family::kMeta, CommitTimesKey(1, 8), times);
  DeleteRaw(Family::kMeta, FeedHorizonKey(1));
  EXPECT_THAT(Differences(), ElementsAre(HasSubstr("is revision 0, but times of commits are kept up to 12")));
}

}  // namespace
}  // namespace wensum::storage
