#include "matching/address/match/score.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "matching/address/match/unit_fit.h"

namespace wensum::matching::address::match {
namespace {

constexpr float kNoStreetNamed = -5;  // 12, NR1 1AB: few numbers stand twice in a postcode

bool SameFirstLetter(PostcodeCode a, PostcodeCode b) { return a >> 48 == b >> 48; }

}  // namespace

Scorer::Scorer(const MatchIndex& index, const AddressLine& line)
    : index_(index),
      line_(line),
      tokens_(line.tokens()),
      evidence_(ReadEvidence(line.tokens())),
      readings_(MakeReadings(evidence_)),
      places_(MarkPlaces(line.tokens(), index.names(), &own_places_)),
      allowed_(evidence_.names & ~evidence_.noise) {
  // Counties say nothing where they end the text; SUFFOLK ROAD is a street.
  for (size_t i = tokens_.size(); i-- > 1;) {
    const bool of_name = tokens_[i - 1].kind == TokenKind::kWord && tokens_[i - 1].text == "OF";  // PRINCE OF WALES
    const bool county = tokens_[i].Is(kCountyWord) && !tokens_[i - 1].IsNumber() && !of_name;
    if (county) {
      allowed_ &= ~MaskOf(i, i + 1);
    } else if ((places_ >> i & 1) == 0) {
      break;
    }
  }
  const auto add = [this](int32_t number) {
    if (number >= 0 && std::find(numbers_.begin(), numbers_.end(), number) == numbers_.end()) {
      numbers_.push_back(number);
    }
  };
  add(evidence_.unit.number);
  add(evidence_.unit.end);
  for (const Numeral& numeral : evidence_.numbers) {
    add(numeral.span.low);
    add(numeral.span.high);
    if (numeral.kind == TokenKind::kRange && numeral.span.high - numeral.span.low <= 8) {
      for (int32_t number = numeral.span.low + 1; number < numeral.span.high; ++number) {
        add(number);
      }
    }
  }
  postcode_listed_ = line.postcode() != 0 && index.Listed(line.postcode());
  if (postcode_listed_) {
    for (const uint32_t id : index.ByPostcode(line.postcode())) {
      const NameId street = index.record(id).street;
      if (street != kNoName && (postcode_streets_.empty() || postcode_streets_.back() != street)) {
        postcode_streets_.push_back(street);
      }
    }
    std::sort(postcode_streets_.begin(), postcode_streets_.end());
    postcode_streets_.erase(std::unique(postcode_streets_.begin(), postcode_streets_.end()), postcode_streets_.end());
  }
}

bool Scorer::NamesForeignPlace() const {
  if (IsRealPostcode(line_.postcode()) || IsOutwardAlone(line_.postcode())) {
    return IsUkArea(line_.postcode()) && !index_.HasArea(AreaOf(line_.postcode()));
  }
  TokenMask counties = 0;
  for (size_t i = 0; i < tokens_.size(); ++i) {
    counties |= tokens_[i].Is(kCountyWord) ? MaskOf(i, i + 1) : 0;
  }
  return own_places_ == 0 && (places_ & allowed_ & ~counties) != 0 && index_.HasPlaces();
}

bool Scorer::NumbersAllow(const Record& record) const {
  if (numbers_.empty()) {
    return true;
  }
  if (record.house.empty() && record.unit.number < 0) {
    return true;
  }
  for (const int32_t number : numbers_) {
    if (number == record.unit.number || (number >= record.house.low && number <= record.house.high)) {
      return true;
    }
  }
  // FLAT B at 2, written as a number.
  return record.house.empty() && record.unit.number < 0;
}

void Scorer::Widen() {
  wide_ = true;
  fits_.clear();
  slots_ = {};
}

const NameFit& Scorer::FitOf(NameId name) {
  uint8_t& slot = slots_[name % slots_.size()];  // where it was last found, plus 1
  if (slot != 0 && fits_[slot - 1U].first == name) {
    return fits_[slot - 1U].second;
  }
  size_t i = 0;
  while (i < fits_.size() && fits_[i].first != name) {
    ++i;
  }
  if (i == fits_.size()) {
    fits_.emplace_back(name, FitInText(name, 0));
  }
  slot = i < 255 ? static_cast<uint8_t>(i + 1) : 0;
  return fits_[i].second;
}

float Scorer::PostcodePoints(const Record& record) const {
  const PostcodeCode text = line_.postcode();
  const PostcodeCode own = record.postcode;
  if (text == 0 || own == 0) {
    return 0;
  }
  if (text == own) {
    return 10;
  }
  if (IsOutwardAlone(text) || IsOutwardAlone(own)) {
    return OutwardOf(text) == OutwardOf(own) ? 2 : AreaOf(text) == AreaOf(own) ? -2 : -9;
  }
  if (!IsRealPostcode(text) || !IsRealPostcode(own)) {
    return -6;
  }
  const bool sector = SectorOf(text) == SectorOf(own);
  if (OneEditApart(text, own)) {
    return sector || !postcode_listed_ ? 6 : 4;
  }
  if (sector || (InwardOf(text) == InwardOf(own) && AreaOf(text) == AreaOf(own))) {
    return 4;
  }
  if (OutwardOf(text) == OutwardOf(own)) {
    return 2;
  }
  const bool street_there = std::binary_search(postcode_streets_.begin(), postcode_streets_.end(), record.street);
  if (street_there && SameFirstLetter(text, own)) {
    return kStreetThere;
  }
  return postcode_listed_ || AreaOf(text) != AreaOf(own) ? -12 : -9;
}

float Scorer::StreetPoints(const Record& record, const NameFit& street, const NameFit& building, Fit* fit) const {
  if (record.street == kNoName) {
    return 0;
  }
  if (street.share < kLeastShare) {
    const bool by_building = building.clean() && (index_.names().name(record.building).core_words ||
                                                  index_.names().name(record.building).words.size() > 1);
    fit->doubtful = true;
    if (by_building) {
      return -5;
    }
    if ((allowed_ & ~places_) == 0 && line_.postcode() == record.postcode && record.postcode != 0) {
      return kNoStreetNamed;
    }
    fit->flags |= kOtherStreet;
    return -14;
  }
  float points = 10 - 8 * (1 - street.share);
  points -= street.edits == 0 ? 0.0F : street.edits == 1 ? 2.0F : street.edits == 2 ? 4.0F : 6.0F;
  points -= street.type_dropped ? 0.7F : 0.0F;
  points -= street.type_wrong ? 2.5F : 0.0F;
  points -= street.type_misspelt ? 0.5F : 0.0F;
  points -= street.direction_missing ? 3.0F : 0.0F;
  points -= street.runs_on ? 6.0F : 0.0F;
  fit->doubtful |= !street.clean();
  if (street.edits >= 2) {
    const bool near =
        line_.postcode() != 0 && record.postcode != 0 && SectorOf(line_.postcode()) == SectorOf(record.postcode);
    points -= near ? 0.0F : 5.5F;
  }
  return points;
}

NameFit Scorer::FitBuilding(NameId name, const NameFit& street) {
  const NameFit& free = FitOf(name);
  if ((free.mask & street.mask) == 0) {
    return free;
  }
  return FitInText(name, street.mask);
}

// Words of a place name no street, unless the whole name stands there with its type.
NameFit Scorer::FitInText(NameId name, TokenMask taken) const {
  const NameInfo& info = index_.names().name(name);
  const bool expected = std::binary_search(postcode_streets_.begin(), postcode_streets_.end(), name);
  const bool generous = expected || wide_;
  NameFit fit = FitName(info, tokens_, allowed_ & ~taken & ~places_, index_.names(), generous);
  if (fit.share >= kLeastShare || (places_ & allowed_) == 0) {
    return fit;
  }
  fit = FitName(info, tokens_, allowed_ & ~taken, index_.names(), generous);
  const bool whole = fit.clean() && (fit.mask & ~places_) != 0;
  // Where the postcode has the street, BATH is no town.
  const bool other_town = expected && (fit.core & own_places_) == 0;
  if (fit.found() && (fit.core & ~places_) == 0 && !whole && !other_town) {
    fit.share = 0;
  }
  return fit;
}

// The only property of its building.
bool Scorer::StandsAlone(const Record& record) const {
  if (record.building == kNoName) {
    return true;
  }
  for (const NumberPosting& posting : index_.names().name(record.building).postings) {
    const Record& other = index_.record(posting.record);
    if (other.property != record.property && other.building == record.building && other.street == record.street) {
      return false;
    }
  }
  return true;
}

// Units of the house are listed besides it.
bool Scorer::HasUnits(const Record& record) const {
  if (record.street == kNoName) {
    return false;
  }
  for (const NumberPosting& posting : index_.ByNumber(record.street, record.house.low)) {
    const Record& other = index_.record(posting.record);
    if (other.street == record.street && other.house.low == record.house.low && other.unit.located()) {
      return true;
    }
  }
  return false;
}

// A is the lowest flat, and the gazetteer has no letters at this number.
bool Scorer::LetterMayBeFloor(const House& text, const Unit& unit, const Record& record) const {
  if (text.low_letter != 'A' || record.street == kNoName || (unit.floors & 3) == 0) {
    return false;
  }
  for (const NumberPosting& posting : index_.ByNumber(record.street, text.low)) {
    const Record& other = index_.record(posting.record);
    if (other.house.low == text.low && (other.house.low_letter != 0 || other.unit.letter != 0)) {
      return false;
    }
  }
  return true;
}

Scorer::ObjectFit Scorer::FitReading(const Record& record, const Reading& reading, const NameFit& building) const {
  ObjectFit fit;
  fit.reading = &reading;
  fit.score = reading.penalty;
  Unit unit = record.unit;
  House house = record.house;
  if (record.single && reading.unit.number < 0 && !reading.house.empty()) {
    // The record's number may be the house's.
    house = {unit.number, unit.number, unit.letter, unit.letter};
    unit.number = -1;
    unit.letter = 0;
  }
  const bool building_found = building.share >= kLeastShare;
  PartFit of_house;
  if (reading.house.empty() && house.empty()) {
    const bool land = record.relation && record.building == kNoName && record.unit.empty();
    of_house.points = !land ? 0.0F : evidence_.relation ? 8.0F : -9.0F;  // LAND AT MILL CLOSE
    of_house.agrees = land && evidence_.relation;
    of_house.flags = land && !evidence_.relation ? kChildOnly : 0;
  } else if (reading.house.empty()) {
    of_house.points = building_found ? -1 : -9;
    of_house.flags = building_found && (reading.unit.located() || StandsAlone(record)) ? 0 : kChildOnly;
  } else if (house.empty() && reading.contextual) {
    of_house.points = 0;  // TY CEDAR, REAR OF 130 MERTHYR ROAD
  } else if (house.empty()) {
    // The text's number may be the house's in a street whose building the gazetteer lists by name alone.
    const bool between = building_found && reading.house_position > building.end - 1;
    const bool sure = building.share > 0.95F && building.edits < 2 && !building.type_dropped;
    const bool tolerated = sure && (record.unit.has_id() || (between && record.unit.empty()));
    of_house.points = tolerated ? -3 : -10;
    of_house.flags = tolerated ? 0 : building_found ? kParentOnly : kOtherNumber;
  } else {
    of_house = FitHouse(reading.house, house);
    if (reading.contextual != record.relation) {
      of_house.points = -14;
      of_house.flags |= reading.contextual ? kParentOnly : kChildOnly;
    } else if (reading.contextual && (evidence_.relations ^ record.relations) != 0 &&
               (evidence_.relations & record.relations) == 0 && evidence_.relations != 0 && record.relations != 0) {
      of_house.points = -14;  // LAND OPPOSITE 10 is not LAND ADJACENT 10
      of_house.flags |= kOtherBuilding;
    }
  }
  if (building_found && reading.unit_position >= building.end && !house.empty()) {
    of_house.flags |= kChildOnly;  // COPPERFIELD COURT, 1 VILLAGE WAY: a number behind the building is no unit of it
  }
  const PartFit of_unit = FitUnit(reading.unit, unit, reading.unit_given);
  if ((of_house.flags & kParentOnly) != 0 && of_house.agrees && !reading.unit.has_id() && !unit.has_id() &&
      unit.kind <= UnitKind::kFlat && (reading.unit.floors & unit.floors) != 0 &&
      LetterMayBeFloor(reading.house, unit, record)) {
    of_house.points = kLetterForFloor;  // FLAT LGND FLR 22A and BASEMENT FLAT 22
    of_house.flags = 0;
  }
  fit.house = of_house.points;
  fit.score += of_house.points + of_unit.points;
  fit.flags = of_house.flags | of_unit.flags;
  if (reading.leaves_number) {
    fit.flags |= kParentOnly;
  }
  // FLAT, 2 BISHOP LOKE and 2 BISHOP LOKE, F: some unit of it, where there are any.
  const bool some_unit =
      (evidence_.unit_word && !evidence_.unit.located() && !reading.unit.located()) ||
      (evidence_.loose_letter != 0 && evidence_.loose_letter <= 'H' &&
       evidence_.loose_position > reading.house_position && !reading.unit.has_id() && house.low_letter == 0);
  if (some_unit && unit.empty() && of_house.agrees && fit.flags == 0 && HasUnits(record)) {
    fit.flags |= kParentOnly;
  }
  fit.house_agrees = of_house.agrees;
  fit.unit_agrees = of_unit.agrees;
  return fit;
}

Scorer::ObjectFit Scorer::FitObject(const Record& record, const NameFit& building) const {
  ObjectFit best;
  for (const Reading& reading : readings_) {
    const ObjectFit fit = FitReading(record, reading, building);
    if (fit.score > best.score) {
      best = fit;
    }
  }
  return best;
}

float Scorer::BuildingPoints(const Record& record, const NameFit& building, const NameFit& street, Fit* fit) const {
  if (record.building == kNoName) {
    return 0;
  }
  if (building.share >= kLeastShare) {
    float points = 6 - 6 * (1 - building.share);
    points -= building.edits > 0 ? 1.5F : 0.0F;
    points -= building.type_dropped ? 2.0F : 0.0F;
    points -= building.direction_missing ? 1.0F : 0.0F;
    const auto end = static_cast<size_t>(building.end);
    const bool other_type = building.type_dropped && end < tokens_.size() && !tokens_[end].comma_before &&
                            tokens_[end].Is(kStreetType) && ((allowed_ & ~street.mask) >> end & 1) != 0;
    if (other_type) {
      fit->flags |= kOtherBuilding;  // HONEYSUCKLE DENE is not Honeysuckle Villa
    }
    fit->doubtful |= !building.clean();
    // PINE TOP COURT is not MAPLE TOP COURT: an unused word stands where one of the name is missing.
    const TokenMask before = building.begin > 0 ? TokenMask{1} << (building.begin - 1) : 0;
    const bool other_word = building.share < 0.95F && (before & allowed_ & ~places_) != 0;
    if (building.type_wrong || building.runs_on || other_word) {
      fit->flags |= kOtherBuilding;
      points -= 2;
    }
    return points;
  }
  const bool holds_number = record.single || (record.house.empty() && record.unit.number >= 0);
  const bool only_name = record.house.empty() && record.unit.number < 0;
  if (holds_number || only_name) {
    fit->flags |= kOtherBuilding;
    return -9;
  }
  if ((named_buildings_ & ~street.mask & ~places_ & MaskOf(0, static_cast<size_t>(std::max<int>(street.begin, 0)))) !=
      0) {
    fit->flags |= kOtherBuilding;  // the text names a building, and it is another
  }
  return -5;
}

Fit Scorer::Score(uint32_t id) {
  const Record& record = index_.record(id);
  Fit fit;
  fit.record = id;
  NameFit street;
  NameFit building;
  if (record.street != kNoName) {
    street = FitOf(record.street);
  }
  if (record.building != kNoName) {
    const NameFit& free = FitOf(record.building);
    if (free.clean() && !street.clean() && (free.mask & street.mask) != 0) {
      building = free;  // 21A HAVEN HOUSE MORNINGTON ESTATE is in no HAVEN PLACE
      street = FitInText(record.street, building.mask);
    } else {
      building = FitBuilding(record.building, street.share >= kLeastShare ? street : NameFit());
    }
    if (building.clean() && street.share < kLeastShare && record.street != kNoName) {
      // 9 LANGDALE COURT, 60 KABERT ROAD: where the building is named, its street is expected.
      const NameFit misspelt = FitName(index_.names().name(record.street), tokens_,
                                       allowed_ & ~building.mask & ~places_, index_.names(), /*generous=*/true);
      street = misspelt.share >= kLeastShare && !misspelt.type_wrong ? misspelt : street;
    }
  }
  NameFit extra;
  if (record.extra != kNoName) {
    extra = FitBuilding(record.extra, street.share >= kLeastShare ? street : NameFit());
  }
  fit.postcode = PostcodePoints(record);
  fit.street = StreetPoints(record, street, building, &fit);
  const ObjectFit object = FitObject(record, building.share >= extra.share ? building : extra);
  fit.house = object.house;
  fit.unit = object.score - object.house;  // with what the reading costs
  fit.flags |= object.flags;
  fit.object = object.house_agrees || building.share >= kLeastShare || extra.share >= kLeastShare;
  fit.building = BuildingPoints(record, building, street, &fit);
  TokenMask used = 0;
  for (const NameFit& name : {street, building, extra}) {
    used |= name.share >= kLeastShare ? name.mask : 0;
  }
  if (record.extra != kNoName) {
    const bool names_it = record.house.empty() && record.unit.number < 0 && record.building != kNoName;
    fit.building += extra.share >= kLeastShare ? (record.placed ? 4.5F : 3.0F) * extra.share : names_it ? -6.0F : -1.0F;
    fit.flags |= extra.share < kLeastShare && names_it ? kChildOnly : 0;
  }
  fit.building += BetweenPoints(record, object, street, used, &fit);
  fit.street += NamedStreetPoints(record, street, used, &fit);
  if (object.reading != nullptr && NamesOtherStreet(street, object.reading->house_position, used, fit.postcode)) {
    fit.flags |= kOtherStreet;
  }
  if (record.anonymous && object.reading != nullptr &&
      NamesOther(std::min(object.reading->house_position, street.begin), used)) {
    fit.flags |= kOtherBuilding;
  }
  fit.rest = RestPoints(record, street, used, &fit);
  if (evidence_.relation && !record.relation && object.reading != nullptr && !object.reading->contextual &&
      object.reading->house_position >= 0) {
    fit.rest -= 2;
  }
  fit.score = fit.postcode + fit.street + fit.house + fit.unit + fit.building + fit.rest;
  return fit;
}

}  // namespace wensum::matching::address::match
