// What is done about runs: withheld deletions are confirmed, runs are rolled back.
#include "services/imports/feed_order.h"
#include "services/register/held_updates.h"
#include "storage/decision_keys.h"
#include "tests/services/imports/delivery_fixture.h"

namespace wensum::imports {
namespace {

using storage::v1::ImportRun;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class FollowUpTest : public DeliveryRunTest {
 protected:
  absl::StatusOr<ImportRun> FollowUp(RunKind kind, uint64_t run) {
    FollowUpSpec spec;
    spec.kind = kind;
    spec.run = run;
    spec.actor = "custodian";
    spec.comment = "checked";
    return engine_->StartFollowUp(spec);
  }
  ImportRun RollBack(uint64_t run) {
    const auto started = FollowUp(RunKind::kRollBack, run);
    EXPECT_TRUE(started.ok()) << started.status();
    ImportRun ended = Finish(started.ok() ? started->id() : 0);
    EXPECT_EQ(ended.state(), v1::ImportRun::STATE_SUCCEEDED) << ended.error();
    EXPECT_EQ(engine_->GetRun(run)->rolled_back_by(), ended.id());
    return ended;
  }
  std::string Refusal(RunKind kind, uint64_t run) {
    const auto started = FollowUp(kind, run);
    EXPECT_EQ(started.status().code(), absl::StatusCode::kFailedPrecondition) << started.status();
    return std::string(started.status().message());
  }
  // Held updates of the run that wait for a steward.
  int Waiting(const ImportRun& run) {
    int waiting = 0;
    const auto iterator = store_.NewIterator(
        storage::Family::kDecision, storage::PrefixRange(storage::HeldUpdatesPrefix(register_->register_id())));
    for (iterator->SeekToFirst(); iterator->Valid(); iterator->Next()) {
      storage::v1::HeldUpdate update;
      EXPECT_TRUE(update.ParseFromArray(iterator->value().data(), static_cast<int>(iterator->value().size())));
      const bool waits = update.state() == static_cast<uint32_t>(registry::HeldState::kHeld);
      waiting += waits && update.version().import_run() == Cat(run.id()) ? 1 : 0;
    }
    return waiting;
  }
  // What the source records say now, by key; those that are deleted are left out.
  std::map<std::string, std::string> Surnames() {
    std::map<std::string, std::string> names;
    const auto listed = register_->ListSources(*register_->OpenView({}), "contact", 0, 100'000, false);
    EXPECT_TRUE(listed.ok()) << listed.status();
    for (const registry::SourceVersion& version : *listed) {
      names[version.record.key.key] = version.record.details.name.surname;
    }
    return names;
  }
};

TEST_F(FollowUpTest, ConfirmedDeletionsAreMade) {
  Succeed(Cards(20));
  Succeed(Cards(20, {1, 2, 3, 4, 5, 6}));
  const ImportRun run = Succeed(Cards(20, {1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(run.deletes_withheld(), 6);
  const auto started = FollowUp(RunKind::kConfirmDeletes, run.id());
  ASSERT_TRUE(started.ok()) << started.status();
  const ImportRun confirmed = Finish(started->id());
  EXPECT_EQ(confirmed.state(), v1::ImportRun::STATE_SUCCEEDED) << confirmed.error();
  EXPECT_EQ(confirmed.absent_deleted(), 6);
  EXPECT_EQ(confirmed.actor(), "custodian");
  EXPECT_EQ(confirmed.of_run(), run.id());
  EXPECT_THAT(Surnames(), SizeIs(14));
  EXPECT_TRUE(Live("C7")) << "it was missing once";
  EXPECT_THAT(Refusal(RunKind::kConfirmDeletes, run.id()), HasSubstr("confirmed these already"));
  EXPECT_EQ(Succeed(Cards(20, {1, 2, 3, 4, 5, 6, 7})).absent_deleted(), 1);
  RollBack(4 + 1);
  RollBack(confirmed.id());
  EXPECT_THAT(Surnames(), SizeIs(20));
  ExpectVerified();
}

TEST_F(FollowUpTest, OnlyWhatWasWithheldIsConfirmed) {
  const ImportRun first = Succeed(Cards(4));
  EXPECT_THAT(Refusal(RunKind::kConfirmDeletes, first.id()), HasSubstr("withheld no deletions"));
  Succeed(Cards(4, {1, 2, 3}));
  const ImportRun withheld = Succeed(Cards(4, {1, 2, 3}));
  EXPECT_EQ(withheld.deletes_withheld(), 3);
  Succeed(Cards(4, {2, 3}));
  EXPECT_THAT(Refusal(RunKind::kConfirmDeletes, withheld.id()), HasSubstr("is not the last extract of feed"));
  EXPECT_EQ(FollowUp(RunKind::kRollBack, 99).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(FollowUpTest, ARunIsTakenBackWhole) {
  Succeed(Extract(Row(1) + Row(2) + Row(3) + Row(4)));
  Succeed(Extract(Row(1) + Row(2) + Row(3)));
  const auto before = Surnames();
  // 1 changes, 2 is missing, 3 stays, 4 is missing the second time and goes, 5 is new.
  const StartSpec third = Extract(Row(1, "Changed") + Row(3) + Row(5));
  const ImportRun run = Succeed(third);
  EXPECT_EQ(run.absent_deleted(), 1);
  const auto after = Surnames();
  EXPECT_NE(before, after);
  const ImportRun back = RollBack(run.id());
  EXPECT_EQ(back.read(), 3);
  EXPECT_EQ(back.updated(), 1);
  EXPECT_EQ(back.inserted(), 1);
  EXPECT_EQ(back.deleted(), 1);
  EXPECT_EQ(Surnames(), before);
  EXPECT_EQ(Stored("C2")->missing_since(), 0);
  EXPECT_EQ(ReadFeed(store_, register_->register_id(), "cards")->extracts(), 2);
  ExpectVerified();
  EXPECT_THAT(Refusal(RunKind::kRollBack, run.id()), HasSubstr("rolled it back already"));
  EXPECT_THAT(Refusal(RunKind::kRollBack, back.id()), HasSubstr("is a roll-back"));
  // The extract may come again.
  Succeed(third);
  auto expected = after;
  expected["C4"] = "Surname4";  // its grace starts anew
  EXPECT_EQ(Surnames(), expected);
}

TEST_F(FollowUpTest, TheNewestRunComesFirst) {
  const ImportRun first = Succeed(Cards(3));
  const ImportRun second = Succeed(Cards(4));
  const ImportRun refused = RunToEnd(Extract("C1;Ann;Lee\n"));
  EXPECT_THAT(Refusal(RunKind::kRollBack, first.id()), HasSubstr(Cat("importRuns/", refused.id() - 1)))
      << "refused files are not in the way";
  RollBack(second.id());
  EXPECT_THAT(Surnames(), SizeIs(3));
  RollBack(first.id());
  EXPECT_THAT(Surnames(), SizeIs(0));
  EXPECT_EQ(Succeed(Cards(5)).inserted(), 5);
  ExpectVerified();
}

TEST_F(FollowUpTest, RunsAreTakenBackOneByOne) {
  const auto rows = [](std::string_view night) { return Row(1, Cat("A", night)) + Row(2); };
  std::vector<ImportRun> runs;
  std::vector<std::map<std::string, std::string>> nights;
  const auto take = [&](std::string_view text) {
    runs.push_back(Succeed(Extract(text)));
    nights.push_back(Surnames());
  };
  take(rows("first") + Row(3));
  take(rows("second"));                // 3 is missing
  take(rows("third"));                 // and goes
  take(rows("fourth") + Row(3, "B"));  // is back
  take(rows("fifth"));
  take(rows("sixth"));  // goes again
  EXPECT_THAT(nights[2], SizeIs(2));
  EXPECT_THAT(nights[3], SizeIs(3));
  EXPECT_THAT(nights[5], SizeIs(2));
  for (size_t night = runs.size() - 1; night > 0; --night) {
    RollBack(runs[night].id());
    EXPECT_EQ(Surnames(), nights[night - 1]) << "night " << night;
  }
  RollBack(runs[0].id());
  EXPECT_THAT(Surnames(), SizeIs(0));
  ExpectVerified();
}

TEST_F(FollowUpTest, RunsOfEarlierVersionsCannotBeTakenBack) {
  ImportRun run = Succeed(Cards(3));
  run.clear_tracked();
  storage::WriteBatch batch;
  batch.Put(storage::Family::kImportRun, storage::ImportRunKey(register_->register_id(), run.id()),
            run.SerializeAsString());
  ASSERT_TRUE(store_.Write(batch, storage::Durability::kSync).ok());
  EXPECT_THAT(Refusal(RunKind::kRollBack, run.id()), HasSubstr("a version that did not keep"));
}

TEST_F(FollowUpTest, WhatWasChangedSinceStays) {
  Succeed(Cards(3));
  const ImportRun run = Succeed(Extract(Row(0, "A") + Row(1, "B") + Row(2, "C")));
  ASSERT_TRUE(CommitOne(*register_, registry::MakeWrite("contact", "C1", "Ann", "Pushed")).status.ok());
  ASSERT_TRUE(CommitOne(*register_, registry::MakeErase("contact", "C2")).status.ok());
  const ImportRun back = RollBack(run.id());
  EXPECT_EQ(back.updated(), 1);
  ASSERT_THAT(Issues(back.id()), SizeIs(1));
  EXPECT_EQ(Issues(back.id())[0].rule(), "changed_since");
  EXPECT_THAT(Issues(back.id())[0].message(), HasSubstr("\"C1\""));
  EXPECT_EQ(Surnames(), (std::map<std::string, std::string>{{"C0", "Surname0"}, {"C1", "Pushed"}}));
}

// kTestRules guard records of housing: what looks like another person is held.
TEST_F(FollowUpTest, OverlaysAreTakenBackToo) {
  const auto housing = [this](std::string_view rows) {
    StartSpec spec = Extract(rows, "");
    spec.mapping_yaml.replace(spec.mapping_yaml.find("source: contact"), 15, "source: housing");
    return spec;
  };
  Succeed(housing("T1,Ann,Lee,1970-01-02,\n"));
  const ImportRun held = Succeed(housing("T1,Robert,Marsh,1999-05-06,\n"));
  ASSERT_EQ(held.held(), 1);
  EXPECT_EQ(Waiting(held), 1);
  RollBack(held.id());
  EXPECT_EQ(Waiting(held), 0);
  const auto version = register_->GetSource(*register_->OpenView({}), {.source = "housing", .key = "T1"});
  ASSERT_TRUE(version.ok());
  EXPECT_EQ(version->record.details.name.surname, "Lee");
  EXPECT_EQ(Succeed(housing("T1,Ann,Lee,1970-01-02,\nT2,Tom,Reed,1980-01-02,\n")).held(), 0);
  ExpectVerified();
}

// A roll-back that is cut off goes on.
TEST_F(FollowUpTest, GoesOnAfterAStop) {
  std::string first;
  std::string second;
  for (int i = 0; i < 5'000; ++i) {
    first += Row(i);
    second += Row(i, Cat("Other", i));
  }
  Succeed(Extract(first));
  const auto before = Surnames();
  const ImportRun run = Succeed(Extract(second));
  const auto started = FollowUp(RunKind::kRollBack, run.id());
  ASSERT_TRUE(started.ok()) << started.status();
  WaitFor(started->id(),
          [](const ImportRun& r) { return r.read() >= 1'000 || r.state() != v1::ImportRun::STATE_RUNNING; });
  NewEngine();
  const ImportRun back = Finish(started->id());
  EXPECT_EQ(back.state(), v1::ImportRun::STATE_SUCCEEDED) << back.error();
  EXPECT_EQ(back.updated(), 5'000);
  EXPECT_EQ(Surnames(), before);
  ExpectVerified();
}

}  // namespace
}  // namespace wensum::imports
