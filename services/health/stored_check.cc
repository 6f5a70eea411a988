#include "services/health/stored_check.h"

#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "gazetteer/rules/register_check.h"
#include "gazetteer/rules/row_rules.h"
#include "services/gazetteer/row_codec.h"
#include "services/health/property_duplicates.h"

namespace wensum::health {

absl::StatusOr<HealthReport> CheckRegister(const storage::Reader& reader, storage::RegisterId reg,
                                           const StoredCheckOptions& options) {
  llpg::RegisterCheck whole(options.config);
  ReportBuilder builder(options.max_examples, &options.waivers);
  DuplicateFinder duplicates(&options.waivers);
  std::vector<llpg::Finding> findings;
  storage::v1::GazetteerRow stored;
  for (const std::string& prefix : {storage::AllStreetRowsPrefix(reg), storage::AllPropertyRowsPrefix(reg)}) {
    const auto it = reader.NewIterator(storage::Family::kProperty, storage::PrefixRange(prefix));
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      WENSUM_RETURN_IF_ERROR(gazetteer::ParseStoredRow(it->value(), &stored));
      WENSUM_ASSIGN_OR_RETURN(const model::GazetteerRow row, gazetteer::DecodeRow(stored));
      const llpg::RowOrigin origin = {.format = static_cast<model::GazetteerFormat>(stored.source_format())};
      llpg::CheckRow(row, {.config = &options.config, .origin = origin, .today = options.today}, &findings);
      whole.Add(row, model::ChangeType::kInsert, origin, &findings);
      duplicates.Add(row);
      for (llpg::Finding& finding : findings) {
        builder.Add(std::move(finding));
      }
      findings.clear();
    }
    WENSUM_RETURN_IF_ERROR(it->status());
  }
  whole.Finish([&builder](llpg::Finding finding) { builder.Add(std::move(finding)); });
  HealthReport report = builder.Finish(whole);
  report.duplicates = duplicates.Finish(options.max_duplicates);
  return report;
}

}  // namespace wensum::health
