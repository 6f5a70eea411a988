// A register that recomputes everything after every commit: the textbook version of services/register.
#ifndef WENSUM_TESTS_REFERENCE_NAIVE_REGISTER_H_
#define WENSUM_TESTS_REFERENCE_NAIVE_REGISTER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "matching/address/address_index.h"
#include "matching/person/default_model.h"
#include "matching/resolve/live_reviews.h"
#include "matching/score/linkage_model.h"
#include "matching/survive/survivorship.h"
#include "services/register/mutation.h"
#include "services/register/rules.h"

namespace wensum::registry {

// Keeps the accepted records and the gazetteer's rows and derives all else with fresh indexes: a new AddressIndex, a
// resolution by the batch engine and golden records from scratch for each commit. Of the gazetteer it knows streets,
// descriptors, BLPUs and LPIs in DTF 7.3, which is what its tests use. Request ids, import runs and failures of the
// store are not modelled.
class NaiveRegister {
 public:
  explicit NaiveRegister(RegisterRules rules) : rules_(std::move(rules)), model_(*matching::DefaultPersonModel()) {}

  struct Source {
    absl::StatusCode status = absl::StatusCode::kOk;
    WriteOutcome outcome = WriteOutcome::kNone;
    uint64_t ordinal = 0;
    uint64_t anchor = 0;
    uint64_t revision = 0;
  };
  struct Row {
    bool ok = true;
    WriteOutcome outcome = WriteOutcome::kNone;
  };
  struct Result {
    absl::StatusCode status = absl::StatusCode::kOk;
    std::vector<Source> sources;
    std::vector<Row> rows;
  };
  // What Register::Commit must answer, for a commit at time `now`.
  Result Commit(const Mutation& mutation, TimeMicros now);
  // A change of rules. `revision` is the register's after it: whether golden records changed is not modelled.
  void SetRules(RegisterRules rules, uint64_t revision);

  // A record that was ever received.
  struct Record {
    uint64_t ordinal = 0;
    bool live = false;
    uint64_t revision = 0;
    TimeMicros sent_time = 0;  // as the source gave it
    model::SourceRecord record;
    std::vector<matching::ResolvedAddress> resolved;  // of the newest commit, if live
    // Updates that look like another person.
    using Said = std::tuple<model::RecordKind, model::PersonDetails, std::vector<model::Relation>>;
    std::vector<Said> waiting;
  };
  [[nodiscard]] const std::map<model::SourceKey, Record>& records() const { return records_; }
  [[nodiscard]] uint64_t revision() const { return revision_; }
  [[nodiscard]] uint64_t minted() const { return by_ordinal_.size(); }

  // The entities: ordinals of their members, sorted, by first member.
  [[nodiscard]] const std::vector<std::vector<uint64_t>>& partition() const { return partition_; }
  // The pairs of people that wait for a steward, by their records, the smaller ordinal first; sorted.
  [[nodiscard]] const std::vector<matching::RecordReview>& reviews() const { return reviews_; }
  // Since which revision the pair has been one, by its records.
  [[nodiscard]] uint64_t OpenSince(const matching::RecordReview& review) const {
    return open_since_.at({review.a, review.b});
  }
  // The partition as source keys.
  [[nodiscard]] std::vector<std::vector<model::SourceKey>> PartitionByKey() const;
  // The id that an entity is known by, and the one that any id ever minted resolves to.
  [[nodiscard]] uint64_t AnchorOf(const std::vector<uint64_t>& members) const;
  [[nodiscard]] uint64_t Resolve(uint64_t id) const;
  // The golden record of an entity for a purpose.
  [[nodiscard]] matching::GoldenRecord Golden(const std::vector<uint64_t>& members, int purpose) const;

  [[nodiscard]] uint64_t live_records() const;
  [[nodiscard]] std::map<std::string, uint64_t> live_by_source() const;
  [[nodiscard]] uint64_t properties() const;
  [[nodiscard]] uint64_t streets() const;

 private:
  // Record type, UPRN or USRN, and what tells its rows apart.
  using RowKey = std::tuple<int, uint64_t, std::string>;

  // Writes that share one commit.
  struct Slice {
    std::vector<uint64_t> erased;
    std::vector<uint64_t> revived;
    bool changed = false;
    std::vector<size_t> sources;  // indexes of the mutation
  };

  static RowKey KeyOf(const model::GazetteerRow& row);
  Source Check(const SourceWrite& write, TimeMicros now, SourceWrite* canonical) const;
  void CheckAtomic(const Mutation& mutation, TimeMicros now, Result& result) const;
  Row Apply(const GazetteerWrite& write);
  Source Apply(const SourceWrite& write, TimeMicros now, Slice& slice);
  // True if the update waits, since it looks like another person than the record.
  bool Hold(const model::SourceRecord& next, bool same, Record& record, Slice& slice) const;
  void Finish(Slice& slice, Result& result);

  [[nodiscard]] std::unique_ptr<matching::address::AddressIndex> BuildAddresses() const;
  void ResolveAddresses();
  void MoveIds(const Slice& slice);
  // `revision`: that makes it so.
  void Partition(uint64_t revision);
  [[nodiscard]] const Record& At(uint64_t ordinal) const { return *by_ordinal_[ordinal - 1]; }

  RegisterRules rules_;
  const matching::LinkageModel model_;
  uint64_t revision_ = 0;
  std::map<model::SourceKey, Record> records_;
  std::vector<const Record*> by_ordinal_;  // pointees in records_
  std::map<RowKey, model::GazetteerRow> rows_;
  std::vector<std::vector<uint64_t>> partition_;
  std::vector<matching::RecordReview> reviews_;
  std::map<std::pair<uint64_t, uint64_t>, uint64_t> open_since_;
  std::map<uint64_t, uint64_t> holder_;  // by id: the record that holds it
};

}  // namespace wensum::registry

#endif  // WENSUM_TESTS_REFERENCE_NAIVE_REGISTER_H_
