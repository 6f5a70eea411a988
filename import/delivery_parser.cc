#include "import/delivery_parser.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/strings.h"

namespace wensum::ingest {
namespace {

// A whole number of this range, or the range's start with an error.
template <typename T>
T Number(const YAML::Node& node, YamlWalker& yaml, T from, T to) {
  const std::optional<T> number = ParseInteger<T>(yaml.Text(node));
  if (!number || *number < from || *number > to) {
    yaml.Error(node, Cat("must be a whole number from ", from, " to ", to));
    return from;
  }
  return *number;
}

}  // namespace

void ParseDelivery(const YAML::Node& node, YamlWalker& yaml, DeliveryRule& rule) {
  std::vector<std::pair<YAML::Mark, std::string_view>> of_complete;
  const auto complete_only = [&](const YAML::Node& n, std::string_view name) {
    of_complete.emplace_back(n.Mark(), name);
  };
  yaml.Fields(node, "delivery",
              {{"extracts",
                [&](const YAML::Node& n) {
                  const std::string text = yaml.Text(n);
                  rule.complete = text == "complete";
                  if (!rule.complete && text != "changes") yaml.Error(n, "extracts must be complete or changes");
                }},
               {"delete_after",
                [&](const YAML::Node& n) {
                  complete_only(n, "delete_after");
                  rule.delete_after = Number<uint32_t>(n, yaml, 1, 1'000);
                }},
               {"delete_at_most",
                [&](const YAML::Node& n) {
                  complete_only(n, "delete_at_most");
                  rule.delete_at_most = Number<uint64_t>(n, yaml, 0, 1'000'000);
                }},
               {"delete_at_most_percent",
                [&](const YAML::Node& n) {
                  complete_only(n, "delete_at_most_percent");
                  rule.delete_at_most_percent = Number<uint32_t>(n, yaml, 0, 100);
                }},
               {"rows_change_at_most_percent",
                [&](const YAML::Node& n) { rule.rows_change_at_most_percent = Number<uint32_t>(n, yaml, 0, 1'000); }}});
  if (rule.complete) return;
  for (const auto& [mark, name] : of_complete) {
    yaml.Error(mark, Cat(name, " needs extracts: complete; only those tell what is not there any more"));
  }
}

}  // namespace wensum::ingest
