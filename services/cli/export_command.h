// `wensum gazetteer export`: the gazetteer of a running server as a file.
#ifndef WENSUM_SERVICES_CLI_EXPORT_COMMAND_H_
#define WENSUM_SERVICES_CLI_EXPORT_COMMAND_H_

#include <CLI/CLI.hpp>

namespace wensum::cli {

// Adds the command to the command `gazetteer`, which `exit_code` must outlive.
void AddExportCommand(CLI::App& gazetteer, int& exit_code);

}  // namespace wensum::cli

#endif  // WENSUM_SERVICES_CLI_EXPORT_COMMAND_H_
