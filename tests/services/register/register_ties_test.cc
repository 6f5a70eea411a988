// Lists of who is at a property, and of who names whom as related: in step with the records through every change.
#include <string>
#include <utility>
#include <vector>

#include "services/register/occupants.h"
#include "storage/fault_store.h"
#include "storage/keys.h"
#include "storage/relation_keys.h"
#include "tests/services/register/register_test_util.h"
#include "wensum/storage/v1/log.pb.h"

namespace wensum::registry {
namespace {

using storage::Family;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr uint64_t kFirst = 20'900'001'001;  // number 1 of the street; the others follow

class RegisterTiesTest : public ::testing::Test {
 protected:
  RegisterTiesTest() : base_(storage::NewMemoryStore()), store_(base_.get()) {
    Open();
    AddStreet(3, model::ChangeType::kInsert);
  }
  void TearDown() override {
    const auto report = register_->Verify();
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_THAT(report->details, IsEmpty());
  }

  void Open() {
    register_.reset();
    RegisterOptions options;
    options.rules = *ParseRegisterRules(kUnguardedRules);
    options.threads = 2;
    options.on_upgrade = [this](std::string_view what) { told_.emplace_back(what); };
    auto opened = Register::Open(&store_, &clock_, std::move(options));
    ASSERT_TRUE(opened.ok()) << opened.status();
    register_ = *std::move(opened);
  }
  void AddStreet(int count, model::ChangeType change) {
    Mutation mutation;
    mutation.rows = MakeStreet(20900001, "PRINCE OF WALES ROAD", "NR1 1DX", count);
    for (GazetteerWrite& write : mutation.rows) write.change = change;
    ASSERT_TRUE(register_->Commit(std::move(mutation)).status.ok());
  }
  static SourceWrite At(int number, std::string key = "H1", std::string forenames = "Ann") {
    return MakeWrite("housing", std::move(key), std::move(forenames), "Lee", "1970-01-02",
                     Cat(number, " Prince of Wales Road, Norwich"), "NR1 1DX");
  }
  static SourceWrite Related(SourceWrite write, std::vector<model::SourceKey> others) {
    for (model::SourceKey& other : others) {
      model::Relation& relation = write.record.relations.emplace_back();
      relation.type = model::RelationType::kPartner;
      relation.other = std::move(other);
    }
    return write;
  }
  uint64_t Commit(SourceWrite write) { return CommitOne(*register_, std::move(write)).ordinal; }
  // The ordinals at number 1, 2, ... of the street.
  std::vector<uint64_t> Occupants(int number) {
    const auto view = register_->OpenView({});
    EXPECT_TRUE(view.ok()) << view.status();
    return *ListOccupants(view->reader(), 1, kFirst + static_cast<uint64_t>(number) - 1, 0, 100);
  }
  std::vector<uint64_t> Naming(const model::SourceKey& key) {
    const auto view = register_->OpenView({});
    EXPECT_TRUE(view.ok()) << view.status();
    return *register_->ListRelated(*view, key, 100);
  }
  std::vector<std::string> Keys(Family family, const std::string& prefix) const {
    std::vector<std::string> keys;
    const auto it = base_->NewIterator(family, storage::PrefixRange(prefix));
    for (it->SeekToFirst(); it->Valid(); it->Next()) keys.emplace_back(it->key());
    return keys;
  }

