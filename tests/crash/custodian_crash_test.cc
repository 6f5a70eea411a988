// Kills the server in the middle of custodians' operations: each is there whole or not at all, and no number is given
// twice or lost.
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <iostream>
#include <thread>

#include "base/strings.h"
#include "tests/crash/custodian_writer.h"
#include "tests/crash/server_process.h"
#include "tests/support/seed.h"
#include "tests/support/temp_dir.h"
#include "wensum/v1/admin.grpc.pb.h"

namespace wensum::crash {
namespace {

constexpr uint64_t kUprns = 1'000'000;

class CustodianCrashTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::ofstream(config_) << "custodian:\n  codes: [2625, 2610]\n  uprns: [10000001-" << 10'000'000 + kUprns
                           << "]\n  usrns: [14200001-14200010]\n";
    StartServer();
  }

  void StartServer() {
    auto server = ServerProcess::Start(WENSUM_PROGRAM, folder_.path(), config_);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    channel_ = grpc::CreateChannel(Cat("127.0.0.1:", server_->port()), grpc::InsecureChannelCredentials());
  }

  v1::OperationRecord CreateStreet(const std::string& name) {
    v1::ApplyOperationRequest request;
    auto& street = *request.mutable_operation()->mutable_create_street()->mutable_street();
    street.set_record_type(1);
    street.set_start_easting(623'000);
    street.set_start_northing(308'000);
    street.set_end_easting(623'100);
    street.set_end_northing(308'000);
    auto& descriptor = *street.add_descriptors();
    descriptor.set_description(name);
    descriptor.set_town("Norwich");
    descriptor.set_administrative_area("Norfolk");
    v1::OperationRecord record;
    grpc::ClientContext context;
    const grpc::Status status = v1::Custodian::NewStub(channel_)->Apply(&context, request, &record);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return record;
  }

  void WriteAndKill(std::vector<CustodianWriter>& writers, std::chrono::milliseconds time) {
    Life life;
    life.channel = channel_;
    std::vector<std::thread> threads;
    for (CustodianWriter& writer : writers) {
      threads.emplace_back([&writer, &life] { writer.Run(life); });
    }
    std::this_thread::sleep_for(time);
    life.killed = true;
    server_->Kill();
    for (std::thread& thread : threads) {
      thread.join();
    }
  }

  void ExpectVerified() {
    v1::VerifyResponse response;
    grpc::ClientContext context;
    const grpc::Status status = v1::Admin::NewStub(channel_)->Verify(&context, {}, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_TRUE(response.ok()) << response.DebugString();
  }

  TempDir folder_;
  const std::string config_ = folder_.Join("wensum.yaml");
  std::unique_ptr<ServerProcess> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

TEST_F(CustodianCrashTest, TheOracleNoticesWhatIsLostTornOrNobodys) {
  OperationOracle oracle(kUprns);
  v1::OperationRecord street = CreateStreet("High Street");
  EXPECT_EQ(oracle.Compare(channel_).size(), 1U) << "nobody acknowledged it";
  street = CreateStreet("Mill Lane");
  v1::OperationRecord torn = street;
  torn.mutable_changes()->RemoveLast();
  oracle.Acknowledge({{torn.name(), torn}});
  EXPECT_EQ(oracle.Compare(channel_).size(), 1U) << "it was acknowledged with fewer rows";
  v1::OperationRecord lost = street;
  lost.set_name("operations/77");
  oracle.Acknowledge({{lost.name(), lost}});
  EXPECT_EQ(oracle.Compare(channel_).size(), 1U);
  OperationOracle other(kUprns + 1);
  other.Acknowledge({{"operations/1", street}, {"operations/2", street}});
  EXPECT_EQ(other.Compare(channel_).size(), 2U) << "one is not the other, and a number went astray";
}

TEST_F(CustodianCrashTest, EveryOperationIsThereWholeOrNotAtAll) {
  const uint64_t seed = TestSeed(4);
  std::cout << "seed " << seed << std::endl;
  Random random(seed);
  OperationOracle oracle(kUprns);
  std::vector<CustodianWriter> writers;
  for (uint64_t i = 0; i < 3; ++i) {
    const v1::OperationRecord street = CreateStreet(Cat("Street of custodian ", i));
    ASSERT_EQ(street.new_usrns_size(), 1);
    oracle.Acknowledge({{street.name(), street}});
    writers.emplace_back(street.new_usrns(0), seed + i);
  }
  const int kills = LongTests() ? 50 : 5;
  for (int kill = 0; kill < kills && !HasFailure(); ++kill) {
    SCOPED_TRACE(::testing::Message() << "WENSUM_SEED=" << seed << ", kill " << kill);
    WriteAndKill(writers, std::chrono::milliseconds(random.Between(30, 700)));
    StartServer();
    ASSERT_NE(server_, nullptr);
    for (CustodianWriter& writer : writers) {
      writer.Settle(channel_);
      oracle.Acknowledge(writer.TakeAcknowledged());
      for (const std::string& fault : writer.faults()) {
        ADD_FAILURE() << fault;
      }
    }
    for (const std::string& fault : oracle.Compare(channel_)) {
      ADD_FAILURE() << fault;
    }
    ExpectVerified();
  }
  uint64_t operations = 0;
  for (const CustodianWriter& writer : writers) {
    EXPECT_GT(writer.count(), 0U) << "a custodian who never wrote proves nothing";
    operations += writer.count();
  }
  EXPECT_GT(oracle.cases_compared(), 0U);
  EXPECT_GT(oracle.marks_compared(), 0U);
  std::cout << "operations " << operations << ", cases compared " << oracle.cases_compared() << ", marks "
            << oracle.marks_compared() << std::endl;
  EXPECT_EQ(server_->Stop(), 0);
}

}  // namespace
}  // namespace wensum::crash
