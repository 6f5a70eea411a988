// Sorted vectors without repeats, as small sets.
#ifndef WENSUM_BASE_SORTED_H_
#define WENSUM_BASE_SORTED_H_

#include <algorithm>
#include <vector>

namespace wensum {

// Sorts `list` (any container with random access and erase) and drops what repeats. O(n log n).
void SortUnique(auto& list) {
  std::ranges::sort(list);
  const auto rest = std::ranges::unique(list);
  list.erase(rest.begin(), rest.end());
}

// Puts `value` in its place unless it is there. O(n).
template <typename T>
void InsertSorted(const T& value, std::vector<T>& list) {
  const auto place = std::ranges::lower_bound(list, value);
  if (place == list.end() || *place != value) {
    list.insert(place, value);
  }
}

// Takes `value` out if it is there. O(n).
template <typename T>
void EraseSorted(const T& value, std::vector<T>& list) {
  const auto place = std::ranges::lower_bound(list, value);
  if (place != list.end() && *place == value) {
    list.erase(place);
  }
}

}  // namespace wensum

#endif  // WENSUM_BASE_SORTED_H_
