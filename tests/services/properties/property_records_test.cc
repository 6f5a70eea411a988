// Records of properties: what the source systems say of a UPRN, and what becomes of a record that has none yet.
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/people/people_handler.h"
#include "services/properties/properties_handler.h"
#include "services/rpc/resource_name.h"
#include "storage/memory_store.h"
#include "tests/services/register/register_test_util.h"
#include "wensum/v1/changes.pb.h"

namespace wensum::properties {
namespace {

using registry::CommitOne;
using registry::SourceResult;
using registry::SourceWrite;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr std::string_view kRules = R"(
purposes: [service, revenues]
sources:
  - {name: council_tax, purposes: [revenues]}
  - {name: housing}
  - {name: planning}
)";
constexpr int kService = 0;
constexpr int kRevenues = 1;

class PropertyRecordsTest : public ::testing::Test {
 protected:
  PropertyRecordsTest() : store_(storage::NewMemoryStore()), clock_(registry::kStartTime) { Open(); }

  void Open() {
    register_ = registry::OpenOrDie(store_.get(), &clock_, kRules);
    handler_ = std::make_unique<PropertiesHandler>(register_.get());
    people_ = std::make_unique<people::PeopleHandler>(register_.get());
  }
  static rpc::CallContext Call(int purpose) {
    rpc::CallContext call("/wensum.v1.Properties/Test");
    call.set_grant({.caller = "test", .purpose = "test", .purpose_bit = purpose});
    return call;
  }
  // Houses 1 to `count` of Prince of Wales Road.
  void AddStreet(int count, model::ChangeType change = model::ChangeType::kInsert) {
    registry::Mutation mutation;
    mutation.rows = registry::MakeStreet(20900001, "PRINCE OF WALES ROAD", "NR1 1DX", count);
    for (registry::GazetteerWrite& write : mutation.rows) write.change = change;
    ASSERT_TRUE(register_->Commit(std::move(mutation)).status.ok());
  }
  SourceWrite Record(std::string source, std::string key, std::string address,
                     std::vector<model::Attribute> attributes = {}) {
    SourceWrite write =
        registry::MakeWrite(std::move(source), std::move(key), "", "", "", std::move(address), "NR1 1DX");
    write.record.kind = model::RecordKind::kProperty;
    write.record.source_time = clock_.Now();
    write.record.details.attributes = std::move(attributes);
    return write;
  }
  absl::StatusOr<v1::Property> Get(const std::string& name, int purpose = kRevenues,
                                   v1::PropertyView view = v1::PROPERTY_VIEW_FULL) {
    rpc::CallContext call = Call(purpose);
    v1::GetPropertyRequest request;
    request.set_name(name);
    request.set_view(view);
    v1::Property response;
    const absl::Status status = handler_->Get(call, request, response);
    return status.ok() ? absl::StatusOr<v1::Property>(response) : status;
  }
  std::vector<std::string> Facts(const std::string& name, int purpose = kRevenues) {
    const auto property = Get(name, purpose);
    EXPECT_TRUE(property.ok()) << property.status();
    std::vector<std::string> facts;
    for (const v1::Attribute& attribute : property->facts().attributes()) {
      facts.push_back(Cat(attribute.name(), "=", attribute.value()));
    }
    return facts;
  }
  std::string RecordName(const SourceResult& result) {
    return rpc::PropertyRecordName(register_->ids(), result.ordinal);
  }
  std::vector<std::string> Unplaced(int purpose = kRevenues) {
    rpc::CallContext call = Call(purpose);
    v1::ListPropertiesResponse response;
    EXPECT_TRUE(handler_->ListUnplaced(call, {}, response).ok());
    std::vector<std::string> names;
    for (const v1::Property& property : response.properties()) names.push_back(property.name());
    return names;
  }
  // "kind id other" of the newest revision.
  std::vector<std::string> Events() {
    const auto commits = register_->ReadChanges(register_->revision() - 1, 1);
    EXPECT_TRUE(commits.ok()) << commits.status();
    std::vector<std::string> events;
    for (const auto& [revision, commit] : commits->commits) {
      for (const auto& event : commit.events()) {
        events.push_back(Cat(v1::ChangeKind_Name(static_cast<v1::ChangeKind>(event.kind())).substr(12), " ", event.id(),
                             " ", event.other()));
      }
    }
    return events;
  }
  void ExpectVerified() {
    const auto report = register_->Verify();
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(report->differences, 0) << ::testing::PrintToString(report->details);
  }

