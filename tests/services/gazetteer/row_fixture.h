// Short ways to write gazetteer rows in tests, and random ones.
#ifndef WENSUM_TESTS_SERVICES_GAZETTEER_ROW_FIXTURE_H_
#define WENSUM_TESTS_SERVICES_GAZETTEER_ROW_FIXTURE_H_

#include <string>

#include "base/random.h"
#include "base/strings.h"
#include "model/gazetteer.h"
#include "services/gazetteer/row_codec.h"

namespace wensum::gazetteer {

inline constexpr model::PartialDate kToday{2026, 3, 1};

inline std::string TestKey(char letter, uint64_t number) {
  const std::string digits = Cat(number);
  return Cat("2625", letter, std::string(9 - digits.size(), '0'), digits);
}

inline model::RecordDates TestDates() {
  return {.start = {2001, 5, 7}, .end = {}, .last_update = {2020, 1, 2}, .entry = {2001, 5, 8}};
}

inline model::Street TestStreet(uint32_t usrn) {
  model::Street row;
  row.usrn = *model::Usrn::Create(usrn);
  row.record_type = 1;
  row.swa_org_ref_naming = 2600;
  row.state = 2;
  row.version = 1;
  row.dates = TestDates();
  row.start_x = 623000;
  row.start_y = 308000;
  row.end_x = 623100.5;
  row.end_y = 308100.25;
  return row;
}

inline model::PostcodeCentroid TestCentroid(std::string_view postcode, double x) {
  model::PostcodeCentroid row;
  row.postcode = *model::Postcode::Parse(postcode);
  row.quality = 10;
  row.x = x;
  row.y = 308352;
  row.district_code = "E07000148";
  row.ward_code = "E05005886";
  return row;
}

inline model::StreetDescriptor TestDescriptor(uint32_t usrn, std::string description, std::string language = "ENG") {
  model::StreetDescriptor row;
  row.usrn = *model::Usrn::Create(usrn);
  row.description = std::move(description);
  row.town = "NORWICH";
  row.administrative_area = "NORFOLK";
  row.language = std::move(language);
  row.dates = TestDates();
  return row;
}

inline model::Blpu TestBlpu(uint64_t uprn, int status = 1) {
  model::Blpu row;
  row.uprn = *model::Uprn::Create(uprn);
  row.logical_status = status;
  row.blpu_class = "RD04";
  row.x = 623050;
  row.y = 308050;
  row.rpc = 1;
  row.local_custodian_code = 2625;
  row.dates = TestDates();
  return row;
}

inline model::Lpi TestLpi(uint64_t uprn, uint64_t key, uint32_t usrn, int number, int status = 1) {
  model::Lpi row;
  row.uprn = *model::Uprn::Create(uprn);
  row.lpi_key = TestKey('L', key);
  row.language = "ENG";
  row.logical_status = status;
  row.pao.has_number = true;
  row.pao.start_number = number;
  row.usrn = *model::Usrn::Create(usrn);
  row.postal_address = "Y";
  row.postcode = "NR1 1AB";
  row.post_town = "NORWICH";
  row.dates = TestDates();
  return row;
}

inline model::CrossReference TestXref(uint64_t uprn, uint64_t key, std::string reference, std::string source = "CTAX") {
  model::CrossReference row;
  row.uprn = *model::Uprn::Create(uprn);
  row.xref_key = TestKey('X', key);
  row.cross_reference = std::move(reference);
  row.source = std::move(source);
  row.dates = TestDates();
  return row;
}

inline model::DeliveryPoint TestPoint(uint64_t uprn, uint64_t udprn) {
  model::DeliveryPoint row;
  row.uprn = *model::Uprn::Create(uprn);
  row.udprn = udprn;
  row.sub_building_name = "FLAT 1";
  row.building_number = "12";
  row.thoroughfare = "PRINCE OF WALES ROAD";
  row.post_town = "NORWICH";
  row.postcode = "NR1 1DX";
  row.process_date = {2015, 6, 7};
  row.dates = TestDates();
  return row;
}

inline model::Classification TestClass(uint64_t uprn, uint64_t key, std::string code) {
  model::Classification row;
  row.uprn = *model::Uprn::Create(uprn);
  row.class_key = TestKey('C', key);
  row.code = std::move(code);
  row.scheme = "AddressBase Premium Classification Scheme";
  row.scheme_version = "1.0";
  return row;
}

inline model::PropertyOrganisation TestOrganisation(uint64_t uprn, uint64_t key, std::string name) {
  model::PropertyOrganisation row;
  row.uprn = *model::Uprn::Create(uprn);
  row.org_key = TestKey('O', key);
  row.organisation = std::move(name);
  row.legal_name = "THE LEGAL NAME LTD";
  return row;
}

inline model::Successor TestSuccessor(uint64_t uprn, uint64_t key, uint64_t successor) {
  model::Successor row;
  row.uprn = *model::Uprn::Create(uprn);
  row.successor_key = TestKey('S', key);
  row.successor = *model::Uprn::Create(successor);
  return row;
}

// Any row of a gazetteer of few identifiers, so that rows meet each other.
inline model::GazetteerRow RandomRow(Random& random) {
  const uint64_t uprn = 1 + random.Below(8);
  const uint32_t usrn = 1 + static_cast<uint32_t>(random.Below(4));
  const uint64_t key = 10 * uprn + random.Below(3);
  constexpr std::string_view kPostcodes[] = {"NR1 1AB", "NR2 4EE", "nr24ee", "", "RUBBISH"};
  const std::string postcode(kPostcodes[random.Below(5)]);
  switch (random.Below(10)) {
    case 0: {
      model::Street row = TestStreet(usrn);
      row.state = random.Chance(0.5) ? 2 : 1;
      return row;
    }
    case 1:
      return TestDescriptor(usrn, Cat("STREET ", random.Below(5)), random.Chance(0.7) ? "ENG" : "CYM");
    case 2:
    case 3: {
      model::Blpu row = TestBlpu(uprn);
      row.postcode_locator = postcode;
      row.state = random.Chance(0.5) ? 2 : 0;
      return row;
    }
    case 4:
    case 5: {
      model::Lpi row = TestLpi(uprn, key, usrn, static_cast<int>(random.Below(4)), random.Chance(0.8) ? 1 : 8);
      row.postcode = postcode;
      if (random.Chance(0.1)) {
        row.usrn = {};
      }
      return row;
    }
    case 6:
      return TestXref(uprn, key, random.Chance(0.9) ? Cat("REF", random.Below(2)) : std::string());
    case 7: {
      model::DeliveryPoint row = TestPoint(uprn, key);
      row.postcode = postcode;
      return row;
    }
    case 8:
      return TestClass(uprn, key, random.Chance(0.5) ? "RD04" : "CR08");
    default:
      return random.Chance(0.5) ? model::GazetteerRow(TestOrganisation(uprn, key, Cat("ORG ", random.Below(3))))
                                : model::GazetteerRow(TestSuccessor(uprn, key, 1 + random.Below(8)));
  }
}

}  // namespace wensum::gazetteer

#endif  // WENSUM_TESTS_SERVICES_GAZETTEER_ROW_FIXTURE_H_
