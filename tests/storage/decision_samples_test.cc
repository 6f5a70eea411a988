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

TEST(DecisionSamplesTest, HeldUpdate1) {
  ExpectReadsAs<v1::HeldUpdate>(
      "0801100318022224080110011a0173280a300c38074908000000000000005101000000000000006203120170290900000000"
      "00000030053803400a4804",
      R"pb(
        format: 1
        ordinal: 3
        number: 2
        version {
          format: 1
          kind: 1
          source: "s"
          source_time: 5
          receive_time: 6
          revision: 7
          content_hash: 8
          purposes: 1
          envelope { payload: "p" }
        }
        says: 9
        signs: 5
        state: 3
        end_revision: 10
        decision: 4
      )pb");
}

TEST(DecisionSamplesTest, LinkDecision3OfHeldUpdates) {
  ExpectReadsAs<v1::LinkDecision>(
      "08031007180b2a0508011201012a05080612010632016142017250105809600aa2010c080110021804200528013006",
      R"pb(
        format: 3
        number: 7
        operation: 11
        sides { person: 1 records: 1 }
        sides { person: 6 records: 6 }
        actor: "a"
        reason: "r"
        time: 8
        revision: 9
        task: 10
        held { record: 1 first: 2 last: 4 former_revision: 5 former_deleted: true successor: 6 }
      )pb",
      3);
}

}  // namespace
}  // namespace wensum::storage
