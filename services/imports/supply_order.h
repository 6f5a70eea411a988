// Whether a gazetteer file may be taken in now: it must follow the file before it, and a change-only file must fit what
// is stored. Consumers of gazetteers apply files strictly in order, for a change that was skipped is never told again.
#ifndef WENSUM_SERVICES_IMPORTS_SUPPLY_ORDER_H_
#define WENSUM_SERVICES_IMPORTS_SUPPLY_ORDER_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "import/gazetteer_reader.h"
#include "storage/keys.h"
#include "storage/store.h"
#include "wensum/storage/v1/log.pb.h"

namespace wensum::imports {

// What header and trailer say; all empty if the file has no header.
storage::v1::Supply SupplyOf(const ingest::GazetteerFacts& facts);

// Runs of gazetteer files, newest first, with ids below the first argument (0: from the newest), so many at most.
using ListRunsFunction = std::function<absl::StatusOr<std::vector<storage::v1::ImportRun>>(uint64_t, size_t)>;

// INVALID_ARGUMENT, saying which file is missing or came twice, unless `run` (its supply, format and checksum set) may
// follow the newest run of the same custodian and format that took its file in to the end:
//   a full supply is no older than that file; its volumes come one after the other;
//   a change-only file has a file to build on, is newer than that, or its next volume, and is not taken in already.
// A file whose header tells neither custodian nor type may always come. Other errors come from `list_runs`.
absl::Status CheckSupplyOrder(const storage::v1::ImportRun& run, const ListRunsFunction& list_runs);

// What speaks against a change-only file's building on the rows stored now.
struct BaseConflicts {
  uint64_t rows = 0;       // read
  uint64_t conflicts = 0;  // of these update or delete a row that neither the register nor the file has
  uint64_t first_line = 0;
  std::string first;  // in words
};

// Reads the whole file once. Memory: the keys of the rows it inserts.
absl::StatusOr<BaseConflicts> FindBaseConflicts(const storage::Reader& stored, storage::RegisterId reg,
                                                ingest::GazetteerReader& file);

// INVALID_ARGUMENT if more than one row in twenty, and more than twenty rows, conflict: single ones are rejected row by
// row, so many say that files are missing or that the file is another gazetteer's.
absl::Status CheckBase(const BaseConflicts& found);

}  // namespace wensum::imports

#endif  // WENSUM_SERVICES_IMPORTS_SUPPLY_ORDER_H_
