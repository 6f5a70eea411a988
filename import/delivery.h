// How a feed's extracts follow one another: the `delivery` part of a mapping.
#ifndef WENSUM_IMPORT_DELIVERY_H_
#define WENSUM_IMPORT_DELIVERY_H_

#include <cstdint>
#include <optional>

namespace wensum::ingest {

struct DeliveryRule {
  // Each extract has every record of the source: what is not there any more can be deleted.
  bool complete = false;
  // Extracts in a row, at least 1, that must lack a key before its record is deleted.
  uint32_t delete_after = 3;
  // If more records than either are to be deleted at once, none is. The second: of a hundred keys of the feed.
  uint64_t delete_at_most = 1'000;
  uint32_t delete_at_most_percent = 10;
  // By so many of a hundred may the number of rows differ from the extract before. nullopt: by any number.
  std::optional<uint32_t> rows_change_at_most_percent;
};

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_DELIVERY_H_
