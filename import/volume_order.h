// The volumes of one gazetteer supply that came as files of one archive: in which order they are read.
#ifndef WENSUM_IMPORT_VOLUME_ORDER_H_
#define WENSUM_IMPORT_VOLUME_ORDER_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace wensum::ingest {

// How much of a file OrderVolumes wants to see: more than any header record.
inline constexpr size_t kVolumeHeadBytes = 4096;

struct ArchivedFile {
  std::string name;
  std::string head;  // its first bytes
};

// Places in `files`, by the volume number that each file's header record 10 has. INVALID_ARGUMENT, naming the files,
// unless all begin with such a record, of one supply (custodian, process date, version, type), and their numbers follow
// each other without gap or repetition. What their trailers say is for the reader to check. Thread-safe.
absl::StatusOr<std::vector<size_t>> OrderVolumes(const std::vector<ArchivedFile>& files);

}  // namespace wensum::ingest

#endif  // WENSUM_IMPORT_VOLUME_ORDER_H_
