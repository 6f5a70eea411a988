// Who is at a property, and who lives there together on a day.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "services/properties/properties_handler.h"
#include "services/rpc/resource_name.h"
#include "tests/services/register/register_test_util.h"

namespace wensum::properties {
namespace {

using registry::CommitOne;
using registry::MakeErase;
using registry::SourceResult;
using registry::SourceWrite;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kRules = R"(
purposes: [service, electoral]
sources:
  - {name: housing, guards_overlays: false}
  - {name: council_tax, guards_overlays: false, field_purposes: {addresses: [electoral]}}
  - {name: electoral_register, purposes: [electoral], guards_overlays: false}
)";
constexpr int kService = 0;
constexpr int kElectoral = 1;
constexpr std::string_view kHouse = "properties/20900001001";

class PropertyOccupantsTest : public ::testing::Test {
 protected:
  PropertyOccupantsTest() {
    registry::Mutation mutation;
    mutation.rows = registry::MakeStreet(20900001, "PRINCE OF WALES ROAD", "NR1 1DX", 3);
    EXPECT_TRUE(register_->Commit(std::move(mutation)).status.ok());
  }
  // Somebody of that forename at number 1; the same forename is the same person.
  static SourceWrite At(std::string source, const std::string& forenames, model::AddressRole role,
                        std::string_view from = "", std::string_view to = "") {
    const int year = 1960 + (forenames.empty() ? 0 : 4 * (forenames.front() - 'A'));
    SourceWrite write =
        registry::MakeWrite(std::move(source), forenames, forenames, "Castellane", Cat(year, "-0", year % 9 + 1, "-17"),
                            "1 Prince of Wales Road, Norwich", "NR1 1DX");
    model::PersonAddress& address = write.record.details.addresses.front();
    address.role = role;
    if (!from.empty()) address.from_date = *model::PartialDate::Parse(from);
    if (!to.empty()) address.to_date = *model::PartialDate::Parse(to);
    return write;
  }
  static void SetDay(std::string_view text, v1::PartialDate& out) {
    const model::PartialDate date = *model::PartialDate::Parse(text);
    out.set_year(date.year);
    out.set_month(date.month);
    out.set_day(date.day);
  }
  static rpc::CallContext Call(int purpose) {
    rpc::CallContext call("/wensum.v1.Properties/Test");
    call.set_grant({.caller = "test", .purpose = "some", .purpose_bit = purpose});
    return call;
  }
  absl::StatusOr<v1::ListPropertyOccupantsResponse> List(v1::ListPropertyOccupantsRequest request,
                                                         int purpose = kService) {
    if (request.name().empty()) request.set_name(std::string(kHouse));
    rpc::CallContext call = Call(purpose);
    v1::ListPropertyOccupantsResponse response;
    const absl::Status status = handler_.ListOccupants(call, request, response);
    return status.ok() ? absl::StatusOr<v1::ListPropertyOccupantsResponse>(response) : status;
  }
  // "key:role" of every record and role told of.
  static std::vector<std::string> Texts(const google::protobuf::RepeatedPtrField<v1::PropertyOccupant>& occupants) {
    std::vector<std::string> texts;
    for (const v1::PropertyOccupant& occupant : occupants) {
      for (const v1::Occupancy& occupancy : occupant.occupancies()) {
        for (const v1::SourceKey& key : occupancy.records()) {
          texts.push_back(Cat(key.key(), ":", static_cast<int>(occupancy.role())));
        }
      }
    }
    return texts;
  }
  std::vector<std::string> On(std::string_view day, int purpose = kService) {
    v1::ListPropertyOccupantsRequest request;
    if (!day.empty()) SetDay(day, *request.mutable_on_date());
    const auto response = List(request, purpose);
    EXPECT_TRUE(response.ok()) << response.status();
    return Texts(response->occupants());
  }
  v1::Household Household(std::string_view day, int purpose = kService) {
    rpc::CallContext call = Call(purpose);
    v1::GetHouseholdRequest request;
    request.set_name(std::string(kHouse));
    SetDay(day, *request.mutable_on_date());
    v1::Household household;
    const absl::Status status = handler_.GetHousehold(call, request, household);
    EXPECT_TRUE(status.ok()) << status;
    return household;
  }
  std::string Refusal(const v1::ListPropertyOccupantsRequest& request) {
    const absl::Status status = List(request).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    return std::string(status.message());
  }

  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  ManualClock clock_{registry::kStartTime};
  std::unique_ptr<registry::Register> register_ = registry::OpenOrDie(store_.get(), &clock_, kRules);
  PropertiesHandler handler_{register_.get()};
};

using enum model::AddressRole;

TEST_F(PropertyOccupantsTest, RecordsOfOnePersonStandTogether) {
  const SourceResult ann = CommitOne(*register_, At("housing", "Ann", kResidence, "2015", ""));
  CommitOne(*register_, At("housing", "Bob", kPrevious, "2010", "2014-06-30"));
  const SourceResult again = CommitOne(*register_, At("electoral_register", "Ann", kResidence, "2016", ""));
  ASSERT_EQ(again.anchor, ann.anchor);
  v1::ListPropertyOccupantsRequest request;
  const auto response = List(request, kElectoral);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->name(), kHouse);
  EXPECT_EQ(response->revision(), register_->revision());
  ASSERT_EQ(response->occupants_size(), 2);
  EXPECT_EQ(response->occupants(0).person(), rpc::PersonName(register_->ids(), ann.anchor));
  ASSERT_EQ(response->occupants(0).occupancies_size(), 1);
  EXPECT_EQ(response->occupants(0).occupancies(0).records_size(), 2);
  EXPECT_EQ(response->occupants(0).occupancies(0).from_date().year(), 2015);
  EXPECT_THAT(On("2012-01-01"), ElementsAre("Bob:5"));
  EXPECT_THAT(On("2014-06-30"), ElementsAre("Bob:5"));
  EXPECT_THAT(On("2014-07-01"), IsEmpty());
  EXPECT_THAT(On("2030-01-01"), ElementsAre("Ann:1"));
  SetDay("2014-06-01", *request.mutable_from_date());
  SetDay("2015-01-01", *request.mutable_to_date());
  EXPECT_THAT(Texts(List(request)->occupants()), ElementsAre("Ann:1", "Bob:5"));
  request.add_roles(v1::ADDRESS_ROLE_RESIDENCE);
  EXPECT_THAT(Texts(List(request)->occupants()), ElementsAre("Ann:1"));
  CommitOne(*register_, MakeErase("housing", "Bob"));
  EXPECT_THAT(On(""), ElementsAre("Ann:1"));
}

