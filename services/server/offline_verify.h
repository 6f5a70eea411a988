// `wensum verify --data-dir`: checks a data directory that no server has open.
#ifndef WENSUM_SERVICES_SERVER_OFFLINE_VERIFY_H_
#define WENSUM_SERVICES_SERVER_OFFLINE_VERIFY_H_

#include <ostream>

#include "absl/status/statusor.h"
#include "services/server/options.h"

namespace wensum::server {

// Prints the report; true if nothing differs. Errors as Server::Start gives for the directory; NOT_FOUND if it holds no
// register.
absl::StatusOr<bool> OfflineVerify(const ServerOptions& options, std::ostream& out);

}  // namespace wensum::server

#endif  // WENSUM_SERVICES_SERVER_OFFLINE_VERIFY_H_
