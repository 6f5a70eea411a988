// What the service keeps from a purpose: the answers must not tell that there is anything to keep.
#include "tests/services/matching/matching_test_util.h"

namespace wensum::match {
namespace {

using registry::MakeErase;
using registry::MakeWrite;
using ::testing::HasSubstr;
using ::testing::Not;

using MatchingSightTest = MatchingTest;

TEST_F(MatchingSightTest, AHiddenRecordIsNotThere) {
  Commit(Jonathan("housing", "H1"));
  const std::string person = Commit(Jonathan("social_care", "S1"));
  const absl::Status hidden = PairError("housing:H1", "social_care:S1", kService);
  const absl::Status missing = PairError("housing:H1", "social_care:S2", kService);
  EXPECT_EQ(hidden.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(missing.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(hidden.message()), HasSubstr("has no record \"S1\" here"));
  EXPECT_THAT(std::string(missing.message()), HasSubstr("has no record \"S2\" here"));
  Commit(MakeErase("social_care", "S1"));
  EXPECT_EQ(PairError("housing:H1", "social_care:S1", kService).message(), hidden.message()) << "not even that it was";
}

// The answers for a purpose that may not see a value are the same bytes whatever the value is.
class HiddenValue : public MatchingTest {
 public:
  // What `service` is told of two records, of which one has that date of birth.
  static std::string Told(std::string_view born, bool hidden_record) {
    HiddenValue test;
    const std::string person = test.Commit(Jonathan("housing", "H1"));
    EXPECT_EQ(test.Commit(Jonathan("council_tax", "C1", born)), person) << born;
    if (hidden_record) {
      EXPECT_EQ(test.Commit(Jonathan("social_care", "S1")), person);
    }
    std::string told;
    const auto add = [&told](auto answer) {
      answer.clear_revision();
      told += answer.DebugString();
    };
    for (const auto& [a, b] : {std::pair("housing:H1", "council_tax:C1"), {"council_tax:C1", "housing:H1"}}) {
      v1::PairExplanation pair = test.Pair(a, b, kService);
      EXPECT_TRUE(pair.withheld());
      EXPECT_TRUE(Of(pair, "born").withheld());
      add(std::move(pair));
    }
    add(test.Person(person, kService));
    add(test.Record("housing", "H1", kService));
    add(test.Record("council_tax", "C1", kService));
    std::string name = person;  // random in each register
    for (size_t at = told.find(name); at != std::string::npos; at = told.find(name)) {
      told.replace(at, name.size(), "people/x");
    }
    return told;
  }

 private:
  void TestBody() override {}
};

TEST(HiddenValueTest, ChangesNothingInWhatIsTold) {
  const std::string equal = HiddenValue::Told("1982-07-30", false);
  EXPECT_EQ(HiddenValue::Told("1982-07-31", false), equal) << "one digit of the day";
  EXPECT_EQ(HiddenValue::Told("", false), equal) << "no date at all";
  EXPECT_EQ(HiddenValue::Told("1982-07-30", true), equal) << "a record that may not be seen";
  EXPECT_THAT(equal, HasSubstr("are one person: "));
  EXPECT_THAT(equal, Not(HasSubstr("probability")));
  EXPECT_THAT(equal, Not(HasSubstr("19820730\"\n    values_b")));
}

// Nor is a record of somebody else that stands nearer than all that may be shown.
TEST_F(MatchingSightTest, AHiddenCandidateTakesNoRoom) {
  registry::SourceWrite jonathan = Jonathan("housing", "H1");
  jonathan.record.details.ni_number = "AA123456C";
  registry::SourceWrite rosalind =
      MakeWrite("contact", "K1", "Rosalind", "Brackenbury", "1950-01-05", "4 Oak Street", "NR3 1AA");
  rosalind.record.details.ni_number = "AB987654D";
  Commit(jonathan);
  Commit(rosalind);
  const auto told = [this](int purpose) {
    v1::RecordExplanation record = Record("housing", "H1", purpose, 1);
    record.clear_revision();
    return record;
  };
  const v1::RecordExplanation before = told(kService);
  ASSERT_EQ(before.candidates_size(), 1);
  EXPECT_EQ(before.candidates(0).b().source_key().key(), "K1");
  // Of a person of its own, and of the person that is shown.
  Commit(MakeWrite("social_care", "S1", "J", "Brackenbury", "", "4 Oak Street", "NR3 1AA"));
  ASSERT_EQ(told(kCare).candidates(0).b().source_key().key(), "S1") << "it is the nearest";
  EXPECT_EQ(told(kService).DebugString(), before.DebugString());
  Commit(MakeErase("social_care", "S1"));
  rosalind.record.key = {.source = "social_care", .key = "S2", .incarnation = 0};
  rosalind.record.details.ni_number.clear();
  ASSERT_EQ(Commit(rosalind), before.candidates(0).b().person());
  ASSERT_EQ(told(kCare).candidates(0).b().source_key().key(), "S2");
  ASSERT_EQ(told(kCare).candidates_size(), 1) << "one of each person";
  EXPECT_EQ(told(kService).DebugString(), before.DebugString());
}

// Records of a source that is not in the rules any more are stamped as it once was.
TEST_F(MatchingSightTest, NobodySeesEverythingWhileThereAreRecordsOfAnUnknownSource) {
  const std::string person = Commit(Jonathan("housing", "H1"));
  ASSERT_EQ(Commit(Jonathan("social_care", "S1")), person);
  Commit(MakeWrite("contact", "K1", "J", "Brackenbury", "", "4 Oak Street", "NR3 1AA"));
  EXPECT_FALSE(Person(person).ties());
  EXPECT_TRUE(Pair("housing:H1", "contact:K1").has_people());
  register_.reset();
  register_ = registry::OpenOrDie(store_.get(), &clock_,
                                  "purposes: [service, care]\nsources: [{name: housing}, {name: contact}]\n");
  const MatchingHandler handler(register_.get());
  for (const int purpose : {kService, kCare}) {
    rpc::CallContext call = Call(purpose);
    v1::PairExplanation pair;
    ASSERT_TRUE(handler.ExplainPair(call, PairOf("housing:H1", "contact:K1"), pair).ok());
    EXPECT_FALSE(pair.has_people());
    v1::ExplainPersonRequest request;
    request.set_name(person);
    v1::PersonExplanation whole;
    ASSERT_TRUE(handler.ExplainPerson(call, request, whole).ok());
    EXPECT_TRUE(whole.ties());
  }
}

TEST_F(MatchingSightTest, HiddenPairsDoNotShowThemselvesByAPageToken) {
  const auto commit_hidden = [this](const std::string& key, const std::string& surname) {
    const std::string address = Cat(surname.size(), " ", surname, " Lane");
    Commit(MakeWrite("social_care", Cat("S", key), "Rosalind", surname, "1950-05-05", address, "NR5 8QQ"));
    Commit(MakeWrite("contact", Cat("K", key), "R", surname, "", address, "NR5 8QQ"));
  };
  CommitUndated("a");
  commit_hidden("b", "Thackeray");
  v1::ListReviewPairsRequest request;
  request.set_page_size(1);
  EXPECT_NE(Reviews(request, kCare).next_page_token(), "");
  EXPECT_EQ(Reviews(request, kService).next_page_token(), "") << "no pair follows that may be listed";
  CommitUndated("c", "Okonjo", "2001-11-14");
  commit_hidden("d", "Featherstonehaugh");
  request.set_page_token(Reviews(request, kService).next_page_token());
  ASSERT_NE(request.page_token(), "");
  const v1::ListReviewPairsResponse second = Reviews(request, kService);
  ASSERT_EQ(second.pairs_size(), 1);
  EXPECT_EQ(second.pairs(0).a().source_key().key(), "Hc");
  EXPECT_EQ(second.next_page_token(), "");
}

TEST_F(MatchingSightTest, AReviewPairIsNotThereForAPurposeThatMayNotSeeAllItRestsOn) {
  CommitUndated("a");
  Commit(MakeWrite("social_care", "Sb", "Rosalind", "Thackeray", "1950-05-05", "9 Ash Lane", "NR5 8QQ"));
  Commit(MakeWrite("contact", "Kb", "R", "Thackeray", "", "9 Ash Lane", "NR5 8QQ"));
  Commit(MakeWrite("council_tax", "Cc", "Priya", "Okonjo", "2001-11-14", "11 Elm Hill", "NR3 1HN"));
  Commit(MakeWrite("contact", "Kc", "P", "Okonjo", "", "11 Elm Hill", "NR3 1HN"));
  const v1::ListReviewPairsRequest request;
  ASSERT_EQ(Reviews(request, kCare).pairs_size(), 3);
  const v1::ListReviewPairsResponse part = Reviews(request, kService);
  ASSERT_EQ(part.pairs_size(), 1) << "neither a hidden record nor a hidden date of birth has a part in it";
  EXPECT_EQ(part.pairs(0).SerializeAsString(), Reviews(request, kCare).pairs(0).SerializeAsString());
  EXPECT_EQ(part.pairs(0).a().source_key().key(), "Ha");
  // A record that joins one of the two people and may not be seen takes the pair away.
  Commit(MakeWrite("social_care", "Sa", "Jonathan", "Brackenbury", "1982-07-30", "11 Brackenbury Street", "NR3 1AA"));
  ASSERT_EQ(Reviews(request, kCare).pairs_size(), 3);
  EXPECT_EQ(Reviews(request, kService).pairs_size(), 0);
}

}  // namespace
}  // namespace wensum::match
