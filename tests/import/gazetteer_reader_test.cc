#include "import/gazetteer_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "gazetteer/format/gazetteer_layout.h"
#include "tests/import/test_text.h"

namespace wensum::ingest {
namespace {

using model::GazetteerFormat;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;
using Outcome = GazetteerRecord::Outcome;

constexpr std::string_view kDtfHeader =
    "10,\"NORWICH\",10001234,2625,2026-11-20,1,2026-11-20,21:05:00,\"7.3.1\",\"F\"\r\n";
constexpr std::string_view kAbp2Header = "10,\"GeoPlace\",9999,2016-02-19,0,2016-02-19,23:47:05,\"2.0\",\"F\"\r\n";
constexpr std::string_view kAbp1Header = "10,\"GeoPlace\",9999,2014-02-19,0,2014-02-19,23:47:05,\"1.0\",\"C\"\r\n";
constexpr std::string_view kDtfStreet =
    "11,\"I\",1,27700001,1,2625,2,2008-06-03,1,8,0,2006-08-04,2017-01-04,2008-06-03,,623145.00,308321.00,"
    "623200.50,308400.00,1\r\n";
constexpr std::string_view kDtfDescriptor =
    "15,\"I\",2,27700001,\"ST GILES STREET\",\"\",\"NORWICH\",\"NORFOLK\",\"ENG\"\r\n";
constexpr std::string_view kDtfBlpu =
    "21,\"U\",3,100090900001,1,2,2007-06-26,\"RD06\",100090900000,623150.25,308330.00,1,2625,2001-04-04,,2016-02-10,"
    "2001-04-05,\"ACME LTD\",\"E05005886\",\"\",,,\"\"\r\n";
constexpr std::string_view kDtfLpi =
    "24,\"I\",4,100090900001,\"2625L000000001\",\"ENG\",1,2001-04-04,,2001-04-05,2016-02-10,2,\"A\",,\"\",\"FLAT\",12,"
    "\"\",14,\"B\",\"THE \"\"OLD\"\" MILL\",27700001,\"FIRST FLOOR\",\"Y\",\"NR2 1AB\",\"NORWICH\",\"Y\",,,\"\"\r\n";

struct ReadFile {
  absl::Status status;
  GazetteerFacts facts;
  std::vector<GazetteerRecord> records;

