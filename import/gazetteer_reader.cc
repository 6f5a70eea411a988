#include "import/gazetteer_reader.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "gazetteer/format/gazetteer_layout.h"

namespace wensum::ingest {
namespace {

using llpg::FindLayout;
using llpg::FormatSet;
using llpg::FormatsWith;
using llpg::IsKeptWhole;
using llpg::IsReadLeniently;
using llpg::RecordLayout;
using model::GazetteerFormat;
using F = llpg::GazetteerField;

constexpr int kHeader = 10;
constexpr int kMetadata = 29;
constexpr int kKeySequence = 98;
constexpr int kTrailer = 99;

// How much of a file is looked at to recognise it.
constexpr uint64_t kSampleBytes = 64 * 1024;

// The record type in a row's first column; 0 if it is none.
int RecordTypeOf(const CsvRow& row) {
  const std::string_view text = Trim(row.fields[0]);
  return text.size() <= 2 ? ParseInteger<uint8_t>(text).value_or(0) : 0;
}

std::string_view Column(const CsvRow& row, const RecordLayout& layout, F field) {
  const int position = layout.PositionOf(field);
  return position < 0 || static_cast<size_t>(position) >= row.fields.size()
             ? std::string_view()
             : Trim(row.fields[static_cast<size_t>(position)]);
}

// The last column of a header that looks like a version number: digits with a point between, e.g. "7.3.1".
std::string_view VersionOf(const CsvRow& header) {
  std::string_view version;
  for (const std::string_view raw : header.fields.subspan(1)) {
    const std::string_view field = Trim(raw);
    const bool form = !field.empty() && IsDigit(field.front()) && field.find('.') != std::string_view::npos &&
                      std::ranges::all_of(field, [](char c) { return IsDigit(c) || c == '.'; });
    if (form) version = field;
  }
  return version;
}

GazetteerFormat FormatOfHeader(const CsvRow& header) {
  const std::string_view version = VersionOf(header);
  switch (version.empty() ? ' ' : version.front()) {
    case '7':
      return GazetteerFormat::kDtf73;
    case '2':
      return GazetteerFormat::kAddressBasePremium2;
    case '1':
      return GazetteerFormat::kAddressBasePremium1;
    default:
      return FormatsWith(kHeader, header.fields.size()).single();
  }
}

std::string NamesOf(const FormatSet& formats) {
  std::vector<std::string> names;
  for (const GazetteerFormat format :
       {GazetteerFormat::kDtf73, GazetteerFormat::kAddressBasePremium2, GazetteerFormat::kAddressBasePremium1}) {
    if (formats.contains(format)) names.push_back(ToLowerAscii(model::GazetteerFormatName(format)));
  }
  return Join(names, " or ");
}

absl::Status NotAGazetteer(const CsvRow& first) {
  return InvalidArgument(Cat("line ", first.line, ": not a gazetteer file: the first column is ",
                             Quote(first.fields[0], 40), ", not a record type (10 to 99) or RECORD_IDENTIFIER",
                             "; import a plain table as CSV with a mapping"));
}

// What the first rows, up to kSampleBytes, tell.
struct Sample {
  GazetteerFormat from_header = GazetteerFormat::kUnknown;
  GazetteerFormat from_rows = GazetteerFormat::kUnknown;  // of the first row that only one format can have
  uint64_t row_line = 0;
  int row_type = 0;
  size_t row_columns = 0;
  FormatSet first_fits;  // formats that the first row fits
  int first_type = 0;
  bool titles = false;
};

absl::StatusOr<Sample> TakeSample(ByteSource* source) {
  CsvReader csv(source);
  CsvRow row;
  WENSUM_ASSIGN_OR_RETURN(bool more, csv.Next(row));
  if (!more) {
    return InvalidArgument("the file is empty: it has no header record 10 and no rows");
  }
  Sample sample;
  sample.titles = EqualsIgnoreCaseAscii(Trim(row.fields[0]), "RECORD_IDENTIFIER");
  sample.first_type = RecordTypeOf(row);
  if (sample.first_type == kHeader) {
    sample.from_header = FormatOfHeader(row);
  } else if (!sample.titles) {
    sample.first_fits = FormatsWith(sample.first_type, row.fields.size());
    const bool known = sample.first_fits.size() > 0 || FindLayout(GazetteerFormat::kDtf73, sample.first_type) ||
                       FindLayout(GazetteerFormat::kAddressBasePremium2, sample.first_type) ||
                       IsKeptWhole(GazetteerFormat::kDtf73, sample.first_type);
    if (!known) return NotAGazetteer(row);
  }
  while (more && sample.from_rows == GazetteerFormat::kUnknown && csv.position().text_offset < kSampleBytes) {
    const int type = RecordTypeOf(row);
    if (type != kHeader && type != kTrailer) {
      const FormatSet fits = FormatsWith(type, row.fields.size());
      if (fits.size() == 1) {
        sample.from_rows = fits.single();
        sample.row_line = row.line;
        sample.row_type = type;
        sample.row_columns = row.fields.size();
      }
    }
    // An error in the rows is met again, and reported, when they are read.
    const absl::StatusOr<bool> next = csv.Next(row);
    more = next.ok() && *next;
  }
  return sample;
}

// Decides on the format; errors say why it cannot be.
absl::StatusOr<GazetteerFormat> Decide(const Sample& sample) {
  if (sample.titles) {
    return InvalidArgument(
        "the file starts with a line of column titles, not with a header record 10: this is a fragment; name its "
        "format (dtf_7_3, abp_2 or abp_1) to take it");
  }
  if (sample.first_type != kHeader) {
    const std::string fits = NamesOf(sample.first_fits);
    return InvalidArgument(Cat("the file starts with a record of type ", sample.first_type,
                               ", not with a header record 10: this is a fragment",
                               fits.empty() ? "" : Cat(" whose first row fits ", fits),
                               "; name its format (dtf_7_3, abp_2 or abp_1) to take it"));
  }
  if (sample.from_header == GazetteerFormat::kUnknown) {
    if (sample.from_rows != GazetteerFormat::kUnknown) return sample.from_rows;
    return InvalidArgument(
        "neither the header's version nor the first rows tell whether this is DTF 7.3 or AddressBase Premium 1 or 2; "
        "name its format (dtf_7_3, abp_2 or abp_1)");
  }
  if (sample.from_rows != GazetteerFormat::kUnknown && sample.from_rows != sample.from_header) {
    return InvalidArgument(Cat("the header says ", model::GazetteerFormatName(sample.from_header), ", but record ",
                               sample.row_type, " at line ", sample.row_line, " has ", sample.row_columns,
                               " columns, as only ", model::GazetteerFormatName(sample.from_rows),
                               " has; name the right format to go on"));
  }
  return sample.from_header;
}

}  // namespace

const RowIssue* GazetteerFacts::stop() const {
  const auto found = std::ranges::find(issues, Severity::kStop, &RowIssue::severity);
  return found == issues.end() ? nullptr : &*found;
}

GazetteerReader::GazetteerReader(ByteSource* source, const GazetteerOptions& options)
    : options_(options), source_(source), csv_(source) {}

absl::StatusOr<std::unique_ptr<GazetteerReader>> GazetteerReader::Open(ByteSource* source,
                                                                       const GazetteerOptions& options) {
  std::unique_ptr<GazetteerReader> reader(new GazetteerReader(source, options));
  WENSUM_RETURN_IF_ERROR(reader->Recognise(source));
  return reader;
}

absl::Status GazetteerReader::Recognise(ByteSource* source) {
  WENSUM_ASSIGN_OR_RETURN(const Sample sample, TakeSample(source));
  facts_.format = options_.format;
  if (facts_.format == GazetteerFormat::kUnknown) {
    WENSUM_ASSIGN_OR_RETURN(facts_.format, Decide(sample));
  }
  WENSUM_RETURN_IF_ERROR(csv_.Seek({}));
  CsvRow row;
  skip_first_row_ = sample.first_type == kHeader || sample.titles;
  if (skip_first_row_) {
    WENSUM_RETURN_IF_ERROR(csv_.Next(row).status());
  }
  if (sample.first_type == kHeader) {
    ReadHeader(row);
  } else {
    AddFileIssue(1, "", "header_missing", Severity::kWarning,
                 "The file has no header record 10; its rows are taken as the format named.");
  }
  return absl::OkStatus();
}

void GazetteerReader::AddFileIssue(uint64_t line, std::string_view column, std::string_view rule, Severity severity,
                                   std::string message) {
  facts_.issues.push_back({line, std::string(column), std::string(rule), severity, std::move(message), {}});
}

void GazetteerReader::ReadHeader(const CsvRow& row) {
  facts_.header = true;
  const RecordLayout& layout = *FindLayout(facts_.format, kHeader);
  facts_.version = std::string(VersionOf(row));
  if (row.fields.size() != layout.columns.size()) {
    // The layout of DTF's header is not confirmed, so a header of another length is not held against the file.
    AddFileIssue(row.line, "", "header_invalid", Severity::kWarning,
                 Cat("The header has ", row.fields.size(), " columns, not ", layout.columns.size(),
                     "; only its version was read."));
    const std::string_view last = Trim(row.fields.back());
    if (last == "F" || last == "C") facts_.file_type = last.front();
    return;
  }
  facts_.custodian_name = std::string(Column(row, layout, F::kCustodianName));
  facts_.local_custodian_code = ParseInteger<int>(Column(row, layout, F::kLocalCustodianCode)).value_or(0);
  facts_.volume_number = ParseInteger<int>(Column(row, layout, F::kVolumeNumber)).value_or(0);
  if (facts_.format == GazetteerFormat::kDtf73 && facts_.local_custodian_code > 0) {
    facts_.header_record = model::CustodianRecord{
        facts_.local_custodian_code,
        kHeader,
        {facts_.custodian_name, std::string(Column(row, layout, F::kCustodianUprn)),
         std::string(Column(row, layout, F::kLocalCustodianCode)), std::string(Column(row, layout, F::kVersion))}};
  }
  const std::string_view process_date = Column(row, layout, F::kProcessDate);
  facts_.process_date = ParseIsoDate(process_date).value_or(model::PartialDate());
  if (facts_.process_date.empty()) {
    AddFileIssue(row.line, "PROCESS_DATE", "header_invalid", Severity::kWarning,
                 Cat("The header's process date is ", Quote(process_date), ", not a date CCYY-MM-DD."));
  }
  const std::string_view file_type = Column(row, layout, F::kFileType);
  if (file_type == "F" || file_type == "C") {
    facts_.file_type = file_type.front();
  } else {
    AddFileIssue(row.line, "FILE_TYPE", "header_invalid", Severity::kWarning,
                 Cat("The header's file type is ", Quote(file_type), ", not F or C."));
  }
}

void GazetteerReader::ReadTrailer(const CsvRow& row) {
  facts_.trailer = true;
  const RecordLayout& layout = *FindLayout(facts_.format, kTrailer);
  const std::optional<uint64_t> count = ParseInteger<uint64_t>(Column(row, layout, F::kRecordCount));
  const std::optional<int> next = ParseInteger<int>(Column(row, layout, F::kNextVolumeNumber));
  if (!count || !next) {
    AddFileIssue(row.line, "", "trailer_invalid", Severity::kStop,
                 "The trailer record 99 has no readable volume number and record count; ask for the file again.");
    return;
  }
  facts_.trailer_record_count = facts_.trailer_record_count.value_or(0) + *count;
  facts_.next_volume_number = *next;
  if (resumed_) return;
  const uint64_t rows = facts_.data_rows - rows_before_volume_;
  // Whether record 98 counts is not confirmed for DTF 7.3: both readings are taken.
  const auto key_sequence = facts_.by_type.find(kKeySequence);
  const uint64_t key_sequences =
      (key_sequence == facts_.by_type.end() ? 0 : key_sequence->second.rows) - key_sequences_before_volume_;
  key_sequences_before_volume_ += key_sequences;
  if (*count != rows && *count != rows - key_sequences) {
    AddFileIssue(row.line, "RECORD_COUNT", "trailer_count", Severity::kStop,
                 Cat("The trailer says that the file has ", *count, " records, but it has ", rows,
                     " (headers, metadata and trailer apart); ask for the file again."));
  }
}

// The header of a volume of an archive, behind the first; the order of the volumes was checked when it was opened.
void GazetteerReader::BeginVolume(const CsvRow& row) {
  const RecordLayout& layout = *FindLayout(facts_.format, kHeader);
  const int volume = ParseInteger<int>(Column(row, layout, F::kVolumeNumber)).value_or(0);
  if (facts_.next_volume_number != volume) {
    const std::string announced = facts_.next_volume_number == 0
                                      ? "that it is the last"
                                      : Cat("that volume ", facts_.next_volume_number, " follows");
    AddFileIssue(
        row.line, "VOLUME_NUMBER", "header_repeated", Severity::kStop,
        Cat("The trailer of volume ", volume - 1, " says ", announced, ", but the archive goes on with volume ", volume,
            ": these are not the volumes of one supply; ask for them again."));
  }
  ++facts_.volumes;
  facts_.trailer = false;
  facts_.next_volume_number = 0;
  rows_before_volume_ = facts_.data_rows;
  pro_order_base_ += highest_pro_order_;
  highest_pro_order_ = last_pro_order_ = 0;
}

void GazetteerReader::Reject(const CsvRow& row, std::string_view rule, std::string message, GazetteerRecord& record) {
  record.outcome = GazetteerRecord::Outcome::kRejected;
  record.issues.clear();
  record.issues.push_back({row.line, "", std::string(rule), Severity::kReject, std::move(message),
                           std::string(row.raw.substr(0, kMaxRawBytes))});
}

void GazetteerReader::ReadData(const CsvRow& row, GazetteerRecord& record) {
  const int type = record.record_type;
  RecordTypeCounts& counts = facts_.by_type[type];
  ++counts.rows;
  if (type == kMetadata || (type == kKeySequence && facts_.format == GazetteerFormat::kDtf73)) {
    ReadCustodianRecord(row, record);
    return;
  }
  if (IsKeptWhole(facts_.format, type)) {
    Keep(row, record);
    return;
  }
  const bool lenient = IsReadLeniently(facts_.format, type);
  const RecordLayout* layout = type == kHeader || type == kTrailer ? nullptr : FindLayout(facts_.format, type);
  if (layout == nullptr) {
    Reject(row, "record_type_unknown",
           Cat(model::GazetteerFormatName(facts_.format), " has no record of type ", Quote(row.fields[0], 40), "."),
           record);
    return;
  }
  if (row.fields.size() != layout->columns.size()) {
    if (lenient) {
      Keep(row, record);
      return;
    }
    if (++counts.wrong_column_count == 1) {
      counts.first_wrong_line = row.line;
      counts.first_wrong_columns = row.fields.size();
    }
    Reject(row, "column_count",
           Cat("Record ", type, " has ", row.fields.size(), " columns, ", model::GazetteerFormatName(facts_.format),
               " gives it ", layout->columns.size(), "."),
           record);
    return;
  }
  if (options_.structure_only) {
    record.outcome = GazetteerRecord::Outcome::kRow;
    record.pro_order = ParseInteger<uint64_t>(Column(row, *layout, F::kProOrder)).value_or(0);
    record.issues.clear();
  } else {
    ParseGazetteerRow(*layout, row, record);
  }
  if (!options_.structure_only && lenient && record.outcome == GazetteerRecord::Outcome::kRejected) {
    std::vector<RowIssue> issues = std::move(record.issues);
    Keep(row, record);
    if (record.outcome == GazetteerRecord::Outcome::kRow) {
      for (RowIssue& issue : issues) issue.severity = Severity::kWarning;
      record.issues = std::move(issues);
    }
    return;
  }
  CheckOrder(row, record);
}

void GazetteerReader::ReadCustodianRecord(const CsvRow& row, GazetteerRecord& record) const {
  record.issues.clear();
  record.outcome = GazetteerRecord::Outcome::kRow;
  record.change = model::ChangeType::kInsert;
  record.pro_order = 0;
  model::CustodianRecord custodian;
  custodian.record_type = record.record_type;
  custodian.custodian_code = facts_.local_custodian_code;
  if (custodian.custodian_code == 0) {
    const RecordLayout* const layout = FindLayout(facts_.format, record.record_type);
    custodian.custodian_code = ParseInteger<int>(Column(row, *layout, F::kLocalCustodianCode)).value_or(0);
  }
  for (const std::string_view field : row.fields.subspan(1)) custodian.columns.emplace_back(Trim(field));
  record.row = std::move(custodian);
}

void GazetteerReader::Keep(const CsvRow& row, GazetteerRecord& record) {
  KeepGazetteerRow(row, record);
  if (record.outcome != GazetteerRecord::Outcome::kRow) return;
  auto& kept = std::get<model::KeptRow>(record.row);
  const auto kind = static_cast<uint64_t>(kept.record_type) << 8 | static_cast<uint64_t>(record.change);
  kept.occurrence = ++kept_[HashCombine(HashCombine(kind, kept.owner), Hash64(kept.subkey))];
  CheckOrder(row, record);
}

void GazetteerReader::CheckOrder(const CsvRow& row, const GazetteerRecord& record) {
  if (record.pro_order < last_pro_order_ && !disorder_reported_) {
    disorder_reported_ = true;
    AddFileIssue(row.line, "PRO_ORDER", "pro_order_disorder", Severity::kWarning,
                 Cat("PRO_ORDER falls from ", last_pro_order_, " to ", record.pro_order,
                     "; of several rows of one key the one with the highest PRO_ORDER counts."));
  }
  last_pro_order_ = record.pro_order;
  highest_pro_order_ = std::max(highest_pro_order_, record.pro_order);
}

absl::StatusOr<bool> GazetteerReader::Next(GazetteerRecord& record) {
  CsvRow row;
  while (true) {
    WENSUM_ASSIGN_OR_RETURN(const bool more, csv_.Next(row));
    if (!more) {
      if (!finished_) CheckAtEnd();
      finished_ = true;
      return false;
    }
    const int type = RecordTypeOf(row);
    if (type == kTrailer && !facts_.trailer) {
      ReadTrailer(row);
      continue;
    }
    if (type == kHeader && facts_.trailer && source_->facts().zip_files > 1) {
      BeginVolume(row);
      continue;
    }
    record.record_type = type;
    record.line = row.line;
    record.raw = row.raw;
    if (facts_.trailer || type == kHeader) {
      const bool header = type == kHeader;
      const std::string_view rule = header ? "header_repeated" : "rows_after_trailer";
      if (std::ranges::find(facts_.issues, rule, &RowIssue::rule) == facts_.issues.end()) {
        AddFileIssue(
            row.line, "", rule, Severity::kStop,
            header && source_->facts().zip_files > 1
                ? "A volume of the archive begins here, and the one before it has no trailer record 99: it was "
                  "cut off. Ask for the archive again."
            : header ? "There is a second header record 10: give each volume as a file of its own, or all in one "
                       "zip archive."
                     : "There are rows after the trailer record 99: give each volume as a file of its own.");
      }
      ++facts_.data_rows;
      ++facts_.by_type[type].rows;
      Reject(row, rule, "The row stands where no row can be.", record);
      return true;
    }
    facts_.data_rows += type == kMetadata ? 0 : 1;
    ReadData(row, record);
    record.pro_order += record.pro_order == 0 ? 0 : pro_order_base_;
    return true;
  }
}

void GazetteerReader::CheckAtEnd() {
  if (!facts_.trailer) {
    const bool named = options_.format != GazetteerFormat::kUnknown;
    AddFileIssue(0, "", "trailer_missing", named ? Severity::kWarning : Severity::kStop,
                 named ? "The file has no trailer record 99, so it cannot be told whether all of it is here."
                       : "The file has no trailer record 99: it was cut off. Ask for it again, or name its format to "
                         "take it as a fragment.");
  }
  if (source_->replaced() > 0) {
    AddFileIssue(0, "", "characters_replaced", Severity::kWarning,
                 Cat(source_->replaced(), " bytes are not characters of ", EncodingName(source_->facts().encoding),
                     " and read as U+FFFD."));
  }
  if (resumed_) return;
  for (const auto& [type, counts] : facts_.by_type) {
    const FormatSet others = FormatsWith(type, counts.first_wrong_columns);
    if (counts.rows > 0 && counts.wrong_column_count == counts.rows && others.size() > 0) {
      AddFileIssue(counts.first_wrong_line, "", "format_contradicted", Severity::kStop,
                   Cat("No record of type ", type, " has as many columns as ",
                       model::GazetteerFormatName(facts_.format), " gives it; the first has ",
                       counts.first_wrong_columns, ", as ", NamesOf(others), " has. Name the right format."));
    }
  }
}

absl::Status GazetteerReader::Seek(const CsvPosition& position) {
  WENSUM_RETURN_IF_ERROR(csv_.Seek(position));
  resumed_ = position.rows > (skip_first_row_ ? 1 : 0);
  last_pro_order_ = highest_pro_order_ = pro_order_base_ = 0;
  rows_before_volume_ = key_sequences_before_volume_ = 0;
  facts_.volumes = 1;
  kept_.clear();
  finished_ = disorder_reported_ = false;
  facts_.trailer = false;
  facts_.next_volume_number = 0;
  facts_.trailer_record_count.reset();
  facts_.data_rows = 0;
  facts_.by_type.clear();
  std::erase_if(facts_.issues,
                [](const RowIssue& issue) { return issue.rule != "header_missing" && issue.rule != "header_invalid"; });
  if (skip_first_row_ && position.rows == 0) {
    CsvRow row;
    WENSUM_RETURN_IF_ERROR(csv_.Next(row).status());
  }
  return absl::OkStatus();
}

absl::StatusOr<GazetteerFileFacts> InspectGazetteerFile(const std::string& path, const GazetteerOptions& options) {
  WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<ByteSource> source, ByteSource::OpenFile(path));
  GazetteerOptions structure = options;
  structure.structure_only = true;
  WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<GazetteerReader> reader,
                          GazetteerReader::Open(source.get(), structure));
  GazetteerRecord record;
  while (true) {
    WENSUM_ASSIGN_OR_RETURN(const bool more, reader->Next(record));
    if (!more) break;
  }
  return GazetteerFileFacts{source->facts(), reader->facts()};
}

}  // namespace wensum::ingest
