#include "sample/plots.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/strings.h"
#include "sample/places.h"

namespace wensum::sample {
namespace {

constexpr int kLoadYear = 2001;  // the gazetteer's first load: older properties start then

template <typename Range>
auto Pick(const Range& range, Random& random) {
  return range[static_cast<size_t>(random.Below(range.size()))];
}

void SetClass(Property& property, std::string_view blpu_class) {
  property.blpu_class = {};
  std::memcpy(property.blpu_class.data(), blpu_class.data(), std::min<size_t>(blpu_class.size(), 4));
}

}  // namespace

uint64_t UprnSource::Next(int block, Random& random) {
  next_[block] += 1 + random.Below(3);
  return next_[block];
}

PlotBuilder::PlotBuilder(const PlotContext& context, Random& random, City& city, uint32_t street, bool central)
    : context_(context),
      random_(random),
      city_(city),
      street_(street),
      central_(central),
      odd_and_even_(random.Chance(0.75)),
      skip_thirteen_(random.Chance(context.rates.property.skip_thirteen)),
      house_type_(static_cast<int>(random.Between(2, 4))) {}

PlotBuilder::Kind PlotBuilder::DrawKind(size_t room) {
  const PropertyRates& rates = context_.rates.property;
  // Shops gather in the centre: six times the average there, a little less than the average elsewhere.
  const double shops = central_ ? 4.0 : 0.47;
  const std::pair<Kind, double> kinds[] = {{Kind::kNamed, rates.named_house},
                                           {Kind::kBlock, rates.block},
                                           {Kind::kConverted, rates.converted},
                                           {Kind::kHmo, rates.hmo},
                                           {Kind::kCommercial, rates.commercial * shops},
                                           {Kind::kMixed, rates.mixed * shops},
                                           {Kind::kLand, rates.land}};
  double at = random_.Unit();
  for (const auto& [kind, share] : kinds) {
    if (at < share) {
      const size_t needed = kind == Kind::kBlock ? 7 : kind == Kind::kConverted || kind == Kind::kHmo ? 6 : 3;
      return room >= needed ? kind : Kind::kHouse;
    }
    at -= share;
  }
  return Kind::kHouse;
}

void PlotBuilder::AddPlot(size_t room) {
  plots_.push_back(city_.properties.size());
  switch (DrawKind(room)) {
    case Kind::kHouse:
      return AddHouse(room);
    case Kind::kNamed:
      return AddNamedHouse();
    case Kind::kBlock:
      return AddBlock(room);
    case Kind::kConverted:
      return AddConverted(room);
    case Kind::kHmo:
      return AddHmo(room);
    case Kind::kCommercial:
      return AddCommercial();
    case Kind::kMixed:
      return AddMixed();
    case Kind::kLand:
      return AddLand();
  }
}

Property PlotBuilder::Base(std::string_view blpu_class, Use use) {
  Property property;
  property.street = street_;
  property.use = use;
  SetClass(property, blpu_class);
  const Street& street = city_.streets[street_];
  const Day last = context_.today - 30;
  if (YearOf(street.start) > kLoadYear) {  // a new street: built within three years of its start
    property.start = std::min<Day>(last, street.start + static_cast<Day>(random_.Below(1000)));
  } else if (random_.Chance(0.85)) {
    property.start = DayOf(kLoadYear, 3, 1) + static_cast<Day>(random_.Below(400));
  } else {
    const Day first = DayOf(kLoadYear, 3, 1) + 400;
    property.start = first + static_cast<Day>(random_.Below(static_cast<uint64_t>(std::max(1, last - first))));
  }
  const int year = YearOf(property.start);
  property.uprn = context_.uprns.Next(year <= kLoadYear + 1 ? 0 : year <= 2012 ? 1 : 2, random_);
  return property;
}

void PlotBuilder::TakeNumber(Property& property) {
  int* next = &next_odd_;
  int step = 2;
  if (!odd_and_even_) {
    step = 1;
  } else if (random_.Chance(0.5)) {
    next = &next_even_;
  }
  if (*next == 13 && skip_thirteen_) *next += step;
  property.number = static_cast<uint16_t>(*next);
  *next += step;
}

std::string PlotBuilder::UniqueText(std::string text) {
  static constexpr std::string_view kPrefixes[] = {"Old",   "New",   "Little", "Upper", "Lower",
                                                   "North", "South", "East",   "West"};
  std::string candidate = text;
  for (size_t i = 0; std::find(texts_.begin(), texts_.end(), candidate) != texts_.end(); ++i) {
    candidate = Cat(kPrefixes[i % std::size(kPrefixes)], " ", i < std::size(kPrefixes) ? text : candidate);
  }
  texts_.push_back(candidate);
  return candidate;
}

std::string PlotBuilder::HouseName() {
  const std::string_view first = Pick(HouseNameFirstWords(), random_);
  return UniqueText(random_.Chance(0.12) ? Cat("The ", first, " House")
                                         : Cat(first, " ", Pick(HouseNameSecondWords(), random_)));
}

std::string PlotBuilder::Organisation(std::string& blpu_class) {
  const Trade trade = Pick(Trades(), random_);
  blpu_class = trade.blpu_class;
  if (trade.of_person) {
    const std::string& family = context_.names.Surname(
        context_.names.DrawSurname(random_, NameGroup::kBritish, context_.rates.names.rare_surname));
    return random_.Chance(0.15) ? Cat(family, " and Sons ", trade.name) : Cat(family, " ", trade.name);
  }
  return Cat(Pick(StreetStems(), random_), " ", trade.name);
}

size_t PlotBuilder::Add(Property property) {
  city_.properties.push_back(std::move(property));
  return city_.properties.size() - 1;
}

void PlotBuilder::AddHouse(size_t room) {
  const PropertyRates& rates = context_.rates.property;
  const int type = random_.Chance(0.85) ? house_type_ : static_cast<int>(random_.Between(2, 4));
  Property house = Base(Cat("RD0", type), Use::kDwelling);
  TakeNumber(house);
  const uint16_t number = house.number;
  if (random_.Chance(rates.provisional)) {
    house.status = 6;
    house.postal = 'N';
    house.start = context_.today - static_cast<Day>(random_.Between(10, 500));
    house.number = 0;
    house.building = Cat("Plot ", next_plot_++);
  } else if (random_.Chance(rates.historical)) {
    house.status = 8;
    house.end = house.start +
                static_cast<Day>(random_.Below(static_cast<uint64_t>(std::max(1, context_.today - 30 - house.start))));
  } else if (random_.Chance(rates.alternative)) {
    house.alternative = HouseName();
  } else if (YearOf(house.start) >= 2005 && random_.Chance(rates.former_plot)) {
    house.former_plot = static_cast<uint16_t>(next_plot_++);
  }
  const bool live = house.status == 1;
  Add(std::move(house));
  for (char suffix = 'A'; live && suffix <= 'B' && room > static_cast<size_t>(suffix - 'A' + 1); ++suffix) {
    if (!random_.Chance(suffix == 'A' ? rates.infill : 0.3)) break;
    Property infill = Base(Cat("RD0", type), Use::kDwelling);
    infill.number = number;
    infill.suffix = suffix;
    Add(std::move(infill));
  }
}

void PlotBuilder::AddNamedHouse() {
  Property house = Base(random_.Chance(0.7) ? "RD02" : "RD03", Use::kDwelling);
  house.building = HouseName();
  Add(std::move(house));
}

void PlotBuilder::AddUnit(size_t shell, std::string unit, std::string_view blpu_class, Use use, char postal) {
  Property flat = Base(blpu_class, use);
  const Property& parent = city_.properties[shell];
  flat.start = std::max(flat.start, parent.start);
  flat.parent = static_cast<uint32_t>(shell);
  flat.number = parent.number;
  flat.suffix = parent.suffix;
  flat.building = parent.building;
  flat.unit = std::move(unit);
  flat.postal = postal;
  Add(std::move(flat));
}

void PlotBuilder::AddBlock(size_t room) {
  Property shell = Base("PP", Use::kShell);
  shell.postal = 'N';
  shell.building = UniqueText(Cat(Pick(BlockNames(), random_), " ", Pick(BlockTypes(), random_)));
  if (random_.Chance(0.35)) TakeNumber(shell);
  const size_t index = Add(std::move(shell));
  const size_t wanted = static_cast<size_t>(random_.Chance(0.1) ? random_.Between(30, 72) : random_.Between(6, 24));
  const std::string_view word = random_.Chance(0.1) ? "Apartment " : "Flat ";
  for (size_t flat = 1; flat <= std::min(wanted, room - 1); ++flat) {
    AddUnit(index, Cat(word, flat), "RD06", Use::kDwelling, 'Y');
  }
}

void PlotBuilder::AddConverted(size_t room) {
  static constexpr std::string_view kFloors[] = {"Ground Floor Flat", "First Floor Flat", "Second Floor Flat",
                                                 "Top Floor Flat", "Basement Flat"};
  Property shell = Base("PP", Use::kShell);
  shell.postal = 'N';
  TakeNumber(shell);
  const uint16_t number = shell.number;
  const size_t index = Add(std::move(shell));
  const size_t flats = std::min<size_t>(static_cast<size_t>(random_.Between(2, 5)), room - 1);
  const uint64_t style = random_.Below(4);
  const size_t first_floor = flats < std::size(kFloors) && random_.Chance(0.3) ? std::size(kFloors) - flats : 0;
  for (size_t flat = 0; flat < flats; ++flat) {
    const char letter = static_cast<char>('A' + static_cast<char>(flat));
    if (style == 0) {
      AddUnit(index, Cat("Flat ", flat + 1), "RD06", Use::kDwelling, 'Y');
    } else if (style == 1) {
      AddUnit(index, Cat("Flat ", letter), "RD06", Use::kDwelling, 'Y');
    } else if (style == 2) {
      AddUnit(index, std::string(kFloors[first_floor + flat]), "RD06", Use::kDwelling, 'Y');
    } else {
      AddUnit(index, "", "RD06", Use::kDwelling, 'Y');
      city_.properties.back().number = number;
      city_.properties.back().suffix = letter;
    }
  }
}

void PlotBuilder::AddHmo(size_t room) {
  Property house = Base("RH01", Use::kShell);
  TakeNumber(house);
  const size_t index = Add(std::move(house));
  const size_t rooms = std::min<size_t>(static_cast<size_t>(random_.Between(3, 9)), room - 1);
  for (size_t i = 1; i <= rooms; ++i) {
    AddUnit(index, Cat("Room ", i), "RH02", Use::kRoom, 'A');
  }
}

void PlotBuilder::AddCommercial() {
  std::string blpu_class;
  std::string organisation = Organisation(blpu_class);
  Property shop = Base(blpu_class, Use::kBusiness);
  TakeNumber(shop);
  if (odd_and_even_ && random_.Chance(0.12)) {  // two or three plots in one: "12-16"
    int& next = shop.number % 2 == 1 ? next_odd_ : next_even_;
    next += static_cast<int>(2 * random_.Below(2));
    shop.end_number = static_cast<uint16_t>(next);
    next += 2;
  }
  if (!random_.Chance(0.1)) shop.organisation = std::move(organisation);
  Add(std::move(shop));
}

void PlotBuilder::AddMixed() {
  std::string blpu_class;
  std::string organisation = Organisation(blpu_class);
  if (random_.Chance(0.5)) {  // the shop has the number, the flat a suffix
    Property shop = Base(blpu_class, Use::kBusiness);
    TakeNumber(shop);
    shop.organisation = std::move(organisation);
    const uint16_t number = shop.number;
    Add(std::move(shop));
    Property flat = Base("RD06", Use::kDwelling);
    flat.number = number;
    flat.suffix = 'A';
    Add(std::move(flat));
    return;
  }
  Property shell = Base("PP", Use::kShell);
  shell.postal = 'N';
  TakeNumber(shell);
  const size_t index = Add(std::move(shell));
  AddUnit(index, "Ground Floor Shop", blpu_class, Use::kBusiness, 'Y');
  city_.properties.back().organisation = std::move(organisation);
  AddUnit(index, random_.Chance(0.5) ? "First Floor Flat" : "Flat", "RD06", Use::kDwelling, 'Y');
}

void PlotBuilder::AddLand() {
  static constexpr std::array<std::string_view, 5> kClasses = {"LD01", "LU01", "LM03", "LL", "LP03"};
  static constexpr std::array<std::string_view, 3> kPlaces = {"Land adjacent ", "Land to rear of ", "Land opposite "};
  Property land = Base(Pick(kClasses, random_), Use::kLand);
  land.postal = 'N';
  // Beside the house built last, or the first house to come.
  const int near = std::max({1, next_odd_ - (odd_and_even_ ? 2 : 1), next_even_ - 2});
  land.building = UniqueText(random_.Chance(0.3) ? Cat("Land at ", city_.streets[street_].name)
                                                 : Cat(Pick(kPlaces, random_), near));
  Add(std::move(land));
}

}  // namespace wensum::sample
