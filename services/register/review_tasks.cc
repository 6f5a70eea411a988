#include "services/register/review_tasks.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <span>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "base/hash.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "services/register/codec.h"
#include "services/register/decision_store.h"
#include "services/register/reviews.h"
#include "services/tasks/task_store.h"
#include "storage/keys.h"

namespace wensum::registry {
namespace {

using storage::Family;

constexpr int kMostRecords = 64;  // of one person

// Pairs that the score alone left open wait their turn; where the evidence contradicts itself, a steward is needed
// more.
tasks::Priority PriorityOf(matching::ReviewReason reason) {
  switch (reason) {
    case matching::ReviewReason::kContested:
    case matching::ReviewReason::kUnique:
      return tasks::Priority::kHigh;
    default:
      return tasks::Priority::kNormal;
  }
}

void AddWords(std::string_view text, std::set<std::string>& facts) {
  for (const std::string_view word : Split(text, ' ')) {
    if (!word.empty()) {
      facts.insert(Cat("w", ToLowerAscii(word)));
    }
  }
}

void AddName(const model::PersonName& name, std::set<std::string>& facts) {
  AddWords(name.forenames, facts);
  AddWords(name.surname, facts);
  AddWords(name.full, facts);
}

absl::Status AddFacts(const storage::Reader& reader, uint32_t reg, uint64_t ordinal, std::set<std::string>& facts) {
  WENSUM_ASSIGN_OR_RETURN(const auto value, reader.Get(Family::kSource, storage::SourceKey(reg, ordinal)));
  const std::string what = Cat("source record ", ordinal);
  if (!value.has_value()) {
    return DataLoss(Cat(what, " is missing; run `wensum verify`"));
  }
  WENSUM_ASSIGN_OR_RETURN(const DecodedSource source, DecodeSource(*value, what));
  const model::PersonDetails& details = source.record.details;
  AddName(details.name, facts);
  for (const model::PersonName& name : details.other_names) {
    AddName(name, facts);
  }
  if (!details.date_of_birth.empty()) {
    facts.insert(Cat("b", PackDate(details.date_of_birth)));
  }
  if (!details.ni_number.empty()) {
    facts.insert(Cat("n", details.ni_number));
  }
  for (const model::Identifier& identifier : details.identifiers) {
    facts.insert(Cat("i", identifier.type, "=", identifier.value));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::set<std::string>> FactsOfRecords(const storage::Reader& reader, uint32_t reg,
                                                     std::span<const uint64_t> members) {
  std::set<std::string> facts;
  for (const uint64_t member : members.first(std::min<size_t>(members.size(), kMostRecords))) {
    WENSUM_RETURN_IF_ERROR(AddFacts(reader, reg, member, facts));
  }
  return facts;
}

absl::StatusOr<uint64_t> PersonEvidence(const storage::Reader& reader, uint32_t reg, uint64_t id) {
  WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> members, PersonRecords(reader, reg, id));
  WENSUM_ASSIGN_OR_RETURN(const std::set<std::string> facts, FactsOfRecords(reader, reg, members));
  uint64_t hash = 0;
  for (const std::string& fact : facts) {
    hash = HashCombine(hash, Hash64(fact));
  }
  return hash;
}

std::vector<uint64_t> Hashes(const std::set<std::string>& facts) {
  std::set<uint64_t> hashes;
  for (const std::string& fact : facts) {
    hashes.insert(Hash64(fact));
  }
  return {hashes.begin(), hashes.end()};
}

// The side of a decision that names the record; null if none does.
const storage::v1::DecisionSide* SideOf(const storage::v1::LinkDecision& decision, uint64_t record) {
  const auto found = std::ranges::find_if(decision.sides(), [record](const storage::v1::DecisionSide& side) {
    return std::ranges::binary_search(side.records(), record);
  });
  return found == decision.sides().end() ? nullptr : &*found;
}

}  // namespace

absl::StatusOr<std::vector<uint64_t>> PersonRecords(const storage::Reader& reader, uint32_t reg, uint64_t id) {
  storage::v1::Entity entity;
  for (uint64_t at = id, step = 0; step < 2; ++step) {  // an anchor never redirects
    WENSUM_ASSIGN_OR_RETURN(const auto value, reader.Get(Family::kEntity, storage::EntityKey(reg, at)));
    if (!value.has_value()) {
      return DataLoss(Cat("entity ", at, " is missing; run `wensum verify`"));
    }
    WENSUM_ASSIGN_OR_RETURN(entity, DecodeEntity(*value, Cat("entity ", at)));
    at = entity.redirect();
    if (at == 0) {
      break;
    }
  }
  std::vector<uint64_t> members;
  for (const storage::v1::Member& member : entity.members()) {
    members.push_back(member.ordinal());
  }
  std::ranges::sort(members);
  return members;
}

std::string ReviewCause(const matching::RecordReview& review) { return Cat(review.a, "+", review.b); }

tasks::Condition ReviewCondition(const matching::RecordReview& review, std::string_view model_version,
                                 std::pair<uint64_t, uint64_t> anchors) {
  tasks::Condition condition;
  condition.kind = tasks::TaskKind::kPossibleMatch;
  condition.cause = ReviewCause(review);
  condition.subject = Cat(std::min(anchors.first, anchors.second), "+", std::max(anchors.first, anchors.second));
  condition.priority = PriorityOf(review.reason);
  storage::v1::PossibleMatchFacts& facts = *condition.facts.mutable_possible_match();
  facts.set_a(review.a);
  facts.set_b(review.b);
  facts.set_score(review.score);
  facts.set_reason(static_cast<uint32_t>(review.reason));
  facts.set_model_version(std::string(model_version));
  condition.names = {{tasks::NameType::kRecord, review.a}, {tasks::NameType::kRecord, review.b}};
  return condition;
}

absl::StatusOr<uint64_t> ReviewEvidence(const storage::Reader& reader, uint32_t reg, uint64_t a, uint64_t b) {
  WENSUM_ASSIGN_OR_RETURN(const uint64_t of_a, PersonEvidence(reader, reg, a));
  WENSUM_ASSIGN_OR_RETURN(const uint64_t of_b, PersonEvidence(reader, reg, b));
  return HashCombine(std::min(of_a, of_b), std::max(of_a, of_b));
}

absl::StatusOr<std::vector<uint64_t>> RecordFacts(const storage::Reader& reader, uint32_t reg, uint64_t ordinal) {
  WENSUM_ASSIGN_OR_RETURN(const std::set<std::string> facts, FactsOfRecords(reader, reg, {&ordinal, 1}));
  return Hashes(facts);
}

absl::StatusOr<std::vector<uint64_t>> PersonFacts(const storage::Reader& reader, uint32_t reg,
                                                  std::span<const uint64_t> records) {
  WENSUM_ASSIGN_OR_RETURN(const std::set<std::string> facts, FactsOfRecords(reader, reg, records));
  return Hashes(facts);
}

absl::StatusOr<bool> IsAnswered(const storage::Reader& reader, uint32_t reg, const DecisionTable& decisions,
                                const matching::RecordReview& review) {
  WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> of_a, PersonRecords(reader, reg, review.a));
  WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> of_b, PersonRecords(reader, reg, review.b));
  std::map<uint64_t, std::pair<uint64_t, uint64_t>> parting;  // by decision: a record of each
  for (const uint64_t a : of_a) {
    for (const DecisionTable::Neighbour& other : decisions.LinksOf(static_cast<matching::RecordId>(a))) {
      if (other.effect.kind == DecisionTable::Kind::kCannot && std::ranges::binary_search(of_b, other.record)) {
        parting.try_emplace(other.effect.decision, a, other.record);
      }
    }
  }
  for (const auto& [number, records] : parting) {
    WENSUM_ASSIGN_OR_RETURN(const storage::v1::LinkDecision decision, ReadDecision(reader, reg, number));
    const storage::v1::DecisionSide* const side_a = SideOf(decision, records.first);
    const storage::v1::DecisionSide* const side_b = SideOf(decision, records.second);
    if (side_a == nullptr || side_b == nullptr) {
      continue;
    }
    WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> facts_a, PersonFacts(reader, reg, of_a));
    WENSUM_ASSIGN_OR_RETURN(const std::vector<uint64_t> facts_b, PersonFacts(reader, reg, of_b));
    if (std::ranges::includes(side_a->facts(), facts_a) && std::ranges::includes(side_b->facts(), facts_b)) {
      return true;
    }
  }
  return false;
}

