// Decisions about values on small registers: that they stay, follow their record, and end.
#include "services/decisions/value_planner.h"

#include <memory>
#include <string>
#include <utility>

#include "services/decisions/due_values.h"
#include "tests/services/decisions/decision_test_util.h"

namespace wensum::decisions {
namespace {

using registry::CommitOne;
using registry::DecisionOperation;
using registry::MakeErase;
using registry::MakeWrite;
using registry::ValueLifetime;
using ::testing::IsEmpty;

class ValuePlannerTest : public ::testing::Test {
 protected:
  ValuePlannerTest() { Reopen(); }
  void TearDown() override {
    const auto report = register_->Verify();
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_THAT(report->details, IsEmpty());
  }
  void Reopen() {
    register_.reset();
    register_ = registry::OpenOrDie(store_.get(), &clock_, registry::kTestRules);
  }
  uint64_t Write(const std::string& key, const std::string& forenames, const std::string& surname) {
    return CommitOne(*register_, MakeWrite("housing", key, forenames, surname)).ordinal;
  }
  // What the first purpose sees; "" if there is nobody.
  std::string Surname(uint64_t id) {
    const auto person = register_->GetNewestEntity(id);
    return person->entity.golden().empty() ? "" : person->entity.golden(0).details().name().surname();
  }
  Decided Give(uint64_t id, const std::string& surname, ValueLifetime lifetime, TimeMicros until = 0) {
    ValueWish wish;
    wish.operation = DecisionOperation::kOverride;
    wish.subject = Person(id);
    wish.attribute = "name";
    wish.details.name = {"", "Given", surname, "", ""};
    wish.lifetime = lifetime;
    wish.until = until;
    return Decide(*register_, [&wish](const DecisionPlanner& planner) { return planner.Value(wish); });
  }
  uint32_t CauseOf(uint64_t decision) { return registry::ReadDecision(*store_, 1, decision)->retraction().cause(); }

  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  ManualClock clock_{registry::kStartTime};
  std::unique_ptr<registry::Register> register_;
};

TEST_F(ValuePlannerTest, AValueStaysThroughUpdateDeletionReturnAndRestart) {
  const uint64_t mary = Write("H1", "Mary", "Brown");
  ASSERT_TRUE(Give(mary, "White", ValueLifetime::kForEver).status.ok());
  EXPECT_EQ(Surname(mary), "White");
  Write("H1", "Mary Ann", "Brown");
  EXPECT_EQ(Surname(mary), "White");
  Reopen();
  EXPECT_EQ(Surname(mary), "White");
  CommitOne(*register_, MakeErase("housing", "H1"));
  EXPECT_EQ(Surname(mary), "");
  Write("H1", "Mary", "Brown");
  EXPECT_EQ(Surname(mary), "White");
}

TEST_F(ValuePlannerTest, AValueFollowsItsRecordThroughMergeAndSplit) {
  const uint64_t mary = Write("H1", "Mary", "Brown");
  const uint64_t zoe = Write("H2", "Zoe", "Trunch");
  ASSERT_TRUE(Give(zoe, "White", ValueLifetime::kForEver).status.ok());
  EXPECT_EQ(Surname(mary), "Brown");
  const Decided merged =
      Decide(*register_, [&](const DecisionPlanner& planner) { return planner.Merge({Person(mary), Person(zoe)}); });
  ASSERT_TRUE(merged.status.ok()) << merged.status;
  EXPECT_EQ(Surname(mary), "White");
  const Decided undone =
      Decide(*register_, [&](const DecisionPlanner& planner) { return planner.Undo(merged.number, std::nullopt); });
  ASSERT_TRUE(undone.status.ok()) << undone.status;
  EXPECT_EQ(Surname(mary), "Brown");
  EXPECT_EQ(Surname(zoe), "White");
}

TEST_F(ValuePlannerTest, ATimeThatIsOverEndsAValueByACommit) {
  const uint64_t mary = Write("H1", "Mary", "Brown");
  const TimeMicros until = clock_.Now() + 60'000'000;
  EXPECT_FALSE(Give(mary, "White", ValueLifetime::kUntilTime, clock_.Now() - 1).status.ok());
  const Decided given = Give(mary, "White", ValueLifetime::kUntilTime, until);
  ASSERT_TRUE(given.status.ok()) << given.status;
  EXPECT_EQ(*EndDueValues(*register_), 0U);
  clock_.Advance(120'000'000);
  Write("H1", "Mary Ann", "Brown");
  EXPECT_EQ(Surname(mary), "White");  // no clock is looked at
  EXPECT_EQ(CauseOf(given.number), 0U);
  Reopen();
  // At the start of a server, though it ends at once.
  {
    const DueValues due(register_.get());
  }
  EXPECT_EQ(Surname(mary), "Brown");
  EXPECT_EQ(CauseOf(given.number), static_cast<uint32_t>(registry::RetractionCause::kTime));
  EXPECT_EQ(*EndDueValues(*register_), 0U);
}

TEST_F(ValuePlannerTest, WhatTheSourceSaysAgainEndsAValue) {
  const uint64_t mary = Write("H1", "Mary", "Brown");
  const Decided given = Give(mary, "White", ValueLifetime::kUntilReasserted);
  EXPECT_EQ(Surname(mary), "White");
  Write("H2", "Zoe", "Trunch");
  EXPECT_EQ(Surname(mary), "White");
  Write("H1", "Mary", "Brown");  // the same
  EXPECT_EQ(Surname(mary), "Brown");
  EXPECT_EQ(CauseOf(given.number), static_cast<uint32_t>(registry::RetractionCause::kReasserted));
}

TEST_F(ValuePlannerTest, AValueRestsWhileTheRulesChooseAnother) {
  const uint64_t mary = Write("H1", "Mary", "Brown");
  ASSERT_TRUE(Give(mary, "White", ValueLifetime::kUntilValueChanges).status.ok());
  EXPECT_EQ(Surname(mary), "White");
  Write("H1", "Mary", "Trunch");
  EXPECT_EQ(Surname(mary), "Trunch");
  Write("H1", "Mary", "Brown");
  EXPECT_EQ(Surname(mary), "White");
}

// People with homes, on Elm Hill (numbers 1 to 3) and elsewhere.
class AddressDecisionTest : public ValuePlannerTest {
 protected:
  AddressDecisionTest() {
    registry::Mutation mutation;
    mutation.rows = registry::MakeStreet(kElmHill, "ELM HILL", "NR3 1HN", 3);
    EXPECT_TRUE(register_->Commit(std::move(mutation)).status.ok());
  }
  static constexpr uint32_t kElmHill = 20900001;
  static uint64_t Uprn(uint64_t number) { return uint64_t{kElmHill} * 1000 + number; }

