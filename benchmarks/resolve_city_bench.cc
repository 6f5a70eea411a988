// How well the people of the sample city are found: every extract through its mapping, addresses matched, the model
// learnt (or read), entities resolved, and compared with the truth; with the size of what is left to stewards.
#include <algorithm>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "base/parallel.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "benchmarks/support/city.h"
#include "benchmarks/support/report.h"
#include "benchmarks/support/sample_people.h"
#include "benchmarks/support/timing.h"
#include "matching/evaluate/metrics.h"
#include "matching/person/default_model.h"
#include "matching/person/person_schema.h"
#include "matching/person/portable_model.h"
#include "matching/resolve/candidate_pairs.h"
#include "matching/resolve/disjoint_sets.h"
#include "matching/resolve/resolution.h"
#include "matching/schema/value_text.h"
#include "matching/train/trainer.h"
#include "services/dedupe/model_file.h"

namespace wensum::benchmarks {
namespace {

using matching::RecordIndex;
using matching::Resolution;
using matching::ReviewPair;
using matching::ScoredPair;

constexpr double kLeastPeople = 5;  // who hold what the default model knows

struct Options {
  uint64_t people = 20'000;
  std::string model;              // resolve with this one
  std::string model_out;          // where to keep the one learnt
  std::string default_model_out;  // the same, made portable
  std::string errors;             // a file for what went wrong
  size_t error_limit = 300;
  matching::ResolutionRules rules = matching::PersonRules();
};

// The records in the order of a RecordSet.
struct Batch {
  explicit Batch(std::vector<PersonRow> rows_in) : rows(std::move(rows_in)), records(matching::PersonSchema()) {
    absl::flat_hash_map<std::string_view, uint32_t> people;
    std::vector<std::string_view> values;
    for (const PersonRow& row : rows) {
      values.assign(row.values.begin(), row.values.end());
      records.Add(row.key, values, row.once);
      people.emplace(row.key, row.person);
    }
    records.Seal();
    for (RecordIndex i = 0; i < records.size(); ++i) truth.push_back(people.at(records.key(i)));
  }
  std::vector<PersonRow> rows;
  matching::RecordSet records;
  std::vector<uint32_t> truth;
};

// The person that most records of each cluster are of (of equals the one met first), by label.
std::vector<uint32_t> MainPeople(const std::vector<RecordIndex>& labels, const std::vector<uint32_t>& truth) {
  absl::flat_hash_map<std::pair<RecordIndex, uint32_t>, uint32_t> counts;
  std::vector<uint32_t> main(labels.size());
  std::vector<uint32_t> most(labels.size());
  for (RecordIndex i = 0; i < labels.size(); ++i) {
    const uint32_t count = ++counts[{labels[i], truth[i]}];
    if (count > most[labels[i]]) {
      most[labels[i]] = count;
      main[labels[i]] = truth[i];
    }
  }
  return main;
}

// What remains to be said after every review pair has been answered rightly.
std::vector<uint32_t> AfterReview(const Resolution& resolution, const std::vector<uint32_t>& truth) {
  const std::vector<uint32_t> main = MainPeople(resolution.labels, truth);
  matching::DisjointSets sets(truth.size());
  for (RecordIndex i = 0; i < truth.size(); ++i) sets.Join(i, resolution.labels[i]);
  for (const ReviewPair& pair : resolution.review) {
    if (main[pair.a] == main[pair.b]) sets.Join(pair.a, pair.b);
  }
  std::vector<uint32_t> labels(truth.size());
  for (RecordIndex i = 0; i < truth.size(); ++i) labels[i] = sets.Find(i);
  return labels;
}

void AddMetrics(std::string_view name, const std::vector<uint32_t>& labels, const std::vector<uint32_t>& truth,
                Report& report, double precision, double recall) {
  const matching::PartitionMetrics metrics = matching::ComparePartitions(labels, truth);
  report.Add(Cat(name, " precision"), metrics.pairs.precision, "of pairs", Target{.value = precision});
  report.Add(Cat(name, " recall"), metrics.pairs.recall, "of pairs", Target{.value = recall});
  report.Add(Cat(name, " B-cubed precision"), metrics.b_cubed.precision, "of records");
  report.Add(Cat(name, " B-cubed recall"), metrics.b_cubed.recall, "of records");
  report.Add(Cat(name, " false pairs"), static_cast<double>(metrics.false_pairs()), "pairs");
  report.Add(Cat(name, " missed pairs"), static_cast<double>(metrics.missed_pairs()), "pairs");
  report.Add(Cat(name, " entities"), static_cast<double>(metrics.clusters), "entities");
}

void AddReview(const Batch& batch, const Resolution& resolution, Report& report) {
  const std::vector<uint32_t> main = MainPeople(resolution.labels, batch.truth);
  std::vector<bool> touched(batch.truth.size());
  absl::flat_hash_map<std::string_view, std::pair<double, double>> reasons;  // all, same person
  for (const ReviewPair& pair : resolution.review) {
    touched[pair.a] = touched[pair.b] = true;
    auto& [all, same] = reasons[matching::ReviewReasonName(pair.reason)];
    ++all;
    same += main[pair.a] == main[pair.b] ? 1 : 0;
  }
  const auto records = static_cast<double>(batch.truth.size());
  const auto in_touched = std::ranges::count_if(resolution.labels, [&](RecordIndex label) { return touched[label]; });
  report.Add("review band, pairs per record", static_cast<double>(resolution.review.size()) / records, "pairs",
             Target{.value = 0.05, .at_least = false});
  report.Add("review band, records in its entities", static_cast<double>(in_touched) / records, "of records");
  std::vector<std::string_view> names;
  for (const auto& [name, counts] : reasons) names.push_back(name);
  std::ranges::sort(names);
  for (const std::string_view name : names) {
    report.Add(Cat("review pairs, ", name), reasons[name].first, "pairs");
    report.Add(Cat("review pairs, ", name, ", same person"), reasons[name].second, "pairs");
  }
}

void AddComponents(const std::vector<ScoredPair>& pairs, size_t records, Report& report) {
  for (const double floor : {-6, -2, 0, 1, 2}) {
    matching::DisjointSets sets(records);
    for (const ScoredPair& pair : pairs) {
      if (static_cast<double>(pair.score) >= floor) sets.Join(pair.a, pair.b);
    }
    std::vector<double> sizes(records);
    for (RecordIndex i = 0; i < records; ++i) ++sizes[sets.Find(i)];
    double squares = 0;
    for (const double size : sizes) squares += size * size;
    report.Add(Cat("floor ", floor, ", largest component"), *std::ranges::max_element(sizes), "records");
    report.Add(Cat("floor ", floor, ", mean component seen by a record"), squares / static_cast<double>(records),
               "records");
  }
}

// How many pairs of one person are candidates at all.
void AddRetrieval(const Batch& batch, const matching::CandidateIndex& index, Report& report) {
  const matching::RecordSet& records = batch.records;
  double found = 0;
  const auto count_between = [&](matching::ContentIndex x, matching::ContentIndex y) {
    for (RecordIndex a = records.content_begin(x); a < records.content_begin(x) + records.content_size(x); ++a) {
      for (RecordIndex b = records.content_begin(y); b < records.content_begin(y) + records.content_size(y); ++b) {
        found += b < a && batch.truth[a] == batch.truth[b] ? 1 : 0;
      }
    }
  };
  std::vector<matching::ContentIndex> seen(records.contents(), matching::CandidateIndex::kNobody);
  for (matching::ContentIndex content = 0; content < records.contents(); ++content) {
    count_between(content, content);  // equal records are compared whatever their keys
    index.ForEachEarlier(content, seen, [&](matching::ContentIndex other) { count_between(content, other); });
  }
  const matching::PartitionMetrics perfect = matching::ComparePartitions(batch.truth, batch.truth);
  report.Add("true pairs that are candidates", found / static_cast<double>(perfect.true_pairs), "of pairs");
}

// Writes what a reader needs to see why records were put together or left apart.
class ErrorFile {
 public:
  ErrorFile(const std::string& path, const Batch& batch, const matching::PairComparer& comparer,
            const matching::PairScorer& scorer)
      : out_(path), batch_(batch), comparer_(comparer), scorer_(scorer) {}

