// The sets that people_bench makes from a census: errors at the stated rates, and lookalikes that are what they say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/strings.h"
#include "benchmarks/people/census.h"
#include "benchmarks/people/lookalikes.h"
#include "benchmarks/people/noise.h"
#include "tests/support/temp_dir.h"

namespace wensum::benchmarks {
namespace {

constexpr uint64_t kSeed = 7;

// People of two years, all in households of their own, with names from lists that hold similar ones.
std::vector<CensusRow> MakeCensus(uint32_t people) {
  static constexpr const char* kWomen[] = {"Elizabeth", "Kyla", "Kyra", "Maria", "Paula", "Joan", "Ann", "Alice"};
  static constexpr const char* kMen[] = {"William", "Frank", "Franklin", "Mario", "Paul", "Jon", "Fred", "Adam"};
  static constexpr const char* kSurnames[] = {"Baronke", "Delgado", "Opper", "Espina", "Kofron", "Rubiera"};
  Random random(kSeed);
  std::vector<CensusRow> rows;
  for (uint32_t person = 0; person < people; ++person) {
    const bool woman = random.Chance(0.5);
    CensusRow row = {.person = Cat("p", person),
                     .given = (woman ? kWomen : kMen)[random.Below(8)],
                     .initial = "M",
                     .surname = kSurnames[random.Below(6)],
                     .born = Cat(random.Between(1930, 1990), "-0", random.Between(1, 9), "-", random.Between(10, 28)),
                     .sex = woman ? "Female" : "Male",
                     .ethnic_group = "White",
                     .number = Cat(person + 1),
                     .street = Cat("Limas Road ", person % 50),
                     .housing = "Household"};
    for (const char* const year : {"2020", "2030"}) {
      row.year = year;
      row.id = Cat(row.person, "-", year);
      rows.push_back(row);
    }
  }
  return rows;
}

bool Equal(const CensusRow& a, const CensusRow& b) {
  const auto values = [](const CensusRow& row) {
    return std::vector<std::string>{row.id,      row.person, row.year,    row.given,        row.initial,
                                    row.surname, row.born,   row.sex,     row.ethnic_group, row.number,
                                    row.street,  row.unit,   row.housing, row.lookalike};
  };
  return values(a) == values(b);
}

bool Equal(const std::vector<CensusRow>& a, const std::vector<CensusRow>& b) {
  return std::ranges::equal(a, b, [](const CensusRow& x, const CensusRow& y) { return Equal(x, y); });
}

TEST(NoiseTest, ASeedGivesTheSameRows) {
  const std::vector<CensusRow> clean = MakeCensus(200);
  std::vector<CensusRow> first = clean;
  AddNoise(kSeed, {}, first);
  std::vector<CensusRow> second = clean;
  AddNoise(kSeed, {}, second);
  std::vector<CensusRow> other = clean;
  AddNoise(kSeed + 1, {}, other);
  EXPECT_TRUE(Equal(first, second));
  EXPECT_FALSE(Equal(first, other));
}

TEST(NoiseTest, RowsDoNotDisturbOneAnother) {
  const NoiseRates rates = {.surname_changed = 0, .born_of_another = 0, .address_of_another = 0};
  std::vector<CensusRow> all = MakeCensus(200);
  std::vector<CensusRow> half(all.begin(), all.begin() + 200);
  AddNoise(kSeed, rates, all);
  AddNoise(kSeed, rates, half);
  all.resize(half.size());
  EXPECT_TRUE(Equal(all, half));
}

TEST(NoiseTest, ErrorsHaveTheirRates) {
  const std::vector<CensusRow> clean = MakeCensus(20'000);
  std::vector<CensusRow> noisy = clean;
  AddNoise(kSeed, {}, noisy);
  std::map<std::string, double> shares;
  const auto count = [&](const std::string& name, bool hit) { shares[name] += hit ? 1.0 / 40'000 : 0; };
  for (size_t i = 0; i < clean.size(); ++i) {
    const CensusRow& before = clean[i];
    const CensusRow& after = noisy[i];
    EXPECT_EQ(after.id, before.id);
    EXPECT_EQ(after.person, before.person);
    count("no given name", after.given.empty() || after.surname.empty());
    count("initial only", after.given.size() == 1 || after.surname.size() == 1);
    count("no date", after.born.empty());
    count("other date", !after.born.empty() && after.born != before.born);
    count("no middle initial", after.initial.empty());
    count("no sex", after.sex.empty());
    count("no house number", after.number.empty());
    count("other street", after.street != before.street);
  }
  EXPECT_NEAR(shares["no given name"], 0.01, 0.003);
  EXPECT_NEAR(shares["initial only"], 0.03, 0.005);
  EXPECT_NEAR(shares["no date"], 0.25, 0.01);
  EXPECT_NEAR(shares["other date"], 0.03 + 0.005 + 0.003, 0.005);  // the days here are no months
  EXPECT_NEAR(shares["no middle initial"], 0.40, 0.01);
  EXPECT_NEAR(shares["no sex"], 0.10, 0.01);
  EXPECT_NEAR(shares["no house number"], 0.04, 0.005);
  EXPECT_NEAR(shares["other street"], 0.05 * 0.98 + 0.95 * 0.04, 0.01);
}

TEST(NoiseTest, AChangedSurnameStays) {
  const std::vector<CensusRow> clean = MakeCensus(500);
  std::vector<CensusRow> noisy = clean;
  AddNoise(kSeed, {.surname_misspelt = 0, .surname_changed = 0.5, .names_exchanged = 0}, noisy);
  int changed = 0;
  for (size_t i = 0; i < clean.size(); i += 2) {
    if (noisy[i].surname == clean[i].surname) continue;
    ++changed;
    EXPECT_EQ(clean[i].sex, "Female");
    EXPECT_NE(noisy[i + 1].surname, "");
  }
  EXPECT_GT(changed, 50);
}

TEST(LookalikesTest, AreWhatTheySay) {
  std::vector<CensusRow> rows = MakeCensus(2'000);
  const size_t own = rows.size();
  const LookalikeNumbers numbers = {.twins_other_name = 20,
                                    .twins_same_initial = 20,
                                    .twins_similar_name = 20,
                                    .sons_born_known = 20,
                                    .sons_born_half_known = 20,
                                    .sons_born_unknown = 20,
                                    .namesakes = 20,
                                    .spouses_other_name = 20,
                                    .spouses_same_initial = 20,
                                    .spouses_similar_name = 20};
  AddLookalikes(kSeed, numbers, {.suffix_families = 0}, rows);
  std::map<std::string, std::vector<CensusRow>> census;  // rows of an address and year
  for (size_t i = 0; i < own; ++i) census[rows[i].number + rows[i].street + rows[i].year].push_back(rows[i]);
  std::map<std::string, std::string> kinds;  // by person
  for (size_t i = own; i < rows.size(); ++i) {
    const CensusRow& row = rows[i];
    const std::string_view kind = row.lookalike;
    kinds[row.person] = kind;
    EXPECT_LT(row.born.substr(0, 4), row.year) << kind;
    if (kind == "namesake") continue;
    const auto at = census.find(row.number + row.street + row.year);
    ASSERT_TRUE(at != census.end()) << kind;
    const CensusRow& other = at->second.front();
    EXPECT_EQ(row.surname, other.surname) << kind;
    EXPECT_EQ(kind.starts_with("son"), row.given == other.given) << kind;
    EXPECT_EQ(kind.starts_with("twin"), row.born == other.born) << kind;
    EXPECT_EQ(kind.starts_with("spouse"), row.sex != other.sex) << kind;
    if (kind == "son, date of birth known") {
      EXPECT_GE(row.born.substr(0, 4), other.born.substr(0, 4));
    }
    EXPECT_EQ(kind == "son, date of birth unknown", row.born.empty() && !kind.ends_with("half known")) << kind;
    if (kind.ends_with("other name")) {
      EXPECT_NE(row.given.front(), other.given.front());
    }
  }
  std::map<std::string, int> people;
  for (const auto& [person, kind] : kinds) ++people[kind];
  EXPECT_EQ(people.size(), 10U);
  for (const auto& [kind, count] : people) EXPECT_EQ(count, 20) << kind;
}

TEST(CensusTest, IsReadAsItWasWritten) {
  const TempDir dir;
  const std::string path = dir.path() + "/census.csv";
  std::vector<CensusRow> rows = MakeCensus(5);
  rows[1].street = "Mill \"Lane\", upper";
  ASSERT_TRUE(WriteCensus(rows, path).ok());
  const auto read = ReadCensus(path);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_TRUE(Equal(*read, rows));
  rows[2].born = "1 May";
  ASSERT_TRUE(WriteCensus(rows, path).ok());
  EXPECT_EQ(ReadCensus(path).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace wensum::benchmarks
