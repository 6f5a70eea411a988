// Address texts to UPRNs, and typeahead, over an in-memory index of the gazetteer's addresses.
#ifndef WENSUM_MATCHING_ADDRESS_ADDRESS_INDEX_H_
#define WENSUM_MATCHING_ADDRESS_ADDRESS_INDEX_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

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
  std::string key;          // unique inside the property: the LPI key, or "dp" and the UDPRN
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

struct Suggestion {
  uint64_t uprn = 0;
  std::string address;
  std::string postcode;
};

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
  // which may be null, the dependency keys of its old and new addresses.
  void Upsert(const IndexedProperty& property, std::vector<DependencyKey>* touched);
  void Remove(uint64_t uprn, std::vector<DependencyKey>* touched);

  // True if a property of this UPRN is indexed.
  [[nodiscard]] bool Contains(uint64_t uprn) const;
  // The property that the text means. Some microseconds; `max_candidates` bounds Match::candidates (0 skips them, the
  // fastest).
  [[nodiscard]] Match FindMatch(const Query& query, size_t max_candidates) const;
  // Dependency keys of the query's result: sorted, unique.
  [[nodiscard]] static std::vector<DependencyKey> QueryKeys(const Query& query);

  // Addresses that fit what was typed so far, best first; numbers and words in order, the last word may be unfinished,
  // one typing error in a street name is forgiven. Inactive addresses (neither approved nor provisional) only on
  // demand.
  [[nodiscard]] std::vector<Suggestion> Suggest(std::string_view input, size_t limit, bool include_inactive) const;

  [[nodiscard]] size_t size() const;
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
