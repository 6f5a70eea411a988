// A small gazetteer for tests of people and of where they live: High Street, Norwich, houses 1 and 2.
#ifndef WENSUM_TESTS_INTEGRATION_HIGH_STREET_H_
#define WENSUM_TESTS_INTEGRATION_HIGH_STREET_H_

#include <grpcpp/channel.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>

#include "tests/integration/test_server.h"
#include "tests/services/gazetteer/row_fixture.h"
#include "tests/services/health/supply_file.h"
#include "wensum/v1/imports.pb.h"

namespace wensum {

inline constexpr uint32_t kHighStreet = 20'900'001;
inline constexpr uint64_t kHouse = 100'090'000'001;       // number 1
inline constexpr uint64_t kOtherHouse = 100'090'000'002;  // number 2

inline void ImportHighStreet(const std::shared_ptr<grpc::Channel>& channel) {
  health::SupplyFile file;
  file.Add({gazetteer::TestStreet(kHighStreet), gazetteer::TestDescriptor(kHighStreet, "HIGH STREET"),
            gazetteer::TestBlpu(kHouse), gazetteer::TestLpi(kHouse, 1, kHighStreet, 1),
            gazetteer::TestBlpu(kOtherHouse), gazetteer::TestLpi(kOtherHouse, 2, kHighStreet, 2)});
  const v1::ImportRun run = ImportGazetteer(channel, file.Text());
  EXPECT_EQ(run.state(), v1::ImportRun::STATE_SUCCEEDED) << run.error();
}

}  // namespace wensum

#endif  // WENSUM_TESTS_INTEGRATION_HIGH_STREET_H_
