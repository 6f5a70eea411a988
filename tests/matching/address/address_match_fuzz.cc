// Any text against a small town: the answer keeps its promises, and is the same again.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/matching/address/address_fixture.h"
#include "tests/support/fuzz_require.h"

namespace wensum::matching::address {
namespace {

constexpr size_t kMaxCandidates = 3;

const AddressIndex& Town() {
  static const auto* const town = [] {
    auto* const index = new AddressIndex;
    uint64_t uprn = 100;
    for (const char* const street : {"PRINCE OF WALES ROAD", "ST GILES STREET", "MILL LANE"}) {
      for (int number = 1; number <= 9; ++number) {
        index->Upsert(MakeProperty(++uprn, {.number = number, .street = street, .postcode = "NR1 1AB"}), nullptr);
      }
      const uint64_t block = uprn;
      for (const char* const unit : {"FLAT 1", "FLAT 2A", "GROUND FLOOR FLAT", "UNIT 3-4"}) {
        index->Upsert(MakeProperty(++uprn, {.sao = unit, .number = 9, .street = street, .postcode = "NR1 1AB"}, block),
                      nullptr);
      }
    }
    index->Upsert(MakeProperty(++uprn, {.pao = "ROSE COTTAGE", .street = "MILL LANE", .postcode = "NR7 0AA"}), nullptr);
    return index;
  }();
  return *town;
}

void CheckMatch(const Query& query) {
  const Match match = Town().FindMatch(query, {.max_candidates = kMaxCandidates});
  Require((match.uprn != 0) == (match.outcome == Outcome::kMatched), "a UPRN is given for MATCHED alone");
  Require(match.parent_uprn == 0 || match.outcome == Outcome::kParent, "a parent is given for PARENT alone");
  Require((match.none_reason != NoneReason::kUnspecified) == (match.outcome == Outcome::kNone), "NONE has its reason");
  Require(match.uprn == 0 || Town().Contains(match.uprn), "what is matched is indexed");
  Require(!match.reason.empty(), "every answer has its reason");
  Require(match.candidates.size() <= kMaxCandidates, "candidates keep to their limit");
  for (const Candidate& candidate : match.candidates) {
    Require(candidate.score >= 0 && candidate.score <= 1, "scores are from 0 to 1");
  }
  const Match without = Town().FindMatch(query, {.max_candidates = 0});
  Require(without.outcome == match.outcome && without.uprn == match.uprn, "candidates do not change the answer");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  CheckMatch({.text = text, .postcode = {}});
  CheckMatch({.text = text, .postcode = "NR1 1AB"});
  const std::vector<Suggestion> suggestions = Town().Suggest({.input = text, .limit = kMaxCandidates});
  Require(suggestions.size() <= kMaxCandidates, "suggestions keep to their limit");
  for (const Suggestion& suggestion : suggestions) {
    Require(suggestion.uprn == 0 || Town().Contains(suggestion.uprn), "what is suggested is indexed");
    Require((suggestion.uprn == 0) != (suggestion.kind <= SuggestionKind::kBuilding), "properties have their UPRN");
  }
  return 0;
}

}  // namespace wensum::matching::address
