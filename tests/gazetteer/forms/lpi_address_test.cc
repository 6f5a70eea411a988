#include "gazetteer/forms/lpi_address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/gazetteer/forms/forms_fixture.h"

namespace wensum::llpg {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class LpiAddressTest : public ::testing::Test {
 protected:
  [[nodiscard]] LpiRows Rows() const {
    return {.lpi = &lpi_, .descriptor = &descriptor_, .street = &street_, .blpu = &blpu_};
  }
  [[nodiscard]] std::string Geographic() const { return OneLine(LinesOf(GeographicParts(Rows()))); }
  [[nodiscard]] std::string Postal(UnofficialStreets streets = UnofficialStreets::kShown) const {
    return OneLine(LinesOf(PostalParts(Rows(), streets).parts));
  }
  // "MAILABLE", or the name and the reason.
  [[nodiscard]] std::string Ruling() const {
    const PostalAddress address = PostalParts(Rows());
    EXPECT_EQ(address.reason.empty(), address.mailing == Mailing::kMailable);
    return std::string(MailingName(address.mailing)) + (address.reason.empty() ? "" : ": ") +
           std::string(address.reason);
  }

  model::Lpi lpi_ = MakeLpi(MakeObject("FLAT 3"), MakeObject("MILL HOUSE", {12, "A", 14, "B"}));
  model::StreetDescriptor descriptor_ = MakeStreet("HIGH STREET", "OULTON", "AYLSHAM");
  model::Street street_ = [] {
    model::Street street;
    street.record_type = 1;
    return street;
  }();
  model::Blpu blpu_ = [] {
    model::Blpu blpu;
    blpu.logical_status = 1;
    return blpu;
  }();
};

TEST_F(LpiAddressTest, GeographicHasTheStreetsTown) {
  EXPECT_EQ(Geographic(), "FLAT 3, MILL HOUSE, 12A-14B HIGH STREET, OULTON, AYLSHAM");
}

TEST_F(LpiAddressTest, PostalHasThePostTownAndPostcode) {
  EXPECT_EQ(Postal(), "FLAT 3, MILL HOUSE, 12A-14B HIGH STREET, OULTON, AYLSHAM, NORWICH, NR1 1AB");
  EXPECT_EQ(Ruling(), "MAILABLE");
  EXPECT_THAT(MultiLine(LabelLines(LinesOf(PostalParts(Rows()).parts)), 5),
              ElementsAre("Flat 3, Mill House", "12A-14B High Street", "Oulton, Aylsham", "NORWICH", "NR1 1AB"));
}

TEST_F(LpiAddressTest, PostcodesAreShownInTheirForm) {
  lpi_.postcode = " nr11ab";
  EXPECT_THAT(Postal(), HasSubstr("NR1 1AB"));
  lpi_.postcode = "NR1 ???";
  EXPECT_THAT(Postal(), HasSubstr("NR1 ???"));
}

TEST_F(LpiAddressTest, TheOrganisationIsTheBlpusOrAddressBases) {
  blpu_.organisation = "ACME";
  EXPECT_THAT(Geographic(), HasSubstr("ACME, FLAT 3"));
  LpiRows rows = Rows();
  rows.organisation = "ZENITH";
  EXPECT_EQ(GeographicParts(rows).organisation, "ZENITH");
  lpi_.pao.text = "Acme";
  EXPECT_EQ(Geographic(), "FLAT 3, Acme, 12A-14B HIGH STREET, OULTON, AYLSHAM");
}

TEST_F(LpiAddressTest, MissingRowsAreNoError) {
  const LpiRows rows = {.lpi = &lpi_};
  EXPECT_EQ(OneLine(LinesOf(GeographicParts(rows))), "FLAT 3, MILL HOUSE, 12A-14B");
  EXPECT_EQ(PostalParts(rows).mailing, Mailing::kMailable);
}

TEST_F(LpiAddressTest, FlagsOfDtf) {
  struct Case {
    const char* flag;
    const char* ruling;
    bool postcode;
  };
  constexpr Case kCases[] = {
      {"Y", "MAILABLE", true},
      {"L", "MAILABLE", true},
      {"A", "WITH_CARE: the postal address is assumed; Royal Mail has not confirmed it", true},
      {"P", "NOT_MAILABLE: a pseudo postal address: its postcode is not Royal Mail's", false},
      {"N", "NOT_MAILABLE: not a postal address", false},
      {"", "NOT_MAILABLE: the address has no postal flag", false},
      {"X", "NOT_MAILABLE: the address has no postal flag", false},
  };
  for (const Case& test : kCases) {
    lpi_.postal_address = test.flag;
    EXPECT_EQ(Ruling(), test.ruling) << test.flag;
    EXPECT_EQ(Postal() == Geographic() + ", NORWICH, NR1 1AB", test.postcode) << test.flag;
    EXPECT_EQ(Postal() == Geographic(), !test.postcode) << test.flag;
  }
}

TEST_F(LpiAddressTest, FlagsOfAddressBase) {
  lpi_.postal_address = "";
  lpi_.post_town = "";
  lpi_.postcode = "";
  blpu_.postcode_locator = "NR11 6AA";
  for (const char* const flag : {"D", "S"}) {
    blpu_.addressbase_postal = flag;
    EXPECT_EQ(Ruling(), "WITH_CARE: the address has no post town");
    EXPECT_EQ(Postal(), "FLAT 3, MILL HOUSE, 12A-14B HIGH STREET, OULTON, AYLSHAM, NR11 6AA");
  }
  for (const char* const flag : {"C", "M", "L"}) {
    blpu_.addressbase_postal = flag;
    EXPECT_EQ(PostalParts(Rows()).mailing, Mailing::kWithCare) << flag;
  }
  blpu_.addressbase_postal = "N";
  EXPECT_EQ(Ruling(), "NOT_MAILABLE: not a postal address");
  EXPECT_EQ(Postal(), Geographic());
  blpu_.addressbase_postal = "";
  EXPECT_EQ(Ruling(), "NOT_MAILABLE: the address has no postal flag");
}

TEST_F(LpiAddressTest, StreetRecordsAndTheGoneAreNotMailable) {
  lpi_.pao = MakeObject("Street Record");
  EXPECT_TRUE(IsStreetRecord(Rows()));
  EXPECT_EQ(Ruling(), "NOT_MAILABLE: a street record stands for a street, not for a property");
  lpi_.pao = MakeObject("MILL HOUSE");
  EXPECT_FALSE(IsStreetRecord(Rows()));
  blpu_.blpu_class = "PS";
  EXPECT_TRUE(IsStreetRecord(Rows()));
  blpu_.blpu_class = "RD02";
  EXPECT_EQ(Ruling(), "MAILABLE");
  for (const int status : {7, 8, 9}) {
    lpi_.logical_status = status;
    EXPECT_EQ(Ruling(), "NOT_MAILABLE: the address is historical or rejected");
  }
  lpi_.logical_status = 3;
  EXPECT_EQ(Ruling(), "MAILABLE");
  blpu_.logical_status = 8;
  EXPECT_EQ(Ruling(), "NOT_MAILABLE: the address is historical or rejected");
}

TEST_F(LpiAddressTest, UnofficialStreetsAreMarkedOrSuppressed) {
  for (const int type : {1, 2}) {
    street_.record_type = type;
    EXPECT_EQ(Ruling(), "MAILABLE");
    EXPECT_EQ(Postal(UnofficialStreets::kSuppressed), Postal());
  }
  for (const int type : {3, 4, 9}) {
    street_.record_type = type;
    EXPECT_EQ(Ruling(), "WITH_CARE: the street's name is not an official one");
    EXPECT_THAT(Postal(), HasSubstr("HIGH STREET"));
    EXPECT_EQ(Postal(UnofficialStreets::kSuppressed), "FLAT 3, MILL HOUSE, 12A-14B, OULTON, AYLSHAM, NORWICH, NR1 1AB");
  }
  lpi_.pao.text = "";  // the number alone would name nothing
  EXPECT_THAT(Postal(UnofficialStreets::kSuppressed), HasSubstr("12A-14B HIGH STREET"));
  EXPECT_THAT(Geographic(), HasSubstr("HIGH STREET"));
}

TEST_F(LpiAddressTest, MissingPostTownOrPostcodeNeedsCare) {
  lpi_.post_town = " ";
  EXPECT_EQ(Ruling(), "WITH_CARE: the address has no post town");
  lpi_.postcode = "";
  EXPECT_EQ(Ruling(), "WITH_CARE: the address has no postcode");
}

TEST_F(LpiAddressTest, WelshKeepsItsLetters) {
  lpi_ = MakeLpi({}, MakeObject("TŶ GWYN"), "Y", "CAERDYDD", "CF10 1AA");
  lpi_.language = "CYM";
  descriptor_ = MakeStreet("LÔN Y FFYNNON", "PEN-Y-GRAIG", "CAERDYDD", "CYM");
  EXPECT_EQ(Postal(), "TŶ GWYN, LÔN Y FFYNNON, PEN-Y-GRAIG, CAERDYDD, CF10 1AA");
  EXPECT_THAT(MultiLine(LabelLines(LinesOf(PostalParts(Rows()).parts)), 5),
              ElementsAre("Tŷ Gwyn", "Lôn y Ffynnon", "Pen-y-Graig", "CAERDYDD", "CF10 1AA"));
}

}  // namespace
}  // namespace wensum::llpg
