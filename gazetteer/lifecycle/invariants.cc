#include "gazetteer/lifecycle/invariants.h"

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "model/grid_reference.h"
#include "model/postcode.h"

namespace wensum::llpg {
namespace {

using model::PartialDate;

constexpr PartialDate kFirstDate{.year = 1753, .month = 1, .day = 1};
constexpr int kFirstStateYear = 1990;  // of streets
constexpr int kMaxNumber = 9999;
constexpr int kClosedStreet = 4;
constexpr std::string_view kStreetRecord = "STREET RECORD";
constexpr size_t kMaxText = 90;

bool IsOneOf(int value, std::initializer_list<int> values) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

bool HasEnded(int status) { return status == kHistorical || IsRejected(status); }

// The status that at least one LPI must have under a BLPU of that status.
int NeededLpiStatus(int blpu_status) { return blpu_status; }

class PropertyChecker {
 public:
  PropertyChecker(const Town& town, const PropertyState& property, PartialDate today, std::vector<Refusal>* faults)
      : town_(town), property_(property), blpu_(property.blpu), today_(today), faults_(faults) {}

  absl::Status Check() {
    CheckBlpu();
    CheckLpiStatuses();
    for (const model::Lpi& lpi : property_.lpis) {
      WENSUM_RETURN_IF_ERROR(CheckLpi(lpi));
    }
    for (const model::CrossReference& xref : property_.xrefs) {
      CheckDates(Cat("cross reference ", xref.xref_key), xref.dates);
    }
    return CheckHierarchy();
  }

 private:
  void Add(std::string_view rule, std::string message) {
    faults_->push_back({std::string(rule), ObjectName(blpu_.uprn), std::move(message)});
  }

  void CheckBlpu() {
    if (!StateFits(blpu_.logical_status, blpu_.state)) {
      Add("AAU21.42", Cat("The status ", blpu_.logical_status, " does not go with the state ",
                          blpu_.state == 0 ? std::string("that is not given") : Cat(blpu_.state), "."));
    }
    if ((blpu_.state == 0) != blpu_.state_date.empty()) {
      Add("AAU21.43", "State and state date must both be given or neither.");
    }
    if (blpu_.state_date > today_) {
      Add("VB-8A", "The state's date lies in the future.");
    }
    if (HasEnded(blpu_.logical_status) == blpu_.dates.end.empty()) {
      Add("AAU21.39", "The BLPU has an end date if, and only if, its status is 7, 8 or 9.");
    }
    CheckDates("BLPU", blpu_.dates);
    if (!model::GridReference::Create(blpu_.x, blpu_.y).ok()) {
      Add("coordinates", Cat("The point ", blpu_.x, ", ", blpu_.y, " lies outside the National Grid's range."));
    }
    if (blpu_.blpu_class.empty()) {
      Add("class", "The classification is missing.");
    }
  }

  void CheckDates(std::string_view row, const model::RecordDates& dates) {
    if (dates.start.empty() || dates.start > today_ || dates.start < kFirstDate) {
      Add("AAU24.18", Cat("The start date of the ", row, " is missing, in the future or before 1753."));
    }
    if (!dates.end.empty() && (dates.end < dates.start || dates.end > today_)) {
      Add("AAU24.50",
          Cat("The end date of the ", row, " is before its start (", dates.start.ToString(), ") or in the future."));
    }
    if (dates.last_update < dates.entry || dates.last_update > today_) {
      Add("AAU21.26", Cat("The last update of the ", row, " is before its entry or in the future."));
    }
  }

  void CheckLpiStatuses() {
    bool has_needed = false;
    std::map<std::string, int> approved;  // by language
    for (const model::Lpi& lpi : property_.lpis) {
      has_needed = has_needed || lpi.logical_status == NeededLpiStatus(blpu_.logical_status);
      approved[lpi.language] += lpi.logical_status == kApproved ? 1 : 0;
      if (!LpiStatusFits(blpu_.logical_status, lpi.logical_status)) {
        Add("AAU21.2", Cat("The LPI ", lpi.lpi_key, " of status ", lpi.logical_status,
                           " may not stand under a BLPU of status ", blpu_.logical_status, "."));
      }
    }
    if (!has_needed) {
      Add("AAU21.86", Cat("A BLPU of status ", blpu_.logical_status, " needs an LPI of status ",
                          NeededLpiStatus(blpu_.logical_status), "."));
    }
    for (const auto& [language, count] : approved) {
      if (count > 1) {
        Add("approved_language", Cat("There are ", count, " approved LPIs in ", language, "; one is allowed."));
      }
    }
  }

