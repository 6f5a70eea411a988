#include "tests/reference/text_distance_reference.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <vector>

namespace wensum::reference {

int LevenshteinDistance(std::string_view a, std::string_view b) {
  std::vector<std::vector<int>> d(a.size() + 1, std::vector<int>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) {
    for (size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = static_cast<int>(i + j);
      } else {
        d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      }
    }
  }
  return d[a.size()][b.size()];
}

int OsaDistance(std::string_view a, std::string_view b) {
  std::vector<std::vector<int>> d(a.size() + 1, std::vector<int>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) {
    d[i][0] = static_cast<int>(i);
  }
  for (size_t j = 0; j <= b.size(); ++j) {
    d[0][j] = static_cast<int>(j);
  }
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      const int cost = a[i - 1] == b[j - 1] ? 0 : 1;
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + cost});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

double JaroWinkler(std::string_view a, std::string_view b) {
  if (a == b) {
    return 1;
  }
  const auto reach = std::max<std::ptrdiff_t>(0, static_cast<std::ptrdiff_t>(std::max(a.size(), b.size()) / 2) - 1);
  std::vector<bool> a_matched(a.size());
  std::vector<bool> b_matched(b.size());
  double m = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    for (size_t j = 0; j < b.size(); ++j) {
      const std::ptrdiff_t apart = static_cast<std::ptrdiff_t>(i) - static_cast<std::ptrdiff_t>(j);
      if (std::abs(apart) <= reach && !b_matched[j] && a[i] == b[j]) {
        a_matched[i] = true;
        b_matched[j] = true;
        m += 1;
        break;
      }
    }
  }
  if (m == 0) {
    return 0;
  }
  std::vector<char> a_in_order;
  std::vector<char> b_in_order;
  for (size_t i = 0; i < a.size(); ++i) {
    if (a_matched[i]) {
      a_in_order.push_back(a[i]);
    }
  }
  for (size_t j = 0; j < b.size(); ++j) {
    if (b_matched[j]) {
      b_in_order.push_back(b[j]);
    }
  }
  int different = 0;
  for (size_t k = 0; k < a_in_order.size(); ++k) {
    different += a_in_order[k] != b_in_order[k] ? 1 : 0;
  }
  const int transpositions = different / 2;
  const double jaro =
      (m / static_cast<double>(a.size()) + m / static_cast<double>(b.size()) + (m - transpositions) / m) / 3;
  if (jaro <= 0.7) {
    return jaro;
  }
  int prefix = 0;
  for (size_t i = 0; i < 4 && i < a.size() && i < b.size() && a[i] == b[i]; ++i) {
    ++prefix;
  }
  return jaro + prefix * 0.1 * (1 - jaro);
}

}  // namespace wensum::reference
