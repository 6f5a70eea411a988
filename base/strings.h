// String helpers over the standard types. Abseil's own string functions stay behind this header (docs/adr says why).
#ifndef WENSUM_BASE_STRINGS_H_
#define WENSUM_BASE_STRINGS_H_

#include <charconv>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wensum {

namespace strings_internal {
inline void Append(std::string& out, std::string_view piece) { out.append(piece); }
inline void Append(std::string& out, char piece) { out.push_back(piece); }
template <std::same_as<bool> T>  // a template, so that a string literal does not convert to bool
void Append(std::string& out, T piece) {
  out.append(piece ? "true" : "false");
}
template <std::integral T>
  requires(!std::same_as<T, char> && !std::same_as<T, bool>)
void Append(std::string& out, T piece) {
  char buffer[24];
  const auto result = std::to_chars(buffer, buffer + sizeof(buffer), piece);
  out.append(buffer, result.ptr);
}
// Shortest text that reads back as the same number.
void Append(std::string& out, double piece);
}  // namespace strings_internal

// Appends strings, characters and numbers to `out`.
template <typename... Pieces>
void AppendTo(std::string& out, const Pieces&... pieces) {
  (strings_internal::Append(out, pieces), ...);
}

// Concatenates strings, characters and numbers.
template <typename... Pieces>
[[nodiscard]] std::string Cat(const Pieces&... pieces) {
  std::string out;
  AppendTo(out, pieces...);
  return out;
}

// `text` without ASCII white space at either end.
[[nodiscard]] std::string_view Trim(std::string_view text);

// The parts of `text` between `separator`s; n separators give n + 1 parts, empty ones included.
[[nodiscard]] std::vector<std::string_view> Split(std::string_view text, char separator);

// The parts joined by `separator`.
[[nodiscard]] std::string Join(const std::vector<std::string>& parts, std::string_view separator);

// ASCII case conversion; other bytes are unchanged.
[[nodiscard]] std::string ToUpperAscii(std::string_view text);
[[nodiscard]] std::string ToLowerAscii(std::string_view text);
[[nodiscard]] bool EqualsIgnoreCaseAscii(std::string_view a, std::string_view b);

[[nodiscard]] constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
[[nodiscard]] constexpr bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
[[nodiscard]] constexpr bool IsLetter(char c) { return IsUpper(c) || IsLower(c); }
[[nodiscard]] constexpr bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
// True for one or more ASCII digits and nothing else.
[[nodiscard]] bool IsDigits(std::string_view text);

// The whole of `text` as a decimal number: no spaces, no sign for unsigned; nullopt if it is not one or does not fit.
template <std::integral T>
[[nodiscard]] std::optional<T> ParseInteger(std::string_view text) {
  T value{};
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}
// The whole of `text` as a finite decimal number, an exponent allowed; nullopt for all else, "inf" and "nan" among it.
[[nodiscard]] std::optional<double> ParseDouble(std::string_view text);

// True if `text` is well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
[[nodiscard]] bool IsValidUtf8(std::string_view text);

// Length of the longest prefix of `text` that is well-formed UTF-8.
[[nodiscard]] size_t ValidUtf8Prefix(std::string_view text);

// `text` in double quotes for an error message: control and invalid bytes escaped as \xNN, cut after `limit` bytes with
// "...".
[[nodiscard]] std::string Quote(std::string_view text, size_t limit = 80);

// Lower-case hexadecimal of `bytes`.
[[nodiscard]] std::string HexEncode(std::string_view bytes);

// Hash and equality that let a hash map with std::string keys be searched by std::string_view.
struct TransparentStringHash {
  using is_transparent = void;
  [[nodiscard]] size_t operator()(std::string_view text) const;
};
struct TransparentStringEqual {
  using is_transparent = void;
  [[nodiscard]] bool operator()(std::string_view a, std::string_view b) const { return a == b; }
};

}  // namespace wensum

#endif  // WENSUM_BASE_STRINGS_H_
