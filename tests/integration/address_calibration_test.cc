// Addresses calibrated by themselves once a gazetteer is there, and by request; what callers see of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <thread>

#include "base/strings.h"
#include "sample/sample.h"
#include "tests/integration/test_server.h"
#include "tests/support/temp_dir.h"
#include "wensum/v1/imports.grpc.pb.h"
#include "wensum/v1/models.grpc.pb.h"
#include "wensum/v1/properties.grpc.pb.h"

namespace wensum {
namespace {

using grpc::StatusCode;
using testing::HasSubstr;

class AddressCalibrationTest : public testing::Test {
 protected:
  explicit AddressCalibrationTest(std::chrono::milliseconds quiet = std::chrono::milliseconds(0))
      : server_([quiet](server::ServerOptions& options) {
          options.address_quiet = quiet;
          options.address_precision = 0.99;
        }),
        models_(v1::Models::NewStub(server_.channel())),
        properties_(v1::Properties::NewStub(server_.channel())) {}

  void ImportCity() {
    sample::SampleOptions options;
    options.people = 600;
    options.properties = 1'500;
    options.out_dir = folder_.Join("city");
    const auto summary = sample::WriteSample(options, [](std::string_view) {});
    ASSERT_TRUE(summary.ok()) << summary.status();
    std::ifstream file(Cat(options.out_dir, "/gazetteer.csv"), std::ios::binary);
    city_ = {std::istreambuf_iterator<char>(file), {}};
    const v1::ImportRun run = ImportGazetteer(server_.channel(), city_);
    ASSERT_EQ(run.state(), v1::ImportRun::STATE_SUCCEEDED) << run.DebugString();
  }

  grpc::Status GetCalibration(v1::AddressCalibration* calibration) const {
    grpc::ClientContext context;
    return models_->GetAddressCalibration(&context, {}, calibration);
  }

  // The run when it is over.
  grpc::Status Run(const v1::CalibrateAddressesSpec& spec, v1::ModelRun* run) const {
    grpc::ClientContext context;
    v1::StartModelRunRequest request;
    *request.mutable_spec()->mutable_calibrate_addresses() = spec;
    const auto stream = models_->StartRun(&context, run);
    stream->Write(request);
    stream->WritesDone();
    grpc::Status status = stream->Finish();
    while (status.ok() && run->state() == v1::ModelRun::STATE_RUNNING) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      grpc::ClientContext polling;
      v1::GetModelRunRequest asked;
      asked.set_name(run->name());
      status = models_->GetRun(&polling, asked, run);
    }
    return status;
  }

  grpc::Status Match(const v1::MatchAddressRequest& request, v1::MatchAddressResponse* response) const {
    grpc::ClientContext context;
    return properties_->Match(&context, request, response);
  }

  // The answer to some house's address as the gazetteer has it.
  v1::MatchAddressResponse MatchSomeHouse(v1::MatchAddressRequest* request) const {
    v1::MatchAddressResponse response;
    for (const std::string_view line : Split(city_, '\n')) {
      if (!line.starts_with("21,\"I\",")) {
        continue;
      }
      grpc::ClientContext context;
      v1::GetPropertyRequest get;
      get.set_name(Cat("properties/", Split(line, ',')[3]));
      v1::Property property;
      EXPECT_TRUE(properties_->Get(&context, get, &property).ok()) << line;
      request->set_address(property.address());
      if (!request->address().empty() && Match(*request, &response).ok() &&
          response.outcome() == v1::ADDRESS_OUTCOME_MATCHED) {
        break;
      }
    }
    return response;
  }

