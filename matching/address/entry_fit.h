// How far one entry of the catalogue agrees with a query's text.
#ifndef WENSUM_MATCHING_ADDRESS_ENTRY_FIT_H_
#define WENSUM_MATCHING_ADDRESS_ENTRY_FIT_H_

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "matching/address/address_catalogue.h"
#include "matching/address/address_reading.h"
#include "matching/address/address_text.h"
#include "matching/address/number_reading.h"

namespace wensum::matching::address {

// Points of the parts that agree. What rules a property out is kept apart, as levels: sums cannot refuse a sibling.
inline constexpr int kPartExact = 6;
inline constexpr int kBuildingFound = 2;
inline constexpr int kLocalityFound = 2;
inline constexpr int kTownFound = 1;
// Street, house, unit and postcode agree.
inline constexpr int kFullPoints = 4 * kPartExact;
// Everything agrees.
inline constexpr int kMostPoints = kFullPoints + kBuildingFound + kLocalityFound + kTownFound;

// How far an entry agrees with the text. Higher is better.
enum class Level : uint8_t {
  kNone,
  kSibling,  // another unit of the building that the text means
  kChild,    // a unit of the building that the text names alone
  kParent,   // the building of the unit that the text names
  kMatch
};

struct Fit {
  uint32_t entry = 0;
  uint32_t property = 0;
  Level level = Level::kNone;
  bool exact_street = false;
  int points = 0;
};

// Where a name stands in the text.
struct Phrase {
  enum class Quality : uint8_t { kAbsent, kFuzzy, kExact };
  Quality quality = Quality::kAbsent;
  size_t begin = 0;  // token positions
  size_t end = 0;
};

// Fits entries to one text. Not thread-safe: keeps what it found for the streets it met.
class EntryFitter {
 public:
  // Both must outlive the fitter; the catalogue must not change meanwhile.
  EntryFitter(const Catalogue& catalogue, const QueryText& text);
  EntryFitter(const EntryFitter&) = delete;
  EntryFitter& operator=(const EntryFitter&) = delete;

  // True unless the numbers alone rule the posting out. Cheap.
  [[nodiscard]] bool NumbersAllow(const Posting& posting) const;
  // Nothing if the text contradicts the entry, or names neither its street nor its postcode.
  [[nodiscard]] std::optional<Fit> FitEntry(uint32_t id);
  // Where the street stands in the text. A fuzzy phrase serves as none where only an exact one is asked for.
  [[nodiscard]] Phrase FindStreet(uint32_t street, bool fuzzy);
  // Tells that the text names a street of the gazetteer there; entries of other streets must not leave it unexplained.
  void AddNamedStreet(size_t begin, size_t end) { named_phrases_.push_back({Phrase::Quality::kExact, begin, end}); }

 private:
  using Positions = std::bitset<TokenList::kMaxTokens>;

  // Level and points of an entry by the numbers, units and building name.
  struct ObjectFit {
    Level level = Level::kNone;
    int points = 0;
    const Reading* reading = nullptr;
  };

  static void Take(const Phrase& phrase, Positions* taken);
  // The best place of `name` in the text outside `taken`.
  [[nodiscard]] Phrase Find(const Name& name, bool fuzzy, const Positions& taken) const;
  [[nodiscard]] bool Matches(const Name& name, size_t begin, const Positions& taken) const;
  // One typing error, words joined or parted, the type left out or another type.
  [[nodiscard]] Phrase FindFuzzy(const Name& name, const Positions& taken) const;

  [[nodiscard]] ObjectFit FitObject(const Entry& entry, const Phrase& building, bool unit_name_found) const;
  static ObjectFit FitReading(const Entry& entry, const Reading& reading, const Phrase& building, bool unit_name_found);
  [[nodiscard]] int PostcodePoints(uint64_t postcode) const;
  // False if words that belong to another name stand right before the street, or between the house number and it.
  [[nodiscard]] bool StreetFitsItsPlace(const Phrase& street, const Reading& reading, const Positions& taken) const;
  // Points for the locality and town, whose words are taken.
  int TakePlace(const StreetEntry& street, const Phrase& street_phrase, Positions* taken) const;
  // Outside the text's postcode, the text must not speak of another place.
  [[nodiscard]] bool PlaceAllows(const Entry& entry, const Phrase& street, int place, const Positions& taken) const;
  // A street that the text names beside the entry's own words is the street meant.
  [[nodiscard]] bool NamedStreetAllows(const Phrase& street, const Positions& taken) const;

  const Catalogue& catalogue_;
  const QueryText& text_;
  const absl::InlinedVector<Token, 24>& tokens_;
  const Evidence evidence_;
  const Readings readings_;
  Positions typed_;  // tokens that are no plain words
  absl::InlinedVector<std::pair<uint32_t, Phrase>, 8> street_phrases_;
  absl::InlinedVector<Phrase, 4> named_phrases_;
};

// Details only below here.

inline bool EntryFitter::NumbersAllow(const Posting& posting) const {
  if (posting.low < 0) {
    return true;
  }
  bool any = false;
  for (const Reading& reading : readings_) {
    any |= reading.house.empty() || (reading.house.low <= posting.high && reading.house.high >= posting.low);
  }
  return any;
}

}  // namespace wensum::matching::address

#endif  // WENSUM_MATCHING_ADDRESS_ENTRY_FIT_H_
