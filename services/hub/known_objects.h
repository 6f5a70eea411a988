// Which of the properties and streets that a report names the gazetteer has. Internal to this folder.
#ifndef WENSUM_SERVICES_HUB_KNOWN_OBJECTS_H_
#define WENSUM_SERVICES_HUB_KNOWN_OBJECTS_H_

#include <cstdint>
#include <set>

#include "absl/status/status.h"
#include "storage/keys.h"
#include "storage/store.h"

namespace wensum::hub {

struct KnownObjects {
  std::set<uint64_t> uprns;
  std::set<uint64_t> usrns;
};

// Leaves of `named` those that are there. Reads a row for each.
absl::Status KeepKnown(const storage::Reader& reader, storage::RegisterId reg, KnownObjects& named);

}  // namespace wensum::hub

#endif  // WENSUM_SERVICES_HUB_KNOWN_OBJECTS_H_
