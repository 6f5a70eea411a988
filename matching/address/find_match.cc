#include <algorithm>
#include <optional>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "base/strings.h"
#include "matching/address/address_catalogue.h"
#include "matching/address/entry_fit.h"

namespace wensum::matching::address {
namespace {

constexpr int kMargin = 2;              // the best must lead by this many points
constexpr size_t kMaxEvaluated = 4000;  // entries scored per list

// Gathers the entries that may fit one text and decides which property it means. For one use.
class Matcher {
 public:
  Matcher(const Catalogue& catalogue, const Query& query)
      : catalogue_(catalogue), text_(query), fitter_(catalogue_, text_) {}

  Match Run(size_t max_candidates);

 private:
  // The list of the text's postcode; null if there is none.
  [[nodiscard]] const Postings* PostcodeGroup() const;
  void AddPostings(const Postings& postings);
  // Best fit of each property, in an order that depends on the properties alone.
  void Reduce();
  // The postcode's own list settles it: nothing elsewhere could come within the margin.
  [[nodiscard]] bool Decisive() const;
  void FindNamedStreets();

  [[nodiscard]] Match Decide(size_t max_candidates);
  void DecideMatch(Match* match) const;
  // A unit is named that none of the fits has: the building is known if all fits say the same one.
  void DecideParent(Match* match) const;
  // Nothing fits: the street is known if one of the postcode, or any that the text names, stands in the text.
  void DecideStreet(Match* match);

