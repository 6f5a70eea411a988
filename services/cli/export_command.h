// `wensum gazetteer export`: the gazetteer of a running server as a file.
#ifndef WENSUM_SERVICES_CLI_EXPORT_COMMAND_H_
#define WENSUM_SERVICES_CLI_EXPORT_COMMAND_H_

#include <CLI/CLI.hpp>

namespace wensum::cli {

// Adds the command to `app`'s command `gazetteer`, which is made if it is not there. `exit_code` must outlive `app`.
void AddExportCommand(CLI::App& app, int& exit_code);

}  // namespace wensum::cli

#endif  // WENSUM_SERVICES_CLI_EXPORT_COMMAND_H_
