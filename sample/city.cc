#include "sample/city.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>
#include <utility>

#include "base/hash.h"
#include "base/strings.h"
#include "sample/places.h"
#include "sample/plots.h"

namespace wensum::sample {
namespace {

// The area's box and centre on the National Grid, in metres.
constexpr double kMinX = 612074, kMaxX = 635770, kMinY = 300889, kMaxY = 318031;
constexpr double kCentreX = 623500, kCentreY = 309200;
constexpr double kMaxRadius = 7900;
constexpr double kPlotsPerStreet = 32;

int32_t Centimetres(double metres, double low, double high) {
  return static_cast<int32_t>(std::lround(std::clamp(metres, low + 50, high - 50) * 100));
}

// Hands out unit postcodes near a place: a district per wedge of the city, a sector per ring of it.
class PostcodeSource {
 public:
  explicit PostcodeSource(Random& random) {
    static constexpr std::string_view kLetters = "ABDEFGHJLNPQRSTUWXYZ";  // inward letters exclude C I K M O V
    for (const char a : kLetters) {
      for (const char b : kLetters) {
        units_.push_back({a, b});
      }
    }
    for (size_t i = units_.size() - 1; i > 0; --i) {
      std::swap(units_[i], units_[random.Below(i + 1)]);
    }
  }

  // `wedge` 0-7 and `ring` 0-9. When a sector is full the next ones follow, then districts from NR9 on.
  std::string Next(int wedge, int ring) {
    size_t sector = static_cast<size_t>(wedge * 10 + ring);
    for (size_t tried = 0; used_[sector] == units_.size(); ++tried) {
      sector = tried < 80 ? (sector + 1) % 80 : tried;
    }
    const auto& [a, b] = units_[(used_[sector]++ + sector * 37) % units_.size()];
    return Cat("NR", sector / 10 + 1, " ", sector % 10, a, b);
  }

 private:
  std::vector<std::pair<char, char>> units_;
  std::array<size_t, 1000> used_{};
};

class CityBuilder {
 public:
  CityBuilder(uint64_t seed, uint64_t properties, const Rates& rates, const NameTables& names, Day today)
      : random_(HashCombine(seed, 0xC17)),
        wanted_(properties),
        context_{rates, names, uprns_, today},
        postcodes_(random_) {
    const double streets = std::max(1.0, static_cast<double>(properties) / kPlotsPerStreet);
    spacing_ = std::min(180.0, kMaxRadius / std::sqrt(streets / std::numbers::pi));
    radius_ = spacing_ * std::sqrt(streets / std::numbers::pi) + spacing_;
    central_streets_ = static_cast<size_t>(streets * 0.15);
    city_.properties.reserve(properties);
    for (const WeightedWord& type : StreetTypes()) {
      types_.Add(static_cast<uint32_t>(&type - StreetTypes().data()), type.weight);
    }
  }

  City Build() {
    while (city_.properties.size() < wanted_) {
      AddStreet();
    }
    for (uint32_t i = 0; i < city_.properties.size(); ++i) {
      const Property& property = city_.properties[i];
      if (property.status != 1) continue;
      if (property.use == Use::kDwelling) city_.homes.push_back(i);
      if (property.use == Use::kRoom) city_.rooms.push_back(i);
      if (property.use == Use::kBusiness) city_.businesses.push_back(i);
    }
    return std::move(city_);
  }

 private:
  void AddStreet();
  uint16_t LocalityAt(double x, double y) const;
  std::string StreetName();
  void Name(Street& street);
  void Place(const Street& street, const std::vector<size_t>& plots);
  void AssignPostcodes(const std::vector<size_t>& plots, int wedge, int ring);

