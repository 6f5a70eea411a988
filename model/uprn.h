// Unique Property Reference Number and Unique Street Reference Number (BS 7666).
#ifndef WENSUM_MODEL_UPRN_H_
#define WENSUM_MODEL_UPRN_H_

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace wensum::model {

// 1 to 999,999,999,999: up to 12 digits without meaning or check digit. 0 is "none".
class Uprn {
 public:
  static constexpr uint64_t kMax = 999'999'999'999;

  constexpr Uprn() = default;
  // INVALID_ARGUMENT if out of range.
  static absl::StatusOr<Uprn> Create(uint64_t value);
  // Reads digits, leading zeros allowed (some feeds pad to 12). INVALID_ARGUMENT for anything else, 0 among it.
  static absl::StatusOr<Uprn> Parse(std::string_view text);

  [[nodiscard]] constexpr uint64_t value() const { return value_; }
  [[nodiscard]] constexpr bool empty() const { return value_ == 0; }
  // Without padding.
  [[nodiscard]] std::string ToString() const;
  // Padded with zeros to 12 digits.
  [[nodiscard]] std::string ToPaddedString() const;

  friend constexpr auto operator<=>(Uprn, Uprn) = default;

 private:
  explicit constexpr Uprn(uint64_t value) : value_(value) {}
  uint64_t value_ = 0;
};

// 1 to 99,999,999: up to 8 digits. 0 is "none".
class Usrn {
 public:
  static constexpr uint32_t kMax = 99'999'999;

  constexpr Usrn() = default;
  static absl::StatusOr<Usrn> Create(uint64_t value);
  static absl::StatusOr<Usrn> Parse(std::string_view text);

  [[nodiscard]] constexpr uint32_t value() const { return value_; }
  [[nodiscard]] constexpr bool empty() const { return value_ == 0; }
  [[nodiscard]] std::string ToString() const;

  friend constexpr auto operator<=>(Usrn, Usrn) = default;

 private:
  explicit constexpr Usrn(uint32_t value) : value_(value) {}
  uint32_t value_ = 0;
};

}  // namespace wensum::model

#endif  // WENSUM_MODEL_UPRN_H_
