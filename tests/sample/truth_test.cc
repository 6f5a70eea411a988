// Every line of the truth names exactly one record of an extract, and the other way round; the people are as the rates
// say.
#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/strings.h"
#include "tests/sample/sample_files.h"

namespace wensum::sample {
namespace {

// The keys that a feed's mapping makes of one row.
using KeysOfRow = std::function<std::vector<std::string>(const Table&, const Row&)>;

std::vector<std::string> ReadKeys(const Table& table, const KeysOfRow& keys_of) {
  std::vector<std::string> keys;
  for (const Row& row : table.rows) {
    EXPECT_EQ(row.size(), table.columns.size());
    for (std::string& key : keys_of(table, row)) keys.push_back(std::move(key));
  }
  return keys;
}

KeysOfRow Single(const std::string& column) {
  return [column](const Table& table, const Row& row) { return std::vector<std::string>{table.Cell(row, column)}; };
}

KeysOfRow Double(const std::string& column, const std::string& first, const std::string& second,
                 const std::string& condition) {
  return [=](const Table& table, const Row& row) {
    const std::string& reference = table.Cell(row, column);
    std::vector<std::string> keys = {reference + first};
    if (!table.Cell(row, condition).empty()) keys.push_back(reference + second);
    return keys;
  };
}

// The keys of every extract as its mapping file makes them, in file order.
std::map<std::string, std::vector<std::string>> AllKeys() {
  const City20000& city = City20000::Get();
  std::map<std::string, std::vector<std::string>> keys;
  keys["council_tax"] = ReadKeys(city.Load("council_tax.csv"), Double("ACCOUNT_REF", "-1", "-2", "LIAB2_SURNAME"));
  keys["housing_benefit"] =
      ReadKeys(city.Load("housing_benefit.csv"), Double("ClaimRef", "/C", "/P", "PartnerSurname"));
  keys["housing"] = ReadKeys(city.Load("housing.csv", '|', 0), Double("TENANCY_REF", "-T1", "-T2", "T2_SNAME"));
  keys["electoral_register"] = ReadKeys(city.Load("electoral_register.csv"), [](const Table& table, const Row& row) {
    return std::vector<std::string>{table.Cell(row, "PD") + "-" + table.Cell(row, "ELECTOR_NO")};
  });
  keys["contact_centre"] = ReadKeys(city.Load("contact_centre.csv"), Single("CustomerID"));
  keys["payments"] = ReadKeys(city.Load("payments.csv"), Single("RECEIPT_NO"));
  keys["citizen_account"] = ReadKeys(city.Load("citizen_account.csv"), Single("account_id"));
  keys["leisure_cards"] = ReadKeys(city.Load("leisure_cards.csv", ';'), Single("CARD"));
  keys["non_domestic_rates"] = ReadKeys(city.Load("non_domestic_rates.csv"), Single("ACCOUNT_NO"));
  std::vector<Row> permits = ParseCsv(city.Read("parking_permits.csv"));
  EXPECT_EQ(permits.back(), (Row{"TRAILER", Cat(permits.size() - 1)}));
  permits.pop_back();
  for (const Row& row : permits) {
    EXPECT_EQ(row.size(), 9u);
    keys["parking_permits"].push_back(row[0]);
  }
  return keys;
}

TEST(TruthTest, NamesEachRecordOfEachExtractOnce) {
  const City20000& city = City20000::Get();
  std::map<std::string, std::vector<std::string>> truth;
  const Table table = city.Load("truth.csv");
  for (const Row& row : table.rows) truth[row[0]].push_back(row[1]);
  const auto keys = AllKeys();
  ASSERT_EQ(truth.size(), 10u);
  uint64_t total = 0;
  for (const auto& [feed, found] : keys) {
    EXPECT_EQ(truth[feed], found) << feed;  // in the same order
    EXPECT_EQ(std::set<std::string>(found.begin(), found.end()).size(), found.size()) << "a key repeats in " << feed;
    total += found.size();
  }
  EXPECT_EQ(total, city.summary.person_records + city.summary.organisation_records);
}

TEST(TruthTest, RecordsOfPropertiesHaveAnAddressAndNobody) {
  const City20000& city = City20000::Get();
  const std::vector<std::string> keys = ReadKeys(city.Load("asset_register.csv", '|', 0), Single("ASSET_REF"));
  ASSERT_GT(keys.size(), 500u);
  std::vector<std::string> listed;
  for (const Row& row : city.Load("truth_addresses.csv").rows) {
    if (row[0] != "asset_register") continue;
    listed.push_back(row[1]);
    EXPECT_FALSE(row[2].empty());
  }
  EXPECT_EQ(listed, keys);
  for (const Row& row : city.Load("truth.csv").rows) EXPECT_NE(row[0], "asset_register");
}

TEST(TruthTest, GivesTheUprnOfCurrentAddressesOnly) {
  const City20000& city = City20000::Get();
  std::set<std::string> uprns;
  for (const Row& row : ParseCsv(city.Read("gazetteer.csv"))) {
    if (row[0] == "21" && row[4] == "1") uprns.insert(row[3]);
  }
  std::map<std::string, std::string> stated;  // "feed|key" -> UPRN or "stale"
  for (const Row& row : city.Load("truth_addresses.csv").rows) {
    EXPECT_TRUE(stated.emplace(row[0] + "|" + row[1], row[3] == "1" ? "" : row[2]).second);
    EXPECT_TRUE(row[2].empty() || uprns.contains(row[2]));
  }
  std::map<std::string, std::string> home;
  const Table people = city.Load("truth_people.csv");
  for (const Row& row : people.rows) home[row[0]] = people.Cell(row, "uprn");
  size_t at_home = 0, with_uprn = 0;
  for (const Row& row : city.Load("truth.csv").rows) {
    const auto found = stated.find(row[0] + "|" + row[1]);
    EXPECT_EQ(row[3], found == stated.end() ? "" : found->second) << row[0] << " " << row[1];
    EXPECT_EQ(found == stated.end(), row[0] == "payments");
    if (row[3].empty() || row[2][0] != 'P') continue;
    ++with_uprn;
    at_home += home.at(row[2]) == row[3] ? 1 : 0;
  }
  // Landlords' council tax is the only record of a current address that is not its person's home.
  EXPECT_GT(static_cast<double>(at_home) / static_cast<double>(with_uprn), 0.99);
}

TEST(TruthTest, PeopleAreInThreeRecordsOnAverageAndTwelveAtMost) {
  const City20000& city = City20000::Get();
  std::map<std::string, int> records;
  std::map<std::string, std::set<std::string>> systems;
  for (const Row& row : city.Load("truth.csv").rows) {
    if (row[2][0] != 'P') continue;
    ++records[row[2]];
    systems[row[2]].insert(row[0]);
  }
  int total = 0, most = 0;
  size_t most_systems = 0;
  for (const auto& [person, count] : records) {
    total += count;
    most = std::max(most, count);
    most_systems = std::max(most_systems, systems[person].size());
  }
  const double mean = static_cast<double>(total) / static_cast<double>(records.size());
  EXPECT_NEAR(mean, 3.0, 0.25);
  EXPECT_EQ(most, 12);
  EXPECT_GE(most_systems, 7u);
  EXPECT_EQ(records.size(), city.summary.people_in_records);
  EXPECT_EQ(static_cast<uint64_t>(most), city.summary.most_records);
  const Table people = city.Load("truth_people.csv");
  for (const Row& row : people.rows) {
    const auto found = records.find(row[0]);
    EXPECT_EQ(people.Cell(row, "records"), Cat(found == records.end() ? 0 : found->second)) << row[0];
  }
}

TEST(PeopleTest, TwinsShareBirthDateAndHousehold) {
  const City20000& city = City20000::Get();
  const Table people = city.Load("truth_people.csv");
  std::map<std::string, std::vector<const Row*>> twins;
  for (const Row& row : people.rows) {
    if (people.Cell(row, "twin") == "1") {
      twins[people.Cell(row, "household") + people.Cell(row, "date_of_birth")].push_back(&row);
    }
  }
  size_t pairs = 0;
  for (const auto& [where, pair] : twins) {
    if (pair.size() == 1) continue;  // the last household of the city may have been cut short
    ASSERT_EQ(pair.size(), 2u) << where;
    ++pairs;
    EXPECT_NE(people.Cell(*pair[0], "forenames"), people.Cell(*pair[1], "forenames"));
  }
  const double share = static_cast<double>(pairs) / static_cast<double>(city.summary.births);
  EXPECT_NEAR(share, 0.03, 0.007) << pairs << " of " << city.summary.births;
}

TEST(PeopleTest, SomeChildrenBearTheNameOfAParent) {
  const City20000& city = City20000::Get();
  const Table people = city.Load("truth_people.csv");
  std::map<std::string, std::vector<const Row*>> households;
  for (const Row& row : people.rows) households[people.Cell(row, "household")].push_back(&row);
  const auto first_name = [&](const Row& row) {
    return std::string(Split(people.Cell(row, "forenames"), ' ')[0]) + " " + people.Cell(row, "surname");
  };
  size_t same = 0;
  for (const auto& [household, members] : households) {
    for (const Row* child : members) {
      if (people.Cell(*child, "same_name_as_parent") != "1") continue;
      ++same;
      EXPECT_TRUE(std::any_of(members.begin(), members.end(), [&](const Row* other) {
        return other != child && first_name(*other) == first_name(*child) &&
               people.Cell(*other, "date_of_birth") < people.Cell(*child, "date_of_birth");
      })) << household;
    }
  }
  EXPECT_EQ(households.size(), city.summary.households);
  EXPECT_NEAR(static_cast<double>(same) / static_cast<double>(households.size()), 0.015, 0.0045);
}

TEST(PeopleTest, NamesakesLiveInOneStreet) {
  const City20000& city = City20000::Get();
  std::map<std::string, std::string> street;  // UPRN -> USRN
  for (const Row& row : ParseCsv(city.Read("gazetteer.csv"))) {
    if (row[0] == "24") street[row[3]] = row[21];
  }
  const Table people = city.Load("truth_people.csv");
  std::map<std::string, std::set<std::string>> households;  // street, name -> households
  for (const Row& row : people.rows) {
    if (people.Cell(row, "date_of_birth") > "2008") continue;
    const std::string name =
        std::string(Split(people.Cell(row, "forenames"), ' ')[0]) + " " + people.Cell(row, "surname");
    households[street.at(people.Cell(row, "uprn")) + name].insert(people.Cell(row, "household"));
  }
  const auto shared =
      std::count_if(households.begin(), households.end(), [](const auto& e) { return e.second.size() > 1; });
  EXPECT_GE(shared, 30);  // 0.4 % of about 8,100 households, and some 15 by chance
  EXPECT_LE(shared, 80);
}

TEST(PeopleTest, AboutEightPercentMovedInTheLastYearAndSomeHaveDied) {
  const Table people = City20000::Get().Load("truth_people.csv");
  size_t adults = 0, moved = 0, died = 0, changed = 0;
  for (const Row& row : people.rows) {
    EXPECT_LE(people.Cell(row, "date_of_birth"), "2026-11-01");
    EXPECT_LE(people.Cell(row, "moved_in"), "2026-11-01");
    changed += people.Cell(row, "former_surname").empty() ? 0 : 1;
    if (!people.Cell(row, "date_of_death").empty()) {
      ++died;
      EXPECT_GE(people.Cell(row, "date_of_death"), "2021-10-01");
      EXPECT_LE(people.Cell(row, "date_of_death"), "2026-11-01");
      continue;
    }
    ++adults;
    moved += people.Cell(row, "moved_in") > "2025-11-01" ? 1 : 0;
  }
  EXPECT_NEAR(static_cast<double>(moved) / static_cast<double>(adults), 0.085, 0.02);
  EXPECT_NEAR(static_cast<double>(died) / static_cast<double>(people.rows.size()), 0.04, 0.02);
  EXPECT_GT(changed, 2000u);
}

}  // namespace
}  // namespace wensum::sample
