// Operations on several properties: split, merge, demolish, add a range.
#include <algorithm>
#include <set>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "gazetteer/lifecycle/edits.h"
#include "gazetteer/lifecycle/refusal.h"

namespace wensum::llpg {
namespace {

constexpr int kVacant = 3;
constexpr int kNoLongerExisting = 4;
constexpr int kMaxRange = 500;    // properties that one operation makes or ends
constexpr int kMaxNumber = 9999;  // of an addressable object

// The writer plans an operation while all other writes wait.
absl::Status CheckCount(size_t count, std::string_view field) {
  return count <= kMaxRange ? absl::OkStatus()
                            : WrongOperation(field, Cat("holds ", count, "; one operation takes ", kMaxRange));
}

// The new property stands where `place` stands, unless it says where.
void PlaceAt(const model::Blpu& place, NewProperty& property) {
  if (property.x == 0 && property.y == 0) {
    property.x = place.x;
    property.y = place.y;
    property.rpc = place.rpc;
  }
  if (property.custodian_code == 0) {
    property.custodian_code = place.local_custodian_code;
  }
  if (property.ward_code.empty()) {
    property.ward_code = place.ward_code;
  }
  if (property.parish_code.empty()) {
    property.parish_code = place.parish_code;
  }
}

// The properties and all live ones beneath them become historical. Refused if one beneath is not named and `cascade` is
// not set. Returns those that were not named.
absl::StatusOr<std::vector<model::Uprn>> EndAll(Draft& draft, const std::vector<model::Uprn>& uprns, bool cascade) {
  std::set<model::Uprn> named(uprns.begin(), uprns.end());
  std::vector<model::Uprn> followed;
  for (const model::Uprn uprn : uprns) {
    WENSUM_ASSIGN_OR_RETURN(std::vector<model::Uprn> beneath, LiveDescendants(draft, uprn));
    std::erase_if(beneath, [&named](model::Uprn child) { return named.contains(child); });
    WENSUM_RETURN_IF_ERROR(CheckChildren(uprn, beneath, cascade));
    for (const model::Uprn child : beneath) {
      named.insert(child);
      followed.push_back(child);
    }
  }
  for (const model::Uprn uprn : named) {
    WENSUM_ASSIGN_OR_RETURN(PropertyState* const property, draft.Change(uprn));
    EndProperty(draft, kHistorical, kNoLongerExisting, *property);
  }
  return followed;
}

std::string ObjectText(const model::AddressableObject& object) {
  std::string numbers;
  if (object.has_number) {
    AppendTo(numbers, object.start_number, object.start_suffix);
    if (object.end_number != 0) {
      AppendTo(numbers, " to ", object.end_number, object.end_suffix);
    }
  }
  return object.text.empty() || numbers.empty() ? Cat(object.text, numbers) : Cat(object.text, " ", numbers);
}

// "Site of 12", "SITE OF THE MILL".
NewAddress SiteOf(const model::Lpi& lpi) {
  const std::string former = lpi.sao.empty() ? ObjectText(lpi.pao) : Cat(ObjectText(lpi.sao), " ", ObjectText(lpi.pao));
  const bool upper =
      std::any_of(former.begin(), former.end(), IsUpper) && std::none_of(former.begin(), former.end(), IsLower);
  NewAddress address;
  address.language = lpi.language;
  address.pao.text = Cat(upper ? "SITE OF " : "Site of ", former);
  address.usrn = lpi.usrn;
  address.postal_address = "N";
  return address;
}

absl::Status ClearSite(const Demolish& act, Draft& draft) {
  WENSUM_RETURN_IF_ERROR(CheckAddresses(act.land, "land"));
  const model::Uprn uprn = act.uprns.front();
  WENSUM_ASSIGN_OR_RETURN(PropertyState* const property, ChangeWithStatus(draft, uprn, {kApproved}, "demolished"));
  WENSUM_ASSIGN_OR_RETURN(const std::vector<model::Uprn> beneath, LiveDescendants(draft, uprn));
  WENSUM_RETURN_IF_ERROR(CheckChildren(uprn, beneath, act.cascade));
  std::vector<NewAddress> former;
  for (model::Lpi& lpi : property->lpis) {
    if (!IsLive(lpi.logical_status)) {
      continue;
    }
    if (lpi.logical_status == kApproved && act.former_as_alternative) {
      former.push_back(SiteOf(lpi));
    }
    EndLpi(draft, kHistorical, lpi);
  }
  for (const NewAddress& address : act.land) {
    WENSUM_RETURN_IF_ERROR(AddLpi(draft, *property, address, kApproved));
  }
  for (const NewAddress& address : former) {
    WENSUM_RETURN_IF_ERROR(AddLpi(draft, *property, address, kAlternative));
  }
  SetState(draft, kVacant, property->blpu);
  if (!act.land_class.empty()) {
    property->blpu.blpu_class = act.land_class;
  }
  draft.AddEvent(LineageKind::kDemolished, {uprn}, {uprn});
  for (const model::Uprn child : beneath) {
    WENSUM_ASSIGN_OR_RETURN(PropertyState* const ended, draft.Change(child));
    EndProperty(draft, kHistorical, kNoLongerExisting, *ended);
    draft.AddEvent(LineageKind::kDemolished, {child}, {});
  }
  return absl::OkStatus();
}

// The parent that all of them have; none if they differ.
absl::StatusOr<model::Uprn> CommonParent(const Draft& draft, const std::vector<model::Uprn>& uprns) {
  std::set<model::Uprn> parents;
  for (const model::Uprn uprn : uprns) {
    WENSUM_ASSIGN_OR_RETURN(const PropertyState* const property, draft.FindProperty(uprn));
    parents.insert(property->blpu.parent_uprn);
  }
  return parents.size() == 1 ? *parents.begin() : model::Uprn();
}

// What goes on after a merge.
absl::StatusOr<PropertyState*> Survivor(const Merge& act, Draft& draft) {
  if (act.into.empty()) {
    WENSUM_ASSIGN_OR_RETURN(const PropertyState* const first, draft.FindProperty(act.uprns.front()));
    NewProperty made = *act.property;
    PlaceAt(first->blpu, made);
    if (made.parent.empty()) {
      WENSUM_ASSIGN_OR_RETURN(made.parent, CommonParent(draft, act.uprns));
    }
    return AddNew(draft, made, kApproved, "property");
  }
  WENSUM_ASSIGN_OR_RETURN(PropertyState* const into,
                          ChangeWithStatus(draft, act.into, {kApproved, kHistorical}, "merged into"));
  if (into->blpu.logical_status == kHistorical) {
    std::set<std::string> replaced;
    for (const NewAddress& address : act.addresses) {
      replaced.insert(address.language);
    }
    WENSUM_RETURN_IF_ERROR(MakeApproved(draft, kHistorical, act.lpi_keys, 0, *into, replaced));
    draft.AddEvent(LineageKind::kReinstated, {act.into}, {act.into});
  }
  if (!act.addresses.empty()) {
    WENSUM_RETURN_IF_ERROR(CheckAddresses(act.addresses, "addresses"));
    WENSUM_ASSIGN_OR_RETURN(
        const std::vector<model::Uprn> children,
        Readdressed(draft, act.addresses, Readdress::Former::kBecomesHistorical, act.cascade, *into));
    for (const model::Uprn child : children) {
      draft.AddEvent(LineageKind::kReaddressed, {child}, {child});
    }
  }
  return into;
}

// The nearest parent of `uprn` that is not of `ended`; none if there is no such.
absl::StatusOr<model::Uprn> ParentOutside(const Draft& draft, model::Uprn uprn, const std::set<model::Uprn>& ended) {
  std::set<model::Uprn> seen;
  while (!uprn.empty() && ended.contains(uprn) && seen.insert(uprn).second) {
    WENSUM_ASSIGN_OR_RETURN(const PropertyState* const property, draft.FindProperty(uprn));
    uprn = property == nullptr ? model::Uprn() : property->blpu.parent_uprn;
  }
  return ended.contains(uprn) ? model::Uprn() : uprn;
}

}  // namespace

absl::Status Edit(const Split& act, Draft& draft) {
  WENSUM_RETURN_IF_ERROR(CheckCount(act.parts.size(), "parts"));
  if (act.parts.size() < 2) {
    return WrongOperation("parts", "a split makes at least two properties");
  }
  WENSUM_ASSIGN_OR_RETURN(PropertyState* const property, ChangeWithStatus(draft, act.uprn, {kApproved}, "split"));
  std::vector<model::Uprn> followed;
  if (act.keep_as_shell) {
    property->blpu.blpu_class = "PP";
    for (model::Lpi& lpi : property->lpis) {
      if (IsLive(lpi.logical_status)) {
        lpi.postal_address = "N";
        lpi.postcode.clear();
        lpi.post_town.clear();
      }
    }
  } else {
    WENSUM_ASSIGN_OR_RETURN(followed, EndAll(draft, {act.uprn}, act.cascade));
  }
  std::vector<model::Uprn> successors;
  if (act.keep_as_shell) {
    successors.push_back(act.uprn);
  }
  for (size_t i = 0; i < act.parts.size(); ++i) {
    NewProperty part = act.parts[i];
    PlaceAt(property->blpu, part);
    if (part.parent.empty()) {
      part.parent = act.keep_as_shell ? act.uprn : property->blpu.parent_uprn;
    }
    WENSUM_ASSIGN_OR_RETURN(const PropertyState* const added, AddNew(draft, part, kApproved, Cat("parts[", i, "]")));
    successors.push_back(added->blpu.uprn);
  }
  draft.AddEvent(LineageKind::kSplit, {act.uprn}, successors);
  for (const model::Uprn child : followed) {
    draft.AddEvent(LineageKind::kDemolished, {child}, {});
  }
  return absl::OkStatus();
}

absl::Status Edit(const Merge& act, Draft& draft) {
  WENSUM_RETURN_IF_ERROR(CheckCount(act.uprns.size(), "uprns"));
  std::set<model::Uprn> ended(act.uprns.begin(), act.uprns.end());
  if (ended.size() != act.uprns.size()) {
    return WrongOperation("uprns", "a property is named twice");
  }
  if (act.into.empty() != act.property.has_value()) {
    return WrongOperation("into", "either a property that goes on or a new one is required");
  }
  ended.erase(act.into);
  if (ended.size() < (act.into.empty() ? 2U : 1U)) {
    return WrongOperation("uprns", "a merge needs at least two properties");
  }
  std::vector<model::Uprn> predecessors;
  for (const model::Uprn uprn : act.uprns) {
    WENSUM_ASSIGN_OR_RETURN(const PropertyState* const property, draft.FindProperty(uprn));
    if (uprn != act.into) {
      WENSUM_RETURN_IF_ERROR(ChangeWithStatus(draft, uprn, {kApproved}, "merged").status());
    } else if (property == nullptr || property->blpu.logical_status != kApproved) {
      continue;  // it is reinstated, or refused below
    }
    predecessors.push_back(uprn);
  }
  // Ended first: their addresses are free for the one that goes on.
  std::vector<model::Uprn> orphans;
  for (const model::Uprn uprn : ended) {
    WENSUM_ASSIGN_OR_RETURN(std::vector<model::Uprn> children, LiveChildren(draft, uprn));
    std::erase_if(children, [&](model::Uprn child) { return ended.contains(child) || child == act.into; });
    WENSUM_RETURN_IF_ERROR(CheckChildren(uprn, children, act.cascade));
    orphans.insert(orphans.end(), children.begin(), children.end());
  }
  for (const model::Uprn uprn : ended) {
    WENSUM_ASSIGN_OR_RETURN(PropertyState* const property, draft.Change(uprn));
    EndProperty(draft, kHistorical, kNoLongerExisting, *property);
  }
  WENSUM_ASSIGN_OR_RETURN(PropertyState* const survivor, Survivor(act, draft));
  WENSUM_ASSIGN_OR_RETURN(const model::Uprn parent, ParentOutside(draft, survivor->blpu.parent_uprn, ended));
  draft.SetParent(*survivor, parent);
  for (const model::Uprn uprn : orphans) {
    WENSUM_ASSIGN_OR_RETURN(PropertyState* const child, draft.Change(uprn));
    draft.SetParent(*child, survivor->blpu.uprn);
  }
  draft.AddEvent(LineageKind::kMerged, std::move(predecessors), {survivor->blpu.uprn});
  return absl::OkStatus();
}

absl::Status Edit(const Demolish& act, Draft& draft) {
  WENSUM_RETURN_IF_ERROR(CheckCount(act.uprns.size(), "uprns"));
  WENSUM_RETURN_IF_ERROR(CheckCount(act.successors.size(), "successors"));
  const bool is_site = act.kind == Demolish::Kind::kSite;
  if (act.uprns.empty() || (!is_site && act.uprns.size() != 1)) {
    return WrongOperation("uprns", is_site ? "at least one property is required" : "one property is required");
  }
  if (std::set<model::Uprn>(act.uprns.begin(), act.uprns.end()).size() != act.uprns.size()) {
    return WrongOperation("uprns", "a property is named twice");
  }
  if (is_site != act.site.has_value()) {
    return WrongOperation("site", "a new property for the site goes with the demolition of a site, and with no other");
  }
  if (act.kind == Demolish::Kind::kClearedSite) {
    return ClearSite(act, draft);
  }
  for (const model::Uprn uprn : act.uprns) {
    WENSUM_RETURN_IF_ERROR(ChangeWithStatus(draft, uprn, {kApproved}, "demolished").status());
  }
  std::vector<model::Uprn> successors = act.successors;
  WENSUM_ASSIGN_OR_RETURN(const std::vector<model::Uprn> followed, EndAll(draft, act.uprns, act.cascade));
  for (const model::Uprn uprn : successors) {
    WENSUM_ASSIGN_OR_RETURN(const PropertyState* const successor, draft.FindProperty(uprn));
    if (successor == nullptr) {
      return UnknownObject(ObjectName(uprn));
    }
    if (!IsLive(successor->blpu.logical_status)) {
      return Refuse("live_successor", ObjectName(uprn), "What stands in a demolished property's place must be live.");
    }
  }
  if (is_site) {
    WENSUM_ASSIGN_OR_RETURN(const PropertyState* const first, draft.FindProperty(act.uprns.front()));
    NewProperty site = *act.site;
    PlaceAt(first->blpu, site);
    WENSUM_ASSIGN_OR_RETURN(const PropertyState* const added, AddNew(draft, site, kApproved, "site"));
    successors.push_back(added->blpu.uprn);
  }
  draft.AddEvent(successors.empty() ? LineageKind::kDemolished : LineageKind::kRedeveloped, act.uprns, successors);
  for (const model::Uprn child : followed) {
    draft.AddEvent(LineageKind::kDemolished, {child}, {});
  }
  return absl::OkStatus();
}

absl::Status Edit(const AddRange& act, Draft& draft) {
  if (act.step < 1 || act.first < 0 || act.last < act.first || act.last > kMaxNumber ||
      (act.last - act.first) / act.step >= kMaxRange) {
    return WrongOperation(
        "range", Cat("first, last and step must give 1 to ", kMaxRange, " ascending numbers up to ", kMaxNumber));
  }
  if (!act.pattern.uprn.empty()) {
    return WrongOperation("pattern", "UPRNs of a range are allocated, not given");
  }
  NewProperty pattern = act.pattern;
  const bool beneath = !pattern.parent.empty();
  if (beneath) {
    WENSUM_ASSIGN_OR_RETURN(const PropertyState* const parent, draft.FindProperty(pattern.parent));
    if (parent == nullptr) {
      return UnknownObject(ObjectName(pattern.parent));
    }
    PlaceAt(parent->blpu, pattern);
    std::vector<NewAddress> addresses;
    for (const model::Lpi& lpi : parent->lpis) {
      if (lpi.logical_status != parent->blpu.logical_status) {
        continue;
      }
      const auto given = std::find_if(pattern.addresses.begin(), pattern.addresses.end(),
                                      [&lpi](const NewAddress& a) { return a.language == lpi.language; });
      NewAddress address = given == pattern.addresses.end() ? NewAddress() : *given;
      address.language = lpi.language;
      address.pao = lpi.pao;
      address.usrn = lpi.usrn;
      if (address.postcode.empty()) {
        address.postcode = lpi.postcode;
        address.post_town = lpi.post_town;
      }
      addresses.push_back(std::move(address));
    }
    pattern.addresses = std::move(addresses);
  }
  std::vector<model::Uprn> made;
  for (int number = act.first; number <= act.last; number += act.step) {
    NewProperty one = pattern;
    for (NewAddress& address : one.addresses) {
      model::AddressableObject object;
      if (act.label.empty()) {
        object.has_number = true;
        object.start_number = number;
      } else {
        object.text = Cat(act.label, " ", number);
      }
      (beneath ? address.sao : address.pao) = std::move(object);
    }
    WENSUM_ASSIGN_OR_RETURN(const PropertyState* const added, AddNew(draft, one, kProvisional, "pattern"));
    made.push_back(added->blpu.uprn);
  }
  draft.AddEvent(LineageKind::kCreated, {}, std::move(made));
  return absl::OkStatus();
}

}  // namespace wensum::llpg
