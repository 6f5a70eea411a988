// `wensum decisions`: what stewards decide about who is one person, on a running server.
#ifndef WENSUM_SERVICES_CLI_DECISIONS_COMMAND_H_
#define WENSUM_SERVICES_CLI_DECISIONS_COMMAND_H_

#include <CLI/CLI.hpp>

namespace wensum::cli {

// Adds the command to `app`, which `exit_code` must outlive.
void AddDecisionsCommand(CLI::App& app, int& exit_code);
// Adds `decide` to `wensum tasks`.
void AddDecideCommand(CLI::App& tasks, int& exit_code);

}  // namespace wensum::cli

#endif  // WENSUM_SERVICES_CLI_DECISIONS_COMMAND_H_
