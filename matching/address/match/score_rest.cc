// What a text says besides the names and numbers of a record: places, other names, words between and behind.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "absl/container/inlined_vector.h"
#include "matching/address/match/score.h"

namespace wensum::matching::address::match {
namespace {

constexpr float kPlaceFound = 1.5F;
constexpr float kOtherPlace = 2.0F;

// Before a street's whole name, it makes another name of it.
bool TellsStreetsApart(std::string_view word) {
  static constexpr std::array<std::string_view, 8> kWords = {"OLD",   "NEW",    "UPPER", "LOWER",
                                                             "GREAT", "LITTLE", "INNER", "OUTER"};
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

}  // namespace

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
    const bool prefixed = static_cast<int>(i) + 1 == street.begin && !tokens_[i + 1].comma_before;
    if (prefixed && (TellsStreetsApart(tokens_[i].text) || (tokens_[i].word == kNoWord && fit->postcode < 10))) {
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

// The words that the record does not explain.
Scorer::Rest Scorer::ReadRest(const Record& record, const NameFit& street, TokenMask used) const {
  Rest rest;
  rest.points = PlacePoints(record, used, &rest.places);
  rest.tokens = allowed_ & ~used & ~rest.places;
  for (size_t i = 0; i < tokens_.size(); ++i) {
    if ((rest.tokens >> i & 1) == 0 || tokens_[i].Is(kStopWord)) {
      continue;
    }
    if ((places_ >> i & 1) != 0) {
      // A place of the gazetteer that the record is not in: once for each phrase.
      const bool first = i == 0 || tokens_[i].comma_before || ((places_ & rest.tokens) >> (i - 1) & 1) == 0;
      const bool own = (own_places_ >> i & 1) != 0;
      rest.points -= !first ? 0.0F : own ? kOtherPlace : 0.3F;
      rest.other_place |= own;
      rest.foreign_place |= !own && !tokens_[i].Is(kCountyWord);  // lists leave counties out
      continue;
    }
    const bool known = tokens_[i].word != kNoWord && index_.names().word(tokens_[i].word).uses > 0;
    rest.points -= known ? 0.7F : 0.2F;
    // Behind the street stand estates and areas.
    bool behind = street.share >= kLeastShare && static_cast<int>(i) >= street.end;
    for (size_t k = behind ? static_cast<size_t>(street.end) : i; behind && !tokens_[k].comma_before; ++k) {
      behind = k < i;
    }
    if (!behind && i + 1 < tokens_.size() && (rest.tokens >> (i + 1) & 1) != 0 && tokens_[i + 1].Is(kStreetType) &&
        !tokens_[i + 1].Is(kBuildingType) && !tokens_[i + 1].comma_before && !tokens_[i].Is(kStreetType)) {
      const bool estate = i + 2 < tokens_.size() && tokens_[i + 2].text == "ESTATE";  // TALLOW HILL ESTATE
      rest.street |= !estate;
    }
  }
  return rest;
}

float Scorer::RestPoints(const Record& record, const NameFit& street, TokenMask used, Fit* fit) {
  const Rest rest = ReadRest(record, street, used);
  if (LiesElsewhere(record, street, rest, *fit)) {
    fit->flags |= kOtherPlaceNamed;
  }
  // 35 CASTLE MEADOW is no Castle Drive if nothing else says so.
  const bool other_type = rest.places == 0 && fit->postcode < 2 && street.type_wrong;
  // The text's postcode lies in other streets, and the record has none of its own.
  const bool other_postcode = fit->doubtful && record.postcode == 0 && record.street != kNoName && postcode_listed_ &&
                              !std::binary_search(postcode_streets_.begin(), postcode_streets_.end(), record.street);
  if (other_type || other_postcode || (rest.street && fit->doubtful)) {
    fit->flags |= kOtherStreet;
  }
  return std::max(rest.points, -8.0F);
}

// The text names a place, or a postcode, that the record is not in.
bool Scorer::LiesElsewhere(const Record& record, const NameFit& street, const Rest& rest, const Fit& fit) {
  const bool has_place = record.places[0] != kNoName;
  const bool no_place = rest.places == 0 && has_place;
  const bool far = fit.postcode < -9 && IsRealPostcode(record.postcode) && IsRealPostcode(line_.postcode());
  if (far && rest.places == 0 && AreaOf(line_.postcode()) != AreaOf(record.postcode) && IsUkArea(line_.postcode())) {
    return true;
  }
  // A street of the text's own postcode is not the street of that name in another district, if no place says so.
  const bool place_said = record.placed && has_place ? FindPlace(record.places[0]) != 0 : rest.places != 0;
  if (!place_said && has_place && fit.postcode == kStreetThere) {
    return true;
  }
  if (fit.postcode >= 2) {
    return false;
  }
  if (no_place && (rest.other_place ? fit.postcode != 0 : rest.foreign_place)) {
    return true;  // 23 MANFORD CROSS, SWANSEA
  }
  if (!rest.other_place || record.street == kNoName) {
    return false;
  }
  // 24 UNTHANK ROAD, LAKESIDE is not Unthank Place of Larchwood.
  if ((no_place && fit.doubtful) || (record.placed && (street.type_wrong || street.type_dropped))) {
    return true;
  }
  // 33 MALVERN DRIVE, SEVEN KINGS is not the Malvern Drive of Woodford Green if Seven Kings has one.
  // If they share a town, it takes another postcode too, unless streets are known to lie in one place each.
  return (no_place || fit.postcode != 0 || record.placed) && (PlacesOfStreet(record.street) & rest.tokens) != 0;
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

bool Scorer::Unexplained(size_t i, TokenMask used) const {
  return i < tokens_.size() && ((allowed_ & ~used & ~places_) >> i & 1) != 0 && tokens_[i].letter == 0 &&
         !tokens_[i].Is(kStopWord);
}

// Words stand where the street's would: behind the number, or behind the street's name in the place of its type.
bool Scorer::NamesOtherStreet(const NameFit& street, int house_position, TokenMask used, float postcode) const {
  if (street.share < kLeastShare) {
    return false;
  }
  if (house_position >= 0) {
    auto next = static_cast<size_t>(house_position) + 1;
    while (next < tokens_.size() && tokens_[next].Is(kStopWord) && (used >> next & 1) == 0) {
      ++next;
    }
    // 15 NEWTON GREEN is not in MILL GREEN, and THE WILLOWS, 36 POTTETS LANE not in The Willows.
    const bool before = street.begin < house_position && postcode < 10;
    if ((street.type_dropped || before) && Unexplained(next, used)) {
      return true;
    }
  }
  const auto end = static_cast<size_t>(street.end);
  const bool estate = end + 1 < tokens_.size() && tokens_[end + 1].text == "ESTATE";
  return street.type_dropped && postcode < 10 && Unexplained(end, used) && !tokens_[end].comma_before && !estate &&
         tokens_[end].word == kNoWord;  // JEWSON LPECE is not Jewson Rise
}

// Somebody or something is named before the address that is not of it.
bool Scorer::NamesOther(int end, TokenMask used) const {
  for (int i = 0; i < end; ++i) {
    if (Unexplained(static_cast<size_t>(i), used)) {
      return true;
    }
  }
  return false;
}

}  // namespace wensum::matching::address::match
