// `wensum tasks bulk`: one answer to many tasks at once, on a running server.
#ifndef WENSUM_SERVICES_CLI_BULK_COMMAND_H_
#define WENSUM_SERVICES_CLI_BULK_COMMAND_H_

#include <CLI/CLI.hpp>

namespace wensum::cli {

// Adds `bulk` to `wensum tasks`, which `exit_code` must outlive.
void AddBulkCommand(CLI::App& tasks, int& exit_code);

}  // namespace wensum::cli

#endif  // WENSUM_SERVICES_CLI_BULK_COMMAND_H_
