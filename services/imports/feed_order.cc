#include "services/imports/feed_order.h"

#include <string>

#include "absl/time/time.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "storage/import_keys.h"

namespace wensum::imports {
namespace {

using storage::v1::Feed;
using storage::v1::ImportRun;

constexpr uint32_t kFeedFormat = 1;
constexpr int kFormerExtracts = 60;
constexpr std::string_view kTakeAnyway = "; to take it in all the same, send it with any_order";

std::string TimeText(int64_t micros) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixMicros(micros), absl::UTCTimeZone());
}

// True if the extract is the last one again.
absl::StatusOr<bool> CheckTime(const Feed& feed, const ImportRun& run) {
  const bool same_file = run.sha256() == feed.last_sha256();
  if (run.extract_time() == 0 || feed.last_extract_time() == 0) {
    return same_file && run.extract_time() == 0;
  }
  if (run.extract_time() > feed.last_extract_time()) {
    return false;
  }
  if (run.extract_time() < feed.last_extract_time()) {
    return InvalidArgument(Cat("the extract is of ", TimeText(run.extract_time()), "; importRuns/", feed.last_run(),
                               " took in a newer one, of ", TimeText(feed.last_extract_time()),
                               ": this one would undo what came since. Send the newest extract", kTakeAnyway));
  }
  if (!same_file) {
    return InvalidArgument(Cat("importRuns/", feed.last_run(), " took in another extract of the same time, ",
                               TimeText(run.extract_time()),
                               ": one of the two is wrong. Ask the source which it is, and send it with the time of "
                               "its query",
                               kTakeAnyway));
  }
  return true;
}

absl::Status CheckRows(const Feed& feed, uint64_t rows, const ingest::DeliveryRule& rule) {
  if (!rule.rows_change_at_most_percent.has_value() || feed.extracts() == 0) {
    return absl::OkStatus();
  }
  const uint64_t last = feed.last_rows();
  const uint64_t change = rows > last ? rows - last : last - rows;
  if (change * 100 <= last * *rule.rows_change_at_most_percent) {
    return absl::OkStatus();
  }
  return InvalidArgument(Cat("the extract has ", rows, " rows, the one before it (importRuns/", feed.last_run(),
                             ") had ", last, ": that is a change of more than ", *rule.rows_change_at_most_percent,
                             " in a hundred (rows_change_at_most_percent). Ask the source whether it is whole",
                             kTakeAnyway));
}

}  // namespace

absl::StatusOr<Feed> ReadFeed(const storage::Reader& reader, uint32_t register_id, std::string_view feed) {
  Feed state;
  state.set_format(kFeedFormat);
  WENSUM_ASSIGN_OR_RETURN(const auto value,
                          reader.Get(storage::Family::kImportRun, storage::FeedKey(register_id, feed)));
  if (value.has_value() && (!state.ParseFromString(*value) || state.format() > kFeedFormat)) {
    return DataLoss(Cat("what is known of feed ", Quote(feed), " cannot be read"));
  }
  return state;
}

absl::StatusOr<bool> IsLastExtractAgain(const Feed& feed, const ImportRun& run, uint64_t rows,
                                        const ingest::DeliveryRule& rule) {
  if (feed.extracts() == 0 || run.any_order()) {
    return false;
  }
  WENSUM_ASSIGN_OR_RETURN(const bool again, CheckTime(feed, run));
  if (again) {
    return true;
  }
  if (run.sha256() != feed.last_sha256()) {
    for (const storage::v1::TakenExtract& former : feed.former()) {
      if (former.sha256() == run.sha256()) {
        return InvalidArgument(Cat("importRuns/", former.run(), " took in this very file, and importRuns/",
                                   feed.last_run(),
                                   " a newer one since: it would undo what came since. Send the "
                                   "newest extract",
                                   kTakeAnyway));
      }
    }
  }
  WENSUM_RETURN_IF_ERROR(CheckRows(feed, rows, rule));
  return false;
}

void NoteExtract(const ImportRun& run, uint64_t rows, Feed& feed) {
  if (feed.extracts() != 0) {
    // The newest first.
    storage::v1::TakenExtract& last = *feed.add_former();
    last.set_sha256(feed.last_sha256());
    last.set_run(feed.last_run());
    last.set_extract_time(feed.last_extract_time());
    last.set_rows(feed.last_rows());
    for (int i = feed.former_size() - 1; i > 0; --i) {
      feed.mutable_former()->SwapElements(i, i - 1);
    }
    if (feed.former_size() > kFormerExtracts) {
      feed.mutable_former()->RemoveLast();
    }
  }
  feed.set_extracts(feed.extracts() + 1);
  feed.set_last_run(run.id());
  feed.set_last_sha256(run.sha256());
  if (run.extract_time() != 0) {
    feed.set_last_extract_time(run.extract_time());
  }
  feed.set_last_rows(rows);
}

void ForgetExtract(Feed& feed) {
  feed.set_extracts(feed.extracts() - 1);
  const storage::v1::TakenExtract last =
      feed.former_size() == 0 ? storage::v1::TakenExtract::default_instance() : feed.former(0);
  feed.set_last_run(last.run());
  feed.set_last_sha256(last.sha256());
  feed.set_last_extract_time(last.extract_time());
  feed.set_last_rows(last.rows());
  if (feed.former_size() != 0) {
    feed.mutable_former()->DeleteSubrange(0, 1);
  }
}

}  // namespace wensum::imports
