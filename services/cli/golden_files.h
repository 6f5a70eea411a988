// Files of golden records for systems that cannot call. docs/formats.md gives their columns.
#ifndef WENSUM_SERVICES_CLI_GOLDEN_FILES_H_
#define WENSUM_SERVICES_CLI_GOLDEN_FILES_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "services/cli/client.h"
#include "wensum/v1/changes.pb.h"

namespace wensum::cli {

enum class GoldenFile : uint8_t { kGolden, kCrosswalk };

// Writes the file and, beside it as `path`.json, a summary with its revision, rows and SHA-256; each appears under its
// name once it is whole, the summary last. Prints the summary; returns the exit code of the command.
int WriteGoldenFile(const Client& client, const v1::ExportGoldenRequest& request, GoldenFile kind,
                    const std::string& path);

// Appends a line of CSV (RFC 4180, ending in LF).
void AppendCsvLine(std::span<const std::string_view> fields, std::string& out);

}  // namespace wensum::cli

#endif  // WENSUM_SERVICES_CLI_GOLDEN_FILES_H_
