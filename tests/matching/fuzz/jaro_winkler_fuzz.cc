// Two texts, a line each: the similarity is that of the textbook, with and without a threshold, one-off and cached.
#include <string_view>

#include "matching/compare/cached_text.h"
#include "matching/compare/jaro_winkler.h"
#include "matching/compare/letter_signature.h"
#include "tests/matching/fuzz/fuzz_input.h"
#include "tests/reference/text_distance_reference.h"
#include "tests/support/fuzz_require.h"

using wensum::Require;
namespace matching = wensum::matching;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto [a, b] = wensum::FuzzLines(wensum::FuzzText(data, size));
  const double similarity = matching::JaroWinkler(a, b);
  Require(similarity >= 0 && similarity <= 1, "similarities are from 0 to 1");
  Require(similarity == wensum::reference::JaroWinkler(a, b), "the similarity is that of flags and loops");
  Require(matching::JaroWinkler(b, a) == similarity, "is symmetric");
  if (!a.empty() && !b.empty()) {
    const double bound = matching::LetterSignature(a).SimilarityBound(matching::LetterSignature(b));
    Require(bound >= similarity - 1e-12, "signatures bound similarities");
  }
  const matching::CachedText cached(a);
  for (const double at_least : {0.0, 0.75, 0.9, similarity}) {
    const double expected = similarity < at_least ? 0 : similarity;
    Require(matching::JaroWinkler(a, b, at_least) == expected, "thresholds cut the similarity");
    Require(cached.JaroWinkler(b, at_least) == expected, "cached similarities are equal");
  }
  return 0;
}
