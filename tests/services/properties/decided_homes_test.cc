// Homes that stewards gave, pinned and ignored: the lists by person and by property say the same, through merges,
// splits, ends and restarts, and for each purpose what it may see.
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "services/decisions/value_planner.h"
#include "services/people/people_handler.h"
#include "services/properties/properties_handler.h"
#include "services/register/occupants.h"
#include "services/rpc/resource_name.h"
#include "storage/decision_keys.h"
#include "storage/fault_store.h"
#include "storage/keys.h"
#include "tests/services/decisions/decision_test_util.h"
#include "wensum/storage/v1/log.pb.h"

namespace wensum::properties {
namespace {

using decisions::Decided;
using decisions::DecisionPlanner;
using decisions::Key;
using decisions::Subject;
using decisions::ValueWish;
using registry::CommitOne;
using registry::DecisionOperation;
using registry::MakeErase;
using registry::SourceWrite;
using registry::ValueLifetime;
using storage::Family;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kRules = R"(
purposes: [service, electoral]
sources:
  - {name: housing, guards_overlays: false}
  - {name: council_tax, guards_overlays: false, field_purposes: {addresses: [electoral], current_address: [electoral]}}
)";
constexpr int kService = 0;
constexpr int kElectoral = 1;
constexpr uint64_t kFirst = 20'900'001'001;  // number 1 of the street; the others follow

class DecidedHomesTest : public ::testing::Test {
 protected:
  DecidedHomesTest() : base_(storage::NewMemoryStore()), store_(base_.get()) {
    Open();
    registry::Mutation mutation;
    mutation.rows = registry::MakeStreet(20900001, "PRINCE OF WALES ROAD", "NR1 1DX", 4);
    EXPECT_TRUE(register_->Commit(std::move(mutation)).status.ok());
  }
  void TearDown() override { EXPECT_THAT(Differences(), IsEmpty()); }

  void Open() {
    register_.reset();
    registry::RegisterOptions options;
    options.rules = *registry::ParseRegisterRules(kRules);
    options.threads = 2;
    options.on_upgrade = [this](std::string_view what) { told_.emplace_back(what); };
    auto opened = registry::Register::Open(&store_, &clock_, std::move(options));
    ASSERT_TRUE(opened.ok()) << opened.status();
    register_ = *std::move(opened);
  }
  std::vector<std::string> Differences() {
    const auto report = register_->Verify();
    EXPECT_TRUE(report.ok()) << report.status();
    return report.ok() ? report->details : std::vector<std::string>();
  }
  static std::string AddressAt(int number) { return Cat(number, " Prince of Wales Road, Norwich"); }
  static uint64_t UprnAt(int number) { return kFirst + static_cast<uint64_t>(number) - 1; }
  // The same forename is the same person, and the record's key.
  uint64_t Write(const std::string& forename, int number, std::string source = "housing", std::string_view from = "",
                 model::AddressRole role = model::AddressRole::kResidence) {
    const int year = 1950 + 7 * (forename.front() - 'A');
    SourceWrite write = registry::MakeWrite(std::move(source), forename, forename, Cat(forename, "castle"),
                                            Cat(year, "-0", year % 9 + 1, "-17"), AddressAt(number), "NR1 1DX");
    write.record.details.addresses[0].role = role;
    if (!from.empty()) write.record.details.addresses[0].from_date = *model::PartialDate::Parse(from);
    const uint64_t ordinal = CommitOne(*register_, std::move(write)).ordinal;
    names_.try_emplace(rpc::PersonName(register_->ids(), ordinal), forename);
    return ordinal;
  }
  // For the purpose that may see everything.
  Decided Plan(const decisions::PlanDecision& plan, bool preview = false) {
    return decisions::Decide(*register_, plan, preview, /*task=*/0, kElectoral);
  }
  Decided Decide(const ValueWish& wish) {
    Decided decided = Plan([&wish](const DecisionPlanner& planner) { return planner.Value(wish); });
    EXPECT_TRUE(decided.status.ok()) << decided.status;
    return decided;
  }
  // A home at a number of the street; 0: outside the gazetteer.
  static ValueWish Giving(Subject subject, int number, std::string_view from = "") {
    ValueWish wish;
    wish.operation = DecisionOperation::kOverride;
    wish.subject = std::move(subject);
    wish.attribute = "current_address";
    model::PersonAddress& address = wish.details.addresses.emplace_back();
    address.text = number == 0 ? "Rue de la Paix, Rouen" : AddressAt(number);
    if (number != 0) address.source_uprn = *model::Uprn::Create(UprnAt(number));
    if (!from.empty()) address.from_date = *model::PartialDate::Parse(from);
    return wish;
  }
  Decided Give(uint64_t person, int number, std::string_view from = "") {
    return Decide(Giving(decisions::Person(person), number, from));
  }
  // About the address at a number of the street.
  Decided Pin(DecisionOperation operation, Subject subject, int number) {
    ValueWish wish;
    wish.operation = operation;
    wish.subject = std::move(subject);
    wish.attribute = "current_address";
    wish.value = Cat(AddressAt(number), ", NR1 1DX");
    return Decide(wish);
  }
  void Undo(const Decided& decided) {
    const Decided undone =
        Plan([&decided](const DecisionPlanner& planner) { return planner.Undo(decided.number, std::nullopt); });
    ASSERT_TRUE(undone.status.ok()) << undone.status;
  }

