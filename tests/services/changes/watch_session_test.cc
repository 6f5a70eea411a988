#include "services/changes/watch_session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "storage/memory_store.h"
#include "tests/services/changes/feed_test_util.h"
#include "tests/services/gazetteer/row_fixture.h"
#include "tests/services/register/register_test_util.h"

namespace wensum::changes {
namespace {

// A store in memory that counts how often the change log is read.
class CountingStore final : public storage::Store {
 public:
  [[nodiscard]] int log_reads() const { return log_reads_; }

  absl::StatusOr<std::optional<std::string>> Get(storage::Family family, std::string_view key) const override {
    return base_->Get(family, key);
  }
  absl::StatusOr<std::vector<std::optional<std::string>>> MultiGet(
      storage::Family family, const std::vector<std::string>& keys) const override {
    return base_->MultiGet(family, keys);
  }
  std::unique_ptr<storage::Iterator> NewIterator(storage::Family family,
                                                 const storage::KeyRange& range) const override {
    log_reads_ += family == storage::Family::kChangeLog ? 1 : 0;
    return base_->NewIterator(family, range);
  }
  absl::Status Write(const storage::WriteBatch& batch, storage::Durability durability) override {
    return base_->Write(batch, durability);
  }
  std::unique_ptr<storage::Snapshot> NewSnapshot() const override { return base_->NewSnapshot(); }
  absl::Status Sync() override { return base_->Sync(); }
  storage::StoreStats Stats() const override { return base_->Stats(); }

 private:
  const std::unique_ptr<storage::Store> base_ = storage::NewMemoryStore();
  mutable std::atomic<int> log_reads_{0};
};

class WatchSessionTest : public ::testing::Test {
 protected:
  WatchSessionTest()
      : store_(std::make_unique<CountingStore>()),
        clock_(registry::kStartTime),
        register_(registry::OpenOrDie(store_.get(), &clock_)) {}

  // In one commit.
  uint64_t WriteProperties(uint64_t first, uint64_t last) {
    registry::Mutation mutation;
    for (uint64_t uprn = first; uprn <= last; ++uprn) {
      mutation.rows.push_back({.row = gazetteer::TestBlpu(uprn), .format = model::GazetteerFormat::kDtf73});
    }
    const registry::MutationResult result = register_->Commit(std::move(mutation));
    EXPECT_TRUE(result.status.ok()) << result.status;
    return result.revision;
  }

  std::shared_ptr<WatchSession> Watch(const v1::WatchChangesRequest& request) {
    auto session = WatchSession::Start(call_, request, register_.get(), &executor_, [this] { bell_.Ring(); });
    EXPECT_TRUE(session.ok()) << session.status();
    return *std::move(session);
  }

  std::vector<v1::ChangeEvent> TakeAll(WatchSession& session) { return changes::TakeAll(session, bell_); }

  std::unique_ptr<CountingStore> store_;
  ManualClock clock_;
  std::unique_ptr<registry::Register> register_;
  rpc::CallContext call_{"/wensum.v1.Changes/Watch"};
  Bell bell_;
  rpc::Executor executor_{2};
};

TEST_F(WatchSessionTest, ALargeCommitDoesNotWaitInMemory) {
  constexpr uint64_t kProperties = 3 * WatchSession::kMostWaiting + 7;
  const uint64_t large = WriteProperties(1, kProperties);
  const uint64_t small = WriteProperties(kProperties + 1, kProperties + 2);
  v1::WatchChangesRequest request;
  request.set_stop_at_head(true);
  const int reads_before = store_->log_reads();
  const std::shared_ptr<WatchSession> session = Watch(request);
  bell_.Wait();
  // Nothing is taken: one piece was read, and no other is.
  EXPECT_EQ(session->waiting(), WatchSession::kMostWaiting);
  EXPECT_LT(session->revision(), large) << "the commit is not read to its end";
  const std::vector<v1::ChangeEvent> events = TakeAll(*session);
  ASSERT_EQ(events.size(), kProperties + 2);
  for (size_t i = 0; i < events.size(); ++i) {
    ASSERT_EQ(events[i].name(), Cat("properties/", i + 1)) << "in order, none lost or twice";
    ASSERT_EQ(events[i].revision(), i < kProperties ? large : small);
    ASSERT_EQ(events[i].last_of_revision(), i + 1 == kProperties || i + 1 == events.size()) << i;
  }
  EXPECT_EQ(store_->log_reads() - reads_before, 2) << "each commit is read once, in however many pieces";
}

TEST_F(WatchSessionTest, WatchesOnFromWithinTheLog) {
  const uint64_t first = WriteProperties(1, 10);
  const uint64_t large = WriteProperties(11, 10 + 2 * WatchSession::kMostWaiting);
  for (uint64_t n = 0; n < 200; ++n) {  // more commits than are read at a time
    WriteProperties(10'000 + n, 10'000 + n);
  }
  v1::WatchChangesRequest request;
  request.set_stop_at_head(true);
  const std::vector<v1::ChangeEvent> all = TakeAll(*Watch(request));
  ASSERT_EQ(all.size(), 10 + 2 * WatchSession::kMostWaiting + 200);
  for (const uint64_t after : {first, large, large + 100, register_->revision()}) {
    request.set_after_revision(after);
    const std::vector<v1::ChangeEvent> rest = TakeAll(*Watch(request));
    const auto from = std::ranges::find_if(all, [after](const auto& event) { return event.revision() > after; });
    ASSERT_TRUE(
        std::ranges::equal(rest, std::ranges::subrange(from, all.end()),
                           [](const auto& a, const auto& b) { return a.SerializeAsString() == b.SerializeAsString(); }))
        << "after " << after;
  }
}

TEST_F(WatchSessionTest, EventsNobodyWantsTakeNoRoom) {
  const uint64_t large = WriteProperties(1, 2 * WatchSession::kMostWaiting);
  registry::Mutation mutation;
  mutation.rows.push_back({.row = gazetteer::TestStreet(100), .format = model::GazetteerFormat::kDtf73});
  const uint64_t street = register_->Commit(std::move(mutation)).revision;
  v1::WatchChangesRequest request;
  request.set_stop_at_head(true);
  request.add_kinds(v1::CHANGE_KIND_STREET_CREATED);
  const std::vector<v1::ChangeEvent> events = TakeAll(*Watch(request));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].revision(), street);
  EXPECT_TRUE(events[0].last_of_revision());
  EXPECT_GT(street, large);
}

TEST_F(WatchSessionTest, ExactlyAsManyEventsAsThereIsRoom) {
  WriteProperties(1, WatchSession::kMostWaiting);
  WriteProperties(5'001, 5'001);
  WriteProperties(5'002, 5'002);
  v1::WatchChangesRequest request;
  request.set_stop_at_head(true);
  const std::vector<v1::ChangeEvent> events = TakeAll(*Watch(request));
  ASSERT_EQ(events.size(), WatchSession::kMostWaiting + 2) << "commits that found no room at all are read later";
  EXPECT_TRUE(events[WatchSession::kMostWaiting - 1].last_of_revision());
  EXPECT_EQ(std::ranges::count_if(events, [](const auto& event) { return event.last_of_revision(); }), 3);
}

}  // namespace
}  // namespace wensum::changes
