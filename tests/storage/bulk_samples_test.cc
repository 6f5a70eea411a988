// The stored format of decisions about many tasks at once, and of proposed ones, as it was written: see
// format_samples_test.cc. Never change a sample.
#include "tests/storage/format_samples.h"
#include "wensum/storage/v1/bulk.pb.h"
#include "wensum/storage/v1/decisions.pb.h"
#include "wensum/storage/v1/proposals.pb.h"

namespace wensum::storage {
namespace {

TEST(BulkSamplesTest, BulkDecision1) {
  ExpectReadsAs<v1::BulkDecision>(
      "08011007180420012a1909000000000000e0bf1100000000000004401a0200032201743014380141ff00000000000000"
      "48ac025201725a01636201706a0f08011201611a016c220163281030096a0c08051201622814300b3a0173700b781582"
      "010408021014",
      R"pb(
        format: 1
        number: 7
        state: 4
        answer: 1
        filter { min_score: -0.5 max_score: 2.5 reasons: 0 reasons: 3 team: "t" }
        sample_size: 20
        allowed_errors: 1
        seed: 255
        tasks: 300
        reason: "r"
        comment: "c"
        purpose: "p"
        steps { type: 1 actor: "a" caller: "l" comment: "c" time: 8 revision: 9 }
        steps { type: 5 actor: "b" time: 10 revision: 11 reason: "s" }
        change_revision: 11
        next: 21
        counts { outcome: 2 count: 20 }
      )pb");
}

TEST(BulkSamplesTest, BulkTask1) {
  ExpectReadsAs<v1::BulkTask>("0801100c190d000000000000002004280e",
                              "format: 1 task: 12 evidence: 13 outcome: 4 decision: 14");
}

TEST(BulkSamplesTest, LinkDecision1OfABulkDecision) {
  ExpectReadsAs<v1::LinkDecision>("080110071801600c880109", "format: 1 number: 7 operation: 1 task: 12 bulk: 9");
}

TEST(BulkSamplesTest, DecisionProposal1) {
  ExpectReadsAs<v1::DecisionProposal>(
      "080110071802221b180122060801100218012a0508011201012a0508021201023201612a020506320201033810400948"
      "14500c5a016262016c6a01727201637816800104",
      R"pb(
        format: 1
        number: 7
        state: 2
        decision {
          operation: 1
          links { a: 1 b: 2 kind: 1 }
          sides { person: 1 records: 1 }
          sides { person: 2 records: 2 }
          actor: "a"
        }
        etags: 5
        etags: 6
        risks: 1
        risks: 3
        time: 8
        revision: 9
        due_time: 10
        change_revision: 12
        answer_actor: "b"
        answer_caller: "l"
        answer_reason: "r"
        answer_comment: "c"
        answer_time: 11
        made: 4
      )pb");
}

TEST(BulkSamplesTest, LinkDecision1OfAProposal) {
  ExpectReadsAs<v1::LinkDecision>("080110071801920101629a01016c",
                                  R"(format: 1 number: 7 operation: 1 approver: "b" approver_caller: "l")");
}

}  // namespace
}  // namespace wensum::storage
