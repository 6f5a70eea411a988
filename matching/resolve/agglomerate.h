// Agglomeration of one component by pooled evidence.
#ifndef WENSUM_MATCHING_RESOLVE_AGGLOMERATE_H_
#define WENSUM_MATCHING_RESOLVE_AGGLOMERATE_H_

#include <cstdint>
#include <queue>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "matching/schema/value_store.h"
#include "matching/score/pair_levels.h"
#include "matching/score/pair_scorer.h"

namespace wensum::matching {

// A pair with its comparison levels (PairComparer's) and score. a > b.
struct ScoredPair {
  uint32_t a = 0;
  uint32_t b = 0;
  float score = 0;
  LevelVector levels = 0;
};

// Why two clusters that belong together by their score, or nearly, were left apart. Values are stored: never renumber.
enum class ReviewReason : uint8_t {
  kScore,         // between the review and the merge threshold
  kUndated,       // no date was compared, and no code agreed
  kDateConflict,  // the dates speak for two members of one household
  kGivenName,     // no given name was compared, or it hardly tells housemates apart
  kDistinct,      // a steward has said, or a source has declared, that they are two people
  kUnique,        // they differ in what a person has but one of (Attribute::unique)
  kContested,     // one of them fits somebody else as well, or too large a component was cut between them
};
inline constexpr size_t kReviewReasons = 7;
std::string_view ReviewReasonName(ReviewReason reason);

// Two final clusters for a steward, each named by its smallest record; a > b.
struct ReviewPair {
  uint32_t a = 0;
  uint32_t b = 0;
  double score = 0;
  ReviewReason reason = ReviewReason::kScore;

  friend bool operator==(const ReviewPair&, const ReviewPair&) = default;
};

// Which records of one content stand together from the start: all that no decision and no `once` keeps apart, if
// `together` (they would merge by themselves); else each stands alone. So do those with a decision about them. By
// record, in the order of their keys: `once` (0: none), and `decided`. Sets `node` to each record's node, numbered by
// their first records; returns the number of nodes.
uint32_t SplitIntoNodes(std::span<const uint32_t> once, std::span<const uint8_t> decided, bool together,
                        std::vector<uint32_t>& node);

// Records and what connects them: all that a resolution needs besides the model. Records that stand together from the
// start make a node, the nodes of one content a group. Nodes are in the order of their first records by content and
// key: it breaks ties.
struct Subgraph {
  struct Node {
    Row row;
    uint32_t records = 1;
  };
  std::vector<Node> nodes;
  std::vector<uint32_t> groups;                             // the first node of each
  std::vector<std::pair<uint32_t, uint32_t>> once;          // node and RecordSet::once of its records; ascending
  std::vector<ScoredPair> edges;                            // of groups, for all pairs of their nodes; a >= b
  std::vector<std::pair<uint32_t, uint32_t>> must_links;    // of nodes
  std::vector<std::pair<uint32_t, uint32_t>> cannot_links;  // of nodes

  [[nodiscard]] uint32_t size() const { return static_cast<uint32_t>(nodes.size()); }
  [[nodiscard]] uint32_t GroupEnd(uint32_t group) const {
    return group + 1 < groups.size() ? groups[group + 1] : size();
  }
  [[nodiscard]] uint32_t GroupSize(uint32_t group) const { return GroupEnd(group) - groups[group]; }
  // Appends a group. `once` and `node` are by record, as in SplitIntoNodes.
  void AddGroup(Row row, std::span<const uint32_t> record_once, std::span<const uint32_t> record_node,
                uint32_t node_count);
};

// One merge, of the clusters named by their smallest nodes.
struct MergeStep {
  uint32_t a = 0;
  uint32_t b = 0;
  double score = 0;
  bool decided = false;  // by a must-link
};

// Between two clusters each attribute's weight is the power mean (exponent 0.75 over the odds) of the weights of all
// cross pairs of records that were compared in it, so that one record's gap is filled by another's value; of given
// names the pairs with a mere initial count only if there is no other. An attribute that disagrees over more pairs than
// the larger cluster has records counts for more: established entities that keep disagreeing are two people. The best
// pair of clusters at or above the merge threshold merges first, ties going to the smaller nodes, until none is left.
// Must-links are joined first, whatever they score. Clusters with a cannot-link or the same `once` source between them
// never merge. Where the model's household class is on and `rules` is true, merges refused by the rules for dates,
// given names and undated pairs (person resolution note, P7) are left to stewards, and so are those of a cluster that
// fits a third one about as well, where given names, dates, numbers, sources or all evidence together say that the
// second and the third are two people ("J Smith" of a household of John and Jane). So are, in any case, those of
// clusters of which a unique attribute was compared and no pair of values agreed, be it but for one edit.
//
// Sums are integers and ties are broken by node, so the result is a function of the subgraph. Keeps its buffers from
// run to run. Not thread-safe. Cost: about a microsecond for each cross pair of clusters that edges connect.
class Agglomerator {
 public:
  // Both must outlive the object.
  Agglomerator(const PairComparer* comparer, const PairScorer* scorer, double merge_threshold, bool rules);

