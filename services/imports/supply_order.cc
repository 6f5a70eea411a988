#include "services/imports/supply_order.h"

#include <cstdio>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "services/gazetteer/row_codec.h"
#include "wensum/v1/imports.pb.h"

namespace wensum::imports {
namespace {

using storage::v1::ImportRun;
using storage::v1::Supply;

constexpr size_t kRunsPerPage = 100;
constexpr size_t kRowsPerLookup = 4'000;
constexpr uint64_t kToleratedConflicts = 20;
constexpr uint64_t kRowsPerToleratedConflict = 20;
constexpr std::string_view kAnyOrder = "; to take it in all the same, send it with any_order";

std::string DateText(int32_t packed) {
  char text[16];
  const int size =
      std::snprintf(text, sizeof(text), "%04d-%02d-%02d", packed / 10000, packed / 100 % 100, packed % 100);
  return {text, static_cast<size_t>(size)};
}

// "volume 2 of 2026-11-20 (importRuns/7)".
std::string NameOf(const ImportRun& run) {
  return Cat("volume ", run.supply().volume(), " of ", DateText(run.supply().process_date()), " (importRuns/", run.id(),
             ")");
}

bool Known(const Supply& supply) { return supply.custodian_code() != 0 && !supply.file_type().empty(); }

// A run of the same custodian and format that took its file in to the end.
bool Precedes(const ImportRun& earlier, const ImportRun& run) {
  return earlier.id() < run.id() && earlier.state() == v1::ImportRun::STATE_SUCCEEDED && Known(earlier.supply()) &&
         earlier.supply().custodian_code() == run.supply().custodian_code() &&
         earlier.file_format() == run.file_format();
}

absl::Status CheckFull(const Supply& file, const ImportRun* last) {
  if (file.volume() > 1) {
    const bool next = last != nullptr && last->supply().file_type() == "F" &&
                      last->supply().process_date() == file.process_date() &&
                      (last->supply().next_volume() == file.volume() || last->supply().volume() == file.volume());
    if (!next) {
      return InvalidArgument(Cat("the file is volume ", file.volume(), " of the full supply of ",
                                 DateText(file.process_date()), ", and the volume before it was not taken in; ",
                                 last == nullptr ? "nothing" : NameOf(*last), " was the last. Load volume 1 first",
                                 kAnyOrder));
    }
  }
  if (last != nullptr && file.process_date() < last->supply().process_date()) {
    return InvalidArgument(Cat("the full supply is of ", DateText(file.process_date()), ", older than ", NameOf(*last),
                               ": it would undo what came since. Load the newest supply", kAnyOrder));
  }
  return absl::OkStatus();
}

absl::Status CheckChanges(const Supply& file, const ImportRun* last) {
  if (last == nullptr) {
    return InvalidArgument(Cat("the file has changes only, and no full supply of custodian ", file.custodian_code(),
                               " in this format was taken in before it: load that first", kAnyOrder));
  }
  const Supply& before = last->supply();
  if (before.next_volume() != 0) {
    if (file.process_date() == before.process_date() && file.volume() == before.next_volume()) return absl::OkStatus();
    return InvalidArgument(Cat("after ", NameOf(*last), " must come its volume ", before.next_volume(), ", not volume ",
                               file.volume(), " of ", DateText(file.process_date()), ": load that first", kAnyOrder));
  }
  if (file.process_date() < before.process_date()) {
    return InvalidArgument(Cat("the file is of ", DateText(file.process_date()), ", older than ", NameOf(*last),
                               ", which was taken in already", kAnyOrder));
  }
  // Some custodians count the volumes on from file to file, others begin each with 1.
  const bool counts_on = file.volume() == before.volume() + 1;
  const bool repeated = before.file_type() == "C" && file.process_date() == before.process_date() && !counts_on;
  if (repeated) {
    return InvalidArgument(Cat("volume ", file.volume(), " of ", DateText(file.process_date()), " does not follow ",
                               NameOf(*last), ": it is the same file again, or another is missing", kAnyOrder));
  }
  if (file.volume() > 1 && !counts_on) {
    return InvalidArgument(Cat("the file is volume ", file.volume(), " of ", DateText(file.process_date()), "; after ",
                               NameOf(*last), " volume ", before.volume() + 1,
                               " or 1 is expected: load the files between", kAnyOrder));
  }
  return absl::OkStatus();
}

// A row of the file whose key must be known.
struct Lookup {
  uint64_t line = 0;
  model::ChangeType change = model::ChangeType::kUpdate;
  int record_type = 0;
  std::string key;
};

absl::Status LookUp(const storage::Reader& stored, std::vector<Lookup>& rows, BaseConflicts& found) {
  std::vector<std::string> keys;
  keys.reserve(rows.size());
  for (const Lookup& row : rows) keys.push_back(row.key);
  WENSUM_ASSIGN_OR_RETURN(const auto values, stored.MultiGet(storage::Family::kProperty, keys));
  for (size_t i = 0; i < rows.size(); ++i) {
    if (values[i].has_value()) continue;
    if (++found.conflicts == 1) {
      found.first_line = rows[i].line;
      found.first = Cat(rows[i].change == model::ChangeType::kDelete ? "deletes" : "updates", " a record ",
                        rows[i].record_type, " that is not there");
    }
  }
  rows.clear();
  return absl::OkStatus();
}

}  // namespace

Supply SupplyOf(const ingest::GazetteerFacts& facts) {
  Supply supply;
  if (!facts.header) return supply;
  supply.set_custodian_code(facts.local_custodian_code);
  if (facts.file_type != ' ') supply.set_file_type(std::string(1, facts.file_type));
  supply.set_process_date(facts.process_date.ToNumber());
  supply.set_volume(facts.volume_number);
  supply.set_next_volume(facts.next_volume_number);
  return supply;
}

absl::Status CheckSupplyOrder(const ImportRun& run, const ListRunsFunction& list_runs) {
  if (!Known(run.supply())) return absl::OkStatus();
  std::optional<ImportRun> last;
  uint64_t before = run.id();
  while (true) {
    WENSUM_ASSIGN_OR_RETURN(std::vector<ImportRun> page, list_runs(before, kRunsPerPage));
    for (ImportRun& earlier : page) {
      before = earlier.id();
      if (!Precedes(earlier, run)) continue;
      if (run.supply().file_type() == "C" && earlier.sha256() == run.sha256()) {
        return InvalidArgument(
            Cat("the file has changes only and was taken in already, as importRuns/", earlier.id(), kAnyOrder));
      }
      if (!last.has_value()) last = std::move(earlier);
    }
    // What came before the last full supply says nothing any more.
    if (page.size() < kRunsPerPage || (last.has_value() && last->supply().file_type() == "F")) break;
  }
  const ImportRun* const newest = last.has_value() ? &*last : nullptr;
  return run.supply().file_type() == "F" ? CheckFull(run.supply(), newest) : CheckChanges(run.supply(), newest);
}

absl::StatusOr<BaseConflicts> FindBaseConflicts(const storage::Reader& stored, storage::RegisterId reg,
                                                ingest::GazetteerReader& file) {
  BaseConflicts found;
  absl::flat_hash_set<std::string> inserted;
  std::vector<Lookup> rows;
  ingest::GazetteerRecord record;
  while (true) {
    WENSUM_ASSIGN_OR_RETURN(const bool more, file.Next(record));
    if (!more) break;
    if (record.outcome != ingest::GazetteerRecord::Outcome::kRow) continue;
    ++found.rows;
    const gazetteer::RowIdentity identity = gazetteer::IdentityOf(record.row);
    if (!identity.complete()) continue;
    std::string key = gazetteer::RowKey(reg, identity);
    if (record.change == model::ChangeType::kInsert) {
      inserted.insert(std::move(key));
    } else if (!inserted.contains(key)) {
      rows.push_back({record.line, record.change, record.record_type, std::move(key)});
      if (rows.size() == kRowsPerLookup) WENSUM_RETURN_IF_ERROR(LookUp(stored, rows, found));
    }
  }
  WENSUM_RETURN_IF_ERROR(LookUp(stored, rows, found));
  return found;
}

absl::Status CheckBase(const BaseConflicts& found) {
  if (found.conflicts <= kToleratedConflicts || found.conflicts * kRowsPerToleratedConflict <= found.rows) {
    return absl::OkStatus();
  }
  return InvalidArgument(Cat("line ", found.first_line, " ", found.first, ", and so do ", found.conflicts - 1,
                             " other rows of ", found.rows,
                             ": the file builds on another state than the register's. Load the files before it, or a "
                             "full supply",
                             kAnyOrder));
}

}  // namespace wensum::imports
