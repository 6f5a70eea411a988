#include "matching/address/errors/error_generator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "base/strings.h"
#include "tests/matching/address/errors/small_town.h"

namespace wensum::matching::address {
namespace {

std::string AsText(const ErrorRow& row) {
  return std::string(ErrorClassName(row.error_class)) + "|" + row.text + "|" + row.postcode + "|" + row.bare_text +
         "|" + std::to_string(row.truth) + (row.fits_without_postcode ? "|bare" : "");
}

std::vector<std::string> AsTexts(const std::vector<ErrorRow>& rows) {
  std::vector<std::string> texts;
  for (const ErrorRow& row : rows) {
    texts.push_back(AsText(row));
  }
  return texts;
}

// The words and numbers of a text in capitals, whatever stands between them.
std::string Words(std::string_view text) {
  std::string out;
  for (const char c : ToUpperAscii(text)) {
    if (IsUpper(c) || IsDigit(c)) {
      out.push_back(c);
    } else if (!out.empty() && out.back() != ' ') {
      out.push_back(' ');
    }
  }
  return out;
}

class ErrorGeneratorTest : public testing::Test {
 protected:
  const FlatGazetteer town_ = SmallTown();
  const ErrorGenerator generator_{town_, {.seed = 7, .absent = 40}};
};

TEST_F(ErrorGeneratorTest, SameSeedSameRowsOnAnyNumberOfThreads) {
  const auto one = AsTexts(generator_.Rows(0, 500, TrialStreets::kAll, 1));
  const ErrorGenerator again(town_, {.seed = 7, .absent = 40});
  EXPECT_EQ(one, AsTexts(again.Rows(0, 500, TrialStreets::kAll, 4)));
  const ErrorGenerator other(town_, {.seed = 8, .absent = 40});
  EXPECT_NE(one, AsTexts(other.Rows(0, 500, TrialStreets::kAll, 4)));
}

TEST_F(ErrorGeneratorTest, RowsOfARangeDoNotDependOnWhereItBegins) {
  const auto whole = AsTexts(generator_.Rows(0, 300, TrialStreets::kAll, 2));
  const auto tail = AsTexts(generator_.Rows(200, 100, TrialStreets::kAll, 2));
  ASSERT_EQ(whole.size(), 300U);
  EXPECT_EQ(tail, std::vector<std::string>(whole.begin() + 200, whole.end()));
}

TEST_F(ErrorGeneratorTest, TakesAbsentPropertiesOutOfTheList) {
  const FlatGazetteer listed = generator_.Listed();
  EXPECT_EQ(listed.ids, town_.ids) << "the numbers of properties stay";
  EXPECT_EQ(listed.addresses.size(), town_.addresses.size() - 40);
  for (const FlatGazetteer::Address& address : listed.addresses) {
    EXPECT_TRUE(generator_.IsListed(address.property));
  }
}

TEST_F(ErrorGeneratorTest, TruthsAreListedAndRefusalsHaveNone) {
  for (const ErrorRow& row : generator_.Rows(0, 2'000, TrialStreets::kAll, 2)) {
    if (MustBeRefused(row.error_class)) {
      EXPECT_EQ(row.truth, kNoProperty) << AsText(row);
      EXPECT_EQ(generator_.IsListed(town_.addresses[row.source].property), row.error_class != ErrorClass::kAbsent);
    } else {
      ASSERT_NE(row.truth, kNoProperty) << AsText(row);
      EXPECT_TRUE(generator_.IsListed(row.truth)) << AsText(row);
      EXPECT_EQ(town_.addresses[row.source].property, row.truth);
    }
  }
}

TEST_F(ErrorGeneratorTest, MakesEveryClass) {
  std::set<ErrorClass> seen;
  for (const ErrorRow& row : generator_.Rows(0, 6'000, TrialStreets::kAll, 2)) {
    seen.insert(row.error_class);
  }
  for (int i = 0; i < kErrorClasses; ++i) {
    EXPECT_TRUE(seen.contains(static_cast<ErrorClass>(i))) << ErrorClassName(static_cast<ErrorClass>(i));
  }
}

TEST_F(ErrorGeneratorTest, StreetsArePartedForGood) {
  for (const TrialStreets streets : {TrialStreets::kTune, TrialStreets::kUnseen}) {
    std::map<std::string, size_t> count;
    for (const ErrorRow& row : generator_.Rows(0, 400, streets, 2)) {
      EXPECT_EQ(row.unseen, streets == TrialStreets::kUnseen) << AsText(row);
    }
  }
  // The names and what becomes of them never change: figures of different versions must stay comparable.
  EXPECT_EQ(ErrorGenerator::IsUnseen("High Road"), ErrorGenerator::IsUnseen("HIGH RD"));
}

TEST_F(ErrorGeneratorTest, NoTextMeansTwoProperties) {
  // Clean texts and those whose form alone changed must not be the text of another listed property.
  std::map<std::string, std::set<uint32_t>> owners;
  for (const FlatGazetteer::Address& address : generator_.Listed().addresses) {
    owners[Words(address.text)].insert(address.property);
  }
  for (const ErrorRow& row : generator_.Rows(0, 4'000, TrialStreets::kAll, 2)) {
    const auto owner = owners.find(Words(row.bare_text));
    if (owner == owners.end() || !row.fits_without_postcode) {
      continue;
    }
    EXPECT_THAT(owner->second, testing::ElementsAre(row.truth)) << AsText(row);
  }
}

TEST_F(ErrorGeneratorTest, StreetOfTwoTownsNeedsItsTownOrPostcode) {
  // "12 Silver Road" stands in Sprowston and in Thorpe: without a place and a postcode it means neither.
  for (const ErrorRow& row : generator_.Rows(0, 6'000, TrialStreets::kAll, 2)) {
    if (row.truth != kNoProperty && Words(row.text) == "12 SILVER ROAD") {
      EXPECT_FALSE(row.postcode.empty()) << AsText(row);
      EXPECT_FALSE(row.fits_without_postcode) << AsText(row);
    }
  }
}

TEST(ErrorGeneratorEdgeTest, EmptyAndTinyListsGiveNoRowsOrFewAndNeverHang) {
  const FlatGazetteer empty;
  EXPECT_TRUE(ErrorGenerator(empty, {}).Rows(0, 10, TrialStreets::kAll, 1).empty());
  FlatGazetteer one;
  one.ids = {"x"};
  one.addresses = {{0, "\xFF\xFE garbage 12", ""}};
  for (const ErrorRow& row : ErrorGenerator(one, {}).Rows(0, 20, TrialStreets::kAll, 1)) {
    EXPECT_EQ(row.truth, 0U);
  }
  FlatGazetteer all_absent = one;
  all_absent.addresses[0].text = "12 High Road, Ilford";
  EXPECT_THAT(ErrorGenerator(all_absent, {.absent = 1}).Rows(0, 20, TrialStreets::kAll, 1),
              testing::Each(testing::Field(&ErrorRow::truth, kNoProperty)));
}

TEST(ErrorGeneratorEdgeTest, ListedTwiceIsNotUsed) {
  FlatGazetteer twice;
  twice.ids = {"a", "b"};
  twice.addresses = {{0, "12 High Road, Ilford, Essex", "IG1 1AA"}, {1, "12, HIGH ROAD, ILFORD, ESSEX", "IG11AA"}};
  EXPECT_TRUE(ErrorGenerator(twice, {.refused_share = 0}).Rows(0, 50, TrialStreets::kAll, 1).empty());
}

}  // namespace
}  // namespace wensum::matching::address
