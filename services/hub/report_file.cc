#include "services/hub/report_file.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "import/byte_source.h"
#include "import/csv_reader.h"

namespace wensum::hub {
namespace {

using Severity = v1::HealthFinding;

constexpr uint64_t kMaxTextBytes = uint64_t{64} << 20;  // of a compressed file
constexpr size_t kMaxRowBytes = 64 * 1024;
constexpr size_t kMaxColumns = 200;
constexpr size_t kMaxCode = 40;
constexpr size_t kMaxKey = 40;
constexpr size_t kMaxMessage = 2'000;
constexpr size_t kMaxListedColumns = 50;
constexpr size_t kColumnNameBytes = 60;

enum Column : size_t { kCheck, kUprn, kUsrn, kLpiKey, kSeverity, kMessage, kColumns };

struct Alias {
  std::string_view name;  // lower case, letters and digits alone
  Column column;
};
constexpr Alias kAliases[] = {
    {"checkcode", kCheck},
    {"check", kCheck},
    {"checkid", kCheck},
    {"code", kCheck},
    {"rule", kCheck},
    {"rulecode", kCheck},
    {"errorcode", kCheck},
    {"validationcode", kCheck},
    {"uprn", kUprn},
    {"blpuuprn", kUprn},
    {"usrn", kUsrn},
    {"streetusrn", kUsrn},
    {"lpikey", kLpiKey},
    {"lpi", kLpiKey},
    {"severity", kSeverity},
    {"level", kSeverity},
    {"errortype", kSeverity},
    {"errorlevel", kSeverity},
    {"flag", kSeverity},
    {"message", kMessage},
    {"description", kMessage},
    {"errormessage", kMessage},
    {"checkmessage", kMessage},
    {"errordescription", kMessage},
    {"checkdescription", kMessage},
    {"reason", kMessage},
};

std::string Simplified(std::string_view name) {
  std::string out;
  for (const char c : ToLowerAscii(name)) {
    if (IsLower(c) || IsDigit(c)) {
      out.push_back(c);
    }
  }
  return out;
}

// Where each column stands in a row.
struct Header {
  std::array<std::optional<size_t>, kColumns> at;
  size_t fields = 0;
};

absl::StatusOr<Header> ReadHeader(std::span<const std::string_view> names, std::vector<std::string>& ignored) {
  Header header;
  header.fields = names.size();
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string name = Simplified(names[i]);
    const auto* const found = std::ranges::find(kAliases, name, &Alias::name);
    if (found == std::end(kAliases)) {
      if (ignored.size() < kMaxListedColumns) {
        const std::string_view text = Trim(names[i]).substr(0, kColumnNameBytes);
        ignored.emplace_back(text.substr(0, ValidUtf8Prefix(text)));
      }
      continue;
    }
    std::optional<size_t>& at = header.at[found->column];
    if (at.has_value()) {
      return InvalidArgument(Cat("the header line names ", Quote(Trim(names[*at])), " and ", Quote(Trim(names[i])),
                                 ", which mean the same: leave one out"));
    }
    at = i;
  }
  const auto missing = [&names](std::string_view what, std::string_view example) {
    std::vector<std::string> quoted;
    for (const std::string_view name : names.first(std::min(names.size(), kMaxListedColumns))) {
      quoted.push_back(Quote(name, kColumnNameBytes));
    }
    return InvalidArgument(Cat("the header line has no column for ", what, " (", example, "), but ", Join(quoted, ", "),
                               ": the first line must name the columns; docs/formats.md has their names"));
  };
  if (!header.at[kCheck].has_value()) {
    return missing("the check's code", "CHECK_CODE");
  }
  if (!header.at[kUprn].has_value() && !header.at[kUsrn].has_value()) {
    return missing("the property or the street", "UPRN or USRN");
  }
  if (!header.at[kMessage].has_value()) {
    return missing("the message", "MESSAGE");
  }
  return header;
}

Severity::Severity ParseSeverity(std::string_view text) {
  static constexpr std::string_view kErrors[] = {"E", "ERR", "ERROR", "FATAL", "CRITICAL"};
  static constexpr std::string_view kWarnings[] = {"W", "WARN", "WARNING"};
  const std::string upper = ToUpperAscii(text);
  if (std::ranges::find(kErrors, upper) != std::end(kErrors)) {
    return Severity::SEVERITY_ERROR;
  }
  return std::ranges::find(kWarnings, upper) != std::end(kWarnings) ? Severity::SEVERITY_WARNING
                                                                    : Severity::SEVERITY_UNSPECIFIED;
}

// The row's finding, or why it is none.
absl::StatusOr<ReportRow> ReadRow(const Header& header, const ingest::CsvRow& row) {
  if (row.fields.size() != header.fields) {
    return InvalidArgument(Cat("has ", row.fields.size(), " fields, and the header line ", header.fields));
  }
  const auto field = [&header, &row](Column column) {
    return header.at[column].has_value() ? Trim(row.fields[*header.at[column]]) : std::string_view();
  };
  ReportRow out;
  out.line = row.line;
  out.check_code = ToUpperAscii(field(kCheck));
  if (out.check_code.empty() || out.check_code.size() > kMaxCode) {
    return InvalidArgument(out.check_code.empty() ? std::string("has no check code")
                                                  : Cat("has a check code of more than ", kMaxCode, " bytes"));
  }
  if (const std::string_view text = field(kUprn); !text.empty()) {
    const absl::StatusOr<model::Uprn> uprn = model::Uprn::Parse(text);
    if (!uprn.ok()) {
      return InvalidArgument(Cat("has ", Quote(text), " where a UPRN belongs"));
    }
    out.uprn = *uprn;
  }
  if (const std::string_view text = field(kUsrn); !text.empty()) {
    const absl::StatusOr<model::Usrn> usrn = model::Usrn::Parse(text);
    if (!usrn.ok()) {
      return InvalidArgument(Cat("has ", Quote(text), " where a USRN belongs"));
    }
    out.usrn = *usrn;
  }
  out.lpi_key = field(kLpiKey);
  if (out.lpi_key.size() > kMaxKey) {
    return InvalidArgument(Cat("has an LPI key of more than ", kMaxKey, " bytes"));
  }
  out.message = field(kMessage);
  if (out.message.size() > kMaxMessage) {
    return InvalidArgument(Cat("has a message of more than ", kMaxMessage, " bytes"));
  }
  out.severity = ParseSeverity(field(kSeverity));
  return out;
}

}  // namespace

