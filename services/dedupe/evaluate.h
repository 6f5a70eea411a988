// `wensum people evaluate`: how well clusters fit the truth.
#ifndef WENSUM_SERVICES_DEDUPE_EVALUATE_H_
#define WENSUM_SERVICES_DEDUPE_EVALUATE_H_

#include <string>

#include "absl/status/statusor.h"
#include "services/dedupe/truth.h"

namespace wensum::dedupe {

struct EvaluateOptions {
  std::string clusters;  // as `people dedupe` writes them
  TruthOptions truth;
  std::string pairs;   // optional: as `people dedupe` writes them, for the fit of single pairs at p >= 0.5
  std::string review;  // optional: as `people dedupe` writes them, for the fit after a perfect review
};

// The figures as JSON text. A record of the truth that is in no cluster counts as alone; a record that the truth does
// not know is INVALID_ARGUMENT. The perfect reviewer joins the two entities of a pair if the records that name them are
// one person's, and leaves all else as it is.
absl::StatusOr<std::string> Evaluate(const EvaluateOptions& options);

}  // namespace wensum::dedupe

#endif  // WENSUM_SERVICES_DEDUPE_EVALUATE_H_
