#include "services/exports/dtf_export.h"

#include <algorithm>
#include <span>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "gazetteer/format/row_writer.h"
#include "services/exports/custodian_records.h"
#include "services/exports/dtf_rows.h"
#include "services/exports/held_overlay.h"
#include "services/exports/row_selector.h"
#include "services/exports/row_walk.h"

namespace wensum::exports {
namespace {

using gazetteer::RowOwner;

constexpr int kMetadata = 29;
constexpr int kKeySequence = 98;
constexpr int kTrailer = 99;
constexpr std::string_view kVersion = "7.3";  // if no imported file gives another

// A street or property of a change-only file.
struct Change {
  uint64_t id = 0;
  uint64_t parent = 0;  // of a property: in the state in which it is there
  int depth = 0;        // of a property: how many of its parents are new, or gone, with it
};

// Sets the depths: of how many changes in a row each is the child. Cycles end somewhere.
void SetDepths(std::vector<Change>& changes, const absl::flat_hash_map<uint64_t, uint64_t>& parents) {
  constexpr int kMaxDepth = 16;
  for (Change& change : changes) {
    auto parent = parents.find(change.parent);
    while (parent != parents.end() && change.depth < kMaxDepth) {
      ++change.depth;
      parent = parents.find(parent->second);
    }
  }
}

class DtfExport final : public Export {
 public:
  DtfExport(const storage::Reader& reader, storage::RegisterId reg, DtfExportOptions options)
      : reader_(reader), reg_(reg), options_(std::move(options)), overlay_(options_.held.get()) {
    span_.before = options_.since;
    if (options_.selection.past) {
      span_.after = options_.selection.revision;
    }
  }

  // Reads what the file begins and ends with.
  absl::Status Open() {
    WENSUM_ASSIGN_OR_RETURN(CustodianRecords found, ReadCustodianRecords(reader_, reg_, span_));
    ownerless_ = std::move(found.ownerless);
    WENSUM_ASSIGN_OR_RETURN(const int code, ChooseCustodian(found.records, options_.selection.custodian_code));
    TakeRecords(found.records, code);
    selector_.emplace(reader_, reg_, options_.selection, header_.custodian_code, span_);
    lines_.set_custodian_code(header_.custodian_code);
    FillFacts();
    return absl::OkStatus();
  }

  absl::StatusOr<bool> Next(std::string* chunk) override {
    chunk->clear();
    lines_.text().clear();
    while (stage_ != Stage::kEnd && lines_.text().size() < kChunkBytes) {
      WENSUM_RETURN_IF_ERROR(Work());
    }
    chunk->swap(lines_.text());
    return !chunk->empty();
  }

  [[nodiscard]] const ExportFacts& facts() const override { return facts_; }

 private:
  enum class Stage : uint8_t { kHeader, kStreets, kProperties, kChanges, kLastRows, kEnd };

  // Header, metadata and key sequence of the file's custodian.
  void TakeRecords(const std::vector<model::CustodianRecord>& records, int code) {
    header_ = {code, kHeaderRecord, {options_.custodian_name, "", Cat(code), std::string(kVersion)}};
    for (const model::CustodianRecord& record : records) {
      if (record.custodian_code != code) {
        continue;
      }
      if (record.record_type == kHeaderRecord) {
        header_ = record;
      } else if (record.record_type == kMetadata) {
        metadata_ = record;
      } else if (record.record_type == kKeySequence) {
        key_sequence_ = record;
      }
    }
  }

  void FillFacts() {
    facts_.format = "DTF_7_3";
    facts_.revision = options_.selection.revision;
    facts_.since = options_.since;
    facts_.file_name = options_.since.has_value()
                           ? Cat(header_.custodian_code, options_.held == nullptr ? "_change_r" : "_resync_r",
                                 *options_.since, "_r", facts_.revision, ".csv")
                           : Cat(header_.custodian_code, "_full_r", facts_.revision, ".csv");
  }

  // A step that adds some lines or goes on to the next stage.
  absl::Status Work() {
    switch (stage_) {
      case Stage::kHeader:
        return WriteHeader();
      case Stage::kStreets:
        return WriteAll(RowOwner::kStreet, Stage::kProperties);
      case Stage::kProperties:
        return WriteAll(RowOwner::kProperty, Stage::kLastRows);
      case Stage::kChanges:
        return WriteChange();
      case Stage::kLastRows:
        return WriteLastRows();
      case Stage::kEnd:
        break;
    }
    return absl::OkStatus();
  }

