// The gazetteer against the rules of DTF 7.3 that custodians' checks apply.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/strings.h"
#include "tests/sample/sample_files.h"

namespace wensum::sample {
namespace {

struct BlpuRow {
  int status = 0;
  std::string parent, start, end;
  double x = 0, y = 0;
};

class GazetteerFileTest : public testing::Test {
 protected:
  GazetteerFileTest() : text_(City20000::Get().Read("gazetteer.csv")), rows_(ParseCsv(text_)) {
    for (const Row& row : rows_) {
      if (row[0] == "21") {
        blpus_[row[3]] = {std::stoi(row[4]), row[8], row[13], row[14], std::stod(row[9]), std::stod(row[10])};
      }
    }
  }
  std::vector<const Row*> Records(std::string_view type) const {
    std::vector<const Row*> found;
    for (const Row& row : rows_) {
      if (row[0] == type) found.push_back(&row);
    }
    return found;
  }

  const std::string text_;
  const std::vector<Row> rows_;
  std::map<std::string, BlpuRow> blpus_;
};

TEST_F(GazetteerFileTest, HasTheShapeOfAFullSupply) {
  const std::map<std::string, size_t> fields = {{"10", 10}, {"11", 20}, {"15", 9},  {"21", 23},
                                                {"23", 11}, {"24", 30}, {"29", 17}, {"99", 5}};
  ASSERT_GT(rows_.size(), 10'000u);
  EXPECT_EQ(rows_.front()[0], "10");
  EXPECT_EQ(rows_.front()[3], "2625");
  EXPECT_EQ(rows_.front()[9], "F");
  EXPECT_EQ(rows_[rows_.size() - 2][0], "29");
  EXPECT_EQ(rows_.back()[0], "99");
  EXPECT_EQ(rows_.back()[1], "0");
  uint64_t order = 0;
  for (const Row& row : rows_) {
    ASSERT_TRUE(fields.contains(row[0])) << row[0];
    ASSERT_EQ(row.size(), fields.at(row[0])) << row[0];
    if (row[0] != "10" && row[0] != "29" && row[0] != "99") {
      ASSERT_EQ(row[1], "I");
      ASSERT_EQ(row[2], Cat(++order));
    }
  }
  EXPECT_EQ(rows_.back()[2], Cat(order));
  EXPECT_EQ(City20000::Get().summary.gazetteer_records, order);
}

TEST_F(GazetteerFileTest, QuotesTextAloneAndEndsLinesWithCrLf) {
  size_t at = 0;
  size_t lines = 0;
  while (at < text_.size()) {
    const size_t end = text_.find('\n', at);
    ASSERT_NE(end, std::string::npos);
    ASSERT_EQ(text_[end - 1], '\r');
    at = end + 1;
    ++lines;
  }
  EXPECT_EQ(lines, rows_.size());
  EXPECT_TRUE(text_.starts_with("10,\"WENSFORD CITY COUNCIL\","));
  EXPECT_NE(text_.find("\n11,\"I\",1,26200"), std::string::npos);
}

TEST_F(GazetteerFileTest, HasExactlyThePropertiesAskedFor) {
  EXPECT_EQ(Records("21").size(), 10'000u);
  EXPECT_EQ(blpus_.size(), 10'000u) << "a UPRN is used twice";
  std::set<size_t> lengths;
  for (const auto& [uprn, blpu] : blpus_) {
    lengths.insert(uprn.size());
  }
  EXPECT_EQ(lengths, (std::set<size_t>{11, 12}));
}

TEST_F(GazetteerFileTest, StreetsHaveOneDescriptorEachUniqueInItsLocality) {
  std::set<std::string> usrns, names, described;
  std::map<std::string, std::set<std::string>> localities;
  for (const Row* row : Records("11")) {
    EXPECT_EQ((*row)[3].size(), 8u);
    EXPECT_TRUE(usrns.insert((*row)[3]).second);
  }
  for (const Row* row : Records("15")) {
    EXPECT_TRUE(usrns.contains((*row)[3]));
    EXPECT_TRUE(described.insert((*row)[3]).second);
    EXPECT_TRUE(names.insert((*row)[4] + "|" + (*row)[5]).second) << (*row)[4];
    EXPECT_NE((*row)[5], (*row)[6]) << "locality must differ from town";
    EXPECT_EQ((*row)[4].find_first_of("0123456789,\""), std::string::npos) << (*row)[4];
    localities[(*row)[4]].insert((*row)[5]);
  }
  EXPECT_EQ(described, usrns);
  EXPECT_TRUE(std::any_of(localities.begin(), localities.end(), [](const auto& name) {
    return name.second.size() > 1;
  })) << "no street name is used in two localities";
}

TEST_F(GazetteerFileTest, BlpusObeyStatusDateAndPlaceRules) {
  std::map<std::string, std::pair<double, double>> streets;
  std::set<std::string> classes;
  for (const Row* found : Records("21")) {
    const Row& row = *found;
    const int status = std::stoi(row[4]);
    EXPECT_EQ(!row[14].empty(), status == 8) << row[3];
    EXPECT_TRUE(row[14].empty() || row[13] <= row[14]) << row[3];
    EXPECT_LE(row[13], "2026-11-01");
    EXPECT_LE(row[16], row[15]) << "last update before entry: " << row[3];
    EXPECT_LE(row[15], "2026-11-01");
    EXPECT_EQ(row[5].empty(), row[6].empty());
    const std::map<int, std::set<std::string>> states = {
        {1, {"", "1", "2", "3"}}, {6, {"1", "5", "6", "7"}}, {8, {"", "4", "7"}}};
    ASSERT_TRUE(states.contains(status));
    EXPECT_TRUE(states.at(status).contains(row[5])) << row[3];
    const BlpuRow& blpu = blpus_.at(row[3]);
    EXPECT_TRUE(blpu.x >= 612074 && blpu.x <= 635770 && blpu.y >= 300889 && blpu.y <= 318031) << row[3];
    if (!row[8].empty()) {
      ASSERT_TRUE(blpus_.contains(row[8])) << "parent is missing: " << row[3];
      EXPECT_EQ(blpus_.at(row[8]).status, 1);
      EXPECT_LE(blpus_.at(row[8]).start, row[13]);
    }
    classes.insert(row[7]);
  }
  for (const char* wanted : {"RD02", "RD03", "RD04", "RD06", "RH01", "RH02", "PP", "CR08", "LD01"}) {
    EXPECT_TRUE(classes.contains(wanted)) << wanted;
  }
}

TEST_F(GazetteerFileTest, LpisObeyTheirRules) {
  std::map<std::string, std::string> usrns;
  for (const Row* row : Records("11")) usrns[(*row)[3]] = "";
  std::set<std::string> keys, live;
  std::map<std::string, int> preferred;
  std::map<int, int> statuses;
  for (const Row* found : Records("24")) {
    const Row& row = *found;
    ASSERT_TRUE(blpus_.contains(row[3]));
    const BlpuRow& blpu = blpus_.at(row[3]);
    const int status = std::stoi(row[6]);
    ++statuses[status];
    EXPECT_TRUE(keys.insert(row[4]).second && row[4].size() == 14 && row[4].starts_with("2625L"));
    EXPECT_TRUE(usrns.contains(row[21]));
    EXPECT_EQ(!row[8].empty(), status == 8);
    EXPECT_TRUE(row[8].empty() || row[7] <= row[8]);
    EXPECT_LE(row[9], row[10]) << "last update before entry";
    EXPECT_FALSE(row[16].empty() && row[20].empty()) << "no primary object: " << row[3];
    EXPECT_TRUE(row[17].empty() || !row[16].empty());
    EXPECT_TRUE(row[18].empty() || std::stoi(row[18]) > std::stoi(row[16])) << row[3];
    if (!row[15].empty() && (status == 1 || status == 6)) {
      EXPECT_FALSE(blpu.parent.empty()) << row[3];
    }
    EXPECT_NE(row[15].empty() ? "-" : row[15], row[20]);
    EXPECT_FALSE(IsDigits(row[15]) || IsDigits(row[20])) << row[3];
    const bool postal = row[23] == "Y" || row[23] == "A";
    EXPECT_TRUE(postal || row[23] == "N");
    EXPECT_EQ(!row[24].empty(), postal) << row[3];
    EXPECT_EQ(!row[25].empty(), postal) << row[3];
    if (status == blpu.status) ++preferred[row[3]];
    if (blpu.status == 8) {
      EXPECT_EQ(status, 8) << "open LPI on a closed BLPU";
    }
    if (status != 8) {
      std::string address = row[21];
      for (const size_t field : {11, 12, 15, 16, 17, 18, 20, 24}) AppendTo(address, "|", row[field]);
      EXPECT_TRUE(live.insert(address).second) << "two live properties at " << address;
    }
  }
  EXPECT_EQ(preferred.size(), blpus_.size());
  for (const auto& [uprn, count] : preferred) {
    EXPECT_GE(count, 1) << uprn;
    EXPECT_TRUE(count == 1 || blpus_.at(uprn).status == 8) << uprn;
  }
  for (const int status : {3, 6, 8}) EXPECT_GT(statuses[status], 10) << status;
}

TEST_F(GazetteerFileTest, PostcodesClusterAlongTheirStreet) {
  std::map<std::string, std::vector<std::string>> members;  // postcode -> UPRNs
  std::map<std::string, std::set<std::string>> streets;
  std::map<std::string, std::pair<double, double>> middle;
  for (const Row* row : Records("11")) {
    middle[(*row)[3]] = {(std::stod((*row)[15]) + std::stod((*row)[17])) / 2,
                         (std::stod((*row)[16]) + std::stod((*row)[18])) / 2};
  }
  for (const Row* found : Records("24")) {
    const Row& row = *found;
    const BlpuRow& blpu = blpus_.at(row[3]);
    const auto& [x, y] = middle.at(row[21]);
    EXPECT_LT(std::hypot(blpu.x - x, blpu.y - y), 400) << row[3];
    if (row[6] != "1" || row[24].empty()) continue;
    members[row[24]].push_back(row[3]);
    streets[row[24]].insert(row[21]);
    const std::string& postcode = row[24];
    ASSERT_EQ(postcode.size(), 7u) << postcode;
    EXPECT_TRUE(postcode.starts_with("NR") && postcode[2] >= '1' && postcode[2] <= '8' && postcode[3] == ' ');
    EXPECT_TRUE(IsDigit(postcode[4]));
    EXPECT_EQ(std::string_view("CIKMOV").find(postcode[5]), std::string_view::npos);
    EXPECT_EQ(std::string_view("CIKMOV").find(postcode[6]), std::string_view::npos);
  }
  size_t all = 0;
  for (const auto& [postcode, uprns] : members) {
    EXPECT_EQ(streets[postcode].size(), 1u) << postcode;
    all += uprns.size();
  }
  const double mean = static_cast<double>(all) / static_cast<double>(members.size());
  EXPECT_GT(mean, 14);
  EXPECT_LT(mean, 25);
}

TEST_F(GazetteerFileTest, CrossReferencesBelongToTheirProperties) {
  std::set<std::string> keys, references;
  for (const Row* row : Records("23")) {
    EXPECT_TRUE(blpus_.contains((*row)[3]));
    EXPECT_TRUE(keys.insert((*row)[4]).second && (*row)[4].starts_with("2625X") && (*row)[4].size() == 14);
    EXPECT_TRUE(references.insert((*row)[9]).second);
    EXPECT_TRUE((*row)[10] == "CTAX" || (*row)[10] == "NNDR");
    EXPECT_LE((*row)[7], (*row)[6]);
  }
  EXPECT_GT(references.size(), 8000u);
}

}  // namespace
}  // namespace wensum::sample
