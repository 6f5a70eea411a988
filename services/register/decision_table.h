// What stewards have decided about pairs of records, and what of it counts now.
#ifndef WENSUM_SERVICES_REGISTER_DECISION_TABLE_H_
#define WENSUM_SERVICES_REGISTER_DECISION_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "matching/resolve/live_records.h"

namespace wensum::registry {

// All decisions, retracted ones too. Of one pair of records the newest decision in force counts: its effective link.
// Records are named whether they are live or deleted, and need not be known. Pure; not thread-safe for writing.
//
// The table takes what it is given; who adds to it asks FindContradiction first, so that always: no two records that
// effective must-links connect, directly or through others, have an effective cannot-link.
class DecisionTable {
 public:
  using RecordId = matching::RecordId;
  using Link = matching::RecordLink;
  using Kind = matching::RecordLink::Kind;

  // Adds decision size() + 1. Of its links each pair is there once, and none is kNone.
  void Add(std::span<const Link> links, bool retracted = false);
  // Takes out decision size().
  void RemoveNewest();
  // `number` is 1 to size().
  void SetRetracted(uint64_t number, bool retracted);

  [[nodiscard]] uint64_t size() const { return decisions_.size(); }
  [[nodiscard]] bool retracted(uint64_t number) const { return decisions_[number - 1].retracted; }

  // What counts of a pair, and the decision that says so: kNone and 0 if none does.
  struct Effect {
    Kind kind = Kind::kNone;
    uint64_t decision = 0;
    friend bool operator==(const Effect&, const Effect&) = default;
  };
  [[nodiscard]] Effect Between(RecordId a, RecordId b) const;
  // The effective links of a record, by the other record.
  struct Neighbour {
    RecordId record = 0;
    Effect effect;
    friend bool operator==(const Neighbour&, const Neighbour&) = default;
  };
  [[nodiscard]] std::vector<Neighbour> LinksOf(RecordId record) const;
  // The effective link of some pair with the record is a cannot-link.
  [[nodiscard]] bool Parts(RecordId record) const;
  // The records that effective must-links connect with this one, itself among them. Ascending.
  [[nodiscard]] std::vector<RecordId> Joined(RecordId record) const;
  // The decisions of a shortest chain of effective must-links between two records, ascending; nullopt if none connects
  // them.
  [[nodiscard]] std::optional<std::vector<uint64_t>> ChainBetween(RecordId a, RecordId b) const;
  // Every effective link with a < b, ascending.
  [[nodiscard]] std::vector<Link> Links() const;

  // The pairs of which another kind counts once decision `retract` (0: none) is retracted and `links` are added as the
  // newest decision, with that kind; a < b, ascending.
  [[nodiscard]] std::vector<Link> ChangesOf(uint64_t retract, std::span<const Link> links) const;

  // Two records that must-links connect and a cannot-link parts.
  struct Contradiction {
    RecordId a = 0;  // a < b
    RecordId b = 0;
    uint64_t never = 0;           // the decision that parts them; 0: a changed link does
    std::vector<uint64_t> joins;  // the decisions of a shortest chain of must-links between them, but changed ones
  };
  // The first contradiction there would be if `changes`, as ChangesOf gives them, were made. Costs a walk over the
  // records that are connected with theirs.
  [[nodiscard]] std::optional<Contradiction> FindContradiction(std::span<const Link> changes) const;
  // The first one there is: none.
  [[nodiscard]] std::optional<Contradiction> FindContradiction() const;

 private:
  using Pair = std::pair<RecordId, RecordId>;  // the smaller first
  struct Decision {
    std::vector<Link> links;
    bool retracted = false;
  };
  class View;

  void Enter(uint64_t number);
  void Leave(uint64_t number);

  std::vector<Decision> decisions_;                                    // by number - 1
  absl::flat_hash_map<Pair, absl::InlinedVector<Effect, 1>> effects_;  // of decisions in force, the newest last
  absl::flat_hash_map<RecordId, std::vector<RecordId>> others_;        // by record: with whom it has some; ascending
};

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_DECISION_TABLE_H_
