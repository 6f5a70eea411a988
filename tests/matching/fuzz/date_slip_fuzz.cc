// Two dates, a line each: slips are those of the definition, whichever date comes first, and levels are in range.
#include <string>

#include "matching/compare/date_slip.h"
#include "matching/schema/value_text.h"
#include "matching/score/pair_levels.h"
#include "tests/matching/fuzz/fuzz_input.h"
#include "tests/reference/person_compare_reference.h"
#include "tests/support/fuzz_require.h"

namespace wensum::matching {

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto [first, second] = FuzzLines(FuzzText(data, size));
  const std::string a = ValueText(AttributeType::kDate, first);
  const std::string b = ValueText(AttributeType::kDate, second);
  const DateDigits x = PackDigits(a);
  const DateDigits y = PackDigits(b);
  const DateSlip slip = SlipBetween(x, y);
  Require(SlipBetween(y, x) == slip, "is symmetric");
  Require(static_cast<int>(slip) < kDateSlips, "is one of the slips");
  Require((slip == DateSlip::kNone) == (x == y), "equal dates have no slip");
  const LevelIndex level = CompareDateDigits(x, y);
  Require(level == CompareDateDigits(y, x) && level >= 1 && level <= date_level::kDifferent, "levels are in range");
  if (!a.empty() && !b.empty()) Require(slip == reference::SlipBetween(a, b), "is the slip of the definition");
  return 0;
}

}  // namespace wensum::matching
