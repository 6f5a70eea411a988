// Operations on one property, and the steps that others share.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "gazetteer/lifecycle/edits.h"
#include "gazetteer/lifecycle/invariants.h"
#include "gazetteer/lifecycle/refusal.h"

namespace wensum::llpg {
namespace {

constexpr int kInUse = 2;
constexpr int kUnderConstruction = 1;
constexpr int kPermissionGranted = 6;
constexpr size_t kMaxSource = 6;
constexpr size_t kMaxReference = 50;

int UsualState(int status) {
  return status == kApproved ? kInUse : status == kCandidate ? kUnderConstruction : kPermissionGranted;
}

bool IsLanguage(std::string_view language) { return language == "ENG" || language == "CYM" || language == "GAE"; }

bool SameAddress(const model::Lpi& lpi, const NewAddress& address) {
  return lpi.sao == address.sao && lpi.pao == address.pao && lpi.usrn == address.usrn && lpi.level == address.level &&
         lpi.postcode == address.postcode && lpi.post_town == address.post_town &&
         (address.postal_address.empty() || lpi.postal_address == address.postal_address) &&
         lpi.official_flag == address.official_flag;
}

// The address of an LPI, to make another from.
NewAddress AddressOf(const model::Lpi& lpi) {
  return {.language = lpi.language,
          .sao = lpi.sao,
          .pao = lpi.pao,
          .usrn = lpi.usrn,
          .level = lpi.level,
          .postal_address = lpi.postal_address,
          .postcode = lpi.postcode,
          .post_town = lpi.post_town,
          .official_flag = lpi.official_flag};
}

// LPIs of that status and language.
std::vector<model::Lpi*> LpisOf(PropertyState& property, int status, std::string_view language) {
  std::vector<model::Lpi*> lpis;
  for (model::Lpi& lpi : property.lpis) {
    if (lpi.logical_status == status && lpi.language == language) {
      lpis.push_back(&lpi);
    }
  }
  return lpis;
}

bool SamePlace(const model::Lpi& a, const model::Lpi& b) {
  return a.language == b.language && a.pao == b.pao && a.usrn == b.usrn;
}

// The child's address once the parent's, which it holds, is `now` instead of `was`.
NewAddress Following(const model::Lpi& lpi, const model::Lpi& was, const NewAddress& now) {
  NewAddress address = AddressOf(lpi);
  address.pao = now.pao;
  address.usrn = now.usrn;
  if (lpi.postcode == was.postcode) {
    address.postcode = now.postcode;
    address.post_town = now.post_town;
    if (lpi.postal_address == was.postal_address) {
      address.postal_address = now.postal_address;
    }
  }
  return address;
}

// The child's live LPIs that hold one of `was`, each with the address that it should have.
std::vector<std::pair<size_t, NewAddress>> FollowingLpis(const PropertyState& child, const std::vector<model::Lpi>& was,
                                                         const NewAddress& now) {
  std::vector<std::pair<size_t, NewAddress>> found;
  for (size_t i = 0; i < child.lpis.size(); ++i) {
    const model::Lpi& lpi = child.lpis[i];
    const auto held =
        std::find_if(was.begin(), was.end(), [&lpi](const model::Lpi& one) { return SamePlace(lpi, one); });
    if (!IsLive(lpi.logical_status) || held == was.end()) {
      continue;
    }
    NewAddress address = Following(lpi, *held, now);
    if (!SameAddress(lpi, address)) {
      found.emplace_back(i, std::move(address));
    }
  }
  return found;
}

// Gives way to the new address, with the same status.
absl::Status Replace(Draft& draft, size_t index, const NewAddress& address, Readdress::Former former,
                     PropertyState& property) {
  model::Lpi& lpi = property.lpis[index];
  const int status = lpi.logical_status;
  if (status == kCandidate) {
    // Beneath a candidate stand candidates alone: it has no former address.
    lpi.pao = address.pao;
    lpi.usrn = address.usrn;
    lpi.postcode = address.postcode;
    lpi.post_town = address.post_town;
    lpi.postal_address = address.postal_address;
    return absl::OkStatus();
  }
  if (status == kApproved && former == Readdress::Former::kBecomesAlternative) {
    lpi.logical_status = kAlternative;
  } else {
    EndLpi(draft, kHistorical, lpi);
  }
  return AddLpi(draft, property, address, status);
}

// Properties beneath whose addresses hold one of the parent's former ones take its new one. Returns them. Refused if
// there are any and `cascade` is not set.
absl::StatusOr<std::vector<model::Uprn>> ReaddressChildren(Draft& draft, model::Uprn parent,
                                                           const std::vector<model::Lpi>& was, const NewAddress& now,
                                                           Readdress::Former former, bool cascade) {
  WENSUM_ASSIGN_OR_RETURN(const std::vector<model::Uprn> children, LiveDescendants(draft, parent));
  std::vector<model::Uprn> following;
  for (const model::Uprn uprn : children) {
    WENSUM_ASSIGN_OR_RETURN(const PropertyState* const property, draft.FindProperty(uprn));
    const std::vector<std::pair<size_t, NewAddress>> lpis = FollowingLpis(*property, was, now);
    if (lpis.empty()) {
      continue;
    }
    following.push_back(uprn);
    if (!cascade) {
      continue;
    }
    WENSUM_ASSIGN_OR_RETURN(PropertyState* const child, draft.Change(uprn));
    for (const auto& [index, address] : lpis) {
      WENSUM_RETURN_IF_ERROR(Replace(draft, index, address, former, *child));
    }
  }
  WENSUM_RETURN_IF_ERROR(CheckChildren(parent, following, cascade));
  return following;
}

// The LPI of `from` that is to be approved in one language; several: the one that ended last.
absl::StatusOr<model::Lpi*> ChooseLpi(const PropertyState& property, std::vector<model::Lpi*> lpis) {
  const auto later = [](const model::Lpi* a, const model::Lpi* b) { return a->dates.end < b->dates.end; };
  model::Lpi* const best = *std::max_element(lpis.begin(), lpis.end(), later);
  std::erase_if(lpis, [best](const model::Lpi* lpi) { return lpi->dates.end != best->dates.end; });
  if (lpis.size() == 1) {
    return best;
  }
  std::vector<std::string> keys;
  keys.reserve(lpis.size());
  for (const model::Lpi* const lpi : lpis) {
    keys.push_back(lpi->lpi_key);
  }
  return Refuse("lpi_choice", ObjectName(property.blpu.uprn),
                Cat("Several LPIs in ", best->language, " may become the approved one: ", Join(keys, ", "),
                    ". Name it in lpi_keys."));
}

}  // namespace

absl::StatusOr<PropertyState*> ChangeWithStatus(Draft& draft, model::Uprn uprn, std::initializer_list<int> statuses,
                                                std::string_view verb) {
  WENSUM_ASSIGN_OR_RETURN(PropertyState* const property, draft.Change(uprn));
  const int status = property->blpu.logical_status;
  if (std::find(statuses.begin(), statuses.end(), status) != statuses.end()) {
    return property;
  }
  if (IsRejected(status)) {
    return Refuse(
        "rejected_status", ObjectName(uprn),
        Cat("Its status is ", status, ": the status of a rejected property never changes. Create a new one."));
  }
  std::string expected;
  for (const int one : statuses) {
    AppendTo(expected, expected.empty() ? "" : " or ", one);
  }
  return Refuse("status", ObjectName(uprn),
                Cat("Its status is ", status, "; only a property of status ", expected, " can be ", verb, "."));
}

absl::Status CheckAddresses(const std::vector<NewAddress>& addresses, std::string_view field) {
  if (addresses.empty()) {
    return WrongOperation(field, "at least one address is required");
  }
  std::set<std::string_view> languages;
  for (const NewAddress& address : addresses) {
    if (!IsLanguage(address.language)) {
      return WrongOperation(field, Cat("the language ", Quote(address.language), " is none of ENG, CYM and GAE"));
    }
    if (!languages.insert(address.language).second) {
      return WrongOperation(field, Cat("there are two addresses in ", address.language, "; give one per language"));
    }
    if (address.usrn.empty()) {
      return WrongOperation(field, "the address names no street (usrn)");
    }
  }
  return absl::OkStatus();
}

absl::Status AddLpi(Draft& draft, PropertyState& property, const NewAddress& address, int status) {
  model::Lpi lpi;
  lpi.uprn = property.blpu.uprn;
  WENSUM_ASSIGN_OR_RETURN(lpi.lpi_key, draft.NextKey(property.blpu, 'L'));
  lpi.language = address.language;
  lpi.logical_status = status;
  lpi.sao = address.sao;
  lpi.pao = address.pao;
  lpi.usrn = address.usrn;
  lpi.level = address.level;
  lpi.postal_address = !address.postal_address.empty() ? address.postal_address : address.postcode.empty() ? "N" : "Y";
  lpi.postcode = address.postcode;
  lpi.post_town = address.post_town;
  lpi.official_flag = address.official_flag;
  lpi.dates.start = draft.date();
  property.lpis.push_back(std::move(lpi));
  return absl::OkStatus();
}

absl::StatusOr<PropertyState*> AddNew(Draft& draft, const NewProperty& property, int status, std::string_view field) {
  if (property.status != 0) {
    status = property.status;
  }
  if (status != kApproved && status != kCandidate && status != kProvisional) {
    return WrongOperation(field, Cat("a new property has status 1, 5 or 6, not ", status));
  }
  WENSUM_RETURN_IF_ERROR(CheckAddresses(property.addresses, field));
  const int custodian = property.custodian_code == 0 ? draft.first_custodian() : property.custodian_code;
  if (!draft.IsOwn(custodian)) {
    return WrongOperation(field, Cat("custodian ", custodian, " is not one of `custodian.codes` of the configuration"));
  }
  WENSUM_ASSIGN_OR_RETURN(PropertyState* const added, draft.AddProperty(property.uprn));
  model::Blpu& blpu = added->blpu;
  blpu.logical_status = status;
  SetState(draft, property.state == 0 ? UsualState(status) : property.state, blpu);
  blpu.blpu_class = property.blpu_class;
  draft.SetParent(*added, property.parent);
  blpu.x = property.x;
  blpu.y = property.y;
  blpu.rpc = property.rpc;
  blpu.local_custodian_code = custodian;
  blpu.organisation = property.organisation;
  blpu.ward_code = property.ward_code;
  blpu.parish_code = property.parish_code;
  blpu.dates.start = draft.date();
  for (const NewAddress& address : property.addresses) {
    WENSUM_RETURN_IF_ERROR(AddLpi(draft, *added, address, status));
  }
  return added;
}

void EndLpi(const Draft& draft, int status, model::Lpi& lpi) {
  lpi.logical_status = status;
  if (lpi.dates.end.empty()) {
    lpi.dates.end = draft.date();
  }
}

void EndProperty(const Draft& draft, int status, int state, PropertyState& property) {
  property.blpu.logical_status = status;
  property.blpu.dates.end = draft.date();
  FitState(draft, state, property.blpu);
  for (model::Lpi& lpi : property.lpis) {
    // Beneath a rejected BLPU stand rejected LPIs alone, not even historical ones (DEC 7.3.4.6).
    if (IsLive(lpi.logical_status) || (IsRejected(status) && lpi.logical_status == kHistorical)) {
      EndLpi(draft, status, lpi);
    }
  }
}

void SetState(const Draft& draft, int state, model::Blpu& blpu) {
  blpu.state = state;
  blpu.state_date = state == 0 ? model::PartialDate() : draft.date();
}

void FitState(const Draft& draft, int state, model::Blpu& blpu) {
  if (!StateFits(blpu.logical_status, blpu.state)) {
    SetState(draft, state, blpu);
  }
}

absl::Status MakeApproved(const Draft& draft, int from, const std::vector<std::string>& keys, int state,
                          PropertyState& property, const std::set<std::string>& replaced) {
  std::map<std::string, std::vector<model::Lpi*>> choices;  // by language
  std::map<std::string, std::string> approved;              // keys by language: those that are already
  for (model::Lpi& lpi : property.lpis) {
    if (lpi.logical_status == from) {
      choices[lpi.language].push_back(&lpi);
    } else if (lpi.logical_status == kApproved) {
      approved[lpi.language] = lpi.lpi_key;
    }
  }
  for (const std::string& key : keys) {
    bool found = false;
    for (auto& [language, lpis] : choices) {
      const auto named =
          std::find_if(lpis.begin(), lpis.end(), [&key](const auto* lpi) { return lpi->lpi_key == key; });
      if (named == lpis.end()) {
        continue;
      }
      if (replaced.contains(language)) {
        return WrongOperation("lpi_keys", Cat(Quote(key), " is in ", language, ", in which a new address is given"));
      }
      if (const auto other = approved.find(language); other != approved.end()) {
        return Refuse("still_approved", ObjectName(property.blpu.uprn),
                      Cat("Its LPI ", other->second, " is approved in ", language, " already, so ", key,
                          " cannot become it. Leave it out of lpi_keys, or give a new address."));
      }
      found = true;
      lpis = {*named};
    }
    if (!found) {
      return WrongOperation("lpi_keys", Cat(Quote(key), " is no LPI of status ", from, " of the property"));
    }
  }
  for (const auto& [language, lpis] : choices) {
    if (replaced.contains(language) || approved.contains(language)) {
      continue;
    }
    WENSUM_ASSIGN_OR_RETURN(model::Lpi* const lpi, ChooseLpi(property, lpis));
    lpi->logical_status = kApproved;
    lpi->dates.end = {};
  }
  property.blpu.logical_status = kApproved;
  property.blpu.dates.end = {};
  if (state != 0) {
    SetState(draft, state, property.blpu);
  } else {
    FitState(draft, kInUse, property.blpu);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<model::Uprn>> Readdressed(Draft& draft, const std::vector<NewAddress>& addresses,
                                                     Readdress::Former former, bool cascade, PropertyState& property) {
  const int status = property.blpu.logical_status;
  std::set<model::Uprn> followed;
  for (const NewAddress& address : addresses) {
    std::vector<model::Lpi> was;
    for (model::Lpi* const lpi : LpisOf(property, status, address.language)) {
      if (SameAddress(*lpi, address)) {
        return Refuse("no_change", ObjectName(property.blpu.uprn),
                      Cat("Its address in ", address.language, " is that already (LPI ", lpi->lpi_key, ")."));
      }
      was.push_back(*lpi);
      if (former == Readdress::Former::kBecomesAlternative) {
        lpi->logical_status = kAlternative;
      } else {
        EndLpi(draft, kHistorical, *lpi);
      }
    }
    WENSUM_RETURN_IF_ERROR(AddLpi(draft, property, address, status));
    NewAddress now = address;
    now.postal_address = property.lpis.back().postal_address;
    WENSUM_ASSIGN_OR_RETURN(const std::vector<model::Uprn> children,
                            ReaddressChildren(draft, property.blpu.uprn, was, now, former, cascade));
    followed.insert(children.begin(), children.end());
  }
  return std::vector<model::Uprn>(followed.begin(), followed.end());
}

absl::StatusOr<std::vector<model::Uprn>> LiveChildren(const Draft& draft, model::Uprn uprn) {
  WENSUM_ASSIGN_OR_RETURN(std::vector<model::Uprn> children, draft.ChildrenOf(uprn));
  std::vector<model::Uprn> live;
  for (const model::Uprn child : children) {
    WENSUM_ASSIGN_OR_RETURN(const PropertyState* const property, draft.FindProperty(child));
    if (property != nullptr && child != uprn && IsLive(property->blpu.logical_status)) {
      live.push_back(child);
    }
  }
  return live;
}

absl::StatusOr<std::vector<model::Uprn>> LiveDescendants(const Draft& draft, model::Uprn uprn) {
  std::vector<model::Uprn> all;
  std::set<model::Uprn> seen = {uprn};
  std::vector<model::Uprn> level = {uprn};
  for (int depth = 1; depth <= kMaxLevels && !level.empty(); ++depth) {
    std::vector<model::Uprn> next;
    for (const model::Uprn at : level) {
      WENSUM_ASSIGN_OR_RETURN(const std::vector<model::Uprn> children, LiveChildren(draft, at));
      for (const model::Uprn child : children) {
        if (seen.insert(child).second) {
          next.push_back(child);
        }
      }
    }
    all.insert(all.end(), next.begin(), next.end());
    level = std::move(next);
  }
  return all;
}

absl::Status CheckChildren(model::Uprn uprn, const std::vector<model::Uprn>& children, bool cascade) {
  if (children.empty() || cascade) {
    return absl::OkStatus();
  }
  return Refuse("live_children", ObjectName(uprn),
                Cat("It has ", children.size(), " live children, properties/", children.front().value(),
                    " among them. Set cascade to have them follow, or move them first."));
}

absl::Status Edit(const CreateProperty& act, Draft& draft) {
  WENSUM_ASSIGN_OR_RETURN(const PropertyState* const added, AddNew(draft, act.property, kProvisional, "property"));
  draft.AddEvent(LineageKind::kCreated, {}, {added->blpu.uprn});
  return absl::OkStatus();
}

absl::Status Edit(const Approve& act, Draft& draft) {
  WENSUM_ASSIGN_OR_RETURN(PropertyState* const property,
                          ChangeWithStatus(draft, act.uprn, {kProvisional, kCandidate}, "approved"));
  WENSUM_RETURN_IF_ERROR(MakeApproved(draft, property->blpu.logical_status, act.lpi_keys, act.state, *property));
  draft.AddEvent(LineageKind::kApproved, {act.uprn}, {act.uprn});
  if (!act.cascade) {
    return absl::OkStatus();
  }
  WENSUM_ASSIGN_OR_RETURN(const std::vector<model::Uprn> children, LiveDescendants(draft, act.uprn));
  for (const model::Uprn uprn : children) {
    WENSUM_ASSIGN_OR_RETURN(PropertyState* const child, draft.Change(uprn));
    if (child->blpu.logical_status == kApproved) {
      continue;
    }
    WENSUM_RETURN_IF_ERROR(MakeApproved(draft, child->blpu.logical_status, {}, act.state, *child));
    draft.AddEvent(LineageKind::kApproved, {uprn}, {uprn});
  }
  return absl::OkStatus();
}

absl::Status Edit(const Reject& act, Draft& draft) {
  const int status = act.internal ? kRejectedInternal : kRejectedExternal;
  WENSUM_ASSIGN_OR_RETURN(PropertyState* const property,
                          ChangeWithStatus(draft, act.uprn, {kProvisional, kCandidate}, "rejected"));
  WENSUM_ASSIGN_OR_RETURN(const std::vector<model::Uprn> children, LiveDescendants(draft, act.uprn));
  WENSUM_RETURN_IF_ERROR(CheckChildren(act.uprn, children, act.cascade));
  EndProperty(draft, status, 0, *property);
  draft.AddEvent(LineageKind::kRejected, {act.uprn}, {});
  for (const model::Uprn uprn : children) {
    WENSUM_ASSIGN_OR_RETURN(PropertyState* const child,
                            ChangeWithStatus(draft, uprn, {kProvisional, kCandidate}, "rejected"));
    EndProperty(draft, status, 0, *child);
    draft.AddEvent(LineageKind::kRejected, {uprn}, {});
  }
  return absl::OkStatus();
}

absl::Status Edit(const Readdress& act, Draft& draft) {
  WENSUM_RETURN_IF_ERROR(CheckAddresses(act.addresses, "addresses"));
  WENSUM_ASSIGN_OR_RETURN(PropertyState* const property,
                          ChangeWithStatus(draft, act.uprn, {kApproved, kProvisional}, "given another address"));
  if (act.former == Readdress::Former::kBecomesAlternative && property->blpu.logical_status != kApproved) {
    return Refuse("AAU21.2", ObjectName(act.uprn), "Only an approved property has alternative addresses.");
  }
  WENSUM_ASSIGN_OR_RETURN(const std::vector<model::Uprn> children,
                          Readdressed(draft, act.addresses, act.former, act.cascade, *property));
  draft.AddEvent(LineageKind::kReaddressed, {act.uprn}, {act.uprn});
  for (const model::Uprn child : children) {
    draft.AddEvent(LineageKind::kReaddressed, {child}, {child});
  }
  return absl::OkStatus();
}

absl::Status Edit(const AddAlternative& act, Draft& draft) {
  WENSUM_RETURN_IF_ERROR(CheckAddresses({act.address}, "address"));
  WENSUM_ASSIGN_OR_RETURN(PropertyState* const property,
                          ChangeWithStatus(draft, act.uprn, {kApproved}, "given an alternative address"));
  for (const model::Lpi& lpi : property->lpis) {
    const bool current = lpi.logical_status == kApproved || lpi.logical_status == kAlternative;
    if (current && lpi.language == act.address.language && SameAddress(lpi, act.address)) {
      return Refuse("no_change", ObjectName(act.uprn), Cat("It has that address already (LPI ", lpi.lpi_key, ")."));
    }
  }
  return AddLpi(draft, *property, act.address, kAlternative);
}

absl::Status Edit(const EndAlternative& act, Draft& draft) {
  WENSUM_ASSIGN_OR_RETURN(PropertyState* const property, draft.Change(act.uprn));
  for (model::Lpi& lpi : property->lpis) {
    if (lpi.lpi_key == act.lpi_key && lpi.logical_status == kAlternative) {
      EndLpi(draft, kHistorical, lpi);
      return absl::OkStatus();
    }
  }
  return WrongOperation("lpi_key", Cat(Quote(act.lpi_key), " is no alternative address of the property"));
}

absl::Status Edit(const Amend& act, Draft& draft) {
  if (act.x.has_value() != act.y.has_value()) {
    return WrongOperation("coordinates", "easting and northing go together: give both or neither");
  }
  WENSUM_ASSIGN_OR_RETURN(PropertyState* const property, draft.Change(act.uprn));
  model::Blpu& blpu = property->blpu;
  const auto set = [](const auto& value, auto& column) {
    if (value.has_value()) {
      column = *value;
    }
  };
  set(act.blpu_class, blpu.blpu_class);
  set(act.x, blpu.x);
  set(act.y, blpu.y);
  set(act.rpc, blpu.rpc);
  set(act.organisation, blpu.organisation);
  set(act.ward_code, blpu.ward_code);
  set(act.parish_code, blpu.parish_code);
  if (act.state.has_value() && *act.state != blpu.state) {
    SetState(draft, *act.state, blpu);
  }
  return absl::OkStatus();
}

absl::Status Edit(const MoveParent& act, Draft& draft) {
  WENSUM_ASSIGN_OR_RETURN(PropertyState* const property, draft.Change(act.uprn));
  if (act.parent == act.uprn) {
    return Refuse("VB-8H", ObjectName(act.uprn), "A property is not its own parent.");
  }
  if (!act.parent.empty()) {
    WENSUM_ASSIGN_OR_RETURN(const PropertyState* const parent, draft.FindProperty(act.parent));
    if (parent == nullptr) {
      return UnknownObject(ObjectName(act.parent));
    }
  }
  draft.SetParent(*property, act.parent);
  return absl::OkStatus();
}

absl::Status Edit(const Reinstate& act, Draft& draft) {
  WENSUM_ASSIGN_OR_RETURN(PropertyState* const property,
                          ChangeWithStatus(draft, act.uprn, {kHistorical}, "reinstated"));
  WENSUM_RETURN_IF_ERROR(MakeApproved(draft, kHistorical, act.lpi_keys, act.state, *property));
  draft.AddEvent(LineageKind::kReinstated, {act.uprn}, {act.uprn});
  return absl::OkStatus();
}

absl::Status Edit(const AddCrossReference& act, Draft& draft) {
  if (act.source.empty() || act.source.size() > kMaxSource) {
    return WrongOperation("source", Cat("1 to ", kMaxSource, " characters are required"));
  }
  if (act.reference.empty() || act.reference.size() > kMaxReference) {
    return WrongOperation("reference", Cat("1 to ", kMaxReference, " characters are required"));
  }
  WENSUM_ASSIGN_OR_RETURN(PropertyState* const property, draft.Change(act.uprn));
  for (const model::CrossReference& xref : property->xrefs) {
    if (xref.source == act.source && xref.cross_reference == act.reference && xref.dates.end.empty()) {
      return Refuse("no_change", ObjectName(act.uprn),
                    Cat("It has that cross reference already (", xref.xref_key, ")."));
    }
  }
  model::CrossReference xref;
  xref.uprn = act.uprn;
  WENSUM_ASSIGN_OR_RETURN(xref.xref_key, draft.NextKey(property->blpu, 'X'));
  xref.source = act.source;
  xref.cross_reference = act.reference;
  xref.dates.start = draft.date();
  property->xrefs.push_back(std::move(xref));
  return absl::OkStatus();
}

absl::Status Edit(const EndCrossReference& act, Draft& draft) {
  WENSUM_ASSIGN_OR_RETURN(PropertyState* const property, draft.Change(act.uprn));
  for (model::CrossReference& xref : property->xrefs) {
    if (xref.xref_key == act.xref_key && xref.dates.end.empty()) {
      xref.dates.end = draft.date();
      return absl::OkStatus();
    }
  }
  return WrongOperation("xref_key", Cat(Quote(act.xref_key), " is no cross reference of the property that goes on"));
}

}  // namespace wensum::llpg
