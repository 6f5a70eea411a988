// `wensum runs`: what became of imports, and what is done about them.
#ifndef WENSUM_SERVICES_CLI_RUNS_COMMAND_H_
#define WENSUM_SERVICES_CLI_RUNS_COMMAND_H_

#include <CLI/CLI.hpp>

namespace wensum::cli {

// Adds the commands. `exit_code` must outlive `app`: 0 done, 1 refused or failed.
void AddRunsCommands(CLI::App& app, int& exit_code);

}  // namespace wensum::cli

#endif  // WENSUM_SERVICES_CLI_RUNS_COMMAND_H_
