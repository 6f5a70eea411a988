// From scored pairs to entities: components of edges, each resolved by itself.
#ifndef WENSUM_MATCHING_RESOLVE_RESOLUTION_H_
#define WENSUM_MATCHING_RESOLVE_RESOLUTION_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "matching/resolve/component.h"
#include "matching/schema/record_set.h"
#include "matching/score/pair_scorer.h"

namespace wensum::matching {

// Stewards' decisions about pairs of records.
struct PairDecisions {
  std::vector<std::pair<RecordIndex, RecordIndex>> must_links;
  std::vector<std::pair<RecordIndex, RecordIndex>> cannot_links;
};

struct Resolution {
  // By record: the smallest record of its entity.
  std::vector<RecordIndex> labels;
  // Cluster pairs from the review threshold up that were not merged, in order of records.
  std::vector<ReviewPair> review;

  struct Stats {
    uint64_t edges = 0;              // pairs of contents
    uint64_t components = 0;         // of at least two nodes
    uint64_t largest_component = 0;  // nodes, before any floor was raised
    double mean_component = 0;       // as a node sees it: sum of squares over nodes
    uint64_t cut_components = 0;     // over the limit
    uint64_t unresolved_parts = 0;   // that no floor could cut: left to must-links alone
  };
  Stats stats;
};

// How entities came together.
struct ResolutionTrace {
  std::vector<RecordIndex> node;  // by record: the first of those that it stood together with from the start
  // Merges of the clusters named by two such records; those of one entity in order.
  std::vector<MergeStep> steps;
};

// Resolves all records at once. `pairs` holds every pair of contents that matters, each named by any records of the
// two, in any order: those at or above the edge floor, and below it those worth a review. Two records of one content
// stand for pairs of equal content, without which these make none.
//
// Records of equal content make a node (SplitIntoNodes) if two of them would merge by themselves; what is not together
// then stands for itself. A content with more nodes than a key may have holders makes no pairs: it says too little to
// tell its records apart, and whom else they may be. The result is a function of the set of pairs, the decisions and
// the model: neither threads nor orders matter. A component is resolved from its own records, edges and decisions
// alone, so a change elsewhere cannot alter it. `trace`, if given, is set.
Resolution ResolveRecords(const RecordSet& records, const PairComparer& comparer, const PairScorer& scorer,
                          std::vector<ScoredPair> pairs, const PairDecisions& decisions, const ResolveOptions& options,
                          ResolutionTrace* trace = nullptr);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_RESOLVE_RESOLUTION_H_
