#include "storage/keys.h"

#include <functional>
#include <string>
#include <tuple>

#include "base/random.h"
#include "base/strings.h"
#include "gtest/gtest.h"
#include "storage/store.h"

namespace wensum::storage {
namespace {

constexpr std::string_view kHash = "0123456789abcdef";
constexpr uint64_t kUprn = 100091234567;

// The exact bytes of one key of each kind: the format of existing data directories. Never change one.
TEST(KeysTest, BytesAreStable) {
  EXPECT_EQ(HexEncode(RegisterPrefix(0x01020304)), "01020304");
  EXPECT_EQ(HexEncode(SourceKey(1, 2)), "000000010000000000000002");
  EXPECT_EQ(HexEncode(SourceHistoryKey(1, 2, 3)), "0000000100000000000000020000000000000003");
  EXPECT_EQ(HexEncode(EntityKey(1, 2)), "000000010000000000000002");
  EXPECT_EQ(HexEncode(EntityHistoryKey(1, 2, 3)), "0000000100000000000000020000000000000003");
  EXPECT_EQ(HexEncode(CrosswalkSourceKey(1, kHash)), "000000014b30313233343536373839616263646566");
  EXPECT_EQ(HexEncode(CrosswalkSourceOrdinalKey(1, "ct", 2)), "000000014c637400010000000000000002");
  EXPECT_EQ(HexEncode(CrosswalkPropertyKey(1, 3, 2)), "000000015500000000000000030000000000000002");
  EXPECT_EQ(HexEncode(CrosswalkIdentifierKey(1, kHash, 2)),
            "0000000149303132333435363738396162636465660000000000000002");
  EXPECT_EQ(HexEncode(ReviewPairKey(1, 2, 3)), "000000015200000000000000020000000000000003");
  EXPECT_EQ(HexEncode(AnchorHandoverKey(1, 2)), "00000001480000000000000002");
  EXPECT_EQ(HexEncode(OperationKey(1, 2)), "000000014f0000000000000002");
  EXPECT_EQ(HexEncode(OperationByPropertyKey(1, kUprn, 2)), "0000000155000000174de709070000000000000002");
  EXPECT_EQ(HexEncode(OperationByStreetKey(1, 12345678, 2)), "000000015300bc614e0000000000000002");
  EXPECT_EQ(HexEncode(LineageKey(1, kUprn, 2)), "000000014c000000174de709070000000000000002");
  EXPECT_EQ(HexEncode(NumberBlockKey(1, 'U', kUprn)), "000000014e55000000174de70907");
  EXPECT_EQ(HexEncode(CaseKey(1, 2)), "00000001430000000000000002");
  EXPECT_EQ(HexEncode(CaseByStageKey(1, 3, 2)), "0000000163030000000000000002");
  EXPECT_EQ(HexEncode(CaseByReferenceKey(1, "A/1")), "0000000172412f310001");
  EXPECT_EQ(HexEncode(PropertyMarkKey(1, 'X', kUprn, "L1")), "000000014b58000000174de709074c310001");
  EXPECT_EQ(HexEncode(SetMarkKey(1, 'X', kUprn, "L1")), "000000016b58000000174de709074c310001");
  EXPECT_EQ(HexEncode(PropertyByParentKey(1, kUprn, 2)), "0000000148000000174de709070000000000000002");
  EXPECT_EQ(HexEncode(OccupancyKey(1, kUprn, 2)), "00000001000000174de709070000000000000002");
  EXPECT_EQ(HexEncode(PropertyRowKey(1, kUprn, 24, "L1")), "0000000155000000174de70907184c310001");
  EXPECT_EQ(HexEncode(StreetRowKey(1, 12345678, 11, "")), "000000015300bc614e0b0001");
  EXPECT_EQ(HexEncode(PostcodeRowKey(1, "NR1 1AA")), "00000001434e5231203141410001");
  EXPECT_EQ(HexEncode(CustodianRowKey(1, 2625, 29, "")), "000000014600000a411d0001");
  EXPECT_EQ(HexEncode(PropertyByPostcodeKey(1, "NR1 1AA", kUprn, "L1")),
            "00000001504e5231203141410001000000174de709074c310001");
  EXPECT_EQ(HexEncode(PropertyByStreetKey(1, 12345678, kUprn, "L1")), "000000015400bc614e000000174de709074c310001");
  EXPECT_EQ(HexEncode(PropertyByXrefKey(1, "7655VN", "R1", kUprn)),
            "000000015837363535564e000152310001000000174de70907");
  EXPECT_EQ(HexEncode(PropertyHistoryKey(PropertyRowKey(1, kUprn, 24, "L1"), 3)),
            "0000000155000000174de70907184c3100010000000000000003");
  EXPECT_EQ(HexEncode(PropertyHistoryKey(StreetRowKey(1, 12345678, 11, ""), 3)),
            "000000015300bc614e0b00010000000000000003");
  EXPECT_EQ(HexEncode(PropertyHistoryKey(PostcodeRowKey(1, "NR1 1AA"), 3)),
            "00000001434e52312031414100010000000000000003");
  EXPECT_EQ(HexEncode(PropertyHistoryKey(CustodianRowKey(1, 2625, 29, ""), 3)),
            "000000014600000a411d00010000000000000003");
  EXPECT_EQ(HexEncode(ChangeLogKey(1, 3)), "000000010000000000000003");
  EXPECT_EQ(HexEncode(AuditKey(1, 4)), "000000010000000000000004");
  EXPECT_EQ(HexEncode(ImportRunKey(1, 5)), "00000001520000000000000005");
  EXPECT_EQ(HexEncode(ImportIssueKey(1, 5, 6)), "000000014900000000000000050000000000000006");
  EXPECT_EQ(HexEncode(ModelRunKey(1, 5)), "000000014d0000000000000005");
  EXPECT_EQ(HexEncode(HealthReportKey(1, 5)), "00000001480000000000000005");
  EXPECT_EQ(HexEncode(HealthWaiverKey(1, 5)), "00000001570000000000000005");
  EXPECT_EQ(HexEncode(HubSubmissionKey(1, 5)), "00000001530000000000000005");
  EXPECT_EQ(HexEncode(HubReportKey(1, 5)), "00000001420000000000000005");
  EXPECT_EQ(HexEncode(HubFindingKey(1, 5, 6)), "000000014600000000000000050000000000000006");
  EXPECT_EQ(HexEncode(HubFindingByPropertyKey(1, 4, 5, 6)),
            "0000000150000000000000000400000000000000050000000000000006");
  EXPECT_EQ(HexEncode(HubFindingByStreetKey(1, 4, 5, 6)), "00000001540000000400000000000000050000000000000006");
  EXPECT_EQ(HexEncode(RequestKey(1, kHash)), "000000015130313233343536373839616263646566");
  EXPECT_EQ(HexEncode(RequestByTimeKey(1, 1700000000000000, kHash)),
            "000000015480060a24181e400030313233343536373839616263646566");
  EXPECT_EQ(HexEncode(MetaKey()), "7265676973746572");
  EXPECT_EQ(ModelKey("city-1"), "model/city-1");
  EXPECT_EQ(ModelInfoKey("city-1"), "model_info/city-1");
  EXPECT_EQ(HexEncode(ModelActivationKey(7)), HexEncode("model_activation/") + "0000000000000007");
}

// Random parts of keys, from spaces so small that keys share parts.
class Parts {
 public:
  explicit Parts(uint64_t seed) : random_(seed) {}
  uint64_t U64() { return random_.Chance(0.5) ? random_.Below(3) : random_() >> random_.Below(64); }
  uint32_t U32() { return static_cast<uint32_t>(U64()); }
  uint8_t U8() { return static_cast<uint8_t>(U64()); }
  int64_t I64() { return random_.Chance(0.5) ? random_.Between(-2, 2) : static_cast<int64_t>(random_()); }
  std::string String() {
    static constexpr char kBytes[] = {'\x00', '\x01', 'A', 'B', '\xFF'};
    return Bytes(random_.Below(4), kBytes, sizeof(kBytes));
  }
  std::string Hash() {
    static constexpr char kBytes[] = {'\x00', '\xFF'};
    return Bytes(kHashSize, kBytes, sizeof(kBytes));
  }

