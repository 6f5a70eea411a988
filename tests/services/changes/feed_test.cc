// Where the feed starts and goes on, what it keeps to itself, and what it costs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "tests/services/changes/feed_test_util.h"
#include "tests/services/register/register_test_util.h"

namespace wensum::changes {
namespace {

using registry::CommitOne;
using registry::MakeErase;
using registry::MakeWrite;
using registry::SourceWrite;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kRules = R"(
purposes: [service_delivery, electoral]
sources:
  - {name: housing, field_purposes: {date_of_birth: [electoral]}}
  - {name: council_tax}
  - {name: electoral_register, purposes: [electoral]}
  - {name: assets, field_purposes: {attributes.rent: [electoral]}}
  - {name: shelters, field_purposes: {addresses: [electoral]}}
)";

class FeedTest : public ::testing::Test {
 protected:
  FeedTest()
      : store_(storage::NewMemoryStore()),
        clock_(registry::kStartTime),
        register_(registry::OpenOrDie(store_.get(), &clock_, kRules)) {}

  uint64_t Write(SourceWrite write) { return CommitOne(*register_, std::move(write)).revision; }
  SourceWrite Lena(std::string source, std::string_view born = "1982-07-30") {
    return MakeWrite(std::move(source), "1", "Lena", "Castellane", born, "4 Oak Street", "NR3 1AA");
  }

  absl::StatusOr<std::shared_ptr<WatchSession>> Start(const v1::WatchChangesRequest& request, int purpose_bit = 0,
                                                      std::chrono::milliseconds pause = std::chrono::hours(24)) {
    auto session = WatchSession::Start(
        CallFor(*register_, purpose_bit), request, register_.get(), &executor_, [this] { bell_.Ring(); }, pause);
    if (session.ok()) {
      sessions_.push_back(*session);
    }
    return session;
  }

  std::vector<v1::ChangeEvent> Watch(v1::WatchChangesRequest request, int purpose_bit = 0) {
    request.set_stop_at_head(true);
    const auto session = Start(request, purpose_bit);
    EXPECT_TRUE(session.ok()) << session.status();
    return session.ok() ? TakeAll(**session, bell_) : std::vector<v1::ChangeEvent>();
  }

  static std::vector<v1::ChangeKind> Kinds(const std::vector<v1::ChangeEvent>& events) {
    std::vector<v1::ChangeKind> kinds;
    for (const v1::ChangeEvent& event : events) {
      kinds.push_back(event.kind());
    }
    return kinds;
  }

