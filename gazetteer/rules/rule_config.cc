#include "gazetteer/rules/rule_config.h"

#include "base/strings.h"

namespace wensum::llpg {
namespace {

constexpr CodeSet kAll = CodeSet::Of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);

StatusTable AllowingAll() {
  StatusTable table;
  table.fill(kAll);
  return table;
}

}  // namespace

std::string CodeSet::ToString() const {
  std::vector<std::string> codes;
  for (int code = 1; code < 16; ++code) {
    if (contains(code)) {
      codes.push_back(Cat(code));
    }
  }
  if (contains(0)) {
    codes.emplace_back("none");
  }
  if (codes.empty()) {
    return "no other";
  }
  const std::string last = codes.back();
  codes.pop_back();
  return codes.empty() ? last : Cat(Join(codes, ", "), " or ", last);
}

const RuleConfig& RuleConfig::Default() {
  static const RuleConfig* const config = new RuleConfig();
  return *config;
}

RuleConfig::RuleConfig()
    : states_of_status(AllowingAll()), lpi_statuses_of_blpu(AllowingAll()), parent_statuses_of_child(AllowingAll()) {
  states_of_status[1] = CodeSet::Of(0, 1, 2, 3);
  states_of_status[5] = CodeSet::Of(1, 2, 3, 4, 6);
  states_of_status[6] = CodeSet::Of(1, 5, 6, 7);
  states_of_status[7] = CodeSet::Of(0, 1, 2, 3, 4, 6);
  states_of_status[8] = CodeSet::Of(0, 4, 7);
  states_of_status[9] = CodeSet::Of(0, 1, 2, 3, 4, 5, 6, 7);

  lpi_statuses_of_blpu[1] = CodeSet::Of(1, 3, 5, 6, 7, 8, 9);
  lpi_statuses_of_blpu[5] = CodeSet::Of(5);
  lpi_statuses_of_blpu[6] = CodeSet::Of(6, 7, 8, 9);
  lpi_statuses_of_blpu[7] = CodeSet::Of(7, 9);
  lpi_statuses_of_blpu[8] = CodeSet::Of(7, 8, 9);
  lpi_statuses_of_blpu[9] = CodeSet::Of(7, 9);

  parent_statuses_of_child[1] = CodeSet::Of(1);
  parent_statuses_of_child[5] = CodeSet::Of(1, 5, 6);
  parent_statuses_of_child[6] = CodeSet::Of(1, 5, 6);
}

}  // namespace wensum::llpg
