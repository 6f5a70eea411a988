#include <algorithm>
#include <bitset>
#include <optional>

#include "base/strings.h"
#include "matching/address/address_catalogue.h"

namespace wensum::matching::address {
namespace {

using Positions = std::bitset<TokenList::kMaxTokens>;

// Points of the parts that agree. What rules a property out is kept apart, as levels: sums cannot refuse a sibling.
constexpr int kPartExact = 6;
constexpr int kStreetFuzzy = 3;
constexpr int kStreetSilent = 1;
constexpr int kHouseWeak = 3;
constexpr int kUnitWeak = 5;
constexpr int kPostcodeUnknown = 3;
constexpr int kPostcodeNear = 1;
constexpr int kBuildingFound = 2;
constexpr int kBuildingSilent = -1;
constexpr int kLocalityFound = 2;
constexpr int kTownFound = 1;
constexpr int kNotApproved = -2;
constexpr int kHistorical = -4;
constexpr int kMargin = 2;  // the best must lead by this much
constexpr int kFull = 4 * kPartExact;
constexpr size_t kMaxEvaluated = 4000;  // entries scored per query

// How far an entry agrees with the text. Higher is better.
enum class Level : uint8_t { kNone, kSibling, kChild, kParent, kMatch };

struct Fit {
  uint32_t entry = 0;
  uint32_t property = 0;
  Level level = Level::kNone;
  bool exact_street = false;
  int points = 0;
};

// One way to read the text's numbers.
struct Reading {
  UnitParts unit;
  NumberSpan house;
  size_t house_position = 0;
  int penalty = 0;
  bool implied_unit = false;  // the unit is read from bare numbers
};

enum class HouseRelation : uint8_t { kExact, kWithin, kBothSilent, kTextSilent, kRecordSilent, kTextCloser, kOther };

HouseRelation CompareHouses(const NumberSpan& text, const NumberSpan& record) {
  if (text.empty() || record.empty()) {
    return text.empty() && record.empty() ? HouseRelation::kBothSilent
           : text.empty()                 ? HouseRelation::kTextSilent
                                          : HouseRelation::kRecordSilent;
  }
  if (text == record) {
    return HouseRelation::kExact;
  }
  const bool text_single = text.low == text.high && text.low_letter == text.high_letter;
  const bool record_single = record.low == record.high && record.low_letter == record.high_letter;
  if (text_single && record_single) {
    return text.low == record.low && record.low_letter == 0 ? HouseRelation::kTextCloser : HouseRelation::kOther;
  }
  const NumberSpan& range = text_single ? record : text;
  const NumberSpan& other = text_single ? text : record;
  if (text_single || record_single) {
    const bool end = (other.low == range.low && other.low_letter == range.low_letter) ||
                     (other.low == range.high && other.low_letter == range.high_letter);
    // One side of a street has numbers of one parity.
    const bool inside = other.low_letter == 0 && other.low > range.low && other.low < range.high &&
                        (other.low - range.low) % 2 == 0 && text_single;
    return end || inside ? HouseRelation::kWithin : HouseRelation::kOther;
  }
  return HouseRelation::kOther;
}

// Where a name stands in the text.
struct Phrase {
  enum class Quality : uint8_t { kAbsent, kFuzzy, kExact };
  Quality quality = Quality::kAbsent;
  size_t begin = 0;  // token positions
  size_t end = 0;
};

bool OneEditOfPostcode(uint64_t a, uint64_t b) { return WithinOneEdit(UnpackPostcode(a), UnpackPostcode(b)); }

uint64_t WithoutInwardCode(uint64_t packed) {
  const std::string text = UnpackPostcode(packed);
  return text.size() > 4 ? PackPostcode(std::string_view(text).substr(0, text.size() - 4)) : 0;
}

class Matcher {
 public:
  Matcher(const Catalogue& catalogue, const Query& query)
      : catalogue_(catalogue), text_(query), tokens_(text_.tokens().tokens()), evidence_(ReadEvidence(text_.tokens())) {
    typed_.set();
    for (const WordMention& word : evidence_.words) {
      typed_.reset(word.position);
    }
    MakeReadings();
  }

