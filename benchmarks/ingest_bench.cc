// How fast person records come in: records of the sample's extracts, in mixed order, into a register that holds the
// rest of the city already. Matching, survivorship, history and synced commits included. First into the register
// itself, then through SourceRecords.Stream, then one SourceRecords.Upsert after the other.
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/hash.h"
#include "base/mutex.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "benchmarks/support/city.h"
#include "benchmarks/support/report.h"
#include "benchmarks/support/served.h"
#include "benchmarks/support/timing.h"
#include "services/register/model_store.h"
#include "services/register/model_work.h"
#include "storage/rocksdb_store.h"
#include "wensum/v1/source_records.grpc.pb.h"

namespace wensum::benchmarks {
namespace {

constexpr Target kRecordsPerSecond{.value = 5'000};
constexpr size_t kFillBatch = 500;
constexpr size_t kSyncedPuts = 500;
constexpr size_t kSyncedPutBytes = 2000;

struct Options {
  uint64_t people = 80'000;
  uint64_t records = 40'000;  // through each of the two ways
  uint64_t upserts = 1'000;
  size_t window = 1'000;  // records that wait for their acknowledgement
  bool only_register = false;
  bool learn = false;
  uint64_t block_cache_mb = server::ServerOptions().block_cache_mb;
};

// The records to measure with; all others are in the register before.
struct Held {
  std::vector<model::SourceRecord> direct;
  std::vector<model::SourceRecord> streamed;
  std::vector<model::SourceRecord> upserted;
};

// Counts what is under way, and waits for room.
class Window {
 public:
  explicit Window(size_t limit) : limit_(limit) {}

  void Enter() {
    MutexLock lock(mutex_);
    while (inside_ >= limit_) {
      room_.Wait(mutex_);
    }
    ++inside_;
  }
  void Leave() {
    MutexLock lock(mutex_);
    --inside_;
    room_.NotifyAll();
  }
  void WaitUntilEmpty() {
    MutexLock lock(mutex_);
    while (inside_ > 0) {
      room_.Wait(mutex_);
    }
  }

 private:
  const size_t limit_;
  Mutex mutex_;
  CondVar room_;
  size_t inside_ WENSUM_GUARDED_BY(mutex_) = 0;
};

// How long a run took.
struct Taken {
  double seconds = 0;
  double cpu_seconds = 0;
};

// Runs from its construction.
class RunWatch {
 public:
  [[nodiscard]] Taken taken() const { return {.seconds = watch_.Seconds(), .cpu_seconds = cpu_.Seconds()}; }

 private:
  StopWatch watch_;
  CpuWatch cpu_;
};

void AddRate(Report& report, const std::string& name, size_t records, const Taken& taken, Latencies& latencies,
             std::optional<Target> target) {
  report.Add(name, static_cast<double>(records) / taken.seconds, "records/s", target);
  report.Add(name + ", processor time per record", taken.cpu_seconds * 1e6 / static_cast<double>(records), "us");
  report.Add(name + ", p50 to durable", latencies.Percentile(0.5), "us");
  report.Add(name + ", p99 to durable", latencies.Percentile(0.99), "us");
}

// Fills the register with all but a sample of the records, drawn by their keys' hashes and put in the hashes' order.
class Filler {
 public:
  Filler(OpenRegister& open, const Options& options) : open_(open), options_(options) {}

  absl::StatusOr<Held> Fill(const std::string& city) {
    uint64_t total = 0;
    WENSUM_RETURN_IF_ERROR(ForEachRecord(city, [&total](const model::SourceRecord&) {
      ++total;
      return absl::OkStatus();
    }));
    const uint64_t wanted = 2 * options_.records + options_.upserts;
    if (total < wanted) {
      return InvalidArgument(Cat("the city has ", total, " records, fewer than are to be measured with: ", wanted));
    }
    // A hash below `bound` draws a little more than is wanted; the rest goes into the register at the end.
    const double share = std::min(1.0, 1.02 * static_cast<double>(wanted) / static_cast<double>(total) + 1e-3);
    const auto bound = static_cast<uint64_t>(share * static_cast<double>(UINT32_MAX));
    std::vector<std::pair<uint64_t, model::SourceRecord>> drawn;
    WENSUM_RETURN_IF_ERROR(ForEachRecord(city, [&](model::SourceRecord record) -> absl::Status {
      const uint64_t hash = Hash64(record.key.key, Hash64(record.key.source));
      if (hash >> 32 < bound) {
        drawn.emplace_back(hash, std::move(record));
        return absl::OkStatus();
      }
      return Put(std::move(record));
    }));
    std::sort(drawn.begin(), drawn.end(), [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first < b.first : a.second.key < b.second.key;
    });
    Held held;
    for (auto& [hash, record] : drawn) {
      if (held.direct.size() < options_.records) {
        held.direct.push_back(std::move(record));
      } else if (held.streamed.size() < options_.records) {
        held.streamed.push_back(std::move(record));
      } else if (held.upserted.size() < options_.upserts) {
        held.upserted.push_back(std::move(record));
      } else {
        WENSUM_RETURN_IF_ERROR(Put(std::move(record)));
      }
    }
    WENSUM_RETURN_IF_ERROR(Send());
    // The writer answers in order: behind this, all of the above is answered.
    WENSUM_RETURN_IF_ERROR(open_.reg().Commit({}).status);
    MutexLock lock(mutex_);
    WENSUM_RETURN_IF_ERROR(failure_);
    return held;
  }

 private:
  absl::Status Put(model::SourceRecord record) {
    batch_.sources.push_back({.record = std::move(record)});
    return batch_.sources.size() < kFillBatch ? absl::OkStatus() : Send();
  }

  absl::Status Send() {
    return open_.reg().Enqueue(std::exchange(batch_, {}), [this](const registry::MutationResult& result) {
      MutexLock lock(mutex_);
      failure_.Update(result.status);
    });
  }

  OpenRegister& open_;
  const Options& options_;
  registry::Mutation batch_;
  Mutex mutex_;
  absl::Status failure_ WENSUM_GUARDED_BY(mutex_);
};

// Puts a model that is learnt from the register's own records in force.
absl::Status LearnModel(OpenRegister& open, Report& report) {
  registry::ModelWork& work = *open.reg().model_work();
  const StopWatch learning;
  WENSUM_ASSIGN_OR_RETURN(registry::Training training, work.Train({}));
  const registry::NamedModel named =
      registry::NameByContent(std::move(training.model), registry::ModelOrigin::kTrained, SystemClock().Now());
  registry::Mutation mutation;
  mutation.extra_writes = [&named](const registry::MutationResult&, storage::WriteBatch& batch) {
    registry::PutModel(named, batch);
  };
  WENSUM_RETURN_IF_ERROR(open.reg().Commit(std::move(mutation)).status);
  report.Add("learning a model", learning.Seconds(), "s");
  const StopWatch activation;
  WENSUM_ASSIGN_OR_RETURN(const registry::Activation switched, work.Activate({.version = named.info.version()}, {}));
  report.Add("putting it in force", activation.Seconds(), "s");
  report.Add("writes that waited for the switch", static_cast<double>(switched.switch_micros), "us");
  return absl::OkStatus();
}

absl::Status MeasureRegister(OpenRegister& open, std::vector<model::SourceRecord> records, size_t window_size,
                             Report& report) {
  Window window(window_size);
  Mutex mutex;
  Latencies latencies;
  size_t wrong = 0;
  const size_t count = records.size();
  const uint64_t before = open.reg().Stats().source_records;
  const RunWatch watch;
  for (model::SourceRecord& record : records) {
    window.Enter();
    registry::Mutation mutation;
    mutation.sources.push_back({.record = std::move(record)});
    WENSUM_RETURN_IF_ERROR(
        open.reg().Enqueue(std::move(mutation), [&, sent = StopWatch()](const registry::MutationResult& result) {
          {
            MutexLock lock(mutex);
            latencies.Add(sent.Micros());
            wrong += result.status.ok() && result.sources.size() == 1 &&
                             result.sources[0].outcome == registry::WriteOutcome::kInserted
                         ? 0
                         : 1;
          }
          window.Leave();
        }));
  }
  window.WaitUntilEmpty();
  const Taken taken = watch.taken();
  if (wrong != 0 || open.reg().Stats().source_records != before + count) {
    return Internal(Cat(wrong, " of ", count, " records were not inserted"));
  }
  AddRate(report, "register", count, taken, latencies, std::nullopt);
  return absl::OkStatus();
}

// Person names by record, as acknowledged.
using Acknowledged = std::vector<std::string>;

absl::StatusOr<Acknowledged> MeasureStream(const Served& served, const std::vector<v1::SourceRecord>& records,
                                           size_t window_size, Report& report) {
  const auto stub = v1::SourceRecords::NewStub(served.channel());
  grpc::ClientContext context;
  const auto stream = stub->Stream(&context);
  Window window(window_size);
  std::vector<StopWatch> sent(records.size());
  Acknowledged acknowledged(records.size());
  Latencies latencies;
  absl::Status refused;
  const RunWatch watch;
  std::thread reader([&] {
    v1::StreamSourceRecordsResponse response;
    while (stream->Read(&response)) {
      if (response.sequence() >= records.size() || response.result().outcome() != v1::WRITE_OUTCOME_INSERTED) {
        refused.Update(Internal(Cat("record ", response.sequence(), " was not inserted: ", response.error_message())));
      } else {
        latencies.Add(sent[response.sequence()].Micros());
        acknowledged[response.sequence()] = response.result().person();
      }
      window.Leave();
    }
  });
  v1::StreamSourceRecordsRequest request;
  bool open = true;
  for (size_t i = 0; i < records.size() && open; ++i) {
    window.Enter();
    request.set_sequence(i);
    *request.mutable_record() = records[i];
    sent[i] = StopWatch();
    open = stream->Write(request);
  }
  stream->WritesDone();
  reader.join();
  const Taken taken = watch.taken();
  WENSUM_RETURN_IF_ERROR(CallStatus("SourceRecords.Stream", stream->Finish()));
  WENSUM_RETURN_IF_ERROR(refused);
  if (latencies.count() != records.size()) {
    return Internal(Cat(latencies.count(), " of ", records.size(), " records were acknowledged"));
  }
  AddRate(report, "SourceRecords.Stream", records.size(), taken, latencies, kRecordsPerSecond);
  return acknowledged;
}

absl::Status MeasureUpserts(const Served& served, const std::vector<v1::SourceRecord>& records, Report& report) {
  const auto stub = v1::SourceRecords::NewStub(served.channel());
  Latencies latencies;
  v1::UpsertSourceRecordRequest request;
  const RunWatch watch;
  for (const v1::SourceRecord& record : records) {
    grpc::ClientContext context;
    *request.mutable_record() = record;
    v1::UpsertSourceRecordResponse response;
    const StopWatch sent;
    WENSUM_RETURN_IF_ERROR(CallStatus("SourceRecords.Upsert", stub->Upsert(&context, request, &response)));
    latencies.Add(sent.Micros());
    if (response.outcome() != v1::WRITE_OUTCOME_INSERTED) {
      return Internal(Cat("record ", record.source_key().key(), " was not inserted"));
    }
  }
  const Taken taken = watch.taken();
  AddRate(report, "SourceRecords.Upsert, 1 caller", records.size(), taken, latencies, std::nullopt);
  return absl::OkStatus();
}

// Every hundredth record is read back, of those that the default purpose may see. (Its person may have been merged into
// another's since it was acknowledged.)
absl::Status ReadBack(const Served& served, const std::vector<v1::SourceRecord>& records,
                      const Acknowledged& acknowledged) {
  const auto stub = v1::SourceRecords::NewStub(served.channel());
  WENSUM_ASSIGN_OR_RETURN(const registry::RegisterRules rules,
                          registry::ParseRegisterRules(registry::DefaultRulesYaml()));
  size_t seen = 0;
  for (size_t i = 0; i < records.size(); ++i) {
    const registry::SourceRules* const source = rules.FindSource(records[i].source_key().source());
    if (source == nullptr || (source->purposes & 1) == 0 || seen++ % 100 != 0) {
      continue;
    }
    grpc::ClientContext context;
    v1::GetSourceRecordRequest request;
    *request.mutable_source_key() = records[i].source_key();
    v1::SourceRecord record;
    WENSUM_RETURN_IF_ERROR(CallStatus("SourceRecords.Get", stub->Get(&context, request, &record)));
    // Records without a name are of nobody.
    if (record.source_key().key() != records[i].source_key().key() ||
        record.person().empty() != acknowledged[i].empty()) {
      return Internal(Cat("record ", records[i].source_key().key(), " was acknowledged and is not there"));
    }
  }
  return absl::OkStatus();
}

// What the disk gives: one synced put after the other, of about the size of a record's commit.
absl::Status MeasureSyncedPuts(const std::string& directory, Report& report) {
  WENSUM_ASSIGN_OR_RETURN(const auto store, storage::OpenRocksDbStore({.path = directory}));
  Latencies latencies;
  for (size_t i = 0; i < kSyncedPuts; ++i) {
    storage::WriteBatch batch;
    batch.Put(storage::Family::kSource, Cat(i), std::string(kSyncedPutBytes, 'x'));
    const StopWatch watch;
    WENSUM_RETURN_IF_ERROR(store->Write(batch, storage::Durability::kSync));
    latencies.Add(watch.Micros());
  }
  report.Add("synced put, p50", latencies.Percentile(0.5), "us");
  report.Add("synced put, p99", latencies.Percentile(0.99), "us");
  return absl::OkStatus();
}

std::vector<v1::SourceRecord> AllToApi(const std::vector<model::SourceRecord>& records) {
  std::vector<v1::SourceRecord> api;
  api.reserve(records.size());
  for (const model::SourceRecord& record : records) {
    api.push_back(ToApi(record));
  }
  return api;
}

absl::Status Measure(const CommandLine& command, const Options& options, Report& report) {
  WENSUM_ASSIGN_OR_RETURN(const auto work, WorkDirectory::Create(command.directory()));
  WENSUM_RETURN_IF_ERROR(MeasureSyncedPuts(work->Join("puts"), report));
  const std::string city = work->Join("city");
  WENSUM_RETURN_IF_ERROR(WriteCity(city, {.people = options.people}).status());
  const std::string data = work->Join("data");
  WENSUM_RETURN_IF_ERROR(server::PrepareDataDirectory(data));
  Held held;
  {
    WENSUM_ASSIGN_OR_RETURN(const auto open,
                            OpenRegister::Open(storage::StorePath(data), options.block_cache_mb << 20));
    WENSUM_RETURN_IF_ERROR(open->ImportGazetteer(city).status());
    WENSUM_ASSIGN_OR_RETURN(held, Filler(*open, options).Fill(city));
    report.Setting("source_records_before", open->reg().Stats().source_records);
    report.Setting("entities_before", open->reg().Stats().entities);
    report.Setting("window", options.window);
    report.Setting("learn", options.learn);
    report.Setting("block_cache_mb", options.block_cache_mb);
    if (options.learn) {
      Note("Learning a model");
      WENSUM_RETURN_IF_ERROR(LearnModel(*open, report));
    }
    Note("Writing into the register");
    if (!command.quick()) WaitUntilIdle();
    WENSUM_RETURN_IF_ERROR(MeasureRegister(*open, std::move(held.direct), options.window, report));
  }
  if (options.only_register) {
    return absl::OkStatus();
  }
  WENSUM_ASSIGN_OR_RETURN(const auto served, Served::Start(data, options.block_cache_mb));
  if (!command.quick()) report.Add("warming up after a start", WaitUntilIdle(), "s");
  Note("Streaming");
  const std::vector<v1::SourceRecord> streamed = AllToApi(held.streamed);
  WENSUM_ASSIGN_OR_RETURN(const Acknowledged acknowledged, MeasureStream(*served, streamed, options.window, report));
  WENSUM_RETURN_IF_ERROR(ReadBack(*served, streamed, acknowledged));
  return MeasureUpserts(*served, AllToApi(held.upserted), report);
}

}  // namespace
}  // namespace wensum::benchmarks

int main(int argc, char** argv) {
  using wensum::benchmarks::CommandLine;
  CommandLine command("ingest", "Person records per second into a register that is in use");
  wensum::benchmarks::Options options;
  command.AddSize("--people", options.people, 300, "People of the city; each has some 3 source records");
  command.AddSize("--records", options.records, 200, "Records of each way in");
  command.AddSize("--upserts", options.upserts, 20, "Records sent one after the other");
  command.AddOption("--window", options.window, "Records that may wait for their acknowledgement");
  command.AddFlag("--learn", options.learn,
                  "Put a model learnt from the register in force before anything is measured");
  command.AddOption("--block-cache-mb", options.block_cache_mb, "Cache of the store");
  command.AddFlag("--only-register", options.only_register, "Leave out the ways through gRPC");
  return command.Run(argc, argv, [&](wensum::benchmarks::Report& report) {
    return wensum::benchmarks::Measure(command, options, report);
  });
}
