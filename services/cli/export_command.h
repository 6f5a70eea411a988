// `wensum gazetteer export`: the gazetteer of a running server as a file.
#ifndef WENSUM_SERVICES_CLI_EXPORT_COMMAND_H_
#define WENSUM_SERVICES_CLI_EXPORT_COMMAND_H_

#include <CLI/CLI.hpp>
#include <string>

#include "services/cli/client.h"
#include "wensum/v1/exports.pb.h"

namespace wensum::cli {

// Adds the command to the command `gazetteer`, which `exit_code` must outlive.
void AddExportCommand(CLI::App& gazetteer, int& exit_code);

// Writes the file to `out`, under its name only once it is whole, and sets its facts. False, and the error printed, if
// it did not come whole or cannot be written.
bool FetchExport(const Client& client, const v1::ExportGazetteerRequest& request, const std::string& out,
                 v1::ExportFacts* facts);

}  // namespace wensum::cli

#endif  // WENSUM_SERVICES_CLI_EXPORT_COMMAND_H_
