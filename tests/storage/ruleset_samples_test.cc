// The stored formats of rulesets, as they were written: see format_samples_test.cc. Never change a sample.
#include "tests/storage/format_samples.h"
#include "wensum/storage/v1/rulesets.pb.h"

namespace wensum::storage {
namespace {

TEST(RulesetSamplesTest, Ruleset1) {
  ExpectReadsAs<v1::Ruleset>(
      "080110031802220b7365783a206f6c646573742a016e3201613a01634016480c500d5a0c081c1201621a0164201e2810"
      "620d0a01651201661a0178202228126a0e081310281815202c2a01673201686a0408171030",
      R"pb(
        format: 1
        number: 3
        origin: 2
        yaml: "sex: oldest"
        note: "n"
        actor: "a"
        caller: "c"
        time: 11
        revision: 12
        change_revision: 13
        schedule { effective_time: 14 actor: "b" caller: "d" time: 15 revision: 16 }
        withdrawal { actor: "e" caller: "f" comment: "x" time: 17 revision: 18 }
        periods { from_revision: 19 from_time: 20 until_revision: 21 until_time: 22 actor: "g" caller: "h" }
        periods { from_revision: 23 from_time: 24 }
      )pb");
}

TEST(RulesetSamplesTest, RulesetTrial1) {
  ExpectReadsAs<v1::RulesetTrial>("08011003180420052802300c",
                                  R"pb(
                                    format: 1 ruleset: 3 run: 4 revision: 5 in_force: 2 time: 6
                                  )pb");
}

}  // namespace
}  // namespace wensum::storage
