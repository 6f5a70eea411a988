// The `delivery` part of a mapping, as docs/formats-import.md defines it.
#ifndef WENSUM_IMPORT_DELIVERY_PARSER_H_
#define WENSUM_IMPORT_DELIVERY_PARSER_H_

#include <yaml-cpp/yaml.h>

#include "import/delivery.h"
#include "import/yaml_walker.h"

namespace wensum::ingest {

// Errors go to `yaml`. May throw as YamlWalker says.
void ParseDelivery(const YAML::Node& node, YamlWalker& yaml, DeliveryRule& rule);

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_DELIVERY_PARSER_H_
