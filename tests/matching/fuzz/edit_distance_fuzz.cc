// Two texts, a line each: distances are those of the textbook, whatever the limit, one-off and cached.
#include <algorithm>
#include <string_view>

#include "matching/compare/cached_text.h"
#include "matching/compare/edit_distance.h"
#include "matching/compare/letter_signature.h"
#include "tests/matching/fuzz/fuzz_input.h"
#include "tests/reference/text_distance_reference.h"
#include "tests/support/fuzz_require.h"

using wensum::Require;
namespace matching = wensum::matching;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kLongestForMatrix = 300;
  const auto [a, b] = wensum::FuzzLines(wensum::FuzzText(data, size));
  const auto all = static_cast<int>(std::max(a.size(), b.size()));
  const int osa = matching::OsaDistance(a, b, all);
  const int levenshtein = matching::LevenshteinDistance(a, b, all);
  if (a.size() <= kLongestForMatrix && b.size() <= kLongestForMatrix) {
    Require(osa == wensum::reference::OsaDistance(a, b), "the alignment distance is that of the matrix");
    Require(levenshtein == wensum::reference::LevenshteinDistance(a, b),
            "Levenshtein's distance is that of the matrix");
  }
  Require(osa <= levenshtein && levenshtein <= 2 * osa, "a swap is one edit or two");
  Require(matching::LetterSignature(a).DistanceBound(matching::LetterSignature(b)) <= osa,
          "signatures bound distances");
  const matching::CachedText cached(a);
  for (const int limit : {0, 1, 2, 7, all}) {
    Require(matching::OsaDistance(b, a, limit) == std::min(osa, limit + 1), "limits cut the distance");
    Require(matching::LevenshteinDistance(b, a, limit) == std::min(levenshtein, limit + 1), "limits cut the distance");
    Require(cached.OsaDistance(b, limit) == std::min(osa, limit + 1), "cached distances are equal");
    Require(cached.LevenshteinDistance(b, limit) == std::min(levenshtein, limit + 1), "cached distances are equal");
  }
  return 0;
}
