// Records with several values of one attribute, and attributes of which a person has but one.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <iostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/strings.h"
#include "matching/resolve/resolution.h"
#include "matching/retrieve/candidate_features.h"
#include "matching/schema/record_set.h"
#include "matching/schema/value_text.h"
#include "matching/score/pair_levels.h"
#include "matching/score/pair_scorer.h"
#include "matching/train/count_frequencies.h"

namespace wensum::matching {
namespace {

constexpr AttributeType kTypes[] = {AttributeType::kDate,     AttributeType::kPostcode, AttributeType::kText,
                                    AttributeType::kCode,     AttributeType::kPhone,    AttributeType::kEmail,
                                    AttributeType::kCategory, AttributeType::kReference};

std::string Join(const std::vector<std::string>& values) {
  return wensum::Join(values, std::string_view(&kAlternativeSeparator, 1));
}

std::string RandomValue(Random& random, AttributeType type) {
  const std::string digit = std::to_string(random.Below(3));
  switch (type) {
    case AttributeType::kDate:
      return Cat("198", digit, "-0", random.Below(9) + 1, "-1", random.Below(9));
    case AttributeType::kPostcode:
      return Cat("NR", random.Below(3) + 1, " ", digit, random.Chance(0.5) ? "AB" : "BA");
    case AttributeType::kEmail:
      return Cat("a", digit, random.Below(3), "@b.org");
    case AttributeType::kText:
      return Cat(random.Below(4) + 1, random.Chance(0.5) ? " HIGH STREET" : " STATION ROAD");
    default:
      return Cat("1234", digit, random.Below(4), "7");
  }
}

std::vector<std::string> RandomValues(Random& random, AttributeType type) {
  std::vector<std::string> values;
  for (uint64_t i = random.Below(4); i > 0; --i) values.push_back(ValueText(type, RandomValue(random, type)));
  std::ranges::sort(values);
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

TEST(ValueSetTextTest, SortsAndBoundsAlternatives) {
  EXPECT_EQ(ValueSetText(AttributeType::kPhone, Join({"0160", "07700 900 123", "UNKNOWN", "+44 7700 900123"})),
            "07700900123");
  EXPECT_EQ(ValueSetText(AttributeType::kReference, Join({"9", "", "b 2", "a1"})), Join({"9", "A1", "B2"}));
  EXPECT_EQ(ValueSetText(AttributeType::kSurname, Join({"Smith", "Jones"})), "SMITH JONES");
  EXPECT_EQ(ValueSetText(AttributeType::kText, ""), "");
  std::vector<std::string> many;
  for (int i = 9; i > 0; --i) many.push_back(std::to_string(i));
  EXPECT_EQ(ValueSetText(AttributeType::kReference, Join(many)), Join({"2", "3", "4", "5", "6", "7", "8", "9"}));
}

TEST(AlternativesTest, TheBestPairCounts) {
  constexpr uint64_t kSeed = 21;
  std::cout << "seed " << kSeed << "\n";
  Random random(kSeed);
  int compared = 0;
  for (int run = 0; run < 4000; ++run) {
    const AttributeType type = kTypes[random.Below(std::size(kTypes))];
    ValueStore store(Schema({{"a", type}}));
    const PairComparer comparer(&store);
    const auto row_of = [&store](const std::string& text) {
      const std::string_view raw[] = {text};
      ValueId id = kNoValue;
      store.InternRaw(raw, {&id, 1});
      return id;
    };
    const std::vector<std::string> xs = RandomValues(random, type);
    const std::vector<std::string> ys = RandomValues(random, type);
    LevelIndex best = kNullLevel;
    for (const std::string& x : xs) {
      for (const std::string& y : ys) {
        const ValueId a = row_of(x);
        const ValueId b = row_of(y);
        const LevelIndex level = LevelAt(comparer.Compare({&a, 1}, {&b, 1}), 0);
        best = best == kNullLevel ? level : std::min(best, level);
      }
    }
    const ValueId a = row_of(Join(xs));
    const ValueId b = row_of(Join(ys));
    ASSERT_EQ(LevelAt(comparer.Compare({&a, 1}, {&b, 1}), 0), best) << Join(xs) << " " << Join(ys);
    ASSERT_EQ(LevelAt(comparer.Compare({&b, 1}, {&a, 1}), 0), best);
    compared += best == kNullLevel ? 0 : 1;
  }
  EXPECT_GT(compared, 1000);
}

TEST(AlternativesTest, KeysAreThoseOfEveryAlternative) {
  const Schema schema({{"given", AttributeType::kGivenName}, {"phone", AttributeType::kPhone}});
  ValueStore store(schema);
  const auto row_of = [&](std::string_view phones) {
    const std::string_view raw[] = {"JOHN", phones};
    std::vector<ValueId> row(2);
    store.InternRaw(raw, row);
    return row;
  };
  const std::vector<ValueId> both = row_of(Join({"01603212343", "07700900123"}));
  const std::vector<ValueId> first = row_of("01603212343");
  const std::vector<ValueId> second = row_of("07700900123");
  const CandidateFeatures features(&store);
  const auto keys = [&](const std::vector<ValueId>& row) {
    std::vector<uint64_t> out;
    features.AppendKeys(row, 2, out);
    return std::set<uint64_t>(out.begin(), out.end());
  };
  std::set<uint64_t> expected = keys(first);
  expected.merge(keys(second));
  EXPECT_EQ(keys(both), expected);
}

// A batch of records with a name, phones and a unique number, and a model made by hand.
class Batch {
 public:
  explicit Batch(const std::vector<std::array<std::string_view, 3>>& rows)
      : records_(Schema({{.name = "given", .type = AttributeType::kGivenName},
                         {.name = "phone", .type = AttributeType::kPhone},
                         {.name = "number", .type = AttributeType::kCode, .unique = true}})),
        parameters_(InformedParameters(records_.schema())) {
    std::vector<RecordIndex> alone;
    for (size_t i = 0; i < rows.size(); ++i) {
      records_.Add(std::to_string(i), rows[i]);
      alone.push_back(static_cast<RecordIndex>(i));
    }
    records_.Seal();
    const FrequencyCount count(records_, alone);
    tables_ = count.Tables();
    frequencies_ = count.Snapshot();
    parameters_.match_rate = 0.5;
    for (size_t i = 0; i < 3; ++i) {
      AttributeModel& attribute = parameters_.attributes[i];
      attribute.log2_chance_agreement = count.Log2ChanceAgreement(i);
      const AttributeType type = records_.schema()[i].type;
      for (LevelIndex l = 1; l < LevelsOf(type).size(); ++l) attribute.u[l] = l >= DifferentLevel(type) ? 0.9 : 0.02;
    }
  }
  RecordIndex Find(std::string_view key) const {
    for (RecordIndex i = 0; i < records_.size(); ++i) {
      if (records_.key(i) == key) return i;
    }
    return 0;
  }
  const RecordSet& records() const { return records_; }
  const LinkageParameters& parameters() const { return parameters_; }
  const FrequencyTables& tables() const { return tables_; }
  const Frequencies& frequencies() const { return frequencies_; }

  // Labels of all records, every pair of which is an edge; all say something different.
  std::vector<RecordIndex> Resolve(std::vector<ReviewPair>& review) const {
    const PairComparer comparer(&records_.values());
    const PairScorer scorer(&records_.values(), &parameters_, &tables_);
    std::vector<ScoredPair> edges;
    for (RecordIndex i = 0; i < records_.size(); ++i) {
      for (RecordIndex j = 0; j < i; ++j) {
        const LevelVector levels = comparer.Compare(records_.row(i), records_.row(j));
        edges.push_back({i, j, static_cast<float>(scorer.Score(levels, records_.row(i), records_.row(j))), levels});
      }
    }
    Resolution resolution =
        ResolveRecords(records_, comparer, scorer, std::move(edges), {}, {.merge_threshold = 0, .edge_floor = -1000});
    review = std::move(resolution.review);
    return std::move(resolution.labels);
  }

 private:
  RecordSet records_;
  LinkageParameters parameters_;
  FrequencyTables tables_;
  Frequencies frequencies_;
};

TEST(AlternativesTest, TheSharedAlternativeGivesTheFrequency) {
  const std::string common_and_rare = Join({"01603000001", "01603000002"});
  const std::string common_and_other = Join({"01603000001", "01603000003"});
  const Batch batch({{"ANN", "01603000001", ""},
                     {"BOB", "01603000001", ""},
                     {"CAT", common_and_rare, ""},
                     {"DAN", common_and_other, ""},
                     {"EVE", "01603000002", ""},
                     {"FAY", "01603000009", ""}});
  const PairComparer comparer(&batch.records().values());
  // From the counts, and from a model that has been a file's.
  const FrequencyTables again = TablesFor(batch.records().values(), batch.frequencies());
  for (const FrequencyTables* tables : {&batch.tables(), &again}) {
    const PairScorer scorer(&batch.records().values(), &batch.parameters(), tables);
    const auto part = [&](std::string_view x, std::string_view y) {
      const auto a = batch.records().row(batch.Find(x));
      const auto b = batch.records().row(batch.Find(y));
      const LevelVector levels = comparer.Compare(a, b);
      EXPECT_EQ(LevelAt(levels, 1), code_level::kExact);
      EXPECT_EQ(scorer.Score(levels, a, b), scorer.Score(levels, b, a));
      EXPECT_LE(scorer.Weigh(levels, a, b).random[1], scorer.CeilingsFor(a).equal[1] + 1e-3);
      return scorer.FrequencyPart(1, code_level::kExact, levels, a, b);
    };
    EXPECT_EQ(part("0", "1"), part("0", "2"));  // four of six hold the number they share
    EXPECT_EQ(part("0", "1"), part("2", "3"));
    EXPECT_GT(part("2", "4"), part("2", "3"));  // two hold the other
  }
}

// Three records of ANN's phone, with these numbers, among others who make name and phone telling.
Batch ThreeAnns(std::string_view first, std::string_view second, std::string_view third) {
  std::vector<std::array<std::string_view, 3>> rows;
  for (const std::string_view number : {first, second, third}) rows.push_back({"ANN", "01603000001", number});
  for (const auto& [name, phone] :
       std::initializer_list<std::pair<std::string_view, std::string_view>>{{"BOB", "01603111112"},
                                                                            {"CATHERINE", "01603222223"},
                                                                            {"DMITRI", "01603333334"},
                                                                            {"EVELYN", "01603444445"},
                                                                            {"FRANCIS", "01603555556"},
                                                                            {"GILLIAN", "01603666667"},
                                                                            {"HOWARD", "01603777778"},
                                                                            {"IGNATIUS", "01603888889"}}) {
    rows.push_back({name, phone, ""});
  }
  return Batch(rows);
}

TEST(UniqueTest, ConflictKeepsClustersApart) {
  // The second and third differ; the first could be either.
  std::vector<ReviewPair> review;
  const Batch batch = ThreeAnns("", "AB123456", "CD654321");
  const std::vector<uint32_t> labels = batch.Resolve(review);
  EXPECT_NE(labels[batch.Find("1")], labels[batch.Find("2")]);
  EXPECT_TRUE(labels[batch.Find("0")] == labels[batch.Find("1")] || labels[batch.Find("0")] == labels[batch.Find("2")]);
  EXPECT_EQ(std::ranges::count(review, ReviewReason::kUnique, &ReviewPair::reason), 1);
  // A typing slip is no conflict.
  review.clear();
  const Batch slip = ThreeAnns("", "AB123456", "AB123465");
  const std::vector<uint32_t> joined = slip.Resolve(review);
  EXPECT_EQ(joined[slip.Find("1")], joined[slip.Find("2")]);
  EXPECT_EQ(joined[slip.Find("0")], joined[slip.Find("1")]);
  EXPECT_EQ(std::ranges::count(review, ReviewReason::kUnique, &ReviewPair::reason), 0);
}

}  // namespace
}  // namespace wensum::matching
