// PairScorer::ScoreAbove gives up only what cannot reach the floor, whatever the values, alternatives and
// dependences: against the whole comparison.
#include <gtest/gtest.h>

#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/strings.h"
#include "matching/person/default_model.h"
#include "matching/person/person_schema.h"
#include "matching/schema/record_set.h"
#include "matching/schema/value_text.h"
#include "matching/score/pair_levels.h"
#include "matching/score/pair_scorer.h"

namespace wensum::matching {
namespace {

namespace attribute = person_attribute;

// One to three of a few values that are equal, near and far, or none.
template <size_t N>
std::string Some(Random& random, const char* const (&values)[N], bool several) {
  if (random.Chance(0.25)) return {};
  std::string text = values[random.Below(N)];
  for (uint64_t more = several ? random.Below(3) : 0; more > 0; --more) {
    AppendTo(text, std::string_view(&kAlternativeSeparator, 1), values[random.Below(N)]);
  }
  return text;
}

std::vector<std::string> RandomPerson(Random& random) {
  constexpr const char* kGiven[] = {"John", "Jon", "J", "Mary", "Smith", "Jo", "Joanna", "Kyra", "Kyla", "Xq"};
  constexpr const char* kSurname[] = {"Smith", "Smyth", "Smith-Jones", "Jones", "John", "Mc Donald", "McDonald", "Zyx"};
  constexpr const char* kOthers[] = {"Anne", "Ann", "A", "Mary Jones", "Peter Smith"};
  constexpr const char* kBorn[] = {"1980-05-17", "1980-17-05", "1980-05-18", "1980", "1981-05-17", "1956-01-01"};
  constexpr const char* kSex[] = {"M", "F", "MALE"};
  constexpr const char* kNumber[] = {"AB123456", "AB123465", "CD654321"};
  constexpr const char* kPhone[] = {"01603212121", "01603212112", "212121", "07700900123"};
  constexpr const char* kEmail[] = {"jo.bloggs@b.uk", "joblogs@b.uk", "jo.bloggs@c.uk", "ann@other.uk"};
  constexpr const char* kUprn[] = {"100090000001", "100090000002", "200004001909"};
  constexpr const char* kPostcode[] = {"NR2 1AB", "NR2 1AD", "NR2 7XY", "CB9 7XY"};
  constexpr const char* kAddress[] = {"12 High Street", "14 High Street", "12 High St", "Flat 2, 12 High Street",
                                      "7 Low Rd"};
  constexpr const char* kSuffix[] = {"JR", "SR"};
  std::vector<std::string> values(attribute::kCount);
  values[attribute::kGivenName] = Some(random, kGiven, false);
  values[attribute::kSurname] = Some(random, kSurname, false);
  values[attribute::kOtherNames] = Some(random, kOthers, false);
  values[attribute::kSuffix] = Some(random, kSuffix, false);
  values[attribute::kBorn] = Some(random, kBorn, false);
  values[attribute::kSex] = Some(random, kSex, false);
  values[attribute::kNiNumber] = Some(random, kNumber, false);
  values[attribute::kNhsNumber] = Some(random, kNumber, false);
  values[attribute::kPhone] = Some(random, kPhone, true);
  values[attribute::kEmail] = Some(random, kEmail, true);
  values[attribute::kAccount] = Some(random, kNumber, true);
  values[attribute::kUprn] = Some(random, kUprn, true);
  values[attribute::kPostcode] = Some(random, kPostcode, true);
  values[attribute::kAddress] = Some(random, kAddress, true);
  for (size_t i = 0; i < values.size(); ++i) values[i] = ValueSetText(PersonSchema()[i].type, values[i]);
  return values;
}

class PairBoundsTest : public testing::TestWithParam<ScoreCalibration> {};

INSTANTIATE_TEST_SUITE_P(All, PairBoundsTest,
                         testing::Values(ScoreCalibration(), ScoreCalibration{.slope = 0.7, .offset = -2, .labels = 9},
                                         ScoreCalibration{.slope = 1.6, .offset = 3, .labels = 9}));

TEST_P(PairBoundsTest, NothingThatReachesTheFloorIsGivenUp) {
  constexpr uint64_t kSeed = 20;
  std::cout << "seed " << kSeed << "\n";
  Random random(kSeed);
  RecordSet records(PersonSchema());
  for (int i = 0; i < 400; ++i) {
    const std::vector<std::string> person = RandomPerson(random);
    const std::vector<std::string_view> values(person.begin(), person.end());
    records.Add(std::to_string(i), values);
  }
  records.Seal();
  absl::StatusOr<LinkageModel> model = DefaultPersonModel();
  ASSERT_TRUE(model.ok()) << model.status();
  // Dependences that add as well as take away.
  for (size_t i = 1; i < model->parameters.attributes.size(); ++i) {
    AttributeModel& learnt = model->parameters.attributes[i];
    if (learnt.parent < 0 && random.Chance(0.5)) learnt.parent = 0;
    if (learnt.parent < 0) continue;
    for (LevelTable& under : learnt.shift) {
      for (double& shift : under) shift = static_cast<double>(random.Between(-3, 3));
    }
  }
  model->parameters.calibration = GetParam();
  const FrequencyTables tables = TablesFor(records.values(), model->frequencies);
  const PairScorer scorer(&records.values(), &model->parameters, &tables);
  const PairComparer comparer(&records.values());
  size_t given_up = 0;
  size_t kept = 0;
  for (RecordIndex x = 0; x < records.size(); ++x) {
    const Row a = records.row(x);
    const LevelCeilings ceilings = scorer.CeilingsFor(a);
    for (RecordIndex y = 0; y < records.size(); ++y) {
      const Row b = records.row(y);
      const LevelVector exact = comparer.Compare(a, b);
      const double score = scorer.Score(exact, a, b);
      for (const double floor : {-20.0, -8.0, -1.0, 0.0, 5.0, 12.0, score - 0.001}) {
        LevelVector levels = 0;
        double bounded = 0;
        const bool above = scorer.ScoreAbove(comparer, floor, ceilings, a, b, levels, bounded);
        ++(above ? kept : given_up);
        const std::string pair = Cat(records.key(x), " ", records.key(y), ", floor ", floor);
        ASSERT_EQ(above, score >= floor) << pair << ", score " << score;
        ASSERT_TRUE(!above || (levels == exact && bounded == score)) << pair;
      }
    }
  }
  EXPECT_GT(given_up, 10'000U);
  EXPECT_GT(kept, 10'000U);
}

}  // namespace
}  // namespace wensum::matching
