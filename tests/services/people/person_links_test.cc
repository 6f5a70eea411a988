// What source records say against a person, by call: who may see it, when, and under which id.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "services/people/people_handler.h"
#include "services/register/given_fields.h"
#include "services/rpc/resource_name.h"
#include "tests/services/register/register_test_util.h"

namespace wensum::people {
namespace {

using registry::CommitOne;
using registry::MakeErase;
using registry::MakeWrite;
using registry::SourceWrite;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr TimeMicros kDay = TimeMicros{86'400} * 1'000'000;

class PersonLinksTest : public ::testing::Test {
 protected:
  // Day 0 is the start; records of one name and date of birth are one person.
  registry::SourceResult Write(std::string source, std::string key, int day, std::vector<std::string> phones) {
    SourceWrite write =
        MakeWrite(std::move(source), std::move(key), "Lena", "Castellane", "1982-07-30", "4 Oak Street", "NR3 1AA");
    write.record.source_time = registry::kStartTime + day * kDay;
    write.record.details.phones = std::move(phones);
    return CommitOne(*register_, std::move(write));
  }
  absl::StatusOr<v1::ListPersonLinksResponse> List(v1::ListPersonLinksRequest request, int purpose_bit = 0) {
    rpc::CallContext call("/wensum.v1.People/ListLinks");
    call.set_grant({.caller = "test", .purpose = "some", .purpose_bit = purpose_bit});
    v1::ListPersonLinksResponse response;
    const absl::Status status = handler_.ListLinks(call, request, response);
    return status.ok() ? absl::StatusOr<v1::ListPersonLinksResponse>(response) : status;
  }
  v1::ListPersonLinksRequest Of(uint64_t id) {
    v1::ListPersonLinksRequest request;
    request.set_name(rpc::PersonName(register_->ids(), id));
    return request;
  }
  // "source value STATUS golden source" of phones.
  static std::vector<std::string> Phones(const absl::StatusOr<v1::ListPersonLinksResponse>& response) {
    EXPECT_TRUE(response.ok()) << response.status();
    std::vector<std::string> phones;
    for (const v1::SourceLink& link : response->links()) {
      for (const v1::LinkedValue& value : link.values()) {
        if (value.field() == "phones") {
          phones.push_back(Cat(link.source_key().source(), " ", value.value(), " ", static_cast<int>(value.status()),
                               " ", value.golden_value(), " ", value.golden_source_key().source()));
        }
      }
    }
    return phones;
  }

  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  ManualClock clock_{registry::kStartTime};
  std::unique_ptr<registry::Register> register_ = registry::OpenOrDie(store_.get(), &clock_);
  PeopleHandler handler_{register_.get()};
};

TEST_F(PersonLinksTest, TheOldPhoneOfCouncilTax) {
  const auto first = Write("council_tax", "CT1", 1, {"+447911123401"});
  const auto second = Write("housing", "H1", 5, {"+447911123402"});
  const auto response = List(Of(second.ordinal));
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->name(), rpc::PersonName(register_->ids(), first.ordinal));
  EXPECT_EQ(response->revision(), second.revision);
  ASSERT_EQ(response->links_size(), 2);
  const v1::SourceLink& link = response->links(0);
  EXPECT_EQ(link.source_key().key(), "CT1");
  EXPECT_EQ(link.minted_name(), response->name());
  EXPECT_GT(link.receive_time().seconds(), 0);
  EXPECT_THAT(Phones(response),
              ElementsAre("council_tax +447911123401 2 +447911123402 housing", "housing +447911123402 1  "));
  // It was the newest once, and is so again when the source has mended it.
  v1::ListPersonLinksRequest before = Of(first.ordinal);
  before.mutable_read()->set_as_of_revision(first.revision);
  EXPECT_THAT(Phones(List(before)), ElementsAre("council_tax +447911123401 1  "));
  Write("council_tax", "CT1", 2, {"+447911123402"});
  EXPECT_THAT(Phones(List(Of(first.ordinal))),
              ElementsAre("council_tax +447911123402 1  ", "housing +447911123402 1  "));
  before.mutable_read()->set_as_of_revision(second.revision);
  EXPECT_EQ(Phones(List(before)), Phones(response));
}

TEST_F(PersonLinksTest, WhatARecordLacksIsToldIfItIsAskedForAndItsSourceGivesIt) {
  const auto first = Write("council_tax", "CT1", 1, {});
  Write("housing", "H1", 5, {"+447911123402"});
  v1::ListPersonLinksRequest missing = Of(first.ordinal);
  missing.add_statuses(v1::LINK_STATUS_MISSING);
  EXPECT_THAT(Phones(List(missing)), IsEmpty());  // council tax gives phones of nobody
  const auto lacks = ElementsAre("council_tax  4 +447911123402 housing");
  SourceWrite other = MakeWrite("council_tax", "CT2", "Yusuf", "Trunch");
  other.record.details.phones = {"+447911123499"};
  CommitOne(*register_, other);
  EXPECT_THAT(Phones(List(missing)), lacks);
  EXPECT_THAT(Phones(List(Of(first.ordinal))), ElementsAre("housing +447911123402 1  "));
  // A start counts the same; so do an update and a deletion.
  register_.reset();
  register_ = registry::OpenOrDie(store_.get(), &clock_);
  EXPECT_TRUE(register_->given_fields()->Gives("council_tax", "phones"));
  EXPECT_FALSE(register_->given_fields()->Gives("council_tax", "emails"));
  other.record.details.phones.clear();
  CommitOne(*register_, other);
  EXPECT_FALSE(register_->given_fields()->Gives("council_tax", "phones"));
  other.record.details.phones = {"+447911123499"};
  CommitOne(*register_, other);
  EXPECT_TRUE(register_->given_fields()->Gives("council_tax", "phones"));
  CommitOne(*register_, MakeErase("council_tax", "CT2"));
  EXPECT_FALSE(register_->given_fields()->Gives("council_tax", "phones"));
  EXPECT_TRUE(register_->given_fields()->Gives("council_tax", "current_address"));
}

TEST_F(PersonLinksTest, FiltersLeaveRecordsWithoutValuesOut) {
  const auto first = Write("council_tax", "CT1", 1, {"+447911123401"});
  Write("housing", "H1", 5, {"+447911123402"});
  Write("contact", "C1", 1, {"+447911123403"});
  v1::ListPersonLinksRequest request = Of(first.ordinal);
  request.add_statuses(v1::LINK_STATUS_STALE);
  const auto stale = List(request);
  ASSERT_EQ(stale->links_size(), 2);
  ASSERT_EQ(stale->links(0).values_size(), 1);
  request.add_sources("contact");
  ASSERT_EQ(List(request)->links_size(), 1);
  EXPECT_EQ(List(request)->links(0).source_key().source(), "contact");
  request.add_sources("nowhere");
  request.add_statuses(v1::LINK_STATUS_UNSPECIFIED);
  const absl::Status refused = List(request).status();
  EXPECT_TRUE(absl::IsInvalidArgument(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()), HasSubstr("nowhere"));
}

TEST_F(PersonLinksTest, WhatAPurposeDoesNotSeeNeitherShowsNorWins) {
  const auto first = Write("council_tax", "CT1", 1, {"+447911123401"});
  const auto hidden = Write("electoral_register", "E1", 9, {"+447911123409"});
  EXPECT_THAT(Phones(List(Of(first.ordinal), 0)), ElementsAre("council_tax +447911123401 1  "));
  EXPECT_THAT(Phones(List(Of(first.ordinal), 1)),
              ElementsAre("council_tax +447911123401 2 +447911123409 electoral_register",
                          "electoral_register +447911123409 1  "));
  // Whoever is made of nothing else is not there.
  CommitOne(*register_, MakeErase("council_tax", "CT1"));
  EXPECT_TRUE(absl::IsNotFound(List(Of(hidden.ordinal), 0).status()));
  EXPECT_TRUE(List(Of(hidden.ordinal), 1).ok());
}

TEST_F(PersonLinksTest, WhoHasEndedHasNoLinksAndWhoNeverWasIsNotFound) {
  const auto first = Write("council_tax", "CT1", 1, {});
  CommitOne(*register_, MakeErase("council_tax", "CT1"));
  const auto ended = List(Of(first.ordinal));
  ASSERT_TRUE(ended.ok()) << ended.status();
  EXPECT_THAT(ended->links(), IsEmpty());
  EXPECT_TRUE(absl::IsNotFound(List(Of(77)).status()));
  v1::ListPersonLinksRequest request;
  request.set_name("people/none");
  EXPECT_TRUE(absl::IsInvalidArgument(List(request).status()));
}

}  // namespace
}  // namespace wensum::people
