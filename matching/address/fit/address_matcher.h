// The smallest interface of an address matcher: a text in, a property or the reason why not out. Trials, calibration
// and the bulk command are written against it, so that they measure any engine alike.
#ifndef WENSUM_MATCHING_ADDRESS_FIT_ADDRESS_MATCHER_H_
#define WENSUM_MATCHING_ADDRESS_FIT_ADDRESS_MATCHER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "matching/address/address_index.h"
#include "matching/address/fit/flat_gazetteer.h"

namespace wensum::matching::address {

struct FlatAnswer {
  Outcome outcome = Outcome::kNone;
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

// The engine over a gazetteer of texts, built on up to `threads` threads. Keeps nothing of `gazetteer`.
std::unique_ptr<AddressMatcher> MakeFlatMatcher(const FlatGazetteer& gazetteer, int threads);

}  // namespace wensum::matching::address

#endif  // WENSUM_MATCHING_ADDRESS_FIT_ADDRESS_MATCHER_H_
