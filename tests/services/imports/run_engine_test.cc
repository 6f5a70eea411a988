#include <chrono>
#include <filesystem>
#include <thread>

#include "services/tasks/task_store.h"
#include "storage/keys.h"
#include "tests/services/imports/run_engine_fixture.h"

namespace wensum::imports {
namespace {

using registry::Register;
using storage::v1::ImportRun;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr std::string_view kMapping = R"(
version: 1
feed: cards
source: contact
kind: person
csv: {delimiter: ",", trailer: 'END,(\d+)'}
records:
  - key: "{ID}"
    fields:
      name.forenames: {column: FORENAMES}
      name.surname: {column: SURNAME}
      date_of_birth: {column: BORN, date: ["YYYY-MM-DD"]}
      addresses: [{role: residence, text: {column: ADDRESS}, postcode: {column: POSTCODE}}]
)";
constexpr std::string_view kColumns = "ID,FORENAMES,SURNAME,BORN,ADDRESS,POSTCODE\n";

// A card register of `count` people who are unlike each other.
std::string Cards(int count) {
  std::string text(kColumns);
  for (int i = 0; i < count; ++i) {
    AppendTo(text, "C", i, ",Forename", i, ",Surname", i * 7 + 1, ",", 1930 + i % 70, "-0", 1 + i % 9, "-1", i % 9, ",",
             i + 1, " Long Road,\n");
  }
  AppendTo(text, "END,", count, "\n");
  return text;
}

// A full supply in DTF 7.3: one street with houses from number 1 on, and what else is put in.
std::string Supply(int houses, std::string_view more_rows = "", int more = 0) {
  std::string text = "10,\"NORWICH\",10001234,2625,2026-11-20,1,2026-11-20,21:05:00,\"7.3.1\",\"F\"\r\n";
  int order = 0;
  AppendTo(text, "11,\"I\",", ++order,
           ",27700001,1,2625,2,2008-06-03,1,8,0,2006-08-04,2017-01-04,2008-06-03,,623145.00,308321.00,623200.50,"
           "308400.00,1\r\n");
  AppendTo(text, "15,\"I\",", ++order, ",27700001,\"LONG ROAD\",\"\",\"NORWICH\",\"NORFOLK\",\"ENG\"\r\n");
  for (int house = 1; house <= houses; ++house) {
    AppendTo(
        text, "21,\"I\",", ++order, ",", 100090900000 + house,
        ",1,2,2007-06-26,\"RD04\",,623150.25,308330.00,1,2625,2001-04-04,,2016-02-10,2001-04-05,\"\",\"E05005886\","
        "\"\",,,\"\"\r\n");
  }
  for (int house = 1; house <= houses; ++house) {
    AppendTo(text, "24,\"I\",", ++order, ",", 100090900000 + house, ",\"2625L", 100000000 + house,
             "\",\"ENG\",1,2001-04-04,,2001-04-05,2016-02-10,,\"\",,\"\",\"\",", house,
             ",\"\",,\"\",\"\",27700001,\"\",\"Y\",\"NR2 1AB\",\"NORWICH\",\"Y\",,,\"\"\r\n");
  }
  AppendTo(text, more_rows, "99,0,", order + more, ",2026-11-20,\"21:05:00\"\r\n");
  return text;
}

class RunEngineTest : public RunEngineFixture {
 protected:
  StartSpec CardsSpec(std::string_view content) {
    StartSpec spec;
    spec.feed = "cards";
    spec.mapping_yaml = kMapping;
    spec.path = WriteFile(Cat("cards", files_++, ".csv"), content);
    spec.extract_time = clock_.Now() + files_;  // each is newer than the one before
    return spec;
  }
};

TEST_F(RunEngineTest, AccountsForEveryRowOfAnExtract) {
  const std::string text = Cat(kColumns,
                               "1,Ann,Lee,1970-01-02,1 High Street,NR1 1AA\n"
                               "2,Bob,Marsh,1980-02-30,2 High Street,NR1 1AA\n"  // no such day
                               "1,Eve,Stone,1990-03-03,3 High Street,NR1 1AA\n"  // the key again
                               ",Tom,Reed,,,\n"
                               "5,Short\n"
                               "6,,,,,\n"
                               "END,6\n");
  const ImportRun run = RunToEnd(CardsSpec(text));
  EXPECT_EQ(run.state(), v1::ImportRun::STATE_SUCCEEDED) << run.error();
  EXPECT_EQ(run.read(), 6);
  EXPECT_EQ(run.inserted(), 2);
  EXPECT_EQ(run.flagged(), 1);
  EXPECT_EQ(run.rejected(), 4);
  EXPECT_EQ(run.by_record_type().at("row"), 6);
  EXPECT_EQ(run.file_bytes(), text.size());
  EXPECT_EQ(run.bytes_done(), text.size());
  EXPECT_EQ(run.first_revision(), 1);
  EXPECT_EQ(run.last_revision(), 1);
  std::vector<std::pair<std::string, std::string>> rejects;
  for (const storage::v1::ImportIssue& issue : Issues(run.id())) {
    if (issue.severity() == v1::ImportIssue::SEVERITY_REJECT) {
      rejects.emplace_back(issue.rule(), issue.raw());
    } else {
      EXPECT_THAT(issue.raw(), IsEmpty());
      EXPECT_EQ(issue.line(), 3);
    }
  }
  EXPECT_THAT(rejects, UnorderedElementsAre(Pair("key_repeated", "1,Eve,Stone,1990-03-03,3 High Street,NR1 1AA"),
                                            Pair("key_missing", ",Tom,Reed,,,"), Pair("column_count", "5,Short"),
                                            Pair("name_missing", "6,,,,,")));
  const auto view = register_->OpenView({});
  ASSERT_TRUE(view.ok());
  const auto first = register_->GetSource(*view, {.source = "contact", .key = "1"});
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->record.details.name.surname, "Lee") << "the first row of a repeated key counts";
  EXPECT_EQ(first->stored.import_run(), Cat(run.id()));
  EXPECT_EQ(first->stored.import_line(), 2);
}