  absl::Status CheckLpi(const model::Lpi& lpi) {
    const std::string row = Cat("LPI ", lpi.lpi_key);
    if (HasEnded(lpi.logical_status) == lpi.dates.end.empty()) {
      Add("AAU24.55", Cat("The ", row, " has an end date if, and only if, its status is 7, 8 or 9."));
    }
    CheckDates(row, lpi.dates);
    if (lpi.pao.empty()) {
      Add("AAU24.20", Cat("The ", row, " has neither a PAO number nor a PAO text."));
    }
    CheckObject(row, "PAO", lpi.pao);
    CheckObject(row, "SAO", lpi.sao);
    if (!lpi.sao.text.empty() && lpi.sao.text == lpi.pao.text) {
      Add("AAU24.14", Cat("SAO and PAO text of the ", row, " are the same."));
    }
    if (!lpi.postcode.empty() && !model::Postcode::Parse(lpi.postcode).ok()) {
      Add("postcode", Cat("The postcode of the ", row, " is no postcode."));
    }
    CheckStreetRecord(row, lpi);
    if (IsLive(lpi.logical_status)) {
      CheckPostal(row, lpi);
    }
    const bool current = lpi.logical_status == kApproved || lpi.logical_status == kProvisional;
    if (current && !lpi.sao.empty() && blpu_.parent_uprn.empty()) {
      Add("AAU24.7", Cat("The ", row, " has an SAO; that needs a parent."));
    }
    WENSUM_ASSIGN_OR_RETURN(const StreetState* const street, town_.FindStreet(lpi.usrn));
    if (street == nullptr) {
      Add("usrn", Cat("The street ", lpi.usrn.value(), " of the ", row, " is not known here."));
    } else if (street->street.state == kClosedStreet && IsLive(blpu_.logical_status) && IsLive(lpi.logical_status)) {
      Add("AAU24.3", Cat("The ", row, " is live and stands on the closed street ", lpi.usrn.value(), "."));
    }
    return absl::OkStatus();
  }

  void CheckObject(std::string_view row, std::string_view part, const model::AddressableObject& object) {
    const bool in_range = object.start_number >= 0 && object.start_number <= kMaxNumber && object.end_number >= 0 &&
                          object.end_number <= kMaxNumber;
    if (!in_range) {
      Add("number_range", Cat("A number of the ", part, " of the ", row, " is not from 0 to 9999."));
    }
    if (object.end_number != 0 && (!object.has_number || object.end_number <= object.start_number)) {
      Add("LPI-V12", Cat("The end number of the ", part, " of the ", row, " needs a smaller start number."));
    }
    if ((!object.start_suffix.empty() && !object.has_number) ||
        (!object.end_suffix.empty() && object.end_number == 0)) {
      Add("suffix", Cat("A suffix of the ", part, " of the ", row, " needs its number."));
    }
    if (object.text.size() > kMaxText) {
      Add("AAU24.19", Cat("The text of the ", part, " of the ", row, " is longer than ", kMaxText, " characters."));
    }
    if (Trim(object.text) != object.text || object.text.find("  ") != std::string::npos) {
      Add("text_spaces", Cat("The text of the ", part, " of the ", row, " has leading, trailing or double spaces."));
    }
    if (!object.text.empty() && IsDigits(object.text)) {
      Add("text_number", Cat("The text of the ", part, " of the ", row, " is only a number: give it as a number."));
    }
  }

  void CheckStreetRecord(std::string_view row, const model::Lpi& lpi) {
    const bool says_so = lpi.pao.text == kStreetRecord;
    if (IsLive(lpi.logical_status) && says_so != (blpu_.blpu_class == "PS")) {
      Add("AAU21.102", Cat("The PAO text STREET RECORD of the ", row, " and the class PS go together."));
    }
    if (says_so && (lpi.pao.has_number || !lpi.sao.empty())) {
      Add("LPI-V2", Cat("The ", row, " is a street record: it has no numbers and no SAO."));
    }
  }

  void CheckPostal(std::string_view row, const model::Lpi& lpi) {
    const bool both = !lpi.postcode.empty() && !lpi.post_town.empty();
    if ((lpi.postal_address == "Y" || lpi.postal_address == "A" || lpi.postal_address == "L") && !both) {
      Add("postal_address",
          Cat("The ", row, " is postal (", lpi.postal_address, "): it needs a postcode and a post town."));
    }
    if (lpi.postal_address == "N" && lpi.logical_status != kProvisional &&
        !(lpi.postcode.empty() && lpi.post_town.empty())) {
      Add("postal_address", Cat("The ", row, " is not postal: it has neither postcode nor post town."));
    }
  }

