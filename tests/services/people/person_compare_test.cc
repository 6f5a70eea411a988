// What became of a person between two revisions: values, records, ids and decisions, with a purpose's eyes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <vector>

#include "services/decisions/decisions_handler.h"
#include "services/decisions/person_sight.h"
#include "services/people/people_handler.h"
#include "services/rpc/resource_name.h"
#include "tests/services/register/register_test_util.h"

namespace wensum::people {
namespace {

using registry::CommitOne;
using registry::MakeErase;
using registry::MakeWrite;
using registry::SourceWrite;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class PersonCompareTest : public ::testing::Test {
 protected:
  SourceWrite Record(std::string source, std::string key, std::string surname, std::string_view born = "1982-07-30",
                     std::vector<std::string> phones = {}) {
    SourceWrite write =
        MakeWrite(std::move(source), std::move(key), "Lena", std::move(surname), born, "4 Oak Street", "NR3 1AA");
    write.record.source_time = registry::kStartTime + ++seconds_ * 1'000'000;
    write.record.details.phones = std::move(phones);
    return write;
  }
  std::string Name(uint64_t id) { return rpc::PersonName(register_->ids(), id); }
  rpc::CallContext Call(int purpose_bit) {
    rpc::CallContext call("/wensum.v1.People/Compare");
    call.set_grant({.caller = "loopback", .purpose = "some", .purpose_bit = purpose_bit});
    return call;
  }
  absl::StatusOr<v1::ComparePersonResponse> Compare(uint64_t id, uint64_t from, uint64_t to, int purpose_bit = 1) {
    v1::ComparePersonRequest request;
    request.set_name(Name(id));
    request.mutable_from()->set_as_of_revision(from);
    if (to != 0) {
      request.mutable_to()->set_as_of_revision(to);
    }
    rpc::CallContext call = Call(purpose_bit);
    v1::ComparePersonResponse response;
    const absl::Status status = handler_.Compare(call, request, response);
    return status.ok() ? absl::StatusOr<v1::ComparePersonResponse>(response) : status;
  }
  // Joins two people by hand; the decision's revision.
  uint64_t Merge(uint64_t a, uint64_t b) {
    v1::MergePeopleRequest request;
    for (const uint64_t id : {a, b}) {
      v1::DecisionSubject& subject = *request.add_subjects();
      subject.set_name(Name(id));
      subject.set_etag(register_->GetNewestEntity(id)->entity.revision());
    }
    request.set_actor("ann");
    request.set_reason("records_agree");
    rpc::CallContext call = Call(1);
    v1::DecisionResult response;
    std::promise<absl::Status> done;
    decisions_.Merge(call, request, response, [&done](const absl::Status& status) { done.set_value(status); });
    const absl::Status status = done.get_future().get();
    EXPECT_TRUE(status.ok()) << status;
    return register_->revision();
  }
  static std::vector<std::string> Differences(const v1::ComparePersonResponse& response) {
    std::vector<std::string> texts;
    for (const v1::FieldDifference& difference : response.differences()) {
      std::string text = difference.field();
      for (const std::string& value : difference.from_values()) {
        AppendTo(text, " -", value);
      }
      for (const std::string& value : difference.to_values()) {
        AppendTo(text, " +", value);
      }
      texts.push_back(std::move(text));
    }
    return texts;
  }

  int64_t seconds_ = 0;
  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  ManualClock clock_{registry::kStartTime};
  std::unique_ptr<registry::Register> register_ = registry::OpenOrDie(store_.get(), &clock_);
  decisions::DecisionsHandler decisions_{register_.get(), tasks::TaskRules()};
  PeopleHandler handler_{
      register_.get(),
      [this](const storage::Reader& reader, const storage::v1::LinkDecision& decision, int purpose_bit) {
        return decisions::PersonSight(*register_, reader, /*knows_all_sources=*/true, purpose_bit).Sees(decision);
      }};
};

TEST_F(PersonCompareTest, ValuesThatCameWentAndChanged) {
  SourceWrite first = Record("housing", "H1", "Castellane", "1982-07-30", {"+447911123401"});
  first.record.details.attributes = {{"band", "B"}, {"tenure", "secure"}};
  const auto then = CommitOne(*register_, first);
  SourceWrite second = Record("housing", "H1", "Smith", "1982-07-30", {"+447911123402"});
  second.record.details.attributes = {{"band", "C"}};
  second.record.details.emails = {"lena@example.org"};
  second.record.details.identifiers = {{"nhs_number", "9434765919"}};
  const auto now = CommitOne(*register_, second);
  const auto compared = Compare(then.ordinal, then.revision, 0);
  ASSERT_TRUE(compared.ok()) << compared.status();
  EXPECT_EQ(compared->from_revision(), then.revision);
  EXPECT_EQ(compared->to_revision(), now.revision);
  EXPECT_EQ(compared->from_name(), Name(then.ordinal));
  EXPECT_EQ(compared->to_name(), compared->from_name());
  EXPECT_THAT(Differences(*compared),
              ElementsAre("person_name -Lena Castellane +Lena Smith", "phones -+447911123401 ++447911123402",
                          "emails +lena@example.org", "identifiers.nhs_number +9434765919", "attributes.band -B +C",
                          "attributes.tenure -secure"));
  const v1::FieldDifference& name = compared->differences(0);
  EXPECT_EQ(name.kind(), v1::FieldDifference::KIND_CHANGED);
  ASSERT_EQ(name.from_lineage_size(), 1);
  EXPECT_EQ(name.from_lineage(0).value(), "Lena Castellane");
  EXPECT_EQ(name.to_lineage(0).source_key().key(), "H1");
  EXPECT_EQ(compared->differences(2).kind(), v1::FieldDifference::KIND_ADDED);
  EXPECT_EQ(compared->differences(3).to_lineage(0).value(), "nhs_number:9434765919");
  EXPECT_EQ(compared->differences(5).kind(), v1::FieldDifference::KIND_REMOVED);
  EXPECT_THAT(compared->joined(), IsEmpty());
  EXPECT_THAT(compared->left(), IsEmpty());
  EXPECT_THAT(compared->id_moves(), IsEmpty());
  // The other way round all is told the other way round.
  const auto back = Compare(then.ordinal, now.revision, then.revision);
  EXPECT_EQ(Differences(*back).back(), "attributes.tenure +secure");
  // A state against itself.
  EXPECT_THAT(Differences(*Compare(then.ordinal, now.revision, now.revision)), IsEmpty());
}

TEST_F(PersonCompareTest, AMergeByHandMovesRecordsAndIds) {
  const auto a = CommitOne(*register_, Record("housing", "H1", "Castellane", "1982-07-30"));
  const auto b = CommitOne(*register_, Record("council_tax", "CT1", "Okonkwo", "1951-01-02"));
  ASSERT_NE(register_->GetNewestEntity(b.ordinal)->anchor, a.ordinal);
  const uint64_t before = register_->revision();
  const uint64_t merged = Merge(a.ordinal, b.ordinal);
  const auto of_a = Compare(a.ordinal, before, merged);
  ASSERT_TRUE(of_a.ok()) << of_a.status();
  ASSERT_EQ(of_a->joined_size(), 1);
  EXPECT_EQ(of_a->joined(0).contributor().source_key().key(), "CT1");
  EXPECT_EQ(of_a->joined(0).other_person(), Name(b.ordinal));
  ASSERT_EQ(of_a->id_moves_size(), 1);
  EXPECT_EQ(of_a->id_moves(0).name(), Name(b.ordinal));
  EXPECT_EQ(of_a->id_moves(0).from_name(), Name(b.ordinal));
  EXPECT_EQ(of_a->id_moves(0).to_name(), Name(a.ordinal));
  ASSERT_EQ(of_a->decisions_size(), 1);
  EXPECT_EQ(of_a->decisions(0).operation(), "MERGE");
  EXPECT_EQ(of_a->decisions(0).revision(), merged);
  // The other id: it is another person now.
  const auto of_b = Compare(b.ordinal, before, merged);
  EXPECT_EQ(of_b->from_name(), Name(b.ordinal));
  EXPECT_EQ(of_b->to_name(), Name(a.ordinal));
  EXPECT_EQ(of_b->joined(0).contributor().source_key().key(), "H1");
  // Decisions of another time are not told.
  EXPECT_THAT(Compare(a.ordinal, merged, merged)->decisions(), IsEmpty());
  EXPECT_THAT(Compare(a.ordinal, before, before)->decisions(), IsEmpty());
  // A record that its source deletes leaves for nobody.
  const auto erased = CommitOne(*register_, MakeErase("council_tax", "CT1"));
  const auto after = Compare(a.ordinal, merged, erased.revision);
  ASSERT_EQ(after->left_size(), 1);
  EXPECT_EQ(after->left(0).contributor().source_key().key(), "CT1");
  EXPECT_EQ(after->left(0).other_person(), "");
}

TEST_F(PersonCompareTest, WhatAPurposeDoesNotSeeIsNoDifference) {
  const auto a = CommitOne(*register_, Record("housing", "H1", "Castellane"));
  const auto hidden = CommitOne(*register_, Record("electoral_register", "E1", "Castellane-Smith"));
  ASSERT_EQ(register_->GetNewestEntity(hidden.ordinal)->anchor, a.ordinal);
  const auto seen = Compare(a.ordinal, a.revision, hidden.revision, 1);
  EXPECT_THAT(Differences(*seen).size(), 2U);  // the name, and the other one
  EXPECT_EQ(seen->joined_size(), 1);
  const auto unseen = Compare(a.ordinal, a.revision, hidden.revision, 0);
  ASSERT_TRUE(unseen.ok()) << unseen.status();
  EXPECT_THAT(Differences(*unseen), IsEmpty());
  EXPECT_THAT(unseen->joined(), IsEmpty());
  EXPECT_THAT(unseen->id_moves().size(), 0);
}

TEST_F(PersonCompareTest, MomentsAreWhatTheyWereHoweverOftenTheyAreAskedFor) {
  const auto at = [](TimeMicros time) {
    v1::ReadOptions read;
    read.mutable_as_of_time()->set_seconds(time / 1'000'000);
    read.mutable_as_of_time()->set_nanos(static_cast<int32_t>(time % 1'000'000) * 1'000);
    return read;
  };
  const auto compare = [&](uint64_t id, TimeMicros from, TimeMicros to) {
    v1::ComparePersonRequest request;
    request.set_name(Name(id));
    *request.mutable_from() = at(from);
    *request.mutable_to() = at(to);
    rpc::CallContext call = Call(1);
    v1::ComparePersonResponse response;
    const absl::Status status = handler_.Compare(call, request, response);
    EXPECT_TRUE(status.ok()) << status;
    return response;
  };
  constexpr TimeMicros kSecond = 1'000'000;
  const TimeMicros start = clock_.Now();
  clock_.Advance(kSecond);
  const auto first = CommitOne(*register_, Record("housing", "H1", "Castellane"));
  clock_.Advance(9 * kSecond);
  // The newest moment may still get another commit.
  EXPECT_EQ(compare(first.ordinal, start, start + 10 * kSecond).to_revision(), first.revision);
  const auto second = CommitOne(*register_, Record("housing", "H1", "Smith"));
  clock_.Advance(10 * kSecond);
  for (int i = 0; i < 3; ++i) {
    const v1::ComparePersonResponse response = compare(first.ordinal, start + 5 * kSecond, start + 10 * kSecond);
    EXPECT_EQ(response.from_revision(), first.revision);
    EXPECT_EQ(response.to_revision(), second.revision);
    CommitOne(*register_, Record("housing", "H1", Cat("Name", i)));
  }
  // More moments than are kept.
  for (int i = 0; i < 600; ++i) {
    EXPECT_EQ(compare(first.ordinal, start + 5 * kSecond, start + (10 + i % 10) * kSecond + i).to_revision(),
              second.revision);
  }
}

TEST_F(PersonCompareTest, BeforeAnIdWasIssuedItStoodForNobody) {
  const auto other = CommitOne(*register_, Record("council_tax", "CT1", "Okonkwo", "1951-01-02"));
  const auto a = CommitOne(*register_, Record("housing", "H1", "Castellane"));
  const auto born = Compare(a.ordinal, other.revision, a.revision);
  ASSERT_TRUE(born.ok()) << born.status();
  EXPECT_EQ(born->from_name(), "");
  EXPECT_EQ(born->to_name(), Name(a.ordinal));
  EXPECT_EQ(born->joined_size(), 1);
  EXPECT_EQ(born->joined(0).other_person(), "");
  EXPECT_EQ(Differences(*born).front(), "kind +person");
  EXPECT_TRUE(absl::IsNotFound(Compare(a.ordinal, other.revision, other.revision).status()));
  EXPECT_TRUE(absl::IsOutOfRange(Compare(a.ordinal, 1, 99).status()));
  const auto ended = CommitOne(*register_, MakeErase("housing", "H1"));
  const auto gone = Compare(a.ordinal, a.revision, ended.revision);
  ASSERT_TRUE(gone.ok()) << gone.status();
  EXPECT_EQ(gone->to_state(), v1::Person::STATE_ENDED);
  EXPECT_EQ(gone->left_size(), 1);
}

}  // namespace
}  // namespace wensum::people
