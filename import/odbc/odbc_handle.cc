#include "import/odbc/odbc_handle.h"

#include <algorithm>
#include <array>

#include "base/status_macros.h"
#include "base/strings.h"
#include "import/odbc/field_text.h"

namespace wensum::ingest {
namespace {

constexpr SQLSMALLINT kMaxRecords = 8;

bool Contains(std::string_view text, std::string_view piece) { return text.find(piece) != std::string_view::npos; }

// The code of an SQLSTATE's class or value; OK if it says too little.
absl::StatusCode CodeOfState(std::string_view state) {
  struct Meaning {
    std::string_view prefix;
    absl::StatusCode code;
  };
  static constexpr Meaning kMeanings[] = {
      {"28", absl::StatusCode::kPermissionDenied},     {"42501", absl::StatusCode::kPermissionDenied},
      {"08", absl::StatusCode::kUnavailable},          {"57P", absl::StatusCode::kUnavailable},
      {"HYT", absl::StatusCode::kDeadlineExceeded},    {"S1T", absl::StatusCode::kDeadlineExceeded},
      {"57014", absl::StatusCode::kDeadlineExceeded},  {"70100", absl::StatusCode::kDeadlineExceeded},
      {"HY008", absl::StatusCode::kCancelled},         {"40", absl::StatusCode::kAborted},
      {"HY001", absl::StatusCode::kResourceExhausted}, {"53", absl::StatusCode::kResourceExhausted},
      {"42", absl::StatusCode::kInvalidArgument},      {"22", absl::StatusCode::kInvalidArgument},
      {"S00", absl::StatusCode::kInvalidArgument},
  };
  for (const Meaning& meaning : kMeanings) {
    if (state.starts_with(meaning.prefix)) return meaning.code;
  }
  return absl::StatusCode::kOk;
}

}  // namespace

OdbcText ToOdbc(std::string_view utf8) {
  const std::u16string units = ToUtf16(utf8);
  return {units.begin(), units.end()};
}

std::string FromOdbc(const SQLWCHAR* text, size_t size) {
  std::string out;
  const std::u16string units(text, text + size);
  for (size_t i = 0; i < units.size();) {
    size_t count = units[i] >= 0xD800 && units[i] < 0xDC00 && i + 1 < units.size() ? 2 : 1;
    if (!AppendUtf8(std::span(units).subspan(i, count), out)) {
      out.append("\xEF\xBF\xBD");
      count = 1;
    }
    i += count;
  }
  return out;
}

SQLPOINTER AsPointer(uint64_t value) { return reinterpret_cast<SQLPOINTER>(static_cast<uintptr_t>(value)); }

Diagnosis Diagnose(SQLSMALLINT type, SQLHANDLE handle) {
  Diagnosis diagnosis;
  for (SQLSMALLINT record = 1; record <= kMaxRecords; ++record) {
    std::array<SQLWCHAR, 6> state{};
    std::array<SQLWCHAR, 2048> text{};
    SQLINTEGER native = 0;
    SQLSMALLINT size = 0;
    if (!SQL_SUCCEEDED(SQLGetDiagRecW(type, handle, record, state.data(), &native, text.data(),
                                      static_cast<SQLSMALLINT>(text.size()), &size))) {
      break;
    }
    // Not by `size`: some drivers count bytes, or what did not fit.
    const size_t end = static_cast<size_t>(std::ranges::find(text, SQLWCHAR{0}) - text.begin());
    std::string message = FromOdbc(text.data(), std::min(end, text.size()));
    std::ranges::replace_if(message, [](char c) { return IsSpace(c); }, ' ');
    const std::string code = FromOdbc(state.data(), 5);
    if (record == 1) diagnosis.state = code;
    AppendTo(diagnosis.text, record == 1 ? "[" : "; [", code, "] ", Trim(message));
  }
  if (diagnosis.text.empty()) diagnosis.text = "the driver gives no reason";
  return diagnosis;
}

absl::Status StatusOf(const Diagnosis& diagnosis, std::string_view text) {
  // Drivers give some errors states that say less than their texts.
  const std::string lower = ToLowerAscii(diagnosis.text);
  absl::StatusCode code = CodeOfState(diagnosis.state);
  if (Contains(lower, "authentication failed") || Contains(lower, "access denied") ||
      Contains(lower, "permission denied")) {
    code = absl::StatusCode::kPermissionDenied;
  } else if (Contains(lower, "statement timeout") || Contains(lower, "max_statement_time exceeded") ||
             Contains(lower, "execution was interrupted (max_statement_time")) {
    code = absl::StatusCode::kDeadlineExceeded;
  } else if (Contains(lower, "server has gone away") || Contains(lower, "lost connection") ||
             Contains(lower, "can't connect") || Contains(lower, "server closed the connection") ||
             Contains(lower, "terminating connection") || Contains(lower, "connection was killed")) {
    code = absl::StatusCode::kUnavailable;
  }
  return MakeStatus(code == absl::StatusCode::kOk ? absl::StatusCode::kFailedPrecondition : code, text);
}

std::string InstalledDrivers(const Environment& environment) {
  std::vector<std::string> names;
  std::array<SQLWCHAR, 256> name{};
  std::array<SQLWCHAR, 1024> attributes{};
  SQLSMALLINT size = 0;
  SQLSMALLINT attributes_size = 0;
  SQLUSMALLINT direction = SQL_FETCH_FIRST;
  while (
      SQL_SUCCEEDED(SQLDriversW(environment.get(), direction, name.data(), static_cast<SQLSMALLINT>(name.size()), &size,
                                attributes.data(), static_cast<SQLSMALLINT>(attributes.size()), &attributes_size))) {
    const size_t end = static_cast<size_t>(std::ranges::find(name, SQLWCHAR{0}) - name.begin());
    names.push_back(FromOdbc(name.data(), end));
    direction = SQL_FETCH_NEXT;
  }
  return names.empty() ? "none" : Join(names, ", ");
}

}  // namespace wensum::ingest
