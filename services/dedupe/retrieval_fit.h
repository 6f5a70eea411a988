// How much of the truth candidate retrieval lets through.
#ifndef WENSUM_SERVICES_DEDUPE_RETRIEVAL_FIT_H_
#define WENSUM_SERVICES_DEDUPE_RETRIEVAL_FIT_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "matching/retrieve/candidate_index.h"
#include "matching/schema/record_set.h"
#include "services/dedupe/truth.h"

namespace wensum::dedupe {

// Elfeky, Verykios and Elmagarmid, TAILOR: A Record Linkage Toolbox (ICDE 2002).
struct RetrievalFit {
  uint64_t true_pairs = 0;  // pairs of records of one person
  uint64_t found = 0;       // of them, those that are candidates or say the same
  double pairs_completeness = 1;
  double pairs_quality = 0;    // of the candidates, those of one person
  double reduction_ratio = 1;  // of all pairs, those that are no candidates
};

// `candidates`: how many pairs of records there are (CandidatePairs::size). INVALID_ARGUMENT if the truth does not know
// a record.
absl::StatusOr<RetrievalFit> FitOf(const matching::RecordSet& records, const matching::CandidateIndex& index,
                                   uint64_t candidates, const Truth& truth);

}  // namespace wensum::dedupe

#endif  // WENSUM_SERVICES_DEDUPE_RETRIEVAL_FIT_H_
