// A digest of a short text's characters that bounds distances and similarities without looking at the text.
#ifndef WENSUM_MATCHING_COMPARE_LETTER_SIGNATURE_H_
#define WENSUM_MATCHING_COMPARE_LETTER_SIGNATURE_H_

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace wensum::matching {

// Counts of the characters, up to two of each capital letter and one of each digit; what is over is counted together.
// Most pairs of names are ruled out by it in a few cycles. 16 bytes, so that a value with all that comparisons ask of
// it fits one cache line.
class LetterSignature {
 public:
  LetterSignature() = default;
  explicit LetterSignature(std::string_view text) {
    for (const char c : text) Count(c);
    size_ = static_cast<uint16_t>(std::min<size_t>(text.size(), kMost));
    for (size_t i = 0; i < std::min<size_t>(text.size(), 4); ++i) {
      start_ |= static_cast<uint32_t>(static_cast<uint8_t>(text[i])) << (8 * i);
    }
  }

  // Equal texts have equal ones.
  friend bool operator==(const LetterSignature&, const LetterSignature&) = default;

  // At most kMost; a longer text has the bounds of its beginning for distances and 1 for similarities.
  [[nodiscard]] uint32_t size() const { return size_; }
  static constexpr uint16_t kMost = 0xFFFF;

  // A lower bound of the optimal string alignment (and Levenshtein) distance of the two texts: an edit changes the
  // count of at most two characters.
  [[nodiscard]] int DistanceBound(const LetterSignature& other) const {
    const auto sizes = std::abs(static_cast<int>(size_) - static_cast<int>(other.size_));
    const auto counts =
        CountBits(bits_ ^ other.bits_) + std::abs(static_cast<int>(uncounted_) - static_cast<int>(other.uncounted_));
    return std::max(sizes, (counts + 1) / 2);
  }

  // An upper bound of the Jaro-Winkler similarity of the two texts, neither empty: all characters in common match, in
  // order. At most 1.
  [[nodiscard]] double SimilarityBound(const LetterSignature& other) const {
    if (std::max(size_, other.size_) == kMost) return 1;
    const auto common = static_cast<double>(CountBits(bits_ & other.bits_) + std::min(uncounted_, other.uncounted_));
    const double jaro = std::min(1.0, (common / size_ + common / other.size_ + 1) / 3);
    const uint32_t differing = start_ ^ other.start_;
    const auto prefix = static_cast<uint32_t>(std::countr_zero(differing)) / 8;  // 4 if the starts are equal
    return jaro + 0.1 * std::min({prefix, size(), other.size()}) * (1 - jaro);
  }

 private:
  // std::popcount is a call where the processor may lack the instruction, as the compiler has to suppose.
  static int CountBits(uint64_t x) {
    x -= (x >> 1) & 0x5555555555555555U;
    x = (x & 0x3333333333333333U) + ((x >> 2) & 0x3333333333333333U);
    x = (x + (x >> 4)) & 0x0F0F0F0F0F0F0F0FU;
    return static_cast<int>((x * 0x0101010101010101U) >> 56);
  }

  void Count(char c) {
    uint64_t once = uint64_t{1} << 62;
    uint64_t twice = uint64_t{1} << 63;
    if (c >= 'A' && c <= 'Z') {
      once = uint64_t{1} << (c - 'A');
      twice = once << 26;
    } else if (c >= '0' && c <= '9') {
      once = uint64_t{1} << (52 + (c - '0'));
      twice = once;
    }
    if ((bits_ & once) == 0) {
      bits_ |= once;
    } else if ((bits_ & twice) == 0) {
      bits_ |= twice;
    } else if (uncounted_ < kMost) {
      ++uncounted_;
    }
  }

  uint64_t bits_ = 0;
  uint32_t start_ = 0;  // the first four bytes
  uint16_t uncounted_ = 0;
  uint16_t size_ = 0;
};
static_assert(sizeof(LetterSignature) == 16);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_COMPARE_LETTER_SIGNATURE_H_
