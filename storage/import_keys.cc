#include "storage/import_keys.h"

#include "storage/key_codec.h"

namespace wensum::storage {
namespace {

// Tags after the register. Part of the format: never change or reuse them.
constexpr uint8_t kFeed = 'N';
constexpr uint8_t kDelivered = 'D';

}  // namespace

std::string FeedKey(RegisterId reg, std::string_view feed) {
  return KeyWriter().U32(reg).U8(kFeed).String(feed).Take();
}

std::string DeliveredKey(RegisterId reg, std::string_view feed, std::string_view hash) {
  return KeyWriter().U32(reg).U8(kDelivered).String(feed).Fixed(hash).Take();
}
std::string DeliveredPrefix(RegisterId reg, std::string_view feed) {
  return KeyWriter().U32(reg).U8(kDelivered).String(feed).Take();
}

absl::StatusOr<FeedParts> ParseFeedKey(std::string_view key) {
  return ParseTagged<FeedParts>(key, kFeed, "feed", &FeedParts::feed);
}

absl::StatusOr<DeliveredParts> ParseDeliveredKey(std::string_view key) {
  return ParseTagged<DeliveredParts>(key, kDelivered, "delivered", &DeliveredParts::feed,
                                     AsFixed<DeliveredParts>{&DeliveredParts::hash, kHashSize});
}

}  // namespace wensum::storage
