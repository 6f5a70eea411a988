// The reader's own issues as findings of the rules they break. Internal to this folder.
#ifndef WENSUM_SERVICES_HEALTH_READER_RULES_H_
#define WENSUM_SERVICES_HEALTH_READER_RULES_H_

#include <string_view>
#include <vector>

#include "gazetteer/rules/rule.h"
#include "import/gazetteer_row.h"
#include "import/issue.h"

namespace wensum::health {

// Appends what the reader found in the record and the rules did not: `findings` has theirs on the record, and no
// others.
void AddRowIssues(const ingest::GazetteerRecord& record, llpg::RowOrigin origin, std::vector<llpg::Finding>* findings);

// An issue of the file as a whole.
llpg::Finding FileFinding(const ingest::RowIssue& issue, llpg::RowOrigin origin);

}  // namespace wensum::health

#endif  // WENSUM_SERVICES_HEALTH_READER_RULES_H_