absl::Status CheckReviewTasks(const storage::Reader& reader, uint32_t reg, const DecisionTable& decisions,
                              const std::function<void(std::string)>& differ) {
  WENSUM_ASSIGN_OR_RETURN(const std::vector<ReviewPair> pairs,
                          ReadReviews(reader, reg, 0, 0, std::numeric_limits<size_t>::max()));
  absl::flat_hash_set<std::string> causes;
  for (const ReviewPair& pair : pairs) {
    const std::string cause = ReviewCause(pair.review);
    if (pair.review.reason == matching::ReviewReason::kDistinct && decisions.size() > 0) {
      WENSUM_ASSIGN_OR_RETURN(const bool answered, IsAnswered(reader, reg, decisions, pair.review));
      if (answered) {
        continue;
      }
    }
    causes.insert(cause);
    WENSUM_ASSIGN_OR_RETURN(const auto number, tasks::FindByCause(reader, reg, tasks::TaskKind::kPossibleMatch, cause));
    if (!number.has_value()) {
      differ(Cat("review pair ", cause, " holds no task"));
      continue;
    }
    const absl::StatusOr<tasks::Task> task = tasks::ReadTask(reader, reg, *number);
    if (!task.ok()) {
      differ(std::string(Message(task.status())));
      continue;
    }
    const tasks::Condition expected = ReviewCondition(pair.review, pair.model_version, {});
    if (expected.facts.possible_match().SerializeAsString() != task->facts().possible_match().SerializeAsString() ||
        static_cast<uint32_t>(expected.priority) != task->priority()) {
      differ(Cat(tasks::TaskName(*number), " says something else than its review pair ", cause));
    }
  }
  WENSUM_ASSIGN_OR_RETURN(const auto held, tasks::ListCauses(reader, reg, tasks::TaskKind::kPossibleMatch));
  for (const auto& [cause, number] : held) {
    if (!causes.contains(cause)) {
      differ(
          Cat(tasks::TaskName(number), " is held by the review pair ", cause, ", which is not there or is answered"));
    }
  }
  return absl::OkStatus();
}

}  // namespace wensum::registry
