#include "matching/address/address_index.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "matching/address/address_catalogue.h"
#include "matching/address/match/explain.h"
#include "matching/address/match/find.h"
#include "matching/address/match/match_index.h"
#include "matching/address/typed_record.h"

namespace wensum::matching::address {
namespace {

using match::Found;
using match::Hit;
using match::NameWords;
using match::Verdict;

Outcome OutcomeOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kMatched:
      return Outcome::kMatched;
    case Verdict::kAmbiguous:
      return Outcome::kAmbiguous;
    case Verdict::kParent:
      return Outcome::kParent;
    case Verdict::kChildMissing:
      return Outcome::kChildMissing;
    case Verdict::kStreetOnly:
      return Outcome::kStreetOnly;
    case Verdict::kOutOfArea:
      return Outcome::kOutOfArea;
    case Verdict::kContradicted:
    case Verdict::kWeak:
    case Verdict::kNothing:
      break;
  }
  return Outcome::kNone;
}

NoneReason NoneReasonOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kContradicted:
      return NoneReason::kContradicted;
    case Verdict::kWeak:
      return NoneReason::kWeak;
    case Verdict::kNothing:
      return NoneReason::kNothing;
    default:
      return NoneReason::kUnspecified;
  }
}

// 0 to 1. A candidate that something rules out is worth half of what agrees.
double ScoreOf(const match::Fit& fit) {
  constexpr double kAllAgrees = 30;  // postcode, street, number and unit
  const double share = std::clamp(fit.score / kAllAgrees, 0.0, 1.0);
  return fit.flags == 0 ? share : share / 2;
}

void Refuse(std::string_view reason, bool want_reason, Match* match) {
  match->outcome = Outcome::kNone;
  match->none_reason = NoneReason::kExcluded;
  match->uprn = 0;
  match->historical = false;
  match->strength = 0;
  match->reason = want_reason ? std::string(reason) : std::string();
}

// Turns a match that is not sure enough into a question.
void AskInstead(bool want_reason, Match* match) {
  match->outcome = Outcome::kAmbiguous;
  match->uprn = 0;
  match->historical = false;
  match->strength = 0;
  if (want_reason) {
    match->reason =
        "The address fits one property best, but matches like this one are not right as often as is wanted.";
  }
}

}  // namespace

class AddressIndex::Impl {
 public:
  Impl() {
    finder.SetPlacesKnown();
    finder.FinishBulk();
  }

  void AddRecords(const IndexedProperty& property, match::Touched* touched);
  [[nodiscard]] Candidate CandidateOf(const Hit& hit) const;
  [[nodiscard]] uint64_t ParentOf(const Hit& hit) const;
  // Takes a match back that the options rule out.
  void Restrict(const MatchOptions& options, Match* match) const;

  Catalogue catalogue;
  PropertyTable properties;
  StreetIndex streets;
  match::MatchIndex finder;
  absl::flat_hash_map<uint32_t, std::vector<NameWords>> street_names;  // in `finder`, by USRN
};

// Each record's tag is its entry in the catalogue.
void AddressIndex::Impl::AddRecords(const IndexedProperty& property, match::Touched* touched) {
  if (property.street_record) {
    return;
  }
  uint32_t entry = catalogue.property(catalogue.Find(property.uprn)).first;  // of the last address
  for (size_t i = property.addresses.size(); i-- > 0; entry = catalogue.entry(entry).next) {
    const PropertyAddress& address = property.addresses[i];
    for (const match::RecordDraft& draft : DraftsOf(address, finder.mutable_names())) {
      finder.Add(property.uprn, draft, address.historical, touched, entry);
    }
  }
}

Candidate AddressIndex::Impl::CandidateOf(const Hit& hit) const {
  const match::Record& record = finder.record(hit.fit.record);
  return {.uprn = hit.property,
          .score = ScoreOf(hit.fit),
          .address = catalogue.Line(catalogue.entry(record.tag)),
          .historical = record.historical,
          .evidence = {.postcode = hit.fit.postcode,
                       .street = hit.fit.street,
                       .number = hit.fit.house,
                       .unit = hit.fit.unit,
                       .building = hit.fit.building,
                       .rest = hit.fit.rest},
          .contradictions = hit.fit.flags};
}

// What fits is the building itself, or a unit of it: another one, or the one that is parted further.
uint64_t AddressIndex::Impl::ParentOf(const Hit& hit) const {
  const uint64_t parent = catalogue.property(catalogue.Find(hit.property)).parent_uprn;
  const bool other_unit = (hit.fit.flags & match::kOtherUnit) != 0;
  const bool unit = parent != 0 && finder.record(hit.fit.record).unit.has_id();
  return other_unit || unit ? parent : hit.property;
}

void AddressIndex::Impl::Restrict(const MatchOptions& options, Match* match) const {
  const bool explain = options.max_candidates > 0;
  if (!options.allow_historical && match->historical) {
    Refuse("The address is that of a property, or an address, that is no longer in use.", explain, match);
  } else if (options.scope != nullptr &&
             !FactsMatcher(*options.scope).Matches(catalogue.property(catalogue.Find(match->uprn)).facts)) {
    Refuse("The address fits a property that is not among those asked for.", explain, match);
  }
}

