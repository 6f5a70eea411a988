#include "services/rpc/status_mapping.h"

#include <gtest/gtest.h>

#include "base/status_macros.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "services/rpc/status_details.h"

namespace wensum::rpc {
namespace {

struct Details {
  google::rpc::Status status;
  google::rpc::ErrorInfo info;
  google::rpc::BadRequest bad;
};

Details Unpack(const grpc::Status& status) {
  Details details;
  EXPECT_TRUE(details.status.ParseFromString(status.error_details()));
  for (const auto& any : details.status.details()) {
    any.UnpackTo(&details.info);
    any.UnpackTo(&details.bad);
  }
  return details;
}

TEST(StatusMappingTest, OkStaysOk) { EXPECT_TRUE(ToGrpcStatus(absl::OkStatus()).ok()); }

TEST(StatusMappingTest, CarriesReasonMetadataAndFields) {
  absl::Status status = InvalidFields({{"a", "is odd"}, {"b", "is even"}});
  const grpc::Status mapped = ToGrpcStatus(status);
  EXPECT_EQ(mapped.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(mapped.error_message(), "a: is odd; b: is even");
  const Details details = Unpack(mapped);
  EXPECT_EQ(details.status.code(), 3);
  EXPECT_EQ(details.info.reason(), "FIELD_INVALID");
  EXPECT_EQ(details.info.domain(), "wensum");
  ASSERT_EQ(details.bad.field_violations_size(), 2);
  EXPECT_EQ(details.bad.field_violations(1).field(), "b");
}

TEST(StatusMappingTest, EveryErrorHasAReason) {
  EXPECT_EQ(Unpack(ToGrpcStatus(Aborted("x"))).info.reason(), "ABORTED");
  EXPECT_EQ(Unpack(ToGrpcStatus(WithReason(Aborted("x"), "FIRST", {{"k", "v"}}))).info.metadata().at("k"), "v");
  // The first reason is nearest to the cause.
  EXPECT_EQ(Unpack(ToGrpcStatus(WithReason(WithReason(Aborted("x"), "FIRST"), "SECOND"))).info.reason(), "FIRST");
}

TEST(StatusMappingTest, HidesWhatLiesBehindInternalErrors) {
  for (const absl::StatusCode code :
       {absl::StatusCode::kInternal, absl::StatusCode::kUnknown, absl::StatusCode::kDataLoss}) {
    const grpc::Status mapped = ToGrpcStatus(MakeStatus(code, "secret path /var/lib"));
    EXPECT_EQ(static_cast<int>(mapped.error_code()), static_cast<int>(code));
    EXPECT_EQ(mapped.error_message().find("secret"), std::string::npos);
    EXPECT_EQ(mapped.error_details().find("secret"), std::string::npos);
  }
}

}  // namespace
}  // namespace wensum::rpc
