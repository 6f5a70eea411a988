// One extract of a feed after another: rows that say nothing new, keys that go and come back, extracts that must not
// come.
#include "services/imports/feed_order.h"
#include "tests/services/imports/delivery_fixture.h"

namespace wensum::imports {
namespace {

using storage::v1::ImportRun;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(DeliveryRunTest, AnUnchangedNightWritesNothing) {
  Succeed(Cards(2'500));
  const std::string before = StateBesidesRuns();
  const ImportRun again = Succeed(Cards(2'500));
  EXPECT_EQ(again.read(), 2'500);
  EXPECT_EQ(again.unchanged(), 2'500);
  EXPECT_EQ(again.last_revision(), 0);
  EXPECT_EQ(StateBesidesRuns(), before);
}

TEST_F(DeliveryRunTest, OnlyWhatChangedIsLookedAt) {
  Succeed(Extract(Row(1) + Row(2) + "C3,Ann,Lee,1980-02-30,\n"));
  const ImportRun second = Succeed(Extract(Row(2, "Other") + "C3,Ann,Lee,1980-02-30,\n" + Row(1) + Row(4)));
  EXPECT_EQ(second.inserted(), 1);
  EXPECT_EQ(second.updated(), 1);
  EXPECT_EQ(second.unchanged(), 2);
  EXPECT_EQ(second.flagged(), 1) << "what was taken with a warning still has it";
  EXPECT_THAT(Issues(second.id()), IsEmpty()) << "it was told when the row was new";
}

TEST_F(DeliveryRunTest, ADateThatLayInTheFutureIsReadAgain) {
  Succeed(Extract("C1,Ann,Lee,2026-10-01,\n"));
  EXPECT_EQ(Stored("C1")->row_hash(), 0);
  clock_.Advance(30 * kNight);
  EXPECT_EQ(Succeed(Extract("C1,Ann,Lee,2026-10-01,\n")).updated(), 1);
  EXPECT_NE(Stored("C1")->row_hash(), 0);
}

TEST_F(DeliveryRunTest, AnotherMappingReadsAllAgain) {
  Succeed(Cards(3));
  const uint64_t revision = register_->revision();
  EXPECT_EQ(Succeed(Extract(Row(0) + Row(1) + Row(2), "null_values: [NIL]\n")).unchanged(), 3);
  EXPECT_EQ(register_->revision(), revision);
  StartSpec changed = Extract(Row(0) + Row(1) + Row(2));
  changed.mapping_yaml.replace(changed.mapping_yaml.find("{column: SURNAME}"), 17, "{constant: Lee}");
  EXPECT_EQ(Succeed(changed).updated(), 3);
}

TEST_F(DeliveryRunTest, WhatSomebodyElseDeletedComesBack) {
  Succeed(Cards(3));
  ASSERT_TRUE(CommitOne(*register_, registry::MakeErase("contact", "C1")).status.ok());
  EXPECT_FALSE(Live("C1"));
  Open();  // a restart knows it too
  const ImportRun run = Succeed(Cards(3));
  EXPECT_EQ(run.inserted(), 1);
  EXPECT_EQ(run.unchanged(), 2);
  EXPECT_TRUE(Live("C1"));
}

TEST_F(DeliveryRunTest, WhatIsMissingTwiceIsDeleted) {
  Succeed(Cards(10));
  const ImportRun first = Succeed(Cards(10, {3, 7}));
  EXPECT_EQ(first.absent(), 2);
  EXPECT_EQ(first.absent_deleted(), 0);
  EXPECT_EQ(Stored("C3")->missing_since(), 2);
  const ImportRun second = Succeed(Cards(10, {3}));
  EXPECT_EQ(second.absent(), 1);
  EXPECT_EQ(second.absent_deleted(), 1);
  EXPECT_EQ(second.unchanged(), 9);
  EXPECT_FALSE(Live("C3"));
  EXPECT_TRUE(Live("C7"));
  EXPECT_EQ(Stored("C7")->missing_since(), 0) << "it is back";
  EXPECT_TRUE(Stored("C3")->ended());
  const ImportRun third = Succeed(Cards(10, {3}));
  EXPECT_EQ(third.absent(), 0);
  EXPECT_EQ(third.last_revision(), 0);
  const ImportRun fourth = Succeed(Cards(11));
  EXPECT_EQ(fourth.inserted(), 2);
  EXPECT_TRUE(Live("C3"));
  EXPECT_FALSE(Stored("C3")->ended());
  ExpectVerified();
}

TEST_F(DeliveryRunTest, ExtractsOfChangesDeleteNothing) {
  Succeed(Extract(Row(1) + Row(2), ""));
  EXPECT_EQ(Succeed(Extract(Row(1), "")).absent(), 0);
  EXPECT_EQ(Succeed(Extract(Row(1), "")).absent(), 0);
  EXPECT_TRUE(Live("C2"));
  EXPECT_EQ(Stored("C2")->missing_since(), 0);
}

TEST_F(DeliveryRunTest, TooManyDeletionsAreWithheld) {
  Succeed(Cards(20));
  Succeed(Cards(20, {1, 2, 3, 4, 5, 6}));
  const ImportRun run = Succeed(Cards(20, {1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(run.absent(), 6);
  EXPECT_EQ(run.deletes_withheld(), 6);
  EXPECT_EQ(run.absent_deleted(), 0);
  EXPECT_TRUE(Live("C1"));
  ASSERT_THAT(Issues(run.id()), SizeIs(1));
  EXPECT_EQ(Issues(run.id())[0].rule(), "deletes_withheld");
  const ImportRun next = Succeed(Cards(20, {1, 2, 3, 4, 5}));
  EXPECT_EQ(next.absent_deleted(), 5) << "one is back: so many may go";
  EXPECT_EQ(next.deletes_withheld(), 0);
}

TEST_F(DeliveryRunTest, ThePercentageGuardsSmallFeeds) {
  Succeed(Cards(6));
  Succeed(Cards(6, {1, 2, 3, 4}));
  EXPECT_EQ(Succeed(Cards(6, {1, 2, 3, 4})).deletes_withheld(), 4);
}

TEST_F(DeliveryRunTest, RejectedRowsAreNotAbsent) {
  Succeed(Extract(Row(1) + Row(2) + Row(3)));
  const ImportRun run = Succeed(Extract(Row(1) + "C2,,,,\n"));
  EXPECT_EQ(run.rejected(), 1);
  EXPECT_EQ(run.absent(), 1);
  EXPECT_EQ(Stored("C2")->missing_since(), 0);
  EXPECT_EQ(Stored("C3")->missing_since(), 2);
  // Of a row without key nobody knows whose it is.
  const ImportRun unsure = Succeed(Extract(Row(1) + Row(2) + ",Ann,Lee,,\n"));
  EXPECT_EQ(unsure.absent(), 0);
  EXPECT_TRUE(unsure.absences_unsure());
  EXPECT_TRUE(Live("C3"));
  EXPECT_EQ(Succeed(Extract(Row(1) + Row(2))).absent_deleted(), 1);
}

TEST_F(DeliveryRunTest, RowsThatTheContractRefusesAreNotAbsent) {
  const std::string contract = Cat(kComplete, R"(
contract:
  rules:
    - {name: surname_known, severity: reject, required: [SURNAME]}
)");
  Succeed(Extract(Row(1) + Row(2), contract));
  const ImportRun run = Succeed(Extract(Row(1) + "C2,Ann,,,\n", contract));
  EXPECT_EQ(run.rejected(), 1);
  EXPECT_EQ(run.absent(), 0);
  EXPECT_FALSE(run.absences_unsure());
  EXPECT_EQ(Issues(run.id())[0].rule(), "surname_known");
  EXPECT_EQ(Stored("C2")->missing_since(), 0);
}

TEST_F(DeliveryRunTest, WhatCameAfterTheExtractStays) {
  Succeed(Cards(4));
  Succeed(Cards(4, {2}));
  StartSpec third = Cards(4, {2});
  clock_.Advance(1);
  ASSERT_TRUE(CommitOne(*register_, registry::MakeWrite("contact", "C2", "Ann", "Lee")).status.ok());
  EXPECT_EQ(Succeed(third).absent_deleted(), 0);
  EXPECT_TRUE(Live("C2"));
  EXPECT_EQ(Succeed(Cards(4, {2})).absent_deleted(), 1);
}

// Nights that were missed are taken in one after the other, later: what the feed itself sent then is no news.
TEST_F(DeliveryRunTest, ExtractsThatAreCaughtUpWithDeleteToo) {
  StartSpec nights[] = {Cards(4), Cards(4, {2}), Cards(4, {2})};
  clock_.Advance(kNight);
  for (const StartSpec& night : nights) {
    Succeed(night);
  }
  EXPECT_FALSE(Live("C2"));
}

TEST_F(DeliveryRunTest, TheSameExtractAgainDoesNothing) {
  Succeed(Cards(4));
  const StartSpec second = Cards(4, {2});
  const ImportRun run = Succeed(second);
  const std::string before = StateBesidesRuns();
  const ImportRun again = Succeed(second);
  EXPECT_EQ(again.repeats(), run.id());
  EXPECT_EQ(again.read(), 0);
  EXPECT_EQ(StateBesidesRuns(), before) << "the grace does not run on";
}

TEST_F(DeliveryRunTest, OldAndShrunkenExtractsAreRefused) {
  const StartSpec first = Cards(20);
  Succeed(first);
  Succeed(Cards(19));
  const std::string before = StateBesidesRuns();
  EXPECT_THAT(RunToEnd(first).error(), HasSubstr("took in a newer one"));
  StartSpec renamed = first;
  renamed.extract_time = clock_.Now() + 1;
  EXPECT_THAT(RunToEnd(renamed).error(), HasSubstr("took in this very file"));
  StartSpec half = Cards(10);
  half.mapping_yaml = Cat(kDeliveryMapping, "delivery: {extracts: complete, rows_change_at_most_percent: 20}\n");
  EXPECT_THAT(RunToEnd(half).error(), HasSubstr("has 10 rows, the one before it (importRuns/2) had 19"));
  half.any_order = true;
  EXPECT_EQ(Succeed(half).absent(), 10);
  EXPECT_NE(StateBesidesRuns(), before);
}

TEST_F(DeliveryRunTest, AKeyStandsForOneRow) {
  const ImportRun run = Succeed(Extract(Row(1) + Row(2) + Row(1, "Other")));
  EXPECT_EQ(run.rejected(), 1);
  EXPECT_EQ(Issues(run.id())[0].rule(), "key_repeated");
  const ImportRun again = Succeed(Extract(Row(1) + Row(1) + Row(2)));
  EXPECT_EQ(again.unchanged(), 2);
  EXPECT_EQ(again.rejected(), 1);
}

TEST_F(DeliveryRunTest, RefusesTimesThatCannotBe) {
  StartSpec future = Cards(1);
  future.extract_time = clock_.Now() + kNight;
  EXPECT_THAT(std::string(engine_->Start(future).status().message()), HasSubstr("lies in the future"));
  StartSpec supply;
  supply.feed = "gazetteer";
  supply.extract_time = 1;
  EXPECT_THAT(std::string(engine_->Check(supply).message()), HasSubstr("say their own date"));
}

TEST_F(DeliveryRunTest, KnowsTheKeysOfRowsBeforeAStop) {
  const std::string rules = R"(
delivery: {extracts: complete, delete_after: 1}
contract:
  rules:
    - {name: surname_known, severity: reject, required: [SURNAME]}
)";
  std::string rows;
  std::string changed;
  for (int i = 1; i < 9'000; ++i) {  // nine batches, of which at most four are under way at once
    rows += Row(i);
    changed += Row(i, Cat("Other", i));
  }
  Succeed(Extract(Row(0) + rows, rules));
  const StartSpec spec = Extract("C0,Ann,,,\n" + changed + Row(5), rules);
  const uint64_t id = StartAndStop(spec);
  NewEngine();
  const ImportRun run = Finish(id);
  EXPECT_EQ(run.resumed(), 1);
  EXPECT_EQ(run.updated(), 8'999);
  EXPECT_EQ(run.rejected(), 2) << "the first row, and a key that repeats";
  EXPECT_EQ(run.absent(), 0);
  EXPECT_TRUE(Live("C0"));
}

// A run that is cut off somewhere ends as one that never was.
class StoppedDeliveryTest : public DeliveryRunTest, public ::testing::WithParamInterface<int> {};

TEST_P(StoppedDeliveryTest, GoesOn) {
  const auto rows = [](int first, int last) {
    std::string text;
    for (int i = first; i < last; ++i) {
      text += Row(i);
    }
    return text;
  };
  const std::string fewer = rows(0, 1'000) + rows(1'005, 3'000);
  Succeed(Extract(rows(0, 3'000)));
  Succeed(Extract(fewer));
  const uint64_t id = Start(Extract(fewer + rows(500, 510) + rows(3'000, 4'500)));
  const auto wanted = static_cast<uint64_t>(GetParam());
  WaitFor(id, [&](const ImportRun& run) {
    return run.rows_done() >= wanted || run.state() != v1::ImportRun::STATE_RUNNING;
  });
  NewEngine();
  const ImportRun run = Finish(id);
  EXPECT_EQ(run.state(), v1::ImportRun::STATE_SUCCEEDED) << run.error();
  EXPECT_EQ(run.inserted(), 1'500);
  EXPECT_EQ(run.unchanged(), 2'995);
  EXPECT_EQ(run.rejected(), 10);
  EXPECT_EQ(run.absent(), 5);
  EXPECT_EQ(run.absent_deleted(), 5);
  EXPECT_FALSE(Live("C1002"));
  EXPECT_EQ(ReadFeed(store_, register_->register_id(), "cards")->extracts(), 3);
  ExpectVerified();
}

INSTANTIATE_TEST_SUITE_P(AfterRows, StoppedDeliveryTest, ::testing::Values(0, 1, 3'000, 4'000, 4'506));

}  // namespace
}  // namespace wensum::imports
