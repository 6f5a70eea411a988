// The sample as a whole: reproducible, at the rates it promises, in the shapes its feeds describe.
#include "sample/sample.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "sample/embedded.h"
#include "sample/text.h"
#include "tests/sample/sample_files.h"

namespace wensum::sample {
namespace {

SampleSummary MustWrite(const SampleOptions& options) {
  const auto summary = WriteSample(options, nullptr);
  EXPECT_TRUE(summary.ok()) << summary.status();
  return summary.ok() ? *summary : SampleSummary{};
}

std::map<std::string, std::string> Digests(const SampleSummary& summary) {
  std::map<std::string, std::string> digests;
  for (const SampleFile& file : summary.files) digests[file.name] = file.sha256;
  return digests;
}

TEST(SampleTest, SameSeedGivesTheSameBytesAndAnotherSeedOthers) {
  TempDir first, second, third;
  SampleOptions options{.seed = 42, .people = 3000, .properties = 1500, .out_dir = first.path(), .rates_file = ""};
  const SampleSummary a = MustWrite(options);
  options.out_dir = second.path();
  const SampleSummary b = MustWrite(options);
  options.out_dir = third.path();
  options.seed = 43;
  const SampleSummary c = MustWrite(options);
  EXPECT_EQ(Digests(a), Digests(b));
  EXPECT_EQ(ReadFile(first.path() + "/manifest.json"), ReadFile(second.path() + "/manifest.json"));
  for (const SampleFile& file : a.files) {
    EXPECT_EQ(Sha256Hex(ReadFile(first.path() + "/" + file.name)), file.sha256) << file.name;
    EXPECT_EQ(std::filesystem::file_size(first.path() + "/" + file.name), file.bytes) << file.name;
    if (!file.name.starts_with("feeds/")) {
      EXPECT_NE(Digests(c).at(file.name), file.sha256) << file.name;
    }
  }
}

TEST(SampleTest, ManifestNamesEveryFile) {
  const City20000& city = City20000::Get();
  const std::string manifest = city.Read("manifest.json");
  std::set<std::string> listed = {"manifest.json"};
  for (const SampleFile& file : city.summary.files) {
    listed.insert(file.name);
    EXPECT_NE(manifest.find(Cat("{\"name\": \"", file.name, "\", \"rows\": ", file.rows, ", \"bytes\": ", file.bytes,
                                ", \"sha256\": \"", file.sha256, "\"}")),
              std::string::npos)
        << file.name;
  }
  std::set<std::string> present;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(city.dir.path())) {
    if (entry.is_regular_file()) {
      present.insert(std::filesystem::relative(entry.path(), city.dir.path()).string());
    }
  }
  EXPECT_EQ(present, listed);
}

TEST(SampleTest, WritesTheFeedMappingsOfTheSourceTree) {
  const City20000& city = City20000::Get();
  ASSERT_EQ(EmbeddedFeeds().size(), 11u);
  for (const EmbeddedFeed& feed : EmbeddedFeeds()) {
    EXPECT_EQ(city.Read(Cat("feeds/", feed.name, ".yaml")), feed.yaml);
    EXPECT_NE(feed.yaml.find(Cat("\nfeed: ", feed.name, "\nsource: ", feed.name, "\n")), std::string_view::npos);
    EXPECT_TRUE(std::filesystem::exists(Cat(city.dir.path(), "/", feed.name, ".csv"))) << feed.name;
  }
}

double Share(uint64_t part, uint64_t whole) { return static_cast<double>(part) / static_cast<double>(whole); }

TEST(RatesTest, NoiseIsAppliedAtItsRates) {
  const NoiseCounts& n = City20000::Get().summary.noise;
  ASSERT_GT(n.names, 40'000u);
  EXPECT_NEAR(Share(n.name_typo, n.names), 0.04, 0.004);
  EXPECT_NEAR(Share(n.nickname, n.names), 0.06, 0.006);
  EXPECT_NEAR(Share(n.initial_only, n.names), 0.03, 0.004);
  EXPECT_NEAR(Share(n.names_swapped, n.names), 0.01, 0.002);
  EXPECT_NEAR(Share(n.date_error, n.birth_dates), 0.03, 0.004);
  EXPECT_NEAR(Share(n.dummy_date, n.birth_dates), 0.01, 0.0025);
  EXPECT_NEAR(Share(n.stale_address, n.addresses), 0.08, 0.006);
  EXPECT_NEAR(Share(n.messy_address, n.addresses), 0.30, 0.012);
  EXPECT_NEAR(Share(n.shared_contact, n.contacts), 0.15, 0.012);
  EXPECT_GT(n.joint_name, 20u);
  EXPECT_GT(n.former_surname, 200u);
}

struct BirthDateColumn {
  std::string file, column, dummy;
  double missing;
  char delimiter = ',';
  char quote = '"';
};

TEST(RatesTest, BirthDatesAreMissingAtTheRateOfTheirSystem) {
  const BirthDateColumn columns[] = {
      {"council_tax.csv", "LIAB1_DOB", "01/01/1900", 0.70},
      {"housing_benefit.csv", "DateOfBirth", "01/01/1900", 0.01},
      {"housing.csv", "T1_DOB", "01-JAN-1900", 0.05, '|', 0},
      {"electoral_register.csv", "DATE_OF_BIRTH", "01/01/1900", 0.95},
      {"contact_centre.csv", "DateOfBirth", "01/01/1900", 0.60},
      {"citizen_account.csv", "date_of_birth", "1900-01-01", 0.10},
      {"leisure_cards.csv", "BORN", "01/01/00", 0.02, ';'},
  };
  size_t dummies = 0;
  for (const BirthDateColumn& wanted : columns) {
    const Table table = City20000::Get().Load(wanted.file, wanted.delimiter, wanted.quote);
    uint64_t missing = 0;
    for (const Row& row : table.rows) {
      missing += table.Cell(row, wanted.column).empty() ? 1 : 0;
      dummies += table.Cell(row, wanted.column) == wanted.dummy ? 1 : 0;
    }
    const double tolerance =
        4 * std::sqrt(wanted.missing * (1 - wanted.missing) / static_cast<double>(table.rows.size()));
    EXPECT_NEAR(Share(missing, table.rows.size()), wanted.missing, tolerance) << wanted.file;
  }
  EXPECT_GT(dummies, 50u);
}

TEST(ExtractTest, CouncilTaxIsInCapitalsWithUprnsAndClosedAccounts) {
  const Table table = City20000::Get().Load("council_tax.csv");
  uint64_t uprns = 0, closed = 0, forwarded = 0, joint = 0;
  for (const Row& row : table.rows) {
    for (const std::string& cell : row) EXPECT_EQ(cell, Capitals(cell));
    uprns += table.Cell(row, "UPRN").empty() ? 0 : 1;
    if (!table.Cell(row, "ACCOUNT_END").empty()) {
      ++closed;
      forwarded += table.Cell(row, "CORR_ADDR1").empty() ? 0 : 1;
    }
    if (table.Cell(row, "LIAB1_FORENAMES").find(" & ") != std::string::npos) {
      ++joint;
      EXPECT_TRUE(table.Cell(row, "LIAB2_SURNAME").empty());
    }
  }
  EXPECT_NEAR(Share(uprns, table.rows.size()), 0.92, 0.015);
  EXPECT_NEAR(Share(closed, table.rows.size()), 0.08, 0.015);
  EXPECT_NEAR(Share(forwarded, closed), 0.7, 0.08);
  EXPECT_GT(joint, 5u);
}

TEST(ExtractTest, HousingBenefitIsWindows1252WithUniqueNiNumbers) {
  const City20000& city = City20000::Get();
  EXPECT_FALSE(IsValidUtf8(city.Read("housing_benefit.csv"))) << "no accented name in the extract";
  const Table table = city.Load("housing_benefit.csv");
  std::set<std::string> numbers;
  for (const Row& row : table.rows) {
    const std::string& number = table.Cell(row, "Nino");
    EXPECT_EQ(number.size(), 9u);
    EXPECT_TRUE(numbers.insert(number).second) << number;
    if (!table.Cell(row, "PartnerNino").empty()) {
      EXPECT_TRUE(numbers.insert(table.Cell(row, "PartnerNino")).second);
    }
  }
}

TEST(ExtractTest, OtherExtractsAreUtf8) {
  const City20000& city = City20000::Get();
  for (const char* name : {"council_tax", "housing", "electoral_register", "contact_centre", "parking_permits",
                           "payments", "citizen_account", "leisure_cards", "non_domestic_rates", "asset_register"}) {
    EXPECT_TRUE(IsValidUtf8(city.Read(Cat(name, ".csv")))) << name;
  }
  EXPECT_TRUE(city.Read("contact_centre.csv").starts_with("\xEF\xBB\xBF"));
  EXPECT_NE(city.Read("electoral_register.csv").find("\xC5\x82"), std::string::npos) << "no Polish l with stroke";
}

TEST(ExtractTest, ContactCentreHasCommasQuotesAndLineBreaksInCells) {
  const Table table = City20000::Get().Load("contact_centre.csv");
  uint64_t commas = 0, quotes = 0, breaks = 0, lower = 0, capitals = 0;
  for (const Row& row : table.rows) {
    const std::string& address = table.Cell(row, "Address");
    commas += address.find(',') != std::string::npos ? 1 : 0;
    breaks += address.find('\n') != std::string::npos ? 1 : 0;
    const std::string& name = table.Cell(row, "CustomerName");
    quotes += name.find('"') != std::string::npos ? 1 : 0;
    lower += name == ToLowerAscii(name) ? 1 : 0;
    capitals += name == ToUpperAscii(name) ? 1 : 0;
  }
  EXPECT_GT(commas, table.rows.size() / 2);
  EXPECT_GT(breaks, 100u);
  EXPECT_GT(quotes, 10u);
  EXPECT_GT(lower, table.rows.size() / 20);
  EXPECT_GT(capitals, table.rows.size() / 20);
}

TEST(ExtractTest, ElectorsAreSurnameFirstAndAttainersHaveADate) {
  const Table table = City20000::Get().Load("electoral_register.csv");
  uint64_t attainers = 0;
  for (const Row& row : table.rows) {
    const std::string& name = table.Cell(row, "ELECTOR_NAME");
    const size_t comma = name.find(", ");
    ASSERT_NE(comma, std::string::npos) << name;
    EXPECT_EQ(name.substr(0, comma), Capitals(name.substr(0, comma)));
    attainers += table.Cell(row, "ATTAINER_DATE").empty() ? 0 : 1;
  }
  EXPECT_GT(attainers, 100u);
  EXPECT_LT(attainers, table.rows.size() / 20);
}

TEST(SampleTest, WritesCitiesOfAnySize) {
  TempDir dir;
  SampleOptions options{.seed = 7, .people = 5000, .properties = 0, .out_dir = dir.path(), .rates_file = ""};
  std::vector<std::string> stages;
  const auto summary = WriteSample(options, [&](std::string_view text) { stages.emplace_back(text); });
  ASSERT_TRUE(summary.ok()) << summary.status();
  EXPECT_EQ(summary->properties, 2500u);
  EXPECT_EQ(summary->people, 5000u);
  EXPECT_GT(stages.size(), 10u);
  for (const auto& [people, properties] : {std::pair{1, 1}, std::pair{300, 2}, std::pair{2, 3000}}) {
    options.people = static_cast<uint64_t>(people);
    options.properties = static_cast<uint64_t>(properties);
    const SampleSummary odd = MustWrite(options);
    EXPECT_EQ(odd.people, options.people);
    EXPECT_EQ(odd.properties, options.properties);
    EXPECT_LE(odd.most_records, 12u);
  }
}

TEST(SampleTest, RefusesBadOptionsWithTheReason) {
  TempDir dir;
  const auto error_of = [&](SampleOptions options) {
    const auto summary = WriteSample(options, nullptr);
    EXPECT_FALSE(summary.ok());
    return std::string(Message(summary.status()));
  };
  const SampleOptions good{.seed = 1, .people = 10, .properties = 5, .out_dir = dir.path(), .rates_file = ""};
  SampleOptions bad = good;
  bad.people = 0;
  EXPECT_NE(error_of(bad).find("number of people"), std::string::npos);
  bad = good;
  bad.properties = 50'000'000;
  EXPECT_NE(error_of(bad).find("number of properties"), std::string::npos);
  bad = good;
  bad.out_dir = "";
  EXPECT_NE(error_of(bad).find("output directory"), std::string::npos);
  bad = good;
  bad.today = 20260230;
  EXPECT_NE(error_of(bad).find("20260230"), std::string::npos);
  bad = good;
  bad.rates_file = dir.path() + "/none.yaml";
  EXPECT_NE(error_of(bad).find("none.yaml"), std::string::npos);
  bad = good;
  std::ofstream(dir.path() + "/file") << "x";
  bad.out_dir = dir.path() + "/file";
  EXPECT_NE(error_of(bad).find("cannot create"), std::string::npos);
}

TEST(SampleTest, ARatesFileOverridesWhatItNames) {
  TempDir dir;
  const std::string rates = dir.path() + "/rates.yaml";
  std::ofstream(rates) << "missing_birth_date:\n  housing: 1\nnoise:\n  messy_address: 0\n";
  const SampleOptions options{
      .seed = 3, .people = 4000, .properties = 2000, .out_dir = dir.path() + "/out", .rates_file = rates};
  const SampleSummary summary = MustWrite(options);
  EXPECT_EQ(summary.noise.messy_address, 0u);
  EXPECT_GT(summary.noise.name_typo, 100u);
  const Table housing(ParseCsv(ReadFile(options.out_dir + "/housing.csv"), '|', 0));
  ASSERT_GT(housing.rows.size(), 50u);
  for (const Row& row : housing.rows) EXPECT_EQ(housing.Cell(row, "T1_DOB"), "");
}

}  // namespace
}  // namespace wensum::sample
