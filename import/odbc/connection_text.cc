#include "import/odbc/connection_text.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::ingest {
namespace {

constexpr size_t kMaxPasswordBytes = 4096;
constexpr std::string_view kStars = "***";

// In braces only if it must be: psqlodbc takes the braces of any value but the password for part of it.
std::string Value(std::string_view value, bool always_brace) {
  const bool brace = always_brace || value.starts_with('{') || value.find_first_of(";}") != std::string_view::npos ||
                     Trim(value).size() != value.size();
  if (!brace) return std::string(value);
  std::string out = "{";
  for (const char c : value) out.append(c == '}' ? 2 : 1, c);
  return out + "}";
}

std::string PercentEncoded(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (IsLetter(c) || IsDigit(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out.push_back(c);
    } else {
      AppendTo(out, '%', kHex[byte >> 4], kHex[byte & 15]);
    }
  }
  return out;
}

void ReplaceAll(std::string& text, std::string_view from, std::string_view to) {
  for (size_t at = 0; !from.empty() && (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

}  // namespace

std::vector<std::pair<std::string, std::string>> ConnectionText::Pairs() const {
  std::vector<std::pair<std::string, std::string>> pairs;
  const auto add = [&pairs](std::string_view key, std::string_view value) {
    if (!value.empty()) pairs.emplace_back(key, value);
  };
  add("DSN", rule_.dsn);
  if (!rule_.driver.empty()) pairs.emplace_back("DRIVER", Cat("{", rule_.driver, "}"));
  add("SERVER", Value(rule_.server, false));
  add("PORT", rule_.port == 0 ? std::string() : std::to_string(rule_.port));
  add("DATABASE", Value(rule_.database, false));
  add("UID", Value(rule_.user, false));
  return pairs;
}

std::string ConnectionText::Full(const std::vector<std::pair<std::string, std::string>>& defaults) const {
  std::string out;
  for (const auto& [key, value] : Pairs()) AppendTo(out, key, "=", value, ";");
  if (!password_.empty()) AppendTo(out, "PWD=", Value(password_, true), ";");
  for (const auto& [key, value] : rule_.options) AppendTo(out, key, "=", Value(value, false), ";");
  for (const auto& preset : defaults) {
    const auto named = [&preset](const auto& option) { return EqualsIgnoreCaseAscii(option.first, preset.first); };
    if (std::ranges::none_of(rule_.options, named)) AppendTo(out, preset.first, "=", preset.second, ";");
  }
  return out;
}

std::string ConnectionText::Redacted() const {
  std::string out;
  for (const auto& [key, value] : Pairs()) AppendTo(out, key, "=", value, ";");
  if (!password_.empty()) AppendTo(out, "PWD=", kStars, ";");
  return Scrub(out);
}

std::string ConnectionText::Scrub(std::string_view text) const {
  std::string out(text);
  if (password_.empty()) return out;
  std::vector<std::string> forms = {Value(password_, true), PercentEncoded(password_), password_};
  std::string doubled = forms[0].substr(1, forms[0].size() - 2);
  forms.push_back(std::move(doubled));
  // The longest first, so that no form leaves a part of another.
  std::ranges::stable_sort(forms, std::ranges::greater(), &std::string::size);
  for (const std::string& form : forms) ReplaceAll(out, form, kStars);
  return out;
}

absl::StatusOr<std::string> ReadPassword(const ConnectionRule& rule) {
  std::string password;
  std::string where;
  if (!rule.password_env.empty()) {
    where = Cat("the environment variable ", rule.password_env);
    const char* const value = std::getenv(rule.password_env.c_str());
    if (value == nullptr) return NotFound(Cat(where, ", which is to hold the password, is not set"));
    password = value;
  } else if (!rule.password_file.empty()) {
    where = Cat("the file ", Quote(rule.password_file));
    std::ifstream file(rule.password_file, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) return NotFound(Cat(where, ", which is to hold the password, cannot be read or is empty"));
    password = text.str();
    if (password.ends_with('\n')) password.pop_back();
    if (password.ends_with('\r')) password.pop_back();
  } else {
    return password;
  }
  if (password.empty()) return NotFound(Cat(where, ", which is to hold the password, is empty"));
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (password.size() > kMaxPasswordBytes || std::ranges::any_of(password, control) || !IsValidUtf8(password)) {
    return InvalidArgument(
        Cat(where, " holds no password: it must be one line of UTF-8 of at most ", kMaxPasswordBytes, " bytes"));
  }
  return password;
}

bool IsReservedOption(std::string_view key) {
  const std::string upper = ToUpperAscii(key);
  for (const std::string_view name : {"DSN", "FILEDSN", "SAVEFILE", "DRIVER", "SERVER", "SERVERNAME", "PORT",
                                      "DATABASE", "DB", "UID", "USER", "USERNAME", "USERID"}) {
    if (upper == name) return true;
  }
  for (const std::string_view part : {"PWD", "PASS", "SECRET", "TOKEN"}) {
    if (upper.find(part) != std::string::npos) return true;
  }
  return false;
}

}  // namespace wensum::ingest