  const std::unique_ptr<storage::Store> base_;
  storage::FaultStore store_;
  ManualClock clock_{kStartTime};
  std::vector<std::string> told_;
  std::unique_ptr<Register> register_;
};

TEST_F(RegisterTiesTest, ARecordIsListedWhereItIsNow) {
  SourceWrite two = At(1);
  two.record.details.addresses.push_back(At(2).record.details.addresses.front());
  two.record.details.addresses.back().role = model::AddressRole::kPrevious;
  two.record.details.addresses.push_back(two.record.details.addresses.front());
  two.record.details.addresses.back().role = model::AddressRole::kLiableFor;
  const uint64_t ann = Commit(std::move(two));
  const uint64_t bob = Commit(At(1, "H2", "Bob"));
  EXPECT_THAT(Occupants(1), ElementsAre(ann, bob));
  EXPECT_THAT(Occupants(2), ElementsAre(ann));
  EXPECT_EQ(Keys(Family::kOccupancy, storage::AllOccupanciesPrefix(1)).size(), 3U) << "one row for two roles";
  Commit(At(3));
  EXPECT_THAT(Occupants(1), ElementsAre(bob));
  EXPECT_THAT(Occupants(2), IsEmpty());
  EXPECT_THAT(Occupants(3), ElementsAre(ann));
  Commit(MakeErase("housing", "H1"));
  EXPECT_THAT(Occupants(3), IsEmpty());
  EXPECT_EQ(Commit(At(3)), ann) << "who comes back is the same record";
  EXPECT_THAT(Occupants(3), ElementsAre(ann));
  Open();
  EXPECT_THAT(Occupants(3), ElementsAre(ann));
}

TEST_F(RegisterTiesTest, PropertiesAreNobodysHomeAndOrganisationsHaveOne) {
  SourceWrite garage = At(1, "G1", "");
  garage.record.kind = model::RecordKind::kProperty;
  garage.record.details.name = {};
  garage.record.details.date_of_birth = {};
  Commit(std::move(garage));
  EXPECT_THAT(Occupants(1), IsEmpty());
  SourceWrite landlord = At(1, "O1", "");
  landlord.record.kind = model::RecordKind::kOrganisation;
  landlord.record.details.name = {};
  landlord.record.details.organisation_name = "Wensum Boats";
  landlord.record.details.addresses.front().role = model::AddressRole::kLandlordOf;
  const uint64_t boats = Commit(std::move(landlord));
  EXPECT_THAT(Occupants(1), ElementsAre(boats));
}

TEST_F(RegisterTiesTest, TheGazetteerMovesThem) {
  const uint64_t early = Commit(At(5));
  EXPECT_THAT(Occupants(5), IsEmpty());
  AddStreet(5, model::ChangeType::kInsert);
  EXPECT_THAT(Occupants(5), ElementsAre(early));
  AddStreet(5, model::ChangeType::kDelete);
  EXPECT_THAT(Occupants(5), IsEmpty());
  EXPECT_THAT(Keys(Family::kOccupancy, storage::AllOccupanciesPrefix(1)), IsEmpty());
}

TEST_F(RegisterTiesTest, ABatchThatFailsLeavesTheListsAsTheyWere) {
  const uint64_t ann = Commit(Related(At(1), {{.source = "housing", .key = "H2"}}));
  store_.FailNextWrites(1, Unavailable("the test said so"));
  Mutation mutation;
  mutation.sources.push_back(Related(At(2), {{.source = "housing", .key = "H3"}}));
  EXPECT_EQ(register_->Commit(mutation).status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(Occupants(1), ElementsAre(ann));
  EXPECT_THAT(Occupants(2), IsEmpty());
  EXPECT_THAT(Naming({.source = "housing", .key = "H2"}), ElementsAre(ann));
  EXPECT_TRUE(register_->Commit(std::move(mutation)).status.ok());
  EXPECT_THAT(Occupants(1), IsEmpty());
  EXPECT_THAT(Occupants(2), ElementsAre(ann));
  EXPECT_THAT(Naming({.source = "housing", .key = "H2"}), IsEmpty());
  EXPECT_THAT(Naming({.source = "housing", .key = "H3"}), ElementsAre(ann));
}

TEST_F(RegisterTiesTest, OldDataIsListedAtTheFirstStart) {
  const uint64_t ann = Commit(At(1));
  const uint64_t bob = Commit(At(1, "H2", "Bob"));
  Commit(At(2, "H3", "Cy"));
  Commit(MakeErase("housing", "H3"));
  storage::v1::Meta meta;
  ASSERT_TRUE(meta.ParseFromString(**base_->Get(Family::kMeta, storage::MetaKey())));
  EXPECT_GT(meta.occupancies(), 0U);
  meta.clear_occupancies();
  storage::WriteBatch batch;
  batch.Put(Family::kMeta, storage::MetaKey(), meta.SerializeAsString());
  for (const std::string& key : Keys(Family::kOccupancy, storage::AllOccupanciesPrefix(1))) {
    batch.Delete(Family::kOccupancy, key);
  }
  ASSERT_TRUE(base_->Write(batch, storage::Durability::kSync).ok());
  EXPECT_THAT(Occupants(1), IsEmpty());
  EXPECT_EQ(register_->Verify()->differences, 2U);
  const uint64_t revision = register_->revision();
  Open();
  EXPECT_THAT(told_, ElementsAre(HasSubstr("list them by property: 2 of their addresses")));
  EXPECT_THAT(Occupants(1), ElementsAre(ann, bob));
  EXPECT_EQ(register_->revision(), revision) << "nothing that has a revision changed";
  Open();
  EXPECT_EQ(told_.size(), 1U) << "once is enough";
}

TEST_F(RegisterTiesTest, VerifyFindsWhatIsListedWrongly) {
  const uint64_t ann = Commit(Related(At(1), {{.source = "housing", .key = "H2"}}));
  const std::string place = storage::OccupancyKey(1, kFirst, ann);
  const std::string tie = Keys(Family::kCrosswalk, storage::AllRelationsPrefix(1)).at(0);
  const std::string wrong_tie = storage::RelationKey(1, std::string(16, 'x'), ann);
  storage::WriteBatch batch;
  batch.Delete(Family::kOccupancy, place);
  batch.Put(Family::kOccupancy, storage::OccupancyKey(1, kFirst + 1, ann), "");
  batch.Delete(Family::kCrosswalk, tie);
  batch.Put(Family::kCrosswalk, wrong_tie, "");
  ASSERT_TRUE(base_->Write(batch, storage::Durability::kSync).ok());
  EXPECT_THAT(register_->Verify()->details,
              UnorderedElementsAre(HasSubstr(Cat("is not listed as at UPRN ", kFirst)),
                                   HasSubstr(Cat("is listed as at UPRN ", kFirst + 1, " and should not be")),
                                   HasSubstr("is not listed under a source key that it names"),
                                   HasSubstr("is listed as related to a source key that it does not name")));
  storage::WriteBatch back;
  back.Put(Family::kOccupancy, place, "");
  back.Delete(Family::kOccupancy, storage::OccupancyKey(1, kFirst + 1, ann));
  back.Put(Family::kCrosswalk, tie, "");
  back.Delete(Family::kCrosswalk, wrong_tie);
  ASSERT_TRUE(base_->Write(back, storage::Durability::kSync).ok());
}

TEST_F(RegisterTiesTest, RelationsAreListedUnderTheOthersKeyWhoeverComesFirst) {
  const uint64_t ann = Commit(Related(At(1), {{.key = "H2"}, {.source = "contact", .key = "K9"}, {.key = "H2"}}));
  EXPECT_THAT(Naming({.source = "housing", .key = "H2"}), ElementsAre(ann)) << "the source is its own";
  EXPECT_THAT(Naming({.source = "contact", .key = "K9"}), ElementsAre(ann)) << "who was never received";
  const uint64_t bob = Commit(Related(At(2, "H2", "Bob"), {{.source = "contact", .key = "K9"}}));
  EXPECT_THAT(Naming({.source = "contact", .key = "K9"}), ElementsAre(ann, bob));
  Commit(At(1));
  EXPECT_THAT(Naming({.source = "housing", .key = "H2"}), IsEmpty());
  Commit(MakeErase("housing", "H2"));
  EXPECT_THAT(Keys(Family::kCrosswalk, storage::AllRelationsPrefix(1)), IsEmpty());
  Commit(Related(At(2, "H2", "Bob"), {{.source = "contact", .key = "K9"}}));
  Open();
  EXPECT_THAT(Naming({.source = "contact", .key = "K9"}), ElementsAre(bob));
}

TEST_F(RegisterTiesTest, RelationsAreContentAndNeverMatch) {
  const SourceResult alone = CommitOne(*register_, At(1));
  SourceWrite related = Related(At(1), {{.key = "H2"}});
  related.record.relations.front().text = "  wife\t of ";
  related.record.relations.push_back(related.record.relations.front());
  const SourceResult first = CommitOne(*register_, related);
  EXPECT_EQ(first.outcome, WriteOutcome::kUpdated);
  EXPECT_EQ(CommitOne(*register_, related).outcome, WriteOutcome::kUnchanged);
  const auto view = register_->OpenView({});
  const auto stored = register_->GetSource(*view, {.source = "housing", .key = "H1"});
  ASSERT_EQ(stored->record.relations.size(), 1U) << "a repeat is dropped";
  EXPECT_EQ(stored->record.relations.front().text, "wife of");
  EXPECT_EQ(stored->record.relations.front().other.source, "housing");
  const SourceResult other = CommitOne(*register_, At(1, "H2", "Bob"));
  EXPECT_NE(other.anchor, alone.anchor);
  ReadSpec past;
  past.as_of_revision = alone.revision;
  const auto before = register_->OpenView(past);
  EXPECT_THAT(register_->GetSource(*before, {.source = "housing", .key = "H1"})->record.relations, IsEmpty());
}

TEST_F(RegisterTiesTest, WhatTellsNothingIsRefused) {
  const auto refusal = [&](SourceWrite write) {
    Mutation mutation;
    mutation.sources.push_back(std::move(write));
    const MutationResult result = register_->Commit(std::move(mutation));
    return result.sources.empty() ? std::string() : std::string(result.sources.front().status.message());
  };
  EXPECT_THAT(refusal(Related(At(1), {{.key = "H1"}})), HasSubstr("relations[0].other is the record itself"));
  EXPECT_THAT(refusal(Related(At(1), {{.key = "H2"}, {.key = ""}})), HasSubstr("relations[1].other.key"));
  EXPECT_THAT(refusal(Related(At(1), {{.source = "nowhere", .key = "H2"}})),
              HasSubstr("relations[0].other.source \"nowhere\" is not configured"));
  SourceWrite wordless = Related(At(1), {{.key = "H2"}});
  wordless.record.relations.front().type = model::RelationType::kOther;
  EXPECT_THAT(refusal(wordless), HasSubstr("relations[0].text is empty"));
  wordless.record.relations.front().type = static_cast<model::RelationType>(8);
  EXPECT_THAT(refusal(wordless), HasSubstr("relations[0].type 8 is not known"));
  SourceWrite many = At(1);
  for (int i = 0; i < 101; ++i) many = Related(std::move(many), {{.key = Cat("K", i)}});
  EXPECT_THAT(refusal(many), HasSubstr("relations holds 101 items; at most 100"));
  many.record.relations.pop_back();
  EXPECT_EQ(refusal(many), "");
  SourceWrite garage = Related(At(1, "G1", ""), {{.key = "H1"}});
  garage.record.kind = model::RecordKind::kProperty;
  EXPECT_THAT(refusal(garage), HasSubstr("relations: a property has none"));
}

}  // namespace
}  // namespace wensum::registry
