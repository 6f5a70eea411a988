// Counts over public lists that are not part of the project; WENSUM_TEST_DATA names the folder that holds them.
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "tests/matching/address/match/town.h"

namespace wensum::matching::address::match {
namespace {

class ListAccuracyTest : public testing::Test {
 protected:
  void SetUp() override {
    const char* const folder = std::getenv("WENSUM_TEST_DATA");
    if (folder == nullptr) GTEST_SKIP() << "WENSUM_TEST_DATA does not name the folder of public test data";
    folder_ = Cat(folder, "/addresses/");
  }
  [[nodiscard]] std::string Path(std::string_view name) const { return Cat(folder_, name); }

 private:
  std::string folder_;
};

// The fields of one line of a file of commas; double quotes around a field are taken off.
std::vector<std::string> FieldsOf(std::string_view line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      fields.emplace_back();
    } else if (c != '\r') {
      fields.back().push_back(c);
    }
  }
  return fields;
}

// All rows but the first, which has the names of the columns.
std::vector<std::vector<std::string>> RowsOf(const std::string& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file.is_open()) << path;
  std::vector<std::vector<std::string>> rows;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) rows.push_back(FieldsOf(line));
  return rows;
}

struct Outcomes {
  int right = 0;
  int wrong = 0;            // another property than the one meant
  int refused_present = 0;  // no match, though there is one
  int matched_absent = 0;
  int refused_absent = 0;
};

TEST_F(ListAccuracyTest, FictionalLondon) {
  std::vector<TownLine> lines;
  std::map<std::string, uint64_t> ids;
  for (const auto& row : RowsOf(Path("fictional_london_canonical.csv"))) {
    ASSERT_EQ(row.size(), 3U);
    const uint64_t id = ids.try_emplace(row[0], ids.size() + 1).first->second;
    lines.push_back({id, row[1], row[2]});
  }
  ASSERT_EQ(lines.size(), 10'000U);
  MatchIndex index;
  LoadTown(lines, &index);
  const auto rows = RowsOf(Path("fictional_london_messy.csv"));
  ASSERT_EQ(rows.size(), 2'000U);
  for (const bool postcodes : {true, false}) {
    Outcomes outcomes;
    for (const auto& row : rows) {
      ASSERT_EQ(row.size(), 4U);
      const Found found = FindProperty(index, row[1], postcodes ? row[2] : "");
      const bool matched = found.verdict == Verdict::kMatched;
      if (row[3].empty()) {
        ++(matched ? outcomes.matched_absent : outcomes.refused_absent);
      } else if (!matched) {
        ++outcomes.refused_present;
      } else {
        ++(found.hits[0].property == ids.at(row[3]) ? outcomes.right : outcomes.wrong);
      }
    }
    std::printf("fictional_london %s: %d right, %d wrong, %d refused; of the absent %d refused, %d matched\n",
                postcodes ? "with postcodes" : "without postcodes", outcomes.right, outcomes.wrong,
                outcomes.refused_present, outcomes.refused_absent, outcomes.matched_absent);
    if (postcodes) {
      EXPECT_EQ(outcomes.right, 1'900);
      EXPECT_EQ(outcomes.refused_absent, 100);
    } else {
      EXPECT_GE(outcomes.right, 1'890);
      EXPECT_LE(outcomes.wrong + outcomes.matched_absent, 1);
    }
  }
}

// The addresses of one case: the true ones are of property 1000 * (case + 1), the others of those behind it.
void AddCase(const YAML::Node& example, size_t number, bool first_only, std::vector<TownLine>* lines) {
  const YAML::Node postcode = example["messy"][1];
  const std::string given = postcode.IsNull() ? "" : postcode.as<std::string>();
  const uint64_t truth = 1'000 * (number + 1);
  for (const YAML::Node& text : example["true"]) lines->push_back({truth, text.as<std::string>(), given});
  for (const YAML::Node& text : example["also_true"]) {
    if (!first_only) lines->push_back({truth, text.as<std::string>(), given});
  }
  uint64_t other = truth;
  for (const YAML::Node& text : example["wrong"]) lines->push_back({++other, text.as<std::string>(), given});
}

bool CaseIsRight(const MatchIndex& index, const YAML::Node& example, size_t number, bool postcodes) {
  const YAML::Node postcode = example["messy"][1];
  const std::string given = postcode.IsNull() || !postcodes ? "" : postcode.as<std::string>();
  const Found found = FindProperty(index, example["messy"][0].as<std::string>(), given);
  const bool matched = found.verdict == Verdict::kMatched;
  return example["true"].size() == 0 ? !matched : matched && found.hits[0].property == 1'000 * (number + 1);
}

TEST_F(ListAccuracyTest, HardCases) {
  const YAML::Node cases = YAML::LoadFile(Path("hard_cases.yaml"))["cases"];
  ASSERT_EQ(cases.size(), 31U);
  struct Form {
    const char* name;
    bool together;    // one list of all cases, or a list for each
    bool first_only;  // of the true variants only the first is listed
    bool postcodes;
    int least;
  };
  for (const Form& form :
       {Form{"one list", true, false, true, 31}, Form{"one list, first variants", true, true, true, 30},
        Form{"one list, no postcodes", true, false, false, 29}, Form{"a list each", false, false, true, 31},
        Form{"a list each, first variants", false, true, true, 30},
        Form{"a list each, no postcodes", false, false, false, 29}}) {
    std::vector<TownLine> all;
    for (size_t i = 0; i < cases.size(); ++i) AddCase(cases[i], i, form.first_only, &all);
    MatchIndex together;
    LoadTown(all, &together);
    int right = 0;
    std::vector<std::string> failed;
    for (size_t i = 0; i < cases.size(); ++i) {
      std::vector<TownLine> own;
      AddCase(cases[i], i, form.first_only, &own);
      MatchIndex alone;
      LoadTown(own, &alone);
      if (CaseIsRight(form.together ? together : alone, cases[i], i, form.postcodes)) {
        ++right;
      } else {
        failed.push_back(cases[i]["id"].as<std::string>());
      }
    }
    std::printf("hard cases, %s: %d of %zu right; not: %s\n", form.name, right, cases.size(),
                Join(failed, " ").c_str());
    EXPECT_GE(right, form.least) << form.name << ": " << Join(failed, " ");
  }
}

}  // namespace
}  // namespace wensum::matching::address::match
