#include "sample/address_text.h"

#include <algorithm>
#include <utility>

#include "base/strings.h"
#include "sample/identity.h"
#include "sample/noise.h"
#include "sample/places.h"

namespace wensum::sample {
namespace {

// An address in its components, each of which a fault may change.
struct Components {
  std::string unit, building, number, street, locality, town, county, postcode;
  bool loose = false;
  bool number_comma = false;  // "14, Magnolia Road"
};

Components ComponentsOf(const City& city, const Property& property) {
  Components parts;
  parts.unit = property.unit;
  parts.building = property.building;
  parts.number = City::Number(property);
  parts.street = city.StreetOf(property);
  parts.locality = city.LocalityOf(property);
  parts.town = kTown;
  parts.postcode = city.PostcodeOf(property);
  return parts;
}

AddressText Compose(const Components& parts) {
  AddressText text;
  const auto add = [&](std::string part) {
    if (!part.empty()) text.parts.push_back(std::move(part));
  };
  add(parts.unit);
  add(parts.building);
  if (parts.number_comma) {
    add(parts.number);
    add(parts.street);
  } else {
    add(parts.number.empty() ? parts.street : Cat(parts.number, " ", parts.street));
  }
  add(parts.locality);
  add(parts.town);
  add(parts.county);
  text.postcode = parts.postcode;
  text.loose = parts.loose;
  return text;
}

bool Abbreviate(Random& random, std::string& street) {
  static constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
      {"Road", "Rd"},      {"Street", "St"},    {"Avenue", "Ave"},    {"Close", "Cl"}, {"Lane", "Ln"},
      {"Drive", "Dr"},     {"Gardens", "Gdns"}, {"Crescent", "Cres"}, {"Court", "Ct"}, {"Place", "Pl"},
      {"Terrace", "Terr"}, {"Grove", "Gr"},     {"Square", "Sq"}};
  for (const auto& [full, brief] : kTypes) {
    if (street.size() > full.size() && street.ends_with(full)) {
      street.replace(street.size() - full.size(), full.size(), brief);
      if (random.Chance(0.3)) street.push_back('.');
      return true;
    }
  }
  return false;
}

// "First Floor Flat" as people shorten it; false if the unit is not named by its floor.
bool AbbreviateFloor(Random& random, std::string& unit) {
  static constexpr std::pair<std::string_view, std::string_view> kFloors[] = {
      {"Ground Floor Flat", "GFF"},  {"Ground Floor Flat", "Grd Flr Flat"}, {"First Floor Flat", "1st Floor Flat"},
      {"First Floor Flat", "FFF"},   {"Second Floor Flat", "2nd Flr Flat"}, {"Top Floor Flat", "Top Flat"},
      {"Basement Flat", "Basement"}, {"Ground Floor Shop", "Shop"}};
  const size_t start = random.Below(std::size(kFloors));
  for (size_t i = 0; i < std::size(kFloors); ++i) {
    const auto& [full, brief] = kFloors[(start + i) % std::size(kFloors)];
    if (unit == full) {
      unit = brief;
      return true;
    }
  }
  return false;
}

// Writes unit and number together in one of the ways people do.
bool MergeUnit(Random& random, Components& parts) {
  if (AbbreviateFloor(random, parts.unit)) return true;
  const size_t space = parts.unit.rfind(' ');
  if (space == std::string::npos) return false;
  const std::string label = parts.unit.substr(0, space);
  const std::string name = parts.unit.substr(space + 1);
  const bool plain = label == "Flat" || label == "Room" || label == "Apartment";
  if (!plain) return false;
  const bool numbered = !parts.number.empty() && parts.building.empty();
  switch (random.Below(numbered ? 6 : 3)) {
    case 0:
      parts.unit = Cat(label == "Flat" ? "Ft" : label == "Apartment" ? "Apt" : "Rm", " ", name);
      return true;
    case 1:
      parts.unit = Cat(label, name);
      return true;
    case 2:
      parts.unit = label == "Apartment" ? Cat("Flat ", name) : Cat(label, " no ", name);
      return true;
    case 3:
      parts.number = IsLetter(name[0]) ? Cat(parts.number, name) : Cat(parts.number, "/", name);
      break;
    case 4:
      parts.number = Cat(parts.number, " ", label, " ", name);
      break;
    default:
      parts.number = Cat(label, " ", name, " ", parts.number);
  }
  parts.unit.clear();
  return true;
}

void SpoilPostcode(Random& random, std::string& postcode) {
  switch (random.Below(4)) {
    case 0:
      postcode = ToLowerAscii(postcode);
      break;
    case 1:
      postcode.erase(std::remove(postcode.begin(), postcode.end(), ' '), postcode.end());
      break;
    case 2:
      std::replace(postcode.begin(), postcode.end(), '0', 'O');
      break;
    default:
      std::replace(postcode.begin() + 2, postcode.end(), '1', 'I');
      break;
  }
}

// Applies one fault; false if this address does not offer it.
bool ApplyFault(Random& random, Components& parts) {
  const std::string before = parts.postcode;
  switch (random.Below(11)) {
    case 0:
    case 1:
      return Abbreviate(random, parts.street);
    case 2:
    case 3:
      if (parts.loose) return false;
      parts.loose = true;
      return true;
    case 4:
      parts.postcode.clear();
      return !before.empty();
    case 5:
      if (before.empty()) return false;
      SpoilPostcode(random, parts.postcode);
      return parts.postcode != before;
    case 6:
      parts.street = Misspelt(random, parts.street);
      return true;
    case 7:
    case 8:
      return MergeUnit(random, parts);
    case 9:
      switch (random.Below(4)) {
        case 0:
          parts.town.clear();
          break;
        case 1:
          parts.town = Misspelt(random, kTown);
          break;
        case 2:
          parts.county = random.Chance(0.5) ? std::string(kCounty) : "Norf.";
          break;
        default:
          if (parts.locality.empty()) return false;
          parts.locality.clear();
      }
      return true;
    default:
      if (parts.number.empty() || parts.number_comma) return false;
      if (!parts.building.empty() && random.Chance(0.5)) {
        parts.number.clear();  // the building's name is enough
      } else {
        parts.number_comma = true;
      }
      return true;
  }
}

}  // namespace

