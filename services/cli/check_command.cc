#include "services/cli/check_command.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/opaque_id.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "import/byte_source.h"
#include "import/mapped_reader.h"
#include "import/mapping.h"
#include "services/cli/client.h"
#include "services/convert/person_details.h"
#include "services/register/prepare.h"
#include "wensum/v1/common.pb.h"

namespace wensum::cli {
namespace {

using nlohmann::ordered_json;

constexpr int kFits = 0;
constexpr int kRefused = 1;
constexpr int kCannotRead = 2;
constexpr std::string_view kExitCodes =
    "Exit code: 0 all is well, 1 the mapping has errors or a server would refuse the file, 2 wrong arguments or a file "
    "that cannot be read.";

struct CheckSettings {
  std::string mapping;
  std::string file;
  uint64_t rows = 10;
  bool json = false;
};

int CodeOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return kFits;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kResourceExhausted:
      return kRefused;
    default:
      return kCannotRead;
  }
}

int Fail(const absl::Status& status) {
  std::cerr << "error: " << Message(status) << "\n";
  return CodeOf(status);
}

std::string_view SeverityName(ingest::Severity severity) {
  switch (severity) {
    case ingest::Severity::kWarning:
      return "warning";
    case ingest::Severity::kReject:
      return "reject";
    case ingest::Severity::kStop:
      return "stop";
  }
  return {};
}

ordered_json IssueJson(const ingest::RowIssue& issue) {
  ordered_json out = {{"line", issue.line},
                      {"column", issue.column},
                      {"rule", issue.rule},
                      {"severity", SeverityName(issue.severity)},
                      {"message", issue.message}};
  if (!issue.raw.empty()) out["raw"] = issue.raw;
  return out;
}

// Raw text may have been cut inside a character.
std::string Dump(const ordered_json& value, int indent) {
  return value.dump(indent, ' ', /*ensure_ascii=*/false, ordered_json::error_handler_t::replace);
}

std::string IssueText(const ingest::RowIssue& issue) {
  return Cat("  ", SeverityName(issue.severity), " ", issue.rule, issue.line == 0 ? "" : Cat(", line ", issue.line),
             issue.column.empty() ? "" : Cat(", ", issue.column), ": ", issue.message, "\n");
}

std::string FactsText(const std::string& path, const ingest::FileFacts& facts) {
  const ingest::MappedFacts& mapped = facts.mapped;
  std::string out =
      Cat(path, ": ", facts.text.file_bytes, " bytes", facts.text.gzip ? ", gzip" : "", facts.text.zip ? ", zip" : "",
          ", ", ingest::EncodingName(facts.text.encoding), ", SHA-256 ", facts.text.sha256, "\n  ", mapped.data_rows,
          " rows, of these ", mapped.unreadable_rows, " unreadable, ", mapped.rejected_rows - mapped.unreadable_rows,
          " rejected besides\n  columns: ", Join(mapped.columns, ", "), "\n");
  for (const ingest::RuleFailures& rule : mapped.contract) {
    AppendTo(out, "  contract ", rule.rule, " (",
             rule.severity == ingest::Severity::kWarning ? "flag" : SeverityName(rule.severity), "): ");
    if (rule.rows == 0) {
      AppendTo(out, "holds\n");
    } else {
      AppendTo(out, rule.rows, " rows break it, first in line ", rule.first_line, ", ", rule.first_column, "\n");
    }
  }
  for (const ingest::RowIssue& issue : mapped.issues) out += IssueText(issue);
  return out;
}

ordered_json FactsJson(const ingest::FileFacts& facts) {
  const ingest::MappedFacts& mapped = facts.mapped;
  ordered_json out = {{"bytes", facts.text.file_bytes},
                      {"sha256", facts.text.sha256},
                      {"encoding", ingest::EncodingName(facts.text.encoding)},
                      {"gzip", facts.text.gzip},
                      {"zip", facts.text.zip},
                      {"columns", mapped.columns},
                      {"rows", mapped.data_rows},
                      {"unreadable_rows", mapped.unreadable_rows},
                      {"rejected_rows", mapped.rejected_rows},
                      {"contract", ordered_json::array()},
                      {"issues", ordered_json::array()},
                      {"refused", mapped.stop() != nullptr}};
  for (const ingest::RuleFailures& rule : mapped.contract) {
    out["contract"].push_back(
        {{"rule", rule.rule},
         {"severity", rule.severity == ingest::Severity::kWarning ? "flag" : SeverityName(rule.severity)},
         {"rows", rule.rows},
         {"first_line", rule.first_line},
         {"first_column", rule.first_column}});
  }
  for (const ingest::RowIssue& issue : mapped.issues) out["issues"].push_back(IssueJson(issue));
  return out;
}

std::string MappingText(const std::string& path, const ingest::Mapping& mapping) {
  return Cat(path, ": feed ", mapping.feed, ", source ", mapping.source, ", ", ingest::FormatName(mapping.format), ", ",
             mapping.columns.size(), " columns, ", mapping.records.size(), " records a row, ",
             mapping.contract.rules.size() + (mapping.contract.sum ? 1 : 0), " rules of a contract\n");
}

