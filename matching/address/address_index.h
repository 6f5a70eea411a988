// Address texts to UPRNs, and typeahead, over an in-memory index of the gazetteer's addresses.
#ifndef WENSUM_MATCHING_ADDRESS_ADDRESS_INDEX_H_
#define WENSUM_MATCHING_ADDRESS_ADDRESS_INDEX_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "matching/address/match/touched.h"
#include "matching/address/property_facts.h"
#include "matching/address/property_table.h"
#include "matching/address/street_index.h"
#include "model/gazetteer.h"

namespace wensum::matching::address {

// Values are stored and equal those of wensum.v1.AddressOutcome: never renumber.
enum class Outcome : uint8_t {
  kUnspecified = 0,
  kMatched = 1,
  kAmbiguous = 2,
  kParent = 3,
  kStreetOnly = 4,
  kNone = 5,
  kChildMissing = 6,
  kOutOfArea = 7
};
std::string_view OutcomeName(Outcome outcome);  // "MATCHED", ...

// Why an outcome is kNone. Values equal those of wensum.v1.MatchAddressResponse.NoneReason.
enum class NoneReason : uint8_t {
  kUnspecified = 0,  // it is something else
  kContradicted = 1,
  kWeak = 2,
  kNothing = 3,
  kExcluded = 4  // the property that fits is not one of those asked for
};

// One address by which a property may be named: an LPI with its street in one language, or a delivery point.
struct PropertyAddress {
  std::string key;          // unique inside the property: the LPI key, or "dp" and the UDPRN, in Welsh with "w"
  bool approved = false;    // status 1 of both BLPU and LPI
  bool historical = false;  // status 8 of either
  model::AddressableObject sao;
  model::AddressableObject pao;
  std::string organisation;
  std::string street;  // description; empty for delivery points without one
  std::string locality;
  std::string town;
  std::string postcode;  // canonical or empty
  uint32_t usrn = 0;
};

// All addresses of one property.
struct IndexedProperty {
  uint64_t uprn = 0;
  uint64_t parent_uprn = 0;
  bool street_record = false;  // class PS: never an answer
  std::vector<PropertyAddress> addresses;
  PropertyFacts facts;
};

struct Query {
  std::string text;      // one line; may hold the postcode
  std::string postcode;  // in any spelling; empty if unknown
};

// What may be answered. A text that means another property is answered by none, never by the next best.
struct MatchOptions {
  size_t max_candidates = 5;              // 0: none, and no reason either, the fastest
  bool trust_postcode = false;            // true: an address with another postcode is no match
  bool allow_historical = true;           // false: nor is one that is no longer in use
  const PropertyFilter* scope = nullptr;  // not null: nor is a property that does not pass
  // A match of less strength is AMBIGUOUS, with the match among the candidates: it is not as sure as is wanted.
  std::optional<double> least_strength = std::nullopt;
};

// How much each part of an address speaks for a candidate, in bits; negative: against it.
struct FieldEvidence {
  float postcode = 0;
  float street = 0;
  float number = 0;
  float unit = 0;
  float building = 0;
  float rest = 0;  // places, and words that nothing explains
};

// What rules a candidate out, whatever its score. Values are bits, and equal those of match::FitFlags.
using Contradictions = uint8_t;

struct Candidate {
  uint64_t uprn = 0;
  double score = 0;     // 0 to 1
  std::string address;  // one line, the one that fits best
  bool historical = false;
  FieldEvidence evidence;
  Contradictions contradictions = 0;
};

struct Match {
  Outcome outcome = Outcome::kNone;
  NoneReason none_reason = NoneReason::kUnspecified;
  uint64_t uprn = 0;                  // for kMatched alone
  uint64_t parent_uprn = 0;           // for kParent; 0 if the building has none of its own
  bool historical = false;            // kMatched: by an address, or to a property, that is no longer in use
  double strength = 0;                // kMatched: how sure, for a calibration
  std::string reason;                 // one plain sentence
  std::vector<Candidate> candidates;  // best first
  uint64_t learnt = 0;                // not 0: number of the learnt address that says so
};

struct SuggestQuery {
  // What was typed so far; bytes beyond the first 200 are ignored. May be empty if a place is given.
  std::string_view input;
  size_t limit = 10;
  // Addresses of historical properties, and historical addresses of others, only if it lets status 8 in.
  PropertyFilter filter = {};
  // Not 0: only addresses on this street; only the units of this building; not empty: only those of this postcode. At
  // most one of them.
  uint32_t within_usrn = 0;
  uint64_t within_uprn = 0;
  std::string within_postcode = {};  // canonical
};

// Values equal those of wensum.v1.SuggestPropertiesResponse.Kind.
enum class SuggestionKind : uint8_t { kProperty = 1, kBuilding = 2, kStreet = 3, kPostcode = 4 };

struct Suggestion {
  SuggestionKind kind = SuggestionKind::kProperty;
  uint64_t uprn = 0;     // of a property or building
  uint32_t usrn = 0;     // 0 if its address names none
  std::string address;   // one line; of a street, its name and place; of a postcode, empty
  std::string postcode;  // of all but streets
  // Properties that the street or postcode holds, or units that the building holds: those that pass the filter, counted
  // up to kMaxSuggestionCount.
  uint32_t count = 0;
};
inline constexpr uint32_t kMaxSuggestionCount = 1'000;

// Not thread-safe for writing: Upsert and Remove need exclusive access; the const members may run concurrently. The
// answer of every const member is a function of the set of indexed properties alone.
class AddressIndex {
 public:
  AddressIndex();
  ~AddressIndex();
  AddressIndex(const AddressIndex&) = delete;
  AddressIndex& operator=(const AddressIndex&) = delete;

