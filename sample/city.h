// Streets and properties of the synthetic city.
#ifndef WENSUM_SAMPLE_CITY_H_
#define WENSUM_SAMPLE_CITY_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "sample/dates.h"
#include "sample/names.h"
#include "sample/rates.h"

namespace wensum::sample {

inline constexpr std::string_view kTown = "Wensford";
inline constexpr std::string_view kCounty = "Norfolk";
inline constexpr uint32_t kNone = 0xFFFFFFFF;

struct Street {
  uint32_t usrn = 0;
  uint16_t locality = 0;  // of Localities()
  std::string name;
  int32_t start_x = 0, start_y = 0, end_x = 0, end_y = 0;  // centimetres on the National Grid
  Day start = 0;
};

enum class Use : uint8_t { kDwelling, kRoom, kShell, kBusiness, kLand };

// One basic land and property unit with its approved (or only) address.
struct Property {
  uint64_t uprn = 0;
  uint32_t street = 0;
  uint32_t parent = kNone;    // index of the enclosing property
  uint32_t postcode = kNone;  // of City::postcodes; set on every property, printed where the postal flag allows
  Day start = 0;
  Day end = kNoDay;
  int32_t x = 0, y = 0;  // centimetres
  uint16_t number = 0;   // 0: none
  uint16_t end_number = 0;
  uint16_t former_plot = 0;  // number of a historical address "Plot n"; 0: none
  char suffix = 0;
  char postal = 'Y';
  uint8_t status = 1;  // BLPU logical status 1, 6 or 8
  Use use = Use::kDwelling;
  std::array<char, 5> blpu_class{};
  std::string building;      // PAO text
  std::string unit;          // SAO text
  std::string alternative;   // PAO text of an alternative address
  std::string organisation;  // occupier of a business
};

struct City {
  std::vector<Street> streets;
  std::vector<std::string> postcodes;
  std::vector<Property> properties;
  std::vector<uint32_t> homes;       // live dwellings that are no rooms
  std::vector<uint32_t> rooms;       // live rooms of houses in multiple occupation
  std::vector<uint32_t> businesses;  // live business properties

  // "12", "12A", "12-16" or "" of the primary addressable object.
  [[nodiscard]] static std::string Number(const Property& property);
  [[nodiscard]] std::string_view LocalityOf(const Property& property) const;
  [[nodiscard]] const std::string& StreetOf(const Property& property) const { return streets[property.street].name; }
  [[nodiscard]] const std::string& PostcodeOf(const Property& property) const { return postcodes[property.postcode]; }
};

// Builds a city of exactly `properties` BLPUs; the same arguments give the same city. About 400 bytes and a
// microsecond per property.
City BuildCity(uint64_t seed, uint64_t properties, const Rates& rates, const NameTables& names, Day today);

}  // namespace wensum::sample

#endif  // WENSUM_SAMPLE_CITY_H_
