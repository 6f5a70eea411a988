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
  uint32_t component_limit = 0;  // see ComponentResolver::WithinLimit; 0: none
  bool rules = false;            // leave doubtful merges to stewards (only with the household class)
  size_t threads = 1;
};

// What is resolved at a time is a part: what the edges that reach a floor, and must-links, connect, contents whole. The
// floor is the lowest, from the edge floor on in steps of one, at which the part that a content lies in is within the
// limit; so parts do not overlap, and a part is found from any of its contents.
// Keeps its buffers from run to run. Not thread-safe.
class ComponentResolver {
 public:
  // Both pointers must outlive the object.
  ComponentResolver(const PairComparer* comparer, const PairScorer* scorer, const ResolveOptions& options);

  struct Result {
    std::vector<uint32_t> labels;    // by node: the smallest node of its cluster
    std::vector<ReviewPair> review;  // nodes; no special order
  };
  // Resolves one or several components of edges at or above the edge floor, part by part.
  void Resolve(const Subgraph& graph, Result& result);
  // Resolves one part. One that no floor could cut is left to its must-links.
  void ResolvePart(const Subgraph& part, Result& result);

  [[nodiscard]] double FloorAt(uint32_t step) const { return options_.edge_floor + step; }
  [[nodiscard]] bool IsLastStep(uint32_t step) const { return FloorAt(step) >= kHighestFloor; }
  // What a content of so many nodes adds to the size of a part: they, or 1 if they are too many to make pairs.
  [[nodiscard]] uint32_t SizeOf(uint32_t nodes) const { return IsCrowd(nodes) ? 1 : nodes; }
  [[nodiscard]] bool IsCrowd(uint32_t nodes) const { return nodes > scorer_->parameters().rules.hub_cap; }
  [[nodiscard]] bool WithinLimit(uint64_t size) const {
    return options_.component_limit == 0 || size <= options_.component_limit;
  }

  // The review pair of two final clusters, from all their pairs; none if it scores too little. See Agglomerator::Judge.
  std::optional<ReviewPair> ReviewBetween(const Subgraph& graph, std::span<const uint32_t> labels, bool distinct);
  // The same whatever it scores.
  ReviewPair Judge(const Subgraph& graph, std::span<const uint32_t> labels, bool distinct) {
    return agglomerator_.Judge(graph, labels, distinct);
  }

  // The score of two records of equal content, as edges have it.
  [[nodiscard]] double SelfScore(Row row) const;
  // True if two records of equal content, and nothing else, would merge. Of a content with more than hub_cap records
  // only if it has a date or a code: John Smith five hundred times in one postcode is not one man.
  bool MergesWithItself(Row row, uint32_t records);

  // See Agglomerator::Trace.
  void Trace(std::vector<MergeStep>* steps) {
    steps_ = steps;
    agglomerator_.Trace(steps);
  }

  struct Stats {
    uint64_t cut = 0;         // components over the limit, of those given to Resolve
    uint64_t unresolved = 0;  // parts that no floor could cut
  };
  [[nodiscard]] const Stats& stats() const { return stats_; }

 private:
  static constexpr double kHighestFloor = 60;

  struct Part {
    Subgraph graph;
    std::vector<uint32_t> places;  // of its nodes in the whole
    uint32_t step = 0;
  };
  [[nodiscard]] bool Fits(const Subgraph& graph) const;
  [[nodiscard]] std::vector<Part> Cut(const Part& whole, uint32_t step) const;
  void Run(const Part& part, Result& result);

  const PairComparer* comparer_;
  const PairScorer* scorer_;
  const ResolveOptions options_;
  Agglomerator agglomerator_;
  Result of_part_;
  std::vector<MergeStep>* steps_ = nullptr;
  Stats stats_;
};

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_RESOLVE_COMPONENT_H_
