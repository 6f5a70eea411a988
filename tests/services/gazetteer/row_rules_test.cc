// How the importer sees the gazetteer's rules; the rules themselves are tested in tests/gazetteer/rules.
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
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;
using testing::UnorderedElementsAre;

// "COLUMN rule", with "!" before those that reject.
std::vector<std::string> Check(const model::GazetteerRow& row,
                               model::GazetteerFormat format = model::GazetteerFormat::kDtf73,
                               model::ChangeType change = model::ChangeType::kInsert,
                               const llpg::RuleConfig& config = llpg::RuleConfig::Default()) {
  std::vector<RowIssue> issues;
  CheckRow(row, change, format, kToday, config, &issues);
  std::vector<std::string> out;
  for (const RowIssue& issue : issues) {
    EXPECT_FALSE(issue.message.empty());
    out.push_back(Cat(issue.severity == Severity::kReject ? "!" : "", issue.column, " ", issue.rule));
  }
  return out;
}

TEST(RowRulesTest, GoodRowsHaveNoIssues) {
  EXPECT_THAT(Check(TestDescriptor(1, "HIGH STREET")), IsEmpty());
  EXPECT_THAT(Check(TestBlpu(1)), IsEmpty());
  EXPECT_THAT(Check(TestLpi(1, 1, 1, 12)), IsEmpty());
  EXPECT_THAT(Check(TestXref(1, 1, "CT1")), IsEmpty());
  EXPECT_THAT(Check(TestPoint(1, 50906066), model::GazetteerFormat::kAddressBasePremium2), IsEmpty());
  EXPECT_THAT(Check(TestClass(1, 1, "RD04"), model::GazetteerFormat::kAddressBasePremium2), IsEmpty());
  EXPECT_THAT(Check(TestOrganisation(1, 1, "ACME"), model::GazetteerFormat::kAddressBasePremium2), IsEmpty());
  EXPECT_THAT(Check(TestSuccessor(1, 1, 2), model::GazetteerFormat::kAddressBasePremium2), IsEmpty());
  EXPECT_THAT(Check(TestCentroid("NR1 1AA", 624068), model::GazetteerFormat::kCodePointOpen), IsEmpty());
}

TEST(RowRulesTest, WelshIsForBilingualAuthorities) {
  const model::StreetDescriptor welsh = TestDescriptor(1, "STRYD FAWR", "CYM");
  EXPECT_THAT(Check(welsh), ElementsAre("LANGUAGE AAU15.20"));
  llpg::RuleConfig bilingual;
  bilingual.bilingual = true;
  EXPECT_THAT(Check(welsh, model::GazetteerFormat::kDtf73, model::ChangeType::kInsert, bilingual), IsEmpty());
}

TEST(RowRulesTest, ErrorsOfRulesAreWarningsOfTheImport) {
  model::Blpu blpu = TestBlpu(1);
  blpu.logical_status = 3;  // an LPI's status, not a BLPU's
  EXPECT_THAT(Check(blpu), ElementsAre("LOGICAL_STATUS VB-10"));
  blpu = TestBlpu(1);
  blpu.dates.start = {2026, 3, 2};
  EXPECT_THAT(Check(blpu), ElementsAre("START_DATE VBI-2C"));
  model::Lpi lpi = TestLpi(1, 1, 1, 12);
  lpi.pao.end_number = 12;
  EXPECT_THAT(Check(lpi), ElementsAre("PAO_END_NUMBER WEN-24-RANGE"));
}

TEST(RowRulesTest, OnlyIdentifiersReject) {
  EXPECT_THAT(Check(model::PostcodeCentroid()), Contains("!Postcode WEN-CPO-POSTCODE"));
  EXPECT_THAT(Check(model::Street()), Contains("!USRN S-2"));
  EXPECT_THAT(Check(model::Blpu()), Contains("!UPRN VBI-2"));
  model::Lpi lpi = TestLpi(1, 1, 1, 12);
  lpi.lpi_key.clear();
  EXPECT_THAT(Check(lpi), ElementsAre("!LPI_KEY LPI-V13I"));
  lpi.lpi_key = std::string(101, 'L');
  EXPECT_THAT(Check(lpi), ElementsAre("!LPI_KEY LPI-V13I"));
  lpi.lpi_key = "2625X000000001";
  EXPECT_THAT(Check(lpi), ElementsAre("LPI_KEY LPI-V13I"));
}

TEST(RowRulesTest, KeysAloneAreChecked) {
  std::vector<RowIssue> issues;
  model::Lpi lpi = TestLpi(1, 1, 1, 12);
  lpi.lpi_key = "2625X000000001";
  lpi.language.clear();
  CheckRowKey(lpi, &issues);
  EXPECT_THAT(issues, IsEmpty());
  lpi.uprn = {};
  CheckRowKey(lpi, &issues);
  ASSERT_EQ(issues.size(), 1U);
  EXPECT_EQ(issues[0].severity, Severity::kReject);
}

TEST(RowRulesTest, SparseRowsAreAcceptedWithWarnings) {
  // As anonymised AddressBase extracts have them: identifier, country and dates alone.
  model::Blpu blpu;
  blpu.uprn = *model::Uprn::Create(690091234501);
  blpu.local_custodian_code = 121;
  blpu.country = "E";
  blpu.dates.start = {2007, 10, 24};
  EXPECT_THAT(Check(blpu, model::GazetteerFormat::kAddressBasePremium2),
              UnorderedElementsAre("LOGICAL_STATUS VB-10", "RPC VB-11B", "X_COORDINATE VBI-7",
                                   "ADDRESSBASE_POSTAL WEN-21-POSTAL", "POSTCODE_LOCATOR WEN-21-LOCATOR"));
  model::DeliveryPoint point = TestPoint(690091234501, 1);
  point.udprn = 0;
  EXPECT_THAT(Check(point, model::GazetteerFormat::kAddressBasePremium2), ElementsAre("UDPRN WEN-KEY"));
}

TEST(RowRulesTest, DeletionsNeedTheirKeyAlone) {
  model::Blpu blpu;
  blpu.uprn = *model::Uprn::Create(5);
  EXPECT_THAT(Check(blpu, model::GazetteerFormat::kDtf73, model::ChangeType::kDelete), IsEmpty());
  EXPECT_THAT(Check(model::Blpu(), model::GazetteerFormat::kDtf73, model::ChangeType::kDelete),
              Each(StartsWith("!UPRN")));
}

}  // namespace
}  // namespace wensum::gazetteer
