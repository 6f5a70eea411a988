// Which records of one component are one person.
#ifndef WENSUM_MATCHING_RESOLVE_CLUSTER_H_
#define WENSUM_MATCHING_RESOLVE_CLUSTER_H_

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "matching/score/evidence.h"
#include "matching/score/model.h"

namespace wensum::matching {

// Records that edges and must-links connect. Nodes are numbered 0 .. size - 1 in an order that depends on the records'
// content alone (content rank, then tie break), so that the result does too.
struct Component {
  using NodePair = std::pair<uint32_t, uint32_t>;

  uint32_t size = 0;
  // Compares two nodes. Called at most a few times for each pair.
  std::function<Evidence(uint32_t, uint32_t)> compare;
  // All pairs with a score of at least the model's edge floor. Read only if size exceeds the component limit.
  std::vector<NodePair> edges;
  std::vector<NodePair> must_links;
  std::vector<NodePair> cannot_links;
};

// The label of each node: the smallest node of its cluster.
//
// Agglomeration with pooled evidence. Between two clusters each field's weight is the power mean (exponent 0.75 over
// the odds) of the weights of all cross pairs that could be compared in it, so that one record's gap is filled by
// another's value; a field that disagrees over more pairs than the larger cluster has records counts for more. The best
// pair of clusters at or above the merge threshold merges first, ties going to the smaller nodes, until none is left.
// Not merged, and left to stewards, are clusters
// - with a pair in conflict (Evidence::conflict, a score below the conflict floor, or a cannot-link) between them;
// - whose forenames say little (initials, missing) unless birth, numbers or email speak for one person;
// - that share neither date of birth, number, nor contact, unless they agree on full name and home;
// - that are ambiguous: another cluster fits one of them about as well but contradicts the other.
// Must-links join whatever the scores, and win over cannot-links between the same clusters.
//
// A component of more nodes than the model's limit is first cut at a floor raised by 1 until each part is within the
// limit; a part that no floor cuts keeps only its must-links. Quadratic in the nodes of a part, times a logarithm.
std::vector<uint32_t> ResolveComponent(const Component& component, const PersonModel& model);

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_RESOLVE_CLUSTER_H_
