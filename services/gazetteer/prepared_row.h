// A gazetteer row made ready for the writer: what needs no store, so that any thread can do it beforehand.
#ifndef WENSUM_SERVICES_GAZETTEER_PREPARED_ROW_H_
#define WENSUM_SERVICES_GAZETTEER_PREPARED_ROW_H_

#include <string>
#include <vector>

#include "model/gazetteer.h"
#include "services/gazetteer/row_codec.h"
#include "services/gazetteer/row_rules.h"
#include "storage/keys.h"

namespace wensum::gazetteer {

struct PreparedRow {
  model::ChangeType change = model::ChangeType::kInsert;
  std::vector<RowIssue> issues;  // why the row cannot be stored; if there are any, what follows is empty
  RowIdentity identity;
  std::string key;  // of the row
  model::GazetteerFormat format = model::GazetteerFormat::kUnknown;
  std::string value;                    // serialised without revision; empty for a deletion
  std::vector<SecondaryKey> secondary;  // none for a deletion
};

// Rejects rows whose own key cannot be used. Their other faults are the importer's to report: see CheckRow.
[[nodiscard]] PreparedRow PrepareRow(storage::RegisterId reg, const model::GazetteerRow& row, model::ChangeType change,
                                     const RowOrigin& origin);

}  // namespace wensum::gazetteer

#endif  // WENSUM_SERVICES_GAZETTEER_PREPARED_ROW_H_
