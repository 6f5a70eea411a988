// What may be asked of a register's writer, and what it answers.
#ifndef WENSUM_SERVICES_REGISTER_MUTATION_H_
#define WENSUM_SERVICES_REGISTER_MUTATION_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "model/gazetteer.h"
#include "model/source_record.h"
#include "services/gazetteer/prepared_row.h"
#include "services/gazetteer/record_keys.h"
#include "services/register/learnt_addresses.h"
#include "storage/store.h"

namespace wensum::registry {

class DecisionTable;
class HeldTable;
class ValueDecisions;
struct DecisionWrites;

// Values equal those of wensum.v1.WriteOutcome.
enum class WriteOutcome : uint8_t { kNone = 0, kInserted = 1, kUpdated = 2, kUnchanged = 3, kDeleted = 4, kHeld = 5 };

// A new version of one source record, or its deletion.
struct SourceWrite {
  // Key, kind, details and source_time; the register canonicalises the details and stamps receive_time and purposes.
  model::SourceRecord record;
  // The details went through model::Canonicalise already, which costs some 30 microseconds a phone number.
  bool canonical = false;
  bool erase = false;
  // A version that the record had before: it is not held back, however much like another person it looks, and what is
  // held of the record is overtaken.
  bool restores = false;
  // The revision of the version this replaces (0: there is none yet); mismatch is ABORTED.
  std::optional<uint64_t> etag;
  std::string import_run;  // empty for API writes
  uint64_t import_line = 0;
};

struct SourceResult {
  // OK; INVALID_ARGUMENT: the record as a whole cannot be taken (no key, unknown source, no name); ABORTED: etag;
  // NOT_FOUND: deletes an unknown record.
  absl::Status status;
  WriteOutcome outcome = WriteOutcome::kNone;
  uint64_t ordinal = 0;  // of the source record; encodes to its minted name
  uint64_t anchor = 0;   // of the entity it belongs to; encodes to people/{id}
  // Of a property: the UPRN that it belongs to, 0 for none; nullopt for people and organisations.
  std::optional<uint64_t> uprn;
  uint64_t revision = 0;  // of the commit, or of the stored version if unchanged or held
  std::vector<model::FieldIssue> issues;
  // Outcomes of the record's addresses (matching::address::Outcome), one per address.
  std::vector<uint8_t> address_outcomes;
};

// One row of a gazetteer file.
struct GazetteerWrite {
  model::GazetteerRow row;
  model::ChangeType change = model::ChangeType::kInsert;
  model::GazetteerFormat format = model::GazetteerFormat::kUnknown;
};

struct GazetteerResult {
  WriteOutcome outcome = WriteOutcome::kNone;
  // Why the row could not be applied, e.g. a deletion of a row that is not there; OK otherwise.
  absl::Status status;
};

struct MutationResult {
  // Not OK: nothing of the mutation was applied. INVALID_ARGUMENT or ABORTED of an atomic mutation (see `sources` for
  // each record's own status), RESOURCE_EXHAUSTED (disk full), UNAVAILABLE (the register is shutting down or its store
  // has failed).
  absl::Status status;
  uint64_t revision = 0;  // of the commit; the newest one if nothing changed
  std::vector<SourceResult> sources;
  std::vector<GazetteerResult> rows;
  // Set if the request id was seen before: the stored answer; nothing was applied.
  std::optional<std::string> replayed_response;
};

// What a plan may look at: the state just before it, which no other write can change meanwhile.
struct PlanView {
  const storage::Reader& reader;
  uint64_t revision = 0;  // that the plan's rows will have
  TimeMicros time = 0;    // of its commit
  const gazetteer::RecordKeys& record_keys;
  const DecisionTable& decisions;  // of stewards, about who is one person
  const ValueDecisions& values;    // and about the values of people
  const HeldTable& held;           // updates that look like another person
  // What a learnt address would do. May be slow once after a start: it looks at every record then.
  std::function<absl::StatusOr<LearntEffect>(const LearntAddress& address)> preview_learnt;
};

// What a plan wants written, in one batch and under one revision.
struct Planned {
  std::vector<gazetteer::PreparedRow> rows;  // one row at most once, and none that would be rejected
  // Properties that change by `writes` alone: what is not of their rows but goes by revisions. The commit has one then.
  std::vector<uint64_t> touched_uprns;
  storage::WriteBatch writes;
  std::vector<LearntWrite> learnt;
  // The commit has a revision though `writes` alone change something: what they write goes by revisions.
  bool has_revision = false;
  // What a steward decides about who is one person, instead of all the above.
  std::shared_ptr<DecisionWrites> decision;
};

// Applied in one atomic batch: all of it or nothing.
struct Mutation {
  std::vector<SourceWrite> sources;
  std::vector<GazetteerWrite> rows;
  std::string import_run;  // stamped on gazetteer rows
  // Instead of `sources` and `rows`: decides on the writer's thread what to write, so that preconditions and numbers to
  // be given out need no lock and no second try. Called once; a status that is not OK refuses the mutation. It makes a
  // commit of its own. May read what it must, and holds up all writes as long.
  std::function<absl::StatusOr<Planned>(const PlanView&)> plan;
  // True: one refused source record refuses the whole mutation. False: refused records are left out and reported.
  bool atomic = false;
  // Idempotency (AIP-155): 16-byte hash of caller, method and request id; empty for none. `request_hash` tells whether
  // the same id came with other content, `make_response` gives the bytes to store with the commit.
  std::string request_key;
  uint64_t request_hash = 0;
  std::function<std::string(const MutationResult&)> make_response;
  // Adds writes that must stand or fall with the mutation (an import's checkpoint). Called once on the writer's thread,
  // when all results but the durability are known; also when nothing else changed. Must not block.
  std::function<void(const MutationResult&, storage::WriteBatch&)> extra_writes;
};

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_MUTATION_H_
