// The feed against its naive twin: random registers, and every event of every revision for several purposes and
// filters, read in one go when all is over; consumers that keep a copy from it; and all of that again above a horizon.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <iterator>

#include "services/changes/feed_compactor.h"
#include "services/changes/stale_export.h"
#include "services/changes/told_list.h"
#include "services/people/people_handler.h"
#include "services/rpc/resource_name.h"
#include "tests/services/changes/feed_test_util.h"
#include "tests/services/changes/feed_twin.h"
#include "tests/services/register/random_register_input.h"
#include "tests/support/seed.h"

namespace wensum::changes {
namespace {

constexpr std::string_view kRules = R"(
purposes: [service_delivery, electoral]
sources:
  - {name: housing, field_purposes: {date_of_birth: [electoral], attributes.band: [electoral]}}
  - {name: council_tax}
  - {name: contact, purposes: [service_delivery]}
  - {name: electoral_register, purposes: [electoral]}
)";

// A purpose and a filter.
struct Eyes {
  int purpose_bit = 0;
  std::set<std::string> sources;
  std::set<int> kinds;  // RecordKind
  std::set<std::string> stale_for = {};
};
const Eyes kEyes[] = {
    {.purpose_bit = 0},
    {.purpose_bit = 1},
    {.purpose_bit = 0, .sources = {"council_tax"}},
    {.purpose_bit = 1, .sources = {"housing", "electoral_register"}},
    {.purpose_bit = 0, .kinds = {v1::RECORD_KIND_ORGANISATION}},
    {.purpose_bit = 0, .stale_for = {"council_tax"}},
    {.purpose_bit = 1, .stale_for = {"electoral_register", "housing"}},
};

v1::ChangeFilter FilterOf(const Eyes& eyes) {
  v1::ChangeFilter filter;
  for (const std::string& source : eyes.sources) {
    filter.add_sources(source);
  }
  filter.mutable_stale_for_sources()->Assign(eyes.stale_for.begin(), eyes.stale_for.end());
  if (eyes.kinds.empty()) {
    filter.add_entities(v1::ENTITY_KIND_PERSON);
  }
  filter.add_entities(v1::ENTITY_KIND_ORGANISATION);
  return filter;
}

// A consumer's copy: people by name, and what other names lead to.
struct Copy {
  std::map<std::string, v1::Person> people;
  std::map<std::string, std::string> redirects;

  void Apply(const v1::ChangeEvent& event, v1::ChangePayload payload) {
    SCOPED_TRACE(event.ShortDebugString());
    switch (event.kind()) {
      case v1::CHANGE_KIND_PERSON_UPDATED: {
        ASSERT_TRUE(people.contains(event.name()));
        v1::Person& person = people[event.name()];
        if (payload == v1::CHANGE_PAYLOAD_FULL) {
          person = event.after();
          break;
        }
        for (const std::string& field : event.changed_fields()) {
          const auto& descriptor = *v1::Person::descriptor()->FindFieldByName(field.substr(0, field.find('.')));
          person.GetReflection()->ClearField(&person, &descriptor);
        }
        person.MergeFrom(event.after());
        break;
      }
      case v1::CHANGE_KIND_PERSON_CREATED:
      case v1::CHANGE_KIND_PERSON_SPLIT:
      case v1::CHANGE_KIND_PERSON_ENTERED:
        EXPECT_TRUE(people.emplace(event.name(), event.after()).second) << "is there already";
        redirects.erase(event.name());
        break;
      case v1::CHANGE_KIND_PERSON_MERGED:
        for (auto& [name, other] : redirects) {
          other = other == event.name() ? event.merged_into() : other;
        }
        redirects[event.name()] = event.merged_into();
        EXPECT_EQ(people.erase(event.name()), 1U);
        break;
      case v1::CHANGE_KIND_PERSON_LEFT:
        EXPECT_EQ(people.erase(event.name()), 1U);
        break;
      case v1::CHANGE_KIND_PERSON_ENDED:
        people.erase(event.name());
        std::erase_if(redirects, [&event](const auto& redirect) {
          return redirect.first == event.name() || redirect.second == event.name();
        });
        break;
      case v1::CHANGE_KIND_ID_REDIRECTED:
        redirects[event.name()] = event.merged_into();
        break;
      default:
        break;
    }
  }
};

class FeedModel {
 public:
  explicit FeedModel(uint64_t seed)
      : input_(seed),
        store_(storage::NewMemoryStore()),
        clock_(registry::kStartTime),
        register_(registry::OpenOrDie(store_.get(), &clock_, kRules)) {}

