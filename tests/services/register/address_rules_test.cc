// Data whose addresses were matched by an earlier version, which had other rules.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/register/codec.h"
#include "storage/fault_store.h"
#include "storage/keys.h"
#include "tests/services/register/register_test_util.h"
#include "wensum/storage/v1/log.pb.h"

namespace wensum::registry {
namespace {

using storage::Family;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr uint64_t kHome = 20900001003;
constexpr uint64_t kOther = 20900001001;

class AddressRulesTest : public ::testing::Test {
 protected:
  AddressRulesTest() {
    Open();
    Mutation mutation;
    mutation.rows = MakeStreet(20900001, "PRINCE OF WALES ROAD", "NR1 1DX", 5);
    EXPECT_TRUE(register_->Commit(std::move(mutation)).status.ok());
  }

  absl::Status TryOpen(storage::Store* store) {
    register_.reset();
    told_.clear();
    RegisterOptions options;
    options.rules = *ParseRegisterRules(kTestRules);
    options.threads = 2;
    options.on_upgrade = [this](std::string_view what) { told_.emplace_back(what); };
    WENSUM_ASSIGN_OR_RETURN(register_, Register::Open(store, &clock_, std::move(options)));
    return absl::OkStatus();
  }
  void Open() { ASSERT_EQ(TryOpen(store_.get()), absl::OkStatus()); }

  uint64_t Differences() {
    const auto report = register_->Verify();
    EXPECT_TRUE(report.ok()) << report.status();
    return report->differences;
  }
  storage::v1::Meta Meta() const {
    storage::v1::Meta meta;
    EXPECT_TRUE(meta.ParseFromString(**store_->Get(Family::kMeta, storage::MetaKey())));
    return meta;
  }
  static SourceWrite Garage(const std::string& key) {
    SourceWrite garage = MakeWrite("housing", key, "", "", "", "3 Prince of Wales Road, Norwich", "NR1 1DX");
    garage.record.kind = model::RecordKind::kProperty;
    return garage;
  }
  // The UPRN that a record of the newest state is at.
  uint64_t UprnOf(uint64_t ordinal, std::optional<uint64_t> as_of = std::nullopt) const {
    ReadSpec spec;
    spec.as_of_revision = as_of;
    const auto view = register_->OpenView(spec);
    EXPECT_TRUE(view.ok()) << view.status();
    const auto record = register_->GetSourceByOrdinal(*view, ordinal);
    EXPECT_TRUE(record.ok()) << record.status();
    return record->stored.resolved_addresses(0).uprn();
  }

  // Leaves the store as an earlier version that matched these records to kOther instead of kHome.
  void MakeStale(const std::vector<SourceResult>& records) {
    storage::WriteBatch batch;
    for (const SourceResult& record : records) {
      const std::string key = storage::SourceKey(1, record.ordinal);
      storage::v1::SourceRecord stored;
      ASSERT_TRUE(stored.ParseFromString(**store_->Get(Family::kSource, key)));
      ASSERT_EQ(stored.resolved_addresses(0).uprn(), kHome);
      stored.mutable_resolved_addresses(0)->set_uprn(kOther);
      batch.Put(Family::kSource, key, stored.SerializeAsString());
      batch.Put(Family::kSourceHistory, storage::SourceHistoryKey(1, record.ordinal, stored.revision()),
                stored.SerializeAsString());
      const std::string entity_key = storage::EntityKey(1, record.ordinal);
      storage::v1::Entity entity;
      ASSERT_TRUE(entity.ParseFromString(**store_->Get(Family::kEntity, entity_key)));
      for (storage::v1::Golden& golden : *entity.mutable_golden()) {
        golden.mutable_resolved_addresses(0)->set_uprn(kOther);
      }
      batch.Put(Family::kEntity, entity_key, entity.SerializeAsString());
      if (record.uprn.has_value()) {
        batch.Delete(Family::kCrosswalk, storage::CrosswalkPropertyKey(1, kHome, record.ordinal));
        batch.Put(Family::kCrosswalk, storage::CrosswalkPropertyKey(1, kOther, record.ordinal), "");
      }
    }
    storage::v1::Meta meta = Meta();
    EXPECT_GT(meta.address_rules(), 0U);
    meta.clear_address_rules();
    batch.Put(Family::kMeta, storage::MetaKey(), meta.SerializeAsString());
    ASSERT_TRUE(store_->Write(batch, storage::Durability::kSync).ok());
  }