  std::unique_ptr<storage::Store> store_;
  ManualClock clock_;
  std::unique_ptr<registry::Register> register_;
  std::unique_ptr<PropertiesHandler> handler_;
  std::unique_ptr<people::PeopleHandler> people_;
};

TEST_F(PropertyRecordsTest, AUprnShowsWhatTheSystemsSay) {
  AddStreet(5);
  const SourceResult band =
      CommitOne(*register_, Record("council_tax", "B-1", "3 Prince of Wales Rd", {{"council_tax_band", "B"}}));
  ASSERT_EQ(band.uprn.value_or(0) != 0, true);
  const std::string name = rpc::PropertyName(*band.uprn);
  clock_.Advance(1'000'000);
  CommitOne(*register_, Record("housing", "H-1", "3 Prince of Wales Road", {{"tenure", "secure"}, {"asset", "A7"}}));
  clock_.Advance(1'000'000);
  CommitOne(*register_, Record("planning", "P-1", "3, Prince of Wales Road", {{"tenure", "leasehold"}}));
  EXPECT_THAT(Facts(name), UnorderedElementsAre("asset=A7", "council_tax_band=B", "tenure=leasehold"));
  EXPECT_THAT(Facts(name, kService), UnorderedElementsAre("asset=A7", "tenure=leasehold"))
      << "this purpose may not see what council tax says";
  const auto property = Get(name);
  ASSERT_EQ(property->facts().contributors_size(), 3);
  EXPECT_EQ(property->facts().contributors(0).minted_name(), RecordName(band));
  ASSERT_GT(property->facts().lineage_size(), 0);
  bool lost = false;
  for (const v1::ValueLineage& lineage : property->facts().lineage()) {
    lost |= lineage.field() == "attributes.tenure" && lineage.losing_values_size() == 1 &&
            lineage.losing_values(0).value() == "secure";
  }
  EXPECT_TRUE(lost) << property->facts().ShortDebugString();
  EXPECT_FALSE(Get(name, kRevenues, v1::PROPERTY_VIEW_BASIC)->has_facts());
  EXPECT_EQ(Get(RecordName(band))->name(), name) << "a record's own name leads to the property";
  ExpectVerified();
}

TEST_F(PropertyRecordsTest, ARecordWithoutAPropertyWaitsForOne) {
  const SourceResult record =
      CommitOne(*register_, Record("housing", "H-1", "2 Prince of Wales Road", {{"tenure", "secure"}}));
  const std::string name = RecordName(record);
  EXPECT_EQ(record.uprn, 0);
  EXPECT_THAT(Events(), ElementsAre(Cat("PROPERTY_RECORD_CREATED ", record.ordinal, " 0")));
  EXPECT_THAT(Unplaced(), ElementsAre(name));
  auto property = Get(name);
  ASSERT_TRUE(property.ok()) << property.status();
  EXPECT_EQ(property->name(), name);
  EXPECT_TRUE(property->unplaced());
  EXPECT_EQ(property->address(), "2 Prince of Wales Road");
  EXPECT_EQ(property->uprn(), 0);
  EXPECT_THAT(Facts(name), ElementsAre("tenure=secure"));

  AddStreet(3);  // the gazetteer comes to know it
  property = Get(name);
  ASSERT_TRUE(property.ok()) << property.status();
  ASSERT_NE(property->uprn(), 0);
  EXPECT_EQ(property->name(), rpc::PropertyName(property->uprn()));
  EXPECT_THAT(Facts(property->name()), ElementsAre("tenure=secure"));
  EXPECT_THAT(Unplaced(), IsEmpty());
  EXPECT_THAT(Events(), ::testing::Contains(Cat("PROPERTY_RECORD_UPDATED ", record.ordinal, " ", property->uprn())));
  ExpectVerified();

  const uint64_t uprn = property->uprn();
  AddStreet(3, model::ChangeType::kDelete);
  EXPECT_THAT(Unplaced(), ElementsAre(name));
  EXPECT_THAT(Events(), ::testing::IsSupersetOf({Cat("PROPERTY_RECORD_LEFT ", record.ordinal, " ", uprn),
                                                 Cat("PROPERTY_RECORD_UPDATED ", record.ordinal, " 0")}));
  ExpectVerified();
  handler_.reset();
  people_.reset();
  register_.reset();
  Open();
  EXPECT_THAT(Unplaced(), ElementsAre(name)) << "after a start";
  ExpectVerified();
}

TEST_F(PropertyRecordsTest, ADeletedRecordKeepsItsName) {
  AddStreet(3);
  const SourceResult record = CommitOne(*register_, Record("housing", "H-1", "2 Prince of Wales Road", {{"a", "b"}}));
  const std::string property = rpc::PropertyName(*record.uprn);
  CommitOne(*register_, registry::MakeErase("housing", "H-1"));
  EXPECT_THAT(Events(), ElementsAre(Cat("PROPERTY_RECORD_ENDED ", record.ordinal, " ", *record.uprn)));
  EXPECT_THAT(Facts(property), IsEmpty());
  const auto ended = Get(RecordName(record));
  ASSERT_TRUE(ended.ok()) << ended.status();
  EXPECT_TRUE(ended->ended());
  ExpectVerified();
  const SourceResult back = CommitOne(*register_, Record("housing", "H-1", "1 Prince of Wales Road", {{"a", "c"}}));
  EXPECT_EQ(back.ordinal, record.ordinal);
  EXPECT_THAT(Facts(rpc::PropertyName(*back.uprn)), ElementsAre("a=c"));
  ExpectVerified();
}

TEST_F(PropertyRecordsTest, PropertiesAreNoPeople) {
  AddStreet(2);
  SourceWrite write = Record("housing", "H-1", "2 Prince of Wales Road");
  write.record.details.identifiers = {{"asset", "77"}};
  const SourceResult record = CommitOne(*register_, std::move(write));
  rpc::CallContext call = Call(kRevenues);
  v1::GetPersonRequest get;
  get.set_name(rpc::PersonName(register_->ids(), record.ordinal));
  v1::Person person;
  EXPECT_EQ(people_->Get(call, get, person).code(), absl::StatusCode::kNotFound);
  v1::LookupPeopleRequest lookup;
  lookup.mutable_identifier()->set_type("asset");
  lookup.mutable_identifier()->set_value("77");
  v1::LookupPeopleResponse found;
  ASSERT_TRUE(people_->Lookup(call, lookup, found).ok());
  EXPECT_EQ(found.people_size(), 0);
  lookup.mutable_source_key()->set_source("housing");
  lookup.mutable_source_key()->set_key("H-1");
  ASSERT_TRUE(people_->Lookup(call, lookup, found).ok());
  EXPECT_EQ(found.people_size(), 0);
  v1::ListPersonRevisionsRequest revisions;
  revisions.set_name(get.name());
  v1::ListPersonRevisionsResponse listed;
  EXPECT_EQ(people_->ListRevisions(call, revisions, listed).code(), absl::StatusCode::kNotFound);
  CommitOne(*register_, registry::MakeErase("housing", "H-1"));
  EXPECT_EQ(people_->Get(call, get, person).code(), absl::StatusCode::kNotFound);

  // And the other way round: a person's id is no property's.
  const SourceResult ann = CommitOne(*register_, registry::MakeWrite("housing", "A", "Ann", "Lee"));
  EXPECT_EQ(Get(RecordName(ann)).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Get("properties/p-nonsense").status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(PropertyRecordsTest, PurposesThatMaySeeNothingLearnNothing) {
  const SourceResult record = CommitOne(*register_, Record("council_tax", "B-1", "9 Nowhere Lane", {{"band", "A"}}));
  EXPECT_EQ(Get(RecordName(record), kService).status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(Unplaced(kService), IsEmpty());
  EXPECT_THAT(Unplaced(kRevenues), ElementsAre(RecordName(record)));
}

TEST_F(PropertyRecordsTest, RefusesWhatIsNoProperty) {
  const auto refused = [this](SourceWrite write) {
    registry::Mutation mutation;
    mutation.sources.push_back(std::move(write));
    return std::string(Message(register_->Commit(std::move(mutation)).sources.at(0).status));
  };
  SourceWrite none = Record("housing", "H-1", "");
  none.record.details.addresses.clear();
  EXPECT_THAT(refused(none), HasSubstr("needs exactly one"));
  SourceWrite two = Record("housing", "H-1", "1 High Street");
  two.record.details.addresses.push_back(two.record.details.addresses.front());
  two.record.details.addresses.back().text = "2 High Street";
  EXPECT_THAT(refused(two), HasSubstr("needs exactly one"));
  CommitOne(*register_, Record("housing", "H-1", "1 High Street"));
  EXPECT_THAT(refused(registry::MakeWrite("housing", "H-1", "Ann", "Lee")), HasSubstr("is a property"));
  CommitOne(*register_, registry::MakeWrite("housing", "A", "Ann", "Lee"));
  EXPECT_THAT(refused(Record("housing", "A", "1 High Street")), HasSubstr("cannot become one"));
  ExpectVerified();
}

}  // namespace
}  // namespace wensum::properties
