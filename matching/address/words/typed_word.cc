#include "matching/address/words/typed_word.h"

#include <algorithm>

namespace wensum::matching::address {
namespace {

// The one canonical word that is shorter than what it stands for: nobody types "st" and leaves it unfinished at "stre".
constexpr std::string_view kShortWord = "ST";
constexpr std::string_view kLongWord = "STREET";

const std::string& Letters(const TypedWord& typed) { return typed.unfinished.empty() ? typed.word : typed.unfinished; }

}  // namespace

int WordEdits(const TypedWord& typed, std::string_view word, bool fuzzy) {
  const bool prefix = !typed.unfinished.empty();
  const std::string_view spelled = word == kShortWord ? kLongWord : word;
  if (typed.word == word || (prefix && (word.starts_with(typed.unfinished) || spelled.starts_with(typed.unfinished)))) {
    return 0;
  }
  const std::string& letters = Letters(typed);
  const int limit = EditsAllowed(letters.size());
  if (!fuzzy || limit == 0) {
    return -1;
  }
  const auto allowed = static_cast<size_t>(limit);
  if (spelled.size() + allowed < letters.size() || (!prefix && letters.size() + allowed < spelled.size())) {
    return -1;
  }
  const int edits = EditDistance(letters, spelled, prefix, limit);
  return edits <= limit ? edits : -1;
}

std::vector<std::string> SpelledShorter(const TypedWord& typed) {
  const bool shorter = !typed.unfinished.empty() && typed.word != kShortWord &&
                       kLongWord.starts_with(typed.unfinished) && !kShortWord.starts_with(typed.unfinished);
  return shorter ? std::vector<std::string>{std::string(kShortWord)} : std::vector<std::string>();
}

std::optional<std::vector<Vocabulary::Use>> UsesOf(const Vocabulary& vocabulary, const TypedWord& typed, bool fuzzy,
                                                   size_t cap) {
  // One word may fit in several ways, and one name may hold several words that fit: each use counts once.
  std::vector<Vocabulary::Use> found;
  bool too_many = false;
  const auto leave_one_of_each = [&found] {
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
  };
  const auto take = [&](const std::string& /*word*/, const Vocabulary::Uses& uses) {
    too_many |= uses.size() > cap;
    if (!too_many) {
      found.insert(found.end(), uses.begin(), uses.end());
    }
    if (found.size() > 2 * cap) {
      leave_one_of_each();
      too_many |= found.size() > cap;
    }
    return !too_many;
  };
  vocabulary.VisitWord(typed.word, take);
  if (typed.word != kShortWord && WordEdits(typed, kShortWord, fuzzy) >= 0) {
    vocabulary.VisitWord(std::string(kShortWord), take);
  }
  if (!typed.unfinished.empty()) {
    vocabulary.VisitPrefix(typed.unfinished, take);
  }
  const std::string& letters = Letters(typed);
  if (const int limit = EditsAllowed(letters.size()); fuzzy && limit > 0) {
    vocabulary.VisitNear(letters, !typed.unfinished.empty(), limit,
                         [&take](const std::string& word, const Vocabulary::Uses& uses, int) { take(word, uses); });
  }
  leave_one_of_each();
  if (too_many || found.size() > cap) {
    return std::nullopt;
  }
  return found;
}

}  // namespace wensum::matching::address
