// Reads of people as of a revision or a time against reads of the newest state: as callers of a server wait for them,
// and without a transport. Every answer is checked: that the state asked for is the one that came.
#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/opaque_id.h"
#include "base/random.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "benchmarks/support/city.h"
#include "benchmarks/support/report.h"
#include "benchmarks/support/served.h"
#include "benchmarks/support/timing.h"
#include "services/people/people_handler.h"
#include "services/rpc/resource_name.h"
#include "storage/rocksdb_store.h"
#include "wensum/v1/people.grpc.pb.h"

namespace wensum::benchmarks {
namespace {

constexpr Target kRatio{.value = 2, .at_least = false};
constexpr size_t kRecordsPerCommit = 50;

struct Options {
  uint64_t people = 20'000;
  uint64_t reads = 100'000;
};

absl::Status Commit(registry::Register& reg, std::vector<registry::SourceWrite>& writes) {
  registry::Mutation mutation;
  mutation.sources = std::move(writes);
  writes.clear();
  return reg.Commit(std::move(mutation)).status;
}

// The city's records; with `again`, every second one with another phone.
absl::Status WriteRecords(registry::Register& reg, const std::string& city, bool again) {
  std::vector<registry::SourceWrite> writes;
  uint64_t count = 0;
  WENSUM_RETURN_IF_ERROR(ForEachRecord(city, [&](model::SourceRecord record) -> absl::Status {
    if (again && ++count % 2 == 0) {
      return absl::OkStatus();
    }
    if (again) {
      record.details.phones = {"+441603000000"};
    }
    writes.push_back({.record = std::move(record)});
    return writes.size() < kRecordsPerCommit ? absl::OkStatus() : Commit(reg, writes);
  }));
  return writes.empty() ? absl::OkStatus() : Commit(reg, writes);
}

// Asks for one person; the answer is that of People.Get.
using GetPerson = std::function<absl::Status(const v1::GetPersonRequest& request, v1::Person& person)>;

GetPerson WithoutTransport(const registry::Register& reg) {
  return [handler = std::make_shared<people::PeopleHandler>(&reg)](const v1::GetPersonRequest& request,
                                                                   v1::Person& person) {
    rpc::CallContext call("/wensum.v1.People/Get");
    call.set_grant({.caller = "bench", .purpose = "", .purpose_bit = 0});
    return handler->Get(call, request, person);
  };
}

GetPerson OverChannel(const Served& served) {
  return [stub = std::shared_ptr(v1::People::NewStub(served.channel()))](const v1::GetPersonRequest& request,
                                                                         v1::Person& person) {
    grpc::ClientContext context;
    const grpc::Status status = stub->Get(&context, request, &person);
    return status.error_code() == grpc::StatusCode::NOT_FOUND ? NotFound(status.error_message())
                                                              : CallStatus("People.Get", status);
  };
}

class Reads {
 public:
  Reads(GetPerson get, OpaqueIdCodec ids, uint64_t count, uint64_t reads)
      : get_(std::move(get)), ids_(ids), count_(count), reads_(reads) {}

  // Of random people; micros for one. `read`: which state; `right`: whether an answer is of it.
  absl::StatusOr<double> Measure(v1::PersonView view, const v1::ReadOptions& read,
                                 const std::function<bool(const v1::Person&)>& right) const {
    Random random(7);
    double best = 0;
    for (int round = 0; round < 3; ++round) {
      uint64_t found = 0;
      const StopWatch watch;
      for (uint64_t i = 0; i < reads_; ++i) {
        v1::GetPersonRequest request;
        request.set_name(rpc::PersonName(ids_, 1 + random.Below(count_)));
        request.set_view(view);
        *request.mutable_read() = read;
        v1::Person person;
        const absl::Status status = get_(request, person);
        if (absl::IsNotFound(status)) {
          continue;  // a record of a property
        }
        WENSUM_RETURN_IF_ERROR(status);
        if (!right(person)) {
          return Internal(Cat(person.name(), " was answered as of revision ", person.etag()));
        }
        ++found;
      }
      if (found < reads_ / 2) {
        return Internal(Cat("of ", reads_, " ids only ", found, " were found"));
      }
      const double micros = watch.Micros() / static_cast<double>(reads_);
      best = round == 0 ? micros : std::min(best, micros);
    }
    return best;
  }

