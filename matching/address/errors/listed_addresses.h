// What a gazetteer lists, seen by parts: whether a corrupted address still tells its property from all others, and
// names to corrupt it with.
#ifndef WENSUM_MATCHING_ADDRESS_ERRORS_LISTED_ADDRESSES_H_
#define WENSUM_MATCHING_ADDRESS_ERRORS_LISTED_ADDRESSES_H_

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "matching/address/errors/address_parts.h"
#include "matching/address/fit/flat_gazetteer.h"

namespace wensum::matching::address::errors {

// What an address text says, by parts.
struct Statement {
  AddressParts parts;
  std::string postcode;  // as written; may be empty
  // The text does not say which of its numbers and letters are the unit's: "3/12", "A, 12".
  bool loose_ids = false;
};

// How far a statement and a listed address disagree, part by part, 0 in what they share: numbers and unit, building,
// street, places, postcode.
using Disagreement = std::array<uint8_t, 5>;

// Thread-safe once made. Some 30 bytes and some microseconds an address to make it.
class ListedAddresses {
 public:
  // Of `gazetteer`, which must outlive this, only properties with `listed[property]` count as listed.
  ListedAddresses(const FlatGazetteer& gazetteer, const std::vector<bool>& listed, int threads);

  [[nodiscard]] std::optional<AddressParts> Split(std::string_view text) const { return splitter_.Split(text); }
  // Calls `visit(i, parts)` for every address of the gazetteer in order; they are taken apart on up to `threads`
  // threads.
  void ForEachAddress(int threads,
                      const std::function<void(uint32_t, const std::optional<AddressParts>&)>& visit) const;

  // True if another listed property than `truth` disagrees with the statement in no part more than `meant` does: the
  // text then means it no less. `meant` is what the text was made from. With `absent` the property is not listed, and
  // what might be another spelling of it counts as agreeing: "Flat A" and "Flat 1", "Flat A, 12" and "12A", a number
  // inside a range, a street one letter off, another place or postcode of the same postcode district.
  [[nodiscard]] bool FitsAnother(const Statement& said, const Statement& meant, uint32_t truth, bool absent) const;

  // True if the text names another street that is listed than `meant` does.
  [[nodiscard]] bool NamesAnotherStreet(std::string_view said, std::string_view meant) const;
  // The listed units of the building or house number of `parts`, each once.
  [[nodiscard]] size_t CountUnits(const AddressParts& parts) const;

  [[nodiscard]] bool IsBuilding(std::string_view name) const { return buildings_.contains(Squash(name)); }
  [[nodiscard]] std::span<const std::string> places() const { return places_; }
  // Listed postcodes, in order; neighbours share sector or district.
  [[nodiscard]] std::span<const std::string> postcodes() const { return postcodes_; }

 private:
  struct Entry {
    uint32_t street;
    uint32_t key;
    uint32_t address;
    friend auto operator<=>(const Entry&, const Entry&) = default;
  };
  struct StreetText {
    std::string without_type;
    std::string whole;
    uint32_t letters = 0;  // LetterMask of without_type
    uint32_t whole_letters = 0;
  };
  void Add(uint32_t address, const AddressParts& parts);
  // Streets whose name is not more than `distance` edits from the text's, the type apart.
  [[nodiscard]] std::vector<uint32_t> StreetsNear(const StreetName& name, size_t distance) const;
  [[nodiscard]] std::span<const Entry> Find(uint32_t street, uint32_t key) const;

  const FlatGazetteer& gazetteer_;
  const AddressSplitter splitter_;
  std::vector<StreetText> street_texts_;
  absl::flat_hash_map<std::string, uint32_t> street_ids_;            // by StreetName::Whole
  absl::flat_hash_map<std::string, std::vector<uint32_t>> by_core_;  // by core and rest
  std::vector<Entry> entries_;                                       // sorted
  absl::flat_hash_set<std::string> buildings_;                       // squashed
  std::vector<std::string> places_;
  std::vector<std::string> postcodes_;
};

// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment), counted up to `limit` + 1.
size_t EditDistance(std::string_view a, std::string_view b, size_t limit);

Disagreement Compare(const Statement& said, const AddressParts& listed, std::string_view postcode, bool absent);

}  // namespace wensum::matching::address::errors

#endif  // WENSUM_MATCHING_ADDRESS_ERRORS_LISTED_ADDRESSES_H_
