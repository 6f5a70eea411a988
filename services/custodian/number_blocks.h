// Which numbers were given out, and which are in use: the stored side of allocation.
#ifndef WENSUM_SERVICES_CUSTODIAN_NUMBER_BLOCKS_H_
#define WENSUM_SERVICES_CUSTODIAN_NUMBER_BLOCKS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/keys.h"
#include "storage/store.h"

namespace wensum::custodian {

// Values are stored in keys: never change them.
enum class NumberKind : uint8_t { kUprn = 'U', kUsrn = 'S' };

// The numbers of one kind that were given out, as blocks: whatever the configured ranges are or become, a number in a
// block is never given out again. Not thread-safe.
class NumberBlocks {
 public:
  static absl::StatusOr<NumberBlocks> Load(const storage::Reader& reader, storage::RegisterId reg, NumberKind kind);

  // The smallest number from `number` on that is in no block.
  [[nodiscard]] uint64_t NextOutside(uint64_t number) const;
  [[nodiscard]] bool Contains(uint64_t number) const { return NextOutside(number) != number; }
  // How many of [first, last] are in no block.
  [[nodiscard]] uint64_t CountOutside(uint64_t first, uint64_t last) const;
  // Puts the number into a block. Nothing if it is in one.
  void Add(uint64_t number);
  // What changed since Load.
  void AddWrites(storage::WriteBatch& batch) const;

 private:
  NumberBlocks(storage::RegisterId reg, NumberKind kind) : reg_(reg), kind_(kind) {}

  storage::RegisterId reg_;
  NumberKind kind_;
  std::map<uint64_t, uint64_t> stored_;  // last numbers by first ones
  std::map<uint64_t, uint64_t> blocks_;  // the same now
};

// The UPRNs or USRNs that any row of a register has, or ever had. Reads the state of its making. Not thread-safe.
class NumbersInUse {
 public:
  // `reader` must outlive it.
  NumbersInUse(const storage::Reader& reader, storage::RegisterId reg, NumberKind kind);

  // The smallest one from `number` on; nullopt if there is none. Cheap in ascending order: a walk over the rows.
  absl::StatusOr<std::optional<uint64_t>> NextFrom(uint64_t number);
  absl::StatusOr<bool> Contains(uint64_t number);

 private:
  // A walk over the rows, or over their history.
  struct Walk {
    std::unique_ptr<storage::Iterator> it;
    bool history = false;
    bool placed = false;
    uint64_t asked = 0;          // since it was placed, ascending
    std::optional<uint64_t> at;  // the number of the row it stands on; nullopt: at the end
  };
  absl::StatusOr<std::optional<uint64_t>> Advance(Walk& walk, uint64_t number) const;
  absl::Status Read(Walk& walk) const;

  storage::RegisterId reg_;
  NumberKind kind_;
  Walk rows_;
  Walk history_;
};

}  // namespace wensum::custodian

#endif  // WENSUM_SERVICES_CUSTODIAN_NUMBER_BLOCKS_H_
