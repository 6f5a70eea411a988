// What the service tells of pairs, people and records.
#include "services/matching/matching_handler.h"

#include <cmath>

#include "tests/services/matching/matching_test_util.h"
#include "tests/support/fake_register.h"

namespace wensum::match {
namespace {

using registry::MakeErase;
using registry::MakeWrite;
using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(MatchingTest, AWaterfallAddsUp) {
  const std::string person = Commit(Jonathan("housing", "H1"));
  EXPECT_EQ(Commit(MakeWrite("contact", "K1", "Jon", "Brackenbury", "1982-07-30", "9 Elm Hill", "NR3 1HN")), person);
  const v1::PairExplanation pair = Pair("housing:H1", "contact:K1");
  EXPECT_EQ(pair.verdict(), v1::PairExplanation::VERDICT_ONE_PERSON);
  EXPECT_TRUE(pair.one_person() && pair.candidate() && pair.edge());
  EXPECT_FALSE(pair.withheld() || pair.has_people());
  EXPECT_EQ(pair.a().person(), person);
  EXPECT_EQ(pair.b().source_key().key(), "K1");
  EXPECT_EQ(pair.model_version(), register_->model()->version);
  EXPECT_EQ(pair.revision(), register_->revision());
  double random = pair.prior();
  double household = pair.household_prior();
  for (const auto& evidence : pair.evidence()) {
    random += evidence.weight();
    household += evidence.household_weight();
    EXPECT_EQ(evidence.phrase().empty(), evidence.level() == "not compared") << evidence.attribute();
  }
  EXPECT_NEAR(random, pair.random_total(), 1e-6);
  EXPECT_NEAR(household, pair.household_total(), 1e-6);
  EXPECT_NEAR(pair.score(), -std::log2(std::exp2(-random) + std::exp2(-household)), 1e-6);
  EXPECT_NEAR(pair.probability(), 1 / (1 + std::exp2(-pair.score())), 1e-9);
  EXPECT_EQ(Of(pair, "surname").level(), "exact");
  EXPECT_EQ(Of(pair, "given name").level(), "nickname");
  ASSERT_EQ(Of(pair, "born").values_a_size(), 1);
  EXPECT_EQ(Of(pair, "born").values_a(0), "19820730");
  EXPECT_EQ(Of(pair, "postcode").values_b_size(), 1);
  EXPECT_EQ(Of(pair, "NI number").values_a_size(), 0);
  EXPECT_THAT(pair.sentence(), HasSubstr("Housing H1 and contact K1 are one person with probability"));
  EXPECT_THAT(pair.sentence(), HasSubstr("same date of birth"));
  EXPECT_THAT(pair.sentence(), Not(HasSubstr("1982"))) << "sentences hold no values";
  EXPECT_THAT(pair.sentence(), Not(HasSubstr("Brackenbury")));
}

TEST_F(MatchingTest, EachWhyNotIsNamed) {
  Commit(Jonathan("housing", "H1"));
  Commit(MakeWrite("contact", "K1", "J", "Brackenbury", "", "4 Oak Street", "NR3 1AA"));
  Commit(MakeWrite("contact", "K2", "Priya", "Okafor", "1961-03-14", "12 Elm Road", "NR2 3AB"));
  Commit(MakeWrite("contact", "K3", "Rosalind", "Brackenbury", "1950-01-05", "4 Oak Street", "NR3 1AA"));
  registry::SourceWrite business = MakeWrite("housing", "O1", "", "");
  business.record.kind = model::RecordKind::kOrganisation;
  business.record.details = {};
  business.record.details.organisation_name = "Wensum Boats";
  Commit(business);
  Commit(MakeWrite("housing", "V1", "", "The Occupier", "", "4 Oak Street", "NR3 1AA"));

  const v1::PairExplanation refused = Pair("housing:H1", "contact:K1");
  EXPECT_NE(refused.verdict(), v1::PairExplanation::VERDICT_ONE_PERSON);
  ASSERT_TRUE(refused.has_people());
  EXPECT_EQ(refused.people().records(), 2);
  EXPECT_NEAR(refused.people().score(), refused.score(), 1e-3) << "each has one record";

  const v1::PairExplanation strangers = Pair("housing:H1", "contact:K2");
  EXPECT_EQ(strangers.verdict(), v1::PairExplanation::VERDICT_NEVER_COMPARED);
  EXPECT_FALSE(strangers.candidate());
  EXPECT_THAT(strangers.sentence(), HasSubstr("never compared"));

  const v1::PairExplanation housemates = Pair("housing:H1", "contact:K3");
  EXPECT_EQ(housemates.verdict(), v1::PairExplanation::VERDICT_BELOW_THRESHOLD);
  EXPECT_TRUE(housemates.candidate());
  EXPECT_LT(housemates.score(), housemates.merge_threshold());
  EXPECT_THAT(housemates.sentence(), HasSubstr("against it: "));

  const v1::PairExplanation organisation = Pair("housing:H1", "housing:O1");
  EXPECT_EQ(organisation.verdict(), v1::PairExplanation::VERDICT_ORGANISATION);
  EXPECT_EQ(organisation.sentence(),
            "Housing O1 is an organisation, which is never matched to housing H1 or anybody else.");
  EXPECT_EQ(organisation.evidence_size(), 0);
  EXPECT_EQ(Pair("housing:H1", "housing:V1").verdict(), v1::PairExplanation::VERDICT_SAYS_NOTHING);
}

TEST_F(MatchingTest, DifferentNiNumbersAreARefusal) {
  registry::SourceWrite a = Jonathan("housing", "H1");
  a.record.details.ni_number = "QQ123456C";
  registry::SourceWrite b = Jonathan("contact", "K1");
  b.record.details.ni_number = "AB987654D";
  a.record.details.ni_number = "AA123456C";
  ASSERT_NE(Commit(a), Commit(b));
  const v1::PairExplanation pair = Pair("housing:H1", "contact:K1");
  EXPECT_EQ(pair.verdict(), v1::PairExplanation::VERDICT_REFUSED);
  EXPECT_EQ(pair.refusal(), v1::REVIEW_REASON_UNIQUE);
  EXPECT_EQ(pair.people().refusal(), v1::REVIEW_REASON_UNIQUE);
  EXPECT_THAT(pair.sentence(), HasSubstr("they differ in what a person has but one of"));
}

TEST_F(MatchingTest, PeopleStandForTheBestPairBetweenThem) {
  const std::string one = Commit(Jonathan("housing", "H1"));
  ASSERT_EQ(Commit(Jonathan("council_tax", "C1")), one);
  const std::string other = Commit(MakeWrite("contact", "K1", "J", "Brackenbury", "", "4 Oak Street", "NR3 1AA"));
  ASSERT_NE(one, other);
  const v1::PairExplanation best = Pair(one, other);
  EXPECT_EQ(best.a().person(), one);
  EXPECT_EQ(best.b().source_key().key(), "K1");
  EXPECT_EQ(best.people().records(), 3);
  for (const char* record : {"housing:H1", "council_tax:C1"}) {
    EXPECT_GE(best.score(), Pair(record, "contact:K1").score());
  }
  EXPECT_EQ(Pair(one, one).verdict(), v1::PairExplanation::VERDICT_ONE_PERSON) << "its two records";
  EXPECT_EQ(Pair("housing:H1", one).b().source_key().key(), "C1");
}

TEST_F(MatchingTest, WhatCannotBeExplained) {
  const std::string person = Commit(Jonathan("housing", "H1"));
  const std::string gone = Commit(MakeWrite("contact", "K9", "Priya", "Okafor", "1961-03-14"));
  Commit(MakeErase("contact", "K9"));
  const auto expect = [](const absl::Status& status, absl::StatusCode code, std::string_view what) {
    EXPECT_EQ(status.code(), code) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(std::string(what)));
  };
  expect(PairError("housing:H1", "housing:H1"), absl::StatusCode::kInvalidArgument, "same record");
  expect(PairError("housing:H1", person), absl::StatusCode::kInvalidArgument, "same record");
  expect(PairError("housing:H1", "housing:H2"), absl::StatusCode::kNotFound, "b.source_key: source \"housing\" has no");
  expect(PairError("contact:K9", "housing:H1"), absl::StatusCode::kNotFound, "a.source_key: record \"K9\"");
  expect(PairError("contact:K9", "housing:H1"), absl::StatusCode::kNotFound, "was deleted");
  expect(PairError(person, gone), absl::StatusCode::kNotFound, "has ended");
  expect(PairError("people/1", person), absl::StatusCode::kInvalidArgument, "a.person");
  expect(PairError(rpc::PersonName(register_->ids(), 77), person), absl::StatusCode::kNotFound, "a.person");
  expect(PairError("housing:", person), absl::StatusCode::kInvalidArgument, "a.source_key");
  rpc::CallContext call = Call(kCare);
  v1::PairExplanation response;
  expect(handler_.ExplainPair(call, {}, response), absl::StatusCode::kInvalidArgument, "a: is required");
  v1::RecordExplanation record;
  v1::ExplainRecordRequest request;
  request.set_max_pairs(-1);
  expect(handler_.ExplainRecord(call, request, record), absl::StatusCode::kInvalidArgument, "max_pairs");
  v1::PersonExplanation whole;
  expect(handler_.ExplainPerson(call, {}, whole), absl::StatusCode::kInvalidArgument, "name");
}

TEST_F(MatchingTest, BigPeopleAreExplainedAsFarAsTheyAreLookedAt) {
  constexpr int kMany = 1'001;
  constexpr int kOthers = 250;  // kMany * kOthers is beyond LiveMatcher::kMostJudgedPairs
  const auto commit = [this](int count, const registry::SourceWrite& one) {
    registry::Mutation mutation;
    for (int i = 0; i < count; ++i) {
      registry::SourceWrite write = one;
      write.record.key.key = Cat(one.record.key.key, i);
      mutation.sources.push_back(std::move(write));
    }
    const registry::MutationResult result = register_->Commit(std::move(mutation));
    ASSERT_TRUE(result.status.ok()) << result.status;
  };
  commit(500, Jonathan("housing", "H"));
  commit(kMany - 500, Jonathan("housing", "I"));
  const std::string person = Commit(Jonathan("housing", "H1"));
  const std::string other = Commit(MakeWrite("contact", "K0", "J", "Brackenbury", "", "4 Oak Street", "NR3 1AA"));
  ASSERT_NE(person, other);

  const v1::PersonExplanation whole = Person(person);
  EXPECT_EQ(whole.records_size(), 1'000);
  EXPECT_THAT(whole.sentence(), HasSubstr("came together from 1001 records; the first 1000 are shown; the weakest"));
  EXPECT_THAT(Person(person, kService).sentence(), HasSubstr("came together from more than 1000 records; the first"));
  EXPECT_THAT(Record("housing", "I7").sentence(), HasSubstr("belongs to a person of 1001 records."));
  v1::ListReviewPairsRequest request;
  request.set_with_sentences(true);
  const v1::ListReviewPairsResponse reviews = Reviews(request);
  ASSERT_EQ(reviews.pairs_size(), 1);
  EXPECT_THAT(reviews.pairs(0).sentence(), HasSubstr(" and contact K0 are "));
  EXPECT_EQ(Reviews(request, kService).pairs_size(), 0) << "all records must be looked at";
  ASSERT_TRUE(Pair("housing:H1", "contact:K0").has_people());

  commit(kOthers, MakeWrite("contact", "K", "Rosalind", "Brackenbury", "1950-01-05", "4 Oak Street", "NR3 1AA"));
  const v1::PairExplanation big = Pair("housing:H1", "contact:K1");
  EXPECT_FALSE(big.has_people()) << "too many pairs to weigh while writes wait";
  EXPECT_EQ(big.verdict(), v1::PairExplanation::VERDICT_BELOW_THRESHOLD);
}

TEST_F(MatchingTest, NothingIsWeighedForACallWhoseTimeIsOver) {
  CommitUndated("a");
  rpc::CallContext call = Call(kCare);
  call.set_deadline(rpc::CallContext::Deadline::min());
  v1::PairExplanation pair;
  EXPECT_EQ(handler_.ExplainPair(call, PairOf("housing:Ha", "contact:Ka"), pair).code(),
            absl::StatusCode::kDeadlineExceeded);
  v1::ExplainRecordRequest request;
  *request.mutable_source_key() = Key("housing", "Ha");
  v1::RecordExplanation record;
  EXPECT_EQ(handler_.ExplainRecord(call, request, record).code(), absl::StatusCode::kDeadlineExceeded);
  v1::ListReviewPairsResponse reviews;
  EXPECT_EQ(handler_.ListReviewPairs(call, {}, reviews).code(), absl::StatusCode::kDeadlineExceeded);
}

// The register of another, whose matcher has gone on: who was one person is two, and the other way round.
class AheadRegister : public FakeRegister {
 public:
  explicit AheadRegister(const registry::Register* reg) : register_(*reg) {}

  absl::StatusOr<registry::ReadView> OpenView(const registry::ReadSpec& spec) const override {
    return register_.OpenView(spec);
  }
  const OpaqueIdCodec& ids() const override { return register_.ids(); }
  const registry::RegisterRules& rules() const override { return register_.rules(); }
  std::shared_ptr<const matching::LinkageModel> model() const override { return register_.model(); }
  absl::StatusOr<registry::EntityRecord> GetEntity(const registry::ReadView& view, uint64_t id) const override {
    return register_.GetEntity(view, id);
  }
  absl::StatusOr<registry::SourceVersion> GetSource(const registry::ReadView& view,
                                                    const model::SourceKey& key) const override {
    return register_.GetSource(view, key);
  }
  absl::StatusOr<registry::SourceVersion> GetSourceByOrdinal(const registry::ReadView& view,
                                                             uint64_t ordinal) const override {
    return register_.GetSourceByOrdinal(view, ordinal);
  }
  absl::StatusOr<registry::PairExplanation> ExplainPair(uint64_t a, uint64_t b, bool with_people) const override {
    auto pair = register_.ExplainPair(a, b, with_people);
    if (pair.ok()) {
      pair->evidence.same_cluster = !pair->evidence.same_cluster;
    }
    return pair;
  }
  absl::StatusOr<std::vector<registry::OtherRecord>> FindOthers(const registry::SourceVersion& record,
                                                                size_t limit) const override {
    return register_.FindOthers(record, limit);
  }
  absl::StatusOr<std::vector<registry::ReviewPair>> ListReviews(const registry::ReadView& view, uint64_t after_a,
                                                                uint64_t after_b, size_t limit) const override {
    return register_.ListReviews(view, after_a, after_b, limit);
  }

 private:
  const registry::Register& register_;
};

TEST_F(MatchingTest, AMatcherThatIsAheadIsNotMixedWithTheCallersRevision) {
  CommitUndated("a");
  ASSERT_EQ(Record("housing", "Ha").candidates_size(), 1);
  const AheadRegister ahead(register_.get());
  const MatchingHandler handler(&ahead);
  rpc::CallContext call = Call(kCare);
  v1::PairExplanation pair;
  EXPECT_EQ(handler.ExplainPair(call, PairOf("housing:Ha", "contact:Ka"), pair).code(), absl::StatusCode::kUnavailable);
  // A list is given without what cannot be told.
  v1::ExplainRecordRequest request;
  *request.mutable_source_key() = Key("housing", "Ha");
  v1::RecordExplanation record;
  ASSERT_TRUE(handler.ExplainRecord(call, request, record).ok());
  EXPECT_EQ(record.candidates_size(), 0);
  v1::ListReviewPairsRequest list;
  list.set_with_sentences(true);
  v1::ListReviewPairsResponse reviews;
  ASSERT_TRUE(handler.ListReviewPairs(call, list, reviews).ok());
  ASSERT_EQ(reviews.pairs_size(), 1);
  EXPECT_EQ(reviews.pairs(0).sentence(), "");
}

TEST_F(MatchingTest, APersonIsExplainedStepByStep) {
  const std::string person = Commit(Jonathan("housing", "H1"));
  EXPECT_EQ(Commit(Jonathan("contact", "K1")), person);
  EXPECT_EQ(Commit(MakeWrite("contact", "K2", "Jon", "Brackenbury", "1982-07-30", "9 Elm Hill", "NR3 1HN")), person);
  EXPECT_EQ(Commit(Jonathan("social_care", "S1")), person);
  const v1::PersonExplanation whole = Person(person);
  EXPECT_EQ(whole.name(), person);
  EXPECT_EQ(whole.records_size(), 4);
  ASSERT_EQ(whole.steps_size(), 3);
  EXPECT_FALSE(whole.ties());
  EXPECT_TRUE(whole.steps(0).equal()) << "equal records stand together from the start";
  EXPECT_FALSE(whole.steps(2).equal());
  EXPECT_GE(whole.steps(2).score(), register_->model()->parameters.rules.merge_threshold);
  EXPECT_THAT(whole.steps(0).sentence(), HasSubstr(" say the same."));
  EXPECT_THAT(whole.steps(2).sentence(), HasSubstr("came together with probability"));
  EXPECT_THAT(whole.sentence(), HasSubstr("came together from 4 records; the weakest step had probability"));

  const v1::PersonExplanation part = Person(person, kService);
  EXPECT_TRUE(part.ties());
  EXPECT_EQ(part.records_size(), 3);
  ASSERT_EQ(part.steps_size(), 2) << "a tree over the records that are shown";
  EXPECT_EQ(part.steps(0).a().key(), "H1");
  EXPECT_EQ(part.steps(0).b().key(), "K1") << "the strongest tie comes first";
  EXPECT_EQ(part.steps(1).b().key(), "K2");
  EXPECT_GT(part.steps(0).probability(), part.steps(1).probability());
  EXPECT_FALSE(part.steps(0).equal());
  EXPECT_THAT(part.sentence(), HasSubstr("came together from 3 records."));

  const std::string alone = Commit(MakeWrite("contact", "K9", "Priya", "Okafor", "1961-03-14"));
  EXPECT_EQ(Person(alone).steps_size(), 0);
  EXPECT_THAT(Person(alone).sentence(), HasSubstr("has one record"));
}

TEST_F(MatchingTest, ARecordIsExplainedByItsTiesAndByWhomItIsNot) {
  const std::string person = Commit(Jonathan("housing", "H1"));
  Commit(Jonathan("council_tax", "C1"));
  Commit(MakeWrite("contact", "K1", "J", "Brackenbury", "", "4 Oak Street", "NR3 1AA"));
  const v1::RecordExplanation member = Record("housing", "H1");
  EXPECT_EQ(member.record().person(), person);
  ASSERT_EQ(member.members_size(), 1);
  EXPECT_EQ(member.members(0).b().source_key().key(), "C1");
  ASSERT_EQ(member.candidates_size(), 1);
  EXPECT_EQ(member.candidates(0).b().source_key().key(), "K1");
  EXPECT_NE(member.candidates(0).verdict(), v1::PairExplanation::VERDICT_ONE_PERSON);
  EXPECT_THAT(member.sentence(), HasSubstr("belongs to a person of 2 records. Its strongest tie: "));
  const v1::RecordExplanation alone = Record("contact", "K1");
  EXPECT_EQ(alone.members_size(), 0);
  ASSERT_EQ(alone.candidates_size(), 1) << "one of each person";
  EXPECT_THAT(alone.sentence(), HasSubstr("Contact K1 stands alone. Nearest: "));
  Commit(MakeWrite("contact", "K7", "Priya", "Okafor", "1961-03-14"));
  EXPECT_THAT(Record("contact", "K7").sentence(), HasSubstr("there is no other record to show"));
}

TEST_F(MatchingTest, ReviewPairsAreListedPageByPage) {
  CommitUndated("a", "Brackenbury");
  CommitUndated("b", "Thackeray", "1950-05-05");
  CommitUndated("c", "Okonjo", "2001-11-14");
  v1::ListReviewPairsRequest request;
  const v1::ListReviewPairsResponse all = Reviews(request);
  ASSERT_EQ(all.pairs_size(), 3);
  EXPECT_EQ(all.next_page_token(), "");
  EXPECT_EQ(all.revision(), register_->revision());
  const v1::ReviewPair& first = all.pairs(0);
  EXPECT_EQ(first.a().source_key().key(), "Ha");
  EXPECT_EQ(first.b().source_key().key(), "Ka");
  EXPECT_NEAR(first.probability(), 1 / (1 + std::exp2(-first.score())), 1e-9);
  EXPECT_NE(first.reason(), v1::REVIEW_REASON_UNSPECIFIED);
  EXPECT_EQ(first.sentence(), "");
  EXPECT_GT(first.revision(), 0);

  request.set_page_size(1);
  std::vector<std::string> paged;
  do {
    const v1::ListReviewPairsResponse page = Reviews(request);
    ASSERT_EQ(page.pairs_size(), 1);
    paged.push_back(page.pairs(0).SerializeAsString());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  ASSERT_EQ(paged.size(), static_cast<size_t>(all.pairs_size()));
  for (int i = 0; i < all.pairs_size(); ++i) {
    EXPECT_EQ(paged[static_cast<size_t>(i)], all.pairs(i).SerializeAsString());
  }
}

TEST_F(MatchingTest, ReviewPairsAreFilteredAndExplained) {
  CommitUndated("a");
  v1::ListReviewPairsRequest request;
  const v1::ReviewPair pair = Reviews(request).pairs(0);
  request.add_reasons(pair.reason());
  request.set_min_score(pair.score());
  request.set_with_sentences(true);
  const v1::ListReviewPairsResponse fits = Reviews(request);
  ASSERT_EQ(fits.pairs_size(), 1);
  EXPECT_THAT(fits.pairs(0).sentence(), HasSubstr("Housing Ha and contact Ka are "));
  request.set_min_score(pair.score() + 0.01);
  EXPECT_EQ(Reviews(request).pairs_size(), 0);
  request.clear_min_score();
  request.set_reasons(0,
                      pair.reason() == v1::REVIEW_REASON_UNIQUE ? v1::REVIEW_REASON_SCORE : v1::REVIEW_REASON_UNIQUE);
  EXPECT_EQ(Reviews(request).pairs_size(), 0);

  request.set_reasons(0, v1::REVIEW_REASON_UNSPECIFIED);
  EXPECT_EQ(ReviewsError(request).code(), absl::StatusCode::kInvalidArgument);
  request.clear_reasons();
  request.set_min_score(std::nan(""));
  EXPECT_EQ(ReviewsError(request).code(), absl::StatusCode::kInvalidArgument);
  request.clear_min_score();
  request.set_page_token("nonsense");
  EXPECT_EQ(ReviewsError(request).code(), absl::StatusCode::kInvalidArgument);
  request.clear_page_token();
  request.set_page_size(-1);
  EXPECT_EQ(ReviewsError(request).code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace wensum::match
