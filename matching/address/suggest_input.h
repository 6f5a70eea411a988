// What was typed into an address search so far.
#ifndef WENSUM_MATCHING_ADDRESS_SUGGEST_INPUT_H_
#define WENSUM_MATCHING_ADDRESS_SUGGEST_INPUT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "matching/address/address_reading.h"
#include "matching/address/words/typed_word.h"

namespace wensum::matching::address {

struct TypedInput {
  static constexpr size_t kMaxBytes = 200;  // what follows is ignored

  std::vector<TypedWord> words;  // the last one may be unfinished
  absl::InlinedVector<NumberSpan, 4> numbers;
  UnitParts unit;
  std::string partial_postcode;  // folded, if that is all that was typed
  uint64_t postcode = 0;         // packed: a whole one beside numbers or words

  // True if a number or a unit was typed, so that addresses are meant rather than streets.
  [[nodiscard]] bool names_address() const { return !numbers.empty() || !unit.empty(); }
};

TypedInput ReadTyped(std::string_view input);

}  // namespace wensum::matching::address

#endif  // WENSUM_MATCHING_ADDRESS_SUGGEST_INPUT_H_
