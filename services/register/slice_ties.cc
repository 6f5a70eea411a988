// What a slice does about the lists of who is at a property, and of who names whom as related.
#include <algorithm>
#include <string>
#include <vector>

#include "services/register/occupants.h"
#include "services/register/slice.h"
#include "storage/keys.h"
#include "storage/relation_keys.h"

namespace wensum::registry {
namespace {

using storage::Family;

// Deletes the rows of what is only in `before` and puts those of what is only in `after`; both are sorted.
template <typename T, typename Key>
void PutDifference(storage::WriteBatch& batch, Family family, const std::vector<T>& before, const std::vector<T>& after,
                   const Key& key) {
  for (const T& value : before) {
    if (!std::ranges::binary_search(after, value)) {
      batch.Delete(family, key(value));
    }
  }
  for (const T& value : after) {
    if (!std::ranges::binary_search(before, value)) {
      batch.Put(family, key(value), std::string());
    }
  }
}

}  // namespace

void Slice::IndexOccupancies(Ordinal ordinal, const DecodedSource* former, const DecodedSource& next) {
  PutDifference(batch_, Family::kOccupancy, OccupiedUprns(former), OccupiedUprns(&next),
                [&](uint64_t uprn) { return storage::OccupancyKey(register_, uprn, ordinal); });
}

void Slice::IndexRelations(Ordinal ordinal, const DecodedSource* former, const DecodedSource& next) {
  PutDifference(batch_, Family::kCrosswalk, RelatedKeys(core_, former), RelatedKeys(core_, &next),
                [&](const std::string& hash) { return storage::RelationKey(register_, hash, ordinal); });
}

}  // namespace wensum::registry
