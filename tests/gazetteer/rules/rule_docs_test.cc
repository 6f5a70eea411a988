// docs/gazetteer-checks.md lists the registry's rules, all of them, as they are.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "base/strings.h"
#include "gazetteer/rules/rule.h"

namespace wensum::llpg {
namespace {

std::string Table() {
  std::string table =
      "| code | also | record | scope | local | AddressBase | what must hold |\n"
      "|---|---|---|---|---|---|---|\n";
  for (const Rule& rule : AllRules()) {
    AppendTo(table, "| ", rule.code, " | ", rule.aliases, rule.aliases.empty() ? "" : " ", "| ",
             rule.record == 0 ? std::string("-") : Cat(rule.record), " | ", ScopeName(rule.scope), " | ",
             SeverityName(rule.local), " | ", SeverityName(rule.addressbase), " | ", rule.requirement, " |\n");
  }
  return table;
}

TEST(RuleDocsTest, TheTableIsTheRegistry) {
  std::ifstream file(WENSUM_SOURCE_DIR "/docs/gazetteer-checks.md");
  std::stringstream text;
  text << file.rdbuf();
  const std::string whole = text.str();
  const size_t begin = whole.find("| code | also |");
  ASSERT_NE(begin, std::string::npos) << "the table is missing; it should be\n" << Table();
  EXPECT_EQ(whole.substr(begin), Table()) << "put this in the table's place:\n" << Table();
}

}  // namespace
}  // namespace wensum::llpg
