// The stored formats of learnt addresses and of tasks about addresses, as they were written: see
// format_samples_test.cc. Never change a sample.
#include "tests/storage/format_samples.h"
#include "wensum/storage/v1/address_calibration.pb.h"
#include "wensum/storage/v1/learnt.pb.h"
#include "wensum/storage/v1/tasks.pb.h"

namespace wensum::storage {
namespace {

TEST(AddressSamplesTest, LearntAddress1) {
  ExpectReadsAs<v1::LearntAddress>(
      "080110071a0933204869676820537422074e52312031414128643207686f7573696e673a01614201634a017252017858"
      "16600c680d72100a01621201641a0173220179281c300f",
      R"pb(
        format: 1
        number: 7
        text: "3 High St"
        postcode: "NR1 1AA"
        uprn: 100
        source: "housing"
        actor: "a"
        caller: "c"
        reason: "r"
        comment: "x"
        time: 11
        revision: 12
        task: 13
        retraction { actor: "b" caller: "d" reason: "s" comment: "y" time: 14 revision: 15 }
      )pb");
}

TEST(AddressSamplesTest, TaskOfAnUnresolvedAddress1) {
  ExpectReadsAs<v1::Task>(
      "0801100718045a2d2229080112093320486967682053741a074e52312031414120052802320d086411000000000000e0"
      "3f18037809",
      R"pb(
        format: 1
        number: 7
        kind: 4
        facts {
          unresolved_address {
            ordinal: 1
            text: "3 High St"
            postcode: "NR1 1AA"
            outcome: 5
            none_reason: 2
            candidates { uprn: 100 score: 0.5 contradictions: 3 }
          }
          revision: 9
        }
      )pb");
}

TEST(AddressSamplesTest, AddressCalibration1) {
  ExpectReadsAs<v1::AddressCalibration>(
      "0801100218062004280531000000000000e03f39000000000000f83f421209000000000000f83f11000000000000e83f"
      "4a1209000000000000e03f11000000000000f07f50065807600869000000000000d03f722609000000000000e03f1100"
      "0000000000e83f19000000000000e43f21000000000000e03f2809780a",
      R"pb(
        format: 1
        number: 2
        time: 3
        revision: 4
        address_rules: 5
        precision: 0.5
        least_strength: 1.5
        steps { strength: 1.5 probability: 0.75 }
        cuts { precision: 0.5 strength: inf }
        properties: 6
        rows: 7
        labels: 8
        expected_error: 0.25
        bins { from: 0.5 to: 0.75 promised: 0.625 observed: 0.5 matches: 9 }
        all_properties: 10
      )pb");
}

}  // namespace
}  // namespace wensum::storage
