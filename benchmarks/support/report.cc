#include "benchmarks/support/report.h"

#include <cmath>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/status_macros.h"

namespace wensum::benchmarks {
namespace {

// Four significant digits: no benchmark here is more exact.
double Rounded(double value) {
  if (value == 0 || !std::isfinite(value)) {
    return value;
  }
  const double scale = std::pow(10, 3 - std::floor(std::log10(std::fabs(value))));
  return std::round(value * scale) / scale;
}

std::string UtcNow() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  const size_t size = std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text, size};
}

double LoadAverage() {
  double load = 0;
  return getloadavg(&load, 1) == 1 ? load : -1;
}

}  // namespace

Report::Report(std::string_view benchmark) {
  document_["benchmark"] = benchmark;
  document_["context"] = {{"date", UtcNow()},
                          {"processors", std::thread::hardware_concurrency()},
                          {"load_average_at_start", Rounded(LoadAverage())},
#ifdef NDEBUG
                          {"build", "release"}};
#else
                          {"build", "checked: its figures say nothing"}};
#endif
  document_["settings"] = nlohmann::ordered_json::object();
  document_["results"] = nlohmann::ordered_json::array();
}

void Report::Add(std::string_view name, double value, std::string_view unit, std::optional<Target> target) {
  nlohmann::ordered_json result = {{"name", name}, {"value", Rounded(value)}, {"unit", unit}};
  if (target.has_value()) {
    result[target->at_least ? "at_least" : "at_most"] = target->value;
    result["reached"] = target->at_least ? value >= target->value : value <= target->value;
  }
  document_["results"].push_back(std::move(result));
}

void Report::Section(std::string_view name, std::string_view json) {
  document_[std::string(name)] = nlohmann::ordered_json::parse(json);
}

CommandLine::CommandLine(std::string name, const std::string& description)
    : name_(std::move(name)), app_(description), directory_(std::filesystem::temp_directory_path().string()) {
  app_.add_flag("--quick", quick_, "Small sizes: checks the answers in seconds, measures nothing of worth");
  app_.add_option("--dir", directory_, "Directory below which data directories are made, on the disk to measure")
      ->capture_default_str();
  app_.add_option("--benchmark_out", out_, "File that gets the report as well");
  // As Google Benchmark's executables take them, so that ./dev bench can call all alike.
  app_.add_option("--benchmark_format", format_)->check(CLI::IsMember({"json"}))->group("");
  app_.add_option("--benchmark_out_format", out_format_)->check(CLI::IsMember({"json"}))->group("");
}

int CommandLine::Run(int argc, char** argv, const std::function<absl::Status(Report&)>& body) {
  CLI11_PARSE(app_, argc, argv);
  if (quick_) {
    for (const auto& set : sizes_) {
      set();
    }
  }
  Report report(name_);
  report.Setting("quick", quick_);
  if (const absl::Status status = body(report); !status.ok()) {
    const std::string_view message = Message(status);
    std::fprintf(stderr, "%s: %.*s\n", name_.c_str(), static_cast<int>(message.size()), message.data());
    return 1;
  }
  const std::string text = report.Text();
  std::printf("%s\n", text.c_str());
  if (!out_.empty()) {
    std::ofstream file(out_);
    file << text << '\n';
    file.close();
    if (!file) {
      std::fprintf(stderr, "%s: cannot write %s\n", name_.c_str(), out_.c_str());
      return 1;
    }
  }
  return 0;
}

void Note(std::string_view sentence) {
  std::fprintf(stderr, "%.*s\n", static_cast<int>(sentence.size()), sentence.data());
}

}  // namespace wensum::benchmarks
