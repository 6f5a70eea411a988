// Why records are one person, and the review pairs as the register keeps them.
#include <algorithm>

#include "storage/keys.h"
#include "tests/services/register/register_test_util.h"
#include "wensum/storage/v1/log.pb.h"
#include "wensum/storage/v1/records.pb.h"

namespace wensum::registry {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class RegisterExplainTest : public ::testing::Test {
 protected:
  RegisterExplainTest() : store_(storage::NewMemoryStore()), clock_(kStartTime) { Reopen(); }

  void Reopen(std::string_view rules = kTestRules) {
    register_.reset();
    register_ = OpenOrDie(store_.get(), &clock_, rules);
  }
  uint64_t Commit(SourceWrite write) { return CommitOne(*register_, std::move(write)).ordinal; }
  // Two who share name and address, of whom one says no date of birth.
  void CommitUndated() {
    first_ = Commit(MakeWrite("housing", "H1", "Jonathan", "Brackenbury", "1982-07-30", "4 Oak Street", "NR3 1AA"));
    second_ = Commit(MakeWrite("contact", "K1", "J", "Brackenbury", "", "4 Oak Street", "NR3 1AA"));
  }
  std::vector<ReviewPair> Reviews() {
    const auto view = register_->OpenView({});
    EXPECT_TRUE(view.ok()) << view.status();
    auto reviews = register_->ListReviews(*view, 0, 0, 1000);
    EXPECT_TRUE(reviews.ok()) << reviews.status();
    return reviews.ok() ? *std::move(reviews) : std::vector<ReviewPair>();
  }
  void Write(const storage::WriteBatch& batch) { ASSERT_TRUE(store_->Write(batch, storage::Durability::kSync).ok()); }
  uint64_t Differences() {
    const auto report = register_->Verify();
    EXPECT_TRUE(report.ok()) << report.status();
    return report.ok() ? report->differences : 0;
  }

