// Throughput of the read methods against an empty call in the same server, connection and run. Methods take turns in
// short slices, so that whatever else the machine does hits all of them alike. Every answer is checked.
#include <grpcpp/impl/server_builder_plugin.h>
#include <grpcpp/impl/server_initializer.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/support/server_callback.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "base/random.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "benchmarks/support/city.h"
#include "benchmarks/support/report.h"
#include "benchmarks/support/served.h"
#include "benchmarks/support/timing.h"
#include "sample/embedded.h"
#include "wensum/benchmarks/empty.grpc.pb.h"
#include "wensum/v1/people.grpc.pb.h"
#include "wensum/v1/properties.grpc.pb.h"
#include "wensum/v1/source_records.grpc.pb.h"

namespace wensum::benchmarks {
namespace {

constexpr double kBasicShare = 0.8;  // of the empty call's throughput
constexpr double kFullShare = 0.6;
constexpr size_t kConcurrency[] = {1, 16};
constexpr int32_t kListPage = 1000;

struct Options {
  uint64_t people = 20'000;
  double seconds = 3;  // of each method and concurrency
  size_t inputs = 2000;
  std::string only;
};

class EmptyService final : public Empty::CallbackService {
 public:
  grpc::ServerUnaryReactor* Call(grpc::CallbackServerContext* context, const google::protobuf::Empty* /*request*/,
                                 google::protobuf::Empty* /*response*/) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

// Adds the empty service to every server that this process builds, so that the server under test needs no hook.
class EmptyPlugin final : public grpc::ServerBuilderPlugin {
 public:
  std::string name() override { return "benchmarks.empty"; }
  // The server keeps the service; this plugin goes with the builder.
  void InitServer(grpc::ServerInitializer* initializer) override {
    initializer->RegisterService(std::make_shared<EmptyService>());
  }
  void Finish(grpc::ServerInitializer* /*initializer*/) override {}
  void ChangeArguments(const std::string& /*name*/, void* /*value*/) override {}
};

std::unique_ptr<grpc::ServerBuilderPlugin> MakeEmptyPlugin() { return std::make_unique<EmptyPlugin>(); }

// What to ask, with the answers that the register gave before the clock ran.
struct Inputs {
  struct Asked {
    std::string input;
    std::string expected;
  };
  std::vector<std::string> people;      // people/{id}
  std::vector<std::string> properties;  // properties/{uprn}
  std::vector<Asked> addresses;         // as the sources write them -> properties/{uprn}
  std::vector<Asked> prefixes;          // -> properties/{uprn}
  std::vector<Asked> searches;          // -> people/{id}
};

struct Stubs {
  explicit Stubs(const std::shared_ptr<grpc::Channel>& channel)
      : empty(Empty::NewStub(channel)),
        people(v1::People::NewStub(channel)),
        properties(v1::Properties::NewStub(channel)),
        source_records(v1::SourceRecords::NewStub(channel)) {}