  // Sets `labels` to the smallest node of each node's cluster, and appends the cluster pairs for review, as nodes.
  void Run(const Subgraph& graph, std::vector<uint32_t>& labels, std::vector<ReviewPair>& review);

  // The verdict on two clusters, from all pairs of their nodes. `labels` says which nodes of `graph` belong together,
  // with two values; its edges and decisions are not looked at. `distinct`: a decision keeps the clusters apart. The
  // reason is kScore if nothing but the score keeps them apart.
  ReviewPair Judge(const Subgraph& graph, std::span<const uint32_t> labels, bool distinct);

  // Under which reason a pair that stays apart is shown to stewards: kContested where its score would do and no rule is
  // against it. A function of the two clusters, so that it does not matter how the pair was found.
  [[nodiscard]] ReviewReason FinalReason(ReviewReason reason, double score) const;

  // From now on the merges are appended to `steps`, in order; null: no more.
  void Trace(std::vector<MergeStep>* steps) { steps_ = steps; }

 private:
  struct Neighbour {
    uint32_t cluster;
    uint32_t link;
  };
  struct Cluster {
    std::vector<uint32_t> members;  // nodes, ascending; empty: merged into another
    uint32_t records = 0;
    std::vector<Neighbour> neighbours;  // ascending
    std::vector<uint32_t> once;         // ascending
    std::vector<uint32_t> cannot;       // nodes
  };
  struct Link {
    uint32_t a = 0;  // clusters, a < b
    uint32_t b = 0;
    uint32_t version = 0;
    bool dead = false;
  };
  struct Merge {
    double score;
    uint32_t a;
    uint32_t b;
    uint32_t link;
    uint32_t version;
    // std::priority_queue: the greatest comes first.
    friend bool operator<(const Merge& x, const Merge& y) {
      if (x.score != y.score) return x.score < y.score;
      return std::pair(x.a, x.b) > std::pair(y.a, y.b);
    }
  };
  struct Pooled {
    double random = 0;  // prior included
    double household = 0;
    double score = 0;
    bool dated = false;         // a date was compared, or a code agreed
    bool named = false;         // a given name was compared
    double date_household = 0;  // the lowest weight of a date against the household class
    double given_household = 0;
    bool given_doubtful = false;  // given names no nearer than Kyra and Kyla
  };

  void Reset(const Subgraph& graph);
  void Start(const Subgraph& graph);
  uint32_t NewLink(uint32_t a, uint32_t b);
  void AddPair(uint32_t link, uint32_t x, uint32_t y);
  void AddWeights(uint32_t link, const PairWeights& weights, uint32_t x, uint32_t y);
  void AddCrossPairs(uint32_t link, const std::vector<uint32_t>& xs, const std::vector<uint32_t>& ys);
  [[nodiscard]] Pooled Pool(const Link& link, uint32_t link_index) const;
  void Offer(uint32_t link);
  void Join(uint32_t a, uint32_t b);
  void Reattach(uint32_t cluster, uint32_t a, uint32_t b, uint32_t link);
  [[nodiscard]] bool Distinct(const Cluster& a, const Cluster& b) const;
  // The links' clusters differ in a unique attribute.
  [[nodiscard]] bool InConflict(uint32_t link) const;
  // The rule that keeps the pair from merging by itself; kScore: none.
  [[nodiscard]] ReviewReason RuleAgainst(const Pooled& pooled) const;
  [[nodiscard]] bool Contested(uint32_t link, double score);
  [[nodiscard]] bool AreTwoPeople(uint32_t a, uint32_t b);
  [[nodiscard]] ReviewReason ReasonAgainst(uint32_t link, const Pooled& pooled) const;
  void Finish(std::vector<uint32_t>& labels, std::vector<ReviewPair>& review);

  const PairComparer* comparer_;
  const PairScorer* scorer_;
  const double merge_threshold_;
  const bool rules_;
  const bool household_;
  const size_t width_;
  std::vector<size_t> counted_;  // attributes that are codes or unique
  // The attributes, and apart from the given name the pairs of which a side has but an initial.
  const size_t columns_;
  // Numbers a link: by column the count, the sum against random, the sum against household; then how many pairs
  // agree in each of the counted attributes.
  size_t stride_;
  int given_ = -1;
  std::vector<bool> is_date_;
  std::vector<bool> is_code_;
  std::vector<bool> is_unique_;

  const Subgraph* graph_ = nullptr;
  std::vector<Cluster> clusters_;  // by smallest node; at least as many as the graph has nodes
  std::vector<uint32_t> cluster_of_;
  std::vector<Link> links_;
  std::vector<int64_t> sums_;
  std::priority_queue<Merge> queue_;
  std::vector<MergeStep>* steps_ = nullptr;
};

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_RESOLVE_AGGLOMERATE_H_
