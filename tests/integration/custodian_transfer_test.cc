// Two authorities' gazetteers in one server: split, merged and put back over a real channel and from the shell.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "base/strings.h"
#include "services/cli/gazetteer_command.h"
#include "services/server/offline_verify.h"
#include "tests/integration/test_server.h"
#include "tests/support/temp_dir.h"
#include "wensum/v1/custodian.grpc.pb.h"
#include "wensum/v1/exports.grpc.pb.h"
#include "wensum/v1/properties.grpc.pb.h"

namespace wensum {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr int kNorwich = 2625;
constexpr int kBroadland = 2610;

class CustodianTransferTest : public ::testing::Test {
 protected:
  void SetUp() override {
    options_ = TestOptions(dir_.path());
    options_.custodian.codes = {kNorwich, kBroadland};
    options_.custodian.uprns = {{.first = 10'000'001, .last = 10'000'999}};
    options_.custodian.usrns = {{.first = 14'200'001, .last = 14'200'010}};
    Start();
    v1::CustodianOperation street;
    auto& made = *street.mutable_create_street()->mutable_street();
    made.set_record_type(1);
    made.set_start_easting(623'000);
    made.set_start_northing(308'000);
    made.set_end_easting(623'200);
    made.set_end_northing(308'000);
    made.add_descriptors()->set_description("Mill Lane");
    made.mutable_descriptors(0)->set_town("Norwich");
    made.mutable_descriptors(0)->set_administrative_area("Norfolk");
    const uint64_t usrn = Do(street).new_usrns(0);
    v1::CustodianOperation houses;
    auto& range = *houses.mutable_add_range();
    range.mutable_pattern()->set_classification("RD04");
    range.mutable_pattern()->set_logical_status(1);
    range.mutable_pattern()->set_easting(623'010);
    range.mutable_pattern()->set_northing(308'010);
    range.mutable_pattern()->set_ward_code("E05005886");
    auto& address = *range.mutable_pattern()->add_addresses();
    address.set_usrn(usrn);
    address.set_postcode("NR1 1AA");
    address.set_post_town("Norwich");
    range.set_first(1);
    range.set_last(12);
    houses_ = Do(houses);
    ASSERT_EQ(houses_.new_uprns_size(), 12);
    v1::CustodianOperation flats;
    auto& under = *flats.mutable_add_range();
    under.mutable_pattern()->set_parent_uprn(Uprn(0));
    under.mutable_pattern()->set_classification("RD06");
    under.mutable_pattern()->set_logical_status(1);
    under.set_first(1);
    under.set_last(2);
    under.set_label("Flat");
    flats_ = Do(flats);
  }

  void Start() {
    custodian_.reset();
    server_.reset();
    auto started = server::Server::Start(options_, &clock_);
    ASSERT_TRUE(started.ok()) << started.status();
    server_ = *std::move(started);
    custodian_ = v1::Custodian::NewStub(ConnectTo(server_->port()));
  }

  v1::OperationRecord Do(const v1::CustodianOperation& operation) {
    v1::ApplyOperationRequest request;
    *request.mutable_operation() = operation;
    request.set_reason("for the test");
    grpc::ClientContext context;
    v1::OperationRecord record;
    const grpc::Status status = custodian_->Apply(&context, request, &record);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return record;
  }
  uint64_t Uprn(int i) const { return houses_.new_uprns(i); }

  v1::Property Get(uint64_t uprn) {
    v1::GetPropertyRequest request;
    request.set_name(Cat("properties/", uprn));
    request.set_view(v1::PROPERTY_VIEW_FULL);
    v1::Property property;
    grpc::ClientContext context;
    const grpc::Status status = v1::Properties::NewStub(ConnectTo(server_->port()))->Get(&context, request, &property);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return property;
  }

  // The records of a file for the hub, without header and trailer, which tell when it was made; `since` 0: a full
  // supply.
  std::string HubFile(int custodian, uint64_t since) {
    v1::ExportGazetteerRequest request;
    request.set_profile(v1::EXPORT_PROFILE_HUB);
    request.set_custodian_code(custodian);
    if (since != 0) {
      request.set_since_revision(since);
    }
    grpc::ClientContext context;
    const auto stream = v1::Exports::NewStub(ConnectTo(server_->port()))->ExportGazetteer(&context, request);
    std::string file;
    v1::ExportGazetteerResponse response;
    while (stream->Read(&response)) {
      file.append(response.chunk());
    }
    const grpc::Status status = stream->Finish();
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_THAT(file, testing::StartsWith("10,"));
    const size_t begin = file.find('\n') + 1;
    const size_t end = file.rfind("\n99,") + 1;
    return file.substr(begin, end - begin);
  }
  // Lines of that record and change type.
  static size_t Count(const std::string& file, std::string_view start) {
    const auto lines = Split(file, '\n');
    return static_cast<size_t>(
        std::ranges::count_if(lines, [start](std::string_view line) { return line.starts_with(start); }));
  }

  // The exit code of a command line; what it printed is in printed_.
  int Shell(std::vector<std::string> arguments) {
    CLI::App app;
    int code = -1;
    cli::AddGazetteerCommands(app, code);
    arguments.insert(arguments.begin(), {"gazetteer", "transfer"});
    arguments.insert(arguments.end(), {"--server", Cat("127.0.0.1:", server_->port())});
    std::reverse(arguments.begin(), arguments.end());
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    app.parse(arguments);
    printed_ = ::testing::internal::GetCapturedStdout();
    printed_ += ::testing::internal::GetCapturedStderr();
    return code;
  }

  TempDir dir_;
  SystemClock clock_;
  server::ServerOptions options_;
  std::unique_ptr<server::Server> server_;
  std::unique_ptr<v1::Custodian::Stub> custodian_;
  v1::OperationRecord houses_;
  v1::OperationRecord flats_;
  std::string printed_;
};

TEST_F(CustodianTransferTest, TheHubIsToldOfNewKeysAndNotOfWhatIsKeptOut) {
  const uint64_t uprn = Uprn(3);
  v1::CustodianOperation alternative;
  alternative.mutable_add_alternative()->set_uprn(uprn);
  auto& address = *alternative.mutable_add_alternative()->mutable_address();
  address.set_usrn(14'200'001);
  address.mutable_pao()->set_text("The Refuge");
  Do(alternative);
  const std::string key = Get(uprn).lpis(1).lpi_key();
  v1::CustodianOperation exclude;
  exclude.mutable_set_export_exclusion()->set_uprn(uprn);
  exclude.mutable_set_export_exclusion()->set_lpi_key(key);
  exclude.mutable_set_export_exclusion()->set_excluded(true);
  const uint64_t since = Do(exclude).revision();
  EXPECT_THAT(HubFile(kNorwich, 0), Not(HasSubstr("The Refuge")));

  v1::CustodianOperation transfer;
  transfer.mutable_transfer_properties()->set_to_custodian_code(kBroadland);
  transfer.mutable_transfer_properties()->mutable_listed()->add_uprns(uprn);
  const v1::OperationRecord moved = Do(transfer);
  EXPECT_EQ(moved.transfer().marks(), 1);
  const std::string gives = HubFile(kNorwich, since);
  const std::string takes = HubFile(kBroadland, since);
  EXPECT_EQ(Count(gives, "21,\"D\""), 1U) << gives;
  EXPECT_EQ(Count(gives, "24,\"D\""), 1U) << "the hub never had the other: " << gives;
  EXPECT_EQ(Count(takes, "21,\"I\""), 1U) << takes;
  EXPECT_EQ(Count(takes, "24,\"I\""), 1U) << takes;
  for (const std::string& file : {gives, takes, HubFile(kBroadland, 0), HubFile(kNorwich, 0)}) {
    EXPECT_THAT(file, Not(HasSubstr("The Refuge")));
    for (const std::string& one : {key, Get(uprn).lpis(1).lpi_key()}) {
      for (const std::string_view line : Split(file, '\n')) {  // but for the key sequence
        EXPECT_FALSE(line.starts_with("24,") && line.find(one) != std::string_view::npos) << line;
      }
    }
  }
  EXPECT_THAT(takes, HasSubstr(Get(uprn).lpis(0).lpi_key()));
}

TEST_F(CustodianTransferTest, AnAuthorityIsSplitMergedAndPutBackFromTheShell) {
  const std::string before = HubFile(kNorwich, 0);
  const std::string former_key = Get(Uprn(5)).lpis(0).lpi_key();
  // A list: the house with its flats. One of the flats is missing.
  const std::string list = dir_.Join("uprns.txt");
  std::ofstream(list) << Uprn(5) << "\n\n 0" << Uprn(0) << " \n" << flats_.new_uprns(0) << "\n";
  EXPECT_EQ(Shell({"--to", "2610", "--uprns", list, "--preview"}), 1);
  EXPECT_THAT(printed_, HasSubstr(Cat("Add ", flats_.new_uprns(1), ".")));
  std::ofstream(list, std::ios::app) << flats_.new_uprns(1) << "\n";
  EXPECT_EQ(Shell({"--to", "2610", "--uprns", list, "--preview", "--reference", "LGR-2026"}), 0) << printed_;
  EXPECT_THAT(printed_, HasSubstr("would move 4 properties in 1 operations: 8 rows, 4 keys issued anew"));
  EXPECT_EQ(HubFile(kNorwich, 0), before) << "a preview changes nothing";
  EXPECT_EQ(Shell({"--to", "2610", "--uprns", list, "--reference", "LGR-2026", "--reason", "Order 2026"}), 0)
      << printed_;
  EXPECT_THAT(printed_, HasSubstr("moved 4 properties in 1 operations"));
  EXPECT_EQ(Count(HubFile(kBroadland, 0), "21,"), 4U);
  // The rest.
  EXPECT_EQ(Shell({"--to", "2610", "--ward", "E05005886", "--from", "2625", "--preview"}), 0) << printed_;
  EXPECT_THAT(printed_, HasSubstr("would move 10 properties"));
  EXPECT_EQ(Shell({"--to", "2610", "--from", "2625", "--reference", "LGR-2026"}), 0) << printed_;
  EXPECT_THAT(printed_, HasSubstr("moved 10 properties in 1 operations"));
  EXPECT_EQ(Count(HubFile(kNorwich, 0), "21,"), 0U);
  EXPECT_EQ(Count(HubFile(kBroadland, 0), "21,"), 14U);
  EXPECT_EQ(Shell({"--to", "2610", "--from", "2625"}), 1);
  EXPECT_THAT(printed_, HasSubstr("Nothing is left to be moved there."));

  Start();  // all of it survives
  EXPECT_NE(Get(Uprn(5)).lpis(0).lpi_key(), former_key);
  EXPECT_EQ(Shell({"--undo", "LGR-2026", "--preview"}), 0) << printed_;
  EXPECT_THAT(printed_, HasSubstr("10 properties"));
  EXPECT_EQ(Count(HubFile(kNorwich, 0), "21,"), 0U) << "not yet";
  EXPECT_EQ(Shell({"--undo", "LGR-2026", "--reason", "The order was quashed"}), 0) << printed_;
  EXPECT_THAT(printed_, HasSubstr("undid 2 operations"));
  EXPECT_EQ(Get(Uprn(5)).lpis(0).lpi_key(), former_key);
  EXPECT_EQ(Count(HubFile(kNorwich, 0), "24,"), Count(before, "24,"));
  EXPECT_EQ(Shell({"--undo", "LGR-2026"}), 0) << printed_;
  EXPECT_THAT(printed_, HasSubstr("undid 0 operations"));
  EXPECT_EQ(Shell({"--undo", "LGR-2027"}), 1);
  custodian_.reset();
  server_.reset();
  std::ostringstream out;
  const absl::StatusOr<bool> same = server::OfflineVerify(options_, out);
  ASSERT_TRUE(same.ok()) << same.status();
  EXPECT_TRUE(*same) << out.str();
}

TEST_F(CustodianTransferTest, ALongListGoesInSeveralOperationsWithFamiliesTogether) {
  v1::CustodianOperation more;
  auto& range = *more.mutable_add_range();
  range.mutable_pattern()->set_parent_uprn(Uprn(11));
  range.mutable_pattern()->set_classification("RD06");
  range.set_first(1);
  range.set_last(450);
  range.set_label("Room");
  std::vector<uint64_t> uprns = {Uprn(0), Uprn(11), flats_.new_uprns(0), flats_.new_uprns(1)};
  options_.custodian.uprns.push_back({.first = 10'001'000, .last = 10'009'999});
  Start();
  for (const int house : {11, 10, 9}) {
    range.mutable_pattern()->set_parent_uprn(Uprn(house));
    const v1::OperationRecord rooms = Do(more);
    uprns.insert(uprns.end(), rooms.new_uprns().begin(), rooms.new_uprns().end());
  }
  uprns.push_back(Uprn(10));
  uprns.push_back(Uprn(9));
  const std::string list = dir_.Join("uprns.txt");
  std::ofstream file(list);
  for (const uint64_t uprn : uprns) {
    file << uprn << "\n";
  }
  file.close();
  ASSERT_EQ(Shell({"--to", "2610", "--uprns", list, "--reference", "rooms"}), 0) << printed_;
  EXPECT_THAT(printed_, HasSubstr(Cat("moved ", uprns.size(), " properties in 2 operations")));
  v1::OperationRecord record;
  for (const uint64_t uprn : {Uprn(0), Uprn(9), uprns[600]}) {
    EXPECT_EQ(Get(uprn).local_custodian_code(), kBroadland);
  }
}

TEST_F(CustodianTransferTest, TheShellSaysWhatIsWrong) {
  EXPECT_EQ(Shell({"--from", "2625"}), 1);
  EXPECT_THAT(printed_, HasSubstr("--to is required"));
  EXPECT_EQ(Shell({"--to", "2610"}), 1);
  EXPECT_THAT(printed_, HasSubstr("say which properties"));
  EXPECT_EQ(Shell({"--to", "2610", "--uprns", dir_.Join("none.txt")}), 1);
  EXPECT_THAT(printed_, HasSubstr("cannot be read"));
  const std::string list = dir_.Join("uprns.txt");
  std::ofstream(list) << "10000001\nabc\n";
  EXPECT_EQ(Shell({"--to", "2610", "--uprns", list}), 1);
  EXPECT_THAT(printed_, HasSubstr("line 2"));
  EXPECT_EQ(Shell({"--to", "2605", "--from", "2625"}), 1);
  EXPECT_THAT(printed_, HasSubstr("custodian.codes"));
}

}  // namespace
}  // namespace wensum
