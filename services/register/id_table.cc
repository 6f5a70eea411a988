#include "services/register/id_table.h"

#include <algorithm>

namespace wensum::registry {

uint64_t IdTable::Mint() {
  anchor_of_.push_back(static_cast<uint32_t>(anchor_of_.size()));
  return anchor_of_.size() - 1;
}

uint64_t IdTable::HolderOf(uint64_t id) const {
  const auto found = holder_of_.find(static_cast<uint32_t>(id));
  return found == holder_of_.end() ? id : found->second;
}

std::vector<uint64_t> IdTable::HeldBy(uint64_t ordinal) const {
  std::vector<uint64_t> held;
  const auto id = static_cast<uint32_t>(ordinal);
  if (!holder_of_.contains(id)) {
    held.push_back(ordinal);
  }
  if (const auto handed = handed_to_.find(id); handed != handed_to_.end()) {
    held.insert(held.end(), handed->second.begin(), handed->second.end());
    std::sort(held.begin(), held.end());
  }
  return held;
}

uint64_t IdTable::AnchorOf(std::span<const uint64_t> members) const {
  uint64_t anchor = 0;
  const auto consider = [&anchor](uint64_t id) { anchor = anchor == 0 ? id : std::min(anchor, id); };
  for (const uint64_t member : members) {
    const auto id = static_cast<uint32_t>(member);
    if (!holder_of_.contains(id)) {
      consider(member);
    }
    if (const auto handed = handed_to_.find(id); handed != handed_to_.end()) {
      consider(handed->second.front());
    }
  }
  return anchor;
}

std::vector<IdTable::Handover> IdTable::HandOver(uint64_t ordinal, uint64_t heir) {
  std::vector<Handover> changes;
  if (heir == 0 || heir == ordinal) {
    return changes;
  }
  for (const uint64_t id : HeldBy(ordinal)) {
    SetHolder(id, heir);
    changes.push_back({.anchor = id, .holder = heir});
  }
  return changes;
}

std::vector<IdTable::Handover> IdTable::TakeBack(uint64_t ordinal) {
  if (!holder_of_.contains(static_cast<uint32_t>(ordinal))) {
    return {};
  }
  SetHolder(ordinal, ordinal);
  return {{.anchor = ordinal, .holder = ordinal}};
}

void IdTable::SetHolder(uint64_t anchor, uint64_t holder) {
  const auto id = static_cast<uint32_t>(anchor);
  if (const auto former = holder_of_.find(id); former != holder_of_.end()) {
    const auto list = handed_to_.find(former->second);
    std::erase(list->second, id);
    if (list->second.empty()) {
      handed_to_.erase(list);
    }
    holder_of_.erase(former);
  }
  if (holder != anchor) {
    holder_of_[id] = static_cast<uint32_t>(holder);
    std::vector<uint32_t>& list = handed_to_[static_cast<uint32_t>(holder)];
    list.insert(std::upper_bound(list.begin(), list.end(), id), id);
  }
}

bool IdTable::Assign(uint64_t id, uint64_t anchor) {
  const auto next = static_cast<uint32_t>(anchor);
  if (anchor_of_[id] == next) {
    return false;
  }
  anchor_of_[id] = next;
  return true;
}

}  // namespace wensum::registry