  Random random_;
  const uint64_t wanted_;
  UprnSource uprns_;
  const PlotContext context_;
  PostcodeSource postcodes_;
  double spacing_ = 0, radius_ = 0;
  size_t central_streets_ = 0;
  WeightedList types_;
  std::set<std::pair<std::string, std::string>> used_names_;  // with the locality, which several centres may share
  City city_;
};

// The nearest of as many evenly spread centres as there are localities.
uint16_t CityBuilder::LocalityAt(double x, double y) const {
  const size_t count = Localities().size();
  double best = 1e30;
  uint16_t nearest = 0;
  for (size_t i = 0; i < count; ++i) {
    const double r = radius_ * std::sqrt((static_cast<double>(i) + 0.5) / static_cast<double>(count));
    const double angle = static_cast<double>(i) * 2.399963229728653;
    const double distance = std::hypot(x - kCentreX - r * std::cos(angle), y - kCentreY - r * std::sin(angle));
    if (distance < best) {
      best = distance;
      nearest = static_cast<uint16_t>(i);
    }
  }
  return nearest;
}

std::string CityBuilder::StreetName() {
  static constexpr std::string_view kBefore[] = {"Upper", "Lower", "Old",  "New",   "North",
                                                 "South", "East",  "West", "Great", "Little"};
  const double draw = random_.Unit();
  if (draw < 0.03) return Cat("The ", TheNames()[random_.Below(TheNames().size())]);
  const std::string_view type = StreetTypes()[types_.Draw(random_)].word;
  if (draw < 0.08) return Cat(Saints()[random_.Below(Saints().size())], " ", type);
  const std::string_view stem = StreetStems()[random_.Below(StreetStems().size())];
  if (draw < 0.13) return Cat(kBefore[random_.Below(std::size(kBefore))], " ", stem, " ", type);
  return stem == type ? Cat(stem, " Row") : Cat(stem, " ", type);
}

// Names are unique within a locality, and some return in another.
void CityBuilder::Name(Street& street) {
  const bool again = !city_.streets.empty() && random_.Chance(context_.rates.property.same_street_name);
  if (again) {
    street.name = city_.streets[random_.Below(city_.streets.size())].name;
  }
  while (street.name.empty() || !used_names_.emplace(street.name, Localities()[street.locality]).second) {
    street.name = StreetName();
  }
}

void CityBuilder::AddStreet() {
  const size_t index = city_.streets.size();
  // Points of a sunflower's spiral: evenly dense, from the centre outwards.
  const double radius = spacing_ * std::sqrt((static_cast<double>(index) + 0.5) / std::numbers::pi);
  const double angle = static_cast<double>(index) * 2.399963229728653;
  const double x = kCentreX + radius * std::cos(angle);
  const double y = kCentreY + radius * std::sin(angle);
  const int plots = static_cast<int>(random_.Chance(0.2) ? random_.Between(40, 90) : random_.Between(15, 34));

  Street street;
  street.usrn = static_cast<uint32_t>(26'200'000 + index * 7 + random_.Below(7));
  street.locality = LocalityAt(x, y);
  Name(street);
  const double half = std::clamp(plots * 4.0, 40.0, 260.0);
  const double heading = random_.Unit() * 2 * std::numbers::pi;
  street.start_x = Centimetres(x - half * std::cos(heading), kMinX, kMaxX);
  street.start_y = Centimetres(y - half * std::sin(heading), kMinY, kMaxY);
  street.end_x = Centimetres(x + half * std::cos(heading), kMinX, kMaxX);
  street.end_y = Centimetres(y + half * std::sin(heading), kMinY, kMaxY);
  street.start = random_.Chance(0.9) ? DayOf(1990, 1, 1) + static_cast<Day>(random_.Below(3000))
                                     : DayOf(2002, 1, 1) + static_cast<Day>(random_.Below(8000));
  city_.streets.push_back(street);

  PlotBuilder builder(context_, random_, city_, static_cast<uint32_t>(index), index < central_streets_);
  for (int plot = 0; plot < plots && city_.properties.size() < wanted_; ++plot) {
    builder.AddPlot(wanted_ - city_.properties.size());
  }
  Place(street, builder.plots());
  const int wedge = static_cast<int>((std::atan2(y - kCentreY, x - kCentreX) / std::numbers::pi + 1.0) * 4.0) & 7;
  const int ring = std::clamp(static_cast<int>(10.0 * radius * radius / (radius_ * radius_)), 0, 9);
  AssignPostcodes(builder.plots(), wedge, ring);
}

// Plots stand on both sides of the street, in order; units stand where their building does.
void CityBuilder::Place(const Street& street, const std::vector<size_t>& plots) {
  const double dx = street.end_x - street.start_x;
  const double dy = street.end_y - street.start_y;
  const double length = std::max(1.0, std::hypot(dx, dy));
  for (size_t plot = 0; plot < plots.size(); ++plot) {
    const size_t end = plot + 1 < plots.size() ? plots[plot + 1] : city_.properties.size();
    const double along = (static_cast<double>(plot) + 0.5) / static_cast<double>(plots.size());
    const double side = (city_.properties[plots[plot]].number % 2 == 0 ? 1.0 : -1.0) * (1100 + 500 * random_.Unit());
    for (size_t i = plots[plot]; i < end; ++i) {
      Property& property = city_.properties[i];
      property.x = static_cast<int32_t>(street.start_x + along * dx - side * dy / length);
      property.y = static_cast<int32_t>(street.start_y + along * dy + side * dx / length);
    }
  }
}

// A postcode covers 15 to 25 neighbouring properties; a building is never divided.
void CityBuilder::AssignPostcodes(const std::vector<size_t>& plots, int wedge, int ring) {
  size_t covered = 0;
  size_t target = 0;
  for (size_t plot = 0; plot < plots.size(); ++plot) {
    const size_t end = plot + 1 < plots.size() ? plots[plot + 1] : city_.properties.size();
    const bool enough_left = city_.properties.size() - plots[plot] >= 10;
    if (plot == 0 || (covered >= target && enough_left)) {
      city_.postcodes.push_back(postcodes_.Next(wedge, ring));
      covered = 0;
      target = static_cast<size_t>(random_.Between(15, 21));
    }
    for (size_t i = plots[plot]; i < end; ++i) {
      city_.properties[i].postcode = static_cast<uint32_t>(city_.postcodes.size() - 1);
    }
    covered += end - plots[plot];
  }
}

}  // namespace

std::string City::Number(const Property& property) {
  if (property.number == 0) return "";
  std::string text = Cat(property.number);
  if (property.suffix != 0) text.push_back(property.suffix);
  if (property.end_number != 0) AppendTo(text, "-", property.end_number);
  return text;
}

std::string_view City::LocalityOf(const Property& property) const {
  return Localities()[streets[property.street].locality];
}

City BuildCity(uint64_t seed, uint64_t properties, const Rates& rates, const NameTables& names, Day today) {
  return CityBuilder(seed, properties, rates, names, today).Build();
}

}  // namespace wensum::sample
