// What events of properties and streets carry: the gazetteer as it was then, whatever came later.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "tests/services/changes/feed_test_util.h"
#include "tests/services/register/register_test_util.h"

namespace wensum::changes {
namespace {

using registry::CommitOne;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view kProperty = "properties/20900001001";

class GazetteerEventsTest : public ::testing::Test {
 protected:
  uint64_t Commit(std::vector<registry::GazetteerWrite> rows, model::ChangeType change) {
    registry::Mutation mutation;
    mutation.rows = std::move(rows);
    for (registry::GazetteerWrite& write : mutation.rows) {
      write.change = change;
    }
    const registry::MutationResult result = register_->Commit(std::move(mutation));
    EXPECT_TRUE(result.status.ok()) << result.status;
    return register_->revision();
  }
  std::vector<registry::GazetteerWrite> Rows(const std::string& postcode, const std::string& street) {
    return registry::MakeStreet(20900001, street, postcode, 1);
  }
  std::vector<v1::ChangeEvent> Watch(v1::ChangePayload payload, std::string_view name) {
    v1::WatchChangesRequest request;
    request.set_stop_at_head(true);
    request.set_payload(payload);
    const auto bell = std::make_shared<Bell>();
    const auto session =
        WatchSession::Start(CallFor(*register_, 0), request, register_.get(), &executor_, [bell] { bell->Ring(); });
    EXPECT_TRUE(session.ok()) << session.status();
    std::vector<v1::ChangeEvent> events = TakeAll(**session, *bell);
    std::erase_if(events, [name](const v1::ChangeEvent& event) { return event.name() != name; });
    return events;
  }

  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  ManualClock clock_{registry::kStartTime};
  std::unique_ptr<registry::Register> register_ = registry::OpenOrDie(store_.get(), &clock_);
  rpc::Executor executor_{2};
};

TEST_F(GazetteerEventsTest, APropertyIsToldOfAsItWasThen) {
  Commit(Rows("NR1 1DX", "PRINCE OF WALES ROAD"), model::ChangeType::kInsert);
  Commit(Rows("NR1 1DY", "PRINCE OF WALES ROAD"), model::ChangeType::kUpdate);
  Commit(Rows("NR1 1DY", "PRINCE OF WALES ROAD"), model::ChangeType::kDelete);
  const auto events = Watch(v1::CHANGE_PAYLOAD_BEFORE_AND_AFTER, kProperty);
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[0].kind(), v1::CHANGE_KIND_PROPERTY_CREATED);
  EXPECT_FALSE(events[0].has_property_before());
  EXPECT_EQ(events[0].property_after().postcode(), "NR1 1DX");
  EXPECT_EQ(events[0].property_after().lpis_size(), 1);
  EXPECT_EQ(events[0].property_after().etag(), events[0].revision());
  EXPECT_THAT(events[0].changed_fields(), IsEmpty());
  EXPECT_EQ(events[1].kind(), v1::CHANGE_KIND_PROPERTY_UPDATED);
  EXPECT_EQ(events[1].property_before().SerializeAsString(), events[0].property_after().SerializeAsString());
  EXPECT_EQ(events[1].property_after().postcode(), "NR1 1DY");
  EXPECT_THAT(events[1].changed_fields(), Contains("postcode"));
  EXPECT_THAT(events[1].changed_fields(), Contains("lpis"));
  EXPECT_EQ(events[2].kind(), v1::CHANGE_KIND_PROPERTY_DELETED);
  EXPECT_EQ(events[2].property_before().postcode(), "NR1 1DY");
  EXPECT_FALSE(events[2].has_property_after());
}

TEST_F(GazetteerEventsTest, PayloadsHaveWhatWasAskedFor) {
  Commit(Rows("NR1 1DX", "PRINCE OF WALES ROAD"), model::ChangeType::kInsert);
  Commit(Rows("NR1 1DY", "PRINCE OF WALES ROAD"), model::ChangeType::kUpdate);
  const auto none = Watch(v1::CHANGE_PAYLOAD_NONE, kProperty);
  ASSERT_EQ(none.size(), 2U);
  EXPECT_FALSE(none[1].has_property_after());
  EXPECT_THAT(none[1].changed_fields(), IsEmpty());
  const auto full = Watch(v1::CHANGE_PAYLOAD_FULL, kProperty);
  EXPECT_FALSE(full[1].has_property_before());
  EXPECT_EQ(full[1].property_after().uprn(), 20900001001U);
  const auto changed = Watch(v1::CHANGE_PAYLOAD_CHANGED_FIELDS, kProperty);
  EXPECT_EQ(changed[0].property_after().uprn(), 20900001001U) << "of a new one all";
  EXPECT_EQ(changed[1].property_after().uprn(), 0U);
  EXPECT_EQ(changed[1].property_after().name(), kProperty);
  EXPECT_EQ(changed[1].property_after().postcode(), "NR1 1DY");
}

TEST_F(GazetteerEventsTest, StreetsToo) {
  Commit(Rows("NR1 1DX", "PRINCE OF WALES ROAD"), model::ChangeType::kInsert);
  Commit(Rows("NR1 1DX", "PRINCE OF WALES STREET"), model::ChangeType::kUpdate);
  const auto events = Watch(v1::CHANGE_PAYLOAD_BEFORE_AND_AFTER, "streets/20900001");
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].kind(), v1::CHANGE_KIND_STREET_CREATED);
  EXPECT_FALSE(events[0].has_street_before());
  EXPECT_EQ(events[1].street_before().SerializeAsString(), events[0].street_after().SerializeAsString());
  EXPECT_NE(events[1].street_after().SerializeAsString(), events[1].street_before().SerializeAsString());
  EXPECT_FALSE(events[1].changed_fields().empty());
}

