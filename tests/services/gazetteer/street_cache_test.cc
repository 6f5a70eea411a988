#include "services/gazetteer/street_cache.h"

#include <gtest/gtest.h>

#include <memory>

#include "services/gazetteer/gazetteer_writer.h"
#include "services/gazetteer/property_reader.h"
#include "storage/memory_store.h"
#include "tests/services/gazetteer/row_fixture.h"

namespace wensum::gazetteer {
namespace {

StreetCache::Street Street() { return std::make_shared<const StreetRows>(); }

TEST(StreetCacheTest, GivesOnlyWhatWasReadSinceTheRevision) {
  StreetCache cache;
  const StreetCache::Street street = Street();
  EXPECT_EQ(cache.Find(9, 0), nullptr);
  cache.Insert(9, 5, street);
  EXPECT_EQ(cache.Find(9, 5), street);
  EXPECT_EQ(cache.Find(9, 4), nullptr);
  EXPECT_EQ(cache.Find(9, 6), nullptr);
  EXPECT_EQ(cache.Find(8, 5), nullptr);
  cache.Insert(8, 6, Street());
  EXPECT_EQ(cache.Find(9, 6), nullptr);
  EXPECT_EQ(cache.Find(9, 5), nullptr);
  // A reader that began before revision 6 was published.
  cache.Insert(7, 5, Street());
  EXPECT_EQ(cache.Find(7, 5), nullptr);
  EXPECT_EQ(cache.Find(7, 6), nullptr);
  EXPECT_NE(cache.Find(8, 6), nullptr);
}

TEST(StreetCacheTest, IsBounded) {
  StreetCache cache(2);
  cache.Insert(1, 1, Street());
  cache.Insert(2, 1, Street());
  cache.Insert(3, 1, Street());
  EXPECT_EQ((cache.Find(1, 1) != nullptr) + (cache.Find(2, 1) != nullptr) + (cache.Find(3, 1) != nullptr), 1);
  EXPECT_NE(cache.Find(3, 1), nullptr);
}

TEST(StreetCacheTest, PropertiesFollowTheirStreet) {
  const auto store = storage::NewMemoryStore();
  StreetCache cache;
  uint64_t revision = 0;
  const auto commit = [&](const std::vector<model::GazetteerRow>& rows, model::ChangeType change) {
    GazetteerWriter writer(*store, 1);
    for (const model::GazetteerRow& row : rows) {
      ASSERT_TRUE(writer.Stage(PrepareRow(1, row, change, {model::GazetteerFormat::kDtf73, "run-1", 1})).ok());
    }
    const absl::StatusOr<GazetteerBatch> batch = writer.Finish(++revision);
    ASSERT_TRUE(batch.ok());
    ASSERT_TRUE(store->Write(batch->writes, storage::Durability::kNoSync).ok());
  };
  const auto address = [&](uint64_t uprn) {
    const auto property = PropertyReader(*store, 1, &cache, revision).GetProperty(uprn, View::kBasic);
    EXPECT_TRUE(property.ok() && property->has_value());
    return (*property)->address();
  };
  commit({TestStreet(9), TestDescriptor(9, "ELM HILL"), TestBlpu(5), TestLpi(5, 1, 9, 12), TestBlpu(6),
          TestLpi(6, 2, 9, 14)},
         model::ChangeType::kInsert);
  EXPECT_NE(address(5).find("12 ELM HILL"), std::string::npos);
  const StreetCache::Street kept = cache.Find(9, revision);
  ASSERT_NE(kept, nullptr);
  EXPECT_NE(address(6).find("14 ELM HILL"), std::string::npos);
  EXPECT_EQ(cache.Find(9, revision), kept);
  commit({TestDescriptor(9, "OAK HILL")}, model::ChangeType::kUpdate);
  EXPECT_NE(address(5).find("12 OAK HILL"), std::string::npos);
  EXPECT_NE(address(6).find("14 OAK HILL"), std::string::npos);
  // The past is read from the store, whatever the cache holds.
  const auto before = PropertyReader(*store, 1, &cache, revision).GetProperty(5, View::kBasic, 1);
  ASSERT_TRUE(before.ok() && before->has_value());
  EXPECT_NE((*before)->address().find("12 ELM HILL"), std::string::npos);
}

}  // namespace
}  // namespace wensum::gazetteer