  // Parents up to the root, and the levels beneath.
  absl::Status CheckHierarchy() {
    int levels = 1;
    std::set<model::Uprn> seen = {blpu_.uprn};
    for (model::Uprn at = blpu_.parent_uprn; !at.empty();) {
      if (!seen.insert(at).second) {
        Add(at == blpu_.uprn && levels == 1 ? "VB-8H" : "WVB-29",
            Cat("The parents of the property form a circle at ", at.value(), "."));
        return absl::OkStatus();
      }
      WENSUM_ASSIGN_OR_RETURN(const PropertyState* const parent, town_.FindProperty(at));
      if (parent == nullptr) {
        Add("AAU21.5", Cat("The parent ", at.value(), " is not known here."));
        return absl::OkStatus();
      }
      if (levels == 1 && IsLive(blpu_.logical_status) && !IsLive(parent->blpu.logical_status)) {
        Add("AAU21.4", Cat("The property is live and its parent ", at.value(), " is not."));
      }
      if (levels == 1 && parent->blpu.blpu_class == "PS") {
        Add("street_record_child", Cat("The parent ", at.value(), " is a street record: it has no children."));
      }
      ++levels;
      at = parent->blpu.parent_uprn;
    }
    WENSUM_ASSIGN_OR_RETURN(const int beneath, LevelsBeneath(blpu_.uprn, 1));
    if (levels + beneath > kMaxLevels) {
      Add("hierarchy_levels", Cat("The hierarchy has ", levels + beneath, " levels; ", kMaxLevels, " are allowed."));
    }
    return absl::OkStatus();
  }

  // Never walks further than the levels allowed: a circle further down ends there.
  [[nodiscard]] absl::StatusOr<int> LevelsBeneath(model::Uprn uprn, int depth) const {
    int deepest = 0;
    if (depth > kMaxLevels) {
      return deepest;
    }
    WENSUM_ASSIGN_OR_RETURN(const std::vector<model::Uprn> children, town_.ChildrenOf(uprn));
    for (const model::Uprn child : children) {
      WENSUM_ASSIGN_OR_RETURN(const int beneath, LevelsBeneath(child, depth + 1));
      deepest = std::max(deepest, beneath + 1);
    }
    return deepest;
  }

