#include "services/health/link_rates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "services/health/health_handler.h"
#include "storage/memory_store.h"
#include "tests/services/register/register_test_util.h"

namespace wensum::health {
namespace {

using registry::CommitOne;
using registry::MakeWrite;
using registry::SourceWrite;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kRules = R"(
purposes: [service, revenues]
sources:
  - {name: council_tax, purposes: [revenues]}
  - {name: electoral}
  - {name: planning}
)";
constexpr int kService = 0;
constexpr int kRevenues = 1;

class LinkRatesTest : public testing::Test {
 protected:
  LinkRatesTest() {
    registry::Mutation mutation;
    mutation.rows = registry::MakeStreet(20900001, "PRINCE OF WALES ROAD", "NR1 1DX", 5);
    EXPECT_TRUE(register_->Commit(std::move(mutation)).status.ok());
  }
  void AddPerson(const std::string& source, const std::string& key, const std::string& address,
                 const std::string& postcode = "NR1 1DX") {
    CommitOne(*register_, MakeWrite(source, key, "Ann", "Okafor", "1980-01-02", address, postcode));
  }
  void AddProperty(const std::string& source, const std::string& key, const std::string& address, uint64_t uprn = 0) {
    SourceWrite write = MakeWrite(source, key, "", "", "", address, "NR1 1DX");
    write.record.kind = model::RecordKind::kProperty;
    if (uprn != 0) {
      write.record.details.addresses.front().source_uprn = *model::Uprn::Create(uprn);
    }
    CommitOne(*register_, std::move(write));
  }
  v1::LinkRates Get(int purpose, const std::vector<std::string>& sources = {}) {
    rpc::CallContext call("/test");
    call.set_grant({.caller = "test", .purpose = "test", .purpose_bit = purpose});
    v1::GetLinkRatesRequest request;
    request.mutable_sources()->Add(sources.begin(), sources.end());
    v1::LinkRates rates;
    const absl::Status status = handler_.GetLinkRates(call, request, rates);
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_EQ(rates.revision(), register_->revision());
    return rates;
  }
  // "source records linked without_uprn unlinked hidden".
  static std::vector<std::string> Lines(const v1::LinkRates& rates) {
    std::vector<std::string> lines;
    for (const v1::SourceLinkRate& rate : rates.sources()) {
      lines.push_back(Cat(rate.source(), " ", rate.records(), " ", rate.linked(), " ", rate.without_uprn(), " ",
                          rate.unlinked(), " ", rate.hidden()));
    }
    return lines;
  }
  static std::vector<std::string> Matches(const v1::SourceLinkRate& rate) {
    std::vector<std::string> lines;
    for (const v1::LinkCount& count : rate.by_match()) {
      lines.push_back(Cat(v1::LinkCount::Match_Name(count.match()).substr(6), " ", static_cast<int>(count.kind()), " ",
                          count.records()));
    }
    return lines;
  }

  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  ManualClock clock_{registry::kStartTime};
  std::unique_ptr<registry::Register> register_ = registry::OpenOrDie(store_.get(), &clock_, kRules);
  HealthHandler handler_{register_.get(), &clock_};
};

TEST_F(LinkRatesTest, BySourceAndKindOfMatch) {
  AddPerson("electoral", "E1", "3 Prince of Wales Road");
  AddPerson("electoral", "E2", "4 Prince of Wales Rd");
  AddPerson("electoral", "E3", "99 Prince of Wales Road");
  AddPerson("electoral", "E4", "1 Nowhere Lane, Atlantis", "ZE1 0AA");
  AddPerson("electoral", "E5", "", "");
  AddProperty("planning", "P1", "1 Prince of Wales Road");
  AddProperty("planning", "P2", "whatever it says", uint64_t{20900001} * 1000 + 2);
  AddProperty("planning", "P3", "99 Prince of Wales Road");
  const v1::LinkRates rates = Get(kService);
  EXPECT_THAT(Lines(rates), ElementsAre("electoral 5 2 0 3 0", "planning 3 2 1 0 0"));
  EXPECT_THAT(Matches(rates.sources(0)),
              ElementsAre("ADDRESS_MATCHED 1 2", "STREET_ONLY 1 1", "NO_ADDRESS 1 1", "OUT_OF_AREA 1 1"));
  EXPECT_THAT(Matches(rates.sources(1)), ElementsAre("UPRN_GIVEN 3 1", "ADDRESS_MATCHED 3 1", "STREET_ONLY 3 1"));
  EXPECT_DOUBLE_EQ(rates.sources(0).rate(), 0.4);
  EXPECT_THAT(Lines(Get(kService, {"planning"})), ElementsAre("planning 3 2 1 0 0"));
  EXPECT_THAT(Lines(Get(kService, {"unknown"})), IsEmpty());
}

TEST_F(LinkRatesTest, ThePurposeSeesItsOwnAndDeletedRecordsAreGone) {
  AddProperty("council_tax", "C1", "1 Prince of Wales Road");
  AddProperty("council_tax", "C2", "2 Prince of Wales Road");
  EXPECT_THAT(Lines(Get(kService)), ElementsAre("council_tax 0 0 0 0 2"));
  EXPECT_EQ(Get(kService).sources(0).rate(), 0);
  EXPECT_THAT(Lines(Get(kRevenues)), ElementsAre("council_tax 2 2 0 0 0"));
  CommitOne(*register_, registry::MakeErase("council_tax", "C1"));
  EXPECT_THAT(Lines(Get(kRevenues)), ElementsAre("council_tax 1 1 0 0 0"));
}

TEST_F(LinkRatesTest, ARecordCountsByItsBestAddress) {
  SourceWrite write = MakeWrite("electoral", "E1", "Ann", "Okafor", "", "1 Nowhere Lane, Atlantis", "ZE1 0AA");
  model::PersonAddress second = write.record.details.addresses.front();
  second.text = "3 Prince of Wales Road";
  second.postcode = *model::Postcode::Parse("NR1 1DX");
  write.record.details.addresses.push_back(second);
  CommitOne(*register_, std::move(write));
  EXPECT_THAT(Matches(Get(kService).sources(0)), ElementsAre("ADDRESS_MATCHED 1 1"));
}

}  // namespace
}  // namespace wensum::health
