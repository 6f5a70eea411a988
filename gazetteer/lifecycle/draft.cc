#include "gazetteer/lifecycle/draft.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "gazetteer/lifecycle/refusal.h"

namespace wensum::llpg {
namespace {

bool Names(const PropertyState& property, model::Usrn usrn) {
  return std::any_of(property.lpis.begin(), property.lpis.end(),
                     [usrn](const model::Lpi& lpi) { return lpi.usrn == usrn; });
}

const std::string& KeyOf(const model::Lpi& row) { return row.lpi_key; }
const std::string& KeyOf(const model::CrossReference& row) { return row.xref_key; }
const std::string& KeyOf(const model::StreetDescriptor& row) { return row.language; }

// Adds the row's change, if there is one, and dates it.
template <typename Row>
void AddChange(const Row* before, Row& now, model::PartialDate today, std::vector<RowChange>* changes) {
  if (before != nullptr && *before == now) {
    return;
  }
  now.dates.last_update = today;
  if (before == nullptr) {
    now.dates.entry = today;
  }
  changes->push_back({before == nullptr ? std::nullopt : std::optional<model::GazetteerRow>(*before), now});
}

template <typename Row>
void AddChanges(const std::vector<Row>* before, std::vector<Row>& now, model::PartialDate today,
                std::vector<RowChange>* changes) {
  std::sort(now.begin(), now.end(), [](const Row& a, const Row& b) { return KeyOf(a) < KeyOf(b); });
  for (Row& row : now) {
    const Row* former = nullptr;
    if (before != nullptr) {
      const auto found =
          std::find_if(before->begin(), before->end(), [&row](const Row& r) { return KeyOf(r) == KeyOf(row); });
      former = found == before->end() ? nullptr : &*found;
    }
    AddChange(former, row, today, changes);
  }
}

}  // namespace

bool Draft::IsOwn(int custodian_code) const {
  const std::vector<int>& own = rules_.own_custodians;
  return std::find(own.begin(), own.end(), custodian_code) != own.end();
}

bool Draft::NamesStreets(int authority) const {
  const std::vector<int>& others = rules_.street_authorities;
  return IsOwn(authority) || std::find(others.begin(), others.end(), authority) != others.end();
}

absl::StatusOr<const PropertyState*> Draft::FindProperty(model::Uprn uprn) const {
  const auto found = properties_.find(uprn.value());
  return found != properties_.end() ? &found->second.now : before_.FindProperty(uprn);
}

absl::StatusOr<const StreetState*> Draft::FindStreet(model::Usrn usrn) const {
  const auto found = streets_.find(usrn.value());
  return found != streets_.end() ? &found->second.now : before_.FindStreet(usrn);
}

absl::StatusOr<std::vector<model::Uprn>> Draft::ChildrenOf(model::Uprn parent) const {
  WENSUM_ASSIGN_OR_RETURN(const std::vector<model::Uprn> former, before_.ChildrenOf(parent));
  std::set<model::Uprn> children;
  for (const model::Uprn child : former) {
    if (!properties_.contains(child.value())) {
      children.insert(child);
    }
  }
  if (const auto found = children_.find(parent); found != children_.end()) {
    children.insert(found->second.begin(), found->second.end());
  }
  return std::vector<model::Uprn>(children.begin(), children.end());
}

absl::StatusOr<std::vector<model::Uprn>> Draft::PropertiesOn(model::Usrn usrn) const {
  WENSUM_ASSIGN_OR_RETURN(const std::vector<model::Uprn> former, before_.PropertiesOn(usrn));
  std::set<model::Uprn> properties(former.begin(), former.end());
  for (const auto& [uprn, entry] : properties_) {
    if (Names(entry.now, usrn)) {
      properties.insert(entry.now.blpu.uprn);
    }
  }
  return std::vector<model::Uprn>(properties.begin(), properties.end());
}

absl::Status Draft::CheckRoom() {
  if (properties_.size() < kMaxProperties) {
    return absl::OkStatus();
  }
  full_ = true;
  return WrongOperation("cascade", Cat("changes more than ", kMaxProperties,
                                       " properties with all that is asked for; do it in several operations"));
}

absl::StatusOr<PropertyState*> Draft::Change(model::Uprn uprn) {
  if (const auto found = properties_.find(uprn.value()); found != properties_.end()) {
    return &found->second.now;
  }
  WENSUM_ASSIGN_OR_RETURN(const PropertyState* const before, before_.FindProperty(uprn));
  if (before == nullptr) {
    return UnknownObject(ObjectName(uprn));
  }
  if (!IsOwn(before->blpu.local_custodian_code)) {
    return Refuse("own_custodian", ObjectName(uprn),
                  Cat("The property is kept by custodian ", before->blpu.local_custodian_code,
                      ", whose rows are not changed here; see `custodian.codes` of the configuration."));
  }
  WENSUM_RETURN_IF_ERROR(CheckRoom());
  Entry<PropertyState>& entry = properties_[uprn.value()];
  entry = {before, *before};
  children_[before->blpu.parent_uprn].insert(uprn);
  return &entry.now;
}

void Draft::SetParent(PropertyState& property, model::Uprn parent) {
  model::Blpu& blpu = property.blpu;
  if (const auto former = children_.find(blpu.parent_uprn); former != children_.end()) {
    former->second.erase(blpu.uprn);
  }
  children_[parent].insert(blpu.uprn);
  blpu.parent_uprn = parent;
}

absl::StatusOr<StreetState*> Draft::Change(model::Usrn usrn) {
  if (const auto found = streets_.find(usrn.value()); found != streets_.end()) {
    return &found->second.now;
  }
  WENSUM_ASSIGN_OR_RETURN(const StreetState* const before, before_.FindStreet(usrn));
  if (before == nullptr) {
    return UnknownObject(ObjectName(usrn));
  }
  if (before->street.swa_org_ref_naming != 0 && !NamesStreets(before->street.swa_org_ref_naming)) {
    return Refuse(
        "own_custodian", ObjectName(usrn),
        Cat("The street is named by authority ", before->street.swa_org_ref_naming,
            ", whose streets are not changed here; see `custodian.street_authorities` of the configuration."));
  }
  Entry<StreetState>& entry = streets_[usrn.value()];
  entry = {before, *before};
  return &entry.now;
}

absl::StatusOr<PropertyState*> Draft::AddProperty(model::Uprn uprn) {
  WENSUM_RETURN_IF_ERROR(CheckRoom());
  if (uprn.empty()) {
    do {  // a number that this operation claimed before may be the next free one
      WENSUM_ASSIGN_OR_RETURN(uprn, numbers_.NextUprn());
    } while (properties_.contains(uprn.value()));
  } else if (properties_.contains(uprn.value())) {
    return WrongOperation("uprn", Cat(ObjectName(uprn), " is given to two properties, or is one already"));
  } else {
    WENSUM_RETURN_IF_ERROR(numbers_.Claim(uprn));
  }
  outcome_.new_uprns.push_back(uprn);
  Entry<PropertyState>& entry = properties_[uprn.value()];
  entry.now.blpu.uprn = uprn;
  children_[model::Uprn()].insert(uprn);
  return &entry.now;
}

absl::StatusOr<StreetState*> Draft::AddStreet(model::Usrn usrn) {
  if (usrn.empty()) {
    do {
      WENSUM_ASSIGN_OR_RETURN(usrn, numbers_.NextUsrn());
    } while (streets_.contains(usrn.value()));
  } else if (streets_.contains(usrn.value())) {
    return WrongOperation("usrn", Cat(ObjectName(usrn), " is given to two streets, or is one already"));
  } else {
    WENSUM_RETURN_IF_ERROR(numbers_.Claim(usrn));
  }
  outcome_.new_usrns.push_back(usrn);
  Entry<StreetState>& entry = streets_[usrn.value()];
  entry.now.street.usrn = usrn;
  return &entry.now;
}

absl::StatusOr<Outcome> Draft::Finish() {
  for (auto& [usrn, entry] : streets_) {
    const size_t before = outcome_.changes.size();
    AddChange(entry.before == nullptr ? nullptr : &entry.before->street, entry.now.street, rules_.today,
              &outcome_.changes);
    AddChanges(entry.before == nullptr ? nullptr : &entry.before->descriptors, entry.now.descriptors, rules_.today,
               &outcome_.changes);
    if (outcome_.changes.size() > before) {
      outcome_.usrns.push_back(entry.now.street.usrn);
    }
  }
  for (auto& [uprn, entry] : properties_) {
    const size_t before = outcome_.changes.size();
    AddChange(entry.before == nullptr ? nullptr : &entry.before->blpu, entry.now.blpu, rules_.today, &outcome_.changes);
    AddChanges(entry.before == nullptr ? nullptr : &entry.before->xrefs, entry.now.xrefs, rules_.today,
               &outcome_.changes);
    AddChanges(entry.before == nullptr ? nullptr : &entry.before->lpis, entry.now.lpis, rules_.today,
               &outcome_.changes);
    if (outcome_.changes.size() > before) {
      outcome_.uprns.push_back(entry.now.blpu.uprn);
    }
  }
  outcome_.lineage = std::move(lineage_);
  return std::move(outcome_);
}

}  // namespace wensum::llpg
