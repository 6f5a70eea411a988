// Extract configurations: YAML files that say which query takes a source's rows out of a legacy database.
//
// docs/odbc.md defines the keys. A configuration is checked completely when it is parsed, without a database.
#ifndef WENSUM_IMPORT_ODBC_EXTRACT_CONFIG_H_
#define WENSUM_IMPORT_ODBC_EXTRACT_CONFIG_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace wensum::ingest {

// Texts longer than this are refused.
inline constexpr size_t kMaxExtractConfigBytes = size_t{1} << 18;

// Where the database is. Either `driver` or `dsn` is set; at most one of `password_env` and `password_file`.
struct ConnectionRule {
  std::string driver;  // as odbcinst.ini names it
  std::string dsn;     // as odbc.ini names it
  std::string server;
  int port = 0;  // 0: the driver's own
  std::string database;
  std::string user;
  std::string password_env;                                  // the variable's name, never the password
  std::string password_file;                                 // the file's path
  std::vector<std::pair<std::string, std::string>> options;  // more of the connection string; no secrets
};

struct WatermarkRule {
  std::string column;
  int64_t overlap_seconds = 0;  // taken from the last watermark before it is given to the query; times only
  std::string start;            // what stands for the last watermark in the first run; may be empty
};

// What the bytes of columns of type CHAR, VARCHAR and CLOB are.
enum class CharEncoding : uint8_t {
  kDriver,  // what the driver turns them into is asked for: UTF-16, or UTF-8 of drivers known to give it
  kUtf8,
  kWindows1252,
};

struct ExtractConfig {
  ConnectionRule connection;
  std::string query;
  size_t parameters = 0;  // question marks of the query, each of which stands for the last watermark
  std::vector<std::string> key;
  std::optional<WatermarkRule> watermark;
  int64_t timeout_seconds = 3600;
  CharEncoding encoding = CharEncoding::kDriver;
  uint64_t row_limit = 100'000'000;
};

// INVALID_ARGUMENT with one line per error, each "line L, column C: ...", in the order of the text. Never throws.
absl::StatusOr<ExtractConfig> ParseExtractConfig(std::string_view yaml);
// As ParseExtractConfig, of a file; errors start with the path.
absl::StatusOr<ExtractConfig> LoadExtractConfig(const std::string& path);

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_ODBC_EXTRACT_CONFIG_H_
