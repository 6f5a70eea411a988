#include "services/hub/report_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/random.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "tests/support/seed.h"

namespace wensum::hub {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

ReportFile Parse(std::string_view text) {
  absl::StatusOr<ReportFile> file = ParseReportFile(text);
  EXPECT_TRUE(file.ok()) << file.status();
  return file.ok() ? *std::move(file) : ReportFile();
}

std::string ErrorOf(std::string_view text) {
  const absl::Status status = ParseReportFile(text).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  return std::string(Message(status));
}

// "3: AAU21.42 100 27700001 K E text", with - for what is empty.
std::vector<std::string> RowsOf(const ReportFile& file) {
  std::vector<std::string> out;
  const auto text = [](std::string_view value) { return value.empty() ? std::string("-") : std::string(value); };
  for (const ReportRow& row : file.rows) {
    out.push_back(Cat(row.line, ": ", row.check_code, " ", row.uprn.value(), " ", row.usrn.value(), " ",
                      text(row.lpi_key), " ", static_cast<int>(row.severity), " ", text(row.message)));
  }
  return out;
}

std::vector<std::string> UnreadableOf(const ReportFile& file) {
  std::vector<std::string> out;
  for (const UnreadableRow& row : file.unreadable) {
    out.push_back(Cat(row.line, ": ", row.why));
  }
  return out;
}

TEST(ReportFileTest, ColumnsAreKnownByTheirNamesInAnyOrderAndCase) {
  const ReportFile file = Parse(
      "Message,X-Ref,Check Code,lpi_key,Severity,U.P.R.N.,USRN\r\n"
      "wrong ward,9,aau21.42, 2625L000000001 ,Error,000000000100,\r\n"
      "\"two\nlines, and \"\"quotes\"\"\",,LPI-V12,,w,,27700001\r\n"
      "\r\n"
      "nothing named,,S-9B,,fishy,,\r\n");
  EXPECT_THAT(RowsOf(file),
              ElementsAre("2: AAU21.42 100 0 2625L000000001 2 wrong ward",
                          "3: LPI-V12 0 27700001 - 1 two\nlines, and \"quotes\"", "6: S-9B 0 0 - 0 nothing named"));
  EXPECT_THAT(file.unreadable, IsEmpty());
  EXPECT_THAT(file.ignored_columns, ElementsAre("X-Ref"));
  // Other names of the same columns, with only one of UPRN and USRN.
  EXPECT_THAT(RowsOf(Parse("error_code,STREET USRN,description\nX1,5,m")), ElementsAre("2: X1 0 5 - 0 m"));
  EXPECT_THAT(RowsOf(Parse("rule,BLPU_UPRN,Error Message,Level\nX1,5,m,FATAL")), ElementsAre("2: X1 5 0 - 2 m"));
}

TEST(ReportFileTest, RowsThatAreNoFindingsAreToldWithTheirLine) {
  const ReportFile file = Parse(Cat("check,uprn,usrn,lpi,message\n",
                                    ",1,2,,no code\n",                          //
                                    "C1,1.0009E+11,,,spreadsheet\n",            //
                                    "C1,1,123456789,,too long a USRN\n",        //
                                    "C1,0,,,no UPRN\n",                         //
                                    "C1,1,2\n",                                 //
                                    "C1,1,2,,a,b\n",                            //
                                    std::string(41, 'C'), ",1,2,,m\n",          //
                                    "C1,1,2,", std::string(41, 'K'), ",m\n",    //
                                    "C1,1,2,,", std::string(2'001, 'm'), "\n",  //
                                    std::string(40, 'C'), ",999999999999,99999999,", std::string(40, 'K'), ",",
                                    std::string(2'000, 'm'), "\n"));
  EXPECT_THAT(UnreadableOf(file),
              ElementsAre("2: has no check code", "3: has \"1.0009E+11\" where a UPRN belongs",
                          "4: has \"123456789\" where a USRN belongs", "5: has \"0\" where a UPRN belongs",
                          "6: has 3 fields, and the header line 5", "7: has 6 fields, and the header line 5",
                          "8: has a check code of more than 40 bytes", "9: has an LPI key of more than 40 bytes",
                          "10: has a message of more than 2000 bytes"));
  ASSERT_EQ(file.rows.size(), 1U) << "the longest that there may be";
  EXPECT_EQ(file.rows.front().line, 11U);
}

TEST(ReportFileTest, TextOfOtherEncodingsIsRead) {
  EXPECT_THAT(RowsOf(Parse("\xEF\xBB\xBF"
                           "code,uprn,message\nC1,1,caf\xC3\xA9")),
              ElementsAre("2: C1 1 0 - 0 caf\xC3\xA9"));
  EXPECT_THAT(RowsOf(Parse("code,uprn,message\nC1,1,caf\xE9")), ElementsAre("2: C1 1 0 - 0 caf\xC3\xA9"));
}

TEST(ReportFileTest, AFileThatIsNoReportSaysWhatIsMissing) {
  EXPECT_THAT(ErrorOf(""), HasSubstr("empty"));
  EXPECT_THAT(ErrorOf("\n\n"), HasSubstr("empty"));
  EXPECT_THAT(ErrorOf("uprn,message\n1,m"), HasSubstr("no column for the check's code (CHECK_CODE), but \"uprn\""));
  EXPECT_THAT(ErrorOf("code,message\nC,m"), HasSubstr("UPRN or USRN"));
  EXPECT_THAT(ErrorOf("code,uprn\nC,1"), HasSubstr("no column for the message"));
  EXPECT_THAT(ErrorOf("code,Rule,uprn,message\nC,C,1,m"), HasSubstr("\"code\" and \"Rule\", which mean the same"));
  EXPECT_THAT(ErrorOf("code,uprn,message\nC,1,\"open"), HasSubstr("line 2"));
  std::string many = "code,uprn,message\n";
  for (size_t i = 0; i < kMaxReportRows; ++i) {
    many += i % 2 == 0 ? "C,1,m\n" : ",1,m\n";
  }
  EXPECT_EQ(Parse(many).rows.size() + Parse(many).unreadable.size(), kMaxReportRows);
  EXPECT_THAT(ErrorOf(many + "C,1,m"), HasSubstr("more than 100000 rows"));
}

// Of what a file is made, and what is read of it.
TEST(ReportFileTest, EveryRowIsReadOnce) {
  const uint64_t seed = TestSeed(20'261'122);
  SCOPED_TRACE(Cat("seed ", seed));
  Random random(seed);
  for (int round = 0; round < 200; ++round) {
    std::string text = "usrn,code,message,uprn\r\n";
    uint64_t line = 2;
    std::vector<std::string> findings;
    std::vector<uint64_t> faults;
    for (uint64_t rows = random.Below(20); rows > 0; --rows) {
      const uint64_t uprn = random.Below(3);
      const bool named = random.Chance(0.8);
      const bool broken = random.Chance(0.3);
      const bool good = named && (uprn != 0 || !random.Chance(0.5));
      AppendTo(text, ",", named ? "c1" : " ", ",", broken ? "\"a\n\"\"b\"" : "text", ",",
               uprn == 0 ? (good ? "" : "x") : Cat(uprn), "\r\n");
      if (good) {
        findings.push_back(Cat(line, ": C1 ", uprn, " 0 - 0 ", broken ? "a\n\"b" : "text"));
      } else {
        faults.push_back(line);
      }
      line += broken ? 2 : 1;
    }
    const ReportFile file = Parse(text);
    EXPECT_EQ(RowsOf(file), findings) << text;
    std::vector<uint64_t> unreadable;
    for (const UnreadableRow& row : file.unreadable) {
      unreadable.push_back(row.line);
    }
    EXPECT_EQ(unreadable, faults) << text;
  }
}

}  // namespace
}  // namespace wensum::hub
