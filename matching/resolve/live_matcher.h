// The live person matcher: keeps the records that take part in matching and says, after every change, which of them are
// one person. Pure: no I/O, no clock. After any sequence of changes the partition and the review pairs are those that
// ResolveRecords gives for the records that are present, with the same model, decisions and rules: neither the order
// nor the grouping of the changes nor the number of threads matters.
#ifndef WENSUM_MATCHING_RESOLVE_LIVE_MATCHER_H_
#define WENSUM_MATCHING_RESOLVE_LIVE_MATCHER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "matching/resolve/cohesion.h"
#include "matching/resolve/live_records.h"
#include "matching/resolve/live_reviews.h"
#include "matching/score/linkage_model.h"

namespace wensum::matching {

// Not thread-safe for writing: Apply and Load need exclusive access; the const members may run concurrently with each
// other. Values that no record has any more are kept until the matcher is made anew.
class LiveMatcher {
 public:
  struct Change {
    RecordId id = 0;
    std::optional<LinkageRecord> record;  // nullopt: the record is gone
  };
  using Link = RecordLink;

  struct Outcome {
    // The final clusters of every record whose cluster may have changed, and of all who share a cluster with them; each
    // sorted, the list sorted by first member. Removed records are in none.
    std::vector<std::vector<RecordId>> clusters;
    // The review pairs that are new or have another score or reason, and those that are no more. Sorted.
    std::vector<RecordReview> reviews;
    std::vector<RecordReview> reviews_gone;
    uint64_t pairs_scored = 0;
  };

  // `model` must outlive the matcher.
  explicit LiveMatcher(const LinkageModel* model, size_t threads = 1);
  ~LiveMatcher();
  LiveMatcher(const LiveMatcher&) = delete;
  LiveMatcher& operator=(const LiveMatcher&) = delete;

  // Adds records whose clusters are already known, without scoring a pair: neighbours are found again when a change
  // touches them. For start-up, piece by piece: their numbers ascend, and are above all that are there. `clusters`
  // gives the smallest member of each record's cluster. `reviews` are the review pairs that are known: give each with
  // the piece that holds the later of its records.
  void Load(std::span<const std::pair<RecordId, LinkageRecord>> records, std::span<const RecordId> clusters,
            std::span<const Link> links = {}, std::span<const RecordReview> reviews = {});

  // Neighbours that Load left to be found when a change touches them, for a time when nothing else is to be done: a
  // touched record then costs half as much. FindCold finds those of up to `limit` contents, some 50 to 100 us each, and
  // changes nothing; Keep keeps them. Between the two nothing may change. What Apply reports does not depend on either.
  class ColdNeighbours {
   public:
    ColdNeighbours();
    ~ColdNeighbours();
    ColdNeighbours(ColdNeighbours&&) noexcept;
    ColdNeighbours& operator=(ColdNeighbours&&) noexcept;
    [[nodiscard]] bool empty() const;  // then none are left

   private:
    friend class LiveMatcher;
    struct Found;
    std::unique_ptr<Found> found_;
  };
  [[nodiscard]] ColdNeighbours FindCold(size_t limit) const;
  void Keep(ColdNeighbours found);

  // Applies the changes together and re-resolves what they touch. Applying the reverse changes restores the former
  // result. A change or link that repeats an earlier one of the same list replaces it.
  Outcome Apply(std::vector<Change> changes, std::span<const Link> links = {});

  // Every cluster, each sorted, sorted by first member. Costs a pass over all records.
  [[nodiscard]] std::vector<std::vector<RecordId>> Clusters() const;
  [[nodiscard]] std::vector<RecordReview> Reviews() const;
  // Those with a cluster that the record names, in no order; good until the next change.
  [[nodiscard]] std::span<const RecordReview> ReviewsOf(RecordId id) const;
  // The smallest member of the record's cluster; the record must be present.
  [[nodiscard]] RecordId ClusterOf(RecordId id) const;
  [[nodiscard]] bool Has(RecordId id) const;

  struct Candidate {
    RecordId id = 0;
    double score = 0;        // log2 odds of being one person
    double probability = 0;  // of the same
    LevelVector levels = 0;  // by attribute, see LevelsOf
  };
  // The best `limit` records that share a candidate key with the query (values as in LinkageRecord), best first.
  [[nodiscard]] std::vector<Candidate> FindCandidates(std::span<const std::string> values, size_t limit) const;

  // Records that fit a search by part of a name, date, postcode or code: one that sounds alike, in whatever role. Keys
  // that many hold count too, up to `budget` postings, the rarest key first. The caller ranks them after it has looked
  // at what the reader may see.
  [[nodiscard]] std::vector<RecordId> SearchCandidates(std::span<const std::string> values, size_t budget) const;

