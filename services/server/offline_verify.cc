#include "services/server/offline_verify.h"

#include <filesystem>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/clock.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "services/register/register.h"
#include "services/server/server.h"
#include "storage/rocksdb_store.h"

namespace wensum::server {

absl::StatusOr<bool> OfflineVerify(const ServerOptions& options, std::ostream& out) {
  std::error_code error;
  if (!std::filesystem::exists(storage::StorePath(options.data_dir), error)) {
    return NotFound(Cat("there is no register in ", Quote(options.data_dir)));
  }
  storage::RocksDbOptions store_options;
  store_options.path = storage::StorePath(options.data_dir);
  WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<storage::Store> store, storage::OpenRocksDbStore(store_options));
  const SystemClock clock;
  registry::RegisterOptions register_options;
  register_options.rules = options.rules;
  register_options.threads = static_cast<size_t>(options.threads);
  register_options.tasks = options.tasks;  // whose bounds tasks are raised by
  register_options.on_upgrade = [&out](std::string_view what) { out << what << "\n"; };
  WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<registry::Register> reg,
                          registry::Register::Open(store.get(), &clock, std::move(register_options)));
  WENSUM_ASSIGN_OR_RETURN(const registry::VerifyReport report, reg->Verify());
  out << "revision " << report.revision << ": " << report.source_records << " source records, " << report.entities
      << " golden records, " << report.differences << " differences\n";
  for (const std::string& detail : report.details) {
    out << "  " << detail << "\n";
  }
  return report.differences == 0;
}

}  // namespace wensum::server
