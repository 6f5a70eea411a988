// Findings that are accepted for a while: each with a reason and a day on which it ends.
#ifndef WENSUM_SERVICES_HEALTH_WAIVERS_H_
#define WENSUM_SERVICES_HEALTH_WAIVERS_H_

#include <span>
#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "gazetteer/rules/rule.h"
#include "model/partial_date.h"

namespace wensum::health {

// Waives a rule for one property or one street: exactly one of them is given.
struct Waiver {
  llpg::RuleId rule{};
  model::Uprn uprn;
  model::Usrn usrn;
  model::PartialDate expires;  // the last day it is in force
};

// The waivers in force on a day. Immutable; thread-safe.
class WaiverSet {
 public:
  WaiverSet() = default;
  WaiverSet(std::span<const Waiver> waivers, model::PartialDate today);

  // A waiver of a property covers what is found about it; one of a street what is found about the street itself, not
  // about the properties on it.
  [[nodiscard]] bool Covers(const llpg::Finding& finding) const;

 private:
  absl::flat_hash_set<std::pair<llpg::RuleId, uint64_t>> properties_;
  absl::flat_hash_set<std::pair<llpg::RuleId, uint64_t>> streets_;
};

}  // namespace wensum::health

#endif  // WENSUM_SERVICES_HEALTH_WAIVERS_H_
