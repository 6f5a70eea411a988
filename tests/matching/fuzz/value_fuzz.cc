// Two raw values, a line each, as every type of attribute: bounded, interned once, and compared with levels in range,
// whichever comes first.
#include <string>
#include <string_view>

#include "base/strings.h"
#include "matching/schema/record_set.h"
#include "matching/schema/value_text.h"
#include "matching/score/pair_levels.h"
#include "tests/matching/fuzz/fuzz_input.h"
#include "tests/support/fuzz_require.h"

namespace wensum::matching {

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto [a, b] = FuzzLines(FuzzText(data, size));
  for (size_t t = 0; t < kAttributeTypes; ++t) {
    const auto type = static_cast<AttributeType>(t);
    const std::string x = ValueText(type, a);
    const std::string y = ValueText(type, b);
    Require(x.size() <= kMaxValueBytes && y.size() <= kMaxValueBytes, "values are bounded");
    Require(x == ValueText(type, a), "the same text gives the same value");
    if (type == AttributeType::kDate) Require(x.empty() || (x.size() == 8 && IsDigits(x)), "dates are eight digits");

    RecordSet records(Schema({{"x", type}}));
    const std::string_view first[] = {a};
    const std::string_view second[] = {b};
    records.Add("1", first);
    records.Add("2", second);
    records.Add("3", first);
    records.Seal();
    const ValueDictionary& dictionary = records.dictionary(0);
    Require(dictionary.size() <= 3 + 2 * kMaxAlternatives, "each value and each alternative is interned once");
    const PairComparer comparer(&records.values());
    for (RecordIndex i = 0; i < records.size(); ++i) {
      const ValueId value = records.row(i)[0];
      Require(dictionary.TokensOf(dictionary[value]).size() <= kMaxTokens, "tokens are bounded");
      for (RecordIndex j = 0; j < records.size(); ++j) {
        const ValueId other = records.row(j)[0];
        const LevelIndex level = LevelAt(comparer.Compare(records.row(i), records.row(j)), 0);
        Require(level == LevelAt(comparer.Compare(records.row(j), records.row(i)), 0), "comparison is symmetric");
        Require((level == kNullLevel) == (value == kNoValue || other == kNoValue), "what says nothing is not compared");
        Require(level <= DifferentLevel(type), "levels are in range");
        const bool initials = IsNameType(type) && level == name_level::kInitial;  // no more than that they may be equal
        Require(value == kNoValue || value != other || level == 1 || initials, "a value is equal to itself");
      }
    }
  }
  return 0;
}

}  // namespace wensum::matching