  absl::Status WriteHeader() {
    llpg::AppendDtfHeader({.custodian = header_,
                           .date = options_.date,
                           .time = options_.time,
                           .file_type = options_.since.has_value() ? 'C' : 'F'},
                          lines_.text());
    ++others_[kHeaderRecord];
    if (!options_.since.has_value()) {
      stage_ = Stage::kStreets;
      return absl::OkStatus();
    }
    stage_ = Stage::kChanges;
    return Plan();
  }

  // The next street or property of a full supply.
  absl::Status WriteAll(RowOwner owner, Stage next) {
    if (walk_ == nullptr) {
      walk_ = std::make_unique<RowWalk>(reader_, reg_, owner, span_);
    }
    WENSUM_ASSIGN_OR_RETURN(const bool more, walk_->Next(&rows_));
    if (!more) {
      walk_.reset();
      stage_ = next;
      return absl::OkStatus();
    }
    WENSUM_ASSIGN_OR_RETURN(const SelectedRows selected,
                            selector_->Select(owner, rows_, /*before=*/false, facts_.revision));
    NoteKeys(rows_);
    facts_.held_back += selected.held_back ? 1 : 0;
    AddRows(selected, lines_);
    return absl::OkStatus();
  }

  // Of all rows: whether a row is in the file matters not to the next key that may be given.
  void NoteKeys(const OwnerRows& rows) {
    for (const RowVersions& row : rows.rows) {
      lines_.NoteKey(row.record_type, row.subkey);
    }
  }

  // --- Change-only ---

  // Lists what has changed, in the order in which it is to be written.
  absl::Status Plan() {
    std::vector<Change> put;
    std::vector<Change> gone;
    WENSUM_RETURN_IF_ERROR(FindChanges(RowOwner::kStreet, put, gone));
    Append(RowOwner::kStreet, put);
    std::vector<Change> gone_properties;
    put.clear();
    WENSUM_RETURN_IF_ERROR(FindChanges(RowOwner::kProperty, put, gone_properties));
    std::sort(put.begin(), put.end(),
              [](const Change& a, const Change& b) { return std::tie(a.depth, a.id) < std::tie(b.depth, b.id); });
    Append(RowOwner::kProperty, put);
    std::sort(gone_properties.begin(), gone_properties.end(),
              [](const Change& a, const Change& b) { return std::tie(b.depth, a.id) < std::tie(a.depth, b.id); });
    Append(RowOwner::kProperty, gone_properties);
    Append(RowOwner::kStreet, gone);
    return absl::OkStatus();
  }

  void Append(RowOwner owner, const std::vector<Change>& changes) {
    for (const Change& change : changes) {
      changes_.emplace_back(owner, change.id);
    }
  }

  // What was found of owners of one kind, in the order of their numbers.
  struct Found {
    std::vector<Change> put;
    std::vector<Change> gone;
    absl::flat_hash_map<uint64_t, uint64_t> new_parents;   // of properties that are new, by UPRN
    absl::flat_hash_map<uint64_t, uint64_t> gone_parents;  // of those that are gone
    // Properties that one of the register's states gives to the profile's files and the other does not.
    absl::flat_hash_set<uint64_t> one_state_only;
  };

  // Lists owners of the kind that have changed, in the order of their numbers.
  absl::Status FindChanges(RowOwner owner, std::vector<Change>& put, std::vector<Change>& gone) {
    Found found;
    RowWalk walk(reader_, reg_, owner, span_);
    std::span<const uint64_t> held = overlay_.Owners(owner);
    while (true) {
      WENSUM_ASSIGN_OR_RETURN(const bool more, walk.Next(&rows_));
      for (; !held.empty() && (!more || held.front() < rows_.id); held = held.subspan(1)) {
        OwnerRows unknown;  // to the register
        unknown.id = held.front();
        WENSUM_RETURN_IF_ERROR(FindChange(owner, unknown, found));
      }
      if (!more) {
        break;
      }
      if (!held.empty() && held.front() == rows_.id) {
        held = held.subspan(1);
      }
      WENSUM_RETURN_IF_ERROR(FindChange(owner, rows_, found));
    }
    if (owner == RowOwner::kProperty && options_.selection.profile == Profile::kHub) {
      WENSUM_RETURN_IF_ERROR(FindChildren(found));
    }
    SetDepths(found.put, found.new_parents);
    SetDepths(found.gone, found.gone_parents);
    put = std::move(found.put);
    gone = std::move(found.gone);
    return absl::OkStatus();
  }