  uint64_t WriteHome(const std::string& source, const std::string& key, const std::string& address,
                     const std::string& staff = "") {
    registry::SourceWrite write = MakeWrite(source, key, "Mary", "Brown", "1980-05-17", address, "NR3 1HN");
    if (!staff.empty()) {
      write.record.details.identifiers = {{"staff", staff}};
    }
    write.record.source_time += ++written_;
    return CommitOne(*register_, std::move(write)).ordinal;
  }
  storage::v1::Golden Golden(uint64_t id) {
    const auto person = register_->GetNewestEntity(id);
    return person->entity.golden().empty() ? storage::v1::Golden() : person->entity.golden(0);
  }
  // Its text and UPRN.
  std::string Current(uint64_t id) {
    const storage::v1::Golden golden = Golden(id);
    if (golden.current_address() == 0) {
      return "";
    }
    const int at = static_cast<int>(golden.current_address()) - 1;
    return Cat(golden.details().addresses(at).text(), " ", golden.resolved_addresses(at).uprn() % 1000);
  }
  Decided DecideOn(DecisionOperation operation, const Subject& subject, const std::string& attribute,
                   const std::string& value) {
    ValueWish wish;
    wish.operation = operation;
    wish.subject = subject;
    wish.attribute = attribute;
    wish.value = value;
    return Decide(*register_, [&wish](const DecisionPlanner& planner) { return planner.Value(wish); });
  }
  Decided GiveAddress(uint64_t id, const std::string& text, uint64_t uprn = 0,
                      ValueLifetime lifetime = ValueLifetime::kForEver) {
    ValueWish wish;
    wish.operation = DecisionOperation::kOverride;
    wish.subject = Person(id);
    wish.attribute = "current_address";
    wish.lifetime = lifetime;
    model::PersonAddress& address = wish.details.addresses.emplace_back();
    address.text = text;
    if (uprn != 0) {
      address.source_uprn = *model::Uprn::Create(uprn);
    }
    return Decide(*register_, [&wish](const DecisionPlanner& planner) { return planner.Value(wish); });
  }

