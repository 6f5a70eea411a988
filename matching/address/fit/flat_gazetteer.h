// A gazetteer as a list of address texts, for matchers and trials that know no more of a property than what is written.
#ifndef WENSUM_MATCHING_ADDRESS_FIT_FLAT_GAZETTEER_H_
#define WENSUM_MATCHING_ADDRESS_FIT_FLAT_GAZETTEER_H_

#include <cstdint>
#include <string>
#include <vector>

namespace wensum::matching::address {

inline constexpr uint32_t kNoProperty = 0xFFFFFFFF;

// A gazetteer of address texts: what CANON.csv holds (docs/address-files.md).
struct FlatGazetteer {
  struct Address {
    uint32_t property = 0;  // index into ids
    std::string text;       // one line, UTF-8
    std::string postcode;   // as given; may be empty
  };
  std::vector<std::string> ids;    // distinct, in the order first seen; one without an address can never be an answer
  std::vector<Address> addresses;  // several of one property are its variants
};

}  // namespace wensum::matching::address

#endif  // WENSUM_MATCHING_ADDRESS_FIT_FLAT_GAZETTEER_H_
