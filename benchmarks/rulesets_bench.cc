// How long a ruleset takes to be tried and to come into force, and how long writes wait meanwhile.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include "base/status_macros.h"
#include "base/strings.h"
#include "benchmarks/support/city.h"
#include "benchmarks/support/report.h"
#include "benchmarks/support/served.h"
#include "benchmarks/support/timing.h"
#include "wensum/v1/models.grpc.pb.h"
#include "wensum/v1/rulesets.grpc.pb.h"
#include "wensum/v1/source_records.grpc.pb.h"

namespace wensum::benchmarks {
namespace {

constexpr std::string_view kActor = "bench";
constexpr auto kPoll = std::chrono::milliseconds(5);
constexpr auto kPause = std::chrono::milliseconds(2);

struct Options {
  uint64_t people = 60'000;
};

// Writes new records, one after the other, for as long as it lives.
class Writer {
 public:
  Writer(const Served& served, std::string prefix)
      : stub_(v1::SourceRecords::NewStub(served.channel())), prefix_(std::move(prefix)), thread_([this] { Run(); }) {}
  ~Writer() { End(); }

  // What writes waited.
  absl::StatusOr<Latencies> Stop() {
    End();
    WENSUM_RETURN_IF_ERROR(status_);
    return latencies_;
  }

 private:
  void End() {
    stop_ = true;
    if (thread_.joinable()) {
      thread_.join();
    }
  }

  void Run() {
    for (uint64_t number = 0; !stop_ && status_.ok(); ++number) {
      v1::UpsertSourceRecordRequest request;
      v1::SourceRecord& record = *request.mutable_record();
      record.mutable_source_key()->set_source("contact_centre");
      record.mutable_source_key()->set_key(Cat(prefix_, number));
      record.set_kind(v1::RECORD_KIND_PERSON);
      record.mutable_details()->mutable_name()->set_surname(Cat("Writer", number));
      grpc::ClientContext context;
      v1::UpsertSourceRecordResponse response;
      const StopWatch watch;
      status_ = CallStatus("SourceRecords.Upsert", stub_->Upsert(&context, request, &response));
      latencies_.Add(watch.Micros());
      std::this_thread::sleep_for(kPause);
    }
  }

  const std::unique_ptr<v1::SourceRecords::Stub> stub_;
  const std::string prefix_;
  std::atomic<bool> stop_ = false;
  Latencies latencies_;  // of the thread until it has ended
  absl::Status status_;  // the same
  std::thread thread_;   // the last: it uses the others
};

absl::StatusOr<v1::ModelRun> WaitFor(v1::Models::Stub& models, const std::string& name) {
  while (true) {
    grpc::ClientContext context;
    v1::GetModelRunRequest request;
    request.set_name(name);
    v1::ModelRun run;
    WENSUM_RETURN_IF_ERROR(CallStatus("Models.GetRun", models.GetRun(&context, request, &run)));
    if (run.state() == v1::ModelRun::STATE_SUCCEEDED) {
      return run;
    }
    if (run.state() != v1::ModelRun::STATE_RUNNING) {
      return Internal(Cat(name, " did not succeed: ", run.error()));
    }
    std::this_thread::sleep_for(kPoll);
  }
}

absl::StatusOr<v1::Ruleset> Create(v1::Rulesets::Stub& rulesets, const std::string& yaml) {
  grpc::ClientContext context;
  v1::CreateRulesetRequest request;
  request.set_yaml(yaml);
  request.set_actor(std::string(kActor));
  v1::Ruleset ruleset;
  WENSUM_RETURN_IF_ERROR(CallStatus("Rulesets.Create", rulesets.Create(&context, request, &ruleset)));
  return ruleset;
}

// `what` stands before each figure's name.
void AddRun(Report& report, std::string_view what, double seconds, uint64_t people, Latencies& writes) {
  report.Add(Cat(what, ", time"), seconds, "s");
  report.Add(Cat(what, ", speed"), static_cast<double>(people) / seconds, "people/s");
  report.Add(Cat(what, ", writes meanwhile"), static_cast<double>(writes.count()), "writes");
  report.Add(Cat(what, ", a write meanwhile, p50"), writes.Percentile(0.5) / 1e3, "ms");
  report.Add(Cat(what, ", a write meanwhile, longest"), writes.Percentile(1) / 1e3, "ms");
}

absl::Status MeasureRuleset(const Served& served, const std::string& name, const std::string& yaml, uint64_t people,
                            Report& report) {
  const auto models = v1::Models::NewStub(served.channel());
  const auto rulesets = v1::Rulesets::NewStub(served.channel());
  WENSUM_ASSIGN_OR_RETURN(const v1::Ruleset ruleset, Create(*rulesets, yaml));
  {
    Writer writer(served, Cat(name, "-try-"));
    grpc::ClientContext context;
    v1::TryRulesetRequest request;
    request.set_name(ruleset.name());
    v1::ModelRun run;
    const StopWatch watch;
    WENSUM_RETURN_IF_ERROR(CallStatus("Rulesets.Try", rulesets->Try(&context, request, &run)));
    WENSUM_RETURN_IF_ERROR(WaitFor(*models, run.name()).status());
    const double seconds = watch.Seconds();
    WENSUM_ASSIGN_OR_RETURN(Latencies writes, writer.Stop());
    AddRun(report, Cat(name, ", trial"), seconds, people, writes);
  }
  Writer writer(served, Cat(name, "-activate-"));
  grpc::ClientContext context;
  v1::ActivateRulesetRequest request;
  request.set_name(ruleset.name());
  request.set_etag(ruleset.etag());
  request.set_actor(std::string(kActor));
  request.set_without_trial(true);  // people were written since
  v1::ActivateRulesetResponse response;
  const StopWatch watch;
  WENSUM_RETURN_IF_ERROR(CallStatus("Rulesets.Activate", rulesets->Activate(&context, request, &response)));
  WENSUM_ASSIGN_OR_RETURN(const v1::ModelRun run, WaitFor(*models, response.run().name()));
  const double seconds = watch.Seconds();
  WENSUM_ASSIGN_OR_RETURN(Latencies writes, writer.Stop());
  AddRun(report, Cat(name, ", activation"), seconds, people, writes);
  report.Add(Cat(name, ", people written"), static_cast<double>(run.activate_ruleset().rewritten()), "people");
  report.Add(Cat(name, ", caught up"), static_cast<double>(run.activate_ruleset().caught_up()), "people");
  report.Add(Cat(name, ", writes waited for the switch"), run.activate_ruleset().switch_seconds(), "s");
  return absl::OkStatus();
}

absl::Status Measure(const CommandLine& command, const Options& options, Report& report) {
  WENSUM_ASSIGN_OR_RETURN(const auto work, WorkDirectory::Create(command.directory()));
  WENSUM_ASSIGN_OR_RETURN(const ServedCity city, ServeCity(*work, options.people, report));
  WENSUM_RETURN_IF_ERROR(MeasureRuleset(*city.served, "name", "{name: oldest}", city.people, report));
  return MeasureRuleset(*city.served, "date_of_death", "{name: oldest, date_of_death: unanimous}", city.people, report);
}

}  // namespace
}  // namespace wensum::benchmarks

int main(int argc, char** argv) {
  using wensum::benchmarks::CommandLine;
  CommandLine command("rulesets", "How long a ruleset takes to be tried and to come into force");
  wensum::benchmarks::Options options;
  command.AddSize("--people", options.people, 300, "People of the city");
  return command.Run(argc, argv, [&](wensum::benchmarks::Report& report) {
    return wensum::benchmarks::Measure(command, options, report);
  });
}
