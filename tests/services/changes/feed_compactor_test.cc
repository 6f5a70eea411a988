// Dropping the oldest events: what stays as it is, what readers and lists say, whom it waits for, and that it may be
// cut off anywhere.
#include "services/changes/feed_compactor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "google/rpc/error_details.pb.h"
#include "services/changes/feed_keeper.h"
#include "services/changes/told_list.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/status_details.h"
#include "storage/change_log.h"
#include "storage/fault_store.h"
#include "storage/feed_horizon.h"
#include "tests/services/changes/feed_test_util.h"
#include "tests/services/register/register_test_util.h"

namespace wensum::changes {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr TimeMicros kSecond = 1'000'000;
constexpr TimeMicros kHour = 3'600 * kSecond;
constexpr TimeMicros kOneDay = 24 * kHour;

class FeedCompactorTest : public ::testing::Test {
 protected:
  // A commit that gives the record another phone; the ordinal of the record.
  uint64_t Write(const std::string& key, int phone, TimeMicros later = kSecond) {
    clock_.Advance(later);
    registry::SourceWrite write = key == "H1" ? registry::MakeWrite("housing", key, "Obi", "Okonkwo", "1951-01-02")
                                              : registry::MakeWrite("housing", key, "Lena", "Castellane", "1982-07-30");
    write.record.source_time = clock_.Now();
    write.record.details.phones.push_back(Cat("01603 ", 100'000 + phone));
    return registry::CommitOne(*register_, std::move(write)).ordinal;
  }
  void WriteMany(int commits) {
    for (int i = 0; i < commits; ++i) {
      Write("H1", ++phone_);
    }
  }
  static v1::CompactChangesRequest Before(uint64_t revision) {
    v1::CompactChangesRequest request;
    request.set_before_revision(revision);
    request.set_actor("ann");
    request.set_reason("the disk is full");
    return request;
  }
  absl::StatusOr<v1::CompactChangesResponse> Compact(const v1::CompactChangesRequest& request) {
    rpc::CallContext call("/wensum.v1.Admin/CompactChanges");
    call.set_grant({.caller = "test", .purpose = "service_delivery", .purpose_bit = 0});
    v1::CompactChangesResponse response;
    const absl::Status status = compactor_->Compact(call, request, response);
    return status.ok() ? absl::StatusOr<v1::CompactChangesResponse>(response) : status;
  }
  absl::StatusOr<std::shared_ptr<WatchSession>> Start(uint64_t after, const std::string& consumer = "") {
    v1::WatchChangesRequest request;
    request.set_after_revision(after);
    request.set_consumer(consumer);
    request.set_stop_at_head(true);
    return WatchSession::Start(
        CallFor(*register_, 0), request, register_.get(), executor_.get(), [bell = bell_] { bell->Ring(); },
        WatchSession::kBookmarkPause, book_);
  }
  // The revisions of the events behind one, and how the stream ended.
  std::pair<std::vector<uint64_t>, absl::Status> Watch(uint64_t after, const std::string& consumer = "") {
    std::vector<uint64_t> revisions;
    const auto session = Start(after, consumer);
    if (!session.ok()) {
      return {revisions, session.status()};
    }
    absl::Status outcome =
        TakeUntilEnd(**session, *bell_, [&](const v1::ChangeEvent& event) { revisions.push_back(event.revision()); });
    return {revisions, std::move(outcome)};
  }
  static std::vector<uint64_t> UpTo(uint64_t first, uint64_t last) {
    std::vector<uint64_t> numbers;
    for (uint64_t number = first; number <= last; ++number) {
      numbers.push_back(number);
    }
    return numbers;
  }
  [[nodiscard]] uint64_t Horizon() const { return storage::ReadFeedHorizon(*store_, 1)->revision(); }
  // All that the register says of its past, by revision and by time.
  std::string Past() {
    std::string text;
    for (uint64_t revision = 1; revision <= register_->revision(); ++revision) {
      const auto view = register_->OpenView({.as_of_revision = revision});
      const auto entity = register_->GetEntity(*view, 1);
      AppendTo(text, entity->entity.ShortDebugString(), "\n");
      const auto source = register_->GetSourceByOrdinal(*view, 1);
      AppendTo(text, source->stored.ShortDebugString(), "\n");
    }
    for (TimeMicros time = registry::kStartTime; time <= clock_.Now(); time += kSecond / 2) {
      AppendTo(text, register_->OpenView({.as_of_time = time})->revision(), " ");
    }
    const auto versions = register_->ListEntityVersions(1, 0, 1'000);
    for (const registry::EntityVersion& version : *versions) {
      AppendTo(text, "\n", version.revision, " ", version.commit_time);
    }
    return text;
  }
  void ExpectNoDifferences() {
    const auto report = register_->Verify();
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_THAT(report->details, IsEmpty());
  }
  void Reopen() {
    compactor_.reset();
    book_.reset();
    executor_.reset();  // ends what sessions still do
    register_.reset();
    register_ = registry::OpenOrDie(store_.get(), &clock_);
    executor_ = std::make_unique<rpc::Executor>(2);
    book_ = NewBook();
    compactor_ = NewCompactor();
  }
  std::shared_ptr<ConsumerBook> NewBook() {
    return ConsumerBook::Make(register_.get(), &clock_, executor_.get(), std::chrono::hours(24));
  }
  std::unique_ptr<FeedCompactor> NewCompactor() {
    return std::make_unique<FeedCompactor>(register_.get(), book_, &clock_);
  }

  const std::unique_ptr<storage::Store> memory_ = storage::NewMemoryStore();
  const std::unique_ptr<storage::FaultStore> store_ = std::make_unique<storage::FaultStore>(memory_.get());
  ManualClock clock_{registry::kStartTime};
  std::unique_ptr<registry::Register> register_ = registry::OpenOrDie(store_.get(), &clock_);
  std::shared_ptr<Bell> bell_ = std::make_shared<Bell>();
  std::unique_ptr<rpc::Executor> executor_ = std::make_unique<rpc::Executor>(2);
  std::shared_ptr<ConsumerBook> book_ = NewBook();
  std::unique_ptr<FeedCompactor> compactor_ = NewCompactor();
  int phone_ = 0;
};

google::rpc::ErrorInfo InfoOf(const absl::Status& status) {
  google::rpc::ErrorInfo info;
  if (const auto payload = status.GetPayload("type.googleapis.com/google.rpc.ErrorInfo"); payload.has_value()) {
    info.ParseFromString(std::string(*payload));
  }
  return info;
}

TEST_F(FeedCompactorTest, EventsGoAndThePastStays) {
  WriteMany(20);
  const std::string past = Past();
  const auto planned = Compact([] {
    v1::CompactChangesRequest request = Before(8);
    request.set_validate_only(true);
    return request;
  }());
  ASSERT_TRUE(planned.ok()) << planned.status();
  EXPECT_EQ(Horizon(), 0U);
  EXPECT_EQ(Watch(0).first, UpTo(1, 20));
  const auto done = Compact(Before(8));
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(done->ShortDebugString(), planned->ShortDebugString());
  EXPECT_EQ(done->dropped_revisions(), 7U);
  EXPECT_EQ(done->feed_horizon().revision(), 7U);
  EXPECT_EQ(done->feed_horizon().actor(), "ann");
  EXPECT_EQ(Past(), past);
  ExpectNoDifferences();
  for (int round = 0; round < 2; ++round) {
    for (uint64_t after = 0; after < 7; ++after) {
      const auto [revisions, outcome] = Watch(after);
      EXPECT_THAT(revisions, IsEmpty());
      EXPECT_TRUE(absl::IsOutOfRange(outcome)) << outcome;
      EXPECT_THAT(std::string(outcome.message()), HasSubstr("take ExportGolden anew"));
      const google::rpc::ErrorInfo info = InfoOf(outcome);
      EXPECT_EQ(info.reason(), "FEED_COMPACTED");
      EXPECT_EQ(info.metadata().at("horizon_revision"), "7");
      EXPECT_EQ(info.metadata().at("revision"), Cat(register_->revision()));
    }
    EXPECT_EQ(Watch(7).first, UpTo(8, register_->revision()));
    EXPECT_EQ(Watch(12).first, UpTo(13, register_->revision()));
    Reopen();
    EXPECT_EQ(register_->revision(), 20U);
  }
  // It never goes back, and the newest revision stays, so that the register knows it after a start.
  EXPECT_EQ(Compact(Before(3))->dropped_revisions(), 0U);
  EXPECT_EQ(Compact(Before(20))->dropped_revisions(), 12U);
  Reopen();
  EXPECT_EQ(register_->revision(), 20U);
  EXPECT_EQ(Past(), past);
  WriteMany(2);
  EXPECT_EQ(Watch(19).first, UpTo(20, 22));
  ExpectNoDifferences();
}

TEST_F(FeedCompactorTest, RequestsAreChecked) {
  WriteMany(3);
  v1::CompactChangesRequest request = Before(2);
  request.clear_actor();
  EXPECT_TRUE(absl::IsInvalidArgument(Compact(request).status()));
  request = Before(2);
  request.set_reason(" ");
  EXPECT_TRUE(absl::IsInvalidArgument(Compact(request).status()));
  request = Before(2);
  request.set_older_than_days(3);
  EXPECT_TRUE(absl::IsInvalidArgument(Compact(request).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(Compact(Before(0)).status()));
  request = Before(0);
  request.set_older_than_days(36'501);
  EXPECT_TRUE(absl::IsInvalidArgument(Compact(request).status()));
  EXPECT_TRUE(absl::IsOutOfRange(Compact(Before(4)).status()));
  EXPECT_EQ(InfoOf(Compact(Before(4)).status()).reason(), "REVISION_IN_FUTURE");
  EXPECT_EQ(Horizon(), 0U);
}

TEST_F(FeedCompactorTest, ARepeatedRequestIsAnswered) {
  WriteMany(9);
  v1::CompactChangesRequest request = Before(4);
  request.set_request_id("7f6c0b86-1f4b-4f0a-9c1a-1d1f6f6f0001");
  const auto first = Compact(request);
  ASSERT_TRUE(first.ok()) << first.status();
  clock_.Advance(kHour);
  EXPECT_EQ(Compact(request)->ShortDebugString(), first->ShortDebugString());
  request.set_before_revision(6);
  EXPECT_TRUE(absl::IsInvalidArgument(Compact(request).status()));
  EXPECT_EQ(Horizon(), 3U);
}

TEST_F(FeedCompactorTest, ByAge) {
  for (int day = 0; day < 10; ++day) {
    Write("H1", ++phone_, kOneDay);
  }
  v1::CompactChangesRequest request = Before(0);
  request.set_older_than_days(4);
  EXPECT_EQ(Compact(request)->feed_horizon().revision(), 5U) << "the sixth is just four days old";
  clock_.Advance(30 * kOneDay);
  EXPECT_EQ(Compact(request)->feed_horizon().revision(), 9U) << "the newest stays";
}

TEST_F(FeedCompactorTest, ASlowReaderGetsAnErrorAndNeverAGap) {
  constexpr int kCommits = 200;  // more than are read in one go
  WriteMany(kCommits);
  const auto slow = Start(0);
  ASSERT_TRUE(slow.ok()) << slow.status();
  while ((*slow)->waiting() == 0) {
    bell_->Wait();
  }
  ASSERT_TRUE(Compact(Before(kCommits)).ok());
  std::vector<uint64_t> revisions;
  const absl::Status outcome =
      TakeUntilEnd(**slow, *bell_, [&](const v1::ChangeEvent& event) { revisions.push_back(event.revision()); });
  EXPECT_EQ(InfoOf(outcome).reason(), "FEED_COMPACTED") << outcome;
  EXPECT_EQ(revisions, UpTo(1, revisions.size()));
  EXPECT_GT(revisions.size(), 0U) << "what was read before";
  EXPECT_LT(revisions.size(), kCommits - 1);
}

TEST_F(FeedCompactorTest, ItMayBeCutOffAnywhere) {
  constexpr uint64_t kCommits = 2'300;
  WriteMany(kCommits);
  uint64_t last = 0;
  for (const uint64_t writes : {0U, 1U, 1U, 3U}) {
    store_->FailWritesAfter(writes, ResourceExhausted("full"));
    const auto cut = Compact(Before(kCommits));
    store_->Heal();
    EXPECT_EQ(cut.ok(), writes == 3) << cut.status();
    EXPECT_EQ(Horizon(), std::min<uint64_t>(last + writes * storage::kCommitTimesPerValue, kCommits - 1));
    last = Horizon();
    Reopen();
    EXPECT_EQ(register_->revision(), kCommits);
    ExpectNoDifferences();
    EXPECT_EQ(Watch(last).first, UpTo(last + 1, kCommits));
    if (last > 0) {
      EXPECT_EQ(InfoOf(Watch(last - 1).second).reason(), "FEED_COMPACTED");
    }
  }
  EXPECT_EQ(Horizon(), kCommits - 1);
}

TEST_F(FeedCompactorTest, ConsumersAreNotPassedWithoutForce) {
  WriteMany(6);
  EXPECT_EQ(Watch(0, "warehouse").first.size(), 6U);
  WriteMany(6);
  EXPECT_TRUE(Compact(Before(7)).ok()) << "it has all of those";
  const absl::Status refused = Compact(Before(10)).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()), HasSubstr("\"warehouse\" (purpose service_delivery) is at revision 6"));
  const google::rpc::ErrorInfo info = InfoOf(refused);
  EXPECT_EQ(info.reason(), "CONSUMER_BEHIND");
  EXPECT_EQ(info.metadata().at("consumer"), "warehouse");
  EXPECT_EQ(info.metadata().at("revision"), "6");
  EXPECT_EQ(Horizon(), 6U);
  // Known to another start of the server too.
  ASSERT_TRUE(book_->Flush().ok());
  Reopen();
  EXPECT_TRUE(absl::IsFailedPrecondition(Compact(Before(10)).status()));
  v1::CompactChangesRequest forced = Before(10);
  forced.set_force(true);
  const auto done = Compact(forced);
  ASSERT_TRUE(done.ok()) << done.status();
  ASSERT_THAT(done->consumers_behind(), SizeIs(1));
  EXPECT_EQ(done->consumers_behind(0).name(), "warehouse");
  EXPECT_EQ(done->consumers_behind(0).revision(), 6U);
  EXPECT_EQ(InfoOf(Watch(6, "warehouse").second).reason(), "FEED_COMPACTED");
  EXPECT_TRUE(Compact(Before(11)).ok()) << "it has to start again anyhow";
  EXPECT_EQ(Watch(10, "warehouse").first, UpTo(11, 12));
  // Who goes back to an earlier place needs what lies behind that again.
  WriteMany(8);
  EXPECT_EQ(Watch(12, "warehouse").first.size(), 8U);
  clock_.Advance(kSecond);
  ASSERT_TRUE(Start(14, "warehouse").ok());
  const absl::Status again = Compact(Before(18)).status();
  EXPECT_EQ(InfoOf(again).metadata().at("revision"), "14") << again;
}

TEST_F(FeedCompactorTest, KeepsAsTheConfigurationSays) {
  const FeedKeeping keeping{.keep_days = 10, .consumer_days = 5};
  const auto keep = [&] { return compactor_->Keep(keeping, [] { return false; }); };
  for (int day = 0; day < 10; ++day) {
    Write("H1", ++phone_, kOneDay);
  }
  EXPECT_EQ(keep()->dropped, 0U);
  EXPECT_EQ(Watch(0, "warehouse").first.size(), 10U);
  EXPECT_EQ(compactor_->Keep({}, [] { return false; })->dropped, 0U) << "for ever";
  clock_.Advance(kOneDay);
  EXPECT_EQ(Watch(3, "slow").first.size(), 7U);
  clock_.Advance(kSecond);
  ASSERT_TRUE(Start(3, "slow").ok()) << "it goes back, and takes nothing";
  clock_.Advance(4 * kOneDay);
  EXPECT_EQ(keep()->dropped, 3U) << "four are old enough, and one of them the slow one needs";
  EXPECT_EQ(Horizon(), 3U);
  const auto waits = keep();
  EXPECT_EQ(waits->dropped, 0U);
  ASSERT_THAT(waits->waiting, SizeIs(1));
  EXPECT_EQ(waits->waiting[0].name, "slow");
  clock_.Advance(2 * kOneDay);
  const auto passed = keep();
  EXPECT_THAT(passed->waiting, IsEmpty());
  ASSERT_THAT(passed->passed, SizeIs(1)) << "it has been silent for six days";
  EXPECT_EQ(passed->passed[0].name, "slow");
  EXPECT_GT(passed->dropped, 0U);
  const uint64_t horizon = Horizon();
  const TimeMicros kept = *storage::CommitTime(*store_, 1, horizon + 1).value();
  const TimeMicros gone = *storage::CommitTime(*store_, 1, horizon).value();
  EXPECT_LT(gone, clock_.Now() - 10 * kOneDay);
  EXPECT_GE(kept, clock_.Now() - 11 * kOneDay);
  EXPECT_THAT(keep()->passed, IsEmpty()) << "of whom it was told already";
  clock_.Advance(100 * kOneDay);
  EXPECT_EQ(compactor_->Keep(keeping, [] { return true; })->dropped, 0U) << "stopped before it began";
  EXPECT_GT(keep()->dropped, 0U);
  EXPECT_EQ(Horizon(), 9U);
  ExpectNoDifferences();
}

TEST_F(FeedCompactorTest, TheKeeperLooksByItself) {
  for (int day = 0; day < 10; ++day) {
    Write("H1", ++phone_, kOneDay);
  }
  Mutex mutex;
  std::vector<uint64_t> dropped;
  Bell bell;
  const FeedKeeping keeping{.keep_days = 5};
  const FeedKeeper keeper(
      compactor_.get(), keeping,
      [&](const absl::StatusOr<FeedCompactor::Kept>& kept) {
        {
          const MutexLock lock(mutex);
          dropped.push_back(kept.ok() ? kept->dropped : 0);
        }
        bell.Ring();
      },
      std::chrono::microseconds(100));
  bell.Wait();
  const uint64_t horizon = Horizon();
  EXPECT_GT(horizon, 0U);
  clock_.Advance(2 * kOneDay);
  bell.Wait();
  EXPECT_EQ(Horizon(), horizon + 2);
  const MutexLock lock(mutex);
  EXPECT_THAT(dropped, ElementsAre(horizon, 2U));
}

TEST_F(FeedCompactorTest, ListsSayWhatIsNotKept) {
  const uint64_t early = Write("H1", ++phone_);
  Write("H1", ++phone_);
  const uint64_t late = Write("H2", ++phone_);
  Write("H1", ++phone_);
  Write("H2", ++phone_);
  ASSERT_TRUE(Compact(Before(3)).ok());
  const auto told = [this](uint64_t id) {
    v1::ListToldRequest request;
    request.set_name(rpc::PersonName(register_->ids(), id));
    rpc::CallContext call = CallFor(*register_, 0);
    v1::ListToldResponse response;
    const absl::Status status = ListTold(call, request, *register_, *book_, response);
    EXPECT_TRUE(status.ok()) << status;
    return response;
  };
  EXPECT_THAT(told(early).told(), SizeIs(1));
  EXPECT_EQ(told(early).not_kept_revision(), 2U);
  EXPECT_THAT(told(late).told(), SizeIs(2));
  EXPECT_EQ(told(late).not_kept_revision(), 0U);
  rpc::CallContext call = CallFor(*register_, 0);
  v1::ListConsumersResponse consumers;
  ASSERT_TRUE(ListConsumers(call, *register_, *book_, consumers).ok());
  EXPECT_EQ(consumers.horizon_revision(), 2U);
}

}  // namespace
}  // namespace wensum::changes
