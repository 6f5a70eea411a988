// `wensum people dedupe` and `wensum people evaluate`: files in, files out, no server.
#ifndef WENSUM_SERVICES_CLI_PEOPLE_COMMAND_H_
#define WENSUM_SERVICES_CLI_PEOPLE_COMMAND_H_

#include <CLI/CLI.hpp>

namespace wensum::cli {

// Adds the commands under `people`. `exit_code` must outlive `people`.
void AddPeopleFileCommands(CLI::App& people, int& exit_code);

}  // namespace wensum::cli

#endif  // WENSUM_SERVICES_CLI_PEOPLE_COMMAND_H_
