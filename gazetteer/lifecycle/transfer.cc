#include "gazetteer/lifecycle/transfer.h"

#include <algorithm>
#include <optional>
#include <set>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::llpg {
namespace {

constexpr size_t kCodeDigits = 4;
constexpr size_t kKeySize = 14;
constexpr int kMaxCode = 9999;

// Where a row keeps its record key.
std::string& KeyOf(model::Lpi& row) { return row.lpi_key; }
std::string& KeyOf(model::CrossReference& row) { return row.xref_key; }
std::string& KeyOf(model::Provenance& row) { return row.provenance_key; }
std::string& KeyOf(model::Successor& row) { return row.successor_key; }
std::string& KeyOf(model::PropertyOrganisation& row) { return row.org_key; }
std::string& KeyOf(model::Classification& row) { return row.class_key; }
std::string& KeyOf(model::KeptRow& row) { return row.subkey; }

template <typename Row>
concept HasRecordKey = requires(Row& row) { KeyOf(row); };

// The same row under its new key.
template <HasRecordKey Row>
void SetKey(const std::string& key, model::PartialDate today, Row& row) {
  if constexpr (std::is_same_v<Row, model::KeptRow>) {
    // The line's second column is the key; the first is the UPRN.
    if (const size_t at = row.text.find(row.subkey, row.text.find(',') + 1); at != std::string::npos) {
      row.text.replace(at, row.subkey.size(), key);
    }
  } else {
    row.dates.last_update = today;
  }
  KeyOf(row) = key;
}

bool Holds(const std::vector<int>& codes, int code) { return std::ranges::find(codes, code) != codes.end(); }

std::string Listed(const std::vector<model::Uprn>& uprns) {
  constexpr size_t kNamed = 10;
  std::vector<std::string> names;
  for (size_t i = 0; i < std::min(uprns.size(), kNamed); ++i) {
    names.push_back(Cat(uprns[i].value()));
  }
  return uprns.size() > kNamed ? Cat(Join(names, ", "), " and ", uprns.size() - kNamed, " more") : Join(names, ", ");
}

// Why a property may not be moved whatever else is; nullopt if it may.
std::optional<Refusal> WhyNot(const model::Blpu& blpu, int to, int from, const LifecycleRules& rules) {
  const int code = blpu.local_custodian_code;
  const std::string name = ObjectName(blpu.uprn);
  if (!Holds(rules.own_custodians, code)) {
    if (blpu.logical_status == kCandidate) {
      return Refusal{
          "candidate", name,
          Cat("It is a candidate of custodian ", code, ", which approves or rejects it before it is moved.")};
    }
    return Refusal{"own_custodian", name,
                   Cat("The property is kept by custodian ", code,
                       ", whose rows are not changed here; see `custodian.codes` of the configuration.")};
  }
  if (code == to) {
    return Refusal{"expected_custodian", name, Cat("It is kept by custodian ", to, " already. Leave it out.")};
  }
  if (from != 0 && code != from) {
    return Refusal{"expected_custodian", name,
                   Cat("It is kept by custodian ", code, ", not by ", from, " as expected. Leave it out.")};
  }
  return std::nullopt;
}

absl::Status CheckCodes(int to, int from, const LifecycleRules& rules) {
  if (to < 1 || to > kMaxCode) {
    return WrongOperation("transfer_properties.to_custodian_code", "must be a custodian code, 1 to 9999");
  }
  if (from < 0 || from > kMaxCode) {
    return WrongOperation("transfer_properties.from_custodian_code", "must be a custodian code, 1 to 9999");
  }
  if (from == to) {
    return WrongOperation("transfer_properties.from_custodian_code", "is the one that they are to be moved to");
  }
  for (const int code : {to, from}) {
    if (code != 0 && !Holds(rules.own_custodians, code)) {
      return Refuse(code == to ? "target_custodian" : "own_custodian", Cat("custodians/", code),
                    Cat("The server does not keep the gazetteer of custodian ", code,
                        ". Add the code to `custodian.codes` of the configuration first."));
    }
  }
  return absl::OkStatus();
}

// Moves one property.
class Mover {
 public:
  Mover(int to, const Town& town, NumberSource& numbers, const LifecycleRules& rules, Outcome& outcome)
      : to_(to), town_(town), numbers_(numbers), rules_(rules), outcome_(outcome) {}

