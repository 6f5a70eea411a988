// Rulesets as they are stored: versions of the rules of survivorship, and when each was in force.
#ifndef WENSUM_SERVICES_REGISTER_RULESET_STORE_H_
#define WENSUM_SERVICES_REGISTER_RULESET_STORE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "services/register/rules.h"
#include "storage/store.h"
#include "wensum/storage/v1/rulesets.pb.h"

namespace wensum::registry {

struct Core;

inline constexpr uint32_t kRulesetFormat = 1;

// Values are stored and equal those of wensum.v1.Ruleset.Origin.
enum class RulesetOrigin : uint8_t { kConfiguration = 1, kApi = 2 };
// What follows from the rest of a ruleset. Values equal those of wensum.v1.Ruleset.State.
enum class RulesetState : uint8_t { kDraft = 1, kScheduled = 2, kInForce = 3, kSuperseded = 4, kWithdrawn = 5 };
RulesetState StateOf(const storage::v1::Ruleset& ruleset);

// "rulesets/7"
std::string RulesetName(uint64_t number);

// All of them, by number. DATA_LOSS if one cannot be read, here and below. There are few: each is a text of some KB.
absl::StatusOr<std::vector<storage::v1::Ruleset>> ListRulesets(const storage::Reader& reader, uint32_t reg);
// NOT_FOUND if there is none of that number.
absl::StatusOr<storage::v1::Ruleset> ReadRuleset(const storage::Reader& reader, uint32_t reg, uint64_t number);
// The one in force; nullopt in data from before rulesets. Reads all of them.
absl::StatusOr<std::optional<storage::v1::Ruleset>> RulesetInForce(const storage::Reader& reader, uint32_t reg);
void PutRuleset(uint32_t reg, const storage::v1::Ruleset& ruleset, storage::WriteBatch& batch);

absl::StatusOr<std::optional<storage::v1::RulesetTrial>> ReadRulesetTrial(const storage::Reader& reader, uint32_t reg,
                                                                          uint64_t ruleset);
void PutRulesetTrial(uint32_t reg, const storage::v1::RulesetTrial& trial, storage::WriteBatch& batch);

// Who does what, and in which commit.
struct RulesetAct {
  std::string_view actor;
  std::string_view caller;
  uint64_t revision = 0;
  TimeMicros time = 0;
};
// Begins a time in force of `ruleset`, and ends that of `former`, which may be null. Its schedule is done with.
void PutInForce(const RulesetAct& act, storage::v1::Ruleset& ruleset, storage::v1::Ruleset* former);

// The rules of a stored ruleset under the configuration of today. FAILED_PRECONDITION, saying what to mend, if its text
// does not fit it: a source that it names was taken out.
absl::StatusOr<std::shared_ptr<const Survivorship>> SurvivorshipOf(const storage::v1::Ruleset& ruleset,
                                                                   const RegisterRules& rules);

// What an opening register goes by.
struct RulesetAtStart {
  // The one in force: that of the configuration if its survivorship is new, else the one that was in force before.
  std::shared_ptr<const Survivorship> survivorship;
  // The configuration's came into force instead of another.
  bool changed = false;
  // To be stored once golden records are in line with it; `added` has no revision and time in force yet.
  std::optional<storage::v1::Ruleset> added;
  std::optional<storage::v1::Ruleset> former;
};
absl::StatusOr<RulesetAtStart> ChooseRuleset(const storage::Reader& reader, uint32_t reg, const RegisterRules& rules);
// The writes of what was added, as in force from this revision on.
storage::WriteBatch WritesOfStart(RulesetAtStart start, uint32_t reg, uint64_t revision, TimeMicros now);

// Calls `differ` with a sentence for each fault among the stored rulesets: numbers with gaps, times in force that
// overlap or leave one out, two that are scheduled, one in force that the register does not go by. Returns what the
// stored one in force says, or what the register goes by if there is no telling.
absl::StatusOr<std::shared_ptr<const Survivorship>> VerifyRulesets(const Core& core, const storage::Reader& reader,
                                                                   uint64_t revision,
                                                                   const std::function<void(std::string)>& differ);

}  // namespace wensum::registry

#endif  // WENSUM_SERVICES_REGISTER_RULESET_STORE_H_
