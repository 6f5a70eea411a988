#include "services/server/logging.h"

#include <spdlog/formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <cstdint>
#include <ctime>
#include <memory>
#include <utility>

#include "base/strings.h"

namespace wensum::server {
namespace {

// 2026-11-21T09:30:00.123Z
std::string IsoTime(std::chrono::system_clock::time_point time) {
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
  const auto seconds = static_cast<std::time_t>(millis / 1000);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[32];
  const size_t size = std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &parts);
  const std::string fraction = Cat(1000 + millis % 1000);
  return Cat(std::string_view(text, size), ".", fraction.substr(1), "Z");
}

class JsonFormatter final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    const spdlog::string_view_t level = spdlog::level::to_string_view(message.level);
    const std::string line =
        Cat(R"({"time":")", IsoTime(message.time), R"(","level":")", std::string_view(level.data(), level.size()),
            R"(","message":")", JsonEscape({message.payload.data(), message.payload.size()}), "\"}\n");
    out.append(line.data(), line.data() + line.size());
  }
  [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<JsonFormatter>(); }
};

}  // namespace

std::string JsonEscape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const size_t valid = ValidUtf8Prefix(text);
    for (const char c : text.substr(0, valid)) {
      if (c == '"' || c == '\\') {
        out.push_back('\\');
        out.push_back(c);
      } else if (static_cast<unsigned char>(c) < 0x20) {
        AppendTo(out, "\\u00", HexEncode(std::string_view(&c, 1)));
      } else {
        out.push_back(c);
      }
    }
    text.remove_prefix(valid);
    if (!text.empty()) {
      out.append("\\ufffd");
      text.remove_prefix(1);
    }
  }
  return out;
}

void SetUpLogging(const std::string& level, LogFormat format) {
  auto logger = std::make_shared<spdlog::logger>("wensum", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  if (format == LogFormat::kJson) {
    logger->set_formatter(std::make_unique<JsonFormatter>());
  } else {
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e %l %v");
  }
  logger->set_level(spdlog::level::from_str(level));
  logger->flush_on(spdlog::level::info);
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace wensum::server
