// What address matchers are tried with: errors over a list, labelled files, and cases with lists of their own.
#ifndef WENSUM_BENCHMARKS_ADDRESSES_TRIAL_SETS_H_
#define WENSUM_BENCHMARKS_ADDRESSES_TRIAL_SETS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "matching/address/fit/flat_gazetteer.h"

namespace wensum::benchmarks {

// A question that owns its texts.
struct AddressQuestion {
  std::string group;  // class of the error, or category
  std::string text;
  std::string postcode;
  std::string bare_text;  // without a postcode in it
  bool fits_without_postcode = true;
  uint32_t truth = matching::address::kNoProperty;
};

struct AddressSet {
  std::string name;
  matching::address::FlatGazetteer listed;
  std::vector<AddressQuestion> questions;
};

// The addresses of a synthetic city of `properties` (sample/), of seed `seed`, as texts.
absl::StatusOr<matching::address::FlatGazetteer> SampleGazetteer(uint64_t seed, uint64_t properties);

// The labelled file `input` (columns unique_id, address_concat, postcode and `label`) over the list `canonical`; rows
// whose label is empty or not listed are to be refused.
absl::StatusOr<AddressSet> ReadLabelledSet(const std::string& canonical, const std::string& input,
                                           const std::string& label);

// The cases of a YAML file, each with a list of its own: what is true is one property, each wrong one another.
absl::StatusOr<std::vector<AddressSet>> ReadHardCases(const std::string& path);

}  // namespace wensum::benchmarks

#endif  // WENSUM_BENCHMARKS_ADDRESSES_TRIAL_SETS_H_
