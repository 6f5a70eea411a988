#include "services/rpc/page_token.h"

#include <gtest/gtest.h>

#include <string>

#include "wensum/v1/source_records.pb.h"

namespace wensum::rpc {
namespace {

const PageCursor kCursor{.revision = 77, .position = 0xFFFF'FFFF'FFFF'FFFE, .key = {}};

TEST(PageTokenTest, GivesBackWhatItWasMadeOf) {
  const std::string token = EncodePageToken(kCursor, 5);
  ASSERT_TRUE(DecodePageToken(token, 5).ok());
  EXPECT_EQ(*DecodePageToken(token, 5), kCursor);
  EXPECT_EQ(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_="),
            std::string::npos);
}

TEST(PageTokenTest, AKeyGoesWithIt) {
  for (const size_t size : {size_t{1}, size_t{14}, kMaxCursorKey}) {
    const PageCursor cursor{.revision = 1, .position = 2, .key = std::string(size, '\xE9')};
    const auto decoded = DecodePageToken(EncodePageToken(cursor, 5), 5);
    ASSERT_TRUE(decoded.ok()) << size;
    EXPECT_EQ(*decoded, cursor);
  }
}

TEST(PageTokenTest, RefusesEveryAlteredToken) {
  const std::string token = EncodePageToken(kCursor, 5);
  for (size_t at = 0; at < token.size(); ++at) {
    std::string altered = token;
    altered[at] = altered[at] == 'A' ? 'B' : 'A';
    const auto cursor = DecodePageToken(altered, 5);
    // The last character carries bits beyond the bytes; such a token reads as the same cursor.
    EXPECT_TRUE(!cursor.ok() || *cursor == kCursor) << at;
    if (at + 2 < token.size()) {
      EXPECT_EQ(cursor.status().code(), absl::StatusCode::kInvalidArgument) << at;
    }
  }
  for (const std::string& bad :
       {std::string("x"), token + "AAAA", token.substr(4), std::string(100'000, 'A'), std::string("\0\xff", 2)}) {
    EXPECT_EQ(DecodePageToken(bad, 5).status().code(), absl::StatusCode::kInvalidArgument);
  }
}

TEST(PageTokenTest, IsGoodForItsRequestAlone) {
  EXPECT_EQ(DecodePageToken(EncodePageToken(kCursor, 5), 6).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(PageTokenTest, ParametersAreEverythingButSizeAndToken) {
  v1::ListSourceRecordsRequest request;
  request.set_source("housing");
  const uint64_t hash = ParametersHash(request);
  request.set_page_size(9);
  request.set_page_token("t");
  EXPECT_EQ(ParametersHash(request), hash);
  request.set_show_deleted(true);
  EXPECT_NE(ParametersHash(request), hash);
}

}  // namespace
}  // namespace wensum::rpc
