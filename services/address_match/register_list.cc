#include "services/address_match/register_list.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "base/strings.h"
#include "matching/address/fit/typed_matcher.h"
#include "services/gazetteer/property_reader.h"
#include "storage/rocksdb_store.h"

namespace wensum::address_match {
namespace {

using matching::address::IndexedProperty;

constexpr storage::RegisterId kRegister = 1;  // a data directory holds one, so far

}  // namespace

absl::StatusOr<std::unique_ptr<matching::address::AddressMatcher>> ReadRegister(
    const std::string& data_dir, size_t threads, matching::address::FlatGazetteer* list) {
  storage::RocksDbOptions options;
  options.path = storage::StorePath(data_dir);
  options.read_only = true;
  absl::StatusOr<std::unique_ptr<storage::Store>> store = storage::OpenRocksDbStore(options);
  if (store.status().code() == absl::StatusCode::kNotFound) {
    return NotFound(Cat("there is no register in ", Quote(data_dir), "; --data-dir is that of `wensum serve`"));
  }
  WENSUM_RETURN_IF_ERROR(store.status());
  auto matcher = std::make_unique<matching::address::TypedMatcher>();
  std::vector<IndexedProperty> properties;
  WENSUM_RETURN_IF_ERROR(gazetteer::PropertyReader(**store, kRegister)
                             .ForEachIndexed(
                                 threads, [&](const matching::address::IndexedStreet& street) { matcher->Add(street); },
                                 [&](std::vector<IndexedProperty> chunk) {
                                   std::move(chunk.begin(), chunk.end(), std::back_inserter(properties));
                                 }));
  // They come in any order, and what is learnt from the list must not depend on it.
  std::sort(properties.begin(), properties.end(),
            [](const IndexedProperty& a, const IndexedProperty& b) { return a.uprn < b.uprn; });
  for (const IndexedProperty& property : properties) {
    matcher->Add(property, list);
  }
  matcher->Finish();
  if (list->addresses.empty()) {
    return FailedPrecondition(Cat("the register in ", Quote(data_dir),
                                  " has no address; import a gazetteer first (`wensum import FILE --feed gazetteer`)"));
  }
  return matcher;
}

}  // namespace wensum::address_match
