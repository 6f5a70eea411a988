// Parts of a fuzz input.
#ifndef WENSUM_TESTS_MATCHING_FUZZ_FUZZ_INPUT_H_
#define WENSUM_TESTS_MATCHING_FUZZ_FUZZ_INPUT_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace wensum {

inline std::string_view FuzzText(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// What stands before the first line end and what stands after it.
inline std::pair<std::string_view, std::string_view> FuzzLines(std::string_view text) {
  const size_t end = text.find('\n');
  return {text.substr(0, end), end == std::string_view::npos ? std::string_view() : text.substr(end + 1)};
}

}  // namespace wensum

#endif  // WENSUM_TESTS_MATCHING_FUZZ_FUZZ_INPUT_H_
