// The commands that talk to a running server: people, property, changes, stats.
#ifndef WENSUM_SERVICES_CLI_COMMANDS_H_
#define WENSUM_SERVICES_CLI_COMMANDS_H_

#include <CLI/CLI.hpp>

#include "services/cli/client.h"

namespace wensum::cli {

// Adds the options that every client command has.
void AddClientOptions(CLI::App& command, ClientOptions& options);

// Adds the commands to `app`. When one of them was given, it runs inside CLI::App::parse and sets `exit_code`.
// `exit_code` must outlive `app`.
void AddClientCommands(CLI::App& app, int& exit_code);

// Asks the server to verify itself and prints the report; the exit code.
int VerifyServer(const ClientOptions& options);

}  // namespace wensum::cli

#endif  // WENSUM_SERVICES_CLI_COMMANDS_H_