  struct AttributeEvidence {
    std::string attribute;
    LevelIndex level = kNullLevel;  // of LevelsOf(type)
    std::string_view level_name;
    double random = 0;      // weight against "two people at random", frequency and dependence included
    double household = 0;   // weight against "two people of one household"; 0 if the class is off
    double frequency = 0;   // what the values' frequencies add to `random`
    double dependence = 0;  // what the level of another attribute adds to `random`
    // How much rarer than usual the values are on which the two agree, or nearly agree, log2: 2 means a quarter as many
    // people have them as an agreement by chance would have it. 0 on levels where frequencies have no say.
    double rarity = 0;
  };
  // Pairs of records of two clusters that an explanation weighs: more would keep Apply waiting for readers.
  static constexpr uint64_t kMostJudgedPairs = 250'000;
  struct Explanation {
    std::string model_version;
    std::vector<AttributeEvidence> attributes;
    double prior = 0;            // log2 odds against "at random"
    double household_prior = 0;  // against a housemate
    double random = 0;           // totals, priors included
    double household = 0;
    ScoreCalibration calibration;
    double score = 0;  // of the pair alone
    double probability = 0;
    bool is_candidate = false;  // they share a key that few hold, or all values
    bool is_edge = false;       // and score at least the edge floor
    bool crowded = false;       // so many records say what one of them says that it makes no pairs
    bool says_nothing = false;  // one of them has no value at all, as organisations have none
    // What would keep the two from merging, were they alone: kScore if nothing but, perhaps, the score.
    ReviewReason refusal = ReviewReason::kScore;
    bool same_cluster = false;
    // Of the clusters of the two, all their records taken together; as of the pair alone if `clusters_judged` is false,
    // or there are no other records. In the fixed-point arithmetic of the resolution, as review pairs are.
    uint32_t cluster_records = 0;  // of both
    // False if that was not asked for, or they make more than kMostJudgedPairs.
    bool clusters_judged = false;
    double cluster_score = 0;
    ReviewReason cluster_refusal = ReviewReason::kScore;
    bool clusters_compared = false;  // a record of the one and a record of the other make a pair
  };
  // Why two present records are one person, or are not. `with_clusters`: what all their records say too, which costs
  // about a microsecond for each pair of them; of clusters with more than kMostJudgedPairs it is left out.
  [[nodiscard]] Explanation Explain(RecordId a, RecordId b, bool with_clusters = true) const;

  struct Step {
    // The clusters that merged, each named by its first record in order of content and key.
    RecordId a = 0;
    RecordId b = 0;
    double score = 0;
    bool decided = false;  // by a steward; else by the score
    bool equal = false;    // records that say the same: they stand together from the start
  };
  // How the record's cluster came together, step by step.
  [[nodiscard]] std::vector<Step> ExplainCluster(RecordId id) const;

  struct Unusual {
    RecordId first = 0;  // the smallest record
    uint32_t records = 0;
    Cohesion cohesion;
  };
  // The cluster of a present record, unusual or not. Of fewer than `least` contents nothing is weighed. Weighs up to
  // some 2,000 pairs, a microsecond each.
  [[nodiscard]] Unusual LookAt(RecordId id, uint32_t least) const;
  struct UnusualPage {
    std::vector<Unusual> clusters;
    RecordId last = 0;  // all clusters with a smallest record up to it have been looked at; 0: and there are no more
  };
  // The clusters whose smallest record is after `after` that are many or loose, at most `limit`, in order. Weighs up to
  // `budget` clusters and pairs together, some microseconds each, and may return fewer then, though there are more.
  [[nodiscard]] UnusualPage FindUnusual(RecordId after, const UnusualBounds& bounds, size_t limit,
                                        uint64_t budget) const;

  // Of those resolved since Load, in contents; of a component over the limit, its parts.
  struct Components {
    uint64_t largest = 0;
    double mean = 0;   // as a content sees it
    uint64_t cut = 0;  // contents of components over the limit
  };
  [[nodiscard]] Components components() const;

  struct Stats {
    uint64_t records = 0;
    uint64_t contents = 0;  // records of equal content count once
    uint64_t edges = 0;     // that are known: Load finds none
    Components components;
    uint64_t keys = 0;       // distinct
    uint64_t hub_keys = 0;   // distinct keys that more than hub_cap contents hold
    uint64_t crossings = 0;  // how often a key became a hub or ceased to be one
    uint64_t reviews = 0;
  };
  // Costs a pass over all contents.
  [[nodiscard]] Stats stats() const;
  [[nodiscard]] size_t size() const;
  [[nodiscard]] size_t memory_bytes() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_RESOLVE_LIVE_MATCHER_H_
