#include "services/hub/known_objects.h"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "base/status_macros.h"

namespace wensum::hub {
namespace {

constexpr uint8_t kBlpuRecord = 21;
constexpr uint8_t kStreetRecord = 11;
constexpr size_t kLookups = 1'000;  // at a time

template <typename KeyOf>
absl::Status Keep(const storage::Reader& reader, KeyOf key_of, std::set<uint64_t>& numbers) {
  std::set<uint64_t> known;
  std::vector<uint64_t> asked;
  std::vector<std::string> keys;
  for (auto next = numbers.begin(); next != numbers.end();) {
    asked.clear();
    keys.clear();
    for (; next != numbers.end() && keys.size() < kLookups; ++next) {
      asked.push_back(*next);
      keys.push_back(key_of(*next));
    }
    WENSUM_ASSIGN_OR_RETURN(const auto values, reader.MultiGet(storage::Family::kProperty, keys));
    for (size_t i = 0; i < asked.size(); ++i) {
      if (values[i].has_value()) {
        known.insert(asked[i]);
      }
    }
  }
  numbers = std::move(known);
  return absl::OkStatus();
}

}  // namespace

absl::Status KeepKnown(const storage::Reader& reader, storage::RegisterId reg, KnownObjects& named) {
  WENSUM_RETURN_IF_ERROR(
      Keep(reader, [reg](uint64_t uprn) { return storage::PropertyRowKey(reg, uprn, kBlpuRecord, ""); }, named.uprns));
  return Keep(
      reader,
      [reg](uint64_t usrn) { return storage::StreetRowKey(reg, static_cast<uint32_t>(usrn), kStreetRecord, ""); },
      named.usrns);
}

}  // namespace wensum::hub
