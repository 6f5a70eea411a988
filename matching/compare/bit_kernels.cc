#include "matching/compare/bit_kernels.h"

#include <algorithm>
#include <bit>

namespace wensum::matching::compare_internal {
namespace {

constexpr double kPrefixScale = 0.1;
constexpr double kBoostThreshold = 0.7;
constexpr size_t kMaxPrefix = 4;

// Hyyro, "A bit-vector algorithm for computing Levenshtein and Damerau edit distances" (2003): the columns of the
// distance matrix are kept as vertical differences of +1 and -1, one bit per row.
template <bool kSwaps>
int OneWord(const uint64_t* positions, size_t size, std::string_view text, int limit) {
  const uint64_t last = uint64_t{1} << (size - 1);
  uint64_t vertical_plus = ~uint64_t{0};
  uint64_t vertical_minus = 0;
  uint64_t diagonal = 0;
  uint64_t previous_match = 0;
  int distance = static_cast<int>(size);
  int left = static_cast<int>(text.size());
  for (const char c : text) {
    const uint64_t match = positions[Byte(c)];
    const uint64_t swap = kSwaps ? (((~diagonal) & match) << 1) & previous_match : 0;
    diagonal = (((match & vertical_plus) + vertical_plus) ^ vertical_plus) | match | vertical_minus | swap;
    uint64_t horizontal_plus = vertical_minus | ~(diagonal | vertical_plus);
    uint64_t horizontal_minus = diagonal & vertical_plus;
    distance += (horizontal_plus & last) != 0 ? 1 : 0;
    distance -= (horizontal_minus & last) != 0 ? 1 : 0;
    horizontal_plus = (horizontal_plus << 1) | 1;
    horizontal_minus <<= 1;
    vertical_plus = horizontal_minus | ~(diagonal | horizontal_plus);
    vertical_minus = horizontal_plus & diagonal;
    previous_match = match;
    if (distance - --left > limit) return limit + 1;  // each byte left can take back one at most
  }
  return distance;
}

// The same over several words, each handing its horizontal differences of the lowest row on to the next.
template <bool kSwaps>
int ManyWords(const uint64_t* tables, size_t size, std::string_view text, int limit) {
  struct Block {
    uint64_t vertical_plus = ~uint64_t{0};
    uint64_t vertical_minus = 0;
    uint64_t diagonal = 0;
    uint64_t match = 0;
  };
  std::vector<Block> blocks(WordsFor(size));
  const uint64_t last = uint64_t{1} << ((size - 1) % kWordBits);
  int distance = static_cast<int>(size);
  int left = static_cast<int>(text.size());
  for (const char c : text) {
    uint64_t plus_in = 1;
    uint64_t minus_in = 0;
    uint64_t swap_in = 0;
    for (size_t k = 0; k < blocks.size(); ++k) {
      Block& block = blocks[k];
      const uint64_t match = tables[k * kByteValues + Byte(c)];
      const uint64_t unmatched = (~block.diagonal) & match;
      const uint64_t swap = kSwaps ? ((unmatched << 1) | swap_in) & block.match : 0;
      swap_in = unmatched >> 63;
      const uint64_t carried = match | minus_in;
      block.diagonal = (((carried & block.vertical_plus) + block.vertical_plus) ^ block.vertical_plus) | carried |
                       block.vertical_minus | swap;
      uint64_t horizontal_plus = block.vertical_minus | ~(block.diagonal | block.vertical_plus);
      uint64_t horizontal_minus = block.diagonal & block.vertical_plus;
      if (k + 1 == blocks.size()) {
        distance += (horizontal_plus & last) != 0 ? 1 : 0;
        distance -= (horizontal_minus & last) != 0 ? 1 : 0;
      }
      const uint64_t plus_out = horizontal_plus >> 63;
      const uint64_t minus_out = horizontal_minus >> 63;
      horizontal_plus = (horizontal_plus << 1) | plus_in;
      horizontal_minus = (horizontal_minus << 1) | minus_in;
      plus_in = plus_out;
      minus_in = minus_out;
      block.vertical_plus = horizontal_minus | ~(block.diagonal | horizontal_plus);
      block.vertical_minus = horizontal_plus & block.diagonal;
      block.match = match;
    }
    if (distance - --left > limit) return limit + 1;
  }
  return distance;
}

template <bool kSwaps>
int DistanceOf(const uint64_t* tables, size_t size, std::string_view text, int limit) {
  const size_t apart = size > text.size() ? size - text.size() : text.size() - size;
  if (limit < 0 || apart > static_cast<size_t>(limit)) return limit + 1;
  const int distance =
      size <= kWordBits ? OneWord<kSwaps>(tables, size, text, limit) : ManyWords<kSwaps>(tables, size, text, limit);
  return std::min(distance, limit + 1);
}

// How far apart two bytes may stand and still match.
size_t Window(std::string_view a, std::string_view b) {
  const size_t half = std::max(a.size(), b.size()) / 2;
  return half == 0 ? 0 : half - 1;
}

std::array<uint64_t, kByteValues>& Scratch() {
  thread_local std::array<uint64_t, kByteValues> tables{};
  return tables;
}

}  // namespace

void MarkPositions(std::string_view text, uint64_t* tables) {
  for (size_t i = 0; i < text.size(); ++i) {
    tables[i / kWordBits * kByteValues + Byte(text[i])] |= uint64_t{1} << (i % kWordBits);
  }
}

std::vector<uint64_t> PositionTables(std::string_view text) {
  std::vector<uint64_t> tables(WordsFor(text.size()) * kByteValues);
  MarkPositions(text, tables.data());
  return tables;
}

ScratchPositions::ScratchPositions(std::string_view text) : text_(text), tables_(Scratch().data()) {
  MarkPositions(text_, tables_);
}

ScratchPositions::~ScratchPositions() {
  for (const char c : text_) tables_[Byte(c)] = 0;
}

int LevenshteinOf(const uint64_t* tables, size_t size, std::string_view text, int limit) {
  return DistanceOf<false>(tables, size, text, limit);
}

int OsaOf(const uint64_t* tables, size_t size, std::string_view text, int limit) {
  return DistanceOf<true>(tables, size, text, limit);
}

JaroMatches MatchBits(const uint64_t* tables, std::string_view pattern, std::string_view text) {
  const size_t window = Window(pattern, text);
  uint64_t matched_text = 0;
  uint64_t matched_pattern = 0;
  JaroMatches matches;
  for (size_t i = 0; i < text.size(); ++i) {
    const size_t low = i > window ? i - window : 0;
    const size_t high = std::min(i + window + 1, pattern.size());
    if (low >= high) break;
    const uint64_t reach = (high - low == kWordBits ? ~uint64_t{0} : (uint64_t{1} << (high - low)) - 1) << low;
    const uint64_t free = tables[Byte(text[i])] & reach & ~matched_pattern;
    matched_pattern |= free & (~free + 1);
    matched_text |= static_cast<uint64_t>(free != 0) << i;
  }
  matches.common = static_cast<size_t>(std::popcount(matched_text));
  for (; matched_text != 0; matched_text &= matched_text - 1, matched_pattern &= matched_pattern - 1) {
    const auto i = static_cast<size_t>(std::countr_zero(matched_text));
    const auto j = static_cast<size_t>(std::countr_zero(matched_pattern));
    matches.out_of_order += text[i] != pattern[j] ? 1 : 0;
  }
  return matches;
}

JaroMatches MatchFlags(std::string_view pattern, std::string_view text) {
  const size_t window = Window(pattern, text);
  std::vector<char> matched_text;
  std::vector<bool> taken(pattern.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const size_t high = std::min(i + window + 1, pattern.size());
    for (size_t j = i > window ? i - window : 0; j < high; ++j) {
      if (!taken[j] && text[i] == pattern[j]) {
        taken[j] = true;
        matched_text.push_back(text[i]);
        break;
      }
    }
  }
  JaroMatches matches{.common = matched_text.size()};
  size_t k = 0;
  for (size_t j = 0; j < pattern.size(); ++j) {
    if (taken[j]) matches.out_of_order += matched_text[k++] != pattern[j] ? 1 : 0;
  }
  return matches;
}

double JaroWinklerBound(std::string_view a, std::string_view b) {
  return JaroWinklerFrom({.common = std::min(a.size(), b.size())}, a, b);
}

double JaroWinklerFrom(JaroMatches matches, std::string_view a, std::string_view b) {
  if (matches.common == 0) return 0;
  const auto common = static_cast<double>(matches.common);
  const double jaro = (common / static_cast<double>(a.size()) + common / static_cast<double>(b.size()) +
                       (common - static_cast<double>(matches.out_of_order / 2)) / common) /
                      3;
  if (jaro <= kBoostThreshold) return jaro;
  size_t prefix = 0;
  while (prefix < std::min({a.size(), b.size(), kMaxPrefix}) && a[prefix] == b[prefix]) ++prefix;
  return jaro + static_cast<double>(prefix) * kPrefixScale * (1 - jaro);
}

}  // namespace wensum::matching::compare_internal
