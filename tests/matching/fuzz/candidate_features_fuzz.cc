// A record whose values are the lines of the input, or one of them a thousand times over: keys are bounded, the same
// again, and each richness keeps those of the lower one.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "matching/retrieve/candidate_features.h"
#include "matching/schema/record_set.h"
#include "tests/matching/fuzz/fuzz_input.h"
#include "tests/support/fuzz_require.h"

namespace wensum::matching {
namespace {

Schema AllTypes() {
  std::vector<Attribute> attributes;
  for (size_t t = 0; t < kAttributeTypes; ++t) {
    const auto type = static_cast<AttributeType>(t);
    attributes.push_back({std::string(TypeName(type)), type});
  }
  return Schema(std::move(attributes));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kHuge = 1 << 20;
  std::string_view rest = FuzzText(data, size);
  const size_t huge = rest.empty() || (data[0] & 0x3F) != 7 ? kAttributeTypes : data[0] % kAttributeTypes;
  std::array<std::string, kAttributeTypes> texts;
  for (size_t i = 0; i < texts.size(); ++i) {
    const auto [line, next] = FuzzLines(rest);
    texts[i] = line;
    for (; i == huge && !line.empty() && texts[i].size() < kHuge;) texts[i] += line;
    rest = next;
  }
  RecordSet records(AllTypes());
  const std::vector<std::string_view> row(texts.begin(), texts.end());
  records.Add("1", row);
  records.Add("2", row);
  records.Seal();
  const CandidateFeatures features(&records.values());
  for (uint32_t richness = 0; richness <= 4; ++richness) {
    std::vector<uint64_t> keys;
    features.AppendKeys(records.row(0), richness, keys);
    Require(keys.size() <= kMaxKeysPerRecord, "keys are bounded");
    std::vector<uint64_t> again;
    features.AppendKeys(records.row(1), richness, again);
    Require(keys == again, "equal records have equal keys");
    std::vector<uint64_t> fewer;
    if (richness > 0) features.AppendKeys(records.row(0), richness - 1, fewer);
    Require(fewer.size() <= keys.size() && std::equal(fewer.begin(), fewer.end(), keys.begin()),
            "a higher richness adds keys");
  }
  return 0;
}

}  // namespace wensum::matching
