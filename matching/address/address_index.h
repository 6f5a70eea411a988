// Address texts to UPRNs, and typeahead, over an in-memory index of the gazetteer's addresses.
#ifndef WENSUM_MATCHING_ADDRESS_ADDRESS_INDEX_H_
#define WENSUM_MATCHING_ADDRESS_ADDRESS_INDEX_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

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
  kNone = 5
};
std::string_view OutcomeName(Outcome outcome);  // "MATCHED", ...

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
  std::string postcode;  // canonical; empty if unknown
};

struct Candidate {
  uint64_t uprn = 0;
  double score = 0;     // 0 to 1
  std::string address;  // one line
};

struct Match {
  Outcome outcome = Outcome::kNone;
  uint64_t uprn = 0;                  // for kMatched alone
  uint64_t parent_uprn = 0;           // for kParent
  std::string reason;                 // one plain sentence
  std::vector<Candidate> candidates;  // best first
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

// Keys by which a text's result depends on the gazetteer: a change to a property can change the match of a text only if
// the two share a key. Kinds: postcode, street name. Stable hashes.
using DependencyKey = uint64_t;

// Not thread-safe for writing: Upsert and Remove need exclusive access; the const members may run concurrently. The
// answer of every const member is a function of the set of indexed properties alone.
class AddressIndex {
 public:
  AddressIndex();
  ~AddressIndex();
  AddressIndex(const AddressIndex&) = delete;
  AddressIndex& operator=(const AddressIndex&) = delete;

  // Replaces, or drops, all that is known of one UPRN; dropping an unknown one does nothing. Appends to `touched`,
  // which may be null, the dependency keys of its old and new addresses. A property without addresses is found by
  // properties() alone.
  void Upsert(const IndexedProperty& property, std::vector<DependencyKey>* touched);
  void Remove(uint64_t uprn, std::vector<DependencyKey>* touched);

  // True if a property of this UPRN is indexed with an address.
  [[nodiscard]] bool Contains(uint64_t uprn) const;
  // The property that the text means. Some microseconds; `max_candidates` bounds Match::candidates (0 skips them, the
  // fastest).
  [[nodiscard]] Match FindMatch(const Query& query, size_t max_candidates) const;
  // Dependency keys of the query's result: sorted, unique.
  [[nodiscard]] static std::vector<DependencyKey> QueryKeys(const Query& query);

  // Streets, buildings, addresses and postcodes that fit what was typed so far, best first. Numbers and words stand in
  // the order of the address; the last word may be unfinished. Without a number, streets come before their addresses;
  // with one, addresses. Units are gathered under their building unless a unit was typed. Only if nothing fits as typed
  // are errors forgiven: one in a word of 4 to 7 letters, two in a longer one.
  //
  // Bounded: at most 4,096 names and 20,000 addresses are looked at. Words that more than 2,048 names hold (ROAD) find
  // only the names that begin with them, unless a rarer word was typed too.
  [[nodiscard]] std::vector<Suggestion> Suggest(const SuggestQuery& query) const;

  // --- Streets by name, with or without addresses ---
  // Replaces, or drops, all names of one street.
  void UpsertStreet(const IndexedStreet& street);
  void RemoveStreet(uint32_t usrn);
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
