// `wensum people homes` and `relations`, `wensum property occupants` and `household`.
#ifndef WENSUM_SERVICES_CLI_TIES_COMMAND_H_
#define WENSUM_SERVICES_CLI_TIES_COMMAND_H_

#include <CLI/CLI.hpp>

namespace wensum::cli {

// Add the commands to those that they belong to, which must be outlived by `exit_code`.
void AddPersonTiesCommands(CLI::App& people, int& exit_code);
void AddPropertyTiesCommands(CLI::App& property, int& exit_code);

}  // namespace wensum::cli

#endif  // WENSUM_SERVICES_CLI_TIES_COMMAND_H_
