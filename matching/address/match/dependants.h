// Texts by what they depend on: which of them may have another answer after a change to the gazetteer.
#ifndef WENSUM_MATCHING_ADDRESS_MATCH_DEPENDANTS_H_
#define WENSUM_MATCHING_ADDRESS_MATCH_DEPENDANTS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "base/strings.h"
#include "matching/address/match/touched.h"

namespace wensum::matching::address::match {

// Calls `visit` with every word by which a text can meet a name, whatever the gazetteer holds: words as written and as
// the lexicon has them, parted where they may be joined (MANSFIELDROAD), digits read as letters (L0NG). With
// repetitions. Returns the numbers that it holds. `postcode` is what stands in a field of its own, if anything.
NumberSet ReadTextWords(std::string_view text, std::string_view postcode, PostcodeCode* own_postcode,
                        absl::FunctionRef<void(std::string_view word)> visit);

// Some 40 bytes a text and as many again for each distinct word. Not thread-safe for writing.
class Dependants {
 public:
  using Id = uint32_t;

  // Adds a text of `id`, which may have several. Texts are not taken back: one that is no longer its own makes Find
  // answer with an id too many, which costs a look at it.
  void Add(Id id, std::string_view text, std::string_view postcode);

  // Ids whose texts may have another answer, ascending. What is not among them has the answer that it had. Some 100
  // microseconds for each word touched, with 100,000 distinct words.
  [[nodiscard]] std::vector<Id> Find(const Touched& touched) const;

  [[nodiscard]] size_t memory_bytes() const;

 private:
  struct Word {
    std::string text;
    uint32_t letters = 0;  // a bit for each letter that it has
    std::vector<Id> ids;
  };
  static constexpr size_t kLongest = 24;  // longer words stand together
  static uint32_t LettersOf(std::string_view word);
  static size_t LengthClass(std::string_view word) { return word.size() < kLongest ? word.size() : kLongest; }

  void AddWord(Id id, std::string_view word);
  void AppendNear(const TouchedWord& touched, std::vector<Id>* found) const;
  void AppendParted(const TouchedWord& touched, std::vector<Id>* found) const;
  void Append(const std::vector<Id>& ids, NumberSet numbers, std::vector<Id>* found) const;
  [[nodiscard]] const Word* FindWord(std::string_view word) const;

  std::array<std::vector<Word>, kLongest + 1> words_;  // by LengthClass
  // Where each stands there.
  absl::flat_hash_map<std::string, uint32_t, TransparentStringHash, TransparentStringEqual> places_;
  absl::flat_hash_map<PostcodeCode, std::vector<Id>> postcodes_;
  std::vector<NumberSet> numbers_;  // by id
};

}  // namespace wensum::matching::address::match

#endif  // WENSUM_MATCHING_ADDRESS_MATCH_DEPENDANTS_H_
