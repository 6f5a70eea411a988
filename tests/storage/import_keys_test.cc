#include "storage/import_keys.h"

#include <string>

#include "base/strings.h"
#include "gtest/gtest.h"
#include "tests/storage/format_samples.h"
#include "wensum/storage/v1/imports.pb.h"

namespace wensum::storage {
namespace {

const std::string kHash = "0123456789ABCDEF";

// The exact bytes: the format of existing data directories. Never change them.
TEST(ImportKeysTest, BytesAreStable) {
  EXPECT_EQ(HexEncode(FeedKey(1, "ct")), "000000014e63740001");
  EXPECT_EQ(HexEncode(DeliveredKey(1, "ct", kHash)), "000000014463740001" + HexEncode(kHash));
}

TEST(ImportKeysTest, PartsReadBack) {
  EXPECT_EQ(*ParseFeedKey(FeedKey(7, "council_tax")), (FeedParts{.reg = 7, .feed = "council_tax"}));
  const std::string key = DeliveredKey(7, "council_tax", kHash);
  EXPECT_EQ(*ParseDeliveredKey(key), (DeliveredParts{.reg = 7, .feed = "council_tax", .hash = kHash}));
  EXPECT_TRUE(key.starts_with(DeliveredPrefix(7, "council_tax")));
  EXPECT_FALSE(key.starts_with(DeliveredPrefix(7, "council")));
  EXPECT_FALSE(ParseDeliveredKey(DeliveredPrefix(7, "council_tax")).ok());
  EXPECT_FALSE(ParseDeliveredKey(FeedKey(7, "council_tax")).ok());
  EXPECT_FALSE(ParseFeedKey(key).ok());
}

// The stored formats, as they were written: see format_samples_test.cc. Never change a sample.
TEST(ImportSamplesTest, Feed1) {
  ExpectReadsAs<v1::Feed>("08011003180422036162632880c0f995e0a2b00630093a070a0378797a1003",
                          R"pb(
                            format: 1
                            extracts: 3
                            last_run: 4
                            last_sha256: "abc"
                            last_extract_time: 1795000000000000
                            last_rows: 9
                            former { sha256: "xyz" run: 3 }
                          )pb");
}

TEST(ImportSamplesTest, Delivered1) {
  ExpectReadsAs<v1::Delivered>(
      "080110051908070605040302012006280730013801",
      R"pb(
        format: 1 ordinal: 5 row_hash: 0x0102030405060708 run: 6 missing_since: 7 flagged: true ended: true
      )pb");
}

}  // namespace
}  // namespace wensum::storage
