#include "matching/text/surname_form.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "base/strings.h"
#include "matching/text/fold.h"

namespace wensum::matching {
namespace {

constexpr std::string_view kJoiningPrefixes[] = {"FITZ", "MAC", "MC", "O", "SAINT", "ST"};

constexpr std::string_view kParticles[] = {"ABU", "AL",    "AP",  "BEN", "BIN", "BINT", "DA",  "DE",  "DEL", "DELLA",
                                           "DEN", "DER",   "DES", "DI",  "DOS", "DU",   "EL",  "IBN", "LA",  "LE",
                                           "NIC", "SAINT", "ST",  "TEN", "TER", "UL",   "VAN", "VON", "ZU",  "ZUR"};

template <size_t N>
bool Contains(const std::string_view (&list)[N], std::string_view word) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

}  // namespace

bool IsSurnameParticle(std::string_view folded_word) { return Contains(kParticles, folded_word); }

std::string JoinSurnamePrefixes(std::string_view folded) {
  const std::vector<std::string_view> words = FoldedTokens(folded);
  std::vector<std::string> joined;  // the last first, so that a prefix before a joined word finds it joined
  for (size_t i = words.size(); i-- > 0;) {
    if (!joined.empty() && joined.back().size() > 1 && Contains(kJoiningPrefixes, words[i])) {
      joined.back().insert(0, words[i] == "SAINT" ? "ST" : words[i]);
    } else {
      joined.emplace_back(words[i]);
    }
  }
  std::reverse(joined.begin(), joined.end());
  return Join(joined, " ");
}

}  // namespace wensum::matching
