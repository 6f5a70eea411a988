// `wensum gazetteer transfer`: properties from one local custodian code to another, operation by operation.
#ifndef WENSUM_SERVICES_CLI_TRANSFER_COMMAND_H_
#define WENSUM_SERVICES_CLI_TRANSFER_COMMAND_H_

#include <CLI/CLI.hpp>

namespace wensum::cli {

// Adds the command to the command `gazetteer`, which `exit_code` must outlive.
void AddTransferCommand(CLI::App& gazetteer, int& exit_code);

}  // namespace wensum::cli

#endif  // WENSUM_SERVICES_CLI_TRANSFER_COMMAND_H_