  absl::Status FindChange(RowOwner owner, OwnerRows& rows, Found& found) {
    WENSUM_RETURN_IF_ERROR(overlay_.Open(owner, rows));
    NoteKeys(rows);
    if (!rows.changed && !MarkChanged(owner, rows.id)) {
      return absl::OkStatus();
    }
    WENSUM_ASSIGN_OR_RETURN(SelectedRows before, selector_->Select(owner, rows, true, *options_.since));
    WENSUM_ASSIGN_OR_RETURN(const SelectedRows after, selector_->Select(owner, rows, false, facts_.revision));
    if (before.head != after.head) {
      found.one_state_only.insert(rows.id);
    }
    overlay_.Apply(rows, before);
    facts_.held_back += after.held_back ? 1 : 0;
    if (before.head && !after.head) {
      found.gone.push_back({.id = rows.id, .parent = before.parent});
      found.gone_parents.emplace(rows.id, before.parent);
    } else {
      found.put.push_back({.id = rows.id, .parent = after.parent});
      if (!before.head && after.head) {
        found.new_parents.emplace(rows.id, after.parent);
      }
    }
    return absl::OkStatus();
  }

  // Adds the properties that have not changed themselves, but whose parent is in the file and was not, or was and is
  // not: the BLPU names it in one state only.
  absl::Status FindChildren(Found& found) {
    if (found.one_state_only.empty()) {
      return absl::OkStatus();
    }
    std::vector<Change> children;
    RowWalk walk(reader_, reg_, RowOwner::kProperty, span_);
    while (true) {
      WENSUM_ASSIGN_OR_RETURN(const bool more, walk.Next(&rows_));
      if (!more) {
        break;
      }
      WENSUM_ASSIGN_OR_RETURN(const uint64_t parent, ParentOf(rows_));
      if (!found.one_state_only.contains(parent) || Lists(found.put, rows_.id) || Lists(found.gone, rows_.id)) {
        continue;
      }
      WENSUM_ASSIGN_OR_RETURN(const SelectedRows after,
                              selector_->Select(RowOwner::kProperty, rows_, false, facts_.revision));
      if (after.head) {
        children.push_back({.id = rows_.id, .parent = after.parent});
      }
    }
    found.put.insert(found.put.end(), children.begin(), children.end());
    return absl::OkStatus();
  }

  static bool Lists(const std::vector<Change>& changes, uint64_t id) {
    return std::ranges::binary_search(changes, id, {}, &Change::id);
  }

  // That of the later state; 0: none.
  [[nodiscard]] absl::StatusOr<uint64_t> ParentOf(const OwnerRows& rows) const {
    for (const RowVersions& row : rows.rows) {
      if (row.record_type != kPropertyHead || !row.after.has_value()) {
        continue;
      }
      WENSUM_ASSIGN_OR_RETURN(const std::optional<model::GazetteerRow> decoded, selector_->Decode(*row.after));
      if (const auto* const blpu = decoded.has_value() ? std::get_if<model::Blpu>(&*decoded) : nullptr) {
        return blpu->parent_uprn.value();
      }
    }
    return uint64_t{0};
  }

  // True if the property was, or is no longer, marked to be kept out, or an LPI of it: its rows need not have changed.
  [[nodiscard]] bool MarkChanged(RowOwner owner, uint64_t id) const {
    const Selection& selection = options_.selection;
    if (owner != RowOwner::kProperty || selection.profile != Profile::kHub) {
      return false;
    }
    return (selection.excluded && selection.excluded(id, *options_.since) != selection.excluded(id, facts_.revision)) ||
           (selection.excluded_lpis &&
            selection.excluded_lpis(id, *options_.since) != selection.excluded_lpis(id, facts_.revision));
  }

