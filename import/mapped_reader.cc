#include "import/mapped_reader.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>

#include "base/hash.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "import/csv_reader.h"
#include "import/edit_distance.h"
#include "import/fixed_reader.h"
#include "import/json_lines_reader.h"
#include "import/xml_reader.h"

namespace wensum::ingest {
namespace {

// Budgets of the header check, which compares each missing name with all names of the file.
constexpr size_t kMaxHeaderErrors = 50;
constexpr size_t kMaxHintColumns = 1000;

re2::StringPiece PieceOf(std::string_view text) { return {text.data(), text.size()}; }

std::vector<std::string> NamesOf(const std::vector<MappingColumn>& columns) {
  std::vector<std::string> names;
  names.reserve(columns.size());
  for (const MappingColumn& column : columns) names.push_back(column.name);
  return names;
}

absl::StatusOr<std::unique_ptr<RowReader>> MakeRowReader(const Mapping& mapping, ByteSource* source) {
  switch (mapping.format) {
    case RowFormat::kCsv:
      break;
    case RowFormat::kFixed:
      return std::make_unique<FixedReader>(source, mapping.fixed);
    case RowFormat::kJsonLines:
      return JsonLinesReader::Create(source, NamesOf(mapping.columns));
    case RowFormat::kXml:
      return XmlReader::Create(source, NamesOf(mapping.columns), mapping.xml);
  }
  return std::make_unique<CsvReader>(source, mapping.csv);
}

}  // namespace

const RowIssue* MappedFacts::stop() const {
  const auto found = std::ranges::find(issues, Severity::kStop, &RowIssue::severity);
  return found == issues.end() ? nullptr : &*found;
}

MappedReader::MappedReader(const Mapping* mapping, ByteSource* source, const MappedOptions& options,
                           std::unique_ptr<RowReader> rows)
    : mapping_(*mapping),
      source_(source),
      options_(options),
      rows_(std::move(rows)),
      mapper_(mapping, options.today),
      contract_(mapping, options.today) {}

absl::StatusOr<std::unique_ptr<MappedReader>> MappedReader::Open(const Mapping* mapping, ByteSource* source,
                                                                 const MappedOptions& options) {
  WENSUM_ASSIGN_OR_RETURN(std::unique_ptr<RowReader> rows, MakeRowReader(*mapping, source));
  std::unique_ptr<MappedReader> reader(new MappedReader(mapping, source, options, std::move(rows)));
  WENSUM_RETURN_IF_ERROR(reader->Bind());
  return reader;
}

absl::Status MappedReader::Bind() {
  if (mapping_.format == RowFormat::kXml) {
    BindPaths();  // an empty file is not well-formed
  } else {
    Row row;
    WENSUM_ASSIGN_OR_RETURN(const bool any, rows_->Next(row));
    if (!any) {
      return InvalidArgument(mapping_.header ? "the file is empty: not even a header line is there"
                                             : "the file is empty");
    }
    if (mapping_.format == RowFormat::kFixed) {
      BindFixed();
    } else if (mapping_.format == RowFormat::kJsonLines) {
      BindPaths();
    } else if (mapping_.header) {
      WENSUM_RETURN_IF_ERROR(BindHeader(row));
    } else {
      WENSUM_RETURN_IF_ERROR(BindNumbered(row));
    }
    if (!mapping_.header) WENSUM_RETURN_IF_ERROR(rows_->Seek({}));
  }
  values_.resize(positions_.size());
  fields_ = facts_.columns.size();
  WarnUnused(facts_.columns);
  return absl::OkStatus();
}

absl::Status MappedReader::BindHeader(const Row& header) {
  std::unordered_map<std::string, size_t> by_name;
  std::string errors;
  size_t count = 0;
  const auto error = [&](std::string_view message) {
    if (++count <= kMaxHeaderErrors) AppendTo(errors, errors.empty() ? "" : "\n", message);
  };
  for (size_t i = 0; i < header.fields.size(); ++i) {
    std::string name(Trim(header.fields[i]));
    const auto [found, fresh] = by_name.emplace(name, i);
    if (!fresh && !name.empty()) {
      error(Cat("line ", header.line, ": the column name ", Quote(name), " occurs twice, as columns ",
                found->second + 1, " and ", i + 1, "; rename one of them"));
    }
    facts_.columns.push_back(std::move(name));
  }
  for (const MappingColumn& column : mapping_.columns) {
    const auto found = by_name.find(column.name);
    if (found == by_name.end()) {
      error(Cat("line ", header.line, ": the header has no column ", Quote(column.name),
                ", which the mapping uses at line ", column.line, ", column ", column.column,
                count < kMaxHeaderErrors && facts_.columns.size() <= kMaxHintColumns
                    ? DidYouMean(column.name, facts_.columns)
                    : std::string()));
    } else {
      positions_.push_back(found->second);
    }
  }
  return errors.empty() ? absl::OkStatus() : InvalidArgument(errors);
}

absl::Status MappedReader::BindNumbered(const Row& first) {
  for (size_t i = 1; i <= first.fields.size(); ++i) facts_.columns.push_back(Cat(i));
  for (const MappingColumn& column : mapping_.columns) {
    const size_t number = ParseInteger<size_t>(column.name).value_or(0);
    if (number == 0 || number > first.fields.size()) {
      return InvalidArgument(Cat("the first row has ", first.fields.size(), " columns, but the mapping uses column ",
                                 column.name, " (line ", column.line, ", column ", column.column, ")"));
    }
    positions_.push_back(number - 1);
  }
  return absl::OkStatus();
}

void MappedReader::BindFixed() {
  for (const FixedColumn& column : mapping_.fixed.columns) facts_.columns.push_back(column.name);
  for (const MappingColumn& column : mapping_.columns) {
    const auto found = std::ranges::find(facts_.columns, column.name);
    positions_.push_back(static_cast<size_t>(found - facts_.columns.begin()));
  }
}

void MappedReader::BindPaths() {
  for (const MappingColumn& column : mapping_.columns) {
    positions_.push_back(facts_.columns.size());
    facts_.columns.push_back(column.name);
  }
}

// Also of what the rows of JSON and XML were found to have besides.
void MappedReader::WarnUnused(const std::vector<std::string>& columns) {
  std::set<std::string_view> known(mapping_.ignored_columns.begin(), mapping_.ignored_columns.end());
  for (const MappingColumn& column : mapping_.columns) known.insert(column.name);
  std::vector<std::string> unused;
  std::ranges::copy_if(columns, std::back_inserter(unused),
                       [&](const std::string& column) { return !known.contains(column); });
  if (unused.empty()) return;
  AddFileIssue(1, Join(unused, ", "), "column_unused", Severity::kWarning,
               "The mapping neither uses nor ignores these columns.");
}

absl::StatusOr<bool> MappedReader::Next(MappedRow& row) {
  WENSUM_ASSIGN_OR_RETURN(const bool more, Read(row));
  if (more && !options_.structure_only) Map(row);
  return more;
}

void MappedReader::Map(MappedRow& row) {
  mapper_.Fill(row);
  for (MappedRecord& record : row.records) {
    record.issues.insert(record.issues.end(), row.warnings.begin(), row.warnings.end());
  }
}

absl::StatusOr<bool> MappedReader::Read(MappedRow& row) {
  row.records.clear();
  row.warnings.clear();
  row.refused_keys.clear();
  Row read;
  WENSUM_ASSIGN_OR_RETURN(bool more, rows_->Next(read));
  if (more && mapping_.trailer != nullptr && !facts_.trailer && RE2::FullMatch(PieceOf(read.raw), *mapping_.trailer)) {
    WENSUM_RETURN_IF_ERROR(ReadTrailer(read));
    WENSUM_ASSIGN_OR_RETURN(more, rows_->Next(read));
  }
  if (!more) {
    if (!finished_) CheckAtEnd();
    finished_ = true;
    return false;
  }
  row.line = read.line;
  TakeText(read, row);
  row.number = ++facts_.data_rows;
  TakeRow(read, row);
  return true;
}

void MappedReader::TakeRow(const Row& read, MappedRow& row) {
  if (facts_.trailer) {
    if (std::ranges::find(facts_.issues, "trailer_not_last", &RowIssue::rule) == facts_.issues.end()) {
      AddFileIssue(read.line, "", "trailer_not_last", Severity::kStop,
                   "There are rows after the trailer line; are these two files in one?");
    }
    RejectRow("trailer_not_last", "The row stands after the trailer line.", row);
  } else if (!read.problem_rule.empty()) {
    CountUnreadable(read.line);
    RejectRow(read.problem_rule, std::string(read.problem), row);
  } else if (read.fields.size() != fields_) {
    CountUnreadable(read.line);
    RejectRow("column_count",
              Cat("The row has ", read.fields.size(), " columns, ", mapping_.header ? "the header" : "the first row",
                  " has ", fields_, "."),
              row);
  } else if (KeepsContract(read, row) && !options_.structure_only) {
    TakeValues(read, row);
    MakeRecords(read, row);
  }
}

void MappedReader::TakeText(const Row& read, MappedRow& row) const {
  row.raw = {};
  if (options_.structure_only) return;
  size_t size = read.raw.size();
  for (const std::string_view field : read.fields) size += field.size();
  row.text.resize(size);
  std::ranges::copy(read.raw, row.text.begin());
  row.raw = {row.text.data(), read.raw.size()};
}

void MappedReader::TakeValues(const Row& read, MappedRow& row) const {
  char* end = row.text.data() + row.raw.size();
  row.values.resize(positions_.size());
  row.hash = options_.hash_seed;
  for (size_t i = 0; i < positions_.size(); ++i) {
    const std::string_view value = ValueOf(read, i);
    row.values[i] = {end, value.size()};
    end = std::ranges::copy(value, end).out;
    row.hash = HashCombine(row.hash, Hash64(value));
  }
  if (row.hash == 0) row.hash = 1;
}

void MappedReader::CountUnreadable(uint64_t line) {
  if (++facts_.unreadable_rows == 1) first_unreadable_ = line;
}

std::string_view MappedReader::ValueOf(const Row& read, size_t column) const {
  const std::string_view value = Trim(read.fields[positions_[column]]);
  return mapping_.null_values.contains(value) ? std::string_view() : value;
}

bool MappedReader::KeepsContract(const Row& read, MappedRow& row) {
  if (contract_.empty()) return true;
  for (const size_t column : mapping_.contract.columns) values_[column] = ValueOf(read, column);
  if (!contract_.Check(values_, read.line, options_.structure_only ? nullptr : &row.warnings)) return true;
  ++facts_.rejected_rows;
  if (!options_.structure_only) {
    TakeValues(read, row);
    mapper_.Begin(row);
    for (const MappedRecord& record : row.records) {
      if (!record.rejected) row.refused_keys.push_back(record.record.key);
    }
    row.records.clear();
  }
  MappedRecord& rejected = row.records.emplace_back();
  rejected.rejected = true;
  rejected.issues = std::exchange(row.warnings, {});
  if (!rejected.issues.empty()) {
    const auto first = std::ranges::find(rejected.issues, Severity::kReject, &RowIssue::severity);
    first->raw = std::string(row.raw.substr(0, kMaxRawBytes));
  }
  return false;
}

void MappedReader::MakeRecords(const Row& read, MappedRow& row) {
  mapper_.Begin(row);
  if (row.records.empty()) {
    RejectRow("no_record", "The conditions of the mapping make no record of this row.", row);
  }
  if (read.open_end) {
    row.warnings.push_back({read.line,
                            "",
                            "last_line_open",
                            Severity::kWarning,
                            "The file does not end with a line end: if it was cut off, so was its last row.",
                            {}});
  }
}

absl::Status MappedReader::ReadTrailer(const Row& row) {
  facts_.trailer = true;
  const int count = mapping_.trailer->NumberOfCapturingGroups();
  if (count == 0) return absl::OkStatus();
  std::vector<re2::StringPiece> groups(static_cast<size_t>(count) + 1);
  mapping_.trailer->Match(PieceOf(row.raw), 0, row.raw.size(), RE2::ANCHOR_BOTH, groups.data(), count + 1);
  const std::string_view rows(groups[1].data(), groups[1].size());
  facts_.trailer_rows = ParseInteger<uint64_t>(Trim(rows));
  if (facts_.trailer_rows != facts_.data_rows) {
    AddFileIssue(row.line, "", "trailer_count", Severity::kStop,
                 Cat("The trailer says that the file has ", Quote(rows), " rows, but it has ", facts_.data_rows,
                     "; ask for the file again."));
  }
  if (const std::optional<SumRule>& sum = mapping_.contract.sum) {
    const re2::StringPiece group = groups[static_cast<size_t>(sum->trailer_group)];
    trailer_sum_ = Trim(std::string_view(group.data(), group.size()));
  }
  return absl::OkStatus();
}

void MappedReader::CheckAtEnd() {
  if (mapping_.trailer != nullptr && !facts_.trailer) {
    AddFileIssue(0, "", "trailer_missing", Severity::kStop,
                 "The file does not end with the trailer line that the mapping describes: it was cut off.");
  }
  if (source_->replaced() > 0) {
    AddFileIssue(0, "", "characters_replaced", Severity::kWarning,
                 Cat(source_->replaced(), " bytes are not characters of ", EncodingName(source_->facts().encoding),
                     " and read as U+FFFD."));
  }
  const std::set<std::string> unknown = rows_->unknown();
  WarnUnused({unknown.begin(), unknown.end()});
  facts_.contract = contract_.failures();
  if (!options_.structure_only) return;
  if (facts_.unreadable_rows > facts_.data_rows / 2) {
    AddFileIssue(first_unreadable_, "", "structure_unfit", Severity::kStop,
                 Cat(facts_.unreadable_rows, " of ", facts_.data_rows,
                     " rows do not have the columns that they should have: the format that the mapping describes (",
                     FormatName(mapping_.format), ") does not fit; look at delimiter, quotes and widths."));
  }
  contract_.CheckFile(facts_.data_rows, facts_.rejected_rows, trailer_sum_, facts_.issues);
}

absl::Status MappedReader::Seek(const RowPosition& position) {
  WENSUM_RETURN_IF_ERROR(rows_->Seek(position));
  finished_ = facts_.trailer = false;
  facts_.trailer_rows.reset();
  // What Open said of the header stays true; what was met in rows is met again.
  const bool by_path = mapping_.format == RowFormat::kJsonLines || mapping_.format == RowFormat::kXml;
  std::erase_if(facts_.issues, [by_path](const RowIssue& issue) { return by_path || issue.rule != "column_unused"; });
  const uint64_t header = mapping_.header ? 1 : 0;
  facts_.data_rows = position.rows < header ? 0 : position.rows - header;
  facts_.unreadable_rows = facts_.rejected_rows = 0;
  contract_.Reset();
  if (position.rows < header) {
    Row row;
    WENSUM_RETURN_IF_ERROR(rows_->Next(row).status());
  }
  return absl::OkStatus();
}

void MappedReader::RejectRow(std::string_view rule, std::string message, MappedRow& row) {
  if (rule != "no_record") ++facts_.rejected_rows;
  MappedRecord& rejected = row.records.emplace_back();
  rejected.rejected = true;
  rejected.issues.push_back({row.line, "", std::string(rule), Severity::kReject, std::move(message),
                             std::string(row.raw.substr(0, kMaxRawBytes))});
}

void MappedReader::AddFileIssue(uint64_t line, std::string column, std::string_view rule, Severity severity,
                                std::string message) {
  facts_.issues.push_back({line, std::move(column), std::string(rule), severity, std::move(message), {}});
}

absl::StatusOr<FileFacts> InspectFile(const std::string& path, const Mapping& mapping, model::PartialDate today) {
  TextOptions text;
  text.encoding = mapping.encoding;
  WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<ByteSource> source, ByteSource::OpenFile(path, text));
  WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<MappedReader> reader,
                          MappedReader::Open(&mapping, source.get(), {.today = today, .structure_only = true}));
  MappedRow row;
  while (true) {
    WENSUM_ASSIGN_OR_RETURN(const bool more, reader->Next(row));
    if (!more) break;
  }
  return FileFacts{source->facts(), reader->facts()};
}

}  // namespace wensum::ingest
