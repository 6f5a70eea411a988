// `wensum import check` and `wensum import preview`: a mapping and its file judged before they are sent; no server.
#ifndef WENSUM_SERVICES_CLI_CHECK_COMMAND_H_
#define WENSUM_SERVICES_CLI_CHECK_COMMAND_H_

#include <CLI/CLI.hpp>

namespace wensum::cli {

// Adds both commands to the command `import`, which `exit_code` must outlive. Exit codes: 0 all is well; 1 the mapping
// has errors, or a server would refuse the file; 2 wrong arguments, or a file that cannot be read.
void AddCheckCommands(CLI::App& import, int& exit_code);

}  // namespace wensum::cli

#endif  // WENSUM_SERVICES_CLI_CHECK_COMMAND_H_
