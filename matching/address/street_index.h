// Streets by name, locality and town: as typed, unfinished, with typing errors.
#ifndef WENSUM_MATCHING_ADDRESS_STREET_INDEX_H_
#define WENSUM_MATCHING_ADDRESS_STREET_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "matching/address/words/typed_word.h"
#include "matching/address/words/vocabulary.h"

namespace wensum::matching::address {

// A street's name in one language.
struct StreetName {
  std::string language;
  std::string description;
  std::string locality;
  std::string town;
};

struct IndexedStreet {
  uint32_t usrn = 0;
  bool closed = false;  // found only on demand
  std::vector<StreetName> names;
};

struct StreetQuery {
  // Words of the name, locality and town in any order; the last one may be unfinished.
  std::string_view text;
  // Words that must stand in the locality or town itself; empty: any.
  std::string_view locality = {};
  std::string_view town = {};
  bool closed = false;  // closed ones too
  size_t limit = 10;
};

struct StreetHit {
  uint32_t usrn = 0;
  StreetName name;  // that fits
};

// Not thread-safe for writing; the const members may run concurrently. Answers are functions of the set of streets.
class StreetIndex {
 public:
  void Upsert(const IndexedStreet& street);
  void Remove(uint32_t usrn);
  [[nodiscard]] size_t size() const { return by_usrn_.size(); }
  [[nodiscard]] size_t memory_bytes() const;

  // Names that at most one search looks at.
  static constexpr size_t kMaxNames = 4'096;
  // Each street once, by its best name: first those with the fewest errors, then those that begin with what was typed,
  // then by name, locality, town and USRN. Errors are forgiven (one in a word of 4 to 7 letters, two in a longer one)
  // only if nothing fits as typed. Words that more than half of kMaxNames names hold find only the names that begin
  // with them, unless a rarer word was typed too.
  [[nodiscard]] std::vector<StreetHit> Search(const StreetQuery& query) const;

 private:
  using Words = std::vector<std::string>;
  struct Entry {
    uint32_t usrn = 0;
    bool closed = false;
    StreetName name;
    Words description, locality, town;
  };
  struct Typed {
    std::vector<TypedWord> text, locality, town;
  };
  struct Rank {
    int edits = 0;
    int later = 0;  // 0: the name begins with the words typed
    uint32_t entry = 0;
  };

  static Words WordsOf(std::string_view text);
  static std::vector<TypedWord> TypedWords(std::string_view text);
  static std::string KeyOf(const Entry& entry);
  [[nodiscard]] std::vector<Rank> Find(const Typed& typed, bool closed, bool fuzzy) const;
  [[nodiscard]] absl::flat_hash_set<uint32_t> Candidates(const Typed& typed, bool fuzzy) const;
  static std::optional<Rank> Fit(const Entry& entry, const Typed& typed, bool fuzzy);

  std::vector<Entry> entries_;
  std::vector<uint32_t> free_;
  absl::flat_hash_map<uint32_t, std::vector<uint32_t>> by_usrn_;
  Vocabulary vocabulary_;                                         // uses are entries
  absl::btree_map<std::string, uint32_t, std::less<>> in_order_;  // by KeyOf
};

}  // namespace wensum::matching::address

#endif  // WENSUM_MATCHING_ADDRESS_STREET_INDEX_H_
