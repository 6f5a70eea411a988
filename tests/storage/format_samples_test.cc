// The stored formats, as they were written: for each kind of value a sample in hexadecimal, and what it must read as
// for ever. A failure here means that existing data directories would be misread. Never change a sample: add one for
// each new format.
#include "tests/storage/format_samples.h"

#include <string>

#include "gtest/gtest.h"
#include "wensum/storage/v1/gazetteer.pb.h"
#include "wensum/storage/v1/health.pb.h"
#include "wensum/storage/v1/hub.pb.h"
#include "wensum/storage/v1/log.pb.h"
#include "wensum/storage/v1/models.pb.h"
#include "wensum/storage/v1/operations.pb.h"
#include "wensum/storage/v1/records.pb.h"

namespace wensum::storage {
namespace {

TEST(FormatSamplesTest, SourceRecord1) {
  ExpectReadsAs<v1::SourceRecord>(
      "080110011a0b636f756e63696c5f7461782002288280f28183898506308480f28183898506384d400149efcdab8967452301"
      "5105000000000000005a140a096e695f6e756d626572110100000000000000620b12090a071a05536d6974686a1f0a0d6461"
      "74655f6f665f6269727468120b646174655f6675747572651a016d72090887929ceff40210037a013980010c",
      R"pb(
        format: 1
        kind: 1
        source: "council_tax"
        incarnation: 2
        source_time: 1700000000000001
        receive_time: 1700000000000002
        revision: 77
        deleted: true
        content_hash: 0x0123456789abcdef
        purposes: 5
        field_purposes { field: "ni_number" purposes: 1 }
        envelope { key_id: 0 payload: "\n\007\032\005Smith" }
        issues { field: "date_of_birth" rule: "date_future" message: "m" }
        resolved_addresses { uprn: 100091234567 outcome: 3 }
        import_run: "9"
        import_line: 12
      )pb");
}

TEST(FormatSamplesTest, Entity1) {
  ExpectReadsAs<v1::Entity>(
      "0801104e180420012801321508041207686f7573696e671a0248312001281430153a4609030000000000000012290a0a1203"
      "416e6e1a034c656518a5c1b8094a16080112093120486967682053741a074e5231203141411a040806100120012a02000232"
      "040a020a00",
      R"pb(
        format: 1
        revision: 78
        redirect: 4
        ended: true
        kind: 1
        members { ordinal: 4 source: "housing" source_key: "H1" incarnation: 1 source_time: 10 receive_time: -11 }
        golden {
          purposes: 3
          details {
            name { forenames: "Ann" surname: "Lee" }
            date_of_birth: 19800229
            addresses { role: 1 text: "1 High St" postcode: "NR1 1AA" }
          }
          resolved_addresses { uprn: 6 outcome: 1 }
          current_address: 1
          contributors: 0
          contributors: 2
          lineage: "\n\002\n\000"
        }
      )pb");
}

TEST(FormatSamplesTest, AnchorHandover1) {
  ExpectReadsAs<v1::AnchorHandover>("080110051809204f",
                                    R"pb(
                                      format: 1 anchor: 5 holder: 9 revision: 79
                                    )pb");
}

TEST(FormatSamplesTest, CustodianOperation1) {
  ExpectReadsAs<v1::CustodianOperation>(
      "08011007188280f2818389850622086c6f6f706261636b2a01703201723a020a00405c4a090a016b1201621a01614a050a016c"
      "1a00521308051082d2d4091a0687929ceff402220201025a070187929ceff4026204c1d9e2066a01017204c1d9e2067805800109",
      R"pb(
        format: 1
        number: 7
        time: 1700000000000001
        caller: "loopback"
        purpose: "p"
        reason: "r"
        act: "\n\000"
        revision: 92
        rows { key: "k" before: "b" after: "a" }
        rows { key: "l" after: "" }
        lineage { kind: 5 date: 20261122 predecessors: 100091234567 successors: 1 successors: 2 }
        uprns: 1
        uprns: 100091234567
        usrns: 14200001
        new_uprns: 1
        new_usrns: 14200001
        undoes: 5
        undone_by: 9
      )pb");
}

TEST(FormatSamplesTest, PropertyMark1) {
  ExpectReadsAs<v1::PropertyMark>(
      "0801121d0801120844697370757465641a026a6f208080f281838985062805300912111a026a6f208280f281838985062806300a",
      R"pb(
        format: 1
        states { set: true text: "Disputed" author: "jo" time: 1700000000000000 operation: 5 revision: 9 }
        states { author: "jo" time: 1700000000000001 operation: 6 revision: 10 }
      )pb");
}

TEST(FormatSamplesTest, NamingCase1) {
  ExpectReadsAs<v1::NamingCase>(
      "080110071a08534e4e2f32362f31220a4d696c6c20486f6d65732a0b4e696e6520686f7573657330013a1f08011082d2d4091a026a6f"
      "2207427920706f7374288080f281838985063007",
      R"pb(
        format: 1
        number: 7
        reference: "SNN/26/1"
        applicant: "Mill Homes"
        description: "Nine houses"
        kind: 1
        stages { stage: 1 date: 20261122 author: "jo" comment: "By post" time: 1700000000000000 operation: 7 }
      )pb");
}

TEST(FormatSamplesTest, NumberBlock1) {
  ExpectReadsAs<v1::NumberBlock>("08011087929ceff402",
                                 R"pb(
                                   format: 1 last: 100091234567
                                 )pb");
}

TEST(FormatSamplesTest, ReviewPair1) {
  ExpectReadsAs<v1::ReviewPair>(
      "080111000000000000e0bf180222016d284f3050",
      R"pb(
        format: 1 score: -0.5 reason: 2 model_version: "m" revision: 79 changed_revision: 80
      )pb");
}

TEST(FormatSamplesTest, Commit1) {
  ExpectReadsAs<v1::Commit>("0801108680f281838985061a0608021029182a1a0908011087929ceff402",
                            R"pb(
                              format: 1
                              time: 1700000000000003
                              events { kind: 2 id: 41 other: 42 }
                              events { kind: 1 id: 100091234567 }
                            )pb");
}

TEST(FormatSamplesTest, Meta1WithBounds) {
  ExpectReadsAs<v1::Meta>("0801b80103f2010d081e100519000000000000e03f",
                          "format: 1 tasks: 3 weak_entity { many: 30 least: 5 max_cohesion: 0.5 }");
}

TEST(FormatSamplesTest, Meta1) {
  ExpectReadsAs<v1::Meta>(
      "0801111032547698badcfe1a2030313233343536373839616263646566303132333435363738396162636465662050280632"
      "037461783204636172653a0b76657273696f6e3a20310a42026d31488080f28183898506",
      R"pb(
        format: 1
        id_key: 0xfedcba9876543210
        hash_key: "0123456789abcdef0123456789abcdef"
        last_revision: 80
        next_ordinal: 6
        purposes: "tax"
        purposes: "care"
        rules_yaml: "version: 1\n"
        model_version: "m1"
        create_time: 1700000000000000
      )pb");
}

TEST(FormatSamplesTest, Request1) {
  ExpectReadsAs<v1::Request>(
      "0801108880f281838985061a0300ff72218877665544332211",
      R"pb(
        format: 1 time: 1700000000000004 response: "\000\377r" request_hash: 0x1122334455667788
      )pb");
}

TEST(FormatSamplesTest, AuditEntry1) {
  ExpectReadsAs<v1::AuditEntry>(
      "0801108a80f281838985061a08726576656e75657322037461782a0a50656f706c652e476574320870656f706c652f313805"
      "4051",
      R"pb(
        format: 1
        time: 1700000000000005
        caller: "revenues"
        purpose: "tax"
        method: "People.Get"
        resource: "people/1"
        code: 5
        revision: 81
      )pb");
}

TEST(FormatSamplesTest, ModelInfo1) {
  ExpectReadsAs<v1::ModelInfo>(
      "080112126d2d303132333435363738396162636465661803208080f281838985062a10303132333435363738396162636465"
      "663207747261696e656438840741000000000000d03f4801500159000000000000f83f61000000000000f0bf68e0a712",
      R"pb(
        format: 1
        version: "m-0123456789abcdef"
        origin: 3
        create_time: 1700000000000000
        content_sha256: "0123456789abcdef"
        label: "trained"
        records: 900
        match_rate: 0.25
        household_class: true
        identity_guard_fired: true
        merge_threshold: 1.5
        review_threshold: -1
        json_bytes: 300000
      )pb");
}

TEST(FormatSamplesTest, ModelActivation1) {
  ExpectReadsAs<v1::ModelActivation>(
      "080110021a026d3222026d31288280f281838985063050",
      R"pb(
        format: 1 number: 2 version: "m2" former_version: "m1" time: 1700000000000001 revision: 80
      )pb");
}

TEST(FormatSamplesTest, ModelRun1) {
  ExpectReadsAs<v1::ModelRun>("080110041a020801",
                              R"pb(
                                format: 1 id: 4 run: "\010\001"
                              )pb");
}

TEST(FormatSamplesTest, HealthReport1) {
  ExpectReadsAs<v1::HealthReport>("080110041a020801",
                                  R"pb(
                                    format: 1 revision: 4 report: "\010\001"
                                  )pb");
}

TEST(FormatSamplesTest, HealthWaiver1) {
  ExpectReadsAs<v1::HealthWaiver>("080110041a020801",
                                  R"pb(
                                    format: 1 number: 4 waiver: "\010\001"
                                  )pb");
}

TEST(FormatSamplesTest, HubSubmission1) {
  ExpectReadsAs<v1::HubSubmission>("080110041a021001",
                                   R"pb(
                                     format: 1 number: 4 submission: "\020\001"
                                   )pb");
}

TEST(FormatSamplesTest, HubReport1) {
  ExpectReadsAs<v1::HubReport>("080110041a021001",
                               R"pb(
                                 format: 1 number: 4 report: "\020\001"
                               )pb");
}

TEST(FormatSamplesTest, HubFinding1) {
  ExpectReadsAs<v1::HubFinding>("080112024801",
                                R"pb(
                                  format: 1 finding: "H\001"
                                )pb");
}

TEST(FormatSamplesTest, ImportRun1) {
  ExpectReadsAs<v1::ImportRun>(
      "080110091a0b636f756e63696c5f74617822036373762a0663742e6373763202616238e80740034a01655002580460036804"
      "70057806800107a00108a80109b0010ab8010bc0010cc8010dd0010ed8010fe201060a0232311010ea010f0a0b6b65795f6d"
      "697373696e671011f201090a0565786163741012fa01017982020173880213900214",
      R"pb(
        format: 1
        id: 9
        feed: "council_tax"
        file_format: "csv"
        file_name: "ct.csv"
        sha256: "ab"
        file_bytes: 1000
        state: 3
        error: "e"
        start_time: 1
        end_time: 2
        first_revision: 3
        last_revision: 4
        bytes_done: 5
        next_line: 6
        resumed: 7
        read: 8
        inserted: 9
        updated: 10
        unchanged: 11
        deleted: 12
        rejected: 13
        held: 14
        flagged: 15
        by_record_type { key: "21" value: 16 }
        by_rule { key: "key_missing" value: 17 }
        addresses { key: "exact" value: 18 }
        mapping_yaml: "y"
        spool_file: "s"
        issues: 19
        expected_rows: 20
      )pb");
}

TEST(FormatSamplesTest, ImportIssue1) {
  ExpectReadsAs<v1::ImportIssue>(
      "0801100c1a03444f42220b646174655f667574757265280232016d3a03612cff",
      R"pb(
        format: 1 line: 12 column: "DOB" rule: "date_future" severity: 2 message: "m" raw: "a,\377"
      )pb");
}

TEST(FormatSamplesTest, GazetteerRow1Lpi) {
  ExpectReadsAs<v1::GazetteerRow>(
      "080110521887929ceff402220f08dba9c50918fab0d30920dca9c50928013201393907000000000000005a520a0e32363235"
      "4c3030303030303030311203454e4718012a13080c10011a0141320a4d494c4c20484f55534530cec2f1053a01304201594a"
      "074e52312031414152074e4f52574943485a01596201316a0178",
      R"pb(
        format: 1
        revision: 82
        id: 100091234567
        dates { start: 20010203 end: 0 last_update: 20240506 entry: 20010204 }
        source_format: 1
        import_run: "9"
        purposes: 7
        lpi {
          lpi_key: "2625L000000001"
          language: "ENG"
          logical_status: 1
          pao { start_number: 12 has_number: true start_suffix: "A" text: "MILL HOUSE" }
          usrn: 12345678
          level: "0"
          postal_address: "Y"
          postcode: "NR1 1AA"
          post_town: "NORWICH"
          official_flag: "Y"
          usrn_match_indicator: "1"
          area_name: "x"
        }
      )pb");
}

TEST(FormatSamplesTest, GazetteerRow1Blpu) {
  ExpectReadsAs<v1::GazetteerRow>(
      "080110531887929ceff402220508dba9c509280132013939070000000000000052430801100218dba9c50922045244303428"
      "05310000008018072341390000000052d41241400148c11452016f5a01776201706a01457201447a074e5231203141418001"
      "03",
      R"pb(
        format: 1
        revision: 83
        id: 100091234567
        dates { start: 20010203 }
        source_format: 1
        import_run: "9"
        purposes: 7
        blpu {
          logical_status: 1
          state: 2
          state_date: 20010203
          blpu_class: "RD04"
          parent_uprn: 5
          x: 623500.25
          y: 308500.5
          rpc: 1
          local_custodian_code: 2625
          organisation: "o"
          ward_code: "w"
          parish_code: "p"
          country: "E"
          addressbase_postal: "D"
          postcode_locator: "NR1 1AA"
          multi_occ_count: 3
        }
      )pb");
}

TEST(FormatSamplesTest, GazetteerRow1Street) {
  ExpectReadsAs<v1::GazetteerRow>(
      "0801105418cec2f1054238080110c114180220dba9c50928013008380341000000000000f83f490000000000000440510000"
      "000000000c40590000000000001240600a",
      R"pb(
        format: 1
        revision: 84
        id: 12345678
        street {
          record_type: 1
          swa_org_ref_naming: 2625
          state: 2
          state_date: 20010203
          surface: 1
          classification: 8
          version: 3
          start_x: 1.5
          start_y: 2.5
          end_x: 3.5
          end_y: 4.5
          tolerance: 10
        }
      )pb");
}

TEST(FormatSamplesTest, GazetteerRow1StreetDescriptor) {
  ExpectReadsAs<v1::GazetteerRow>(
      "0801105518cec2f1054a250a094d494c4c204c414e4512016c1a074e4f525749434822074e4f52464f4c4b2a03454e47",
      R"pb(
        format: 1
        revision: 85
        id: 12345678
        street_descriptor {
          description: "MILL LANE"
          locality: "l"
          town: "NORWICH"
          administrative_area: "NORFOLK"
          language: "ENG"
        }
      )pb");
}

TEST(FormatSamplesTest, GazetteerRow1CrossReference) {
  ExpectReadsAs<v1::GazetteerRow>("08011056180162100a016b1201721a0637363535564e2002",
                                  R"pb(
                                    format: 1
                                    revision: 86
                                    id: 1
                                    xref { xref_key: "k" cross_reference: "r" source: "7655VN" version: 2 }
                                  )pb");
}

TEST(FormatSamplesTest, GazetteerRow1Classification) {
  ExpectReadsAs<v1::GazetteerRow>("0801105718016a110a016b1204524430341a01732203312e30",
                                  R"pb(
                                    format: 1
                                    revision: 87
                                    id: 1
                                    classification { class_key: "k" code: "RD04" scheme: "s" scheme_version: "1.0" }
                                  )pb");
}

TEST(FormatSamplesTest, GazetteerRow1Organisation) {
  ExpectReadsAs<v1::GazetteerRow>("08011058180172090a016b12016f1a016c",
                                  R"pb(
                                    format: 1
                                    revision: 88
                                    id: 1
                                    organisation { org_key: "k" organisation: "o" legal_name: "l" }
                                  )pb");
}

TEST(FormatSamplesTest, GazetteerRow1DeliveryPoint) {
  ExpectReadsAs<v1::GazetteerRow>(
      "0801105918017a50080210031a01612201622a01633201643a01344201654a01665201675a01686201696a074e5231203141"
      "417201537a0231418201016a8a01016b9201016c9a01016da201016eaa010135b001fab0d309",
      R"pb(
        format: 1
        revision: 89
        id: 1
        delivery_point {
          parent_addressable_uprn: 2
          udprn: 3
          organisation_name: "a"
          department_name: "b"
          sub_building_name: "c"
          building_name: "d"
          building_number: "4"
          dependent_thoroughfare: "e"
          thoroughfare: "f"
          double_dependent_locality: "g"
          dependent_locality: "h"
          post_town: "i"
          postcode: "NR1 1AA"
          postcode_type: "S"
          delivery_point_suffix: "1A"
          welsh_dependent_thoroughfare: "j"
          welsh_thoroughfare: "k"
          welsh_double_dependent_locality: "l"
          welsh_dependent_locality: "m"
          welsh_post_town: "n"
          po_box_number: "5"
          process_date: 20240506
        }
      )pb");
}

TEST(FormatSamplesTest, GazetteerRow1Successor) {
  ExpectReadsAs<v1::GazetteerRow>("0801105a18018201050a016b1002",
                                  R"pb(
                                    format: 1
                                    revision: 90
                                    id: 1
                                    successor { successor_key: "k" successor: 2 }
                                  )pb");
}

TEST(FormatSamplesTest, GazetteerRow1Postcode) {
  ExpectReadsAs<v1::GazetteerRow>(
      "0801105b8a011d0a016b100a19000000000000f83f2100000000000004402a0164320177",
      R"pb(
        format: 1
        revision: 91
        postcode { postcode: "k" quality: 10 x: 1.5 y: 2.5 district_code: "d" ward_code: "w" }
      )pb");
}

TEST(FormatSamplesTest, GazetteerRow1StreetReference) {
  ExpectReadsAs<v1::GazetteerRow>(
      "0801105c18cec2f105220520dca9c509920112080110021a08303632333030383320032804",
      R"pb(
        format: 1
        revision: 92
        id: 12345678
        dates { entry: 20010204 }
        street_reference { reference_type: 1 usrn_version: 2 reference_id: "06230083" reference_version: 3 zeros: 4 }
      )pb");
}

TEST(FormatSamplesTest, GazetteerRow1Provenance) {
  ExpectReadsAs<v1::GazetteerRow>("0801105d18079a01090a016b1201541a0161", R"pb(
    format: 1
    revision: 93
    id: 7
    provenance { provenance_key: "k" code: "T" annotation: "a" }
  )pb");
}

TEST(FormatSamplesTest, GazetteerRow1Kept) {
  ExpectReadsAs<v1::GazetteerRow>("0801105e1807a2010c081912016b18022203372c6b", R"pb(
    format: 1
    revision: 94
    id: 7
    kept { record_type: 25 subkey: "k" occurrence: 2 text: "7,k" }
  )pb");
}

TEST(FormatSamplesTest, GazetteerRow1Custodian) {
  ExpectReadsAs<v1::GazetteerRow>("0801105f18c114aa0107081d1201611200", R"pb(
    format: 1
    revision: 95
    id: 2625
    custodian { record_type: 29 columns: "a" columns: "" }
  )pb");
}

TEST(FormatSamplesTest, GazetteerRow1ColumnsOfTheHub) {
  ExpectReadsAs<v1::GazetteerRow>("080110601807521108018a01090a01311201321a0163900108", R"pb(
    format: 1
    revision: 96
    id: 7
    blpu {
      logical_status: 1
      hub { custodian_one: "1" custodian_two: "2" can_key: "c" }
      zeros: 8
    }
  )pb");
}

}  // namespace
}  // namespace wensum::storage
