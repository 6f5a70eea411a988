// Speed of the parts that resolve people, on one core and in memory, over one city of 5,000 people: items are
// comparisons. Every benchmark checks its answers: one that is wrong ends it with an error, and the executable with
// exit code 1.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "benchmarks/support/city.h"
#include "benchmarks/support/micro.h"
#include "matching/compare/cached_text.h"
#include "matching/compare/compare_address.h"
#include "matching/compare/compare_contact.h"
#include "matching/compare/date_slip.h"
#include "matching/compare/edit_distance.h"
#include "matching/compare/jaro_winkler.h"
#include "matching/compare/name_similarity.h"
#include "matching/retrieve/candidate_features.h"
#include "matching/retrieve/candidate_index.h"
#include "matching/schema/record_set.h"
#include "matching/schema/value_text.h"
#include "matching/score/pair_levels.h"
#include "matching/score/pair_scorer.h"
#include "matching/text/fold.h"
#include "matching/text/surname_form.h"
#include "matching/train/count_frequencies.h"

namespace wensum::benchmarks {
namespace {

using matching::AttributeType;
using matching::RecordIndex;

constexpr uint64_t kPeople = 5'000;

matching::Schema CitySchema() {
  return matching::Schema({{"given", AttributeType::kGivenName},
                           {"surname", AttributeType::kSurname},
                           {"other names", AttributeType::kOtherNames},
                           {"born", AttributeType::kDate},
                           {"postcode", AttributeType::kPostcode},
                           {"address", AttributeType::kText, matching::AddressPart::kHouse},
                           {"phone", AttributeType::kPhone},
                           {"email", AttributeType::kEmail}});
}

// The records that share a candidate key with one record.
struct Run {
  RecordIndex record = 0;
  std::vector<RecordIndex> others;
};

// The city's people and what is made of them, once for all benchmarks.
struct Inputs {
  std::unique_ptr<WorkDirectory> work;
  std::vector<std::pair<std::string, std::string>> surnames;  // two records' each, as chance has it
  std::vector<std::pair<std::string, std::string>> names;     // the same, all of the name
  std::vector<std::string> raw_names;
  std::vector<std::pair<matching::AddressWords, matching::AddressWords>> addresses;
  std::vector<std::pair<std::string, std::string>> emails;
  std::unique_ptr<matching::RecordSet> records;
  std::vector<Run> runs;
  size_t pairs = 0;
  matching::LinkageParameters parameters;
  matching::FrequencyTables tables;
};

// Two different entries, drawn again and again: `count` pairs.
template <typename T>
std::vector<std::pair<T, T>> RandomPairs(const std::vector<T>& from, size_t count) {
  Random random(1);
  std::vector<std::pair<T, T>> pairs;
  while (pairs.size() < count) pairs.emplace_back(from[random.Below(from.size())], from[random.Below(from.size())]);
  return pairs;
}

absl::StatusOr<Inputs> MakeInputs() {
  Inputs inputs;
  WENSUM_ASSIGN_OR_RETURN(inputs.work, WorkDirectory::Create(std::filesystem::temp_directory_path().string()));
  const std::string directory = inputs.work->Join("city");
  WENSUM_RETURN_IF_ERROR(WriteCity(directory, {.people = kPeople}).status());
  inputs.records = std::make_unique<matching::RecordSet>(CitySchema());
  std::vector<std::string> surnames;
  std::vector<std::string> names;
  std::vector<std::string> emails;
  std::vector<matching::AddressWords> addresses;
  WENSUM_RETURN_IF_ERROR(ForEachRecord(directory, [&](const model::SourceRecord& record) {
    if (record.kind != model::RecordKind::kPerson) return absl::OkStatus();
    const model::PersonDetails& details = record.details;
    const std::string& forenames = details.name.forenames;
    const std::string given = forenames.substr(0, forenames.find(' '));
    const std::string born = details.date_of_birth.ToString();
    const std::string address = details.addresses.empty() ? "" : details.addresses[0].text;
    const std::string postcode = details.addresses.empty() ? "" : details.addresses[0].postcode.ToString();
    const std::string phone = details.phones.empty() ? "" : details.phones[0];
    const std::string email = details.emails.empty() ? "" : details.emails[0];
    const std::string_view row[] = {given, details.name.surname, forenames, born, postcode, address, phone, email};
    inputs.records->Add(Cat(record.key.source, "/", record.key.key), row);
    inputs.raw_names.push_back(Cat(forenames, " ", details.name.surname));
    if (std::string folded = matching::FoldText(details.name.surname); !folded.empty()) surnames.push_back(folded);
    names.push_back(matching::FoldText(inputs.raw_names.back()));
    if (!address.empty()) addresses.emplace_back(address);
    if (!email.empty()) emails.push_back(email);
    return absl::OkStatus();
  }));
  inputs.records->Seal();
  constexpr size_t kPairs = 1 << 14;
  inputs.surnames = RandomPairs(surnames, kPairs);
  inputs.names = RandomPairs(names, kPairs);
  inputs.emails = RandomPairs(emails, kPairs);
  inputs.addresses = RandomPairs(addresses, kPairs);

  const matching::CandidateIndex index(*inputs.records, {});
  const matching::RecordSet& records = *inputs.records;
  std::vector<matching::ContentIndex> seen(records.contents(), matching::CandidateIndex::kNobody);
  for (matching::ContentIndex i = 0; i < records.contents(); ++i) {
    Run run{.record = records.content_begin(i)};
    index.ForEachEarlier(i, seen,
                         [&](matching::ContentIndex other) { run.others.push_back(records.content_begin(other)); });
    inputs.pairs += run.others.size();
    if (!run.others.empty()) inputs.runs.push_back(std::move(run));
  }
  std::vector<RecordIndex> labels(inputs.records->size());
  std::iota(labels.begin(), labels.end(), 0U);
  inputs.parameters = matching::InformedParameters(CitySchema());
  inputs.parameters.match_rate = 2 / static_cast<double>(inputs.records->size());
  inputs.tables = matching::FrequencyCount(*inputs.records, labels).Tables();
  return inputs;
}

const Inputs& City() {
  static const Inputs& inputs = InputOrExit(MakeInputs());
  return inputs;
}

// Calls `one(item)` with items going round. Fails unless the sum of the answers, which are numbers, is more than
// nothing over all items.
template <typename T, typename One>
void GoRound(benchmark::State& state, const std::vector<T>& items, const One& one) {
  benchmarks::GoRound(state, items.size(), [&](size_t i) { benchmark::DoNotOptimize(one(items[i])); });
  double sum = 0;
  for (const T& item : items) sum += static_cast<double>(one(item));
  if (!(sum > 0)) Fail(state, "all answers are nothing");
}

void Levenshtein(benchmark::State& state) {
  const auto limit = static_cast<int>(state.range(0));
  GoRound(state, City().surnames,
          [limit](const auto& pair) { return matching::LevenshteinDistance(pair.first, pair.second, limit); });
}
void Osa(benchmark::State& state) {
  const auto limit = static_cast<int>(state.range(0));
  GoRound(state, City().surnames,
          [limit](const auto& pair) { return matching::OsaDistance(pair.first, pair.second, limit); });
}
void OsaLong(benchmark::State& state) {  // three words of bits
  std::vector<std::pair<std::string, std::string>> longs;
  for (const auto& [a, b] : City().names) {
    auto& [x, y] = longs.emplace_back();
    while (x.size() < 150) AppendTo(x, a, ".");
    while (y.size() < 150) AppendTo(y, b, ".");
  }
  GoRound(state, longs, [](const auto& pair) { return matching::OsaDistance(pair.first, pair.second, 200); });
}
void OsaCached(benchmark::State& state) {
  const auto limit = static_cast<int>(state.range(0));
  const matching::CachedText query(City().surnames[0].first);
  GoRound(state, City().surnames, [&](const auto& pair) { return query.OsaDistance(pair.second, limit); });
}
void JaroWinkler(benchmark::State& state) {
  const double at_least = static_cast<double>(state.range(0)) / 100;
  GoRound(state, City().surnames,
          [at_least](const auto& pair) { return matching::JaroWinkler(pair.first, pair.second, at_least); });
}
void JaroWinklerCached(benchmark::State& state) {
  const double at_least = static_cast<double>(state.range(0)) / 100;
  const matching::CachedText query(City().surnames[0].first);
  GoRound(state, City().surnames, [&](const auto& pair) { return query.JaroWinkler(pair.second, at_least); });
}
void NameSimilarity(benchmark::State& state) {
  GoRound(state, City().names, [](const auto& pair) {
    return matching::NameSimilarity(pair.first, pair.second, matching::NameKind::kForename);
  });
}
void DateSlips(benchmark::State& state) {
  Random random(2);
  std::vector<std::pair<uint32_t, uint32_t>> dates;
  for (int i = 0; i < 4096; ++i) {
    const auto date = [&random] {
      return 0x19000101U + static_cast<uint32_t>(random.Below(10) << 20 | random.Below(9) << 8 | random.Below(9));
    };
    dates.emplace_back(date(), date());
  }
  GoRound(state, dates,
          [](const auto& pair) { return static_cast<int>(matching::SlipBetween(pair.first, pair.second)); });
}
void Emails(benchmark::State& state) {
  GoRound(state, City().emails,
          [](const auto& pair) { return static_cast<int>(matching::CompareEmails(pair.first, pair.second)); });
}
void AddressTexts(benchmark::State& state) {
  GoRound(state, City().addresses,
          [](const auto& pair) { return static_cast<int>(matching::CompareAddressTexts(pair.first, pair.second)); });
}
void FoldName(benchmark::State& state) {
  GoRound(state, City().raw_names, [](const std::string& name) { return matching::FoldText(name).size(); });
}
void FoldAccentedName(benchmark::State& state) {
  std::vector<std::string> names;
  for (const std::string& name : City().raw_names) names.push_back(Cat(name, "é"));
  GoRound(state, names, [](const std::string& name) { return matching::FoldText(name).size(); });
}
void SurnamePrefixes(benchmark::State& state) {
  GoRound(state, City().surnames, [](const auto& pair) { return matching::JoinSurnamePrefixes(pair.first).size(); });
}

void CandidateFeatureKeys(benchmark::State& state) {
  const matching::CandidateFeatures features(&City().records->values());
  std::vector<uint64_t> keys;
  GoRound(state, City().runs, [&](const Run& run) {
    keys.clear();
    features.AppendKeys(City().records->row(run.record), 2, keys);
    return keys.size();
  });
}

// All candidate pairs of the city in the order in which a resolution meets them.
void ComparePairs(benchmark::State& state) {
  const Inputs& city = City();
  const matching::PairComparer comparer(&city.records->values());
  uint64_t sum = 0;
  for (auto _ : state) {
    for (const Run& run : city.runs) {
      const auto row = city.records->row(run.record);
      for (const RecordIndex other : run.others) sum += comparer.Compare(row, city.records->row(other));
    }
  }
  benchmark::DoNotOptimize(sum);
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(city.pairs));
}

// The same with scores; argument: 1 ends comparisons that cannot reach the floor of an edge.
void ScorePairs(benchmark::State& state) {
  const Inputs& city = City();
  const matching::PairComparer comparer(&city.records->values());
  const matching::PairScorer scorer(&city.records->values(), &city.parameters, &city.tables);
  const bool stops_early = state.range(0) == 1;
  const double floor = 0;
  uint64_t found = 0;
  for (auto _ : state) {
    found = 0;
    for (const Run& run : city.runs) {
      const auto row = city.records->row(run.record);
      const matching::LevelCeilings ceilings = scorer.CeilingsFor(row);
      for (const RecordIndex other : run.others) {
        const auto other_row = city.records->row(other);
        matching::LevelVector levels = 0;
        double score = 0;
        if (stops_early) {
          found += scorer.ScoreAbove(comparer, floor, ceilings, row, other_row, levels, score) ? 1 : 0;
        } else {
          found += scorer.Score(comparer.Compare(row, other_row), row, other_row) >= floor ? 1 : 0;
        }
      }
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(city.pairs));
  state.counters["pairs"] = static_cast<double>(city.pairs);
  state.counters["above the floor"] = static_cast<double>(found);
  if (found < kPeople || found > city.pairs / 2) {
    any_error = true;
    state.SkipWithError(Cat(found, " of ", city.pairs, " pairs score above the floor").c_str());
  }
}

BENCHMARK(Levenshtein)->Arg(1)->Arg(100);
BENCHMARK(Osa)->Arg(1)->Arg(100);
BENCHMARK(OsaLong);
BENCHMARK(OsaCached)->Arg(1)->Arg(100);
BENCHMARK(JaroWinkler)->Arg(0)->Arg(75)->Arg(90);
BENCHMARK(JaroWinklerCached)->Arg(0)->Arg(75)->Arg(90);
BENCHMARK(NameSimilarity);
BENCHMARK(DateSlips);
BENCHMARK(Emails);
BENCHMARK(AddressTexts);
BENCHMARK(FoldName);
BENCHMARK(FoldAccentedName);
BENCHMARK(SurnamePrefixes);
BENCHMARK(CandidateFeatureKeys);
BENCHMARK(ComparePairs)->Unit(benchmark::kMillisecond);
BENCHMARK(ScorePairs)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace wensum::benchmarks

int main(int argc, char** argv) { return wensum::benchmarks::RunBenchmarks(argc, argv); }
