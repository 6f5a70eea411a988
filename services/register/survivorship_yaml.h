// Reads how golden values are chosen.
#ifndef WENSUM_SERVICES_REGISTER_SURVIVORSHIP_YAML_H_
#define WENSUM_SERVICES_REGISTER_SURVIVORSHIP_YAML_H_

#include <yaml-cpp/yaml.h>

#include "absl/status/status.h"
#include "matching/survive/rules.h"

namespace wensum::registry {

// Reads the map under `survivorship` (docs/configuration.md) into `rules`, of which `source_order` is there already.
// INVALID_ARGUMENT with line and column: unknown keys, attributes, rules and sources, numbers out of range, patterns
// that RE2 does not read, an attribute in two groups, and rules that depend on themselves. May throw YAML::Exception.
absl::Status ParseSurvivorship(const YAML::Node& node, matching::SurvivorshipRules& rules);

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_SURVIVORSHIP_YAML_H_
