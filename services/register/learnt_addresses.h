// Learnt addresses as the register keeps and applies them: what stewards said that address texts mean.
#ifndef WENSUM_SERVICES_REGISTER_LEARNT_ADDRESSES_H_
#define WENSUM_SERVICES_REGISTER_LEARNT_ADDRESSES_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "matching/address/address_index.h"
#include "matching/address/learnt/learnt_table.h"
#include "storage/store.h"
#include "wensum/storage/v1/learnt.pb.h"

namespace wensum::registry {

struct Core;

using LearntAddress = storage::v1::LearntAddress;

inline constexpr uint32_t kLearntFormat = 1;

// "learntAddresses/7"
std::string LearntName(uint64_t number);

// The hash that stands for a form (matching::address::TextForm) in keys, and in causes of tasks: an address may be
// personal.
std::string HashForm(const Core& core, std::string_view form);
// In causes and subjects of tasks.
std::string CauseOfForm(const Core& core, std::string_view form);

// NOT_FOUND if there is no such address; DATA_LOSS if it cannot be read.
absl::StatusOr<LearntAddress> ReadLearnt(const storage::Reader& reader, uint32_t reg, uint64_t number);
absl::StatusOr<LearntAddress> ParseLearnt(std::string_view value, uint64_t number);
// 0 if there is none.
absl::StatusOr<uint64_t> NewestLearnt(const storage::Reader& reader, uint32_t reg);
// The number of the one in force for this form and source itself.
absl::StatusOr<std::optional<uint64_t>> FindInForce(const Core& core, const storage::Reader& reader,
                                                    std::string_view form, std::string_view source);

// Every one, in the order of their numbers, retracted ones too.
absl::Status ForEachLearnt(const storage::Reader& reader, uint32_t reg,
                           const std::function<absl::Status(const LearntAddress&)>& visit);
// All that are in force.
absl::StatusOr<matching::address::LearntTable> LoadLearnt(const storage::Reader& reader, uint32_t reg);

// What is learnt of the text and holds: the source's own before that of all, and none that names a property which the
// gazetteer does not have. `source` empty: of no source. Tens of nanoseconds while nothing is learnt, else a
// microsecond.
std::optional<matching::address::LearntMeaning> FindLearnt(const matching::address::LearntTable& learnt,
                                                           const matching::address::AddressIndex& addresses,
                                                           const matching::address::Query& query,
                                                           std::string_view source);

// One that is to be written: new, or retracted.
struct LearntWrite {
  LearntAddress address;
  uint64_t told_task = 0;  // that is told of it; 0: none
};

// What a write would do.
struct LearntEffect {
  uint64_t records = 0;  // live ones that hold the address, of the source concerned
  uint64_t moved = 0;    // of these: have another match by it
};
// For the writer's thread. Reads each of these records.
absl::StatusOr<LearntEffect> PreviewLearnt(Core& core, const LearntAddress& address);

// Calls `differ` with a sentence for each row that does not fit the others.
absl::Status CheckLearnt(const Core& core, const storage::Reader& reader,
                         const std::function<void(std::string)>& differ);

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_LEARNT_ADDRESSES_H_
