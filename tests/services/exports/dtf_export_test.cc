#include "services/exports/dtf_export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "tests/services/exports/every_record.h"
#include "tests/services/exports/test_gazetteer.h"
#include "tests/services/gazetteer/row_fixture.h"

namespace wensum::exports {
namespace {

using gazetteer::TestBlpu;
using gazetteer::TestDescriptor;
using gazetteer::TestKey;
using gazetteer::TestLpi;
using gazetteer::TestStreet;
using gazetteer::TestXref;
using model::ChangeType;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(DtfExportTest, AnArchiveIsTheFileThatWasImported) {
  TestGazetteer first;
  ASSERT_EQ(first.Import(EveryRecord()), absl::OkStatus());
  ExportFacts facts;
  const absl::StatusOr<std::string> file = first.ExportDtf(first.Options(), &facts);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(SortedRecords(*file), SortedRecords(EveryRecord()));
  const std::vector<std::string> lines = Lines(*file);
  EXPECT_EQ(lines.front(),
            "10,\"NORWICH CITY COUNCIL\",100090900000,2625,2026-11-22,1,2026-11-22,12:00:00,\"7.3.1\",\"F\"\r\n");
  EXPECT_EQ(lines.back(), "99,0,18,2026-11-22,12:00:00\r\n");
  EXPECT_EQ(facts.records, 18U);
  EXPECT_EQ(facts.by_record_type.at(26), 3U);
  EXPECT_EQ(facts.by_record_type.at(10), 1U);
  EXPECT_EQ(facts.file_name, "2625_full_r1.csv");

  TestGazetteer second;
  ASSERT_EQ(second.Import(*file), absl::OkStatus());
  EXPECT_EQ(*second.Full(), *file);
  EXPECT_THAT(SortedRecords(*second.Changes(0)), SortedRecords(*file)) << "everything is new since revision 0";
  EXPECT_THAT(SortedRecords(*second.Changes(1), {"29", "98"}), IsEmpty());
}

TEST(DtfExportTest, RowsAreNumberedInTheOrderOfTheFile) {
  TestGazetteer gazetteer;
  ASSERT_EQ(gazetteer.Import(EveryRecord()), absl::OkStatus());
  uint64_t order = 0;
  std::string types;
  for (const std::string& line : Lines(*gazetteer.Full())) {
    AppendTo(types, line.substr(0, 2), " ");
    if (line[4] == 'I') {
      EXPECT_TRUE(line.starts_with(Cat(line.substr(0, 2), ",\"I\",", ++order, ","))) << line;
    }
  }
  EXPECT_EQ(types, "10 11 12 13 14 15 11 21 22 22 23 24 25 26 26 26 24 27 29 98 99 ");
}

class HubTest : public ::testing::Test {
 protected:
  void SetUp() override {
    model::Blpu planning = TestBlpu(2);
    planning.state = 5;
    model::Blpu refused = TestBlpu(3);
    refused.state = 7;
    model::Blpu centre = TestBlpu(4);
    centre.rpc = 9;
    model::Blpu neighbour = TestBlpu(6);
    neighbour.local_custodian_code = 2630;
    model::Lpi candidate = TestLpi(1, 12, 100, 5, 5);
    std::vector<TestGazetteer::Write> writes = {
        {model::CustodianRecord{2625, 10, {"NORWICH", "1", "2625", "7.3.1"}}},
        {TestStreet(100)},
        {TestDescriptor(100, "HIGH STREET")},
        {TestBlpu(1)},
        {TestLpi(1, 11, 100, 1)},
        {candidate},
        {planning},
        {TestLpi(2, 21, 100, 2)},
        {refused},
        {centre},
        {TestXref(4, 41, "REF")},
        {TestBlpu(5, /*status=*/5)},
        {neighbour},
        {TestLpi(7, 71, 100, 7)},  // without a BLPU
    };
    ASSERT_EQ(gazetteer_.Apply(writes), absl::OkStatus());
  }

