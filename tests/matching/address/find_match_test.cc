#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/matching/address/address_fixture.h"

namespace wensum::matching::address {
namespace {

// A little town. Each test asks it questions.
class FindMatchTest : public testing::Test {
 protected:
  void SetUp() override {
    // Norwich, Prince of Wales Road: houses 10 to 30, even, NR1 1AB. 14 is a building with flats 1 to 3.
    for (int number = 10; number <= 30; number += 2) {
      Add(100 + static_cast<uint64_t>(number),
          {.number = number, .street = "PRINCE OF WALES ROAD", .postcode = "NR1 1AB"});
    }
    for (int flat = 1; flat <= 3; ++flat) {
      Add(200 + static_cast<uint64_t>(flat),
          {.sao = "FLAT " + std::to_string(flat),
           .number = 14,
           .street = "PRINCE OF WALES ROAD",
           .postcode = "NR1 1AB"},
          114);
    }
    Add(210, {.sao = "GROUND FLOOR FLAT", .number = 16, .street = "PRINCE OF WALES ROAD", .postcode = "NR1 1AB"}, 116);
    Add(211, {.sao = "FIRST FLOOR FLAT", .number = 16, .street = "PRINCE OF WALES ROAD", .postcode = "NR1 1AB"}, 116);
    Add(212, {.number = 18, .suffix = "A", .street = "PRINCE OF WALES ROAD", .postcode = "NR1 1AB"});
    Add(213, {.number = 40, .end_number = 44, .street = "PRINCE OF WALES ROAD", .postcode = "NR1 1AB"});
    // Two Mill Lanes, in Thorpe and in Hellesdon, and Mill Close beside one.
    for (int number = 1; number <= 9; ++number) {
      Add(300 + static_cast<uint64_t>(number),
          {.number = number, .street = "MILL LANE", .postcode = "NR7 0AA", .locality = "THORPE ST ANDREW"});
    }
    for (int number = 1; number <= 5; ++number) {
      Add(320 + static_cast<uint64_t>(number),
          {.number = number, .street = "MILL LANE", .postcode = "NR6 5BB", .locality = "HELLESDON"});
    }
    Add(331, {.number = 1, .street = "MILL CLOSE", .postcode = "NR7 0AA", .locality = "THORPE ST ANDREW"});
    Add(340, {.pao = "ROSE COTTAGE", .street = "MILL LANE", .postcode = "NR7 0AA", .locality = "THORPE ST ANDREW"});
    // A block without numbers on City Road; flats without a listed building.
    for (int flat = 15; flat <= 18; ++flat) {
      Add(400 + static_cast<uint64_t>(flat), {.sao = "FLAT " + std::to_string(flat),
                                              .number = 165,
                                              .pao = "EAGLE HOUSE",
                                              .street = "CITY ROAD",
                                              .postcode = "NR2 2DD"});
    }
    Add(450, {.number = 17, .street = "CITY ROAD", .postcode = "NR2 2DE"});
    // Old and new: 5 Old Lane was renumbered; the historical property had the same address.
    Add(500, {.number = 5, .street = "OAK AVENUE", .postcode = "NR3 3DD", .historical = true});
    Add(501, {.number = 5, .street = "OAK AVENUE", .postcode = "NR3 3DD"});
    Add(502, {.number = 7, .street = "OAK AVENUE", .postcode = "NR3 3DD", .historical = true});
    Add(503, {.number = 9, .street = "OAK AVENUE", .postcode = "NR3 3DD"});
    Add(504, {.number = 9, .street = "OAK AVENUE", .postcode = "NR3 3DD"});
    Add(600, {.number = 3, .street = "ST ANDREWS STREET", .postcode = "NR2 4EE"});
    Add(601, {.sao = "UNIT 4", .street = "BESSEMER ESTATE", .postcode = "NR4 6FF"});
  }

  void Add(uint64_t uprn, const AddressSpec& spec, uint64_t parent = 0) {
    index_.Upsert(MakeProperty(uprn, spec, parent), nullptr);
  }

