// One file into the register: reading, batching, keeping a few commits in flight.
#ifndef WENSUM_SERVICES_IMPORTS_FILE_RUN_H_
#define WENSUM_SERVICES_IMPORTS_FILE_RUN_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/status_macros.h"
#include "gazetteer/rules/rule_config.h"
#include "import/byte_source.h"
#include "import/csv_reader.h"
#include "import/issue.h"
#include "model/gazetteer.h"
#include "model/partial_date.h"
#include "services/imports/batch_sender.h"
#include "services/imports/run_ledger.h"
#include "services/register/register.h"

namespace wensum::imports {

// What a run needs besides its file.
struct FileRunContext {
  registry::Register* reg = nullptr;
  RunLedger* ledger = nullptr;
  std::string path;
  storage::v1::ImportRun about;  // the run that this one takes back or completes
  model::PartialDate today;
  const llpg::RuleConfig* rules = &llpg::RuleConfig::Default();  // that rows of the gazetteer are judged by
  // Runs of gazetteer files, newest first, with ids below the first argument (0: from the newest), so many at most.
  std::function<absl::StatusOr<std::vector<storage::v1::ImportRun>>(uint64_t, size_t)> earlier_runs;
  // True once the run should stop at its next checkpoint.
  std::function<bool()> stopping;
};

// What a first pass over a file has found.
struct InspectedFile {
  const ingest::TextFacts* text = nullptr;
  std::string format;
  uint64_t rows = 0;
  std::string_view rows_name;              // "data rows"
  std::string_view complete_name;          // "extract"
  const ingest::RowIssue* stop = nullptr;  // why the file as a whole cannot be read
};

// What the runs of all formats share: the checks at the start, the batch that is being filled, and when it is sent. A
// format's run reads its rows into mutation() and batch(). Not thread-safe.
class FileRun {
 public:
  FileRun(const FileRunContext& context, size_t batch_size);

  // The run as it stood when this object was made.
  [[nodiscard]] const storage::v1::ImportRun& run() const { return run_; }
  [[nodiscard]] bool resumes() const { return run_.rows_done() != 0; }
  [[nodiscard]] const std::string& run_id() const { return run_id_; }
  [[nodiscard]] const FileRunContext& context() const { return context_; }

  // INVALID_ARGUMENT: the file is not the one announced, cannot be read, or on resume is not the one it began with.
  [[nodiscard]] absl::Status Check(const InspectedFile& file) const;
  // Opens the file and enters it into the ledger. The source belongs to the run.
  absl::StatusOr<ingest::ByteSource*> Open(const InspectedFile& file);

  // On resume: reads the rows again that were taken in before, and calls `visit(record)` for each.
  template <typename Reader, typename Record, typename Visit>
  absl::Status SkipDone(Reader& reader, Record& record, const Visit& visit) {
    while (reader.position().rows < run_.rows_done()) {
      WENSUM_ASSIGN_OR_RETURN(const bool more, reader.Next(record));
      if (!more) {
        if (reader.position().rows < run_.rows_done()) {
          return InvalidArgument("the file is shorter than what was already taken in");
        }
        return absl::OkStatus();  // all of it was taken in, its trailer counted
      }
      visit(record);
    }
    return absl::OkStatus();
  }

  // Calls `take(record)` for each row that is left, and sends each batch once it is full. CANCELLED if told to stop.
  template <typename Reader, typename Record, typename Take>
  absl::Status ReadAll(Reader& reader, Record& record, const Take& take) {
    while (true) {
      WENSUM_ASSIGN_OR_RETURN(const bool more, reader.Next(record));
      if (!more) {
        return absl::OkStatus();
      }
      take(record);
      WENSUM_RETURN_IF_ERROR(SendIfFull(reader.position()).status());
    }
  }

  // Sends the batch if it is full; true if it did. `position`: behind all that the batch has. CANCELLED if told to
  // stop.
  absl::StatusOr<bool> SendIfFull(const ingest::CsvPosition& position);
  // Sends the batch.
  absl::Status Send(const ingest::CsvPosition& position);
  // Sends what is left of the file, and waits until all of it is durable, before rows that are not of the file follow.
  absl::Status EndRows(const ingest::CsvPosition& position);
  // Deletes rows of the gazetteer that are not of the file. After EndRows.
  absl::Status DeleteAbsent(std::vector<registry::GazetteerWrite> rows, const ingest::CsvPosition& position);

  // Sends what is left as the file's last batch and waits until all is durable.
  absl::Status Finish(const ingest::CsvPosition& position);

  [[nodiscard]] registry::Mutation& mutation() { return mutation_; }
  [[nodiscard]] RunBatch& batch() { return batch_; }

 private:
  const FileRunContext& context_;
  const size_t batch_size_;
  const storage::v1::ImportRun run_;
  const std::string run_id_;
  std::unique_ptr<ingest::ByteSource> source_;
  registry::Mutation mutation_;
  RunBatch batch_;
  BatchSender sender_;
};

// "auto" (or nothing), "dtf_7_3", "abp_2", "abp_1"; INVALID_ARGUMENT for others.
absl::StatusOr<model::GazetteerFormat> ParseGazetteerFormat(std::string_view name);

// Each: OK if the file was taken in to its end; CANCELLED if it was told to stop; INVALID_ARGUMENT, and nothing of it
// written, if the file as a whole must be refused; other errors from the store.
absl::Status RunMappedFile(const FileRunContext& context);
absl::Status RunGazetteerFile(const FileRunContext& context);
absl::Status RunCodePointFile(const FileRunContext& context);

// Without a file: OK once all is done; CANCELLED if told to stop; other errors from the store.
absl::Status RunConfirmedDeletes(const FileRunContext& context);
absl::Status RunRollBack(const FileRunContext& context);

}  // namespace wensum::imports

#endif  // WENSUM_SERVICES_IMPORTS_FILE_RUN_H_
