// The data behind AddressIndex: entries (one per address of a property) with their parsed parts, and postings by
// postcode and by street name.
#ifndef WENSUM_MATCHING_ADDRESS_ADDRESS_CATALOGUE_H_
#define WENSUM_MATCHING_ADDRESS_ADDRESS_CATALOGUE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "matching/address/address_index.h"
#include "matching/address/address_reading.h"
#include "matching/address/property_facts.h"
#include "matching/address/words/address_text.h"
#include "matching/address/words/vocabulary.h"

namespace wensum::matching::address {

inline constexpr uint32_t kNoId = 0xFFFFFFFF;

// A postcode as a number that sorts as its letters do, left aligned: all postcodes with a common start lie in one
// range. 0 for the empty one. Texts that are too long to be postcodes are cut.
uint64_t PackPostcode(std::string_view postcode);
// [first, last] of the packed postcodes that start with `prefix`.
struct PostcodeRange {
  uint64_t first = 0;
  uint64_t last = 0;
};
PostcodeRange PackPostcodePrefix(std::string_view prefix);
// The text of a packed postcode, "NR2 1AB".
std::string UnpackPostcode(uint64_t packed);

// The words of a street, place, building or unit name.
struct Name {
  std::vector<uint64_t> words;       // canonical
  std::vector<std::string> spelled;  // the same words
};

// A street name with its place, as addresses show it. Shared by all entries that name it so; never removed.
struct StreetEntry {
  std::string description, locality, town;
  Name name, locality_name, town_name;
};

// One address of one property.
struct Entry {
  uint64_t postcode = 0;  // packed
  uint32_t property = 0;
  uint32_t next = kNoId;  // next entry of the property
  uint32_t street = 0;
  uint32_t building = kNoId;   // Name: words of the PAO text
  uint32_t unit_name = kNoId;  // Name: words of the SAO text that are no unit words
  uint32_t organisation = kNoId;
  NumberSpan house;
  UnitParts unit;
  uint32_t usrn = 0;
  bool historical = false;
  std::string prefix;  // organisation, SAO and PAO as FormatAddress shows them
};

// Where an entry stands in a list, with what rules most of the list out.
struct Posting {
  uint32_t entry = 0;
  int32_t low = -1;
  int32_t high = -1;
};
using Postings = std::vector<Posting>;

struct PropertyEntry {
  uint64_t uprn = 0;  // 0: free
  uint64_t parent_uprn = 0;
  uint32_t first = kNoId;
  PackedFacts facts;
};

// A street's name with its place, or the name of a building, unit or organisation.
struct NameUse {
  bool building = false;
  uint32_t id = 0;  // street id or name id
  friend auto operator<=>(const NameUse&, const NameUse&) = default;
};

class Catalogue {
 public:
  Catalogue();

  void Upsert(const IndexedProperty& property);
  void Remove(uint64_t uprn);

  [[nodiscard]] const Entry& entry(uint32_t id) const { return entries_[id]; }
  [[nodiscard]] const PropertyEntry& property(uint32_t id) const { return properties_[id]; }
  [[nodiscard]] const StreetEntry& street(uint32_t id) const { return streets_[id]; }
  [[nodiscard]] const Name& name(uint32_t id) const { return names_[id]; }
  // Null if there is none.
  [[nodiscard]] const Postings* ByPostcode(uint64_t packed) const;

  // --- For typeahead ---

  static Vocabulary::Use PackUse(NameUse use) { return use.id << 1 | (use.building ? 1U : 0U); }
  static NameUse UnpackUse(Vocabulary::Use use) { return {(use & 1U) != 0, use >> 1}; }
  // The words of all names in use.
  [[nodiscard]] const Vocabulary& vocabulary() const { return vocabulary_; }
  // All names in use by their keys: the words with a space between, then kNameEnd, then what tells equal names apart
  // (streets before buildings, then locality, town and description).
  static constexpr char kNameEnd = '\x1f';
  [[nodiscard]] const absl::btree_map<std::string, NameUse, std::less<>>& names() const { return names_in_order_; }
  [[nodiscard]] std::string KeyOf(NameUse use) const;
  [[nodiscard]] const Name& NameOf(NameUse use) const { return use.building ? names_[use.id] : streets_[use.id].name; }

