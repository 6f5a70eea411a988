// Records in a hundred orders, at once and bit by bit, with updates and deletions on the way: always the same people.
// WENSUM_LONG=1 tries a hundred orders of each set instead of a few, and the large set too. Sets that are not part of
// the project are skipped where WENSUM_TEST_DATA does not name their folder.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <numeric>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/strings.h"
#include "benchmarks/support/city.h"
#include "benchmarks/support/sample_people.h"
#include "matching/person/default_model.h"
#include "matching/person/person_schema.h"
#include "matching/resolve/candidate_pairs.h"
#include "matching/resolve/live_matcher.h"
#include "matching/schema/value_text.h"
#include "matching/train/trainer.h"
#include "services/dedupe/files.h"
#include "services/dedupe/people_config.h"
#include "tests/reference/batch_partition.h"
#include "tests/support/temp_dir.h"

namespace wensum::dedupe {
namespace {

using matching::LinkageModel;
using matching::LinkageRecord;
using matching::LiveMatcher;
using matching::RecordId;
// By key, each cluster sorted, the list sorted.
using Partition = std::vector<std::vector<std::string>>;

bool LongForm() { return std::getenv("WENSUM_LONG") != nullptr; }

template <typename Cluster>
Partition ByKey(const std::vector<Cluster>& clusters, const std::vector<LinkageRecord>& records, size_t first) {
  Partition partition;
  for (const Cluster& cluster : clusters) {
    std::vector<std::string>& keys = partition.emplace_back();
    for (const auto place : cluster) keys.push_back(records[place - first].key);
    std::ranges::sort(keys);
  }
  std::ranges::sort(partition);
  return partition;
}

Partition AtOnce(const LinkageModel& model, const std::vector<LinkageRecord>& records, size_t threads) {
  return ByKey(reference::ResolveBatch(model, records, threads).clusters, records, 0);
}

// In the order given, some at a time. With `detours`, every tenth record first says what another one says, and every
// tenth is deleted and comes again.
Partition BitByBit(const LinkageModel& model, const std::vector<LinkageRecord>& records, size_t threads, bool detours,
                   Random& random) {
  LiveMatcher matcher(&model, threads);
  std::vector<LiveMatcher::Change> later;
  size_t next = 0;
  while (next < records.size() || !later.empty()) {
    std::vector<LiveMatcher::Change> changes;
    for (uint64_t count = 1 + random.Below(random.Chance(0.1) ? 800 : 8); count > 0 && next < records.size(); --count) {
      const LinkageRecord& record = records[next++];
      const auto id = static_cast<RecordId>(next);
      LinkageRecord given = record;
      if (detours && random.Chance(0.1)) {
        given.values = records[random.Below(records.size())].values;
        later.push_back({id, record});
      }
      changes.push_back({id, std::move(given)});
    }
    const auto untouched = [&changes](RecordId id) {
      return std::ranges::none_of(changes, [id](const LiveMatcher::Change& change) { return change.id == id; });
    };
    for (uint64_t count = random.Below(8); (count > 0 || next == records.size()) && !later.empty(); --count) {
      std::swap(later[random.Below(later.size())], later.back());
      if (!untouched(later.back().id)) break;  // its turn comes with the next changes
      changes.push_back(later.back());
      later.pop_back();
    }
    if (detours && next > 0 && next < records.size() && random.Chance(0.2)) {
      const auto id = static_cast<RecordId>(1 + random.Below(next));
      if (untouched(id)) {
        changes.push_back({id, std::nullopt});
        later.push_back({id, records[id - 1]});
      }
    }
    matcher.Apply(std::move(changes));
  }
  return ByKey(matcher.Clusters(), records, 1);
}

// The first cluster that one of the partitions does not have.
std::string Difference(const Partition& a, const Partition& b) {
  const auto [x, y] = std::ranges::mismatch(a, b);
  return Cat(x == a.end() ? "nothing" : Join(*x, " "), " instead of ", y == b.end() ? "nothing" : Join(*y, " "));
}

void ExpectOnePartition(const LinkageModel& model, std::vector<LinkageRecord> records, int orders) {
  const Partition expected = AtOnce(model, records, 1);
  EXPECT_LT(expected.size(), records.size());
  for (int order = 0; order < orders; ++order) {
    const auto seed = static_cast<uint64_t>(1000 + order);
    Random random(seed);
    for (size_t i = records.size(); i > 1; --i) std::swap(records[i - 1], records[random.Below(i)]);
    const size_t threads = 1 + static_cast<size_t>(order / 3 % 2);
    const Partition found =
        order % 3 == 0 ? AtOnce(model, records, threads) : BitByBit(model, records, threads, order % 3 == 2, random);
    ASSERT_TRUE(found == expected) << "seed " << seed << ": " << Difference(found, expected);
  }
}

LinkageModel Learn(const matching::Schema& schema, const std::vector<LinkageRecord>& records, size_t threads) {
  matching::RecordSet set(schema);
  for (const LinkageRecord& record : records) {
    const std::vector<std::string_view> values(record.values.begin(), record.values.end());
    set.Add(record.key, values, record.once);
  }
  set.Seal();
  const matching::ResolutionRules rules;
  const matching::CandidateIndex index(
      set, {.caps = {rules.hub_cap, rules.mixed_cap}, .richness = rules.key_richness, .threads = threads});
  const matching::PairComparer comparer(&set.values());
  matching::CandidatePairs pairs(&set, &index, &comparer, threads);
  matching::TrainReport report;
  return matching::Train(pairs, {.rules = rules}, report);
}

// Files below `persons` of the folder of public test data, as the configuration maps them.
absl::Status ReadSet(const std::string& config_path, const std::vector<std::string>& files, PeopleConfig& config,
                     std::vector<LinkageRecord>& records) {
  absl::StatusOr<PeopleConfig> loaded = LoadPeopleConfig(config_path);
  if (!loaded.ok()) return loaded.status();
  config = *std::move(loaded);
  std::vector<std::string> columns = {config.id};
  for (const std::vector<std::string>& of_attribute : config.columns) {
    columns.insert(columns.end(), of_attribute.begin(), of_attribute.end());
  }
  for (const std::string& file : files) {
    const absl::Status read =
        ReadColumns(file, columns, [&](std::span<const std::string_view> values, uint64_t /*line*/) -> absl::Status {
          LinkageRecord record;
          record.key = std::string(values[0]);
          size_t column = 1;
          for (size_t i = 0; i < config.schema.size(); ++i) {
            std::string text;
            for (size_t k = 0; k < config.columns[i].size(); ++k) AppendTo(text, k == 0 ? "" : " ", values[column++]);
            record.values.push_back(matching::ValueSetText(config.schema[i].type, text));
          }
          records.push_back(std::move(record));
          return absl::OkStatus();
        });
    if (!read.ok()) return read;
  }
  return absl::OkStatus();
}

struct NamedSet {
  const char* config;
  std::vector<std::string> files;
  bool large = false;
};

class ArrivalOrderTest : public testing::TestWithParam<NamedSet> {};

TEST_P(ArrivalOrderTest, GivesOnePartition) {
  const char* const folder = std::getenv("WENSUM_TEST_DATA");
  if (folder == nullptr) GTEST_SKIP() << "WENSUM_TEST_DATA does not name the folder of public test data";
  if (GetParam().large && !LongForm()) GTEST_SKIP() << "in the long form only (WENSUM_LONG=1)";
  std::vector<std::string> files;
  for (const std::string& file : GetParam().files) {
    files.push_back(Cat(folder, "/persons/", file));
    if (!std::filesystem::exists(files.back())) GTEST_SKIP() << files.back() << " is not there";
  }
  PeopleConfig config;
  std::vector<LinkageRecord> records;
  const absl::Status read = ReadSet(Cat(WENSUM_PEOPLE_CONFIGS, "/", GetParam().config), files, config, records);
  ASSERT_TRUE(read.ok()) << read;
  const LinkageModel model = Learn(config.schema, records, 2);
  ExpectOnePartition(model, records, LongForm() ? 100 : 3);
}

INSTANTIATE_TEST_SUITE_P(PublicSets, ArrivalOrderTest,
                         testing::Values(NamedSet{"febrl3.yaml", {"febrl_dataset3.csv"}},
                                         NamedSet{"fake_1000.yaml", {"fake_1000.csv"}},
                                         NamedSet{"historical.yaml", {"historical_dev.csv"}, true}),
                         [](const auto& set) {
                           const std::string name = set.param.config;
                           return name.substr(0, name.find('.'));
                         });

TEST(ArrivalOrderOfTheSampleTest, GivesOnePartition) {
  const TempDir directory;
  const std::string city = directory.Join("city");
  ASSERT_TRUE(benchmarks::WriteCity(city, {.people = LongForm() ? 2000U : 500U}).ok());
  const auto rows = benchmarks::ReadSamplePeople(city, directory.Join("register"));
  ASSERT_TRUE(rows.ok()) << rows.status();
  std::vector<LinkageRecord> records;
  for (const benchmarks::PersonRow& row : *rows) {
    if (records.size() < 5000) records.push_back({row.values, row.key, row.once});
  }
  const absl::StatusOr<LinkageModel> model = matching::DefaultPersonModel();
  ASSERT_TRUE(model.ok()) << model.status();
  ExpectOnePartition(*model, records, LongForm() ? 100 : 6);
}

// The model does not depend on the order either.
TEST(ArrivalOrderOfTheSampleTest, GivesOneModel) {
  const TempDir directory;
  const std::string city = directory.Join("city");
  ASSERT_TRUE(benchmarks::WriteCity(city, {.people = 500}).ok());
  const auto rows = benchmarks::ReadSamplePeople(city, directory.Join("register"));
  ASSERT_TRUE(rows.ok()) << rows.status();
  std::vector<LinkageRecord> records;
  for (const benchmarks::PersonRow& row : *rows) records.push_back({row.values, row.key, row.once});
  const LinkageModel first = Learn(matching::PersonSchema(), records, 1);
  Random random(7);
  for (size_t i = records.size(); i > 1; --i) std::swap(records[i - 1], records[random.Below(i)]);
  const LinkageModel second = Learn(matching::PersonSchema(), records, 2);
  EXPECT_EQ(first.parameters, second.parameters);
  EXPECT_EQ(first.frequencies.values, second.frequencies.values);
}

}  // namespace
}  // namespace wensum::dedupe
