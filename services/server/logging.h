// Logs to standard error. No message may hold personal data: log names of resources, never values.
#ifndef WENSUM_SERVICES_SERVER_LOGGING_H_
#define WENSUM_SERVICES_SERVER_LOGGING_H_

#include <string>
#include <string_view>

#include "services/server/options.h"

namespace wensum::server {

// Sets up spdlog's default logger: one JSON object or one line of text for each message. `level` as in ServerOptions.
void SetUpLogging(const std::string& level, LogFormat format);

// `text` as the inside of a JSON string (RFC 8259); invalid UTF-8 is replaced.
std::string JsonEscape(std::string_view text);

}  // namespace wensum::server

#endif  // WENSUM_SERVICES_SERVER_LOGGING_H_
