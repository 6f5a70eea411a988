// How long a server takes from its start over a full data directory to its first answer, and how much memory it holds.
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "base/strings.h"
#include "benchmarks/support/city.h"
#include "benchmarks/support/process.h"
#include "benchmarks/support/report.h"
#include "benchmarks/support/served.h"
#include "benchmarks/support/timing.h"
#include "services/server/server.h"
#include "storage/rocksdb_store.h"
#include "wensum/v1/people.grpc.pb.h"
#include "wensum/v1/properties.grpc.pb.h"
#include "wensum/v1/source_records.grpc.pb.h"

namespace wensum::benchmarks {
namespace {

constexpr Target kSecondsToServing{.value = 3, .at_least = false};
constexpr Target kBytesPerRecord{.value = 1536, .at_least = false};

struct Options {
  uint64_t people = 200'000;
  std::string data;  // a data directory that is kept
};

// What the register held when it was filled, to be found again; written by the child process.
struct Held {
  uint64_t source_records = 0;
  uint64_t properties = 0;
  uint64_t entities = 0;
  uint64_t index_bytes = 0;
  double load_seconds = 0;
};

void WriteHeld(const std::string& path, const Held& held) {
  std::ofstream(path) << held.source_records << ' ' << held.properties << ' ' << held.entities << ' '
                      << held.index_bytes << ' ' << held.load_seconds << '\n';
}

absl::StatusOr<Held> ReadHeld(const std::string& path) {
  Held held;
  std::ifstream file(path);
  file >> held.source_records >> held.properties >> held.entities >> held.index_bytes >> held.load_seconds;
  return file ? absl::StatusOr<Held>(held) : absl::StatusOr<Held>(Internal(Cat("cannot read ", path)));
}

absl::Status Fill(const std::string& data, const std::string& city, const std::string& held_path, uint64_t people) {
  WENSUM_RETURN_IF_ERROR(WriteCity(city, {.people = people}).status());
  WENSUM_ASSIGN_OR_RETURN(const auto open, OpenRegister::Open(storage::StorePath(data)));
  const StopWatch watch;
  WENSUM_RETURN_IF_ERROR(open->ImportCity(city));
  const registry::RegisterStats stats = open->reg().Stats();
  WriteHeld(held_path, {.source_records = stats.source_records,
                        .properties = stats.properties,
                        .entities = stats.entities,
                        .index_bytes = stats.index_bytes,
                        .load_seconds = watch.Seconds()});
  return absl::OkStatus();
}

// The first answers: a record, its person, and a property that the person's address was matched to.
absl::Status Ask(const Served& served) {
  grpc::ClientContext list_context;
  v1::ListSourceRecordsRequest list;
  list.set_source("council_tax");
  v1::ListSourceRecordsResponse records;
  const auto source_records = v1::SourceRecords::NewStub(served.channel());
  WENSUM_RETURN_IF_ERROR(CallStatus("SourceRecords.List", source_records->List(&list_context, list, &records)));
  for (const v1::SourceRecord& record : records.records()) {
    for (const v1::PersonAddress& address : record.details().addresses()) {
      if (address.uprn() == 0) {
        continue;
      }
      grpc::ClientContext person_context;
      v1::GetPersonRequest person_request;
      person_request.set_name(record.person());
      v1::Person person;
      WENSUM_RETURN_IF_ERROR(CallStatus(
          "People.Get", v1::People::NewStub(served.channel())->Get(&person_context, person_request, &person)));
      grpc::ClientContext property_context;
      v1::GetPropertyRequest property_request;
      property_request.set_name(Cat("properties/", address.uprn()));
      v1::Property property;
      WENSUM_RETURN_IF_ERROR(
          CallStatus("Properties.Get",
                     v1::Properties::NewStub(served.channel())->Get(&property_context, property_request, &property)));
      return person.name() == record.person() && property.uprn() == address.uprn()
                 ? absl::OkStatus()
                 : Internal("the server answered with another person or property");
    }
  }
  return Internal("no record of council tax has a matched address");
}

absl::Status Measure(const CommandLine& command, const Options& options, Report& report) {
  WENSUM_ASSIGN_OR_RETURN(const auto work, WorkDirectory::Create(command.directory()));
  const std::string data = options.data.empty() ? work->Join("data") : options.data;
  const std::string held_path = data + "/bench_held";
  if (!std::filesystem::exists(held_path)) {
    Note(Cat("Filling a register with ", options.people, " people"));
    const auto fill = [&]() -> absl::Status {
      WENSUM_RETURN_IF_ERROR(server::PrepareDataDirectory(data));
      return Fill(data, work->Join("city"), held_path, options.people);
    };
    WENSUM_RETURN_IF_ERROR(InChildProcess(fill));
  }
  WENSUM_ASSIGN_OR_RETURN(const Held held, ReadHeld(held_path));
  report.Setting("source_records", held.source_records);
  report.Setting("properties", held.properties);
  report.Setting("entities", held.entities);

  const uint64_t before = ResidentBytes();
  const StopWatch watch;
  WENSUM_ASSIGN_OR_RETURN(const auto served, Served::Start(data));
  const double serving = watch.Seconds();
  WENSUM_RETURN_IF_ERROR(Ask(*served));
  const double answered = watch.Seconds();
  const uint64_t after = ResidentBytes();
  report.Add("fill", static_cast<double>(held.source_records) / held.load_seconds, "source records/s");
  report.Add("start_to_serving", serving, "s", kSecondsToServing);
  report.Add("start_to_first_answers", answered, "s");
  report.Add("resident_before_start", static_cast<double>(before), "bytes");
  report.Add("resident", static_cast<double>(after), "bytes");
  report.Add("resident_per_source_record", static_cast<double>(after) / static_cast<double>(held.source_records),
             "bytes", kBytesPerRecord);
  report.Add("indexes_per_source_record",
             static_cast<double>(held.index_bytes) / static_cast<double>(held.source_records), "bytes");
  return absl::OkStatus();
}

}  // namespace
}  // namespace wensum::benchmarks

int main(int argc, char** argv) {
  using wensum::benchmarks::CommandLine;
  CommandLine command("start", "Seconds to serving, and memory, over a full data directory");
  wensum::benchmarks::Options options;
  command.AddSize("--people", options.people, 300, "People of the city; each has some 3 source records");
  command.AddOption("--data", options.data, "Data directory to fill, once, and to keep");
  return command.Run(argc, argv, [&](wensum::benchmarks::Report& report) {
    return wensum::benchmarks::Measure(command, options, report);
  });
}