  Match Run(size_t max_candidates) {
    if (const Postings* const group = text_.postcode() == 0 ? nullptr : catalogue_.ByPostcode(text_.postcode())) {
      AddPostings(*group);
    }
    Reduce();
    if (!Decisive()) {
      FindNamedStreets();
      if (named_street_) {  // fuzzy fits of the postcode must not stand against a street that is named
        fits_.clear();
        if (const Postings* const group = text_.postcode() == 0 ? nullptr : catalogue_.ByPostcode(text_.postcode())) {
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

 private:
  void AddReading(const UnitParts& unit, const NumberMention* house, int penalty, bool implied) {
    Reading reading;
    reading.unit = unit;
    if (house != nullptr) {
      reading.house = house->span;
      reading.house_position = house->position;
    }
    reading.penalty = penalty;
    reading.implied_unit = implied;
    readings_.push_back(reading);
  }

  static UnitParts UnitOf(int32_t number, char letter) {
    UnitParts unit;
    unit.number = number;
    unit.letter = letter;
    return unit;
  }

  void MakeReadings() {
    const auto& numbers = evidence_.numbers;
    if (numbers.empty()) {
      AddReading(evidence_.unit, nullptr, 0, false);
      return;
    }
    const NumberMention& last = numbers.back();
    if (!evidence_.unit.empty()) {
      AddReading(evidence_.unit, &last, numbers.size() > 1 ? 2 : 0, false);
      if (evidence_.unit_from_floor_before_flat && numbers.size() == 1 && evidence_.unit.number < 0) {
        UnitParts unit = evidence_.unit;
        unit.number = last.span.low;
        unit.letter = last.span.low_letter;
        AddReading(unit, nullptr, 1, false);
      }
      return;
    }
    if (numbers.size() > 1) {
      const NumberMention& before = numbers[numbers.size() - 2];
      if (before.span == last.span) {
        AddReading({}, &last, 0, false);
      }
      AddReading(UnitOf(before.span.low, before.span.low_letter), &last, 1, true);
      return;
    }
    AddReadingsOfOneNumber(last);
  }

  void AddReadingsOfOneNumber(const NumberMention& number) {
    const NumberSpan& span = number.span;
    NumberMention house = number;
    if (number.kind != NumberMention::Kind::kNumber) {
      const bool slash = number.kind == NumberMention::Kind::kSlash;
      if (!slash || span.high > span.low) {
        AddReading({}, &number, slash ? 1 : 0, false);
      }
      house.span = {span.high, span.high, span.high_letter, span.high_letter};
      AddReading(UnitOf(span.low, span.low_letter), &house, slash ? 0 : 3, true);
      return;
    }
    AddReading({}, &number, 0, false);
    if (span.low_letter != 0) {
      house.span = {span.low, span.low, 0, 0};
      AddReading(UnitOf(-1, span.low_letter), &house, 2, true);
    } else if (number.position > 0 && tokens_[number.position - 1].letter != 0 &&
               tokens_[number.position - 1].kind == TokenKind::kWord) {
      AddReading(UnitOf(-1, tokens_[number.position - 1].letter), &number, 1, true);
    }
    AddReading(UnitOf(span.low, span.low_letter), nullptr, 1, true);
  }

  // True unless the numbers alone rule the posting out.
  [[nodiscard]] bool NumbersAllow(const Posting& posting) const {
    if (posting.low < 0) {
      return true;
    }
    bool any = false;
    for (const Reading& reading : readings_) {
      any |= reading.house.empty() || (reading.house.low <= posting.high && reading.house.high >= posting.low);
    }
    return any;
  }

  void AddPostings(const Postings& postings) {
    size_t evaluated = 0;
    for (const Posting& posting : postings) {
      if (NumbersAllow(posting)) {
        Evaluate(posting.entry);
        if (++evaluated >= kMaxEvaluated) {
          overflow_ = true;
          return;
        }
      }
    }
  }

  // Best fit of each property, in an order that depends on the properties alone.
  void Reduce() {
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

  // The postcode's own list settles it: nothing elsewhere could come within the margin.
  [[nodiscard]] bool Decisive() const {
    return !fits_.empty() && fits_[0].level == Level::kMatch && fits_[0].exact_street && fits_[0].points >= kFull;
  }

  void FindNamedStreets() {
    ForEachStreetKey(text_.tokens(), [this](uint64_t key, size_t begin, size_t end) {
      const Postings* const postings = catalogue_.ByStreet(key);
      if (postings == nullptr) {
        return;
      }
      named_street_ = true;
      named_phrases_.push_back({Phrase::Quality::kExact, begin, end});
      for (const auto& [seen, list] : named_) {
        if (seen == key) {
          return;
        }
      }
      named_.emplace_back(key, postings);
    });
  }

  // The best place of `name` in the text outside `taken`.
  [[nodiscard]] Phrase Find(const Name& name, bool fuzzy, const Positions& taken) const {
    Phrase best;
    if (name.words.empty()) {
      return best;
    }
    for (size_t begin = 0; begin + name.words.size() <= tokens_.size(); ++begin) {
      if (Matches(name, begin, taken)) {
        const bool followed_by_type = begin + name.words.size() < tokens_.size() && name.ends_with_type &&
                                      tokens_[begin + name.words.size()].word_class == WordClass::kStreetType &&
                                      !tokens_[begin + name.words.size()].comma_before;
        if (!followed_by_type) {  // "CHURCH ROAD CLOSE" is not CHURCH ROAD
          best = {Phrase::Quality::kExact, begin, begin + name.words.size()};
        }
      }
    }
    if (best.quality == Phrase::Quality::kAbsent && fuzzy) {
      best = FindFuzzy(name, taken);
    }
    return best;
  }

  [[nodiscard]] bool Matches(const Name& name, size_t begin, const Positions& taken) const {
    for (size_t i = 0; i < name.words.size(); ++i) {
      const Token& token = tokens_[begin + i];
      if (token.kind != TokenKind::kWord || token.hash != name.words[i] || taken[begin + i]) {
        return false;
      }
    }
    return true;
  }

  // One typing error, words joined or parted, the type left out or another type.
  [[nodiscard]] Phrase FindFuzzy(const Name& name, const Positions& taken) const {
    constexpr size_t kShortest = 4;  // letters; shorter names are too easily something else
    const size_t count = name.words.size();
    std::string_view stem = name.joined;
    if (name.ends_with_type && count > 1) {
      stem = stem.substr(0, stem.size() - name.spelled.back().size());
    }
    std::string joined;
    for (size_t begin = 0; begin < tokens_.size(); ++begin) {
      joined.clear();
      for (size_t end = begin; end < tokens_.size() && end < begin + count + 1; ++end) {
        const Token& token = tokens_[end];
        if (token.kind != TokenKind::kWord || taken[end]) {
          break;
        }
        const bool other_type = name.ends_with_type && count > 1 && end > begin &&
                                token.word_class == WordClass::kStreetType && joined == stem;
        joined.append(token.word);
        if (other_type || (name.joined.size() >= kShortest && WithinOneEdit(joined, name.joined))) {
          return {Phrase::Quality::kFuzzy, begin, end + 1};
        }
        const bool type_follows = end + 1 < tokens_.size() && !tokens_[end + 1].comma_before &&
                                  tokens_[end + 1].word_class == WordClass::kStreetType;
        if (stem.size() >= kShortest && stem.size() < name.joined.size() && joined == stem && !type_follows) {
          return {Phrase::Quality::kFuzzy, begin, end + 1};
        }
      }
    }
    return {};
  }

  // Kept per street; a fuzzy phrase serves as none where only an exact one is asked for.
  Phrase FindStreet(uint32_t street, bool fuzzy) {
    for (const auto& [id, phrase] : street_phrases_) {
      if (id == street) {
        return !fuzzy && phrase.quality == Phrase::Quality::kFuzzy ? Phrase() : phrase;
      }
    }
    street_phrases_.emplace_back(street, Find(catalogue_.street(street).name, true, Positions()));
    return FindStreet(street, fuzzy);
  }

  static void Take(const Phrase& phrase, Positions* taken) {
    for (size_t i = phrase.begin; i < phrase.end; ++i) {
      taken->set(i);
    }
  }

  // Level and points of an entry by the numbers, units and building name.
  struct ObjectFit {
    Level level = Level::kNone;
    int points = 0;
    const Reading* reading = nullptr;
  };

  [[nodiscard]] ObjectFit FitObject(const Entry& entry, const Phrase& building, bool unit_name_found) const {
    ObjectFit best;
    for (const Reading& reading : readings_) {
      ObjectFit fit = FitReading(entry, reading, building, unit_name_found);
      fit.points -= reading.penalty;
      if (fit.level > best.level || (fit.level == best.level && fit.points > best.points)) {
        best = fit;
        best.reading = &reading;
      }
    }
    return best;
  }

  [[nodiscard]] ObjectFit FitReading(const Entry& entry, const Reading& reading, const Phrase& building,
                                     bool unit_name_found) const {
    ObjectFit fit;
    const bool building_found = building.quality != Phrase::Quality::kAbsent;
    const UnitRelation unit = RelateUnits(entry, reading, unit_name_found);
    const bool unit_equal = unit == UnitRelation::kEqual || unit == UnitRelation::kEqualWeak;
    const bool unit_identifies = unit_name_found || (unit_equal && reading.unit.has_id());
    bool closer = false;
    switch (CompareHouses(reading.house, entry.house)) {
      case HouseRelation::kExact:
        fit.points += kPartExact;
        break;
      case HouseRelation::kWithin:
        fit.points += kHouseWeak;
        break;
      case HouseRelation::kTextCloser:
        fit.points += kHouseWeak;
        closer = true;
        break;
      case HouseRelation::kBothSilent:
        // A name or a unit must then tell the property from its street.
        if (!building_found && !(unit_identifies && entry.building == kNoId)) {
          return {};
        }
        fit.points += building_found ? kPartExact : kHouseWeak;
        break;
      case HouseRelation::kTextSilent:
      case HouseRelation::kRecordSilent:
        if (!building_found) {
          return {};
        }
        fit.points += kHouseWeak;
        break;
      case HouseRelation::kOther:
        return {};
    }
    if (entry.building != kNoId) {
      if (!building_found && entry.house.empty()) {
        return {};
      }
      fit.points += building_found ? kBuildingFound : kBuildingSilent;
    }
    fit.level = Level::kMatch;
    switch (unit) {
      case UnitRelation::kEqual:
        fit.points += kPartExact;
        break;
      case UnitRelation::kEqualWeak:
        fit.points += kUnitWeak;
        break;
      case UnitRelation::kTextOnly:
        fit.level = Level::kParent;
        break;
      case UnitRelation::kRecordOnly:
        fit.level = Level::kChild;
        break;
      case UnitRelation::kContradicts:
        fit.level = Level::kSibling;
        break;
    }
    if (closer) {
      fit.level = fit.level == Level::kMatch || fit.level == Level::kParent ? Level::kParent : Level::kSibling;
    }
    return fit;
  }

  static UnitRelation RelateUnits(const Entry& entry, const Reading& reading, bool unit_name_found) {
    if (entry.unit_name == kNoId) {
      return CompareUnits(reading.unit, entry.unit);
    }
    if (unit_name_found) {
      const UnitRelation relation = CompareUnits(reading.unit, entry.unit);
      return relation == UnitRelation::kTextOnly && !reading.unit.has_id() ? UnitRelation::kEqual : relation;
    }
    if (reading.unit.empty()) {
      return UnitRelation::kRecordOnly;
    }
    const bool same_id = reading.unit.has_id() && CompareUnits(reading.unit, entry.unit) == UnitRelation::kEqual;
    return same_id ? UnitRelation::kEqualWeak : UnitRelation::kContradicts;
  }

  void Evaluate(uint32_t id) {
    const Entry& entry = catalogue_.entry(id);
    const StreetEntry& street = catalogue_.street(entry.street);
    const bool same_postcode = entry.postcode != 0 && entry.postcode == text_.postcode();
    const Phrase street_phrase = FindStreet(entry.street, same_postcode);
    if ((!same_postcode && street_phrase.quality != Phrase::Quality::kExact) || entry.relation != evidence_.relation) {
      return;
    }
    Positions taken = typed_;
    Take(street_phrase, &taken);
    Phrase building;
    if (entry.building != kNoId) {
      building = Find(catalogue_.name(entry.building), same_postcode, taken & ~typed_);
      Take(building, &taken);
    }
    bool unit_name_found = false;
    if (entry.unit_name != kNoId) {
      const Phrase phrase = Find(catalogue_.name(entry.unit_name), false, taken & ~typed_);
      unit_name_found = phrase.quality == Phrase::Quality::kExact;
      Take(phrase, &taken);
    }
    const ObjectFit object = FitObject(entry, building, unit_name_found);
    if (object.level == Level::kNone) {
      return;
    }
    if (entry.organisation != kNoId) {
      Take(Find(catalogue_.name(entry.organisation), false, taken & ~typed_), &taken);
    }
    if (!StreetFitsItsPlace(street_phrase, *object.reading, taken)) {
      return;
    }
    int points = object.points + StreetPoints(street_phrase.quality) + PostcodePoints(entry.postcode);
    const int place = TakePlace(street, street_phrase, &taken);
    points += place;
    if (!PlaceAllows(entry, street_phrase, place, taken) || !NamedStreetAllows(street_phrase, taken)) {
      return;
    }
    points += entry.approved ? 0 : entry.historical ? kHistorical : kNotApproved;
    fits_.push_back({id, entry.property, object.level, street_phrase.quality == Phrase::Quality::kExact, points});
  }

  static int StreetPoints(Phrase::Quality quality) {
    return quality == Phrase::Quality::kExact   ? kPartExact
           : quality == Phrase::Quality::kFuzzy ? kStreetFuzzy
                                                : kStreetSilent;
  }

  [[nodiscard]] int PostcodePoints(uint64_t postcode) const {
    if (postcode == 0 || text_.postcode() == 0) {
      return kPostcodeUnknown;
    }
    if (postcode == text_.postcode()) {
      return kPartExact;
    }
    return WithoutInwardCode(postcode) == WithoutInwardCode(text_.postcode()) ? kPostcodeNear : 0;
  }

  // False if words that belong to another name stand right before the street, or between the house number and it.
  [[nodiscard]] bool StreetFitsItsPlace(const Phrase& street, const Reading& reading, const Positions& taken) const {
    if (street.quality == Phrase::Quality::kAbsent) {
      return true;
    }
    if (street.begin > 0 && !tokens_[street.begin].comma_before && !taken[street.begin - 1]) {
      return false;
    }
    if (!reading.house.empty() && reading.house_position < street.begin) {
      for (size_t i = reading.house_position + 1; i < street.begin; ++i) {
        if (!taken[i]) {
          return false;
        }
      }
    }
    return true;
  }

  // Points for the locality and town, whose words are taken.
  int TakePlace(const StreetEntry& street, const Phrase& street_phrase, Positions* taken) const {
    Positions before = *taken & ~typed_;
    for (size_t i = 0; i < street_phrase.end; ++i) {
      before.set(i);  // a place stands after its street
    }
    int points = 0;
    for (const auto& [name, worth] :
         {std::pair(&street.locality_name, kLocalityFound), std::pair(&street.town_name, kTownFound)}) {
      const Phrase phrase = Find(*name, false, before);
      if (phrase.quality == Phrase::Quality::kExact) {
        points += worth;
        Take(phrase, taken);
      }
    }
    return points;
  }

  // Outside the text's postcode, the text must not speak of another place.
  [[nodiscard]] bool PlaceAllows(const Entry& entry, const Phrase& street, int place, const Positions& taken) const {
    const bool same_postcode = entry.postcode != 0 && entry.postcode == text_.postcode();
    const size_t begin = street.quality == Phrase::Quality::kAbsent ? 0 : street.end;
    bool strange = false;
    for (size_t i = begin; i < tokens_.size(); ++i) {
      strange |= !taken[i] && tokens_[i].word_class != WordClass::kCounty && tokens_[i].word_class != WordClass::kStop;
    }
    if (street.quality == Phrase::Quality::kAbsent) {
      return !strange;
    }
    if (same_postcode || place > 0) {
      return true;
    }
    if (entry.postcode != 0 && text_.postcode() != 0) {
      return WithoutInwardCode(entry.postcode) == WithoutInwardCode(text_.postcode()) ||
             OneEditOfPostcode(entry.postcode, text_.postcode());
    }
    return !strange;
  }

  // A street that the text names beside the entry's own words is the street meant.
  [[nodiscard]] bool NamedStreetAllows(const Phrase& street, const Positions& taken) const {
    if (street.quality == Phrase::Quality::kExact) {
      return true;
    }
    for (const Phrase& phrase : named_phrases_) {
      if (phrase.begin <= street.begin && phrase.end >= street.end) {
        return false;
      }
      for (size_t i = phrase.begin; i < phrase.end; ++i) {
        if (!taken[i]) {
          return false;
        }
      }
    }
    return true;
  }

  Match Decide(size_t max_candidates) {
    Match match;
    for (size_t i = 0; i < fits_.size() && i < max_candidates; ++i) {
      const Entry& entry = catalogue_.entry(fits_[i].entry);
      const double share =
          static_cast<double>(fits_[i].points) / (kFull + kBuildingFound + kLocalityFound + kTownFound);
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

  void DecideMatch(Match* match) const {
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

  // A unit is named that none of the fits has: the building is known if all fits say the same one.
  void DecideParent(Match* match) const {
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

  // True if a street of the postcode or one that the text names stands in the text.
  void DecideStreet(Match* match) {
    bool known = named_street_;
    if (const Postings* const group = text_.postcode() == 0 ? nullptr : catalogue_.ByPostcode(text_.postcode())) {
      for (const Posting& posting : *group) {
        known = known || FindStreet(catalogue_.entry(posting.entry).street, true).quality != Phrase::Quality::kAbsent;
      }
    }
    match->outcome = known ? Outcome::kStreetOnly : Outcome::kNone;
    match->reason = known ? "The street is known, but no property on it fits the text."
                          : "Neither the street nor the building is in the gazetteer.";
  }

  const Catalogue& catalogue_;
  const QueryText text_;
  const absl::InlinedVector<Token, 24>& tokens_;
  const Evidence evidence_;
  Positions typed_;  // tokens that are no plain words
  absl::InlinedVector<Reading, 4> readings_;
  absl::InlinedVector<std::pair<uint32_t, Phrase>, 8> street_phrases_;
  absl::InlinedVector<std::pair<uint64_t, const Postings*>, 4> named_;
  absl::InlinedVector<Phrase, 4> named_phrases_;
  absl::InlinedVector<Fit, 16> fits_;
  bool named_street_ = false;
  bool overflow_ = false;
};

}  // namespace

Match FindMatch(const Catalogue& catalogue, const Query& query, size_t max_candidates) {
  return Matcher(catalogue, query).Run(max_candidates);
}

}  // namespace wensum::matching::address
