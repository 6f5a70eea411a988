// `wensum import`: sends a file to a server and follows the run to its end.
#ifndef WENSUM_SERVICES_CLI_IMPORT_COMMAND_H_
#define WENSUM_SERVICES_CLI_IMPORT_COMMAND_H_

#include <CLI/CLI.hpp>
#include <string>

#include "services/cli/client.h"
#include "wensum/v1/imports.pb.h"

namespace wensum::cli {

// Adds the command, and `check`, `preview` and `extract` below it. `exit_code` (0 only for a run that succeeded and
// reconciled) must outlive `app`.
void AddImportCommand(CLI::App& app, int& exit_code);

// The run's summary for people, with the reconciliation identity spelt out.
std::string ImportSummary(const v1::ImportRun& run);

// Follows a run until it has ended, with progress on a terminal; `run` is then as it ended. The error of a call, or of
// a server that has gone for too long.
grpc::Status FollowImport(const Client& client, v1::ImportRun& run);

// "12.3 MB of 40.0 MB, 8.1 MB/s, 3 s left": `done` of `total` bytes after `seconds`.
std::string ProgressText(uint64_t done, uint64_t total, double seconds);

}  // namespace wensum::cli

#endif  // WENSUM_SERVICES_CLI_IMPORT_COMMAND_H_
