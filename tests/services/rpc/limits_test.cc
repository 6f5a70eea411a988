#include "services/rpc/limits.h"

#include <gtest/gtest.h>

#include <string>

#include "base/status_macros.h"

namespace wensum::rpc {
namespace {

TEST(LimitsTest, PageSizes) {
  EXPECT_EQ(*PageSize(0, 10, 100), 10U);
  EXPECT_EQ(*PageSize(7, 10, 100), 7U);
  EXPECT_EQ(*PageSize(100'000, 10, 100), 100U);
  const absl::Status status = PageSize(-1, 10, 100, "max_results").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Message(status), "max_results: is -1; give 0 for the default of 10, or 1 to 100");
}

TEST(LimitsTest, Batches) {
  EXPECT_TRUE(CheckBatch(1, "names").ok());
  EXPECT_TRUE(CheckBatch(kMaxBatch, "names").ok());
  EXPECT_EQ(CheckBatch(0, "names").code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(CheckBatch(kMaxBatch + 1, "names").code(), absl::StatusCode::kInvalidArgument);
}

TEST(LimitsTest, Texts) {
  EXPECT_TRUE(CheckText("Magdalen Street", 15, "input").ok());
  EXPECT_EQ(CheckText("Magdalen Street", 14, "input").code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(CheckText("\xff", 14, "input").code(), absl::StatusCode::kInvalidArgument);
}

TEST(LimitsTest, RequestIds) {
  EXPECT_TRUE(CheckRequestId("").ok());
  EXPECT_TRUE(CheckRequestId("123e4567-e89b-12d3-A456-426614174000").ok());
  for (const std::string_view id : {"1", "123e4567-e89b-12d3-a456-42661417400", "123e4567-e89b-12d3-a456-4266141740000",
                                    "123e4567xe89b-12d3-a456-426614174000", "123e4567-e89b-12d3-g456-426614174000"}) {
    EXPECT_EQ(CheckRequestId(id).code(), absl::StatusCode::kInvalidArgument) << id;
  }
}

}  // namespace
}  // namespace wensum::rpc
