// The matcher over a gazetteer whose fields are known, behind the interface of trials, calibration and the bulk
// command.
#ifndef WENSUM_MATCHING_ADDRESS_FIT_TYPED_MATCHER_H_
#define WENSUM_MATCHING_ADDRESS_FIT_TYPED_MATCHER_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "matching/address/address_index.h"
#include "matching/address/fit/address_matcher.h"
#include "matching/address/fit/flat_gazetteer.h"

namespace wensum::matching::address {

// The properties of a list by their UPRNs, and matches told by their places in it.
class ListedProperties {
 public:
  // Adds the UPRN of a property to the ids of `list`, and its addresses in one line. Nothing for street records and for
  // properties without an address.
  void Add(const IndexedProperty& property, FlatGazetteer* list);

  [[nodiscard]] uint32_t Find(uint64_t uprn) const;  // kNoProperty if it was not added
  // A match with two candidates, so that there is a runner-up.
  [[nodiscard]] FlatAnswer AnswerOf(address::Match match) const;
  [[nodiscard]] size_t memory_bytes() const;

 private:
  absl::flat_hash_map<uint64_t, uint32_t> ids_;  // by UPRN: the index of its id
};

// Filled once, then asked. Not thread-safe while it is filled.
class TypedMatcher : public AddressMatcher {
 public:
  TypedMatcher();

  // Adds a property with its addresses, and to `list`, which is what the answers' numbers refer to, its UPRN as an id
  // and its addresses in one line.
  void Add(const IndexedProperty& property, FlatGazetteer* list);
  void Add(const IndexedStreet& street);
  // After the last one.
  void Finish();

  [[nodiscard]] FlatAnswer Match(std::string_view text, std::string_view postcode, bool want_reason) const override;
  [[nodiscard]] size_t memory_bytes() const override;

 private:
  AddressIndex index_;
  ListedProperties listed_;
};

}  // namespace wensum::matching::address

#endif  // WENSUM_MATCHING_ADDRESS_FIT_TYPED_MATCHER_H_
