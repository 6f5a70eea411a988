// Records written and read back through the API.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>
#include <string>

#include "base/strings.h"
#include "tests/integration/test_server.h"
#include "wensum/v1/admin.grpc.pb.h"
#include "wensum/v1/people.grpc.pb.h"

namespace wensum {
namespace {

using grpc::StatusCode;

class RecordsTest : public ::testing::Test {
 protected:
  v1::UpsertSourceRecordResponse Upsert(const v1::UpsertSourceRecordRequest& request) {
    v1::UpsertSourceRecordResponse response;
    grpc::ClientContext context;
    const grpc::Status status = records_->Upsert(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  v1::Person Get(const std::string& name, v1::PersonView view = v1::PERSON_VIEW_BASIC) {
    v1::GetPersonRequest request;
    request.set_name(name);
    request.set_view(view);
    v1::Person person;
    grpc::ClientContext context;
    const grpc::Status status = people_->Get(&context, request, &person);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return person;
  }

  TestServer server_;
  std::unique_ptr<v1::People::Stub> people_ = v1::People::NewStub(server_.channel());
  std::unique_ptr<v1::SourceRecords::Stub> records_ = v1::SourceRecords::NewStub(server_.channel());
};

TEST_F(RecordsTest, AWrittenRecordIsAPerson) {
  v1::UpsertSourceRecordRequest request;
  *request.mutable_record() = TestRecord("T-1", "Ann", "Lee");
  request.mutable_record()->mutable_details()->add_phones("01603 212343");
  const v1::UpsertSourceRecordResponse written = Upsert(request);
  EXPECT_EQ(written.outcome(), v1::WRITE_OUTCOME_INSERTED);
  EXPECT_EQ(written.person(), written.minted_name());

  const v1::Person basic = Get(written.person());
  EXPECT_EQ(basic.state(), v1::Person::STATE_ACTIVE);
  EXPECT_EQ(basic.etag(), written.revision());
  EXPECT_EQ(basic.date_of_birth().year(), 1980);
  EXPECT_EQ(basic.phones_size(), 1);
  EXPECT_EQ(basic.contributors_size(), 0);
  const v1::Person full = Get(written.person(), v1::PERSON_VIEW_FULL);
  ASSERT_EQ(full.contributors_size(), 1);
  EXPECT_EQ(full.contributors(0).source_key().key(), "T-1");
  EXPECT_GT(full.lineage_size(), 0);

  EXPECT_EQ(Upsert(request).outcome(), v1::WRITE_OUTCOME_UNCHANGED);
}

TEST_F(RecordsTest, ReadMasksLeaveOutTheRest) {
  v1::UpsertSourceRecordRequest request;
  *request.mutable_record() = TestRecord("T-1", "Ann", "Lee");
  v1::GetPersonRequest get;
  get.set_name(Upsert(request).person());
  get.mutable_read_mask()->add_paths("date_of_birth");
  v1::Person person;
  grpc::ClientContext context;
  ASSERT_TRUE(people_->Get(&context, get, &person).ok());
  EXPECT_EQ(person.date_of_birth().year(), 1980);
  EXPECT_FALSE(person.has_person_name());
  get.mutable_read_mask()->add_paths("no_such_field");
  grpc::ClientContext wrong;
  EXPECT_EQ(people_->Get(&wrong, get, &person).error_code(), StatusCode::INVALID_ARGUMENT);
}

TEST_F(RecordsTest, ARepeatedRequestIdGivesTheFirstAnswer) {
  v1::UpsertSourceRecordRequest request;
  *request.mutable_record() = TestRecord("T-1", "Ann", "Lee");
  request.set_request_id("123e4567-e89b-12d3-a456-426614174000");
  const v1::UpsertSourceRecordResponse first = Upsert(request);
  const v1::UpsertSourceRecordResponse again = Upsert(request);
  EXPECT_EQ(again.outcome(), v1::WRITE_OUTCOME_INSERTED);
  EXPECT_EQ(again.SerializeAsString(), first.SerializeAsString());
  // The same id with other content is a mistake of the caller's.
  request.mutable_record()->mutable_details()->mutable_name()->set_surname("Lea");
  v1::UpsertSourceRecordResponse response;
  grpc::ClientContext context;
  EXPECT_FALSE(records_->Upsert(&context, request, &response).ok());
}

TEST_F(RecordsTest, AnEtagThatDoesNotFitAbortsTheWrite) {
  v1::UpsertSourceRecordRequest request;
  *request.mutable_record() = TestRecord("T-1", "Ann", "Lee");
  const uint64_t revision = Upsert(request).revision();
  request.mutable_record()->mutable_details()->mutable_name()->set_forenames("Anne");
  request.set_etag(revision + 1);
  v1::UpsertSourceRecordResponse response;
  grpc::ClientContext context;
  const grpc::Status status = records_->Upsert(&context, request, &response);
  EXPECT_EQ(status.error_code(), StatusCode::ABORTED);
  EXPECT_EQ(ReasonOf(status), "ETAG_MISMATCH");
  request.set_etag(revision);
  EXPECT_EQ(Upsert(request).outcome(), v1::WRITE_OUTCOME_UPDATED);
}

TEST_F(RecordsTest, ValidateOnlyWritesNothing) {
  v1::UpsertSourceRecordRequest request;
  *request.mutable_record() = TestRecord("T-1", "Ann", "Lee");
  request.set_validate_only(true);
  EXPECT_EQ(Upsert(request).outcome(), v1::WRITE_OUTCOME_UNSPECIFIED);
  v1::GetSourceRecordRequest get;
  *get.mutable_source_key() = request.record().source_key();
  v1::SourceRecord record;
  grpc::ClientContext context;
  EXPECT_EQ(records_->Get(&context, get, &record).error_code(), StatusCode::NOT_FOUND);
}

TEST_F(RecordsTest, OneBadRecordRefusesABatchWhole) {
  v1::BatchUpsertSourceRecordsRequest request;
  *request.add_records() = TestRecord("T-1", "Ann", "Lee");
  *request.add_records() = TestRecord("T-2", "Bob", "Ray");
  request.mutable_records(1)->mutable_source_key()->set_source("no_such_source");
  v1::BatchUpsertSourceRecordsResponse response;
  grpc::ClientContext context;
  const grpc::Status status = records_->BatchUpsert(&context, request, &response);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_NE(status.error_message().find("records[1]"), std::string::npos) << status.error_message();
  request.mutable_records(1)->mutable_source_key()->set_source("housing");
  grpc::ClientContext good;
  ASSERT_TRUE(records_->BatchUpsert(&good, request, &response).ok());
  ASSERT_EQ(response.results_size(), 2);
  EXPECT_EQ(response.results(0).outcome(), v1::WRITE_OUTCOME_INSERTED);
}

TEST_F(RecordsTest, ADeletedPersonEndsButItsIdStaysKnown) {
  v1::UpsertSourceRecordRequest request;
  *request.mutable_record() = TestRecord("T-1", "Ann", "Lee");
  const std::string name = Upsert(request).person();
  v1::DeleteSourceRecordRequest erase;
  *erase.mutable_source_key() = request.record().source_key();
  v1::DeleteSourceRecordResponse erased;
  grpc::ClientContext context;
  ASSERT_TRUE(records_->Delete(&context, erase, &erased).ok());
  EXPECT_EQ(erased.outcome(), v1::WRITE_OUTCOME_DELETED);
  EXPECT_EQ(Get(name).state(), v1::Person::STATE_ENDED);
  v1::ListPersonRevisionsRequest list;
  list.set_name(name);
  v1::ListPersonRevisionsResponse revisions;
  grpc::ClientContext history;
  ASSERT_TRUE(people_->ListRevisions(&history, list, &revisions).ok());
  ASSERT_EQ(revisions.revisions_size(), 2);
  EXPECT_EQ(revisions.revisions(0).person().state(), v1::Person::STATE_ENDED);
  EXPECT_EQ(revisions.revisions(1).person().person_name().surname().empty(), false);
}

TEST_F(RecordsTest, PagesOfAListFitTogether) {
  for (int i = 0; i < 25; ++i) {
    v1::UpsertSourceRecordRequest request;
    *request.mutable_record() = TestRecord(Cat("T-", i), Cat("Ann", i), Cat("Lee", i));
    Upsert(request);
  }
  v1::ListSourceRecordsRequest request;
  request.set_source("housing");
  request.set_page_size(10);
  std::multiset<std::string> keys;
  int pages = 0;
  do {
    v1::ListSourceRecordsResponse response;
    grpc::ClientContext context;
    const grpc::Status status = records_->List(&context, request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    for (const v1::SourceRecord& record : response.records()) {
      keys.insert(record.source_key().key());
    }
    request.set_page_token(response.next_page_token());
    ++pages;
  } while (!request.page_token().empty());
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(keys.size(), 25U);
  EXPECT_EQ(std::set<std::string>(keys.begin(), keys.end()).size(), 25U);
}

TEST_F(RecordsTest, PeopleAreFoundByKeyAndByName) {
  v1::UpsertSourceRecordRequest request;
  *request.mutable_record() = TestRecord("T-1", "Annabel", "Leesmith");
  const std::string name = Upsert(request).person();
  v1::LookupPeopleRequest lookup;
  *lookup.mutable_source_key() = request.record().source_key();
  v1::LookupPeopleResponse found;
  grpc::ClientContext context;
  ASSERT_TRUE(people_->Lookup(&context, lookup, &found).ok());
  ASSERT_EQ(found.people_size(), 1);
  EXPECT_EQ(found.people(0).name(), name);
  v1::SearchPeopleRequest search;
  search.set_query("anabel leesmith");
  v1::SearchPeopleResponse hits;
  grpc::ClientContext again;
  ASSERT_TRUE(people_->Search(&again, search, &hits).ok());
  ASSERT_GE(hits.hits_size(), 1);
  EXPECT_EQ(hits.hits(0).person().name(), name);
}

// Source housing_benefit is configured for the purposes benefits and council_tax; service_delivery is the default.
TEST_F(RecordsTest, APurposeSeesNothingOfWhatIsNotForIt) {
  v1::UpsertSourceRecordRequest request;
  *request.mutable_record() = TestRecord("HB-1", "Ann", "Lee");
  request.mutable_record()->mutable_source_key()->set_source("housing_benefit");
  request.mutable_record()->mutable_details()->set_ni_number("AB123456C");
  const std::string name = Upsert(request).person();

  const auto get = [&](const std::string& purpose) {
    v1::GetPersonRequest by_name;
    by_name.set_name(name);
    v1::Person person;
    grpc::ClientContext context;
    context.AddMetadata("x-wensum-purpose", purpose);
    return people_->Get(&context, by_name, &person).error_code();
  };
  EXPECT_EQ(get("benefits"), StatusCode::OK);
  EXPECT_EQ(get("service_delivery"), StatusCode::NOT_FOUND);

  const auto count = [&](const std::string& purpose) {
    int found = 0;
    v1::LookupPeopleRequest lookup;
    *lookup.mutable_source_key() = request.record().source_key();
    v1::LookupPeopleResponse people;
    grpc::ClientContext by_key;
    by_key.AddMetadata("x-wensum-purpose", purpose);
    EXPECT_TRUE(people_->Lookup(&by_key, lookup, &people).ok());
    found += people.people_size();
    lookup.mutable_identifier()->set_type("ni_number");
    lookup.mutable_identifier()->set_value("AB 12 34 56 C");
    grpc::ClientContext by_number;
    by_number.AddMetadata("x-wensum-purpose", purpose);
    const grpc::Status status = people_->Lookup(&by_number, lookup, &people);
    EXPECT_TRUE(status.ok()) << status.error_message();
    found += people.people_size();
    v1::SearchPeopleRequest search;
    search.set_query("ann lee 17/05/1980");
    v1::SearchPeopleResponse hits;
    grpc::ClientContext by_text;
    by_text.AddMetadata("x-wensum-purpose", purpose);
    EXPECT_TRUE(people_->Search(&by_text, search, &hits).ok());
    found += hits.hits_size();
    v1::GetSourceRecordRequest record;
    *record.mutable_source_key() = request.record().source_key();
    v1::SourceRecord stored;
    grpc::ClientContext by_record;
    by_record.AddMetadata("x-wensum-purpose", purpose);
    found += records_->Get(&by_record, record, &stored).ok() ? 1 : 0;
    return found;
  };
  EXPECT_EQ(count("benefits"), 4);
  EXPECT_EQ(count("service_delivery"), 0);
}

}  // namespace
}  // namespace wensum
