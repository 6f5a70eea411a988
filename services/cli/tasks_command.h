// `wensum tasks`: the stewards' queue of a running server.
#ifndef WENSUM_SERVICES_CLI_TASKS_COMMAND_H_
#define WENSUM_SERVICES_CLI_TASKS_COMMAND_H_

#include <CLI/CLI.hpp>

namespace wensum::cli {

// Adds the command to `app`, which `exit_code` must outlive.
void AddTasksCommand(CLI::App& app, int& exit_code);

}  // namespace wensum::cli

#endif  // WENSUM_SERVICES_CLI_TASKS_COMMAND_H_
