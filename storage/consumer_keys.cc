#include "storage/consumer_keys.h"

#include "storage/key_codec.h"

namespace wensum::storage {
namespace {

// Tag after the register. Part of the format: never change or reuse it.
constexpr uint8_t kFeedConsumer = 'C';

}  // namespace

std::string FeedConsumersPrefix(RegisterId reg, uint8_t purpose_bit) {
  KeyWriter writer;
  writer.U32(reg).U8(kFeedConsumer).U8(purpose_bit);
  return writer.Take();
}

std::string FeedConsumerKey(RegisterId reg, uint8_t purpose_bit, std::string_view name) {
  KeyWriter writer;
  writer.U32(reg).U8(kFeedConsumer).U8(purpose_bit).String(name);
  return writer.Take();
}

}  // namespace wensum::storage
