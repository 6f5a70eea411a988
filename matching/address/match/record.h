// One address of one property as the matcher compares it, and how it is made from a text or from typed fields.
#ifndef WENSUM_MATCHING_ADDRESS_MATCH_RECORD_H_
#define WENSUM_MATCHING_ADDRESS_MATCH_RECORD_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"
#include "matching/address/match/evidence.h"
#include "matching/address/match/names.h"

namespace wensum::matching::address::match {

using NameWords = absl::InlinedVector<WordId, 4>;

// An address before its names are in the table.
struct RecordDraft {
  Unit unit;
  House house;
  // Its only number stands before a building's name: the number of the building's unit, or of the house so named.
  bool single = false;
  bool relation = false;  // LAND AT, REAR OF: not the property of that number
  Relations relations = 0;
  bool placed = false;     // its places are those of its street: a street of the same name in another place is another
  bool anonymous = false;  // leaves out the organisation that has the property
  NameWords street;
  NameWords building;
  NameWords extra;  // another name: of the unit, of an organisation, of a second building
  absl::InlinedVector<NameWords, 3> places;
  PostcodeCode postcode = 0;
};

// Learns from a list of texts which phrases are places and which are streets: a place follows many different names, a
// street follows numbers.
class ListLearner {
 public:
  explicit ListLearner(const NameTable& names) : names_(names) {}
  void See(const AddressLine& line);
  // Every phrase found, in alphabetical order.
  [[nodiscard]] std::vector<NameWords> Places() const;
  // How many texts have the phrase between commas.
  [[nodiscard]] uint32_t CountOf(absl::Span<const Token> phrase) const;

 private:
  struct Tail {
    NameWords words;
    uint32_t count = 0;
    uint32_t after_number = 0;
    absl::flat_hash_set<uint64_t> before;  // what it followed; no more than are needed
  };
  void CountStreet(const Tokens& tokens);
  void Count(absl::Span<const Token> phrase, uint64_t before, bool number);

  const NameTable& names_;
  absl::flat_hash_map<uint64_t, Tail> tails_;
  uint64_t seen_ = 0;
};

// The words of a phrase, e.g. of a street's name in a typed field. Unknown words become known.
NameWords WordsOf(std::string_view text, NameTable* names);

// The tokens that name places the table knows, longest phrases first: neither before a street's type without a comma,
// nor right behind a number. `own`: those that addresses of this gazetteer have.
TokenMask MarkPlaces(const Tokens& tokens, const NameTable& names, TokenMask* own);

// Reads a gazetteer's one-line text. Its places must be in the table already. `list`, which may be null, has seen the
// other texts.
RecordDraft ReadRecord(const AddressLine& line, const NameTable& names, const ListLearner* list);

}  // namespace wensum::matching::address::match

#endif  // WENSUM_MATCHING_ADDRESS_MATCH_RECORD_H_
