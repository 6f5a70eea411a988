// How common names are in the United Kingdom.
#ifndef WENSUM_MATCHING_SCORE_NAME_FREQUENCY_H_
#define WENSUM_MATCHING_SCORE_NAME_FREQUENCY_H_

#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "base/strings.h"

namespace wensum::matching {

// Frequencies of folded name tokens, frozen with the model that holds them. A name that is not listed has the
// frequency of a rare one.
struct NameFrequencies {
  using Table = absl::flat_hash_map<std::string, float, TransparentStringHash, TransparentStringEqual>;

  Table forenames;
  Table surnames;
  float rare_forename = 0;
  float rare_surname = 0;

  [[nodiscard]] float Forename(std::string_view name) const;
  [[nodiscard]] float Surname(std::string_view name) const;
  // True if the forename is listed, here or among the nicknames: a name, not a slip.
  [[nodiscard]] bool IsKnownForename(std::string_view name) const;
};

// Built-in lists in order of how common the names are; the frequency follows from the place in the list by a power law
// fitted by eye to census-like counts. Good to a factor of two or so, which is one bit.
NameFrequencies BuiltInNameFrequencies();

}  // namespace wensum::matching

#endif  // WENSUM_MATCHING_SCORE_NAME_FREQUENCY_H_
