// The words and names of a gazetteer's streets, buildings and places: what a text may mean by a word, and which names
// hold it, typing errors forgiven.
#ifndef WENSUM_MATCHING_ADDRESS_MATCH_NAMES_H_
#define WENSUM_MATCHING_ADDRESS_MATCH_NAMES_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/functional/function_ref.h"
#include "absl/types/span.h"
#include "base/strings.h"
#include "matching/address/match/lexicon.h"
#include "matching/address/match/touched.h"

namespace wensum::matching::address::match {

using WordId = uint32_t;
using NameId = uint32_t;
inline constexpr uint32_t kNoWord = 0xFFFFFFFF;
inline constexpr uint32_t kNoName = 0xFFFFFFFF;

// A word of more names finds the streets among them alone, and of more streets nothing, unless the text has the whole
// name.
inline constexpr size_t kMostUses = 400;
// A word of more names finds none but those that a rarer one has found.
inline constexpr size_t kCommonUses = 48;
// A place counts as one of the gazetteer's own if it is used more often: as a known one and as a learnt one it is
// listed without any address.
inline constexpr uint32_t kListedAnyway = 2;

enum class NameRole : uint8_t { kStreet, kBuilding, kPlace };
inline constexpr size_t kNameRoles = 3;

struct WordInfo {
  std::string text;  // canonical
  WordFlags flags = 0;
  uint8_t argument = 0;
  uint32_t uses = 0;            // streets and buildings that hold it
  uint32_t place_uses = 0;      // places that hold it
  float rarity = 0;             // -log2 of its uses, in steps if they are many
  std::vector<NameId> names;    // streets and buildings, ascending
  std::vector<NameId> streets;  // those of them that are streets
};

// What a word does in a name.
enum class WordPart : uint8_t { kCore, kType, kDirection, kStop };

// A house or unit number under a name, and the record that has it; -1: the record has none.
struct NumberPosting {
  int32_t number = -1;
  uint32_t record = 0;
  friend auto operator<=>(const NumberPosting&, const NumberPosting&) = default;
};

struct NameInfo {
  absl::InlinedVector<WordId, 4> words;
  absl::InlinedVector<WordPart, 4> parts;
  std::array<uint32_t, kNameRoles> uses = {};
  bool core_words = false;              // false: of type and stop words alone (THE DRIVE)
  std::vector<NumberPosting> postings;  // ascending
  [[nodiscard]] bool live() const { return uses[0] + uses[1] > 0; }
};

// Not thread-safe for writing; the const members may run concurrently. Nothing that they answer depends on the order in
// which names were added.
class NameTable {
 public:
  NameTable();

  // --- Words ---
  // The id of a folded word in any spelling; kNoWord if neither the lexicon nor a name has it.
  [[nodiscard]] WordId FindWord(std::string_view folded) const;
  WordId InternWord(std::string_view folded);
  [[nodiscard]] const WordInfo& word(WordId id) const { return words_[id]; }
  // Flags of that very spelling: FL is FLAT or FLOOR, FLAT is not.
  [[nodiscard]] bool Known(WordId id) const {
    return id != kNoWord && (words_[id].flags != 0 || words_[id].uses + words_[id].place_uses > 0);
  }
  // How much a word tells, in bits: rare words of the list tell more. It goes by the names that hold the word and by
  // nothing else, so that a new name changes the answers for texts that share its words alone.
  [[nodiscard]] float Weight(WordId id) const { return std::max(kMostWeight + words_[id].rarity, kLeastWeight); }
  static constexpr float kLeastWeight = 2.0F;
  static constexpr float kMostWeight = 12.0F;
  // Of all words of the name that are no type, direction or stop word.
  [[nodiscard]] float CoreWeight(NameId id) const;
  // The word is one that the name is known by.
  [[nodiscard]] bool IsCore(NameId id, WordId word) const;
  // True if the words of `a` come before those of `b` in alphabetical order.
  [[nodiscard]] bool TextBefore(NameId a, NameId b) const;

  // --- Names ---
  // Adds one use of the name. Appends to `touched`, which may be null, what texts are to be read anew if that changes
  // more than what stands under the name.
  NameId Add(absl::Span<const WordId> words, NameRole role, Touched* touched = nullptr);
  void Remove(NameId id, NameRole role, Touched* touched = nullptr);
  // Appends the words of the name: texts with one of the numbers may find what stands under it.
  void TouchName(NameId id, NumberSet numbers, Touched* touched) const;
  [[nodiscard]] const NameInfo& name(NameId id) const { return names_[id]; }
  [[nodiscard]] NameInfo& mutable_name(NameId id) { return names_[id]; }
  // kNoName if no such name is in use in that role.
  [[nodiscard]] NameId Find(absl::Span<const WordId> words, NameRole role) const;
  [[nodiscard]] std::string TextOf(NameId id) const;
  [[nodiscard]] size_t ids() const { return names_.size(); }  // every NameId is below

  // --- Repairs ---
  // Two words that stand side by side in a name and make `joined` when the space is left out; false if none do.
  [[nodiscard]] bool SplitJoined(std::string_view joined, std::pair<WordId, WordId>* pair) const;
  [[nodiscard]] bool Adjacent(WordId first, WordId second) const { return adjacent_.contains(Pair(first, second)); }
  // Words of names that are no further from `typed` than EditsForgiven of the longer; nearest and then alphabetically
  // first.
  struct NearWord {
    WordId word = kNoWord;
    int edits = 0;
  };
  static constexpr size_t kMostNearWords = 12;
  [[nodiscard]] absl::InlinedVector<NearWord, kMostNearWords> FindNear(std::string_view typed, bool wide = false) const;

  [[nodiscard]] size_t memory_bytes() const;

 private:
  static uint64_t Pair(WordId a, WordId b) { return uint64_t{a} << 32 | b; }
  static uint64_t HashOf(absl::Span<const WordId> words);
  void SetParts(NameInfo& name) const;
  void Link(NameId id, Touched* touched);
  void Unlink(NameId id, Touched* touched);
  void CountUse(WordInfo& word, int change, Touched* touched);
  static void TouchStreets(const WordInfo& word, int change, Touched* touched);
  void TouchUses(NameId id, NameRole role, uint32_t uses, Touched* touched) const;
  void AddTypos(WordId id);
  void DropTypos(WordId id);

  std::vector<WordInfo> words_;
  absl::flat_hash_map<std::string, WordId, TransparentStringHash, TransparentStringEqual> by_text_;  // all spellings
  std::vector<NameInfo> names_;
  std::vector<NameId> free_names_;
  absl::flat_hash_map<uint64_t, absl::InlinedVector<NameId, 1>> by_hash_;
  // Pairs of neighbours and how often; what they make when joined.
  absl::flat_hash_map<uint64_t, uint32_t> adjacent_;
  absl::flat_hash_map<uint64_t, absl::InlinedVector<std::pair<WordId, WordId>, 1>> joined_;
  // Words by what is left of them when up to two letters are deleted.
  absl::flat_hash_map<uint64_t, absl::InlinedVector<WordId, 2>> typos_;
};

// The distance of two words in insertions, deletions, substitutions and swaps of neighbours; `limit` + 1 if above it.
int WordDistance(std::string_view a, std::string_view b, int limit);
// Errors forgiven in a word of so many letters; `wide`: where nothing nearer was found.
inline int EditsForgiven(size_t letters, bool wide = false) {
  return letters < 4 ? 0 : letters < (wide ? 4U : 7U) ? 1 : 2;
}

}  // namespace wensum::matching::address::match

#endif  // WENSUM_MATCHING_ADDRESS_MATCH_NAMES_H_
