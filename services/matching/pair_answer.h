// What two records say of one another, as the API tells it: what the purpose may not know is left out.
#ifndef WENSUM_SERVICES_MATCHING_PAIR_ANSWER_H_
#define WENSUM_SERVICES_MATCHING_PAIR_ANSWER_H_

#include <string>

#include "base/opaque_id.h"
#include "services/convert/sight.h"
#include "services/register/register.h"
#include "wensum/v1/matching.pb.h"

namespace wensum::match {

// A record, and what the caller's purpose may see of it.
struct SeenRecord {
  registry::SourceVersion version;
  convert::Sight sight;

  SeenRecord(registry::SourceVersion version_in, int purpose_bit)
      : version(std::move(version_in)), sight(version.record, purpose_bit) {}
};

// What records are called in sentences: "council tax 12345".
[[nodiscard]] std::string RecordLabel(const model::SourceKey& key);

// True if there is an attribute that the purpose may not see of both.
[[nodiscard]] bool Withheld(const SeenRecord& a, const SeenRecord& b);
// How well the two fit as far as the purpose can see, to choose among pairs: the score if nothing is withheld.
[[nodiscard]] double SeenStrength(const SeenRecord& a, const SeenRecord& b, const registry::PairExplanation& pair);

// Fills an empty `out`, without its revision. The purpose may know of both records. `sees_everything`: see
// convert::SeesEverything; `pair` then tells of all records of the two people.
void ToPairExplanation(const OpaqueIdCodec& ids, const SeenRecord& a, const SeenRecord& b,
                       const registry::PairExplanation& pair, bool sees_everything, v1::PairExplanation& out);

}  // namespace wensum::match

#endif  // WENSUM_SERVICES_MATCHING_PAIR_ANSWER_H_
