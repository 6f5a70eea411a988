#include "gazetteer/lifecycle/invariants.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "gazetteer/rules/facts.h"
#include "gazetteer/rules/object_rules.h"
#include "gazetteer/rules/row_rules.h"

namespace wensum::llpg {
namespace {

using model::PartialDate;

constexpr int kClosedStreet = 4;
constexpr RowOrigin kOwn{.format = model::GazetteerFormat::kDtf73};

// Warnings that are certain, and plainly the doing of whoever writes.
constexpr std::array<RuleId, 2> kStrict = {RuleId::kParentStatus, RuleId::kTextSpaces};

// What the hub would not take is not written.
bool Refuses(const Finding& finding) {
  return finding.severity >= Severity::kError ||
         (finding.severity != Severity::kOff &&
          std::find(kStrict.begin(), kStrict.end(), finding.rule) != kStrict.end());
}

void AddRefusals(const std::vector<Finding>& findings, const std::string& object, std::vector<Refusal>* faults) {
  for (const Finding& finding : findings) {
    if (Refuses(finding)) {
      faults->push_back({std::string(GetRule(finding.rule).code), object,
                         finding.key.empty() ? finding.message : Cat(finding.key, ": ", finding.message)});
    }
  }
}

void CheckOwnRow(const model::GazetteerRow& row, PartialDate today, const RuleConfig& config,
                 std::vector<Finding>* findings) {
  CheckRow(row, {.config = &config, .origin = kOwn, .change = model::ChangeType::kUpdate, .today = today}, findings);
}

// A town as the rules look things up in it. The first error of the town is kept.
class TownLookup final : public Lookup {
 public:
  explicit TownLookup(const Town& town) : town_(town) {}

  [[nodiscard]] std::optional<StreetFacts> FindStreet(model::Usrn usrn) const override {
    const absl::StatusOr<const StreetState*> street = town_.FindStreet(usrn);
    status_.Update(street.status());
    return street.ok() && *street != nullptr ? std::optional<StreetFacts>(FactsOf((*street)->street, kOwn))
                                             : std::nullopt;
  }
  [[nodiscard]] std::optional<BlpuFacts> FindBlpu(model::Uprn uprn) const override {
    const absl::StatusOr<const PropertyState*> property = town_.FindProperty(uprn);
    status_.Update(property.status());
    return property.ok() && *property != nullptr ? std::optional<BlpuFacts>(FactsOf((*property)->blpu, kOwn))
                                                 : std::nullopt;
  }

  [[nodiscard]] const absl::Status& status() const { return status_; }

