// The model that ships: that it loads, fits the schema of today, says nothing of the city it was learnt on, and works.
#include "matching/person/default_model.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/strings.h"
#include "matching/person/person_schema.h"
#include "matching/person/portable_model.h"
#include "matching/score/model_json.h"
#include "matching/score/pair_levels.h"
#include "matching/score/pair_scorer.h"
#include "services/dedupe/model_file.h"

namespace wensum::dedupe {
namespace {

namespace attribute = matching::person_attribute;
using matching::LinkageModel;

class DefaultModelTest : public testing::Test {
 protected:
  void SetUp() override {
    absl::StatusOr<LinkageModel> model = matching::DefaultPersonModel();
    ASSERT_TRUE(model.ok()) << model.status();
    model_ = *std::move(model);
  }
  LinkageModel model_;
};

TEST_F(DefaultModelTest, IsOfTodaysShape) {
  EXPECT_TRUE(model_.schema == matching::PersonSchema()) << "make it again: docs/people-model.md";
  EXPECT_FALSE(model_.version.empty());
  EXPECT_TRUE(model_.parameters.household.on);
  EXPECT_EQ(model_.parameters.rules, matching::PersonRules());
  EXPECT_EQ(matching::ModelToJson(model_), matching::DefaultPersonModelJson());
  EXPECT_LT(matching::DefaultPersonModelJson().size(), size_t{1} << 20);
}

// A register of a million people holds hundreds of thousands of names; reading them must not take minutes.
TEST_F(DefaultModelTest, ALargeModelIsReadAsItWasWritten) {
  LinkageModel large = model_;
  for (int i = 0; i < 300'000; ++i) large.frequencies.name_words.emplace(Cat("NAME", i), -20.0F);
  const std::string json = matching::ModelToJson(large);
  const absl::StatusOr<LinkageModel> read = matching::ModelFromJson(json);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->frequencies.name_words, large.frequencies.name_words);
  EXPECT_EQ(matching::ModelToJson(*read), json);
}

TEST_F(DefaultModelTest, KeepsNoMoreThanNames) {
  for (size_t i = 0; i < model_.schema.size(); ++i) {
    const bool kept =
        matching::IsNameType(model_.schema[i].type) || model_.schema[i].type == matching::AttributeType::kCategory;
    EXPECT_TRUE(kept || model_.frequencies.values[i].empty()) << model_.schema[i].name;
  }
  EXPECT_GT(model_.frequencies.values[attribute::kGivenName].size(), 200U);
  EXPECT_GT(model_.frequencies.values[attribute::kSurname].size(), 500U);
  // Portable already: made again, it is the same.
  EXPECT_EQ(matching::ModelToJson(matching::PortableModel(model_, 1)), matching::ModelToJson(model_));
}

TEST_F(DefaultModelTest, TellsPeopleApart) {
  model::PersonDetails john;
  john.name = {.forenames = "John Arthur", .surname = "Unthank"};
  john.date_of_birth = {.year = 1980, .month = 5, .day = 17};
  john.phones = {"+447700900123"};
  john.addresses.resize(1);
  john.addresses[0].postcode = *model::Postcode::Parse("NR2 1AB");
  model::PersonDetails again = john;
  again.name = {.full = "MR J UNTHANK"};
  model::PersonDetails jane = john;
  jane.name.forenames = "Jane";
  jane.date_of_birth = {.year = 1978, .month = 2, .day = 1};
  model::PersonDetails stranger;
  stranger.name = {.forenames = "John", .surname = "Smith"};
  stranger.addresses.resize(1);
  stranger.addresses[0].postcode = *model::Postcode::Parse("NR5 9ZZ");

  matching::ValueStore store(matching::PersonSchema());
  const auto row_of = [&store](const model::PersonDetails& details) {
    const std::vector<std::string> values =
        matching::PersonValues(details, model::RecordKind::kPerson, std::vector<uint64_t>{100});
    const std::vector<std::string_view> views(values.begin(), values.end());
    std::vector<matching::ValueId> row(views.size());
    store.Intern(views, row);
    return row;
  };
  const auto one = row_of(john);
  const auto other = row_of(again);
  const auto wife = row_of(jane);
  const auto no_one = row_of(stranger);
  const matching::FrequencyTables tables = matching::TablesFor(store, model_.frequencies);
  const matching::PairComparer comparer(&store);
  const matching::PairScorer scorer(&store, &model_.parameters, &tables);
  const auto score = [&](const auto& a, const auto& b) { return scorer.Score(comparer.Compare(a, b), a, b); };
  const double threshold = model_.parameters.rules.merge_threshold;
  EXPECT_GT(score(one, other), threshold + 3);
  EXPECT_LT(score(one, wife), threshold - 3);
  EXPECT_LT(score(one, no_one), threshold - 3);
}

}  // namespace
}  // namespace wensum::dedupe
