// Reads a feed mapping's YAML tree by handlers and collects all that is wrong with it, with lines and columns. Knows
// nothing of the mapping language itself.
#ifndef WENSUM_IMPORT_YAML_WALKER_H_
#define WENSUM_IMPORT_YAML_WALKER_H_

#include <yaml-cpp/yaml.h>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"

namespace wensum::ingest {

// Not thread-safe. An error never ends the walk: what reads a node reports what is wrong with it and returns a value to
// go on with. yaml-cpp may throw YAML::Exception out of every member that takes a node; who starts the walk catches it.
class YamlWalker {
 public:
  using Handler = std::function<void(const YAML::Node&)>;
  using Keys = std::vector<std::pair<std::string_view, Handler>>;

  // Items of a text that are looked at, aliases followed: a small text with aliases can stand for billions.
  static constexpr size_t kMaxItems = 20'000;
  // Errors that Finish tells.
  static constexpr size_t kMaxErrors = 100;

  // Calls the handler of each key of the map `node`; unknown and repeated keys are errors. `what` names the map in
  // messages ("a record").
  void Fields(const YAML::Node& node, std::string_view what, const Keys& keys);
  // Calls the handler for each item of the list `node`.
  void Each(const YAML::Node& node, const Handler& handler);
  // Counts an item of `node`; true, with one error for the whole walk, if there are too many. Fields and Each ask by
  // themselves.
  bool Exhausted(const YAML::Node& node);

  // The scalar's text; empty if `node` is none.
  std::string Text(const YAML::Node& node);
  // A text that serves as a name: 1 to 64 letters, digits, '_', '.' or '-', the first a letter or digit.
  std::string Name(const YAML::Node& node);
  // "true" or "false"; false if `node` is neither.
  bool Bool(const YAML::Node& node);

  void Error(const YAML::Node& node, std::string message);
  void Error(const YAML::Mark& mark, std::string message);
  // `line` and `column` from 1; 0 if unknown.
  void ErrorAt(int line, int column, std::string message);

  // INVALID_ARGUMENT with one line per error, each "line L, column C: ...", in the order of the text; OK if there is no
  // error.
  [[nodiscard]] absl::Status Finish();

 private:
  struct Problem {
    int line = 0;
    int column = 0;
    std::string message;
  };

  size_t items_ = 0;
  std::vector<Problem> errors_;
};

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_YAML_WALKER_H_
