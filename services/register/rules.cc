#include "services/register/rules.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <exception>
#include <set>

#include "base/hash.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "services/register/survivorship_yaml.h"
#include "services/register/yaml_nodes.h"

namespace wensum::registry {
namespace {

constexpr size_t kMaxPurposes = 64;

// Reads one section after the other; the first fault is kept and the rest is skipped.
class Parser {
 public:
  explicit Parser(RegisterRules& rules) : rules_(rules) {}

  absl::Status Parse(const YAML::Node& root) {
    if (root.IsNull()) {
      return InvalidArgument("rules are empty: `purposes` and `sources` are required");
    }
    WENSUM_RETURN_IF_ERROR(CheckKeys(root, {"purposes", "sources", "survivorship"}));
    WENSUM_RETURN_IF_ERROR(ParsePurposes(root["purposes"]));
    WENSUM_RETURN_IF_ERROR(ParseSources(root["sources"]));
    if (!root["survivorship"]) {
      return absl::OkStatus();
    }
    rules_.survivorship_yaml = YAML::Dump(root["survivorship"]);
    return ParseSurvivorship(root["survivorship"], rules_.configured_survivorship);
  }

 private:
  absl::Status ParsePurposes(const YAML::Node& node) {
    if (!node || !node.IsSequence() || node.size() == 0 || node.size() > kMaxPurposes) {
      return InvalidArgument(Cat("rules: `purposes` must list 1 to ", kMaxPurposes, " purposes"));
    }
    for (const YAML::Node& item : node) {
      const auto name = item.as<std::string>();
      if (name.empty() || rules_.PurposeBit(name) >= 0) {
        return InvalidArgument(Cat(Where(item), ": purpose ", Quote(name), " is empty or named twice"));
      }
      rules_.purposes.push_back(name);
    }
    return absl::OkStatus();
  }

  absl::StatusOr<model::PurposeMask> ParseMask(const YAML::Node& node) const {
    if (!node.IsSequence()) {
      return InvalidArgument(Cat(Where(node), ": expected a list of purposes"));
    }
    model::PurposeMask mask = 0;
    for (const YAML::Node& item : node) {
      const auto name = item.as<std::string>();
      const int bit = rules_.PurposeBit(name);
      if (bit < 0) {
        return InvalidArgument(Cat(Where(item), ": ", Quote(name), " is not among `purposes`"));
      }
      mask |= model::PurposeMask{1} << bit;
    }
    return mask;
  }

  absl::Status ParseSources(const YAML::Node& node) {
    if (!node || !node.IsSequence() || node.size() == 0) {
      return InvalidArgument("rules: `sources` must list at least one source, best first");
    }
    for (const YAML::Node& item : node) {
      WENSUM_RETURN_IF_ERROR(
          CheckKeys(item, {"name", "purposes", "field_purposes", "holds_person_once", "guards_overlays"}));
      SourceRules source;
      source.name = item["name"] ? item["name"].as<std::string>() : "";
      if (source.name.empty() || rules_.FindSource(source.name) != nullptr) {
        return InvalidArgument(Cat(Where(item), ": source name ", Quote(source.name), " is missing or used twice"));
      }
      if (item["purposes"]) {
        WENSUM_ASSIGN_OR_RETURN(source.purposes, ParseMask(item["purposes"]));
      }
      if (item["holds_person_once"]) {
        source.holds_person_once = item["holds_person_once"].as<bool>();
      }
      if (item["guards_overlays"]) {
        source.guards_overlays = item["guards_overlays"].as<bool>();
      }
      if (item["field_purposes"]) {
        if (!item["field_purposes"].IsMap()) {
          return InvalidArgument(Cat(Where(item["field_purposes"]), ": expected a map of field to purposes"));
        }
        for (const auto& field : item["field_purposes"]) {
          WENSUM_ASSIGN_OR_RETURN(const model::PurposeMask mask, ParseMask(field.second));
          source.field_purposes.emplace_back(field.first.as<std::string>(), mask);
        }
        std::sort(source.field_purposes.begin(), source.field_purposes.end());
      }
      rules_.configured_survivorship.source_order.push_back(source.name);
      rules_.sources.push_back(std::move(source));
    }
    return absl::OkStatus();
  }

  RegisterRules& rules_;
};

}  // namespace

const SourceRules* RegisterRules::FindSource(std::string_view name) const {
  const auto found =
      std::find_if(sources.begin(), sources.end(), [name](const SourceRules& s) { return s.name == name; });
  return found == sources.end() ? nullptr : &*found;
}

uint32_t RegisterRules::UniqueSource(std::string_view name) const {
  const SourceRules* source = FindSource(name);
  return source != nullptr && source->holds_person_once ? static_cast<uint32_t>(Hash64(name) | 1) : 0;
}

int RegisterRules::PurposeBit(std::string_view purpose) const {
  const auto found = std::find(purposes.begin(), purposes.end(), purpose);
  return found == purposes.end() ? -1 : static_cast<int>(found - purposes.begin());
}

absl::StatusOr<RegisterRules> ParseRegisterRules(std::string_view yaml) {
  RegisterRules rules;
  rules.yaml = std::string(yaml);
  try {
    WENSUM_RETURN_IF_ERROR(Parser(rules).Parse(YAML::Load(rules.yaml)));
  } catch (const std::exception& fault) {  // yaml-cpp reports syntax and type faults by exceptions
    return InvalidArgument(Cat("rules: ", fault.what()));
  }
  return rules;
}

absl::StatusOr<matching::SurvivorshipRules> ParseSurvivorshipText(std::string_view yaml, const RegisterRules& rules) {
  constexpr std::string_view kKey = "survivorship";
  matching::SurvivorshipRules survivorship;
  survivorship.source_order = rules.configured_survivorship.source_order;
  try {
    const YAML::Node root = YAML::Load(std::string(yaml));
    const bool wrapped = root.IsMap() && root.size() == 1 && root[std::string(kKey)];
    WENSUM_RETURN_IF_ERROR(ParseSurvivorship(wrapped ? root[std::string(kKey)] : root, survivorship));
  } catch (const std::exception& fault) {
    return InvalidArgument(Cat("rules: ", fault.what()));
  }
  return survivorship;
}

std::string_view DefaultRulesYaml() {
  return R"(purposes: [service_delivery, council_tax, benefits, electoral, housing]
sources:
  - {name: citizen_account, holds_person_once: true}
  - {name: housing_benefit, purposes: [benefits, council_tax], holds_person_once: true}
  - {name: housing, purposes: [service_delivery, housing, benefits, council_tax]}
  - {name: council_tax, purposes: [service_delivery, council_tax, benefits]}
  - {name: electoral_register, purposes: [electoral], holds_person_once: true}
  - {name: contact_centre}
  - {name: parking_permits}
  - {name: leisure_cards, holds_person_once: true}
  - {name: payments, purposes: [service_delivery, council_tax, housing]}
  - {name: non_domestic_rates}
  - {name: asset_register}
)";
}

}  // namespace wensum::registry
