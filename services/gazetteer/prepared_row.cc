#include "services/gazetteer/prepared_row.h"

namespace wensum::gazetteer {

PreparedRow PrepareRow(storage::RegisterId reg, const model::GazetteerRow& row, model::ChangeType change,
                       const RowOrigin& origin) {
  PreparedRow prepared;
  prepared.change = change;
  CheckRowKey(row, &prepared.issues);
  if (!prepared.issues.empty()) {
    return prepared;
  }
  prepared.identity = IdentityOf(row);
  prepared.key = RowKey(reg, prepared.identity);
  prepared.format = origin.format;
  if (change != model::ChangeType::kDelete) {
    storage::v1::GazetteerRow stored;
    EncodeRow(row, origin, &stored);
    prepared.value = stored.SerializeAsString();
    prepared.secondary = SecondaryKeys(reg, row);
  }
  return prepared;
}

}  // namespace wensum::gazetteer
