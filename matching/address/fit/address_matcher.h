// The smallest interface of an address matcher: a text in, a property or the reason why not out. Trials, calibration
// and the bulk command are written against it, so that they measure any engine alike.
#ifndef WENSUM_MATCHING_ADDRESS_FIT_ADDRESS_MATCHER_H_
#define WENSUM_MATCHING_ADDRESS_FIT_ADDRESS_MATCHER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "matching/address/fit/flat_gazetteer.h"

namespace wensum::matching::address {

// What came of a text. The names are those of the file that `wensum address match` writes.
enum class FlatOutcome : uint8_t {
  kMatched,
  kAmbiguous,     // several fit as well, or a match is not as sure as was asked
  kParent,        // the building is known; the unit or letter named is not
  kChildMissing,  // the building is named alone; only units of it are listed
  kStreetOnly,    // the street is known; the property is not
  kOutOfArea,     // another area is named
  kNone
};
std::string_view FlatOutcomeName(FlatOutcome outcome);  // "MATCHED", ...

struct FlatAnswer {
  FlatOutcome outcome = FlatOutcome::kNone;
  uint32_t matched = kNoProperty;  // for kMatched alone
  uint32_t second = kNoProperty;   // the parent (kParent), or the runner-up
  double strength = 0;             // for kMatched: how sure the engine is, uncalibrated; higher is surer
  std::string reason;              // one plain sentence; empty unless asked for
};

// Thread-safe. An answer is a function of the gazetteer and the question alone.
class AddressMatcher {
 public:
  virtual ~AddressMatcher() = default;
  // `text` may be anything; `postcode` may be empty or no postcode at all.
  [[nodiscard]] virtual FlatAnswer Match(std::string_view text, std::string_view postcode, bool want_reason) const = 0;
  [[nodiscard]] virtual size_t memory_bytes() const = 0;
};

// The matcher of matching/address/match over a gazetteer of texts: some 3 us and 220 bytes an address. Keeps nothing of
// `gazetteer`.
std::unique_ptr<AddressMatcher> MakeFlatMatcher(const FlatGazetteer& gazetteer);

}  // namespace wensum::matching::address

#endif  // WENSUM_MATCHING_ADDRESS_FIT_ADDRESS_MATCHER_H_