AddressIndex::AddressIndex() : impl_(std::make_unique<Impl>()) {}
AddressIndex::~AddressIndex() = default;

void AddressIndex::StartBulk() { impl_->finder.StartBulk(); }

void AddressIndex::FinishBulk() { impl_->finder.FinishBulk(); }

void AddressIndex::Upsert(const IndexedProperty& property, match::Touched* touched) {
  impl_->properties.Upsert(property.uprn, property.facts);
  impl_->finder.Remove(property.uprn, touched);
  if (property.addresses.empty()) {
    impl_->catalogue.Remove(property.uprn);
  } else {
    impl_->catalogue.Upsert(property);
    impl_->AddRecords(property, touched);
  }
}

void AddressIndex::Remove(uint64_t uprn, match::Touched* touched) {
  impl_->properties.Remove(uprn);
  impl_->finder.Remove(uprn, touched);
  impl_->catalogue.Remove(uprn);
}

bool AddressIndex::Contains(uint64_t uprn) const { return impl_->catalogue.Contains(uprn); }

Match AddressIndex::FindMatch(const Query& query, const MatchOptions& options) const {
  const bool explain = options.max_candidates > 0;
  const Found found = match::FindProperty(impl_->finder, query.text, query.postcode);
  Match match;
  match.outcome = OutcomeOf(found.verdict);
  match.none_reason = NoneReasonOf(found.verdict);
  if (explain) {
    match.reason = match::Explain(found);
    for (const Hit& hit : found.hits) {
      if (match.candidates.size() < options.max_candidates && hit.fit.score > 0) {
        match.candidates.push_back(impl_->CandidateOf(hit));
      }
    }
  }
  if (match.outcome == Outcome::kParent) {
    match.parent_uprn = impl_->ParentOf(found.hits[0]);
  }
  if (match.outcome != Outcome::kMatched) {
    return match;
  }
  match.uprn = found.hits[0].property;
  match.historical = found.historical;
  match.strength = found.strength;
  constexpr float kSamePostcode = 10;
  if (options.trust_postcode && found.hits[0].fit.postcode != 0 && found.hits[0].fit.postcode < kSamePostcode) {
    Refuse("The address fits one property, but its postcode is another, and the one given is to be trusted.", explain,
           &match);
  } else {
    impl_->Restrict(options, &match);
  }
  if (match.outcome == Outcome::kMatched && match.strength < options.least_strength.value_or(match.strength)) {
    AskInstead(explain, &match);
  }
  return match;
}

Match AddressIndex::MatchKnown(uint64_t uprn, const Query& query, const MatchOptions& options) const {
  Match match;
  match.outcome = uprn == 0 ? Outcome::kOutOfArea : Outcome::kMatched;
  if (uprn == 0) {
    return match;
  }
  match.uprn = uprn;
  match.historical = Historical(uprn);
  match.strength = match::kLoneMargin;
  if (options.max_candidates > 0) {
    if (std::optional<Candidate> candidate = Compare(query, uprn); candidate.has_value()) {
      match.candidates.push_back(*std::move(candidate));
    }
  }
  impl_->Restrict(options, &match);
  return match;
}

std::optional<Candidate> AddressIndex::Compare(const Query& query, uint64_t uprn) const {
  const Hit hit = match::CompareProperty(impl_->finder, query.text, query.postcode, uprn);
  return hit.property == uprn ? std::optional(impl_->CandidateOf(hit)) : std::nullopt;
}

bool AddressIndex::Historical(uint64_t uprn) const {
  return std::ranges::all_of(impl_->finder.ByProperty(uprn),
                             [this](uint32_t record) { return impl_->finder.record(record).historical; });
}

std::vector<Suggestion> AddressIndex::Suggest(const SuggestQuery& query) const {
  return address::Suggest(impl_->catalogue, query);
}

void AddressIndex::UpsertStreet(const IndexedStreet& street, match::Touched* touched) {
  RemoveStreet(street.usrn, touched);
  impl_->streets.Upsert(street);
  std::vector<NameWords>& names = impl_->street_names[street.usrn];
  for (const StreetName& name : street.names) {
    names.push_back(StreetWords(name.description, impl_->finder.mutable_names()));
    impl_->finder.AddStreet(names.back(), touched);
  }
}

void AddressIndex::RemoveStreet(uint32_t usrn, match::Touched* touched) {
  impl_->streets.Remove(usrn);
  const auto names = impl_->street_names.find(usrn);
  if (names == impl_->street_names.end()) {
    return;
  }
  for (const NameWords& words : names->second) {
    impl_->finder.RemoveStreet(words, touched);
  }
  impl_->street_names.erase(names);
}

std::vector<StreetHit> AddressIndex::SearchStreets(const StreetQuery& query) const {
  return impl_->streets.Search(query);
}

const PropertyTable& AddressIndex::properties() const { return impl_->properties; }

size_t AddressIndex::size() const { return impl_->catalogue.size(); }

size_t AddressIndex::memory_bytes() const {
  return impl_->catalogue.memory_bytes() + impl_->properties.memory_bytes() + impl_->streets.memory_bytes() +
         impl_->finder.memory_bytes();
}

}  // namespace wensum::matching::address