int Check(const CheckSettings& settings) {
  const absl::StatusOr<ingest::Mapping> mapping = ingest::LoadMapping(settings.mapping);
  if (!mapping.ok()) return Fail(mapping.status());
  ordered_json report = {{"feed", mapping->feed},
                         {"source", mapping->source},
                         {"format", ingest::FormatName(mapping->format)},
                         {"records", mapping->records.size()}};
  if (!settings.json) std::cout << MappingText(settings.mapping, *mapping);
  int code = kFits;
  if (!settings.file.empty()) {
    const absl::StatusOr<ingest::FileFacts> facts =
        ingest::InspectFile(settings.file, *mapping, registry::Today(SystemClock()));
    if (!facts.ok()) return Fail(Annotate(facts.status(), settings.file));
    code = facts->mapped.stop() == nullptr ? kFits : kRefused;
    report["file"] = FactsJson(*facts);
    if (!settings.json) {
      std::cout << FactsText(settings.file, *facts)
                << (code == kFits ? "  a server would take the file\n" : "  a server would refuse the file\n");
    }
  }
  if (settings.json) std::cout << Dump(report, 2) << "\n";
  return code;
}

// The record as the API would show it, without what a register adds.
ordered_json RecordJson(const model::SourceRecord& record) {
  static const OpaqueIdCodec codec(/*key=*/1);
  model::SourceRecord visible = record;
  visible.purposes = 1;
  v1::SourceRecord message;
  convert::ToSourceRecord({.ordinal = 1, .anchor = 1, .record = std::move(visible), .stored = {}}, codec,
                          /*purpose_bit=*/0, message);
  for (const char* const field : {"person", "minted_name", "receive_time", "revision", "property"}) {
    message.GetReflection()->ClearField(&message, message.GetDescriptor()->FindFieldByName(field));
  }
  return ordered_json::parse(ToJson(message, /*pretty=*/false), nullptr, /*allow_exceptions=*/false);
}

ordered_json RowJson(const ingest::MappedRow& row) {
  ordered_json out = {{"row", row.number}, {"line", row.line}, {"records", ordered_json::array()}};
  for (const ingest::MappedRecord& record : row.records) {
    ordered_json item = {{"rejected", record.rejected}};
    if (!record.rejected) item["record"] = RecordJson(record.record);
    item["issues"] = ordered_json::array();
    for (const ingest::RowIssue& issue : record.issues) item["issues"].push_back(IssueJson(issue));
    out["records"].push_back(std::move(item));
  }
  return out;
}

absl::Status PrintRows(const CheckSettings& settings, const ingest::Mapping& mapping) {
  WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<ingest::ByteSource> source,
                          ingest::ByteSource::OpenFile(settings.file, {.encoding = mapping.encoding}));
  WENSUM_ASSIGN_OR_RETURN(
      const std::unique_ptr<ingest::MappedReader> reader,
      ingest::MappedReader::Open(&mapping, source.get(), {.today = registry::Today(SystemClock())}));
  ingest::MappedRow row;
  for (uint64_t count = 0; count < settings.rows; ++count) {
    WENSUM_ASSIGN_OR_RETURN(const bool more, reader->Next(row));
    if (!more) break;
    std::cout << Dump(RowJson(row), -1) << "\n";
  }
  for (const ingest::RowIssue& issue : reader->facts().issues) std::cerr << IssueText(issue);
  return absl::OkStatus();
}

int Preview(const CheckSettings& settings) {
  const absl::StatusOr<ingest::Mapping> mapping = ingest::LoadMapping(settings.mapping);
  if (!mapping.ok()) return Fail(mapping.status());
  const absl::Status status = PrintRows(settings, *mapping);
  return status.ok() ? kFits : Fail(Annotate(status, settings.file));
}

}  // namespace

void AddCheckCommands(CLI::App& import, int& exit_code) {
  auto check = std::make_shared<CheckSettings>();
  CLI::App* command = import.add_subcommand("check", "Check a mapping, and a file against it, without a server");
  command->footer(std::string(kExitCodes));
  command->add_option("mapping", check->mapping, "The mapping file")->required();
  command->add_option("file", check->file, "An extract: its structure and contract are checked, all of it");
  command->add_flag("--json", check->json, "Print JSON");
  command->callback([check, &exit_code] { exit_code = Check(*check); });
  auto preview = std::make_shared<CheckSettings>();
  command = import.add_subcommand("preview", "Print what a mapping makes of a file's first rows, a JSON object a row");
  command->footer(std::string(kExitCodes));
  command->add_option("mapping", preview->mapping, "The mapping file")->required();
  command->add_option("file", preview->file, "The extract")->required();
  command->add_option("--rows", preview->rows, "How many rows")->capture_default_str();
  command->callback([preview, &exit_code] { exit_code = Preview(*preview); });
}

}  // namespace wensum::cli
