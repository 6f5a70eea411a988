#include "storage/change_log.h"

#include <iterator>
#include <map>

#include "base/random.h"
#include "base/strings.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/fault_store.h"
#include "storage/memory_store.h"

namespace wensum::storage {
namespace {

class ChangeLogTest : public testing::Test {
 protected:
  void Append(RegisterId reg, uint64_t revision, TimeMicros time) {
    v1::Commit commit;
    commit.set_time(time);
    commit.add_events()->set_id(revision * 10);
    WriteBatch batch;
    AppendCommit(reg, revision, std::move(commit), batch);
    ASSERT_TRUE(store_->Write(batch, Durability::kSync).ok());
  }
  void PutRaw(std::string key, std::string value) {
    WriteBatch batch;
    batch.Put(Family::kChangeLog, std::move(key), std::move(value));
    ASSERT_TRUE(store_->Write(batch, Durability::kSync).ok());
  }
  // Revisions read from the log of register 1.
  std::vector<uint64_t> Read(uint64_t from, size_t limit) {
    const auto commits = ReadCommits(*store_, 1, from, limit);
    EXPECT_TRUE(commits.ok()) << commits.status();
    std::vector<uint64_t> revisions;
    for (const LoggedCommit& logged : *commits) {
      EXPECT_EQ(logged.commit.events(0).id(), logged.revision * 10);
      EXPECT_EQ(logged.commit.format(), kCommitFormat);
      revisions.push_back(logged.revision);
    }
    return revisions;
  }

  std::unique_ptr<Store> store_ = NewMemoryStore();
};

TEST_F(ChangeLogTest, EmptyLog) {
  Append(2, 5, 100);  // of another register
  EXPECT_THAT(Read(0, 10), testing::IsEmpty());
  EXPECT_EQ(OldestRevision(*store_, 1).value(), std::nullopt);
  EXPECT_EQ(NewestRevision(*store_, 1).value(), std::nullopt);
  EXPECT_EQ(RevisionAt(*store_, 1, 1000).value(), std::nullopt);
}

TEST_F(ChangeLogTest, ReadsForwardFromARevision) {
  for (const uint64_t revision : {3U, 4U, 7U, 300U}) {
    Append(1, revision, 100);
  }
  Append(0, 5, 100);
  Append(2, 5, 100);
  EXPECT_THAT(Read(0, 10), testing::ElementsAre(3, 4, 7, 300));
  EXPECT_THAT(Read(4, 10), testing::ElementsAre(4, 7, 300));
  EXPECT_THAT(Read(5, 1), testing::ElementsAre(7));
  EXPECT_THAT(Read(301, 10), testing::IsEmpty());
  EXPECT_THAT(Read(0, 0), testing::IsEmpty());
  EXPECT_EQ(OldestRevision(*store_, 1).value(), 3U);
  EXPECT_EQ(NewestRevision(*store_, 1).value(), 300U);
}

TEST_F(ChangeLogTest, RevisionAtTheEndsOfTheRevisions) {
  Append(1, 0, 100);
  Append(1, ~uint64_t{0}, 200);
  EXPECT_EQ(RevisionAt(*store_, 1, 99).value(), std::nullopt);
  EXPECT_EQ(RevisionAt(*store_, 1, 100).value(), 0U);
  EXPECT_EQ(RevisionAt(*store_, 1, 199).value(), 0U);
  EXPECT_EQ(RevisionAt(*store_, 1, 200).value(), ~uint64_t{0});
}

// Against a walk through the commits. Equal times and gaps, and a log whose beginning is gone, are all there.
TEST_F(ChangeLogTest, RevisionAtAgreesWithAWalk) {
  constexpr uint64_t kSeed = 20260104;
  Random random(kSeed);
  std::map<uint64_t, TimeMicros> commits;
  uint64_t revision = 50;
  TimeMicros time = 1000;
  for (int i = 0; i < 300; ++i) {
    revision += 1 + (random.Chance(0.2) ? random.Below(1000) : 0);
    time += static_cast<TimeMicros>(random.Below(4));
    commits[revision] = time;
    Append(1, revision, time);
    Append(2, revision, time - 500);
  }
  for (TimeMicros at = 995; at <= time + 5; ++at) {
    std::optional<uint64_t> expected;
    for (const auto& [r, t] : commits) {
      if (t <= at) {
        expected = r;
      }
    }
    ASSERT_EQ(RevisionAt(*store_, 1, at).value(), expected) << "seed " << kSeed << ", time " << at;
  }
}

TEST_F(ChangeLogTest, TellsOfDamageAndOfLaterFormats) {
  Append(1, 1, 100);
  PutRaw(ChangeLogKey(1, 2), "\xFF\xFF");
  EXPECT_EQ(ReadCommits(*store_, 1, 0, 10).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(RevisionAt(*store_, 1, 100).status().code(), absl::StatusCode::kDataLoss);
  v1::Commit later;
  later.set_format(kCommitFormat + 1);
  PutRaw(ChangeLogKey(1, 2), later.SerializeAsString());
  EXPECT_EQ(ReadCommits(*store_, 1, 0, 10).status().code(), absl::StatusCode::kFailedPrecondition);
  PutRaw(RegisterPrefix(1) + "odd", "");
  EXPECT_EQ(NewestRevision(*store_, 1).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(ChangeLogTest, ReadErrorsAreNotTakenForTheEnd) {
  Append(1, 1, 100);
  FaultStore fault(store_.get());
  fault.FailReads(Family::kChangeLog);
  EXPECT_EQ(ReadCommits(fault, 1, 0, 10).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(OldestRevision(fault, 1).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(NewestRevision(fault, 1).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(RevisionAt(fault, 1, 100).status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace wensum::storage