  TimeMicros written_ = 0;
};

TEST_F(AddressDecisionTest, TheyNeverLivedThereHoldsThroughUpdateDeletionReturnAndRestart) {
  const uint64_t mary = WriteHome("housing", "H1", "1 Elm Hill");
  ASSERT_EQ(WriteHome("council_tax", "C1", "2 Elm Hill"), 2U);
  EXPECT_EQ(Current(mary), "2 Elm Hill 2");
  EXPECT_FALSE(
      DecideOn(DecisionOperation::kIgnore, Record(Key("housing", "H1")), "current_address", "2 Elm Hill, NR3 1HN")
          .status.ok());
  const Decided ignored =
      DecideOn(DecisionOperation::kIgnore, Record(Key("council_tax", "C1")), "current_address", "2 Elm Hill, NR3 1HN");
  ASSERT_TRUE(ignored.status.ok()) << ignored.status;
  EXPECT_EQ(Current(mary), "1 Elm Hill 1");
  EXPECT_EQ(Golden(mary).details().addresses_size(), 1);
  Reopen();
  EXPECT_EQ(Current(mary), "1 Elm Hill 1");
  CommitOne(*register_, MakeErase("council_tax", "C1"));
  WriteHome("council_tax", "C1", "2 Elm Hill");
  EXPECT_EQ(Current(mary), "1 Elm Hill 1");
  WriteHome("council_tax", "C1", "3 Elm Hill");
  EXPECT_EQ(Current(mary), "3 Elm Hill 3");
  WriteHome("council_tax", "C1", "2 Elm Hill");
  EXPECT_EQ(Current(mary), "1 Elm Hill 1");
  ASSERT_TRUE(Decide(*register_, [&](const DecisionPlanner& planner) {
                return planner.Undo(ignored.number, std::nullopt);
              }).status.ok());
  EXPECT_EQ(Current(mary), "2 Elm Hill 2");
}

TEST_F(AddressDecisionTest, APinnedAddressAndIdentifierWinWhileARecordHoldsThem) {
  const uint64_t mary = WriteHome("housing", "H1", "1 Elm Hill", "77");
  WriteHome("council_tax", "C1", "2 Elm Hill", "78");
  EXPECT_FALSE(DecideOn(DecisionOperation::kPin, Person(mary), "addresses", "1 Elm Hill").status.ok());
  ASSERT_TRUE(DecideOn(DecisionOperation::kPin, Person(mary), "addresses", "1 Elm Hill, NR3 1HN").status.ok());
  ASSERT_TRUE(DecideOn(DecisionOperation::kPin, Person(mary), "identifiers.staff", "77").status.ok());
  EXPECT_EQ(Current(mary), "1 Elm Hill 1");
  EXPECT_EQ(Golden(mary).details().identifiers(0).value(), "77");
  WriteHome("housing", "H1", "3 Elm Hill", "79");
  EXPECT_EQ(Current(mary), "3 Elm Hill 3");
  EXPECT_EQ(Golden(mary).details().identifiers(0).value(), "79");
  WriteHome("housing", "H1", "1 Elm Hill", "77");
  WriteHome("council_tax", "C1", "2 Elm Hill", "79");
  EXPECT_EQ(Current(mary), "1 Elm Hill 1");
  EXPECT_EQ(Golden(mary).details().identifiers(0).value(), "77");
}

TEST_F(AddressDecisionTest, AnAddressThatIsGivenIsMatchedWhenItIsDecided) {
  const uint64_t mary = WriteHome("housing", "H1", "1 Elm Hill");
  ASSERT_TRUE(GiveAddress(mary, "3 Elm Hill, Norwich").status.ok());
  EXPECT_EQ(Current(mary), "3 Elm Hill, Norwich 3");
  // One that means nothing is shown as it is given.
  ASSERT_TRUE(GiveAddress(mary, "The Barge, Riverside").status.ok());
  EXPECT_EQ(Current(mary), "The Barge, Riverside 0");
  // By UPRN alone the gazetteer says what it is called.
  const Decided by_uprn = GiveAddress(mary, "", Uprn(2));
  ASSERT_TRUE(by_uprn.status.ok()) << by_uprn.status;
  EXPECT_EQ(Current(mary).substr(0, 10), "2 ELM HILL");
  EXPECT_EQ(Golden(mary).resolved_addresses(0).uprn(), Uprn(2));
  EXPECT_EQ(Golden(mary).details().addresses(0).postcode(), "NR3 1HN");
  const Decided unknown = GiveAddress(mary, "9 Elm Hill", Uprn(9));
  EXPECT_EQ(unknown.status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(unknown.status.ToString().find("source_uprn"), std::string::npos) << unknown.status;
  Reopen();
  EXPECT_EQ(Golden(mary).resolved_addresses(0).uprn(), Uprn(2));
  WriteHome("housing", "H1", "3 Elm Hill");
  EXPECT_EQ(Golden(mary).resolved_addresses(0).uprn(), Uprn(2));
}

TEST_F(AddressDecisionTest, AGivenAddressMayEndWhenTheRulesChooseAnother) {
  const uint64_t mary = WriteHome("housing", "H1", "1 Elm Hill");
  ASSERT_TRUE(GiveAddress(mary, "3 Elm Hill", 0, ValueLifetime::kUntilValueChanges).status.ok());
  EXPECT_EQ(Current(mary), "3 Elm Hill 3");
  WriteHome("council_tax", "C1", "2 Elm Hill");
  EXPECT_EQ(Current(mary), "2 Elm Hill 2");
  CommitOne(*register_, MakeErase("council_tax", "C1"));
  EXPECT_EQ(Current(mary), "3 Elm Hill 3");
}

TEST(ValueWishTest, SaysWhatCannotBeDecidedAndHowToMendIt) {
  const auto rules = registry::ParseRegisterRules(registry::kTestRules);
  const auto refused = [&](const auto& request) { return ToWish(request, *rules).status().ToString(); };
  v1::PinValueRequest pin;
  pin.set_attribute("identifiers.staff");
  pin.set_value("staff:77");  // as the lineage has it
  EXPECT_EQ(ToWish(pin, *rules)->value, "77");
  pin.set_attribute("identifiers");
  EXPECT_NE(refused(pin).find("identifiers.TYPE"), std::string::npos) << refused(pin);
  v1::OverrideValueRequest given;
  v1::PersonAddress& address = *given.mutable_details()->add_addresses();
  address.set_postcode("NR3 1HN");
  EXPECT_NE(refused(given).find("or source_uprn is required"), std::string::npos) << refused(given);
  address.set_source_uprn(100'090'000'001);
  EXPECT_TRUE(ToWish(given, *rules).ok()) << refused(given);
  address.clear_source_uprn();
  address.clear_postcode();
  address.set_text("1 Elm Hill, Norwich, NR3 1HN");
  EXPECT_EQ(ToWish(given, *rules)->attribute, "current_address");
  EXPECT_EQ(ToWish(given, *rules)->details.addresses[0].postcode.ToString(), "NR3 1HN");
  address.set_role(v1::ADDRESS_ROLE_CORRESPONDENCE);
  EXPECT_NE(refused(given).find("no residence"), std::string::npos) << refused(given);
  address.set_role(v1::ADDRESS_ROLE_RESIDENCE);
  address.mutable_to_date()->set_year(2020);
  EXPECT_NE(refused(given).find("to_date"), std::string::npos) << refused(given);
  address.clear_to_date();
  given.mutable_details()->add_addresses()->set_text("2 Elm Hill, Norwich");
  EXPECT_NE(refused(given).find("holds 2 addresses"), std::string::npos) << refused(given);
  given.mutable_details()->mutable_addresses()->RemoveLast();
  given.mutable_details()->add_identifiers()->set_value("77");
  EXPECT_NE(refused(given).find("identifiers[0].type"), std::string::npos) << refused(given);
  given.mutable_details()->mutable_identifiers(0)->set_type("staff");
  EXPECT_NE(refused(given).find("identifiers.staff, current_address"), std::string::npos) << refused(given);
}

}  // namespace
}  // namespace wensum::decisions
