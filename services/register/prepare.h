// The part of a write that needs no lock: canonicalising, checking, hashing, matching addresses, standardising.
#ifndef WENSUM_SERVICES_REGISTER_PREPARE_H_
#define WENSUM_SERVICES_REGISTER_PREPARE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/gazetteer/prepared_row.h"
#include "services/register/core.h"
#include "services/register/mutation.h"

namespace wensum::registry {

// A source write made ready for the writer.
struct PreparedSource {
  absl::Status status;  // not OK: the record as a whole cannot be taken
  model::SourceRecord record;
  bool erase = false;
  bool restores = false;
  std::optional<uint64_t> etag;
  std::string import_run;
  uint64_t import_line = 0;
  std::vector<model::FieldIssue> issues;
  uint64_t content_hash = 0;
  std::string key_hash;
  // Derived under this version of the address index.
  uint64_t address_version = 0;
  std::vector<matching::ResolvedAddress> resolved_addresses;
  matching::LinkageRecord linkage;
};

// Some ten microseconds for a record with two addresses. Thread-safe.
PreparedSource Prepare(const Core& core, SourceWrite write);

// The same of a record that was prepared, and stored, before: under the rules of today.
PreparedSource PrepareStored(const Core& core, model::SourceRecord record);

// Matches the addresses and standardises anew, after the address index has changed.
void RefreshDerived(const Core& core, PreparedSource& prepared);

// Today's date by the clock (UTC).
model::PartialDate Today(const Clock& clock);

// The mutation's rows, encoded for the store. A microsecond each. Thread-safe.
std::vector<gazetteer::PreparedRow> PrepareRows(const Core& core, const Mutation& mutation);

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_PREPARE_H_
