#include "services/rpc/resource_name.h"

#include <gtest/gtest.h>

#include <string>

#include "base/strings.h"

namespace wensum::rpc {
namespace {

TEST(ResourceNameTest, PeopleRoundTrip) {
  const OpaqueIdCodec ids(42);
  const std::string name = PersonName(ids, 17);
  EXPECT_EQ(*ParsePersonName(ids, name, "name"), 17U);
}

TEST(ResourceNameTest, RefusesWhatIsNoName) {
  const OpaqueIdCodec ids(42);
  const std::string id = ids.Encode(17);
  for (const std::string& name :
       {std::string(), id, Cat("people/", id.substr(1)), Cat("people/", id, "x"), Cat("People/", id),
        Cat("properties/", id), std::string("people/"), Cat("people/", id, "/revisions"), Cat("people//", id)}) {
    EXPECT_EQ(ParsePersonName(ids, name, "name").status().code(), absl::StatusCode::kInvalidArgument) << name;
  }
}

TEST(ResourceNameTest, NumbersHaveTheirRanges) {
  EXPECT_EQ(*ParsePropertyName("properties/010023336956", "name"), 10023336956U);
  EXPECT_FALSE(ParsePropertyName("properties/0", "name").ok());
  EXPECT_FALSE(ParsePropertyName("properties/1234567890123", "name").ok());
  EXPECT_FALSE(ParsePropertyName("properties/-1", "name").ok());
  EXPECT_EQ(*ParseStreetName("streets/2600123", "name"), 2600123U);
  EXPECT_FALSE(ParseStreetName("streets/123456789", "name").ok());
  EXPECT_EQ(ParsePostcodeName("postcodes/nr1 1aa", "name")->ToString(), "NR1 1AA");
  EXPECT_EQ(ParsePostcodeName("postcodes/NR11AA", "name")->ToString(), "NR1 1AA");
  EXPECT_EQ(PostcodeName(*ParsePostcodeName("postcodes/nr1 1aa", "name")), "postcodes/NR11AA");
  EXPECT_FALSE(ParsePostcodeName("postcodes/NR1", "name").ok());
  EXPECT_FALSE(ParsePostcodeName("NR1 1AA", "name").ok());
  EXPECT_EQ(*ParseImportRunName("importRuns/3", "name"), 3U);
  EXPECT_FALSE(ParseImportRunName("importRuns/0", "name").ok());
  EXPECT_FALSE(ParseImportRunName("importRuns/1e3", "name").ok());
}

}  // namespace
}  // namespace wensum::rpc
