#include "matching/address/entry_fit.h"

#include <string>
#include <string_view>

namespace wensum::matching::address {
namespace {

constexpr int kStreetFuzzy = 3;
constexpr int kStreetSilent = 1;
constexpr int kHouseWeak = 3;
constexpr int kUnitWeak = 5;
constexpr int kPostcodeUnknown = 3;
constexpr int kPostcodeNear = 1;
constexpr int kBuildingSilent = -1;
constexpr int kNotApproved = -2;
constexpr int kHistorical = -4;

bool OneEditOfPostcode(uint64_t a, uint64_t b) { return WithinOneEdit(UnpackPostcode(a), UnpackPostcode(b)); }

uint64_t WithoutInwardCode(uint64_t packed) {
  const std::string text = UnpackPostcode(packed);
  return text.size() > 4 ? PackPostcode(std::string_view(text).substr(0, text.size() - 4)) : 0;
}

int StreetPoints(Phrase::Quality quality) {
  return quality == Phrase::Quality::kExact   ? kPartExact
         : quality == Phrase::Quality::kFuzzy ? kStreetFuzzy
                                              : kStreetSilent;
}

UnitRelation RelateUnits(const Entry& entry, const Reading& reading, bool unit_name_found) {
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

}  // namespace

EntryFitter::EntryFitter(const Catalogue& catalogue, const QueryText& text)
    : catalogue_(catalogue),
      text_(text),
      tokens_(text.tokens().tokens()),
      evidence_(ReadEvidence(text.tokens())),
      readings_(MakeReadings(evidence_, text.tokens())) {
  typed_.set();
  for (const WordMention& word : evidence_.words) {
    typed_.reset(word.position);
  }
}

std::optional<Fit> EntryFitter::FitEntry(uint32_t id) {
  const Entry& entry = catalogue_.entry(id);
  const StreetEntry& street = catalogue_.street(entry.street);
  const bool same_postcode = entry.postcode != 0 && entry.postcode == text_.postcode();
  const Phrase street_phrase = FindStreet(entry.street, same_postcode);
  if ((!same_postcode && street_phrase.quality != Phrase::Quality::kExact) || entry.relation != evidence_.relation) {
    return std::nullopt;
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
    return std::nullopt;
  }
  if (entry.organisation != kNoId) {
    Take(Find(catalogue_.name(entry.organisation), false, taken & ~typed_), &taken);
  }
  if (!StreetFitsItsPlace(street_phrase, *object.reading, taken)) {
    return std::nullopt;
  }
  int points = object.points + StreetPoints(street_phrase.quality) + PostcodePoints(entry.postcode);
  const int place = TakePlace(street, street_phrase, &taken);
  points += place;
  if (!PlaceAllows(entry, street_phrase, place, taken) || !NamedStreetAllows(street_phrase, taken)) {
    return std::nullopt;
  }
  points += entry.approved ? 0 : entry.historical ? kHistorical : kNotApproved;
  return Fit{id, entry.property, object.level, street_phrase.quality == Phrase::Quality::kExact, points};
}

Phrase EntryFitter::FindStreet(uint32_t street, bool fuzzy) {
  for (const auto& [id, phrase] : street_phrases_) {
    if (id == street) {
      return !fuzzy && phrase.quality == Phrase::Quality::kFuzzy ? Phrase() : phrase;
    }
  }
  street_phrases_.emplace_back(street, Find(catalogue_.street(street).name, true, Positions()));
  return FindStreet(street, fuzzy);
}

void EntryFitter::Take(const Phrase& phrase, Positions* taken) {
  for (size_t i = phrase.begin; i < phrase.end; ++i) {
    taken->set(i);
  }
}

Phrase EntryFitter::Find(const Name& name, bool fuzzy, const Positions& taken) const {
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

bool EntryFitter::Matches(const Name& name, size_t begin, const Positions& taken) const {
  for (size_t i = 0; i < name.words.size(); ++i) {
    const Token& token = tokens_[begin + i];
    if (token.kind != TokenKind::kWord || token.hash != name.words[i] || taken[begin + i]) {
      return false;
    }
  }
  return true;
}

Phrase EntryFitter::FindFuzzy(const Name& name, const Positions& taken) const {
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

EntryFitter::ObjectFit EntryFitter::FitObject(const Entry& entry, const Phrase& building, bool unit_name_found) const {
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

EntryFitter::ObjectFit EntryFitter::FitReading(const Entry& entry, const Reading& reading, const Phrase& building,
                                               bool unit_name_found) {
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

int EntryFitter::PostcodePoints(uint64_t postcode) const {
  if (postcode == 0 || text_.postcode() == 0) {
    return kPostcodeUnknown;
  }
  if (postcode == text_.postcode()) {
    return kPartExact;
  }
  return WithoutInwardCode(postcode) == WithoutInwardCode(text_.postcode()) ? kPostcodeNear : 0;
}

bool EntryFitter::StreetFitsItsPlace(const Phrase& street, const Reading& reading, const Positions& taken) const {
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

int EntryFitter::TakePlace(const StreetEntry& street, const Phrase& street_phrase, Positions* taken) const {
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

bool EntryFitter::PlaceAllows(const Entry& entry, const Phrase& street, int place, const Positions& taken) const {
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

bool EntryFitter::NamedStreetAllows(const Phrase& street, const Positions& taken) const {
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

}  // namespace wensum::matching::address
