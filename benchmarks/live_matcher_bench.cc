// How fast the live person matcher takes records in, in bulk and one by one, what it keeps in memory for them, and how
// large the components are that a change can touch. Records are those of the sample city's extracts in mixed order, as
// the register compares them; the model is the one that ships. No storage: see ingest_bench for the whole way in.
#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/parallel.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "benchmarks/support/city.h"
#include "benchmarks/support/report.h"
#include "benchmarks/support/sample_people.h"
#include "benchmarks/support/timing.h"
#include "matching/person/default_model.h"
#include "matching/person/person_schema.h"
#include "matching/resolve/candidate_pairs.h"
#include "matching/resolve/live_matcher.h"
#include "matching/resolve/resolution.h"
#include "matching/train/trainer.h"

namespace wensum::benchmarks {
namespace {

using matching::LinkageRecord;
using matching::LiveMatcher;
using matching::RecordId;

constexpr Target kBulkPerSecond{.value = 10'000};
constexpr Target kSingleMicros{.value = 1'000, .at_least = false};
constexpr Target kBytesPerRecord{.value = 2'048, .at_least = false};

struct Options {
  uint64_t people = 40'000;
  uint64_t records = 100'000;
  uint64_t singles = 3'000;
  uint64_t fresh = 5'000;
  size_t slice = 1'000;
  size_t fresh_slice = 50;
  size_t threads = 0;
  bool learn = false;
};

class Bench {
 public:
  Bench(const Options& options, std::string directory)
      : options_(options),
        directory_(std::move(directory)),
        threads_(options.threads == 0 ? DefaultThreads() : options.threads) {}

  absl::Status Run(Report& report) {
    WENSUM_ASSIGN_OR_RETURN(model_, matching::DefaultPersonModel());
    WENSUM_RETURN_IF_ERROR(Read());
    if (options_.learn) Learn(report);
    report.Setting("records", records_.size());
    report.Setting("learn", options_.learn);
    report.Setting("threads", threads_);
    report.Setting("slice", options_.slice);
    LiveMatcher matcher(&model_, threads_);
    InBulk(matcher, report);
    OneByOne(matcher, report);
    WENSUM_RETURN_IF_ERROR(Reload(matcher, report));
    Fresh(matcher, " into a warm matcher", report);
    return Check(matcher);
  }

 private:
  absl::Status Read() {
    Note("makes the city");
    WENSUM_ASSIGN_OR_RETURN(const auto work, WorkDirectory::Create(directory_));
    WENSUM_RETURN_IF_ERROR(WriteCity(work->Join("city"), {.people = options_.people}).status());
    WENSUM_ASSIGN_OR_RETURN(std::vector<PersonRow> rows, ReadSamplePeople(work->Join("city"), work->Join("register")));
    for (PersonRow& row : rows) {
      records_.push_back({.values = std::move(row.values), .key = std::move(row.key), .once = std::move(row.once)});
    }
    std::ranges::sort(records_, {}, [](const LinkageRecord& record) { return Hash64(record.key); });
    records_.resize(std::min<size_t>(records_.size(), options_.records));
    const size_t fresh = std::min<size_t>(records_.size() / 2, options_.fresh);
    fresh_.assign(std::make_move_iterator(records_.end() - static_cast<std::ptrdiff_t>(fresh)),
                  std::make_move_iterator(records_.end()));
    records_.resize(records_.size() - fresh);
    return absl::OkStatus();
  }

  // The model of the records themselves, as a register of this size should have one.
  void Learn(Report& report) {
    Note("learns a model");
    const StopWatch watch;
    const auto owned = SetOf({&records_});
    const matching::RecordSet& set = *owned;
    const matching::ResolutionRules rules = model_.parameters.rules;
    const matching::CandidateIndex index(set, CandidateOptionsFor(rules));
    const matching::PairComparer comparer(&set.values());
    matching::CandidatePairs pairs(&set, &index, &comparer, threads_);
    matching::TrainReport trained;
    model_ = matching::Train(pairs, {.rules = rules}, trained);
    report.Add("learning", watch.Seconds(), "s");
  }

  [[nodiscard]] matching::CandidateOptions CandidateOptionsFor(const matching::ResolutionRules& rules) const {
    return {.caps = {rules.hub_cap, rules.mixed_cap}, .richness = rules.key_richness, .threads = threads_};
  }

  static std::unique_ptr<matching::RecordSet> SetOf(std::initializer_list<const std::vector<LinkageRecord>*> parts) {
    auto set = std::make_unique<matching::RecordSet>(matching::PersonSchema());
    for (const std::vector<LinkageRecord>* part : parts) {
      for (const LinkageRecord& record : *part) {
        const std::vector<std::string_view> values(record.values.begin(), record.values.end());
        set->Add(record.key, values, record.once);
      }
    }
    set->Seal();
    return set;
  }

  void InBulk(LiveMatcher& matcher, Report& report) const {
    Note("applies in bulk");
    double seconds = 0;
    double cpu = 0;
    uint64_t scored = 0;
    size_t last = 0;
    size_t next_report = 10'000;
    for (size_t begin = 0; begin < records_.size(); begin += options_.slice) {
      const size_t end = std::min(records_.size(), begin + options_.slice);
      std::vector<LiveMatcher::Change> changes;
      for (size_t i = begin; i < end; ++i) changes.push_back({static_cast<RecordId>(i + 1), records_[i]});
      const StopWatch watch;
      const CpuWatch cpu_watch;
      scored += matcher.Apply(std::move(changes)).pairs_scored;
      seconds += watch.Seconds();
      cpu += cpu_watch.Seconds();
      if (end < next_report && end < records_.size()) continue;
      const auto count = static_cast<double>(end - last);
      const std::string at = Cat(" to ", end);
      report.Add(Cat("bulk apply", at), count / seconds, "records/s", kBulkPerSecond);
      report.Add(Cat("processor time", at), 1e6 * cpu / count, "us/record");
      report.Add(Cat("pairs scored", at), static_cast<double>(scored) / count, "1/record");
      AddState(matcher, at, report);
      last = end;
      next_report *= 10;
      seconds = cpu = 0;
      scored = 0;
    }
  }

  static void AddState(const LiveMatcher& matcher, const std::string& at, Report& report) {
    const LiveMatcher::Stats stats = matcher.stats();
    const auto records = static_cast<double>(stats.records);
    report.Add(Cat("memory", at), static_cast<double>(matcher.memory_bytes()) / records, "bytes/record",
               kBytesPerRecord);
    report.Add(Cat("contents", at), static_cast<double>(stats.contents) / records, "1/record");
    report.Add(Cat("distinct keys", at), static_cast<double>(stats.keys) / records, "1/record");
    report.Add(Cat("hub keys", at), static_cast<double>(stats.hub_keys), "keys");
    report.Add(Cat("crossings", at), static_cast<double>(stats.crossings) / records, "1/record");
    report.Add(Cat("edges", at), static_cast<double>(stats.edges) / records, "1/record");
    report.Add(Cat("largest component", at), static_cast<double>(stats.components.largest), "contents");
    report.Add(Cat("mean component", at), stats.components.mean, "contents");
    report.Add(Cat("reviews", at), static_cast<double>(stats.reviews) / records, "1/record");
  }

  // Each record takes a value of another one, and then its own again.
  void OneByOne(LiveMatcher& matcher, Report& report) {
    Note("applies one by one");
    Latencies changed;
    const size_t count = std::min<size_t>(records_.size(), options_.singles);
    for (size_t i = 0; i < count; ++i) {
      const size_t at = (i * 7919) % records_.size();
      LinkageRecord record = records_[at];
      record.values[i % 5] = records_[(at + 1) % records_.size()].values[i % 5];
      for (const LinkageRecord& version : {record, records_[at]}) {
        std::vector<LiveMatcher::Change> change = {{static_cast<RecordId>(at + 1), version}};
        const StopWatch watch;
        matcher.Apply(std::move(change));
        changed.Add(watch.Micros());
      }
    }
    report.Add("single apply, p50", changed.Percentile(0.5), "us", kSingleMicros);
    report.Add("single apply, p90", changed.Percentile(0.9), "us");
    report.Add("single apply, p99", changed.Percentile(0.99), "us");
    Latencies queries;
    for (size_t i = 0; i < count; ++i) {
      const StopWatch watch;
      static_cast<void>(matcher.FindCandidates(records_[(i * 104729) % records_.size()].values, 10));
      queries.Add(watch.Micros());
    }
    report.Add("find candidates, p50", queries.Percentile(0.5), "us");
    report.Add("find candidates, p99", queries.Percentile(0.99), "us");
  }

  absl::Status Reload(const LiveMatcher& matcher, Report& report) const {
    Note("loads");
    std::vector<std::pair<RecordId, LinkageRecord>> records;
    std::vector<RecordId> clusters;
    for (size_t i = 0; i < records_.size(); ++i) {
      records.emplace_back(static_cast<RecordId>(i + 1), records_[i]);
      clusters.push_back(matcher.ClusterOf(static_cast<RecordId>(i + 1)));
    }
    LiveMatcher again(&model_, threads_);
    const StopWatch watch;
    again.Load(records, clusters, {}, matcher.Reviews());
    report.Add("load", static_cast<double>(records.size()) / watch.Seconds(), "records/s");
    report.Add("memory after load", static_cast<double>(again.memory_bytes()) / static_cast<double>(records.size()),
               "bytes/record", kBytesPerRecord);
    if (again.Clusters() != matcher.Clusters()) return Internal("the loaded matcher has other clusters");
    Fresh(again, " after load", report);
    return WarmUp(again, matcher, report);
  }

  static absl::Status WarmUp(LiveMatcher& again, const LiveMatcher& matcher, Report& report) {
    const StopWatch watch;
    const CpuWatch cpu_watch;
    while (true) {
      LiveMatcher::ColdNeighbours found = again.FindCold(256);
      if (found.empty()) break;
      again.Keep(std::move(found));
    }
    const auto count = static_cast<double>(again.size());
    report.Add("warming up", count / watch.Seconds(), "records/s");
    report.Add("warming up, processor time", 1e6 * cpu_watch.Seconds() / count, "us/record");
    report.Add("memory when warm", static_cast<double>(again.memory_bytes()) / count, "bytes/record", kBytesPerRecord);
    return again.stats().edges >= matcher.stats().edges ? absl::OkStatus()
                                                        : Internal("some edges were not found again");
  }

  // Records that come a few at a time, as the register's writer takes them.
  void Fresh(LiveMatcher& matcher, const std::string& where, Report& report) const {
    Note(Cat("applies fresh records", where));
    const StopWatch watch;
    const CpuWatch cpu_watch;
    uint64_t scored = 0;
    for (size_t begin = 0; begin < fresh_.size(); begin += options_.fresh_slice) {
      const size_t end = std::min(fresh_.size(), begin + options_.fresh_slice);
      std::vector<LiveMatcher::Change> changes;
      for (size_t i = begin; i < end; ++i) {
        changes.push_back({static_cast<RecordId>(records_.size() + i + 1), fresh_[i]});
      }
      scored += matcher.Apply(std::move(changes)).pairs_scored;
    }
    const auto count = static_cast<double>(std::max<size_t>(1, fresh_.size()));
    report.Add(Cat("fresh records", where), count / watch.Seconds(), "records/s");
    report.Add(Cat("fresh records", where, ", processor time"), 1e6 * cpu_watch.Seconds() / count, "us/record");
    report.Add(Cat("fresh records", where, ", pairs scored"), static_cast<double>(scored) / count, "1/record");
  }

  // The batch must say the same.
  absl::Status Check(const LiveMatcher& matcher) const {
    Note("checks against the batch");
    const auto owned = SetOf({&records_, &fresh_});
    const matching::RecordSet& set = *owned;
    const matching::ResolutionRules& rules = model_.parameters.rules;
    const matching::CandidateIndex index(set, CandidateOptionsFor(rules));
    const matching::PairComparer comparer(&set.values());
    matching::CandidatePairs pairs(&set, &index, &comparer, threads_);
    const matching::FrequencyTables tables = TablesFor(set.values(), model_.frequencies);
    const matching::PairScorer scorer(&set.values(), &model_.parameters, &tables);
    const matching::Resolution batch = ResolveRecords(
        set, comparer, scorer, pairs.ScoreAll(scorer, std::min(rules.edge_floor, rules.review_threshold)), {},
        {.merge_threshold = rules.merge_threshold,
         .edge_floor = rules.edge_floor,
         .component_limit = rules.component_limit,
         .rules = true,
         .threads = threads_});
    uint64_t clusters = 0;
    for (matching::RecordIndex i = 0; i < set.size(); ++i) clusters += batch.labels[i] == i ? 1 : 0;
    if (matcher.Clusters().size() != clusters || matcher.Reviews().size() != batch.review.size()) {
      return Internal(Cat("the matcher has ", matcher.Clusters().size(), " clusters and ", matcher.Reviews().size(),
                          " reviews, the batch ", clusters, " and ", batch.review.size()));
    }
    return absl::OkStatus();
  }

  const Options options_;
  const std::string directory_;
  const size_t threads_;
  std::vector<LinkageRecord> records_;
  std::vector<LinkageRecord> fresh_;  // those that come last
  matching::LinkageModel model_;
};

}  // namespace
}  // namespace wensum::benchmarks

int main(int argc, char** argv) {
  namespace benchmarks = wensum::benchmarks;
  benchmarks::Options options;
  benchmarks::CommandLine line("live_matcher", "How fast the live person matcher resolves changes");
  line.AddSize("--people", options.people, uint64_t{1'500}, "people of the city");
  line.AddSize("--records", options.records, uint64_t{3'000}, "records taken of the city's, at most");
  line.AddSize("--singles", options.singles, uint64_t{50}, "records changed one by one");
  line.AddSize("--fresh", options.fresh, uint64_t{200}, "of them, those that come last, a few at a time");
  line.AddSize("--slice", options.slice, size_t{500}, "records applied at a time in bulk");
  line.AddFlag("--learn", options.learn, "learn a model from the records first instead of taking the one that ships");
  line.AddOption("--fresh-slice", options.fresh_slice, "fresh records applied at a time");
  line.AddSize("--threads", options.threads, size_t{0}, "0: as many as the machine has");
  return line.Run(argc, argv,
                  [&](benchmarks::Report& report) { return benchmarks::Bench(options, line.directory()).Run(report); });
}
