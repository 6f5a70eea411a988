// Command line and report of a benchmark executable: one JSON document on standard output. The libraries behind them
// stay out of this header: CLI11 alone costs ten seconds in every file that sees it.
#ifndef WENSUM_BENCHMARKS_SUPPORT_REPORT_H_
#define WENSUM_BENCHMARKS_SUPPORT_REPORT_H_

#include <cstdint>
#include <functional>
#include <memory>
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
  ~Report();

  // What the run was made on: sizes, counts.
  void Setting(std::string_view name, bool value);
  void Setting(std::string_view name, uint64_t value);
  void Setting(std::string_view name, double value);
  void Setting(std::string_view name, const std::string& value);
  void Setting(std::string_view name, const char* value) = delete;  // it would be taken for a bool
  void Add(std::string_view name, double value, std::string_view unit, std::optional<Target> target = std::nullopt);

  // A part with a shape of its own, beside settings and results: JSON text, which must be well formed.
  void Section(std::string_view name, std::string_view json);

  [[nodiscard]] std::string Text() const;

 private:
  struct Document;
  std::unique_ptr<Document> document_;
};

// The options that every benchmark takes, and the place for its own.
class CommandLine {
 public:
  CommandLine(std::string name, const std::string& description);
  ~CommandLine();

  // --quick: sizes at which the benchmark checks its answers in seconds and measures nothing of worth.
  [[nodiscard]] bool quick() const;
  // --dir: where data directories are made; they are deleted in the end.
  [[nodiscard]] const std::string& directory() const;

  void AddFlag(const std::string& name, bool& value, const std::string& description);
  void AddOption(const std::string& name, std::string& value, const std::string& description);
  void AddOption(const std::string& name, uint64_t& value, const std::string& description);
  void AddOption(const std::string& name, uint32_t& value, const std::string& description);
  void AddOption(const std::string& name, double& value, const std::string& description);
  // `value` unless --quick was given without the option itself; then `quick_value`.
  void AddSize(const std::string& name, uint64_t& value, uint64_t quick_value, const std::string& description);
  void AddSize(const std::string& name, double& value, double quick_value, const std::string& description);

  // Parses, calls `body`, prints the report and returns the exit code of main(). An error of `body` is a wrong answer
  // or a failure: it goes to standard error, and no report is printed.
  int Run(int argc, char** argv, const std::function<absl::Status(Report&)>& body);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

// A sentence about the progress, on standard error.
void Note(std::string_view sentence);

}  // namespace wensum::benchmarks

#endif  // WENSUM_BENCHMARKS_SUPPORT_REPORT_H_
