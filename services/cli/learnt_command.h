// `wensum address learn`, `forget` and `learnt`: what address texts mean, on a running server.
#ifndef WENSUM_SERVICES_CLI_LEARNT_COMMAND_H_
#define WENSUM_SERVICES_CLI_LEARNT_COMMAND_H_

#include <CLI/CLI.hpp>

namespace wensum::cli {

// Adds the commands to `address`, which `exit_code` must outlive.
void AddLearntCommands(CLI::App& address, int& exit_code);

}  // namespace wensum::cli

#endif  // WENSUM_SERVICES_CLI_LEARNT_COMMAND_H_
