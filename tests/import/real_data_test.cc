// Reads public data sets that are not part of the project. WENSUM_TEST_DATA names the folder that holds them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>

#include "base/status_macros.h"
#include "base/strings.h"
#include "gazetteer/format/gazetteer_layout.h"
#include "import/codepoint_reader.h"
#include "import/gazetteer_reader.h"
#include "import/mapped_reader.h"

namespace wensum::ingest {
namespace {

using model::GazetteerFormat;
using ::testing::HasSubstr;

class RealData : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* const folder = std::getenv("WENSUM_TEST_DATA");
    if (folder == nullptr) GTEST_SKIP() << "WENSUM_TEST_DATA does not name the folder of public test data";
    folder_ = folder;
  }
  [[nodiscard]] std::string Path(std::string_view name) const { return Cat(folder_, "/", name); }

 private:
  std::string folder_;
};

struct Counts {
  uint64_t rows = 0, accepted = 0, rejected = 0, flagged = 0;
  std::map<std::string, uint64_t> rules;
  friend void PrintTo(const Counts& counts, std::ostream* out) {
    *out << counts.rows << " rows, " << counts.accepted << " accepted (" << counts.flagged << " flagged), "
         << counts.rejected << " rejected;";
    for (const auto& [rule, count] : counts.rules) *out << " " << rule << " " << count;
  }
};

std::string Describe(const Counts& counts) {
  std::ostringstream out;
  PrintTo(counts, &out);
  return out.str();
}

Counts ReadMapped(const std::string& data, std::string_view mapping_name) {
  Counts counts;
  const absl::StatusOr<Mapping> mapping = LoadMapping(Cat(WENSUM_SOURCE_DIR, "/mappings/", mapping_name, ".yaml"));
  EXPECT_TRUE(mapping.ok()) << mapping.status();
  const absl::StatusOr<std::unique_ptr<ByteSource>> source = ByteSource::OpenFile(data);
  EXPECT_TRUE(source.ok()) << source.status();
  if (!mapping.ok() || !source.ok()) return counts;
  const absl::StatusOr<std::unique_ptr<MappedReader>> reader =
      MappedReader::Open(&*mapping, source->get(), {.today = {2026, 11, 21}});
  EXPECT_TRUE(reader.ok()) << reader.status();
  if (!reader.ok()) return counts;
  MappedRow row;
  std::set<std::string> keys;
  while (true) {
    const absl::StatusOr<bool> more = (*reader)->Next(row);
    EXPECT_TRUE(more.ok()) << more.status();
    if (!more.ok() || !*more) break;
    for (const MappedRecord& record : row.records) {
      ++counts.rows;
      ++(record.rejected ? counts.rejected : counts.accepted);
      counts.flagged += !record.rejected && !record.issues.empty() ? 1 : 0;
      for (const RowIssue& issue : record.issues) ++counts.rules[issue.rule];
      EXPECT_TRUE(keys.insert(record.record.key.key).second) << record.record.key.key;
    }
  }
  EXPECT_TRUE((*reader)->facts().issues.empty()) << (*reader)->facts().issues[0].message;
  std::cout << mapping_name << ": " << Describe(counts) << "\n";
  return counts;
}

Counts ReadGazetteer(const std::string& path, GazetteerFormat format, std::string* error = nullptr) {
  Counts counts;
  const absl::StatusOr<std::unique_ptr<ByteSource>> source = ByteSource::OpenFile(path);
  EXPECT_TRUE(source.ok()) << source.status();
  if (!source.ok()) return counts;
  const absl::StatusOr<std::unique_ptr<GazetteerReader>> reader =
      GazetteerReader::Open(source->get(), {.format = format});
  if (!reader.ok()) {
    if (error != nullptr) *error = std::string(Message(reader.status()));
    return counts;
  }
  GazetteerRecord record;
  while (true) {
    const absl::StatusOr<bool> more = (*reader)->Next(record);
    EXPECT_TRUE(more.ok()) << more.status();
    if (!more.ok() || !*more) break;
    ++counts.rows;
    counts.accepted += record.outcome == GazetteerRecord::Outcome::kRow ? 1 : 0;
    counts.rejected += record.outcome == GazetteerRecord::Outcome::kRejected ? 1 : 0;
    counts.flagged += record.outcome == GazetteerRecord::Outcome::kRow && !record.issues.empty() ? 1 : 0;
    for (const RowIssue& issue : record.issues) ++counts.rules[issue.rule];
  }
  EXPECT_EQ((*reader)->facts().data_rows, counts.rows);
  return counts;
}

