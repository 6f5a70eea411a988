// How sure matches of addresses are, learnt from a register's own gazetteer and its stewards, and put in force.
#include <atomic>
#include <limits>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "services/register/address_calibration.h"
#include "services/register/meta_record.h"
#include "services/register/model_work.h"
#include "services/tasks/task_store.h"
#include "storage/address_keys.h"
#include "storage/fault_store.h"
#include "tests/services/register/address_steward.h"
#include "tests/services/register/register_test_util.h"

namespace wensum::registry {
namespace {

using matching::address::Outcome;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr uint32_t kUsrn = 20900001;
constexpr int kHouses = 40;
constexpr double kUnreachable = 1'000;  // no match is as strong

class AddressFitTest : public ::testing::Test {
 protected:
  AddressFitTest() { Reopen(); }

  void Reopen() {
    register_.reset();
    register_ = OpenOrDie(&store_, &clock_);
  }

  static std::string StreetName(size_t i) {
    constexpr std::string_view kFirst[] = {"PRINCE", "MAGDALEN", "THORPE", "UNTHANK", "DEREHAM", "EARLHAM", "GERTRUDE"};
    constexpr std::string_view kSecond[] = {"ROAD", "STREET", "LANE", "AVENUE", "CLOSE"};
    return Cat(kFirst[i % 7], " ", kSecond[i / 7 % 5]);
  }

  // Up to 35 streets of forty houses each.
  void BuildTown(size_t streets) {
    for (size_t i = 0; i < streets; ++i) {
      const std::string postcode = Cat("NR", 1 + i % 9, " ", 1 + i / 9 % 9, "D", std::string(1, "ABDEFGHJ"[i / 7 % 8]));
      Mutation mutation;
      mutation.rows = MakeStreet(kUsrn + static_cast<uint32_t>(i), StreetName(i), postcode, kHouses);
      ASSERT_TRUE(register_->Commit(std::move(mutation)).status.ok());
    }
  }

  void AddPerson(const std::string& key, const std::string& address, const std::string& postcode = "") {
    SourceWrite write = MakeWrite("housing", key, "Ann", Cat("Smith", key));
    write.record.details.addresses.clear();
    model::PersonAddress added;
    added.text = address;
    if (!postcode.empty()) {
      added.postcode = *model::Postcode::Parse(postcode);
    }
    write.record.details.addresses.push_back(added);
    ASSERT_TRUE(CommitOne(*register_, std::move(write)).status.ok());
  }

  Outcome OutcomeOf(const std::string& key) {
    const auto view = register_->OpenView({});
    const auto record = register_->GetSource(*view, {.source = "housing", .key = key, .incarnation = 0});
    return static_cast<Outcome>(record->stored.resolved_addresses(0).outcome());
  }