  // Entries in the order that readers expect: by house number and unit, then by text.
  struct EntryList {
    Postings postings;
    int32_t widest = 0;  // at least the most that a range of house numbers among them spans
  };
  // Of a street, or of the addresses that a name stands in. Null if there is none.
  [[nodiscard]] const EntryList* EntriesOf(NameUse use) const;
  [[nodiscard]] bool EntryBefore(uint32_t a, uint32_t b) const;
  // Streets by the USRN of an entry, ascending.
  using StreetIds = absl::InlinedVector<std::pair<uint32_t, uint32_t>, 1>;  // street id, entries
  [[nodiscard]] const StreetIds* StreetsOf(uint32_t usrn) const;
  // Properties (their numbers here) that name this one as their parent, in no order. Null if there are none.
  [[nodiscard]] const std::vector<uint32_t>* ChildrenOf(uint64_t uprn) const;
  // The property's number; kNoId if it is not known.
  [[nodiscard]] uint32_t Find(uint64_t uprn) const;

  [[nodiscard]] const absl::btree_set<uint64_t>& postcodes() const { return postcodes_; }

  [[nodiscard]] std::string Line(const Entry& entry) const;
  [[nodiscard]] bool Contains(uint64_t uprn) const { return by_uprn_.contains(uprn); }
  [[nodiscard]] size_t size() const { return by_uprn_.size(); }
  [[nodiscard]] size_t memory_bytes() const;

 private:
  uint32_t InternStreet(const PropertyAddress& address);
  uint32_t InternName(const TokenList& list, const Evidence& evidence);
  uint32_t InternText(std::string_view text);
  void AddToList(NameUse use, const Posting& posting);
  void DropFromList(NameUse use, uint32_t entry);
  void Adopt(uint32_t property);
  void Abandon(uint32_t property);
  Entry Parse(const PropertyAddress& address);
  void Link(uint32_t id);
  void Unlink(uint32_t id);
  void DropEntries(uint32_t property);

  std::vector<Entry> entries_;
  std::vector<uint32_t> free_entries_;
  std::vector<PropertyEntry> properties_;
  std::vector<uint32_t> free_properties_;
  std::vector<StreetEntry> streets_;
  std::vector<Name> names_;
  absl::flat_hash_map<uint64_t, uint32_t> by_uprn_;
  absl::flat_hash_map<std::string, uint32_t> street_ids_;
  absl::flat_hash_map<std::string, uint32_t> name_ids_;
  absl::flat_hash_map<uint64_t, Postings> by_postcode_;
  std::vector<EntryList> street_lists_;               // by street id
  absl::flat_hash_map<uint32_t, EntryList> by_name_;  // buildings, units, organisations
  absl::flat_hash_map<uint32_t, StreetIds> by_usrn_;
  absl::flat_hash_map<uint64_t, std::vector<uint32_t>> children_;  // by the parent's UPRN
  Vocabulary vocabulary_;
  absl::btree_map<std::string, NameUse, std::less<>> names_in_order_;
  absl::btree_set<uint64_t> postcodes_;
};

// Implementations of AddressIndex's members.
std::vector<Suggestion> Suggest(const Catalogue& catalogue, const SuggestQuery& query);
// FormatAddress up to the street, with the separator that belongs there.
std::string FormatPrefix(const PropertyAddress& address);
std::string JoinLine(std::string_view prefix, std::string_view street, std::string_view locality, std::string_view town,
                     std::string_view postcode);

}  // namespace wensum::matching::address

#endif  // WENSUM_MATCHING_ADDRESS_ADDRESS_CATALOGUE_H_
