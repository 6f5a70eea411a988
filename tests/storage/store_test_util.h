// Terse ways to look at a store in tests.
#ifndef WENSUM_TESTS_STORAGE_STORE_TEST_UTIL_H_
#define WENSUM_TESTS_STORAGE_STORE_TEST_UTIL_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/store.h"

namespace wensum::storage {

using Pairs = std::vector<std::pair<std::string, std::string>>;

// The value, "(none)" or "(error)": for terse expectations.
inline std::string Show(const absl::StatusOr<std::optional<std::string>>& answer) {
  return !answer.ok() ? "(error)" : answer->value_or("(none)");
}

// All pairs of the range, forwards; backwards, they must be the same.
inline Pairs Scan(const Reader& reader, Family family, const KeyRange& range = {}) {
  Pairs forward;
  Pairs backward;
  const std::unique_ptr<Iterator> it = reader.NewIterator(family, range);
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    forward.emplace_back(it->key(), it->value());
  }
  EXPECT_TRUE(it->status().ok()) << it->status();
  for (it->SeekToLast(); it->Valid(); it->Prev()) {
    backward.emplace_back(it->key(), it->value());
  }
  EXPECT_TRUE(it->status().ok()) << it->status();
  EXPECT_EQ(forward, Pairs(backward.rbegin(), backward.rend()));
  return forward;
}

}  // namespace wensum::storage

#endif  // WENSUM_TESTS_STORAGE_STORE_TEST_UTIL_H_
