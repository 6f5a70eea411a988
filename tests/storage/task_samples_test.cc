// The stored formats of family task, as they were written: see format_samples_test.cc. Never change a sample.
#include "tests/storage/format_samples.h"
#include "wensum/storage/v1/tasks.pb.h"

namespace wensum::storage {
namespace {

TEST(TaskSamplesTest, Task1) {
  ExpectReadsAs<v1::Task>(
      "08011007180222076f6e653a3130302a076f6e653a31303030013803400248015105000000000000005a0d120908011203"
      "64c801180278096204080210646816700c781a80011c88010f9001209a010174a2010161aa010163b00122b80124c2010c"
      "0a0172110600000000000000c80103d0010f",
      R"pb(
        format: 1
        number: 7
        kind: 2
        subject: "one:100"
        cause: "one:100"
        holds: true
        state: 3
        priority: 2
        sensitive: true
        evidence: 5
        facts {
          property_duplicate { kind: 1 uprns: 100 uprns: 200 count: 2 }
          revision: 9
        }
        names { type: 2 id: 100 }
        create_time: 11
        create_revision: 12
        open_time: 13
        change_time: 14
        change_revision: 15
        due_time: 16
        team: "t"
        assignee: "a"
        claimant: "c"
        lease_until: 17
        deferred_until: 18
        dismissal { reason: "r" evidence: 6 }
        events: 3
        close_revision: 15
      )pb");
}

TEST(TaskSamplesTest, TaskEvent1) {
  ExpectReadsAs<v1::TaskEvent>(
      "08011005181c200f2a016132016c3a017242017848205201625a017462160a120801100219000000000000e03f20032a01"
      "6d7809",
      R"pb(
        format: 1
        type: 5
        time: 14
        revision: 15
        actor: "a"
        caller: "l"
        reason: "r"
        text: "x"
        until: 16
        assignee: "b"
        team: "t"
        facts {
          possible_match { a: 1 b: 2 score: 0.5 reason: 3 model_version: "m" }
          revision: 9
        }
      )pb");
}

TEST(TaskSamplesTest, TaskOfAConflict1) {
  ExpectReadsAs<v1::Task>("0801100718055a172a130a0808011202020318020a07080112010518017809", R"pb(
    format: 1
    number: 7
    kind: 5
    facts {
      conflict {
        values { attribute: 1 ordinals: 2 ordinals: 3 count: 2 }
        values { attribute: 1 ordinals: 5 count: 1 }
      }
      revision: 9
    }
  )pb");
}

TEST(TaskSamplesTest, TaskWeakEntity1) {
  ExpectReadsAs<v1::Task>("0801100718075a1a3a160802101f181e20b30329000000000000d03f300138017809", R"pb(
    format: 1
    number: 7
    kind: 7
    facts {
      weak_entity { first: 2 records: 31 contents: 30 pairs: 435 cohesion: 0.25 many: true loose: true }
      revision: 9
    }
  )pb");
}

TEST(TaskSamplesTest, TaskDataQuality1) {
  ExpectReadsAs<v1::Task>(
      "0801100718085a2542210a0173121164657461696c732e6e695f6e756d6265721a0172201f285a320202057809", R"pb(
        format: 1
        number: 7
        kind: 8
        facts {
          data_quality { source: "s" field: "details.ni_number" rule: "r" records: 31 live: 90 ordinals: 2 ordinals: 5 }
          revision: 9
        }
      )pb");
}

TEST(TaskSamplesTest, TaskOfAnOverlay1) {
  ExpectReadsAs<v1::Task>("0801100718065a0e320a080310051801200428027809", R"pb(
    format: 1
    number: 7
    kind: 6
    facts {
      overlay { ordinal: 3 signs: 5 first: 1 last: 4 count: 2 }
      revision: 9
    }
  )pb");
}

}  // namespace
}  // namespace wensum::storage
