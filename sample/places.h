// What streets, houses, blocks and businesses of the synthetic city are called. The lists are the project's own.
#ifndef WENSUM_SAMPLE_PLACES_H_
#define WENSUM_SAMPLE_PLACES_H_

#include <span>
#include <string_view>
#include <vector>

namespace wensum::sample {

struct WeightedWord {
  std::string_view word;
  double weight;
};
struct Trade {
  std::string_view name;
  std::string_view blpu_class;  // of the LLPG's classification
  bool of_person;               // named after a family: "Harper Bakery"
};

// Words before a street type: "Magnolia" of "Magnolia Road".
const std::vector<std::string_view>& StreetStems();
// Names without a type, after "The ": "Limes".
const std::vector<std::string_view>& TheNames();
const std::vector<std::string_view>& Saints();
std::span<const WeightedWord> StreetTypes();
// Localities of the city; the first four are empty: the centre has none.
std::span<const std::string_view> Localities();
const std::vector<std::string_view>& HouseNameFirstWords();
const std::vector<std::string_view>& HouseNameSecondWords();
const std::vector<std::string_view>& BlockNames();
std::span<const std::string_view> BlockTypes();
std::span<const Trade> Trades();
// Other towns, with the outward part of their postcodes: "Thetford", "IP24".
struct OtherTown {
  std::string_view name;
  std::string_view outward;
};
std::span<const OtherTown> OtherTowns();

}  // namespace wensum::sample

#endif  // WENSUM_SAMPLE_PLACES_H_
