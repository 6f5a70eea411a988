// Any text against a small town: the answer keeps its promises, and is the same again.
#include <cmath>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "tests/matching/address/match/town.h"
#include "tests/support/fuzz_require.h"

namespace wensum::matching::address::match {
namespace {

const MatchIndex& Town() {
  static const auto* const town = [] {
    auto* const index = new MatchIndex;
    LoadTown(SmallTown(), index);
    return index;
  }();
  return *town;
}

void CheckFound(std::string_view text, std::string_view postcode) {
  const Found found = FindProperty(Town(), text, postcode);
  std::set<uint64_t> seen;
  for (size_t i = 0; i < found.hits.size(); ++i) {
    const Hit& hit = found.hits[i];
    Require(seen.insert(hit.property).second, "a property stands once");
    Require(Town().record(hit.fit.record).live, "what is found is indexed");
    Require(Town().record(hit.fit.record).property == hit.property, "an address is its property's");
    Require(std::isfinite(hit.fit.score), "a score is a number");
    Require(i == 0 || found.hits[i - 1].fit.score >= hit.fit.score, "the best is first");
  }
  if (found.verdict == Verdict::kMatched) {
    Require(!found.hits.empty() && found.hits[0].fit.flags == 0, "what contradicts is not matched");
    Require(found.margin > 0 && found.strength >= 0, "a match leads");
  }
  Require(found.verdict != Verdict::kAmbiguous || found.hits.size() > 1, "several are ambiguous");
  const Found again = FindProperty(Town(), text, postcode);
  Require(again.verdict == found.verdict && again.margin == found.margin && again.hits.size() == found.hits.size(),
          "the answer is the same again");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  CheckFound(text, "");
  CheckFound(text, "NR1 1AC");
  CheckFound("12 MILL ROAD", text);
  // A gazetteer's own text is any text too.
  MatchIndex index;
  LoadTown({{1, text, "NR1 1AA"}, {2, "12 MILL ROAD, NORWICH", "NR1 1AA"}, {3, text, ""}}, &index);
  const Found found = FindProperty(index, text, "NR1 1AA");
  for (const Hit& hit : found.hits) Require(hit.property >= 1 && hit.property <= 3, "what is found was added");
  index.Remove(1);
  index.Remove(3);
  Require(index.size() == 1, "what is removed is gone");
  for (const Hit& hit : FindProperty(index, text, "").hits) Require(hit.property == 2, "what is removed is not found");
  return 0;
}

}  // namespace wensum::matching::address::match
