#include "services/rpc/access_policy.h"

#include <gtest/gtest.h>

#include "base/status_macros.h"

namespace wensum::rpc {
namespace {

CallInfo From(std::string_view peer, std::string_view purpose = {}) {
  return {.method = "/wensum.v1.People/Get", .peer = peer, .purpose = purpose};
}

TEST(LoopbackPolicyTest, LetsInCallersOfTheSameMachine) {
  const LoopbackPolicy policy({"service"}, /*allow_remote=*/false);
  for (const std::string_view peer :
       {"ipv4:127.0.0.1:51000", "ipv4:127.8.9.1:1", "ipv6:[::1]:9", "ipv6:%5B::1%5D:9", "unix:/run/wensum", "unix:"}) {
    const absl::StatusOr<Grant> grant = policy.Authorise(From(peer));
    ASSERT_TRUE(grant.ok()) << peer;
    EXPECT_EQ(grant->caller, "loopback");
    EXPECT_EQ(grant->purpose, "service");
    EXPECT_EQ(grant->purpose_bit, 0);
  }
}

TEST(LoopbackPolicyTest, RefusesEveryOtherPeer) {
  const LoopbackPolicy policy({"service"}, /*allow_remote=*/false);
  for (const std::string_view peer : {"ipv4:10.0.0.1:51000", "ipv4:1.127.0.0:1", "ipv6:[::10]:9", "ipv6:[fe80::1]:9",
                                      "ipv6:%5B::ffff:10.0.0.1%5D:1", "", "unknown"}) {
    EXPECT_EQ(policy.Authorise(From(peer)).status().code(), absl::StatusCode::kPermissionDenied) << peer;
  }
}

TEST(LoopbackPolicyTest, AllowRemoteLetsThemInUnderAnotherName) {
  const LoopbackPolicy policy({"service"}, /*allow_remote=*/true);
  ASSERT_TRUE(policy.Authorise(From("ipv4:10.0.0.1:51000")).ok());
  EXPECT_EQ(policy.Authorise(From("ipv4:10.0.0.1:51000"))->caller, "remote");
}

TEST(LoopbackPolicyTest, GivesTheBitOfTheNamedPurposeAndRefusesUnknownOnes) {
  const LoopbackPolicy policy({"service", "fraud"}, /*allow_remote=*/false);
  EXPECT_EQ(policy.Authorise(From("unix:", "fraud"))->purpose_bit, 1);
  const absl::Status status = policy.Authorise(From("unix:", "marketing")).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(Message(status).find("service, fraud"), std::string_view::npos) << status;
}

// A refused caller does not learn which purposes there are (AIP-211).
TEST(LoopbackPolicyTest, RefusesTheCallerBeforeThePurpose) {
  const LoopbackPolicy policy({"service"}, /*allow_remote=*/false);
  EXPECT_EQ(policy.Authorise(From("ipv4:10.0.0.1:1", "marketing")).status().code(),
            absl::StatusCode::kPermissionDenied);
}

}  // namespace
}  // namespace wensum::rpc
