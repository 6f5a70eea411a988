// What the readers of the rules' YAML share. Faults name line and column.
#ifndef WENSUM_SERVICES_REGISTER_YAML_NODES_H_
#define WENSUM_SERVICES_REGISTER_YAML_NODES_H_

#include <yaml-cpp/yaml.h>

#include <set>
#include <string>

#include "absl/status/status.h"
#include "base/status_macros.h"
#include "base/strings.h"

namespace wensum::registry {

// "rules, line 3, column 5"
inline std::string Where(const YAML::Node& node) {
  const YAML::Mark mark = node.Mark();
  return mark.is_null() ? std::string("rules") : Cat("rules, line ", mark.line + 1, ", column ", mark.column + 1);
}

// INVALID_ARGUMENT unless `map` is a map that has none but known keys.
inline absl::Status CheckKeys(const YAML::Node& map, const std::set<std::string>& known) {
  if (!map.IsMap()) {
    return InvalidArgument(Cat(Where(map), ": expected a map of keys and values"));
  }
  for (const auto& item : map) {
    const auto key = item.first.as<std::string>();
    if (!known.contains(key)) {
      std::string names;
      for (const std::string& name : known) {
        AppendTo(names, names.empty() ? "" : ", ", name);
      }
      return InvalidArgument(Cat(Where(item.first), ": unknown key ", Quote(key), "; known are ", names));
    }
  }
  return absl::OkStatus();
}

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_YAML_NODES_H_
