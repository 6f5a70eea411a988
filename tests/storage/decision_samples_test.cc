// The stored format of stewards' decisions, as it was written: see format_samples_test.cc. Never change a sample.
#include "tests/storage/format_samples.h"
#include "wensum/storage/v1/decisions.pb.h"
#include "wensum/storage/v1/tasks.pb.h"

namespace wensum::storage {
namespace {

TEST(DecisionSamplesTest, LinkDecision1) {
  ExpectReadsAs<v1::LinkDecision>(
      "08011007180422060801100218022a180801120201031a10040000000000000005000000000000002a0508021201023201"
      "613a016c4201724a016350105809600a6a0e09000000000000e03f10031a016d72120a016212016c1a01732201642816300c"
      "380d7806",
      R"pb(
        format: 1
        number: 7
        operation: 4
        links { a: 1 b: 2 kind: 2 }
        sides { person: 1 records: 1 records: 3 facts: 4 facts: 5 }
        sides { person: 2 records: 2 }
        actor: "a"
        caller: "l"
        reason: "r"
        comment: "c"
        time: 8
        revision: 9
        task: 10
        evidence { score: 0.5 reason: 3 model_version: "m" }
        retraction { actor: "b" caller: "l" reason: "s" comment: "d" time: 11 revision: 12 decision: 13 }
        undoes: 6
      )pb");
}

TEST(DecisionSamplesTest, LinkDecision2OfAValue) {
  ExpectReadsAs<v1::LinkDecision>(
      "0802100718072a0508011201013201613a016c4201724a01635010580972090a01622816300c4001820138080112096e"
      "695f6e756d6265721a0176220b32094142313233343536432905000000000000003002381c420c090300000000000000"
      "120177",
      R"pb(
        format: 2
        number: 7
        operation: 7
        sides { person: 1 records: 1 }
        actor: "a"
        caller: "l"
        reason: "r"
        comment: "c"
        time: 8
        revision: 9
        retraction { actor: "b" time: 11 revision: 12 cause: 1 }
        value {
          record: 1
          attribute: "ni_number"
          value: "v"
          details { ni_number: "AB123456C" }
          purposes: 5
          lifetime: 2
          until: 14
          consolidated { purposes: 3 value: "w" }
        }
      )pb",
      2);
}

TEST(DecisionSamplesTest, TaskEvent1OfADecision) {
  ExpectReadsAs<v1::TaskEvent>("0801100b181c200f6807", "format: 1 type: 11 time: 14 revision: 15 decision: 7");
}

}  // namespace
}  // namespace wensum::storage
