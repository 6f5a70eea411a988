#include "services/imports/file_run.h"

#include <string>
#include <utility>

#include "base/strings.h"

namespace wensum::imports {
namespace {

// Rows that change nothing are of a batch for its checkpoint alone.
constexpr uint64_t kMostUnchanged = 50'000;

}  // namespace

FileRun::FileRun(const FileRunContext& context, size_t batch_size)
    : context_(context),
      batch_size_(batch_size),
      run_(context.ledger->run()),
      run_id_(Cat(run_.id())),
      sender_(context.reg, context.ledger) {}

absl::Status FileRun::Check(const InspectedFile& file) const {
  if (resumes()) {
    if (run_.sha256() != file.text->sha256) {
      return InvalidArgument("the file is not the one that the run began with; start a new run with it");
    }
    return absl::OkStatus();
  }
  if (!run_.expected_sha256().empty() && run_.expected_sha256() != file.text->sha256) {
    return InvalidArgument(Cat("the file's SHA-256 is ", file.text->sha256, ", expected was ", run_.expected_sha256(),
                               ": it was changed or cut on its way; send it again"));
  }
  if (file.stop != nullptr) {
    const std::string place = file.stop->line == 0 ? std::string() : Cat("line ", file.stop->line, ": ");
    return InvalidArgument(Cat(place, file.stop->message, " (rule ", file.stop->rule, ")"));
  }
  if (run_.expected_rows() != 0 && run_.expected_rows() != file.rows) {
    return InvalidArgument(Cat("the file has ", file.rows, " ", file.rows_name, ", expected were ",
                               run_.expected_rows(), ": it is not the complete ", file.complete_name));
  }
  return absl::OkStatus();
}

absl::StatusOr<ingest::ByteSource*> FileRun::Open(const InspectedFile& file) {
  context_.ledger->SetFile(file.text->sha256, file.text->file_bytes, file.format);
  WENSUM_ASSIGN_OR_RETURN(source_, ingest::ByteSource::OpenFileAgain(context_.path, *file.text));
  return source_.get();
}

absl::Status FileRun::EndRows(const ingest::CsvPosition& position) {
  if (batch_.rows() != 0) {
    WENSUM_RETURN_IF_ERROR(Send(position));
  }
  return sender_.Drain();
}

absl::Status FileRun::DeleteAbsent(std::vector<registry::GazetteerWrite> rows, const ingest::CsvPosition& position) {
  batch_.absent = true;
  batch_.items.resize(rows.size());
  mutation_.rows = std::move(rows);
  return Send(position);
}

absl::Status FileRun::Finish(const ingest::CsvPosition& position) {
  batch_.last = true;
  WENSUM_RETURN_IF_ERROR(Send(position));
  return sender_.Drain();
}

absl::StatusOr<bool> FileRun::SendIfFull(const ingest::CsvPosition& position) {
  if (batch_.rows() - batch_.unchanged < batch_size_ && batch_.unchanged < kMostUnchanged) {
    return false;
  }
  WENSUM_RETURN_IF_ERROR(Send(position));
  if (context_.stopping()) {
    WENSUM_RETURN_IF_ERROR(sender_.Drain());
    return absl::CancelledError("stopped at a checkpoint");
  }
  return true;
}

absl::Status FileRun::Send(const ingest::CsvPosition& position) {
  batch_.position = position;
  batch_.raw_offset = source_ == nullptr ? 0 : source_->raw_offset();
  mutation_.import_run = run_id_;
  return sender_.Send(std::exchange(mutation_, {}), std::exchange(batch_, {}));
}

}  // namespace wensum::imports