  static rpc::CallContext Call(int purpose) {
    rpc::CallContext call("/wensum.v1.Properties/Test");
    call.set_grant({.caller = "test", .purpose = "some", .purpose_bit = purpose});
    return call;
  }
  // "role from..to by decision", with "*" where the end is open.
  static std::string Text(const v1::Occupancy& occupancy) {
    const auto date = [](const v1::PartialDate& day) {
      return model::PartialDate::Create(day.year(), day.month(), day.day())->ToString();
    };
    return Cat(static_cast<int>(occupancy.role()), " ", date(occupancy.from_date()), "..", date(occupancy.to_date()),
               occupancy.closed() ? "" : "*", occupancy.decision().empty() ? "" : " by ", occupancy.decision());
  }
  // "number of the house", and the text.
  std::vector<std::string> Homes(uint64_t person, int purpose = kService, uint64_t revision = 0) {
    rpc::CallContext call = Call(purpose);
    v1::ListPersonOccupanciesRequest request;
    request.set_name(rpc::PersonName(register_->ids(), person));
    if (revision != 0) request.mutable_read()->set_as_of_revision(revision);
    v1::ListPersonOccupanciesResponse response;
    const absl::Status status = people::PeopleHandler(register_.get()).ListOccupancies(call, request, response);
    EXPECT_TRUE(status.ok()) << status;
    std::vector<std::string> texts;
    for (const v1::Occupancy& occupancy : response.occupancies()) {
      texts.push_back(Cat(occupancy.uprn() % 1000, " ", Text(occupancy)));
    }
    return texts;
  }
  // "forename", and the text, of everybody who is, was or will be there.
  std::vector<std::string> Occupants(int number, int purpose = kService) {
    rpc::CallContext call = Call(purpose);
    v1::ListPropertyOccupantsRequest request;
    request.set_name(Cat("properties/", UprnAt(number)));
    v1::ListPropertyOccupantsResponse response;
    const absl::Status status = PropertiesHandler(register_.get()).ListOccupants(call, request, response);
    EXPECT_TRUE(status.ok()) << status;
    std::vector<std::string> texts;
    for (const v1::PropertyOccupant& occupant : response.occupants()) {
      EXPECT_EQ(occupant.kind(), v1::RECORD_KIND_PERSON);
      for (const v1::Occupancy& occupancy : occupant.occupancies()) {
        texts.push_back(Cat(names_[occupant.person()], " ", Text(occupancy)));
      }
    }
    return texts;
  }
  // The forenames of who lives there on a day, long after all that happens here.
  std::vector<std::string> Household(int number, int purpose = kService, int year = 2099) {
    rpc::CallContext call = Call(purpose);
    v1::GetHouseholdRequest request;
    request.set_name(Cat("properties/", UprnAt(number)));
    request.mutable_on_date()->set_year(year);
    request.mutable_on_date()->set_month(1);
    request.mutable_on_date()->set_day(1);
    v1::Household household;
    const absl::Status status = PropertiesHandler(register_.get()).GetHousehold(call, request, household);
    EXPECT_TRUE(status.ok()) << status;
    std::vector<std::string> names;
    for (const v1::PropertyOccupant& member : household.members()) names.push_back(names_[member.person()]);
    EXPECT_EQ(household.people(), household.members_size());
    return names;
  }
  std::vector<std::string> HomeRows() const {
    std::vector<std::string> keys;
    const auto it = base_->NewIterator(Family::kDecision, storage::PrefixRange(storage::GivenHomesPrefix(1)));
    for (it->SeekToFirst(); it->Valid(); it->Next()) keys.emplace_back(it->key());
    return keys;
  }

