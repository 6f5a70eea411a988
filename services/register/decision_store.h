// Stewards' decisions as they are stored.
#ifndef WENSUM_SERVICES_REGISTER_DECISION_STORE_H_
#define WENSUM_SERVICES_REGISTER_DECISION_STORE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/register/decision_table.h"
#include "services/register/value_decisions.h"
#include "storage/store.h"
#include "wensum/storage/v1/decisions.pb.h"

namespace wensum::registry {

// Values are stored and equal those of wensum.v1.Decision.Operation.
enum class DecisionOperation : uint8_t {
  kMerge = 1,
  kUnmerge = 2,
  kSplit = 3,
  kDistinct = 4,
  // About values: no links.
  kPin = 5,
  kIgnore = 6,
  kOverride = 7,
  kRecordOfTruth = 8,
  // About held updates: no links.
  kTakeUpdate = 9,
  kDropUpdate = 10,
  kNewPerson = 11,
};
// Values are stored and equal those of wensum.v1.DecisionRetraction.Cause.
enum class RetractionCause : uint8_t { kSteward = 0, kTime = 1, kReasserted = 2 };

// The newest that is read. 1: of links; 2: about a value; 3: about held updates; 4: about an address or identifier, or
// pins a value of a list. Programs that know of none do not read them.
inline constexpr uint32_t kDecisionFormat = 4;
// The least that `decision` can be stored in.
uint32_t FormatOfDecision(const storage::v1::LinkDecision& decision);

// "decisions/7"
std::string DecisionName(uint64_t number);

std::vector<matching::RecordLink> LinksOf(const storage::v1::LinkDecision& decision);
[[nodiscard]] inline bool IsRetracted(const storage::v1::LinkDecision& decision) { return decision.has_retraction(); }

// DATA_LOSS if a value cannot be read, here and below. NOT_FOUND if there is no such decision.
absl::StatusOr<storage::v1::LinkDecision> ReadDecision(const storage::Reader& reader, uint32_t reg, uint64_t number);
// 0 if there is none.
absl::StatusOr<uint64_t> NewestDecision(const storage::Reader& reader, uint32_t reg);
// Numbers of the decisions that name a record, ascending.
absl::StatusOr<std::vector<uint64_t>> DecisionsOfRecord(const storage::Reader& reader, uint32_t reg, uint64_t ordinal);

// Records that decisions in force belong to which give a person a home at this UPRN: ordinals above `after`, whether
// the records are live or not, ascending, each once, at most `limit`.
absl::StatusOr<std::vector<uint64_t>> ListGivenHomes(const storage::Reader& reader, uint32_t reg, uint64_t uprn,
                                                     uint64_t after, size_t limit);

// The value, and the row that lists the home that it gives, which goes if the decision is retracted; with `listings`
// also the rows that list it under its records, for a decision that is new.
void PutDecision(uint32_t reg, const storage::v1::LinkDecision& decision, bool listings, storage::WriteBatch& batch);

// All of them, into an empty table; those about values into `values`, if it is not null.
absl::StatusOr<DecisionTable> LoadDecisions(const storage::Reader& reader, uint32_t reg,
                                            ValueDecisions* values = nullptr);

// For data from before given homes were listed: adds the rows of all decisions to `batch`; returns their number.
absl::StatusOr<uint64_t> ListAllGivenHomes(const storage::Reader& reader, uint32_t reg, storage::WriteBatch& batch);

// Calls `differ` with a sentence for each decision that is missing, names records above `last_ordinal`, is of a later
// revision, or is not listed as it should be; and if two contradict each other. Returns what could be read, and adds
// it to `values`.
absl::StatusOr<DecisionTable> VerifyDecisions(const storage::Reader& reader, uint32_t reg, uint64_t revision,
                                              uint64_t last_ordinal, const std::function<void(std::string)>& differ,
                                              ValueDecisions& values);

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_DECISION_STORE_H_
