// What records of properties say against the gazetteer.
#include "services/properties/property_links.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "services/properties/properties_handler.h"
#include "services/rpc/resource_name.h"
#include "tests/services/register/register_test_util.h"

namespace wensum::properties {
namespace {

using matching::LinkStatus;
using registry::CommitOne;
using registry::SourceResult;
using registry::SourceWrite;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view kRules = R"(
purposes: [service, revenues]
sources:
  - {name: council_tax, purposes: [revenues]}
  - {name: housing}
  - {name: shelters, field_purposes: {addresses: [revenues]}}
)";
constexpr int kService = 0;
constexpr int kRevenues = 1;

v1::Property WithAddresses() {
  v1::Property property;
  const auto add = [&property](std::string address, std::string postcode, int status) {
    v1::Lpi& lpi = *property.add_lpis();
    lpi.set_address(std::move(address));
    lpi.set_postcode(std::move(postcode));
    lpi.set_logical_status(status);
  };
  add("Flat 2, 14 Prince of Wales Road, Norwich", "NR1 1DX", 1);
  add("The Annexe, 14 Prince of Wales Road, Norwich", "NR1 1DX", 3);
  add("Flat B, 14 Prince of Wales Road, Norwich", "NR1 1DX", 8);
  v1::DeliveryPoint& point = *property.add_delivery_points();
  point.set_address("FLAT 2, 14, PRINCE OF WALES ROAD, NORWICH");
  point.set_postcode("NR1 1DY");
  return property;
}

TEST(AddressStatusTest, WordsMayBeLeftOutButNotTheFirst) {
  const v1::Property property = WithAddresses();
  const auto status = [&property](std::string_view text, std::string_view postcode = "") {
    return AddressStatus(text, postcode, property);
  };
  EXPECT_EQ(status("Flat 2, 14 Prince of Wales Rd, Norwich", "NR1 1DX"), LinkStatus::kAgrees);
  EXPECT_EQ(status("FLAT 2 14 PRINCE OF WALES ROAD"), LinkStatus::kAgrees);
  EXPECT_EQ(status("Flat 2, 14 Prince of Wales Road, NR1 1DY"), LinkStatus::kAgrees) << "the delivery point's";
  EXPECT_EQ(status("The Annexe, 14 Prince of Wales Road"), LinkStatus::kAgrees) << "an alternative";
  EXPECT_EQ(status("Flat B, 14 Prince of Wales Road"), LinkStatus::kStale) << "a former one";
  EXPECT_EQ(status("14 Prince of Wales Road"), LinkStatus::kDiffers) << "no unit";
  EXPECT_EQ(status("Flat 2, 14a Prince of Wales Road"), LinkStatus::kDiffers);
  EXPECT_EQ(status("Flat 2, 14 Prince of Wales Road", "NR9 9ZZ"), LinkStatus::kDiffers);
  EXPECT_EQ(status(""), LinkStatus::kDiffers);
}

class PropertyLinksTest : public ::testing::Test {
 protected:
  PropertyLinksTest() {
    registry::Mutation mutation;
    mutation.rows = registry::MakeStreet(20900001, "PRINCE OF WALES ROAD", "NR1 1DX", 3);
    EXPECT_TRUE(register_->Commit(std::move(mutation)).status.ok());
  }
  SourceResult Write(std::string source, std::string key, std::string address,
                     std::vector<model::Attribute> attributes = {}, uint64_t uprn = 0) {
    SourceWrite write =
        registry::MakeWrite(std::move(source), std::move(key), "", "", "", std::move(address), "NR1 1DX");
    write.record.kind = model::RecordKind::kProperty;
    clock_.Advance(1'000'000);
    write.record.source_time = clock_.Now();
    write.record.details.attributes = std::move(attributes);
    if (uprn != 0) {
      write.record.details.addresses[0].source_uprn = *model::Uprn::Create(uprn);
    }
    return CommitOne(*register_, std::move(write));
  }
  absl::StatusOr<v1::ListPropertyLinksResponse> List(v1::ListPropertyLinksRequest request, int purpose = kRevenues) {
    rpc::CallContext call("/wensum.v1.Properties/ListLinks");
    call.set_grant({.caller = "test", .purpose = "test", .purpose_bit = purpose});
    v1::ListPropertyLinksResponse response;
    const absl::Status status = handler_.ListLinks(call, request, response);
    return status.ok() ? absl::StatusOr<v1::ListPropertyLinksResponse>(response) : status;
  }
  static v1::ListPropertyLinksRequest Of(std::string name) {
    v1::ListPropertyLinksRequest request;
    request.set_name(std::move(name));
    return request;
  }
  static std::vector<std::string> Texts(const absl::StatusOr<v1::ListPropertyLinksResponse>& response) {
    EXPECT_TRUE(response.ok()) << response.status();
    std::vector<std::string> texts;
    for (const v1::SourceLink& link : response->links()) {
      for (const v1::LinkedValue& value : link.values()) {
        texts.push_back(Cat(link.source_key().source(), " ", value.field(), "=", value.value(), " ",
                            static_cast<int>(value.status()), " ", value.golden_value()));
      }
    }
    return texts;
  }

  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  ManualClock clock_{registry::kStartTime};
  std::unique_ptr<registry::Register> register_ = registry::OpenOrDie(store_.get(), &clock_, kRules);
  PropertiesHandler handler_{register_.get()};
};

TEST_F(PropertyLinksTest, RecordsOfAUprnAndWhatTheySay) {
  Write("council_tax", "B-1", "2 Prince of Wales Rd", {{"band", "B"}});
  const SourceResult second =
      Write("housing", "H-1", "The Corner House, 2 Prince of Wales Road", {{"band", "C"}}, 20900001002);
  const auto response = List(Of("properties/20900001002"));
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->name(), "properties/20900001002");
  ASSERT_EQ(response->links_size(), 2);
  EXPECT_EQ(response->links(1).minted_name(), rpc::PropertyRecordName(register_->ids(), second.ordinal));
  EXPECT_EQ(response->links(1).values(0).status(), v1::LINK_STATUS_DIFFERS);
  const std::string address = response->links(1).values(0).golden_value();
  EXPECT_THAT(Texts(response),
              ElementsAre("council_tax address=2 Prince of Wales Rd, NR1 1DX 1 ", "council_tax attributes.band=B 2 C",
                          Cat("housing address=The Corner House, 2 Prince of Wales Road, NR1 1DX 3 ", address),
                          "housing source_uprn=20900001002 1 ", "housing attributes.band=C 1 "));
  // By a record's own name; and only what is asked for.
  v1::ListPropertyLinksRequest request = Of(response->links(1).minted_name());
  request.add_statuses(v1::LINK_STATUS_STALE);
  EXPECT_THAT(Texts(List(request)), ElementsAre("council_tax attributes.band=B 2 C"));
  // Council tax is not for the service.
  EXPECT_THAT(Texts(List(Of("properties/20900001002"), kService)).size(), 3U);
}

