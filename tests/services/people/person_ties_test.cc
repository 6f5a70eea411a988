// Where a person lives and to whom they are related, by call: who may see it, when, and under which id.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "services/people/people_handler.h"
#include "services/rpc/resource_name.h"
#include "tests/services/register/register_test_util.h"

namespace wensum::people {
namespace {

using registry::CommitOne;
using registry::MakeErase;
using registry::MakeWrite;
using registry::SourceResult;
using registry::SourceWrite;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view kRules = R"(
purposes: [service, electoral]
sources:
  - {name: housing, guards_overlays: false}
  - {name: council_tax, guards_overlays: false, field_purposes: {addresses: [electoral], relations: [electoral]}}
  - {name: electoral_register, purposes: [electoral], guards_overlays: false}
)";
constexpr int kService = 0;
constexpr int kElectoral = 1;

class PersonTiesTest : public ::testing::Test {
 protected:
  PersonTiesTest() {
    Open();
    registry::Mutation mutation;
    mutation.rows = registry::MakeStreet(20900001, "PRINCE OF WALES ROAD", "NR1 1DX", 3);
    EXPECT_TRUE(register_->Commit(std::move(mutation)).status.ok());
  }
  void Open() {
    register_.reset();
    register_ = registry::OpenOrDie(store_.get(), &clock_, kRules);
    handler_ = std::make_unique<PeopleHandler>(register_.get());
  }
  static SourceWrite Ann(std::string source, std::string key, int number, std::string_view from = "",
                         std::string_view to = "") {
    SourceWrite write = MakeWrite(std::move(source), std::move(key), "Ann", "Castellane", "1970-01-02",
                                  Cat(number, " Prince of Wales Road, Norwich"), "NR1 1DX");
    model::PersonAddress& address = write.record.details.addresses.front();
    if (!from.empty()) address.from_date = *model::PartialDate::Parse(from);
    if (!to.empty()) address.to_date = *model::PartialDate::Parse(to);
    return write;
  }
  static SourceWrite Other(std::string source, std::string key, std::string forenames) {
    return MakeWrite(std::move(source), std::move(key), std::move(forenames), "Brackenbury", "1981-05-06");
  }
  static SourceWrite With(SourceWrite write, model::RelationType type, std::string source, std::string key) {
    model::Relation& relation = write.record.relations.emplace_back();
    relation.type = type;
    relation.other = {.source = std::move(source), .key = std::move(key)};
    return write;
  }
  std::string Name(uint64_t id) { return rpc::PersonName(register_->ids(), id); }
  static rpc::CallContext Call(int purpose) {
    rpc::CallContext call("/wensum.v1.People/Test");
    call.set_grant({.caller = "test", .purpose = "some", .purpose_bit = purpose});
    return call;
  }
  absl::StatusOr<v1::ListPersonOccupanciesResponse> Homes(uint64_t id, int purpose, uint64_t revision = 0) {
    rpc::CallContext call = Call(purpose);
    v1::ListPersonOccupanciesRequest request;
    request.set_name(Name(id));
    if (revision != 0) request.mutable_read()->set_as_of_revision(revision);
    v1::ListPersonOccupanciesResponse response;
    const absl::Status status = handler_->ListOccupancies(call, request, response);
    return status.ok() ? absl::StatusOr<v1::ListPersonOccupanciesResponse>(response) : status;
  }
  // "number of the house role from..to keys", with "*" where the end is open.
  std::vector<std::string> HomeTexts(uint64_t id, int purpose, uint64_t revision = 0) {
    const auto response = Homes(id, purpose, revision);
    EXPECT_TRUE(response.ok()) << response.status();
    std::vector<std::string> texts;
    for (const v1::Occupancy& occupancy : response->occupancies()) {
      std::string& text = texts.emplace_back(Cat(occupancy.uprn() % 1000, " ", static_cast<int>(occupancy.role()), " ",
                                                 occupancy.from_date().year(), "..", occupancy.to_date().year(),
                                                 occupancy.closed() ? "" : "*"));
      for (const v1::SourceKey& key : occupancy.records()) AppendTo(text, " ", key.key());
    }
    return texts;
  }
  absl::StatusOr<v1::ListPersonRelationsResponse> Relations(uint64_t id, int purpose) {
    rpc::CallContext call = Call(purpose);
    v1::ListPersonRelationsRequest request;
    request.set_name(Name(id));
    v1::ListPersonRelationsResponse response;
    const absl::Status status = handler_->ListRelations(call, request, response);
    return status.ok() ? absl::StatusOr<v1::ListPersonRelationsResponse>(response) : status;
  }
  // "record says/hears type other-key state person".
  std::vector<std::string> RelationTexts(uint64_t id, int purpose) {
    const auto response = Relations(id, purpose);
    EXPECT_TRUE(response.ok()) << response.status();
    std::vector<std::string> texts;
    for (const v1::PersonRelation& relation : response->relations()) {
      texts.push_back(Cat(relation.record().key(),
                          relation.direction() == v1::PersonRelation::DIRECTION_SAYS ? " says " : " is heard ",
                          static_cast<int>(relation.relation().type()), " ", relation.relation().other().key(), " ",
                          static_cast<int>(relation.other_state()), " ", relation.other_person()));
    }
    return texts;
  }

  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  ManualClock clock_{registry::kStartTime};
  std::unique_ptr<registry::Register> register_;
  std::unique_ptr<PeopleHandler> handler_;
};

TEST_F(PersonTiesTest, HomesComeFromAllRecordsThatThePurposeMaySee) {
  const SourceResult first = CommitOne(*register_, Ann("housing", "H1", 1, "2015", "2020"));
  const SourceResult second = CommitOne(*register_, Ann("council_tax", "C1", 1, "2014", ""));
  const SourceResult third = CommitOne(*register_, Ann("electoral_register", "E1", 1, "", "2021"));
  ASSERT_EQ(second.anchor, first.anchor);
  ASSERT_EQ(third.anchor, first.anchor);
  EXPECT_THAT(HomeTexts(second.ordinal, kElectoral), ElementsAre("1 1 2014..0* H1 C1 E1"));
  EXPECT_THAT(HomeTexts(first.ordinal, kService), ElementsAre("1 1 2015..2020 H1"))
      << "council tax shows no addresses for this purpose, nor is the electoral register there";
  EXPECT_THAT(HomeTexts(first.ordinal, kElectoral, first.revision), ElementsAre("1 1 2015..2020 H1"));
  CommitOne(*register_, Ann("housing", "H1", 2, "2021", ""));
  EXPECT_THAT(HomeTexts(first.ordinal, kService), ElementsAre("2 1 2021..0* H1"));
  EXPECT_THAT(HomeTexts(first.ordinal, kService, second.revision), ElementsAre("1 1 2015..2020 H1"));
  Open();
  EXPECT_THAT(HomeTexts(first.ordinal, kService), ElementsAre("2 1 2021..0* H1"));
}

TEST_F(PersonTiesTest, WhoHasEndedHasNoHomeAndWhoIsNotSeenIsNotFound) {
  const SourceResult hidden = CommitOne(*register_, Ann("electoral_register", "E1", 1));
  EXPECT_TRUE(absl::IsNotFound(Homes(hidden.ordinal, kService).status()));
  EXPECT_TRUE(absl::IsNotFound(Relations(hidden.ordinal, kService).status()));
  EXPECT_TRUE(absl::IsNotFound(Homes(77, kElectoral).status()));
  CommitOne(*register_, MakeErase("electoral_register", "E1"));
  EXPECT_THAT(HomeTexts(hidden.ordinal, kElectoral), IsEmpty());
  EXPECT_THAT(RelationTexts(hidden.ordinal, kElectoral), IsEmpty());
}

TEST_F(PersonTiesTest, RelationsAreToldFromBothSides) {
  using model::RelationType;
  const SourceResult ann =
      CommitOne(*register_, With(With(Ann("housing", "H1", 1), RelationType::kPartner, "housing", "H2"),
                                 RelationType::kLandlord, "council_tax", "L9"));
  EXPECT_THAT(RelationTexts(ann.ordinal, kService), ElementsAre("H1 says 1 H2 3 ", "H1 says 5 L9 3 "));
  const SourceResult bob = CommitOne(*register_, Other("housing", "H2", "Bob"));
  EXPECT_THAT(RelationTexts(ann.ordinal, kService),
              ElementsAre(Cat("H1 says 1 H2 1 ", Name(bob.anchor)), "H1 says 5 L9 3 "));
  EXPECT_THAT(RelationTexts(bob.ordinal, kService), ElementsAre(Cat("H1 is heard 1 H2 1 ", Name(ann.anchor))));
  // The other side is a golden person: a second record of hers makes no difference, and a deleted one is told.
  const SourceResult again = CommitOne(*register_, Ann("electoral_register", "E1", 1));
  ASSERT_EQ(again.anchor, ann.anchor);
  EXPECT_THAT(RelationTexts(again.ordinal, kElectoral),
              ElementsAre(Cat("H1 says 1 H2 1 ", Name(bob.anchor)), "H1 says 5 L9 3 "));
  CommitOne(*register_, MakeErase("housing", "H2"));
  EXPECT_THAT(RelationTexts(ann.ordinal, kService), ElementsAre("H1 says 1 H2 2 ", "H1 says 5 L9 3 "));
  Open();
  EXPECT_THAT(RelationTexts(ann.ordinal, kService), ElementsAre("H1 says 1 H2 2 ", "H1 says 5 L9 3 "));
}

TEST_F(PersonTiesTest, BothRecordsMustBeSeen) {
  using model::RelationType;
  const SourceResult bob = CommitOne(*register_, Other("electoral_register", "E2", "Bob"));
  const SourceResult ann =
      CommitOne(*register_, With(Ann("housing", "H1", 1), RelationType::kPartner, "electoral_register", "E2"));
  EXPECT_THAT(RelationTexts(ann.ordinal, kService), IsEmpty()) << "that there is a Bob is told to nobody";
  EXPECT_THAT(RelationTexts(ann.ordinal, kElectoral), ElementsAre(Cat("H1 says 1 E2 1 ", Name(bob.anchor))));
  EXPECT_THAT(RelationTexts(bob.ordinal, kElectoral), ElementsAre(Cat("H1 is heard 1 E2 1 ", Name(ann.anchor))));
  // A source whose relations a purpose may not see, though it sees the records.
  const SourceResult cy = CommitOne(*register_, With(MakeWrite("council_tax", "C3", "Cy", "Okafor", "1990-09-09"),
                                                     RelationType::kAgent, "housing", "H1"));
  EXPECT_THAT(RelationTexts(cy.ordinal, kService), IsEmpty());
  EXPECT_THAT(RelationTexts(ann.ordinal, kService), IsEmpty());
  EXPECT_THAT(RelationTexts(cy.ordinal, kElectoral), ElementsAre(Cat("C3 says 6 H1 1 ", Name(ann.anchor))));
}

TEST_F(PersonTiesTest, TwoRecordsOfOnePersonAreToldOnce) {
  const SourceResult first =
      CommitOne(*register_, With(Ann("housing", "H1", 1), model::RelationType::kPartner, "council_tax", "C1"));
  const SourceResult second = CommitOne(*register_, Ann("council_tax", "C1", 1));
  ASSERT_EQ(first.anchor, second.anchor);
  EXPECT_THAT(RelationTexts(first.ordinal, kService), ElementsAre(Cat("H1 says 1 C1 1 ", Name(first.anchor))));
}

}  // namespace
}  // namespace wensum::people
