// A store as it will be once a pending batch is written.
#ifndef WENSUM_STORAGE_OVERLAY_READER_H_
#define WENSUM_STORAGE_OVERLAY_READER_H_

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/store.h"

namespace wensum::storage {

// Reads `base` with the writes added so far on top. Not thread-safe; iterators show the overlay as it was when they
// were made, so none may be in use while writes are added. `base` and the batches added must outlive it; the batches
// must not change meanwhile.
class OverlayReader final : public Reader {
 public:
  explicit OverlayReader(const Reader* base) : base_(base) {}

  // Adds the writes of `batch` from index `from` on.
  void Add(const WriteBatch& batch, size_t from = 0);

  absl::StatusOr<std::optional<std::string>> Get(Family family, std::string_view key) const override;
  absl::StatusOr<std::vector<std::optional<std::string>>> MultiGet(Family family,
                                                                   const std::vector<std::string>& keys) const override;
  [[nodiscard]] std::unique_ptr<Iterator> NewIterator(Family family, const KeyRange& range) const override;

 private:
  // Keys and values are those of the batches.
  using Writes = std::map<std::string_view, const std::optional<std::string>*>;
  // Ranges [lower, upper) of which nothing of the base is seen. They may overlap.
  using Ranges = std::vector<std::pair<std::string_view, std::string_view>>;

  // Whether the base's value of a key is seen no more.
  [[nodiscard]] bool IsDropped(Family family, std::string_view key) const;

  const Reader* base_;
  std::array<Writes, kFamilyCount> writes_;
  std::array<Ranges, kFamilyCount> dropped_;
};

}  // namespace wensum::storage

#endif  // WENSUM_STORAGE_OVERLAY_READER_H_