  absl::Status Move(const PropertyState& property) {
    const int from = property.blpu.local_custodian_code;
    model::Blpu blpu = property.blpu;
    blpu.local_custodian_code = to_;
    blpu.dates.last_update = rules_.today;
    const model::Uprn uprn = blpu.uprn;
    outcome_.changes.push_back({property.blpu, std::move(blpu)});
    outcome_.uprns.push_back(uprn);
    std::map<std::string, std::string> issued;  // by former key: rows that are kept as they came may share one
    for (const model::Lpi& lpi : property.lpis) {
      WENSUM_RETURN_IF_ERROR(Rekey(lpi, from, issued));
    }
    for (const model::CrossReference& xref : property.xrefs) {
      WENSUM_RETURN_IF_ERROR(Rekey(xref, from, issued));
    }
    WENSUM_ASSIGN_OR_RETURN(const std::vector<model::GazetteerRow> others, town_.KeyedRowsOf(uprn));
    for (const model::GazetteerRow& row : others) {
      WENSUM_RETURN_IF_ERROR(std::visit([&](const auto& content) { return Rekey(content, from, issued); }, row));
    }
    return absl::OkStatus();
  }

 private:
  template <typename Row>
  absl::Status Rekey(const Row& before, int from, std::map<std::string, std::string>& issued) {
    if constexpr (HasRecordKey<Row>) {
      Row after = before;
      const std::string& key = KeyOf(after);
      if (!IsRecordKeyOf(key, from)) {
        return absl::OkStatus();
      }
      std::string& fresh = issued[key];
      if (fresh.empty()) {
        WENSUM_ASSIGN_OR_RETURN(fresh, numbers_.NextKey(to_, key[kCodeDigits]));
      }
      SetKey(fresh, rules_.today, after);
      outcome_.rekeyed.push_back({before, std::move(after)});
    }
    return absl::OkStatus();
  }

  const int to_;
  const Town& town_;
  NumberSource& numbers_;
  const LifecycleRules& rules_;
  Outcome& outcome_;
};

// The properties that are tied to one by parents and children of its custodian, itself among them. At most one above
// kMaxTransferred is looked at.
struct Family {
  std::vector<const PropertyState*> members;
  const PropertyState* topmost = nullptr;
};

absl::StatusOr<Family> FamilyOf(const PropertyState& property, const Town& town) {
  const int code = property.blpu.local_custodian_code;
  Family family{.members = {}, .topmost = &property};
  std::set<model::Uprn> seen = {property.blpu.uprn};
  for (;;) {  // up; a circle of parents ends where it began
    const model::Uprn parent = family.topmost->blpu.parent_uprn;
    if (parent.empty() || !seen.insert(parent).second) {
      break;
    }
    WENSUM_ASSIGN_OR_RETURN(const PropertyState* const above, town.FindProperty(parent));
    if (above == nullptr || above->blpu.local_custodian_code != code) {
      break;
    }
    family.topmost = above;
  }
  seen = {family.topmost->blpu.uprn};
  family.members.push_back(family.topmost);
  for (size_t i = 0; i < family.members.size() && family.members.size() <= kMaxTransferred; ++i) {
    WENSUM_ASSIGN_OR_RETURN(const std::vector<model::Uprn> children, town.ChildrenOf(family.members[i]->blpu.uprn));
    for (const model::Uprn child : children) {
      WENSUM_ASSIGN_OR_RETURN(const PropertyState* const beneath, town.FindProperty(child));
      if (beneath != nullptr && beneath->blpu.local_custodian_code == code && seen.insert(child).second) {
        family.members.push_back(beneath);
      }
    }
  }
  return family;
}

// Walks the candidates and takes whole families.
class Selector {
 public:
  Selector(const TransferSelection& selection, const Town& town, const LifecycleRules& rules)
      : selection_(selection), town_(town), rules_(rules) {}