  // Replaces, or drops, all that is known of one UPRN; dropping an unknown one does nothing. Appends to `touched`,
  // which may be null, what texts may have another answer now (match::Dependants finds them). A property without
  // addresses is found by properties() alone.
  void Upsert(const IndexedProperty& property, match::Touched* touched);
  void Remove(uint64_t uprn, match::Touched* touched);
  // Around the loading of many, which is quicker then; between the two FindMatch must not be called.
  void StartBulk();
  void FinishBulk();

  // True if a property of this UPRN is indexed with an address.
  [[nodiscard]] bool Contains(uint64_t uprn) const;
  // The property that the text means; docs/address-matching.md tells how. 5 to 100 microseconds.
  [[nodiscard]] Match FindMatch(const Query& query, const MatchOptions& options) const;

  // For a text that is known to mean this property, which must be indexed with an address, or (0) none of them,
  // whatever it says: MATCHED, OUT_OF_AREA, or NONE where the options rule the property out. The reason, if candidates
  // are asked for, is that of a refusal alone.
  [[nodiscard]] Match MatchKnown(uint64_t uprn, const Query& query, const MatchOptions& options) const;
  // How the property's own addresses agree with the text: the best of them. Nullopt if it is not indexed with one. Some
  // microseconds.
  [[nodiscard]] std::optional<Candidate> Compare(const Query& query, uint64_t uprn) const;
  // True if all its addresses are historical, or it is not indexed with one.
  [[nodiscard]] bool Historical(uint64_t uprn) const;

  // Streets, buildings, addresses and postcodes that fit what was typed so far, best first. Numbers and words stand in
  // the order of the address; the last word may be unfinished. Without a number, streets come before their addresses;
  // with one, addresses. Units are gathered under their building unless a unit was typed. Only if nothing fits as typed
  // are errors forgiven: one in a word of 4 to 7 letters, two in a longer one.
  //
  // Bounded: at most 4,096 names and 20,000 addresses are looked at. Words that more than 2,048 names hold (ROAD) find
  // only the names that begin with them, unless a rarer word was typed too.
  [[nodiscard]] std::vector<Suggestion> Suggest(const SuggestQuery& query) const;

  // --- Streets by name, with or without addresses ---
  // Replaces, or drops, all names of one street. `touched` as above.
  void UpsertStreet(const IndexedStreet& street, match::Touched* touched);
  void RemoveStreet(uint32_t usrn, match::Touched* touched);
  [[nodiscard]] std::vector<StreetHit> SearchStreets(const StreetQuery& query) const;

  // Properties by what they are and where they lie. It also has those without an address.
  [[nodiscard]] const PropertyTable& properties() const;

  [[nodiscard]] size_t size() const;  // properties with an address
  [[nodiscard]] size_t memory_bytes() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// The address in one line: organisation, SAO, PAO, street, locality, town, postcode, by the rules of docs/formats.md
// (numbers "12A-14B", no comma between the PAO number and the street).
std::string FormatAddress(const PropertyAddress& address);

}  // namespace wensum::matching::address

#endif  // WENSUM_MATCHING_ADDRESS_ADDRESS_INDEX_H_
