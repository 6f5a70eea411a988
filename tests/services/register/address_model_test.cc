// Random records, gazetteers, failures, restarts, stewards and calibrations: what is learnt holds for every record that
// says so, whatever came first, matches are as sure as is wanted, and every open question has its task.
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "matching/address/learnt/text_form.h"
#include "services/register/address_questions.h"
#include "services/register/codec.h"
#include "services/register/meta_record.h"
#include "services/register/model_work.h"
#include "services/tasks/task_store.h"
#include "storage/fault_store.h"
#include "tests/services/register/address_steward.h"
#include "tests/services/register/random_register_input.h"
#include "tests/services/register/register_test_util.h"
#include "tests/support/seed.h"

namespace wensum::registry {
namespace {

using matching::address::TextForm;

class AddressModel {
 public:
  AddressModel(uint64_t seed, bool faults)
      : input_(seed),
        faults_(faults),
        base_(storage::NewMemoryStore()),
        store_(base_.get()),
        clock_(kStartTime),
        register_(OpenOrDie(&store_, &clock_)) {}

  void Step() {
    clock_.Advance(input_.Below(3) * 1'000);
    if (faults_ && input_.Chance(0.15)) {
      store_.FailNextWrites(1, Unavailable("the test said so"));
    }
    const int dice = input_.Below(20);
    if (dice == 0) {
      Reopen();
    } else if (dice < 5) {
      LearnSomething();
    } else if (dice < 7) {
      RetractSomething();
    } else if (dice == 7) {
      CalibrateSomehow();
    } else {
      CommitSomething();
    }
    store_.Heal();
    if (input_.Chance(0.2)) {
      Check();
    }
  }

  void Check() {
    // After a failed write the indexes are loaded anew by the next one.
    Mutation nothing;
    nothing.plan = [](const PlanView&) { return absl::StatusOr<Planned>(Planned()); };
    ASSERT_TRUE(register_->Commit(std::move(nothing)).status.ok());
    CheckMatches();
    const auto report = register_->Verify();
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(report->differences, 0) << ::testing::PrintToString(report->details);
  }

  [[nodiscard]] uint64_t learnt() const { return learnt_; }
  [[nodiscard]] uint64_t moved() const { return moved_; }
  [[nodiscard]] uint64_t recalibrated() const { return recalibrated_; }
  [[nodiscard]] uint64_t asked() const { return asked_; }
  [[nodiscard]] uint64_t applied() const { return applied_; }

 private:
  void Reopen() {
    store_.Heal();
    register_.reset();
    register_ = OpenOrDie(&store_, &clock_);
  }

  std::string RandomSource() {
    constexpr std::string_view kSources[] = {"", "housing", "contact"};
    return std::string(kSources[input_.Below(std::size(kSources))]);
  }

  // An address of a small world, half of the time one of no house there is.
  model::PersonAddress RandomAddress() {
    while (true) {
      const SourceWrite write = input_.Upsert();
      if (write.record.details.addresses.empty()) {
        continue;
      }
      model::PersonAddress address = write.record.details.addresses.front();
      address.source_uprn = {};
      if (input_.Chance(0.5)) {
        address.text = Cat(30 + input_.Below(2), address.text);
      }
      return address;
    }
  }

  void CommitSomething() {
    Mutation mutation;
    const int size = 1 + input_.Below(4);
    for (int i = 0; i < size; ++i) {
      if (input_.Chance(0.35)) {
        mutation.rows.push_back(input_.Row());
        continue;
      }
      SourceWrite write = input_.Chance(0.25) ? input_.Erase() : input_.Upsert();
      if (!write.erase && input_.Chance(0.6)) {
        for (model::PersonAddress& address : write.record.details.addresses) {
          const model::Uprn given = address.source_uprn;
          address = RandomAddress();
          address.source_uprn = given;
        }
      }
      mutation.sources.push_back(std::move(write));
    }
    register_->Commit(std::move(mutation));
  }

  void LearnSomething() {
    model::PersonAddress address = RandomAddress();
    if (input_.Chance(0.7)) {  // one that somebody has
      ForEachRecord([&](const SourceVersion& record) {
        if (!record.record.details.addresses.empty() && input_.Chance(0.3)) {
          address = record.record.details.addresses.front();
        }
      });
    }
    const std::string form = TextForm(address.text, address.postcode.ToString());
    const std::string source = RandomSource();
    if (in_force_.contains({form, source})) {
      return;
    }
    const uint64_t uprn = input_.Chance(0.2) ? 0 : 100090000001ULL + static_cast<uint64_t>(input_.Below(7));
    const std::map<uint64_t, std::string> before = Matches();
    const Learnt learnt = registry::Learn(*register_, address.text, address.postcode.ToString(), uprn, source);
    if (!learnt.result.status.ok()) {
      ASSERT_TRUE(faults_) << learnt.result.status;
      return;
    }
    in_force_[{form, source}] = {learnt.number, uprn};
    ++learnt_;
    ExpectMoved(before, learnt);
  }

  void RetractSomething() {
    if (in_force_.empty()) {
      return;
    }
    const auto chosen = std::next(in_force_.begin(), input_.Below(static_cast<int>(in_force_.size())));
    const std::map<uint64_t, std::string> before = Matches();
    const Learnt retracted = registry::Retract(*register_, chosen->second.first);
    if (!retracted.result.status.ok()) {
      ASSERT_TRUE(faults_) << retracted.result.status;
      return;
    }
    in_force_.erase(chosen);
    ExpectMoved(before, retracted);
  }

  // How sure a match must be, from "any will do" to "hardly any does".
  void CalibrateSomehow() {
    constexpr double kStrengths[] = {-1, 2, 5, 9, 14, 20, 30};
    storage::v1::AddressCalibration calibration;
    calibration.set_format(kAddressCalibrationFormat);
    calibration.set_address_rules(kAddressRules);
    calibration.set_least_strength(kStrengths[input_.Below(std::size(kStrengths))]);
    const std::map<uint64_t, std::string> before = Matches();
    const auto fit = register_->model_work()->CalibrateAddresses({.given = calibration}, {});
    if (!fit.ok()) {
      ASSERT_TRUE(faults_) << fit.status();
      return;
    }
    uint64_t moved = 0;
    for (const auto& [ordinal, matches] : Matches()) {
      moved += before.at(ordinal) == matches ? 0 : 1;
    }
    EXPECT_EQ(fit->records, moved);
    EXPECT_EQ(register_->address_calibration()->row.least_strength(), calibration.least_strength());
    recalibrated_ += moved;
  }

  // What was foretold is what happened.
  void ExpectMoved(const std::map<uint64_t, std::string>& before, const Learnt& learnt) {
    uint64_t moved = 0;
    for (const auto& [ordinal, matches] : Matches()) {
      moved += before.at(ordinal) == matches ? 0 : 1;
    }
    EXPECT_EQ(learnt.effect.moved, moved) << LearntName(learnt.number);
    EXPECT_LE(learnt.effect.moved, learnt.effect.records);
    moved_ += moved;
  }

  template <typename Visit>
  void ForEachRecord(const Visit& visit) {
    const auto view = register_->OpenView({});
    for (const SourceRules& source : register_->rules().sources) {
      const auto records = register_->ListSources(*view, source.name, 0, 1'000, /*with_deleted=*/false);
      for (const SourceVersion& record : *records) {
        visit(record);
      }
    }
  }

  // By ordinal, as text.
  std::map<uint64_t, std::string> Matches() {
    std::map<uint64_t, std::string> matches;
    ForEachRecord([&](const SourceVersion& record) {
      std::string& of = matches[record.ordinal];
      for (const auto& resolved : record.stored.resolved_addresses()) {
        of += Cat(resolved.uprn(), "/", resolved.outcome(), " ");
      }
    });
    return matches;
  }

  // What the record's address should mean by what this test learnt; nullptr: nothing is learnt that holds.
  const std::pair<uint64_t, uint64_t>* Expected(const std::string& form, const std::string& source) {
    for (const std::string& of : {source, std::string()}) {
      const auto found = in_force_.find({form, of});
      if (found != in_force_.end() && (found->second.second == 0 || Has(found->second.second))) {
        return &found->second;
      }
    }
    return nullptr;
  }

  bool Has(uint64_t uprn) {
    bool has = false;
    register_->VisitAddresses([&](const matching::address::AddressIndex& index) { has = index.Contains(uprn); });
    return has;
  }

  void CheckMatches() {
    ForEachRecord([&](const SourceVersion& record) {
      const auto& addresses = record.record.details.addresses;
      for (size_t i = 0; i < addresses.size(); ++i) {
        const auto& resolved = record.stored.resolved_addresses(static_cast<int>(i));
        const std::string postcode = addresses[i].postcode.ToString();
        const uint64_t given = addresses[i].source_uprn.value();
        if (given != 0 && Has(given)) {
          EXPECT_EQ(resolved.uprn(), given);
          continue;
        }
        const std::string& source = record.record.key.source;
        const auto* const learnt = Expected(TextForm(addresses[i].text, postcode), source);
        const matching::address::Match match =
            register_->MatchAddress({.text = addresses[i].text, .postcode = postcode}, {.max_candidates = 0}, source);
        EXPECT_EQ(match.learnt, learnt == nullptr ? 0 : learnt->first) << addresses[i].text;
        EXPECT_EQ(match.uprn, resolved.uprn()) << addresses[i].text;
        EXPECT_EQ(static_cast<uint32_t>(match.outcome), resolved.outcome());
        if (learnt != nullptr) {
          EXPECT_EQ(resolved.uprn(), learnt->second);
          ++applied_;
        } else if (IsUnresolved(static_cast<uint8_t>(resolved.outcome())) &&
                   record.record.kind != model::RecordKind::kProperty) {
          const std::string cause = register_->CauseOfAddress(TextForm(addresses[i].text, postcode));
          const auto task = tasks::FindByCause(store_, 1, tasks::TaskKind::kUnresolvedAddress, cause);
          EXPECT_TRUE(task->has_value()) << addresses[i].text;
          ++asked_;
        }
      }
    });
  }

  RandomRegisterInput input_;
  const bool faults_;
  std::unique_ptr<storage::Store> base_;
  storage::FaultStore store_;
  ManualClock clock_;
  std::unique_ptr<Register> register_;
  std::map<std::pair<std::string, std::string>, std::pair<uint64_t, uint64_t>> in_force_;  // number and UPRN
  uint64_t learnt_ = 0;
  uint64_t moved_ = 0;
  uint64_t recalibrated_ = 0;
  uint64_t asked_ = 0;
  uint64_t applied_ = 0;
};

void RunAddressModel(bool faults, uint64_t first_seed, int rounds) {
  uint64_t learnt = 0;
  uint64_t moved = 0;
  uint64_t recalibrated = 0;
  uint64_t asked = 0;
  uint64_t applied = 0;
  for (int round = 0; round < rounds; ++round) {
    const uint64_t seed = TestSeed(first_seed + static_cast<uint64_t>(round));
    std::cout << "seed " << seed << std::endl;
    AddressModel model(seed, faults);
    for (int step = 0; step < 200; ++step) {
      SCOPED_TRACE(::testing::Message() << "WENSUM_SEED=" << seed << " step " << step);
      model.Step();
      if (::testing::Test::HasFailure()) {
        return;
      }
    }
    model.Check();
    learnt += model.learnt();
    moved += model.moved();
    recalibrated += model.recalibrated();
    asked += model.asked();
    applied += model.applied();
  }
  std::cout << learnt << " learnt, " << moved << " records moved by it, " << recalibrated
            << " by calibrations; looked at " << asked << " open questions and " << applied << " answers\n";
  // A run in which nothing happens would prove nothing.
  EXPECT_GT(learnt, 0U);
  EXPECT_GT(moved, 0U);
  EXPECT_GT(recalibrated, 0U);
  EXPECT_GT(asked, 0U);
  EXPECT_GT(applied, 0U);
}

TEST(AddressModelTest, WhatIsLearntHoldsAndWhatIsOpenIsAsked) { RunAddressModel(/*faults=*/false, 1, Rounds(8, 500)); }

TEST(AddressModelTest, TheSameWhileWritesFail) { RunAddressModel(/*faults=*/true, 1'001, Rounds(4, 250)); }

}  // namespace
}  // namespace wensum::registry