absl::StatusOr<ReportFile> ParseReportFile(std::string_view bytes) {
  WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<ingest::ByteSource> source,
                          ingest::ByteSource::OpenMemory(bytes, {.max_text_bytes = kMaxTextBytes}));
  ingest::CsvReader reader(source.get(), {.max_row_bytes = kMaxRowBytes, .max_columns = kMaxColumns});
  ingest::CsvRow row;
  WENSUM_ASSIGN_OR_RETURN(const bool begun, reader.Next(row));
  if (!begun) {
    return InvalidArgument("the file is empty: its first line must name the columns");
  }
  ReportFile file;
  WENSUM_ASSIGN_OR_RETURN(const Header header, ReadHeader(row.fields, file.ignored_columns));
  while (true) {
    WENSUM_ASSIGN_OR_RETURN(const bool more, reader.Next(row));
    if (!more) {
      return file;
    }
    if (file.rows.size() + file.unreadable.size() == kMaxReportRows) {
      return InvalidArgument(Cat("the file has more than ", kMaxReportRows, " rows: send it in parts"));
    }
    absl::StatusOr<ReportRow> finding = ReadRow(header, row);
    if (finding.ok()) {
      file.rows.push_back(*std::move(finding));
    } else {
      file.unreadable.push_back({row.line, std::string(Message(finding.status()))});
    }
  }
}

}  // namespace wensum::hub