 private:
  const Town& town_;
  mutable absl::Status status_;
};

// Levels of the hierarchy down to the property. Never counts further than what is too many: a circle ends there.
absl::StatusOr<int> LevelsAbove(const Town& town, const model::Blpu& blpu) {
  int levels = 1;
  for (model::Uprn at = blpu.parent_uprn; !at.empty() && levels <= kMaxLevels; ++levels) {
    WENSUM_ASSIGN_OR_RETURN(const PropertyState* const parent, town.FindProperty(at));
    if (parent == nullptr) {
      break;
    }
    at = parent->blpu.parent_uprn;
  }
  return levels;
}

absl::StatusOr<int> LevelsBeneath(const Town& town, model::Uprn uprn, int depth) {
  int deepest = 0;
  if (depth > kMaxLevels) {
    return deepest;
  }
  WENSUM_ASSIGN_OR_RETURN(const std::vector<model::Uprn> children, town.ChildrenOf(uprn));
  for (const model::Uprn child : children) {
    WENSUM_ASSIGN_OR_RETURN(const int beneath, LevelsBeneath(town, child, depth + 1));
    deepest = std::max(deepest, beneath + 1);
  }
  return deepest;
}

// The rules look up from a property; what moves takes all that is beneath it along.
absl::Status CheckDepth(const Town& town, const model::Blpu& blpu, std::vector<Refusal>* faults) {
  WENSUM_ASSIGN_OR_RETURN(const int above, LevelsAbove(town, blpu));
  if (above > kMaxLevels) {
    return absl::OkStatus();  // the property's own fault
  }
  WENSUM_ASSIGN_OR_RETURN(const int beneath, LevelsBeneath(town, blpu.uprn, 1));
  if (above + beneath > kMaxLevels) {
    const Rule& rule = GetRule(RuleId::kParentDepth);
    faults->push_back({std::string(rule.code), ObjectName(blpu.uprn),
                       Cat("With what is beneath it the hierarchy has ", above + beneath, " levels, ", kMaxLevels,
                           " are allowed; ", rule.mend, ".")});
  }
  return absl::OkStatus();
}

bool Less(const Refusal& a, const Refusal& b) {
  return std::tie(a.object, a.rule, a.message) < std::tie(b.object, b.rule, b.message);
}

// Sorted.
absl::StatusOr<std::vector<Refusal>> FaultsIn(const Town& town, const CheckScope& scope,
                                              const std::set<model::Uprn>& properties, PartialDate today,
                                              const RuleConfig& config) {
  std::vector<Refusal> faults;
  for (const model::Uprn uprn : properties) {
    WENSUM_RETURN_IF_ERROR(CheckProperty(town, uprn, today, config, &faults));
  }
  for (const model::Usrn usrn : scope.streets) {
    WENSUM_RETURN_IF_ERROR(CheckStreet(town, usrn, today, config, &faults));
  }
  for (const model::Usrn usrn : scope.crowded) {
    WENSUM_RETURN_IF_ERROR(CheckDuplicates(town, usrn, scope.properties, &faults));
  }
  std::sort(faults.begin(), faults.end(), Less);
  return faults;
}

}  // namespace

absl::Status CheckNoNewFaults(const std::vector<const Town*>& before, const Town& after, CheckScope scope,
                              PartialDate today, const RuleConfig& config) {
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
  WENSUM_ASSIGN_OR_RETURN(std::vector<Refusal> added, FaultsIn(after, scope, properties, today, config));
  for (const Town* const town : before) {
    if (added.empty()) {
      break;
    }
    WENSUM_ASSIGN_OR_RETURN(const std::vector<Refusal> known, FaultsIn(*town, scope, properties, today, config));
    std::vector<Refusal> left;
    std::set_difference(added.begin(), added.end(), known.begin(), known.end(), std::back_inserter(left), Less);
    added = std::move(left);
  }
  return added.empty() ? absl::OkStatus() : Refuse(added);
}

bool StateFits(int blpu_status, int state) {
  const StatusTable& states = RuleConfig::Default().states_of_status;
  return blpu_status >= 0 && static_cast<size_t>(blpu_status) < states.size() &&
         states[static_cast<size_t>(blpu_status)].contains(state);
}

absl::Status CheckProperty(const Town& town, model::Uprn uprn, PartialDate today, const RuleConfig& config,
                           std::vector<Refusal>* faults) {
  WENSUM_ASSIGN_OR_RETURN(const PropertyState* const property, town.FindProperty(uprn));
  if (property == nullptr) {
    return absl::OkStatus();
  }
  std::vector<Finding> findings;
  CheckOwnRow(property->blpu, today, config, &findings);
  for (const model::Lpi& lpi : property->lpis) {
    CheckOwnRow(lpi, today, config, &findings);
  }
  for (const model::CrossReference& xref : property->xrefs) {
    CheckOwnRow(xref, today, config, &findings);
  }
  const TownLookup lookup(town);
  CheckProperty({.blpu = &property->blpu, .lpis = property->lpis, .cross_references = property->xrefs}, kOwn.format,
                {.config = &config, .lookup = &lookup}, &findings);
  WENSUM_RETURN_IF_ERROR(lookup.status());
  AddRefusals(findings, ObjectName(uprn), faults);
  return CheckDepth(town, property->blpu, faults);
}

absl::Status CheckStreet(const Town& town, model::Usrn usrn, PartialDate today, const RuleConfig& config,
                         std::vector<Refusal>* faults) {
  WENSUM_ASSIGN_OR_RETURN(const StreetState* const found, town.FindStreet(usrn));
  if (found == nullptr) {
    return absl::OkStatus();
  }
  std::vector<Finding> findings;
  CheckOwnRow(found->street, today, config, &findings);
  std::vector<DescriptorFacts> descriptors;
  for (const model::StreetDescriptor& descriptor : found->descriptors) {
    CheckOwnRow(descriptor, today, config, &findings);
    descriptors.push_back(FactsOf(descriptor, kOwn));
  }
  CheckStreet(FactsOf(found->street, kOwn), descriptors, config, &findings);
  AddRefusals(findings, ObjectName(usrn), faults);
  return absl::OkStatus();
}

absl::Status CheckDuplicates(const Town& town, model::Usrn usrn, const std::set<model::Uprn>& uprns,
                             std::vector<Refusal>* faults) {
  const Rule& rule = GetRule(RuleId::kDuplicateAddress);
  std::map<uint64_t, std::set<model::Uprn>> holders;  // by the rules' hash of the address
  WENSUM_ASSIGN_OR_RETURN(const std::vector<model::Uprn> on_street, town.PropertiesOn(usrn));
  for (const model::Uprn uprn : on_street) {
    WENSUM_ASSIGN_OR_RETURN(const PropertyState* const property, town.FindProperty(uprn));
    if (property == nullptr || !IsLive(property->blpu.logical_status)) {
      continue;
    }
    for (const model::Lpi& lpi : property->lpis) {
      if (lpi.usrn == usrn && (lpi.logical_status == kApproved || lpi.logical_status == kProvisional)) {
        holders[FactsOf(lpi, kOwn).address_hash].insert(uprn);
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
        faults->push_back({std::string(rule.code), ObjectName(uprn),
                           Cat("The property ", other.value(), " has the same live address on street ", usrn.value(),
                               "; ", rule.mend, ".")});
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace wensum::llpg
