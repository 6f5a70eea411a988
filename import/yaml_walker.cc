#include "import/yaml_walker.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "import/edit_distance.h"
#include "re2/re2.h"

namespace wensum::ingest {

void YamlWalker::Fields(const YAML::Node& node, std::string_view what, const Keys& keys) {
  if (!node.IsMap()) {
    Error(node, Cat(what, " must be a map (key: value)"));
    return;
  }
  std::set<std::string> seen;
  for (const auto& entry : node) {
    if (Exhausted(node)) return;
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : std::string();
    const auto found = std::ranges::find(keys, key, &Keys::value_type::first);
    if (found == keys.end()) {
      std::vector<std::string_view> names;
      for (const auto& [name, handler] : keys) names.push_back(name);
      Error(entry.first, Cat(what, " has no key ", Quote(key), DidYouMean(key, names)));
    } else if (!seen.insert(key).second) {
      Error(entry.first, Cat("the key ", Quote(key), " is given twice"));
    } else {
      found->second(entry.second);
    }
  }
}

void YamlWalker::Each(const YAML::Node& node, const Handler& handler) {
  if (!node.IsSequence()) {
    Error(node, "this must be a list ([a, b] or lines that start with -)");
    return;
  }
  for (const auto& item : node) {
    if (Exhausted(node)) return;
    handler(item);
  }
}

bool YamlWalker::Exhausted(const YAML::Node& node) {
  if (++items_ == kMaxItems + 1) Error(node, Cat("the mapping has more than ", kMaxItems, " items, the limit"));
  return items_ > kMaxItems;
}

std::string YamlWalker::Text(const YAML::Node& node) {
  if (node.IsScalar()) return node.Scalar();
  Error(node, node.IsNull() ? "this must be a text; put it in quotes if it is meant to be empty, ~ or null"
                            : "this must be a text");
  return {};
}

std::string YamlWalker::Name(const YAML::Node& node) {
  static const RE2 kName("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");
  std::string name = Text(node);
  if (node.IsScalar() && !RE2::FullMatch(name, kName)) {
    Error(node, "a name has 1 to 64 letters, digits, _ . or -, and starts with a letter or digit");
  }
  return name;
}

bool YamlWalker::Bool(const YAML::Node& node) {
  const std::string text = Text(node);
  if (text != "true" && text != "false") Error(node, "this must be true or false");
  return text == "true";
}

void YamlWalker::Error(const YAML::Node& node, std::string message) { Error(node.Mark(), std::move(message)); }

void YamlWalker::Error(const YAML::Mark& mark, std::string message) {
  ErrorAt(std::max(mark.line, -1) + 1, std::max(mark.column, -1) + 1, std::move(message));
}

void YamlWalker::ErrorAt(int line, int column, std::string message) {
  errors_.push_back({line, column, std::move(message)});
}

absl::Status YamlWalker::Finish() {
  if (errors_.empty()) return absl::OkStatus();
  std::stable_sort(errors_.begin(), errors_.end(), [](const auto& a, const auto& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
  std::string message;
  for (size_t i = 0; i < errors_.size() && i < kMaxErrors; ++i) {
    AppendTo(message, i == 0 ? "" : "\n", "line ", errors_[i].line, ", column ", errors_[i].column, ": ",
             errors_[i].message);
  }
  if (errors_.size() > kMaxErrors) AppendTo(message, "\nand ", errors_.size() - kMaxErrors, " more errors");
  return InvalidArgument(message);
}

}  // namespace wensum::ingest
