#include "services/dedupe/people_config.h"

#include <yaml-cpp/yaml.h>

#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "import/yaml_walker.h"
#include "services/dedupe/files.h"

namespace wensum::dedupe {
namespace {

using matching::AddressPart;
using matching::Attribute;

class ConfigParser {
 public:
  absl::StatusOr<PeopleConfig> Parse(const std::string& text) {
    try {
      Root(YAML::Load(text));
    } catch (const YAML::Exception& error) {
      yaml_.Error(error.mark, Cat("this is not YAML: ", error.msg));
    }
    WENSUM_RETURN_IF_ERROR(yaml_.Finish());
    return std::move(config_);
  }

 private:
  void Root(const YAML::Node& root) {
    yaml_.Fields(
        root, "the configuration",
        {{"id", [this](const YAML::Node& n) { config_.id = yaml_.Text(n); }},
         {"attributes", [this](const YAML::Node& n) { yaml_.Each(n, [this](const YAML::Node& a) { One(a); }); }},
         {"once_per", [this](const YAML::Node& n) { Columns(n, config_.once_per); }}});
    if (config_.id.empty()) yaml_.Error(root, "the key \"id\" is missing: the column that names a record");
    config_.schema = matching::Schema(std::move(attributes_));
    if (const absl::Status valid = config_.schema.Validate(); !valid.ok()) {
      yaml_.Error(root, std::string(Message(valid)));
    }
  }

  void One(const YAML::Node& node) {
    Attribute attribute;
    std::vector<std::string> columns;
    int column_keys = 0;
    bool any_of = false;
    bool typed = false;
    yaml_.Fields(node, "an attribute",
                 {{"name", [&](const YAML::Node& n) { attribute.name = yaml_.Text(n); }},
                  {"type",
                   [&](const YAML::Node& n) {
                     const auto type = matching::TypeByName(yaml_.Text(n));
                     if (!type) yaml_.Error(n, Cat("no such type; there are ", TypeNames()));
                     attribute.type = type.value_or(matching::AttributeType::kText);
                     typed = true;
                   }},
                  {"column",
                   [&](const YAML::Node& n) {
                     columns.push_back(yaml_.Text(n));
                     ++column_keys;
                   }},
                  {"columns",
                   [&](const YAML::Node& n) {
                     Columns(n, columns);
                     ++column_keys;
                   }},
                  {"any_of",
                   [&](const YAML::Node& n) {
                     Columns(n, columns);
                     ++column_keys;
                     any_of = true;
                   }},
                  {"address", [&](const YAML::Node& n) { Address(n, attribute); }},
                  {"unique", [&](const YAML::Node& n) { attribute.unique = yaml_.Bool(n); }}});
    if (node.IsMap()) {
      if (columns.empty()) yaml_.Error(node, "the attribute has no column");
      if (column_keys > 1) yaml_.Error(node, "the attribute has more than one of column, columns and any_of");
      if (any_of && typed && matching::IsNameType(attribute.type)) {
        yaml_.Error(node,
                    "a name has no alternatives; give former and other names to an attribute of type other_names");
      }
      if (!typed) yaml_.Error(node, Cat("the attribute has no type; there are ", TypeNames()));
      if (attribute.name.empty() && !columns.empty()) attribute.name = columns.front();
    }
    attributes_.push_back(std::move(attribute));
    config_.columns.push_back(std::move(columns));
    config_.any_of.push_back(any_of);
  }

  void Address(const YAML::Node& node, Attribute& attribute) {
    const std::string part = yaml_.Text(node);
    if (part == "house") {
      attribute.address = AddressPart::kHouse;
    } else if (part == "area") {
      attribute.address = AddressPart::kArea;
    } else {
      yaml_.Error(node, "address is house (tells houses apart) or area");
    }
  }

  void Columns(const YAML::Node& node, std::vector<std::string>& columns) {
    yaml_.Each(node, [&](const YAML::Node& n) { columns.push_back(yaml_.Text(n)); });
  }

  static std::string TypeNames() {
    std::vector<std::string> names;
    names.reserve(matching::kAttributeTypes);
    for (size_t i = 0; i < matching::kAttributeTypes; ++i) {
      names.emplace_back(matching::TypeName(static_cast<matching::AttributeType>(i)));
    }
    return Join(names, ", ");
  }

  ingest::YamlWalker yaml_;
  PeopleConfig config_;
  std::vector<Attribute> attributes_;
};

}  // namespace

absl::StatusOr<PeopleConfig> ParsePeopleConfig(std::string_view yaml) {
  return ConfigParser().Parse(std::string(yaml));
}

absl::StatusOr<PeopleConfig> LoadPeopleConfig(const std::string& path) {
  WENSUM_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  absl::StatusOr<PeopleConfig> config = ParsePeopleConfig(text);
  if (!config.ok()) return Annotate(config.status(), path);
  return config;
}

}  // namespace wensum::dedupe
