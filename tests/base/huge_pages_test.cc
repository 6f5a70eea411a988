#include "base/huge_pages.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <utility>

namespace wensum {
namespace {

struct alignas(64) Line {
  uint64_t number = 0;
};

// Below, at and above the sizes at which the kind of memory changes.
TEST(HugeVectorTest, GrowsThroughAllKindsOfMemoryAndKeepsWhatItHas) {
  HugeVector<Line> lines;
  for (uint64_t i = 0; i < 200'000; ++i) {
    lines.push_back({i});
    ASSERT_EQ(reinterpret_cast<uintptr_t>(lines.data()) % alignof(Line), 0U);
  }
  for (uint64_t i = 0; i < lines.size(); ++i) ASSERT_EQ(lines[i].number, i);
  HugeVector<Line> moved = std::move(lines);
  moved.resize(10);
  moved.shrink_to_fit();
  EXPECT_EQ(moved.back().number, 9U);
}

TEST(HugePagesTest, LargeMemoryBeginsAtABoundaryAndIsWritableToItsEnd) {
  for (const size_t bytes : {size_t{1}, size_t{(2 << 20) - 1}, size_t{2} << 20, (size_t{5} << 20) + 3}) {
    auto* const memory = static_cast<char*>(AllocateOnHugePages(bytes, 16));
    EXPECT_EQ(reinterpret_cast<uintptr_t>(memory) % (bytes < (2 << 20) ? 16 : 2 << 20), 0U) << bytes;
    memory[0] = 1;
    memory[bytes - 1] = 2;
    EXPECT_EQ(memory[bytes - 1], 2);
    FreeFromHugePages(memory, bytes, 16);
  }
}

}  // namespace
}  // namespace wensum
