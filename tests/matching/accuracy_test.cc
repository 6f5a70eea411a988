// How well the default model does on data whose truth is known. Prints the figures; fails below the floors.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/random.h"
#include "base/strings.h"
#include "matching/resolve/person_matcher.h"
#include "matching/score/score.h"
#include "matching/text/fold.h"
#include "tests/matching/household_sample.h"

namespace wensum::matching {
namespace {

using matching_test::CountPairs;
using matching_test::MakeHouseholdSample;
using matching_test::PairCounts;
using matching_test::SampleRecord;

// Applies records in batches to an empty matcher; prints rate and size.
std::vector<std::vector<RecordId>> ResolveAll(const std::vector<SampleRecord>& records, size_t batch,
                                              std::string_view name) {
  PersonMatcher matcher(&DefaultPersonModel());
  uint64_t pairs = 0;
  const auto start = std::chrono::steady_clock::now();
  for (size_t begin = 0; begin < records.size(); begin += batch) {
    std::vector<PersonMatcher::Change> changes;
    for (size_t i = begin; i < std::min(begin + batch, records.size()); ++i) {
      changes.push_back({static_cast<RecordId>(i + 1), records[i].features});
    }
    pairs += matcher.Apply(std::move(changes)).pairs_scored;
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  const auto count = static_cast<double>(records.size());
  std::cout << name << ": " << records.size() << " records, batches of " << batch << ", "
            << static_cast<uint64_t>(count / seconds.count()) << " records/s, " << static_cast<double>(pairs) / count
            << " pairs scored per record, " << static_cast<double>(matcher.memory_bytes()) / count
            << " bytes per record\n";
  return matcher.Clusters();
}

PairCounts Judge(const std::vector<SampleRecord>& records, const std::vector<std::vector<RecordId>>& clusters,
                 std::string_view name) {
  std::vector<uint32_t> truth;
  for (const SampleRecord& record : records) {
    truth.push_back(record.person);
  }
  const PairCounts counts = CountPairs(clusters, truth);
  std::cout << name << ": precision " << counts.precision() << " (" << counts.found - counts.correct
            << " false pairs), recall " << counts.recall() << " (" << counts.truth << " true pairs), "
            << clusters.size() << " clusters\n";
  return counts;
}

std::string Describe(const PersonFeatures& f) {
  std::string text = Cat(f.forenames, "|", f.surname, "|", f.suffix, "|", f.date_of_birth, "|", int{f.sex}, "|",
                         f.ni_number, "|", f.phones.size(), "|", f.emails.size());
  for (const PersonFeatures::Address& address : f.addresses) {
    AppendTo(text, "|", address.uprn, " ", address.postcode);
  }
  return text;
}

// With WENSUM_SHOW_ERRORS set, prints some wrong clusters and some people who were not brought together.
void ShowErrors(const std::vector<SampleRecord>& records, const std::vector<std::vector<RecordId>>& clusters) {
  if (std::getenv("WENSUM_SHOW_ERRORS") == nullptr) {
    return;
  }
  int shown = 0;
  for (const std::vector<RecordId>& cluster : clusters) {
    const bool wrong = std::any_of(cluster.begin(), cluster.end(), [&](RecordId id) {
      return records[id - 1].person != records[cluster[0] - 1].person;
    });
    if (wrong && shown++ < 40) {
      std::cout << "wrong cluster\n";
      for (const RecordId id : cluster) {
        std::cout << "  " << records[id - 1].person << " " << Describe(records[id - 1].features) << "\n";
      }
    }
  }
  std::map<uint32_t, std::vector<std::vector<RecordId>>> by_person;
  for (const std::vector<RecordId>& cluster : clusters) {
    by_person[records[cluster[0] - 1].person].push_back(cluster);
  }
  shown = 0;
  for (const auto& [person, parts] : by_person) {
    if (parts.size() > 1 && shown++ < 60) {
      std::cout << "split person " << person << "\n";
      for (const std::vector<RecordId>& part : parts) {
        std::cout << "  part\n";
        for (const RecordId id : part) {
          std::cout << "    " << Describe(records[id - 1].features) << "  "
                    << Score(records[id - 1].features, records[parts[0][0] - 1].features, DefaultPersonModel()) << "\n";
        }
      }
    }
  }
}

TEST(AccuracyTest, Households) {
  const char* wanted = std::getenv("WENSUM_TEST_HOUSEHOLDS");
  const uint32_t households = wanted == nullptr ? 6000 : ParseInteger<uint32_t>(wanted).value_or(6000);
  constexpr uint64_t kSeed = 20261121;
  std::cout << "seed " << kSeed << "\n";
  const std::vector<SampleRecord> records = MakeHouseholdSample(households, kSeed);
  const std::vector<std::vector<RecordId>> clusters = ResolveAll(records, 1000, "households");
  const PairCounts counts = Judge(records, clusters, "households");
  ShowErrors(records, clusters);
  // What is missing to 0.999 and 1 are kin of one name of whom one has no date anywhere, and movers and initials
  // without a date, which stewards decide.
  EXPECT_GE(counts.precision(), 0.9985);
  EXPECT_GE(counts.recall(), 0.86);
}

// Fields of one line of comma-separated values, with quotes.
std::vector<std::string> SplitCsv(std::string_view line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      fields.emplace_back();
    } else if (c != '\r') {
      fields.back().push_back(c);
    }
  }
  for (std::string& field : fields) {
    field = Trim(field);
  }
  return fields;
}

std::filesystem::path DataFile(std::string_view name) {
  const char* directory = std::getenv("WENSUM_TEST_DATA");
  return directory == nullptr ? std::filesystem::path() : std::filesystem::path(directory) / "persons" / name;
}

#define WENSUM_SKIP_WITHOUT(path)                                                                     \
  if ((path).empty() || !std::filesystem::exists(path)) {                                             \
    GTEST_SKIP() << "set WENSUM_TEST_DATA to a directory with persons/" << (path).filename().string() \
                 << " to run this";                                                                   \
  }

TEST(AccuracyTest, Febrl3) {
  const std::filesystem::path path = DataFile("febrl_dataset3.csv");
  WENSUM_SKIP_WITHOUT(path);
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  std::vector<SampleRecord> records;
  while (std::getline(file, line)) {
    const std::vector<std::string> row = SplitCsv(line);
    ASSERT_EQ(row.size(), 11U) << line;
    model::PersonDetails details;
    details.name.forenames = row[1];
    details.name.surname = row[2];
    SampleRecord record;
    if (const auto date = ParseInteger<int32_t>(row[9])) {
      details.date_of_birth = {static_cast<int16_t>(*date / 10000), static_cast<int8_t>(*date / 100 % 100),
                               static_cast<int8_t>(*date % 100)};
    }
    if (!row[10].empty()) {  // not as an NI number: its noise includes other people's numbers
      details.identifiers.push_back({"soc_sec_id", row[10]});
    }
    record.features = Standardise(details, model::RecordKind::kPerson, {}, row[0]);
    PersonFeatures::Address address;
    address.postcode = row[7];
    address.text_hash = Hash64(FoldText(Cat(row[3], " ", row[4])));
    record.features.addresses.push_back(address);
    record.person = ParseInteger<uint32_t>(Split(row[0], '-')[1]).value_or(0);
    records.push_back(std::move(record));
  }
  const std::vector<std::vector<RecordId>> clusters = ResolveAll(records, 500, "febrl3");
  const PairCounts counts = Judge(records, clusters, "febrl3");
  ShowErrors(records, clusters);
  EXPECT_GE(counts.precision(), 0.99);
  EXPECT_GE(counts.recall(), 0.85);
}

TEST(AccuracyTest, Historical) {
  const std::filesystem::path path = DataFile("historical_dev.csv");
  WENSUM_SKIP_WITHOUT(path);
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  std::vector<SampleRecord> records;
  std::map<std::string, uint32_t> people;
  while (std::getline(file, line)) {
    const std::vector<std::string> row = SplitCsv(line);
    if (row.size() != 11) {
      continue;
    }
    model::PersonDetails details;
    details.name.forenames = row[4];
    details.name.surname = row[5];
    if (row[5].empty()) {
      details.name = {};
      details.name.full = row[2];
    }
    const std::vector<std::string_view> date = Split(row[6], '-');
    if (date.size() == 3) {
      details.date_of_birth = {ParseInteger<int16_t>(date[0]).value_or(0),
                               static_cast<int8_t>(ParseInteger<int>(date[1]).value_or(0)),
                               static_cast<int8_t>(ParseInteger<int>(date[2]).value_or(0))};
    }
    details.sex = row[9] == "male"     ? model::Sex::kMale
                  : row[9] == "female" ? model::Sex::kFemale
                                       : model::Sex::kUnknown;
    SampleRecord record;
    record.features = Standardise(details, model::RecordKind::kPerson, {}, row[0]);
    PersonFeatures::Address address;
    address.postcode = ToUpperAscii(row[8]);
    std::erase(address.postcode, ' ');
    address.postcode.resize(std::min<size_t>(address.postcode.size(), 8));
    if (!address.postcode.empty()) {
      record.features.addresses.push_back(address);
    }
    record.person = people.try_emplace(row[1], static_cast<uint32_t>(people.size())).first->second;
    records.push_back(std::move(record));
  }
  const std::vector<std::vector<RecordId>> clusters = ResolveAll(records, 1000, "historical");
  const PairCounts counts = Judge(records, clusters, "historical");
  EXPECT_GE(counts.precision(), 0.98);
}

}  // namespace
}  // namespace wensum::matching
