#include "services/gazetteer/property_cache.h"

#include <gtest/gtest.h>

#include <string>

namespace wensum::gazetteer {
namespace {

v1::Property Named(uint64_t uprn, std::string address = "1 MILL LANE") {
  v1::Property property;
  property.set_uprn(uprn);
  property.set_address(std::move(address));
  return property;
}

bool Has(const PropertyCache& cache, uint64_t uprn, View view, uint64_t revision) {
  v1::Property found;
  const bool has = cache.Find(uprn, view, revision, &found);
  EXPECT_EQ(found.uprn(), has ? uprn : 0);
  return has;
}

TEST(PropertyCacheTest, GivesOnlyWhatWasReadSinceTheRevision) {
  PropertyCache cache;
  cache.Insert(9, View::kBasic, 5, Named(9));
  EXPECT_TRUE(Has(cache, 9, View::kBasic, 5));
  EXPECT_FALSE(Has(cache, 9, View::kFull, 5));
  EXPECT_FALSE(Has(cache, 9, View::kBasic, 4));
  EXPECT_FALSE(Has(cache, 9, View::kBasic, 6));
  EXPECT_FALSE(Has(cache, 10, View::kBasic, 5));
  cache.Insert(9, View::kFull, 6, Named(9));
  EXPECT_FALSE(Has(cache, 9, View::kBasic, 5)) << "emptied";
  cache.Insert(9, View::kBasic, 5, Named(9));
  EXPECT_FALSE(Has(cache, 9, View::kBasic, 5)) << "read before revision 6 was published";
  EXPECT_FALSE(Has(cache, 9, View::kBasic, 6));
  EXPECT_TRUE(Has(cache, 9, View::kFull, 6));
}

TEST(PropertyCacheTest, IsBounded) {
  PropertyCache cache(16 * 1'000);
  const std::string address(300, 'A');
  for (uint64_t i = 1; i <= 10; ++i) {
    cache.Insert(16 * i, View::kBasic, 1, Named(16 * i, address));
  }
  int kept = 0;
  for (uint64_t i = 1; i <= 10; ++i) {
    kept += Has(cache, 16 * i, View::kBasic, 1) ? 1 : 0;
  }
  EXPECT_GE(kept, 1);
  EXPECT_LE(kept, 2) << "a sixteenth of the bytes holds no more";
  EXPECT_TRUE(Has(cache, 160, View::kBasic, 1));
  cache.Insert(7, View::kBasic, 1, Named(7, std::string(2'000, 'A')));
  EXPECT_FALSE(Has(cache, 7, View::kBasic, 1)) << "too large to keep";
}

}  // namespace
}  // namespace wensum::gazetteer
