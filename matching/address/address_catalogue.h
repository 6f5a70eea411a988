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
#include "matching/address/address_text.h"
#include "matching/address/property_facts.h"
#include "matching/address/vocabulary.h"

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

DependencyKey PostcodeKey(uint64_t packed);

// A street name is keyed by its first words alone, so that a text has few possible keys.
inline constexpr size_t kStreetKeyWords = 5;

// Calls `visit(key, begin, end)` for every run of words in the tokens that could be a street's name: up to
// kStreetKeyWords words without a comma or number between them.
template <typename Visitor>
void ForEachStreetKey(const TokenList& list, const Visitor& visit);

// The words of a street, place, building or unit name.
struct Name {
  std::vector<uint64_t> words;       // canonical
  std::vector<std::string> spelled;  // the same words
  std::string joined;                // the same words without spaces between
  bool ends_with_type = false;       // its last word is a street type
};

// A street name with its place, as addresses show it. Shared by all entries that name it so; never removed.
struct StreetEntry {
  std::string description, locality, town;
  Name name, locality_name, town_name;
  uint64_t key = 0;  // 0: no name
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
  bool approved = false;
  bool historical = false;
  bool relation = false;
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

  void Upsert(const IndexedProperty& property, std::vector<DependencyKey>* touched);
  void Remove(uint64_t uprn, std::vector<DependencyKey>* touched);

  [[nodiscard]] const Entry& entry(uint32_t id) const { return entries_[id]; }
  [[nodiscard]] const PropertyEntry& property(uint32_t id) const { return properties_[id]; }
  [[nodiscard]] const StreetEntry& street(uint32_t id) const { return streets_[id]; }
  [[nodiscard]] const Name& name(uint32_t id) const { return names_[id]; }
  // Null if there is none.
  [[nodiscard]] const Postings* ByPostcode(uint64_t packed) const;
  [[nodiscard]] const Postings* ByStreet(uint64_t key) const;

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
  void DropEntries(uint32_t property, std::vector<DependencyKey>* touched);
  void Touch(const Entry& entry, std::vector<DependencyKey>* touched) const;

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
  absl::flat_hash_map<uint64_t, Postings> by_street_;
  std::vector<EntryList> street_lists_;               // by street id
  absl::flat_hash_map<uint32_t, EntryList> by_name_;  // buildings, units, organisations
  absl::flat_hash_map<uint32_t, StreetIds> by_usrn_;
  absl::flat_hash_map<uint64_t, std::vector<uint32_t>> children_;  // by the parent's UPRN
  Vocabulary vocabulary_;
  absl::btree_map<std::string, NameUse, std::less<>> names_in_order_;
  absl::btree_set<uint64_t> postcodes_;
};

// The query's text without its postcode, and that postcode: the given one, else the one found.
class QueryText {
 public:
  explicit QueryText(const Query& query);
  [[nodiscard]] uint64_t postcode() const { return postcode_; }
  [[nodiscard]] const TokenList& tokens() const { return tokens_; }

 private:
  static std::string_view Cut(const Query& query, std::string* storage, uint64_t* postcode);

  std::string storage_;
  uint64_t postcode_ = 0;
  TokenList tokens_;
};

// Implementations of AddressIndex's members.
Match FindMatch(const Catalogue& catalogue, const Query& query, size_t max_candidates);
std::vector<Suggestion> Suggest(const Catalogue& catalogue, const SuggestQuery& query);
// FormatAddress up to the street, with the separator that belongs there.
std::string FormatPrefix(const PropertyAddress& address);
std::string JoinLine(std::string_view prefix, std::string_view street, std::string_view locality, std::string_view town,
                     std::string_view postcode);

// Details only below here.

// Folds one more word into a street key.
uint64_t ExtendStreetKey(uint64_t key, uint64_t word);
inline constexpr uint64_t kStreetKeySeed = 0x5354524545540001;

template <typename Visitor>
void ForEachStreetKey(const TokenList& list, const Visitor& visit) {
  const auto& tokens = list.tokens();
  for (size_t begin = 0; begin < tokens.size(); ++begin) {
    if (tokens[begin].kind != TokenKind::kWord || tokens[begin].word_class == WordClass::kStop) {
      continue;
    }
    uint64_t key = kStreetKeySeed;
    for (size_t end = begin; end < tokens.size() && end < begin + kStreetKeyWords; ++end) {
      const Token& token = tokens[end];
      if (token.kind != TokenKind::kWord || (end > begin && token.comma_before)) {
        break;
      }
      key = ExtendStreetKey(key, token.hash);
      const bool alone = end == begin && (token.word_class != WordClass::kPlain || token.letter != 0);
      if (!alone && token.word_class != WordClass::kStop) {
        visit(key, begin, end + 1);
      }
    }
  }
}

}  // namespace wensum::matching::address

#endif  // WENSUM_MATCHING_ADDRESS_ADDRESS_CATALOGUE_H_