  TempDir folder_;
  std::string city_;  // its gazetteer, as a file
  TestServer server_;
  std::unique_ptr<v1::Models::Stub> models_;
  std::unique_ptr<v1::Properties::Stub> properties_;
};

class QuietGazetteerTest : public AddressCalibrationTest {
 protected:
  QuietGazetteerTest() : AddressCalibrationTest(std::chrono::milliseconds(50)) {}
};

TEST_F(QuietGazetteerTest, ItIsCalibratedOnceItIsThere) {
  v1::AddressCalibration calibration;
  EXPECT_EQ(GetCalibration(&calibration).error_code(), StatusCode::NOT_FOUND);
  ImportCity();
  while (!GetCalibration(&calibration).ok()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_EQ(calibration.precision(), 0.99);
  EXPECT_GT(calibration.activate_revision(), 0U);
  EXPECT_GT(calibration.properties(), 1'000U);
  EXPECT_GT(calibration.steps_size(), 0);
  EXPECT_GT(calibration.reliability_size(), 0);
  // Once: what it has seen needs no other.
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  grpc::ClientContext context;
  v1::ListModelRunsResponse runs;
  ASSERT_TRUE(models_->ListRuns(&context, {}, &runs).ok());
  EXPECT_EQ(runs.runs_size(), 1) << runs.DebugString();
  EXPECT_EQ(runs.runs(0).calibrate_addresses().calibration().activate_revision(), calibration.activate_revision());
}

TEST_F(AddressCalibrationTest, CallersAskForThePrecisionTheyNeed) {
  v1::AddressCalibration none;
  const grpc::Status missing = GetCalibration(&none);
  EXPECT_EQ(missing.error_code(), StatusCode::NOT_FOUND);
  EXPECT_EQ(ReasonOf(missing), "NOT_CALIBRATED");
  ImportCity();

  v1::CalibrateAddressesSpec spec;
  spec.set_rows(6'000);
  spec.set_validate_only(true);
  v1::ModelRun run;
  ASSERT_TRUE(Run(spec, &run).ok());
  ASSERT_EQ(run.state(), v1::ModelRun::STATE_SUCCEEDED) << run.error();
  EXPECT_EQ(run.spec().calibrate_addresses().precision(), 0.99);  // the server's
  EXPECT_FALSE(run.calibrate_addresses().calibration().has_activate_time());
  EXPECT_EQ(GetCalibration(&none).error_code(), StatusCode::NOT_FOUND);

  spec.set_validate_only(false);
  ASSERT_TRUE(Run(spec, &run).ok());
  ASSERT_EQ(run.state(), v1::ModelRun::STATE_SUCCEEDED) << run.error();
  const v1::AddressCalibration& made = run.calibrate_addresses().calibration();
  v1::AddressCalibration in_force;
  ASSERT_TRUE(GetCalibration(&in_force).ok());
  EXPECT_EQ(in_force.SerializeAsString(), made.SerializeAsString());
  EXPECT_EQ(in_force.rows(), 7'500U);

  v1::MatchAddressRequest request;
  v1::MatchAddressResponse response = MatchSomeHouse(&request);
  ASSERT_EQ(response.outcome(), v1::ADDRESS_OUTCOME_MATCHED) << response.DebugString();
  bool promised = false;
  for (const auto& step : in_force.steps()) {
    promised = promised || step.probability() == response.confidence();
  }
  EXPECT_TRUE(promised) << response.confidence();
  // As precise as no match of this list was: the best one is told, as a question.
  request.set_precision(0.9999);
  ASSERT_TRUE(Match(request, &response).ok());
  const auto& most = in_force.cuts(in_force.cuts_size() - 1);
  EXPECT_EQ(most.precision(), 0.9999);
  if (!most.has_least_strength()) {
    EXPECT_EQ(response.outcome(), v1::ADDRESS_OUTCOME_AMBIGUOUS);
    EXPECT_EQ(response.uprn(), 0U);
    EXPECT_GT(response.candidates_size(), 0);
  }
}

TEST_F(AddressCalibrationTest, BadInputIsRefused) {
  v1::MatchAddressRequest request;
  request.set_address("1 High Street");
  request.set_precision(0.5);
  v1::MatchAddressResponse response;
  grpc::Status status = Match(request, &response);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("precision: is 0.5; it must be 0.9 to 0.9999, or 0"));
  v1::CalibrateAddressesSpec spec;
  spec.set_precision(1);
  v1::ModelRun run;
  status = Run(spec, &run);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("spec.calibrate_addresses.precision"));
  spec.set_precision(0);
  spec.set_rows(10);
  status = Run(spec, &run);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("5000 to 200000"));
  // Of nothing there is nothing to learn.
  spec.set_rows(0);
  ASSERT_TRUE(Run(spec, &run).ok());
  EXPECT_EQ(run.state(), v1::ModelRun::STATE_FAILED);
  EXPECT_THAT(run.error(), HasSubstr("the gazetteer has 0 properties with an address"));
}

}  // namespace
}  // namespace wensum
