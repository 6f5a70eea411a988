// Command line and report of a benchmark executable: one JSON document on standard output.
#ifndef WENSUM_BENCHMARKS_SUPPORT_REPORT_H_
#define WENSUM_BENCHMARKS_SUPPORT_REPORT_H_

#include <CLI/CLI.hpp>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace wensum::benchmarks {

// A figure to reach.
struct Target {
  double value = 0;
  bool at_least = true;  // false: at most
};

// What was measured, in the order added. Not thread-safe.
class Report {
 public:
  explicit Report(std::string_view benchmark);

  // What the run was made on: sizes, counts.
  template <typename T>
  void Setting(std::string_view name, const T& value) {
    document_["settings"][std::string(name)] = value;
  }
  void Add(std::string_view name, double value, std::string_view unit, std::optional<Target> target = std::nullopt);

  // A part with a shape of its own, beside settings and results: JSON text, which must be well formed.
  void Section(std::string_view name, std::string_view json);

  [[nodiscard]] std::string Text() const { return document_.dump(2); }

 private:
  nlohmann::ordered_json document_;
};

// The options that every benchmark takes, and the place for its own.
class CommandLine {
 public:
  CommandLine(std::string name, const std::string& description);

  CLI::App& app() { return app_; }
  void AddOption(const std::string& name, std::string& value, const std::string& description) {
    app_.add_option(name, value, description)->capture_default_str();
  }
  void AddOption(const std::string& name, uint64_t& value, const std::string& description) {
    app_.add_option(name, value, description)->capture_default_str();
  }
  // --quick: sizes at which the benchmark checks its answers in seconds and measures nothing of worth.
  [[nodiscard]] bool quick() const { return quick_; }
  // --dir: where data directories are made; they are deleted in the end.
  [[nodiscard]] const std::string& directory() const { return directory_; }

  // `value` unless --quick was given without the option itself.
  template <typename T>
  void AddSize(const std::string& name, T& value, T quick_value, const std::string& description) {
    CLI::Option* option = app_.add_option(name, value, description)->capture_default_str();
    sizes_.push_back([option, &value, quick_value] {
      if (option->count() == 0) {
        value = quick_value;
      }
    });
  }

  // Parses, calls `body`, prints the report and returns the exit code of main(). An error of `body` is a wrong answer
  // or a failure: it goes to standard error, and no report is printed.
  int Run(int argc, char** argv, const std::function<absl::Status(Report&)>& body);

 private:
  const std::string name_;
  CLI::App app_;
  bool quick_ = false;
  std::string directory_;
  std::string out_;
  std::string format_;
  std::string out_format_;
  std::vector<std::function<void()>> sizes_;
};

// A sentence about the progress, on standard error.
void Note(std::string_view sentence);

}  // namespace wensum::benchmarks

#endif  // WENSUM_BENCHMARKS_SUPPORT_REPORT_H_
