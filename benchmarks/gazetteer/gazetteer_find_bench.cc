// How fast properties are found: typeahead, neighbours, areas and single reads through the handler that the server
// calls, in process, over the gazetteers of a city and of a region. Every answer is checked. With --peer-files it also
// writes the properties and the questions, for benchmarks/gazetteer/peers.
#include <google/protobuf/arena.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "benchmarks/support/city.h"
#include "benchmarks/support/process.h"
#include "benchmarks/support/report.h"
#include "benchmarks/support/timing.h"
#include "services/properties/properties_handler.h"

namespace wensum::benchmarks {
namespace {

using matching::address::AddressIndex;
using matching::address::FactsMatcher;
using matching::address::PropertyPage;

constexpr Target kSuggestMicros{.value = 2'000, .at_least = false};
constexpr Target kPlaceMicros{.value = 5'000, .at_least = false};
constexpr int32_t kResults = 100;
constexpr uint64_t kSeed = 1;

struct Options {
  uint64_t city = 150'000;
  uint64_t region = 1'500'000;
  uint64_t calls = 5'000;
  std::string peer_files;
};

// One question of each kind about a property that is there.
struct Question {
  v1::Property property;
  std::string typed;      // a part of its address, with an error in every fifth
  bool misspelt = false;  // the property itself need not be among the answers then
};

absl::Status Wrong(std::string_view what, const Question& question, std::string_view why) {
  return Internal(Cat(what, " about ", question.property.name(), ", ", question.property.address(), ": ", why));
}

class Finder {
 public:
  Finder(const registry::Register* reg, uint64_t calls) : register_(*reg), handler_(reg), calls_(calls) {}

  absl::Status Prepare(uint64_t properties) {
    std::vector<uint64_t> uprns = Every(std::max<uint64_t>(1, properties / calls_));
    Random random(kSeed);
    std::shuffle(uprns.begin(), uprns.end(), random);
    for (const uint64_t uprn : uprns) {
      Question question;
      rpc::CallContext call("/wensum.v1.Properties/Get");
      v1::GetPropertyRequest request;
      request.set_name(Cat("properties/", uprn));
      const StopWatch watch;
      const absl::Status status = handler_.Get(call, request, question.property);
      first_reads_.Add(watch.Micros());
      WENSUM_RETURN_IF_ERROR(status);
      if (question.property.address().empty() || question.property.easting() == 0) {
        continue;
      }
      Type(random, &question);
      questions_.push_back(std::move(question));
    }
    return questions_.empty() ? Internal("no property has an address and a position") : absl::OkStatus();
  }

  // Of properties that nobody had asked for: composed from their rows.
  void ReportFirstReads(const std::string& name, Report& report) {
    report.Add(Cat(name, " p50"), first_reads_.Percentile(0.5), "us");
    report.Add(Cat(name, " p99"), first_reads_.Percentile(0.99), "us");
  }

  // Calls `ask(question)` for every question, untimed parts left to it, and adds the percentiles of what it returns.
  absl::Status Measure(const std::string& name, const std::function<absl::StatusOr<double>(const Question&)>& ask,
                       std::optional<Target> target, Report& report) {
    Latencies latencies;
    double sum = 0;
    for (size_t i = 0; i < std::min<size_t>(questions_.size(), 200); ++i) {
      WENSUM_RETURN_IF_ERROR(ask(questions_[i]).status());  // warms the caches
    }
    for (const Question& question : questions_) {
      WENSUM_ASSIGN_OR_RETURN(const double micros, ask(question));
      latencies.Add(micros);
      sum += micros;
    }
    report.Add(Cat(name, " mean"), sum / static_cast<double>(latencies.count()), "us");
    report.Add(Cat(name, " p50"), latencies.Percentile(0.5), "us");
    report.Add(Cat(name, " p99"), latencies.Percentile(0.99), "us", target);
    return absl::OkStatus();
  }

  absl::StatusOr<double> Get(const Question& question, v1::PropertyView view) const {
    rpc::CallContext call("/wensum.v1.Properties/Get");
    v1::GetPropertyRequest request;
    request.set_name(question.property.name());
    request.set_view(view);
    google::protobuf::Arena arena;  // as the service has it
    auto& response = *google::protobuf::Arena::CreateMessage<v1::Property>(&arena);
    const StopWatch watch;
    const absl::Status status = handler_.Get(call, request, response);
    const double micros = watch.Micros();
    WENSUM_RETURN_IF_ERROR(status);
    if (response.address() != question.property.address()) {
      return Wrong("Get", question, "another address");
    }
    return micros;
  }

  absl::StatusOr<double> Suggest(const Question& question) {
    rpc::CallContext call("/wensum.v1.Properties/Suggest");
    v1::SuggestPropertiesRequest request;
    request.set_input(question.typed);
    v1::SuggestPropertiesResponse response;
    const StopWatch watch;
    const absl::Status status = handler_.Suggest(call, request, response);
    const double micros = watch.Micros();
    WENSUM_RETURN_IF_ERROR(status);
    const bool found = std::any_of(response.suggestions().begin(), response.suggestions().end(), [&](const auto& s) {
      return s.property() == question.property.name() || s.uprn() == question.property.parent_uprn();
    });
    ++(found ? suggested_ : response.suggestions().empty() ? silent_ : others_);
    return micros;
  }
  // Shares of the typed texts that found their property, other properties alone, and nothing.
  absl::Status ReportSuggested(const std::string& name, Report& report) const {
    const auto all = static_cast<double>(suggested_ + others_ + silent_);
    report.Add(Cat(name, " found"), static_cast<double>(suggested_) / all, "share");
    report.Add(Cat(name, " silent"), static_cast<double>(silent_) / all, "share");
    return suggested_ * 2 > suggested_ + others_ + silent_
               ? absl::OkStatus()
               : Internal(Cat("Suggest gave the property meant for ", suggested_, " of ", all, " texts"));
  }

  [[nodiscard]] absl::StatusOr<double> Nearby(const Question& question) const {
    rpc::CallContext call("/wensum.v1.Properties/Nearby");
    v1::NearbyPropertiesRequest request;
    request.mutable_centre()->set_x(question.property.easting());
    request.mutable_centre()->set_y(question.property.northing());
    request.set_radius_metres(1'000);
    request.set_max_results(kResults);
    google::protobuf::Arena arena;  // as the service has it
    auto& response = *google::protobuf::Arena::CreateMessage<v1::NearbyPropertiesResponse>(&arena);
    const StopWatch watch;
    const absl::Status status = handler_.Nearby(call, request, response);
    const double micros = watch.Micros();
    WENSUM_RETURN_IF_ERROR(status);
    if (response.neighbours().empty() || response.neighbours(0).distance_metres() != 0) {
      return Wrong("Nearby", question, "not at its own place");
    }
    if (!std::is_sorted(response.neighbours().begin(), response.neighbours().end(),
                        [](const auto& a, const auto& b) { return a.distance_metres() < b.distance_metres(); })) {
      return Wrong("Nearby", question, "not in order");
    }
    return micros;
  }

  // A box of 400 m around the property, or a star of 24 corners.
  [[nodiscard]] absl::StatusOr<double> Within(const Question& question, bool polygon) const {
    const double east = question.property.easting();
    const double north = question.property.northing();
    rpc::CallContext call("/wensum.v1.Properties/Within");
    v1::WithinPropertiesRequest request;
    request.set_page_size(kResults);
    if (polygon) {
      constexpr int kCorners = 24;
      for (int i = 0; i < kCorners; ++i) {
        const double angle = 2 * 3.14159265358979 * i / kCorners;
        v1::MapPoint& corner = *request.mutable_polygon()->add_corners();
        corner.set_x(east + (i % 2 == 0 ? 300 : 150) * std::cos(angle));
        corner.set_y(north + (i % 2 == 0 ? 300 : 150) * std::sin(angle));
      }
    } else {
      request.mutable_box()->mutable_low()->set_x(east - 200);
      request.mutable_box()->mutable_low()->set_y(north - 200);
      request.mutable_box()->mutable_high()->set_x(east + 200);
      request.mutable_box()->mutable_high()->set_y(north + 200);
    }
    google::protobuf::Arena arena;  // as the service has it
    auto& response = *google::protobuf::Arena::CreateMessage<v1::ListPropertiesResponse>(&arena);
    const StopWatch watch;
    const absl::Status status = handler_.Within(call, request, response);
    const double micros = watch.Micros();
    WENSUM_RETURN_IF_ERROR(status);
    const bool near =
        std::all_of(response.properties().begin(), response.properties().end(), [&](const auto& property) {
          return std::abs(property.easting() - east) <= 300 && std::abs(property.northing() - north) <= 300;
        });
    if (response.properties().empty() || !near) {
      return Wrong("Within", question, "nothing, or what lies outside");
    }
    return micros;
  }

  // Calls of the index alone, without reading the properties.
  [[nodiscard]] absl::StatusOr<double> NearbyInIndex(const Question& question) const {
    std::vector<matching::address::Neighbour> found;
    const StopWatch watch;
    register_.VisitAddresses([&](const AddressIndex& index) {
      found = index.properties().Nearby({question.property.easting(), question.property.northing()}, 1'000, kResults,
                                        FactsMatcher({}));
    });
    const double micros = watch.Micros();
    return found.empty() ? absl::StatusOr<double>(Wrong("Nearby", question, "nothing")) : micros;
  }

  // properties.csv, suggest.csv and nearby.csv below `directory`.
  [[nodiscard]] absl::Status WritePeerFiles(const std::string& directory) const {
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    std::ofstream properties(directory + "/properties.csv");
    std::ofstream suggest(directory + "/suggest.csv");
    std::ofstream nearby(directory + "/nearby.csv");
    const auto quoted = [](std::string text) {
      std::erase(text, '"');
      return Cat('"', text, '"');
    };
    for (const uint64_t uprn : Every(1)) {
      rpc::CallContext call("/wensum.v1.Properties/Get");
      v1::GetPropertyRequest request;
      request.set_name(Cat("properties/", uprn));
      v1::Property property;
      WENSUM_RETURN_IF_ERROR(handler_.Get(call, request, property));
      properties << uprn << ',' << quoted(property.address()) << ',' << quoted(property.postcode()) << ','
                 << Cat(property.easting()) << ',' << Cat(property.northing()) << '\n';
    }
    for (const Question& question : questions_) {
      suggest << question.property.uprn() << ',' << quoted(question.typed) << '\n';
      nearby << Cat(question.property.easting()) << ',' << Cat(question.property.northing()) << '\n';
    }
    return properties && suggest && nearby ? absl::OkStatus()
                                           : Unavailable(Cat("cannot write the files for peers below ", directory));
  }

 private:
  // Every n-th UPRN.
  [[nodiscard]] std::vector<uint64_t> Every(uint64_t n) const {
    std::vector<uint64_t> uprns;
    uint64_t seen = 0;
    PropertyPage page;
    do {
      register_.VisitAddresses(
          [&](const AddressIndex& index) { page = index.properties().List(page.next, 10'000, FactsMatcher({})); });
      for (const uint64_t uprn : page.uprns) {
        if (seen++ % n == 0) {
          uprns.push_back(uprn);
        }
      }
    } while (page.more);
    return uprns;
  }

  // Between a half and all of the part before the town, one letter wrong in every fifth.
  static void Type(Random& random, Question* question) {
    const std::string& address = question->property.address();
    const size_t comma = address.rfind(',', address.rfind(',') - 1);
    const size_t whole = comma == std::string::npos ? address.size() : comma;
    question->typed = address.substr(0, std::max<size_t>(4, whole / 2 + random.Below(whole - whole / 2 + 1)));
    question->misspelt = random.Chance(0.2);
    const size_t at = question->typed.size() - 2;
    if (question->misspelt) {
      std::swap(question->typed[at], question->typed[at - 1]);
    }
  }

  const registry::Register& register_;
  const properties::PropertiesHandler handler_;
  const uint64_t calls_;
  std::vector<Question> questions_;
  Latencies first_reads_;
  uint64_t suggested_ = 0;
  uint64_t others_ = 0;
  uint64_t silent_ = 0;
};

absl::Status MeasureSize(const CommandLine& command, const Options& options, uint64_t properties,
                         const std::string& name, Report& report) {
  WENSUM_ASSIGN_OR_RETURN(const auto work, WorkDirectory::Create(command.directory()));
  const std::string city = work->Join("city");
  WENSUM_ASSIGN_OR_RETURN(const sample::SampleSummary summary,
                          WriteCity(city, {.people = 100, .properties = properties}));
  WENSUM_ASSIGN_OR_RETURN(const auto open, OpenRegister::Open(work->Join("data")));
  Note(Cat("imports ", summary.properties, " properties"));
  const StopWatch import_watch;
  WENSUM_RETURN_IF_ERROR(open->ImportGazetteer(city).status());
  const double import_seconds = import_watch.Seconds();
  report.Setting(Cat(name, "_properties"), summary.properties);
  report.Add(Cat(name, " load"), import_seconds, "s");
  report.Add(Cat(name, " load rate"), static_cast<double>(summary.gazetteer_records) / import_seconds, "records/s");
  report.Add(Cat(name, " index"), static_cast<double>(open->reg().Stats().index_bytes) / (1 << 20), "MiB");
  report.Add(Cat(name, " resident"), static_cast<double>(ResidentBytes()) / (1 << 20), "MiB");

  Finder finder(&open->reg(), options.calls);
  WENSUM_RETURN_IF_ERROR(finder.Prepare(summary.properties));
  using Ask = absl::StatusOr<double>;
  const auto measure = [&](const char* what, const std::function<Ask(const Question&)>& ask,
                           std::optional<Target> target) {
    return finder.Measure(Cat(name, " ", what), ask, target, report);
  };
  WENSUM_RETURN_IF_ERROR(measure("Suggest", [&](const Question& q) { return finder.Suggest(q); }, kSuggestMicros));
  WENSUM_RETURN_IF_ERROR(finder.ReportSuggested(Cat(name, " Suggest"), report));
  WENSUM_RETURN_IF_ERROR(measure("Nearby", [&](const Question& q) { return finder.Nearby(q); }, kPlaceMicros));
  WENSUM_RETURN_IF_ERROR(
      measure("Nearby in the index", [&](const Question& q) { return finder.NearbyInIndex(q); }, std::nullopt));
  WENSUM_RETURN_IF_ERROR(
      measure("Within box", [&](const Question& q) { return finder.Within(q, false); }, kPlaceMicros));
  WENSUM_RETURN_IF_ERROR(
      measure("Within polygon", [&](const Question& q) { return finder.Within(q, true); }, kPlaceMicros));
  finder.ReportFirstReads(Cat(name, " Get BASIC first"), report);
  WENSUM_RETURN_IF_ERROR(measure(
      "Get BASIC again", [&](const Question& q) { return finder.Get(q, v1::PROPERTY_VIEW_BASIC); }, std::nullopt));
  for (const char* const what : {"Get FULL first", "Get FULL again"}) {
    WENSUM_RETURN_IF_ERROR(
        measure(what, [&](const Question& q) { return finder.Get(q, v1::PROPERTY_VIEW_FULL); }, std::nullopt));
  }
  return options.peer_files.empty() ? absl::OkStatus() : finder.WritePeerFiles(Cat(options.peer_files, "/", name));
}

}  // namespace
}  // namespace wensum::benchmarks

int main(int argc, char** argv) {
  namespace benchmarks = wensum::benchmarks;
  benchmarks::Options options;
  benchmarks::CommandLine line("gazetteer_find", "How fast properties are found by words and by place");
  line.AddSize("--city", options.city, uint64_t{1'500}, "properties of the smaller gazetteer; 0: leave it out");
  line.AddSize("--region", options.region, uint64_t{3'000}, "properties of the larger one; 0: leave it out");
  line.AddSize("--calls", options.calls, uint64_t{200}, "calls of each kind");
  line.AddOption("--peer-files", options.peer_files, "folder for properties and questions, as CSV, for the peers");
  return line.Run(argc, argv, [&](benchmarks::Report& report) -> absl::Status {
    for (const auto& [name, properties] : {std::pair("city", options.city), std::pair("region", options.region)}) {
      if (properties > 0) {
        WENSUM_RETURN_IF_ERROR(benchmarks::MeasureSize(line, options, properties, name, report));
      }
    }
    return absl::OkStatus();
  });
}
