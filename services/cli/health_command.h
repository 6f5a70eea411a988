// `wensum gazetteer boundaries` and `wensum gazetteer link-rates`: what a steward asks a running server.
#ifndef WENSUM_SERVICES_CLI_HEALTH_COMMAND_H_
#define WENSUM_SERVICES_CLI_HEALTH_COMMAND_H_

#include <CLI/CLI.hpp>

namespace wensum::cli {

// Add a command each to the command `gazetteer`, which `exit_code` must outlive.
void AddBoundariesCommand(CLI::App& gazetteer, int& exit_code);
void AddLinkRatesCommand(CLI::App& gazetteer, int& exit_code);

}  // namespace wensum::cli

#endif  // WENSUM_SERVICES_CLI_HEALTH_COMMAND_H_
