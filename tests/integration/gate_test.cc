// Every method of every service goes through the gate: found by descriptor, so that a new one cannot be forgotten.
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "services/imports/run_engine.h"
#include "services/register/register.h"
#include "services/rpc/access_policy.h"
#include "services/rpc/audit.h"
#include "services/server/rpc_server.h"
#include "storage/memory_store.h"
#include "tests/integration/test_server.h"
#include "tests/support/temp_dir.h"
#include "wensum/v1/admin.pb.h"
#include "wensum/v1/changes.pb.h"
#include "wensum/v1/imports.pb.h"
#include "wensum/v1/models.pb.h"
#include "wensum/v1/people.pb.h"
#include "wensum/v1/properties.pb.h"
#include "wensum/v1/rulesets.pb.h"

namespace wensum {
namespace {

class DenyingPolicy final : public rpc::AccessPolicy {
 public:
  absl::StatusOr<rpc::Grant> Authorise(const rpc::CallInfo& /*call*/) const override {
    return MakeStatus(absl::StatusCode::kPermissionDenied, "nobody may do anything");
  }
};

// "/wensum.v1.People/Get" and so on.
std::vector<std::string> AllMethods() {
  std::vector<std::string> methods;
  for (const google::protobuf::FileDescriptor* file :
       {v1::GetPersonRequest::descriptor()->file(), v1::UpsertSourceRecordRequest::descriptor()->file(),
        v1::GetPropertyRequest::descriptor()->file(), v1::WatchChangesRequest::descriptor()->file(),
        v1::GetImportRunRequest::descriptor()->file(), v1::GetModelRequest::descriptor()->file(),
        v1::GetRulesetRequest::descriptor()->file(), v1::StatsRequest::descriptor()->file()}) {
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        methods.push_back(Cat("/", file->service(s)->full_name(), "/", file->service(s)->method(m)->name()));
      }
    }
  }
  return methods;
}

// All services over a memory store, with a policy of the test's choice.
class GateTest : public ::testing::Test {
 protected:
  void Start(const rpc::AccessPolicy* policy) {
    registry::RegisterOptions options;
    options.rules = *registry::ParseRegisterRules(registry::DefaultRulesYaml());
    register_ = *registry::Register::Open(store_.get(), &clock_, options);
    audit_ = *rpc::AuditLog::Open(store_.get(), {});
    engine_ = *imports::RunEngine::Create(register_.get(), &clock_, {});
    models_ = *models::ModelEngine::Create(register_.get(), &clock_);
    absl::StatusOr<std::unique_ptr<server::RpcServer>> server = server::RpcServer::Start(
        {.listen = "127.0.0.1:0", .folders = {.spool = dir_.Join("spool"), .drop = ""}}, {.reg = register_.get(),
                                                                                          .engine = engine_.get(),
                                                                                          .models = models_.get(),
                                                                                          .policy = policy,
                                                                                          .audit = audit_.get(),
                                                                                          .clock = &clock_});
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    channel_ = ConnectTo(server_->port());
  }

  // Of the entries after every call has ended.
  std::multiset<std::string> AuditedMethods() {
    server_->Shutdown(std::chrono::milliseconds(0));
    EXPECT_TRUE(audit_->Flush().ok());
    std::multiset<std::string> methods;
    const absl::StatusOr<std::vector<storage::v1::AuditEntry>> entries = audit_->Read(0, 10'000);
    EXPECT_TRUE(entries.ok()) << entries.status();
    for (const storage::v1::AuditEntry& entry : *entries) {
      methods.insert(entry.method());
    }
    return methods;
  }

  TempDir dir_;
  SystemClock clock_;
  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  std::unique_ptr<registry::Register> register_;
  std::unique_ptr<rpc::AuditLog> audit_;
  std::unique_ptr<imports::ImportEngine> engine_;
  std::unique_ptr<models::ModelEngine> models_;
  std::unique_ptr<server::RpcServer> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

TEST_F(GateTest, EveryMethodIsRefusedBeforeItsRequestIsLookedAt) {
  const DenyingPolicy policy;
  Start(&policy);
  const std::vector<std::string> methods = AllMethods();
  ASSERT_GE(methods.size(), 34U);
  for (const std::string& method : methods) {
    const grpc::Status status = RawCall(channel_, method, "", std::chrono::seconds(30), nullptr);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED) << method << ": " << status.error_message();
  }
  EXPECT_EQ(AuditedMethods(), std::multiset<std::string>(methods.begin(), methods.end()));
}

TEST_F(GateTest, EveryAllowedCallIsAuditedOnce) {
  const rpc::LoopbackPolicy policy({"service"}, /*allow_remote=*/false);
  Start(&policy);
  const std::vector<std::string> methods = AllMethods();
  for (const std::string& method : methods) {
    // A watch without end lasts until its deadline.
    const auto timeout =
        method.ends_with("/Watch") ? std::chrono::milliseconds(300) : std::chrono::milliseconds(30'000);
    const grpc::Status status = RawCall(channel_, method, "", timeout, nullptr);
    EXPECT_NE(status.error_code(), grpc::StatusCode::PERMISSION_DENIED) << method;
    EXPECT_NE(status.error_code(), grpc::StatusCode::UNIMPLEMENTED) << method;
    EXPECT_NE(status.error_code(), grpc::StatusCode::INTERNAL) << method << ": " << status.error_message();
  }
  EXPECT_EQ(AuditedMethods(), std::multiset<std::string>(methods.begin(), methods.end()));
}

}  // namespace
}  // namespace wensum
