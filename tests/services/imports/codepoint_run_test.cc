// Code-Point Open from the file to the answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <future>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/strings.h"
#include "services/imports/run_engine.h"
#include "services/imports/run_ledger.h"
#include "services/properties/properties_handler.h"
#include "storage/memory_store.h"
#include "tests/services/register/register_test_util.h"
#include "tests/support/temp_dir.h"
#include "wensum/v1/imports.pb.h"

namespace wensum::imports {
namespace {

using registry::Register;
using storage::v1::ImportRun;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

std::string Row(std::string_view postcode, int quality, int easting, int northing,
                std::string_view district = "E07000148") {
  return Cat("\"", postcode, "\",", quality, ",", easting, ",", northing,
             ",\"E92000001\",\"E19000001\",\"E18000006\",\"E10000020\",\"", district, "\",\"E05005886\"\r\n");
}

// `count` postcodes, none twice.
std::string List(int count) {
  constexpr std::string_view kInward = "ABDEFGHJLNPQRSTUWXYZ";
  std::string text;
  for (int i = 0; i < count; ++i) {
    const auto at = static_cast<size_t>(i);
    const std::string_view first = kInward.substr(at % 20, 1);
    const std::string_view second = kInward.substr(at / 20 % 20, 1);
    text.append(Row(Cat("NR", 1 + i / 4000, " ", i / 400 % 10, first, second), 10, 600000 + i, 300000));
  }
  return text;
}

class CodePointRunTest : public ::testing::Test {
 protected:
  CodePointRunTest() : store_(storage::NewMemoryStore()), clock_(registry::kStartTime) {
    register_ = registry::OpenOrDie(store_.get(), &clock_);
    NewEngine();
  }
  // Stops the engine, and what it runs at the next checkpoint, and starts another.
  void NewEngine() {
    engine_.reset();
    auto engine = RunEngine::Create(register_.get(), &clock_, {});
    ASSERT_TRUE(engine.ok()) << engine.status();
    engine_ = *std::move(engine);
  }