  const std::unique_ptr<storage::Store> store_;
  ManualClock clock_;
  const std::unique_ptr<registry::Register> register_;
  Bell bell_;
  std::vector<std::shared_ptr<WatchSession>> sessions_;
  rpc::Executor executor_{2};
};

TEST_F(FeedTest, TokensGoOnExactlyBehindTheirRevision) {
  for (int i = 0; i < 20; ++i) {
    Write(MakeWrite("council_tax", Cat("K", i), Cat("Name", i), "Smith"));
  }
  v1::WatchChangesRequest request;
  const std::vector<v1::ChangeEvent> all = Watch(request);
  ASSERT_EQ(all.size(), 20U);
  for (size_t i = 0; i < all.size(); ++i) {
    request.set_resume_token(all[i].resume_token());
    EXPECT_EQ(Watch(request).size(), all.size() - i - 1);
  }
}

TEST_F(FeedTest, TokensOfSomethingElseAreRefused) {
  Write(Lena("council_tax"));
  v1::WatchChangesRequest plain;
  const std::string token = Watch(plain).back().resume_token();
  const auto refused = [this](v1::WatchChangesRequest request, const std::string& resume, int purpose_bit = 0) {
    request.set_resume_token(resume);
    const absl::Status status = Start(request, purpose_bit).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("resume_token"));
  };
  v1::WatchChangesRequest other = plain;
  other.mutable_filter()->add_sources("council_tax");
  refused(other, token);
  other = plain;
  other.add_kinds(v1::CHANGE_KIND_PERSON_CREATED);
  refused(other, token);
  refused(plain, token, /*purpose_bit=*/1);
  refused(plain, token + "A");
  refused(plain, "nonsense");
  refused(plain, ExportAll(CallFor(*register_, 0), {}, *register_).tokens.back());
  other = plain;
  other.set_after_revision(1);
  refused(other, token);
  // The payload is no part of what was asked for, nor is the order of a filter.
  other = plain;
  other.set_payload(v1::CHANGE_PAYLOAD_FULL);
  other.set_resume_token(token);
  EXPECT_TRUE(Start(other).ok());
  v1::WatchChangesRequest two;
  two.mutable_filter()->add_sources("housing");
  two.mutable_filter()->add_sources("council_tax");
  const std::string of_two = Watch(two).back().resume_token();
  two.mutable_filter()->mutable_sources()->SwapElements(0, 1);
  two.set_resume_token(of_two);
  EXPECT_TRUE(Start(two).ok());
  // One register's token means nothing to another, whose ids are others.
  const auto store = storage::NewMemoryStore();
  const auto elsewhere = registry::OpenOrDie(store.get(), &clock_, kRules);
  CommitOne(*elsewhere, Lena("council_tax"));
  plain.set_resume_token(token);
  EXPECT_EQ(WatchSession::Start(CallFor(*elsewhere, 0), plain, elsewhere.get(), &executor_, [] {}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(FeedTest, WhatIsNotThereIsNamed) {
  v1::WatchChangesRequest request;
  request.mutable_filter()->add_sources("nowhere");
  request.mutable_filter()->add_fields("etag");
  request.mutable_filter()->add_fields("attributes.");
  request.mutable_filter()->add_entities(v1::ENTITY_KIND_UNSPECIFIED);
  const absl::Status status = Start(request).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  for (const char* const field : {"filter.sources[0]", "filter.fields[0]", "filter.fields[1]", "filter.entities[0]"}) {
    EXPECT_THAT(std::string(status.message()), HasSubstr(field));
  }
  v1::WatchChangesRequest ahead;
  ahead.set_after_revision(7);
  EXPECT_EQ(Start(ahead).status().code(), absl::StatusCode::kOutOfRange);
  v1::ExportGoldenRequest exported;
  exported.set_as_of_revision(7);
  EXPECT_EQ(GoldenExport::Start(CallFor(*register_, 0), exported, register_.get()).status().code(),
            absl::StatusCode::kOutOfRange);
}

// A hidden value, and everything of a hidden source, come and go without a trace: not an event, not a byte.
TEST_F(FeedTest, WhatThePurposeMayNotSeeIsNoEvent) {
  Write(Lena("housing"));
  Write(Lena("council_tax", ""));
  v1::WatchChangesRequest request;
  request.set_payload(v1::CHANGE_PAYLOAD_BEFORE_AND_AFTER);
  request.set_after_revision(register_->revision());
  Write(Lena("housing", "1982-07-31"));
  Write(Lena("electoral_register"));
  Write(MakeWrite("electoral_register", "2", "Anon", "Ymous"));
  Write(MakeErase("electoral_register", "1"));
  clock_.Advance(1'000'000);
  SourceWrite later = Lena("council_tax", "");
  later.record.source_time += 5'000'000;
  Write(std::move(later));
  EXPECT_THAT(Watch(request), IsEmpty());
  EXPECT_THAT(Kinds(Watch(request, /*purpose_bit=*/1)),
              ElementsAre(v1::CHANGE_KIND_PERSON_UPDATED, v1::CHANGE_KIND_PERSON_UPDATED,
                          v1::CHANGE_KIND_PERSON_CREATED, v1::CHANGE_KIND_PERSON_UPDATED));
  // The next visible change shows what is visible alone.
  SourceWrite named = Lena("council_tax", "");
  named.record.details.phones = {"01603 212121"};
  Write(std::move(named));
  const std::vector<v1::ChangeEvent> events = Watch(request);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_THAT(events[0].changed_fields(), ElementsAre("phones"));
  for (const v1::Person* const person : {&events[0].before(), &events[0].after()}) {
    EXPECT_FALSE(person->has_date_of_birth());
    EXPECT_EQ(person->contributors_size(), 2);
    EXPECT_EQ(person->etag(), 0U) << "tells of hidden changes";
    EXPECT_FALSE(person->contributors(0).has_receive_time()) << "tells of hidden changes";
  }
}

TEST_F(FeedTest, PayloadsAreOfTheirRevision) {
  Write(Lena("council_tax"));
  SourceWrite second = Lena("council_tax");
  second.record.details.phones = {"01603 212121"};
  Write(second);
  second.record.details.emails = {"lena@example.org"};
  Write(second);
  v1::WatchChangesRequest request;
  request.set_payload(v1::CHANGE_PAYLOAD_CHANGED_FIELDS);
  const std::vector<v1::ChangeEvent> events = Watch(request);
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[0].after().person_name().surname(), "Castellane");
  EXPECT_THAT(events[0].after().phones(), IsEmpty());
  EXPECT_THAT(events[1].changed_fields(), ElementsAre("phones"));
  EXPECT_THAT(events[1].after().phones(), ElementsAre("+441603212121"));
  EXPECT_THAT(events[1].after().emails(), IsEmpty());
  EXPECT_FALSE(events[1].after().has_person_name()) << "has not changed";
  EXPECT_THAT(events[2].changed_fields(), ElementsAre("emails"));
  request.set_payload(v1::CHANGE_PAYLOAD_NONE);
  for (const v1::ChangeEvent& event : Watch(request)) {
    EXPECT_FALSE(event.has_after() || event.has_before() || event.changed_fields_size() > 0);
  }
}

TEST_F(FeedTest, FieldsOfUpdatesAreChosen) {
  SourceWrite write = Lena("council_tax");
  Write(write);
  write.record.details.attributes = {{.name = "band", .value = "A"}};
  Write(write);
  write.record.details.phones = {"01603 212121"};
  Write(write);
  write.record.details.attributes.push_back({.name = "tenure", .value = "owner"});
  Write(write);
  const auto updates = [this](const char* field) {
    v1::WatchChangesRequest request;
    request.mutable_filter()->add_fields(field);
    request.add_kinds(v1::CHANGE_KIND_PERSON_UPDATED);
    return Watch(request).size();
  };
  EXPECT_EQ(updates("phones"), 1U);
  EXPECT_EQ(updates("attributes.band"), 1U);
  EXPECT_EQ(updates("attributes.tenure"), 1U);
  EXPECT_EQ(updates("attributes"), 2U);
  EXPECT_EQ(updates("sex"), 0U);
}

// Records of properties: what is said of them, and where they are, as far as the purpose may see it.
TEST_F(FeedTest, RecordsOfPropertiesComeMoveAndGo) {
  registry::Mutation street;
  street.rows = registry::MakeStreet(20900001, "PRINCE OF WALES ROAD", "NR1 1DX", 2);
  ASSERT_TRUE(register_->Commit(std::move(street)).status.ok());
  const auto record = [this](std::string source, int house, std::string rent) {
    clock_.Advance(1'000);
    SourceWrite write = MakeWrite(std::move(source), "P", "", "", "", Cat(house, " Prince of Wales Road"), "NR1 1DX");
    write.record.kind = model::RecordKind::kProperty;
    write.record.details.attributes = {{.name = "rent", .value = std::move(rent)}, {.name = "band", .value = "A"}};
    return write;
  };
  const auto told = [this](int purpose_bit) {
    v1::WatchChangesRequest request;
    request.mutable_filter()->add_entities(v1::ENTITY_KIND_PROPERTY);
    std::vector<std::string> events;
    for (const v1::ChangeEvent& event : Watch(request, purpose_bit)) {
      if (event.name().starts_with("properties/p-")) {
        events.push_back(
            Cat(v1::ChangeKind_Name(event.kind()).substr(std::string_view("CHANGE_KIND_PROPERTY_RECORD_").size()), " ",
                event.property()));
      }
    }
    return events;
  };
  Write(record("assets", 1, "100"));
  Write(record("assets", 1, "200"));
  Write(record("assets", 2, "200"));
  Write(MakeErase("assets", "P"));
  EXPECT_THAT(told(0), ElementsAre("CREATED properties/20900001001", "LEFT properties/20900001001",
                                   "UPDATED properties/20900001002", "ENDED properties/20900001002"));
  EXPECT_THAT(told(1), ElementsAre("CREATED properties/20900001001", "UPDATED properties/20900001001",
                                   "LEFT properties/20900001001", "UPDATED properties/20900001002",
                                   "ENDED properties/20900001002"));
  const size_t seen = told(0).size();
  Write(record("shelters", 1, "100"));
  Write(record("shelters", 2, "100"));
  Write(MakeErase("shelters", "P"));
  const std::vector<std::string> hidden = told(0);
  EXPECT_THAT(std::vector(hidden.begin() + static_cast<ptrdiff_t>(seen), hidden.end()),
              ElementsAre("CREATED ", "ENDED "))
      << "where it is, and that it moved, is not for this purpose";
  EXPECT_EQ(told(1).size(), 5U + 4U);
}

TEST_F(FeedTest, ANarrowFilterMovesOnByBookmarks) {
  v1::WatchChangesRequest request;
  request.mutable_filter()->add_sources("housing");
  request.set_bookmarks(true);
  const auto started = Start(request, 0, std::chrono::milliseconds(1));
  ASSERT_TRUE(started.ok());
  const uint64_t revision = Write(Lena("council_tax"));
  v1::ChangeEvent event;
  while (!(*started)->TakeEvent(event)) {
    bell_.Wait();
  }
  EXPECT_EQ(event.kind(), v1::CHANGE_KIND_BOOKMARK);
  EXPECT_EQ(event.revision(), revision);
  EXPECT_FALSE(event.has_commit_time());
  (*started)->Cancel();
  // At the end of what there is, one comes at once; without the wish, none.
  const uint64_t head = Write(MakeWrite("council_tax", "2", "Bob", "Lee"));
  const std::vector<v1::ChangeEvent> events = Watch(request);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].revision(), head);
  v1::WatchChangesRequest again = request;
  again.set_resume_token(events[0].resume_token());
  EXPECT_THAT(Watch(again), IsEmpty()) << "the bookmark's token is at the head";
  request.set_bookmarks(false);
  EXPECT_THAT(Watch(request), IsEmpty());
}

TEST_F(FeedTest, LargePayloadsWaitInBoundedMemory) {
  constexpr int kPeople = 200;
  SourceWrite large = MakeWrite("council_tax", "", "", "");
  large.record.kind = model::RecordKind::kOrganisation;  // which are never matched
  for (int i = 0; i < kPeople; ++i) {
    large.record.key.key = Cat("K", i);
    large.record.details.organisation_name = Cat("Wensum Boats ", i);
    large.record.details.attributes.clear();
    for (int a = 0; a < 40; ++a) {
      large.record.details.attributes.push_back({.name = Cat("a", a), .value = std::string(900, 'x')});
    }
    Write(large);
  }
  v1::WatchChangesRequest request;
  request.set_payload(v1::CHANGE_PAYLOAD_FULL);
  request.set_stop_at_head(true);
  const auto session = Start(request);
  ASSERT_TRUE(session.ok());
  bell_.Wait();
  // 36 KB each: 4 MiB are some 120.
  EXPECT_GT((*session)->waiting(), 50U);
  EXPECT_LT((*session)->waiting(), 150U);
  EXPECT_EQ(TakeAll(**session, bell_).size(), static_cast<size_t>(kPeople)) << "and all come";
}

TEST_F(FeedTest, AnExportGoesOnFromAnyMessage) {
  for (int i = 0; i < 600; ++i) {
    SourceWrite write = MakeWrite("council_tax", Cat("K", i), Cat("Name", i), "Smith");
    write.record.details.attributes = {{.name = "note", .value = std::string(900, 'x')}};
    Write(std::move(write));
  }
  const rpc::CallContext call = CallFor(*register_, 0);
  const Exported whole = ExportAll(call, {}, *register_);
  ASSERT_EQ(whole.people.size(), 600U);
  ASSERT_GT(whole.tokens.size(), 3U) << "one message proves nothing";
  Write(MakeErase("council_tax", "K599"));
  Write(MakeWrite("council_tax", "K598", "Another", "Name"));
  for (const std::string& token : whole.tokens) {
    v1::ExportGoldenRequest request;
    request.set_resume_token(token);
    const Exported rest = ExportAll(call, request, *register_);
    ASSERT_LE(rest.people.size(), whole.people.size());
    EXPECT_EQ(rest.end.people(), rest.people.size());
    EXPECT_EQ(rest.end.revision(), whole.end.revision());
    EXPECT_EQ(rest.end.watch_token(), whole.end.watch_token());
    EXPECT_TRUE(std::equal(
        rest.people.rbegin(), rest.people.rend(), whole.people.rbegin(),
        [](const v1::Person& a, const v1::Person& b) { return a.SerializeAsString() == b.SerializeAsString(); }))
        << "the same state, whatever was written meanwhile";
  }
}

}  // namespace
}  // namespace wensum::changes
