// Who watches under a name, what is kept of it, and what lists say of it.
#include "services/changes/consumer_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "services/changes/told_list.h"
#include "services/rpc/resource_name.h"
#include "tests/services/changes/feed_test_util.h"
#include "tests/services/register/register_test_util.h"

namespace wensum::changes {
namespace {

using registry::CommitOne;
using registry::MakeWrite;
using registry::SourceWrite;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ConsumerBookTest : public ::testing::Test {
 protected:
  uint64_t Write(std::string source, std::string key, std::string surname, std::string phone = "", int day = 0) {
    const bool lena = surname == "Castellane";  // others are somebody else
    SourceWrite write =
        MakeWrite(std::move(source), std::move(key), lena ? "Lena" : "Obi", std::move(surname),
                  lena ? "1982-07-30" : "1951-01-02", lena ? "4 Oak Street" : "", lena ? "NR3 1AA" : "");
    write.record.source_time = registry::kStartTime + TimeMicros{day} * 86'400'000'000;
    if (!phone.empty()) {
      write.record.details.phones.push_back(std::move(phone));
    }
    clock_.Advance(1'000'000);
    return CommitOne(*register_, std::move(write)).ordinal;
  }
  std::shared_ptr<ConsumerBook> NewBook() {
    return ConsumerBook::Make(register_.get(), &clock_, &executor_, std::chrono::hours(24));
  }
  static v1::WatchChangesRequest As(std::string consumer, uint64_t after = 0) {
    v1::WatchChangesRequest request;
    request.set_consumer(std::move(consumer));
    request.set_after_revision(after);
    request.set_stop_at_head(true);
    return request;
  }
  absl::StatusOr<std::shared_ptr<WatchSession>> Start(const v1::WatchChangesRequest& request, int purpose_bit = 0) {
    const auto bell = bell_;
    return WatchSession::Start(
        CallFor(*register_, purpose_bit), request, register_.get(), &executor_, [bell] { bell->Ring(); },
        WatchSession::kBookmarkPause, book_);
  }
  std::vector<v1::ChangeEvent> Watch(const v1::WatchChangesRequest& request, int purpose_bit = 0) {
    const auto session = Start(request, purpose_bit);
    EXPECT_TRUE(session.ok()) << session.status();
    return session.ok() ? TakeAll(**session, *bell_) : std::vector<v1::ChangeEvent>();
  }
  // "name from-sent resumed"
  std::vector<std::string> Consumers(int purpose_bit = 0) {
    rpc::CallContext call = CallFor(*register_, purpose_bit);
    v1::ListConsumersResponse response;
    const absl::Status status = ListConsumers(call, *register_, *book_, response);
    EXPECT_TRUE(status.ok()) << status;
    std::vector<std::string> texts;
    for (const v1::Consumer& consumer : response.consumers()) {
      texts.push_back(Cat(consumer.name(), " ", consumer.from_revision(), "-", consumer.sent_revision(), " ",
                          consumer.resumed_revision()));
    }
    return texts;
  }
  absl::StatusOr<v1::ListToldResponse> Told(uint64_t id, std::string consumer = "") {
    v1::ListToldRequest request;
    request.set_name(rpc::PersonName(register_->ids(), id));
    request.set_consumer(std::move(consumer));
    rpc::CallContext call = CallFor(*register_, 0);
    v1::ListToldResponse response;
    const absl::Status status = ListTold(call, request, *register_, *book_, response);
    return status.ok() ? absl::StatusOr<v1::ListToldResponse>(response) : status;
  }
  // "KIND revision: consumers"
  static std::vector<std::string> Texts(const absl::StatusOr<v1::ListToldResponse>& response) {
    EXPECT_TRUE(response.ok()) << response.status();
    std::vector<std::string> texts;
    for (const v1::ListToldResponse::Told& told : response->told()) {
      std::string& text = texts.emplace_back(
          Cat(v1::ChangeKind_Name(told.event().kind()).substr(12), " ", told.event().revision(), ":"));
      for (const std::string& consumer : told.consumers()) {
        AppendTo(text, " ", consumer);
      }
    }
    return texts;
  }

  std::unique_ptr<storage::Store> store_ = storage::NewMemoryStore();
  ManualClock clock_{registry::kStartTime};
  std::unique_ptr<registry::Register> register_ = registry::OpenOrDie(store_.get(), &clock_);
  std::shared_ptr<Bell> bell_ = std::make_shared<Bell>();
  rpc::Executor executor_{2};
  std::shared_ptr<ConsumerBook> book_ = NewBook();
};

TEST_F(ConsumerBookTest, WhatWasSentIsKept) {
  Write("housing", "H1", "Castellane");
  Write("housing", "H2", "Okonkwo");
  EXPECT_EQ(Watch(As("warehouse")).size(), 2U);
  EXPECT_THAT(Consumers(), ElementsAre("warehouse 0-2 0"));
  EXPECT_THAT(Consumers(/*purpose_bit=*/1), IsEmpty());
  Write("housing", "H3", "Smith");
  EXPECT_EQ(Watch(As("warehouse", 2)).size(), 1U);
  EXPECT_THAT(Consumers(), ElementsAre("warehouse 0-3 2"));
  // Another one, told of by another server's start.
  ASSERT_TRUE(book_->Flush().ok());
  book_ = NewBook();
  EXPECT_THAT(Consumers(), ElementsAre("warehouse 0-3 2"));
  Watch(As("a-copy", 1));
  EXPECT_THAT(Consumers(), ElementsAre("a-copy 1-3 1", "warehouse 0-3 2"));
  const uint64_t revision = register_->revision();
  ASSERT_TRUE(book_->Flush().ok());
  EXPECT_EQ(register_->revision(), revision) << "an account makes no revision";
  EXPECT_EQ(register_->Verify()->differences, 0U);
}

TEST_F(ConsumerBookTest, AnEventCountsOnceTheNextIsAskedFor) {
  for (int i = 0; i < 3; ++i) {
    Write("housing", Cat("H", i), Cat("Name", i));
  }
  const auto session = *Start(As("warehouse"));
  v1::ChangeEvent event;
  while (!session->TakeEvent(event)) {
    bell_->Wait();
  }
  EXPECT_THAT(Consumers(), ElementsAre("warehouse 0-0 0"));
  while (!session->TakeEvent(event)) {
    bell_->Wait();
  }
  EXPECT_THAT(Consumers(), ElementsAre("warehouse 0-1 0"));
  session->Cancel();  // nobody knows whether the second came
  EXPECT_FALSE(session->TakeEvent(event));
  EXPECT_THAT(Consumers(), ElementsAre("warehouse 0-1 0"));
}

TEST_F(ConsumerBookTest, AGapOrAnotherFilterBeginsAnew) {
  for (int i = 0; i < 4; ++i) {
    Write("housing", Cat("H", i), Cat("Name", i));
  }
  Watch(As("warehouse", 1));
  EXPECT_THAT(Consumers(), ElementsAre("warehouse 1-4 1"));
  const auto inside = *Start(As("warehouse", 2));  // reads some of it again: all of it was sent
  EXPECT_THAT(Consumers(), ElementsAre("warehouse 1-4 2"));
  const auto before = *Start(As("warehouse", 0));
  EXPECT_THAT(Consumers(), ElementsAre("warehouse 0-0 0"));
  // A stream that another took the place of counts no more.
  (void)TakeAll(*inside, *bell_);
  EXPECT_THAT(Consumers(), ElementsAre("warehouse 0-0 0"));
  v1::WatchChangesRequest filtered = As("warehouse", 3);
  filtered.mutable_filter()->add_sources("council_tax");
  Watch(filtered);
  EXPECT_THAT(Consumers(), ElementsAre("warehouse 3-4 3"));
  for (int i = 0; i < 4; ++i) {
    Write("housing", Cat("I", i), Cat("Nom", i));
  }
  filtered.set_after_revision(7);
  Watch(filtered);
  EXPECT_THAT(Consumers(), ElementsAre("warehouse 7-8 7"));
  inside->Cancel();
  before->Cancel();
}

TEST_F(ConsumerBookTest, NamesAreCheckedAndCounted) {
  for (const std::string& name : {std::string("Warehouse"), std::string("a b"), std::string(65, 'a')}) {
    const absl::Status status = Start(As(name)).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << name << ": " << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("consumer"));
  }
  for (size_t i = 0; i < ConsumerBook::kMostConsumers; ++i) {
    ASSERT_TRUE(book_->Begin(CallFor(*register_, 0), As(Cat("c", i)), 1, 0).ok());
  }
  EXPECT_TRUE(absl::IsResourceExhausted(Start(As("one-more")).status()));
  EXPECT_TRUE(Start(As("c7")).ok());
  EXPECT_TRUE(Start(As("one-more"), /*purpose_bit=*/1).ok());
  EXPECT_EQ(Consumers().size(), ConsumerBook::kMostConsumers);
}

TEST_F(ConsumerBookTest, WhatWasToldOfAPersonAndToWhom) {
  const uint64_t first = Write("housing", "H1", "Castellane", "+447911123401");  // revision 1
  Watch(As("everything"));
  v1::WatchChangesRequest tax = As("tax");
  tax.mutable_filter()->add_sources("council_tax");
  Watch(tax);
  const uint64_t second = Write("council_tax", "CT1", "Castellane", "+447911123402", 1);  // 2: joins
  Write("housing", "H9", "Okonkwo");                                                      // 3: somebody else
  Watch(As("everything", 1));
  tax.set_after_revision(1);
  Watch(tax);
  Write("council_tax", "CT1", "Castellane", "+447911123403", 2);  // 4: told to nobody yet
  EXPECT_THAT(Texts(Told(first)),
              ElementsAre("PERSON_UPDATED 4:", "PERSON_UPDATED 2: everything tax", "PERSON_CREATED 1: everything"));
  EXPECT_EQ(Texts(Told(second)), Texts(Told(first))) << "by any of the ids";
  EXPECT_THAT(Texts(Told(first, "tax")), ElementsAre("PERSON_ENTERED 2: everything tax"));
  const absl::Status unknown = Told(first, "nobody").status();
  EXPECT_TRUE(absl::IsInvalidArgument(unknown)) << unknown;
  EXPECT_TRUE(absl::IsNotFound(Told(99).status()));
}

TEST_F(ConsumerBookTest, PropertiesOfTheSameNumberAreSomethingElse) {
  const uint64_t person = Write("housing", "H1", "Castellane");
  registry::Mutation mutation;
  mutation.rows = registry::MakeStreet(20900001, "PRINCE OF WALES ROAD", "NR1 1DX", 1);
  for (registry::GazetteerWrite& write : mutation.rows) {
    if (auto* blpu = std::get_if<model::Blpu>(&write.row)) {
      blpu->uprn = *model::Uprn::Create(person);
    }
  }
  ASSERT_TRUE(register_->Commit(std::move(mutation)).status.ok());
  EXPECT_THAT(Texts(Told(person)), ElementsAre("PERSON_CREATED 1:"));
}

TEST_F(ConsumerBookTest, WhereASourceIsToBeCleanedEntersAndLeaves) {
  Write("council_tax", "CT1", "Castellane", "+447911123401", 1);  // 1
  Write("housing", "H1", "Castellane", "+447911123402", 2);       // 2: council tax has the old phone
  Write("contact", "C1", "Castellane", "+447911123402", 3);       // 3
  Write("council_tax", "CT1", "Castellane", "+447911123402", 4);  // 4: mended
  v1::WatchChangesRequest request;
  request.set_stop_at_head(true);
  request.set_payload(v1::CHANGE_PAYLOAD_FULL);
  request.mutable_filter()->add_stale_for_sources("council_tax");
  std::vector<std::string> kinds;
  for (const v1::ChangeEvent& event : Watch(request)) {
    kinds.push_back(Cat(v1::ChangeKind_Name(event.kind()).substr(12), " ", event.revision()));
  }
  EXPECT_THAT(kinds, ElementsAre("PERSON_ENTERED 2", "PERSON_UPDATED 3", "PERSON_LEFT 4"));
  v1::ExportGoldenRequest exported;
  *exported.mutable_filter() = request.filter();
  EXPECT_THAT(ExportAll(CallFor(*register_, 0), exported, *register_).people, IsEmpty());
  exported.set_as_of_revision(3);
  EXPECT_EQ(ExportAll(CallFor(*register_, 0), exported, *register_).people.size(), 1U);
  request.mutable_filter()->add_stale_for_sources("nowhere");
  EXPECT_TRUE(absl::IsInvalidArgument(Start(request).status()));
}

TEST_F(ConsumerBookTest, WhatASourceLacksCountsIfItIsAskedFor) {
  Write("council_tax", "CT1", "Castellane", "", 1);               // 1
  Write("council_tax", "CT2", "Okafor", "+447911123499", 1);      // 2: council tax has a place for phones
  Write("housing", "H1", "Castellane", "+447911123402", 2);       // 3: council tax has none of this one's
  Write("council_tax", "CT1", "Castellane", "+447911123402", 4);  // 4: mended
  v1::WatchChangesRequest request;
  request.set_stop_at_head(true);
  request.set_payload(v1::CHANGE_PAYLOAD_FULL);
  request.mutable_filter()->add_stale_for_sources("council_tax");
  EXPECT_THAT(Watch(request), IsEmpty());
  request.mutable_filter()->set_or_missing(true);
  std::vector<std::string> kinds;
  for (const v1::ChangeEvent& event : Watch(request)) {
    kinds.push_back(Cat(v1::ChangeKind_Name(event.kind()).substr(12), " ", event.revision()));
  }
  EXPECT_THAT(kinds, ElementsAre("PERSON_ENTERED 3", "PERSON_LEFT 4"));
  request.mutable_filter()->clear_stale_for_sources();
  EXPECT_TRUE(absl::IsInvalidArgument(Start(request).status()));
}

}  // namespace
}  // namespace wensum::changes