  // "MATCHED 114", "PARENT 114", "AMBIGUOUS", ...
  std::string Ask(const std::string& text, const std::string& postcode = "") const {
    const Match match = index_.FindMatch({text, postcode}, {});
    std::string out(OutcomeName(match.outcome));
    if (match.uprn != 0 || match.parent_uprn != 0) {
      out += " " + std::to_string(match.uprn + match.parent_uprn);
    }
    EXPECT_FALSE(match.reason.empty());
    EXPECT_EQ(match.uprn != 0, match.outcome == Outcome::kMatched);
    EXPECT_EQ(index_.FindMatch({text, postcode}, {.max_candidates = 0}).outcome, match.outcome);
    return out;
  }

  AddressIndex index_;
};

TEST_F(FindMatchTest, PlainAddress) {
  EXPECT_EQ(Ask("12 Prince of Wales Road, Norwich NR1 1AB"), "MATCHED 112");
  EXPECT_EQ(Ask("12 PRINCE OF WALES ROAD NORWICH", "NR1 1AB"), "MATCHED 112");
  EXPECT_EQ(Ask("12, prince of wales rd., nr11ab"), "MATCHED 112");
  EXPECT_EQ(Ask("Mr J Smith, 12 Prince of Wales Rd, NR1 1AB"), "MATCHED 112");
  EXPECT_EQ(Ask("3 Saint Andrew's St, NR2 4EE"), "MATCHED 600");
}

TEST_F(FindMatchTest, UnitsInEveryOrder) {
  for (const char* const text :
       {"Flat 2, 14 Prince of Wales Road, NR1 1AB", "14 Flat 2 Prince of Wales Road NR1 1AB",
        "2/14 Prince of Wales Road NR1 1AB", "Flat 2 14 Prince of Wales Road", "Apt 2, 14 Prince of Wales Rd",
        "FLAT2 14 PRINCE OF WALES ROAD NR1 1AB", "Flat 2/14 Prince of Wales Road"}) {
    EXPECT_EQ(Ask(text), "MATCHED 202") << text;
  }
  EXPECT_EQ(Ask("Ground Floor Flat, 16 Prince of Wales Road"), "MATCHED 210");
  EXPECT_EQ(Ask("GFF 16 Prince of Wales Road"), "MATCHED 210");
  EXPECT_EQ(Ask("Flat 1st Floor 16 Prince of Wales Road"), "MATCHED 211");
  EXPECT_EQ(Ask("Unit 4, Bessemer Estate, NR4 6FF"), "MATCHED 601");
}

TEST_F(FindMatchTest, ContradictionsAreNeverMatched) {
  EXPECT_EQ(Ask("Flat 9, 14 Prince of Wales Road, NR1 1AB"), "PARENT 114");
  EXPECT_EQ(Ask("Flat 2A, 14 Prince of Wales Road, NR1 1AB"), "PARENT 114");
  EXPECT_EQ(Ask("Second Floor Flat, 16 Prince of Wales Road, NR1 1AB"), "PARENT 116");
  EXPECT_EQ(Ask("Flat 9, 12 Prince of Wales Road, NR1 1AB"), "PARENT 112");
  EXPECT_EQ(Ask("99 Prince of Wales Road, NR1 1AB"), "STREET_ONLY");
  EXPECT_EQ(Ask("18B Prince of Wales Road, NR1 1AB"), "PARENT 118");
  EXPECT_EQ(Ask("18A Prince of Wales Road, NR1 1AB"), "MATCHED 212");
  EXPECT_EQ(Ask("18 Prince of Wales Road, NR1 1AB"), "MATCHED 118");
  EXPECT_EQ(Ask("Rear of 12 Prince of Wales Road, NR1 1AB"), "PARENT 112");
  EXPECT_EQ(Ask("12 Old Prince of Wales Road, NR1 1AB"), "STREET_ONLY");
}

TEST_F(FindMatchTest, LettersMayBeFlats) {
  Add(220, {.sao = "FLAT A", .number = 20, .street = "PRINCE OF WALES ROAD", .postcode = "NR1 1AB"}, 120);
  EXPECT_EQ(Ask("20A Prince of Wales Road, NR1 1AB"), "MATCHED 220");
  EXPECT_EQ(Ask("20 A Prince of Wales Road, NR1 1AB"), "MATCHED 220");
  EXPECT_EQ(Ask("20B Prince of Wales Road, NR1 1AB"), "PARENT 120");
}

TEST_F(FindMatchTest, BuildingsAndTheirUnits) {
  EXPECT_EQ(Ask("14 Prince of Wales Road, NR1 1AB"), "MATCHED 114");  // the building's own UPRN
  EXPECT_EQ(Ask("165 City Road, NR2 2DD"), "CHILD_MISSING");          // units alone are listed
  EXPECT_EQ(Ask("17 Eagle House, 165 City Road, NR2 2DD"), "MATCHED 417");
  EXPECT_EQ(Ask("17 Eagle House, City Road"), "MATCHED 417");
  EXPECT_EQ(Ask("Flat 17, Eagle House, NR2 2DD"), "MATCHED 417");
  EXPECT_EQ(Ask("Flat 17, 165 City Road, NR2 2DD"), "MATCHED 417");
  EXPECT_EQ(Ask("17 City Road, NR2 2DE"), "MATCHED 450");
  EXPECT_EQ(Ask("Flat 99, Eagle House, City Road, NR2 2DD"), "STREET_ONLY");  // no building is listed
}

TEST_F(FindMatchTest, Ranges) {
  EXPECT_EQ(Ask("40-44 Prince of Wales Road, NR1 1AB"), "MATCHED 213");
  EXPECT_EQ(Ask("40 to 44 Prince of Wales Road, NR1 1AB"), "MATCHED 213");
  EXPECT_EQ(Ask("42 Prince of Wales Road, NR1 1AB"), "MATCHED 213");
  EXPECT_EQ(Ask("43 Prince of Wales Road, NR1 1AB"), "STREET_ONLY");
}

TEST_F(FindMatchTest, HouseNames) {
  EXPECT_EQ(Ask("Rose Cottage, Mill Lane, Thorpe St Andrew"), "MATCHED 340");
  EXPECT_EQ(Ask("ROSE COTTAGE MILL LANE NR7 0AA"), "MATCHED 340");
  EXPECT_EQ(Ask("Rose Cottge, Mill Lane, NR7 0AA"), "MATCHED 340");
  EXPECT_EQ(Ask("Lily Cottage, Mill Lane, NR7 0AA"), "STREET_ONLY");
}

TEST_F(FindMatchTest, PostcodeMissing) {
  EXPECT_EQ(Ask("12 Prince of Wales Road"), "MATCHED 112");
  EXPECT_EQ(Ask("3 Mill Lane"), "AMBIGUOUS");
  EXPECT_EQ(Ask("3 Mill Lane, Hellesdon"), "MATCHED 323");
  EXPECT_EQ(Ask("3 Mill Lane, Thorpe St. Andrew, Norwich, Norfolk"), "MATCHED 303");
  EXPECT_EQ(Ask("7 Mill Lane"), "MATCHED 307");
  EXPECT_EQ(Ask("12 Prince of Wales Road, Cromer"), "OUT_OF_AREA");
}

TEST_F(FindMatchTest, PostcodeWrong) {
  EXPECT_EQ(Ask("12 Prince of Wales Road, Norwich, NR1 1AX"), "MATCHED 112");
  EXPECT_EQ(Ask("12 Prince of Wales Road, Norwich, NR2 2DD"), "NONE");  // that of another street: which is wrong?
  EXPECT_EQ(Ask("12 Prince of Wales Road, Cromer, NR27 9ZZ"), "STREET_ONLY");
  EXPECT_EQ(Ask("12 Prinse of Wales Road, Norwich, NR2 2DD"), "NONE");  // a typo needs the postcode
  EXPECT_EQ(Ask("3 Mill Lane, NR1 1AB"), "NONE");                       // nothing says which of the two
}

TEST_F(FindMatchTest, PostcodeGivenTwice) {
  EXPECT_EQ(Ask("12 Prince of Wales Road, Norwich, NR1 1AB (council property)", "NR1 1AB"), "MATCHED 112");
  EXPECT_EQ(Ask("NR1 1AB, 12 Prince of Wales Road, Norwich", "nr11ab"), "MATCHED 112");
}

TEST_F(FindMatchTest, PostcodeSpoilt) {
  EXPECT_EQ(Ask("12 Prince of Wales Road, Norwich, NRI 1AB"), "MATCHED 112");
  EXPECT_EQ(Ask("12 Prince of Wales Road, Norwich NR1 IAB"), "MATCHED 112");
  EXPECT_EQ(Ask("12 Prince of Wales Road, Norwich, NR1 1CI"), "MATCHED 112");
  EXPECT_EQ(Ask("12 Prince of Wales Road, Norwich NR1"), "MATCHED 112");
}

TEST_F(FindMatchTest, TyposInThePostcode) {
  EXPECT_EQ(Ask("12 Prinse of Wales Road, NR1 1AB"), "MATCHED 112");
  EXPECT_EQ(Ask("12 Prince ofWales Road, NR1 1AB"), "MATCHED 112");
  EXPECT_EQ(Ask("12 Prince of Wales, NR1 1AB"), "MATCHED 112");
  EXPECT_EQ(Ask("12 NR1 1AB"), "MATCHED 112");
  EXPECT_EQ(Ask("1 Mill Close, NR7 0AA"), "MATCHED 331");
  EXPECT_EQ(Ask("1 Mill Lane, NR7 0AA"), "MATCHED 301");
  EXPECT_EQ(Ask("2 Mill Close, NR7 0AA"), "STREET_ONLY");  // not 2 Mill Lane: the Close exists
}

TEST_F(FindMatchTest, ApprovedBeforeHistorical) {
  EXPECT_EQ(Ask("5 Oak Avenue, NR3 3DD"), "MATCHED 501");
  EXPECT_EQ(Ask("7 Oak Avenue, NR3 3DD"), "MATCHED 502");
  EXPECT_EQ(Ask("9 Oak Avenue, NR3 3DD"), "AMBIGUOUS");
}

TEST_F(FindMatchTest, AliasesOfOnePropertyDoNotCompete) {
  IndexedProperty property = MakeProperty(701, {.number = 8, .street = "ELM HILL", .postcode = "NR3 1HN"});
  property.addresses.push_back(
      MakeAddress({.pao = "THE OLD BAKERY", .street = "ELM HILL", .postcode = "NR3 1HN", .approved = false}));
  property.addresses.push_back(MakeAddress({.number = 8, .street = "ELM HILL", .postcode = "NR3 1HN"}));
  index_.Upsert(property, nullptr);
  EXPECT_EQ(Ask("8 Elm Hill, NR3 1HN"), "MATCHED 701");
  EXPECT_EQ(Ask("The Old Bakery, Elm Hill, NR3 1HN"), "MATCHED 701");
  EXPECT_EQ(Ask("The Old Bakery, 8 Elm Hill, NR3 1HN"), "MATCHED 701");
}

TEST_F(FindMatchTest, StreetRecordsAndUnknownTexts) {
  IndexedProperty street = MakeProperty(800, {.pao = "STREET RECORD", .street = "ELM HILL"});
  street.street_record = true;
  index_.Upsert(street, nullptr);
  EXPECT_EQ(Ask("Street Record, Elm Hill"), "NONE");
  EXPECT_EQ(Ask(""), "NONE");
  EXPECT_EQ(Ask(",,, - / 1"), "NONE");
  EXPECT_EQ(Ask("4 Nowhere Street, ZZ9 9ZZ"), "OUT_OF_AREA");
  EXPECT_EQ(Ask("4 Nowhere Street, Norwich"), "NONE");
  EXPECT_EQ(Ask("4 Elm Hill, Norwich"), "NONE");  // the street record alone makes no street known
  index_.UpsertStreet({.usrn = 1, .names = {{.description = "ELM HILL", .town = "NORWICH"}}}, nullptr);
  EXPECT_EQ(Ask("4 Elm Hill, Norwich"), "STREET_ONLY");
  index_.RemoveStreet(1, nullptr);
  EXPECT_EQ(Ask("4 Elm Hill, Norwich"), "NONE");
}

TEST_F(FindMatchTest, CandidatesAreBestFirst) {
  const Match match = index_.FindMatch({"3 Mill Lane", ""}, {});
  ASSERT_EQ(match.candidates.size(), 2U);
  EXPECT_GE(match.candidates[0].score, match.candidates[1].score);
  EXPECT_LE(match.candidates[0].score, 1.0);
  EXPECT_EQ(match.candidates[0].address, "3 MILL LANE, THORPE ST ANDREW, NORWICH, NR7 0AA");
}

TEST_F(FindMatchTest, OptionsRefuseAndNeverChooseTheNextBest) {
  const auto ask = [this](const std::string& text, const MatchOptions& options) {
    const Match match = index_.FindMatch({text, ""}, options);
    EXPECT_EQ(match.uprn != 0, match.outcome == Outcome::kMatched);
    EXPECT_FALSE(match.reason.empty());
    return match;
  };
  EXPECT_EQ(ask("12 Prince of Wales Road, Norwich, NR1 1AX", {}).uprn, 112);
  const Match trusted = ask("12 Prince of Wales Road, Norwich, NR1 1AX", {.trust_postcode = true});
  EXPECT_EQ(trusted.outcome, Outcome::kNone);
  EXPECT_EQ(trusted.none_reason, NoneReason::kExcluded);
  EXPECT_EQ(ask("12 Prince of Wales Road, Norwich, NR1 1AB", {.trust_postcode = true}).uprn, 112);
  EXPECT_EQ(ask("12 Prince of Wales Road, Norwich", {.trust_postcode = true}).uprn, 112);

  const Match historical = ask("7 Oak Avenue, NR3 3DD", {});
  EXPECT_EQ(historical.uprn, 502);
  EXPECT_TRUE(historical.historical);
  EXPECT_EQ(ask("7 Oak Avenue, NR3 3DD", {.allow_historical = false}).none_reason, NoneReason::kExcluded);
  EXPECT_EQ(ask("5 Oak Avenue, NR3 3DD", {.allow_historical = false}).uprn, 501);

  PropertyFilter shops;
  shops.class_prefixes = {"CR"};
  EXPECT_EQ(ask("12 Prince of Wales Road, NR1 1AB", {.scope = &shops}).none_reason, NoneReason::kExcluded);
  IndexedProperty shop = MakeProperty(900, {.number = 32, .street = "PRINCE OF WALES ROAD", .postcode = "NR1 1AB"});
  shop.facts.classification = "CR08";
  shop.facts.logical_status = 1;
  index_.Upsert(shop, nullptr);
  EXPECT_EQ(ask("32 Prince of Wales Road, NR1 1AB", {.scope = &shops}).uprn, 900);
  EXPECT_EQ(ask("32 Prince of Wales Road, NR1 1AB", {.max_candidates = 1}).candidates.size(), 1U);
}

TEST_F(FindMatchTest, CandidatesSayWhatSpeaksForThem) {
  const Match match = index_.FindMatch({"Flat 9, 14 Prince of Wales Rd", "NR1 1AB"}, {});
  ASSERT_FALSE(match.candidates.empty());
  const Candidate& best = match.candidates[0];
  EXPECT_EQ(best.uprn, 114);
  EXPECT_GT(best.evidence.postcode, 0);
  EXPECT_GT(best.evidence.street, 0);
  EXPECT_GT(best.evidence.number, 0);
  EXPECT_LT(best.evidence.unit, 0);
  EXPECT_NE(best.contradictions, 0);
}

TEST_F(FindMatchTest, OrganisationsAreNotNeeded) {
  Add(910, {.number = 50, .street = "CITY ROAD", .postcode = "NR2 2DE", .organisation = "ACME BAKERY LTD"});
  EXPECT_EQ(Ask("50 City Road, NR2 2DE"), "MATCHED 910");
  EXPECT_EQ(Ask("Acme Bakery Ltd, 50 City Road, NR2 2DE"), "MATCHED 910");
  EXPECT_EQ(Ask("Acme Bakery Ltd, City Road, NR2 2DE"), "MATCHED 910");
}

TEST_F(FindMatchTest, APropertyIsComparedWithAnyText) {
  const auto flags = [this](const char* text, uint64_t uprn) {
    const std::optional<Candidate> candidate = index_.Compare({.text = text, .postcode = {}}, uprn);
    return candidate.has_value() ? int{candidate->contradictions} : -1;
  };
  EXPECT_EQ(flags("12 Prince of Wales Road, NR1 1AB", 112), 0);
  EXPECT_EQ(flags("12 Prince of Wales Road, NR1 1AB", 114), 1) << "another number";
  EXPECT_EQ(flags("Flat 2, 14 Prince of Wales Road, NR1 1AB", 202), 0);
  EXPECT_EQ(flags("Flat 2, 14 Prince of Wales Road, NR1 1AB", 203), 2) << "another unit";
  EXPECT_EQ(flags("14 Prince of Wales Road, NR1 1AB", 203), 8) << "a unit that the text does not name";
  EXPECT_NE(flags("Rose Cottage, Mill Lane, NR7 0AA", 112), 0) << "nothing of it agrees";
  EXPECT_EQ(flags("\xD0\x9A\xD0\xB8\xD1\x97\xD0\xB2", 112), 0) << "says nothing that could speak against it";
  EXPECT_EQ(flags("12 Prince of Wales Road", 999), -1) << "not in the gazetteer";
  // As the matching itself judges its candidates.
  for (const char* const text : {"Flat 9, 14 Prince of Wales Road, NR1 1AB", "18B Prince of Wales Road", "5 Mill Close",
                                 "14 Prince of Wales Road", "16 Prince of Wales Rd"}) {
    const Match match = index_.FindMatch({.text = text, .postcode = {}}, {.max_candidates = 20});
    ASSERT_FALSE(match.candidates.empty()) << text;
    for (const Candidate& candidate : match.candidates) {
      const std::optional<Candidate> compared = index_.Compare({.text = text, .postcode = {}}, candidate.uprn);
      ASSERT_TRUE(compared.has_value());
      EXPECT_EQ(compared->contradictions, candidate.contradictions) << text << " " << candidate.address;
    }
  }
}

TEST_F(FindMatchTest, AKnownAnswerKeepsToTheOptions) {
  const Query query = {.text = "whatever", .postcode = {}};
  EXPECT_EQ(index_.MatchKnown(112, query, {}).outcome, Outcome::kMatched);
  EXPECT_EQ(index_.MatchKnown(112, query, {}).uprn, 112U);
  EXPECT_FALSE(index_.MatchKnown(112, query, {}).historical);
  EXPECT_EQ(index_.MatchKnown(0, query, {}).outcome, Outcome::kOutOfArea);
  EXPECT_TRUE(index_.MatchKnown(500, query, {}).historical);
  const Match refused = index_.MatchKnown(500, query, {.allow_historical = false});
  EXPECT_EQ(refused.outcome, Outcome::kNone);
  EXPECT_EQ(refused.none_reason, NoneReason::kExcluded);
  EXPECT_EQ(refused.uprn, 0U);
  EXPECT_FALSE(refused.reason.empty());
}

TEST(FormatAddressTest, ByTheRules) {
  EXPECT_EQ(FormatAddress(MakeAddress({.sao = "FLAT 2",
                                       .number = 14,
                                       .suffix = "A",
                                       .end_number = 16,
                                       .pao = "EAGLE HOUSE",
                                       .street = "CITY ROAD",
                                       .postcode = "NR1 1AB",
                                       .locality = "LAKENHAM",
                                       .organisation = "ACME LTD"})),
            "ACME LTD, FLAT 2, EAGLE HOUSE, 14A-16 CITY ROAD, LAKENHAM, NORWICH, NR1 1AB");
  EXPECT_EQ(FormatAddress(MakeAddress({.pao = "THE COTTAGE", .street = "CITY ROAD"})),
            "THE COTTAGE, CITY ROAD, NORWICH");
  EXPECT_EQ(FormatAddress(MakeAddress({.pao = "ACME", .street = "CITY ROAD", .organisation = "Acme"})),
            "ACME, CITY ROAD, NORWICH");
  EXPECT_EQ(FormatAddress(MakeAddress({.number = 4, .town = ""})), "4");
}

}  // namespace
}  // namespace wensum::matching::address
