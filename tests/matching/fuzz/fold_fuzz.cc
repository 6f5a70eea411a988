// Any bytes: folded text is well formed, bounded, in capitals, and folds to itself; what is made of it is stable too.
#include <string>
#include <string_view>

#include "base/strings.h"
#include "matching/text/fold.h"
#include "matching/text/phonetic.h"
#include "matching/text/surname_form.h"
#include "tests/matching/fuzz/fuzz_input.h"
#include "tests/support/fuzz_require.h"

using wensum::Require;
namespace matching = wensum::matching;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kMostGrowth = 12;  // one character of three bytes is a sentence of eighteen letters
  const std::string folded = matching::FoldText(wensum::FuzzText(data, size));
  Require(matching::FoldText(folded) == folded, "folds to itself");
  Require(wensum::IsValidUtf8(folded), "is UTF-8");
  Require(folded.size() <= kMostGrowth * size, "is bounded");
  for (const char c : folded) {
    Require((c & 0x80) != 0 || wensum::IsUpper(c) || wensum::IsDigit(c) || c == ' ', "has capitals, digits and spaces");
  }
  const std::string joined = matching::JoinSurnamePrefixes(folded);
  Require(matching::JoinSurnamePrefixes(joined) == joined, "joined prefixes stay joined");
  for (const std::string_view token : matching::FoldedTokens(folded)) {
    Require(!token.empty(), "tokens are not empty");
    Require(matching::PhoneticText(matching::PhoneticCode(token)).size() <= 8, "phonetic codes are bounded");
  }
  return 0;
}