  const std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  ManualClock clock_{kStartTime};
  std::vector<std::string> told_;
  std::unique_ptr<Register> register_;
};

TEST_F(AddressRulesTest, OldMatchesAreBroughtInLineOnce) {
  const std::string address = "3 Prince of Wales Road, Norwich";
  const SourceResult person =
      CommitOne(*register_, MakeWrite("housing", "H1", "Ann", "Lee", "1970-01-02", address, "NR1 1DX"));
  const SourceResult garage = CommitOne(*register_, Garage("G1"));
  const SourceResult neighbour = CommitOne(
      *register_, MakeWrite("housing", "H2", "Priya", "Okafor", "1961-03-14", "4 Prince of Wales Rd", "NR1 1DX"));
  MakeStale({person, garage});
  const uint64_t before = register_->revision();
  EXPECT_GT(Differences(), 0U) << "what the store says is not what this version computes";

  Open();
  EXPECT_THAT(told_, ElementsAre(HasSubstr(": 2 source records")));
  EXPECT_EQ(register_->revision(), before + 1);
  EXPECT_EQ(UprnOf(person.ordinal), kHome);
  EXPECT_EQ(UprnOf(garage.ordinal), kHome);
  EXPECT_EQ(UprnOf(person.ordinal, before), kOther) << "the history tells what was answered then";
  const auto entity = register_->GetNewestEntity(person.ordinal);
  ASSERT_TRUE(entity.ok());
  EXPECT_EQ(entity->entity.golden(0).resolved_addresses(0).uprn(), kHome);
  EXPECT_EQ(register_->GetNewestEntity(neighbour.ordinal)->entity.revision(), neighbour.revision) << "untouched";
  EXPECT_EQ(register_->Stats().entities, 3U);
  EXPECT_EQ(Differences(), 0U);
  EXPECT_GT(Meta().address_rules(), 0U);

  Open();
  EXPECT_THAT(told_, IsEmpty());
  EXPECT_EQ(register_->revision(), before + 1) << "once is enough";
  EXPECT_EQ(Differences(), 0U);
}

TEST_F(AddressRulesTest, NothingIsWrittenWhereAllMatchesStay) {
  CommitOne(*register_, Garage("G1"));
  MakeStale({});
  const uint64_t before = register_->revision();
  Open();
  EXPECT_THAT(told_, ElementsAre(HasSubstr(": 0 source records")));
  EXPECT_EQ(register_->revision(), before);
  EXPECT_GT(Meta().address_rules(), 0U);
  EXPECT_EQ(Differences(), 0U);
}

TEST_F(AddressRulesTest, ARunThatIsCutOffGoesOnAtTheNextStart) {
  constexpr size_t kRecords = 4'100;  // more than one batch
  Mutation mutation;
  for (size_t i = 0; i < kRecords; ++i) {
    mutation.sources.push_back(Garage(Cat("G", i)));
  }
  const MutationResult result = register_->Commit(std::move(mutation));
  ASSERT_TRUE(result.status.ok()) << result.status;
  MakeStale(result.sources);

  storage::FaultStore faults(store_.get());
  faults.FailWritesAfter(1, absl::UnavailableError("cut off"));
  EXPECT_EQ(TryOpen(&faults).code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(told_, IsEmpty());
  EXPECT_EQ(Meta().address_rules(), 0U) << "it goes with the last batch";

  Open();
  EXPECT_THAT(told_, ElementsAre(HasSubstr(": 4 source records")));
  EXPECT_GT(Meta().address_rules(), 0U);
  EXPECT_EQ(UprnOf(result.sources.front().ordinal), kHome);
  EXPECT_EQ(UprnOf(result.sources.back().ordinal), kHome);
  EXPECT_EQ(Differences(), 0U);
}

TEST_F(AddressRulesTest, WhatALaterVersionMatchedStays) {
  storage::v1::Meta meta = Meta();
  meta.set_address_rules(1'000);
  storage::WriteBatch batch;
  batch.Put(Family::kMeta, storage::MetaKey(), meta.SerializeAsString());
  ASSERT_TRUE(store_->Write(batch, storage::Durability::kSync).ok());
  Open();
  EXPECT_THAT(told_, IsEmpty());
  EXPECT_EQ(Meta().address_rules(), 1'000U);
}

}  // namespace
}  // namespace wensum::registry
