// What any engine behind MakeFlatMatcher must hold to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "matching/address/errors/error_generator.h"
#include "matching/address/fit/address_matcher.h"
#include "matching/address/fit/self_calibration.h"
#include "matching/address/fit/trial.h"
#include "tests/matching/address/errors/small_town.h"

namespace wensum::matching::address {
namespace {

class FlatMatcherTest : public testing::Test {
 protected:
  [[nodiscard]] std::string IdOf(uint32_t property) const {
    return property == kNoProperty ? "" : town_.ids.at(property);
  }

  const FlatGazetteer town_ = SmallTown();
  const std::unique_ptr<AddressMatcher> matcher_ = MakeFlatMatcher(town_);
};

TEST_F(FlatMatcherTest, MatchesListedTexts) {
  size_t right = 0;
  for (const FlatGazetteer::Address& address : town_.addresses) {
    const FlatAnswer answer = matcher_->Match(address.text, address.postcode, true);
    if (answer.outcome == FlatOutcome::kMatched) {
      EXPECT_EQ(IdOf(answer.matched), IdOf(address.property)) << address.text;
      EXPECT_FALSE(answer.reason.empty());
      ++right;
    }
  }
  EXPECT_GT(right * 10, town_.addresses.size() * 9);
}

TEST_F(FlatMatcherTest, MatchedIdStandsForMatchesAlone) {
  const ErrorGenerator generator(town_, {.seed = 3});
  for (const ErrorRow& row : generator.Rows(0, 2'000, TrialStreets::kAll, 2)) {
    const FlatAnswer answer = matcher_->Match(row.text, row.postcode, false);
    EXPECT_EQ(answer.matched != kNoProperty, answer.outcome == FlatOutcome::kMatched) << row.text;
    EXPECT_TRUE(answer.second == kNoProperty || answer.second < town_.ids.size());
    EXPECT_TRUE(answer.reason.empty()) << "not asked for";
  }
}

TEST_F(FlatMatcherTest, VariantsAreOneProperty) {
  FlatGazetteer town = town_;
  const uint32_t first = town.addresses[0].property;
  town.addresses.push_back({first, "The Old Bakery, Magdalen Street, Sprowston, Norwich, Norfolk", "NR3 1AA"});
  const auto matcher = MakeFlatMatcher(town);
  for (const FlatGazetteer::Address* address : {&town.addresses.front(), &town.addresses.back()}) {
    const FlatAnswer answer = matcher->Match(address->text, address->postcode, false);
    EXPECT_EQ(answer.outcome, FlatOutcome::kMatched) << address->text;
    EXPECT_EQ(answer.matched, first) << address->text;
  }
}

TEST_F(FlatMatcherTest, BadInputIsRefused) {
  std::string kilobytes;
  while (kilobytes.size() < 10'000) {
    kilobytes += "12 Nowhere Passage ";
  }
  const std::vector<std::string> bad = {"",
                                        " ",
                                        ",,,,",
                                        kilobytes,
                                        std::string(10'000, '7'),
                                        std::string(10'000, 'A'),
                                        "1234567890",
                                        "NR3 1AA",
                                        "Magdalen Street",
                                        "Via Roma 12, 00184 Roma, Italia",
                                        "Musterstraße 5, 10115 Berlin",
                                        "BFPO 801",
                                        "someone@example.org",
                                        "<html><body></body></html>",
                                        "\xC3\x83\xC2\xA9\xC3\xA2\xE2\x82\xAC",
                                        "\xFF\xFE\xFA",
                                        std::string("12 \0 High", 9)};
  for (const std::string& text : bad) {
    for (const char* const postcode : {"", "NR3 1AA", "not a postcode", "ZZ99 9ZZ"}) {
      const FlatAnswer answer = matcher_->Match(text, postcode, true);
      EXPECT_NE(answer.outcome, FlatOutcome::kMatched) << text.substr(0, 80) << " | " << postcode;
    }
  }
}

TEST_F(FlatMatcherTest, TwoAddressesInOneFieldAreNotOne) {
  const FlatAnswer answer =
      matcher_->Match("2 Magdalen Street, Sprowston, Norwich and 7 Gertrude Road, Sprowston, Norwich", "", false);
  EXPECT_NE(answer.outcome, FlatOutcome::kMatched);
}

TEST_F(FlatMatcherTest, SameAnswersWhateverTheThreadsAndTheOrderOfTheList) {
  const ErrorGenerator generator(town_, {.seed = 5, .absent = 30});
  FlatGazetteer listed = generator.Listed();
  const auto one = MakeFlatMatcher(listed);
  std::reverse(listed.addresses.begin(), listed.addresses.end());
  const auto other = MakeFlatMatcher(listed);
  const std::vector<ErrorRow> made = generator.Rows(0, 1'000, TrialStreets::kAll, 2);
  std::vector<TrialRow> rows;
  for (const ErrorRow& row : made) {
    rows.push_back({.text = row.text, .postcode = row.postcode, .truth = row.truth});
  }
  const std::vector<FlatAnswer> a = RunTrial(*one, rows, 1, true);
  const std::vector<FlatAnswer> b = RunTrial(*other, rows, 4, true);
  for (size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(a[i].outcome, b[i].outcome) << rows[i].text;
    EXPECT_EQ(a[i].matched, b[i].matched) << rows[i].text;
    EXPECT_EQ(a[i].strength, b[i].strength) << rows[i].text;
  }
}

TEST(FlatMatcherEdgeTest, EmptyListRefusesAll) {
  const auto matcher = MakeFlatMatcher({});
  EXPECT_NE(matcher->Match("12 High Road, Ilford", "IG1 1AA", true).outcome, FlatOutcome::kMatched);
}

TEST_F(FlatMatcherTest, CalibratesOnItsOwnListTheSameOnAnyNumberOfThreads) {
  SelfCalibrationOptions options{.rows = 4'000, .precision = 0.9, .threads = 1, .fewest_matches = 500};
  const SelfCalibration one = CalibrateOn(*matcher_, town_, options);
  options.threads = 3;
  const SelfCalibration three = CalibrateOn(*matcher_, town_, options);
  EXPECT_FALSE(one.cautious);
  EXPECT_TRUE(std::ranges::equal(one.calibration.steps(), three.calibration.steps()));
  EXPECT_EQ(one.cut, three.cut);
  EXPECT_FALSE(one.reliability.bins.empty());
  EXPECT_EQ(one.known, 0U);
  EXPECT_EQ(CutFor(one.cuts, 0.9), one.cut);
  options.fewest_matches = 1'000'000;
  EXPECT_TRUE(CalibrateOn(*matcher_, town_, options).cautious);
}

TEST_F(FlatMatcherTest, TextsOfKnownMeaningMakeCalibrationsHumbler) {
  SelfCalibrationOptions options{.rows = 4'000, .precision = 0.9, .threads = 1, .fewest_matches = 500};
  const SelfCalibration untold = CalibrateOn(*matcher_, town_, options);
  // Somebody says of two hundred addresses, as they are listed, that they are no property of this list.
  std::vector<TrialRow> known;
  for (size_t i = 0; i < 200; ++i) {
    known.push_back({.text = town_.addresses[i].text, .postcode = town_.addresses[i].postcode, .truth = kNoProperty});
  }
  options.known = known;
  const SelfCalibration told = CalibrateOn(*matcher_, town_, options);
  EXPECT_GT(told.known, 100U);
  EXPECT_LE(told.known, 200U);
  ASSERT_FALSE(told.calibration.steps().empty());
  EXPECT_LT(told.calibration.steps().back().probability, untold.calibration.steps().back().probability);
  EXPECT_GE(told.cut, untold.cut);
}

}  // namespace
}  // namespace wensum::matching::address
