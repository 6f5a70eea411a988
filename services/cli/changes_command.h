// `wensum changes compact`: drops the oldest events of the feed.
#ifndef WENSUM_SERVICES_CLI_CHANGES_COMMAND_H_
#define WENSUM_SERVICES_CLI_CHANGES_COMMAND_H_

#include <CLI/CLI.hpp>

namespace wensum::cli {

// Below `wensum changes`. Its exit code: 0, or 1 if the server refused.
void AddCompactCommand(CLI::App& changes, int& exit_code);

}  // namespace wensum::cli

#endif  // WENSUM_SERVICES_CLI_CHANGES_COMMAND_H_
