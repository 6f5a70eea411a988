// The change feed: exports of all people, catching up, and how far behind a write its event comes. Every answer is
// counted, and the events of the writes are checked against them.
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/hash.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "benchmarks/support/city.h"
#include "benchmarks/support/report.h"
#include "benchmarks/support/served.h"
#include "benchmarks/support/timing.h"
#include "wensum/v1/changes.grpc.pb.h"
#include "wensum/v1/source_records.grpc.pb.h"

namespace wensum::benchmarks {
namespace {

constexpr double kExportTarget = 100'000;  // people a second
constexpr double kWatchTarget = 20'000;    // events a second
constexpr double kLagTarget = 100;         // milliseconds
constexpr auto kBurst = std::chrono::milliseconds(2);
constexpr std::string_view kSource = "contact_centre";
constexpr std::string_view kPrefix = "lag-";

struct Options {
  uint64_t people = 20'000;
  uint64_t rounds = 5;
  double seconds = 10;
  uint64_t rate = 5'000;  // writes a second
};

absl::Status MeasureExport(v1::Changes::Stub& stub, const Options& options, Report& report, std::string& token) {
  double best = 0;
  double processor = 0;
  for (uint64_t round = 0; round < options.rounds; ++round) {
    grpc::ClientContext context;
    const StopWatch watch;
    const CpuWatch cpu;
    const auto stream = stub.ExportGolden(&context, {});
    v1::ExportGoldenResponse message;
    uint64_t people = 0;
    while (stream->Read(&message)) {
      people += static_cast<uint64_t>(message.people_size());
      token = message.end().watch_token();
    }
    WENSUM_RETURN_IF_ERROR(CallStatus("Changes.ExportGolden", stream->Finish()));
    if (people == 0 || people != message.end().people()) {
      return Internal(Cat("ExportGolden sent ", people, " people and says ", message.end().people()));
    }
    if (const double rate = static_cast<double>(people) / watch.Seconds(); rate > best) {
      best = rate;
      processor = cpu.Seconds() * 1e6 / static_cast<double>(people);
    }
    report.Setting("people", people);
  }
  report.Add("ExportGolden", best, "people/s", Target{.value = kExportTarget});
  report.Add("ExportGolden, processor time", processor, "us");
  return absl::OkStatus();
}

absl::Status MeasureCatchUp(v1::Changes::Stub& stub, const Options& options, std::string_view name,
                            v1::ChangePayload payload, Report& report) {
  double best = 0;
  double processor = 0;
  for (uint64_t round = 0; round < options.rounds; ++round) {
    grpc::ClientContext context;
    v1::WatchChangesRequest request;
    request.set_stop_at_head(true);
    request.set_payload(payload);
    request.mutable_filter()->add_entities(v1::ENTITY_KIND_PERSON);
    const StopWatch watch;
    const CpuWatch cpu;
    const auto stream = stub.Watch(&context, request);
    v1::ChangeEvent event;
    uint64_t events = 0;
    while (stream->Read(&event)) {
      ++events;
    }
    WENSUM_RETURN_IF_ERROR(CallStatus("Changes.Watch", stream->Finish()));
    if (const double rate = static_cast<double>(events) / watch.Seconds(); rate > best) {
      best = rate;
      processor = cpu.Seconds() * 1e6 / static_cast<double>(events);
    }
    report.Setting(Cat("events of ", name), events);
  }
  report.Add(Cat("Watch from the beginning, ", name), best, "events/s", Target{.value = kWatchTarget});
  report.Add(Cat("Watch from the beginning, ", name, ", processor time"), processor, "us");
  return absl::OkStatus();
}

// Letters that have nothing in common with those of another number, so that every record is a person of its own.
std::string NameOf(uint64_t number) {
  std::string name;
  for (uint64_t bits = MixBits(number); name.size() < 10; bits /= 26) {
    name.push_back(static_cast<char>('a' + bits % 26));
  }
  return name;
}

v1::StreamSourceRecordsRequest WriteOf(uint64_t number) {
  v1::StreamSourceRecordsRequest write;
  write.set_sequence(number + 1);
  v1::SourceRecord& record = *write.mutable_record();
  record.mutable_source_key()->set_source(std::string(kSource));
  record.mutable_source_key()->set_key(Cat(kPrefix, number));
  record.set_kind(v1::RECORD_KIND_PERSON);
  record.mutable_details()->mutable_name()->set_forenames(NameOf(number));
  record.mutable_details()->mutable_name()->set_surname(NameOf(~number));
  return write;
}

// Writes at a steady pace through one stream; the event of each comes some time behind its sending.
absl::Status MeasureLag(const Served& served, const Options& options, const std::string& token, Report& report) {
  const auto count = static_cast<uint64_t>(options.seconds * static_cast<double>(options.rate));
  const auto changes = v1::Changes::NewStub(served.channel());
  const auto records = v1::SourceRecords::NewStub(served.channel());
  grpc::ClientContext watch_context;
  v1::WatchChangesRequest request;
  request.set_resume_token(token);
  request.set_payload(v1::CHANGE_PAYLOAD_FULL);
  const auto watch = changes->Watch(&watch_context, request);
  const StopWatch clock;
  std::vector<double> sent(count);  // each written before the event of its record can come
  std::vector<double> told(count);
  std::thread watcher([&] {
    v1::ChangeEvent event;
    for (uint64_t seen = 0; seen < count && watch->Read(&event);) {
      if (event.kind() != v1::CHANGE_KIND_PERSON_CREATED || event.after().contributors().empty() ||
          !event.after().contributors(0).source_key().key().starts_with(kPrefix)) {
        continue;
      }
      const std::string_view key = event.after().contributors(0).source_key().key();
      told[std::stoull(std::string(key.substr(kPrefix.size())))] = clock.Seconds();
      ++seen;
    }
  });
  grpc::ClientContext write_context;
  const auto stream = records->Stream(&write_context);
  uint64_t accepted = 0;
  Latencies acknowledged;
  std::thread reader([&] {
    v1::StreamSourceRecordsResponse response;
    while (stream->Read(&response)) {
      accepted += response.error_code() == 0 ? 1 : 0;
      acknowledged.Add((clock.Seconds() - sent[response.sequence() - 1]) * 1e6);
    }
  });
  const double begin = clock.Seconds();
  for (uint64_t number = 0; number < count;) {
    const auto due = static_cast<uint64_t>((clock.Seconds() - begin) * static_cast<double>(options.rate));
    for (; number < count && number <= due; ++number) {
      const v1::StreamSourceRecordsRequest write = WriteOf(number);
      sent[number] = clock.Seconds();
      stream->Write(write);
    }
    std::this_thread::sleep_for(kBurst);
  }
  const double seconds = clock.Seconds() - begin;
  stream->WritesDone();
  reader.join();
  WENSUM_RETURN_IF_ERROR(CallStatus("SourceRecords.Stream", stream->Finish()));
  if (accepted != count) {
    watch_context.TryCancel();
  }
  watcher.join();
  watch_context.TryCancel();
  watch->Finish();
  if (accepted != count) {
    return Internal(Cat("only ", accepted, " of ", count, " writes were accepted"));
  }
  Latencies lag;
  for (uint64_t number = 0; number < count; ++number) {
    if (told[number] < sent[number]) {
      return Internal(Cat("write ", number, " has no event behind it"));
    }
    lag.Add((told[number] - sent[number]) * 1e6);
  }
  report.Add("Writes", static_cast<double>(count) / seconds, "writes/s",
             Target{.value = 0.95 * static_cast<double>(options.rate)});
  report.Add("From the sending of a write to its acknowledgement, p50", acknowledged.Percentile(0.5) / 1e3, "ms");
  report.Add("From the sending of a write to its acknowledgement, p99", acknowledged.Percentile(0.99) / 1e3, "ms");
  report.Add("From the sending of a write to its event, p50", lag.Percentile(0.5) / 1e3, "ms");
  report.Add("From the sending of a write to its event, p99", lag.Percentile(0.99) / 1e3, "ms",
             Target{.value = kLagTarget, .at_least = false});
  return absl::OkStatus();
}

absl::Status Measure(const CommandLine& command, const Options& options, Report& report) {
  WENSUM_ASSIGN_OR_RETURN(const auto work, WorkDirectory::Create(command.directory()));
  WENSUM_ASSIGN_OR_RETURN(const ServedCity city, ServeCity(*work, options.people, report));
  const auto stub = v1::Changes::NewStub(city.served->channel());
  std::string token;
  WENSUM_RETURN_IF_ERROR(MeasureExport(*stub, options, report, token));
  WENSUM_RETURN_IF_ERROR(MeasureCatchUp(*stub, options, "no payload", v1::CHANGE_PAYLOAD_NONE, report));
  WENSUM_RETURN_IF_ERROR(MeasureCatchUp(*stub, options, "full payload", v1::CHANGE_PAYLOAD_FULL, report));
  return MeasureLag(*city.served, options, token, report);
}

}  // namespace
}  // namespace wensum::benchmarks

int main(int argc, char** argv) {
  using wensum::benchmarks::CommandLine;
  CommandLine command("feed", "Exports of golden records, the change feed's throughput, and its lag behind writes");
  wensum::benchmarks::Options options;
  command.AddSize("--people", options.people, 300, "People of the city");
  command.AddSize("--rounds", options.rounds, 1, "Exports, and watches from the beginning; the best counts");
  command.AddSize("--seconds", options.seconds, 0.2, "Seconds of writing");
  command.AddOption("--rate", options.rate, "Writes a second");
  return command.Run(argc, argv, [&](wensum::benchmarks::Report& report) {
    return wensum::benchmarks::Measure(command, options, report);
  });
}