TEST_F(RealData, Persons) {
  const Counts febrl = ReadMapped(Path("persons/febrl_dataset3.csv"), "febrl");
  EXPECT_EQ(febrl.rows, 5'000U);
  EXPECT_GT(febrl.accepted, 4'900U);
  const Counts historical = ReadMapped(Path("persons/historical_dev.csv"), "historical");
  EXPECT_EQ(historical.rows, 25'085U);
  EXPECT_GT(historical.accepted, 25'000U);
}

TEST_F(RealData, Addresses) {
  const Counts redbridge = ReadMapped(Path("addresses/redbridge_dev.csv"), "redbridge");
  EXPECT_EQ(redbridge.rows, 52'379U);
  EXPECT_EQ(redbridge.rejected, 0U);
}

TEST_F(RealData, SparseAddressBaseGivesIssues) {
  const std::string path = Path("gazetteer/samples/addressbase_v2_sparse.csv");
  const Counts counts = ReadGazetteer(path, GazetteerFormat::kUnknown);
  EXPECT_EQ(counts.rows, 280U) << Describe(counts);
  EXPECT_EQ(counts.accepted, 140U) << Describe(counts);
  EXPECT_EQ(counts.rejected, 140U) << "delivery points without UDPRN";
  EXPECT_EQ(counts.flagged, 140U);
  const absl::StatusOr<GazetteerFileFacts> facts = InspectGazetteerFile(path, {});
  ASSERT_TRUE(facts.ok()) << facts.status();
  EXPECT_EQ(facts->gazetteer.stop()->rule, "trailer_missing");
}

TEST_F(RealData, AddressBaseSamples) {
  const std::pair<std::string_view, uint64_t> samples[] = {
      {"blpu/ABP_E811a_v111017", 4},      {"classification/ABP_E811a_v111017", 4},
      {"crossref/ABP_E811a_v111017", 10}, {"delivery_point/ABP_E811a_v111017", 3},
      {"lpi/ABP_E811a_v111017", 9},       {"organisation/ABP_E811a_v111017", 3},
      {"street/ABP_E811a_v111017", 3},    {"street_descriptor/ABP_E811a_v111017", 3},
      {"successor/ABP_E811a_v111017", 3}};
  for (const auto& [name, rows] : samples) {
    const std::string path = Path(Cat("gazetteer/samples/addressbase_v2_invented/", name, ".csv"));
    std::string error;
    ReadGazetteer(path, GazetteerFormat::kUnknown, &error);
    EXPECT_THAT(error, HasSubstr("name its format")) << name;
    const Counts counts = ReadGazetteer(path, GazetteerFormat::kAddressBasePremium2);
    std::cout << name << ": " << Describe(counts) << "\n";
    EXPECT_EQ(counts.accepted, rows) << name << ": " << Describe(counts);
    EXPECT_EQ(counts.rejected, 0U) << name << ": " << Describe(counts);
  }
  // Delivery points that are numbered as records 27, which AddressBase does not have.
  const Counts unknown = ReadGazetteer(Path("gazetteer/samples/addressbase_v2_invented/delivery_point/hybrid_test.csv"),
                                       GazetteerFormat::kAddressBasePremium2);
  EXPECT_EQ(unknown.rules.at("record_type_unknown"), unknown.rows);
  EXPECT_GT(unknown.rows, 0U);
}

TEST_F(RealData, FragmentsThatAreNoGazetteer) {
  for (const std::string_view name :
       {"hierarchy/ABP_E811a_v111017", "nag/hybrid_test", "rdmf/RDMF_TEST_0122", "multirdmf/test1"}) {
    std::string error;
    ReadGazetteer(Path(Cat("gazetteer/samples/addressbase_v2_invented/", name, ".csv")), GazetteerFormat::kUnknown,
                  &error);
    EXPECT_THAT(error, HasSubstr("not a gazetteer file")) << name;
  }
}

TEST_F(RealData, DtfStreets) {
  for (const auto& [name, rows] : std::map<std::string_view, uint64_t>{{"insert", 3}, {"update", 1}, {"delete", 1}}) {
    const std::string path = Path(Cat("gazetteer/samples/dtf73_streets/", name, ".csv"));
    std::string error;
    ReadGazetteer(path, GazetteerFormat::kUnknown, &error);
    EXPECT_THAT(error, HasSubstr("whose first row fits dtf_7_3 or abp_1")) << name;
    EXPECT_EQ(ReadGazetteer(path, GazetteerFormat::kDtf73).accepted, rows) << name;
  }
}

TEST_F(RealData, CodePointOpen) {
  const absl::StatusOr<std::unique_ptr<ByteSource>> source =
      ByteSource::OpenFile(Path("gazetteer/codepoint_open_nr/nr.csv"));
  ASSERT_TRUE(source.ok()) << source.status();
  CodePointReader reader(source->get());
  CodePointRecord record;
  uint64_t rows = 0, norwich = 0;
  while (*reader.Next(record)) {
    EXPECT_FALSE(record.rejected.has_value()) << record.line << " " << record.rejected->message;
    ++rows;
    norwich += record.row.district_code == "E07000148" ? 1 : 0;
  }
  EXPECT_EQ(rows, 22'827U);
  EXPECT_EQ(norwich, 3'318U);
}

// Every column of every record type that is read is as the compiled list of public sources has it.
TEST_F(RealData, LayoutsAreThePublishedOnes) {
  const absl::StatusOr<std::unique_ptr<ByteSource>> source = ByteSource::OpenFile(Path("gazetteer/layouts.csv"));
  ASSERT_TRUE(source.ok()) << source.status();
  CsvReader csv(source->get());
  CsvRow row;
  ASSERT_TRUE(*csv.Next(row));
  size_t columns = 0;
  while (*csv.Next(row)) {
    const std::optional<GazetteerFormat> format = llpg::ParseGazetteerFormat(row.fields[0]);
    ASSERT_TRUE(format) << row.raw;
    const int type = ParseInteger<int>(row.fields[1]).value_or(0);
    if (llpg::IsKeptWhole(*format, type)) continue;
    const llpg::RecordLayout* const layout = llpg::FindLayout(*format, type);
    ASSERT_NE(layout, nullptr) << row.raw;
    const size_t position = ParseInteger<size_t>(row.fields[2]).value_or(0);
    ASSERT_LE(position, layout->columns.size()) << row.raw;
    const llpg::GazetteerColumn& column = layout->columns[position - 1];
    EXPECT_EQ(column.name, row.fields[3]) << row.raw;
    EXPECT_EQ(column.max_length, ParseInteger<int>(row.fields[5]).value_or(0)) << row.raw;
    EXPECT_EQ(column.presence == llpg::ColumnPresence::kMandatory, row.fields[6] == "M") << row.raw;
    ++columns;
  }
  size_t expected = 0;
  for (const llpg::RecordLayout& layout : llpg::AllLayouts()) expected += layout.columns.size();
  EXPECT_EQ(columns, expected);
}

}  // namespace
}  // namespace wensum::ingest