  const Catalogue& catalogue_;
  const QueryText text_;
  EntryFitter fitter_;
  absl::InlinedVector<std::pair<uint64_t, const Postings*>, 4> named_;  // streets that the text names, by key
  absl::InlinedVector<Fit, 16> fits_;
  bool named_street_ = false;
  bool overflow_ = false;
};

Match Matcher::Run(size_t max_candidates) {
  if (const Postings* const group = PostcodeGroup()) {
    AddPostings(*group);
  }
  Reduce();
  if (!Decisive()) {
    FindNamedStreets();
    if (named_street_) {  // fuzzy fits of the postcode must not stand against a street that is named
      fits_.clear();
      if (const Postings* const group = PostcodeGroup()) {
        AddPostings(*group);
      }
      for (const auto& [key, postings] : named_) {
        AddPostings(*postings);
      }
      Reduce();
    }
  }
  return Decide(max_candidates);
}

const Postings* Matcher::PostcodeGroup() const {
  return text_.postcode() == 0 ? nullptr : catalogue_.ByPostcode(text_.postcode());
}

void Matcher::AddPostings(const Postings& postings) {
  size_t evaluated = 0;
  for (const Posting& posting : postings) {
    if (fitter_.NumbersAllow(posting)) {
      if (const std::optional<Fit> fit = fitter_.FitEntry(posting.entry)) {
        fits_.push_back(*fit);
      }
      if (++evaluated >= kMaxEvaluated) {
        overflow_ = true;
        return;
      }
    }
  }
}

void Matcher::Reduce() {
  std::sort(fits_.begin(), fits_.end(), [this](const Fit& a, const Fit& b) {
    if (a.property != b.property) {
      return a.property < b.property;
    }
    if (a.level != b.level || a.points != b.points) {
      return a.level != b.level ? a.level > b.level : a.points > b.points;
    }
    return a.entry != b.entry &&
           catalogue_.Line(catalogue_.entry(a.entry)) < catalogue_.Line(catalogue_.entry(b.entry));
  });
  fits_.erase(
      std::unique(fits_.begin(), fits_.end(), [](const Fit& a, const Fit& b) { return a.property == b.property; }),
      fits_.end());
  std::sort(fits_.begin(), fits_.end(), [this](const Fit& a, const Fit& b) {
    if (a.level != b.level || a.points != b.points) {
      return a.level != b.level ? a.level > b.level : a.points > b.points;
    }
    return catalogue_.property(a.property).uprn < catalogue_.property(b.property).uprn;
  });
}

bool Matcher::Decisive() const {
  return !fits_.empty() && fits_[0].level == Level::kMatch && fits_[0].exact_street && fits_[0].points >= kFullPoints;
}

void Matcher::FindNamedStreets() {
  ForEachStreetKey(text_.tokens(), [this](uint64_t key, size_t begin, size_t end) {
    const Postings* const postings = catalogue_.ByStreet(key);
    if (postings == nullptr) {
      return;
    }
    named_street_ = true;
    fitter_.AddNamedStreet(begin, end);
    for (const auto& [seen, list] : named_) {
      if (seen == key) {
        return;
      }
    }
    named_.emplace_back(key, postings);
  });
}

Match Matcher::Decide(size_t max_candidates) {
  Match match;
  for (size_t i = 0; i < fits_.size() && i < max_candidates; ++i) {
    const Entry& entry = catalogue_.entry(fits_[i].entry);
    const double share = static_cast<double>(fits_[i].points) / kMostPoints;
    match.candidates.push_back(
        {catalogue_.property(entry.property).uprn,
         fits_[i].level == Level::kMatch ? std::clamp(share, 0.0, 1.0) : std::clamp(share / 2, 0.0, 1.0),
         catalogue_.Line(entry)});
  }
  const Level level = fits_.empty() ? Level::kNone : fits_[0].level;
  if (overflow_) {
    match.candidates.clear();  // which of them were scored is chance
    match.outcome = Outcome::kAmbiguous;
    match.reason = "More addresses fit the text than can be told apart; give a number, a unit or a postcode.";
  } else if (level == Level::kMatch) {
    DecideMatch(&match);
  } else if (level == Level::kParent || level == Level::kSibling) {
    DecideParent(&match);
  } else if (level == Level::kChild) {
    match.outcome = Outcome::kAmbiguous;
    match.reason = "The text names the building alone, and the gazetteer lists only units inside it.";
  } else {
    DecideStreet(&match);
  }
  return match;
}

void Matcher::DecideMatch(Match* match) const {
  if (fits_.size() > 1 && fits_[1].level == Level::kMatch && fits_[1].points > fits_[0].points - kMargin) {
    match->outcome = Outcome::kAmbiguous;
    match->reason = "Several properties fit the text equally well.";
    return;
  }
  const Entry& entry = catalogue_.entry(fits_[0].entry);
  match->outcome = Outcome::kMatched;
  match->uprn = catalogue_.property(fits_[0].property).uprn;
  if (entry.postcode != 0 && entry.postcode == text_.postcode()) {
    match->reason = "The address agrees with one property of the postcode.";
  } else if (text_.postcode() == 0 || entry.postcode == 0) {
    match->reason = "The address agrees with one property alone; the postcode could not be compared.";
  } else {
    match->reason = "The address agrees with one property alone, but its postcode differs.";
  }
  if (entry.historical) {
    match->reason = Cat(match->reason, " The address is historical.");
  }
}

void Matcher::DecideParent(Match* match) const {
  uint64_t building = 0;
  bool several = false;
  for (const Fit& fit : fits_) {
    if (fit.level != fits_[0].level || fit.points <= fits_[0].points - kMargin) {
      break;
    }
    const PropertyEntry& property = catalogue_.property(fit.property);
    const uint64_t uprn = fit.level == Level::kParent ? property.uprn : property.parent_uprn;
    several |= building != 0 && uprn != building;
    building = uprn;
  }
  if (several) {
    match->outcome = Outcome::kAmbiguous;
    match->reason = "The unit is not in the gazetteer, and several buildings fit the text.";
  } else if (building == 0) {
    match->outcome = Outcome::kStreetOnly;
    match->reason = "The gazetteer lists other units at this number, but neither this unit nor the building.";
  } else {
    match->outcome = Outcome::kParent;
    match->parent_uprn = building;
    match->reason = "The building is known, but the gazetteer does not list this unit of it.";
  }
}

void Matcher::DecideStreet(Match* match) {
  bool known = named_street_;
  if (const Postings* const group = PostcodeGroup()) {
    for (const Posting& posting : *group) {
      known =
          known || fitter_.FindStreet(catalogue_.entry(posting.entry).street, true).quality != Phrase::Quality::kAbsent;
    }
  }
  match->outcome = known ? Outcome::kStreetOnly : Outcome::kNone;
  match->reason = known ? "The street is known, but no property on it fits the text."
                        : "Neither the street nor the building is in the gazetteer.";
}

}  // namespace

Match FindMatch(const Catalogue& catalogue, const Query& query, size_t max_candidates) {
  return Matcher(catalogue, query).Run(max_candidates);
}

}  // namespace wensum::matching::address
