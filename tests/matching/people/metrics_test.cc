#include "matching/evaluate/metrics.h"

#include <gtest/gtest.h>

#include <iostream>
#include <vector>

#include "base/random.h"

namespace wensum::matching {
namespace {

TEST(MetricsTest, AgreeWithTheirDefinitions) {
  constexpr uint64_t kSeed = 5;
  std::cout << "seed " << kSeed << "\n";
  Random random(kSeed);
  for (int run = 0; run < 200; ++run) {
    const size_t count = random.Below(40) + 1;
    std::vector<uint32_t> predicted(count);
    std::vector<uint32_t> truth(count);
    for (size_t i = 0; i < count; ++i) {
      predicted[i] = static_cast<uint32_t>(random.Below(8));
      truth[i] = static_cast<uint32_t>(random.Below(8));
    }
    uint64_t found = 0;
    uint64_t real = 0;
    uint64_t both = 0;
    double precision = 0;
    double recall = 0;
    for (size_t i = 0; i < count; ++i) {
      double in_cluster = 0;
      double in_person = 0;
      double in_both = 0;
      for (size_t j = 0; j < count; ++j) {
        const bool same_cluster = predicted[i] == predicted[j];
        const bool same_person = truth[i] == truth[j];
        in_cluster += same_cluster ? 1 : 0;
        in_person += same_person ? 1 : 0;
        in_both += same_cluster && same_person ? 1 : 0;
        if (j < i) {
          found += same_cluster ? 1 : 0;
          real += same_person ? 1 : 0;
          both += same_cluster && same_person ? 1 : 0;
        }
      }
      precision += in_both / in_cluster / static_cast<double>(count);
      recall += in_both / in_person / static_cast<double>(count);
    }
    const PartitionMetrics metrics = ComparePartitions(predicted, truth);
    EXPECT_EQ(metrics.predicted_pairs, found);
    EXPECT_EQ(metrics.true_pairs, real);
    EXPECT_EQ(metrics.correct_pairs, both);
    EXPECT_NEAR(metrics.b_cubed.precision, precision, 1e-9);
    EXPECT_NEAR(metrics.b_cubed.recall, recall, 1e-9);
  }
}

TEST(MetricsTest, NothingToFindIsPerfect) {
  const std::vector<uint32_t> alone = {1, 2, 3};
  EXPECT_EQ(ComparePartitions(alone, alone).pairs.f1(), 1);
  EXPECT_EQ(ComparePartitions({}, {}).b_cubed.f1(), 1);
}

}  // namespace
}  // namespace wensum::matching
