// Whether an extract of a feed may be taken in now: extracts follow one another by their times, none comes twice, and
// none is much smaller or larger than the one before.
#ifndef WENSUM_SERVICES_IMPORTS_FEED_ORDER_H_
#define WENSUM_SERVICES_IMPORTS_FEED_ORDER_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "import/delivery.h"
#include "storage/store.h"
#include "wensum/storage/v1/imports.pb.h"
#include "wensum/storage/v1/log.pb.h"

namespace wensum::imports {

// What is known of a feed; empty but for the format if no extract of it was taken in. DATA_LOSS if it cannot be read.
absl::StatusOr<storage::v1::Feed> ReadFeed(const storage::Reader& reader, uint32_t register_id, std::string_view feed);

// True: the extract is the last one again, and there is nothing to do. False: it may be taken in.
// INVALID_ARGUMENT, saying why and what to do, if it must not: it is older than the last one, is one of those before
// it, is another one of the same time, or has too many or too few rows against the last one. `run` has its checksum,
// extract_time (0: nobody said) and any_order, which lets all of these pass.
absl::StatusOr<bool> IsLastExtractAgain(const storage::v1::Feed& feed, const storage::v1::ImportRun& run, uint64_t rows,
                                        const ingest::DeliveryRule& rule);

// The run took its extract in to the end.
void NoteExtract(const storage::v1::ImportRun& run, uint64_t rows, storage::v1::Feed& feed);
// The feed is as it was before its last extract. Once 60 are forgotten, what was before is not known.
void ForgetExtract(storage::v1::Feed& feed);

}  // namespace wensum::imports

#endif  // WENSUM_SERVICES_IMPORTS_FEED_ORDER_H_
