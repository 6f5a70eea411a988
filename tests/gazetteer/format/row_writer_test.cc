#include "gazetteer/format/row_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "gazetteer/format/gazetteer_layout.h"
#include "import/byte_source.h"
#include "import/gazetteer_reader.h"
#include "tests/gazetteer/format/random_dtf_rows.h"
#include "tests/support/seed.h"

namespace wensum::llpg {
namespace {

using ingest::GazetteerRecord;
using model::ChangeType;

const model::CustodianRecord kHeader{2625, 10, {"NORWICH \"CITY\"", "100090900001", "2625", "7.3.1"}};

std::string HeaderLine(char file_type = 'F') {
  std::string line;
  AppendDtfHeader({.custodian = kHeader, .date = {2026, 11, 20}, .time = "21:05:00", .file_type = file_type}, line);
  return line;
}

std::string TrailerLine(uint64_t records) {
  std::string line;
  AppendDtfTrailer({.records = records, .date = {2026, 11, 20}, .time = "21:05:10"}, line);
  return line;
}

struct Parsed {
  absl::Status status;
  std::vector<GazetteerRecord> records;
  ingest::GazetteerFacts facts;
};

Parsed Parse(const std::string& text) {
  Parsed parsed;
  const absl::StatusOr<std::unique_ptr<ingest::ByteSource>> source = ingest::ByteSource::OpenMemory(text);
  parsed.status = source.status();
  if (!source.ok()) return parsed;
  const absl::StatusOr<std::unique_ptr<ingest::GazetteerReader>> reader =
      ingest::GazetteerReader::Open(source->get(), {});
  parsed.status = reader.status();
  if (!reader.ok()) return parsed;
  GazetteerRecord record;
  while (true) {
    const absl::StatusOr<bool> more = (*reader)->Next(record);
    parsed.status = more.status();
    if (!more.ok() || !*more) break;
    parsed.records.push_back(record);
  }
  parsed.facts = (*reader)->facts();
  return parsed;
}

std::string LineOf(const model::GazetteerRow& row, ChangeType change = ChangeType::kInsert, uint64_t order = 1) {
  std::string line;
  AppendDtfRow(row, change, order, line);
  return line;
}

// The lines of a file with every record that the published layouts have, as a careful exporter writes them.
constexpr std::string_view kCanonical[] = {
    "11,\"I\",1,27700001,1,2625,2,2008-06-03,1,8,0,2006-08-04,2017-01-04,2008-06-03,,623145.00,308321.00,623200.50,"
    "308400.125,1\r\n",
    "12,\"U\",2,27700001,1,0,\"06230083\",3,2006-08-04\r\n",
    "12,\"I\",3,27700001,,,\"06230084\",,\r\n",
    "13,\"I\",4,27700001,\"E1\", 5 ,,\"x\"\r\n",
    "14,\"D\",5,27700001\r\n",
    "15,\"I\",6,27700001,\"ST GILES \"\"UPPER\"\" STREET\",\"\",\"NORWICH\",\"NORFOLK\",\"ENG\"\r\n",
    "21,\"U\",7,100090900001,1,2,2007-06-26,\"RD06\",100090900000,623150.25,308330.00,1,2625,2001-04-04,,2016-02-10,"
    "2001-04-05,\"ACME, LTD\",\"E05005886\",\"\",26,,\"CAN1\"\r\n",
    "21,\"I\",8,100090900002,1,,,\"\",,,0.00,,0,,,,,\"\",\"\",\"\",,,\"\"\r\n",
    "22,\"I\",9,100090900001,\"2625P000000001\",\"T\",\"\",2001-04-05,2001-04-04,,2016-02-10\r\n",
    "23,\"I\",10,100090900001,\"2625X000000001\",2001-04-04,2016-02-10,2001-04-05,,\"20/123\",\"CTAX\"\r\n",
    "24,\"I\",11,100090900001,\"2625L000000001\",\"ENG\",1,2001-04-04,,2001-04-05,2016-02-10,0,\"A\",,\"\",\"FLAT\",12,"
    "\"\",14,\"B\",\"THE \"\"OLD\"\" MILL\",27700001,\"FIRST FLOOR\",\"Y\",\"NR2 1AB\",\"NORWICH\",\"Y\",,,\"\"\r\n",
    "24,\"I\",12,100090900001,\"2625L000000002\",\"CYM\",3,2001-04-04,,2001-04-05,2016-02-10,,\"\",0,\"\",\"\",,\"\",,"
    "\"\",\"TŶ\",27700001,\"\",\"\",\"\",\"\",\"\",1,02,\"C\"\r\n",
    "25,\"I\",13,100090900001,\"EX1\",1\r\n",
    "26,\"I\",14,100090900001,\"EX1\",0,0\r\n",
    "27,\"I\",15,,\"no owner\"\r\n",
    "29,\"GAZ\",\"SCOPE\",\"TERMS\",\"\",\"OWNER\",\"D\",\"NORWICH\",100090900001,2625,\"BNG\",\"METRES\",2026-11-20,"
    "\"LLPG\",2026-11-19,\"ENG\",\"UTF-8\"\r\n",
    "98,\"2625L000000002\",\"2625P000000001\",\"2625X000000001\"\r\n",
};

TEST(RowWriterTest, CanonicalLinesComeBackByteForByte) {
  std::string file = HeaderLine();
  for (const std::string_view line : kCanonical) file.append(line);
  file += TrailerLine(std::size(kCanonical) - 1);
  const Parsed parsed = Parse(file);
  ASSERT_TRUE(parsed.status.ok()) << parsed.status;
  EXPECT_EQ(parsed.facts.stop(), nullptr);
  ASSERT_EQ(parsed.records.size(), std::size(kCanonical));
  for (size_t i = 0; i < parsed.records.size(); ++i) {
    const GazetteerRecord& record = parsed.records[i];
    ASSERT_EQ(record.outcome, GazetteerRecord::Outcome::kRow) << kCanonical[i] << record.issues[0].message;
    EXPECT_EQ(LineOf(record.row, record.change, record.pro_order), kCanonical[i]);
  }
  ASSERT_TRUE(parsed.facts.header_record.has_value());
  EXPECT_TRUE(*parsed.facts.header_record == kHeader);
}

TEST(RowWriterTest, RandomRowsOfEveryTypeComeBackAsTheyWere) {
  const uint64_t seed = TestSeed(20261122);
  SCOPED_TRACE(Cat("WENSUM_SEED=", seed));
  Random random(seed);
  const int rows = LongTests() ? 200'000 : 4'000;
  std::string file = HeaderLine();
  std::vector<model::GazetteerRow> written;
  uint64_t counted = 0;
  for (int i = 0; i < rows; ++i) {
    const RowPlace place{.usrn = 1 + static_cast<uint32_t>(random.Below(99'999'999)),
                         .uprn = 1 + random.Below(model::Uprn::kMax),
                         .number = static_cast<uint64_t>(i)};
    const int type = kDtfRecordTypes[random.Below(std::size(kDtfRecordTypes))];
    written.push_back(RandomDtfRow(random, type, place));
    AppendDtfRow(written.back(), ChangeType::kInsert, static_cast<uint64_t>(i) + 1, file);
    counted += type == 29 ? 0 : 1;
  }
  file += TrailerLine(counted);
  const Parsed parsed = Parse(file);
  ASSERT_TRUE(parsed.status.ok()) << parsed.status;
  EXPECT_EQ(parsed.facts.stop(), nullptr);
  ASSERT_EQ(parsed.records.size(), written.size());
  for (size_t i = 0; i < written.size(); ++i) {
    ASSERT_EQ(parsed.records[i].outcome, GazetteerRecord::Outcome::kRow)
        << LineOf(written[i]) << parsed.records[i].issues[0].message;
    ASSERT_TRUE(parsed.records[i].row == written[i]) << LineOf(written[i]) << LineOf(parsed.records[i].row);
    ASSERT_EQ(LineOf(parsed.records[i].row), LineOf(written[i]));
  }
}

// Every line has the columns that its layout says, in number and presence of quotes.
TEST(RowWriterTest, LinesFitTheirLayouts) {
  Random random(TestSeed(7));
  for (const int type : {11, 12, 15, 21, 22, 23, 24, 29, 98}) {
    const RecordLayout* const layout = FindLayout(model::GazetteerFormat::kDtf73, type);
    ASSERT_NE(layout, nullptr);
    const std::string line = LineOf(RandomDtfRow(random, type, {}));
    const absl::StatusOr<std::unique_ptr<ingest::ByteSource>> source = ingest::ByteSource::OpenMemory(line);
    ASSERT_TRUE(source.ok());
    ingest::CsvReader csv(source->get());
    ingest::CsvRow row;
    ASSERT_TRUE(*csv.Next(row));
    EXPECT_EQ(row.fields.size(), layout->columns.size()) << line;
  }
}

TEST(RowWriterTest, NumbersThatSayWhatTheFormatExpectsNeedNoMark) {
  model::Street street;
  street.usrn = *model::Usrn::Create(5);
  EXPECT_EQ(LineOf(street), "11,\"I\",1,5,0,0,,,,,0,,,,,0.00,0.00,0.00,0.00,0\r\n");
  street.zeros = ~model::ZeroColumns{0};
  EXPECT_EQ(LineOf(street), "11,\"I\",1,5,,,0,,0,0,,,,,,,,,,\r\n");
  street.version = 3;
  EXPECT_EQ(LineOf(street), "11,\"I\",1,5,,,0,,0,0,3,,,,,,,,,\r\n") << "a mark says nothing of other numbers";
}

TEST(RowWriterTest, AddressBaseHasRecordsThatDtfLacks) {
  EXPECT_FALSE(HasDtfRecord(model::Classification()));
  EXPECT_FALSE(HasDtfRecord(model::PropertyOrganisation()));
  EXPECT_FALSE(HasDtfRecord(model::DeliveryPoint()));
  EXPECT_FALSE(HasDtfRecord(model::Successor()));
  EXPECT_FALSE(HasDtfRecord(model::PostcodeCentroid()));
  EXPECT_TRUE(HasDtfRecord(model::Blpu()));
  EXPECT_TRUE(HasDtfRecord(model::KeptRow()));
}

TEST(RowWriterTest, HeaderAndTrailer) {
  EXPECT_EQ(HeaderLine('C'),
            "10,\"NORWICH \"\"CITY\"\"\",100090900001,2625,2026-11-20,1,2026-11-20,21:05:00,\"7.3.1\",\"C\"\r\n");
  EXPECT_EQ(TrailerLine(12), "99,0,12,2026-11-20,21:05:10\r\n");
}

}  // namespace
}  // namespace wensum::llpg
