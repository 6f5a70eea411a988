// The bit-parallel loops that one-off and cached comparisons share. For the files of this folder alone.
#ifndef WENSUM_MATCHING_COMPARE_BIT_KERNELS_H_
#define WENSUM_MATCHING_COMPARE_BIT_KERNELS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace wensum::matching::compare_internal {

inline constexpr size_t kWordBits = 64;
inline constexpr size_t kByteValues = 256;

[[nodiscard]] constexpr uint8_t Byte(char c) { return static_cast<uint8_t>(c); }
[[nodiscard]] constexpr size_t WordsFor(size_t size) { return (size + kWordBits - 1) / kWordBits; }

// Where each byte stands in a text: for each 64 bytes of text a table of one word a byte value, a bit a place.
void MarkPositions(std::string_view text, uint64_t* tables);
// All tables of a text: 32 bytes of memory for each byte of text, at least 2,048.
[[nodiscard]] std::vector<uint64_t> PositionTables(std::string_view text);

// The tables of a text of at most 64 bytes, in memory that this thread keeps: only one at a time.
class ScratchPositions {
 public:
  explicit ScratchPositions(std::string_view text);
  ~ScratchPositions();
  ScratchPositions(const ScratchPositions&) = delete;
  ScratchPositions& operator=(const ScratchPositions&) = delete;
  [[nodiscard]] const uint64_t* tables() const { return tables_; }

 private:
  std::string_view text_;
  uint64_t* tables_;  // all zero between uses
};

// The distance of a pattern of `size` > 0 bytes, given by its tables, and `text`, or `limit` + 1 if it is greater.
[[nodiscard]] int LevenshteinOf(const uint64_t* tables, size_t size, std::string_view text, int limit);
[[nodiscard]] int OsaOf(const uint64_t* tables, size_t size, std::string_view text, int limit);

struct JaroMatches {
  size_t common = 0;
  size_t out_of_order = 0;  // matched bytes that stand opposite a different matched byte
};
// Both texts of 1 to 64 bytes; `tables` are those of `pattern`.
[[nodiscard]] JaroMatches MatchBits(const uint64_t* tables, std::string_view pattern, std::string_view text);
// Texts of any length, neither empty.
[[nodiscard]] JaroMatches MatchFlags(std::string_view pattern, std::string_view text);

// An upper bound from lengths and common start alone, neither text empty.
[[nodiscard]] double JaroWinklerBound(std::string_view a, std::string_view b);
// The similarity from its counts.
[[nodiscard]] double JaroWinklerFrom(JaroMatches matches, std::string_view a, std::string_view b);

}  // namespace wensum::matching::compare_internal

#endif  // WENSUM_MATCHING_COMPARE_BIT_KERNELS_H_
