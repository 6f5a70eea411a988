#include "benchmarks/support/report.h"

#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>
#include <vector>

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

struct Report::Document {
  nlohmann::ordered_json json;
};

Report::Report(std::string_view benchmark) : document_(std::make_unique<Document>()) {
  nlohmann::ordered_json& json = document_->json;
  json["benchmark"] = benchmark;
  json["context"] = {{"date", UtcNow()},
                     {"processors", std::thread::hardware_concurrency()},
                     {"load_average_at_start", Rounded(LoadAverage())},
#ifdef NDEBUG
                     {"build", "release"}};
#else
                     {"build", "checked: its figures say nothing"}};
#endif
  json["settings"] = nlohmann::ordered_json::object();
  json["results"] = nlohmann::ordered_json::array();
}

Report::~Report() = default;

void Report::Setting(std::string_view name, bool value) { document_->json["settings"][std::string(name)] = value; }

void Report::Setting(std::string_view name, uint64_t value) { document_->json["settings"][std::string(name)] = value; }

void Report::Setting(std::string_view name, double value) { document_->json["settings"][std::string(name)] = value; }

void Report::Setting(std::string_view name, const std::string& value) {
  document_->json["settings"][std::string(name)] = value;
}

void Report::Add(std::string_view name, double value, std::string_view unit, std::optional<Target> target) {
  nlohmann::ordered_json result = {{"name", name}, {"value", Rounded(value)}, {"unit", unit}};
  if (target.has_value()) {
    result[target->at_least ? "at_least" : "at_most"] = target->value;
    result["reached"] = target->at_least ? value >= target->value : value <= target->value;
  }
  document_->json["results"].push_back(std::move(result));
}

void Report::Section(std::string_view name, std::string_view json) {
  document_->json[std::string(name)] = nlohmann::ordered_json::parse(json);
}

std::string Report::Text() const { return document_->json.dump(2); }

struct CommandLine::Parser {
  std::string name;
  CLI::App app;
  bool quick = false;
  std::string directory = std::filesystem::temp_directory_path().string();
  std::string out;
  std::string format;
  std::string out_format;
  std::vector<std::function<void()>> sizes;

  template <typename T>
  void AddSize(const std::string& option_name, T& value, T quick_value, const std::string& description) {
    CLI::Option* option = app.add_option(option_name, value, description)->capture_default_str();
    sizes.push_back([option, &value, quick_value] {
      if (option->count() == 0) {
        value = quick_value;
      }
    });
  }
};

CommandLine::CommandLine(std::string name, const std::string& description) : parser_(std::make_unique<Parser>()) {
  CLI::App& app = parser_->app;
  parser_->name = std::move(name);
  app.description(description);
  app.add_flag("--quick", parser_->quick, "Small sizes: checks the answers in seconds, measures nothing of worth");
  app.add_option("--dir", parser_->directory, "Directory below which data directories are made, on the disk to measure")
      ->capture_default_str();
  app.add_option("--benchmark_out", parser_->out, "File that gets the report as well");
  // As Google Benchmark's executables take them, so that ./dev bench can call all alike.
  app.add_option("--benchmark_format", parser_->format)->check(CLI::IsMember({"json"}))->group("");
  app.add_option("--benchmark_out_format", parser_->out_format)->check(CLI::IsMember({"json"}))->group("");
}

CommandLine::~CommandLine() = default;

bool CommandLine::quick() const { return parser_->quick; }

const std::string& CommandLine::directory() const { return parser_->directory; }

void CommandLine::AddFlag(const std::string& name, bool& value, const std::string& description) {
  parser_->app.add_flag(name, value, description);
}

void CommandLine::AddOption(const std::string& name, std::string& value, const std::string& description) {
  parser_->app.add_option(name, value, description)->capture_default_str();
}

void CommandLine::AddOption(const std::string& name, uint64_t& value, const std::string& description) {
  parser_->app.add_option(name, value, description)->capture_default_str();
}

void CommandLine::AddOption(const std::string& name, uint32_t& value, const std::string& description) {
  parser_->app.add_option(name, value, description)->capture_default_str();
}

void CommandLine::AddOption(const std::string& name, double& value, const std::string& description) {
  parser_->app.add_option(name, value, description)->capture_default_str();
}

void CommandLine::AddSize(const std::string& name, uint64_t& value, uint64_t quick_value,
                          const std::string& description) {
  parser_->AddSize(name, value, quick_value, description);
}

void CommandLine::AddSize(const std::string& name, double& value, double quick_value, const std::string& description) {
  parser_->AddSize(name, value, quick_value, description);
}

int CommandLine::Run(int argc, char** argv, const std::function<absl::Status(Report&)>& body) {
  CLI11_PARSE(parser_->app, argc, argv);
  if (parser_->quick) {
    for (const auto& set : parser_->sizes) {
      set();
    }
  }
  Report report(parser_->name);
  report.Setting("quick", parser_->quick);
  if (const absl::Status status = body(report); !status.ok()) {
    const std::string_view message = Message(status);
    std::fprintf(stderr, "%s: %.*s\n", parser_->name.c_str(), static_cast<int>(message.size()), message.data());
    return 1;
  }
  const std::string text = report.Text();
  std::printf("%s\n", text.c_str());
  if (!parser_->out.empty()) {
    std::ofstream file(parser_->out);
    file << text << '\n';
    file.close();
    if (!file) {
      std::fprintf(stderr, "%s: cannot write %s\n", parser_->name.c_str(), parser_->out.c_str());
      return 1;
    }
  }
  return 0;
}

void Note(std::string_view sentence) {
  std::fprintf(stderr, "%.*s\n", static_cast<int>(sentence.size()), sentence.data());
}

}  // namespace wensum::benchmarks
