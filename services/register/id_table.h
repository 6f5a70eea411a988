// Which entity each minted id stands for (architecture, invariant 4).
//
// Every source record mints one id, its ordinal, when first seen. An id is held by the record that minted it or, once
// that record is deleted, by the record it was handed to. An entity is known by the oldest id that its members hold,
// its anchor; every other id its members hold resolves to the anchor. So merges redirect and splits give the original
// ids back without any bookkeeping.
#ifndef WENSUM_SERVICES_REGISTER_ID_TABLE_H_
#define WENSUM_SERVICES_REGISTER_ID_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace wensum::registry {

// Ordinals and ids are the same numbers: dense, from 1. Not thread-safe.
class IdTable {
 public:
  // A handover to record in the same batch: id `anchor` is now held by record `holder` (its minter again if they are
  // equal).
  struct Handover {
    uint64_t anchor = 0;
    uint64_t holder = 0;
  };

  // Number of ids minted so far.
  [[nodiscard]] uint64_t size() const { return anchor_of_.size() - 1; }
  // The next ordinal; its id resolves to itself until Assign says otherwise.
  uint64_t Mint();
  // Takes the newest ordinal back, which holds no id but its own.
  void Unmint() { anchor_of_.pop_back(); }
  void Reserve(uint64_t count) { anchor_of_.reserve(count + 1); }

  // The anchor that an id resolves to. `id` must have been minted.
  [[nodiscard]] uint64_t Resolve(uint64_t id) const { return anchor_of_[id]; }
  [[nodiscard]] bool Minted(uint64_t id) const { return id >= 1 && id < anchor_of_.size(); }

  // The record that holds an id: its minter, or the one it was handed to.
  [[nodiscard]] uint64_t HolderOf(uint64_t id) const;
  // The ids that a record holds: its own, unless handed on, and those handed to it. Sorted.
  [[nodiscard]] std::vector<uint64_t> HeldBy(uint64_t ordinal) const;
  // The oldest id that any of the records holds: the anchor of an entity of these members. `members` must not be empty.
  // 0 if they hold none, which cannot happen to live records.
  [[nodiscard]] uint64_t AnchorOf(std::span<const uint64_t> members) const;

  // A record was deleted: everything it holds goes to `heir`, a remaining member of its entity, or to the oldest of
  // several records that end together. No heir (0): it keeps what it holds. Returns what changed.
  std::vector<Handover> HandOver(uint64_t ordinal, uint64_t heir);
  // A deleted record is back: its own id returns to it.
  std::vector<Handover> TakeBack(uint64_t ordinal);
  // For loading: id `anchor` is held by `holder`.
  void SetHolder(uint64_t anchor, uint64_t holder);

  // Makes an id resolve to `anchor`; true if that is a change.
  bool Assign(uint64_t id, uint64_t anchor);

 private:
  std::vector<uint32_t> anchor_of_ = {0};                           // by id
  absl::flat_hash_map<uint32_t, uint32_t> holder_of_;               // only ids not held by their minter
  absl::flat_hash_map<uint32_t, std::vector<uint32_t>> handed_to_;  // by holder, sorted
};

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_ID_TABLE_H_