  std::unique_ptr<Empty::Stub> empty;
  std::unique_ptr<v1::People::Stub> people;
  std::unique_ptr<v1::Properties::Stub> properties;
  std::unique_ptr<v1::SourceRecords::Stub> source_records;
};

absl::Status Wrong(std::string_view call, std::string_view input, std::string_view expected, std::string_view got) {
  return Internal(Cat(call, " of ", input, " answered ", got.empty() ? "nothing" : got, " instead of ", expected));
}

absl::Status GetPerson(const Stubs& stubs, const std::string& name, v1::PersonView view) {
  grpc::ClientContext context;
  v1::GetPersonRequest request;
  request.set_name(name);
  request.set_view(view);
  v1::Person person;
  WENSUM_RETURN_IF_ERROR(CallStatus("People.Get", stubs.people->Get(&context, request, &person)));
  const bool full = person.contributors_size() > 0 && person.lineage_size() > 0;
  if (person.name() != name || full != (view == v1::PERSON_VIEW_FULL)) {
    return Wrong("People.Get", name, "that person in that view", person.name());
  }
  return absl::OkStatus();
}

absl::Status GetProperty(const Stubs& stubs, const std::string& name, v1::PropertyView view) {
  grpc::ClientContext context;
  v1::GetPropertyRequest request;
  request.set_name(name);
  request.set_view(view);
  v1::Property property;
  WENSUM_RETURN_IF_ERROR(CallStatus("Properties.Get", stubs.properties->Get(&context, request, &property)));
  if (property.name() != name || (property.lpis_size() > 0) != (view == v1::PROPERTY_VIEW_FULL)) {
    return Wrong("Properties.Get", name, "that property in that view", property.name());
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> MatchAddress(const Stubs& stubs, const std::string& address) {
  grpc::ClientContext context;
  v1::MatchAddressRequest request;
  request.set_address(address);
  v1::MatchAddressResponse response;
  WENSUM_RETURN_IF_ERROR(CallStatus("Properties.Match", stubs.properties->Match(&context, request, &response)));
  return response.property();
}

// True if `property` is among the suggestions.
absl::StatusOr<bool> Suggests(const Stubs& stubs, const std::string& input, const std::string& property) {
  grpc::ClientContext context;
  v1::SuggestPropertiesRequest request;
  request.set_input(input);
  v1::SuggestPropertiesResponse response;
  WENSUM_RETURN_IF_ERROR(CallStatus("Properties.Suggest", stubs.properties->Suggest(&context, request, &response)));
  return std::any_of(response.suggestions().begin(), response.suggestions().end(),
                     [&](const auto& suggestion) { return suggestion.property() == property; });
}

// True if `person` is among the hits.
absl::StatusOr<bool> Finds(const Stubs& stubs, const std::string& query, const std::string& person) {
  grpc::ClientContext context;
  v1::SearchPeopleRequest request;
  request.set_query(query);
  v1::SearchPeopleResponse response;
  WENSUM_RETURN_IF_ERROR(CallStatus("People.Search", stubs.people->Search(&context, request, &response)));
  return std::any_of(response.hits().begin(), response.hits().end(),
                     [&](const auto& hit) { return hit.person().name() == person; });
}

// Forenames, surname and date of birth in one line; empty if a part is missing.
std::string SearchText(const v1::PersonDetails& details) {
  const v1::PartialDate& born = details.date_of_birth();
  if (details.name().forenames().empty() || details.name().surname().empty() || born.day() == 0) {
    return {};
  }
  return Cat(details.name().forenames(), " ", details.name().surname(), " ", born.day() < 10 ? "0" : "", born.day(),
             "/", born.month() < 10 ? "0" : "", born.month(), "/", born.year());
}

// Collects inputs from what the sources sent, as the API lists it.
class InputCollector {
 public:
  InputCollector(const Stubs& stubs, size_t limit) : stubs_(stubs), limit_(limit) {}

  absl::StatusOr<Inputs> Collect() {
    for (const sample::EmbeddedFeed& feed : sample::EmbeddedFeeds()) {
      WENSUM_RETURN_IF_ERROR(CollectFrom(std::string(feed.name)));
    }
    WENSUM_RETURN_IF_ERROR(CollectPrefixes());
    // Most inputs must give the answer expected, or the benchmark would measure misses.
    WENSUM_RETURN_IF_ERROR(CheckShare("Properties.Match", inputs_.addresses.size(), tried_addresses_));
    WENSUM_RETURN_IF_ERROR(CheckShare("Properties.Suggest", inputs_.prefixes.size(), tried_prefixes_));
    WENSUM_RETURN_IF_ERROR(CheckShare("People.Search", inputs_.searches.size(), tried_searches_));
    return std::move(inputs_);
  }

 private:
  static absl::Status CheckShare(std::string_view call, size_t right, size_t tried) {
    return right * 2 > tried ? absl::OkStatus()
                             : Internal(Cat(call, " gave the expected answer for ", right, " of ", tried, " inputs"));
  }

  absl::Status CollectFrom(const std::string& source) {
    grpc::ClientContext context;
    v1::ListSourceRecordsRequest request;
    request.set_source(source);
    request.set_page_size(kListPage);
    v1::ListSourceRecordsResponse response;
    WENSUM_RETURN_IF_ERROR(CallStatus("SourceRecords.List", stubs_.source_records->List(&context, request, &response)));
    for (const v1::SourceRecord& record : response.records()) {
      if (record.kind() == v1::RECORD_KIND_PERSON) {
        WENSUM_RETURN_IF_ERROR(Take(record));
      }
    }
    return absl::OkStatus();
  }

  absl::Status Take(const v1::SourceRecord& record) {
    if (inputs_.people.size() < limit_ && seen_.insert(record.person()).second) {
      inputs_.people.push_back(record.person());
    }
    if (const std::string text = SearchText(record.details()); !text.empty() && inputs_.searches.size() < limit_) {
      ++tried_searches_;
      WENSUM_ASSIGN_OR_RETURN(const bool found, Finds(stubs_, text, record.person()));
      if (found) {
        inputs_.searches.push_back({text, record.person()});
      }
    }
    for (const v1::PersonAddress& address : record.details().addresses()) {
      if (address.uprn() == 0 || address.source_uprn() != 0 || inputs_.addresses.size() >= limit_) {
        continue;
      }
      const std::string property = Cat("properties/", address.uprn());
      const std::string text = Cat(address.text(), ", ", address.postcode());
      ++tried_addresses_;
      WENSUM_ASSIGN_OR_RETURN(const std::string matched, MatchAddress(stubs_, text));
      if (matched == property) {
        inputs_.addresses.push_back({text, property});
      }
      if (seen_.insert(property).second) {
        inputs_.properties.push_back(property);
      }
    }
    return absl::OkStatus();
  }

  // Two thirds of each address, as typed so far.
  absl::Status CollectPrefixes() {
    for (const std::string& name : inputs_.properties) {
      grpc::ClientContext context;
      v1::GetPropertyRequest request;
      request.set_name(name);
      v1::Property property;
      WENSUM_RETURN_IF_ERROR(CallStatus("Properties.Get", stubs_.properties->Get(&context, request, &property)));
      const std::string typed = property.address().substr(0, property.address().size() * 2 / 3);
      ++tried_prefixes_;
      WENSUM_ASSIGN_OR_RETURN(const bool suggested, Suggests(stubs_, typed, name));
      if (suggested) {
        inputs_.prefixes.push_back({typed, name});
      }
    }
    return absl::OkStatus();
  }

  const Stubs& stubs_;
  const size_t limit_;
  Inputs inputs_;
  absl::flat_hash_set<std::string> seen_;
  size_t tried_addresses_ = 0;
  size_t tried_prefixes_ = 0;
  size_t tried_searches_ = 0;
};

// One method: a call with the input of a number, checked.
struct Method {
  std::string name;
  double share = 0;  // of the empty call's throughput that is to be reached; 0: none named
  std::function<absl::Status(uint64_t)> call;
};

std::vector<Method> Methods(const Stubs& stubs, const Inputs& inputs) {
  const auto pick = [](const auto& items, uint64_t n) -> const auto& { return items[n % items.size()]; };
  return {
      {"Empty.Call", 0,
       [&stubs](uint64_t) {
         grpc::ClientContext context;
         google::protobuf::Empty response;
         return CallStatus("Empty.Call", stubs.empty->Call(&context, google::protobuf::Empty(), &response));
       }},
      {"People.Get BASIC", kBasicShare,
       [&, pick](uint64_t n) { return GetPerson(stubs, pick(inputs.people, n), v1::PERSON_VIEW_BASIC); }},
      {"People.Get FULL", kFullShare,
       [&, pick](uint64_t n) { return GetPerson(stubs, pick(inputs.people, n), v1::PERSON_VIEW_FULL); }},
      {"Properties.Get BASIC", kBasicShare,
       [&, pick](uint64_t n) { return GetProperty(stubs, pick(inputs.properties, n), v1::PROPERTY_VIEW_BASIC); }},
      {"Properties.Get FULL", kFullShare,
       [&, pick](uint64_t n) { return GetProperty(stubs, pick(inputs.properties, n), v1::PROPERTY_VIEW_FULL); }},
      {"Properties.Match", 0,
       [&, pick](uint64_t n) -> absl::Status {
         const Inputs::Asked& asked = pick(inputs.addresses, n);
         WENSUM_ASSIGN_OR_RETURN(const std::string got, MatchAddress(stubs, asked.input));
         return got == asked.expected ? absl::OkStatus() : Wrong("Properties.Match", asked.input, asked.expected, got);
       }},
      {"Properties.Suggest", 0,
       [&, pick](uint64_t n) -> absl::Status {
         const Inputs::Asked& asked = pick(inputs.prefixes, n);
         WENSUM_ASSIGN_OR_RETURN(const bool right, Suggests(stubs, asked.input, asked.expected));
         return right ? absl::OkStatus() : Wrong("Properties.Suggest", asked.input, asked.expected, "others");
       }},
      {"People.Search", 0,
       [&, pick](uint64_t n) -> absl::Status {
         const Inputs::Asked& asked = pick(inputs.searches, n);
         WENSUM_ASSIGN_OR_RETURN(const bool right, Finds(stubs, asked.input, asked.expected));
         return right ? absl::OkStatus() : Wrong("People.Search", asked.input, asked.expected, "others");
       }},
  };
}

struct Measured {
  double seconds = 0;
  double cpu_seconds = 0;  // of the whole process: callers, server, and what it does in the background
  uint64_t calls = 0;
  Latencies latencies;
};

// `callers` threads call for `seconds`, each waiting for its answer before it asks again.
absl::Status RunSlice(const Method& method, size_t callers, double seconds, uint64_t seed, Measured& measured) {
  std::vector<Latencies> latencies(callers);
  std::vector<absl::Status> statuses(callers);
  std::vector<std::thread> threads;
  threads.reserve(callers);
  const CpuWatch cpu;
  const StopWatch slice;
  for (size_t i = 0; i < callers; ++i) {
    threads.emplace_back([&, i] {
      Random random(seed * 1000 + i);
      while (statuses[i].ok() && slice.Seconds() < seconds) {
        const StopWatch watch;
        statuses[i] = method.call(random());
        latencies[i].Add(watch.Micros());
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  measured.seconds += slice.Seconds();
  measured.cpu_seconds += cpu.Seconds();
  for (size_t i = 0; i < callers; ++i) {
    WENSUM_RETURN_IF_ERROR(statuses[i]);
    measured.calls += latencies[i].count();
    measured.latencies.Append(latencies[i]);
  }
  return absl::OkStatus();
}

absl::Status MeasureMethods(const std::vector<Method>& methods, size_t callers, const Options& options,
                            Report& report) {
  constexpr double kSlice = 0.25;
  const double slice = std::min(kSlice, options.seconds);
  const auto rounds = static_cast<uint64_t>(options.seconds / slice);
  std::vector<Measured> measured(methods.size());
  for (uint64_t round = 0; round <= rounds; ++round) {
    for (size_t i = 0; i < methods.size(); ++i) {
      if (!options.only.empty() && i != 0 && methods[i].name.find(options.only) == std::string::npos) {
        continue;
      }
      Measured warm_up;
      WENSUM_RETURN_IF_ERROR(RunSlice(methods[i], callers, slice, round, round == 0 ? warm_up : measured[i]));
    }
  }
  const auto rate = [&](size_t i) { return static_cast<double>(measured[i].calls) / measured[i].seconds; };
  for (size_t i = 0; i < methods.size(); ++i) {
    if (measured[i].calls == 0) {
      continue;
    }
    const std::string name = Cat(methods[i].name, ", ", callers, callers == 1 ? " caller" : " callers");
    report.Add(name, rate(i), "calls/s");
    report.Add(name + ", p50", measured[i].latencies.Percentile(0.5), "us");
    report.Add(name + ", p99", measured[i].latencies.Percentile(0.99), "us");
    report.Add(name + ", processor time", measured[i].cpu_seconds * 1e6 / static_cast<double>(measured[i].calls), "us");
    if (i != 0) {
      report.Add(name + ", to Empty.Call", rate(i) / rate(0), "ratio",
                 methods[i].share == 0 ? std::nullopt : std::optional<Target>(Target{.value = methods[i].share}));
    }
  }
  return absl::OkStatus();
}

absl::Status Measure(const CommandLine& command, const Options& options, Report& report) {
  WENSUM_ASSIGN_OR_RETURN(const auto work, WorkDirectory::Create(command.directory()));
  WENSUM_ASSIGN_OR_RETURN(const ServedCity city, ServeCity(*work, options.people, report));
  const Stubs stubs(city.served->channel());
  WENSUM_ASSIGN_OR_RETURN(const Inputs inputs, InputCollector(stubs, options.inputs).Collect());
  report.Setting("inputs", Cat(inputs.people.size(), " people, ", inputs.properties.size(), " properties, ",
                               inputs.addresses.size(), " addresses, ", inputs.prefixes.size(), " prefixes, ",
                               inputs.searches.size(), " searches"));
  const std::vector<Method> methods = Methods(stubs, inputs);
  for (const size_t callers : kConcurrency) {
    WENSUM_RETURN_IF_ERROR(MeasureMethods(methods, callers, options, report));
  }
  return absl::OkStatus();
}

}  // namespace
}  // namespace wensum::benchmarks

int main(int argc, char** argv) {
  using wensum::benchmarks::CommandLine;
  grpc::ServerBuilder::InternalAddPluginFactory(&wensum::benchmarks::MakeEmptyPlugin);
  CommandLine command("rpc", "Calls per second of the read methods against an empty call in the same server");
  wensum::benchmarks::Options options;
  command.AddSize("--people", options.people, 300, "People of the city");
  command.AddSize("--seconds", options.seconds, 0.02, "Seconds of each method and number of callers");
  command.AddSize("--inputs", options.inputs, 50, "Different inputs of each method");
  command.AddOption("--only", options.only, "Only methods whose name contains this, and the empty call");
  return command.Run(argc, argv, [&](wensum::benchmarks::Report& report) {
    return wensum::benchmarks::Measure(command, options, report);
  });
}
