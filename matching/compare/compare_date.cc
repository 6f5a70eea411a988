#include "matching/compare/compare_date.h"

#include <array>
#include <cstddef>

namespace wensum::matching {
namespace {

struct Parts {
  explicit Parts(int32_t packed) : year(packed / 10000), month(packed / 100 % 100), day(packed % 100) {}
  int32_t year;
  int32_t month;
  int32_t day;
  [[nodiscard]] bool complete() const { return year != 0 && month != 0 && day != 0; }
};

std::array<int, 8> Digits(int32_t packed) {
  std::array<int, 8> digits{};
  for (size_t i = digits.size(); i-- > 0; packed /= 10) {
    digits[i] = packed % 10;
  }
  return digits;
}

bool OneDigitOrNeighboursSwapped(int32_t a, int32_t b) {
  const std::array<int, 8> x = Digits(a);
  const std::array<int, 8> y = Digits(b);
  size_t differing = 0;
  size_t first = 0;
  size_t last = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    if (x[i] != y[i]) {
      first = differing == 0 ? i : first;
      last = i;
      ++differing;
    }
  }
  return differing == 1 || (differing == 2 && last == first + 1 && x[first] == y[last] && x[last] == y[first]);
}

}  // namespace

DateLevel CompareDates(int32_t a, int32_t b) {
  if (a == 0 || b == 0) {
    return DateLevel::kNull;
  }
  const Parts x(a);
  const Parts y(b);
  if (!x.complete() || !y.complete()) {
    const auto agree = [](int32_t p, int32_t q) { return p == 0 || q == 0 || p == q; };
    return agree(x.year, y.year) && agree(x.month, y.month) && agree(x.day, y.day) ? DateLevel::kCompatible
                                                                                   : DateLevel::kDifferent;
  }
  if (a == b) {
    return DateLevel::kExact;
  }
  if (x.year == y.year && x.month == y.day && x.day == y.month) {
    return DateLevel::kSwapped;
  }
  if (OneDigitOrNeighboursSwapped(a, b)) {
    return DateLevel::kOneDigit;
  }
  if (x.year == y.year && ((x.month == 1 && x.day == 1) || (y.month == 1 && y.day == 1))) {
    return DateLevel::kDefaultDay;
  }
  const int equal_parts = (x.year == y.year ? 1 : 0) + (x.month == y.month ? 1 : 0) + (x.day == y.day ? 1 : 0);
  if (equal_parts == 2) {
    return DateLevel::kTwoParts;
  }
  return x.year == y.year ? DateLevel::kSameYear : DateLevel::kDifferent;
}

}  // namespace wensum::matching
