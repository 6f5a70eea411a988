#include "base/status_macros.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace wensum {
namespace {

absl::Status Forward(const absl::Status& status, bool& went_on) {
  WENSUM_RETURN_IF_ERROR(status);
  went_on = true;
  return absl::OkStatus();
}

absl::StatusOr<int> Sum(absl::StatusOr<int> a, absl::StatusOr<int> b) {
  WENSUM_ASSIGN_OR_RETURN(const int x, std::move(a));
  int y = 0;
  WENSUM_ASSIGN_OR_RETURN(y, std::move(b));
  return x + y;
}

absl::StatusOr<std::string> Unwrap(absl::StatusOr<std::unique_ptr<std::string>> value) {
  WENSUM_ASSIGN_OR_RETURN(const std::unique_ptr<std::string> text, std::move(value));
  return *text;
}

TEST(StatusMacrosTest, ReturnIfErrorReturnsErrorsOnly) {
  bool went_on = false;
  EXPECT_EQ(Forward(NotFound("no such thing"), went_on), NotFound("no such thing"));
  EXPECT_FALSE(went_on);
  EXPECT_TRUE(Forward(absl::OkStatus(), went_on).ok());
  EXPECT_TRUE(went_on);
}

TEST(StatusMacrosTest, ReturnIfErrorIsOneStatement) {
  const auto run = [](bool fail) -> absl::Status {
    // No braces: what is tested is that the macro is one statement, whose else is the outer if's.
    // NOLINTBEGIN(readability-braces-around-statements)
    if (fail)
      WENSUM_RETURN_IF_ERROR(Internal("failed"));
    else
      return Aborted("else belongs to the if");
    // NOLINTEND(readability-braces-around-statements)
    return absl::OkStatus();
  };
  EXPECT_EQ(run(true), Internal("failed"));
  EXPECT_EQ(run(false), Aborted("else belongs to the if"));
}

TEST(StatusMacrosTest, AssignOrReturnAssignsOrReturns) {
  EXPECT_EQ(*Sum(1, 2), 3);
  EXPECT_EQ(Sum(DataLoss("a"), 2).status(), DataLoss("a"));
  EXPECT_EQ(Sum(1, DataLoss("b")).status(), DataLoss("b"));
  EXPECT_EQ(*Unwrap(std::make_unique<std::string>("moved")), "moved");
}

TEST(StatusTest, CodesAndMessages) {
  EXPECT_EQ(InvalidArgument("m").code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(NotFound("m").code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(FailedPrecondition("m").code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(DataLoss("m").code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(Internal("m").code(), absl::StatusCode::kInternal);
  EXPECT_EQ(Unavailable("m").code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(Aborted("m").code(), absl::StatusCode::kAborted);
  EXPECT_EQ(ResourceExhausted("m").code(), absl::StatusCode::kResourceExhausted);
  const absl::Status status = InvalidArgument("what is wrong");
  EXPECT_EQ(Message(status), "what is wrong");
}

TEST(AnnotateTest, KeepsCodeAndPayloadsAndOk) {
  absl::Status status = NotFound("key k");
  status.SetPayload("type", absl::Cord("value"));
  const absl::Status annotated = Annotate(status, "reading f");
  EXPECT_EQ(annotated.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Message(annotated), "reading f: key k");
  EXPECT_EQ(annotated.GetPayload("type"), absl::Cord("value"));
  EXPECT_TRUE(Annotate(absl::OkStatus(), "context").ok());
}

}  // namespace
}  // namespace wensum
