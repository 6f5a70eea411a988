#include "services/health/waivers.h"

namespace wensum::health {

WaiverSet::WaiverSet(std::span<const Waiver> waivers, model::PartialDate today) {
  for (const Waiver& waiver : waivers) {
    if (waiver.expires < today) {
      continue;
    }
    if (!waiver.uprn.empty()) {
      properties_.emplace(waiver.rule, waiver.uprn.value());
    } else {
      streets_.emplace(waiver.rule, waiver.usrn.value());
    }
  }
}

bool WaiverSet::Covers(const llpg::Finding& finding) const {
  return finding.uprn.empty() ? streets_.contains(std::pair(finding.rule, uint64_t{finding.usrn.value()}))
                              : properties_.contains(std::pair(finding.rule, finding.uprn.value()));
}

}  // namespace wensum::health
