#include "services/gazetteer/property_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "services/gazetteer/gazetteer_writer.h"
#include "storage/memory_store.h"
#include "tests/services/gazetteer/row_fixture.h"

namespace wensum::gazetteer {
namespace {

constexpr storage::RegisterId kRegister = 1;
const RowOrigin kOrigin = {model::GazetteerFormat::kDtf73, "run-1", 1};

class PropertyReaderTest : public testing::Test {
 protected:
  void Commit(const std::vector<model::GazetteerRow>& rows, model::ChangeType change = model::ChangeType::kInsert) {
    GazetteerWriter writer(*store_, kRegister);
    for (const model::GazetteerRow& row : rows) {
      const auto result = writer.Stage(PrepareRow(kRegister, row, change, kOrigin));
      ASSERT_TRUE(result.ok());
      ASSERT_NE(result->outcome, RowOutcome::kRejected);
    }
    absl::StatusOr<GazetteerBatch> batch = writer.Finish(++revision_);
    ASSERT_TRUE(batch.ok());
    ASSERT_TRUE(store_->Write(batch->writes, storage::Durability::kNoSync).ok());
  }

  v1::Property Get(uint64_t uprn, View view = View::kFull, std::optional<uint64_t> as_of = std::nullopt) const {
    const auto property = reader_.GetProperty(uprn, view, as_of);
    EXPECT_TRUE(property.ok() && property->has_value());
    return property->value_or(v1::Property());
  }

  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  PropertyReader reader_{*store_, kRegister};
  uint64_t revision_ = 0;
};

TEST_F(PropertyReaderTest, ComposesAProperty) {
  model::Lpi old = TestLpi(5, 1, 9, 99, 8);
  Commit({TestStreet(9), TestDescriptor(9, "PRINCE OF WALES ROAD"), TestBlpu(5), old, TestLpi(5, 2, 9, 12),
          TestXref(5, 1, "CT1"), TestClass(5, 1, "CR08"), TestOrganisation(5, 1, "ACME LTD"), TestPoint(5, 77),
          TestSuccessor(5, 1, 6)});
  const v1::Property basic = Get(5, View::kBasic);
  EXPECT_EQ(basic.name(), "properties/5");
  EXPECT_EQ(basic.address(), "ACME LTD, 12 PRINCE OF WALES ROAD, NORWICH, NR1 1AB");
  EXPECT_EQ(basic.postcode(), "NR1 1AB");
  EXPECT_EQ(basic.usrn(), 9U);
  EXPECT_EQ(basic.etag(), 1U);
  EXPECT_EQ(basic.classification(), "RD04");
  EXPECT_EQ(basic.source_format(), "DTF_7_3");
  EXPECT_EQ(basic.import_run(), "run-1");
  EXPECT_EQ(basic.start_date().year(), 2001);
  EXPECT_FALSE(basic.has_end_date());
  EXPECT_EQ(basic.lpis_size(), 0);
  const v1::Property full = Get(5);
  ASSERT_EQ(full.lpis_size(), 2);
  EXPECT_EQ(full.lpis(0).address(), "ACME LTD, 99 PRINCE OF WALES ROAD, NORWICH, NR1 1AB");
  EXPECT_EQ(full.cross_references(0).cross_reference(), "CT1");
  EXPECT_EQ(full.classifications(0).code(), "CR08");
  EXPECT_EQ(full.organisations(0).organisation(), "ACME LTD");
  EXPECT_EQ(full.delivery_points(0).address(), "FLAT 1, 12 PRINCE OF WALES ROAD, NORWICH, NR1 1DX");
  EXPECT_EQ(full.successors(0).successor_uprn(), 6U);
  const auto street = reader_.GetStreet(9);
  ASSERT_TRUE(street.ok() && street->has_value());
  EXPECT_EQ((*street)->descriptors(0).description(), "PRINCE OF WALES ROAD");
  EXPECT_EQ((*street)->end_northing(), 308100.25);
}

TEST_F(PropertyReaderTest, TheBestLpi) {
  model::Lpi welsh = TestLpi(5, 1, 9, 11);
  welsh.language = "CYM";
  model::Lpi english = TestLpi(5, 2, 9, 12);
  model::Lpi provisional = TestLpi(5, 3, 9, 13, 6);
  model::Lpi historical = TestLpi(5, 4, 9, 14, 8);
  Commit({TestBlpu(5), TestDescriptor(9, "HEOL FAWR", "CYM"), TestDescriptor(9, "HIGH STREET"), historical});
  EXPECT_EQ(Get(5).address(), "14 HIGH STREET, NORWICH, NR1 1AB");
  Commit({provisional});
  EXPECT_EQ(Get(5).address(), "13 HIGH STREET, NORWICH, NR1 1AB");
  Commit({welsh});
  EXPECT_EQ(Get(5).address(), "11 HEOL FAWR, NORWICH, NR1 1AB");  // descriptor of the same language
  Commit({english});
  EXPECT_EQ(Get(5).address(), "12 HIGH STREET, NORWICH, NR1 1AB");
}

TEST_F(PropertyReaderTest, PostcodeFromTheBestSource) {
  model::Lpi lpi = TestLpi(5, 1, 9, 12);
  lpi.postcode.clear();
  Commit({TestBlpu(5), lpi});
  EXPECT_EQ(Get(5).postcode(), "");
  Commit({TestPoint(5, 77)});
  EXPECT_EQ(Get(5).postcode(), "NR1 1DX");
  model::Blpu blpu = TestBlpu(5);
  blpu.postcode_locator = "nr2 4ee";
  Commit({blpu});
  EXPECT_EQ(Get(5).postcode(), "NR2 4EE");
  Commit({TestLpi(5, 1, 9, 12)});
  EXPECT_EQ(Get(5).postcode(), "NR1 1AB");
}

TEST_F(PropertyReaderTest, OrphansShowOnceTheBlpuComes) {
  Commit({TestLpi(5, 1, 9, 12)});
  EXPECT_FALSE(reader_.GetProperty(5, View::kFull)->has_value());
  EXPECT_FALSE(reader_.GetIndexed(5)->has_value());
  Commit({TestBlpu(5)});
  EXPECT_EQ(Get(5).lpis_size(), 1);
  EXPECT_EQ(Get(5).address(), "12, NORWICH, NR1 1AB");
  Commit({TestDescriptor(9, "HIGH STREET")});
  EXPECT_EQ(Get(5).address(), "12 HIGH STREET, NORWICH, NR1 1AB");
}

TEST_F(PropertyReaderTest, AsOfReads) {
  Commit({TestBlpu(5), TestDescriptor(9, "OLD NAME"), TestLpi(5, 1, 9, 12)});
  Commit({TestDescriptor(9, "NEW NAME")});
  Commit({TestLpi(5, 1, 9, 14)});
  Commit({TestLpi(5, 1, 9, 14)}, model::ChangeType::kDelete);
  Commit({TestBlpu(5)}, model::ChangeType::kDelete);
  EXPECT_FALSE(reader_.GetProperty(5, View::kFull, 0)->has_value());
  EXPECT_EQ(Get(5, View::kFull, 1).address(), "12 OLD NAME, NORWICH, NR1 1AB");
  EXPECT_EQ(Get(5, View::kFull, 2).address(), "12 NEW NAME, NORWICH, NR1 1AB");
  EXPECT_EQ(Get(5, View::kFull, 3).address(), "14 NEW NAME, NORWICH, NR1 1AB");
  EXPECT_EQ(Get(5, View::kFull, 4).lpis_size(), 0);
  EXPECT_FALSE(reader_.GetProperty(5, View::kFull, 5)->has_value());
  EXPECT_FALSE(reader_.GetProperty(5, View::kFull)->has_value());
  EXPECT_EQ(Get(5, View::kFull, 2).etag(), 1U);
}

TEST_F(PropertyReaderTest, StreetsAsOf) {
  model::Street closed = TestStreet(9);
  closed.state = 4;
  Commit({TestDescriptor(9, "HIGH STREET")});
  Commit({TestStreet(9)});
  Commit({TestDescriptor(9, "STRYD FAWR", "CYM"), TestDescriptor(10, "OTHER STREET"), TestStreet(10)});
  Commit({TestDescriptor(9, "HIGH STREET WEST"), closed});
  Commit({TestDescriptor(9, "STRYD FAWR", "CYM")}, model::ChangeType::kDelete);
  Commit({closed}, model::ChangeType::kDelete);
  Commit({TestStreet(9)});
  // "STATE: NAMES in the order of languages"; empty if there is none.
  const auto get = [this](std::optional<uint64_t> as_of) {
    const auto found = reader_.GetStreet(9, as_of);
    EXPECT_TRUE(found.ok()) << found.status();
    if (!found.ok() || !found->has_value()) return std::string();
    std::vector<std::string> names;
    for (const v1::StreetDescriptor& descriptor : (*found)->descriptors()) names.push_back(descriptor.description());
    return Cat((*found)->state(), ": ", Join(names, ", "));
  };
  EXPECT_EQ(get(0), "");
  EXPECT_EQ(get(1), "") << "a descriptor alone is no street";
  EXPECT_EQ(get(2), "2: HIGH STREET");
  EXPECT_EQ(get(3), "2: STRYD FAWR, HIGH STREET");
  EXPECT_EQ(get(4), "4: STRYD FAWR, HIGH STREET WEST");
  EXPECT_EQ(get(5), "4: HIGH STREET WEST");
  EXPECT_EQ(get(6), "");
  EXPECT_EQ(get(7), "2: HIGH STREET WEST");
  EXPECT_EQ(get(std::nullopt), get(7));
}

TEST_F(PropertyReaderTest, Postcodes) {
  Commit({TestCentroid("NR1 1AA", 624068), TestCentroid("NR1 1AR", 623387.5)});
  Commit({TestCentroid("NR1 1AA", 624070)});
  Commit({TestCentroid("NR1 1AA", 0)}, model::ChangeType::kDelete);
  const auto get = [this](std::string_view postcode, std::optional<uint64_t> as_of = std::nullopt) {
    const auto found = reader_.GetPostcode(postcode, as_of);
    EXPECT_TRUE(found.ok()) << found.status();
    return found.ok() ? *found : std::nullopt;
  };
  const std::optional<v1::PostcodeCentroid> centroid = get("NR1 1AR");
  ASSERT_TRUE(centroid.has_value());
  EXPECT_EQ(centroid->name(), "postcodes/NR11AR");
  EXPECT_EQ(centroid->postcode(), "NR1 1AR");
  EXPECT_EQ(centroid->etag(), 1U);
  EXPECT_EQ(centroid->easting(), 623387.5);
  EXPECT_EQ(centroid->northing(), 308352);
  EXPECT_EQ(centroid->quality(), 10);
  EXPECT_EQ(centroid->district_code(), "E07000148");
  EXPECT_EQ(centroid->ward_code(), "E05005886");
  EXPECT_EQ(centroid->source_format(), "DTF_7_3");
  EXPECT_EQ(centroid->import_run(), "run-1");
  EXPECT_FALSE(get("NR1 1AA").has_value());
  EXPECT_FALSE(get("NR1 1AA", 3).has_value());
  EXPECT_EQ(get("NR1 1AA", 2)->easting(), 624070);
  EXPECT_EQ(get("NR1 1AA", 2)->etag(), 2U);
  EXPECT_EQ(get("NR1 1AA", 1)->easting(), 624068);
  EXPECT_FALSE(get("NR1 1AA", 0).has_value());
  EXPECT_FALSE(get("NR1 1A").has_value());
}

TEST_F(PropertyReaderTest, ListsAndTheirPages) {
  std::vector<model::GazetteerRow> rows;
  for (uint64_t uprn = 1; uprn <= 7; ++uprn) {
    rows.emplace_back(TestBlpu(uprn));
    rows.emplace_back(TestLpi(uprn, 2 * uprn, 9, 12));
    rows.emplace_back(TestLpi(uprn, 2 * uprn + 1, 9, 12, 8));  // the same property twice
    rows.emplace_back(TestXref(uprn, uprn, uprn <= 2 ? "SHARED" : Cat("R", uprn)));
  }
  Commit(rows);
  using Uprns = std::vector<uint64_t>;
  EXPECT_EQ(*reader_.ListByPostcode("NR1 1AB", 0, 3), (Uprns{1, 2, 3}));
  EXPECT_EQ(*reader_.ListByPostcode("NR1 1AB", 3, 3), (Uprns{4, 5, 6}));
  EXPECT_EQ(*reader_.ListByPostcode("NR1 1AB", 6, 3), (Uprns{7}));
  EXPECT_EQ(*reader_.ListByPostcode("NR1 1AX", 0, 3), Uprns{});
  EXPECT_EQ(*reader_.ListByStreet(9, 5, 100), (Uprns{6, 7}));
  EXPECT_EQ(*reader_.ListByStreet(8, 0, 100), Uprns{});
  EXPECT_EQ(*reader_.ListByXref("CTAX", "SHARED", 0, 10), (Uprns{1, 2}));
  EXPECT_EQ(*reader_.ListByXref("CTAX", "SHARED", 0, 1), (Uprns{1}));
  EXPECT_EQ(*reader_.ListByXref("CTAX", "SHARED", 1, 10), (Uprns{2}));
  EXPECT_EQ(*reader_.ListByXref("CTAX", "OTHER", 0, 10), Uprns());
}

TEST_F(PropertyReaderTest, IndexedProperties) {
  model::Lpi rejected = TestLpi(5, 3, 9, 16, 9);
  model::Blpu blpu = TestBlpu(5);
  blpu.parent_uprn = *model::Uprn::Create(4);
  Commit({blpu, TestDescriptor(9, "HIGH STREET"), TestLpi(5, 1, 9, 12), TestLpi(5, 2, 9, 14, 8), rejected,
          TestPoint(5, 77)});
  const auto property = reader_.GetIndexed(5);
  ASSERT_TRUE(property.ok() && property->has_value());
  EXPECT_EQ((*property)->parent_uprn, 4U);
  ASSERT_EQ((*property)->addresses.size(), 3U);
  EXPECT_TRUE((*property)->addresses[0].approved);
  EXPECT_TRUE((*property)->addresses[1].historical);
  EXPECT_EQ((*property)->addresses[2].key, "dp77");
  blpu.blpu_class = "PS";
  Commit({blpu});
  EXPECT_TRUE((*reader_.GetIndexed(5))->street_record);
}

TEST_F(PropertyReaderTest, DeliveryPointsAreIndexedAsRoyalMailWritesThem) {
  model::DeliveryPoint point = TestPoint(5, 77);
  point.sub_building_name = "B";
  point.building_number.clear();
  point.building_name = "12A-14";
  point.department_name = "SALES";
  point.organisation_name = "ACME LTD";
  point.dependent_thoroughfare = "MILL YARD";
  point.dependent_locality = "TROWSE";
  point.welsh_thoroughfare = "FFORDD Y FELIN";
  point.welsh_post_town = "NORWICHIA";
  Commit({TestBlpu(5), point});
  const auto property = reader_.GetIndexed(5);
  ASSERT_TRUE(property.ok() && property->has_value());
  ASSERT_EQ((*property)->addresses.size(), 2U);
  const matching::address::PropertyAddress& english = (*property)->addresses[0];
  EXPECT_EQ(english.key, "dp77");
  EXPECT_EQ(english.pao.start_number, 12);
  EXPECT_EQ(english.pao.start_suffix, "A");
  EXPECT_EQ(english.pao.end_number, 14);
  EXPECT_EQ(english.pao.text, "");
  EXPECT_EQ(english.sao.text, "B");
  EXPECT_EQ(english.organisation, "ACME LTD, SALES");
  EXPECT_EQ(english.street, "MILL YARD");
  EXPECT_EQ(english.locality, "PRINCE OF WALES ROAD, TROWSE");
  const matching::address::PropertyAddress& welsh = (*property)->addresses[1];
  EXPECT_EQ(welsh.key, "dp77w");
  EXPECT_EQ(welsh.locality, "FFORDD Y FELIN, TROWSE");
  EXPECT_EQ(welsh.town, "NORWICHIA");
  // Without an LPI the property's address is the delivery point's.
  EXPECT_EQ(Get(5).address(), "ACME LTD, SALES, B, 12A-14 MILL YARD, PRINCE OF WALES ROAD, TROWSE, NORWICH, NR1 1DX");
  EXPECT_EQ(Get(5).delivery_points(0).address(), Get(5).address());
}

TEST_F(PropertyReaderTest, ANumberInFrontOfALocalityOrOfAStreetsOwnNumber) {
  model::DeliveryPoint village = TestPoint(5, 77);
  village.sub_building_name.clear();
  village.thoroughfare.clear();
  village.dependent_locality = "TROWSE";
  model::DeliveryPoint numbered = TestPoint(6, 78);
  numbered.building_number.clear();
  numbered.sub_building_name.clear();
  numbered.building_name = "ROSE COTTAGE";
  numbered.thoroughfare = "10 ACRE LANE";
  model::DeliveryPoint odd = TestPoint(7, 79);
  odd.sub_building_name.clear();
  odd.building_number = "12/14";
  Commit({TestBlpu(5), TestBlpu(6), TestBlpu(7), village, numbered, odd});
  const auto indexed = [this](uint64_t uprn) { return (*reader_.GetIndexed(uprn))->addresses.at(0); };
  EXPECT_EQ(indexed(5).pao.start_number, 12);
  EXPECT_EQ(indexed(5).locality, "TROWSE");
  EXPECT_EQ(indexed(5).street, "");
  EXPECT_FALSE(indexed(6).pao.has_number);
  EXPECT_EQ(indexed(6).street, "10 ACRE LANE");
  EXPECT_EQ(indexed(6).pao.text, "ROSE COTTAGE");
  EXPECT_FALSE(indexed(7).pao.has_number);
  EXPECT_EQ(indexed(7).pao.text, "12/14");
  EXPECT_EQ(indexed(7).street, "PRINCE OF WALES ROAD");
}

// "kind language key: text" of each.
std::vector<std::string> Variants(const v1::Property& property) {
  std::vector<std::string> out;
  for (const v1::AddressVariant& variant : property.address_forms().variants()) {
    out.push_back(
        Cat(static_cast<int>(variant.kind()), " ", variant.language(), " ", variant.key(), ": ", variant.text()));
  }
  return out;
}

TEST_F(PropertyReaderTest, AddressForms) {
  model::Lpi english = TestLpi(5, 1, 9, 12);
  english.sao.text = "FLAT 1";
  english.pao.text = "ST JOHN'S HOUSE";
  model::Lpi welsh = english;
  welsh.lpi_key = TestKey('L', 2);
  welsh.language = "CYM";
  model::Lpi old = TestLpi(5, 3, 9, 11, 8);
  model::Lpi rejected = TestLpi(5, 4, 9, 99, 9);
  model::StreetDescriptor street = TestDescriptor(9, "MILL LANE");
  street.locality = "TROWSE";
  street.town = "NEWTON";
  Commit({TestBlpu(5), TestStreet(9), street, TestDescriptor(9, "LÔN Y FELIN", "CYM"), english, welsh, old, rejected,
          TestPoint(5, 77), TestOrganisation(5, 1, "ACME LTD")});
  const auto get = [this](const FormOptions* forms) {
    v1::Property property;
    EXPECT_TRUE(*reader_.FillProperty(5, View::kBasic, std::nullopt, property, forms));
    return property;
  };
  EXPECT_FALSE(get(nullptr).has_address_forms()) << "only when asked";
  FormOptions options{.max_lines = 4};
  const v1::Property property = get(&options);
  const v1::PropertyAddressForms& forms = property.address_forms();
  ASSERT_EQ(forms.addresses_size(), 4) << "the rejected one is none";
  const v1::AddressForms& best = forms.addresses(0);
  EXPECT_EQ(best.key(), english.lpi_key);
  EXPECT_EQ(best.kind(), v1::ADDRESS_KIND_PREFERRED);
  EXPECT_EQ(best.geographic().single_line(), "ACME LTD, FLAT 1, ST JOHN'S HOUSE, 12 MILL LANE, TROWSE, NEWTON");
  EXPECT_EQ(best.postal().single_line(),
            "ACME LTD, FLAT 1, ST JOHN'S HOUSE, 12 MILL LANE, TROWSE, NEWTON, NORWICH, NR1 1AB");
  EXPECT_EQ(best.postal().lines_size(), 4);
  EXPECT_EQ(best.postal().label_lines_size(), 4);
  EXPECT_EQ(best.postal().label_lines(0), "Acme Ltd, Flat 1, St John's House");
  EXPECT_EQ(best.postal().label_lines(3), "NR1 1AB");
  EXPECT_EQ(best.mailing(), v1::AddressForms::MAILING_MAILABLE);
  EXPECT_FALSE(best.has_paf());
  EXPECT_EQ(forms.addresses(1).language(), "CYM");
  EXPECT_EQ(forms.addresses(1).geographic().single_line(),
            "ACME LTD, FLAT 1, ST JOHN'S HOUSE, 12 LÔN Y FELIN, NORWICH");
  EXPECT_EQ(forms.addresses(2).kind(), v1::ADDRESS_KIND_DELIVERY_POINT);
  EXPECT_EQ(forms.addresses(2).paf().single_line(), "FLAT 1, 12 PRINCE OF WALES ROAD, NORWICH, NR1 1DX");
  EXPECT_EQ(forms.addresses(2).paf().label_lines(1), "12 Prince of Wales Road");
  EXPECT_EQ(forms.addresses(3).kind(), v1::ADDRESS_KIND_HISTORICAL);
  EXPECT_EQ(forms.addresses(3).mailing(), v1::AddressForms::MAILING_NOT_MAILABLE);
  EXPECT_NE(forms.addresses(3).mailing_reason(), "");
  EXPECT_THAT(Variants(property),
              testing::IsSupersetOf({Cat("1 CYM ", welsh.lpi_key, ": ", forms.addresses(1).geographic().single_line()),
                                     Cat("2 ENG dp77: ", forms.addresses(2).paf().single_line()),
                                     Cat("5 ENG ", old.lpi_key, ": ACME LTD, 11 MILL LANE, TROWSE, NEWTON")}));
  options.max_lines = 6;
  EXPECT_EQ(get(&options).address_forms().addresses(0).postal().lines_size(), 6);
}

TEST_F(PropertyReaderTest, AddressFormsOfHistoricalAndRejectedProperties) {
  Commit(
      {TestBlpu(5, 8), TestLpi(5, 1, 9, 12), TestPoint(5, 77), TestBlpu(6, 9), TestLpi(6, 2, 9, 13), TestPoint(6, 78)});
  const FormOptions options;
  v1::Property historical;
  ASSERT_TRUE(*reader_.FillProperty(5, View::kBasic, std::nullopt, historical, &options));
  ASSERT_EQ(historical.address_forms().addresses_size(), 2);
  EXPECT_EQ(historical.address_forms().addresses(0).kind(), v1::ADDRESS_KIND_HISTORICAL);
  EXPECT_EQ(historical.address_forms().addresses(1).kind(), v1::ADDRESS_KIND_HISTORICAL);
  v1::Property rejected;
  ASSERT_TRUE(*reader_.FillProperty(6, View::kBasic, std::nullopt, rejected, &options));
  EXPECT_EQ(rejected.address_forms().addresses_size(), 0);
  EXPECT_EQ(rejected.address_forms().variants_size(), 0);
}

std::string Print(const matching::address::IndexedProperty& property) {
  std::string out = Cat(property.uprn, " ", property.parent_uprn, " ", property.street_record);
  for (const auto& address : property.addresses) {
    AppendTo(out, "\n  ", address.key, " ", address.approved, " ", address.historical, " ",
             matching::address::FormatAddress(address));
  }
  return out;
}

TEST_F(PropertyReaderTest, TheFullScanFindsWhatSingleReadsFind) {
  Random random(20260402);
  std::vector<model::GazetteerRow> rows;
  for (uint64_t uprn = 1; uprn <= 3000; ++uprn) {
    if (!random.Chance(0.05)) {
      rows.emplace_back(TestBlpu(uprn * 1000003));
    }
    for (uint64_t i = random.Below(4); i > 0; --i) {
      rows.emplace_back(TestLpi(uprn * 1000003, uprn * 10 + i, 1 + static_cast<uint32_t>(random.Below(20)),
                                static_cast<int>(random.Below(200))));
    }
  }
  for (uint32_t usrn = 1; usrn <= 15; ++usrn) {
    rows.emplace_back(TestDescriptor(usrn, Cat("STREET NUMBER ", usrn)));
  }
  Commit(rows);
  std::map<uint64_t, std::string> scanned;
  ASSERT_TRUE(reader_
                  .ForEachIndexed(3,
                                  [&](std::vector<matching::address::IndexedProperty> chunk) {
                                    for (const auto& property : chunk) {
                                      EXPECT_TRUE(scanned.emplace(property.uprn, Print(property)).second);
                                    }
                                  })
                  .ok());
  // With gaps, neighbours and properties that are not there.
  std::vector<uint64_t> some;
  for (uint64_t uprn = 1; uprn <= 3100; ++uprn) {
    if (uprn % 10 == 3 || uprn / 100 == 7) {
      some.push_back(uprn * 1000003);
    }
  }
  const auto many = reader_.GetIndexedMany(some, 2);
  ASSERT_TRUE(many.ok());
  ASSERT_EQ(many->size(), some.size());
  for (size_t i = 0; i < some.size(); ++i) {
    const auto found_at = scanned.find(some[i]);
    ASSERT_EQ((*many)[i].has_value(), found_at != scanned.end()) << some[i];
    if ((*many)[i].has_value()) {
      EXPECT_EQ(Print(*(*many)[i]), found_at->second);
    }
  }
  size_t found = 0;
  for (uint64_t uprn = 1; uprn <= 3000; ++uprn) {
    const auto single = reader_.GetIndexed(uprn * 1000003);
    ASSERT_TRUE(single.ok());
    if (single->has_value()) {
      ++found;
      ASSERT_EQ(scanned[uprn * 1000003], Print(**single));
    }
  }
  EXPECT_EQ(scanned.size(), found);
  EXPECT_GT(found, 2500U);
}

// The order of rows in a file does not matter (as long as no two are versions of one row).
TEST_F(PropertyReaderTest, OrderOfRowsDoesNotMatter) {
  constexpr uint64_t kSeed = 20260403;
  SCOPED_TRACE(kSeed);
  for (uint64_t round = 0; round < 50; ++round) {
    Random random(kSeed + round);
    std::map<std::string, model::GazetteerRow> distinct;
    for (int i = 0; i < 60; ++i) {
      const model::GazetteerRow row = RandomRow(random);
      distinct.insert_or_assign(RowKey(kRegister, IdentityOf(row)), row);
    }
    std::vector<model::GazetteerRow> rows;
    for (const auto& [key, row] : distinct) {
      rows.push_back(row);
    }
    std::vector<std::string> seen;
    for (int order = 0; order < 2; ++order) {
      store_ = storage::NewMemoryStore();
      revision_ = 0;
      Commit(rows);
      const PropertyReader reader(*store_, kRegister);
      std::string all;
      for (uint64_t uprn = 1; uprn <= 8; ++uprn) {
        const auto property = reader.GetProperty(uprn, View::kFull);
        ASSERT_TRUE(property.ok());
        AppendTo(all, property->has_value() ? (*property)->DebugString() : std::string("none\n"));
      }
      seen.push_back(std::move(all));
      for (size_t i = rows.size(); i > 1; --i) {
        std::swap(rows[i - 1], rows[random.Below(i)]);
      }
    }
    ASSERT_EQ(seen[0], seen[1]) << "round " << round;
  }
}

}  // namespace
}  // namespace wensum::gazetteer
