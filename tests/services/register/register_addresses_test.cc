// Addresses that are matched to no property: one task for all records that say the same, and what a steward answers
// holds from then on.
#include "matching/address/learnt/text_form.h"
#include "services/register/address_questions.h"
#include "services/tasks/task_actions.h"
#include "services/tasks/task_store.h"
#include "storage/address_keys.h"
#include "storage/fault_store.h"
#include "storage/keys.h"
#include "tests/services/register/address_steward.h"
#include "tests/services/register/register_test_util.h"
#include "wensum/storage/v1/log.pb.h"

namespace wensum::registry {
namespace {

using matching::address::Outcome;
using storage::Family;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr auto kIsDismissed = static_cast<uint32_t>(tasks::TaskState::kDismissed);
constexpr auto kIsClosed = static_cast<uint32_t>(tasks::TaskState::kClosed);
constexpr auto kIsOpen = static_cast<uint32_t>(tasks::TaskState::kOpen);
constexpr uint32_t kUsrn = 20900001;
constexpr uint64_t kThree = 20900001003;
constexpr uint64_t kFour = 20900001004;
constexpr std::string_view kCode = "NR1 1DX";
constexpr std::string_view kUnknown = "99 Prince of Wales Road, Norwich";

class RegisterAddressesTest : public ::testing::Test {
 protected:
  RegisterAddressesTest() {
    Reopen();
    CommitRows(MakeStreet(kUsrn, "PRINCE OF WALES ROAD", std::string(kCode), 5));
  }
  void TearDown() override { ExpectVerified(); }

  void Reopen() {
    register_.reset();
    register_ = OpenOrDie(store_.get(), &clock_);
  }
  void CommitRows(std::vector<GazetteerWrite> rows) {
    Mutation mutation;
    mutation.rows = std::move(rows);
    ASSERT_TRUE(register_->Commit(std::move(mutation)).status.ok());
  }
  // Takes a house out of the gazetteer, or puts it back.
  void ChangeHouse(int number, model::ChangeType change) {
    std::vector<GazetteerWrite> rows = MakeStreet(kUsrn, "PRINCE OF WALES ROAD", std::string(kCode), number);
    rows.erase(rows.begin(), rows.end() - 2);
    for (GazetteerWrite& row : rows) {
      row.change = change;
    }
    if (change == model::ChangeType::kDelete) {
      std::swap(rows[0], rows[1]);
    }
    CommitRows(std::move(rows));
  }
  static SourceWrite At(std::string key, std::string address, std::string_view postcode = kCode,
                        std::string source = "housing") {
    return MakeWrite(std::move(source), std::move(key), "Ann", "Lee", "1970-01-02", std::move(address), postcode);
  }
  SourceResult Put(SourceWrite write) { return CommitOne(*register_, std::move(write)); }
  void ExpectVerified() {
    const auto report = register_->Verify();
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_THAT(report->details, IsEmpty());
  }
  std::vector<tasks::Task> Tasks() {
    std::vector<tasks::Task> all;
    for (uint64_t number = 1; number <= *tasks::NewestNumber(*store_, 1); ++number) {
      tasks::Task task = *tasks::ReadTask(*store_, 1, number);
      if (task.kind() == static_cast<uint32_t>(tasks::TaskKind::kUnresolvedAddress)) {
        all.push_back(std::move(task));
      }
    }
    return all;
  }
  std::vector<uint64_t> Askers(const tasks::Task& task) {
    return *ListAskers(*store_, 1, HashOfCause(task.cause()), 0, 100);
  }
  matching::ResolvedAddress MatchOf(uint64_t ordinal) {
    const auto view = register_->OpenView({});
    const auto record = register_->GetSourceByOrdinal(*view, ordinal);
    EXPECT_TRUE(record.ok()) << record.status();
    const auto& stored = record->stored.resolved_addresses(0);
    return {.uprn = stored.uprn(), .outcome = static_cast<uint8_t>(stored.outcome())};
  }
  void Dismiss(uint64_t number) {
    Mutation mutation;
    mutation.plan = [&](const PlanView& view) -> absl::StatusOr<Planned> {
      Planned planned;
      planned.has_revision = true;
      tasks::TaskWriter writer(view.reader, 1, rules_);
      WENSUM_ASSIGN_OR_RETURN(tasks::Edit* const edit, writer.Touch(number));
      WENSUM_RETURN_IF_ERROR(tasks::Dismiss({.name = "ann", .caller = "", .now = view.time}, "accepted_as_it_is", "",
                                            edit->after.evidence(), *edit));
      WENSUM_RETURN_IF_ERROR(writer.Finish({.revision = view.revision, .time = view.time}, planned.writes).status());
      return planned;
    };
    ASSERT_TRUE(register_->Commit(std::move(mutation)).status.ok());
  }

