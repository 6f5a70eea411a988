// The words of names, each with the names that hold it: looked up exactly, by their beginning, or with typing errors.
#ifndef WENSUM_MATCHING_ADDRESS_WORDS_VOCABULARY_H_
#define WENSUM_MATCHING_ADDRESS_WORDS_VOCABULARY_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/functional/function_ref.h"

namespace wensum::matching::address {

// Errors that are forgiven in a word of so many letters: none below 4, one from 4, two from 8.
[[nodiscard]] int EditsAllowed(size_t letters);

// The optimal string alignment distance (insertions, deletions, substitutions, swaps of neighbours) of `typed` and
// `word`, or with `prefix` of `typed` and the beginning of `word` that is nearest to it; `limit` + 1 if it is above
// `limit`, which is at most 2. Some ten nanoseconds a letter.
[[nodiscard]] int EditDistance(std::string_view typed, std::string_view word, bool prefix, int limit);

// Not thread-safe for writing; the const members may run concurrently.
class Vocabulary {
 public:
  // Whatever its owner means by it. Ascending in each list, each once.
  using Use = uint32_t;
  using Uses = std::vector<Use>;

  void Add(const std::string& word, Use use);
  // Removing what was not added does nothing.
  void Remove(const std::string& word, Use use);

  [[nodiscard]] size_t size() const { return words_.size(); }
  [[nodiscard]] size_t memory_bytes() const;

  // Calls `visit` for each word in order until it returns false.
  using Visitor = absl::FunctionRef<bool(const std::string& word, const Uses& uses)>;
  void VisitWord(const std::string& word, Visitor visit) const;
  void VisitPrefix(std::string_view prefix, Visitor visit) const;

  // Letters of words that one walk may compare.
  static constexpr size_t kNearSteps = 50'000;
  // Calls `visit` for the words within `limit` (at most 2) edits of `typed`, or with `prefix` those that begin so, in
  // order. Walks the words as a trie and leaves each branch once it is too far away; ends after kNearSteps letters.
  using NearVisitor = absl::FunctionRef<void(const std::string& word, const Uses& uses, int edits)>;
  void VisitNear(std::string_view typed, bool prefix, int limit, NearVisitor visit) const;

 private:
  absl::btree_map<std::string, Uses, std::less<>> words_;
};

}  // namespace wensum::matching::address

#endif  // WENSUM_MATCHING_ADDRESS_WORDS_VOCABULARY_H_