TEST_F(GazetteerEventsTest, AnExportOfPropertiesGoesOnWithTheFeed) {
  std::vector<registry::GazetteerWrite> rows = registry::MakeStreet(20900001, "PRINCE OF WALES ROAD", "NR1 1DX", 700);
  const uint64_t whole = Commit(rows, model::ChangeType::kInsert);
  const uint64_t fewer =
      Commit(registry::MakeStreet(20900001, "PRINCE OF WALES ROAD", "NR1 1DX", 1), model::ChangeType::kDelete);
  CommitOne(*register_, registry::MakeWrite("housing", "H1", "Lena", "Castellane"));
  v1::ExportGoldenRequest request;
  request.mutable_filter()->add_entities(v1::ENTITY_KIND_PROPERTY);
  const auto uprns = [this](const v1::ExportGoldenRequest& asked, uint64_t* people) {
    std::vector<uint64_t> found;
    auto session = GoldenExport::Start(CallFor(*register_, 0), asked, register_.get());
    EXPECT_TRUE(session.ok()) << session.status();
    v1::ExportGoldenRequest next = asked;
    google::protobuf::Arena arena;
    while (true) {
      const auto message = (*session)->Next(arena);
      EXPECT_TRUE(message.ok()) << message.status();
      for (const v1::Property& property : (*message)->properties()) {
        EXPECT_EQ(property.lpis_size(), 1);
        found.push_back(property.uprn());
      }
      *people += static_cast<uint64_t>((*message)->people_size());
      if ((*message)->has_end()) {
        return found;
      }
      next.set_resume_token((*message)->resume_token());  // every message begins a new export
      session = GoldenExport::Start(CallFor(*register_, 0), next, register_.get());
      EXPECT_TRUE(session.ok()) << session.status();
    }
  };
  uint64_t people = 0;
  const std::vector<uint64_t> newest = uprns(request, &people);
  EXPECT_EQ(newest.size(), 699U);
  EXPECT_TRUE(std::ranges::is_sorted(newest));
  EXPECT_EQ(newest.front(), 20900001002U);
  EXPECT_EQ(people, 0U);
  request.set_as_of_revision(whole);
  EXPECT_EQ(uprns(request, &people).size(), 700U) << "what was deleted since is of the past";
  request.set_as_of_revision(fewer);
  EXPECT_EQ(uprns(request, &people), newest);
  request.mutable_filter()->add_entities(v1::ENTITY_KIND_PERSON);
  request.set_as_of_revision(0);
  EXPECT_EQ(uprns(request, &people), newest);
  EXPECT_EQ(people, 1U);
  EXPECT_TRUE(uprns({}, &people).empty()) << "where nobody names them";
}

}  // namespace
}  // namespace wensum::changes