  std::unique_ptr<storage::Store> store_;
  ManualClock clock_;
  std::unique_ptr<Register> register_;
  uint64_t first_ = 0;
  uint64_t second_ = 0;
};

TEST_F(RegisterExplainTest, AReviewPairOpensStaysOverARestartAndCloses) {
  CommitUndated();
  ASSERT_THAT(Reviews(), SizeIs(1));
  const ReviewPair opened = Reviews().front();
  EXPECT_EQ(opened.review.a, first_);
  EXPECT_EQ(opened.review.b, second_);
  EXPECT_EQ(opened.revision, register_->revision());
  EXPECT_EQ(opened.model_version, register_->model()->version);
  EXPECT_EQ(register_->Stats().reviews[static_cast<size_t>(opened.review.reason)], 1);
  EXPECT_EQ(Differences(), 0);

  Reopen();
  ASSERT_THAT(Reviews(), SizeIs(1));
  EXPECT_EQ(Reviews().front().review, opened.review);
  EXPECT_EQ(register_->Stats().reviews[static_cast<size_t>(opened.review.reason)], 1);
  // A change elsewhere leaves it as it is; another score is told, but not another beginning.
  Commit(MakeWrite("housing", "H2", "Priya", "Okafor", "1961-03-14"));
  EXPECT_EQ(Reviews().front().changed_revision, opened.revision);
  Commit(MakeWrite("contact", "K1", "Jonathan", "Brackenbury", "", "4 Oak Street", "NR3 1AB"));
  for (const ReviewPair& now : Reviews()) {
    EXPECT_EQ(now.revision, opened.revision);
    EXPECT_EQ(now.changed_revision, register_->revision());
  }
  Commit(MakeErase("contact", "K1"));
  EXPECT_THAT(Reviews(), IsEmpty());
  EXPECT_EQ(register_->Stats().reviews, ReviewCounts{});
  EXPECT_EQ(Differences(), 0);
}

TEST_F(RegisterExplainTest, PagesGoOnAfterTheLastPair) {
  CommitUndated();
  Commit(MakeWrite("housing", "H5", "Rosalind", "Thackeray", "1950-05-05", "9 Ash Lane", "NR5 8QQ"));
  Commit(MakeWrite("contact", "K5", "R", "Thackeray", "", "9 Ash Lane", "NR5 8QQ"));
  const std::vector<ReviewPair> all = Reviews();
  ASSERT_THAT(all, SizeIs(2));
  const auto view = register_->OpenView({});
  const auto first = register_->ListReviews(*view, 0, 0, 1);
  ASSERT_THAT(*first, SizeIs(1));
  const auto second = register_->ListReviews(*view, first->front().review.a, first->front().review.b, 10);
  ASSERT_THAT(*second, SizeIs(1));
  EXPECT_EQ(second->front().review, all[1].review);
}

// Versions before review pairs were stored.
TEST_F(RegisterExplainTest, OldDataGetsItsReviewPairsAtTheFirstStart) {
  CommitUndated();
  const ReviewPair before = Reviews().front();
  register_.reset();
  storage::v1::Meta meta;
  ASSERT_TRUE(meta.ParseFromString(**store_->Get(storage::Family::kMeta, storage::MetaKey())));
  EXPECT_GT(meta.derived_version(), 0);
  meta.clear_derived_version();
  storage::WriteBatch batch;
  batch.Put(storage::Family::kMeta, storage::MetaKey(), meta.SerializeAsString());
  batch.Delete(storage::Family::kEdge, storage::ReviewPairKey(1, first_, second_));
  Write(batch);
  Reopen();
  ASSERT_THAT(Reviews(), SizeIs(1));
  EXPECT_EQ(Reviews().front().review, before.review);
  EXPECT_EQ(Reviews().front().revision, before.revision + 1);
  EXPECT_EQ(Differences(), 0);
  const uint64_t revision = register_->revision();
  Reopen();
  EXPECT_EQ(register_->revision(), revision) << "once is enough";
}

TEST_F(RegisterExplainTest, VerifyFindsMissingAndStrayPairs) {
  CommitUndated();
  storage::WriteBatch batch;
  const std::string key = storage::ReviewPairKey(1, first_, second_);
  const std::string value = **store_->Get(storage::Family::kEdge, key);
  batch.Delete(storage::Family::kEdge, key);
  Write(batch);
  EXPECT_EQ(Differences(), 2) << "the pair, and its task";
  storage::v1::ReviewPair pair;
  ASSERT_TRUE(pair.ParseFromString(value));
  pair.set_score(pair.score() + 0.5);
  storage::WriteBatch other_score;
  other_score.Put(storage::Family::kEdge, key, pair.SerializeAsString());
  Write(other_score);
  EXPECT_EQ(Differences(), 2);
  const uint64_t third = Commit(MakeWrite("housing", "H2", "Priya", "Okafor", "1961-03-14"));
  storage::WriteBatch stray;
  stray.Put(storage::Family::kEdge, key, value);
  stray.Put(storage::Family::kEdge, storage::ReviewPairKey(1, first_, third), value);
  Write(stray);
  EXPECT_EQ(Differences(), 2);
}

TEST_F(RegisterExplainTest, ARowThatCannotBeReadOrNamesNobodyIsDataLoss) {
  CommitUndated();
  const std::string key = storage::ReviewPairKey(1, first_, second_);
  const std::string value = **store_->Get(storage::Family::kEdge, key);
  const auto open = [this] {
    register_.reset();
    RegisterOptions options;
    options.rules = *ParseRegisterRules(kTestRules);
    return Register::Open(store_.get(), &clock_, std::move(options)).status();
  };
  storage::WriteBatch garbled;
  garbled.Put(storage::Family::kEdge, key, "\x08\x63");  // of format 99
  Write(garbled);
  EXPECT_EQ(open().code(), absl::StatusCode::kDataLoss);
  for (const uint64_t stranger : {second_ + 1, uint64_t{1} << 40}) {
    storage::WriteBatch unknown;
    unknown.Put(storage::Family::kEdge, key, value);
    unknown.Put(storage::Family::kEdge, storage::ReviewPairKey(1, first_, stranger), value);
    Write(unknown);
    EXPECT_EQ(open().code(), absl::StatusCode::kDataLoss) << stranger;
    storage::WriteBatch mended;
    mended.Delete(storage::Family::kEdge, storage::ReviewPairKey(1, first_, stranger));
    Write(mended);
  }
  EXPECT_TRUE(open().ok());
}

TEST_F(RegisterExplainTest, AChangeOfRulesClosesAndOpensPairs) {
  Commit(MakeWrite("contact", "K1", "Ifeoma", "Brackenbury", "1982-07-30", "4 Oak Street", "NR3 1AA"));
  Commit(MakeWrite("contact", "K2", "Ifeoma", "Brackenbury", "1982-07-30", "4 Oak Street", "NR3 1AA"));
  EXPECT_THAT(Reviews(), IsEmpty());
  Reopen("purposes: [service_delivery, electoral]\nsources: [{name: contact, holds_person_once: true}]\n");
  ASSERT_THAT(Reviews(), SizeIs(1));
  EXPECT_EQ(Reviews().front().review.reason, matching::ReviewReason::kDistinct);
  EXPECT_EQ(register_->Stats().reviews[static_cast<size_t>(matching::ReviewReason::kDistinct)], 1);
  EXPECT_EQ(Differences(), 0);
  Reopen("purposes: [service_delivery, electoral]\nsources: [{name: contact}]\n");
  EXPECT_THAT(Reviews(), IsEmpty());
  EXPECT_EQ(register_->Stats().reviews, ReviewCounts{});
  EXPECT_EQ(Differences(), 0);
}

TEST_F(RegisterExplainTest, PairsEntitiesAndOthersAreExplained) {
  CommitUndated();
  const uint64_t third =
      Commit(MakeWrite("council_tax", "C1", "Jonathan", "Brackenbury", "1982-07-30", "4 Oak Street", "NR3 1AA"));
  const auto one = register_->ExplainPair(first_, third, true);
  ASSERT_TRUE(one.ok()) << one.status();
  EXPECT_TRUE(one->evidence.same_cluster);
  EXPECT_GE(one->evidence.score, one->merge_threshold);
  const auto apart = register_->ExplainPair(third, second_, true);
  ASSERT_TRUE(apart.ok());
  EXPECT_FALSE(apart->evidence.same_cluster);
  EXPECT_EQ(apart->evidence.cluster_records, 3);

  const auto steps = register_->ExplainEntity(third);
  ASSERT_TRUE(steps.ok());
  ASSERT_THAT(*steps, SizeIs(1));
  const auto view = register_->OpenView({});
  const auto record = register_->GetSourceByOrdinal(*view, second_);
  ASSERT_TRUE(record.ok());
  EXPECT_EQ(record->record.key.key, "K1");
  const auto others = register_->FindOthers(*record, 5);
  ASSERT_TRUE(others.ok());
  ASSERT_THAT(*others, SizeIs(2)) << "all of each person";
  EXPECT_EQ(others->front().cluster, others->back().cluster);
  EXPECT_EQ(std::min(others->front().ordinal, others->back().ordinal), first_);
  EXPECT_EQ(std::max(others->front().ordinal, others->back().ordinal), third);
  const auto best = register_->FindOthers(*record, 1);
  ASSERT_THAT(*best, SizeIs(1));
  EXPECT_EQ(best->front().ordinal, others->front().ordinal);

  // The record's own entity takes no room, however many its records are.
  for (int i = 0; i < 5; ++i) {
    Commit(MakeWrite("council_tax", Cat("D", i), "Jonathan", "Brackenbury", "1982-07-30", "4 Oak Street", "NR3 1AA"));
  }
  const auto of_first = register_->FindOthers(*register_->GetSourceByOrdinal(*view, first_), 1);
  ASSERT_TRUE(of_first.ok());
  ASSERT_THAT(*of_first, SizeIs(1));
  EXPECT_EQ(of_first->front().ordinal, second_);

  Commit(MakeErase("contact", "K1"));
  EXPECT_EQ(register_->ExplainPair(first_, second_, true).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(register_->ExplainEntity(99).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(register_->FindOthers(*record, 5).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(register_->GetSourceByOrdinal(*view, 99).status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace wensum::registry
