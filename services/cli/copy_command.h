// `wensum copy`, `wensum export` and `wensum people lookup`: the register's people for systems beside it.
#ifndef WENSUM_SERVICES_CLI_COPY_COMMAND_H_
#define WENSUM_SERVICES_CLI_COPY_COMMAND_H_

#include <CLI/CLI.hpp>

namespace wensum::cli {

// Add the commands to `app` and to its command `people`; both must be outlived by `exit_code`.
void AddCopyCommands(CLI::App& app, int& exit_code);
void AddLookupCommand(CLI::App& people, int& exit_code);

}  // namespace wensum::cli

#endif  // WENSUM_SERVICES_CLI_COPY_COMMAND_H_
