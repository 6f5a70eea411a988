#include "matching/address/fit/typed_matcher.h"

#include <string>
#include <utility>

#include "base/strings.h"

namespace wensum::matching::address {
namespace {

FlatOutcome FlatOutcomeOf(Outcome outcome) {
  switch (outcome) {
    case Outcome::kMatched:
      return FlatOutcome::kMatched;
    case Outcome::kAmbiguous:
      return FlatOutcome::kAmbiguous;
    case Outcome::kParent:
      return FlatOutcome::kParent;
    case Outcome::kChildMissing:
      return FlatOutcome::kChildMissing;
    case Outcome::kStreetOnly:
      return FlatOutcome::kStreetOnly;
    case Outcome::kOutOfArea:
      return FlatOutcome::kOutOfArea;
    case Outcome::kNone:
    case Outcome::kUnspecified:
      break;
  }
  return FlatOutcome::kNone;
}

// The candidates that an answer shows: the match and its runner-up, or the best that was refused.
constexpr size_t kCandidates = 2;

}  // namespace

void ListedProperties::Add(const IndexedProperty& property, FlatGazetteer* list) {
  if (property.addresses.empty() || property.street_record) {
    return;
  }
  const auto id = static_cast<uint32_t>(list->ids.size());
  ids_.emplace(property.uprn, id);
  list->ids.push_back(Cat(property.uprn));
  for (PropertyAddress address : property.addresses) {
    const std::string postcode = std::exchange(address.postcode, {});
    list->addresses.push_back({id, FormatAddress(address), postcode});
  }
}

uint32_t ListedProperties::Find(uint64_t uprn) const {
  const auto found = ids_.find(uprn);
  return found == ids_.end() ? kNoProperty : found->second;
}

FlatAnswer ListedProperties::AnswerOf(address::Match match) const {
  FlatAnswer answer;
  answer.outcome = FlatOutcomeOf(match.outcome);
  answer.matched = Find(match.uprn);
  answer.strength = match.strength;
  for (const Candidate& candidate : match.candidates) {
    if (candidate.uprn != match.uprn && answer.second == kNoProperty) {
      answer.second = Find(candidate.uprn);
    }
  }
  switch (answer.outcome) {
    case FlatOutcome::kParent:
      answer.second = Find(match.parent_uprn);
      break;
    case FlatOutcome::kStreetOnly:
    case FlatOutcome::kOutOfArea:
      answer.second = kNoProperty;
      break;
    default:
      break;
  }
  answer.reason = std::move(match.reason);
  return answer;
}

size_t ListedProperties::memory_bytes() const { return ids_.capacity() * (sizeof(uint64_t) + sizeof(uint32_t) + 1); }

TypedMatcher::TypedMatcher() { index_.StartBulk(); }

void TypedMatcher::Add(const IndexedProperty& property, FlatGazetteer* list) {
  if (!property.addresses.empty() && !property.street_record) {
    index_.Upsert(property, nullptr);
  }
  listed_.Add(property, list);
}

void TypedMatcher::Add(const IndexedStreet& street) { index_.UpsertStreet(street, nullptr); }

void TypedMatcher::Finish() { index_.FinishBulk(); }

FlatAnswer TypedMatcher::Match(std::string_view text, std::string_view postcode, bool want_reason) const {
  FlatAnswer answer = listed_.AnswerOf(index_.FindMatch({.text = std::string(text), .postcode = std::string(postcode)},
                                                        {.max_candidates = kCandidates}));
  if (!want_reason) {
    answer.reason.clear();
  }
  return answer;
}

size_t TypedMatcher::memory_bytes() const { return index_.memory_bytes() + listed_.memory_bytes(); }

}  // namespace wensum::matching::address