  absl::Status WriteChange() {
    if (next_change_ == changes_.size()) {
      stage_ = Stage::kLastRows;
      return absl::OkStatus();
    }
    const auto [owner, id] = changes_[next_change_++];
    RowWalk walk(reader_, reg_, owner, id, span_);
    WENSUM_RETURN_IF_ERROR(walk.Next(&rows_).status());
    rows_.id = id;  // where it has no rows
    WENSUM_RETURN_IF_ERROR(overlay_.Open(owner, rows_));
    if (rows_.rows.empty()) {
      return DataLoss(Cat("the rows of ", id, " cannot be read again; is the reader one state?"));
    }
    return WriteDifference(owner, rows_);
  }

  absl::Status WriteDifference(RowOwner owner, const OwnerRows& rows) {
    WENSUM_ASSIGN_OR_RETURN(SelectedRows before, selector_->Select(owner, rows, true, *options_.since));
    WENSUM_ASSIGN_OR_RETURN(const SelectedRows after, selector_->Select(owner, rows, false, facts_.revision));
    overlay_.Apply(rows, before);
    AddDifference(rows, before, after, lines_);
    return absl::OkStatus();
  }

  // --- The end of the file ---

  absl::Status WriteLastRows() {
    // Rows of no street or property: nobody can say that the hub may have them.
    if (options_.selection.profile == Profile::kArchive) {
      RemoveCustodianRecords();
      if (options_.since.has_value()) {
        WENSUM_RETURN_IF_ERROR(overlay_.Open(RowOwner::kCustodian, ownerless_));
        WENSUM_RETURN_IF_ERROR(WriteDifference(RowOwner::kCustodian, ownerless_));
      } else {
        WENSUM_ASSIGN_OR_RETURN(const SelectedRows selected,
                                selector_->Select(RowOwner::kCustodian, ownerless_, false, facts_.revision));
        AddRows(selected, lines_);
      }
    }
    if (metadata_.has_value()) {
      lines_.Add(*metadata_, model::ChangeType::kInsert);
    }
    WriteKeySequence();
    llpg::AppendDtfTrailer({.records = lines_.records(), .date = options_.date, .time = options_.time}, lines_.text());
    ++others_[kTrailer];
    facts_.by_record_type = lines_.by_record_type();
    facts_.by_record_type.merge(others_);
    facts_.records = lines_.records();
    stage_ = Stage::kEnd;
    return absl::OkStatus();
  }

  void WriteKeySequence() {
    if (options_.selection.profile == Profile::kHub) {
      if (key_sequence_.has_value()) {
        lines_.RaiseKeys(*key_sequence_);
      }
      const auto& keys = lines_.last_keys();
      key_sequence_ = {header_.custodian_code, kKeySequence, {keys.begin(), keys.end()}};
    }
    if (key_sequence_.has_value()) {
      lines_.Add(*key_sequence_, model::ChangeType::kInsert);
    }
  }

  // The records 10, 29 and 98 of a file whose header named no custodian.
  void RemoveCustodianRecords() {
    std::erase_if(ownerless_.rows, [](const RowVersions& row) {
      return row.record_type == kHeaderRecord || row.record_type == kMetadata || row.record_type == kKeySequence;
    });
  }

  const storage::Reader& reader_;
  const storage::RegisterId reg_;
  const DtfExportOptions options_;
  HeldOverlay overlay_;
  StateSpan span_;

  OwnerRows ownerless_;
  model::CustodianRecord header_;
  std::optional<model::CustodianRecord> metadata_;  // of the file's custodian
  std::optional<model::CustodianRecord> key_sequence_;
  std::optional<RowSelector> selector_;  // set by Open

  Stage stage_ = Stage::kHeader;
  DtfLines lines_;
  std::unique_ptr<RowWalk> walk_;
  OwnerRows rows_;
  std::vector<std::pair<RowOwner, uint64_t>> changes_;
  size_t next_change_ = 0;
  std::map<int, uint64_t> others_;  // lines that are no records of rows, by type
  ExportFacts facts_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Export>> OpenDtfExport(const storage::Reader& reader, storage::RegisterId reg,
                                                      DtfExportOptions options) {
  auto file = std::make_unique<DtfExport>(reader, reg, std::move(options));
  WENSUM_RETURN_IF_ERROR(file->Open());
  return std::unique_ptr<Export>(std::move(file));
}

}  // namespace wensum::exports
