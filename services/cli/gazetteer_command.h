// `wensum gazetteer ...`: gazetteer files without a server; exports, checks and transfers of a server's gazetteer.
#ifndef WENSUM_SERVICES_CLI_GAZETTEER_COMMAND_H_
#define WENSUM_SERVICES_CLI_GAZETTEER_COMMAND_H_

#include <CLI/CLI.hpp>

namespace wensum::cli {

// Adds the commands to `app`. When one of them was given, it runs inside CLI::App::parse and sets `exit_code`.
// `exit_code` must outlive `app`.
void AddGazetteerCommands(CLI::App& app, int& exit_code);

}  // namespace wensum::cli

#endif  // WENSUM_SERVICES_CLI_GAZETTEER_COMMAND_H_
