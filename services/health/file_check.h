// The health check of transfer files by themselves, without a server or a register.
#ifndef WENSUM_SERVICES_HEALTH_FILE_CHECK_H_
#define WENSUM_SERVICES_HEALTH_FILE_CHECK_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gazetteer/rules/rule_config.h"
#include "model/gazetteer.h"
#include "model/partial_date.h"
#include "services/health/health_report.h"

namespace wensum::health {

struct FileCheckOptions {
  // DTF 7.3 or AddressBase Premium, plain or compressed, in the order they are applied: the volumes of a full supply,
  // then change-only files. At most 65,535.
  std::vector<std::string> files;
  // kUnknown: recognised for each file; a named one takes fragments too.
  model::GazetteerFormat format = model::GazetteerFormat::kUnknown;
  model::PartialDate today;  // dates after it lie in the future; empty: not checked
  llpg::RuleConfig config;
  size_t max_examples = 5;  // of each rule
};

// Reads the files once and judges them by every rule. What a change-only file by itself, or a fragment without a
// header, does not have is not said to be missing. Errors, with the file's name: as of ByteSource and GazetteerReader,
// when a file cannot be read at all; what is wrong inside a file is a finding. Cost: about two seconds for a million
// rows, and the memory of llpg::RegisterCheck.
absl::StatusOr<HealthReport> CheckFiles(const FileCheckOptions& options);

}  // namespace wensum::health

#endif  // WENSUM_SERVICES_HEALTH_FILE_CHECK_H_
