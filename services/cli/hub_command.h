// `wensum gazetteer hub`: submissions to the national hub, and its reports.
#ifndef WENSUM_SERVICES_CLI_HUB_COMMAND_H_
#define WENSUM_SERVICES_CLI_HUB_COMMAND_H_

#include <CLI/CLI.hpp>

namespace wensum::cli {

// Adds the commands to the command `gazetteer`, which `exit_code` must outlive.
void AddHubCommands(CLI::App& gazetteer, int& exit_code);

}  // namespace wensum::cli

#endif  // WENSUM_SERVICES_CLI_HUB_COMMAND_H_
