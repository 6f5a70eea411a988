#include "model/gazetteer.h"

#include <gtest/gtest.h>

namespace wensum::model {
namespace {

TEST(GazetteerTest, FormatNames) {
  EXPECT_EQ(GazetteerFormatName(GazetteerFormat::kDtf73), "DTF_7_3");
  EXPECT_EQ(GazetteerFormatName(GazetteerFormat::kAddressBasePremium2), "ABP_2");
  EXPECT_EQ(GazetteerFormatName(GazetteerFormat::kAddressBasePremium1), "ABP_1");
  EXPECT_EQ(GazetteerFormatName(GazetteerFormat::kUnknown), "UNKNOWN");
  EXPECT_EQ(GazetteerFormatName(static_cast<GazetteerFormat>(200)), "UNKNOWN");
}

TEST(GazetteerTest, RecordTypes) {
  EXPECT_EQ(RecordType(Street()), 11);
  EXPECT_EQ(RecordType(StreetDescriptor()), 15);
  EXPECT_EQ(RecordType(Blpu()), 21);
  EXPECT_EQ(RecordType(CrossReference()), 23);
  EXPECT_EQ(RecordType(Lpi()), 24);
  EXPECT_EQ(RecordType(DeliveryPoint()), 28);
  EXPECT_EQ(RecordType(Successor()), 30);
  EXPECT_EQ(RecordType(PropertyOrganisation()), 31);
  EXPECT_EQ(RecordType(Classification()), 32);
}

TEST(GazetteerTest, NumberZeroIsANumber) {
  AddressableObject object;
  EXPECT_TRUE(object.empty());
  object.has_number = true;
  EXPECT_FALSE(object.empty());
}

}  // namespace
}  // namespace wensum::model
