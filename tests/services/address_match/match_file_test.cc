#include "services/address_match/match_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "tests/matching/address/errors/small_town.h"
#include "tests/support/temp_dir.h"

namespace wensum::address_match {
namespace {

using matching::address::FlatGazetteer;
using testing::HasSubstr;
using testing::StartsWith;

class MatchFileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string canonical = "unique_id,address_concat,postcode\n";
    for (const FlatGazetteer::Address& address : town_.addresses) {
      AppendTo(canonical, town_.ids[address.property], ",\"", address.text, "\",", address.postcode, "\n");
    }
    Put("canonical.csv", canonical);
    options_.canonical = dir_.Join("canonical.csv");
    options_.input = dir_.Join("input.csv");
    options_.out = dir_.Join("out.csv");
    options_.calibration_rows = 0;
    options_.threads = 2;
    options_.precision = 0.5;
    options_.seconds = [this] { return tick_ += 1; };
  }

  void Put(std::string_view name, std::string_view content) const {
    std::ofstream(dir_.Join(name), std::ios::binary) << content;
  }
  [[nodiscard]] std::string Get(std::string_view name) const {
    std::ifstream file(dir_.Join(name), std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return std::move(text).str();
  }
  // The output's rows without the header, each as it stands.
  [[nodiscard]] std::vector<std::string> Run() const {
    const absl::StatusOr<std::string> summary = MatchFile(options_);
    EXPECT_TRUE(summary.ok()) << Message(summary.status());
    std::vector<std::string> lines;
    std::istringstream out(Get("out.csv"));
    for (std::string line; std::getline(out, line);) {
      lines.push_back(line);
    }
    EXPECT_FALSE(lines.empty());
    EXPECT_EQ(lines.front(), "unique_id,outcome,matched_id,confidence,second_id,reason");
    return {lines.begin() + 1, lines.end()};
  }
  void ExpectError(std::string_view part) const {
    const absl::StatusOr<std::string> summary = MatchFile(options_);
    ASSERT_FALSE(summary.ok());
    EXPECT_THAT(std::string(Message(summary.status())), HasSubstr(std::string(part)));
    EXPECT_FALSE(std::filesystem::exists(options_.out));
    EXPECT_FALSE(std::filesystem::exists(options_.out + ".part"));
  }

  const FlatGazetteer town_ = matching::address::SmallTown();
  const TempDir dir_;
  MatchFileOptions options_;
  mutable double tick_ = 0;
};

TEST_F(MatchFileTest, AnswersEveryRowInOrder) {
  Put("input.csv",
      "unique_id,address_concat,postcode\n"
      "a,\"1 Magdalen Street, Sprowston, Norwich, Norfolk\",NR3 1AA\n"
      "b,\"Nowhere at all\",\n"
      "a,\"2 Magdalen Street, Sprowston, Norwich, Norfolk\",NR3 1AA\n");
  const std::vector<std::string> rows = Run();
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_THAT(rows[0], StartsWith("a,MATCHED,p0,"));
  EXPECT_THAT(rows[1], StartsWith("b,NONE,,,,"));
  EXPECT_THAT(rows[2], StartsWith("a,MATCHED,p1,"));
}

TEST_F(MatchFileTest, PostcodeColumnMayBeMissingAndColumnsInAnyOrderAndCase) {
  Put("input.csv", "note,ADDRESS_CONCAT, Unique_ID\nx,\"1 Magdalen Street, Sprowston, Norwich, NR3 1AA\",r1\n");
  EXPECT_THAT(Run(), testing::ElementsAre(StartsWith("r1,MATCHED,p0,")));
}

TEST_F(MatchFileTest, SameBytesOnAnyNumberOfThreads) {
  std::string input = "unique_id,address_concat,postcode\n";
  for (int i = 0; i < 20'000; ++i) {
    const FlatGazetteer::Address& address = town_.addresses[static_cast<size_t>(i) * 7 % town_.addresses.size()];
    AppendTo(input, "r", i, ",\"", ToUpperAscii(address.text), "\",", i % 3 == 0 ? "" : address.postcode, "\n");
  }
  Put("input.csv", input);
  options_.calibration_rows = 3'000;
  options_.threads = 1;
  const std::vector<std::string> one = Run();
  options_.threads = 5;
  EXPECT_EQ(Run(), one);
  EXPECT_EQ(one.size(), 20'000U);
}

TEST_F(MatchFileTest, TheSameLineManyTimesHasTheSameAnswer) {
  std::string input = "unique_id,address_concat,postcode\n";
  for (int i = 0; i < 100'000; ++i) {
    input += "r,\"Flat 2, 6 Magdalen Street, Norwich\",NR3 1AA\n";
  }
  Put("input.csv", input);
  const std::vector<std::string> rows = Run();
  ASSERT_EQ(rows.size(), 100'000U);
  EXPECT_THAT(rows, testing::Each(rows[0]));
}

TEST_F(MatchFileTest, BelowTheWantedPrecisionNothingIsMatched) {
  options_.precision = 0.999999;
  options_.calibration_rows = 6'000;
  options_.summary = dir_.Join("summary.json");
  Put("input.csv", "unique_id,address_concat\nr1,\"1 Magdalen Street, Sprowston, Norwich, Norfolk, NR3 1AA\"\n");
  const std::vector<std::string> rows = Run();
  ASSERT_EQ(rows.size(), 1U);
  const auto summary = nlohmann::json::parse(Get("summary.json"));
  EXPECT_FALSE(summary["calibration"]["cautious_table"]);
  EXPECT_THAT(rows[0], testing::AnyOf(StartsWith("r1,AMBIGUOUS,,"), StartsWith("r1,NONE,,")));
  EXPECT_THAT(rows[0], HasSubstr(",p0,"));
  EXPECT_THAT(rows[0], HasSubstr("does not reach the wanted precision of 0.999999"));
  EXPECT_EQ(summary["below_wanted_precision"], 1);
  EXPECT_THAT(summary["warning"].get<std::string>(), HasSubstr("ask for a lower --precision"));
}

TEST_F(MatchFileTest, SummaryCountsEveryRow) {
  options_.summary = dir_.Join("summary.json");
  Put("input.csv",
      "unique_id,address_concat,postcode\na,\"1 Magdalen Street, Norwich\",NR3 1AA\nb,,\nc,12345,\nd,NR3 1AA,\n"
      "e,<p>&nbsp;</p>,\nf,someone@example.org,\ng,\"BFPO 801\",\n");
  EXPECT_EQ(Run().size(), 7U);
  const auto summary = nlohmann::json::parse(Get("summary.json"));
  EXPECT_EQ(summary["rows"], 7);
  EXPECT_EQ(summary["properties"], town_.ids.size());
  size_t sum = 0;
  for (const auto& [outcome, count] : summary["outcomes"].items()) {
    sum += count.get<size_t>();
  }
  EXPECT_EQ(sum, 7U);
  EXPECT_EQ(summary["outcomes"]["MATCHED"], 1);
  EXPECT_FALSE(summary.contains("warning"));
  for (const char* const phase : {"read_canonical", "build", "calibrate", "match", "total"}) {
    EXPECT_GT(summary["seconds"][phase], 0) << phase;
  }
  EXPECT_GT(summary["peak_memory_bytes"], 1 << 20);
}

TEST_F(MatchFileTest, OldOutputStaysUntilTheNewOneIsWhole) {
  Put("out.csv", "old");
  Put("input.csv", "unique_id,address_concat\nr1,\"unclosed");
  EXPECT_FALSE(MatchFile(options_).ok());
  EXPECT_EQ(Get("out.csv"), "old");
  Put("out.csv.part", "left by a run that was killed");
  Put("input.csv", "unique_id,address_concat\n");
  EXPECT_TRUE(Run().empty());
  EXPECT_FALSE(std::filesystem::exists(options_.out + ".part"));
}

TEST_F(MatchFileTest, OtherEncodings) {
  Put("input.csv", "unique_id,address_concat\nr\xE9,\"1 Magdalen Street, Norwich, NR3 1AA\"\n");
  EXPECT_THAT(Run(), testing::ElementsAre(StartsWith("r\xC3\xA9,MATCHED,p0,")));
}

TEST_F(MatchFileTest, LongTextsAreAnswered) {
  Put("input.csv", Cat("unique_id,address_concat,postcode\nr1,", std::string(10'000, 'x'), ",\nr2,",
                       std::string(10'000, '1'), ",NR3 1AA\n"));
  EXPECT_EQ(Run().size(), 2U);
}

TEST_F(MatchFileTest, WrongFilesAreNamedWithWhatToMend) {
  ExpectError("input.csv");
  Put("input.csv", "");
  ExpectError("its first row must name the columns");
  Put("input.csv", "id,address\n1,x\n");
  ExpectError("has no column \"address_concat\"");
  Put("input.csv", "unique_id,address_concat,unique_id\n1,x,2\n");
  ExpectError("names the column \"unique_id\" twice");
  Put("input.csv", "unique_id,address_concat\n,x\n");
  ExpectError("line 2: the row has no id");
  Put("input.csv", "unique_id,address_concat\n1,x\n");
  Put("canonical.csv", "unique_id,address_concat,postcode\n");
  ExpectError("lists no address");
}

TEST_F(MatchFileTest, WrongOptionsAreRefused) {
  Put("input.csv", "unique_id,address_concat\n1,x\n");
  options_.precision = 1;
  ExpectError("--precision is 1");
  options_.precision = 0.9;
  const std::string out = std::exchange(options_.out, options_.input);
  const absl::StatusOr<std::string> summary = MatchFile(options_);
  ASSERT_FALSE(summary.ok());
  EXPECT_THAT(std::string(Message(summary.status())), HasSubstr("is the file of --input too"));
  options_.out = dir_.Join("no/such/folder/out.csv");
  ExpectError("cannot be written");
}

}  // namespace
}  // namespace wensum::address_match
