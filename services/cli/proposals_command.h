// `wensum decisions proposals|approve|reject`: decisions that wait for a second steward, on a running server.
#ifndef WENSUM_SERVICES_CLI_PROPOSALS_COMMAND_H_
#define WENSUM_SERVICES_CLI_PROPOSALS_COMMAND_H_

#include <CLI/CLI.hpp>

namespace wensum::cli {

// Adds them to `wensum decisions`, which `exit_code` must outlive.
void AddProposalCommands(CLI::App& decisions, int& exit_code);

}  // namespace wensum::cli

#endif  // WENSUM_SERVICES_CLI_PROPOSALS_COMMAND_H_
