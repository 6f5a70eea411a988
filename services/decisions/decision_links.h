// From people and groups of records to the pairs that a decision joins or parts. Pure.
#ifndef WENSUM_SERVICES_DECISIONS_DECISION_LINKS_H_
#define WENSUM_SERVICES_DECISIONS_DECISION_LINKS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "matching/resolve/live_records.h"
#include "services/register/decision_table.h"

namespace wensum::decisions {

using Records = std::vector<uint64_t>;  // ordinals
using Links = std::vector<matching::RecordLink>;

// Pairs that one decision may join or part.
inline constexpr size_t kMostLinks = 10'000;

// Must-links between all of these records, and `held` beside them: of no pair of these.
Links JoinAll(std::span<const uint64_t> records, Links held);
// Must-links that hold a person together whose records the evidence alone joins: between the record `namer` and one of
// each group of others that decisions do not connect with it. So a merge of two people loses no record of either, and
// what earlier decisions join stays theirs to part again.
Links HoldTogether(const registry::DecisionTable& decisions, uint64_t namer, const Records& records);
// Cannot-links between all records of different sides, which share none. nullopt if there are more than kMostLinks.
std::optional<Links> PartAll(std::span<const Records> sides);

// Every group with the records that must-links connect with it, at last through records of no group: such a record goes
// to the group that reaches it over the fewest, of several to the first. So a deleted record that returns connects
// nothing that was parted. Each ascending.
std::vector<Records> WithAbsent(const registry::DecisionTable& decisions, std::span<const Records> groups);

// The decisions that join a record of the one with a record of the other; empty if none do.
std::vector<uint64_t> JoinedBy(const registry::DecisionTable& decisions, const Records& a, const Records& b);
// The first decision that parts a record of the one from a record of the other; 0 if none does.
uint64_t PartedBy(const registry::DecisionTable& decisions, const Records& a, const Records& b);

}  // namespace wensum::decisions

#endif  // WENSUM_SERVICES_DECISIONS_DECISION_LINKS_H_