TEST_F(PropertyOccupantsTest, WhatAPurposeMayNotSeeIsNotThere) {
  CommitOne(*register_, At("council_tax", "Ann", kResidence));
  CommitOne(*register_, At("electoral_register", "Bob", kResidence));
  CommitOne(*register_, At("housing", "Cy", kResidence));
  EXPECT_THAT(On("", kService), ElementsAre("Cy:1")) << "council tax shows its people to this purpose, not where";
  EXPECT_THAT(On("", kElectoral), ElementsAre("Ann:1", "Bob:1", "Cy:1"));
  EXPECT_EQ(Household("2026-01-01", kService).people(), 1);
  EXPECT_EQ(Household("2026-01-01", kElectoral).people(), 3);
}

TEST_F(PropertyOccupantsTest, PagesGoOnWhereTheyEnded) {
  std::vector<std::string> expected;
  for (const std::string name : {"Ann", "Bob", "Cy", "Dee", "Eve"}) {
    CommitOne(*register_, At("housing", name, kResidence));
    expected.push_back(name + ":1");
  }
  v1::ListPropertyOccupantsRequest request;
  request.set_page_size(2);
  std::vector<std::string> all;
  for (int pages = 1; pages <= 3; ++pages) {
    const auto response = List(request);
    ASSERT_TRUE(response.ok()) << response.status();
    for (std::string& text : Texts(response->occupants())) all.push_back(std::move(text));
    EXPECT_EQ(response->next_page_token().empty(), pages == 3);
    request.set_page_token(response->next_page_token());
  }
  EXPECT_EQ(all, expected);
  v1::ListPropertyOccupantsRequest first;
  first.set_page_size(2);
  first.set_page_token(List(first)->next_page_token());
  first.add_roles(v1::ADDRESS_ROLE_RESIDENCE);
  EXPECT_TRUE(absl::IsInvalidArgument(List(first).status())) << "a token of another request";
}

TEST_F(PropertyOccupantsTest, AHouseholdIsThoseWhoLiveThere) {
  CommitOne(*register_, At("housing", "Ann", kResidence, "2015-03-01", ""));
  CommitOne(*register_, At("housing", "Bob", kResidence));
  CommitOne(*register_, At("housing", "Cy", kPrevious, "2010", "2014"));
  CommitOne(*register_, At("housing", "Dee", kLiableFor, "2010", ""));
  CommitOne(*register_, At("housing", "Eve", kResidence, "2020", "2019"));
  SourceWrite boats = At("housing", "", kResidence);
  boats.record.key.key = "O1";
  boats.record.kind = model::RecordKind::kOrganisation;
  boats.record.details.name = {};
  boats.record.details.organisation_name = "Wensum Boats";
  CommitOne(*register_, std::move(boats));
  const v1::Household now = Household("2026-01-01");
  EXPECT_THAT(Texts(now.members()), ElementsAre("Ann:1", "Bob:1"));
  EXPECT_EQ(now.property(), kHouse);
  EXPECT_EQ(now.on_date().year(), 2026);
  EXPECT_EQ(now.people(), 2);
  EXPECT_EQ(now.since_unknown(), 1);
  EXPECT_EQ(now.in_building(), 0);
  EXPECT_THAT(Texts(Household("2014-12-31").members()), ElementsAre("Bob:1", "Cy:5"));
}

TEST_F(PropertyOccupantsTest, QuestionsWithoutAnAnswerAreRefused) {
  v1::ListPropertyOccupantsRequest request;
  request.mutable_read()->set_as_of_revision(1);
  EXPECT_THAT(Refusal(request), HasSubstr("asks for a past state"));
  request.clear_read();
  request.mutable_on_date()->set_year(2020);
  EXPECT_THAT(Refusal(request), HasSubstr("must be a whole date"));
  SetDay("2020-01-01", *request.mutable_on_date());
  SetDay("2020-01-01", *request.mutable_to_date());
  EXPECT_THAT(Refusal(request), HasSubstr("stands beside a period"));
  request.clear_on_date();
  SetDay("2020-01-02", *request.mutable_from_date());
  EXPECT_THAT(Refusal(request), HasSubstr("lies before from_date"));
  request.clear_from_date();
  request.add_roles(v1::ADDRESS_ROLE_UNSPECIFIED);
  EXPECT_THAT(Refusal(request), HasSubstr("roles[0]"));
  rpc::CallContext call = Call(kService);
  v1::GetHouseholdRequest household;
  household.set_name(std::string(kHouse));
  v1::Household response;
  EXPECT_THAT(std::string(handler_.GetHousehold(call, household, response).message()), HasSubstr("on_date"));
  v1::ListPropertyOccupantsRequest nowhere;
  nowhere.set_name("properties/99");
  EXPECT_THAT(List(nowhere)->occupants(), IsEmpty());
}

}  // namespace
}  // namespace wensum::properties
