#include "services/gazetteer/gazetteer_writer.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>
#include <string>

#include "services/gazetteer/etags.h"
#include "services/gazetteer/property_reader.h"
#include "storage/memory_store.h"
#include "tests/services/gazetteer/row_fixture.h"

namespace wensum::gazetteer {
namespace {

using storage::Family;

constexpr storage::RegisterId kRegister = 1;
const RowOrigin kOrigin = {model::GazetteerFormat::kDtf73, "run-1", 1};

class GazetteerWriterTest : public testing::Test {
 protected:
  RowOutcome Stage(const model::GazetteerRow& row, model::ChangeType change = model::ChangeType::kInsert,
                   const RowOrigin& origin = kOrigin) {
    absl::StatusOr<StageResult> result = writer_.Stage(PrepareRow(kRegister, row, change, origin));
    EXPECT_TRUE(result.ok()) << result.status();
    return result->outcome;
  }

  GazetteerBatch Commit() {
    absl::StatusOr<GazetteerBatch> batch = writer_.Finish(++revision_);
    EXPECT_TRUE(batch.ok()) << batch.status();
    EXPECT_TRUE(store_->Write(batch->writes, storage::Durability::kNoSync).ok());
    return *std::move(batch);
  }

  std::map<std::string, std::string> Dump(Family family) const {
    std::map<std::string, std::string> out;
    const auto it = store_->NewIterator(family, {});
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      out.emplace(it->key(), it->value());
    }
    return out;
  }

  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  GazetteerWriter writer_{*store_, kRegister};
  uint64_t revision_ = 0;
};

TEST_F(GazetteerWriterTest, InsertUpdateUnchangedDelete) {
  EXPECT_EQ(Stage(TestBlpu(5)), RowOutcome::kInserted);
  EXPECT_EQ(Stage(TestLpi(5, 1, 9, 12)), RowOutcome::kInserted);
  GazetteerBatch batch = Commit();
  EXPECT_EQ(batch.properties, (std::vector<Touched>{{5, TouchKind::kCreated}}));
  EXPECT_TRUE(batch.streets.empty());
  EXPECT_EQ(batch.readdress_uprns, std::vector<uint64_t>{5});

  // The same rows from another run write nothing.
  EXPECT_EQ(Stage(TestBlpu(5), model::ChangeType::kInsert, {model::GazetteerFormat::kDtf73, "run-2", 1}),
            RowOutcome::kUnchanged);
  batch = Commit();
  EXPECT_TRUE(batch.writes.empty());
  EXPECT_TRUE(batch.properties.empty());

  EXPECT_EQ(Stage(TestLpi(5, 1, 9, 14), model::ChangeType::kUpdate), RowOutcome::kUpdated);
  batch = Commit();
  EXPECT_EQ(batch.properties, (std::vector<Touched>{{5, TouchKind::kUpdated}}));

  EXPECT_EQ(Stage(TestLpi(5, 1, 9, 14), model::ChangeType::kDelete), RowOutcome::kDeleted);
  EXPECT_EQ(Stage(TestLpi(5, 1, 9, 14), model::ChangeType::kDelete), RowOutcome::kRejected);
  EXPECT_EQ(Stage(TestBlpu(5), model::ChangeType::kDelete), RowOutcome::kDeleted);
  batch = Commit();
  EXPECT_EQ(batch.properties, (std::vector<Touched>{{5, TouchKind::kDeleted}}));
  EXPECT_TRUE(Dump(Family::kProperty).empty());
  EXPECT_EQ(Dump(Family::kPropertyHistory).size(), 5U);
}

TEST_F(GazetteerWriterTest, ChangesInsideABatchSeeEachOther) {
  EXPECT_EQ(Stage(TestBlpu(5), model::ChangeType::kDelete), RowOutcome::kRejected);
  EXPECT_EQ(Stage(TestBlpu(5)), RowOutcome::kInserted);
  EXPECT_EQ(Stage(TestBlpu(5)), RowOutcome::kUnchanged);
  EXPECT_EQ(Stage(TestBlpu(5, 6)), RowOutcome::kUpdated);
  EXPECT_EQ(Stage(TestBlpu(5), model::ChangeType::kDelete), RowOutcome::kDeleted);
  const GazetteerBatch batch = Commit();
  EXPECT_TRUE(batch.writes.empty());  // it ends as it began
  EXPECT_TRUE(batch.properties.empty());
}

TEST_F(GazetteerWriterTest, RejectedRowsWriteNothing) {
  model::Lpi lpi = TestLpi(5, 1, 9, 12);
  lpi.lpi_key.clear();
  EXPECT_EQ(Stage(lpi), RowOutcome::kRejected);
  EXPECT_EQ(Stage(model::Blpu()), RowOutcome::kRejected);
  EXPECT_TRUE(Commit().writes.empty());
}

TEST_F(GazetteerWriterTest, TheAuthoritysRowsStandAgainstAddressBase) {
  const RowOrigin national = {model::GazetteerFormat::kAddressBasePremium2, "run-2", 1};
  Stage(TestBlpu(5));
  EXPECT_EQ(Stage(TestBlpu(6), model::ChangeType::kInsert, national), RowOutcome::kInserted);
  Commit();
  EXPECT_EQ(Stage(TestBlpu(5, 6), model::ChangeType::kUpdate, national), RowOutcome::kRejected);
  EXPECT_EQ(Stage(TestBlpu(5), model::ChangeType::kDelete, national), RowOutcome::kRejected);
  EXPECT_TRUE(Commit().writes.empty());
  EXPECT_EQ(Stage(TestBlpu(6, 5), model::ChangeType::kUpdate, national), RowOutcome::kUpdated);
  EXPECT_EQ(Stage(TestBlpu(6, 7), model::ChangeType::kUpdate), RowOutcome::kUpdated) << "the authority's own comes";
  EXPECT_EQ(Stage(TestBlpu(6), model::ChangeType::kDelete, national), RowOutcome::kRejected);
}

TEST_F(GazetteerWriterTest, PropertiesOfATouchedStreetAreReaddressed) {
  Stage(TestStreet(9));
  Stage(TestDescriptor(9, "OLD NAME"));
  for (uint64_t uprn = 1; uprn <= 3; ++uprn) {
    Stage(TestBlpu(uprn));
    Stage(TestLpi(uprn, uprn, uprn == 3 ? 8 : 9, 12));
  }
  Commit();
  Stage(TestDescriptor(9, "NEW NAME"));
  const GazetteerBatch batch = Commit();
  EXPECT_EQ(batch.streets, (std::vector<Touched>{{9, TouchKind::kUpdated}}));
  EXPECT_TRUE(batch.properties.empty());
  EXPECT_EQ(batch.readdress_uprns, (std::vector<uint64_t>{1, 2}));
}

TEST_F(GazetteerWriterTest, ADeletedRowRaisesThePropertysRevision) {
  Stage(TestBlpu(5));
  Stage(TestLpi(5, 1, 9, 12));
  Stage(TestLpi(5, 2, 9, 14));
  Commit();
  Stage(TestLpi(5, 2, 9, 14), model::ChangeType::kDelete);
  Commit();
  const PropertyReader reader(*store_, kRegister);
  const auto property = reader.GetProperty(5, View::kBasic);
  ASSERT_TRUE(property.ok() && property->has_value());
  EXPECT_EQ((*property)->etag(), 2U);
  const auto before = reader.GetProperty(5, View::kBasic, 1);
  ASSERT_TRUE(before.ok() && before->has_value());
  EXPECT_EQ((*before)->etag(), 1U);
}

// Random batches against a map of rows: current rows, their history and every secondary key, recomputed from scratch.
TEST_F(GazetteerWriterTest, ModelTest) {
  constexpr uint64_t kSeed = 20260401;
  SCOPED_TRACE(kSeed);
  Random random(kSeed);
  std::map<std::string, model::GazetteerRow> model;  // by row key
  // What was read when it was the newest, to be read again as of its revision.
  std::map<std::pair<uint64_t, uint64_t>, std::string> properties;  // by revision and UPRN
  std::map<std::pair<uint64_t, uint32_t>, std::string> streets;
  std::map<std::pair<RowOwner, uint64_t>, uint64_t> last_change;  // its revision
  const PropertyReader reader(*store_, kRegister);
  for (int round = 0; round < 400; ++round) {
    const std::map<std::string, model::GazetteerRow> before = model;
    struct Input {
      model::GazetteerRow row;
      model::ChangeType change = model::ChangeType::kInsert;
    };
    std::vector<Input> inputs;
    const size_t rows = 1 + random.Below(15);
    for (size_t i = 0; i < rows; ++i) {
      inputs.push_back(
          {RandomRow(random), random.Chance(0.3) ? model::ChangeType::kDelete : model::ChangeType::kUpdate});
    }
    std::vector<RowOutcome> outcomes;
    if (random.Chance(0.5)) {
      std::vector<PreparedRow> prepared;
      for (const Input& input : inputs) {
        prepared.push_back(PrepareRow(kRegister, input.row, input.change, kOrigin));
      }
      const auto results = writer_.StageMany(std::move(prepared));
      ASSERT_TRUE(results.ok());
      for (const StageResult& result : *results) {
        outcomes.push_back(result.outcome);
      }
    } else {
      for (const auto& input : inputs) {
        outcomes.push_back(Stage(input.row, input.change));
      }
    }
    for (size_t i = 0; i < inputs.size(); ++i) {
      const std::string key = RowKey(kRegister, IdentityOf(inputs[i].row));
      const auto found = model.find(key);
      RowOutcome expected = RowOutcome::kInserted;
      if (inputs[i].change == model::ChangeType::kDelete) {
        expected = found == model.end() ? RowOutcome::kRejected : RowOutcome::kDeleted;
        model.erase(key);
      } else {
        if (found != model.end()) {
          expected = found->second == inputs[i].row ? RowOutcome::kUnchanged : RowOutcome::kUpdated;
        }
        model.insert_or_assign(key, inputs[i].row);
      }
      ASSERT_EQ(outcomes[i], expected) << "round " << round;
    }
    const GazetteerBatch batch = Commit();

    std::map<std::string, std::set<std::string>> secondary;
    for (const auto& [key, row] : model) {
      for (const SecondaryKey& k : SecondaryKeys(kRegister, row)) {
        auto& members = secondary[k.key];
        if (!k.member.empty()) {
          members.insert(k.member);
        }
      }
    }
    std::map<std::string, std::string> stored = Dump(Family::kProperty);
    ASSERT_EQ(stored.size(), model.size() + secondary.size()) << "round " << round;
    for (const auto& [key, members] : secondary) {
      ASSERT_TRUE(stored.contains(key));
      ASSERT_EQ(stored[key], Join({members.begin(), members.end()}, "\n"));
    }
    for (const auto& [key, row] : model) {
      storage::v1::GazetteerRow value;
      ASSERT_TRUE(ParseStoredRow(stored[key], &value).ok());
      const auto decoded = DecodeRow(value);
      ASSERT_TRUE(decoded.ok());
      ASSERT_TRUE(*decoded == row);
    }
    // What changed, and nothing else, is touched.
    std::set<std::pair<RowOwner, uint64_t>> changed;
    for (const auto& [key, row] : before) {
      const auto now = model.find(key);
      if (now == model.end() || now->second != row) {
        changed.insert({IdentityOf(row).owner, IdentityOf(row).id});
      }
    }
    for (const auto& [key, row] : model) {
      if (!before.contains(key)) {
        changed.insert({IdentityOf(row).owner, IdentityOf(row).id});
      }
    }
    std::set<std::pair<RowOwner, uint64_t>> touched;
    for (const Touched& t : batch.properties) {
      touched.insert({RowOwner::kProperty, t.id});
    }
    for (const Touched& t : batch.streets) {
      touched.insert({RowOwner::kStreet, t.id});
    }
    ASSERT_EQ(touched, changed) << "round " << round;

    for (const auto& [owner, id] : changed) {
      if (owner == RowOwner::kProperty) {
        const auto property = reader.GetProperty(id, View::kFull);
        ASSERT_TRUE(property.ok()) << property.status();
        properties[{revision_, id}] = property->has_value() ? (*property)->SerializeAsString() : "";
      } else if (owner == RowOwner::kStreet) {
        const auto street = reader.GetStreet(static_cast<uint32_t>(id));
        ASSERT_TRUE(street.ok()) << street.status();
        streets[{revision_, static_cast<uint32_t>(id)}] = street->has_value() ? (*street)->SerializeAsString() : "";
      }
      last_change[{owner, id}] = revision_;
    }
    for (const auto& [object, revision] : last_change) {
      const auto& [owner, id] = object;
      const bool is_street = owner == RowOwner::kStreet;
      const bool exists = model.contains(RowKey(kRegister, {owner, id, is_street ? kStreetHead : kPropertyHead, {}}));
      const auto etag =
          is_street ? StreetEtag(*store_, kRegister, static_cast<uint32_t>(id)) : PropertyEtag(*store_, kRegister, id);
      ASSERT_TRUE(etag.ok()) << etag.status();
      ASSERT_EQ(*etag, exists ? revision : 0) << (is_street ? "street " : "property ") << id << ", round " << round;
      if (!exists) {
        continue;
      }
      if (is_street) {
        ASSERT_EQ((*reader.GetStreet(static_cast<uint32_t>(id)))->etag(), revision);
      } else {
        ASSERT_EQ((*reader.GetProperty(id, View::kBasic))->etag(), revision);
        ASSERT_EQ((*reader.GetProperty(id, View::kFull))->etag(), revision);
      }
    }
  }
  for (const auto& [version, expected] : properties) {
    const auto property = reader.GetProperty(version.second, View::kFull, version.first);
    ASSERT_TRUE(property.ok()) << property.status();
    EXPECT_EQ(property->has_value() ? (*property)->SerializeAsString() : "", expected)
        << "property " << version.second << " as of " << version.first;
  }
  for (const auto& [version, expected] : streets) {
    const auto street = reader.GetStreet(version.second, version.first);
    ASSERT_TRUE(street.ok()) << street.status();
    EXPECT_EQ(street->has_value() ? (*street)->SerializeAsString() : "", expected)
        << "street " << version.second << " as of " << version.first;
  }
}

TEST_F(GazetteerWriterTest, PostcodesTouchNothing) {
  EXPECT_EQ(Stage(TestBlpu(5)), RowOutcome::kInserted);
  EXPECT_EQ(Stage(TestCentroid("NR1 1AA", 624068)), RowOutcome::kInserted);
  EXPECT_EQ(Stage(TestCentroid("NR1 1AR", 623387)), RowOutcome::kInserted);
  EXPECT_EQ(Commit().properties, (std::vector<Touched>{{5, TouchKind::kCreated}}));
  EXPECT_EQ(Dump(Family::kProperty).size(), 3U) << "no secondary keys";

  EXPECT_EQ(
      Stage(TestCentroid("NR1 1AA", 624068), model::ChangeType::kInsert, {model::GazetteerFormat::kDtf73, "run-2", 1}),
      RowOutcome::kUnchanged);
  EXPECT_TRUE(Commit().writes.empty());

  EXPECT_EQ(Stage(TestCentroid("NR1 1AA", 624069)), RowOutcome::kUpdated);
  EXPECT_EQ(Stage(TestCentroid("NR1 1AR", 0), model::ChangeType::kDelete), RowOutcome::kDeleted);
  EXPECT_EQ(Stage(TestCentroid("NR1 1AR", 0), model::ChangeType::kDelete), RowOutcome::kRejected);
  EXPECT_EQ(Stage(model::PostcodeCentroid()), RowOutcome::kRejected);
  const GazetteerBatch batch = Commit();
  EXPECT_FALSE(batch.writes.empty());
  EXPECT_TRUE(batch.properties.empty());
  EXPECT_TRUE(batch.streets.empty());
  EXPECT_TRUE(batch.readdress_uprns.empty());
  EXPECT_EQ(Dump(Family::kProperty).size(), 2U);
  EXPECT_EQ(Dump(Family::kPropertyHistory).size(), 3U) << "the versions before, and the deletion";

  const auto staged =
      writer_.StageMany({PrepareRow(kRegister, TestCentroid("NR1 1AA", 624069), model::ChangeType::kInsert, kOrigin),
                         PrepareRow(kRegister, model::PostcodeCentroid(), model::ChangeType::kInsert, kOrigin)});
  ASSERT_TRUE(staged.ok());
  EXPECT_EQ((*staged)[0].outcome, RowOutcome::kUnchanged);
  EXPECT_EQ((*staged)[1].outcome, RowOutcome::kRejected);
  EXPECT_TRUE(Commit().writes.empty());
}

}  // namespace
}  // namespace wensum::gazetteer
