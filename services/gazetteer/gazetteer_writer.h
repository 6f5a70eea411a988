// Turns gazetteer rows into one atomic batch: rows, their history, and secondary keys kept exactly in step.
#ifndef WENSUM_SERVICES_GAZETTEER_GAZETTEER_WRITER_H_
#define WENSUM_SERVICES_GAZETTEER_GAZETTEER_WRITER_H_

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "model/gazetteer.h"
#include "services/gazetteer/prepared_row.h"
#include "services/gazetteer/row_codec.h"
#include "services/gazetteer/row_rules.h"
#include "storage/keys.h"
#include "storage/store.h"

namespace wensum::gazetteer {

enum class RowOutcome : uint8_t { kInserted, kUpdated, kUnchanged, kDeleted, kRejected };

struct StageResult {
  RowOutcome outcome = RowOutcome::kRejected;
  std::vector<RowIssue> issues;
};

// What a batch did to a property (its record 21) or a street (its record 11). Postcodes and what files say of
// custodians are written without being listed: nothing hangs on them, and the change feed does not tell of them.
enum class TouchKind : uint8_t { kCreated, kUpdated, kDeleted };

struct Touched {
  uint64_t id = 0;  // UPRN or USRN
  TouchKind kind = TouchKind::kUpdated;
  friend bool operator==(const Touched&, const Touched&) = default;
};

struct GazetteerBatch {
  storage::WriteBatch writes;
  std::vector<Touched> properties;  // by UPRN
  std::vector<Touched> streets;     // by USRN
  // Properties whose address text may have changed: the touched ones and all that stand on a touched street. Sorted.
  std::vector<uint64_t> readdress_uprns;
};

// Collects rows for one revision. For the single writer thread; not thread-safe. Reads see the rows staged before.
// Memory: the staged rows. After Finish the writer is empty and may be used again with the same reader, which must by
// then show the batch.
//
// Family property holds the newest version of each row, property_history the versions before it, each under the
// revision that wrote it, and a deletion under its own. A row that was never changed is stored once.
class GazetteerWriter {
 public:
  // `reader` must outlive the writer.
  GazetteerWriter(const storage::Reader& reader, storage::RegisterId reg);

  // Insert and update are the same: the whole row replaces what is there. A row equal to the stored one (revision and
  // run apart) is kUnchanged and writes nothing. The deletion of an unknown row is rejected with the issue
  // "unknown_row"; a row of AddressBase that would replace or delete one from DTF 7.3 with "authority_row", as the
  // authority's own gazetteer is the master. An error comes from the store alone.
  absl::StatusOr<StageResult> Stage(PreparedRow row);

  // As Stage for each row in turn, with one MultiGet for all of them.
  absl::StatusOr<std::vector<StageResult>> StageMany(std::vector<PreparedRow> rows);

  // The batch that gives all staged rows `revision`. A row that ends as it began writes nothing.
  absl::StatusOr<GazetteerBatch> Finish(uint64_t revision);

  // Rows staged so far and their size in bytes, for the caller to decide when to finish.
  [[nodiscard]] size_t staged_rows() const { return rows_.size(); }
  [[nodiscard]] size_t staged_bytes() const { return staged_bytes_; }

 private:
  // A row of the batch.
  struct PendingRow {
    RowIdentity identity;
    std::string key;
    std::optional<std::string> before;  // as stored, revision and all; nullopt: there was no such row
    bool changed = false;
    bool restamped = false;  // written for its revision alone: another row of the same identifier was deleted
    // If `changed`: what takes its place, serialised without revision, and its secondary keys.
    std::optional<std::string> after;
    std::vector<SecondaryKey> after_keys;

    // What a row staged now finds.
    [[nodiscard]] const std::optional<std::string>& current() const { return changed ? after : before; }
  };
  // Changes to the lists that stand in the values of shared secondary keys.
  struct MemberChange {
    std::set<std::string> added;
    std::set<std::string> removed;
  };
  using MemberChanges = std::map<std::string, MemberChange>;
  struct KeyChanges {
    std::vector<std::pair<std::string, bool>> plain;  // keys with an empty value: true puts, false deletes
    MemberChanges members;
  };

  absl::StatusOr<StageResult> StageFound(PendingRow& pending, PreparedRow row);
  absl::StatusOr<PendingRow*> Find(RowIdentity identity, std::string key);
  PendingRow* Remember(RowIdentity identity, std::string key, std::optional<std::string> stored);
  absl::Status DropIneffective();
  absl::Status Touch(GazetteerBatch* batch);
  absl::Status Restamp(const RowIdentity& head);
  absl::Status WriteRow(PendingRow& row, uint64_t revision, GazetteerBatch* batch, KeyChanges* changes) const;
  absl::Status WriteMembers(const MemberChanges& changes, GazetteerBatch* batch) const;
  absl::Status AddPropertiesOnStreets(GazetteerBatch* batch) const;

  const storage::Reader& reader_;
  const storage::RegisterId reg_;
  std::deque<PendingRow> rows_;  // in the order first staged; stay in their places
  absl::flat_hash_map<std::string_view, PendingRow*> by_key_;
  size_t staged_bytes_ = 0;
};

}  // namespace wensum::gazetteer

#endif  // WENSUM_SERVICES_GAZETTEER_GAZETTEER_WRITER_H_