  const std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  ManualClock clock_{kStartTime};
  const tasks::TaskRules rules_;
  std::unique_ptr<Register> register_;
};

TEST_F(RegisterAddressesTest, OneTaskForAllRecordsThatSayTheSameUntilTheLastIsGone) {
  const uint64_t first = Put(At("H1", std::string(kUnknown))).ordinal;
  const uint64_t second = Put(At("H2", "99, PRINCE OF WALES RD  Norwich NR1 1DX", "")).ordinal;
  const uint64_t third = Put(At("H3", "99 prince of wales road;norwich")).ordinal;
  ASSERT_THAT(Tasks(), SizeIs(1));
  const tasks::Task task = Tasks().front();
  EXPECT_EQ(task.state(), kIsOpen);
  EXPECT_EQ(task.team(), "gazetteer");
  EXPECT_EQ(task.facts().unresolved_address().ordinal(), first);
  EXPECT_EQ(task.facts().unresolved_address().text(), kUnknown);
  EXPECT_THAT(Askers(task), ElementsAre(first, second, third));
  EXPECT_EQ(task.cause().find("PRINCE"), std::string::npos) << "an address may be personal";
  ExpectVerified();

  Put(MakeErase("housing", "H1"));
  ASSERT_THAT(Tasks(), SizeIs(1));
  EXPECT_EQ(Tasks().front().facts().unresolved_address().ordinal(), second) << "who asks first now";
  EXPECT_EQ(Tasks().front().state(), kIsOpen);
  ExpectVerified();
  Put(At("H2", "3 Prince of Wales Road, Norwich"));
  EXPECT_EQ(Tasks().front().state(), kIsOpen);
  Put(MakeErase("housing", "H3"));
  EXPECT_EQ(Tasks().front().state(), kIsClosed);
  EXPECT_EQ(Tasks().front().close_revision(), register_->revision());
  ExpectVerified();
  Put(At("H3", std::string(kUnknown)));
  ASSERT_THAT(Tasks(), SizeIs(1)) << "the question is back, with its history";
  EXPECT_EQ(Tasks().front().state(), kIsOpen);
}

TEST_F(RegisterAddressesTest, OnlyWhatAStewardCanMendIsATask) {
  Put(At("H1", "3 Prince of Wales Road, Norwich"));
  Put(At("H2", "7 Rue de la Gare, Glasgow", "G1 1AA"));
  Put(At("H3", " - "));
  Put(MakeWrite("housing", "H4", "Ben", "Cole"));
  SourceWrite given = At("H5", std::string(kUnknown));
  given.record.details.addresses[0].source_uprn = *model::Uprn::Create(kThree);
  Put(std::move(given));
  SourceWrite garage = At("G1", std::string(kUnknown));
  garage.record.details.name = {};
  garage.record.details.date_of_birth = {};
  garage.record.kind = model::RecordKind::kProperty;
  Put(std::move(garage));
  EXPECT_THAT(Tasks(), IsEmpty());

  SourceWrite shop = At("O1", std::string(kUnknown));
  shop.record.details.name = {};
  shop.record.details.date_of_birth = {};
  shop.record.kind = model::RecordKind::kOrganisation;
  shop.record.details.organisation_name = "Lee and Sons";
  Put(std::move(shop));
  EXPECT_THAT(Tasks(), SizeIs(1));
}

TEST_F(RegisterAddressesTest, AChangeToTheGazetteerClosesTheTaskAndOpensItAgain) {
  const uint64_t ordinal = Put(At("H1", "6 Prince of Wales Road, Norwich")).ordinal;
  ASSERT_THAT(Tasks(), SizeIs(1));
  ChangeHouse(6, model::ChangeType::kInsert);
  EXPECT_EQ(MatchOf(ordinal).uprn, 20900001006);
  EXPECT_EQ(Tasks().front().state(), kIsClosed);
  ExpectVerified();
  ChangeHouse(6, model::ChangeType::kDelete);
  EXPECT_EQ(Tasks().front().state(), kIsOpen);
}

TEST_F(RegisterAddressesTest, ADismissedTaskStaysDismissedUntilThereAreOtherCandidates) {
  Put(At("H1", "6 Prince of Wales Road, Norwich"));
  Dismiss(1);
  const auto expect_dismissed = [&](const char* why) {
    ASSERT_THAT(Tasks(), SizeIs(1)) << why;
    EXPECT_EQ(Tasks().front().state(), kIsDismissed) << why;
    ExpectVerified();
  };
  Put(At("H2", "6 PRINCE OF WALES RD, NORWICH"));
  expect_dismissed("another record");
  Reopen();
  expect_dismissed("restart");
  Put(MakeErase("housing", "H1"));
  Put(MakeErase("housing", "H2"));
  expect_dismissed("deletion");
  Put(At("H1", "6 Prince of Wales Road, Norwich"));
  expect_dismissed("return");
  CommitRows(MakeStreet(20900009, "QUITE ANOTHER LANE", "NR2 2AA", 3));
  expect_dismissed("a change elsewhere");
  std::vector<GazetteerWrite> rows = MakeStreet(kUsrn, "PRINCE OF WALES ROAD", std::string(kCode), 6);
  rows.erase(rows.begin(), rows.end() - 2);
  std::get<model::Lpi>(rows[1].row).pao.start_suffix = "A";
  CommitRows(std::move(rows));
  ASSERT_THAT(Tasks(), SizeIs(1));
  EXPECT_EQ(Tasks().front().state(), kIsOpen) << "there is 6A now";
  EXPECT_THAT(tasks::ReadEvents(*store_, 1, 1, 100)->back().text(), HasSubstr("evidence has changed"));
}

TEST_F(RegisterAddressesTest, OldDataGetsItsTasksAtTheFirstStart) {
  Put(At("H1", std::string(kUnknown)));
  Put(At("H2", "99 PRINCE OF WALES RD NORWICH"));
  Put(At("H3", "98 Prince of Wales Road, Norwich"));
  register_.reset();
  storage::v1::Meta meta;
  ASSERT_TRUE(meta.ParseFromString(**store_->Get(Family::kMeta, storage::MetaKey())));
  EXPECT_EQ(meta.tasks(), 3U);
  meta.set_tasks(1);
  storage::WriteBatch batch;
  batch.Put(Family::kMeta, storage::MetaKey(), meta.SerializeAsString());
  const auto clear = [&](Family family, const std::string& prefix) {
    const auto it = store_->NewIterator(family, storage::PrefixRange(prefix));
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      batch.Delete(family, std::string(it->key()));
    }
  };
  clear(Family::kTask, storage::RegisterPrefix(1));
  clear(Family::kCrosswalk, storage::UnresolvedAddressesPrefix(1));
  ASSERT_TRUE(store_->Write(batch, storage::Durability::kSync).ok());