  absl::StatusOr<AddressFit> Calibrate(AddressFitRequest request = {.precision = 0.99, .rows = 6'000}) {
    return register_->model_work()->CalibrateAddresses(request, {});
  }
  static storage::v1::AddressCalibration Wanting(double strength) {
    storage::v1::AddressCalibration calibration;
    calibration.set_format(kAddressCalibrationFormat);
    calibration.set_address_rules(kAddressRules);
    calibration.set_least_strength(strength);
    return calibration;
  }

  void ExpectVerified() {
    const auto report = register_->Verify();
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_THAT(report->details, IsEmpty());
  }

  std::unique_ptr<storage::Store> base_ = storage::NewMemoryStore();
  storage::FaultStore store_{base_.get()};
  ManualClock clock_{kStartTime};
  std::unique_ptr<Register> register_;
};

TEST_F(AddressFitTest, LearnsFromTheGazetteerAndHoldsOverARestart) {
  BuildTown(30);
  EXPECT_EQ(register_->address_calibration(), nullptr);
  const auto fit = Calibrate();
  ASSERT_TRUE(fit.ok()) << fit.status();
  EXPECT_EQ(fit->calibration.number(), 1U);
  EXPECT_EQ(fit->calibration.properties(), 30U * kHouses);
  EXPECT_EQ(fit->calibration.all_properties(), 30U * kHouses);
  EXPECT_EQ(fit->calibration.rows(), 7'500U);  // those of the check too
  EXPECT_THAT(fit->calibration.steps(), Not(IsEmpty()));
  EXPECT_THAT(fit->calibration.bins(), Not(IsEmpty()));
  ASSERT_THAT(fit->calibration.cuts(), SizeIs(matching::address::kCutPrecisions.size()));
  EXPECT_EQ(fit->calibration.cuts(3).precision(), 0.99);
  EXPECT_EQ(fit->calibration.cuts(3).strength(), fit->calibration.least_strength());

  const auto in_force = register_->address_calibration();
  ASSERT_NE(in_force, nullptr);
  EXPECT_EQ(in_force->row.SerializeAsString(), fit->calibration.SerializeAsString());
  const double surest = fit->calibration.steps().rbegin()->strength();
  EXPECT_EQ(ProbabilityOfMatch(in_force.get(), surest), fit->calibration.steps().rbegin()->probability());
  EXPECT_EQ(LeastStrengthFor(in_force.get(), 0.985), fit->calibration.least_strength());

  Reopen();
  ASSERT_NE(register_->address_calibration(), nullptr);
  EXPECT_EQ(register_->address_calibration()->row.SerializeAsString(), fit->calibration.SerializeAsString());
  ExpectVerified();
}

TEST_F(AddressFitTest, TheSameGazetteerTeachesTheSame) {
  BuildTown(30);
  const auto one = Calibrate({.precision = 0.99, .rows = 6'000, .validate_only = true});
  const auto other = Calibrate({.precision = 0.99, .rows = 6'000, .validate_only = true});
  ASSERT_TRUE(one.ok() && other.ok());
  EXPECT_EQ(one->calibration.SerializeAsString(), other->calibration.SerializeAsString());
  EXPECT_EQ(register_->address_calibration(), nullptr);
  EXPECT_EQ(*NewestAddressCalibration(store_, 1), 0U);
}

TEST_F(AddressFitTest, MatchesThatAreNotSureEnoughBecomeQuestionsAndComeBack) {
  BuildTown(1);
  AddPerson("1", "7 Prince Road, Norwich", "NR1 1DA");
  AddPerson("2", "99 Prince Road, Norwich", "NR1 1DA");
  ASSERT_EQ(OutcomeOf("1"), Outcome::kMatched);
  const uint64_t before = register_->revision();

  auto fit = Calibrate({.given = Wanting(kUnreachable)});
  ASSERT_TRUE(fit.ok()) << fit.status();
  EXPECT_EQ(fit->records, 1U);
  EXPECT_EQ(fit->unmatched, 1U);
  EXPECT_EQ(fit->calibration.revision(), before + 1);
  EXPECT_EQ(OutcomeOf("1"), Outcome::kAmbiguous);
  const auto tasks = tasks::ListCauses(store_, 1, tasks::TaskKind::kUnresolvedAddress);
  EXPECT_THAT(*tasks, SizeIs(2));
  const matching::address::Match match =
      register_->MatchAddress({.text = "7 Prince Road, Norwich", .postcode = "NR1 1DA"}, {}, "");
  EXPECT_EQ(match.outcome, Outcome::kAmbiguous);
  EXPECT_EQ(match.uprn, 0U);
  EXPECT_THAT(match.reason, HasSubstr("not right as often as is wanted"));
  ASSERT_THAT(match.candidates, Not(IsEmpty()));
  EXPECT_EQ(match.candidates[0].uprn, uint64_t{kUsrn} * 1000 + 7);
  // Who asks for less gets more.
  EXPECT_EQ(register_
                ->MatchAddress({.text = "7 Prince Road, Norwich", .postcode = "NR1 1DA"},
                               {.least_strength = -std::numeric_limits<double>::infinity()}, "")
                .outcome,
            Outcome::kMatched);
  ExpectVerified();

  Reopen();
  EXPECT_EQ(OutcomeOf("1"), Outcome::kAmbiguous);
  AddPerson("3", "8 Prince Road, Norwich", "NR1 1DA");
  EXPECT_EQ(OutcomeOf("3"), Outcome::kAmbiguous);
  ExpectVerified();

  fit = Calibrate({.given = Wanting(0)});
  EXPECT_EQ(fit->matched, 2U);
  EXPECT_EQ(fit->calibration.number(), 2U);
  EXPECT_EQ(OutcomeOf("1"), Outcome::kMatched);
  EXPECT_EQ(OutcomeOf("3"), Outcome::kMatched);
  EXPECT_THAT(*tasks::ListCauses(store_, 1, tasks::TaskKind::kUnresolvedAddress), SizeIs(1));
  ExpectVerified();
}

TEST_F(AddressFitTest, AUprnOfTheSourceAndWhatIsLearntNeedNoStrength) {
  BuildTown(1);
  ASSERT_TRUE(Calibrate({.given = Wanting(kUnreachable)}).ok());
  AddPerson("1", "7 Prince Road, Norwich", "NR1 1DA");
  EXPECT_EQ(OutcomeOf("1"), Outcome::kAmbiguous);
  const Learnt learnt = Learn(*register_, "7 Prince Road, Norwich", "NR1 1DA", uint64_t{kUsrn} * 1000 + 7);
  ASSERT_TRUE(learnt.result.status.ok()) << learnt.result.status;
  EXPECT_EQ(learnt.effect.moved, 1U);
  EXPECT_EQ(OutcomeOf("1"), Outcome::kMatched);
  ExpectVerified();
}

TEST_F(AddressFitTest, WhatStewardsContradictCountsAgainstMatches) {
  BuildTown(30);
  // House 7 is known by the address of house 9: the matcher is wrong about it, and very sure.
  for (size_t street = 0; street < 30; ++street) {
    const Learnt learnt =
        Learn(*register_, Cat("9 ", StreetName(street), ", Norwich"), "", (uint64_t{kUsrn} + street) * 1000 + 7);
    ASSERT_TRUE(learnt.result.status.ok()) << learnt.result.status;
  }
  const auto told = Calibrate({.precision = 0.9, .rows = 6'000, .validate_only = true});
  ASSERT_TRUE(told.ok()) << told.status();
  EXPECT_GT(told->calibration.labels(), 20U);
  for (uint64_t number = 1; number <= 30; ++number) {
    ASSERT_TRUE(Retract(*register_, number).result.status.ok());
  }
  const auto untold = Calibrate({.precision = 0.9, .rows = 6'000, .validate_only = true});
  EXPECT_EQ(untold->calibration.labels(), 0U);
  EXPECT_LT(told->calibration.steps().rbegin()->probability(), untold->calibration.steps().rbegin()->probability());
}

TEST_F(AddressFitTest, RefusesWhatItCannotLearnFrom) {
  BuildTown(2);
  const absl::Status small = Calibrate().status();
  EXPECT_EQ(small.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(small.message()), HasSubstr("80 properties with an address"));
  EXPECT_EQ(register_->address_calibration(), nullptr);
}

TEST_F(AddressFitTest, ItCanBeCancelledUntilTheSwitch) {
  BuildTown(1);
  AddPerson("1", "7 Prince Road, Norwich", "NR1 1DA");
  for (const std::string_view last : {"match records", "switch"}) {
    std::string phase;
    const WorkHooks hooks{
        .on_progress = [&phase](std::string_view entered, uint64_t, uint64_t) { phase = std::string(entered); },
        .cancelled = [&] { return phase == last; }};
    const auto fit = register_->model_work()->CalibrateAddresses({.given = Wanting(kUnreachable)}, hooks);
    EXPECT_EQ(fit.status().code(), absl::StatusCode::kCancelled);
    EXPECT_EQ(phase, last);
  }
  EXPECT_EQ(register_->address_calibration(), nullptr);
  EXPECT_EQ(OutcomeOf("1"), Outcome::kMatched);
  EXPECT_TRUE(Calibrate({.given = Wanting(0)}).ok());  // nothing is left of the others
}

TEST_F(AddressFitTest, AFailedWriteLeavesTheFormerInForce) {
  BuildTown(1);
  AddPerson("1", "7 Prince Road, Norwich", "NR1 1DA");
  store_.FailNextWrites(1, Unavailable("the test said so"));
  EXPECT_FALSE(Calibrate({.given = Wanting(kUnreachable)}).ok());
  store_.Heal();
  AddPerson("2", "8 Prince Road, Norwich", "NR1 1DA");
  EXPECT_EQ(register_->address_calibration(), nullptr);
  EXPECT_EQ(OutcomeOf("1"), Outcome::kMatched);
  EXPECT_EQ(OutcomeOf("2"), Outcome::kMatched);
  ExpectVerified();
}

// Whatever is written meanwhile, nothing keeps a match of the former calibration.
TEST_F(AddressFitTest, WritesGoOnWhileItComesIntoForce) {
  BuildTown(2);
  std::atomic<bool> stop = false;
  std::atomic<int> written = 0;
  std::thread writer([&] {
    for (int i = 0; !stop; ++i) {
      if (i % 10 == 9) {  // the gazetteer moves too
        Mutation mutation;
        mutation.rows = MakeStreet(kUsrn, i % 20 == 9 ? "PRINCES ROAD" : "PRINCE ROAD", "NR1 1DA", 1);
        mutation.rows.erase(mutation.rows.begin() + 2, mutation.rows.end());
        mutation.rows.erase(mutation.rows.begin());
        mutation.rows[0].change = model::ChangeType::kUpdate;
        register_->Commit(std::move(mutation));
      }
      AddPerson(Cat(i % 50), Cat(1 + i % kHouses, i % 3 == 0 ? " Prince Road" : " Magdalen Road", ", Norwich"));
      ++written;
    }
  });
  while (written < 30) {
    std::this_thread::yield();
  }
  for (int round = 0; round < 10; ++round) {
    constexpr double kStrengths[] = {kUnreachable, 0, 6, 12, 3};
    const auto fit = Calibrate({.given = Wanting(kStrengths[round % 5])});
    EXPECT_TRUE(fit.ok()) << fit.status();
  }
  stop = true;
  writer.join();
  ExpectVerified();
}

// Strengths of other rules mean something else: what an earlier version fitted is out of force.
TEST_F(AddressFitTest, ACalibrationOfOtherRulesIsNotInForce) {
  BuildTown(1);
  AddPerson("1", "7 Prince Road, Norwich", "NR1 1DA");
  storage::v1::AddressCalibration other = Wanting(kUnreachable);
  other.set_number(4);
  other.set_address_rules(kAddressRules - 1);
  register_.reset();
  storage::WriteBatch batch;
  batch.Put(storage::Family::kDecision, storage::AddressCalibrationKey(1, 4), other.SerializeAsString());
  ASSERT_TRUE(store_.Write(batch, storage::Durability::kSync).ok());
  Reopen();
  EXPECT_EQ(register_->address_calibration(), nullptr);
  ExpectVerified();
  const auto fit = Calibrate({.given = Wanting(3)});
  ASSERT_TRUE(fit.ok()) << fit.status();
  EXPECT_EQ(fit->calibration.number(), 5U);
}

TEST_F(AddressFitTest, AnUnreadableCalibrationStopsTheStart) {
  storage::v1::AddressCalibration bad = Wanting(3);
  bad.set_number(1);
  for (const double strength : {2.0, 1.0}) {
    bad.add_steps()->set_strength(strength);
  }
  EXPECT_EQ(DecodeAddressCalibration(bad).status().code(), absl::StatusCode::kDataLoss);
  bad.clear_steps();
  bad.set_format(kAddressCalibrationFormat + 1);
  const absl::Status newer = DecodeAddressCalibration(bad).status();
  EXPECT_EQ(newer.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(newer.message()), HasSubstr("newer version"));
}

}  // namespace
}  // namespace wensum::registry
