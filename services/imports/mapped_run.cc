#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "base/hash.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "import/mapped_reader.h"
#include "import/mapping.h"
#include "services/imports/file_run.h"

namespace wensum::imports {
namespace {

constexpr size_t kRecordsPerBatch = 1000;

class MappedRun {
 public:
  explicit MappedRun(const FileRunContext& context) : run_(context, kRecordsPerBatch) {}

  absl::Status Run() {
    if (run_.run().all_rows_done()) {
      return absl::OkStatus();  // it was cut off between its last batch and its end
    }
    WENSUM_ASSIGN_OR_RETURN(const ingest::Mapping mapping, ingest::ParseMapping(run_.run().mapping_yaml()));
    WENSUM_ASSIGN_OR_RETURN(const ingest::FileFacts facts,
                            ingest::InspectFile(run_.context().path, mapping, run_.context().today));
    const InspectedFile file = {.text = &facts.text,
                                .format = std::string(ingest::FormatName(mapping.format)),
                                .rows = facts.mapped.data_rows,
                                .rows_name = "data rows",
                                .complete_name = "extract",
                                .stop = facts.mapped.stop()};
    WENSUM_RETURN_IF_ERROR(run_.Check(file));
    WENSUM_ASSIGN_OR_RETURN(ingest::ByteSource* const source, run_.Open(file));
    WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<ingest::MappedReader> reader,
                            ingest::MappedReader::Open(&mapping, source, {.today = run_.context().today}));
    ingest::MappedRow row;
    // The rows taken in before are needed for their keys, which repeats are found by.
    WENSUM_RETURN_IF_ERROR(run_.SkipDone(*reader, row, [this](const ingest::MappedRow& done) {
      for (const ingest::MappedRecord& record : done.records) {
        if (!record.rejected) {
          first_line_.try_emplace(KeyHash(record.record.key), done.line);
        }
      }
    }));
    WENSUM_RETURN_IF_ERROR(run_.ReadAll(*reader, row, [this](ingest::MappedRow& next) {
      ++run_.batch().by_record_type["row"];
      for (ingest::MappedRecord& record : next.records) {
        Take(record, next);
      }
    }));
    const auto& issues = reader->facts().issues;
    run_.batch().issues.insert(run_.batch().issues.end(), issues.begin(), issues.end());
    return run_.Finish(reader->position());
  }

 private:
  void Take(ingest::MappedRecord& record, const ingest::MappedRow& row) {
    const bool flagged = !record.issues.empty();
    std::move(record.issues.begin(), record.issues.end(), std::back_inserter(run_.batch().issues));
    if (record.rejected) {
      ++run_.batch().rejected;
      return;
    }
    const auto [first, fresh] = first_line_.try_emplace(KeyHash(record.record.key), row.line);
    if (!fresh) {
      ++run_.batch().rejected;
      run_.batch().issues.push_back(
          {.line = row.line,
           .column = "",
           .rule = "key_repeated",
           .severity = ingest::Severity::kReject,
           .message = Cat("the key ", Quote(record.record.key.key), " was already used in line ", first->second,
                          "; the first row was taken"),
           .raw = std::string(row.raw.substr(0, ingest::kMaxRawBytes))});
      return;
    }
    registry::SourceWrite& write = run_.mutation().sources.emplace_back();
    write.record = std::move(record.record);
    write.canonical = true;
    write.import_run = run_.run_id();
    write.import_line = row.line;
    run_.batch().items.push_back({.line = row.line, .flagged = flagged, .raw = std::string(row.raw.substr(0, 4096))});
  }

  static uint64_t KeyHash(const model::SourceKey& key) { return HashCombine(Hash64(key.key), key.incarnation); }

  FileRun run_;
  absl::flat_hash_map<uint64_t, uint64_t> first_line_;  // by hash of the key
};

}  // namespace

absl::Status RunMappedFile(const FileRunContext& context) { return MappedRun(context).Run(); }

}  // namespace wensum::imports
