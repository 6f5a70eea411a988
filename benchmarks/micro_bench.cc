// Speed of the engine's parts alone, in memory, over one city of 5,000 people. Every benchmark checks its answers: one
// that is wrong ends it with an error, and the executable with exit code 1.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "benchmarks/support/city.h"
#include "benchmarks/support/micro.h"
#include "import/byte_source.h"
#include "import/csv_reader.h"
#include "import/gazetteer_reader.h"
#include "import/mapped_reader.h"
#include "matching/address/address_index.h"
#include "matching/compare/edit_distance.h"
#include "matching/person/default_model.h"
#include "matching/person/person_schema.h"
#include "matching/resolve/live_matcher.h"
#include "matching/retrieve/candidate_features.h"
#include "model/postcode.h"
#include "sample/embedded.h"
#include "services/gazetteer/property_reader.h"
#include "storage/store.h"

namespace wensum::benchmarks {
namespace {

constexpr uint64_t kPeople = 5'000;

// The city and what is made of it, once for all benchmarks.
struct Inputs {
  std::unique_ptr<WorkDirectory> work;
  std::string gazetteer;  // the file's bytes
  uint64_t gazetteer_records = 0;
  std::string council_tax;  // the file's bytes
  uint64_t council_tax_rows = 0;
  std::vector<model::SourceRecord> people;
  std::vector<matching::LinkageRecord> records;  // of `people`
  std::unique_ptr<matching::address::AddressIndex> addresses;
  std::vector<matching::address::IndexedProperty> properties;
  std::vector<matching::address::Query> queries;  // as the sources write them
  std::vector<std::string> prefixes;
};

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

matching::LinkageRecord RecordOf(const model::SourceRecord& record) {
  return {.values = matching::PersonValues(record.details, record.kind, {}),
          .key = Cat(record.key.source, "/", record.key.key),
          .once = ""};
}

absl::Status FillAddressIndex(const std::string& directory, Inputs& inputs) {
  WENSUM_ASSIGN_OR_RETURN(const auto open, OpenRegister::Open(inputs.work->Join("register")));
  WENSUM_RETURN_IF_ERROR(open->ImportGazetteer(directory).status());
  const gazetteer::PropertyReader reader(open->store(), open->reg().register_id());
  inputs.addresses = std::make_unique<matching::address::AddressIndex>();
  return reader.ForEachIndexed(1, [&inputs](const std::vector<matching::address::IndexedProperty>& chunk) {
    for (const matching::address::IndexedProperty& property : chunk) {
      if (!property.addresses.empty()) {
        inputs.addresses->Upsert(property, nullptr);
        inputs.properties.push_back(property);
      }
    }
  });
}

absl::StatusOr<Inputs> MakeInputs() {
  Inputs inputs;
  WENSUM_ASSIGN_OR_RETURN(inputs.work, WorkDirectory::Create(std::filesystem::temp_directory_path().string()));
  const std::string directory = inputs.work->Join("city");
  WENSUM_ASSIGN_OR_RETURN(const sample::SampleSummary summary, WriteCity(directory, {.people = kPeople}));
  inputs.gazetteer = ReadAll(directory + "/gazetteer.csv");
  inputs.gazetteer_records = summary.gazetteer_records;
  inputs.council_tax = ReadAll(directory + "/council_tax.csv");
  for (const sample::SampleFile& file : summary.files) {
    if (file.name == "council_tax.csv") {
      inputs.council_tax_rows = file.rows;
    }
  }
  WENSUM_RETURN_IF_ERROR(ForEachRecord(directory, [&inputs](model::SourceRecord record) {
    if (record.kind == model::RecordKind::kPerson) {
      inputs.people.push_back(std::move(record));
    }
    return absl::OkStatus();
  }));
  for (const model::SourceRecord& record : inputs.people) {
    inputs.records.push_back(RecordOf(record));
    for (const model::PersonAddress& address : record.details.addresses) {
      inputs.queries.push_back({.text = address.text, .postcode = address.postcode.ToString()});
    }
  }
  WENSUM_RETURN_IF_ERROR(FillAddressIndex(directory, inputs));
  for (const matching::address::IndexedProperty& property : inputs.properties) {
    const std::string address = matching::address::FormatAddress(property.addresses.front());
    inputs.prefixes.push_back(address.substr(0, address.size() * 2 / 3));
  }
  return inputs;
}

const Inputs& City() {
  static const Inputs& inputs = InputOrExit(MakeInputs());
  return inputs;
}

void PersonValues(benchmark::State& state) {
  const std::vector<model::SourceRecord>& people = City().people;
  GoRound(state, people.size(), [&](size_t i) { benchmark::DoNotOptimize(RecordOf(people[i])); });
  if (RecordOf(people[0]).values[matching::person_attribute::kSurname].empty()) {
    Fail(state, "a record of a person has no surname");
  }
}

void CandidateKeys(benchmark::State& state) {
  matching::ValueStore store(matching::PersonSchema());
  std::vector<std::vector<matching::ValueId>> rows;
  for (const matching::LinkageRecord& record : City().records) {
    const std::vector<std::string_view> values(record.values.begin(), record.values.end());
    store.Intern(values, rows.emplace_back(values.size()));
  }
  const matching::CandidateFeatures features(&store);
  std::vector<uint64_t> keys;
  size_t total = 0;
  GoRound(state, rows.size(), [&](size_t i) {
    keys.clear();
    features.AppendKeys(rows[i], matching::ResolutionRules().key_richness, keys);
    total += keys.size();
  });
  if (total < static_cast<size_t>(state.iterations())) {
    Fail(state, "records have less than one candidate key each");
  }
}

// Records per second into a matcher, in batches of the size that a commit has under load.
void ApplyToMatcher(benchmark::State& state) {
  constexpr size_t kBatch = 256;
  const std::vector<matching::LinkageRecord>& records = City().records;
  const absl::StatusOr<matching::LinkageModel> model = matching::DefaultPersonModel();
  if (!model.ok()) {
    Fail(state, std::string(Message(model.status())));
    return;
  }
  uint64_t pairs = 0;
  size_t clusters = 0;
  for (auto _ : state) {
    matching::LiveMatcher matcher(&*model);
    for (size_t begin = 0; begin < records.size(); begin += kBatch) {
      std::vector<matching::LiveMatcher::Change> changes;
      for (size_t i = begin; i < std::min(begin + kBatch, records.size()); ++i) {
        changes.push_back({.id = static_cast<matching::RecordId>(i + 1), .record = records[i]});
      }
      pairs += matcher.Apply(std::move(changes)).pairs_scored;
    }
    clusters = matcher.Clusters().size();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(records.size()));
  state.counters["pairs"] = benchmark::Counter(static_cast<double>(pairs), benchmark::Counter::kIsRate);
  if (clusters < kPeople / 2 || clusters > records.size() * 3 / 4) {
    Fail(state, Cat(records.size(), " records of ", kPeople, " people gave ", clusters, " clusters"));
  }
}

void EditDistance(benchmark::State& state) {
  const std::vector<matching::LinkageRecord>& records = City().records;
  const auto surname = [&records](size_t i) -> std::string_view {
    return records[i].values[matching::person_attribute::kSurname];
  };
  int total = 0;
  GoRound(state, records.size() - 1, [&](size_t i) { total += matching::OsaDistance(surname(i), surname(i + 1), 3); });
  benchmark::DoNotOptimize(total);
  if (matching::OsaDistance("MARTHA", "MRATHAS", 3) != 2) {
    Fail(state, "one swap and one insertion are not two edits");
  }
}

void FindMatch(benchmark::State& state) {
  const Inputs& city = City();
  size_t matched = 0;
  GoRound(state, city.queries.size(), [&](size_t i) {
    matched += city.addresses->FindMatch(city.queries[i], {.max_candidates = 0}).outcome ==
                       matching::address::Outcome::kMatched
                   ? 1
                   : 0;
  });
  state.counters["matched"] = static_cast<double>(matched) / static_cast<double>(state.iterations());
  if (matched * 2 < static_cast<size_t>(state.iterations())) {
    Fail(state, "less than half of the addresses were matched");
  }
}

void Suggest(benchmark::State& state) {
  const Inputs& city = City();
  size_t none = 0;
  GoRound(state, city.prefixes.size(),
          [&](size_t i) { none += city.addresses->Suggest({.input = city.prefixes[i]}).empty() ? 1 : 0; });
  if (none * 10 > static_cast<size_t>(state.iterations())) {
    Fail(state, "more than a tenth of the typed addresses found nothing");
  }
}

void FillAddressIndex(benchmark::State& state) {
  const Inputs& city = City();
  for (auto _ : state) {
    matching::address::AddressIndex index;
    for (const matching::address::IndexedProperty& property : city.properties) {
      index.Upsert(property, nullptr);
    }
    if (index.size() != city.properties.size()) {
      Fail(state, "the index does not hold every property");
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(city.properties.size()));
}

void ReadCsv(benchmark::State& state) {
  const Inputs& city = City();
  for (auto _ : state) {
    const auto source = ingest::ByteSource::OpenMemory(city.gazetteer);
    ingest::CsvReader reader(source->get());
    ingest::CsvRow row;
    uint64_t rows = 0;
    while (reader.Next(row).value_or(false)) {
      ++rows;
    }
    if (rows < city.gazetteer_records) {
      Fail(state, Cat("read ", rows, " of ", city.gazetteer_records, " rows"));
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(city.gazetteer.size()));
}

void ReadGazetteer(benchmark::State& state) {
  const Inputs& city = City();
  uint64_t rows = 0;
  for (auto _ : state) {
    const auto source = ingest::ByteSource::OpenMemory(city.gazetteer);
    const auto reader = ingest::GazetteerReader::Open(source->get(), {});
    ingest::GazetteerRecord record;
    uint64_t taken = 0;
    while ((*reader)->Next(record).value_or(false)) {
      taken += record.outcome == ingest::GazetteerRecord::Outcome::kRow ? 1 : 0;
    }
    rows += taken;
    if (taken < city.gazetteer_records) {
      Fail(state, Cat("took ", taken, " of ", city.gazetteer_records, " rows"));
    }
  }
  state.SetItemsProcessed(static_cast<int64_t>(rows));
}

void ReadMapped(benchmark::State& state) {
  const Inputs& city = City();
  const auto feeds = sample::EmbeddedFeeds();
  const auto feed = std::find_if(feeds.begin(), feeds.end(), [](const auto& f) { return f.name == "council_tax"; });
  const auto mapping = ingest::ParseMapping(feed->yaml);
  for (auto _ : state) {
    const auto source = ingest::ByteSource::OpenMemory(city.council_tax);
    const auto reader = ingest::MappedReader::Open(&*mapping, source->get(), {});
    ingest::MappedRow row;
    uint64_t rows = 0;
    while ((*reader)->Next(row).value_or(false)) {
      ++rows;
    }
    if (rows != city.council_tax_rows) {
      Fail(state, Cat("mapped ", rows, " of ", city.council_tax_rows, " rows"));
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(city.council_tax_rows));
}

void ParsePostcode(benchmark::State& state) {
  static constexpr std::string_view kTexts[] = {"NR2 1AB", "nr21ab", " NR3  4 EF", "EC1A 1BB", "W1A 0AX", "NR7 0Q"};
  constexpr size_t kCount = std::size(kTexts);
  size_t parsed = 0;
  GoRound(state, kCount, [&](size_t i) { parsed += model::Postcode::Parse(kTexts[i]).ok() ? 1 : 0; });
  if (!model::Postcode::Parse(kTexts[0]).ok() || model::Postcode::Parse(kTexts[kCount - 1]).ok()) {
    Fail(state, "a postcode is not told from what is none");
  }
  benchmark::DoNotOptimize(parsed);
}

BENCHMARK(PersonValues);
BENCHMARK(CandidateKeys);
BENCHMARK(ApplyToMatcher)->Unit(benchmark::kMillisecond);
BENCHMARK(EditDistance);
BENCHMARK(FindMatch);
BENCHMARK(Suggest);
BENCHMARK(FillAddressIndex)->Unit(benchmark::kMillisecond);
BENCHMARK(ReadCsv)->Unit(benchmark::kMillisecond);
BENCHMARK(ReadGazetteer)->Unit(benchmark::kMillisecond);
BENCHMARK(ReadMapped)->Unit(benchmark::kMillisecond);
BENCHMARK(ParsePostcode);

}  // namespace
}  // namespace wensum::benchmarks

int main(int argc, char** argv) { return wensum::benchmarks::RunBenchmarks(argc, argv); }