TEST_F(PropertyLinksTest, APropertyInTwoStates) {
  const uint64_t first = register_->revision();
  registry::Mutation mutation;
  mutation.rows = registry::MakeStreet(20900001, "PRINCE OF WALES ROAD", "NR1 1DY", 1);
  for (registry::GazetteerWrite& write : mutation.rows) {
    write.change = model::ChangeType::kUpdate;
  }
  ASSERT_TRUE(register_->Commit(std::move(mutation)).status.ok());
  v1::ComparePropertyRequest request;
  const auto compare = [&] {
    rpc::CallContext call("/wensum.v1.Properties/Compare");
    v1::ComparePropertyResponse response;
    const absl::Status status = handler_.Compare(call, request, response);
    return status.ok() ? absl::StatusOr<v1::ComparePropertyResponse>(response) : status;
  };
  request.set_name("properties/20900001001");
  request.mutable_from()->set_as_of_revision(first);
  const auto changed = compare();
  ASSERT_TRUE(changed.ok()) << changed.status();
  EXPECT_EQ(changed->from().postcode(), "NR1 1DX");
  EXPECT_EQ(changed->to().postcode(), "NR1 1DY");
  EXPECT_THAT(changed->changed_fields(), ::testing::IsSupersetOf({"postcode", "lpis"}));
  EXPECT_EQ(changed->to_revision(), register_->revision());
  request.set_name("properties/20900001002");
  EXPECT_THAT(compare()->changed_fields(), IsEmpty());
  request.mutable_from()->set_as_of_revision(0);
  EXPECT_FALSE(compare()->has_from());
  EXPECT_TRUE(compare()->has_to());
  request.set_name("properties/1");
  EXPECT_TRUE(absl::IsNotFound(compare().status()));
  request.set_name("properties/20900001001");
  request.mutable_from()->set_as_of_revision(99);
  EXPECT_TRUE(absl::IsOutOfRange(compare().status()));
}

TEST_F(PropertyLinksTest, WhereARecordIsMayBeKeptFromAPurpose) {
  Write("shelters", "S-1", "3 Prince of Wales Road", {{"beds", "12"}});
  EXPECT_THAT(List(Of("properties/20900001003"), kService)->links(), IsEmpty());
  EXPECT_EQ(List(Of("properties/20900001003"), kRevenues)->links_size(), 1);
}

TEST_F(PropertyLinksTest, WhatIsNotThere) {
  EXPECT_TRUE(absl::IsNotFound(List(Of("properties/1")).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(List(Of("people/1")).status()));
  const SourceResult lost = Write("housing", "H-9", "99 Nowhere Lane");
  const std::string name = rpc::PropertyRecordName(register_->ids(), lost.ordinal);
  const auto response = List(Of(name));
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->name(), name);
  EXPECT_THAT(response->links(), IsEmpty());
}

}  // namespace
}  // namespace wensum::properties
