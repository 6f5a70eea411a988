#include "services/register/address_questions.h"

#include <algorithm>

#include "base/hash.h"
#include "base/mutex.h"
#include "base/status_macros.h"
#include "base/strings.h"
#include "matching/address/learnt/text_form.h"
#include "services/register/learnt_addresses.h"
#include "services/tasks/task_store.h"
#include "storage/address_keys.h"
#include "storage/keys.h"

namespace wensum::registry {
namespace {

using matching::address::Outcome;
using storage::Family;

constexpr size_t kCandidates = 5;

// Where nothing is near, there is little that a steward can do at once.
tasks::Priority PriorityOfOutcome(uint8_t outcome) {
  const auto of = static_cast<Outcome>(outcome);
  return of == Outcome::kNone || of == Outcome::kStreetOnly ? tasks::Priority::kLow : tasks::Priority::kNormal;
}

}  // namespace

bool IsUnresolved(uint8_t outcome) {
  switch (static_cast<Outcome>(outcome)) {
    case Outcome::kAmbiguous:
    case Outcome::kParent:
    case Outcome::kChildMissing:
    case Outcome::kStreetOnly:
    case Outcome::kNone:
      return true;
    default:
      return false;
  }
}

std::vector<AddressQuestion> QuestionsOf(const Core& core, const DecodedSource* source) {
  std::vector<AddressQuestion> questions;
  if (source == nullptr || source->state.deleted || source->record.kind == model::RecordKind::kProperty) {
    return questions;
  }
  const auto& addresses = source->record.details.addresses;
  const auto& resolved = source->state.resolved_addresses;
  for (size_t i = 0; i < addresses.size() && i < resolved.size(); ++i) {
    if (!IsUnresolved(resolved[i].outcome)) {
      continue;
    }
    const std::string form = matching::address::TextForm(addresses[i].text, addresses[i].postcode.ToString());
    if (!form.empty()) {
      questions.push_back({.hash = HashForm(core, form), .address = i});
    }
  }
  std::ranges::stable_sort(questions, {}, &AddressQuestion::hash);
  const auto same = std::ranges::unique(questions, {}, &AddressQuestion::hash);
  questions.erase(same.begin(), same.end());
  return questions;
}

tasks::Condition AddressCondition(const AddressQuestion& question, uint64_t ordinal, const DecodedSource& source,
                                  const Indexes& indexes) {
  const model::PersonAddress& address = source.record.details.addresses[question.address];
  const uint8_t outcome = source.state.resolved_addresses[question.address].outcome;
  matching::address::Match match;
  {
    ReaderLock lock(indexes.address_mutex);
    match = indexes.addresses->FindMatch({.text = address.text, .postcode = address.postcode.ToString()},
                                         {.max_candidates = kCandidates});
  }
  tasks::Condition condition;
  condition.kind = tasks::TaskKind::kUnresolvedAddress;
  condition.cause = HexEncode(question.hash);
  condition.subject = condition.cause;
  condition.priority = PriorityOfOutcome(outcome);
  condition.names = {{tasks::NameType::kRecord, ordinal}};
  storage::v1::UnresolvedAddressFacts& facts = *condition.facts.mutable_unresolved_address();
  facts.set_ordinal(ordinal);
  facts.set_text(address.text);
  facts.set_postcode(address.postcode.ToString());
  facts.set_outcome(outcome);
  facts.set_none_reason(static_cast<uint32_t>(match.none_reason));
  std::vector<uint64_t> uprns;
  for (const matching::address::Candidate& candidate : match.candidates) {
    storage::v1::AddressCandidateFacts& added = *facts.add_candidates();
    added.set_uprn(candidate.uprn);
    added.set_score(candidate.score);
    added.set_contradictions(candidate.contradictions);
    uprns.push_back(candidate.uprn);
  }
  // Which properties there are to choose from: not how near they are, which moves with every name.
  std::ranges::sort(uprns);
  condition.evidence = outcome;
  for (const uint64_t uprn : uprns) {
    condition.evidence = HashCombine(condition.evidence, uprn);
  }
  return condition;
}

absl::StatusOr<std::vector<uint64_t>> ListAskers(const storage::Reader& reader, uint32_t reg, std::string_view hash,
                                                 uint64_t after, size_t limit) {
  std::vector<uint64_t> ordinals;
  const auto it =
      reader.NewIterator(Family::kCrosswalk, storage::PrefixRange(storage::UnresolvedAddressPrefix(reg, hash)));
  for (it->Seek(storage::UnresolvedAddressKey(reg, hash, after + 1)); it->Valid() && ordinals.size() < limit;
       it->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const storage::UnresolvedAddressParts parts, storage::ParseUnresolvedAddressKey(it->key()));
    ordinals.push_back(parts.ordinal);
  }
  WENSUM_RETURN_IF_ERROR(it->status());
  return ordinals;
}

