#include "services/custodian/marks.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "base/status_macros.h"
#include "base/strings.h"
#include "gazetteer/lifecycle/refusal.h"
#include "services/convert/times.h"
#include "services/custodian/operation_log.h"
#include "services/custodian/operation_messages.h"
#include "services/custodian/stored_town.h"
#include "services/rpc/limits.h"
#include "services/rpc/resource_name.h"
#include "services/rpc/status_details.h"

namespace wensum::custodian {
namespace {

using storage::Family;
using storage::v1::MarkState;
using Operation = v1::CustodianOperation;

constexpr uint32_t kMarkFormat = 1;
constexpr size_t kMaxNoteBytes = 4'000;
constexpr size_t kNoteDigits = 20;

std::string MarkKey(storage::RegisterId reg, const MarkId& id) {
  return storage::PropertyMarkKey(reg, static_cast<uint8_t>(id.kind), id.uprn, id.subkey);
}

absl::StatusOr<storage::v1::PropertyMark> ParseMark(std::string_view value, uint64_t uprn) {
  storage::v1::PropertyMark mark;
  if (!mark.ParseFromArray(value.data(), static_cast<int>(value.size())) || mark.format() != kMarkFormat ||
      mark.states().empty()) {
    return DataLoss(Cat("a mark of the property ", uprn,
                        " is damaged or of a newer version; restore the data directory from a backup"));
  }
  return mark;
}

// Without states if there never was one.
absl::StatusOr<storage::v1::PropertyMark> ReadMark(const storage::Reader& reader, storage::RegisterId reg,
                                                   const MarkId& id) {
  WENSUM_ASSIGN_OR_RETURN(const std::optional<std::string> value, reader.Get(Family::kDecision, MarkKey(reg, id)));
  if (!value.has_value()) {
    return storage::v1::PropertyMark();
  }
  return ParseMark(*value, id.uprn);
}

MarkState StateOf(const storage::v1::PropertyMark& mark) {
  return mark.states().empty() ? MarkState() : *mark.states().rbegin();
}

bool IsSetAsOf(const storage::v1::PropertyMark& mark, uint64_t revision) {
  for (auto state = mark.states().rbegin(); state != mark.states().rend(); ++state) {
    if (state->revision() <= revision) {
      return state->set();
    }
  }
  return false;
}

// Adds the state to the mark and to the record.
void Write(const registry::PlanView& view, storage::RegisterId reg, const MarkId& id, storage::v1::PropertyMark mark,
           MarkState state, registry::Planned& planned, storage::v1::CustodianOperation& record) {
  state.set_operation(record.number());
  state.set_revision(view.revision);
  storage::v1::MarkVersion& version = *record.add_marks();
  version.set_kind(static_cast<uint32_t>(id.kind));
  version.set_uprn(id.uprn);
  version.set_subkey(id.subkey);
  if (!mark.states().empty()) {
    *version.mutable_before() = StateOf(mark);
  }
  *version.mutable_after() = state;
  const std::string set_key = storage::SetMarkKey(reg, static_cast<uint8_t>(id.kind), id.uprn, id.subkey);
  if (state.set()) {
    planned.writes.Put(Family::kDecision, set_key, {});
  } else {
    planned.writes.Delete(Family::kDecision, set_key);
  }
  mark.set_format(kMarkFormat);
  if (id.kind != MarkKind::kExclusion) {
    mark.clear_states();  // nobody asks what these were at a revision: operations tell who changed them
  }
  *mark.add_states() = std::move(state);
  planned.writes.Put(Family::kDecision, MarkKey(reg, id), mark.SerializeAsString());
  if (id.kind == MarkKind::kExclusion) {
    planned.touched_uprns.push_back(id.uprn);  // change-only exports go by revisions
  }
  if (std::find(record.uprns().begin(), record.uprns().end(), id.uprn) == record.uprns().end()) {
    record.add_uprns(id.uprn);
  }
}

// The mark that the operation names, and what it is to be.
struct Asked {
  MarkId id;
  bool set = true;
  std::string text;
  std::string_view field;  // of the operation
};

absl::StatusOr<Asked> ReadAsked(const v1::ApplyOperationRequest& request, uint64_t number) {
  const Operation& operation = request.operation();
  Asked asked;
  asked.text = request.reason();
  switch (operation.act_case()) {
    case Operation::kAddNote: {
      const std::string digits = Cat(number);
      asked = {.id = {.kind = MarkKind::kNote,
                      .uprn = operation.add_note().uprn(),
                      .subkey = std::string(kNoteDigits - digits.size(), '0') + digits},
               .text = operation.add_note().text(),
               .field = "add_note"};
      if (asked.text.empty()) {
        return rpc::InvalidField("operation.add_note.text", "is required");
      }
      WENSUM_RETURN_IF_ERROR(rpc::CheckText(asked.text, kMaxNoteBytes, "operation.add_note.text"));
      break;
    }
    case Operation::kSetExportExclusion:
      asked.id = {.kind = MarkKind::kExclusion,
                  .uprn = operation.set_export_exclusion().uprn(),
                  .subkey = operation.set_export_exclusion().lpi_key()};
      asked.set = operation.set_export_exclusion().excluded();
      asked.field = "set_export_exclusion";
      break;
    default:
      asked.id = {.kind = MarkKind::kSiteVisit, .uprn = operation.set_site_visit().uprn(), .subkey = {}};
      asked.set = operation.set_site_visit().needed();
      asked.field = "set_site_visit";
      break;
  }
  if (asked.set && asked.text.empty()) {
    return rpc::InvalidField("reason", Cat("is required by ", asked.field));
  }
  return asked;
}

// What an operation puts in the place of what.
struct Replaced {
  std::vector<std::pair<model::Uprn, model::Uprn>> properties;  // a predecessor and another property that goes on
  std::vector<const model::Lpi*> ended;                         // LPIs that were live, or the official address
  std::set<model::Uprn> renewed;                                // properties with an LPI that was not live before
};

Replaced ReplacedBy(const llpg::Outcome& outcome) {
  Replaced replaced;
  for (const llpg::LineageEvent& event : outcome.lineage) {
    for (const model::Uprn former : event.predecessors) {
      for (const model::Uprn successor : event.successors) {
        // One that the operation leaves as it is lets nothing out.
        if (successor != former && std::binary_search(outcome.uprns.begin(), outcome.uprns.end(), successor)) {
          replaced.properties.emplace_back(former, successor);
        }
      }
    }
  }
  for (const llpg::RowChange& change : outcome.changes) {
    const auto* const after = std::get_if<model::Lpi>(&change.after);
    if (after == nullptr) {
      continue;
    }
    const auto* const before = change.before.has_value() ? std::get_if<model::Lpi>(&*change.before) : nullptr;
    const bool was_live = before != nullptr && llpg::IsLive(before->logical_status);
    const bool is_live = llpg::IsLive(after->logical_status);
    if (!was_live && is_live) {
      replaced.renewed.insert(after->uprn);
    } else if (was_live && (!is_live || (after->logical_status == llpg::kAlternative &&
                                         before->logical_status != llpg::kAlternative))) {
      replaced.ended.push_back(after);
    }
  }
  return replaced;
}

absl::StatusOr<bool> IsLiveAfter(const llpg::Town& town, const llpg::Outcome& outcome, model::Uprn uprn) {
  for (const llpg::RowChange& change : outcome.changes) {
    const auto* const blpu = std::get_if<model::Blpu>(&change.after);
    if (blpu != nullptr && blpu->uprn == uprn) {
      return llpg::IsLive(blpu->logical_status);
    }
  }
  WENSUM_ASSIGN_OR_RETURN(const llpg::PropertyState* const property, town.FindProperty(uprn));
  return property != nullptr && llpg::IsLive(property->blpu.logical_status);
}

// A file for the hub has no BLPU without an LPI of its status.
absl::Status CheckNotOnlyAddress(const storage::Reader& reader, storage::RegisterId reg,
                                 const llpg::PropertyState& property, const std::string& key) {
  const int status = property.blpu.logical_status;
  const uint64_t uprn = property.blpu.uprn.value();
  bool is_of_status = false;
  for (const model::Lpi& lpi : property.lpis) {
    if (lpi.logical_status != status) {
      continue;
    }
    if (lpi.lpi_key == key) {
      is_of_status = true;
      continue;
    }
    WENSUM_ASSIGN_OR_RETURN(const storage::v1::PropertyMark mark,
                            ReadMark(reader, reg, {.kind = MarkKind::kExclusion, .uprn = uprn, .subkey = lpi.lpi_key}));
    if (!StateOf(mark).set()) {
      return absl::OkStatus();
    }
  }
  if (!is_of_status) {
    return absl::OkStatus();
  }
  return ToApiStatus(llpg::Refuse("only_address", rpc::PropertyName(uprn),
                                  Cat("Without ", key, " no LPI of the property's own status, ", status,
                                      ", would be left in exports. Exclude the whole property.")));
}

absl::Status CheckObject(const registry::PlanView& view, storage::RegisterId reg, const CustodianOptions& options,
                         const Asked& asked) {
  const auto uprn = model::Uprn::Create(asked.id.uprn);
  if (asked.id.uprn == 0 || !uprn.ok()) {
    return rpc::InvalidField(Cat("operation.", asked.field, ".uprn"), "is required: a number of up to 12 digits");
  }
  const StoredTown town(view.reader, reg);
  WENSUM_ASSIGN_OR_RETURN(const llpg::PropertyState* const property, town.FindProperty(*uprn));
  if (property == nullptr) {
    return ToApiStatus(llpg::UnknownObject(rpc::PropertyName(asked.id.uprn)));
  }
  if (asked.id.kind != MarkKind::kExclusion) {
    return absl::OkStatus();
  }
  const int custodian = property->blpu.local_custodian_code;
  if (std::find(options.codes.begin(), options.codes.end(), custodian) == options.codes.end()) {
    return ToApiStatus(llpg::Refuse(
        "own_custodian", rpc::PropertyName(asked.id.uprn),
        Cat("The property is kept by custodian ", custodian, ", whose part of the gazetteer is not exported here.")));
  }
  const std::string& key = asked.id.subkey;
  if (!key.empty() && std::none_of(property->lpis.begin(), property->lpis.end(),
                                   [&key](const model::Lpi& lpi) { return lpi.lpi_key == key; })) {
    return rpc::InvalidField(Cat("operation.", asked.field, ".lpi_key"), Cat(Quote(key), " is no LPI of the property"));
  }
  return asked.set && !key.empty() ? CheckNotOnlyAddress(view.reader, reg, *property, key) : absl::OkStatus();
}

}  // namespace

bool IsMarkOperation(const Operation& operation) {
  return operation.has_set_export_exclusion() || operation.has_add_note() || operation.has_set_site_visit();
}

absl::Status PlanMark(const registry::PlanView& view, storage::RegisterId reg, const CustodianOptions& options,
                      const v1::ApplyOperationRequest& request, registry::Planned& planned,
                      storage::v1::CustodianOperation& record) {
  WENSUM_ASSIGN_OR_RETURN(const Asked asked, ReadAsked(request, record.number()));
  WENSUM_ASSIGN_OR_RETURN(storage::v1::PropertyMark mark, ReadMark(view.reader, reg, asked.id));
  const bool is_set = StateOf(mark).set();
  if (asked.set || !is_set) {  // a mark may be cleared whatever became of what it is on
    WENSUM_RETURN_IF_ERROR(CheckObject(view, reg, options, asked));
  }
  if (is_set == asked.set) {
    return ToApiStatus(llpg::Refuse("no_change", rpc::PropertyName(asked.id.uprn),
                                    asked.set ? "It is marked so already." : "It is not marked so."));
  }
  MarkState state;
  state.set_set(asked.set);
  state.set_text(asked.text);
  state.set_author(record.caller());
  state.set_time(record.time());
  Write(view, reg, asked.id, std::move(mark), std::move(state), planned, record);
  return absl::OkStatus();
}

absl::Status CheckExclusionsKept(const storage::Reader& reader, storage::RegisterId reg, const llpg::Town& town,
                                 const llpg::Outcome& outcome) {
  WENSUM_ASSIGN_OR_RETURN(const std::vector<ListedMark> any,
                          ListMarks(reader, reg, MarkKind::kExclusion, std::nullopt, std::nullopt, 1));
  if (any.empty()) {
    return absl::OkStatus();
  }
  const auto excluded = [&](model::Uprn uprn, const std::string& key) -> absl::StatusOr<bool> {
    WENSUM_ASSIGN_OR_RETURN(const storage::v1::PropertyMark mark,
                            ReadMark(reader, reg, {.kind = MarkKind::kExclusion, .uprn = uprn.value(), .subkey = key}));
    return StateOf(mark).set();
  };
  const Replaced replaced = ReplacedBy(outcome);
  std::set<model::Uprn> replaced_uprns;
  for (const auto& [former, successor] : replaced.properties) {
    WENSUM_ASSIGN_OR_RETURN(const bool live, IsLiveAfter(town, outcome, successor));
    WENSUM_ASSIGN_OR_RETURN(const bool kept_out, excluded(successor, ""));
    if (!live || kept_out) {
      continue;
    }
    replaced_uprns.insert(former);
    WENSUM_ASSIGN_OR_RETURN(const bool was_out, excluded(former, ""));
    if (was_out) {
      return llpg::Refuse("export_exclusion", llpg::ObjectName(former),
                          Cat("It is kept out of exports, and properties/", successor.value(),
                              ", which takes its place, would not be. Clear the exclusion first, and set it again "
                              "afterwards on what is to stay out."));
    }
  }
  for (const model::Lpi* const lpi : replaced.ended) {
    if (!replaced.renewed.contains(lpi->uprn) && !replaced_uprns.contains(lpi->uprn)) {
      continue;
    }
    WENSUM_ASSIGN_OR_RETURN(const bool was_out, excluded(lpi->uprn, lpi->lpi_key));
    if (was_out) {
      return llpg::Refuse("export_exclusion", llpg::ObjectName(lpi->uprn),
                          Cat("Its LPI ", lpi->lpi_key,
                              " is kept out of exports, and the address that takes its place would not be. Clear the "
                              "exclusion first, and set it again afterwards on what is to stay out."));
    }
  }
  return absl::OkStatus();
}

absl::Status PlanUnmark(const registry::PlanView& view, storage::RegisterId reg,
                        const storage::v1::CustodianOperation& undone, registry::Planned& planned,
                        storage::v1::CustodianOperation& record) {
  for (const storage::v1::MarkVersion& version : undone.marks()) {
    const MarkId id{.kind = static_cast<MarkKind>(version.kind()), .uprn = version.uprn(), .subkey = version.subkey()};
    WENSUM_ASSIGN_OR_RETURN(storage::v1::PropertyMark mark, ReadMark(view.reader, reg, id));
    const MarkState now = StateOf(mark);
    if (now.set() != version.after().set() || now.text() != version.after().text()) {
      return llpg::Refuse("changed_since", rpc::PropertyName(id.uprn),
                          Cat("Its mark was changed after ", OperationName(undone.number()), ". Undo ",
                              OperationName(now.operation()), " first."));
    }
    MarkState former = version.before();
    if (!former.set()) {
      former.set_author(record.caller());
      former.set_time(record.time());
    }
    Write(view, reg, id, std::move(mark), std::move(former), planned, record);
  }
  return absl::OkStatus();
}

absl::Status PlanMovedMarks(const registry::PlanView& view, storage::RegisterId reg, const llpg::Outcome& outcome,
                            registry::Planned& planned, storage::v1::CustodianOperation& record) {
  WENSUM_ASSIGN_OR_RETURN(const std::vector<ListedMark> any,
                          ListMarks(view.reader, reg, MarkKind::kExclusion, std::nullopt, std::nullopt, 1));
  if (any.empty()) {
    return absl::OkStatus();
  }
  for (const llpg::RekeyedRow& row : outcome.rekeyed) {
    const auto* const before = std::get_if<model::Lpi>(&row.before);
    const auto* const after = std::get_if<model::Lpi>(&row.after);
    if (before == nullptr || after == nullptr) {
      continue;
    }
    MarkId id{.kind = MarkKind::kExclusion, .uprn = before->uprn.value(), .subkey = before->lpi_key};
    WENSUM_ASSIGN_OR_RETURN(storage::v1::PropertyMark former, ReadMark(view.reader, reg, id));
    MarkState state = StateOf(former);
    if (!state.set()) {
      continue;
    }
    MarkState cleared;
    cleared.set_text(Cat("It went to ", after->lpi_key, "."));
    cleared.set_author(record.caller());
    cleared.set_time(record.time());
    Write(view, reg, id, std::move(former), std::move(cleared), planned, record);
    id.subkey = after->lpi_key;  // which no LPI ever had: there is no mark on it
    Write(view, reg, id, {}, std::move(state), planned, record);
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> IsExcluded(const storage::Reader& reader, storage::RegisterId reg, uint64_t uprn,
                                uint64_t revision) {
  WENSUM_ASSIGN_OR_RETURN(const storage::v1::PropertyMark mark,
                          ReadMark(reader, reg, {.kind = MarkKind::kExclusion, .uprn = uprn, .subkey = {}}));
  return IsSetAsOf(mark, revision);
}

absl::StatusOr<LpiExclusions> LpiExclusions::Read(const storage::Reader& reader, storage::RegisterId reg) {
  LpiExclusions exclusions;
  const auto it = reader.NewIterator(Family::kDecision, storage::PrefixRange(storage::PropertyMarkPrefix(
                                                            reg, static_cast<uint8_t>(MarkKind::kExclusion))));
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const storage::PropertyMarkParts parts, storage::ParsePropertyMarkKey(it->key()));
    if (!parts.subkey.empty()) {
      WENSUM_ASSIGN_OR_RETURN(exclusions.marks_[parts.uprn][parts.subkey], ParseMark(it->value(), parts.uprn));
    }
  }
  WENSUM_RETURN_IF_ERROR(it->status());
  return exclusions;
}

std::set<std::string> LpiExclusions::KeysOf(uint64_t uprn, uint64_t revision) const {
  std::set<std::string> keys;
  if (const auto found = marks_.find(uprn); found != marks_.end()) {
    for (const auto& [key, mark] : found->second) {
      if (IsSetAsOf(mark, revision)) {
        keys.insert(key);
      }
    }
  }
  return keys;
}

absl::StatusOr<std::vector<ListedMark>> ListMarks(const storage::Reader& reader, storage::RegisterId reg, MarkKind kind,
                                                  std::optional<uint64_t> uprn,
                                                  const std::optional<MarkPosition>& after, size_t limit) {
  const auto code = static_cast<uint8_t>(kind);
  const auto it = reader.NewIterator(Family::kDecision,
                                     storage::PrefixRange(uprn.has_value() ? storage::SetMarkPrefix(reg, code, *uprn)
                                                                           : storage::SetMarkPrefix(reg, code)));
  std::vector<ListedMark> marks;
  if (after.has_value()) {
    const std::string last = storage::SetMarkKey(reg, code, after->uprn, after->subkey);
    it->Seek(last);
    if (it->Valid() && it->key() == last) {
      it->Next();
    }
  } else {
    it->SeekToFirst();
  }
  for (; it->Valid() && marks.size() < limit; it->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const storage::PropertyMarkParts parts, storage::ParseSetMarkKey(it->key()));
    ListedMark listed{.id = {.kind = kind, .uprn = parts.uprn, .subkey = parts.subkey}, .state = {}};
    WENSUM_ASSIGN_OR_RETURN(const storage::v1::PropertyMark mark, ReadMark(reader, reg, listed.id));
    listed.state = StateOf(mark);
    marks.push_back(std::move(listed));
  }
  WENSUM_RETURN_IF_ERROR(it->status());
  return marks;
}

void ToMark(const MarkId& id, const MarkState& state, v1::PropertyMark& out) {
  switch (id.kind) {
    case MarkKind::kNote:
      out.set_kind(v1::PropertyMark::KIND_NOTE);
      break;
    case MarkKind::kExclusion:
      out.set_kind(v1::PropertyMark::KIND_EXPORT_EXCLUSION);
      out.set_lpi_key(id.subkey);
      break;
    case MarkKind::kSiteVisit:
      out.set_kind(v1::PropertyMark::KIND_SITE_VISIT);
      break;
  }
  out.set_name(rpc::PropertyName(id.uprn));
  out.set_text(state.text());
  out.set_author(state.author());
  if (state.time() != 0) {
    convert::ToTimestamp(state.time(), *out.mutable_time());
  }
  if (state.operation() != 0) {
    out.set_operation(OperationName(state.operation()));
  }
  out.set_cleared(!state.set());
}

void ToMark(const storage::v1::MarkVersion& version, v1::PropertyMark& out) {
  ToMark({.kind = static_cast<MarkKind>(version.kind()), .uprn = version.uprn(), .subkey = version.subkey()},
         version.after(), out);
}

}  // namespace wensum::custodian
