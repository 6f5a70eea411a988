// The rules that a single row is judged by.
#ifndef WENSUM_GAZETTEER_RULES_ROW_RULES_H_
#define WENSUM_GAZETTEER_RULES_ROW_RULES_H_

#include <cstdint>
#include <vector>

#include "gazetteer/rules/rule.h"
#include "gazetteer/rules/rule_config.h"
#include "model/gazetteer.h"
#include "model/partial_date.h"

namespace wensum::llpg {

// What a row is judged with besides itself.
struct RowContext {
  const RuleConfig* config = nullptr;  // must be given
  RowOrigin origin;
  model::ChangeType change = model::ChangeType::kInsert;
  model::PartialDate today;  // the latest date that is not in the future; empty: rules on the future are left out
};

// Appends what is wrong with the row: rules of scope kRow, in the order of the columns. A row whose own key cannot be
// used has a finding of severity kReject; no other finding has it. For a deletion only the key is checked. Thread-safe.
// A row without faults costs 80 to 450 nanoseconds (a street descriptor, an LPI with texts) and allocates nothing.
void CheckRow(const model::GazetteerRow& row, const RowContext& context, std::vector<Finding>* findings);

// Appends those findings of CheckRow that reject the row.
void CheckRowKey(const model::GazetteerRow& row, std::vector<Finding>* findings);

}  // namespace wensum::llpg

#endif  // WENSUM_GAZETTEER_RULES_ROW_RULES_H_