  const std::unique_ptr<storage::Store> base_;
  storage::FaultStore store_;
  ManualClock clock_{registry::kStartTime};  // 21 September 2026
  std::vector<std::string> told_;
  std::map<std::string, std::string> names_;  // forenames, by name of the person
  std::unique_ptr<registry::Register> register_;
};

TEST_F(DecidedHomesTest, AHomeThatIsGivenAndTakenBack) {
  const uint64_t ann = Write("Ann", 1, "housing", "2015");
  Write("Bob", 1);
  EXPECT_THAT(Household(1), ElementsAre("Ann", "Bob"));
  const uint64_t before = register_->revision();

  const Decided given = Give(ann, 2);
  EXPECT_THAT(Homes(ann), ElementsAre("1 1 2015..2026-09-21 by decisions/1", "2 1 ..* by decisions/1"));
  EXPECT_THAT(Occupants(1), ElementsAre("Ann 1 2015..2026-09-21 by decisions/1", "Bob 1 ..*"));
  EXPECT_THAT(Occupants(2), ElementsAre("Ann 1 ..* by decisions/1"));
  EXPECT_THAT(Household(1), ElementsAre("Bob"));
  EXPECT_THAT(Household(1, kService, 2026), ElementsAre("Ann", "Bob")) << "before the decision she was there";
  EXPECT_THAT(Household(2), ElementsAre("Ann"));
  EXPECT_THAT(Homes(ann, kService, before), ElementsAre("1 1 2015..*")) << "as it was known then";
  EXPECT_THAT(Differences(), IsEmpty());
  Open();
  EXPECT_THAT(Household(2), ElementsAre("Ann"));

  Undo(given);
  EXPECT_THAT(Homes(ann), ElementsAre("1 1 2015..*"));
  EXPECT_THAT(Homes(ann, kService, given.revision),
              ElementsAre("1 1 2015..2026-09-21 by decisions/1", "2 1 ..* by decisions/1"));
  EXPECT_THAT(Occupants(1), ElementsAre("Ann 1 2015..*", "Bob 1 ..*"));
  EXPECT_THAT(Occupants(2), IsEmpty());
  EXPECT_THAT(HomeRows(), IsEmpty());
  EXPECT_TRUE(told_.empty());
}

TEST_F(DecidedHomesTest, ItsOwnDateSaysWhenTheOthersEnd) {
  const uint64_t ann = Write("Ann", 1, "housing", "2015");
  Give(ann, 2, "2020-05-01");
  EXPECT_THAT(Occupants(1), ElementsAre("Ann 1 2015..2020-05-01 by decisions/1"));
  EXPECT_THAT(Occupants(2), ElementsAre("Ann 1 2020-05-01..* by decisions/1"));
  EXPECT_THAT(Household(1, kService, 2020), ElementsAre("Ann"));
  EXPECT_THAT(Household(2, kService, 2020), IsEmpty());
  EXPECT_THAT(Household(1, kService, 2021), IsEmpty());
  EXPECT_THAT(Household(2, kService, 2021), ElementsAre("Ann"));
}

TEST_F(DecidedHomesTest, OfSeveralTheNewestCountsAndNoneIsForgotten) {
  const uint64_t ann = Write("Ann", 1);
  const Decided two = Give(ann, 2);
  const Decided again = Give(ann, 2);
  EXPECT_EQ(HomeRows().size(), 2U);
  EXPECT_THAT(Occupants(2), ElementsAre("Ann 1 ..* by decisions/2")) << "once";
  const Decided three = Give(ann, 3);
  EXPECT_THAT(Occupants(2), IsEmpty()) << "listed, but not her home";
  EXPECT_THAT(Occupants(3), ElementsAre("Ann 1 ..* by decisions/3"));
  Undo(three);
  Undo(two);
  EXPECT_THAT(Occupants(2), ElementsAre("Ann 1 ..* by decisions/2"));
  Undo(again);
  EXPECT_THAT(Household(1), ElementsAre("Ann"));
  EXPECT_THAT(HomeRows(), IsEmpty());
}

TEST_F(DecidedHomesTest, ItGoesWithItsRecordThroughMergeAndSplit) {
  const uint64_t ann = Write("Ann", 1);
  const uint64_t bob = Write("Bob", 3);
  Give(bob, 2);
  const Decided merged = Plan(
      [&](const DecisionPlanner& planner) { return planner.Merge({decisions::Person(ann), decisions::Person(bob)}); });
  ASSERT_TRUE(merged.status.ok()) << merged.status;
  EXPECT_THAT(Household(2), ElementsAre("Ann")) << "who is known by the older id";
  EXPECT_THAT(Household(1), IsEmpty());
  EXPECT_THAT(Household(3), IsEmpty());
  EXPECT_THAT(Homes(bob), ElementsAre("1 1 ..2026-09-21 by decisions/1", "2 1 ..* by decisions/1",
                                      "3 1 ..2026-09-21 by decisions/1"));
  Undo(merged);
  EXPECT_THAT(Household(1), ElementsAre("Ann"));
  EXPECT_THAT(Household(2), ElementsAre("Bob"));
  EXPECT_THAT(Household(3), IsEmpty());
}

TEST_F(DecidedHomesTest, ItRestsWhileItsRecordIsDeleted) {
  const uint64_t ann = Write("Ann", 1);
  Give(ann, 2);
  CommitOne(*register_, MakeErase("housing", "Ann"));
  EXPECT_THAT(Occupants(1), IsEmpty());
  EXPECT_THAT(Occupants(2), IsEmpty());
  EXPECT_THAT(Homes(ann), IsEmpty());
  EXPECT_EQ(HomeRows().size(), 1U) << "the decision is in force";
  EXPECT_THAT(Differences(), IsEmpty());
  EXPECT_EQ(Write("Ann", 1), ann);
  EXPECT_THAT(Household(2), ElementsAre("Ann"));
  // Somebody else's record goes on; hers is gone, and with it her home.
  const uint64_t other = Write("Ann", 3, "council_tax");
  ASSERT_EQ(Homes(other, kElectoral), Homes(ann, kElectoral)) << "one person";
  CommitOne(*register_, MakeErase("housing", "Ann"));
  EXPECT_THAT(Household(2, kElectoral), IsEmpty());
  EXPECT_THAT(Homes(other, kElectoral), ElementsAre("3 1 ..*"));
}

TEST_F(DecidedHomesTest, ItRestsWhileTheRulesChooseAnotherValue) {
  const uint64_t ann = Write("Ann", 1);
  ValueWish wish = Giving(decisions::Person(ann), 2);
  wish.lifetime = ValueLifetime::kUntilValueChanges;
  Decide(wish);
  EXPECT_THAT(Household(2), ElementsAre("Ann"));
  Write("Ann", 3);
  EXPECT_THAT(Household(2), IsEmpty());
  EXPECT_THAT(Homes(ann), ElementsAre("3 1 ..*"));
  Write("Ann", 1);
  EXPECT_THAT(Household(2), ElementsAre("Ann"));
  EXPECT_THAT(Household(1), IsEmpty());
}

TEST_F(DecidedHomesTest, WhatTheSourceSaysAgainEndsIt) {
  const uint64_t ann = Write("Ann", 1);
  ValueWish wish = Giving(decisions::Person(ann), 2);
  wish.lifetime = ValueLifetime::kUntilReasserted;
  Decide(wish);
  EXPECT_THAT(Household(2), ElementsAre("Ann"));
  Write("Ann", 1);
  EXPECT_THAT(Household(2), IsEmpty());
  EXPECT_THAT(Household(1), ElementsAre("Ann"));
  EXPECT_THAT(HomeRows(), IsEmpty());
}

TEST_F(DecidedHomesTest, AFormerHomeIsPinnedAndOneIsIgnored) {
  const uint64_t ann = Write("Ann", 1, "housing", "2015");
  Write("Ann", 2, "council_tax", "2010", model::AddressRole::kPrevious);
  const Decided pinned = Pin(DecisionOperation::kPin, decisions::Person(ann), 2);
  EXPECT_THAT(Homes(ann, kElectoral),
              ElementsAre("1 1 2015.. by decisions/1", "2 1 2010..* by decisions/1", "2 5 2010.."));
  EXPECT_THAT(Household(2, kElectoral), ElementsAre("Ann"));
  EXPECT_THAT(Household(1, kElectoral), IsEmpty());
  EXPECT_THAT(Homes(ann, kService), ElementsAre("1 1 2015..*"))
      << "of a pin nothing is seen by who sees no record of it";
  EXPECT_THAT(Household(2, kService), IsEmpty());
  Undo(pinned);
  const Decided ignored = Pin(DecisionOperation::kIgnore, decisions::Record(Key("housing", "Ann")), 1);
  EXPECT_THAT(Homes(ann, kElectoral), ElementsAre("2 5 2010.."));
  EXPECT_THAT(Occupants(1), IsEmpty());
  Undo(ignored);
  EXPECT_THAT(Household(1), ElementsAre("Ann"));
}

TEST_F(DecidedHomesTest, AHomeThatTheGazetteerLacksIsNoneOfItsProperties) {
  const uint64_t ann = Write("Ann", 1);
  const Decided given = Give(ann, 0);
  EXPECT_THAT(Homes(ann), ElementsAre("1 1 ..2026-09-21 by decisions/1"));
  EXPECT_THAT(Household(1), IsEmpty());
  EXPECT_THAT(HomeRows(), IsEmpty());
  Undo(given);
  EXPECT_THAT(Household(1), ElementsAre("Ann"));
}

TEST_F(DecidedHomesTest, EachPurposeSeesWhatWasDecidedForIt) {
  const uint64_t ann = Write("Ann", 1, "council_tax");
  const Decided as_its_record = Give(ann, 2);
  EXPECT_THAT(Occupants(2, kService), IsEmpty()) << "council tax does not show this purpose where its people are";
  EXPECT_THAT(Homes(ann, kService), IsEmpty());
  EXPECT_THAT(Household(2, kElectoral), ElementsAre("Ann"));
  Undo(as_its_record);
  ValueWish wish = Giving(decisions::Person(ann), 3);
  wish.purposes = 1U << kService;
  Decide(wish);
  EXPECT_THAT(Household(3, kService), ElementsAre("Ann"));
  EXPECT_THAT(Homes(ann, kService), ElementsAre("3 1 ..* by decisions/2"));
  EXPECT_THAT(Occupants(3, kElectoral), IsEmpty());
  EXPECT_THAT(Household(1, kElectoral), ElementsAre("Ann"));
}

TEST_F(DecidedHomesTest, ThoseAtAPropertyAreListedOnceAndInOrder) {
  const uint64_t ann = Write("Ann", 1);
  const uint64_t bob = Write("Bob", 2);
  const uint64_t cy = Write("Cy", 1);
  Give(bob, 1);
  Give(ann, 1);
  const auto list = [&](uint64_t after, size_t limit) {
    return *registry::ListOccupants(*base_, 1, UprnAt(1), after, limit);
  };
  EXPECT_THAT(list(0, 10), ElementsAre(ann, bob, cy));
  EXPECT_THAT(list(0, 2), ElementsAre(ann, bob));
  EXPECT_THAT(list(ann, 10), ElementsAre(bob, cy));
  EXPECT_THAT(list(bob, 10), ElementsAre(cy));
  EXPECT_THAT(list(0, 0), IsEmpty());
}

TEST_F(DecidedHomesTest, ADecisionThatIsNotWrittenOrOnlyPreviewedListsNothing) {
  const uint64_t ann = Write("Ann", 1);
  store_.FailNextWrites(1, Unavailable("the test said so"));
  const ValueWish wish = Giving(decisions::Person(ann), 2);
  const auto plan = [&wish](const DecisionPlanner& planner) { return planner.Value(wish); };
  EXPECT_FALSE(Plan(plan).status.ok());
  store_.Heal();
  EXPECT_TRUE(Plan(plan, /*preview=*/true).status.ok());
  EXPECT_THAT(HomeRows(), IsEmpty());
  EXPECT_THAT(Household(1), ElementsAre("Ann"));
}

TEST_F(DecidedHomesTest, OldDataIsListedAtTheFirstStart) {
  const uint64_t ann = Write("Ann", 1);
  Undo(Give(ann, 3));
  Give(ann, 2);
  storage::v1::Meta meta;
  ASSERT_TRUE(meta.ParseFromString(**base_->Get(Family::kMeta, storage::MetaKey())));
  EXPECT_EQ(meta.occupancies(), 2U);
  meta.set_occupancies(1);
  storage::WriteBatch batch;
  batch.Put(Family::kMeta, storage::MetaKey(), meta.SerializeAsString());
  const std::vector<std::string> rows = HomeRows();
  for (const std::string& key : rows) batch.Delete(Family::kDecision, key);
  ASSERT_TRUE(base_->Write(batch, storage::Durability::kSync).ok());
  EXPECT_THAT(Household(2), IsEmpty());
  EXPECT_THAT(Differences(),
              ElementsAre(Cat("decisions/2 is not listed as giving source record 1 a home at UPRN ", UprnAt(2))));
  const uint64_t revision = register_->revision();
  Open();
  EXPECT_THAT(told_, ElementsAre(HasSubstr("homes that stewards gave were stored by a version")));
  EXPECT_THAT(told_[0], HasSubstr(": 1 are listed now"));
  EXPECT_EQ(HomeRows(), rows);
  EXPECT_THAT(Household(2), ElementsAre("Ann"));
  EXPECT_EQ(register_->revision(), revision) << "nothing that has a revision changed";
  Open();
  EXPECT_EQ(told_.size(), 1U) << "once is enough";
}

TEST_F(DecidedHomesTest, VerifyFindsARowThatShouldNotBe) {
  const uint64_t ann = Write("Ann", 1);
  const Decided given = Give(ann, 2);
  const std::string wrong = storage::GivenHomeKey(1, UprnAt(3), ann, given.number);
  storage::WriteBatch batch;
  batch.Put(Family::kDecision, wrong, "");
  ASSERT_TRUE(base_->Write(batch, storage::Durability::kSync).ok());
  EXPECT_THAT(Occupants(3), IsEmpty()) << "the golden record decides";
  EXPECT_THAT(Differences(), ElementsAre(Cat("decisions/1 is listed as giving source record 1 a home at UPRN ",
                                             UprnAt(3), " and should not be")));
  storage::WriteBatch back;
  back.Delete(Family::kDecision, wrong);
  ASSERT_TRUE(base_->Write(back, storage::Durability::kSync).ok());
}

}  // namespace
}  // namespace wensum::properties
