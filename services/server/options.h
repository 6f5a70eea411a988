// What `wensum serve` is told: a configuration file, overridden by flags. docs/configuration.md is the manual.
#ifndef WENSUM_SERVICES_SERVER_OPTIONS_H_
#define WENSUM_SERVICES_SERVER_OPTIONS_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/custodian/custodian_options.h"
#include "services/register/rules.h"
#include "services/tasks/task_rules.h"

namespace wensum::server {

enum class LogFormat : uint8_t { kJson, kText };

struct ServerOptions {
  std::string data_dir;                    // required
  std::string listen = "127.0.0.1:50051";  // port 0 takes a free one
  bool allow_remote = false;               // callers are not authenticated yet: see LoopbackPolicy
  std::string drop_dir;                    // empty: no drop folder
  std::string mappings_dir;                // of <feed>.yaml; empty: mappings must be sent along
  std::string ostn15;                      // see gazetteer::ReadGridFile; empty: where packages put it
  std::string log_level = "info";          // trace, debug, info, warn, error
  LogFormat log_format = LogFormat::kJson;
  uint64_t block_cache_mb = 128;
  uint64_t threads = 0;            // for start-up and verify; 0: the machine's
  std::chrono::seconds grace{10};  // for calls under way at shutdown
  // After which an export is given up of which the caller takes nothing.
  std::chrono::milliseconds export_idle{60'000};
  // After which an upload of a model, a truth or boundaries is given up of which the caller sends nothing.
  std::chrono::milliseconds upload_idle{60'000};
  double address_precision = 0.999;  // wanted of matches of addresses, 0.9 to 0.9999
  // How long the gazetteer must be as it is before addresses are calibrated by themselves; 0: never.
  std::chrono::milliseconds address_quiet{60'000};
  registry::RegisterRules rules;
  custodian::CustodianOptions custodian;
  tasks::TaskRules tasks;
  // For how many days events of the change feed are kept, 0: for ever; and for how many a consumer that is behind is
  // waited for: see changes::FeedKeeping.
  uint64_t feed_keep_days = 0;
  uint64_t feed_consumer_days = 30;
};

// The options of a configuration file's text; DefaultRulesYaml() where it has no `rules`. INVALID_ARGUMENT with `name`
// (the file's, for messages), line and column for unknown keys and wrong values.
absl::StatusOr<ServerOptions> ParseServerOptions(std::string_view yaml, std::string_view name);

// The same from a file; the defaults for an empty path.
absl::StatusOr<ServerOptions> ReadServerOptions(const std::string& path);

// INVALID_ARGUMENT for options that cannot work together, whatever they came from.
absl::Status CheckServerOptions(const ServerOptions& options);

// A configuration file that gives these options.
std::string PrintServerOptions(const ServerOptions& options);

}  // namespace wensum::server

#endif  // WENSUM_SERVICES_SERVER_OPTIONS_H_
