#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "services/cli/client.h"
#include "services/cli/import_command.h"
#include "services/rpc/status_details.h"
#include "services/rpc/status_mapping.h"

namespace wensum::cli {
namespace {

v1::ImportRun SampleRun() {
  v1::ImportRun run;
  run.set_name("importRuns/3");
  run.set_feed("council_tax");
  run.set_state(v1::ImportRun::STATE_SUCCEEDED);
  run.mutable_counts()->set_read(10);
  run.mutable_counts()->set_inserted(7);
  run.mutable_counts()->set_updated(1);
  run.mutable_counts()->set_rejected(2);
  (*run.mutable_counts()->mutable_by_rule())["postcode_invalid"] = 2;
  run.set_reconciled(true);
  return run;
}

TEST(ImportSummaryTest, SpellsOutTheReconciliation) {
  EXPECT_EQ(ImportSummary(SampleRun()),
            "importRuns/3  feed council_tax  SUCCEEDED\n"
            "  read 10 = inserted 7 + updated 1 + unchanged 0 + deleted 0 + rejected 2 + held 0\n"
            "  issues by rule: postcode_invalid 2\n");
}

TEST(ImportSummaryTest, SaysLoudlyThatRowsAreMissing) {
  v1::ImportRun run = SampleRun();
  run.set_reconciled(false);
  EXPECT_NE(ImportSummary(run).find("read 10 != inserted 7"), std::string::npos);
  EXPECT_NE(ImportSummary(run).find("NOT RECONCILED"), std::string::npos);
}

TEST(ProgressTextTest, GivesRateAndTimeLeft) {
  EXPECT_EQ(ProgressText(12'300'000, 40'000'000, 2), "12.3 MB of 40.0 MB, 6.2 MB/s, 5 s left");
  EXPECT_EQ(ProgressText(0, 40'000'000, 0), "0.0 MB of 40.0 MB, 0.0 MB/s");
  EXPECT_EQ(ProgressText(5'000'000, 0, 1), "5.0 MB, 5.0 MB/s");
}

TEST(PrintErrorTest, NamesCodeReasonAndFields) {
  std::ostringstream out;
  PrintError(rpc::ToGrpcStatus(rpc::InvalidFields({{"a", "is odd"}, {"b", "is even"}})), out);
  EXPECT_EQ(out.str(), "error: INVALID_ARGUMENT (FIELD_INVALID): a: is odd; b: is even\n  a: is odd\n  b: is even\n");
}

}  // namespace
}  // namespace wensum::cli
