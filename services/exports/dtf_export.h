// A DTF 7.3 file of a register's gazetteer: full supply, or what has changed since a revision.
#ifndef WENSUM_SERVICES_EXPORTS_DTF_EXPORT_H_
#define WENSUM_SERVICES_EXPORTS_DTF_EXPORT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "model/partial_date.h"
#include "services/exports/export.h"
#include "services/gazetteer/held_rows.h"
#include "storage/keys.h"
#include "storage/store.h"

namespace wensum::exports {

struct DtfExportOptions {
  Selection selection;
  // Change-only: what has changed behind this revision, which must not be above selection.revision.
  std::optional<uint64_t> since;
  // With `since`: the file's reader does not have the state at `since` but, of these rows, what they say. So the file
  // brings in step who fell out of it. Null: the reader has that state.
  std::shared_ptr<const gazetteer::HeldRows> held;
  // Name of the custodian in the header, if the register has no header of an imported file.
  std::string custodian_name;
  model::PartialDate date;  // of the file
  std::string time;         // HH:MM:SS
};

// A full supply is the same, record for record and apart from PRO_ORDER and the records 10 and 99, as the files that
// made the register (Profile::kArchive): streets with their records 11 to 15 in the order of USRNs, properties with 21
// to 27 in the order of UPRNs, then the metadata 29 and the key sequence 98.
//
// Applied to the state at `since`, in the order of PRO_ORDER, a change-only file gives the state at selection.revision:
// a full supply of the one, changed by it, is a full supply of the other, in either profile. Each record stands in it
// once (kept rows of one key, all together, twice), in an order in which a consumer that checks every line can apply
// it: new and changed streets; new and changed properties, parents before children, each with deletions, then the
// BLPU, then the other rows; properties that are gone, children before parents and the BLPU last; streets that are
// gone, the record 11 last.
//
// The hub gets a key sequence 98 of the last keys that it had or that are in use; an archive has the one of the files
// that made the register, if they had one.
//
// The hub is told of no parent that it does not get. So when a parent becomes local or ceases to be, its children have
// changed for the hub, whether or not their rows have.
//
// With `held` the law is the same, but that the state at `since` is the one that is held. It may be any: a property
// that the profile keeps back is deleted if it is held.
//
// `reader` must show one state and outlive the export. Memory: a piece of the file, and in a change-only file some 24
// bytes for each changed street and property. FAILED_PRECONDITION if it cannot be told whose file it is: there is no
// header of an imported file and options name no custodian, or there are several.
absl::StatusOr<std::unique_ptr<Export>> OpenDtfExport(const storage::Reader& reader, storage::RegisterId reg,
                                                      DtfExportOptions options);

}  // namespace wensum::exports

#endif  // WENSUM_SERVICES_EXPORTS_DTF_EXPORT_H_
