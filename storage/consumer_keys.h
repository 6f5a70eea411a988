// The keys of the feed's consumers. As keys.h; what stands under each is in docs/storage-format.md.
#ifndef WENSUM_STORAGE_CONSUMER_KEYS_H_
#define WENSUM_STORAGE_CONSUMER_KEYS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "storage/keys.h"

namespace wensum::storage {

// Family import_run. register | 'C' | purpose bit | name
std::string FeedConsumerKey(RegisterId reg, uint8_t purpose_bit, std::string_view name);
// All of one purpose, in the order of their names.
std::string FeedConsumersPrefix(RegisterId reg, uint8_t purpose_bit);

}  // namespace wensum::storage

#endif  // WENSUM_STORAGE_CONSUMER_KEYS_H_
