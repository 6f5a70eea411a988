#include "matching/address/errors/word_tables.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/strings.h"

namespace wensum::matching::address::errors {
namespace {

using View = std::string_view;
template <size_t n>
using Forms = std::array<View, n>;

constexpr Forms<1> kRoad = {"RD"};
constexpr Forms<3> kStreet = {"ST", "STR", "ST."};
constexpr Forms<3> kAvenue = {"AVE", "AV", "AVE."};
constexpr Forms<2> kLane = {"LN", "LA"};
constexpr Forms<2> kClose = {"CL", "CLO"};
constexpr Forms<2> kDrive = {"DR", "DRV"};
constexpr Forms<3> kGardens = {"GDNS", "GDS", "GARDENS."};
constexpr Forms<2> kCrescent = {"CRES", "CRESC"};
constexpr Forms<2> kTerrace = {"TER", "TERR"};
constexpr Forms<2> kCourt = {"CT", "CRT"};
constexpr Forms<1> kPlace = {"PL"};
constexpr Forms<2> kGrove = {"GR", "GRV"};
constexpr Forms<1> kSquare = {"SQ"};
constexpr Forms<1> kWalk = {"WLK"};
constexpr Forms<1> kParade = {"PDE"};
constexpr Forms<2> kHill = {"HL", "HILL."};
constexpr Forms<1> kPark = {"PK"};
constexpr Forms<1> kGreen = {"GRN"};
constexpr Forms<1> kWay = {"WY"};
constexpr Forms<1> kBroadway = {"BDWY"};
constexpr Forms<1> kMews = {"MWS"};
constexpr Forms<1> kView = {"VW"};
constexpr Forms<1> kRise = {"RI"};

const auto kStreetTypes = std::to_array<StreetType>({
    {"ROAD", kRoad, true},       {"STREET", kStreet, true}, {"AVENUE", kAvenue, true},   {"LANE", kLane, true},
    {"CLOSE", kClose, true},     {"DRIVE", kDrive, true},   {"GARDENS", kGardens, true}, {"CRESCENT", kCrescent, true},
    {"TERRACE", kTerrace, true}, {"PLACE", kPlace, true},   {"GROVE", kGrove, true},     {"SQUARE", kSquare, true},
    {"WALK", kWalk, true},       {"PARADE", kParade, true}, {"WAY", kWay, true},         {"BROADWAY", kBroadway, true},
    {"MEWS", kMews, true},       {"ROW", {}, true},         {"RISE", kRise, true},       {"COURT", kCourt, false},
    {"HILL", kHill, false},      {"PARK", kPark, false},    {"GREEN", kGreen, false},    {"VIEW", kView, false},
    {"END", {}, false},          {"GATE", {}, false},       {"VALE", {}, false},         {"CIRCUS", {}, true},
    {"MEADOW", {}, false},       {"PATH", {}, true},        {"PASSAGE", {}, true},       {"YARD", {}, false},
    {"CHASE", {}, false},        {"DENE", {}, false},       {"CROFT", {}, false},        {"FIELDS", {}, false},
    {"HEATH", {}, false},        {"CROSS", {}, false},      {"LOAN", {}, true},          {"WYND", {}, true},
    {"BRAE", {}, true},          {"QUAY", {}, false},       {"WHARF", {}, false},        {"APPROACH", {}, true},
    {"CROSSWAY", {}, true},
});

constexpr auto kBuildingTypes = std::to_array<View>(
    {"HOUSE", "LODGE",    "COTTAGE",   "COURT",    "HALL",    "MANSIONS", "TOWER", "VILLA", "VILLAS", "APARTMENTS",
     "BLOCK", "HEIGHTS",  "BUILDINGS", "BUILDING", "CENTRE",  "POINT",    "BARN",  "FARM",  "MANOR",  "RESIDENCE",
     "FLATS", "CHURCH",   "SCHOOL",    "COTTAGES", "WORKS",   "STUDIOS",  "HOTEL", "INN",   "ARMS",   "HOSPITAL",
     "ANNEX", "CHAMBERS", "RECTORY",   "VICARAGE", "TERRACE", "LIBRARY",  "CLUB",  "MEWS",  "TAVERN", "BUNGALOW"});

constexpr auto kFlatWords = std::to_array<View>({"FLAT", "APT", "APARTMENT", "FL", "FLT"});
constexpr auto kUnitWords = std::to_array<View>({"UNIT", "UN"});
constexpr auto kRoomWords = std::to_array<View>({"ROOM", "RM"});
constexpr auto kMaisonetteWords = std::to_array<View>({"MAISONETTE", "MAIS"});
constexpr auto kSuiteWords = std::to_array<View>({"SUITE", "STE"});
constexpr auto kLoneUnitWords =
    std::to_array<View>({"STUDIO", "SHOP", "OFFICE", "PENTHOUSE", "ANNEXE", "BEDSIT", "GARAGE", "BEDSITTER"});

constexpr auto kBasementForms =
    std::to_array<View>({"BASEMENT", "LOWER GROUND FLOOR", "LGND FLR", "BSMT", "BASEMENT FLOOR", "BST"});
constexpr auto kGroundForms =
    std::to_array<View>({"GROUND FLOOR", "GND FLR", "GRD FLR", "GND FLOOR", "G/F", "GRND FLR", "GF"});
constexpr auto kFirstForms = std::to_array<View>({"FIRST FLOOR", "1ST FLOOR", "1ST FLR", "FIRST FLR", "1/F"});
constexpr auto kSecondForms = std::to_array<View>({"SECOND FLOOR", "2ND FLOOR", "2ND FLR", "SECOND FLR", "2/F"});
constexpr auto kThirdForms = std::to_array<View>({"THIRD FLOOR", "3RD FLOOR", "3RD FLR", "THIRD FLR"});
constexpr auto kFourthForms = std::to_array<View>({"FOURTH FLOOR", "4TH FLOOR", "4TH FLR"});
constexpr auto kTopForms = std::to_array<View>({"TOP FLOOR", "TOP FLR"});

constexpr auto kFloors = std::to_array<std::pair<View, int>>({{"BASEMENT", -1},   {"BSMT", -1},
                                                              {"BST", -1},        {"LGND", -1},
                                                              {"GROUND", 0},      {"GND", 0},
                                                              {"GRD", 0},         {"GRND", 0},
                                                              {"FIRST", 1},       {"1ST", 1},
                                                              {"SECOND", 2},      {"2ND", 2},
                                                              {"THIRD", 3},       {"3RD", 3},
                                                              {"FOURTH", 4},      {"4TH", 4},
                                                              {"FIFTH", 5},       {"5TH", 5},
                                                              {"SIXTH", 6},       {"6TH", 6},
                                                              {"SEVENTH", 7},     {"7TH", 7},
                                                              {"EIGHTH", 8},      {"8TH", 8},
                                                              {"TOP", kTopFloor}, {"ATTIC", kTopFloor + 1}});
constexpr auto kSides = std::to_array<std::pair<View, char>>({{"LEFT", 'L'},
                                                              {"LHS", 'L'},
                                                              {"RIGHT", 'R'},
                                                              {"RHS", 'R'},
                                                              {"FRONT", 'F'},
                                                              {"REAR", 'B'},
                                                              {"BACK", 'B'},
                                                              {"CENTRE", 'C'},
                                                              {"MIDDLE", 'C'}});

constexpr auto kCounties = std::to_array<View>({"Essex", "Kent", "Surrey", "Middlesex", "Norfolk", "Suffolk",
                                                "Greater London", "Hertfordshire", "Buckinghamshire", "Lancashire",
                                                "West Yorkshire", "Devon", "Cheshire", "Mid Glamorgan"});
constexpr auto kShortPlaces = std::to_array<std::pair<View, View>>({{"ESSEX", "ESX"},
                                                                    {"MIDDLESEX", "MIDDX"},
                                                                    {"HERTFORDSHIRE", "HERTS"},
                                                                    {"BUCKINGHAMSHIRE", "BUCKS"},
                                                                    {"NORFOLK", "NFK"},
                                                                    {"SUFFOLK", "SFK"},
                                                                    {"LANCASHIRE", "LANCS"},
                                                                    {"LONDON", "LDN"},
                                                                    {"SURREY", "SY"},
                                                                    {"MANCHESTER", "MCR"},
                                                                    {"BIRMINGHAM", "BHAM"},
                                                                    {"NORWICH", "NCH"}});

constexpr auto kPersonNames =
    std::to_array<View>({"Mr J Smith", "Mrs A Patel", "Miss K Oduya", "Ms L Brown", "Dr S Khan", "Mr & Mrs Jones",
                         "The Occupier", "Mr Piotr Nowak", "Mrs O'Connor", "M Hussain", "Executors of Mrs E Clarke",
                         "Mr T Williams (Deceased)", "Rev P Adeyemi", "The Owner", "MR R SINGH", "Sarah Taylor"});
constexpr auto kOrganisationNames = std::to_array<View>(
    {"Brightwell Care Ltd", "Sunrise Nursery", "Patel & Sons", "Northway Lettings", "Top Nails", "Khan Motors",
     "ABC Minicabs", "Oakfield Dental Practice", "Quick Fit Tyres Ltd", "Best Kebab", "The Corner Shop",
     "St Jude's Hospice Shop", "Zenith Accounting LLP", "Costcutter", "Bright Sparks Playgroup"});
constexpr auto kHouseNames = std::to_array<View>(
    {"Rosedene", "Fairholme", "Hillcrest House", "The Willows", "Sunnyside", "Chez Nous", "Dunroamin", "Ashcombe House",
     "Kestrel Lodge", "Primrose Cottage", "Windyridge", "Bellavista", "Thistledown", "Larkrise House"});
constexpr auto kEstateNames = std::to_array<View>({"Priors Mead Estate", "Tallow Hill Estate", "Fernleaze Estate",
                                                   "Copperbeech Estate", "Hartsdown Estate", "Millpool Estate"});
constexpr auto kForeignStreets = std::to_array<View>(
    {"Sauchiehall Street", "Deansgate",      "Whiteladies Road", "Unthank Road",   "Ecclesall Road",
     "Curry Mallet Lane",  "Penny Lane",     "Abbeydale Road",   "Otley Road",     "Colmore Row",
     "Gallowgate",         "Hyndland Road",  "Cowley Road",      "Earlham Road",   "Wilmslow Road",
     "Lisburn Road",       "Cathedral Road", "Mumbles Road",     "Union Street",   "Holburn Street",
     "Byres Road",         "Grey Street",    "Harrogate Road",   "Walsgrave Road", "Boutport Street",
     "Castle Meadow",      "Pottergate",     "Magdalen Street",  "Newmarket Road", "Dereham Road"});
constexpr auto kForeignPlaces = std::to_array<ForeignPlace>({{"Norwich", "NR2"},
                                                             {"Leeds", "LS6"},
                                                             {"Glasgow", "G12"},
                                                             {"Bristol", "BS8"},
                                                             {"Sheffield", "S11"},
                                                             {"Cardiff", "CF11"},
                                                             {"Manchester", "M14"},
                                                             {"Aberdeen", "AB10"},
                                                             {"Coventry", "CV2"},
                                                             {"Oxford", "OX4"},
                                                             {"Belfast", "BT9"},
                                                             {"Swansea", "SA3"}});
constexpr auto kNoteTexts = std::to_array<View>(
    {"Tel 020 7946 0321", "07700 900123", "(no access)", "ring twice", "** DO NOT POST **", "see file note",
     "mob: 07700900456", "keys with agent", "moved out", "- tenant", "(council property)", "use side entrance"});

template <size_t n>
bool Holds(const std::array<View, n>& words, View word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

std::span<const StreetType> StreetTypes() { return kStreetTypes; }

const StreetType* FindStreetType(std::string_view word) {
  const auto it = std::find_if(kStreetTypes.begin(), kStreetTypes.end(), [&](const StreetType& type) {
    return type.name == word ||
           std::find(type.short_forms.begin(), type.short_forms.end(), word) != type.short_forms.end();
  });
  return it == kStreetTypes.end() ? nullptr : &*it;
}

bool IsBuildingType(std::string_view word) { return Holds(kBuildingTypes, word); }

std::span<const std::string_view> OtherUnitWords(std::string_view word) {
  if (Holds(kFlatWords, word)) return kFlatWords;
  if (Holds(kUnitWords, word)) return kUnitWords;
  if (Holds(kRoomWords, word)) return kRoomWords;
  if (Holds(kMaisonetteWords, word)) return kMaisonetteWords;
  if (Holds(kSuiteWords, word)) return kSuiteWords;
  return {};
}

bool IsUnitWord(std::string_view word) { return !OtherUnitWords(word).empty() || Holds(kLoneUnitWords, word); }

int FloorOf(std::string_view word) {
  const auto* const it =
      std::find_if(kFloors.begin(), kFloors.end(), [&](const auto& entry) { return entry.first == word; });
  return it == kFloors.end() ? kNoFloor : it->second;
}

std::span<const std::string_view> FloorForms(int floor) {
  switch (floor) {
    case -1:
      return kBasementForms;
    case 0:
      return kGroundForms;
    case 1:
      return kFirstForms;
    case 2:
      return kSecondForms;
    case 3:
      return kThirdForms;
    case 4:
      return kFourthForms;
    case kTopFloor:
      return kTopForms;
    default:
      return {};
  }
}

char SideOf(std::string_view word) {
  const auto* const it =
      std::find_if(kSides.begin(), kSides.end(), [&](const auto& entry) { return entry.first == word; });
  return it == kSides.end() ? '\0' : it->second;
}

std::span<const std::string_view> Counties() { return kCounties; }

std::string_view ShortPlace(std::string_view place) {
  const std::string upper = ToUpperAscii(place);
  const auto* const it =
      std::find_if(kShortPlaces.begin(), kShortPlaces.end(), [&](const auto& entry) { return entry.first == upper; });
  return it == kShortPlaces.end() ? View() : it->second;
}

std::span<const std::string_view> PersonNames() { return kPersonNames; }
std::span<const std::string_view> OrganisationNames() { return kOrganisationNames; }
std::span<const std::string_view> HouseNames() { return kHouseNames; }
std::span<const std::string_view> EstateNames() { return kEstateNames; }
std::span<const std::string_view> ForeignStreets() { return kForeignStreets; }
std::span<const ForeignPlace> ForeignPlaces() { return kForeignPlaces; }
std::span<const std::string_view> NoteTexts() { return kNoteTexts; }

}  // namespace wensum::matching::address::errors