  [[nodiscard]] std::vector<std::string> FileRules() const {
    std::vector<std::string> rules;
    for (const RowIssue& issue : facts.issues) rules.push_back(issue.rule);
    return rules;
  }
  // "column:rule" of the issues of record `index`.
  [[nodiscard]] std::vector<std::string> Rules(size_t index) const {
    std::vector<std::string> rules;
    for (const RowIssue& issue : records.at(index).issues) rules.push_back(Cat(issue.column, ":", issue.rule));
    return rules;
  }
  [[nodiscard]] std::string error() const { return std::string(Message(status)); }
};

ReadFile Read(std::string_view text, const GazetteerOptions& options = {}) {
  ReadFile result;
  absl::StatusOr<std::unique_ptr<ByteSource>> source = ByteSource::OpenMemory(text);
  if (!source.ok()) return {source.status(), {}, {}};
  absl::StatusOr<std::unique_ptr<GazetteerReader>> reader = GazetteerReader::Open(source->get(), options);
  if (!reader.ok()) return {reader.status(), {}, {}};
  GazetteerRecord record;
  while (true) {
    const absl::StatusOr<bool> more = (*reader)->Next(record);
    result.status = more.status();
    if (!more.ok() || !*more) break;
    result.records.push_back(record);
  }
  result.facts = (*reader)->facts();
  return result;
}

std::string Trailer(int count) { return Cat("99,0,", count, ",2026-11-20,21:05:10\r\n"); }

TEST(GazetteerReader, ReadsDtf) {
  const ReadFile file = Read(Cat(kDtfHeader, kDtfStreet, kDtfDescriptor, kDtfBlpu, kDtfLpi, Trailer(4)));
  ASSERT_TRUE(file.status.ok()) << file.status;
  EXPECT_EQ(file.facts.format, GazetteerFormat::kDtf73);
  EXPECT_EQ(file.facts.custodian_name, "NORWICH");
  EXPECT_EQ(file.facts.local_custodian_code, 2625);
  EXPECT_EQ(file.facts.process_date.ToString(), "2026-11-20");
  EXPECT_EQ(file.facts.volume_number, 1);
  EXPECT_EQ(file.facts.version, "7.3.1");
  EXPECT_EQ(file.facts.file_type, 'F');
  EXPECT_TRUE(file.facts.issues.empty()) << file.facts.issues[0].message;
  ASSERT_EQ(file.records.size(), 4U);
  for (const GazetteerRecord& record : file.records) {
    EXPECT_TRUE(record.issues.empty()) << record.issues[0].message << record.issues[0].column;
    EXPECT_EQ(record.outcome, Outcome::kRow);
  }

  const auto& street = std::get<model::Street>(file.records[0].row);
  EXPECT_EQ(street.usrn.value(), 27700001U);
  EXPECT_EQ(street.dates.entry.ToString(), "2006-08-04");
  EXPECT_EQ(street.dates.last_update.ToString(), "2017-01-04");
  EXPECT_EQ(street.dates.start.ToString(), "2008-06-03");
  EXPECT_EQ(street.end_x, 623200.5);

  const auto& descriptor = std::get<model::StreetDescriptor>(file.records[1].row);
  EXPECT_EQ(descriptor.description, "ST GILES STREET");
  EXPECT_EQ(descriptor.administrative_area, "NORFOLK");

  const auto& blpu = std::get<model::Blpu>(file.records[2].row);
  EXPECT_EQ(file.records[2].change, model::ChangeType::kUpdate);
  EXPECT_EQ(file.records[2].pro_order, 3U);
  EXPECT_EQ(blpu.uprn.value(), 100090900001U);
  EXPECT_EQ(blpu.parent_uprn.value(), 100090900000U);
  EXPECT_EQ(blpu.blpu_class, "RD06");
  EXPECT_EQ(blpu.organisation, "ACME LTD");
  EXPECT_EQ(blpu.ward_code, "E05005886");
  EXPECT_EQ(blpu.dates.last_update.ToString(), "2016-02-10");
  EXPECT_EQ(blpu.dates.entry.ToString(), "2001-04-05");

  const auto& lpi = std::get<model::Lpi>(file.records[3].row);
  EXPECT_EQ(lpi.dates.entry.ToString(), "2001-04-05");
  EXPECT_EQ(lpi.dates.last_update.ToString(), "2016-02-10");
  EXPECT_TRUE(lpi.sao.has_number);
  EXPECT_EQ(lpi.sao.start_suffix, "A");
  EXPECT_EQ(lpi.sao.text, "FLAT");
  EXPECT_EQ(lpi.pao.start_number, 12);
  EXPECT_EQ(lpi.pao.end_number, 14);
  EXPECT_EQ(lpi.pao.end_suffix, "B");
  EXPECT_EQ(lpi.pao.text, "THE \"OLD\" MILL");
  EXPECT_EQ(lpi.usrn.value(), 27700001U);
  EXPECT_EQ(lpi.postcode, "NR2 1AB");
  EXPECT_EQ(file.records[3].line, 5U);
}

TEST(GazetteerReader, ReadsTheDatesOfAddressBaseInItsOwnOrder) {
  const ReadFile file = Read(
      Cat(kAbp2Header,
          "24,\"I\",4,100090900001,\"2625L000000001\",\"ENG\",1,2001-04-04,,2016-02-10,2001-04-05,,\"\",,\"\",\"\",12,"
          "\"\",,\"\",\"\",27700001,\"1\",\"\",\"\",\"Y\"\r\n",
          "23,\"I\",5,100090900001,\"2625X000000001\",\"E05005886\",,\"7666OW\",2014-02-07,,2012-02-07,2015-04-07\r\n",
          "28,\"I\",6,100090900001,1234567,\"\",\"\",\"\",\"\",12,\"\",\"ST GILES STREET\",\"\",\"\",\"NORWICH\",\"NR2 "
          "1AB\",\"S\",\"1A\",\"\",\"\",\"\",\"\",\"\",\"\",2016-01-18,2012-04-23,,2016-02-10,2012-03-19\r\n",
          Trailer(3)));
  ASSERT_EQ(file.records.size(), 3U) << file.error();
  const auto& lpi = std::get<model::Lpi>(file.records[0].row);
  EXPECT_EQ(lpi.dates.entry.ToString(), "2001-04-05");
  EXPECT_EQ(lpi.dates.last_update.ToString(), "2016-02-10");
  const auto& reference = std::get<model::CrossReference>(file.records[1].row);
  EXPECT_EQ(reference.source, "7666OW");
  EXPECT_EQ(reference.dates.start.ToString(), "2014-02-07");
  EXPECT_EQ(reference.dates.entry.ToString(), "2015-04-07");
  const auto& point = std::get<model::DeliveryPoint>(file.records[2].row);
  EXPECT_EQ(point.udprn, 1234567U);
  EXPECT_EQ(point.building_number, "12");
  EXPECT_EQ(point.postcode, "NR2 1AB");
  EXPECT_EQ(point.delivery_point_suffix, "1A");
}

TEST(GazetteerReader, ShiftsDeliveryPointsOfAddressBase1) {
  const ReadFile file = Read(Cat(
      kAbp1Header,
      "28,\"I\",6,100090900001,100090900000,1234567,\"\",\"\",\"\",\"\",12,\"\",\"ST GILES STREET\",\"\",\"\","
      "\"NORWICH\",\"NR2 1AB\",\"S\",\"\",\"\",\"\",\"\",\"\",\"\",2016-01-18,2012-04-23,,2016-02-10,2012-03-19\r\n",
      Trailer(1)));
  ASSERT_EQ(file.records.size(), 1U) << file.error();
  EXPECT_EQ(file.facts.format, GazetteerFormat::kAddressBasePremium1);
  EXPECT_EQ(file.facts.file_type, 'C');
  const auto& point = std::get<model::DeliveryPoint>(file.records[0].row);
  EXPECT_EQ(point.udprn, 1234567U);
  EXPECT_EQ(point.parent_addressable_uprn.value(), 100090900000U);
  EXPECT_EQ(point.post_town, "NORWICH");
  EXPECT_EQ(point.postcode, "NR2 1AB");
}

// A record type, a column and the text put there.
struct BadColumn {
  std::string_view row;
  size_t column;
  std::string_view text;
  std::string_view issue;
  Outcome outcome;
};

TEST(GazetteerReader, NamesTheColumnOfEachBadValue) {
  const BadColumn cases[] = {
      {kDtfBlpu, 3, "", "UPRN:key_missing", Outcome::kRejected},
      {kDtfBlpu, 3, "0", "UPRN:uprn_invalid", Outcome::kRejected},
      {kDtfBlpu, 3, "1234567890123", "UPRN:uprn_invalid", Outcome::kRejected},
      {kDtfBlpu, 3, "12x", "UPRN:uprn_invalid", Outcome::kRejected},
      {kDtfBlpu, 1, "X", "CHANGE_TYPE:change_type_invalid", Outcome::kRejected},
      {kDtfBlpu, 1, "", "CHANGE_TYPE:change_type_invalid", Outcome::kRejected},
      {kDtfBlpu, 4, "one", "LOGICAL_STATUS:number_invalid", Outcome::kRejected},
      {kDtfBlpu, 4, "99999999999", "LOGICAL_STATUS:number_invalid", Outcome::kRejected},
      {kDtfBlpu, 4, "-1", "LOGICAL_STATUS:number_invalid", Outcome::kRejected},
      {kDtfBlpu, 4, "", "LOGICAL_STATUS:mandatory_missing", Outcome::kRow},
      {kDtfBlpu, 8, "0", "PARENT_UPRN:parent_zero", Outcome::kRow},
      {kDtfBlpu, 9, "nan", "X_COORDINATE:number_invalid", Outcome::kRejected},
      {kDtfBlpu, 9, "0x10", "X_COORDINATE:number_invalid", Outcome::kRejected},
      {kDtfBlpu, 9, "1.00", "X_COORDINATE:coordinate_range", Outcome::kRow},
      {kDtfBlpu, 13, "2001-02-29", "START_DATE:date_invalid", Outcome::kRejected},
      {kDtfBlpu, 13, "04/04/2001", "START_DATE:date_invalid", Outcome::kRejected},
      {kDtfBlpu, 13, "2001-00-00", "START_DATE:date_invalid", Outcome::kRejected},
      {kDtfBlpu, 7, "RD06XX", "BLPU_CLASS:too_long", Outcome::kRow},
      {kDtfStreet, 3, "123456789", "USRN:usrn_invalid", Outcome::kRejected},
      {kDtfDescriptor, 8, "", "LANGUAGE:key_missing", Outcome::kRejected},
      {kDtfLpi, 4, "", "LPI_KEY:key_missing", Outcome::kRejected},
      {kDtfLpi, 21, "", "USRN:mandatory_missing", Outcome::kRow},
  };
  for (const BadColumn& bad : cases) {
    std::string row;
    const std::vector<std::string_view> columns = Split(Trim(bad.row), ',');
    for (size_t i = 0; i < columns.size(); ++i) {
      AppendTo(row, i == 0 ? "" : ",", i == bad.column ? bad.text : columns[i]);
    }
    const ReadFile file = Read(Cat(kDtfHeader, row, "\n", Trailer(1)));
    ASSERT_EQ(file.records.size(), 1U) << row << file.error();
    EXPECT_THAT(file.Rules(0), ElementsAre(std::string(bad.issue))) << row;
    EXPECT_EQ(file.records[0].outcome, bad.outcome) << row;
    const RowIssue& issue = file.records[0].issues[0];
    EXPECT_EQ(issue.raw, bad.outcome == Outcome::kRejected ? row : "") << row;
    EXPECT_EQ(issue.line, 2U);
  }
}

TEST(GazetteerReader, ReadsLeadingZerosAsDecimal) {
  std::string row(kDtfBlpu);
  row.replace(row.find("623150.25"), 9, "093301.00");
  row.replace(row.find("100090900001"), 12, "000000199356");
  const ReadFile file = Read(Cat(kDtfHeader, row, Trailer(1)));
  ASSERT_EQ(file.records.size(), 1U);
  EXPECT_EQ(std::get<model::Blpu>(file.records[0].row).x, 93301.0);
  EXPECT_EQ(std::get<model::Blpu>(file.records[0].row).uprn.value(), 199356U);
}

TEST(GazetteerReader, KeepsRowsWhoseColumnsItDoesNotKnow) {
  const ReadFile file = Read(Cat(kDtfHeader, "29,\"meta\"\n", "22,\"I\",1,2\n", "22,\"I\",2,3\n", "77,x\n", "xx,y\n",
                                 "31,\"I\",1\n", "21,\"I\",1\n", "98,\"a\",\"b\",\"c\"\n", Trailer(7)));
  ASSERT_TRUE(file.status.ok()) << file.status;
  ASSERT_EQ(file.records.size(), 8U);
  const auto& metadata = std::get<model::CustodianRecord>(file.records[0].row);
  EXPECT_EQ(metadata.custodian_code, 2625);
  EXPECT_THAT(metadata.columns, ElementsAre("meta"));
  const auto& kept = std::get<model::KeptRow>(file.records[1].row);
  EXPECT_EQ(kept.owner, 2U);
  EXPECT_EQ(kept.text, "2");
  EXPECT_TRUE(kept.subkey.starts_with("~")) << kept.subkey;
  EXPECT_EQ(file.records[1].outcome, Outcome::kRow);
  EXPECT_THAT(file.Rules(3), ElementsAre(":record_type_unknown"));
  EXPECT_THAT(file.Rules(4), ElementsAre(":record_type_unknown"));
  EXPECT_THAT(file.Rules(5), ElementsAre(":record_type_unknown")) << "DTF has no record 31";
  EXPECT_THAT(file.Rules(6), ElementsAre(":column_count"));
  EXPECT_EQ(file.facts.data_rows, 7U) << "all but metadata";
  EXPECT_EQ(file.facts.by_type.at(22).rows, 2U);
  EXPECT_EQ(file.facts.by_type.at(21).wrong_column_count, 1U);
  EXPECT_TRUE(file.FileRules().empty());
  EXPECT_THAT(std::get<model::CustodianRecord>(file.records[7].row).columns, ElementsAre("a", "b", "c"));
  EXPECT_EQ(Read(Cat(kDtfHeader, "98,\"a\",\"b\",\"c\"\n", Trailer(0))).facts.stop(), nullptr)
      << "trailers that leave record 98 out";
}

TEST(GazetteerReader, KeptRowsOfOneKeyAreNumbered) {
  const ReadFile file =
      Read(Cat(kDtfHeader, "26,\"I\",1,7,\"E\",1\r\n", "26,\"I\",2,7,\"E\",2\n", "27,\"I\",3,7,\"E\"\n",
               "26,\"I\",4,7,\"E\",3\n", "26,\"D\",5,7,\"E\",3\n", "26,\"I\",6,8,\"E\",3\n", Trailer(6)));
  ASSERT_TRUE(file.status.ok()) << file.status;
  std::vector<std::string> rows;
  for (const GazetteerRecord& record : file.records) {
    const auto& row = std::get<model::KeptRow>(record.row);
    rows.push_back(Cat(row.record_type, " ", row.owner, " ", row.subkey, " ", row.occurrence, " ", row.text));
  }
  EXPECT_THAT(rows, ElementsAre("26 7 E 1 7,\"E\",1", "26 7 E 2 7,\"E\",2", "27 7 E 1 7,\"E\"", "26 7 E 3 7,\"E\",3",
                                "26 7 E 1 7,\"E\",3", "26 8 E 1 8,\"E\",3"));
}

TEST(GazetteerReader, KeptRowsOfOneKeyAreNumberedWhereverTheyStand) {
  const ReadFile file =
      Read(Cat(kDtfHeader, "26,\"I\",1,7,\"E\",1\n", "26,\"I\",2,8,\"E\",1\n", "26,\"I\",3,7,\"E\",1\n",
               "26,\"I\",4,7,\"F\",1\n", "26,\"I\",5,7,\"E\",2\n", "26,\"I\",6,8,\"E\",1\n", Trailer(6)));
  ASSERT_TRUE(file.status.ok()) << file.status;
  std::vector<std::string> rows;
  for (const GazetteerRecord& record : file.records) {
    const auto& row = std::get<model::KeptRow>(record.row);
    rows.push_back(Cat(row.owner, " ", row.subkey, " ", row.occurrence));
  }
  EXPECT_THAT(rows, ElementsAre("7 E 1", "8 E 1", "7 E 2", "7 F 1", "7 E 3", "8 E 2"));
}

TEST(GazetteerReader, RowsOfInferredLayoutsThatDoNotFitAreKept) {
  const ReadFile file =
      Read(Cat(kDtfHeader, "22,\"U\",1,7,\"2625P000000001\",\"T\",\"\",BAD,,,\n",  // a date that is none
               "12,\"I\",2,7,1,0,\"\",0,2006-08-04\n",                             // no id
               "12,\"I\"\n", "13,\"X\",1,7\n", "14,\"I\",y,7\n", Trailer(5)));
  ASSERT_TRUE(file.status.ok()) << file.status;
  ASSERT_EQ(file.records.size(), 5U);
  EXPECT_EQ(file.records[0].outcome, Outcome::kRow);
  EXPECT_EQ(file.records[0].change, model::ChangeType::kUpdate);
  EXPECT_EQ(std::get<model::KeptRow>(file.records[0].row).text, "7,\"2625P000000001\",\"T\",\"\",BAD,,,");
  EXPECT_THAT(file.Rules(0), testing::Contains("ENTRY_DATE:date_invalid"));
  EXPECT_EQ(file.records[0].issues.back().severity, Severity::kWarning);
  EXPECT_EQ(std::get<model::KeptRow>(file.records[1].row).owner, 7U);
  EXPECT_THAT(file.Rules(2), ElementsAre(":column_count"));
  EXPECT_THAT(file.Rules(3), ElementsAre("CHANGE_TYPE:change_type_invalid"));
  EXPECT_THAT(file.Rules(4), ElementsAre("PRO_ORDER:number_invalid"));
  for (size_t i = 2; i < 5; ++i) {
    EXPECT_EQ(file.records[i].outcome, Outcome::kRejected);
  }
}

TEST(GazetteerReader, TellsZeroFromNothing) {
  const auto street = [](std::string_view state, std::string_view version, std::string_view x) {
    const ReadFile file = Read(Cat(kDtfHeader, "11,\"I\",1,27700001,1,2625,", state, ",,1,8,", version, ",,,,,", x,
                                   ",308321.00,623200.50,308400.00,1\r\n", Trailer(1)));
    return std::get<model::Street>(file.records.at(0).row).zeros;
  };
  EXPECT_EQ(street("2", "0", "0"), 0U);
  EXPECT_EQ(street("", "1", "5.5"), 0U);
  EXPECT_EQ(street("0", "1", "1"), 1U << 6);
  EXPECT_EQ(street("", "", "1"), 1U << 10);
  EXPECT_EQ(street("0", "", ""), 1U << 6 | 1U << 10 | 1U << 15);
}

TEST(GazetteerReader, ChecksTheTrailer) {
  EXPECT_THAT(Read(Cat(kDtfHeader, kDtfBlpu, Trailer(2))).FileRules(), ElementsAre("trailer_count"));
  EXPECT_THAT(Read(Cat(kDtfHeader, kDtfBlpu, "99,x,1\n")).FileRules(), ElementsAre("trailer_invalid"));
  const ReadFile cut = Read(Cat(kDtfHeader, kDtfBlpu));
  EXPECT_THAT(cut.FileRules(), ElementsAre("trailer_missing"));
  ASSERT_NE(cut.facts.stop(), nullptr);
  EXPECT_THAT(cut.facts.stop()->message, HasSubstr("it was cut off"));
  EXPECT_EQ(Read(Cat(kDtfHeader, kDtfBlpu), {.format = GazetteerFormat::kDtf73}).facts.stop(), nullptr);
  const ReadFile header_only = Read(kDtfHeader);
  EXPECT_TRUE(header_only.records.empty());
  EXPECT_NE(header_only.facts.stop(), nullptr);
  const ReadFile volumes = Read(Cat(kDtfHeader, kDtfBlpu, Trailer(1), kDtfHeader, kDtfBlpu, Trailer(1)));
  EXPECT_THAT(volumes.FileRules(), ElementsAre("header_repeated", "rows_after_trailer"));
  EXPECT_EQ(volumes.records.size(), 4U) << "no row vanishes";
  EXPECT_EQ(Read(Cat(kDtfHeader, "99,2,0,2026-11-20,210510\n")).facts.next_volume_number, 2);
}

// kDtfHeader with another volume number.
std::string HeaderOf(int volume) {
  return Cat("10,\"NORWICH\",10001234,2625,2026-11-20,", volume, ",2026-11-20,21:05:00,\"7.3.1\",\"F\"\r\n");
}
std::string TrailerOf(int next_volume, int count) {
  return Cat("99,", next_volume, ",", count, ",2026-11-20,21:05:10\r\n");
}

TEST(GazetteerReader, ReadsTheVolumesOfAnArchiveAsOneFile) {
  const ReadFile file = Read(Zip({{"2.csv", Cat(HeaderOf(2), kDtfStreet, kDtfBlpu, TrailerOf(0, 2))},
                                  {"1.csv", Cat(HeaderOf(1), kDtfStreet, kDtfDescriptor, kDtfLpi, TrailerOf(2, 3))}}));
  ASSERT_TRUE(file.status.ok()) << file.status;
  EXPECT_THAT(file.FileRules(), ElementsAre());
  std::vector<int> types;
  std::vector<uint64_t> orders;
  for (const GazetteerRecord& record : file.records) {
    EXPECT_EQ(record.outcome, Outcome::kRow);
    types.push_back(record.record_type);
    orders.push_back(record.pro_order);
  }
  EXPECT_THAT(types, ElementsAre(11, 15, 24, 11, 21));
  EXPECT_THAT(orders, ElementsAre(1, 2, 4, 5, 7)) << "what the second volume says comes later";
  EXPECT_EQ(file.facts.volume_number, 1);
  EXPECT_EQ(file.facts.volumes, 2);
  EXPECT_EQ(file.facts.next_volume_number, 0);
  EXPECT_EQ(file.facts.data_rows, 5U);
  EXPECT_EQ(file.facts.trailer_record_count, 5U);
}

TEST(GazetteerReader, ChecksEachVolumeOfAnArchive) {
  const auto read = [](const std::string& one, const std::string& two) {
    return Read(Zip({{"1.csv", one}, {"2.csv", two}}));
  };
  const std::string one = Cat(HeaderOf(1), kDtfStreet, TrailerOf(2, 1));
  const std::string two = Cat(HeaderOf(2), kDtfStreet, TrailerOf(0, 1));
  EXPECT_EQ(read(one, two).facts.stop(), nullptr);
  const ReadFile last = read(Cat(HeaderOf(1), kDtfStreet, TrailerOf(0, 1)), two);
  ASSERT_NE(last.facts.stop(), nullptr);
  EXPECT_THAT(last.facts.stop()->message, HasSubstr("The trailer of volume 1 says that it is the last"));
  const ReadFile other = read(Cat(HeaderOf(1), kDtfStreet, TrailerOf(3, 1)), two);
  ASSERT_NE(other.facts.stop(), nullptr);
  EXPECT_THAT(other.facts.stop()->message, HasSubstr("that volume 3 follows, but the archive goes on with volume 2"));
  EXPECT_THAT(read(Cat(HeaderOf(1), kDtfStreet, TrailerOf(2, 2)), two).FileRules(), ElementsAre("trailer_count"));
  EXPECT_THAT(read(one, Cat(HeaderOf(2), kDtfStreet, TrailerOf(0, 2))).FileRules(), ElementsAre("trailer_count"))
      << "each trailer counts its own volume";
  const ReadFile cut = read(Cat(HeaderOf(1), kDtfStreet), two);
  ASSERT_NE(cut.facts.stop(), nullptr);
  EXPECT_THAT(cut.facts.stop()->message, HasSubstr("has no trailer record 99: it was cut off"));
  EXPECT_THAT(read(one, Cat(HeaderOf(2), kDtfStreet)).FileRules(), ElementsAre("trailer_missing"));
  EXPECT_EQ(read(one, Cat(HeaderOf(2), kDtfStreet, TrailerOf(3, 1))).facts.next_volume_number, 3) << "more to come";
}

TEST(GazetteerReader, GoesOnInAnyVolumeOfAnArchive) {
  const std::string archive = Zip({{"1.csv", Cat(HeaderOf(1), kDtfStreet, kDtfDescriptor, TrailerOf(2, 2))},
                                   {"2.csv", Cat(HeaderOf(2), kDtfBlpu, kDtfLpi, TrailerOf(0, 2))}});
  for (int done = 1; done <= 3; ++done) {
    const auto source = ByteSource::OpenMemory(archive);
    ASSERT_TRUE(source.ok());
    const auto reader = GazetteerReader::Open(source->get(), {});
    ASSERT_TRUE(reader.ok());
    GazetteerRecord record;
    for (int i = 0; i < done; ++i) {
      ASSERT_TRUE(*(*reader)->Next(record));
    }
    const CsvPosition position = (*reader)->position();
    const auto again = ByteSource::OpenMemory(archive);
    const auto resumed = GazetteerReader::Open(again->get(), {});
    ASSERT_TRUE((*resumed)->Seek(position).ok());
    int rows = done;
    while (*(*resumed)->Next(record)) {
      EXPECT_EQ(record.outcome, Outcome::kRow);
      ++rows;
    }
    EXPECT_EQ(rows, 4) << "from " << done;
    EXPECT_EQ((*resumed)->facts().stop(), nullptr);
  }
}

TEST(GazetteerReader, RecognisesTheFormat) {
  EXPECT_EQ(Read(Cat(kDtfHeader, Trailer(0))).facts.format, GazetteerFormat::kDtf73);
  EXPECT_EQ(Read(Cat(kAbp2Header, Trailer(0))).facts.format, GazetteerFormat::kAddressBasePremium2);
  EXPECT_EQ(Read(Cat(kAbp1Header, Trailer(0))).facts.format, GazetteerFormat::kAddressBasePremium1);
  // A header without a version is decided by the rows.
  EXPECT_EQ(Read(Cat("10,\"X\",9999,2016-02-19,0,2016-02-19,23:47:05,\"\",\"F\"\n", kDtfBlpu, Trailer(1))).facts.format,
            GazetteerFormat::kDtf73);
  EXPECT_THAT(Read(Cat("10,\"X\",9999,2016-02-19,0,2016-02-19,23:47:05,\"\",\"F\"\n", Trailer(0))).error(),
              HasSubstr("name its format"));
  EXPECT_THAT(Read(Cat(kAbp2Header, kDtfBlpu, Trailer(1))).error(),
              HasSubstr("the header says ABP_2, but record 21 at line 2 has 23 columns, as only DTF_7_3 has"));
}

TEST(GazetteerReader, FindsAContradictionBehindTheSample) {
  std::string text(kDtfHeader);
  int rows = 0;
  for (; text.size() < 100'000; ++rows) text.append(kDtfStreet);
  text.append("21,\"I\",1,690091234501,,,,,,,54.9,-1.3,,121,\"E\",2007-10-24,,2016-02-10,2001-04-04,,,\n");
  const ReadFile file = Read(Cat(text, Trailer(rows + 1)));
  ASSERT_TRUE(file.status.ok()) << file.status;
  EXPECT_THAT(file.FileRules(), UnorderedElementsAre("format_contradicted"));
  EXPECT_THAT(file.facts.stop()->message, HasSubstr("22, as abp_2 has"));
}

TEST(GazetteerReader, RefusesFragmentsUnlessTheFormatIsNamed) {
  EXPECT_THAT(Read(kDtfStreet).error(), HasSubstr("whose first row fits dtf_7_3 or abp_1; name its format"));
  const ReadFile named = Read(kDtfStreet, {.format = GazetteerFormat::kDtf73});
  ASSERT_TRUE(named.status.ok()) << named.status;
  EXPECT_EQ(named.records.size(), 1U);
  EXPECT_THAT(named.FileRules(), ElementsAre("header_missing", "trailer_missing"));
  const std::string titled = Cat("\"RECORD_IDENTIFIER\",\"CHANGE_TYPE\"\n", kDtfStreet);
  EXPECT_THAT(Read(titled).error(), HasSubstr("starts with a line of column titles"));
  EXPECT_EQ(Read(titled, {.format = GazetteerFormat::kDtf73}).records.size(), 1U);
}

TEST(GazetteerReader, RefusesWhatIsNoGazetteer) {
  EXPECT_THAT(Read("").error(), HasSubstr("the file is empty"));
  for (const GazetteerFormat format : {GazetteerFormat::kUnknown, GazetteerFormat::kAddressBasePremium2}) {
    EXPECT_THAT(Read("uprn,postcode\n1,NR1\n", {.format = format}).error(),
                HasSubstr("line 1: not a gazetteer file: the first column is \"uprn\""));
    EXPECT_THAT(Read("\"NR1 1AA\",10,624068\n", {.format = format}).error(), HasSubstr("not a gazetteer file"));
  }
}

TEST(GazetteerReader, ResumesBehindAnyRecord) {
  const std::string text = Cat(kDtfHeader, kDtfStreet, kDtfDescriptor, kDtfBlpu, kDtfLpi, Trailer(4));
  const absl::StatusOr<std::unique_ptr<ByteSource>> source = ByteSource::OpenMemory(text);
  const absl::StatusOr<std::unique_ptr<GazetteerReader>> reader = GazetteerReader::Open(source->get(), {});
  ASSERT_TRUE(reader.ok());
  GazetteerRecord record;
  const CsvPosition start = (*reader)->position();
  ASSERT_TRUE(*(*reader)->Next(record));
  ASSERT_TRUE(*(*reader)->Next(record));
  const CsvPosition behind_two = (*reader)->position();
  for (const CsvPosition& position : {behind_two, start, CsvPosition{}}) {
    ASSERT_TRUE((*reader)->Seek(position).ok());
    int rows = 0;
    while (*(*reader)->Next(record)) ++rows;
    EXPECT_EQ(rows, position == behind_two ? 2 : 4);
    EXPECT_EQ((*reader)->facts().stop(), nullptr);
  }
}

TEST(InspectGazetteerFile, ChecksTheWholeFileWithoutReadingRows) {
  const std::string text = Cat(kDtfHeader, kDtfBlpu, "21,\"I\",1\n", Trailer(2));
  for (const std::string& form : {text, Gzip(text), ToUtf16(text, true)}) {
    const TempFile file(form);
    const absl::StatusOr<GazetteerFileFacts> facts = InspectGazetteerFile(file.path(), {});
    ASSERT_TRUE(facts.ok()) << facts.status();
    EXPECT_EQ(facts->gazetteer.data_rows, 2U);
    EXPECT_EQ(facts->gazetteer.by_type.at(21).wrong_column_count, 1U);
    EXPECT_EQ(facts->gazetteer.stop(), nullptr);
    EXPECT_EQ(facts->text.file_bytes, form.size());
  }
  const TempFile cut(Cat(kDtfHeader, "21,\"I\",\"never closed\n", Trailer(1)));
  EXPECT_FALSE(InspectGazetteerFile(cut.path(), {}).ok());
}

TEST(GazetteerLayout, NamesEachFieldOnce) {
  for (const llpg::RecordLayout& layout : llpg::AllLayouts()) {
    for (size_t i = 0; i < layout.columns.size(); ++i) {
      EXPECT_EQ(layout.PositionOf(layout.columns[i].field), static_cast<int>(i))
          << model::GazetteerFormatName(layout.format) << layout.record_type << layout.columns[i].name;
    }
  }
}

TEST(ParseDecimal, AgreesWithTheStandardLibrary) {
  for (const std::string_view text :
       {"0", "093301.00", "623145.07", "-1.3905597", "54.914561", "+5", ".5", "5.", "123456789012345678.25"}) {
    const std::string plain(text.front() == '+' ? text.substr(1) : text);
    EXPECT_EQ(ParseDecimal(text), std::stod(plain)) << text;
  }
  for (const std::string_view text : {"", ".", "-", "1e5", "inf", "nan", "0x10", "1.2.3", "1 2"}) {
    EXPECT_FALSE(ParseDecimal(text)) << text;
  }
}

}  // namespace
}  // namespace wensum::ingest
