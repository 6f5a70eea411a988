// The keys of the feed's consumers, and the value that stands under them, as they were written. Never change one.
#include "storage/consumer_keys.h"

#include <gtest/gtest.h>

#include "base/strings.h"
#include "tests/storage/format_samples.h"
#include "wensum/storage/v1/consumers.pb.h"

namespace wensum::storage {
namespace {

TEST(ConsumerKeysTest, BytesAreStable) {
  EXPECT_EQ(HexEncode(FeedConsumerKey(1, 2, "ab")),
            "000000014302"
            "6162"
            "0001");
}

TEST(ConsumerKeysTest, PrefixesHoldTheirKeysInOrderOfNames) {
  EXPECT_TRUE(FeedConsumerKey(1, 2, "ab").starts_with(FeedConsumersPrefix(1, 2)));
  EXPECT_FALSE(FeedConsumerKey(1, 3, "ab").starts_with(FeedConsumersPrefix(1, 2)));
  EXPECT_LT(FeedConsumerKey(1, 2, "ab"), FeedConsumerKey(1, 2, "abc"));
  EXPECT_LT(FeedConsumerKey(1, 2, "abc"), FeedConsumerKey(1, 2, "b"));
}

TEST(ConsumerSamplesTest, FeedConsumer1) {
  ExpectReadsAs<v1::FeedConsumer>("08011201771a02120022020203290700000000000000300138ac02401048025012",
                                  R"pb(
                                    format: 1
                                    name: "w"
                                    filter: "\x12\x00"
                                    kinds: 2
                                    kinds: 3
                                    filter_hash: 7
                                    from_revision: 1
                                    sent_revision: 300
                                    sent_time: 8
                                    resumed_revision: 2
                                    resume_time: 9
                                  )pb");
}

}  // namespace
}  // namespace wensum::storage
