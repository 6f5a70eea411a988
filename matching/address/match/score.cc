#include "matching/address/match/score.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "matching/address/match/unit_fit.h"

namespace wensum::matching::address::match {
namespace {

constexpr float kStreetThere = 1;  // for another postcode than the text's, which has a street of the record's name
constexpr float kPlaceFound = 1.5F;
constexpr float kOtherPlace = 2.0F;
constexpr float kNoStreetNamed = -5;  // 12, NR1 1AB: few numbers stand twice in a postcode
constexpr float kLeastShare = 0.6F;   // of a name's weight that must be found

// Before a street's whole name, it makes another name of it.
bool TellsStreetsApart(std::string_view word) {
  static constexpr std::array<std::string_view, 8> kWords = {"OLD",   "NEW",    "UPPER", "LOWER",
                                                             "GREAT", "LITTLE", "INNER", "OUTER"};
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

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
    return !index_.HasArea(AreaOf(line_.postcode()));
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
  NameFit fit = FitName(info, tokens_, allowed_ & ~taken & ~places_, index_.names(), expected);
  if (fit.share >= kLeastShare || (places_ & allowed_) == 0) {
    return fit;
  }
  fit = FitName(info, tokens_, allowed_ & ~taken, index_.names(), expected);
  const bool whole = fit.clean() && (fit.mask & ~places_) != 0;
  if (fit.found() && (fit.core & ~places_) == 0 && !whole) {
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

// Where the place stands in the text among the gazetteer's places; 0 if it does not.
TokenMask Scorer::FindPlace(NameId place) const {
  const auto& words = index_.names().name(place).words;
  for (size_t i = 0; i + words.size() <= tokens_.size(); ++i) {
    const TokenMask phrase = MaskOf(i, i + words.size());
    bool same = (own_places_ & phrase) == phrase;
    for (size_t k = 0; k < words.size() && same; ++k) {
      same = tokens_[i + k].word == words[k];
    }
    if (same) {
      return phrase;
    }
  }
  return 0;
}

// The places of the text that have a street of this name. One walk over the street's addresses, which lie in few
// places.
TokenMask Scorer::PlacesOfStreet(NameId street) {
  for (const auto& [id, places] : places_of_streets_) {
    if (id == street) {
      return places;
    }
  }
  absl::InlinedVector<NameId, 8> seen;
  TokenMask found = 0;
  for (const NumberPosting& posting : index_.names().name(street).postings) {
    const Record& record = index_.record(posting.record);
    if (record.street != street) {
      continue;
    }
    for (const NameId place : record.places) {
      if (place != kNoName && std::find(seen.begin(), seen.end(), place) == seen.end()) {
        seen.push_back(place);
        found |= FindPlace(place);
      }
    }
  }
  places_of_streets_.emplace_back(street, found);
  return found;
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
    of_house.points = 0;
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
    }
  }
  if (building_found && reading.unit_position >= building.end && !house.empty()) {
    of_house.flags |= kChildOnly;  // COPPERFIELD COURT, 1 VILLAGE WAY: a number behind the building is no unit of it
  }
  const PartFit of_unit = FitUnit(reading.unit, unit, reading.unit_given);
  if ((of_house.flags & kParentOnly) != 0 && of_house.agrees && !reading.unit.has_id() && !unit.has_id() &&
      (reading.unit.floors & unit.floors) != 0 && LetterMayBeFloor(reading.house, unit, record)) {
    of_house.points = 3.5F;  // FLAT LGND FLR 22A and BASEMENT FLAT 22
    of_house.flags = 0;
  }
  fit.house = of_house.points;
  fit.score += of_house.points + of_unit.points;
  fit.flags = of_house.flags | of_unit.flags;
  if (reading.leaves_number) {
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

// Words of another name between the number and the street: another building.
float Scorer::BetweenPoints(const Record& record, const ObjectFit& object, const NameFit& street, TokenMask used,
                            Fit* fit) const {
  if (street.begin < 0 || object.reading == nullptr || record.street == kNoName) {
    return 0;
  }
  int from = object.reading->house_position;
  if (from < 0) {
    for (const Numeral& numeral : evidence_.numbers) {
      from = std::max<int>(from, numeral.position < street.begin ? numeral.position : -1);
    }
  }
  if (from < 0 || from >= street.begin) {
    return 0;
  }
  const TokenMask between =
      MaskOf(static_cast<size_t>(from) + 1, static_cast<size_t>(street.begin)) & allowed_ & ~places_ & ~used;
  float points = 0;
  bool known = false;
  for (size_t i = 0; i < tokens_.size(); ++i) {
    if ((between >> i & 1) == 0 || tokens_[i].Is(kStopWord) || tokens_[i].letter != 0) {
      continue;
    }
    const bool name_word = tokens_[i].word != kNoWord && index_.names().word(tokens_[i].word).uses > 0;
    if (static_cast<int>(i) + 1 == street.begin && !tokens_[i + 1].comma_before && TellsStreetsApart(tokens_[i].text)) {
      fit->flags |= kOtherStreet;  // 12 OLD MILL LANE is not in Mill Lane
    }
    known |= name_word && (tokens_[i].flags & (kStreetType | kBuildingType)) == 0;
    known |= (named_buildings_ >> i & 1) != 0;
    points = std::min(points, -3.0F);
  }
  if (known) {
    if (!(object.unit_agrees && object.house_agrees)) {
      fit->flags |= kOtherBuilding;
    }
    return -8;
  }
  return points;
}

// Places that the record and the text share; misspelt ones count.
float Scorer::PlacePoints(const Record& record, TokenMask used, TokenMask* taken) const {
  float points = 0;
  for (const NameId place : record.places) {
    if (place == kNoName) {
      continue;
    }
    const auto& words = index_.names().name(place).words;
    size_t found = 0;
    for (const WordId word : words) {
      for (size_t i = 0; i < tokens_.size(); ++i) {
        if ((evidence_.names & ~used & ~*taken) >> i & 1 && tokens_[i].kind == TokenKind::kWord &&
            (tokens_[i].word == word || (tokens_[i].word == kNoWord && Misspelt(tokens_[i].text, word)))) {
          *taken |= MaskOf(i, i + 1);
          ++found;
          break;
        }
      }
    }
    points += kPlaceFound * static_cast<float>(found) / static_cast<float>(words.size());
  }
  return points;
}

bool Scorer::Misspelt(std::string_view typed, WordId word) const {
  const std::string& text = index_.names().word(word).text;
  const int limit = std::min(EditsForgiven(typed.size()), EditsForgiven(text.size()));
  return limit > 0 && typed[0] == text[0] && WordDistance(typed, text, limit) <= limit;
}

float Scorer::RestPoints(const Record& record, const NameFit& street, TokenMask used, Fit* fit) {
  TokenMask place_used = 0;
  float points = PlacePoints(record, used, &place_used);
  const TokenMask rest = allowed_ & ~used & ~place_used;
  bool unexplained_street = false;
  bool other_place = false;
  bool foreign_place = false;
  for (size_t i = 0; i < tokens_.size(); ++i) {
    if ((rest >> i & 1) == 0 || tokens_[i].Is(kStopWord)) {
      continue;
    }
    if ((places_ >> i & 1) != 0) {
      // A place of the gazetteer that the record is not in: once for each phrase.
      const bool first = i == 0 || tokens_[i].comma_before || ((places_ & ~place_used & ~used) >> (i - 1) & 1) == 0;
      const bool own = (own_places_ >> i & 1) != 0;
      points -= !first ? 0.0F : own ? kOtherPlace : 0.3F;
      other_place |= own;
      foreign_place |= !own && !tokens_[i].Is(kCountyWord);  // lists leave counties out
      continue;
    }
    const bool known = tokens_[i].word != kNoWord && index_.names().word(tokens_[i].word).uses > 0;
    points -= known ? 0.7F : 0.2F;
    // Behind the street stand estates and areas.
    bool behind = street.share >= kLeastShare && static_cast<int>(i) >= street.end;
    for (size_t k = behind ? static_cast<size_t>(street.end) : i; behind && !tokens_[k].comma_before; ++k) {
      behind = k < i;
    }
    if (!behind && i + 1 < tokens_.size() && (rest >> (i + 1) & 1) != 0 && tokens_[i + 1].Is(kStreetType) &&
        !tokens_[i + 1].Is(kBuildingType) && !tokens_[i + 1].comma_before && !tokens_[i].Is(kStreetType)) {
      const bool estate = i + 2 < tokens_.size() && tokens_[i + 2].text == "ESTATE";  // TALLOW HILL ESTATE
      unexplained_street |= !estate;
    }
  }
  const bool has_place = record.places[0] != kNoName;
  const bool other_area = IsRealPostcode(line_.postcode()) && IsRealPostcode(record.postcode) && fit->postcode < -9 &&
                          AreaOf(line_.postcode()) != AreaOf(record.postcode);
  if (place_used == 0 && other_area) {
    fit->flags |= kOtherPlaceNamed;
  }
  // 33 MALVERN DRIVE, SEVEN KINGS is not the Malvern Drive of Woodford Green if Seven Kings has one.
  // If they share a town, it takes another postcode too.
  const bool no_place = place_used == 0 && has_place;
  if (fit->postcode < 2 && other_place && record.street != kNoName && (no_place || fit->postcode != 0) &&
      ((no_place && fit->doubtful) || (PlacesOfStreet(record.street) & rest) != 0)) {
    fit->flags |= kOtherPlaceNamed;
  }
  // A street of the text's own postcode is not the street of that name in another district, if no place says so.
  if (place_used == 0 && has_place && fit->postcode == kStreetThere) {
    fit->flags |= kOtherPlaceNamed;
  }
  // 35 CASTLE MEADOW is no Castle Drive if nothing else says so.
  if (place_used == 0 && fit->postcode < 2 && street.type_wrong) {
    fit->flags |= kOtherStreet;
  }
  if (place_used == 0 && has_place && fit->postcode < 2 && (other_place ? fit->postcode != 0 : foreign_place)) {
    fit->flags |= kOtherPlaceNamed;  // 23 MANFORD CROSS, SWANSEA
  }
  if (unexplained_street && fit->doubtful) {
    fit->flags |= kOtherStreet;
  }
  return std::max(points, -8.0F);
}

float Scorer::NamedStreetPoints(const Record& record, const NameFit& street, TokenMask used, Fit* fit) {
  if (named_ == kNoName || named_ == record.street || record.street == kNoName) {
    return 0;
  }
  const NameFit& named = FitOf(named_);
  if ((named.mask & ~street.mask) == 0 && named.mask != street.mask && street.share >= kLeastShare) {
    return 0;  // SNAKES LANE stands in SNAKES LANE WETS too
  }
  const bool conflict = (named.mask & ~used) != 0
                            ? (named.core & ~used) != 0 || street.type_wrong || street.type_dropped
                            : named.points > street.points + 0.6F && (named.core & street.mask) != 0;
  const bool elsewhere = street.share < kLeastShare && (named.mask & ~used) != 0;
  if (!conflict && !elsewhere && !(street.points + 0.6F < named.points && (named.core & street.core) != 0)) {
    return 0;
  }
  if (line_.postcode() != 0 && record.postcode == line_.postcode() && !named_in_postcode_) {
    return -3;
  }
  if (!named_has_number_ && street.type_dropped && (named.mask & ~street.mask) == 0) {
    return -2;  // 72A SUNNYSIDE is in Sunnyside Road if no such number is in Sunnyside
  }
  fit->flags |= kOtherStreet;
  return -7;
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
    fit.building += extra.share >= kLeastShare ? 3 * extra.share : names_it ? -6.0F : -1.0F;
    fit.flags |= extra.share < kLeastShare && names_it ? kChildOnly : 0;
  }
  fit.building += BetweenPoints(record, object, street, used, &fit);
  fit.street += NamedStreetPoints(record, street, used, &fit);
  if (street.type_dropped && object.reading != nullptr && object.reading->house_position >= 0) {
    const auto next = static_cast<size_t>(object.reading->house_position) + 1;
    if (next < tokens_.size() && (allowed_ & ~used & ~places_) >> next & 1 && !tokens_[next].Is(kStopWord) &&
        tokens_[next].letter == 0) {
      fit.flags |= kOtherStreet;
    }
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