TEST_F(RunEngineTest, AnUnchangedExtractWritesNoRevision) {
  const std::string text = Cards(30);
  EXPECT_EQ(RunToEnd(CardsSpec(text)).inserted(), 30);
  const uint64_t revision = register_->revision();
  clock_.Advance(1'000'000);
  const ImportRun again = RunToEnd(CardsSpec(text));
  EXPECT_EQ(again.unchanged(), 30);
  EXPECT_EQ(again.inserted() + again.updated(), 0);
  EXPECT_EQ(again.first_revision(), 0);
  EXPECT_EQ(register_->revision(), revision);

  std::string changed = text;
  changed.replace(changed.find("Surname8,"), 9, "Surname9,");
  const ImportRun third = RunToEnd(CardsSpec(changed));
  EXPECT_EQ(third.updated(), 1);
  EXPECT_EQ(third.unchanged(), 29);
  EXPECT_EQ(register_->revision(), revision + 1);
}

TEST_F(RunEngineTest, TakesInAGazetteer) {
  const std::string more =
      Cat("77,\"I\",5,1,2\r\n", "21,\"D\",6,999999999999,1,2,2007-06-26,\"RD04\",,1.00,1.00,1,2625,",
          "2001-04-04,,2016-02-10,2001-04-05,\"\",\"\",\"\",,,\"\"\r\n");
  const StartSpec spec = SupplySpec(Supply(20, more, 2));
  const ImportRun run = RunToEnd(spec);
  EXPECT_EQ(run.state(), v1::ImportRun::STATE_SUCCEEDED) << run.error();
  EXPECT_EQ(run.file_format(), "DTF_7_3");
  EXPECT_EQ(run.read(), 44);
  EXPECT_EQ(run.inserted(), 42);
  EXPECT_EQ(run.rejected(), 2);
  EXPECT_EQ(run.by_record_type().at("21"), 21);
  EXPECT_EQ(run.by_record_type().at("24"), 20);
  EXPECT_EQ(run.by_record_type().at("77"), 1);
  EXPECT_EQ(register_->Stats().properties, 20);
  EXPECT_EQ(register_->Stats().streets, 1);
  int rejects = 0;
  for (const storage::v1::ImportIssue& issue : Issues(run.id())) {
    if (issue.severity() == v1::ImportIssue::SEVERITY_REJECT) {
      ++rejects;
      EXPECT_THAT(more, HasSubstr(issue.raw()));
      EXPECT_THAT(issue.raw(), ::testing::Not(IsEmpty()));
    }
  }
  EXPECT_EQ(rejects, 2);
  EXPECT_EQ(register_->MatchAddress({.text = "7 Long Road", .postcode = "NR2 1AB"}, {}, "").uprn, 100090900007);

  const uint64_t revision = register_->revision();
  const ImportRun again = RunToEnd(SupplySpec(Supply(20)));
  EXPECT_EQ(again.unchanged(), 42);
  EXPECT_EQ(register_->revision(), revision);
  EXPECT_TRUE(std::filesystem::exists(spec.path)) << "a file of the drop folder stays where it is";
}

