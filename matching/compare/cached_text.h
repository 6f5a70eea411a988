// One text made ready for comparison with many others.
#ifndef WENSUM_MATCHING_COMPARE_CACHED_TEXT_H_
#define WENSUM_MATCHING_COMPARE_CACHED_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wensum::matching {

// Gives what the functions of edit_distance.h and jaro_winkler.h give for the text and another one, without the work
// that depends on the text alone. Worth it from about five comparisons on: 2 KiB are filled for each 64 bytes.
// Thread-safe once made.
class CachedText {
 public:
  explicit CachedText(std::string_view text);

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] int LevenshteinDistance(std::string_view other, int limit) const;
  [[nodiscard]] int OsaDistance(std::string_view other, int limit) const;
  [[nodiscard]] double JaroWinkler(std::string_view other, double at_least = 0) const;

 private:
  std::string text_;
  std::vector<uint64_t> tables_;  // bit_kernels.h: PositionTables
};

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_COMPARE_CACHED_TEXT_H_
