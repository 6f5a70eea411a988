// Names of files in the drop folder.
#ifndef WENSUM_SERVICES_IMPORTS_DROP_FILE_H_
#define WENSUM_SERVICES_IMPORTS_DROP_FILE_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace wensum::imports {

// The real path of `name`, a path below the drop folder. INVALID_ARGUMENT if it is absolute, leaves the folder (".." or
// a symbolic link that points out of it) or is no regular file; NOT_FOUND if there is none; FAILED_PRECONDITION if no
// drop folder is configured.
absl::StatusOr<std::string> ResolveDropFile(const std::string& drop_directory, std::string_view name);

}  // namespace wensum::imports

#endif  // WENSUM_SERVICES_IMPORTS_DROP_FILE_H_
