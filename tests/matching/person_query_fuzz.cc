// Any text as a search, as a name and as an address: features are bounded, folded and the same again, and scores are
// scores.
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

#include "matching/person/person_schema.h"
#include "matching/standardise.h"
#include "matching/text/fold.h"
#include "model/canonical.h"
#include "model/person.h"
#include "tests/support/fuzz_require.h"

namespace wensum::matching {
namespace {

void CheckFeatures(const PersonFeatures& features) {
  Require(FoldText(features.forenames) == features.forenames, "forenames are folded");
  Require(FoldText(features.surname) == features.surname, "surnames are folded");
  Require(features.date_of_birth >= 0 && features.date_of_birth < 100'000'000, "dates are packed");
  const double self = SearchScore(features, features);
  Require(std::isfinite(self) && self >= 0 && self <= 1, "scores are from 0 to 1");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const PersonFeatures query = StandardiseQuery(text);
  CheckFeatures(query);
  Require(QueryValues(query).size() == person_attribute::kCount, "a value for each attribute");
  Require(query == StandardiseQuery(text), "the same text gives the same features");

  model::PersonDetails details;
  details.name.forenames = text.substr(0, size / 2);
  details.name.surname = text.substr(size / 2);
  details.other_names.push_back({.full = text});
  details.emails.push_back(text);
  details.addresses.push_back({.text = text});
  std::vector<model::FieldIssue> issues;
  model::Canonicalise(details, {.year = 2026, .month = 1, .day = 1}, issues);
  const std::vector<uint64_t> uprns(details.addresses.size());
  const PersonFeatures features = Standardise(details, model::RecordKind::kPerson, uprns);
  CheckFeatures(features);
  const double score = SearchScore(query, features);
  Require(std::isfinite(score) && score >= 0 && score <= 1, "scores are from 0 to 1");
  return 0;
}

}  // namespace wensum::matching
