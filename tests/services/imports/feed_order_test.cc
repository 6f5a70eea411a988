#include "services/imports/feed_order.h"

#include <string>

#include "base/strings.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/import_keys.h"
#include "storage/memory_store.h"

namespace wensum::imports {
namespace {

using storage::v1::Feed;
using storage::v1::ImportRun;
using ::testing::HasSubstr;

constexpr int64_t kNight = int64_t{24} * 3'600 * 1'000'000;
constexpr int64_t kFirst = 1'795'000'000'000'000;

ImportRun Extract(uint64_t id, std::string sha256, int64_t time) {
  ImportRun run;
  run.set_id(id);
  run.set_sha256(std::move(sha256));
  run.set_extract_time(time);
  return run;
}

// What is known after extracts "a", "b", "c" of three nights, each of 100 rows, by the runs 1, 2, 3.
Feed ThreeNights(bool timed = true) {
  Feed feed;
  for (int night = 0; night < 3; ++night) {
    NoteExtract(Extract(static_cast<uint64_t>(night) + 1, std::string(1, static_cast<char>('a' + night)),
                        timed ? kFirst + night * kNight : 0),
                100, feed);
  }
  return feed;
}

std::string Refusal(const Feed& feed, const ImportRun& run, uint64_t rows = 100,
                    const ingest::DeliveryRule& rule = {}) {
  const auto again = IsLastExtractAgain(feed, run, rows, rule);
  EXPECT_EQ(again.status().code(), absl::StatusCode::kInvalidArgument) << again.status();
  return std::string(again.status().message());
}
bool Again(const Feed& feed, const ImportRun& run, uint64_t rows = 100, const ingest::DeliveryRule& rule = {}) {
  const auto again = IsLastExtractAgain(feed, run, rows, rule);
  EXPECT_TRUE(again.ok()) << again.status();
  return again.ok() && *again;
}

TEST(FeedOrderTest, TheFirstExtractMayAlwaysCome) {
  EXPECT_FALSE(Again({}, Extract(1, "a", kFirst)));
  EXPECT_FALSE(Again({}, Extract(1, "a", 0)));
}

TEST(FeedOrderTest, TimesTellTheOrder) {
  const Feed feed = ThreeNights();
  EXPECT_FALSE(Again(feed, Extract(4, "d", kFirst + 3 * kNight)));
  EXPECT_FALSE(Again(feed, Extract(4, "c", kFirst + 3 * kNight)))
      << "nothing changed in a day: a new extract all the same";
  EXPECT_TRUE(Again(feed, Extract(4, "c", kFirst + 2 * kNight)));
  EXPECT_THAT(Refusal(feed, Extract(4, "b", kFirst + kNight)),
              HasSubstr("the extract is of 2026-11-19T11:06:40Z; importRuns/3 took in a newer one"));
  EXPECT_THAT(Refusal(feed, Extract(4, "x", kFirst + 2 * kNight)), HasSubstr("another extract of the same time"));
}

TEST(FeedOrderTest, ChecksumsTellOldFilesWithoutTimes) {
  const Feed feed = ThreeNights(/*timed=*/false);
  EXPECT_TRUE(Again(feed, Extract(4, "c", 0)));
  EXPECT_FALSE(Again(feed, Extract(4, "d", 0)));
  EXPECT_THAT(Refusal(feed, Extract(4, "a", 0)), HasSubstr("importRuns/1 took in this very file, and importRuns/3 a"));
  EXPECT_THAT(Refusal(ThreeNights(), Extract(4, "a", kFirst + 3 * kNight)), HasSubstr("took in this very file"))
      << "an old file under a new time";
}

TEST(FeedOrderTest, AnyOrderLetsAllPass) {
  ImportRun run = Extract(4, "a", kFirst);
  run.set_any_order(true);
  EXPECT_FALSE(Again(ThreeNights(), run, 1, {.rows_change_at_most_percent = 1}));
}

TEST(FeedOrderTest, TheNumberOfRowsStaysInItsBand) {
  const ingest::DeliveryRule rule{.rows_change_at_most_percent = 20};
  const ImportRun run = Extract(4, "d", kFirst + 3 * kNight);
  EXPECT_FALSE(Again(ThreeNights(), run, 80, rule));
  EXPECT_FALSE(Again(ThreeNights(), run, 120, rule));
  EXPECT_THAT(Refusal(ThreeNights(), run, 79, rule),
              HasSubstr("has 79 rows, the one before it (importRuns/3) had 100"));
  EXPECT_THAT(Refusal(ThreeNights(), run, 121, rule), HasSubstr("more than 20 in a hundred"));
  EXPECT_FALSE(Again(ThreeNights(), run, 1'000'000)) << "no band is configured";
}

TEST(FeedOrderTest, RemembersSixtyFormerExtracts) {
  Feed feed;
  for (uint64_t run = 1; run <= 100; ++run) {
    NoteExtract(Extract(run, Cat("file ", run), 0), run, feed);
  }
  EXPECT_EQ(feed.extracts(), 100);
  EXPECT_EQ(feed.last_rows(), 100);
  ASSERT_EQ(feed.former_size(), 60);
  EXPECT_EQ(feed.former(0).run(), 99);
  EXPECT_EQ(feed.former(59).sha256(), "file 40");
}

TEST(FeedOrderTest, WhatStaysTheSameMayComeEachNight) {
  Feed feed;
  for (int night = 0; night < 5; ++night) {
    const ImportRun run = Extract(static_cast<uint64_t>(night) + 1, "a", kFirst + night * kNight);
    EXPECT_FALSE(Again(feed, run, 1));
    NoteExtract(run, 1, feed);
  }
  EXPECT_EQ(feed.extracts(), 5);
}

TEST(FeedOrderTest, ForgetsExtractsOneByOne) {
  Feed feed = ThreeNights();
  ForgetExtract(feed);
  EXPECT_EQ(feed.extracts(), 2);
  EXPECT_EQ(feed.last_run(), 2);
  EXPECT_EQ(feed.last_rows(), 100);
  EXPECT_TRUE(Again(feed, Extract(4, "b", kFirst + kNight)));
  EXPECT_FALSE(Again(feed, Extract(4, "c", kFirst + 2 * kNight))) << "it may come again";
  ForgetExtract(feed);
  ForgetExtract(feed);
  EXPECT_EQ(feed.extracts(), 0);
  EXPECT_EQ(feed.last_run(), 0);
  EXPECT_FALSE(Again(feed, Extract(4, "a", kFirst)));
}

TEST(FeedOrderTest, ReadsWhatIsStored) {
  const auto store = storage::NewMemoryStore();
  EXPECT_EQ(ReadFeed(*store, 1, "cards")->extracts(), 0);
  Feed feed = *ReadFeed(*store, 1, "cards");
  NoteExtract(Extract(1, "a", kFirst), 7, feed);
  storage::WriteBatch batch;
  batch.Put(storage::Family::kImportRun, storage::FeedKey(1, "cards"), feed.SerializeAsString());
  batch.Put(storage::Family::kImportRun, storage::FeedKey(1, "torn"), "\xFF");
  feed.set_format(2);
  batch.Put(storage::Family::kImportRun, storage::FeedKey(1, "newer"), feed.SerializeAsString());
  ASSERT_TRUE(store->Write(batch, storage::Durability::kSync).ok());
  EXPECT_EQ(ReadFeed(*store, 1, "cards")->last_rows(), 7);
  EXPECT_EQ(ReadFeed(*store, 1, "torn").status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(ReadFeed(*store, 1, "newer").status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace wensum::imports
