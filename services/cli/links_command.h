// `wensum people links`, `compare` and `told`, `wensum property links` and `compare`, `wensum export stale` and `wensum
// consumers`.
#ifndef WENSUM_SERVICES_CLI_LINKS_COMMAND_H_
#define WENSUM_SERVICES_CLI_LINKS_COMMAND_H_

#include <CLI/CLI.hpp>

namespace wensum::cli {

// Add the commands to those that they belong to, which must be outlived by `exit_code`.
void AddPersonLinksCommands(CLI::App& people, int& exit_code);
void AddPropertyLinksCommands(CLI::App& property, int& exit_code);
void AddStaleExportCommand(CLI::App& exports, int& exit_code);
void AddConsumersCommand(CLI::App& app, int& exit_code);

}  // namespace wensum::cli

#endif  // WENSUM_SERVICES_CLI_LINKS_COMMAND_H_
