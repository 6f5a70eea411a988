// What must hold of properties and streets whatever is done to them: every operation is checked against it. The rules
// are those of gazetteer/rules, as for rows of DTF 7.3: errors refuse, and so do a live property beneath a parent that
// is not (AAU21.4) and stray spaces in texts (AAU24.109).
#ifndef WENSUM_GAZETTEER_LIFECYCLE_INVARIANTS_H_
#define WENSUM_GAZETTEER_LIFECYCLE_INVARIANTS_H_

#include <set>
#include <vector>

#include "absl/status/status.h"
#include "gazetteer/lifecycle/refusal.h"
#include "gazetteer/lifecycle/town.h"
#include "gazetteer/rules/rule_config.h"
#include "model/partial_date.h"

namespace wensum::llpg {

// Appends the faults of one property: of its rows, of the rows together, of its place in the hierarchy with all that is
// beneath it. Nothing if there is no such property.
absl::Status CheckProperty(const Town& town, model::Uprn uprn, model::PartialDate today, const RuleConfig& config,
                           std::vector<Refusal>* faults);

// Appends the faults of one street and its descriptors. Live addresses on a closed street are faults of their
// properties. Nothing if there is no such street.
absl::Status CheckStreet(const Town& town, model::Usrn usrn, model::PartialDate today, const RuleConfig& config,
                         std::vector<Refusal>* faults);

// Appends a fault for each approved or provisional address on the street that a second property has too, of those that
// one of `uprns` has. Reads every property of the street.
absl::Status CheckDuplicates(const Town& town, model::Usrn usrn, const std::set<model::Uprn>& uprns,
                             std::vector<Refusal>* faults);

// What is to be looked at after a change.
struct CheckScope {
  std::set<model::Uprn> properties;  // that changed; their children are looked at, too
  std::set<model::Usrn> streets;     // that changed; if one is closed or gone, so are the properties on it
  std::set<model::Usrn> crowded;     // on which an address of one of `properties` is new, or live again
};

// Refuses (see refusal.h) if `after` has a fault in that scope which none of `before` has.
absl::Status CheckNoNewFaults(const std::vector<const Town*>& before, const Town& after, CheckScope scope,
                              model::PartialDate today, const RuleConfig& config);

// True if a BLPU of that status may have that state (0: none), as AAU21.42 has it.
bool StateFits(int blpu_status, int state);

}  // namespace wensum::llpg

#endif  // WENSUM_GAZETTEER_LIFECYCLE_INVARIANTS_H_
