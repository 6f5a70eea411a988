#include "storage/store.h"

#include <iterator>
#include <utility>

#include "base/status_macros.h"

namespace wensum::storage {

namespace {

// Names on disk: never change one, never reorder the enumeration.
constexpr std::array<std::string_view, kFamilyCount> kFamilyNames = {
    "source",   "source_history",   "entity",    "entity_history", "crosswalk", "edge",       "decision", "task",
    "property", "property_history", "occupancy", "change_log",     "audit",     "import_run", "request",  "meta",
};

size_t BytesOf(const WriteBatch::Write& write) {
  return write.key.size() + (write.value ? write.value->size() : 0) + write.range_end.size();
}

}  // namespace

std::string_view FamilyName(Family family) { return kFamilyNames[static_cast<size_t>(family)]; }

void WriteBatch::Put(Family family, std::string key, std::string value) {
  writes_.push_back({family, std::move(key), std::move(value)});
  bytes_ += BytesOf(writes_.back());
}

void WriteBatch::Delete(Family family, std::string key) {
  writes_.push_back({family, std::move(key), std::nullopt});
  bytes_ += BytesOf(writes_.back());
}

void WriteBatch::DeleteRange(Family family, std::string lower, std::string upper) {
  if (lower < upper) {
    writes_.push_back({family, std::move(lower), std::nullopt, std::move(upper)});
    bytes_ += BytesOf(writes_.back());
  }
}

void WriteBatch::Clear() {
  writes_.clear();
  bytes_ = 0;
}

void WriteBatch::Append(WriteBatch&& other) {
  writes_.insert(writes_.end(), std::make_move_iterator(other.writes_.begin()),
                 std::make_move_iterator(other.writes_.end()));
  bytes_ += other.bytes_;
  other.Clear();
}

absl::StatusOr<bool> Reader::Visit(Family family, std::string_view key, ValueVisitor visit) const {
  WENSUM_ASSIGN_OR_RETURN(const std::optional<std::string> value, Get(family, key));
  if (!value.has_value()) {
    return false;
  }
  WENSUM_RETURN_IF_ERROR(visit(*value));
  return true;
}

KeyRange PrefixRange(std::string_view prefix) {
  KeyRange range{std::string(prefix), std::string(prefix)};
  // The next string that does not start with `prefix`: its last byte that can grow, grown. None: no upper bound.
  while (!range.upper.empty() && range.upper.back() == '\xFF') {
    range.upper.pop_back();
  }
  if (!range.upper.empty()) {
    range.upper.back() = static_cast<char>(static_cast<unsigned char>(range.upper.back()) + 1);
  }
  return range;
}

}  // namespace wensum::storage
