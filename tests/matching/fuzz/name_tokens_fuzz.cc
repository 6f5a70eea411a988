// Any text as a name, whole and in parts: tokens are folded, and names are as alike as themselves.
#include <string>
#include <string_view>

#include "matching/compare/name_similarity.h"
#include "matching/text/fold.h"
#include "matching/text/name_tokens.h"
#include "tests/matching/fuzz/fuzz_input.h"
#include "tests/support/fuzz_require.h"

namespace wensum::matching {
namespace {

void CheckName(const NameTokens& name) {
  Require(FoldText(name.forenames) == name.forenames, "forenames are folded");
  Require(FoldText(name.surname) == name.surname, "surnames are folded");
  Require(name.suffix.empty() || CanonicalSuffix(name.suffix) == name.suffix, "suffixes are canonical");
}

void CheckSimilarity(const std::string& a, const std::string& b) {
  for (const NameKind kind : {NameKind::kForename, NameKind::kSurname}) {
    const double similarity = NameSimilarity(a, b, kind);
    Require(similarity >= 0 && similarity <= 1, "similarities are from 0 to 1");
    Require(NameSimilarity(b, a, kind) == similarity, "is symmetric");
    Require(a.empty() || NameSimilarity(a, a, kind) == 1, "a name is like itself");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = FuzzText(data, size);
  const auto [first, second] = FuzzLines(text);
  const NameTokens whole = NameFromFull(text);
  const NameTokens parts = NameFromParts(first, second, second);
  CheckName(whole);
  CheckName(parts);
  Require(whole == NameFromFull(text), "the same text gives the same name");
  CheckSimilarity(whole.forenames, parts.forenames);
  CheckSimilarity(whole.surname, parts.surname);
  return 0;
}

}  // namespace wensum::matching
