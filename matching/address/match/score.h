// How far one address of the gazetteer agrees with a text.
#ifndef WENSUM_MATCHING_ADDRESS_MATCH_SCORE_H_
#define WENSUM_MATCHING_ADDRESS_MATCH_SCORE_H_

#include <array>
#include <cstdint>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "matching/address/match/evidence.h"
#include "matching/address/match/match_index.h"
#include "matching/address/match/name_fit.h"

namespace wensum::matching::address::match {

// What rules a match out, whatever the score: sums cannot refuse a sibling.
using FitFlags = uint8_t;
inline constexpr FitFlags kOtherNumber = 1U << 0;
inline constexpr FitFlags kOtherUnit = 1U << 1;
inline constexpr FitFlags kParentOnly = 1U << 2;  // the text names a unit, or a letter, that the record lacks
inline constexpr FitFlags kChildOnly = 1U << 3;   // the record is a unit that the text does not name
inline constexpr FitFlags kOtherStreet = 1U << 4;
inline constexpr FitFlags kOtherBuilding = 1U << 5;
inline constexpr FitFlags kOtherPlaceNamed = 1U << 6;  // a town of another area, or another town and postcode

// Points of the house where the text has a letter and the record a floor.
inline constexpr float kLetterForFloor = 3.5F;

struct Fit {
  uint32_t record = 0;
  float score = 0;
  FitFlags flags = 0;
  bool object = false;    // the number or the name of the building agrees, or most of it
  bool doubtful = false;  // a name is misspelt or has another type: look further before it is accepted
  // Points by field, for the explanation.
  float postcode = 0;
  float street = 0;
  float house = 0;
  float unit = 0;
  float building = 0;
  float rest = 0;  // places and left-over words
};

// Compares records with one text. Not thread-safe: keeps what it found for the names it met.
class Scorer {
 public:
  // Both must outlive the scorer.
  Scorer(const MatchIndex& index, const AddressLine& line);
  Scorer(const Scorer&) = delete;
  Scorer& operator=(const Scorer&) = delete;

  [[nodiscard]] const Evidence& evidence() const { return evidence_; }
  [[nodiscard]] TokenMask places() const { return places_; }
  [[nodiscard]] TokenMask names() const { return allowed_; }
  [[nodiscard]] absl::Span<const int32_t> numbers() const { return numbers_; }

  // A place of another area, or a postcode area that no address of the gazetteer has.
  [[nodiscard]] bool NamesForeignPlace() const;

  // False if the numbers alone rule the record out. Cheap.
  [[nodiscard]] bool NumbersAllow(const Record& record) const;
  // 100 to 300 ns.
  [[nodiscard]] Fit Score(uint32_t id);
  [[nodiscard]] const NameFit& FitOf(NameId name);
  // From now on names are expected, and one error more is forgiven in their words.
  void Widen();
  // The street that the text itself names best; records of other streets must not use its words.
  // Tokens that name a building of the gazetteer.
  void AddNamedBuilding(TokenMask tokens) { named_buildings_ |= tokens; }
  void SetNamedStreet(NameId name, bool in_postcode, bool has_number) {
    named_ = name;
    named_in_postcode_ = in_postcode;
    named_has_number_ = has_number;
  }

 private:
  static constexpr float kLeastShare = 0.6F;  // of a name's weight that must be found
  // Points for another postcode than the text's, which has a street of the record's name.
  static constexpr float kStreetThere = 1;

  struct ObjectFit {
    float score = -1000;
    FitFlags flags = 0;
    float house = 0;
    bool unit_agrees = false;
    bool house_agrees = false;
    const Reading* reading = nullptr;
  };

  [[nodiscard]] float PostcodePoints(const Record& record) const;
  float StreetPoints(const Record& record, const NameFit& street, const NameFit& building, Fit* fit) const;
  [[nodiscard]] NameFit FitInText(NameId name, TokenMask taken) const;
  [[nodiscard]] bool HasUnits(const Record& record) const;
  [[nodiscard]] bool LetterMayBeFloor(const House& text, const Unit& unit, const Record& record) const;
  [[nodiscard]] NameFit FitBuilding(NameId name, const NameFit& street);
  [[nodiscard]] ObjectFit FitObject(const Record& record, const NameFit& building) const;
  [[nodiscard]] ObjectFit FitReading(const Record& record, const Reading& reading, const NameFit& building) const;
  float BuildingPoints(const Record& record, const NameFit& building, const NameFit& street, Fit* fit) const;
  float PlacePoints(const Record& record, TokenMask used, TokenMask* taken) const;
  [[nodiscard]] bool Misspelt(std::string_view typed, WordId word) const;
  // Words of the text that are of none of a record's names.
  struct Rest {
    TokenMask tokens = 0;  // without those of its places
    TokenMask places = 0;  // words of its places
    float points = 0;
    bool street = false;         // some name another street
    bool other_place = false;    // a place of the gazetteer that the record is not in
    bool foreign_place = false;  // a place outside it
  };
  [[nodiscard]] Rest ReadRest(const Record& record, const NameFit& street, TokenMask used) const;
  [[nodiscard]] bool LiesElsewhere(const Record& record, const NameFit& street, const Rest& rest, const Fit& fit);
  float RestPoints(const Record& record, const NameFit& street, TokenMask used, Fit* fit);
  [[nodiscard]] bool StandsAlone(const Record& record) const;
  [[nodiscard]] TokenMask FindPlace(NameId place) const;
  [[nodiscard]] TokenMask PlacesOfStreet(NameId street);
  float BetweenPoints(const Record& record, const ObjectFit& object, const NameFit& street, TokenMask used,
                      Fit* fit) const;
  [[nodiscard]] bool Unexplained(size_t i, TokenMask used) const;
  [[nodiscard]] bool NamesOtherStreet(const NameFit& street, int house_position, TokenMask used, float postcode) const;
  [[nodiscard]] bool NamesOther(int end, TokenMask used) const;
  float NamedStreetPoints(const Record& record, const NameFit& street, TokenMask used, Fit* fit);

  const MatchIndex& index_;
  const AddressLine& line_;
  const Tokens& tokens_;
  const Evidence evidence_;
  const Readings readings_;
  TokenMask own_places_ = 0;  // places of this gazetteer; set with places_, so it stands before it
  TokenMask places_ = 0;
  TokenMask allowed_ = 0;  // tokens that names may use
  absl::InlinedVector<int32_t, 8> numbers_;
  absl::InlinedVector<std::pair<NameId, NameFit>, 16> fits_;
  std::array<uint8_t, 64> slots_ = {};
  absl::InlinedVector<NameId, 8> postcode_streets_;  // ascending
  absl::InlinedVector<std::pair<NameId, TokenMask>, 4> places_of_streets_;
  bool postcode_listed_ = false;
  bool wide_ = false;
  NameId named_ = kNoName;
  bool named_in_postcode_ = false;
  bool named_has_number_ = false;
  TokenMask named_buildings_ = 0;
};

}  // namespace wensum::matching::address::match

#endif  // WENSUM_MATCHING_ADDRESS_MATCH_SCORE_H_