  const Town& town_;
  const PropertyState& property_;
  const model::Blpu& blpu_;
  const PartialDate today_;
  std::vector<Refusal>* const faults_;
};

bool Less(const Refusal& a, const Refusal& b) {
  return std::tie(a.object, a.rule, a.message) < std::tie(b.object, b.rule, b.message);
}

// Sorted.
absl::StatusOr<std::vector<Refusal>> FaultsIn(const Town& town, const CheckScope& scope,
                                              const std::set<model::Uprn>& properties, PartialDate today) {
  std::vector<Refusal> faults;
  for (const model::Uprn uprn : properties) {
    WENSUM_RETURN_IF_ERROR(CheckProperty(town, uprn, today, &faults));
  }
  for (const model::Usrn usrn : scope.streets) {
    WENSUM_RETURN_IF_ERROR(CheckStreet(town, usrn, today, &faults));
  }
  for (const model::Usrn usrn : scope.crowded) {
    WENSUM_RETURN_IF_ERROR(CheckDuplicates(town, usrn, scope.properties, &faults));
  }
  std::sort(faults.begin(), faults.end(), Less);
  return faults;
}

}  // namespace

absl::Status CheckNoNewFaults(const std::vector<const Town*>& before, const Town& after, CheckScope scope,
                              PartialDate today) {
  std::set<model::Uprn> properties = scope.properties;
  for (const model::Uprn uprn : scope.properties) {
    WENSUM_ASSIGN_OR_RETURN(const std::vector<model::Uprn> children, after.ChildrenOf(uprn));
    properties.insert(children.begin(), children.end());
  }
  for (const model::Usrn usrn : scope.streets) {
    WENSUM_ASSIGN_OR_RETURN(const StreetState* const street, after.FindStreet(usrn));
    if (street == nullptr || street->street.state == kClosedStreet) {
      WENSUM_ASSIGN_OR_RETURN(const std::vector<model::Uprn> standing, after.PropertiesOn(usrn));
      properties.insert(standing.begin(), standing.end());
    }
  }
  WENSUM_ASSIGN_OR_RETURN(std::vector<Refusal> added, FaultsIn(after, scope, properties, today));
  for (const Town* const town : before) {
    if (added.empty()) {
      break;
    }
    WENSUM_ASSIGN_OR_RETURN(const std::vector<Refusal> known, FaultsIn(*town, scope, properties, today));
    std::vector<Refusal> left;
    std::set_difference(added.begin(), added.end(), known.begin(), known.end(), std::back_inserter(left), Less);
    added = std::move(left);
  }
  return added.empty() ? absl::OkStatus() : Refuse(added);
}

bool LpiStatusFits(int blpu_status, int lpi_status) {
  switch (blpu_status) {
    case kApproved:
      return IsOneOf(lpi_status, {1, 3, 5, 6, 7, 8, 9});
    case kCandidate:
      return lpi_status == kCandidate;
    case kProvisional:
      return IsOneOf(lpi_status, {6, 7, 8, 9});
    case kRejectedExternal:
      return IsRejected(lpi_status);
    case kHistorical:
      return IsOneOf(lpi_status, {7, 8, 9});
    case kRejectedInternal:
      return IsRejected(lpi_status);
    default:
      return false;
  }
}

bool StateFits(int blpu_status, int state) {
  switch (blpu_status) {
    case kApproved:
      return IsOneOf(state, {0, 1, 2, 3});
    case kCandidate:
      return IsOneOf(state, {1, 2, 3, 4, 6});
    case kProvisional:
      return IsOneOf(state, {1, 5, 6, 7});
    case kRejectedExternal:
      return IsOneOf(state, {0, 1, 2, 3, 4, 6});
    case kHistorical:
      return IsOneOf(state, {0, 4, 7});
    case kRejectedInternal:
      return state >= 0 && state <= 7;
    default:
      return false;
  }
}

absl::Status CheckProperty(const Town& town, model::Uprn uprn, PartialDate today, std::vector<Refusal>* faults) {
  WENSUM_ASSIGN_OR_RETURN(const PropertyState* const property, town.FindProperty(uprn));
  return property == nullptr ? absl::OkStatus() : PropertyChecker(town, *property, today, faults).Check();
}

absl::Status CheckStreet(const Town& town, model::Usrn usrn, PartialDate today, std::vector<Refusal>* faults) {
  WENSUM_ASSIGN_OR_RETURN(const StreetState* const found, town.FindStreet(usrn));
  if (found == nullptr) {
    return absl::OkStatus();
  }
  const model::Street& street = found->street;
  const auto add = [&](std::string_view rule, std::string message) {
    faults->push_back({std::string(rule), ObjectName(usrn), std::move(message)});
  };
  if ((street.state == kClosedStreet) == street.dates.end.empty()) {
    add("S-9B", "The street has an end date if, and only if, its state is 4 (closed).");
  }
  if (!street.state_date.empty() && (street.state_date.year < kFirstStateYear || street.state_date > today)) {
    add("S-9C", "The state's date is before 1990 or in the future.");
  }
  if (street.state != 0 && street.state_date.empty()) {
    add("AAU11.49", "A state needs a state date.");
  }
  if (street.dates.start.empty() || street.dates.start > today) {
    add("S-6F", "The start date is missing or in the future.");
  }
  if (!street.dates.end.empty() && street.dates.end < street.dates.start) {
    add("S-15", "The end date is before the start date.");
  }
  if (!model::GridReference::Create(street.start_x, street.start_y).ok() ||
      !model::GridReference::Create(street.end_x, street.end_y).ok()) {
    add("S-6G", "Start and end of the street must lie in the National Grid's range.");
  }
  if (found->descriptors.empty()) {
    add("descriptor", "The street has no descriptor.");
  }
  for (const model::StreetDescriptor& descriptor : found->descriptors) {
    if (Trim(descriptor.description).empty()) {
      add("description", Cat("The description in ", descriptor.language, " is empty."));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckDuplicates(const Town& town, model::Usrn usrn, const std::set<model::Uprn>& uprns,
                             std::vector<Refusal>* faults) {
  const auto key_of = [](const model::Lpi& lpi) {
    const auto of = [](const model::AddressableObject& o) {
      return std::tuple(o.has_number, o.start_number, ToUpperAscii(o.start_suffix), o.end_number,
                        ToUpperAscii(o.end_suffix), ToUpperAscii(o.text));
    };
    return std::tuple(lpi.language, of(lpi.pao), of(lpi.sao), ToUpperAscii(lpi.level), lpi.postcode, lpi.post_town);
  };
  std::map<decltype(key_of(model::Lpi())), std::set<model::Uprn>> holders;
  WENSUM_ASSIGN_OR_RETURN(const std::vector<model::Uprn> on_street, town.PropertiesOn(usrn));
  for (const model::Uprn uprn : on_street) {
    WENSUM_ASSIGN_OR_RETURN(const PropertyState* const property, town.FindProperty(uprn));
    if (property == nullptr || !IsLive(property->blpu.logical_status)) {
      continue;
    }
    for (const model::Lpi& lpi : property->lpis) {
      if (lpi.usrn == usrn && (lpi.logical_status == kApproved || lpi.logical_status == kProvisional)) {
        holders[key_of(lpi)].insert(uprn);
      }
    }
  }
  for (const auto& [address, properties] : holders) {
    if (properties.size() < 2) {
      continue;
    }
    for (const model::Uprn uprn : properties) {
      if (uprns.contains(uprn)) {
        const model::Uprn other = *properties.begin() == uprn ? *std::next(properties.begin()) : *properties.begin();
        faults->push_back(
            {"AAU24.92", ObjectName(uprn),
             Cat("The property ", other.value(), " has the same live address on street ", usrn.value(), ".")});
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace wensum::llpg
