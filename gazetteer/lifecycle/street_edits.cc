// Operations on streets.
#include <algorithm>
#include <set>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "gazetteer/lifecycle/edits.h"
#include "gazetteer/lifecycle/refusal.h"

namespace wensum::llpg {
namespace {

constexpr int kOpen = 2;
constexpr int kClosed = 4;

absl::Status CheckDescriptors(const std::vector<model::StreetDescriptor>& descriptors) {
  if (descriptors.empty()) {
    return WrongOperation("descriptors", "at least one is required");
  }
  std::set<std::string_view> languages;
  for (const model::StreetDescriptor& descriptor : descriptors) {
    if (Trim(descriptor.description).empty()) {
      return WrongOperation("descriptors", "the description is empty");
    }
    if (descriptor.language.empty() || !languages.insert(descriptor.language).second) {
      return WrongOperation("descriptors", "each needs a language of its own");
    }
  }
  return absl::OkStatus();
}

void Keep(const std::string& former, std::string& column) {
  if (column.empty()) {
    column = former;
  }
}

}  // namespace

absl::Status Edit(const CreateStreet& act, Draft& draft) {
  WENSUM_RETURN_IF_ERROR(CheckDescriptors(act.descriptors));
  constexpr int kTypes[] = {1, 2, 3, 4, 9};
  if (std::find(std::begin(kTypes), std::end(kTypes), act.street.record_type) == std::end(kTypes)) {
    return WrongOperation("street.record_type", Cat(act.street.record_type, " is none of 1, 2, 3, 4 and 9"));
  }
  if (act.street.swa_org_ref_naming != 0 && !draft.NamesStreets(act.street.swa_org_ref_naming)) {
    return WrongOperation(
        "street.swa_org_ref_naming",
        Cat(act.street.swa_org_ref_naming, " is not one of `custodian.street_authorities` of the configuration"));
  }
  if (act.street.state == kClosed) {
    return WrongOperation("street.state", "a new street is not closed");
  }
  WENSUM_ASSIGN_OR_RETURN(StreetState* const added, draft.AddStreet(act.street.usrn));
  const model::Usrn usrn = added->street.usrn;
  added->street = act.street;
  added->street.usrn = usrn;
  if (added->street.swa_org_ref_naming == 0) {
    added->street.swa_org_ref_naming = draft.first_custodian();
  }
  added->street.state = act.street.state == 0 ? kOpen : act.street.state;
  added->street.state_date = draft.date();
  added->street.dates = {};
  added->street.dates.start = draft.date();
  for (model::StreetDescriptor descriptor : act.descriptors) {
    descriptor.usrn = usrn;
    descriptor.dates = {};
    added->descriptors.push_back(std::move(descriptor));
  }
  return absl::OkStatus();
}

absl::Status Edit(const CloseStreet& act, Draft& draft) {
  WENSUM_ASSIGN_OR_RETURN(StreetState* const street, draft.Change(act.usrn));
  if (street->street.state == kClosed) {
    return Refuse("no_change", ObjectName(act.usrn), "The street is closed already.");
  }
  WENSUM_ASSIGN_OR_RETURN(const std::vector<model::Uprn> standing, draft.PropertiesOn(act.usrn));
  std::vector<std::string> live;
  size_t count = 0;
  for (const model::Uprn uprn : standing) {
    constexpr size_t kNamed = 5;
    WENSUM_ASSIGN_OR_RETURN(const PropertyState* const property, draft.FindProperty(uprn));
    const auto lives_here = [&act](const model::Lpi& lpi) {
      return lpi.usrn == act.usrn && IsLive(lpi.logical_status);
    };
    if (property != nullptr && IsLive(property->blpu.logical_status) &&
        std::any_of(property->lpis.begin(), property->lpis.end(), lives_here)) {
      ++count;
      if (live.size() < kNamed) {
        live.push_back(ObjectName(uprn));
      }
    }
  }
  if (count > 0) {
    return Refuse("AAU24.3", ObjectName(act.usrn),
                  Cat(count, " live properties have a live address on it: ", Join(live, ", "),
                      count > live.size() ? " and others" : "", ". End or readdress them first."));
  }
  street->street.state = kClosed;
  street->street.state_date = draft.date();
  street->street.dates.end = draft.date();
  return absl::OkStatus();
}

absl::Status Edit(const RenameStreet& act, Draft& draft) {
  WENSUM_RETURN_IF_ERROR(CheckDescriptors(act.descriptors));
  WENSUM_ASSIGN_OR_RETURN(StreetState* const street, draft.Change(act.usrn));
  if (street->street.state == kClosed) {
    return Refuse("street_closed", ObjectName(act.usrn), "A closed street is not renamed.");
  }
  for (model::StreetDescriptor descriptor : act.descriptors) {
    descriptor.usrn = act.usrn;
    descriptor.dates = {};
    const auto found = std::find_if(street->descriptors.begin(), street->descriptors.end(),
                                    [&](const auto& former) { return former.language == descriptor.language; });
    if (found == street->descriptors.end()) {
      street->descriptors.push_back(std::move(descriptor));
      continue;
    }
    descriptor.dates = found->dates;
    Keep(found->locality, descriptor.locality);
    Keep(found->town, descriptor.town);
    Keep(found->administrative_area, descriptor.administrative_area);
    *found = std::move(descriptor);
  }
  return absl::OkStatus();
}

}  // namespace wensum::llpg