 private:
  std::string Bytes(size_t size, const char* choices, size_t choice_count) {
    std::string bytes(size, '\0');
    for (char& c : bytes) {
      c = choices[random_.Below(choice_count)];
    }
    return bytes;
  }
  Random random_;
};

constexpr uint64_t kSeed = 20260103;

// Checks one kind of key: `draw` gives a tuple of parts, `make` a key of them, and `parse` the tuple again. Keys must
// read back, and order as the tuples do.
template <typename Draw, typename Make, typename Parse>
void CheckKind(const char* kind, Draw draw, Make make, Parse parse) {
  Parts parts(kSeed);
  for (int i = 0; i < 3000; ++i) {
    SCOPED_TRACE(Cat(kind, ", seed ", kSeed, ", round ", i));
    const auto a = draw(parts);
    const auto b = draw(parts);
    const std::string key_a = make(a);
    const std::string key_b = make(b);
    ASSERT_EQ(parse(key_a), a);
    ASSERT_EQ(parse(key_b), b);
    ASSERT_EQ(a <=> b, key_a <=> key_b);
  }
  // Cut or lengthened, it is no such key.
  const std::string key = make(draw(parts));
  EXPECT_THROW(parse(key.substr(0, key.size() - 1)), absl::BadStatusOrAccess) << kind;
  EXPECT_THROW(parse(key + "x"), absl::BadStatusOrAccess) << kind;
  EXPECT_THROW(parse(""), absl::BadStatusOrAccess) << kind;
}

// Makes the three functions of CheckKind for keys of two numbers.
void CheckNumbered(const char* kind, const std::function<std::string(RegisterId, uint64_t)>& make,
                   const std::function<absl::StatusOr<NumberedKey>(std::string_view)>& parse) {
  CheckKind(
      kind, [](Parts& p) { return std::tuple(p.U32(), p.U64()); },
      [&](const auto& t) { return make(std::get<0>(t), std::get<1>(t)); },
      [&](std::string_view key) {
        const NumberedKey k = parse(key).value();
        return std::tuple(k.reg, k.number);
      });
}

TEST(KeysTest, NumberedKeysReadBackInOrder) {
  CheckNumbered("source", SourceKey, ParseSourceKey);
  CheckNumbered("entity", EntityKey, ParseEntityKey);
  CheckNumbered("handover", AnchorHandoverKey, ParseAnchorHandoverKey);
  CheckNumbered("operation", OperationKey, ParseOperationKey);
  CheckNumbered("change log", ChangeLogKey, ParseChangeLogKey);
  CheckNumbered("audit", AuditKey, ParseAuditKey);
  CheckNumbered("run", ImportRunKey, ParseImportRunKey);
  CheckNumbered("model run", ModelRunKey, ParseModelRunKey);
  CheckNumbered("health report", HealthReportKey, ParseHealthReportKey);
  CheckNumbered("health waiver", HealthWaiverKey, ParseHealthWaiverKey);
  CheckNumbered("hub submission", HubSubmissionKey, ParseHubSubmissionKey);
  CheckNumbered("hub report", HubReportKey, ParseHubReportKey);
}

TEST(KeysTest, KeysOfHubFindingsReadBackInOrder) {
  CheckKind(
      "hub finding", [](Parts& p) { return std::tuple(p.U32(), p.U64(), p.U64()); },
      [](const auto& t) { return std::apply(HubFindingKey, t); },
      [](std::string_view key) {
        const HubFindingParts k = ParseHubFindingKey(key).value();
        return std::tuple(k.reg, k.report, k.number);
      });
  CheckKind(
      "hub finding by property", [](Parts& p) { return std::tuple(p.U32(), p.U64(), p.U64(), p.U64()); },
      [](const auto& t) { return std::apply(HubFindingByPropertyKey, t); },
      [](std::string_view key) {
        const HubFindingByObjectParts k = ParseHubFindingByPropertyKey(key).value();
        return std::tuple(k.reg, k.id, k.report, k.number);
      });
  CheckKind(
      "hub finding by street", [](Parts& p) { return std::tuple(p.U32(), p.U32(), p.U64(), p.U64()); },
      [](const auto& t) { return std::apply(HubFindingByStreetKey, t); },
      [](std::string_view key) {
        const HubFindingByObjectParts k = ParseHubFindingByStreetKey(key).value();
        return std::tuple(k.reg, static_cast<uint32_t>(k.id), k.report, k.number);
      });
}

TEST(KeysTest, KeysOfThreeNumbersReadBackInOrder) {
  const auto draw = [](Parts& p) { return std::tuple(p.U32(), p.U64(), p.U64()); };
  CheckKind(
      "source history", draw, [](const auto& t) { return std::apply(SourceHistoryKey, t); },
      [](std::string_view key) {
        const HistoryKeyParts k = ParseSourceHistoryKey(key).value();
        return std::tuple(k.reg, k.number, k.revision);
      });
  CheckKind(
      "entity history", draw, [](const auto& t) { return std::apply(EntityHistoryKey, t); },
      [](std::string_view key) {
        const HistoryKeyParts k = ParseEntityHistoryKey(key).value();
        return std::tuple(k.reg, k.number, k.revision);
      });
  CheckKind(
      "occupancy", draw, [](const auto& t) { return std::apply(OccupancyKey, t); },
      [](std::string_view key) {
        const OccupancyParts k = ParseOccupancyKey(key).value();
        return std::tuple(k.reg, k.uprn, k.ordinal);
      });
  CheckKind(
      "review pair", draw, [](const auto& t) { return std::apply(ReviewPairKey, t); },
      [](std::string_view key) {
        const ReviewPairParts k = ParseReviewPairKey(key).value();
        return std::tuple(k.reg, k.a, k.b);
      });
  CheckKind(
      "issue", draw, [](const auto& t) { return std::apply(ImportIssueKey, t); },
      [](std::string_view key) {
        const ImportIssueParts k = ParseImportIssueKey(key).value();
        return std::tuple(k.reg, k.run, k.number);
      });
}

TEST(KeysTest, OperationKeysReadBackInOrder) {
  const auto check = [](const char* kind, auto make, auto parse) {
    CheckKind(
        kind, [](Parts& p) { return std::tuple(p.U32(), p.U64(), p.U64()); },
        [&](const auto& t) { return std::apply(make, t); },
        [&](std::string_view key) {
          const OperationIndexParts k = parse(key).value();
          return std::tuple(k.reg, k.id, k.number);
        });
  };
  check("operation by property", OperationByPropertyKey, ParseOperationByPropertyKey);
  check("lineage", LineageKey, ParseLineageKey);
  CheckKind(
      "operation by street", [](Parts& p) { return std::tuple(p.U32(), p.U32(), p.U64()); },
      [](const auto& t) { return std::apply(OperationByStreetKey, t); },
      [](std::string_view key) {
        const OperationIndexParts k = ParseOperationByStreetKey(key).value();
        return std::tuple(k.reg, static_cast<uint32_t>(k.id), k.number);
      });
  CheckKind(
      "number block", [](Parts& p) { return std::tuple(p.U32(), p.U8(), p.U64()); },
      [](const auto& t) { return std::apply(NumberBlockKey, t); },
      [](std::string_view key) {
        const NumberBlockParts k = ParseNumberBlockKey(key).value();
        return std::tuple(k.reg, k.kind, k.first);
      });
  CheckKind(
      "case by stage", [](Parts& p) { return std::tuple(p.U32(), p.U8(), p.U64()); },
      [](const auto& t) { return std::apply(CaseByStageKey, t); },
      [](std::string_view key) {
        const CaseByStageParts k = ParseCaseByStageKey(key).value();
        return std::tuple(k.reg, k.stage, k.number);
      });
  CheckKind(
      "property mark", [](Parts& p) { return std::tuple(p.U32(), p.U8(), p.U64(), p.String()); },
      [](const auto& t) { return std::apply(PropertyMarkKey, t); },
      [](std::string_view key) {
        const PropertyMarkParts k = ParsePropertyMarkKey(key).value();
        return std::tuple(k.reg, k.kind, k.uprn, k.subkey);
      });
  CheckKind(
      "set mark", [](Parts& p) { return std::tuple(p.U32(), p.U8(), p.U64(), p.String()); },
      [](const auto& t) { return std::apply(SetMarkKey, t); },
      [](std::string_view key) {
        const PropertyMarkParts k = ParseSetMarkKey(key).value();
        return std::tuple(k.reg, k.kind, k.uprn, k.subkey);
      });
  CheckKind(
      "property by parent", [](Parts& p) { return std::tuple(p.U32(), p.U64(), p.U64()); },
      [](const auto& t) { return std::apply(PropertyByParentKey, t); },
      [](std::string_view key) {
        const PropertyByParentParts k = ParsePropertyByParentKey(key).value();
        return std::tuple(k.reg, k.parent, k.uprn);
      });
}

TEST(KeysTest, CrosswalkAndRequestKeysReadBackInOrder) {
  CheckKind(
      "source ordinal", [](Parts& p) { return std::tuple(p.U32(), p.String(), p.U64()); },
      [](const auto& t) { return std::apply(CrosswalkSourceOrdinalKey, t); },
      [](std::string_view key) {
        const CrosswalkSourceOrdinalParts k = ParseCrosswalkSourceOrdinalKey(key).value();
        return std::tuple(k.reg, k.source, k.ordinal);
      });
  CheckKind(
      "identifier", [](Parts& p) { return std::tuple(p.U32(), p.Hash(), p.U64()); },
      [](const auto& t) { return std::apply(CrosswalkIdentifierKey, t); },
      [](std::string_view key) {
        const CrosswalkIdentifierParts k = ParseCrosswalkIdentifierKey(key).value();
        return std::tuple(k.reg, std::string(k.hash), k.ordinal);
      });
  CheckKind(
      "property record", [](Parts& p) { return std::tuple(p.U32(), p.U64(), p.U64()); },
      [](const auto& t) { return std::apply(CrosswalkPropertyKey, t); },
      [](std::string_view key) {
        const CrosswalkPropertyParts k = ParseCrosswalkPropertyKey(key).value();
        return std::tuple(k.reg, k.uprn, k.ordinal);
      });
  CheckKind(
      "request by time", [](Parts& p) { return std::tuple(p.U32(), p.I64(), p.Hash()); },
      [](const auto& t) { return std::apply(RequestByTimeKey, t); },
      [](std::string_view key) {
        const RequestByTimeParts k = ParseRequestByTimeKey(key).value();
        return std::tuple(k.reg, k.time, std::string(k.hash));
      });
}

TEST(KeysTest, GazetteerKeysReadBackInOrder) {
  CheckKind(
      "property row", [](Parts& p) { return std::tuple(p.U32(), p.U64(), p.U8(), p.String()); },
      [](const auto& t) { return std::apply(PropertyRowKey, t); },
      [](std::string_view key) {
        const RowKeyParts k = ParsePropertyRowKey(key).value();
        return std::tuple(k.reg, k.id, k.row_type, k.subkey);
      });
  CheckKind(
      "street row", [](Parts& p) { return std::tuple(p.U32(), p.U32(), p.U8(), p.String()); },
      [](const auto& t) { return std::apply(StreetRowKey, t); },
      [](std::string_view key) {
        const RowKeyParts k = ParseStreetRowKey(key).value();
        return std::tuple(k.reg, static_cast<uint32_t>(k.id), k.row_type, k.subkey);
      });
  CheckKind(
      "custodian row", [](Parts& p) { return std::tuple(p.U32(), p.U32(), p.U8(), p.String()); },
      [](const auto& t) { return std::apply(CustodianRowKey, t); },
      [](std::string_view key) {
        const RowKeyParts k = ParseCustodianRowKey(key).value();
        return std::tuple(k.reg, static_cast<uint32_t>(k.id), k.row_type, k.subkey);
      });
  CheckKind(
      "postcode row", [](Parts& p) { return std::tuple(p.U32(), p.String()); },
      [](const auto& t) { return std::apply(PostcodeRowKey, t); },
      [](std::string_view key) {
        const PostcodeRowParts k = ParsePostcodeRowKey(key).value();
        return std::tuple(k.reg, k.postcode);
      });
  CheckKind(
      "by postcode", [](Parts& p) { return std::tuple(p.U32(), p.String(), p.U64(), p.String()); },
      [](const auto& t) { return std::apply(PropertyByPostcodeKey, t); },
      [](std::string_view key) {
        const PropertyByPostcodeParts k = ParsePropertyByPostcodeKey(key).value();
        return std::tuple(k.reg, k.postcode, k.uprn, k.lpi_key);
      });
  CheckKind(
      "by street", [](Parts& p) { return std::tuple(p.U32(), p.U32(), p.U64(), p.String()); },
      [](const auto& t) { return std::apply(PropertyByStreetKey, t); },
      [](std::string_view key) {
        const PropertyByStreetParts k = ParsePropertyByStreetKey(key).value();
        return std::tuple(k.reg, k.usrn, k.uprn, k.lpi_key);
      });
  CheckKind(
      "by cross-reference", [](Parts& p) { return std::tuple(p.U32(), p.String(), p.String(), p.U64()); },
      [](const auto& t) { return std::apply(PropertyByXrefKey, t); },
      [](std::string_view key) {
        const PropertyByXrefParts k = ParsePropertyByXrefKey(key).value();
        return std::tuple(k.reg, k.source, k.reference, k.uprn);
      });
  CheckKind(
      "history of property rows", [](Parts& p) { return std::tuple(p.U32(), p.U64(), p.U8(), p.String(), p.U64()); },
      [](const auto& t) {
        const auto& [reg, uprn, row_type, subkey, revision] = t;
        return PropertyHistoryKey(PropertyRowKey(reg, uprn, row_type, subkey), revision);
      },
      [](std::string_view key) {
        const PropertyHistoryParts h = ParsePropertyHistoryKey(key).value();
        const RowKeyParts k = ParsePropertyRowKey(h.row_key).value();
        return std::tuple(k.reg, k.id, k.row_type, k.subkey, h.revision);
      });
  CheckKind(
      "history of street rows", [](Parts& p) { return std::tuple(p.U32(), p.U32(), p.U8(), p.String(), p.U64()); },
      [](const auto& t) {
        const auto& [reg, usrn, row_type, subkey, revision] = t;
        return PropertyHistoryKey(StreetRowKey(reg, usrn, row_type, subkey), revision);
      },
      [](std::string_view key) {
        const PropertyHistoryParts h = ParsePropertyHistoryKey(key).value();
        const RowKeyParts k = ParseStreetRowKey(h.row_key).value();
        return std::tuple(k.reg, static_cast<uint32_t>(k.id), k.row_type, k.subkey, h.revision);
      });
  CheckKind(
      "history of postcode rows", [](Parts& p) { return std::tuple(p.U32(), p.String(), p.U64()); },
      [](const auto& t) {
        const auto& [reg, postcode, revision] = t;
        return PropertyHistoryKey(PostcodeRowKey(reg, postcode), revision);
      },
      [](std::string_view key) {
        const PropertyHistoryParts h = ParsePropertyHistoryKey(key).value();
        const PostcodeRowParts k = ParsePostcodeRowKey(h.row_key).value();
        return std::tuple(k.reg, k.postcode, h.revision);
      });
}

TEST(KeysTest, AKindIsNotReadAsAnother) {
  const auto is_data_loss = [](const absl::Status& status) { return status.code() == absl::StatusCode::kDataLoss; };
  EXPECT_TRUE(is_data_loss(ParseImportRunKey(AnchorHandoverKey(1, 2)).status()));
  EXPECT_TRUE(is_data_loss(ParseReviewPairKey(ImportIssueKey(1, 2, 3)).status()));
  EXPECT_TRUE(is_data_loss(ParsePropertyRowKey(StreetRowKey(1, 2, 3, "abcd")).status()));
  EXPECT_TRUE(is_data_loss(ParseStreetRowKey(PropertyRowKey(1, 2, 3, "")).status()));
  EXPECT_TRUE(is_data_loss(ParsePostcodeRowKey(PropertyByPostcodeKey(1, "a", 2, "b")).status()));
  EXPECT_TRUE(is_data_loss(ParsePropertyHistoryKey(PostcodeRowKey(1, "NR1 1AA")).status()));
  EXPECT_TRUE(is_data_loss(ParsePropertyByStreetKey(PropertyByPostcodeKey(1, "a", 2, "b")).status()));
  EXPECT_TRUE(is_data_loss(ParsePropertyHistoryKey(PropertyByPostcodeKey(1, "a", 2, "b")).status()));
  EXPECT_TRUE(is_data_loss(ParsePropertyHistoryKey(PropertyRowKey(1, 2, 3, "subkey")).status()));
  EXPECT_TRUE(is_data_loss(ParseRequestByTimeKey(RequestKey(1, kHash)).status()));
}

bool InPrefix(const std::string& key, const std::string& prefix) {
  const KeyRange range = PrefixRange(prefix);
  return key >= range.lower && key < range.upper;
}

TEST(KeysTest, PrefixesHoldTheirKeysAndNoOthers) {
  EXPECT_TRUE(InPrefix(SourceHistoryKey(1, 2, 3), SourceHistoryPrefix(1, 2)));
  EXPECT_FALSE(InPrefix(SourceHistoryKey(1, 3, 0), SourceHistoryPrefix(1, 2)));
  EXPECT_TRUE(InPrefix(EntityHistoryKey(1, 2, 3), EntityHistoryPrefix(1, 2)));
  EXPECT_FALSE(InPrefix(EntityHistoryKey(2, 2, 3), EntityHistoryPrefix(1, 2)));
  EXPECT_TRUE(InPrefix(CrosswalkSourceOrdinalKey(1, "a", 2), CrosswalkSourceOrdinalPrefix(1, "a")));
  EXPECT_TRUE(InPrefix(CrosswalkPropertyKey(1, 3, 2), CrosswalkPropertyPrefix(1, 3)));
  EXPECT_TRUE(InPrefix(CrosswalkPropertyKey(1, 3, 2), CrosswalkPropertiesPrefix(1)));
  EXPECT_FALSE(InPrefix(CrosswalkPropertyKey(1, 4, 2), CrosswalkPropertyPrefix(1, 3)));
  EXPECT_FALSE(InPrefix(CrosswalkSourceOrdinalKey(1, "ab", 2), CrosswalkSourceOrdinalPrefix(1, "a")));
  EXPECT_TRUE(InPrefix(CrosswalkIdentifierKey(1, kHash, 2), CrosswalkIdentifierPrefix(1, kHash)));
  EXPECT_FALSE(InPrefix(CrosswalkSourceKey(1, kHash), CrosswalkIdentifierPrefix(1, kHash)));
  EXPECT_TRUE(InPrefix(AnchorHandoverKey(1, 2), AnchorHandoverPrefix(1)));
  EXPECT_TRUE(InPrefix(ReviewPairKey(1, 2, 3), ReviewPairPrefix(1)));
  EXPECT_TRUE(InPrefix(OccupancyKey(1, 2, 3), OccupancyPrefix(1, 2)));
  EXPECT_FALSE(InPrefix(OccupancyKey(1, 3, 3), OccupancyPrefix(1, 2)));
  EXPECT_TRUE(InPrefix(PropertyRowKey(1, 2, 3, "a"), PropertyRowPrefix(1, 2)));
  EXPECT_FALSE(InPrefix(PropertyRowKey(1, 3, 3, "a"), PropertyRowPrefix(1, 2)));
  EXPECT_TRUE(InPrefix(PropertyRowKey(1, 2, 3, "a"), PropertyRowTypePrefix(1, 2, 3)));
  EXPECT_FALSE(InPrefix(PropertyRowKey(1, 2, 4, "a"), PropertyRowTypePrefix(1, 2, 3)));
  EXPECT_TRUE(InPrefix(PropertyRowKey(1, 2, 4, "a"), AllPropertyRowsPrefix(1)));
  EXPECT_TRUE(InPrefix(StreetRowKey(1, 2, 3, "a"), StreetRowPrefix(1, 2)));
  EXPECT_TRUE(InPrefix(StreetRowKey(1, 2, 3, "a"), AllStreetRowsPrefix(1)));
  EXPECT_FALSE(InPrefix(StreetRowKey(1, 2, 3, "a"), AllPropertyRowsPrefix(1)));
  EXPECT_TRUE(InPrefix(PropertyByPostcodeKey(1, "NR1 1A", 2, "l"), PropertyByPostcodePrefix(1, "NR1 1A")));
  EXPECT_FALSE(InPrefix(PropertyByPostcodeKey(1, "NR1 1AA", 2, "l"), PropertyByPostcodePrefix(1, "NR1 1A")));
  EXPECT_TRUE(InPrefix(PropertyByStreetKey(1, 2, 3, "l"), PropertyByStreetPrefix(1, 2)));
  EXPECT_TRUE(InPrefix(PropertyByXrefKey(1, "s", "r", 2), PropertyByXrefPrefix(1, "s", "r")));
  EXPECT_FALSE(InPrefix(PropertyByXrefKey(1, "s", "rr", 2), PropertyByXrefPrefix(1, "s", "r")));
  const std::string row = PropertyRowKey(1, 2, 3, "a");
  EXPECT_TRUE(InPrefix(PropertyHistoryKey(row, 4), row));
  EXPECT_FALSE(InPrefix(PropertyHistoryKey(PropertyRowKey(1, 2, 3, "ab"), 4), row));
  const std::string postcode = PostcodeRowKey(1, "NR1 1A");
  EXPECT_TRUE(InPrefix(PropertyHistoryKey(postcode, 4), postcode));
  EXPECT_FALSE(InPrefix(PropertyHistoryKey(PostcodeRowKey(1, "NR1 1AA"), 4), postcode));
  EXPECT_TRUE(InPrefix(ImportRunKey(1, 2), ImportRunPrefix(1)));
  EXPECT_TRUE(InPrefix(ModelRunKey(1, 2), ModelRunPrefix(1)));
  EXPECT_TRUE(InPrefix(HealthReportKey(1, 2), HealthReportPrefix(1)));
  EXPECT_TRUE(InPrefix(HealthWaiverKey(1, 2), HealthWaiverPrefix(1)));
  EXPECT_TRUE(InPrefix(HubSubmissionKey(1, 2), HubSubmissionPrefix(1)));
  EXPECT_TRUE(InPrefix(HubReportKey(1, 2), HubReportPrefix(1)));
  EXPECT_TRUE(InPrefix(HubFindingKey(1, 2, 3), HubFindingPrefix(1, 2)));
  EXPECT_FALSE(InPrefix(HubFindingKey(1, 3, 3), HubFindingPrefix(1, 2)));
  EXPECT_TRUE(InPrefix(HubFindingByPropertyKey(1, 2, 3, 4), HubFindingByPropertyPrefix(1, 2)));
  EXPECT_FALSE(InPrefix(HubFindingByPropertyKey(1, 3, 3, 4), HubFindingByPropertyPrefix(1, 2)));
  EXPECT_TRUE(InPrefix(HubFindingByStreetKey(1, 2, 3, 4), HubFindingByStreetPrefix(1, 2)));
  EXPECT_FALSE(InPrefix(HubFindingByStreetKey(1, 3, 3, 4), HubFindingByStreetPrefix(1, 2)));
  EXPECT_FALSE(InPrefix(ModelRunKey(1, 2), ImportRunPrefix(1)));
  EXPECT_TRUE(InPrefix(ImportIssueKey(1, 2, 3), ImportIssuePrefix(1, 2)));
  EXPECT_FALSE(InPrefix(ImportIssueKey(1, 3, 3), ImportIssuePrefix(1, 2)));
  EXPECT_TRUE(InPrefix(RequestByTimeKey(1, -5, kHash), RequestByTimePrefix(1)));
  EXPECT_FALSE(InPrefix(RequestKey(1, kHash), RequestByTimePrefix(1)));
  EXPECT_TRUE(InPrefix(RequestKey(1, kHash), RegisterPrefix(1)));
  EXPECT_FALSE(InPrefix(RequestKey(2, kHash), RegisterPrefix(1)));
}

}  // namespace
}  // namespace wensum::storage
