#include "tests/services/exports/test_gazetteer.h"

#include <algorithm>

#include "base/status_macros.h"
#include "base/strings.h"
#include "import/byte_source.h"
#include "import/gazetteer_reader.h"
#include "services/gazetteer/gazetteer_writer.h"
#include "services/gazetteer/prepared_row.h"
#include "storage/memory_store.h"

namespace wensum::exports {

TestGazetteer::TestGazetteer() : store_(storage::NewMemoryStore()) {}

absl::Status TestGazetteer::Apply(const std::vector<Write>& writes) {
  gazetteer::GazetteerWriter writer(*store_, kTestRegister);
  for (const Write& write : writes) {
    WENSUM_ASSIGN_OR_RETURN(
        const gazetteer::StageResult result,
        writer.Stage(gazetteer::PrepareRow(kTestRegister, write.row, write.change, {write.format, "1", 1})));
    if (result.outcome == gazetteer::RowOutcome::kRejected) {
      return InvalidArgument(Cat("record ", model::RecordType(write.row), ": ", result.issues.front().message));
    }
  }
  WENSUM_ASSIGN_OR_RETURN(const gazetteer::GazetteerBatch batch, writer.Finish(++revision_));
  return store_->Write(batch.writes, storage::Durability::kNoSync);
}

absl::Status TestGazetteer::Import(const std::string& file) {
  WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<ingest::ByteSource> source, ingest::ByteSource::OpenMemory(file));
  WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<ingest::GazetteerReader> reader,
                          ingest::GazetteerReader::Open(source.get(), {}));
  std::vector<Write> writes;
  if (reader->facts().header_record.has_value()) {
    writes.push_back({*reader->facts().header_record});
  }
  ingest::GazetteerRecord record;
  while (true) {
    WENSUM_ASSIGN_OR_RETURN(const bool more, reader->Next(record));
    if (!more) {
      break;
    }
    if (record.outcome != ingest::GazetteerRecord::Outcome::kRow) {
      return InvalidArgument(Cat(record.raw, ": ", record.issues.front().message));
    }
    writes.push_back({record.row, record.change, reader->facts().format});
  }
  if (reader->facts().stop() != nullptr) {
    return InvalidArgument(reader->facts().stop()->message);
  }
  return Apply(writes);
}

DtfExportOptions TestGazetteer::Options(Profile profile) const {
  DtfExportOptions options;
  options.selection.profile = profile;
  options.selection.revision = revision_;
  options.date = {2026, 11, 22};
  options.time = "12:00:00";
  return options;
}

absl::StatusOr<std::string> TestGazetteer::ExportDtf(DtfExportOptions options, ExportFacts* facts) const {
  const std::unique_ptr<storage::Snapshot> snapshot = store_->NewSnapshot();
  WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<Export> file,
                          OpenDtfExport(*snapshot, kTestRegister, std::move(options)));
  WENSUM_ASSIGN_OR_RETURN(std::string text, ReadExport(*file));
  if (facts != nullptr) {
    *facts = file->facts();
  }
  return text;
}

absl::StatusOr<std::string> TestGazetteer::Changes(uint64_t since, Profile profile) const {
  DtfExportOptions options = Options(profile);
  options.since = since;
  return ExportDtf(std::move(options));
}

absl::StatusOr<std::string> ReadExport(Export& file) {
  std::string text;
  std::string chunk;
  while (true) {
    WENSUM_ASSIGN_OR_RETURN(const bool more, file.Next(&chunk));
    if (!more) {
      return text;
    }
    text += chunk;
  }
}

std::vector<std::string> Lines(std::string_view file) {
  std::vector<std::string> lines;
  std::string line;
  bool quoted = false;
  for (const char c : file) {
    line.push_back(c);
    quoted ^= c == '"';
    if (c == '\n' && !quoted) {
      lines.push_back(std::move(line));
      line.clear();
    }
  }
  if (!line.empty()) {
    lines.push_back(line);
  }
  return lines;
}

std::vector<std::string> SortedRecords(std::string_view file, const std::vector<std::string_view>& without) {
  std::vector<std::string> records;
  for (const std::string& line : Lines(file)) {
    const std::string_view type = std::string_view(line).substr(0, 2);
    if (type == "10" || type == "99" || std::find(without.begin(), without.end(), type) != without.end()) {
      continue;
    }
    if (type == "29" || type == "98") {
      records.push_back(line);
      continue;
    }
    const size_t order = line.find(',', 3) + 1;
    records.push_back(line.substr(0, order) + line.substr(line.find(',', order)));
  }
  std::sort(records.begin(), records.end());
  return records;
}

}  // namespace wensum::exports
