// All live records of one state of a register, ready for the batch engine.
#ifndef WENSUM_SERVICES_REGISTER_RECORD_BATCH_H_
#define WENSUM_SERVICES_REGISTER_RECORD_BATCH_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "matching/resolve/candidate_pairs.h"
#include "matching/resolve/resolution.h"
#include "matching/retrieve/candidate_index.h"
#include "matching/schema/record_set.h"
#include "matching/score/linkage_model.h"
#include "services/register/core.h"
#include "services/register/model_work.h"
#include "storage/store.h"

namespace wensum::registry {

// Not thread-safe; runs threads of its own. For the same model its result is that of the live matcher.
class RecordBatch {
 public:
  struct Options {
    bool with_nameless = true;  // organisations and records that name nobody
  };
  // Reads the newest state. `core` must outlive the batch. CANCELLED if the hooks say so.
  static absl::StatusOr<std::unique_ptr<RecordBatch>> Read(const Core& core, const Options& options,
                                                           const WorkHooks& hooks);

  [[nodiscard]] const storage::Snapshot& snapshot() const { return *snapshot_; }
  [[nodiscard]] uint64_t revision() const { return revision_; }
  [[nodiscard]] uint64_t last_ordinal() const { return last_ordinal_; }
  [[nodiscard]] const matching::RecordSet& records() const { return records_; }
  [[nodiscard]] uint64_t ordinal(matching::RecordIndex record) const { return ordinals_[record]; }

  // The pairs that these rules make candidates. Kept until other rules are asked for.
  matching::CandidatePairs& PairsFor(const matching::ResolutionRules& rules);

  struct Resolved {
    matching::Resolution resolution;
    std::vector<matching::ScoredPair> edges;  // pairs of records that score at least 0, if asked for
  };
  Resolved Resolve(const matching::LinkageModel& model, bool with_edges);

 private:
  RecordBatch(const Core& core, const Options& options);

  absl::Status Fill(const WorkHooks& hooks);
  absl::Status ReadDecisions();

  const Core& core_;
  const Options options_;
  std::unique_ptr<storage::Snapshot> snapshot_;
  uint64_t revision_ = 0;
  uint64_t last_ordinal_ = 0;
  matching::RecordSet records_;
  std::vector<uint64_t> ordinals_;  // by record
  matching::PairDecisions decisions_;
  // Of the rules asked for last.
  matching::KeyCaps caps_;
  uint32_t richness_ = 0;
  std::unique_ptr<matching::CandidateIndex> index_;
  std::unique_ptr<matching::PairComparer> comparer_;
  std::unique_ptr<matching::CandidatePairs> pairs_;
};

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_RECORD_BATCH_H_
