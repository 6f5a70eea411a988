#include "services/gazetteer/row_codec.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/services/gazetteer/row_fixture.h"

namespace wensum::gazetteer {
namespace {

model::Lpi FullLpi() {
  model::Lpi row = TestLpi(10022806748, 42, 20900123, 12);
  row.pao.start_suffix = "A";
  row.pao.end_number = 14;
  row.pao.end_suffix = "B";
  row.pao.text = "EAGLE HOUSE";
  row.sao.text = "FLAT 3";
  row.sao.has_number = true;
  row.sao.start_number = 0;
  row.level = "GROUND FLOOR";
  row.official_flag = "Y";
  row.usrn_match_indicator = "1";
  row.area_name = "AREA";
  row.hub = {"26", "25", "CAN"};
  row.zeros = 1U << 29;
  return row;
}

std::vector<model::GazetteerRow> OneOfEach() {
  model::Blpu blpu = TestBlpu(199356);
  blpu.state = 2;
  blpu.state_date = {2001, 0, 0};
  blpu.parent_uprn = *model::Uprn::Create(model::Uprn::kMax);
  blpu.organisation = "CAFÉ LTD";
  blpu.ward_code = "E05";
  blpu.parish_code = "E04";
  blpu.country = "E";
  blpu.addressbase_postal = "D";
  blpu.postcode_locator = "NR1 1AB";
  blpu.multi_occ_count = 3;
  blpu.hub.can_key = "CAN";
  blpu.zeros = 1;
  model::Street street = TestStreet(20900123);
  street.state_date = {1990, 1, 31};
  street.surface = 1;
  street.classification = 8;
  street.tolerance = 10;
  street.zeros = 5;
  model::StreetReference reference;
  reference.usrn = *model::Usrn::Create(20900123);
  reference.reference_type = 1;
  reference.usrn_version = 2;
  reference.reference_id = "06230083";
  reference.reference_version = 3;
  reference.dates.entry = {2006, 8, 4};
  reference.zeros = 9;
  model::Provenance provenance;
  provenance.uprn = *model::Uprn::Create(199356);
  provenance.provenance_key = TestKey('P', 1);
  provenance.code = "T";
  provenance.annotation = "title";
  provenance.dates = TestDates();
  model::DeliveryPoint point = TestPoint(199356, 50906066);
  point.parent_addressable_uprn = *model::Uprn::Create(5);
  point.organisation_name = "O";
  point.department_name = "D";
  point.building_name = "B";
  point.dependent_thoroughfare = "DT";
  point.double_dependent_locality = "DDL";
  point.dependent_locality = "DL";
  point.postcode_type = "S";
  point.delivery_point_suffix = "1A";
  point.welsh_dependent_thoroughfare = "W1";
  point.welsh_thoroughfare = "W2";
  point.welsh_double_dependent_locality = "W3";
  point.welsh_dependent_locality = "W4";
  point.welsh_post_town = "W5";
  point.po_box_number = "66";
  model::CrossReference xref = TestXref(199356, 7, "CT/1");
  xref.version = 2;
  return {street,
          TestDescriptor(20900123, "PRINCE OF WALES ROAD"),
          blpu,
          FullLpi(),
          xref,
          TestClass(199356, 8, "RD04"),
          TestOrganisation(199356, 9, "ACME"),
          point,
          TestSuccessor(199356, 3, 199357),
          TestCentroid("NR1 1AA", 624068.5),
          reference,
          provenance,
          model::KeptRow{13, 20900123, "E1", 1, "20900123,\"E1\""},
          model::KeptRow{25, 199356, "E1", 1, "199356,\"E1\""},
          model::KeptRow{25, 199356, "E1", 2, "199356,\"E1\",2"},
          model::KeptRow{26, 0, "~00", 1, ""},
          model::CustodianRecord{2625, 10, {"NORWICH", "1", "2625", "7.3.1"}},
          model::CustodianRecord{2625, 29, {"", "x"}},
          model::CustodianRecord{0, 98, {}}};
}

TEST(RowCodecTest, EveryRecordTypeSurvives) {
  std::set<int> types;
  for (const model::GazetteerRow& row : OneOfEach()) {
    storage::v1::GazetteerRow stored;
    EncodeRow(row, {model::GazetteerFormat::kDtf73, "run-1", 0x8000000000000001}, &stored);
    std::string bytes = stored.SerializeAsString();
    AppendRevision(1234567890123, &bytes);
    storage::v1::GazetteerRow read;
    ASSERT_TRUE(ParseStoredRow(bytes, &read).ok());
    EXPECT_EQ(read.revision(), 1234567890123U);
    EXPECT_EQ(read.import_run(), "run-1");
    EXPECT_EQ(read.purposes(), 0x8000000000000001U);
    EXPECT_EQ(read.source_format(), 1U);
    const absl::StatusOr<model::GazetteerRow> back = DecodeRow(read);
    ASSERT_TRUE(back.ok()) << back.status();
    EXPECT_TRUE(*back == row) << model::RecordType(row);
    types.insert(model::RecordType(row));
  }
  EXPECT_EQ(types.size(), 18U);
}

TEST(RowCodecTest, DamageIsDataLoss) {
  storage::v1::GazetteerRow stored;
  EXPECT_EQ(ParseStoredRow("\xff\xff", &stored).code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(ParseStoredRow("", &stored).code(), absl::StatusCode::kDataLoss);
  ASSERT_TRUE(ParseStoredRow(DeletionValue(7), &stored).ok());
  EXPECT_EQ(DecodeRow(stored).status().code(), absl::StatusCode::kDataLoss);
  stored.set_id(model::Uprn::kMax + 1);
  stored.mutable_blpu();
  EXPECT_EQ(DecodeRow(stored).status().code(), absl::StatusCode::kDataLoss);
  stored.mutable_postcode()->set_postcode("NR1");
  EXPECT_EQ(DecodeRow(stored).status().code(), absl::StatusCode::kDataLoss);
}

TEST(RowCodecTest, RowsOfOneIdentityShareAKey) {
  std::set<std::string> keys;
  for (const model::GazetteerRow& row : OneOfEach()) {
    EXPECT_TRUE(keys.insert(RowKey(1, IdentityOf(row))).second);
  }
  model::Lpi changed = FullLpi();
  changed.pao.start_number = 99;
  EXPECT_EQ(RowKey(1, IdentityOf(changed)), RowKey(1, IdentityOf(FullLpi())));
  EXPECT_NE(RowKey(2, IdentityOf(changed)), RowKey(1, IdentityOf(FullLpi())));
}

TEST(RowCodecTest, RowsOfOneSubkeyStandInTheirOrder) {
  std::string last;
  for (const int occurrence : {1, 2, 9, 10, 100, 2'000'000'000}) {
    const std::string key = RowKey(1, IdentityOf(model::KeptRow{26, 7, "E", occurrence, ""}));
    EXPECT_LT(last, key);
    last = key;
  }
  EXPECT_LT(last, RowKey(1, IdentityOf(model::KeptRow{26, 7, "E1", 1, ""})));
}

TEST(RowCodecTest, SecondaryKeys) {
  const std::vector<SecondaryKey> lpi = SecondaryKeys(1, FullLpi());
  ASSERT_EQ(lpi.size(), 2U);
  EXPECT_EQ(lpi[0].key, storage::PropertyByPostcodeKey(1, "NR1 1AB", 10022806748, TestKey('L', 42)));
  EXPECT_EQ(lpi[1].key, storage::PropertyByStreetKey(1, 20900123, 10022806748, TestKey('L', 42)));
  model::Lpi bare = FullLpi();
  bare.postcode = "NOT ONE";
  bare.usrn = {};
  EXPECT_TRUE(SecondaryKeys(1, bare).empty());
  const std::vector<SecondaryKey> xref = SecondaryKeys(1, TestXref(5, 7, "CT/1"));
  ASSERT_EQ(xref.size(), 1U);
  EXPECT_EQ(xref[0].key, storage::PropertyByXrefKey(1, "CTAX", "CT/1", 5));
  EXPECT_EQ(xref[0].member, TestKey('X', 7));
  model::Blpu child;
  child.uprn = *model::Uprn::Create(5);
  EXPECT_TRUE(SecondaryKeys(1, child).empty());
  child.parent_uprn = *model::Uprn::Create(4);
  const std::vector<SecondaryKey> parent = SecondaryKeys(1, child);
  ASSERT_EQ(parent.size(), 1U);
  EXPECT_EQ(parent[0].key, storage::PropertyByParentKey(1, 4, 5));
}

}  // namespace
}  // namespace wensum::gazetteer
