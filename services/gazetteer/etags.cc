#include "services/gazetteer/etags.h"

#include <algorithm>
#include <string>

#include "base/status_macros.h"
#include "services/gazetteer/row_codec.h"

namespace wensum::gazetteer {
namespace {

// `head_key`: of the record that makes what has the rows under `prefix`.
absl::StatusOr<uint64_t> EtagOfRows(const storage::Reader& reader, const std::string& prefix,
                                    const std::string& head_key) {
  uint64_t highest = 0;
  bool has_head = false;
  const auto it = reader.NewIterator(storage::Family::kProperty, storage::PrefixRange(prefix));
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const uint64_t revision, StoredRevision(it->value()));
    highest = std::max(highest, revision);
    has_head |= it->key() == head_key;
  }
  WENSUM_RETURN_IF_ERROR(it->status());
  return has_head ? highest : 0;
}

}  // namespace

absl::StatusOr<uint64_t> PropertyEtag(const storage::Reader& reader, storage::RegisterId reg, uint64_t uprn) {
  return EtagOfRows(reader, storage::PropertyRowPrefix(reg, uprn),
                    storage::PropertyRowKey(reg, uprn, kPropertyHead, ""));
}

absl::StatusOr<uint64_t> StreetEtag(const storage::Reader& reader, storage::RegisterId reg, uint32_t usrn) {
  return EtagOfRows(reader, storage::StreetRowPrefix(reg, usrn), storage::StreetRowKey(reg, usrn, kStreetHead, ""));
}

}  // namespace wensum::gazetteer