  void Write(const Resolution& resolution, size_t limit) {
    WriteGroups("entities of several people", resolution.labels, batch_.truth, limit);
    WriteGroups("people in several entities", batch_.truth, resolution.labels, limit);
    out_ << "== review\n";
    const std::vector<uint32_t> main = MainPeople(resolution.labels, batch_.truth);
    for (size_t i = 0; i < resolution.review.size(); i += std::max<size_t>(1, resolution.review.size() / limit)) {
      const ReviewPair& pair = resolution.review[i];
      out_ << (main[pair.a] == main[pair.b] ? "same" : "other") << " " << pair.score << " "
           << matching::ReviewReasonName(pair.reason) << "\n";
      for (const RecordIndex label : {pair.a, pair.b}) {
        for (RecordIndex k = 0; k < batch_.truth.size(); ++k) {
          if (resolution.labels[k] == label) WriteRecord(k, resolution.labels[k]);
        }
      }
      WriteWeights(pair.a, pair.b);
    }
  }

 private:
  // Groups whose records differ in `parts`; of many every so many is shown.
  void WriteGroups(std::string_view title, const std::vector<uint32_t>& groups, const std::vector<uint32_t>& parts,
                   size_t limit) {
    absl::flat_hash_map<uint32_t, std::vector<RecordIndex>> members;
    for (RecordIndex i = 0; i < groups.size(); ++i) members[groups[i]].push_back(i);
    std::vector<uint32_t> mixed;
    for (const auto& [group, records] : members) {
      if (std::ranges::any_of(records, [&](RecordIndex i) { return parts[i] != parts[records[0]]; })) {
        mixed.push_back(group);
      }
    }
    std::ranges::sort(mixed);
    out_ << "== " << title << ": " << mixed.size() << "\n";
    for (size_t i = 0; i < mixed.size(); i += std::max<size_t>(1, mixed.size() / limit)) {
      std::vector<RecordIndex>& records = members[mixed[i]];
      std::ranges::stable_sort(records, {}, [&parts](RecordIndex k) { return parts[k]; });
      for (const RecordIndex k : records) WriteRecord(k, parts[k]);
      for (size_t k = 1; k < records.size(); ++k) {
        if (parts[records[k]] != parts[records[k - 1]]) WriteWeights(records[k], records[k - 1]);
      }
      out_ << "\n";
    }
  }

