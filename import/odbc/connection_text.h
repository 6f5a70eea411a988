// ODBC connection strings, and how their secret stays out of every message.
#ifndef WENSUM_IMPORT_ODBC_CONNECTION_TEXT_H_
#define WENSUM_IMPORT_ODBC_CONNECTION_TEXT_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "import/odbc/extract_config.h"

namespace wensum::ingest {

// The connection string without and with its secret. Immutable.
class ConnectionText {
 public:
  ConnectionText(const ConnectionRule& rule, std::string password) : rule_(rule), password_(std::move(password)) {}

  // KEY=value pairs; `defaults` are added where the rule's options do not name their key. Holds the secret.
  [[nodiscard]] std::string Full(const std::vector<std::pair<std::string, std::string>>& defaults) const;
  // The same for messages: *** in the secret's place, and no options.
  [[nodiscard]] std::string Redacted() const;
  // `text`, which a driver wrote, with *** wherever the secret stands as it is, or as it is written in the connection
  // string, or with its special characters in percent signs.
  [[nodiscard]] std::string Scrub(std::string_view text) const;

 private:
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> Pairs() const;

  const ConnectionRule rule_;
  const std::string password_;
};

// The password that the rule's environment variable or file holds (without one line end at its end); empty if the rule
// names neither. NOT_FOUND if it is not there; INVALID_ARGUMENT for control characters and more than 4096 bytes.
absl::StatusOr<std::string> ReadPassword(const ConnectionRule& rule);

// True if a key of a connection string stands for a secret or for what the rule says elsewhere.
bool IsReservedOption(std::string_view key);

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_ODBC_CONNECTION_TEXT_H_
