// An address text taken apart, as far as making believable errors in it needs.
#ifndef WENSUM_MATCHING_ADDRESS_ERRORS_ADDRESS_PARTS_H_
#define WENSUM_MATCHING_ADDRESS_ERRORS_ADDRESS_PARTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "matching/address/fit/flat_gazetteer.h"

namespace wensum::matching::address::errors {

// "Flat 7, Ground Floor Left, Holly House, 12-14 High Road, Seven Kings, Ilford". As written, but for `floors` and
// `sides`. Each part may be empty.
struct AddressParts {
  std::string unit_text;            // "Flat 7, Ground Floor Left"; all that the next four say
  std::string unit_word;            // "Flat"
  std::string unit_id;              // "7", "A", "12B"
  std::vector<int> floors;          // FloorOf, ascending
  std::string sides;                // SideOf, ascending
  std::string building;             // "Holly House"
  std::string number;               // "12-14", "48d"
  std::string street;               // "High Road"
  std::vector<std::string> places;  // "Seven Kings", "Ilford"

  [[nodiscard]] bool has_unit() const { return !unit_id.empty() || !floors.empty() || !sides.empty(); }
};

// What tells one street's name from another: capitals and digits without spaces.
struct StreetName {
  std::string core;  // "HIGH"; all of it if there is no type
  std::string type;  // "ROAD", the long form; empty if the name has none
  std::string rest;  // what follows the type: "SOUTH"

  [[nodiscard]] std::string Whole() const { return core + type + rest; }
  friend bool operator==(const StreetName&, const StreetName&) = default;
};
StreetName ReadStreetName(std::string_view street);

// ASCII letters in capitals and digits; all else is dropped.
std::string Squash(std::string_view text);
// True for "12", "12A", "12-14", "12A-14B".
bool IsNumberWord(std::string_view word);
// The words of a text between white space, commas apart.
std::vector<std::string> WordsOf(std::string_view text);

// Takes texts apart by commas, numbers and words for types of streets. It learns from a list which endings of its texts
// are names of places: those that follow many different parts that are no numbers. Thread-safe once made.
class AddressSplitter {
 public:
  explicit AddressSplitter(const FlatGazetteer& gazetteer);

  // Nullopt for a text that it cannot take apart without leaving something over, or that has neither street nor number
  // nor building. Some microseconds.
  [[nodiscard]] std::optional<AddressParts> Split(std::string_view text) const;

 private:
  [[nodiscard]] bool IsPlace(std::string_view segment) const;

  void PartBuilding(AddressParts* parts, bool number_first) const;

  absl::flat_hash_set<std::string> places_;   // squashed
  absl::flat_hash_set<std::string> streets_;  // squashed; those that stand alone between commas
};

}  // namespace wensum::matching::address::errors

#endif  // WENSUM_MATCHING_ADDRESS_ERRORS_ADDRESS_PARTS_H_
