// Explanations and review pairs through a real channel.
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>

#include "tests/integration/test_server.h"
#include "wensum/v1/admin.grpc.pb.h"
#include "wensum/v1/matching.grpc.pb.h"

namespace wensum {
namespace {

using grpc::StatusCode;

class MatchingServiceTest : public ::testing::Test {
 protected:
  std::string Upsert(const v1::SourceRecord& record) {
    v1::UpsertSourceRecordRequest request;
    *request.mutable_record() = record;
    v1::UpsertSourceRecordResponse response;
    grpc::ClientContext context;
    const grpc::Status status = records_->Upsert(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.person();
  }
  static v1::SourceRecord At(v1::SourceRecord record, const std::string& source) {
    record.mutable_source_key()->set_source(source);
    record.mutable_details()->add_addresses()->set_text("4 Oak Street, Norwich");
    record.mutable_details()->mutable_addresses(0)->set_postcode("NR3 1AA");
    return record;
  }

  TestServer server_;
  std::unique_ptr<v1::SourceRecords::Stub> records_ = v1::SourceRecords::NewStub(server_.channel());
  std::unique_ptr<v1::Matching::Stub> matching_ = v1::Matching::NewStub(server_.channel());
};

TEST_F(MatchingServiceTest, ExplainsPairPersonAndRecord) {
  const std::string person = Upsert(At(TestRecord("H1", "Jonathan", "Brackenbury"), "housing"));
  ASSERT_EQ(Upsert(At(TestRecord("C1", "Jon", "Brackenbury"), "council_tax")), person);

  v1::ExplainPairRequest pair_request;
  pair_request.mutable_a()->set_person(person);
  pair_request.mutable_b()->mutable_source_key()->set_source("council_tax");
  pair_request.mutable_b()->mutable_source_key()->set_key("C1");
  v1::PairExplanation pair;
  grpc::ClientContext first;
  grpc::Status status = matching_->ExplainPair(&first, pair_request, &pair);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_TRUE(pair.one_person());
  EXPECT_EQ(pair.a().source_key().key(), "H1");
  EXPECT_GT(pair.probability(), 0.5);
  EXPECT_TRUE(pair.sentence().starts_with("Housing H1 and council tax C1 are one person")) << pair.sentence();

  v1::ExplainPersonRequest person_request;
  person_request.set_name(person);
  v1::PersonExplanation whole;
  grpc::ClientContext second;
  ASSERT_TRUE(matching_->ExplainPerson(&second, person_request, &whole).ok());
  EXPECT_EQ(whole.steps_size(), 1);
  EXPECT_TRUE(whole.ties()) << "no purpose of the default rules sees everything";

  v1::ExplainRecordRequest record_request;
  *record_request.mutable_source_key() = pair_request.b().source_key();
  v1::RecordExplanation record;
  grpc::ClientContext third;
  ASSERT_TRUE(matching_->ExplainRecord(&third, record_request, &record).ok());
  EXPECT_EQ(record.members_size(), 1);

  record_request.mutable_source_key()->set_key("C2");
  grpc::ClientContext unknown;
  status = matching_->ExplainRecord(&unknown, record_request, &record);
  EXPECT_EQ(status.error_code(), StatusCode::NOT_FOUND);
  EXPECT_EQ(ReasonOf(status), "RESOURCE_UNKNOWN");
  grpc::ClientContext empty;
  status = matching_->ExplainPair(&empty, {}, &pair);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonOf(status), "FIELD_INVALID");
}

TEST_F(MatchingServiceTest, ListsAndCountsReviewPairs) {
  Upsert(At(TestRecord("H1", "Jonathan", "Brackenbury"), "housing"));
  v1::SourceRecord undated = At(TestRecord("C1", "J", "Brackenbury"), "council_tax");
  undated.mutable_details()->clear_date_of_birth();
  Upsert(undated);
  v1::ListReviewPairsRequest request;
  request.set_with_sentences(true);
  v1::ListReviewPairsResponse response;
  grpc::ClientContext context;
  const grpc::Status status = matching_->ListReviewPairs(&context, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_EQ(response.pairs_size(), 1);
  EXPECT_FALSE(response.pairs(0).sentence().empty());
  EXPECT_NE(response.pairs(0).a().person(), response.pairs(0).b().person());

  const auto admin = v1::Admin::NewStub(server_.channel());
  v1::StatsResponse stats;
  grpc::ClientContext counted;
  ASSERT_TRUE(admin->Stats(&counted, {}, &stats).ok());
  uint64_t waiting = 0;
  for (const auto& [reason, count] : stats.review_pairs_by_reason()) {
    waiting += count;
  }
  EXPECT_EQ(stats.review_pairs_by_reason_size(), 7);
  EXPECT_EQ(waiting, 1);
  v1::VerifyResponse verified;
  grpc::ClientContext verify;
  ASSERT_TRUE(admin->Verify(&verify, {}, &verified).ok());
  EXPECT_TRUE(verified.ok());
  EXPECT_EQ(verified.review_pairs(), 1);

  request.set_page_token("nonsense");
  grpc::ClientContext bad;
  EXPECT_EQ(ReasonOf(matching_->ListReviewPairs(&bad, request, &response)), "PAGE_TOKEN_INVALID");
}

TEST_F(MatchingServiceTest, ListsUnusualPeople) {
  const std::string person = Upsert(At(TestRecord("H1", "Jonathan", "Brackenbury"), "housing"));
  ASSERT_EQ(Upsert(At(TestRecord("C1", "Jon", "Brackenbury"), "council_tax")), person);
  Upsert(At(TestRecord("H2", "Maud", "Elsinger"), "housing"));
  const auto list = [this](const v1::ListUnusualPeopleRequest& request, v1::ListUnusualPeopleResponse& response) {
    grpc::ClientContext context;
    return matching_->ListUnusualPeople(&context, request, &response);
  };
  v1::ListUnusualPeopleResponse none;
  ASSERT_TRUE(list({}, none).ok());
  EXPECT_EQ(none.people_size(), 0);
  EXPECT_EQ(none.next_page_token(), "");
  v1::ListUnusualPeopleRequest request;
  request.set_many(2);
  request.set_page_size(1);
  v1::ListUnusualPeopleResponse response;
  const grpc::Status status = list(request, response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_EQ(response.people_size(), 1);
  EXPECT_EQ(response.people(0).person(), person);
  EXPECT_EQ(response.people(0).records(), 2);
  EXPECT_EQ(response.people(0).distinct_records(), 2);
  EXPECT_EQ(response.people(0).cohesion(), 1);
  EXPECT_TRUE(response.people(0).many());
  EXPECT_FALSE(response.people(0).loose());
  request.set_page_token(response.next_page_token());
  v1::ListUnusualPeopleResponse rest;
  ASSERT_TRUE(list(request, rest).ok());
  EXPECT_EQ(rest.people_size(), 0);
  EXPECT_EQ(rest.next_page_token(), "");

  request.set_many(1);
  EXPECT_EQ(ReasonOf(list(request, rest)), "PAGE_TOKEN_MISMATCH");
  request.clear_page_token();
  EXPECT_EQ(ReasonOf(list(request, rest)), "FIELD_INVALID");
  request.set_many(0);
  request.set_max_cohesion(std::nan(""));
  EXPECT_EQ(ReasonOf(list(request, rest)), "FIELD_INVALID");

  v1::StatsResponse stats;
  grpc::ClientContext counted;
  ASSERT_TRUE(v1::Admin::NewStub(server_.channel())->Stats(&counted, {}, &stats).ok());
  EXPECT_EQ(stats.largest_component(), 2);
  EXPECT_EQ(stats.records_in_cut_components(), 0);
}

}  // namespace
}  // namespace wensum