std::string HashOfCause(std::string_view cause) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hash;
  for (size_t i = 0; i + 1 < cause.size(); i += 2) {
    const size_t high = kDigits.find(cause[i]);
    const size_t low = kDigits.find(cause[i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) {
      return "";
    }
    hash.push_back(static_cast<char>(high * 16 + low));
  }
  return cause.size() == 2 * storage::kHashSize ? hash : std::string();
}

void AddressQuestionCheck::Add(uint64_t ordinal, const DecodedSource& source,
                               const std::vector<AddressQuestion>& questions) {
  for (const AddressQuestion& question : questions) {
    askers_.emplace(question.hash, ordinal);
    const auto [at, added] = questions_.try_emplace(question.hash);
    if (added || ordinal < at->second.ordinal) {
      const model::PersonAddress& address = source.record.details.addresses[question.address];
      at->second = {.ordinal = ordinal,
                    .text = address.text,
                    .postcode = address.postcode.ToString(),
                    .outcome = source.state.resolved_addresses[question.address].outcome};
    }
  }
}

absl::Status AddressQuestionCheck::CheckTask(const storage::Reader& reader, uint32_t reg, const std::string& cause,
                                             const First& first, const std::function<void(std::string)>& differ) const {
  WENSUM_ASSIGN_OR_RETURN(const auto number,
                          tasks::FindByCause(reader, reg, tasks::TaskKind::kUnresolvedAddress, cause));
  if (!number.has_value()) {
    differ(Cat("an unresolved address of source record ", first.ordinal, " holds no task"));
    return absl::OkStatus();
  }
  const absl::StatusOr<tasks::Task> task = tasks::ReadTask(reader, reg, *number);
  if (!task.ok()) {
    differ(std::string(Message(task.status())));
    return absl::OkStatus();
  }
  // The candidates are those of the revision that the facts name: what is near may move while the answer stays.
  const storage::v1::UnresolvedAddressFacts& facts = task->facts().unresolved_address();
  if (facts.ordinal() != first.ordinal || facts.text() != first.text || facts.postcode() != first.postcode ||
      facts.outcome() != first.outcome || task->priority() != static_cast<uint32_t>(PriorityOfOutcome(first.outcome))) {
    differ(Cat(tasks::TaskName(*number), " says something else than the address of source record ", first.ordinal));
  }
  return absl::OkStatus();
}

absl::Status AddressQuestionCheck::Run(const storage::Reader& reader, uint32_t reg,
                                       const std::function<void(std::string)>& differ) {
  const auto it = reader.NewIterator(Family::kCrosswalk, storage::PrefixRange(storage::UnresolvedAddressesPrefix(reg)));
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    WENSUM_ASSIGN_OR_RETURN(const storage::UnresolvedAddressParts parts, storage::ParseUnresolvedAddressKey(it->key()));
    if (askers_.erase({std::string(parts.hash), parts.ordinal}) == 0) {
      differ(Cat("source record ", parts.ordinal, " is listed under an unresolved address and should not be"));
    }
  }
  WENSUM_RETURN_IF_ERROR(it->status());
  for (const auto& [hash, ordinal] : askers_) {
    differ(Cat("source record ", ordinal, " is not listed under its unresolved address"));
  }
  for (const auto& [hash, first] : questions_) {
    WENSUM_RETURN_IF_ERROR(CheckTask(reader, reg, HexEncode(hash), first, differ));
  }
  WENSUM_ASSIGN_OR_RETURN(const auto held, tasks::ListCauses(reader, reg, tasks::TaskKind::kUnresolvedAddress));
  for (const auto& [cause, number] : held) {
    if (!questions_.contains(HashOfCause(cause))) {
      differ(Cat(tasks::TaskName(number), " is held by an unresolved address that no record has"));
    }
  }
  return absl::OkStatus();
}

}  // namespace wensum::registry