  void WriteRecord(RecordIndex record, uint32_t part) {
    out_ << part << "\t" << batch_.records.key(record);
    for (size_t i = 0; i < batch_.records.schema().size(); ++i) {
      std::string text(batch_.records.dictionary(i)[batch_.records.row(record)[i]].text);
      std::ranges::replace(text, matching::kAlternativeSeparator, '/');
      out_ << " | " << text;
    }
    out_ << "\n";
  }

  void WriteWeights(RecordIndex a, RecordIndex b) {
    const auto x = batch_.records.row(a);
    const auto y = batch_.records.row(b);
    const matching::PairWeights weights = scorer_.Weigh(comparer_.Compare(x, y), x, y);
    out_ << "  " << batch_.records.key(a) << " ~ " << batch_.records.key(b) << ": " << scorer_.Score(weights) << " =";
    for (size_t i = 0; i < batch_.records.schema().size(); ++i) {
      const auto level = matching::LevelAt(weights.levels, i);
      if (level == matching::kNullLevel) continue;
      out_ << " " << batch_.records.schema()[i].name << ":"
           << matching::LevelsOf(batch_.records.schema()[i].type)[level].name << " " << weights.random[i] << "/"
           << weights.household[i];
    }
    out_ << "\n";
  }

  std::ofstream out_;
  const Batch& batch_;
  const matching::PairComparer& comparer_;
  const matching::PairScorer& scorer_;
};

absl::Status Measure(const CommandLine& command, const Options& options, Report& report) {
  WENSUM_ASSIGN_OR_RETURN(const auto work, WorkDirectory::Create(command.directory()));
  const std::string city = work->Join("city");
  WENSUM_RETURN_IF_ERROR(WriteCity(city, {.people = options.people}).status());
  WENSUM_ASSIGN_OR_RETURN(std::vector<PersonRow> rows, ReadSamplePeople(city, work->Join("register")));
  const Batch batch(std::move(rows));
  const size_t threads = DefaultThreads();
  report.Setting("people", options.people);
  report.Setting("records", batch.records.size());

  matching::ResolutionRules rules = options.rules;
  matching::LinkageModel model;
  if (!options.model.empty()) {
    WENSUM_ASSIGN_OR_RETURN(
        model, options.model == "default" ? matching::DefaultPersonModel() : dedupe::LoadModel(options.model));
    model.parameters.rules = rules;
  }
  const StopWatch watch;
  // Learning looks at more pairs than a register with the model will.
  const matching::KeyCaps caps =
      options.model.empty() ? matching::KeyCaps() : matching::KeyCaps{rules.hub_cap, rules.mixed_cap};
  const matching::CandidateIndex index(batch.records,
                                       {.caps = caps, .richness = rules.key_richness, .threads = threads});
  const matching::PairComparer comparer(&batch.records.values());
  matching::CandidatePairs pairs(&batch.records, &index, &comparer, threads);
  if (options.model.empty()) {
    matching::TrainReport trained;
    model = matching::Train(pairs, {.rules = rules}, trained);
    report.Setting("identity_guard_fired", trained.identity_guard_fired);
    model.version = Cat("sample-city-", options.people);
    if (!options.model_out.empty()) WENSUM_RETURN_IF_ERROR(dedupe::SaveModel(model, options.model_out));
    if (!options.default_model_out.empty()) {
      WENSUM_RETURN_IF_ERROR(
          dedupe::SaveModel(matching::PortableModel(model, kLeastPeople), options.default_model_out));
    }
  }
  report.Setting("household_class", model.parameters.household.on);
  report.Setting("household_match_share", model.parameters.household.match_share);
  const auto tables = matching::TablesFor(batch.records.values(), model.frequencies);
  const matching::PairScorer scorer(&batch.records.values(), &model.parameters, &tables);
  std::vector<ScoredPair> scored = pairs.ScoreAll(scorer, -6);
  const auto count = static_cast<double>(std::max<size_t>(1, batch.records.size()));
  report.Add("keys per record", static_cast<double>(index.stats().keys) / count, "keys");
  report.Add("keys of several records per record", static_cast<double>(index.stats().entries_kept) / count, "keys");
  report.Add("pairs per record", static_cast<double>(pairs.size()) / count, "pairs");
  AddRetrieval(batch, index, report);
  AddComponents(matching::RecordPairs(batch.records, scored), batch.records.size(), report);
  std::erase_if(scored, [&](const ScoredPair& pair) {
    return static_cast<double>(pair.score) < std::min(rules.edge_floor, rules.review_threshold);
  });
  const Resolution resolution = matching::ResolveRecords(batch.records, comparer, scorer, std::move(scored), {},
                                                         {.merge_threshold = rules.merge_threshold,
                                                          .edge_floor = rules.edge_floor,
                                                          .component_limit = rules.component_limit,
                                                          .rules = true,
                                                          .threads = threads});
  report.Add("learning and resolving", watch.Seconds(), "s");
  report.Add("components cut", static_cast<double>(resolution.stats.cut_components), "components");
  AddMetrics("automatic", resolution.labels, batch.truth, report, 0.999, 0.90);
  AddReview(batch, resolution, report);
  AddMetrics("after review", AfterReview(resolution, batch.truth), batch.truth, report, 0.999, 0.97);
  if (!options.errors.empty()) {
    ErrorFile(options.errors, batch, comparer, scorer).Write(resolution, std::max<size_t>(1, options.error_limit));
  }
  return absl::OkStatus();
}

}  // namespace
}  // namespace wensum::benchmarks