  absl::StatusOr<SelectedProperties> Run() {
    for (const model::Uprn uprn : selection_.candidates) {
      if (uprn <= selection_.after || seen_.contains(uprn)) {
        continue;
      }
      if (full_ && selection_.ward.empty()) {
        ++selected_.remaining;  // all of the custodian are moved in the end: none need be read
        continue;
      }
      WENSUM_ASSIGN_OR_RETURN(const PropertyState* const property, town_.FindProperty(uprn));
      if (property != nullptr && IsOfSelection(property->blpu)) {
        WENSUM_RETURN_IF_ERROR(Look(*property));
      }
    }
    std::ranges::sort(selected_.uprns);
    return std::move(selected_);
  }

 private:
  [[nodiscard]] bool IsOfSelection(const model::Blpu& blpu) const {
    return selection_.ward.empty() ? blpu.local_custodian_code == selection_.from : blpu.ward_code == selection_.ward;
  }

  absl::Status Look(const PropertyState& property) {
    const model::Uprn uprn = property.blpu.uprn;
    if (property.blpu.local_custodian_code == selection_.to) {
      return absl::OkStatus();  // it is where it is to be
    }
    if (std::optional<Refusal> why = WhyNot(property.blpu, selection_.to, selection_.from, rules_); why.has_value()) {
      selected_.left_out.push_back(*std::move(why));
      return absl::OkStatus();
    }
    WENSUM_ASSIGN_OR_RETURN(const Family family, FamilyOf(property, town_));
    model::Uprn lowest = uprn;
    for (const PropertyState* const member : family.members) {
      seen_.insert(member->blpu.uprn);
      // One that came after the candidates were listed leads no page.
      if (IsOfSelection(member->blpu) && std::ranges::binary_search(selection_.candidates, member->blpu.uprn)) {
        lowest = std::min(lowest, member->blpu.uprn);
      }
    }
    seen_.insert(uprn);
    if (lowest <= selection_.after) {
      return absl::OkStatus();  // an earlier page met it
    }
    if (!IsOfSelection(family.topmost->blpu)) {
      LeaveOut(family, "family_ward",
               Cat("It is beneath ", ObjectName(family.topmost->blpu.uprn), ", which is in the ward ",
                   Quote(family.topmost->blpu.ward_code), ", and goes with it."));
    } else if (family.members.size() > kMaxTransferred) {
      LeaveOut(family, "family_size",
               Cat("It is of a family of more than ", kMaxTransferred, " properties beneath ",
                   ObjectName(family.topmost->blpu.uprn), ", which one operation cannot move together."));
    } else if (full_ ||
               (!selected_.uprns.empty() && selected_.uprns.size() + family.members.size() > selection_.limit)) {
      full_ = true;
      selected_.remaining += family.members.size();
    } else {
      for (const PropertyState* const member : family.members) {
        selected_.uprns.push_back(member->blpu.uprn);
      }
      selected_.last = lowest;
    }
    return absl::OkStatus();
  }

  void LeaveOut(const Family& family, std::string_view rule, const std::string& message) {
    for (const PropertyState* const member : family.members) {
      if (IsOfSelection(member->blpu)) {
        selected_.left_out.push_back({std::string(rule), ObjectName(member->blpu.uprn), message});
      }
    }
  }

  const TransferSelection& selection_;
  const Town& town_;
  const LifecycleRules& rules_;
  SelectedProperties selected_;
  std::set<model::Uprn> seen_;  // members of families that were looked at
  bool full_ = false;
};

}  // namespace

bool IsRecordKeyOf(std::string_view key, int custodian_code) {
  if (key.size() != kKeySize || !IsUpper(key[kCodeDigits])) {
    return false;
  }
  const std::string_view number = key.substr(kCodeDigits + 1);
  return std::ranges::all_of(key.substr(0, kCodeDigits), IsDigit) && std::ranges::all_of(number, IsDigit) &&
         ParseInteger<int>(key.substr(0, kCodeDigits)) == custodian_code;
}

