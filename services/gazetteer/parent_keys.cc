#include "services/gazetteer/parent_keys.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "services/gazetteer/row_codec.h"

namespace wensum::gazetteer {
namespace {

using storage::Family;

constexpr uint8_t kBlpuRecord = 21;
constexpr size_t kKeysPerWrite = 4096;

// Calls `visit(key)` with the key that each BLPU with a parent should have, in the order of UPRNs.
absl::Status ForEachParent(const storage::Reader& reader, storage::RegisterId reg,
                           const std::function<absl::Status(std::string)>& visit) {
  storage::KeyRange range = storage::PrefixRange(storage::AllPropertyRowsPrefix(reg));
  range.once = true;
  const auto it = reader.NewIterator(Family::kProperty, range);
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const storage::RowKeyParts parts, storage::ParsePropertyRowKey(it->key()));
    if (parts.row_type != kBlpuRecord) {
      continue;
    }
    storage::v1::GazetteerRow stored;
    WENSUM_RETURN_IF_ERROR(ParseStoredRow(it->value(), &stored));
    if (stored.blpu().parent_uprn() != 0) {
      WENSUM_RETURN_IF_ERROR(visit(storage::PropertyByParentKey(reg, stored.blpu().parent_uprn(), parts.id)));
    }
  }
  return it->status();
}

}  // namespace

absl::Status AddParentKeys(storage::Store& store, storage::RegisterId reg) {
  storage::WriteBatch batch;
  const auto write = [&] {
    const absl::Status status = store.Write(batch, storage::Durability::kSync);
    batch.Clear();
    return status;
  };
  WENSUM_RETURN_IF_ERROR(ForEachParent(store, reg, [&](std::string key) {
    batch.Put(Family::kProperty, std::move(key), {});
    return batch.size() < kKeysPerWrite ? absl::OkStatus() : write();
  }));
  return batch.empty() ? absl::OkStatus() : write();
}

absl::Status CheckParentKeys(const storage::Reader& reader, storage::RegisterId reg,
                             const std::function<void(std::string)>& differ) {
  std::vector<std::string> expected;
  WENSUM_RETURN_IF_ERROR(ForEachParent(reader, reg, [&expected](std::string key) {
    expected.push_back(std::move(key));
    return absl::OkStatus();
  }));
  std::sort(expected.begin(), expected.end());
  std::vector<std::string> stored;
  const auto it =
      reader.NewIterator(Family::kProperty, storage::PrefixRange(storage::AllPropertiesByParentPrefix(reg)));
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    stored.emplace_back(it->key());
  }
  WENSUM_RETURN_IF_ERROR(it->status());
  const auto tell = [&](const std::vector<std::string>& keys, std::string_view what) -> absl::Status {
    for (const std::string& key : keys) {
      WENSUM_ASSIGN_OR_RETURN(const storage::PropertyByParentParts parts, storage::ParsePropertyByParentKey(key));
      differ(Cat("property ", parts.uprn, " should ", what, " be listed beneath its parent ", parts.parent));
    }
    return absl::OkStatus();
  };
  std::vector<std::string> only;
  std::set_difference(expected.begin(), expected.end(), stored.begin(), stored.end(), std::back_inserter(only));
  WENSUM_RETURN_IF_ERROR(tell(only, ""));
  only.clear();
  std::set_difference(stored.begin(), stored.end(), expected.begin(), expected.end(), std::back_inserter(only));
  return tell(only, "not");
}

}  // namespace wensum::gazetteer