TEST_F(RunEngineTest, RefusesFilesAsAWholeBeforeAnythingIsWritten) {
  const auto expect_refused = [this](const StartSpec& spec, std::string_view why) {
    const ImportRun run = RunToEnd(spec);
    EXPECT_EQ(run.state(), v1::ImportRun::STATE_FAILED);
    EXPECT_THAT(run.error(), HasSubstr(std::string(why)));
    EXPECT_EQ(run.read(), 0);
    const auto issues = Issues(run.id());
    ASSERT_THAT(issues, SizeIs(1));
    EXPECT_EQ(issues.front().rule(), "file_refused");
    EXPECT_EQ(issues.front().severity(), v1::ImportIssue::SEVERITY_STOP);
    ExpectNothingTold();
    EXPECT_EQ(register_->Stats().source_records + register_->Stats().properties, 0);
  };
  StartSpec spec = CardsSpec(Cards(3));
  spec.expected_sha256 = std::string(64, '0');
  expect_refused(spec, "SHA-256");
  spec = CardsSpec(Cards(3));
  spec.expected_rows = 4;
  expect_refused(spec, "expected were 4");
  expect_refused(CardsSpec(Cat(kColumns, "1,Ann,Lee,,,\nEND,2\n")), "trailer");
  expect_refused(CardsSpec(Cat(kColumns, "1,Ann,Lee,,,\n")), "trailer_missing");
  expect_refused(CardsSpec(Cat(kColumns, "1,Ann\n2,Bob\n3,Eve,Lee,,,\nEND,3\n")),
                 "line 2: 2 of 3 rows do not have the columns");
  expect_refused(CardsSpec("ID,NAME\n1,Ann\nEND,1\n"), "FORENAMES");
  expect_refused(SupplySpec(Supply(2, "", 1)), "trailer_count");
  std::string cut = Supply(2);
  cut.resize(cut.find("99,0"));
  expect_refused(SupplySpec(cut), "trailer_missing");
  spec = SupplySpec(Supply(2));
  std::filesystem::remove(spec.path);
  const ImportRun gone = RunToEnd(spec);
  EXPECT_EQ(gone.state(), v1::ImportRun::STATE_FAILED);
}