 private:
  const GetPerson get_;
  const OpaqueIdCodec ids_;
  const uint64_t count_;
  const uint64_t reads_;
};

// Which states are read.
struct States {
  uint64_t newest = 0;
  uint64_t before = 0;  // before every second record was sent again
  TimeMicros before_time = 0;
};

// `where`: before each figure's name. Targets are for what callers wait.
absl::Status MeasureReads(const Reads& reads, const States& states, const std::string& where,
                          const std::optional<Target>& target, Report& report) {
  v1::ReadOptions newest;
  v1::ReadOptions same;
  same.set_as_of_revision(states.newest);
  v1::ReadOptions past;
  past.set_as_of_revision(states.before);
  v1::ReadOptions moment;
  moment.mutable_as_of_time()->set_seconds(states.before_time / 1'000'000);
  moment.mutable_as_of_time()->set_nanos(static_cast<int32_t>(states.before_time % 1'000'000) * 1'000);
  const auto any = [](const v1::Person&) { return true; };
  const auto former = [&states](const v1::Person& person) { return person.etag() <= states.before; };
  for (const auto& [name, view] :
       {std::pair("basic", v1::PERSON_VIEW_BASIC), std::pair("full", v1::PERSON_VIEW_FULL)}) {
    WENSUM_ASSIGN_OR_RETURN(const double current, reads.Measure(view, newest, any));
    report.Add(Cat(where, name, "_newest"), current, "us");
    const auto add = [&](std::string_view what, const v1::ReadOptions& read,
                         const std::function<bool(const v1::Person&)>& right) -> absl::Status {
      WENSUM_ASSIGN_OR_RETURN(const double micros, reads.Measure(view, read, right));
      report.Add(Cat(where, name, "_", what), micros, "us");
      report.Add(Cat(where, name, "_", what, "_by_newest"), micros / current, "times", target);
      return absl::OkStatus();
    };
    WENSUM_RETURN_IF_ERROR(add("as_of_newest_revision", same, any));
    WENSUM_RETURN_IF_ERROR(add("as_of_revision", past, former));
    WENSUM_RETURN_IF_ERROR(add("as_of_time", moment, former));
  }
  return absl::OkStatus();
}

absl::Status Measure(const CommandLine& command, const Options& options, Report& report) {
  WENSUM_ASSIGN_OR_RETURN(const auto work, WorkDirectory::Create(command.directory()));
  const std::string data = work->Join("data");
  WENSUM_RETURN_IF_ERROR(server::PrepareDataDirectory(data));
  WENSUM_ASSIGN_OR_RETURN(const auto summary, WriteCity(work->Join("city"), {.people = options.people}));
  static_cast<void>(summary);
  report.Setting("people", options.people);
  report.Setting("reads", options.reads);
  States states;
  std::optional<OpaqueIdCodec> ids;
  uint64_t records = 0;
  {
    WENSUM_ASSIGN_OR_RETURN(const auto open, OpenRegister::Open(storage::StorePath(data)));
    registry::Register& reg = open->reg();
    WENSUM_RETURN_IF_ERROR(WriteRecords(reg, work->Join("city"), /*again=*/false));
    states.before = reg.revision();
    states.before_time = SystemClock().Now();
    WENSUM_RETURN_IF_ERROR(WriteRecords(reg, work->Join("city"), /*again=*/true));
    states.newest = reg.revision();
    report.Setting("revisions", states.newest);
    ids = reg.ids();
    records = reg.Stats().source_records;
    WENSUM_RETURN_IF_ERROR(MeasureReads(Reads(WithoutTransport(reg), *ids, records, options.reads), states,
                                        "without_transport_", std::nullopt, report));
  }
  WENSUM_ASSIGN_OR_RETURN(const auto served, Served::Start(data));
  return MeasureReads(Reads(OverChannel(*served), *ids, records, options.reads), states, "", kRatio, report);
}

}  // namespace
}  // namespace wensum::benchmarks

int main(int argc, char** argv) {
  using wensum::benchmarks::CommandLine;
  wensum::benchmarks::Options options;
  CommandLine command("as_of", "Reads of people as of a revision or a time, half of whom changed since");
  command.AddSize("--people", options.people, 500, "People of the city");
  command.AddSize("--reads", options.reads, 2'000, "Reads of each kind");
  return command.Run(argc, argv, [&](wensum::benchmarks::Report& report) {
    return wensum::benchmarks::Measure(command, options, report);
  });
}
