// The person matcher: keeps the records that take part in matching, finds candidates, scores them, and says which
// records are one person. Pure: no I/O, no clock; the partition is a function of the set of records and the model
// alone, whatever the order and grouping of the changes that led there.
#ifndef WENSUM_MATCHING_RESOLVE_PERSON_MATCHER_H_
#define WENSUM_MATCHING_RESOLVE_PERSON_MATCHER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "matching/score/model.h"
#include "matching/standardise.h"

namespace wensum::matching {

// A record's number: dense, from 1, in the order first seen. Never part of any decision, only a name.
using RecordId = uint32_t;

// Not thread-safe for writing: Apply and Load need exclusive access; the const members may run concurrently with each
// other.
class PersonMatcher {
 public:
  struct Change {
    RecordId id = 0;
    std::optional<PersonFeatures> features;  // nullopt: the record is gone
  };

  // A steward's decision about two records. It is in force while both are present and may be given before they are.
  struct Link {
    enum class Kind : uint8_t {
      kNone = 0,    // no decision any more
      kMust = 1,    // one person, whatever the scores
      kCannot = 2,  // two people: their clusters never merge by themselves
    };
    RecordId a = 0;
    RecordId b = 0;
    Kind kind = Kind::kNone;
  };

  struct Outcome {
    // The final clusters of every record whose cluster may have changed, and of all who share a cluster with them; each
    // sorted, the list sorted by first member. Removed records are in none.
    std::vector<std::vector<RecordId>> clusters;
    uint64_t pairs_scored = 0;
  };

  // `model` must outlive the matcher.
  explicit PersonMatcher(const PersonModel* model);
  ~PersonMatcher();
  PersonMatcher(const PersonMatcher&) = delete;
  PersonMatcher& operator=(const PersonMatcher&) = delete;

  // Adds records whose clusters are already known, without scoring a pair (edges are found again when a change touches
  // them). For start-up, piece by piece: their numbers ascend, and are above all that are there. `clusters` gives the
  // smallest member of each record's cluster. Uses up to `threads` threads.
  void Load(std::vector<std::pair<RecordId, PersonFeatures>> records, std::span<const RecordId> clusters,
            size_t threads, std::span<const Link> links = {});

  // Applies the changes together and re-resolves what they touch. Applying the reverse changes restores the former
  // partition. A change or link that repeats an earlier one of the same list replaces it.
  Outcome Apply(std::vector<Change> changes, std::span<const Link> links = {});

  // Every cluster, each sorted, sorted by first member. Costs a pass over all records.
  [[nodiscard]] std::vector<std::vector<RecordId>> Clusters() const;

  struct Candidate {
    RecordId id = 0;
    double weight = 0;       // log2 odds
    double probability = 0;  // 2^weight / (1 + 2^weight)
  };
  // The best `limit` records that share a candidate key with the query, best first (ties by id). For Resolve: what
  // would match.
  [[nodiscard]] std::vector<Candidate> FindCandidates(const PersonFeatures& query, size_t limit) const;
  // Records that fit a search by part of a name, date of birth or postcode: hub keys are used too, up to `budget`
  // postings. The caller ranks them (see SearchScore in standardise.h) after it has looked at what the reader may see.
  [[nodiscard]] std::vector<RecordId> SearchCandidates(const PersonFeatures& query, size_t budget) const;
  // The smallest member of the record's cluster; the record must be present.
  [[nodiscard]] RecordId ClusterOf(RecordId id) const;

  [[nodiscard]] size_t size() const;
  [[nodiscard]] size_t memory_bytes() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_RESOLVE_PERSON_MATCHER_H_