std::string AddressText::Line() const { return Join(parts, loose ? " " : ", "); }

std::vector<std::string> AddressText::Lines(size_t count) const {
  std::vector<std::string> lines = parts;
  const std::string_view separator = loose ? " " : ", ";
  // Parted as forms ask for it, or squeezed into the first line.
  while (lines.size() > count || (loose && lines.size() > 2)) {
    lines[0] = Cat(lines[0], separator, lines[1]);
    lines.erase(lines.begin() + 1);
  }
  lines.resize(count);
  return lines;
}

AddressText CleanAddress(const City& city, const Property& property) { return Compose(ComponentsOf(city, property)); }

AddressText MessyAddress(Random& random, const City& city, const Property& property) {
  Components parts = ComponentsOf(city, property);
  const uint64_t faults = 1 + random.Below(3);
  for (uint64_t done = 0; done < faults;) {
    if (ApplyFault(random, parts)) ++done;
  }
  return Compose(parts);
}

AddressText OutsideAddress(uint64_t index) {
  Random random(index * 0x9E3779B97F4A7C15ULL + 77);
  const OtherTown& town = OtherTowns()[random.Below(OtherTowns().size())];
  static constexpr std::string_view kLetters = "ABDEFGHJLNPQRSTUWXYZ";
  const std::string_view stem = StreetStems()[random.Below(StreetStems().size())];
  const std::string_view type = StreetTypes()[random.Below(12)].word;
  AddressText text;
  text.parts = {Cat(1 + random.Below(180), " ", stem, " ", type), std::string(town.name)};
  text.postcode = Cat(town.outward, " ", random.Below(9) + 1, kLetters[random.Below(kLetters.size())],
                      kLetters[random.Below(kLetters.size())]);
  return text;
}

}  // namespace wensum::sample