  static std::vector<std::string> Kinds(const std::string& file) {
    std::vector<std::string> kinds;
    for (const std::string& line : Lines(file)) {
      const std::vector<std::string_view> columns = Split(line, ',');
      if (columns[0] != "10" && columns[0] != "99") {
        kinds.push_back(Cat(columns[0], " ", columns[1], " ", columns[3]));
      }
    }
    return kinds;
  }

  TestGazetteer gazetteer_;
};

TEST_F(HubTest, HoldsBackWhatIsLocal) {
  ExportFacts facts;
  const absl::StatusOr<std::string> file = gazetteer_.ExportDtf(gazetteer_.Options(Profile::kHub), &facts);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_THAT(Kinds(*file), ElementsAre("11 \"I\" 100", "15 \"I\" 100", "21 \"I\" 1", "24 \"I\" 1",
                                        "98 \"2625L000000071\" \"2625X000000041\"\r\n"));
  EXPECT_EQ(facts.held_back, 6U);
  EXPECT_EQ(Lines(*gazetteer_.Full()).size(), 15U) << "an archive has all, header and trailer";
}

TEST_F(HubTest, WhatIsMarkedIsHeldBackAndDeletedOnceItIs) {
  const uint64_t marked_since = gazetteer_.revision() + 1;
  ASSERT_EQ(gazetteer_.Apply({{TestBlpu(8)}}), absl::OkStatus());
  DtfExportOptions options = gazetteer_.Options(Profile::kHub);
  options.since = marked_since - 1;
  options.selection.excluded = [marked_since](uint64_t uprn, uint64_t revision) {
    return uprn == 1 && revision >= marked_since;
  };
  const absl::StatusOr<std::string> file = gazetteer_.ExportDtf(options);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_THAT(Kinds(*file),
              ElementsAre("21 \"I\" 8", "24 \"D\" 1", "21 \"D\" 1", "98 \"2625L000000071\" \"2625X000000041\"\r\n"));
}

TEST_F(HubTest, APropertyThatBecomesLocalIsDeletedAndOneThatCeasesToBeIsNew) {
  const uint64_t since = gazetteer_.revision();
  model::Blpu local = TestBlpu(1);
  local.state = 5;
  ASSERT_EQ(gazetteer_.Apply({{local}, {TestBlpu(2)}}), absl::OkStatus());
  const absl::StatusOr<std::string> file = gazetteer_.Changes(since, Profile::kHub);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_THAT(Kinds(*file), ElementsAre("21 \"I\" 2", "24 \"I\" 2", "24 \"D\" 1", "21 \"D\" 1",
                                        "98 \"2625L000000071\" \"2625X000000041\"\r\n"));
}

TEST_F(HubTest, AChildIsUpdatedWhenItsParentGoesOrComes) {
  model::Blpu parent = TestBlpu(8);
  model::Blpu child = TestBlpu(9);
  child.parent_uprn = *model::Uprn::Create(8);
  model::Blpu held_back = TestBlpu(10);
  held_back.parent_uprn = child.parent_uprn;
  held_back.state = 5;
  model::Blpu moved = TestBlpu(11);
  moved.parent_uprn = child.parent_uprn;
  ASSERT_EQ(gazetteer_.Apply({{parent}, {child}, {held_back}, {moved}}), absl::OkStatus());
  const uint64_t since = gazetteer_.revision();
  parent.state = 5;
  moved.parent_uprn = *model::Uprn::Create(1);
  ASSERT_EQ(gazetteer_.Apply({{parent}, {moved}}), absl::OkStatus());
  const std::string sequence = "98 \"2625L000000071\" \"2625X000000041\"\r\n";
  const std::string gone = gazetteer_.Changes(since, Profile::kHub).value();
  EXPECT_THAT(Kinds(gone), ElementsAre("21 \"U\" 9", "21 \"U\" 11", "21 \"D\" 8", sequence));
  EXPECT_THAT(Lines(gone)[1], HasSubstr(",\"RD04\",,"));
  parent.state = 2;
  ASSERT_EQ(gazetteer_.Apply({{parent}}), absl::OkStatus());
  const std::string back = gazetteer_.Changes(since + 1, Profile::kHub).value();
  EXPECT_THAT(Kinds(back), ElementsAre("21 \"I\" 8", "21 \"U\" 9", sequence)) << "the parent first";
  EXPECT_THAT(Lines(back)[2], HasSubstr(",\"RD04\",8,"));
  EXPECT_THAT(Kinds(gazetteer_.Changes(since, Profile::kHub).value()),
              ElementsAre("21 \"U\" 8", "21 \"U\" 11", sequence))
      << "gone and back again";

  DtfExportOptions options = gazetteer_.Options(Profile::kHub);
  const uint64_t marked_since = gazetteer_.revision() + 1;
  ASSERT_EQ(gazetteer_.Apply({{TestBlpu(12)}}), absl::OkStatus());
  options.since = marked_since - 1;
  options.selection.revision = marked_since;
  options.selection.excluded = [marked_since](uint64_t uprn, uint64_t revision) {
    return uprn == 8 && revision >= marked_since;
  };
  EXPECT_THAT(Kinds(gazetteer_.ExportDtf(options).value()),
              ElementsAre("21 \"U\" 9", "21 \"I\" 12", "21 \"D\" 8", sequence))
      << "marked, no row of it changed";
}

TEST(DtfExportTest, ChangesStandInAnOrderThatCanBeAppliedLineByLine) {
  TestGazetteer gazetteer;
  const auto child = [](uint64_t uprn, uint64_t parent) {
    model::Blpu blpu = TestBlpu(uprn);
    blpu.parent_uprn = *model::Uprn::Create(parent);
    return blpu;
  };
  ASSERT_EQ(gazetteer.Apply({{model::CustodianRecord{2625, 10, {"NORWICH", "1", "2625", "7.3.1"}}},
                             {TestStreet(100)},
                             {TestDescriptor(100, "OLD STREET")},
                             {child(1, 9)},
                             {TestBlpu(9)},
                             {TestLpi(9, 91, 100, 1)},
                             {TestBlpu(5)},
                             {TestLpi(5, 51, 100, 5)},
                             {TestLpi(5, 52, 100, 6)}}),
            absl::OkStatus());
  const uint64_t since = gazetteer.revision();
  const auto gone = [](model::GazetteerRow row) { return TestGazetteer::Write{std::move(row), ChangeType::kDelete}; };
  model::Blpu changed = TestBlpu(5);
  changed.organisation = "ACME";
  ASSERT_EQ(gazetteer.Apply({gone(TestStreet(100)),
                             gone(TestDescriptor(100, "")),
                             gone(TestLpi(9, 91, 100, 1)),
                             gone(TestBlpu(9)),
                             gone(TestBlpu(1)),
                             {TestStreet(200)},
                             {child(3, 4)},
                             {child(4, 8)},
                             {TestBlpu(8)},
                             {TestLpi(3, 31, 200, 1)},
                             {changed},
                             {TestLpi(5, 51, 200, 5)},
                             gone(TestLpi(5, 52, 100, 6))}),
            absl::OkStatus());
  std::vector<std::string> lines;
  for (const std::string& line : Lines(*gazetteer.Changes(since))) {
    const std::vector<std::string_view> columns = Split(line, ',');
    if (columns[0] != "10" && columns[0] != "99") {
      lines.push_back(Cat(columns[2], ": ", columns[1][1], " ", columns[0], " ", columns[3]));
    }
  }
  EXPECT_THAT(lines, ElementsAre("1: I 11 200",                                       // new streets first
                                 "2: D 24 5", "3: U 21 5", "4: U 24 5",               // deletions before the BLPU
                                 "5: I 21 8", "6: I 21 4", "7: I 21 3", "8: I 24 3",  // parents before children
                                 "9: D 21 1", "10: D 24 9", "11: D 21 9",             // children before parents
                                 "12: D 15 100", "13: D 11 100"));                    // streets last
}

TEST(DtfExportTest, RowsOfAddressBaseAreLeftOutUnlessAskedFor) {
  TestGazetteer gazetteer;
  const auto abp = model::GazetteerFormat::kAddressBasePremium2;
  ASSERT_EQ(gazetteer.Apply({{model::CustodianRecord{2625, 10, {"NORWICH", "1", "2625", "7.3.1"}}},
                             {model::CustodianRecord{9999, 29, {"GeoPlace"}}, ChangeType::kInsert, abp},
                             {TestBlpu(1)},
                             {TestBlpu(2), ChangeType::kInsert, abp},
                             {gazetteer::TestPoint(2, 5), ChangeType::kInsert, abp},
                             {gazetteer::TestClass(1, 5, "RD"), ChangeType::kInsert, abp}}),
            absl::OkStatus());
  EXPECT_EQ(SortedRecords(*gazetteer.Full()).size(), 1U);
  DtfExportOptions options = gazetteer.Options();
  options.selection.with_addressbase = true;
  EXPECT_EQ(SortedRecords(*gazetteer.ExportDtf(options)).size(), 2U) << "DTF has no delivery points and classes";
}

TEST(DtfExportTest, WhoseFileItIsMustBeKnown) {
  TestGazetteer gazetteer;
  ASSERT_EQ(gazetteer.Apply({{TestBlpu(1)}}), absl::OkStatus());
  EXPECT_EQ(gazetteer.Full().status().code(), absl::StatusCode::kFailedPrecondition);
  DtfExportOptions options = gazetteer.Options();
  options.selection.custodian_code = 2625;
  options.custodian_name = "NORWICH";
  EXPECT_THAT(*gazetteer.ExportDtf(options), HasSubstr("10,\"NORWICH\",,2625,2026-11-22,1,"));
  ASSERT_EQ(gazetteer.Apply({{model::CustodianRecord{2625, 10, {"A", "1", "2625", "7.3"}}},
                             {model::CustodianRecord{2630, 10, {"B", "2", "2630", "7.3"}}},
                             {model::CustodianRecord{2630, 29, {"META B"}}}}),
            absl::OkStatus());
  EXPECT_THAT(std::string(gazetteer.Full().status().message()), HasSubstr("2625, 2630"));
  options = gazetteer.Options();
  options.selection.custodian_code = 2630;
  EXPECT_THAT(*gazetteer.ExportDtf(options), HasSubstr("29,\"META B\"\r\n"));
}

TEST(DtfExportTest, AFileIsWrittenInPieces) {
  TestGazetteer gazetteer;
  std::vector<TestGazetteer::Write> writes = {{model::CustodianRecord{2625, 10, {"NORWICH", "1", "2625", "7.3.1"}}}};
  for (uint64_t uprn = 1; uprn <= 3000; ++uprn) {
    writes.push_back({TestBlpu(uprn)});
  }
  ASSERT_EQ(gazetteer.Apply(writes), absl::OkStatus());
  const absl::StatusOr<std::unique_ptr<Export>> file =
      OpenDtfExport(gazetteer.store(), kTestRegister, gazetteer.Options());
  ASSERT_TRUE(file.ok()) << file.status();
  size_t pieces = 0;
  std::string chunk;
  while (*(*file)->Next(&chunk)) {
    ++pieces;
    EXPECT_LT(chunk.size(), 2 * kChunkBytes);
  }
  EXPECT_GT(pieces, 1U);
  EXPECT_EQ((*file)->facts().records, 3000U);
  EXPECT_FALSE(*(*file)->Next(&chunk)) << "and no more";
}

}  // namespace
}  // namespace wensum::exports
