// `wensum import extract`: stages the rows of a declared database query as a CSV file, without a server.
#ifndef WENSUM_SERVICES_CLI_EXTRACT_COMMAND_H_
#define WENSUM_SERVICES_CLI_EXTRACT_COMMAND_H_

#include <CLI/CLI.hpp>
#include <string>

#include "import/odbc/extract.h"

namespace wensum::cli {

// Adds the command to `parent`. `exit_code` (0: the file is there; 1: it is not) must outlive it.
void AddExtractCommand(CLI::App& parent, int& exit_code);

// What the command prints: one JSON object in one line.
std::string ExtractFactsJson(const ingest::ExtractFacts& facts, const std::string& path);

}  // namespace wensum::cli

#endif  // WENSUM_SERVICES_CLI_EXTRACT_COMMAND_H_