absl::Status CheckFamilies(const Town& town, const std::map<model::Uprn, CustodianChange>& moved) {
  std::vector<Refusal> refusals;
  for (const auto& [uprn, change] : moved) {
    WENSUM_ASSIGN_OR_RETURN(const PropertyState* const property, town.FindProperty(uprn));
    if (property == nullptr) {
      continue;
    }
    // True of one that had the property's custodian, and has not any more. It keeps its own: it is not moved.
    const auto parted = [&](model::Uprn relative) -> absl::StatusOr<bool> {
      if (relative.empty() || moved.contains(relative)) {
        return false;
      }
      WENSUM_ASSIGN_OR_RETURN(const PropertyState* const other, town.FindProperty(relative));
      return other != nullptr && other->blpu.local_custodian_code == change.before && change.before != change.after;
    };
    WENSUM_ASSIGN_OR_RETURN(const bool from_parent, parted(property->blpu.parent_uprn));
    if (from_parent) {
      refusals.push_back({"family", ObjectName(uprn),
                          Cat("Its parent would stay with custodian ", change.before, ". Add ",
                              property->blpu.parent_uprn.value(), ".")});
    }
    WENSUM_ASSIGN_OR_RETURN(std::vector<model::Uprn> children, town.ChildrenOf(uprn));
    std::vector<model::Uprn> left;
    for (const model::Uprn child : children) {
      WENSUM_ASSIGN_OR_RETURN(const bool from_child, parted(child));
      if (from_child) {
        left.push_back(child);
      }
    }
    if (!left.empty()) {
      refusals.push_back(
          {"family", ObjectName(uprn),
           Cat("What is beneath it would stay with custodian ", change.before, ". Add ", Listed(left), ".")});
    }
  }
  return refusals.empty() ? absl::OkStatus() : Refuse(refusals);
}

absl::StatusOr<Outcome> ApplyTransfer(const TransferProperties& transfer, const Town& town, NumberSource& numbers,
                                      const LifecycleRules& rules) {
  WENSUM_RETURN_IF_ERROR(CheckCodes(transfer.to, transfer.from, rules));
  constexpr std::string_view kField = "transfer_properties.listed.uprns";
  const std::set<model::Uprn> uprns(transfer.uprns.begin(), transfer.uprns.end());
  if (uprns.empty() || uprns.size() > kMaxTransferred) {
    return WrongOperation(kField, Cat("holds ", uprns.size(), "; one operation takes 1 to ", kMaxTransferred));
  }
  if (uprns.size() != transfer.uprns.size()) {
    return WrongOperation(kField, "names a property twice");
  }
  std::map<model::Uprn, CustodianChange> moved;
  std::vector<Refusal> refusals;
  for (const model::Uprn uprn : uprns) {
    WENSUM_ASSIGN_OR_RETURN(const PropertyState* const property, town.FindProperty(uprn));
    if (property == nullptr) {
      return UnknownObject(ObjectName(uprn));
    }
    if (std::optional<Refusal> why = WhyNot(property->blpu, transfer.to, transfer.from, rules); why.has_value()) {
      refusals.push_back(*std::move(why));
    }
    moved[uprn] = {property->blpu.local_custodian_code, transfer.to};
  }
  if (!refusals.empty()) {
    return Refuse(refusals);
  }
  WENSUM_RETURN_IF_ERROR(CheckFamilies(town, moved));
  Outcome outcome;
  Mover mover(transfer.to, town, numbers, rules, outcome);
  for (const model::Uprn uprn : uprns) {
    WENSUM_ASSIGN_OR_RETURN(const PropertyState* const property, town.FindProperty(uprn));
    WENSUM_RETURN_IF_ERROR(mover.Move(*property));
  }
  return outcome;
}

absl::StatusOr<SelectedProperties> SelectTransfer(const TransferSelection& selection, const Town& town,
                                                  const LifecycleRules& rules) {
  WENSUM_RETURN_IF_ERROR(CheckCodes(selection.to, selection.from, rules));
  return Selector(selection, town, rules).Run();
}

}  // namespace wensum::llpg
