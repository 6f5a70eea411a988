// Resynchronisation reports: what differs between the hub and the register, and the submission that mends it.
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "import/byte_source.h"
#include "import/gazetteer_reader.h"
#include "services/hub/record_columns.h"
#include "services/hub/report_upload.h"
#include "tests/services/exports/every_record.h"
#include "tests/services/exports/random_history.h"
#include "tests/services/exports/test_gazetteer.h"
#include "tests/services/hub/hub_fixture.h"
#include "tests/support/seed.h"

namespace wensum::hub {
namespace {

using exports::TestGazetteer;
using model::ChangeType;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr char kRequestId[] = "7a1d8c2e-0000-4000-8000-000000000003";

v1::HubReportSpec Resynchronisation(const std::string& submission = "") {
  v1::HubReportSpec spec;
  spec.set_kind(v1::HubReport::KIND_RESYNCHRONISATION);
  spec.set_submission(submission);
  return spec;
}

v1::PrepareSubmissionRequest Mend(const std::string& report) {
  v1::PrepareSubmissionRequest request;
  request.set_kind(Submission::KIND_CHANGE_ONLY);
  request.set_resynchronisation(report);
  return request;
}

// What the records of a file say, by their keys: their compared columns in a line.
std::map<std::string, std::string> Told(const std::string& file) {
  std::map<std::string, std::string> told;
  const auto source = ingest::ByteSource::OpenMemory(file).value();
  const auto reader = ingest::GazetteerReader::Open(source.get(), {}).value();
  ingest::GazetteerRecord record;
  RecordColumns columns;
  while (reader->Next(record).value()) {
    if (!std::holds_alternative<model::CustodianRecord>(record.row)) {
      columns.Read(record.row);
      std::vector<std::string> values(columns.values().begin(), columns.values().end());
      while (!values.empty() && values.back().empty()) {
        values.pop_back();
      }
      told[gazetteer::RowKey(1, gazetteer::IdentityOf(record.row))] = Join(values, "|");
    }
  }
  return told;
}

class ResynchronisationTest : public HubFixture {
 protected:
  // A full submission that the hub accepted; `hub` holds it.
  void Begin(TestGazetteer& hub) {
    const Submission full = Prepare(Submission::KIND_FULL).value();
    ASSERT_EQ(hub.Import(FileOf(full)), absl::OkStatus());
    Decide(1, Submission::STATE_ACCEPTED);
  }
  // "DIFFERS streets/27700001 record 11: ..."
  std::vector<std::string> Findings(const std::string& parent, const std::string& check = "") {
    rpc::CallContext call("/test/ListFindings");
    v1::ListHubFindingsRequest request;
    request.set_parent(parent);
    request.set_check_code(check);
    v1::ListHubFindingsResponse response;
    EXPECT_EQ(handler_.ListFindings(call, request, response), absl::OkStatus());
    std::vector<std::string> out;
    for (const v1::HubFinding& finding : response.findings()) {
      out.push_back(Cat(finding.check_code(), " ", finding.property(), finding.street(), " ", finding.message(),
                        finding.known() ? "" : " (unknown)"));
    }
    return out;
  }
  // Data lines of a file, from the record type to the column behind PRO_ORDER, which is left out: "24 D 9".
  static std::vector<std::string> Outline(const std::string& file) {
    std::vector<std::string> out;
    for (const std::string& line : exports::Lines(file)) {
      const std::vector<std::string_view> columns = Split(line, ',');
      if (columns[0] != "10" && columns[0] != "98" && columns[0] != "99") {
        out.push_back(Cat(columns[0], " ", columns[1].substr(1, 1), " ", columns[3]));
      }
    }
    return out;
  }
};

TEST_F(ResynchronisationTest, EveryRecordThatDiffersIsAFinding) {
  WriteTown(3);
  TestGazetteer hub;
  Begin(hub);
  model::Blpu stamped = gazetteer::TestBlpu(1);
  stamped.dates.last_update = {2026, 2, 2};
  stamped.hub.can_key = "CAN1";
  model::Lpi renumbered = gazetteer::TestLpi(3, 3, 27700001, 30);
  renumbered.post_town = "NORWICH, \"NORFOLK\"";
  ASSERT_EQ(hub.Apply({{stamped},
                       {gazetteer::TestDescriptor(27700001, "HIGH ROAD")},
                       {gazetteer::TestLpi(2, 2, 27700001, 2), ChangeType::kDelete},
                       {renumbered},
                       {gazetteer::TestBlpu(9)},
                       {gazetteer::TestXref(9, 9, "CT9")}}),
            absl::OkStatus());
  const std::string file = hub.Full().value();
  v1::HubReportSpec spec = Resynchronisation();
  spec.set_file_name("resync.csv");
  const v1::HubReport report = Import(spec, file).value();
  EXPECT_EQ(report.name(), "hubReports/1");
  EXPECT_EQ(report.kind(), v1::HubReport::KIND_RESYNCHRONISATION);
  EXPECT_EQ(report.submission(), "submissions/1");
  EXPECT_EQ(report.custodian_code(), 2625);
  EXPECT_EQ(report.compared_revision(), 1U);
  EXPECT_EQ(report.sha256(), Sha256Hex(file));
  EXPECT_EQ(report.bytes(), file.size());
  EXPECT_EQ(report.rows(), 10U) << "with the key sequence";
  EXPECT_EQ(report.hub_records(), 9U);
  EXPECT_EQ(report.register_records(), 8U);
  EXPECT_EQ(report.unreadable(), 0U);
  EXPECT_EQ(report.findings(), 5U);
  EXPECT_EQ(report.unknown_objects(), 2U);
  EXPECT_EQ(report.unknown_checks(), 0U);
  std::vector<std::string> checks;
  for (const v1::HubReport::Check& check : report.checks()) {
    checks.push_back(Cat(check.check_code(), " ", check.findings()));
  }
  EXPECT_THAT(checks, ElementsAre("DIFFERS 2", "MISSING_AT_HUB 1", "NOT_IN_REGISTER 2"));
  const std::string street =
      "DIFFERS streets/27700001 record 15 ENG: STREET_DESCRIPTOR is \"HIGH STREET\" here and \"HIGH ROAD\" at the hub";
  EXPECT_THAT(Findings("hubReports/1"),
              ElementsAre(street,
                          HasSubstr("DIFFERS properties/3 record 24 2625L000000003: PAO_START_NUMBER is \"3\" here and "
                                    "\"30\" at the hub; POST_TOWN is "),
                          "MISSING_AT_HUB properties/2 record 24 2625L000000002: the hub does not hold it",
                          "NOT_IN_REGISTER properties/9 record 21: the hub holds it, and what it belongs to is not in "
                          "the register (unknown)",
                          HasSubstr("NOT_IN_REGISTER properties/9 record 23 2625X000000009: ")));
  EXPECT_THAT(Findings("streets/27700001"), ElementsAre(street));
  EXPECT_THAT(Findings("hubReports/1", "missing_at_hub"), SizeIs(1));
  EXPECT_THAT(Findings("properties/9"), SizeIs(2));
  EXPECT_THAT(Findings("properties/1"), IsEmpty());

  rpc::CallContext call("/test/ListFindings");
  v1::ListHubFindingsRequest request;
  request.set_parent("properties/3");
  v1::ListHubFindingsResponse response;
  ASSERT_TRUE(handler_.ListFindings(call, request, response).ok());
  ASSERT_EQ(response.findings_size(), 1);
  const v1::HubFinding& finding = response.findings(0);
  EXPECT_EQ(finding.record_type(), 24);
  EXPECT_EQ(finding.record_key(), "2625L000000003");
  EXPECT_EQ(finding.lpi_key(), "2625L000000003");
  EXPECT_GT(finding.row(), 1U);
  ASSERT_EQ(finding.differences_size(), 2);
  EXPECT_EQ(finding.differences(1).column(), "POST_TOWN");
  EXPECT_EQ(finding.differences(1).register_value(), "NORWICH");
  EXPECT_EQ(finding.differences(1).hub_value(), "NORWICH, \"NORFOLK\"");
}

TEST_F(ResynchronisationTest, TheSubmissionSaysWhatTheHubShouldHold) {
  WriteTown(2);
  TestGazetteer hub;
  Begin(hub);
  const std::string first = hub.Full().value();
  Write({gazetteer::TestBlpu(5)});
  EXPECT_EQ(Import(Resynchronisation(), first)->findings(), 0U) << "what came since was not sent";
  ASSERT_TRUE(Prepare(Submission::KIND_CHANGE_ONLY).ok());
  EXPECT_EQ(ReasonOf(Import(Resynchronisation("submissions/2"), first).status()), "SUBMISSION_STATE");
  Decide(2, Submission::STATE_ACCEPTED);
  const v1::HubReport behind = Import(Resynchronisation(), first).value();
  EXPECT_EQ(behind.submission(), "submissions/2");
  EXPECT_EQ(behind.compared_revision(), Get(2)->revision());
  EXPECT_EQ(behind.findings(), 1U);
  EXPECT_EQ(Import(Resynchronisation("submissions/1"), first)->name(), "hubReports/1") << "the same report";
  EXPECT_EQ(Import(Resynchronisation("submissions/9"), first).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(ReasonOf(Import(Resynchronisation("people/1"), first).status()), "FIELD_INVALID");
  HubHandler both(register_.get(), &clock_, {2625, 2605}, hooks_);
  std::string other = first;
  other.replace(other.find("2625"), 4, "2605");
  EXPECT_EQ(ReasonOf(Import(both, Resynchronisation("submissions/1"), other).status()), "FIELD_INVALID");
}

TEST_F(ResynchronisationTest, WithoutASubmissionTheNewestStateIsCompared) {
  WriteTown(2);
  TestGazetteer hub;
  ASSERT_EQ(hub.Apply({{model::CustodianRecord{2625, 10, {"NORWICH", "1", "2625", "7.3.1"}}},
                       {gazetteer::TestStreet(27700001)}}),
            absl::OkStatus());
  const v1::HubReport report = Import(Resynchronisation(), hub.Full().value()).value();
  EXPECT_EQ(report.submission(), "");
  EXPECT_EQ(report.compared_revision(), 1U);
  EXPECT_EQ(report.findings(), 5U);
  // The hub holds something else than what was sent: the first submission can be one that brings it in step.
  const Submission mend = Prepare(Mend("hubReports/1")).value();
  EXPECT_EQ(mend.since_revision(), 1U);
  EXPECT_EQ(mend.base(), "");
  ASSERT_EQ(hub.Import(FileOf(mend)), absl::OkStatus());
  Decide(1, Submission::STATE_ACCEPTED);
  EXPECT_EQ(Import(Resynchronisation(), hub.Full().value())->findings(), 0U);
}

TEST_F(ResynchronisationTest, MendingInsertsUpdatesAndDeletes) {
  WriteTown(3);
  TestGazetteer hub;
  Begin(hub);
  ASSERT_EQ(hub.Apply({{gazetteer::TestDescriptor(27700001, "HIGH ROAD")},
                       {gazetteer::TestLpi(2, 2, 27700001, 2), ChangeType::kDelete},
                       {gazetteer::TestLpi(3, 3, 27700001, 30)},
                       {gazetteer::TestBlpu(9)},
                       {gazetteer::TestXref(9, 9, "CT9")},
                       {gazetteer::TestStreet(5)}}),
            absl::OkStatus());
  ASSERT_TRUE(Import(Resynchronisation(), hub.Full().value()).ok());
  // The register goes on: one of the differences is settled by it, and there is a new property.
  Write({gazetteer::TestLpi(3, 3, 27700001, 30), gazetteer::TestBlpu(4)});
  const Submission mend = Prepare(Mend("hubReports/1")).value();
  EXPECT_EQ(mend.kind(), Submission::KIND_CHANGE_ONLY);
  EXPECT_EQ(mend.resynchronisation(), "hubReports/1");
  EXPECT_EQ(mend.base(), "submissions/1");
  EXPECT_EQ(mend.since_revision(), 1U);
  EXPECT_EQ(mend.file_name(), "2625_resync_r1_r2.csv");
  const std::string file = FileOf(mend);
  EXPECT_EQ(Sha256Hex(file), mend.sha256());
  EXPECT_THAT(Outline(file), ElementsAre("15 U 27700001", "24 I 2", "21 I 4", "23 D 9", "21 D 9", "11 D 5"));
  ASSERT_EQ(hub.Import(file), absl::OkStatus());
  Write({gazetteer::TestBlpu(6)});
  EXPECT_EQ(Sha256Hex(FileOf(mend)), mend.sha256()) << "the same bytes whenever";
  Decide(2, Submission::STATE_ACCEPTED);
  EXPECT_EQ(Import(Resynchronisation(), hub.Full().value())->findings(), 0U);
  // From here on changes go on as ever.
  const Submission next = Prepare(Submission::KIND_CHANGE_ONLY).value();
  EXPECT_EQ(next.base(), "submissions/2");
  EXPECT_THAT(Outline(FileOf(next)), ElementsAre("21 I 6"));
}

TEST_F(ResynchronisationTest, WhatIsKeptBackIsTakenFromTheHub) {
  WriteTown(2);
  TestGazetteer hub;
  Begin(hub);
  model::Blpu parent = gazetteer::TestBlpu(7);
  parent.state = 5;  // an application received, which is the authority's own business
  model::Blpu child = gazetteer::TestBlpu(8);
  child.parent_uprn = parent.uprn;
  ASSERT_EQ(hub.Apply({{parent}, {gazetteer::TestLpi(7, 7, 27700001, 7)}, {child}}), absl::OkStatus());
  Write({parent, child});
  ASSERT_TRUE(Prepare(Submission::KIND_CHANGE_ONLY).ok());
  Decide(2, Submission::STATE_ACCEPTED);
  EXPECT_EQ(Import(Resynchronisation(), hub.Full().value())->name(), "hubReports/1");
  EXPECT_THAT(Findings("properties/7"),
              ElementsAre(HasSubstr("21: the hub holds it, and the register does not send it"),
                          HasSubstr("24 2625L000000007: the hub holds it, and the register")));
  EXPECT_THAT(Findings("properties/8"), ElementsAre(HasSubstr("PARENT_UPRN is \"\" here and \"7\" at the hub")));
  EXPECT_THAT(Outline(FileOf(Prepare(Mend("hubReports/1")).value())), ElementsAre("21 U 8", "24 D 7", "21 D 7"));
}

// The parent is at the hub already when it is sent for the first time: its children, whose own rows are as they were,
// name it from now on.
TEST_F(ResynchronisationTest, ChildrenOfAParentThatIsNoLongerKeptBackNameIt) {
  model::Blpu parent = gazetteer::TestBlpu(7);
  parent.state = 5;
  model::Blpu child = gazetteer::TestBlpu(8);
  child.parent_uprn = parent.uprn;
  Write({parent, child});
  TestGazetteer hub;
  Begin(hub);
  parent.state = 2;
  ASSERT_EQ(hub.Apply({{parent}}), absl::OkStatus());
  ASSERT_TRUE(Import(Resynchronisation(), hub.Full().value()).ok());
  Write({parent});
  const std::string file = FileOf(Prepare(Mend("hubReports/1")).value());
  EXPECT_THAT(Outline(file), ElementsAre("21 U 8"));
  ASSERT_EQ(hub.Import(file), absl::OkStatus());
  Decide(2, Submission::STATE_ACCEPTED);
  EXPECT_EQ(Import(Resynchronisation(), hub.Full().value())->findings(), 0U);
}

TEST_F(ResynchronisationTest, PropertiesOfOtherCustodiansAreTheirs) {
  WriteTown(2);
  TestGazetteer hub;
  Begin(hub);
  model::Blpu other = gazetteer::TestBlpu(50);
  other.local_custodian_code = 2610;
  model::Blpu claimed = gazetteer::TestBlpu(2);
  claimed.local_custodian_code = 2610;
  ASSERT_EQ(
      hub.Apply({{other}, {gazetteer::TestLpi(50, 50, 27700001, 5)}, {claimed}, {gazetteer::TestXref(2, 2, "C")}}),
      absl::OkStatus());
  const v1::HubReport report = Import(Resynchronisation(), hub.Full().value()).value();
  EXPECT_EQ(report.other_custodians(), 2U);
  EXPECT_EQ(report.hub_records(), 7U);
  EXPECT_THAT(Findings("hubReports/1"),
              ElementsAre(HasSubstr("LOCAL_CUSTODIAN_CODE is \"2625\" here and \"2610\" at the hub"),
                          HasSubstr("NOT_IN_REGISTER properties/2 record 23")));
  EXPECT_THAT(Outline(FileOf(Prepare(Mend("hubReports/1")).value())), ElementsAre("23 D 2", "21 U 2"));
}

TEST_F(ResynchronisationTest, AReportMendsOnlyWhatTheHubHoldsNow) {
  WriteTown(2);
  TestGazetteer hub;
  Begin(hub);
  ASSERT_TRUE(Import(Resynchronisation(), hub.Full().value()).ok());
  v1::PrepareSubmissionRequest request = Mend("hubReports/1");
  request.set_kind(Submission::KIND_FULL);
  EXPECT_EQ(ReasonOf(Prepare(request).status()), "FIELD_INVALID");
  request = Mend("hubReports/1");
  request.set_since_revision(1);
  EXPECT_EQ(ReasonOf(Prepare(request).status()), "FIELD_INVALID");
  EXPECT_EQ(ReasonOf(Prepare(Mend("submissions/1")).status()), "FIELD_INVALID");
  EXPECT_EQ(Prepare(Mend("hubReports/8")).status().code(), absl::StatusCode::kNotFound);
  v1::HubReportSpec health;
  health.set_kind(v1::HubReport::KIND_HEALTH_CHECK);
  ASSERT_TRUE(Import(health, "code,uprn,message\nLPI-V12,1,m\n").ok());
  EXPECT_EQ(ReasonOf(Prepare(Mend("hubReports/2")).status()), "FIELD_INVALID");
  HubHandler other(register_.get(), &clock_, {2605}, hooks_);
  rpc::CallContext call("/test/Prepare");
  Submission submission;
  EXPECT_EQ(ReasonOf(other.Prepare(call, Mend("hubReports/1"), submission)), "FIELD_INVALID");
  // Once more is accepted, the hub holds something else.
  Write({gazetteer::TestBlpu(3)});
  request = Mend("hubReports/1");
  request.set_validate_only(true);
  EXPECT_TRUE(Prepare(request).ok());
  ASSERT_TRUE(Prepare(Submission::KIND_CHANGE_ONLY).ok());
  EXPECT_THAT(std::string(Message(Prepare(Mend("hubReports/1")).status())), HasSubstr("submissions/2 is PREPARED"));
  Decide(2, Submission::STATE_ACCEPTED);
  const absl::Status outdated = Prepare(Mend("hubReports/1")).status();
  EXPECT_EQ(ReasonOf(outdated), "SUBMISSION_STATE");
  EXPECT_THAT(std::string(Message(outdated)), HasSubstr("ask it for a new report"));
}

// Exports.ExportGazetteer takes the request of a submission, and nothing that contradicts it.
TEST_F(ResynchronisationTest, TheFileIsOfTheReportsCustodianAndRevision) {
  WriteTown(1);
  TestGazetteer hub;
  Begin(hub);
  ASSERT_TRUE(Import(Resynchronisation(), hub.Full().value()).ok());
  const v1::ExportGazetteerRequest request = Prepare(Mend("hubReports/1"))->export_request();
  const auto reason = [this](const v1::ExportGazetteerRequest& asked) {
    rpc::CallContext call("/test/Export");
    return ReasonOf(exports_.Start(call, asked).status());
  };
  EXPECT_EQ(reason(request), "");
  v1::ExportGazetteerRequest wrong = request;
  wrong.set_custodian_code(2605);
  EXPECT_EQ(reason(wrong), "FIELD_INVALID");
  wrong = request;
  wrong.clear_since_revision();
  EXPECT_EQ(reason(wrong), "FIELD_INVALID");
  wrong.set_since_revision(0);
  EXPECT_EQ(reason(wrong), "FIELD_INVALID");
  wrong = request;
  wrong.set_profile(v1::EXPORT_PROFILE_ARCHIVE);
  EXPECT_EQ(reason(wrong), "FIELD_INVALID");
  wrong = request;
  wrong.set_format(v1::EXPORT_FORMAT_CSV);
  wrong.clear_since_revision();
  EXPECT_EQ(reason(wrong), "FIELD_INVALID");
  wrong = request;
  wrong.set_resynchronisation("hubReports/7");
  EXPECT_EQ(reason(wrong), "RESOURCE_UNKNOWN");
}

TEST_F(ResynchronisationTest, AFileThatIsNoSuchReportIsRefused) {
  WriteTown(2);
  TestGazetteer hub;
  Begin(hub);
  const std::string file = hub.Full().value();
  const uint64_t revision = register_->revision();
  const auto why = [&](const std::string& bytes) {
    const absl::Status status = Import(Resynchronisation(), bytes).status();
    EXPECT_EQ(ReasonOf(status), "UPLOAD_INVALID") << status;
    return std::string(Message(status));
  };
  EXPECT_THAT(why(""), HasSubstr("nothing was sent"));
  EXPECT_THAT(why("code,uprn,message\nC,1,m\n"), HasSubstr("not a gazetteer file"));
  EXPECT_THAT(why(std::string("\0\1\2\3", 4)), Not(IsEmpty()));
  EXPECT_THAT(why(file.substr(0, file.rfind("99,"))), HasSubstr("trailer"));
  EXPECT_THAT(why(file.substr(0, file.size() / 2)), Not(IsEmpty()));
  EXPECT_THAT(why(file.substr(file.find('\n') + 1)), Not(IsEmpty())) << "no header";
  std::string changed = file;
  changed.replace(changed.find("\"F\""), 3, "\"C\"");
  EXPECT_THAT(why(changed), HasSubstr("full supply"));
  changed = file;
  changed.replace(changed.find("2625"), 4, "2605");
  EXPECT_THAT(why(changed), HasSubstr("custodian 2605"));
  changed = file;
  changed.erase(changed.find("11,\""), changed.find("15,\"") - changed.find("11,\""));
  EXPECT_THAT(why(changed), HasSubstr("trailer says that the file has 7 records, but it has 6"));
  EXPECT_THAT(why("10,\"NORWICH\",1,2625,2026-11-22,1,2026-11-22,12:00:00,\"7.3\",\"F\"\r\n"
                  "99,0,0,2026-11-22,12:00:00\r\n"),
              HasSubstr("no record"));
  EXPECT_THAT(why("10,\"NORWICH\",1,2625,2026-11-22,1,2026-11-22,12:00:00,\"7.3\",\"F\"\r\n"
                  "11,\"I\",1,27700001,1,2625,,,,,,2006-08-04,2017-01-04,2008-06-03,,623145.00,308321.00,,,\r\n"
                  "99,2,1,2026-11-22,12:00:00\r\n"),
              HasSubstr("volume 2"));
  EXPECT_THAT(why("10,\"GeoPlace\",9999,2026-11-22,1,2026-11-22,12:00:00,\"2.1\",\"F\"\r\n"
                  "23,\"I\",1,1,\"2625X000000001\",\"R\",1,\"7666MT\",2001-01-01,,2016-02-10,2001-01-01\r\n"
                  "99,0,1,2026-11-22,12:00:00\r\n"),
              HasSubstr("ABP"));
  EXPECT_EQ(register_->revision(), revision);
  HubHandler none(register_.get(), &clock_, {}, hooks_);
  EXPECT_EQ(ReasonOf(Import(none, Resynchronisation(), file).status()), "CUSTODIAN_NOT_CONFIGURED");
  HubHandler nowhere(register_.get(), &clock_, codes_, {.measure = hooks_.measure, .scratch_directory = ""});
  EXPECT_EQ(Import(nowhere, Resynchronisation(), file).status().code(), absl::StatusCode::kFailedPrecondition);
  const std::unique_ptr<storage::Store> empty = storage::NewMemoryStore();
  const auto empty_register = registry::OpenOrDie(empty.get(), &clock_);
  HubHandler without(empty_register.get(), &clock_, codes_, hooks_);
  EXPECT_EQ(Import(without, Resynchronisation(), file).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(ResynchronisationTest, RowsThatAreNoRecordsAreTold) {
  WriteTown(1);
  TestGazetteer hub;
  Begin(hub);
  std::string file = hub.Full().value();
  const size_t end = file.rfind("98,");
  file.insert(end,
              "21,\"I\",7,one,1,2,2007-06-26,\"RD06\",,623150.00,308330.00,1,2625,2001-04-04,,2016-02-10,2001-04-05,"
              "\"\",\"\",\"\",,,\"\"\r\n"
              "27,\"I\",8,,\"no owner\"\r\n"
              "26,\"D\",9,1,\"K\",5\r\n"
              "26,\"I\",10,1,\"K\",5\r\n");
  file.replace(file.rfind("99,0,5,"), 7, "99,0,9,");
  const v1::HubReport report = Import(Resynchronisation(), file).value();
  EXPECT_EQ(report.unreadable(), 3U);
  EXPECT_EQ(report.issue_count(), 3U);
  std::vector<std::string> issues;
  for (const v1::HubReport::Issue& issue : report.issues()) {
    issues.push_back(issue.message());
  }
  EXPECT_THAT(issues, ElementsAre(HasSubstr("row 6: UPRN"), "row 7: It names no street or property.",
                                  "row 8: It is a deletion, which a full supply cannot have."));
  EXPECT_THAT(Findings("hubReports/1"), ElementsAre(HasSubstr("NOT_IN_REGISTER properties/1 record 26 K:")));
}

TEST_F(ResynchronisationTest, TheSameFileIsTheSameReport) {
  WriteTown(2);
  TestGazetteer hub;
  Begin(hub);
  const std::string file = hub.Full().value();
  v1::HubReportSpec spec = Resynchronisation();
  spec.set_request_id(kRequestId);
  const v1::HubReport first = Import(spec, file).value();
  const uint64_t revision = register_->revision();
  EXPECT_EQ(Import(spec, file)->SerializeAsString(), first.SerializeAsString());
  EXPECT_EQ(Import(Resynchronisation(), file)->SerializeAsString(), first.SerializeAsString());
  EXPECT_EQ(register_->revision(), revision);
  EXPECT_EQ(Import(spec, file + "\r\n").status().code(), absl::StatusCode::kInvalidArgument) << "another file";
  EXPECT_EQ(Import(Resynchronisation(), file + "\r\n")->name(), "hubReports/2");
}

TEST_F(ResynchronisationTest, TheSameFileTwiceAtOnceIsOneReport) {
  WriteTown(2);
  TestGazetteer hub;
  Begin(hub);
  const std::string file = hub.Full().value();
  HubHooks slow = hooks_;
  slow.measure = [&](auto&... call) {
    EXPECT_EQ(Import(Resynchronisation(), file)->name(), "hubReports/1");
    return exports_.Measure(call...);
  };
  HubHandler second(register_.get(), &clock_, codes_, slow);
  EXPECT_EQ(Import(second, Resynchronisation(), file)->name(), "hubReports/1");
  rpc::CallContext call("/test/ListReports");
  v1::ListHubReportsResponse response;
  ASSERT_TRUE(handler_.ListReports(call, {}, response).ok());
  EXPECT_EQ(response.reports_size(), 1);
}

TEST_F(ResynchronisationTest, EveryRecordTypeIsCompared) {
  TestGazetteer town;
  ASSERT_EQ(town.Import(exports::EveryRecord()), absl::OkStatus());
  std::vector<model::GazetteerRow> rows;
  const std::string everything = exports::EveryRecord();
  const auto source = ingest::ByteSource::OpenMemory(everything).value();
  const auto reader = ingest::GazetteerReader::Open(source.get(), {}).value();
  ingest::GazetteerRecord record;
  while (reader->Next(record).value()) {
    rows.push_back(record.row);
  }
  Write(rows);
  TestGazetteer hub;
  Begin(hub);
  const v1::HubReport same = Import(Resynchronisation(), hub.Full().value()).value();
  EXPECT_EQ(same.findings(), 0U) << same.DebugString();
  EXPECT_EQ(same.hub_records(), same.register_records());
  // The file as it came: the LPI of a property that is not there and the row of none were not sent.
  const v1::HubReport report = Import(Resynchronisation(), exports::EveryRecord()).value();
  EXPECT_EQ(report.unreadable(), 1U);
  EXPECT_THAT(Findings(report.name()),
              ElementsAre(HasSubstr("DIFFERS properties/100090900001 record 21: PARENT_UPRN is \"\" here"),
                          HasSubstr("NOT_IN_REGISTER properties/100090900009 record 24")));
}

// A full supply of any hub, changed by the submission that mends it, is the register's full supply.
TEST(ResynchronisationLawTest, AHubChangedByItsSubmissionHoldsWhatTheRegisterSends) {
  struct World : HubFixture {
    void TestBody() override {}
    void Apply(std::vector<TestGazetteer::Write> writes) {
      registry::Mutation mutation;
      for (TestGazetteer::Write& write : writes) {
        mutation.rows.push_back({std::move(write.row), write.change, write.format});
      }
      ASSERT_TRUE(register_->Commit(std::move(mutation)).status.ok());
    }
    void Check(uint64_t seed, uint64_t* findings) {
      exports::RandomHistory history(seed);
      for (int commit = 0; commit < 4; ++commit) {
        Apply(history.NextCommit());
      }
      const std::string sent = FileOf(Prepare(Submission::KIND_FULL).value());
      Decide(1, Submission::STATE_ACCEPTED);
      TestGazetteer hub;
      ASSERT_EQ(hub.Import(sent), absl::OkStatus());
      // The hub falls out of step.
      exports::RandomHistory astray(seed + 1'000'003);
      astray.set_one_custodian();
      const auto source = ingest::ByteSource::OpenMemory(sent).value();
      const auto reader = ingest::GazetteerReader::Open(source.get(), {}).value();
      ingest::GazetteerRecord record;
      while (reader->Next(record).value()) {
        astray.Adopt(record.row);
      }
      for (int commit = 0; commit < 2; ++commit) {
        std::vector<TestGazetteer::Write> writes = astray.NextCommit();
        std::erase_if(writes, [](const TestGazetteer::Write& write) {
          return std::holds_alternative<model::CustodianRecord>(write.row);
        });
        ASSERT_EQ(hub.Apply(writes), absl::OkStatus());
      }
      const std::string held = hub.Full().value();
      if (Told(held).empty()) {
        return;
      }
      const absl::StatusOr<v1::HubReport> report = Import(Resynchronisation(), held);
      ASSERT_TRUE(report.ok()) << report.status() << held;
      *findings += report->findings();
      // So does the register.
      Apply(history.NextCommit());
      const absl::StatusOr<Submission> mend = Prepare(Mend(report->name()));
      ASSERT_TRUE(mend.ok()) << mend.status();
      const std::string file = FileOf(*mend);
      ASSERT_EQ(Sha256Hex(file), mend->sha256());
      ASSERT_EQ(hub.Import(file), absl::OkStatus()) << held << file;
      Decide(2, Submission::STATE_ACCEPTED);
      v1::ExportGazetteerRequest full = mend->export_request();
      full.clear_since_revision();
      full.clear_resynchronisation();
      Submission whole;
      *whole.mutable_export_request() = full;
      ASSERT_EQ(Told(hub.Full().value()), Told(FileOf(whole))) << held << file;
      if (const absl::StatusOr<v1::HubReport> after = Import(Resynchronisation(), hub.Full().value()); after.ok()) {
        ASSERT_EQ(after->findings(), 0U) << after->DebugString();
      }
    }
  };
  const uint64_t first = TestSeed(1122);
  uint64_t findings = 0;
  for (int round = 0; round < Rounds(40, 2'000); ++round) {
    const uint64_t seed = first + static_cast<uint64_t>(round);
    SCOPED_TRACE(Cat("WENSUM_SEED=", seed));
    World world;
    world.Check(seed, &findings);
    if (testing::Test::HasFatalFailure()) {
      return;
    }
  }
  EXPECT_GT(findings, 0U);
}

}  // namespace
}  // namespace wensum::hub
