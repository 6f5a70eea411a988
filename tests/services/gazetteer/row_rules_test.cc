#include "services/gazetteer/row_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/strings.h"
#include "tests/services/gazetteer/row_fixture.h"

namespace wensum::gazetteer {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// "COLUMN rule", with "!" before those that reject.
std::vector<std::string> Check(const model::GazetteerRow& row,
                               model::GazetteerFormat format = model::GazetteerFormat::kDtf73,
                               model::ChangeType change = model::ChangeType::kInsert) {
  std::vector<RowIssue> issues;
  CheckRow(row, change, format, kToday, &issues);
  std::vector<std::string> out;
  for (const RowIssue& issue : issues) {
    EXPECT_FALSE(issue.message.empty());
    out.push_back(Cat(issue.severity == Severity::kReject ? "!" : "", issue.column, " ", issue.rule));
  }
  return out;
}

TEST(RowRulesTest, GoodRowsHaveNoIssues) {
  EXPECT_THAT(Check(TestStreet(1)), IsEmpty());
  EXPECT_THAT(Check(TestDescriptor(1, "HIGH STREET")), IsEmpty());
  EXPECT_THAT(Check(TestBlpu(1)), IsEmpty());
  EXPECT_THAT(Check(TestLpi(1, 1, 1, 12)), IsEmpty());
  EXPECT_THAT(Check(TestXref(1, 1, "CT1")), IsEmpty());
  EXPECT_THAT(Check(TestPoint(1, 50906066), model::GazetteerFormat::kAddressBasePremium2), IsEmpty());
  EXPECT_THAT(Check(TestClass(1, 1, "RD04"), model::GazetteerFormat::kAddressBasePremium2), IsEmpty());
  EXPECT_THAT(Check(TestOrganisation(1, 1, "ACME"), model::GazetteerFormat::kAddressBasePremium2), IsEmpty());
  EXPECT_THAT(Check(TestSuccessor(1, 1, 2), model::GazetteerFormat::kAddressBasePremium2), IsEmpty());
}

TEST(RowRulesTest, Postcodes) {
  const auto check = [](int quality, double x, double y) {
    model::PostcodeCentroid row = TestCentroid("NR1 1AA", x);
    row.quality = quality;
    row.y = y;
    return Check(row, model::GazetteerFormat::kCodePointOpen);
  };
  EXPECT_THAT(check(10, 624068, 308352), IsEmpty());
  EXPECT_THAT(check(90, 0, 0), IsEmpty());
  EXPECT_THAT(check(90, 624068, 308352), ElementsAre("Eastings position_and_quality"));
  EXPECT_THAT(check(10, 0, 0), ElementsAre("Eastings mandatory"));
  EXPECT_THAT(check(10, -5, 308352), ElementsAre("Eastings coordinates_range"));
  EXPECT_THAT(check(15, 624068, 308352), ElementsAre("Positional_quality_indicator code_list"));
  EXPECT_THAT(check(0, 624068, 308352), ElementsAre("Positional_quality_indicator mandatory"));
}

TEST(RowRulesTest, OnlyIdentifiersReject) {
  EXPECT_THAT(Check(model::PostcodeCentroid()), Contains("!Postcode identifier"));
  EXPECT_THAT(Check(model::Street()), Contains("!USRN identifier"));
  EXPECT_THAT(Check(model::Blpu()), Contains("!UPRN identifier"));
  model::Lpi lpi = TestLpi(1, 1, 1, 12);
  lpi.lpi_key.clear();
  EXPECT_THAT(Check(lpi), ElementsAre("!LPI_KEY identifier"));
  lpi.lpi_key = std::string(101, 'L');
  EXPECT_THAT(Check(lpi), ElementsAre("!LPI_KEY identifier"));
  lpi.lpi_key = "2625X000000001";
  EXPECT_THAT(Check(lpi), ElementsAre("LPI_KEY key_shape"));
}

TEST(RowRulesTest, SparseRowsAreAcceptedWithWarnings) {
  // As anonymised AddressBase extracts have them: identifier, country and dates alone.
  model::Blpu blpu;
  blpu.uprn = *model::Uprn::Create(690091234501);
  blpu.local_custodian_code = 121;
  blpu.country = "E";
  EXPECT_THAT(Check(blpu, model::GazetteerFormat::kAddressBasePremium2),
              UnorderedElementsAre("LOGICAL_STATUS mandatory", "RPC mandatory", "X_COORDINATE mandatory",
                                   "ADDRESSBASE_POSTAL mandatory", "POSTCODE_LOCATOR mandatory"));
  model::DeliveryPoint point = TestPoint(690091234501, 1);
  point.udprn = 0;
  EXPECT_THAT(Check(point, model::GazetteerFormat::kAddressBasePremium2), ElementsAre("UDPRN mandatory"));
}

TEST(RowRulesTest, CodesOutsideTheirLists) {
  model::Blpu blpu = TestBlpu(1);
  blpu.logical_status = 3;  // an LPI's status, not a BLPU's
  EXPECT_THAT(Check(blpu), ElementsAre("LOGICAL_STATUS code_list"));
  model::Lpi lpi = TestLpi(1, 1, 1, 12, 3);
  EXPECT_THAT(Check(lpi), IsEmpty());
  lpi.language = "FRA";
  lpi.postal_address = "Z";
  EXPECT_THAT(Check(lpi), ElementsAre("LANGUAGE code_list", "POSTAL_ADDRESS code_list"));
  model::Street street = TestStreet(1);
  street.state = 3;
  street.record_type = 5;
  EXPECT_THAT(Check(street), ElementsAre("RECORD_TYPE code_list", "STATE code_list"));
}

TEST(RowRulesTest, CoordinatesAndDates) {
  model::Blpu blpu = TestBlpu(1);
  blpu.x = 70000;
  EXPECT_THAT(Check(blpu), ElementsAre("X_COORDINATE coordinates_range"));
  blpu = TestBlpu(1);
  blpu.dates.start = {2026, 3, 2};
  EXPECT_THAT(Check(blpu), ElementsAre("START_DATE date_future"));
  blpu = TestBlpu(1, 8);
  blpu.dates.end = {2001, 5, 6};
  EXPECT_THAT(Check(blpu), ElementsAre("END_DATE date_order"));
  blpu.dates.end = {};
  EXPECT_THAT(Check(blpu), ElementsAre("END_DATE end_and_status"));
  blpu = TestBlpu(1);
  blpu.dates.last_update = {2001, 5, 7};
  EXPECT_THAT(Check(blpu), ElementsAre("LAST_UPDATE_DATE date_order"));
  blpu = TestBlpu(1);
  blpu.state = 2;
  EXPECT_THAT(Check(blpu), ElementsAre("BLPU_STATE_DATE state_and_date"));
  blpu = TestBlpu(7);
  blpu.parent_uprn = blpu.uprn;
  EXPECT_THAT(Check(blpu), ElementsAre("PARENT_UPRN own_parent"));
  model::Street street = TestStreet(1);
  street.state = 4;
  EXPECT_THAT(Check(street), ElementsAre("STREET_END_DATE closed_without_end"));
}

TEST(RowRulesTest, AddressableObjects) {
  model::Lpi lpi = TestLpi(1, 1, 1, 12);
  lpi.pao.end_number = 12;
  EXPECT_THAT(Check(lpi), ElementsAre("PAO_END_NUMBER end_not_after_start"));
  lpi.pao = {};
  EXPECT_THAT(Check(lpi), ElementsAre("PAO_TEXT mandatory"));
  lpi.pao.text = "ROSE COTTAGE";
  lpi.sao.start_suffix = "A";
  lpi.sao.end_number = 4;
  EXPECT_THAT(Check(lpi), ElementsAre("SAO_START_SUFFIX suffix_without_number", "SAO_END_NUMBER end_without_start"));
  lpi.sao = {};
  lpi.pao.text = std::string(91, 'x');
  EXPECT_THAT(Check(lpi), ElementsAre("PAO_TEXT too_long"));
  lpi = TestLpi(1, 1, 1, 10000);
  EXPECT_THAT(Check(lpi), ElementsAre("PAO_START_NUMBER number_range"));
  lpi = TestLpi(1, 1, 1, 0);
  EXPECT_THAT(Check(lpi), IsEmpty());
}

TEST(RowRulesTest, LengthsAndPostcodes) {
  EXPECT_THAT(Check(TestDescriptor(1, std::string(111, 'x'))), ElementsAre("STREET_DESCRIPTION too_long"));
  std::string accents;
  for (int i = 0; i < 110; ++i) {
    accents.append("ŵ");  // 110 characters of two bytes
  }
  EXPECT_THAT(Check(TestDescriptor(1, accents)), IsEmpty());
  model::Lpi lpi = TestLpi(1, 1, 1, 12);
  lpi.postcode = "NR1 1A";
  EXPECT_THAT(Check(lpi), ElementsAre("POSTCODE postcode_invalid"));
}

TEST(RowRulesTest, DeletionsNeedTheirKeyAlone) {
  model::Blpu blpu;
  blpu.uprn = *model::Uprn::Create(5);
  EXPECT_THAT(Check(blpu, model::GazetteerFormat::kDtf73, model::ChangeType::kDelete), IsEmpty());
  EXPECT_THAT(Check(model::Blpu(), model::GazetteerFormat::kDtf73, model::ChangeType::kDelete),
              ElementsAre("!UPRN identifier"));
}

}  // namespace
}  // namespace wensum::gazetteer
