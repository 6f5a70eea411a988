// Two supplies compared: limits, repeated records, callers that went away.
#include "services/hub/supply_comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "import/byte_source.h"

namespace wensum::hub {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string Xref(int order, int uprn, std::string_view reference) {
  return Cat("23,\"I\",", order, ",", uprn, ",\"2625X00000000", uprn, "\",2001-04-04,2016-02-10,2001-04-05,,\"",
             reference, "\",\"CTAX\"\r\n");
}

std::string Supply(const std::vector<std::string>& records) {
  return Cat("10,\"NORWICH\",1,2625,2026-11-22,1,2026-11-22,12:00:00,\"7.3\",\"F\"\r\n", Join(records, ""), "99,0,",
             records.size(), ",2026-11-22,12:00:00\r\n");
}

absl::StatusOr<SupplyComparison> Compare(const std::string& hub, const std::string& ours,
                                         const ComparisonLimits& limits = {}, bool cancelled = false) {
  const auto hub_source = ingest::ByteSource::OpenMemory(hub).value();
  const auto our_source = ingest::ByteSource::OpenMemory(ours).value();
  const auto hub_reader = ingest::GazetteerReader::Open(hub_source.get(), {}).value();
  const auto our_reader = ingest::GazetteerReader::Open(our_source.get(), {}).value();
  return CompareSupplies(*hub_reader, *our_reader, 2625, limits, [cancelled] { return cancelled; });
}

std::string Why(const absl::StatusOr<SupplyComparison>& found) {
  EXPECT_EQ(found.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(Message(found.status()));
}

TEST(SupplyComparisonTest, TheLastRecordOfAKeyCounts) {
  const std::string hub = Supply({Xref(1, 1, "A"), Xref(2, 2, "OLD"), Xref(3, 1, "B"), Xref(4, 2, "NEW")});
  const SupplyComparison found = Compare(hub, Supply({Xref(1, 1, "B")})).value();
  EXPECT_EQ(found.hub_records, 2U);
  EXPECT_EQ(found.unreadable, 2U);
  ASSERT_EQ(found.first_unreadable.size(), 2U);
  EXPECT_EQ(found.first_unreadable[0].line, 4U);
  EXPECT_THAT(found.first_unreadable[0].why, HasSubstr("the last one counts"));
  ASSERT_EQ(found.differing.size(), 1U) << "B is what both have";
  EXPECT_EQ(std::get<model::CrossReference>(*found.differing[0].hubs).cross_reference, "NEW");
  EXPECT_EQ(found.differing[0].line, 5U);
  // The other way round: the last one differs.
  const SupplyComparison other = Compare(hub, Supply({Xref(1, 1, "A"), Xref(2, 2, "NEW")})).value();
  ASSERT_EQ(other.differing.size(), 1U);
  EXPECT_EQ(std::get<model::CrossReference>(*other.differing[0].hubs).cross_reference, "B");
  EXPECT_EQ(std::get<model::CrossReference>(*other.differing[0].ours).cross_reference, "A");
}

TEST(SupplyComparisonTest, TooManyDifferencesAreCountedAndRefused) {
  const std::string hub = Supply({Xref(1, 1, "A"), Xref(2, 2, "B"), Xref(3, 3, "C"), Xref(4, 4, "D")});
  const std::string ours = Supply({Xref(1, 4, "D"), Xref(2, 3, "X"), Xref(3, 5, "E")});
  EXPECT_EQ(Compare(hub, ours, {.differing = 4})->differing.size(), 4U);
  const std::string why = Why(Compare(hub, ours, {.differing = 3}));
  EXPECT_THAT(why, HasSubstr("the hub lacks 1 records of the register, has 2 that the register does not send and 1 "
                             "otherwise"));
  EXPECT_THAT(why, HasSubstr("full submission"));
  EXPECT_EQ(Why(Compare(hub, ours, {.differing = 1})), why) << "wherever there is no more room";
  EXPECT_EQ(Why(Compare(hub, ours, {.differing_bytes = 150})), why);
  EXPECT_THAT(Why(Compare(hub, ours, {.records = 3})), HasSubstr("more than 3 records"));
  EXPECT_TRUE(Compare(hub, ours, {.records = 4}).ok());
  const SupplyComparison few =
      Compare(Supply({Xref(1, 1, "A"), Xref(2, 1, "A"), Xref(3, 1, "A")}), ours, {.unreadable = 1}).value();
  EXPECT_EQ(few.unreadable, 2U);
  EXPECT_EQ(few.first_unreadable.size(), 1U);
}

TEST(SupplyComparisonTest, ItStopsWhenTheCallerHasGone) {
  std::vector<std::string> records;
  for (int i = 0; i < 5'000; ++i) {
    records.push_back(Xref(i + 1, 1, "A"));
  }
  const std::string hub = Supply(records);
  EXPECT_TRUE(Compare(hub, Supply({Xref(1, 1, "A")})).ok());
  EXPECT_EQ(Compare(hub, Supply({Xref(1, 1, "A")}), {}, /*cancelled=*/true).status().code(),
            absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace wensum::hub
