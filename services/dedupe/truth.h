// Who each record truly is, from files.
#ifndef WENSUM_SERVICES_DEDUPE_TRUTH_H_
#define WENSUM_SERVICES_DEDUPE_TRUTH_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "base/strings.h"

namespace wensum::dedupe {

struct TruthOptions {
  std::vector<std::string> files;  // with the two columns; if several, ids have the file's label and ":" before them
  std::string id;
  std::string entity;
  std::string entity_pattern;  // optional RE2: the entity is what its first group finds in the column, else the whole
};

using NumberMap = absl::flat_hash_map<std::string, uint32_t, TransparentStringHash, TransparentStringEqual>;
// The number of a text; the next one if it is new.
uint32_t NumberOf(NumberMap& map, std::string_view text);

struct Truth {
  NumberMap records;
  std::vector<uint32_t> people;  // by record
};

// INVALID_ARGUMENT for a bad pattern, a missing column, or a record id that comes twice.
absl::StatusOr<Truth> ReadTruth(const TruthOptions& options);

}  // namespace wensum::dedupe

#endif  // WENSUM_SERVICES_DEDUPE_TRUTH_H_
