// The stewards' queue over gRPC: how long it takes to get the next task while very many are open. Every answer is
// checked: no task is given twice, and none before one of a higher priority.
#include <algorithm>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "benchmarks/support/city.h"
#include "benchmarks/support/report.h"
#include "benchmarks/support/served.h"
#include "benchmarks/support/timing.h"
#include "services/server/server.h"
#include "services/tasks/task_writer.h"
#include "storage/rocksdb_store.h"
#include "wensum/v1/stewardship.grpc.pb.h"

namespace wensum::benchmarks {
namespace {

constexpr Target kClaimMicros{.value = 5'000, .at_least = false};
constexpr uint64_t kTeams = 8;
constexpr uint64_t kTasksPerCommit = 500;
constexpr uint64_t kFirstUprn = 100'090'000'001;
constexpr size_t kStewards = 16;

struct Options {
  uint64_t tasks = 100'000;
  uint64_t calls = 4'000;  // by one steward, and by many
};

std::string TeamName(uint64_t team) { return Cat("team", team); }

// One commit of tasks from `first` on, of one team.
absl::Status Raise(registry::Register& reg, uint64_t first, uint64_t count, uint64_t team) {
  tasks::TaskRules rules;
  rules.Of(tasks::TaskKind::kPropertyDuplicate).team = TeamName(team);
  registry::Mutation mutation;
  mutation.plan = [&](const registry::PlanView& view) -> absl::StatusOr<registry::Planned> {
    registry::Planned planned;
    tasks::TaskWriter writer(view.reader, reg.register_id(), rules);
    for (uint64_t i = first; i < first + count; ++i) {
      tasks::Condition condition;
      condition.kind = tasks::TaskKind::kPropertyDuplicate;
      condition.cause = Cat("one:", kFirstUprn + 2 * i);
      condition.subject = condition.cause;
      condition.priority = static_cast<tasks::Priority>(1 + i % 4);
      condition.evidence = i;
      auto& facts = *condition.facts.mutable_property_duplicate();
      facts.set_kind(1);
      facts.set_count(2);
      for (const uint64_t uprn : {kFirstUprn + 2 * i, kFirstUprn + 2 * i + 1}) {
        facts.add_uprns(uprn);
        condition.names.emplace_back(tasks::NameType::kProperty, uprn);
      }
      writer.Raise(std::move(condition));
    }
    WENSUM_ASSIGN_OR_RETURN(planned.has_revision,
                            writer.Finish({.revision = view.revision, .time = view.time}, planned.writes));
    return planned;
  };
  return reg.Commit(std::move(mutation)).status;
}

absl::Status Fill(const std::string& data, uint64_t count) {
  WENSUM_RETURN_IF_ERROR(server::PrepareDataDirectory(data));
  WENSUM_ASSIGN_OR_RETURN(const auto open, OpenRegister::Open(storage::StorePath(data)));
  for (uint64_t first = 0, commit = 0; first < count; first += kTasksPerCommit, ++commit) {
    WENSUM_RETURN_IF_ERROR(Raise(open->reg(), first, std::min(kTasksPerCommit, count - first), commit % kTeams));
  }
  return absl::OkStatus();
}

// Claims until `calls` are made, on `stewards` threads.
class Claims {
 public:
  Claims(const Served& served, std::string team) : served_(served), team_(std::move(team)) {}

  absl::StatusOr<Latencies> Run(uint64_t calls, size_t stewards) {
    std::vector<std::thread> threads;
    threads.reserve(stewards);
    std::vector<Latencies> latencies(stewards);
    std::vector<absl::Status> statuses(stewards);
    for (size_t i = 0; i < stewards; ++i) {
      threads.emplace_back([&, i] { statuses[i] = RunSteward(Cat("steward", i), calls / stewards, latencies[i]); });
    }
    Latencies all;
    for (size_t i = 0; i < stewards; ++i) {
      threads[i].join();
      WENSUM_RETURN_IF_ERROR(statuses[i]);
      all.Append(latencies[i]);
    }
    return all;
  }

 private:
  absl::Status RunSteward(const std::string& actor, uint64_t calls, Latencies& latencies) {
    const auto stub = v1::Stewardship::NewStub(served_.channel());
    v1::ClaimNextTaskRequest request;
    request.set_actor(actor);
    request.set_team(team_);
    for (uint64_t i = 0; i < calls; ++i) {
      grpc::ClientContext context;
      v1::Task task;
      const StopWatch watch;
      const grpc::Status status = stub->ClaimNextTask(&context, request, &task);
      latencies.Add(watch.Micros());
      WENSUM_RETURN_IF_ERROR(CallStatus("ClaimNextTask", status));
      WENSUM_RETURN_IF_ERROR(Check(task));
    }
    return absl::OkStatus();
  }

  absl::Status Check(const v1::Task& task) {
    const std::scoped_lock lock(mutex_);
    if (!taken_.insert(task.name()).second) {
      return Internal(Cat(task.name(), " was given to two stewards"));
    }
    if (!team_.empty() && task.team() != team_) {
      return Internal(Cat(task.name(), " is of another team"));
    }
    return task.priority() != v1::Task::PRIORITY_URGENT
               ? Internal(Cat(task.name(), " was given before one of a higher priority"))
               : absl::OkStatus();
  }

  const Served& served_;
  const std::string team_;
  std::mutex mutex_;
  absl::flat_hash_set<std::string> taken_;
};

void AddLatencies(std::string_view name, Latencies latencies, Report& report, bool target) {
  report.Add(Cat(name, "_p50"), latencies.Percentile(0.5), "us");
  report.Add(Cat(name, "_p99"), latencies.Percentile(0.99), "us", target ? std::optional(kClaimMicros) : std::nullopt);
}

absl::StatusOr<Latencies> ListPages(const Served& served, uint64_t calls) {
  const auto stub = v1::Stewardship::NewStub(served.channel());
  v1::ListTasksRequest request;
  Latencies latencies;
  for (uint64_t i = 0; i < calls; ++i) {
    grpc::ClientContext context;
    v1::ListTasksResponse response;
    const StopWatch watch;
    const grpc::Status status = stub->ListTasks(&context, request, &response);
    latencies.Add(watch.Micros());
    WENSUM_RETURN_IF_ERROR(CallStatus("ListTasks", status));
    if (response.tasks_size() == 0) {
      return Internal("ListTasks gave an empty page");
    }
    request.set_page_token(response.next_page_token());
  }
  return latencies;
}

absl::StatusOr<double> Count(const Served& served, uint64_t tasks) {
  const auto stub = v1::Stewardship::NewStub(served.channel());
  grpc::ClientContext context;
  v1::TaskStatistics statistics;
  const StopWatch watch;
  WENSUM_RETURN_IF_ERROR(
      CallStatus("GetTaskStatistics", stub->GetTaskStatistics(&context, v1::GetTaskStatisticsRequest(), &statistics)));
  const double millis = watch.Seconds() * 1e3;
  return statistics.open() == tasks ? absl::StatusOr<double>(millis)
                                    : Internal(Cat(statistics.open(), " tasks are open instead of ", tasks));
}

absl::Status Measure(const CommandLine& command, const Options& options, Report& report) {
  WENSUM_ASSIGN_OR_RETURN(const auto work, WorkDirectory::Create(command.directory()));
  const std::string data = work->Join("data");
  const StopWatch fill;
  WENSUM_RETURN_IF_ERROR(Fill(data, options.tasks));
  report.Setting("open_tasks", options.tasks);
  report.Setting("calls", options.calls);
  report.Add("raise", static_cast<double>(options.tasks) / fill.Seconds(), "tasks/s");
  WENSUM_ASSIGN_OR_RETURN(const auto served, Served::Start(data));
  WENSUM_ASSIGN_OR_RETURN(const double count_millis, Count(*served, options.tasks));
  Claims of_team(*served, TeamName(1));
  WENSUM_ASSIGN_OR_RETURN(Latencies filtered, of_team.Run(options.calls / kTeams, 1));
  AddLatencies("claim_next_of_a_team", std::move(filtered), report, /*target=*/true);
  Claims any(*served, "");
  WENSUM_ASSIGN_OR_RETURN(Latencies alone, any.Run(options.calls, 1));
  AddLatencies("claim_next", std::move(alone), report, /*target=*/true);
  WENSUM_ASSIGN_OR_RETURN(Latencies together, any.Run(options.calls, kStewards));
  AddLatencies("claim_next_16_stewards", std::move(together), report, /*target=*/false);
  WENSUM_ASSIGN_OR_RETURN(Latencies pages, ListPages(*served, options.calls / 100 + 1));
  AddLatencies("list_page_of_50", std::move(pages), report, /*target=*/false);
  report.Add("statistics", count_millis, "ms");
  return absl::OkStatus();
}

}  // namespace
}  // namespace wensum::benchmarks

int main(int argc, char** argv) {
  using wensum::benchmarks::CommandLine;
  wensum::benchmarks::Options options;
  CommandLine command("tasks", "The stewards' queue with very many open tasks");
  command.AddSize("--tasks", options.tasks, 4'000, "Open tasks");
  command.AddSize("--calls", options.calls, 160, "Claims of each kind: at most a tenth of the tasks");
  return command.Run(argc, argv, [&](wensum::benchmarks::Report& report) {
    return wensum::benchmarks::Measure(command, options, report);
  });
}