  std::vector<std::string> told;
  RegisterOptions options;
  {
    storage::FaultStore failing(store_.get());
    failing.FailNextWrites(1, Unavailable("the test said so"));
    options.rules = *ParseRegisterRules(kTestRules);
    EXPECT_FALSE(Register::Open(&failing, &clock_, options).ok());
    EXPECT_THAT(Tasks(), IsEmpty()) << "all of a commit or nothing; the next start does it";
  }
  options.rules = *ParseRegisterRules(kTestRules);
  options.on_upgrade = [&told](std::string_view what) { told.emplace_back(what); };
  register_ = *Register::Open(store_.get(), &clock_, options);
  EXPECT_THAT(told, ::testing::Contains(HasSubstr("3 source records have one that is matched to no property")));
  EXPECT_THAT(Tasks(), SizeIs(2));
  const uint64_t revision = register_->revision();
  register_.reset();
  register_ = *Register::Open(store_.get(), &clock_, options);
  EXPECT_EQ(register_->revision(), revision) << "once is enough";
}

TEST_F(RegisterAddressesTest, VerifyFindsWhatDoesNotFit) {
  Put(At("H1", std::string(kUnknown)));
  const auto details_with = [&](const std::function<void(storage::WriteBatch&)>& damage) {
    storage::WriteBatch undo;
    std::vector<std::string> details;
    storage::WriteBatch batch;
    damage(batch);
    EXPECT_TRUE(store_->Write(batch, storage::Durability::kSync).ok());
    details = register_->Verify()->details;
    return details;
  };
  const std::string hash = HashOfCause(Tasks().front().cause());
  EXPECT_THAT(details_with([&](auto& b) { b.Delete(Family::kCrosswalk, storage::UnresolvedAddressKey(1, hash, 1)); }),
              ElementsAre(HasSubstr("is not listed under its unresolved address")));
  EXPECT_THAT(details_with([&](auto& b) {
                b.Put(Family::kCrosswalk, storage::UnresolvedAddressKey(1, hash, 1), "");
                b.Put(Family::kCrosswalk, storage::UnresolvedAddressKey(1, hash, 7), "");
              }),
              ElementsAre(HasSubstr("source record 7 is listed under an unresolved address")));
  tasks::Task task = Tasks().front();
  const std::string value = task.SerializeAsString();
  task.mutable_facts()->mutable_unresolved_address()->set_text("98");
  EXPECT_THAT(details_with([&](auto& b) {
                b.Delete(Family::kCrosswalk, storage::UnresolvedAddressKey(1, hash, 7));
                b.Put(Family::kTask, storage::TaskKey(1, 1), task.SerializeAsString());
              }),
              ElementsAre(HasSubstr("tasks/1 says something else than the address of source record 1")));
  const uint64_t number = Learn(*register_, "Nowhere at all", "", 0).number;
  EXPECT_THAT(details_with([&](auto& b) {
                b.Put(Family::kTask, storage::TaskKey(1, 1), value);
                b.Put(Family::kDecision, storage::LearntInForceKey(1, hash, ""), EncodeOrdinal(number));
              }),
              ElementsAre(HasSubstr("learntAddresses/1 is listed as in force and should not be")));
  details_with([&](auto& b) { b.Delete(Family::kDecision, storage::LearntInForceKey(1, hash, "")); });
}

TEST_F(RegisterAddressesTest, WhatAStewardAnswersHoldsForEveryWritingAndEveryRecordToCome) {
  const uint64_t first = Put(At("H1", std::string(kUnknown))).ordinal;
  const uint64_t second = Put(At("H2", "99 PRINCE OF WALES RD NORWICH")).ordinal;
  const Learnt learnt = Learn(*register_, std::string(kUnknown), std::string(kCode), kThree, "", 1);
  ASSERT_TRUE(learnt.result.status.ok()) << learnt.result.status;
  EXPECT_EQ(learnt.effect.records, 2U);
  EXPECT_EQ(learnt.effect.moved, 2U);
  EXPECT_EQ(MatchOf(first).uprn, kThree);
  EXPECT_EQ(MatchOf(second).uprn, kThree);
  EXPECT_EQ(Tasks().front().state(), kIsClosed);
  const auto events = *tasks::ReadEvents(*store_, 1, 1, 100);
  ASSERT_THAT(events, SizeIs(3));
  EXPECT_EQ(events[1].type(), static_cast<uint32_t>(tasks::EventType::kLearnt));
  EXPECT_EQ(events[1].actor(), "ann");
  EXPECT_EQ(events[1].learnt(), learnt.number);
  EXPECT_EQ(events[2].type(), static_cast<uint32_t>(tasks::EventType::kClosed));
  ExpectVerified();

  const auto expect_third = [&](const char* why) {
    EXPECT_EQ(MatchOf(Put(At("H3", "99 Prince of Wales Rd Norwich, NR1 1DX", "")).ordinal).uprn, kThree) << why;
    Put(MakeErase("housing", "H3"));
    ExpectVerified();
  };
  expect_third("at once");
  Reopen();
  expect_third("restart");
  const matching::address::Query asked = {.text = "99 PRINCE OF WALES RD, NORWICH", .postcode = std::string(kCode)};
  const matching::address::Match match = register_->MatchAddress(asked, {}, "");
  EXPECT_EQ(match.uprn, kThree);
  EXPECT_EQ(match.learnt, learnt.number);
  EXPECT_THAT(match.reason, HasSubstr("learntAddresses/1"));
  ASSERT_THAT(match.candidates, SizeIs(1));
  EXPECT_NE(match.candidates[0].contradictions, 0) << "the text still speaks of 99";

  const Learnt retracted = Retract(*register_, learnt.number);
  EXPECT_EQ(retracted.effect.moved, 2U);
  EXPECT_EQ(MatchOf(first).uprn, 0U);
  EXPECT_EQ(Tasks().front().state(), kIsOpen) << "the question is back";
  EXPECT_EQ(register_->MatchAddress(asked, {}, "").learnt, 0U);
  ExpectVerified();
  Reopen();
  EXPECT_EQ(register_->MatchAddress(asked, {}, "").learnt, 0U);
}

TEST_F(RegisterAddressesTest, WhatIsLearntOfOneSourceHoldsForThatAloneAndCountsFirst) {
  const uint64_t housing = Put(At("H1", std::string(kUnknown))).ordinal;
  const uint64_t tax = Put(At("T1", std::string(kUnknown), kCode, "council_tax")).ordinal;
  const Learnt own = Learn(*register_, std::string(kUnknown), std::string(kCode), kThree, "housing", 1);
  EXPECT_EQ(own.effect.records, 1U);
  EXPECT_EQ(own.effect.moved, 1U);
  EXPECT_EQ(MatchOf(housing).uprn, kThree);
  EXPECT_EQ(MatchOf(tax).uprn, 0U);
  EXPECT_EQ(Tasks().front().state(), kIsOpen) << "council tax still asks";
  EXPECT_EQ(Tasks().front().facts().unresolved_address().ordinal(), tax);
  ExpectVerified();
  const Learnt all = Learn(*register_, std::string(kUnknown), std::string(kCode), kFour);
  EXPECT_EQ(all.effect.records, 2U);
  EXPECT_EQ(all.effect.moved, 1U);
  EXPECT_EQ(MatchOf(housing).uprn, kThree);
  EXPECT_EQ(MatchOf(tax).uprn, kFour);
  EXPECT_EQ(Tasks().front().state(), kIsClosed);
  const matching::address::Query asked = {.text = std::string(kUnknown), .postcode = std::string(kCode)};
  EXPECT_EQ(register_->MatchAddress(asked, {}, "housing").uprn, kThree);
  EXPECT_EQ(register_->MatchAddress(asked, {}, "").uprn, kFour);
  ExpectVerified();
  Retract(*register_, own.number);
  EXPECT_EQ(MatchOf(housing).uprn, kFour);
}

TEST_F(RegisterAddressesTest, AnAddressOfNoPropertyOfOursIsAskedNoMore) {
  const uint64_t ordinal = Put(At("H1", std::string(kUnknown))).ordinal;
  Learn(*register_, std::string(kUnknown), std::string(kCode), 0, "", 1);
  EXPECT_EQ(MatchOf(ordinal).outcome, static_cast<uint8_t>(Outcome::kOutOfArea));
  EXPECT_EQ(Tasks().front().state(), kIsClosed);
  EXPECT_EQ(register_->MatchAddress({.text = std::string(kUnknown), .postcode = std::string(kCode)}, {}, "").outcome,
            Outcome::kOutOfArea);
}

TEST_F(RegisterAddressesTest, AWrongMatchIsMendedAndGivenBack) {
  const uint64_t ordinal = Put(At("H1", "3 Prince of Wales Road, Norwich")).ordinal;
  SourceWrite given = At("H2", "3 Prince of Wales Road, Norwich");
  given.record.details.addresses[0].source_uprn = *model::Uprn::Create(kThree);
  const uint64_t sure = Put(std::move(given)).ordinal;
  const Learnt learnt = Learn(*register_, "3 PRINCE OF WALES ROAD NORWICH", std::string(kCode), kFour);
  EXPECT_EQ(learnt.effect.records, 2U);
  EXPECT_EQ(learnt.effect.moved, 1U);
  EXPECT_EQ(MatchOf(ordinal).uprn, kFour);
  EXPECT_EQ(MatchOf(sure).uprn, kThree) << "the source itself says so";
  ExpectVerified();
  Retract(*register_, learnt.number);
  EXPECT_EQ(MatchOf(ordinal).uprn, kThree);
}

TEST_F(RegisterAddressesTest, APropertyThatLeavesTheGazetteerTakesItsAnswersOutOfUse) {
  const uint64_t ordinal = Put(At("H1", std::string(kUnknown))).ordinal;
  Learn(*register_, std::string(kUnknown), std::string(kCode), 20900001005, "", 1);
  EXPECT_EQ(MatchOf(ordinal).uprn, 20900001005);
  ChangeHouse(5, model::ChangeType::kDelete);
  EXPECT_EQ(MatchOf(ordinal).uprn, 0U);
  EXPECT_EQ(Tasks().front().state(), kIsOpen);
  ExpectVerified();
  Reopen();
  ChangeHouse(5, model::ChangeType::kInsert);
  EXPECT_EQ(MatchOf(ordinal).uprn, 20900001005);
  EXPECT_EQ(Tasks().front().state(), kIsClosed);
  ExpectVerified();
  std::vector<GazetteerWrite> past = MakeStreet(kUsrn, "PRINCE OF WALES ROAD", std::string(kCode), 5);
  past.erase(past.begin(), past.end() - 2);
  std::get<model::Blpu>(past[0].row).logical_status = 8;
  std::get<model::Lpi>(past[1].row).logical_status = 8;
  for (GazetteerWrite& row : past) row.change = model::ChangeType::kUpdate;
  CommitRows(std::move(past));
  const matching::address::Query asked = {.text = std::string(kUnknown), .postcode = std::string(kCode)};
  EXPECT_EQ(MatchOf(ordinal).uprn, 20900001005);
  EXPECT_TRUE(register_->MatchAddress(asked, {}, "").historical);
  EXPECT_EQ(register_->MatchAddress(asked, {.allow_historical = false}, "").outcome, Outcome::kNone);
}

}  // namespace
}  // namespace wensum::registry
