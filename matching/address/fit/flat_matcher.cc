#include <string>

#include "matching/address/fit/address_matcher.h"
#include "matching/address/match/explain.h"
#include "matching/address/match/find.h"

namespace wensum::matching::address {
namespace {

using match::Found;

FlatOutcome OutcomeOf(match::Verdict verdict) {
  switch (verdict) {
    case match::Verdict::kMatched:
      return FlatOutcome::kMatched;
    case match::Verdict::kAmbiguous:
      return FlatOutcome::kAmbiguous;
    case match::Verdict::kParent:
      return FlatOutcome::kParent;
    case match::Verdict::kChildMissing:
      return FlatOutcome::kChildMissing;
    case match::Verdict::kStreetOnly:
      return FlatOutcome::kStreetOnly;
    case match::Verdict::kOutOfArea:
      return FlatOutcome::kOutOfArea;
    case match::Verdict::kContradicted:
    case match::Verdict::kWeak:
    case match::Verdict::kNothing:
      break;
  }
  return FlatOutcome::kNone;
}

// Whether the first hit is worth looking at: not where the street or the area alone is known, nor a sibling of a unit
// whose building is not listed by itself.
bool HasCandidate(FlatOutcome outcome, const Found& found) {
  switch (outcome) {
    case FlatOutcome::kStreetOnly:
    case FlatOutcome::kOutOfArea:
      return false;
    case FlatOutcome::kParent:
      return (found.hits[0].fit.flags & match::kOtherUnit) == 0;
    default:
      return true;
  }
}

class FlatMatcher : public AddressMatcher {
 public:
  // Twice over the list: first for what its places and streets are, then for its addresses.
  explicit FlatMatcher(const FlatGazetteer& gazetteer) {
    match::ListLearner learner(index_.names());
    for (const FlatGazetteer::Address& address : gazetteer.addresses) {
      learner.See(match::AddressLine(address.text, address.postcode, index_.mutable_names()));
    }
    index_.AddPlaces(learner.Places());
    for (const FlatGazetteer::Address& address : gazetteer.addresses) {
      const match::AddressLine line(address.text, address.postcode, index_.mutable_names());
      index_.Add(address.property, match::ReadRecord(line, index_.names(), &learner), /*historical=*/false);
    }
    index_.FinishBulk();
  }

  [[nodiscard]] FlatAnswer Match(std::string_view text, std::string_view postcode, bool want_reason) const override {
    const Found found = match::FindProperty(index_, text, postcode);
    FlatAnswer answer;
    answer.outcome = OutcomeOf(found.verdict);
    const auto property = [&](size_t i) {
      return i < found.hits.size() ? static_cast<uint32_t>(found.hits[i].property) : kNoProperty;
    };
    if (answer.outcome == FlatOutcome::kMatched) {
      answer.matched = property(0);
      answer.second = property(1);
      answer.strength = found.strength;
    } else if (HasCandidate(answer.outcome, found)) {
      answer.second = property(0);
    }
    if (want_reason) {
      answer.reason = match::Explain(found);
    }
    return answer;
  }

  [[nodiscard]] size_t memory_bytes() const override { return index_.memory_bytes(); }

 private:
  match::MatchIndex index_;
};

}  // namespace

std::string_view FlatOutcomeName(FlatOutcome outcome) {
  switch (outcome) {
    case FlatOutcome::kMatched:
      return "MATCHED";
    case FlatOutcome::kAmbiguous:
      return "AMBIGUOUS";
    case FlatOutcome::kParent:
      return "PARENT";
    case FlatOutcome::kChildMissing:
      return "CHILD_MISSING";
    case FlatOutcome::kStreetOnly:
      return "STREET_ONLY";
    case FlatOutcome::kOutOfArea:
      return "OUT_OF_AREA";
    case FlatOutcome::kNone:
      break;
  }
  return "NONE";
}

std::unique_ptr<AddressMatcher> MakeFlatMatcher(const FlatGazetteer& gazetteer) {
  return std::make_unique<FlatMatcher>(gazetteer);
}

}  // namespace wensum::matching::address
