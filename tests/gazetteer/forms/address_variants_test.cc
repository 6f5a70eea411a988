#include "gazetteer/forms/address_variants.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/strings.h"
#include "tests/gazetteer/forms/forms_fixture.h"

namespace wensum::llpg {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class AddressVariantsTest : public ::testing::Test {
 protected:
  // "PREFERRED ENG 1 key: text" for each variant.
  [[nodiscard]] std::vector<std::string> Variants() const {
    const auto descriptor = [this](model::Usrn, std::string_view language) {
      const auto found =
          std::ranges::find(streets_, language, [](const auto& street) { return std::string_view(street.language); });
      return found == streets_.end() ? nullptr : &*found;
    };
    std::vector<std::string> out;
    for (const AddressVariant& variant :
         AddressVariants({.blpu = &blpu_, .lpis = lpis_, .delivery_points = points_, .descriptor = descriptor})) {
      out.push_back(Cat(VariantKindName(variant.kind), " ", variant.language, " ", variant.logical_status, " ",
                        variant.key, ": ", variant.text));
    }
    return out;
  }

  void AddLpi(const std::string& key, int status, const model::AddressableObject& sao,
              const model::AddressableObject& pao, const std::string& language = "ENG") {
    model::Lpi lpi = MakeLpi(sao, pao);
    lpi.lpi_key = key;
    lpi.logical_status = status;
    lpi.language = language;
    lpis_.push_back(lpi);
  }

  model::Blpu blpu_ = [] {
    model::Blpu blpu;
    blpu.logical_status = 1;
    return blpu;
  }();
  std::vector<model::Lpi> lpis_;
  std::vector<model::DeliveryPoint> points_;
  std::vector<model::StreetDescriptor> streets_ = {MakeStreet("MILL LANE", "", "NORWICH"),
                                                   MakeStreet("LÔN Y FELIN", "", "NORWICH", "CYM")};
};

TEST_F(AddressVariantsTest, AllKindsBestFirst) {
  AddLpi("L4", 8, {}, MakeObject("OLD MILL"));
  AddLpi("L3", 3, {}, MakeObject("MILL HOUSE"));
  AddLpi("L2", 1, {}, MakeObject("", {4}), "CYM");
  AddLpi("L1", 1, {}, MakeObject("", {4}));
  AddLpi("L5", 6, {}, MakeObject("", {6}));
  AddLpi("L6", 9, {}, MakeObject("REJECTED"));
  model::DeliveryPoint point;
  point.udprn = 77;
  point.building_number = "4";
  point.thoroughfare = "MILL LANE";
  point.dependent_locality = "TROWSE";
  point.post_town = "NORWICH";
  point.postcode = "NR1 1AB";
  points_.push_back(point);
  EXPECT_THAT(
      Variants(),
      ElementsAre("PREFERRED ENG 1 L1: 4 MILL LANE, NORWICH, NR1 1AB", "PREFERRED ENG 1 L1: 4 MILL LANE, NORWICH",
                  "PREFERRED CYM 1 L2: 4 LÔN Y FELIN, NORWICH, NR1 1AB", "PREFERRED CYM 1 L2: 4 LÔN Y FELIN, NORWICH",
                  "DELIVERY_POINT ENG 1 dp77: 4 MILL LANE, TROWSE, NORWICH, NR1 1AB",
                  "PROVISIONAL ENG 6 L5: 6 MILL LANE, NORWICH, NR1 1AB", "PROVISIONAL ENG 6 L5: 6 MILL LANE, NORWICH",
                  "ALTERNATIVE ENG 3 L3: MILL HOUSE, MILL LANE, NORWICH, NR1 1AB",
                  "ALTERNATIVE ENG 3 L3: MILL HOUSE, MILL LANE, NORWICH",
                  "HISTORICAL ENG 8 L4: OLD MILL, MILL LANE, NORWICH, NR1 1AB",
                  "HISTORICAL ENG 8 L4: OLD MILL, MILL LANE, NORWICH"));
}

TEST_F(AddressVariantsTest, BothOrdersOfNumberAndText) {
  AddLpi("L1", 1, MakeObject("FLAT", {3}), MakeObject("", {4}));
  EXPECT_THAT(Variants(), ElementsAre("PREFERRED ENG 1 L1: FLAT 3, 4 MILL LANE, NORWICH, NR1 1AB",
                                      "PREFERRED ENG 1 L1: 3 FLAT, 4 MILL LANE, NORWICH, NR1 1AB",
                                      "PREFERRED ENG 1 L1: FLAT 3, 4 MILL LANE, NORWICH",
                                      "PREFERRED ENG 1 L1: 3 FLAT, 4 MILL LANE, NORWICH"));
}

TEST_F(AddressVariantsTest, SameTextsAreOneOfTheBestKind) {
  AddLpi("L1", 8, {}, MakeObject("Mill House"));
  AddLpi("L2", 1, {}, MakeObject("MILL HOUSE"));
  AddLpi("L3", 3, {}, MakeObject("MILL HOUSE"));
  EXPECT_THAT(Variants(), ElementsAre("PREFERRED ENG 1 L2: MILL HOUSE, MILL LANE, NORWICH, NR1 1AB",
                                      "PREFERRED ENG 1 L2: MILL HOUSE, MILL LANE, NORWICH"));
}

TEST_F(AddressVariantsTest, WelshDeliveryPoints) {
  model::DeliveryPoint point;
  point.udprn = 77;
  point.building_number = "4";
  point.thoroughfare = "WELL LANE";
  point.welsh_thoroughfare = "LÔN Y FFYNNON";
  point.post_town = "CARDIFF";
  points_.push_back(point);
  EXPECT_THAT(Variants(), ElementsAre("DELIVERY_POINT ENG 1 dp77: 4 WELL LANE, CARDIFF",
                                      "DELIVERY_POINT CYM 1 dp77: 4 LÔN Y FFYNNON, CARDIFF"));
}

TEST_F(AddressVariantsTest, HistoricalAndRejectedProperties) {
  AddLpi("L1", 1, {}, MakeObject("MILL HOUSE"));
  blpu_.logical_status = 8;
  EXPECT_THAT(Variants(), ElementsAre("HISTORICAL ENG 1 L1: MILL HOUSE, MILL LANE, NORWICH, NR1 1AB",
                                      "HISTORICAL ENG 1 L1: MILL HOUSE, MILL LANE, NORWICH"));
  blpu_.logical_status = 9;
  EXPECT_THAT(Variants(), IsEmpty());
}

TEST_F(AddressVariantsTest, WithoutStreetsOrRows) {
  EXPECT_THAT(Variants(), IsEmpty());
  AddLpi("L1", 1, {}, MakeObject("MILL HOUSE"));
  const std::vector<AddressVariant> variants = AddressVariants({.lpis = lpis_});
  ASSERT_EQ(variants.size(), 2U);
  EXPECT_EQ(variants[0].text, "MILL HOUSE, NORWICH, NR1 1AB");
  EXPECT_EQ(variants[1].text, "MILL HOUSE");
}

}  // namespace
}  // namespace wensum::llpg
