#include "matching/address/learnt/learnt_table.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/strings.h"

namespace wensum::matching::address {
namespace {

TEST(LearntTableTest, TheSourcesOwnComesBeforeThatOfAll) {
  LearntTable table;
  EXPECT_TRUE(table.empty());
  table.Put("f", "", {.number = 1, .uprn = 10});
  table.Put("f", "housing", {.number = 2, .uprn = 0});
  const auto meanings = table.Meanings("f", "housing");
  ASSERT_EQ(meanings.size(), 2U);
  EXPECT_EQ(meanings[0].number, 2U);
  EXPECT_EQ(meanings[1].number, 1U);
  EXPECT_EQ(table.Meanings("f", "benefits").size(), 1U);
  EXPECT_EQ(table.Meanings("f", "").size(), 1U);
  EXPECT_TRUE(table.Meanings("g", "housing").empty());
}

// Against a plain map, over thousands of changes.
TEST(LearntTableTest, AgreesWithAPlainMap) {
  Random random(5);
  LearntTable table;
  std::map<std::pair<std::string, std::string>, LearntMeaning> twin;
  const std::vector<std::string> sources = {"", "a", "b"};
  for (uint64_t step = 1; step <= 20'000; ++step) {
    const std::string form = Cat("form ", random.Below(12));
    const std::string& source = sources[random.Below(sources.size())];
    if (random.Chance(0.5)) {
      const LearntMeaning meaning = {.number = step, .uprn = random.Below(4)};
      table.Put(form, source, meaning);
      twin[{form, source}] = meaning;
    } else {
      table.Erase(form, source);
      twin.erase({form, source});
    }
    ASSERT_EQ(table.size(), twin.size()) << "step " << step;
    ASSERT_EQ(table.empty(), twin.empty());
    for (const std::string& asked : sources) {
      std::vector<LearntMeaning> expected;
      for (const std::string& of : asked.empty() ? std::vector<std::string>{""} : std::vector<std::string>{asked, ""}) {
        if (const auto found = twin.find({form, of}); found != twin.end()) expected.push_back(found->second);
      }
      const auto meanings = table.Meanings(form, asked);
      ASSERT_EQ(std::vector<LearntMeaning>(meanings.begin(), meanings.end()), expected) << "step " << step;
    }
    const uint64_t uprn = 1 + random.Below(3);
    std::set<std::string> forms;
    for (const auto& [key, meaning] : twin) {
      if (meaning.uprn == uprn) forms.insert(key.first);
    }
    ASSERT_EQ(table.FormsOf(uprn), std::vector<std::string>(forms.begin(), forms.end())) << "step " << step;
  }
}

}  // namespace
}  // namespace wensum::matching::address
