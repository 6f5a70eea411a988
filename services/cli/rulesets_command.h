// `wensum rulesets ...`: versions of the rules of survivorship.
#ifndef WENSUM_SERVICES_CLI_RULESETS_COMMAND_H_
#define WENSUM_SERVICES_CLI_RULESETS_COMMAND_H_

#include <CLI/CLI.hpp>

namespace wensum::cli {

// Adds the commands to `app`. `exit_code` must outlive `app`.
void AddRulesetsCommands(CLI::App& app, int& exit_code);

}  // namespace wensum::cli

#endif  // WENSUM_SERVICES_CLI_RULESETS_COMMAND_H_
