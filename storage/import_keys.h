// The keys of what feeds delivered last. As keys.h; what stands under each is in docs/storage-format.md.
#ifndef WENSUM_STORAGE_IMPORT_KEYS_H_
#define WENSUM_STORAGE_IMPORT_KEYS_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "storage/keys.h"

namespace wensum::storage {

// Family import_run.
// register | 'N' | feed
std::string FeedKey(RegisterId reg, std::string_view feed);
// register | 'D' | feed | hash of (source, source key, incarnation)
std::string DeliveredKey(RegisterId reg, std::string_view feed, std::string_view hash);
std::string DeliveredPrefix(RegisterId reg, std::string_view feed);

struct FeedParts {
  RegisterId reg = 0;
  std::string feed;
  bool operator==(const FeedParts&) const = default;
};
absl::StatusOr<FeedParts> ParseFeedKey(std::string_view key);

struct DeliveredParts {
  RegisterId reg = 0;
  std::string feed;
  std::string_view hash;
  bool operator==(const DeliveredParts&) const = default;
};
absl::StatusOr<DeliveredParts> ParseDeliveredKey(std::string_view key);

}  // namespace wensum::storage

#endif  // WENSUM_STORAGE_IMPORT_KEYS_H_
