#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "services/cli/client.h"
#include "services/cli/explain_command.h"
#include "services/cli/import_command.h"
#include "services/rpc/status_details.h"
#include "services/rpc/status_mapping.h"

namespace wensum::cli {
namespace {

v1::ImportRun SampleRun() {
  v1::ImportRun run;
  run.set_name("importRuns/3");
  run.set_feed("council_tax");
  run.set_state(v1::ImportRun::STATE_SUCCEEDED);
  run.mutable_counts()->set_read(10);
  run.mutable_counts()->set_inserted(7);
  run.mutable_counts()->set_updated(1);
  run.mutable_counts()->set_rejected(2);
  (*run.mutable_counts()->mutable_by_rule())["postcode_invalid"] = 2;
  run.set_reconciled(true);
  return run;
}

TEST(ImportSummaryTest, SpellsOutTheReconciliation) {
  EXPECT_EQ(ImportSummary(SampleRun()),
            "importRuns/3  feed council_tax  SUCCEEDED\n"
            "  read 10 = inserted 7 + updated 1 + unchanged 0 + deleted 0 + rejected 2 + held 0\n"
            "  issues by rule: postcode_invalid 2\n");
}

TEST(ImportSummaryTest, SaysLoudlyThatRowsAreMissing) {
  v1::ImportRun run = SampleRun();
  run.set_reconciled(false);
  EXPECT_NE(ImportSummary(run).find("read 10 != inserted 7"), std::string::npos);
  EXPECT_NE(ImportSummary(run).find("NOT RECONCILED"), std::string::npos);
}

TEST(ProgressTextTest, GivesRateAndTimeLeft) {
  EXPECT_EQ(ProgressText(12'300'000, 40'000'000, 2), "12.3 MB of 40.0 MB, 6.2 MB/s, 5 s left");
  EXPECT_EQ(ProgressText(0, 40'000'000, 0), "0.0 MB of 40.0 MB, 0.0 MB/s");
  EXPECT_EQ(ProgressText(5'000'000, 0, 1), "5.0 MB, 5.0 MB/s");
}

TEST(PrintErrorTest, NamesCodeReasonAndFields) {
  std::ostringstream out;
  PrintError(rpc::ToGrpcStatus(rpc::InvalidFields({{"a", "is odd"}, {"b", "is even"}})), out);
  EXPECT_EQ(out.str(), "error: INVALID_ARGUMENT (FIELD_INVALID): a: is odd; b: is even\n  a: is odd\n  b: is even\n");
}

TEST(ParseSideTest, TakesKeysAndPeople) {
  EXPECT_EQ(ParseSide("people/0123")->person(), "people/0123");
  EXPECT_EQ(ParseSide("council_tax:A:1")->source_key().source(), "council_tax");
  EXPECT_EQ(ParseSide("council_tax:A:1")->source_key().key(), "A:1");
  for (const char* bad : {"", ":", "council_tax", "council_tax:", ":A1"}) {
    EXPECT_FALSE(ParseSide(bad).has_value()) << bad;
    EXPECT_FALSE(ParseSourceKey(bad).has_value()) << bad;
  }
}

v1::PairExplanation SamplePair() {
  v1::PairExplanation pair;
  pair.set_sentence("Housing 1 and contact 2 are one person.");
  pair.set_prior(-20);
  pair.set_household_prior(-3);
  v1::PairExplanation::Evidence& surname = *pair.add_evidence();
  surname.set_attribute("surname");
  surname.set_level("exact");
  surname.set_phrase("same surname");
  surname.set_weight(9.5);
  v1::PairExplanation::Evidence& born = *pair.add_evidence();
  born.set_attribute("born");
  born.set_withheld(true);
  pair.add_evidence()->set_attribute("phone");
  return pair;
}

TEST(PairTextTest, IsASentenceAndATable) {
  v1::PairExplanation pair = SamplePair();
  pair.set_withheld(true);
  EXPECT_EQ(PairText(pair),
            "Housing 1 and contact 2 are one person.\n\n"
            "                  compared                           weight  household\n"
            "  prior                                              -20.00      -3.00\n"
            "  surname         exact                               +9.50      +0.00\n"
            "  born            withheld\n");
  pair.set_withheld(false);
  pair.set_score(2);
  pair.set_probability(0.8);
  pair.set_merge_threshold(1.5);
  pair.set_model_version("m1");
  pair.mutable_people()->set_records(5);
  pair.mutable_people()->set_probability(0.25);
  EXPECT_NE(PairText(pair).find("score 2.00, probability 0.800; one person from score 1.50; model m1"),
            std::string::npos);
  EXPECT_NE(PairText(pair).find("all 5 records of the two people: score 0.00, probability 0.250"), std::string::npos);
}

TEST(ReviewTextTest, NamesPeopleRecordsAndReason) {
  v1::ReviewPair pair;
  pair.mutable_a()->set_person("people/a");
  pair.mutable_a()->mutable_source_key()->set_source("housing");
  pair.mutable_a()->mutable_source_key()->set_key("H1");
  pair.mutable_b()->set_person("people/b");
  pair.mutable_b()->mutable_source_key()->set_source("contact");
  pair.mutable_b()->mutable_source_key()->set_key("K:1");
  pair.set_score(0.5);
  pair.set_probability(0.586);
  pair.set_reason(v1::REVIEW_REASON_UNDATED);
  EXPECT_EQ(ReviewText(pair), "  0.50  0.586  undated        people/a (housing:H1)  people/b (contact:K:1)\n");
  pair.set_sentence("Two people.");
  EXPECT_TRUE(ReviewText(pair).ends_with("\n        Two people.\n"));
}

TEST(PersonTextTest, NumbersTheSteps) {
  v1::PersonExplanation person;
  person.set_sentence("people/a came together from 2 records.");
  person.add_records()->set_source("housing");
  person.mutable_records(0)->set_key("H1");
  person.add_steps()->set_sentence("One.");
  person.add_steps()->set_sentence("Two.");
  EXPECT_EQ(PersonText(person), "people/a came together from 2 records.\n  housing:H1\n1. One.\n2. Two.\n");
}

TEST(RecordTextTest, TellsMembersFromCandidates) {
  v1::RecordExplanation record;
  record.set_sentence("Alone.");
  EXPECT_EQ(RecordText(record), "Alone.\n");
  *record.add_members() = SamplePair();
  *record.add_candidates() = SamplePair();
  record.mutable_candidates(0)->mutable_b()->set_person("people/z");
  EXPECT_EQ(RecordText(record),
            "Alone.\n\nwith records of the same person:\n  Housing 1 and contact 2 are one person.\n"
            "\nwith records of others:\n  people/z  Housing 1 and contact 2 are one person.\n");
}

}  // namespace
}  // namespace wensum::cli