  void Write(int commits) {
    first_told_.clear();  // who is who may change
    for (int i = 0; i < commits; ++i) {
      registry::Mutation mutation;
      for (int n = input_.Chance(0.5) ? 1 : 1 + input_.Below(6); n > 0; --n) {
        if (input_.Chance(0.15)) {
          mutation.rows.push_back(input_.Row());
        } else {
          mutation.sources.push_back(input_.Chance(0.3) ? input_.Erase() : input_.Upsert());
        }
      }
      clock_.Advance(1'000);
      const registry::MutationResult result = register_->Commit(std::move(mutation));
      for (const registry::SourceResult& source : result.sources) {
        ids_ = std::max(ids_, source.ordinal);
      }
    }
  }

  std::vector<v1::ChangeEvent> Watch(const Eyes& eyes, v1::ChangePayload payload, const std::string& token = "") {
    v1::WatchChangesRequest request;
    *request.mutable_filter() = FilterOf(eyes);
    request.set_payload(payload);
    request.set_resume_token(token);
    request.set_after_revision(token.empty() ? horizon_ : 0);
    request.set_stop_at_head(true);
    request.set_bookmarks(true);
    const auto bell = std::make_shared<Bell>();  // the session rings it for a moment longer than it is waited for
    auto session = WatchSession::Start(CallFor(*register_, eyes.purpose_bit), request, register_.get(), &executor_,
                                       [bell] { bell->Ring(); });
    EXPECT_TRUE(session.ok()) << session.status();
    return TakeAll(**session, *bell);
  }

  // Every event of every revision, with its payloads.
  void CheckEvents(const Eyes& eyes) {
    const FeedTwin twin(register_.get(), eyes.purpose_bit, eyes.sources, eyes.kinds, eyes.stale_for);
    std::map<uint64_t, std::multimap<std::string, v1::ChangeEvent>> told;
    for (v1::ChangeEvent event : Watch(eyes, v1::CHANGE_PAYLOAD_BEFORE_AND_AFTER)) {
      if (event.kind() == v1::CHANGE_KIND_BOOKMARK) {
        continue;
      }
      std::set<std::string> fields;
      for (const std::string& field : event.changed_fields()) {
        fields.insert(field.substr(0, field.find('.')));
      }
      EXPECT_EQ(fields, event.kind() == v1::CHANGE_KIND_PERSON_UPDATED ? DifferentFields(event.before(), event.after())
                                                                       : std::set<std::string>());
      const uint64_t revision = event.revision();
      ++kinds_[event.kind()];
      event.clear_revision();
      event.clear_commit_time();
      event.clear_changed_fields();
      event.clear_last_of_revision();
      event.clear_resume_token();
      told[revision].emplace(event.name(), event);
    }
    std::set<std::string> known;
    FeedTwin::State before;
    for (uint64_t revision = 1; revision <= register_->revision(); ++revision) {
      FeedTwin::State after = twin.Read(revision, ids_);
      const auto expected = twin.Events(before, after, known);
      if (revision > horizon_) {
        ExpectSame(expected, told[revision], revision);
      }
      before = std::move(after);
    }
  }

  // Copies kept from every start, by whole and by changed fields, end with the newest state.
  void CheckCopies(const Eyes& eyes) {
    const FeedTwin twin(register_.get(), eyes.purpose_bit, eyes.sources, eyes.kinds, eyes.stale_for);
    const FeedTwin::State newest = twin.Read(register_->revision(), ids_);
    for (const v1::ChangePayload payload : {v1::CHANGE_PAYLOAD_FULL, v1::CHANGE_PAYLOAD_CHANGED_FIELDS}) {
      for (int i = 0; i < 3; ++i) {
        v1::ExportGoldenRequest request;
        *request.mutable_filter() = FilterOf(eyes);
        const uint64_t kept = register_->revision() - horizon_;
        request.set_as_of_revision(i == 0 ? register_->revision() : horizon_ + 1 + input_.random().Below(kept));
        const Exported exported = ExportAll(CallFor(*register_, eyes.purpose_bit), request, *register_);
        SCOPED_TRACE(::testing::Message() << "exported at " << exported.end.revision());
        EXPECT_EQ(exported.end.people(), exported.people.size());
        Copy copy;
        for (const v1::Person& person : exported.people) {
          EXPECT_TRUE(copy.people.emplace(person.name(), person).second) << "exported twice";
        }
        for (const v1::ChangeEvent& event : Watch(eyes, payload, exported.end.watch_token())) {
          EXPECT_GT(event.revision(), exported.end.revision());
          copy.Apply(event, payload);
        }
        ExpectIs(copy, newest,
                 /*redirects=*/eyes.sources.empty() && eyes.kinds.empty() && eyes.stale_for.empty());
      }
    }
  }

  // Drops events up to a random revision while readers from random places are under way: each gets what it would have
  // got, in order and without gaps, to the end or up to where the horizon passed it.
  void Compact() {
    const Eyes eyes{.purpose_bit = 0};
    const std::vector<v1::ChangeEvent> all = Watch(eyes, v1::CHANGE_PAYLOAD_NONE);
    const uint64_t newest = register_->revision();
    ASSERT_GE(newest, horizon_ + 2);
    const uint64_t before = horizon_ + 2 + input_.random().Below(newest - horizon_ - 1);
    struct Reader {
      std::shared_ptr<Bell> bell = std::make_shared<Bell>();
      uint64_t after = 0;
      std::shared_ptr<WatchSession> session;
    };
    std::vector<Reader> readers(8);
    for (Reader& reader : readers) {
      reader.after = horizon_ + input_.random().Below(newest - horizon_ + 1);
      v1::WatchChangesRequest request;
      *request.mutable_filter() = FilterOf(eyes);
      request.set_after_revision(reader.after);
      request.set_stop_at_head(true);
      auto session = WatchSession::Start(CallFor(*register_, 0), request, register_.get(), &executor_,
                                         [bell = reader.bell] { bell->Ring(); });
      ASSERT_TRUE(session.ok()) << session.status();
      reader.session = *session;
    }
    FeedCompactor compactor(register_.get(), ConsumerBook::Make(register_.get(), &clock_, &executor_), &clock_);
    v1::CompactChangesRequest request;
    request.set_before_revision(before);
    request.set_actor("ann");
    request.set_reason("test");
    v1::CompactChangesResponse response;
    rpc::CallContext call = CallFor(*register_, 0);
    const absl::Status status = compactor.Compact(call, request, response);
    ASSERT_TRUE(status.ok()) << status;
    EXPECT_EQ(response.dropped_revisions(), before - 1 - horizon_);
    EXPECT_EQ(response.feed_horizon().revision(), before - 1);
    horizon_ = before - 1;
    for (Reader& reader : readers) {
      std::vector<std::string> expected;
      for (const v1::ChangeEvent& event : all) {
        if (event.revision() > reader.after && event.kind() != v1::CHANGE_KIND_BOOKMARK) {
          expected.push_back(Cat(event.revision(), event.name(), v1::ChangeKind_Name(event.kind())));
        }
      }
      std::vector<std::string> told;
      uint64_t last = reader.after;
      const absl::Status outcome = TakeUntilEnd(*reader.session, *reader.bell, [&](const v1::ChangeEvent& event) {
        told.push_back(Cat(event.revision(), event.name(), v1::ChangeKind_Name(event.kind())));
        last = event.revision();
      });
      ASSERT_LE(told.size(), expected.size());
      if (outcome.ok()) {
        EXPECT_EQ(told, expected);
      } else {
        EXPECT_TRUE(absl::IsOutOfRange(outcome)) << outcome;
        EXPECT_LT(last, horizon_);
        expected.resize(told.size());
        EXPECT_EQ(told, expected);
        ++passed_;
      }
    }
    const auto report = register_->Verify();
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(report->differences, 0U) << (report->details.empty() ? "" : report->details.front());
  }

  // What was told of each person is what the feed tells of all names that lead to them, backwards, in pages.
  void CheckTold(int purpose_bit) {
    std::vector<v1::ChangeEvent> events = Watch({.purpose_bit = purpose_bit}, v1::CHANGE_PAYLOAD_FULL);
    std::ranges::reverse(events);
    const FeedTwin twin(register_.get(), purpose_bit, {}, {});
    const auto book = ConsumerBook::Make(register_.get(), &clock_, &executor_);
    const FeedTwin::State newest = twin.Read(register_->revision(), ids_);
    for (const auto& [name, id] : newest) {
      if (!id.itself) {
        continue;
      }
      std::vector<std::string> expected;
      for (v1::ChangeEvent event : events) {
        const auto found = newest.find(event.name());
        if (found != newest.end() && (event.name() == name || found->second.leads_to == name)) {
          event.clear_last_of_revision();
          event.clear_resume_token();
          expected.push_back(event.ShortDebugString());
        }
      }
      std::vector<std::string> told;
      uint64_t oldest = 0;
      uint64_t not_kept = 0;
      v1::ListToldRequest request;
      request.set_name(name);
      request.set_payload(v1::CHANGE_PAYLOAD_FULL);
      request.set_page_size(3);
      do {
        v1::ListToldResponse response;
        rpc::CallContext call = CallFor(*register_, purpose_bit);
        const absl::Status status = ListTold(call, request, *register_, *book, response);
        ASSERT_TRUE(status.ok()) << status;
        for (const v1::ListToldResponse::Told& one : response.told()) {
          EXPECT_TRUE(one.consumers().empty());
          told.push_back(one.event().ShortDebugString());
          oldest = one.event().revision();
        }
        not_kept = response.not_kept_revision();
        request.set_page_token(response.next_page_token());
      } while (!request.page_token().empty());
      ASSERT_EQ(told, expected) << name;
      if (horizon_ == 0) {
        EXPECT_EQ(not_kept, 0U) << name;
      }
      uint64_t& first = first_told_.try_emplace({purpose_bit, name}, oldest).first->second;
      if (first != 0 && first <= horizon_) {
        EXPECT_EQ(not_kept, horizon_) << name << " was told of at " << first;
        ++not_kept_;
      }
      told_ += static_cast<int>(told.size());
    }
  }

  // The export of stale values has, person by person, what ListLinks has; so does one that goes on from any message.
  // With `missing`, so has that of what records lack.
  void CheckStale(int purpose_bit, bool missing) {
    const uint64_t revision = 1 + input_.random().Below(register_->revision());
    const FeedTwin twin(register_.get(), purpose_bit, {}, {});
    std::vector<std::pair<uint64_t, std::string>> expected;
    for (const auto& [name, id] : twin.Read(revision, ids_)) {
      if (id.itself) {
        AddStale(name, *rpc::ParsePersonName(register_->ids(), name, "name"), revision, purpose_bit, missing, expected);
      }
    }
    std::ranges::stable_sort(expected, {}, &std::pair<uint64_t, std::string>::first);
    v1::ExportStaleValuesRequest request;
    request.set_as_of_revision(revision);
    if (missing) {
      request.add_statuses(v1::LINK_STATUS_MISSING);
    }
    auto started = StaleExport::Start(CallFor(*register_, purpose_bit), request, register_.get());
    ASSERT_TRUE(started.ok()) << started.status();
    google::protobuf::Arena arena;
    const auto message = (*started)->Next(arena);
    ASSERT_TRUE(message.ok()) << message.status();
    ASSERT_TRUE((*message)->has_end());
    EXPECT_EQ((*message)->end().revision(), revision);
    EXPECT_EQ((*message)->end().values(), expected.size());
    std::vector<std::string> values;
    std::vector<std::string> expected_values;
    for (const v1::StaleValue& value : (*message)->values()) {
      values.push_back(Cat(value.person(), value.source_key().ShortDebugString(), value.value().ShortDebugString()));
    }
    for (auto& [id, text] : expected) {
      expected_values.push_back(std::move(text));
    }
    EXPECT_EQ(values, expected_values);
    (missing ? missing_ : stale_) += static_cast<int>(values.size());
  }

  [[nodiscard]] int told() const { return told_; }
  // Times that it was said that a list is not complete, and readers that the horizon passed.
  [[nodiscard]] int not_kept() const { return not_kept_; }
  [[nodiscard]] int passed() const { return passed_; }
  [[nodiscard]] int stale() const { return stale_; }
  [[nodiscard]] int missing() const { return missing_; }
  [[nodiscard]] const std::map<int, int>& kinds() const { return kinds_; }
  [[nodiscard]] const registry::Register& reg() const { return *register_; }

 private:
  void AddStale(const std::string& name, uint64_t id, uint64_t revision, int purpose_bit, bool missing,
                std::vector<std::pair<uint64_t, std::string>>& expected) {
    v1::ListPersonLinksRequest request;
    request.set_name(name);
    request.mutable_read()->set_as_of_revision(revision);
    request.add_statuses(missing ? v1::LINK_STATUS_MISSING : v1::LINK_STATUS_STALE);
    v1::ListPersonLinksResponse response;
    rpc::CallContext call = CallFor(*register_, purpose_bit);
    const absl::Status status = people::PeopleHandler(register_.get()).ListLinks(call, request, response);
    ASSERT_TRUE(status.ok()) << status;
    for (const v1::SourceLink& link : response.links()) {
      for (const v1::LinkedValue& value : link.values()) {
        expected.emplace_back(id, Cat(name, link.source_key().ShortDebugString(), value.ShortDebugString()));
      }
    }
  }

  static void ExpectSame(const std::multimap<std::string, v1::ChangeEvent>& expected,
                         const std::multimap<std::string, v1::ChangeEvent>& told, uint64_t revision) {
    const auto texts = [](const auto& events) {
      std::multiset<std::string> all;
      for (const auto& [name, event] : events) {
        all.insert(event.ShortDebugString());
      }
      return all;
    };
    EXPECT_EQ(texts(expected), texts(told)) << "at revision " << revision;
  }

  // Where people lead who do not fit the filter is not told.
  static void ExpectIs(const Copy& copy, const FeedTwin::State& newest, bool redirects) {
    size_t people = 0;
    for (const auto& [name, id] : newest) {
      const auto held = copy.people.find(name);
      ASSERT_EQ(held != copy.people.end(), id.matches) << name;
      if (id.matches) {
        ++people;
        EXPECT_EQ(held->second.ShortDebugString(), id.person.ShortDebugString());
      }
    }
    EXPECT_EQ(people, copy.people.size());
    for (const auto& [name, other] : copy.redirects) {
      const std::string& leads_to = newest.at(name).leads_to;  // empty: to somebody who ended
      EXPECT_TRUE(!redirects || leads_to.empty() || other == leads_to) << name << ": " << other << ", not " << leads_to;
    }
  }

  registry::RandomRegisterInput input_;
  const std::unique_ptr<storage::Store> store_;
  ManualClock clock_;
  std::unique_ptr<registry::Register> register_;
  rpc::Executor executor_{2};
  uint64_t ids_ = 0;
  std::map<int, int> kinds_;
  int told_ = 0;
  int stale_ = 0;
  uint64_t horizon_ = 0;
  // The first revision at which a person was told of, by purpose and name, as long as nothing was written since.
  std::map<std::pair<int, std::string>, uint64_t> first_told_;
  int not_kept_ = 0;
  int passed_ = 0;
  int missing_ = 0;
};

TEST(FeedModel, TellsWhatTheStatesSay) {
  const uint64_t first = TestSeed(1);
  std::map<int, int> kinds;
  int told = 0;
  int stale = 0;
  int not_kept = 0;
  int passed = 0;
  int missing = 0;
  for (uint64_t seed = first; seed < first + static_cast<uint64_t>(Rounds(6, 200)) && !::testing::Test::HasFailure();
       ++seed) {
    SCOPED_TRACE(::testing::Message() << "WENSUM_SEED=" << seed);
    FeedModel model(seed);
    model.Write(40);
    for (const Eyes& eyes : kEyes) {
      model.CheckEvents(eyes);
      model.CheckCopies(eyes);
    }
    for (const int purpose_bit : {0, 1}) {
      model.CheckTold(purpose_bit);
      model.CheckStale(purpose_bit, /*missing=*/false);
      model.CheckStale(purpose_bit, /*missing=*/true);
    }
    for (int i = 0; i < 2; ++i) {
      model.Compact();
      const Eyes& eyes = kEyes[(seed + static_cast<uint64_t>(i)) % std::size(kEyes)];
      model.CheckEvents(eyes);
      model.CheckCopies(eyes);
      model.CheckTold(0);
      model.CheckTold(1);
      model.CheckStale(i, /*missing=*/false);
      model.Write(10);
    }
    not_kept += model.not_kept();
    passed += model.passed();
    told += model.told();
    stale += model.stale();
    missing += model.missing();
    for (const auto& [kind, count] : model.kinds()) {
      kinds[kind] += count;
    }
  }
  std::cout << "seeds from " << first;
  for (const auto& [kind, count] : kinds) {
    std::cout << ", " << v1::ChangeKind_Name(static_cast<v1::ChangeKind>(kind)) << " " << count;
  }
  std::cout << ", told of people " << told << ", stale values " << stale << ", missing ones " << missing
            << ", lists that are not complete " << not_kept << ", readers that the horizon passed " << passed
            << std::endl;
  if (std::getenv("WENSUM_SEED") == nullptr) {
    EXPECT_GT(told, 0);
    EXPECT_GT(stale, 0);
    EXPECT_GT(missing, 0);
    EXPECT_GT(not_kept, 0);
    for (const v1::ChangeKind kind :
         {v1::CHANGE_KIND_PERSON_CREATED, v1::CHANGE_KIND_PERSON_UPDATED, v1::CHANGE_KIND_PERSON_MERGED,
          v1::CHANGE_KIND_PERSON_SPLIT, v1::CHANGE_KIND_PERSON_ENDED, v1::CHANGE_KIND_PERSON_ENTERED,
          v1::CHANGE_KIND_PERSON_LEFT, v1::CHANGE_KIND_ID_ANCHORED}) {
      EXPECT_GT(kinds[kind], 0) << v1::ChangeKind_Name(kind) << " was never told: the test proves nothing of it";
    }
  }
}

}  // namespace
}  // namespace wensum::changes