// One task a feed, until a run of it succeeds.
TEST_F(RunEngineTest, ARunThatDoesNotSucceedIsATask) {
  const auto held = [this] { return *tasks::ListCauses(store_, 1, tasks::TaskKind::kImportStopped); };
  EXPECT_THAT(held(), IsEmpty());
  RunToEnd(CardsSpec("nonsense\n"));
  ASSERT_THAT(held(), SizeIs(1));
  const uint64_t number = held()[0].second;
  const ImportRun again = RunToEnd(CardsSpec("nonsense\n"));
  ASSERT_THAT(held(), SizeIs(1));
  EXPECT_EQ(held()[0].second, number);
  EXPECT_EQ(tasks::ReadTask(store_, 1, number)->facts().import_stopped().run(), again.id());
  RunToEnd(SupplySpec(Supply(2)));
  EXPECT_THAT(held(), SizeIs(1)) << "another feed";
  RunToEnd(CardsSpec(Cards(3)));
  EXPECT_THAT(held(), IsEmpty());
  EXPECT_EQ(tasks::ReadTask(store_, 1, number)->state(), static_cast<uint32_t>(tasks::TaskState::kClosed));
  ExpectVerified();
}

TEST_F(RunEngineTest, ChecksWhatShowsWithoutTheFile) {
  StartSpec spec = CardsSpec(Cards(1));
  spec.feed = "../cards";
  EXPECT_EQ(engine_->Start(spec).status().code(), absl::StatusCode::kInvalidArgument);
  spec.feed = "other";
  EXPECT_THAT(std::string(Message(engine_->Check(spec))), HasSubstr("not for"));
  spec.mapping_yaml.clear();
  EXPECT_THAT(std::string(Message(engine_->Check(spec))), HasSubstr("mappings_dir"));
  spec = CardsSpec(Cards(1));
  spec.mapping_yaml.replace(spec.mapping_yaml.find("source: contact"), 15, "source: unknown");
  EXPECT_THAT(std::string(Message(engine_->Check(spec))), HasSubstr("not configured"));
  spec = SupplySpec(Supply(1));
  spec.format = "shapefile";
  EXPECT_EQ(engine_->Check(spec).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(engine_->GetRun(1).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(engine_->ListIssues(1, 0, 10).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(RunEngineTest, OneRunOfAFeedAtATimeAndListsThem) {
  Gate gate(*register_);
  const uint64_t first = Start(CardsSpec(Cards(10)));
  const auto second = engine_->Start(CardsSpec(Cards(10)));
  EXPECT_EQ(second.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(Message(second.status())), HasSubstr(Cat("importRuns/", first)));
  gate.Open();
  const uint64_t other = Start(SupplySpec(Supply(2)));  // of another feed: it waits its turn
  EXPECT_EQ(Finish(first).state(), v1::ImportRun::STATE_SUCCEEDED);
  const uint64_t third = Start(CardsSpec(Cards(10)));
  EXPECT_EQ(Finish(other).state(), v1::ImportRun::STATE_SUCCEEDED);
  EXPECT_EQ(Finish(third).state(), v1::ImportRun::STATE_SUCCEEDED);
  const auto ids = [this](std::string_view feed, uint64_t before, size_t limit) {
    std::vector<uint64_t> out;
    const auto runs = engine_->ListRuns(feed, before, limit);
    EXPECT_TRUE(runs.ok()) << runs.status();
    for (const ImportRun& run : *runs) {
      out.push_back(run.id());
    }
    return out;
  };
  EXPECT_THAT(ids("", 0, 10), ElementsAre(third, other, first));
  EXPECT_THAT(ids("cards", 0, 10), ElementsAre(third, first));
  EXPECT_THAT(ids("", third, 1), ElementsAre(other));
}

TEST_F(RunEngineTest, RemovesAnUploadWhenItsRunHasEnded) {
  StartSpec spec = CardsSpec(Cards(3));
  spec.spooled = true;
  EXPECT_EQ(RunToEnd(spec).state(), v1::ImportRun::STATE_SUCCEEDED);
  StartSpec refused = CardsSpec("nonsense\n");
  refused.spooled = true;
  EXPECT_EQ(RunToEnd(refused).state(), v1::ImportRun::STATE_FAILED);
  engine_.reset();
  EXPECT_FALSE(std::filesystem::exists(spec.path));
  EXPECT_FALSE(std::filesystem::exists(refused.path));
}

TEST_F(RunEngineTest, ARunThatWasStoppedGoesOnWhereItWas) {
  constexpr int kRows = 9'000;  // nine batches, of which at most four are under way at once
  const std::string text = Cards(kRows);
  ImportRun whole;
  {
    const auto store = storage::NewMemoryStore();
    const auto reg = registry::OpenOrDie(store.get(), &clock_);
    auto engine = RunEngine::Create(reg.get(), &clock_, {});
    ASSERT_TRUE(engine.ok()) << engine.status();
    std::swap(engine_, *engine);
    whole = RunToEnd(CardsSpec(text));
    EXPECT_EQ(whole.inserted(), kRows);
    std::swap(engine_, *engine);
  }
  StartSpec spec = CardsSpec(text);
  spec.spooled = true;
  const uint64_t id = StartAndStop(spec);
  const auto stored = store_.Get(storage::Family::kImportRun, storage::ImportRunKey(register_->register_id(), id));
  ImportRun stopped;
  ASSERT_TRUE(stored.ok() && stored->has_value() && stopped.ParseFromString(**stored));
  EXPECT_EQ(stopped.state(), v1::ImportRun::STATE_RUNNING);
  EXPECT_GT(stopped.read(), 0);
  EXPECT_LT(stopped.read(), kRows);
  EXPECT_TRUE(Reconciled(stopped));
  EXPECT_EQ(stopped.inserted(), register_->Stats().source_records);
  EXPECT_TRUE(std::filesystem::exists(spec.path)) << "the run still needs it";

  NewEngine();
  const ImportRun resumed = Finish(id);
  EXPECT_EQ(resumed.state(), v1::ImportRun::STATE_SUCCEEDED) << resumed.error();
  EXPECT_EQ(resumed.resumed(), 1);
  EXPECT_EQ(Essence(resumed), Essence(whole));
  EXPECT_EQ(register_->Stats().source_records, kRows);
  ExpectVerified();
}

TEST_F(RunEngineTest, TheFileOfARunThatHasEndedGoesAtTheNextStart) {
  StartSpec spec = CardsSpec(Cards(3));
  spec.spooled = true;
  RunToEnd(spec);
  engine_.reset();
  EXPECT_FALSE(std::filesystem::exists(spec.path));
  std::ofstream(spec.path) << "as if the server had been killed just before it removed the file";
  NewEngine();
  EXPECT_FALSE(std::filesystem::exists(spec.path));
}

TEST_F(RunEngineTest, AKeyThatRepeatsIsFoundAcrossAStop) {
  std::string text = Cards(3'000);
  text.resize(text.find("END,"));
  text.append("C1,Twice,Given,,,\nEND,3001\n");
  uint64_t id = 0;
  {
    Gate gate(*register_);
    id = Start(CardsSpec(text));
    gate.WaitUntilHeld();
    std::thread stop([this] { engine_.reset(); });
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    gate.Open();
    stop.join();
  }
  NewEngine();
  const ImportRun run = Finish(id);
  EXPECT_EQ(run.inserted(), 3'000);
  EXPECT_EQ(run.rejected(), 1);
  EXPECT_EQ(run.by_rule().at("key_repeated"), 1);
}

// One write fails, those behind it are already queued and succeed.
TEST_F(RunEngineTest, ALostBatchIsNeverCountedAndNeverSkipped) {
  constexpr int kRows = 6'000;
  const StartSpec spec = CardsSpec(Cards(kRows));
  uint64_t id = 0;
  {
    const auto subscription = register_->Subscribe([this](uint64_t revision) {
      if (revision == 2) {
        store_.FailNextWrites(1, Unavailable("the test said so"));
      }
    });
    id = Start(spec);
    WaitFor(id, [](const ImportRun& run) { return run.state() != v1::ImportRun::STATE_RUNNING; });
  }
  const ImportRun failed = Finish(id);
  EXPECT_EQ(failed.state(), v1::ImportRun::STATE_FAILED);
  EXPECT_THAT(failed.error(), HasSubstr("the test said so"));
  EXPECT_EQ(failed.inserted(), 2'000) << "what came before is counted, what came behind is not";
  EXPECT_EQ(failed.rows_done(), 2'001) << "with the header";
  const auto view = register_->OpenView({});
  ASSERT_TRUE(view.ok());
  for (int row = 0; row < 2'000; ++row) {
    ASSERT_TRUE(register_->GetSource(*view, {.source = "contact", .key = Cat("C", row)}).ok()) << row;
  }
  EXPECT_FALSE(register_->GetSource(*view, {.source = "contact", .key = "C2000"}).ok());
  const uint64_t before = register_->Stats().source_records;
  const ImportRun again = RunToEnd(spec);
  EXPECT_EQ(again.state(), v1::ImportRun::STATE_SUCCEEDED) << again.error();
  EXPECT_EQ(again.unchanged(), before);
  EXPECT_EQ(again.inserted(), kRows - before);
  EXPECT_EQ(register_->Stats().source_records, kRows);
}

TEST_F(RunEngineTest, AFullDiskLeavesTheRunToBeResumed) {
  constexpr int kRows = 4'000;
  StartSpec spec = CardsSpec(Cards(kRows));
  spec.spooled = true;
  uint64_t id = 0;
  {
    const auto subscription = register_->Subscribe([this](uint64_t revision) { store_.SetDiskFull(revision == 1); });
    id = Start(spec);
    while (store_.batches_failed() == 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    engine_.reset();
  }
  EXPECT_TRUE(std::filesystem::exists(spec.path));
  store_.SetDiskFull(false);
  NewEngine();
  const ImportRun run = Finish(id);
  EXPECT_EQ(run.state(), v1::ImportRun::STATE_SUCCEEDED) << run.error();
  EXPECT_EQ(run.inserted(), kRows);
  EXPECT_EQ(run.resumed(), 1);
  EXPECT_EQ(register_->Stats().source_records, kRows);
  ExpectVerified();
}

// All rows are in, and the server ends before it can record the end of the run.
TEST_F(RunEngineTest, ARunCutOffAtItsVeryEndIsOnlyEnded) {
  store_.FailWritesAfter(2, Unavailable("the test said so"));  // the run's record and its only batch
  const uint64_t id = Start(CardsSpec(
      "ID,FORENAMES,SURNAME,BORN,ADDRESS,POSTCODE,NOTES\n1,Ann,Lee,,,,x\n2,Bob,Marsh,,,,y\n1,Eve,Stone,,,,z\nEND,3\n"));
  while (store_.batches_failed() == 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  engine_.reset();
  store_.Heal();
  NewEngine();
  const ImportRun run = Finish(id);
  EXPECT_EQ(run.state(), v1::ImportRun::STATE_SUCCEEDED) << run.error();
  EXPECT_EQ(run.read(), 3);
  EXPECT_EQ(run.inserted(), 2);
  EXPECT_EQ(run.rejected(), 1);
  EXPECT_EQ(run.by_rule().at("column_unused"), 1) << "the file's own warnings count once";
  EXPECT_THAT(Issues(id), SizeIs(2));
}

TEST_F(RunEngineTest, AnotherFileUnderTheSameNameIsNotTakenForTheFirst) {
  constexpr int kRows = 9'000;
  const StartSpec spec = CardsSpec(Cards(kRows));
  const uint64_t id = StartAndStop(spec);
  std::ofstream(spec.path, std::ios::binary) << Cards(kRows - 1);
  NewEngine();
  const ImportRun run = Finish(id);
  EXPECT_EQ(run.state(), v1::ImportRun::STATE_FAILED);
  EXPECT_THAT(run.error(), HasSubstr("not the one"));
  EXPECT_EQ(run.inserted(), register_->Stats().source_records);
}

}  // namespace
}  // namespace wensum::imports