  StartSpec Spec(std::string_view content) {
    StartSpec spec;
    spec.feed = "codepoint_open";
    spec.path = folder_.Join(Cat("nr", files_++, ".csv"));
    std::ofstream(spec.path, std::ios::binary) << content;
    return spec;
  }
  uint64_t Start(const StartSpec& spec) {
    const auto run = engine_->Start(spec);
    EXPECT_TRUE(run.ok()) << run.status();
    return run.ok() ? run->id() : 0;
  }
  // The run's end; every row read must be accounted for.
  ImportRun Finish(uint64_t id) {
    while (true) {
      const auto run = engine_->GetRun(id);
      EXPECT_TRUE(run.ok()) << run.status();
      if (!run.ok() || run->state() != v1::ImportRun::STATE_RUNNING) {
        EXPECT_TRUE(run.ok() && Reconciled(*run)) << run->ShortDebugString();
        return run.ok() ? *run : ImportRun();
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  ImportRun RunToEnd(const StartSpec& spec) { return Finish(Start(spec)); }

  std::vector<storage::v1::ImportIssue> Issues(uint64_t run) {
    std::vector<storage::v1::ImportIssue> issues;
    const auto listed = engine_->ListIssues(run, 0, 1000);
    EXPECT_TRUE(listed.ok()) << listed.status();
    for (const auto& [number, issue] : *listed) {
      issues.push_back(issue);
    }
    return issues;
  }
  // What the API answers; `as_of` 0: now.
  absl::StatusOr<v1::PostcodeCentroid> Get(std::string_view name, uint64_t as_of = 0) {
    v1::GetPostcodeRequest request;
    request.set_name(std::string(name));
    if (as_of != 0) {
      request.mutable_read()->set_as_of_revision(as_of);
    }
    rpc::CallContext call("/wensum.v1.Properties/GetPostcode");
    v1::PostcodeCentroid response;
    const absl::Status status = properties::PropertiesHandler(register_.get()).GetPostcode(call, request, response);
    return status.ok() ? absl::StatusOr<v1::PostcodeCentroid>(response) : status;
  }

  TempDir folder_;
  int files_ = 0;
  std::unique_ptr<storage::Store> store_;
  ManualClock clock_;
  std::unique_ptr<Register> register_;
  std::unique_ptr<RunEngine> engine_;
};

TEST_F(CodePointRunTest, AccountsForEveryRow) {
  const std::string text = Cat(Row("NR1 1AA", 10, 624068, 308352), Row("NR1 1AR", 10, 623387, 308602),
                               Row("NR9 9ZZ", 90, 0, 0), Row("NR9 9ZY", 10, 0, 0),  // says that it has a position
                               Row("NR9 9ZX", 15, 623387, 308602),                  // no such quality
                               Row("NR1 1AA", 10, 1, 1),                            // the postcode again
                               Row("NR1 CCC", 10, 623387, 308602),                  // no postcode
                               "\"NR1 1BA\",10,east,308377,,,,,,\r\n",              // no number
                               "\"NR1 1BD\",10,623414,308615\r\n");                 // no more columns
  const ImportRun run = RunToEnd(Spec(text));
  EXPECT_EQ(run.state(), v1::ImportRun::STATE_SUCCEEDED) << run.error();
  EXPECT_EQ(run.file_format(), "CODE_POINT_OPEN");
  EXPECT_EQ(run.read(), 9);
  EXPECT_EQ(run.inserted(), 5);
  EXPECT_EQ(run.flagged(), 2);
  EXPECT_EQ(run.rejected(), 4);
  EXPECT_EQ(run.by_record_type().at("postcode"), 9);
  EXPECT_EQ(run.bytes_done(), text.size());
  std::vector<std::string> issues;
  for (const storage::v1::ImportIssue& issue : Issues(run.id())) {
    issues.push_back(Cat(issue.line(), " ", issue.column(), " ", issue.rule()));
    const bool reject = issue.severity() == v1::ImportIssue::SEVERITY_REJECT;
    EXPECT_EQ(reject, issue.line() >= 6);
    EXPECT_EQ(issue.raw().empty(), !reject);
    EXPECT_THAT(text, HasSubstr(issue.raw()));
  }
  EXPECT_THAT(issues, ElementsAre("4 Eastings WEN-CPO-POSITION", "5 Positional_quality_indicator WEN-CPO-QUALITY",
                                  "6 Postcode key_repeated", "7 Postcode postcode_invalid", "8 Eastings number_invalid",
                                  "9  column_count"));
}

TEST_F(CodePointRunTest, AnswersWhereAPostcodeLies) {
  const ImportRun run = RunToEnd(Spec(Cat(Row("NR1 1AA", 10, 624068, 308352), Row("NR9 9ZZ", 90, 0, 0))));
  for (const std::string_view name : {"postcodes/NR1 1AA", "postcodes/NR11AA", "postcodes/nr1 1aa"}) {
    const auto centroid = Get(name);
    ASSERT_TRUE(centroid.ok()) << centroid.status();
    EXPECT_EQ(centroid->name(), "postcodes/NR11AA");
    EXPECT_EQ(centroid->postcode(), "NR1 1AA");
    EXPECT_EQ(centroid->etag(), run.first_revision());
    EXPECT_EQ(centroid->easting(), 624068);
    EXPECT_EQ(centroid->northing(), 308352);
    EXPECT_EQ(centroid->quality(), 10);
    EXPECT_EQ(centroid->district_code(), "E07000148");
    EXPECT_EQ(centroid->ward_code(), "E05005886");
    EXPECT_EQ(centroid->source_format(), "CODE_POINT_OPEN");
    EXPECT_EQ(centroid->import_run(), Cat(run.id()));
  }
  EXPECT_EQ(Get("postcodes/NR9 9ZZ")->quality(), 90);
  EXPECT_EQ(Get("postcodes/NR2 2AA").status().code(), absl::StatusCode::kNotFound);
  for (const std::string_view name : {"", "NR1 1AA", "postcodes/", "postcodes/NR1", "streets/1"}) {
    EXPECT_EQ(Get(name).status().code(), absl::StatusCode::kInvalidArgument) << name;
  }
}

TEST_F(CodePointRunTest, AnUnchangedListWritesNothing) {
  const std::string text = List(50);
  EXPECT_EQ(RunToEnd(Spec(text)).inserted(), 50);
  const uint64_t revision = register_->revision();
  clock_.Advance(1'000'000);
  const ImportRun again = RunToEnd(Spec(text));
  EXPECT_EQ(again.unchanged(), 50);
  EXPECT_EQ(again.first_revision(), 0);
  EXPECT_EQ(register_->revision(), revision);

  std::string moved = text;
  moved.replace(moved.find("600007"), 6, "600700");
  const ImportRun third = RunToEnd(Spec(moved));
  EXPECT_EQ(third.updated(), 1);
  EXPECT_EQ(third.unchanged(), 49);
  EXPECT_EQ(register_->revision(), revision + 1);
  EXPECT_EQ(Get("postcodes/NR1 0JA")->easting(), 600700);
  EXPECT_EQ(Get("postcodes/NR1 0JA", revision)->easting(), 600007);
  EXPECT_EQ(register_->Stats().properties + register_->Stats().streets, 0) << "postcodes are neither";
  const auto report = register_->Verify();
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->differences, 0);
}

TEST_F(CodePointRunTest, RefusesFilesAsAWhole) {
  const auto expect_refused = [this](const StartSpec& spec, std::string_view why) {
    const ImportRun run = RunToEnd(spec);
    EXPECT_EQ(run.state(), v1::ImportRun::STATE_FAILED);
    EXPECT_THAT(run.error(), HasSubstr(std::string(why)));
    EXPECT_EQ(run.read(), 0);
    const auto issues = Issues(run.id());
    ASSERT_THAT(issues, SizeIs(1));
    EXPECT_EQ(issues.front().rule(), "file_refused");
    const auto changes = register_->ReadChanges(0, 1'000);
    for (const auto& [revision, commit] : changes->commits) {
      EXPECT_EQ(commit.events_size(), 0) << "a task alone, for whoever mends it";
    }
  };
  StartSpec spec = Spec(List(3));
  spec.expected_sha256 = std::string(64, '0');
  expect_refused(spec, "SHA-256");
  spec = Spec(List(3));
  spec.expected_rows = 4;
  expect_refused(spec, "expected were 4");
  expect_refused(Spec(""), "no rows");
  expect_refused(Spec(Cat(List(1), "a,b,c\nd,e,f\n")), "2 of 3 rows");
  expect_refused(Spec(Cat(List(1), "\"NR1 1AA")), "quote");
}

TEST_F(CodePointRunTest, ARunThatWasStoppedGoesOnWhereItWas) {
  constexpr int kRows = 36'000;  // nine batches, of which at most four are under way at once
  const std::string text = Cat(List(kRows), Row("NR1 0AA", 10, 1, 1));  // repeats the first
  uint64_t id = 0;
  {
    // Holds the writer back after the next commit until the engine was told to stop.
    std::promise<void> open;
    const std::shared_future<void> opened = open.get_future().share();
    const auto subscription = register_->Subscribe([opened](uint64_t) { opened.wait(); });
    id = Start(Spec(text));
    std::thread stop([this] { engine_.reset(); });
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    open.set_value();
    stop.join();
  }
  NewEngine();
  const ImportRun run = Finish(id);
  EXPECT_EQ(run.state(), v1::ImportRun::STATE_SUCCEEDED) << run.error();
  EXPECT_EQ(run.resumed(), 1);
  EXPECT_EQ(run.read(), kRows + 1);
  EXPECT_EQ(run.inserted(), kRows);
  EXPECT_EQ(run.by_rule().at("key_repeated"), 1) << "found across the stop";
  EXPECT_EQ(run.bytes_done(), text.size());
}

TEST_F(CodePointRunTest, TakesInTheRealList) {
  const char* const folder = std::getenv("WENSUM_TEST_DATA");
  if (folder == nullptr) {
    GTEST_SKIP() << "WENSUM_TEST_DATA does not name the folder of public test data";
  }
  StartSpec spec;
  spec.feed = "codepoint_open";
  spec.path = Cat(folder, "/gazetteer/codepoint_open_nr/nr.csv");
  spec.expected_rows = 22'827;
  const ImportRun run = RunToEnd(spec);
  std::cout << "read " << run.read() << ", inserted " << run.inserted() << ", updated " << run.updated()
            << ", unchanged " << run.unchanged() << ", rejected " << run.rejected() << ", flagged " << run.flagged()
            << "\n";
  EXPECT_EQ(run.state(), v1::ImportRun::STATE_SUCCEEDED) << run.error();
  EXPECT_EQ(run.read(), 22'827);
  EXPECT_EQ(run.inserted(), 22'827);
  EXPECT_EQ(run.flagged(), 0);
  EXPECT_EQ(Get("postcodes/NR1 1AA")->easting(), 624068);
  const ImportRun again = RunToEnd(spec);
  EXPECT_EQ(again.unchanged(), 22'827);
  EXPECT_EQ(again.first_revision(), 0);
}

}  // namespace
}  // namespace wensum::imports
