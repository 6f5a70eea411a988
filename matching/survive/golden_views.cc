#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "matching/survive/survivorship.h"

namespace wensum::matching {

using model::PurposeMask;

std::vector<GoldenView> SurviveForPurposes(std::span<const Contributor> contributors, const SurvivorshipRules& rules,
                                           int purpose_count, std::span<const StewardValue> steward) {
  std::set<PurposeMask> masks;
  for (const Contributor& contributor : contributors) {
    masks.insert(contributor.record->purposes);
    for (const auto& [field, mask] : contributor.record->field_purposes) {
      masks.insert(mask);
    }
  }
  for (const StewardValue& value : steward) {
    masks.insert(value.purposes);
    for (const auto& [purposes, consolidated] : value.consolidated) {
      masks.insert(purposes);
    }
  }
  // Purposes that all masks treat alike see the same values; only one of them needs a golden record of its own.
  std::map<std::vector<bool>, PurposeMask> classes;
  for (int purpose = 0; purpose < purpose_count; ++purpose) {
    std::vector<bool> allowed;
    allowed.reserve(masks.size());
    for (const PurposeMask mask : masks) {
      allowed.push_back((mask >> purpose & 1) != 0);
    }
    classes[allowed] |= PurposeMask{1} << purpose;
  }
  std::vector<GoldenView> views;
  for (const auto& [allowed, purposes] : classes) {
    int purpose = 0;
    while ((purposes >> purpose & 1) == 0) {
      ++purpose;
    }
    GoldenRecord golden = Survive(contributors, rules, purpose, steward);
    if (golden.contributors.empty()) {
      continue;
    }
    const auto same =
        std::find_if(views.begin(), views.end(), [&golden](const GoldenView& view) { return view.golden == golden; });
    if (same != views.end()) {
      same->purposes |= purposes;
    } else {
      views.push_back({purposes, std::move(golden)});
    }
  }
  std::sort(views.begin(), views.end(), [](const GoldenView& a, const GoldenView& b) {
    return (a.purposes & (~a.purposes + 1)) < (b.purposes & (~b.purposes + 1));
  });
  return views;
}

}  // namespace wensum::matching