int main(int argc, char** argv) {
  using wensum::benchmarks::CommandLine;
  CommandLine command("resolve_city", "How well the people of the sample city are found");
  wensum::benchmarks::Options options;
  command.AddSize("--people", options.people, 1000, "People of the city; each has some 3 source records");
  command.AddOption("--model", options.model,
                    "Resolve with this model (\"default\": the one that ships); learn nothing");
  command.AddOption("--model-out", options.model_out, "Keep the model learnt");
  command.AddOption("--default-model-out", options.default_model_out, "Keep it as the model that ships");
  command.AddOption("--errors", options.errors, "A file for what went wrong, with the records");
  command.AddOption("--error-limit", options.error_limit, "Cases of each kind in it");
  wensum::matching::ResolutionRules& rules = options.rules;
  command.AddOption("--richness", rules.key_richness, "Of the candidate keys");
  command.AddOption("--hub-cap", rules.hub_cap, "Holders of a key of names that makes pairs, at most");
  command.AddOption("--mixed-cap", rules.mixed_cap, "The same for all other keys");
  command.AddOption("--merge-threshold", rules.merge_threshold, "Log2 odds");
  command.AddOption("--review-threshold", rules.review_threshold, "Log2 odds");
  command.AddOption("--undated-below", rules.undated_below, "Log2 odds");
  return command.Run(argc, argv, [&](wensum::benchmarks::Report& report) {
    return wensum::benchmarks::Measure(command, options, report);
  });
}
