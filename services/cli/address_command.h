// `wensum address match`: files in, files out, no server; and what was learnt of addresses (learnt_command.h).
#ifndef WENSUM_SERVICES_CLI_ADDRESS_COMMAND_H_
#define WENSUM_SERVICES_CLI_ADDRESS_COMMAND_H_

#include <CLI/CLI.hpp>

namespace wensum::cli {

// Adds the command `address` to `app`. `exit_code` must outlive `app`.
void AddAddressFileCommands(CLI::App& app, int& exit_code);

}  // namespace wensum::cli

#endif  // WENSUM_SERVICES_CLI_ADDRESS_COMMAND_H_
