// Resolution of one component by itself: what the batch and the live register have in common.
#ifndef WENSUM_MATCHING_RESOLVE_COMPONENT_H_
#define WENSUM_MATCHING_RESOLVE_COMPONENT_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "matching/resolve/agglomerate.h"
#include "matching/score/pair_levels.h"
#include "matching/score/pair_scorer.h"

namespace wensum::matching {

struct ResolveOptions {
  double merge_threshold = 1;
  double edge_floor = 0;         // pairs below it are left out of components, and used for review alone
  uint32_t component_limit = 0;  // nodes; 0: none
  bool rules = false;            // leave doubtful merges to stewards (only with the household class)
  size_t threads = 1;
};

// Keeps its buffers from run to run. Not thread-safe.
class ComponentResolver {
 public:
  // Both pointers must outlive the object.
  ComponentResolver(const PairComparer* comparer, const PairScorer* scorer, const ResolveOptions& options);

  struct Result {
    std::vector<uint32_t> labels;    // by place: the smallest place of its cluster
    std::vector<ReviewPair> review;  // places; no special order
  };
  // Resolves a component of edges at or above the floor. One over the limit has its floor raised step by step until
  // every part is within it; what no floor can cut is left to its must-links.
  void Resolve(const Subgraph& graph, Result& result);

  // The review pair of two final clusters that no edge connects, from all their pairs; none if it scores too little.
  // `labels` says which nodes of `graph` belong together (two values); its edges are the known pairs between them.
  std::optional<ReviewPair> ReviewBetween(Subgraph& graph, std::span<const uint32_t> labels);

  struct Stats {
    uint64_t cut = 0;         // components over the limit
    uint64_t unresolved = 0;  // parts that no floor could cut
  };
  [[nodiscard]] const Stats& stats() const { return stats_; }

 private:
  struct Part {
    Subgraph graph;
    std::vector<uint32_t> places;  // in the whole
    double floor = 0;
  };
  static std::vector<Part> Cut(const Part& whole, double floor);
  void Run(const Part& part, Result& result);

  const ResolveOptions options_;
  Agglomerator agglomerator_;
  Agglomerator pool_;  // merges nothing
  std::vector<uint32_t> labels_;
  std::vector<ReviewPair> review_;
  Stats stats_;
};

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_RESOLVE_COMPONENT_H_
