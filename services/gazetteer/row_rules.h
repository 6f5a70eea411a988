// Checks of single gazetteer rows as importers report them: the rules themselves are gazetteer/rules'. Bad values are
// reported, not refused: only a row whose own key cannot be used is rejected, for real files leave many mandatory
// columns empty.
#ifndef WENSUM_SERVICES_GAZETTEER_ROW_RULES_H_
#define WENSUM_SERVICES_GAZETTEER_ROW_RULES_H_

#include <string>
#include <string_view>
#include <vector>

#include "gazetteer/rules/rule_config.h"
#include "model/gazetteer.h"
#include "model/partial_date.h"

namespace wensum::gazetteer {

enum class Severity : uint8_t { kWarning, kReject };

struct RowIssue {
  std::string_view column;  // as DTF 7.3 names it, e.g. "LOGICAL_STATUS"
  std::string_view rule;    // its code, e.g. "VB-10"
  Severity severity = Severity::kWarning;
  std::string message;  // one sentence
};

// Appends what is wrong with the row by the rules of llpg::CheckRow as `config` has them: its errors and warnings both
// as warnings. `today` is the latest date that is not in the future; an empty one skips the rules on that. For a
// deletion only the key is checked. A row without faults costs some hundred nanoseconds.
void CheckRow(const model::GazetteerRow& row, model::ChangeType change, model::GazetteerFormat format,
              model::PartialDate today, const llpg::RuleConfig& config, std::vector<RowIssue>* issues);

// Appends those faults of CheckRow that reject the row.
void CheckRowKey(const model::GazetteerRow& row, std::vector<RowIssue>* issues);

}  // namespace wensum::gazetteer

#endif  // WENSUM_SERVICES_GAZETTEER_ROW_RULES_H_
